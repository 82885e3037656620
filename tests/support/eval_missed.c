#include "tests/support/eval_missed.h"

#include <math.h>

const char *
eval_loss_name(enum eval_loss loss)
{
	static const char *const names[EVAL_LOSS_COUNT] = { "nowhere", "related",
		"none weighs as much", "1 or 2 do", "3 to 9 do", "10 or more do" };

	return names[loss];
}

size_t
eval_outweighed(const struct eval_set *set, const struct eval_question *question,
    const struct eval_answer *answer, double weight)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->result_count; i++)
		n += answer->results[i].weight >= weight &&
		     !eval_is_right(set, question, &answer->results[i]);
	return n;
}

static enum eval_loss
loss_of(const struct eval_set *set, const struct eval_question *question,
    const struct eval_answer *answer, size_t appearance, double weight)
{
	size_t others;

	if (isinf(weight))
		return eval_is_related(answer, appearance) ? EVAL_LOST_RELATED : EVAL_LOST_NOWHERE;
	others = eval_outweighed(set, question, answer, weight);
	if (others == 0)
		return EVAL_LOST_FIRST;
	if (others < 3)
		return EVAL_LOST_FEW;
	return others < 10 ? EVAL_LOST_SEVERAL : EVAL_LOST_MANY;
}

struct eval_missed
eval_missed(const struct eval_set *set, const struct eval_results *results, double threshold)
{
	struct eval_missed out = { 0 };

	for (size_t q = 0; q < set->question_count; q++) {
		const struct eval_question *question = &set->questions[q];
		const struct eval_answer *answer = &results->answers[q];
		size_t from, n;

		if (!question->on_file)
			continue;
		n = eval_set_person(&from, set, question->who);
		out.appearances += n;
		for (size_t i = 0; i < n; i++) {
			size_t at = set->by_who[from + i];
			double weight = eval_weight_of(answer, at);
			enum eval_loss loss;

			if (eval_reaches(weight, threshold))
				continue;
			loss = loss_of(set, question, answer, at, weight);
			out.n[loss]++;
			out.dense[loss] += !set->appearances[at].sparse;
		}
	}
	return out;
}

/* --- By the expected number of wrong ones ----------------------------------------------------- */

/* The least weight that the answer lists. Of equal weights all or none are. */
static double
least_weight(const struct eval_answer *answer, double budget)
{
	double least = INFINITY;

	for (size_t i = 0; i < answer->result_count; i++) {
		double weight = answer->results[i].weight, expected = 0;

		for (size_t j = 0; j < answer->result_count; j++)
			if (answer->results[j].weight >= weight)
				expected += 1 - answer->results[j].confidence;
		if (expected <= budget && weight < least)
			least = weight;
	}
	return least;
}

static void
count_right(struct eval_budget *out, const struct eval_set *set,
    const struct eval_question *question, const struct eval_answer *answer, double least)
{
	size_t from, n = eval_set_person(&from, set, question->who);

	for (size_t i = 0; i < n; i++) {
		size_t at = set->by_who[from + i];
		bool in = eval_reaches(eval_weight_of(answer, at), least);
		bool dense = !set->appearances[at].sparse;

		out->recall.of++;
		out->recall.n += in;
		out->recall_dense.of += dense;
		out->recall_dense.n += dense && in;
	}
}

struct eval_budget
eval_budget(const struct eval_set *set, const struct eval_results *results, double budget)
{
	struct eval_budget out = { 0 };

	for (size_t q = 0; q < set->question_count; q++) {
		const struct eval_question *question = &set->questions[q];
		const struct eval_answer *answer = &results->answers[q];
		double least = least_weight(answer, budget);

		if (question->on_file)
			count_right(&out, set, question, answer, least);
		out.wrong += eval_outweighed(set, question, answer, least);
	}
	return out;
}
