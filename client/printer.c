#include "client/printer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

void
printer_time(struct buf *out, struct str iso)
{
	if (iso.n >= 17 && iso.p[10] == 'T' && iso.p[iso.n - 1] == 'Z') {
		buf_add_str(out, str_part(iso, 0, 10));
		buf_add_char(out, ' ');
		buf_add_str(out, str_part(iso, 11, 5));
		buf_add_text(out, " UTC");
		return;
	}
	buf_add_str(out, iso);
}

void
printer_count(struct buf *out, int64_t value)
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%" PRId64, value < 0 ? 0 : value);

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf_add_char(out, ',');
		buf_add_char(out, digits[i]);
	}
}

static void
add_counted(struct buf *out, int64_t value, const char *one, const char *many)
{
	printer_count(out, value);
	buf_addf(out, " %s", value == 1 ? one : many);
}

static void
add_age(struct buf *out, const struct answer_coverage *c)
{
	double hours = c->age_hours;

	if (hours >= 48)
		buf_addf(out, "%.0f days old", hours / 24);
	else if (hours >= 0.95)
		buf_addf(out, "%.0f %s old", hours, hours < 1.5 ? "hour" : "hours");
	else
		buf_add_text(out, "under an hour old");
	if (c->stale)
		buf_add_text(out, ", TOO OLD by the policy");
}

void
printer_freshness(struct buf *out, const struct answer_coverage *c)
{
	buf_addf(out, "generation %" PRId64, c->generation);
	if (c->as_of.n > 0) {
		buf_add_text(out, ", as of ");
		printer_time(out, c->as_of);
		buf_add_text(out, " (");
		add_age(out, c);
		buf_add_char(out, ')');
	}
	buf_add_text(out, ", ");
	add_counted(out, c->records, "record", "records");
	buf_add_text(out, ", ");
	add_counted(out, c->people, "person", "people");
}

void
printer_secured(struct buf *out, const struct answer_candidate *c)
{
	if (c->secured_now) {
		buf_add_text(out, "SECURED by this check");
	} else if (c->secured) {
		buf_add_text(out, "SECURED");
		if (c->secured_since.n > 0) {
			buf_add_text(out, " since ");
			printer_time(out, c->secured_since);
		}
	}
}

void
printer_step_name(struct buf *out, struct str step)
{
	for (size_t i = 0; i < step.n; i++)
		buf_add_char(out, step.p[i] == '_' ? ' ' : step.p[i]);
}

void
printer_step_figures(struct buf *out, const struct answer_step *step)
{
	if (isnan(step->value))
		return;
	buf_addf(out, "(%.4g", step->value);
	if (!isnan(step->limit))
		buf_addf(out, " against %.4g", step->limit);
	buf_add_char(out, ')');
}

void
printer_fate(struct buf *out, bool returned, struct str fell_at)
{
	buf_add_text(out, returned ? "RETURNED" : "NOT RETURNED");
	if (fell_at.n == 0)
		return;
	buf_add_text(out, returned ? ", did not pass: " : ", fell at: ");
	printer_step_name(out, fell_at);
}

/* Systems of the leg that was run which were not searched; those of a missing leg are its affair.
 */
static size_t
count_missed(const struct answer *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->coverage_count; i++)
		n += !a->coverage[i].searched && str_eq(a->coverage[i].leg, a->leg);
	return n;
}

/* The reasons why a check is not complete, as far as the answer shows them. */
static void
add_reasons(struct buf *out, const struct answer *a)
{
	size_t stale = 0, capped = 0, missed = count_missed(a);

	for (size_t i = 0; i < a->coverage_count; i++)
		stale += a->coverage[i].searched && a->coverage[i].stale;
	for (size_t i = 0; i < a->people_count; i++)
		capped += a->people[i].candidates_capped;
	for (size_t i = 0; i < a->legs_missing_count; i++) {
		buf_add_text(out, i == 0 ? " The " : " and the ");
		buf_add_str(out, a->legs_missing[i]);
		if (i + 1 == a->legs_missing_count)
			buf_add_text(
			    out, i == 0 ? " leg has not been run." : " legs have not been run.");
	}
	if (missed > 0)
		buf_addf(out, " %zu %s of this leg could not be searched.", missed,
		    missed == 1 ? "system" : "systems");
	if (stale > 0)
		buf_addf(out, " %zu %s data older than the policy allows.", stale,
		    stale == 1 ? "system has" : "systems have");
	if (capped > 0)
		buf_add_text(out, " More records were near than could be judged.");
}

void
printer_completeness(struct buf *out, const struct answer *a)
{
	if (a->complete) {
		buf_add_text(
		    out, "This check is COMPLETE: every leg has covered every one of its systems.");
		return;
	}
	buf_add_text(out, "This check is NOT COMPLETE.");
	add_reasons(out, a);
}

static void
leg_step(struct buf *out, const struct answer *a, struct str leg)
{
	buf_add_text(out, "Have the ");
	buf_add_str(out, leg);
	buf_add_text(out, " leg run by those who may: client check --leg ");
	buf_add_str(out, leg);
	buf_add_text(out, " --of ");
	buf_add_str(out, a->check);
	buf_add_text(out, " --reference ");
	buf_add_str(out, a->reference);
	buf_add_text(out, " --kind ... --purpose ...");
}

static bool
any_referred(const struct answer *a)
{
	for (size_t p = 0; p < a->people_count; p++)
		for (size_t c = 0; c < a->people[p].candidate_count; c++)
			if (answer_is_referred(&a->people[p].candidates[c]))
				return true;
	return false;
}

/* Who is found for certain or probably needs no further question. */
static bool
needs_more(const struct answer_person *p)
{
	if (p->would_help.n == 0)
		return false;
	for (size_t i = 0; i < p->candidate_count; i++)
		if (str_eq_text(p->candidates[i].grade, "certain") ||
		    str_eq_text(p->candidates[i].grade, "probable"))
			return str_eq_text(p->outcome, "many_match");
	return true;
}

/* Steps in order of what they are about; each is counted down until the i-th is reached. */
bool
printer_next_step(struct buf *out, const struct answer *a, size_t i)
{
	if (any_referred(a) && i-- == 0) {
		buf_add_text(out,
		    "Refer what was found to the Safeguarding QA Consultant or the deputy "
		    "(procedure 2.5); nobody else confirms a match.");
		return true;
	}
	for (size_t k = 0; k < a->legs_missing_count; k++)
		if (i-- == 0) {
			leg_step(out, a, a->legs_missing[k]);
			return true;
		}
	for (size_t k = 0; k < a->people_count; k++)
		if (needs_more(&a->people[k]) && i-- == 0) {
			buf_add_text(out, "Ask the requester for more about ");
			buf_add_str(out, a->people[k].ref);
			buf_add_text(out, ", then check again. Would help most: ");
			buf_add_str(out, a->people[k].would_help);
			buf_add_char(out, '.');
			return true;
		}
	if (i-- == 0) {
		buf_add_text(out, "See this check again: client show ");
		buf_add_str(out, a->check);
		return true;
	}
	return false;
}
