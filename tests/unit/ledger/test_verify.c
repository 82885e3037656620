#include "ledger/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "ledger/chain.h"
#include "tests/support/ledger_place.h"

#define FILLED 8 /* entries of ledger_place_fill() */

/* --- Tools -------------------------------------------------------------------------------- */

static int
set_up_filled(void **state)
{
	if (ledger_place_set_up(state) != 0)
		return -1;
	ledger_place_fill(*state);
	ledger_place_close(*state);
	return 0;
}

/* What somebody with the file and a database tool can do: the triggers are no wall for him. */
static void
tamper(struct ledger_place *place, const char *sql)
{
	static const char *const names[] = { "entry_no_update", "entry_no_delete", "entry_in_order",
		"idem_no_update", "idem_no_delete" };
	char *kept[5], text[128];
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	for (size_t i = 0; i < 5; i++) {
		snprintf(
		    text, sizeof text, "SELECT sql FROM sqlite_schema WHERE name = '%s'", names[i]);
		assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
		kept[i] = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));
		sqlite3_finalize(stmt);
		snprintf(text, sizeof text, "DROP TRIGGER %s", names[i]);
		assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	}
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(sqlite3_exec(db, kept[i], NULL, NULL, NULL), SQLITE_OK);
		sqlite3_free(kept[i]);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static enum status
verify(struct ledger_report *report, struct ledger_place *place, struct err *err)
{
	*err = ERR_NONE;
	return ledger_verify(report, place->path, NULL, NULL, NULL, err);
}

static void
expect_fault(struct ledger_place *place, uint64_t bad_seq, const char *text)
{
	struct ledger_report report;
	struct err err;

	assert_int_equal(verify(&report, place, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, text);
	assert_string_equal(err.source, place->path);
	assert_true(report.bad_seq == bad_seq);
	if (bad_seq != 0)
		assert_true(report.entries == bad_seq - 1);
}

/* Reads one entry by SQL, without the ledger's code. */
static void
read_entry(struct ledger_row *row, struct arena *arena, const char *path, uint64_t seq)
{
	struct str *texts[] = { &row->kind, &row->user, &row->role, &row->request, &row->check,
		&row->body, &row->sealed };
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
			     "SELECT at_ms, hash, key_no, kind, user, role, request_id, check_id,"
			     " body, sealed FROM entry WHERE seq = ?",
			     -1, &stmt, NULL),
	    SQLITE_OK);
	sqlite3_bind_int64(stmt, 1, (sqlite3_int64)seq);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	row->seq = seq;
	row->at_ms = sqlite3_column_int64(stmt, 0);
	memcpy(row->hash.bytes, sqlite3_column_blob(stmt, 1), DIGEST_BYTES);
	row->key_no = (uint64_t)sqlite3_column_int64(stmt, 2);
	for (int i = 0; i < 7; i++)
		assert_true(arena_copy(texts[i], arena,
		    (struct str){ (const char *)sqlite3_column_blob(stmt, 3 + i),
			(size_t)sqlite3_column_bytes(stmt, 3 + i) }));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void
hash_after(char hex[DIGEST_HEX + 1], struct ledger_place *place, struct ledger_row *row)
{
	struct ledger_row before;
	struct digest hash;

	read_entry(&before, place->arena, place->path, row->seq - 1);
	chain_hash(&hash, &before.hash, row);
	digest_hex(hex, &hash);
}

/* Names and bytes of all that is in the folder. */
static void
digest_folder(struct digest *out, const char *folder)
{
	struct dirent **names;
	struct buf all = BUF_INIT;
	char path[512];
	int n = scandir(folder, &names, NULL, alphasort);

	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		buf_add_text(&all, names[i]->d_name);
		snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && strcmp(names[i]->d_name, "keys") != 0)
			assert_int_equal(file_read(&all, path, 1u << 24, NULL), STATUS_OK);
		free(names[i]);
	}
	free(names);
	digest_of(out, buf_str(&all));
	buf_free(&all);
}

/* --- A good ledger -------------------------------------------------------------------------- */

static void
count_calls(void *ctx, uint64_t done, uint64_t all)
{
	assert_true(done == FILLED && all == FILLED);
	++*(int *)ctx;
}

static void
test_a_good_ledger_is_reported_and_nothing_is_touched(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_report report;
	struct ledger_row last;
	struct digest before, after;
	int calls = 0;

	digest_folder(&before, place->folder);
	assert_int_equal(
	    ledger_verify(&report, place->path, NULL, count_calls, &calls, NULL), STATUS_OK);
	digest_folder(&after, place->folder);
	assert_memory_equal(before.bytes, after.bytes, DIGEST_BYTES);
	assert_int_equal(calls, 1);
	assert_true(report.entries == FILLED && report.checks == 5 && report.secured == 3);
	assert_true(report.first_ms == LEDGER_PLACE_MS && report.last_ms == LEDGER_PLACE_MS);
	assert_true(report.bad_seq == 0);
	read_entry(&last, place->arena, place->path, FILLED);
	assert_memory_equal(report.head.bytes, last.hash.bytes, DIGEST_BYTES);
}

static void
copy_file(const char *from, const char *to)
{
	struct buf bytes = BUF_INIT;

	assert_int_equal(file_read(&bytes, from, 1u << 26, NULL), STATUS_OK);
	assert_int_equal(file_write(to, buf_str(&bytes), 0600, NULL), STATUS_OK);
	buf_free(&bytes);
}

static void
test_a_copy_with_its_write_ahead_log_is_read_whole_and_untouched(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_report report;
	struct digest before, after;
	char folder[96], from[128], path[160], wal[192];

	ledger_place_open(place);
	ledger_place_append(place, "CHK-9", "{\"in\":\"the log only\"}");
	snprintf(folder, sizeof folder, "%s/copy", place->folder);
	snprintf(path, sizeof path, "%s/100%% #1?.db", folder); /* all that a URI would trip on */
	snprintf(from, sizeof from, "%s-wal", place->path);
	snprintf(wal, sizeof wal, "%s-wal", path);
	assert_int_equal(file_make_folders(folder, NULL), STATUS_OK);
	copy_file(place->path, path);
	copy_file(from, wal);
	digest_folder(&before, folder);
	assert_int_equal(ledger_verify(&report, path, NULL, NULL, NULL, NULL), STATUS_OK);
	assert_true(report.entries == FILLED + 1);
	digest_folder(&after, folder);
	assert_memory_equal(before.bytes, after.bytes, DIGEST_BYTES);
	assert_int_equal(unlink(wal), 0);
	assert_int_equal(ledger_verify(&report, path, NULL, NULL, NULL, NULL), STATUS_OK);
	assert_true(report.entries == FILLED);
}

/* SQLite takes the index of the log away before the log: an index alone means that somebody took
 * the log, and with it the newest entries. */
static void
test_a_log_taken_away_after_a_crash_is_noticed(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_report report;
	struct ledger *ledger;
	struct err err = ERR_NONE;
	char folder[96], from[128], path[128], to[160];

	ledger_place_open(place);
	ledger_place_append(place, "CHK-9", "{\"in\":\"the log only\"}");
	snprintf(folder, sizeof folder, "%s/crashed", place->folder);
	snprintf(path, sizeof path, "%s/ledger.db", folder);
	assert_int_equal(file_make_folders(folder, NULL), STATUS_OK);
	copy_file(place->path, path);
	snprintf(from, sizeof from, "%s-shm", place->path);
	snprintf(to, sizeof to, "%s-shm", path);
	copy_file(from, to);
	assert_int_equal(ledger_open(&ledger, path, NULL, &err), STATUS_CORRUPT);
	assert_string_equal(
	    err.text, "its write-ahead log is gone, and the newest entries with it");
	err_clear(&err);
	assert_int_equal(ledger_verify(&report, path, NULL, NULL, NULL, &err), STATUS_CORRUPT);
	assert_string_equal(
	    err.text, "its write-ahead log is gone, and the newest entries with it");
}

static void
test_a_ledger_moved_while_in_use_takes_no_more_entries(void **state)
{
	struct ledger_place *place = *state;
	const struct ledger_entry entry = ledger_place_entry("check", "CHK-9", "{}");
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct err err = ERR_NONE;
	uint64_t seq;
	char away[160];

	ledger_place_open(place);
	snprintf(away, sizeof away, "%s.away", place->path);
	assert_int_equal(rename(place->path, away), 0);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, &err), STATUS_IO);
	assert_string_equal(
	    err.text, "the ledger file was moved, removed or replaced while in use");
	assert_int_equal(rename(away, place->path), 0);
	ledger_place_append(place, "CHK-9", "{}");
	ledger_place_expect(place, FILLED + 1, 3);
}

static void
test_a_ledger_in_use_can_be_verified_and_used_on(void **state)
{
	struct ledger_place *place = *state;

	ledger_place_open(place);
	for (unsigned i = 1; i <= 3; i++) {
		ledger_place_append(place, "CHK-9", "{}");
		ledger_place_expect(place, FILLED + i, 3);
	}
}

/* Made once with this code and checked by hand against the layout in ledger_sqlite.c with an
 * independent BLAKE2b (Python's hashlib); it must never change. */
static void
test_the_first_hash_is_the_documented_one(void **state)
{
	struct ledger_row row = { .seq = 1,
		.at_ms = LEDGER_PLACE_MS,
		.kind = STR_LIT("check"),
		.user = STR_LIT("amina"),
		.role = STR_LIT("qa_officer"),
		.request = STR_LIT("REQ-1"),
		.check = STR_LIT("CHK-1"),
		.key_no = 3,
		.body = STR_LIT("{\"people\":1}"),
		.sealed = STR_LIT("sealed") };
	struct digest hash;
	char hex[DIGEST_HEX + 1];

	(void)state;
	chain_hash(&hash, &CHAIN_ZERO, &row);
	digest_hex(hex, &hash);
	assert_string_equal(
	    hex, "20ad97835ef7c988cf9c27f04799e4e67caa4efc3e0f870b01070432f50cfb14");
}

/* --- A large ledger, looked at by several threads
 * -------------------------------------------------
 */
#define LARGE 20100 /* verify_sqlite.c: SIDE_BY_SIDE_FROM is 20,000 */

static void
fill_large(struct ledger_place *place)
{
	struct ledger_entry entries[60];

	ledger_place_open(place);
	for (unsigned i = 0; i < 60; i++)
		entries[i] = ledger_place_entry("view", "", "{}");
	for (unsigned have = FILLED; have < LARGE; have += 60) {
		const struct ledger_batch batch = { .entries = entries,
			.entry_count = LARGE - have < 60 ? LARGE - have : 60 };
		uint64_t seq;

		assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	}
	ledger_place_expect(place, LARGE, 3);
	ledger_place_close(place);
}

static void
test_the_first_fault_is_told_wherever_it_lies(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_report report;
	struct err err;

	fill_large(place);
	tamper(place, "UPDATE entry SET body = '{ }' WHERE seq = 20099");
	expect_fault(place, 20099, "entry 20099: the hash does not fit its content");
	tamper(place, "UPDATE entry SET hash = zeroblob(32) WHERE seq = 12345");
	expect_fault(place, 12345, "entry 12345: the hash does not fit its content");
	/* the last of the first of eight parts: the second part is held by its hash */
	tamper(place, "UPDATE entry SET hash = zeroblob(32) WHERE seq = 2512");
	expect_fault(place, 2512, "entry 2512: the hash does not fit its content");
	tamper(place, "DELETE FROM entry WHERE seq = 2000");
	expect_fault(place, 2000, "entry 2000 is missing");
	tamper(place, "DELETE FROM entry WHERE seq BETWEEN 1000 AND 9000");
	expect_fault(place, 1000, "entry 1000 is missing");
	tamper(place, "DELETE FROM secured WHERE record_id = 'C-1'");
	assert_int_equal(verify(&report, place, &err), STATUS_CORRUPT);
	assert_true(report.bad_seq == 1000);
}

static void
test_what_lies_beside_a_large_chain_is_found_too(void **state)
{
	struct ledger_place *place = *state;
	_Atomic bool stop = true;
	const struct ledger_proof proof = { .stop = &stop };
	struct ledger_report report;

	fill_large(place);
	assert_int_equal(
	    ledger_prove(&report, place->path, &proof, NULL, NULL, NULL), STATUS_UNAVAILABLE);
	tamper(place, "DELETE FROM secured WHERE record_id = 'C-1'");
	expect_fault(place, 0, "the record that entry 3 secured is not among the secured records");
	tamper(place, "INSERT INTO secured VALUES ('ctac', 'C-1', 3);"
		      "INSERT INTO state_overdue VALUES ('REQ-1', 'imr', '2026-11-23', 1)");
	expect_fault(place, 0,
	    "the table state_overdue is not what the entries make of it, from row 1 on; "
	    "\"client ledger rebuild\" makes it again");
	tamper(place, "DELETE FROM state_overdue; UPDATE idem SET answer = zeroblob(32)");
	expect_fault(place, 1, "entry 1: an id that is kept for it does not fit");
}

/* --- What an expected head shows ------------------------------------------------------------ */

static void
test_an_expected_head_shows_a_cut_tail(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_expect expect = { .seq = FILLED };
	struct ledger_report report;
	struct ledger_row row;
	struct err err = ERR_NONE;
	char hex[DIGEST_HEX + 1], sql[256];

	read_entry(&row, place->arena, place->path, FILLED);
	expect.hash = row.hash;
	assert_int_equal(ledger_verify(&report, place->path, &expect, NULL, NULL, NULL), STATUS_OK);
	read_entry(&row, place->arena, place->path, 6);
	digest_hex(hex, &row.hash);
	/* cut with care: only a head kept elsewhere can show it */
	snprintf(sql, sizeof sql,
	    "DELETE FROM entry WHERE seq > 6; UPDATE projected SET seq = 6, hash = x'%s'", hex);
	tamper(place, sql);
	assert_int_equal(ledger_verify(&report, place->path, NULL, NULL, NULL, NULL), STATUS_OK);
	assert_int_equal(
	    ledger_verify(&report, place->path, &expect, NULL, NULL, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "ends at entry 6: the expected entry 8 was cut off");
	assert_true(report.bad_seq == 7);
	expect = (struct ledger_expect){ .seq = 6, .hash = row.hash };
	assert_int_equal(ledger_verify(&report, place->path, &expect, NULL, NULL, NULL), STATUS_OK);
	expect.hash.bytes[31] ^= 1;
	err_clear(&err);
	assert_int_equal(
	    ledger_verify(&report, place->path, &expect, NULL, NULL, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "entry 6 is not the expected one");
	assert_true(report.bad_seq == 6);
}

static void
test_the_empty_head_is_in_every_ledger(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_expect expect = { .seq = 0, .hash = CHAIN_ZERO };
	struct ledger_report report;

	assert_int_equal(ledger_verify(&report, place->path, &expect, NULL, NULL, NULL), STATUS_OK);
	expect.hash.bytes[0] = 1;
	assert_int_equal(
	    ledger_verify(&report, place->path, &expect, NULL, NULL, NULL), STATUS_INVALID);
}

/* --- What is found by the chain -------------------------------------------------------------- */

static void
test_a_change_of_any_field_is_found_at_its_entry(void **state)
{
	static const char *const changes[] = { "at_ms = at_ms + 1", "kind = 'view'", "user = 'bo'",
		"role = 'auditor'", "request_id = 'REQ-9'", "check_id = 'CHK-9'", "key_no = 9",
		"body = '{}'", "sealed = x'00'", "hash = zeroblob(32)" };
	struct ledger_place *place = *state;
	struct ledger_row row;
	char sql[128], undo[512], hex[DIGEST_HEX + 1];

	read_entry(&row, place->arena, place->path, 4);
	digest_hex(hex, &row.hash);
	snprintf(undo, sizeof undo,
	    "UPDATE entry SET at_ms = %lld, kind = 'check', user = 'amina', role = 'qa_officer',"
	    " request_id = '', check_id = 'CHK-1', key_no = 0, body = '{\"people\":1}', sealed = "
	    "x'',"
	    " hash = x'%s' WHERE seq = 4",
	    (long long)row.at_ms, hex);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct ledger_report report;
		struct err err;

		snprintf(sql, sizeof sql, "UPDATE entry SET %s WHERE seq = 4", changes[i]);
		tamper(place, sql);
		expect_fault(place, 4, "entry 4: the hash does not fit its content");
		tamper(place, undo);
		assert_int_equal(verify(&report, place, &err), STATUS_OK);
	}
}

static void
test_a_missing_entry_is_named(void **state)
{
	struct ledger_place *place = *state;

	tamper(place, "DELETE FROM entry WHERE seq = 7");
	expect_fault(place, 7, "entry 7 is missing");
	tamper(place, "DELETE FROM entry WHERE seq <= 2");
	expect_fault(place, 1, "entry 1 is missing");
}

static void
test_a_careless_cut_is_found_without_a_head(void **state)
{
	struct ledger_place *place = *state;

	tamper(place, "DELETE FROM entry WHERE seq > 6");
	expect_fault(place, 0, "ends at entry 6, but the secured records were made from entry 8");
}

static void
test_swapped_entries_are_found(void **state)
{
	struct ledger_place *place = *state;

	tamper(place,
	    "UPDATE entry SET seq = 99 WHERE seq = 6; UPDATE entry SET seq = 6 WHERE seq = 7;"
	    "UPDATE entry SET seq = 7 WHERE seq = 99");
	expect_fault(place, 6, "entry 6: the hash does not fit its content");
}

static void
test_a_rehashed_entry_breaks_the_chain_at_the_next(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_row row;
	char hex[DIGEST_HEX + 1], sql[256];

	read_entry(&row, place->arena, place->path, 6);
	row.user = STR_LIT("bo");
	hash_after(hex, place, &row);
	snprintf(sql, sizeof sql, "UPDATE entry SET user = 'bo', hash = x'%s' WHERE seq = 6", hex);
	tamper(place, sql);
	expect_fault(place, 7, "entry 7: the hash does not fit its content");
}

static void
test_an_entry_put_in_between_breaks_the_chain_after_it(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_row row;
	char hex[DIGEST_HEX + 1], sql[512];

	read_entry(&row, place->arena, place->path, 6);
	hash_after(hex, place, &row);
	/* numbers under 1 are refused by the table, so the move goes by way of large ones */
	snprintf(sql, sizeof sql,
	    "UPDATE entry SET seq = seq + 100 WHERE seq >= 6;"
	    "UPDATE entry SET seq = seq - 99 WHERE seq > 100;"
	    "INSERT INTO entry SELECT 6, at_ms, kind, user, role, request_id, check_id, x'%s',"
	    " key_no, body, sealed FROM entry WHERE seq = 7",
	    hex);
	tamper(place, sql);
	expect_fault(place, 7, "entry 7: the hash does not fit its content");
}

static void
test_a_field_of_another_type_is_found(void **state)
{
	struct ledger_place *place = *state;
	sqlite3 *db;

	/* STRICT tables refuse this, so the layout has to be changed for it, and back again */
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"PRAGMA writable_schema = ON;"
		"UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'entry';"
		"PRAGMA writable_schema = RESET",
		NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	tamper(place, "UPDATE entry SET body = CAST(body AS BLOB) WHERE seq = 6");
	expect_fault(
	    place, 0, "its tables, indexes and triggers are not those of a ledger of version 2");
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
			     "PRAGMA writable_schema = ON;"
			     "UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'entry';"
			     "PRAGMA writable_schema = RESET",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	expect_fault(place, 6, "entry 6: a field has the wrong type");
}

/* --- What is found beside the chain ------------------------------------------------------------
 */

static void
test_secured_records_are_held_against_the_entries(void **state)
{
	struct ledger_place *place = *state;

	tamper(place, "DELETE FROM secured WHERE record_id = 'C-1'");
	expect_fault(place, 0, "the record that entry 3 secured is not among the secured records");
	tamper(place, "INSERT INTO secured VALUES ('ctac', 'C-1', 5)");
	expect_fault(place, 0, "the record that entry 3 secured is not among the secured records");
	tamper(place, "UPDATE secured SET seq = 3 WHERE record_id = 'C-1'");
	tamper(place, "INSERT INTO secured VALUES ('ctac', 'C-2', 5)");
	expect_fault(place, 0, "4 records are secured, but the entries secured 3");
	/* opening makes the projection again, from the entries */
	ledger_place_open(place);
	ledger_place_expect(place, FILLED, 3);
}

static void
test_projections_are_held_against_the_entries(void **state)
{
	struct ledger_place *place = *state;

	ledger_place_open(place);
	ledger_place_append_request(place, "REQ-1", "{\"reference\":\"R\",\"kind\":\"k\"}");
	ledger_place_append_request(place, "REQ-2", "{\"reference\":\"S\",\"kind\":\"k\"}");
	ledger_place_close(place);
	tamper(place, "UPDATE state_request SET reference = 'X' WHERE id = 'REQ-2'");
	expect_fault(place, 0,
	    "the table state_request is not what the entries make of it, from row 2 on; \"client "
	    "ledger rebuild\" makes it again");
	tamper(place, "UPDATE state_request SET reference = 'S' WHERE id = 'REQ-2'");
	tamper(place, "DELETE FROM state_request WHERE id = 'REQ-2'");
	expect_fault(place, 0,
	    "the table state_request is not what the entries make of it, from row 2 on; \"client "
	    "ledger rebuild\" makes it again");
	tamper(place, "UPDATE projected SET seq = 0"); /* made again at the next start */
	ledger_place_open(place);
	ledger_place_expect(place, FILLED + 2, 3);
	ledger_place_close(place);
	tamper(place, "INSERT INTO state_milestone VALUES ('REQ-1', 'm', '', '', 1, 1)");
	expect_fault(place, 0,
	    "the table state_milestone is not what the entries make of it, from row 1 on; "
	    "\"client ledger rebuild\" makes it again");
	tamper(place, "DELETE FROM state_milestone; UPDATE projected SET wall_ms = wall_ms + 1");
	expect_fault(place, 0, "the clock that is kept is not that of the entries");
	tamper(place, "DROP TABLE state_milestone");
	ledger_place_open(place);
	ledger_place_expect(place, FILLED + 2, 3);
}

static void
test_a_projection_of_another_head_is_made_again_at_opening(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_secured secured;

	tamper(place, "DELETE FROM secured; UPDATE projected SET seq = 5");
	ledger_place_open(place);
	ledger_place_expect(place, FILLED, 3);
	assert_true(
	    ledger_secured_find(&secured, place->ledger, STR_LIT("childline"), STR_LIT("L-1")));
	assert_true(secured.seq == 5);
	assert_string_equal(secured.check, "CHK-1");
}

static void
test_an_id_of_no_entry_is_found(void **state)
{
	struct ledger_place *place = *state;

	tamper(place,
	    "INSERT INTO idem VALUES ('bo', 'x', zeroblob(32), 99, zeroblob(32), zeroblob(32))");
	expect_fault(place, 0, "an id is kept for entry 99, which does not fit it");
}

static void
test_an_id_of_another_users_entry_is_found(void **state)
{
	struct ledger_place *place = *state;

	tamper(place, "UPDATE idem SET principal = 'bo' WHERE id = 'id-2'");
	expect_fault(place, 4, "entry 4: an id that is kept for it does not fit");
	tamper(place, "UPDATE idem SET principal = 'amina', seq = 6 WHERE id = 'id-2'");
	expect_fault(place, 6, "entry 6: an id that is kept for it does not fit");
	tamper(place, "UPDATE idem SET seq = 1 WHERE id = 'id-2'");
	expect_fault(place, 0, "an id is kept for entry 1, which does not fit it");
	tamper(place, "UPDATE idem SET seq = 4 WHERE id = 'id-2'");
	ledger_place_open(place);
	ledger_place_expect(place, FILLED, 3);
}

static void
test_a_reply_out_of_place_or_gone_too_early_is_found(void **state)
{
	struct ledger_place *place = *state;

	tamper(place, "UPDATE reply SET seq = 5 WHERE seq = 4");
	expect_fault(place, 0, "a reply is kept for entry 5, which has no id");
	tamper(place, "UPDATE reply SET seq = 4, kept_ms = kept_ms - 1 WHERE seq = 5");
	expect_fault(place, 4, "entry 4: its kept reply does not fit");
	tamper(place, "UPDATE reply SET kept_ms = kept_ms + 1 WHERE seq = 4");
	tamper(place, "DELETE FROM reply WHERE seq = 1");
	expect_fault(place, 0, "the reply of entry 1 is gone, and it is not a day old");
}

static void
test_a_missing_trigger_is_found_and_not_opened(void **state)
{
	struct ledger_place *place = *state;
	struct err err = ERR_NONE;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "DROP TRIGGER entry_no_delete", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	expect_fault(
	    place, 0, "its tables, indexes and triggers are not those of a ledger of version 2");
	assert_int_equal(ledger_open(&place->ledger, place->path, NULL, &err), STATUS_CORRUPT);
	assert_string_equal(
	    err.text, "its tables, indexes and triggers are not those of a ledger of version 2");
}

static void
test_an_index_that_does_not_fit_is_found(void **state)
{
	struct ledger_place *place = *state;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	/* two indexes with each other's pages */
	assert_int_equal(
	    sqlite3_exec(db,
		"PRAGMA writable_schema = ON;"
		"UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema WHERE"
		" name IN ('entry_check', 'reply_at')) - rootpage"
		" WHERE name IN ('entry_check', 'reply_at');",
		NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	{
		struct ledger_report report;
		struct err err;

		assert_int_equal(verify(&report, place, &err), STATUS_CORRUPT);
		assert_memory_equal(err.text, "the file is damaged: ", 21);
		assert_true(report.bad_seq == 0 && report.entries == FILLED);
	}
}

/* --- What is no ledger ---------------------------------------------------------------------------
 */

static void
expect_no_ledger(const char *path, enum status status, const char *text)
{
	struct ledger_report report;
	struct err err = ERR_NONE;

	assert_int_equal(ledger_verify(&report, path, NULL, NULL, NULL, &err), status);
	assert_string_equal(err.text, text);
	assert_string_equal(err.source, path);
}

static void
test_what_is_no_ledger_is_said_to_be_none(void **state)
{
	struct ledger_place *place = *state;
	char path[128];
	sqlite3 *db;

	expect_no_ledger(place->folder, STATUS_INVALID, "not a regular file");
	snprintf(path, sizeof path, "%s/absent", place->folder);
	expect_no_ledger(path, STATUS_NOT_FOUND, "no such file");
	snprintf(path, sizeof path, "%s/empty", place->folder);
	assert_int_equal(file_write(path, STR_NONE, 0600, NULL), STATUS_OK);
	expect_no_ledger(path, STATUS_INVALID, "the file is empty: not a ledger");
	snprintf(path, sizeof path, "%s/text", place->folder);
	assert_int_equal(file_write(path, STR_LIT("just a line of text\n"), 0600, NULL), STATUS_OK);
	expect_no_ledger(path, STATUS_INVALID, "not a ledger");
	snprintf(path, sizeof path, "%s/other.db", place->folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE t (a)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	expect_no_ledger(path, STATUS_INVALID, "not a ledger");
}

static void
test_a_newer_layout_is_neither_verified_nor_opened(void **state)
{
	struct ledger_place *place = *state;
	struct err err = ERR_NONE;

	tamper(place, "PRAGMA user_version = 3");
	expect_no_ledger(
	    place->path, STATUS_VERSION, "written by a newer version (layout 3, this one knows 2)");
	assert_int_equal(ledger_open(&place->ledger, place->path, NULL, &err), STATUS_VERSION);
	assert_string_equal(err.text, "written by a newer version (layout 3, this one knows 2)");
}

/* --- Every byte
 * ------------------------------------------------------------------------------------ */

static uint64_t random_state = 20261123;

static uint64_t
random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static size_t
position_of(struct str bytes, const void *what, size_t n)
{
	for (size_t i = 0; i + n <= bytes.n; i++)
		if (memcmp(bytes.p + i, what, n) == 0)
			return i;
	fail_msg("not in the file");
	return 0;
}

static void
put_byte(int fd, size_t at, unsigned char byte)
{
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
}

/* A row lies in the file as: at_ms in 6 bytes, kind, user, role, request_id, check_id, hash, key_no
 * (no byte for 0), body, sealed. */
static void
test_every_flipped_byte_of_every_entry_is_found(void **state)
{
	struct ledger_place *place = *state;
	struct buf file = BUF_INIT;
	int fd = open(place->path, O_RDWR);
	unsigned flips = 0;

	assert_true(fd >= 0);
	assert_int_equal(file_read(&file, place->path, 1u << 24, NULL), STATUS_OK);
	for (uint64_t seq = 1; seq <= FILLED; seq++) {
		struct ledger_row row;
		size_t at, from, to;

		read_entry(&row, place->arena, place->path, seq);
		at = position_of(buf_str(&file), row.hash.bytes, DIGEST_BYTES);
		from = at - 6 - row.kind.n - row.user.n - row.role.n - row.request.n - row.check.n;
		to = at + DIGEST_BYTES + row.body.n;
		assert_memory_equal(file.p + to - row.body.n, row.body.p, row.body.n);
		for (size_t i = from; i < to; i++, flips++) {
			unsigned char was = (unsigned char)file.p[i];
			struct ledger_report report;
			struct err err;

			put_byte(fd, i, (unsigned char)(was ^ (1 + random_next() % 255)));
			assert_int_equal(verify(&report, place, &err), STATUS_CORRUPT);
			if (report.bad_seq != seq)
				fail_msg(
				    "byte %zu of entry %u: %s", i - from, (unsigned)seq, err.text);
			put_byte(fd, i, was);
		}
	}
	assert_true(flips > FILLED * 70);
	close(fd);
	buf_free(&file);
	ledger_place_open(place);
	ledger_place_expect(place, FILLED, 3);
}

/* --- Kept replies --------------------------------------------------------------------------- */

struct kept {
	uint64_t seq;
	const char *id;
	struct str reply;
	struct str sealed; /* as stored */
	struct digest request;
};

static char long_reply[6000]; /* over one page of the file */

static void
read_reply(struct str *out, struct ledger_place *place, uint64_t seq)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "SELECT reply FROM reply WHERE seq = ?", -1, &stmt, NULL),
	    SQLITE_OK);
	sqlite3_bind_int64(stmt, 1, (sqlite3_int64)seq);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_true(arena_copy(out, place->arena,
	    (struct str){ (const char *)sqlite3_column_blob(stmt, 0),
		(size_t)sqlite3_column_bytes(stmt, 0) }));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

/* Two ids more, each with a reply; the second does not compress, and is over one page. */
static void
keep_replies(struct ledger_place *place, struct kept kept[2])
{
	for (size_t i = 0; i < sizeof long_reply; i++)
		long_reply[i] = (char)('!' + random_next() % 90);
	kept[0] = (struct kept){ .id = "id-8", .reply = STR_LIT("{\"answer\":\"first\"}") };
	kept[1] = (struct kept){ .id = "id-9", .reply = { long_reply, sizeof long_reply } };
	ledger_place_open(place);
	for (size_t i = 0; i < 2; i++) {
		struct ledger_entry entry = ledger_place_entry("check", "CHK-8", "{}");
		struct ledger_batch batch = { .entries = &entry,
			.entry_count = 1,
			.idem_principal = STR_LIT("amina"),
			.idem_id = str_from(kept[i].id),
			.idem_reply = kept[i].reply };

		digest_of(&kept[i].request, str_from(kept[i].id));
		batch.idem_request = kept[i].request;
		assert_int_equal(
		    ledger_append(&kept[i].seq, place->ledger, &batch, NULL), STATUS_OK);
	}
	ledger_place_close(place);
	for (size_t i = 0; i < 2; i++)
		read_reply(&kept[i].sealed, place, kept[i].seq);
}

static enum status
find_kept(struct str *reply, struct ledger_place *place, const struct kept *kept)
{
	uint64_t seq;
	enum status status;

	ledger_place_open(place);
	status = ledger_idem_find(reply, &seq, place->ledger, place->arena, STR_LIT("amina"),
	    str_from(kept->id), &kept->request, NULL);
	ledger_place_close(place);
	return status;
}

/* A row of an id lies in the file as: principal, id, request, seq in one byte, answer, seal. */
static void
test_every_flipped_byte_of_every_id_is_found(void **state)
{
	struct ledger_place *place = *state;
	struct buf file = BUF_INIT;
	struct kept kept[2];
	int fd;

	keep_replies(place, kept);
	assert_int_equal(file_read(&file, place->path, 1u << 24, NULL), STATUS_OK);
	fd = open(place->path, O_RDWR);
	assert_true(fd >= 0);
	for (size_t k = 0; k < 2; k++) {
		size_t at = position_of(buf_str(&file), kept[k].request.bytes, DIGEST_BYTES);

		assert_memory_equal(file.p + at - 4, kept[k].id, 4);
		for (size_t i = at - 9; i < at + 3 * DIGEST_BYTES + 1; i++) {
			unsigned char was = (unsigned char)file.p[i];
			struct ledger_report report;
			struct err err;

			put_byte(fd, i, (unsigned char)(was ^ (1 + random_next() % 255)));
			assert_int_equal(verify(&report, place, &err), STATUS_CORRUPT);
			/* its number may name any other entry */
			if (i != at + DIGEST_BYTES)
				assert_true(report.bad_seq == kept[k].seq);
			put_byte(fd, i, was);
		}
	}
	close(fd);
	buf_free(&file);
}

/* The part of the reply that lies in one piece from its start. */
static size_t
piece_of(const struct buf *file, size_t at, struct str reply)
{
	size_t n = 0;

	while (n < reply.n && file->p[at + n] == reply.p[n])
		n++;
	return n;
}

static void
test_every_flipped_byte_of_a_kept_reply_is_found_and_never_served(void **state)
{
	struct ledger_place *place = *state;
	struct buf file = BUF_INIT;
	struct kept kept[2];
	unsigned flips = 0;
	int fd;

	keep_replies(place, kept);
	assert_int_equal(file_read(&file, place->path, 1u << 24, NULL), STATUS_OK);
	fd = open(place->path, O_RDWR);
	assert_true(fd >= 0);
	for (size_t k = 0; k < 2; k++) {
		struct str head = str_part(kept[k].sealed, 0, 19), reply = STR_NONE;
		size_t at = position_of(buf_str(&file), head.p, head.n);
		size_t n = piece_of(&file, at, kept[k].sealed);
		char text[64];

		snprintf(text, sizeof text, "entry %u: its kept reply does not fit",
		    (unsigned)kept[k].seq);
		assert_int_equal(find_kept(&reply, place, &kept[k]), STATUS_OK);
		for (size_t i = at; i < at + n; i++, flips++) {
			unsigned char was = (unsigned char)file.p[i];

			put_byte(fd, i, (unsigned char)(was ^ (1 + random_next() % 255)));
			expect_fault(place, kept[k].seq, text);
			/* opening takes a few ms: in the long reply, now and then */
			reply = STR_NONE;
			if (k == 0 || i % 97 == 0) {
				assert_int_equal(
				    find_kept(&reply, place, &kept[k]), STATUS_CORRUPT);
				assert_true(reply.n == 0);
			}
			put_byte(fd, i, was);
		}
		assert_int_equal(find_kept(&reply, place, &kept[k]), STATUS_OK);
	}
	assert_true(flips > 500);
	close(fd);
	buf_free(&file);
}

static void
test_a_flipped_byte_anywhere_is_found_or_harmless(void **state)
{
	struct ledger_place *place = *state;
	struct buf file = BUF_INIT;
	struct ledger_report good, report;
	struct err err;
	int fd = open(place->path, O_RDWR);
	unsigned found = 0, harmless = 0;

	assert_true(fd >= 0);
	assert_int_equal(file_read(&file, place->path, 1u << 24, NULL), STATUS_OK);
	assert_int_equal(verify(&good, place, &err), STATUS_OK);
	for (unsigned i = 0; i < 1500; i++) {
		size_t at = random_next() % file.n;
		unsigned char was = (unsigned char)file.p[at];

		/* most of a small file is free space: look at used bytes more often */
		if (was == 0 && i % 4 != 0)
			continue;
		put_byte(fd, at, (unsigned char)(was ^ (1 + random_next() % 255)));
		if (verify(&report, place, &err) == STATUS_OK) {
			/* the entries read back as they were: the chain over them ends the same */
			assert_memory_equal(&report, &good, sizeof good);
			harmless++;
		} else {
			assert_int_not_equal(err.text[0], '\0');
			found++;
		}
		put_byte(fd, at, was);
	}
	print_message("%u found, %u harmless\n", found, harmless);
	assert_true(found > 50);
	close(fd);
	buf_free(&file);
}

static void
test_a_shortened_file_is_found(void **state)
{
	struct ledger_place *place = *state;
	struct buf file = BUF_INIT;

	assert_int_equal(file_read(&file, place->path, 1u << 24, NULL), STATUS_OK);
	for (size_t n = file.n - 1; n > 0; n -= n < 1000 ? n : 1000) {
		struct ledger_report report;
		struct err err;

		assert_int_equal(truncate(place->path, (off_t)n), 0);
		assert_int_not_equal(verify(&report, place, &err), STATUS_OK);
	}
	buf_free(&file);
}

#define ON_FILLED(f) cmocka_unit_test_setup_teardown(f, set_up_filled, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_FILLED(test_a_good_ledger_is_reported_and_nothing_is_touched),
		ON_FILLED(test_a_copy_with_its_write_ahead_log_is_read_whole_and_untouched),
		ON_FILLED(test_a_ledger_moved_while_in_use_takes_no_more_entries),
		ON_FILLED(test_a_log_taken_away_after_a_crash_is_noticed),
		ON_FILLED(test_a_ledger_in_use_can_be_verified_and_used_on),
		cmocka_unit_test(test_the_first_hash_is_the_documented_one),
		ON_FILLED(test_the_first_fault_is_told_wherever_it_lies),
		ON_FILLED(test_what_lies_beside_a_large_chain_is_found_too),
		ON_FILLED(test_an_expected_head_shows_a_cut_tail),
		ON_FILLED(test_the_empty_head_is_in_every_ledger),
		ON_FILLED(test_a_change_of_any_field_is_found_at_its_entry),
		ON_FILLED(test_a_missing_entry_is_named),
		ON_FILLED(test_a_careless_cut_is_found_without_a_head),
		ON_FILLED(test_swapped_entries_are_found),
		ON_FILLED(test_a_rehashed_entry_breaks_the_chain_at_the_next),
		ON_FILLED(test_an_entry_put_in_between_breaks_the_chain_after_it),
		ON_FILLED(test_a_field_of_another_type_is_found),
		ON_FILLED(test_secured_records_are_held_against_the_entries),
		ON_FILLED(test_projections_are_held_against_the_entries),
		ON_FILLED(test_a_projection_of_another_head_is_made_again_at_opening),
		ON_FILLED(test_an_id_of_no_entry_is_found),
		ON_FILLED(test_an_id_of_another_users_entry_is_found),
		ON_FILLED(test_a_reply_out_of_place_or_gone_too_early_is_found),
		ON_FILLED(test_a_missing_trigger_is_found_and_not_opened),
		ON_FILLED(test_an_index_that_does_not_fit_is_found),
		ON_FILLED(test_what_is_no_ledger_is_said_to_be_none),
		ON_FILLED(test_a_newer_layout_is_neither_verified_nor_opened),
		ON_FILLED(test_every_flipped_byte_of_every_entry_is_found),
		ON_FILLED(test_every_flipped_byte_of_every_id_is_found),
		ON_FILLED(test_every_flipped_byte_of_a_kept_reply_is_found_and_never_served),
		ON_FILLED(test_a_flipped_byte_anywhere_is_found_or_harmless),
		ON_FILLED(test_a_shortened_file_is_found),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
