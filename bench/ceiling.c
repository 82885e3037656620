/*
 * ceiling: how many true records anybody could list among so many wrong ones.
 *
 *   ceiling FOLDER DATA OUT.json
 *
 * FOLDER holds a corpus (truth.csv, answers.csv, questions.jsonl), DATA its indexes. For each
 * record of a person asked about: how many records of others are at least as good an answer? That
 * is, in each field they reach the comparison level of the true one or a better one (dominates()
 * below), so nobody who goes by these levels, however he weighs them, can list the true one and not
 * them.
 *
 * From it follows the most that can be found at W wrong ones a question. A question whose k best
 * true records have n others at least as good must pay n for the k; the cheapest are bought first,
 * parts of a question allowed (he who draws lots). So the figure is a bound from above, and no
 * more: it grants that one knows who is on file, and charges nothing for those who are nearly as
 * good. Where it is not sure who is as good, it leaves them out. Others beyond CANDIDATES_MAX are
 * not counted either (`capped`).
 */
#include "base/mem.h"
#include "index/search.h"
#include "record/person_json.h"
#include "tests/support/eval_index.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A true record that weighs less agrees with next to nothing: only whoever weighs as much as this
 * is counted. */
#define FLOOR_LEAST (-25.0)
#define SLACK 0.01 /* bits: two equal sums in another order */
#define OF_QUESTION_MAX 64

static struct eval_index index;
static struct eval_set set;

/* What the figures are told apart by. */
enum group { GROUP_ALL, GROUP_SURNAME, GROUP_NO_SURNAME, GROUP_COUNT };
static const char *const group_names[] = { "all", "surname_on_both", "surname_missing" };

/* One step of a question: so many more true records for so many more wrong ones. */
struct step {
	double gain, cost;
	enum group group;
};

#define BANDS 7
static const size_t band_from[BANDS] = { 0, 1, 2, 4, 10, 100, 1000 };
static struct {
	struct step *steps;
	size_t step_count, step_room;
	size_t appearances[GROUP_COUNT];
	size_t bands[GROUP_COUNT][BANDS];
	size_t capped;
} found;

/* --- At least as good --------------------------------------------------------------------------
 */

/* The pair of a query's token; NULL: it has none. */
static const struct score_token_pair *
pair_of(const struct score *score, uint8_t token)
{
	for (uint8_t i = 0; i < score->pair_count; i++)
		if (score->pair[i].query_token == token)
			return &score->pair[i];
	return NULL;
}

/* Tokens that contradict one another, whatever their part. */
static unsigned
left_over(const struct score *score)
{
	unsigned query = (unsigned)score->query_name->count - score->pair_count;
	unsigned record = (unsigned)score->record_name->count - score->pair_count;

	return query < record ? query : record;
}

static bool
contradicts(const struct score *score)
{
	return score->forename_level == TOKEN_NONE || score->surname_level == TOKEN_NONE;
}

/* Of two tokens that are not the query's, only the same one is as good: which of two spellings is
 * the likelier is a matter of judgement. */
static bool
pair_dominates(const struct score *other, const struct score *own, uint8_t token)
{
	const struct score_token_pair *a = pair_of(other, token), *b = pair_of(own, token);

	if (b == NULL)
		return true;
	if (a == NULL || a->swapped > b->swapped)
		return false;
	return a->level == TOKEN_EXACT || str_eq(other->record_name->tokens[a->record_token].text,
					      own->record_name->tokens[b->record_token].text);
}

static bool
name_dominates(const struct score *other, const struct score *own)
{
	if (own->query_name == NULL)
		return other->query_name == NULL || !contradicts(other);
	if (other->query_name != own->query_name || left_over(other) > left_over(own) ||
	    (other->forename_level == TOKEN_NONE && own->forename_level != TOKEN_NONE) ||
	    (other->surname_level == TOKEN_NONE && own->surname_level != TOKEN_NONE))
		return false;
	for (uint8_t i = 0; i < own->query_name->count; i++)
		if (!pair_dominates(other, own, i))
			return false;
	return true;
}

/* A field that the true record does not tell must not speak against the other one; one that speaks
 * against the true record may be missing. `against`: the first level that does. */
static bool
level_dominates(int other, int own, int against)
{
	if (own == LEVEL_NULL)
		return other < against;
	return other == LEVEL_NULL ? own >= against : other <= own;
}

static bool
dominates(const struct score *other, const struct score *own)
{
	static const struct {
		enum comparison comparison;
		int against;
	} fields[] = {
		{ COMPARISON_BIRTH, BIRTH_LEVEL_SAME_YEAR },
		{ COMPARISON_SEX, AGREE_DIFFERENT },
		{ COMPARISON_ADDRESS, ADDRESS_DIFFERENT },
		{ COMPARISON_PHONE, CONTACT_DIFFERENT },
		{ COMPARISON_EMAIL, CONTACT_DIFFERENT },
		{ COMPARISON_IDENTIFIER, IDENTIFIER_CONFLICT },
	};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (!level_dominates(other->line[fields[i].comparison].level,
			own->line[fields[i].comparison].level, fields[i].against))
			return false;
	return name_dominates(other, own);
}

/* --- One question ------------------------------------------------------------------------------
 */

struct own {
	struct score score;
	size_t others;
	enum group group;
};

static void
look_up(struct own *out, struct arena *arena, const struct features *query,
    const struct score_values *values, const struct eval_appearance *appearance)
{
	struct str person = appearance->key, record;
	struct candidate *people;
	struct err err = ERR_NONE;
	size_t count;

	str_cut(&person, ',');
	record = str_cut(&person, ',');
	if (search_person_in_case(&people, &count, index.searcher, arena, index.folder, query,
		values, appearance->system, record, &err) != STATUS_OK)
		eval_fail("cannot look up a record:", err.text);
	for (size_t i = 0; i < count; i++)
		if (str_eq(people[i].person.id, person)) {
			*out = (struct own){ .score = people[i].score, .group = GROUP_NO_SURNAME };
			if (out->score.surname_level != LEVEL_NULL)
				out->group = GROUP_SURNAME;
			return;
		}
	eval_fail("a record is not in the index", "");
}

static bool
is_own(const struct candidate *candidate, size_t from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct eval_appearance *a = &set.appearances[set.by_who[from + i]];
		struct str person = a->key, record;

		str_cut(&person, ',');
		record = str_cut(&person, ',');
		if (a->system == candidate->system && str_eq(record, candidate->header.record_id) &&
		    str_eq(person, candidate->person.id))
			return true;
	}
	return false;
}

static int
by_others(const void *a, const void *b)
{
	const struct own *x = a, *y = b;

	return (x->others > y->others) - (x->others < y->others);
}

static void
add_step(double gain, double cost, enum group group)
{
	found.steps =
	    eval_grown(found.steps, &found.step_room, found.step_count, sizeof *found.steps);
	found.steps[found.step_count++] = (struct step){ gain, cost, group };
}

/* The cheapest way from none of a question's records to all of them: those with fewest others
 * first, as many at once as make one cheapest. */
static void
buy(const struct own *own, size_t count, enum group group)
{
	size_t have = 0;
	double paid = 0;

	while (have < count) {
		size_t best = have + 1;
		double best_rate = INFINITY;

		for (size_t k = have + 1; k <= count; k++) {
			double rate = ((double)own[k - 1].others - paid) / (double)(k - have);

			if (rate <= best_rate) {
				best_rate = rate;
				best = k;
			}
		}
		add_step((double)(best - have), (double)own[best - 1].others - paid, group);
		paid = (double)own[best - 1].others;
		have = best;
	}
}

static void
buy_groups(const struct own *own, size_t count)
{
	struct own some[OF_QUESTION_MAX];

	buy(own, count, GROUP_ALL);
	for (enum group g = GROUP_SURNAME; g < GROUP_COUNT; g++) {
		size_t n = 0;

		for (size_t i = 0; i < count; i++)
			if (own[i].group == g)
				some[n++] = own[i];
		buy(some, n, g);
	}
}

static void
count_own(const struct own *own)
{
	size_t band = BANDS - 1;

	while (own->others < band_from[band])
		band--;
	found.appearances[GROUP_ALL]++;
	found.appearances[own->group]++;
	found.bands[GROUP_ALL][band]++;
	found.bands[own->group][band]++;
}

static void
ask(struct arena *arena, const struct person *person, const struct eval_question *question)
{
	struct own own[OF_QUESTION_MAX];
	struct search_result result;
	struct score_values values;
	struct features query;
	struct err err = ERR_NONE;
	double floor = INFINITY;
	size_t from, count = eval_set_person(&from, &set, question->who);

	if (count > OF_QUESTION_MAX)
		eval_fail("a person with too many records", "");
	if (features_make(&query, arena, index.folder, index.lexicon, person, &err) != STATUS_OK ||
	    searcher_values(&values, index.searcher, arena, &query, &err) != STATUS_OK)
		eval_fail("cannot read a question:", err.text);
	for (size_t i = 0; i < count; i++) {
		look_up(&own[i], arena, &query, &values, &set.appearances[set.by_who[from + i]]);
		floor = fmin(floor, own[i].score.match_weight);
	}
	if (search_person(&result, index.searcher, arena, index.folder, &query,
		fmax(floor - SLACK, FLOOR_LEAST), &err) != STATUS_OK)
		eval_fail("cannot search:", err.text);
	found.capped += result.capped;
	for (size_t c = 0; c < result.count; c++) {
		if (is_own(&result.candidates[c], from, count))
			continue;
		for (size_t i = 0; i < count; i++)
			own[i].others += dominates(&result.candidates[c].score, &own[i].score);
	}
	for (size_t i = 0; i < count; i++)
		count_own(&own[i]);
	qsort(own, count, sizeof own[0], by_others);
	buy_groups(own, count);
}

/* --- The questions -----------------------------------------------------------------------------
 */

/* As a row of questions.csv asks: with one address. */
static void
read_person(struct person *out, struct arena *arena, struct str line, struct str ref)
{
	json_t *body = json_loadb(line.p, line.n, 0, NULL), *first;
	struct err err = ERR_NONE;

	first = json_array_get(json_object_get(body, "people"), 0);
	if (!str_eq(str_from(json_string_value(json_object_get(first, "ref"))), ref))
		eval_fail("questions.jsonl and answers.csv are not in one order", "");
	json_object_del(first, "ref");
	if (person_from_json(out, arena, first, "questions.jsonl", "people[0]", &err) != STATUS_OK)
		eval_fail("cannot read a question:", err.text);
	if (out->address_count > 1)
		out->address_count = 1;
	json_decref(body);
}

static void
ask_all(struct arena *arena, const char *at)
{
	struct str text = eval_slurp(at, "questions.jsonl", false);

	for (size_t q = 0; q < set.question_count; q++) {
		struct str line = str_cut(&text, '\n');
		struct person person;

		arena_reset(arena);
		read_person(&person, arena, line, set.questions[q].ref);
		if (set.questions[q].on_file)
			ask(arena, &person, &set.questions[q]);
	}
}

/* --- Figures -----------------------------------------------------------------------------------
 */

static int
by_rate(const void *a, const void *b)
{
	const struct step *x = a, *y = b;
	double left = x->cost * y->gain, right = y->cost * x->gain;

	return (left > right) - (left < right);
}

/* The share of the group's records that `wrong` a question buy. */
static double
most(enum group group, double wrong)
{
	double left = wrong * (double)set.question_count, gain = 0;

	for (size_t i = 0; i < found.step_count; i++) {
		const struct step *step = &found.steps[i];
		double part = 1;

		if (step->group != group)
			continue;
		if (step->cost > left)
			part = left / step->cost;
		gain += part * step->gain;
		left -= part * step->cost;
	}
	return found.appearances[group] > 0 ? gain / (double)found.appearances[group] : 0;
}

static void
report(FILE *out)
{
	qsort(found.steps, found.step_count, sizeof *found.steps, by_rate);
	printf("ceiling: recall that nobody who goes by comparison levels can pass, at so many "
	       "wrong a question\n");
	printf("  %-16s %7s %7s %7s %7s %7s   others at least as good: 0, 1, 2-3, 4-9, 10-99, "
	       "100-999, more\n",
	    "", "n", "0", "0.3", "1", "3");
	fprintf(out, "{\"questions\":%zu,\"capped\":%zu,\"groups\":[", set.question_count,
	    found.capped);
	for (enum group g = GROUP_ALL; g < GROUP_COUNT; g++) {
		double at[] = { most(g, 0), most(g, 0.3), most(g, 1), most(g, 3) };

		printf("  %-16s %7zu %7.4f %7.4f %7.4f %7.4f  ", group_names[g],
		    found.appearances[g], at[0], at[1], at[2], at[3]);
		fprintf(out,
		    "%s{\"name\":\"%s\",\"n\":%zu,\"none\":%.4f,\"third\":%.4f,\"one\":%.4f,"
		    "\"three\":%.4f,\"others\":[",
		    g > 0 ? "," : "", group_names[g], found.appearances[g], at[0], at[1], at[2],
		    at[3]);
		for (size_t b = 0; b < BANDS; b++) {
			printf(" %zu", found.bands[g][b]);
			fprintf(out, "%s%zu", b > 0 ? "," : "", found.bands[g][b]);
		}
		printf("\n");
		fprintf(out, "]}");
	}
	fprintf(out, "]}\n");
	printf("  %zu questions; of %zu the others are more than were looked at\n",
	    set.question_count, found.capped);
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new(0);
	FILE *out;

	if (argc != 4 || arena == NULL) {
		fprintf(stderr, "usage: ceiling FOLDER DATA OUT.json\n");
		return 64;
	}
	eval_set_read(&set, argv[1]);
	eval_index_open(&index, &set, argv[2]);
	ask_all(arena, argv[1]);
	out = fopen(argv[3], "w");
	if (out == NULL)
		eval_fail("cannot write", argv[3]);
	report(out);
	eval_index_close(&index);
	arena_free(arena);
	return fclose(out) == 0 && fflush(stdout) == 0 ? 0 : 74;
}
