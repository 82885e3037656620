#include "client/verb.h"

#include "client/service.h"
#include "client/standing.h"

#define ARENA_BYTES_MAX (16u << 20)

/* The line alone, so that it can be sent on as it is. */
static enum status
ask(struct buf *out, const struct console *console, struct arena *arena, struct err *err)
{
	struct standing_checkpoint checkpoint;
	struct wire_reply reply;
	enum status status = service_once(
	    &reply, console, arena, "ledger.checkpoint", STR_LIT("{}"), WIRE_CLIENT_MS, err);

	if (status == STATUS_OK && console->json)
		service_add_json(out, &reply);
	if (status != STATUS_OK || console->json)
		return status;
	status = standing_read_checkpoint(&checkpoint, arena, reply.body, err);
	if (status == STATUS_OK) {
		buf_add_printable(out, checkpoint.line);
		buf_add_char(out, '\n');
	}
	return status;
}

int
verb_ledger_checkpoint(int argc, char **argv)
{
	struct console console = { .json = false };
	const struct option_spec specs[] = { CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "ledger checkpoint",
		.summary = "Have the ledger's head signed, and print the line; keep it elsewhere",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0] };
	struct option_rest rest;
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(ARENA_BYTES_MAX);
	status = arena == NULL ? err_set(&err, STATUS_NOMEM, "out of memory")
			       : ask(&out, &console, arena, &err);
	exit_code = status == STATUS_OK ? console_finish(&console, "ledger checkpoint", &out)
					: console_fail(&console, "ledger checkpoint", &err);
	arena_free(arena);
	return exit_code;
}
