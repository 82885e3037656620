#include "client/dates.h"

#include <stdio.h>

#define PARTS_MAX 3

struct parts {
	struct str part[PARTS_MAX];
	size_t count;
};

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

static bool
is_break(char c)
{
	return c == ' ' || c == '/' || c == '.' || c == '-' || c == ',';
}

/* False if there are more parts than a date has. */
static bool
split(struct parts *out, struct str text)
{
	size_t at = 0;

	out->count = 0;
	while (at < text.n) {
		size_t from = at;

		while (at < text.n && !is_break(text.p[at]))
			at++;
		if (at > from) {
			if (out->count == PARTS_MAX)
				return false;
			out->part[out->count++] = str_part(text, from, at - from);
		}
		at++;
	}
	return true;
}

/* The first three letters decide: "Sept", "september" and "Sep" are one month. 0: none. */
static int
month_of_word(struct str word)
{
	static const char months[12][10] = { "january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december" };

	if (word.n < 3)
		return 0;
	for (int i = 0; i < 12; i++) {
		struct str name = str_from(months[i]);

		if (word.n <= name.n && str_eq_nocase(word, str_part(name, 0, word.n)))
			return i + 1;
	}
	return 0;
}

/* "4", "04", "4th". */
static bool
day_of(int *out, struct str part)
{
	uint64_t value;

	if (part.n > 2 && is_letter(part.p[part.n - 1]) && is_digit(part.p[part.n - 3]))
		part.n -= 2;
	if (part.n > 2 || !str_to_u64(&value, part, 99))
		return false;
	*out = (int)value;
	return true;
}

static bool
month_of(int *out, struct str part)
{
	uint64_t value;

	*out = month_of_word(part);
	if (*out != 0)
		return true;
	if (part.n > 2 || !str_to_u64(&value, part, 99))
		return false;
	*out = (int)value;
	return true;
}

static enum status
unreadable(struct err *err, struct str text)
{
	return err_set(err, STATUS_INVALID,
	    "\"%.*s\" is not a date; write 2009-03-04, 2009-03, 2009, 04/03/2009 or 4 March 2009",
	    (int)(text.n > 40 ? 40 : text.n), text.p);
}

static enum status
year_of(int *out, struct str part, struct str text, struct err *err)
{
	uint64_t value;

	if (!str_to_u64(&value, part, 999999))
		return unreadable(err, text);
	if (part.n != 4)
		return err_set(err, STATUS_INVALID,
		    "the year is written \"%.*s\"; write all four digits", STR_ARG(part));
	*out = (int)value;
	return STATUS_OK;
}

static enum status
read_parts(struct birth *out, const struct parts *p, struct str text, struct err *err)
{
	struct civil date = { 0, 0, 0 };
	enum status status;

	if (p->count < 2 || !month_of(&date.month, p->part[p->count - 2]))
		return unreadable(err, text);
	if (p->count == 3 && !day_of(&date.day, p->part[0]))
		return unreadable(err, text);
	status = year_of(&date.year, p->part[p->count - 1], text, err);
	if (status != STATUS_OK)
		return status;
	if (p->count == 2)
		return birth_year_month(out, date.year, date.month, err);
	return birth_exact(out, date, err);
}

static bool
all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

static int
number(struct str s)
{
	uint64_t value = 0;

	(void)str_to_u64(&value, s, 9999);
	return (int)value;
}

/* Four digits and then nothing, a hyphen or "..", or "age": the forms of birth.h. */
static bool
is_stored_form(struct str text)
{
	if (str_starts(text, STR_LIT("age ")))
		return true;
	if (text.n < 4 || !all_digits(str_part(text, 0, 4)))
		return false;
	return text.n == 4 || text.p[4] == '-' || text.p[4] == '.';
}

enum status
dates_read(struct birth *out, struct str text, struct err *err)
{
	struct parts parts;

	text = str_trim(text);
	if (is_stored_form(text))
		return birth_parse(out, text, err);
	if (text.n == 8 && all_digits(text))
		return birth_exact(out,
		    (struct civil){ number(str_part(text, 0, 4)), number(str_part(text, 4, 2)),
			number(str_part(text, 6, 2)) },
		    err);
	if (!split(&parts, text))
		return unreadable(err, text);
	return read_parts(out, &parts, text, err);
}

enum status
dates_read_day(day_number *out, struct str text, struct err *err)
{
	struct birth birth;
	enum status status = dates_read(&birth, text, err);

	if (status != STATUS_OK)
		return status;
	if (birth.precision != BIRTH_EXACT)
		return err_set(err, STATUS_INVALID, "\"%.*s\" is not a whole day",
		    (int)(text.n > 40 ? 40 : text.n), text.p);
	*out = birth.first;
	return STATUS_OK;
}

/* Takes the word off the front or the end; true if it was there. */
static bool
drop_word(struct str *text, const char *word, bool at_end)
{
	struct str w = str_from(word);
	struct str part;

	if (text->n <= w.n)
		return false;
	part = at_end ? str_part(*text, text->n - w.n, w.n) : str_part(*text, 0, w.n);
	if (!str_eq_nocase(part, w))
		return false;
	*text =
	    str_trim(at_end ? str_part(*text, 0, text->n - w.n) : str_part(*text, w.n, text->n));
	return true;
}

enum status
dates_read_age(struct birth *out, struct str text, day_number at, struct err *err)
{
	static const char *const before[] = { "about", "approx.", "approx", "circa", "c.", "c",
		"~" };
	static const char *const after[] = { "or so", "approx", "?" };
	struct str shown = text = str_trim(text);
	uint64_t age;
	bool about = false;

	for (size_t i = 0; i < sizeof before / sizeof before[0] && !about; i++)
		about = drop_word(&text, before[i], false);
	for (size_t i = 0; i < sizeof after / sizeof after[0]; i++)
		about = drop_word(&text, after[i], true) || about;
	if (!str_to_u64(&age, text, AGE_MAX))
		return err_set(err, STATUS_INVALID,
		    "\"%.*s\" is not an age; write whole years from 0 to %d, or \"about 7\"",
		    (int)(shown.n > 40 ? 40 : shown.n), shown.p, AGE_MAX);
	return birth_age(out, (unsigned)age, at, about, err);
}
