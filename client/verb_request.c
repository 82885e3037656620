/* Requests: log, show, list, note, decline, withdraw, close; what is due of them; the media gate.
 */
#include "client/procedure.h"
#include "client/question.h"
#include "client/request_sheet.h"
#include "client/verb.h"

#include <sysexits.h>

/* What every act about one request prints. */
static enum status
print_act(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "request", "", true },
		{ "state", "is", true }, { "outcome", "outcome", false },
		{ "reference", "reference", false }, { "kind", "kind", false },
		{ "same_day", "FOR THE SAME DAY", true }, { "milestone", "noted", true },
		{ "on", "on", false }, { "retracted", "no more", false }, { "title", "", false } };

	(void)arena;
	return procedure_put_fields(
	    sheet, body, NULL, fields, sizeof fields / sizeof fields[0], "", err);
}

/* --- log ---------------------------------------------------------------------------------------
 */
static size_t
log_options(struct option_spec *specs, struct question_options *o)
{
	const struct option_spec own[] = { { "file", 'f', "FILE",
	    "request and people as JSON (docs/protocol.md); - for stdin", OPTION_TEXT, &o->file,
	    OPTION_OPTIONAL, 0 } };

	memcpy(specs, own, sizeof own);
	return sizeof own / sizeof own[0];
}

static enum status
make_log(struct question *question, struct err *err)
{
	bool go = true;
	enum status status = question_request(question, &go, false, err);

	if (status == STATUS_OK)
		status = request_check_log(&question->request, err);
	if (status == STATUS_OK)
		request_write(&question->body, &question->request);
	return status;
}

int
verb_request_log(int argc, char **argv)
{
	static struct question question; /* tens of KiB */
	static const struct option_command command = { .program = "client",
		.name = "request log",
		.summary = "Log what arrived, before anything is searched",
		.details = "Example:\n  client request log --reference LSCP-2026-014 --kind "
			   "child_death_notification \\\n      --channel email --purpose 'Rapid "
			   "review' --name \"Katie O'Brien\" --dob 2009-03\n" };
	struct err err = ERR_NONE;
	int exit_code = EX_OK;
	enum status status;

	question =
	    (struct question){ .body = BUF_INIT, .arena = arena_new(PROCEDURE_ARENA_BYTES_MAX) };
	if (question.arena == NULL)
		return console_fail(&question.options.console, command.name,
		    &(struct err){ .status = STATUS_NOMEM, .text = "out of memory" });
	if (question_read(&question, &exit_code, &command, log_options, argc, argv)) {
		status = make_log(&question, &err);
		exit_code = procedure_ask(&question.options.console, command.name, "request.log",
		    &question.body, print_act, question.arena, status, &err);
	}
	arena_free(question.arena);
	return exit_code;
}

/* --- Acts and questions about one request ------------------------------------------------------
 */

/* A verb with at most one argument: its options are read, `write` puts its body. */
struct verb {
	struct option_command command;
	const char *op;
	procedure_print *print;
	enum status (*write)(
	    struct buf *body, const void *options, struct arena *arena, struct err *err);
	const void *options;
	const struct console *console;
	const char *argument_key; /* the field that the argument is */
};

static int
run(const struct verb *verb, int argc, char **argv)
{
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status = STATUS_OK;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &verb->command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	if (arena == NULL)
		status = err_set(&err, STATUS_NOMEM, "out of memory");
	buf_add_char(&body, '{');
	if (rest.count > 0)
		procedure_put(&body, verb->argument_key, str_from(rest.argv[0]));
	if (status == STATUS_OK && verb->write != NULL)
		status = verb->write(&body, verb->options, arena, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    verb->console, verb->command.name, verb->op, &body, verb->print, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

static enum status
put_reason(struct buf *body, const void *options, struct arena *arena, struct err *err)
{
	const char *const *given = options;

	return *given == NULL ? STATUS_OK : procedure_put_text(body, arena, "reason", *given, err);
}

static int
end(int argc, char **argv, const char *name, const char *op, const char *summary,
    enum option_need need)
{
	struct console console = { .json = false };
	const char *reason = NULL;
	const struct option_spec specs[] = { { "reason", 0, "TEXT",
						 "why; \"-\" reads it from the standard input",
						 OPTION_TEXT, &reason, need, 0 },
		CONSOLE_OPTIONS(console) };
	const struct verb verb = { .command = { .program = "client",
				       .name = name,
				       .arguments = "REQUEST",
				       .summary = summary,
				       .options = specs,
				       .option_count = sizeof specs / sizeof specs[0],
				       .arguments_min = 1,
				       .arguments_max = 1 },
		.op = op,
		.print = print_act,
		.write = put_reason,
		.options = &reason,
		.console = &console,
		.argument_key = "request" };

	return run(&verb, argc, argv);
}

int
verb_request_decline(int argc, char **argv)
{
	return end(argc, argv, "request decline", "request.decline",
	    "End a request: it is not ours to answer", OPTION_REQUIRED);
}

int
verb_request_withdraw(int argc, char **argv)
{
	return end(argc, argv, "request withdraw", "request.withdraw",
	    "End a request: it was taken back", OPTION_OPTIONAL);
}

int
verb_request_close(int argc, char **argv)
{
	return end(argc, argv, "request close", "request.close",
	    "End a request that was searched completely and decided", OPTION_OPTIONAL);
}

/* --- note --------------------------------------------------------------------------------------
 */
struct note_options {
	const char *milestone, *on, *note;
	bool retract;
};

static enum status
put_note(struct buf *body, const void *options, struct arena *arena, struct err *err)
{
	const struct note_options *o = options;
	procedure_put(body, "milestone", str_from(o->milestone));
	if (o->on != NULL)
		procedure_put(body, "on", str_from(o->on));
	if (o->retract)
		procedure_put_flag(body, "retract");
	return o->note == NULL ? STATUS_OK : procedure_put_text(body, arena, "note", o->note, err);
}

int
verb_request_note(int argc, char **argv)
{
	struct console console = { .json = false };
	struct note_options o = { NULL, NULL, NULL, false };
	const struct option_spec specs[] = { { "milestone", 0, "WORD",
						 "what happened, such as imr_commissioned",
						 OPTION_TEXT, &o.milestone, OPTION_REQUIRED, 0 },
		{ "on", 0, "DAY", "when, such as 2026-11-23; else today", OPTION_TEXT, &o.on,
		    OPTION_OPTIONAL, 0 },
		{ "note", 0, "TEXT", "more about it; \"-\" reads it from the standard input",
		    OPTION_TEXT, &o.note, OPTION_OPTIONAL, 0 },
		{ "retract", 0, NULL, "it did not happen: noted by mistake", OPTION_FLAG,
		    &o.retract, OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console) };
	const struct verb verb = { .command = { .program = "client",
				       .name = "request note",
				       .arguments = "REQUEST",
				       .summary = "Note what happened of a request's review",
				       .options = specs,
				       .option_count = sizeof specs / sizeof specs[0],
				       .arguments_min = 1,
				       .arguments_max = 1 },
		.op = "request.note",
		.print = print_act,
		.write = put_note,
		.options = &o,
		.console = &console,
		.argument_key = "request" };

	return run(&verb, argc, argv);
}

/* --- show, list --------------------------------------------------------------------------------
 */
static enum status
put_details(struct buf *body, const void *options, struct arena *arena, struct err *err)
{
	(void)arena;
	(void)err;
	if (*(const bool *)options)
		procedure_put_flag(body, "details");
	return STATUS_OK;
}

int
verb_request_show(int argc, char **argv)
{
	struct console console = { .json = false };
	bool details = false;
	const struct option_spec specs[] = {
		{ "details", 0, NULL, "people, requester and purpose too; that view is logged",
		    OPTION_FLAG, &details, OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console)
	};
	const struct verb verb = { .command = { .program = "client",
				       .name = "request show",
				       .arguments = "REQUEST",
				       .summary = "Show how a request stands",
				       .options = specs,
				       .option_count = sizeof specs / sizeof specs[0],
				       .arguments_min = 1,
				       .arguments_max = 1 },
		.op = "request.get",
		.print = request_sheet_show,
		.write = put_details,
		.options = &details,
		.console = &console,
		.argument_key = "request" };

	return run(&verb, argc, argv);
}

struct list_options {
	const char *state, *reference;
	uint64_t before, limit;
};

static enum status
put_list(struct buf *body, const void *options, struct arena *arena, struct err *err)
{
	const struct list_options *o = options;

	(void)arena;
	(void)err;
	if (o->state != NULL)
		procedure_put(body, "state", str_from(o->state));
	if (o->reference != NULL)
		procedure_put(body, "reference", str_from(o->reference));
	if (o->before > 0)
		procedure_put_number(body, "before", o->before);
	if (o->limit > 0)
		procedure_put_number(body, "limit", o->limit);
	return STATUS_OK;
}

int
verb_request_list(int argc, char **argv)
{
	struct console console = { .json = false };
	struct list_options o = { NULL, NULL, 0, 0 };
	const struct option_spec specs[] = { { "state", 0, "STATE",
						 "open, declined, withdrawn or closed", OPTION_TEXT,
						 &o.state, OPTION_OPTIONAL, 0 },
		{ "reference", 0, "TEXT", "of this reference", OPTION_TEXT, &o.reference,
		    OPTION_OPTIONAL, 0 },
		{ "before", 0, "ENTRY", "logged before that ledger entry", OPTION_NUMBER, &o.before,
		    OPTION_OPTIONAL, INT64_MAX },
		{ "limit", 0, "N", "at most so many (50)", OPTION_NUMBER, &o.limit, OPTION_OPTIONAL,
		    200 },
		CONSOLE_OPTIONS(console) };
	const struct verb verb = { .command = { .program = "client",
				       .name = "request list",
				       .summary = "List requests, newest first",
				       .options = specs,
				       .option_count = sizeof specs / sizeof specs[0] },
		.op = "request.list",
		.print = request_sheet_list,
		.write = put_list,
		.options = &o,
		.console = &console };

	return run(&verb, argc, argv);
}

/* --- due, media --------------------------------------------------------------------------------
 */
struct due_options {
	const char *days; /* a text, since 0 is a number of days */
	bool overdue;
};

static enum status
put_due(struct buf *body, const void *options, struct arena *arena, struct err *err)
{
	const struct due_options *o = options;
	uint64_t days = 0;

	(void)arena;
	if (o->days != NULL && !str_to_u64(&days, str_from(o->days), 3660))
		return err_set(err, STATUS_USAGE, "--days: is not a number from 0 to 3660");
	if (o->days != NULL)
		procedure_put_number(body, "days", days);
	if (o->overdue)
		procedure_put_flag(body, "overdue");
	return STATUS_OK;
}

int
verb_due(int argc, char **argv)
{
	struct console console = { .json = false };
	struct due_options o = { NULL, false };
	const struct option_spec specs[] = { { "days", 0, "N",
						 "only what is due within N days, and overdue",
						 OPTION_TEXT, &o.days, OPTION_OPTIONAL, 0 },
		{ "overdue", 0, NULL, "only what is overdue", OPTION_FLAG, &o.overdue,
		    OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console) };
	const struct verb verb = { .command = { .program = "client",
				       .name = "due",
				       .summary =
					   "List what is due of open requests, first due first",
				       .options = specs,
				       .option_count = sizeof specs / sizeof specs[0] },
		.op = "due",
		.print = request_sheet_due,
		.write = put_due,
		.options = &o,
		.console = &console };

	return run(&verb, argc, argv);
}

static enum status
print_gate(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "reference", "", false },
		{ "status", "", true } };

	(void)arena;
	return procedure_put_fields(
	    sheet, body, NULL, fields, sizeof fields / sizeof fields[0], "", err);
}

int
verb_media(int argc, char **argv)
{
	struct console console = { .json = false };
	const struct option_spec specs[] = { CONSOLE_OPTIONS(console) };
	const struct verb verb = { .command = { .program = "client",
				       .name = "media",
				       .arguments = "REFERENCE",
				       .summary = "Whether media may act on a case: clear, hold or "
						  "not_yet_checked",
				       .details = "Only clear allows it. The question is logged.\n",
				       .options = specs,
				       .option_count = sizeof specs / sizeof specs[0],
				       .arguments_min = 1,
				       .arguments_max = 1 },
		.op = "media.status",
		.print = print_gate,
		.console = &console,
		.argument_key = "reference" };

	return run(&verb, argc, argv);
}
