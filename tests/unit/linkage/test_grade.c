#include "linkage/grade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

static const struct thresholds thresholds = {
	.certain = 25, .probable = 15, .possible = 10, .list = 5, .secure = 20
};

static enum grade
grade(double weight, bool forename)
{
	const struct score score = { .match_weight = weight, .forename_evidence = forename };

	return grade_of(&score, &thresholds);
}

static bool
secures(double weight, bool forename)
{
	const struct score score = { .match_weight = weight, .forename_evidence = forename };

	return grade_secures(&score, &thresholds);
}

static void
test_each_grade_begins_at_its_threshold(void **state)
{
	(void)state;
	assert_int_equal(grade(25, true), GRADE_CERTAIN);
	assert_int_equal(grade(24.99, true), GRADE_PROBABLE);
	assert_int_equal(grade(15, true), GRADE_PROBABLE);
	assert_int_equal(grade(14.99, true), GRADE_POSSIBLE);
	assert_int_equal(grade(10, true), GRADE_POSSIBLE);
	assert_int_equal(grade(9.99, true), GRADE_UNLIKELY);
	assert_int_equal(grade(5, true), GRADE_UNLIKELY);
	assert_int_equal(grade(4.99, true), GRADE_NONE);
}

static void
test_without_forename_evidence_possible_is_the_most(void **state)
{
	(void)state;
	assert_int_equal(grade(60, false), GRADE_POSSIBLE);
	assert_int_equal(grade(15, false), GRADE_POSSIBLE);
	assert_int_equal(grade(9, false), GRADE_UNLIKELY);
	assert_int_equal(grade(4, false), GRADE_NONE);
}

static void
test_a_record_is_secured_at_the_threshold_with_forename_evidence(void **state)
{
	(void)state;
	assert_true(secures(20, true));
	assert_false(secures(19.99, true));
	assert_false(secures(60, false));
}

/* However heavy: brothers of one name, father and son. */
static void
test_another_date_of_birth_secures_nothing(void **state)
{
	struct score score = { .match_weight = 60, .forename_evidence = true };

	(void)state;
	score.line[COMPARISON_IDENTIFIER].level = LEVEL_NULL;
	score.line[COMPARISON_BIRTH].level = BIRTH_LEVEL_NEAR;
	assert_true(grade_secures(&score, &thresholds));
	score.line[COMPARISON_BIRTH].level = BIRTH_LEVEL_DIFFERENT;
	assert_false(grade_secures(&score, &thresholds));
	assert_int_equal(grade_of(&score, &thresholds), GRADE_CERTAIN);
	score.line[COMPARISON_IDENTIFIER].level = IDENTIFIER_SAME_CASE;
	assert_false(grade_secures(&score, &thresholds));
	score.line[COMPARISON_IDENTIFIER].level = IDENTIFIER_SAME;
	assert_true(grade_secures(&score, &thresholds));
}

static void
test_wire_words(void **state)
{
	(void)state;
	assert_string_equal(grade_name(GRADE_CERTAIN), "certain");
	assert_string_equal(grade_name(GRADE_NONE), "none");
	assert_string_equal(grade_name(GRADE_COUNT), "unknown");
	assert_string_equal(outcome_name(OUTCOME_MANY_MATCH), "many_match");
	assert_string_equal(outcome_name(OUTCOME_INSUFFICIENT), "insufficient_evidence");
	assert_string_equal(outcome_name(OUTCOME_COUNT), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_grade_begins_at_its_threshold),
		cmocka_unit_test(test_without_forename_evidence_possible_is_the_most),
		cmocka_unit_test(test_a_record_is_secured_at_the_threshold_with_forename_evidence),
		cmocka_unit_test(test_another_date_of_birth_secures_nothing),
		cmocka_unit_test(test_wire_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
