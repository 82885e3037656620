#include "linkage/reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>

#include "tests/unit/linkage/people.h"

static struct model *model;

static int
load_model(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	if (digest_init(&err) != STATUS_OK)
		return -1;
	return model_load(&model, "tests/unit/linkage/model.json", &err) == STATUS_OK ? 0 : -1;
}

static int
free_model(void **state)
{
	(void)state;
	model_free(model);
	return 0;
}

/* The addresses as they may have been written. */
struct written {
	char text[PEOPLE_VALUES_MAX][64];
	struct person_address addresses[PEOPLE_VALUES_MAX];
	struct person person;
};

static void
write_down(struct written *out, const struct features *features)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < features->address_count; i++) {
		const struct feature_address *from = &features->addresses[i];

		snprintf(out->text[i], sizeof out->text[i], "%.*s, %.*s %.*s", STR_ARG(from->house),
		    STR_ARG(from->number), STR_ARG(from->street));
		out->addresses[i].text = str_from(out->text[i]);
	}
	out->person.addresses = out->addresses;
	out->person.address_count = features->address_count;
}

/* What retrieval grants: at the least what each field adds, and to who lives together what that is
 * worth; `more` besides, as terms are bounds. */
static double
granted(const struct score *score, const struct features *query, const struct features *record,
    double together, double more)
{
	int address = score->line[COMPARISON_ADDRESS].level;
	bool home = address == ADDRESS_POSTCODE_NUMBER || address == ADDRESS_NUMBER_STREET;
	double bits[COMPARISON_COUNT] = { 0 }, sum = more;

	for (int i = COMPARISON_BIRTH; i < COMPARISON_COUNT; i++)
		bits[i] = i == COMPARISON_SEX ? 0 : fmax(0, score->line[i].bits);
	if (home)
		bits[COMPARISON_ADDRESS] = fmax(bits[COMPARISON_ADDRESS], together);
	for (int i = COMPARISON_PHONE; i <= COMPARISON_EMAIL; i++)
		if (score->line[i].level == CONTACT_SAME)
			bits[i] = fmax(bits[i], together);
	for (size_t i = 0; i < query->identifier_count; i++)
		for (size_t j = 0; j < record->identifier_count; j++)
			if (query->identifiers[i].kind == IDENTIFIER_CASE &&
			    record->identifiers[j].kind == IDENTIFIER_CASE &&
			    str_eq(query->identifiers[i].value, record->identifiers[j].value))
				bits[COMPARISON_IDENTIFIER] = fmax(bits[COMPARISON_IDENTIFIER],
				    fmax(together, model->identifier[IDENTIFIER_SAME_CASE].bits));
	for (int i = 0; i < COMPARISON_COUNT; i++)
		sum += bits[i];
	for (uint8_t i = 0; i < score->pair_count; i++)
		sum += fmax(0, score->pair[i].bits);
	return sum;
}

/* The steps until nothing can be reached, or all are done: true. */
static bool
stays_hopeful(struct score *score, const struct reach *reach, const struct features *record,
    const struct person *person, double bits)
{
	struct features some = *record;
	struct reach_known known = { score, &some, person, bits, SCORE_NAMES | SCORE_ADDRESSES };

	some.name_count = some.address_count = 0;
	score_begin(score, reach->scorer);
	score_compare(score, reach->scorer, reach->query, &some, SCORE_REST);
	while (known.open != 0) {
		unsigned step = reach_next(reach, &known);

		if (step == 0)
			return false;
		assert_true((known.open & step) == step);
		some.name_count = step == SCORE_NAMES ? record->name_count : some.name_count;
		some.address_count =
		    step == SCORE_ADDRESSES ? record->address_count : some.address_count;
		score_compare(score, reach->scorer, reach->query, &some, step);
		known.open &= ~step;
	}
	score_end(score);
	return true;
}

static void
test_nobody_who_reaches_a_floor_is_dropped(void **state)
{
	uint64_t seed = 20261126;
	size_t wanted = 0, dropped = 0, related = 0;

	(void)state;
	for (int n = 0; n < 200000; n++) {
		struct scorer scorer = { .model = model,
			.prior = score_prior(model, draw(&seed, 2) == 0 ? 1000 : 10000000) };
		double floor = (double)draw(&seed, 20) - 8;
		double family = draw(&seed, 4) == 0 ? HUGE_VAL : (double)draw(&seed, 8) - 5;
		double together = family <= 0 ? fmin(floor, family - relation_prior_gain(model)) -
						    scorer.prior - model->sex[AGREE_SAME].bits
					      : 0;
		double more = draw(&seed, 2) == 0 ? 0 : (double)draw(&seed, 12);
		struct score score, steps;
		struct kinship kinship;
		struct written written;
		struct made a, b;
		struct reach reach;
		bool is_wanted, is_related;

		draw_person(&a, &seed);
		draw_person(&b, &seed);
		a.features.role = b.features.role = (enum person_role)draw(&seed, ROLE_COUNT);
		write_down(&written, &b.features);
		score_people(&score, &scorer, &a.features, &b.features);
		relation_of(&kinship, &scorer, &score, &a.features, &b.features);
		is_related = kinship.relation != RELATION_NONE && kinship.bits >= family;
		is_wanted = score.match_weight >= floor || is_related;
		reach_init(&reach, &scorer, &a.features, floor, family, together);
		if (stays_hopeful(&steps, &reach, &b.features, &written.person,
			granted(&score, &a.features, &b.features, together, more))) {
			assert_memory_equal(
			    &steps.match_weight, &score.match_weight, sizeof score.match_weight);
			for (int i = 0; i < COMPARISON_COUNT; i++)
				assert_int_equal(steps.line[i].level, score.line[i].level);
		} else {
			assert_false(is_wanted);
			dropped++;
		}
		wanted += is_wanted;
		related += is_related;
	}
	print_message("%zu wanted, %zu of them relatives; %zu dropped\n", wanted, related, dropped);
	assert_true(wanted > 20000 && related > 5000 && dropped > 50000);
}

static void
test_an_open_field_may_still_bring_what_is_granted(void **state)
{
	struct scorer scorer = { .model = model, .prior = -10 };
	struct made query, record;
	struct person person = { .address_count = 0 };
	struct reach reach;
	struct score score;
	struct reach_known known = { &score, &record.features, &person, 15, SCORE_NAMES };

	(void)state;
	made_init(&query);
	made_init(&record);
	reach_init(&reach, &scorer, &query.features, 5, INFINITY, 0);
	score_begin(&score, &scorer);
	assert_int_equal(reach_next(&reach, &known), SCORE_NAMES); /* -10 + 15 is just 5 */
	known.granted = 14.99;
	assert_int_equal(reach_next(&reach, &known), 0);
	known.open = SCORE_NAMES | SCORE_ADDRESSES;
	known.granted = 15;
	assert_int_equal(reach_next(&reach, &known), SCORE_NAMES);
	score.line[COMPARISON_BIRTH].bits = -7; /* speaks against: less is left */
	assert_int_equal(reach_next(&reach, &known), 0);
	score.line[COMPARISON_BIRTH].bits = 7; /* was granted its bits: as much is left */
	assert_int_equal(reach_next(&reach, &known), SCORE_NAMES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_who_reaches_a_floor_is_dropped),
		cmocka_unit_test(test_an_open_field_may_still_bring_what_is_granted),
	};

	return cmocka_run_group_tests(tests, load_model, free_model);
}
