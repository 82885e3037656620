#include "client/verb.h"

#include "client/printer.h"
#include "client/service.h"
#include "client/sheet.h"
#include "client/standing.h"

#define ARENA_BYTES_MAX (16u << 20)

static void
print(struct sheet *sheet, const struct standing_record *r)
{
	struct buf since = BUF_INIT;

	sheet_put(sheet, SHEET_BOLD, r->system);
	sheet_put(sheet, SHEET_BOLD, r->record_id);
	sheet_glue(sheet, SHEET_BOLD, STR_LIT(":"));
	if (r->on_file)
		sheet_putf(sheet, SHEET_PLAIN, "on file, %lld %s;", (long long)r->people,
		    r->people == 1 ? "person" : "people");
	else
		sheet_put(sheet, SHEET_NOTICE, STR_LIT("in no export that is searched now;"));
	if (!r->secured) {
		sheet_put(sheet, SHEET_PLAIN, STR_LIT("not secured"));
	} else {
		printer_time(&since, r->secured_since);
		sheet_put(sheet, SHEET_ALARM, STR_LIT("SECURED"));
		sheet_put(sheet, SHEET_PLAIN, STR_LIT("since"));
		sheet_put(sheet, SHEET_PLAIN, buf_str(&since));
		sheet_put(sheet, SHEET_PLAIN, STR_LIT("by check"));
		sheet_put(sheet, SHEET_PLAIN, r->secured_by);
		sheet_putf(sheet, SHEET_PLAIN, "(ledger entry %lld)", (long long)r->secured_entry);
	}
	sheet_end(sheet);
	if (r->secured && !r->on_file) {
		sheet_put(sheet, SHEET_ALARM,
		    STR_LIT("A secured record has gone from its system's export: find out why."));
		sheet_end(sheet);
	}
	buf_free(&since);
}

static enum status
run(struct buf *out, const struct console *console, char **names, struct arena *arena,
    struct err *err)
{
	struct buf body = BUF_INIT;
	struct wire_reply reply;
	struct standing_record record;
	struct sheet sheet;
	enum status status;

	buf_add_text(&body, "{\"system\":");
	buf_add_json(&body, str_from(names[0]));
	buf_add_text(&body, ",\"record_id\":");
	buf_add_json(&body, str_from(names[1]));
	buf_add_char(&body, '}');
	status = service_once(
	    &reply, console, arena, "record.status", buf_str(&body), WIRE_CLIENT_MS, err);
	buf_free(&body);
	if (status == STATUS_OK && console->json)
		service_add_json(out, &reply);
	if (status != STATUS_OK || console->json)
		return status;
	status = standing_read_record(&record, arena, reply.body, err);
	if (status != STATUS_OK)
		return status;
	sheet_init(&sheet, console_width(), console_colour());
	print(&sheet, &record);
	*out = sheet.out;
	return STATUS_OK;
}

int
verb_record(int argc, char **argv)
{
	struct console console = { .json = false };
	const struct option_spec specs[] = { CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "record",
		.arguments = "SYSTEM RECORD_ID",
		.summary = "Show whether a record is on file and secured",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.arguments_min = 2,
		.arguments_max = 2 };
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
			       : run(&out, &console, rest.argv, arena, &err);
	exit_code = status == STATUS_OK ? console_finish(&console, "record", &out)
					: console_fail(&console, "record", &err);
	arena_free(arena);
	return exit_code;
}
