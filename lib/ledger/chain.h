#ifndef LEDGER_CHAIN_H
#define LEDGER_CHAIN_H
/*
 * chain: the bytes that are hashed for one entry; inside the room only.
 *
 * The layout is written out at the head of ledger_sqlite.c, so that somebody else can verify a
 * ledger without this code.
 * Threads: pure functions.
 */
#include "ledger/ledger.h"

/* Before the first entry: 32 zero bytes. */
#define CHAIN_ZERO ((struct digest){ { 0 } })

/* The hash of `row` (its own hash is not read) after an entry whose hash is `previous`. */
void chain_hash(struct digest *out, const struct digest *previous, const struct ledger_row *row);

/* Adds a number as a part: 8 as the length, then 8 bytes, little-endian. */
void chain_add_number(struct digest_state *state, uint64_t value);

/* What does not fit is said alike when an id is looked up and when the ledger is verified. */
#define CHAIN_BAD_ID "an id that is kept for it does not fit"
#define CHAIN_BAD_REPLY "its kept reply does not fit"

/* One row of `idem`: what its seal is made of, and the seal. */
struct chain_id {
	uint64_t seq;
	struct str principal, id;
	struct digest request, answer, seal;
};
/* The seal of `id` (its own is not read), whose entry has the hash `entry`. */
void chain_seal(struct digest *out, const struct digest *entry, const struct chain_id *id);
bool chain_same(const struct digest *a, const struct digest *b);

#endif
