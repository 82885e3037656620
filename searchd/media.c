/* The media gate (procedure, section 5.3): media.status says of a reference clear, hold or not yet
 * checked, and nothing else: not whether there is such a request, nor what kind, nor how many. */
#include "ledger/policy_rules.h"
#include "ledger/requests.h"
#include "searchd/act.h"
#include "searchd/put.h"
#include "searchd/request_state.h"

/* More requests of one reference than there can be in earnest; with more, the answer is hold. */
#define REQUESTS_MAX 100

/* What is said of a reference; the worse comes later. */
enum gate { GATE_NOT_YET, GATE_CLEAR, GATE_HOLD };

static const char *const words[] = {
	[GATE_NOT_YET] = "not_yet_checked", [GATE_CLEAR] = "clear", [GATE_HOLD] = "hold"
};

/* While no complete check was made it is neither clear nor hold (docs/policy.md); how it ended
 * without one is an outcome of its own. */
static enum gate
gate_of(const struct policy_media *media, const struct ledger_request *request,
    const struct request_state *state)
{
	bool ended_unchecked =
	    str_eq_text(request->state, "declined") || str_eq_text(request->state, "withdrawn");
	bool checked = state->complete || str_eq_text(request->state, "closed");

	if (!checked && !ended_unchecked)
		return GATE_NOT_YET;
	if (!ended_unchecked && state->legs_asked == 0)
		return GATE_NOT_YET; /* nobody was asked about */
	return policy_keys_have(&media->clear, state->outcome) ? GATE_CLEAR : GATE_HOLD;
}

struct gates {
	size_t count[GATE_HOLD + 1];
};

/* One that was declined or withdrawn counts where there is no other: it may have been logged twice.
 */
static enum gate
decide(const struct gates *standing, const struct gates *ended)
{
	if (standing->count[GATE_HOLD] > 0)
		return GATE_HOLD;
	if (standing->count[GATE_NOT_YET] > 0)
		return GATE_NOT_YET;
	if (standing->count[GATE_CLEAR] > 0)
		return GATE_CLEAR;
	if (ended->count[GATE_HOLD] > 0)
		return GATE_HOLD;
	return ended->count[GATE_CLEAR] > 0 ? GATE_CLEAR : GATE_NOT_YET;
}

/* Where there is no request, one that there is not is looked at, so that the work is the same. */
static enum status
judge(enum gate *out, struct call *call, const struct ledger_request *requests, size_t count)
{
	static const struct ledger_request nothing = { .id = { "REQ-0000-0000", 13 },
		.state = { "open", 4 },
		.outcome = { "", 0 },
		.kind = { "", 0 } };
	const struct policy_media *media = policy_media(call->world->rules->policy);
	struct gates standing = { { 0 } }, ended = { { 0 } };
	enum status status = STATUS_OK;

	for (size_t i = 0; (i < count || i == 0) && status == STATUS_OK; i++) {
		const struct ledger_request *request = count == 0 ? &nothing : &requests[i];
		bool stands =
		    str_eq_text(request->state, "open") || str_eq_text(request->state, "closed");
		struct request_state state;

		status = request_state_read(&state, call, request);
		if (status == STATUS_OK)
			(stands ? &standing : &ended)->count[gate_of(media, request, &state)]++;
	}
	*out = count > REQUESTS_MAX ? GATE_HOLD : decide(&standing, &ended);
	return status;
}

/* A reference that no request has may be anything, a name by mistake: it goes to the secret. */
static enum wire_code
log_view(struct call *call, struct str reference, bool known, const char *status)
{
	struct ledger_entry entry = call_entry(call, "view");
	struct buf body = BUF_INIT, secret = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_text(&body, "op", call->request.op);
	put_text(&body, "reference", known ? reference : STR_NONE);
	put_text(&body, "status", str_from(status));
	put_policy(&body, call);
	buf_add_char(&body, '}');
	buf_add_char(&secret, '{');
	put_text(&secret, "reference", reference);
	buf_add_char(&secret, '}');
	entry.body = buf_str(&body);
	entry.secret = buf_str(&secret); /* also of one that is known: the work is the same */
	code = buf_failed(&body) || buf_failed(&secret) ? call_fault(call, STATUS_NOMEM)
							: call_log_entry(call, &entry);
	buf_free(&body);
	buf_free(&secret);
	return code;
}

static enum wire_code
status(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "reference", NULL };
	struct ledger_request_filter filter = { .state = STR_NONE, .most = REQUESTS_MAX + 1 };
	struct ledger_request *requests = NULL;
	size_t count = 0;
	enum gate gate = GATE_NOT_YET;
	enum status status;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_text(
		    &filter.reference, call, body, "reference", DOC_REQUIRED, ASK_TEXT_BYTES_MAX);
	if (code != WIRE_OK)
		return code;
	status = ledger_request_list(
	    &requests, &count, call->shared->ledger, call->arena, &filter, &call->err);
	if (status == STATUS_OK)
		status = judge(&gate, call, requests, count);
	if (status != STATUS_OK)
		return call_fault(call, status);
	code = log_view(call, filter.reference, count > 0, words[gate]);
	if (code != WIRE_OK)
		return code;
	buf_add_char(&call->body, '{');
	put_text(&call->body, "reference", filter.reference);
	put_text(&call->body, "status", str_from(words[gate]));
	buf_add_char(&call->body, '}');
	return WIRE_OK;
}

enum wire_code
call_media_status(struct call *call)
{
	return act_read(call, status);
}
