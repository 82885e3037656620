#include "record/birth.h"

#define YEAR_MAX 9999 /* four digits: what the text forms can hold */

bool
civil_valid(struct civil date)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int last;

	if (date.year < 1 || date.year > YEAR_MAX || date.month < 1 || date.month > 12)
		return false;
	last = days[date.month - 1];
	if (date.month == 2 &&
	    ((date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0))
		last = 29;
	return date.day >= 1 && date.day <= last;
}

/* Days before a year that begins on 1 March, so that the leap day is the last of its year. */
day_number
day_from_civil(struct civil date)
{
	int year = date.month <= 2 ? date.year - 1 : date.year;
	int month = (date.month + 9) % 12; /* March is 0 */
	int days = 365 * year + year / 4 - year / 100 + year / 400;

	/* (153 m + 2) / 5 is the number of days in the m months from March. */
	return days + (153 * month + 2) / 5 + date.day - 1 - 719468; /* 1970-01-01 is day 0 */
}

static struct civil
civil_of_any(day_number day)
{
	int64_t shifted = (int64_t)day + 719468; /* from 0000-03-01 */
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153; /* March is 0 */
	struct civil out;

	out.day = (int)(of_year - (153 * month + 2) / 5 + 1);
	out.month = (int)(month < 10 ? month + 3 : month - 9);
	out.year = (int)(year + era * 400 + (out.month <= 2));
	return out;
}

/*
 * Neri and Schneider 2023, "Euclidean affine functions and their application to calendar
 * algorithms": the same in a third of the steps, for days from 0000-03-01 that four of fit 32 bits.
 */
static struct civil
civil_of_common(uint32_t day)
{
	uint32_t quarters = 4 * day + 3, century = quarters / 146097;
	uint32_t of_century = quarters % 146097 | 3;
	uint64_t product = UINT64_C(2939745) * of_century; /* 2^32 / 1461, rounded up */
	uint32_t year = (uint32_t)(product >> 32);
	uint32_t of_year = (uint32_t)product / 2939745 / 4;
	uint32_t months = 2141 * of_year + 197913; /* 2^16 a month of 153 / 5 days, from March: 3 */
	bool is_next = of_year >= 306;		   /* January and February */

	return (struct civil){ .year = (int)(100 * century + year + is_next),
		.month = (int)(months >> 16) - (is_next ? 12 : 0),
		.day = (int)((months & 0xffff) / 2141) + 1 };
}

struct civil
day_to_civil(day_number day)
{
	if (day >= -719468 && day < 1 << 28)
		return civil_of_common((uint32_t)(day + 719468));
	return civil_of_any(day);
}

/* Reads "YYYY", "YYYY-MM" or "YYYY-MM-DD"; parts not given are 0. Digits only, no calendar. */
static bool
read_parts(struct civil *out, struct str text)
{
	uint64_t year = 0, month = 0, day = 0;

	if (text.n != 4 && text.n != 7 && text.n != 10)
		return false;
	if (!str_to_u64(&year, str_part(text, 0, 4), YEAR_MAX))
		return false;
	if (text.n >= 7 && (text.p[4] != '-' || !str_to_u64(&month, str_part(text, 5, 2), 99)))
		return false;
	if (text.n == 10 && (text.p[7] != '-' || !str_to_u64(&day, str_part(text, 8, 2), 99)))
		return false;
	*out = (struct civil){ (int)year, (int)month, (int)day };
	return true;
}

bool
day_parse(day_number *out, struct str text)
{
	struct civil date;

	if (text.n != 10 || !read_parts(&date, text) || !civil_valid(date))
		return false;
	*out = day_from_civil(date);
	return true;
}

void
day_format(struct buf *out, day_number day)
{
	struct civil date = day_to_civil(day);

	buf_addf(out, "%04d-%02d-%02d", date.year, date.month, date.day);
}

static enum status
check_year(int year, struct err *err)
{
	if (year >= BIRTH_YEAR_MIN && year <= BIRTH_YEAR_MAX)
		return STATUS_OK;
	return err_set(err, STATUS_INVALID, "year %d is outside %d to %d", year, BIRTH_YEAR_MIN,
	    BIRTH_YEAR_MAX);
}

static enum status
check_month(int month, struct err *err)
{
	if (month >= 1 && month <= 12)
		return STATUS_OK;
	return err_set(err, STATUS_INVALID, "month is %d", month);
}

static enum status
check_day(struct civil date, struct err *err)
{
	static const char *const month[12] = { "January", "February", "March", "April", "May",
		"June", "July", "August", "September", "October", "November", "December" };

	if (civil_valid(date))
		return STATUS_OK;
	if (date.day < 1 || date.day > 31)
		return err_set(err, STATUS_INVALID, "day is %d", date.day);
	if (date.month == 2 && date.day == 29)
		return err_set(
		    err, STATUS_INVALID, "29 February %d is not a day of the calendar", date.year);
	return err_set(err, STATUS_INVALID, "%d %s is not a day of the calendar", date.day,
	    month[date.month - 1]);
}

static enum status
check_date(struct civil date, struct err *err)
{
	enum status status = check_year(date.year, err);

	if (status == STATUS_OK)
		status = check_month(date.month, err);
	if (status == STATUS_OK)
		status = check_day(date, err);
	return status;
}

static struct birth
span(enum birth_precision precision, struct civil first, struct civil last)
{
	return (struct birth){ .precision = precision,
		.at = DAY_NONE,
		.first = day_from_civil(first),
		.last = day_from_civil(last) };
}

enum status
birth_exact(struct birth *out, struct civil date, struct err *err)
{
	enum status status = check_date(date, err);

	if (status == STATUS_OK)
		*out = span(BIRTH_EXACT, date, date);
	return status;
}

static int
month_length(int year, int month)
{
	int day = 31;

	while (!civil_valid((struct civil){ year, month, day }))
		day--;
	return day;
}

enum status
birth_year_month(struct birth *out, int year, int month, struct err *err)
{
	enum status status = check_year(year, err);

	if (status == STATUS_OK)
		status = check_month(month, err);
	if (status == STATUS_OK)
		*out = span(BIRTH_YEAR_MONTH, (struct civil){ year, month, 1 },
		    (struct civil){ year, month, month_length(year, month) });
	return status;
}

enum status
birth_year(struct birth *out, int year, struct err *err)
{
	enum status status = check_year(year, err);

	if (status == STATUS_OK)
		*out =
		    span(BIRTH_YEAR, (struct civil){ year, 1, 1 }, (struct civil){ year, 12, 31 });
	return status;
}

enum status
birth_range(struct birth *out, day_number first, day_number last, struct err *err)
{
	enum status status = check_year(day_to_civil(first).year, err);

	if (status == STATUS_OK)
		status = check_year(day_to_civil(last).year, err);
	if (status != STATUS_OK)
		return status;
	if (first > last)
		return err_set(err, STATUS_INVALID, "the range ends before it begins");
	*out = (struct birth){
		.precision = BIRTH_RANGE, .at = DAY_NONE, .first = first, .last = last
	};
	return STATUS_OK;
}

/* The same day `years` before; 29 February becomes the 28th where the year has none, so that who
 * is born on the 29th comes of age on 1 March, as UK law has it. */
static day_number
years_before(day_number day, int years)
{
	struct civil date = day_to_civil(day);

	date.year -= years;
	if (!civil_valid(date))
		date.day = 28;
	return day_from_civil(date);
}

enum status
birth_age(struct birth *out, unsigned age, day_number at, bool about, struct err *err)
{
	day_number floor = day_from_civil((struct civil){ BIRTH_YEAR_MIN, 1, 1 });
	struct birth birth = { .precision = BIRTH_AGE, .about = about, .at = at };
	enum status status = check_year(day_to_civil(at).year, err);
	int oldest, youngest;

	if (status != STATUS_OK)
		return status;
	if (age > AGE_MAX)
		return err_set(err, STATUS_INVALID, "age %u is over %d", age, AGE_MAX);
	oldest = (int)age + (about ? 1 : 0);
	youngest = (int)age - (about && age > 0 ? 1 : 0);
	birth.age = (uint8_t)age;
	birth.first = years_before(at, oldest + 1) + 1;
	/* "About 0" reaches up to the day itself. */
	birth.last = about && age == 0 ? at : years_before(at, youngest);
	if (birth.last < floor)
		return err_set(err, STATUS_INVALID, "age %u at that date is a birth before %d", age,
		    BIRTH_YEAR_MIN);
	if (birth.first < floor)
		birth.first = floor;
	*out = birth;
	return STATUS_OK;
}

static enum status
not_a_form(struct err *err)
{
	return err_set(err, STATUS_INVALID,
	    "expected a form such as 2009-03-04, 2009-03, 2009, 2008..2011, "
	    "2008-05-01..2009-04-30 or age 7 at 2016-01-31");
}

static enum status
parse_range(struct birth *out, struct str low, struct str high, struct err *err)
{
	struct civil first, last;
	enum status status;

	if (low.n != high.n || low.n == 7 || !read_parts(&first, low) || !read_parts(&last, high))
		return not_a_form(err);
	if (low.n == 4) {
		first.month = first.day = 1;
		last.month = 12;
		last.day = 31;
	}
	status = check_date(first, err);
	if (status == STATUS_OK)
		status = check_date(last, err);
	if (status != STATUS_OK)
		return status;
	return birth_range(out, day_from_civil(first), day_from_civil(last), err);
}

/* After "age ": "7 at 2016-01-31" or "about 7 at 2016-01-31". */
static enum status
parse_age(struct birth *out, struct str text, struct err *err)
{
	const struct str about_word = STR_LIT("about "), at_word = STR_LIT("at ");
	bool about = str_starts(text, about_word);
	struct civil date;
	struct str digits;
	enum status status;
	uint64_t age;

	if (about)
		text = str_part(text, about_word.n, text.n);
	digits = str_cut(&text, ' ');
	if (digits.n > 3 || !str_to_u64(&age, digits, 999) || !str_starts(text, at_word))
		return not_a_form(err);
	text = str_part(text, at_word.n, text.n);
	if (text.n != 10 || !read_parts(&date, text))
		return not_a_form(err);
	status = check_date(date, err);
	if (status != STATUS_OK)
		return status;
	return birth_age(out, (unsigned)age, day_from_civil(date), about, err);
}

static bool
find_range(struct str *low, struct str *high, struct str text)
{
	for (size_t i = 0; i + 1 < text.n; i++) {
		if (text.p[i] == '.' && text.p[i + 1] == '.') {
			*low = str_part(text, 0, i);
			*high = str_part(text, i + 2, text.n);
			return true;
		}
	}
	return false;
}

enum status
birth_parse(struct birth *out, struct str text, struct err *err)
{
	const struct str age_word = STR_LIT("age ");
	struct str low, high;
	struct civil date;

	if (str_starts(text, age_word))
		return parse_age(out, str_part(text, age_word.n, text.n), err);
	if (find_range(&low, &high, text))
		return parse_range(out, low, high, err);
	if (!read_parts(&date, text))
		return not_a_form(err);
	if (text.n == 4)
		return birth_year(out, date.year, err);
	if (text.n == 7)
		return birth_year_month(out, date.year, date.month, err);
	return birth_exact(out, date, err);
}

static void
format_range(struct buf *out, const struct birth *birth)
{
	struct civil first = day_to_civil(birth->first), last = day_to_civil(birth->last);

	if (first.month == 1 && first.day == 1 && last.month == 12 && last.day == 31) {
		buf_addf(out, "%04d..%04d", first.year, last.year);
		return;
	}
	day_format(out, birth->first);
	buf_add_text(out, "..");
	day_format(out, birth->last);
}

void
birth_format(struct buf *out, const struct birth *birth)
{
	struct civil first = day_to_civil(birth->first);

	switch (birth->precision) {
	case BIRTH_EXACT:
		day_format(out, birth->first);
		break;
	case BIRTH_YEAR_MONTH:
		buf_addf(out, "%04d-%02d", first.year, first.month);
		break;
	case BIRTH_YEAR:
		buf_addf(out, "%04d", first.year);
		break;
	case BIRTH_RANGE:
		format_range(out, birth);
		break;
	case BIRTH_AGE:
		buf_addf(out, "age %s%u at ", birth->about ? "about " : "", birth->age);
		day_format(out, birth->at);
		break;
	}
}

int
birth_first_year(const struct birth *birth)
{
	return day_to_civil(birth->first).year;
}

int
birth_last_year(const struct birth *birth)
{
	return day_to_civil(birth->last).year;
}

bool
birth_is_placeholder(const struct birth *birth)
{
	struct civil first = day_to_civil(birth->first);

	return birth->precision == BIRTH_EXACT && first.month == 1 && first.day == 1;
}
