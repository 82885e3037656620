/*
 * bench_checks: time of whole checks, from the client's send to the reply.
 *
 *   bench_checks URL ROLE CLIENTS QUERIES.jsonl [LIMIT]
 *
 * Each line of QUERIES.jsonl is the body of a check (docs/protocol.md). CLIENTS connections ask in
 * parallel, each line once, every check logged durably before its reply as always. Prints one line
 * of JSON: checks, errors, seconds, checks a second, and the 50th, 95th and 99th percentile in ms.
 */
#include "base/digest.h"
#include "base/mem.h"
#include "wire/client_nng.h"
#include "wire/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct {
	const char *url;
	const char *role;
	char **lines;
	size_t count;
	double *ms;
	atomic_size_t next;
	atomic_size_t errors;
} job;

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
ask(struct wire_client *client, struct arena *arena, size_t i)
{
	char id[WIRE_ID_HEX + 1];
	struct wire_reply reply = { 0 };
	struct wire_request request = { STR_LIT("check"), { id, WIRE_ID_HEX }, str_from(job.role),
		str_from(job.lines[i]), 0 };
	struct err err = ERR_NONE;
	double from;

	digest_random_hex(id, WIRE_ID_HEX / 2);
	from = now_ms();
	if (wire_client_ask(&reply, client, arena, &request, WIRE_CLIENT_MS, &err) != STATUS_OK ||
	    !reply.ok) {
		if (atomic_fetch_add(&job.errors, 1) == 0)
			fprintf(stderr, "bench_checks: %s%.*s\n", err.text, STR_ARG(reply.msg));
	}
	job.ms[i] = now_ms() - from;
	arena_reset(arena);
}

static void *
work(void *unused)
{
	struct wire_client *client = NULL;
	struct arena *arena = arena_new(0);
	size_t i;

	(void)unused;
	if (arena == NULL || wire_client_new(&client, job.url, NULL) != STATUS_OK)
		exit(69);
	while ((i = atomic_fetch_add(&job.next, 1)) < job.count)
		ask(client, arena, i);
	wire_client_free(client);
	arena_free(arena);
	return NULL;
}

static void
read_lines(const char *path, size_t limit)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	FILE *file = fopen(path, "r");

	if (file == NULL) {
		perror(path);
		exit(66);
	}
	while (job.count < limit && (n = getline(&line, &room, file)) > 0) {
		line[n - 1] = line[n - 1] == '\n' ? '\0' : line[n - 1];
		job.lines = mem_resize(job.lines, job.count + 1, sizeof *job.lines);
		if (job.lines == NULL || (job.lines[job.count++] = mem_copy_text(line)) == NULL)
			exit(71);
	}
	free(line);
	fclose(file);
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
percentile(double share)
{
	size_t at = (size_t)(share * (double)job.count);

	return job.ms[at < job.count ? at : job.count - 1];
}

int
main(int argc, char **argv)
{
	pthread_t threads[64];
	size_t clients;
	double from, seconds;

	if (argc < 5 || (clients = strtoul(argv[3], NULL, 10)) < 1 || clients > 64) {
		fprintf(
		    stderr, "usage: bench_checks URL ROLE CLIENTS(1-64) QUERIES.jsonl [LIMIT]\n");
		return 64;
	}
	job.url = argv[1];
	job.role = argv[2];
	read_lines(argv[4], argc > 5 ? strtoul(argv[5], NULL, 10) : SIZE_MAX);
	job.ms = mem_zero(job.count + 1, sizeof *job.ms);
	if (digest_init(NULL) != STATUS_OK || job.ms == NULL || job.count == 0)
		return 65;
	from = now_ms();
	for (size_t i = 0; i < clients; i++)
		if (pthread_create(&threads[i], NULL, work, NULL) != 0)
			return 71;
	for (size_t i = 0; i < clients; i++)
		pthread_join(threads[i], NULL);
	seconds = (now_ms() - from) / 1e3;
	qsort(job.ms, job.count, sizeof *job.ms, ascending);
	printf(
	    "{\"clients\":%zu,\"checks\":%zu,\"errors\":%zu,\"seconds\":%.2f,\"per_second\":%.0f,"
	    "\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"p99_ms\":%.2f}\n",
	    clients, job.count, atomic_load(&job.errors), seconds, (double)job.count / seconds,
	    percentile(0.5), percentile(0.95), percentile(0.99));
	return atomic_load(&job.errors) == 0 ? 0 : 1;
}
