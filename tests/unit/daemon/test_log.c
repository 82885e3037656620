#include "daemon/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <regex.h>
#include <unistd.h>

static char text[4 * LOG_LINE_BYTES_MAX];

/* What `write_lines` puts on stderr. */
static size_t
caught(void (*write_lines)(void))
{
	int ends[2], old = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	write_lines();
	dup2(old, STDERR_FILENO);
	close(old);
	close(ends[1]);
	n = read(ends[0], text, sizeof text - 1);
	close(ends[0]);
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static void
plain(void)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_INFO, STR_LIT("abc"), "request");
	log_text(&line, "op", STR_LIT("check"));
	log_number(&line, "ms", -12);
	log_end(&line);
}

static void
test_a_line_has_time_level_role_request_and_values(void **state)
{
	regex_t form;

	(void)state;
	log_start("tester", LOG_LEVEL_INFO);
	caught(plain);
	assert_int_equal(
	    regcomp(&form,
		"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z info tester "
		"req=abc request op=check ms=-12\n$",
		REG_EXTENDED),
	    0);
	assert_int_equal(regexec(&form, text, 0, NULL, 0), 0);
	regfree(&form);
}

static void
foreign(void)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_INFO, STR_NONE, "x");
	log_text(&line, "a", STR_LIT("two words"));
	log_text(&line, "b", STR_LIT("quote\" end"));
	log_text(&line, "c", STR_LIT("line\nbreak \x1b[2J"));
	log_text(&line, "d", STR_NONE);
	log_end(&line);
}

static void
test_foreign_text_cannot_break_a_line(void **state)
{
	(void)state;
	log_start("tester", LOG_LEVEL_INFO);
	caught(foreign);
	assert_non_null(strstr(text, "req=- x a=\"two words\" b=\"quote\\\" end\" "));
	assert_non_null(strstr(text, "c=\"line\\x0abreak \\x1b[2J\" d=\"\"\n"));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void
long_values(void)
{
	static char big[5000];
	struct log_line line;

	memset(big, 'x', sizeof big);
	log_begin(&line, LOG_LEVEL_INFO, STR_NONE, "x");
	for (int i = 0; i < 10; i++)
		log_text(&line, "key", (struct str){ big, sizeof big });
	log_end(&line);
}

static void
test_a_line_is_never_longer_than_the_limit(void **state)
{
	(void)state;
	log_start("tester", LOG_LEVEL_INFO);
	assert_int_equal(caught(long_values), LOG_LINE_BYTES_MAX);
	assert_int_equal(text[LOG_LINE_BYTES_MAX - 1], '\n');
}

static void
debug_line(void)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_DEBUG, STR_NONE, "x");
	log_text(&line, "a", STR_LIT("b"));
	log_end(&line);
}

static void
test_lines_below_the_least_level_are_dropped(void **state)
{
	(void)state;
	log_start("tester", LOG_LEVEL_INFO);
	/* A pipe with nothing in it reads as its end. */
	assert_int_equal(caught(debug_line), 0);
	log_start("tester", LOG_LEVEL_DEBUG);
	assert_true(caught(debug_line) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_has_time_level_role_request_and_values),
		cmocka_unit_test(test_foreign_text_cannot_break_a_line),
		cmocka_unit_test(test_a_line_is_never_longer_than_the_limit),
		cmocka_unit_test(test_lines_below_the_least_level_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
