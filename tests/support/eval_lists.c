#include "tests/support/eval_lists.h"

#include "base/mem.h"
#include "tests/support/eval_tables.h"

#include <math.h>
#include <stdlib.h>

struct item {
	size_t question, appearance;
	double weight;
	const char *where; /* it is to be found */
	const char *who;   /* it is */
	bool sparse;
};
struct items {
	struct item *list;
	size_t count, room;
};

static void
add(struct items *items, struct item item)
{
	items->list = eval_grown(items->list, &items->room, items->count, sizeof *items->list);
	items->list[items->count++] = item;
}

static int
worst_miss(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->sparse != y->sparse)
		return x->sparse ? 1 : -1;
	if (x->weight != y->weight)
		return x->weight < y->weight ? -1 : 1;
	return (x->question > y->question) - (x->question < y->question);
}

static int
worst_wrong(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->question > y->question) - (x->question < y->question);
}

/* --- Writing ---------------------------------------------------------------------------------- */

static void
put_kinds(FILE *out, const struct eval_set *set, const struct eval_kinds *kinds)
{
	const char *before = "";

	for (size_t w = 0; w < set->kinds.count; w++)
		if (eval_kinds_has(kinds, w)) {
			fprintf(out, "%s%.*s", before, STR_ARG(set->kinds.word[w]));
			before = " ";
		}
}

static void
put_header(FILE *out)
{
	fputs("weight\twhere\twho\tq_kinds\tr_kinds", out);
	for (unsigned v = 0; v < EVAL_VALUE_COUNT; v++)
		fprintf(out, "\tq_%s\tr_%s", eval_value_name((enum eval_value)v),
		    eval_value_name((enum eval_value)v));
	fputs("\tref\tasked\torigin\tr_role\trecord\n", out);
}

static void
put_item(FILE *out, const struct eval_set *set, const struct item *item)
{
	const struct eval_question *question = &set->questions[item->question];
	const struct eval_appearance *a = &set->appearances[item->appearance];

	if (isinf(item->weight))
		fputs("none", out);
	else
		fprintf(out, "%.2f", item->weight);
	fprintf(out, "\t%s\t%s\t", item->where, item->who);
	put_kinds(out, set, &question->kinds);
	fputc('\t', out);
	put_kinds(out, set, &a->kinds);
	for (unsigned v = 0; v < EVAL_VALUE_COUNT; v++) {
		struct str of = a->values == NULL ? STR_NONE : a->values->of[v];

		fprintf(out, "\t%.*s\t%.*s", STR_ARG(question->values.of[v]), STR_ARG(of));
	}
	fprintf(out, "\t%.*s\t%s\t%.*s\t%.*s\t%.*s\n", STR_ARG(question->ref),
	    eval_asked_name(question->kind), STR_ARG(set->origins.word[question->origin]),
	    STR_ARG(a->role), STR_ARG(a->key));
}

static void
put_items(FILE *out, const struct eval_set *set, struct items *items,
    int (*order)(const void *a, const void *b))
{
	put_header(out);
	if (items->count > 0)
		qsort(items->list, items->count, sizeof *items->list, order);
	for (size_t i = 0; i < items->count; i++)
		put_item(out, set, &items->list[i]);
	mem_free(items->list);
}

/* --- What is in them -------------------------------------------------------------------------- */

static const char *
where_is(const struct eval_answer *answer, size_t appearance, double weight)
{
	if (!isinf(weight))
		return "results";
	return eval_is_related(answer, appearance) ? "related" : "nowhere";
}

void
eval_lists_misses(
    FILE *out, const struct eval_set *set, const struct eval_results *results, double below)
{
	struct items items = { NULL, 0, 0 };

	for (size_t q = 0; q < set->question_count; q++) {
		const struct eval_answer *answer = &results->answers[q];
		size_t from, n;

		if (!set->questions[q].on_file)
			continue;
		n = eval_set_person(&from, set, set->questions[q].who);
		for (size_t i = 0; i < n; i++) {
			size_t at = set->by_who[from + i];
			double weight = eval_weight_of(answer, at);

			if (weight < below)
				add(&items,
				    (struct item){ q, at, weight, where_is(answer, at, weight),
					"asked about", set->appearances[at].sparse });
		}
	}
	put_items(out, set, &items, worst_miss);
}

void
eval_lists_wrongs(
    FILE *out, const struct eval_set *set, const struct eval_results *results, double from)
{
	struct items items = { NULL, 0, 0 };

	for (size_t q = 0; q < set->question_count; q++)
		for (size_t i = 0; i < results->answers[q].result_count; i++) {
			const struct eval_question *question = &set->questions[q];
			const struct eval_candidate *c = &results->answers[q].results[i];

			if (c->weight < from || eval_is_right(set, question, c))
				continue;
			add(&items, (struct item){ q, c->appearance, c->weight, "results",
					eval_wrong_name(eval_wrong_of(set, question, c)),
					set->appearances[c->appearance].sparse });
		}
	put_items(out, set, &items, worst_wrong);
}

void
eval_lists_relatives(
    FILE *out, const struct eval_set *set, const struct eval_results *results, double list)
{
	struct items items = { NULL, 0, 0 };

	for (size_t q = 0; q < set->question_count; q++) {
		const struct eval_question *question = &set->questions[q];
		const struct eval_answer *answer = &results->answers[q];
		size_t from, n = eval_set_family(&from, set, question->who.family);

		for (size_t i = 0; i < n && question->kind == EVAL_RELATIVE; i++) {
			size_t at = set->by_who[from + i];
			struct eval_candidate c = { .appearance = at };
			double weight = eval_weight_of(answer, at);

			if (weight < list && eval_is_related(answer, at))
				continue;
			add(&items, (struct item){ q, at, weight, where_is(answer, at, weight),
					eval_wrong_name(eval_wrong_of(set, question, &c)),
					set->appearances[at].sparse });
		}
	}
	put_items(out, set, &items, worst_wrong);
}

void
eval_lists_pairs(
    FILE *out, const struct eval_set *set, const struct eval_results *results, double from)
{
	(void)from;
	fputs("weight,match,prior\n", out);
	for (size_t q = 0; q < set->question_count; q++)
		for (size_t i = 0; i < results->answers[q].result_count; i++) {
			const struct eval_candidate *c = &results->answers[q].results[i];

			fprintf(out, "%.4f,%d,%.4f\n", c->weight,
			    eval_is_right(set, &set->questions[q], c),
			    set->prior[set->appearances[c->appearance].system]);
		}
}
