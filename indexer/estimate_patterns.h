#ifndef INDEXER_ESTIMATE_PATTERNS_H
#define INDEXER_ESTIMATE_PATTERNS_H
/*
 * estimate_patterns: comparison vectors counted, each once.
 * Threads: a table belongs to one thread.
 */
#include "base/err.h"
#include "linkage/estimate.h"

struct patterns {
	struct estimate_pattern *slots; /* count 0: free */
	size_t room;			/* a power of two */
	size_t used;
};
#define PATTERNS_INIT ((struct patterns){ NULL, 0, 0 })

void patterns_free(struct patterns *patterns);
void patterns_clear(struct patterns *patterns);
/* Adds pattern->count to that of its equals. */
enum status patterns_add(
    struct patterns *patterns, const struct estimate_pattern *pattern, struct err *err) MUST_USE;
/* Brings the patterns to the front, in a fixed order; nothing can be added until patterns_clear. */
size_t patterns_list(struct patterns *patterns);

#endif
