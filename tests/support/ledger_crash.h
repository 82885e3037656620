#ifndef TESTS_SUPPORT_LEDGER_CRASH_H
#define TESTS_SUPPORT_LEDGER_CRASH_H
/*
 * ledger_crash: a writer is killed with SIGKILL in mid-flight, again and again, and whatever it
 * had acknowledged must be there.
 *
 * A child appends from several threads, each batch with a record to secure and an id, and reports
 * each acknowledged number through a pipe; the parent kills it at a random moment, verifies the
 * file as it lies, opens it, and looks for everything that was reported, of this and all earlier
 * rounds.
 */
#include "base/err.h"

#include <stdint.h>

struct ledger_crash {
	uint64_t acknowledged; /* batches, over all rounds */
	uint64_t entries;      /* in the ledger at the end */
	unsigned unheard; /* rounds in which entries were on disk that nobody had heard of yet */
};

/* `path` is made if absent. Any failed expectation is STATUS_CORRUPT with what it was. */
enum status ledger_crash_rounds(struct ledger_crash *out, const char *path, unsigned rounds,
    uint64_t seed, struct err *err) MUST_USE;

#endif
