/* Decisions to share: kinds "share_opened", "share_said", "share_consulted", "share_decided". */
#include "ledger/fold.h"
#include "ledger/read.h"
#include "ledger/sharing.h"

enum { OPEN, SAY, SET_STATE };

static const char *const sql[] = {
	[OPEN] = "INSERT OR IGNORE INTO state_sharing (seq, at_ms, request_id, user, role, leg,"
		 " state, state_seq) VALUES (?1,?2,?3,?4,?5,?6,'open',?1)",
	[SAY] = "INSERT OR REPLACE INTO state_voice (sharing, kind, role, seq, at_ms, user, agrees)"
		" SELECT seq, ?2, ?3, ?4, ?5, ?6, ?7 FROM state_sharing"
		" WHERE seq = ?1 AND request_id = ?8",
	[SET_STATE] = "UPDATE state_sharing SET state = ?, state_seq = ?"
		      " WHERE seq = ? AND request_id = ? AND state <> ?1",
	NULL,
};

static enum status
open_sharing(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[OPEN];

	if (row->request.n == 0)
		return STATUS_OK;
	store_bind_number(stmt, 1, (int64_t)row->seq);
	store_bind_number(stmt, 2, row->at_ms);
	store_bind_text(stmt, 3, row->request);
	store_bind_text(stmt, 4, row->user);
	store_bind_text(stmt, 5, row->role);
	store_bind_text(stmt, 6, body_text(body, "leg"));
	return fold_step(run, OPEN, err);
}

static enum status
say(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[SAY];

	store_bind_number(stmt, 1, body_number(body, "sharing", 0));
	store_bind_text(stmt, 2, str_part(row->kind, sizeof "share_" - 1, row->kind.n));
	store_bind_text(stmt, 3, row->role);
	store_bind_number(stmt, 4, (int64_t)row->seq);
	store_bind_number(stmt, 5, row->at_ms);
	store_bind_text(stmt, 6, row->user);
	store_bind_number(stmt, 7, body_flag(body, "agrees") || body_flag(body, "share"));
	store_bind_text(stmt, 8, row->request);
	return fold_step(run, SAY, err);
}

static enum status
set_state(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[SET_STATE];
	struct str state = body_text(body, "state");

	if (state.n == 0)
		return STATUS_OK;
	store_bind_text(stmt, 1, state);
	store_bind_number(stmt, 2, (int64_t)row->seq);
	store_bind_number(stmt, 3, body_number(body, "sharing", 0));
	store_bind_text(stmt, 4, row->request);
	return fold_step(run, SET_STATE, err);
}

static enum status
apply(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	enum status status;

	if (str_eq_text(row->kind, "share_opened"))
		return open_sharing(run, row, body, err);
	status = say(run, row, body, err);
	return status == STATUS_OK ? set_state(run, row, body, err) : status;
}

static const char *const kinds[] = { "share_opened", "share_said", "share_consulted",
	"share_decided", NULL };

const struct fold fold_sharing = { .name = "sharing",
	.kinds = kinds,
	.layout = "CREATE TABLE state_sharing (\n"
		  "	seq INTEGER NOT NULL PRIMARY KEY,\n"
		  "	at_ms INTEGER NOT NULL,\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	user TEXT NOT NULL,\n"
		  "	role TEXT NOT NULL,\n"
		  "	leg TEXT NOT NULL,\n"
		  "	state TEXT NOT NULL,\n"
		  "	state_seq INTEGER NOT NULL\n"
		  ") STRICT, WITHOUT ROWID;\n"
		  "CREATE TABLE state_voice (\n"
		  "	sharing INTEGER NOT NULL,\n"
		  "	kind TEXT NOT NULL,\n"
		  "	role TEXT NOT NULL,\n"
		  "	seq INTEGER NOT NULL,\n"
		  "	at_ms INTEGER NOT NULL,\n"
		  "	user TEXT NOT NULL,\n"
		  "	agrees INTEGER NOT NULL,\n"
		  "	PRIMARY KEY (sharing, kind, role)\n"
		  ") STRICT, WITHOUT ROWID;\n",
	.indexes = "CREATE INDEX state_sharing_request ON state_sharing (request_id, leg);\n",
	.sql = sql,
	.apply = apply };

/* --- Queries -----------------------------------------------------------------------------------
 */
bool
ledger_sharing_allows(const struct ledger_sharing *sharing)
{
	return str_eq_text(sharing->state, "agreed") || str_eq_text(sharing->state, "granted");
}

bool
ledger_sharing_ended(const struct ledger_sharing *sharing)
{
	return ledger_sharing_allows(sharing) || str_eq_text(sharing->state, "refused");
}

static enum status
copy(struct arena *arena, struct sqlite3_stmt *stmt, struct str *const *texts, size_t count,
    struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!arena_copy(texts[i], arena, store_text(stmt, (int)i)))
			return err_set(err, STATUS_NOMEM, "out of memory");
	return STATUS_OK;
}

static enum status
take(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_sharing *out = read_list_add(list);

	if (out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	struct str *const texts[] = { &out->request, &out->user, &out->role, &out->leg,
		&out->state };

	out->seq = (uint64_t)read_number(stmt, 5);
	out->at_ms = read_number(stmt, 6);
	out->state_seq = (uint64_t)read_number(stmt, 7);
	return copy(list->arena, stmt, texts, sizeof texts / sizeof texts[0], err);
}

enum status
ledger_sharing_find(struct ledger_sharing *out, struct ledger *ledger, struct arena *arena,
    struct str request, struct str leg, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_sharing);
	const struct read_value values[] = { READ_TEXT(request), READ_TEXT(leg) };
	enum status status = ledger_read(ledger,
	    "SELECT request_id, user, role, leg, state, seq, at_ms, state_seq FROM state_sharing"
	    " WHERE request_id = ? AND leg = ? ORDER BY seq DESC LIMIT 1",
	    values, 2, take, &list, err);

	if (status == STATUS_OK && list.count == 0)
		return err_set(
		    err, STATUS_NOT_FOUND, "nobody asked for %.*s to be shared", STR_ARG(request));
	if (status == STATUS_OK)
		*out = *(struct ledger_sharing *)list.items;
	return status;
}

static enum status
take_voice(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_voice *out = read_list_add(list);

	if (out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	struct str *const texts[] = { &out->kind, &out->role, &out->user };

	out->seq = (uint64_t)read_number(stmt, 3);
	out->at_ms = read_number(stmt, 4);
	out->agrees = read_number(stmt, 5) != 0;
	return copy(list->arena, stmt, texts, sizeof texts / sizeof texts[0], err);
}

enum status
ledger_sharing_voices(struct ledger_voice **out, size_t *count, struct ledger *ledger,
    struct arena *arena, uint64_t sharing, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_voice);
	const struct read_value values[] = { READ_NUMBER((int64_t)sharing) };
	enum status status = ledger_read(ledger,
	    "SELECT kind, role, user, seq, at_ms, agrees FROM state_voice WHERE sharing = ?"
	    " ORDER BY seq",
	    values, 1, take_voice, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}
