/*
 * Rows to records through the real reader, with the real lexicon. What comes out is written as
 * text, a line for each person and each fault, and compared.
 */
#include "indexer/row_to_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "indexer/reader.h"
#include "record/person_json.h"

static struct lexicon *lexicon;
static struct folder *folder;

static int
setup(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	if (digest_init(&err) == STATUS_OK && folder_new(&folder, &err) == STATUS_OK &&
	    lexicon_load(&lexicon, "schemas/lexicon", &err) == STATUS_OK)
		return 0;
	print_error("%s\n", err.text);
	return 1;
}

static int
teardown(void **state)
{
	(void)state;
	lexicon_free(lexicon);
	folder_free(folder);
	return 0;
}

static enum status
take_record(void *ctx, const struct case_record *record, struct err *err)
{
	struct buf *out = ctx;

	(void)err;
	for (size_t i = 0; i < record->people_count; i++) {
		buf_add_text(out, "{\"record\":");
		buf_add_json(out, record->header.record_id);
		buf_add_text(out, ",\"person\":");
		person_to_json(out, &record->people[i]);
		buf_add_text(out, "}\n");
	}
	return STATUS_OK;
}

static void
take_fault(
    void *ctx, const struct row *row, const char *field, const char *reason, struct str value)
{
	struct buf *out = ctx;

	buf_addf(out, "{\"line\":%llu,\"field\":", (unsigned long long)row->line);
	buf_add_json(out, str_from(field));
	buf_add_text(out, ",\"reason\":");
	buf_add_json(out, str_from(reason));
	if (value.n > 0) {
		buf_add_text(out, ",\"value\":");
		buf_add_json(out, value);
	}
	buf_add_text(out, "}\n");
}

/* As load does it, without index and limits. */
static void
convert_rows(struct buf *out, struct reader *reader, struct row_to_case *converter, bool grouped)
{
	char open[RECORD_ID_BYTES_MAX];
	size_t open_bytes = 0;

	for (;;) {
		struct row row;
		struct str id = STR_NONE;
		const char *fault = NULL;
		bool more, somebody;

		assert_int_equal(reader_next(&more, &row, reader, NULL), STATUS_OK);
		if (!more)
			break;
		fault = row.fault;
		if (fault == NULL)
			row_to_case_id(&id, &fault, converter, &row);
		if (fault != NULL) {
			buf_addf(out, "%llu rejected: %s\n", (unsigned long long)row.line, fault);
			continue;
		}
		if (!grouped || !str_eq(id, (struct str){ open, open_bytes })) {
			assert_int_equal(row_to_case_finish(converter, NULL), STATUS_OK);
			assert_int_equal(row_to_case_begin(converter, id, NULL), STATUS_OK);
			memcpy(open, id.p, id.n);
			open_bytes = id.n;
		}
		assert_int_equal(row_to_case_add(&somebody, converter, &row, NULL), STATUS_OK);
		if (!somebody)
			buf_addf(out, "%llu names nobody\n", (unsigned long long)row.line);
	}
	assert_int_equal(row_to_case_finish(converter, NULL), STATUS_OK);
}

static void
convert(struct buf *out, struct str mapping_text, struct str export_text)
{
	const struct row_to_case_sink sink = { out, take_record, take_fault };
	char path[] = "/tmp/record-check-export.XXXXXX";
	struct mapping *mapping = NULL;
	struct reader *reader = NULL;
	struct row_to_case *converter = NULL;
	struct err err = ERR_NONE;
	int fd = mkstemp(path);

	buf_clear(out);
	assert_true(fd >= 0);
	assert_true(write(fd, export_text.p, export_text.n) == (ssize_t)export_text.n);
	close(fd);
	if (mapping_parse(&mapping, mapping_text, "mapping", &err) != STATUS_OK ||
	    reader_open(&reader, mapping, path, &err) != STATUS_OK) {
		buf_addf(out, "! %s", err.text);
	} else {
		assert_int_equal(row_to_case_new(&converter, mapping, lexicon, folder,
				     day_from_civil((struct civil){ 2026, 11, 23 }), sink, NULL),
		    STATUS_OK);
		convert_rows(out, reader, converter, mapping->rows == MAPPING_ROWS_GROUPED);
	}
	row_to_case_free(converter);
	reader_close(reader);
	mapping_free(mapping);
	unlink(path);
}

/* The box of a Markdown text that begins with "```kind". */
static struct str
box(struct str text, const char *kind)
{
	char begin[32];
	const char *at, *end;

	snprintf(begin, sizeof begin, "```%s\n", kind);
	at = strstr(text.p, begin);
	assert_non_null(at);
	at += strlen(begin);
	end = strstr(at, "```");
	assert_non_null(end);
	return (struct str){ at, (size_t)(end - at) };
}

static void
test_the_worked_example_of_the_manual_comes_out_as_printed(void **state)
{
	struct buf text = BUF_INIT, got = BUF_INIT;
	struct str want;

	(void)state;
	assert_int_equal(file_read(&text, "schemas/README.md", 1u << 20, NULL), STATUS_OK);
	convert(&got, box(buf_str(&text), "json"), box(buf_str(&text), "csv"));
	want = box(buf_str(&text), "jsonl");
	if (!str_eq(buf_str(&got), want))
		print_error("got:\n%s", got.p);
	assert_true(str_eq(buf_str(&got), want));
	buf_free(&text);
	buf_free(&got);
}

static void
expect(const char *mapping, const char *export, const char *want)
{
	struct buf got = BUF_INIT;

	convert(&got, str_from(mapping), str_from(export));
	assert_string_equal(got.p == NULL ? "" : got.p, want);
	buf_free(&got);
}

#define HEAD "{\"mapping\":1,\"system\":\"x\",\"source\":{\"format\":\"csv\"},"
#define JSON_HEAD "{\"mapping\":1,\"system\":\"x\",\"source\":{\"format\":\"json_lines\"},"
#define SIMPLE                                                                  \
	HEAD "\"record\":{\"id\":\"Id\"},"                                      \
	     "\"people\":[{\"role\":\"child\",\"names\":[{\"full\":\"Name\"}]," \
	     "\"births\":[{\"from\":\"DOB\"}],\"addresses\":[{\"town\":\"Town\"}]}]}"

static void
test_a_bad_field_costs_the_field_only(void **state)
{
	(void)state;
	expect(SIMPLE, "Id,Name,DOB,Town\n1,Ann Other,2009-02-30,Leeds\n",
	    "{\"line\":2,\"field\":\"DOB\",\"reason\":\"30 February is not a day of the "
	    "calendar\",\"value\":\"2009-02-30\"}\n"
	    "{\"record\":\"1\",\"person\":{\"id\":\"p1\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Ann Other\"}],\"addresses\":[{\"town\":\"Leeds\"}]}}\n");
}

static void
test_missing_values_are_no_faults(void **state)
{
	(void)state;
	expect(SIMPLE, "Id,Name,DOB,Town\n1,Ann,unborn,Leeds\n2,Bo,N/K,\n",
	    "{\"record\":\"1\",\"person\":{\"id\":\"p1\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Ann\"}],\"addresses\":[{\"town\":\"Leeds\"}]}}\n"
	    "{\"record\":\"2\",\"person\":{\"id\":\"p1\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Bo\"}]}}\n");
}

static void
test_an_address_alone_is_kept_and_nothing_at_all_is_nobody(void **state)
{
	(void)state;
	expect(SIMPLE, "Id,Name,DOB,Town\n1,,,Leeds\n2,,,\n",
	    "{\"record\":\"1\",\"person\":{\"id\":\"p1\",\"role\":\"child\",\"addresses\":[{"
	    "\"town\":\"Leeds\"}]}}\n"
	    "3 names nobody\n");
}

static void
test_rows_that_cannot_be_trusted_are_rejected_and_their_neighbours_kept(void **state)
{
	(void)state;
	expect(SIMPLE,
	    "Id,Name,DOB,Town\n"
	    "1,\"Ann\n"			 /* line 2: never closed */
	    "2,\"Bo \"\"B\"\" Day\",,\n" /* line 3 */
	    "3,Cy\n"			 /* line 4 */
	    ",Di,,\n"			 /* line 5 */
	    "5,\"Ed\nRow\",,\"\"\n"	 /* line 6 and 7, as it should be */
	    "\n"			 /* blank */
	    "6,Fay,,x,\n"		 /* line 9 */
	    "7,Gil",			 /* cut short */
	    "2 rejected: a quote is not closed\n"
	    "4 rejected: 2 columns, not 4 as in the header\n"
	    "5 rejected: the record id is empty\n"
	    "{\"record\":\"2\",\"person\":{\"id\":\"p1\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Bo \\\"B\\\" Day\"}]}}\n"
	    "9 rejected: 5 columns, not 4 as in the header\n"
	    "10 rejected: the last line is cut short: 2 of 4 columns\n"
	    "{\"record\":\"5\",\"person\":{\"id\":\"p1\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Ed\\nRow\"}]}}\n");
}

static void
test_grouped_rows_make_one_record_and_one_person(void **state)
{
	(void)state;
	expect(HEAD
	    "\"record\":{\"id\":\"Id\",\"rows\":\"grouped\"},"
	    "\"people\":[{\"id\":\"Who\",\"role\":\"child\",\"names\":[{\"full\":\"Name\"}],"
	    "\"addresses\":[{\"town\":\"Town\"}],\"notes\":[\"Note\"]}]}",
	    "Id,Who,Name,Town,Note\n1,A,Ann,Leeds,x\n1,B,Bo,,\n1,A,Ann,York,y\n2,A,Cy,,\n",
	    "{\"record\":\"1\",\"person\":{\"id\":\"A\",\"role\":\"child\",\"note\":\"x; y\","
	    "\"names\":[{\"kind\":\"current\",\"full\":\"Ann\"}],\"addresses\":[{\"town\":"
	    "\"Leeds\"},{\"town\":\"York\"}]}}\n"
	    "{\"record\":\"1\",\"person\":{\"id\":\"B\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Bo\"}]}}\n"
	    "{\"record\":\"2\",\"person\":{\"id\":\"A\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Cy\"}]}}\n");
}

static void
test_json_of_the_wrong_shape_costs_the_field(void **state)
{
	(void)state;
	expect(JSON_HEAD "\"record\":{\"id\":\"id\"},\"people\":[{\"each\":\"people\",\"id\":{"
			 "\"constant\":\"m\"},\"role\":\"other\",\"names\":[{\"full\":\"name\"}],"
			 "\"births\":[{\"age\":\"age\",\"at\":\"$.date\"}]}]}",
	    "{\"id\":7,\"date\":\"2020-01-01\",\"people\":[{\"name\":null},{\"name\":[1]},{"
	    "\"name\":"
	    "\"Cy\",\"age\":4},\"Di\"]}\n"
	    "{\"id\":{\"a\":1}}\n[]\nnull\n{\"id\":1,\"id\":2}\n{\"id\":9,\"people\":\"x\"}\n",
	    "{\"line\":1,\"field\":\"people[].name\",\"reason\":\"expected a text, found a "
	    "list\"}\n"
	    "{\"line\":1,\"field\":\"people[].name\",\"reason\":\"expected an object on the way to "
	    "it\"}\n"
	    "{\"line\":1,\"field\":\"people[].age\",\"reason\":\"expected an object on the way to "
	    "it\"}\n"
	    "2 rejected: expected a text, found an object\n"
	    "3 rejected: not a JSON object\n"
	    "4 rejected: not valid JSON: '[' or '{' expected near 'null'\n"
	    "5 rejected: not valid JSON: duplicate object key near '\"id\"'\n"
	    "{\"record\":\"7\",\"person\":{\"id\":\"m3\",\"role\":\"other\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Cy\"}],\"births\":[\"age 4 at 2020-01-01\"]}}\n"
	    "{\"line\":6,\"field\":\"people[].name\",\"reason\":\"expected an object on the way to "
	    "it\"}\n"
	    "{\"line\":6,\"field\":\"people[].age\",\"reason\":\"expected an object on the way to "
	    "it\"}\n"
	    "6 names nobody\n");
}

static void
test_a_bad_byte_keeps_the_rest_of_the_value(void **state)
{
	(void)state;
	expect(SIMPLE,
	    "Id,Name,DOB,Town\n1,Ren\xe9"
	    "e,,\n",
	    "{\"line\":2,\"field\":\"Name\",\"reason\":\"byte 0xe9 is not utf-8; kept as "
	    "U+FFFD\",\"value\":\"Ren\xef\xbf\xbd"
	    "e\"}\n"
	    "{\"record\":\"1\",\"person\":{\"id\":\"p1\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Ren\xef\xbf\xbd"
	    "e\"}]}}\n");
}

static void
test_headers_that_do_not_fit_fail_the_load(void **state)
{
	(void)state;
	expect(SIMPLE, "Id,Name,Town\n", "! the header has no column \"DOB\" (it has 3 columns)");
	expect(SIMPLE, "Id,Name,DOB,Town,DOB\n", "! the header has the column \"DOB\" twice");
	expect(SIMPLE, "", "! the export is empty: it has no header");
	expect(SIMPLE, "\xff\xfeI\xff",
	    "! the export is UTF-16; it has to be saved as UTF-8 or "
	    "Windows-1252");
	/* A byte order mark and another order of the columns are fine. */
	expect(SIMPLE, "\xef\xbb\xbfTown,DOB,Name,More,Id\n,,Ann,,1\n",
	    "{\"record\":\"1\",\"person\":{\"id\":\"p1\",\"role\":\"child\",\"names\":[{\"kind\":"
	    "\"current\",\"full\":\"Ann\"}]}}\n");
}

/* One past each limit of person.h is noted and the rest is kept. */
static void
test_a_name_too_many_is_noted(void **state)
{
	struct buf export = BUF_INIT, got = BUF_INIT;
	static const char mapping[] =
	    HEAD "\"record\":{\"id\":\"Id\"},\"people\":[{\"role\":\"child\",\"names\":[{\"full\":{"
		 "\"from\":\"Names\",\"split\":\";\"}}]}]}";

	(void)state;
	for (int more = 0; more < 2; more++) {
		buf_clear(&export);
		buf_add_text(&export, "Id,Names\n1,N0");
		for (int i = 1; i < PERSON_NAMES_MAX + more; i++)
			buf_addf(&export, ";N%d", i);
		buf_add_char(&export, '\n');
		convert(&got, str_from(mapping), buf_str(&export));
		assert_non_null(strstr(got.p, "\"N31\""));
		assert_null(strstr(got.p, "\"N32\""));
		assert_int_equal(strstr(got.p, "is one more than a person can have") != NULL, more);
	}
	buf_free(&export);
	buf_free(&got);
}

static void
test_texts_are_cut_at_1024_bytes_between_characters(void **state)
{
	struct buf export = BUF_INIT, got = BUF_INIT;

	(void)state;
	for (size_t extra = 0; extra < 3; extra++) {
		size_t n = 0;

		buf_clear(&export);
		buf_add_text(&export, "Id,Name,DOB,Town\n1,");
		for (; n < PERSON_TEXT_BYTES_MAX - 2; n++)
			buf_add_char(&export, 'x');
		for (size_t i = 0; i < extra; i++)
			buf_add_text(&export, "\xc3\xa9");
		buf_add_text(&export, ",,\n");
		convert(&got, str_from(SIMPLE), buf_str(&export));
		assert_int_equal(
		    strstr(got.p, "1026 bytes long; the first 1024") != NULL, extra == 2);
		assert_int_equal(strstr(got.p, "x\xc3\xa9\"") != NULL, extra >= 1);
	}
	buf_free(&export);
	buf_free(&got);
}

/* A record with more people than fit goes out in parts, and no one is lost. */
static void
test_a_record_of_many_people_goes_out_in_parts(void **state)
{
	struct buf export = BUF_INIT, got = BUF_INIT;
	int people = 0;

	(void)state;
	buf_add_text(&export, "Id,Name\n");
	for (int i = 0; i < 3 * CASE_PEOPLE_MAX + 1; i++)
		buf_addf(&export, "1,Name%d\n", i);
	convert(&got,
	    STR_LIT(HEAD "\"record\":{\"id\":\"Id\",\"rows\":\"grouped\"},\"people\":[{\"role\":"
			 "\"child\",\"names\":[{\"full\":\"Name\"}]}]}"),
	    buf_str(&export));
	for (const char *p = got.p; (p = strstr(p, "\"record\":\"1\"")) != NULL; p++)
		people++;
	assert_int_equal(people, 3 * CASE_PEOPLE_MAX + 1);
	assert_non_null(strstr(got.p, "\"id\":\"p193\""));
	buf_free(&export);
	buf_free(&got);
}

static void
test_record_ids_may_have_64_bytes(void **state)
{
	struct buf export = BUF_INIT, got = BUF_INIT;

	(void)state;
	for (int n = RECORD_ID_BYTES_MAX; n <= RECORD_ID_BYTES_MAX + 1; n++) {
		buf_clear(&export);
		buf_addf(&export, "Id,Name,DOB,Town\n%0*d,Ann,,\n", n, 7);
		convert(&got, str_from(SIMPLE), buf_str(&export));
		assert_int_equal(strcmp(got.p, "2 rejected: the record id is longer than 64 "
					       "bytes\n") == 0,
		    n > RECORD_ID_BYTES_MAX);
	}
	buf_free(&export);
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_worked_example_of_the_manual_comes_out_as_printed),
		cmocka_unit_test(test_a_bad_field_costs_the_field_only),
		cmocka_unit_test(test_missing_values_are_no_faults),
		cmocka_unit_test(test_an_address_alone_is_kept_and_nothing_at_all_is_nobody),
		cmocka_unit_test(
		    test_rows_that_cannot_be_trusted_are_rejected_and_their_neighbours_kept),
		cmocka_unit_test(test_grouped_rows_make_one_record_and_one_person),
		cmocka_unit_test(test_json_of_the_wrong_shape_costs_the_field),
		cmocka_unit_test(test_a_bad_byte_keeps_the_rest_of_the_value),
		cmocka_unit_test(test_headers_that_do_not_fit_fail_the_load),
		cmocka_unit_test(test_a_name_too_many_is_noted),
		cmocka_unit_test(test_texts_are_cut_at_1024_bytes_between_characters),
		cmocka_unit_test(test_a_record_of_many_people_goes_out_in_parts),
		cmocka_unit_test(test_record_ids_may_have_64_bytes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
