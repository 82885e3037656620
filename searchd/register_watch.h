#ifndef SEARCHD_REGISTER_WATCH_H
#define SEARCHD_REGISTER_WATCH_H
/*
 * register_watch: looks whether the secured records are in a system's new generation. One that is
 * gone raises an alarm (an entry "register_alarm" and its notice), once, until it is back
 * ("register_cleared"); one that holds something else than before is marked as changed
 * ("register_seen", which ends each look).
 *
 * Threads: as the call; one at a time.
 */
#include "searchd/call.h"

struct background;

/* Every system of the world whose generation was not looked into yet. False: it was cut short. */
bool register_watch(struct call *call, const struct background *background);

#endif
