#include "linkage/frequency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>

static struct model *model;

static int
load_model(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	if (digest_init(&err) != STATUS_OK)
		return -1;
	return model_load(&model, "schemas/model/default.json", &err) == STATUS_OK ? 0 : -1;
}

static int
free_model(void **state)
{
	(void)state;
	model_free(model);
	return 0;
}

static void
count(struct frequency_count *out, const void *ctx, struct str token)
{
	(void)token;
	*out = *(const struct frequency_count *)ctx;
}

static double
share(struct frequency_count counts, uint64_t people, enum name_part part, const char *token)
{
	const struct frequency frequency = { count, &counts, people };

	return frequency_share(&frequency, model, part, str_from(token));
}

static bool
near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

static double
posterior(double counted, double people, double prior)
{
	return (counted + model->frequency_strength * prior) / (people + model->frequency_strength);
}

static void
test_without_an_index_the_table_counts(void **state)
{
	const struct frequency frequency = { NULL, NULL, 0 };

	(void)state;
	assert_true(near(frequency_share(&frequency, model, PART_SURNAME, STR_LIT("smith")),
	    model_name_share(model, PART_SURNAME, STR_LIT("smith"))));
}

static void
test_share_is_the_posterior_mean(void **state)
{
	double prior = model_name_share(model, PART_SURNAME, STR_LIT("smith"));

	(void)state;
	assert_true(
	    near(share((struct frequency_count){ { 5, 40, 0 } }, 1000, PART_SURNAME, "smith"),
		posterior(40, 1000, prior)));
	/* a large index speaks for itself */
	assert_true(fabs(share((struct frequency_count){ { 0, 50000, 0 } }, 10000000, PART_SURNAME,
			     "smith") -
			 0.005) < 1e-4);
}

static void
test_free_text_counts_for_either_part(void **state)
{
	double prior = model_name_share(model, PART_SURNAME, STR_LIT("smith"));

	(void)state;
	assert_true(
	    near(share((struct frequency_count){ { 5, 40, 7 } }, 1000, PART_SURNAME, "smith"),
		posterior(47, 1000, prior)));
}

static void
test_unknown_part_is_the_commoner_of_both(void **state)
{
	const struct frequency_count counts = { { 900, 40, 7 } };
	double forename = share(counts, 1000, PART_FORENAME, "smith");
	double surname = share(counts, 1000, PART_SURNAME, "smith");

	(void)state;
	assert_true(forename > surname);
	assert_true(near(share(counts, 1000, PART_UNKNOWN, "smith"), forename));
}

static void
test_no_name_is_rarer_than_the_floor_or_commoner_than_all(void **state)
{
	const struct frequency_count none = { { 0, 0, 0 } }, many = { { 90000, 90000, 90000 } };

	(void)state;
	assert_true(near(share(none, 100000000, PART_SURNAME, "xqzv"), model->frequency_floor));
	assert_true(near(share(many, 10, PART_SURNAME, "smith"), 1));
}

static void
test_a_place_is_as_common_as_counted(void **state)
{
	const struct model_level home = { .m = 0.5, .u = 1e-5, .bits = 0 };
	struct model several = *model;
	double strength = model->value_strength, kept;

	(void)state;
	several.expected_matches = 1;
	assert_true(near(frequency_value_share(&several, 1000, 40, &home),
	    (40 + strength * 1e-5) / (1000 + strength)));
	/* three records each: of pairs at home .0001 * 10 + 2 / 1000 * .5, so 1 in 101 is another's
	 */
	several.expected_matches = 3;
	kept = 1e-5 / (1e-5 + 2.0 / 1000 * 0.5);
	assert_true(near(frequency_value_share(&several, 1000, 40, &home),
	    (40 * kept + strength * 1e-5) / (1000 + strength)));
	assert_true(near(frequency_value_share(&several, 0, 0, &home), 1e-5));
}

static void
test_a_table_that_fits_is_believed(void **state)
{
	static struct frequency_seen fits[1000], differs[1000];
	double well, badly;

	(void)state;
	/* a hundred names of 1 in 100 each; the table says so, or that none is heard of */
	for (size_t i = 0; i < 1000; i++) {
		fits[i] = (struct frequency_seen){ 10, 0.01 };
		differs[i] = (struct frequency_seen){ 10, 0.00003 };
	}
	well = frequency_fit_strength(fits, 1000, 1000, 1);
	badly = frequency_fit_strength(differs, 1000, 1000, 1);
	assert_true(well > FREQUENCY_STRENGTH_MAX / 2.0);
	assert_true(near(badly, FREQUENCY_STRENGTH_MIN));
	/* each on file twice: ten records are five people, found as often */
	for (size_t i = 0; i < 1000; i++)
		fits[i].count = 2;
	assert_true(frequency_fit_strength(fits, 1000, 1000, 2) > FREQUENCY_STRENGTH_MIN);
	assert_true(near(frequency_fit_strength(fits, 0, 1000, 2), FREQUENCY_STRENGTH_MIN));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_an_index_the_table_counts),
		cmocka_unit_test(test_share_is_the_posterior_mean),
		cmocka_unit_test(test_free_text_counts_for_either_part),
		cmocka_unit_test(test_unknown_part_is_the_commoner_of_both),
		cmocka_unit_test(test_a_place_is_as_common_as_counted),
		cmocka_unit_test(test_a_table_that_fits_is_believed),
		cmocka_unit_test(test_no_name_is_rarer_than_the_floor_or_commoner_than_all),
	};

	return cmocka_run_group_tests(tests, load_model, free_model);
}
