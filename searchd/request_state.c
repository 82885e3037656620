#include "searchd/request_state.h"

#include "ledger/policy_rules.h"
#include "ledger/review.h"
#include "searchd/answer.h"

/* Of one request; 16 people, 50 shown of each, in two legs, are 1,600. Past it, it is in review. */
#define REVIEWED_MAX 20000

/* --- Legs --------------------------------------------------------------------------------------
 */
static const struct ledger_check_system *
find_system(const struct request_state_leg *leg, const char *key)
{
	for (size_t i = 0; i < leg->system_count; i++)
		if (str_eq_text(leg->systems[i].system, key))
			return &leg->systems[i];
	return NULL;
}

/* By the policy that runs now, which may name more systems than the one of the check. */
static bool
covers_all(const struct request_state_leg *leg, const struct policy *policy)
{
	const struct policy_system *system;

	for (size_t i = 0; (system = policy_system(policy, i)) != NULL; i++) {
		const struct ledger_check_system *found;

		if (!str_eq_text(leg->leg, system->leg))
			continue;
		found = find_system(leg, system->key);
		if (found == NULL || !found->covered)
			return false;
	}
	return true;
}

/* A standing check makes its own leg newer, and no other leg older. */
static void
judge_legs(struct request_state *out, const struct policy *policy, uint64_t people_seq)
{
	int64_t newest = INT64_MIN;

	for (size_t i = 0; i < out->leg_count; i++)
		if (out->legs[i].asked && out->legs[i].last_asked_ms > newest)
			newest = out->legs[i].last_asked_ms;
	out->complete = true;
	for (size_t i = 0; i < out->leg_count; i++) {
		struct request_state_leg *leg = &out->legs[i];

		leg->other_people = leg->asked && leg->check.people_seq != people_seq;
		leg->expired = leg->asked && answer_leg_expired(newest - leg->check.at_ms,
						 policy_legs_within_hours(policy));
		leg->complete = leg->asked && !leg->other_people && !leg->expired &&
				!leg->check.capped && covers_all(leg, policy);
		out->complete = out->complete && leg->complete;
	}
}

/* Checks come oldest first. */
static void
find_newest(struct request_state_leg *leg, const struct ledger_check *checks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!str_eq(checks[i].leg, leg->leg))
			continue;
		leg->asked = true;
		leg->check = checks[i];
		if (!checks[i].standing)
			leg->last_asked_ms = checks[i].at_ms;
	}
}

static enum status
read_legs(struct request_state *out, struct call *call, const struct ledger_request *request)
{
	const struct policy *policy = call->world->rules->policy;
	struct ledger_check *checks = NULL;
	size_t count = 0;
	const char *key;
	enum status status = ledger_request_checks(
	    &checks, &count, call->shared->ledger, call->arena, request->id, &call->err);

	for (size_t i = 0; (key = policy_leg(policy, i)) != NULL && status == STATUS_OK; i++) {
		struct request_state_leg *leg = &out->legs[out->leg_count++];

		leg->leg = str_from(key);
		leg->last_asked_ms = INT64_MIN;
		find_newest(leg, checks, count);
		if (leg->asked)
			status = ledger_check_systems(&leg->systems, &leg->system_count,
			    call->shared->ledger, call->arena, leg->check.id, &call->err);
	}
	if (status == STATUS_OK)
		judge_legs(out, policy, request->people_seq);
	return status;
}

void
request_state_leg_gap(struct buf *out, const struct call *call, const struct request_state_leg *leg)
{
	if (!leg->asked)
		buf_add_text(out, "not searched yet");
	else if (leg->other_people)
		buf_addf(out, "%.*s asked about other people than the request names now",
		    STR_ARG(leg->check.id));
	else if (leg->expired)
		buf_addf(out,
		    "another leg was searched more than %u hours after %.*s: to be asked again",
		    policy_legs_within_hours(call->world->rules->policy), STR_ARG(leg->check.id));
	else if (leg->check.capped)
		buf_add_text(out, "too many candidates: only the best were compared");
}

void
request_state_system_gap(struct buf *out, const struct call *call,
    const struct request_state_leg *leg, const struct policy_system *system)
{
	static const struct {
		const char *gap, *words;
	} words[] = { { "kept", "an earlier generation than the one it should be was searched" },
		{ "other_words", "it was indexed with another word list" },
		{ "never_loaded", "it was never loaded" },
		{ "unreadable", "it could not be read" } };
	const struct ledger_check_system *found = find_system(leg, system->key);

	(void)call;
	if (!leg->asked || (found != NULL && found->covered))
		return;
	if (found == NULL) {
		buf_addf(out, "%.*s did not search it", STR_ARG(leg->check.id));
		return;
	}
	if (str_eq_text(found->gap, "stale")) {
		buf_addf(out, "the export was older than the policy's %u hours",
		    system->stale_after_hours);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_eq_text(found->gap, words[i].gap))
			buf_add_text(out, words[i].words);
}

/* --- Candidates --------------------------------------------------------------------------------
 */

/* One that a newer check dropped before anybody looked needs no decision; one that was made stands,
 * whatever became of the grade. */
static void
count_candidate(struct request_state *out, const struct ledger_reviewed *reviewed)
{
	bool decided = reviewed->state == REVIEW_DECIDED;

	if (!decided && !reviewed->candidate.current && reviewed->decision_seq == 0)
		return;
	out->referred++;
	out->undecided += !decided;
	if (!decided)
		return;
	out->confirmed += str_eq_text(reviewed->verdict, "this_person");
	out->refuted += str_eq_text(reviewed->verdict, "not_this_person");
	out->cannot_tell += str_eq_text(reviewed->verdict, "cannot_tell");
}

static bool
any_insufficient(const struct request_state *state)
{
	for (size_t i = 0; i < state->leg_count; i++)
		if (state->legs[i].asked && state->legs[i].check.insufficient > 0)
			return true;
	return false;
}

static const char *
outcome_now(const struct request_state *state)
{
	if (state->confirmed > 0)
		return "match";
	if (state->undecided > 0)
		return "in_review";
	if (state->cannot_tell > 0)
		return "insufficient_evidence";
	if (state->referred > 0)
		return "not_confirmed";
	return any_insufficient(state) ? "insufficient_evidence" : "no_trace";
}

static enum status
read_candidates(struct request_state *out, struct call *call, const struct ledger_request *request)
{
	const struct ledger_review_filter filter = { .request = request->id, .most = REVIEWED_MAX };
	const struct policy *policy = call->world->rules->policy;
	struct ledger_reviewed *list = NULL;
	size_t count = 0;
	enum status status = ledger_review_list(
	    &list, &count, call->shared->ledger, call->arena, &filter, &call->err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (list[i].decision_seq > 0 || policy_is_referred(policy, list[i].candidate.grade))
			count_candidate(out, &list[i]);
	out->undecided += count == REVIEWED_MAX;
	return status;
}

enum status
request_state_read(
    struct request_state *out, struct call *call, const struct ledger_request *request)
{
	enum status status;

	*out = (struct request_state){ .outcome = request->outcome };
	status = read_legs(out, call, request);
	for (size_t i = 0; i < out->leg_count; i++)
		out->legs_asked += out->legs[i].asked;
	if (status == STATUS_OK)
		status = read_candidates(out, call, request);
	if (status == STATUS_OK && str_eq_text(request->state, "open"))
		out->outcome = str_from(outcome_now(out));
	return status;
}
