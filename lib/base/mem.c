#include "base/mem.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_long countdown;

static bool
fails_now(void)
{
	if (atomic_load_explicit(&countdown, memory_order_relaxed) <= 0)
		return false;
	return atomic_fetch_sub(&countdown, 1) == 1;
}

void *
mem_alloc(size_t size)
{
	return fails_now() ? NULL : malloc(size == 0 ? 1 : size);
}

void *
mem_zero(size_t count, size_t size)
{
	return fails_now() ? NULL : calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

void *
mem_resize(void *old, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	if (fails_now())
		return NULL;
	return realloc(old, count * size == 0 ? 1 : count * size);
}

char *
mem_copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = mem_alloc(size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

void
mem_free(void *p)
{
	free(p);
}

void
mem_fail_at(long nth)
{
	atomic_store(&countdown, nth);
}
