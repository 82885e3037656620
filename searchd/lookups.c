/* The operations that look at what is there: check.get, record.status, index.status, ledger.head,
 * health. */
#include "ledger/checks.h"
#include "searchd/answer.h"
#include "searchd/authorise.h"
#include "searchd/put.h"
#include "searchd/register.h"
#include "searchd/sharing.h"
#include "wire/limits.h"

#include <time.h>

static int64_t
monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum wire_code
finish(struct call *call)
{
	return buf_failed(&call->body) ? call_fault(call, STATUS_NOMEM) : WIRE_OK;
}

/* --- check.get ---------------------------------------------------------------------------------
 */

/* A role that does not work in the leg reads it once it was agreed to share what the leg found. */
static enum wire_code
authorise_check(struct call *call, const struct ledger_row *row, struct str leg)
{
	bool shared = false;
	enum wire_code code = sharing_released(&shared, call, row->request, leg);

	return code == WIRE_OK && !shared ? authorise_leg(call, leg, row->check) : code;
}

/* The leg of a check stands in what is never destroyed. Entries that only mention the name (a
 * refused try at its other leg) do not make a check. */
static enum wire_code
authorise_rows(struct call *call, const struct ledger_row *rows, size_t count, struct str check)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		struct ledger_check found_of;
		enum wire_code code;

		if (!str_eq_text(rows[i].kind, "check"))
			continue;
		if (ledger_check_find(&found_of, call->shared->ledger, call->arena, rows[i].check,
			&call->err) != STATUS_OK)
			return call_fault(call, STATUS_CORRUPT);
		code = authorise_check(call, &rows[i], found_of.leg);
		if (code != WIRE_OK)
			return code;
		found = true;
	}
	if (!found)
		return call_fail(call, WIRE_NOT_FOUND, "there is no check %.*s", STR_ARG(check));
	return WIRE_OK;
}

/* `secret` is what may be shown of it. */
static void
write_row(struct buf *out, const struct ledger_row *row, struct str secret)
{
	buf_addf(out, "{\"seq\":%llu,\"at\":", (unsigned long long)row->seq);
	answer_write_time(out, row->at_ms);
	buf_add_text(out, ",\"kind\":");
	buf_add_json(out, row->kind);
	buf_add_text(out, ",\"user\":");
	buf_add_json(out, row->user);
	buf_add_text(out, ",\"role\":");
	buf_add_json(out, row->role);
	buf_add_text(out, ",\"request\":");
	buf_add_json(out, row->request);
	buf_add_text(out, ",\"body\":");
	buf_add_str(out, row->body);
	buf_addf(out, ",\"destroyed\":%s,\"secret\":", row->destroyed ? "true" : "false");
	buf_add_str(out, secret.n > 0 ? secret : STR_LIT("{}"));
	buf_add_char(out, '}');
}

/* Bytes that `text` takes inside the envelope's string; a row is at most that of one entry. */
static size_t
escaped_bytes(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '"' || text.p[i] == '\\' ? 2
		     : (unsigned char)text.p[i] < 0x20	   ? 6
							   : 1;
	return n;
}

static enum wire_code
write_rows(struct call *call, const struct ledger_row *rows, size_t count, struct str check)
{
	size_t room = WIRE_REPLY_BYTES_MAX - 4096; /* the envelope and the head of the body */
	size_t shown = 0;
	enum status status = STATUS_OK;

	buf_add_text(&call->body, "{\"check\":");
	buf_add_json(&call->body, check);
	buf_add_text(&call->body, ",\"entries\":[");
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		struct buf secret = BUF_INIT, row = BUF_INIT;
		size_t need;

		if (!rows[i].destroyed &&
		    (str_eq_text(rows[i].kind, "check") || str_eq_text(rows[i].kind, "why")))
			status = answer_redact_entry(&secret, call, rows[i].secret);
		else
			buf_add_str(&secret, rows[i].secret);
		write_row(&row, &rows[i], buf_str(&secret));
		need = escaped_bytes(buf_str(&row)) + 1;
		if (need <= room) {
			buf_add_text(&call->body, shown == 0 ? "" : ",");
			buf_add_str(&call->body, buf_str(&row));
			room -= need;
			shown++;
		}
		call->body.failed = call->body.failed || secret.failed || row.failed;
		buf_free(&secret);
		buf_free(&row);
	}
	buf_addf(&call->body, "],\"not_shown\":%zu}", count - shown);
	return status == STATUS_OK ? finish(call) : call_fault(call, status);
}

/* The view is an entry, and durable before anything is shown. */
static enum wire_code
log_view(struct call *call, struct str request, struct str check)
{
	struct ledger_entry entry = call_entry(call, "view");

	entry.request = request;
	entry.check = check;
	entry.body = STR_LIT("{\"op\":\"check.get\"}");
	return call_append_once(call, &entry, 1, STR_NONE);
}

static enum wire_code
get_check(struct call *call, struct str check, const struct ledger_row *rows, size_t count)
{
	enum wire_code code;
	bool mine;

	code = call_once_begin(call, &mine);
	if (code != WIRE_OK || !mine)
		return code;
	code = write_rows(call, rows, count, check);
	if (code == WIRE_OK)
		code = log_view(call, count > 0 ? rows[0].request : STR_NONE, check);
	call_once_end(call);
	return code;
}

enum wire_code
call_check_get(struct call *call)
{
	const struct ledger_row *rows = NULL;
	struct str check = STR_NONE;
	size_t count = 0;
	enum status status = ask_read_check_id(&check, call->arena, call->request.body, &call->err);
	enum wire_code code;

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	call->check = check;
	status = ledger_check_entries(
	    &rows, &count, call->shared->ledger, call->arena, check, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	code = authorise_rows(call, rows, count, check);
	return code == WIRE_OK ? get_check(call, check, rows, count) : code;
}

/* --- record.status -----------------------------------------------------------------------------
 */
static bool
role_has_a_leg(const struct call *call)
{
	const struct policy *policy = call->world->rules->policy;

	for (size_t i = 0; policy_leg(policy, i) != NULL; i++)
		if (policy_may_search_leg(policy, call->role, str_from(policy_leg(policy, i))))
			return true;
	return false;
}

static enum status
count_people(struct call *call, const struct leg *leg, const char *system, struct str record_id,
    size_t *count, bool again)
{
	struct searcher *searcher = NULL;
	const struct candidate *people = NULL;
	enum status status = call_searcher(&searcher, call, str_from(leg->key), again);

	*count = 0;
	for (size_t i = 0; status == STATUS_OK && i < leg->system_count; i++)
		if (strcmp(leg->systems[i].policy->key, system) == 0 && leg->systems[i].at >= 0)
			return search_case(&people, count, searcher, call->arena,
			    call->worker->folder, (size_t)leg->systems[i].at, record_id,
			    &call->err);
	return status;
}

static enum wire_code
put_on_file(struct call *call, const struct policy_system *system, struct str record_id)
{
	struct leg *leg = world_leg(call->world, str_from(system->leg));
	size_t count = 0;
	enum status status = count_people(call, leg, system->key, record_id, &count, false);

	if (status == STATUS_STALE) {
		err_clear(&call->err);
		status = count_people(call, leg, system->key, record_id, &count, true);
	}
	if (status != STATUS_OK) {
		atomic_store(&leg->suspect, true); /* the watch looks at its files again */
		return call_fault(call, status);
	}
	buf_addf(
	    &call->body, ",\"on_file\":%s,\"people\":%zu", count > 0 ? "true" : "false", count);
	return WIRE_OK;
}

enum wire_code
call_record_status(struct call *call)
{
	struct str key = STR_NONE, record_id = STR_NONE;
	const struct policy_system *system;
	struct ledger_registered found;
	enum status status =
	    ask_read_record(&key, &record_id, call->arena, call->request.body, &call->err);
	bool reads_index = role_has_a_leg(call), is_secured;
	enum wire_code code = WIRE_OK;

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	system = policy_system_find(call->world->rules->policy, key);
	if (system == NULL)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "system: the policy knows no system \"%.*s\"", STR_ARG(key));
	/* A role that works in legs keeps to them; one that works in none (an auditor, a director)
	 * learns what the ledger says and nothing of the index. */
	if (reads_index)
		code = authorise_leg(call, str_from(system->leg), STR_NONE);
	if (code != WIRE_OK)
		return code;
	status = ledger_register_find(
	    &found, call->shared->ledger, call->arena, key, record_id, &call->err);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return call_fault(call, status);
	is_secured = status == STATUS_OK && found.released_seq == 0;
	err_clear(&call->err);
	buf_add_text(&call->body, "{\"system\":");
	buf_add_json(&call->body, key);
	buf_add_text(&call->body, ",\"record_id\":");
	buf_add_json(&call->body, record_id);
	if (reads_index)
		code = put_on_file(call, system, record_id);
	register_put(&call->body, is_secured ? &found : NULL);
	put_text(&call->body, "contact",
	    is_secured ? str_from(policy_secured_contact(call->world->rules->policy)) : STR_NONE);
	buf_add_char(&call->body, '}');
	return code == WIRE_OK ? finish(call) : code;
}

/* --- The rest ----------------------------------------------------------------------------------
 */
static bool
body_is_empty_object(struct call *call, enum wire_code *code)
{
	enum status status = ask_read_nothing(call->request.body, &call->err);

	*code = status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
	return status == STATUS_OK;
}

enum wire_code
call_index_status(struct call *call)
{
	enum wire_code code;

	if (!body_is_empty_object(call, &code))
		return code;
	buf_add_text(&call->body, "{\"systems\":");
	answer_write_coverage(&call->body, call, STR_NONE, NULL, true);
	buf_add_char(&call->body, '}');
	return finish(call);
}

enum wire_code
call_ledger_head(struct call *call)
{
	struct ledger_head head;
	char hex[DIGEST_HEX + 1];
	enum wire_code code;

	if (!body_is_empty_object(call, &code))
		return code;
	ledger_head(&head, call->shared->ledger);
	digest_hex(hex, &head.hash);
	buf_addf(&call->body, "{\"seq\":%llu,\"hash\":\"%s\"}", (unsigned long long)head.seq, hex);
	return finish(call);
}

static void
write_limits(struct buf *out)
{
	buf_addf(out,
	    ",\"limits\":{\"request_bytes\":%u,\"reply_bytes\":%u,\"json_depth\":%d,\"people\":%d,"
	    "\"candidates\":%d,\"connections\":%d,\"connections_per_uid\":%d,\"queue\":%d,"
	    "\"header_ms\":%d,\"body_ms\":%d,\"send_ms\":%d,\"idle_ms\":%d,\"check_ms\":%d,"
	    "\"drain_ms\":%d,\"client_ms\":%d}",
	    WIRE_REQUEST_BYTES_MAX, WIRE_REPLY_BYTES_MAX, WIRE_JSON_DEPTH_MAX, WIRE_PEOPLE_MAX,
	    WIRE_CANDIDATES_MAX, WIRE_CONNECTIONS_MAX, WIRE_CONNECTIONS_PER_UID_MAX, WIRE_QUEUE_MAX,
	    WIRE_HEADER_MS, WIRE_BODY_MS, WIRE_SEND_MS, WIRE_IDLE_MS, WIRE_CHECK_MS, WIRE_DRAIN_MS,
	    WIRE_CLIENT_MS);
}

enum wire_code
call_health(struct call *call)
{
	struct wire_server *server = atomic_load(&call->shared->server);
	struct wire_server_counts counts = { 0 };
	enum wire_code code;

	if (!body_is_empty_object(call, &code))
		return code;
	if (server != NULL)
		wire_server_counts(&counts, server);
	buf_addf(&call->body,
	    "{\"status\":\"ready\",\"version\":\"%s\",\"boot\":\"%s\",\"uptime_ms\":%lld,\"time\":",
	    PROGRAM_VERSION, call->shared->boot,
	    (long long)(monotonic_ms() - call->shared->started_ms));
	answer_write_time(&call->body, call->at_ms);
	buf_addf(&call->body,
	    ",\"connections\":%llu,\"requests\":%llu,\"waiting\":%llu,\"secured\":%zu",
	    (unsigned long long)counts.connections, (unsigned long long)counts.requests,
	    (unsigned long long)counts.waiting, ledger_secured_count(call->shared->ledger));
	answer_write_names(&call->body, call);
	write_limits(&call->body);
	buf_add_char(&call->body, '}');
	return finish(call);
}
