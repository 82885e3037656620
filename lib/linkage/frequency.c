#include "linkage/frequency.h"

static uint64_t
count_of(const struct frequency *frequency, enum name_part part, struct str token)
{
	return frequency->count(frequency->ctx, part, token);
}

static double
share_of_part(const struct frequency *frequency, const struct model *model, enum name_part part,
    struct str token, uint64_t unknown)
{
	double prior = model_name_share(model, part, feature_letters(token));
	double counted;

	if (frequency->people == 0)
		return prior;
	counted = (double)(count_of(frequency, part, token) + unknown);
	return (counted + model->frequency_strength * prior) /
	       ((double)frequency->people + model->frequency_strength);
}

double
frequency_share(const struct frequency *frequency, const struct model *model, enum name_part part,
    struct str token)
{
	uint64_t unknown = frequency->people == 0 ? 0 : count_of(frequency, PART_UNKNOWN, token);
	double share = 0, other = 0;

	if (part != PART_SURNAME)
		share = share_of_part(frequency, model, PART_FORENAME, token, unknown);
	if (part != PART_FORENAME)
		other = share_of_part(frequency, model, PART_SURNAME, token, unknown);
	share = share > other ? share : other;
	if (share < model->frequency_floor)
		return model->frequency_floor;
	return share < 1 ? share : 1;
}

double
frequency_value_share(
    const struct model *model, uint64_t people, uint64_t count, const struct model_level *level)
{
	double strength = model->value_strength, own = 0;

	if (people > 0 && model->expected_matches > 1)
		own = (model->expected_matches - 1) / (double)people * level->m;
	return ((double)count * (level->u / (level->u + own)) + strength * level->u) /
	       ((double)people + strength);
}
