#include "record/birth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

static void
test_days_and_dates_agree_over_all_years(void **state)
{
	struct civil date = { 1, 1, 1 };
	day_number day = day_from_civil(date);

	(void)state;
	assert_int_equal(day_from_civil((struct civil){ 1970, 1, 1 }), 0);
	while (date.year < 10000) {
		struct civil back = day_to_civil(day);

		assert_true(civil_valid(date));
		assert_int_equal(day_from_civil(date), day);
		assert_int_equal(back.year, date.year);
		assert_int_equal(back.month, date.month);
		assert_int_equal(back.day, date.day);
		day++;
		date.day++;
		if (!civil_valid(date)) {
			date.day = 1;
			date.month++;
		}
		if (date.month == 13) {
			date.month = 1;
			date.year++;
		}
	}
}

static void
test_no_day_number_is_undefined(void **state)
{
	const day_number days[] = { INT32_MIN, INT32_MIN + 1, -719469, -719468, 0, (1 << 28) - 1,
		1 << 28, INT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		struct civil date = day_to_civil(days[i]);

		assert_in_range(date.month, 1, 12);
		assert_in_range(date.day, 1, 31);
		if (days[i] >= -719468 && days[i] <= 1 << 28)
			assert_int_equal(day_from_civil(date), days[i]);
	}
}

static void
test_leap_days_follow_the_gregorian_rule(void **state)
{
	(void)state;
	assert_true(civil_valid((struct civil){ 2000, 2, 29 }));
	assert_true(civil_valid((struct civil){ 2024, 2, 29 }));
	assert_false(civil_valid((struct civil){ 1900, 2, 29 }));
	assert_false(civil_valid((struct civil){ 2023, 2, 29 }));
	assert_false(civil_valid((struct civil){ 2023, 4, 31 }));
	assert_false(civil_valid((struct civil){ 0, 1, 1 }));
	assert_false(civil_valid((struct civil){ 10000, 1, 1 }));
	assert_true(civil_valid((struct civil){ 9999, 12, 31 }));
	assert_false(civil_valid((struct civil){ 2023, 0, 1 }));
	assert_false(civil_valid((struct civil){ 2023, 13, 1 }));
	assert_false(civil_valid((struct civil){ 2023, 1, 0 }));
}

static void
test_every_form_is_written_as_it_was_read(void **state)
{
	const char *const forms[] = { "2009-03-04", "2009-03", "2009", "2008..2011", "2008..2008",
		"2008-05-01..2009-04-30", "2008-05-01..2008-05-01", "age 7 at 2016-01-31",
		"age about 7 at 2016-01-31", "age 0 at 2016-02-29", "age about 0 at 2016-02-29",
		"age 120 at 2016-02-29", "1850-01-01", "2200-12-31", "1850", "2200" };

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct birth birth;
		struct buf text = BUF_INIT;

		assert_int_equal(birth_parse(&birth, str_from(forms[i]), NULL), STATUS_OK);
		birth_format(&text, &birth);
		assert_string_equal(text.p, forms[i]);
		assert_true(birth.first <= birth.last);
		buf_free(&text);
	}
}

static void
test_bad_forms_give_a_reason(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{ "2009-02-30", "30 February is not a day of the calendar" },
		{ "2009-02-29", "29 February 2009 is not a day of the calendar" },
		{ "2009-04-31", "31 April is not a day of the calendar" },
		{ "2009-01-32", "day is 32" },
		{ "2009-01-00", "day is 0" },
		{ "2009-13-01", "month is 13" },
		{ "2009-00", "month is 0" },
		{ "1066", "year 1066 is outside 1850 to 2200" },
		{ "1849-12-31", "year 1849 is outside 1850 to 2200" },
		{ "2201", "year 2201 is outside 1850 to 2200" },
		{ "2011..2008", "the range ends before it begins" },
		{ "2009-05-02..2009-05-01", "the range ends before it begins" },
		{ "2009-02-30..2010-01-01", "30 February is not a day of the calendar" },
		{ "age 121 at 2016-01-31", "age 121 is over 120" },
		{ "age 7 at 2016-02-30", "30 February is not a day of the calendar" },
		{ "age 60 at 1900-01-01", "age 60 at that date is a birth before 1850" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct birth birth;
		struct err err = ERR_NONE;

		assert_int_equal(
		    birth_parse(&birth, str_from(cases[i].text), &err), STATUS_INVALID);
		assert_string_equal(err.text, cases[i].reason);
	}
}

static void
test_other_forms_are_refused(void **state)
{
	const char *const forms[] = { "", " ", "4/3/2009", "2009-3-4", "2009/03/04", "09",
		"20090304", "2009-03-04 ", " 2009", "2009..", "..2009", "..", "2009..2010..2011",
		"2009-03..2009-05", "2008..2009-01-01", "age 7", "age 7 at 2016",
		"age at 2016-01-31", "age -1 at 2016-01-31", "age 1000 at 2016-01-31",
		"age about at 2016-01-31", "age 7 at 2016-01-31 ", "about 7", "Age 7 at 2016-01-31",
		"-2009", "+2009" };

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct birth birth;
		struct err err = ERR_NONE;

		assert_int_equal(birth_parse(&birth, str_from(forms[i]), &err), STATUS_INVALID);
		assert_non_null(strstr(err.text, "expected a form such as"));
	}
}

/* Completed years at `at` of somebody born on `born`; the birthday of 29 February is 1 March in
 * other years. */
static int
age_on(struct civil born, struct civil at)
{
	int age = at.year - born.year;

	if (born.month == 2 && born.day == 29 && !civil_valid((struct civil){ at.year, 2, 29 })) {
		born.month = 3;
		born.day = 1;
	}
	return at.month < born.month || (at.month == born.month && at.day < born.day) ? age - 1
										      : age;
}

static void
test_age_spans_hold_exactly_those_of_that_age(void **state)
{
	const struct civil days[] = { { 2016, 1, 31 }, { 2016, 2, 28 }, { 2016, 2, 29 },
		{ 2016, 3, 1 }, { 2015, 2, 28 }, { 2015, 3, 1 }, { 2015, 12, 31 }, { 2016, 1, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		day_number at = day_from_civil(days[i]);

		for (unsigned age = 0; age < 20; age++) {
			struct birth birth;

			assert_int_equal(birth_age(&birth, age, at, false, NULL), STATUS_OK);
			for (day_number day = at - 23 * 366; day <= at; day++) {
				bool is = age_on(day_to_civil(day), days[i]) == (int)age;

				assert_int_equal(is, day >= birth.first && day <= birth.last);
			}
		}
	}
}

static void
test_about_widens_by_a_year_on_each_side(void **state)
{
	day_number at = day_from_civil((struct civil){ 2016, 1, 31 });
	struct birth birth, older, younger;

	(void)state;
	assert_int_equal(birth_age(&birth, 7, at, true, NULL), STATUS_OK);
	assert_int_equal(birth_age(&older, 8, at, false, NULL), STATUS_OK);
	assert_int_equal(birth_age(&younger, 6, at, false, NULL), STATUS_OK);
	assert_int_equal(birth.first, older.first);
	assert_int_equal(birth.last, younger.last);
	assert_int_equal(birth_age(&birth, 0, at, true, NULL), STATUS_OK);
	assert_int_equal(birth.last, at);
}

static void
test_spans_know_their_years(void **state)
{
	struct birth birth;

	(void)state;
	assert_int_equal(birth_parse(&birth, STR_LIT("2008-05-01..2011-04-30"), NULL), STATUS_OK);
	assert_int_equal(birth_first_year(&birth), 2008);
	assert_int_equal(birth_last_year(&birth), 2011);
}

static void
test_only_an_exact_first_of_january_is_a_placeholder(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} cases[] = { { "2009-01-01", true }, { "2009-01-02", false }, { "2009-02-01", false },
		{ "2009", false }, { "2009-01", false }, { "age 0 at 2009-01-01", false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct birth birth;

		assert_int_equal(birth_parse(&birth, str_from(cases[i].text), NULL), STATUS_OK);
		assert_int_equal(birth_is_placeholder(&birth), cases[i].is);
	}
}

static void
test_day_parse_takes_one_form_only(void **state)
{
	day_number day = 7;

	(void)state;
	assert_true(day_parse(&day, STR_LIT("2016-01-31")));
	assert_int_equal(day, day_from_civil((struct civil){ 2016, 1, 31 }));
	assert_false(day_parse(&day, STR_LIT("2016-01")));
	assert_false(day_parse(&day, STR_LIT("2016-02-30")));
	assert_false(day_parse(&day, STR_LIT("31/01/2016")));
	assert_false(day_parse(&day, STR_NONE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_and_dates_agree_over_all_years),
		cmocka_unit_test(test_no_day_number_is_undefined),
		cmocka_unit_test(test_leap_days_follow_the_gregorian_rule),
		cmocka_unit_test(test_every_form_is_written_as_it_was_read),
		cmocka_unit_test(test_bad_forms_give_a_reason),
		cmocka_unit_test(test_other_forms_are_refused),
		cmocka_unit_test(test_age_spans_hold_exactly_those_of_that_age),
		cmocka_unit_test(test_about_widens_by_a_year_on_each_side),
		cmocka_unit_test(test_spans_know_their_years),
		cmocka_unit_test(test_only_an_exact_first_of_january_is_a_placeholder),
		cmocka_unit_test(test_day_parse_takes_one_form_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
