/* Checks, what they covered and whom they found: kind "check". */
#include "ledger/checks.h"
#include "ledger/fold.h"
#include "ledger/read.h"

enum { ADD, ADD_SYSTEM, ADD_CANDIDATE };

static const char *const sql[] = {
	[ADD] =
	    "INSERT OR IGNORE INTO state_check (check_id, seq, at_ms, request_id, leg, user, role,"
	    " of_check, rerun_of, policy, complete, capped, standing, people_seq, people,"
	    " insufficient) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[ADD_SYSTEM] = "INSERT OR IGNORE INTO state_check_system (check_id, system, generation,"
		       " searched, covered, gap) VALUES (?,?,?,?,?,?)",
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

static enum status
add_check(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ADD];
	const struct str texts[] = { row->request, body_text(body, "leg"), row->user, row->role,
		body_text(body, "of"), body_text(body, "rerun_of"), body_text(body, "policy") };
	int64_t people_of = body_number(body, "people_of", 0);

	store_bind_text(stmt, 1, row->check);
	store_bind_number(stmt, 2, (int64_t)row->seq);
	store_bind_number(stmt, 3, row->at_ms);
	for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
		store_bind_text(stmt, 4 + i, texts[i]);
	store_bind_number(stmt, 11, body_flag(body, "leg_complete"));
	store_bind_number(stmt, 12, is_capped(body));
	store_bind_number(stmt, 13, body_flag(body, "standing"));
	store_bind_number(stmt, 14, people_of == 0 ? (int64_t)row->seq : people_of);
	store_bind_number(stmt, 15, (int64_t)body_count(body, "people"));
	store_bind_number(stmt, 16, count_insufficient(body));
	return fold_step(run, ADD, err);
}

static enum status
add_systems(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ADD_SYSTEM];
	enum status status = STATUS_OK;

	for (const struct body *system = body_list(body, "systems");
	     system != NULL && status == STATUS_OK; system = body_next(system)) {
		store_bind_text(stmt, 1, row->check);
		store_bind_text(stmt, 2, body_text(system, "system"));
		store_bind_number(stmt, 3, body_number(system, "generation", 0));
		store_bind_number(stmt, 4, body_flag(system, "searched"));
		store_bind_number(stmt, 5, body_flag(system, "covered"));
		store_bind_text(stmt, 6, body_text(system, "gap"));
		status = fold_step(run, ADD_SYSTEM, err);
	}
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
	if (status == STATUS_OK)
		status = add_systems(run, row, body, err);
	for (const struct body *item = body_list(body, "people");
	     item != NULL && status == STATUS_OK; item = body_next(item))
		status = add_candidates(run, row, leg, person++, item, err);
	return status;
}

static const char *const kinds[] = { "check", NULL };

const struct fold fold_checks = { .name = "checks",
	.kinds = kinds,
	.layout = "CREATE TABLE state_check (\n"
		  "	check_id TEXT NOT NULL PRIMARY KEY,\n"
		  "	seq INTEGER NOT NULL,\n"
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
		  "	insufficient INTEGER NOT NULL\n"
		  ") STRICT, WITHOUT ROWID;\n"
		  "CREATE TABLE state_check_system (\n"
		  "	check_id TEXT NOT NULL,\n"
		  "	system TEXT NOT NULL,\n"
		  "	generation INTEGER NOT NULL,\n"
		  "	searched INTEGER NOT NULL,\n"
		  "	covered INTEGER NOT NULL,\n"
		  "	gap TEXT NOT NULL,\n"
		  "	PRIMARY KEY (check_id, system)\n"
		  ") STRICT, WITHOUT ROWID;\n"
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
	.indexes = "CREATE INDEX state_check_request ON state_check (request_id, leg, seq);\n"
		   "CREATE INDEX state_check_leg ON state_check (leg, seq);\n"
		   "CREATE INDEX state_candidate_record ON state_candidate (system, record_id, "
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
#define CHECK_COLUMNS                                                                    \
	"check_id, request_id, leg, user, role, of_check, rerun_of, policy, seq, at_ms," \
	" complete, capped, standing, people_seq, people, insufficient"

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
	    ledger_read(ledger, "SELECT " CHECK_COLUMNS " FROM state_check WHERE check_id = ?",
		values, 1, take_check, &list, err);

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
	enum status status = ledger_read(ledger,
	    "SELECT " CHECK_COLUMNS " FROM state_check WHERE request_id = ? ORDER BY seq", values,
	    1, take_check, &list, err);

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
	    "SELECT " CHECK_COLUMNS " FROM state_check WHERE seq IN"
	    " (SELECT max(seq) FROM state_check WHERE request_id = ?1 GROUP BY leg)"
	    " AND request_id = ?1 ORDER BY leg",
	    values, 1, take_check, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

static enum status
fill_system(struct ledger_check_system *out, struct arena *arena, struct sqlite3_stmt *stmt,
    struct err *err)
{
	struct str *const texts[] = { &out->system, &out->gap };

	out->generation = (uint64_t)read_number(stmt, 2);
	out->searched = read_number(stmt, 3) != 0;
	out->covered = read_number(stmt, 4) != 0;
	return copy_texts(arena, stmt, texts, sizeof texts / sizeof texts[0], err);
}

static enum status
take_system(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_check_system *out = read_list_add(list);

	return out == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
			   : fill_system(out, list->arena, stmt, err);
}

enum status
ledger_check_systems(struct ledger_check_system **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str check, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_check_system);
	const struct read_value values[] = { READ_TEXT(check) };
	enum status status = ledger_read(ledger,
	    "SELECT system, gap, generation, searched, covered FROM state_check_system"
	    " WHERE check_id = ? ORDER BY system",
	    values, 1, take_system, &list, err);

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
	    " c.person, c.match_weight, c.seq, c.first_seq, NOT EXISTS (SELECT 1 FROM state_check k"
	    " JOIN state_check_system s ON s.check_id = k.check_id WHERE k.request_id = "
	    "c.request_id"
	    " AND k.leg = c.leg AND k.seq > c.seq AND s.system = c.system AND s.searched)"
	    " FROM state_candidate c WHERE c.request_id = ?"
	    " ORDER BY c.person, c.system, c.record_id, c.person_id",
	    values, 1, take_candidate, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}
