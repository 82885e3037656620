#include "ledger/fold.h"

#include "base/buf.h"
#include "base/mem.h"

#include <sqlite3.h>
#include <string.h>

/* Those of checks first, one after another: where the folds are shared out (folds_open_some), the
 * bodies of checks, which are the longest, are then read in one share only. */
static const struct fold *const all[] = { &fold_requests, &fold_checks, &fold_register,
	&fold_notices, &fold_milestones, &fold_review, &fold_sharing, &fold_standing, NULL };
#define FOLD_COUNT (sizeof all / sizeof all[0] - 1)

struct fold_open {
	const struct fold *fold;
	struct sqlite3_stmt *statements[FOLD_STATEMENTS_MAX];
};

struct folds {
	struct store *store;
	struct body_room room;
	struct fold_open open[sizeof all / sizeof all[0]];
	size_t count;
};

void
folds_close(struct folds *folds)
{
	if (folds == NULL)
		return;
	for (size_t i = 0; i < folds->count; i++)
		for (size_t j = 0; j < FOLD_STATEMENTS_MAX; j++)
			(void)sqlite3_finalize(folds->open[i].statements[j]);
	body_room_free(&folds->room);
	mem_free(folds);
}

static enum status
prepare(struct fold_open *open, struct store *store, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; open->fold->sql[i] != NULL && status == STATUS_OK; i++)
		status = store_prepare(&open->statements[i], store, open->fold->sql[i], err);
	return status;
}

static enum status
open_each(struct folds **out, struct store *store, unsigned which, unsigned of, bool tables,
    struct err *err)
{
	struct folds *folds = mem_zero(1, sizeof *folds);
	enum status status = STATUS_OK;

	*out = NULL;
	if (folds == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	folds->store = store;
	for (size_t i = which * FOLD_COUNT / of;
	     i < (which + 1) * FOLD_COUNT / of && status == STATUS_OK; i++) {
		if (tables)
			status = store_run(store, all[i]->layout, err);
		folds->open[folds->count].fold = all[i];
		if (status == STATUS_OK)
			status = prepare(&folds->open[folds->count++], store, err);
	}
	if (status == STATUS_OK)
		*out = folds;
	else
		folds_close(folds);
	return status;
}

enum status
folds_open(struct folds **out, struct store *store, struct err *err)
{
	return open_each(out, store, 0, 1, false, err);
}

enum status
folds_open_some(
    struct folds **out, struct store *store, unsigned which, unsigned of, struct err *err)
{
	return open_each(out, store, which, of, true, err);
}

const struct fold *
folds_at(size_t i)
{
	return i < FOLD_COUNT ? all[i] : NULL;
}

void
folds_add_kinds(struct buf *out, const struct folds *folds)
{
	const char *comma = "";

	for (size_t i = 0; i < folds->count; i++)
		for (const char *const *kind = folds->open[i].fold->kinds; *kind != NULL; kind++) {
			buf_addf(out, "%s'%s'", comma, *kind);
			comma = ",";
		}
}

static bool
is_of(const struct fold *fold, struct str kind)
{
	for (size_t i = 0; fold->kinds[i] != NULL; i++)
		if (str_eq_text(kind, fold->kinds[i]))
			return true;
	return false;
}

enum status
folds_apply(struct folds *folds, const struct ledger_row *row, struct err *err)
{
	const struct body *body = NULL;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < folds->count && status == STATUS_OK; i++) {
		struct fold_open *open = &folds->open[i];
		struct fold_run run = { folds->store, open->statements };

		if (!is_of(open->fold, row->kind))
			continue;
		if (body == NULL)
			status = body_read(&body, &folds->room, row->body, FOLD_BODY_DEPTH_MAX);
		if (status == STATUS_NOMEM)
			return err_set(err, status, "out of memory");
		if (status != STATUS_OK)
			return STATUS_OK;
		status = open->fold->apply(&run, row, body, err);
	}
	return status;
}

enum status
fold_step(struct fold_run *run, size_t which, struct err *err)
{
	return store_finish(run->store, run->statements[which], err);
}

/* --- Tables ------------------------------------------------------------------------------------
 */
static enum status
read_tables(struct buf *out, struct store *store, struct err *err)
{
	return store_read_layout(out, store, "state\\_%", true, err);
}

static enum status
make_tables(struct store *store, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; all[i] != NULL && status == STATUS_OK; i++)
		status = store_run(store, all[i]->layout, err);
	return status;
}

enum status
folds_make_indexes(struct store *store, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; all[i] != NULL && status == STATUS_OK; i++)
		if (all[i]->indexes != NULL)
			status = store_run(store, all[i]->indexes, err);
	return status;
}

enum status
folds_check_layout(bool *same, struct store *store, struct err *err)
{
	struct store fresh = { NULL, store->path };
	struct buf ours = BUF_INIT, theirs = BUF_INIT;
	enum status status = store_open_memory(&fresh, store->path, err);

	*same = false;
	status = status == STATUS_OK ? make_tables(&fresh, err) : status;
	if (status == STATUS_OK)
		status = folds_make_indexes(&fresh, err);
	if (status == STATUS_OK)
		status = read_tables(&ours, &fresh, err);
	if (status == STATUS_OK)
		status = read_tables(&theirs, store, err);
	*same = status == STATUS_OK && str_eq(buf_str(&ours), buf_str(&theirs));
	buf_free(&ours);
	buf_free(&theirs);
	store_close(&fresh);
	return status;
}

/* One name at a time: a statement that still reads the list would forbid the drop. */
static enum status
drop_one(bool *dropped, struct store *store, struct err *err)
{
	struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt;
	enum status status = store_prepare(&stmt, store,
	    "SELECT format('DROP TABLE \"%w\"', name) FROM sqlite_schema"
	    " WHERE type = 'table' AND name LIKE 'state\\_%' ESCAPE '\\' LIMIT 1",
	    err);

	if (status != STATUS_OK)
		return status;
	status = store_step(dropped, store, stmt, err);
	if (status == STATUS_OK && *dropped)
		buf_add_str(&sql, store_text(stmt, 0));
	(void)sqlite3_finalize(stmt);
	buf_add_char(&sql, '\0');
	if (buf_failed(&sql))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK && *dropped)
		status = store_run(store, sql.p, err);
	buf_free(&sql);
	return status;
}

enum status
folds_make_tables(struct store *store, struct err *err)
{
	enum status status = STATUS_OK;
	bool dropped = true;

	while (status == STATUS_OK && dropped)
		status = drop_one(&dropped, store, err);
	return status == STATUS_OK ? make_tables(store, err) : status;
}
