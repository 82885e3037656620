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

#include <math.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PEOPLE 2000u
#define SCALE 4u
#else
#define PEOPLE 20000u
#define SCALE 1u
#endif
#define SEED 20261123u

struct known { /* a person on file, as the oracle knows them */
	size_t system;
	struct str record_id;
	struct str person_id;
	struct person person;
	struct features features;
	double weight; /* for the question at hand */
};

static struct built built;
static struct known *known;
static size_t known_count, foreign_first;
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
	one->person = copy;
	assert_int_equal(
	    features_make(&one->features, built.arena, built.folder, built.lexicon, &copy, NULL),
	    STATUS_OK);
}

/* People whose names were not written in Latin letters, and how an asker may spell them. */
static const struct {
	const char *forenames, *surname, *full, *asked_forenames, *asked_surname;
} foreign[] = {
	{ "\xd0\x94\xd0\xb6\xd0\xbe\xd1\x80\xd0\xb4\xd0\xb6",
	    "\xd0\xa3\xd0\xb8\xd0\xbb\xd1\x81\xd0\xbe\xd0\xbd", "", "George", "Wilson" },
	{ "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", "\xd8\xb4\xd9\x88\xd8\xaf\xd8\xb1\xd9\x8a", "",
	    "Mohammed", "Chowdhury" },
	{ "", "", "\xd7\x99\xd7\xa6\xd7\x97\xd7\xa7 \xd7\x9b\xd7\x94\xd7\x9f", "Yitzchak",
	    "Cohen" },
	{ "", "", "\xea\xb9\x80\xec\xb2\xa0\xec\x88\x98", "Chulsoo", "Kim" },
	{ "\xe7\xbd\x97\xe4\xbc\xaf\xe7\x89\xb9", "\xe9\xa9\xac\xe4\xb8\x81", "", "Robert",
	    "Martin" },
	{ "\xd0\x98.", "Smith", "", "I", "Smith" },
};

static struct person
foreign_person(struct person_name *name, size_t i, bool asked)
{
	*name = (struct person_name){ .kind = NAME_CURRENT };
	if (asked) {
		name->forenames = str_from(foreign[i].asked_forenames);
		name->surname = str_from(foreign[i].asked_surname);
	} else {
		name->forenames = str_from(foreign[i].forenames);
		name->surname = str_from(foreign[i].surname);
		name->full = str_from(foreign[i].full);
	}
	return (struct person){ .id = STR_LIT("child1"), .names = name, .name_count = 1 };
}

static void
add_foreign(struct load *load)
{
	foreign_first = known_count;
	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
		char id[] = "FOREIGN-0";
		const struct case_header header = { .system = str_from(systems[0]),
			.record_id = { id, sizeof id - 1 },
			.opened = DAY_NONE,
			.closed = DAY_NONE };
		struct person_name name;
		struct person person = foreign_person(&name, i, false);

		id[sizeof id - 2] = (char)('0' + i);
		remember(0, &header, &person);
		load_add(load, &header, &person);
	}
}

static struct built_pair pair;

static void
open_searcher(void)
{
	struct err err = ERR_NONE;

	built_ok(snapshot_load(&snapshot, built.data, systems, CORPUS_SYSTEM_COUNT, &err), &err);
	built_ok(searcher_open(&searcher, snapshot, built.model, built.lexicon, &err), &err);
	built_take_pair(&pair, searcher); /* other tests search in one thread */
}

static int
set_up(void **state)
{
	static struct load loads[CORPUS_SYSTEM_COUNT];
	struct arena *arena = arena_new(0);

	(void)state;
	built_init(&built);
	known = mem_zero(
	    PEOPLE + CORPUS_PEOPLE_MAX + sizeof foreign / sizeof foreign[0], sizeof *known);
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
	add_foreign(&loads[0]);
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
	built_free_pair(&pair);
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
	const struct scorer *scorer = scorer_for(searcher, query);
	double best = -1e9;

	for (size_t i = 0; i < known_count; i++) {
		struct score score;

		score_people(&score, scorer, query, &known[i].features);
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
	const struct scorer *scorer = scorer_for(searcher, query);
	struct arena *arena = arena_new(0);
	struct term_plan plan;
	struct score score;

	assert_int_equal(terms_of_query(&plan, arena, scorer, snapshot_vocabulary(snapshot), NULL,
			     query, 0, NULL),
	    STATUS_OK);
	score_people(&score, scorer, query, &one->features);
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

/* What a signature and the plan promise a record at most: its match weight, and its family weight
 * less what relatives are likelier than the person. */
static double
signature_bound(const struct term_plan *plan, const struct scorer *scorer,
    const struct features *query, const struct known *one, struct arena *arena)
{
	static struct signature_births *births;
	const struct signature_floors none = { -1e9, -1e9 };
	const struct signature_query *asked;
	struct signature_known known_bits = { 0, 0, 0 };
	struct carried carried = { .plan = plan };
	struct signature_weight weight;
	struct signature signature;
	double bits = 0;

	if (births == NULL)
		assert_int_equal(signature_births_new(&births, NULL), STATUS_OK);
	signature_births_clear(births);
	assert_int_equal(
	    terms_of_record(&one->features, arena, add_carried, &carried, NULL), STATUS_OK);
	for (size_t g = 0; g < TERM_GROUPS_MAX; g++)
		*(g < TERM_GROUP_BIRTH	    ? &known_bits.names
		    : g == TERM_GROUP_BIRTH ? &known_bits.birth
					    : &known_bits.fixed) += carried.best[g];
	signature_make(&signature, &one->features);
	assert_int_equal(
	    signature_query_make(&asked, arena, plan, scorer, query, &none, NULL), STATUS_OK);
	assert_true(signature_weigh(&weight, asked, births, &signature, &known_bits));
	assert_true(signature_can_reach(&bits, asked, &signature, &weight, known_bits.fixed,
	    carried.best[TERM_GROUP_ADDRESS] > 0));
	return bits;
}

/* Returns by how much it is less than the plan's own bound. */
static double
hold_signature(const struct term_plan *plan, const struct scorer *scorer,
    const struct features *query, const struct known *one, const struct score *score,
    struct arena *arena)
{
	double bits = signature_bound(plan, scorer, query, one, arena);
	double most = scorer->prior + plan->free_bits + bits;
	struct kinship kin;

	relation_of(&kin, scorer, score, query, &one->features);
	if (score->match_weight > most + 1e-9) {
		explain_miss(query, one);
		fail_msg("a signature allows %g", most);
	}
	/* Who lives together has 0 at the least, and is wanted whatever they weigh. */
	if (kin.relation == RELATION_NAMESAKE)
		assert_true(kin.bits <= most + 1e-9);
	else if (kin.relation != RELATION_NONE && kin.bits > 0)
		assert_true(
		    kin.bits <= scorer->prior + relation_prior_gain(scorer->model) + bits + 1e-9);
	return bound_of(plan, one, arena) - most;
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
check_candidate(const struct candidate *candidate, const struct known *one)
{
	assert_int_equal(candidate->system, one->system);
	assert_true(str_eq(candidate->header.record_id, one->record_id));
	assert_true(str_eq(candidate->person.id, one->person_id));
	assert_true(candidate->score.match_weight >= one->weight &&
		    candidate->score.match_weight <= one->weight);
}

/* More documents than are looked at: the answer says so, and what it has is right. */
static void
check_capped(const struct search_result *result, double floor)
{
	assert_int_equal(result->scored, CANDIDATES_MAX);
	for (size_t i = 0; i < result->count; i++) {
		assert_true(result->candidates[i].score.match_weight >= floor);
		for (size_t k = 0; k < known_count; k++)
			if (known[k].system == result->candidates[i].system &&
			    str_eq(known[k].record_id, result->candidates[i].header.record_id) &&
			    str_eq(known[k].person_id, result->candidates[i].person.id))
				check_candidate(&result->candidates[i], &known[k]);
	}
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
	if (result.capped) {
		check_capped(&result, floor);
	} else {
		for (size_t i = 0; i < count; i++)
			if (!is_among(&result, expected[i])) {
				explain_miss(query, expected[i]);
				fail_msg("%s", "a person at the floor is missing");
			}
		assert_int_equal(result.count, count);
	}
	for (size_t i = 0; i < result.count && !result.capped; i++)
		check_candidate(&result.candidates[i], expected[i]);
	mem_free(expected);
	arena_free(arena);
}

static void
ask(const struct person *person, const double *floors, size_t floor_count)
{
	struct arena *arena = arena_new(0);
	struct features query;
	double best;

	assert_int_equal(
	    features_make(&query, arena, built.folder, built.lexicon, person, NULL), STATUS_OK);
	best = score_all(&query);
	for (size_t i = 0; i < floor_count; i++)
		check_at(&query, floors[i], best);
	arena_free(arena);
}

static const double usual_floors[] = { 5, 0, 12 };

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
ask_corpus(unsigned count, uint64_t salt, const struct corpus_shares *shares)
{
	struct arena *arena = arena_new(0);

	for (uint64_t n = 0; n < count; n++) {
		struct corpus_query query;

		arena_reset(arena);
		assert_int_equal(
		    corpus_query(&query, arena, SEED, (salt + n * 7919) % records, n, shares),
		    STATUS_OK);
		ask(&query.person, usual_floors, 3);
	}
	arena_free(arena);
}

static void
test_typical_questions_get_exactly_what_scoring_everyone_gives(void **state)
{
	(void)state;
	ask_corpus(60 / SCALE, 0, &corpus_shares_typical);
	report("typical", 0);
}

/* Every kind of damage at once, and often. */
static void
test_questions_full_of_faults_get_exactly_the_same(void **state)
{
	struct corpus_shares shares;

	(void)state;
	for (size_t i = 0; i < CORPUS_DAMAGE_COUNT; i++)
		shares.per_mille[i] = 250;
	ask_corpus(40 / SCALE, 17, &shares);
	report("full of faults", 5);
}

static void
test_questions_about_absent_people_get_exactly_the_same(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (uint64_t n = 0; n < 12 / SCALE; n++) {
		struct corpus_query query;

		arena_reset(arena);
		assert_int_equal(
		    corpus_query_absent(&query, arena, SEED, n, &corpus_shares_typical), STATUS_OK);
		ask(&query.person, usual_floors, 3);
	}
	report("absent", 0);
	arena_free(arena);
}

/* Each of the 127 mixes of fields given and left out, of a person who has most of them. */
static void
test_every_mix_of_fields_gets_exactly_the_same(void **state)
{
	static const double floors[] = { 5, -2 };
	size_t at = 0;

	(void)state;
	for (unsigned mix = 1; mix < 128; mix += SCALE) {
		struct person person;

		do
			at = (at + 4973) % known_count;
		while (known[at].person.birth_count == 0 || known[at].person.address_count == 0 ||
		       known[at].person.name_count == 0 || known[at].person.phone_count == 0);
		person = known[at].person;
		person.name_count = (mix & 1) != 0 ? person.name_count : 0;
		person.birth_count = (mix & 2) != 0 ? person.birth_count : 0;
		person.address_count = (mix & 4) != 0 ? person.address_count : 0;
		person.phone_count = (mix & 8) != 0 ? person.phone_count : 0;
		person.email_count = (mix & 16) != 0 ? person.email_count : 0;
		person.identifier_count = (mix & 32) != 0 ? person.identifier_count : 0;
		person.sex = (mix & 64) != 0 ? person.sex : SEX_UNKNOWN;
		ask(&person, floors, 2);
	}
	report("every mix", 20);
}

static void
ask_words(const char *forenames, const char *surname, const char *full, const char *birth)
{
	static const double floors[] = { 5, -3 };
	struct person_name name = { NAME_CURRENT, str_from(forenames), str_from(surname),
		str_from(full) };
	struct person person = { .names = &name, .name_count = 1 };
	struct birth born;

	if (birth[0] != '\0') {
		assert_int_equal(birth_parse(&born, str_from(birth), NULL), STATUS_OK);
		person.births = &born;
		person.birth_count = 1;
	}
	ask(&person, floors, 2);
}

/* The edges: single letters, one word twice, the same word in both parts, spans of all widths. */
static void
test_odd_questions_get_exactly_the_same(void **state)
{
	static const char *const words[][4] = {
		{ "J", "S", "", "2009" },
		{ "J", "", "", "" },
		{ "A A", "A", "", "2010-01-01" },
		{ "Ali Ali", "Ali", "", "2011-03" },
		{ "", "", "Mary Mary Mary", "2008..2011" },
		{ "Anne Marie", "Smith-Jones", "", "2012-02-02" },
		{ "Mary-Anne", "O'Brien", "", "age 7 at 2016-01-31" },
		{ "Mohammed", "", "", "age about 9 at 2019-06-30" },
		{ "", "Jones", "", "2003..2008" },
		{ "", "Jones", "", "2003..2009" },
		{ "Kate", "", "", "2014-12-01" },
		{ "", "", "Jones David", "2013-05-05" },
		{ "", "", "j d", "" },
		{ "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft", "", "",
		    "" },
		{ "Ann", "", "", "2015-01-01..2015-01-01" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		ask_words(words[i][0], words[i][1], words[i][2], words[i][3]);
	report("odd", 15);
}

/* Asked in Latin letters and in their own; each has its record among the answers. */
static void
test_names_in_other_scripts_get_exactly_the_same(void **state)
{
	static const double floors[] = { 5, -3 };

	(void)state;
	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
		struct person_name name;
		struct person person = foreign_person(&name, i, true);

		ask(&person, floors, 2);
		assert_true(known[foreign_first + i].weight - searcher_scorer(searcher)->prior > 8);
		person = foreign_person(&name, i, false);
		ask(&person, floors, 2);
	}
	report("other scripts", 8);
}

/* Two names and two dates: terms of one field are alternatives. */
static void
test_questions_with_several_values_get_exactly_the_same(void **state)
{
	(void)state;
	for (size_t n = 0; n < 8 / SCALE; n++) {
		const struct person *a = &known[n * 977 % known_count].person;
		const struct person *b = &known[(n * 977 + 500) % known_count].person;
		struct person_name names[2];
		struct birth births[2];
		struct person_address addresses[2];
		struct person person = { .names = names, .births = births, .addresses = addresses };

		for (int i = 0; i < 2; i++) {
			const struct person *one = i == 0 ? a : b;

			if (one->name_count > 0)
				names[person.name_count++] = one->names[0];
			if (one->birth_count > 0)
				births[person.birth_count++] = one->births[0];
			if (one->address_count > 0)
				addresses[person.address_count++] = one->addresses[0];
		}
		ask(&person, usual_floors, 3);
	}
	report("several values", 2);
}

/* At a floor that everyone reaches, the cap is reported and the best bounds are what is scored. */
static void
test_more_than_the_cap_is_reported(void **state)
{
	static const double floors[] = { -60 };

	(void)state;
	ask(&known[3].person, floors, 1);
	assert_int_equal(tally.capped, 1);
	assert_int_equal(tally.found, CANDIDATES_MAX);
	report("capped", 1);
}

/* --- The bound itself ------------------------------------------------------------------------ */
static void
test_the_plan_bounds_every_score_from_above(void **state)
{
	struct arena *arena = arena_new(0);
	double slack = 0, tighter = 0;
	size_t held = 0;
	size_t near = 0;

	(void)state;
	for (uint64_t n = 0; n < 20 / SCALE; n++) {
		const struct scorer *scorer;
		struct corpus_query query;
		struct features asked;
		struct term_plan plan;
		struct arena *kept = arena_new(0);

		assert_int_equal(
		    corpus_query(&query, kept, SEED, n * 31 % records, n, &corpus_shares_typical),
		    STATUS_OK);
		assert_int_equal(
		    features_make(&asked, kept, built.folder, built.lexicon, &query.person, NULL),
		    STATUS_OK);
		assert_int_equal(terms_of_query(&plan, kept, scorer_for(searcher, &asked),
				     snapshot_vocabulary(snapshot), NULL, &asked, 0, NULL),
		    STATUS_OK);
		scorer = scorer_for(searcher, &asked);
		for (size_t i = n % 7; i < known_count; i += 7) {
			struct score score;
			double bound;

			arena_reset(arena);
			score_people(&score, scorer, &asked, &known[i].features);
			bound = bound_of(&plan, &known[i], arena);
			assert_true(score.match_weight <= bound + 1e-9);
			assert_true(bound <= plan.best_bits + 1e-9);
			tighter += hold_signature(&plan, scorer, &asked, &known[i], &score, arena);
			held++;
			if (score.match_weight < 0)
				continue;
			near++;
			slack += bound - score.match_weight;
		}
		arena_free(kept);
	}
	assert_true(near > 0);
	print_message("slack of the bound at weights over 0: %.2f bits\n", slack / (double)near);
	print_message("signatures: %.2f bits less\n", tighter / (double)held);
	assert_true(tighter > 0);
	arena_free(arena);
}

/* --- Asked again with more ------------------------------------------------------------------- */
/* The most that the record may gain by what the plan has more. */
static double
gain_of(const struct term_plan *plan, const struct known *one, struct arena *arena)
{
	struct term_weight *gains = arena_alloc(arena, plan->count, sizeof *gains);
	struct term_plan by_gain = *plan;
	struct carried carried = { .plan = &by_gain };
	double gain = 0;

	assert_non_null(gains);
	for (size_t i = 0; i < plan->count; i++) {
		gains[i] = plan->terms[i];
		gains[i].bits = plan->terms[i].gain;
	}
	by_gain.terms = gains;
	assert_int_equal(
	    terms_of_record(&one->features, arena, add_carried, &carried, NULL), STATUS_OK);
	for (size_t g = 0; g < TERM_GROUPS_MAX; g++)
		gain += carried.best[g];
	return gain;
}

/* What spoke against the record may be taken back by what adds nothing: by a birth that is too wide
 * to be compared, or a name that does not say which part of it is which. */
static double
taken_back(const struct score *before)
{
	const struct model *model = searcher_scorer(searcher)->model;
	double most = -model->token[PART_FORENAME][TOKEN_NONE].bits -
		      model->token[PART_SURNAME][TOKEN_NONE].bits;

	for (int i = COMPARISON_NAME + 1; i < COMPARISON_COUNT; i++)
		most -= fmin(0, before->line[i].bits);
	return most;
}

struct more {
	struct features told, both;
	struct arena *arena;
};

/* The nth question, and what it and a record tell together: its own, or, of every third, some
 * other. */
static void
make_more(struct more *out, struct arena *arena, uint64_t n)
{
	const struct known *record = &known[n * 7919 % known_count];
	struct corpus_query query;

	arena_reset(arena);
	out->arena = arena;
	assert_int_equal(
	    corpus_query(&query, arena, SEED, n * 31 % records, n, &corpus_shares_typical),
	    STATUS_OK);
	assert_int_equal(
	    features_make(&out->told, arena, built.folder, built.lexicon, &query.person, NULL),
	    STATUS_OK);
	if (n % 3 != 0) {
		(void)score_all(&out->told);
		for (size_t i = 0; i < known_count; i++)
			if (known[i].weight > record->weight)
				record = &known[i];
	}
	assert_int_equal(
	    features_unite(&out->both, arena, &out->told, &record->features, NULL), STATUS_OK);
}

static void
test_a_gain_bounds_what_more_adds(void **state)
{
	struct arena *arena = arena_new(0), *scratch = arena_new(0);
	size_t odd = 0, gained = 0, held = 0;

	(void)state;
	for (uint64_t n = 0; n < 20 / SCALE; n++) {
		struct term_plan plan;
		struct more more;
		double sex;

		make_more(&more, arena, n);
		assert_int_equal(
		    terms_of_more(&plan, arena, scorer_for(searcher, &more.both),
			snapshot_vocabulary(snapshot), NULL, &more.both, &more.told, NULL),
		    STATUS_OK);
		sex = more.told.sex == SEX_UNKNOWN ? plan.free_bits : 0;
		for (size_t i = n % 5; i < known_count; i += 5) {
			struct score before, now;
			double gain, most;

			arena_reset(scratch);
			score_people(&before, scorer_for(searcher, &more.told), &more.told,
			    &known[i].features);
			score_people(
			    &now, scorer_for(searcher, &more.both), &more.both, &known[i].features);
			gain = now.match_weight - before.match_weight;
			most = sex + gain_of(&plan, &known[i], scratch);
			held++;
			gained += gain > 5 && now.match_weight >= 0;
			assert_true(gain <= most + taken_back(&before) + 1e-9);
			odd += now.match_weight >= 0 && gain > 5 && gain > most + 1e-9;
		}
	}
	print_message("%zu of %zu gain 5 bits and reach 0; %zu by what spoke against them alone\n",
	    gained, held, odd);
	assert_true(gained > 0 && odd * 100 < gained);
	arena_free(scratch);
	arena_free(arena);
}

/* Returns how many were not found by what was told. */
static size_t
check_more(const struct more *more, size_t *odd)
{
	struct search_known before = { .told = &more->told, .told_floor = -5 };
	struct search_result told, all, found;
	const struct candidate **list;
	size_t at = 0, known_at = 0;

	assert_int_equal(search_person(&told, searcher, more->arena, built.folder, &more->told,
			     before.told_floor, NULL),
	    STATUS_OK);
	assert_int_equal(
	    search_person(&all, searcher, more->arena, built.folder, &more->both, 0, NULL),
	    STATUS_OK);
	list = arena_alloc(more->arena, told.count, sizeof *list);
	assert_non_null(list);
	for (size_t i = 0; i < told.count; i++)
		list[i] = &told.candidates[i];
	before.known = list;
	before.known_count = told.count;
	assert_int_equal(search_person_more(&found, searcher, more->arena, built.folder,
			     &more->both, &before, 0, NULL),
	    STATUS_OK);
	for (size_t i = 0; i < all.count; i++) {
		const struct candidate *one = &all.candidates[i];
		struct score score;

		for (size_t k = 0; k < told.count; k++)
			known_at += candidate_same_person(&told.candidates[k], one);
		if (at < found.count && candidate_same_person(&found.candidates[at], one)) {
			assert_true(fabs(found.candidates[at++].score.match_weight -
					 one->score.match_weight) < 1e-9);
			continue;
		}
		score_people(
		    &score, scorer_for(searcher, &more->told), &more->told, &one->features);
		assert_true(one->score.match_weight - score.match_weight <= taken_back(&score));
		(*odd)++;
	}
	assert_int_equal(at, found.count);
	return found.count - known_at;
}

static void
test_asking_for_more_finds_who_gains(void **state)
{
	struct arena *arena = arena_new(0);
	size_t new = 0, odd = 0;

	(void)state;
	for (uint64_t n = 0; n < 60 / SCALE; n++) {
		struct more more;

		make_more(&more, arena, n);
		new += check_more(&more, &odd);
	}
	print_message("found besides: %zu; missed beyond the bound: %zu\n", new, odd);
	assert_true(new > 0);
	arena_free(arena);
}

/* --- Values typed a little otherwise -----------------------------------------------------------
 */
static uint64_t slips = 7;

static uint64_t
slip(uint64_t sides)
{
	slips = slips * 6364136223846793005u + 1442695040888963407u;
	return (slips >> 33) % sides;
}

/* One letter or digit dropped, doubled, exchanged with the next, or a blank put in. */
static struct str
mistyped(struct arena *arena, struct str text)
{
	char *p = arena_alloc(arena, text.n + 2, 1);
	size_t at, n = text.n;

	assert_non_null(p);
	memcpy(p, text.p, n);
	if (n < 4)
		return (struct str){ p, n };
	at = slip(n - 1);
	switch (slip(4)) {
	case 0:
		memmove(p + at, p + at + 1, n - at - 1);
		return (struct str){ p, n - 1 };
	case 1:
		memmove(p + at + 1, p + at, n - at);
		return (struct str){ p, n + 1 };
	case 2:
		p[at] = text.p[at + 1];
		p[at + 1] = text.p[at];
		return (struct str){ p, n };
	default:
		memmove(p + at + 1, p + at, n - at);
		p[at] = ' ';
		return (struct str){ p, n + 1 };
	}
}

static void
mistype(struct person *out, struct arena *arena, const struct person *from)
{
	struct person_address *addresses =
	    arena_alloc(arena, from->address_count, sizeof *addresses);
	struct str *phones = arena_alloc(arena, from->phone_count, sizeof *phones);
	struct str *emails = arena_alloc(arena, from->email_count, sizeof *emails);
	struct birth *births = arena_alloc(arena, from->birth_count, sizeof *births);

	*out = *from;
	for (size_t i = 0; i < from->address_count; i++) {
		addresses[i] = from->addresses[i];
		addresses[i].postcode = STR_NONE;
		addresses[i].text = mistyped(arena, from->addresses[i].text);
		if (slip(2) == 0)
			addresses[i].town = mistyped(arena, from->addresses[i].town);
	}
	for (size_t i = 0; i < from->phone_count; i++)
		phones[i] = mistyped(arena, from->phones[i]);
	for (size_t i = 0; i < from->email_count; i++)
		emails[i] = mistyped(arena, from->emails[i]);
	for (size_t i = 0; i < from->birth_count; i++) {
		births[i] = from->births[i];
		if (births[i].first == births[i].last)
			births[i].first = births[i].last += (day_number)slip(70) - 35;
	}
	out->addresses = addresses;
	out->phones = phones;
	out->emails = emails;
	out->births = births;
}

/* Each level for slips is reached, and what it adds is bounded by the terms. */
static void
test_mistyped_values_are_bounded(void **state)
{
	struct arena *arena = arena_new(0);
	size_t closes = 0, streets = 0, phones = 0, emails = 0;

	(void)state;
	for (size_t i = 0; i < known_count; i += 5) {
		static const char *const mails[] = { "ada.quill@example.org", "bo@example.org",
			"una-marsh@mail.example" };
		struct feature_contact mail = { str_from(mails[i % 3]), 0 }, typed = mail;
		struct known one = known[i];
		struct person asked;
		struct features query;
		struct term_plan plan;
		struct score score;

		arena_reset(arena);
		mistype(&asked, arena, &known[i].person);
		asked.names = NULL; /* the names' bound is loose and would hide a shortfall */
		asked.name_count = 0;
		assert_int_equal(
		    features_make(&query, arena, built.folder, built.lexicon, &asked, NULL),
		    STATUS_OK);
		/* nobody of the corpus has an e-mail */
		typed.value = mistyped(arena, mail.value);
		one.features.emails = &mail;
		query.emails = &typed;
		one.features.email_count = query.email_count = 1;
		assert_int_equal(terms_of_query(&plan, arena, searcher_scorer(searcher),
				     snapshot_vocabulary(snapshot), NULL, &query, 0, NULL),
		    STATUS_OK);
		score_people(&score, searcher_scorer(searcher), &query, &one.features);
		closes += score.line[COMPARISON_BIRTH].level == BIRTH_LEVEL_CLOSE;
		streets += score.line[COMPARISON_ADDRESS].level == ADDRESS_NUMBER_STREET_NEAR;
		phones += score.line[COMPARISON_PHONE].level == CONTACT_NEAR;
		emails += score.line[COMPARISON_EMAIL].level == CONTACT_NEAR;
		(void)hold_signature(&plan, searcher_scorer(searcher), &query, &one, &score, arena);
		if (score.match_weight > bound_of(&plan, &one, arena) + 1e-9) {
			explain_miss(&query, &one);
			fail_msg("%s", "the bound falls short");
		}
	}
	print_message("near: %zu dates, %zu streets, %zu phones, %zu e-mails\n", closes, streets,
	    phones, emails);
	assert_true(closes > 0 && streets > 0 && phones > 0 && emails > 0);
	arena_free(arena);
}

static void
test_mistyped_questions_get_exactly_the_same(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t n = 0; n < 60 / SCALE; n++) {
		struct person asked;

		arena_reset(arena);
		mistype(&asked, arena, &known[n * 1013 % known_count].person);
		ask(&asked, usual_floors, 3);
	}
	report("mistyped", 3);
	arena_free(arena);
}

/* Found or not, a record is explained with the score and bound that a search goes by. */
static void
check_why(const struct features *asked, const struct term_plan *plan, const struct known *one,
    struct arena *arena)
{
	struct search_why why;
	struct score score;

	score_people(&score, scorer_for(searcher, asked), asked, &one->features);
	assert_int_equal(search_why(&why, searcher, arena, built.folder, asked, 5, INFINITY,
			     one->system, one->record_id, NULL),
	    STATUS_OK);
	assert_false(why.superseded);
	for (size_t i = 0; i < why.count; i++)
		if (str_eq(why.people[i].person.id, one->person_id)) {
			assert_true(
			    fabs(why.people[i].score.match_weight - score.match_weight) < 1e-9);
			assert_true(why.bounds[i] >= score.match_weight - 1e-9);
			assert_true(why.bounds[i] <= bound_of(plan, one, arena) + 1e-9);
			return;
		}
	fail();
}

static void
test_any_record_is_explained_with_its_score_and_bound(void **state)
{
	struct arena *arena = arena_new(0), *kept = arena_new(0);
	struct search_why why;

	(void)state;
	for (uint64_t n = 0; n < 12 / SCALE; n++) {
		struct corpus_query query;
		struct features asked;
		struct term_plan plan;

		arena_reset(kept);
		assert_int_equal(
		    corpus_query(&query, kept, SEED, n * 37 % records, n, &corpus_shares_typical),
		    STATUS_OK);
		assert_int_equal(
		    features_make(&asked, kept, built.folder, built.lexicon, &query.person, NULL),
		    STATUS_OK);
		assert_int_equal(terms_of_query(&plan, kept, scorer_for(searcher, &asked),
				     snapshot_vocabulary(snapshot), NULL, &asked, 0, NULL),
		    STATUS_OK);
		for (size_t i = n % 101; i < known_count; i += 101) {
			arena_reset(arena);
			check_why(&asked, &plan, &known[i], arena);
		}
		assert_int_equal(search_why(&why, searcher, arena, built.folder, &asked, 5,
				     INFINITY, known[0].system, STR_LIT("no such record"), NULL),
		    STATUS_OK);
		assert_int_equal(why.count, 0);
	}
	arena_free(kept);
	arena_free(arena);
}

/* --- Relatives ------------------------------------------------------------------------------- */
static bool
is_in(const struct search_result *result, const struct known *one)
{
	for (size_t i = 0; i < result->count; i++)
		if (result->candidates[i].system == one->system &&
		    str_eq(result->candidates[i].header.record_id, one->record_id) &&
		    str_eq(result->candidates[i].person.id, one->person_id))
			return true;
	return false;
}

/* As many are listed as scoring everyone gives, and each of them. */
static size_t
check_family(const struct features *asked, double floor, double family_floor, struct arena *arena)
{
	const struct scorer *scorer = scorer_for(searcher, asked);
	struct search_result result;
	size_t wanted = 0, relatives = 0;

	assert_int_equal(search_person_and_family(&result, searcher, arena, built.folder, asked,
			     floor, family_floor, NULL),
	    STATUS_OK);
	assert_false(result.capped || result.family_capped);
	for (size_t i = 0; i < known_count; i++) {
		struct score score;
		struct kinship kinship;
		bool related;

		score_people(&score, scorer, asked, &known[i].features);
		relation_of(&kinship, scorer, &score, asked, &known[i].features);
		related = kinship.relation != RELATION_NONE && kinship.bits >= family_floor;
		relatives += related;
		if (score.match_weight < floor && !related)
			continue;
		wanted++;
		if (!is_in(&result, &known[i]))
			explain_miss(asked, &known[i]);
		assert_true(is_in(&result, &known[i]));
	}
	assert_int_equal(result.count, wanted);
	return relatives;
}

static void
test_every_relative_at_the_family_floor_is_found(void **state)
{
	static const double floors[] = { -2, 0, 3 };
	struct arena *arena = arena_new(0);
	size_t relatives = 0;

	(void)state;
	for (uint64_t n = 0; n < 60 / SCALE; n++) {
		struct corpus_query query;
		struct features asked;
		double floor = floors[n % 3];

		arena_reset(arena);
		if (n % 4 == 0)
			assert_int_equal(
			    corpus_query_absent(&query, arena, SEED, n, &corpus_shares_typical),
			    STATUS_OK);
		else
			assert_int_equal(corpus_query(&query, arena, SEED, n * 37 % records, n,
					     &corpus_shares_typical),
			    STATUS_OK);
		assert_int_equal(
		    features_make(&asked, arena, built.folder, built.lexicon, &query.person, NULL),
		    STATUS_OK);
		relatives += check_family(&asked, 5, floor, arena);
	}
	assert_true(relatives > 0);
	print_message("relatives: %zu of %d questions\n", relatives, 60 / SCALE);
	arena_free(arena);
}

/* --- Case records, snapshots ----------------------------------------------------------------- */
static void
test_a_case_record_comes_back_whole(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < known_count; i += 997) {
		const struct candidate *people = NULL;
		size_t count = 0, expected = 0;

		assert_int_equal(search_case(&people, &count, searcher, arena, built.folder,
				     known[i].system, known[i].record_id, NULL),
		    STATUS_OK);
		for (size_t k = 0; k < known_count; k++)
			if (known[k].system == known[i].system &&
			    str_eq(known[k].record_id, known[i].record_id)) {
				assert_true(expected < count);
				assert_true(str_eq(people[expected].person.id, known[k].person_id));
				assert_int_equal(people[expected].system, known[i].system);
				expected++;
			}
		assert_int_equal(count, expected);
		assert_int_equal(
		    search_case(&people, &count, searcher, arena, built.folder,
			(known[i].system + 1) % CORPUS_SYSTEM_COUNT, known[i].record_id, NULL),
		    STATUS_OK);
		assert_int_equal(count, 0);
	}
	arena_free(arena);
}

static void
test_a_snapshot_counts_what_it_searches(void **state)
{
	uint64_t people = 0;
	bool stale = true;

	(void)state;
	assert_int_equal(snapshot_count(snapshot), CORPUS_SYSTEM_COUNT);
	for (size_t i = 0; i < CORPUS_SYSTEM_COUNT; i++) {
		assert_true(snapshot_system(snapshot, i)->loaded);
		assert_string_equal(snapshot_system(snapshot, i)->system, systems[i]);
		people += snapshot_system(snapshot, i)->manifest.people;
	}
	assert_true(people == known_count && snapshot_people(snapshot) == people);
	assert_int_equal(snapshot_is_stale(&stale, snapshot, built.data, NULL), STATUS_OK);
	assert_false(stale);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typical_questions_get_exactly_what_scoring_everyone_gives),
		cmocka_unit_test(test_questions_full_of_faults_get_exactly_the_same),
		cmocka_unit_test(test_questions_about_absent_people_get_exactly_the_same),
		cmocka_unit_test(test_every_mix_of_fields_gets_exactly_the_same),
		cmocka_unit_test(test_odd_questions_get_exactly_the_same),
		cmocka_unit_test(test_names_in_other_scripts_get_exactly_the_same),
		cmocka_unit_test(test_questions_with_several_values_get_exactly_the_same),
		cmocka_unit_test(test_more_than_the_cap_is_reported),
		cmocka_unit_test(test_the_plan_bounds_every_score_from_above),
		cmocka_unit_test(test_mistyped_values_are_bounded),
		cmocka_unit_test(test_mistyped_questions_get_exactly_the_same),
		cmocka_unit_test(test_a_gain_bounds_what_more_adds),
		cmocka_unit_test(test_asking_for_more_finds_who_gains),
		cmocka_unit_test(test_any_record_is_explained_with_its_score_and_bound),
		cmocka_unit_test(test_every_relative_at_the_family_floor_is_found),
		cmocka_unit_test(test_a_case_record_comes_back_whole),
		cmocka_unit_test(test_a_snapshot_counts_what_it_searches),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
