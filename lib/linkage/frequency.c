#include "linkage/frequency.h"

#include <math.h>

struct frequency_count
frequency_count_of(const struct frequency *frequency, struct str token)
{
	struct frequency_count count = { { 0 } };

	if (frequency->people > 0)
		frequency->count(&count, frequency->ctx, token);
	return count;
}

static double
share_of_part(const struct frequency *frequency, const struct model *model, enum name_part part,
    struct str token, const struct frequency_count *count)
{
	double prior = model_name_share(model, part, feature_letters(token));

	if (frequency->people == 0)
		return prior;
	return ((double)(count->in[part] + count->in[PART_UNKNOWN]) +
		   model->frequency_strength * prior) /
	       ((double)frequency->people + model->frequency_strength);
}

double
frequency_share_counted(const struct frequency *frequency, const struct model *model,
    enum name_part part, struct str token, const struct frequency_count *count)
{
	double share = 0, other = 0;

	if (part != PART_SURNAME)
		share = share_of_part(frequency, model, PART_FORENAME, token, count);
	if (part != PART_FORENAME)
		other = share_of_part(frequency, model, PART_SURNAME, token, count);
	share = share > other ? share : other;
	if (share < model->frequency_floor)
		return model->frequency_floor;
	return share < 1 ? share : 1;
}

double
frequency_share(const struct frequency *frequency, const struct model *model, enum name_part part,
    struct str token)
{
	struct frequency_count count = frequency_count_of(frequency, token);

	return frequency_share_counted(frequency, model, part, token, &count);
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

/* Natural logarithm of the likelihood of all names seen. `strength` in people. */
static double
foretold(
    const struct frequency_seen *seen, size_t count, double people, double each, double strength)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		double others = fmax(0, (double)seen[i].count / each - 1);

		sum += log((others + strength * seen[i].table) / (people - 1 + strength));
	}
	return sum;
}

double
frequency_fit_strength(
    const struct frequency_seen *seen, size_t count, uint64_t people, double each)
{
	double best = FREQUENCY_STRENGTH_MIN, most = -HUGE_VAL;

	for (double strength = FREQUENCY_STRENGTH_MIN; strength <= FREQUENCY_STRENGTH_MAX;
	     strength *= sqrt(2)) {
		double now =
		    foretold(seen, count, fmax(1, (double)people / each), each, strength / each);

		if (now > most) {
			most = now;
			best = strength;
		}
	}
	return best;
}
