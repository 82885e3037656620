#include "searchd/request.h"

#include "ledger/requests.h"
#include "record/person_json.h"
#include "searchd/act.h"
#include "searchd/check_id.h"
#include "searchd/notices.h"
#include "searchd/put.h"

#define NAME_ATTEMPTS 8 /* as of a check */
/* By how much the clock of whoever took the request may be ahead of ours (RFC 4120, 5.2.7.2: five
 * minutes for clocks that are kept). */
#define CLOCK_SKEW_MS (INT64_C(5) * 60 * 1000)
#define DAY_MS INT64_C(86400000)

/* --- Naming ------------------------------------------------------------------------------------
 */
enum wire_code
request_same_people(bool *same, struct call *call, const struct ask_person *a, size_t a_count,
    const struct ask_person *b, size_t b_count)
{
	struct buf ours = BUF_INIT, theirs = BUF_INIT;
	enum wire_code code = WIRE_OK;

	for (size_t i = 0; i < a_count; i++)
		person_to_json(&ours, &a[i].person);
	for (size_t i = 0; i < b_count; i++)
		person_to_json(&theirs, &b[i].person);
	if (buf_failed(&ours) || buf_failed(&theirs))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	*same = str_eq(buf_str(&ours), buf_str(&theirs));
	buf_free(&ours);
	buf_free(&theirs);
	return code;
}

static enum wire_code
read_people(const struct ask_person **out, size_t *count, struct call *call,
    const struct ledger_request *request)
{
	struct ledger_row row;
	enum status status = ledger_entry_find(
	    &row, call->shared->ledger, call->arena, request->people_seq, &call->err);

	if (status == STATUS_OK && row.destroyed)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "request: what %.*s asked was destroyed at the end of its retention",
		    STR_ARG(request->id));
	if (status == STATUS_OK)
		status = ask_read_request_people(out, count, call->arena, row.secret, &call->err);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

/* Candidates and decisions are about the person at a place of the list. */
static enum wire_code
check_places(struct call *call, const struct ask *ask, const struct ask_person *before,
    size_t before_count, struct str request)
{
	for (size_t i = 0; i < before_count; i++)
		if (i >= ask->people_count || !str_eq(ask->people[i].ref, before[i].ref))
			return call_fail(call, WIRE_BAD_REQUEST,
			    "people[%zu]: is not \"%.*s\"; the people of %.*s come first, in their "
			    "order, "
			    "with what is new of them, others after them",
			    i, STR_ARG(before[i].ref), STR_ARG(request));
	return WIRE_OK;
}

static enum wire_code
take_people(struct request_place *out, struct call *call, struct ask *ask,
    const struct ledger_request *request)
{
	const struct ask_person *people = NULL;
	size_t count = 0;
	bool same = false;
	enum wire_code code = WIRE_OK;

	if (request->people_seq > 0)
		code = read_people(&people, &count, call, request);
	if (code != WIRE_OK)
		return code;
	if (ask->people_count == 0 && count == 0)
		return call_fail(call, WIRE_BAD_REQUEST, "people: are missing; %.*s names none",
		    STR_ARG(ask->request_id));
	out->people_of = request->people_seq;
	if (ask->people_count == 0) {
		ask->people = people;
		ask->people_count = count;
		return WIRE_OK;
	}
	code = request_same_people(&same, call, ask->people, ask->people_count, people, count);
	if (code != WIRE_OK || same)
		return code;
	out->people_of = 0;
	return check_places(call, ask, people, count, request->id);
}

enum wire_code
request_must_be_open(struct call *call, const struct ledger_request *request)
{
	if (str_eq_text(request->state, "open"))
		return WIRE_OK;
	return act_refuse(call, "refusal", request->id, STR_NONE,
	    "request: %.*s is %.*s; nothing more is done about it", STR_ARG(request->id),
	    STR_ARG(request->state));
}

enum wire_code
request_take(struct request_place *out, struct call *call, struct ask *ask)
{
	struct ledger_request found;
	enum wire_code code;
	enum status status = ledger_request_find(
	    &found, call->shared->ledger, call->arena, ask->request_id, &call->err);

	if (status == STATUS_NOT_FOUND)
		return call_fail(call, WIRE_NOT_FOUND, "request: there is no request %.*s",
		    STR_ARG(ask->request_id));
	if (status != STATUS_OK)
		return call_fault(call, status);
	code = request_must_be_open(call, &found);
	if (code != WIRE_OK)
		return code;
	out->id = found.id;
	ask->reference = found.reference;
	ask->kind = found.kind;
	ask->jurisdiction = found.jurisdiction;
	ask->review_type = found.review_type;
	return take_people(out, call, ask, &found);
}

/* --- Logging -----------------------------------------------------------------------------------
 */
static bool
is_same_day(const struct call *call, const struct ask *ask)
{
	const struct policy_kind *kind = policy_kind_find(call->world->rules->policy, ask->kind);

	return kind != NULL && kind->same_day;
}

static void
write_body(struct buf *out, const struct call *call, const struct ask *ask)
{
	buf_add_char(out, '{');
	put_text(out, "reference", ask->reference);
	put_text(out, "kind", ask->kind);
	put_text(out, "channel", ask->channel);
	put_text(out, "received_at", ask->received_at);
	put_text(out, "jurisdiction", ask->jurisdiction);
	put_text(out, "review_type", ask->review_type);
	put_bool(out, "same_day", is_same_day(call, ask));
	put_number(out, "people", ask->people_count);
	put_digest(out, "asked", &call->hash);
	put_policy(out, call);
	buf_add_char(out, '}');
}

static enum wire_code
write_entry(struct ledger_entry *out, struct call *call, struct str name, const struct ask *ask)
{
	struct buf body = BUF_INIT, secret = BUF_INIT;
	enum wire_code code = WIRE_OK;

	*out = call_entry(call, "request");
	out->request = name;
	write_body(&body, call, ask);
	buf_add_char(&secret, '{');
	answer_write_request(&secret, ask);
	answer_write_people(&secret, ask->people, ask->people_count);
	buf_add_char(&secret, '}');
	if (buf_failed(&body) || buf_failed(&secret) ||
	    !arena_copy(&out->body, call->arena, buf_str(&body)) ||
	    !arena_copy(&out->secret, call->arena, buf_str(&secret)))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	buf_free(&body);
	buf_free(&secret);
	return code;
}

enum wire_code
request_entries(struct ledger_entry entries[REQUEST_ENTRIES_MAX], size_t *count, struct call *call,
    struct str name, const struct ask *ask)
{
	const struct notice_about about = { .request = name,
		.check = STR_NONE,
		.jurisdiction = ask->jurisdiction,
		.kind = ask->kind };
	enum wire_code code;

	*count = 0;
	if (ask->received_ms > call->at_ms + CLOCK_SKEW_MS)
		return call_fail(call, WIRE_BAD_REQUEST, "request.received_at: is in the future");
	if (ask->received_at.n > 0 &&
	    ask->received_ms < call->at_ms - REQUEST_RECEIVED_DAYS_MAX * DAY_MS)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "request.received_at: is more than %d days ago; is it a slip of the pen?",
		    REQUEST_RECEIVED_DAYS_MAX);
	code = write_entry(&entries[(*count)++], call, name, ask);
	if (code == WIRE_OK)
		code = notices_add(entries, count, call, "request_received", &about);
	if (code == WIRE_OK && is_same_day(call, ask))
		code = notices_add(entries, count, call, "same_day_request", &about);
	return code;
}

enum wire_code
request_make_name(struct request_place *out, bool *logged, struct call *call)
{
	char name[CHECK_ID_BYTES + 1], asked[DIGEST_HEX + 1];

	*logged = false;
	digest_hex(asked, &call->hash);
	for (unsigned attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
		struct ledger_request found;
		enum status status;

		request_id_make(name, call->user_name, call->request.id, attempt);
		if (!arena_copy(&out->id, call->arena, str_from(name)))
			return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
		status = ledger_request_find(
		    &found, call->shared->ledger, call->arena, out->id, &call->err);
		if (status == STATUS_NOT_FOUND) {
			err_clear(&call->err);
			return WIRE_OK;
		}
		if (status != STATUS_OK)
			return call_fault(call, status);
		*logged = str_eq_text(found.asked, asked) && str_eq(found.user, call->user_name);
		out->people_of = found.seq;
		if (*logged)
			return WIRE_OK; /* by a try that came no further */
	}
	return call_fail(call, WIRE_INTERNAL, "no free name for the request");
}

struct request_logging {
	struct ledger_entry entries[REQUEST_ENTRIES_MAX];
	struct ledger_batch batch;
	struct ledger_append *append;
};

static enum wire_code
begin_logging(struct request_place *out, struct call *call, const struct ask *ask)
{
	struct request_logging *logging = arena_alloc(call->arena, 1, sizeof *logging);
	enum wire_code code;

	if (logging == NULL)
		return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	logging->batch = (struct ledger_batch){ .entries = logging->entries };
	code = request_entries(logging->entries, &logging->batch.entry_count, call, out->id, ask);
	if (code == WIRE_OK)
		code = call_append_begin(&logging->append, call, &logging->batch);
	if (code == WIRE_OK)
		out->logging = logging;
	return code;
}

enum wire_code
request_log_told(struct request_place *out, struct call *call, const struct ask *ask)
{
	bool logged;
	enum wire_code code = request_make_name(out, &logged, call);

	return code != WIRE_OK || logged ? code : begin_logging(out, call, ask);
}

enum wire_code
request_logged(struct request_place *place, struct call *call)
{
	struct request_logging *logging = place->logging;
	struct err before = call->err;
	enum wire_code code;

	if (logging == NULL)
		return WIRE_OK;
	place->logging = NULL;
	err_clear(&call->err); /* that the ledger fails is worse than whatever it was */
	code = call_append_end(call, logging->append, &logging->batch);
	if (code != WIRE_OK)
		return code;
	place->people_of = call->audit;
	call->err = before;
	return WIRE_OK;
}
