/*
 * search_time: the answer alone: what a search costs without socket, daemon and ledger.
 *
 *   search_time DATA RECORDS SEED QUESTIONS [FLOOR [FREQUENCIES]]
 *
 * Searches the generations below DATA for questions about RECORDS records of the corpus made with
 * SEED (and FREQUENCIES, as make_corpus --data has it: those at CORPUS_DATA, if there) in all five
 * systems, in one thread, each once, as a check under the shipped policy does: whoever reaches the
 * least of its list thresholds, and relatives. With FLOOR (bits; "-": as shipped) nobody else.
 * Prints one line of JSON: percentiles in ms, and per question the mean number of index terms, of
 * documents scored and of candidates.
 */
#include "base/mem.h"
#include "index/search.h"
#include "ledger/policy.h"
#include "tests/support/corpus.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WARM 50 /* questions before the clock runs */

static struct snapshot *snapshot;
static struct searcher *searcher;
static struct folder *folder;
static struct lexicon *lexicon;
static struct model *model;
static double floor_bits = INFINITY, family_floor = INFINITY;

static _Noreturn void
fail(const char *what, const struct err *err)
{
	fprintf(stderr, "search_time: %s %s\n", what, err->text);
	exit(70);
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
read_policy(void)
{
	struct policy *policy;
	struct err err = ERR_NONE;

	if (policy_load(&policy, "schemas/policy/default.json", &err) != STATUS_OK)
		fail("cannot read the policy:", &err);
	for (size_t i = 0; i < policy_system_count(policy); i++) {
		const struct policy_thresholds *thresholds = &policy_system(policy, i)->thresholds;

		floor_bits = fmin(floor_bits, thresholds->list);
		family_floor = fmin(family_floor, thresholds->related);
	}
	policy_free(policy);
}

static void
open_all(const char *data)
{
	const char *names[CORPUS_SYSTEM_COUNT];
	struct err err = ERR_NONE;

	for (unsigned s = 0; s < CORPUS_SYSTEM_COUNT; s++)
		names[s] = corpus_system_name((enum corpus_system)s);
	if (digest_init(&err) != STATUS_OK || folder_new(&folder, &err) != STATUS_OK ||
	    lexicon_load(&lexicon, "schemas/lexicon", &err) != STATUS_OK ||
	    model_load(&model, "schemas/model/default.json", &err) != STATUS_OK ||
	    snapshot_load(&snapshot, data, names, CORPUS_SYSTEM_COUNT, &err) != STATUS_OK ||
	    searcher_open(&searcher, snapshot, model, lexicon, &err) != STATUS_OK)
		fail("cannot open:", &err);
}

struct totals {
	size_t terms, scored, candidates, capped, scored_most;
};

static double
search_one(struct totals *totals, struct arena *arena, const struct person *person)
{
	struct search_result result;
	struct features features;
	struct err err = ERR_NONE;
	double from = now_ms();

	if (features_make(&features, arena, folder, lexicon, person, &err) != STATUS_OK ||
	    search_person_and_family(&result, searcher, arena, folder, &features, floor_bits,
		family_floor, &err) != STATUS_OK)
		fail("search:", &err);
	totals->terms += result.terms;
	totals->scored += result.scored;
	totals->candidates += result.count;
	totals->capped += result.capped;
	if (result.scored > totals->scored_most)
		totals->scored_most = result.scored;
	return now_ms() - from;
}

int
main(int argc, char **argv)
{
	struct corpus_source source = { .seed = 0 };
	struct corpus_world *world;
	uint64_t records, questions;
	struct totals totals = { 0 };
	struct arena *arena = arena_new(0);
	double *ms;
	size_t n = 0;

	if (argc < 5 || argc > 7 || !str_to_u64(&records, str_from(argv[2]), UINT64_MAX) ||
	    !str_to_u64(&source.seed, str_from(argv[3]), UINT64_MAX) || records == 0 ||
	    !str_to_u64(&questions, str_from(argv[4]), 10000000)) {
		fprintf(stderr,
		    "usage: search_time DATA RECORDS SEED QUESTIONS [FLOOR [FREQUENCIES]]\n");
		return 64;
	}
	ms = mem_zero((size_t)questions + 1, sizeof *ms);
	if (arena == NULL || ms == NULL ||
	    !corpus_world_open(&world, argc > 6 ? argv[6] : CORPUS_DATA))
		return 71;
	source.world = world;
	open_all(argv[1]);
	if (argc > 5 && strcmp(argv[5], "-") != 0)
		floor_bits = strtod(argv[5], NULL);
	else
		read_policy();
	for (uint64_t q = 0; q < questions + WARM; q++) {
		struct corpus_query query;

		arena_reset(arena);
		if (corpus_ask_about(&query, arena, &source, (q * 0x9e3779b97f4a7c15u) % records, q,
			&corpus_shares_typical) != STATUS_OK)
			return 71;
		if (q == WARM)
			totals = (struct totals){ 0 };
		ms[q < WARM ? 0 : n++] = search_one(&totals, arena, &query.person);
	}
	qsort(ms, n, sizeof *ms, ascending);
	printf("{\"people\":%llu,\"questions\":%zu,\"p50_ms\":%.3f,\"p90_ms\":%.3f,\"p95_ms\":%.3f,"
	       "\"p99_ms\":%.3f,\"terms\":%.1f,\"scored\":%.1f,\"scored_most\":%zu,"
	       "\"candidates\":%.2f,\"capped\":%zu}\n",
	    (unsigned long long)snapshot_people(snapshot), n, ms[n / 2], ms[n * 9 / 10],
	    ms[n * 95 / 100], ms[n * 99 / 100], (double)totals.terms / (double)n,
	    (double)totals.scored / (double)n, totals.scored_most,
	    (double)totals.candidates / (double)n, totals.capped);
	searcher_close(searcher);
	snapshot_free(snapshot);
	model_free(model);
	lexicon_free(lexicon);
	folder_free(folder);
	corpus_world_free(world);
	arena_free(arena);
	mem_free(ms);
	return 0;
}
