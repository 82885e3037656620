/* The outbox for those who are told: notices, events, ack. */
#include "client/procedure.h"
#include "client/verb.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static enum status
print_list(struct sheet *sheet, struct str body, const char *list, struct err *err)
{
	static const struct procedure_field fields[] = { { "seq", "", true }, { "at", "", false },
		{ "overdue", "OVERDUE", true }, { "state", "", true }, { "event", "", false },
		{ "to", "to", false }, { "reference", "", false }, { "request", "", true },
		{ "check", "", false }, { "text", "", false },
		{ "ack_by", "acknowledge by", false }, { "acked_by", "acknowledged by", false } };
	static const struct procedure_field tail[] = { { "more",
	    "There are more: ask with --after or --limit.", true } };
	enum status status =
	    procedure_put_fields(sheet, body, list, fields, COUNT(fields), "no notices", err);

	if (status != STATUS_OK)
		return status;
	return procedure_put_fields(sheet, body, NULL, tail, COUNT(tail), "", err);
}

static enum status
print_notices(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	(void)arena;
	return print_list(sheet, body, "notices", err);
}

static enum status
print_events(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	(void)arena;
	return print_list(sheet, body, "events", err);
}

static int
list(const char *name, const char *op, procedure_print *print, bool filters, int argc, char **argv)
{
	struct console console = { .json = false };
	const char *state = NULL, *request = NULL;
	uint64_t after = 0, limit = 0;
	const struct option_spec specs[] = { { "after", 0, "ENTRY", "those after this entry",
						 OPTION_NUMBER, &after, OPTION_OPTIONAL, 0 },
		{ "limit", 0, "N", "of at most so many entries (100)", OPTION_NUMBER, &limit,
		    OPTION_OPTIONAL, 500 },
		CONSOLE_OPTIONS(console),
		{ "state", 0, "STATE", "queued, sent, acknowledged or overdue", OPTION_TEXT, &state,
		    OPTION_OPTIONAL, 0 },
		{ "request", 0, "REQ-...", "of this request only", OPTION_TEXT, &request,
		    OPTION_OPTIONAL, 0 } };
	const struct option_command command = { .program = "client",
		.name = name,
		.summary = filters ? "What your role was told, and what is to be done"
				   : "What your role was told, in order, for programs",
		.options = specs,
		.option_count = COUNT(specs) - (filters ? 0 : 2) };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	procedure_put_number(&body, "after", after);
	if (limit > 0)
		procedure_put_number(&body, "limit", limit);
	if (state != NULL)
		procedure_put(&body, "state", str_from(state));
	if (request != NULL)
		procedure_put(&body, "request", str_from(request));
	buf_add_char(&body, '}');
	exit_code = procedure_ask(&console, name, op, &body, print, arena, STATUS_OK, &err);
	arena_free(arena);
	return exit_code;
}

int
verb_notices(int argc, char **argv)
{
	return list("notices", "notice.list", print_notices, true, argc, argv);
}

int
verb_events(int argc, char **argv)
{
	return list("events", "events", print_events, false, argc, argv);
}

static enum status
print_ack(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "notice", "notice", true },
		{ "to", "to", false }, { "already", "was acknowledged before", true } };

	(void)arena;
	return procedure_put_fields(sheet, body, NULL, fields, COUNT(fields), "", err);
}

int
verb_ack(int argc, char **argv)
{
	struct console console = { .json = false };
	uint64_t notice = 0;
	const struct option_spec specs[] = { { "notice", 0, "ENTRY",
						 "the notice, by its ledger entry", OPTION_NUMBER,
						 &notice, OPTION_REQUIRED, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "ack",
		.summary = "Acknowledge a notice to your role",
		.options = specs,
		.option_count = COUNT(specs) };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	procedure_put_number(&body, "notice", notice);
	buf_add_char(&body, '}');
	exit_code =
	    procedure_ask(&console, "ack", "notice.ack", &body, print_ack, arena, STATUS_OK, &err);
	arena_free(arena);
	return exit_code;
}
