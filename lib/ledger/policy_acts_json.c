/* Who decides what: referral, secured records, sharing, the media gate; standing checks. */
#include "ledger/policy_read.h"

#define ANSWER_DAYS_MAX 366u /* more is a slip of the pen */

static enum status
read_role(const char **out, const struct policy_place *at, const char *key, const char *method)
{
	enum status status =
	    policy_read_known(out, at, key, DOC_REQUIRED, &at->policy->roles, "role");

	return status == STATUS_OK ? policy_read_may(at, key, *out, method) : status;
}

/* Roles, each of which may call the method. */
static enum status
read_roles(
    struct policy_keys *out, const struct policy_place *at, const char *key, const char *method)
{
	enum status status =
	    policy_read_keys(out, at, key, DOC_REQUIRED, &at->policy->roles, "role");

	return status == STATUS_OK ? policy_read_all_may(at, key, out, method) : status;
}

/* --- Referral ----------------------------------------------------------------------------------
 */
static enum status
read_second_reader(void *item, const struct policy_place *at)
{
	struct policy_second_reader *out = item;
	enum status status = policy_read_known(
	    &out->verdict, at, "verdict", DOC_REQUIRED, &policy_verdict_rows, "verdict");

	if (status == STATUS_OK)
		status = policy_read_section(&out->section, at);
	if (status == STATUS_OK)
		status = policy_read_keys(
		    &out->grades, at, "grades", DOC_REQUIRED, &policy_grade_rows, "grade");
	if (status == STATUS_OK)
		status = read_roles(&out->roles, at, "roles", "review.second");
	return status;
}

static enum status
read_reviewers(struct policy_referral *out, const struct policy_place *at)
{
	enum status status = read_role(&out->reviewer, at, "reviewer", "review.decide");

	if (status == STATUS_OK)
		status = read_role(&out->deputy, at, "deputy", "review.decide");
	if (status == STATUS_OK && out->deputy == out->reviewer)
		status = policy_read_refuse(at, "deputy", "\"%s\" is the reviewer", out->deputy);
	return status;
}

static enum status
read_referral(const struct policy_place *doc)
{
	static const char *const fields[] = { "section", "source", "from", "reviewer", "deputy",
		"not_by_searcher", "answer_due_days", "second_reader", NULL };
	static const char *const reader_fields[] = { "verdict", "section", "grades", "roles",
		NULL };
	static const struct policy_form readers = { reader_fields, read_second_reader,
		sizeof(struct policy_second_reader), POLICY_ITEMS_MAX, false };
	struct policy_referral *out = &doc->policy->referral;
	struct policy_rows rows = { NULL, 0, 0 };
	struct policy_place at;
	enum status status = policy_read_inner(&at, doc, "referral", fields);

	if (status == STATUS_OK)
		status = policy_read_section(&out->section, &at);
	if (status == STATUS_OK)
		status = policy_read_text(&out->source, &at, "source", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_known(
		    &out->from, &at, "from", DOC_REQUIRED, &policy_grade_rows, "grade");
	if (status == STATUS_OK)
		status = read_reviewers(out, &at);
	if (status == STATUS_OK)
		status = doc_bool(&out->not_by_searcher, at.object, at.source, at.path,
		    "not_by_searcher", DOC_REQUIRED, at.err);
	if (status == STATUS_OK)
		status = policy_read_number(&out->answer_due_days, &at, "answer_due_days",
		    DOC_REQUIRED, 1, ANSWER_DAYS_MAX);
	if (status == STATUS_OK)
		status = policy_read_rows(&rows, &at, "second_reader", &readers);
	out->second_readers = rows.items;
	out->second_reader_count = rows.count;
	return status;
}

/* --- Secured records ---------------------------------------------------------------------------
 */
static enum status
read_release(struct policy_secured *out, const struct policy_place *secured)
{
	static const char *const fields[] = { "section", "needs", "grounds", NULL };
	struct policy_rows rows = { NULL, 0, 0 };
	struct policy_place at;
	enum status status = policy_read_inner(&at, secured, "release", fields);

	if (status == STATUS_OK)
		status = policy_read_section(&out->release_section, &at);
	if (status == STATUS_OK)
		status = read_roles(&out->release_needs, &at, "needs", "record.release");
	/* One proposes, the other agrees (searchd/register.c). */
	if (status == STATUS_OK && out->release_needs.count != 2)
		return policy_read_refuse(&at, "needs",
		    "names %zu roles; a release is proposed in one role and agreed to in another: "
		    "name two",
		    out->release_needs.count);
	if (status == STATUS_OK)
		status = policy_read_items(&rows, &at, "grounds", POLICY_ITEMS_MAX);
	out->grounds = rows.items;
	out->ground_count = rows.count;
	return status;
}

static enum status
read_secured(const struct policy_place *doc)
{
	static const char *const fields[] = { "section", "visible_to", "contact", "by_hand",
		"release", NULL };
	struct policy_secured *out = &doc->policy->secured;
	const struct policy_rows *roles = &doc->policy->roles;
	struct policy_place at;
	enum status status = policy_read_inner(&at, doc, "secured", fields);

	if (status == STATUS_OK)
		status = policy_read_section(&out->section, &at);
	if (status == STATUS_OK)
		status = policy_read_keys(
		    &out->visible_to, &at, "visible_to", DOC_REQUIRED, roles, "role");
	if (status == STATUS_OK)
		status =
		    policy_read_known(&out->contact, &at, "contact", DOC_REQUIRED, roles, "role");
	if (status == STATUS_OK && !policy_keys_have(&out->visible_to, str_from(out->contact)))
		status =
		    policy_read_refuse(&at, "contact", "\"%s\" is not in visible_to", out->contact);
	if (status == STATUS_OK)
		status = read_roles(&out->by_hand, &at, "by_hand", "record.secure");
	return status == STATUS_OK ? read_release(out, &at) : status;
}

/* --- Sharing -----------------------------------------------------------------------------------
 */
static enum status
read_sharers(struct policy_sharing *out, const struct policy_place *at)
{
	enum status status = read_roles(&out->agree, at, "agree", "share.agree");

	if (status == STATUS_OK)
		status = read_roles(&out->consult, at, "consult", "share.consult");
	if (status == STATUS_OK)
		status = read_role(&out->decides, at, "decides", "share.decide");
	if (status == STATUS_OK && policy_keys_have(&out->agree, str_from(out->decides)))
		status = policy_read_refuse(
		    at, "decides", "\"%s\" is among those who must agree", out->decides);
	return status;
}

static enum status
read_sharing(const struct policy_place *doc)
{
	static const char *const fields[] = { "section", "leg", "agree", "consult", "decides",
		"statements", NULL };
	struct policy_sharing *out = &doc->policy->sharing;
	struct policy_rows rows = { NULL, 0, 0 };
	struct policy_place at;
	enum status status = policy_read_inner(&at, doc, "sharing", fields);

	if (status == STATUS_OK)
		status = policy_read_section(&out->section, &at);
	if (status == STATUS_OK)
		status = policy_read_known(
		    &out->leg, &at, "leg", DOC_REQUIRED, &doc->policy->legs, "leg");
	if (status == STATUS_OK)
		status = read_sharers(out, &at);
	if (status == STATUS_OK)
		status = policy_read_items(&rows, &at, "statements", POLICY_ITEMS_MAX);
	out->statements = rows.items;
	out->statement_count = rows.count;
	return status;
}

/* --- Media -------------------------------------------------------------------------------------
 */
/* A request must show the media one or the other. */
static enum status
check_outcomes(const struct policy_place *at, const struct policy_media *media)
{
	const struct policy_keys *outcomes = policy_outcomes();

	for (size_t i = 0; i < outcomes->count; i++) {
		struct str outcome = str_from(outcomes->items[i]);
		bool clear = policy_keys_have(&media->clear, outcome);
		bool hold = policy_keys_have(&media->hold, outcome);

		if (clear && hold)
			return policy_read_refuse(
			    at, "hold", "\"%s\" is in clear already", outcomes->items[i]);
		if (!clear && !hold)
			return policy_read_refuse(
			    at, "", "\"%s\" is neither in clear nor in hold", outcomes->items[i]);
	}
	return STATUS_OK;
}

static enum status
read_media(const struct policy_place *doc)
{
	static const char *const fields[] = { "section", "roles", "clear", "hold", NULL };
	struct policy_media *out = &doc->policy->media;
	struct policy_place at;
	enum status status = policy_read_inner(&at, doc, "media", fields);

	if (status == STATUS_OK)
		status = policy_read_section(&out->section, &at);
	if (status == STATUS_OK)
		status = read_roles(&out->roles, &at, "roles", "media.status");
	if (status == STATUS_OK)
		status = policy_read_keys(
		    &out->clear, &at, "clear", DOC_REQUIRED, &policy_outcome_rows, "outcome");
	if (status == STATUS_OK)
		status = policy_read_keys(
		    &out->hold, &at, "hold", DOC_REQUIRED, &policy_outcome_rows, "outcome");
	return status == STATUS_OK ? check_outcomes(&at, out) : status;
}

static enum status
read_standing(const struct policy_place *doc)
{
	static const char *const fields[] = { "section", "while_open", "kinds", NULL };
	struct policy_standing *out = &doc->policy->standing;
	struct policy_place at;
	enum status status = policy_read_inner(&at, doc, "standing", fields);

	if (status == STATUS_OK)
		status = policy_read_section(&out->section, &at);
	if (status == STATUS_OK)
		status = doc_bool(&out->while_open, at.object, at.source, at.path, "while_open",
		    DOC_REQUIRED, at.err);
	if (status == STATUS_OK)
		status = policy_read_keys(
		    &out->kinds, &at, "kinds", DOC_OPTIONAL, &doc->policy->kinds, "kind");
	return status;
}

enum status
policy_acts_read(const struct policy_place *doc)
{
	enum status status = read_referral(doc);

	if (status == STATUS_OK)
		status = read_secured(doc);
	if (status == STATUS_OK)
		status = read_sharing(doc);
	if (status == STATUS_OK)
		status = read_media(doc);
	return status == STATUS_OK ? read_standing(doc) : status;
}
