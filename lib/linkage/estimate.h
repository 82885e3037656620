#ifndef LINKAGE_ESTIMATE_H
#define LINKAGE_ESTIMATE_H
/*
 * estimate: m, u and the share of matches, from comparison vectors without labels.
 *
 * Expectation-maximisation for the Fellegi-Sunter mixture (Winkler 1988), with two changes that
 * keep it from learning the wrong two classes:
 * - u comes from random pairs and stands still while EM moves m and the share of matches of each
 *   block. Random pairs of a small data set hold matches too, so each counts for u by its
 *   probability of being none; u is made again from the new m, ESTIMATE_ROUNDS times.
 * - A block is a set of pairs found by something that they have in common. The comparisons that
 *   it was found by are left out of it altogether: they are no evidence there and learn nothing.
 * A level seen seldom or never keeps a part of the figures it had: these are the mean of a
 * Dirichlet prior worth m_prior matched pairs (u_prior random ones).
 *
 * Knows comparisons and levels by number only. Sums run in the order given, so equal input gives
 * equal output to the last bit.
 * Room: linkage (pure: the caller owns all memory). Threads: pure functions.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ESTIMATE_COMPARISONS_MAX 12
#define ESTIMATE_LEVELS_MAX 16
#define ESTIMATE_NULL (-1) /* a side is missing: LEVEL_NULL of compare.h */
#define ESTIMATE_ROUNDS 4  /* the third moves no weight of the labelled sets by .01 bits */
#define ESTIMATE_STEPS_MAX 500
#define ESTIMATE_MOVED_MAX 1e-6 /* EM ends when no m and no share of matches moves by more */

/* Pairs that reached the same levels. */
struct estimate_pattern {
	int8_t level[ESTIMATE_COMPARISONS_MAX];
	int8_t extra; /* bits of evidence beside the levels, rounded: rarity, unmatched tokens */
	uint64_t count;
};

struct estimate_block {
	const struct estimate_pattern *patterns;
	size_t count;
	unsigned without; /* bit per comparison that the pairs were found by */
};

struct estimate_level {
	double m, u;	 /* in: what is known before; out: fitted */
	double m_n, u_n; /* out: matched and unmatched pairs counted at the level */
};

struct estimate {
	size_t comparisons;
	uint8_t levels[ESTIMATE_COMPARISONS_MAX];
	struct estimate_level level[ESTIMATE_COMPARISONS_MAX][ESTIMATE_LEVELS_MAX];
	/* out: matched pairs that had both sides of the comparison, in the blocks that may learn it
	 */
	double m_pairs[ESTIMATE_COMPARISONS_MAX], u_pairs[ESTIMATE_COMPARISONS_MAX];
	unsigned steps; /* out: of EM, all rounds */
	bool settled;	/* out: the last round ended by ESTIMATE_MOVED_MAX and not by the cap */
};

struct estimate_options {
	double m_prior, u_prior; /* pairs' worth of belief in what is known before; above 0 */
	double share_prior;	 /* share of matches at the start, in each block; in (0, 1) */
};

/*
 * Fits *estimate in place from random pairs and `blocks`. matched[i] gets the number of matches
 * expected in block i, *matched_random that among the random pairs.
 */
void estimate_fit(struct estimate *estimate, double *matched, double *matched_random,
    const struct estimate_block *random, const struct estimate_block *blocks, size_t count,
    const struct estimate_options *options);

/* The probability that a pair of the pattern is a match, in a block where `share` of them are. */
double estimate_match(const struct estimate *estimate, const struct estimate_pattern *pattern,
    unsigned without, double share);

/*
 * What a model's reader asks of its order (model.h), after fitting: no level of `rules` may weigh
 * more than its other level, or more than 0 bits. Two levels are pooled, keeping the sums of their
 * m and u; a level above 0 bits gives m away to the comparison's others in proportion.
 */
#define ESTIMATE_ZERO (-1)
struct estimate_rule {
	uint8_t comparison, level;
	int8_t below; /* the level that must weigh as much or more, or ESTIMATE_ZERO */
};
void estimate_obey(struct estimate *estimate, const struct estimate_rule *rules, size_t count);

#endif
