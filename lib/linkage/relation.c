#include "linkage/relation.h"

#include "linkage/distance.h"
#include "linkage/score_names.h"

#include <math.h>
#include <stdlib.h>

double
relation_prior_gain(const struct model *model)
{
	return log2(model->relatives.expected / model->expected_matches);
}

/* --- What the two have in common ---------------------------------------------------------------
 */
struct ties {
	bool surname; /* agrees, at any level but the initial */
	bool home;
	bool contact; /* phone or e-mail */
	bool case_number;
};

static bool
share_case(const struct features *query, const struct features *record)
{
	for (size_t i = 0; i < query->identifier_count; i++)
		for (size_t j = 0; j < record->identifier_count; j++)
			if (query->identifiers[i].kind == IDENTIFIER_CASE &&
			    record->identifiers[j].kind == IDENTIFIER_CASE &&
			    str_eq(query->identifiers[i].value, record->identifiers[j].value))
				return true;
	return false;
}

static void
find_ties(struct ties *out, const struct score *score, const struct features *query,
    const struct features *record)
{
	int address = score->line[COMPARISON_ADDRESS].level;

	*out = (struct ties){
		.surname = score->surname_level >= 0 && score->surname_level < TOKEN_INITIAL,
		.home = address == ADDRESS_POSTCODE_NUMBER || address == ADDRESS_NUMBER_STREET,
		.contact = score->line[COMPARISON_PHONE].level == CONTACT_SAME ||
			   score->line[COMPARISON_EMAIL].level == CONTACT_SAME,
		.case_number = share_case(query, record),
	};
}

static bool
lives_together(const struct ties *ties)
{
	return ties->home || ties->contact || ties->case_number;
}

/* --- Births ------------------------------------------------------------------------------------
 */
/* How much older than the query's person the record's is, in days, by the closest claims; 0 where
 * they overlap. False if either has none that is narrow enough to tell. */
static bool
years_apart(int32_t *days, const struct features *query, const struct features *record)
{
	bool known = false;

	for (size_t i = 0; i < query->birth_count; i++)
		for (size_t j = 0; j < record->birth_count; j++) {
			const struct birth *a = &query->births[i].birth;
			const struct birth *b = &record->births[j].birth;
			int32_t gap = 0;

			if (compare_births(a, b) == LEVEL_NULL)
				continue;
			if (b->last < a->first)
				gap = a->first - b->last;
			else if (b->first > a->last)
				gap = a->last - b->first;
			if (!known || abs(gap) < abs(*days))
				*days = gap;
			known = true;
		}
	return known;
}

/* --- Who it is ---------------------------------------------------------------------------------
 */
static enum relation
by_role(const struct features *record, const struct ties *ties)
{
	switch (record->role) {
	case ROLE_PARENT:
	case ROLE_CARER:
		return RELATION_PARENT;
	case ROLE_CHILD:
	case ROLE_SIBLING:
		return RELATION_SIBLING;
	default:
		break;
	}
	return lives_together(ties) ? RELATION_HOUSEHOLD : RELATION_FAMILY;
}

static enum relation
another_forename(const struct score *score, const struct ties *ties, const struct features *query,
    const struct features *record)
{
	int32_t older = 0;

	if (score->line[COMPARISON_BIRTH].level == BIRTH_LEVEL_EXACT)
		return RELATION_TWIN;
	if (!years_apart(&older, query, record))
		return by_role(record, ties);
	if (older >= RELATION_GENERATION_DAYS)
		return RELATION_PARENT;
	return older <= -RELATION_GENERATION_DAYS ? RELATION_CHILD : RELATION_SIBLING;
}

/* The same name, but another birth: father and son, or strangers. */
static enum relation
another_birth(const struct score *score, const struct ties *ties, const struct features *query,
    const struct features *record)
{
	int32_t older = 0;

	if (score->line[COMPARISON_BIRTH].level != BIRTH_LEVEL_DIFFERENT || !ties->surname ||
	    !years_apart(&older, query, record))
		return RELATION_NONE;
	if (!lives_together(ties))
		return score->match_weight < 0 ? RELATION_NAMESAKE : RELATION_NONE;
	if (older >= RELATION_GENERATION_DAYS)
		return RELATION_PARENT;
	return older <= -RELATION_GENERATION_DAYS ? RELATION_CHILD : RELATION_NONE;
}

/* Whether every claim of both is a full date, none 1 January. */
static bool
are_days(const struct features *query, const struct features *record)
{
	const struct features *both[] = { query, record };

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < both[k]->birth_count; i++) {
			const struct birth *birth = &both[k]->births[i].birth;
			struct civil day = day_to_civil(birth->first);

			if (birth->first != birth->last || (day.month == 1 && day.day == 1))
				return false;
		}
	return true;
}

/* Two full dates that no slip explains are two births, however near. */
static bool
are_other_births(
    const struct score *score, const struct features *query, const struct features *record)
{
	int level = score->line[COMPARISON_BIRTH].level;

	return level == BIRTH_LEVEL_DIFFERENT ||
	       ((level == BIRTH_LEVEL_NEAR || level == BIRTH_LEVEL_SAME_YEAR) &&
		   are_days(query, record));
}

/* A forename that may be a brother's or sister's, and another birth. */
static enum relation
brother_or_sister(const struct score *score, const struct ties *ties, const struct features *query,
    const struct features *record)
{
	int32_t older = 0;

	if (!lives_together(ties))
		return another_birth(score, ties, query, record);
	if (score->line[COMPARISON_BIRTH].level == BIRTH_LEVEL_EXACT)
		return RELATION_TWIN;
	if (!are_other_births(score, query, record) || !years_apart(&older, query, record))
		return RELATION_NONE;
	if (older >= RELATION_GENERATION_DAYS)
		return RELATION_PARENT;
	return older <= -RELATION_GENERATION_DAYS ? RELATION_CHILD : RELATION_SIBLING;
}

/* --- Family weight -----------------------------------------------------------------------------
 */
/* The best pair that is, or may be, of the part. */
static double
best_pair(const struct score *score, enum name_part part)
{
	double best = 0;

	for (uint8_t i = 0; i < score->pair_count; i++) {
		const struct score_token_pair *pair = &score->pair[i];
		enum name_part of =
		    score_pair_part(score->query_name->tokens[pair->query_token].part,
			score->record_name->tokens[pair->record_token].part);

		if (of == part || (of == PART_UNKNOWN && part == PART_SURNAME))
			best = fmax(best, pair->bits);
	}
	return best;
}

/* Tokens of the name that are in no pair and may be forenames. `in`: a mask of those paired. */
static bool
may_be_forename(const struct feature_name *name, unsigned in, uint8_t i)
{
	return (in & 1u << i) == 0 && name->tokens[i].part != PART_SURNAME &&
	       name->tokens[i].text.n > 1;
}

static bool
is_similar(struct str a, struct str b)
{
	return a.p[0] == b.p[0] || distance_jaro_winkler(a, b) >= RELATION_SIMILAR;
}

/* Whether forenames left over on both sides may be one name after all. */
static bool
has_similar_left_over(const struct score *score)
{
	const struct feature_name *a = score->query_name, *b = score->record_name;
	unsigned a_in = 0, b_in = 0;

	if (a == NULL || b == NULL)
		return false;
	for (uint8_t i = 0; i < score->pair_count; i++) {
		a_in |= 1u << score->pair[i].query_token;
		b_in |= 1u << score->pair[i].record_token;
	}
	for (uint8_t i = 0; i < a->count; i++)
		for (uint8_t j = 0; may_be_forename(a, a_in, i) && j < b->count; j++)
			if (may_be_forename(b, b_in, j) &&
			    is_similar(a->tokens[i].text, b->tokens[j].text))
				return true;
	return false;
}

/* The m of what the pair's bits were reckoned with: an equal forename, or one that is nearly so. */
static double
m_of_forename(const struct model *model, const struct score *score)
{
	const struct model_level *levels = model->token[PART_FORENAME];
	double m = 0;

	if (score->forename_level == TOKEN_EXACT || score->forename_level == TOKEN_NONE)
		return levels[TOKEN_EXACT].m;
	for (int level = TOKEN_NICKNAME; level < TOKEN_INITIAL; level++)
		m += levels[level].m;
	return m;
}

/* Relatives share a forename seldom: father and son the first, brothers a further one. */
static double
forename_bits(const struct model *model, const struct score *score)
{
	double shared = best_pair(score, PART_FORENAME), bits = 0;

	if (score->forename_level == LEVEL_NULL || score->forename_level == TOKEN_INITIAL)
		return 0;
	if (score->forename_level == TOKEN_NONE && has_similar_left_over(score))
		bits = log2(model->relatives.similar_forename);
	if (score->forename_level != TOKEN_NONE || shared > 0)
		bits += shared + log2(model->relatives.same_forename / m_of_forename(model, score));
	return bits;
}

static double
surname_bits(const struct model *model, const struct score *score)
{
	double same = model->relatives.same_surname;

	if (score->surname_level == LEVEL_NULL)
		return best_pair(score, PART_SURNAME);
	if (score->surname_level == TOKEN_NONE)
		return log2((1 - same) / model->token[PART_SURNAME][TOKEN_NONE].u);
	return best_pair(score, PART_SURNAME) + log2(same);
}

static double
birth_bits(const struct model *model, const struct score *score)
{
	if (score->line[COMPARISON_BIRTH].level != BIRTH_LEVEL_EXACT)
		return 0;
	return log2(model->relatives.twin / model->birth[BIRTH_LEVEL_EXACT].u);
}

static double
family_bits(const struct scorer *scorer, const struct score *score, const struct ties *ties)
{
	const struct model *model = scorer->model;
	double bits = scorer->prior + relation_prior_gain(model) + surname_bits(model, score) +
		      forename_bits(model, score) + birth_bits(model, score) +
		      score->line[COMPARISON_ADDRESS].bits + score->line[COMPARISON_PHONE].bits +
		      score->line[COMPARISON_EMAIL].bits;

	if (ties->case_number)
		bits += score_level_bits(scorer, COMPARISON_IDENTIFIER, IDENTIFIER_SAME_CASE);
	return bits;
}

void
relation_of(struct kinship *out, const struct scorer *scorer, const struct score *score,
    const struct features *query, const struct features *record)
{
	struct ties ties;
	double rival = score->match_weight;

	*out = (struct kinship){ RELATION_NONE, 0 };
	if (score->line[COMPARISON_IDENTIFIER].level == IDENTIFIER_SAME)
		return;
	find_ties(&ties, score, query, record);
	if (!ties.surname && !lives_together(&ties))
		return;
	if (score->forename_level == TOKEN_NONE)
		out->relation = another_forename(score, &ties, query, record);
	else if (score->forename_doubt)
		out->relation = brother_or_sister(score, &ties, query, record);
	else if (score->forename_evidence)
		out->relation = another_birth(score, &ties, query, record);
	if (out->relation == RELATION_NONE)
		return;
	if (out->relation == RELATION_NAMESAKE) {
		out->bits = score->match_weight - score->line[COMPARISON_BIRTH].bits;
		return;
	}
	out->bits = family_bits(scorer, score, &ties);
	if (score->forename_doubt && are_other_births(score, query, record))
		rival += scorer->model->birth[BIRTH_LEVEL_DIFFERENT].bits -
			 score->line[COMPARISON_BIRTH].bits;
	if (out->bits <= rival + RELATION_MARGIN)
		*out = (struct kinship){ RELATION_NONE, 0 };
	else if (lives_together(&ties))
		out->bits = fmax(0, out->bits);
}

/* --- The most it can be ------------------------------------------------------------------------
 */
double
relation_over(const struct model *model)
{
	double same = model->relatives.same_surname, near = 0;
	const struct model_level *forename = model->token[PART_FORENAME];

	for (int level = TOKEN_NICKNAME; level < TOKEN_INITIAL; level++)
		near += forename[level].m;
	return fmax(0, log2((1 - same) / model->token[PART_SURNAME][TOKEN_NONE].u)) +
	       fmax(0, log2(model->relatives.same_forename / fmin(near, forename[TOKEN_EXACT].m)));
}

/* By names and births: whether relation_of() may give any relation. */
static bool
may_be_related(const struct score *score, const struct ties *ties, bool together)
{
	if (!ties->surname && !together)
		return false;
	return score->forename_level == TOKEN_NONE || (score->forename_doubt && together) ||
	       ((score->forename_doubt || score->forename_evidence) && ties->surname &&
		   score->line[COMPARISON_BIRTH].level == BIRTH_LEVEL_DIFFERENT);
}

/* The match weight without the birth, which is what a namesake is given. */
static double
without_birth(const struct score *score)
{
	double sum = score->prior;

	for (int i = 0; i < COMPARISON_COUNT; i++)
		sum += i == COMPARISON_BIRTH ? 0 : score->line[i].bits;
	return sum;
}

double
relation_most(const struct relation_open *open, const struct scorer *scorer,
    const struct score *score, const struct features *query, const struct features *record)
{
	const struct model *model = scorer->model;
	bool names = (open->steps & SCORE_NAMES) == 0, together;
	struct ties ties;
	double most;

	if (score->line[COMPARISON_IDENTIFIER].level == IDENTIFIER_SAME)
		return -HUGE_VAL;
	find_ties(&ties, score, query, record);
	together = lives_together(&ties) || ((open->steps & SCORE_ADDRESSES) != 0 && open->home);
	if (names && !may_be_related(score, &ties, together))
		return -HUGE_VAL;
	most = scorer->prior + open->gain + birth_bits(model, score) + open->bits +
	       (names ? surname_bits(model, score) + forename_bits(model, score) : open->over) +
	       score->line[COMPARISON_ADDRESS].bits + score->line[COMPARISON_PHONE].bits +
	       score->line[COMPARISON_EMAIL].bits;
	if (ties.case_number)
		most += score_level_bits(scorer, COMPARISON_IDENTIFIER, IDENTIFIER_SAME_CASE);
	if (score->line[COMPARISON_BIRTH].level == BIRTH_LEVEL_DIFFERENT)
		most = fmax(most, without_birth(score) + open->bits);
	return together ? fmax(0, most) : most;
}

const char *
relation_name(enum relation relation)
{
	static const char *const names[RELATION_COUNT] = { "", "possible_twin", "possible_sibling",
		"possible_parent", "possible_child", "same_household", "same_family", "namesake",
		"same_case" };

	return (unsigned)relation < RELATION_COUNT ? names[relation] : "";
}

const char *
relation_words(enum relation relation)
{
	static const char *const words[RELATION_COUNT] = { "",
		"another forename, born the same day; surname, home or contact in common",
		"another forename; surname, home or contact in common",
		"of the generation before; surname, home or contact in common",
		"of the generation after; surname, home or contact in common",
		"another forename, age not known; the same home, contact or case",
		"another forename, age not known; the same surname",
		"the same name, another date of birth",
		"in the same case record as somebody listed here" };

	return (unsigned)relation < RELATION_COUNT ? words[relation] : "";
}
