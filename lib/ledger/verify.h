#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H
/*
 * verify: checks a ledger file, or entries that were taken out of one, offline, changing nothing;
 * with restore.h the ledger headers that the client may include (tests/lint/rooms.txt).
 *
 * Threads: any number at once; a large ledger is looked at by several of its own.
 */
#include "base/digest.h"
#include "base/err.h"
#include "base/str.h"

#include <stdatomic.h>

struct ledger_report {
	uint64_t entries;     /* checked and good */
	uint64_t checks;      /* of these, kind "check" */
	uint64_t requests;    /* kind "request" */
	uint64_t checkpoints; /* kind "checkpoint" */
	uint64_t signatures;  /* of checkpoints, verified; those kept elsewhere too */
	uint64_t destroyed;   /* kind "destroyed" */
	uint64_t secured;     /* records secured now, by the entries */
	uint64_t rows;	      /* of projections, the same as made anew */
	int64_t first_ms, last_ms;
	struct digest head; /* hash of the last good entry */
	uint64_t bad_seq;   /* first entry that does not verify; 0: none */
};

/* A head that was kept elsewhere: an entry with that number and hash must be in the chain. */
struct ledger_expect {
	uint64_t seq;
	struct digest hash;
};

/* What the ledger is held against; nothing of it must be given. */
struct ledger_proof {
	const struct ledger_expect *expect;
	/* Files as sign.pub: the signature of every checkpoint is verified, by the key that it
	 * names. */
	const char *const *public_paths;
	size_t public_count;
	/* A file of checkpoints kept elsewhere, one a line: each must be of this chain. */
	const char *checkpoint_path;
	_Atomic bool *stop; /* set by another thread: ends early, STATUS_UNAVAILABLE */
};

/*
 * Walks the chain from the first entry. STATUS_CORRUPT with bad_seq and a text such as
 * "entry 7: the hash does not fit its content" or "entry 7 is missing"; every id and kept reply is
 * held against its entry ("entry 9: its kept reply does not fit"), every checkpoint against the
 * entry it is of, every projection against what the entries make of it; damage that SQLite itself
 * finds is named too, also outside the entries. STATUS_NOT_FOUND, STATUS_INVALID for no ledger.
 * `progress` may be NULL; called now and then, in the caller's thread.
 */
enum status ledger_prove(struct ledger_report *out, const char *path,
    const struct ledger_proof *proof, void (*progress)(void *ctx, uint64_t done, uint64_t all),
    void *ctx, struct err *err) MUST_USE;
/* Likewise with a head only, which may be NULL. */
enum status ledger_verify(struct ledger_report *out, const char *path,
    const struct ledger_expect *expect, void (*progress)(void *ctx, uint64_t done, uint64_t all),
    void *ctx, struct err *err) MUST_USE;

/* verify_entry.c: one entry as a review file has it. */
struct ledger_entry_proof {
	uint64_t seq;
	int64_t at_ms;
	struct str kind, user, role, request, check, body;
	uint64_t key_no;
	struct str sealed;
	struct digest previous, hash;
};
/* STATUS_CORRUPT if the hash does not fit the rest. That the entry is in a ledger is proved with
 * ledger_verify() on that: expect its number and hash. */
enum status ledger_verify_entry(const struct ledger_entry_proof *proof, struct err *err) MUST_USE;
/* A checkpoint (one line), signed with the public key (64 hex digits). *seq and *hash are what it
 * covers. STATUS_INVALID: no checkpoint, or of another key; STATUS_CORRUPT: its signature does not
 * fit. */
enum status ledger_verify_checkpoint(uint64_t *seq, struct digest *hash, struct str line,
    struct str public_key, struct err *err) MUST_USE;

#endif
