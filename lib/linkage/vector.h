#ifndef LINKAGE_VECTOR_H
#define LINKAGE_VECTOR_H
/*
 * vector: the comparison level that two people reach in each field, as estimation counts it.
 *
 * The comparisons of a model file, in its order and by its names. Forenames and surnames are one
 * comparison each here: the best pair of the part in the alignment that the score chose, or "none"
 * where both sides have the part and no token of it agrees. What else the alignment found (further
 * pairs, rarity, tokens left over, swapped parts) is not judged by level: it is evidence given.
 * Room: linkage (pure). Threads: pure functions.
 */
#include "linkage/estimate.h"
#include "linkage/score.h"

enum vector_field {
	VECTOR_FORENAME,
	VECTOR_SURNAME,
	VECTOR_BIRTH,
	VECTOR_ADDRESS,
	VECTOR_SEX,
	VECTOR_PHONE,
	VECTOR_EMAIL,
	VECTOR_IDENTIFIER,
	VECTOR_COUNT
};

const char *vector_name(enum vector_field field); /* its key in the model file */
size_t vector_levels(enum vector_field field);
const char *vector_level_name(enum vector_field field, int level);
/* The model's levels of the field, vector_levels() of them. */
struct model_level *vector_model(struct model *model, enum vector_field field);

/* Everything but the count, which is set to 1. `model` is the one that the score was made with. */
void vector_of(struct estimate_pattern *out, const struct score *score, const struct model *model);

#endif
