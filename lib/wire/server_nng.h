#ifndef WIRE_SERVER_NNG_H
#define WIRE_SERVER_NNG_H
/*
 * server_nng: the answering side of SP REQ/REP over nng byte streams: accepts, frames, limits and
 * times connections, and gives whole requests to a pool of workers. Knows envelopes not at all.
 *
 * Threads: one accepts, one serves (closes what is late, tears down what is over), `workers` run
 * the handler; nng's own threads only move bytes and never wait. nng must not be used in a forked
 * child; the first call here is the first nng call of the process.
 */
#include "base/buf.h"
#include "base/err.h"
#include "wire/envelope_json.h"

struct wire_server;

struct wire_peer {
	uint32_t uid; /* of the peer's process when it connected, from the kernel */
	uint32_t pid;
};

struct wire_server_options {
	const char *url; /* ipc://PATH */
	unsigned workers;
	size_t queue_max; /* requests waiting for a worker; 0: WIRE_QUEUE_MAX */
	void *ctx;	  /* given to the functions below */
	/* In a worker's thread; `worker` counts from 0. Appends the reply to `reply` (which may
	 * hold bytes already: append only). Nothing appended, or a failed buffer: the connection is
	 * closed. */
	void (*handle)(void *ctx, unsigned worker, const struct wire_peer *peer, struct str request,
	    struct buf *reply);
	/* In a worker's thread that has nothing to do, after wire_server_nudge(); or NULL. */
	void (*idle)(void *ctx, unsigned worker);
	/* Likewise in the service thread, for a request that is not run: WIRE_BUSY. Must be quick.
	 */
	void (*refuse)(void *ctx, const struct wire_peer *peer, struct str request,
	    enum wire_code code, struct buf *reply);
	/* A connection was closed by us: "too_large" with the length announced, "header_timeout",
	 * "body_timeout", "send_timeout", "idle", "bad_greeting", "bad_frame", "connection_limit"
	 * and so on. In the service or the accepting thread. */
	void (*closed)(void *ctx, const struct wire_peer *peer, const char *reason, uint64_t value);
};

/*
 * Listens (socket mode 0660) and starts the threads. STATUS_BUSY: a live process has the socket;
 * STATUS_INVALID: the path is taken by something that is not a socket, or its folder can be written
 * by everybody; STATUS_NOT_FOUND: the folder is absent. A socket left by a dead process is
 * replaced.
 */
enum status wire_server_start(
    struct wire_server **out, const struct wire_server_options *options, struct err *err) MUST_USE;

/*
 * Accepts no more, lets running and waiting requests finish within drain_ms, sends their replies,
 * closes everything and frees the server. STATUS_TIMEOUT: a handler did not come back; the server
 * is then left as it is and the process should end. NULL is fine.
 */
enum status wire_server_stop(
    struct wire_server *server, unsigned drain_ms, struct err *err) MUST_USE;

/* Has `idle` called once for each worker, as soon as it has nothing to do. In any thread. */
void wire_server_nudge(struct wire_server *server);

struct wire_server_counts {
	uint64_t connections; /* now */
	uint64_t waiting;     /* requests without a worker yet */
	uint64_t accepted, refused_connections, requests, refused_requests; /* since the start */
};
void wire_server_counts(struct wire_server_counts *out, struct wire_server *server);

/* Gives back nng's own threads; after the last server and client of the process. */
void wire_library_fini(void);

#endif
