#include "base/doc_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/mem.h"

static void
assert_refused(const char *text, const char *message)
{
	struct json_t *doc = NULL;
	struct err err = ERR_NONE;
	char shown[512];

	assert_int_not_equal(doc_parse(&doc, str_from(text), "in", 8, &err), STATUS_OK);
	assert_string_equal(err_format(shown, sizeof shown, &err), message);
}

static void
test_depth_is_accepted_at_the_limit_and_refused_one_past(void **state)
{
	struct json_t *doc = NULL;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(doc_parse(&doc, STR_LIT("[[[[[[[[1]]]]]]]]"), "in", 8, &err), STATUS_OK);
	doc_free(doc);
	assert_refused("[[[[[[[[[1]]]]]]]]]", "in:1: JSON is nested deeper than 8 levels");
}

static void
test_brackets_in_strings_are_no_depth(void **state)
{
	struct json_t *doc = NULL;

	(void)state;
	assert_int_equal(
	    doc_parse(&doc, STR_LIT("[\"[[[[[[[[[[\\\"[[[[\"]"), "in", 8, NULL), STATUS_OK);
	doc_free(doc);
}

static void
test_a_thousand_levels_are_refused_without_recursion(void **state)
{
	char text[4097];

	(void)state;
	memset(text, '[', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_refused(text, "in:1: JSON is nested deeper than 8 levels");
}

static void
test_duplicate_keys_bad_utf8_and_nul_are_refused(void **state)
{
	struct json_t *doc = NULL;

	(void)state;
	assert_refused(
	    "{\"a\":1,\n\"a\":2}", "in:2: not valid JSON: duplicate object key near '\"a\"'");
	assert_int_equal(doc_parse(&doc, STR_LIT("\"\xff\""), "in", 8, NULL), STATUS_INVALID);
	assert_int_equal(doc_parse(&doc, STR_LIT("\"a\\u0000b\""), "in", 8, NULL), STATUS_INVALID);
	assert_int_equal(doc_parse(&doc, STR_LIT("{}\0{}"), "in", 8, NULL), STATUS_INVALID);
}

static void
with_doc(
    const char *text, void (*check)(const struct json_t *doc, struct err *err), const char *message)
{
	struct json_t *doc = NULL;
	struct err err = ERR_NONE;
	char shown[512];

	assert_int_equal(doc_parse(&doc, str_from(text), "in", 8, &err), STATUS_OK);
	check(doc, &err);
	assert_string_equal(err_format(shown, sizeof shown, &err), message);
	doc_free(doc);
}

static void
wants_fields_a_b(const struct json_t *doc, struct err *err)
{
	static const char *const known[] = { "a", "b", NULL };

	assert_int_equal(doc_fields(doc, "in", "x[0]", known, err), STATUS_INVALID);
}

static void
test_unknown_fields_are_named_by_path_and_made_printable(void **state)
{
	(void)state;
	with_doc("{\"a\":1,\"c\\n\":2}", wants_fields_a_b, "in: x[0]: unknown field \"c?\"");
	with_doc("[]", wants_fields_a_b, "in: x[0]: expected an object");
}

static void
wants_string_a_of_3(const struct json_t *doc, struct err *err)
{
	struct str out = STR_LIT("kept");

	assert_int_not_equal(doc_str(&out, doc, "in", "", "a", DOC_REQUIRED, 3, err), STATUS_OK);
	assert_true(str_eq_text(out, "kept"));
}

static void
test_string_getter_refuses_with_the_path(void **state)
{
	(void)state;
	with_doc("{}", wants_string_a_of_3, "in: a: is missing");
	with_doc("{\"a\":null}", wants_string_a_of_3, "in: a: is missing");
	with_doc("{\"a\":4}", wants_string_a_of_3, "in: a: expected a string");
	with_doc("{\"a\":\"four\"}", wants_string_a_of_3, "in: a: is longer than 3 bytes");
}

static void
wants_whole_1_to_9(const struct json_t *doc, struct err *err)
{
	int64_t out = 5;

	assert_int_not_equal(
	    doc_int(&out, doc, "in", "p", "a", DOC_OPTIONAL, 1, 9, err), STATUS_OK);
	assert_int_equal(out, 5);
}

static void
test_whole_number_getter_holds_its_bounds(void **state)
{
	struct json_t *doc = NULL;
	int64_t out = 0;

	(void)state;
	with_doc("{\"a\":0}", wants_whole_1_to_9, "in: p.a: expected 1 to 9");
	with_doc("{\"a\":10}", wants_whole_1_to_9, "in: p.a: expected 1 to 9");
	with_doc("{\"a\":1.5}", wants_whole_1_to_9, "in: p.a: expected a whole number");
	assert_int_equal(doc_parse(&doc, STR_LIT("{\"a\":9}"), "in", 8, NULL), STATUS_OK);
	assert_int_equal(doc_int(&out, doc, "in", "", "a", DOC_REQUIRED, 1, 9, NULL), STATUS_OK);
	assert_int_equal(out, 9);
	assert_int_equal(doc_int(&out, doc, "in", "", "b", DOC_OPTIONAL, 1, 9, NULL), STATUS_OK);
	assert_int_equal(out, 9);
	doc_free(doc);
}

static void
wants_list_of_2(const struct json_t *doc, struct err *err)
{
	const struct json_t *list = NULL;
	size_t count = 0;

	assert_int_not_equal(
	    doc_array(&list, &count, doc, "in", "", "a", DOC_OPTIONAL, 2, err), STATUS_OK);
}

static void
test_list_getter_refuses_one_past_its_limit(void **state)
{
	struct json_t *doc = NULL;
	const struct json_t *list = NULL;
	size_t count = 0;

	(void)state;
	with_doc("{\"a\":[1,2,3]}", wants_list_of_2, "in: a: has more than 2 entries");
	with_doc("{\"a\":{}}", wants_list_of_2, "in: a: expected a list");
	assert_int_equal(doc_parse(&doc, STR_LIT("{\"a\":[1,2]}"), "in", 8, NULL), STATUS_OK);
	assert_int_equal(
	    doc_array(&list, &count, doc, "in", "", "a", DOC_REQUIRED, 2, NULL), STATUS_OK);
	assert_int_equal(count, 2);
	doc_free(doc);
}

static void
test_missing_file_and_folder_are_told_apart(void **state)
{
	struct json_t *doc = NULL;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(doc_load(&doc, "/nonexistent/x.json", 100, &err), STATUS_NOT_FOUND);
	err_clear(&err);
	assert_int_equal(doc_load(&doc, "/tmp", 100, &err), STATUS_INVALID);
	assert_string_equal(err.text, "not a regular file");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth_is_accepted_at_the_limit_and_refused_one_past),
		cmocka_unit_test(test_brackets_in_strings_are_no_depth),
		cmocka_unit_test(test_a_thousand_levels_are_refused_without_recursion),
		cmocka_unit_test(test_duplicate_keys_bad_utf8_and_nul_are_refused),
		cmocka_unit_test(test_unknown_fields_are_named_by_path_and_made_printable),
		cmocka_unit_test(test_string_getter_refuses_with_the_path),
		cmocka_unit_test(test_whole_number_getter_holds_its_bounds),
		cmocka_unit_test(test_list_getter_refuses_one_past_its_limit),
		cmocka_unit_test(test_missing_file_and_folder_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
