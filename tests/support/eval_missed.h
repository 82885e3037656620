#ifndef SUPPORT_EVAL_MISSED_H
#define SUPPORT_EVAL_MISSED_H
/*
 * eval_missed: why appearances of people asked about are missed, and what a rule by the expected
 * number of wrong results in an answer would list instead of one threshold for all.
 * Words are those of eval_set.h. Memory: none kept.
 */
#include "tests/support/eval_figures.h"

/* How a missed appearance was lost. Of those that are in the longer list: how many of somebody else
 * weigh as much or more in the same answer. */
enum eval_loss {
	EVAL_LOST_NOWHERE, /* not in the longer list: below its begin, or cut off where it is full
			    */
	EVAL_LOST_RELATED, /* listed as somebody else of the family, or a namesake */
	EVAL_LOST_FIRST,   /* nobody else weighs as much: a lower threshold shows it alone */
	EVAL_LOST_FEW,	   /* one or two do */
	EVAL_LOST_SEVERAL, /* three to nine */
	EVAL_LOST_MANY,	   /* ten or more */
	EVAL_LOSS_COUNT
};
const char *eval_loss_name(enum eval_loss loss);

struct eval_missed {
	size_t appearances; /* of people asked about who are on file */
	size_t n[EVAL_LOSS_COUNT], dense[EVAL_LOSS_COUNT];
};
/* Of appearances below `threshold` bits. */
struct eval_missed eval_missed(
    const struct eval_set *set, const struct eval_results *results, double threshold);

/* Results of somebody else in the answer that weigh `weight` bits or more. */
size_t eval_outweighed(const struct eval_set *set, const struct eval_question *question,
    const struct eval_answer *answer, double weight);

struct eval_budget {
	struct eval_part recall, recall_dense;
	size_t wrong;
};
/* Each answer lists its results, the heaviest first, while the wrong ones expected among them (the
 * sum of 1 - confidence) are at most `budget`. */
struct eval_budget eval_budget(
    const struct eval_set *set, const struct eval_results *results, double budget);

#endif
