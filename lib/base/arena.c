#include "base/arena.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

#define BLOCK_BYTES 16384u /* a typical request needs one or two of these */
#define ALIGNMENT 16u

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(16) unsigned char bytes[];
};

struct arena {
	struct block *first;
	struct block *now; /* blocks after this one are empty and kept for later */
	size_t limit;
	size_t used;
};

struct arena *
arena_new(size_t limit_bytes)
{
	struct arena *arena = mem_zero(1, sizeof *arena);

	if (arena != NULL)
		arena->limit = limit_bytes;
	return arena;
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	for (struct block *block = arena->first, *next; block != NULL; block = next) {
		next = block->next;
		mem_free(block);
	}
	mem_free(arena);
}

static bool
has_room(const struct block *block, size_t size)
{
	return block != NULL && block->size - block->used >= size;
}

static bool
grow(struct arena *arena, size_t size)
{
	struct block *block;
	size_t block_size = size > BLOCK_BYTES ? size : BLOCK_BYTES;

	if (arena->now != NULL && has_room(arena->now->next, size)) {
		arena->now = arena->now->next;
		return true;
	}
	block = mem_alloc(sizeof *block + block_size);
	if (block == NULL)
		return false;
	block->size = block_size;
	block->used = 0;
	if (arena->now == NULL) {
		block->next = arena->first;
		arena->first = block;
	} else {
		block->next = arena->now->next;
		arena->now->next = block;
	}
	arena->now = block;
	return true;
}

/* Most that is given out is a name or a word: too little for a call of memset. */
static void *
clear(void *out, size_t bytes)
{
	if (bytes > 4 * ALIGNMENT)
		return memset(out, 0, bytes);
	if (bytes > 0)
		memset(out, 0, ALIGNMENT);
	if (bytes > ALIGNMENT)
		memset((char *)out + ALIGNMENT, 0, ALIGNMENT);
	if (bytes > 2 * ALIGNMENT)
		memset((char *)out + bytes - 2 * ALIGNMENT, 0, 2 * ALIGNMENT);
	return out;
}

void *
arena_alloc(struct arena *arena, size_t count, size_t size)
{
	size_t want;
	void *out;

	if (size != 0 && count > (SIZE_MAX / 2) / size)
		return NULL;
	want = (count * size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (arena->limit != 0 && want > arena->limit - arena->used)
		return NULL;
	if (!has_room(arena->now, want) && !grow(arena, want))
		return NULL;
	out = arena->now->bytes + arena->now->used;
	arena->now->used += want;
	arena->used += want;
	return clear(out, want);
}

bool
arena_copy(struct str *out, struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.n + 1, 1);

	if (copy == NULL)
		return false;
	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	*out = (struct str){ copy, s.n };
	return true;
}

const char *
arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *out;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return NULL;
	out = arena_alloc(arena, (size_t)length + 1, 1);
	if (out == NULL)
		return NULL;
	va_start(args, format);
	vsnprintf(out, (size_t)length + 1, format, args);
	va_end(args);
	return out;
}

struct arena_mark
arena_mark(const struct arena *arena)
{
	return (struct arena_mark){ arena->now, arena->now == NULL ? 0 : arena->now->used,
		arena->used };
}

void
arena_rewind(struct arena *arena, struct arena_mark mark)
{
	struct block *block = mark.block;

	if (block == NULL) {
		arena_reset(arena);
		return;
	}
	for (struct block *after = block; after != arena->now;) {
		after = after->next;
		after->used = 0;
	}
	block->used = mark.block_used;
	arena->now = block;
	arena->used = mark.used;
}

void
arena_reset(struct arena *arena)
{
	for (struct block *block = arena->first; block != NULL; block = block->next)
		block->used = 0;
	arena->now = arena->first;
	arena->used = 0;
}

size_t
arena_used(const struct arena *arena)
{
	return arena->used;
}
