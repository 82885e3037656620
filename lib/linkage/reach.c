#include "linkage/reach.h"

#include <math.h>

void
reach_init(struct reach *out, const struct scorer *scorer, const struct features *query,
    double floor, double family_floor, double together_bits)
{
	static const int homes[] = { ADDRESS_POSTCODE_NUMBER, ADDRESS_NUMBER_STREET };

	*out = (struct reach){ .scorer = scorer,
		.query = query,
		.floor = floor,
		.family_floor = family_floor,
		.home_bits = HUGE_VAL,
		.over = relation_over(scorer->model),
		.gain = relation_prior_gain(scorer->model) };
	for (size_t i = 0; i < query->address_count; i++)
		for (size_t k = 0; k < sizeof homes / sizeof homes[0]; k++) {
			double bits = score_value_bits(scorer, COMPARISON_ADDRESS, homes[k], i);

			out->home_bits = fmin(out->home_bits, fmax(bits, together_bits));
		}
}

static double
positive(double bits)
{
	return bits > 0 ? bits : 0;
}

/* What retrieval granted the fields compared, at the least. */
static double
granted_at_least(const struct score *score)
{
	static const enum comparison fields[] = { COMPARISON_BIRTH, COMPARISON_ADDRESS,
		COMPARISON_PHONE, COMPARISON_EMAIL, COMPARISON_IDENTIFIER };
	double sum = 0;

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		sum += positive(score->line[fields[i]].bits);
	for (uint8_t i = 0; i < score->pair_count; i++)
		sum += positive(score->pair[i].bits);
	return sum;
}

/* A house's name in common makes a home too, and is not looked for here. */
static bool
may_share_number(const struct feature_address *address, const struct person *person)
{
	if (address->house.n > 0)
		return true;
	for (size_t i = 0; i < person->address_count; i++)
		if (features_may_have_number(&person->addresses[i], address->number))
			return true;
	return false;
}

static bool
may_share_home(const struct reach *reach, const struct person *person, double open_bits)
{
	if (open_bits < reach->home_bits - REACH_EPSILON)
		return false;
	for (size_t i = 0; i < reach->query->address_count; i++)
		if (may_share_number(&reach->query->addresses[i], person))
			return true;
	return false;
}

static double
sum_so_far(const struct score *score)
{
	double sum = score->prior;

	for (int i = 0; i < COMPARISON_COUNT; i++)
		sum += score->line[i].bits;
	return sum;
}

unsigned
reach_next(const struct reach *reach, const struct reach_known *known)
{
	const struct score *score = known->score;
	double bits = positive(known->granted - granted_at_least(score)) + REACH_EPSILON;
	struct relation_open open = {
		.steps = known->open, .bits = bits, .over = reach->over, .gain = reach->gain
	};
	unsigned first = (known->open & SCORE_NAMES) != 0 ? SCORE_NAMES : SCORE_ADDRESSES;

	if (sum_so_far(score) + bits >= reach->floor)
		return first;
	if (isinf(reach->family_floor))
		return 0;
	if (relation_most(&open, reach->scorer, score, reach->query, known->features) >=
	    reach->family_floor)
		return first;
	if ((known->open & SCORE_ADDRESSES) == 0)
		return 0;
	/* Only a home in common can matter now. */
	open.home = may_share_home(reach, known->person, bits);
	if (relation_most(&open, reach->scorer, score, reach->query, known->features) >=
	    reach->family_floor)
		return SCORE_ADDRESSES;
	return 0;
}
