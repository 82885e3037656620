#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/mem.h"

static void
test_varint_round_trips_at_every_width(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 64; bit++) {
		struct buf buf = BUF_INIT;
		uint64_t value = (uint64_t)1 << bit, back = 0;
		struct str in;

		buf_add_varint(&buf, value);
		in = buf_str(&buf);
		assert_true(buf_take_varint(&back, &in));
		assert_true(back == value);
		assert_int_equal(in.n, 0);
		in = str_part(buf_str(&buf), 0, buf.n - 1);
		assert_false(buf_take_varint(&back, &in));
		buf_free(&buf);
	}
}

static void
test_varint_over_64_bits_is_refused(void **state)
{
	struct str in = STR_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
	uint64_t value = 7;

	(void)state;
	assert_false(buf_take_varint(&value, &in));
	assert_int_equal(value, 7);
	assert_int_equal(in.n, 10);
}

static void
test_json_string_escapes_what_json_forbids(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_json(&buf, STR_LIT("a\"\\\n\x01\xff\xc3\xa9"));
	assert_string_equal(buf.p, "\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\"");
	buf_free(&buf);
}

/* Every byte alone and beside others, so that the length that is counted first is the one written.
 */
static void
test_json_string_is_as_long_as_was_counted(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		const char text[] = { 'a', (char)c, (char)c, '"', '\xc3', '\xa9', (char)c };
		struct buf buf = BUF_INIT;

		buf_add_json(&buf, (struct str){ text, sizeof text });
		assert_false(buf_failed(&buf));
		assert_int_equal(buf.n, buf_json_bytes((struct str){ text, sizeof text }));
		assert_int_equal(buf.n, strlen(buf.p));
		assert_int_equal(str_utf8_valid(buf_str(&buf)), buf.n);
		buf_free(&buf);
	}
	assert_int_equal(buf_json_bytes(STR_NONE), 2);
}

static void
test_format_fits_or_grows(void **state)
{
	char text[200];

	(void)state;
	memset(text, 'x', sizeof text);
	for (int n = 0; n < (int)sizeof text; n++) {
		struct buf buf = BUF_INIT;

		buf_add_text(&buf, "ab");
		buf_addf(&buf, "%.*s", n, text);
		assert_int_equal(buf.n, 2 + n);
		assert_int_equal(strlen(buf.p), 2 + n);
		buf_free(&buf);
	}
}

static void
test_printable_hides_terminal_controls(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_printable(&buf, STR_LIT("a\x1b[2J\xe2\x80\xae!"));
	assert_string_equal(buf.p, "a\\x1b[2J\\xe2\\x80\\xae!");
	buf_clear(&buf);
	/* what is not seen: byte order mark, Arabic letter mark, zero-width space, a tag; joiners
	 * stay */
	buf_add_printable(&buf, STR_LIT("\xef\xbb\xbf\xd8\x9c\xe2\x80\x8b\xf3\xa0\x81\xa7"));
	assert_string_equal(buf.p, "\\xef\\xbb\\xbf\\xd8\\x9c\\xe2\\x80\\x8b\\xf3\\xa0\\x81\\xa7");
	buf_clear(&buf);
	buf_add_printable(&buf, STR_LIT("\xe2\x80\x8c\xe2\x80\x8d"));
	assert_string_equal(buf.p, "\xe2\x80\x8c\xe2\x80\x8d");
	buf_free(&buf);
}

static void
test_failed_allocation_marks_the_buffer(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	mem_fail_at(1);
	buf_add_text(&buf, "lost");
	mem_fail_at(0);
	buf_add_text(&buf, "also lost");
	assert_true(buf_failed(&buf));
	assert_int_equal(buf.n, 0);
	buf_free(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_varint_round_trips_at_every_width),
		cmocka_unit_test(test_varint_over_64_bits_is_refused),
		cmocka_unit_test(test_json_string_escapes_what_json_forbids),
		cmocka_unit_test(test_json_string_is_as_long_as_was_counted),
		cmocka_unit_test(test_format_fits_or_grows),
		cmocka_unit_test(test_printable_hides_terminal_controls),
		cmocka_unit_test(test_failed_allocation_marks_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
