#include "linkage/estimate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "linkage/compare.h"

/*
 * A world whose figures are known: three comparisons of three levels, a fourth of two. Pairs are
 * not drawn but counted: N times the probability of each pattern, so nothing depends on luck.
 */
#define COMPARISONS 4
static const uint8_t levels[COMPARISONS] = { 3, 3, 3, 2 };
static const double true_m[COMPARISONS][3] = { { .80, .15, .05 }, { .60, .30, .10 },
	{ .90, .07, .03 }, { .95, .05, 0 } };
static const double true_u[COMPARISONS][3] = { { .002, .010, .988 }, { .001, .004, .995 },
	{ .010, .050, .940 }, { .5, .5, 0 } };
#define PATTERNS (3 * 3 * 3 * 2)

struct world {
	struct estimate_pattern patterns[PATTERNS];
	size_t count;
};

/* Pairs found by comparison `by` reach its first level; -1: found by nothing. */
static void
count_pairs(struct world *world, double pairs, double share, int by)
{
	world->count = 0;
	for (int i = 0; i < PATTERNS; i++) {
		const int level[COMPARISONS] = { i % 3, i / 3 % 3, i / 9 % 3, i / 27 };
		struct estimate_pattern *out = &world->patterns[world->count];
		double m = 1, u = 1;

		memset(out, 0, sizeof *out);
		for (int c = 0; c < COMPARISONS; c++) {
			out->level[c] = (int8_t)level[c];
			if (c == by)
				continue;
			m *= true_m[c][level[c]];
			u *= true_u[c][level[c]];
		}
		if (by >= 0 && level[by] != 0)
			continue;
		out->count = (uint64_t)llround(pairs * (share * m + (1 - share) * u));
		world->count += out->count > 0;
	}
}

/* What is believed before: in the right order, and well off. */
static void
believe(struct estimate *estimate)
{
	static const double m[3] = { .5, .3, .2 }, u[3] = { .01, .05, .94 };

	memset(estimate, 0, sizeof *estimate);
	estimate->comparisons = COMPARISONS;
	for (int c = 0; c < COMPARISONS; c++) {
		estimate->levels[c] = levels[c];
		for (int l = 0; l < levels[c]; l++)
			estimate->level[c][l] = (struct estimate_level){ .m = m[l], .u = u[l] };
	}
	estimate->level[3][0] = (struct estimate_level){ .m = .8, .u = .4 };
	estimate->level[3][1] = (struct estimate_level){ .m = .2, .u = .6 };
}

static const struct estimate_options options = { .m_prior = 1, .u_prior = 1, .share_prior = .1 };

static void
assert_near(double a, double b, double within, const char *what, int c, int l)
{
	if (!(fabs(a - b) <= within))
		fail_msg("%s of comparison %d level %d: %g, not %g", what, c, l, a, b);
}

struct fitted {
	struct estimate estimate;
	double matched[2], matched_random;
};

static void
fit_world(struct fitted *out, double random_share)
{
	static struct world random, first, second;
	struct estimate_block blocks[2], all;

	count_pairs(&random, 2e6, random_share, -1);
	count_pairs(&first, 2e5, .2, 0);
	count_pairs(&second, 5e5, .03, 1);
	all = (struct estimate_block){ random.patterns, random.count, 0 };
	blocks[0] = (struct estimate_block){ first.patterns, first.count, 1u << 0 };
	blocks[1] = (struct estimate_block){ second.patterns, second.count, 1u << 1 };
	memset(out, 0, sizeof *out);
	believe(&out->estimate);
	estimate_fit(&out->estimate, out->matched, &out->matched_random, &all, blocks, 2, &options);
}

static void
test_known_m_and_u_are_found_again(void **state)
{
	static struct fitted fitted;

	(void)state;
	fit_world(&fitted, 1e-6);
	assert_true(fitted.estimate.settled);
	for (int c = 0; c < COMPARISONS; c++) {
		for (int l = 0; l < levels[c]; l++) {
			const struct estimate_level *level = &fitted.estimate.level[c][l];

			assert_near(level->m, true_m[c][l], .005, "m", c, l);
			assert_near(level->u, true_u[c][l], .02 * true_u[c][l], "u", c, l);
		}
	}
	assert_near(fitted.matched[0], .2 * 2e5, 400, "matches", 0, 0);
	assert_near(fitted.matched[1], .03 * 5e5, 300, "matches", 1, 0);
}

/* One random pair of 250 is a match, as in a set of a thousand rows: u must not learn from these.
 */
static void
test_matches_among_random_pairs_do_not_count_for_u(void **state)
{
	static struct fitted fitted;

	(void)state;
	fit_world(&fitted, .004);
	for (int c = 0; c < COMPARISONS; c++)
		for (int l = 0; l < levels[c]; l++)
			assert_near(fitted.estimate.level[c][l].u, true_u[c][l], .15 * true_u[c][l],
			    "u", c, l);
	assert_near(fitted.matched_random, .004 * 2e6, 400, "matches", 0, 0);
}

static void
test_equal_input_gives_equal_bytes(void **state)
{
	static struct fitted one, two;

	(void)state;
	fit_world(&one, .001);
	fit_world(&two, .001);
	assert_memory_equal(&one, &two, sizeof one);
}

static void
test_probabilities_add_up_to_one(void **state)
{
	static struct fitted fitted;

	(void)state;
	fit_world(&fitted, .001);
	for (int c = 0; c < COMPARISONS; c++) {
		double m = 0, u = 0;

		for (int l = 0; l < levels[c]; l++) {
			m += fitted.estimate.level[c][l].m;
			u += fitted.estimate.level[c][l].u;
		}
		assert_near(m, 1, 1e-9, "sum of m", c, 0);
		assert_near(u, 1, 1e-9, "sum of u", c, 0);
	}
}

/* The comparison that every block was found by has no teacher: it keeps what it had. */
static void
test_what_no_block_can_teach_stays(void **state)
{
	static struct world random, block;
	struct estimate_block all, blocks[1];
	struct estimate estimate;
	double matched[1], matched_random;

	(void)state;
	count_pairs(&random, 1e6, 1e-6, -1);
	count_pairs(&block, 1e5, .2, 2);
	believe(&estimate);
	all = (struct estimate_block){ random.patterns, random.count, 0 };
	blocks[0] = (struct estimate_block){ block.patterns, block.count, 1u << 2 };
	estimate_fit(&estimate, matched, &matched_random, &all, blocks, 1, &options);
	assert_near(estimate.level[2][0].m, .5, 1e-9, "m", 2, 0);
	assert_near(estimate.level[2][2].m, .2, 1e-9, "m", 2, 2);
	assert_near(estimate.m_pairs[2], 0, 0, "pairs", 2, 0);
	assert_near(estimate.level[0][0].m, true_m[0][0], .01, "m", 0, 0);
}

static void
test_no_pairs_at_all_change_nothing(void **state)
{
	const struct estimate_block none = { NULL, 0, 0 };
	struct estimate estimate, before;
	double matched[1], matched_random;

	(void)state;
	believe(&estimate);
	believe(&before);
	estimate_fit(&estimate, matched, &matched_random, &none, &none, 1, &options);
	for (int c = 0; c < COMPARISONS; c++) {
		for (int l = 0; l < levels[c]; l++) {
			assert_near(estimate.level[c][l].m, before.level[c][l].m, 1e-12, "m", c, l);
			assert_near(estimate.level[c][l].u, before.level[c][l].u, 1e-12, "u", c, l);
		}
	}
	assert_near(matched[0], 0, 0, "matches", 0, 0);
	assert_near(matched_random, 0, 0, "matches", 0, 0);
}

/* A level that never occurs keeps a share of its prior: prior / (pairs + prior), above 0. */
static void
test_a_level_never_seen_is_never_impossible(void **state)
{
	struct estimate_pattern pairs[2] = { { .level = { 0, 0, 0, 0 }, .count = 1000 },
		{ .level = { 2, 2, 2, 1 }, .count = 9000 } };
	const struct estimate_block random = { &pairs[1], 1, 0 }, block = { pairs, 2, 0 };
	struct estimate estimate;
	double matched[1], matched_random;

	(void)state;
	believe(&estimate);
	estimate_fit(&estimate, matched, &matched_random, &random, &block, 1, &options);
	assert_near(estimate.level[0][1].m, .3 / 1001, 1e-6, "m", 0, 1);
	assert_near(estimate.level[0][1].u, .05 / 9001, 1e-9, "u", 0, 1);
	assert_near(matched[0], 1000, 1, "matches", 0, 0);
}

/* Missing values are no evidence: without its only other comparison a pair stays at the share. */
static void
test_missing_values_say_nothing(void **state)
{
	struct estimate_pattern pattern = {
		.level = { ESTIMATE_NULL, ESTIMATE_NULL, 0, ESTIMATE_NULL }, .count = 1
	};
	struct estimate estimate;
	double odds = .25 / .75 * (.5 / .01);

	(void)state;
	assert_int_equal(ESTIMATE_NULL, LEVEL_NULL);
	believe(&estimate);
	assert_near(estimate_match(&estimate, &pattern, 1u << 2, .25), .25, 1e-12, "p", 2, 0);
	assert_near(
	    estimate_match(&estimate, &pattern, 0, .25), odds / (1 + odds), 1e-12, "p", 2, 0);
	pattern.extra = 2; /* bits: four times the odds */
	odds *= 4;
	assert_near(
	    estimate_match(&estimate, &pattern, 0, .25), odds / (1 + odds), 1e-12, "p", 2, 0);
}

static double
bits(const struct estimate_level *level)
{
	return log2(level->m / level->u);
}

static void
test_rules_of_order_are_obeyed(void **state)
{
	const struct estimate_rule rules[] = { { 0, 1, 0 }, { 1, 2, ESTIMATE_ZERO }, { 2, 1, 0 },
		{ 2, 2, ESTIMATE_ZERO } };
	struct estimate estimate;
	double m = 0;

	(void)state;
	believe(&estimate);
	estimate.level[0][0] = (struct estimate_level){ .m = .1, .u = .10 };
	estimate.level[0][1] = (struct estimate_level){ .m = .7, .u = .02 };
	estimate.level[1][0] = (struct estimate_level){ .m = .04, .u = .1 };
	estimate.level[1][1] = (struct estimate_level){ .m = .01, .u = .2 };
	estimate.level[1][2] = (struct estimate_level){ .m = .95, .u = .7 };
	estimate_obey(&estimate, rules, 4);
	assert_near(bits(&estimate.level[0][0]), bits(&estimate.level[0][1]), 1e-9, "bits", 0, 0);
	assert_near(estimate.level[0][0].m + estimate.level[0][1].m, .8, 1e-12, "m", 0, 0);
	assert_near(bits(&estimate.level[1][2]), 0, 1e-12, "bits", 1, 2);
	for (int l = 0; l < 3; l++)
		m += estimate.level[1][l].m;
	assert_near(m, 1, 1e-12, "sum of m", 1, 0);
	assert_near(estimate.level[1][0].m / estimate.level[1][1].m, 4, 1e-9, "m", 1, 0);
	/* what is in order already is left alone */
	assert_near(estimate.level[2][0].m, .5, 0, "m", 2, 0);
	assert_near(estimate.level[2][1].m, .3, 0, "m", 2, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_m_and_u_are_found_again),
		cmocka_unit_test(test_matches_among_random_pairs_do_not_count_for_u),
		cmocka_unit_test(test_equal_input_gives_equal_bytes),
		cmocka_unit_test(test_probabilities_add_up_to_one),
		cmocka_unit_test(test_what_no_block_can_teach_stays),
		cmocka_unit_test(test_no_pairs_at_all_change_nothing),
		cmocka_unit_test(test_a_level_never_seen_is_never_impossible),
		cmocka_unit_test(test_missing_values_say_nothing),
		cmocka_unit_test(test_rules_of_order_are_obeyed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
