#include "searchd/other_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>

static double
probability(double bits)
{
	return 1 / (1 + exp2(-bits));
}

static void
test_the_probability_is_the_product_of_the_two(void **state)
{
	(void)state;
	for (double a = -12; a <= 40; a += 1.3)
		for (double b = -12; b <= 40; b += 1.7) {
			double want = probability(a) * probability(b);
			double found = probability(other_records_weight(a, b));

			assert_true(fabs(found - want) <= 1e-9 * want);
		}
}

static void
test_it_is_no_surer_than_either(void **state)
{
	(void)state;
	for (double a = -30; a <= 60; a += 2.9)
		for (double b = -30; b <= 60; b += 3.1) {
			double weight = other_records_weight(a, b);

			assert_true(weight <= fmin(a, b));
			assert_true(fabs(weight - other_records_weight(b, a)) < 1e-12);
			assert_true(other_records_weight(a + 1, b) >= weight);
		}
	/* one that is certain takes nothing away */
	assert_true(fabs(other_records_weight(60, 10) - 10) < 1e-9);
	assert_true(fabs(other_records_weight(900, -900) + 900) < 1e-9);
}

static void
test_the_loss_rises_with_confidence_up_to_its_bound(void **state)
{
	double last = -1;

	(void)state;
	for (double p = 0; p < 1; p += 0.01) {
		double loss = other_records_loss(p);

		assert_true(loss >= last && loss >= 0 && loss <= OTHER_RECORDS_LOSS_MAX);
		last = loss;
	}
	assert_true(fabs(other_records_loss(0.75) - 2) < 1e-12);
	assert_true(fabs(other_records_loss(0.99) - OTHER_RECORDS_LOSS_MAX) < 1e-12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_probability_is_the_product_of_the_two),
		cmocka_unit_test(test_it_is_no_surer_than_either),
		cmocka_unit_test(test_the_loss_rises_with_confidence_up_to_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
