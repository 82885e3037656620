#include "indexer/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "indexer/fields.h"

#define FIELDS 6
#define ROUNDS 20000

static uint64_t seed = 20261123;

static unsigned
below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* --- The oracle: how RFC 4180 writes a row, in twenty lines ---------------------------------- */
static void
write_field(struct buf *out, struct str text, bool quoted)
{
	if (!quoted) {
		buf_add_str(out, text);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, text.p[i]);
	}
	buf_add_char(out, '"');
}

static bool
must_quote(struct str text)
{
	if (text.n == 0)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (strchr(",\"\n\r", text.p[i]) != NULL)
			return true;
	return strchr(" \t", text.p[0]) != NULL || strchr(" \t", text.p[text.n - 1]) != NULL;
}

static struct str
random_text(char bytes[16])
{
	static const char alphabet[] = "ab ,\"\n\r\tz;'";
	size_t n = below(9);

	for (size_t i = 0; i < n; i++)
		bytes[i] = alphabet[below(sizeof alphabet - 1)];
	return (struct str){ bytes, n };
}

static void
test_any_written_csv_reads_back(void **state)
{
	struct fields *fields = NULL;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(fields_new(&fields, ',', '"', &err), STATUS_OK);
	for (int round = 0; round < ROUNDS; round++) {
		char bytes[2][FIELDS][16];
		struct str texts[2][FIELDS];
		struct buf file = BUF_INIT;
		struct str left;

		for (int row = 0; row < 2; row++) {
			for (int i = 0; i < FIELDS; i++) {
				texts[row][i] = random_text(bytes[row][i]);
				if (i > 0)
					buf_add_char(&file, ',');
				write_field(&file, texts[row][i],
				    must_quote(texts[row][i]) || below(4) == 0);
			}
			buf_add_text(&file, round % 2 == 0 ? "\n" : "\r\n");
		}
		left = buf_str(&file);
		for (int row = 0; row < 2; row++) {
			struct split_row part;
			const struct str *got;
			size_t count;

			assert_int_equal(split_next(&part, left, true, ',', '"'), SPLIT_ROW);
			assert_int_equal(
			    fields_parse(&got, &count, fields, str_part(left, 0, part.bytes), &err),
			    STATUS_OK);
			assert_int_equal(count, FIELDS);
			for (int i = 0; i < FIELDS; i++)
				assert_true(str_eq(got[i], texts[row][i]));
			left = str_part(left, part.next, left.n);
		}
		assert_int_equal(left.n, 0);
		buf_free(&file);
	}
	fields_free(fields);
}

static void
test_a_split_never_depends_on_where_the_window_ends(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char bytes[16];
		struct str text = random_text(bytes);
		struct split_row whole, part;
		enum split_result result;

		if (text.n == 0)
			continue;
		result = split_next(&whole, text, true, ',', '"');
		for (size_t n = 1; n < text.n; n++) {
			enum split_result got =
			    split_next(&part, str_part(text, 0, n), false, ',', '"');

			if (got == SPLIT_MORE)
				continue;
			assert_int_equal(got, result);
			assert_int_equal(part.next, whole.next);
			assert_int_equal(part.bytes, whole.bytes);
		}
	}
}

static void
expect(const char *text, enum split_result result, const char *row, unsigned lines)
{
	struct split_row part;

	assert_int_equal(split_next(&part, str_from(text), true, ',', '"'), result);
	assert_int_equal(part.bytes, strlen(row));
	assert_memory_equal(text, row, part.bytes);
	assert_int_equal(part.lines, lines);
}

static void
test_rows_end_where_they_should(void **state)
{
	(void)state;
	expect("a,b\nc", SPLIT_ROW, "a,b", 1);
	expect("a,b\r\nc", SPLIT_ROW, "a,b", 1);
	expect("a,b", SPLIT_ROW, "a,b", 0);
	expect("a,\"b\nc\",d\ne", SPLIT_ROW, "a,\"b\nc\",d", 2);
	expect("a,\"b\r\nc\"\r\ne", SPLIT_ROW, "a,\"b\r\nc\"", 2);
	expect("\nx", SPLIT_ROW, "", 1);
	/* A quote inside a field without quotes is text. */
	expect("12\" pipe,b\nc", SPLIT_ROW, "12\" pipe,b", 1);
	/* So is one inside quotes, within one line. */
	expect("\"12 \"The Elms\" Road\",b\nc", SPLIT_ROW, "\"12 \"The Elms\" Road\",b", 1);
	/* Blanks round the quotes. */
	expect("a, \"b\nc\" ,d\ne", SPLIT_ROW, "a, \"b\nc\" ,d", 2);
}

static void
test_an_open_quote_costs_its_first_line_only(void **state)
{
	(void)state;
	expect("a,\"b\nc,d\ne,f\n", SPLIT_UNCLOSED, "a,\"b", 1);
	/* The next line's quote closes it, but what follows shows that it was another's. */
	expect("a,\"b\n\"c\",d\n", SPLIT_UNCLOSED, "a,\"b", 1);
	expect("a,\"b", SPLIT_UNCLOSED, "a,\"b", 0);
}

static struct str
long_line(struct buf *buf, size_t n, const char *end)
{
	buf_clear(buf);
	for (size_t i = 0; i < n; i++)
		buf_add_char(buf, 'x');
	buf_add_text(buf, end);
	return buf_str(buf);
}

static void
test_a_row_may_have_65536_bytes_and_no_more(void **state)
{
	static const char *const ends[] = { "\n", "\r\n", "", "\r" };
	struct buf buf = BUF_INIT;
	struct split_row part;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct str text = long_line(&buf, SPLIT_ROW_BYTES_MAX, ends[i]);

		assert_int_equal(split_next(&part, text, true, ',', '"'), SPLIT_ROW);
		assert_int_equal(part.bytes, SPLIT_ROW_BYTES_MAX);
		text = long_line(&buf, SPLIT_ROW_BYTES_MAX + 1, ends[i]);
		assert_int_equal(split_next(&part, text, true, ',', '"'), SPLIT_LONG);
	}
	buf_free(&buf);
}

static void
test_a_quote_open_past_the_bound_gives_up(void **state)
{
	struct buf buf = BUF_INIT;
	struct split_row part;

	(void)state;
	buf_add_text(&buf, "a,\"b\n");
	for (size_t i = 0; i < SPLIT_WINDOW_BYTES; i += 4)
		buf_add_text(&buf, "c,d\n");
	assert_int_equal(split_next(&part, buf_str(&buf), false, ',', '"'), SPLIT_UNCLOSED);
	assert_int_equal(part.bytes, 4);
	assert_int_equal(part.next, 5);
	buf_free(&buf);
}

static void
test_without_quoting_a_quote_is_text(void **state)
{
	struct split_row part;
	struct fields *fields = NULL;
	const struct str *got;
	size_t count;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(split_next(&part, STR_LIT("\"a\tb\nc\"\n"), true, '\t', 0), SPLIT_ROW);
	assert_int_equal(part.bytes, 4);
	assert_int_equal(fields_new(&fields, '\t', 0, &err), STATUS_OK);
	assert_int_equal(
	    fields_parse(&got, &count, fields, STR_LIT("\"a\t\tb\""), &err), STATUS_OK);
	assert_int_equal(count, 3);
	assert_true(str_eq_text(got[0], "\"a"));
	assert_int_equal(got[1].n, 0);
	assert_true(str_eq_text(got[2], "b\""));
	fields_free(fields);
}

static void
test_more_fields_than_the_limit_are_counted(void **state)
{
	struct buf buf = BUF_INIT;
	struct fields *fields = NULL;
	const struct str *got;
	size_t count;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(fields_new(&fields, ',', '"', &err), STATUS_OK);
	for (int i = 0; i < FIELDS_MAX; i++)
		buf_add_char(&buf, ',');
	assert_int_equal(fields_parse(&got, &count, fields, buf_str(&buf), &err), STATUS_OK);
	assert_int_equal(count, FIELDS_MAX + 1);
	fields_free(fields);
	buf_free(&buf);
}

static void
test_a_parser_without_memory_says_so(void **state)
{
	struct fields *fields = NULL;
	const struct str *got;
	size_t count;
	int failures = 0;

	(void)state;
	mem_fail_at(1);
	assert_int_equal(fields_new(&fields, ',', '"', NULL), STATUS_NOMEM);
	mem_fail_at(0);
	/* Rows without a quote take no memory; libcsv tries again with less before it gives up. */
	for (long nth = 1; nth <= 4; nth++) {
		enum status status;

		assert_int_equal(fields_new(&fields, ',', '"', NULL), STATUS_OK);
		mem_fail_at(nth);
		status = fields_parse(&got, &count, fields, STR_LIT("\"a\",b"), NULL);
		mem_fail_at(0);
		fields_free(fields);
		failures += status == STATUS_NOMEM;
		assert_true(status == STATUS_OK || status == STATUS_NOMEM);
	}
	assert_true(failures > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_written_csv_reads_back),
		cmocka_unit_test(test_a_split_never_depends_on_where_the_window_ends),
		cmocka_unit_test(test_rows_end_where_they_should),
		cmocka_unit_test(test_an_open_quote_costs_its_first_line_only),
		cmocka_unit_test(test_a_row_may_have_65536_bytes_and_no_more),
		cmocka_unit_test(test_a_quote_open_past_the_bound_gives_up),
		cmocka_unit_test(test_without_quoting_a_quote_is_text),
		cmocka_unit_test(test_more_fields_than_the_limit_are_counted),
		cmocka_unit_test(test_a_parser_without_memory_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
