/*
 * The projections: the secured records as a table and in memory, made from the "secure" and
 * "release" entries, and what the folds make (fold.h).
 *
 * They change in the transaction of the entries they are made from, and `projected` names the
 * head that they belong to; if that is not the head of the chain, if the numbers of entries and of
 * secured records differ, or if a table is not as this version makes it, all are made again.
 */
#include "base/doc_json.h"
#include "ledger/chain.h"
#include "ledger/inside.h"

#include <sqlite3.h>

static enum status
add_item(struct secured_table *table, const struct ledger_secure *secure,
    const struct ledger_row *row, struct err *err)
{
	struct secured_item *item;

	item =
	    secured_item_new(secure->system, secure->record_id, row->at_ms, row->seq, row->check);
	if (item != NULL && secured_reserve(table, 1)) {
		secured_add(table, item);
		return STATUS_OK;
	}
	secured_item_free(item);
	return err_set(err, STATUS_NOMEM, "out of memory");
}

static enum status
load_row(struct secured_table *table, sqlite3_stmt *stmt, struct err *err)
{
	struct ledger_secure secure = { store_text(stmt, 0), store_text(stmt, 1) };
	struct ledger_row row = { .seq = (uint64_t)sqlite3_column_int64(stmt, 2),
		.at_ms = sqlite3_column_int64(stmt, 3),
		.check = store_text(stmt, 4) };

	return add_item(table, &secure, &row, err);
}

static enum status
load(struct secured_table *table, struct store *store, struct err *err)
{
	sqlite3_stmt *stmt;
	bool found = true;
	enum status status = store_prepare(&stmt, store,
	    "SELECT s.system, s.record_id, s.seq, e.at_ms, e.check_id"
	    " FROM secured s JOIN entry e ON e.seq = s.seq",
	    err);

	while (status == STATUS_OK && found) {
		status = store_step(&found, store, stmt, err);
		if (status == STATUS_OK && found)
			status = load_row(table, stmt, err);
	}
	(void)sqlite3_finalize(stmt);
	return status;
}

static enum status
belongs(bool *out, struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *stmt;
	struct digest hash;
	bool found = false;
	int64_t made = 0, there = 0;
	enum status status = store_prepare(
	    &stmt, &ledger->out, "SELECT seq, hash, wall_ms, kept_ms FROM projected", err);

	*out = false;
	if (status != STATUS_OK)
		return status;
	status = store_step(&found, &ledger->out, stmt, err);
	if (status == STATUS_OK && found)
		*out = (uint64_t)sqlite3_column_int64(stmt, 0) == ledger->head.seq &&
		       store_digest(&hash, stmt, 1) && chain_same(&hash, &ledger->head.hash);
	if (*out) {
		ledger->clock.wall_ms = sqlite3_column_int64(stmt, 2);
		ledger->clock.kept_ms = sqlite3_column_int64(stmt, 3);
	}
	(void)sqlite3_finalize(stmt);
	if (status == STATUS_OK)
		status = store_number(&made, &ledger->out,
		    "SELECT coalesce(sum(CASE kind WHEN 'secure' THEN 1 ELSE -1 END), 0) FROM entry"
		    " WHERE kind IN ('secure', 'release')",
		    err);
	if (status == STATUS_OK)
		status = store_number(&there, &ledger->out, "SELECT count(*) FROM secured", err);
	*out = *out && made == there;
	return status;
}

enum status
projection_open(struct ledger *ledger, struct err *err)
{
	bool good, same;
	enum status status = belongs(&good, ledger, err);

	if (status == STATUS_OK)
		status = folds_check_layout(&same, &ledger->out, err);
	if (status != STATUS_OK)
		return status;
	if (!good || !same)
		return projection_rebuild(ledger, err);
	status = folds_open(&ledger->folds, &ledger->out, err);
	if (status != STATUS_OK)
		return status;
	return load(&ledger->secured, &ledger->out, err);
}

/* An entry that repeats another is not made by the writer; the first one then stands. */
static enum status
project_secured(struct secured_table *table, struct ledger *ledger, sqlite3_stmt *const change[2],
    const struct ledger_row *row, struct err *err)
{
	bool releases = str_eq_text(row->kind, "release");
	sqlite3_stmt *stmt = change[releases];
	struct secured_body body;
	enum status status = secured_body_read(&body, row, err);

	if (status != STATUS_OK)
		return status;
	store_bind_text(stmt, 1, body.secure.system);
	store_bind_text(stmt, 2, body.secure.record_id);
	if (!releases)
		store_bind_number(stmt, 3, (int64_t)row->seq);
	status = store_finish(&ledger->out, stmt, err);
	if (status == STATUS_OK && releases)
		secured_remove(table, body.secure.system, body.secure.record_id);
	else if (status == STATUS_OK)
		status = add_item(table, &body.secure, row, err);
	doc_free(body.doc);
	return status;
}

static enum status
project_row(struct secured_table *table, struct ledger *ledger, sqlite3_stmt *const change[2],
    const struct ledger_row *row, struct err *err)
{
	enum status status = STATUS_OK;

	if (str_eq_text(row->kind, "secure") || str_eq_text(row->kind, "release"))
		status = project_secured(table, ledger, change, row, err);
	return status == STATUS_OK ? folds_apply(ledger->folds, row, err) : status;
}

static enum status
project_each(struct secured_table *table, struct ledger *ledger, sqlite3_stmt *entries,
    sqlite3_stmt *const change[2], struct err *err)
{
	enum status status = STATUS_OK;
	struct ledger_row row;
	bool found = true;

	while (status == STATUS_OK) {
		status = store_step(&found, &ledger->out, entries, err);
		if (status != STATUS_OK || !found)
			return status;
		if (!store_row(&row, entries))
			return err_data(err, STATUS_CORRUPT, ledger->path, 0,
			    "entry %llu: a field has the wrong type", (unsigned long long)row.seq);
		clock_follow_row(&ledger->clock, &row);
		status = project_row(table, ledger, change, &row, err);
	}
	return status;
}

static enum status
project_all(struct secured_table *table, struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *entries = NULL, *change[2] = { NULL, NULL };
	enum status status = store_prepare(
	    &entries, &ledger->out, "SELECT " STORE_OPEN_COLUMNS " FROM entry ORDER BY seq", err);

	if (status == STATUS_OK)
		status = store_prepare(&change[0], &ledger->out,
		    "INSERT OR IGNORE INTO secured (system, record_id, seq) VALUES (?,?,?)", err);
	if (status == STATUS_OK)
		status = store_prepare(&change[1], &ledger->out,
		    "DELETE FROM secured WHERE system = ? AND record_id = ?", err);
	if (status == STATUS_OK)
		status = project_each(table, ledger, entries, change, err);
	(void)sqlite3_finalize(entries);
	(void)sqlite3_finalize(change[0]);
	(void)sqlite3_finalize(change[1]);
	return status;
}

static enum status
set_head(struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status status = store_prepare(&stmt, &ledger->out,
	    "REPLACE INTO projected (one, seq, hash, wall_ms, kept_ms) VALUES (1, ?, ?, ?, ?)",
	    err);

	if (status != STATUS_OK)
		return status;
	store_bind_number(stmt, 1, (int64_t)ledger->head.seq);
	store_bind_digest(stmt, 2, &ledger->head.hash);
	store_bind_number(stmt, 3, ledger->clock.wall_ms);
	store_bind_number(stmt, 4, ledger->clock.kept_ms);
	status = store_finish(&ledger->out, stmt, err);
	(void)sqlite3_finalize(stmt);
	return status;
}

static enum status
rebuild(struct ledger *ledger, struct err *err)
{
	struct secured_table table = { 0 }, old;
	struct ledger_clock clock = ledger->clock;
	enum status status = store_run(&ledger->out, "BEGIN IMMEDIATE; DELETE FROM secured", err);

	ledger->clock = (struct ledger_clock){ .begun = false };
	folds_close(ledger->folds);
	ledger->folds = NULL;
	if (status == STATUS_OK)
		status = folds_make_tables(&ledger->out, err);
	if (status == STATUS_OK)
		status = folds_open(&ledger->folds, &ledger->out, err);
	if (status == STATUS_OK)
		status = project_all(&table, ledger, err);
	if (status == STATUS_OK)
		status = folds_make_indexes(&ledger->out, err);
	if (status == STATUS_OK)
		status = set_head(ledger, err);
	if (status == STATUS_OK)
		status = store_run(&ledger->out, "COMMIT", err);
	if (status != STATUS_OK) {
		ledger->flush_failed = ledger->flush_failed || store_flush_failed(&ledger->out);
		if (!sqlite3_get_autocommit(ledger->out.db))
			store_try(&ledger->out, "ROLLBACK");
		secured_free(&table);
		ledger->clock = clock;
		return status;
	}
	pthread_rwlock_wrlock(&ledger->state_lock);
	old = ledger->secured;
	ledger->secured = table;
	pthread_rwlock_unlock(&ledger->state_lock);
	secured_free(&old);
	return STATUS_OK;
}

/* Tables are filled in the order of the entries, which is not that of most keys. */
enum status
projection_rebuild(struct ledger *ledger, struct err *err)
{
	enum status status = store_run(&ledger->out, STORE_LARGE_CACHE, err);

	if (status == STATUS_OK)
		status = rebuild(ledger, err);
	store_try(&ledger->out, STORE_CACHE);
	return status;
}
