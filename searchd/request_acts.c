/* The operations that log a request, note what happened of it, and end it (procedure, sections 2.1,
 * 2.2, 4, 9): request.log, request.note, request.decline, request.withdraw, request.close. */
#include "ledger/milestones.h"
#include "ledger/policy_rules.h"
#include "record/calendar.h"
#include "searchd/act.h"
#include "searchd/notices.h"
#include "searchd/put.h"
#include "searchd/request.h"
#include "searchd/request_state.h"

#define REASON_BYTES_MAX 4096
#define ENTRIES_MAX 2 /* the act and its notice */

/* Entries of an act about one request. */
struct act_of {
	struct ledger_request request;
	struct str reason;
	struct ledger_entry entries[ENTRIES_MAX];
	size_t count;
};

/* The act's entry; `body` is taken from the buffer, which is freed. */
static enum wire_code
add_entry(struct act_of *act, struct call *call, const char *kind, struct buf *body)
{
	struct ledger_entry *entry = &act->entries[act->count++];
	struct buf secret = BUF_INIT;
	enum wire_code code = WIRE_OK;

	*entry = call_entry(call, kind);
	entry->request = act->request.id;
	if (act->reason.n > 0) {
		buf_add_char(&secret, '{');
		put_text(&secret, "reason", act->reason);
		buf_add_char(&secret, '}');
	}
	if (buf_failed(body) || buf_failed(&secret) ||
	    !arena_copy(&entry->body, call->arena, buf_str(body)) ||
	    !arena_copy(&entry->secret, call->arena, buf_str(&secret)))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	buf_free(body);
	buf_free(&secret);
	return code;
}

static enum wire_code
add_notice(struct act_of *act, struct call *call, const char *event)
{
	const struct notice_about about = { .request = act->request.id,
		.check = STR_NONE,
		.jurisdiction = STR_NONE,
		.kind = STR_NONE };

	return notices_add(act->entries, &act->count, call, event, &about);
}

/* --- request.log -------------------------------------------------------------------------------
 */
static void
write_logged(struct call *call, struct str name, const struct ask *ask)
{
	const struct policy_kind *kind = policy_kind_find(call->world->rules->policy, ask->kind);
	struct buf *out = &call->body;

	buf_add_char(out, '{');
	put_text(out, "request", name);
	put_text(out, "reference", ask->reference);
	put_text(out, "kind", ask->kind);
	put_text(out, "channel", ask->channel);
	put_text(out, "received_at", ask->received_at);
	put_time(out, "logged_at", call->at_ms);
	put_number(out, "people", ask->people_count);
	put_bool(out, "same_day", kind->same_day);
	put_text(out, "state", STR_LIT("open"));
	buf_add_char(out, '}');
}

/* Media and knowledge services ask before something is said or published (2.1, 5.3); a notification
 * or an agency's request is not theirs to log. */
static enum wire_code
check_media(struct call *call, const struct ask *ask)
{
	const struct policy *policy = call->world->rules->policy;
	const struct policy_kind *kind = policy_kind_find(policy, ask->kind);

	if (kind->media || !policy_keys_have(&policy_media(policy)->roles, call->role))
		return WIRE_OK;
	return act_refuse(call, "refusal", STR_NONE, STR_NONE,
	    "the role %s asks for what is said or published, not for: %s",
	    policy_role_title(policy, call->role), kind->title);
}

static enum wire_code
log_request(struct call *call, const struct json_t *body)
{
	struct ledger_entry entries[REQUEST_ENTRIES_MAX];
	struct request_place place = { .id = STR_NONE };
	struct ask ask;
	size_t count;
	bool logged;
	enum wire_code code;
	enum status status = ask_read_log(
	    &ask, call->arena, call->request.body, call->world->rules->policy, &call->err);

	(void)body; /* read by the reader of all questions */
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	code = check_media(call, &ask);
	if (code != WIRE_OK)
		return code;
	code = request_make_name(&place, &logged, call);
	if (code == WIRE_OK)
		code = request_entries(entries, &count, call, place.id, &ask);
	if (code != WIRE_OK)
		return code;
	write_logged(call, place.id, &ask);
	return call_append_once(call, entries, count, STR_NONE);
}

enum wire_code
call_request_log(struct call *call)
{
	return act_perform(call, log_request);
}

/* --- request.decline, request.withdraw, request.close ------------------------------------------
 */

/* Media and knowledge services end only what they asked for (sections 2.1, 5.3), and learn nothing
 * of the rest: not even whether it is there. */
static enum wire_code
take_own(struct act_of *act, struct call *call, const struct json_t *body)
{
	struct str id = STR_NONE;
	enum wire_code code = act_text(&id, call, body, "request", DOC_REQUIRED, 64);
	enum status status;

	if (code != WIRE_OK)
		return code;
	status =
	    ledger_request_find(&act->request, call->shared->ledger, call->arena, id, &call->err);
	if (status == STATUS_OK && str_eq(act->request.user, call->user_name))
		return WIRE_OK;
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return call_fault(call, status);
	err_clear(&call->err);
	return act_refuse(call, "refusal", status == STATUS_OK ? act->request.id : STR_NONE,
	    STR_NONE, "request: you logged no request of that name");
}

static enum wire_code
begin(struct act_of *act, struct call *call, const struct json_t *body, enum doc_need reason)
{
	static const char *const known[] = { "request", "reason", NULL };
	const struct policy_media *media = policy_media(call->world->rules->policy);
	enum wire_code code = act_fields(call, body, known);

	act->count = 0;
	act->reason = STR_NONE;
	if (code == WIRE_OK)
		code = act_text(&act->reason, call, body, "reason", reason, REASON_BYTES_MAX);
	if (code == WIRE_OK)
		code = policy_keys_have(&media->roles, call->role)
			   ? take_own(act, call, body)
			   : act_request(&act->request, call, body, "request");
	return code == WIRE_OK ? request_must_be_open(call, &act->request) : code;
}

static enum wire_code
end(struct act_of *act, struct call *call, const char *state, struct str outcome, const char *event)
{
	struct buf body = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_text(&body, "state", str_from(state));
	put_text(&body, "outcome", outcome);
	put_policy(&body, call);
	buf_add_char(&body, '}');
	code = add_entry(act, call, "request_state", &body);
	if (code == WIRE_OK)
		code = add_notice(act, call, event);
	if (code != WIRE_OK)
		return code;
	buf_add_char(&call->body, '{');
	put_text(&call->body, "request", act->request.id);
	put_text(&call->body, "state", str_from(state));
	put_text(&call->body, "outcome", outcome);
	put_time(&call->body, "at", call->at_ms);
	buf_add_char(&call->body, '}');
	return call_append_once(call, act->entries, act->count, act->request.id);
}

static enum wire_code
decline(struct call *call, const struct json_t *body)
{
	struct act_of act;
	enum wire_code code = begin(&act, call, body, DOC_REQUIRED);

	return code == WIRE_OK
		   ? end(&act, call, "declined", STR_LIT("declined"), "request_declined")
		   : code;
}

static enum wire_code
withdraw(struct call *call, const struct json_t *body)
{
	struct act_of act;
	enum wire_code code = begin(&act, call, body, DOC_OPTIONAL);

	return code == WIRE_OK
		   ? end(&act, call, "withdrawn", STR_LIT("withdrawn"), "request_withdrawn")
		   : code;
}

/* A refusal names the first leg that is missing, and why. */
static enum wire_code
refuse_incomplete(struct act_of *act, struct call *call, const struct request_state *state)
{
	const struct policy *policy = call->world->rules->policy;
	struct buf why = BUF_INIT;
	const struct policy_system *system;
	size_t at = 0;
	enum wire_code code;

	while (at + 1 < state->leg_count && state->legs[at].complete)
		at++;
	request_state_leg_gap(&why, call, &state->legs[at]);
	for (size_t i = 0; why.n == 0 && (system = policy_system(policy, i)) != NULL; i++)
		if (str_eq_text(state->legs[at].leg, system->leg)) {
			request_state_system_gap(&why, call, &state->legs[at], system);
			if (why.n > 0)
				buf_addf(&why, " (%s)", system->title);
		}
	code = act_refuse(call, "refusal", act->request.id, STR_NONE,
	    "request: %.*s is not searched completely: the %.*s leg: %.*s",
	    STR_ARG(act->request.id), STR_ARG(state->legs[at].leg), STR_ARG(buf_str(&why)));
	buf_free(&why);
	return code;
}

/* Of a kind for which nobody need be asked about, and nobody was, there is nothing to search. */
static bool
asks_about_nobody(
    const struct act_of *act, const struct call *call, const struct request_state *state)
{
	const struct policy_kind *kind =
	    policy_kind_find(call->world->rules->policy, act->request.kind);

	return act->request.people_seq == 0 && state->legs_asked == 0 &&
	       (kind == NULL || !kind->people_required);
}

static enum wire_code
close_request(struct call *call, const struct json_t *body)
{
	struct request_state state;
	struct act_of act;
	enum wire_code code = begin(&act, call, body, DOC_OPTIONAL);
	enum status status;

	if (code != WIRE_OK)
		return code;
	status = request_state_read(&state, call, &act.request);
	if (status != STATUS_OK)
		return call_fault(call, status);
	if (!state.complete && !asks_about_nobody(&act, call, &state))
		return refuse_incomplete(&act, call, &state);
	if (state.undecided > 0)
		return act_refuse(call, "refusal", act.request.id, STR_NONE,
		    "request: %zu of %zu possible matches of %.*s are not decided", state.undecided,
		    state.referred, STR_ARG(act.request.id));
	return end(&act, call, "closed", state.outcome, "request_closed");
}

enum wire_code
call_request_decline(struct call *call)
{
	return act_perform(call, decline);
}

enum wire_code
call_request_withdraw(struct call *call)
{
	return act_perform(call, withdraw);
}

enum wire_code
call_request_close(struct call *call)
{
	return act_perform(call, close_request);
}

/* --- request.note ------------------------------------------------------------------------------
 */
struct note {
	struct str milestone, on;
	const char *title;
	bool retract;
};

/* "same_day_informed" is an event: noted by whoever told them by telephone. */
static bool
find_milestone(struct note *note, const struct policy *policy, const struct ledger_request *request)
{
	const struct policy_item *item = policy_milestone_find(policy, note->milestone);

	note->title = item != NULL ? item->title : "All who must know on the same day were told";
	return item != NULL ||
	       (request->same_day && str_eq_text(note->milestone, "same_day_informed"));
}

static enum wire_code
check_day(struct note *note, struct call *call)
{
	struct calendar *calendar = NULL;
	enum status status = calendar_open(&calendar, &call->err);
	struct buf text = BUF_INIT;
	day_number day, today;
	enum wire_code code = WIRE_OK;

	if (status != STATUS_OK)
		return call_fault(call, status);
	today = day = calendar_day(calendar, call->at_ms);
	calendar_close(calendar);
	if (note->on.n > 0 && !day_parse(&day, note->on))
		return call_fail(call, WIRE_BAD_REQUEST, "on: is not a day such as 2026-11-23");
	if (day > today)
		return call_fail(call, WIRE_BAD_REQUEST, "on: is in the future");
	if (day < today - REQUEST_MILESTONE_DAYS_MAX)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "on: is more than %d days ago; is it a slip of the pen?",
		    REQUEST_MILESTONE_DAYS_MAX);
	day_format(&text, day);
	if (buf_failed(&text) || !arena_copy(&note->on, call->arena, buf_str(&text)))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	buf_free(&text);
	return code;
}

/* Only what is noted can be taken back. */
static enum wire_code
check_retract(const struct note *note, struct call *call, struct str request)
{
	struct ledger_milestone *list = NULL;
	size_t count = 0;
	enum status status = ledger_request_milestones(
	    &list, &count, call->shared->ledger, call->arena, request, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].key, note->milestone))
			return WIRE_OK;
	return call_fail(call, WIRE_BAD_REQUEST, "retract: \"%.*s\" is not noted of %.*s",
	    STR_ARG(note->milestone), STR_ARG(request));
}

static enum wire_code
read_note(struct note *note, struct act_of *act, struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "milestone", "on", "note", "retract",
		NULL };
	enum wire_code code = act_fields(call, body, known);
	enum status status;

	*note = (struct note){ .milestone = STR_NONE, .on = STR_NONE };
	act->count = 0;
	act->reason = STR_NONE;
	if (code == WIRE_OK)
		code = act_text(
		    &note->milestone, call, body, "milestone", DOC_REQUIRED, POLICY_KEY_BYTES_MAX);
	if (code == WIRE_OK)
		code = act_text(&note->on, call, body, "on", DOC_OPTIONAL, 32);
	if (code == WIRE_OK)
		code = act_text(&act->reason, call, body, "note", DOC_OPTIONAL, REASON_BYTES_MAX);
	if (code != WIRE_OK)
		return code;
	status = doc_bool(&note->retract, body, "body", "", "retract", DOC_OPTIONAL, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	code = act_request(&act->request, call, body, "request");
	if (code == WIRE_OK)
		code = request_must_be_open(call, &act->request);
	if (code == WIRE_OK && !find_milestone(note, call->world->rules->policy, &act->request))
		return call_fail(call, WIRE_BAD_REQUEST,
		    "milestone: the policy knows no milestone \"%.*s\"", STR_ARG(note->milestone));
	if (code == WIRE_OK)
		code = note->retract ? check_retract(note, call, act->request.id)
				     : check_day(note, call);
	return code;
}

static void
write_note(struct buf *out, const struct note *note, const struct call *call, bool answer,
    struct str request)
{
	buf_add_char(out, '{');
	if (answer)
		put_text(out, "request", request);
	put_text(out, "milestone", note->milestone);
	if (answer)
		put_text(out, "title", str_from(note->title));
	put_text(out, "on", note->retract ? STR_NONE : note->on);
	put_bool(out, "retracted", note->retract);
	if (!answer)
		put_policy(out, call);
	buf_add_char(out, '}');
}

static enum wire_code
note_milestone(struct call *call, const struct json_t *body)
{
	struct buf text = BUF_INIT;
	struct act_of act;
	struct note note;
	enum wire_code code = read_note(&note, &act, call, body);
	const char *event;

	if (code != WIRE_OK)
		return code;
	write_note(&text, &note, call, false, STR_NONE);
	code = add_entry(&act, call, "milestone", &text);
	event = arena_format(call->arena, "%.*s", STR_ARG(note.milestone));
	if (code == WIRE_OK && event == NULL)
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	if (code == WIRE_OK && !note.retract)
		code = add_notice(&act, call, event);
	if (code != WIRE_OK)
		return code;
	write_note(&call->body, &note, call, true, act.request.id);
	return call_append_once(call, act.entries, act.count, act.request.id);
}

enum wire_code
call_request_note(struct call *call)
{
	return act_perform(call, note_milestone);
}
