#ifndef SEARCHD_BACKGROUND_H
#define SEARCHD_BACKGROUND_H
/*
 * background: what searchd does by itself when a system has a new generation, as the user
 * "searchd": it looks for the secured records in it (register_watch.h) and searches the open
 * requests again (standing.h); and once a minute it looks for deadlines that have passed
 * (due_watch.h). At a low priority, so that what is asked does not wait for it.
 * What remains to be done is known from the ledger: after a restart it goes on where it was.
 *
 * Threads: one of its own.
 */
#include "searchd/service.h"

struct background;
struct call;

enum status background_start(
    struct background **out, struct service *service, struct err *err) MUST_USE;
/* Likewise, but nothing runs by itself: background_once() does what there is to do for the world
 * of now (deadlines aside), in the caller's thread. For tests. */
enum status background_new(
    struct background **out, struct service *service, struct err *err) MUST_USE;
bool background_once(struct background *background); /* false: something is left */
void background_stop(struct background *background); /* NULL is fine */

#define BACKGROUND_USER "searchd"

/* For what it runs: true if searchd stops, or there are newer generations than those of the call.
 */
bool background_should_end(const struct background *background, const struct call *call);
/* True if searchd stops. */
bool background_should_stop(const struct background *background);
/* Makes the call ready for one more thing to do: empties its arena and answer, sets the clocks. */
void background_begin(struct call *call);

#endif
