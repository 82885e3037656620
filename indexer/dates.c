#include "indexer/dates.h"

#define AGE_TEXT_BYTES_MAX 64 /* longer is a sentence, not an age */

static const char *const months[12] = { "january", "february", "march", "april", "may", "june",
	"july", "august", "september", "october", "november", "december" };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* `least` to `most` digits from *at on. */
static bool
take_number(int *out, struct str text, size_t *at, size_t least, size_t most)
{
	size_t n = 0;

	*out = 0;
	while (n < most && *at + n < text.n && is_digit(text.p[*at + n])) {
		*out = *out * 10 + (text.p[*at + n] - '0');
		n++;
	}
	if (n < least || (*at + n < text.n && is_digit(text.p[*at + n])))
		return false;
	*at += n;
	return true;
}

static bool
take_month_name(int *out, struct str text, size_t *at)
{
	size_t n = 0;
	struct str word;

	while (*at + n < text.n && is_letter(text.p[*at + n]))
		n++;
	word = str_part(text, *at, n);
	for (int m = 0; m < 12; m++) {
		struct str name = str_from(months[m]);

		if (str_eq_nocase(word, name) || str_eq_nocase(word, str_part(name, 0, 3))) {
			*out = m + 1;
			*at += n;
			return true;
		}
	}
	return false;
}

/* " 00:00:00", "T09:30:00Z", "T09:30:00+01:00" */
static bool
is_time(struct str rest)
{
	if (rest.n < 2 || (rest.p[0] != ' ' && rest.p[0] != 'T') || !is_digit(rest.p[1]))
		return false;
	for (size_t i = 1; i < rest.n; i++)
		if (!is_digit(rest.p[i]) && strchr(":.+-Z", rest.p[i]) == NULL)
			return false;
	return true;
}

/* Parts that the pattern lacks stay 0. */
static bool
match(struct civil *out, const char *pattern, struct str text)
{
	size_t at = 0;

	*out = (struct civil){ 0 };
	for (const char *p = pattern; *p != '\0'; p++) {
		bool good;

		if (*p != '%') {
			good = at < text.n && text.p[at] == *p;
			at++;
		} else {
			switch (*++p) {
			case 'd':
				good = take_number(&out->day, text, &at, 1, 2);
				break;
			case 'm':
				good = take_number(&out->month, text, &at, 1, 2);
				break;
			case 'b':
				good = take_month_name(&out->month, text, &at);
				break;
			default:
				good = take_number(&out->year, text, &at, 4, 4);
				break;
			}
		}
		if (!good)
			return false;
	}
	return at == text.n ||
	       (strstr(pattern, "%d") != NULL && is_time(str_part(text, at, text.n)));
}

/* The pattern that fits, or NULL. "iso" is any of three. */
static const char *
fitting_pattern(struct civil *out, const char *format, struct str text)
{
	static const char *const iso[] = { "%Y-%m-%d", "%Y-%m", "%Y" };

	if (strcmp(format, "year") == 0)
		return match(out, "%Y", text) ? "%Y" : NULL;
	if (strcmp(format, "iso") != 0)
		return match(out, format, text) ? format : NULL;
	for (size_t i = 0; i < sizeof iso / sizeof *iso; i++)
		if (match(out, iso[i], text))
			return iso[i];
	return NULL;
}

static enum status
to_birth(struct birth *out, const char *pattern, struct civil date, struct err *err)
{
	bool has_day = strstr(pattern, "%d") != NULL;
	bool has_month = strstr(pattern, "%m") != NULL || strstr(pattern, "%b") != NULL;

	if (has_day && has_month)
		return birth_exact(out, date, err);
	if (has_month)
		return birth_year_month(out, date.year, date.month, err);
	return birth_year(out, date.year, err);
}

enum status
dates_read_birth(
    struct birth *out, const struct mapping_dates *dates, struct str text, struct err *err)
{
	struct civil date;

	for (size_t i = 0; i < dates->count; i++) {
		const char *pattern = fitting_pattern(&date, dates->formats[i], text);

		if (pattern != NULL)
			return to_birth(out, pattern, date, err);
	}
	return err_set(err, STATUS_INVALID, "is not a date in any form that the mapping names");
}

enum status
dates_read_day(day_number *out, const struct mapping_dates *dates, struct str text, struct err *err)
{
	struct birth birth;
	enum status status = dates_read_birth(&birth, dates, text, err);

	if (status == STATUS_OK)
		*out = birth.first;
	return status;
}

/* --- Ages ---------------------------------------------------------------------------------- */
enum age_unit { AGE_YEARS, AGE_MONTHS, AGE_WEEKS, AGE_DAYS };
enum age_bound { AGE_AT, AGE_UNDER, AGE_OVER };

struct age {
	int low, high; /* -1: not read yet */
	enum age_unit unit;
	enum age_bound bound;
	bool about;
	bool joining; /* "7 or": the next number is the upper end */
	bool done;    /* a unit was read: what follows ("7 years 3 months") is finer than we keep */
};

static day_number
months_before(day_number at, int count)
{
	struct civil date = day_to_civil(at);
	int index = date.year * 12 + date.month - 1 - count;

	date.year = index / 12;
	date.month = index % 12 + 1;
	while (!civil_valid(date))
		date.day--; /* 31 March less a month is the last day of February */
	return day_from_civil(date);
}

/* The day on which somebody born on it reached the age, at the latest. */
static day_number
units_before(day_number at, int count, enum age_unit unit)
{
	switch (unit) {
	case AGE_YEARS:
		return months_before(at, 12 * count);
	case AGE_MONTHS:
		return months_before(at, count);
	case AGE_WEEKS:
		return at - 7 * count;
	case AGE_DAYS:
		return at - count;
	}
	return at;
}

static void
set_range(struct birth *out, day_number first, day_number last)
{
	*out = (struct birth){
		.precision = BIRTH_RANGE, .at = DAY_NONE, .first = first, .last = last
	};
}

static int
number_word(struct str word)
{
	static const char *const words[] = { "one", "two", "three", "four", "five", "six", "seven",
		"eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
		"sixteen", "seventeen", "eighteen", "nineteen", "twenty" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq_text(word, words[i]))
			return (int)i + 1;
	return -1;
}

static bool
is_one_of(struct str word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (str_eq_text(word, *list))
			return true;
	return false;
}

static void
take_value(struct age *age, int value)
{
	if (age->done)
		return;
	if (age->low < 0)
		age->low = age->high = value;
	else if (age->joining)
		age->high = value;
	age->joining = false;
}

static void
take_unit(struct age *age, enum age_unit unit)
{
	if (!age->done && age->low >= 0) {
		age->unit = unit;
		age->done = true;
	}
}

static bool
take_word(struct age *age, struct str word)
{
	static const char *const about[] = { "about", "approx", "approximately", "around", "circa",
		"c", "ca", "roughly", "maybe", "probably", "possibly", "perhaps", "nearly",
		"almost", "est", "estimated", NULL };
	static const char *const filler[] = { "age", "aged", "old", "of", "a", "half", "yo", "o",
		"than", NULL };
	static const char *const years[] = { "y", "yr", "yrs", "year", "years", NULL };
	static const char *const months_words[] = { "m", "mo", "mos", "mth", "mths", "month",
		"months", NULL };
	static const char *const weeks[] = { "w", "wk", "wks", "week", "weeks", NULL };
	static const char *const days[] = { "d", "day", "days", NULL };
	static const char *const under[] = { "under", "below", "less", NULL };
	static const char *const over[] = { "over", "above", "plus", "more", NULL };
	static const char *const joining[] = { "or", "to", "and", NULL };
	static const char *const teens[] = { "teen", "teens", "teenager", "teenage", NULL };

	if (number_word(word) > 0) {
		take_value(age, number_word(word));
	} else if (is_one_of(word, about)) {
		age->about = true;
	} else if (is_one_of(word, years)) {
		take_unit(age, AGE_YEARS);
	} else if (is_one_of(word, months_words)) {
		take_unit(age, AGE_MONTHS);
	} else if (is_one_of(word, weeks)) {
		take_unit(age, AGE_WEEKS);
	} else if (is_one_of(word, days)) {
		take_unit(age, AGE_DAYS);
	} else if (is_one_of(word, under)) {
		age->bound = AGE_UNDER;
	} else if (is_one_of(word, over)) {
		age->bound = AGE_OVER;
	} else if (is_one_of(word, joining)) {
		age->joining = age->low >= 0;
	} else if (is_one_of(word, teens) && age->low < 0) {
		age->low = 13;
		age->high = 19;
	} else if (str_eq_text(word, "newborn") && age->low < 0) {
		age->low = age->high = 0;
		age->unit = AGE_MONTHS;
		age->done = true;
	} else {
		return is_one_of(word, filler);
	}
	return true;
}

static bool
take_sign(struct age *age, struct str text, size_t *at)
{
	char c = text.p[(*at)++];

	if (c == '-' || c == '/') {
		if (age->low < 0)
			return false; /* "-7" is nobody's age */
		age->joining = !age->done;
	} else if (c == '~' || c == '?') {
		age->about = true;
	} else if (c == '+') {
		age->bound = AGE_OVER;
	} else if (c == '.') {
		/* "7.5" has completed 7 years; "c." is just "c". */
		while (*at < text.n && is_digit(text.p[*at]))
			(*at)++;
	} else if (c == '\xc2' && *at < text.n && text.p[*at] == '\xbd') {
		(*at)++; /* one half: the completed years are what counts */
	} else {
		return c == ' ' || c == ',';
	}
	return true;
}

static bool
scan_age(struct age *age, struct str text)
{
	for (size_t at = 0; at < text.n;) {
		size_t from = at;
		int value;

		if (is_digit(text.p[at])) {
			if (!take_number(&value, text, &at, 1, 3))
				return false;
			take_value(age, value);
			continue;
		}
		while (at < text.n && is_letter(text.p[at]))
			at++;
		if (at == from ? !take_sign(age, text, &at)
			       : !take_word(age, str_part(text, from, at - from)))
			return false;
	}
	return age->low >= 0 && age->low <= age->high;
}

static enum status
age_birth(struct birth *out, const struct age *age, day_number at, struct err *err)
{
	/* Months, weeks and days are said roundly: one unit of slack on either side. */
	int slack = age->unit == AGE_YEARS ? 0 : 1;
	int low = age->low > slack ? age->low - slack : 0, high = age->high + slack;

	if (age->unit == AGE_YEARS && age->high > AGE_MAX)
		return err_set(err, STATUS_INVALID, "age %d is over %d", age->high, AGE_MAX);
	if (age->bound == AGE_UNDER)
		set_range(out, units_before(at, age->high, age->unit) + 1, at);
	else if (age->bound == AGE_OVER)
		set_range(
		    out, months_before(at, 12 * AGE_MAX), units_before(at, age->low, age->unit));
	else if (age->low == age->high && age->unit == AGE_YEARS)
		return birth_age(out, (unsigned)age->low, at, age->about, err);
	else
		set_range(out, units_before(at, high + 1, age->unit) + 1,
		    units_before(at, low, age->unit));
	return STATUS_OK;
}

enum status
dates_read_age(struct birth *out, struct str text, day_number at, struct err *err)
{
	struct age age = { .low = -1, .high = -1 };
	char lower[AGE_TEXT_BYTES_MAX];

	if (text.n > sizeof lower)
		return err_set(err, STATUS_INVALID, "is not an age");
	for (size_t i = 0; i < text.n; i++)
		lower[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] - 'A' + 'a')
								: text.p[i];
	if (!scan_age(&age, (struct str){ lower, text.n }))
		return err_set(err, STATUS_INVALID, "is not an age");
	return age_birth(out, &age, at, err);
}

const char *
dates_birth_fault(const struct birth *birth, day_number as_of)
{
	if (birth->first > as_of + 1)
		return "lies after the date of the export";
	if (birth->last < months_before(as_of, 12 * AGE_MAX))
		return "is more than 120 years before the export";
	return NULL;
}
