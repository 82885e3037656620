/* Random histories of all kinds of entries: the projections as they were changed entry by entry, as
 * they are made again from the entries, and as verification makes them in memory, are the same. */
#include "ledger/restore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/file.h"
#include "tests/support/ledger_history.h"
#include "tests/support/ledger_place.h"

#define HISTORIES 25
#define BATCHES 60

static void
add_value(struct buf *out, sqlite3_stmt *stmt, int at)
{
	const unsigned char *bytes = sqlite3_column_blob(stmt, at);
	int n = sqlite3_column_bytes(stmt, at);

	if (sqlite3_column_type(stmt, at) != SQLITE_BLOB) {
		buf_addf(out, "|%s", (const char *)sqlite3_column_text(stmt, at));
		return;
	}
	buf_add_char(out, '|');
	for (int i = 0; i < n; i++)
		buf_addf(out, "%02x", bytes[i]);
}

static void
add_table(struct buf *out, sqlite3 *db, const char *table)
{
	char sql[128];
	sqlite3_stmt *stmt;

	snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	buf_addf(out, "%s\n", table);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			add_value(out, stmt, i);
		buf_add_char(out, '\n');
	}
	sqlite3_finalize(stmt);
}

/* All tables of projections as text; gives the number of rows. */
static size_t
dump(struct buf *out, const char *path)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	size_t lines = 0;

	buf_clear(out);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
			     "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name LIKE "
			     "'state\\_%' ESCAPE '\\' OR name IN ('secured', 'projected'))"
			     " ORDER BY name",
			     -1, &stmt, NULL),
	    SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		add_table(out, db, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	assert_false(buf_failed(out));
	for (size_t i = 0; i < out->n; i++)
		lines += out->p[i] == '|';
	return lines;
}

static void
live_through(struct ledger_place *place, struct ledger_history *history)
{
	for (unsigned i = 0; i < BATCHES; i++) {
		struct ledger_batch batch;
		struct err err = ERR_NONE;
		uint64_t seq;
		enum status status;

		ledger_history_next(&batch, history);
		status = ledger_append(&seq, place->ledger, &batch, &err);
		/* to release what is not secured is refused, whole */
		if (status != STATUS_OK && status != STATUS_STALE)
			fail_msg("%s", err.text);
		if (status == STATUS_OK)
			ledger_history_done(history, &batch, seq);
	}
}

static void
test_projections_follow_from_the_entries_alone(void **state)
{
	struct ledger_history history = { .state = 20261126, .at_ms = LEDGER_PLACE_MS };
	size_t rows = 0;

	(void)state;
	for (unsigned i = 0; i < HISTORIES; i++) {
		struct buf changed = BUF_INIT, again = BUF_INIT;
		struct ledger_report report;
		struct ledger_rebuilt rebuilt;
		struct ledger_place *place = NULL;
		struct err err = ERR_NONE;
		void *at = NULL;

		history.past_count = 0;
		assert_int_equal(ledger_place_set_up(&at), 0);
		place = at;
		live_through(place, &history);
		ledger_place_close(place);
		rows += dump(&changed, place->path);
		if (ledger_verify(&report, place->path, NULL, NULL, NULL, &err) != STATUS_OK)
			fail_msg("history %u: %s", i, err.text);
		assert_true(report.rows > 0);
		assert_int_equal(ledger_rebuild_file(&rebuilt, place->path, NULL), STATUS_OK);
		if (!rebuilt.same)
			fail_msg("history %u: %s", i, rebuilt.what);
		dump(&again, place->path);
		if (!str_eq(buf_str(&changed), buf_str(&again)))
			fail_msg("history %u: made again, they differ", i);
		/* and by a ledger in use */
		ledger_place_open(place);
		assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
		ledger_place_close(place);
		dump(&again, place->path);
		assert_true(str_eq(buf_str(&changed), buf_str(&again)));
		buf_free(&changed);
		buf_free(&again);
		assert_int_equal(ledger_place_tear_down(&at), 0);
	}
	print_message("%zu values\n", rows);
	assert_true(rows > HISTORIES * 500);
	ledger_history_free(&history);
}

/* Every table of every fold has rows in these histories, or the test above shows nothing of it. */
static void
test_the_histories_reach_every_table(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_history history = { .state = 77, .at_ms = LEDGER_PLACE_MS };
	struct buf text = BUF_INIT;
	struct str rest, line, table = STR_NONE;
	bool filled = true;

	for (unsigned i = 0; i < 10; i++)
		live_through(place, &history);
	ledger_place_close(place);
	dump(&text, place->path);
	rest = buf_str(&text);
	while (rest.n > 0) {
		line = str_cut(&rest, '\n');
		if (line.n > 0 && line.p[0] != '|') {
			if (!filled)
				fail_msg("%.*s is empty", STR_ARG(table));
			table = line;
			filled = false;
		} else {
			filled = true;
		}
	}
	if (!filled)
		fail_msg("%.*s is empty", STR_ARG(table));
	buf_free(&text);
	ledger_history_free(&history);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_projections_follow_from_the_entries_alone),
		cmocka_unit_test_setup_teardown(test_the_histories_reach_every_table,
		    ledger_place_set_up, ledger_place_tear_down),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
