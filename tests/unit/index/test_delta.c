/* Full and delta loads, one after the other, against a list of who is on file; and readers that
 * go on while generations are published and removed under them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "tests/unit/index/built.h"

#define CASES 200u
#define SEED 99u

struct person_on_file {
	struct str record_id, person_id;
	struct features features;
};

static struct built built;
static struct person_on_file *on_file;
static size_t on_file_count;

static int
set_up(void **state)
{
	(void)state;
	built_init(&built);
	on_file = mem_zero(20000, sizeof *on_file);
	on_file_count = 0;
	return on_file == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mem_free(on_file);
	built_fini(&built);
	return 0;
}

static void
forget(struct str record_id)
{
	size_t kept = 0;

	for (size_t i = 0; i < on_file_count; i++)
		if (!str_eq(on_file[i].record_id, record_id))
			on_file[kept++] = on_file[i];
	on_file_count = kept;
}

/* Case i of the corpus under the id of case `as`, all in one system. */
static void
make_case(struct corpus_case *out, uint64_t i, uint64_t as)
{
	assert_int_equal(corpus_record(out, built.arena, SEED, i), STATUS_OK);
	out->record.header.record_id =
	    str_from(arena_format(built.arena, "R-%llu", (unsigned long long)as));
}

/* By way of the codec, which ends the span of "about 0" at the day of the contact: the corpus does
 * not. */
static void
make_features(
    struct person_on_file *one, const struct case_header *header, const struct person *person)
{
	struct buf data = BUF_INIT;
	struct case_header back;
	struct person copy;
	struct str bytes;

	codec_encode(&data, header, person);
	assert_true(arena_copy(&bytes, built.arena, buf_str(&data)));
	buf_free(&data);
	assert_int_equal(codec_decode(&back, &copy, built.arena, bytes, NULL), STATUS_OK);
	assert_int_equal(
	    features_make(&one->features, built.arena, built.folder, built.lexicon, &copy, NULL),
	    STATUS_OK);
}

/* `load` NULL: only the list. */
static void
add_case(struct load *load, uint64_t i, uint64_t as)
{
	struct corpus_case made;

	make_case(&made, i, as);
	for (size_t k = 0; k < made.record.people_count; k++) {
		struct person_on_file *one = &on_file[on_file_count++];

		if (load != NULL)
			load_add(load, &made.record.header, &made.record.people[k]);
		one->record_id = made.record.header.record_id;
		one->person_id = made.record.people[k].id;
		make_features(one, &made.record.header, &made.record.people[k]);
	}
}

/* What a delta row of a changed or removed case does first. */
static void
take_away(struct load *load, uint64_t as)
{
	struct str record_id =
	    str_from(arena_format(built.arena, "R-%llu", (unsigned long long)as));
	uint64_t removed;

	assert_int_equal(index_writer_remove(load->writer, &removed, record_id, NULL), STATUS_OK);
	load_supersede(load, record_id);
	forget(record_id);
}

static void
load_full(uint64_t from, uint64_t cases)
{
	static struct load load;

	on_file_count = 0;
	load_begin(&load, &built, "ctac", false);
	for (uint64_t i = 0; i < cases; i++)
		add_case(&load, from + i, i);
	load_publish(&load, on_file_count);
}

/* Changes every 7th case, removes every 11th, adds ten. */
static void
load_delta(uint64_t round)
{
	static struct load load;

	load_begin(&load, &built, "ctac", true);
	for (uint64_t i = round; i < CASES; i += 7) {
		take_away(&load, i);
		add_case(&load, 5000 + 300 * round + i, i);
	}
	for (uint64_t i = round; i < CASES; i += 11)
		take_away(&load, i);
	for (uint64_t i = 0; i < 10; i++)
		add_case(&load, 9000 + 10 * round + i, CASES + 10 * round + i);
	load_publish(&load, on_file_count);
}

static const char *const systems[] = { "ctac", "helpline" };

static struct snapshot *
load_snapshot(void)
{
	struct snapshot *snapshot = NULL;
	struct err err = ERR_NONE;

	built_ok(snapshot_load(&snapshot, built.data, systems, 2, &err), &err);
	return snapshot;
}

static struct searcher *
open_searcher(const struct snapshot *snapshot)
{
	struct searcher *searcher = NULL;
	struct err err = ERR_NONE;

	built_ok(searcher_open(&searcher, snapshot, built.model, built.lexicon, &err), &err);
	return searcher;
}

/* The people at the floor are those that scoring the list gives. */
static void
check_question(struct searcher *searcher, const struct features *query, double floor)
{
	struct arena *arena = arena_new(0);
	struct search_result result;
	struct err err = ERR_NONE;
	const struct scorer *scorer = scorer_for(searcher, query);
	size_t expected = 0;

	built_ok(search_person(&result, searcher, arena, built.folder, query, floor, &err), &err);
	assert_false(result.capped);
	for (size_t i = 0; i < on_file_count; i++) {
		struct score score;
		bool found = false;

		score_people(&score, scorer, query, &on_file[i].features);
		if (score.match_weight < floor)
			continue;
		expected++;
		for (size_t k = 0; k < result.count && !found; k++)
			found =
			    str_eq(result.candidates[k].header.record_id, on_file[i].record_id) &&
			    str_eq(result.candidates[k].person.id, on_file[i].person_id) &&
			    result.candidates[k].score.match_weight >= score.match_weight &&
			    result.candidates[k].score.match_weight <= score.match_weight;
		assert_true(found);
	}
	assert_int_equal(result.count, expected);
	arena_free(arena);
}

static void
check_everyone(void)
{
	struct snapshot *snapshot = load_snapshot();
	struct searcher *searcher = open_searcher(snapshot);
	char folder[PATH_MAX];
	static struct manifest manifest;

	assert_true(snapshot_people(snapshot) == on_file_count);
	assert_true(snapshot_system(snapshot, 0)->loaded);
	assert_false(snapshot_system(snapshot, 1)->loaded);
	for (size_t i = 0; i < on_file_count; i += 3)
		check_question(searcher, &on_file[i].features,
		    i % 6 == 0	 ? -60
		    : i % 2 == 0 ? 3
				 : -4);
	searcher_close(searcher);
	snapshot_free(snapshot);
	assert_int_equal(
	    generation_current(folder, &manifest, built.data, "ctac", NULL), STATUS_OK);
	assert_int_equal(generation_verify(folder, NULL), STATUS_OK);
}

static void
test_deltas_change_add_and_remove(void **state)
{
	(void)state;
	load_full(0, CASES);
	check_everyone();
	load_delta(1);
	check_everyone();
	load_delta(2);
	check_everyone();
	load_full(100, CASES);
	check_everyone();
}

static void
test_a_removed_case_is_not_found_by_its_id(void **state)
{
	struct snapshot *snapshot;
	struct searcher *searcher;
	const struct candidate *people = NULL;
	size_t count = 0;

	(void)state;
	load_full(0, CASES);
	load_delta(1);
	snapshot = load_snapshot();
	searcher = open_searcher(snapshot);
	assert_int_equal(search_case(&people, &count, searcher, built.arena, built.folder, 0,
			     STR_LIT("R-12"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(search_case(&people, &count, searcher, built.arena, built.folder, 0,
			     STR_LIT("R-215"), NULL),
	    STATUS_OK);
	assert_true(count > 0);
	assert_int_equal(search_case(&people, &count, searcher, built.arena, built.folder, 1,
			     STR_LIT("R-215"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 0);
	searcher_close(searcher);
	snapshot_free(snapshot);
}

static void
test_an_open_searcher_keeps_its_generation(void **state)
{
	struct snapshot *before, *after;
	struct searcher *old, *new;
	bool stale = false;

	(void)state;
	load_full(0, 40);
	before = load_snapshot();
	old = open_searcher(before);
	assert_int_equal(snapshot_is_stale(&stale, before, built.data, NULL), STATUS_OK);
	assert_false(stale);
	for (int i = 0; i < GENERATIONS_KEPT + 1; i++)
		load_full(1000, 40); /* the old generation's files are gone after these */
	assert_int_equal(snapshot_is_stale(&stale, before, built.data, NULL), STATUS_OK);
	assert_true(stale);
	after = load_snapshot();
	new = open_searcher(after);
	check_question(new, &on_file[5].features, 0);
	searcher_close(new);
	on_file_count = 0;
	for (uint64_t i = 0; i < 40; i++)
		add_case(NULL, i, i);
	for (size_t i = 0; i < on_file_count; i += 5)
		check_question(old, &on_file[i].features, 2);
	/* A searcher opened now on the old snapshot is told that it is too late. */
	assert_int_equal(searcher_open(&new, before, built.model, built.lexicon, NULL), STATUS_OK);
	assert_non_null(searcher_fault(new, 0));
	assert_int_equal(searcher_fault(new, 0)->status, STATUS_STALE);
	assert_null(searcher_fault(old, 0));
	searcher_close(new);
	searcher_close(old);
	snapshot_free(before);
	snapshot_free(after);
}

/* An export may give one person of a case twice: once in the answer, with the better weight. */
static void
test_a_person_given_twice_is_one_candidate(void **state)
{
	static struct load load;
	struct arena *arena = arena_new(0);
	struct person_name good = { .kind = NAME_CURRENT,
		.forenames = STR_LIT("Perpetua"),
		.surname = STR_LIT("Quillfeather") };
	struct person_name poor = { .kind = NAME_CURRENT, .forenames = STR_LIT("Perpetua") };
	struct person person = { .id = STR_LIT("P1"), .names = &poor, .name_count = 1 };
	struct case_header header = { .system = STR_LIT("ctac"),
		.record_id = STR_LIT("R1"),
		.opened = DAY_NONE,
		.closed = DAY_NONE };
	struct snapshot *snapshot;
	struct searcher *searcher;
	struct search_result result;
	struct features query;

	(void)state;
	load_begin(&load, &built, "ctac", false);
	load_add(&load, &header, &person);
	person.names = &good;
	load_add(&load, &header, &person);
	person.id = STR_LIT("P2");
	load_add(&load, &header, &person);
	load_publish(&load, 3);
	snapshot = load_snapshot();
	searcher = open_searcher(snapshot);
	assert_int_equal(
	    features_make(&query, arena, built.folder, built.lexicon, &person, NULL), STATUS_OK);
	assert_int_equal(
	    search_person(&result, searcher, arena, built.folder, &query, 0, NULL), STATUS_OK);
	assert_int_equal(result.count, 2);
	assert_true(str_eq_text(result.candidates[0].person.id, "P1"));
	assert_true(str_eq_text(result.candidates[1].person.id, "P2"));
	assert_true(
	    result.candidates[0].score.match_weight >= result.candidates[1].score.match_weight &&
	    result.candidates[0].score.match_weight <= result.candidates[1].score.match_weight);
	searcher_close(searcher);
	snapshot_free(snapshot);
	arena_free(arena);
}

static void
test_nothing_loaded_is_searched_in_vain(void **state)
{
	struct snapshot *snapshot = load_snapshot();
	struct searcher *searcher = open_searcher(snapshot);
	struct search_result result;
	struct corpus_query query;
	struct features features;

	(void)state;
	assert_true(snapshot_people(snapshot) == 0);
	assert_int_equal(
	    corpus_query(&query, built.arena, SEED, 1, 1, &corpus_shares_none), STATUS_OK);
	assert_int_equal(
	    features_make(&features, built.arena, built.folder, built.lexicon, &query.person, NULL),
	    STATUS_OK);
	assert_int_equal(
	    search_person(&result, searcher, built.arena, built.folder, &features, 0, NULL),
	    STATUS_OK);
	assert_int_equal(result.count, 0);
	assert_false(result.capped);
	assert_true(result.best_bits > 20);
	searcher_close(searcher);
	snapshot_free(snapshot);
}

int
main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(test_deltas_change_add_and_remove),
		FRESH(test_a_removed_case_is_not_found_by_its_id),
		FRESH(test_an_open_searcher_keeps_its_generation),
		FRESH(test_a_person_given_twice_is_one_candidate),
		FRESH(test_nothing_loaded_is_searched_in_vain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
