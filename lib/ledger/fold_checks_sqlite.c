/*
 * Checks, what they covered and whom they found: kind "check".
 *
 * A check is found by the number of its entry, and that by the entries' own indexes of requests and
 * checks: so a check changes one page of state_check, at its end, whatever it is asked for by.
 */
#include "base/buf.h"
#include "ledger/checks.h"
#include "ledger/fold.h"
#include "ledger/read.h"

#include <stdlib.h>

enum { ADD, ADD_CANDIDATE };

static const char *const sql[] = {
	[ADD] =
	    "INSERT OR IGNORE INTO state_check (seq, check_id, at_ms, request_id, leg, user, role,"
	    " of_check, rerun_of, policy, complete, capped, standing, people_seq, people,"
	    " insufficient, searched) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[ADD_CANDIDATE] =
	    "INSERT INTO state_candidate (request_id, person, system, record_id, person_id,"
	    " check_id, seq, leg, grade, match_weight, first_seq)"
	    " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?7)"
	    " ON CONFLICT DO UPDATE SET check_id = ?6, seq = ?7, leg = ?8, grade = ?9,"
	    " match_weight = ?10",
	NULL,
};

static bool
is_capped(const struct body *body)
{
	for (const struct body *item = body_list(body, "people"); item != NULL;
	     item = body_next(item))
		if (body_flag(item, "capped"))
			return true;
	return false;
}

static int64_t
count_insufficient(const struct body *body)
{
	int64_t count = 0;

	for (const struct body *item = body_list(body, "people"); item != NULL;
	     item = body_next(item))
		count += str_eq_text(body_text(item, "outcome"), "insufficient_evidence");
	return count;
}

/* " helpline ctac ", to be looked through. */
static void
list_searched(struct buf *out, const struct body *body)
{
	buf_add_char(out, ' ');
	for (const struct body *system = body_list(body, "systems"); system != NULL;
	     system = body_next(system))
		if (body_flag(system, "searched")) {
			buf_add_str(out, body_text(system, "system"));
			buf_add_char(out, ' ');
		}
}

static enum status
add_check(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ADD];
	const struct str texts[] = { row->request, body_text(body, "leg"), row->user, row->role,
		body_text(body, "of"), body_text(body, "rerun_of"), body_text(body, "policy") };
	int64_t people_of = body_number(body, "people_of", 0);
	struct buf searched = BUF_INIT;
	enum status status;

	list_searched(&searched, body);
	store_bind_number(stmt, 1, (int64_t)row->seq);
	store_bind_text(stmt, 2, row->check);
	store_bind_number(stmt, 3, row->at_ms);
	for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
		store_bind_text(stmt, 4 + i, texts[i]);
	store_bind_number(stmt, 11, body_flag(body, "leg_complete"));
	store_bind_number(stmt, 12, is_capped(body));
	store_bind_number(stmt, 13, body_flag(body, "standing"));
	store_bind_number(stmt, 14, people_of == 0 ? (int64_t)row->seq : people_of);
	store_bind_number(stmt, 15, (int64_t)body_count(body, "people"));
	store_bind_number(stmt, 16, count_insufficient(body));
	store_bind_text(stmt, 17, buf_str(&searched));
	status = buf_failed(&searched) ? err_set(err, STATUS_NOMEM, "out of memory")
				       : fold_step(run, ADD, err);
	buf_free(&searched);
	return status;
}

static enum status
add_candidates(struct fold_run *run, const struct ledger_row *row, struct str leg, size_t person,
    const struct body *found, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ADD_CANDIDATE];
	enum status status = STATUS_OK;

	for (const struct body *candidate = body_list(found, "candidates");
	     candidate != NULL && status == STATUS_OK; candidate = body_next(candidate)) {
		store_bind_text(stmt, 1, row->request);
		store_bind_number(stmt, 2, (int64_t)person);
		store_bind_text(stmt, 3, body_text(candidate, "system"));
		store_bind_text(stmt, 4, body_text(candidate, "record_id"));
		store_bind_text(stmt, 5, body_text(candidate, "person_id"));
		store_bind_text(stmt, 6, row->check);
		store_bind_number(stmt, 7, (int64_t)row->seq);
		store_bind_text(stmt, 8, leg);
		store_bind_text(stmt, 9, body_text(candidate, "grade"));
		store_bind_real(stmt, 10, body_real(candidate, "match_weight"));
		status = fold_step(run, ADD_CANDIDATE, err);
	}
	return status;
}

static enum status
apply(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct str leg = body_text(body, "leg");
	size_t person = 0;
	enum status status;

	if (row->request.n == 0 || row->check.n == 0 || leg.n == 0)
		return STATUS_OK;
	status = add_check(run, row, body, err);
	for (const struct body *item = body_list(body, "people");
	     item != NULL && status == STATUS_OK; item = body_next(item))
		status = add_candidates(run, row, leg, person++, item, err);
	return status;
}

static const char *const kinds[] = { "check", NULL };

const struct fold fold_checks = { .name = "checks",
	.kinds = kinds,
	.layout = "CREATE TABLE state_check (\n"
		  "	seq INTEGER NOT NULL PRIMARY KEY,\n"
		  "	check_id TEXT NOT NULL,\n"
		  "	at_ms INTEGER NOT NULL,\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	leg TEXT NOT NULL,\n"
		  "	user TEXT NOT NULL,\n"
		  "	role TEXT NOT NULL,\n"
		  "	of_check TEXT NOT NULL,\n"
		  "	rerun_of TEXT NOT NULL,\n"
		  "	policy TEXT NOT NULL,\n"
		  "	complete INTEGER NOT NULL,\n"
		  "	capped INTEGER NOT NULL,\n"
		  "	standing INTEGER NOT NULL,\n"
		  "	people_seq INTEGER NOT NULL,\n"
		  "	people INTEGER NOT NULL,\n"
		  "	insufficient INTEGER NOT NULL,\n"
		  "	searched TEXT NOT NULL\n"
		  ") STRICT;\n"
		  "CREATE TABLE state_candidate (\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	person INTEGER NOT NULL,\n"
		  "	system TEXT NOT NULL,\n"
		  "	record_id TEXT NOT NULL,\n"
		  "	person_id TEXT NOT NULL,\n"
		  "	check_id TEXT NOT NULL,\n"
		  "	seq INTEGER NOT NULL,\n"
		  "	leg TEXT NOT NULL,\n"
		  "	grade TEXT NOT NULL,\n"
		  "	match_weight REAL NOT NULL,\n"
		  "	first_seq INTEGER NOT NULL,\n"
		  "	PRIMARY KEY (request_id, person, system, record_id, person_id)\n"
		  ") STRICT, WITHOUT ROWID;\n",
	.indexes = "CREATE INDEX state_candidate_record ON state_candidate (system, record_id, "
		   "first_seq);\n",
	.sql = sql,
	.apply = apply };

/* --- Queries -----------------------------------------------------------------------------------
 */
static enum status
copy_texts(struct arena *arena, struct sqlite3_stmt *stmt, struct str *const *texts, size_t count,
    struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!arena_copy(texts[i], arena, store_text(stmt, (int)i)))
			return err_set(err, STATUS_NOMEM, "out of memory");
	return STATUS_OK;
}

/* Texts first, so that they can be copied by position. */
#define CHECK_COLUMNS                                                                        \
	"k.check_id, k.request_id, k.leg, k.user, k.role, k.of_check, k.rerun_of, k.policy," \
	" k.seq, k.at_ms, k.complete, k.capped, k.standing, k.people_seq, k.people,"         \
	" k.insufficient"
/* The second condition is the one of the index. */
#define BY_CHECK                                                  \
	" FROM entry e CROSS JOIN state_check k ON k.seq = e.seq" \
	" WHERE e.check_id = ?1 AND e.check_id <> ''"
#define BY_REQUEST                                                \
	" FROM entry e CROSS JOIN state_check k ON k.seq = e.seq" \
	" WHERE e.request_id = ?1 AND e.request_id <> '' AND " FOLD_CHECK_FIRST

static enum status
fill_check(
    struct ledger_check *out, struct arena *arena, struct sqlite3_stmt *stmt, struct err *err)
{
	struct str *const texts[] = { &out->id, &out->request, &out->leg, &out->user, &out->role,
		&out->of, &out->rerun_of, &out->policy };

	out->seq = (uint64_t)read_number(stmt, 8);
	out->at_ms = read_number(stmt, 9);
	out->complete = read_number(stmt, 10) != 0;
	out->capped = read_number(stmt, 11) != 0;
	out->standing = read_number(stmt, 12) != 0;
	out->people_seq = (uint64_t)read_number(stmt, 13);
	out->people = (unsigned)read_number(stmt, 14);
	out->insufficient = (unsigned)read_number(stmt, 15);
	return copy_texts(arena, stmt, texts, sizeof texts / sizeof texts[0], err);
}

static enum status
take_check(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_check *out = read_list_add(list);

	return out == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
			   : fill_check(out, list->arena, stmt, err);
}

enum status
ledger_check_find(struct ledger_check *out, struct ledger *ledger, struct arena *arena,
    struct str id, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_check);
	const struct read_value values[] = { READ_TEXT(id) };
	enum status status =
	    ledger_read(ledger, "SELECT " CHECK_COLUMNS BY_CHECK " ORDER BY e.seq LIMIT 1", values,
		1, take_check, &list, err);

	if (status == STATUS_OK && list.count == 0)
		return err_set(err, STATUS_NOT_FOUND, "there is no check %.*s", STR_ARG(id));
	if (status == STATUS_OK)
		*out = *(struct ledger_check *)list.items;
	return status;
}

enum status
ledger_request_checks(struct ledger_check **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_check);
	const struct read_value values[] = { READ_TEXT(request) };
	enum status status =
	    ledger_read(ledger, "SELECT " CHECK_COLUMNS BY_REQUEST " ORDER BY e.seq", values, 1,
		take_check, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

enum status
ledger_request_legs(struct ledger_check **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_check);
	const struct read_value values[] = { READ_TEXT(request) };
	enum status status = ledger_read(ledger,
	    "SELECT " CHECK_COLUMNS " FROM state_check k WHERE k.seq IN"
	    " (SELECT max(k.seq)" BY_REQUEST " GROUP BY k.leg) ORDER BY k.leg",
	    values, 1, take_check, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

static int
by_system(const void *a, const void *b)
{
	const struct ledger_check_system *x = a, *y = b;

	return str_cmp(x->system, y->system);
}

static enum status
list_systems(struct read_list *list, const struct body *body, struct err *err)
{
	for (const struct body *item = body_list(body, "systems"); item != NULL;
	     item = body_next(item)) {
		struct ledger_check_system *out = read_list_add(list);

		if (out == NULL ||
		    !arena_copy(&out->system, list->arena, body_text(item, "system")) ||
		    !arena_copy(&out->gap, list->arena, body_text(item, "gap")))
			return err_set(err, STATUS_NOMEM, "out of memory");
		out->generation = (uint64_t)body_number(item, "generation", 0);
		out->searched = body_flag(item, "searched");
		out->covered = body_flag(item, "covered");
	}
	if (list->count > 1)
		qsort(list->items, list->count, list->size, by_system);
	return STATUS_OK;
}

/* From the entry itself. */
static enum status
take_systems(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct body_room room = { 0 };
	const struct body *body;
	enum status status = body_read(&body, &room, store_text(stmt, 0), FOLD_BODY_DEPTH_MAX);

	if (status == STATUS_OK)
		status = list_systems(ctx, body, err);
	else if (status == STATUS_NOMEM)
		status = err_set(err, status, "out of memory");
	else
		status = STATUS_OK; /* the fold took nothing from it either */
	body_room_free(&room);
	return status;
}

enum status
ledger_check_systems(struct ledger_check_system **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str check, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_check_system);
	const struct read_value values[] = { READ_TEXT(check) };
	enum status status = ledger_read(ledger, "SELECT e.body" BY_CHECK " ORDER BY e.seq LIMIT 1",
	    values, 1, take_systems, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

static enum status
fill_candidate(
    struct ledger_candidate *out, struct arena *arena, struct sqlite3_stmt *stmt, struct err *err)
{
	struct str *const texts[] = { &out->request, &out->system, &out->record_id, &out->person_id,
		&out->leg, &out->grade, &out->check };

	out->person = (unsigned)read_number(stmt, 7);
	out->match_weight = read_real(stmt, 8);
	out->seq = (uint64_t)read_number(stmt, 9);
	out->first_seq = (uint64_t)read_number(stmt, 10);
	out->current = read_number(stmt, 11) != 0;
	return copy_texts(arena, stmt, texts, sizeof texts / sizeof texts[0], err);
}

static enum status
take_candidate(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_candidate *out = read_list_add(list);

	return out == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
			   : fill_candidate(out, list->arena, stmt, err);
}

enum status
ledger_request_candidates(struct ledger_candidate **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_candidate);
	const struct read_value values[] = { READ_TEXT(request) };
	enum status status = ledger_read(ledger,
	    "SELECT c.request_id, c.system, c.record_id, c.person_id, c.leg, c.grade, c.check_id,"
	    " c.person, c.match_weight, c.seq, c.first_seq, " FOLD_CANDIDATE_CURRENT
	    " FROM state_candidate c WHERE c.request_id = ?"
	    " ORDER BY c.person, c.system, c.record_id, c.person_id",
	    values, 1, take_candidate, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}
