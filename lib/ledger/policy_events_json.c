/* What happens to a request, who is told of it, and what is due by when. */
#include "ledger/policy_read.h"

#include <jansson.h>

#define ACK_HOURS_MAX 720u /* a month: more is a slip of the pen */

/* --- Milestones --------------------------------------------------------------------------------
 */
static enum status
read_milestones(const struct policy_place *doc)
{
	struct policy_rows *out = &doc->policy->milestones;
	enum status status = policy_read_items(out, doc, "milestones", POLICY_ITEMS_MAX);

	for (size_t i = 0; i < out->count && status == STATUS_OK; i++) {
		const struct policy_item *item = policy_rows_at(out, i);
		struct policy_place at;

		policy_read_at(&at, doc, "milestones", i);
		if (policy_rows_find(&policy_event_rows, str_from(item->key)) != NULL)
			status = policy_read_refuse(
			    &at, "key", "\"%s\" is the name of an event", item->key);
	}
	return status;
}

/* --- Notices -----------------------------------------------------------------------------------
 */
static enum status
read_conditions(struct policy_notice *out, const struct policy_place *at)
{
	const struct policy *policy = at->policy;
	enum status status = policy_read_keys(
	    &out->systems, at, "systems", DOC_OPTIONAL, &policy->systems, "system");

	if (status == STATUS_OK)
		status = policy_read_keys(&out->nations, at, "nations", DOC_OPTIONAL,
		    &policy->jurisdictions, "jurisdiction");
	if (status == STATUS_OK)
		status = policy_read_keys(
		    &out->kinds, at, "kinds", DOC_OPTIONAL, &policy->kinds, "kind");
	return status;
}

/* Who is told must be able to read it, and to acknowledge it where that is wanted. */
static enum status
read_told(struct policy_notice *out, const struct policy_place *at)
{
	enum status status =
	    policy_read_known(&out->to, at, "to", DOC_REQUIRED, &at->policy->roles, "role");

	if (status == STATUS_OK)
		status = policy_read_may(at, "to", out->to, "notice.list");
	if (status == STATUS_OK)
		status = policy_read_number(
		    &out->ack_within_hours, at, "ack_within_hours", DOC_OPTIONAL, 1, ACK_HOURS_MAX);
	if (status == STATUS_OK && out->ack_within_hours > 0)
		status = policy_read_may(at, "ack_within_hours", out->to, "notice.ack");
	return status;
}

static enum status
read_notice(void *item, const struct policy_place *at)
{
	struct policy_notice *out = item;
	enum status status = policy_read_event(&out->on, at, "on", DOC_REQUIRED);

	if (status == STATUS_OK)
		status = read_told(out, at);
	if (status == STATUS_OK)
		status = policy_read_section(&out->section, at);
	if (status == STATUS_OK)
		status = policy_read_text(&out->text, at, "text", DOC_REQUIRED);
	return status == STATUS_OK ? read_conditions(out, at) : status;
}

/* --- Deadlines ---------------------------------------------------------------------------------
 */
static const struct {
	const char *key;
	enum policy_unit unit;
	unsigned max; /* ten years: more is a slip of the pen */
} units[] = { { "hours", POLICY_HOURS, 87600 }, { "days", POLICY_DAYS, 3653 },
	{ "weeks", POLICY_WEEKS, 521 }, { "months", POLICY_MONTHS, 120 } };
#define UNITS (sizeof units / sizeof *units)

static bool
has(const struct policy_place *at, const char *key)
{
	const json_t *value = json_object_get(at->object, key);

	return value != NULL && !json_is_null(value);
}

static enum status
read_before(struct policy_deadline *out, const struct policy_place *at)
{
	static const char *const fields[] = { "deadline", "weeks", NULL };
	struct policy_place inner;
	enum status status = policy_read_inner(&inner, at, "before", fields);

	out->unit = POLICY_WEEKS_BEFORE;
	if (status == STATUS_OK)
		status = policy_read_key(&out->before, &inner, "deadline");
	if (status == STATUS_OK)
		status = policy_read_number(&out->count, &inner, "weeks", DOC_REQUIRED, 1, 521);
	return status;
}

static enum status
read_same_day(struct policy_deadline *out, const struct policy_place *at)
{
	bool same_day = false;
	enum status status = doc_bool(
	    &same_day, at->object, at->source, at->path, "same_day", DOC_REQUIRED, at->err);

	out->unit = POLICY_SAME_DAY;
	if (status == STATUS_OK && !same_day)
		status = policy_read_refuse(at, "same_day", "expected true, or another time");
	return status;
}

static enum status
read_time(struct policy_deadline *out, const struct policy_place *at)
{
	unsigned given = (unsigned)has(at, "same_day") + (unsigned)has(at, "before");
	size_t unit = UNITS;

	for (size_t i = 0; i < UNITS; i++)
		if (has(at, units[i].key)) {
			given++;
			unit = i;
		}
	if (given != 1)
		return policy_read_refuse(at, "",
		    "expected one of hours, days, weeks, months, same_day and before, not %u",
		    given);
	if (has(at, "before"))
		return read_before(out, at);
	if (has(at, "same_day"))
		return read_same_day(out, at);
	out->unit = units[unit].unit;
	return policy_read_number(
	    &out->count, at, units[unit].key, DOC_REQUIRED, 1, units[unit].max);
}

/* From when, or before what, and until what has happened. */
static enum status
read_span(struct policy_deadline *out, const struct policy_place *at)
{
	enum status status = read_time(out, at);

	if (status == STATUS_OK && out->before[0] != '\0' && has(at, "from"))
		status = policy_read_refuse(at, "from", "follows from before");
	if (status == STATUS_OK && out->before[0] == '\0')
		status = policy_read_event(&out->from, at, "from", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_event(&out->met_by, at, "met_by", DOC_REQUIRED);
	if (status == STATUS_OK && out->met_by == out->from)
		status =
		    policy_read_refuse(at, "met_by", "\"%s\" is what it runs from", out->met_by);
	return status;
}

/* Those of its jurisdictions and those of everywhere, as one list. */
static enum status
read_review_types(struct policy_deadline *out, const struct policy_place *at)
{
	const struct policy *policy = at->policy;
	const char **known;
	struct policy_rows rows = { NULL, 0, sizeof *known };
	size_t n = policy->review_types.count;

	for (size_t i = 0; i < out->jurisdictions.count; i++)
		n += policy_jurisdiction_find(policy, str_from(out->jurisdictions.items[i]))
			 ->review_type_count;
	known = arena_alloc(policy->arena, n, sizeof *known);
	if (known == NULL)
		return policy_read_no_memory(at);
	for (size_t i = 0; policy_review_type(policy, i) != NULL; i++)
		known[rows.count++] = policy_review_type(policy, i)->key;
	for (size_t i = 0; i < out->jurisdictions.count; i++) {
		const struct policy_jurisdiction *nation =
		    policy_jurisdiction_find(policy, str_from(out->jurisdictions.items[i]));

		for (size_t j = 0; j < nation->review_type_count; j++)
			known[rows.count++] = nation->review_types[j].key;
	}
	rows.items = known;
	return policy_read_keys(&out->review_types, at, "review_types", DOC_OPTIONAL, &rows,
	    "review type of its jurisdictions");
}

static enum status
read_deadline(void *item, const struct policy_place *at)
{
	struct policy_deadline *out = item;
	struct policy_item named = { "", "", "" };
	enum status status = policy_read_item(&named, at);

	*out = (struct policy_deadline){ .key = named.key,
		.title = named.title,
		.section = named.section,
		.source = "",
		.from = "",
		.met_by = "",
		.before = "" };
	if (status == STATUS_OK)
		status = policy_read_text(&out->source, at, "source", DOC_OPTIONAL);
	if (status == STATUS_OK)
		status = policy_read_keys(&out->jurisdictions, at, "jurisdictions", DOC_REQUIRED,
		    &at->policy->jurisdictions, "jurisdiction");
	if (status == STATUS_OK)
		status = read_span(out, at);
	if (status == STATUS_OK)
		status = policy_read_keys(
		    &out->kinds, at, "kinds", DOC_OPTIONAL, &at->policy->kinds, "kind");
	return status == STATUS_OK ? read_review_types(out, at) : status;
}

/* One that is before another stands after it, so that there is no circle. */
static enum status
check_before(const struct policy_place *doc)
{
	const struct policy_rows *all = &doc->policy->deadlines;
	const struct policy_deadline *deadline;

	for (size_t i = 0; (deadline = policy_deadline(doc->policy, i)) != NULL; i++) {
		struct policy_rows above = { all->items, i, all->size };
		struct policy_place at;

		if (deadline->before[0] != '\0' &&
		    policy_rows_find(&above, str_from(deadline->before)) == NULL) {
			policy_read_at(&at, doc, "deadlines", i);
			return policy_read_refuse(&at, "before.deadline",
			    "no deadline \"%s\" stands above", deadline->before);
		}
	}
	return STATUS_OK;
}

/* A change that nobody is told of might as well not be looked for. */
static enum status
check_standing(const struct policy_place *doc)
{
	const struct policy_notice *notice;

	if (!doc->policy->standing.while_open)
		return STATUS_OK;
	for (size_t i = 0; (notice = policy_notice(doc->policy, i)) != NULL; i++)
		if (strcmp(notice->on, "standing_change") == 0)
			return STATUS_OK;
	return policy_read_refuse(
	    doc, "notices", "nobody is told of \"standing_change\", yet checks stand while open");
}

enum status
policy_events_read(const struct policy_place *doc)
{
	static const char *const notice_fields[] = { "on", "to", "section", "text", "systems",
		"nations", "kinds", "ack_within_hours", NULL };
	static const char *const deadline_fields[] = { "key", "title", "section", "source", "from",
		"met_by", "jurisdictions", "kinds", "review_types", "hours", "days", "weeks",
		"months", "same_day", "before", NULL };
	static const struct policy_form notices = { notice_fields, read_notice,
		sizeof(struct policy_notice), POLICY_ITEMS_MAX, false };
	static const struct policy_form deadlines = { deadline_fields, read_deadline,
		sizeof(struct policy_deadline), POLICY_ITEMS_MAX, true };
	struct policy *policy = doc->policy;
	enum status status = read_milestones(doc);

	if (status == STATUS_OK)
		status = policy_read_rows(&policy->notices, doc, "notices", &notices);
	if (status == STATUS_OK)
		status = check_standing(doc);
	if (status == STATUS_OK)
		status = policy_read_rows(&policy->deadlines, doc, "deadlines", &deadlines);
	return status == STATUS_OK ? check_before(doc) : status;
}
