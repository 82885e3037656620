#ifndef CLIENT_CONSOLE_H
#define CLIENT_CONSOLE_H
/*
 * console: what the commands share: standard options, how they end, the terminal.
 *
 * Results go to stdout, everything else to stderr. With --json a failure is also one line of JSON
 * on stdout, {"error":{"status":"not_found","message":"..."}}, so that a program reads one stream.
 * Threads: main only, except console_now_ms().
 */
#include "base/buf.h"
#include "base/err.h"
#include "daemon/options.h"

#define CONSOLE_SOCKET "ipc:///run/record-check/searchd.sock"

struct console {
	bool json;
	const char *socket; /* NULL: CONSOLE_SOCKET */
	const char *role;   /* NULL: not said */
	uint64_t timeout_s; /* 0: the command's default */
};

/* The four standard options as rows of an option table; `c` is a struct console. */
#define CONSOLE_OPTIONS(c)                                                                   \
	{ NULL, 0, NULL, "Everywhere", OPTION_FLAG, NULL, OPTION_OPTIONAL, 0 },              \
	    { "json", 0, NULL, "print JSON, for programs", OPTION_FLAG, &(c).json,           \
		    OPTION_OPTIONAL, 0 },                                                    \
	    { "socket", 0, "URL", "where searchd listens (" CONSOLE_SOCKET ")", OPTION_TEXT, \
		    &(c).socket, OPTION_OPTIONAL, 0 },                                       \
	    { "role", 0, "ROLE", "the role to act in, if you hold several", OPTION_TEXT,     \
		    &(c).role, OPTION_OPTIONAL, 0 },                                         \
	{                                                                                    \
		"timeout", 0, "SECONDS", "how long to wait for searchd, with all retries",   \
		    OPTION_NUMBER, &(c).timeout_s, OPTION_OPTIONAL, 3600                     \
	}
#define CONSOLE_OPTION_COUNT 5

/* Says what went wrong; returns the exit code. `command` such as "check". */
int console_fail(const struct console *console, const char *command, const struct err *err);
/* Writes all of it to stdout. STATUS_IO if that fails (a closed pipe, a full disk). */
enum status console_write(struct str text, struct err *err) MUST_USE;
/* console_write, then the buffer is freed; the exit code. A failed buffer is "out of memory". */
int console_finish(const struct console *console, const char *command, struct buf *out);

/* Columns of the terminal on stdout; 80 if it is none. */
unsigned console_width(void);
/* A terminal on stdout and no NO_COLOR in the environment (no-color.org). */
bool console_colour(void);
/* A terminal on stdin and stderr: a person can be asked. */
bool console_can_ask(void);
/*
 * Shows the question on stderr and reads one line of stdin into `out` (its old contents go),
 * without its end. False at the end of input or after 4096 bytes without a line end.
 */
bool console_ask(struct buf *out, const char *question);

/* Unix time. */
int64_t console_now_ms(void);
/* "2026-11-23 10:15:00 UTC". */
void console_add_time(struct buf *out, int64_t unix_ms);

#endif
