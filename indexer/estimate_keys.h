#ifndef INDEXER_ESTIMATE_KEYS_H
#define INDEXER_ESTIMATE_KEYS_H
/*
 * estimate_keys: what a pair of people must have in common to be compared for learning, as hashes.
 * Threads: pure functions.
 */
#include "indexer/estimate_sample.h"

#define KEYS_MAX                                                                         \
	64 /* of one person and kind; a person with more has many names, and keeps these \
	    */

struct keys {
	uint64_t of[KEYS_MAX]; /* ascending, each once */
	size_t count;
};

/* `kind` is by name or by date. Equal keys of two people are equal hashes under one seed. */
void keys_of(
    struct keys *out, enum sample_kind kind, const struct features *features, uint64_t seed);
/* The least key in common, or 0: the one that a pair counts for. No key is 0. */
uint64_t keys_common(const struct keys *a, const struct keys *b);
/* A hash of bytes under a seed, evenly spread in all its bits; never 0. */
uint64_t keys_hash(struct str bytes, uint64_t seed);

#endif
