/*
 * oracle [PEOPLE [QUESTIONS [SEED]]]: is retrieval exact? (docs/matching.md, "Proof")
 *
 * Loads PEOPLE invented people (100,000) into five systems, then asks QUESTIONS (10) of each of the
 * 127 mixes of fields, at floors of -3, 0, 5 and 10 bits, and twice with relatives. Every answer is
 * held against a scan that scores everyone and knows nothing of terms, plans and lists: the same
 * people with the same weights in the same order, or, of an answer that says it was capped,
 * everyone whose weight is above the bound of the last one looked at. Records lack fields in every
 * mix too. Ends non-zero on any difference, and shows the first ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "tests/unit/index/built.h"

#include <math.h>
#include <time.h>

#define SHOWN_MAX 10 /* differences told in full */
#define MIXES 128u
#define SAME 1e-9	/* bits: sums of the same doubles in another order */
#define BOUND_SAMPLE 61 /* of this many people one has its bound held against its weight */

enum {
	HAS_NAME = 1,
	HAS_BIRTH = 2,
	HAS_ADDRESS = 4,
	HAS_PHONE = 8,
	HAS_EMAIL = 16,
	HAS_IDENTIFIER = 32,
	HAS_SEX = 64
};

static const double floors[] = { -3, 0, 5, 10 };
#define FLOORS (sizeof floors / sizeof floors[0])
/* Of matches and of relatives; the first as the shipped policy has them. */
static const double family_floors[][2] = { { -5, -1 }, { 8, -3 } };
#define FAMILY_FLOORS (sizeof family_floors / sizeof family_floors[0])

struct known { /* a person on file, as the scan knows them */
	size_t system;
	struct str record_id;
	struct str person_id;
	struct person person;
	struct features features;
	double weight; /* for the question at hand */
	double kin;    /* likewise: family weight, far below all floors if they are no relative */
	double bound;  /* likewise, where asked for */
};

static struct built built;
static struct known *known;
static size_t known_count;
static uint64_t records, seed = 20261125;
static struct snapshot *snapshot;
static struct searcher *searcher;
static struct built_pair pair;
static const char *systems[CORPUS_SYSTEM_COUNT];
static struct {
	size_t searches, capped, at_floor, found, scored, differences;
	size_t record_mixes[MIXES];
} tally;

/* splitmix64's finisher: a number well mixed. */
static uint64_t
mixed(uint64_t n)
{
	n += 0x9e3779b97f4a7c15u;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
	n = (n ^ n >> 27) * 0x94d049bb133111ebu;
	return n ^ n >> 31;
}

/* --- People on file -------------------------------------------------------------------------- */
static unsigned
fields_of(const struct person *person)
{
	return (person->name_count > 0 ? HAS_NAME : 0u) |
	       (person->birth_count > 0 ? HAS_BIRTH : 0u) |
	       (person->address_count > 0 ? HAS_ADDRESS : 0u) |
	       (person->phone_count > 0 ? HAS_PHONE : 0u) |
	       (person->email_count > 0 ? HAS_EMAIL : 0u) |
	       (person->identifier_count > 0 ? HAS_IDENTIFIER : 0u) |
	       (person->sex != SEX_UNKNOWN ? HAS_SEX : 0u);
}

static void
keep_fields(struct person *person, unsigned mix)
{
	person->name_count = (mix & HAS_NAME) != 0 ? person->name_count : 0;
	person->birth_count = (mix & HAS_BIRTH) != 0 ? person->birth_count : 0;
	person->address_count = (mix & HAS_ADDRESS) != 0 ? person->address_count : 0;
	person->phone_count = (mix & HAS_PHONE) != 0 ? person->phone_count : 0;
	person->email_count = (mix & HAS_EMAIL) != 0 ? person->email_count : 0;
	person->identifier_count = (mix & HAS_IDENTIFIER) != 0 ? person->identifier_count : 0;
	person->sex = (mix & HAS_SEX) != 0 ? person->sex : SEX_UNKNOWN;
}

/* The corpus has no e-mails: two in three get one, some of them a shared one. Every other person
 * then loses a mix of fields, so that records lack fields in every way. */
static void
vary(struct person *person, struct str *email, struct arena *arena)
{
	uint64_t n = mixed(seed ^ known_count);

	if (n % 3 != 0) {
		const char *text = arena_format(
		    arena, "box%u@example.org", (unsigned)(n >> 8) % (unsigned)(known_count + 9));

		assert_non_null(text);
		*email = str_from(text);
		person->emails = email;
		person->email_count = 1;
	}
	if ((n >> 40) % 2 == 0)
		keep_fields(person, (unsigned)(n >> 48) % MIXES);
}

static void
remember(size_t system, const struct case_header *header, const struct person *person)
{
	struct known *one = &known[known_count++];
	struct buf data = BUF_INIT;
	struct case_header back;
	struct str bytes;

	codec_encode(&data, header, person);
	assert_true(arena_copy(&bytes, built.arena, buf_str(&data)));
	buf_free(&data);
	built_ok(codec_decode(&back, &one->person, built.arena, bytes, NULL), NULL);
	one->system = system;
	one->record_id = back.record_id;
	one->person_id = one->person.id;
	built_ok(features_make(
		     &one->features, built.arena, built.folder, built.lexicon, &one->person, NULL),
	    NULL);
	tally.record_mixes[fields_of(&one->person)]++;
}

static void
load_record(struct load *loads, struct arena *arena)
{
	struct corpus_case made;

	arena_reset(arena);
	built_ok(corpus_record(&made, arena, seed, records++), NULL);
	for (size_t i = 0; i < made.record.people_count; i++) {
		struct person person = made.record.people[i];
		struct str email;

		vary(&person, &email, arena);
		remember(made.system, &made.record.header, &person);
		load_add(&loads[made.system], &made.record.header, &person);
	}
}

static void
load_people(size_t people)
{
	struct load *loads = mem_zero(CORPUS_SYSTEM_COUNT, sizeof *loads);
	struct arena *arena = arena_new(0);
	struct err err = ERR_NONE;

	known = mem_zero(people + CORPUS_PEOPLE_MAX, sizeof *known);
	assert_true(loads != NULL && arena != NULL && known != NULL);
	for (size_t s = 0; s < CORPUS_SYSTEM_COUNT; s++) {
		systems[s] = corpus_system_name((enum corpus_system)s);
		load_begin(&loads[s], &built, systems[s], false);
	}
	while (known_count < people)
		load_record(loads, arena);
	for (size_t s = 0; s < CORPUS_SYSTEM_COUNT; s++)
		load_publish(&loads[s], loads[s].people);
	arena_free(arena);
	mem_free(loads);
	built_ok(snapshot_load(&snapshot, built.data, systems, CORPUS_SYSTEM_COUNT, &err), &err);
	built_ok(searcher_open(&searcher, snapshot, built.model, built.lexicon, &err), &err);
	built_take_pair(&pair, searcher);
}

/* --- The scan -------------------------------------------------------------------------------- */
static void
score_everyone(const struct features *query)
{
	const struct scorer *scorer = scorer_for(searcher, query);

	for (size_t i = 0; i < known_count; i++) {
		struct score score;

		struct kinship kin;

		score_people(&score, scorer, query, &known[i].features);
		relation_of(&kin, scorer, &score, query, &known[i].features);
		known[i].weight = score.match_weight;
		known[i].kin = kin.relation == RELATION_NONE ? -1e9 : kin.bits;
	}
}

static int
by_person(const struct known *x, const struct known *y)
{
	int order;

	if (x->system != y->system)
		return x->system < y->system ? -1 : 1;
	order = str_cmp(x->record_id, y->record_id);
	return order != 0 ? order : str_cmp(x->person_id, y->person_id);
}

static int
by_weight(const void *a, const void *b)
{
	const struct known *x = *(const struct known *const *)a;
	const struct known *y = *(const struct known *const *)b;

	if (x->weight > y->weight)
		return -1;
	return x->weight < y->weight ? 1 : by_person(x, y);
}

/* Those at the floor, and relatives at theirs, best first; owned by the caller. */
static const struct known **
expected_at(size_t *count, double floor, double family_floor)
{
	const struct known **list = mem_zero(known_count + 1, sizeof *list);

	assert_non_null(list);
	*count = 0;
	for (size_t i = 0; i < known_count; i++)
		if (known[i].weight >= floor || known[i].kin >= family_floor)
			list[(*count)++] = &known[i];
	qsort(list, *count, sizeof *list, by_weight);
	return list;
}

/* --- Bounds: what the plan promises a record at most ----------------------------------------- */
struct bounds {
	struct arena *arena;
	struct arena *scratch;
	struct term_plan plan;
	struct term_weight *terms; /* of the plan, by term */
	double best[TERM_GROUPS_MAX];
};

static int
by_term(const void *a, const void *b)
{
	return str_cmp(
	    ((const struct term_weight *)a)->term, ((const struct term_weight *)b)->term);
}

static void
bounds_begin(struct bounds *bounds, const struct features *query)
{
	bounds->arena = arena_new(0);
	bounds->scratch = arena_new(0);
	assert_true(bounds->arena != NULL && bounds->scratch != NULL);
	built_ok(terms_of_query(&bounds->plan, bounds->arena, scorer_for(searcher, query),
		     snapshot_vocabulary(snapshot), NULL, query, 0, NULL),
	    NULL);
	bounds->terms = arena_alloc(bounds->arena, bounds->plan.count + 1, sizeof *bounds->terms);
	assert_non_null(bounds->terms);
	for (size_t i = 0; i < bounds->plan.count; i++)
		bounds->terms[i] = bounds->plan.terms[i];
	qsort(bounds->terms, bounds->plan.count, sizeof *bounds->terms, by_term);
}

static void
bounds_end(struct bounds *bounds)
{
	arena_free(bounds->arena);
	arena_free(bounds->scratch);
}

static void
note_carried(void *ctx, struct str term)
{
	struct bounds *bounds = ctx;
	size_t low = 0, high = bounds->plan.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(bounds->terms[middle].term, term) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < bounds->plan.count && str_eq(bounds->terms[low].term, term); low++) {
		const struct term_weight *one = &bounds->terms[low];

		if (one->bits > bounds->best[one->group])
			bounds->best[one->group] = one->bits;
	}
}

static double
bound_of(struct bounds *bounds, const struct known *one)
{
	double bound = searcher_scorer(searcher)->prior + bounds->plan.free_bits;

	arena_reset(bounds->scratch);
	memset(bounds->best, 0, sizeof bounds->best);
	built_ok(
	    terms_of_record(&one->features, bounds->scratch, note_carried, bounds, NULL), NULL);
	for (size_t g = 0; g < TERM_GROUPS_MAX; g++)
		bound += bounds->best[g];
	return bound;
}

/* --- Differences ----------------------------------------------------------------------------- */
struct question {
	const struct person *person;
	const struct features *query;
	struct bounds *bounds;
	unsigned mix;
	unsigned number;
};

static void
show_name(const char *what, const struct feature_name *name)
{
	printf("  %s:", what);
	for (size_t i = 0; name != NULL && i < name->count; i++)
		printf(" %.*s/%d", STR_ARG(name->tokens[i].text), (int)name->tokens[i].part);
	printf("\n");
}

static void
differs(const struct question *question, double floor, const struct known *one, const char *what)
{
	struct score score;

	if (tally.differences++ >= SHOWN_MAX)
		return;
	printf("DIFFERENCE %s: mix %u, question %u, floor %g\n", what, question->mix,
	    question->number, floor);
	if (one == NULL)
		return;
	score_people(
	    &score, scorer_for(searcher, question->query), question->query, &one->features);
	printf("  %s %.*s/%.*s: weight %.6f, bound %.6f\n", systems[one->system],
	    STR_ARG(one->record_id), STR_ARG(one->person_id), score.match_weight,
	    bound_of(question->bounds, one));
	for (int i = 0; i < COMPARISON_COUNT; i++)
		printf("  %s: level %d, %g bits\n", comparison_name((enum comparison)i),
		    score.line[i].level, score.line[i].bits);
	show_name("query", score.query_name);
	show_name("record", score.record_name);
}

static bool
is_same(const struct candidate *candidate, const struct known *one)
{
	return candidate->system == one->system &&
	       str_eq(candidate->header.record_id, one->record_id) &&
	       str_eq(candidate->person.id, one->person_id);
}

static bool
is_equal(double a, double b)
{
	return a >= b && a <= b;
}

/* Goes through both lists, which are in one order; missing and surplus ones are told. `least`: an
 * expected one whose weight is not above it may be missing. */
static void
hold(const struct question *question, double floor, const struct search_result *result,
    const struct known **expected, size_t count, double least)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		if (at < result->count && is_same(&result->candidates[at], expected[i])) {
			if (!is_equal(
				result->candidates[at].score.match_weight, expected[i]->weight))
				differs(question, floor, expected[i], "another weight");
			at++;
		} else if (expected[i]->weight > least) {
			differs(question, floor, expected[i], "missing or out of order");
		}
	}
	if (at < result->count)
		differs(question, floor, NULL, "people who do not belong");
}

static int
by_bound(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x > y ? -1 : x < y;
}

/* The bound of the last person looked at when CANDIDATES_MAX are; everyone's bound is set. */
static double
last_bound(const struct question *question, double floor)
{
	double *bounds = mem_zero(known_count, sizeof *bounds), last;
	size_t reach = 0;

	assert_non_null(bounds);
	for (size_t i = 0; i < known_count; i++) {
		known[i].bound = bounds[i] = bound_of(question->bounds, &known[i]);
		reach += bounds[i] >= floor - 1e-5;
	}
	if (reach <= CANDIDATES_MAX)
		differs(question, floor, NULL, "capped without cause");
	qsort(bounds, known_count, sizeof *bounds, by_bound);
	last = bounds[known_count < CANDIDATES_MAX ? known_count - 1 : CANDIDATES_MAX - 1];
	mem_free(bounds);
	return last;
}

/* Relatives fall to the cap like others, so a capped answer is held to its matches alone. */
static void
search_at(const struct question *question, double floor, double family_floor)
{
	struct arena *arena = arena_new(0);
	struct search_result result;
	struct err err = ERR_NONE;
	const struct known **expected;
	size_t count;
	double least = -1e9;

	assert_non_null(arena);
	built_ok(search_person_and_family(&result, searcher, arena, built.folder, question->query,
		     floor, family_floor, &err),
	    &err);
	expected = expected_at(&count, floor, family_floor);
	if (result.capped || result.family_capped) {
		least = result.least_bound + 1e-5;
		if (family_floor >= 1e9 && least > last_bound(question, floor) + 2e-5)
			differs(question, floor, NULL, "looked at fewer than the bounds allow");
	}
	if (count > 0 && expected[0]->weight > result.best_bits + SAME)
		differs(question, floor, expected[0], "more than the best possible");
	hold(question, floor, &result, expected, count, least);
	tally.searches++;
	tally.capped += result.capped || result.family_capped;
	tally.at_floor += result.capped || result.family_capped ? 0 : count;
	tally.found += result.capped || result.family_capped ? 0 : result.count;
	tally.scored += result.scored;
	mem_free(expected);
	arena_free(arena);
}

/* Weights hold their bounds, floor or not: of all that come near one, and of a sample. */
static void
hold_bounds(const struct question *question)
{
	for (size_t i = 0; i < known_count; i++) {
		known[i].bound = 0;
		if (known[i].weight < floors[0] && (i + question->number) % BOUND_SAMPLE != 0)
			continue;
		if (known[i].weight > bound_of(question->bounds, &known[i]) + SAME)
			differs(question, known[i].weight, &known[i], "a weight over its bound");
	}
}

/* --- Questions ------------------------------------------------------------------------------- */
/* The first person from `at` on who has what is missing lends it. */
static void
borrow(struct person *person, unsigned missing, size_t at)
{
	for (size_t i = 0; missing != 0 && i < known_count; i++) {
		const struct person *from = &known[(at + i) % known_count].person;
		unsigned lent = missing & fields_of(from);
		struct person copy = *from;

		missing &= ~lent;
		keep_fields(&copy, lent);
		if ((lent & HAS_NAME) != 0)
			person->names = copy.names, person->name_count = copy.name_count;
		if ((lent & HAS_BIRTH) != 0)
			person->births = copy.births, person->birth_count = copy.birth_count;
		if ((lent & HAS_ADDRESS) != 0) {
			person->addresses = copy.addresses;
			person->address_count = copy.address_count;
		}
		if ((lent & HAS_PHONE) != 0)
			person->phones = copy.phones, person->phone_count = copy.phone_count;
		if ((lent & HAS_EMAIL) != 0)
			person->emails = copy.emails, person->email_count = copy.email_count;
		if ((lent & HAS_IDENTIFIER) != 0) {
			person->identifiers = copy.identifiers;
			person->identifier_count = copy.identifier_count;
		}
		if ((lent & HAS_SEX) != 0)
			person->sex = copy.sex;
	}
}

/* In turn: someone as they are on file, a typical question, one full of every kind of fault. */
static void
make_person(struct person *out, struct arena *arena, unsigned mix, unsigned number)
{
	uint64_t n = mixed(seed + mix * 1000003u + number);
	struct corpus_shares faults;
	struct corpus_query query;
	size_t at = (size_t)(n % known_count);

	for (size_t i = 0; i < CORPUS_DAMAGE_COUNT; i++)
		faults.per_mille[i] = 250;
	if (number % 3 == 0) {
		*out = known[at].person;
	} else {
		built_ok(corpus_query(&query, arena, seed, n % records, n >> 32,
			     number % 3 == 1 ? &corpus_shares_typical : &faults),
		    NULL);
		*out = query.person;
	}
	borrow(out, mix & ~fields_of(out), at);
	keep_fields(out, mix);
	assert_int_equal(fields_of(out), mix);
}

static void
ask(unsigned mix, unsigned number)
{
	struct arena *arena = arena_new(0);
	struct features query;
	struct bounds bounds;
	struct person person;
	struct question question = { &person, &query, &bounds, mix, number };

	assert_non_null(arena);
	make_person(&person, arena, mix, number);
	built_ok(features_make(&query, arena, built.folder, built.lexicon, &person, NULL), NULL);
	score_everyone(&query);
	bounds_begin(&bounds, &query);
	hold_bounds(&question);
	for (size_t i = 0; i < FLOORS; i++)
		search_at(&question, floors[i], INFINITY);
	for (size_t i = 0; i < FAMILY_FLOORS; i++)
		search_at(&question, family_floors[i][0], family_floors[i][1]);
	bounds_end(&bounds);
	arena_free(arena);
}

/* --- Running --------------------------------------------------------------------------------- */
static double
now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void
report(double seconds)
{
	size_t mixes = 0;

	for (size_t i = 0; i < MIXES; i++)
		mixes += tally.record_mixes[i] > 0;
	printf("people %zu, in %zu mixes of fields; searches %zu, %zu capped\n", known_count, mixes,
	    tally.searches, tally.capped);
	printf("at the floor and not capped: %zu by the scan, %zu returned; %.0f scored a search\n",
	    tally.at_floor, tally.found, (double)tally.scored / (double)tally.searches);
	printf("differences: %zu (%.0f s)\n", tally.differences, seconds);
}

static uint64_t
argument(int argc, char **argv, int n, uint64_t otherwise)
{
	uint64_t value = otherwise;

	if (argc > n && (!str_to_u64(&value, str_from(argv[n]), 10000000) || value == 0)) {
		fprintf(stderr, "usage: oracle [PEOPLE [QUESTIONS [SEED]]]\n");
		exit(64);
	}
	return value;
}

int
main(int argc, char **argv)
{
	size_t people = (size_t)argument(argc, argv, 1, 100000);
	unsigned questions = (unsigned)argument(argc, argv, 2, 10);
	double start = now();

	seed = argument(argc, argv, 3, seed);
	built_init(&built);
	load_people(people);
	fprintf(stderr, "oracle: %zu people loaded in %.0f s\n", known_count, now() - start);
	for (unsigned mix = 1; mix < MIXES; mix++)
		for (unsigned number = 0; number < questions; number++)
			ask(mix, number);
	report(now() - start);
	searcher_close(searcher);
	built_free_pair(&pair);
	snapshot_free(snapshot);
	mem_free(known);
	built_fini(&built);
	return tally.differences == 0 ? 0 : 1;
}
