#ifndef INDEXER_DATES_H
#define INDEXER_DATES_H
/*
 * dates: dates and ages as exports write them.
 *
 * A format is "iso" (2009-03-04, 2009-03 or 2009), "year", or a pattern: %d day and %m month of one
 * or two digits, %b an English month by name or its first three letters, %Y a year of four digits,
 * anything else itself. A time of day after a date is passed over. A pattern without %d gives a
 * month, without %m and %b a year. Two-digit years are not read: 04 is 1904 as well as 2004.
 * Reasons in err.text hold no data but the faulty day or year itself.
 * Threads: pure functions.
 */
#include "base/err.h"
#include "indexer/mapping.h"

/* The first format that fits decides: what it then finds impossible is an error. */
enum status dates_read_birth(struct birth *out, const struct mapping_dates *dates, struct str text,
    struct err *err) MUST_USE;

/* The same as one day; of a month or year, its first. */
enum status dates_read_day(
    day_number *out, const struct mapping_dates *dates, struct str text, struct err *err) MUST_USE;

/*
 * An age on the day `at`: "7", "about 7", "c. 7", "7?", "7 yrs", "aged seven", "7.5" (completed
 * years count), "7-8", "7 or 8", "under 5", "16+", "18 months", "6 weeks", "newborn", "teenager".
 * Months, weeks and days allow one unit more and less, since they are said roundly.
 */
enum status dates_read_age(
    struct birth *out, struct str text, day_number at, struct err *err) MUST_USE;

/* Whether a birth can be: not after `as_of` and a day's grace for time zones, and not more than
 * AGE_MAX years before it. NULL or the reason. */
const char *dates_birth_fault(const struct birth *birth, day_number as_of);

#endif
