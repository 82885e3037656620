#include "client/service.h"

#include "base/digest.h"

#include <inttypes.h>

#define VERB_ARENA_BYTES_MAX (16u << 20) /* sixteen times the longest reply */

enum status
service_open(
    struct service *service, const struct console *console, unsigned default_ms, struct err *err)
{
	const char *url = console->socket == NULL ? CONSOLE_SOCKET : console->socket;

	*service = (struct service){ .role = console->role == NULL ? "" : console->role,
		.timeout_ms = default_ms };
	if (console->timeout_s > 0)
		service->timeout_ms = (unsigned)console->timeout_s * 1000;
	return wire_client_new(&service->client, url, err);
}

void
service_close(struct service *service)
{
	wire_client_free(service->client);
	service->client = NULL;
}

void
service_new_id(char id[WIRE_ID_HEX + 1])
{
	digest_random_hex(id, WIRE_ID_HEX / 2);
}

enum status
service_ask(struct wire_reply *reply, enum wire_code *code, struct service *service,
    struct arena *arena, const char *op, const char *id, struct str body, struct err *err)
{
	struct wire_request request = { .op = str_from(op),
		.id = str_from(id),
		.role = str_from(service->role),
		.body = body,
		.ts_ms = console_now_ms() };
	enum status status =
	    wire_client_ask(reply, service->client, arena, &request, service->timeout_ms, err);

	if (code != NULL)
		*code = WIRE_OK;
	if (status != STATUS_OK || reply->ok)
		return status;
	if (code != NULL)
		*code = reply->code;
	return err_set(err, wire_code_status(reply->code), "%s: %.*s", wire_code_name(reply->code),
	    (int)(reply->msg.n > 230 ? 230 : reply->msg.n), reply->msg.p);
}

enum status
service_once(struct wire_reply *reply, const struct console *console, struct arena *arena,
    const char *op, struct str body, unsigned default_ms, struct err *err)
{
	struct service service;
	char id[WIRE_ID_HEX + 1];
	enum status status = service_open(&service, console, default_ms, err);

	if (status != STATUS_OK)
		return status;
	service_new_id(id);
	status = service_ask(reply, NULL, &service, arena, op, id, body, err);
	service_close(&service);
	return status;
}

int
service_verb(int argc, char **argv, const char *name, const char *summary, service_fill *ask)
{
	struct console console = { .json = false };
	const struct option_spec specs[] = { CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = name,
		.summary = summary,
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
	arena = arena_new(VERB_ARENA_BYTES_MAX);
	status = arena == NULL ? err_set(&err, STATUS_NOMEM, "out of memory")
			       : ask(&out, &console, arena, &err);
	exit_code = status == STATUS_OK ? console_finish(&console, name, &out)
					: console_fail(&console, name, &err);
	arena_free(arena);
	return exit_code;
}

void
service_add_json(struct buf *out, const struct wire_reply *reply)
{
	struct str rest = str_trim(reply->body);

	buf_addf(out, "{\"audit\":%" PRIu64 ",\"replayed\":%s", reply->audit,
	    reply->replayed ? "true" : "false");
	if (rest.n > 2 && rest.p[0] == '{') {
		rest = str_part(rest, 1, rest.n);
		if (str_trim(rest).p[0] != '}')
			buf_add_char(out, ',');
		buf_add_str(out, rest);
	} else {
		buf_add_char(out, '}');
	}
	buf_add_char(out, '\n');
}
