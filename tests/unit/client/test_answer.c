#include "client/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "tests/unit/client/answer_sample.h"

#include <math.h>

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

static struct answer
answer_of(const char *body)
{
	struct answer answer = { .audit = 17 };
	struct err err = ERR_NONE;

	if (answer_read(&answer, arena, str_from(body), &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return answer;
}

static void
test_every_field_of_the_protocol_is_read(void **state)
{
	struct answer a = answer_of(SAMPLE_MATCH);
	const struct answer_candidate *c = &a.people[0].candidates[0];

	(void)state;
	assert_true(str_eq_text(a.check, "CHK-7K3F-9QWD"));
	assert_int_equal(a.audit, 17);
	assert_false(a.complete);
	assert_int_equal(a.legs_missing_count, 1);
	assert_int_equal(a.coverage_count, 3);
	assert_int_equal(a.coverage[0].records, 1130);
	assert_true(a.coverage[1].stale);
	assert_false(a.coverage[2].searched);
	assert_int_equal(a.people_count, 1);
	assert_int_equal(a.people[0].candidate_count, 2);
	assert_true(str_eq_text(c->record_id, "H-1003"));
	assert_int_equal(c->name_count, 2);
	assert_true(str_eq_text(c->births[0], "age about 7 at 2016-01-31"));
	assert_float_equal(c->match_weight, 17.3, 1e-9);
	assert_float_equal(c->confidence, 0.775, 1e-9);
	assert_float_equal(c->band.to, 20, 1e-9);
	assert_true(c->secured && c->secured_now && !c->restricted);
	assert_true(str_eq_text(c->case_closed, "2016-03-01"));
	assert_int_equal(c->evidence_count, 3);
	assert_float_equal(c->evidence[0].rarity, 3.0, 1e-9);
	assert_int_equal(a.households[0].matched_count, 2);
	assert_int_equal(a.secured_count, 1);
}

static void
test_an_absent_field_is_empty_not_a_fault(void **state)
{
	struct answer a = answer_of("{\"check\":\"C\",\"coverage\":[],\"people\":[{\"outcome\":"
				    "\"no_trace\"}]}");

	(void)state;
	assert_int_equal(a.people[0].candidate_count, 0);
	assert_int_equal(a.people[0].ref.n, 0);
	assert_true(str_eq_text(a.model.name, ""));
}

static void
is_refused(const char *body, const char *why)
{
	struct answer a = { .audit = 0 };
	struct err err = ERR_NONE;

	assert_int_equal(answer_read(&a, arena, str_from(body), &err), STATUS_INVALID);
	assert_string_equal(err.text, why);
}

static void
test_a_known_field_of_the_wrong_type_is_refused_with_its_path(void **state)
{
	(void)state;
	is_refused("[]", "expected an object");
	is_refused("{\"coverage\":[],\"people\":[]}", "check: is missing");
	is_refused("{\"check\":\"C\",\"people\":[]}", "coverage: is missing");
	is_refused(
	    "{\"check\":\"C\",\"coverage\":[],\"people\":[7]}", "people[0]: expected an object");
	is_refused("{\"check\":\"C\",\"coverage\":[],\"people\":[{\"outcome\":\"match\","
		   "\"candidates\":[{\"system\":1}]}]}",
	    "people[0].candidates[0].system: expected a string");
	is_refused("{\"check\":\"C\",\"coverage\":[],\"people\":[{\"outcome\":\"match\","
		   "\"candidates\":[{\"system\":\"s\",\"record_id\":\"r\",\"grade\":\"g\","
		   "\"names\":[null]}]}]}",
	    "people[0].candidates[0].names[0]: expected a string");
	is_refused("{\"check\":\"C\",\"coverage\":[],\"people\":[{\"outcome\":\"match\","
		   "\"candidates\":[{\"system\":\"s\",\"record_id\":\"r\",\"grade\":\"g\","
		   "\"match_weight\":\"17\"}]}]}",
	    "people[0].candidates[0].match_weight: expected a number");
}

/* A reply that is cut off or damaged gives an error, never a fault (under the sanitizers). */
static void
test_a_damaged_answer_is_survived(void **state)
{
	char text[sizeof SAMPLE_MATCH];
	uint32_t seed = 7;

	(void)state;
	for (size_t n = 0; n < sizeof SAMPLE_MATCH - 1; n += 3) {
		struct answer a = { .audit = 0 };

		assert_int_not_equal(
		    answer_read(&a, arena, (struct str){ SAMPLE_MATCH, n }, NULL), STATUS_OK);
	}
	for (int i = 0; i < 2000; i++) {
		struct answer a = { .audit = 0 };

		memcpy(text, SAMPLE_MATCH, sizeof text);
		seed = seed * 1664525 + 1013904223;
		text[(seed >> 8) % (sizeof text - 1)] = (char)(seed >> 24);
		(void)!answer_read(&a, arena, str_from(text), NULL);
		arena_reset(arena);
	}
}

static void
test_confidence_is_never_printed_as_certainty(void **state)
{
	char text[16];

	(void)state;
	assert_string_equal(answer_percent(text, 1.0), "over 99%");
	assert_string_equal(answer_percent(text, 0.9945), "over 99%");
	assert_string_equal(answer_percent(text, 0.99), "99%");
	assert_string_equal(answer_percent(text, 0.775), "78%");
	assert_string_equal(answer_percent(text, 0.01), "1%");
	assert_string_equal(answer_percent(text, 0.0057), "under 1%");
	assert_string_equal(answer_percent(text, 0), "under 1%");
}

static void
test_a_published_figure_is_not_passed_off_as_our_own(void **state)
{
	struct answer_candidate c = { .confidence = 0.775 };
	char text[ANSWER_WORDS_BYTES];
	struct answer answer = { .calibration = { STR_NONE, STR_NONE } };

	(void)state;
	assert_string_equal(answer_confidence_words(text, &answer, &c),
	    "of such matches, 78 in 100 proved right; published figure");
	c.band.n = 240;
	c.band.from = 15;
	c.band.to = 20;
	assert_string_equal(answer_confidence_words(text, &answer, &c),
	    "of matches of 15 to 20 bits, 78 in 100 proved right; n = 240");
	c.band.to = HUGE_VAL;
	c.confidence = 0.995;
	assert_string_equal(answer_confidence_words(text, &answer, &c),
	    "of matches of 15 bits and over, more than 99 in 100 proved right; n = 240");
	c.band.from = -HUGE_VAL;
	c.band.to = -10;
	c.confidence = 0.001;
	assert_string_equal(answer_confidence_words(text, &answer, &c),
	    "of matches under -10 bits, fewer than 1 in 100 proved right; n = 240");
	answer.calibration.name = STR_LIT("generated-2026-11");
	assert_string_equal(answer_confidence_words(text, &answer, &c),
	    "of matches under -10 bits, fewer than 1 in 100 proved right; n = 240, "
	    "generated-2026-11");
}

static void
test_a_match_of_which_nothing_is_probable_says_so(void **state)
{
	struct answer_candidate list[2] = { { .grade = STR_LIT("possible") },
		{ .grade = STR_LIT("unlikely") } };
	struct answer_person person = {
		.outcome = STR_LIT("match"), .candidates = list, .candidate_count = 2
	};

	(void)state;
	assert_string_equal(answer_outcome_words(&person), "POSSIBLE MATCH, NONE PROBABLE");
	list[0].grade = STR_LIT("probable");
	assert_string_equal(answer_outcome_words(&person), "MATCH");
	list[0].grade = STR_LIT("certain");
	assert_string_equal(answer_outcome_words(&person), "MATCH");
	person.outcome = STR_LIT("no_trace");
	assert_string_equal(answer_outcome_words(&person), "NO TRACE");
	person.outcome = STR_LIT("of a newer searchd");
	assert_string_equal(answer_outcome_words(&person), "OUTCOME NOT KNOWN TO THIS CLIENT");
}

static void
test_systems_of_index_status_are_read(void **state)
{
	const struct answer_coverage *systems;
	size_t count;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(answer_read_systems(&systems, &count, arena,
			     STR_LIT("{\"systems\":[{\"system\":\"ctac\",\"generation\":3,"
				     "\"rows_rejected\":4,\"published\":\"x\"}]}"),
			     &err),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(systems[0].rows_rejected, 4);
	assert_int_equal(
	    answer_read_systems(&systems, &count, arena, STR_LIT("{}"), &err), STATUS_INVALID);
	assert_string_equal(err.text, "systems: is missing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_of_the_protocol_is_read),
		cmocka_unit_test(test_an_absent_field_is_empty_not_a_fault),
		cmocka_unit_test(test_a_known_field_of_the_wrong_type_is_refused_with_its_path),
		cmocka_unit_test(test_a_damaged_answer_is_survived),
		cmocka_unit_test(test_confidence_is_never_printed_as_certainty),
		cmocka_unit_test(test_a_published_figure_is_not_passed_off_as_our_own),
		cmocka_unit_test(test_a_match_of_which_nothing_is_probable_says_so),
		cmocka_unit_test(test_systems_of_index_status_are_read),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
