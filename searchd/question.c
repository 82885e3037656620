/*
 * Questions to whoever asked for a check, and their answers (procedure, section 2.5): review.ask,
 * review.answer. What is asked, of whom, and what came are secrets; people that came replace those
 * of the request for its next checks.
 */
#include "ledger/policy_rules.h"
#include "ledger/requests.h"
#include "ledger/review.h"
#include "record/calendar.h"
#include "searchd/act.h"
#include "searchd/answer.h"
#include "searchd/notices.h"
#include "searchd/put.h"
#include "searchd/request.h"
#include "searchd/review.h"

#define TEXT_BYTES_MAX 4096
#define DUE_DAYS_MAX 366 /* as of the policy's own figure */

/* What is asked of whom becomes an entry with those whom it tells. */
static enum wire_code
append(struct call *call, const struct ledger_request *request, const char *kind, const char *event,
    const struct buf *body, const struct buf *secret)
{
	const struct notice_about about = { .request = request->id };
	struct ledger_entry entries[2] = { call_entry(call, kind) };
	size_t count = 1;
	enum wire_code code = WIRE_OK;

	entries[0].request = request->id;
	entries[0].body = buf_str(body);
	entries[0].secret = buf_str(secret);
	if (buf_failed(body) || buf_failed(secret) || buf_failed(&call->body))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	if (code == WIRE_OK)
		code = notices_add(entries, &count, call, event, &about);
	return code == WIRE_OK ? call_append_once(call, entries, count, request->id) : code;
}

static enum wire_code
find_open(struct ledger_request *out, struct call *call, const struct json_t *body)
{
	enum wire_code code = act_request(out, call, body, "request");

	return code == WIRE_OK ? request_must_be_open(call, out) : code;
}

/* --- review.ask --------------------------------------------------------------------------------
 */
static enum wire_code
read_due(day_number *day, int64_t *end_ms, struct call *call, struct str text)
{
	const struct policy_referral *rule = policy_referral(call->world->rules->policy);
	struct calendar *calendar = NULL;
	day_number today;
	enum status status = calendar_open(&calendar, &call->err);
	bool valid = true;

	if (status != STATUS_OK)
		return call_fault(call, status);
	today = calendar_day(calendar, call->at_ms);
	*day = today + (day_number)rule->answer_due_days;
	if (text.n > 0)
		valid = day_parse(day, text) && *day >= today && *day <= today + DUE_DAYS_MAX;
	*end_ms = valid ? calendar_begin(calendar, *day + 1) : 0;
	calendar_close(calendar);
	if (!valid)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "due: expected a day (2026-12-01) from today to %d days on", DUE_DAYS_MAX);
	return WIRE_OK;
}

static enum wire_code
write_question(struct call *call, const struct ledger_request *request, struct str what,
    struct str of_whom, day_number due, int64_t due_ms)
{
	struct buf body = BUF_INIT, secret = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_day(&body, "due", due);
	put_number(&body, "due_ms", (uint64_t)due_ms);
	put_policy(&body, call);
	buf_add_char(&body, '}');
	buf_add_char(&secret, '{');
	put_text(&secret, "what", what);
	put_text(&secret, "of_whom", of_whom);
	buf_add_char(&secret, '}');
	buf_add_char(&call->body, '{');
	put_text(&call->body, "request", request->id);
	put_day(&call->body, "due", due);
	buf_add_char(&call->body, '}');
	code = append(call, request, "question", "question_asked", &body, &secret);
	buf_free(&body);
	buf_free(&secret);
	return code;
}

static enum wire_code
ask(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "what", "of_whom", "due", NULL };
	struct ledger_request request;
	struct str what = STR_NONE, of_whom = STR_NONE, due = STR_NONE;
	day_number day = DAY_NONE;
	int64_t end_ms = 0;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = find_open(&request, call, body);
	if (code == WIRE_OK)
		code = act_text(&what, call, body, "what", DOC_REQUIRED, TEXT_BYTES_MAX);
	if (code == WIRE_OK)
		code = act_text(&of_whom, call, body, "of_whom", DOC_REQUIRED, TEXT_BYTES_MAX);
	if (code == WIRE_OK)
		code = act_text(&due, call, body, "due", DOC_OPTIONAL, 32);
	if (code == WIRE_OK)
		code = review_turn(call, request.id);
	if (code == WIRE_OK)
		code = read_due(&day, &end_ms, call, due);
	return code == WIRE_OK ? write_question(call, &request, what, of_whom, day, end_ms) : code;
}

/* --- review.answer -----------------------------------------------------------------------------
 */

/* Decisions know people by their place in the list: those asked about keep theirs, new ones come
 * after them. */
static enum wire_code
check_places(struct call *call, const struct ledger_request *request,
    const struct ask_person *people, size_t count)
{
	const struct ask_person *before = NULL;
	size_t before_count = 0;
	struct ledger_row row;
	enum status status;

	if (request->people_seq == 0)
		return WIRE_OK;
	status = ledger_entry_find(
	    &row, call->shared->ledger, call->arena, request->people_seq, &call->err);
	if (status == STATUS_OK && !row.destroyed)
		status = ask_read_request_people(
		    &before, &before_count, call->arena, row.secret, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	for (size_t i = 0; i < before_count; i++)
		if (i >= count || !str_eq(before[i].ref, people[i].ref))
			return call_fail(call, WIRE_BAD_REQUEST,
			    "people[%zu]: is not \"%.*s\": people keep their refs and places, new "
			    "ones come after them",
			    i, STR_ARG(before[i].ref));
	return WIRE_OK;
}

static enum wire_code
find_question(struct ledger_question *out, struct call *call, const struct json_t *body,
    const struct ledger_request *request)
{
	int64_t seq = 0;
	enum status status =
	    doc_int(&seq, body, "body", "", "question", DOC_REQUIRED, 1, INT64_MAX, &call->err);

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	status =
	    ledger_question_find(out, call->shared->ledger, call->arena, (uint64_t)seq, &call->err);
	if (status == STATUS_NOT_FOUND ||
	    (status == STATUS_OK && !str_eq(out->request, request->id)))
		return call_fail(call, WIRE_NOT_FOUND,
		    "question: entry %lld is no question of %.*s", (long long)seq,
		    STR_ARG(request->id));
	if (status != STATUS_OK)
		return call_fault(call, status);
	if (out->answered_seq != 0)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "question: was answered by entry %llu; ask again for more",
		    (unsigned long long)out->answered_seq);
	return WIRE_OK;
}

static enum wire_code
write_answer(struct call *call, const struct ledger_request *request, uint64_t question,
    struct str text, const struct ask_person *people, size_t count)
{
	struct buf body = BUF_INIT, secret = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_number(&body, "question", question);
	put_number(&body, "people", count);
	buf_add_char(&body, '}');
	buf_add_char(&secret, '{');
	put_text(&secret, "text", text);
	answer_write_people(&secret, people, count);
	buf_add_char(&secret, '}');
	buf_add_char(&call->body, '{');
	put_text(&call->body, "request", request->id);
	put_number(&call->body, "question", question);
	put_number(&call->body, "people", count);
	buf_add_char(&call->body, '}');
	code = append(call, request, "question_answered", "question_answered", &body, &secret);
	buf_free(&body);
	buf_free(&secret);
	return code;
}

static enum wire_code
answer(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "question", "text", "people", NULL };
	struct ledger_request request;
	struct ledger_question question;
	const struct ask_person *people = NULL;
	struct str text = STR_NONE;
	size_t count = 0;
	enum status status;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = find_open(&request, call, body);
	if (code == WIRE_OK)
		code = act_text(&text, call, body, "text", DOC_REQUIRED, TEXT_BYTES_MAX);
	if (code == WIRE_OK)
		code = find_question(&question, call, body, &request);
	if (code != WIRE_OK)
		return code;
	status =
	    ask_read_request_people(&people, &count, call->arena, call->request.body, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	if (count > 0)
		code = check_places(call, &request, people, count);
	return code == WIRE_OK ? write_answer(call, &request, question.seq, text, people, count)
			       : code;
}

enum wire_code
call_review_ask(struct call *call)
{
	return act_perform(call, ask);
}

enum wire_code
call_review_answer(struct call *call)
{
	return act_perform(call, answer);
}
