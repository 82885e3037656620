#ifndef CLIENT_SEEN_H
#define CLIENT_SEEN_H
/*
 * seen: which row references have come by, by 128 bits of their BLAKE2b hash (16 bytes a row; two
 * of 10^6 rows share one by chance with probability 10^-27).
 *
 * Threads: belongs to one thread.
 */
#include "base/err.h"
#include "base/str.h"

struct seen {
	uint64_t (*slots)[2]; /* {0, 0}: free */
	size_t room, count;
};

#define SEEN_INIT ((struct seen){ NULL, 0, 0 })

void seen_free(struct seen *seen);
/* *again is true if the text was added before. */
enum status seen_add(bool *again, struct seen *seen, struct str text, struct err *err) MUST_USE;

#endif
