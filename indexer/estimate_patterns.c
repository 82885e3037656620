#include "indexer/estimate_patterns.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>

#define ROOM_FIRST 1024

static struct str
key_of(const struct estimate_pattern *pattern)
{
	/* levels and extra are single bytes side by side */
	return (struct str){ (const char *)pattern->level, sizeof pattern->level + 1 };
}
_Static_assert(offsetof(struct estimate_pattern, extra) == ESTIMATE_COMPARISONS_MAX,
    "extra follows the levels");

void
patterns_free(struct patterns *patterns)
{
	mem_free(patterns->slots);
	*patterns = PATTERNS_INIT;
}

void
patterns_clear(struct patterns *patterns)
{
	if (patterns->slots != NULL)
		memset(patterns->slots, 0, patterns->room * sizeof *patterns->slots);
	patterns->used = 0;
}

static struct estimate_pattern *
find(struct estimate_pattern *slots, size_t room, const struct estimate_pattern *pattern)
{
	size_t i = (size_t)str_hash(key_of(pattern)) & (room - 1);

	while (slots[i].count > 0 && !str_eq(key_of(&slots[i]), key_of(pattern)))
		i = (i + 1) & (room - 1);
	return &slots[i];
}

static enum status
grow(struct patterns *patterns, struct err *err)
{
	size_t room = patterns->room == 0 ? ROOM_FIRST : 2 * patterns->room;
	struct estimate_pattern *slots = mem_zero(room, sizeof *slots);

	if (slots == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; i < patterns->room; i++)
		if (patterns->slots[i].count > 0)
			*find(slots, room, &patterns->slots[i]) = patterns->slots[i];
	mem_free(patterns->slots);
	patterns->slots = slots;
	patterns->room = room;
	return STATUS_OK;
}

enum status
patterns_add(struct patterns *patterns, const struct estimate_pattern *pattern, struct err *err)
{
	struct estimate_pattern *slot;
	uint64_t count;

	if (2 * patterns->used >= patterns->room) {
		enum status status = grow(patterns, err);

		if (status != STATUS_OK)
			return status;
	}
	slot = find(patterns->slots, patterns->room, pattern);
	count = slot->count;
	patterns->used += count == 0;
	*slot = *pattern;
	slot->count += count;
	return STATUS_OK;
}

static int
by_key(const void *a, const void *b)
{
	return str_cmp(key_of(a), key_of(b));
}

size_t
patterns_list(struct patterns *patterns)
{
	size_t kept = 0;

	for (size_t i = 0; i < patterns->room; i++)
		if (patterns->slots[i].count > 0)
			patterns->slots[kept++] = patterns->slots[i];
	if (kept > 0)
		qsort(patterns->slots, kept, sizeof *patterns->slots, by_key);
	return kept;
}
