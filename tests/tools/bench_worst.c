/*
 * bench_worst [NAMES [WORDS [few]]]: what the worst person costs: as many names as a person may
 * have, of as many words as are compared, all alike and hardly one twice; "few": of 16 words.
 * Features made once and scored once, in microseconds. Not a test: the figures go into
 * docs/matching.md, "Bad input".
 */
#include "linkage/score.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *const WORDS[] = { "anna", "hanna", "ana", "annah", "anne", "ann", "hannah",
	"anah", "anka", "anya", "annie", "annia", "annea", "anina", "anja", "aanna" };
#define PEOPLE 16

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static uint64_t state = 5;
static unsigned
below(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

/* Two letters of a name changed: every two such words are near. */
static const char *
word(bool few)
{
	static char text[] = "katharina";

	if (few)
		return WORDS[below(16)];
	memcpy(text, "katharina", 9);
	for (int i = 0; i < 2; i++)
		text[below(9)] = (char)('a' + below(26));
	return text;
}

/* Half of the words as forenames, half as a hyphened surname. */
static void
make_names(struct person_name *names, size_t count, size_t words, bool few, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		struct buf fore = BUF_INIT, sur = BUF_INIT;

		for (size_t k = 0; k < words; k++) {
			struct buf *to = k < (words + 1) / 2 ? &fore : &sur;

			buf_add_text(to, to->n == 0 ? "" : to == &sur ? "-" : " ");
			buf_add_text(to, word(few));
		}
		names[i] = (struct person_name){ .kind = NAME_ALIAS, .full = STR_NONE };
		if (!arena_copy(&names[i].forenames, arena, buf_str(&fore)) ||
		    !arena_copy(&names[i].surname, arena, buf_str(&sur)))
			abort();
		buf_free(&fore);
		buf_free(&sur);
	}
}

int
main(int argc, char **argv)
{
	size_t names = argc > 1 ? strtoul(argv[1], NULL, 10) : PERSON_NAMES_MAX;
	size_t words = argc > 2 ? strtoul(argv[2], NULL, 10) : FEATURE_TOKENS_MAX;
	static struct person_name list[PEOPLE][PERSON_NAMES_MAX];
	static struct features features[PEOPLE];
	struct arena *arena = arena_new(0);
	struct model *model = NULL;
	struct lexicon *lexicon = NULL;
	struct folder *folder = NULL;
	struct scorer scorer;
	struct err err = ERR_NONE;
	double start, made, scored, sum = 0;
	unsigned long pairs = 0;

	if (names > PERSON_NAMES_MAX || digest_init(&err) != STATUS_OK ||
	    model_load(&model, "schemas/model/default.json", &err) != STATUS_OK ||
	    lexicon_load(&lexicon, "schemas/lexicon", &err) != STATUS_OK ||
	    folder_new(&folder, &err) != STATUS_OK)
		return 1;
	scorer = (struct scorer){ .model = model, .lexicon = lexicon, .prior = -10 };
	for (size_t i = 0; i < PEOPLE; i++)
		make_names(list[i], names, words, argc > 3, arena);
	start = now();
	for (size_t i = 0; i < PEOPLE; i++) {
		struct person person = { .id = STR_NONE, .names = list[i], .name_count = names };

		if (features_make(&features[i], arena, folder, lexicon, &person, &err) != STATUS_OK)
			return 1;
	}
	made = now();
	for (size_t i = 0; i < PEOPLE; i++)
		for (size_t j = 0; j < PEOPLE; j++, pairs++) {
			struct score score;

			score_people(&score, &scorer, &features[i], &features[j]);
			sum += score.match_weight;
		}
	scored = now();
	printf("%zu names of %zu words, %zu variants: features %.0f us, score %.0f us (mean weight "
	       "%.1f)\n",
	    names, words, features[0].name_count, (made - start) / PEOPLE * 1e6,
	    (scored - made) / (double)pairs * 1e6, sum / (double)pairs);
	folder_free(folder);
	lexicon_free(lexicon);
	model_free(model);
	arena_free(arena);
	return 0;
}
