#include "client/asked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

static struct arena *arena;

static int
make_arena(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena == NULL ? -1 : 0;
}

static int
free_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void
add(struct asked *asked, enum asked_field field, const char *value)
{
	assert_int_equal(asked_add(asked, field, str_from(value), NULL), STATUS_OK);
}

static void
test_a_blank_value_is_not_known(void **state)
{
	struct asked asked = { 0 };
	struct person person;
	struct err err = ERR_NONE;

	(void)state;
	add(&asked, ASKED_SURNAME, "  ");
	assert_int_equal(asked.values[ASKED_SURNAME].count, 0);
	assert_int_equal(
	    asked_person(&person, &asked, DAY_NONE, arena, NULL, &err), STATUS_INVALID);
	assert_string_equal(err.text, "nothing to search by: give a name, date of birth, address, "
				      "phone, e-mail or identifier");
}

static void
test_bytes_that_are_no_text_are_refused(void **state)
{
	struct asked asked = { 0 };
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(asked_add(&asked, ASKED_SURNAME, STR_LIT("ab\xff"), &err), STATUS_INVALID);
	assert_string_equal(err.text, "surname: byte 3 is not text in UTF-8");
	assert_int_equal(asked_add(&asked, ASKED_SURNAME, STR_LIT("a\0b"), NULL), STATUS_INVALID);
}

static void
test_a_value_is_taken_at_its_limit_and_refused_past_it(void **state)
{
	static char text[PERSON_TEXT_BYTES_MAX + 1];
	struct asked asked = { 0 };
	struct err err = ERR_NONE;

	(void)state;
	memset(text, 'x', sizeof text);
	assert_int_equal(
	    asked_add(&asked, ASKED_NAME, (struct str){ text, sizeof text - 1 }, NULL), STATUS_OK);
	assert_int_equal(
	    asked_add(&asked, ASKED_NAME, (struct str){ text, sizeof text }, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "name: is longer than 1024 bytes");
}

static void
test_a_person_has_one_surname_and_up_to_eight_phones(void **state)
{
	struct asked asked = { 0 };
	struct err err = ERR_NONE;

	(void)state;
	add(&asked, ASKED_SURNAME, "a");
	assert_int_equal(asked_add(&asked, ASKED_SURNAME, STR_LIT("b"), &err), STATUS_LIMIT);
	assert_string_equal(err.text, "surname: more than 1 value for one person");
	for (int i = 0; i < ASKED_VALUES_MAX; i++)
		add(&asked, ASKED_PHONE, "1");
	assert_int_equal(asked_add(&asked, ASKED_PHONE, STR_LIT("1"), NULL), STATUS_LIMIT);
}

static void
test_births_past_the_limit_of_a_person_are_refused(void **state)
{
	struct asked asked = { 0 };
	struct person person;

	(void)state;
	for (int i = 0; i < PERSON_BIRTHS_MAX; i++)
		add(&asked, ASKED_DOB, "2009");
	assert_int_equal(asked_person(&person, &asked, DAY_NONE, arena, NULL, NULL), STATUS_OK);
	assert_int_equal(person.birth_count, PERSON_BIRTHS_MAX);
	add(&asked, ASKED_AGE, "7");
	assert_int_equal(asked_person(&person, &asked, 0, arena, NULL, NULL), STATUS_LIMIT);
}

static void
test_an_unreadable_date_is_an_error_or_a_warning(void **state)
{
	struct asked asked = { 0 };
	struct asked_warnings warnings = { .count = 0 };
	struct person person;
	struct err err = ERR_NONE;

	(void)state;
	add(&asked, ASKED_SURNAME, "Kelly");
	add(&asked, ASKED_DOB, "32/01/2009");
	assert_int_equal(
	    asked_person(&person, &asked, DAY_NONE, arena, NULL, &err), STATUS_INVALID);
	assert_true(str_starts(str_from(err.text), STR_LIT("dob: ")));
	assert_int_equal(
	    asked_person(&person, &asked, DAY_NONE, arena, &warnings, NULL), STATUS_OK);
	assert_int_equal(person.birth_count, 0);
	assert_int_equal(person.name_count, 1);
	assert_int_equal(warnings.count, 1);
	assert_true(str_starts(str_from(warnings.text[0]), STR_LIT("dob passed over: ")));
}

static void
test_an_unreadable_date_alone_leaves_nothing_to_search_by(void **state)
{
	struct asked asked = { 0 };
	struct asked_warnings warnings = { .count = 0 };
	struct person person;

	(void)state;
	add(&asked, ASKED_DOB, "1988 1-13");
	assert_int_equal(
	    asked_person(&person, &asked, DAY_NONE, arena, &warnings, NULL), STATUS_INVALID);
}

static void
test_an_age_needs_its_day(void **state)
{
	struct asked asked = { 0 };
	struct person person;
	struct err err = ERR_NONE;

	(void)state;
	add(&asked, ASKED_AGE, "7");
	assert_int_equal(
	    asked_person(&person, &asked, DAY_NONE, arena, NULL, &err), STATUS_INVALID);
	assert_string_equal(err.text, "age: it needs the day on which it was true (age_at)");
	assert_int_equal(asked_person(&person, &asked, 0, arena, NULL, NULL), STATUS_OK);
	assert_int_equal(person.births[0].at, 0);
	add(&asked, ASKED_AGE_AT, "02/01/1970");
	assert_int_equal(asked_person(&person, &asked, 0, arena, NULL, NULL), STATUS_OK);
	assert_int_equal(person.births[0].at, 1);
}

static void
test_words_of_sex_and_role_are_read_in_any_case(void **state)
{
	struct asked asked = { 0 };
	struct person person;
	struct err err = ERR_NONE;

	(void)state;
	add(&asked, ASKED_NAME, "x");
	add(&asked, ASKED_SEX, "Girl");
	add(&asked, ASKED_ROLE, "PARENT");
	assert_int_equal(asked_person(&person, &asked, DAY_NONE, arena, NULL, NULL), STATUS_OK);
	assert_int_equal(person.sex, SEX_FEMALE);
	assert_int_equal(person.role, ROLE_PARENT);
	asked.values[ASKED_ROLE].at[0] = STR_LIT("uncle");
	assert_int_equal(
	    asked_person(&person, &asked, DAY_NONE, arena, NULL, &err), STATUS_INVALID);
	assert_string_equal(err.text,
	    "role: \"uncle\" is not one of child, sibling, parent, carer, "
	    "perpetrator, household, other");
}

static void
test_addresses_towns_and_postcodes_go_by_number(void **state)
{
	struct asked asked = { 0 };
	struct person person;

	(void)state;
	add(&asked, ASKED_ADDRESS, "12 Acacia Avenue");
	add(&asked, ASKED_TOWN, "Leeds");
	add(&asked, ASKED_TOWN, "Swansea");
	add(&asked, ASKED_POSTCODE, "LS1 4AB");
	assert_int_equal(asked_person(&person, &asked, DAY_NONE, arena, NULL, NULL), STATUS_OK);
	assert_int_equal(person.address_count, 2);
	assert_true(str_eq_text(person.addresses[0].postcode, "LS1 4AB"));
	assert_true(str_eq_text(person.addresses[1].town, "Swansea"));
	assert_int_equal(person.addresses[1].text.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_blank_value_is_not_known),
		cmocka_unit_test(test_bytes_that_are_no_text_are_refused),
		cmocka_unit_test(test_a_value_is_taken_at_its_limit_and_refused_past_it),
		cmocka_unit_test(test_a_person_has_one_surname_and_up_to_eight_phones),
		cmocka_unit_test(test_births_past_the_limit_of_a_person_are_refused),
		cmocka_unit_test(test_an_unreadable_date_is_an_error_or_a_warning),
		cmocka_unit_test(test_an_unreadable_date_alone_leaves_nothing_to_search_by),
		cmocka_unit_test(test_an_age_needs_its_day),
		cmocka_unit_test(test_words_of_sex_and_role_are_read_in_any_case),
		cmocka_unit_test(test_addresses_towns_and_postcodes_go_by_number),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
