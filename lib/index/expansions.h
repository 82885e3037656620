#ifndef INDEX_EXPANSIONS_H
#define INDEX_EXPANSIONS_H
/*
 * expansions: what tokens of questions were expanded to (vocabulary.h), kept for those that come
 * again: when the best record of a person is asked about in turn, in a household, with the next
 * Smith.
 *
 * Expanding a token takes 0.1 ms in a vocabulary of a million people and 0.3 ms in one of ten
 * million (2026-11-27), looking it up here a microsecond. A token's place follows from its hash,
 * and a later one of the same place takes it.
 * Threads: belongs to one thread at a time.
 */
#include "index/vocabulary.h"

/* Chosen: some 3 MiB at ten million people, where a token has 220 neighbours of 56 bytes on
 * average. */
#define EXPANSIONS_KEPT 256
#define EXPANSIONS_NEAR_MAX 1024 /* what has more is not kept */

struct expansions;

enum status expansions_new(struct expansions **out, struct err *err) MUST_USE;
void expansions_free(struct expansions *expansions); /* NULL is fine */

/* Whether the token's expansion is kept. */
bool expansions_has(const struct expansions *expansions, struct str token);
/* Keeps a copy; or nothing, for want of memory or since it has too many. */
void expansions_put(
    struct expansions *expansions, struct str token, const struct neighbour *near, size_t count);

/* As vocabulary_expand(), with one and the same vocabulary and lexicon each time. `expansions` may
 * be NULL: nothing is kept. The neighbours are in the arena either way. */
enum status expansions_get(const struct neighbour **out, size_t *count,
    struct expansions *expansions, struct arena *arena, const struct vocabulary *vocabulary,
    const struct lexicon *lexicon, struct str token, struct err *err) MUST_USE;

#endif
