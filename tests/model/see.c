#include "tests/model/see.h"

#include "tests/model/ask.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* --- Small things ------------------------------------------------------------------------------
 */
static void differs(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void
differs(char *out, const char *format, ...)
{
	va_list args;

	if (out[0] != '\0')
		return;
	va_start(args, format);
	vsnprintf(out, SEE_BYTES, format, args);
	va_end(args);
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "(none)" : text;
}

static void
want_text(char *out, const json_t *object, const char *what, const char *key, const char *wanted)
{
	const char *text = text_of(object, key);

	if (strcmp(text, wanted) != 0)
		differs(out, "%s: %s is \"%s\", should be \"%s\"", what, key, text, wanted);
}

static void
want_number(char *out, const json_t *object, const char *what, const char *key, uint64_t wanted)
{
	const json_t *value = json_object_get(object, key);
	long long number = json_is_integer(value) ? (long long)json_integer_value(value) : -1;

	if (number != (long long)wanted)
		differs(out, "%s: %s is %lld, should be %llu", what, key, number,
		    (unsigned long long)wanted);
}

static void
want_flag(char *out, const json_t *object, const char *what, const char *key, bool wanted)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_boolean(value) || json_is_true(value) != wanted)
		differs(out, "%s: %s is %s, should be %s", what, key,
		    !json_is_boolean(value) ? "not there"
		    : json_is_true(value)   ? "true"
					    : "false",
		    wanted ? "true" : "false");
}

static void
want_time(char *out, const json_t *object, const char *what, const char *key, int64_t ms)
{
	time_t at = (time_t)(ms / 1000);
	struct tm tm;
	char text[40];

	gmtime_r(&at, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	want_text(out, object, what, key, ms == 0 ? "" : text);
}

static json_t *
parse(char *out, struct str text)
{
	json_error_t fault;
	json_t *value = json_loadb(text.p, text.n, 0, &fault);

	if (value == NULL)
		differs(out, "no JSON: %s: %.*s", fault.text, (int)(text.n > 200 ? 200 : text.n),
		    text.p);
	return value;
}

bool
see_flag(struct str body, const char *key)
{
	json_t *value = json_loadb(body.p, body.n, 0, NULL);
	bool flag = json_is_true(json_object_get(value, key));

	json_decref(value);
	return flag;
}

/* --- Requests ----------------------------------------------------------------------------------
 */
static void
see_request(char *out, const struct model *model, unsigned at, const json_t *row)
{
	const struct model_request *request = &model->requests[at];
	struct model_standing standing;
	char what[64];

	snprintf(what, sizeof what, "request %u", at);
	model_stand(&standing, model, at);
	want_text(out, row, what, "request", request->id);
	want_text(out, row, what, "reference", ask_reference(request->reference));
	want_text(out, row, what, "kind", model_kinds[request->kind].key);
	want_text(out, row, what, "channel", model_channels[request->channel]);
	want_text(out, row, what, "jurisdiction",
	    request->nation < 0 ? "" : model_nations[request->nation]);
	want_text(
	    out, row, what, "review_type", request->type < 0 ? "" : model_types[request->type]);
	want_time(out, row, what, "logged_at", request->at_ms);
	want_text(out, row, what, "logged_by", model_users[request->user].name);
	want_number(out, row, what, "entry", request->seq);
	want_flag(out, row, what, "same_day", model_kinds[request->kind].same_day);
	want_text(out, row, what, "state", model_state_names[request->state]);
	want_time(out, row, what, "since", request->state_ms);
	want_flag(out, row, what, "complete", standing.complete);
	want_text(out, row, what, "outcome", model_outcome_names[standing.outcome]);
	want_number(out, row, what, "referred", standing.referred);
	want_number(out, row, what, "undecided", standing.undecided);
	want_number(out, row, what, "confirmed", standing.confirmed);
}

static void
see_legs(char *out, const struct model *model, unsigned at, const json_t *legs)
{
	struct model_standing standing;

	model_stand(&standing, model, at);
	for (unsigned i = 0; i < MODEL_LEGS; i++) {
		const json_t *row = json_array_get(legs, i);
		char what[64];

		snprintf(what, sizeof what, "request %u, leg %s", at, model_legs[i]);
		want_text(out, row, what, "leg", model_legs[i]);
		want_flag(out, row, what, "complete", standing.leg_complete[i]);
		want_text(out, row, what, "check",
		    standing.newest[i] < 0 ? "" : model->checks[standing.newest[i]].id);
	}
}

static void
see_checks(char *out, const struct model *model, unsigned at, const json_t *list)
{
	size_t seen = 0;

	for (size_t i = 0; i < model->check_count; i++) {
		const struct model_check *check = &model->checks[i];
		const json_t *row = json_array_get(list, seen);

		if (check->request != at)
			continue;
		want_text(out, row, "checks", "check", check->id);
		want_text(out, row, "checks", "leg", model_legs[check->leg]);
		want_text(out, row, "checks", "user", model_users[check->user].name);
		want_flag(out, row, "checks", "leg_complete", check->covered);
		want_flag(out, row, "checks", "standing", check->standing);
		seen++;
	}
	if (json_array_size(list) != seen)
		differs(
		    out, "request %u: %zu checks, should be %zu", at, json_array_size(list), seen);
}

static void
see_milestones(char *out, const struct model *model, unsigned at, const json_t *list)
{
	size_t count = 0;

	for (size_t i = 0; i < model->milestone_count; i++) {
		const struct model_milestone *noted = &model->milestones[i];
		const char *name = model_milestone_names[noted->milestone];
		bool found = false;

		if (noted->request != at)
			continue;
		count++;
		for (size_t j = 0; j < json_array_size(list); j++) {
			const json_t *row = json_array_get(list, j);
			time_t day = (time_t)noted->day * 86400;
			struct tm tm;
			char on[20];

			if (strcmp(text_of(row, "milestone"), name) != 0)
				continue;
			found = true;
			gmtime_r(&day, &tm);
			strftime(on, sizeof on, "%Y-%m-%d", &tm);
			want_text(out, row, name, "on", on);
		}
		if (!found)
			differs(out, "request %u: milestone %s is not shown", at, name);
	}
	if (json_array_size(list) != count)
		differs(out, "request %u: %zu milestones, should be %zu", at, json_array_size(list),
		    count);
}

static void
see_get(char *out, const struct model *model, const struct act *act, const json_t *body)
{
	unsigned at = (unsigned)act->request;

	see_request(out, model, at, body);
	see_legs(out, model, at, json_object_get(body, "legs"));
	see_checks(out, model, at, json_object_get(body, "checks"));
	see_milestones(out, model, at, json_object_get(body, "milestones"));
	if (act->details) {
		const json_t *details = json_object_get(body, "details");
		bool destroyed = model->requests[at].destroyed;

		want_flag(out, details, "details", "destroyed", destroyed);
		want_text(out, details, "details", "purpose", destroyed ? "" : "a purpose");
	}
}

/* Those whose time is over, whether held or not. */
static void
see_kept(char *out, const struct model *model, const json_t *body)
{
	const json_t *list = json_object_get(body, "requests");
	size_t count = 0;

	for (unsigned i = 0; i < model->request_count; i++) {
		bool there = false;

		for (size_t j = 0; j < json_array_size(list); j++)
			there = there || strcmp(text_of(json_array_get(list, j), "request"),
					     model->requests[i].id) == 0;
		if (there != model_is_due(model, i))
			differs(out, "retention.due: request %u %s be there", i,
			    there ? "should not" : "should");
		count += there;
	}
	if (count != json_array_size(list))
		differs(out, "retention.due: %zu requests, should be %zu", json_array_size(list),
		    count);
}

static void
see_list(char *out, const struct model *model, const json_t *body)
{
	const json_t *list = json_object_get(body, "requests");

	if (json_array_size(list) != model->request_count)
		differs(out, "request.list: %zu requests, should be %zu", json_array_size(list),
		    model->request_count);
	for (size_t i = 0; i < model->request_count; i++)
		see_request(
		    out, model, (unsigned)(model->request_count - 1 - i), json_array_get(list, i));
}

/* --- Checks ------------------------------------------------------------------------------------
 */
static int
record_of(const struct model_findings *findings, const json_t *row)
{
	const char *system = text_of(row, "system"), *id = text_of(row, "record_id");

	for (size_t i = 0; i < findings->record_count; i++)
		if (strcmp(model_systems[findings->records[i].system], system) == 0 &&
		    strcmp(findings->records[i].id, id) == 0)
			return (int)i;
	return -1;
}

static int
grade_of(const char *name)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(model_grade_names[i], name) == 0)
			return i;
	return -1;
}

static int
find_or_add_record(struct model_findings *findings, const json_t *row)
{
	int at = record_of(findings, row);

	for (unsigned i = 0; i < MODEL_SYSTEMS && at < 0; i++)
		if (strcmp(model_systems[i], text_of(row, "system")) == 0 &&
		    findings->record_count < MODEL_RECORDS_MAX) {
			struct model_record *record = &findings->records[findings->record_count];

			at = (int)findings->record_count++;
			record->system = i;
			snprintf(record->id, sizeof record->id, "%s", text_of(row, "record_id"));
		}
	return at;
}

static bool
take_found(
    struct model_finding *out, struct model_findings *findings, size_t person, const json_t *row)
{
	struct model_found *found = &out->list[out->count];
	int grade = grade_of(text_of(row, "grade")), record;

	if (grade < 0)
		return true; /* unlikely: listed, not referred */
	record = find_or_add_record(findings, row);
	if (record < 0 || out->count == MODEL_FOUND_MAX)
		return false;
	*found = (struct model_found){ .person = (unsigned)person,
		.record = (unsigned)record,
		.grade = (enum model_grade)grade };
	snprintf(found->person_id, sizeof found->person_id, "%s", text_of(row, "person_id"));
	out->count++;
	return true;
}

bool
see_finding(struct model_finding *out, struct model_findings *findings, struct str text)
{
	json_t *body = json_loadb(text.p, text.n, 0, NULL);
	const json_t *people = json_object_get(body, "people");
	const json_t *secured = json_object_get(body, "secured");
	bool good = json_is_array(people) && json_is_array(secured);

	memset(out, 0, sizeof *out);
	out->covered = json_is_true(json_object_get(body, "leg_complete"));
	out->people = json_array_size(people);
	for (size_t i = 0; i < json_array_size(people); i++) {
		const json_t *person = json_array_get(people, i);
		const json_t *list = json_object_get(person, "candidates");

		out->insufficient +=
		    strcmp(text_of(person, "outcome"), "insufficient_evidence") == 0;
		for (size_t j = 0; j < json_array_size(list); j++)
			good = good && take_found(out, findings, i, json_array_get(list, j));
	}
	for (size_t i = 0; i < json_array_size(secured) && good; i++) {
		int record = find_or_add_record(findings, json_array_get(secured, i));

		good = record >= 0 && i < MODEL_FOUND_MAX;
		if (good)
			out->secures[out->secure_count++] = (unsigned)record;
	}
	json_decref(body);
	return good;
}

static bool
newly_secured(const struct expect *expect, int record)
{
	for (size_t i = 0; i < expect->count; i++)
		if (strcmp(expect->entries[i].kind, "secure") == 0 &&
		    expect->entries[i].record == record)
			return true;
	return false;
}

static void
see_candidate(char *out, const struct model *model, const struct expect *expect,
    const struct model_found *found, const json_t *row)
{
	const struct model_record *record = &model->findings->records[found->record];

	want_text(out, row, "candidate", "system", model_systems[record->system]);
	want_text(out, row, "candidate", "record_id", record->id);
	want_text(out, row, "candidate", "person_id", found->person_id);
	want_text(out, row, "candidate", "grade", model_grade_names[found->grade]);
	want_flag(out, row, record->id, "secured", model->secured[found->record].secured);
	want_flag(out, row, record->id, "secured_now", newly_secured(expect, (int)found->record));
	want_flag(out, row, record->id, "restricted", false);
	want_time(out, row, record->id, "secured_since",
	    model->secured[found->record].secured ? model->secured[found->record].at_ms : 0);
}

/* The other leg is that of its newest check, if it asked about the same people in time. */
static void
see_complete(
    char *out, const struct model *model, const struct model_check *check, const json_t *body)
{
	const int64_t within_ms = INT64_C(24) * 3600 * 1000;
	bool other_complete = false;

	for (size_t i = 0; i < model->check_count; i++) {
		const struct model_check *other = &model->checks[i];

		if (other->request == check->request && other->leg != check->leg)
			other_complete = other->covered && other->people_of == check->people_of &&
					 check->at_ms - other->at_ms <= within_ms;
	}
	want_flag(out, body, "check", "leg_complete", check->covered);
	want_flag(out, body, "check", "complete", check->covered && other_complete);
}

static void
see_check(char *out, const struct model *model, const struct act *act, const struct expect *expect,
    const json_t *body)
{
	const struct model_check *check = &model->checks[expect->check];
	const struct model_finding *finding =
	    &model->findings->of[check->world][check->set][check->leg];
	const json_t *people = json_object_get(body, "people");
	size_t seen = 0;

	want_text(out, body, "check", "leg", model_legs[check->leg]);
	want_text(out, body, "check", "request", model->requests[check->request].id);
	if (act->op != ACT_CHECK_OF)
		see_complete(out, model, check, body);
	for (size_t i = 0; i < json_array_size(people); i++) {
		const json_t *list = json_object_get(json_array_get(people, i), "candidates");

		for (size_t j = 0; j < json_array_size(list); j++) {
			const json_t *row = json_array_get(list, j);

			if (grade_of(text_of(row, "grade")) < 0)
				continue;
			if (seen < finding->count)
				see_candidate(out, model, expect, &finding->list[seen], row);
			seen++;
		}
	}
	if (seen != finding->count)
		differs(out, "check: %zu candidates, should be %zu", seen, finding->count);
	if (json_array_size(json_object_get(body, "secured")) > expect->count)
		differs(out, "check: it says that it secured more than it did");
}

/* --- The register ------------------------------------------------------------------------------
 */
static void
see_secured(char *out, const struct model *model, unsigned at, const json_t *row, bool listed)
{
	const struct model_secured *secured = &model->secured[at];
	const char *what = model->findings->records[at].id;

	want_flag(out, row, what, "secured", secured->secured);
	if (!secured->secured && !listed)
		return;
	want_time(out, row, what, "secured_since", secured->at_ms);
	want_text(out, row, what, "why", secured->check < 0 ? "by_hand" : "automatic");
	want_text(out, row, what, "secured_by",
	    secured->check < 0 ? "" : model->checks[secured->check].id);
	want_number(out, row, what, "secured_entry", secured->seq);
	want_text(out, row, what, "request", model->requests[secured->request].id);
	want_text(out, row, what, "user", model_users[secured->user].name);
}

static void
see_proposal(char *out, const struct model *model, unsigned at, const json_t *row)
{
	const struct model_secured *secured = &model->secured[at];
	const json_t *proposal = json_object_get(row, "proposal");

	if (json_is_null(proposal) != (secured->proposed_seq == 0))
		differs(out, "register: %s: there %s a proposal", model->findings->records[at].id,
		    json_is_null(proposal) ? "should be" : "should not be");
	if (secured->proposed_seq != 0) {
		want_number(out, proposal, "proposal", "entry", secured->proposed_seq);
		want_text(
		    out, proposal, "proposal", "user", model_users[secured->proposed_user].name);
		want_text(out, proposal, "proposal", "role", secured->proposed_role);
	}
	want_number(out, row, "register", "retained_entry", secured->retained_seq);
	want_text(out, row, "register", "ground",
	    secured->ground < 0 ? "" : model_grounds[secured->ground]);
	want_number(out, row, "register", "released_entry", secured->released_seq);
}

static void
see_register(char *out, const struct model *model, const struct act *act, const json_t *body)
{
	const json_t *list = json_object_get(body, "records");
	size_t count = 0;

	for (size_t i = 0; i < model->findings->record_count; i++)
		count += model->secured[i].ever && model->secured[i].secured != act->all;
	if (json_array_size(list) != count)
		differs(
		    out, "register.list: %zu records, should be %zu", json_array_size(list), count);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		int at = record_of(model->findings, row);

		if (at < 0 || !model->secured[at].ever || model->secured[at].secured == act->all) {
			differs(out, "register.list: %s should not be there",
			    text_of(row, "record_id"));
			return;
		}
		see_secured(out, model, (unsigned)at, row, true);
		see_proposal(out, model, (unsigned)at, row);
	}
}

static void
see_status(char *out, const struct model *model, const struct act *act, const json_t *body)
{
	see_secured(out, model, (unsigned)act->record, body, false);
}

/* --- Review, sharing, notices ------------------------------------------------------------------
 */
static int
candidate_of(const struct model *model, const json_t *row)
{
	int record = record_of(model->findings, row);

	for (size_t i = 0; i < model->candidate_count; i++) {
		const struct model_candidate *candidate = &model->candidates[i];

		if (record == (int)candidate->record &&
		    strcmp(model->requests[candidate->request].id, text_of(row, "request")) == 0 &&
		    candidate->person ==
			(unsigned)json_integer_value(json_object_get(row, "person")) &&
		    strcmp(candidate->person_id, text_of(row, "person_id")) == 0)
			return (int)i;
	}
	return -1;
}

static bool
is_queued(const struct model *model, const struct model_candidate *candidate, bool all)
{
	return model->requests[candidate->request].state == STATE_OPEN &&
	       (all || model_candidate_waits(candidate));
}

static void
see_queue(char *out, const struct model *model, const struct act *act, const json_t *body)
{
	const json_t *list = json_object_get(body, "candidates");
	size_t count = 0;

	for (size_t i = 0; i < model->candidate_count; i++)
		count += is_queued(model, &model->candidates[i], act->all);
	if (json_array_size(list) != (count > 100 ? 100 : count))
		differs(out, "review.queue: %zu candidates, should be %zu", json_array_size(list),
		    count);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		int at = candidate_of(model, row);
		const struct model_candidate *candidate = &model->candidates[at < 0 ? 0 : at];

		if (at < 0 || !is_queued(model, candidate, act->all)) {
			differs(
			    out, "review.queue: %s should not be there", text_of(row, "record_id"));
			return;
		}
		want_text(out, row, "review.queue", "state", model_candidate_state(candidate));
		want_text(out, row, "review.queue", "grade", model_grade_names[candidate->grade]);
		want_number(out, row, "review.queue", "seen", candidate->seq);
		want_number(out, row, "review.queue", "first_seen", candidate->first_seq);
		want_flag(out, row, "review.queue", "dropped", !candidate->current);
	}
}

/* One label for each decision that holds and says yes or no. */
static void
see_pairs(char *out, const struct model *model, const json_t *body)
{
	const json_t *list = json_object_get(body, "pairs");
	size_t matches = 0, others = 0, seen_matches = 0;

	for (size_t i = 0; i < model->candidate_count; i++) {
		const struct model_candidate *candidate = &model->candidates[i];

		if (strcmp(model_candidate_state(candidate), "decided") != 0)
			continue;
		matches += candidate->verdict == VERDICT_THIS;
		others += candidate->verdict == VERDICT_NOT_THIS;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		seen_matches += json_is_true(json_object_get(json_array_get(list, i), "is_match"));
	if (json_array_size(list) != matches + others || seen_matches != matches)
		differs(out, "review.pairs: %zu of %zu are matches, should be %zu of %zu",
		    seen_matches, json_array_size(list), matches, matches + others);
}

static void
see_sharing(char *out, const struct model *model, const struct act *act, const json_t *body)
{
	const struct model_request *request = &model->requests[act->request];

	want_text(out, body, "share", "state", model_sharing_names[request->sharing]);
	if (act->op != ACT_SHARE_GET)
		return;
	want_flag(out, body, "share", "allowed",
	    request->sharing == SHARING_AGREED || request->sharing == SHARING_GRANTED);
	want_number(out, body, "share", "entry", request->sharing_seq);
}

static const json_t *
notice_row(const json_t *list, uint64_t seq, const char *to)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);

		if (json_integer_value(json_object_get(row, "seq")) == (json_int_t)seq &&
		    strcmp(text_of(row, "to"), to) == 0)
			return row;
	}
	return NULL;
}

/* Those of the role, of the first hundred entries; the notifier's are everybody's. */
static void
see_notices(char *out, const struct model *model, const char *as, const json_t *body)
{
	const json_t *list = json_object_get(body, "notices");
	int role = page_role(model->page, as);
	size_t seen = 0, entries = 0;
	uint64_t last = 0;

	for (size_t i = 0; i < model->notice_count; i++) {
		const struct model_notice *notice = &model->notices[i];
		const char *to = model->page->roles[notice->to];
		const json_t *row = notice_row(list, notice->seq, to);

		if (strcmp(as, "notifier") != 0 && (int)notice->to != role)
			continue;
		entries += notice->seq != last;
		last = notice->seq;
		if (entries > 100)
			break;
		if (row == NULL) {
			differs(out, "notice.list: entry %llu (%s) to %s is not there",
			    (unsigned long long)notice->seq, notice->event, to);
			return;
		}
		want_text(out, row, "notice.list", "event", notice->event);
		want_text(out, row, "notice.list", "state",
		    notice->acked  ? "acknowledged"
		    : notice->sent ? "sent"
				   : "queued");
		want_text(out, row, "notice.list", "request",
		    notice->request < 0 ? "" : model->requests[notice->request].id);
		seen++;
	}
	if (json_array_size(list) != seen)
		differs(
		    out, "notice.list of %s: %zu, should be %zu", as, json_array_size(list), seen);
}

/* --- A reply -----------------------------------------------------------------------------------
 */
static void
learn(char *out, struct model *model, const struct expect *expect, const json_t *body)
{
	if (expect->request >= 0)
		snprintf(model->requests[expect->request].id, 20, "%s", text_of(body, "request"));
	if (expect->check >= 0)
		snprintf(model->checks[expect->check].id, 20, "%s", text_of(body, "check"));
	for (size_t i = 0; i + 1 < model->request_count && expect->request >= 0; i++)
		if (strcmp(model->requests[i].id, model->requests[expect->request].id) == 0)
			differs(out, "two requests have the name %s", model->requests[i].id);
	for (size_t i = 0; i + 1 < model->check_count && expect->check >= 0; i++)
		if (strcmp(model->checks[i].id, model->checks[expect->check].id) == 0)
			differs(out, "two checks have the name %s", model->checks[i].id);
}

static void
see_body(char *out, struct model *model, const struct act *act, const struct expect *expect,
    const json_t *body)
{
	switch (act->op) {
	case ACT_LOG:
		want_text(out, body, "request.log", "state", "open");
		want_flag(out, body, "request.log", "same_day", model_kinds[act->kind].same_day);
		break;
	case ACT_TOLD:
	case ACT_CHECK:
	case ACT_CHECK_OF:
		see_check(out, model, act, expect, body);
		break;
	case ACT_GET:
		see_get(out, model, act, body);
		break;
	case ACT_LIST:
		see_list(out, model, body);
		break;
	case ACT_DECLINE:
	case ACT_WITHDRAW:
	case ACT_CLOSE:
		want_text(out, body, act_ops[act->op], "state",
		    model_state_names[model->requests[act->request].state]);
		want_text(out, body, act_ops[act->op], "outcome",
		    model_outcome_names[model->requests[act->request].ended_as]);
		break;
	case ACT_MEDIA:
		want_text(out, body, "media.status", "status",
		    model_media_names[model_media(model, act->reference)]);
		if (json_object_size(body) != 2)
			differs(out, "media.status tells more than it may");
		break;
	case ACT_REGISTER:
		see_register(out, model, act, body);
		break;
	case ACT_STATUS:
		see_status(out, model, act, body);
		break;
	case ACT_RELEASE:
		want_text(out, body, "record.release", "state",
		    act->withdraw			  ? "withdrawn"
		    : model->secured[act->record].secured ? "proposed"
							  : "released");
		break;
	case ACT_QUEUE:
		see_queue(out, model, act, body);
		break;
	case ACT_DECIDE:
	case ACT_SECOND:
		want_text(out, body, act_ops[act->op], "state",
		    model_candidate_state(&model->candidates[act->candidate]));
		break;
	case ACT_PAIRS:
		see_pairs(out, model, body);
		break;
	case ACT_SHARE_OPEN:
	case ACT_SHARE_AGREE:
	case ACT_SHARE_CONSULT:
	case ACT_SHARE_DECIDE:
	case ACT_SHARE_GET:
		see_sharing(out, model, act, body);
		break;
	case ACT_KEPT:
		see_kept(out, model, body);
		break;
	case ACT_DESTROY:
		want_text(out, body, "retention.destroy", "state", "destroyed");
		break;
	case ACT_NOTICES:
		see_notices(out, model, expect->role, body);
		break;
	default:
		break;
	}
}

void
see_reply(char *out, struct model *model, const struct act *act, const struct expect *expect,
    struct str text)
{
	json_t *body = parse(out, text);

	if (body != NULL) {
		learn(out, model, expect, body);
		see_body(out, model, act, expect, body);
	}
	json_decref(body);
}

/* --- Entries -----------------------------------------------------------------------------------
 */
static uint32_t
roles_told(const struct model *model, const json_t *body)
{
	const json_t *list = json_object_get(body, "to");
	uint32_t told = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		int role = page_role(model->page, text_of(json_array_get(list, i), "role"));

		if (role >= 0)
			told |= 1u << role;
	}
	return told;
}

static void
see_entry(char *out, const struct model *model, const struct expect_entry *wanted, uint64_t seq,
    const json_t *entry)
{
	const json_t *body = json_object_get(entry, "body");
	char what[64];

	snprintf(
	    what, sizeof what, "entry %llu (%s)", (unsigned long long)seq, text_of(entry, "kind"));
	want_number(out, entry, what, "seq", seq);
	want_text(out, entry, what, "kind", wanted->kind);
	want_text(out, entry, what, "user", model_users[wanted->user].name);
	want_text(out, entry, what, "role", wanted->role);
	want_number(out, entry, what, "at_ms", (uint64_t)model->now_ms);
	want_text(out, entry, what, "request",
	    wanted->request < 0 ? "" : model->requests[wanted->request].id);
	want_text(out, entry, what, "check",
	    wanted->check == EXPECT_NO_SUCH_CHECK ? "CHK-0000-0000"
	    : wanted->check < 0			  ? ""
						  : model->checks[wanted->check].id);
	if (strcmp(wanted->kind, "notice") == 0) {
		want_text(out, body, what, "event", wanted->event);
		if (roles_told(model, body) != wanted->to)
			differs(out, "%s: %s: told are %#x, should be %#x", what, wanted->event,
			    roles_told(model, body), wanted->to);
	}
	if (wanted->record >= 0 && record_of(model->findings, body) != wanted->record)
		differs(out, "%s: of %s, should be of %s", what, text_of(body, "record_id"),
		    model->findings->records[wanted->record].id);
}

size_t
see_count(struct str list)
{
	json_t *entries = json_loadb(list.p, list.n, 0, NULL);
	size_t count = json_array_size(entries);

	json_decref(entries);
	return count;
}

static void
list_kinds(char *out, size_t size, const json_t *entries)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < json_array_size(entries) && n < size; i++)
		n += (size_t)snprintf(
		    out + n, size - n, " %s", text_of(json_array_get(entries, i), "kind"));
}

void
see_entries(char *out, const struct model *model, const struct expect *expect, unsigned times,
    uint64_t before, struct str list)
{
	json_t *entries = parse(out, list);
	char kinds[300], wanted[300];
	size_t n = 0;

	wanted[0] = '\0';
	for (size_t i = 0; i < expect->count && n < sizeof wanted; i++)
		n +=
		    (size_t)snprintf(wanted + n, sizeof wanted - n, " %s", expect->entries[i].kind);
	list_kinds(kinds, sizeof kinds, entries);
	if (json_array_size(entries) != expect->count * times)
		differs(out, "entries:%s; should be:%s (%u times)", kinds, wanted, times);
	for (size_t i = 0; i < json_array_size(entries) && expect->count > 0; i++)
		see_entry(out, model, &expect->entries[i % expect->count], before + i + 1,
		    json_array_get(entries, i));
	json_decref(entries);
}

/* --- What searchd does by itself ---------------------------------------------------------------
 */
struct walk {
	char *out;
	struct model *model;
	const json_t *entries;
	size_t at, seen, standing; /* entries that only keep the books */
};

static unsigned
system_of(const char *key)
{
	for (unsigned i = 0; i < MODEL_SYSTEMS; i++)
		if (strcmp(model_systems[i], key) == 0)
			return i;
	return 0;
}

static void
take_standing(struct model *model, const json_t *body)
{
	const json_t *systems = json_object_get(body, "systems");

	for (size_t i = 0; i < json_array_size(systems); i++) {
		const json_t *row = json_array_get(systems, i);
		unsigned system = system_of(text_of(row, "system"));

		model->swept[system] =
		    (unsigned)json_integer_value(json_object_get(row, "generation"));
		model->swept_to[system] =
		    (uint64_t)json_integer_value(json_object_get(body, "up_to"));
	}
}

/* Those of the kind that come now. */
static void
skip_books(struct walk *walk, const char *kind)
{
	for (; walk->at < json_array_size(walk->entries); walk->at++) {
		const json_t *entry = json_array_get(walk->entries, walk->at);
		bool standing = strcmp(kind, "standing") == 0;

		if (strcmp(text_of(entry, "kind"), kind) != 0)
			return;
		if (standing)
			take_standing(walk->model, json_object_get(entry, "body"));
		walk->seen += !standing;
		walk->standing += standing;
		walk->model->seq++;
	}
}

/* The entries of one step; `before` is the number of the last one before it. */
static void
see_step(struct walk *walk, const struct expect *expect, uint64_t before)
{
	if (expect->check >= 0)
		snprintf(walk->model->checks[expect->check].id, 20, "%s",
		    text_of(json_array_get(walk->entries, walk->at), "check"));
	for (size_t i = 0; i < expect->count; i++, walk->at++) {
		const json_t *entry = json_array_get(walk->entries, walk->at);

		if (entry == NULL)
			differs(walk->out, "a load: entry %llu, a %s, is not there",
			    (unsigned long long)(before + i + 1), expect->entries[i].kind);
		else
			see_entry(
			    walk->out, walk->model, &expect->entries[i], before + i + 1, entry);
	}
}

void
see_world(char *out, struct model *model, bool crashed, struct str list)
{
	json_t *entries = parse(out, list);
	struct walk walk = { .out = out, .model = model, .entries = entries };
	unsigned checks[MODEL_LEGS][MODEL_CHECKS_MAX];
	size_t counts[MODEL_LEGS], looks = 0, sweeps = 0;
	struct expect expect;

	for (unsigned i = 0; i < MODEL_SYSTEMS && out[0] == '\0'; i++) {
		uint64_t before = model->seq;
		bool looked;

		model_look_for(&expect, model, i, &looked);
		see_step(&walk, &expect, before);
		looks += looked;
		skip_books(&walk, "register_seen");
	}
	for (unsigned leg = 0; leg < MODEL_LEGS; leg++)
		counts[leg] = model_behind(checks[leg], model, leg);
	for (unsigned leg = 0; leg < MODEL_LEGS && out[0] == '\0'; leg++) {
		for (size_t i = 0; i < counts[leg]; i++) {
			uint64_t before = model->seq;

			model_search_again(&expect, model, checks[leg][i]);
			see_step(&walk, &expect, before);
		}
		sweeps += counts[leg] > 0;
		skip_books(&walk, "standing");
	}
	if (walk.at != json_array_size(entries))
		differs(out, "a load: a %s too many",
		    text_of(json_array_get(entries, walk.at), "kind"));
	if (!crashed && (walk.seen != looks || walk.standing != sweeps))
		differs(out, "a load: %zu looks at the register and %zu sweeps, should be %zu, %zu",
		    walk.seen, walk.standing, looks, sweeps);
	json_decref(entries);
}
