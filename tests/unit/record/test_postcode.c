#include "record/postcode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>

#include "tests/unit/record/people.h"

static void
expect(const char *text, const char *whole, const char *sector, const char *outcode)
{
	struct postcode postcode;

	if (!postcode_parse(&postcode, str_from(text)))
		fail_msg("\"%s\" does not parse", text);
	assert_string_equal(postcode.whole, whole);
	assert_string_equal(postcode.sector, sector);
	assert_string_equal(postcode.outcode, outcode);
}

static void
refuse(const char *text)
{
	struct postcode postcode;

	if (postcode_parse(&postcode, str_from(text)))
		fail_msg("\"%s\" parses as %s %s", text, postcode.whole, postcode.outcode);
}

static void
test_every_form_parses(void **state)
{
	(void)state;
	expect("M1 1AE", "m11ae", "m1 1", "m1");
	expect("B33 8TH", "b338th", "b33 8", "b33");
	expect("CR2 6XH", "cr26xh", "cr2 6", "cr2");
	expect("DN55 1PT", "dn551pt", "dn55 1", "dn55");
	expect("W1A 0AX", "w1a0ax", "w1a 0", "w1a");
	expect("EC1A 1BB", "ec1a1bb", "ec1a 1", "ec1a");
	expect("GIR 0AA", "gir0aa", "gir 0", "gir");
}

static void
test_islands_and_forces_parse(void **state)
{
	(void)state;
	expect("JE2 3AB", "je23ab", "je2 3", "je2");
	expect("GY1 1AA", "gy11aa", "gy1 1", "gy1");
	expect("IM1 2AB", "im12ab", "im1 2", "im1");
	expect("BT7 1NN", "bt71nn", "bt7 1", "bt7");
	expect("BF1 2AB", "bf12ab", "bf1 2", "bf1");
	expect("BFPO 52", "bfpo52", "", "bfpo");
	expect("bfpo52", "bfpo52", "", "bfpo");
}

static void
test_spacing_and_case_are_free(void **state)
{
	static const char *const forms[] = { "LS1 4AB", "ls14ab", "L S 1 4 A B", "LS1-4AB",
		" ls1  4ab ", "LS14AB", "ls1.4ab", "LS01 4AB" };

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		expect(forms[i], "ls14ab", "ls1 4", "ls1");
}

static void
test_confusable_characters_are_repaired_by_position(void **state)
{
	(void)state;
	expect("LSl 4AB", "ls14ab", "ls1 4", "ls1");	 /* l for 1 */
	expect("LSI 4AB", "ls14ab", "ls1 4", "ls1");	 /* I for 1 */
	expect("NWIO 1AA", "nw101aa", "nw10 1", "nw10"); /* I and O for 10 */
	expect("5W1A 1AA", "sw1a1aa", "sw1a 1", "sw1a"); /* 5 for S */
	expect("LS1 OAB", "ls10ab", "ls1 0", "ls1");	 /* O for 0 */
	expect("LS1 4A8", "ls14ab", "ls1 4", "ls1");	 /* 8 for B */
	expect("0L1 4AB", "ol14ab", "ol1 4", "ol1");	 /* 0 for O */
	expect("GIR OAA", "gir0aa", "gir 0", "gir");
}

static void
test_a_repair_more_than_the_limit_is_refused(void **state)
{
	struct postcode postcode;

	(void)state;
	assert_true(postcode_parse_whole(&postcode, STR_LIT("NWIO 1AA"), 2));
	assert_false(postcode_parse_whole(&postcode, STR_LIT("NWIO 1AA"), 1));
	refuse("NWIO IAA"); /* three */
}

static void
test_parts_of_a_postcode_are_kept_as_parts(void **state)
{
	(void)state;
	expect("LS1", "", "", "ls1");
	expect("LS14", "", "", "ls14");
	expect("LS1 4", "", "ls1 4", "ls1");
	expect("EC1A 1", "", "ec1a 1", "ec1a");
	expect("M1", "", "", "m1");
}

static void
test_what_is_no_postcode_is_refused(void **state)
{
	static const char *const texts[] = { "", " ", "AA1 1AA", "XX1 1XX", "ZZ99 3VZ", "NFA",
		"unknown", "LS1 4ABC", "LS1 CAB", "LS1 4CV", "12345", "A65 F4E2", "00-950", "LS",
		"1LS", "LS1 4A", "LS123 4AB", "LS1/4AB", "BFPO", "BFPO AB", "Block 10",
		"L\xc5\xa0"
		"1 4AB",
		"Flat 10", "3 Oak Rd" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		refuse(texts[i]);
}

static void
test_random_text_never_overruns(void **state)
{
	struct people_random random = { 3 };

	(void)state;
	for (int i = 0; i < 100000; i++) {
		char text[12];
		size_t n = people_draw(&random, sizeof text);
		struct postcode postcode;

		for (size_t k = 0; k < n; k++)
			text[k] = "LSBFPO01459 IAG"[people_draw(&random, 15)];
		if (postcode_parse(&postcode, (struct str){ text, n })) {
			assert_in_range(strlen(postcode.outcode), 2, 4);
			assert_in_range(strlen(postcode.whole), 0, 8);
		}
	}
}

/* The sample holds a few slips of its own ("C06 2LB"), which must be repaired. */
static void
test_all_postcodes_of_the_sample_parse(void **state)
{
	FILE *in = fopen("../shared/data/freq/postcodes_sample.csv", "r");
	char line[128];
	size_t count = 0, as_written = 0;

	(void)state;
	if (in == NULL) {
		print_message("../shared/data is absent\n");
		skip();
	}
	assert_non_null(fgets(line, sizeof line, in));
	while (fgets(line, sizeof line, in) != NULL) {
		struct str rest = str_from(line), text = str_cut(&rest, ',');
		struct postcode postcode;

		if (!postcode_parse(&postcode, text) || postcode.whole[0] == '\0')
			fail_msg("%.*s does not parse", STR_ARG(text));
		count++;
		as_written += postcode_parse_whole(&postcode, text, 0);
	}
	fclose(in);
	assert_in_range(count, 12000, 13000);
	assert_in_range(as_written, count - count / 500, count);
}

static void
test_every_district_of_the_register_parses(void **state)
{
	FILE *in = fopen("../shared/data/freq/outcodes.csv", "r");
	char line[512];
	size_t count = 0;

	(void)state;
	if (in == NULL) {
		print_message("../shared/data is absent\n");
		skip();
	}
	assert_non_null(fgets(line, sizeof line, in));
	while (fgets(line, sizeof line, in) != NULL) {
		struct str rest = str_from(line), text = str_cut(&rest, ',');
		struct postcode postcode;

		if (!postcode_parse(&postcode, text))
			fail_msg("%.*s does not parse", STR_ARG(text));
		assert_true(str_eq_nocase(str_from(postcode.outcode), text));
		count++;
	}
	fclose(in);
	assert_in_range(count, 2800, 2900);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_form_parses),
		cmocka_unit_test(test_islands_and_forces_parse),
		cmocka_unit_test(test_spacing_and_case_are_free),
		cmocka_unit_test(test_confusable_characters_are_repaired_by_position),
		cmocka_unit_test(test_a_repair_more_than_the_limit_is_refused),
		cmocka_unit_test(test_parts_of_a_postcode_are_kept_as_parts),
		cmocka_unit_test(test_what_is_no_postcode_is_refused),
		cmocka_unit_test(test_random_text_never_overruns),
		cmocka_unit_test(test_all_postcodes_of_the_sample_parse),
		cmocka_unit_test(test_every_district_of_the_register_parses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
