/* Requests and where they stand: kinds "request" and "request_state"; and whose people they ask
 * about: a "check" and a "question_answered" may tell others. */
#include "ledger/fold.h"
#include "ledger/read.h"
#include "ledger/requests.h"

enum { ADD, SET_STATE, SET_PEOPLE };

static const char *const sql[] = {
	[ADD] =
	    "INSERT OR IGNORE INTO state_request (id, seq, at_ms, user, reference, kind, channel,"
	    " received_at, jurisdiction, review_type, same_day, asked, state, state_seq,"
	    " people_seq, state_ms, outcome) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,'open',?,?,?,'')",
	[SET_STATE] = "UPDATE state_request SET state = ?, state_seq = ?, state_ms = ?, outcome = ?"
		      " WHERE id = ?",
	[SET_PEOPLE] = "UPDATE state_request SET people_seq = ? WHERE id = ?",
	NULL,
};

static enum status
add(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ADD];
	const char *const texts[] = { "reference", "kind", "channel", "received_at", "jurisdiction",
		"review_type" };

	store_bind_text(stmt, 1, row->request);
	store_bind_number(stmt, 2, (int64_t)row->seq);
	store_bind_number(stmt, 3, row->at_ms);
	store_bind_text(stmt, 4, row->user);
	for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
		store_bind_text(stmt, 5 + i, body_text(body, texts[i]));
	store_bind_number(stmt, 11, body_flag(body, "same_day"));
	store_bind_text(stmt, 12, body_text(body, "asked"));
	store_bind_number(stmt, 13, (int64_t)row->seq);
	store_bind_number(stmt, 14, body_number(body, "people", 0) > 0 ? (int64_t)row->seq : 0);
	store_bind_number(stmt, 15, row->at_ms);
	return fold_step(run, ADD, err);
}

static enum status
set_state(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[SET_STATE];

	store_bind_text(stmt, 1, body_text(body, "state"));
	store_bind_number(stmt, 2, (int64_t)row->seq);
	store_bind_number(stmt, 3, row->at_ms);
	store_bind_text(stmt, 4, body_text(body, "outcome"));
	store_bind_text(stmt, 5, row->request);
	return fold_step(run, SET_STATE, err);
}

static enum status
set_people(struct fold_run *run, const struct ledger_row *row, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[SET_PEOPLE];

	store_bind_number(stmt, 1, (int64_t)row->seq);
	store_bind_text(stmt, 2, row->request);
	return fold_step(run, SET_PEOPLE, err);
}

static enum status
apply(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	if (row->request.n == 0)
		return STATUS_OK;
	if (str_eq_text(row->kind, "request"))
		return add(run, row, body, err);
	if (str_eq_text(row->kind, "request_state"))
		return set_state(run, row, body, err);
	if (str_eq_text(row->kind, "check") ? body_number(body, "people_of", 1) == 0
					    : body_number(body, "people", 0) > 0)
		return set_people(run, row, err);
	return STATUS_OK;
}

static const char *const kinds[] = { "request", "request_state", "check", "question_answered",
	NULL };

const struct fold fold_requests = { .name = "requests",
	.kinds = kinds,
	.layout = "CREATE TABLE state_request (\n"
		  "	id TEXT NOT NULL UNIQUE,\n"
		  "	seq INTEGER NOT NULL PRIMARY KEY,\n"
		  "	at_ms INTEGER NOT NULL,\n"
		  "	user TEXT NOT NULL,\n"
		  "	reference TEXT NOT NULL,\n"
		  "	kind TEXT NOT NULL,\n"
		  "	channel TEXT NOT NULL,\n"
		  "	received_at TEXT NOT NULL,\n"
		  "	jurisdiction TEXT NOT NULL,\n"
		  "	review_type TEXT NOT NULL,\n"
		  "	same_day INTEGER NOT NULL,\n"
		  "	asked TEXT NOT NULL,\n"
		  "	state TEXT NOT NULL,\n"
		  "	state_seq INTEGER NOT NULL,\n"
		  "	people_seq INTEGER NOT NULL,\n"
		  "	state_ms INTEGER NOT NULL,\n"
		  "	outcome TEXT NOT NULL\n"
		  ") STRICT;\n",
	.indexes = "CREATE INDEX state_request_reference ON state_request (reference);\n"
		   "CREATE INDEX state_request_state ON state_request (state);\n"
		   "CREATE INDEX state_request_ended ON state_request (state_ms, id) WHERE state "
		   "<> 'open';\n",
	.sql = sql,
	.apply = apply };

/* --- Queries -----------------------------------------------------------------------------------
 */
#define COLUMNS                                                                                   \
	"id, seq, at_ms, user, reference, kind, channel, received_at, jurisdiction, review_type," \
	" same_day, asked, state, state_seq, people_seq, state_ms, outcome"

struct found {
	struct ledger_request *out;
	struct arena *arena;
	size_t count, most;
};

static enum status
take(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct found *found = ctx;
	struct ledger_request *out = &found->out[found->count];
	const struct {
		struct str *to;
		int at;
	} texts[] = { { &out->id, 0 }, { &out->user, 3 }, { &out->reference, 4 }, { &out->kind, 5 },
		{ &out->channel, 6 }, { &out->received_at, 7 }, { &out->jurisdiction, 8 },
		{ &out->review_type, 9 }, { &out->asked, 11 }, { &out->state, 12 },
		{ &out->outcome, 16 } };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (!arena_copy(texts[i].to, found->arena, store_text(stmt, texts[i].at)))
			return err_set(err, STATUS_NOMEM, "out of memory");
	out->seq = (uint64_t)read_number(stmt, 1);
	out->at_ms = read_number(stmt, 2);
	out->same_day = read_number(stmt, 10) != 0;
	out->state_seq = (uint64_t)read_number(stmt, 13);
	out->people_seq = (uint64_t)read_number(stmt, 14);
	out->state_ms = read_number(stmt, 15);
	found->count++;
	return STATUS_OK;
}

enum status
ledger_request_find(struct ledger_request *out, struct ledger *ledger, struct arena *arena,
    struct str id, struct err *err)
{
	struct found found = { out, arena, 0, 1 };
	const struct read_value values[] = { READ_TEXT(id) };
	enum status status = ledger_read(ledger,
	    "SELECT " COLUMNS " FROM state_request WHERE id = ?", values, 1, take, &found, err);

	if (status == STATUS_OK && found.count == 0)
		return err_set(err, STATUS_NOT_FOUND, "there is no request %.*s", STR_ARG(id));
	return status;
}

/* Texts of their own, so that each is found by its index. */
#define LISTED(where)                                                                             \
	"SELECT " COLUMNS " FROM state_request WHERE " where " seq < ?3 ORDER BY seq DESC LIMIT " \
	"?4"

static const char *
list_text(const struct ledger_request_filter *filter)
{
	if (filter->reference.n > 0)
		return filter->state.n > 0 ? LISTED("reference = ?2 AND +state = ?1 AND")
					   : LISTED("?1 = '' AND reference = ?2 AND");
	return filter->state.n > 0 ? LISTED("?2 = '' AND state = ?1 AND")
				   : LISTED("?1 = '' AND ?2 = '' AND");
}

enum status
ledger_request_list(struct ledger_request **out, size_t *count, struct ledger *ledger,
    struct arena *arena, const struct ledger_request_filter *filter, struct err *err)
{
	size_t most = filter->most;
	struct found found = { arena_alloc(arena, most, sizeof *found.out), arena, 0, most };
	const struct read_value values[] = { READ_TEXT(filter->state), READ_TEXT(filter->reference),
		READ_NUMBER(filter->before_seq == 0 ? INT64_MAX : (int64_t)filter->before_seq),
		READ_NUMBER((int64_t)most) };
	enum status status;

	if (found.out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = ledger_read(ledger, list_text(filter), values, 4, take, &found, err);
	*out = found.out;
	*count = found.count;
	return status;
}

struct running {
	struct found found;
	struct ledger_running *out;
};

static enum status
take_running(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct running *running = ctx;
	struct ledger_running *out = &running->out[running->found.count];
	enum status status = take(&running->found, stmt, err);

	if (status != STATUS_OK)
		return status;
	out->request = running->found.out[running->found.count - 1];
	out->milestones = read_number(stmt, 17) != 0;
	out->records = read_number(stmt, 18) != 0;
	out->questions = read_number(stmt, 19) != 0;
	return STATUS_OK;
}

enum status
ledger_request_running(struct ledger_running **out, size_t *count, struct ledger *ledger,
    struct arena *arena, uint64_t before_seq, size_t most, struct err *err)
{
	struct running running = { .found = { arena_alloc(arena, most, sizeof *running.found.out),
				       arena, 0, most },
		.out = arena_alloc(arena, most, sizeof *running.out) };
	const struct read_value values[] = { READ_NUMBER(
						 before_seq == 0 ? INT64_MAX : (int64_t)before_seq),
		READ_NUMBER((int64_t)most) };
	enum status status;

	if (running.found.out == NULL || running.out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = ledger_read(ledger,
	    "SELECT " COLUMNS ","
	    " EXISTS (SELECT 1 FROM state_milestone m WHERE m.request_id = r.id),"
	    " EXISTS (SELECT 1 FROM state_register s WHERE s.request_id = r.id),"
	    " EXISTS (SELECT 1 FROM state_question q WHERE q.request_id = r.id)"
	    " FROM state_request r WHERE state = 'open' AND seq < ?1 ORDER BY seq DESC LIMIT ?2",
	    values, 2, take_running, &running, err);
	*out = running.out;
	*count = running.found.count;
	return status;
}
