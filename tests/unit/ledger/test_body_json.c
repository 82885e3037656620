/* Bodies read without allocations, beside what jansson makes of the same text. */
#include "ledger/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/doc_json.h"

#define DEPTH_MAX 8
#define CASES 60000
#define CHANGES 3

static uint64_t state = 20261126;

static unsigned
below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 16) % n;
}

#define ONE_OF(texts) ((texts)[below(sizeof(texts) / sizeof(texts)[0])])

/* --- The same values? ---------------------------------------------------------------------------
 */

static void
expect_text(struct str text, const json_t *value)
{
	assert_int_equal(text.n, json_is_string(value) ? json_string_length(value) : 0);
	if (text.n > 0)
		assert_memory_equal(text.p, json_string_value(value), text.n);
}

static void
expect_same(const struct body *body, json_t *doc)
{
	const char *key;
	json_t *value;

	assert_int_equal(body_number(body, "not there", 7), 7);
	assert_null(body_list(body, "not there"));
	json_object_foreach (doc, key, value) {
		const struct body *item = body_list(body, key);
		double real = body_real(body, key), other = json_number_value(value);

		expect_text(body_text(body, key), value);
		assert_true(body_number(body, key, 7) ==
			    (json_is_integer(value) ? json_integer_value(value) : 7));
		assert_memory_equal(&real, &other, sizeof real);
		assert_int_equal(body_flag(body, key), json_is_true(value));
		assert_int_equal(body_count(body, key), json_array_size(value));
		for (size_t i = 0; i < json_array_size(value); i++, item = body_next(item)) {
			expect_text(body_item_text(item), json_array_get(value, i));
			expect_same(item, json_array_get(value, i));
		}
		assert_null(item);
	}
}

/* True if it was accepted by both. */
static bool
compare(struct body_room *room, struct str text)
{
	const struct body *body = NULL;
	struct json_t *doc = NULL;
	enum status theirs = doc_parse(&doc, text, "body", DEPTH_MAX, NULL);
	enum status ours = body_read(&body, room, text, DEPTH_MAX);

	if ((theirs == STATUS_OK) != (ours == STATUS_OK))
		fail_msg("jansson %d, body %d: %.*s", theirs, ours, STR_ARG(text));
	assert_true(ours == STATUS_OK || (ours == STATUS_INVALID && body == NULL));
	if (ours == STATUS_OK)
		expect_same(body, doc);
	doc_free(doc);
	return ours == STATUS_OK;
}

/* --- Texts at random ----------------------------------------------------------------------------
 */

static const char *const keys[] = { "a", "b", "people", "systems", "\\u0061", "", "\xc3\xa9", "a b",
	"match_weight" };
static const char *const strings[] = { "", "x", "\\n", "\\\"", "\\\\", "\\/", "\\b\\f\\r\\t",
	"\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\u0000", "\\u12", "\\x", "\xc3\xa9",
	"\xf0\x9f\x98\x80", "\xed\xa0\x80", "\xc0\xaf", "\xff", "\x01",
	"plain text of some length" };
static const char *const numbers[] = { "0", "-0", "7", "-12", "01", "-", "1.", "1.5", "-0.25",
	"1e3", "1E+3", "1e-3", "1e", "1e999", "1e-999", "9223372036854775807",
	"9223372036854775808", "-9223372036854775808", "-9223372036854775809", "21.500000000000004",
	"0.1", "+1", ".5", "0x10", "NaN", "Infinity", "123456789012345678901234567890.0" };
static const char *const words[] = { "true", "false", "null", "tru", "nul", "True" };
static const char *const spaces[] = { "", "", "", "", " ", "\n", "\t\r ", "\f" };

static void
put_value(struct buf *out, unsigned depth)
{
	unsigned count = below(4), what = below(depth > 9 ? 3 : 6);

	buf_add_text(out, ONE_OF(spaces));
	if (what == 0) {
		buf_addf(out, "\"%s%s\"", ONE_OF(strings), ONE_OF(strings));
	} else if (what == 1) {
		buf_add_text(out, ONE_OF(numbers));
	} else if (what == 2) {
		buf_add_text(out, ONE_OF(words));
	} else {
		bool list = what == 3;

		buf_add_char(out, list ? '[' : '{');
		for (unsigned i = 0; i < count; i++) {
			buf_add_text(out, i > 0 ? "," : ONE_OF(spaces));
			if (!list)
				buf_addf(out, "%s\"%s\"%s:", ONE_OF(spaces), ONE_OF(keys),
				    ONE_OF(spaces));
			put_value(out, depth + 1);
		}
		buf_add_char(out, list ? ']' : '}');
	}
	buf_add_text(out, ONE_OF(spaces));
}

static void
change(struct buf *text)
{
	static const char with[] = "{}[]\",:\\ 0e.-u\n";
	unsigned count = below(CHANGES + 1);

	for (unsigned i = 0; i < count && text->n > 0; i++)
		text->p[below((unsigned)text->n)] = with[below(sizeof with - 1)];
	if (below(8) == 0)
		text->n = below((unsigned)text->n + 1);
}

static void
test_bodies_are_read_as_by_jansson(void **unused)
{
	struct body_room room = { 0 };
	unsigned accepted = 0, changed = 0;

	(void)unused;
	for (unsigned i = 0; i < CASES; i++) {
		struct buf text = BUF_INIT;

		put_value(&text, 0);
		accepted += compare(&room, buf_str(&text));
		change(&text);
		changed += compare(&room, buf_str(&text));
		buf_free(&text);
	}
	/* enough of both kinds, or nothing was tried */
	assert_true(accepted > CASES / 20 && accepted < CASES - CASES / 20);
	assert_true(changed > CASES / 40 && changed < accepted);
	body_room_free(&room);
}

/* --- Limits -------------------------------------------------------------------------------------
 */

static bool
reads(const char *text)
{
	struct body_room room = { 0 };
	bool read = compare(&room, str_from(text));

	body_room_free(&room);
	return read;
}

static void
test_depth_is_bounded(void **unused)
{
	(void)unused;
	assert_true(reads("[[[[[[[[]]]]]]]]"));
	assert_false(reads("[[[[[[[[[]]]]]]]]]"));
	assert_true(reads("{\"a\":[[[[[[{\"b\":1}]]]]]],\"c\":[1]}"));
	assert_false(reads("{\"a\":[[[[[[{\"b\":[]}]]]]]]}"));
}

static void
test_what_is_no_object_or_list_is_refused(void **unused)
{
	(void)unused;
	assert_false(reads(""));
	assert_false(reads("1"));
	assert_false(reads("\"a\""));
	assert_false(reads("true"));
	assert_false(reads("{} {}"));
	assert_false(reads("{\"a\":1,}"));
	assert_false(reads("[1,]"));
	assert_true(reads(" [ ] "));
}

/* One more than are compared pairwise are sorted instead. */
static void
test_a_key_twice_is_refused_among_few_and_many(void **unused)
{
	(void)unused;
	for (unsigned count = 1; count < 60; count++)
		for (unsigned again = 0; again <= 1; again++) {
			struct body_room room = { 0 };
			struct buf text = BUF_INIT;

			buf_add_text(&text, "{\"k0\":0");
			for (unsigned i = 1; i < count; i++)
				buf_addf(&text, ",\"k%u\":%u", i * 37 % 61, i);
			buf_add_text(&text, again ? ",\"\\u006b0\":1}" : "}");
			assert_int_equal(compare(&room, buf_str(&text)), !again);
			buf_free(&text);
			body_room_free(&room);
		}
}

static void
test_a_very_wide_object_takes_bounded_time(void **unused)
{
	const struct body *body;
	struct body_room room = { 0 };
	struct buf text = BUF_INIT;

	(void)unused;
	buf_add_text(&text, "{\"k\":[");
	for (unsigned i = 0; i < 200000; i++)
		buf_add_text(&text, "0,");
	buf_add_text(&text, "0]");
	for (unsigned i = 0; i < 200000; i++)
		buf_addf(&text, ",\"k%u\":0", i);
	buf_add_char(&text, '}');
	assert_int_equal(body_read(&body, &room, buf_str(&text), DEPTH_MAX), STATUS_OK);
	assert_int_equal(body_count(body, "k"), 200001);
	assert_int_equal(body_number(body, "k199999", 7), 0);
	buf_free(&text);
	body_room_free(&room);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies_are_read_as_by_jansson),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_what_is_no_object_or_list_is_refused),
		cmocka_unit_test(test_a_key_twice_is_refused_among_few_and_many),
		cmocka_unit_test(test_a_very_wide_object_takes_bounded_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
