#include "daemon/options.h"

#include "base/err.h"
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <sysexits.h>

#define HELP_COLUMN 28 /* where the explanations begin; a longer option gets a line of its own */

static void
print_title(FILE *out, const char *program, const char *name)
{
	fprintf(out, "%s%s%s", program, name == NULL ? "" : " ", name == NULL ? "" : name);
}

int
options_usage_error(const struct option_command *command, const char *format, ...)
{
	va_list args;

	print_title(stderr, command->program, command->name);
	fputs(": ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry '", stderr);
	print_title(stderr, command->program, command->name);
	fputs(" --help'.\n", stderr);
	return EX_USAGE;
}

static void
print_option(const struct option_spec *option)
{
	char left[80];
	char letter[8] = "";

	if (option->name == NULL) {
		printf("\n%s:\n", option->help);
		return;
	}
	if (option->letter != 0)
		snprintf(letter, sizeof letter, "-%c, ", option->letter);
	snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name,
	    option->argument == NULL ? "" : " ", option->argument == NULL ? "" : option->argument);
	if (strlen(left) >= HELP_COLUMN)
		printf("%s\n%*s%s", left, HELP_COLUMN, "", option->help);
	else
		printf("%-*s%s", HELP_COLUMN, left, option->help);
	puts(option->need == OPTION_REQUIRED ? " (required)" : "");
}

static void
print_help(const struct option_command *command)
{
	fputs("Usage: ", stdout);
	print_title(stdout, command->program, command->name);
	printf(" [OPTIONS]%s%s\n%s.\n", command->arguments == NULL ? "" : " ",
	    command->arguments == NULL ? "" : command->arguments, command->summary);
	if (command->option_count == 0 || command->options[0].name != NULL)
		fputs("\nOptions:\n", stdout);
	for (size_t i = 0; i < command->option_count; i++)
		print_option(&command->options[i]);
	printf("%-*s%s\n", HELP_COLUMN, "  -h, --help", "show this and end");
	printf("%-*s%s\n", HELP_COLUMN, "  --version", "show the version and end");
	if (command->details != NULL)
		printf("\n%s", command->details);
}

static void
print_version(const char *program)
{
	printf("%s %s\n", program, PROGRAM_VERSION);
}

static const struct option_spec *
find_long(const struct option_command *command, struct str name)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (command->options[i].name != NULL && str_eq_text(name, command->options[i].name))
			return &command->options[i];
	return NULL;
}

static const struct option_spec *
find_letter(const struct option_command *command, char letter)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (command->options[i].name != NULL && command->options[i].letter == letter)
			return &command->options[i];
	return NULL;
}

static int
store_number(
    const struct option_command *command, const struct option_spec *option, const char *value)
{
	uint64_t max = option->max == 0 ? UINT64_MAX : option->max;

	if (str_to_u64(option->into, str_from(value), max))
		return 0;
	if (option->max != 0)
		return options_usage_error(command,
		    "--%s needs a whole number from 0 to %llu, not '%s'", option->name,
		    (unsigned long long)max, value);
	return options_usage_error(
	    command, "--%s needs a whole number, not '%s'", option->name, value);
}

/* 0, or the exit code of a usage error. */
static int
store(const struct option_command *command, const struct option_spec *option, const char *value)
{
	struct option_texts *texts = option->into;
	const char **text = option->into;

	switch (option->kind) {
	case OPTION_FLAG:
		*(bool *)option->into = true;
		return 0;
	case OPTION_NUMBER:
		return store_number(command, option, value);
	case OPTION_TEXTS:
		if (texts->count == OPTION_TEXTS_MAX)
			return options_usage_error(command, "--%s is given more than %d times",
			    option->name, OPTION_TEXTS_MAX);
		texts->items[texts->count++] = value;
		return 0;
	case OPTION_TEXT:
		*text = value;
		return 0;
	}
	return 0;
}

struct parse {
	const struct option_command *command;
	int argc;
	char **argv;
	int at;			/* next argument */
	int kept;		/* positional arguments so far; they are moved to argv[1..kept] */
	bool seen[OPTIONS_MAX]; /* by index into command->options */
};

/* `attached` is what followed "=" or the letter; NULL if nothing did. */
static int
take(struct parse *parse, const struct option_spec *option, const char *attached)
{
	size_t i = (size_t)(option - parse->command->options);
	const char *value = attached;

	if (option->kind == OPTION_FLAG && attached != NULL)
		return options_usage_error(parse->command, "--%s takes no value", option->name);
	if (option->kind != OPTION_FLAG && value == NULL) {
		if (parse->at >= parse->argc)
			return options_usage_error(parse->command, "--%s needs a value (%s)",
			    option->name, option->argument);
		value = parse->argv[parse->at++];
	}
	if (parse->seen[i] && option->kind != OPTION_TEXTS && option->kind != OPTION_FLAG)
		return options_usage_error(parse->command, "--%s is given twice", option->name);
	parse->seen[i] = true;
	return store(parse->command, option, value);
}

static int
take_long(struct parse *parse, char *argument)
{
	struct str rest = str_from(argument + 2);
	struct str name = str_cut(&rest, '=');
	bool attached = strchr(argument, '=') != NULL;
	const struct option_spec *option = find_long(parse->command, name);

	if (option == NULL)
		return options_usage_error(
		    parse->command, "unknown option '--%.*s'", STR_ARG(name));
	return take(parse, option, attached ? rest.p : NULL);
}

static int
take_short(struct parse *parse, char *argument)
{
	const struct option_spec *option = find_letter(parse->command, argument[1]);

	if (option == NULL)
		return options_usage_error(parse->command, "unknown option '%s'", argument);
	if (option->kind == OPTION_FLAG && argument[2] != '\0')
		return options_usage_error(
		    parse->command, "give options one by one, not as '%s'", argument);
	return take(parse, option, argument[2] != '\0' ? argument + 2 : NULL);
}

/* Reads all arguments; 0 or an exit code. Sets *shown after --help or --version. */
static int
walk(struct parse *parse, bool *shown)
{
	while (parse->at < parse->argc) {
		char *argument = parse->argv[parse->at++];
		int code = 0;

		if (strcmp(argument, "--") == 0) {
			while (parse->at < parse->argc)
				parse->argv[++parse->kept] = parse->argv[parse->at++];
		} else if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
			print_help(parse->command);
			*shown = true;
			return 0;
		} else if (strcmp(argument, "--version") == 0) {
			print_version(parse->command->program);
			*shown = true;
			return 0;
		} else if (argument[0] == '-' && argument[1] == '-') {
			code = take_long(parse, argument);
		} else if (argument[0] == '-' && argument[1] != '\0') {
			code = take_short(parse, argument);
		} else {
			parse->argv[++parse->kept] = argument;
		}
		if (code != 0)
			return code;
	}
	return 0;
}

static int
check_complete(const struct parse *parse)
{
	const struct option_command *command = parse->command;
	size_t count = (size_t)parse->kept;

	for (size_t i = 0; i < command->option_count; i++)
		if (command->options[i].name != NULL &&
		    command->options[i].need == OPTION_REQUIRED && !parse->seen[i])
			return options_usage_error(
			    command, "--%s is required", command->options[i].name);
	if (count > command->arguments_max)
		return options_usage_error(
		    command, "unexpected argument '%s'", parse->argv[command->arguments_max + 1]);
	if (count < command->arguments_min)
		return options_usage_error(command, "%s is missing",
		    command->arguments == NULL ? "an argument" : command->arguments);
	return 0;
}

bool
options_parse(struct option_rest *rest, int *exit_code, const struct option_command *command,
    int argc, char **argv)
{
	struct parse parse = { .command = command, .argc = argc, .argv = argv, .at = 1 };
	bool shown = false;

	if (command->option_count > OPTIONS_MAX)
		bug("more options than OPTIONS_MAX");
	*exit_code = walk(&parse, &shown);
	if (*exit_code == 0 && !shown)
		*exit_code = check_complete(&parse);
	if (*exit_code != 0 || shown)
		return false;
	*rest = (struct option_rest){ argv + 1, (size_t)parse.kept };
	return true;
}

static void
print_program_help(const struct option_program *program)
{
	printf("Usage: %s COMMAND [OPTIONS]\n%s.\n\nCommands:\n", program->name, program->summary);
	for (size_t i = 0; i < program->entry_count; i++)
		printf("  %-*s%s\n", HELP_COLUMN - 2, program->entries[i].name,
		    program->entries[i].summary);
	printf("\n'%s COMMAND --help' says more; '%s --version' shows the version.\n",
	    program->name, program->name);
	if (program->details != NULL)
		printf("\n%s", program->details);
}

/* How many arguments from argv[1] on spell the name; 0 if they do not. */
static int
words_matched(const char *name, int argc, char **argv)
{
	struct str left = str_from(name);
	int words = 0;

	while (left.n > 0) {
		struct str word = str_cut(&left, ' ');

		if (1 + words >= argc || !str_eq_text(word, argv[1 + words]))
			return 0;
		words++;
	}
	return words;
}

int
options_main(const struct option_program *program, int argc, char **argv)
{
	const struct option_command self = { .program = program->name };

	if (argc < 2)
		return options_usage_error(&self, "which command?");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_program_help(program);
		return EX_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		print_version(program->name);
		return EX_OK;
	}
	for (size_t i = 0; i < program->entry_count; i++) {
		int words = words_matched(program->entries[i].name, argc, argv);

		if (words > 0)
			return program->entries[i].run(argc - words, argv + words);
	}
	return options_usage_error(&self, "unknown command '%s'", argv[1]);
}
