#include "linkage/vector.h"

#include "linkage/score_names.h"

#include <math.h>

_Static_assert(VECTOR_COUNT <= ESTIMATE_COMPARISONS_MAX, "a pattern holds every field");
_Static_assert(TOKEN_LEVEL_COUNT <= ESTIMATE_LEVELS_MAX, "and every level");
_Static_assert(BIRTH_LEVEL_COUNT <= ESTIMATE_LEVELS_MAX, "and every level");
_Static_assert(ADDRESS_LEVEL_COUNT <= ESTIMATE_LEVELS_MAX, "and every level");

#define EXTRA_BITS_MAX 60 /* beyond it nothing is left to decide */

/* --- Fields ---------------------------------------------------------------------------------- */
const char *
vector_name(enum vector_field field)
{
	static const char *const names[VECTOR_COUNT] = { "forename", "surname", "birth", "address",
		"sex", "phone", "email", "identifier" };

	return names[field];
}

size_t
vector_levels(enum vector_field field)
{
	static const uint8_t levels[VECTOR_COUNT] = { TOKEN_LEVEL_COUNT, TOKEN_LEVEL_COUNT,
		BIRTH_LEVEL_COUNT, ADDRESS_LEVEL_COUNT, AGREE_LEVEL_COUNT, CONTACT_LEVEL_COUNT,
		CONTACT_LEVEL_COUNT, IDENTIFIER_LEVEL_COUNT };

	return levels[field];
}

const char *
vector_level_name(enum vector_field field, int level)
{
	static const char *const identifiers[IDENTIFIER_LEVEL_COUNT] = { "same", "case",
		"conflict" };

	switch (field) {
	case VECTOR_FORENAME:
	case VECTOR_SURNAME:
		return token_level_name((enum token_level)level);
	case VECTOR_BIRTH:
		return birth_level_name((enum birth_level)level);
	case VECTOR_ADDRESS:
		return address_level_name((enum address_level)level);
	case VECTOR_PHONE:
	case VECTOR_EMAIL:
		return contact_level_name((enum contact_level)level);
	case VECTOR_IDENTIFIER:
		return identifiers[level];
	case VECTOR_SEX:
	case VECTOR_COUNT:
		break;
	}
	return level == AGREE_SAME ? "same" : "different";
}

struct model_level *
vector_model(struct model *model, enum vector_field field)
{
	struct model_level *const levels[VECTOR_COUNT] = { model->token[PART_FORENAME],
		model->token[PART_SURNAME], model->birth, model->address, model->sex, model->phone,
		model->email, model->identifier };

	return levels[field];
}

/* --- Names ----------------------------------------------------------------------------------- */
static bool
has_part(const struct feature_name *name, enum name_part part)
{
	for (uint8_t i = 0; i < name->count; i++)
		if (name->tokens[i].part == part)
			return true;
	return false;
}

/* The best level of each part; true if a forename stands for a surname. */
static bool
best_levels(int best[MODEL_PARTS], const struct score *score)
{
	bool swapped = false;

	for (uint8_t i = 0; i < score->pair_count; i++) {
		const struct score_token_pair *pair = &score->pair[i];
		enum name_part part =
		    score_pair_part(score->query_name->tokens[pair->query_token].part,
			score->record_name->tokens[pair->record_token].part);

		if (best[part] == LEVEL_NULL || (int)pair->level < best[part])
			best[part] = (int)pair->level;
		swapped = swapped || pair->swapped;
	}
	return swapped;
}

/* Returns the bits of the name that the two levels account for. */
static double
name_levels(int level[PART_UNKNOWN], const struct score *score, const struct model *model)
{
	int best[MODEL_PARTS] = { LEVEL_NULL, LEVEL_NULL, LEVEL_NULL };
	bool swapped = best_levels(best, score);
	double bits = 0;

	for (int part = 0; part < PART_UNKNOWN; part++) {
		level[part] = best[part];
		if (level[part] == LEVEL_NULL && !swapped &&
		    has_part(score->query_name, (enum name_part)part) &&
		    has_part(score->record_name, (enum name_part)part))
			level[part] = TOKEN_NONE;
		if (level[part] != LEVEL_NULL)
			bits += model->token[part][level[part]].bits;
	}
	return bits;
}

void
vector_of(struct estimate_pattern *out, const struct score *score, const struct model *model)
{
	static const enum comparison others[VECTOR_COUNT] = { [VECTOR_BIRTH] = COMPARISON_BIRTH,
		[VECTOR_ADDRESS] = COMPARISON_ADDRESS,
		[VECTOR_SEX] = COMPARISON_SEX,
		[VECTOR_PHONE] = COMPARISON_PHONE,
		[VECTOR_EMAIL] = COMPARISON_EMAIL,
		[VECTOR_IDENTIFIER] = COMPARISON_IDENTIFIER };
	int names[PART_UNKNOWN] = { LEVEL_NULL, LEVEL_NULL };
	double extra = 0;

	memset(out, 0, sizeof *out);
	out->count = 1;
	if (score->query_name != NULL)
		extra = score->line[COMPARISON_NAME].bits - name_levels(names, score, model);
	out->level[VECTOR_FORENAME] = (int8_t)names[PART_FORENAME];
	out->level[VECTOR_SURNAME] = (int8_t)names[PART_SURNAME];
	for (int field = VECTOR_BIRTH; field < VECTOR_COUNT; field++)
		out->level[field] = (int8_t)score->line[others[field]].level;
	extra = fmin(fmax(extra, -EXTRA_BITS_MAX), EXTRA_BITS_MAX);
	out->extra = (int8_t)lround(extra);
}
