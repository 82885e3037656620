/* ledger backup, restore, rebuild. */
#include "client/procedure.h"
#include "client/service.h"
#include "client/standing.h"
#include "client/verb.h"
#include "ledger/restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define ARENA_BYTES_MAX (16u << 20)
#define LOOK_MS 300

/* --- backup ------------------------------------------------------------------------------------
 */
static enum status
ask_state(struct standing_backup *out, struct wire_reply *reply, struct service *service,
    struct arena *arena, struct str body, struct err *err)
{
	char id[WIRE_ID_HEX + 1];
	enum status status;

	service_new_id(id);
	status = service_ask(reply, NULL, service, arena, "ledger.backup", id, body, err);
	return status == STATUS_OK ? standing_read_backup(out, arena, reply->body, err) : status;
}

/* Asks until it is made: it takes as long as the ledger is large. */
static enum status
wait_for(struct standing_backup *out, struct wire_reply *reply, const struct console *console,
    struct arena *arena, struct err *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	struct service service;
	enum status status = service_open(&service, console, WIRE_CLIENT_MS, err);

	if (status != STATUS_OK)
		return status;
	status = ask_state(out, reply, &service, arena, STR_LIT("{\"start\":true}"), err);
	while (status == STATUS_OK && str_eq_text(out->state, "running")) {
		(void)nanosleep(&pause, NULL);
		arena_reset(arena);
		status = ask_state(out, reply, &service, arena, STR_LIT("{}"), err);
	}
	service_close(&service);
	if (status == STATUS_OK && !str_eq_text(out->state, "done"))
		return err_set(err, STATUS_IO, "no backup was made: %.*s", STR_ARG(out->message));
	return status;
}

static enum status
back_up(struct buf *out, const struct console *console, struct arena *arena, struct err *err)
{
	struct standing_backup backup;
	struct wire_reply reply;
	enum status status = wait_for(&backup, &reply, console, arena, err);

	if (status == STATUS_OK && console->json)
		service_add_json(out, &reply);
	if (status != STATUS_OK || console->json)
		return status;
	buf_add_printable(out, backup.file);
	buf_addf(out, " %" PRId64 " bytes, verified; head ", backup.bytes);
	buf_add_printable(out, backup.head);
	buf_addf(out, "; ledger entry %" PRId64 "\n", backup.entry);
	return STATUS_OK;
}

int
verb_ledger_backup(int argc, char **argv)
{
	struct console console = { .json = false };
	const struct option_spec specs[] = { CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "ledger backup",
		.summary = "Have the ledger copied to DATA/backup while it is in use, and verified",
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
			       : back_up(&out, &console, arena, &err);
	exit_code = status == STATUS_OK ? console_finish(&console, "ledger backup", &out)
					: console_fail(&console, "ledger backup", &err);
	arena_free(arena);
	return exit_code;
}

/* --- restore -----------------------------------------------------------------------------------
 */
int
verb_ledger_restore(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *folder = NULL;
	const struct option_spec specs[] = {
		{ "to", 0, "FOLDER", "where ledger.db is to be; nothing is overwritten",
		    OPTION_TEXT, &folder, OPTION_REQUIRED, 0 },
	};
	const struct option_command command = { .program = "client",
		.name = "ledger restore",
		.arguments = "BACKUP",
		.summary = "Verify a backup and put it back, offline",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.details = "searchd refuses a ledger that lacks entries it knows of, unless it is "
			   "started with\n--accept-older-ledger and the head that is printed.\n",
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	struct ledger_report report;
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;
	char hash[DIGEST_HEX + 1];
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	if (ledger_restore(&report, rest.argv[0], folder, &err) != STATUS_OK)
		return console_fail(&console, "ledger restore", &err);
	digest_hex(hash, &report.head);
	buf_addf(&out, "restored %" PRIu64 " entries; head %" PRIu64 ":%s\n", report.entries,
	    report.entries, hash);
	return console_finish(&console, "ledger restore", &out);
}

/* --- rebuild -----------------------------------------------------------------------------------
 */
int
verb_ledger_rebuild(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *path = NULL;
	const struct option_spec specs[] = {
		{ "ledger", 0, "PATH", "the ledger; no searchd may have it", OPTION_TEXT, &path,
		    OPTION_REQUIRED, 0 },
	};
	const struct option_command command = { .program = "client",
		.name = "ledger rebuild",
		.summary = "Make all that follows from the entries again, offline",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0] };
	struct option_rest rest;
	struct ledger_rebuilt rebuilt;
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	if (ledger_rebuild_file(&rebuilt, path, &err) != STATUS_OK)
		return console_fail(&console, "ledger rebuild", &err);
	buf_addf(&out, "made again from %" PRIu64 " entries; %" PRIu64 " records are secured\n",
	    rebuilt.entries, rebuilt.secured);
	if (rebuilt.same)
		buf_add_text(&out, "every row was as it is now\n");
	else
		buf_addf(&out, "it was not as it is now: %s\n", rebuilt.what);
	return console_finish(&console, "ledger rebuild", &out);
}
