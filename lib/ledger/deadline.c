#include "ledger/deadline.h"

#define HOUR_MS (INT64_C(60) * 60 * 1000)
#define WEEK_DAYS 7

static day_number
day_of(const struct deadline_moment *moment, struct calendar *calendar)
{
	return moment->day != DAY_NONE ? moment->day : calendar_day(calendar, moment->at_ms);
}

/* Whether `met` ends what runs from `from`. A milestone that is noted is reached, whatever its
 * day; an event must have come after. */
static bool
ends(const struct deadline_moment *met, const struct deadline_moment *from,
    struct calendar *calendar)
{
	if (met->day != DAY_NONE)
		return true;
	if (from->day != DAY_NONE)
		return day_of(met, calendar) >= from->day;
	return met->seq > from->seq;
}

static bool
is_met(const struct deadline_request *request, const char *by, const struct deadline_moment *from,
    struct calendar *calendar)
{
	for (size_t i = 0; i < request->moment_count; i++)
		if (str_eq_text(request->moments[i].what, by) &&
		    ends(&request->moments[i], from, calendar))
			return true;
	return false;
}

static bool
is_earlier(
    const struct deadline_moment *a, const struct deadline_moment *b, struct calendar *calendar)
{
	day_number first = day_of(a, calendar), second = day_of(b, calendar);

	return first != second ? first < second : a->seq < b->seq;
}

/* What it runs from: the earliest that is not met, else the latest that is; NULL: it does not run.
 */
static const struct deadline_moment *
find_from(bool *met, const struct deadline_request *request, const struct policy_deadline *rule,
    struct calendar *calendar)
{
	const struct deadline_moment *from = NULL;

	*met = true;
	for (size_t i = 0; i < request->moment_count; i++) {
		const struct deadline_moment *moment = &request->moments[i];
		bool ended;

		if (!str_eq_text(moment->what, rule->from))
			continue;
		ended = is_met(request, rule->met_by, moment, calendar);
		if (from == NULL || (*met && !ended) ||
		    (*met == ended && is_earlier(moment, from, calendar) != ended)) {
			from = moment;
			*met = ended;
		}
	}
	return from;
}

static void
count(struct deadline *out, const struct deadline_moment *from, struct calendar *calendar)
{
	const struct policy_deadline *rule = out->rule;
	day_number day = day_of(from, calendar);
	int64_t at_ms = from->day != DAY_NONE ? calendar_begin(calendar, day) : from->at_ms;

	out->from = out->day = day;
	switch (rule->unit) {
	case POLICY_HOURS:
		out->end_ms = at_ms + (int64_t)rule->count * HOUR_MS;
		out->day = calendar_day(calendar, out->end_ms - 1);
		return;
	case POLICY_DAYS:
		out->day = day + (day_number)rule->count;
		break;
	case POLICY_WEEKS:
		out->day = day + (day_number)rule->count * WEEK_DAYS;
		break;
	case POLICY_MONTHS:
		out->day = calendar_add_months(day, rule->count);
		break;
	case POLICY_SAME_DAY:
	case POLICY_WEEKS_BEFORE:
		break;
	}
	out->end_ms = calendar_begin(calendar, out->day + 1);
}

/* The other stands above it. */
static bool
count_before(struct deadline *out, const struct deadline *others, size_t other_count,
    const struct deadline_request *request, struct calendar *calendar)
{
	const struct policy_deadline *rule = out->rule;

	for (size_t i = 0; i < other_count; i++) {
		struct deadline_moment from = { .day = others[i].from };

		if (strcmp(others[i].rule->key, rule->before) != 0)
			continue;
		out->from = others[i].from;
		out->day = others[i].day - (day_number)rule->count * WEEK_DAYS;
		out->end_ms = calendar_begin(calendar, out->day + 1);
		out->met = is_met(request, rule->met_by, &from, calendar);
		return true;
	}
	return false;
}

size_t
deadline_list(struct deadline *out, const struct policy *policy,
    const struct deadline_request *request, struct calendar *calendar)
{
	const struct policy_deadline *rule;
	size_t n = 0;

	for (size_t i = 0; (rule = policy_deadline(policy, i)) != NULL; i++) {
		const struct deadline_moment *from;

		if (!policy_deadline_applies(
			policy, rule, request->jurisdiction, request->kind, request->review_type))
			continue;
		out[n] = (struct deadline){ .rule = rule };
		if (rule->unit == POLICY_WEEKS_BEFORE) {
			n += count_before(&out[n], out, n, request, calendar);
			continue;
		}
		from = find_from(&out[n].met, request, rule, calendar);
		if (from != NULL)
			count(&out[n++], from, calendar);
	}
	return n;
}
