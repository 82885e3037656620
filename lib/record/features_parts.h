#ifndef RECORD_FEATURES_PARTS_H
#define RECORD_FEATURES_PARTS_H
/*
 * features_parts: what the makers of features share. Nothing outside features*.c includes this.
 * Threads: as features.h.
 */
#include "record/features.h"

struct feature_maker {
	struct arena *arena;
	struct folder *folder;
	const struct lexicon *lexicon;
	bool nomem; /* set once; makers then give nothing more */
};

/* Folds into the arena; STR_NONE (and nomem) if memory ran out. */
struct str features_fold(struct feature_maker *maker, struct str text);
struct str features_fold_name(struct feature_maker *maker, struct str text);
/* a and b as one text with `between` ('\0': nothing) in the arena. */
struct str features_join(struct feature_maker *maker, struct str a, char between, struct str b);
/* A copy of `count` things of `size` bytes in the arena; NULL for none. */
const void *features_keep(struct feature_maker *maker, const void *list, size_t count, size_t size);
/* The next blank-separated word of folded text; false at the end. */
bool features_next_word(struct str *out, struct str *text);

void features_names(struct features *out, struct feature_maker *maker, const struct person *person);
void features_addresses(
    struct features *out, struct feature_maker *maker, const struct person *person);
void features_contacts(
    struct features *out, struct feature_maker *maker, const struct person *person);

#endif
