#include "client/dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

static void
reads_as(const char *typed, const char *form)
{
	struct birth birth;
	struct buf buf = BUF_INIT;
	struct err err = ERR_NONE;

	if (dates_read(&birth, str_from(typed), &err) != STATUS_OK)
		fail_msg("\"%s\": %s", typed, err.text);
	birth_format(&buf, &birth);
	assert_string_equal(buf.p, form);
	buf_free(&buf);
}

static void
is_refused(const char *typed, const char *why)
{
	struct birth birth;
	struct err err = ERR_NONE;

	assert_int_equal(dates_read(&birth, str_from(typed), &err), STATUS_INVALID);
	assert_string_equal(err.text, why);
}

static void
test_dates_are_read_as_people_type_them(void **state)
{
	(void)state;
	reads_as("2009-03-04", "2009-03-04");
	reads_as(" 04/03/2009 ", "2009-03-04");
	reads_as("4.3.2009", "2009-03-04");
	reads_as("4-3-2009", "2009-03-04");
	reads_as("4 March 2009", "2009-03-04");
	reads_as("4th Mar 2009", "2009-03-04");
	reads_as("21st sept 2009", "2009-09-21");
	reads_as("20090304", "2009-03-04");
	reads_as("2009-03", "2009-03");
	reads_as("3/2009", "2009-03");
	reads_as("March 2009", "2009-03");
	reads_as("2009", "2009");
	reads_as("2008..2011", "2008..2011");
	reads_as("age about 7 at 2016-01-31", "age about 7 at 2016-01-31");
}

static void
test_the_day_comes_before_the_month(void **state)
{
	(void)state;
	reads_as("02/01/2010", "2010-01-02");
}

static void
test_a_day_that_is_none_is_named(void **state)
{
	(void)state;
	is_refused("30/02/2009", "30 February is not a day of the calendar");
	is_refused("2009-02-30", "30 February is not a day of the calendar");
	is_refused("20090230", "30 February is not a day of the calendar");
}

static void
test_two_digits_are_no_year(void **state)
{
	(void)state;
	is_refused("04/03/09", "the year is written \"09\"; write all four digits");
}

static void
test_other_text_is_no_date(void **state)
{
	static const char *const texts[] = { "yesterday", "1 2 3 4", "1988 1-13", "/",
		"Marchember 2009", "4//", "1/2/3/4", "\xff\xff" };
	struct birth birth;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (dates_read(&birth, str_from(texts[i]), NULL) != STATUS_INVALID)
			fail_msg("%s was taken", texts[i]);
	is_refused("soon", "\"soon\" is not a date; write 2009-03-04, 2009-03, 2009, 04/03/2009 or "
			   "4 March 2009");
}

static void
test_day_needs_a_whole_day(void **state)
{
	day_number day;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(dates_read_day(&day, STR_LIT("01/01/1970"), &err), STATUS_OK);
	assert_int_equal(day, 0);
	assert_int_equal(dates_read_day(&day, STR_LIT("2009-03"), &err), STATUS_INVALID);
	assert_string_equal(err.text, "\"2009-03\" is not a whole day");
}

static void
age_reads_as(const char *typed, const char *form)
{
	struct birth birth;
	struct buf buf = BUF_INIT;

	if (dates_read_age(&birth, str_from(typed), 0, NULL) != STATUS_OK)
		fail_msg("\"%s\" was refused", typed);
	birth_format(&buf, &birth);
	assert_string_equal(buf.p, form);
	buf_free(&buf);
}

static void
test_ages_are_read_as_people_type_them(void **state)
{
	struct birth birth;

	(void)state;
	age_reads_as("7", "age 7 at 1970-01-01");
	age_reads_as("0", "age 0 at 1970-01-01");
	age_reads_as("about 7", "age about 7 at 1970-01-01");
	age_reads_as("c. 7", "age about 7 at 1970-01-01");
	age_reads_as("~7", "age about 7 at 1970-01-01");
	age_reads_as("7 or so", "age about 7 at 1970-01-01");
	age_reads_as("120", "age 120 at 1970-01-01");
	assert_int_equal(dates_read_age(&birth, STR_LIT("121"), 0, NULL), STATUS_INVALID);
	assert_int_equal(dates_read_age(&birth, STR_LIT("-1"), 0, NULL), STATUS_INVALID);
	assert_int_equal(dates_read_age(&birth, STR_LIT("seven"), 0, NULL), STATUS_INVALID);
}

/* Any bytes give a date or a reason, and never a fault (under the sanitizers). */
static void
test_random_bytes_are_survived(void **state)
{
	static const char letters[] = "0123456789/-. thMarchage,\xff";
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		char text[16];
		struct birth birth;
		struct err err = ERR_NONE;
		size_t n;

		seed = seed * 1664525 + 1013904223;
		n = (seed >> 20) % sizeof text;
		for (size_t k = 0; k < n; k++) {
			seed = seed * 1664525 + 1013904223;
			text[k] = letters[(seed >> 16) % (sizeof letters - 1)];
		}
		if (dates_read(&birth, (struct str){ text, n }, &err) == STATUS_OK)
			assert_true(birth.first <= birth.last);
		else
			assert_true(err.text[0] != '\0');
		(void)!dates_read_age(&birth, (struct str){ text, n }, 0, NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_are_read_as_people_type_them),
		cmocka_unit_test(test_the_day_comes_before_the_month),
		cmocka_unit_test(test_a_day_that_is_none_is_named),
		cmocka_unit_test(test_two_digits_are_no_year),
		cmocka_unit_test(test_other_text_is_no_date),
		cmocka_unit_test(test_day_needs_a_whole_day),
		cmocka_unit_test(test_ages_are_read_as_people_type_them),
		cmocka_unit_test(test_random_bytes_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
