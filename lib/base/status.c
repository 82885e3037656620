#include "base/status.h"

#include <stddef.h>
#include <sysexits.h>

static const struct {
	const char *name;
	int exit_code;
	bool retry_helps;
} table[STATUS_COUNT] = {
	[STATUS_OK] = { "ok", EX_OK, false },
	[STATUS_NOMEM] = { "no_memory", EX_OSERR, true },
	[STATUS_IO] = { "io", EX_IOERR, false },
	[STATUS_CORRUPT] = { "corrupt", EX_DATAERR, false },
	[STATUS_INVALID] = { "invalid", EX_DATAERR, false },
	[STATUS_USAGE] = { "usage", EX_USAGE, false },
	[STATUS_NOT_FOUND] = { "not_found", EX_NOINPUT, false },
	[STATUS_BUSY] = { "busy", EX_TEMPFAIL, true },
	[STATUS_STALE] = { "stale", EX_TEMPFAIL, true },
	[STATUS_VERSION] = { "version", EX_DATAERR, false },
	[STATUS_LIMIT] = { "limit", EX_DATAERR, false },
	[STATUS_TIMEOUT] = { "timeout", EX_TEMPFAIL, true },
	[STATUS_FORBIDDEN] = { "forbidden", EX_NOPERM, false },
	[STATUS_CONFLICT] = { "conflict", EX_DATAERR, false },
	[STATUS_UNAVAILABLE] = { "unavailable", EX_UNAVAILABLE, true },
};

const char *
status_name(enum status status)
{
	if ((size_t)status >= STATUS_COUNT)
		return "unknown";
	return table[status].name;
}

int
status_exit_code(enum status status)
{
	if ((size_t)status >= STATUS_COUNT)
		return EX_SOFTWARE;
	return table[status].exit_code;
}

bool
status_retry_helps(enum status status)
{
	return (size_t)status < STATUS_COUNT && table[status].retry_helps;
}
