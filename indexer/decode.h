#ifndef INDEXER_DECODE_H
#define INDEXER_DECODE_H
/*
 * decode: bytes of an export to UTF-8, keeping what can be kept.
 *
 * A byte that the encoding does not have becomes U+FFFD and the fault says which; the rest of the
 * value stays searchable. (Losing a surname for one bad byte would be the worse error.)
 * Threads: pure apart from the arena.
 */
#include "base/arena.h"

/* *fault is set only if there is one. Without memory: the fault says so and *out is empty. */
void decode_text(struct str *out, const char **fault, struct arena *arena, const char *encoding,
    struct str bytes);

#endif
