#include "linkage/calibrate.h"

#include <math.h>
#include <stdlib.h>

#define STEPS_MAX 4096 /* of which at most CALIBRATION_BANDS_MAX are kept */

static int
by_weight(const void *a, const void *b)
{
	const struct calibrate_point *x = a, *y = b;

	return (x->match_weight > y->match_weight) - (x->match_weight < y->match_weight);
}

/* The weight stays that of the lower one: where the step begins. */
static void
take_in(struct calibrate_point *lower, const struct calibrate_point *upper)
{
	lower->n += upper->n;
	lower->matches += upper->matches;
}

/* Removes points[i], which its neighbour has taken in. */
static size_t
close_up(struct calibrate_point *points, size_t count, size_t i)
{
	memmove(&points[i], &points[i + 1], (count - i - 1) * sizeof *points);
	return count - 1;
}

/* Equal weights are one point: a step cannot part them. So are those that a file cannot. */
static size_t
join_equals(struct calibrate_point *points, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		points[i].match_weight =
		    floor(points[i].match_weight / CALIBRATE_WEIGHT_STEP) * CALIBRATE_WEIGHT_STEP;
		if (kept > 0 && points[i].match_weight <= points[kept - 1].match_weight)
			take_in(&points[kept - 1], &points[i]);
		else
			points[kept++] = points[i];
	}
	return kept;
}

size_t
calibrate_pool(struct calibrate_point *points, size_t count)
{
	size_t steps = 0;

	qsort(points, count, sizeof *points, by_weight);
	count = join_equals(points, count);
	for (size_t i = 0; i < count; i++) {
		points[steps++] = points[i];
		/* matches/n not rising, multiplied out */
		while (steps > 1 && points[steps - 2].matches * points[steps - 1].n >=
					points[steps - 1].matches * points[steps - 2].n) {
			take_in(&points[steps - 2], &points[steps - 1]);
			steps--;
		}
	}
	return steps;
}

/* --- Fit for use ----------------------------------------------------------------------------- */
static double
confidence_of(const struct calibrate_point *point)
{
	double share = (point->matches + 0.5) / (point->n + 1);
	double rounded = round(share / CALIBRATE_CONFIDENCE_STEP) * CALIBRATE_CONFIDENCE_STEP;

	return fmin(fmax(rounded, CALIBRATE_CONFIDENCE_STEP), 1 - CALIBRATE_CONFIDENCE_STEP);
}

/* Log likelihood of the answers of a step, up to sign: what is lost by joining is a difference. */
static double
surprise(double n, double matches)
{
	double misses = n - matches, sum = 0;

	if (matches > 0)
		sum -= matches * log(matches / n);
	if (misses > 0)
		sum -= misses * log(misses / n);
	return sum;
}

static double
loss_of_joining(const struct calibrate_point *a, const struct calibrate_point *b)
{
	return surprise(a->n + b->n, a->matches + b->matches) - surprise(a->n, a->matches) -
	       surprise(b->n, b->matches);
}

static size_t
join_at(struct calibrate_point *points, size_t count, size_t lower)
{
	take_in(&points[lower], &points[lower + 1]);
	return close_up(points, count, lower + 1);
}

/* The smallest step joins a neighbour until none is under `least`. */
static size_t
join_small(struct calibrate_point *points, size_t count, double least)
{
	while (count > 1) {
		size_t i = 0;

		for (size_t k = 1; k < count; k++)
			if (points[k].n < points[i].n)
				i = k;
		if (points[i].n >= least)
			break;
		if (i + 1 == count || (i > 0 && loss_of_joining(&points[i - 1], &points[i]) <
						    loss_of_joining(&points[i], &points[i + 1])))
			i--;
		count = join_at(points, count, i);
	}
	return count;
}

/* Smoothing pulls small steps to the middle: two may come to stand equal or in the wrong order. */
static size_t
join_unsmooth(struct calibrate_point *points, size_t count)
{
	for (size_t i = 0; i + 1 < count;) {
		if (confidence_of(&points[i]) < confidence_of(&points[i + 1])) {
			i++;
			continue;
		}
		count = join_at(points, count, i);
		i = i > 0 ? i - 1 : 0;
	}
	return count;
}

/* Joining one by one looks at all steps each time, so a crafted file with a step a row would take
 * for ever: neighbours are first joined two by two. */
static size_t
join_halves(struct calibrate_point *points, size_t count)
{
	while (count > STEPS_MAX) {
		size_t kept = 0;

		for (size_t i = 0; i < count; i += 2) {
			points[kept] = points[i];
			if (i + 1 < count)
				take_in(&points[kept], &points[i + 1]);
			kept++;
		}
		count = kept;
	}
	return count;
}

static size_t
join_many(struct calibrate_point *points, size_t count, size_t bands_max)
{
	while (count > bands_max) {
		size_t cheapest = 0;
		double least = HUGE_VAL;

		for (size_t i = 0; i + 1 < count; i++) {
			double loss = loss_of_joining(&points[i], &points[i + 1]);

			if (loss < least) {
				least = loss;
				cheapest = i;
			}
		}
		count = join_at(points, count, cheapest);
	}
	return count;
}

/* --- Drift ----------------------------------------------------------------------------------- */
/* Up to sign the log likelihood of all answers, given the likeliest rising step function. */
static double
surprise_under(double drift, double prior, const struct calibrate_point *points,
    struct calibrate_point *scratch, size_t count)
{
	double sum = 0;
	size_t steps;

	for (size_t i = 0; i < count; i++) {
		scratch[i] = points[i];
		scratch[i].match_weight += drift * (points[i].prior - prior);
	}
	steps = calibrate_pool(scratch, count);
	for (size_t i = 0; i < steps; i++)
		sum += surprise(scratch[i].n, scratch[i].matches);
	return sum;
}

void
calibrate_drift(struct calibration *out, struct calibrate_point *points,
    struct calibrate_point *scratch, size_t count)
{
	double n = 0, sum = 0, least = HUGE_VAL;

	for (size_t i = 0; i < count; i++) {
		n += points[i].n;
		sum += points[i].n * points[i].prior;
	}
	out->prior = round(sum / n / CALIBRATE_WEIGHT_STEP) * CALIBRATE_WEIGHT_STEP;
	out->drift = 0;
	for (int i = 0; i * CALIBRATE_DRIFT_STEP <= CALIBRATION_DRIFT_MAX; i++) {
		double drift = i * CALIBRATE_DRIFT_STEP;
		double now = surprise_under(drift, out->prior, points, scratch, count);

		/* sums of the same numbers in another order differ in the last places */
		if (now < least - 1e-6) {
			least = now;
			out->drift = drift;
		}
	}
	for (size_t i = 0; i < count; i++)
		points[i].match_weight += out->drift * (points[i].prior - out->prior);
}

void
calibrate_fit(struct calibration *out, struct calibrate_point *points, size_t count,
    const struct calibrate_options *options)
{
	count = calibrate_pool(points, count);
	count = join_halves(points, count);
	count = join_small(points, count, options->least);
	count = join_many(points, count, options->bands_max);
	count = join_unsmooth(points, count);
	out->count = count;
	for (size_t i = 0; i < count; i++)
		out->bands[i] = (struct calibration_band){ .from = points[i].match_weight,
			.confidence = confidence_of(&points[i]),
			.n = (uint64_t)points[i].n };
}
