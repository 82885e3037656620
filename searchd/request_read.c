/* The operations that show requests: request.get, request.list. What is personal is shown only
 * where it is asked for (`details`), and that view is an entry. */
#include "ledger/milestones.h"
#include "ledger/policy_rules.h"
#include "searchd/act.h"
#include "searchd/due.h"
#include "searchd/put.h"
#include "searchd/request_state.h"

#define LIST_DEFAULT 50
#define LIST_MAX 200
#define CHECKS_SHOWN_MAX 200 /* of one request, the newest; most are standing checks */
/* One row of a list: a reference may take 1024 bytes, each up to six times that where it is
 * escaped. */
#define ROW_BYTES_MAX ((size_t)10 << 10)

/* The fields of a request that hold nothing personal, as members of an object. */
static void
put_head(struct buf *out, const struct call *call, const struct ledger_request *request)
{
	const struct policy_kind *kind =
	    policy_kind_find(call->world->rules->policy, request->kind);

	put_text(out, "request", request->id);
	put_text(out, "reference", request->reference);
	put_text(out, "kind", request->kind);
	put_text(out, "title", kind != NULL ? str_from(kind->title) : request->kind);
	put_text(out, "channel", request->channel);
	put_text(out, "jurisdiction", request->jurisdiction);
	put_text(out, "review_type", request->review_type);
	put_text(out, "received_at", request->received_at);
	put_time(out, "logged_at", request->at_ms);
	put_text(out, "logged_by", request->user);
	put_number(out, "entry", request->seq);
	put_bool(out, "same_day", request->same_day);
	put_text(out, "state", request->state);
	put_time(out, "since", request->state_ms);
}

static void
put_standing(struct buf *out, const struct request_state *state)
{
	put_bool(out, "complete", state->complete);
	put_text(out, "outcome", state->outcome);
	put_number(out, "referred", state->referred);
	put_number(out, "undecided", state->undecided);
	put_number(out, "confirmed", state->confirmed);
}

/* --- request.get -------------------------------------------------------------------------------
 */
static void
put_missing(struct buf *out, const struct call *call, const struct request_state_leg *leg)
{
	const struct policy_system *system;

	key(out, "missing");
	buf_add_char(out, '[');
	for (size_t i = 0; (system = policy_system(call->world->rules->policy, i)) != NULL; i++) {
		struct buf why = BUF_INIT;

		if (!str_eq_text(leg->leg, system->leg))
			continue;
		request_state_system_gap(&why, call, leg, system);
		if (!leg->asked)
			buf_add_text(&why, "not searched yet");
		if (why.n > 0) {
			next(out);
			buf_add_char(out, '{');
			put_text(out, "system", str_from(system->key));
			put_text(out, "title", str_from(system->title));
			put_text(out, "reason", buf_str(&why));
			buf_add_char(out, '}');
		}
		out->failed = out->failed || why.failed;
		buf_free(&why);
	}
	buf_add_char(out, ']');
}

static void
put_leg(struct buf *out, const struct call *call, const struct request_state_leg *leg, size_t at)
{
	const struct policy_item *item = policy_leg_item(call->world->rules->policy, at);
	struct buf why = BUF_INIT;

	request_state_leg_gap(&why, call, leg);
	next(out);
	buf_add_char(out, '{');
	put_text(out, "leg", leg->leg);
	put_text(out, "title", item != NULL ? str_from(item->title) : leg->leg);
	put_bool(out, "complete", leg->complete);
	put_text(out, "check", leg->asked ? leg->check.id : STR_NONE);
	put_time(out, "asked_at", leg->asked ? leg->check.at_ms : 0);
	put_text(out, "reason", buf_str(&why));
	put_missing(out, call, leg);
	buf_add_char(out, '}');
	out->failed = out->failed || why.failed;
	buf_free(&why);
}

static enum status
put_milestones(struct buf *out, struct call *call, struct str request)
{
	const struct policy *policy = call->world->rules->policy;
	struct ledger_milestone *list = NULL;
	size_t count = 0;
	enum status status = ledger_request_milestones(
	    &list, &count, call->shared->ledger, call->arena, request, &call->err);

	key(out, "milestones");
	buf_add_char(out, '[');
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const struct policy_item *item = policy_milestone_find(policy, list[i].key);

		next(out);
		buf_add_char(out, '{');
		put_text(out, "milestone", list[i].key);
		put_text(out, "title", item != NULL ? str_from(item->title) : list[i].key);
		put_text(out, "on", list[i].on);
		put_text(out, "noted_by", list[i].user);
		put_number(out, "entry", list[i].seq);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
	return status;
}

static enum status
put_checks(struct buf *out, struct call *call, struct str request)
{
	struct ledger_check *list = NULL;
	size_t count = 0, first;
	enum status status = ledger_request_checks(
	    &list, &count, call->shared->ledger, call->arena, request, &call->err);

	first = count > CHECKS_SHOWN_MAX ? count - CHECKS_SHOWN_MAX : 0;
	put_number(out, "checks_not_shown", first);
	key(out, "checks");
	buf_add_char(out, '[');
	for (size_t i = first; i < count && status == STATUS_OK; i++) {
		next(out);
		buf_add_char(out, '{');
		put_text(out, "check", list[i].id);
		put_text(out, "leg", list[i].leg);
		put_time(out, "at", list[i].at_ms);
		put_text(out, "user", list[i].user);
		put_bool(out, "leg_complete", list[i].complete);
		put_bool(out, "standing", list[i].standing);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
	return status;
}

/* --- What is personal ---------------------------------------------------------------------------
 */
struct details {
	struct ask ask;
	struct str reason;
	bool destroyed;
};

/* Of an entry that may be there no more. */
static enum status
read_secret(struct str *out, bool *destroyed, struct call *call, uint64_t seq)
{
	struct ledger_row row;
	enum status status =
	    ledger_entry_find(&row, call->shared->ledger, call->arena, seq, &call->err);

	*out = STR_NONE;
	if (status != STATUS_OK)
		return status;
	*destroyed = *destroyed || row.destroyed;
	*out = row.destroyed ? STR_NONE : row.secret;
	return STATUS_OK;
}

static enum status
read_details(struct details *out, struct call *call, const struct ledger_request *request)
{
	struct str secret;
	enum status status;

	out->destroyed = false;
	out->reason = STR_NONE;
	status = read_secret(&secret, &out->destroyed, call, request->seq);
	if (status == STATUS_OK)
		status = ask_read_request_texts(&out->ask, call->arena, secret, &call->err);
	if (status == STATUS_OK && request->people_seq > 0)
		status = read_secret(&secret, &out->destroyed, call, request->people_seq);
	if (status == STATUS_OK && request->people_seq > 0 && secret.n > 0)
		status = ask_read_request_people(
		    &out->ask.people, &out->ask.people_count, call->arena, secret, &call->err);
	if (status == STATUS_OK && request->state_seq != request->seq)
		status = read_secret(&secret, &out->destroyed, call, request->state_seq);
	if (status == STATUS_OK && request->state_seq != request->seq)
		status = ask_read_reason(&out->reason, call->arena, secret, &call->err);
	return status;
}

static void
put_details(struct buf *out, const struct details *details)
{
	key(out, "details");
	buf_add_char(out, '{');
	put_bool(out, "destroyed", details->destroyed);
	put_text(out, "requester", details->ask.requester);
	put_text(out, "organisation", details->ask.organisation);
	put_text(out, "purpose", details->ask.purpose);
	put_text(out, "legal_basis", details->ask.legal_basis);
	put_text(out, "reason", details->reason);
	answer_write_people(out, details->ask.people, details->ask.people_count);
	buf_add_char(out, '}');
}

static enum wire_code
log_view(struct call *call, struct str request)
{
	struct ledger_entry entry = call_entry(call, "view");

	entry.request = request;
	entry.body = STR_LIT("{\"op\":\"request.get\",\"details\":true}");
	return call_log_entry(call, &entry);
}

static enum wire_code
write_get(struct call *call, const struct ledger_request *request, const struct details *details)
{
	struct request_state state;
	struct buf *out = &call->body;
	enum status status = request_state_read(&state, call, request);

	if (status != STATUS_OK)
		return call_fault(call, status);
	buf_add_char(out, '{');
	put_head(out, call, request);
	put_standing(out, &state);
	key(out, "legs");
	buf_add_char(out, '[');
	for (size_t i = 0; i < state.leg_count; i++)
		put_leg(out, call, &state.legs[i], i);
	buf_add_char(out, ']');
	status = put_checks(out, call, request->id);
	if (status == STATUS_OK)
		status = put_milestones(out, call, request->id);
	if (status == STATUS_OK)
		status = due_write_request(out, call, request);
	if (details != NULL)
		put_details(out, details);
	buf_add_char(out, '}');
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

static enum wire_code
get(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "details", NULL };
	struct ledger_request request;
	struct details details;
	bool wanted = false;
	enum status status = STATUS_OK;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		status = doc_bool(&wanted, body, "body", "", "details", DOC_OPTIONAL, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	if (code == WIRE_OK)
		code = act_request(&request, call, body, "request");
	if (code != WIRE_OK)
		return code;
	if (wanted)
		status = read_details(&details, call, &request);
	if (status != STATUS_OK)
		return call_fault(call, status);
	code = write_get(call, &request, wanted ? &details : NULL);
	return code == WIRE_OK && wanted ? log_view(call, request.id) : code;
}

enum wire_code
call_request_get(struct call *call)
{
	return act_read(call, get);
}

/* --- request.list ------------------------------------------------------------------------------
 */
static enum wire_code
read_filter(struct ledger_request_filter *out, struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "state", "reference", "before", "limit", NULL };
	static const char *const states[] = { "open", "declined", "withdrawn", "closed" };
	int64_t limit = LIST_DEFAULT, before = 0;
	bool good;
	enum status status;
	enum wire_code code = act_fields(call, body, known);

	*out = (struct ledger_request_filter){ .state = STR_NONE, .reference = STR_NONE };
	if (code == WIRE_OK)
		code = act_text(&out->state, call, body, "state", DOC_OPTIONAL, 32);
	if (code == WIRE_OK)
		code = act_text(
		    &out->reference, call, body, "reference", DOC_OPTIONAL, ASK_TEXT_BYTES_MAX);
	if (code != WIRE_OK)
		return code;
	status = doc_int(&limit, body, "body", "", "limit", DOC_OPTIONAL, 1, LIST_MAX, &call->err);
	if (status == STATUS_OK)
		status = doc_int(
		    &before, body, "body", "", "before", DOC_OPTIONAL, 1, INT64_MAX, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	out->before_seq = (uint64_t)before;
	out->most = (size_t)limit;
	good = out->state.n == 0;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		good = good || str_eq_text(out->state, states[i]);
	return good ? WIRE_OK
		    : call_fail(call, WIRE_BAD_REQUEST,
			  "state: is not one of open, declined, withdrawn, closed");
}

static enum wire_code
list(struct call *call, const struct json_t *body)
{
	struct ledger_request_filter filter;
	struct ledger_request *requests = NULL;
	size_t count = 0, wanted, shown = 0;
	struct buf *out = &call->body;
	enum wire_code code = read_filter(&filter, call, body);
	enum status status;

	if (code != WIRE_OK)
		return code;
	wanted = filter.most++; /* one more tells whether there are */
	status = ledger_request_list(
	    &requests, &count, call->shared->ledger, call->arena, &filter, &call->err);
	buf_add_text(out, "{\"requests\":[");
	while (shown < count && shown < wanted && status == STATUS_OK &&
	       out->n <= PUT_BODY_BYTES_MAX - ROW_BYTES_MAX) {
		const struct ledger_request *request = &requests[shown++];
		struct request_state state;

		status = request_state_read(&state, call, request);
		next(out);
		buf_add_char(out, '{');
		put_head(out, call, request);
		put_standing(out, &state);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
	put_bool(out, "more", count > shown);
	buf_add_char(out, '}');
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

enum wire_code
call_request_list(struct call *call)
{
	return act_read(call, list);
}
