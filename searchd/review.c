/*
 * Review of what checks found (procedure, section 2.5): review.queue, review.decide,
 * review.second, review.pairs, absence.set.
 *
 * The policy's reviewer decides; while they are marked absent, their deputy, and then they do not.
 * A decision is about one showing of a candidate: that of the entry it names.
 */
#include "ledger/review.h"

#include "ledger/policy_rules.h"
#include "ledger/requests.h"
#include "record/calendar.h"
#include "searchd/act.h"
#include "searchd/authorise.h"
#include "searchd/notices.h"
#include "searchd/put.h"
#include "searchd/request.h"
#include "searchd/review.h"

#define REASON_BYTES_MAX 4096
#define RECORD_BYTES_MAX 256
#define QUEUE_DEFAULT 100
#define QUEUE_MOST 500 /* rows are some 600 bytes: within a reply */
/* One row: a reference may take 1024 bytes, each up to six times that where it is escaped. */
#define ROW_BYTES_MAX ((size_t)16 << 10)
#define PAIRS_MOST 5000 /* rows are some 40 bytes */

/* --- Who decides -------------------------------------------------------------------------------
 */
enum wire_code
review_turn(struct call *call, struct str request)
{
	const struct policy *policy = call->world->rules->policy;
	const struct policy_referral *rule = policy_referral(policy);
	const char *reviewer = policy_role_title(policy, str_from(rule->reviewer));
	const char *deputy = policy_role_title(policy, str_from(rule->deputy));
	bool absent = false;
	enum status status = ledger_absent(
	    &absent, call->shared->ledger, str_from(rule->reviewer), call->at_ms, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	if (str_eq_text(call->role, absent ? rule->deputy : rule->reviewer))
		return WIRE_OK;
	if (str_eq_text(call->role, rule->reviewer))
		return act_refuse(call, "refusal", request, STR_NONE,
		    "the %s is marked absent: the %s decides until absence.set says otherwise",
		    reviewer, deputy);
	return act_refuse(call, "refusal", request, STR_NONE,
	    "the %s decides; the %s only while they are marked absent", reviewer, deputy);
}

/* Who looked for the people may be barred from judging what they found. */
static enum wire_code
refuse_searcher(struct call *call, struct str request)
{
	struct ledger_check *checks;
	size_t count;
	enum status status;

	if (!policy_referral(call->world->rules->policy)->not_by_searcher)
		return WIRE_OK;
	status = ledger_request_checks(
	    &checks, &count, call->shared->ledger, call->arena, request, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	for (size_t i = 0; i < count; i++)
		if (str_eq(checks[i].user, call->user_name))
			return act_refuse(call, "refusal", request, checks[i].id,
			    "you searched for this request (%.*s): another person decides what was "
			    "found",
			    STR_ARG(checks[i].id));
	return WIRE_OK;
}

static bool
reads_second(const struct policy *policy, struct str role)
{
	const struct policy_referral *rule = policy_referral(policy);

	for (size_t i = 0; i < rule->second_reader_count; i++)
		if (policy_keys_have(&rule->second_readers[i].roles, role))
			return true;
	return false;
}

/* --- review.queue ------------------------------------------------------------------------------
 */
static void
put_decision(struct buf *out, const struct ledger_reviewed *row)
{
	const struct ledger_candidate *candidate = &row->candidate;

	key(out, "decision");
	if (row->decision_seq == 0) {
		buf_add_text(out, "null");
		return;
	}
	buf_add_char(out, '{');
	put_number(out, "entry", row->decision_seq);
	put_time(out, "at", row->decided_ms);
	put_text(out, "verdict", row->verdict);
	put_text(out, "user", row->user);
	put_text(out, "role", row->role);
	put_number(out, "seen", row->seen_seq);
	put_text(out, "seen_grade", row->seen_grade);
	put_bool(out, "regraded",
	    candidate->seq != row->seen_seq && !str_eq(candidate->grade, row->seen_grade));
	put_bool(out, "dropped", !candidate->current);
	put_text(out, "second_reader", row->second_user);
	buf_add_char(out, '}');
}

static void
put_candidate(struct buf *out, const struct ledger_reviewed *row)
{
	const struct ledger_candidate *candidate = &row->candidate;

	next(out);
	buf_add_char(out, '{');
	put_text(out, "request", candidate->request);
	put_text(out, "reference", row->reference);
	put_number(out, "person", candidate->person);
	put_text(out, "system", candidate->system);
	put_text(out, "record_id", candidate->record_id);
	put_text(out, "person_id", candidate->person_id);
	put_text(out, "leg", candidate->leg);
	put_text(out, "grade", candidate->grade);
	put_real(out, "match_weight", candidate->match_weight);
	put_text(out, "check", candidate->check);
	put_number(out, "seen", candidate->seq);
	put_number(out, "first_seen", candidate->first_seq);
	put_bool(out, "dropped", !candidate->current);
	put_text(out, "state", str_from(ledger_review_state_name(row->state)));
	put_decision(out, row);
	buf_add_char(out, '}');
}

struct queue {
	struct ledger_review_filter filter;
	struct ledger_candidate after;
	bool all, second;
};

/* Names the candidate as an item of the part before does. */
static enum wire_code
read_after(struct queue *out, struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "first_seen", "person", "system",
		"record_id", "person_id", NULL };
	struct ledger_candidate *to = &out->after;
	const struct {
		const char *key;
		struct str *to;
	} texts[] = { { "request", &to->request }, { "system", &to->system },
		{ "record_id", &to->record_id }, { "person_id", &to->person_id } };
	const struct json_t *after = NULL;
	int64_t first = 0, person = 0;
	enum status status =
	    doc_object(&after, body, "body", "", "after", DOC_OPTIONAL, &call->err);

	if (status != STATUS_OK || after == NULL)
		return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
	status = doc_fields(after, "body", "after", known, &call->err);
	for (size_t i = 0; status == STATUS_OK && i < sizeof texts / sizeof texts[0]; i++)
		status = doc_str(texts[i].to, after, "body", "after", texts[i].key, DOC_REQUIRED,
		    RECORD_BYTES_MAX, &call->err);
	if (status == STATUS_OK)
		status = doc_int(&first, after, "body", "after", "first_seen", DOC_REQUIRED, 0,
		    INT64_MAX, &call->err);
	if (status == STATUS_OK)
		status = doc_int(&person, after, "body", "after", "person", DOC_REQUIRED, 0,
		    UINT32_MAX, &call->err);
	to->first_seq = (uint64_t)first;
	to->person = (unsigned)person;
	out->filter.after = to;
	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

static enum wire_code
read_queue(struct queue *out, struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "all", "second", "after", "limit", NULL };
	int64_t limit = QUEUE_DEFAULT;
	enum status status = STATUS_OK;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_text(&out->filter.request, call, body, "request", DOC_OPTIONAL, 64);
	if (code != WIRE_OK)
		return code;
	status = doc_bool(&out->all, body, "body", "", "all", DOC_OPTIONAL, &call->err);
	if (status == STATUS_OK)
		status =
		    doc_bool(&out->second, body, "body", "", "second", DOC_OPTIONAL, &call->err);
	if (status == STATUS_OK)
		status = doc_int(
		    &limit, body, "body", "", "limit", DOC_OPTIONAL, 1, QUEUE_MOST, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	out->filter.most = (size_t)limit + 1; /* one more tells that there are more */
	out->filter.open_only = !out->all;
	out->filter.second_only = out->second;
	return read_after(out, call, body);
}

static enum wire_code
queue(struct call *call, const struct json_t *body)
{
	const struct policy *policy = call->world->rules->policy;
	struct queue wanted = { .all = false };
	struct ledger_reviewed *rows;
	size_t count = 0;
	bool more;
	enum status status;
	enum wire_code code = read_queue(&wanted, call, body);

	/* Second readers see what waits for them, whoever's turn it is. */
	if (code == WIRE_OK && !(wanted.second && reads_second(policy, call->role)))
		code = review_turn(call, wanted.filter.request);
	if (code != WIRE_OK)
		return code;
	status = ledger_review_list(
	    &rows, &count, call->shared->ledger, call->arena, &wanted.filter, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	buf_add_text(&call->body, "{\"candidates\":[");
	more = count == wanted.filter.most;
	for (size_t i = 0; i < count && i + 1 < wanted.filter.most; i++) {
		if (call->body.n > PUT_BODY_BYTES_MAX - ROW_BYTES_MAX) {
			more = true;
			break;
		}
		if (!policy_may_search_leg(policy, call->role, rows[i].candidate.leg))
			continue;
		put_candidate(&call->body, &rows[i]);
	}
	buf_add_char(&call->body, ']');
	put_bool(&call->body, "more", more);
	buf_add_char(&call->body, '}');
	return WIRE_OK;
}

/* --- Entries -----------------------------------------------------------------------------------
 */
struct judged {
	struct ledger_reviewed row; /* as it stood before */
	struct str verdict, reason;
};

/* Those who must know are told in the batch; a match is told once to each. */
static enum wire_code
append(struct call *call, const struct judged *judged, struct ledger_entry *entry,
    const struct buf *body, const char *event)
{
	const struct ledger_candidate *candidate = &judged->row.candidate;
	const struct ledger_secure record = { candidate->system, candidate->record_id };
	const struct notice_about about = { .request = candidate->request,
		.check = candidate->check,
		.records = &record,
		.record_count = 1,
		.once = event != NULL && strcmp(event, "match_confirmed") == 0 };
	struct ledger_entry entries[2];
	struct buf secret = BUF_INIT;
	size_t count = 1;
	enum wire_code code = WIRE_OK;

	buf_add_char(&secret, '{');
	put_text(&secret, "reason", judged->reason);
	buf_add_char(&secret, '}');
	entry->request = candidate->request;
	entry->check = candidate->check;
	entry->body = buf_str(body);
	entry->secret = buf_str(&secret);
	entries[0] = *entry;
	if (buf_failed(body) || buf_failed(&secret) || buf_failed(&call->body))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	if (code == WIRE_OK && event != NULL)
		code = notices_add(entries, &count, call, event, &about);
	if (code == WIRE_OK)
		code = call_append_once(call, entries, count, candidate->request);
	buf_free(&secret);
	return code;
}

static void
put_answer(struct call *call, const struct judged *judged, const char *state)
{
	const struct ledger_candidate *candidate = &judged->row.candidate;
	struct buf *out = &call->body;

	buf_add_char(out, '{');
	put_text(out, "request", candidate->request);
	put_number(out, "person", candidate->person);
	put_text(out, "system", candidate->system);
	put_text(out, "record_id", candidate->record_id);
	put_text(out, "person_id", candidate->person_id);
	put_text(out, "verdict", judged->verdict);
	put_text(out, "state", str_from(state));
	put_text(out, "grade", candidate->grade);
	put_number(out, "seen", candidate->seq);
	put_bool(out, "dropped", !candidate->current);
	buf_add_char(out, '}');
}

/* --- review.decide -----------------------------------------------------------------------------
 */
static enum wire_code
find_candidate(struct judged *out, struct call *call, const struct json_t *body, struct str request)
{
	struct str system = STR_NONE, record = STR_NONE, person_id = STR_NONE;
	int64_t person = 0;
	enum status status =
	    doc_int(&person, body, "body", "", "person", DOC_OPTIONAL, 0, UINT32_MAX, &call->err);
	enum wire_code code = status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);

	if (code == WIRE_OK)
		code = act_text(&system, call, body, "system", DOC_REQUIRED, POLICY_KEY_BYTES_MAX);
	if (code == WIRE_OK)
		code = act_text(&record, call, body, "record_id", DOC_REQUIRED, RECORD_BYTES_MAX);
	if (code == WIRE_OK)
		code =
		    act_text(&person_id, call, body, "person_id", DOC_REQUIRED, RECORD_BYTES_MAX);
	if (code != WIRE_OK)
		return code;
	status = ledger_review_find(&out->row, call->shared->ledger, call->arena, request,
	    (unsigned)person, system, record, person_id, &call->err);
	if (status == STATUS_NOT_FOUND)
		return call_fail(call, WIRE_NOT_FOUND,
		    "no check of %.*s showed person %.*s of %.*s %.*s for person %lld",
		    STR_ARG(request), STR_ARG(person_id), STR_ARG(system), STR_ARG(record),
		    (long long)person);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

/* Nobody decides on a showing that a newer one has replaced. */
static enum wire_code
check_seen(struct call *call, const struct json_t *body, const struct ledger_candidate *candidate)
{
	int64_t seen = (int64_t)candidate->seq;
	enum status status =
	    doc_int(&seen, body, "body", "", "seen", DOC_OPTIONAL, 1, INT64_MAX, &call->err);

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	if ((uint64_t)seen == candidate->seq)
		return WIRE_OK;
	return call_fail(call, WIRE_BAD_REQUEST,
	    "seen: entry %lld is not what was shown last; %.*s (entry %llu) graded it %.*s%s: look "
	    "again",
	    (long long)seen, STR_ARG(candidate->check), (unsigned long long)candidate->seq,
	    STR_ARG(candidate->grade),
	    candidate->current ? "" : ", and a newer check no longer shows it");
}

static enum wire_code
write_decision(struct call *call, const struct judged *judged)
{
	const struct policy *policy = call->world->rules->policy;
	const struct ledger_candidate *candidate = &judged->row.candidate;
	struct ledger_entry entry = call_entry(call, "decision");
	bool second = policy_second_reader(policy, judged->verdict, candidate->grade) != NULL;
	struct buf body = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_number(&body, "person", candidate->person);
	put_text(&body, "system", candidate->system);
	put_text(&body, "record_id", candidate->record_id);
	put_text(&body, "person_id", candidate->person_id);
	put_text(&body, "verdict", judged->verdict);
	put_number(&body, "seen", candidate->seq);
	put_text(&body, "grade", candidate->grade);
	put_real(&body, "match_weight", candidate->match_weight);
	put_bool(&body, "dropped", !candidate->current);
	put_bool(&body, "second_reading", second);
	put_policy(&body, call);
	buf_add_char(&body, '}');
	put_answer(call, judged, second ? "awaiting_second_reading" : "decided");
	code = append(call, judged, &entry, &body,
	    second					  ? "second_reading_needed"
	    : str_eq_text(judged->verdict, "this_person") ? "match_confirmed"
							  : NULL);
	buf_free(&body);
	return code;
}

static enum wire_code
decide(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "person", "system", "record_id",
		"person_id", "verdict", "reason", "seen", NULL };
	struct ledger_request request;
	struct judged judged;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_request(&request, call, body, "request");
	if (code == WIRE_OK)
		code = act_text(&judged.verdict, call, body, "verdict", DOC_REQUIRED, 32);
	if (code == WIRE_OK)
		code =
		    act_text(&judged.reason, call, body, "reason", DOC_REQUIRED, REASON_BYTES_MAX);
	if (code == WIRE_OK && !policy_keys_have(policy_verdicts(), judged.verdict))
		return call_fail(call, WIRE_BAD_REQUEST,
		    "verdict: expected this_person, not_this_person or cannot_tell");
	if (code == WIRE_OK)
		code = request_must_be_open(call, &request);
	if (code == WIRE_OK)
		code = review_turn(call, request.id);
	if (code == WIRE_OK)
		code = find_candidate(&judged, call, body, request.id);
	if (code == WIRE_OK)
		code = authorise_leg(call, judged.row.candidate.leg, judged.row.candidate.check);
	if (code == WIRE_OK)
		code = refuse_searcher(call, request.id);
	if (code == WIRE_OK)
		code = check_seen(call, body, &judged.row.candidate);
	return code == WIRE_OK ? write_decision(call, &judged) : code;
}

/* --- review.second -----------------------------------------------------------------------------
 */
static enum wire_code
find_open(struct call *call, struct str id)
{
	struct ledger_request request;
	enum status status =
	    ledger_request_find(&request, call->shared->ledger, call->arena, id, &call->err);

	return status == STATUS_OK ? request_must_be_open(call, &request)
				   : call_fault(call, status);
}

static enum wire_code
find_decision(struct judged *out, struct call *call, const struct json_t *body)
{
	int64_t decision = 0;
	enum status status = doc_int(
	    &decision, body, "body", "", "decision", DOC_REQUIRED, 1, INT64_MAX, &call->err);

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	status = ledger_review_find_decision(
	    &out->row, call->shared->ledger, call->arena, (uint64_t)decision, &call->err);
	if (status == STATUS_NOT_FOUND)
		return call_fail(call, WIRE_NOT_FOUND,
		    "decision: entry %lld is no decision, or a newer one took its place",
		    (long long)decision);
	if (status != STATUS_OK)
		return call_fault(call, status);
	if (out->row.state != REVIEW_AWAITING_SECOND)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "decision: entry %lld waits for no second reader (%s)", (long long)decision,
		    ledger_review_state_name(out->row.state));
	out->verdict = out->row.verdict;
	return find_open(call, out->row.candidate.request);
}

/* Another person than who decided, in one of the roles of the rule. */
static enum wire_code
may_read_second(struct call *call, const struct judged *judged)
{
	const struct policy *policy = call->world->rules->policy;
	const struct policy_second_reader *rule =
	    policy_second_reader(policy, judged->verdict, judged->row.seen_grade);
	struct str request = judged->row.candidate.request;

	if (rule != NULL ? !policy_keys_have(&rule->roles, call->role)
			 : !reads_second(policy, call->role))
		return act_refuse(call, "refusal", request, STR_NONE,
		    "the role %s is no second reader of such a decision",
		    policy_role_title(policy, call->role));
	if (str_eq(call->user_name, judged->row.user))
		return act_refuse(call, "refusal", request, STR_NONE,
		    "you decided it yourself (entry %llu): the second reader is another person",
		    (unsigned long long)judged->row.decision_seq);
	return WIRE_OK;
}

static enum wire_code
write_second(struct call *call, const struct judged *judged, bool agrees)
{
	struct ledger_entry entry = call_entry(call, "second_reading");
	struct buf body = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_number(&body, "decision", judged->row.decision_seq);
	put_bool(&body, "agrees", agrees);
	put_policy(&body, call);
	buf_add_char(&body, '}');
	put_answer(call, judged, agrees ? "decided" : "disagreed");
	code = append(call, judged, &entry, &body,
	    agrees && str_eq_text(judged->verdict, "this_person") ? "match_confirmed" : NULL);
	buf_free(&body);
	return code;
}

static enum wire_code
second(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "decision", "verdict", "reason", NULL };
	struct judged judged;
	struct str verdict = STR_NONE;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_text(&verdict, call, body, "verdict", DOC_REQUIRED, 32);
	if (code == WIRE_OK)
		code =
		    act_text(&judged.reason, call, body, "reason", DOC_REQUIRED, REASON_BYTES_MAX);
	if (code == WIRE_OK && !str_eq_text(verdict, "agree") && !str_eq_text(verdict, "disagree"))
		return call_fail(call, WIRE_BAD_REQUEST, "verdict: expected agree or disagree");
	if (code == WIRE_OK)
		code = find_decision(&judged, call, body);
	if (code == WIRE_OK)
		code = authorise_leg(call, judged.row.candidate.leg, judged.row.candidate.check);
	if (code == WIRE_OK)
		code = may_read_second(call, &judged);
	if (code == WIRE_OK)
		code = refuse_searcher(call, judged.row.candidate.request);
	return code == WIRE_OK ? write_second(call, &judged, str_eq_text(verdict, "agree")) : code;
}

/* --- review.pairs ------------------------------------------------------------------------------
 */
static enum wire_code
write_pairs(struct call *call, uint64_t after, size_t most)
{
	struct ledger_entry view = call_entry(call, "view");
	struct ledger_pair *pairs;
	size_t count;
	enum status status = ledger_review_pairs(
	    &pairs, &count, call->shared->ledger, call->arena, after, most, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	buf_add_text(&call->body, "{\"pairs\":[");
	for (size_t i = 0; i < count; i++) {
		next(&call->body);
		buf_add_char(&call->body, '{');
		put_real(&call->body, "match_weight", pairs[i].match_weight);
		put_bool(&call->body, "is_match", pairs[i].is_match);
		buf_add_char(&call->body, '}');
	}
	buf_add_char(&call->body, ']');
	put_number(&call->body, "last", count == 0 ? after : pairs[count - 1].seq);
	put_bool(&call->body, "more", count == most);
	buf_add_char(&call->body, '}');
	if (buf_failed(&call->body))
		return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	view.body = STR_LIT("{\"op\":\"review.pairs\"}");
	return call_append_once(call, &view, 1, STR_NONE);
}

static enum wire_code
pairs(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "after", "limit", NULL };
	int64_t after = 0, limit = PAIRS_MOST;
	enum status status;
	enum wire_code code = act_fields(call, body, known);

	if (code != WIRE_OK)
		return code;
	status = doc_int(&after, body, "body", "", "after", DOC_OPTIONAL, 0, INT64_MAX, &call->err);
	if (status == STATUS_OK)
		status = doc_int(
		    &limit, body, "body", "", "limit", DOC_OPTIONAL, 1, PAIRS_MOST, &call->err);
	return status == STATUS_OK ? write_pairs(call, (uint64_t)after, (size_t)limit)
				   : call_bad_body(call, status);
}

/* --- absence.set -------------------------------------------------------------------------------
 */

/* A point in time, or a day in London: its beginning, or its end for the last day. */
static enum status
read_moment(int64_t *out, struct calendar *calendar, struct str text, bool last, struct err *err)
{
	day_number day;

	if (day_parse(&day, text)) {
		*out = calendar_begin(calendar, last ? day + 1 : day);
		return STATUS_OK;
	}
	return calendar_parse_time(out, text, err);
}

static enum wire_code
read_span(int64_t *from_ms, int64_t *to_ms, struct call *call, struct str from, struct str to)
{
	struct calendar *calendar = NULL;
	enum status status = calendar_open(&calendar, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	*from_ms = call->at_ms;
	*to_ms = 0;
	if (from.n > 0)
		status = read_moment(from_ms, calendar, from, false, &call->err);
	if (status == STATUS_OK && to.n > 0)
		status = read_moment(to_ms, calendar, to, true, &call->err);
	calendar_close(calendar);
	if (status != STATUS_OK)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "from, to: expected a day (2026-11-26) or a time with its zone");
	if (*to_ms != 0 && *to_ms <= *from_ms)
		return call_fail(call, WIRE_BAD_REQUEST, "to: is not after from");
	return WIRE_OK;
}

static enum wire_code
write_absence(struct call *call, int64_t from_ms, int64_t to_ms, bool back)
{
	const struct policy_referral *rule = policy_referral(call->world->rules->policy);
	struct ledger_entry entry = call_entry(call, "absence");
	struct buf body = BUF_INIT;
	enum wire_code code;

	buf_addf(&body, "{\"role\":\"%s\",\"from_ms\":%lld,\"to_ms\":%lld}", rule->reviewer,
	    (long long)from_ms, (long long)to_ms);
	buf_add_char(&call->body, '{');
	put_text(&call->body, "role", str_from(rule->reviewer));
	put_text(&call->body, "deputy", str_from(rule->deputy));
	put_bool(&call->body, "absent", !back);
	if (!back)
		put_time(&call->body, "from", from_ms);
	if (!back && to_ms != 0)
		put_time(&call->body, "to", to_ms);
	buf_add_char(&call->body, '}');
	entry.body = buf_str(&body);
	code = buf_failed(&body) || buf_failed(&call->body)
		   ? call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"))
		   : call_append_once(call, &entry, 1, STR_NONE);
	buf_free(&body);
	return code;
}

static enum wire_code
set_absence(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "from", "to", "back", NULL };
	struct str from = STR_NONE, to = STR_NONE;
	int64_t from_ms = call->at_ms, to_ms = call->at_ms;
	bool back = false;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_text(&from, call, body, "from", DOC_OPTIONAL, 40);
	if (code == WIRE_OK)
		code = act_text(&to, call, body, "to", DOC_OPTIONAL, 40);
	if (code == WIRE_OK &&
	    doc_bool(&back, body, "body", "", "back", DOC_OPTIONAL, &call->err) != STATUS_OK)
		code = call_bad_body(call, call->err.status);
	if (code == WIRE_OK && back && from.n + to.n > 0)
		return call_fail(call, WIRE_BAD_REQUEST, "back: is without from and to");
	if (code == WIRE_OK && !back)
		code = read_span(&from_ms, &to_ms, call, from, to);
	return code == WIRE_OK ? write_absence(call, from_ms, to_ms, back) : code;
}

enum wire_code
call_review_queue(struct call *call)
{
	return act_read(call, queue);
}

enum wire_code
call_review_decide(struct call *call)
{
	return act_perform(call, decide);
}

enum wire_code
call_review_second(struct call *call)
{
	return act_perform(call, second);
}

enum wire_code
call_review_pairs(struct call *call)
{
	return act_perform(call, pairs);
}

enum wire_code
call_absence_set(struct call *call)
{
	return act_perform(call, set_absence);
}
