#include "searchd/request.h"

#include "ledger/requests.h"
#include "searchd/answer.h"
#include "searchd/check_id.h"
#include "searchd/put.h"

#define NAME_ATTEMPTS 8 /* as of a check */

static enum wire_code
take_people(struct call *call, struct ask *ask, uint64_t seq)
{
	struct ledger_row row;
	enum status status =
	    ledger_entry_find(&row, call->shared->ledger, call->arena, seq, &call->err);

	if (status == STATUS_OK && row.destroyed)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "request: what %.*s asked was destroyed at the end of its retention",
		    STR_ARG(ask->request_id));
	if (status == STATUS_OK)
		status = ask_read_request_people(
		    &ask->people, &ask->people_count, call->arena, row.secret, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	if (ask->people_count == 0)
		return call_fail(call, WIRE_BAD_REQUEST, "people: are missing; %.*s names none",
		    STR_ARG(ask->request_id));
	return WIRE_OK;
}

enum wire_code
request_take(struct str *out, struct call *call, struct ask *ask)
{
	struct ledger_request found;
	enum status status = ledger_request_find(
	    &found, call->shared->ledger, call->arena, ask->request_id, &call->err);

	if (status == STATUS_NOT_FOUND)
		return call_fail(call, WIRE_NOT_FOUND, "request: there is no request %.*s",
		    STR_ARG(ask->request_id));
	if (status != STATUS_OK)
		return call_fault(call, status);
	if (!str_eq_text(found.state, "open"))
		return call_fail(call, WIRE_BAD_REQUEST, "request: %.*s is %.*s", STR_ARG(found.id),
		    STR_ARG(found.state));
	*out = found.id;
	ask->reference = found.reference;
	ask->kind = found.kind;
	ask->jurisdiction = found.jurisdiction;
	ask->review_type = found.review_type;
	return ask->people_count > 0 ? WIRE_OK : take_people(call, ask, found.seq);
}

/* --- Logging -----------------------------------------------------------------------------------
 */
static void
write_body(struct buf *out, const struct call *call, const struct ask *ask, const char *asked)
{
	char policy[DIGEST_HEX + 1];

	digest_hex(policy, policy_hash(call->world->rules->policy));
	buf_add_char(out, '{');
	put_text(out, "reference", ask->reference);
	put_text(out, "kind", ask->kind);
	put_text(out, "jurisdiction", ask->jurisdiction);
	put_text(out, "review_type", ask->review_type);
	put_number(out, "people", ask->people_count);
	put_text(out, "asked", str_from(asked));
	put_text(out, "policy", str_from(policy));
	buf_add_char(out, '}');
}

static enum wire_code
append(struct call *call, struct str name, const struct ask *ask, const char *asked)
{
	struct ledger_entry entry = call_entry(call, "request");
	struct buf body = BUF_INIT, secret = BUF_INIT;
	enum wire_code code;

	write_body(&body, call, ask, asked);
	buf_add_char(&secret, '{');
	answer_write_request(&secret, ask);
	answer_write_people(&secret, ask->people, ask->people_count);
	buf_add_char(&secret, '}');
	entry.request = name;
	entry.body = buf_str(&body);
	entry.secret = buf_str(&secret);
	code = buf_failed(&body) || buf_failed(&secret) ? call_fault(call, STATUS_NOMEM)
							: call_log_entry(call, &entry);
	buf_free(&body);
	buf_free(&secret);
	return code;
}

enum wire_code
request_log_told(struct str *out, struct call *call, const struct ask *ask)
{
	char name[CHECK_ID_BYTES + 1], asked[DIGEST_HEX + 1];

	digest_hex(asked, &call->hash);
	for (unsigned attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
		struct ledger_request found;
		enum status status;

		request_id_make(name, call->user_name, call->request.id, attempt);
		if (!arena_copy(out, call->arena, str_from(name)))
			return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
		status = ledger_request_find(
		    &found, call->shared->ledger, call->arena, *out, &call->err);
		if (status == STATUS_NOT_FOUND) {
			err_clear(&call->err);
			return append(call, *out, ask, asked);
		}
		if (status != STATUS_OK)
			return call_fault(call, status);
		if (str_eq_text(found.asked, asked) && str_eq(found.user, call->user_name))
			return WIRE_OK; /* logged by a try that came no further */
	}
	return call_fail(call, WIRE_INTERNAL, "no free name for the request");
}
