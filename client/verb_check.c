#include "client/verb.h"

#include "client/answer.h"
#include "client/prompt.h"
#include "client/question.h"

#include <stdio.h>
#include <sysexits.h>

#define ARENA_BYTES_MAX (64u << 20) /* an answer of WIRE_REPLY_BYTES_MAX and its page fit well */

static size_t
own_options(struct option_spec *specs, struct question_options *o)
{
	const struct option_spec own[] = {
		{ "file", 'f', "FILE", "the whole request as JSON (docs/protocol.md); - for stdin",
		    OPTION_TEXT, &o->file, OPTION_OPTIONAL, 0 },
		{ "html", 0, "FILE", "write the answer as a page, too", OPTION_TEXT, &o->html,
		    OPTION_OPTIONAL, 0 },
		{ "all", 0, NULL, "show unlikely candidates in full", OPTION_FLAG, &o->all,
		    OPTION_OPTIONAL, 0 },
		{ "brief", 0, NULL, "show what was found, not why", OPTION_FLAG, &o->brief,
		    OPTION_OPTIONAL, 0 },
		{ "id", 0, "HEX", "request id of a check whose answer was lost", OPTION_TEXT,
		    &o->id, OPTION_OPTIONAL, 0 },
	};

	memcpy(specs, own, sizeof own);
	return sizeof own / sizeof own[0];
}

static enum status
ask_and_print(struct question *check, struct err *err)
{
	const struct question_options *o = &check->options;
	struct printer_look look = { console_width(), console_colour(), o->all, o->brief };

	return question_ask(check, "check", &look, err);
}

static enum status
send(struct question *check, struct err *err)
{
	enum status status = request_check(&check->request, err);

	if (status != STATUS_OK)
		return status;
	buf_clear(&check->body);
	request_write(&check->body, &check->request);
	if (buf_failed(&check->body))
		return err_set(err, STATUS_NOMEM, "out of memory");
	return ask_and_print(check, err);
}

/* Nobody who has answered twenty questions shall answer them again for one word. */
static enum status
send_until_right(struct question *check, struct err *err)
{
	bool again = true;
	enum status status = send(check, err);

	while (check->prompted && again && status == STATUS_INVALID) {
		fprintf(stderr, "client check: %s\n", err->text);
		err_clear(err);
		status = prompt_correct(&check->request, &again, check->arena, err);
		if (status == STATUS_OK && again)
			status = send(check, err);
		else if (status == STATUS_OK)
			fputs("Nothing was asked.\n", stderr);
	}
	return status;
}

static enum status
run(struct question *check, struct err *err)
{
	bool go = true;
	enum status status = STATUS_OK;

	if (check->options.id != NULL)
		status = question_check_id(check->options.id, err);
	if (status == STATUS_OK)
		status = question_request(check, &go, true, err);
	if (status == STATUS_OK && !go) {
		fputs("Nothing was asked.\n", stderr);
		return STATUS_OK;
	}
	return status == STATUS_OK ? send_until_right(check, err) : status;
}

int
verb_check(int argc, char **argv)
{
	static struct question check; /* tens of KiB */
	static const struct option_command command = { .program = "client",
		.name = "check",
		.summary =
		    "Ask whether people are known to the charity; with nothing given, by questions",
		.details = "Example:\n  client check --reference LSCP-2026-014 --kind "
			   "child_death_notification \\\n      --purpose 'Rapid review' "
			   "--role-of-person child --name \"Katie O'Brien\" --dob 2009-03 \\\n"
			   "      --person --role-of-person parent --name \"Anne O'Brien\"\n" };
	struct err err = ERR_NONE;
	int exit_code = EX_OK;

	check = (struct question){ .body = BUF_INIT, .arena = arena_new(ARENA_BYTES_MAX) };
	if (check.arena == NULL)
		return console_fail(&check.options.console, "check",
		    &(struct err){ .status = STATUS_NOMEM, .text = "out of memory" });
	if (question_read(&check, &exit_code, &command, own_options, argc, argv) &&
	    run(&check, &err) != STATUS_OK)
		exit_code = console_fail(&check.options.console, "check", &err);
	buf_free(&check.body);
	arena_free(check.arena);
	return exit_code;
}
