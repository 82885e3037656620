#ifndef WIRE_CLIENT_NNG_H
#define WIRE_CLIENT_NNG_H
/*
 * client_nng: one connection of a client, SP REQ framing over an nng byte stream
 * (docs/protocol.md, "Framing"). A call is sent once; resending is wire_client_ask()'s affair.
 *
 * Threads: a client belongs to one thread. nng must not be used in a forked child.
 */
#include "base/arena.h"
#include "wire/envelope_json.h"

struct wire_client;

/* Does not connect yet. `url` is ipc://PATH. NULL-safe close; never blocks. */
enum status wire_client_new(struct wire_client **out, const char *url, struct err *err) MUST_USE;
void wire_client_free(struct wire_client *client);

/*
 * Sends the request and waits for its reply, within timeout_ms in all. Connection failures and the
 * codes busy, in_progress, shutting_down and not_ready are tried again with the same id after
 * 0.2, 0.5, 1, 2, 2, ... seconds. STATUS_OK also for an error reply (reply->ok false).
 * STATUS_LIMIT before sending: "request is N bytes; the limit is M". STATUS_UNAVAILABLE:
 * "cannot reach searchd at URL"; STATUS_TIMEOUT. The reply is in the arena.
 */
enum status wire_client_ask(struct wire_reply *reply, struct wire_client *client,
    struct arena *arena, const struct wire_request *request, unsigned timeout_ms,
    struct err *err) MUST_USE;

#endif
