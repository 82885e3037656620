#ifndef SEARCHD_CHECKPOINTS_H
#define SEARCHD_CHECKPOINTS_H
/*
 * checkpoints: has the ledger's head signed after a start, then after so many entries or minutes
 * (searchd.conf: checkpoint_entries, checkpoint_minutes) with news, and at a stop.
 *
 * What has been appended since the last one could be cut off unseen by somebody who can write both
 * the ledger and no keys. A failure is logged, and tried again after a minute.
 * Threads: one of its own.
 */
#include "ledger/ledger.h"
#include "searchd/settings.h"

struct checkpoints;

/* Signs one before it returns. */
enum status checkpoints_start(struct checkpoints **out, struct ledger *ledger,
    const struct settings *settings, struct err *err) MUST_USE;
/* Ends the thread; NULL is fine. */
void checkpoints_stop(struct checkpoints *checkpoints);
/* Signs one now, in the name of searchd, if there is anything that none covers. */
enum status checkpoints_sign(struct ledger *ledger, struct err *err) MUST_USE;

#endif
