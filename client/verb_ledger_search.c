/* ledger tail, ledger search. */
#include "client/procedure.h"
#include "client/service.h"
#include "client/standing.h"
#include "client/verb.h"

#include <stdio.h>

#define ARENA_BYTES_MAX (64u << 20)

static enum status
print_page(struct buf *out, struct str body, struct arena *arena, struct err *err)
{
	struct standing_entry *entries = NULL;
	size_t count = 0;
	enum status status = standing_read_entries(&entries, &count, arena, body, err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const struct standing_entry *e = &entries[i];
		const struct str parts[] = { e->kind, e->user, e->role, e->request, e->check };

		buf_addf(out, "%lld ", (long long)e->seq);
		buf_add_printable(out, e->at);
		for (size_t j = 0; j < sizeof parts / sizeof parts[0]; j++) {
			buf_add_char(out, ' ');
			buf_add_printable(out, parts[j].n > 0 ? parts[j] : STR_LIT("-"));
		}
		buf_add_char(out, ' ');
		buf_add_printable(out, e->body);
		buf_add_char(out, '\n');
	}
	return status;
}

/* A page at a time, so that what is found is seen while the rest is looked for. */
static enum status
ask_pages(const struct console *console, const char *op, struct str filter, struct err *err)
{
	struct service service;
	int64_t next = -1;
	enum status status = service_open(&service, console, WIRE_CLIENT_MS, err);

	if (status != STATUS_OK)
		return status;
	while (status == STATUS_OK && next != 0) {
		struct arena *arena = arena_new(ARENA_BYTES_MAX);
		struct buf body = BUF_INIT, out = BUF_INIT;
		struct wire_reply reply;
		char id[WIRE_ID_HEX + 1];

		buf_add_str(&body, filter);
		if (next > 0)
			procedure_put_number(&body, "after", (uint64_t)next);
		buf_add_char(&body, '}');
		service_new_id(id);
		status =
		    arena == NULL || buf_failed(&body)
			? err_set(err, STATUS_NOMEM, "out of memory")
			: service_ask(&reply, NULL, &service, arena, op, id, buf_str(&body), err);
		if (status == STATUS_OK)
			status = standing_read_next(&next, arena, reply.body, err);
		if (status == STATUS_OK && console->json)
			service_add_json(&out, &reply);
		else if (status == STATUS_OK)
			status = print_page(&out, reply.body, arena, err);
		if (status == STATUS_OK)
			status = console_write(buf_str(&out), err);
		buf_free(&body);
		buf_free(&out);
		arena_free(arena);
	}
	service_close(&service);
	return status;
}

static int
finish(const struct console *console, const char *name, const char *op, struct buf *filter)
{
	struct err err = ERR_NONE;
	enum status status = ask_pages(console, op, buf_str(filter), &err);

	buf_free(filter);
	return status == STATUS_OK ? 0 : console_fail(console, name, &err);
}

int
verb_ledger_tail(int argc, char **argv)
{
	struct console console = { .json = false };
	uint64_t lines = 20;
	const struct option_spec specs[] = {
		{ "lines", 0, "N", "how many; 20 if not given", OPTION_NUMBER, &lines,
		    OPTION_OPTIONAL, 500 },
		CONSOLE_OPTIONS(console),
	};
	const struct option_command command = { .program = "client",
		.name = "ledger tail",
		.summary = "Print the newest entries, as they stand open; the view is logged",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0] };
	struct option_rest rest;
	struct buf filter = BUF_INIT;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	buf_add_char(&filter, '{');
	procedure_put_number(&filter, "limit", lines);
	return finish(&console, "ledger tail", "ledger.tail", &filter);
}

int
verb_ledger_search(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *values[6] = { NULL };
	static const char *const keys[6] = { "request", "check", "user", "kind", "from", "to" };
	const char *day = NULL;
	const struct option_spec specs[] = {
		{ "request", 0, "REQ-...", "of a request, and of its checks", OPTION_TEXT,
		    &values[0], OPTION_OPTIONAL, 0 },
		{ "check", 0, "CHK-...", "of a check", OPTION_TEXT, &values[1], OPTION_OPTIONAL,
		    0 },
		{ "user", 0, "NAME", "of a person of staff", OPTION_TEXT, &values[2],
		    OPTION_OPTIONAL, 0 },
		{ "kind", 0, "KIND", "of a kind: check, view, breach, ...", OPTION_TEXT, &values[3],
		    OPTION_OPTIONAL, 0 },
		{ "day", 0, "YYYY-MM-DD", "of that day in London", OPTION_TEXT, &day,
		    OPTION_OPTIONAL, 0 },
		{ "from", 0, "YYYY-MM-DD", "from that day on", OPTION_TEXT, &values[4],
		    OPTION_OPTIONAL, 0 },
		{ "to", 0, "YYYY-MM-DD", "to the end of that day", OPTION_TEXT, &values[5],
		    OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console),
	};
	const struct option_command command = { .program = "client",
		.name = "ledger search",
		.summary = "Print entries as they stand open, by whom, when and about what; logged",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0] };
	struct option_rest rest;
	struct buf filter = BUF_INIT;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	if (day != NULL && (values[4] != NULL || values[5] != NULL))
		return options_usage_error(&command, "--day stands alone, without --from and --to");
	if (day != NULL)
		values[4] = values[5] = day;
	buf_add_char(&filter, '{');
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (values[i] != NULL)
			procedure_put(&filter, keys[i], str_from(values[i]));
	return finish(&console, "ledger search", "ledger.search", &filter);
}
