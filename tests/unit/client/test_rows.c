#include "client/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

static char path[64];

static int
make_path(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof path, "/tmp/test_rows.XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int
remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

static struct rows *
rows_of(const char *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");
	struct rows *rows = NULL;

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(rows_open(&rows, path, NULL), STATUS_OK);
	return rows;
}

/* All rows as "a|b|c@line;" with faults as "!fault@line;". */
static void
reads_n(const char *bytes, size_t n, const char *expected)
{
	struct rows *rows = rows_of(bytes, n);
	struct buf out = BUF_INIT;
	const struct row *row;
	struct err err = ERR_NONE;

	buf_add_text(&out, "");
	for (;;) {
		if (rows_next(&row, rows, &err) != STATUS_OK)
			fail_msg("%s", err.text);
		if (row == NULL)
			break;
		if (row->fault != NULL)
			buf_addf(&out, "!%s", row->fault);
		for (size_t i = 0; row->fault == NULL && i < row->count; i++) {
			buf_add_text(&out, i > 0 ? "|" : "");
			buf_add_str(&out, row->fields[i]);
		}
		buf_addf(&out, "@%u;", row->line);
	}
	assert_string_equal(out.p == NULL ? "" : out.p, expected);
	buf_free(&out);
	rows_close(rows);
}

static void
reads(const char *text, const char *expected)
{
	reads_n(text, strlen(text), expected);
}

static void
test_plain_rows_are_read(void **state)
{
	(void)state;
	reads("a,b\n1,2\n", "a|b@1;1|2@2;");
	reads("a,b\r\n1,2\r\n", "a|b@1;1|2@2;");
	reads("a,b\n1,2", "a|b@1;1|2@2;");
	reads("", "");
	reads("a,,\n", "a||@1;");
}

static void
test_quotes_hold_commas_line_breaks_and_quotes(void **state)
{
	(void)state;
	reads("a,\"x, y\"\n", "a|x, y@1;");
	reads("\"say \"\"hi\"\"\",b\n", "say \"hi\"|b@1;");
	reads("\"one\ntwo\",b\nc,d\n", "one\ntwo|b@1;c|d@3;");
	reads("\"one\r\ntwo\",b\r\nc,d\r\n", "one\r\ntwo|b@1;c|d@3;");
}

static void
test_a_byte_order_mark_is_no_part_of_the_first_column(void **state)
{
	(void)state;
	reads("\xef\xbb\xbfref,b\n", "ref|b@1;");
	reads("\xef\xbb\xbf\"ref\",b\n", "ref|b@1;");
}

static void
test_empty_lines_are_passed_over_and_lines_keep_their_number(void **state)
{
	(void)state;
	reads("a\n\n\nb\n\n", "a@1;b@4;");
}

static void
test_a_quote_never_closed_is_a_fault_of_the_last_row(void **state)
{
	(void)state;
	reads("a,b\nc,\"d\n", "a|b@1;!a quote is opened and never closed@2;");
}

static void
test_bytes_stay_as_they_are(void **state)
{
	(void)state;
	reads_n("a\xff,b\n", 5, "a\xff|b@1;");
}

static void
test_too_many_columns_are_a_fault_of_that_row_only(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROWS_COLUMNS_MAX; i++)
		buf_add_char(&text, ',');
	buf_add_text(&text, "\na,b\n");
	reads(text.p, "!the row has more than 256 columns@1;a|b@2;");
	buf_free(&text);
}

static void
test_the_most_columns_are_taken(void **state)
{
	struct buf text = BUF_INIT;
	struct rows *rows;
	const struct row *row;

	(void)state;
	for (int i = 1; i < ROWS_COLUMNS_MAX; i++)
		buf_add_char(&text, ',');
	rows = rows_of(text.p, text.n);
	assert_int_equal(rows_next(&row, rows, NULL), STATUS_OK);
	assert_null(row->fault);
	assert_int_equal(row->count, ROWS_COLUMNS_MAX);
	rows_close(rows);
	buf_free(&text);
}

/* Rows that straddle the reader's chunks, checked against what was written. */
static void
test_rows_of_any_length_come_back_whole(void **state)
{
	struct buf text = BUF_INIT;
	struct rows *rows;
	const struct row *row;
	uint32_t seed = 3;
	uint64_t number = 0;

	(void)state;
	for (int i = 0; i < 400; i++) {
		seed = seed * 1664525 + 1013904223;
		buf_addf(&text, "%d,\"", i);
		for (uint32_t k = 0; k < (seed >> 16) % 1500; k++)
			buf_add_text(&text, k % 50 == 49 ? "\n" : k % 7 == 6 ? "\"\"" : "x");
		buf_add_text(&text, "\"\n");
	}
	rows = rows_of(text.p, text.n);
	seed = 3;
	while (rows_next(&row, rows, NULL) == STATUS_OK && row != NULL) {
		uint64_t value = 0;

		seed = seed * 1664525 + 1013904223;
		assert_int_equal(row->count, 2);
		assert_true(str_to_u64(&value, row->fields[0], 1000));
		assert_int_equal(value, number);
		assert_int_equal(row->number, number + 1);
		assert_int_equal(row->fields[1].n, (seed >> 16) % 1500);
		number++;
	}
	assert_int_equal(number, 400);
	rows_close(rows);
	buf_free(&text);
}

static void
test_ten_megabytes_without_a_line_end_are_refused(void **state)
{
	size_t n = 10u << 20;
	char *bytes = mem_alloc(n);
	struct rows *rows;
	const struct row *row;
	struct err err = ERR_NONE;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'x', n);
	rows = rows_of(bytes, n);
	assert_int_equal(rows_next(&row, rows, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "a row is longer than 262144 bytes; is a quote left open?");
	rows_close(rows);
	mem_free(bytes);
}

static void
test_random_bytes_are_survived(void **state)
{
	static const char letters[] = "a,\"\"\n\r \xef\xbb\xbf";
	uint32_t seed = 11;

	(void)state;
	for (int i = 0; i < 300; i++) {
		char bytes[64];
		struct rows *rows;
		const struct row *row = NULL;
		size_t count = 0;

		for (size_t k = 0; k < sizeof bytes; k++) {
			seed = seed * 1664525 + 1013904223;
			bytes[k] = letters[(seed >> 16) % (sizeof letters)];
		}
		rows = rows_of(bytes, sizeof bytes);
		while (rows_next(&row, rows, NULL) == STATUS_OK && row != NULL)
			count++;
		assert_true(count <= sizeof bytes);
		rows_close(rows);
	}
}

static void
test_a_folder_and_an_absent_file_are_refused(void **state)
{
	struct rows *rows = NULL;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(rows_open(&rows, "/tmp", &err), STATUS_INVALID);
	assert_string_equal(err.text, "is a folder, not a CSV file");
	assert_int_equal(rows_open(&rows, "/tmp/no/such", NULL), STATUS_NOT_FOUND);
	rows_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_rows_are_read),
		cmocka_unit_test(test_quotes_hold_commas_line_breaks_and_quotes),
		cmocka_unit_test(test_a_byte_order_mark_is_no_part_of_the_first_column),
		cmocka_unit_test(test_empty_lines_are_passed_over_and_lines_keep_their_number),
		cmocka_unit_test(test_a_quote_never_closed_is_a_fault_of_the_last_row),
		cmocka_unit_test(test_bytes_stay_as_they_are),
		cmocka_unit_test(test_too_many_columns_are_a_fault_of_that_row_only),
		cmocka_unit_test(test_the_most_columns_are_taken),
		cmocka_unit_test(test_rows_of_any_length_come_back_whole),
		cmocka_unit_test(test_ten_megabytes_without_a_line_end_are_refused),
		cmocka_unit_test(test_random_bytes_are_survived),
		cmocka_unit_test(test_a_folder_and_an_absent_file_are_refused),
	};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
