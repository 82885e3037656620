#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/limits.h"
#include "ledger/verify.h"

struct place {
	char folder[64];
	char path[96];
	struct ledger *ledger;
	struct arena *arena;
};

static int
set_up(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	snprintf(place->folder, sizeof place->folder, "/tmp/ledger-test-XXXXXX");
	if (mkdtemp(place->folder) == NULL)
		return -1;
	snprintf(place->path, sizeof place->path, "%s/ledger.db", place->folder);
	place->arena = arena_new(0);
	*state = place;
	return ledger_open(&place->ledger, place->path, NULL) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	ledger_close(place->ledger);
	arena_free(place->arena);
	(void)!file_remove_tree(place->folder, NULL);
	free(place);
	return 0;
}

static void
reopen(struct place *place)
{
	struct err err = ERR_NONE;

	ledger_close(place->ledger);
	place->ledger = NULL;
	if (ledger_open(&place->ledger, place->path, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static void
expect_good(struct place *place, uint64_t entries)
{
	struct ledger_report report;
	struct ledger_head head;
	struct err err = ERR_NONE;

	ledger_head(&head, place->ledger);
	if (ledger_verify(&report, place->path, NULL, NULL, NULL, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_true(report.entries == entries);
	assert_true(head.seq == entries);
	assert_memory_equal(report.head.bytes, head.hash.bytes, DIGEST_BYTES);
}

static struct ledger_entry
entry_of(const char *kind, const char *check, const char *body)
{
	return (struct ledger_entry){ .kind = kind,
		.at_ms = 1790000000000,
		.user = STR_LIT("amina"),
		.role = STR_LIT("qa_officer"),
		.check = str_from(check),
		.body = str_from(body) };
}

static uint64_t
append_one(struct ledger *ledger, const char *check, const char *body)
{
	struct ledger_entry entry = entry_of("check", check, body);
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	uint64_t seq = 0;
	struct err err = ERR_NONE;

	if (ledger_append(&seq, ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

static void
test_a_new_ledger_is_empty_private_and_verifies(void **state)
{
	struct place *place = *state;
	struct stat st;

	expect_good(place, 0);
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(ledger_secured_count(place->ledger), 0);
}

static void
test_entries_are_numbered_and_come_back_as_they_were(void **state)
{
	struct place *place = *state;
	const struct ledger_row *rows;
	size_t count;

	assert_true(append_one(place->ledger, "CHK-1", "{\"a\":1}") == 1);
	assert_true(append_one(place->ledger, "CHK-2", "{\"b\":\"\xc3\xa9\"}") == 2);
	assert_true(append_one(place->ledger, "CHK-1", "{\"c\":3}") == 3);
	reopen(place);
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_true(rows[0].seq == 1 && rows[1].seq == 3);
	assert_true(str_eq(rows[1].body, STR_LIT("{\"c\":3}")));
	assert_true(str_eq(rows[0].user, STR_LIT("amina")));
	assert_true(str_eq(rows[0].role, STR_LIT("qa_officer")));
	assert_true(str_eq(rows[0].kind, STR_LIT("check")));
	assert_true(rows[0].at_ms == 1790000000000);
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-9"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 0);
	expect_good(place, 3);
}

static void
test_a_record_is_secured_once_and_stays_so(void **state)
{
	struct place *place = *state;
	struct ledger_entry entry = entry_of("check", "CHK-1", "{}");
	struct ledger_secure secures[] = { { STR_LIT("helpline"), STR_LIT("H-1") },
		{ STR_LIT("ctac"), STR_LIT("H-1") }, { STR_LIT("helpline"), STR_LIT("H-1") } };
	struct ledger_batch batch = {
		.entries = &entry, .entry_count = 1, .secures = secures, .secure_count = 3
	};
	const struct ledger_row *rows;
	struct ledger_secured secured;
	uint64_t seq;
	size_t count;

	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_true(seq == 4);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(ledger_secured_count(place->ledger), 2);
		assert_true(ledger_secured_find(
		    &secured, place->ledger, STR_LIT("helpline"), STR_LIT("H-1")));
		assert_true(secured.seq == 2);
		assert_true(secured.since_ms == 1790000000000);
		assert_string_equal(secured.check, "CHK-1");
		assert_true(
		    ledger_secured_find(&secured, place->ledger, STR_LIT("ctac"), STR_LIT("H-1")));
		assert_false(
		    ledger_secured_find(&secured, place->ledger, STR_LIT("ctac"), STR_LIT("H-2")));
		assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
		if (round == 1)
			reopen(place);
	}
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 4);
	assert_true(str_eq(rows[2].kind, STR_LIT("secure")));
	assert_true(str_eq(rows[1].body,
	    STR_LIT("{\"system\":\"helpline\",\"record_id\":\"H-1\",\"by_entry\":1}")));
	expect_good(place, 4);
}

static void
test_an_id_is_used_once_and_its_reply_comes_back(void **state)
{
	struct place *place = *state;
	struct ledger_entry entry = entry_of("check", "CHK-1", "{}");
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.idem_principal = STR_LIT("amina"),
		.idem_id = STR_LIT("0123"),
		.idem_reply = STR_LIT("{\"reply\":1}") };
	struct digest other;
	struct str reply;
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	digest_of(&batch.idem_request, STR_LIT("asked"));
	digest_of(&other, STR_LIT("asked otherwise"));
	assert_int_equal(ledger_idem_find(&reply, &seq, place->ledger, place->arena,
			     STR_LIT("amina"), STR_LIT("0123"), &other, NULL),
	    STATUS_NOT_FOUND);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, &err), STATUS_CONFLICT);
	assert_string_equal(err.text, "the id was used already, for entry 1");
	reopen(place);
	assert_int_equal(ledger_idem_find(&reply, &seq, place->ledger, place->arena,
			     STR_LIT("amina"), STR_LIT("0123"), &batch.idem_request, NULL),
	    STATUS_OK);
	assert_true(seq == 1);
	assert_true(str_eq(reply, STR_LIT("{\"reply\":1}")));
	assert_int_equal(ledger_idem_find(&reply, &seq, place->ledger, place->arena,
			     STR_LIT("amina"), STR_LIT("0123"), &other, NULL),
	    STATUS_CONFLICT);
	assert_int_equal(ledger_idem_find(&reply, &seq, place->ledger, place->arena, STR_LIT("bo"),
			     STR_LIT("0123"), &other, NULL),
	    STATUS_NOT_FOUND);
	expect_good(place, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_a_new_ledger_is_empty_private_and_verifies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_entries_are_numbered_and_come_back_as_they_were, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_record_is_secured_once_and_stays_so, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_an_id_is_used_once_and_its_reply_comes_back, set_up, tear_down),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
