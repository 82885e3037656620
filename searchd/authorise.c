#include "searchd/authorise.h"

/* Logs, then refuses; `call->err` gets the text. */
static enum wire_code
refuse(struct call *call, const char *kind, struct str leg, struct str check, const char *why)
{
	struct buf body = BUF_INIT;
	enum wire_code code;

	buf_add_text(&body, "{\"op\":");
	buf_add_json(&body, call->request.op);
	buf_add_text(&body, ",\"leg\":");
	buf_add_json(&body, leg);
	buf_add_text(&body, ",\"why\":");
	buf_add_json(&body, str_from(why));
	buf_add_text(&body, ",\"asked\":");
	buf_add_json(&body, call->request.body);
	buf_add_char(&body, '}');
	code = buf_failed(&body) ? call_fault(call, STATUS_NOMEM)
				 : call_log_entry(call, kind, check, buf_str(&body));
	buf_free(&body);
	return code == WIRE_OK ? call_fail(call, WIRE_FORBIDDEN, "%s", why) : code;
}

static const char *
role_list(struct call *call)
{
	const char *list = "";

	for (size_t i = 0; i < call->user->role_count; i++) {
		const char *longer = arena_format(
		    call->arena, "%s%s%s", list, i == 0 ? "" : ", ", call->user->roles[i]);

		list = longer == NULL ? list : longer;
	}
	return list;
}

static enum wire_code
find_role(struct call *call)
{
	if (call->request.role.n == 0 && call->user->role_count > 1)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "role: you hold several (%s); name the one you act in", role_list(call));
	call->role =
	    call->request.role.n == 0 ? str_from(call->user->roles[0]) : call->request.role;
	if (!settings_user_holds(call->user, call->role)) {
		const char *why =
		    arena_format(call->arena, "user %s does not hold the role \"%.*s\"",
			call->user->name, STR_ARG(call->role));

		return refuse(call, "refusal", STR_NONE, STR_NONE, why == NULL ? "role" : why);
	}
	return WIRE_OK;
}

enum wire_code
authorise_call(struct call *call)
{
	const struct policy *policy = call->world->rules->policy;
	const char *text;
	enum wire_code code;

	call->user = settings_user(call->shared->settings, call->peer.uid);
	text = call->user != NULL ? call->user->name
				  : arena_format(call->arena, "uid %u", (unsigned)call->peer.uid);
	call->user_name = str_from(text);
	if (call->user == NULL)
		return refuse(call, "refusal", STR_NONE, STR_NONE,
		    "you are not a user of this service: your uid is not in searchd.conf");
	code = find_role(call);
	if (code != WIRE_OK)
		return code;
	if (policy_may_call(policy, call->role, call->request.op))
		return WIRE_OK;
	text = arena_format(call->arena, "the role %s may not call %.*s",
	    policy_role_title(policy, call->role), STR_ARG(call->request.op));
	return refuse(call, "refusal", STR_NONE, STR_NONE, text == NULL ? "role" : text);
}

enum wire_code
authorise_leg(struct call *call, struct str leg, struct str check)
{
	const struct policy *policy = call->world->rules->policy;
	const char *text;

	if (policy_may_search_leg(policy, call->role, leg))
		return WIRE_OK;
	text = arena_format(call->arena, "the role %s may not search the %.*s leg",
	    policy_role_title(policy, call->role), STR_ARG(leg));
	return refuse(call, "breach", leg, check, text == NULL ? "leg" : text);
}
