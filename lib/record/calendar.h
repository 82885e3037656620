#ifndef RECORD_CALENDAR_H
#define RECORD_CALENDAR_H
/*
 * calendar: days as they are counted where the procedure holds (Europe/London, with its summer
 * time), and points in time as text. Time zone rules are ICU's (CLDR, IANA tz).
 *
 * Threads: a calendar belongs to one thread at a time; the functions without one are pure.
 */
#include "record/birth.h"

struct calendar;
/* STATUS_IO if ICU has no rules for Europe/London. */
enum status calendar_open(struct calendar **out, struct err *err) MUST_USE;
void calendar_close(struct calendar *calendar); /* NULL is fine */

/* The day on which that point in time (Unix ms) falls. */
day_number calendar_day(struct calendar *calendar, int64_t at_ms);
/* The point in time at which the day begins: midnight, which summer time never moves. The end of a
 * day is the beginning of the next. */
int64_t calendar_begin(struct calendar *calendar, day_number day);

/* So many months later, by the calendar; a month without that day: its last (31 August and six
 * months: 28 or 29 February). */
day_number calendar_add_months(day_number day, unsigned months);

/* "2026-11-23T10:15:00Z", "2026-11-23T10:15+01:00": date, time with or without seconds (and parts
 * of one, which are dropped), and zone. STATUS_INVALID with a reason. */
enum status calendar_parse_time(int64_t *out_ms, struct str text, struct err *err) MUST_USE;
/* "2026-11-23T10:15:00Z". */
void calendar_format_time(struct buf *out, int64_t at_ms);

#endif
