#ifndef CLIENT_SERVICE_H
#define CLIENT_SERVICE_H
/*
 * service: one connection to searchd and the calls on it, with refusals as errors.
 *
 * Threads: a service belongs to one thread.
 */
#include "base/arena.h"
#include "client/console.h"
#include "wire/client_nng.h"
#include "wire/limits.h"

struct service {
	struct wire_client *client;
	const char *role;
	unsigned timeout_ms;
};

/* Does not connect yet. `default_ms` is the time without --timeout. */
enum status service_open(struct service *service, const struct console *console,
    unsigned default_ms, struct err *err) MUST_USE;
void service_close(struct service *service);

/* A fresh request id: 32 hex digits. */
void service_new_id(char id[WIRE_ID_HEX + 1]);

/*
 * Sends the operation and waits. An error reply is an error here too: its status by its code, its
 * text "code: message", and *code (may be NULL) says which. The reply is in the arena.
 */
enum status service_ask(struct wire_reply *reply, enum wire_code *code, struct service *service,
    struct arena *arena, const char *op, const char *id, struct str body, struct err *err) MUST_USE;

/* A whole command of one question: opens, asks with a fresh id, closes. */
enum status service_once(struct wire_reply *reply, const struct console *console,
    struct arena *arena, const char *op, struct str body, unsigned default_ms,
    struct err *err) MUST_USE;

/*
 * A whole verb that takes the standard options and nothing else: parses, has `ask` fill what is
 * printed, prints, and ends; the exit code.
 */
typedef enum status service_fill(
    struct buf *out, const struct console *console, struct arena *arena, struct err *err);
int service_verb(int argc, char **argv, const char *name, const char *summary, service_fill *ask);

/* The body of an ok reply as one line of JSON, with "audit" and "replayed" put first. */
void service_add_json(struct buf *out, const struct wire_reply *reply);

#endif
