/* What was decided, asked and answered: kinds "decision", "second_reading", "question",
 * "question_answered" and "absence". */
#include "ledger/fold.h"
#include "ledger/read.h"
#include "ledger/review.h"

enum { DECIDE, SECOND, ASK, ANSWER, LEAVE };

static const char *const sql[] = {
	[DECIDE] = "INSERT OR REPLACE INTO state_decision (request_id, person, system, record_id,"
		   " person_id, seq, at_ms, user, role, verdict, seen_seq, grade, match_weight,"
		   " state, second_seq, second_user) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,'')",
	[SECOND] = "UPDATE state_decision SET state = ?, second_seq = ?, second_user = ?"
		   " WHERE seq = ? AND state = 'awaiting'",
	[ASK] = "INSERT OR IGNORE INTO state_question (seq, request_id, at_ms, user, role, due,"
		" due_ms, answered_seq, answered_ms) VALUES (?,?,?,?,?,?,?,0,0)",
	[ANSWER] = "UPDATE state_question SET answered_seq = ?, answered_ms = ?"
		   " WHERE seq = ? AND request_id = ? AND answered_seq = 0",
	[LEAVE] = "INSERT OR REPLACE INTO state_absence (role, seq, from_ms, to_ms)"
		  " VALUES (?,?,?,?)",
	NULL,
};

static enum status
decide(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[DECIDE];
	int64_t person = body_number(body, "person", -1);

	if (row->request.n == 0 || person < 0)
		return STATUS_OK;
	store_bind_text(stmt, 1, row->request);
	store_bind_number(stmt, 2, person);
	store_bind_text(stmt, 3, body_text(body, "system"));
	store_bind_text(stmt, 4, body_text(body, "record_id"));
	store_bind_text(stmt, 5, body_text(body, "person_id"));
	store_bind_number(stmt, 6, (int64_t)row->seq);
	store_bind_number(stmt, 7, row->at_ms);
	store_bind_text(stmt, 8, row->user);
	store_bind_text(stmt, 9, row->role);
	store_bind_text(stmt, 10, body_text(body, "verdict"));
	store_bind_number(stmt, 11, body_number(body, "seen", 0));
	store_bind_text(stmt, 12, body_text(body, "grade"));
	store_bind_real(stmt, 13, body_real(body, "match_weight"));
	store_bind_text(
	    stmt, 14, body_flag(body, "second_reading") ? STR_LIT("awaiting") : STR_LIT("holds"));
	return fold_step(run, DECIDE, err);
}

static enum status
second(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[SECOND];

	store_bind_text(
	    stmt, 1, body_flag(body, "agrees") ? STR_LIT("holds") : STR_LIT("disagreed"));
	store_bind_number(stmt, 2, (int64_t)row->seq);
	store_bind_text(stmt, 3, row->user);
	store_bind_number(stmt, 4, body_number(body, "decision", 0));
	return fold_step(run, SECOND, err);
}

static enum status
ask(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ASK];

	if (row->request.n == 0)
		return STATUS_OK;
	store_bind_number(stmt, 1, (int64_t)row->seq);
	store_bind_text(stmt, 2, row->request);
	store_bind_number(stmt, 3, row->at_ms);
	store_bind_text(stmt, 4, row->user);
	store_bind_text(stmt, 5, row->role);
	store_bind_text(stmt, 6, body_text(body, "due"));
	store_bind_number(stmt, 7, body_number(body, "due_ms", 0));
	return fold_step(run, ASK, err);
}

static enum status
answer(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ANSWER];

	store_bind_number(stmt, 1, (int64_t)row->seq);
	store_bind_number(stmt, 2, row->at_ms);
	store_bind_number(stmt, 3, body_number(body, "question", 0));
	store_bind_text(stmt, 4, row->request);
	return fold_step(run, ANSWER, err);
}

static enum status
leave(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[LEAVE];
	struct str role = body_text(body, "role");

	if (role.n == 0)
		return STATUS_OK;
	store_bind_text(stmt, 1, role);
	store_bind_number(stmt, 2, (int64_t)row->seq);
	store_bind_number(stmt, 3, body_number(body, "from_ms", 0));
	store_bind_number(stmt, 4, body_number(body, "to_ms", 0));
	return fold_step(run, LEAVE, err);
}

static const char *const kinds[] = { "decision", "second_reading", "question", "question_answered",
	"absence", NULL };

static enum status
apply(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	static enum status (*const acts[])(struct fold_run *, const struct ledger_row *,
	    const struct body *, struct err *) = { decide, second, ask, answer, leave };

	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		if (str_eq_text(row->kind, kinds[i]))
			return acts[i](run, row, body, err);
	return STATUS_OK;
}

const struct fold fold_review = { .name = "review",
	.kinds = kinds,
	.layout = "CREATE TABLE state_decision (\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	person INTEGER NOT NULL,\n"
		  "	system TEXT NOT NULL,\n"
		  "	record_id TEXT NOT NULL,\n"
		  "	person_id TEXT NOT NULL,\n"
		  "	seq INTEGER NOT NULL,\n"
		  "	at_ms INTEGER NOT NULL,\n"
		  "	user TEXT NOT NULL,\n"
		  "	role TEXT NOT NULL,\n"
		  "	verdict TEXT NOT NULL,\n"
		  "	seen_seq INTEGER NOT NULL,\n"
		  "	grade TEXT NOT NULL,\n"
		  "	match_weight REAL NOT NULL,\n"
		  "	state TEXT NOT NULL,\n"
		  "	second_seq INTEGER NOT NULL,\n"
		  "	second_user TEXT NOT NULL,\n"
		  "	PRIMARY KEY (request_id, person, system, record_id, person_id)\n"
		  ") STRICT, WITHOUT ROWID;\n"
		  "CREATE UNIQUE INDEX state_decision_seq ON state_decision (seq);\n"
		  "CREATE TABLE state_question (\n"
		  "	seq INTEGER NOT NULL PRIMARY KEY,\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	at_ms INTEGER NOT NULL,\n"
		  "	user TEXT NOT NULL,\n"
		  "	role TEXT NOT NULL,\n"
		  "	due TEXT NOT NULL,\n"
		  "	due_ms INTEGER NOT NULL,\n"
		  "	answered_seq INTEGER NOT NULL,\n"
		  "	answered_ms INTEGER NOT NULL\n"
		  ") STRICT, WITHOUT ROWID;\n"
		  "CREATE TABLE state_absence (\n"
		  "	role TEXT NOT NULL PRIMARY KEY,\n"
		  "	seq INTEGER NOT NULL,\n"
		  "	from_ms INTEGER NOT NULL,\n"
		  "	to_ms INTEGER NOT NULL\n"
		  ") STRICT, WITHOUT ROWID;\n",
	.indexes = "CREATE INDEX state_question_request ON state_question (request_id);\n",
	.sql = sql,
	.apply = apply };

/* --- Candidates --------------------------------------------------------------------------------
 */
#define RANKS " WHEN 'certain' THEN 3 WHEN 'probable' THEN 2 WHEN 'possible' THEN 1 ELSE 0 END"

/* Decision `d` is on a lower grade than that of the candidate. */
#define BETTER " CASE c.grade" RANKS " > CASE d.grade" RANKS

/* A candidate, whether it is current, and its last decision; `state` as enum ledger_review_state.
 */
#define REVIEWED_HEAD                                                                    \
	"WITH shown AS (SELECT c.*, r.reference AS reference, r.state AS request_state," \
	" r.seq AS request_seq,"                                                         \
	" " FOLD_CANDIDATE_CURRENT " AS current FROM "
#define REVIEWED_TAIL                                                                            \
	" ON r.id = c.request_id),"                                                              \
	" reviewed AS (SELECT c.*, coalesce(d.seq, 0) AS d_seq, coalesce(d.at_ms, 0) AS d_at,"   \
	" coalesce(d.verdict, '') AS verdict, coalesce(d.user, '') AS user,"                     \
	" coalesce(d.role, '') AS role, coalesce(d.seen_seq, 0) AS seen_seq,"                    \
	" coalesce(d.grade, '') AS seen_grade, coalesce(d.match_weight, 0.0) AS seen_weight,"    \
	" coalesce(d.second_seq, 0) AS second_seq, coalesce(d.second_user, '') AS second_user,"  \
	" CASE WHEN d.seq IS NULL THEN 0 WHEN d.state = 'disagreed' THEN 1"                      \
	" WHEN d.verdict <> 'this_person' AND c.current"                                         \
	" AND" BETTER " THEN 2"                                                                  \
	" WHEN d.state = 'awaiting' THEN 3 ELSE 4 END AS state"                                  \
	" FROM shown c LEFT JOIN state_decision d USING (request_id, person, system, record_id," \
	" person_id)) SELECT request_id, system, record_id, person_id, leg, grade, check_id,"    \
	" reference, verdict, user, role, seen_grade, second_user, person, match_weight, seq,"   \
	" first_seq, current, state, d_seq, d_at, seen_seq, seen_weight, second_seq"             \
	" FROM reviewed"
#define REVIEWED REVIEWED_HEAD "state_candidate c JOIN state_request r" REVIEWED_TAIL
/* From the open requests on, in their order: what has ended is not walked through. */
#define QUEUED REVIEWED_HEAD "state_request r CROSS JOIN state_candidate c" REVIEWED_TAIL
/* What waits for a reader. One that was never shown again needs none, unless somebody has begun. */
#define OPEN " (state < 4 AND (current OR state IN (1, 3)))"

static enum status
fill_reviewed(
    struct ledger_reviewed *out, struct arena *arena, struct sqlite3_stmt *stmt, struct err *err)
{
	struct ledger_candidate *candidate = &out->candidate;
	struct str *const texts[] = { &candidate->request, &candidate->system,
		&candidate->record_id, &candidate->person_id, &candidate->leg, &candidate->grade,
		&candidate->check, &out->reference, &out->verdict, &out->user, &out->role,
		&out->seen_grade, &out->second_user };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (!arena_copy(texts[i], arena, store_text(stmt, (int)i)))
			return err_set(err, STATUS_NOMEM, "out of memory");
	candidate->person = (unsigned)read_number(stmt, 13);
	candidate->match_weight = read_real(stmt, 14);
	candidate->seq = (uint64_t)read_number(stmt, 15);
	candidate->first_seq = (uint64_t)read_number(stmt, 16);
	candidate->current = read_number(stmt, 17) != 0;
	out->state = (enum ledger_review_state)read_number(stmt, 18);
	out->decision_seq = (uint64_t)read_number(stmt, 19);
	out->decided_ms = read_number(stmt, 20);
	out->seen_seq = (uint64_t)read_number(stmt, 21);
	out->seen_weight = read_real(stmt, 22);
	out->second_seq = (uint64_t)read_number(stmt, 23);
	return STATUS_OK;
}

static enum status
take_reviewed(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_reviewed *out = read_list_add(list);

	return out == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
			   : fill_reviewed(out, list->arena, stmt, err);
}

/* ?1 request, ?2 what waits, ?3 what waits for a second reader, ?4 most, ?5 on the candidate after
 * which it goes on */
#define LISTED                                                                                 \
	" AND (NOT ?2 OR" OPEN ") AND (NOT ?3 OR state = 3)"                                   \
	" AND (request_seq, first_seq, person, system, record_id, person_id)"                  \
	" > (coalesce((SELECT seq FROM state_request WHERE id = ?5), 0), ?6, ?7, ?8, ?9, ?10)" \
	" ORDER BY request_seq, first_seq, person, system, record_id, person_id LIMIT ?4"

/* Two texts, so that one request's is found by the index. */
enum status
ledger_review_list(struct ledger_reviewed **out, size_t *count, struct ledger *ledger,
    struct arena *arena, const struct ledger_review_filter *filter, struct err *err)
{
	static const struct ledger_candidate first = { .request = { "", 0 },
		.system = { "", 0 },
		.record_id = { "", 0 },
		.person_id = { "", 0 } };
	const struct ledger_candidate *after = filter->after != NULL ? filter->after : &first;
	struct read_list list = READ_LIST(arena, struct ledger_reviewed);
	const struct read_value values[] = { READ_TEXT(filter->request),
		READ_NUMBER(filter->open_only), READ_NUMBER(filter->second_only),
		READ_NUMBER((int64_t)filter->most), READ_TEXT(after->request),
		READ_NUMBER((int64_t)after->first_seq), READ_NUMBER(after->person),
		READ_TEXT(after->system), READ_TEXT(after->record_id),
		READ_TEXT(after->person_id) };
	enum status status = ledger_read(ledger,
	    filter->request.n > 0 ? REVIEWED " WHERE request_id = ?1" LISTED
				  : QUEUED " WHERE ?1 = '' AND request_state = 'open'" LISTED,
	    values, sizeof values / sizeof values[0], take_reviewed, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

static enum status
first_of(struct ledger_reviewed *out, const struct read_list *list, enum status status,
    const char *what, struct err *err)
{
	if (status == STATUS_OK && list->count == 0)
		return err_set(err, STATUS_NOT_FOUND, "%s", what);
	if (status == STATUS_OK)
		*out = *(struct ledger_reviewed *)list->items;
	return status;
}

enum status
ledger_review_find(struct ledger_reviewed *out, struct ledger *ledger, struct arena *arena,
    struct str request, unsigned person, struct str system, struct str record_id,
    struct str person_id, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_reviewed);
	const struct read_value values[] = { READ_TEXT(request), READ_NUMBER(person),
		READ_TEXT(system), READ_TEXT(record_id), READ_TEXT(person_id) };
	enum status status = ledger_read(ledger,
	    REVIEWED " WHERE request_id = ? AND person = ? AND system = ? AND record_id = ?"
		     " AND person_id = ?",
	    values, 5, take_reviewed, &list, err);

	return first_of(out, &list, status, "no check of the request showed such a candidate", err);
}

enum status
ledger_review_find_decision(struct ledger_reviewed *out, struct ledger *ledger, struct arena *arena,
    uint64_t decision_seq, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_reviewed);
	const struct read_value values[] = { READ_NUMBER((int64_t)decision_seq) };
	enum status status = ledger_read(ledger, REVIEWED " WHERE d_seq = ? AND d_seq <> 0", values,
	    1, take_reviewed, &list, err);

	return first_of(
	    out, &list, status, "it is no decision, or a newer one took its place", err);
}

const char *
ledger_review_state_name(enum ledger_review_state state)
{
	static const char *const names[] = { "undecided", "disagreed", "regraded",
		"awaiting_second_reading", "decided" };

	return names[state];
}

static enum status
add_counts(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct ledger_review_counts *out = ctx;

	(void)err;
	out->open = (unsigned)read_number(stmt, 0);
	out->this_person = (unsigned)read_number(stmt, 1);
	out->not_this_person = (unsigned)read_number(stmt, 2);
	out->cannot_tell = (unsigned)read_number(stmt, 3);
	return STATUS_OK;
}

enum status
ledger_review_count(
    struct ledger_review_counts *out, struct ledger *ledger, struct str request, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(request) };

	*out = (struct ledger_review_counts){ 0 };
	return ledger_read(ledger,
	    "SELECT count(*) FILTER (WHERE" OPEN "),"
	    " count(*) FILTER (WHERE state = 4 AND verdict = 'this_person'),"
	    " count(*) FILTER (WHERE state = 4 AND verdict = 'not_this_person'),"
	    " count(*) FILTER (WHERE state = 4 AND verdict = 'cannot_tell')"
	    " FROM (" REVIEWED " WHERE request_id = ?)",
	    values, 1, add_counts, out, err);
}

static enum status
take_pair(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct ledger_pair *out = read_list_add(ctx);

	if (out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	out->seq = (uint64_t)read_number(stmt, 0);
	out->match_weight = read_real(stmt, 1);
	out->is_match = read_number(stmt, 2) != 0;
	return STATUS_OK;
}

enum status
ledger_review_pairs(struct ledger_pair **out, size_t *count, struct ledger *ledger,
    struct arena *arena, uint64_t after, size_t most, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_pair);
	const struct read_value values[] = { READ_NUMBER((int64_t)after),
		READ_NUMBER((int64_t)most) };
	enum status status = ledger_read(ledger,
	    "SELECT d.seq, d.match_weight, d.verdict = 'this_person' FROM state_decision d"
	    " LEFT JOIN state_candidate c USING (request_id, person, system, record_id, person_id)"
	    " WHERE d.seq > ? AND d.state = 'holds'"
	    " AND (d.verdict = 'this_person' OR (d.verdict = 'not_this_person'"
	    " AND NOT (" BETTER " AND " FOLD_CANDIDATE_CURRENT "))) ORDER BY d.seq LIMIT ?",
	    values, 2, take_pair, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

/* --- Questions ---------------------------------------------------------------------------------
 */
#define QUESTION                                                                             \
	"SELECT q.seq, q.request_id, r.reference, q.user, q.role, q.due, q.at_ms, q.due_ms," \
	" q.answered_seq, q.answered_ms FROM state_question q"                               \
	" JOIN state_request r ON r.id = q.request_id"

static enum status
take_question(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_question *out = read_list_add(list);

	if (out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	struct str *const texts[] = { &out->request, &out->reference, &out->user, &out->role,
		&out->due };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (!arena_copy(texts[i], list->arena, store_text(stmt, (int)i + 1)))
			return err_set(err, STATUS_NOMEM, "out of memory");
	out->seq = (uint64_t)read_number(stmt, 0);
	out->at_ms = read_number(stmt, 6);
	out->due_ms = read_number(stmt, 7);
	out->answered_seq = (uint64_t)read_number(stmt, 8);
	out->answered_ms = read_number(stmt, 9);
	return STATUS_OK;
}

#define ASKED " AND (NOT ?2 OR q.answered_seq = 0) ORDER BY q.due_ms, q.seq"

/* As ledger_review_list(). */
enum status
ledger_question_list(struct ledger_question **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, bool open_only, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_question);
	const struct read_value values[] = { READ_TEXT(request), READ_NUMBER(open_only) };
	enum status status = ledger_read(ledger,
	    request.n > 0 ? QUESTION " WHERE q.request_id = ?1" ASKED
			  : QUESTION " WHERE ?1 = '' AND r.state = 'open'" ASKED,
	    values, 2, take_question, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

enum status
ledger_question_find(struct ledger_question *out, struct ledger *ledger, struct arena *arena,
    uint64_t seq, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_question);
	const struct read_value values[] = { READ_NUMBER((int64_t)seq) };
	enum status status =
	    ledger_read(ledger, QUESTION " WHERE q.seq = ?", values, 1, take_question, &list, err);

	if (status == STATUS_OK && list.count == 0)
		return err_set(
		    err, STATUS_NOT_FOUND, "entry %llu is no question", (unsigned long long)seq);
	if (status == STATUS_OK)
		*out = *(struct ledger_question *)list.items;
	return status;
}

/* --- Absence -----------------------------------------------------------------------------------
 */
static enum status
see(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	(void)stmt;
	(void)err;
	*(bool *)ctx = true;
	return STATUS_OK;
}

enum status
ledger_absent(bool *absent, struct ledger *ledger, struct str role, int64_t at_ms, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(role), READ_NUMBER(at_ms) };

	*absent = false;
	return ledger_read(ledger,
	    "SELECT 1 FROM state_absence WHERE role = ?1 AND from_ms <= ?2"
	    " AND (to_ms = 0 OR to_ms > ?2)",
	    values, 2, see, absent, err);
}
