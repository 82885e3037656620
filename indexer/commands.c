#include "indexer/commands.h"

#include <stdio.h>
#include <time.h>

int
commands_fail(const char *name, const struct err *err)
{
	char text[600];

	fprintf(stderr, "indexer %s: %s\n", name, err_format(text, sizeof text, err));
	return status_exit_code(err->status);
}

static struct tm
parts_of(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm parts = { 0 };

	(void)gmtime_r(&seconds, &parts);
	return parts;
}

const char *
commands_time(char out[COMMANDS_TIME_BYTES], int64_t ms)
{
	struct tm parts = parts_of(ms);

	if (strftime(out, COMMANDS_TIME_BYTES, "%Y-%m-%d %H:%M", &parts) == 0)
		out[0] = '\0';
	return out;
}

const char *
commands_time_json(char out[COMMANDS_TIME_BYTES], int64_t ms)
{
	struct tm parts = parts_of(ms);

	if (strftime(out, COMMANDS_TIME_BYTES, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		out[0] = '\0';
	return out;
}
