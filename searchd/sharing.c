/*
 * Decisions to share what a leg found (procedure, section 2.8): share.open, share.agree,
 * share.consult, share.decide, share.get.
 *
 * By the policy: some roles must agree, each by another person, after others were consulted; where
 * they do not agree, one role decides. Until then nothing is released.
 *
 *	open -> agreed       all agree and all were consulted
 *	open <-> disputed    somebody does not agree
 *	disputed -> granted, refused   decided
 */
#include "searchd/sharing.h"

#include "ledger/policy_rules.h"
#include "ledger/requests.h"
#include "ledger/sharing.h"
#include "searchd/act.h"
#include "searchd/notices.h"
#include "searchd/put.h"

#define TEXT_BYTES_MAX 4096

static const struct policy_sharing *
rules(const struct call *call)
{
	return policy_sharing(call->world->rules->policy);
}

enum wire_code
sharing_released(bool *released, struct call *call, struct str request, struct str leg)
{
	struct ledger_sharing sharing;
	enum status status;

	*released = false;
	if (!str_eq_text(leg, rules(call)->leg))
		return WIRE_OK;
	status = ledger_sharing_find(
	    &sharing, call->shared->ledger, call->arena, request, leg, &call->err);
	if (status == STATUS_NOT_FOUND) {
		err_clear(&call->err);
		return WIRE_OK;
	}
	*released = status == STATUS_OK && ledger_sharing_allows(&sharing);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

enum wire_code
sharing_allows(bool *may, struct call *call, struct str request, struct str leg)
{
	*may = !str_eq_text(leg, rules(call)->leg) ||
	       policy_may_search_leg(call->world->rules->policy, call->role, leg);
	return *may ? WIRE_OK : sharing_released(may, call, request, leg);
}

/* --- What is being decided ---------------------------------------------------------------------
 */
struct subject {
	struct ledger_request request;
	struct ledger_sharing sharing;
	struct ledger_voice *voices;
	size_t voice_count;
	struct str reason;
};

static enum wire_code
find_sharing(struct subject *out, struct call *call, const struct json_t *body)
{
	enum status status;
	enum wire_code code = act_request(&out->request, call, body, "request");

	if (code != WIRE_OK)
		return code;
	status = ledger_sharing_find(&out->sharing, call->shared->ledger, call->arena,
	    out->request.id, str_from(rules(call)->leg), &call->err);
	if (status == STATUS_NOT_FOUND)
		return call_fail(call, WIRE_NOT_FOUND,
		    "request: nobody has asked for what the %s leg found for %.*s",
		    rules(call)->leg, STR_ARG(out->request.id));
	if (status == STATUS_OK)
		status = ledger_sharing_voices(&out->voices, &out->voice_count,
		    call->shared->ledger, call->arena, out->sharing.seq, &call->err);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

/* One that is not decided yet, with the reason of what is being said. */
static enum wire_code
find_undecided(struct subject *out, struct call *call, const struct json_t *body)
{
	enum wire_code code = find_sharing(out, call, body);

	if (code == WIRE_OK)
		code = act_text(&out->reason, call, body, "reason", DOC_REQUIRED, TEXT_BYTES_MAX);
	if (code == WIRE_OK && ledger_sharing_ended(&out->sharing))
		return call_fail(call, WIRE_BAD_REQUEST,
		    "request: sharing is %.*s (entry %llu); open it again for another decision",
		    STR_ARG(out->sharing.state), (unsigned long long)out->sharing.state_seq);
	return code;
}

static const struct ledger_voice *
voice_of(const struct subject *subject, const char *kind, const char *role)
{
	for (size_t i = 0; i < subject->voice_count; i++)
		if (str_eq_text(subject->voices[i].kind, kind) &&
		    str_eq_text(subject->voices[i].role, role))
			return &subject->voices[i];
	return NULL;
}

/* How it stands if this voice is heard too. */
static const char *
state_with(const struct call *call, const struct subject *subject, const char *kind,
    struct str role, bool agrees)
{
	const struct policy_sharing *rule = rules(call);
	bool all = true;

	for (size_t i = 0; i < rule->agree.count; i++) {
		const struct ledger_voice *voice = voice_of(subject, "said", rule->agree.items[i]);
		bool is_new = strcmp(kind, "said") == 0 && str_eq_text(role, rule->agree.items[i]);

		if (is_new ? !agrees : voice != NULL && !voice->agrees)
			return "disputed";
		all = all && (is_new || voice != NULL);
	}
	for (size_t i = 0; i < rule->consult.count; i++)
		all = all && (voice_of(subject, "consulted", rule->consult.items[i]) != NULL ||
				 (strcmp(kind, "consulted") == 0 &&
				     str_eq_text(role, rule->consult.items[i])));
	return all ? "agreed" : "open";
}

/* --- Writing -----------------------------------------------------------------------------------
 */
static void
put_missing(struct buf *out, const char *name, const struct policy_keys *roles,
    const struct subject *subject, const char *kind)
{
	key(out, name);
	buf_add_char(out, '[');
	for (size_t i = 0; i < roles->count; i++)
		if (voice_of(subject, kind, roles->items[i]) == NULL) {
			next(out);
			buf_add_json(out, str_from(roles->items[i]));
		}
	buf_add_char(out, ']');
}

static const char *
verdict_name(const struct ledger_voice *voice)
{
	if (str_eq_text(voice->kind, "consulted"))
		return "";
	if (str_eq_text(voice->kind, "decided"))
		return voice->agrees ? "share" : "refuse";
	return voice->agrees ? "agree" : "disagree";
}

static void
put_voices(struct buf *out, const struct subject *subject)
{
	key(out, "voices");
	buf_add_char(out, '[');
	for (size_t i = 0; i < subject->voice_count; i++) {
		const struct ledger_voice *voice = &subject->voices[i];

		next(out);
		buf_add_char(out, '{');
		put_number(out, "entry", voice->seq);
		put_time(out, "at", voice->at_ms);
		put_text(out, "kind", voice->kind);
		put_text(out, "role", voice->role);
		put_text(out, "user", voice->user);
		put_text(out, "verdict", str_from(verdict_name(voice)));
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

static void
put_answer(struct call *call, const struct subject *subject, const char *state)
{
	struct buf *out = &call->body;

	buf_add_char(out, '{');
	put_text(out, "request", subject->request.id);
	put_text(out, "leg", str_from(rules(call)->leg));
	put_text(out, "state", str_from(state));
	buf_add_char(out, '}');
}

struct step {
	const char *kind, *event; /* event NULL: nobody is told */
	struct buf body, secret;  /* ended; freed by append() */
};

static enum wire_code
append(struct call *call, const struct subject *subject, struct step *step)
{
	const struct notice_about about = { .request = subject->request.id };
	struct ledger_entry entries[2] = { call_entry(call, step->kind) };
	size_t count = 1;
	enum wire_code code = WIRE_OK;

	entries[0].request = subject->request.id;
	entries[0].body = buf_str(&step->body);
	entries[0].secret = buf_str(&step->secret);
	if (buf_failed(&step->body) || buf_failed(&step->secret) || buf_failed(&call->body))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	if (code == WIRE_OK && step->event != NULL)
		code = notices_add(entries, &count, call, step->event, &about);
	if (code == WIRE_OK)
		code = call_append_once(call, entries, count, STR_NONE);
	buf_free(&step->body);
	buf_free(&step->secret);
	return code;
}

static void
put_reason(struct buf *secret, const struct subject *subject)
{
	buf_add_char(secret, '{');
	put_text(secret, "reason", subject->reason);
	buf_add_char(secret, '}');
}

/* What the change of state is to be told as; NULL: it is none, or nothing to tell. */
static const char *
event_of(const struct subject *subject, const char *state)
{
	if (str_eq_text(subject->sharing.state, state) || strcmp(state, "open") == 0)
		return NULL;
	return strcmp(state, "disputed") == 0 ? "sharing_disputed" : "sharing_decided";
}

/* --- share.open --------------------------------------------------------------------------------
 */

/* Each of the policy's statements, and why it holds of this request: into the secret. */
static enum wire_code
read_statements(struct buf *keys, struct buf *texts, struct call *call, const struct json_t *body)
{
	const struct policy_sharing *rule = rules(call);
	const char *known[POLICY_ITEMS_MAX + 1] = { NULL };
	const struct json_t *statements = NULL;
	enum status status =
	    doc_object(&statements, body, "body", "", "statements", DOC_REQUIRED, &call->err);

	for (size_t i = 0; i < rule->statement_count; i++)
		known[i] = rule->statements[i].key;
	if (status == STATUS_OK)
		status = doc_fields(statements, "body", "statements", known, &call->err);
	buf_add_char(keys, '[');
	buf_add_char(texts, '{');
	for (size_t i = 0; status == STATUS_OK && i < rule->statement_count; i++) {
		struct str why = STR_NONE;

		status = doc_str(&why, statements, "body", "statements", known[i], DOC_REQUIRED,
		    TEXT_BYTES_MAX, &call->err);
		if (status == STATUS_OK && str_trim(why).n == 0)
			return call_fail(
			    call, WIRE_BAD_REQUEST, "statements.%s: is empty: say why", known[i]);
		next(keys);
		buf_add_json(keys, str_from(known[i]));
		put_text(texts, known[i], str_trim(why));
	}
	buf_add_char(keys, ']');
	buf_add_char(texts, '}');
	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

/* One at a time. */
static enum wire_code
refuse_second(struct call *call, const struct subject *subject)
{
	struct ledger_sharing before;
	enum status status = ledger_sharing_find(&before, call->shared->ledger, call->arena,
	    subject->request.id, str_from(rules(call)->leg), &call->err);

	if (status == STATUS_NOT_FOUND) {
		err_clear(&call->err);
		return WIRE_OK;
	}
	if (status != STATUS_OK)
		return call_fault(call, status);
	if (ledger_sharing_ended(&before))
		return WIRE_OK;
	return call_fail(call, WIRE_BAD_REQUEST,
	    "request: sharing was asked for by entry %llu and is %.*s",
	    (unsigned long long)before.seq, STR_ARG(before.state));
}

static enum wire_code
write_opening(struct call *call, const struct subject *subject, struct str what,
    const struct buf *keys, const struct buf *texts)
{
	struct step step = { .kind = "share_opened",
		.event = "sharing_opened",
		.body = BUF_INIT,
		.secret = BUF_INIT };

	buf_add_char(&step.body, '{');
	put_text(&step.body, "leg", str_from(rules(call)->leg));
	key(&step.body, "statements");
	buf_add_str(&step.body, buf_str(keys));
	put_policy(&step.body, call);
	buf_add_char(&step.body, '}');
	buf_add_char(&step.secret, '{');
	put_text(&step.secret, "what", what);
	key(&step.secret, "statements");
	buf_add_str(&step.secret, buf_str(texts));
	buf_add_char(&step.secret, '}');
	step.body.failed = step.body.failed || keys->failed || texts->failed;
	put_answer(call, subject, "open");
	return append(call, subject, &step);
}

static enum wire_code
open_sharing(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "what", "statements", NULL };
	struct subject subject = { .voice_count = 0 };
	struct buf keys = BUF_INIT, texts = BUF_INIT;
	struct str what = STR_NONE;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_request(&subject.request, call, body, "request");
	if (code == WIRE_OK)
		code = act_text(&what, call, body, "what", DOC_REQUIRED, TEXT_BYTES_MAX);
	if (code == WIRE_OK)
		code = read_statements(&keys, &texts, call, body);
	if (code == WIRE_OK)
		code = refuse_second(call, &subject);
	if (code == WIRE_OK)
		code = write_opening(call, &subject, what, &keys, &texts);
	buf_free(&keys);
	buf_free(&texts);
	return code;
}

/* --- share.agree -------------------------------------------------------------------------------
 */
static enum wire_code
may_agree(struct call *call, const struct subject *subject)
{
	const struct policy *policy = call->world->rules->policy;

	if (!policy_keys_have(&rules(call)->agree, call->role))
		return act_refuse(call, "refusal", subject->request.id, STR_NONE,
		    "the role %s is none of those who must agree",
		    policy_role_title(policy, call->role));
	for (size_t i = 0; i < subject->voice_count; i++)
		if (str_eq_text(subject->voices[i].kind, "said") &&
		    str_eq(subject->voices[i].user, call->user_name) &&
		    !str_eq(subject->voices[i].role, call->role))
			return act_refuse(call, "refusal", subject->request.id, STR_NONE,
			    "you have spoken as %s (entry %llu): those who must agree are "
			    "different "
			    "people",
			    policy_role_title(policy, subject->voices[i].role),
			    (unsigned long long)subject->voices[i].seq);
	return WIRE_OK;
}

static enum wire_code
agree(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "verdict", "reason", NULL };
	struct step step = { .kind = "share_said", .body = BUF_INIT, .secret = BUF_INIT };
	struct subject subject;
	struct str verdict = STR_NONE;
	const char *state;
	bool agrees;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_text(&verdict, call, body, "verdict", DOC_REQUIRED, 32);
	agrees = str_eq_text(verdict, "agree");
	if (code == WIRE_OK && !agrees && !str_eq_text(verdict, "disagree"))
		return call_fail(call, WIRE_BAD_REQUEST, "verdict: expected agree or disagree");
	if (code == WIRE_OK)
		code = find_undecided(&subject, call, body);
	if (code == WIRE_OK)
		code = may_agree(call, &subject);
	if (code != WIRE_OK)
		return code;
	state = state_with(call, &subject, "said", call->role, agrees);
	step.event = event_of(&subject, state);
	buf_add_char(&step.body, '{');
	put_number(&step.body, "sharing", subject.sharing.seq);
	put_bool(&step.body, "agrees", agrees);
	put_text(&step.body, "state", str_from(state));
	put_policy(&step.body, call);
	buf_add_char(&step.body, '}');
	put_reason(&step.secret, &subject);
	put_answer(call, &subject, state);
	return append(call, &subject, &step);
}

/* --- share.consult -----------------------------------------------------------------------------
 */
static enum wire_code
consult(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "reason", NULL };
	struct step step = { .kind = "share_consulted", .body = BUF_INIT, .secret = BUF_INIT };
	struct subject subject;
	const char *state;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = find_undecided(&subject, call, body);
	if (code == WIRE_OK && !policy_keys_have(&rules(call)->consult, call->role))
		return act_refuse(call, "refusal", subject.request.id, STR_NONE,
		    "the role %s is none of those who are consulted",
		    policy_role_title(call->world->rules->policy, call->role));
	if (code != WIRE_OK)
		return code;
	state = state_with(call, &subject, "consulted", call->role, true);
	step.event = event_of(&subject, state);
	buf_add_char(&step.body, '{');
	put_number(&step.body, "sharing", subject.sharing.seq);
	put_text(&step.body, "state", str_from(state));
	put_policy(&step.body, call);
	buf_add_char(&step.body, '}');
	put_reason(&step.secret, &subject);
	put_answer(call, &subject, state);
	return append(call, &subject, &step);
}

/* --- share.decide ------------------------------------------------------------------------------
 */
static enum wire_code
may_decide(struct call *call, const struct subject *subject)
{
	const struct policy *policy = call->world->rules->policy;
	const char *decides = rules(call)->decides;

	if (!str_eq_text(call->role, decides))
		return act_refuse(call, "refusal", subject->request.id, STR_NONE,
		    "the decision is that of the %s", policy_role_title(policy, str_from(decides)));
	if (!str_eq_text(subject->sharing.state, "disputed"))
		return act_refuse(call, "refusal", subject->request.id, STR_NONE,
		    "those who must agree have not disagreed: the %s decides only then",
		    policy_role_title(policy, call->role));
	for (size_t i = 0; i < subject->voice_count; i++)
		if (str_eq_text(subject->voices[i].kind, "said") &&
		    str_eq(subject->voices[i].user, call->user_name))
			return act_refuse(call, "refusal", subject->request.id, STR_NONE,
			    "you have spoken as %s (entry %llu): another person decides",
			    policy_role_title(policy, subject->voices[i].role),
			    (unsigned long long)subject->voices[i].seq);
	return WIRE_OK;
}

static enum wire_code
decide(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "share", "reason", NULL };
	struct step step = { .kind = "share_decided", .body = BUF_INIT, .secret = BUF_INIT };
	struct subject subject;
	const char *state;
	bool share = false;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK &&
	    doc_bool(&share, body, "body", "", "share", DOC_REQUIRED, &call->err) != STATUS_OK)
		code = call_bad_body(call, call->err.status);
	if (code == WIRE_OK)
		code = find_undecided(&subject, call, body);
	if (code == WIRE_OK)
		code = may_decide(call, &subject);
	if (code != WIRE_OK)
		return code;
	state = share ? "granted" : "refused";
	step.event = event_of(&subject, state);
	buf_add_char(&step.body, '{');
	put_number(&step.body, "sharing", subject.sharing.seq);
	put_bool(&step.body, "share", share);
	put_text(&step.body, "state", str_from(state));
	put_missing(&step.body, "not_consulted", &rules(call)->consult, &subject, "consulted");
	put_policy(&step.body, call);
	buf_add_char(&step.body, '}');
	put_reason(&step.secret, &subject);
	put_answer(call, &subject, state);
	return append(call, &subject, &step);
}

/* --- share.get ---------------------------------------------------------------------------------
 */

/* What was asked for and why is shown: the view is an entry. */
static enum wire_code
get(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", NULL };
	struct ledger_entry view = call_entry(call, "view");
	struct subject subject;
	struct ledger_row row;
	struct buf *out = &call->body;
	enum status status;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = find_sharing(&subject, call, body);
	if (code != WIRE_OK)
		return code;
	status = ledger_entry_find(
	    &row, call->shared->ledger, call->arena, subject.sharing.seq, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	buf_add_char(out, '{');
	put_text(out, "request", subject.request.id);
	put_text(out, "reference", subject.request.reference);
	put_text(out, "leg", subject.sharing.leg);
	put_text(out, "state", subject.sharing.state);
	put_bool(out, "allowed", ledger_sharing_allows(&subject.sharing));
	put_number(out, "entry", subject.sharing.seq);
	put_time(out, "at", subject.sharing.at_ms);
	put_text(out, "user", subject.sharing.user);
	put_text(out, "role", subject.sharing.role);
	put_voices(out, &subject);
	put_missing(out, "not_agreed", &rules(call)->agree, &subject, "said");
	put_missing(out, "not_consulted", &rules(call)->consult, &subject, "consulted");
	put_bool(out, "destroyed", row.destroyed);
	key(out, "secret");
	buf_add_str(out, row.secret.n > 0 ? row.secret : STR_LIT("{}"));
	buf_add_char(out, '}');
	if (buf_failed(out))
		return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	view.request = subject.request.id;
	view.body = STR_LIT("{\"op\":\"share.get\"}");
	return call_append_once(call, &view, 1, STR_NONE);
}

enum wire_code
call_share_open(struct call *call)
{
	return act_perform(call, open_sharing);
}

enum wire_code
call_share_agree(struct call *call)
{
	return act_perform(call, agree);
}

enum wire_code
call_share_consult(struct call *call)
{
	return act_perform(call, consult);
}

enum wire_code
call_share_decide(struct call *call)
{
	return act_perform(call, decide);
}

enum wire_code
call_share_get(struct call *call)
{
	return act_perform(call, get);
}
