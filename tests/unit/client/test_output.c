#include "client/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

#define LINE_1 "{\"row\":1,\"ref\":\"a\",\"id\":\"1f\",\"check\":\"C1\",\"results\":[]}\n"
#define LINE_2 "{\"row\":2,\"ref\":\"b\",\"id\":\"\",\"status\":\"invalid\",\"error\":\"no\"}\n"

static char path[64];

static int
make_path(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof path, "/tmp/test_output.XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int
remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

static void
put(const char *text)
{
	assert_int_equal(file_write(path, str_from(text), 0600, NULL), STATUS_OK);
}

static void
holds(const char *text)
{
	struct buf buf = BUF_INIT;

	buf_add_text(&buf, "");
	assert_int_equal(file_read(&buf, path, 1 << 20, NULL), STATUS_OK);
	assert_string_equal(buf.p == NULL ? "" : buf.p, text);
	buf_free(&buf);
}

/* Reads all lines there are; their number, or -1 for an error. */
static int
lines_there(struct output *out, struct err *err)
{
	struct output_line line;
	bool there = true;
	int count = 0;

	while (output_next(&line, &there, out, err) == STATUS_OK) {
		if (!there)
			return count;
		count++;
	}
	return -1;
}

static void
test_a_new_file_has_no_lines_and_is_for_its_owner_only(void **state)
{
	struct output out;
	struct stat st;

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(output_open(&out, path, NULL), STATUS_OK);
	assert_int_equal(lines_there(&out, NULL), 0);
	assert_int_equal(output_write(&out, STR_LIT(LINE_1), NULL), STATUS_OK);
	assert_int_equal(output_sync(&out, NULL), STATUS_OK);
	output_close(&out);
	holds(LINE_1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
test_lines_that_are_there_are_read_and_gone_on_after(void **state)
{
	struct output out;
	struct output_line line;
	bool there;

	(void)state;
	put(LINE_1 LINE_2);
	assert_int_equal(output_open(&out, path, NULL), STATUS_OK);
	assert_int_equal(output_next(&line, &there, &out, NULL), STATUS_OK);
	assert_true(there && !line.failed && line.row == 1);
	assert_string_equal(line.ref, "a");
	assert_string_equal(line.id, "1f");
	assert_int_equal(output_next(&line, &there, &out, NULL), STATUS_OK);
	assert_true(there && line.failed && line.row == 2);
	assert_int_equal(output_next(&line, &there, &out, NULL), STATUS_OK);
	assert_false(there);
	assert_int_equal(output_write(&out, STR_LIT("x\n"), NULL), STATUS_OK);
	output_close(&out);
	holds(LINE_1 LINE_2 "x\n");
}

/* kill -9 can leave any front of a line. */
static void
test_a_line_cut_anywhere_is_dropped(void **state)
{
	char text[sizeof LINE_1 LINE_2];

	(void)state;
	for (size_t n = sizeof LINE_1; n < sizeof text - 2; n++) {
		struct output out;

		memcpy(text, LINE_1 LINE_2, sizeof text);
		text[n] = '\0';
		put(text);
		assert_int_equal(output_open(&out, path, NULL), STATUS_OK);
		assert_int_equal(lines_there(&out, NULL), 1);
		output_close(&out);
		holds(LINE_1);
	}
}

static void
test_a_first_line_cut_anywhere_is_dropped(void **state)
{
	char text[sizeof LINE_1];

	(void)state;
	for (size_t n = 1; n < sizeof text - 2; n++) {
		struct output out;

		memcpy(text, LINE_1, sizeof text);
		text[n] = '\0';
		put(text);
		assert_int_equal(output_open(&out, path, NULL), STATUS_OK);
		assert_int_equal(lines_there(&out, NULL), 0);
		output_close(&out);
		holds("");
	}
}

static void
is_left_alone(const char *text)
{
	struct output out;
	struct err err = ERR_NONE;

	put(text);
	assert_int_equal(output_open(&out, path, NULL), STATUS_OK);
	assert_int_equal(lines_there(&out, &err), -1);
	assert_string_equal(
	    err.text, "is there and is not the output of a batch; it is left as it is");
	output_close(&out);
	holds(text);
}

static void
test_a_file_of_something_else_is_left_as_it_is(void **state)
{
	(void)state;
	is_left_alone("my diary\n");
	is_left_alone("my diary, without a line end");
	is_left_alone("{\"a\":1}\n");
	is_left_alone("{\"row\":1,\"ref\":\"a\",\"id\":\"\"}\n" LINE_2);
	is_left_alone(LINE_1 "damaged\n" LINE_2);
	is_left_alone(LINE_1 "a last line of somebody else's\n");
	is_left_alone(LINE_1 "{\"row\":2,\"mine\":true}\n");
	is_left_alone(LINE_1 "a last line of somebody else's, without an end");
	is_left_alone("\n");
}

static void
test_a_second_batch_may_not_write_the_same_file(void **state)
{
	struct output out;
	int status = 0;
	pid_t child;

	(void)state;
	put("");
	assert_int_equal(output_open(&out, path, NULL), STATUS_OK);
	child = fork(); /* a lock of fcntl is the process's */
	assert_true(child >= 0);
	if (child == 0) {
		struct output second;

		_exit((int)output_open(&second, path, NULL));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), STATUS_BUSY);
	output_close(&out);
}

static void
test_a_folder_is_refused(void **state)
{
	struct output out;

	(void)state;
	assert_int_equal(output_open(&out, "/tmp", NULL), STATUS_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_new_file_has_no_lines_and_is_for_its_owner_only),
		cmocka_unit_test(test_lines_that_are_there_are_read_and_gone_on_after),
		cmocka_unit_test(test_a_line_cut_anywhere_is_dropped),
		cmocka_unit_test(test_a_first_line_cut_anywhere_is_dropped),
		cmocka_unit_test(test_a_file_of_something_else_is_left_as_it_is),
		cmocka_unit_test(test_a_second_batch_may_not_write_the_same_file),
		cmocka_unit_test(test_a_folder_is_refused),
	};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
