/* How old the other leg of a check may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "searchd/answer.h"

static void
test_a_leg_counts_up_to_the_hour_that_the_policy_allows(void **state)
{
	static const struct {
		int64_t age_ms;
		unsigned within_hours;
		bool expired;
	} cases[] = {
		{ 0, 24, false },
		{ 24 * 3600000, 24, false }, /* at the limit */
		{ 24 * 3600000 + 1, 24, true },
		{ 3600001, 1, true },
		{ -1, 1, false }, /* a clock that was put back */
		{ INT64_MAX, 0, false },
		{ INT64_MAX, 87600, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(
		    answer_leg_expired(cases[i].age_ms, cases[i].within_hours), cases[i].expired);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_leg_counts_up_to_the_hour_that_the_policy_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
