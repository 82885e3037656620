/* Milestones of requests and deadlines told to be overdue: kinds "milestone" and
 * "deadline_overdue". */
#include "ledger/fold.h"
#include "ledger/milestones.h"
#include "ledger/read.h"

enum { SET, RETRACT, ADD_OVERDUE };

static const char *const sql[] = {
	[SET] = "REPLACE INTO state_milestone (request_id, milestone, on_day, user, seq, at_ms)"
		" VALUES (?,?,?,?,?,?)",
	[RETRACT] = "DELETE FROM state_milestone WHERE request_id = ? AND milestone = ?",
	[ADD_OVERDUE] = "INSERT OR IGNORE INTO state_overdue (request_id, deadline, due_on, seq)"
			" VALUES (?,?,?,?)",
	NULL,
};

static enum status
add_overdue(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ADD_OVERDUE];

	store_bind_text(stmt, 1, row->request);
	store_bind_text(stmt, 2, body_text(body, "deadline"));
	store_bind_text(stmt, 3, body_text(body, "due_on"));
	store_bind_number(stmt, 4, (int64_t)row->seq);
	return fold_step(run, ADD_OVERDUE, err);
}

static enum status
set(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	bool retracted = body_flag(body, "retracted");
	struct sqlite3_stmt *stmt = run->statements[retracted ? RETRACT : SET];

	store_bind_text(stmt, 1, row->request);
	store_bind_text(stmt, 2, body_text(body, "milestone"));
	if (retracted)
		return fold_step(run, RETRACT, err);
	store_bind_text(stmt, 3, body_text(body, "on"));
	store_bind_text(stmt, 4, row->user);
	store_bind_number(stmt, 5, (int64_t)row->seq);
	store_bind_number(stmt, 6, row->at_ms);
	return fold_step(run, SET, err);
}

static enum status
apply(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	if (row->request.n == 0)
		return STATUS_OK;
	return str_eq_text(row->kind, "milestone") ? set(run, row, body, err)
						   : add_overdue(run, row, body, err);
}

static const char *const kinds[] = { "milestone", "deadline_overdue", NULL };

const struct fold fold_milestones = { .name = "milestones",
	.kinds = kinds,
	.layout = "CREATE TABLE state_milestone (\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	milestone TEXT NOT NULL,\n"
		  "	on_day TEXT NOT NULL,\n"
		  "	user TEXT NOT NULL,\n"
		  "	seq INTEGER NOT NULL,\n"
		  "	at_ms INTEGER NOT NULL,\n"
		  "	PRIMARY KEY (request_id, milestone)\n"
		  ") STRICT, WITHOUT ROWID;\n"
		  "CREATE TABLE state_overdue (\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	deadline TEXT NOT NULL,\n"
		  "	due_on TEXT NOT NULL,\n"
		  "	seq INTEGER NOT NULL,\n"
		  "	PRIMARY KEY (request_id, deadline, due_on)\n"
		  ") STRICT, WITHOUT ROWID;\n",
	.sql = sql,
	.apply = apply };

/* --- Queries -----------------------------------------------------------------------------------
 */
static enum status
fill(struct ledger_milestone *out, struct arena *arena, struct sqlite3_stmt *stmt, struct err *err)
{
	if (!arena_copy(&out->key, arena, store_text(stmt, 0)) ||
	    !arena_copy(&out->on, arena, store_text(stmt, 1)) ||
	    !arena_copy(&out->user, arena, store_text(stmt, 2)))
		return err_set(err, STATUS_NOMEM, "out of memory");
	out->seq = (uint64_t)read_number(stmt, 3);
	out->at_ms = read_number(stmt, 4);
	return STATUS_OK;
}

static enum status
take(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_milestone *out = read_list_add(list);

	return out == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
			   : fill(out, list->arena, stmt, err);
}

enum status
ledger_request_milestones(struct ledger_milestone **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_milestone);
	const struct read_value values[] = { READ_TEXT(request) };
	enum status status = ledger_read(ledger,
	    "SELECT milestone, on_day, user, seq, at_ms FROM state_milestone WHERE request_id = ?"
	    " ORDER BY on_day, seq",
	    values, 1, take, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

static enum status
see(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	(void)stmt;
	(void)err;
	*(bool *)ctx = true;
	return STATUS_OK;
}

enum status
ledger_overdue_told(bool *told, struct ledger *ledger, struct str request, struct str deadline,
    struct str due_on, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(request), READ_TEXT(deadline),
		READ_TEXT(due_on) };

	*told = false;
	return ledger_read(ledger,
	    "SELECT 1 FROM state_overdue WHERE request_id = ? AND deadline = ? AND due_on = ?",
	    values, 3, see, told, err);
}
