#include "searchd/check.h"

#include "daemon/log.h"
#include "ledger/checks.h"
#include "ledger/policy_rules.h"
#include "ledger/requests.h"
#include "searchd/answer.h"
#include "searchd/authorise.h"
#include "searchd/case_members.h"
#include "searchd/check_id.h"
#include "searchd/household.h"
#include "searchd/notices.h"
#include "searchd/other_records.h"
#include "searchd/request.h"
#include "wire/limits.h"

#include <math.h>

#define NAME_ATTEMPTS 8 /* for a check's name that is taken; one is nearly always enough */

/* --- What is asked -----------------------------------------------------------------------------
 */

/* The leg that is named, or the role's only one. */
enum wire_code
check_resolve_leg(struct call *call, struct ask *ask)
{
	const struct policy *policy = call->world->rules->policy;
	const char *only = policy_default_leg(policy, call->role);

	if (ask->leg.n == 0 && only == NULL)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "leg: is missing; the role %s does not search one leg only",
		    policy_role_title(policy, call->role));
	if (ask->leg.n == 0)
		ask->leg = str_from(only);
	if (world_leg(call->world, ask->leg) == NULL)
		return call_fail(call, WIRE_BAD_REQUEST, "leg: the policy knows no leg \"%.*s\"",
		    STR_ARG(ask->leg));
	return authorise_leg(call, ask->leg, ask->of);
}

/* Two legs make one check only when they ask about the same people in the same words. */
static enum wire_code
compare_people(struct call *call, const struct ask *ask, const struct ask_earlier *earlier)
{
	bool same = false;
	enum wire_code code = request_same_people(
	    &same, call, ask->people, ask->people_count, earlier->people, earlier->people_count);

	if (code != WIRE_OK || same)
		return code;
	return call_fail(call, WIRE_BAD_REQUEST,
	    "people: are not those of %.*s; leave them out to ask about the same",
	    STR_ARG(ask->of));
}

enum wire_code
check_read_earlier(
    struct ask_earlier *out, int64_t *at_ms, struct call *call, struct str check, const char *field)
{
	const struct ledger_row *rows = NULL;
	size_t count = 0, i = 0;
	enum status status = ledger_check_entries(
	    &rows, &count, call->shared->ledger, call->arena, check, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	while (i < count && !str_eq_text(rows[i].kind, "check"))
		i++;
	if (i == count)
		return call_fail(
		    call, WIRE_NOT_FOUND, "%sthere is no check %.*s", field, STR_ARG(check));
	*at_ms = rows[i].at_ms;
	if (rows[i].destroyed)
		return call_fail(call, WIRE_NOT_FOUND,
		    "%swhat %.*s asked was destroyed at the end of its retention", field,
		    STR_ARG(check));
	status = ask_read_earlier(out, call->arena, rows[i].secret, &call->err);
	out->request = rows[i].request;
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

static void
add_other(struct answer *answer, const struct call *call, const struct answer_other *other)
{
	struct answer_other *out = &answer->others[answer->other_count];

	if (answer->other_count == POLICY_LEGS_MAX || str_eq(other->leg, answer->leg) ||
	    answer_other_leg(answer, other->leg) != NULL)
		return;
	*out = *other;
	out->expired =
	    answer_leg_expired(out->age_ms, policy_legs_within_hours(call->world->rules->policy));
	answer->other_count++;
}

/* The other legs of the request: of each the newest check, or the one that is named. What was
 * asked of this leg before is asked again. */
enum wire_code
check_take_others(struct call *call, struct answer *answer)
{
	struct ledger_check *checks = NULL;
	size_t count = 0;
	enum status status = ledger_request_legs(
	    &checks, &count, call->shared->ledger, call->arena, answer->request, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	for (size_t i = 0; i < count; i++)
		if (str_eq(checks[i].leg, answer->leg) && answer->rerun_of.n == 0)
			answer->rerun_of = checks[i].id;
	for (size_t i = 0; i < count; i++)
		if (world_leg(call->world, checks[i].leg) != NULL)
			add_other(answer, call,
			    &(struct answer_other){ .leg = checks[i].leg,
				.check = checks[i].id,
				.complete = checks[i].complete,
				.age_ms = call->at_ms - checks[i].at_ms,
				.other_people = checks[i].people_seq != answer->people_of });
	return WIRE_OK;
}

static enum wire_code
open_request(struct call *call, struct str id)
{
	struct ledger_request request;
	enum status status =
	    ledger_request_find(&request, call->shared->ledger, call->arena, id, &call->err);

	return status == STATUS_OK ? request_must_be_open(call, &request)
				   : call_fault(call, status);
}

/* The check that this one is the other leg of; its people are taken if none are given. */
static enum wire_code
take_earlier(struct call *call, struct ask *ask, struct answer *answer)
{
	struct ask_earlier earlier;
	struct ledger_check row;
	int64_t at_ms = 0;
	enum wire_code code = check_read_earlier(&earlier, &at_ms, call, ask->of, "of: ");
	enum status status;

	if (code != WIRE_OK)
		return code;
	status = ledger_check_find(&row, call->shared->ledger, call->arena, ask->of, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	answer->people_of = row.people_seq;
	if (str_eq(earlier.leg, ask->leg))
		return call_fail(call, WIRE_BAD_REQUEST,
		    "of: %.*s is of the %.*s leg itself; name a check of another leg",
		    STR_ARG(ask->of), STR_ARG(ask->leg));
	if (ask->request_id.n > 0 && !str_eq(ask->request_id, earlier.request))
		return call_fail(call, WIRE_BAD_REQUEST, "request: %.*s is of the request %.*s",
		    STR_ARG(ask->of), STR_ARG(earlier.request));
	answer->request = earlier.request;
	code = open_request(call, earlier.request);
	if (code != WIRE_OK)
		return code;
	if (ask->reference.n == 0)
		ask->reference = earlier.reference;
	add_other(answer, call,
	    &(struct answer_other){ .leg = earlier.leg,
		.check = ask->of,
		.complete = earlier.leg_complete,
		.age_ms = call->at_ms - at_ms });
	if (ask->people_count > 0)
		return compare_people(call, ask, &earlier);
	ask->people = earlier.people;
	ask->people_count = earlier.people_count;
	return WIRE_OK;
}

enum wire_code
check_make_features(struct call *call, const struct ask *ask, struct answer *answer)
{
	answer->people = arena_alloc(call->arena, ask->people_count, sizeof *answer->people);
	if (answer->people == NULL)
		return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	answer->people_count = ask->people_count;
	for (size_t i = 0; i < ask->people_count; i++) {
		struct answer_person *person = &answer->people[i];
		enum status status;

		person->asked = &ask->people[i];
		status = features_make(&person->features, call->arena, call->worker->folder,
		    call->world->rules->lexicon, &person->asked->person, &call->err);
		if (status != STATUS_OK)
			return call_fault(call, status);
		if (features_empty(&person->features))
			return call_fail(call, WIRE_BAD_REQUEST,
			    "people[%zu]: nothing to search by: give a name, a date of birth, an "
			    "address, a phone, an e-mail or an identifier",
			    i);
	}
	return WIRE_OK;
}

enum wire_code
check_make_name(struct call *call, struct answer *answer)
{
	char name[CHECK_ID_BYTES + 1];

	for (unsigned attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
		const struct ledger_row *rows = NULL;
		size_t count = 0;
		enum status status;

		check_id_make(name, call->user_name, call->request.id, attempt);
		status = ledger_check_entries(
		    &rows, &count, call->shared->ledger, call->arena, str_from(name), &call->err);
		if (status != STATUS_OK)
			return call_fault(call, status);
		if (count > 0)
			continue;
		if (!arena_copy(&answer->check, call->arena, str_from(name)))
			return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
		call->check = answer->check;
		return WIRE_OK;
	}
	return call_fail(call, WIRE_INTERNAL, "no free name for the check");
}

/* --- Search ------------------------------------------------------------------------------------
 */
double
check_floor(const struct leg *leg)
{
	double least = INFINITY;

	for (size_t i = 0; i < leg->system_count; i++)
		if (leg->systems[i].policy->thresholds.list < least)
			least = leg->systems[i].policy->thresholds.list;
	return least;
}

double
check_family_floor(const struct leg *leg)
{
	double least = INFINITY;

	for (size_t i = 0; i < leg->system_count; i++)
		least = fmin(least, leg->systems[i].policy->thresholds.related);
	return least;
}

static bool
is_late(void *ctx)
{
	return call_late(ctx);
}

static enum status
search_one(struct call *call, const struct leg *leg, struct searcher *searcher,
    struct answer_person *person)
{
	struct search_result result;
	enum status status =
	    search_person_and_family(&result, searcher, call->arena, call->worker->folder,
		&person->features, check_floor(leg), check_family_floor(leg), &call->err);

	if (status == STATUS_OK)
		status = answer_person_judge(person, call, leg, searcher_scorer(searcher), &result);
	return status;
}

static size_t
count_left_out(const struct call *call, const struct leg *leg)
{
	size_t count = 0;

	for (size_t i = 0; i < leg->system_count; i++)
		count += answer_system_fault(call, &leg->systems[i], leg->snapshot) != NULL;
	return count;
}

/* The watch looks at the leg again. */
static void
report_left_out(const struct call *call, struct leg *leg)
{
	if (count_left_out(call, leg) == 0 || atomic_exchange(&leg->suspect, true))
		return;
	for (size_t i = 0; i < leg->system_count; i++) {
		const struct err *fault =
		    answer_system_fault(call, &leg->systems[i], leg->snapshot);
		struct log_line line;
		char text[512];

		if (fault == NULL)
			continue;
		log_begin(&line, LOG_LEVEL_ERROR, call->request.id, "system_left_out");
		log_text(&line, "system", str_from(leg->systems[i].policy->key));
		log_text(&line, "err", str_from(err_format(text, sizeof text, fault)));
		log_end(&line);
	}
}

/* What a search costs goes by the spellings of the names. */
static size_t
cost_of(const struct answer_person *person)
{
	size_t tokens = 0;

	for (size_t i = 0; i < person->features.name_count; i++)
		tokens += person->features.names[i].count;
	return tokens;
}

/* The cheapest first, so that if time runs out it does so for as few people as can be. */
static void
order_people(struct answer_person *order[WIRE_PEOPLE_MAX], struct answer *answer)
{
	for (size_t i = 0; i < answer->people_count; i++) {
		struct answer_person *person = &answer->people[i];
		size_t at = i;

		for (; at > 0 && cost_of(order[at - 1]) > cost_of(person); at--)
			order[at] = order[at - 1];
		order[at] = person;
	}
}

/* Out of time: nothing is known of the person. */
static enum status
cut_short(struct call *call, const struct leg *leg, struct searcher *searcher,
    struct answer_person *person)
{
	const struct search_result nothing = { .count = 0 };

	err_clear(&call->err);
	person->cut_short = true;
	return answer_person_judge(person, call, leg, searcher_scorer(searcher), &nothing);
}

static enum status
search_people(
    struct call *call, const struct leg *leg, struct searcher *searcher, struct answer *answer)
{
	struct answer_person *order[WIRE_PEOPLE_MAX];
	enum status status = STATUS_OK;

	order_people(order, answer);
	for (size_t i = 0; status == STATUS_OK && i < answer->people_count; i++) {
		order[i]->cut_short = false;
		status =
		    call_late(call) ? STATUS_TIMEOUT : search_one(call, leg, searcher, order[i]);
		if (status == STATUS_TIMEOUT && answer->may_be_cut)
			status = cut_short(call, leg, searcher, order[i]);
	}
	return status;
}

/* True, and *status is good again, if only time ran out, and an answer may say so. */
static bool
ran_out(enum status *status, struct call *call, struct answer *answer)
{
	if (*status != STATUS_TIMEOUT || !answer->may_be_cut)
		return false;
	err_clear(&call->err);
	answer->families_cut = true;
	*status = STATUS_OK;
	return true;
}

/* What a person's best record tells finds others of theirs. */
static enum status
raise_by_records(
    struct call *call, const struct leg *leg, struct searcher *searcher, struct answer *answer)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < answer->people_count; i++) {
		status = other_records_raise(&answer->people[i], call, leg, searcher);
		(void)ran_out(&status, call, answer);
		if (status == STATUS_OK)
			answer_person_settle(
			    &answer->people[i], call, leg, searcher_scorer(searcher));
	}
	return status;
}

/* People found in one case raise each other. */
static enum status
raise_people(
    struct call *call, const struct leg *leg, struct searcher *searcher, struct answer *answer)
{
	enum status status = household_raise(answer, call, searcher);

	(void)ran_out(&status, call, answer);
	for (size_t i = 0; status == STATUS_OK && i < answer->people_count; i++)
		answer_person_settle(&answer->people[i], call, leg, searcher_scorer(searcher));
	return status;
}

/* An answer is of one set of systems: if one drops out on the way, everyone is searched again
 * without it. Each round but the last loses a system, so there are few. */
static enum status
search_rounds(struct call *call, struct leg *leg, struct answer *answer)
{
	struct searcher *searcher = NULL;
	enum status status = call_searcher(&searcher, call, str_from(leg->key), false);
	size_t left_out;

	if (status != STATUS_OK)
		return status;
	searcher_set_stop(searcher, is_late, call);
	do {
		left_out = count_left_out(call, leg);
		answer->families_cut = false;
		status = search_people(call, leg, searcher, answer);
		if (status == STATUS_OK)
			status = raise_by_records(call, leg, searcher, answer);
		if (status == STATUS_OK && answer->people_count > 1)
			status = raise_people(call, leg, searcher, answer);
		if (status == STATUS_OK)
			status = case_members_list(answer, call, searcher);
		(void)ran_out(&status, call, answer);
	} while (status == STATUS_OK && count_left_out(call, leg) > left_out);
	searcher_set_stop(searcher, NULL, NULL);
	report_left_out(call, leg);
	return status;
}

static bool
none_searched(const struct answer *answer)
{
	for (size_t i = 0; i < answer->people_count; i++)
		if (!answer->people[i].cut_short)
			return false;
	return true;
}

enum wire_code
check_search(struct call *call, struct answer *answer)
{
	struct leg *leg = world_leg(call->world, answer->leg);
	enum status status = search_rounds(call, leg, answer);

	if (status == STATUS_OK)
		status = answer_judge(answer, call, leg);
	if (status == STATUS_TIMEOUT || (status == STATUS_OK && none_searched(answer)))
		return call_fail(call, WIRE_DEADLINE,
		    "the check took longer than %u s; ask for fewer people at once",
		    call->shared->settings->check_seconds);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

/* --- Answer and ledger -------------------------------------------------------------------------
 */

/* Too long for a reply: the weakest candidates are counted instead of shown. */
static void
write_within_limit(struct buf *out, struct answer *answer, struct call *call)
{
	for (size_t most = WIRE_CANDIDATES_MAX;; most /= 2) {
		for (size_t i = 0; i < answer->people_count; i++) {
			if (answer->people[i].shown > most)
				answer->people[i].shown = most;
			if (answer->people[i].related_shown > most)
				answer->people[i].related_shown = most;
		}
		buf_clear(out);
		answer_write(out, answer, call);
		if (most == 0 || buf_failed(out) ||
		    buf_json_bytes(buf_str(out)) <= CHECK_ANSWER_BYTES_MAX)
			return;
	}
}

/* The records of those who are referred, one of a candidate. */
static bool
collect_referred(
    struct ledger_secure **out, size_t *count, struct call *call, const struct answer *answer)
{
	size_t most = 0;

	*count = 0;
	for (size_t i = 0; i < answer->people_count; i++)
		most += answer->people[i].referred;
	*out = arena_alloc(call->arena, most + 1, sizeof **out);
	if (*out == NULL)
		return false;
	for (size_t i = 0; i < answer->people_count; i++) {
		const struct answer_person *person = &answer->people[i];

		for (size_t j = 0; j < person->referred && j < person->count; j++)
			if (policy_is_referred(call->world->rules->policy,
				str_from(grade_name(person->candidates[j].grade))))
				(*out)[(*count)++] = (struct ledger_secure){
					str_from(person->candidates[j].system->policy->key),
					person->candidates[j].found->header.record_id
				};
	}
	return true;
}

/* Whoever reviews, and whoever holds what is secured, is told in the check's own batch. */
static enum wire_code
add_notices(
    struct ledger_entry *entries, size_t *count, struct call *call, const struct answer *answer)
{
	struct notice_about referred = { .request = answer->request, .check = answer->check };
	const struct notice_about secured = { .request = answer->request,
		.check = answer->check,
		.records = answer->secures,
		.record_count = answer->secure_count };
	struct ledger_secure *records;
	enum wire_code code = WIRE_OK;

	if (!collect_referred(&records, &referred.record_count, call, answer))
		return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	referred.records = records;
	if (answer->changed != NULL)
		code = notices_add(entries, count, call, "standing_change", answer->changed);
	else if (referred.record_count > 0)
		code = notices_add(entries, count, call, "candidate_referred", &referred);
	if (code == WIRE_OK && secured.record_count > 0)
		code = notices_add(entries, count, call, "record_secured", &secured);
	return code;
}

static enum wire_code
append_check(struct call *call, const struct answer *answer, struct str answer_text)
{
	struct buf body = BUF_INIT, secret = BUF_INIT;
	struct ledger_entry entries[3] = { call_entry(call, "check") };
	struct ledger_batch batch = { .entries = entries,
		.entry_count = 1,
		.request_open = answer->request,
		.secures = answer->secures,
		.secure_count = answer->secure_count,
		.secures_are_new = true,
		.idem_principal = call->user_name,
		.idem_id = call->request.id,
		.idem_request = call->hash,
		.idem_reply = buf_str(&call->body) };
	enum wire_code code;

	answer_write_open(&body, answer, call);
	answer_write_entry(&secret, answer, answer_text);
	entries[0].request = answer->request;
	entries[0].check = answer->check;
	entries[0].body = buf_str(&body);
	entries[0].secret = buf_str(&secret);
	code = buf_failed(&body) || buf_failed(&secret)
		   ? call_fault(call, STATUS_NOMEM)
		   : add_notices(entries, &batch.entry_count, call, answer);
	if (code == WIRE_OK)
		code = call_append(call, &batch);
	buf_free(&body);
	buf_free(&secret);
	return code;
}

static enum wire_code
write_and_log(struct call *call, struct answer *answer)
{
	struct buf full = BUF_INIT, brief = BUF_INIT;
	enum status status = STATUS_OK;
	enum wire_code code;

	write_within_limit(&full, answer, call);
	if (answer->ask->brief)
		answer_write_brief(&brief, answer, call);
	if (buf_failed(&full) || buf_failed(&brief))
		status = STATUS_NOMEM;
	if (status == STATUS_OK)
		status =
		    answer_redact(&call->body, call, buf_str(answer->ask->brief ? &brief : &full));
	if (status == STATUS_OK && buf_failed(&call->body))
		status = STATUS_NOMEM;
	code = status == STATUS_OK ? append_check(call, answer, buf_str(&full))
				   : call_fault(call, status);
	buf_free(&full);
	buf_free(&brief);
	return code;
}

/* What an answer says to secure now, its entry secures, or it is not given. Where another check
 * came first it is written again; each turn finds a record fewer to secure, so they end. */
enum wire_code
check_answer_and_log(struct call *call, struct answer *answer)
{
	for (size_t turns = answer->secure_count;; turns--) {
		enum wire_code code = write_and_log(call, answer);

		if (code == WIRE_OK || call->err.status != STATUS_STALE || turns == 0)
			return code;
		err_clear(&call->err);
		buf_clear(&call->body);
		answer_secure_again(answer, call);
	}
}

/* An attempt that came to nothing by our fault is kept too. */
void
check_log_failure(struct call *call, struct str request, enum wire_code code)
{
	struct err first = call->err;
	struct ledger_entry entry = call_entry(call, "failure");
	struct buf body = BUF_INIT, secret = BUF_INIT;

	buf_add_text(&body, "{\"op\":");
	buf_add_json(&body, call->request.op);
	buf_addf(&body, ",\"code\":\"%s\"}", wire_code_name(code));
	buf_add_text(&secret, "{\"why\":"); /* may quote what was asked */
	buf_add_json(&secret, str_from(first.text));
	buf_add_text(&secret, ",\"asked\":");
	buf_add_json(&secret, call->request.body);
	buf_add_char(&secret, '}');
	entry.request = request;
	entry.check = call->check;
	entry.body = buf_str(&body);
	entry.secret = buf_str(&secret);
	if (!buf_failed(&body) && !buf_failed(&secret))
		(void)call_log_entry(call, &entry);
	buf_free(&body);
	buf_free(&secret);
	call->err = first;
}

static enum wire_code
run(struct call *call, struct ask *ask)
{
	struct answer answer = { .ask = ask,
		.may_be_cut = true,
		.leg = ask->leg,
		.check = STR_NONE,
		.request = STR_NONE,
		.rerun_of = STR_NONE };
	struct request_place place = { .id = STR_NONE };
	enum wire_code code = WIRE_OK, logged;

	if (ask->of.n > 0)
		code = take_earlier(call, ask, &answer);
	else if (ask->request_id.n > 0)
		code = request_take(&place, call, ask);
	if (code == WIRE_OK)
		code = check_make_features(call, ask, &answer);
	if (code == WIRE_OK && ask->of.n == 0 && ask->request_id.n == 0)
		code = request_log_told(&place, call, ask);
	if (code == WIRE_OK && ask->of.n == 0) {
		answer.request = place.id;
		answer.people_of = place.people_of;
	}
	if (code == WIRE_OK)
		code = check_take_others(call, &answer);
	if (code == WIRE_OK)
		code = check_make_name(call, &answer);
	if (code == WIRE_OK)
		code = check_search(call, &answer);
	logged = request_logged(&place, call);
	if (logged != WIRE_OK)
		return logged;
	if (ask->of.n == 0)
		answer.people_of = place.people_of;
	if (code == WIRE_OK)
		code = check_answer_and_log(call, &answer);
	if (code == WIRE_DEADLINE || code == WIRE_INTERNAL)
		check_log_failure(call, answer.request, code);
	return code;
}

enum wire_code
call_check(struct call *call)
{
	struct ask ask;
	enum status status =
	    ask_read(&ask, call->arena, call->request.body, call->world->rules->policy, &call->err);
	enum wire_code code;
	bool mine;

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	code = check_resolve_leg(call, &ask);
	if (code == WIRE_OK)
		code = call_once_begin(call, &mine);
	if (code != WIRE_OK || !mine)
		return code;
	code = run(call, &ask);
	call_once_end(call);
	return code;
}
