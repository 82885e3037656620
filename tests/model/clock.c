#define _GNU_SOURCE /* syscall() */
#include "tests/model/clock.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t set_ms;

void
clock_set(int64_t unix_ms)
{
	atomic_store(&set_ms, unix_ms);
}

/* In place of libc's, for all that is linked into this program. */
int
clock_gettime(clockid_t clock, struct timespec *out)
{
	int64_t ms = atomic_load(&set_ms);

	if (clock == CLOCK_REALTIME && ms != 0) {
		out->tv_sec = ms / 1000;
		out->tv_nsec = ms % 1000 * 1000000;
		return 0;
	}
	return (int)syscall(SYS_clock_gettime, clock, out);
}
