#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "ledger/verify.h"
#include "tests/support/ledger_place.h"

#define SECRET "{\"people\":[{\"name\":\"Katie Invented-Surname\"}]}"
#define REPLY "{\"found\":\"Invented-Surname, Katie\"}"

static uint64_t
put(struct ledger_place *place, const char *kind, const char *request, const char *secret)
{
	struct ledger_entry entry = ledger_place_entry(kind, "CHK-1", "{\"open\":1}");
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	entry.request = str_from(request);
	entry.secret = str_from(secret);
	if (ledger_append(&seq, place->ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

static struct ledger_row
get(struct ledger_place *place, uint64_t seq)
{
	struct ledger_row row;
	struct err err = ERR_NONE;

	if (ledger_entry_find(&row, place->ledger, place->arena, seq, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return row;
}

static void
expect_not_in_file(struct ledger_place *place, const char *text)
{
	static const char *const suffixes[] = { "", "-wal" };
	size_t n = strlen(text);

	for (size_t s = 0; s < 2; s++) {
		struct buf file = BUF_INIT;
		char path[128];

		snprintf(path, sizeof path, "%s%s", place->path, suffixes[s]);
		if (access(path, F_OK) != 0)
			continue;
		assert_int_equal(file_read(&file, path, 1u << 26, NULL), STATUS_OK);
		for (size_t i = 0; i + n <= file.n; i++)
			assert_int_not_equal(memcmp(file.p + i, text, n), 0);
		buf_free(&file);
	}
}

static void
test_a_secret_comes_back_and_is_nowhere_on_disk(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{\"open\":1}");
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.idem_principal = STR_LIT("amina"),
		.idem_id = STR_LIT("id-1"),
		.idem_reply = STR_LIT(REPLY) };
	struct str reply;
	uint64_t seq;

	entry.request = STR_LIT("REQ-1");
	entry.secret = STR_LIT(SECRET);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	for (int again = 0; again < 2; again++) {
		assert_true(str_eq_text(get(place, seq).secret, SECRET));
		assert_false(get(place, seq).destroyed);
		assert_true(get(place, seq).key_no == 2);
		assert_int_equal(ledger_idem_find(&reply, &seq, place->ledger, place->arena,
				     STR_LIT("amina"), STR_LIT("id-1"), &batch.idem_request, NULL),
		    STATUS_OK);
		assert_true(str_eq_text(reply, REPLY));
		expect_not_in_file(place, "Invented-Surname");
		ledger_place_close(place);
		expect_not_in_file(place, "Invented-Surname");
		ledger_place_open(place);
	}
}

static void
test_a_request_has_one_key_and_others_have_their_own(void **state)
{
	struct ledger_place *place = *state;
	uint64_t a = put(place, "request", "REQ-1", SECRET),
		 b = put(place, "check", "REQ-1", SECRET);
	uint64_t c = put(place, "request", "REQ-2", SECRET), d = put(place, "breach", "", SECRET);
	uint64_t e = put(place, "breach", "", SECRET), f = put(place, "check", "REQ-1", "");

	assert_true(get(place, a).key_no == get(place, b).key_no);
	assert_true(get(place, a).key_no != get(place, c).key_no);
	assert_true(get(place, d).key_no != get(place, e).key_no);
	assert_true(get(place, d).key_no != get(place, c).key_no);
	assert_true(get(place, f).key_no == 0);
	ledger_place_close(place);
	ledger_place_open(place);
	/* after a restart too: no number is given out twice */
	assert_true(
	    get(place, put(place, "check", "REQ-2", SECRET)).key_no == get(place, c).key_no);
	assert_true(get(place, put(place, "breach", "", SECRET)).key_no > get(place, e).key_no);
}

static void
test_a_destroyed_request_keeps_its_chain_and_loses_its_secrets(void **state)
{
	struct ledger_place *place = *state;
	uint64_t a = put(place, "request", "REQ-1", SECRET),
		 b = put(place, "check", "REQ-1", SECRET);
	uint64_t other = put(place, "request", "REQ-2", SECRET), last;
	struct err err = ERR_NONE;

	assert_int_equal(ledger_destroy(place->ledger, STR_LIT("REQ-1"), &err), STATUS_NOT_FOUND);
	assert_string_equal(err.text, "no entry says that REQ-1 is to be destroyed");
	put(place, "destroyed", "REQ-1", "");
	assert_int_equal(ledger_destroy(place->ledger, STR_LIT("REQ-1"), NULL), STATUS_OK);
	for (int again = 0; again < 2; again++) {
		assert_true(get(place, a).destroyed && get(place, a).secret.n == 0);
		assert_true(
		    get(place, b).destroyed && str_eq_text(get(place, b).body, "{\"open\":1}"));
		assert_true(str_eq_text(get(place, other).secret, SECRET));
		ledger_place_expect(place, 4 + (again > 0), 0);
		if (again == 0) {
			/* what is said afterwards has a key that lives */
			last = put(place, "view", "REQ-1", SECRET);
			assert_true(str_eq_text(get(place, last).secret, SECRET));
		}
		ledger_place_close(place);
		ledger_place_open(place);
	}
	assert_int_equal(ledger_destroy(place->ledger, STR_LIT("REQ-1"), NULL), STATUS_OK);
	assert_true(str_eq_text(get(place, last).secret, SECRET));
}

static void
test_a_crash_between_entry_and_key_is_made_good_at_the_start(void **state)
{
	struct ledger_place *place = *state;
	uint64_t a = put(place, "request", "REQ-1", SECRET);

	put(place, "destroyed", "REQ-1", "");
	assert_true(str_eq_text(get(place, a).secret, SECRET));
	ledger_place_close(place);
	ledger_place_open(place);
	assert_true(get(place, a).destroyed);
}

/* A ledger whose keys are gone or those of another is not opened, and nothing is begun anew. */
static void
test_the_keys_must_be_those_of_the_ledger(void **state)
{
	struct ledger_place *place = *state;
	struct err err = ERR_NONE;
	char keys[96], away[96];

	put(place, "breach", "", "{}");
	ledger_place_close(place);
	snprintf(keys, sizeof keys, "%s/keys", place->folder);
	snprintf(away, sizeof away, "%s/away", place->folder);
	assert_int_equal(rename(keys, away), 0);
	assert_int_equal(ledger_open(&place->ledger, place->path, NULL, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "the data keys are those of another ledger");
	assert_null(place->ledger);
	assert_int_equal(file_remove_tree(keys, NULL), STATUS_OK);
	assert_int_equal(rename(away, keys), 0);
	ledger_place_open(place);
	assert_true(str_eq_text(get(place, 1).secret, "{}"));
}

static void
test_a_secret_that_was_moved_to_another_entry_does_not_open(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_row row;
	struct err err = ERR_NONE;
	sqlite3 *db;

	put(place, "request", "REQ-1", SECRET);
	put(place, "check", "REQ-1", "{\"another\":1}");
	ledger_place_close(place);
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
			     "DROP TRIGGER entry_no_update;"
			     "UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE seq = 2)"
			     " WHERE seq = 1;"
			     "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry\n"
			     "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	ledger_place_open(place);
	assert_int_equal(
	    ledger_entry_find(&row, place->ledger, place->arena, 1, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "entry 1: the hash does not fit its content");
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_a_secret_comes_back_and_is_nowhere_on_disk),
		ON_EMPTY(test_a_request_has_one_key_and_others_have_their_own),
		ON_EMPTY(test_a_destroyed_request_keeps_its_chain_and_loses_its_secrets),
		ON_EMPTY(test_a_crash_between_entry_and_key_is_made_good_at_the_start),
		ON_EMPTY(test_the_keys_must_be_those_of_the_ledger),
		ON_EMPTY(test_a_secret_that_was_moved_to_another_entry_does_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
