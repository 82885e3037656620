/*
 * ledger_age LEDGER KEYS CHECK NAME HOURS: appends the check's first entry once more, under another
 * name, and then sets it back as if it had been asked HOURS ago, for tests of what happens to an
 * old check. The ledger itself would not write it so: it does not verify afterwards. Nothing else
 * may have the ledger open.
 */
#include "base/digest.h"
#include "ledger/chain.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char set_back[] =
    "CREATE TEMP TABLE kept AS SELECT sql FROM sqlite_schema WHERE name = 'entry_no_update';"
    "DROP TRIGGER entry_no_update;"
    "UPDATE entry SET at_ms = ?1, hash = ?2 WHERE seq = ?3;"
    "UPDATE projected SET seq = 0;";

static bool
run_each(sqlite3 *db, const char *sql, int64_t at_ms, const struct digest *hash, int64_t seq)
{
	while (*sql != '\0') {
		sqlite3_stmt *stmt;

		if (sqlite3_prepare_v2(db, sql, -1, &stmt, &sql) != SQLITE_OK)
			return false;
		(void)sqlite3_bind_int64(stmt, 1, at_ms);
		(void)sqlite3_bind_blob(stmt, 2, hash->bytes, DIGEST_BYTES, SQLITE_STATIC);
		(void)sqlite3_bind_int64(stmt, 3, seq);
		(void)sqlite3_step(stmt);
		if (sqlite3_finalize(stmt) != SQLITE_OK)
			return false;
	}
	return true;
}

static bool
make_trigger_again(sqlite3 *db)
{
	sqlite3_stmt *stmt;
	bool good = sqlite3_prepare_v2(db, "SELECT sql FROM kept", -1, &stmt, NULL) == SQLITE_OK;
	char *sql = NULL;

	if (good && sqlite3_step(stmt) == SQLITE_ROW)
		sql = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));
	(void)sqlite3_finalize(stmt);
	good = sql != NULL && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
	sqlite3_free(sql);
	return good;
}

/* The projections are made again at the next start. */
static enum status
set_time(const char *path, struct ledger_row *last, const struct digest *previous, int64_t at_ms,
    struct err *err)
{
	struct digest hash;
	sqlite3 *db = NULL;
	bool good;

	last->at_ms = at_ms;
	chain_hash(&hash, previous, last);
	good = sqlite3_open(path, &db) == SQLITE_OK &&
	       run_each(db, set_back, at_ms, &hash, (int64_t)last->seq) && make_trigger_again(db);
	if (!good)
		(void)err_set(err, STATUS_IO, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	return good ? STATUS_OK : STATUS_IO;
}

static enum status
append_again(struct ledger_row *last, struct digest *previous, struct ledger *ledger,
    struct arena *arena, const char *check, const char *name, struct err *err)
{
	const struct ledger_row *rows = NULL;
	struct ledger_entry entry = { .kind = "check", .at_ms = (int64_t)time(NULL) * 1000 };
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct ledger_head head;
	size_t count = 0;
	uint64_t seq = 0;
	enum status status =
	    ledger_check_entries(&rows, &count, ledger, arena, str_from(check), err);

	if (status != STATUS_OK)
		return status;
	if (count == 0)
		return err_set(err, STATUS_NOT_FOUND, "there is no check %s", check);
	entry.user = rows[0].user;
	entry.role = rows[0].role;
	entry.check = str_from(name);
	entry.request = rows[0].request;
	entry.body = rows[0].body;
	entry.secret = rows[0].secret;
	ledger_head(&head, ledger);
	*previous = head.hash;
	status = ledger_append(&seq, ledger, &batch, err);
	return status == STATUS_OK ? ledger_entry_find(last, ledger, arena, seq, err) : status;
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new(0);
	struct ledger *ledger = NULL;
	struct ledger_row last = { .seq = 0 };
	struct digest previous;
	struct err err = ERR_NONE;
	uint64_t hours = 0;
	char text[512];
	enum status status;

	if (argc != 6 || !str_to_u64(&hours, str_from(argv[5]), 1000000) || arena == NULL) {
		fprintf(stderr, "usage: ledger_age LEDGER KEYS CHECK NAME HOURS\n");
		return 64;
	}
	status = digest_init(&err);
	if (status == STATUS_OK)
		status = ledger_open(&ledger, argv[1], argv[2], &err);
	if (status == STATUS_OK)
		status = append_again(&last, &previous, ledger, arena, argv[3], argv[4], &err);
	ledger_close(ledger);
	if (status == STATUS_OK)
		status = set_time(argv[1], &last, &previous,
		    ((int64_t)time(NULL) - (int64_t)hours * 3600) * 1000, &err);
	if (status != STATUS_OK)
		fprintf(stderr, "ledger_age: %s\n", err_format(text, sizeof text, &err));
	arena_free(arena);
	return status_exit_code(status);
}
