#include "linkage/estimate.h"

#include <math.h>
#include <string.h>

#define LN2 0.69314718055994530942 /* one bit */

struct counts {
	double m[ESTIMATE_COMPARISONS_MAX][ESTIMATE_LEVELS_MAX];
};

/* --- Expectation ----------------------------------------------------------------------------- */
/* The natural logarithm of m / u of every level: an exponential a pattern instead of a product. */
struct weights {
	double of[ESTIMATE_COMPARISONS_MAX][ESTIMATE_LEVELS_MAX];
};

static void
weigh(struct weights *out, const struct estimate *estimate)
{
	for (size_t c = 0; c < estimate->comparisons; c++)
		for (size_t l = 0; l < estimate->levels[c]; l++)
			out->of[c][l] = log(estimate->level[c][l].m) - log(estimate->level[c][l].u);
}

static double
prior_odds(double share)
{
	return log(share) - log1p(-share);
}

/* `odds`: natural logarithm of those before the levels are looked at. */
static double
match_at(const struct weights *weights, size_t comparisons, const struct estimate_pattern *pattern,
    unsigned without, double odds)
{
	odds += pattern->extra * LN2;

	for (size_t c = 0; c < comparisons; c++)
		if (pattern->level[c] != ESTIMATE_NULL && (without & 1u << c) == 0)
			odds += weights->of[c][pattern->level[c]];
	return 1 / (1 + exp(-odds));
}

double
estimate_match(const struct estimate *estimate, const struct estimate_pattern *pattern,
    unsigned without, double share)
{
	struct weights weights;

	weigh(&weights, estimate);
	return match_at(&weights, estimate->comparisons, pattern, without, prior_odds(share));
}

/* Adds every pair of the block to the counts of its levels, as much as it is a match (or, with
 * `unmatched`, as much as it is none); returns the matches. */
static double
expect(struct counts *counts, const struct estimate *estimate, const struct weights *weights,
    const struct estimate_block *block, double share, bool unmatched)
{
	double matched = 0, odds = prior_odds(share);

	for (size_t i = 0; i < block->count; i++) {
		const struct estimate_pattern *pattern = &block->patterns[i];
		double n = (double)pattern->count;
		double g = match_at(weights, estimate->comparisons, pattern, block->without, odds);

		matched += n * g;
		n *= unmatched ? 1 - g : g;
		for (size_t c = 0; c < estimate->comparisons; c++)
			if (pattern->level[c] != ESTIMATE_NULL && (block->without & 1u << c) == 0)
				counts->m[c][pattern->level[c]] += n;
	}
	return matched;
}

static double
pairs_of(const struct estimate_block *block)
{
	double pairs = 0;

	for (size_t i = 0; i < block->count; i++)
		pairs += (double)block->patterns[i].count;
	return pairs;
}

/* Kept off 0 and 1, where EM could not move it again. */
static double
share_of(double matched, double pairs)
{
	return (matched + 0.5) / (pairs + 1);
}

/* --- Maximisation ---------------------------------------------------------------------------- */
struct prior {
	double m[ESTIMATE_COMPARISONS_MAX][ESTIMATE_LEVELS_MAX];
	double u[ESTIMATE_COMPARISONS_MAX][ESTIMATE_LEVELS_MAX];
};

/* Rounded figures of a file need not add up to 1; fitted ones do. */
static void
keep_prior(struct prior *prior, const struct estimate *estimate)
{
	for (size_t c = 0; c < estimate->comparisons; c++) {
		double m = 0, u = 0;

		for (size_t l = 0; l < estimate->levels[c]; l++) {
			m += estimate->level[c][l].m;
			u += estimate->level[c][l].u;
		}
		for (size_t l = 0; l < estimate->levels[c]; l++) {
			prior->m[c][l] = estimate->level[c][l].m / m;
			prior->u[c][l] = estimate->level[c][l].u / u;
		}
	}
}

static double
sum_of(const double *counts, size_t levels)
{
	double sum = 0;

	for (size_t l = 0; l < levels; l++)
		sum += counts[l];
	return sum;
}

static double
maximise_m(struct estimate *estimate, const struct counts *counts, const struct prior *prior,
    double strength)
{
	double moved = 0;

	for (size_t c = 0; c < estimate->comparisons; c++) {
		double pairs = sum_of(counts->m[c], estimate->levels[c]);

		estimate->m_pairs[c] = pairs;
		for (size_t l = 0; l < estimate->levels[c]; l++) {
			struct estimate_level *level = &estimate->level[c][l];
			double m =
			    (counts->m[c][l] + strength * prior->m[c][l]) / (pairs + strength);

			moved = fmax(moved, fabs(m - level->m));
			level->m = m;
			level->m_n = counts->m[c][l];
		}
	}
	return moved;
}

static void
maximise_u(struct estimate *estimate, const struct counts *counts, const struct prior *prior,
    double strength)
{
	for (size_t c = 0; c < estimate->comparisons; c++) {
		double pairs = sum_of(counts->m[c], estimate->levels[c]);

		estimate->u_pairs[c] = pairs;
		for (size_t l = 0; l < estimate->levels[c]; l++) {
			estimate->level[c][l].u =
			    (counts->m[c][l] + strength * prior->u[c][l]) / (pairs + strength);
			estimate->level[c][l].u_n = counts->m[c][l];
		}
	}
}

/* --- Fitting --------------------------------------------------------------------------------- */
/* u from the random pairs; *matched is the number of matches among them, in and out. */
static void
fit_u(struct estimate *estimate, double *matched, const struct estimate_block *random,
    const struct prior *prior, double strength)
{
	struct counts counts;
	struct weights weights;

	memset(&counts, 0, sizeof counts);
	weigh(&weights, estimate);
	*matched =
	    expect(&counts, estimate, &weights, random, share_of(*matched, pairs_of(random)), true);
	maximise_u(estimate, &counts, prior, strength);
}

/* One step of EM over all blocks; returns by how much anything moved. */
static double
step(struct estimate *estimate, double *matched, const struct estimate_block *blocks, size_t count,
    const struct prior *prior, double strength)
{
	struct counts counts;
	struct weights weights;
	double moved = 0;

	memset(&counts, 0, sizeof counts);
	weigh(&weights, estimate);
	for (size_t i = 0; i < count; i++) {
		double pairs = pairs_of(&blocks[i]), before = matched[i];

		matched[i] =
		    expect(&counts, estimate, &weights, &blocks[i], share_of(before, pairs), false);
		moved = fmax(moved, fabs(matched[i] - before) / (pairs + 1));
	}
	return fmax(moved, maximise_m(estimate, &counts, prior, strength));
}

void
estimate_fit(struct estimate *estimate, double *matched, double *matched_random,
    const struct estimate_block *random, const struct estimate_block *blocks, size_t count,
    const struct estimate_options *options)
{
	struct prior prior;

	keep_prior(&prior, estimate);
	*matched_random = 0;
	for (size_t i = 0; i < count; i++)
		matched[i] = options->share_prior * pairs_of(&blocks[i]);
	estimate->steps = 0;
	for (unsigned round = 0; round < ESTIMATE_ROUNDS; round++) {
		fit_u(estimate, matched_random, random, &prior, options->u_prior);
		estimate->settled = false;
		for (unsigned i = 0; i < ESTIMATE_STEPS_MAX && !estimate->settled; i++) {
			estimate->settled = step(estimate, matched, blocks, count, &prior,
						options->m_prior) <= ESTIMATE_MOVED_MAX;
			estimate->steps++;
		}
	}
}

/* --- Order ----------------------------------------------------------------------------------- */
static void
pool(struct estimate_level *a, struct estimate_level *b)
{
	double m = a->m + b->m, u = a->u + b->u;
	double part = a->u / u;

	a->m = m * part;
	b->m = m - a->m;
}

/* Down to 0 bits; what it gives up goes to the others as they have. */
static void
bring_to_zero(struct estimate *estimate, const struct estimate_rule *rule)
{
	struct estimate_level *level = estimate->level[rule->comparison];
	double given = level[rule->level].m - level[rule->level].u;
	double others = 1 - level[rule->level].m;

	for (size_t l = 0; l < estimate->levels[rule->comparison]; l++)
		if (l != rule->level)
			level[l].m *= 1 + given / others;
	level[rule->level].m = level[rule->level].u;
}

void
estimate_obey(struct estimate *estimate, const struct estimate_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct estimate_level *levels = estimate->level[rules[i].comparison];
		struct estimate_level *level = &levels[rules[i].level], *other;

		if (rules[i].below == ESTIMATE_ZERO) {
			if (level->m > level->u)
				bring_to_zero(estimate, &rules[i]);
			continue;
		}
		other = &levels[rules[i].below];
		if (level->m * other->u > other->m * level->u)
			pool(level, other);
	}
}
