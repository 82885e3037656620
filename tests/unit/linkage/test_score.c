#include "linkage/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>

#include "tests/unit/linkage/people.h"

#define NEARLY 1e-9
/* cmocka's own compares as float */
#define assert_near(a, b) assert_true(fabs((a) - (b)) < NEARLY)

static struct model *model;

static int
load_model(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	if (digest_init(&err) != STATUS_OK)
		return -1;
	return model_load(&model, "schemas/model/default.json", &err) == STATUS_OK ? 0 : -1;
}

static int
free_model(void **state)
{
	(void)state;
	model_free(model);
	return 0;
}

/* Odd but fixed counts, so that shares differ by part and by token. */
static void
count_some(struct frequency_count *out, const void *ctx, struct str token)
{
	(void)ctx;
	for (int part = PART_FORENAME; part <= PART_UNKNOWN; part++)
		out->in[part] = (str_hash(token) + (uint64_t)part * 7919) % 400;
}

static struct scorer
make_scorer(uint64_t people)
{
	return (struct scorer){ .model = model,
		.frequency = { .count = people > 0 ? count_some : NULL, .people = people },
		.prior = score_prior(model, people) };
}

static struct score
score_of(const struct made *query, const struct made *record)
{
	struct scorer scorer = make_scorer(0);
	struct score score;

	score_people(&score, &scorer, &query->features, &record->features);
	return score;
}

static struct score
score_name_pair(const char *query, const char *record)
{
	static struct made a, b; /* the score points into them */

	made_init(&a);
	made_init(&b);
	made_name(&a, query);
	made_name(&b, record);
	return score_of(&a, &b);
}

static double
name_bits(const char *query, const char *record)
{
	return score_name_pair(query, record).line[COMPARISON_NAME].bits;
}

static double
exact_bits(enum name_part part, const char *token)
{
	return log2(
	    model->token[part][TOKEN_EXACT].m / model_name_share(model, part, str_from(token)));
}

/* --- The prior ------------------------------------------------------------------------------- */
static void
test_prior_follows_its_formula_and_falls_with_people(void **state)
{
	double last = 0;

	(void)state;
	assert_near(score_prior(model, 1000000), log2(1e-6 / (1 - 1e-6)));
	assert_true(fabs(score_prior(model, 0)) < NEARLY); /* lambda is kept at 1/2 */
	assert_true(fabs(score_prior(model, 1)) < NEARLY);
	for (uint64_t people = 3; people < 100000000; people *= 3) {
		assert_true(score_prior(model, people) < last);
		last = score_prior(model, people);
	}
}

/* --- Names ----------------------------------------------------------------------------------- */
static void
test_an_exact_name_weighs_by_its_rarity(void **state)
{
	struct score score = score_name_pair("katherine/obrien", "katherine/obrien");
	double wanted = exact_bits(PART_FORENAME, "katherine") + exact_bits(PART_SURNAME, "obrien");

	(void)state;
	assert_near(score.line[COMPARISON_NAME].bits, wanted);
	assert_near(score.match_weight, wanted); /* the prior of nobody is 0 */
	assert_near(score.line[COMPARISON_NAME].rarity,
	    wanted - model->token[PART_FORENAME][TOKEN_EXACT].bits -
		model->token[PART_SURNAME][TOKEN_EXACT].bits);
	assert_int_equal(score.line[COMPARISON_NAME].level, TOKEN_EXACT);
	assert_int_equal(score.pair_count, 2);
	assert_true(score.forename_evidence);
	assert_true(name_bits("james/smith", "james/smith") <
		    name_bits("cuthbert/ramsbotham", "cuthbert/ramsbotham"));
}

static void
test_token_order_does_not_matter(void **state)
{
	(void)state;
	assert_near(name_bits("anne katherine/obrien", "katherine anne/obrien"),
	    name_bits("katherine anne/obrien", "katherine anne/obrien"));
}

static void
test_tokens_left_over_cost_what_they_mean(void **state)
{
	double exact = name_bits("katherine/obrien", "katherine/obrien");
	double forename = exact_bits(PART_FORENAME, "katherine");

	(void)state;
	/* missing on one side: little, and less in the record's favour */
	assert_near(name_bits("katherine anne/obrien", "katherine/obrien"),
	    exact + model->query_token_unmatched);
	assert_near(name_bits("katherine/obrien", "katherine anne/obrien"),
	    exact + model->record_token_unmatched);
	assert_true(model->query_token_unmatched < model->record_token_unmatched);
	assert_near(
	    name_bits("katherine/obrien", "katherine/"), forename + model->query_token_unmatched);
	/* contradicting: a good deal, a forename more than a surname, a middle name the least */
	assert_near(name_bits("katherine/obrien", "katherine/zysk"),
	    forename + model->token[PART_SURNAME][TOKEN_NONE].bits);
	assert_near(name_bits("ivy/obrien", "pam/obrien"),
	    exact_bits(PART_SURNAME, "obrien") + model->token[PART_FORENAME][TOKEN_NONE].bits);
	assert_near(name_bits("katherine ivy/obrien", "katherine pam/obrien"),
	    exact + model->further_conflict);
	assert_near(
	    name_bits("ivy/obrien", "pam/zysk"), model->token[PART_FORENAME][TOKEN_NONE].bits +
						     model->token[PART_SURNAME][TOKEN_NONE].bits);
	assert_near(name_bits("ivy sue/obrien", "pam zoe/zysk"),
	    model->token[PART_FORENAME][TOKEN_NONE].bits +
		model->token[PART_SURNAME][TOKEN_NONE].bits + model->further_conflict);
	/* brothers who share a middle name are no more alike for it than for their surname */
	assert_near(name_bits("ivy sue/obrien", "pam sue/obrien"),
	    exact_bits(PART_FORENAME, "sue") + exact_bits(PART_SURNAME, "obrien") +
		model->token[PART_FORENAME][TOKEN_NONE].bits);
	assert_near(name_bits("ivy sue/obrien", "sue pam/obrien"),
	    exact_bits(PART_FORENAME, "sue") + exact_bits(PART_SURNAME, "obrien") +
		model->further_conflict);
	/* parts not told: two tokens make a name, others are further ones */
	assert_near(
	    name_bits("ivy obrien", "pam zysk"), 2 * model->token[PART_UNKNOWN][TOKEN_NONE].bits);
	assert_near(name_bits("ivy sue obrien", "pam zoe zysk"),
	    2 * model->token[PART_UNKNOWN][TOKEN_NONE].bits + model->further_conflict);
	assert_near(name_bits("ivy sue obrien", "ivy zoe obrien"),
	    name_bits("ivy obrien", "ivy obrien") + model->further_conflict);
}

/* Whoever is called so has both halves: one name, not two. */
static void
test_the_halves_of_a_hyphened_name_weigh_no_more_than_the_whole(void **state)
{
	double surname = exact_bits(PART_SURNAME, "obrien");
	double whole = exact_bits(PART_FORENAME, "ivysue"), ivy = exact_bits(PART_FORENAME, "ivy");
	struct score score;

	(void)state;
	assert_true(ivy + exact_bits(PART_FORENAME, "sue") > whole);
	score = score_name_pair("ivy-sue/obrien", "ivy-sue/obrien");
	assert_near(score.line[COMPARISON_NAME].bits, fmax(ivy, whole) + surname);
	assert_near(score.pair[0].bits + score.pair[1].bits, fmax(ivy, whole));
	/* two names on one side, or halves of two words */
	assert_near(name_bits("ivy-sue/obrien", "ivy sue/obrien"),
	    name_bits("ivy sue/obrien", "ivy sue/obrien"));
	assert_near(name_bits("ivy-sue/obrien", "sue-ivy/obrien"),
	    name_bits("ivy sue/obrien", "ivy sue/obrien"));
	/* one half says what it says */
	assert_near(
	    name_bits("ivy-sue/obrien", "ivy/obrien"), name_bits("ivy sue/obrien", "ivy/obrien"));
}

static void
test_swapped_parts_cost_once_for_each_token(void **state)
{
	double share_k = fmax(model_name_share(model, PART_FORENAME, STR_LIT("katherine")),
	    model_name_share(model, PART_SURNAME, STR_LIT("katherine")));
	double share_o = fmax(model_name_share(model, PART_FORENAME, STR_LIT("obrien")),
	    model_name_share(model, PART_SURNAME, STR_LIT("obrien")));
	struct score score = score_name_pair("katherine/obrien", "obrien/katherine");

	(void)state;
	assert_int_equal(score.pair_count, 2);
	assert_true(score.pair[0].swapped && score.pair[1].swapped);
	assert_near(score.line[COMPARISON_NAME].bits,
	    log2(model->token[PART_UNKNOWN][TOKEN_EXACT].m / share_k) +
		log2(model->token[PART_UNKNOWN][TOKEN_EXACT].m / share_o) +
		2 * model->part_swapped);
	assert_true(score.forename_evidence);
}

static void
test_unknown_parts_match_any_part_without_cost(void **state)
{
	struct score score = score_name_pair("katherine/obrien", "obrien katherine");

	(void)state;
	assert_int_equal(score.pair_count, 2);
	assert_false(score.pair[0].swapped || score.pair[1].swapped);
	assert_true(score.line[COMPARISON_NAME].bits > 15);
	assert_true(score.forename_evidence);
}

static void
test_forename_evidence_needs_more_than_a_surname_or_an_initial(void **state)
{
	(void)state;
	assert_false(score_name_pair("katherine/obrien", "ivy/obrien").forename_evidence);
	assert_false(score_name_pair("katherine/obrien", "/obrien").forename_evidence);
	assert_false(score_name_pair("katherine/obrien", "k/obrien").forename_evidence);
	assert_false(score_name_pair("k/obrien", "k/obrien").forename_evidence);
	assert_false(score_name_pair("obrien katherine", "ivy obrien").forename_evidence);
	assert_true(score_name_pair("katherine/obrien", "kathrine/obrien").forename_evidence);
	assert_true(score_name_pair("katherine/obrien", "katherine/").forename_evidence);
	assert_true(score_name_pair("katherine/", "katherine").forename_evidence);
	assert_true(score_name_pair("kitty", "kitty").forename_evidence);
	assert_true(score_name_pair("obrien katherine", "katherine obrien").forename_evidence);
}

/* Brothers may share the first forename, and brothers and sisters rhyme. */
static void
test_a_brothers_or_sisters_name_is_no_forename_evidence(void **state)
{
	static const char *const doubtful[][2] = {
		{ "mohammed ali/khan", "mohammed hassan/khan" },
		{ "mohammed ali hamza/khan", "mohammed hassan/khan" },
		{ "mohammed ali khan", "mohammed hassan/khan" },
		{ "mohammed ali khan", "mohammed hassan khan" },
		{ "holly/smith", "molly/smith" },
		{ "holly sue/smith", "molly sue/smith" },
		{ "ava/smith", "eva/smith" },
	}, *const plain[][2] = {
		{ "mohammed ali/khan", "mohammed/khan" },
		{ "mohammed ali/khan", "mohammed a/khan" },
		{ "mohammed ali/khan", "mohammed aly/khan" },
		{ "mohammed ali/khan", "ali/khan" },
		{ "mohammed ali/khan", "ali mohammed/khan" },
		{ "mohammed ali/khan", "mohammed khan" },
		/* the last of a whole name is a surname, and surnames change */
		{ "sarah jane smith", "sarah jane/brown" },
		{ "sarah jane smith", "sarah jane brown" },
		{ "mohammed ali/khan", "mohammed khan smith" },
		/* nobody is called so: a slip */
		{ "holly/smith", "hollly/smith" },
		{ "holly/smith", "hollu/smith" },
		{ "holly/smith", "holly/smyth" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof doubtful / sizeof doubtful[0]; i++) {
		struct score score = score_name_pair(doubtful[i][0], doubtful[i][1]);

		if (score.forename_evidence || !score.forename_doubt)
			fail_msg("%s, %s: no doubt", doubtful[i][0], doubtful[i][1]);
	}
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
		struct score score = score_name_pair(plain[i][0], plain[i][1]);

		if (!score.forename_evidence || score.forename_doubt)
			fail_msg("%s, %s: doubt", plain[i][0], plain[i][1]);
	}
}

/* The two shares at which a like forename is somebody else's: SCORE_OWN_NAME, SCORE_OWN_RATIO. */
static uint64_t holly_count, molly_count;

static void
count_two(struct frequency_count *out, const void *ctx, struct str token)
{
	(void)ctx;
	*out = (struct frequency_count){ { 0 } };
	out->in[PART_FORENAME] = str_eq_text(token, "hollya")	? holly_count
				 : str_eq_text(token, "mollya") ? molly_count
								: 0;
}

static bool
doubts_at(uint64_t holly, uint64_t molly)
{
	struct scorer scorer = { .model = model,
		.frequency = { .count = count_two, .people = (uint64_t)1 << 40 } };
	static struct made a, b;
	struct score score;

	holly_count = holly;
	molly_count = molly;
	made_init(&a);
	made_init(&b);
	made_name(&a, "hollya/smith");
	made_name(&b, "mollya/smith");
	score_people(&score, &scorer, &a.features, &b.features);
	return score.forename_doubt;
}

static void
test_a_like_name_is_another_one_from_a_share_on(void **state)
{
	double people = (double)((uint64_t)1 << 40), floor = model->frequency_floor;
	uint64_t least = (uint64_t)(people * floor * SCORE_OWN_NAME) + 2;

	(void)state;
	assert_true(doubts_at(least, least));
	assert_false(doubts_at(least, least * 9 / 10));
	assert_true(doubts_at(least * 99, least));
	assert_false(doubts_at(least * 102, least));
}

static void
test_an_agreeing_number_leaves_no_doubt_of_the_forename(void **state)
{
	struct made a, b;
	struct score score;

	(void)state;
	made_init(&a);
	made_init(&b);
	made_name(&a, "mohammed ali/khan");
	made_name(&b, "mohammed hassan/khan");
	a.identifiers[0] = b.identifiers[0] =
	    (struct feature_identifier){ IDENTIFIER_NHS, STR_LIT("9990000018"), 0 };
	a.features.identifier_count = b.features.identifier_count = 1;
	score = score_of(&a, &b);
	assert_true(score.forename_evidence);
	assert_false(score.forename_doubt);
}

static void
assert_part_levels(const char *query, const char *record, int forename, int surname)
{
	struct score score = score_name_pair(query, record);

	if (score.forename_level != forename || score.surname_level != surname)
		fail_msg("%s, %s: forename %d, surname %d", query, record, score.forename_level,
		    score.surname_level);
}

static void
test_each_part_tells_whether_it_agrees_or_contradicts(void **state)
{
	(void)state;
	assert_part_levels("katherine/obrien", "katherine/obrien", TOKEN_EXACT, TOKEN_EXACT);
	assert_part_levels("katherine/obrien", "k/zysk", TOKEN_INITIAL, TOKEN_NONE);
	assert_part_levels("katherine/obrien", "pam/obrien", TOKEN_NONE, TOKEN_EXACT);
	assert_part_levels("katherine/obrien", "/obrien", LEVEL_NULL, TOKEN_EXACT);
	assert_part_levels("katherine/", "katherine/obrien", TOKEN_EXACT, LEVEL_NULL);
	assert_part_levels("katherine/obrien", "obrien/katherine", TOKEN_EXACT, TOKEN_EXACT);
	assert_part_levels("katherine sue/obrien", "pam sue/obrien", TOKEN_NONE, TOKEN_EXACT);
	assert_part_levels("katherine sue/obrien", "sue/obrien", TOKEN_EXACT, TOKEN_EXACT);
	assert_part_levels("katherine/obrien", "pam obrien", TOKEN_NONE, TOKEN_EXACT);
	assert_part_levels("katherine/obrien", "zysk katherine", TOKEN_EXACT, TOKEN_NONE);
	/* parts not told: forenames are written first */
	assert_part_levels("katherine obrien", "pam obrien", TOKEN_NONE, TOKEN_EXACT);
	assert_part_levels("katherine obrien", "katherine zysk", LEVEL_NULL, LEVEL_NULL);
	assert_part_levels("katherine obrien", "obrien pam", LEVEL_NULL, LEVEL_NULL);
	assert_part_levels("katherine obrien", "katherine obrien", TOKEN_EXACT, TOKEN_EXACT);
	assert_false(score_name_pair("katherine sue/obrien", "pam sue/obrien").forename_evidence);
}

static void
test_the_worst_level_among_the_pairs_is_shown(void **state)
{
	(void)state;
	assert_int_equal(
	    score_name_pair("k/obrien", "katherine/obrien").line[COMPARISON_NAME].level,
	    TOKEN_INITIAL);
	assert_int_equal(
	    score_name_pair("ivy/obrien", "pam/zysk").line[COMPARISON_NAME].level, TOKEN_NONE);
	assert_int_equal(score_name_pair("ivy/obrien", "pam/zysk").pair_count, 0);
}

static void
test_a_former_name_scores_as_a_current_one(void **state)
{
	struct made query, one, two;

	(void)state;
	made_init(&query);
	made_init(&one);
	made_init(&two);
	made_name(&query, "katherine/obrien");
	made_name(&one, "katherine/obrien");
	made_name(&two, "katherine/zysk");
	made_name(&two, "katherine/obrien");
	two.names[1].kind = NAME_FORMER;
	assert_near(score_of(&query, &one).match_weight, score_of(&query, &two).match_weight);
	assert_int_equal(score_of(&query, &two).line[COMPARISON_NAME].record_value, 1);
}

/* --- Alignment against every permutation ------------------------------------------------------ */
static double
pair_worth(
    const struct scorer *scorer, const struct feature_token *a, const struct feature_token *b)
{
	enum token_level level = compare_tokens(NULL, a->text, b->text);
	bool swapped = a->part != b->part && a->part != PART_UNKNOWN && b->part != PART_UNKNOWN;
	double rarity, bits = score_pair_bits(&rarity, scorer, level, a, b);

	return bits > 0 ? bits + (swapped ? scorer->model->part_swapped : 0) : -HUGE_VAL;
}

/* The most pairs that can be formed when tokens of known, different parts may not be paired. */
static unsigned
most_pairs(const struct feature_name *a, const struct feature_name *b, unsigned i, unsigned used)
{
	unsigned best;

	if (i == a->count)
		return 0;
	best = most_pairs(a, b, i + 1, used);
	for (unsigned j = 0; j < b->count; j++) {
		enum name_part p = a->tokens[i].part, q = b->tokens[j].part;
		unsigned n;

		if ((used & 1u << j) != 0 || (p != q && p != PART_UNKNOWN && q != PART_UNKNOWN))
			continue;
		n = 1 + most_pairs(a, b, i + 1, used | 1u << j);
		best = n > best ? n : best;
	}
	return best;
}

static bool
uses_first(const struct feature_name *name, unsigned used)
{
	unsigned i = 0;

	while (name->tokens[i].part != PART_FORENAME)
		i++;
	return (used & 1u << i) != 0;
}

/* What the tokens left over cost, counted from the pairs themselves (score.h). */
static double
cost_of_rest(const struct feature_name *a, const struct feature_name *b, unsigned used_a,
    unsigned used, unsigned expected)
{
	unsigned of_a[3] = { 0 }, of_b[3] = { 0 }, of_pairs[3] = { 0 }, n = 0, conflicts, left;
	double cost;

	for (unsigned i = 0; i < a->count; i++)
		of_a[a->tokens[i].part]++;
	for (unsigned j = 0; j < b->count; j++) {
		of_b[b->tokens[j].part]++;
		of_pairs[b->tokens[j].part] += (used & 1u << j) != 0;
		n += (used & 1u << j) != 0;
	}
	left = conflicts = expected > n ? expected - n : 0;
	cost = (a->count - n - conflicts) * model->query_token_unmatched +
	       (b->count - n - conflicts) * model->record_token_unmatched;
	for (int part = PART_FORENAME; part <= PART_SURNAME; part++) {
		unsigned both = of_a[part] < of_b[part] ? of_a[part] : of_b[part];
		bool first =
		    of_pairs[part] == 0 || (part == PART_FORENAME && both > 1 &&
					       !uses_first(a, used_a) && !uses_first(b, used));

		for (unsigned k = of_pairs[part]; k < both && left > 0; k++, left--) {
			cost +=
			    first ? model->token[part][TOKEN_NONE].bits : model->further_conflict;
			first = false;
		}
	}
	n += conflicts - left;
	for (; left > 0; left--, n++)
		cost +=
		    n < 2 ? model->token[PART_UNKNOWN][TOKEN_NONE].bits : model->further_conflict;
	return cost;
}

static double
try_all(const struct scorer *scorer, const struct feature_name *a, const struct feature_name *b,
    unsigned i, unsigned used_a, unsigned used, double sum, unsigned expected)
{
	double best;

	if (i == a->count)
		return sum + cost_of_rest(a, b, used_a, used, expected);
	best = try_all(scorer, a, b, i + 1, used_a, used, sum, expected);
	for (unsigned j = 0; j < b->count; j++) {
		double worth;

		if ((used & 1u << j) != 0)
			continue;
		worth = pair_worth(scorer, &a->tokens[i], &b->tokens[j]);
		if (worth > -HUGE_VAL)
			best = fmax(best, try_all(scorer, a, b, i + 1, used_a | 1u << i,
					      used | 1u << j, sum + worth, expected));
	}
	return best;
}

static void
test_alignment_is_the_best_of_all_permutations(void **state)
{
	uint64_t seed = 21;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct scorer scorer = make_scorer(i % 2 == 0 ? 0 : 3000);
		struct made a, b;
		struct score score;
		double sum = 0;

		made_init(&a);
		made_init(&b);
		draw_name(&a.names[0], &seed, 0);
		draw_name(&b.names[0], &seed, 0);
		if (a.names[0].count == 0 || b.names[0].count == 0)
			continue;
		a.features.name_count = b.features.name_count = 1;
		score_people(&score, &scorer, &a.features, &b.features);
		assert_near(
		    score.line[COMPARISON_NAME].bits, try_all(&scorer, a.names, b.names, 0, 0, 0, 0,
							  most_pairs(a.names, b.names, 0, 0)));
		for (uint8_t k = 0; k < score.pair_count; k++)
			sum += score.pair[k].bits;
		assert_true(score.line[COMPARISON_NAME].bits <= sum + NEARLY);
	}
}

static void
test_eight_tokens_a_side_are_aligned(void **state)
{
	const char *text = "amber beryl coral dilys elspeth fenella/gwilliam harbottle";
	const char *turned = "fenella elspeth dilys coral beryl amber/harbottle gwilliam";

	(void)state;
	assert_int_equal(score_name_pair(text, turned).pair_count, 8);
	assert_near(name_bits(text, turned), name_bits(text, text));
	/* the same token eight times: the alignment with most ties */
	assert_int_equal(
	    score_name_pair("ann ann ann ann ann ann ann ann", "ann ann ann ann ann ann ann ann")
		.pair_count,
	    8);
}

/* More variants, and more distinct tokens, than are compared at once. */
static void
test_the_best_of_many_variants_is_found(void **state)
{
	static char words[FEATURE_VARIANTS_MAX][3][8];
	static struct feature_name variants[FEATURE_VARIANTS_MAX];
	struct scorer scorer = make_scorer(0);
	struct features query = { .names = variants, .name_count = 1 }, record = query;
	struct score score;

	(void)state;
	for (unsigned i = 0; i < FEATURE_VARIANTS_MAX; i++) {
		variants[i] = (struct feature_name){ .count = 3, .source = (uint8_t)(i / 4) };
		for (unsigned t = 0; t < 3; t++) {
			snprintf(words[i][t], sizeof words[i][t], "q%c%c%c%cz", (int)('a' + i % 26),
			    (int)('a' + i / 26 * 7), (int)('b' + t * 9), (int)('z' - i % 26));
			variants[i].tokens[t] =
			    (struct feature_token){ str_from(words[i][t]), PART_FORENAME };
		}
	}
	record.name_count = FEATURE_VARIANTS_MAX;
	for (unsigned i = 0; i < FEATURE_VARIANTS_MAX; i++) {
		query.names = &variants[i];
		score_people(&score, &scorer, &query, &record);
		assert_int_equal(score.line[COMPARISON_NAME].level, TOKEN_EXACT);
		assert_int_equal(score.pair_count, 3);
		assert_ptr_equal(score.record_name, &variants[i]);
		score_people(&score, &scorer, &record, &query);
		assert_ptr_equal(score.query_name, &variants[i]);
	}
}

static void
test_variants_score_as_the_best_of_them_alone(void **state)
{
	uint64_t seed = 61;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct scorer scorer = make_scorer(i % 2 == 0 ? 0 : 3000);
		struct made query, record;
		struct score score, one;
		double best = -HUGE_VAL;

		draw_person(&query, &seed);
		draw_person(&record, &seed);
		query.features.name_count = record.features.name_count = PEOPLE_NAMES_MAX;
		score_people(&score, &scorer, &query.features, &record.features);
		for (int k = 0; k < PEOPLE_NAMES_MAX * PEOPLE_NAMES_MAX; k++) {
			struct features a = query.features, b = record.features;

			a.name_count = b.name_count = 1;
			a.names = &query.names[k / PEOPLE_NAMES_MAX];
			b.names = &record.names[k % PEOPLE_NAMES_MAX];
			score_people(&one, &scorer, &a, &b);
			if (one.query_name != NULL)
				best = fmax(best, one.line[COMPARISON_NAME].bits);
		}
		if (score.query_name != NULL)
			assert_near(score.line[COMPARISON_NAME].bits, best);
	}
}

/* To the last bit; but for the padding of the structs. */
static void
assert_same_score(const struct score *a, const struct score *b)
{
	assert_memory_equal(&a->match_weight, &b->match_weight, sizeof a->match_weight);
	for (int i = 0; i < COMPARISON_COUNT; i++) {
		assert_int_equal(a->line[i].level, b->line[i].level);
		assert_memory_equal(&a->line[i].bits, &b->line[i].bits, sizeof(double));
		assert_memory_equal(&a->line[i].rarity, &b->line[i].rarity, sizeof(double));
		assert_int_equal(a->line[i].query_value, b->line[i].query_value);
		assert_int_equal(a->line[i].record_value, b->line[i].record_value);
	}
	assert_ptr_equal(a->query_name, b->query_name);
	assert_ptr_equal(a->record_name, b->record_name);
	assert_int_equal(a->pair_count, b->pair_count);
	for (uint8_t i = 0; i < a->pair_count; i++) {
		assert_int_equal(a->pair[i].query_token, b->pair[i].query_token);
		assert_int_equal(a->pair[i].record_token, b->pair[i].record_token);
		assert_int_equal(a->pair[i].level, b->pair[i].level);
		assert_memory_equal(&a->pair[i].bits, &b->pair[i].bits, sizeof(double));
	}
	assert_int_equal(a->forename_evidence, b->forename_evidence);
	assert_int_equal(a->forename_doubt, b->forename_doubt);
	assert_int_equal(a->forename_level, b->forename_level);
	assert_int_equal(a->surname_level, b->surname_level);
}

static void
test_a_query_made_ready_scores_as_it_did(void **state)
{
	struct arena *arena = arena_new(0);
	struct feature_name many[80];
	uint64_t seed = 97;

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct scorer scorer = make_scorer(i % 2 == 0 ? 0 : 3000), ready = scorer;
		struct made query, record;

		draw_person(&query, &seed);
		query.features.name_count = draw(&seed, PEOPLE_NAMES_MAX + 1);
		if (i % 20 == 0) { /* more than one group */
			for (size_t k = 0; k < 80; k++)
				draw_name(&many[k], &seed, 0);
			query.features.names = many;
			query.features.name_count = 80;
		}
		arena_reset(arena);
		ready.asked = score_ask(arena, &scorer, &query.features);
		assert_non_null(ready.asked);
		for (int k = 0; k < 40; k++) {
			struct score a, b;
			struct features other = query.features;

			draw_person(&record, &seed);
			record.features.name_count = draw(&seed, PEOPLE_NAMES_MAX + 1);
			score_people(&a, &scorer, &query.features, &record.features);
			score_people(&b, &ready, &query.features, &record.features);
			assert_same_score(&a, &b);
			/* and another query is passed over */
			score_people(&a, &scorer, &other, &record.features);
			score_people(&b, &ready, &other, &record.features);
			assert_same_score(&a, &b);
		}
	}
	arena_free(arena);
}

static void
test_steps_in_any_order_score_the_same(void **state)
{
	static const unsigned orders[][3] = { { SCORE_REST, SCORE_NAMES, SCORE_ADDRESSES },
		{ SCORE_REST, SCORE_ADDRESSES, SCORE_NAMES },
		{ SCORE_ADDRESSES | SCORE_NAMES, SCORE_REST, 0 } };
	struct scorer scorer = make_scorer(0);
	uint64_t seed = 101;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct made query, record;
		struct score a, b;

		draw_person(&query, &seed);
		draw_person(&record, &seed);
		score_people(&a, &scorer, &query.features, &record.features);
		score_begin(&b, &scorer);
		for (int k = 0; k < 3; k++)
			score_compare(
			    &b, &scorer, &query.features, &record.features, orders[i % 3][k]);
		score_end(&b);
		assert_same_score(&a, &b);
	}
}

/* --- Pair bits ------------------------------------------------------------------------------- */
static void
test_pair_bits_are_never_negative(void **state)
{
	struct scorer scorer = make_scorer(1); /* one person, counts up to 399: shares of 1 */
	struct feature_token token = { STR_LIT("james"), PART_FORENAME };
	double rarity;

	(void)state;
	for (int level = 0; level < TOKEN_LEVEL_COUNT; level++) {
		double bits =
		    score_pair_bits(&rarity, &scorer, (enum token_level)level, &token, &token);

		assert_true(bits >= 0);
		if (level != TOKEN_NONE)
			assert_near(bits - rarity, model->token[PART_FORENAME][level].bits);
	}
	assert_true(score_pair_bits(&rarity, &scorer, TOKEN_NONE, &token, &token) <= 0);
}

static void
test_pair_bound_holds_for_all_parts_and_is_reached(void **state)
{
	static const char *const words[] = { "katherine", "james", "smith", "j", "zysk", "thomas" };
	struct scorer scorer = make_scorer(5000);

	(void)state;
	for (int i = 0; i < 36 * TOKEN_LEVEL_COUNT; i++) {
		enum token_level level = (enum token_level)(i / 36);
		struct feature_token a = { str_from(words[i % 6]), PART_FORENAME };
		struct feature_token b = { str_from(words[i / 6 % 6]), PART_FORENAME };
		struct score_shares of_a = score_shares(&scorer, a.text);
		struct score_shares of_b = score_shares(&scorer, b.text);
		double bound = score_pair_bound(&scorer, level, &of_a, &of_b), most = 0, rarity;

		for (int parts = 0; parts < 9; parts++) {
			a.part = (enum name_part)(parts / 3);
			b.part = (enum name_part)(parts % 3);
			most = fmax(most, score_pair_bits(&rarity, &scorer, level, &a, &b));
		}
		assert_near(bound, most);
	}
}

/* --- Properties over random people ------------------------------------------------------------ */
static double
name_bound(const struct scorer *scorer, const struct features *query, const struct features *record)
{
	double most = 0;

	for (size_t i = 0; i < query->name_count; i++) {
		double sum = 0;

		for (uint8_t t = 0; t < query->names[i].count; t++) {
			struct str a = query->names[i].tokens[t].text;
			struct score_shares of_a = score_shares(scorer, a);
			double best = 0;

			for (size_t j = 0; j < record->name_count; j++) {
				for (uint8_t u = 0; u < record->names[j].count; u++) {
					struct str b = record->names[j].tokens[u].text;
					struct score_shares of_b = score_shares(scorer, b);

					best = fmax(
					    best, score_pair_bound(scorer,
						      compare_tokens(NULL, a, b), &of_a, &of_b));
				}
			}
			sum += best;
		}
		most = fmax(most, sum);
	}
	return most;
}

/* The most that each comparison could give, from the levels of all pairs of values. */
static double
weight_bound(
    const struct scorer *scorer, const struct features *query, const struct features *record)
{
	double bound = scorer->prior + name_bound(scorer, query, record), best = 0;

	for (size_t i = 0; i < query->birth_count * record->birth_count; i++)
		best = fmax(best, score_level_bits(scorer, COMPARISON_BIRTH,
				      compare_births(&query->births[i / record->birth_count].birth,
					  &record->births[i % record->birth_count].birth)));
	bound += best;
	best = 0;
	for (size_t i = 0; i < query->address_count * record->address_count; i++)
		best =
		    fmax(best, score_level_bits(scorer, COMPARISON_ADDRESS,
				   compare_addresses(&query->addresses[i / record->address_count],
				       &record->addresses[i % record->address_count])));
	bound += best;
	bound += score_level_bits(scorer, COMPARISON_SEX, AGREE_SAME);
	if (query->phone_count > 0)
		bound += score_level_bits(scorer, COMPARISON_PHONE, AGREE_SAME);
	if (query->email_count > 0)
		bound += score_level_bits(scorer, COMPARISON_EMAIL, AGREE_SAME);
	if (query->identifier_count > 0)
		bound += score_level_bits(scorer, COMPARISON_IDENTIFIER, IDENTIFIER_SAME);
	return bound;
}

static void
test_the_weight_stays_below_the_bound_of_retrieval(void **state)
{
	uint64_t seed = 31;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct scorer scorer = make_scorer(i % 3 == 0 ? 0 : 2500);
		struct made query, record;
		struct score score;
		double sum;

		draw_person(&query, &seed);
		draw_person(&record, &seed);
		score_people(&score, &scorer, &query.features, &record.features);
		assert_true(score.match_weight <=
			    weight_bound(&scorer, &query.features, &record.features) + NEARLY);
		sum = score.prior;
		for (int c = 0; c < COMPARISON_COUNT; c++)
			sum += score.line[c].bits;
		assert_near(score.match_weight, sum);
	}
}

static void
clear_field(struct features *features, enum comparison comparison)
{
	size_t *const counts[COMPARISON_COUNT] = { [COMPARISON_NAME] = &features->name_count,
		[COMPARISON_BIRTH] = &features->birth_count,
		[COMPARISON_ADDRESS] = &features->address_count,
		[COMPARISON_PHONE] = &features->phone_count,
		[COMPARISON_EMAIL] = &features->email_count,
		[COMPARISON_IDENTIFIER] = &features->identifier_count };

	if (comparison == COMPARISON_SEX)
		features->sex = SEX_UNKNOWN;
	else
		*counts[comparison] = 0;
}

static void
test_a_missing_field_adds_nothing(void **state)
{
	struct scorer scorer = make_scorer(2500);
	uint64_t seed = 41;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		enum comparison field = (enum comparison)draw(&seed, COMPARISON_HOUSEHOLD);
		struct made query, record;
		struct score whole, part;

		draw_person(&query, &seed);
		draw_person(&record, &seed);
		score_people(&whole, &scorer, &query.features, &record.features);
		clear_field(i % 2 == 0 ? &query.features : &record.features, field);
		score_people(&part, &scorer, &query.features, &record.features);
		assert_int_equal(part.line[field].level, LEVEL_NULL);
		assert_near(part.match_weight, whole.match_weight - whole.line[field].bits);
	}
}

static void
test_nothing_to_compare_scores_the_prior(void **state)
{
	struct scorer scorer = make_scorer(2500);
	struct made query, record;
	struct score score;

	(void)state;
	made_init(&query);
	made_init(&record);
	score_people(&score, &scorer, &query.features, &record.features);
	assert_near(score.match_weight, scorer.prior);
	assert_near(score.prior, scorer.prior);
	assert_null(score.query_name);
	/* a name without tokens is no name */
	query.features.name_count = record.features.name_count = 1;
	score_people(&score, &scorer, &query.features, &record.features);
	assert_int_equal(score.line[COMPARISON_NAME].level, LEVEL_NULL);
}

static void
test_one_more_value_of_the_record_never_lowers_the_weight(void **state)
{
	struct scorer scorer = make_scorer(2500);
	uint64_t seed = 51;

	(void)state;
	for (int i = 0; i < 12000; i++) {
		struct made query, record;
		struct score before, after;

		draw_person(&query, &seed);
		draw_person(&record, &seed);
		/* a first value may speak against; a second one may only help */
		record.features.name_count += record.features.name_count == 0;
		record.features.birth_count += record.features.birth_count == 0;
		record.features.address_count += record.features.address_count == 0;
		if (record.names[0].count == 0)
			continue;
		score_people(&before, &scorer, &query.features, &record.features);
		if (i % 3 == 0)
			record.features.name_count++;
		else if (i % 3 == 1)
			record.features.birth_count++;
		else
			record.features.address_count++;
		score_people(&after, &scorer, &query.features, &record.features);
		assert_true(after.match_weight >= before.match_weight - NEARLY);
	}
}

/* --- The other fields ------------------------------------------------------------------------ */
static void
test_the_best_pair_of_dates_counts_and_is_named(void **state)
{
	struct made query, record;
	struct score score;

	(void)state;
	made_init(&query);
	made_init(&record);
	made_birth(&query, "2009-03-04");
	made_birth(&record, "1999-11-20");
	made_birth(&record, "2009-04-03");
	score = score_of(&query, &record);
	assert_int_equal(score.line[COMPARISON_BIRTH].level, BIRTH_LEVEL_SWAPPED);
	assert_int_equal(score.line[COMPARISON_BIRTH].record_value, 1);
	assert_near(score.match_weight, model->birth[BIRTH_LEVEL_SWAPPED].bits);
}

static void
test_a_pair_that_cannot_be_compared_hides_one_that_differs(void **state)
{
	struct made query, record;

	(void)state;
	made_init(&query);
	made_init(&record);
	made_birth(&query, "2009-03-04");
	made_birth(&record, "1999-11-20");
	assert_near(
	    score_of(&query, &record).match_weight, model->birth[BIRTH_LEVEL_DIFFERENT].bits);
	made_birth(&record, "1990..2010");
	assert_int_equal(score_of(&query, &record).line[COMPARISON_BIRTH].level, LEVEL_NULL);
}

static double
sex_bits(enum sex a, enum sex b)
{
	struct made query, record;

	made_init(&query);
	made_init(&record);
	query.features.sex = a;
	record.features.sex = b;
	return score_of(&query, &record).match_weight;
}

static void
test_sex_agrees_differs_or_says_nothing(void **state)
{
	(void)state;
	assert_near(sex_bits(SEX_FEMALE, SEX_FEMALE), model->sex[AGREE_SAME].bits);
	assert_near(sex_bits(SEX_FEMALE, SEX_MALE), model->sex[AGREE_DIFFERENT].bits);
	assert_near(sex_bits(SEX_OTHER, SEX_OTHER), model->sex[AGREE_SAME].bits);
	assert_near(sex_bits(SEX_FEMALE, SEX_UNKNOWN), 0);
	assert_near(sex_bits(SEX_FEMALE, SEX_OTHER), 0);
}

static int
identifier_level(
    const struct feature_identifier *a, size_t n, const struct feature_identifier *b, size_t m)
{
	struct made query, record;

	made_init(&query);
	made_init(&record);
	memcpy(query.identifiers, a, n * sizeof *a);
	memcpy(record.identifiers, b, m * sizeof *b);
	query.features.identifier_count = n;
	record.features.identifier_count = m;
	return score_of(&query, &record).line[COMPARISON_IDENTIFIER].level;
}

static void
test_identifiers_conflict_within_their_kind_only(void **state)
{
	const struct feature_identifier nhs[2] = { { IDENTIFIER_NHS, STR_LIT("9990000018"), 0 },
		{ IDENTIFIER_NHS, STR_LIT("9990000026"), 1 } };
	const struct feature_identifier chi = { IDENTIFIER_CHI, STR_LIT("9990000018"), 0 };
	const struct feature_identifier mixed[2] = { nhs[1], chi };
	const struct feature_identifier cases[2] = { { IDENTIFIER_CASE, STR_LIT("c1"), 0 },
		{ IDENTIFIER_CASE, STR_LIT("c2"), 1 } };
	const struct feature_identifier both[2] = { nhs[0], cases[0] };
	const struct feature_identifier turned[2] = { cases[0], nhs[0] };
	const struct feature_identifier other[2] = { nhs[1], cases[0] };

	(void)state;
	assert_int_equal(identifier_level(nhs, 1, nhs, 2), IDENTIFIER_SAME);
	assert_int_equal(identifier_level(nhs, 1, nhs + 1, 1), IDENTIFIER_CONFLICT);
	assert_int_equal(identifier_level(nhs, 1, &chi, 1), LEVEL_NULL);
	assert_int_equal(identifier_level(nhs, 1, mixed, 2), IDENTIFIER_CONFLICT);
	assert_int_equal(identifier_level(cases, 1, cases + 1, 1), LEVEL_NULL);
	assert_int_equal(identifier_level(cases, 1, cases, 2), IDENTIFIER_SAME_CASE);
	/* brothers share a case number, not a health number: whichever comes first */
	assert_int_equal(identifier_level(both, 2, other, 2), IDENTIFIER_CONFLICT);
	assert_int_equal(identifier_level(turned, 2, other, 2), IDENTIFIER_CONFLICT);
}

static void
test_level_bits_come_from_the_model(void **state)
{
	struct scorer scorer = make_scorer(0);

	(void)state;
	assert_true(score_level_bits(&scorer, COMPARISON_BIRTH, LEVEL_NULL) >= 0);
	assert_near(score_level_bits(&scorer, COMPARISON_BIRTH, BIRTH_LEVEL_EXACT),
	    model->birth[BIRTH_LEVEL_EXACT].bits);
	assert_near(score_level_bits(&scorer, COMPARISON_ADDRESS, ADDRESS_TOWN),
	    model->address[ADDRESS_TOWN].bits);
	assert_near(score_level_bits(&scorer, COMPARISON_IDENTIFIER, IDENTIFIER_CONFLICT),
	    model->identifier[IDENTIFIER_CONFLICT].bits);
	assert_string_equal(comparison_name(COMPARISON_BIRTH), "birth");
	assert_string_equal(comparison_name(COMPARISON_COUNT), "unknown");
}

static double
likeness_of(const char *query, const char *record, uint64_t people)
{
	struct scorer scorer = make_scorer(people);
	struct made a, b;

	made_init(&a);
	made_init(&b);
	if (query != NULL)
		made_name(&a, query);
	if (record != NULL)
		made_name(&b, record);
	return score_likeness(&scorer, &a.features, &b.features);
}

static void
test_likeness_knows_no_rarity(void **state)
{
	(void)state;
	assert_near(likeness_of("john/smith", "john/smith", 0), 1);
	assert_near(likeness_of("zebedee/quillfeather", "zebedee/quillfeather", 0), 1);
	assert_near(likeness_of("jahn/smith", "john/smith", 0),
	    likeness_of("zebadee/quillfeather", "zebedee/quillfeather", 0));
	assert_near(likeness_of("john/smith", "mary/smith", 500),
	    likeness_of("john/quillfeather", "mary/quillfeather", 0));
	assert_true(likeness_of("john/smith", "jahn/smith", 0) >
		    likeness_of("john/smith", "mary/smith", 0));
	assert_true(likeness_of("john/smith", "mary/jones", 0) < 0);
	assert_near(likeness_of("john/smith", NULL, 0), 0);
	assert_near(likeness_of(NULL, "john/smith", 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prior_follows_its_formula_and_falls_with_people),
		cmocka_unit_test(test_an_exact_name_weighs_by_its_rarity),
		cmocka_unit_test(test_token_order_does_not_matter),
		cmocka_unit_test(test_tokens_left_over_cost_what_they_mean),
		cmocka_unit_test(test_the_halves_of_a_hyphened_name_weigh_no_more_than_the_whole),
		cmocka_unit_test(test_swapped_parts_cost_once_for_each_token),
		cmocka_unit_test(test_unknown_parts_match_any_part_without_cost),
		cmocka_unit_test(test_forename_evidence_needs_more_than_a_surname_or_an_initial),
		cmocka_unit_test(test_a_brothers_or_sisters_name_is_no_forename_evidence),
		cmocka_unit_test(test_a_like_name_is_another_one_from_a_share_on),
		cmocka_unit_test(test_an_agreeing_number_leaves_no_doubt_of_the_forename),
		cmocka_unit_test(test_each_part_tells_whether_it_agrees_or_contradicts),
		cmocka_unit_test(test_the_worst_level_among_the_pairs_is_shown),
		cmocka_unit_test(test_a_former_name_scores_as_a_current_one),
		cmocka_unit_test(test_alignment_is_the_best_of_all_permutations),
		cmocka_unit_test(test_eight_tokens_a_side_are_aligned),
		cmocka_unit_test(test_the_best_of_many_variants_is_found),
		cmocka_unit_test(test_variants_score_as_the_best_of_them_alone),
		cmocka_unit_test(test_a_query_made_ready_scores_as_it_did),
		cmocka_unit_test(test_steps_in_any_order_score_the_same),
		cmocka_unit_test(test_pair_bits_are_never_negative),
		cmocka_unit_test(test_pair_bound_holds_for_all_parts_and_is_reached),
		cmocka_unit_test(test_the_weight_stays_below_the_bound_of_retrieval),
		cmocka_unit_test(test_a_missing_field_adds_nothing),
		cmocka_unit_test(test_nothing_to_compare_scores_the_prior),
		cmocka_unit_test(test_one_more_value_of_the_record_never_lowers_the_weight),
		cmocka_unit_test(test_the_best_pair_of_dates_counts_and_is_named),
		cmocka_unit_test(test_a_pair_that_cannot_be_compared_hides_one_that_differs),
		cmocka_unit_test(test_sex_agrees_differs_or_says_nothing),
		cmocka_unit_test(test_identifiers_conflict_within_their_kind_only),
		cmocka_unit_test(test_level_bits_come_from_the_model),
		cmocka_unit_test(test_likeness_knows_no_rarity),
	};

	return cmocka_run_group_tests(tests, load_model, free_model);
}
