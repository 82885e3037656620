#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H
/*
 * options: one way to read a command line, for the three programs.
 *
 * A program is a table of commands, a command a table of options that say where their values go:
 *
 *   struct load_options o = { 0 };
 *   const struct option_spec options[] = {
 *       { "data", 0, "DIR", "data folder", OPTION_TEXT, &o.data, OPTION_REQUIRED, 0 },
 *       { "json", 0, NULL, "print JSON", OPTION_FLAG, &o.json, OPTION_OPTIONAL, 0 },
 *   };
 *   const struct option_command command = { .program = "indexer", .name = "load",
 *       .summary = "Load an export", .options = options, .option_count = 2 };
 *   if (!options_parse(&left, &exit_code, &command, argc, argv))
 *           return exit_code;
 *
 * Accepted: --name VALUE, --name=VALUE, -x VALUE, "--" to end options; --help (-h) and --version
 * everywhere. Long names are not abbreviated, so that a script keeps its meaning when an option
 * is added. Values stay borrowed from argv. The environment is not read.
 * --help and --version print to stdout and end with 0; wrong usage prints one line, and where to
 * find help, to stderr and ends with 64 (EX_USAGE).
 * Threads: call from main() before threads start.
 */
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

enum option_kind {
	OPTION_FLAG,   /* into: bool */
	OPTION_TEXT,   /* into: const char *; a second one is refused */
	OPTION_TEXTS,  /* into: struct option_texts; may be repeated */
	OPTION_NUMBER, /* into: uint64_t, decimal, 0 to `max` (0: no bound) */
};

enum option_need { OPTION_OPTIONAL, OPTION_REQUIRED };

#define OPTION_TEXTS_MAX 64
struct option_texts {
	const char *items[OPTION_TEXTS_MAX];
	size_t count;
};

struct option_spec {
	const char *name;     /* without dashes; NULL begins a group: `help` is its title */
	char letter;	      /* 0: none */
	const char *argument; /* "DIR" in the help; NULL for a flag */
	const char *help;     /* one line, no final stop */
	enum option_kind kind;
	void *into;
	enum option_need need;
	uint64_t max;
};
#define OPTIONS_MAX 64 /* of one command, groups included */

struct option_command {
	const char *program;   /* "indexer" */
	const char *name;      /* "load", "ledger verify"; NULL: the program has no commands */
	const char *arguments; /* positional ones in the usage line, such as "FILE.csv"; or NULL */
	const char *summary;   /* one line, no final stop */
	const struct option_spec *options;
	size_t option_count;
	const char *details; /* printed after the options in --help; or NULL */
	size_t arguments_min, arguments_max;
};

/* Positional arguments left over. */
struct option_rest {
	char **argv;
	size_t count;
};

/*
 * True: go on, values are stored. False: end the program with *exit_code. argv[0] is skipped.
 * argv is reordered so that positional arguments follow one another.
 */
bool options_parse(struct option_rest *rest, int *exit_code, const struct option_command *command,
    int argc, char **argv) MUST_USE;

/* Prints "program name: text" and where to find help to stderr; returns 64. For rules between
 * options that a table cannot hold. */
int options_usage_error(const struct option_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One command of a program: its words ("ledger verify" is two), its line in the help, its main.
 * `run` gets argv[0] = the last word of the name. */
struct option_entry {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};
struct option_program {
	const char *name;
	const char *summary;
	const struct option_entry *entries;
	size_t entry_count;
	const char *details; /* after the list of commands; or NULL */
};

/* Finds and runs the command; answers --help, --version and mistakes itself. */
int options_main(const struct option_program *program, int argc, char **argv) MUST_USE;

#endif
