#ifndef INDEXER_CALIBRATE_PAIRS_H
#define INDEXER_CALIBRATE_PAIRS_H
/*
 * calibrate_pairs: labelled pairs, read line by line.
 *
 * CSV: the header "weight,match" with, or without, ",count" and ",prior" after it, then a match
 * weight in bits (-1000 to 1000), 1 or 0 (true, false), how many such pairs there were (1 to 10^12;
 * 1 without the column), and the prior of the search in bits (-60 to 60; 0 without). JSON lines,
 * known by the file's first character "{": {"match_weight": 12.3, "is_match": true, "count": 1,
 * "prior": -17.6}, count and prior optional; either all lines have a prior or none. The first line
 * that is otherwise is refused with its number and field: what is fitted to half a file would not
 * tell. Threads: pure functions.
 */
#include "base/err.h"
#include "linkage/calibrate.h"

#define PAIRS_LINE_BYTES_MAX 1024
#define PAIRS_COUNT_MAX 1000000000000 /* of one line */
#define PAIRS_WEIGHT_MAX 1000	      /* as in the file of bands */

struct pairs {
	struct calibrate_point *points; /* one a line; pairs_free */
	size_t count, room;
	double n, matches; /* in all */
	bool has_priors;
};

/* STATUS_INVALID also for no pairs, no match or nothing but matches: a calibration needs both. */
enum status pairs_read(struct pairs *out, const char *path, struct err *err) MUST_USE;
void pairs_free(struct pairs *pairs);

/* calibrate_line_json.c: one line of JSON. */
enum status pairs_read_json(struct calibrate_point *out, bool *has_prior, struct str line,
    const char *path, unsigned number, struct err *err) MUST_USE;

#endif
