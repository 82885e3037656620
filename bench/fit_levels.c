/*
 * fit_levels: how often one person's question and record reach each comparison level, by labels.
 *
 *   fit_levels FOLDER [MODEL [SYSTEM...]]
 *
 * FOLDER is what make_corpus wrote, with its index in FOLDER/data. For each question about somebody
 * on file and each of their appearances (truth.csv) the levels are counted, and among the people of
 * other families who come up as candidates too. Prints for every level the count, m with half a
 * count added to each, u of the model, and the bits they make: what the shipped model is set by.
 */
#include "base/mem.h"
#include "index/search.h"
#include "linkage/vector.h"
#include "record/person_json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES_MAX (1 << 20)
#define PERSON_BYTES 32
#define QUESTIONS_MAX 200000

struct truth {
	char person[PERSON_BYTES], system[32], record[72], id[72];
};

static struct truth *truths;
static size_t truth_count;
static const char *const systems[] = { "childrens_services", "helpline", "ctac", "participation",
	"childline" };
#define SYSTEMS (sizeof systems / sizeof systems[0])
static char (*asked_of)[PERSON_BYTES];
static struct snapshot *snapshot;
static struct searcher *searcher;
static struct folder *folder;
static struct lexicon *lexicon;
static struct model *model;
static double counts[VECTOR_COUNT][16];
/* Further tallies of name alignments. */
static size_t pairs, missing;

static _Noreturn void
fail(const char *what, const struct err *err)
{
	fprintf(stderr, "fit_levels: %s %s\n", what, err == NULL ? "" : err->text);
	exit(70);
}

static FILE *
open_in(const char *folder_name, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder_name, name);
	file = fopen(path, "r");
	if (file == NULL)
		fail(path, NULL);
	return file;
}

/* The next field of a plain CSV line (no quotes in these files). */
static void
take(char *out, size_t room, char **at)
{
	size_t n = strcspn(*at, ",\n");

	snprintf(out, room, "%.*s", (int)n, *at);
	*at += n + (((*at)[n] != '\0') ? 1 : 0);
}

static int
by_person(const void *a, const void *b)
{
	return strcmp(((const struct truth *)a)->person, ((const struct truth *)b)->person);
}

static void
read_truth(const char *from)
{
	FILE *file = open_in(from, "truth.csv");
	static char line[LINE_BYTES_MAX];
	size_t room = 0;

	if (fgets(line, sizeof line, file) == NULL)
		fail("truth.csv is empty", NULL);
	while (fgets(line, sizeof line, file) != NULL) {
		char *at = line;
		struct truth *one;

		if (truth_count == room) {
			room = room == 0 ? 1024 : 2 * room;
			truths = mem_resize(truths, room, sizeof *truths);
			if (truths == NULL)
				fail("out of memory", NULL);
		}
		one = &truths[truth_count++];
		take(one->person, sizeof one->person, &at);
		take(one->system, sizeof one->system, &at);
		take(one->record, sizeof one->record, &at);
		take(one->id, sizeof one->id, &at);
	}
	fclose(file);
	qsort(truths, truth_count, sizeof *truths, by_person);
}

static size_t
read_answers(const char *from)
{
	FILE *file = open_in(from, "answers.csv");
	static char line[LINE_BYTES_MAX];
	size_t count = 0;

	asked_of = mem_zero(QUESTIONS_MAX, sizeof *asked_of);
	if (asked_of == NULL || fgets(line, sizeof line, file) == NULL)
		fail("answers.csv is empty", NULL);
	while (count < QUESTIONS_MAX && fgets(line, sizeof line, file) != NULL) {
		char *at = line, ref[32];

		take(ref, sizeof ref, &at);
		take(asked_of[count++], PERSON_BYTES, &at);
	}
	fclose(file);
	return count;
}

static size_t
system_at(const char *name)
{
	for (size_t i = 0; i < SYSTEMS; i++)
		if (strcmp(systems[i], name) == 0)
			return i;
	return SYSTEMS;
}

static void
count_pair(const struct features *query, const struct scorer *scorer, const struct truth *truth,
    struct arena *arena)
{
	const struct candidate *people = NULL;
	size_t count = 0, i = 0;
	struct estimate_pattern pattern;
	struct score score;

	if (search_case(&people, &count, searcher, arena, folder, system_at(truth->system),
		str_from(truth->record), NULL) != STATUS_OK)
		fail("a record cannot be read:", NULL);
	while (i < count && !str_eq_text(people[i].person.id, truth->id))
		i++;
	if (i == count) {
		missing++;
		return;
	}
	score_people(&score, scorer, query, &people[i].features);
	vector_of(&pattern, &score, model);
	for (int f = 0; f < VECTOR_COUNT; f++)
		if (pattern.level[f] >= 0)
			counts[f][pattern.level[f]]++;
	pairs++;
}

static void
ask(const char *line, const char *person, bool (*wanted)[SYSTEMS])
{
	json_t *doc = json_loads(line, 0, NULL);
	const json_t *one = json_array_get(json_object_get(doc, "people"), 0);
	struct arena *arena = arena_new(0), *scratch = arena_new(0);
	struct truth key = { .person = "" };
	struct features query;
	struct person asked_person;
	struct scorer scorer;
	struct err err = ERR_NONE;
	const struct truth *at;
	json_t *copy;

	if (doc == NULL || one == NULL || arena == NULL || scratch == NULL)
		fail("questions.jsonl: not a question", NULL);
	copy = json_deep_copy(one);
	json_object_del(copy, "ref");
	if (person_from_json(&asked_person, arena, copy, "questions.jsonl", "people[0]", &err) !=
		STATUS_OK ||
	    features_make(&query, arena, folder, lexicon, &asked_person, &err) != STATUS_OK)
		fail("a question", &err);
	scorer = *searcher_scorer(searcher);
	if (searcher_values(&scorer.values, searcher, arena, &query, &err) != STATUS_OK)
		fail("a question", &err);
	snprintf(key.person, sizeof key.person, "%s", person);
	at = bsearch(&key, truths, truth_count, sizeof *truths, by_person);
	while (at != NULL && at > truths && strcmp(at[-1].person, person) == 0)
		at--;
	for (; at != NULL && at < truths + truth_count && strcmp(at->person, person) == 0; at++) {
		size_t system = system_at(at->system);

		arena_reset(scratch);
		if (system < SYSTEMS && (*wanted)[system])
			count_pair(&query, &scorer, at, scratch);
	}
	json_decref(copy);
	json_decref(doc);
	arena_free(arena);
	arena_free(scratch);
}

static void
print_field(enum vector_field field)
{
	const struct model_level *levels = vector_model(model, field);
	size_t n = vector_levels(field);
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += counts[field][i] + 0.5;
	printf("%s\n", vector_name(field));
	for (size_t i = 0; i < n; i++) {
		double m = (counts[field][i] + 0.5) / sum;

		printf("  %-16s %8.0f  m %.6f (model %.6f)  u %.8f  bits %+6.2f (model %+6.2f)\n",
		    vector_level_name(field, (int)i), counts[field][i], m, levels[i].m, levels[i].u,
		    log2(m / levels[i].u), levels[i].bits);
	}
}

static void
open_all(const char *from, const char *model_path)
{
	char path[4096];
	struct err err = ERR_NONE;

	snprintf(path, sizeof path, "%s/data", from);
	if (digest_init(&err) != STATUS_OK || folder_new(&folder, &err) != STATUS_OK ||
	    lexicon_load(&lexicon, "schemas/lexicon", &err) != STATUS_OK ||
	    model_load(&model, model_path, &err) != STATUS_OK ||
	    snapshot_load(&snapshot, path, systems, SYSTEMS, &err) != STATUS_OK ||
	    searcher_open(&searcher, snapshot, model, lexicon, &err) != STATUS_OK)
		fail("cannot open", &err);
}

int
main(int argc, char **argv)
{
	bool wanted[SYSTEMS];
	static char line[LINE_BYTES_MAX];
	size_t count, n = 0;
	FILE *file;

	if (argc < 2) {
		fprintf(stderr, "usage: fit_levels FOLDER [MODEL [SYSTEM...]]\n");
		return 64;
	}
	for (size_t i = 0; i < SYSTEMS; i++)
		wanted[i] = argc < 4;
	for (int i = 3; i < argc; i++)
		if (system_at(argv[i]) < SYSTEMS)
			wanted[system_at(argv[i])] = true;
	open_all(argv[1], argc > 2 ? argv[2] : "schemas/model/default.json");
	read_truth(argv[1]);
	count = read_answers(argv[1]);
	file = open_in(argv[1], "questions.jsonl");
	while (n < count && fgets(line, sizeof line, file) != NULL) {
		if (asked_of[n][0] != '\0')
			ask(line, asked_of[n], &wanted);
		n++;
	}
	fclose(file);
	printf("%zu pairs of one person (%zu not on file)\n", pairs, missing);
	for (int f = 0; f < VECTOR_COUNT; f++)
		print_field((enum vector_field)f);
	searcher_close(searcher);
	snapshot_free(snapshot);
	model_free(model);
	lexicon_free(lexicon);
	folder_free(folder);
	mem_free(truths);
	mem_free(asked_of);
	return 0;
}
