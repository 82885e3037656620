/*
 * ask: sends one request with every part of the envelope under the test's control.
 *
 *   ask [--id HEX] [--role ROLE] [--timeout MS] ipc://PATH OP BODY
 *
 * BODY "-" is read from stdin. Prints "ok replayed=no entry=17" and the body, or "error CODE" and
 * the message; ends with the status' exit code.
 */
#include "base/digest.h"
#include "wire/client_nng.h"
#include "wire/limits.h"

#include <stdio.h>
#include <stdlib.h>

static int
print(const struct wire_reply *reply)
{
	if (!reply->ok) {
		printf("error %s\n%.*s\n", wire_code_name(reply->code), STR_ARG(reply->msg));
		return status_exit_code(wire_code_status(reply->code));
	}
	printf("ok replayed=%s entry=%llu\n%.*s\n", reply->replayed ? "yes" : "no",
	    (unsigned long long)reply->audit, STR_ARG(reply->body));
	return 0;
}

static int
ask(const char *url, const struct wire_request *request, unsigned timeout_ms)
{
	struct arena *arena = arena_new(0);
	struct wire_client *client = NULL;
	struct err err = ERR_NONE;
	struct wire_reply reply;
	char text[512];
	enum status status = wire_client_new(&client, url, &err);
	int code;

	if (status == STATUS_OK)
		status = wire_client_ask(&reply, client, arena, request, timeout_ms, &err);
	if (status == STATUS_OK) {
		code = print(&reply);
	} else {
		printf("failed %s\n%s\n", status_name(status), err_format(text, sizeof text, &err));
		code = status_exit_code(status);
	}
	wire_client_free(client);
	arena_free(arena);
	return code;
}

int
main(int argc, char **argv)
{
	static char body[1 << 20];
	char id[WIRE_ID_HEX + 1];
	struct wire_request request = { .role = STR_NONE, .ts_ms = 1790000000000 };
	unsigned timeout_ms = WIRE_CLIENT_MS;
	int at = 1;

	if (digest_init(NULL) != STATUS_OK)
		return 70;
	digest_random_hex(id, WIRE_ID_HEX / 2);
	request.id = str_from(id);
	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		if (strcmp(argv[at], "--id") == 0)
			request.id = str_from(argv[at + 1]);
		else if (strcmp(argv[at], "--role") == 0)
			request.role = str_from(argv[at + 1]);
		else if (strcmp(argv[at], "--timeout") == 0)
			timeout_ms = (unsigned)strtoul(argv[at + 1], NULL, 10);
	}
	if (argc - at != 3) {
		fprintf(stderr, "usage: ask [--id HEX] [--role R] [--timeout MS] URL OP BODY\n");
		return 64;
	}
	request.op = str_from(argv[at + 1]);
	request.body = str_from(argv[at + 2]);
	if (str_eq_text(request.body, "-"))
		request.body = (struct str){ body, fread(body, 1, sizeof body - 1, stdin) };
	return ask(argv[at], &request, timeout_ms);
}
