#ifndef DAEMON_PROCESS_H
#define DAEMON_PROCESS_H
/*
 * process: what this process does not leave behind (process_linux.c).
 *
 * Threads: call from main() before threads start, unless said otherwise.
 */
#include "base/err.h"

/* No core dumps, and no reading of this memory by other processes of the user: it holds what was
 * asked and found. */
enum status process_no_dumps(struct err *err) MUST_USE;

/* The calling thread waits where others want to run. From any thread. */
void process_be_nice(void);

#endif
