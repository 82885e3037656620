/* Projections made anew in memory, row by row beside those of the file. */
#include "base/buf.h"
#include "base/doc_json.h"
#include "ledger/fold.h"
#include "ledger/secured.h"
#include "ledger/verify_inside.h"

#include <sqlite3.h>
#include <stdio.h>

#define STOP_EVERY 1024 /* entries */

static const char secured_layout[] =
    "CREATE TABLE secured (system TEXT NOT NULL, record_id TEXT NOT NULL, seq INTEGER NOT NULL,"
    " PRIMARY KEY (system, record_id)) STRICT, WITHOUT ROWID;";

struct anew {
	struct verify_folding *folding;
	struct store file, memory;
	struct sqlite3_stmt *entries, *secure, *release;
	struct folds *folds;
};

/* --- Making them ------------------------------------------------------------------------------ */

static enum status
follow_secured(struct anew *anew, const struct ledger_row *row, struct err *err)
{
	bool releases = str_eq_text(row->kind, "release");
	struct sqlite3_stmt *stmt = releases ? anew->release : anew->secure;
	struct err inner = ERR_NONE;
	struct secured_body body;
	enum status status = secured_body_read(&body, row, &inner);

	if (status == STATUS_CORRUPT) {
		anew->folding->bad_seq = row->seq;
		return err_data(err, STATUS_CORRUPT, anew->file.path, 0,
		    "entry %llu: is not a \"%.*s\" entry", (unsigned long long)row->seq,
		    STR_ARG(row->kind));
	}
	if (status != STATUS_OK)
		return err_set(err, status, "%s", inner.text);
	store_bind_text(stmt, 1, body.secure.system);
	store_bind_text(stmt, 2, body.secure.record_id);
	if (!releases)
		store_bind_number(stmt, 3, (int64_t)row->seq);
	status = store_finish(&anew->memory, stmt, err);
	doc_free(body.doc);
	return status;
}

static enum status
follow(struct anew *anew, const struct ledger_row *row, struct err *err)
{
	enum status status = STATUS_OK;

	if (anew->folding->secured &&
	    (str_eq_text(row->kind, "secure") || str_eq_text(row->kind, "release")))
		status = follow_secured(anew, row, err);
	return status == STATUS_OK ? folds_apply(anew->folds, row, err) : status;
}

static enum status
follow_all(struct anew *anew, struct err *err)
{
	enum status status = STATUS_OK;
	bool found = true;

	for (uint64_t i = 1; status == STATUS_OK; i++) {
		struct ledger_row row;

		status = store_step(&found, &anew->file, anew->entries, err);
		if (status != STATUS_OK || !found)
			return status;
		if (!store_row(&row, anew->entries))
			return err_data(err, STATUS_CORRUPT, anew->file.path, 0,
			    "entry %llu: a field has the wrong type", (unsigned long long)row.seq);
		status = follow(anew, &row, err);
		if (i % STOP_EVERY == 0 && atomic_load(anew->folding->stop))
			return err_set(err, STATUS_UNAVAILABLE, "stopped");
	}
	return status;
}

/* --- Comparing them --------------------------------------------------------------------------- */

static bool
same_row(struct sqlite3_stmt *a, struct sqlite3_stmt *b)
{
	int columns = sqlite3_column_count(a);
	bool same = columns == sqlite3_column_count(b);

	for (int i = 0; i < columns && same; i++)
		same = store_same_value(a, b, i);
	return same;
}

static enum status
differs(struct anew *anew, const char *table, uint64_t row, struct err *err)
{
	return err_data(err, STATUS_CORRUPT, anew->file.path, 0,
	    "the table %s is not what the entries make of it, from row %llu on; \"client ledger "
	    "rebuild\" makes it again",
	    table, (unsigned long long)row);
}

static enum status
compare_rows(struct anew *anew, const char *table, struct sqlite3_stmt *ours,
    struct sqlite3_stmt *theirs, struct err *err)
{
	bool more = true, other = true;
	enum status status = STATUS_OK;

	for (uint64_t row = 1; status == STATUS_OK && more; row++) {
		status = store_step(&more, &anew->memory, ours, err);
		if (status == STATUS_OK)
			status = store_step(&other, &anew->file, theirs, err);
		if (status == STATUS_OK && (more != other || (more && !same_row(ours, theirs))))
			return differs(anew, table, row, err);
		anew->folding->rows += more;
	}
	return status;
}

/* Tables without rowid come in the order of their keys, the others in that of their making. */
static enum status
compare_table(struct anew *anew, const char *table, struct err *err)
{
	struct sqlite3_stmt *ours = NULL, *theirs = NULL;
	struct buf sql = BUF_INIT;
	enum status status = STATUS_OK;

	buf_addf(&sql, "SELECT * FROM \"%s\" NOT INDEXED", table);
	buf_add_char(&sql, '\0');
	if (buf_failed(&sql))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = store_prepare(&ours, &anew->memory, sql.p, err);
	if (status == STATUS_OK)
		status = store_prepare(&theirs, &anew->file, sql.p, err);
	if (status == STATUS_OK)
		status = compare_rows(anew, table, ours, theirs, err);
	(void)sqlite3_finalize(ours);
	(void)sqlite3_finalize(theirs);
	buf_free(&sql);
	anew->folding->tables++;
	return status;
}

static enum status
compare_all(struct anew *anew, struct err *err)
{
	struct sqlite3_stmt *tables = NULL;
	bool found = true;
	enum status status = store_prepare(&tables, &anew->memory,
	    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'state\\_%'"
	    " ESCAPE '\\' ORDER BY name",
	    err);

	while (status == STATUS_OK && found) {
		char name[64];

		status = store_step(&found, &anew->memory, tables, err);
		if (status != STATUS_OK || !found)
			break;
		snprintf(name, sizeof name, "%.*s", STR_ARG(store_text(tables, 0)));
		status = compare_table(anew, name, err);
	}
	(void)sqlite3_finalize(tables);
	return status;
}

static enum status
look_up(uint64_t *seq, struct anew *anew, struct sqlite3_stmt *find, struct sqlite3_stmt *item,
    struct err *err)
{
	bool found = false;
	enum status status;

	store_bind_text(find, 1, store_text(item, 0));
	store_bind_text(find, 2, store_text(item, 1));
	status = store_step(&found, &anew->file, find, err);
	*seq = status == STATUS_OK && found ? (uint64_t)sqlite3_column_int64(find, 0) : 0;
	(void)sqlite3_reset(find);
	return status;
}

static enum status
compare_each_secured(
    struct anew *anew, struct sqlite3_stmt *ours, struct sqlite3_stmt *find, struct err *err)
{
	enum status status = STATUS_OK;
	bool found = true;

	while (status == STATUS_OK) {
		uint64_t seq = 0, should;

		status = store_step(&found, &anew->memory, ours, err);
		if (status != STATUS_OK || !found)
			return status;
		should = (uint64_t)sqlite3_column_int64(ours, 2);
		anew->folding->secured_count++;
		status = look_up(&seq, anew, find, ours, err);
		if (status == STATUS_OK && seq != should)
			return err_data(err, STATUS_CORRUPT, anew->file.path, 0,
			    "the record that entry %llu secured is not among the secured records",
			    (unsigned long long)should);
	}
	return status;
}

static enum status
compare_secured(struct anew *anew, struct err *err)
{
	struct sqlite3_stmt *ours = NULL, *find = NULL;
	int64_t there = 0;
	enum status status =
	    store_prepare(&ours, &anew->memory, "SELECT system, record_id, seq FROM secured", err);

	if (status == STATUS_OK)
		status = store_prepare(&find, &anew->file,
		    "SELECT seq FROM secured WHERE system = ? AND record_id = ?", err);
	if (status == STATUS_OK)
		status = compare_each_secured(anew, ours, find, err);
	(void)sqlite3_finalize(ours);
	(void)sqlite3_finalize(find);
	if (status == STATUS_OK)
		status = store_number(&there, &anew->file, "SELECT count(*) FROM secured", err);
	if (status == STATUS_OK && (uint64_t)there != anew->folding->secured_count)
		return err_data(err, STATUS_CORRUPT, anew->file.path, 0,
		    "%lld records are secured, but the entries secured %llu", (long long)there,
		    (unsigned long long)anew->folding->secured_count);
	return status;
}

/* --- All of it -------------------------------------------------------------------------------- */

static enum status
open_memory(struct anew *anew, struct err *err)
{
	struct verify_folding *folding = anew->folding;
	enum status status = store_open_memory(&anew->memory, folding->path, err);

	if (status == STATUS_OK)
		status = store_run(&anew->memory, "PRAGMA journal_mode = OFF; BEGIN", err);
	if (status == STATUS_OK)
		status = store_run(&anew->memory, secured_layout, err);
	if (status == STATUS_OK)
		status =
		    folds_open_some(&anew->folds, &anew->memory, folding->which, folding->of, err);
	if (status == STATUS_OK)
		status = store_prepare(&anew->secure, &anew->memory,
		    "INSERT OR IGNORE INTO secured (system, record_id, seq) VALUES (?,?,?)", err);
	if (status == STATUS_OK)
		status = store_prepare(&anew->release, &anew->memory,
		    "DELETE FROM secured WHERE system = ? AND record_id = ?", err);
	return status;
}

/* Only the entries that change something; that the others are as they should be is for the chain to
 * say. */
static enum status
open_entries(struct anew *anew, struct err *err)
{
	struct buf sql = BUF_INIT;
	enum status status;

	buf_add_text(&sql, "SELECT " STORE_OPEN_COLUMNS " FROM entry NOT INDEXED WHERE kind IN (");
	folds_add_kinds(&sql, anew->folds);
	buf_add_text(
	    &sql, anew->folding->secured ? ",'secure','release') ORDER BY seq" : ") ORDER BY seq");
	buf_add_char(&sql, '\0');
	status = buf_failed(&sql) ? err_set(err, STATUS_NOMEM, "out of memory")
				  : store_prepare(&anew->entries, &anew->file, sql.p, err);
	buf_free(&sql);
	return status;
}

void
verify_folding_run(struct verify_folding *folding)
{
	struct anew anew = { .folding = folding };
	struct err *err = &folding->err;
	bool same = true;
	enum status status = store_open_offline(&anew.file, folding->path, err);

	if (status == STATUS_OK)
		status = store_run(&anew.file, "BEGIN", err);
	if (status == STATUS_OK)
		status = folds_check_layout(&same, &anew.file, err);
	if (status == STATUS_OK && !same)
		status = err_data(err, STATUS_CORRUPT, folding->path, 0,
		    "its projections are not as this version makes them: start searchd, or "
		    "\"client ledger rebuild\"");
	if (status == STATUS_OK)
		status = open_memory(&anew, err);
	if (status == STATUS_OK)
		status = open_entries(&anew, err);
	if (status == STATUS_OK)
		status = follow_all(&anew, err);
	if (status == STATUS_OK && folding->secured)
		status = compare_secured(&anew, err);
	if (status == STATUS_OK)
		status = compare_all(&anew, err);
	(void)sqlite3_finalize(anew.entries);
	(void)sqlite3_finalize(anew.secure);
	(void)sqlite3_finalize(anew.release);
	folds_close(anew.folds);
	store_close(&anew.memory);
	store_close(&anew.file);
	folding->status = status;
}
