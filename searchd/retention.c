/*
 * The end of what is kept (procedure, 6.2): retention.due, retention.destroy.
 *
 * A request is due when the policy's days for its kind and outcome have passed since it ended,
 * unless a record that it found is secured, a decision on sharing is open, or a deadline runs.
 * Destroying its data keys destroys what is personal in its entries, here and in every copy of the
 * ledger; the entries stay, and the chain over them verifies.
 */
#include "ledger/retention.h"

#include "ledger/checks.h"
#include "ledger/policy_rules.h"
#include "ledger/register.h"
#include "ledger/sharing.h"
#include "searchd/act.h"
#include "searchd/due.h"
#include "searchd/put.h"

#include <stdio.h>

#define DAY_MS INT64_C(86400000)
#define REASON_BYTES_MAX 4096
#define PAGE 200
#define LIST_DEFAULT 100
#define LIST_MOST 1000
/* One row: a reference may take 1024 bytes, each up to six times that where it is escaped. */
#define ROW_BYTES_MAX ((size_t)10 << 10)

struct keeping {
	struct ledger_request request;
	unsigned keep_days; /* 0: the policy does not say */
	int64_t due_ms;
	const char *held; /* why it is kept all the same; NULL: it is not */
};

/* --- What holds it -----------------------------------------------------------------------------
 */
static enum status
find_secured(const char **held, struct call *call, struct str request)
{
	const struct ledger_register_filter filter = { .system = STR_NONE,
		.request = request,
		.after_system = STR_NONE,
		.after_record = STR_NONE,
		.most = 1 };
	struct ledger_registered *records;
	struct ledger_candidate *candidates;
	size_t count = 0;
	enum status status = ledger_register_list(
	    &records, &count, call->shared->ledger, call->arena, &filter, &call->err);

	if (status == STATUS_OK && count > 0)
		*held = "a record that was secured for it is secured still";
	if (status != STATUS_OK || *held != NULL)
		return status;
	status = ledger_request_candidates(
	    &candidates, &count, call->shared->ledger, call->arena, request, &call->err);
	for (size_t i = 0; status == STATUS_OK && *held == NULL && i < count; i++) {
		struct ledger_secured secured;

		if (ledger_secured_find(&secured, call->shared->ledger, candidates[i].system,
			candidates[i].record_id))
			*held = "a record that it found is secured";
	}
	return status;
}

static enum status
find_sharing(const char **held, struct call *call, struct str request)
{
	struct ledger_sharing sharing;
	struct str leg = str_from(policy_sharing(call->world->rules->policy)->leg);
	enum status status = ledger_sharing_find(
	    &sharing, call->shared->ledger, call->arena, request, leg, &call->err);

	if (status == STATUS_NOT_FOUND) {
		err_clear(&call->err);
		return STATUS_OK;
	}
	if (status == STATUS_OK && !ledger_sharing_ended(&sharing))
		*held = "a decision on sharing is open";
	return status;
}

static enum status
find_deadline(const char **held, struct call *call, const struct ledger_request *request)
{
	struct due_list list = { NULL, 0, 0 };
	struct calendar *calendar = NULL;
	enum status status = calendar_open(&calendar, &call->err);

	if (status == STATUS_OK)
		status = due_add(&list, call, request, calendar);
	calendar_close(calendar);
	if (status == STATUS_OK && list.count > 0)
		*held = arena_format(
		    call->arena, "a deadline is not met: %s", list.rows[0].deadline.rule->title);
	if (status == STATUS_OK && list.count > 0 && *held == NULL)
		return err_set(&call->err, STATUS_NOMEM, "out of memory");
	return status;
}

/* When it is due, whatever else holds it. */
static enum status
read_due(struct keeping *out, struct call *call, struct str id)
{
	const struct policy *policy = call->world->rules->policy;
	enum status status =
	    ledger_request_find(&out->request, call->shared->ledger, call->arena, id, &call->err);

	out->held = NULL;
	if (status != STATUS_OK)
		return status;
	out->keep_days = policy_keep_days(policy, out->request.kind, out->request.outcome);
	out->due_ms = out->request.state_ms + (int64_t)out->keep_days * DAY_MS;
	return STATUS_OK;
}

static enum status
read_held(struct keeping *out, struct call *call)
{
	const struct str id = out->request.id;
	enum status status = STATUS_OK;

	if (out->keep_days == 0)
		out->held = "the policy does not say how long its kind and outcome are kept";
	if (out->held == NULL)
		status = find_secured(&out->held, call, id);
	if (status == STATUS_OK && out->held == NULL)
		status = find_sharing(&out->held, call, id);
	if (status == STATUS_OK && out->held == NULL)
		status = find_deadline(&out->held, call, &out->request);
	return status;
}

/* --- retention.due -----------------------------------------------------------------------------
 */
static void
put_keeping(struct buf *out, const struct keeping *keeping)
{
	const struct ledger_request *request = &keeping->request;

	buf_add_char(out, '{');
	put_text(out, "request", request->id);
	put_text(out, "reference", request->reference);
	put_text(out, "kind", request->kind);
	put_text(out, "state", request->state);
	put_text(out, "outcome", request->outcome);
	put_time(out, "ended_at", request->state_ms);
	put_number(out, "keep_days", keeping->keep_days);
	put_time(out, "due_at", keeping->due_ms);
	put_text(out, "held", str_from(keeping->held == NULL ? "" : keeping->held));
	buf_add_char(out, '}');
}

/* *due: the request is, and is written; *full: it would not fit. */
static enum status
write_one(bool *due, bool *full, struct call *call, struct str id)
{
	struct keeping keeping;
	enum status status = read_due(&keeping, call, id);

	*due = status == STATUS_OK && keeping.due_ms <= call->at_ms;
	*full = *full || call->body.n > PUT_BODY_BYTES_MAX - ROW_BYTES_MAX;
	if (!*due || *full)
		return status;
	status = read_held(&keeping, call);
	if (status == STATUS_OK) {
		next(&call->body);
		put_keeping(&call->body, &keeping);
	}
	return status;
}

/* Where a part begins: behind the last request of the one before. */
static enum wire_code
read_after(struct ledger_ended *out, struct call *call, const struct json_t *body)
{
	struct ledger_request request;
	enum wire_code code = act_text(&out->id, call, body, "after", DOC_OPTIONAL, 64);

	if (code != WIRE_OK || out->id.n == 0)
		return code;
	code = act_request(&request, call, body, "after");
	if (code == WIRE_OK && str_eq_text(request.state, "open"))
		return call_fail(call, WIRE_BAD_REQUEST,
		    "after: %.*s is open: it is in no list of what ended", STR_ARG(out->id));
	if (code == WIRE_OK)
		out->ended_ms = request.state_ms;
	return code;
}

/* Pages of those that ended, until `most` are due; *more says that the rest was not looked at. A
 * page, and what was read of each of its requests, is dropped before the next. */
static enum status
write_due(struct call *call, struct ledger_ended after, size_t most, bool *more)
{
	char last[64] = "";
	struct ledger_ended *list;
	size_t count = PAGE, shown = 0;
	enum status status = STATUS_OK;

	*more = false;
	while (status == STATUS_OK && count == PAGE && !*more) {
		const struct arena_mark mark = arena_mark(call->arena);

		status = ledger_retention_ended(&list, &count, call->shared->ledger, call->arena,
		    call->at_ms, &after, PAGE, &call->err);
		for (size_t i = 0; status == STATUS_OK && i < count && !*more; i++) {
			const struct arena_mark one = arena_mark(call->arena);
			bool due, full = shown == most;

			snprintf(last, sizeof last, "%.*s", STR_ARG(list[i].id));
			after = (struct ledger_ended){ str_from(last), list[i].ended_ms };
			status = write_one(&due, &full, call, list[i].id);
			*more = due && full;
			shown += due && !full;
			arena_rewind(call->arena, one);
		}
		arena_rewind(call->arena, mark);
	}
	return status;
}

static enum wire_code
due(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "after", "limit", NULL };
	struct ledger_ended after = { STR_NONE, 0 };
	int64_t most = LIST_DEFAULT;
	bool more = false;
	enum status status;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = read_after(&after, call, body);
	if (code != WIRE_OK)
		return code;
	status = doc_int(&most, body, "body", "", "limit", DOC_OPTIONAL, 1, LIST_MOST, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	buf_add_text(&call->body, "{\"requests\":[");
	status = write_due(call, after, (size_t)most, &more);
	buf_add_char(&call->body, ']');
	put_text(
	    &call->body, "source", str_from(policy_retention_source(call->world->rules->policy)));
	put_bool(&call->body, "more", more);
	buf_add_char(&call->body, '}');
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

enum wire_code
call_retention_due(struct call *call)
{
	return act_read(call, due);
}

/* --- retention.destroy -------------------------------------------------------------------------
 */
static enum wire_code
check_due(struct call *call, const struct keeping *keeping)
{
	const struct ledger_request *request = &keeping->request;

	if (str_eq_text(request->state, "open"))
		return act_refuse(call, "refusal", request->id, STR_NONE,
		    "%.*s is open: nothing of it is destroyed", STR_ARG(request->id));
	if (keeping->held != NULL)
		return act_refuse(call, "refusal", request->id, STR_NONE, "%.*s is kept: %s",
		    STR_ARG(request->id), keeping->held);
	if (keeping->due_ms > call->at_ms)
		return act_refuse(call, "refusal", request->id, STR_NONE,
		    "%.*s is to be kept for %u days from its end", STR_ARG(request->id),
		    keeping->keep_days);
	return WIRE_OK;
}

/* The reason stands in an entry of its own: what is sealed for the request is about to go. */
static enum wire_code
append(struct call *call, const struct keeping *keeping, struct str reason)
{
	struct ledger_entry entries[2] = { call_entry(call, "retention"),
		call_entry(call, "destroyed") };
	const struct ledger_batch batch = { .entries = entries, .entry_count = 2 };
	struct buf body = BUF_INIT, secret = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_text(&body, "request", keeping->request.id);
	put_text(&body, "outcome", keeping->request.outcome);
	put_time(&body, "ended_at", keeping->request.state_ms);
	put_number(&body, "keep_days", keeping->keep_days);
	put_policy(&body, call);
	buf_add_char(&body, '}');
	buf_add_char(&secret, '{');
	put_text(&secret, "reason", reason);
	buf_add_char(&secret, '}');
	entries[0].body = buf_str(&body);
	entries[0].secret = buf_str(&secret);
	entries[1].body = buf_str(&body);
	entries[1].request = keeping->request.id;
	code = buf_failed(&body) || buf_failed(&secret) ? call_fault(call, STATUS_NOMEM)
							: call_append(call, &batch);
	buf_free(&body);
	buf_free(&secret);
	return code;
}

static void
put_remains(struct call *call, struct str request, const struct ledger_remains *remains)
{
	struct buf *out = &call->body;

	buf_add_char(out, '{');
	put_text(out, "request", request);
	put_text(out, "state", STR_LIT("destroyed"));
	put_number(out, "destroyed_entry", remains->destroyed_seq);
	put_time(out, "destroyed_at", remains->destroyed_ms);
	put_number(out, "entries", remains->entries);
	put_number(out, "secrets", remains->sealed);
	put_number(out, "first_entry", remains->first_seq);
	put_number(out, "last_entry", remains->last_seq);
	put_text(out, "remains",
	    STR_LIT("Of each entry: number, time, kind, user and role, the request's and check's "
		    "name, codes, record ids, grades, hashes, and the secret as bytes that nobody "
		    "can read any more. The chain over them verifies. Copies of the keys' folder "
		    "made before must go too."));
	buf_add_char(out, '}');
}

/* The keys go after the entry is on disk: a crash between is made good at the next start. */
static enum wire_code
destroy_keys(struct call *call, struct str request)
{
	struct ledger_remains remains;
	enum status status = ledger_destroy(call->shared->ledger, request, &call->err);

	if (status == STATUS_OK)
		status =
		    ledger_retention_remains(&remains, call->shared->ledger, request, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	put_remains(call, request, &remains);
	return WIRE_OK;
}

static enum wire_code
destroy(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "reason", NULL };
	struct ledger_request request;
	struct ledger_remains remains;
	struct keeping keeping;
	struct str reason = STR_NONE;
	enum status status;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_request(&request, call, body, "request");
	if (code == WIRE_OK)
		code = act_text(&reason, call, body, "reason", DOC_REQUIRED, REASON_BYTES_MAX);
	if (code != WIRE_OK)
		return code;
	status = ledger_retention_remains(&remains, call->shared->ledger, request.id, &call->err);
	if (status == STATUS_OK && remains.destroyed_seq > 0)
		return destroy_keys(
		    call, request.id); /* changes nothing, unless it failed before */
	if (status == STATUS_OK)
		status = read_due(&keeping, call, request.id);
	if (status == STATUS_OK)
		status = read_held(&keeping, call);
	if (status != STATUS_OK)
		return call_fault(call, status);
	code = check_due(call, &keeping);
	if (code == WIRE_OK)
		code = append(call, &keeping, reason);
	return code == WIRE_OK ? destroy_keys(call, request.id) : code;
}

enum wire_code
call_retention_destroy(struct call *call)
{
	return act_perform(call, destroy);
}
