/*
 * notify: delivers what is queued in the outbox, run by a timer.
 *
 * A notice is marked as sent only once the mail program has taken it, or it is on disk in the
 * maildir. A crash between the two delivers it again: twice rather than never. What cannot be
 * delivered stays queued, is told, and makes the run fail.
 */
#include "client/mail.h"
#include "client/outbox.h"
#include "client/procedure.h"
#include "client/service.h"
#include "client/verb.h"

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct run {
	const struct mail_config *config;
	struct service service;
	struct buf out; /* with --json: items of the lists; else lines */
	bool json;
	size_t delivered, undeliverable, failed;
};

static void
tell(struct run *run, const struct mail_notice *notice, const char *what, const char *why)
{
	struct buf line = BUF_INIT;

	if (run->json) {
		buf_addf(&run->out, "%s{\"notice\":%" PRIu64 ",\"to\":", run->out.n > 0 ? "," : "",
		    notice->seq);
		buf_add_json(&run->out, notice->to);
		buf_addf(&run->out, ",\"state\":\"%s\",\"why\":", what);
		buf_add_json(&run->out, str_from(why));
		buf_add_char(&run->out, '}');
		return;
	}
	buf_addf(&line, "notice %" PRIu64 " to ", notice->seq);
	buf_add_printable(&line, notice->to);
	buf_addf(&line, " is %s: ", what);
	buf_add_printable(&line, str_from(why));
	if (!buf_failed(&line))
		fprintf(stderr, "client notify: %.*s\n", (int)line.n, line.p);
	buf_free(&line);
}

static enum status
mark_sent(struct run *run, const struct mail_notice *notice, struct arena *arena, struct err *err)
{
	struct buf body = BUF_INIT;
	char id[WIRE_ID_HEX + 1];
	struct wire_reply reply;
	enum status status;

	service_new_id(id);
	buf_add_char(&body, '{');
	procedure_put_number(&body, "notice", notice->seq);
	procedure_put(&body, "to", notice->to);
	buf_add_char(&body, '}');
	status = buf_failed(&body) ? err_set(err, STATUS_NOMEM, "out of memory")
				   : service_ask(&reply, NULL, &run->service, arena, "notice.sent",
					 id, buf_str(&body), err);
	buf_free(&body);
	return status;
}

/* Fails only where going on would deliver twice: the rest of a run that cannot mark is left. */
static enum status
deliver(struct run *run, const struct mail_notice *notice, struct arena *arena, struct err *err)
{
	struct str address = mail_address_of(run->config, notice->to);
	struct buf message = BUF_INIT;
	struct err fault = ERR_NONE;
	char text[512];
	enum status status;

	if (address.n == 0) {
		run->undeliverable++;
		tell(run, notice, "undeliverable", "the configuration has no address of the role");
		return STATUS_OK;
	}
	mail_write(&message, run->config, notice, address, console_now_ms());
	status = buf_failed(&message) ? err_set(&fault, STATUS_NOMEM, "out of memory")
				      : mail_deliver(run->config, buf_str(&message), &fault);
	buf_free(&message);
	if (status != STATUS_OK) {
		run->failed++;
		tell(run, notice, "not delivered", err_format(text, sizeof text, &fault));
		return STATUS_OK;
	}
	status = mark_sent(run, notice, arena, err);
	run->delivered += status == STATUS_OK;
	return status;
}

static enum status
deliver_page(struct run *run, struct procedure_page *page, struct arena *arena, struct err *err)
{
	struct buf body = BUF_INIT;
	char id[WIRE_ID_HEX + 1];
	struct mail_notice *notices = NULL;
	struct wire_reply reply;
	size_t count = 0;
	enum status status;

	service_new_id(id);
	buf_addf(&body, "{\"state\":\"queued\",\"after\":%" PRIu64 "}", page->last);
	status =
	    service_ask(&reply, NULL, &run->service, arena, "notice.list", id, buf_str(&body), err);
	buf_free(&body);
	if (status == STATUS_OK)
		status = outbox_read(&notices, &count, page, arena, reply.body, err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = deliver(run, &notices[i], arena, err);
	return status;
}

static enum status
deliver_all(struct run *run, const struct console *console, struct arena *arena, struct err *err)
{
	struct procedure_page page = { 0, true };
	enum status status = service_open(&run->service, console, WIRE_CLIENT_MS, err);

	if (status != STATUS_OK)
		return status;
	while (status == STATUS_OK && page.more)
		status = deliver_page(run, &page, arena, err);
	service_close(&run->service);
	return status;
}

/* What is not delivered makes the run fail, so that the timer's log and state show it. */
static int
finish(struct run *run, const struct console *console)
{
	struct buf out = BUF_INIT;
	int exit_code;

	if (run->json) {
		buf_addf(&out, "{\"delivered\":%zu,\"undeliverable\":%zu,\"failed\":%zu,\"left\":[",
		    run->delivered, run->undeliverable, run->failed);
		buf_add_str(&out, buf_str(&run->out));
		buf_add_text(&out, "]}\n");
	} else {
		buf_addf(&out, "%zu delivered, %zu undeliverable, %zu failed\n", run->delivered,
		    run->undeliverable, run->failed);
	}
	out.failed = out.failed || run->out.failed;
	exit_code = console_finish(console, "notify", &out);
	if (exit_code != 0)
		return exit_code;
	return run->failed > 0 ? EX_TEMPFAIL : run->undeliverable > 0 ? EX_CONFIG : 0;
}

static int
notify(struct console *console, const char *path, struct arena *arena)
{
	struct mail_config config;
	struct run run = { .config = &config, .out = BUF_INIT, .json = console->json };
	struct err err = ERR_NONE;
	enum status status = arena == NULL ? err_set(&err, STATUS_NOMEM, "out of memory")
					   : mail_config_read(&config, arena, path, &err);
	int exit_code;

	if (status == STATUS_OK && console->socket == NULL && config.socket.n > 0)
		console->socket = config.socket.p;
	if (status == STATUS_OK && console->role == NULL && config.role.n > 0)
		console->role = config.role.p;
	if (status == STATUS_OK)
		status = deliver_all(&run, console, arena, &err);
	exit_code =
	    status == STATUS_OK ? finish(&run, console) : console_fail(console, "notify", &err);
	buf_free(&run.out);
	return exit_code;
}

int
verb_notify(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *config = NULL;
	const struct option_spec specs[] = { { "config", 0, "FILE", "addresses, and how to deliver",
						 OPTION_TEXT, &config, OPTION_REQUIRED, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "notify",
		.summary = "Deliver the notices that are queued, by mail",
		.options = specs,
		.option_count = COUNT(specs),
		.details =
		    "Exit codes: 0 all delivered; 75 some were not taken, the next run tries "
		    "again;\n78 a role has no address in FILE. Both stay queued.\n" };
	struct option_rest rest;
	struct arena *arena;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	exit_code = notify(&console, config, arena);
	arena_free(arena);
	return exit_code;
}
