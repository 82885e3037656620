#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "ledger/requests.h"
#include "tests/support/ledger_place.h"

static uint64_t
put(struct ledger_place *place, const char *kind, const char *request, const char *body)
{
	struct ledger_entry entry = ledger_place_entry(kind, "", body);
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	entry.request = str_from(request);
	if (ledger_append(&seq, place->ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

#define REQUEST                                                                          \
	"{\"reference\":\"LSCP-1\",\"kind\":\"serious_incident\",\"channel\":\"email\"," \
	"\"jurisdiction\":\"wales\",\"same_day\":true,\"asked\":\"ab\"}"

static void
test_a_request_is_found_as_it_was_logged_and_as_it_stands(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_request found;

	assert_int_equal(
	    ledger_request_find(&found, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_NOT_FOUND);
	put(place, "request", "REQ-1", REQUEST);
	assert_int_equal(
	    ledger_request_find(&found, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	assert_true(str_eq_text(found.reference, "LSCP-1"));
	assert_true(str_eq_text(found.kind, "serious_incident"));
	assert_true(str_eq_text(found.jurisdiction, "wales"));
	assert_true(str_eq_text(found.user, "amina"));
	assert_true(str_eq_text(found.state, "open"));
	assert_true(found.same_day && found.seq == 1 && found.state_seq == 1);
	assert_int_equal(found.review_type.n, 0);
	put(place, "request_state", "REQ-1", "{\"state\":\"withdrawn\",\"outcome\":\"withdrawn\"}");
	assert_int_equal(
	    ledger_request_find(&found, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	assert_true(str_eq_text(found.state, "withdrawn") && found.state_seq == 2);
	assert_true(str_eq_text(found.outcome, "withdrawn") && found.state_ms == LEDGER_PLACE_MS);
}

static void
test_requests_are_listed_newest_first_by_state_and_reference(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_request_filter filter = {
		.state = STR_NONE, .reference = STR_NONE, .most = 10
	};
	struct ledger_request *list;
	size_t count;

	put(place, "request", "REQ-1", REQUEST);
	put(place, "request", "REQ-2", "{\"reference\":\"X\"}");
	put(place, "request", "REQ-3", REQUEST);
	put(place, "request_state", "REQ-3", "{\"state\":\"closed\"}");
	assert_int_equal(
	    ledger_request_list(&list, &count, place->ledger, place->arena, &filter, NULL),
	    STATUS_OK);
	assert_int_equal(count, 3);
	assert_true(str_eq_text(list[0].id, "REQ-3") && str_eq_text(list[2].id, "REQ-1"));
	filter.state = STR_LIT("open");
	filter.reference = STR_LIT("LSCP-1");
	assert_int_equal(
	    ledger_request_list(&list, &count, place->ledger, place->arena, &filter, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_true(str_eq_text(list[0].id, "REQ-1"));
	filter = (struct ledger_request_filter){ STR_NONE, STR_NONE, 3, 1 };
	assert_int_equal(
	    ledger_request_list(&list, &count, place->ledger, place->arena, &filter, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_true(str_eq_text(list[0].id, "REQ-2"));
}

static void
test_an_entry_that_does_not_fit_changes_no_state(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_request found;

	put(place, "request_state", "REQ-1", "{\"state\":\"closed\"}");
	put(place, "request", "REQ-1", "[1,2]");
	put(place, "request", "", REQUEST);
	put(place, "request", "REQ-2", "not JSON");
	assert_int_equal(
	    ledger_request_find(&found, place->ledger, place->arena, STR_LIT("REQ-2"), NULL),
	    STATUS_NOT_FOUND);
	put(place, "request", "REQ-1", REQUEST); /* the first stands */
	assert_int_equal(
	    ledger_request_find(&found, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	assert_true(found.seq == 2);
}

static void
test_a_batch_may_ask_for_an_open_request(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_batch batch = {
		.entries = &entry, .entry_count = 1, .request_open = STR_LIT("REQ-1")
	};
	struct err err = ERR_NONE;
	struct ledger_head head;
	uint64_t seq;

	assert_int_equal(ledger_append(&seq, place->ledger, &batch, &err), STATUS_NOT_FOUND);
	assert_string_equal(err.text, "there is no open request REQ-1");
	put(place, "request", "REQ-1", REQUEST);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	put(place, "request_state", "REQ-1", "{\"state\":\"declined\"}");
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_NOT_FOUND);
	ledger_head(&head, place->ledger);
	assert_true(head.seq == 3);
}

/* --- Release -------------------------------------------------------------------------------------
 */
static void
test_a_released_record_is_secured_no_more(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("release_agreed", "", "{}");
	struct ledger_secure releases[] = { { STR_LIT("helpline"), STR_LIT("H-1") },
		{ STR_LIT("ctac"), STR_LIT("C-9") } };
	struct ledger_batch batch = {
		.entries = &entry, .entry_count = 1, .releases = releases, .release_count = 2
	};
	struct ledger_secured secured;
	struct err err = ERR_NONE;
	uint64_t seq;

	ledger_place_fill(place);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, &err), STATUS_STALE);
	assert_string_equal(err.text, "a record to release is not secured");
	assert_true(ledger_secured_find(
	    &secured, place->ledger, releases[0].system, releases[0].record_id));
	batch.release_count = 1;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_true(seq == 9);
	assert_false(ledger_secured_find(
	    &secured, place->ledger, releases[0].system, releases[0].record_id));
	ledger_place_expect(place, 10, 2);
	/* again, and after a restart */
	entry = ledger_place_entry("check", "CHK-5", "{}");
	batch.secures = releases;
	batch.secure_count = 1;
	batch.release_count = 0;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	ledger_place_expect(place, 12, 3);
	ledger_place_close(place);
	ledger_place_open(place);
	ledger_place_expect(place, 12, 3);
	assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
	ledger_place_expect(place, 12, 3);
	assert_true(ledger_secured_find(
	    &secured, place->ledger, releases[0].system, releases[0].record_id));
	assert_true(secured.seq == 12);
}

static void
test_many_records_secured_and_released_keep_the_table_right(void **state)
{
	struct ledger_place *place = *state;
	bool is_secured[200] = { false };
	uint64_t seq, random = 7, entries = 0, count = 0;

	for (int turn = 0; turn < 1500; turn++) {
		struct ledger_entry entry = ledger_place_entry("act", "", "{}");
		char name[32];
		struct ledger_secure one = { STR_LIT("ctac"), STR_NONE };
		struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
		size_t at;

		random = random * 6364136223846793005u + 1442695040888963407u;
		at = (size_t)(random >> 33) % 200;
		snprintf(name, sizeof name, "R-%zu", at);
		one.record_id = str_from(name);
		batch.secures = batch.releases = &one;
		batch.secure_count = !is_secured[at];
		batch.release_count = is_secured[at];
		assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
		count += is_secured[at] ? (uint64_t)-1 : 1;
		is_secured[at] = !is_secured[at];
		entries += 2;
	}
	for (size_t i = 0; i < 200; i++) {
		struct ledger_secured secured;
		char name[32];

		snprintf(name, sizeof name, "R-%zu", i);
		assert_int_equal(
		    ledger_secured_find(&secured, place->ledger, STR_LIT("ctac"), str_from(name)),
		    is_secured[i]);
	}
	ledger_place_expect(place, entries, count);
}

/* --- Made again ----------------------------------------------------------------------------------
 */
static void
dump(struct buf *out, const char *path)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "SELECT * FROM state_request ORDER BY id", -1, &stmt, NULL),
	    SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			buf_addf(out, "%s|", (const char *)sqlite3_column_text(stmt, i));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void
test_projections_made_again_are_the_same(void **state)
{
	static const char *const harm[] = {
		"DELETE FROM state_request; UPDATE projected SET seq = 1",
		"DROP TABLE state_request", "CREATE TABLE state_of_another_version (a)",
		"ALTER TABLE state_request ADD COLUMN b TEXT",
		/* as it was until November 2026 */
		"DROP TABLE state_check; CREATE TABLE state_check (check_id TEXT NOT NULL PRIMARY"
		" KEY, seq INTEGER NOT NULL, request_id TEXT NOT NULL, leg TEXT NOT NULL) STRICT,"
		" WITHOUT ROWID; CREATE INDEX state_check_leg ON state_check (leg, seq);"
		" CREATE TABLE state_check_system (check_id TEXT NOT NULL, system TEXT NOT NULL,"
		" PRIMARY KEY (check_id, system)) STRICT, WITHOUT ROWID",
		"CREATE INDEX state_request_seq ON state_request (seq)"
	};
	struct ledger_place *place = *state;
	struct buf before = BUF_INIT;

	for (int i = 0; i < 20; i++) {
		char id[16];

		snprintf(id, sizeof id, "REQ-%d", i);
		put(place, "request", id, REQUEST);
		if (i % 3 == 0)
			put(place, "request_state", id, "{\"state\":\"closed\"}");
	}
	ledger_place_close(place);
	dump(&before, place->path);
	for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
		struct buf after = BUF_INIT;
		sqlite3 *db;

		assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, harm[i], NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		ledger_place_open(place);
		ledger_place_close(place);
		dump(&after, place->path);
		assert_string_equal(before.p, after.p);
		buf_free(&after);
	}
	buf_free(&before);
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_a_request_is_found_as_it_was_logged_and_as_it_stands),
		ON_EMPTY(test_requests_are_listed_newest_first_by_state_and_reference),
		ON_EMPTY(test_an_entry_that_does_not_fit_changes_no_state),
		ON_EMPTY(test_a_batch_may_ask_for_an_open_request),
		ON_EMPTY(test_a_released_record_is_secured_no_more),
		ON_EMPTY(test_many_records_secured_and_released_keep_the_table_right),
		ON_EMPTY(test_projections_made_again_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
