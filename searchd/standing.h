#ifndef SEARCHD_STANDING_H
#define SEARCHD_STANDING_H
/*
 * standing: open requests are searched again when a system of their leg has a new generation.
 *
 * The people of the leg's newest check are asked about again, of all systems of the leg: weights
 * lean on how common a name is in what is searched, so that a search of the new documents alone
 * could grade differently from the same question asked by hand. An answer that changed (somebody
 * found anew, graded otherwise or no more, a leg that is complete now, or no longer) is a "check"
 * entry with `standing`, secures as usual, and is told ("standing_change"). When all are through,
 * one entry "standing" says so for the generations.
 *
 * Threads: as the call; one at a time.
 */
#include "searchd/call.h"

struct background;

/* False: it was cut short, or something could not be searched. */
bool standing_run(struct call *call, const struct background *background);

#endif
