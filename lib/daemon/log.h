#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H
/*
 * log: one event a line on stderr, which the service manager keeps.
 *
 *   2026-11-23T10:15:00.123Z info searchd req=0123... request op=check code=ok ms=12
 *
 * A line is built in place and written with one write(2), so that lines of threads do not mix.
 * Foreign text is escaped and cut to LOG_VALUE_BYTES_MAX. Never logged: what was asked or found;
 * that is the ledger's.
 * Threads: any number at once after log_start().
 */
#include "base/err.h"
#include "base/str.h"

#define LOG_LINE_BYTES_MAX 1024
#define LOG_VALUE_BYTES_MAX 300

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

struct log_line {
	char text[LOG_LINE_BYTES_MAX];
	size_t n;
	bool wanted; /* at or above the least level */
};

/* `role` names the program (borrowed for good). Lines below `least` are dropped. */
void log_start(const char *role, enum log_level least);

/* `req` is the request id, or STR_NONE; `event` one word. */
void log_begin(struct log_line *line, enum log_level level, struct str req, const char *event);
void log_text(struct log_line *line, const char *key, struct str value);
void log_number(struct log_line *line, const char *key, int64_t value);
void log_end(struct log_line *line);

/* A whole line with the error's text as err=. */
void log_err(enum log_level level, const char *event, const struct err *err);
/* A whole line without values. */
void log_event(enum log_level level, const char *event);

#endif
