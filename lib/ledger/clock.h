#ifndef LEDGER_CLOCK_H
#define LEDGER_CLOCK_H
/*
 * clock: the time of entries when the clock of the machine steps; inside the room only.
 *
 * Three times follow from the entries alone:
 *   at_ms    of an entry: what the machine's clock said, but never less than the entry before;
 *   wall_ms  what the machine's clock said last: at_ms, or, while that stands still because the
 *            clock was set back, what the last "clock" entry tells;
 *   kept_ms  hours that passed, for what is kept for a while (replies): the steps of wall_ms
 *            forward, each counted as CLOCK_STEP_MAX_MS at most. So a clock that jumps ahead by a
 *            year ages replies by half a day, and one that is set back goes on ageing them.
 * A "clock" entry {"clock_ms":...,"behind_ms":...} stands before the first entry that came with an
 * earlier time, and again for each hour for which the clock stays behind.
 * Threads: pure functions.
 */
#include "ledger/ledger.h"

struct buf;

/* Calls run beside each other and are committed as they end: a check takes 10 s at most
 * (WIRE_CHECK_MS). What is further behind is a step of the clock. */
#define CLOCK_TOLERANCE_MS INT64_C(60000)
#define CLOCK_TELL_MS INT64_C(3600000)
/* Half of what a reply is kept (limits.h): one jump never takes what is younger than the other
 * half. A night without entries is counted in full, a weekend as half a day. */
#define CLOCK_STEP_MAX_MS (INT64_C(12) * 3600000)

struct ledger_clock {
	bool begun; /* there is an entry */
	int64_t at_ms, wall_ms, kept_ms;
};

/* Moves on by one entry. `told_ms` is what a "clock" entry tells, else -1. */
void clock_follow(struct ledger_clock *clock, int64_t at_ms, int64_t told_ms);
/* What a "clock" entry tells, or -1. */
int64_t clock_told(const struct ledger_row *row);
/* Likewise by an entry as it is stored; a "clock" entry that tells nothing is as any other. */
void clock_follow_row(struct ledger_clock *clock, const struct ledger_row *row);

/* The time of an entry that comes with `given_ms`; *tell if a "clock" entry is to stand before. */
int64_t clock_time(bool *tell, const struct ledger_clock *clock, int64_t given_ms);
/* The body of that one. */
void clock_body(struct buf *out, const struct ledger_clock *clock, int64_t given_ms);

#endif
