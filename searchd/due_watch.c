#include "searchd/due_watch.h"

#include "ledger/milestones.h"
#include "searchd/background.h"
#include "searchd/due.h"
#include "searchd/notices.h"
#include "searchd/put.h"

#define ENTRIES_MAX 2

static bool
same_deadline(const struct due_row *a, const struct due_row *b)
{
	return strcmp(a->deadline.rule->key, b->deadline.rule->key) == 0 &&
	       a->deadline.day == b->deadline.day;
}

static enum status
day_text(struct str *out, struct call *call, day_number day)
{
	struct buf text = BUF_INIT;
	enum status status = STATUS_OK;

	day_format(&text, day);
	if (buf_failed(&text) || !arena_copy(out, call->arena, buf_str(&text)))
		status = err_set(&call->err, STATUS_NOMEM, "out of memory");
	buf_free(&text);
	return status;
}

static enum status
was_told(bool *told, struct call *call, const struct due_row *row)
{
	struct str day;
	enum status status = day_text(&day, call, row->deadline.day);

	if (status != STATUS_OK)
		return status;
	return ledger_overdue_told(told, call->shared->ledger, row->request.id,
	    str_from(row->deadline.rule->key), day, &call->err);
}

static enum status
write_entry(struct ledger_entry *out, struct call *call, const struct due_row *row)
{
	struct buf body = BUF_INIT;
	enum status status = STATUS_OK;

	*out = call_entry(call, "deadline_overdue");
	out->request = row->request.id;
	buf_add_char(&body, '{');
	put_text(&body, "deadline", str_from(row->deadline.rule->key));
	put_day(&body, "due_on", row->deadline.day);
	put_policy(&body, call);
	buf_add_char(&body, '}');
	if (buf_failed(&body) || !arena_copy(&out->body, call->arena, buf_str(&body)))
		status = err_set(&call->err, STATUS_NOMEM, "out of memory");
	buf_free(&body);
	return status;
}

static bool
append(struct call *call, const struct due_row *row)
{
	const struct notice_about about = { .request = row->request.id,
		.check = STR_NONE,
		.jurisdiction = STR_NONE,
		.kind = STR_NONE };
	struct ledger_entry entries[ENTRIES_MAX];
	struct ledger_batch batch = {
		.entries = entries, .entry_count = 1, .request_open = row->request.id
	};

	return write_entry(&entries[0], call, row) == STATUS_OK &&
	       notices_add(entries, &batch.entry_count, call, "deadline_overdue", &about) ==
		   WIRE_OK &&
	       call_append(call, &batch) == WIRE_OK;
}

/* Looked at again with the acts held up: it may have been met, or the request closed, meanwhile. */
static enum status
still_due(bool *due, struct call *call, const struct due_row *row, struct calendar *calendar)
{
	struct due_list list = { NULL, 0, 0 };
	struct ledger_request request;
	bool told = false;
	enum status status = ledger_request_find(
	    &request, call->shared->ledger, call->arena, row->request.id, &call->err);

	*due = false;
	if (status == STATUS_OK && str_eq_text(request.state, "open"))
		status = due_add(&list, call, &request, calendar);
	for (size_t i = 0; i < list.count; i++)
		*due = *due || same_deadline(&list.rows[i], row);
	if (status == STATUS_OK)
		status = was_told(&told, call, row);
	*due = *due && !told;
	return status;
}

static bool
tell(struct call *call, const struct due_row *row, struct calendar *calendar)
{
	bool due, good;

	pthread_mutex_lock(&call->shared->act_lock);
	good = still_due(&due, call, row, calendar) == STATUS_OK && (!due || append(call, row));
	pthread_mutex_unlock(&call->shared->act_lock);
	return good;
}

struct look {
	const struct background *background;
	struct calendar *calendar;
};

/* STATUS_LIMIT: searchd is to stop; what is left is found again at the next start. */
static enum status
look_at(void *ctx, struct call *call, const struct due_row *row)
{
	const struct look *look = ctx;
	bool told = false;
	enum status status;

	if (!due_is_overdue(row, call->at_ms))
		return STATUS_OK;
	if (background_should_stop(look->background))
		return STATUS_LIMIT;
	status = was_told(&told, call, row);
	if (status == STATUS_OK && !told && !tell(call, row, look->calendar))
		status = call->err.status == STATUS_OK ? STATUS_IO : call->err.status;
	return status;
}

bool
due_watch(struct call *call, const struct background *background)
{
	struct look look = { background, NULL };
	enum status status = calendar_open(&look.calendar, &call->err);

	if (status == STATUS_OK)
		status = due_each(call, look.calendar, look_at, &look);
	calendar_close(look.calendar);
	return status == STATUS_OK || background_should_stop(background);
}
