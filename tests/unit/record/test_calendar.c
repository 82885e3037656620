#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "record/calendar.h"

static struct calendar *calendar;

static int
open_calendar(void **state)
{
	(void)state;
	return calendar_open(&calendar, NULL) == STATUS_OK ? 0 : -1;
}

static int
close_calendar(void **state)
{
	(void)state;
	calendar_close(calendar);
	return 0;
}

static int64_t
ms(const char *text)
{
	int64_t out;
	struct err err = ERR_NONE;

	if (calendar_parse_time(&out, str_from(text), &err) != STATUS_OK)
		fail_msg("%s: %s", text, err.text);
	return out;
}

static day_number
day(const char *text)
{
	day_number out;

	assert_true(day_parse(&out, str_from(text)));
	return out;
}

static void
test_a_point_in_time_falls_on_a_day_in_london(void **state)
{
	static const struct {
		const char *at, *day;
	} cases[] = {
		{ "2026-11-23T23:59:59Z", "2026-11-23" },
		{ "2026-11-24T00:00:00Z", "2026-11-24" },
		/* In summer the day begins an hour earlier. */
		{ "2026-07-01T22:59:59Z", "2026-07-01" },
		{ "2026-07-01T23:00:00Z", "2026-07-02" },
		{ "2026-12-31T23:59:59Z", "2026-12-31" },
		{ "2027-01-01T00:00:00Z", "2027-01-01" },
		/* The clocks go forward at 01:00 UTC on 29 March 2026, back on 25 October 2026. */
		{ "2026-03-29T22:59:59Z", "2026-03-29" },
		{ "2026-03-29T23:00:00Z", "2026-03-30" },
		{ "2026-03-28T23:30:00Z", "2026-03-28" },
		{ "2026-10-24T23:00:00Z", "2026-10-25" },
		{ "2026-10-25T23:59:59Z", "2026-10-25" },
		{ "2028-02-29T12:00:00Z", "2028-02-29" },
		{ "1969-12-31T22:59:59Z",
		    "1969-12-31" }, /* British Standard Time: UTC+1 all year */
		{ "1969-12-31T23:00:00Z", "1970-01-01" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(calendar_day(calendar, ms(cases[i].at)), day(cases[i].day));
}

static void
test_days_begin_at_midnight_in_london_and_are_as_long_as_the_clocks_make_them(void **state)
{
	const int64_t hour = 3600000;

	(void)state;
	assert_int_equal(calendar_begin(calendar, day("2026-11-23")), ms("2026-11-23T00:00:00Z"));
	assert_int_equal(calendar_begin(calendar, day("2026-07-02")), ms("2026-07-01T23:00:00Z"));
	assert_int_equal(calendar_begin(calendar, day("2026-03-30")) -
			     calendar_begin(calendar, day("2026-03-29")),
	    23 * hour);
	assert_int_equal(calendar_begin(calendar, day("2026-10-26")) -
			     calendar_begin(calendar, day("2026-10-25")),
	    25 * hour);
	for (day_number d = day("2025-12-25"); d < day("2028-03-05"); d++) {
		assert_int_equal(calendar_day(calendar, calendar_begin(calendar, d)), d);
		assert_int_equal(calendar_day(calendar, calendar_begin(calendar, d) - 1), d - 1);
	}
}

static void
test_months_are_added_by_the_calendar(void **state)
{
	static const struct {
		const char *from;
		unsigned months;
		const char *to;
	} cases[] = {
		{ "2026-01-15", 6, "2026-07-15" },
		{ "2026-08-31", 6, "2027-02-28" },
		{ "2027-08-31", 6, "2028-02-29" },
		{ "2028-02-29", 12, "2029-02-28" },
		{ "2028-02-29", 48, "2032-02-29" },
		{ "2026-02-28", 6, "2026-08-28" },
		{ "2026-10-31", 1, "2026-11-30" },
		{ "2026-12-31", 2, "2027-02-28" },
		{ "2026-07-01", 6, "2027-01-01" },
		{ "2026-06-30", 6, "2026-12-30" },
		{ "2026-05-05", 0, "2026-05-05" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(
		    calendar_add_months(day(cases[i].from), cases[i].months), day(cases[i].to));
}

static void
test_times_are_read_and_written(void **state)
{
	static const struct {
		const char *text, *written;
	} good[] = {
		{ "2026-11-23T10:15:00Z", "2026-11-23T10:15:00Z" },
		{ "2026-11-23T10:15Z", "2026-11-23T10:15:00Z" },
		{ "2026-07-23T11:15:30+01:00", "2026-07-23T10:15:30Z" },
		{ "2026-12-31T20:00:00-05:00", "2027-01-01T01:00:00Z" },
		{ "2026-11-23T10:15:00.250Z", "2026-11-23T10:15:00Z" },
		{ "2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z" },
		{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
		{ "2026-11-23T00:00:00+18:59", "2026-11-22T05:01:00Z" },
	};
	static const char *const bad[] = { "", "2026-11-23", "2026-11-23T10:15:00",
		"2026-11-23 10:15:00Z", "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z",
		"2026-11-23T10:15:61Z", "2026-02-30T10:15:00Z", "2026-11-23T10:15:00Zx",
		"2026-11-23T10:15:00+1:00", "2026-11-23T10:15:00+19:00",
		"2026-11-23T10:15:00+01:60", "2026-11-23T10:15:00.Z", "2026-11-23T1:15:00Z",
		"23/11/2026T10:15:00Z", "2026-11-23T10:15:00+01" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct buf out = BUF_INIT;

		calendar_format_time(&out, ms(good[i].text));
		assert_string_equal(out.p, good[i].written);
		buf_free(&out);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err err = ERR_NONE;
		int64_t out;

		if (calendar_parse_time(&out, str_from(bad[i]), &err) != STATUS_INVALID)
			fail_msg("read: %s", bad[i]);
		assert_non_null(strstr(err.text, "not a time with its zone"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_point_in_time_falls_on_a_day_in_london),
		cmocka_unit_test(
		    test_days_begin_at_midnight_in_london_and_are_as_long_as_the_clocks_make_them),
		cmocka_unit_test(test_months_are_added_by_the_calendar),
		cmocka_unit_test(test_times_are_read_and_written),
	};

	return cmocka_run_group_tests(tests, open_calendar, close_calendar);
}
