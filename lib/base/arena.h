#ifndef BASE_ARENA_H
#define BASE_ARENA_H
/*
 * arena: memory that is given out piece by piece and taken back all at once.
 *
 * One arena lives as long as one request (or one export row, or one loaded file). Nothing in it
 * is freed alone. Blocks are kept over a reset, so a warm arena does not call malloc.
 * Threads: an arena belongs to one thread at a time.
 */
#include "base/str.h"

struct arena;

/* NULL if memory ran out. `limit_bytes` bounds what is held at once; 0: no bound. */
struct arena *arena_new(size_t limit_bytes);
void arena_free(struct arena *arena);

/* Aligned for any type, zeroed; NULL if memory ran out or the limit is reached. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);
/* A copy with a terminating NUL after it; *out is untouched when false is returned. */
bool arena_copy(struct str *out, struct arena *arena, struct str s);
/* As snprintf into the arena; NULL if memory ran out. */
const char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What was given out since the mark becomes invalid; marks rewind last made first. */
struct arena_mark {
	void *block;
	size_t block_used, used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Everything given out becomes invalid. */
void arena_reset(struct arena *arena);
/* Bytes given out since the last reset. */
size_t arena_used(const struct arena *arena);

#endif
