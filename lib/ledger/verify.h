#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H
/*
 * verify: checks a ledger file offline, changing nothing; the one ledger header that the client
 * may include (tests/lint/rooms.txt).
 *
 * Threads: any number at once.
 */
#include "base/digest.h"
#include "base/err.h"

struct ledger_report {
	uint64_t entries; /* checked and good */
	uint64_t checks;  /* of these, kind "check" */
	uint64_t secured; /* records secured now, by the entries */
	int64_t first_ms, last_ms;
	struct digest head; /* hash of the last good entry */
	uint64_t bad_seq;   /* first entry that does not verify; 0: none */
};

/*
 * Walks the chain from the first entry. STATUS_CORRUPT with bad_seq and a text such as
 * "entry 7: the hash does not fit its content" or "entry 7 is missing"; every id and kept reply is
 * held against its entry ("entry 9: its kept reply does not fit"); damage that SQLite itself
 * finds is named too, also outside the entries. STATUS_NOT_FOUND, STATUS_INVALID for no ledger.
 * `expect` may be NULL; else an entry with that number and hash must be in the chain, which shows
 * that nothing after a known head was cut off. `progress` may be NULL; called now and then.
 */
struct ledger_expect {
	uint64_t seq;
	struct digest hash;
};
enum status ledger_verify(struct ledger_report *out, const char *path,
    const struct ledger_expect *expect, void (*progress)(void *ctx, uint64_t done, uint64_t all),
    void *ctx, struct err *err) MUST_USE;

#endif
