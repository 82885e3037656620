#include "ledger/search.h"

#include "ledger/inside.h"
#include "ledger/read.h"

#include <string.h>

struct taking {
	struct arena *arena;
	struct read_list rows;
};

static enum status
take(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct taking *taking = ctx;
	struct ledger_row row, *out;

	if (!store_row(&row, stmt))
		return err_set(err, STATUS_CORRUPT, "entry %llu: a field has the wrong type",
		    (unsigned long long)row.seq);
	out = read_list_add(&taking->rows);
	if (out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	*out = row;
	if (!arena_copy(&out->kind, taking->arena, row.kind) ||
	    !arena_copy(&out->user, taking->arena, row.user) ||
	    !arena_copy(&out->role, taking->arena, row.role) ||
	    !arena_copy(&out->request, taking->arena, row.request) ||
	    !arena_copy(&out->check, taking->arena, row.check) ||
	    !arena_copy(&out->body, taking->arena, row.body))
		return err_set(err, STATUS_NOMEM, "out of memory");
	out->sealed = STR_NONE;
	return STATUS_OK;
}

static enum status
take_time(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	(void)err;
	*(int64_t *)ctx = read_number(stmt, 0);
	return STATUS_OK;
}

/* The last entry before that time: times never go back, so it can be halved. */
static enum status
last_before(uint64_t *out, struct ledger *ledger, int64_t at_ms, uint64_t head, struct err *err)
{
	uint64_t low = 0, high = head;
	enum status status = STATUS_OK;

	while (low < high && status == STATUS_OK) {
		uint64_t middle = low + (high - low + 1) / 2;
		const struct read_value values[] = { READ_NUMBER((int64_t)middle) };
		int64_t time_ms = 0;

		status = ledger_read(ledger, "SELECT at_ms FROM entry WHERE seq = ?", values, 1,
		    take_time, &time_ms, err);
		if (time_ms < at_ms)
			low = middle;
		else
			high = middle - 1;
	}
	*out = low;
	return status;
}

#define WANTED                                                                              \
	" AND seq > ?1 AND seq <= ?2 AND (?3 = '' OR user = ?3) AND (?4 = '' OR kind = ?4)" \
	" AND (?5 = '' OR request_id = ?5) AND (?6 = '' OR check_id = ?6) ORDER BY seq LIMIT ?7"

static enum status
read_rows(struct taking *taking, struct ledger *ledger, const struct ledger_search *search,
    uint64_t after, uint64_t last, struct err *err)
{
	const struct read_value values[] = { READ_NUMBER((int64_t)after),
		READ_NUMBER((int64_t)last), READ_TEXT(search->user), READ_TEXT(search->kind),
		READ_TEXT(search->request), READ_TEXT(search->check),
		READ_NUMBER((int64_t)search->most) };
	size_t count = sizeof values / sizeof values[0];

	if (search->check.n > 0)
		return ledger_read(ledger,
		    "SELECT " STORE_OPEN_COLUMNS
		    " FROM entry WHERE check_id = ?6 AND check_id <> ''" WANTED,
		    values, count, take, taking, err);
	if (search->request.n > 0)
		return ledger_read(ledger,
		    "SELECT " STORE_OPEN_COLUMNS
		    " FROM entry WHERE request_id = ?5 AND request_id <> ''" WANTED,
		    values, count, take, taking, err);
	return ledger_read(ledger,
	    "SELECT " STORE_OPEN_COLUMNS " FROM entry NOT INDEXED WHERE 1" WANTED, values, count,
	    take, taking, err);
}

enum status
ledger_search(struct ledger_found *out, struct ledger *ledger, struct arena *arena,
    const struct ledger_search *search, struct err *err)
{
	struct taking taking = { arena, READ_LIST(arena, struct ledger_row) };
	uint64_t after = search->after, before = 0, end, last;
	struct ledger_head head;
	enum status status = STATUS_OK;

	*out = (struct ledger_found){ .count = 0 };
	ledger_head(&head, ledger);
	end = head.seq;
	if (search->from_ms > 0)
		status = last_before(&before, ledger, search->from_ms, head.seq, err);
	if (status == STATUS_OK && search->to_ms > 0)
		status = last_before(&end, ledger, search->to_ms, head.seq, err);
	after = before > after ? before : after;
	if (status != STATUS_OK || after >= end)
		return status;
	last = search->request.n == 0 && search->check.n == 0 && end - after > LEDGER_SEARCH_SPAN
		   ? after + LEDGER_SEARCH_SPAN
		   : end;
	status = read_rows(&taking, ledger, search, after, last, err);
	out->rows = taking.rows.items;
	out->count = taking.rows.count;
	if (out->count == search->most)
		last = out->rows[out->count - 1].seq;
	out->next = last < end ? last : 0;
	return status;
}

enum status
ledger_tail(struct ledger_found *out, struct ledger *ledger, struct arena *arena, size_t most,
    struct err *err)
{
	struct taking taking = { arena, READ_LIST(arena, struct ledger_row) };
	const struct read_value values[] = { READ_NUMBER((int64_t)most) };
	enum status status = ledger_read(ledger,
	    "SELECT " STORE_OPEN_COLUMNS " FROM entry ORDER BY seq DESC LIMIT ?", values, 1, take,
	    &taking, err);

	*out = (struct ledger_found){ .rows = taking.rows.items, .count = taking.rows.count };
	for (size_t i = 0; i < out->count / 2; i++) {
		struct ledger_row row = out->rows[i];

		out->rows[i] = out->rows[out->count - 1 - i];
		out->rows[out->count - 1 - i] = row;
	}
	return status;
}
