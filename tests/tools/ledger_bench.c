/*
 * ledger_bench [APPENDS [BODY_BYTES]]: appends a second with 1 and with 16 threads, opening,
 * verification. A batch is as of a check: one entry, one record to secure, an id with its reply.
 */
#include "base/buf.h"
#include "base/file.h"
#include "ledger/ledger.h"
#include "ledger/verify.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define THREADS_MAX 16
#define APPENDS 2000
#define BODY_BYTES 4000 /* an answer with a few candidates */

struct worker {
	struct ledger *ledger;
	struct str body;
	unsigned thread, of, appends;
	double slowest_ms;
	bool failed;
};

static double
now_ms(void)
{
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static void *
append_all(void *arg)
{
	struct worker *worker = arg;

	for (unsigned i = 0; i < worker->appends; i++) {
		char id[48];
		struct ledger_entry entry = { .kind = "check",
			.at_ms = 1790000000000,
			.user = STR_LIT("amina"),
			.role = STR_LIT("qa_officer"),
			.body = worker->body };
		struct ledger_secure secure = { STR_LIT("ctac"), STR_NONE };
		struct ledger_batch batch = { .entries = &entry,
			.entry_count = 1,
			.secures = &secure,
			.secure_count = 1,
			.idem_principal = STR_LIT("amina"),
			.idem_reply = worker->body };
		double from = now_ms(), took;
		uint64_t seq;

		snprintf(id, sizeof id, "%u-%u-%u", worker->of, worker->thread, i);
		entry.check = str_part(str_from(id), 0, 31);
		secure.record_id = batch.idem_id = str_from(id);
		if (ledger_append(&seq, worker->ledger, &batch, NULL) != STATUS_OK)
			worker->failed = true;
		took = now_ms() - from;
		if (took > worker->slowest_ms)
			worker->slowest_ms = took;
	}
	return NULL;
}

static bool
run_threads(struct ledger *ledger, struct str body, unsigned count, unsigned appends)
{
	struct worker workers[THREADS_MAX];
	pthread_t threads[THREADS_MAX];
	double from = now_ms(), slowest = 0, took;
	bool failed = false;

	for (unsigned i = 0; i < count; i++) {
		workers[i] = (struct worker){ ledger, body, i, count, appends / count, 0, false };
		if (pthread_create(&threads[i], NULL, append_all, &workers[i]) != 0)
			return false;
	}
	for (unsigned i = 0; i < count; i++) {
		(void)pthread_join(threads[i], NULL);
		failed = failed || workers[i].failed;
		slowest = workers[i].slowest_ms > slowest ? workers[i].slowest_ms : slowest;
	}
	took = now_ms() - from;
	printf("%2u threads: %7.0f appends/s, mean %.2f ms, slowest %.1f ms\n", count,
	    1e3 * appends / took, took * count / appends, slowest);
	return !failed;
}

static bool
verify(const char *path)
{
	struct ledger_report report;
	struct stat st;
	double from = now_ms(), took;

	if (ledger_verify(&report, path, NULL, NULL, NULL, NULL) != STATUS_OK ||
	    stat(path, &st) != 0)
		return false;
	took = now_ms() - from;
	printf("verify: %llu entries, %.1f MB in %.0f ms: %.0f entries/s\n",
	    (unsigned long long)report.entries, (double)st.st_size / 1e6, took,
	    1e3 * (double)report.entries / took);
	return true;
}

static bool
run(const char *path, unsigned appends, size_t bytes)
{
	struct buf body = BUF_INIT;
	struct ledger *ledger;
	double from;
	bool good;

	while (body.n < bytes)
		buf_add_char(&body, 'x');
	if (ledger_open(&ledger, path, NULL, NULL) != STATUS_OK)
		return false;
	good = run_threads(ledger, buf_str(&body), 1, appends) &&
	       run_threads(ledger, buf_str(&body), THREADS_MAX, 4 * appends);
	buf_free(&body);
	ledger_close(ledger);
	from = now_ms();
	if (!good || ledger_open(&ledger, path, NULL, NULL) != STATUS_OK)
		return false;
	printf("open: %.1f ms with %zu secured records\n", now_ms() - from,
	    ledger_secured_count(ledger));
	ledger_close(ledger);
	return verify(path);
}

int
main(int argc, char **argv)
{
	char folder[] = "/tmp/ledger-bench-XXXXXX", path[64];
	uint64_t appends = APPENDS, bytes = BODY_BYTES;
	bool good;

	if ((argc > 1 && !str_to_u64(&appends, str_from(argv[1]), 1000000)) ||
	    (argc > 2 && !str_to_u64(&bytes, str_from(argv[2]), LEDGER_BODY_BYTES_MAX)) ||
	    argc > 3 || appends == 0 || bytes == 0) {
		fprintf(stderr, "usage: ledger_bench [APPENDS [BODY_BYTES]]\n");
		return 64;
	}
	if (digest_init(NULL) != STATUS_OK || mkdtemp(folder) == NULL)
		return 70;
	snprintf(path, sizeof path, "%s/ledger.db", folder);
	good = run(path, (unsigned)appends, (size_t)bytes);
	if (!good)
		fprintf(stderr, "ledger_bench: a step failed\n");
	return file_remove_tree(folder, NULL) == STATUS_OK && good ? 0 : 1;
}
