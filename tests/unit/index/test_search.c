/*
 * The oracle: every person on file is scored by score_people, and search_person must return
 * exactly those at the floor or above, with the same weights in the same order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "tests/unit/index/built.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PEOPLE 2000u
#define QUESTIONS 60u
#else
#define PEOPLE 20000u
#define QUESTIONS 300u
#endif
#define SEED 20261123u

struct known { /* a person on file, as the oracle knows them */
	size_t system;
	struct str record_id;
	struct str person_id;
	struct features features;
	double weight; /* for the question at hand */
};

static struct built built;
static struct known *known;
static size_t known_count;
static uint64_t records;
static struct snapshot *snapshot;
static struct searcher *searcher;
static const char *systems[CORPUS_SYSTEM_COUNT];

static void
remember(size_t system, const struct case_header *header, const struct person *person)
{
	struct known *one = &known[known_count++];
	struct buf data = BUF_INIT;
	struct case_header back;
	struct person copy;
	struct str bytes;

	codec_encode(&data, header, person);
	assert_true(arena_copy(&bytes, built.arena, buf_str(&data)));
	buf_free(&data);
	assert_int_equal(codec_decode(&back, &copy, built.arena, bytes, NULL), STATUS_OK);
	one->system = system;
	one->record_id = back.record_id;
	one->person_id = copy.id;
	assert_int_equal(
	    features_make(&one->features, built.arena, built.folder, built.lexicon, &copy, NULL),
	    STATUS_OK);
}

static void
open_searcher(void)
{
	struct err err = ERR_NONE;

	built_ok(snapshot_load(&snapshot, built.data, systems, CORPUS_SYSTEM_COUNT, &err), &err);
	built_ok(searcher_open(&searcher, snapshot, built.model, built.lexicon, &err), &err);
}

static int
set_up(void **state)
{
	static struct load loads[CORPUS_SYSTEM_COUNT];
	struct arena *arena = arena_new(0);

	(void)state;
	built_init(&built);
	known = mem_zero(PEOPLE + CORPUS_PEOPLE_MAX, sizeof *known);
	assert_non_null(known);
	for (size_t s = 0; s < CORPUS_SYSTEM_COUNT; s++) {
		systems[s] = corpus_system_name((enum corpus_system)s);
		load_begin(&loads[s], &built, systems[s], false);
	}
	for (; known_count < PEOPLE; records++) {
		struct corpus_case made;

		arena_reset(arena);
		assert_int_equal(corpus_record(&made, arena, SEED, records), STATUS_OK);
		for (size_t i = 0; i < made.record.people_count; i++) {
			remember(made.system, &made.record.header, &made.record.people[i]);
			load_add(&loads[made.system], &made.record.header, &made.record.people[i]);
		}
	}
	for (size_t s = 0; s < CORPUS_SYSTEM_COUNT; s++)
		load_publish(&loads[s], loads[s].people);
	arena_free(arena);
	open_searcher();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	searcher_close(searcher);
	snapshot_free(snapshot);
	mem_free(known);
	built_fini(&built);
	return 0;
}

/* --- The comparison -------------------------------------------------------------------------- */
static int
by_weight(const void *a, const void *b)
{
	const struct known *x = *(const struct known *const *)a;
	const struct known *y = *(const struct known *const *)b;
	int order;

	if (x->weight > y->weight)
		return -1;
	if (x->weight < y->weight)
		return 1;
	if (x->system != y->system)
		return x->system < y->system ? -1 : 1;
	order = str_cmp(x->record_id, y->record_id);
	return order != 0 ? order : str_cmp(x->person_id, y->person_id);
}

static double
score_all(const struct features *query)
{
	double best = -1e9;

	for (size_t i = 0; i < known_count; i++) {
		struct score score;

		score_people(&score, searcher_scorer(searcher), query, &known[i].features);
		known[i].weight = score.match_weight;
		if (score.match_weight > best)
			best = score.match_weight;
	}
	return best;
}

static struct {
	size_t asked, capped, found, scored, terms;
} tally;

/* The known people at the floor or above, best first; *count of them. */
static const struct known **
expected_at(size_t *count, double floor)
{
	const struct known **list = mem_zero(known_count + 1, sizeof *list);

	assert_non_null(list);
	*count = 0;
	for (size_t i = 0; i < known_count; i++)
		if (known[i].weight >= floor)
			list[(*count)++] = &known[i];
	qsort(list, *count, sizeof *list, by_weight);
	return list;
}

struct carried {
	const struct term_plan *plan;
	double best[TERM_GROUPS_MAX];
};

static void
add_carried(void *ctx, struct str term)
{
	struct carried *carried = ctx;

	for (size_t i = 0; i < carried->plan->count; i++) {
		const struct term_weight *one = &carried->plan->terms[i];

		if (str_eq(one->term, term) && one->bits > carried->best[one->group])
			carried->best[one->group] = one->bits;
	}
}

/* What the plan promises a record at most. */
static double
bound_of(const struct term_plan *plan, const struct known *one, struct arena *arena)
{
	struct carried carried = { .plan = plan };
	double bound = searcher_scorer(searcher)->prior + plan->free_bits;

	assert_int_equal(
	    terms_of_record(&one->features, arena, add_carried, &carried, NULL), STATUS_OK);
	for (size_t g = 0; g < TERM_GROUPS_MAX; g++)
		bound += carried.best[g];
	return bound;
}

static void
show_name(const char *what, const struct feature_name *name)
{
	print_message("  %s:", what);
	for (size_t i = 0; name != NULL && i < name->count; i++)
		print_message(" %.*s/%d", STR_ARG(name->tokens[i].text), (int)name->tokens[i].part);
	print_message("\n");
}

/* Says of a missed person which comparison the bound fell short of. */
static void
explain_miss(const struct features *query, const struct known *one)
{
	struct arena *arena = arena_new(0);
	struct term_plan plan;
	struct score score;

	assert_int_equal(terms_of_query(&plan, arena, searcher_scorer(searcher),
			     snapshot_vocabulary(snapshot), query, NULL),
	    STATUS_OK);
	score_people(&score, searcher_scorer(searcher), query, &one->features);
	print_message("missed %s %.*s/%.*s: weight %g, bound %g\n", systems[one->system],
	    STR_ARG(one->record_id), STR_ARG(one->person_id), score.match_weight,
	    bound_of(&plan, one, arena));
	for (int i = 0; i < COMPARISON_COUNT; i++)
		print_message("  %s: level %d, %g bits\n", comparison_name((enum comparison)i),
		    score.line[i].level, score.line[i].bits);
	show_name("query", score.query_name);
	show_name("record", score.record_name);
	arena_free(arena);
}

static bool
is_among(const struct search_result *result, const struct known *one)
{
	for (size_t i = 0; i < result->count; i++)
		if (result->candidates[i].system == one->system &&
		    str_eq(result->candidates[i].header.record_id, one->record_id) &&
		    str_eq(result->candidates[i].person.id, one->person_id))
			return true;
	return false;
}

static void
check_at(const struct features *query, double floor, double best)
{
	struct arena *arena = arena_new(0);
	struct search_result result;
	struct err err = ERR_NONE;
	const struct known **expected;
	size_t count;

	built_ok(search_person(&result, searcher, arena, built.folder, query, floor, &err), &err);
	tally.asked++;
	tally.capped += result.capped;
	tally.found += result.count;
	tally.scored += result.scored;
	tally.terms += result.terms;
	assert_true(best <= result.best_bits + 1e-9);
	expected = expected_at(&count, floor);
	for (size_t i = 0; !result.capped && i < count; i++)
		if (!is_among(&result, expected[i])) {
			explain_miss(query, expected[i]);
			fail_msg("%s", "a person at the floor is missing");
		}
	if (!result.capped)
		assert_int_equal(result.count, count);
	for (size_t i = 0; i < result.count && !result.capped; i++) {
		const struct candidate *candidate = &result.candidates[i];

		assert_int_equal(candidate->system, expected[i]->system);
		assert_true(str_eq(candidate->header.record_id, expected[i]->record_id));
		assert_true(str_eq(candidate->person.id, expected[i]->person_id));
		assert_true(candidate->score.match_weight >= expected[i]->weight &&
			    candidate->score.match_weight <= expected[i]->weight);
	}
	mem_free(expected);
	arena_free(arena);
}

static void
ask(const struct person *person)
{
	static const double floors[] = { 5, 0, 12 };
	struct arena *arena = arena_new(0);
	struct features query;
	double best;

	assert_int_equal(
	    features_make(&query, arena, built.folder, built.lexicon, person, NULL), STATUS_OK);
	best = score_all(&query);
	for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++)
		check_at(&query, floors[i], best);
	arena_free(arena);
}

static void
report(const char *what, size_t capped_max)
{
	print_message("%s: %zu searches, %zu capped, %.1f found, %.0f scored, %.0f terms each\n",
	    what, tally.asked, tally.capped, (double)tally.found / (double)tally.asked,
	    (double)tally.scored / (double)tally.asked, (double)tally.terms / (double)tally.asked);
	assert_true(tally.capped <= capped_max);
	memset(&tally, 0, sizeof tally);
}

/* --- The questions --------------------------------------------------------------------------- */
static void
test_typical_questions_get_exactly_what_scoring_everyone_gives(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (uint64_t n = 0; n < QUESTIONS; n++) {
		struct corpus_query query;

		arena_reset(arena);
		assert_int_equal(corpus_query(&query, arena, SEED, (n * 7919) % records, n,
				     &corpus_shares_typical),
		    STATUS_OK);
		ask(&query.person);
	}
	report("typical", 5);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typical_questions_get_exactly_what_scoring_everyone_gives),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
