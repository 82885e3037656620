/* The end of what is kept: retention due, retention destroy. */
#include "client/procedure.h"
#include "client/verb.h"

static enum status
print_due(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "request", "", true },
		{ "reference", "", false }, { "kind", "", false }, { "outcome", "", false },
		{ "ended_at", "ended", false }, { "keep_days", "kept for days:", false },
		{ "due_at", "due since", false }, { "held", "KEPT:", true } };
	static const struct procedure_field tail[] = {
		{ "more", "There are more: ask with --limit, or --after the last of these.", true },
		{ "source", "Figures:", false }
	};
	enum status status = procedure_put_fields(sheet, body, "requests", fields,
	    sizeof fields / sizeof fields[0], "nothing is due to be destroyed", err);

	(void)arena;
	if (status != STATUS_OK)
		return status;
	return procedure_put_fields(sheet, body, NULL, tail, sizeof tail / sizeof tail[0], "", err);
}

int
verb_retention_due(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *after = NULL;
	uint64_t limit = 0;
	const struct option_spec specs[] = { { "limit", 0, "N", "at most so many (100)",
						 OPTION_NUMBER, &limit, OPTION_OPTIONAL, 1000 },
		{ "after", 0, "REQ", "those behind this one", OPTION_TEXT, &after, OPTION_OPTIONAL,
		    0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "retention due",
		.summary = "Requests that have been kept for as long as the policy says",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0] };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	if (limit > 0)
		procedure_put_number(&body, "limit", limit);
	if (after != NULL)
		procedure_put(&body, "after", str_from(after));
	buf_add_char(&body, '}');
	exit_code = procedure_ask(&console, "retention due", "retention.due", &body, print_due,
	    arena, arena == NULL ? err_set(&err, STATUS_NOMEM, "out of memory") : STATUS_OK, &err);
	arena_free(arena);
	return exit_code;
}

static enum status
print_destroyed(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "request", "", true },
		{ "state", "", true }, { "destroyed_at", "at", false },
		{ "entries", "entries that remain:", false },
		{ "secrets", "secrets that nobody can read any more:", false },
		{ "remains", "what remains:", false } };

	(void)arena;
	return procedure_put_fields(
	    sheet, body, NULL, fields, sizeof fields / sizeof fields[0], "", err);
}

int
verb_retention_destroy(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *reason = NULL;
	const struct option_spec specs[] = { { "reason", 0, "TEXT",
						 "why; \"-\" reads it from the standard input",
						 OPTION_TEXT, &reason, OPTION_REQUIRED, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "retention destroy",
		.arguments = "REQ-...",
		.summary = "Destroy what is personal of a request, for good",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	procedure_put(&body, "request", str_from(rest.argv[0]));
	status = procedure_put_text(&body, arena, "reason", reason, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(&console, "retention destroy", "retention.destroy", &body,
	    print_destroyed, arena, status, &err);
	arena_free(arena);
	return exit_code;
}
