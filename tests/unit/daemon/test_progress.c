#include "daemon/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <string.h>

static struct progress
halfway(void)
{
	return (struct progress){ .label = "loading helpline",
		.unit = "rows",
		.total = 200,
		.done = 100,
		.items = 61200 };
}

static void
test_line_gives_bar_share_rate_and_time_left(void **state)
{
	struct progress progress = halfway();
	char line[256];

	(void)state;
	progress_line(line, sizeof line, 120, &progress, 1500);
	assert_string_equal(
	    line, "loading helpline [=======>      ] 50%  61,200 rows  40,800/s  0:02 left");
}

static void
test_plain_line_has_no_bar(void **state)
{
	struct progress progress = halfway();
	char line[256];

	(void)state;
	progress_line(line, sizeof line, 0, &progress, 1500);
	assert_string_equal(line, "loading helpline 50%  61,200 rows  40,800/s  0:02 left");
}

static void
test_unknown_total_gives_count_and_rate_only(void **state)
{
	struct progress progress = halfway();
	char line[256];

	(void)state;
	progress.total = 0;
	progress_line(line, sizeof line, 80, &progress, 1000);
	assert_string_equal(line, "loading helpline 61,200 rows  61,200/s");
}

static void
test_hours_are_shown_as_hours(void **state)
{
	struct progress progress = halfway();
	char line[256];

	(void)state;
	progress.done = 1;
	progress_line(line, sizeof line, 0, &progress, 37000);
	assert_string_equal(line, "loading helpline 0%  61,200 rows  1,654/s  2:02:43 left");
}

static void
test_line_never_wraps_and_nothing_divides_by_zero(void **state)
{
	struct progress progress = halfway();
	char line[256];

	(void)state;
	progress_line(line, sizeof line, 20, &progress, 1500);
	assert_int_equal(strlen(line), 19);
	progress.done = 0;
	progress.items = 0;
	progress_line(line, sizeof line, 0, &progress, 0);
	assert_string_equal(line, "loading helpline 0%  0 rows  0/s");
	progress.done = 900; /* past the total */
	progress_line(line, sizeof line, 0, &progress, 1000);
	assert_string_equal(line, "loading helpline 100%  0 rows  0/s  0:00 left");
}

static void
test_numbers_are_grouped_in_threes(void **state)
{
	char out[PROGRESS_NUMBER_BYTES];

	(void)state;
	assert_string_equal(progress_number(out, 0), "0");
	assert_string_equal(progress_number(out, 999), "999");
	assert_string_equal(progress_number(out, 1000), "1,000");
	assert_string_equal(progress_number(out, UINT64_MAX), "18,446,744,073,709,551,615");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line_gives_bar_share_rate_and_time_left),
		cmocka_unit_test(test_plain_line_has_no_bar),
		cmocka_unit_test(test_unknown_total_gives_count_and_rate_only),
		cmocka_unit_test(test_hours_are_shown_as_hours),
		cmocka_unit_test(test_line_never_wraps_and_nothing_divides_by_zero),
		cmocka_unit_test(test_numbers_are_grouped_in_threes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
