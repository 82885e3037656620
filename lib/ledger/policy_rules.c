#include "ledger/policy_rules.h"

#include "ledger/policy_inside.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const grades[] = { "unlikely", "possible", "probable", "certain" };
static const char *const verdicts[] = { "this_person", "not_this_person", "cannot_tell" };
static const char *const outcomes[] = { "no_trace", "not_confirmed", "match",
	"insufficient_evidence", "declined", "withdrawn", [POLICY_ENDS] = "in_review" };
static const char *const events[] = { "request_received", "same_day_request", "same_day_informed",
	"request_declined", "request_withdrawn", "request_closed", "candidate_referred",
	"second_reading_needed", "match_confirmed", "question_asked", "question_answered",
	"record_secured", "register_alarm", "release_proposed", "record_released",
	"record_retained", "secured_status_reviewed", "standing_change", "deadline_overdue",
	"sharing_opened", "sharing_disputed", "sharing_decided", "breach" };

const struct policy_rows policy_grade_rows = { grades, COUNT(grades), sizeof *grades };
const struct policy_rows policy_verdict_rows = { verdicts, COUNT(verdicts), sizeof *verdicts };
const struct policy_rows policy_outcome_rows = { outcomes, COUNT(outcomes), sizeof *outcomes };
const struct policy_rows policy_event_rows = { events, COUNT(events), sizeof *events };

const struct policy_keys *
policy_grades(void)
{
	static const struct policy_keys keys = { grades, COUNT(grades) };

	return &keys;
}

const struct policy_keys *
policy_verdicts(void)
{
	static const struct policy_keys keys = { verdicts, COUNT(verdicts) };

	return &keys;
}

const struct policy_keys *
policy_outcomes(void)
{
	static const struct policy_keys keys = { outcomes, COUNT(outcomes) };

	return &keys;
}

const struct policy_keys *
policy_events(void)
{
	static const struct policy_keys keys = { events, COUNT(events) };

	return &keys;
}

/* --- Referral ----------------------------------------------------------------------------------
 */
const struct policy_referral *
policy_referral(const struct policy *policy)
{
	return &policy->referral;
}

/* COUNT(grades) if it is none. */
static size_t
grade_rank(struct str grade)
{
	size_t i = 0;

	while (i < COUNT(grades) && !str_eq_text(grade, grades[i]))
		i++;
	return i;
}

bool
policy_is_referred(const struct policy *policy, struct str grade)
{
	size_t rank = grade_rank(grade);

	return rank < COUNT(grades) && rank >= grade_rank(str_from(policy->referral.from));
}

const struct policy_second_reader *
policy_second_reader(const struct policy *policy, struct str verdict, struct str grade)
{
	const struct policy_referral *referral = &policy->referral;

	for (size_t i = 0; i < referral->second_reader_count; i++) {
		const struct policy_second_reader *rule = &referral->second_readers[i];

		if (str_eq_text(verdict, rule->verdict) && policy_keys_have(&rule->grades, grade))
			return rule;
	}
	return NULL;
}

/* --- Secured records ---------------------------------------------------------------------------
 */
const struct policy_secured *
policy_secured(const struct policy *policy)
{
	return &policy->secured;
}

const struct policy_item *
policy_ground_find(const struct policy *policy, struct str ground)
{
	const struct policy_rows rows = { policy->secured.grounds, policy->secured.ground_count,
		sizeof *policy->secured.grounds };

	return policy_rows_find(&rows, ground);
}

/* --- Notices -----------------------------------------------------------------------------------
 */
const struct policy_notice *
policy_notice(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->notices, i);
}

static bool
concerns(const struct policy_keys *wanted, const struct policy_happening *happening)
{
	if (wanted->count == 0)
		return true;
	for (size_t i = 0; i < happening->system_count; i++)
		if (policy_keys_have(wanted, happening->systems[i]))
			return true;
	return false;
}

static bool
fits(const struct policy_keys *wanted, struct str what)
{
	return wanted->count == 0 || what.n == 0 || policy_keys_have(wanted, what);
}

bool
policy_notice_applies(const struct policy_notice *notice, const struct policy_happening *happening)
{
	return str_eq_text(happening->on, notice->on) && concerns(&notice->systems, happening) &&
	       fits(&notice->nations, happening->jurisdiction) &&
	       fits(&notice->kinds, happening->kind);
}

/* --- Sharing, media ----------------------------------------------------------------------------
 */
const struct policy_sharing *
policy_sharing(const struct policy *policy)
{
	return &policy->sharing;
}

const struct policy_media *
policy_media(const struct policy *policy)
{
	return &policy->media;
}

/* --- Deadlines ---------------------------------------------------------------------------------
 */
const struct policy_item *
policy_milestone(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->milestones, i);
}

const struct policy_item *
policy_milestone_find(const struct policy *policy, struct str key)
{
	return policy_rows_find(&policy->milestones, key);
}

const struct policy_deadline *
policy_deadline(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->deadlines, i);
}

const struct policy_deadline *
policy_deadline_find(const struct policy *policy, struct str key)
{
	return policy_rows_find(&policy->deadlines, key);
}

bool
policy_deadline_applies(const struct policy *policy, const struct policy_deadline *deadline,
    struct str jurisdiction, struct str kind, struct str review_type)
{
	if (jurisdiction.n == 0 ? deadline->jurisdictions.count < policy->jurisdictions.count
				: !policy_keys_have(&deadline->jurisdictions, jurisdiction))
		return false;
	return (deadline->kinds.count == 0 || policy_keys_have(&deadline->kinds, kind)) &&
	       (deadline->review_types.count == 0 ||
		   policy_keys_have(&deadline->review_types, review_type));
}

/* --- Retention ---------------------------------------------------------------------------------
 */
const char *
policy_retention_source(const struct policy *policy)
{
	return policy->retention_source;
}

const struct policy_retention *
policy_retention(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->retention, i);
}

unsigned
policy_keep_days(const struct policy *policy, struct str kind, struct str outcome)
{
	const struct policy_kind *found = policy_kind_find(policy, kind);
	const struct policy_retention *retention;

	if (found == NULL)
		return 0;
	retention = policy_rows_find(&policy->retention, str_from(found->retention));
	for (size_t i = 0; i < POLICY_ENDS; i++)
		if (str_eq_text(outcome, outcomes[i]))
			return retention->keep_days[i];
	return 0;
}

/* --- Standing checks ---------------------------------------------------------------------------
 */
const struct policy_standing *
policy_standing(const struct policy *policy)
{
	return &policy->standing;
}

bool
policy_stands(const struct policy *policy, struct str kind)
{
	const struct policy_standing *standing = &policy->standing;

	return standing->while_open &&
	       (standing->kinds.count == 0 || policy_keys_have(&standing->kinds, kind));
}
