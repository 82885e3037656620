#include "searchd/due.h"

#include "ledger/milestones.h"
#include "ledger/notices.h"
#include "ledger/register.h"
#include "ledger/review.h"
#include "searchd/act.h"
#include "searchd/put.h"

#include <stdlib.h>

#define PAGE 200	 /* requests read at once */
#define RECORDS_MAX 1000 /* secured for one request: 16 people, 50 candidates each, and some */
#define SHOWN_MAX 1000	 /* rows of an answer: about 400 bytes each */
#define SHOWN_OF_REQUEST_MAX 100
/* One row: a reference may take 1024 bytes, a title 255, each up to six times that where every byte
 * is escaped. */
#define ROW_BYTES_MAX ((size_t)10 << 10)
#define DAYS_AHEAD_MAX 3660

static const char REVIEWED[] = "secured_status_reviewed";

/* --- What happened -----------------------------------------------------------------------------
 */
struct moments {
	struct arena *arena;
	struct deadline_moment *items;
	size_t count, room;
	bool failed;
};

static void
add(struct moments *moments, struct str what, int64_t at_ms, day_number day, uint64_t seq)
{
	if (moments->count == moments->room) {
		size_t room = moments->room == 0 ? 16 : 2 * moments->room;
		struct deadline_moment *items = arena_alloc(moments->arena, room, sizeof *items);

		moments->failed = moments->failed || items == NULL;
		if (items == NULL)
			return;
		for (size_t i = 0; i < moments->count; i++)
			items[i] = moments->items[i];
		moments->items = items;
		moments->room = room;
	}
	moments->items[moments->count++] = (struct deadline_moment){ what, at_ms, day, seq };
}

static void
add_event(struct moments *moments, const char *event, int64_t at_ms, uint64_t seq)
{
	add(moments, str_from(event), at_ms, DAY_NONE, seq);
}

/* When it arrived; when it was logged, if nobody said. */
static int64_t
received_ms(const struct ledger_request *request)
{
	int64_t at_ms;

	return request->received_at.n > 0 &&
		       calendar_parse_time(&at_ms, request->received_at, NULL) == STATUS_OK
		   ? at_ms
		   : request->at_ms;
}

/* All who are told of a same-day request have acknowledged it. */
static enum status
add_informed(struct moments *moments, struct call *call, const struct ledger_request *request)
{
	bool all = false;
	int64_t last_ms = 0;
	uint64_t seq = 0;
	enum status status = ledger_notice_all_acked(&all, &last_ms, &seq, call->shared->ledger,
	    request->id, STR_LIT("same_day_request"), &call->err);

	if (status == STATUS_OK && all)
		add_event(moments, "same_day_informed", last_ms, seq);
	return status;
}

static enum status
add_milestones(struct moments *moments, struct call *call, const struct ledger_request *request)
{
	struct ledger_milestone *list = NULL;
	size_t count = 0;
	enum status status = ledger_request_milestones(
	    &list, &count, call->shared->ledger, call->arena, request->id, &call->err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		day_number day;

		if (day_parse(&day, list[i].on))
			add(moments, list[i].key, 0, day, list[i].seq);
	}
	return status;
}

static enum status
add_of_request(struct moments *moments, struct call *call, const struct ledger_running *running)
{
	const struct ledger_request *request = &running->request;
	enum status status =
	    running->milestones ? add_milestones(moments, call, request) : STATUS_OK;

	add_event(moments, "request_received", received_ms(request), request->seq);
	if (status != STATUS_OK || !request->same_day)
		return status;
	add_event(moments, "same_day_request", received_ms(request), request->seq);
	return add_informed(moments, call, request);
}

static void
add_of_record(struct moments *moments, const struct ledger_registered *record)
{
	add_event(moments, "record_secured", record->since_ms, record->seq);
	if (record->retained_seq > record->seq) {
		add_event(moments, "record_retained", record->retained_ms, record->retained_seq);
		add_event(moments, REVIEWED, record->retained_ms, record->retained_seq);
	}
}

/* --- What is due -------------------------------------------------------------------------------
 */
static bool
add_row(struct due_list *list, struct call *call, const struct due_row *row)
{
	if (list->count == list->room) {
		size_t room = list->room == 0 ? 16 : 2 * list->room;
		struct due_row *rows = arena_alloc(call->arena, room, sizeof *rows);

		if (rows == NULL)
			return false;
		for (size_t i = 0; i < list->count; i++)
			rows[i] = list->rows[i];
		list->rows = rows;
		list->room = room;
	}
	list->rows[list->count++] = *row;
	return true;
}

/* `record` NULL: the deadlines of the request itself. */
static enum status
count_all(struct due_list *list, struct call *call, const struct ledger_request *request,
    const struct moments *moments, const struct ledger_registered *record,
    struct calendar *calendar)
{
	const struct deadline_request of = { request->jurisdiction, request->kind,
		request->review_type, moments->items, moments->count };
	struct deadline deadlines[POLICY_ITEMS_MAX];
	size_t count;

	if (moments->failed)
		return err_set(&call->err, STATUS_NOMEM, "out of memory");
	count = deadline_list(deadlines, call->world->rules->policy, &of, calendar);
	for (size_t i = 0; i < count; i++) {
		bool of_record = strcmp(deadlines[i].rule->met_by, REVIEWED) == 0;
		const struct due_row row = { *request, deadlines[i],
			record == NULL ? STR_NONE : record->system,
			record == NULL ? STR_NONE : record->record_id, 0 };

		if (of_record != (record != NULL) || deadlines[i].met)
			continue;
		if (!add_row(list, call, &row))
			return err_set(&call->err, STATUS_NOMEM, "out of memory");
	}
	return STATUS_OK;
}

/* What a question's row says in place of a rule of the policy. */
static const struct policy_deadline *
question_rule(const struct call *call)
{
	const struct policy_referral *referral = policy_referral(call->world->rules->policy);
	struct policy_deadline *rule = arena_alloc(call->arena, 1, sizeof *rule);

	if (rule != NULL)
		*rule = (struct policy_deadline){ .key = "question",
			.title = "Answer to a request for more information",
			.section = referral->section,
			.source = "",
			.from = "question_asked",
			.met_by = "question_answered",
			.before = "" };
	return rule;
}

static enum status
add_questions(struct due_list *list, struct call *call, const struct ledger_request *request,
    struct calendar *calendar)
{
	struct ledger_question *questions = NULL;
	size_t count = 0;
	enum status status = ledger_question_list(
	    &questions, &count, call->shared->ledger, call->arena, request->id, true, &call->err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct due_row row = { .request = *request,
			.deadline = { .rule = question_rule(call),
			    .from = calendar_day(calendar, questions[i].at_ms),
			    .end_ms = questions[i].due_ms },
			.system = STR_NONE,
			.record_id = STR_NONE,
			.question = questions[i].seq };

		if (!day_parse(&row.deadline.day, questions[i].due))
			continue;
		if (row.deadline.rule == NULL || !add_row(list, call, &row))
			status = err_set(&call->err, STATUS_NOMEM, "out of memory");
	}
	return status;
}

static enum status
add_records(struct due_list *list, struct call *call, const struct ledger_request *request,
    struct moments *moments, struct calendar *calendar)
{
	const struct ledger_register_filter filter = { .system = STR_NONE,
		.request = request->id,
		.after_system = STR_NONE,
		.after_record = STR_NONE,
		.most = RECORDS_MAX };
	const size_t of_request = moments->count;
	struct ledger_registered *records = NULL;
	size_t count = 0;
	enum status status = ledger_register_list(
	    &records, &count, call->shared->ledger, call->arena, &filter, &call->err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		moments->count = of_request;
		add_of_record(moments, &records[i]);
		status = count_all(list, call, request, moments, &records[i], calendar);
	}
	return status;
}

static enum status
add_all(struct due_list *list, struct call *call, const struct ledger_running *running,
    struct calendar *calendar)
{
	const struct ledger_request *request = &running->request;
	struct moments moments = { .arena = call->arena };
	enum status status = add_of_request(&moments, call, running);

	if (status == STATUS_OK)
		status = count_all(list, call, request, &moments, NULL, calendar);
	if (status == STATUS_OK && running->records)
		status = add_records(list, call, request, &moments, calendar);
	if (status == STATUS_OK && running->questions)
		status = add_questions(list, call, request, calendar);
	return status;
}

enum status
due_add(struct due_list *list, struct call *call, const struct ledger_request *request,
    struct calendar *calendar)
{
	const struct ledger_running all = {
		.request = *request, .milestones = true, .records = true, .questions = true
	};

	return add_all(list, call, &all, calendar);
}

enum status
due_review_of_record(day_number *out, struct call *call, const struct ledger_registered *record,
    struct calendar *calendar)
{
	struct moments moments = { .arena = call->arena };
	struct due_list list = { NULL, 0, 0 };
	struct ledger_running running = { .milestones = true };
	enum status status;

	*out = DAY_NONE;
	if (record->released_seq != 0 || record->request.n == 0)
		return STATUS_OK;
	status = ledger_request_find(
	    &running.request, call->shared->ledger, call->arena, record->request, &call->err);
	if (status == STATUS_NOT_FOUND) {
		err_clear(&call->err);
		return STATUS_OK;
	}
	if (status == STATUS_OK)
		status = add_of_request(&moments, call, &running);
	add_of_record(&moments, record);
	if (status == STATUS_OK)
		status = count_all(&list, call, &running.request, &moments, record, calendar);
	for (size_t i = 0; i < list.count; i++)
		if (*out == DAY_NONE || list.rows[i].deadline.day < *out)
			*out = list.rows[i].deadline.day;
	return status;
}

static int
compare(const void *a, const void *b)
{
	const struct due_row *x = a, *y = b;

	if (x->deadline.end_ms != y->deadline.end_ms)
		return x->deadline.end_ms < y->deadline.end_ms ? -1 : 1;
	if (x->request.seq != y->request.seq)
		return x->request.seq < y->request.seq ? -1 : 1;
	return strcmp(x->deadline.rule->key, y->deadline.rule->key);
}

static enum status
visit_one(struct call *call, const struct ledger_running *running, struct calendar *calendar,
    due_visit *visit, void *ctx)
{
	const struct arena_mark mark = arena_mark(call->arena);
	struct due_list list = { NULL, 0, 0 };
	enum status status = add_all(&list, call, running, calendar);

	for (size_t i = 0; i < list.count && status == STATUS_OK; i++)
		status = visit(ctx, call, &list.rows[i]);
	arena_rewind(call->arena, mark);
	return status;
}

enum status
due_each(struct call *call, struct calendar *calendar, due_visit *visit, void *ctx)
{
	uint64_t before = 0;
	size_t count = PAGE;
	enum status status = STATUS_OK;

	while (count == PAGE && status == STATUS_OK) {
		const struct arena_mark mark = arena_mark(call->arena);
		struct ledger_running *page = NULL;

		status = ledger_request_running(
		    &page, &count, call->shared->ledger, call->arena, before, PAGE, &call->err);
		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			status = visit_one(call, &page[i], calendar, visit, ctx);
			before = page[i].request.seq;
		}
		arena_rewind(call->arena, mark);
	}
	return status;
}

/* --- The answers -------------------------------------------------------------------------------
 */
/* A record of a leg that the role does not search is not named to it (sections 2.4, 2.8). */
static bool
may_see(const struct call *call, const struct due_row *row)
{
	const struct policy *policy = call->world->rules->policy;
	const struct policy_system *system = policy_system_find(policy, row->system);

	return row->system.n == 0 ||
	       (system != NULL && policy_may_search_leg(policy, call->role, str_from(system->leg)));
}

/* Takes out what the role may not see. */
static void
leave_seen(struct due_list *list, const struct call *call)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (may_see(call, &list->rows[i]))
			list->rows[kept++] = list->rows[i];
	list->count = kept;
}

bool
due_is_overdue(const struct due_row *row, int64_t now_ms)
{
	return now_ms >= row->deadline.end_ms;
}

static void
put_row(
    struct buf *out, const struct due_row *row, int64_t now_ms, day_number today, bool with_request)
{
	const struct policy_deadline *rule = row->deadline.rule;

	next(out);
	buf_add_char(out, '{');
	if (with_request) {
		put_text(out, "request", row->request.id);
		put_text(out, "reference", row->request.reference);
	}
	put_text(out, "deadline", str_from(rule->key));
	put_text(out, "title", str_from(rule->title));
	put_text(out, "section", str_from(rule->section));
	put_text(out, "system", row->system);
	put_text(out, "record_id", row->record_id);
	put_number(out, "question", row->question);
	put_day(out, "from", row->deadline.from);
	put_day(out, "due_on", row->deadline.day);
	put_time(out, "due_by", row->deadline.end_ms);
	key(out, "days_left");
	buf_addf(out, "%ld", (long)row->deadline.day - (long)today);
	put_bool(out, "overdue", due_is_overdue(row, now_ms));
	put_text(out, "met_by", str_from(rule->met_by));
	buf_add_char(out, '}');
}

enum status
due_write_request(struct buf *out, struct call *call, const struct ledger_request *request)
{
	struct due_list list = { NULL, 0, 0 };
	struct calendar *calendar = NULL;
	enum status status = calendar_open(&calendar, &call->err);

	if (status == STATUS_OK && str_eq_text(request->state, "open"))
		status = due_add(&list, call, request, calendar);
	leave_seen(&list, call);
	if (list.count > 1)
		qsort(list.rows, list.count, sizeof *list.rows, compare);
	key(out, "due");
	buf_add_char(out, '[');
	for (size_t i = 0; i < list.count && i < SHOWN_OF_REQUEST_MAX && status == STATUS_OK; i++)
		put_row(
		    out, &list.rows[i], call->at_ms, calendar_day(calendar, call->at_ms), false);
	buf_add_char(out, ']');
	put_number(out, "due_not_shown",
	    list.count > SHOWN_OF_REQUEST_MAX ? list.count - SHOWN_OF_REQUEST_MAX : 0);
	calendar_close(calendar);
	return status;
}

struct due_filter {
	int64_t days; /* ahead; -1: however far */
	bool overdue; /* only that */
};

static bool
is_wanted(
    const struct due_row *row, const struct due_filter *filter, int64_t now_ms, day_number today)
{
	bool overdue = due_is_overdue(row, now_ms);

	if (filter->overdue && !overdue)
		return false;
	return filter->days < 0 || overdue || row->deadline.day - today <= filter->days;
}

static enum wire_code
read_filter(struct due_filter *out, struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "days", "overdue", NULL };
	enum status status;
	enum wire_code code = act_fields(call, body, known);

	*out = (struct due_filter){ .days = -1 };
	if (code != WIRE_OK)
		return code;
	status = doc_int(
	    &out->days, body, "body", "", "days", DOC_OPTIONAL, 0, DAYS_AHEAD_MAX, &call->err);
	if (status == STATUS_OK)
		status =
		    doc_bool(&out->overdue, body, "body", "", "overdue", DOC_OPTIONAL, &call->err);
	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

/* The first due of any number of rows. When `rows` is full the later half goes; what stays is
 * copied from one arena into the other, so that what went takes no memory. */
struct first {
	const struct due_filter *filter;
	day_number today;
	struct due_row *rows; /* room for twice SHOWN_MAX */
	size_t count, wanted, overdue;
	struct arena *kept, *spare;
};

/* What a row needs to be shown; `out` may be `row`. */
static bool
copy_row(struct due_row *out, struct arena *arena, const struct due_row *row)
{
	struct due_row copy = { .request = { .seq = row->request.seq },
		.deadline = row->deadline,
		.question = row->question };

	if (row->question != 0) { /* else the rule is the policy's */
		struct policy_deadline *rule = arena_alloc(arena, 1, sizeof *rule);

		if (rule == NULL)
			return false;
		*rule = *row->deadline.rule;
		copy.deadline.rule = rule;
	}
	if (!arena_copy(&copy.request.id, arena, row->request.id) ||
	    !arena_copy(&copy.request.reference, arena, row->request.reference) ||
	    !arena_copy(&copy.system, arena, row->system) ||
	    !arena_copy(&copy.record_id, arena, row->record_id))
		return false;
	*out = copy;
	return true;
}

static void
sort(struct first *first)
{
	if (first->count > 1)
		qsort(first->rows, first->count, sizeof *first->rows, compare);
}

static bool
drop_later(struct first *first)
{
	struct arena *full = first->kept;

	sort(first);
	first->count = SHOWN_MAX;
	arena_reset(first->spare);
	for (size_t i = 0; i < first->count; i++)
		if (!copy_row(&first->rows[i], first->spare, &first->rows[i]))
			return false;
	first->kept = first->spare;
	first->spare = full;
	return true;
}

static enum status
take(void *ctx, struct call *call, const struct due_row *row)
{
	struct first *first = ctx;

	if (!may_see(call, row))
		return STATUS_OK;
	first->overdue += due_is_overdue(row, call->at_ms);
	if (!is_wanted(row, first->filter, call->at_ms, first->today))
		return STATUS_OK;
	first->wanted++;
	if ((first->count == 2 * SHOWN_MAX && !drop_later(first)) ||
	    !copy_row(&first->rows[first->count], first->kept, row))
		return err_set(&call->err, STATUS_NOMEM, "out of memory");
	first->count++;
	return STATUS_OK;
}

static void
write_all(struct buf *out, const struct call *call, struct first *first)
{
	size_t shown = 0;

	sort(first);
	buf_add_char(out, '{');
	put_time(out, "at", call->at_ms);
	put_day(out, "today", first->today);
	key(out, "due");
	buf_add_char(out, '[');
	while (shown < first->count && shown < SHOWN_MAX &&
	       out->n <= PUT_BODY_BYTES_MAX - ROW_BYTES_MAX)
		put_row(out, &first->rows[shown++], call->at_ms, first->today, true);
	buf_add_char(out, ']');
	put_number(out, "overdue", first->overdue);
	put_number(out, "not_shown", first->wanted - shown);
	buf_add_char(out, '}');
}

static enum status
read_first(struct first *first, struct call *call, struct calendar *calendar)
{
	first->today = calendar_day(calendar, call->at_ms);
	first->rows = arena_alloc(call->arena, (size_t)2 * SHOWN_MAX, sizeof *first->rows);
	first->kept = arena_new(0);
	first->spare = arena_new(0);
	if (first->rows == NULL || first->kept == NULL || first->spare == NULL)
		return err_set(&call->err, STATUS_NOMEM, "out of memory");
	return due_each(call, calendar, take, first);
}

static enum wire_code
due(struct call *call, const struct json_t *body)
{
	struct due_filter filter;
	struct first first = { .filter = &filter };
	struct calendar *calendar = NULL;
	enum wire_code code = read_filter(&filter, call, body);
	enum status status;

	if (code != WIRE_OK)
		return code;
	status = calendar_open(&calendar, &call->err);
	if (status == STATUS_OK)
		status = read_first(&first, call, calendar);
	if (status == STATUS_OK)
		write_all(&call->body, call, &first);
	arena_free(first.kept);
	arena_free(first.spare);
	calendar_close(calendar);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

enum wire_code
call_due(struct call *call)
{
	return act_read(call, due);
}
