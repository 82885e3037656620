#include "tests/support/eval_figures.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

double
eval_share(size_t part, size_t whole)
{
	return whole == 0 ? 0 : (double)part / (double)whole;
}

static void
count(struct eval_part *part, bool in)
{
	part->of++;
	part->n += in;
}

/* --- At a threshold -------------------------------------------------------------------------- */

static void
count_person(struct eval_figures *out, const struct eval_set *set,
    const struct eval_question *question, const struct eval_answer *answer)
{
	size_t from, n = eval_set_person(&from, set, question->who);
	bool found = false, found_dense = false, dense = false;
	bool common = question->kind == EVAL_COMMON;

	for (size_t i = 0; i < n; i++) {
		size_t at = set->by_who[from + i];
		const struct eval_appearance *a = &set->appearances[at];
		bool in = eval_reaches(eval_weight_of(answer, at), out->threshold);

		count(&out->recall, in);
		count(a->sparse ? &out->recall_sparse : &out->recall_dense, in);
		count(common ? &out->recall_common : &out->recall_present, in);
		if (!common && !a->sparse)
			count(&out->recall_present_dense, in);
		dense = dense || !a->sparse;
		found = found || in;
		found_dense = found_dense || (in && !a->sparse);
	}
	count(&out->found, found);
	if (!common)
		count(&out->found_present, found);
	if (dense)
		count(&out->found_dense, found_dense);
}

static void
count_question(struct eval_figures *out, const struct eval_set *set,
    const struct eval_question *question, const struct eval_answer *answer)
{
	size_t listed = 0;

	if (question->on_file)
		count_person(out, set, question, answer);
	for (size_t i = 0; i < answer->result_count; i++) {
		const struct eval_candidate *candidate = &answer->results[i];

		if (candidate->weight < out->threshold)
			continue;
		listed++;
		if (eval_is_right(set, question, candidate))
			continue;
		out->wrong++;
		out->wrong_family += eval_is_family(set, question, candidate);
	}
	if (question->on_file)
		return;
	count(&out->with_candidate[question->kind], listed > 0);
	if (question->kind != EVAL_COMMON)
		count(&out->absent, listed > 0);
}

struct eval_figures
eval_figures_at(const struct eval_set *set, const struct eval_results *results, double threshold)
{
	struct eval_figures out = { .threshold = threshold, .questions = set->question_count };

	for (size_t q = 0; q < set->question_count; q++)
		count_question(&out, set, &set->questions[q], &results->answers[q]);
	return out;
}

static int
descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

double
eval_threshold_for(const struct eval_set *set, const struct eval_results *results, double most)
{
	size_t n = 0, room = 0, allowed = (size_t)floor(most * (double)set->question_count + 1e-9);
	double *wrong = NULL, out = -(double)INFINITY;

	for (size_t q = 0; q < set->question_count; q++)
		for (size_t i = 0; i < results->answers[q].result_count; i++) {
			const struct eval_candidate *c = &results->answers[q].results[i];

			if (eval_is_right(set, &set->questions[q], c))
				continue;
			wrong = eval_grown(wrong, &room, n, sizeof *wrong);
			wrong[n++] = c->weight;
		}
	if (n > allowed) {
		/* Just above the first that may not be there; weights are written to 4 places. */
		qsort(wrong, n, sizeof *wrong, descending);
		out = wrong[allowed] + 1e-6;
	}
	mem_free(wrong);
	return out;
}

/* --- Confidence ------------------------------------------------------------------------------ */

struct eval_calibration
eval_calibration(const struct eval_set *set, const struct eval_results *results)
{
	struct eval_calibration out = { { 0 }, { 0 }, { 0 }, 0, 0 };

	for (size_t q = 0; q < set->question_count; q++)
		for (size_t i = 0; i < results->answers[q].result_count; i++) {
			const struct eval_candidate *c = &results->answers[q].results[i];
			size_t band = (size_t)(c->confidence * EVAL_BANDS);

			if (c->confidence < EVAL_LEAST_CONFIDENCE)
				continue;
			if (band >= EVAL_BANDS)
				band = EVAL_BANDS - 1;
			out.n[band]++;
			out.all++;
			out.said[band] += c->confidence;
			out.right[band] += eval_is_right(set, &set->questions[q], c);
		}
	for (size_t b = 0; b < EVAL_BANDS; b++)
		if (out.n[b] > 0)
			out.ece += fabs((double)out.right[b] - out.said[b]) / (double)out.all;
	return out;
}

struct eval_part
eval_secured_wrong(const struct eval_set *set, const struct eval_results *results, double secure)
{
	struct eval_part out = { 0, 0 };

	for (size_t q = 0; q < set->question_count; q++)
		for (size_t i = 0; i < results->answers[q].result_count; i++) {
			const struct eval_candidate *c = &results->answers[q].results[i];

			if (c->certain && c->weight >= secure)
				count(&out, !eval_is_right(set, &set->questions[q], c));
		}
	return out;
}

/* --- Relatives ------------------------------------------------------------------------------- */

struct seen {
	bool related, match, possible;
};

static void
count_relative(struct eval_relatives *out, const struct seen *person)
{
	out->people++;
	out->people_related += person->related && !person->match;
	out->people_match += person->possible;
	out->people_shown += person->related || person->match;
}

static void
count_family(struct eval_relatives *out, const struct eval_set *set,
    const struct eval_question *question, const struct eval_answer *answer, double list,
    double possible)
{
	size_t from, n = eval_set_family(&from, set, question->who.family);
	struct seen person = { false, false, false };

	for (size_t i = 0; i < n; i++) {
		size_t at = set->by_who[from + i];
		const struct eval_appearance *a = &set->appearances[at];
		double weight = eval_weight_of(answer, at);
		struct seen one = { eval_is_related(answer, at), eval_reaches(weight, list),
			eval_reaches(weight, possible) };

		if (a->who.member == question->who.member)
			continue;
		out->appearances++;
		out->sparse += a->sparse;
		out->related += one.related && !one.match;
		out->related_dense += one.related && !one.match && !a->sparse;
		out->match_list += one.match;
		out->match_possible += one.possible;
		out->unseen += !one.related && !one.match;
		person.related = person.related || one.related;
		person.match = person.match || one.match;
		person.possible = person.possible || one.possible;
		if (i + 1 < n &&
		    set->appearances[set->by_who[from + i + 1]].who.member == a->who.member)
			continue;
		count_relative(out, &person);
		person = (struct seen){ false, false, false };
	}
}

struct eval_relatives
eval_relatives(const struct eval_set *set, const struct eval_results *results, enum eval_asked kind,
    double list, double possible)
{
	struct eval_relatives out = { 0 };

	for (size_t q = 0; q < set->question_count; q++)
		if (set->questions[q].kind == kind)
			count_family(
			    &out, set, &set->questions[q], &results->answers[q], list, possible);
	return out;
}

static void
count_alike(struct eval_alikes *out, const struct eval_answer *answer, size_t appearance,
    double list, double possible, double secure)
{
	double weight = eval_weight_of(answer, appearance);

	out->appearances++;
	out->match += eval_reaches(weight, possible);
	out->related += eval_is_related(answer, appearance) && !eval_reaches(weight, list);
	for (size_t i = 0; i < answer->result_count; i++)
		if (answer->results[i].appearance == appearance && answer->results[i].certain) {
			out->certain++;
			out->secured += weight >= secure;
		}
}

struct eval_alikes
eval_alikes(const struct eval_set *set, const struct eval_results *results, size_t how, double list,
    double possible, double secure)
{
	struct eval_alikes out = { 0 };

	for (size_t q = 0; q < set->question_count; q++) {
		size_t from, n = eval_set_alike(&from, set, set->questions[q].who);

		for (size_t i = 0; i < n; i++) {
			const struct eval_alike *alike = &set->alike[from + i];
			struct eval_who other = { alike->who.family, alike->other };
			size_t first, m = eval_set_person(&first, set, other);

			for (size_t k = 0; alike->how == how && k < m; k++)
				count_alike(&out, &results->answers[q], set->by_who[first + k],
				    list, possible, secure);
		}
	}
	return out;
}

struct eval_relation
eval_relation(const struct eval_set *set, const struct eval_results *results, size_t relation)
{
	struct eval_relation out = { 0 };

	for (size_t q = 0; q < set->question_count; q++)
		for (size_t i = 0; i < results->answers[q].related_count; i++) {
			const struct eval_candidate *c = &results->answers[q].related[i];

			if (c->relation != relation)
				continue;
			out.n++;
			if (eval_is_right(set, &set->questions[q], c))
				out.asked++;
			else if (eval_is_family(set, &set->questions[q], c))
				out.family++;
			else
				out.other++;
		}
	return out;
}
