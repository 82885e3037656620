/*
 * switch_checks: checks while a new generation comes, and how soon it is searched.
 *
 *   switch_checks URL ROLE QUESTIONS.jsonl PROBE.json MARK COMMAND [ARGUMENT...]
 *
 * One connection asks the first QUESTIONS of the file over and over, ROUNDS times before COMMAND is
 * started and then until AFTER_MS have passed since PROBE, a check asked in between, is first
 * answered with a reply that holds MARK. Prints one line of JSON: seconds from the start of COMMAND
 * to that reply and to COMMAND's end; of the checks before and of those from the start of COMMAND
 * to the end: how many, failed ones, percentiles and the longest in ms, and how many took more than
 * twice the median of the same question before. The first of these is what the machine's mood does.
 * Exits 1 if a check failed, COMMAND did, or the probe was not answered so within LIMIT_MS.
 */
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/client_nng.h"
#include "wire/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS 100
#define ROUNDS 15
#define CHECKS_MAX 1000000u
#define PROBE_EVERY 10 /* questions */
#define AFTER_MS 2000.0
#define LIMIT_MS 120000.0
#define LINE_BYTES_MAX 65536u

struct timing {
	double ms;
	unsigned question;
};

struct phase {
	struct timing *list;
	size_t count, failed;
};

struct run {
	struct wire_client *client;
	struct arena *arena;
	const char *role;
	char *questions[QUESTIONS];
	size_t count;
	char probe[LINE_BYTES_MAX];
	const char *mark;
	double medians[QUESTIONS];
	struct phase before, during;
};

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "switch_checks: %s %s\n", what, detail);
	exit(71);
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* True if the reply is a good one; *has: it holds the mark. */
static bool
ask(struct run *run, const char *body, bool *has)
{
	char id[WIRE_ID_HEX + 1];
	struct wire_reply reply = { 0 };
	struct wire_request request = { STR_LIT("check"), { id, WIRE_ID_HEX }, str_from(run->role),
		str_from(body), 0 };
	struct err err = ERR_NONE;
	bool good;

	arena_reset(run->arena);
	digest_random_hex(id, WIRE_ID_HEX / 2);
	good = wire_client_ask(&reply, run->client, run->arena, &request, WIRE_CLIENT_MS, &err) ==
		   STATUS_OK &&
	       reply.ok;
	if (!good)
		fprintf(stderr, "switch_checks: %s%.*s\n", err.text, STR_ARG(reply.msg));
	*has = false;
	for (size_t i = 0, n = strlen(run->mark); good && i + n <= reply.body.n && !*has; i++)
		*has = memcmp(reply.body.p + i, run->mark, n) == 0;
	return good;
}

static void
ask_question(struct run *run, struct phase *phase, size_t n)
{
	unsigned question = (unsigned)(n % run->count);
	double from = now_ms();
	bool has;

	if (phase->count == CHECKS_MAX)
		fail("more checks than", "there is room for");
	phase->failed += !ask(run, run->questions[question], &has);
	phase->list[phase->count++] = (struct timing){ now_ms() - from, question };
}

static pid_t
start(char **command)
{
	pid_t pid = fork();

	if (pid == 0) {
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	if (pid < 0)
		fail("cannot start", command[0]);
	return pid;
}

/* --- Figures ------------------------------------------------------------------------------- */
static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
by_time(const void *a, const void *b)
{
	return ascending(&((const struct timing *)a)->ms, &((const struct timing *)b)->ms);
}

static void
find_medians(struct run *run)
{
	for (unsigned q = 0; q < run->count; q++) {
		double list[ROUNDS];
		size_t n = 0;

		for (size_t i = 0; i < run->before.count && n < ROUNDS; i++)
			if (run->before.list[i].question == q)
				list[n++] = run->before.list[i].ms;
		qsort(list, n, sizeof list[0], ascending);
		run->medians[q] = list[n / 2];
	}
}

static double
percentile(const struct phase *phase, double share)
{
	return phase->list[(size_t)(share * (double)(phase->count - 1))].ms;
}

static void
print_phase(const struct run *run, const char *name, struct phase *phase)
{
	size_t slow = 0;

	for (size_t i = 0; i < phase->count; i++)
		slow += phase->list[i].ms > 2 * run->medians[phase->list[i].question];
	qsort(phase->list, phase->count, sizeof phase->list[0], by_time);
	printf(",\"%s_checks\":%zu,\"%s_failed\":%zu,\"%s_twice\":%zu,\"%s_p50_ms\":%.2f,"
	       "\"%s_p95_ms\":%.2f,\"%s_p99_ms\":%.2f,\"%s_longest_ms\":%.2f",
	    name, phase->count, name, phase->failed, name, slow, name, percentile(phase, 0.5), name,
	    percentile(phase, 0.95), name, percentile(phase, 0.99), name, percentile(phase, 1));
}

/* --- Run ----------------------------------------------------------------------------------- */
static void
read_files(struct run *run, const char *questions, const char *probe)
{
	char line[LINE_BYTES_MAX];
	FILE *file = fopen(questions, "r");

	if (file == NULL)
		fail("cannot read", questions);
	while (run->count < QUESTIONS && fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		run->questions[run->count++] = mem_copy_text(line);
	}
	fclose(file);
	file = fopen(probe, "r");
	if (file == NULL || fgets(run->probe, sizeof run->probe, file) == NULL || run->count == 0)
		fail("cannot read", probe);
	fclose(file);
	run->probe[strcspn(run->probe, "\n")] = '\0';
}

int
main(int argc, char **argv)
{
	static struct run run;
	double from, found = 0, ended = 0;
	int code = 0;
	bool has;
	pid_t pid;

	if (argc < 7) {
		fprintf(stderr, "usage: switch_checks URL ROLE QUESTIONS.jsonl PROBE.json MARK "
				"COMMAND [ARGUMENT...]\n");
		return 64;
	}
	run.role = argv[2];
	run.mark = argv[5];
	run.arena = arena_new(0);
	run.before.list = mem_zero(CHECKS_MAX, sizeof(struct timing));
	run.during.list = mem_zero(CHECKS_MAX, sizeof(struct timing));
	if (digest_init(NULL) != STATUS_OK || run.arena == NULL || run.before.list == NULL ||
	    run.during.list == NULL || wire_client_new(&run.client, argv[1], NULL) != STATUS_OK)
		fail("cannot begin", "");
	read_files(&run, argv[3], argv[4]);
	for (size_t n = 0; n < run.count; n++)
		(void)ask(&run, run.questions[n], &has); /* warm */
	for (size_t n = 0; n < ROUNDS * run.count; n++)
		ask_question(&run, &run.before, n);
	find_medians(&run);
	if (!ask(&run, run.probe, &has) || has)
		fail("the probe was found", "before it was loaded");
	from = now_ms();
	pid = start(argv + 6);
	for (size_t n = 0; now_ms() < from + LIMIT_MS; n++) {
		ask_question(&run, &run.during, n);
		if (ended == 0.0 && waitpid(pid, &code, WNOHANG) == pid)
			ended = now_ms();
		if (found == 0.0 && n % PROBE_EVERY == 0 && ask(&run, run.probe, &has) && has)
			found = now_ms();
		if (found > 0.0 && ended > 0.0 && now_ms() > found + AFTER_MS)
			break;
	}
	printf("{\"found_s\":%.3f,\"command_s\":%.3f", found > 0.0 ? (found - from) / 1e3 : -1.0,
	    ended > 0.0 ? (ended - from) / 1e3 : -1.0);
	print_phase(&run, "before", &run.before);
	print_phase(&run, "during", &run.during);
	printf("}\n");
	wire_client_free(run.client);
	return found > 0.0 && ended > 0.0 && code == 0 && run.before.failed + run.during.failed == 0
		   ? 0
		   : 1;
}
