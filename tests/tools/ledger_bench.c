/*
 * ledger_bench mix ENTRIES [CHECK_BYTES [FOLDER]]: a ledger of so many entries as the work of a
 * unit makes them: for each request, two checks with CHECK_BYTES of secret (14,000 if not given, 3
 * kB sealed), notices, decisions, views, secures; then append time when small and large, opening,
 * verification, rebuilding, and appends during a backup. With FOLDER it is made there, and stays.
 *
 * ledger_bench [APPENDS [BODY_BYTES]]: appends a second with 1 and with 16 threads, opening,
 * verification. A batch is as of a check: one entry, one record to secure, an id with its reply.
 */
#include "base/buf.h"
#include "base/file.h"
#include "ledger/ledger.h"
#include "ledger/verify.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* --- mix --------------------------------------------------------------------------------------
 */
#define MIX_CHECK_BYTES 14000 /* the secret of the first check of `make demo` has 14,310 */
#define MIX_DAYS 400
#define MIX_PROBES 400
#define DAY_MS 86400000.0

struct mix {
	struct ledger *ledger;
	struct str secret; /* of a check */
	double step_ms;	   /* of the clock from request to request */
	uint64_t until;	   /* entries */
	_Atomic unsigned *next;
	_Atomic bool stop;
	bool failed;
	double delays[1u << 16];
	size_t delay_count;
};

static const char check_body[] =
    "{\"leg\":\"%s\",\"of\":\"\",\"policy\":\"%064u\",\"leg_complete\":true,\"people_of\":1,"
    "\"systems\":[{\"system\":\"helpline\",\"generation\":3,\"searched\":true,\"covered\":true,"
    "\"gap\":\"\"},{\"system\":\"ctac\",\"generation\":2,\"searched\":true,\"covered\":true,"
    "\"gap\":\"\"}],\"people\":[{\"outcome\":\"match\",\"capped\":false,\"candidates\":["
    "{\"system\":\"helpline\",\"record_id\":\"H-%u\",\"person_id\":\"1\",\"grade\":\"certain\","
    "\"match_weight\":21.5},{\"system\":\"ctac\",\"record_id\":\"C-%u\",\"person_id\":\"1\","
    "\"grade\":\"possible\",\"match_weight\":3.1}]}]}";

#define MIX_ENTRIES 10
struct mix_texts {
	char request[16], check[2][16], id[16], record[16], bodies[MIX_ENTRIES][1200];
};

/* What is logged of one request, as one batch: MIX_ENTRIES entries, and a secure in each second. */
static enum status
append_history(struct mix *mix, unsigned n, struct mix_texts *t)
{
	static const char *const kinds[MIX_ENTRIES] = { "request", "check", "view", "check",
		"notice", "notice", "decision", "view", "notice_sent", "request_state" };
	struct ledger_entry entries[MIX_ENTRIES];
	struct ledger_secure secure = { STR_LIT("helpline"), STR_NONE };
	struct ledger_batch batch = { .entries = entries,
		.entry_count = MIX_ENTRIES,
		.secures = &secure,
		.secure_count = n % 2,
		.idem_principal = STR_LIT("amina"),
		.idem_reply = mix->secret };
	uint64_t seq;

	snprintf(t->request, sizeof t->request, "REQ-%u", n);
	snprintf(t->check[0], sizeof t->check[0], "CHK-Q%u", n);
	snprintf(t->check[1], sizeof t->check[1], "CHK-C%u", n);
	snprintf(t->id, sizeof t->id, "id-%u", n);
	snprintf(t->record, sizeof t->record, "H-%u", n);
	secure.record_id = str_from(t->record);
	batch.idem_id = str_from(t->id);
	for (unsigned i = 0; i < MIX_ENTRIES; i++) {
		char *body = t->bodies[i];
		size_t size = sizeof t->bodies[i];

		if (i == 0)
			snprintf(body, size,
			    "{\"reference\":\"LSCP-%u\",\"kind\":\"serious_incident\","
			    "\"jurisdiction\":\"england\",\"people\":1,\"asked\":\"%064u\"}",
			    n, n);
		else if (i == 1 || i == 3)
			snprintf(body, size, check_body, i == 1 ? "qa" : "childline", n, n, n);
		else if (i == 4 || i == 5)
			snprintf(body, size,
			    "{\"event\":\"candidate_referred\",\"to\":[{\"role\":\"consultant\","
			    "\"text\":\"A match waits for your review\",\"ack_within_hours\":24}],"
			    "\"systems\":[\"helpline\"]}");
		else if (i == 6)
			snprintf(body, size,
			    "{\"person\":0,\"system\":\"helpline\",\"record_id\":\"H-%u\","
			    "\"person_id\":\"1\",\"verdict\":\"this_person\",\"grade\":\"certain\","
			    "\"match_weight\":21.5}",
			    n);
		else if (i == 9)
			snprintf(body, size, "{\"state\":\"closed\",\"outcome\":\"match\"}");
		else
			snprintf(body, size, "{\"op\":\"check.get\",\"n\":%u}", n);
		entries[i] = (struct ledger_entry){ .kind = kinds[i],
			.at_ms = 1790000000000 + (int64_t)(mix->step_ms * n),
			.user = STR_LIT("amina"),
			.role = STR_LIT("qa_officer"),
			.request = str_from(t->request),
			.check = i > 0 && i < 9 ? str_from(t->check[i >= 3]) : STR_NONE,
			.body = str_from(body),
			.secret = i == 1 || i == 3   ? mix->secret
				  : i == 0 || i == 6 ? str_part(mix->secret, 0, 300)
						     : STR_NONE };
	}
	return ledger_append(&seq, mix->ledger, &batch, NULL);
}

static void *
append_histories(void *arg)
{
	struct mix *mix = arg;
	struct mix_texts *texts = malloc(sizeof *texts);

	while (texts != NULL && !mix->failed && !atomic_load(&mix->stop)) {
		struct ledger_head head;
		double from = now_ms();

		ledger_head(&head, mix->ledger);
		if (head.seq >= mix->until)
			break;
		mix->failed =
		    append_history(mix, atomic_fetch_add(mix->next, 1), texts) != STATUS_OK;
		if (mix->delay_count < sizeof mix->delays / sizeof mix->delays[0])
			mix->delays[mix->delay_count++] = now_ms() - from;
	}
	mix->failed = mix->failed || texts == NULL;
	free(texts);
	return NULL;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
print_delays(const char *what, struct mix *mix)
{
	size_t n = mix->delay_count;

	if (n == 0)
		return;
	qsort(mix->delays, n, sizeof *mix->delays, by_size);
	printf("%s: %zu batches of %d entries, p50 %.2f ms, p99 %.2f, slowest %.1f\n", what, n,
	    MIX_ENTRIES, mix->delays[n / 2], mix->delays[n * 99 / 100], mix->delays[n - 1]);
	mix->delay_count = 0;
}

/* Alone, each waiting for its own flush. */
static bool
probe(const char *what, struct mix *mix)
{
	struct mix_texts *texts = malloc(sizeof *texts);

	mix->delay_count = 0;
	for (unsigned i = 0; i < MIX_PROBES && texts != NULL && !mix->failed; i++) {
		double from = now_ms();

		mix->failed =
		    append_history(mix, atomic_fetch_add(mix->next, 1), texts) != STATUS_OK;
		mix->delays[mix->delay_count++] = now_ms() - from;
	}
	free(texts);
	print_delays(what, mix);
	return !mix->failed;
}

static bool
fill_up(struct mix *mixes, uint64_t entries)
{
	pthread_t threads[THREADS_MAX];
	double from = now_ms();
	bool good = true;

	for (unsigned i = 0; i < THREADS_MAX; i++) {
		mixes[i].until = entries;
		if (pthread_create(&threads[i], NULL, append_histories, &mixes[i]) != 0)
			return false;
	}
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		(void)pthread_join(threads[i], NULL);
		good = good && !mixes[i].failed;
	}
	printf("filled with %d threads in %.0f s\n", THREADS_MAX, (now_ms() - from) / 1e3);
	return good;
}

static bool
back_up(struct mix *mix, const char *folder)
{
	struct ledger_backup backup;
	struct err err = ERR_NONE;
	pthread_t thread;
	double from = now_ms();
	bool good;

	mix->until = UINT64_MAX;
	mix->delay_count = 0;
	if (pthread_create(&thread, NULL, append_histories, mix) != 0)
		return false;
	good = ledger_backup(&backup, mix->ledger, folder, "bench.db", NULL, &err) == STATUS_OK;
	from = now_ms() - from;
	atomic_store(&mix->stop, true);
	(void)pthread_join(thread, NULL);
	if (!good)
		fprintf(stderr, "%s\n", err.text);
	printf("backup: %.1f MB copied and verified in %.1f s\n", (double)backup.bytes / 1e6,
	    from / 1e3);
	print_delays("appends during the backup", mix);
	return good && !mix->failed;
}

static void
make_secret(struct buf *out, uint64_t bytes)
{
	uint64_t state = 20261126;

	buf_add_text(out, "{\"evidence\":[");
	while (out->n < bytes) {
		static const char *const words[] = { "\"forename\":\"Katherine\",",
			"\"surname\":\"Invented\",", "\"address\":\"12 Acacia Avenue\",",
			"\"level\":\"exact\",", "\"bits\":11.", "\"birth\":\"2009-03-04\"," };

		state = state * 6364136223846793005u + 1442695040888963407u;
		buf_add_text(out, words[(state >> 33) % 6]);
		buf_addf(out, "\"n\":%u,", (unsigned)(state >> 40) % 100000);
	}
	buf_add_text(out, "0]}");
}

static bool
run_mix(const char *folder, const char *path, uint64_t entries, uint64_t bytes)
{
	struct mix *mixes = calloc(THREADS_MAX, sizeof *mixes);
	_Atomic unsigned next = 1;
	struct buf secret = BUF_INIT;
	struct ledger *ledger = NULL;
	double from;
	bool good;

	make_secret(&secret, bytes);
	if (mixes == NULL || ledger_open(&ledger, path, NULL, NULL) != STATUS_OK)
		return false;
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		mixes[i].ledger = ledger;
		mixes[i].secret = buf_str(&secret);
		mixes[i].step_ms =
		    MIX_DAYS * DAY_MS / ((double)entries / MIX_ENTRIES + 2.0 * MIX_PROBES);
		mixes[i].next = &next;
	}
	good = fill_up(mixes, 1000) && probe("appends at 1,000 entries", &mixes[0]) &&
	       fill_up(mixes, entries) && probe("appends at the end", &mixes[0]);
	from = now_ms();
	good = good && ledger_rebuild(ledger, NULL) == STATUS_OK;
	printf("rebuild: %.1f s\n", (now_ms() - from) / 1e3);
	good = good && back_up(&mixes[0], folder);
	ledger_close(ledger);
	from = now_ms();
	if (!good || ledger_open(&ledger, path, NULL, NULL) != STATUS_OK)
		return false;
	printf("open: %.0f ms with %zu secured records\n", now_ms() - from,
	    ledger_secured_count(ledger));
	ledger_close(ledger);
	buf_free(&secret);
	free(mixes);
	return verify(path) && verify(path);
}

static int
main_mix(int argc, char **argv, char *folder)
{
	uint64_t entries = 0, bytes = MIX_CHECK_BYTES;
	char path[64];
	bool good;

	if (!str_to_u64(&entries, str_from(argv[2]), 100000000) || entries < 1000 ||
	    (argc > 3 && !str_to_u64(&bytes, str_from(argv[3]), 1000000))) {
		fprintf(stderr, "usage: ledger_bench mix ENTRIES [CHECK_BYTES [FOLDER]]\n");
		return 64;
	}
	if (digest_init(NULL) != STATUS_OK || (argc < 5 && mkdtemp(folder) == NULL))
		return 70;
	snprintf(path, sizeof path, "%.50s/ledger.db", argc < 5 ? folder : argv[4]);
	good = run_mix(argc < 5 ? folder : argv[4], path, entries, bytes);
	if (!good)
		fprintf(stderr, "ledger_bench: a step failed\n");
	if (argc > 4)
		return good ? 0 : 1;
	return file_remove_tree(folder, NULL) == STATUS_OK && good ? 0 : 1;
}

int
main(int argc, char **argv)
{
	char folder[] = "/tmp/ledger-bench-XXXXXX", path[64];
	uint64_t appends = APPENDS, bytes = BODY_BYTES;
	bool good;

	if (argc > 2 && strcmp(argv[1], "mix") == 0)
		return main_mix(argc, argv, folder);
	if ((argc > 1 && !str_to_u64(&appends, str_from(argv[1]), 1000000)) ||
	    (argc > 2 && !str_to_u64(&bytes, str_from(argv[2]), LEDGER_BODY_BYTES_MAX)) ||
	    argc > 3 || appends == 0 || bytes == 0) {
		fprintf(stderr, "usage: ledger_bench mix ENTRIES [CHECK_BYTES [FOLDER]] | [APPENDS "
				"[BODY_BYTES]]\n");
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
