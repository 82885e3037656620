/* fields: rows without a quote are cut as libcsv would, and fields keep their true number. */
#include "indexer/fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct fields *
open_fields(char delimiter, char quote)
{
	struct fields *fields = NULL;
	struct err err = ERR_NONE;

	assert_int_equal(fields_new(&fields, delimiter, quote, &err), STATUS_OK);
	return fields;
}

static size_t
parse(const struct str **out, struct fields *fields, struct str row)
{
	struct err err = ERR_NONE;
	size_t count = 0;

	assert_int_equal(fields_parse(out, &count, fields, row, &err), STATUS_OK);
	return count;
}

static void
test_blanks_around_a_field_go(void **state)
{
	struct fields *fields = open_fields(',', '"');
	const struct str *items;

	(void)state;
	assert_int_equal(parse(&items, fields, STR_LIT(" a b ,\t,,c\t")), 4);
	assert_true(str_eq_text(items[0], "a b"));
	assert_int_equal(items[1].n, 0);
	assert_int_equal(items[2].n, 0);
	assert_true(str_eq_text(items[3], "c"));
	assert_int_equal(parse(&items, fields, STR_LIT("a,")), 2);
	assert_int_equal(parse(&items, fields, STR_LIT(" \t ")), 0);
	assert_int_equal(parse(&items, fields, STR_NONE), 0);
	fields_free(fields);
}

static void
test_a_tab_may_delimit(void **state)
{
	struct fields *fields = open_fields('\t', 0);
	const struct str *items;

	(void)state;
	assert_int_equal(parse(&items, fields, STR_LIT("\t \"x\t")), 3);
	assert_int_equal(items[0].n, 0);
	assert_true(str_eq_text(items[1], "\"x"));
	assert_int_equal(parse(&items, fields, STR_LIT("\t")), 2);
	fields_free(fields);
}

/* A quoted field behind the row sends it through libcsv, which must say the same of the others. */
static void
compare_ways(struct fields *fields, char delimiter, struct str row)
{
	char text[64], kept[64];
	struct str plain[32];
	const struct str *items;
	size_t count;

	memcpy(kept, row.p, row.n);
	count = parse(&items, fields, (struct str){ kept, row.n });
	assert_true(count < 32);
	for (size_t i = 0; i < count; i++)
		plain[i] = items[i];
	if (count == 0)
		return; /* blank, which no longer is with a field behind it */
	memcpy(text, row.p, row.n);
	memcpy(text + row.n, (char[]){ delimiter, '"', 'q', '"' }, 4);
	assert_int_equal(parse(&items, fields, (struct str){ text, row.n + 4 }), count + 1);
	for (size_t i = 0; i < count; i++)
		assert_true(str_eq(items[i], plain[i]));
	assert_true(str_eq_text(items[count], "q"));
}

static void
test_both_ways_agree(void **state)
{
	static const char delimiters[] = { ',', '\t', ';' };
	uint32_t seed = 1;

	(void)state;
	for (size_t d = 0; d < sizeof delimiters; d++) {
		const char letters[] = { 'a', ' ', '\t', delimiters[d], '\r', ',', '\xe9' };
		struct fields *fields = open_fields(delimiters[d], '"');

		for (unsigned round = 0; round < 20000; round++) {
			char row[20];
			size_t n;

			seed = seed * 1664525u + 1013904223u;
			n = (seed >> 16) % sizeof row;
			for (size_t i = 0; i < n; i++) {
				seed = seed * 1664525u + 1013904223u;
				row[i] = letters[(seed >> 16) % sizeof letters];
			}
			compare_ways(fields, delimiters[d], (struct str){ row, n });
		}
		fields_free(fields);
	}
}

static void
test_the_true_number_is_told_past_the_limit(void **state)
{
	struct fields *fields = open_fields(',', '"');
	char row[FIELDS_MAX + 8];
	const struct str *items;

	(void)state;
	memset(row, ',', sizeof row);
	assert_int_equal(parse(&items, fields, (struct str){ row, FIELDS_MAX - 1 }), FIELDS_MAX);
	assert_int_equal(parse(&items, fields, (struct str){ row, FIELDS_MAX }), FIELDS_MAX + 1);
	fields_free(fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blanks_around_a_field_go),
		cmocka_unit_test(test_a_tab_may_delimit),
		cmocka_unit_test(test_both_ways_agree),
		cmocka_unit_test(test_the_true_number_is_told_past_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
