#ifndef BASE_MEM_H
#define BASE_MEM_H
/*
 * mem: the one door to the heap, so that a test can make the nth allocation fail.
 *
 * Threads: every function may run in any thread; the countdown is atomic.
 */
#include <stddef.h>

/* As malloc, calloc and realloc: NULL on failure, and multiplication is checked. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *old, size_t count, size_t size);
char *mem_copy_text(const char *text);
void mem_free(void *p);

/* Makes the nth allocation from now fail (1: the next), once. 0 turns this off. Tests only. */
void mem_fail_at(long nth);

/* Asks for the memory at `p`, which may be anything, to be at hand soon. The empty statement keeps
 * gcc 12 from taking a function that does nothing else for one without effect, and leaving its
 * calls out. */
static inline void
mem_fetch(const void *p)
{
	__builtin_prefetch(p);
	__asm__ volatile("");
}

#endif
