/* What estimation looks at: keys in common, and patterns counted. */
#include "indexer/estimate_keys.h"
#include "indexer/estimate_patterns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>

static uint64_t seed = 5;

static uint64_t
roll(uint64_t sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % sides;
}

static struct feature_name
name_of(const char *forename, const char *surname)
{
	struct feature_name name = { 0 };

	if (forename != NULL)
		name.tokens[name.count++] =
		    (struct feature_token){ str_from(forename), PART_FORENAME };
	if (surname != NULL)
		name.tokens[name.count++] =
		    (struct feature_token){ str_from(surname), PART_SURNAME };
	return name;
}

static bool
name_meets(const char *forename, const char *surname, const char *other_forename,
    const char *other_surname)
{
	const struct feature_name a = name_of(forename, surname);
	const struct feature_name b = name_of(other_forename, other_surname);
	const struct features left = { .names = &a, .name_count = 1 };
	const struct features right = { .names = &b, .name_count = 1 };
	struct keys x, y;

	keys_of(&x, SAMPLE_NAME, &left, 1);
	keys_of(&y, SAMPLE_NAME, &right, 1);
	return keys_common(&x, &y) != 0;
}

static void
test_names_meet_by_forename_and_surname(void **state)
{
	(void)state;
	assert_true(name_meets("iris", "quill", "iris", "quill"));
	/* a brother's initial, a namesake's: people of one family or none, not one person */
	assert_false(name_meets("iris", "quill", "ida", "quill"));
	assert_false(name_meets("iris", "quill", "iris", "quail"));
	assert_false(name_meets("i", "quill", "i", "quill"));
	assert_false(name_meets("iris", "quill", "una", "quill"));
	assert_false(name_meets("iris", "quill", "iris", "marsh"));
	assert_false(name_meets("iris", NULL, "iris", NULL)); /* one part alone says too little */
	assert_false(name_meets("quill", "iris", "iris", "quill")); /* a forename is no surname */
}

static bool
day_meets(const char *one, const char *other)
{
	struct feature_birth a = { 0 }, b = { 0 };
	const struct features left = { .births = &a, .birth_count = 1 };
	const struct features right = { .births = &b, .birth_count = 1 };
	day_number day;
	struct keys x, y;

	assert_true(day_parse(&day, str_from(one)));
	a.birth = (struct birth){ .first = day, .last = day };
	assert_true(day_parse(&day, str_from(other)));
	b.birth = (struct birth){ .first = day, .last = day };
	keys_of(&x, SAMPLE_DATE, &left, 1);
	keys_of(&y, SAMPLE_DATE, &right, 1);
	return keys_common(&x, &y) != 0;
}

static void
test_dates_meet_by_the_day_but_not_by_1_january(void **state)
{
	(void)state;
	assert_true(day_meets("2009-03-04", "2009-03-04"));
	assert_false(day_meets("2009-03-04", "2009-03-05"));
	assert_false(day_meets("2009-01-01", "2009-01-01"));
}

/* Places, phones and sex find nobody: no kind of key looks at them. */
static void
test_a_household_has_no_key_in_common(void **state)
{
	const struct feature_address home = { .postcode = STR_LIT("ls14ab"),
		.number = STR_LIT("7") };
	const struct feature_contact phone = { .value = STR_LIT("1132222222") };
	const struct features person = { .addresses = &home,
		.address_count = 1,
		.phones = &phone,
		.phone_count = 1,
		.sex = SEX_FEMALE };
	struct keys keys;

	(void)state;
	keys_of(&keys, SAMPLE_NAME, &person, 1);
	assert_int_equal(keys.count, 0);
	keys_of(&keys, SAMPLE_DATE, &person, 1);
	assert_int_equal(keys.count, 0);
}

/* The most that a person can have, and one more: keys past the limit are left out, no more. */
static void
test_a_person_of_many_names_keeps_some_keys(void **state)
{
	static struct feature_name names[KEYS_MAX + 1];
	static char text[KEYS_MAX + 1][8];
	struct features features = { .names = names };
	struct keys keys;

	(void)state;
	for (size_t i = 0; i <= KEYS_MAX; i++) {
		snprintf(text[i], sizeof text[i], "name%zu", i);
		names[i] = name_of("ann", text[i]);
		names[i].tokens[0].text = str_from(text[i]);
	}
	features.name_count = KEYS_MAX;
	keys_of(&keys, SAMPLE_NAME, &features, 1);
	assert_int_equal(keys.count, KEYS_MAX);
	features.name_count = KEYS_MAX + 1;
	keys_of(&keys, SAMPLE_NAME, &features, 1);
	assert_int_equal(keys.count, KEYS_MAX);
	for (size_t i = 1; i < keys.count; i++)
		assert_true(keys.of[i] > keys.of[i - 1]);
}

static void
test_the_least_common_key_counts(void **state)
{
	struct keys a = { { 2, 5, 9 }, 3 }, b = { { 1, 5, 9 }, 3 }, none = { { 0 }, 0 };

	(void)state;
	assert_int_equal(keys_common(&a, &b), 5);
	assert_int_equal(keys_common(&b, &a), 5);
	assert_int_equal(keys_common(&a, &none), 0);
	assert_true(keys_hash(STR_LIT("x"), 1) != keys_hash(STR_LIT("x"), 2));
	assert_true(keys_hash(STR_LIT("x"), 1) == keys_hash(STR_LIT("x"), 1));
}

/* --- Patterns ----------------------------------------------------------------------------------
 */
#define ADDED 20000

static void
add_all(struct patterns *patterns, const struct estimate_pattern *list, bool backwards)
{
	for (size_t i = 0; i < ADDED; i++)
		assert_int_equal(
		    patterns_add(patterns, &list[backwards ? ADDED - 1 - i : i], NULL), STATUS_OK);
}

static void
test_patterns_are_counted_whatever_their_order(void **state)
{
	static struct estimate_pattern list[ADDED];
	struct patterns one = PATTERNS_INIT, two = PATTERNS_INIT;
	size_t count, again;
	uint64_t total = 0;

	(void)state;
	for (size_t i = 0; i < ADDED; i++) {
		memset(&list[i], 0, sizeof list[i]);
		for (int c = 0; c < 4; c++)
			list[i].level[c] = (int8_t)((int)roll(8) - 1);
		list[i].extra = (int8_t)roll(2);
		list[i].count = 1;
	}
	add_all(&one, list, false);
	add_all(&two, list, true);
	count = patterns_list(&one);
	again = patterns_list(&two);
	assert_int_equal(count, again);
	assert_in_range(count, 7000, 8192); /* nearly all of 8^4 * 2 come up */
	assert_memory_equal(one.slots, two.slots, count * sizeof *one.slots);
	for (size_t i = 0; i < count; i++)
		total += one.slots[i].count;
	assert_int_equal(total, ADDED);
	patterns_clear(&one);
	assert_int_equal(patterns_list(&one), 0);
	patterns_free(&one);
	patterns_free(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_meet_by_forename_and_surname),
		cmocka_unit_test(test_dates_meet_by_the_day_but_not_by_1_january),
		cmocka_unit_test(test_a_household_has_no_key_in_common),
		cmocka_unit_test(test_a_person_of_many_names_keeps_some_keys),
		cmocka_unit_test(test_the_least_common_key_counts),
		cmocka_unit_test(test_patterns_are_counted_whatever_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
