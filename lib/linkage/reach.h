#ifndef LINKAGE_REACH_H
#define LINKAGE_REACH_H
/*
 * reach: can two people still come to the weight asked for, with part of their fields compared?
 *
 * Retrieval grants a record bits for each of its fields, at least what the field adds to a weight
 * (lib/index/terms.c, "Why the plan bounds the score"). Fields that were compared and reached less
 * than that, or speak against, leave less to hope for:
 *
 *   bits open <= bits granted - sum over compared fields of what was granted them at the least
 *   M <= prior + bits of the compared fields + bits open
 *
 * where a field was granted at least its bits, a name at least the sum of its pairs. So `granted`
 * must be the plain sum over fields: bits from which anything that speaks against was taken already
 * would have it taken twice, and people would be missed. Family weight (relation.h) likewise. So
 * whoever makes features and compares them a step at a time can stop as soon as neither can be
 * reached, and misses nothing. Room: linkage (pure). Threads: pure functions.
 */
#include "linkage/relation.h"

/* Sums of the same doubles in another order differ in the last places. */
#define REACH_EPSILON 1e-6

struct reach {
	const struct scorer *scorer;
	const struct features *query;
	double floor;	     /* of the match weight */
	double family_floor; /* of the family weight; INFINITY: no family is asked for */
	/* The least that retrieval grants the address of a record that shares a home with the
	 * query's; INFINITY if it has none. */
	double home_bits;
	double over, gain; /* relation_over(), relation_prior_gain() */
};

/* `together_bits`: the least that retrieval grants who lives together (terms.h); features and
 * scorer are borrowed. */
void reach_init(struct reach *out, const struct scorer *scorer, const struct features *query,
    double floor, double family_floor, double together_bits);

/* What is known of a record so far. */
struct reach_known {
	const struct score *score;	 /* begun, not ended; SCORE_REST done */
	const struct features *features; /* of the steps done */
	const struct person *person;
	double granted; /* bits, without the prior and sex */
	unsigned open;	/* steps not done: SCORE_NAMES, SCORE_ADDRESSES */
};

/* The step to do next: the one that decides more; 0: neither floor can be reached any more. With
 * nothing open not to be asked. */
unsigned reach_next(const struct reach *reach, const struct reach_known *known);

#endif
