#include "searchd/household.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>

static void
test_the_bits_follow_their_formula_up_to_the_bound(void **state)
{
	const double prior = -2; /* lambda .2: the bound is not reached */
	const double lambda = 1 / (1 + exp2(2));
	double bits = household_bits(0.9, prior);

	(void)state;
	assert_true(fabs(bits - log2((0.9 * HOUSEHOLD_SHARE + 0.1 * lambda) / lambda)) < 1e-12);
	assert_true(bits > 0 && bits < HOUSEHOLD_BITS_MAX);
	/* among a million, a match that is likely gives all, and never more */
	assert_true(fabs(household_bits(0.9, -20) - HOUSEHOLD_BITS_MAX) < 1e-12);
	assert_true(fabs(household_bits(0.9999, -40) - HOUSEHOLD_BITS_MAX) < 1e-12);
}

static void
test_they_rise_with_confidence_and_never_speak_against(void **state)
{
	double last = -1;

	(void)state;
	for (double p = 0; p <= 1; p += 0.01) {
		double bits = household_bits(p, -12);

		assert_true(bits >= 0 && bits >= last && bits <= HOUSEHOLD_BITS_MAX);
		last = bits;
	}
	assert_true(household_bits(0, -20) < 1e-9);
	/* where everybody is as likely, company tells nothing */
	assert_true(household_bits(0.9, 0) < 1e-9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_bits_follow_their_formula_up_to_the_bound),
		cmocka_unit_test(test_they_rise_with_confidence_and_never_speak_against),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
