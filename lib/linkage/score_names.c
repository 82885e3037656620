#include "linkage/score_names.h"

#include "base/scratch.h"
#include "linkage/distance.h"

#include <math.h>

/*
 * score.h has the formula. The variants of a person's names repeat the same few tokens, so the
 * distinct ones are prepared and compared once (a group and a grid), and variants only look up.
 *
 * A name is aligned exactly: best[mask] is the most that the query tokens looked at so far can
 * give using just the record tokens in `mask`. 8 x 8 tokens take 8 * 256 * 8 steps, a usual name
 * some seventy. What is left over depends only on which record tokens are paired, and on whether
 * the query's first forename is (one more bit of the mask, where both sides have several
 * forenames), so it is added to each mask at the end, and the greatest sum is the greatest of all.
 */
#define MASKS (2u << FEATURE_TOKENS_MAX)
#define NO_TOKEN FEATURE_TOKENS_MAX
#define GROUP_TOKENS_MAX 64   /* a dozen is usual; more variants go into a further group */
#define GROUP_VARIANTS_MAX 32 /* likewise */
#define USUAL_CELLS 144	      /* pairs of tokens of two groups: a dozen by a dozen */

_Static_assert(FEATURE_TOKENS_MAX <= 8, "record tokens are a mask of 8 bits, and one more");
_Static_assert(GROUP_TOKENS_MAX >= FEATURE_TOKENS_MAX, "any one name fits a group");

/* --- Groups: distinct tokens of some variants ------------------------------------------------- */
struct group {
	const struct feature_name *names[GROUP_VARIANTS_MAX];
	uint8_t at[GROUP_VARIANTS_MAX][FEATURE_TOKENS_MAX]; /* of a variant's token: index below */
	size_t variants;
	const struct feature_token *token[GROUP_TOKENS_MAX];
	struct compare_token prepared[GROUP_TOKENS_MAX];
	double share[GROUP_TOKENS_MAX]; /* negative: not looked up yet */
	size_t tokens;
};

static size_t
token_index(struct group *group, const struct lexicon *lexicon, const struct feature_token *token)
{
	size_t i;

	for (i = 0; i < group->tokens; i++)
		if (group->token[i]->part == token->part &&
		    str_eq(group->token[i]->text, token->text))
			return i;
	group->token[i] = token;
	group->share[i] = -1;
	compare_prepare(&group->prepared[i], lexicon, token->text);
	group->tokens++;
	return i;
}

/* Takes variants from `from` on while they fit; returns the first that did not. */
static size_t
fill_group(struct group *group, const struct lexicon *lexicon, const struct feature_name *names,
    size_t from, size_t count)
{
	group->variants = group->tokens = 0;
	for (; from < count; from++) {
		const struct feature_name *name = &names[from];

		if (name->count == 0)
			continue;
		if (group->variants == GROUP_VARIANTS_MAX ||
		    group->tokens + name->count > GROUP_TOKENS_MAX)
			break;
		for (uint8_t i = 0; i < name->count; i++)
			group->at[group->variants][i] =
			    (uint8_t)token_index(group, lexicon, &name->tokens[i]);
		group->names[group->variants++] = name;
	}
	return from;
}

static double
group_share(struct group *group, const struct scorer *scorer, size_t i)
{
	const struct feature_token *token = group->token[i];

	if (group->share[i] < 0)
		group->share[i] =
		    frequency_share(&scorer->frequency, scorer->model, token->part, token->text);
	return group->share[i];
}

/* --- Queries made ready ------------------------------------------------------------------------
 */
struct score_asked {
	const struct features *query;
	struct group *groups;
	size_t count;
};

/* Of a name each group has at least one, so there are no more groups than names. */
struct score_asked *
score_ask(struct arena *arena, const struct scorer *scorer, const struct features *query)
{
	struct score_asked *asked = arena_alloc(arena, 1, sizeof *asked);
	size_t count = 0;

	for (size_t i = 0; i < query->name_count; count++) {
		struct group group SCRATCH;

		i = fill_group(&group, scorer->lexicon, query->names, i, query->name_count);
	}
	if (asked == NULL)
		return NULL;
	*asked = (struct score_asked){ .query = query, .count = count };
	asked->groups = arena_alloc(arena, count, sizeof *asked->groups);
	if (asked->groups == NULL)
		return NULL;
	for (size_t i = 0, group = 0; i < query->name_count; group++)
		i = fill_group(
		    &asked->groups[group], scorer->lexicon, query->names, i, query->name_count);
	return asked;
}

/* --- Grid: every token of one group with every token of another --------------------------------
 */
struct cell {
	double bits, rarity;
	double worth; /* bits and what a swap costs; 0: no pair */
	enum token_level level;
	bool swapped;
};

/* Of as many cells as there are pairs of tokens, row by row. */
struct grid {
	struct cell *cells;
	size_t columns;
};

static double
greater(double a, double b)
{
	return a > b ? a : b;
}

static bool
is_swapped(enum name_part a, enum name_part b)
{
	return a != b && a != PART_UNKNOWN && b != PART_UNKNOWN;
}

static void
fill_cell(struct cell *cell, const struct scorer *scorer, struct group *query, size_t i,
    struct group *record, size_t j)
{
	double share;

	cell->level = compare_prepared(&query->prepared[i], &record->prepared[j]);
	cell->worth = cell->bits = cell->rarity = 0;
	cell->swapped = false;
	if (cell->level == TOKEN_NONE)
		return;
	share = greater(group_share(query, scorer, i), group_share(record, scorer, j));
	cell->swapped = is_swapped(query->token[i]->part, record->token[j]->part);
	cell->bits = score_bits_at(&cell->rarity, scorer->model,
	    score_pair_part(query->token[i]->part, record->token[j]->part), cell->level, share);
	cell->worth = cell->bits + (cell->swapped ? scorer->model->part_swapped : 0);
}

static void
fill_grid(struct grid *grid, const struct scorer *scorer, struct group *query, struct group *record)
{
	struct cell *cell = grid->cells;

	for (size_t i = 0; i < query->tokens; i++)
		for (size_t j = 0; j < record->tokens; j++)
			fill_cell(cell++, scorer, query, i, record, j);
}

/* --- Alignment of two variants -----------------------------------------------------------------
 */
struct names {
	const struct feature_name *query, *record;
	const uint8_t *query_at, *record_at; /* into the grid */
	const struct grid *grid;
	const struct model *model;
};

struct alignment {
	double bits;
	struct score_token_pair pair[FEATURE_TOKENS_MAX];
	uint8_t pair_count;
};

static const struct cell *
cell_of(const struct names *names, unsigned i, unsigned j)
{
	return &names->grid->cells[names->query_at[i] * names->grid->columns + names->record_at[j]];
}

static double
least_of(double a, double b)
{
	return a < b ? a : b;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* How many tokens of each part two names have, and how many pairs these allow ("expected" in
 * score.h). */
struct parts {
	unsigned query[MODEL_PARTS], record[MODEL_PARTS];
	unsigned expected;
	/* The first forename of each, where both have several; else NO_TOKEN. */
	unsigned query_first, record_first;
};

static unsigned
first_forename(const struct feature_name *name)
{
	unsigned i = 0;

	while (i < name->count && name->tokens[i].part != PART_FORENAME)
		i++;
	return i;
}

static void
count_parts(struct parts *out, const struct feature_name *query, const struct feature_name *record)
{
	unsigned *q = out->query, *r = out->record, known, q_wild, r_wild;

	memset(out, 0, sizeof *out);
	for (uint8_t i = 0; i < query->count; i++)
		q[query->tokens[i].part]++;
	for (uint8_t i = 0; i < record->count; i++)
		r[record->tokens[i].part]++;
	known = least(q[PART_FORENAME], r[PART_FORENAME]) + least(q[PART_SURNAME], r[PART_SURNAME]);
	/* what is left may pair with tokens of unknown part, and these with one another */
	q_wild = least(q[PART_FORENAME] + q[PART_SURNAME] - known, r[PART_UNKNOWN]);
	r_wild = least(r[PART_FORENAME] + r[PART_SURNAME] - known, q[PART_UNKNOWN]);
	out->expected =
	    known + q_wild + r_wild + least(q[PART_UNKNOWN] - r_wild, r[PART_UNKNOWN] - q_wild);
	out->query_first = out->record_first = NO_TOKEN;
	if (q[PART_FORENAME] > 1 && r[PART_FORENAME] > 1) {
		out->query_first = first_forename(query);
		out->record_first = first_forename(record);
	}
}

static unsigned
short_of(unsigned wanted, unsigned have)
{
	return wanted > have ? wanted - have : 0;
}

/* The first contradiction of a part costs what its level "none" weighs, if nothing of the part
 * agrees; every other one the same small sum. */
static double
conflict_bits(const struct model *model, enum name_part part, unsigned conflicts, unsigned main)
{
	unsigned first = least(conflicts, main);

	return first * model->token[part][TOKEN_NONE].bits +
	       (conflicts - first) * model->further_conflict;
}

/* `used`: record tokens paired, by part. `firsts`: both first forenames are left over. */
static double
left_over_bits(
    const struct names *names, const struct parts *parts, const unsigned *used, bool firsts)
{
	unsigned pairs = used[PART_FORENAME] + used[PART_SURNAME] + used[PART_UNKNOWN];
	unsigned conflicts = short_of(parts->expected, pairs), part[MODEL_PARTS], left = conflicts;
	double bits =
	    (names->query->count - pairs - conflicts) * names->model->query_token_unmatched +
	    (names->record->count - pairs - conflicts) * names->model->record_token_unmatched;

	if (conflicts == 0)
		return bits;
	for (int i = 0; i < PART_UNKNOWN; i++) {
		part[i] = least(left, short_of(least(parts->query[i], parts->record[i]), used[i]));
		left -= part[i];
		bits += conflict_bits(names->model, (enum name_part)i, part[i],
		    used[i] == 0 || (i == PART_FORENAME && firsts));
	}
	/* Of tokens whose part is not told, two make a name: a forename and a surname. */
	return bits + conflict_bits(names->model, PART_UNKNOWN, left,
			  short_of(least(2, parts->expected), pairs + conflicts - left));
}

static unsigned
bits_set(unsigned mask)
{
	unsigned n = 0;

	for (; mask != 0; mask &= mask - 1)
		n++;
	return n;
}

/* The pairs that may be formed. Only record tokens with a partner get a bit in the masks. */
struct choices {
	uint8_t count[FEATURE_TOKENS_MAX];		     /* by query token */
	uint8_t bit[FEATURE_TOKENS_MAX][FEATURE_TOKENS_MAX]; /* of each choice */
	double worth[FEATURE_TOKENS_MAX][FEATURE_TOKENS_MAX];
	uint8_t token[FEATURE_TOKENS_MAX]; /* of a bit: the record token */
	unsigned bits;
	unsigned masks;	    /* of all bits, with the one below if it is kept */
	unsigned first_bit; /* set with every pair of the query's first forename; 0: not kept */
	double most; /* no alignment gives more: every token with its best partner, counted on the
			side where that is less, and no more left over than must be */
	uint8_t best[FEATURE_TOKENS_MAX]; /* of each query token: its best choice */
	bool settled; /* those are of all query tokens and no two the same: nothing is better */
};

/* What must be left over, as one name has more tokens; pairs that are not formed cost no less. */
static double
surplus_bits(const struct names *names)
{
	unsigned q = names->query->count, r = names->record->count, pairs = least(q, r);

	return (q - pairs) * names->model->query_token_unmatched +
	       (r - pairs) * names->model->record_token_unmatched;
}

static void
find_choices(struct choices *out, const struct names *names)
{
	double record_best[FEATURE_TOKENS_MAX] = { 0 }, query_sum = 0, record_sum = 0;
	int8_t bit_of[FEATURE_TOKENS_MAX];
	unsigned taken = 0, alone = 0;

	memset(bit_of, -1, sizeof bit_of);
	out->bits = 0;
	for (unsigned i = 0; i < names->query->count; i++) {
		double best = 0;

		out->count[i] = 0;
		for (unsigned j = 0; j < names->record->count; j++) {
			const struct cell *cell = cell_of(names, i, j);

			if (cell->bits <= 0)
				continue;
			if (bit_of[j] < 0) {
				out->token[out->bits] = (uint8_t)j;
				bit_of[j] = (int8_t)out->bits++;
			}
			out->bit[i][out->count[i]] = (uint8_t)bit_of[j];
			out->worth[i][out->count[i]++] = cell->worth;
			if (cell->worth > best) {
				best = cell->worth;
				out->best[i] = (uint8_t)(out->count[i] - 1);
			}
			record_best[j] = greater(record_best[j], cell->worth);
		}
		query_sum += best;
		if (best > 0 && (taken & 1u << out->bit[i][out->best[i]]) == 0) {
			taken |= 1u << out->bit[i][out->best[i]];
			alone++;
		}
	}
	for (unsigned j = 0; j < names->record->count; j++)
		record_sum += record_best[j];
	out->most = (query_sum < record_sum ? query_sum : record_sum) + surplus_bits(names);
	out->settled = alone == names->query->count;
}

/* One more query token: `best` in place, from the fullest mask down so that it is used once. Its
 * pairs set the bit `also` besides, if that is not 0. */
static void
align_token(double *best, int8_t *choice, const struct choices *choices, unsigned i, unsigned also)
{
	for (unsigned mask = choices->masks; mask-- > 0;) {
		choice[mask] = -1;
		for (unsigned k = 0; k < choices->count[i]; k++) {
			unsigned bit = 1u << choices->bit[i][k] | also;
			double value;

			if ((mask & bit) != bit)
				continue;
			value = best[mask ^ bit] + choices->worth[i][k];
			if (value > best[mask]) {
				best[mask] = value;
				choice[mask] = (int8_t)choices->bit[i][k];
			}
		}
	}
}

static void
trace_back(struct alignment *out, const struct names *names, const struct choices *choices,
    int8_t choice[FEATURE_TOKENS_MAX][MASKS], unsigned mask, unsigned query_first)
{
	out->pair_count = (uint8_t)bits_set(mask & ~choices->first_bit);
	for (unsigned i = names->query->count, at = out->pair_count; i-- > 0 && at > 0;) {
		int bit = choices->count[i] > 0 ? choice[i][mask] : -1;
		const struct cell *cell;

		if (bit < 0)
			continue;
		cell = cell_of(names, i, choices->token[bit]);
		out->pair[--at] = (struct score_token_pair){ .query_token = (uint8_t)i,
			.record_token = choices->token[bit],
			.level = cell->level,
			.swapped = cell->swapped,
			.bits = cell->bits,
			.rarity = cell->rarity };
		mask ^= 1u << bit | (i == query_first ? choices->first_bit : 0);
	}
}

/* How many record tokens of each part are in the mask; true if the record's first forename is not,
 * nor the query's. */
static bool
count_used(unsigned used[MODEL_PARTS], const struct names *names, const struct parts *parts,
    const struct choices *choices, unsigned mask)
{
	bool firsts = choices->first_bit != 0 && (mask & choices->first_bit) == 0;

	used[PART_FORENAME] = used[PART_SURNAME] = used[PART_UNKNOWN] = 0;
	for (mask &= ~choices->first_bit; mask != 0; mask &= mask - 1) {
		unsigned token = choices->token[__builtin_ctz(mask)];

		used[names->record->tokens[token].part]++;
		firsts = firsts && token != parts->record_first;
	}
	return firsts;
}

/* Every query token has a partner of its own, its best: no more can be given, no less left over. */
static void
settle(struct alignment *out, const struct names *names, const struct choices *choices)
{
	out->bits = 0;
	out->pair_count = names->query->count;
	for (unsigned i = 0; i < out->pair_count; i++) {
		unsigned best = choices->best[i];
		unsigned token = choices->token[choices->bit[i][best]];
		const struct cell *cell = cell_of(names, i, token);

		out->bits += choices->worth[i][best];
		out->pair[i] = (struct score_token_pair){ .query_token = (uint8_t)i,
			.record_token = (uint8_t)token,
			.level = cell->level,
			.swapped = cell->swapped,
			.bits = cell->bits,
			.rarity = cell->rarity };
	}
	out->bits += surplus_bits(names);
}

static void
align(struct alignment *out, const struct names *names, struct choices *choices)
{
	double best[MASKS] SCRATCH;
	int8_t choice[FEATURE_TOKENS_MAX][MASKS] SCRATCH;
	unsigned best_mask = 0;
	struct parts parts;

	count_parts(&parts, names->query, names->record);
	choices->first_bit = parts.query_first != NO_TOKEN ? 1u << choices->bits : 0;
	choices->masks = (1u << choices->bits) + choices->first_bit;
	best[0] = 0;
	for (unsigned mask = 1; mask < choices->masks; mask++)
		best[mask] = -HUGE_VAL;
	for (unsigned i = 0; i < names->query->count; i++)
		if (choices->count[i] > 0)
			align_token(best, choice[i], choices, i,
			    i == parts.query_first ? choices->first_bit : 0);
	out->bits = -HUGE_VAL;
	for (unsigned mask = 0; mask < choices->masks; mask++) {
		unsigned used[MODEL_PARTS];
		double bits;
		bool firsts;

		if (isinf(best[mask]))
			continue; /* these record tokens cannot all be paired */
		firsts = count_used(used, names, &parts, choices, mask);
		bits = best[mask] + left_over_bits(names, &parts, used, firsts);
		if (bits > out->bits) {
			out->bits = bits;
			best_mask = mask;
		}
	}
	trace_back(out, names, choices, choice, best_mask, parts.query_first);
}

/* --- Hyphened words -----------------------------------------------------------------------------
 */
/* The bits of an equal token that is the two of the name from i on in one. */
static double
bits_in_one(const struct scorer *scorer, const struct feature_name *name, unsigned i)
{
	double rarity;
	char text[2 * FEATURE_TOKEN_BYTES_MAX];
	struct str a = feature_letters(name->tokens[i].text);
	struct str b = feature_letters(name->tokens[i + 1].text);
	enum name_part part = name->tokens[i].part;

	memcpy(text, a.p, a.n);
	memcpy(text + a.n, b.p, b.n);
	return score_bits_at(&rarity, scorer->model, part, TOKEN_EXACT,
	    frequency_share(&scorer->frequency, scorer->model, part,
		str_part((struct str){ text, a.n + b.n }, 0, FEATURE_TOKEN_BYTES_MAX)));
}

/* The pair of a query token; NULL: it is left over. */
static struct score_token_pair *
pair_of(struct alignment *alignment, unsigned query_token)
{
	for (uint8_t i = 0; i < alignment->pair_count; i++)
		if (alignment->pair[i].query_token == query_token)
			return &alignment->pair[i];
	return NULL;
}

/* Whoever is called Anna-Lena has both halves: two that agree with two weigh together no more than
 * the whole word does. */
static void
weigh_hyphened(struct alignment *alignment, const struct scorer *scorer, const struct names *names)
{
	for (unsigned i = 1; i < names->query->count; i++) {
		struct score_token_pair *first, *second;
		double whole, excess;

		if ((names->query->glued & 1u << i) == 0)
			continue;
		first = pair_of(alignment, i - 1);
		second = pair_of(alignment, i);
		if (first == NULL || second == NULL || first->swapped || second->swapped ||
		    second->record_token != first->record_token + 1 ||
		    (names->record->glued & 1u << second->record_token) == 0)
			continue;
		/* of two that differ, as everywhere, the commoner */
		whole = least_of(bits_in_one(scorer, names->query, i - 1),
		    bits_in_one(scorer, names->record, first->record_token));
		excess = least_of(first->bits + second->bits - whole, second->bits);
		if (excess <= 0)
			continue;
		second->bits -= excess;
		second->rarity -= excess;
		alignment->bits -= excess;
	}
}

/* --- The best pair of variants -----------------------------------------------------------------
 */
/* Of the best pair of variants. */
struct paired {
	const struct feature_name *query, *record;
	unsigned q_in, r_in; /* masks of tokens in a pair */
	bool whole;	     /* neither side tells the parts of two tokens or more */
};

static bool
has_forename_evidence(const struct score *score, const struct paired *paired)
{
	bool whole =
	    score->pair_count >= 2 || paired->query->count == 1 || paired->record->count == 1;

	for (uint8_t i = 0; i < score->pair_count; i++) {
		const struct score_token_pair *pair = &score->pair[i];
		const struct feature_token *a = &paired->query->tokens[pair->query_token];
		const struct feature_token *b = &paired->record->tokens[pair->record_token];

		if (pair->level == TOKEN_INITIAL || feature_letters(a->text).n < 2)
			continue;
		if (a->part == PART_FORENAME ||
		    (a->part == PART_UNKNOWN && b->part == PART_FORENAME))
			return true;
		if (a->part == PART_UNKNOWN && b->part == PART_UNKNOWN && whole)
			return true;
	}
	return false;
}

/* Whether a token of the part, or of unknown part, is in no pair. `in` is a mask of those paired.
 */
static bool
has_left_over(const struct feature_name *name, unsigned in, enum name_part part, bool unknown)
{
	for (unsigned i = 0; i < name->count; i++)
		if ((in & 1u << i) == 0 && (name->tokens[i].part == part ||
					       (unknown && name->tokens[i].part == PART_UNKNOWN)))
			return true;
	return false;
}

static bool
has_part(const struct feature_name *name, enum name_part part)
{
	return has_left_over(name, 0, part, false);
}

static bool
is_of_part(const struct score_token_pair *pair, const struct paired *paired, enum name_part part)
{
	return paired->query->tokens[pair->query_token].part == part ||
	       paired->record->tokens[pair->record_token].part == part;
}

/* Two tokens or more, none of which is told to be a forename or a surname. */
static bool
is_whole(const struct feature_name *name)
{
	return name->count > 1 && !has_part(name, PART_FORENAME) && !has_part(name, PART_SURNAME);
}

/* score.h: forename_level, surname_level. */
static int
level_of_part(const struct score *score, const struct paired *paired, enum name_part part)
{
	const struct feature_name *query = paired->query, *record = paired->record;
	unsigned q_in = paired->q_in, r_in = paired->r_in, q_first, r_first;
	int best = TOKEN_LEVEL_COUNT;

	for (uint8_t i = 0; i < score->pair_count; i++) {
		const struct score_token_pair *pair = &score->pair[i];

		if ((paired->whole || is_of_part(pair, paired, part)) && (int)pair->level < best)
			best = (int)pair->level;
	}
	/* Parts not told: names are written forename first, so what is left over at the head of
	 * both while something agrees is two forenames. */
	if (paired->whole && (score->pair_count > 1 || ((q_in | r_in) & 1u) == 0))
		return part == PART_FORENAME && ((q_in | r_in) & 1u) == 0 && best < TOKEN_NONE
			   ? TOKEN_NONE
		       : best < TOKEN_LEVEL_COUNT ? best
						  : LEVEL_NULL;
	if (paired->whole)
		return LEVEL_NULL;
	if (part == PART_FORENAME) {
		q_first = first_forename(query);
		r_first = first_forename(record);
		if (q_first < query->count && r_first < record->count &&
		    (q_in & 1u << q_first) == 0 && (r_in & 1u << r_first) == 0)
			return TOKEN_NONE;
	}
	if (best < TOKEN_LEVEL_COUNT)
		return best;
	if ((has_part(query, part) && has_left_over(record, r_in, part, true)) ||
	    (has_part(record, part) && has_left_over(query, q_in, part, true)))
		return TOKEN_NONE;
	return LEVEL_NULL;
}

/* --- Is the forename a brother's or sister's? --------------------------------------------------
 */
/* A whole name ends in a surname, unless it is all that is there. */
static bool
is_forename(const struct feature_name *name, unsigned i)
{
	enum name_part part = name->tokens[i].part;

	return part == PART_FORENAME || (part == PART_UNKNOWN && i + 1 < name->count);
}

static bool
is_left_over_forename(const struct feature_name *name, unsigned in, unsigned i)
{
	return (in & 1u << i) == 0 && is_forename(name, i) &&
	       feature_letters(name->tokens[i].text).n > 1;
}

/* Whether forenames left over on both sides contradict: none of one side's is like any of the
 * other's. */
static bool
contradicts_further(const struct paired *paired)
{
	const struct feature_name *a = paired->query, *b = paired->record;
	bool contradicts = false;

	for (unsigned i = 0; i < a->count; i++)
		for (unsigned j = 0; j < b->count; j++) {
			if (!is_left_over_forename(a, paired->q_in, i) ||
			    !is_left_over_forename(b, paired->r_in, j))
				continue;
			if (distance_jaro_winkler(feature_letters(a->tokens[i].text),
				feature_letters(b->tokens[j].text)) >= SCORE_LIKE_FORENAME)
				return false;
			contradicts = true;
		}
	return contradicts;
}

/* Whether the tokens of the pair are two names of their own, and no slip of one. */
static bool
is_of_two_names(const struct scorer *scorer, const struct feature_token *a,
    const struct feature_token *b, enum token_level level)
{
	double one, other, floor = scorer->model->frequency_floor * SCORE_OWN_NAME;

	if (level != TOKEN_SOUND && level != TOKEN_EDIT1 && level != TOKEN_EDIT2 &&
	    level != TOKEN_PREFIX)
		return false;
	one = frequency_share(&scorer->frequency, scorer->model, PART_FORENAME, a->text);
	other = frequency_share(&scorer->frequency, scorer->model, PART_FORENAME, b->text);
	return one >= floor && other >= floor && one >= other * SCORE_OWN_RATIO &&
	       other >= one * SCORE_OWN_RATIO;
}

/* The pair of both first forenames decides; without one, all pairs of forenames together. */
static bool
is_anothers_forename(
    const struct score *score, const struct scorer *scorer, const struct paired *paired)
{
	bool all = false, any = false;

	for (uint8_t i = 0; i < score->pair_count; i++) {
		const struct score_token_pair *pair = &score->pair[i];
		const struct feature_token *a = &paired->query->tokens[pair->query_token];
		const struct feature_token *b = &paired->record->tokens[pair->record_token];
		bool two;

		if (pair->level == TOKEN_INITIAL || pair->swapped ||
		    !is_forename(paired->query, pair->query_token) ||
		    !is_forename(paired->record, pair->record_token))
			continue;
		two = is_of_two_names(scorer, a, b, pair->level);
		if (pair->query_token == 0 && pair->record_token == 0)
			return two;
		all = any ? all && two : two;
		any = true;
	}
	return all;
}

/* What the best pair of variants says of forenames and surnames. */
static void
settle_evidence(struct score *out, const struct scorer *scorer)
{
	struct paired paired = { .query = out->query_name, .record = out->record_name };

	if (paired.query == NULL)
		return;
	paired.whole = is_whole(paired.query) && is_whole(paired.record);
	for (uint8_t i = 0; i < out->pair_count; i++) {
		paired.q_in |= 1u << out->pair[i].query_token;
		paired.r_in |= 1u << out->pair[i].record_token;
	}
	out->forename_level = level_of_part(out, &paired, PART_FORENAME);
	out->surname_level = level_of_part(out, &paired, PART_SURNAME);
	out->forename_evidence =
	    out->forename_level != TOKEN_NONE && has_forename_evidence(out, &paired);
	if (!out->forename_evidence)
		return;
	out->forename_doubt =
	    contradicts_further(&paired) || is_anothers_forename(out, scorer, &paired);
	out->forename_evidence = !out->forename_doubt;
}

static void
keep(struct score *out, const struct alignment *alignment, const struct names *names)
{
	struct score_line *line = &out->line[COMPARISON_NAME];

	out->query_name = names->query;
	out->record_name = names->record;
	out->pair_count = alignment->pair_count;
	*line = (struct score_line){ .level = TOKEN_NONE,
		.bits = alignment->bits,
		.query_value = names->query->source,
		.record_value = names->record->source };
	for (uint8_t i = 0; i < alignment->pair_count; i++) {
		int level = (int)alignment->pair[i].level;

		out->pair[i] = alignment->pair[i];
		line->rarity += alignment->pair[i].rarity;
		if (i == 0 || level > line->level)
			line->level = level;
	}
}

static void
score_variants(struct score *out, const struct scorer *scorer, struct group *query,
    struct group *record, struct cell *cells)
{
	struct alignment alignment SCRATCH;
	struct choices choices SCRATCH;
	struct grid grid = { cells, record->tokens };

	fill_grid(&grid, scorer, query, record);
	for (size_t i = 0; i < query->variants; i++) {
		for (size_t j = 0; j < record->variants; j++) {
			const struct names names = { query->names[i], record->names[j],
				query->at[i], record->at[j], &grid, scorer->model };

			find_choices(&choices, &names);
			if (out->query_name != NULL &&
			    choices.most <= out->line[COMPARISON_NAME].bits)
				continue;
			if (choices.settled)
				settle(&alignment, &names, &choices);
			else
				align(&alignment, &names, &choices);
			weigh_hyphened(&alignment, scorer, &names);
			if (out->query_name == NULL ||
			    alignment.bits > out->line[COMPARISON_NAME].bits)
				keep(out, &alignment, &names);
		}
	}
}

/* A frame of its own, as it is large and few need it. */
__attribute__((noinline)) static void
score_large_groups(
    struct score *out, const struct scorer *scorer, struct group *query, struct group *record)
{
	struct cell cells[GROUP_TOKENS_MAX * GROUP_TOKENS_MAX] SCRATCH;

	score_variants(out, scorer, query, record, cells);
}

__attribute__((noinline)) static void
score_groups(
    struct score *out, const struct scorer *scorer, struct group *query, struct group *record)
{
	struct cell cells[USUAL_CELLS] SCRATCH;

	if (query->tokens * record->tokens > USUAL_CELLS)
		score_large_groups(out, scorer, query, record);
	else
		score_variants(out, scorer, query, record, cells);
}

/* A group of the query against all names of the record. */
static void
score_group(struct score *out, const struct scorer *scorer, struct group *query,
    const struct features *record)
{
	struct group found SCRATCH;

	for (size_t j = 0; j < record->name_count;) {
		j = fill_group(&found, scorer->lexicon, record->names, j, record->name_count);
		score_groups(out, scorer, query, &found);
	}
}

/* Likewise a frame of its own. */
__attribute__((noinline)) static void
score_unready(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	struct group asked SCRATCH;

	for (size_t i = 0; i < query->name_count;) {
		i = fill_group(&asked, scorer->lexicon, query->names, i, query->name_count);
		score_group(out, scorer, &asked, record);
	}
}

void
score_names(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	struct score_asked *asked = scorer->asked;

	if (query->name_count == 0 || record->name_count == 0)
		return;
	if (asked == NULL || asked->query != query)
		score_unready(out, scorer, query, record);
	else
		for (size_t i = 0; i < asked->count; i++)
			score_group(out, scorer, &asked->groups[i], record);
	settle_evidence(out, scorer);
}
