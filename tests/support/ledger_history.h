#ifndef TESTS_SUPPORT_LEDGER_HISTORY_H
#define TESTS_SUPPORT_LEDGER_HISTORY_H
/*
 * ledger_history: random batches of entries of all kinds that folds know (as
 * lib/ledger/fold_sqlite.c lists them), with bodies made of all the fields that bodies have, right
 * and wrong ones.
 */
#include "base/buf.h"
#include "ledger/ledger.h"

#define LEDGER_HISTORY_ENTRIES 4
#define LEDGER_HISTORY_CHANGES 3
#define LEDGER_HISTORY_PAST 16

struct ledger_history {
	uint64_t state; /* of the generator, not 0 */
	int64_t at_ms;
	struct ledger_entry entries[LEDGER_HISTORY_ENTRIES];
	size_t folds[LEDGER_HISTORY_ENTRIES];
	char requests[LEDGER_HISTORY_ENTRIES][16], checks[LEDGER_HISTORY_ENTRIES][16];
	struct buf bodies[LEDGER_HISTORY_ENTRIES];
	/* Entries made lately, which later ones may be about. */
	struct {
		uint64_t seq;
		size_t fold; /* that its kind is of */
		char request[16];
	} past[LEDGER_HISTORY_PAST];
	unsigned past_count;
	uint64_t about; /* of the entry that is being made; 0: none */
	struct ledger_secure changes[LEDGER_HISTORY_CHANGES];
	char records[LEDGER_HISTORY_CHANGES][16];
};

/* Room as ledger_history.state says; the batch is borrowed until the next. */
void ledger_history_next(struct ledger_batch *out, struct ledger_history *history);
/* The last batch was appended: its first entry is `seq`. */
void ledger_history_done(
    struct ledger_history *history, const struct ledger_batch *batch, uint64_t seq);
void ledger_history_free(struct ledger_history *history);

#endif
