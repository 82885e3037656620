#ifndef CLIENT_DATES_H
#define CLIENT_DATES_H
/*
 * dates: dates as people type them, read into the claims of record/birth.h.
 *
 * Accepted: the forms of birth.h, and "20090304", "04/03/2009" (day first, also with . - or
 * blanks), "3/2009", "4 March 2009", "4th Mar 2009", "March 2009". A year has four digits.
 * Threads: pure functions.
 */
#include "record/birth.h"

/* STATUS_INVALID with a reason a person can act on: "30 February is not a day of the calendar". */
enum status dates_read(struct birth *out, struct str text, struct err *err) MUST_USE;

/* A whole day only ("2026-11-23", "23/11/2026"). */
enum status dates_read_day(day_number *out, struct str text, struct err *err) MUST_USE;

/* "7", "about 7", "c. 7", "7 or so" at the day `at`. */
enum status dates_read_age(
    struct birth *out, struct str text, day_number at, struct err *err) MUST_USE;

#endif
