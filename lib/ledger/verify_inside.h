#ifndef LEDGER_VERIFY_INSIDE_H
#define LEDGER_VERIFY_INSIDE_H
/*
 * verify_inside: the parts of a verification; inside the room only.
 *
 * The chain is held by its own hashes: an entry is good if its hash follows from its content and
 * the stored hash of the entry before. So parts of it are looked at side by side, each on a
 * connection of its own, and beside them the projections are made anew in memory. What was read of
 * each entry that ids and replies need stays in memory: 56 bytes an entry.
 * Threads: a part belongs to one thread; the parts share what is not changed.
 */
#include "ledger/clock.h"
#include "ledger/sign.h"
#include "ledger/store.h"
#include "ledger/verify.h"

#include <stdatomic.h>

/* What is kept of an entry. */
struct verify_place {
	struct digest hash;
	int64_t kept_ms; /* at_ms until the clock is followed */
	uint64_t user;	 /* hash of its text */
	bool has_id;
};

/* What a "clock" or "checkpoint" entry tells. */
struct verify_clock {
	uint64_t seq;
	int64_t told_ms;
};
struct verify_signed {
	uint64_t seq; /* of its entry; 0: kept elsewhere, at `line` of its file */
	unsigned line;
	struct checkpoint checkpoint;
};

#define VERIFY_KEYS_MAX 16
struct verify_keys {
	unsigned char keys[VERIFY_KEYS_MAX][SIGN_PUBLIC_BYTES];
	size_t count;
};
/* Its signature, by the key that it names; nothing is said against it where no keys are given. */
enum status verify_signature(
    const struct checkpoint *checkpoint, const struct verify_keys *keys, struct err *err) MUST_USE;

/* Entries `from` to `to`. */
struct verify_part {
	const char *path;
	uint64_t from, to;
	const struct ledger_expect *expect;
	const struct verify_keys *keys;
	struct verify_place *places; /* of all entries; entry N at N - 1 */
	_Atomic uint64_t *done;
	_Atomic bool *stop;

	struct ledger_report report; /* of the part */
	struct verify_clock *clocks;
	size_t clock_count, clock_room;
	struct verify_signed *checkpoints;
	size_t checkpoint_count, checkpoint_room;
	enum status status;
	struct err err;
};
void verify_part_run(struct verify_part *part); /* verify_chain_sqlite.c */
void verify_part_free(struct verify_part *part);

/* Some of the folds, of all entries that the file has, against its tables. */
struct verify_folding {
	const char *path;
	unsigned which, of; /* a share of the folds (folds_open_some) */
	bool secured;	    /* and the secured records */
	_Atomic bool *stop;
	uint64_t tables, rows; /* compared */
	uint64_t secured_count;
	uint64_t bad_seq;
	enum status status;
	struct err err;
};
void verify_folding_run(struct verify_folding *folding); /* verify_folds_sqlite.c */

#endif
