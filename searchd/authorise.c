#include "searchd/authorise.h"

#include "searchd/notices.h"

/* Those who must know of a breach (section 1.8) are told in the same batch. */
static enum wire_code
log_refusal(struct call *call, const struct ledger_entry *refusal)
{
	const struct notice_about about = { .request = refusal->request, .check = refusal->check };
	struct ledger_entry entries[2] = { *refusal };
	struct ledger_batch batch = { .entries = entries, .entry_count = 1 };
	enum wire_code code = WIRE_OK;

	if (strcmp(refusal->kind, "breach") == 0)
		code = notices_add(entries, &batch.entry_count, call, "breach", &about);
	return code == WIRE_OK ? call_append(call, &batch) : code;
}

/* Logs, then refuses; `call->err` gets the text. */
enum wire_code
authorise_refuse(struct call *call, const char *kind, struct str leg, struct str request,
    struct str check, const char *why)
{
	struct ledger_entry entry = call_entry(call, kind);
	struct buf body = BUF_INIT, secret = BUF_INIT;
	enum wire_code code;

	buf_add_text(&body, "{\"op\":");
	buf_add_json(&body, call->request.op);
	buf_add_text(&body, ",\"leg\":");
	buf_add_json(&body, leg);
	buf_add_text(&body, ",\"why\":");
	buf_add_json(&body, str_from(why));
	buf_add_char(&body, '}');
	buf_add_text(&secret, "{\"asked\":");
	buf_add_json(&secret, call->request.body);
	buf_add_char(&secret, '}');
	entry.request = request;
	entry.check = check;
	entry.body = buf_str(&body);
	entry.secret = buf_str(&secret);
	code = buf_failed(&body) || buf_failed(&secret) ? call_fault(call, STATUS_NOMEM)
							: log_refusal(call, &entry);
	buf_free(&body);
	buf_free(&secret);
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
	/* A word that is no role may be anything: it is in the secret of the refusal alone. */
	if (policy_role_title(call->world->rules->policy, call->role) == NULL)
		call->role = STR_LIT("?");
	if (!settings_user_holds(call->user, call->role)) {
		const char *why =
		    arena_format(call->arena, "user %s does not hold the role \"%.*s\"",
			call->user->name, STR_ARG(call->role));

		return authorise_refuse(
		    call, "refusal", STR_NONE, STR_NONE, STR_NONE, why == NULL ? "role" : why);
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
		return authorise_refuse(call, "refusal", STR_NONE, STR_NONE, STR_NONE,
		    "you are not a user of this service: your uid is not in searchd.conf");
	code = find_role(call);
	if (code != WIRE_OK)
		return code;
	if (policy_may_call(policy, call->role, call->request.op))
		return WIRE_OK;
	text = arena_format(call->arena, "the role %s may not call %.*s",
	    policy_role_title(policy, call->role), STR_ARG(call->request.op));
	return authorise_refuse(
	    call, "refusal", STR_NONE, STR_NONE, STR_NONE, text == NULL ? "role" : text);
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
	return authorise_refuse(call, "breach", leg, STR_NONE, check, text == NULL ? "leg" : text);
}
