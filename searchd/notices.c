#include "searchd/notices.h"

#include "ledger/notices.h"
#include "ledger/policy_rules.h"
#include "ledger/requests.h"
#include "searchd/put.h"

struct telling {
	struct call *call;
	const char *event;
	const struct notice_about *about;
	struct policy_happening happening;
};

/* Where the request cannot be read, rules for one nation or kind are taken to apply: better one
 * told too many. */
static void
look_up_request(struct telling *telling)
{
	const struct notice_about *about = telling->about;
	struct ledger_request request;

	telling->happening.jurisdiction = about->jurisdiction;
	telling->happening.kind = about->kind;
	if (about->request.n == 0 || about->kind.n > 0)
		return;
	if (ledger_request_find(&request, telling->call->shared->ledger, telling->call->arena,
		about->request, NULL) != STATUS_OK)
		return;
	telling->happening.jurisdiction = request.jurisdiction;
	telling->happening.kind = request.kind;
}

static bool
has(const struct str *systems, size_t count, struct str system)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(systems[i], system))
			return true;
	return false;
}

/* The systems that are named and those of the records, each once. */
static bool
collect_systems(struct telling *telling)
{
	const struct notice_about *about = telling->about;
	struct str *systems = arena_alloc(
	    telling->call->arena, about->system_count + about->record_count + 1, sizeof *systems);
	size_t count = 0;

	if (systems == NULL)
		return false;
	for (size_t i = 0; i < about->system_count; i++)
		if (!has(systems, count, about->systems[i]))
			systems[count++] = about->systems[i];
	for (size_t i = 0; i < about->record_count; i++)
		if (!has(systems, count, about->records[i].system))
			systems[count++] = about->records[i].system;
	telling->happening.systems = systems;
	telling->happening.system_count = count;
	return true;
}

static bool
told_of(const struct telling *telling, const char *role, struct str system)
{
	bool told = false;

	/* Where it cannot be known: better told again. */
	return ledger_notice_told(&told, telling->call->shared->ledger, telling->about->request,
		   str_from(telling->event), str_from(role), system, NULL) == STATUS_OK &&
	       told;
}

/* A rule for the owners of systems tells of each of them once. */
static bool
told_before(const struct telling *telling, const struct policy_notice *rule)
{
	if (!telling->about->once)
		return false;
	if (rule->systems.count == 0)
		return told_of(telling, rule->to, STR_NONE);
	for (size_t i = 0; i < telling->happening.system_count; i++)
		if (policy_keys_have(&rule->systems, telling->happening.systems[i]) &&
		    !told_of(telling, rule->to, telling->happening.systems[i]))
			return false;
	return true;
}

static bool
tells(const struct telling *telling, const struct policy_notice *rule)
{
	return policy_notice_applies(rule, &telling->happening) && !told_before(telling, rule);
}

/* What of the rules from `from` on tells the role in one: texts joined, the shorter time. */
static void
write_told(struct buf *out, const struct telling *telling, size_t from)
{
	const struct policy *policy = telling->call->world->rules->policy;
	const char *role = policy_notice(policy, from)->to;
	const struct policy_notice *rule;
	struct buf text = BUF_INIT;
	unsigned hours = 0;

	for (size_t i = from; (rule = policy_notice(policy, i)) != NULL; i++) {
		if (strcmp(rule->to, role) != 0 || !tells(telling, rule))
			continue;
		buf_add_text(&text, text.n > 0 ? ". " : "");
		buf_add_text(&text, rule->text);
		if (rule->ack_within_hours > 0 && (hours == 0 || rule->ack_within_hours < hours))
			hours = rule->ack_within_hours;
	}
	next(out);
	buf_add_char(out, '{');
	put_text(out, "role", str_from(role));
	if (hours > 0)
		put_number(out, "ack_within_hours", hours);
	put_text(out, "text", buf_str(&text));
	buf_add_char(out, '}');
	out->failed = out->failed || text.failed;
	buf_free(&text);
}

static bool
is_first_to(const struct telling *telling, size_t at)
{
	const struct policy *policy = telling->call->world->rules->policy;

	for (size_t i = 0; i < at; i++)
		if (strcmp(policy_notice(policy, i)->to, policy_notice(policy, at)->to) == 0 &&
		    tells(telling, policy_notice(policy, i)))
			return false;
	return true;
}

static bool
put_told(struct buf *out, const struct telling *telling)
{
	const struct policy *policy = telling->call->world->rules->policy;
	const struct policy_notice *rule;
	bool any = false;

	key(out, "to");
	buf_add_char(out, '[');
	for (size_t i = 0; (rule = policy_notice(policy, i)) != NULL; i++) {
		if (!tells(telling, rule) || !is_first_to(telling, i))
			continue;
		write_told(out, telling, i);
		any = true;
	}
	buf_add_char(out, ']');
	return any;
}

static void
put_concerned(struct buf *out, const struct telling *telling)
{
	const struct notice_about *about = telling->about;

	key(out, "systems");
	buf_add_char(out, '[');
	for (size_t i = 0; i < telling->happening.system_count; i++) {
		next(out);
		buf_add_json(out, telling->happening.systems[i]);
	}
	buf_add_char(out, ']');
	key(out, "records");
	buf_add_char(out, '[');
	for (size_t i = 0; i < about->record_count; i++) {
		next(out);
		buf_add_char(out, '{');
		put_text(out, "system", about->records[i].system);
		put_text(out, "record_id", about->records[i].record_id);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

bool
notices_write(
    struct buf *body, struct call *call, const char *event, const struct notice_about *about)
{
	struct telling telling = {
		.call = call, .event = event, .about = about, .happening = { .on = str_from(event) }
	};
	bool any;

	look_up_request(&telling);
	if (!collect_systems(&telling)) {
		body->failed = true;
		return true;
	}
	buf_add_char(body, '{');
	put_text(body, "event", str_from(event));
	put_concerned(body, &telling);
	put_policy(body, call);
	any = put_told(body, &telling);
	buf_add_char(body, '}');
	if (!any && !body->failed)
		buf_clear(body);
	return any || body->failed;
}

enum wire_code
notices_add(struct ledger_entry *entries, size_t *count, struct call *call, const char *event,
    const struct notice_about *about)
{
	struct buf body = BUF_INIT;
	struct ledger_entry entry = call_entry(call, "notice");
	enum wire_code code = WIRE_OK;

	if (notices_write(&body, call, event, about)) {
		if (buf_failed(&body) || !arena_copy(&entry.body, call->arena, buf_str(&body)))
			code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
		entry.request = about->request;
		entry.check = about->check;
		if (code == WIRE_OK)
			entries[(*count)++] = entry;
	}
	buf_free(&body);
	return code;
}
