#ifndef SUPPORT_EVAL_LISTS_H
#define SUPPORT_EVAL_LISTS_H
/*
 * eval_lists: what was missed and who was wrongly shown, for reading: tab-separated, one line each,
 * the value asked for and the value on file side by side.
 */
#include "tests/support/eval_set.h"

#include <stdio.h>

/* Appearances of people asked about that are below `below` bits or not among the results; those
 * that are not sparse first, the worst first. */
void eval_lists_misses(
    FILE *out, const struct eval_set *set, const struct eval_results *results, double below);
/* Results at `from` bits or more that are not the person asked about, the worst first. */
void eval_lists_wrongs(
    FILE *out, const struct eval_set *set, const struct eval_results *results, double from);
/* Family of absent people that is not listed as related, or is among the results at `list`. */
void eval_lists_relatives(
    FILE *out, const struct eval_set *set, const struct eval_results *results, double list);

/* Every result as a labelled pair, for `indexer calibrate`: weight,match,prior. `from` is not used.
 */
void eval_lists_pairs(
    FILE *out, const struct eval_set *set, const struct eval_results *results, double from);

#endif
