/*
 * The outbox as those who are told, and the notify timer, see it: events, notice.list, notice.ack,
 * notice.sent (procedure, section 2.6).
 *
 * A role is shown what it is told, and no more; whoever may call notice.sent is shown all, since it
 * delivers all. Nothing in it is personal.
 */
#include "ledger/notices.h"

#include "ledger/policy_rules.h"
#include "searchd/act.h"
#include "searchd/outbox_json.h"
#include "searchd/put.h"

#define LIST_DEFAULT 100
#define LIST_MOST 500
#define LIST_BYTES_MAX (512u << 10) /* then no further entry is begun: well within a reply */

static const char *
state_name(const struct ledger_notice *notice)
{
	return notice->acked_ms != 0 ? "acknowledged" : notice->sent_ms != 0 ? "sent" : "queued";
}

static void
put_time_or_none(struct buf *out, const char *name, int64_t at_ms)
{
	if (at_ms != 0)
		put_time(out, name, at_ms);
	else
		put_text(out, name, STR_NONE);
}

static void
put_notice(struct buf *out, const struct ledger_notice *notice, struct str records, int64_t now_ms)
{
	next(out);
	buf_add_char(out, '{');
	put_number(out, "seq", notice->seq);
	put_time(out, "at", notice->queued_ms);
	put_text(out, "event", notice->event);
	put_text(out, "to", notice->to);
	put_text(out, "state", str_from(state_name(notice)));
	put_bool(out, "overdue", ledger_notice_overdue(notice, now_ms));
	put_text(out, "request", notice->request);
	put_text(out, "reference", notice->reference);
	put_text(out, "check", notice->check);
	put_text(out, "text", notice->text);
	put_time_or_none(out, "sent_at", notice->sent_ms);
	put_time_or_none(out, "ack_by", notice->ack_by_ms);
	put_time_or_none(out, "acked_at", notice->acked_ms);
	put_text(out, "acked_by", notice->acked_by);
	buf_add_str(out, records);
	buf_add_char(out, '}');
}

struct reader {
	const struct policy *policy;
	struct str event, role; /* what is told, and to whom */
};

/* Which records a notice names depends on whom it tells: the owners of systems learn of theirs,
 * others of those of the legs whose checks they read, and whoever decides on releases of all
 * (2.4, 2.8, 4.17). The rest learn that there is something, not which record. */
static bool
may_see(void *ctx, struct str system)
{
	const struct reader *reader = ctx;
	const struct policy *policy = reader->policy;
	const struct policy_system *found = policy_system_find(policy, system);
	const struct policy_notice *rule;
	bool of_all = false;

	for (size_t i = 0; (rule = policy_notice(policy, i)) != NULL; i++) {
		if (!str_eq_text(reader->event, rule->on) || !str_eq_text(reader->role, rule->to))
			continue;
		if (policy_keys_have(&rule->systems, system))
			return true;
		of_all = of_all || rule->systems.count == 0;
	}
	return of_all && ((found != NULL &&
			      policy_may_search_leg(policy, reader->role, str_from(found->leg))) ||
			     policy_may_call(policy, reader->role, STR_LIT("record.release")));
}

/* The records that a notice is about, as far as whom it tells may know them. */
static enum status
write_records(
    struct buf *out, struct call *call, const struct ledger_notice *notice, struct str body)
{
	struct reader reader = { call->world->rules->policy, notice->event, notice->to };

	buf_clear(out);
	return outbox_write_records(out, body, may_see, &reader, &call->err);
}

/* Whole entries, as long as there is room; *last is the last one that is written. */
static enum status
put_notices(
    bool *cut, uint64_t *last, struct call *call, const struct ledger_notice *notices, size_t count)
{
	struct buf records = BUF_INIT;
	struct ledger_row row = { .seq = 0 };
	enum status status = STATUS_OK;

	*cut = false;
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		if (notices[i].seq != *last) {
			*cut = call->body.n > LIST_BYTES_MAX;
			if (*cut)
				break;
			status = ledger_entry_find(
			    &row, call->shared->ledger, call->arena, notices[i].seq, &call->err);
		}
		*last = notices[i].seq;
		if (status == STATUS_OK)
			status = write_records(&records, call, &notices[i], row.body);
		put_notice(&call->body, &notices[i], buf_str(&records), call->at_ms);
	}
	if (status == STATUS_OK && buf_failed(&records))
		status = err_set(&call->err, STATUS_NOMEM, "out of memory");
	buf_free(&records);
	return status;
}

static size_t
count_entries(const struct ledger_notice *notices, size_t count)
{
	size_t entries = 0;

	for (size_t i = 0; i < count; i++)
		entries += i == 0 || notices[i].seq != notices[i - 1].seq;
	return entries;
}

static enum wire_code
write_list(struct call *call, const char *name, struct ledger_notice_filter *filter)
{
	struct ledger_notice *notices;
	uint64_t last = filter->after;
	size_t count;
	bool cut = false;
	enum status status;

	filter->now_ms = call->at_ms;
	filter->to = policy_may_call(call->world->rules->policy, call->role, STR_LIT("notice.sent"))
			 ? STR_NONE
			 : call->role;
	status = ledger_notice_list(
	    &notices, &count, call->shared->ledger, call->arena, filter, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	buf_add_char(&call->body, '{');
	key(&call->body, name);
	buf_add_char(&call->body, '[');
	status = put_notices(&cut, &last, call, notices, count);
	buf_add_char(&call->body, ']');
	put_number(&call->body, "last", last);
	put_bool(&call->body, "more", cut || count_entries(notices, count) == filter->most);
	buf_add_char(&call->body, '}');
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

static enum wire_code
read_page(struct ledger_notice_filter *filter, struct call *call, const struct json_t *body)
{
	int64_t after = 0, limit = LIST_DEFAULT;
	enum status status =
	    doc_int(&after, body, "body", "", "after", DOC_OPTIONAL, 0, INT64_MAX, &call->err);

	if (status == STATUS_OK)
		status = doc_int(
		    &limit, body, "body", "", "limit", DOC_OPTIONAL, 1, LIST_MOST, &call->err);
	filter->after = (uint64_t)after;
	filter->most = (size_t)limit;
	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

static enum wire_code
list_events(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "after", "limit", NULL };
	struct ledger_notice_filter filter = { .state = STR_NONE };
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = read_page(&filter, call, body);
	return code == WIRE_OK ? write_list(call, "events", &filter) : code;
}

static enum wire_code
list_notices(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "after", "limit", "state", "request", NULL };
	static const char *const states[] = { "", "queued", "sent", "acknowledged", "overdue" };
	struct ledger_notice_filter filter = { .state = STR_NONE };
	bool is_state = false;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = read_page(&filter, call, body);
	if (code == WIRE_OK)
		code = act_text(&filter.state, call, body, "state", DOC_OPTIONAL, 32);
	if (code == WIRE_OK)
		code = act_text(&filter.request, call, body, "request", DOC_OPTIONAL, 64);
	if (code != WIRE_OK)
		return code;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		is_state = is_state || str_eq_text(filter.state, states[i]);
	if (!is_state)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "state: expected queued, sent, acknowledged or overdue");
	return write_list(call, "notices", &filter);
}

/* --- Steps -------------------------------------------------------------------------------------
 */
static enum wire_code
find_notice(struct ledger_notice *out, struct call *call, const struct json_t *body, struct str to)
{
	int64_t seq = 0;
	enum status status =
	    doc_int(&seq, body, "body", "", "notice", DOC_REQUIRED, 1, INT64_MAX, &call->err);

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	status = ledger_notice_find(
	    out, call->shared->ledger, call->arena, (uint64_t)seq, to, &call->err);
	if (status == STATUS_NOT_FOUND)
		return call_fail(call, WIRE_NOT_FOUND,
		    "notice: %.*s was told nothing by entry %lld", STR_ARG(to), (long long)seq);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

/* One that was there already is as good: what is delivered twice is acknowledged twice. */
static enum wire_code
step(struct call *call, const struct ledger_notice *notice, const char *kind, bool already)
{
	struct ledger_entry entry = call_entry(call, kind);
	struct buf body = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_number(&body, "notice", notice->seq);
	put_text(&body, "to", notice->to);
	buf_add_char(&body, '}');
	buf_add_char(&call->body, '{');
	put_number(&call->body, "notice", notice->seq);
	put_text(&call->body, "to", notice->to);
	put_bool(&call->body, "already", already);
	buf_add_char(&call->body, '}');
	entry.request = notice->request;
	entry.check = notice->check;
	entry.body = buf_str(&body);
	if (buf_failed(&body) || buf_failed(&call->body))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	else
		code = already ? WIRE_OK : call_append_once(call, &entry, 1, STR_NONE);
	buf_free(&body);
	return code;
}

static enum wire_code
acknowledge(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "notice", NULL };
	struct ledger_notice notice;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = find_notice(&notice, call, body, call->role);
	return code == WIRE_OK ? step(call, &notice, "notice_acked", notice.acked_ms != 0) : code;
}

static enum wire_code
mark_sent(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "notice", "to", NULL };
	struct ledger_notice notice;
	struct str to = STR_NONE;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_text(&to, call, body, "to", DOC_REQUIRED, POLICY_KEY_BYTES_MAX);
	if (code == WIRE_OK)
		code = find_notice(&notice, call, body, to);
	return code == WIRE_OK ? step(call, &notice, "notice_sent", notice.sent_ms != 0) : code;
}

enum wire_code
call_events(struct call *call)
{
	return act_read(call, list_events);
}

enum wire_code
call_notice_list(struct call *call)
{
	return act_read(call, list_notices);
}

enum wire_code
call_notice_ack(struct call *call)
{
	return act_perform(call, acknowledge);
}

enum wire_code
call_notice_sent(struct call *call)
{
	return act_perform(call, mark_sent);
}
