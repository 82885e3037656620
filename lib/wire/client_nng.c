/*
 * Each nng operation completes in a callback that only raises a flag; the caller waits for the flag
 * until its deadline and then closes the stream, which completes the operation. nng's own timeouts
 * are not used: one that races a completion can bring the process down (nng 1.5.2).
 */
#include "wire/client_nng.h"

#include "base/digest.h"
#include "base/mem.h"
#include "wire/frame.h"
#include "wire/limits.h"

#include <errno.h>
#include <nng/nng.h>
#include <pthread.h>
#include <time.h>

#define URL_BYTES_MAX 256
#define CLOSE_MS 1000 /* for a closed stream to give its operation back; at once in practice */

struct wire_client {
	char url[URL_BYTES_MAX];
	nng_stream_dialer *dialer;
	nng_stream *stream; /* NULL: not connected */
	nng_stream
	    *spent; /* the last one, closed; freed after the dialer, see wire_client_free() */
	nng_aio *aio;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool done;  /* the operation under way has completed; under the mutex */
	bool stuck; /* an operation never came back: nothing of nng's may be freed */
	uint32_t request_number;
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
raise_done(void *arg)
{
	struct wire_client *client = arg;

	pthread_mutex_lock(&client->mutex);
	client->done = true;
	pthread_cond_signal(&client->changed);
	pthread_mutex_unlock(&client->mutex);
}

static bool
wait_done(struct wire_client *client, int64_t deadline)
{
	struct timespec until = at_ms(deadline);
	bool done;

	pthread_mutex_lock(&client->mutex);
	while (!client->done &&
	       pthread_cond_timedwait(&client->changed, &client->mutex, &until) != ETIMEDOUT)
		;
	done = client->done;
	pthread_mutex_unlock(&client->mutex);
	return done;
}

static void
begin(struct wire_client *client)
{
	pthread_mutex_lock(&client->mutex);
	client->done = false;
	pthread_mutex_unlock(&client->mutex);
}

/* Waits for the operation under way. After the deadline it is called off, and the answer is
 * NNG_ETIMEDOUT. */
static int
finish(struct wire_client *client, int64_t deadline)
{
	if (wait_done(client, deadline))
		return nng_aio_result(client->aio);
	nng_aio_cancel(client->aio);
	if (client->stream != NULL)
		nng_stream_close(client->stream);
	if (!wait_done(client, now_ms() + CLOSE_MS))
		client->stuck = true;
	else if (nng_aio_result(client->aio) == 0)
		return 0; /* it came in time after all */
	return NNG_ETIMEDOUT;
}

static void
disconnect(struct wire_client *client)
{
	if (client->stream == NULL || client->stuck)
		return;
	nng_stream_close(client->stream);
	if (client->spent != NULL)
		nng_stream_free(client->spent);
	client->spent = client->stream;
	client->stream = NULL;
}

static int
move_all(struct wire_client *client, void *bytes, size_t n, int64_t deadline,
    void (*operation)(nng_stream *, nng_aio *))
{
	nng_iov iov = { .iov_buf = bytes, .iov_len = n };

	while (iov.iov_len > 0) {
		int code = nng_aio_set_iov(client->aio, 1, &iov);
		size_t moved;

		if (code != 0)
			return code;
		begin(client);
		operation(client->stream, client->aio);
		code = finish(client, deadline);
		if (code != 0)
			return code;
		moved = nng_aio_count(client->aio);
		if (moved == 0 || moved > iov.iov_len)
			return NNG_ECONNSHUT;
		iov.iov_buf = (char *)iov.iov_buf + moved;
		iov.iov_len -= moved;
	}
	return 0;
}

static int
connect_stream(struct wire_client *client, int64_t deadline)
{
	unsigned char bytes[FRAME_GREETING_BYTES];
	int code;

	if (client->stream != NULL)
		return 0;
	begin(client);
	nng_stream_dialer_dial(client->dialer, client->aio);
	code = finish(client, deadline);
	if (code != 0)
		return code;
	client->stream = nng_aio_get_output(client->aio, 0);
	frame_greeting(bytes, FRAME_ASKS);
	code = move_all(client, bytes, sizeof bytes, deadline, nng_stream_send);
	if (code == 0)
		code = move_all(client, bytes, sizeof bytes, deadline, nng_stream_recv);
	if (code == 0 && !frame_greeting_valid(bytes, FRAME_ANSWERS))
		code = NNG_EPROTO;
	return code;
}

static int
receive(struct wire_client *client, struct buf *message, struct str *payload, struct str sent_ids,
    int64_t deadline)
{
	unsigned char prefix[FRAME_PREFIX_BYTES];
	struct str ids;
	uint64_t length;
	int code = move_all(client, prefix, sizeof prefix, deadline, nng_stream_recv);

	if (code != 0)
		return code;
	if (frame_prefix(&length, prefix, WIRE_REPLY_BYTES_MAX) != FRAME_OK)
		return NNG_EPROTO;
	buf_clear(message);
	for (size_t left = (size_t)length; left > 0;) {
		static const char blank[4096];
		size_t n = left < sizeof blank ? left : sizeof blank;

		buf_add(message, blank, n);
		left -= n;
	}
	if (buf_failed(message))
		return NNG_ENOMEM;
	code = move_all(client, message->p, message->n, deadline, nng_stream_recv);
	if (code != 0)
		return code;
	if (frame_split(&ids, payload, buf_str(message), WIRE_REPLY_BYTES_MAX) != FRAME_OK ||
	    !str_eq(ids, sent_ids))
		return NNG_EPROTO;
	return 0;
}

/* One exchange; on any failure the connection is gone. */
static int
exchange(struct wire_client *client, struct buf *reply, struct str *payload, struct str request,
    int64_t deadline)
{
	struct buf message = BUF_INIT;
	unsigned char id[4];
	int code;

	frame_request_id(id, client->request_number++);
	frame_begin(&message, (struct str){ (const char *)id, sizeof id });
	buf_add_str(&message, request);
	frame_end(&message);
	code = buf_failed(&message) ? NNG_ENOMEM : connect_stream(client, deadline);
	if (code == 0)
		code = move_all(client, message.p, message.n, deadline, nng_stream_send);
	if (code == 0)
		code = receive(
		    client, reply, payload, (struct str){ (const char *)id, sizeof id }, deadline);
	if (code != 0)
		disconnect(client);
	if (!client->stuck)
		buf_free(&message); /* a stuck operation may still read it: left behind */
	return code;
}

static void
pause_until(int64_t when)
{
	struct timespec until = at_ms(when);

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

/* Faults that no waiting mends. */
static bool
hopeless(int code)
{
	return code == NNG_EPERM || code == NNG_EADDRINVAL || code == NNG_EINVAL ||
	       code == NNG_EPROTO || code == NNG_ENOMEM || code == NNG_ENOTSUP;
}

static enum status
unreachable(const struct wire_client *client, int code, struct err *err)
{
	if (code == NNG_ENOMEM)
		return err_set(err, STATUS_NOMEM, "out of memory");
	return err_set(err, STATUS_UNAVAILABLE, "cannot reach searchd at %s: %s", client->url,
	    code == NNG_EPROTO ? "what answers there is not searchd" : nng_strerror(code));
}

static bool
worth_waiting(const struct wire_reply *reply)
{
	return !reply->ok &&
	       (reply->code == WIRE_BUSY || reply->code == WIRE_IN_PROGRESS ||
		   reply->code == WIRE_SHUTTING_DOWN || reply->code == WIRE_NOT_READY);
}

static enum status
read_answer(struct wire_reply *reply, struct arena *arena, const struct wire_request *request,
    struct str payload, struct err *err)
{
	enum status status = wire_reply_read(reply, arena, payload, err);

	if (status == STATUS_OK && reply->id.n > 0 && !str_eq(reply->id, request->id))
		return err_data(
		    err, STATUS_INVALID, "reply", 0, "answers another request than the one asked");
	return status;
}

/* Tries until an answer comes that is worth keeping, or time runs out. */
static enum status
ask_until(struct wire_reply *reply, struct wire_client *client, struct arena *arena,
    const struct wire_request *request, struct str text, unsigned timeout_ms, struct err *err)
{
	static const int64_t waits_ms[] = { 200, 500, 1000, 2000 };
	int64_t deadline = now_ms() + timeout_ms;
	struct buf message = BUF_INIT;
	enum status status = STATUS_OK;

	for (size_t attempt = 0;; attempt++) {
		int64_t wait = waits_ms[attempt < 3 ? attempt : 3];
		bool late = now_ms() + wait >= deadline;
		bool reused = client->stream != NULL;
		struct str payload = STR_NONE;
		int code = exchange(client, &message, &payload, text, deadline);

		if (code == 0) {
			status = read_answer(reply, arena, request, payload, err);
			if (status != STATUS_OK || !worth_waiting(reply) ||
			    now_ms() + wait >= deadline)
				break;
		} else if (client->stuck || (code == NNG_ETIMEDOUT && now_ms() >= deadline)) {
			status = err_set(err, STATUS_TIMEOUT,
			    "searchd at %s gave no answer in %u ms", client->url, timeout_ms);
			break;
		} else if (hopeless(code) || late) {
			status = unreachable(client, code, err);
			break;
		}
		/* A connection kept from before may have been closed since: no reason to wait. */
		if (code == 0 || !reused)
			pause_until(now_ms() + wait);
	}
	if (!client->stuck)
		buf_free(&message);
	return status;
}

enum status
wire_client_ask(struct wire_reply *reply, struct wire_client *client, struct arena *arena,
    const struct wire_request *request, unsigned timeout_ms, struct err *err)
{
	struct buf text = BUF_INIT;
	enum status status;

	*reply = (struct wire_reply){ .id = STR_NONE, .body = STR_NONE, .msg = STR_NONE };
	if (client->stuck)
		return unreachable(client, NNG_ECLOSED, err);
	wire_request_write(&text, request);
	if (buf_failed(&text))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	else if (text.n > WIRE_REQUEST_BYTES_MAX)
		status = err_set(err, STATUS_LIMIT, "request is %zu bytes; the limit is %u", text.n,
		    WIRE_REQUEST_BYTES_MAX);
	else
		status = ask_until(reply, client, arena, request, buf_str(&text), timeout_ms, err);
	buf_free(&text);
	return status;
}

static enum status
open_dialer(struct wire_client *client, struct err *err)
{
	int code = nng_stream_dialer_alloc(&client->dialer, client->url);

	if (code == 0)
		code = nng_aio_alloc(&client->aio, raise_done, client);
	if (code == NNG_ENOMEM)
		return err_set(err, STATUS_NOMEM, "out of memory");
	if (code != 0)
		return err_set(err, STATUS_USAGE, "cannot use the address \"%s\": %s", client->url,
		    nng_strerror(code));
	return STATUS_OK;
}

enum status
wire_client_new(struct wire_client **out, const char *url, struct err *err)
{
	struct wire_client *client;
	pthread_condattr_t monotonic;
	enum status status;

	if (!str_starts(str_from(url), STR_LIT("ipc://")) || strlen(url) >= URL_BYTES_MAX ||
	    strlen(url) == sizeof "ipc://" - 1)
		return err_set(
		    err, STATUS_USAGE, "\"%.200s\" is not an address of the form ipc://PATH", url);
	client = mem_zero(1, sizeof *client);
	if (client == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	memcpy(client->url, url, strlen(url) + 1);
	digest_random(&client->request_number, sizeof client->request_number);
	pthread_mutex_init(&client->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&client->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	status = open_dialer(client, err);
	if (status != STATUS_OK)
		wire_client_free(client);
	else
		*out = client;
	return status;
}

void
wire_client_free(struct wire_client *client)
{
	if (client == NULL || client->stuck)
		return; /* stuck: nng still holds what it would free */
	disconnect(client);
	if (client->aio != NULL) {
		nng_aio_stop(client->aio);
		nng_aio_free(client->aio);
	}
	/* The dialer before its last stream, by which it lives on, counted: so its end is ordered
	 * after all that was done here (else ThreadSanitizer sees a race in nng's reaper). */
	if (client->dialer != NULL)
		nng_stream_dialer_free(client->dialer);
	if (client->spent != NULL)
		nng_stream_free(client->spent);
	pthread_cond_destroy(&client->changed);
	pthread_mutex_destroy(&client->mutex);
	mem_free(client);
}
