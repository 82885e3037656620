#ifndef LINKAGE_CALIBRATE_H
#define LINKAGE_CALIBRATE_H
/*
 * calibrate: what a match weight has meant, from pairs whose answer is known.
 *
 * Isotonic regression by pooling adjacent violators (Ayer and others 1955): the rising step
 * function nearest to the answers. Its steps become the bands of calibration.h, made fit for use:
 * - a band's confidence is the posterior mean under Jeffreys' prior, (matches + 1/2) / (n + 1),
 *   so it is never 0 or 1, whatever few pairs said;
 * - a band has at least `least` pairs, for a share of fewer means little: the neighbour by
 *   which less likelihood is lost takes it in;
 * - of more than `bands_max` bands those are joined that lose the least likelihood by it.
 * Confidence rises strictly, also as rounded for a file.
 * Room: linkage (pure: the caller owns all memory). Threads: pure functions.
 */
#include "linkage/calibration.h"

struct calibrate_point {
	double match_weight;
	double n, matches; /* pairs of that weight, and true matches among them */
	double prior;	   /* bits, of the search; only calibrate_drift() reads it */
};

/* Precision of the bands as written to a file: bits, and confidence. */
#define CALIBRATE_WEIGHT_STEP 1e-4
#define CALIBRATE_CONFIDENCE_STEP 1e-6

struct calibrate_options {
	double least;	  /* pairs in a band; fewer only if there are fewer in all. At least 1 */
	size_t bands_max; /* 1 to CALIBRATION_BANDS_MAX */
};

/*
 * Fills out->bands and out->count (name and hash are left alone). `points` are sorted and joined
 * in place; there must be one at least, with n above 0.
 */
void calibrate_fit(struct calibration *out, struct calibrate_point *points, size_t count,
    const struct calibrate_options *options);

/*
 * Finds out->drift and out->prior (calibration.h) from pairs of searches of several sizes, and
 * turns the points' weights into those to fit the bands to. The prior is the mean of all pairs'; of
 * the drifts from 0 to CALIBRATION_DRIFT_MAX in steps of CALIBRATE_DRIFT_STEP the one under which a
 * rising step function makes the answers likeliest, the least of equals: so 0 where all priors are
 * one. `scratch` has room for `count` points.
 */
#define CALIBRATE_DRIFT_STEP 0.05
void calibrate_drift(struct calibration *out, struct calibrate_point *points,
    struct calibrate_point *scratch, size_t count);

/* The least-squares rising step function alone: points are sorted and pooled in place, and the
 * number of steps is returned; match_weight is where each begins. */
size_t calibrate_pool(struct calibrate_point *points, size_t count);

#endif
