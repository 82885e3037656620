/* The outbox: kinds "notice", "notice_sent" and "notice_acked". */
#include "base/buf.h"
#include "ledger/fold.h"
#include "ledger/notices.h"
#include "ledger/read.h"

#define HOUR_MS (INT64_C(60) * 60 * 1000)

enum { ADD, SET_SENT, SET_ACKED };

static const char *const sql[] = {
	[ADD] = "INSERT OR IGNORE INTO state_notice (seq, to_role, event, request_id, check_id,"
		" text, systems, queued_ms, sent_ms, acked_ms, acked_by, ack_by_ms)"
		" VALUES (?,?,?,?,?,?,?9,?7,0,0,'',?8)",
	[SET_SENT] = "UPDATE state_notice SET sent_ms = ?"
		     " WHERE seq = ? AND to_role = ? AND sent_ms = 0",
	[SET_ACKED] = "UPDATE state_notice SET acked_ms = ?, acked_by = ?"
		      " WHERE seq = ? AND to_role = ? AND acked_ms = 0",
	NULL,
};

/* " helpline ctac ", to be looked through. */
static void
list_systems(struct buf *out, const struct body *body)
{
	buf_add_char(out, ' ');
	for (const struct body *item = body_list(body, "systems"); item != NULL;
	     item = body_next(item)) {
		buf_add_str(out, body_item_text(item));
		buf_add_char(out, ' ');
	}
}

static enum status
add_one(struct fold_run *run, const struct ledger_row *row, const struct body *body,
    struct str systems, const struct body *told, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[ADD];
	struct str to = body_text(told, "role");
	int64_t hours = body_number(told, "ack_within_hours", 0);

	if (to.n == 0)
		return STATUS_OK;
	/* What is too far off to be counted is never overdue. */
	if (hours < 0 || hours > (INT64_MAX - (row->at_ms > 0 ? row->at_ms : 0)) / HOUR_MS)
		hours = 0;
	store_bind_number(stmt, 1, (int64_t)row->seq);
	store_bind_text(stmt, 2, to);
	store_bind_text(stmt, 3, body_text(body, "event"));
	store_bind_text(stmt, 4, row->request);
	store_bind_text(stmt, 5, row->check);
	store_bind_text(stmt, 6, body_text(told, "text"));
	store_bind_number(stmt, 7, row->at_ms);
	store_bind_number(stmt, 8, hours == 0 ? 0 : row->at_ms + hours * HOUR_MS);
	store_bind_text(stmt, 9, systems);
	return fold_step(run, ADD, err);
}

static enum status
add(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct buf systems = BUF_INIT;
	enum status status = STATUS_OK;

	list_systems(&systems, body);
	if (buf_failed(&systems))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	for (const struct body *item = body_list(body, "to"); item != NULL && status == STATUS_OK;
	     item = body_next(item))
		status = add_one(run, row, body, buf_str(&systems), item, err);
	buf_free(&systems);
	return status;
}

static enum status
set_sent(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[SET_SENT];

	store_bind_number(stmt, 1, row->at_ms);
	store_bind_number(stmt, 2, body_number(body, "notice", 0));
	store_bind_text(stmt, 3, body_text(body, "to"));
	return fold_step(run, SET_SENT, err);
}

static enum status
set_acked(
    struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[SET_ACKED];

	store_bind_number(stmt, 1, row->at_ms);
	store_bind_text(stmt, 2, row->user);
	store_bind_number(stmt, 3, body_number(body, "notice", 0));
	store_bind_text(stmt, 4, body_text(body, "to"));
	return fold_step(run, SET_ACKED, err);
}

static enum status
apply(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	if (str_eq_text(row->kind, "notice"))
		return add(run, row, body, err);
	return str_eq_text(row->kind, "notice_sent") ? set_sent(run, row, body, err)
						     : set_acked(run, row, body, err);
}

static const char *const kinds[] = { "notice", "notice_sent", "notice_acked", NULL };

const struct fold fold_notices = { .name = "notices",
	.kinds = kinds,
	.layout = "CREATE TABLE state_notice (\n"
		  "	seq INTEGER NOT NULL,\n"
		  "	to_role TEXT NOT NULL,\n"
		  "	event TEXT NOT NULL,\n"
		  "	request_id TEXT NOT NULL,\n"
		  "	check_id TEXT NOT NULL,\n"
		  "	text TEXT NOT NULL,\n"
		  "	systems TEXT NOT NULL,\n"
		  "	queued_ms INTEGER NOT NULL,\n"
		  "	sent_ms INTEGER NOT NULL,\n"
		  "	acked_ms INTEGER NOT NULL,\n"
		  "	acked_by TEXT NOT NULL,\n"
		  "	ack_by_ms INTEGER NOT NULL,\n"
		  "	PRIMARY KEY (seq, to_role)\n"
		  ") STRICT, WITHOUT ROWID;\n",
	.indexes = "CREATE INDEX state_notice_to ON state_notice (to_role, seq);\n"
		   "CREATE INDEX state_notice_queued ON state_notice (seq) WHERE sent_ms = 0 AND "
		   "acked_ms = 0;\n",
	.sql = sql,
	.apply = apply };

/* --- Queries -----------------------------------------------------------------------------------
 */
#define SELECT_NOTICE                                                                             \
	"SELECT n.seq, n.to_role, n.event, n.text, n.request_id, n.check_id,"                     \
	" coalesce(r.reference, ''), n.queued_ms, n.sent_ms, n.acked_ms, n.acked_by, n.ack_by_ms" \
	" FROM state_notice AS n LEFT JOIN state_request AS r ON r.id = n.request_id"

/* ?1 to, ?2 state, ?3 request, ?4 after, ?5 now */
#define WANTED                                                                           \
	" n.seq > ?4 AND (?1 = '' OR n.to_role = ?1) AND (?3 = '' OR n.request_id = ?3)" \
	" AND CASE ?2 WHEN '' THEN 1"                                                    \
	" WHEN 'queued' THEN n.sent_ms = 0 AND n.acked_ms = 0"                           \
	" WHEN 'sent' THEN n.sent_ms <> 0 AND n.acked_ms = 0"                            \
	" WHEN 'acknowledged' THEN n.acked_ms <> 0"                                      \
	" WHEN 'overdue' THEN n.acked_ms = 0 AND n.ack_by_ms <> 0 AND n.ack_by_ms < ?5"  \
	" ELSE 0 END"

static enum status
take(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *found = ctx;
	struct ledger_notice *out = read_list_add(found);

	if (out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	const struct {
		struct str *to;
		int at;
	} texts[] = { { &out->to, 1 }, { &out->event, 2 }, { &out->text, 3 }, { &out->request, 4 },
		{ &out->check, 5 }, { &out->reference, 6 }, { &out->acked_by, 10 } };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (!arena_copy(texts[i].to, found->arena, store_text(stmt, texts[i].at)))
			return err_set(err, STATUS_NOMEM, "out of memory");
	out->seq = (uint64_t)read_number(stmt, 0);
	out->queued_ms = read_number(stmt, 7);
	out->sent_ms = read_number(stmt, 8);
	out->acked_ms = read_number(stmt, 9);
	out->ack_by_ms = read_number(stmt, 11);
	return STATUS_OK;
}

/* Whole entries: all that each of them tells. */
#define LISTED(where)                                                                     \
	SELECT_NOTICE " WHERE " where WANTED                                              \
		      " AND n.seq <= (SELECT max(seq) FROM (SELECT DISTINCT n.seq AS seq" \
		      " FROM state_notice AS n WHERE " where WANTED                       \
		      " ORDER BY n.seq LIMIT ?6)) ORDER BY n.seq, n.to_role"

/* The notices of request `id`, by the entries' own index. */
#define OF_REQUEST(id) \
	"seq IN (SELECT seq FROM entry WHERE request_id = " id " AND request_id <> '')"

/* Texts of their own, so that each is found by its index: among a million notices, few are of one
 * request, told one role, or wait to be sent. */
static const char *
list_text(const struct ledger_notice_filter *filter)
{
	if (filter->request.n > 0)
		return LISTED("n." OF_REQUEST("?3") " AND");
	if (filter->to.n > 0)
		return LISTED("n.to_role = ?1 AND");
	if (str_eq_text(filter->state, "queued"))
		return LISTED("n.sent_ms = 0 AND n.acked_ms = 0 AND");
	return LISTED("");
}

enum status
ledger_notice_list(struct ledger_notice **out, size_t *count, struct ledger *ledger,
    struct arena *arena, const struct ledger_notice_filter *filter, struct err *err)
{
	struct read_list found = READ_LIST(arena, struct ledger_notice);
	const struct read_value values[] = { READ_TEXT(filter->to), READ_TEXT(filter->state),
		READ_TEXT(filter->request), READ_NUMBER((int64_t)filter->after),
		READ_NUMBER(filter->now_ms), READ_NUMBER((int64_t)filter->most) };
	enum status status = ledger_read(ledger, list_text(filter), values, 6, take, &found, err);

	*out = found.items;
	*count = found.count;
	return status;
}

enum status
ledger_notice_find(struct ledger_notice *out, struct ledger *ledger, struct arena *arena,
    uint64_t seq, struct str to, struct err *err)
{
	struct read_list found = READ_LIST(arena, struct ledger_notice);
	const struct read_value values[] = { READ_NUMBER((int64_t)seq), READ_TEXT(to) };
	enum status status = ledger_read(ledger, SELECT_NOTICE " WHERE n.seq = ? AND n.to_role = ?",
	    values, 2, take, &found, err);

	if (status == STATUS_OK && found.count == 0)
		return err_set(err, STATUS_NOT_FOUND, "%.*s was told nothing by entry %llu",
		    STR_ARG(to), (unsigned long long)seq);
	if (status == STATUS_OK)
		*out = *(struct ledger_notice *)found.items;
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
ledger_notice_told(bool *told, struct ledger *ledger, struct str request, struct str event,
    struct str to, struct str system, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(request), READ_TEXT(event), READ_TEXT(to),
		READ_TEXT(system) };

	*told = false;
	return ledger_read(ledger,
	    "SELECT 1 FROM state_notice WHERE " OF_REQUEST(
		"?1") " AND event = ?2"
		      " AND (?3 = '' OR to_role = ?3)"
		      " AND (?4 = '' OR instr(systems, ' ' || ?4 || ' ') > 0) LIMIT 1",
	    values, 4, see, told, err);
}

struct acked {
	int64_t told, acked, last_ms, seq;
};

static enum status
take_acked(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct acked *out = ctx;

	(void)err;
	out->told = read_number(stmt, 0);
	out->acked = read_number(stmt, 1);
	out->last_ms = read_number(stmt, 2);
	out->seq = read_number(stmt, 3);
	return STATUS_OK;
}

enum status
ledger_notice_all_acked(bool *all, int64_t *last_ms, uint64_t *seq, struct ledger *ledger,
    struct str request, struct str event, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(request), READ_TEXT(event) };
	struct acked found = { 0, 0, 0, 0 };
	enum status status = ledger_read(ledger,
	    "SELECT count(*), count(*) FILTER (WHERE acked_ms > 0), coalesce(max(acked_ms), 0),"
	    " coalesce(max(seq), 0) FROM state_notice WHERE " OF_REQUEST("?1") " AND event = ?2",
	    values, 2, take_acked, &found, err);

	*all = found.told > 0 && found.told == found.acked;
	*last_ms = found.last_ms;
	*seq = (uint64_t)found.seq;
	return status;
}

bool
ledger_notice_overdue(const struct ledger_notice *notice, int64_t now_ms)
{
	return notice->acked_ms == 0 && notice->ack_by_ms != 0 && notice->ack_by_ms < now_ms;
}
