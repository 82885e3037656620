/*
 * bench_score: pairs of people scored in a second by one thread, printed as a table. Queries are
 * made ready once, as for a search (score_ask).
 *
 *   bench_score [SECONDS]          each row that long (1)
 *   bench_score --pairs N ROW      N pairs of one row (0 to 2), whatever they take: the work is
 *                                  the same on every machine, for bench/check.sh
 *
 * Not a test: the figure goes into docs/matching.md with the machine it was measured on.
 */
#include "linkage/score.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/linkage/people.h"

#define PEOPLE 512

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

struct amount { /* of work: seconds; or, if not 0, pairs of one row */
	double seconds;
	uint64_t pairs, row;
};

static void
run(uint64_t row, const char *what, struct scorer *scorer, const struct made *people,
    const struct amount *amount)
{
	static struct score_asked *asked[PEOPLE];
	struct arena *arena = arena_new(0);
	double start = now(), end = start, sum = 0;
	uint64_t pairs = 0;

	if (amount->pairs > 0 && amount->row != row) {
		arena_free(arena);
		return;
	}
	for (int i = 0; i < PEOPLE; i++) {
		asked[i] = score_ask(arena, scorer, &people[i].features);
		if (asked[i] == NULL)
			exit(71);
	}
	while (amount->pairs > 0 ? pairs < amount->pairs : end - start < amount->seconds) {
		for (int i = 0; i < PEOPLE; i++) {
			struct score score;

			scorer->asked = asked[i];
			score_people(&score, scorer, &people[i].features,
			    &people[(i * 7 + (int)(pairs & 63)) % PEOPLE].features);
			sum += score.match_weight;
			pairs++;
		}
		end = now();
	}
	printf("%-34s %10.0f pairs/s  %6.2f us  (mean weight %.1f)\n", what,
	    (double)pairs / (end - start), (end - start) / (double)pairs * 1e6,
	    sum / (double)pairs);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	static struct made people[PEOPLE];
	struct err err = ERR_NONE;
	struct model *model = NULL;
	struct lexicon *lexicon = NULL;
	struct amount amount = { argc > 1 ? strtod(argv[1], NULL) : 1, 0, 0 };
	uint64_t seed = 77;

	if (argc > 3 && (strcmp(argv[1], "--pairs") != 0 ||
			    !str_to_u64(&amount.pairs, str_from(argv[2]), UINT32_MAX) ||
			    !str_to_u64(&amount.row, str_from(argv[3]), 2))) {
		fprintf(stderr, "usage: bench_score [SECONDS | --pairs N ROW]\n");
		return 64;
	}
	if (digest_init(&err) != STATUS_OK ||
	    model_load(&model, "schemas/model/default.json", &err) != STATUS_OK ||
	    lexicon_load(&lexicon, "schemas/lexicon", &err) != STATUS_OK) {
		fprintf(stderr, "bench_score: %s: %s\n", err.source, err.text);
		return 1;
	}
	struct scorer scorer = {
		.model = model, .lexicon = lexicon, .prior = score_prior(model, 1000000)
	};

	for (int i = 0; i < PEOPLE; i++) {
		draw_person(&people[i], &seed);
		people[i].features.name_count = 1;
	}
	run(0, "one name a side, two of the rest", &scorer, people, &amount);
	for (int i = 0; i < PEOPLE; i++)
		people[i].features.name_count = PEOPLE_NAMES_MAX;
	run(1, "four name variants a side", &scorer, people, &amount);
	for (int i = 0; i < PEOPLE; i++)
		for (int k = 0; k < PEOPLE_NAMES_MAX; k++)
			for (uint8_t t = 0; t < FEATURE_TOKENS_MAX; t++) {
				people[i].names[k].tokens[t].text = STR_LIT("mohammed");
				people[i].names[k].count = FEATURE_TOKENS_MAX;
			}
	run(2, "worst: four by four, eight tokens", &scorer, people, &amount);
	lexicon_free(lexicon);
	model_free(model);
	return 0;
}
