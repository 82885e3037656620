#ifndef LINKAGE_CALIBRATION_H
#define LINKAGE_CALIBRATION_H
/*
 * calibration: what a match weight has meant in practice.
 *
 * A table of bands of match weight with the share of true matches seen in each and the number of
 * pairs behind it (schemas/model/calibration.json). The first one is published: a national
 * statistics office's hand check of Fellegi-Sunter weights (docs/matching.md gives the row).
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
	struct calibration_band bands[CALIBRATION_BANDS_MAX]; /* ascending */
	size_t count;
};

enum status calibration_load(struct calibration **out, const char *path, struct err *err) MUST_USE;
void calibration_free(struct calibration *calibration);
/* The band of a weight; never NULL. `*to` is where the next band starts (INFINITY: none). */
const struct calibration_band *calibration_band(
    const struct calibration *calibration, double *to, double match_weight);

#endif
