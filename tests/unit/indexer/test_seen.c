#include "indexer/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"

#define IDS 50000 /* four doublings of the table */

static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/record-check-seen.XXXXXX");
	return mkdtemp(folder) == NULL || digest_init(NULL) != STATUS_OK;
}

static int
remove_folder(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) != STATUS_OK;
}

static struct str
id_of(char text[24], int n)
{
	int length = snprintf(text, 24, "CASE-%d", n);

	return (struct str){ text, (size_t)length };
}

static void
test_each_id_keeps_its_first_line(void **state)
{
	struct seen *seen = NULL;
	char text[24];
	uint64_t line;

	(void)state;
	assert_int_equal(seen_new(&seen, folder, NULL), STATUS_OK);
	for (int n = 0; n < IDS; n++) {
		assert_true(seen_find(seen, id_of(text, n)) == 0);
		assert_int_equal(
		    seen_put(&line, seen, id_of(text, n), (uint64_t)n + 2, NULL), STATUS_OK);
		assert_true(line == 0);
	}
	assert_true(seen_count(seen) == IDS);
	for (int n = 0; n < IDS; n++) {
		assert_int_equal(seen_put(&line, seen, id_of(text, n), 1, NULL), STATUS_OK);
		assert_true(line == (uint64_t)n + 2);
		assert_true(seen_find(seen, id_of(text, n)) == (uint64_t)n + 2);
	}
	assert_true(seen_count(seen) == IDS);
	seen_free(seen);
}

static void
test_the_file_has_no_name(void **state)
{
	struct seen *seen = NULL;
	struct dirent *entry;
	int names = 0;
	DIR *dir;

	(void)state;
	assert_int_equal(seen_new(&seen, folder, NULL), STATUS_OK);
	dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		names += entry->d_name[0] != '.';
	closedir(dir);
	assert_int_equal(names, 0);
	seen_free(seen);
}

static void
test_a_folder_that_is_not_there_is_an_error(void **state)
{
	struct seen *seen = NULL;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(seen_new(&seen, "/nowhere/at/all", &err), STATUS_IO);
	assert_string_equal(err.text, "cannot create a temporary file");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_id_keeps_its_first_line),
		cmocka_unit_test(test_the_file_has_no_name),
		cmocka_unit_test(test_a_folder_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
