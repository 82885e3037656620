#ifndef RECORD_BIRTH_H
#define RECORD_BIRTH_H
/*
 * birth: a date of birth as it was claimed, which may be only part of one.
 *
 * Every claim is a span of days [first, last] in which the birth must lie, with how it was
 * stated. Days are counted from 1970-01-01 in the proleptic Gregorian calendar.
 * Text forms (the only ones in JSON, stored records and answers):
 *   "2009-03-04"  "2009-03"  "2009"  "2008..2011"  "2008-05-01..2009-04-30"
 *   "age 7 at 2016-01-31"  "age about 7 at 2016-01-31"
 * Threads: pure functions.
 */
#include "base/buf.h"
#include "base/err.h"

typedef int32_t day_number;
#define DAY_NONE INT32_MIN
#define BIRTH_YEAR_MIN 1850 /* older claims are errors: nobody on file is 170 */
#define BIRTH_YEAR_MAX 2200
#define AGE_MAX 120

enum birth_precision { BIRTH_EXACT, BIRTH_YEAR_MONTH, BIRTH_YEAR, BIRTH_RANGE, BIRTH_AGE };

struct birth {
	enum birth_precision precision;
	bool about;	  /* BIRTH_AGE only: "about 7" widens the span by a year on each side */
	uint8_t age;	  /* BIRTH_AGE only: completed years on the day `at` */
	day_number at;	  /* BIRTH_AGE only, else DAY_NONE */
	day_number first; /* inclusive */
	day_number last;  /* inclusive */
};

struct civil {
	int year, month, day;
};

bool civil_valid(struct civil date); /* a real day of the calendar, any year 1..9999 */
day_number day_from_civil(struct civil date);
struct civil day_to_civil(day_number day);
/* "YYYY-MM-DD" only. False for anything else or for a day that does not exist. */
bool day_parse(day_number *out, struct str text);
void day_format(struct buf *out, day_number day);

/*
 * Reads one of the text forms. STATUS_INVALID with a reason a person can use: "30 February is
 * not a day of the calendar", "month is 13", "year 1066 is outside 1850 to 2200".
 */
enum status birth_parse(struct birth *out, struct str text, struct err *err) MUST_USE;
void birth_format(struct buf *out, const struct birth *birth);

/* Constructors; STATUS_INVALID as birth_parse. */
enum status birth_exact(struct birth *out, struct civil date, struct err *err) MUST_USE;
enum status birth_year_month(struct birth *out, int year, int month, struct err *err) MUST_USE;
enum status birth_year(struct birth *out, int year, struct err *err) MUST_USE;
/* Both days included. */
enum status birth_range(
    struct birth *out, day_number first, day_number last, struct err *err) MUST_USE;
enum status birth_age(
    struct birth *out, unsigned age, day_number at, bool about, struct err *err) MUST_USE;

/* The years that the span touches. */
int birth_first_year(const struct birth *birth);
int birth_last_year(const struct birth *birth);
/* Exact 1 January: often "only the year is known" in disguise. */
bool birth_is_placeholder(const struct birth *birth);

#endif
