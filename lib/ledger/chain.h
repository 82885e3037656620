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
bool chain_same(const struct digest *a, const struct digest *b);

#endif
