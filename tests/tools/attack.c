/*
 * attack: hostile and clumsy peers on raw Unix sockets against a running searchd (the table of the
 * shared design's protocol facts, section 3). After each attack a good request must be answered,
 * and, with --pid, the daemon's count of open descriptors must come back to what it was.
 *
 *   attack [--quick] [--pid N] [--seconds N] ipc://PATH
 *
 * Prints "ok NAME" or "not ok NAME"; ends 1 if any failed. --quick leaves out what waits for
 * the daemon's own deadlines. --seconds: length of the mixed attack at the end (default 5).
 */
#include "wire/frame.h"
#include "wire/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define HEALTH                                                                             \
	"{\"v\":1,\"op\":\"health\",\"id\":\"0123456789abcdef0123456789abcdef\",\"role\":" \
	"\"qa_officer\",\"ts\":1,\"body\":\"{}\"}"

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static long daemon_pid;
static bool quick;
static unsigned mixed_seconds = 5;
static atomic_uint seed = 20261123;

static unsigned
below(unsigned n)
{
	unsigned old = atomic_load(&seed), next;

	do
		next = old * 1664525 + 1013904223;
	while (!atomic_compare_exchange_weak(&seed, &old, next));
	return next / 65536 % n;
}

static void
sleep_ms(unsigned ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

static int
connected(void)
{
	for (int tries = 0; tries < 200; tries++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
			return fd;
		if (fd >= 0)
			close(fd);
		sleep_ms(5); /* a full backlog gives EAGAIN */
	}
	return -1;
}

static bool
push(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		p += sent;
		n -= (size_t)sent;
	}
	return true;
}

/* Bytes within ms; false at the end of the stream or of the time. */
static bool
pull(int fd, void *bytes, size_t n, int ms)
{
	char *p = bytes;

	while (n > 0) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (poll(&ready, 1, ms) != 1)
			return false;
		got = recv(fd, p, n, 0);
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static int
greeted(void)
{
	unsigned char bytes[FRAME_GREETING_BYTES];
	int fd = connected();

	frame_greeting(bytes, FRAME_ASKS);
	if (fd >= 0 && push(fd, bytes, sizeof bytes) && pull(fd, bytes, sizeof bytes, 5000) &&
	    frame_greeting_valid(bytes, FRAME_ANSWERS))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void
message(struct buf *out, const char *payload, size_t n)
{
	buf_clear(out);
	frame_begin(out, STR_LIT("\x80\x00\x00\x01"));
	buf_add(out, payload, n);
	frame_end(out);
}

/* Sends the payload; true if a reply comes whose text holds `want`. */
static bool
asks(int fd, const char *payload, size_t n, const char *want)
{
	struct buf out = BUF_INIT;
	unsigned char prefix[FRAME_PREFIX_BYTES];
	uint64_t length = 0;
	char *reply;
	bool good;

	message(&out, payload, n);
	good = push(fd, out.p, out.n) && pull(fd, prefix, sizeof prefix, 15000) &&
	       frame_prefix(&length, prefix, WIRE_REPLY_BYTES_MAX) == FRAME_OK;
	buf_free(&out);
	if (!good)
		return false;
	reply = calloc((size_t)length + 1, 1);
	good = reply != NULL && pull(fd, reply, (size_t)length, 15000) && length > 4 &&
	       strstr(reply + 4, want) != NULL;
	free(reply);
	return good;
}

static bool
probe(void)
{
	int fd = greeted();
	bool good = fd >= 0 && asks(fd, HEALTH, sizeof HEALTH - 1, "\"ok\":true");

	if (fd >= 0)
		close(fd);
	return good;
}

/* True if the daemon closes the connection within ms. */
static bool
is_closed(int fd, int ms)
{
	char byte;
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	while (poll(&ready, 1, ms) == 1)
		if (recv(fd, &byte, 1, 0) <= 0)
			return true;
	return false;
}

static int
descriptors(void)
{
	char path[64];
	int count = 0;
	DIR *folder;

	if (daemon_pid == 0)
		return 0;
	snprintf(path, sizeof path, "/proc/%ld/fd", daemon_pid);
	folder = opendir(path);
	if (folder == NULL)
		return 0; /* not ours to look into */
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

/* --- Attacks: true if the daemon behaved as it should while they lasted -------------------------
 */
static bool
connect_and_close(void)
{
	for (int i = 0; i < 200; i++)
		close(connected());
	return true;
}

static bool
greet_and_close(void)
{
	unsigned char bytes[FRAME_GREETING_BYTES];

	frame_greeting(bytes, FRAME_ASKS);
	for (int i = 0; i < 200; i++) {
		int fd = connected();

		push(fd, bytes, 1 + below(FRAME_GREETING_BYTES));
		close(fd);
	}
	return true;
}

static bool
pipeline_and_close(void)
{
	struct buf out = BUF_INIT;

	message(&out, HEALTH, sizeof HEALTH - 1);
	for (int i = 0; i < 50; i++) {
		int fd = greeted();

		for (int j = 0; j < 3; j++)
			push(fd, out.p, out.n);
		push(fd, out.p, below((unsigned)out.n));
		if (i % 2 == 0)
			shutdown(fd, SHUT_RDWR);
		close(fd); /* with replies unread: the daemon's next send fails */
	}
	buf_free(&out);
	return true;
}

static bool
pipelined_requests_are_each_answered(void)
{
	struct buf out = BUF_INIT;
	int fd = greeted();
	bool good = fd >= 0;

	message(&out, HEALTH, sizeof HEALTH - 1);
	for (int i = 0; good && i < 5; i++)
		good = push(fd, out.p, out.n);
	for (int i = 0; good && i < 5; i++) {
		unsigned char prefix[FRAME_PREFIX_BYTES];
		uint64_t length = 0;
		char reply[8192];

		good = pull(fd, prefix, sizeof prefix, 5000) &&
		       frame_prefix(&length, prefix, sizeof reply) == FRAME_OK &&
		       length <= sizeof reply && pull(fd, reply, (size_t)length, 5000);
	}
	close(fd);
	buf_free(&out);
	return good;
}

/* Sends until the pipe is full and never reads; others must be served meanwhile. */
static bool
never_read(void)
{
	enum { DEAF = 8 };
	struct buf out = BUF_INIT;
	int fds[DEAF];
	bool good = true;

	message(&out, HEALTH, sizeof HEALTH - 1);
	for (int i = 0; i < DEAF; i++) {
		fds[i] = greeted();
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
		for (int j = 0; j < 3000; j++)
			if (!push(fds[i], out.p, out.n))
				break;
	}
	for (int i = 0; i < 5; i++)
		good = probe() && good;
	for (int i = 0; i < DEAF; i++)
		close(fds[i]);
	buf_free(&out);
	return good;
}

static bool
send_garbage(void)
{
	for (int i = 0; i < 200; i++) {
		char bytes[512];
		size_t n = 1 + below(sizeof bytes);
		int fd = i % 2 == 0 ? connected() : greeted();

		for (size_t j = 0; j < n; j++)
			bytes[j] = (char)below(256);
		push(fd, bytes, n);
		close(fd);
	}
	return true;
}

static bool
closes_on(const void *bytes, size_t n, bool with_greeting)
{
	int fd = with_greeting ? greeted() : connected();
	bool good = fd >= 0;

	push(fd, bytes, n);
	good = good && is_closed(fd, 2000);
	close(fd);
	return good;
}

static bool
speak_http(void)
{
	static const char http[] = "GET /%41 HTTP/1.1\r\nHost: localhost\r\n\r\n";

	return closes_on(http, sizeof http - 1, false);
}

static bool
wrong_protocols(void)
{
	bool good = true;

	for (unsigned protocol = 0; protocol < 0x80; protocol += 0x10) {
		const unsigned char bytes[] = { 0, 'S', 'P', 0, 0, (unsigned char)protocol, 0, 0 };

		if (protocol != FRAME_ASKS)
			good = closes_on(bytes, sizeof bytes, false) && good;
	}
	return good;
}

static bool
bad_lengths(void)
{
	static const uint64_t lengths[] = { 0, 1, 3,
		WIRE_REQUEST_BYTES_MAX + FRAME_IDS_BYTES_MAX + 1, 10u << 20, (uint64_t)1 << 32,
		(uint64_t)1 << 63, UINT64_MAX };
	bool good = true;

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		unsigned char bytes[FRAME_PREFIX_BYTES] = { 1 };

		for (int j = 0; j < 8; j++)
			bytes[8 - j] = (unsigned char)(lengths[i] >> (8 * j));
		good = closes_on(bytes, sizeof bytes, true) && good;
	}
	return good;
}

static bool
bad_frames(void)
{
	static const char no_id[] = "\x01\0\0\0\0\0\0\0\x08"
				    "\0\0\0\1\0\0\0\2";
	static const char bad_type[] = "\x02\0\0\0\0\0\0\0\x08"
				       "\x80\0\0\1abcd";
	char hops[FRAME_PREFIX_BYTES + FRAME_IDS_BYTES_MAX + 4] = { 1, 0, 0, 0, 0, 0, 0, 0,
		FRAME_IDS_BYTES_MAX + 4 };

	hops[sizeof hops - 4] = (char)0x80; /* the id comes one hop too late */
	return closes_on(no_id, sizeof no_id - 1, true) &&
	       closes_on(bad_type, sizeof bad_type - 1, true) && closes_on(hops, sizeof hops, true);
}

static bool
half_messages(void)
{
	struct buf out = BUF_INIT;

	message(&out, HEALTH, sizeof HEALTH - 1);
	for (int i = 0; i < 100; i++) {
		int fd = greeted();

		push(fd, out.p, 1 + below((unsigned)out.n - 1));
		close(fd);
	}
	buf_free(&out);
	return true;
}

static bool
dribbled_request_is_answered(void)
{
	struct buf out = BUF_INIT;
	int fd = greeted();
	bool good = fd >= 0;
	char reply[64];

	message(&out, HEALTH, sizeof HEALTH - 1);
	for (size_t i = 0; good && i < out.n; i++) {
		good = push(fd, out.p + i, 1);
		sleep_ms(1);
	}
	good = good && pull(fd, reply, sizeof reply, 5000);
	close(fd);
	buf_free(&out);
	return good;
}

static bool
announce_and_stop(void)
{
	static const char prefix[] = "\x01\0\0\0\0\0\0\xff\xff";
	int fds[50];
	bool good = true;

	for (int i = 0; i < 50; i++) {
		fds[i] = greeted();
		push(fds[i], prefix, sizeof prefix - 1);
	}
	good = probe();
	for (int i = 0; i < 50; i++)
		good = is_closed(fds[i], WIRE_BODY_MS + 3000) && good;
	for (int i = 0; i < 50; i++)
		close(fds[i]);
	return good;
}

static bool
say_nothing(void)
{
	int fds[50];
	bool good = true;

	for (int i = 0; i < 50; i++)
		fds[i] = connected();
	good = probe();
	for (int i = 0; i < 50; i++)
		good = is_closed(fds[i], WIRE_HEADER_MS + 3000) && good;
	for (int i = 0; i < 50; i++)
		close(fds[i]);
	return good;
}

static bool
stay_idle(void)
{
	enum { IDLE = WIRE_CONNECTIONS_PER_UID_MAX - 16 };
	int fds[IDLE];
	bool good = true;

	for (int i = 0; i < IDLE; i++)
		fds[i] = greeted();
	for (int i = 0; i < 5; i++)
		good = probe() && good;
	for (int i = 0; i < IDLE; i++)
		close(fds[i]);
	return good;
}

/* Far over the cap of one user: those past it are closed at once. */
static bool
thousand_connections(void)
{
	static int fds[1000];
	size_t held = 0;

	for (size_t i = 0; i < 1000; i++)
		fds[i] = connected();
	sleep_ms(300);
	for (size_t i = 0; i < 1000; i++) {
		struct pollfd ready = { .fd = fds[i], .events = POLLIN };
		char bytes[FRAME_GREETING_BYTES];

		if (fds[i] >= 0 && poll(&ready, 1, 0) == 1 &&
		    recv(fds[i], bytes, sizeof bytes, 0) > 0)
			held++;
		if (fds[i] >= 0)
			close(fds[i]);
	}
	return held <= WIRE_CONNECTIONS_PER_UID_MAX;
}

static bool
bad_envelopes_are_answered(void)
{
	static char deep[60000];
	const struct {
		const char *text;
		size_t n;
		const char *want;
	} cases[] = {
		{ "", 0, "bad_request" },
		{ "GET", 3, "bad_request" },
		{ "\xff\xfe", 2, "bad_request" },
		{ "\0\0\0\0", 4, "bad_request" },
		{ "{}", 2, "bad_request" },
		{ "null", 4, "bad_request" },
		{ deep, sizeof deep, "too_large" },
		{ deep, 2000, "too_large" },
	};
	bool good = true;
	int fd = greeted();

	memset(deep, '[', sizeof deep);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (!asks(fd, cases[i].text, cases[i].n, cases[i].want)) {
			printf("# case %zu has another answer than %s\n", i, cases[i].want);
			good = false;
		}
	close(fd);
	return good;
}

static bool
request_at_the_limit_is_answered(void)
{
	char *text = malloc(WIRE_REQUEST_BYTES_MAX + 1);
	int fd = greeted();
	bool good;

	memset(text, ' ', WIRE_REQUEST_BYTES_MAX + 1);
	memcpy(text, HEALTH, sizeof HEALTH - 1);
	good = asks(fd, text, WIRE_REQUEST_BYTES_MAX, "\"ok\":true") &&
	       !asks(fd, text, WIRE_REQUEST_BYTES_MAX + 1, "");
	close(fd);
	free(text);
	return good;
}

static void *
mix(void *arg)
{
	static bool (*const some[])(void) = { greet_and_close, pipeline_and_close, send_garbage,
		half_messages, bad_envelopes_are_answered, bad_frames };
	const atomic_bool *stop = arg;

	while (!atomic_load(stop))
		some[below(sizeof some / sizeof some[0])]();
	return NULL;
}

/*
 * The attackers have the probe's uid, and three times 200 connections in quick succession can be
 * over WIRE_CONNECTIONS_PER_UID_MAX while the daemon still closes the last ones: then a connection
 * is refused, as it should be. A refused one tries again as the client does (after 0.2, 0.5, 1 and
 * 2 s); one that is let in must be answered rightly at once.
 */
static bool
probe_as_client(void)
{
	static const unsigned waits_ms[] = { 200, 500, 1000, 2000 };
	int fd = greeted();
	bool good;

	for (size_t i = 0; fd < 0 && i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
		sleep_ms(waits_ms[i]);
		fd = greeted();
	}
	good = fd >= 0 && asks(fd, HEALTH, sizeof HEALTH - 1, "\"ok\":true");
	if (fd >= 0)
		close(fd);
	return good;
}

static bool
everything_at_once(void)
{
	pthread_t threads[3];
	atomic_bool stop = false;
	unsigned good = 0, bad = 0;
	time_t end = time(NULL) + (time_t)mixed_seconds;

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, mix, &stop);
	while (time(NULL) < end) {
		if (probe_as_client())
			good++;
		else
			bad++;
		sleep_ms(20);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	printf(
	    "# %u good probes, %u bad, under a mixed attack of %u s\n", good, bad, mixed_seconds);
	return bad == 0 && good > 0;
}

static const struct attack {
	const char *name;
	bool (*run)(void);
	bool waits; /* for a deadline of the daemon: left out of --quick */
} ATTACKS[] = {
	{ "connect and close", connect_and_close, false },
	{ "greet, whole or half, and close", greet_and_close, false },
	{ "pipeline requests and close", pipeline_and_close, false },
	{ "pipelined requests are each answered", pipelined_requests_are_each_answered, false },
	{ "never read a reply: others are served", never_read, false },
	{ "garbage", send_garbage, false },
	{ "HTTP is closed", speak_http, false },
	{ "wrong protocol ids are closed", wrong_protocols, false },
	{ "bad lengths are closed unread", bad_lengths, false },
	{ "bad frames are closed", bad_frames, false },
	{ "half messages", half_messages, false },
	{ "a dribbled request is answered", dribbled_request_is_answered, false },
	{ "bad envelopes are answered", bad_envelopes_are_answered, false },
	{ "a request at the limit is answered, one past it closed",
	    request_at_the_limit_is_answered, false },
	{ "idle connections up to the cap", stay_idle, false },
	{ "a thousand connections are held to the cap", thousand_connections, false },
	{ "announced and never sent is closed", announce_and_stop, true },
	{ "silence after connecting is closed", say_nothing, true },
	{ "everything at once", everything_at_once, true },
};

static bool
comes_back(int before)
{
	for (int i = 0; i < 100; i++) {
		if (descriptors() <= before)
			return true;
		sleep_ms(50);
	}
	printf("# %d descriptors, %d before\n", descriptors(), before);
	return false;
}

static int
run_all(void)
{
	int failed = 0, before;

	if (!probe()) {
		printf("not ok attack: searchd does not answer to begin with\n");
		return 1;
	}
	sleep_ms(300);
	before = descriptors();
	for (size_t i = 0; i < sizeof ATTACKS / sizeof ATTACKS[0]; i++) {
		bool held, answers, back;

		if (quick && ATTACKS[i].waits)
			continue;
		held = ATTACKS[i].run();
		answers = probe();
		for (int tries = 0; !answers && tries < 20; tries++) {
			sleep_ms(100); /* connections of the attack are still being put away */
			answers = probe();
		}
		back = comes_back(before);
		printf("%s attack: %s%s%s%s\n", held && answers && back ? "ok" : "not ok",
		    ATTACKS[i].name, held ? "" : " (misbehaved)",
		    answers ? "" : " (no answer afterwards)", back ? "" : " (descriptors leaked)");
		fflush(stdout);
		failed += !(held && answers && back);
	}
	return failed > 0;
}

int
main(int argc, char **argv)
{
	const char *url = NULL;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--quick") == 0)
			quick = true;
		else if (strcmp(argv[i], "--pid") == 0 && i + 1 < argc)
			daemon_pid = strtol(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
			mixed_seconds = (unsigned)strtoul(argv[++i], NULL, 10);
		else
			url = argv[i];
	}
	if (url == NULL || strncmp(url, "ipc://", 6) != 0 ||
	    strlen(url + 6) >= sizeof address.sun_path) {
		fprintf(stderr, "usage: attack [--quick] [--pid N] [--seconds N] ipc://PATH\n");
		return 64;
	}
	memcpy(address.sun_path, url + 6, strlen(url + 6) + 1);
	return run_all();
}
