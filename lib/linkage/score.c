#include "linkage/score.h"

#include <math.h>

/*
 * score.h has the formula. A name is aligned exactly: best[mask] is the most that the query
 * tokens looked at so far can give using just the record tokens in `mask`, so 8 x 8 tokens take
 * 8 * 256 * 8 steps and a usual name some fifty. What is left over depends on the number of pairs
 * only, so it is added to each mask at the end and the greatest sum is the greatest of all.
 */
#define MASKS (1u << FEATURE_TOKENS_MAX)

_Static_assert(FEATURE_TOKENS_MAX <= 8, "record tokens are a mask of 8 bits");

double
score_prior(const struct model *model, uint64_t people)
{
	double lambda = model->expected_matches / (double)(people == 0 ? 1 : people);

	if (lambda > 0.5)
		lambda = 0.5;
	return log2(lambda / (1 - lambda));
}

/* --- Token pairs ----------------------------------------------------------------------------- */
static double
pair_bits(double *rarity, const struct model *model, enum token_level level, double share)
{
	double base = model->token[level].bits, bits;

	*rarity = 0;
	if (level == TOKEN_NONE)
		return 0;
	bits = base + model->token_rarity[level] * log2(model->token[TOKEN_EXACT].u / share);
	if (bits < 0)
		bits = 0;
	*rarity = bits - base;
	return bits;
}

static double
share_of(const struct scorer *scorer, enum name_part part, struct str text)
{
	return frequency_share(&scorer->frequency, scorer->model, part, text);
}

double
score_pair_bits(double *rarity, const struct scorer *scorer, enum token_level level,
    const struct feature_token *query, const struct feature_token *record)
{
	double share = 1;

	if (level != TOKEN_NONE)
		share = fmax(share_of(scorer, query->part, query->text),
		    share_of(scorer, record->part, record->text));
	return pair_bits(rarity, scorer->model, level, share);
}

/* The share in the part where the text is rarer; the unknown part is never the rarer one. */
static double
least_share(const struct scorer *scorer, struct str text)
{
	return fmin(share_of(scorer, PART_FORENAME, text), share_of(scorer, PART_SURNAME, text));
}

double
score_pair_bound(
    const struct scorer *scorer, enum token_level level, struct str query, struct str record)
{
	double rarity, share = 1;

	if (level != TOKEN_NONE)
		share = fmax(least_share(scorer, query), least_share(scorer, record));
	return pair_bits(&rarity, scorer->model, level, share);
}

double
score_level_bits(const struct scorer *scorer, enum comparison comparison, int level)
{
	const struct model *model = scorer->model;

	if (level == LEVEL_NULL)
		return 0;
	switch (comparison) {
	case COMPARISON_BIRTH:
		return model->birth[level].bits;
	case COMPARISON_SEX:
		return model->sex[level].bits;
	case COMPARISON_ADDRESS:
		return model->address[level].bits;
	case COMPARISON_PHONE:
		return model->phone[level].bits;
	case COMPARISON_EMAIL:
		return model->email[level].bits;
	case COMPARISON_IDENTIFIER:
		return model->identifier[level].bits;
	case COMPARISON_NAME:
	case COMPARISON_COUNT:
		break;
	}
	return 0;
}

/* --- Alignment of two names ------------------------------------------------------------------ */
struct name_tokens {
	const struct feature_name *name;
	struct compare_token tokens[FEATURE_TOKENS_MAX];
};

struct grid {
	struct score_token_pair pair[FEATURE_TOKENS_MAX][FEATURE_TOKENS_MAX];
	bool usable[FEATURE_TOKENS_MAX][FEATURE_TOKENS_MAX];
};

struct alignment {
	double bits;
	struct score_token_pair pair[FEATURE_TOKENS_MAX];
	uint8_t pair_count;
};

static void
prepare_name(
    struct name_tokens *out, const struct lexicon *lexicon, const struct feature_name *name)
{
	out->name = name;
	for (uint8_t i = 0; i < name->count; i++)
		compare_prepare(&out->tokens[i], lexicon, name->tokens[i].text);
}

static bool
is_swapped(enum name_part a, enum name_part b)
{
	return a != b && a != PART_UNKNOWN && b != PART_UNKNOWN;
}

static void
fill_grid(struct grid *grid, const struct scorer *scorer, const struct name_tokens *query,
    const struct name_tokens *record)
{
	for (uint8_t i = 0; i < query->name->count; i++) {
		for (uint8_t j = 0; j < record->name->count; j++) {
			const struct feature_token *a = &query->name->tokens[i];
			const struct feature_token *b = &record->name->tokens[j];
			struct score_token_pair *pair = &grid->pair[i][j];

			pair->query_token = i;
			pair->record_token = j;
			pair->level = compare_prepared(&query->tokens[i], &record->tokens[j]);
			pair->swapped = is_swapped(a->part, b->part);
			pair->bits = score_pair_bits(&pair->rarity, scorer, pair->level, a, b);
			grid->usable[i][j] = pair->bits > 0;
		}
	}
}

static double
pair_value(const struct score_token_pair *pair, const struct model *model)
{
	return pair->bits + (pair->swapped ? model->part_swapped : 0);
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* How many pairs the parts of two names allow; "expected" in score.h. */
static unsigned
expected_pairs(const struct feature_name *query, const struct feature_name *record)
{
	unsigned q[3] = { 0 }, r[3] = { 0 }, known, q_wild, r_wild;

	for (uint8_t i = 0; i < query->count; i++)
		q[query->tokens[i].part]++;
	for (uint8_t i = 0; i < record->count; i++)
		r[record->tokens[i].part]++;
	known = least(q[PART_FORENAME], r[PART_FORENAME]) + least(q[PART_SURNAME], r[PART_SURNAME]);
	/* what is left may pair with tokens of unknown part, and these with one another */
	q_wild = least(q[PART_FORENAME] + q[PART_SURNAME] - known, r[PART_UNKNOWN]);
	r_wild = least(r[PART_FORENAME] + r[PART_SURNAME] - known, q[PART_UNKNOWN]);
	return known + q_wild + r_wild + least(q[PART_UNKNOWN] - r_wild, r[PART_UNKNOWN] - q_wild);
}

static double
left_over_bits(
    const struct model *model, unsigned query, unsigned record, unsigned expected, unsigned pairs)
{
	unsigned conflicts = expected > pairs ? expected - pairs : 0;

	return conflicts * model->token_conflict +
	       (query - pairs - conflicts) * model->query_token_unmatched +
	       (record - pairs - conflicts) * model->record_token_unmatched;
}

static void
trace_back(struct alignment *out, const struct grid *grid, int8_t choice[FEATURE_TOKENS_MAX][MASKS],
    unsigned query, unsigned mask)
{
	out->pair_count = (uint8_t)__builtin_popcount(mask);
	for (unsigned i = query, at = out->pair_count; i-- > 0;) {
		int j = choice[i][mask];

		if (j < 0)
			continue;
		out->pair[--at] = grid->pair[i][j];
		mask ^= 1u << j;
	}
}

/* One more query token: `best` in place, from the fullest mask down so that it is used once. */
static void
align_token(double *best, int8_t *choice, const struct grid *grid, const struct model *model,
    unsigned i, unsigned record)
{
	for (unsigned mask = (1u << record); mask-- > 0;) {
		choice[mask] = -1;
		for (unsigned j = 0; j < record; j++) {
			double value;

			if ((mask & 1u << j) == 0 || !grid->usable[i][j])
				continue;
			value = best[mask ^ 1u << j] + pair_value(&grid->pair[i][j], model);
			if (value > best[mask]) {
				best[mask] = value;
				choice[mask] = (int8_t)j;
			}
		}
	}
}

static void
align(struct alignment *out, const struct grid *grid, const struct model *model,
    const struct feature_name *query, const struct feature_name *record)
{
	double best[MASKS];
	int8_t choice[FEATURE_TOKENS_MAX][MASKS];
	unsigned expected = expected_pairs(query, record), best_mask = 0;

	best[0] = 0;
	for (unsigned mask = 1; mask < 1u << record->count; mask++)
		best[mask] = -HUGE_VAL;
	for (unsigned i = 0; i < query->count; i++)
		align_token(best, choice[i], grid, model, i, record->count);
	out->bits = -HUGE_VAL;
	for (unsigned mask = 0; mask < 1u << record->count; mask++) {
		double bits;

		if (best[mask] < 0 && isinf(best[mask]))
			continue;
		bits = best[mask] + left_over_bits(model, query->count, record->count, expected,
					(unsigned)__builtin_popcount(mask));
		if (bits > out->bits) {
			out->bits = bits;
			best_mask = mask;
		}
	}
	trace_back(out, grid, choice, query->count, best_mask);
}

/* --- The name comparison --------------------------------------------------------------------- */
static bool
has_forename_evidence(const struct alignment *alignment, const struct feature_name *query,
    const struct feature_name *record)
{
	bool whole = alignment->pair_count >= 2 || query->count == 1 || record->count == 1;

	for (uint8_t i = 0; i < alignment->pair_count; i++) {
		const struct score_token_pair *pair = &alignment->pair[i];
		const struct feature_token *a = &query->tokens[pair->query_token];
		const struct feature_token *b = &record->tokens[pair->record_token];

		if (pair->level == TOKEN_INITIAL || a->text.n < 2)
			continue;
		if (a->part == PART_FORENAME ||
		    (a->part == PART_UNKNOWN && b->part == PART_FORENAME))
			return true;
		if (a->part == PART_UNKNOWN && b->part == PART_UNKNOWN && whole)
			return true;
	}
	return false;
}

static void
keep_name(struct score *out, const struct alignment *alignment, const struct feature_name *query,
    const struct feature_name *record)
{
	struct score_line *line = &out->line[COMPARISON_NAME];

	out->query_name = query;
	out->record_name = record;
	out->pair_count = alignment->pair_count;
	out->forename_evidence = has_forename_evidence(alignment, query, record);
	*line = (struct score_line){ .level = TOKEN_NONE,
		.bits = alignment->bits,
		.query_value = query->source,
		.record_value = record->source };
	for (uint8_t i = 0; i < alignment->pair_count; i++) {
		int level = (int)alignment->pair[i].level;

		out->pair[i] = alignment->pair[i];
		line->rarity += alignment->pair[i].rarity;
		if (i == 0 || level > line->level)
			line->level = level;
	}
}

static void
score_names(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	struct name_tokens a, b;
	struct alignment alignment;
	struct grid grid;

	for (size_t i = 0; i < query->name_count; i++) {
		if (query->names[i].count == 0)
			continue;
		prepare_name(&a, scorer->lexicon, &query->names[i]);
		for (size_t j = 0; j < record->name_count; j++) {
			if (record->names[j].count == 0)
				continue;
			prepare_name(&b, scorer->lexicon, &record->names[j]);
			fill_grid(&grid, scorer, &a, &b);
			align(&alignment, &grid, scorer->model, a.name, b.name);
			if (out->query_name == NULL ||
			    alignment.bits > out->line[COMPARISON_NAME].bits)
				keep_name(out, &alignment, a.name, b.name);
		}
	}
}

/* --- The other comparisons ------------------------------------------------------------------- */
/* Keeps the better of the line and a new pair of values. A pair that cannot be compared is worth
 * 0, so that beside it a pair that speaks against does not count. */
static void
keep_best(struct score_line *line, const struct scorer *scorer, enum comparison comparison,
    int level, uint8_t query_value, uint8_t record_value, bool first)
{
	double bits = score_level_bits(scorer, comparison, level);

	if (!first && bits <= line->bits)
		return;
	*line = (struct score_line){ .level = level,
		.bits = bits,
		.query_value = query_value,
		.record_value = record_value };
}

static void
score_births(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	for (size_t i = 0; i < query->birth_count; i++) {
		for (size_t j = 0; j < record->birth_count; j++) {
			const struct feature_birth *a = &query->births[i], *b = &record->births[j];

			keep_best(&out->line[COMPARISON_BIRTH], scorer, COMPARISON_BIRTH,
			    compare_births(&a->birth, &b->birth), a->source, b->source,
			    i == 0 && j == 0);
		}
	}
}

static void
score_addresses(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	for (size_t i = 0; i < query->address_count; i++) {
		for (size_t j = 0; j < record->address_count; j++) {
			const struct feature_address *a = &query->addresses[i];
			const struct feature_address *b = &record->addresses[j];

			keep_best(&out->line[COMPARISON_ADDRESS], scorer, COMPARISON_ADDRESS,
			    compare_addresses(a, b), a->source, b->source, i == 0 && j == 0);
		}
	}
}

/* "Other" against female or male says nothing: systems differ in when they write it. */
static void
score_sex(struct score *out, const struct scorer *scorer, enum sex a, enum sex b)
{
	int level = a == b ? AGREE_SAME : AGREE_DIFFERENT;

	if (a == SEX_UNKNOWN || b == SEX_UNKNOWN || (a != b && (a == SEX_OTHER || b == SEX_OTHER)))
		return;
	keep_best(&out->line[COMPARISON_SEX], scorer, COMPARISON_SEX, level, 0, 0, true);
}

struct contacts {
	const struct feature_contact *list;
	size_t count;
};

static void
score_contacts(struct score *out, const struct scorer *scorer, enum comparison comparison,
    struct contacts query, struct contacts record)
{
	for (size_t i = 0; i < query.count; i++) {
		for (size_t j = 0; j < record.count; j++) {
			const struct feature_contact *a = &query.list[i], *b = &record.list[j];
			int level = str_eq(a->value, b->value) ? AGREE_SAME : AGREE_DIFFERENT;

			keep_best(&out->line[comparison], scorer, comparison, level, a->source,
			    b->source, i == 0 && j == 0);
		}
	}
}

/* A person may have several case numbers, so two different ones say nothing. */
static int
compare_identifiers(const struct feature_identifier *a, const struct feature_identifier *b)
{
	if (a->kind != b->kind)
		return LEVEL_NULL;
	if (str_eq(a->value, b->value))
		return IDENTIFIER_SAME;
	return a->kind == IDENTIFIER_CASE ? LEVEL_NULL : IDENTIFIER_CONFLICT;
}

/* Unlike other fields a pair of different kinds does not outweigh a conflict: an identifier that
 * the other side lacks cannot excuse one that both have. */
static void
score_identifiers(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	struct score_line *line = &out->line[COMPARISON_IDENTIFIER];

	for (size_t i = 0; i < query->identifier_count; i++) {
		for (size_t j = 0; j < record->identifier_count; j++) {
			const struct feature_identifier *a = &query->identifiers[i];
			const struct feature_identifier *b = &record->identifiers[j];
			int level = compare_identifiers(a, b);

			if (level != LEVEL_NULL)
				keep_best(line, scorer, COMPARISON_IDENTIFIER, level, a->source,
				    b->source, line->level == LEVEL_NULL);
		}
	}
}

void
score_people(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	memset(out, 0, sizeof *out);
	out->prior = scorer->prior;
	for (int i = 0; i < COMPARISON_COUNT; i++)
		out->line[i].level = LEVEL_NULL;
	score_names(out, scorer, query, record);
	score_births(out, scorer, query, record);
	score_sex(out, scorer, query->sex, record->sex);
	score_addresses(out, scorer, query, record);
	score_contacts(out, scorer, COMPARISON_PHONE,
	    (struct contacts){ query->phones, query->phone_count },
	    (struct contacts){ record->phones, record->phone_count });
	score_contacts(out, scorer, COMPARISON_EMAIL,
	    (struct contacts){ query->emails, query->email_count },
	    (struct contacts){ record->emails, record->email_count });
	score_identifiers(out, scorer, query, record);
	out->match_weight = out->prior;
	for (int i = 0; i < COMPARISON_COUNT; i++)
		out->match_weight += out->line[i].bits;
}

const char *
comparison_name(enum comparison comparison)
{
	static const char *const names[COMPARISON_COUNT] = { "name", "birth", "sex", "address",
		"phone", "email", "identifier" };

	return (unsigned)comparison < COMPARISON_COUNT ? names[comparison] : "unknown";
}
