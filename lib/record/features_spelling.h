#ifndef RECORD_FEATURES_SPELLING_H
#define RECORD_FEATURES_SPELLING_H
/*
 * features_spelling: the spellings of a reading that may stand on the other side of a comparison:
 * hyphens split or joined, particles joined or dropped, prefixes joined, feminine endings made
 * masculine. Nothing outside features*.c includes this.
 * Threads: as features.h.
 */
#include "record/features_words.h"

#define SPELLINGS_MAX 6 /* of one reading */

struct spelling {
	struct str tokens[WORDS_MAX];
	bool glued[WORDS_MAX]; /* hyphened to the one before */
	size_t count;
};

struct spellings {
	struct spelling list[SPELLINGS_MAX];
	size_t count;
};

/* The first is the usual one; no two are alike. */
void features_spelling_all(struct spellings *out, struct feature_maker *maker,
    const struct reading *reading, enum text_part part);

#endif
