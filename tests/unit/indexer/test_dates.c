#include "indexer/dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/buf.h"

#include <stdio.h>

/* The text form of record/birth.h, or "! reason". */
static void
expect(enum status status, const struct birth *birth, const struct err *err, const char *text,
    const char *want)
{
	struct buf got = BUF_INIT;

	if (status == STATUS_OK)
		birth_format(&got, birth);
	else
		buf_addf(&got, "! %s", err->text);
	if (strcmp(got.p, want) != 0)
		print_error("for \"%s\"\n", text);
	assert_string_equal(got.p, want);
	buf_free(&got);
}

static void
test_dates_are_read_by_their_forms(void **state)
{
	static const struct {
		const char *format, *text, *want;
	} cases[] = {
		{ "%d/%m/%Y", "04/03/2009", "2009-03-04" },
		{ "%d/%m/%Y", "4/3/2009", "2009-03-04" },
		{ "%d/%m/%Y", "04/03/2009 00:00:00", "2009-03-04" },
		{ "%m/%Y", "03/2009", "2009-03" },
		{ "year", "2009", "2009" },
		{ "%d %b %Y", "4 Mar 2009", "2009-03-04" },
		{ "%d %b %Y", "04 MARCH 2009", "2009-03-04" },
		{ "%b %Y", "sept 2009", "! is not a date in any form that the mapping names" },
		{ "%b %Y", "Sep 2009", "2009-09" },
		{ "%d.%m.%Y", "04.03.2009", "2009-03-04" },
		{ "iso", "2009-03-04", "2009-03-04" },
		{ "iso", "2009-03", "2009-03" },
		{ "iso", "2009", "2009" },
		{ "iso", "2009-03-04T09:30:00Z", "2009-03-04" },
		{ "iso", "2009-03-04T09:30:00.000+01:00", "2009-03-04" },
		{ "%d/%m/%Y", "31/02/2009", "! 31 February is not a day of the calendar" },
		{ "%d/%m/%Y", "29/02/2008", "2008-02-29" },
		{ "%d/%m/%Y", "29/02/2009", "! 29 February 2009 is not a day of the calendar" },
		{ "%d/%m/%Y", "03/13/2009", "! month is 13" },
		{ "%d/%m/%Y", "32/01/2009", "! day is 32" },
		{ "%d/%m/%Y", "00/01/2009", "! day is 0" },
		{ "iso", "2009-00-10", "! month is 0" },
		{ "iso", "2009-00", "! month is 0" },
		{ "year", "1066", "! year 1066 is outside 1850 to 2200" },
		{ "year", "1849", "! year 1849 is outside 1850 to 2200" },
		{ "year", "1850", "1850" },
		{ "%d/%m/%Y", "04/03/09", "! is not a date in any form that the mapping names" },
		{ "%d/%m/%Y", "004/03/2009", "! is not a date in any form that the mapping names" },
		{ "%d/%m/%Y", "04/03/20091", "! is not a date in any form that the mapping names" },
		{ "%d/%m/%Y", "04/03/2009x", "! is not a date in any form that the mapping names" },
		{ "%d/%m/%Y", "04/03/2009 x",
		    "! is not a date in any form that the mapping names" },
		{ "year", "20x9", "! is not a date in any form that the mapping names" },
		{ "iso", "", "! is not a date in any form that the mapping names" },
		{ "iso", "2009-", "! is not a date in any form that the mapping names" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct mapping_dates dates = { { cases[i].format }, 1 };
		struct err err = ERR_NONE;
		struct birth birth;
		enum status status =
		    dates_read_birth(&birth, &dates, str_from(cases[i].text), &err);

		expect(status, &birth, &err, cases[i].text, cases[i].want);
	}
}

static void
test_the_first_form_that_fits_decides(void **state)
{
	const struct mapping_dates dates = { { "%d/%m/%Y", "%m/%d/%Y", "year" }, 3 };
	struct err err = ERR_NONE;
	struct birth birth;
	day_number day;

	(void)state;
	/* The American form would have made a date of it: it is not asked. */
	assert_int_equal(
	    dates_read_birth(&birth, &dates, STR_LIT("03/13/2009"), &err), STATUS_INVALID);
	assert_string_equal(err.text, "month is 13");
	assert_int_equal(dates_read_day(&day, &dates, STR_LIT("2009"), NULL), STATUS_OK);
	assert_int_equal(day, day_from_civil((struct civil){ 2009, 1, 1 }));
}

static void
test_ages_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "7", "age 7 at 2016-03-31" },
		{ "0", "age 0 at 2016-03-31" },
		{ "about 7", "age about 7 at 2016-03-31" },
		{ "About  7", "age about 7 at 2016-03-31" },
		{ "approx 7", "age about 7 at 2016-03-31" },
		{ "approx. 7", "age about 7 at 2016-03-31" },
		{ "c. 7", "age about 7 at 2016-03-31" },
		{ "~7", "age about 7 at 2016-03-31" },
		{ "7?", "age about 7 at 2016-03-31" },
		{ "7 yrs", "age 7 at 2016-03-31" },
		{ "7yrs", "age 7 at 2016-03-31" },
		{ "7 years old", "age 7 at 2016-03-31" },
		{ "7 y/o", "age 7 at 2016-03-31" },
		{ "7yo", "age 7 at 2016-03-31" },
		{ "aged 7", "age 7 at 2016-03-31" },
		{ "aged seven", "age 7 at 2016-03-31" },
		{ "7.5", "age 7 at 2016-03-31" },
		{ "7\xc2\xbd", "age 7 at 2016-03-31" },
		{ "7 and a half", "age 7 at 2016-03-31" },
		{ "7 years 3 months", "age 7 at 2016-03-31" },
		{ "7 years and 3 months", "age 7 at 2016-03-31" },
		{ "120", "age 120 at 2016-03-31" },
		{ "121", "! age 121 is over 120" },
		{ "250", "! age 250 is over 120" },
		/* In her eighth or ninth year: born after the 9th birthday's eve, by the 7th. */
		{ "7-8", "2007-04-01..2009-03-31" },
		{ "7 - 8", "2007-04-01..2009-03-31" },
		{ "7/8", "2007-04-01..2009-03-31" },
		{ "7 or 8", "2007-04-01..2009-03-31" },
		{ "7 to 8 years", "2007-04-01..2009-03-31" },
		{ "under 5", "2011-04-01..2016-03-31" },
		{ "less than 5", "2011-04-01..2016-03-31" },
		{ "16+", "1896-03-31..2000-03-31" },
		{ "over 16", "1896-03-31..2000-03-31" },
		{ "teenager", "1996-04-01..2003-03-31" },
		/* 18 months, give or take one: completed months 17 to 19. */
		{ "18 months", "2014-08-01..2014-10-31" },
		{ "18m", "2014-08-01..2014-10-31" },
		{ "1 month", "2016-01-01..2016-03-31" },
		{ "6 weeks", "2016-02-05..2016-02-25" },
		{ "10 days", "2016-03-20..2016-03-22" },
		{ "newborn", "2016-02-01..2016-03-31" },
		{ "8-7", "! is not an age" },
		{ "-7", "! is not an age" },
		{ "seven and", "age 7 at 2016-03-31" },
		{ "1234", "! is not an age" },
		{ "seventh", "! is not an age" },
		{ "school age", "! is not an age" },
		{ "7 @", "! is not an age" },
		{ "?", "! is not an age" },
		{ "", "! is not an age" },
		{ "about", "! is not an age" },
	};
	day_number at = day_from_civil((struct civil){ 2016, 3, 31 });

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_NONE;
		struct birth birth;
		enum status status = dates_read_age(&birth, str_from(cases[i].text), at, &err);

		expect(status, &birth, &err, cases[i].text, cases[i].want);
	}
}

static void
test_a_sentence_is_not_an_age(void **state)
{
	char text[65];
	struct birth birth;

	(void)state;
	memset(text, ' ', sizeof text);
	text[0] = '7';
	assert_int_equal(dates_read_age(&birth, (struct str){ text, 64 }, 0, NULL), STATUS_OK);
	assert_int_equal(dates_read_age(&birth, (struct str){ text, 65 }, 0, NULL), STATUS_INVALID);
}

static void
test_births_after_the_export_or_long_before_are_faults(void **state)
{
	day_number as_of = day_from_civil((struct civil){ 2026, 11, 23 });
	struct birth birth;

	(void)state;
	assert_int_equal(birth_exact(&birth, (struct civil){ 2026, 11, 24 }, NULL), STATUS_OK);
	assert_null(dates_birth_fault(&birth, as_of));
	assert_int_equal(birth_exact(&birth, (struct civil){ 2026, 11, 25 }, NULL), STATUS_OK);
	assert_string_equal(dates_birth_fault(&birth, as_of), "lies after the date of the export");
	/* Only the year is known, and it has begun. */
	assert_int_equal(birth_year(&birth, 2026, NULL), STATUS_OK);
	assert_null(dates_birth_fault(&birth, as_of));
	assert_int_equal(birth_exact(&birth, (struct civil){ 1906, 11, 23 }, NULL), STATUS_OK);
	assert_null(dates_birth_fault(&birth, as_of));
	assert_int_equal(birth_exact(&birth, (struct civil){ 1906, 11, 22 }, NULL), STATUS_OK);
	assert_string_equal(
	    dates_birth_fault(&birth, as_of), "is more than 120 years before the export");
}

/* Whatever somebody of an age of years, months or weeks was born on lies in the span. */
static void
test_spans_hold_every_day_on_which_the_age_is_true(void **state)
{
	day_number at = day_from_civil((struct civil){ 2024, 2, 29 });

	(void)state;
	for (int months = 1; months < 36; months++) {
		char text[24];
		struct birth birth;
		struct civil on = { 2024, 2, 29 };

		snprintf(text, sizeof text, "%d months", months);
		assert_int_equal(dates_read_age(&birth, str_from(text), at, NULL), STATUS_OK);
		on.month -= months % 12;
		on.year -= months / 12;
		if (on.month < 1) {
			on.month += 12;
			on.year--;
		}
		while (!civil_valid(on))
			on.day--;
		assert_true(birth.first <= day_from_civil(on));
		assert_true(birth.last >= day_from_civil(on));
		assert_true(birth.last - birth.first <= 95);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_are_read_by_their_forms),
		cmocka_unit_test(test_the_first_form_that_fits_decides),
		cmocka_unit_test(test_ages_are_read_as_people_write_them),
		cmocka_unit_test(test_a_sentence_is_not_an_age),
		cmocka_unit_test(test_births_after_the_export_or_long_before_are_faults),
		cmocka_unit_test(test_spans_hold_every_day_on_which_the_age_is_true),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
