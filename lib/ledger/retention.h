#ifndef LEDGER_RETENTION_H
#define LEDGER_RETENTION_H
/*
 * retention: which requests have ended and still hold personal data, and what remains of one whose
 * data key was destroyed (procedure, section 6.2).
 *
 * Threads: any number at once.
 */
#include "ledger/requests.h"

/* Ids of requests that ended before `before_ms` and are not destroyed, the longest ended first, at
 * most `most`, after the one that ended at `after_ms` with the id `after` ("": from the first). */
struct ledger_ended {
	struct str id;
	int64_t ended_ms;
};
enum status ledger_retention_ended(struct ledger_ended **out, size_t *count, struct ledger *ledger,
    struct arena *arena, int64_t before_ms, const struct ledger_ended *after, size_t most,
    struct err *err) MUST_USE;

struct ledger_remains {
	uint64_t destroyed_seq; /* entry "destroyed"; 0: it is not */
	int64_t destroyed_ms;
	uint64_t entries, sealed; /* of the request; of these, with a secret, readable or not */
	uint64_t first_seq, last_seq;
};
enum status ledger_retention_remains(struct ledger_remains *out, struct ledger *ledger,
    struct str request, struct err *err) MUST_USE;

#endif
