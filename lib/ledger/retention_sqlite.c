#include "ledger/retention.h"

#include "ledger/read.h"

static enum status
take(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_ended *out = read_list_add(list);

	if (out == NULL || !arena_copy(&out->id, list->arena, store_text(stmt, 0)))
		return err_set(err, STATUS_NOMEM, "out of memory");
	out->ended_ms = read_number(stmt, 1);
	return STATUS_OK;
}

enum status
ledger_retention_ended(struct ledger_ended **out, size_t *count, struct ledger *ledger,
    struct arena *arena, int64_t before_ms, const struct ledger_ended *after, size_t most,
    struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_ended);
	const struct read_value values[] = { READ_NUMBER(before_ms), READ_NUMBER(after->ended_ms),
		READ_TEXT(after->id), READ_NUMBER((int64_t)most) };
	enum status status = ledger_read(ledger,
	    "SELECT id, state_ms FROM state_request r WHERE state <> 'open' AND state_ms < ?1"
	    " AND (?3 = '' OR (state_ms, id) > (?2, ?3)) AND NOT EXISTS"
	    " (SELECT 1 FROM entry e WHERE e.request_id = r.id AND e.request_id <> ''"
	    " AND e.kind = 'destroyed') ORDER BY state_ms, id LIMIT ?4",
	    values, 4, take, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}

static enum status
take_remains(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct ledger_remains *out = ctx;

	(void)err;
	out->destroyed_seq = (uint64_t)read_number(stmt, 0);
	out->destroyed_ms = read_number(stmt, 1);
	out->entries = (uint64_t)read_number(stmt, 2);
	out->sealed = (uint64_t)read_number(stmt, 3);
	out->first_seq = (uint64_t)read_number(stmt, 4);
	out->last_seq = (uint64_t)read_number(stmt, 5);
	return STATUS_OK;
}

enum status
ledger_retention_remains(
    struct ledger_remains *out, struct ledger *ledger, struct str request, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(request) };

	*out = (struct ledger_remains){ .entries = 0 };
	return ledger_read(ledger,
	    "SELECT coalesce(max(CASE kind WHEN 'destroyed' THEN seq END), 0),"
	    " coalesce(max(CASE kind WHEN 'destroyed' THEN at_ms END), 0), count(*),"
	    " coalesce(sum(length(sealed) > 0), 0), coalesce(min(seq), 0), coalesce(max(seq), 0)"
	    " FROM entry WHERE request_id = ?1 AND request_id <> ''",
	    values, 1, take_remains, out, err);
}
