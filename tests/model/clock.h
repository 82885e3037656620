#ifndef MODEL_CLOCK_H
#define MODEL_CLOCK_H
/*
 * clock: CLOCK_REALTIME of this program is what the test says, so that histories of years run in
 * milliseconds and are the same each time. Other clocks are the system's.
 *
 * Threads: any number at once.
 */
#include <stdint.h>

void clock_set(int64_t unix_ms); /* 0: the system's again */

#endif
