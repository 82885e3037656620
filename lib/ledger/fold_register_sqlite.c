/* The register of secured records: kinds and bodies are in ledger/register.h. */
#include "ledger/fold.h"
#include "ledger/read.h"
#include "ledger/register.h"

enum { FOUND, SECURE, RELEASE, PROPOSE, WITHDRAW, RETAIN, MISSING, BACK, CHANGED, SEEN, LOOKED };

#define THIS_ONE " WHERE system = ?1 AND record_id = ?2 AND released_seq = 0"

static const char *const sql[] = {
	[FOUND] = "REPLACE INTO state_register_content (system, record_id, generation, content)"
		  " VALUES (?1, ?2, ?3, ?4)",
	[SECURE] =
	    "REPLACE INTO state_register (system, record_id, seq, since_ms, by_entry, user, role,"
	    " request_id, check_id, changed_seq, missing_seq, missing_ms, proposed_seq,"
	    " proposed_ms, proposed_user, proposed_role, retained_seq, retained_ms, ground,"
	    " released_seq, released_ms)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0, 0, 0, '', '', 0, 0, '', 0, 0)",
	[RELEASE] =
	    "UPDATE state_register SET released_seq = ?3, released_ms = ?4, missing_seq = 0,"
	    " missing_ms = 0, proposed_seq = 0, proposed_ms = 0, proposed_user = '',"
	    " proposed_role = ''" THIS_ONE,
	[PROPOSE] = "UPDATE state_register SET proposed_seq = ?3, proposed_ms = ?4,"
		    " proposed_user = ?5, proposed_role = ?6" THIS_ONE,
	[WITHDRAW] = "UPDATE state_register SET proposed_seq = 0, proposed_ms = 0,"
		     " proposed_user = '', proposed_role = ''" THIS_ONE,
	[RETAIN] = "UPDATE state_register SET retained_seq = ?3, retained_ms = ?4, ground = ?5,"
		   " proposed_seq = 0, proposed_ms = 0, proposed_user = '',"
		   " proposed_role = ''" THIS_ONE,
	[MISSING] = "UPDATE state_register SET missing_seq = ?3, missing_ms = ?4" THIS_ONE
		    " AND missing_seq = 0",
	[BACK] = "UPDATE state_register SET missing_seq = 0, missing_ms = 0" THIS_ONE,
	[CHANGED] = "UPDATE state_register SET changed_seq = ?3" THIS_ONE,
	[SEEN] = "UPDATE state_register_content SET generation = ?2 WHERE system = ?1 AND EXISTS"
		 " (SELECT 1 FROM state_register r WHERE r.system = state_register_content.system"
		 " AND r.record_id = state_register_content.record_id AND r.missing_seq = 0"
		 " AND r.released_seq = 0)",
	[LOOKED] = "REPLACE INTO state_register_look (system, generation, seq) VALUES (?1, ?2, ?3)",
	NULL,
};

/* Binds system, record id, number and time of the entry. */
static struct sqlite3_stmt *
bind(struct fold_run *run, size_t which, const struct ledger_row *row, struct str system,
    struct str record_id)
{
	struct sqlite3_stmt *stmt = run->statements[which];

	store_bind_text(stmt, 1, system);
	store_bind_text(stmt, 2, record_id);
	store_bind_number(stmt, 3, (int64_t)row->seq);
	store_bind_number(stmt, 4, row->at_ms);
	return stmt;
}

/* --- What an entry says of one record ----------------------------------------------------------
 */
static enum status
found(struct fold_run *run, struct str system, int64_t generation, const struct body *item,
    struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[FOUND];
	struct str record_id = body_text(item, "record_id");

	if (system.n == 0 || record_id.n == 0)
		return STATUS_OK;
	store_bind_text(stmt, 1, system);
	store_bind_text(stmt, 2, record_id);
	store_bind_number(stmt, 3, generation);
	store_bind_text(stmt, 4, body_text(item, "content"));
	return fold_step(run, FOUND, err);
}

static enum status
secure(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt =
	    bind(run, SECURE, row, body_text(body, "system"), body_text(body, "record_id"));

	store_bind_number(stmt, 5, body_number(body, "by_entry", 0));
	store_bind_text(stmt, 6, row->user);
	store_bind_text(stmt, 7, row->role);
	store_bind_text(stmt, 8, row->request);
	store_bind_text(stmt, 9, row->check);
	return fold_step(run, SECURE, err);
}

static enum status
by_hand(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	(void)row;
	return found(run, body_text(body, "system"), body_number(body, "generation", 0), body, err);
}

static enum status
check(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	enum status status = STATUS_OK;

	(void)row;
	for (const struct body *item = body_list(body, "secures");
	     item != NULL && status == STATUS_OK; item = body_next(item))
		status = found(
		    run, body_text(item, "system"), body_number(item, "generation", 0), item, err);
	return status;
}

static enum status
release(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	(void)bind(run, RELEASE, row, body_text(body, "system"), body_text(body, "record_id"));
	return fold_step(run, RELEASE, err);
}

static enum status
propose(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt =
	    bind(run, PROPOSE, row, body_text(body, "system"), body_text(body, "record_id"));

	store_bind_text(stmt, 5, row->user);
	store_bind_text(stmt, 6, row->role);
	return fold_step(run, PROPOSE, err);
}

static enum status
withdraw(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[WITHDRAW];

	(void)row;
	store_bind_text(stmt, 1, body_text(body, "system"));
	store_bind_text(stmt, 2, body_text(body, "record_id"));
	return fold_step(run, WITHDRAW, err);
}

static enum status
retain(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt =
	    bind(run, RETAIN, row, body_text(body, "system"), body_text(body, "record_id"));

	store_bind_text(stmt, 5, body_text(body, "ground"));
	return fold_step(run, RETAIN, err);
}

/* --- What an entry says of a generation --------------------------------------------------------
 */
static enum status
missing(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct str system = body_text(body, "system");
	enum status status = STATUS_OK;

	for (const struct body *item = body_list(body, "records");
	     item != NULL && status == STATUS_OK; item = body_next(item)) {
		(void)bind(run, MISSING, row, system, body_item_text(item));
		status = fold_step(run, MISSING, err);
	}
	return status;
}

static enum status
back(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct str system = body_text(body, "system");
	enum status status = STATUS_OK;

	(void)row;
	for (const struct body *item = body_list(body, "records");
	     item != NULL && status == STATUS_OK; item = body_next(item)) {
		store_bind_text(run->statements[BACK], 1, system);
		store_bind_text(run->statements[BACK], 2, body_item_text(item));
		status = fold_step(run, BACK, err);
	}
	return status;
}

static enum status
look_at(struct fold_run *run, const struct ledger_row *row, struct str system, int64_t generation,
    const struct body *item, struct err *err)
{
	enum status status = found(run, system, generation, item, err);

	if (status != STATUS_OK || !body_flag(item, "changed"))
		return status;
	store_bind_text(run->statements[CHANGED], 1, system);
	store_bind_text(run->statements[CHANGED], 2, body_text(item, "record_id"));
	store_bind_number(run->statements[CHANGED], 3, (int64_t)row->seq);
	return fold_step(run, CHANGED, err);
}

static enum status
seen(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct str system = body_text(body, "system");
	int64_t generation = body_number(body, "generation", 0);
	enum status status = STATUS_OK;

	for (const struct body *item = body_list(body, "records");
	     item != NULL && status == STATUS_OK; item = body_next(item))
		status = look_at(run, row, system, generation, item, err);
	if (status != STATUS_OK || !body_flag(body, "whole") || system.n == 0)
		return status;
	store_bind_text(run->statements[SEEN], 1, system);
	store_bind_number(run->statements[SEEN], 2, generation);
	status = fold_step(run, SEEN, err);
	if (status != STATUS_OK)
		return status;
	store_bind_text(run->statements[LOOKED], 1, system);
	store_bind_number(run->statements[LOOKED], 2, generation);
	store_bind_number(run->statements[LOOKED], 3, (int64_t)row->seq);
	return fold_step(run, LOOKED, err);
}

static const struct {
	const char *kind;
	enum status (*apply)(struct fold_run *run, const struct ledger_row *row,
	    const struct body *body, struct err *err);
} steps[] = { { "check", check }, { "secured_by_hand", by_hand }, { "secure", secure },
	{ "release", release }, { "release_proposed", propose }, { "release_withdrawn", withdraw },
	{ "retain", retain }, { "register_alarm", missing }, { "register_cleared", back },
	{ "register_seen", seen } };

static enum status
apply(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (str_eq_text(row->kind, steps[i].kind))
			return steps[i].apply(run, row, body, err);
	return STATUS_OK;
}

static const char *const kinds[] = { "check", "secured_by_hand", "secure", "release",
	"release_proposed", "release_withdrawn", "retain", "register_alarm", "register_cleared",
	"register_seen", NULL };

const struct fold fold_register = { .name = "register",
	.kinds = kinds,
	.layout = "CREATE TABLE state_register (\n"
		  "	system TEXT NOT NULL,\n"
		  "	record_id TEXT NOT NULL,\n"
		  "	seq INTEGER NOT NULL,\n"
		  "	since_ms INTEGER NOT NULL,\n"
		  "	by_entry INTEGER NOT NULL,\n"
		  "	user TEXT NOT NULL,\n"
		  "	role TEXT NOT NULL,\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	check_id TEXT NOT NULL,\n"
		  "	changed_seq INTEGER NOT NULL,\n"
		  "	missing_seq INTEGER NOT NULL,\n"
		  "	missing_ms INTEGER NOT NULL,\n"
		  "	proposed_seq INTEGER NOT NULL,\n"
		  "	proposed_ms INTEGER NOT NULL,\n"
		  "	proposed_user TEXT NOT NULL,\n"
		  "	proposed_role TEXT NOT NULL,\n"
		  "	retained_seq INTEGER NOT NULL,\n"
		  "	retained_ms INTEGER NOT NULL,\n"
		  "	ground TEXT NOT NULL,\n"
		  "	released_seq INTEGER NOT NULL,\n"
		  "	released_ms INTEGER NOT NULL,\n"
		  "	PRIMARY KEY (system, record_id)\n"
		  ") STRICT, WITHOUT ROWID;\n"
		  "CREATE TABLE state_register_content (\n"
		  "	system TEXT NOT NULL,\n"
		  "	record_id TEXT NOT NULL,\n"
		  "	generation INTEGER NOT NULL,\n"
		  "	content TEXT NOT NULL,\n"
		  "	PRIMARY KEY (system, record_id)\n"
		  ") STRICT, WITHOUT ROWID;\n"
		  "CREATE TABLE state_register_look (\n"
		  "	system TEXT NOT NULL PRIMARY KEY,\n"
		  "	generation INTEGER NOT NULL,\n"
		  "	seq INTEGER NOT NULL\n"
		  ") STRICT, WITHOUT ROWID;\n",
	.indexes = "CREATE INDEX state_register_request ON state_register (request_id);\n",
	.sql = sql,
	.apply = apply };

/* --- Queries -----------------------------------------------------------------------------------
 */
#define QUERY                                                                                     \
	"SELECT r.system, r.record_id, r.seq, r.since_ms, r.by_entry, r.user, r.role,"            \
	" r.request_id, r.check_id, coalesce(c.generation, 0), coalesce(c.content, ''),"          \
	" r.changed_seq, r.missing_seq, r.missing_ms, r.proposed_seq, r.proposed_ms,"             \
	" r.proposed_user, r.proposed_role, r.retained_seq, r.retained_ms, r.ground,"             \
	" r.released_seq, r.released_ms FROM state_register r LEFT JOIN state_register_content c" \
	" ON c.system = r.system AND c.record_id = r.record_id"

static enum status
fill(struct ledger_registered *out, struct arena *arena, struct sqlite3_stmt *stmt, struct err *err)
{
	const struct {
		struct str *to;
		int at;
	} texts[] = { { &out->system, 0 }, { &out->record_id, 1 }, { &out->user, 5 },
		{ &out->role, 6 }, { &out->request, 7 }, { &out->check, 8 }, { &out->content, 10 },
		{ &out->proposed_user, 16 }, { &out->proposed_role, 17 }, { &out->ground, 20 } };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (!arena_copy(texts[i].to, arena, store_text(stmt, texts[i].at)))
			return err_set(err, STATUS_NOMEM, "out of memory");
	out->seq = (uint64_t)read_number(stmt, 2);
	out->since_ms = read_number(stmt, 3);
	out->by_entry = (uint64_t)read_number(stmt, 4);
	out->generation = (uint64_t)read_number(stmt, 9);
	out->changed_seq = (uint64_t)read_number(stmt, 11);
	out->missing_seq = (uint64_t)read_number(stmt, 12);
	out->missing_ms = read_number(stmt, 13);
	out->proposed_seq = (uint64_t)read_number(stmt, 14);
	out->proposed_ms = read_number(stmt, 15);
	out->retained_seq = (uint64_t)read_number(stmt, 18);
	out->retained_ms = read_number(stmt, 19);
	out->released_seq = (uint64_t)read_number(stmt, 21);
	out->released_ms = read_number(stmt, 22);
	return STATUS_OK;
}

static enum status
take(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_registered *out = read_list_add(list);

	return out == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
			   : fill(out, list->arena, stmt, err);
}

enum status
ledger_register_find(struct ledger_registered *out, struct ledger *ledger, struct arena *arena,
    struct str system, struct str record_id, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_registered);
	const struct read_value values[] = { READ_TEXT(system), READ_TEXT(record_id) };
	enum status status = ledger_read(
	    ledger, QUERY " WHERE r.system = ? AND r.record_id = ?", values, 2, take, &list, err);

	if (status == STATUS_OK && list.count == 0)
		return err_set(err, STATUS_NOT_FOUND, "%.*s %.*s was never secured",
		    STR_ARG(system), STR_ARG(record_id));
	if (status == STATUS_OK)
		*out = *(struct ledger_registered *)list.items;
	return status;
}

#define WANTED                                                                    \
	" AND (?1 = '' OR r.system = ?1) AND (?3 = 0 OR r.missing_seq > 0)"       \
	" AND (?4 = 0 OR r.proposed_seq > 0) AND (?5 = 0 OR r.changed_seq > 0)"   \
	" AND (?6 = (r.released_seq > 0)) AND (r.system, r.record_id) > (?7, ?8)" \
	" ORDER BY r.system, r.record_id LIMIT ?9"

/* Two texts, so that one request's is found by the index. */
enum status
ledger_register_list(struct ledger_registered **out, size_t *count, struct ledger *ledger,
    struct arena *arena, const struct ledger_register_filter *filter, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_registered);
	const struct read_value values[] = { READ_TEXT(filter->system), READ_TEXT(filter->request),
		READ_NUMBER(filter->missing), READ_NUMBER(filter->proposed),
		READ_NUMBER(filter->changed), READ_NUMBER(filter->released),
		READ_TEXT(filter->after_system), READ_TEXT(filter->after_record),
		READ_NUMBER((int64_t)filter->most) };
	enum status status = ledger_read(ledger,
	    filter->request.n > 0 ? QUERY " WHERE r.request_id = ?2" WANTED
				  : QUERY " WHERE ?2 = ''" WANTED,
	    values, 9, take, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

static enum status
take_number(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	(void)err;
	*(uint64_t *)ctx = (uint64_t)read_number(stmt, 0);
	return STATUS_OK;
}

enum status
ledger_register_looked(
    uint64_t *generation, struct ledger *ledger, struct str system, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(system) };

	*generation = 0;
	return ledger_read(ledger, "SELECT generation FROM state_register_look WHERE system = ?",
	    values, 1, take_number, generation, err);
}

enum status
ledger_register_newest_match(
    uint64_t *seq, struct ledger *ledger, struct str system, struct str record_id, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(system), READ_TEXT(record_id) };

	*seq = 0;
	return ledger_read(ledger,
	    "SELECT coalesce(max(first_seq), 0) FROM state_candidate"
	    " WHERE system = ? AND record_id = ?",
	    values, 2, take_number, seq, err);
}
