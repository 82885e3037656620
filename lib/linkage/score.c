#include "linkage/score.h"

#include "linkage/score_names.h"

#include <math.h>

double
score_prior(const struct model *model, uint64_t people)
{
	double lambda = model->expected_matches / (double)(people == 0 ? 1 : people);

	if (lambda > 0.5)
		lambda = 0.5;
	return log2(lambda / (1 - lambda));
}

/* --- Token pairs ----------------------------------------------------------------------------- */
enum name_part
score_pair_part(enum name_part a, enum name_part b)
{
	if (a == b || b == PART_UNKNOWN)
		return a;
	return a == PART_UNKNOWN ? b : PART_UNKNOWN;
}

double
score_bits_at(double *rarity, const struct model *model, enum name_part part,
    enum token_level level, double share)
{
	const struct model_level *levels = model->token[part];
	double bits;

	*rarity = 0;
	if (level == TOKEN_NONE)
		return 0;
	bits = levels[level].bits +
	       model->token_rarity[part][level] * log2(levels[TOKEN_EXACT].u / share);
	if (bits < 0)
		bits = 0;
	*rarity = bits - levels[level].bits;
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
	return score_bits_at(
	    rarity, scorer->model, score_pair_part(query->part, record->part), level, share);
}

struct score_shares
score_shares_counted(
    const struct scorer *scorer, struct str token, const struct frequency_count *count)
{
	struct score_shares out;

	for (int part = 0; part < PART_UNKNOWN; part++)
		out.in[part] = frequency_share_counted(
		    &scorer->frequency, scorer->model, (enum name_part)part, token, count);
	return out;
}

struct score_shares
score_shares(const struct scorer *scorer, struct str token)
{
	struct frequency_count count = frequency_count_of(&scorer->frequency, token);

	return score_shares_counted(scorer, token, &count);
}

/* A token of unknown part is never the rarer one and takes the other's levels, so that the parts
 * that are told give the most. */
double
score_pair_bound(const struct scorer *scorer, enum token_level level,
    const struct score_shares *query, const struct score_shares *record)
{
	double most = 0, rarity;

	if (level == TOKEN_NONE)
		return 0;
	for (int i = 0; i < PART_UNKNOWN; i++)
		for (int j = 0; j < PART_UNKNOWN; j++)
			most = fmax(most, score_bits_at(&rarity, scorer->model,
					      score_pair_part((enum name_part)i, (enum name_part)j),
					      level, fmax(query->in[i], record->in[j])));
	return most;
}

/* NULL: names, which have no such levels, and what is no comparison of two people. */
static const struct model_level *
levels_of(const struct model *model, enum comparison comparison)
{
	switch (comparison) {
	case COMPARISON_BIRTH:
		return model->birth;
	case COMPARISON_SEX:
		return model->sex;
	case COMPARISON_ADDRESS:
		return model->address;
	case COMPARISON_PHONE:
		return model->phone;
	case COMPARISON_EMAIL:
		return model->email;
	case COMPARISON_IDENTIFIER:
		return model->identifier;
	case COMPARISON_NAME:
	case COMPARISON_HOUSEHOLD:
	case COMPARISON_OTHER_RECORD:
	case COMPARISON_COUNT:
		break;
	}
	return NULL;
}

double
score_level_bits(const struct scorer *scorer, enum comparison comparison, int level)
{
	const struct model_level *levels = levels_of(scorer->model, comparison);

	return level == LEVEL_NULL || levels == NULL ? 0 : levels[level].bits;
}

/* The query's value as it counts at the level: where the level has a share of its own. */
static double
share_bits(const struct scorer *scorer, enum comparison comparison, int level, size_t value)
{
	const struct score_values *values = &scorer->values;
	double share = 0, m = 0;

	if (comparison == COMPARISON_ADDRESS && values->addresses != NULL && level >= 0) {
		share = values->addresses[value].share[level];
		m = scorer->model->address[level].m;
	} else if (comparison == COMPARISON_PHONE && values->phones != NULL &&
		   level == CONTACT_SAME) {
		share = values->phones[value];
		m = scorer->model->phone[level].m;
	} else if (comparison == COMPARISON_EMAIL && values->emails != NULL &&
		   level == CONTACT_SAME) {
		share = values->emails[value];
		m = scorer->model->email[level].m;
	}
	return share > 0 ? log2(m / share) : score_level_bits(scorer, comparison, level);
}

/* The level of an equal value beside one that is nearly so; the level itself if it is no such. */
static int
equal_level(enum comparison comparison, int level)
{
	if (comparison == COMPARISON_ADDRESS && level == ADDRESS_NUMBER_STREET_NEAR)
		return ADDRESS_NUMBER_STREET;
	if (comparison == COMPARISON_ADDRESS && level == ADDRESS_STREET_NEAR)
		return ADDRESS_NEIGHBOUR;
	if ((comparison == COMPARISON_PHONE || comparison == COMPARISON_EMAIL) &&
	    level == CONTACT_NEAR)
		return CONTACT_SAME;
	return level;
}

/* Of those who have a common value some have it with a slip: so a value that is nearly it is met
 * by chance as much more often, and weighs no more than the value itself. */
double
score_value_bits(const struct scorer *scorer, enum comparison comparison, int level, size_t value)
{
	int equal = equal_level(comparison, level);
	double bits = share_bits(scorer, comparison, level, value);

	if (equal != level)
		bits = fmin(bits, share_bits(scorer, comparison, equal, value));
	/* However common the place: to have it speaks no more against than to have another. */
	if (comparison == COMPARISON_ADDRESS && level >= 0)
		bits = fmax(bits, scorer->model->address[ADDRESS_DIFFERENT].bits);
	return bits;
}

/* --- The other comparisons ------------------------------------------------------------------- */
/* A value of each side: where it is in the query's features, and which display values they are. */
struct value_pair {
	size_t query;
	uint8_t query_source, record_source;
};

/* Keeps the better of the line and a new pair of values. A pair that cannot be compared is worth
 * 0, so that beside it a pair that speaks against does not count. */
static void
keep_best(struct score_line *line, const struct scorer *scorer, enum comparison comparison,
    int level, struct value_pair pair, bool first)
{
	bool is_value = comparison != COMPARISON_BIRTH && comparison != COMPARISON_SEX &&
			comparison != COMPARISON_IDENTIFIER;
	double plain = score_level_bits(scorer, comparison, level);
	double bits = is_value ? score_value_bits(scorer, comparison, level, pair.query) : plain;

	if (!first && bits <= line->bits)
		return;
	*line = (struct score_line){ .level = level,
		.bits = bits,
		.rarity = bits - plain,
		.query_value = pair.query_source,
		.record_value = pair.record_source };
}

static void
score_births(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	for (size_t i = 0; i < query->birth_count; i++) {
		for (size_t j = 0; j < record->birth_count; j++) {
			const struct feature_birth *a = &query->births[i], *b = &record->births[j];

			keep_best(&out->line[COMPARISON_BIRTH], scorer, COMPARISON_BIRTH,
			    compare_births(&a->birth, &b->birth),
			    (struct value_pair){ i, a->source, b->source }, i == 0 && j == 0);
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
			    compare_addresses(a, b), (struct value_pair){ i, a->source, b->source },
			    i == 0 && j == 0);
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
	keep_best(&out->line[COMPARISON_SEX], scorer, COMPARISON_SEX, level,
	    (struct value_pair){ 0, 0, 0 }, true);
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
			int level = comparison == COMPARISON_PHONE
					? (int)compare_phones(a->value, b->value)
					: (int)compare_emails(a->value, b->value);

			keep_best(&out->line[comparison], scorer, comparison, level,
			    (struct value_pair){ i, a->source, b->source }, i == 0 && j == 0);
		}
	}
}

/* A person may have several case numbers, so two different ones say nothing. */
static int
compare_identifiers(const struct feature_identifier *a, const struct feature_identifier *b)
{
	if (a->kind != b->kind)
		return LEVEL_NULL;
	if (a->kind == IDENTIFIER_CASE)
		return str_eq(a->value, b->value) ? IDENTIFIER_SAME_CASE : LEVEL_NULL;
	return str_eq(a->value, b->value) ? IDENTIFIER_SAME : IDENTIFIER_CONFLICT;
}

/* Unlike other fields a pair of different kinds does not outweigh a conflict: an identifier that
 * the other side lacks cannot excuse one that both have, nor can a family's case number. */
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

			if (level == LEVEL_NULL ||
			    (level == IDENTIFIER_SAME_CASE && line->level == IDENTIFIER_CONFLICT))
				continue;
			keep_best(line, scorer, COMPARISON_IDENTIFIER, level,
			    (struct value_pair){ i, a->source, b->source },
			    line->level == LEVEL_NULL || (level == IDENTIFIER_CONFLICT &&
							     line->level == IDENTIFIER_SAME_CASE));
		}
	}
}

void
score_begin(struct score *out, const struct scorer *scorer)
{
	memset(out, 0, sizeof *out);
	out->prior = scorer->prior;
	for (int i = 0; i < COMPARISON_COUNT; i++)
		out->line[i].level = LEVEL_NULL;
	out->forename_level = out->surname_level = LEVEL_NULL;
}

void
score_compare(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record, unsigned steps)
{
	if ((steps & SCORE_NAMES) != 0)
		score_names(out, scorer, query, record);
	if ((steps & SCORE_ADDRESSES) != 0)
		score_addresses(out, scorer, query, record);
	if ((steps & SCORE_REST) == 0)
		return;
	score_births(out, scorer, query, record);
	score_sex(out, scorer, query->sex, record->sex);
	score_contacts(out, scorer, COMPARISON_PHONE,
	    (struct contacts){ query->phones, query->phone_count },
	    (struct contacts){ record->phones, record->phone_count });
	score_contacts(out, scorer, COMPARISON_EMAIL,
	    (struct contacts){ query->emails, query->email_count },
	    (struct contacts){ record->emails, record->email_count });
	score_identifiers(out, scorer, query, record);
}

void
score_end(struct score *out)
{
	if (out->forename_doubt && out->line[COMPARISON_IDENTIFIER].level == IDENTIFIER_SAME) {
		out->forename_doubt = false;
		out->forename_evidence = true;
	}
	out->match_weight = out->prior;
	for (int i = 0; i < COMPARISON_COUNT; i++)
		out->match_weight += out->line[i].bits;
}

void
score_people(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record)
{
	score_begin(out, scorer);
	score_compare(out, scorer, query, record, SCORE_NAMES | SCORE_ADDRESSES | SCORE_REST);
	score_end(out);
}

bool
score_contradicts(const struct score *score)
{
	return score->forename_level == TOKEN_NONE ||
	       score->line[COMPARISON_BIRTH].level == BIRTH_LEVEL_DIFFERENT ||
	       score->line[COMPARISON_SEX].level == AGREE_DIFFERENT ||
	       score->line[COMPARISON_IDENTIFIER].level == IDENTIFIER_CONFLICT;
}

/* --- Likeness of names -------------------------------------------------------------------------
 */
/* What likeness says of two tokens: 1 of the same, less the looser the level, and a token that
 * contradicts takes away most of what another one gives. The order is what the name pairs of
 * ../shared/data showed (rows not WEAK, a single token that differs; true / false): nickname
 * 738 / 2, sound 161 / 28, edit1 101 / 23, edit2 9 / 2, prefix 9 / 0, a token more 104 / 3, a
 * contradiction 100 / 620. */
#define LIKE_CONTRADICTION (-0.8)
#define LIKE_LEFT_OVER (-0.15)
static const double like[TOKEN_NONE] = { [TOKEN_EXACT] = 1,
	[TOKEN_NICKNAME] = 0.9,
	[TOKEN_SCRIPT] = 0.8,
	[TOKEN_SOUND] = 0.75,
	[TOKEN_EDIT1] = 0.6,
	[TOKEN_EDIT2] = 0.55,
	[TOKEN_PREFIX] = 0.55,
	[TOKEN_INITIAL] = 0.4 };

/* The model with figures of likeness for names, and no rarity. */
static void
make_like(struct model *out, const struct model *model)
{
	*out = *model;
	for (int part = 0; part < MODEL_PARTS; part++) {
		for (int i = 0; i < TOKEN_NONE; i++) {
			out->token[part][i].bits = like[i];
			out->token_rarity[part][i] = 0;
		}
		out->token[part][TOKEN_NONE].bits = LIKE_CONTRADICTION;
	}
	out->further_conflict = LIKE_CONTRADICTION;
	out->query_token_unmatched = out->record_token_unmatched = LIKE_LEFT_OVER;
	out->part_swapped = LIKE_LEFT_OVER;
}

static double
like_bits(const struct scorer *scorer, const struct features *query, const struct features *record)
{
	struct score score;

	memset(&score, 0, sizeof score);
	score_names(&score, scorer, query, record);
	return score.line[COMPARISON_NAME].bits;
}

double
score_likeness(
    const struct scorer *scorer, const struct features *query, const struct features *record)
{
	struct scorer even = *scorer;
	struct model model;
	double most;

	if (query->name_count == 0 || record->name_count == 0)
		return 0;
	make_like(&model, scorer->model);
	even.model = &model;
	even.asked = NULL;
	most = (like_bits(&even, query, query) + like_bits(&even, record, record)) / 2;
	return most > 0 ? like_bits(&even, query, record) / most : 0;
}

const char *
comparison_name(enum comparison comparison)
{
	static const char *const names[COMPARISON_COUNT] = { "name", "birth", "sex", "address",
		"phone", "email", "identifier", "household", "other_record" };

	return (unsigned)comparison < COMPARISON_COUNT ? names[comparison] : "unknown";
}
