#include "daemon/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test-config-XXXXXX";
static char path[64];
static char seen[512];

static enum status
item(void *ctx, const char *file, unsigned line, struct str key, struct str value, struct err *err)
{
	size_t n = strlen(seen);

	(void)ctx;
	if (str_eq_text(key, "bad"))
		return config_unknown(file, line, key, err);
	snprintf(seen + n, sizeof seen - n, "%u %.*s=%.*s;", line, STR_ARG(key), STR_ARG(value));
	return STATUS_OK;
}

static enum status
read_text(const char *text, size_t n, mode_t mode, char *message, size_t size)
{
	struct err err = ERR_NONE;
	FILE *file = fopen(path, "w");
	enum status status;

	assert_non_null(file);
	fwrite(text, 1, n, file);
	fclose(file);
	chmod(path, mode);
	seen[0] = '\0';
	status = config_read(path, item, NULL, &err);
	err_format(message, size, &err);
	return status;
}

static void
test_lines_are_read_with_their_numbers(void **state)
{
	static const char text[] = "# a comment\n\n a = 1 \nb=x = y # kept\n\tc =\tlast";
	char message[400];

	(void)state;
	assert_int_equal(
	    read_text(text, sizeof text - 1, 0600, message, sizeof message), STATUS_OK);
	assert_string_equal(seen, "3 a=1;4 b=x = y # kept;5 c=last;");
}

static void
test_each_fault_names_file_and_line(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "a = 1\nnonsense\n", ":2: expected \"key = value\"" },
		{ "= 1\n", ":1: expected \"key = value\"" },
		{ "a =\n", ":1: a: the value is missing" },
		{ "a = 1\nbad = 1\n", ":2: unknown key \"bad\"" },
		{ "a = \xff\n", ":1: not valid UTF-8 text" },
	};
	char message[400], want[400];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(
		    read_text(cases[i].text, strlen(cases[i].text), 0600, message, sizeof message),
		    STATUS_INVALID);
		snprintf(want, sizeof want, "%s%s", path, cases[i].message);
		assert_string_equal(message, want);
	}
}

static void
test_a_nul_byte_is_refused(void **state)
{
	char message[400];

	(void)state;
	assert_int_equal(
	    read_text("a = 1\0 2\n", 9, 0600, message, sizeof message), STATUS_INVALID);
}

static void
test_a_file_that_others_may_write_is_refused(void **state)
{
	static const mode_t modes[] = { 0620, 0602, 0666 };
	char message[400];

	(void)state;
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		assert_int_equal(
		    read_text("a = 1\n", 6, modes[i], message, sizeof message), STATUS_INVALID);
		assert_non_null(strstr(message, "others than its owner may write it"));
		assert_string_equal(seen, "");
	}
	assert_int_equal(read_text("a = 1\n", 6, 0644, message, sizeof message), STATUS_OK);
}

static void
test_a_file_past_the_limit_is_refused_and_one_at_it_is_read(void **state)
{
	static char text[CONFIG_BYTES_MAX + 1];
	char message[400];

	(void)state;
	memset(text, '\n', sizeof text);
	assert_int_equal(
	    read_text(text, CONFIG_BYTES_MAX, 0600, message, sizeof message), STATUS_OK);
	assert_int_equal(
	    read_text(text, CONFIG_BYTES_MAX + 1, 0600, message, sizeof message), STATUS_LIMIT);
}

static void
test_an_absent_file_is_not_found(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(config_read("/nowhere/x.conf", item, NULL, &err), STATUS_NOT_FOUND);
	assert_string_equal(err.source, "/nowhere/x.conf");
}

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/x.conf", folder);
	return 0;
}

static int
drop_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_are_read_with_their_numbers),
		cmocka_unit_test(test_each_fault_names_file_and_line),
		cmocka_unit_test(test_a_nul_byte_is_refused),
		cmocka_unit_test(test_a_file_that_others_may_write_is_refused),
		cmocka_unit_test(test_a_file_past_the_limit_is_refused_and_one_at_it_is_read),
		cmocka_unit_test(test_an_absent_file_is_not_found),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
