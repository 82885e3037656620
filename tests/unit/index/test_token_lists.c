#include "index/token_lists.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "index/bulk.h"
#include "index/glass_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOCUMENTS 9000u
#define COMMON 97u /* one token of this many is on many documents */

static char folder[32], path[64];

/* Document n has a token that all have, one of its own, one of 97, and terms that are no tokens. */
static int
set_up(void **state)
{
	struct bulk *bulk = NULL;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/lists-XXXXXX");
	if (mkdtemp(folder) == NULL || bulk_new(&bulk, folder, NULL) != STATUS_OK)
		return -1;
	snprintf(path, sizeof path, "%s/base.glass", folder);
	for (uint32_t n = 1; n <= DOCUMENTS; n++) {
		char own[16], some[16];
		struct str terms[5] = { STR_LIT("Nall"), STR_LIT("Mhost"), STR_LIT("O1234") };

		terms[3] = (struct str){ own, (size_t)snprintf(own, sizeof own, "Nown%u", n) };
		terms[4] = (struct str){ some,
			(size_t)snprintf(some, sizeof some, "Nsome%u", n % COMMON) };
		if (bulk_add(bulk, STR_LIT("data"), terms, 5, NULL) != STATUS_OK)
			return -1;
	}
	return bulk_finish(bulk, NULL) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

/* Against the list in the file. */
static void
expect_list(const struct token_lists *lists, struct glass_reader *reader, struct str term)
{
	struct token_list found = token_lists_get(lists, term);
	static struct glass_list list;
	uint32_t at = 0;

	assert_int_equal(glass_reader_list(&list, reader, term, NULL), STATUS_OK);
	while (list.count > 0) {
		assert_true(at + list.count <= found.count);
		assert_memory_equal(
		    found.documents + at, list.documents, list.count * sizeof *list.documents);
		at += (uint32_t)list.count;
		assert_int_equal(glass_reader_next(&list, NULL), STATUS_OK);
	}
	assert_int_equal(found.count, at);
}

static void
test_each_token_has_the_list_of_the_file(void **state)
{
	const struct token_lists *lists = NULL;
	struct glass_reader *reader = NULL;
	char term[16];

	(void)state;
	assert_int_equal(token_lists_read(&lists, path, NULL), STATUS_OK);
	assert_int_equal(glass_reader_open(&reader, path, NULL), STATUS_OK);
	expect_list(lists, reader, STR_LIT("Nall"));
	assert_int_equal(token_lists_get(lists, STR_LIT("Nall")).count, DOCUMENTS);
	for (uint32_t n = 0; n < COMMON; n++) {
		snprintf(term, sizeof term, "Nsome%u", n);
		expect_list(lists, reader, str_from(term));
	}
	for (uint32_t n = 0; n <= DOCUMENTS + 1; n++) { /* the first and the last nobody has */
		snprintf(term, sizeof term, "Nown%u", n);
		expect_list(lists, reader, str_from(term));
	}
	glass_reader_close(reader);
	token_lists_drop(lists);
}

static void
test_what_is_no_token_of_the_base_has_no_documents(void **state)
{
	static const char *const absent[] = { "N", "Nal", "Nalll", "nall", "Mhost", "O1234", "" };
	static char longest[300];
	const struct token_lists *lists = NULL;

	(void)state;
	assert_int_equal(token_lists_read(&lists, path, NULL), STATUS_OK);
	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
		assert_int_equal(token_lists_get(lists, str_from(absent[i])).count, 0);
	memset(longest, 'N', sizeof longest);
	assert_int_equal(token_lists_get(lists, (struct str){ longest, sizeof longest }).count, 0);
	token_lists_drop(lists);
}

static void
test_holders_keep_them(void **state)
{
	const struct token_lists *lists = NULL, *held;

	(void)state;
	assert_int_equal(token_lists_read(&lists, path, NULL), STATUS_OK);
	held = token_lists_hold(lists);
	token_lists_drop(lists);
	assert_int_equal(token_lists_get(held, STR_LIT("Nall")).count, DOCUMENTS);
	token_lists_drop(held);
	token_lists_drop(NULL);
}

static void
test_an_empty_base_has_none(void **state)
{
	char empty[48], file[64];
	const struct token_lists *lists = NULL;
	struct bulk *bulk = NULL;

	(void)state;
	snprintf(empty, sizeof empty, "%s/empty", folder);
	assert_int_equal(file_make_folders(empty, NULL), STATUS_OK);
	assert_int_equal(bulk_new(&bulk, empty, NULL), STATUS_OK);
	assert_int_equal(bulk_finish(bulk, NULL), STATUS_OK);
	snprintf(file, sizeof file, "%s/base.glass", empty);
	assert_int_equal(token_lists_read(&lists, file, NULL), STATUS_OK);
	assert_int_equal(token_lists_get(lists, STR_LIT("Nall")).count, 0);
	token_lists_drop(lists);
}

static void
test_without_memory_or_file_there_are_none(void **state)
{
	const struct token_lists *lists = NULL;
	char absent[80];
	long nth = 1;

	(void)state;
	for (; nth < 200; nth++) {
		enum status status;

		mem_fail_at(nth);
		status = token_lists_read(&lists, path, NULL);
		mem_fail_at(0);
		if (status == STATUS_OK)
			break;
		assert_int_equal(status, STATUS_NOMEM);
		assert_null(lists);
	}
	assert_true(nth > 5 && nth < 200);
	token_lists_drop(lists);
	snprintf(absent, sizeof absent, "%s.absent", path);
	assert_int_equal(token_lists_read(&lists, absent, NULL), STATUS_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_token_has_the_list_of_the_file),
		cmocka_unit_test(test_what_is_no_token_of_the_base_has_no_documents),
		cmocka_unit_test(test_holders_keep_them),
		cmocka_unit_test(test_an_empty_base_has_none),
		cmocka_unit_test(test_without_memory_or_file_there_are_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
