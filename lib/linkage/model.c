#include "linkage/model.h"

#include "base/mem.h"
#include "linkage/model_names.h"

#include <math.h>

void
model_free(struct model *model)
{
	if (model == NULL)
		return;
	model_names_free(model->names);
	mem_free(model);
}

static void
set_bits(struct model_level *levels, int count)
{
	for (int i = 0; i < count; i++)
		levels[i].bits = log2(levels[i].m / levels[i].u);
}

/* The levels of tokens whose part is not known: the mean of the two parts. */
static void
mix_parts(struct model *model)
{
	for (int i = 0; i < TOKEN_LEVEL_COUNT; i++) {
		const struct model_level *a = &model->token[PART_FORENAME][i];
		const struct model_level *b = &model->token[PART_SURNAME][i];

		model->token[PART_UNKNOWN][i] =
		    (struct model_level){ .m = (a->m + b->m) / 2, .u = (a->u + b->u) / 2 };
		model->token_rarity[PART_UNKNOWN][i] =
		    (model->token_rarity[PART_FORENAME][i] + model->token_rarity[PART_SURNAME][i]) /
		    2;
	}
}

void
model_settle(struct model *model)
{
	mix_parts(model);
	for (int part = 0; part < MODEL_PARTS; part++)
		set_bits(model->token[part], TOKEN_LEVEL_COUNT);
	set_bits(model->birth, BIRTH_LEVEL_COUNT);
	set_bits(model->address, ADDRESS_LEVEL_COUNT);
	set_bits(model->sex, AGREE_LEVEL_COUNT);
	set_bits(model->phone, CONTACT_LEVEL_COUNT);
	set_bits(model->email, CONTACT_LEVEL_COUNT);
	set_bits(model->identifier, IDENTIFIER_LEVEL_COUNT);
}

double
model_name_share(const struct model *model, enum name_part part, struct str token)
{
	return model_names_share(model->names, part, token);
}
