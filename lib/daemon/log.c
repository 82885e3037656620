#include "daemon/log.h"

#include "base/buf.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const char *log_role = "program";
static enum log_level log_least = LOG_LEVEL_INFO;

void
log_start(const char *role, enum log_level least)
{
	log_role = role;
	log_least = least;
}

static void
add(struct log_line *line, const char *bytes, size_t n)
{
	size_t room = sizeof line->text - 1 - line->n; /* one byte stays for the line's end */

	if (n > room)
		n = room;
	memcpy(line->text + line->n, bytes, n);
	line->n += n;
}

static void
add_text(struct log_line *line, const char *text)
{
	add(line, text, strlen(text));
}

static void
add_time(struct log_line *line)
{
	struct timespec now;
	struct tm tm;
	char text[64];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    (int)(now.tv_nsec / 1000000));
	add_text(line, text);
}

void
log_begin(struct log_line *line, enum log_level level, struct str req, const char *event)
{
	static const char *const names[] = { "debug", "info", "warning", "error" };

	line->n = 0;
	line->wanted = level >= log_least;
	if (!line->wanted)
		return;
	add_time(line);
	add_text(line, names[level]);
	add_text(line, " ");
	add_text(line, log_role);
	add_text(line, " req=");
	if (req.n > 0)
		add(line, req.p, req.n);
	else
		add_text(line, "-");
	add_text(line, " ");
	add_text(line, event);
}

/* A value with blanks, quotes or backslashes is quoted, so that a line can be parted again. */
static bool
needs_quotes(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == ' ' || value.p[i] == '"' || value.p[i] == '\\' ||
		    value.p[i] == '=')
			return true;
	return value.n == 0;
}

static void
add_quoted(struct log_line *line, struct str value)
{
	add_text(line, "\"");
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '"')
			add_text(line, "\\");
		add(line, value.p + i, 1);
	}
	add_text(line, "\"");
}

void
log_text(struct log_line *line, const char *key, struct str value)
{
	struct buf safe = BUF_INIT;
	struct str shown;

	if (!line->wanted)
		return;
	buf_add_printable(&safe, str_part(value, 0, LOG_VALUE_BYTES_MAX));
	shown = buf_failed(&safe) ? STR_LIT("(no memory)") : buf_str(&safe);
	add_text(line, " ");
	add_text(line, key);
	add_text(line, "=");
	if (needs_quotes(shown))
		add_quoted(line, shown);
	else
		add(line, shown.p, shown.n);
	buf_free(&safe);
}

void
log_number(struct log_line *line, const char *key, int64_t value)
{
	char text[32];

	snprintf(text, sizeof text, "%lld", (long long)value);
	log_text(line, key, str_from(text));
}

void
log_end(struct log_line *line)
{
	if (!line->wanted)
		return;
	line->text[line->n++] = '\n';
	for (size_t at = 0; at < line->n;) {
		ssize_t n = write(STDERR_FILENO, line->text + at, line->n - at);

		if (n <= 0)
			return; /* nobody reads the log: the service goes on */
		at += (size_t)n;
	}
}

void
log_err(enum log_level level, const char *event, const struct err *err)
{
	struct log_line line;
	char text[512];

	log_begin(&line, level, STR_NONE, event);
	log_text(&line, "err", str_from(err_format(text, sizeof text, err)));
	log_end(&line);
}

void
log_event(enum log_level level, const char *event)
{
	struct log_line line;

	log_begin(&line, level, STR_NONE, event);
	log_end(&line);
}
