#ifndef LINKAGE_CALIBRATION_H
#define LINKAGE_CALIBRATION_H
/*
 * calibration: what a match weight has meant in practice.
 *
 * A table of bands of match weight with the share of true matches seen in each and the number of
 * pairs behind it (schemas/model/calibration.json). The first one is published: a national
 * statistics office's hand check of Fellegi-Sunter weights (docs/matching.md gives the row).
 *
 * Drift. A weight is evidence and prior in one sum, and the prior falls with the people searched.
 * So of two indexes the same weight has more evidence behind it in the larger one; and since models
 * claim more than they keep the more evidence there is (what they take as independent is not), it
 * means less there. A table that was fitted at one size says how much (`drift`): each bit that the
 * prior lies below the table's counts as `drift` bits of weight less,
 *   weight looked up = weight + drift (prior - prior of the table)
 * With evidence E and log odds of a match of prior + b E near a given weight, drift is (1 - b) / b.
 * Confidence never reaches 1 and rises with the weight; loading refuses a table that does not.
 * Threads: not changed after loading.
 */
#include "base/digest.h"
#include "base/err.h"

#define CALIBRATION_BANDS_MAX 64

struct calibration_band {
	double from;	   /* match weight, inclusive; the first band also covers all below */
	double confidence; /* share of true matches, in (0, 1) */
	uint64_t n;	   /* labelled pairs behind it; 0: not published */
};

struct calibration {
	struct digest hash;
	char name[64];
	double drift; /* bits a bit of prior; 0: the same at every size */
	double prior; /* of the pairs that the table was fitted to, bits */
	struct calibration_band bands[CALIBRATION_BANDS_MAX]; /* ascending */
	size_t count;
};

enum status calibration_load(struct calibration **out, const char *path, struct err *err) MUST_USE;
void calibration_free(struct calibration *calibration);
#define CALIBRATION_DRIFT_MAX 2.0
#define CALIBRATION_PRIOR_MAX 60.0 /* bits, either way: 10^18 people */

/* What the weight of a search of that prior is looked up as. */
double calibration_weight(const struct calibration *calibration, double match_weight, double prior);
/* The band of a weight of a search of that prior; never NULL. Weights of that search from `*from`
 * (-INFINITY: the first band) to below `*to` (INFINITY: the last) are in it. */
const struct calibration_band *calibration_band(const struct calibration *calibration, double *from,
    double *to, double match_weight, double prior);

#endif
