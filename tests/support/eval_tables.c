#include "tests/support/eval_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* A child is at least so much younger than a parent. */
#define GENERATION_YEARS 14

/* --- What both have --------------------------------------------------------------------------- */

static bool
has(const struct eval_values *values, enum eval_value value)
{
	return values->of[value].n > 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The year of the first whole date, "1999-12-31" or "31/12/1999"; 0 if there is none: an age, a
 * range or a month is not one. */
static int
year_of_date(struct str text)
{
	while (text.n > 0) {
		struct str one = str_trim(str_cut(&text, '|'));
		const char *p = one.p;

		if (one.n != 10 || !is_digit(p[0]) || !is_digit(p[9]))
			continue;
		if (p[4] == '-' && p[7] == '-')
			return (int)strtol(p, NULL, 10);
		if (p[2] == '/' && p[5] == '/')
			return (int)strtol(p + 6, NULL, 10);
	}
	return 0;
}

static enum eval_names_in_common
names_in_common(const struct eval_values *a, const struct eval_values *b)
{
	bool surname = has(a, EVAL_SURNAME) && has(b, EVAL_SURNAME);
	bool forename = has(a, EVAL_FORENAMES) && has(b, EVAL_FORENAMES);

	if (surname)
		return forename ? EVAL_BOTH_NAMES : EVAL_A_SURNAME;
	return forename ? EVAL_A_FORENAME : EVAL_NO_NAME;
}

static enum eval_birth_in_common
birth_in_common(const struct eval_values *a, const struct eval_values *b)
{
	if (!has(a, EVAL_BIRTHS) || !has(b, EVAL_BIRTHS))
		return EVAL_NO_DATE;
	return year_of_date(a->of[EVAL_BIRTHS]) > 0 && year_of_date(b->of[EVAL_BIRTHS]) > 0
		   ? EVAL_DATES
		   : EVAL_PART_OF_DATE;
}

size_t
eval_fields(const struct eval_values *question, const struct eval_values *record)
{
	size_t address, contact;

	if (record == NULL)
		return EVAL_FIELDS_COUNT;
	address = has(question, EVAL_ADDRESS) && has(record, EVAL_ADDRESS) ? 0 : 1;
	contact = has(question, EVAL_CONTACT) && has(record, EVAL_CONTACT) ? 0 : 1;
	return (((size_t)names_in_common(question, record) * 3 +
		    birth_in_common(question, record)) *
		       2 +
		   address) *
		   2 +
	       contact;
}

const char *
eval_fields_name(char out[64], size_t fields)
{
	static const char *const names[] = { "both names", "surname", "forename", "no name" };
	static const char *const births[] = { ", date", ", part of date", "" };

	if (fields >= EVAL_FIELDS_COUNT)
		return "(values not known)";
	snprintf(out, 64, "%s%s%s%s", names[fields / 12], births[fields / 4 % 3],
	    fields / 2 % 2 == 0 ? ", address" : "", fields % 2 == 0 ? ", contact" : "");
	return out;
}

/* --- Tallies ---------------------------------------------------------------------------------- */

static void
add(struct eval_tally *tally, double weight, bool sparse, const double limits[EVAL_LIMIT_COUNT])
{
	tally->n++;
	tally->dense_n += !sparse;
	for (unsigned t = 0; t < EVAL_LIMIT_COUNT; t++) {
		bool in = eval_reaches(weight, limits[t]);

		tally->at[t] += in;
		tally->dense_at[t] += in && !sparse;
	}
}

static void
add_kinds(struct eval_tally *list, const struct eval_kinds *kinds, double weight, bool sparse,
    const double limits[EVAL_LIMIT_COUNT])
{
	bool any = false;

	for (size_t w = 0; w < EVAL_WORDS_MAX; w++)
		if (eval_kinds_has(kinds, w)) {
			any = true;
			add(&list[w], weight, sparse, limits);
		}
	if (!any)
		add(&list[EVAL_WORDS_MAX], weight, sparse, limits);
}

static void
add_appearance(struct eval_tables *out, const struct eval_question *question,
    const struct eval_appearance *a, double weight)
{
	struct eval_kinds either = question->kinds;

	for (size_t i = 0; i < sizeof either.bits / sizeof either.bits[0]; i++)
		either.bits[i] |= a->kinds.bits[i];
	add(&out->all, weight, a->sparse, out->limits);
	add(&out->by_system[a->system], weight, a->sparse, out->limits);
	add(&out->by_origin[question->origin], weight, a->sparse, out->limits);
	add(&out->by_asked[question->kind], weight, a->sparse, out->limits);
	add(&out->by_fields[eval_fields(&question->values, a->values)], weight, a->sparse,
	    out->limits);
	add_kinds(out->by_question, &question->kinds, weight, a->sparse, out->limits);
	add_kinds(out->by_record, &a->kinds, weight, a->sparse, out->limits);
	add_kinds(out->by_either, &either, weight, a->sparse, out->limits);
}

void
eval_tables_make(struct eval_tables *out, const struct eval_set *set,
    const struct eval_results *results, const double limits[EVAL_LIMIT_COUNT])
{
	memset(out, 0, sizeof *out);
	memcpy(out->limits, limits, sizeof out->limits);
	for (size_t q = 0; q < set->question_count; q++) {
		const struct eval_question *question = &set->questions[q];
		size_t from, n;

		if (!question->on_file)
			continue;
		n = eval_set_person(&from, set, question->who);
		for (size_t i = 0; i < n; i++) {
			size_t at = set->by_who[from + i];

			add_appearance(out, question, &set->appearances[at],
			    eval_weight_of(&results->answers[q], at));
		}
	}
}

struct eval_spread
eval_spread(
    const struct eval_tally *tallies, size_t count, enum eval_limit limit, bool dense, size_t least)
{
	struct eval_spread out = { 1, 0, 0, 0, 0 };

	for (size_t i = 0; i < count; i++) {
		size_t n = dense ? tallies[i].dense_n : tallies[i].n;
		size_t at = dense ? tallies[i].dense_at[limit] : tallies[i].at[limit];
		double recall;

		if (n < least || n == 0)
			continue;
		recall = (double)at / (double)n;
		if (out.groups == 0 || recall < out.worst)
			out.worst = recall, out.worst_at = i;
		if (out.groups == 0 || recall > out.best)
			out.best = recall, out.best_at = i;
		out.groups++;
	}
	return out;
}

/* --- Who the wrong ones are ------------------------------------------------------------------- */

const char *
eval_wrong_name(enum eval_wrong wrong)
{
	static const char *const names[EVAL_WRONG_COUNT] = { "twin", "sibling", "parent", "child",
		"other of the household", "namesake, same birth", "namesake", "same surname only",
		"same forename only", "stranger" };

	return names[wrong];
}

static bool
is_parent_role(struct str role)
{
	return str_eq_text(role, "parent") || str_eq_text(role, "carer");
}

static bool
is_young_role(struct str role)
{
	return str_eq_text(role, "child") || str_eq_text(role, "sibling");
}

/* Some record has the person in such a role. */
static bool
in_role(const struct eval_set *set, struct eval_who who, bool (*is)(struct str role))
{
	size_t from, n = eval_set_person(&from, set, who);

	for (size_t i = 0; i < n; i++)
		if (is(set->appearances[set->by_who[from + i]].role))
			return true;
	return false;
}

static enum eval_wrong
in_family(const struct eval_set *set, const struct eval_question *question,
    const struct eval_appearance *found)
{
	int asked = year_of_date(question->values.of[EVAL_BIRTHS]), year = 0;
	bool young = in_role(set, found->who, is_young_role);
	bool parent = in_role(set, found->who, is_parent_role);

	if (found->values != NULL)
		year = year_of_date(found->values->of[EVAL_BIRTHS]);
	if (asked > 0 && year > 0) {
		if (str_eq(question->values.of[EVAL_BIRTHS], found->values->of[EVAL_BIRTHS]))
			return EVAL_TWIN;
		if (year <= asked - GENERATION_YEARS)
			return parent || young ? EVAL_PARENT : EVAL_HOUSEHOLD;
		if (year >= asked + GENERATION_YEARS)
			return EVAL_CHILD;
		return EVAL_SIBLING;
	}
	if (in_role(set, question->who, is_parent_role))
		return young ? EVAL_CHILD : EVAL_HOUSEHOLD;
	return young ? EVAL_SIBLING : parent ? EVAL_PARENT : EVAL_HOUSEHOLD;
}

/* The first, or the last, word of the first value. */
static struct str
word_at(struct str text, bool last)
{
	struct str word = STR_NONE;

	while (text.n > 0) {
		struct str next = str_cut(&text, ' ');

		if (str_eq_text(next, "|"))
			break;
		if (next.n > 0 && (last || word.n == 0))
			word = next;
	}
	return word;
}

static struct str
surname_of(const struct eval_values *values)
{
	struct str surname = values->of[EVAL_SURNAME];

	return str_starts(surname, STR_LIT(EVAL_IN_FULL))
		   ? word_at(values->of[EVAL_FORENAMES], true)
		   : word_at(surname, true);
}

static bool
same_word(struct str a, struct str b)
{
	return a.n > 0 && a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

enum eval_wrong
eval_wrong_of(const struct eval_set *set, const struct eval_question *question,
    const struct eval_candidate *candidate)
{
	const struct eval_appearance *found = &set->appearances[candidate->appearance];
	const struct eval_values *a = &question->values, *b = found->values;
	bool forename, surname;

	if (found->who.family == question->who.family)
		return in_family(set, question, found);
	if (b == NULL)
		return EVAL_STRANGER;
	forename =
	    same_word(word_at(a->of[EVAL_FORENAMES], false), word_at(b->of[EVAL_FORENAMES], false));
	surname = same_word(surname_of(a), surname_of(b));
	if (forename && surname)
		return year_of_date(a->of[EVAL_BIRTHS]) > 0 &&
			       year_of_date(a->of[EVAL_BIRTHS]) == year_of_date(b->of[EVAL_BIRTHS])
			   ? EVAL_NAMESAKE_BIRTH
			   : EVAL_NAMESAKE_OF;
	return surname ? EVAL_SURNAME_ONLY : forename ? EVAL_FORENAME_ONLY : EVAL_STRANGER;
}
