#include "tests/support/ledger_place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "ledger/verify.h"

int
ledger_place_set_up(void **state)
{
	struct ledger_place *place = calloc(1, sizeof *place);

	snprintf(place->folder, sizeof place->folder, "/tmp/ledger-test-XXXXXX");
	if (mkdtemp(place->folder) == NULL)
		return -1;
	snprintf(place->path, sizeof place->path, "%s/ledger.db", place->folder);
	place->arena = arena_new(0);
	*state = place;
	return ledger_open(&place->ledger, place->path, NULL, NULL) == STATUS_OK ? 0 : -1;
}

int
ledger_place_tear_down(void **state)
{
	struct ledger_place *place = *state;
	enum status removed;

	ledger_close(place->ledger);
	arena_free(place->arena);
	removed = file_remove_tree(place->folder, NULL);
	free(place);
	return removed == STATUS_OK ? 0 : -1;
}

void
ledger_place_close(struct ledger_place *place)
{
	ledger_close(place->ledger);
	place->ledger = NULL;
}

void
ledger_place_open(struct ledger_place *place)
{
	struct err err = ERR_NONE;

	if (ledger_open(&place->ledger, place->path, NULL, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

struct ledger_entry
ledger_place_entry(const char *kind, const char *check, const char *body)
{
	return (struct ledger_entry){ .kind = kind,
		.at_ms = LEDGER_PLACE_MS,
		.user = STR_LIT("amina"),
		.role = STR_LIT("qa_officer"),
		.check = str_from(check),
		.body = str_from(body) };
}

static uint64_t
append(struct ledger_place *place, const struct ledger_batch *batch)
{
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	if (ledger_append(&seq, place->ledger, batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

uint64_t
ledger_place_append(struct ledger_place *place, const char *check, const char *body)
{
	struct ledger_entry entry = ledger_place_entry("check", check, body);
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };

	return append(place, &batch);
}

uint64_t
ledger_place_append_request(struct ledger_place *place, const char *request, const char *body)
{
	struct ledger_entry entry = ledger_place_entry("request", "", body);
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };

	entry.request = str_from(request);
	return append(place, &batch);
}

void
ledger_place_fill(struct ledger_place *place)
{
	struct ledger_secure secures[] = { { STR_LIT("helpline"), STR_LIT("H-1") },
		{ STR_LIT("ctac"), STR_LIT("C-1") }, { STR_LIT("childline"), STR_LIT("L-1") } };
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{\"people\":1}");
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.secures = secures,
		.secure_count = 2,
		.idem_principal = STR_LIT("amina"),
		.idem_id = STR_LIT("id-1"),
		.idem_reply = STR_LIT("{\"reply\":1}") };

	assert_true(append(place, &batch) == 1);
	batch.secures = secures + 1;
	batch.idem_id = STR_LIT("id-2");
	assert_true(append(place, &batch) == 4);
	assert_true(ledger_place_append(place, "CHK-2", "{\"people\":2}") == 6);
	assert_true(ledger_place_append(place, "CHK-3", "{\"people\":3}") == 7);
	assert_true(ledger_place_append(place, "CHK-2", "{\"people\":4}") == 8);
}

void
ledger_place_expect(struct ledger_place *place, uint64_t entries, uint64_t secured)
{
	struct ledger_report report;
	struct ledger_head head;
	struct err err = ERR_NONE;

	ledger_head(&head, place->ledger);
	if (ledger_verify(&report, place->path, NULL, NULL, NULL, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_true(report.entries == entries);
	assert_true(report.secured == secured);
	assert_true(report.bad_seq == 0);
	assert_true(head.seq == entries);
	assert_memory_equal(report.head.bytes, head.hash.bytes, DIGEST_BYTES);
	assert_true(ledger_secured_count(place->ledger) == secured);
}
