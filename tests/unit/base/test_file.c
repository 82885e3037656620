#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/test_file.XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) != STATUS_OK || access(folder, F_OK) == 0;
}

static const char *
in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void
test_what_is_written_is_read_back(void **state)
{
	struct buf back = BUF_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(file_write(in_folder("a"), STR_LIT("one\0two"), 0600, NULL), STATUS_OK);
	assert_int_equal(file_read(&back, in_folder("a"), 7, NULL), STATUS_OK);
	assert_int_equal(back.n, 7);
	assert_memory_equal(back.p, "one\0two", 7);
	assert_int_equal(stat(in_folder("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_not_equal(access(in_folder("a.new"), F_OK), 0);
	buf_free(&back);
}

static void
test_reading_one_byte_past_the_limit_is_refused(void **state)
{
	struct buf back = BUF_INIT;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(file_write(in_folder("b"), STR_LIT("12345678"), 0600, NULL), STATUS_OK);
	assert_int_equal(file_read(&back, in_folder("b"), 7, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "file is larger than 7 bytes");
	buf_free(&back);
}

static void
test_writing_into_a_missing_folder_says_why(void **state)
{
	struct err err = ERR_NONE;
	char text[512];

	(void)state;
	assert_int_equal(file_write(in_folder("none/c"), STR_LIT("x"), 0600, &err), STATUS_IO);
	assert_int_equal(err.sys_errno, ENOENT);
	assert_non_null(strstr(err_format(text, sizeof text, &err), "cannot create: No such file"));
}

static void
test_second_lock_is_refused_and_names_the_holder(void **state)
{
	struct file_lock first = { -1 }, second = { -1 };
	struct err err = ERR_NONE;
	char want[64];

	(void)state;
	snprintf(want, sizeof want, "held by process %ld", (long)getpid());
	assert_int_equal(file_lock(&first, in_folder("lock"), NULL), STATUS_OK);
	assert_int_equal(file_lock(&second, in_folder("lock"), &err), STATUS_BUSY);
	assert_string_equal(err.text, want);
	file_unlock(&first);
	assert_int_equal(file_lock(&second, in_folder("lock"), NULL), STATUS_OK);
	file_unlock(&second);
}

static void
test_folders_are_made_with_parents_and_a_file_in_the_way_is_refused(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(file_make_folders(in_folder("d/e/f"), NULL), STATUS_OK);
	assert_int_equal(file_make_folders(in_folder("d/e/f"), NULL), STATUS_OK);
	assert_int_equal(file_write(in_folder("plain"), STR_LIT("x"), 0600, NULL), STATUS_OK);
	assert_int_equal(file_make_folders(in_folder("plain"), &err), STATUS_INVALID);
}

static void
test_removing_a_tree_does_not_follow_links(void **state)
{
	char target[128];

	(void)state;
	snprintf(target, sizeof target, "%s", in_folder("precious"));
	assert_int_equal(file_make_folders(target, NULL), STATUS_OK);
	assert_int_equal(file_make_folders(in_folder("tree/deep"), NULL), STATUS_OK);
	assert_int_equal(symlink(target, in_folder("tree/deep/link")), 0);
	assert_int_equal(file_remove_tree(in_folder("tree"), NULL), STATUS_OK);
	assert_int_not_equal(access(in_folder("tree"), F_OK), 0);
	assert_int_equal(access(target, F_OK), 0);
	assert_int_equal(file_remove_tree(in_folder("tree"), NULL), STATUS_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read_back),
		cmocka_unit_test(test_reading_one_byte_past_the_limit_is_refused),
		cmocka_unit_test(test_writing_into_a_missing_folder_says_why),
		cmocka_unit_test(test_second_lock_is_refused_and_names_the_holder),
		cmocka_unit_test(
		    test_folders_are_made_with_parents_and_a_file_in_the_way_is_refused),
		cmocka_unit_test(test_removing_a_tree_does_not_follow_links),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
