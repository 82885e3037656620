#include "client/verb.h"

#include "client/history.h"
#include "client/service.h"

#include <sysexits.h>

#define ARENA_BYTES_MAX (64u << 20)

struct show_options {
	struct console console;
	bool all, brief;
};

static enum status
run(struct buf *out, const struct show_options *o, const char *check, struct arena *arena,
    struct err *err)
{
	struct buf body = BUF_INIT;
	struct wire_reply reply;
	struct history history;
	struct printer_look look = { console_width(), console_colour(), false, o->brief };
	enum status status;

	buf_add_text(&body, "{\"check\":");
	buf_add_json(&body, str_from(check));
	buf_add_char(&body, '}');
	status = service_once(
	    &reply, &o->console, arena, "check.get", buf_str(&body), WIRE_CLIENT_MS, err);
	buf_free(&body);
	if (status == STATUS_OK && o->console.json)
		service_add_json(out, &reply);
	if (status != STATUS_OK || o->console.json)
		return status;
	status = history_read(&history, arena, reply.body, o->all, err);
	return status == STATUS_OK ? history_print(out, &history, &look, arena, err) : status;
}

int
verb_show(int argc, char **argv)
{
	struct show_options o = { .all = false };
	const struct option_spec specs[] = {
		{ "all", 0, NULL, "answers field by field, as they were logged", OPTION_FLAG,
		    &o.all, OPTION_OPTIONAL, 0 },
		{ "brief", 0, NULL, "of answers, what was found only", OPTION_FLAG, &o.brief,
		    OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(o.console),
	};
	const struct option_command command = { .program = "client",
		.name = "show",
		.arguments = "CHECK",
		.summary = "Show the history of a check; the view is logged",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.arguments_min = 1,
		.arguments_max = 1 };
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
			       : run(&out, &o, rest.argv[0], arena, &err);
	exit_code = status == STATUS_OK ? console_finish(&o.console, "show", &out)
					: console_fail(&o.console, "show", &err);
	arena_free(arena);
	return exit_code;
}
