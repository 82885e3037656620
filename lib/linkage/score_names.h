#ifndef LINKAGE_SCORE_NAMES_H
#define LINKAGE_SCORE_NAMES_H
/*
 * score_names: the name comparison of score.c, which aligns the tokens of two names.
 *
 * Room: linkage (pure). Allocation-free. Threads: pure functions.
 */
#include "linkage/score.h"

/* Fills line[COMPARISON_NAME], the two names, their pairs and what is said of forenames, of the
 * best pair of name variants; leaves *out alone if a side has no name. */
void score_names(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record);

/* Whose levels a pair of tokens has: the part of both, or of the one that is told; PART_UNKNOWN for
 * a forename with a surname. */
enum name_part score_pair_part(enum name_part a, enum name_part b);
/* Bits of a pair whose more common token has this share (score.h: pair bits). */
double score_bits_at(double *rarity, const struct model *model, enum name_part part,
    enum token_level level, double share);

#endif
