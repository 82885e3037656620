#ifndef LINKAGE_GRADE_H
#define LINKAGE_GRADE_H
/*
 * grade: the word a reviewer reads, from match weight and thresholds (policy data).
 *
 * Without forename evidence a weight is capped at `possible`: a sibling or twin shares everything
 * else (docs/matching.md).
 * Threads: pure functions.
 */
#include "linkage/score.h"

enum grade {
	GRADE_CERTAIN,
	GRADE_PROBABLE,
	GRADE_POSSIBLE,
	GRADE_UNLIKELY,
	GRADE_NONE,
	GRADE_COUNT
};

/* Match weights, in bits; each at or below the one before. */
struct thresholds {
	double certain;
	double probable;
	double possible; /* refer to the Consultant from here */
	double list;	 /* show in a collapsed group from here */
	double secure; /* secure the record from here; may stand anywhere at or above `possible` */
};

/* GRADE_NONE below `list`. */
enum grade grade_of(const struct score *score, const struct thresholds *thresholds);
/* True at `secure` or above, with forename evidence, and unless the birth is another: brothers of
 * one name, father and son. An agreeing national identifier overrules the birth. */
bool grade_secures(const struct score *score, const struct thresholds *thresholds);
const char *grade_name(enum grade grade);

/* What an answer as a whole says about one person asked for. */
enum outcome {
	OUTCOME_MATCH,	      /* at least one candidate at `possible` or better */
	OUTCOME_MANY_MATCH,   /* several near-equal candidates: details would tell them apart */
	OUTCOME_NO_TRACE,     /* nothing reached `possible`, though the details could have */
	OUTCOME_INSUFFICIENT, /* what was asked could not reach `possible` on any record */
	OUTCOME_COUNT
};
const char *outcome_name(enum outcome outcome);

#endif
