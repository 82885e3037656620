#include "daemon/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct values {
	bool json;
	const char *data;
	uint64_t rejects;
	struct option_texts names;
};

#define WORDS_MAX 16

static char captured[8192];

/* The words of a line as argv; the strings live in static memory until the next call. */
static char **
words(int *argc, const char *line)
{
	static char text[1024];
	static char *argv[WORDS_MAX + 1];

	snprintf(text, sizeof text, "%s", line);
	*argc = 0;
	for (char *p = text; *p != '\0' && *argc < WORDS_MAX;) {
		char *end = strchr(p, ' ');

		argv[(*argc)++] = p;
		if (end == NULL)
			break;
		*end = '\0';
		p = end + 1;
	}
	return argv;
}

/* Runs options_parse with stdout and stderr going to a file, whose text is left in `captured`. */
static bool
parse_words(struct values *v, struct option_rest *rest, int *code, int argc, char **argv)
{
	const struct option_spec options[] = {
		{ "data", 'd', "DIR", "data folder", OPTION_TEXT, &v->data, OPTION_REQUIRED, 0 },
		{ "max-rejects", 0, "N", "stop after N", OPTION_NUMBER, &v->rejects,
		    OPTION_OPTIONAL, 100 },
		{ "name", 0, "TEXT", "a name", OPTION_TEXTS, &v->names, OPTION_OPTIONAL, 0 },
		{ "json", 0, NULL, "print JSON", OPTION_FLAG, &v->json, OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "indexer",
		.name = "load",
		.arguments = "FILE",
		.summary = "Load a file",
		.options = options,
		.option_count = 4,
		.details = "More to say.\n",
		.arguments_max = 1 };
	FILE *file = tmpfile();
	int out = dup(1), err = dup(2);
	bool go;

	assert_non_null(file);
	fflush(stdout);
	dup2(fileno(file), 1);
	dup2(fileno(file), 2);
	go = options_parse(rest, code, &command, argc, argv);
	fflush(stdout);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	rewind(file);
	captured[fread(captured, 1, sizeof captured - 1, file)] = '\0';
	fclose(file);
	return go;
}

static bool
parse(struct values *v, struct option_rest *rest, int *code, const char *line)
{
	int argc;
	char **argv = words(&argc, line);

	return parse_words(v, rest, code, argc, argv);
}

static void
test_values_are_taken_in_each_form(void **state)
{
	struct values v = { 0 };
	struct option_rest rest;
	int code;

	(void)state;
	assert_true(parse(
	    &v, &rest, &code, "load --data=x=y --max-rejects 100 in.csv --json --name a --name="));
	assert_string_equal(v.data, "x=y");
	assert_true(v.rejects == 100);
	assert_true(v.json);
	assert_int_equal(v.names.count, 2);
	assert_string_equal(v.names.items[0], "a");
	assert_string_equal(v.names.items[1], "");
	assert_int_equal(rest.count, 1);
	assert_string_equal(rest.argv[0], "in.csv");
	assert_string_equal(captured, "");
}

static void
test_short_option_takes_value_attached_or_next(void **state)
{
	struct values v = { 0 };
	struct option_rest rest;
	int code;

	(void)state;
	assert_true(parse(&v, &rest, &code, "load -dx"));
	assert_string_equal(v.data, "x");
	assert_true(parse(&v, &rest, &code, "load -d y"));
	assert_string_equal(v.data, "y");
}

static void
test_double_dash_ends_options(void **state)
{
	struct values v = { 0 };
	struct option_rest rest;
	int code;

	(void)state;
	assert_true(parse(&v, &rest, &code, "load -dx -- --json"));
	assert_false(v.json);
	assert_int_equal(rest.count, 1);
	assert_string_equal(rest.argv[0], "--json");
}

static void
test_each_mistake_has_its_message_and_exit_64(void **state)
{
	static const struct {
		const char *line;
		const char *message;
	} cases[] = {
		{ "load", "indexer load: --data is required" },
		{ "load --dat x", "indexer load: unknown option '--dat'" },
		{ "load -q", "indexer load: unknown option '-q'" },
		{ "load --data", "indexer load: --data needs a value (DIR)" },
		{ "load -dx --data=y", "indexer load: --data is given twice" },
		{ "load -dx --json=1", "indexer load: --json takes no value" },
		{ "load -dx --max-rejects=101",
		    "indexer load: --max-rejects needs a whole number from 0 to 100, not '101'" },
		{ "load -dx --max-rejects=-1",
		    "indexer load: --max-rejects needs a whole number from 0 to 100, not '-1'" },
		{ "load -dx a b", "indexer load: unexpected argument 'b'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct values v = { 0 };
		struct option_rest rest;
		char want[256];
		int code = -1;

		assert_false(parse(&v, &rest, &code, cases[i].line));
		assert_int_equal(code, 64);
		snprintf(want, sizeof want, "%s\nTry 'indexer load --help'.\n", cases[i].message);
		assert_string_equal(captured, want);
	}
}

static void
test_help_lists_every_option_and_ends_with_0(void **state)
{
	struct values v = { 0 };
	struct option_rest rest;
	int code = -1;

	(void)state;
	assert_false(parse(&v, &rest, &code, "load --help"));
	assert_int_equal(code, 0);
	assert_string_equal(captured, "Usage: indexer load [OPTIONS] FILE\n"
				      "Load a file.\n"
				      "\n"
				      "Options:\n"
				      "  -d, --data DIR            data folder (required)\n"
				      "  --max-rejects N           stop after N\n"
				      "  --name TEXT               a name\n"
				      "  --json                    print JSON\n"
				      "  -h, --help                show this and end\n"
				      "  --version                 show the version and end\n"
				      "\n"
				      "More to say.\n");
}

static void
test_version_needs_no_required_option(void **state)
{
	struct values v = { 0 };
	struct option_rest rest;
	int code = -1;

	(void)state;
	assert_false(parse(&v, &rest, &code, "load --version"));
	assert_int_equal(code, 0);
	assert_string_equal(captured, "indexer " PROGRAM_VERSION "\n");
}

static void
test_texts_over_the_limit_are_refused(void **state)
{
	struct values v = { 0 };
	struct option_rest rest;
	char *argv[OPTION_TEXTS_MAX + 3];
	char name[] = "--name=a", first[] = "load", data[] = "-dx";
	int code = -1;

	(void)state;
	argv[0] = first;
	argv[1] = data;
	for (size_t i = 0; i <= OPTION_TEXTS_MAX; i++)
		argv[2 + i] = name;
	assert_true(parse_words(&v, &rest, &code, OPTION_TEXTS_MAX + 2, argv));
	assert_int_equal(v.names.count, OPTION_TEXTS_MAX);
	v.names.count = 0;
	assert_false(parse_words(&v, &rest, &code, OPTION_TEXTS_MAX + 3, argv));
	assert_int_equal(code, 64);
}

static int
run_verify(int argc, char **argv)
{
	assert_string_equal(argv[0], "verify");
	return argc;
}

static int
run_program(const struct option_program *program, const char *line)
{
	int argc;
	char **argv = words(&argc, line);

	return options_main(program, argc, argv);
}

static void
test_two_word_commands_are_found(void **state)
{
	const struct option_entry entries[] = { { "ledger verify", "verify it", run_verify } };
	const struct option_program program = { "client", "Ask", entries, 1, NULL };

	(void)state;
	assert_int_equal(run_program(&program, "client ledger verify --x"), 2);
	assert_int_equal(run_program(&program, "client ledger"), 64);
	assert_int_equal(run_program(&program, "client"), 64);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_taken_in_each_form),
		cmocka_unit_test(test_short_option_takes_value_attached_or_next),
		cmocka_unit_test(test_double_dash_ends_options),
		cmocka_unit_test(test_each_mistake_has_its_message_and_exit_64),
		cmocka_unit_test(test_help_lists_every_option_and_ends_with_0),
		cmocka_unit_test(test_version_needs_no_required_option),
		cmocka_unit_test(test_texts_over_the_limit_are_refused),
		cmocka_unit_test(test_two_word_commands_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
