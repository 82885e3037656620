#include "wire/server_nng.h"

#include "base/digest.h"
#include "wire/client_nng.h"
#include "wire/frame.h"
#include "wire/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ID "0123456789abcdef0123456789abcdef"

static char folder[] = "/tmp/test-server-XXXXXX";
static char path[64], url[72];

/* What the test server saw. */
static atomic_int handled, refused, closed_count;
static _Atomic(const char *) closed_reason;
static atomic_int handler_ms;

static void
sleep_ms(int ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

static void
handle(
    void *ctx, unsigned worker, const struct wire_peer *peer, struct str request, struct buf *reply)
{
	struct arena *arena = arena_new(0);
	struct wire_request in;
	enum wire_code code;
	struct wire_reply out = { .ok = true, .id = STR_LIT(ID) };

	(void)ctx;
	(void)worker;
	assert_int_equal(peer->uid, getuid());
	atomic_fetch_add(&handled, 1);
	sleep_ms(atomic_load(&handler_ms));
	out.body = request;
	if (wire_request_read(&in, &code, arena, request, NULL) == STATUS_OK)
		out.body = in.body;
	if (!str_eq_text(out.body, "say nothing"))
		wire_reply_write(reply, &out);
	arena_free(arena);
}

static void
refuse(void *ctx, const struct wire_peer *peer, struct str request, enum wire_code code,
    struct buf *reply)
{
	struct wire_reply out = { .id = STR_LIT(ID), .code = code, .msg = STR_LIT("full") };

	(void)ctx;
	(void)peer;
	(void)request;
	atomic_fetch_add(&refused, 1);
	wire_reply_write(reply, &out);
}

static void
closed(void *ctx, const struct wire_peer *peer, const char *reason, uint64_t value)
{
	(void)ctx;
	(void)peer;
	(void)value;
	atomic_store(&closed_reason, reason);
	atomic_fetch_add(&closed_count, 1);
}

/* How often each worker was found idle after a nudge. */
static atomic_int idled[4];

static void
idle(void *ctx, unsigned worker)
{
	(void)ctx;
	atomic_fetch_add(&idled[worker % 4], 1);
}

static size_t queue_max;

static struct wire_server *
start(unsigned workers)
{
	struct wire_server_options options = { .url = url,
		.workers = workers,
		.queue_max = queue_max,
		.handle = handle,
		.idle = idle,
		.refuse = refuse,
		.closed = closed };
	struct wire_server *server = NULL;
	struct err err = ERR_NONE;
	char message[400];

	atomic_store(&handled, 0);
	atomic_store(&refused, 0);
	atomic_store(&closed_count, 0);
	atomic_store(&closed_reason, NULL);
	atomic_store(&handler_ms, 0);
	for (unsigned i = 0; i < 4; i++)
		atomic_store(&idled[i], 0);
	if (wire_server_start(&server, &options, &err) != STATUS_OK)
		fail_msg("%s", err_format(message, sizeof message, &err));
	return server;
}

static void
stop(struct wire_server *server)
{
	assert_int_equal(wire_server_stop(server, 5000, NULL), STATUS_OK);
}

static enum status
ask(const char *body, char *answer, size_t n, unsigned timeout_ms, struct err *err)
{
	struct wire_client *client = NULL;
	struct arena *arena = arena_new(0);
	struct wire_request request = { STR_LIT("echo"), STR_LIT(ID), STR_NONE, str_from(body), 0 };
	struct wire_reply reply;
	enum status status = wire_client_new(&client, url, err);

	if (status == STATUS_OK)
		status = wire_client_ask(&reply, client, arena, &request, timeout_ms, err);
	if (status == STATUS_OK && answer != NULL)
		snprintf(answer, n, "%.*s", STR_ARG(reply.ok ? reply.body : reply.msg));
	if (status != STATUS_OK)
		sleep_ms(50); /* nng's reaper counts in atomics that ThreadSanitizer cannot see */
	wire_client_free(client);
	arena_free(arena);
	return status;
}

static void
assert_serves(void)
{
	char answer[64] = "";

	assert_int_equal(ask("hello", answer, sizeof answer, 5000, NULL), STATUS_OK);
	assert_string_equal(answer, "hello");
}

static int
raw_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void
raw_send(int fd, const void *bytes, size_t n)
{
	assert_int_equal(send(fd, bytes, n, MSG_NOSIGNAL), n);
}

static void
raw_read(int fd, void *bytes, size_t n)
{
	for (size_t got = 0; got < n;) {
		ssize_t count = read(fd, (char *)bytes + got, n - got);

		assert_true(count > 0);
		got += (size_t)count;
	}
}

static int
raw_greeted(void)
{
	unsigned char greeting[FRAME_GREETING_BYTES];
	int fd = raw_connect();

	frame_greeting(greeting, FRAME_ASKS);
	raw_send(fd, greeting, sizeof greeting);
	raw_read(fd, greeting, sizeof greeting);
	assert_true(frame_greeting_valid(greeting, FRAME_ANSWERS));
	return fd;
}

static void
assert_closed_for(int fd, const char *reason)
{
	char byte;

	assert_true(read(fd, &byte, 1) <= 0);
	close(fd);
	for (int i = 0; i < 200 && atomic_load(&closed_count) == 0; i++)
		sleep_ms(10);
	assert_non_null(atomic_load(&closed_reason));
	assert_string_equal(atomic_load(&closed_reason), reason);
}

static void
test_a_request_is_answered(void **state)
{
	struct wire_server *server = start(2);
	struct stat st;

	(void)state;
	assert_serves();
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	stop(server);
}

static void
test_one_connection_serves_many_requests(void **state)
{
	struct wire_server *server = start(2);
	struct wire_client *client = NULL;
	struct arena *arena = arena_new(0);
	struct wire_reply reply;

	(void)state;
	assert_int_equal(wire_client_new(&client, url, NULL), STATUS_OK);
	for (int i = 0; i < 200; i++) {
		char body[32];
		struct wire_request request = { STR_LIT("echo"), STR_LIT(ID), STR_NONE, STR_NONE,
			0 };

		snprintf(body, sizeof body, "request %d", i);
		request.body = str_from(body);
		assert_int_equal(
		    wire_client_ask(&reply, client, arena, &request, 5000, NULL), STATUS_OK);
		assert_true(str_eq_text(reply.body, body));
		arena_reset(arena);
	}
	wire_client_free(client);
	arena_free(arena);
	stop(server);
}

static void
test_a_client_outlives_a_restart_of_the_server(void **state)
{
	struct wire_server *server = start(1);
	struct wire_client *client = NULL;
	struct arena *arena = arena_new(0);
	struct wire_request request = { STR_LIT("echo"), STR_LIT(ID), STR_NONE, STR_LIT("x"), 0 };
	struct wire_reply reply;

	(void)state;
	assert_int_equal(wire_client_new(&client, url, NULL), STATUS_OK);
	assert_int_equal(wire_client_ask(&reply, client, arena, &request, 5000, NULL), STATUS_OK);
	stop(server);
	server = start(1);
	assert_int_equal(wire_client_ask(&reply, client, arena, &request, 5000, NULL), STATUS_OK);
	wire_client_free(client);
	arena_free(arena);
	stop(server);
}

static void
test_a_message_in_single_bytes_is_answered(void **state)
{
	struct wire_server *server = start(1);
	int fd = raw_greeted();
	struct buf message = BUF_INIT;
	unsigned char prefix[FRAME_PREFIX_BYTES];
	uint64_t length = 0;
	char body[256];

	(void)state;
	frame_begin(&message, STR_LIT("\x01\x02\x03\x04\x80\x00\x00\x07"));
	buf_add_text(&message, "plain");
	frame_end(&message);
	for (size_t i = 0; i < message.n; i++)
		raw_send(fd, message.p + i, 1);
	raw_read(fd, prefix, sizeof prefix);
	assert_int_equal(frame_prefix(&length, prefix, 1000), FRAME_OK);
	raw_read(fd, body, (size_t)length);
	assert_memory_equal(body, "\x01\x02\x03\x04\x80\x00\x00\x07", 8);
	assert_non_null(memchr(body, 'p', (size_t)length));
	buf_free(&message);
	close(fd);
	stop(server);
}

static void
send_prefix(int fd, unsigned char type, uint64_t length)
{
	unsigned char bytes[FRAME_PREFIX_BYTES] = { type };

	for (int i = 0; i < 8; i++)
		bytes[8 - i] = (unsigned char)(length >> (8 * i));
	raw_send(fd, bytes, sizeof bytes);
}

static void
test_bad_peers_are_closed_with_the_reason(void **state)
{
	static const struct {
		unsigned char type;
		uint64_t length;
		const char *reason;
	} cases[] = {
		{ 1, WIRE_REQUEST_BYTES_MAX + FRAME_IDS_BYTES_MAX + 1, "too_large" },
		{ 1, UINT64_MAX, "too_large" },
		{ 1, 3, "bad_frame" },
		{ 1, 0, "bad_frame" },
		{ 2, 10, "bad_frame" },
	};
	struct wire_server *server = start(1);
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		atomic_store(&closed_count, 0);
		fd = raw_greeted();
		send_prefix(fd, cases[i].type, cases[i].length);
		assert_closed_for(fd, cases[i].reason);
	}
	atomic_store(&closed_count, 0);
	fd = raw_connect();
	raw_send(fd, "GET / HTTP/1.0\r\n", 16);
	char greeting[FRAME_GREETING_BYTES];
	raw_read(fd, greeting, sizeof greeting);
	assert_closed_for(fd, "bad_greeting");
	atomic_store(&closed_count, 0);
	fd = raw_greeted();
	send_prefix(fd, 1, 8);
	raw_send(fd, "no id...", 8);
	assert_closed_for(fd, "bad_frame");
	assert_serves();
	assert_int_equal(atomic_load(&handled), 1);
	stop(server);
}

static void
test_a_request_at_the_limit_is_served_and_one_past_it_is_not_sent(void **state)
{
	struct wire_server *server = start(1);
	struct buf text = BUF_INIT;
	size_t overhead;
	struct err err = ERR_NONE;
	struct wire_request request = { STR_LIT("echo"), STR_LIT(ID), STR_NONE, STR_NONE, 0 };
	char *body = malloc(WIRE_REQUEST_BYTES_MAX + 2);

	(void)state;
	wire_request_write(&text, &request);
	overhead = text.n;
	memset(body, 'x', WIRE_REQUEST_BYTES_MAX + 1);
	body[WIRE_REQUEST_BYTES_MAX - overhead] = '\0';
	assert_int_equal(ask(body, NULL, 0, 5000, &err), STATUS_OK);
	assert_int_equal(atomic_load(&handled), 1);
	body[WIRE_REQUEST_BYTES_MAX - overhead] = 'x';
	body[WIRE_REQUEST_BYTES_MAX - overhead + 1] = '\0';
	assert_int_equal(ask(body, NULL, 0, 5000, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "request is 65537 bytes; the limit is 65536");
	assert_int_equal(atomic_load(&handled), 1);
	free(body);
	buf_free(&text);
	stop(server);
}

static void
test_a_silent_peer_is_closed_after_the_header_deadline(void **state)
{
	struct wire_server *server = start(1);
	struct timespec from, to;
	int fd = raw_connect();
	char greeting[FRAME_GREETING_BYTES];

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &from);
	raw_read(fd, greeting, sizeof greeting);
	assert_closed_for(fd, "header_timeout");
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_in_range(
	    to.tv_sec - from.tv_sec, WIRE_HEADER_MS / 1000 - 1, WIRE_HEADER_MS / 1000 + 3);
	stop(server);
}

static void
test_a_handler_without_reply_closes_the_connection(void **state)
{
	struct wire_server *server = start(1);
	struct err err = ERR_NONE;

	(void)state;
	assert_int_not_equal(ask("say nothing", NULL, 0, 100, &err), STATUS_OK);
	for (int i = 0; i < 200 && atomic_load(&closed_count) == 0; i++)
		sleep_ms(10);
	assert_string_equal(atomic_load(&closed_reason), "no_reply");
	assert_serves();
	stop(server);
}

static void *
ask_slowly(void *arg)
{
	char answer[64] = "";
	bool *good = arg;

	*good = ask("slow", answer, sizeof answer, 10000, NULL) == STATUS_OK &&
		strcmp(answer, "slow") == 0;
	return NULL;
}

/* Waits until each of three workers was idle so often. */
static bool
each_idled(int times)
{
	for (int i = 0; i < 500; i++) {
		if (atomic_load(&idled[0]) == times && atomic_load(&idled[1]) == times &&
		    atomic_load(&idled[2]) == times)
			return true;
		sleep_ms(10);
	}
	return false;
}

static void
test_each_worker_is_told_once_when_it_has_nothing_to_do(void **state)
{
	struct wire_server *server = start(3);
	pthread_t thread;
	bool good = false;

	(void)state;
	assert_serves();
	assert_int_equal(
	    atomic_load(&idled[0]) + atomic_load(&idled[1]) + atomic_load(&idled[2]), 0);
	wire_server_nudge(server);
	assert_true(each_idled(1));
	assert_serves();
	/* One of them is busy meanwhile. */
	atomic_store(&handler_ms, 300);
	pthread_create(&thread, NULL, ask_slowly, &good);
	for (int i = 0; i < 500 && atomic_load(&handled) < 3; i++)
		sleep_ms(10);
	wire_server_nudge(server);
	assert_true(each_idled(2));
	pthread_join(thread, NULL);
	assert_true(good);
	sleep_ms(50);
	assert_true(each_idled(2));
	stop(server);
}

static void
test_stopping_finishes_running_and_waiting_requests(void **state)
{
	struct wire_server *server = start(1);
	pthread_t threads[3];
	bool good[3] = { false, false, false };

	(void)state;
	atomic_store(&handler_ms, 300);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, ask_slowly, &good[i]);
	for (int i = 0; i < 500; i++) {
		struct wire_server_counts counts;

		wire_server_counts(&counts, server);
		if (counts.requests == 3)
			break;
		sleep_ms(10);
	}
	stop(server);
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		assert_true(good[i]);
	}
	assert_int_equal(atomic_load(&handled), 3);
}

/* --- Large requests ----------------------------------------------------------------------------
 */
static atomic_int large_running, large_most;
static atomic_bool released;

/* Large ones stay until they are released. */
static void
handle_large(
    void *ctx, unsigned worker, const struct wire_peer *peer, struct str request, struct buf *reply)
{
	if (request.n > WIRE_LARGE_BYTES) {
		int now = atomic_fetch_add(&large_running, 1) + 1;

		if (now > atomic_load(&large_most))
			atomic_store(&large_most, now);
		while (!atomic_load(&released))
			sleep_ms(1);
		atomic_fetch_sub(&large_running, 1);
	}
	handle(ctx, worker, peer, request, reply);
}

static const char *
large_body(void)
{
	static _Thread_local char body[WIRE_LARGE_BYTES + 1];

	memset(body, 'x', WIRE_LARGE_BYTES);
	return body;
}

static void *
ask_large(void *arg)
{
	bool *good = arg;

	*good = ask(large_body(), NULL, 0, 20000, NULL) == STATUS_OK;
	return NULL;
}

static void
test_large_requests_leave_a_worker_to_the_others(void **state)
{
	enum { LARGE = 5, WORKERS = 3 };
	struct wire_server_options options = { .url = url,
		.workers = WORKERS,
		.handle = handle_large,
		.refuse = refuse,
		.closed = closed };
	struct wire_server *server = NULL;
	struct wire_server_counts counts;
	pthread_t threads[LARGE];
	bool good[LARGE] = { false };
	char answer[64];

	(void)state;
	atomic_store(&handler_ms, 0);
	atomic_store(&released, false);
	assert_int_equal(wire_server_start(&server, &options, NULL), STATUS_OK);
	for (int i = 0; i < LARGE; i++)
		pthread_create(&threads[i], NULL, ask_large, &good[i]);
	do {
		sleep_ms(1);
		wire_server_counts(&counts, server);
	} while (counts.requests < LARGE || atomic_load(&large_running) < WORKERS - 1);
	/* All large ones are there, none can end: whoever asks is answered. */
	for (int i = 0; i < 20; i++)
		assert_int_equal(ask("small", answer, sizeof answer, 20000, NULL), STATUS_OK);
	assert_int_equal(atomic_load(&large_running), WORKERS - 1);
	atomic_store(&released, true);
	for (int i = 0; i < LARGE; i++) {
		pthread_join(threads[i], NULL);
		assert_true(good[i]);
	}
	assert_int_equal(atomic_load(&large_most), WORKERS - 1);
	stop(server);
}

static void
test_one_worker_takes_large_requests_too(void **state)
{
	struct wire_server *server = start(1);
	bool good = false;

	(void)state;
	ask_large(&good);
	assert_true(good);
	stop(server);
}

static void
test_stopping_does_not_wait_for_idle_or_deaf_peers(void **state)
{
	struct wire_server *server = start(1);
	struct timespec from, to;
	int idle = raw_greeted(), half = raw_greeted();

	(void)state;
	send_prefix(half, 1, 1000);
	clock_gettime(CLOCK_MONOTONIC, &from);
	stop(server);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true(to.tv_sec - from.tv_sec <= 2);
	close(idle);
	close(half);
}

static void
test_the_connection_past_the_cap_of_its_uid_is_closed(void **state)
{
	struct wire_server *server = start(1);
	enum { MANY = WIRE_CONNECTIONS_PER_UID_MAX };
	struct wire_server_counts counts;
	int fds[MANY + 1];

	(void)state;
	/* One uid may hold 256 connections: with one request running, the queue cannot overflow
	 * from a single user; the connection past the cap is closed at once. */
	atomic_store(&handler_ms, 5);
	for (int i = 0; i < MANY; i++) {
		fds[i] = raw_greeted();
		send_prefix(fds[i], 1, 5);
		raw_send(fds[i], "\x80\0\0\1x", 5);
	}
	fds[MANY] = raw_connect();
	assert_closed_for(fds[MANY], "connection_limit");
	for (int i = 0; i < MANY; i++) {
		char prefix[FRAME_PREFIX_BYTES];

		raw_read(fds[i], prefix, sizeof prefix);
		close(fds[i]);
	}
	wire_server_counts(&counts, server);
	assert_int_equal(counts.requests, MANY);
	assert_int_equal(counts.refused_connections, 1);
	assert_int_equal(atomic_load(&refused), 0);
	stop(server);
}

static void
test_a_request_past_the_queue_is_told_busy(void **state)
{
	struct wire_server *server;
	int fds[4];
	char answer[FRAME_PREFIX_BYTES + 256];

	(void)state;
	queue_max = 2;
	server = start(1);
	queue_max = 0;
	atomic_store(&handler_ms, 300);
	for (int i = 0; i < 4; i++) {
		fds[i] = raw_greeted();
		send_prefix(fds[i], 1, 5);
		raw_send(fds[i], "\x80\0\0\1x", 5);
		sleep_ms(30); /* one runs, two wait, the fourth is refused */
	}
	assert_true(read(fds[3], answer, sizeof answer) > 0);
	assert_int_equal(atomic_load(&refused), 1);
	for (int i = 0; i < 3; i++)
		raw_read(fds[i], answer, FRAME_PREFIX_BYTES);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	assert_int_equal(atomic_load(&handled), 3);
	stop(server);
}

static void
test_a_second_server_on_the_socket_is_refused(void **state)
{
	struct wire_server *server = start(1), *second = NULL;
	struct wire_server_options options = {
		.url = url, .workers = 1, .handle = handle, .refuse = refuse, .closed = closed
	};
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(wire_server_start(&second, &options, &err), STATUS_BUSY);
	assert_string_equal(err.text, "the socket is in use by a running process");
	assert_serves();
	stop(server);
}

static void
test_a_plain_file_at_the_path_is_left_alone(void **state)
{
	struct wire_server_options options = {
		.url = url, .workers = 1, .handle = handle, .refuse = refuse, .closed = closed
	};
	struct wire_server *server = NULL;
	struct err err = ERR_NONE;
	FILE *file;

	(void)state;
	unlink(path);
	file = fopen(path, "w");
	fputs("precious", file);
	fclose(file);
	assert_int_equal(wire_server_start(&server, &options, &err), STATUS_INVALID);
	assert_string_equal(err.text, "is there already and is not a socket; it is left alone");
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
}

static void
test_nobody_there_is_said_so(void **state)
{
	struct err err = ERR_NONE;
	char want[160];

	(void)state;
	unlink(path);
	assert_int_equal(ask("x", NULL, 0, 300, &err), STATUS_UNAVAILABLE);
	snprintf(want, sizeof want, "cannot reach searchd at %s", url);
	assert_memory_equal(err.text, want, strlen(want));
}

static void
test_addresses_of_another_form_are_refused(void **state)
{
	static const char *const bad[] = { "", "ipc://", "tcp://127.0.0.1:1", "/tmp/x" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct wire_client *client = NULL;

		assert_int_equal(wire_client_new(&client, bad[i], NULL), STATUS_USAGE);
	}
}

static int
make_folder(void **state)
{
	(void)state;
	if (digest_init(NULL) != STATUS_OK || mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/s.sock", folder);
	snprintf(url, sizeof url, "ipc://%s", path);
	return 0;
}

static int
drop_folder(void **state)
{
	(void)state;
	wire_library_fini();
	unlink(path);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_request_is_answered),
		cmocka_unit_test(test_one_connection_serves_many_requests),
		cmocka_unit_test(test_a_client_outlives_a_restart_of_the_server),
		cmocka_unit_test(test_a_message_in_single_bytes_is_answered),
		cmocka_unit_test(test_bad_peers_are_closed_with_the_reason),
		cmocka_unit_test(test_a_request_at_the_limit_is_served_and_one_past_it_is_not_sent),
		cmocka_unit_test(test_a_silent_peer_is_closed_after_the_header_deadline),
		cmocka_unit_test(test_a_handler_without_reply_closes_the_connection),
		cmocka_unit_test(test_each_worker_is_told_once_when_it_has_nothing_to_do),
		cmocka_unit_test(test_stopping_finishes_running_and_waiting_requests),
		cmocka_unit_test(test_large_requests_leave_a_worker_to_the_others),
		cmocka_unit_test(test_one_worker_takes_large_requests_too),
		cmocka_unit_test(test_stopping_does_not_wait_for_idle_or_deaf_peers),
		cmocka_unit_test(test_the_connection_past_the_cap_of_its_uid_is_closed),
		cmocka_unit_test(test_a_request_past_the_queue_is_told_busy),
		cmocka_unit_test(test_a_second_server_on_the_socket_is_refused),
		cmocka_unit_test(test_a_plain_file_at_the_path_is_left_alone),
		cmocka_unit_test(test_nobody_there_is_said_so),
		cmocka_unit_test(test_addresses_of_another_form_are_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
