#include "ledger/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

#define SHIPPED "schemas/policy/default.json"

static struct policy *
load_shipped(void)
{
	struct policy *policy = NULL;
	struct err err = ERR_NONE;

	if (policy_load(&policy, SHIPPED, &err) != STATUS_OK)
		fail_msg("%s: %s", err.source, err.text);
	return policy;
}

static void
test_shipped_policy_has_five_systems_in_two_legs(void **state)
{
	static const char *const qa[] = { "childrens_services", "helpline", "ctac",
		"participation" };
	struct policy *policy = load_shipped();

	(void)state;
	assert_int_equal(policy_system_count(policy), 5);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(policy_system_find(policy, str_from(qa[i]))->leg, "qa");
	assert_string_equal(policy_system_find(policy, STR_LIT("childline"))->leg, "childline");
	assert_null(policy_system_find(policy, STR_LIT("child")));
	assert_null(policy_system(policy, 5));
	assert_string_equal(policy_leg(policy, 0), "qa");
	assert_string_equal(policy_leg(policy, 1), "childline");
	assert_null(policy_leg(policy, 2));
	policy_free(policy);
}

static void
test_only_the_nsit_officer_searches_childline(void **state)
{
	static const char *const others[] = { "qa_officer", "consultant", "head_of_inspection",
		"head_of_childline", "head_of_child_protection_qa", "auditor", "administrator",
		"media", "knowledge", "legal", "director", "data_protection_manager" };
	struct policy *policy = load_shipped();

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct str role = str_from(others[i]);

		assert_true(policy_role_exists(policy, role));
		assert_false(policy_may_call(policy, role, STR_LIT("check")) &&
			     policy_may_search_leg(policy, role, STR_LIT("childline")));
	}
	assert_true(policy_may_call(policy, STR_LIT("nsit_officer"), STR_LIT("check")));
	assert_true(policy_may_search_leg(policy, STR_LIT("nsit_officer"), STR_LIT("childline")));
	assert_false(policy_may_search_leg(policy, STR_LIT("nsit_officer"), STR_LIT("qa")));
	assert_false(policy_may_search_leg(policy, STR_LIT("qa_officer"), STR_LIT("childline")));
	assert_true(policy_may_search_leg(policy, STR_LIT("qa_officer"), STR_LIT("qa")));
	assert_string_equal(policy_default_leg(policy, STR_LIT("qa_officer")), "qa");
	assert_string_equal(policy_default_leg(policy, STR_LIT("nsit_officer")), "childline");
	assert_null(policy_default_leg(policy, STR_LIT("consultant")));
	assert_null(policy_default_leg(policy, STR_LIT("auditor")));
	assert_null(policy_default_leg(policy, STR_LIT("nobody")));
	policy_free(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_policy_has_five_systems_in_two_legs),
		cmocka_unit_test(test_only_the_nsit_officer_searches_childline),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
