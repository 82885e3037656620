#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
record(struct err *err, enum status status, const char *source, unsigned line, const char *format,
    va_list args)
{
	if (err == NULL || err->status != STATUS_OK)
		return;
	err->status = status;
	err->sys_errno = 0;
	err->line = line;
	snprintf(err->source, sizeof err->source, "%s", source == NULL ? "" : source);
	vsnprintf(err->text, sizeof err->text, format, args);
}

enum status
err_set(struct err *err, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(err, status, NULL, 0, format, args);
	va_end(args);
	return status;
}

enum status
err_data(
    struct err *err, enum status status, const char *source, unsigned line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(err, status, source, line, format, args);
	va_end(args);
	return status;
}

enum status
err_sys(struct err *err, const char *source, const char *operation)
{
	int saved = errno;
	bool first = err != NULL && err->status == STATUS_OK;

	(void)err_data(err, STATUS_IO, source, 0, "%s", operation);
	if (first)
		err->sys_errno = saved;
	return STATUS_IO;
}

char *
err_format(char *out, size_t size, const struct err *err)
{
	char line[16] = "";
	char reason[128] = "";

	if (size == 0)
		return out;
	if (err->line != 0)
		snprintf(line, sizeof line, ":%u", err->line);
	if (err->sys_errno != 0)
		(void)strerror_r(err->sys_errno, reason, sizeof reason);
	snprintf(out, size, "%s%s%s%s%s%s", err->source, line, err->source[0] != '\0' ? ": " : "",
	    err->text, reason[0] != '\0' ? ": " : "", reason);
	for (char *p = out; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return out;
}

void
err_clear(struct err *err)
{
	if (err != NULL)
		*err = ERR_NONE;
}

void
bug_at(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: bug: %s\n", file, line, what);
	abort();
}
