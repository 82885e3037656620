/*
 * A connection is in exactly one state, and has at most one nng operation outstanding:
 *
 *   GREETING_OUT -> GREETING_IN -> LENGTH -> BODY -> WAITING -> RUNNING -> SENDING -> LENGTH ...
 *                                              \-> REFUSED ------------/
 *   any state with an operation outstanding -> DEAD
 *
 * Invariants
 *   1. An operation is outstanding in GREETING_*, LENGTH, BODY, SENDING and in no other state.
 *   2. Only the thread that took the connection out of an operation (nng's callback, a worker, the
 *      service thread for REFUSED) moves it on; having started the next operation, or having called
 *      bury(), it touches the connection no more.
 *   3. Only the service thread tears down, and only DEAD connections; so it may close the stream
 *      of any connection on the list without holding the lock.
 *   4. Entering or leaving WAITING, RUNNING, REFUSED and SENDING happens under the lock, together
 *      with `working` and `sending`, so that a drain sees every request on its way.
 *   5. No aio timeouts: a deadline per connection, which the service thread looks at each SWEEP_MS
 *      and enforces with nng_stream_close(); the operation then completes with NNG_ECLOSED.
 *   6. No operation is started on a closed stream (`gate`): in nng 1.5.2 it would never complete.
 *   7. Of two workers or more one is never given a large request (WIRE_LARGE_BYTES), so that
 * however many of these there are, the others are answered meanwhile. Why not nng's rep0: one
 * clumsy peer kills its listener for ever (Debian 12's 1.5.2).
 */
#include "wire/server_nng.h"

#include "base/mem.h"
#include "wire/fair.h"
#include "wire/frame.h"
#include "wire/limits.h"

#include <errno.h>
#include <limits.h>
#include <nng/nng.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>

#define SWEEP_MS 250	   /* deadlines are kept to within this */
#define ACCEPT_RETRY_MS 20 /* after a failed accept: out of descriptors, or a peer already gone */
#define FAREWELL_MS 500	   /* on stop, for replies to leave once the last handler is back */
#define WORKERS_MAX 64
#define STICKY 01000 /* S_ISVTX, which POSIX leaves to its XSI part */

enum state { GREETING_OUT, GREETING_IN, LENGTH, BODY, WAITING, RUNNING, REFUSED, SENDING, DEAD };

struct connection {
	struct connection *before, *after; /* all connections; under the lock */
	struct connection *next;	   /* in the one queue that its state implies, */
	struct fair_item turn;		   /* or while WAITING */
	struct wire_server *server;
	nng_stream *stream;
	nng_aio *aio;
	struct wire_peer peer;
	pthread_mutex_t gate; /* held to start an operation, and to close the stream */
	bool closed;	      /* under the gate */
	atomic_int state;
	_Atomic int64_t deadline; /* monotonic ms; INT64_MAX: none */
	atomic_bool late;	  /* closed by the sweep */
	const char *reason;	  /* why it is closed; NULL: the peer left */
	uint64_t reason_value;
	char *bytes; /* being moved now, and how far it is */
	size_t bytes_n, moved;
	unsigned char head[FRAME_PREFIX_BYTES];
	char *body;
	size_t body_n;
	struct str ids, payload; /* in body */
	struct buf reply;
};

struct queue {
	struct connection *first, *last;
	size_t count;
};

/* On the worker's own stack, in the list while it waits. */
struct idle_worker {
	pthread_cond_t wake;
	struct idle_worker *next;
	bool woken;	 /* out of the list */
	unsigned nudges; /* that it has heeded */
};

struct wire_server {
	struct wire_server_options options;
	char *url;
	nng_stream_listener *listener;
	nng_aio *accept_aio;
	pthread_mutex_t lock;
	pthread_cond_t service; /* refused or dead grew, or a flag changed */
	pthread_cond_t settled; /* a count fell */
	/* All below under the lock. */
	struct connection *connections;
	struct queue refused, dead;
	struct fair_queue small, large; /* requests that wait */
	unsigned large_running;
	bool large_next; /* by turns, where both could be taken */
	size_t working;	 /* connections in WAITING, RUNNING or REFUSED */
	size_t sending;
	size_t count;
	struct idle_worker *idle; /* who waits for a request, whoever was busy last first */
	unsigned nudges;	  /* so far */
	bool stopping;		  /* no new requests */
	bool close_all;		  /* nor any reply */
	bool quit;		  /* threads go home */
	struct wire_server_counts counts;
	pthread_t acceptor, servant, workers[WORKERS_MAX];
	unsigned worker_count; /* started */
	bool has_acceptor, has_servant;
};

struct worker_start {
	struct wire_server *server;
	unsigned number;
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct timespec
at_ms(int64_t ms)
{
	return (struct timespec){ .tv_sec = (time_t)(ms / 1000), .tv_nsec = ms % 1000 * 1000000 };
}

static void
queue_push(struct queue *queue, struct connection *c)
{
	c->next = NULL;
	if (queue->last == NULL)
		queue->first = c;
	else
		queue->last->next = c;
	queue->last = c;
	queue->count++;
}

static struct connection *
queue_pop(struct queue *queue)
{
	struct connection *c = queue->first;

	if (c == NULL)
		return NULL;
	queue->first = c->next;
	if (queue->first == NULL)
		queue->last = NULL;
	queue->count--;
	return c;
}

/* --- Requests that wait; the lock is held -------------------------------------------------------
 */
static size_t
waiting_count(const struct wire_server *server)
{
	return server->small.count + server->large.count;
}

static bool
is_large(const struct connection *c)
{
	return c->payload.n > WIRE_LARGE_BYTES;
}

static void
push_waiting(struct connection *c)
{
	struct wire_server *server = c->server;

	fair_push(is_large(c) ? &server->large : &server->small, &c->turn, c->peer.uid);
}

static struct connection *
pop_from(struct fair_queue *queue)
{
	struct fair_item *item = fair_pop(queue);

	return item == NULL ? NULL
			    : (struct connection *)(void *)((char *)item -
							    offsetof(struct connection, turn));
}

static bool
may_take_large(const struct wire_server *server)
{
	return server->large.count > 0 && (server->options.workers == 1 ||
					      server->large_running + 1 < server->options.workers);
}

/* The request that a worker is to run now, or NULL. */
static struct connection *
take_waiting(struct wire_server *server)
{
	bool large = may_take_large(server) && (server->large_next || server->small.count == 0);

	if (large)
		server->large_running++;
	server->large_next = !large;
	return pop_from(large ? &server->large : &server->small);
}

/* Who was busy last has most in its caches: a lone client is always answered by the same worker. */
static void
wake_worker(struct wire_server *server)
{
	struct idle_worker *worker = server->idle;

	if (worker == NULL)
		return; /* each looks for more before it waits */
	server->idle = worker->next;
	worker->woken = true;
	pthread_cond_signal(&worker->wake);
}

static void
wait_for_work(struct wire_server *server, struct idle_worker *worker)
{
	worker->next = server->idle;
	worker->woken = false;
	server->idle = worker;
	while (!worker->woken)
		pthread_cond_wait(&worker->wake, &server->lock);
}

/* --- Moving bytes ------------------------------------------------------------------------------
 */
static void
bury_locked(struct connection *c, const char *reason, uint64_t value)
{
	c->reason = reason;
	c->reason_value = value;
	atomic_store(&c->state, DEAD);
	queue_push(&c->server->dead, c);
	pthread_cond_signal(&c->server->service);
}

static void
bury(struct connection *c, const char *reason, uint64_t value)
{
	struct wire_server *server = c->server;

	pthread_mutex_lock(&server->lock);
	bury_locked(c, reason, value);
	pthread_mutex_unlock(&server->lock);
}

static const char *
late_reason(const struct connection *c, int state)
{
	if (state == GREETING_OUT || state == GREETING_IN)
		return "header_timeout";
	if (state == SENDING)
		return "send_timeout";
	return state == LENGTH && c->moved == 0 ? "idle" : "body_timeout";
}

/* The operation failed: the peer left, or the sweep closed the stream. */
static void
broken(struct connection *c)
{
	struct wire_server *server = c->server;
	int state = atomic_load(&c->state);
	const char *reason = atomic_load(&c->late) ? late_reason(c, state) : NULL;

	pthread_mutex_lock(&server->lock);
	if (state == SENDING) {
		server->sending--;
		pthread_cond_broadcast(&server->settled);
	}
	bury_locked(c, reason, 0);
	pthread_mutex_unlock(&server->lock);
}

/* Starts or continues the operation of the connection's state. */
static void
move(struct connection *c)
{
	nng_iov iov = { .iov_buf = c->bytes + c->moved, .iov_len = c->bytes_n - c->moved };
	int state = atomic_load(&c->state);
	bool closed;

	(void)nng_aio_set_iov(c->aio, 1, &iov); /* fails only for more than 8 pieces */
	pthread_mutex_lock(&c->gate);
	closed = c->closed;
	if (!closed && (state == GREETING_OUT || state == SENDING))
		nng_stream_send(c->stream, c->aio);
	else if (!closed)
		nng_stream_recv(c->stream, c->aio);
	pthread_mutex_unlock(&c->gate);
	if (closed)
		broken(c);
}

static void
begin(struct connection *c, enum state state, void *bytes, size_t n, int64_t deadline)
{
	c->bytes = bytes;
	c->bytes_n = n;
	c->moved = 0;
	atomic_store(&c->deadline, deadline);
	atomic_store(&c->state, (int)state);
	move(c);
}

static void
await_request(struct connection *c)
{
	begin(c, LENGTH, c->head, sizeof c->head, now_ms() + WIRE_IDLE_MS);
}

static void
greeting_sent(struct connection *c)
{
	/* The deadline of the whole greeting was set when the connection was accepted. */
	begin(c, GREETING_IN, c->head, FRAME_GREETING_BYTES, atomic_load(&c->deadline));
}

static void
greeting_read(struct connection *c)
{
	if (frame_greeting_valid(c->head, FRAME_ASKS))
		await_request(c);
	else
		bury(c, "bad_greeting", 0);
}

static void
bury_for(struct connection *c, enum frame_fault fault, uint64_t length)
{
	bury(c, fault == FRAME_TOO_LARGE ? "too_large" : "bad_frame", length);
}

static void
length_read(struct connection *c)
{
	uint64_t length = 0;
	enum frame_fault fault = frame_prefix(&length, c->head, WIRE_REQUEST_BYTES_MAX);

	if (fault != FRAME_OK) {
		bury_for(c, fault, length);
		return;
	}
	c->body = mem_alloc((size_t)length);
	c->body_n = (size_t)length;
	if (c->body == NULL)
		bury(c, "no_memory", length);
	else
		begin(c, BODY, c->body, c->body_n, atomic_load(&c->deadline));
}

static void
body_read(struct connection *c)
{
	struct wire_server *server = c->server;
	enum frame_fault fault = frame_split(
	    &c->ids, &c->payload, (struct str){ c->body, c->body_n }, WIRE_REQUEST_BYTES_MAX);

	if (fault != FRAME_OK) {
		bury_for(c, fault, c->body_n);
		return;
	}
	atomic_store(&c->deadline, INT64_MAX);
	pthread_mutex_lock(&server->lock);
	if (server->stopping) {
		bury_locked(c, NULL, 0);
	} else if (waiting_count(server) >= server->options.queue_max) {
		atomic_store(&c->state, REFUSED);
		server->working++;
		server->counts.refused_requests++;
		queue_push(&server->refused, c);
		pthread_cond_signal(&server->service);
	} else {
		atomic_store(&c->state, WAITING);
		server->working++;
		server->counts.requests++;
		push_waiting(c);
		wake_worker(server);
	}
	pthread_mutex_unlock(&server->lock);
}

static void
reply_sent(struct connection *c)
{
	struct wire_server *server = c->server;
	bool stopping;

	buf_free(&c->reply);
	pthread_mutex_lock(&server->lock);
	server->sending--;
	stopping = server->stopping;
	atomic_store(&c->state, LENGTH);
	if (stopping)
		bury_locked(c, NULL, 0);
	pthread_cond_broadcast(&server->settled);
	pthread_mutex_unlock(&server->lock);
	if (!stopping)
		await_request(c);
}

/* nng's callback: never waits for anything but the lock, which nobody holds for long. */
static void
advance(void *arg)
{
	struct connection *c = arg;
	int state = atomic_load(&c->state);
	size_t count = nng_aio_result(c->aio) == 0 ? nng_aio_count(c->aio) : 0;

	if (count == 0) {
		broken(c);
		return;
	}
	if (state == LENGTH &&
	    c->moved == 0) /* the clock of a request starts with its first byte */
		atomic_store(&c->deadline, now_ms() + WIRE_BODY_MS);
	c->moved += count;
	if (c->moved < c->bytes_n)
		move(c);
	else if (state == GREETING_OUT)
		greeting_sent(c);
	else if (state == GREETING_IN)
		greeting_read(c);
	else if (state == LENGTH)
		length_read(c);
	else if (state == BODY)
		body_read(c);
	else if (state == SENDING)
		reply_sent(c);
	else
		bug("an operation ended in a state that has none");
}

/* --- Requests ----------------------------------------------------------------------------------
 */

/* The connection has its reply, or none that can be sent. */
static void
answer(struct connection *c)
{
	struct wire_server *server = c->server;
	size_t overhead = FRAME_PREFIX_BYTES + c->ids.n;
	bool good = !buf_failed(&c->reply) && c->reply.n > overhead &&
		    c->reply.n - overhead <= WIRE_REPLY_BYTES_MAX;

	if (good)
		frame_end(&c->reply);
	pthread_mutex_lock(&server->lock);
	if (atomic_load(&c->state) == RUNNING && is_large(c)) {
		server->large_running--;
		wake_worker(server);
	}
	mem_free(c->body);
	c->body = NULL;
	server->working--;
	if (good) {
		server->sending++;
		atomic_store(&c->state, SENDING);
	} else {
		bury_locked(c, "no_reply", c->reply.n);
	}
	pthread_cond_broadcast(&server->settled);
	pthread_mutex_unlock(&server->lock);
	if (good)
		begin(c, SENDING, c->reply.p, c->reply.n, now_ms() + WIRE_SEND_MS);
}

/* Under the lock, which is let go meanwhile. */
static void
heed_nudge(struct wire_server *server, struct idle_worker *self, unsigned number)
{
	self->nudges = server->nudges;
	if (server->options.idle == NULL)
		return;
	pthread_mutex_unlock(&server->lock);
	server->options.idle(server->options.ctx, number);
	pthread_mutex_lock(&server->lock);
}

static struct connection *
next_request(struct wire_server *server, struct idle_worker *self, unsigned number)
{
	struct connection *c = NULL;

	pthread_mutex_lock(&server->lock);
	while (!server->quit && (c = take_waiting(server)) == NULL)
		if (self->nudges != server->nudges)
			heed_nudge(server, self, number);
		else
			wait_for_work(server, self);
	if (c != NULL)
		atomic_store(&c->state, RUNNING);
	pthread_mutex_unlock(&server->lock);
	return c;
}

static void *
work(void *arg)
{
	struct worker_start start = *(struct worker_start *)arg;
	struct idle_worker self = { .wake = PTHREAD_COND_INITIALIZER };
	struct wire_server *server = start.server;
	struct connection *c;

	mem_free(arg);
	while ((c = next_request(server, &self, start.number)) != NULL) {
		frame_begin(&c->reply, c->ids);
		server->options.handle(
		    server->options.ctx, start.number, &c->peer, c->payload, &c->reply);
		answer(c);
	}
	pthread_cond_destroy(&self.wake);
	return NULL;
}

/* --- Service: refusals, deadlines, teardown ----------------------------------------------------
 */
static void
shut(struct connection *c)
{
	pthread_mutex_lock(&c->gate);
	if (!c->closed)
		nng_stream_close(c->stream);
	c->closed = true;
	pthread_mutex_unlock(&c->gate);
}

static void
tear_down(struct connection *c)
{
	struct wire_server *server = c->server;

	if (c->reason != NULL)
		server->options.closed(server->options.ctx, &c->peer, c->reason, c->reason_value);
	shut(c);
	nng_aio_stop(c->aio);
	nng_aio_free(c->aio);
	nng_stream_free(c->stream);
	mem_free(c->body);
	buf_free(&c->reply);
	pthread_mutex_lock(&server->lock);
	if (c->before != NULL)
		c->before->after = c->after;
	else
		server->connections = c->after;
	if (c->after != NULL)
		c->after->before = c->before;
	server->count--;
	pthread_cond_broadcast(&server->settled);
	pthread_mutex_unlock(&server->lock);
	pthread_mutex_destroy(&c->gate);
	mem_free(c);
}

static void
refuse(struct connection *c)
{
	struct wire_server *server = c->server;

	frame_begin(&c->reply, c->ids);
	server->options.refuse(server->options.ctx, &c->peer, c->payload, WIRE_BUSY, &c->reply);
	answer(c);
}

static bool
in_service(int state)
{
	return state == WAITING || state == RUNNING || state == REFUSED || state == SENDING;
}

/* Closes the streams of connections that are late or, on stop, not wanted any more. */
static void
sweep(struct wire_server *server)
{
	static _Thread_local struct connection *late[WIRE_CONNECTIONS_MAX];
	int64_t now = now_ms();
	size_t count = 0;

	pthread_mutex_lock(&server->lock);
	for (struct connection *c = server->connections; c != NULL; c = c->after) {
		int state = atomic_load(&c->state);

		if (state == DEAD || count == WIRE_CONNECTIONS_MAX)
			continue;
		if (atomic_load(&c->deadline) <= now)
			atomic_store(&c->late, true);
		else if (!server->close_all && !(server->stopping && !in_service(state)))
			continue;
		late[count++] = c;
	}
	pthread_mutex_unlock(&server->lock);
	for (size_t i = 0; i < count; i++)
		shut(late[i]);
}

static bool
service_once(struct wire_server *server)
{
	struct timespec until = at_ms(now_ms() + SWEEP_MS);
	struct connection *refused, *dead;
	bool quit;

	pthread_mutex_lock(&server->lock);
	if (server->refused.count == 0 && server->dead.count == 0 &&
	    !(server->quit && server->count == 0))
		(void)pthread_cond_timedwait(&server->service, &server->lock, &until);
	refused = queue_pop(&server->refused);
	dead = queue_pop(&server->dead);
	quit = server->quit && server->count == 0;
	pthread_mutex_unlock(&server->lock);
	if (refused != NULL)
		refuse(refused);
	if (dead != NULL)
		tear_down(dead);
	return !quit;
}

static void *
serve(void *arg)
{
	struct wire_server *server = arg;
	int64_t next_sweep = 0;

	do {
		bool hurry;

		pthread_mutex_lock(&server->lock);
		hurry = server->stopping;
		pthread_mutex_unlock(&server->lock);
		if (hurry || now_ms() >= next_sweep) {
			sweep(server);
			next_sweep = now_ms() + SWEEP_MS;
		}
	} while (service_once(server));
	return NULL;
}

/* --- Accepting ---------------------------------------------------------------------------------
 */
static bool
peer_of(struct wire_peer *peer, nng_stream *stream)
{
	uint64_t uid, pid;

	if (nng_stream_get_uint64(stream, NNG_OPT_IPC_PEER_UID, &uid) != 0 || uid > UINT32_MAX)
		return false;
	if (nng_stream_get_uint64(stream, NNG_OPT_IPC_PEER_PID, &pid) != 0)
		pid = 0;
	*peer = (struct wire_peer){ (uint32_t)uid, (uint32_t)pid };
	return true;
}

/* True, and counted, if there is room for one more of this user's. */
static bool
admit(struct wire_server *server, const struct wire_peer *peer)
{
	size_t same = 0;
	bool room;

	pthread_mutex_lock(&server->lock);
	for (struct connection *c = server->connections; c != NULL; c = c->after)
		same += c->peer.uid == peer->uid;
	room = !server->stopping && server->count < WIRE_CONNECTIONS_MAX &&
	       same < WIRE_CONNECTIONS_PER_UID_MAX;
	if (room)
		server->counts.accepted++;
	else
		server->counts.refused_connections++;
	pthread_mutex_unlock(&server->lock);
	return room;
}

static struct connection *
connection_new(struct wire_server *server, nng_stream *stream, const struct wire_peer *peer)
{
	struct connection *c = mem_zero(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->server = server;
	c->stream = stream;
	c->peer = *peer;
	pthread_mutex_init(&c->gate, NULL);
	c->ids = c->payload = STR_NONE;
	c->reply = BUF_INIT;
	atomic_init(&c->state, GREETING_OUT);
	atomic_init(&c->deadline, now_ms() + WIRE_HEADER_MS);
	atomic_init(&c->late, false);
	if (nng_aio_alloc(&c->aio, advance, c) != 0) {
		pthread_mutex_destroy(&c->gate);
		mem_free(c);
		return NULL;
	}
	return c;
}

static void
welcome(struct wire_server *server, nng_stream *stream)
{
	struct wire_peer peer = { 0, 0 };
	struct connection *c = NULL;
	const char *fault = NULL;

	if (!peer_of(&peer, stream))
		fault = "no_peer_uid";
	else if (!admit(server, &peer))
		fault = "connection_limit";
	else if ((c = connection_new(server, stream, &peer)) == NULL)
		fault = "no_memory";
	if (c == NULL) {
		nng_stream_free(stream);
		server->options.closed(server->options.ctx, &peer, fault, 0);
		return;
	}
	pthread_mutex_lock(&server->lock);
	c->after = server->connections;
	if (c->after != NULL)
		c->after->before = c;
	server->connections = c;
	server->count++;
	pthread_mutex_unlock(&server->lock);
	frame_greeting(c->head, FRAME_ANSWERS);
	begin(c, GREETING_OUT, c->head, FRAME_GREETING_BYTES, atomic_load(&c->deadline));
}

static void *
accept_all(void *arg)
{
	struct wire_server *server = arg;
	const struct timespec retry = { .tv_nsec = ACCEPT_RETRY_MS * 1000000L };
	bool stopping = false;

	while (!stopping) {
		int code;

		nng_stream_listener_accept(server->listener, server->accept_aio);
		nng_aio_wait(server->accept_aio);
		code = nng_aio_result(server->accept_aio);
		if (code == 0)
			welcome(server, nng_aio_get_output(server->accept_aio, 0));
		pthread_mutex_lock(&server->lock);
		stopping = server->stopping;
		pthread_mutex_unlock(&server->lock);
		if (code != 0 && !stopping)
			nanosleep(&retry, NULL);
	}
	return NULL;
}

/* --- Start and stop ----------------------------------------------------------------------------
 */

/* nng would delete a plain file at the path of the socket: looked at first. */
static enum status
check_path(const char *path, struct err *err)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);
	struct stat st;

	if (n >= sizeof folder)
		return err_data(err, STATUS_INVALID, path, 0, "the path is too long");
	memcpy(folder, path, n);
	folder[n] = '\0';
	if (stat(slash == NULL ? "." : n == 0 ? "/" : folder, &st) != 0)
		return errno == ENOENT ? err_data(err, STATUS_NOT_FOUND, path, 0,
					     "the socket's folder does not exist")
				       : err_sys(err, path, "cannot look at the socket's folder");
	if ((st.st_mode & S_IWOTH) != 0 && (st.st_mode & STICKY) == 0)
		return err_data(err, STATUS_INVALID, path, 0,
		    "everybody may write to the socket's folder; take that right away (chmod o-w)");
	if (lstat(path, &st) != 0)
		return errno == ENOENT ? STATUS_OK
				       : err_sys(err, path, "cannot look at the socket");
	if (!S_ISSOCK(st.st_mode))
		return err_data(err, STATUS_INVALID, path, 0,
		    "is there already and is not a socket; it is left alone");
	return STATUS_OK;
}

static enum status
listen_on(struct wire_server *server, struct err *err)
{
	const char *path = server->url + sizeof "ipc://" - 1;
	enum status status = check_path(path, err);
	int code;

	if (status != STATUS_OK)
		return status;
	code = nng_stream_listener_alloc(&server->listener, server->url);
	if (code == 0)
		code = nng_aio_alloc(&server->accept_aio, NULL, NULL);
	/* bind, chmod, listen: with our umask (0077) nobody gets in before the mode is set. */
	if (code == 0)
		code = nng_stream_listener_set_int(server->listener, NNG_OPT_IPC_PERMISSIONS, 0660);
	if (code == 0)
		code = nng_stream_listener_listen(server->listener);
	if (code == NNG_EADDRINUSE)
		return err_data(
		    err, STATUS_BUSY, path, 0, "the socket is in use by a running process");
	if (code == NNG_ENOMEM)
		return err_set(err, STATUS_NOMEM, "out of memory");
	if (code != 0)
		return err_data(err, STATUS_IO, path, 0, "cannot listen: %s", nng_strerror(code));
	return STATUS_OK;
}

static bool
start_worker(struct wire_server *server)
{
	struct worker_start *start = mem_alloc(sizeof *start);

	if (start == NULL)
		return false;
	*start = (struct worker_start){ server, server->worker_count };
	if (pthread_create(&server->workers[server->worker_count], NULL, work, start) != 0) {
		mem_free(start);
		return false;
	}
	server->worker_count++;
	return true;
}

static enum status
start_threads(struct wire_server *server, struct err *err)
{
	bool good = true;

	for (unsigned i = 0; good && i < server->options.workers; i++)
		good = start_worker(server);
	if (good)
		good = server->has_servant =
		    pthread_create(&server->servant, NULL, serve, server) == 0;
	if (good)
		good = server->has_acceptor =
		    pthread_create(&server->acceptor, NULL, accept_all, server) == 0;
	return good ? STATUS_OK : err_set(err, STATUS_NOMEM, "cannot start a thread");
}

static void
destroy(struct wire_server *server)
{
	if (server->accept_aio != NULL)
		nng_aio_free(server->accept_aio);
	if (server->listener != NULL)
		nng_stream_listener_free(server->listener);
	pthread_cond_destroy(&server->service);
	pthread_cond_destroy(&server->settled);
	pthread_mutex_destroy(&server->lock);
	mem_free(server->url);
	mem_free(server);
}

static void
make_locks(struct wire_server *server)
{
	pthread_condattr_t monotonic;

	pthread_mutex_init(&server->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&server->service, &monotonic);
	pthread_cond_init(&server->settled, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

enum status
wire_server_start(
    struct wire_server **out, const struct wire_server_options *options, struct err *err)
{
	struct wire_server *server;
	enum status status;

	if (!str_starts(str_from(options->url), STR_LIT("ipc://")) || strlen(options->url) < 7)
		return err_set(err, STATUS_USAGE,
		    "\"%.200s\" is not an address of the form ipc://PATH", options->url);
	if (options->workers < 1 || options->workers > WORKERS_MAX)
		return err_set(err, STATUS_USAGE, "workers: expected 1 to %d", WORKERS_MAX);
	server = mem_zero(1, sizeof *server);
	if (server == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	server->options = *options;
	if (server->options.queue_max == 0)
		server->options.queue_max = WIRE_QUEUE_MAX;
	make_locks(server);
	server->url = mem_copy_text(options->url);
	status = server->url == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
				     : listen_on(server, err);
	if (status != STATUS_OK) {
		destroy(server);
		return status;
	}
	status = start_threads(server, err);
	if (status == STATUS_OK)
		*out = server;
	else if (wire_server_stop(server, 0, NULL) != STATUS_OK)
		bug("a server without requests did not stop");
	return status;
}

/* Waits until *count is 0 or the deadline; the lock is held. */
static bool
settle(struct wire_server *server, const size_t *count, int64_t deadline)
{
	struct timespec until = at_ms(deadline);

	while (*count > 0 &&
	       pthread_cond_timedwait(&server->settled, &server->lock, &until) != ETIMEDOUT)
		;
	return *count == 0;
}

/* Requests that no worker will take any more die unanswered; the lock is held. */
static void
drop_waiting(struct wire_server *server)
{
	struct connection *c;

	while ((c = pop_from(&server->small)) != NULL || (c = pop_from(&server->large)) != NULL) {
		server->working--;
		bury_locked(c, "stopped", 0);
	}
}

enum status
wire_server_stop(struct wire_server *server, unsigned drain_ms, struct err *err)
{
	bool idle;

	if (server == NULL)
		return STATUS_OK;
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	pthread_cond_signal(&server->service);
	pthread_mutex_unlock(&server->lock);
	nng_stream_listener_close(server->listener);
	if (server->has_acceptor)
		pthread_join(server->acceptor, NULL);

	pthread_mutex_lock(&server->lock);
	(void)settle(server, &server->working, now_ms() + drain_ms);
	drop_waiting(server);
	idle = settle(server, &server->working, now_ms());
	(void)settle(server, &server->sending, now_ms() + FAREWELL_MS);
	server->close_all = true;
	server->quit = idle;
	while (server->idle != NULL)
		wake_worker(server);
	pthread_cond_signal(&server->service);
	pthread_mutex_unlock(&server->lock);
	if (!idle)
		return err_set(err, STATUS_TIMEOUT, "a request did not finish in %u ms", drain_ms);
	for (unsigned i = 0; i < server->worker_count; i++)
		pthread_join(server->workers[i], NULL);
	if (server->has_servant)
		pthread_join(server->servant, NULL);
	destroy(server);
	return STATUS_OK;
}

void
wire_server_nudge(struct wire_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->nudges++;
	while (server->idle != NULL)
		wake_worker(server);
	pthread_mutex_unlock(&server->lock);
}

void
wire_server_counts(struct wire_server_counts *out, struct wire_server *server)
{
	pthread_mutex_lock(&server->lock);
	*out = server->counts;
	out->connections = server->count;
	out->waiting = waiting_count(server);
	pthread_mutex_unlock(&server->lock);
}

void
wire_library_fini(void)
{
	nng_fini();
}
