#include "index/postings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DOCUMENTS 3000u
#define WORDS 40u

static char *folder;

static int
set_up(void **state)
{
	static char name[32];

	(void)state;
	snprintf(name, sizeof name, "/tmp/postings-XXXXXX");
	folder = mkdtemp(name);
	return folder == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

/* Word n is in every document that n + 1 divides. */
static struct str
word(char out[16], unsigned n)
{
	return (struct str){ out, (size_t)snprintf(out, 16, "w%u", n) };
}

static void
add_multiples(struct postings *postings)
{
	for (uint32_t document = 1; document <= DOCUMENTS; document++) {
		char texts[WORDS][16];
		struct str terms[WORDS + 1];
		size_t count = 0;

		for (unsigned n = 0; n < WORDS; n++)
			if (document % (n + 1) == 0) {
				terms[count] = word(texts[count], n);
				count++;
			}
		terms[count] = terms[0]; /* twice */
		count++;
		assert_int_equal(postings_add(postings, document, terms, count, NULL), STATUS_OK);
	}
}

struct seen {
	unsigned terms;
	char last[POSTINGS_TERM_BYTES_MAX + 1];
	size_t last_bytes;
};

static void
rises(struct seen *seen, struct str term)
{
	struct str last = { seen->last, seen->last_bytes };

	assert_true(seen->terms++ == 0 || str_cmp(last, term) < 0);
	memcpy(seen->last, term.p, term.n);
	seen->last_bytes = term.n;
}

static enum status
take_multiples(void *ctx, struct str term, struct postings_list *list, struct err *err)
{
	uint64_t n;
	uint32_t document;

	rises(ctx, term);
	assert_true(str_to_u64(&n, str_part(term, 1, term.n), WORDS));
	assert_int_equal(postings_count(list), DOCUMENTS / (n + 1));
	for (uint32_t i = 1; i <= DOCUMENTS / (n + 1); i++) {
		assert_int_equal(postings_next(&document, list, err), STATUS_OK);
		assert_int_equal(document, i * (n + 1));
	}
	assert_int_equal(postings_next(&document, list, err), STATUS_OK);
	assert_int_equal(document, 0);
	return STATUS_OK;
}

/* Memory for one run, for a few, and for a run of each document. */
static void
test_runs_of_any_size_merge_to_the_same(void **state)
{
	const size_t memories[] = { POSTINGS_MEMORY, 140000, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
		struct postings *postings = NULL;
		struct seen seen = { 0 };

		assert_int_equal(postings_new(&postings, folder, memories[i], NULL), STATUS_OK);
		add_multiples(postings);
		assert_int_equal(postings_merge(postings, take_multiples, &seen, NULL), STATUS_OK);
		assert_int_equal(seen.terms, WORDS);
		postings_free(postings);
	}
}

static enum status
take_rising(void *ctx, struct str term, struct postings_list *list, struct err *err)
{
	uint32_t document;

	rises(ctx, term);
	assert_int_equal(postings_count(list), 1);
	assert_int_equal(postings_next(&document, list, err), STATUS_OK);
	return STATUS_OK;
}

/* Beginnings of one another, zero bytes and bytes over 127, at and around the sorter's eights. */
static void
test_terms_come_in_byte_order(void **state)
{
	static const char bytes[] = { '\0', '\x01', 'a', '\xff' };
	struct postings *postings = NULL;
	struct seen seen = { 0 };
	uint32_t added = 0;

	(void)state;
	assert_int_equal(postings_new(&postings, folder, 150000, NULL), STATUS_OK);
	for (size_t length = 1; length <= POSTINGS_TERM_BYTES_MAX; length += length < 26 ? 1 : 41)
		for (size_t i = 0; i < sizeof bytes; i++)
			for (size_t j = 0; j < (length == 1 ? 1 : sizeof bytes); j++) {
				char text[POSTINGS_TERM_BYTES_MAX];
				struct str term = { text, length };

				memset(text, bytes[i], length);
				if (length > 1)
					text[length - 1] = bytes[j];
				assert_int_equal(
				    postings_add(postings, ++added, &term, 1, NULL), STATUS_OK);
			}
	assert_int_equal(postings_merge(postings, take_rising, &seen, NULL), STATUS_OK);
	assert_int_equal(seen.terms, added);
	postings_free(postings);
}

static void
test_nothing_merges_to_nothing(void **state)
{
	struct postings *postings = NULL;
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(postings_new(&postings, folder, POSTINGS_MEMORY, NULL), STATUS_OK);
	assert_int_equal(postings_merge(postings, take_rising, &seen, NULL), STATUS_OK);
	assert_int_equal(seen.terms, 0);
	postings_free(postings);
	postings_free(NULL);
}

static enum status
refuse(void *ctx, struct str term, struct postings_list *list, struct err *err)
{
	(void)ctx;
	(void)term;
	(void)list;
	return err_set(err, STATUS_LIMIT, "enough");
}

static enum status
read_nothing(void *ctx, struct str term, struct postings_list *list, struct err *err)
{
	(void)ctx;
	(void)term;
	(void)list;
	(void)err;
	return STATUS_OK;
}

static void
test_a_fault_of_the_taker_ends_the_merge(void **state)
{
	postings_take *const takers[] = { refuse, read_nothing };
	const enum status faults[] = { STATUS_LIMIT, STATUS_USAGE };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct postings *postings = NULL;
		struct err err = ERR_NONE;

		assert_int_equal(postings_new(&postings, folder, POSTINGS_MEMORY, NULL), STATUS_OK);
		add_multiples(postings);
		assert_int_equal(postings_merge(postings, takers[i], NULL, &err), faults[i]);
		postings_free(postings);
	}
}

static void
test_a_folder_that_is_gone_is_a_fault(void **state)
{
	struct postings *postings = NULL;
	struct err err = ERR_NONE;
	struct str term = STR_LIT("w");

	(void)state;
	assert_int_equal(postings_new(&postings, "/nonexistent/folder", 0, NULL), STATUS_OK);
	assert_int_equal(postings_add(postings, 1, &term, 1, NULL), STATUS_IO);
	postings_free(postings);
	assert_int_equal(postings_new(&postings, "/nonexistent/folder", 1 << 20, NULL), STATUS_OK);
	assert_int_equal(postings_add(postings, 1, &term, 1, NULL), STATUS_OK);
	assert_int_equal(postings_merge(postings, take_rising, NULL, &err), STATUS_IO);
	assert_string_equal(err.source, "/nonexistent/folder");
	postings_free(postings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_of_any_size_merge_to_the_same),
		cmocka_unit_test(test_terms_come_in_byte_order),
		cmocka_unit_test(test_nothing_merges_to_nothing),
		cmocka_unit_test(test_a_fault_of_the_taker_ends_the_merge),
		cmocka_unit_test(test_a_folder_that_is_gone_is_a_fault),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
