#include "client/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "client/waterfall.h"

static void
is(struct sheet *sheet, const char *expected)
{
	sheet_end(sheet);
	assert_string_equal(sheet->out.p, expected);
	buf_free(&sheet->out);
}

static void
test_words_flow_under_the_indent(void **state)
{
	struct sheet s;

	(void)state;
	sheet_init(&s, 40, false);
	sheet_indent(&s, 4);
	sheet_put(&s, SHEET_PLAIN, STR_LIT("one two  three\nfour five six seven eight nine ten"));
	is(&s, "    one two three four five six seven\n    eight nine ten\n");
}

static void
test_a_word_wider_than_the_line_is_broken(void **state)
{
	struct sheet s;

	(void)state;
	sheet_init(&s, 40, false);
	sheet_put(
	    &s, SHEET_PLAIN, STR_LIT("a 123456789.123456789.123456789.123456789.123456789. z"));
	is(&s, "a\n123456789.123456789.123456789.123456789\n.123456789. z\n");
}

static void
test_wide_and_combining_characters_take_their_columns(void **state)
{
	(void)state;
	assert_int_equal(sheet_columns(STR_LIT("O'Brien")), 7);
	assert_int_equal(sheet_columns(STR_LIT("Si\xc3\xa2n")), 4);
	assert_int_equal(sheet_columns(STR_LIT("Sia\xcc\x82n")), 4);
	assert_int_equal(sheet_columns(STR_LIT("\xe9\x99\x88\xe4\xbc\x9f")), 4);
	assert_int_equal(sheet_columns(STR_LIT("\xd9\x85\xd9\x8f\xd8\xad")), 2);
}

static void
test_columns_line_up(void **state)
{
	struct sheet s;

	(void)state;
	sheet_init(&s, 40, false);
	sheet_put(&s, SHEET_PLAIN, STR_LIT("\xe9\x99\x88"));
	sheet_to(&s, 6);
	sheet_put(&s, SHEET_PLAIN, STR_LIT("x"));
	sheet_to(&s, 3);
	sheet_put(&s, SHEET_PLAIN, STR_LIT("y"));
	is(&s, "\xe9\x99\x88    x y\n");
}

static void
test_a_gap_is_one_empty_line(void **state)
{
	struct sheet s;

	(void)state;
	sheet_init(&s, 40, false);
	sheet_gap(&s);
	sheet_put(&s, SHEET_PLAIN, STR_LIT("a"));
	sheet_gap(&s);
	sheet_gap(&s);
	sheet_put(&s, SHEET_PLAIN, STR_LIT("b"));
	is(&s, "a\n\nb\n");
}

static void
test_colour_ends_with_its_words_and_with_the_line(void **state)
{
	struct sheet s;

	(void)state;
	sheet_init(&s, 40, true);
	sheet_put(&s, SHEET_BOLD, STR_LIT("a b"));
	sheet_put(&s, SHEET_PLAIN, STR_LIT("c"));
	sheet_put(&s, SHEET_DIM, STR_LIT("d"));
	sheet_end(&s);
	sheet_put(&s, SHEET_PLAIN, STR_LIT("e"));
	is(&s, "\x1b[1ma b\x1b[0m c \x1b[2md\x1b[0m\ne\n");
}

/* Any text at any width: no line over the width, nothing that drives a terminal, no fault. */
static void
test_random_text_stays_within_the_width(void **state)
{
	static const char *const pieces[] = { "word", " ", "\xe9\x99\x88", "\xcc\x82", "\x1b[2J",
		"\n", "\xff", "averyveryverylongwordthatneverends", "\xf0\x9f\x98\x80",
		"\xe2\x80\xae" };
	uint32_t seed = 5;

	(void)state;
	for (unsigned round = 0; round < 500; round++) {
		struct sheet s;
		struct str rest;

		sheet_init(&s, 40 + round % 60, false);
		for (int i = 0; i < 60; i++) {
			seed = seed * 1664525 + 1013904223;
			sheet_indent(&s, (seed >> 8) % 20);
			sheet_put(&s, SHEET_PLAIN, str_from(pieces[(seed >> 16) % 10]));
			sheet_put(&s, SHEET_PLAIN, str_from(pieces[(seed >> 20) % 10]));
		}
		sheet_end(&s);
		rest = buf_str(&s.out);
		while (rest.n > 0) {
			struct str line = str_cut(&rest, '\n');

			assert_true(sheet_columns(line) <= s.width);
			assert_int_equal(str_utf8_valid(line), line.n);
			assert_null(memchr(line.p, '\x1b', line.n));
		}
		buf_free(&s.out);
	}
}

static void
test_bars_meet_end_to_end_and_the_rest_is_shown(void **state)
{
	struct answer_evidence evidence[] = {
		{ .field = STR_LIT("name"), .bits = 12 },
		{ .field = STR_LIT("place"), .bits = -2 },
	};
	struct answer_candidate c = {
		.prior = -8, .match_weight = 5, .evidence = evidence, .evidence_count = 2
	};
	struct arena *arena = arena_new(0);
	struct waterfall w;
	unsigned first, count, zero;

	(void)state;
	assert_int_equal(waterfall_make(&w, arena, &c, NULL), STATUS_OK);
	assert_int_equal(w.count, 5); /* prior, name, place, other (3 bits), sum */
	for (size_t i = 1; i + 1 < w.count; i++)
		assert_float_equal(w.bars[i].from, w.bars[i - 1].to, 1e-9);
	assert_true(str_eq_text(w.bars[3].field, "other"));
	assert_float_equal(w.bars[3].bits, 3, 1e-9);
	assert_float_equal(w.bars[4].to, 5, 1e-9);
	assert_float_equal(w.low, -8, 1e-9);
	assert_float_equal(w.high, 5, 1e-9);
	waterfall_cells(&first, &count, &zero, &w, &w.bars[0], 13);
	assert_int_equal(first, 0);
	assert_int_equal(count, 8);
	assert_int_equal(zero, 8);
	waterfall_cells(&first, &count, NULL, &w, &w.bars[1], 13);
	assert_int_equal(first, 0);
	assert_int_equal(count, 12);
	arena_free(arena);
}

static void
test_a_short_bar_is_still_seen_and_none_leaves_its_cells(void **state)
{
	struct waterfall w = { NULL, 0, -10, 40 };

	(void)state;
	for (double from = -10; from <= 40; from += 0.37)
		for (double to = -10; to <= 40; to += 1.91) {
			struct waterfall_bar bar = { STR_LIT("x"), to - from, from, to, NULL };
			unsigned first, count;

			waterfall_cells(&first, &count, NULL, &w, &bar, 20);
			assert_true(first + count <= 20);
			assert_true(count > 0 || (to - from < 0.05 && from - to < 0.05));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_flow_under_the_indent),
		cmocka_unit_test(test_a_word_wider_than_the_line_is_broken),
		cmocka_unit_test(test_wide_and_combining_characters_take_their_columns),
		cmocka_unit_test(test_columns_line_up),
		cmocka_unit_test(test_a_gap_is_one_empty_line),
		cmocka_unit_test(test_colour_ends_with_its_words_and_with_the_line),
		cmocka_unit_test(test_random_text_stays_within_the_width),
		cmocka_unit_test(test_bars_meet_end_to_end_and_the_rest_is_shown),
		cmocka_unit_test(test_a_short_bar_is_still_seen_and_none_leaves_its_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
