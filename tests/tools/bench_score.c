/*
 * bench_score [SECONDS]: pairs of people scored in a second by one thread, printed as a table.
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

static void
run(const char *what, const struct scorer *scorer, const struct made *people, double seconds)
{
	double start = now(), end = start, sum = 0;
	unsigned long pairs = 0;

	while (end - start < seconds) {
		for (int i = 0; i < PEOPLE; i++) {
			struct score score;

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
}

int
main(int argc, char **argv)
{
	static struct made people[PEOPLE];
	struct err err = ERR_NONE;
	struct model *model = NULL;
	struct lexicon *lexicon = NULL;
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
	uint64_t seed = 77;

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
	run("one name a side, two of the rest", &scorer, people, seconds);
	for (int i = 0; i < PEOPLE; i++)
		people[i].features.name_count = PEOPLE_NAMES_MAX;
	run("four name variants a side", &scorer, people, seconds);
	for (int i = 0; i < PEOPLE; i++)
		for (int k = 0; k < PEOPLE_NAMES_MAX; k++)
			for (uint8_t t = 0; t < FEATURE_TOKENS_MAX; t++) {
				people[i].names[k].tokens[t].text = STR_LIT("mohammed");
				people[i].names[k].count = FEATURE_TOKENS_MAX;
			}
	run("worst: four by four, eight tokens", &scorer, people, seconds);
	lexicon_free(lexicon);
	model_free(model);
	return 0;
}
