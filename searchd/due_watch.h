#ifndef SEARCHD_DUE_WATCH_H
#define SEARCHD_DUE_WATCH_H
/*
 * due_watch: says once of each deadline that it has passed unmet: an entry "deadline_overdue" and,
 * in the same batch, the notice to those whom the policy names.
 *
 * What was said is known from the ledger, so that a restart says nothing twice and forgets nothing.
 * Threads: as the call; one at a time.
 */
#include "searchd/call.h"

#define DUE_WATCH_MS 60000 /* deadlines end at midnight, or by the hour */

struct background;

/* False: something failed (call->err), and is to be tried again. Ends early if searchd stops. */
bool due_watch(struct call *call, const struct background *background);

#endif
