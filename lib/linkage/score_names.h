#ifndef LINKAGE_SCORE_NAMES_H
#define LINKAGE_SCORE_NAMES_H
/*
 * score_names: the name comparison of score.c, which aligns the tokens of two names.
 *
 * Room: linkage (pure). Allocation-free. Threads: pure functions.
 */
#include "linkage/score.h"

/* Fills line[COMPARISON_NAME], the two names, their pairs and forename_evidence of the best pair
 * of name variants; leaves *out alone if a side has no name. */
void score_names(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record);

/* Bits of a pair whose more common token has this share (score.h: pair bits). */
double score_bits_at(
    double *rarity, const struct model *model, enum token_level level, double share);

#endif
