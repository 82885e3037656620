/*
 * The register of secured records: record.secure, record.release, record.retain, register.list
 * (procedure, sections 2.7 and 4.17).
 *
 * A release takes two acts by two people in the two roles of the policy: the first proposes it,
 * the second agrees. A proposal stands until it is withdrawn, the record is retained or secured
 * again, or a check finds it for somebody anew.
 */
#include "ledger/register.h"

#include "ledger/policy_rules.h"
#include "ledger/requests.h"
#include "searchd/act.h"
#include "searchd/authorise.h"
#include "searchd/content.h"
#include "searchd/due.h"
#include "searchd/notices.h"
#include "searchd/put.h"
#include "searchd/register.h"
#include "searchd/request.h"

#define REASON_BYTES_MAX 4096
#define LIST_DEFAULT 100
#define LIST_MOST 500
/* One row: a record id may take 64 bytes, a name of staff 64, each up to six times that where it
 * is escaped. */
#define ROW_BYTES_MAX ((size_t)4 << 10)

/* What an act on one record is about. */
struct subject {
	struct str system, record_id, reason;
	const struct policy_system *policy;
	bool secured;
	struct ledger_registered found; /* if it ever was secured */
};

static enum wire_code
read_subject(struct subject *out, struct call *call, const struct json_t *body)
{
	enum status status;
	enum wire_code code = act_text(&out->system, call, body, "system", DOC_REQUIRED, 64);

	if (code == WIRE_OK)
		code = act_text(
		    &out->record_id, call, body, "record_id", DOC_REQUIRED, RECORD_ID_BYTES_MAX);
	if (code == WIRE_OK)
		code = act_text(&out->reason, call, body, "reason", DOC_REQUIRED, REASON_BYTES_MAX);
	if (code != WIRE_OK)
		return code;
	out->policy = policy_system_find(call->world->rules->policy, out->system);
	if (out->policy == NULL)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "system: the policy knows no system \"%.*s\"", STR_ARG(out->system));
	status = ledger_register_find(&out->found, call->shared->ledger, call->arena, out->system,
	    out->record_id, &call->err);
	if (status == STATUS_NOT_FOUND) {
		err_clear(&call->err);
		return WIRE_OK;
	}
	out->secured = status == STATUS_OK && out->found.released_seq == 0;
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

static enum wire_code
must_be_secured(struct call *call, const struct subject *subject)
{
	if (subject->secured)
		return WIRE_OK;
	return call_fail(call, WIRE_NOT_FOUND, "%.*s %.*s is not secured", STR_ARG(subject->system),
	    STR_ARG(subject->record_id));
}

/* The body of an entry about the record begins so; the caller ends it. */
static void
begin_body(struct buf *out, struct call *call, const struct subject *subject)
{

	buf_add_char(out, '{');
	put_text(out, "system", subject->system);
	put_text(out, "record_id", subject->record_id);
	put_policy(out, call);
}

static struct str
reason_text(struct buf *out, const struct subject *subject)
{
	buf_add_char(out, '{');
	put_text(out, "reason", subject->reason);
	buf_add_char(out, '}');
	return buf_str(out);
}

/* What is to be written: the act's entry, whom it tells, and what it secures or releases. */
struct step {
	const char *kind, *event; /* event NULL: nobody is told */
	struct str request;	  /* of the entry */
	bool must_be_open;	  /* the request, when the entry is written */
	bool secures, releases;
	struct buf body; /* ended; freed by append() */
};

static enum wire_code
append(struct call *call, const struct subject *subject, struct step *step)
{
	struct ledger_secure record = { subject->system, subject->record_id };
	struct ledger_entry entries[2] = { call_entry(call, step->kind) };
	struct buf secret = BUF_INIT;
	size_t count = 1;
	const struct notice_about about = {
		.request = step->request, .records = &record, .record_count = 1
	};
	enum wire_code code = WIRE_OK;

	entries[0].request = step->request;
	entries[0].body = buf_str(&step->body);
	entries[0].secret = reason_text(&secret, subject);
	if (buf_failed(&secret) || buf_failed(&step->body) || buf_failed(&call->body))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	if (code == WIRE_OK && step->event != NULL)
		code = notices_add(entries, &count, call, step->event, &about);
	if (code == WIRE_OK) {
		const struct ledger_batch batch = { .entries = entries,
			.entry_count = count,
			.secures = &record,
			.secure_count = step->secures,
			.secures_are_new = true,
			.releases = &record,
			.release_count = step->releases,
			.request_open = step->must_be_open ? step->request : STR_NONE,
			.idem_principal = call->user_name,
			.idem_id = call->request.id,
			.idem_request = call->hash,
			.idem_reply = buf_str(&call->body) };

		code = call_append(call, &batch);
	}
	buf_free(&secret);
	buf_free(&step->body);
	return code;
}

static void
begin_answer(struct call *call, const struct subject *subject)
{
	buf_add_char(&call->body, '{');
	put_text(&call->body, "system", subject->system);
	put_text(&call->body, "record_id", subject->record_id);
}

/* --- record.secure -----------------------------------------------------------------------------
 */

/* A record that is in no export that is searched is secured only if the asker says so: else it
 * may be a slip of the pen. */
static enum wire_code
look_up(struct content *out, struct call *call, const struct subject *subject, bool absent)
{
	enum status status = content_find(out, call, subject->policy, subject->record_id);

	if (status != STATUS_OK)
		return call_fault(call, status);
	if (out->known && !out->on_file && !absent)
		return call_fail(call, WIRE_NOT_FOUND,
		    "record_id: %.*s has no record %.*s in what is searched now; if it is to be "
		    "secured all the same, say \"absent\": true",
		    STR_ARG(subject->system), STR_ARG(subject->record_id));
	return WIRE_OK;
}

static enum wire_code
write_secured(struct call *call, const struct subject *subject, const struct content *content,
    struct str request)
{
	struct step step = { .kind = "secured_by_hand",
		.event = "record_secured",
		.request = request,
		.must_be_open = true,
		.secures = true,
		.body = BUF_INIT };

	begin_body(&step.body, call, subject);
	if (content->on_file) {
		put_number(&step.body, "generation", content->generation);
		put_text(&step.body, "content", str_from(content->hash));
	}
	buf_add_char(&step.body, '}');
	begin_answer(call, subject);
	put_text(&call->body, "request", request);
	put_bool(&call->body, "on_file", content->on_file);
	put_time(&call->body, "secured_since", call->at_ms);
	buf_add_char(&call->body, '}');
	return append(call, subject, &step);
}

static enum wire_code
secure(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "system", "record_id", "reason", "request", "absent",
		NULL };
	const struct policy *policy = call->world->rules->policy;
	struct subject subject = { .policy = NULL };
	struct ledger_request request;
	struct content content;
	bool absent = false;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = read_subject(&subject, call, body);
	if (code == WIRE_OK)
		code = act_request(&request, call, body, "request");
	if (code == WIRE_OK)
		code = request_must_be_open(call, &request);
	if (code == WIRE_OK &&
	    doc_bool(&absent, body, "body", "", "absent", DOC_OPTIONAL, &call->err) != STATUS_OK)
		code = call_bad_body(call, call->err.status);
	if (code == WIRE_OK && !policy_keys_have(&policy_secured(policy)->by_hand, call->role))
		return act_refuse(call, "refusal", request.id, STR_NONE,
		    "the role %s may not secure a record by hand",
		    policy_role_title(policy, call->role));
	if (code == WIRE_OK)
		code = authorise_leg(call, str_from(subject.policy->leg), STR_NONE);
	if (code == WIRE_OK && subject.secured)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "record_id: is secured already, by entry %llu",
		    (unsigned long long)subject.found.seq);
	if (code == WIRE_OK)
		code = look_up(&content, call, &subject, absent);
	return code == WIRE_OK ? write_secured(call, &subject, &content, request.id) : code;
}

enum wire_code
call_record_secure(struct call *call)
{
	return act_perform(call, secure);
}

/* --- record.release ----------------------------------------------------------------------------
 */

/* Whom a release waits for once `role` has spoken; the policy names two. */
static const char *
other_role(const struct policy *policy, struct str role)
{
	const struct policy_keys *needs = &policy_secured(policy)->release_needs;

	return needs->items[str_eq_text(role, needs->items[0]) ? 1 : 0];
}

/* Each of the policy's grounds to retain must be answered, and none may apply. */
static enum wire_code
read_grounds(struct call *call, const struct json_t *body, const struct subject *subject)
{
	const struct policy_secured *rules = policy_secured(call->world->rules->policy);
	const char *known[POLICY_ITEMS_MAX + 1] = { NULL };
	const struct json_t *grounds = NULL;
	enum status status =
	    doc_object(&grounds, body, "body", "", "grounds", DOC_OPTIONAL, &call->err);

	for (size_t i = 0; i < rules->ground_count; i++)
		known[i] = rules->grounds[i].key;
	if (status == STATUS_OK && grounds != NULL)
		status = doc_fields(grounds, "body", "grounds", known, &call->err);
	for (size_t i = 0; status == STATUS_OK && i < rules->ground_count; i++) {
		struct str said = STR_NONE;

		if (grounds != NULL)
			status = doc_str(&said, grounds, "body", "grounds", known[i], DOC_OPTIONAL,
			    32, &call->err);
		if (status != STATUS_OK)
			break;
		if (said.n == 0)
			return act_refuse(call, "refusal", subject->found.request, STR_NONE,
			    "a release needs an answer to each ground to retain; \"%s\" is not "
			    "answered",
			    known[i]);
		if (str_eq_text(said, "applies"))
			return act_refuse(call, "refusal", subject->found.request, STR_NONE,
			    "a ground to retain applies (%s): the record stays secured",
			    rules->grounds[i].title);
		if (!str_eq_text(said, "does_not_apply"))
			return call_fail(call, WIRE_BAD_REQUEST,
			    "grounds.%s: say \"does_not_apply\" or \"applies\"", known[i]);
	}
	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

static void
put_grounds(struct buf *out, const struct policy *policy)
{
	const struct policy_secured *rules = policy_secured(policy);

	key(out, "grounds");
	buf_add_char(out, '{');
	for (size_t i = 0; i < rules->ground_count; i++)
		put_text(out, rules->grounds[i].key, STR_LIT("does_not_apply"));
	buf_add_char(out, '}');
}

static enum wire_code
propose(struct call *call, const struct subject *subject)
{
	const struct policy *policy = call->world->rules->policy;
	struct step step = { .kind = "release_proposed",
		.event = "release_proposed",
		.request = subject->found.request,
		.body = BUF_INIT };

	begin_body(&step.body, call, subject);
	put_number(&step.body, "secured_entry", subject->found.seq);
	put_grounds(&step.body, policy);
	buf_add_char(&step.body, '}');
	begin_answer(call, subject);
	put_text(&call->body, "state", STR_LIT("proposed"));
	put_text(&call->body, "waits_for", str_from(other_role(policy, call->role)));
	buf_add_char(&call->body, '}');
	return append(call, subject, &step);
}

static enum wire_code
agree(struct call *call, const struct subject *subject)
{
	struct step step = { .kind = "release_agreed",
		.event = "record_released",
		.request = subject->found.request,
		.releases = true,
		.body = BUF_INIT };

	begin_body(&step.body, call, subject);
	put_number(&step.body, "secured_entry", subject->found.seq);
	put_number(&step.body, "proposal", subject->found.proposed_seq);
	put_grounds(&step.body, call->world->rules->policy);
	buf_add_char(&step.body, '}');
	begin_answer(call, subject);
	put_text(&call->body, "state", STR_LIT("released"));
	put_text(&call->body, "waits_for", STR_NONE);
	buf_add_char(&call->body, '}');
	return append(call, subject, &step);
}

/* The proposal that the second person agrees to; 0 was not named, and is then the one that stands.
 */
static enum wire_code
answer_proposal(struct call *call, const struct subject *subject, int64_t named)
{
	const struct policy *policy = call->world->rules->policy;
	const struct ledger_registered *found = &subject->found;
	struct str request = found->request;
	uint64_t newer = 0;
	enum status status;

	if (named != 0 && (uint64_t)named != found->proposed_seq)
		return act_refuse(call, "refusal", request, STR_NONE,
		    "the proposal of entry %lld does not stand: it was withdrawn, answered, or the "
		    "record was secured again",
		    (long long)named);
	status = ledger_register_newest_match(
	    &newer, call->shared->ledger, subject->system, subject->record_id, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	if (newer > found->proposed_seq) {
		/* Whoever proposed it may propose it anew, knowing of the match. */
		if (named == 0 && str_eq(found->proposed_user, call->user_name))
			return propose(call, subject);
		return act_refuse(call, "refusal", request, STR_NONE,
		    "a check found the record anew (entry %llu) after its release was proposed "
		    "(entry %llu): it is to be proposed again",
		    (unsigned long long)newer, (unsigned long long)found->proposed_seq);
	}
	if (str_eq(found->proposed_user, call->user_name))
		return act_refuse(call, "refusal", request, STR_NONE,
		    "a release needs two people; you proposed it yourself (entry %llu)",
		    (unsigned long long)found->proposed_seq);
	if (str_eq(found->proposed_role, call->role))
		return act_refuse(call, "refusal", request, STR_NONE,
		    "a release proposed by the %s needs the agreement of the %s",
		    policy_role_title(policy, call->role),
		    policy_role_title(policy, str_from(other_role(policy, call->role))));
	return agree(call, subject);
}

static enum wire_code
withdraw(struct call *call, const struct subject *subject)
{
	struct step step = {
		.kind = "release_withdrawn", .request = subject->found.request, .body = BUF_INIT
	};

	if (subject->found.proposed_seq == 0)
		return call_fail(call, WIRE_NOT_FOUND, "no release of %.*s %.*s is proposed",
		    STR_ARG(subject->system), STR_ARG(subject->record_id));
	begin_body(&step.body, call, subject);
	put_number(&step.body, "proposal", subject->found.proposed_seq);
	buf_add_char(&step.body, '}');
	begin_answer(call, subject);
	put_text(&call->body, "state", STR_LIT("withdrawn"));
	put_text(&call->body, "waits_for", STR_NONE);
	buf_add_char(&call->body, '}');
	return append(call, subject, &step);
}

static enum wire_code
release(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "system", "record_id", "reason", "grounds", "proposal",
		"withdraw", NULL };
	const struct policy *policy = call->world->rules->policy;
	struct subject subject = { .policy = NULL };
	int64_t named = 0;
	bool withdraws = false;
	enum status status = STATUS_OK;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = read_subject(&subject, call, body);
	if (code == WIRE_OK)
		status =
		    doc_bool(&withdraws, body, "body", "", "withdraw", DOC_OPTIONAL, &call->err);
	if (code == WIRE_OK && status == STATUS_OK)
		status = doc_int(
		    &named, body, "body", "", "proposal", DOC_OPTIONAL, 1, INT64_MAX, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	if (code == WIRE_OK &&
	    !policy_keys_have(&policy_secured(policy)->release_needs, call->role))
		return act_refuse(call, "refusal", STR_NONE, STR_NONE,
		    "the role %s has no say in the release of a secured record",
		    policy_role_title(policy, call->role));
	if (code == WIRE_OK)
		code = must_be_secured(call, &subject);
	if (code == WIRE_OK && withdraws)
		return withdraw(call, &subject);
	if (code == WIRE_OK)
		code = read_grounds(call, body, &subject);
	if (code != WIRE_OK)
		return code;
	return subject.found.proposed_seq == 0 && named == 0
		   ? propose(call, &subject)
		   : answer_proposal(call, &subject, named);
}

enum wire_code
call_record_release(struct call *call)
{
	return act_perform(call, release);
}

/* --- record.retain -----------------------------------------------------------------------------
 */
static enum wire_code
retain(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "system", "record_id", "reason", "ground", NULL };
	struct subject subject = { .policy = NULL };
	struct str ground = STR_NONE;
	struct step step = {
		.kind = "retain", .event = "record_retained", .request = STR_NONE, .body = BUF_INIT
	};
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = read_subject(&subject, call, body);
	if (code == WIRE_OK)
		code = act_text(&ground, call, body, "ground", DOC_REQUIRED, POLICY_KEY_BYTES_MAX);
	if (code == WIRE_OK && policy_ground_find(call->world->rules->policy, ground) == NULL)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "ground: the policy knows no ground \"%.*s\" to retain", STR_ARG(ground));
	if (code == WIRE_OK)
		code = must_be_secured(call, &subject);
	if (code != WIRE_OK)
		return code;
	step.request = subject.found.request;
	begin_body(&step.body, call, &subject);
	put_text(&step.body, "ground", ground);
	put_number(&step.body, "proposal", subject.found.proposed_seq);
	buf_add_char(&step.body, '}');
	begin_answer(call, &subject);
	put_text(&call->body, "state", STR_LIT("retained"));
	put_text(&call->body, "ground", ground);
	buf_add_char(&call->body, '}');
	return append(call, &subject, &step);
}

enum wire_code
call_record_retain(struct call *call)
{
	return act_perform(call, retain);
}

/* --- register.list -----------------------------------------------------------------------------
 */
static void
put_proposal(struct buf *out, const struct ledger_registered *r)
{
	key(out, "proposal");
	if (r->proposed_seq == 0) {
		buf_add_text(out, "null");
		return;
	}
	buf_add_char(out, '{');
	put_number(out, "entry", r->proposed_seq);
	put_time(out, "at", r->proposed_ms);
	put_text(out, "user", r->proposed_user);
	put_text(out, "role", r->proposed_role);
	buf_add_char(out, '}');
}

static void
put_row(struct buf *out, const struct ledger_registered *r, day_number review)
{
	buf_add_char(out, '{');
	put_text(out, "system", r->system);
	put_text(out, "record_id", r->record_id);
	register_put(out, r);
	if (review == DAY_NONE)
		put_text(out, "review_due", STR_NONE);
	else
		put_day(out, "review_due", review);
	put_text(out, "content", r->content);
	put_number(out, "changed_entry", r->changed_seq);
	put_proposal(out, r);
	put_number(out, "retained_entry", r->retained_seq);
	put_time(out, "retained_at", r->retained_ms);
	put_text(out, "ground", r->ground);
	put_number(out, "released_entry", r->released_seq);
	put_time(out, "released_at", r->released_ms);
	buf_add_char(out, '}');
}

void
register_put(struct buf *out, const struct ledger_registered *r)
{
	static const struct ledger_registered none = { .released_seq = 1 };

	r = r == NULL ? &none : r;
	put_bool(out, "secured", r->released_seq == 0);
	put_time(out, "secured_since", r->since_ms);
	put_text(out, "why",
	    r->seq == 0	     ? STR_NONE
	    : r->check.n > 0 ? STR_LIT("automatic")
			     : STR_LIT("by_hand"));
	put_text(out, "secured_by", r->check);
	put_number(out, "secured_entry", r->seq);
	put_text(out, "request", r->request);
	put_text(out, "user", r->user);
	put_text(out, "role", r->role);
	put_number(out, "generation", r->generation);
	put_time(out, "missing_since", r->missing_ms);
}

/* "after" is the last row of the part before: {"system":...,"record_id":...}. */
static enum wire_code
read_filter(struct ledger_register_filter *out, struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "system", "request", "missing", "proposed", "changed",
		"released", "after", "limit", NULL };
	static const char *const after_fields[] = { "system", "record_id", NULL };
	const struct {
		const char *key;
		bool *to;
	} flags[] = { { "missing", &out->missing }, { "proposed", &out->proposed },
		{ "changed", &out->changed }, { "released", &out->released } };
	const struct json_t *after = NULL;
	int64_t most = LIST_DEFAULT;
	enum status status = STATUS_OK;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_text(&out->system, call, body, "system", DOC_OPTIONAL, 64);
	if (code == WIRE_OK)
		code = act_text(&out->request, call, body, "request", DOC_OPTIONAL, 64);
	if (code != WIRE_OK)
		return code;
	for (size_t i = 0; i < sizeof flags / sizeof flags[0] && status == STATUS_OK; i++)
		status =
		    doc_bool(flags[i].to, body, "body", "", flags[i].key, DOC_OPTIONAL, &call->err);
	if (status == STATUS_OK)
		status = doc_int(
		    &most, body, "body", "", "limit", DOC_OPTIONAL, 1, LIST_MOST, &call->err);
	if (status == STATUS_OK)
		status = doc_object(&after, body, "body", "", "after", DOC_OPTIONAL, &call->err);
	if (status == STATUS_OK && after != NULL)
		status = doc_fields(after, "body", "after", after_fields, &call->err);
	if (status == STATUS_OK && after != NULL)
		status = doc_str(&out->after_system, after, "body", "after", "system", DOC_REQUIRED,
		    64, &call->err);
	if (status == STATUS_OK && after != NULL)
		status = doc_str(&out->after_record, after, "body", "after", "record_id",
		    DOC_REQUIRED, RECORD_ID_BYTES_MAX, &call->err);
	out->most = (size_t)most + 1; /* one more tells whether there are more */
	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

static enum status
put_rows(size_t *shown, struct call *call, const struct ledger_registered *rows, size_t most)
{
	struct calendar *calendar = NULL;
	enum status status = calendar_open(&calendar, &call->err);

	for (*shown = 0; status == STATUS_OK && *shown < most &&
			 call->body.n <= PUT_BODY_BYTES_MAX - ROW_BYTES_MAX;
	     ++*shown) {
		const struct arena_mark mark = arena_mark(call->arena);
		day_number review;

		status = due_review_of_record(&review, call, &rows[*shown], calendar);
		arena_rewind(call->arena, mark);
		next(&call->body);
		put_row(&call->body, &rows[*shown], review);
	}
	calendar_close(calendar);
	return status;
}

static enum status
write_list(struct call *call, const struct ledger_registered *rows, size_t count, size_t most)
{
	size_t shown = 0;
	enum status status;

	buf_add_char(&call->body, '{');
	put_text(
	    &call->body, "contact", str_from(policy_secured_contact(call->world->rules->policy)));
	key(&call->body, "records");
	buf_add_char(&call->body, '[');
	status = put_rows(&shown, call, rows, count < most ? count : most);
	buf_add_char(&call->body, ']');
	put_bool(&call->body, "more", shown < count);
	buf_add_char(&call->body, '}');
	return status;
}

static enum wire_code
list(struct call *call, const struct json_t *body)
{
	struct ledger_register_filter filter = { .system = STR_NONE,
		.request = STR_NONE,
		.after_system = STR_NONE,
		.after_record = STR_NONE };
	struct ledger_registered *rows;
	size_t count;
	enum status status;
	enum wire_code code = read_filter(&filter, call, body);

	if (code != WIRE_OK)
		return code;
	status = ledger_register_list(
	    &rows, &count, call->shared->ledger, call->arena, &filter, &call->err);
	if (status == STATUS_OK)
		status = write_list(call, rows, count, filter.most - 1);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

enum wire_code
call_register_list(struct call *call)
{
	return act_read(call, list);
}
