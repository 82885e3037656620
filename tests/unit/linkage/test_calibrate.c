#include "linkage/calibrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>

static uint64_t seed;

static uint64_t
roll(uint64_t sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % sides;
}

/* --- The oracle: every way to cut the points into runs -----------------------------------------
 */
#define ORACLE_POINTS 9

/* Squared error of the runs that `cuts` makes (bit i: a cut after point i) with their means;
 * infinite if the means do not rise. */
static double
error_of(const struct calibrate_point *points, size_t count, unsigned cuts)
{
	double error = 0, last = -1;

	for (size_t from = 0, to; from < count; from = to) {
		double n = 0, matches = 0, mean;

		for (to = from; to < count; to++) {
			n += points[to].n;
			matches += points[to].matches;
			if ((cuts & 1u << to) != 0) {
				to++;
				break;
			}
		}
		mean = matches / n;
		if (mean <= last)
			return HUGE_VAL;
		last = mean;
		/* each point: `matches` ones and n - matches noughts against the mean */
		for (size_t i = from; i < to; i++)
			error += points[i].matches * (1 - mean) * (1 - mean) +
				 (points[i].n - points[i].matches) * mean * mean;
	}
	return error;
}

static double
error_of_steps(const struct calibrate_point *points, size_t count,
    const struct calibrate_point *steps, size_t step_count)
{
	double error = 0, last = -1;
	size_t step = 0;

	for (size_t i = 0; i < count; i++) {
		double mean;

		while (
		    step + 1 < step_count && points[i].match_weight >= steps[step + 1].match_weight)
			step++;
		mean = steps[step].matches / steps[step].n;
		assert_true(mean >= last);
		last = mean;
		error += points[i].matches * (1 - mean) * (1 - mean) +
			 (points[i].n - points[i].matches) * mean * mean;
	}
	return error;
}

static void
test_pooling_is_the_best_rising_step_function(void **state)
{
	(void)state;
	seed = 1;
	for (int trial = 0; trial < 2000; trial++) {
		struct calibrate_point points[ORACLE_POINTS], pooled[ORACLE_POINTS];
		size_t count = 1 + roll(ORACLE_POINTS), steps;
		double best = HUGE_VAL;

		for (size_t i = 0; i < count; i++) {
			points[i].match_weight = (double)i - 4;
			points[i].n = (double)(1 + roll(6));
			points[i].matches = (double)roll((uint64_t)points[i].n + 1);
		}
		for (unsigned cuts = 0; cuts < 1u << (count - 1); cuts++)
			best = fmin(best, error_of(points, count, cuts));
		memcpy(pooled, points, sizeof pooled);
		steps = calibrate_pool(pooled, count);
		if (fabs(error_of_steps(points, count, pooled, steps) - best) > 1e-9)
			fail_msg("trial %d: not the best", trial);
	}
}

/* --- Fit for use -------------------------------------------------------------------------------
 */
#define MANY 5000

static void
assert_fit(const struct calibration *fit, double total, const struct calibrate_options *options)
{
	double n = 0;

	assert_in_range(fit->count, 1, options->bands_max);
	for (size_t i = 0; i < fit->count; i++) {
		const struct calibration_band *band = &fit->bands[i];

		n += (double)band->n;
		assert_true(band->confidence > 0 && band->confidence < 1);
		assert_true(i == 0 || band->from > band[-1].from);
		assert_true(i == 0 || band->confidence > band[-1].confidence);
		assert_true((double)band->n >= options->least || fit->count == 1);
	}
	assert_true(fabs(n - total) < 0.5);
}

static void
test_bands_rise_hold_enough_and_lose_no_pair(void **state)
{
	static struct calibrate_point points[MANY];
	static struct calibration fit;

	(void)state;
	seed = 2;
	for (int trial = 0; trial < 200; trial++) {
		const struct calibrate_options options = { (double)(1 + roll(300)), 1 + roll(64) };
		size_t count = 1 + roll(MANY);
		double total = 0;

		for (size_t i = 0; i < count; i++) {
			double weight = (double)roll(60000) / 1000 - 20;
			double chance = 1 / (1 + exp2(8 - weight));

			points[i] = (struct calibrate_point){ weight, 1,
				(double)roll(1000) < chance * 1000 ? 1 : 0, 0 };
			total += points[i].n;
		}
		calibrate_fit(&fit, points, count, &options);
		assert_fit(&fit, total, &options);
	}
}

/* Log odds of prior + b evidence, in searches of `sizes` sizes: (1 - b) / b of drift. */
static void
draw_drifting(struct calibrate_point points[MANY], double b, unsigned sizes)
{
	for (size_t i = 0; i < MANY; i++) {
		double prior = -14 - 3.0 * (double)(i % sizes),
		       weight = (double)roll(24000) / 1000 - 8;
		double odds = prior + b * (weight - prior), chance = 1 / (1 + exp2(-odds));
		bool match = (double)roll(10000) < chance * 10000;

		points[i] = (struct calibrate_point){ weight, 40, match ? 40 : 0, prior };
	}
}

static void
test_drift_is_what_a_bit_of_prior_takes_from_a_weight(void **state)
{
	static struct calibrate_point points[MANY], scratch[MANY], drawn[MANY];
	static const double shares[] = { 1, .9, .75, .6 };
	static struct calibration fit;

	(void)state;
	seed = 11;
	for (size_t k = 0; k < sizeof shares / sizeof shares[0]; k++) {
		double wanted = (1 - shares[k]) / shares[k];

		draw_drifting(points, shares[k], 3);
		memcpy(drawn, points, sizeof drawn);
		calibrate_drift(&fit, points, scratch, MANY);
		if (fabs(fit.drift - wanted) > .1)
			fail_msg("drift %f, not %f", fit.drift, wanted);
		assert_true(fabs(fit.prior + 17) < .01);
		for (size_t i = 0; i < MANY; i++)
			assert_true(fabs(points[i].match_weight - calibration_weight(&fit,
								      drawn[i].match_weight,
								      drawn[i].prior)) < 1e-9);
	}
	draw_drifting(points, .6, 1); /* of one size: it cannot be seen */
	calibrate_drift(&fit, points, scratch, MANY);
	assert_true(fit.drift <= 0);
}

static void
test_order_of_the_pairs_does_not_matter(void **state)
{
	static struct calibrate_point points[MANY], shuffled[MANY];
	static struct calibration one, two;
	const struct calibrate_options options = { 20, 64 };

	(void)state;
	seed = 3;
	memset(&one, 0, sizeof one);
	memset(&two, 0, sizeof two);
	for (size_t i = 0; i < MANY; i++)
		points[i] =
		    (struct calibrate_point){ (double)roll(500) / 10, 1, (double)roll(2), 0 };
	memcpy(shuffled, points, sizeof shuffled);
	for (size_t i = MANY; i-- > 1;) {
		size_t other = roll(i + 1);
		struct calibrate_point keep = shuffled[i];

		shuffled[i] = shuffled[other];
		shuffled[other] = keep;
	}
	calibrate_fit(&one, points, MANY, &options);
	calibrate_fit(&two, shuffled, MANY, &options);
	assert_memory_equal(&one, &two, sizeof one);
}

/* Three pairs of which none, and three of which all matched: (0 + .5) / 4 and (3 + .5) / 4. */
static void
test_confidence_is_never_nought_or_one(void **state)
{
	struct calibrate_point points[] = { { 10, 3, 3, 0 }, { -5, 3, 0, 0 } };
	const struct calibrate_options options = { 1, 64 };
	static struct calibration fit;

	(void)state;
	calibrate_fit(&fit, points, 2, &options);
	assert_int_equal(fit.count, 2);
	assert_true(fabs(fit.bands[0].confidence - .125) < 1e-9);
	assert_true(fabs(fit.bands[1].confidence - .875) < 1e-9);
	assert_true(fabs(fit.bands[0].from + 5) < 1e-9 && fabs(fit.bands[1].from - 10) < 1e-9);
	points[0] = (struct calibrate_point){ 10, 1e12, 1e12, 0 };
	points[1] = (struct calibrate_point){ -5, 1e12, 0, 0 };
	calibrate_fit(&fit, points, 2, &options);
	assert_true(fit.bands[0].confidence >= CALIBRATE_CONFIDENCE_STEP / 2);
	assert_true(fit.bands[1].confidence <= 1 - CALIBRATE_CONFIDENCE_STEP / 2);
}

/* 0 of 9 and then 1 of 1000 rise, but smoothed .05 and .0015 would fall. */
static void
test_smoothing_does_not_break_the_order(void **state)
{
	struct calibrate_point points[] = { { 0, 9, 0, 0 }, { 5, 1000, 1, 0 }, { 9, 10, 9, 0 } };
	const struct calibrate_options options = { 1, 64 };
	static struct calibration fit;

	(void)state;
	calibrate_fit(&fit, points, 3, &options);
	assert_int_equal(fit.count, 2);
	assert_int_equal(fit.bands[0].n, 1009);
	assert_int_equal(fit.bands[1].n, 10);
}

static void
test_a_band_holds_the_least_and_one_short_is_taken_in(void **state)
{
	const struct calibrate_options options = { 50, 64 };
	static struct calibration fit;
	struct calibrate_point at[] = { { 0, 50, 5, 0 }, { 5, 50, 25, 0 } };
	struct calibrate_point under[] = { { 0, 50, 5, 0 }, { 5, 49, 25, 0 } };

	(void)state;
	calibrate_fit(&fit, at, 2, &options);
	assert_int_equal(fit.count, 2);
	calibrate_fit(&fit, under, 2, &options);
	assert_int_equal(fit.count, 1);
	assert_int_equal(fit.bands[0].n, 99);
}

/* More rising steps than there may be bands, and more than are looked at one by one. */
static void
test_many_steps_become_few_bands(void **state)
{
	static struct calibrate_point points[MANY];
	static struct calibration fit;
	const struct calibrate_options options = { 1, CALIBRATION_BANDS_MAX };

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		points[i] = (struct calibrate_point){ (double)i / 100, MANY, (double)i, 0 };
	calibrate_fit(&fit, points, MANY, &options);
	assert_int_equal(fit.count, CALIBRATION_BANDS_MAX);
	assert_fit(&fit, (double)MANY * MANY, &options);
	for (size_t i = 0; i < CALIBRATION_BANDS_MAX; i++)
		points[i] = (struct calibrate_point){ (double)i, 1000, (double)(i * 10), 0 };
	calibrate_fit(&fit, points, CALIBRATION_BANDS_MAX, &options);
	assert_int_equal(fit.count, CALIBRATION_BANDS_MAX);
	for (size_t i = 0; i <= CALIBRATION_BANDS_MAX; i++)
		points[i] = (struct calibrate_point){ (double)i, 1000, (double)(i * 10), 0 };
	calibrate_fit(&fit, points, CALIBRATION_BANDS_MAX + 1, &options);
	assert_int_equal(fit.count, CALIBRATION_BANDS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pooling_is_the_best_rising_step_function),
		cmocka_unit_test(test_bands_rise_hold_enough_and_lose_no_pair),
		cmocka_unit_test(test_drift_is_what_a_bit_of_prior_takes_from_a_weight),
		cmocka_unit_test(test_order_of_the_pairs_does_not_matter),
		cmocka_unit_test(test_confidence_is_never_nought_or_one),
		cmocka_unit_test(test_smoothing_does_not_break_the_order),
		cmocka_unit_test(test_a_band_holds_the_least_and_one_short_is_taken_in),
		cmocka_unit_test(test_many_steps_become_few_bands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
