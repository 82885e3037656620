#include "searchd/check_id.h"

#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#define ID STR_LIT("0123456789abcdef0123456789abcdef")

static void
test_the_same_request_has_the_same_name(void **state)
{
	char a[CHECK_ID_BYTES + 1], b[CHECK_ID_BYTES + 1];

	(void)state;
	check_id_make(a, STR_LIT("amara"), ID, 0);
	check_id_make(b, STR_LIT("amara"), ID, 0);
	assert_string_equal(a, b);
	assert_true(check_id_valid(str_from(a)));
}

static void
test_user_request_and_attempt_each_change_the_name(void **state)
{
	char a[CHECK_ID_BYTES + 1], b[CHECK_ID_BYTES + 1];

	(void)state;
	check_id_make(a, STR_LIT("amara"), ID, 0);
	check_id_make(b, STR_LIT("ben"), ID, 0);
	assert_string_not_equal(a, b);
	check_id_make(b, STR_LIT("amara"), STR_LIT("1123456789abcdef0123456789abcdef"), 0);
	assert_string_not_equal(a, b);
	check_id_make(b, STR_LIT("amara"), ID, 1);
	assert_string_not_equal(a, b);
}

static void
test_names_keep_to_their_alphabet_and_hardly_collide(void **state)
{
	enum { MANY = 2000 };
	static char names[MANY][CHECK_ID_BYTES + 1];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char id[33];

		snprintf(id, sizeof id, "%032x", (unsigned)i);
		check_id_make(names[i], STR_LIT("amara"), str_from(id), 0);
		assert_true(check_id_valid(str_from(names[i])));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
}

static void
test_other_forms_are_not_names(void **state)
{
	static const char *const bad[] = { "", "CHK-7K3F-9QW", "CHK-7K3F-9QWDD", "chk-7k3f-9qwd",
		"CHK-7K3I-9QWD", "CHK-7K3F_9QWD", "XHK-7K3F-9QWD", "CHK-7U3F-9QWD" };

	(void)state;
	assert_true(check_id_valid(STR_LIT("CHK-7K3F-9QWD")));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(check_id_valid(str_from(bad[i])));
	assert_false(check_id_valid((struct str){ "CHK-7K3F-9QW\0", CHECK_ID_BYTES }));
}

static int
prepare(void **state)
{
	(void)state;
	return digest_init(NULL) != STATUS_OK;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_request_has_the_same_name),
		cmocka_unit_test(test_user_request_and_attempt_each_change_the_name),
		cmocka_unit_test(test_names_keep_to_their_alphabet_and_hardly_collide),
		cmocka_unit_test(test_other_forms_are_not_names),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
