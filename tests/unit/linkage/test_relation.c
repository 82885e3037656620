#include "linkage/relation.h"

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

/* Somebody in a line: name, birth, house at "ls14ab" ("" for none), phone. */
struct someone {
	const char *name, *birth, *house, *phone;
	enum person_role role;
};

static void
make(struct made *out, const struct someone *who)
{
	made_init(out);
	made_name(out, who->name);
	if (who->birth[0] != '\0')
		made_birth(out, who->birth);
	if (who->house[0] != '\0') {
		out->addresses[0] = (struct feature_address){ .postcode = STR_LIT("ls14ab"),
			.sector = STR_LIT("ls1 4"),
			.outcode = STR_LIT("ls1"),
			.number = str_from(who->house) };
		out->features.address_count = 1;
	}
	if (who->phone[0] != '\0') {
		out->phones[0] = (struct feature_contact){ str_from(who->phone), 0 };
		out->features.phone_count = 1;
	}
	out->features.role = who->role;
}

static const struct someone asked = { "katherine sue/obrien", "2009-03-04", "12", "1632960001",
	ROLE_CHILD };

static struct kinship
kinship_at(const struct someone *query, const struct someone *record, uint64_t people)
{
	struct scorer scorer = { .model = model, .prior = score_prior(model, people) };
	struct made a, b;
	struct score score;
	struct kinship kinship;

	make(&a, query);
	make(&b, record);
	score_people(&score, &scorer, &a.features, &b.features);
	relation_of(&kinship, &scorer, &score, &a.features, &b.features);
	return kinship;
}

static void
assert_relation(const struct someone *record, enum relation relation)
{
	enum relation found = kinship_at(&asked, record, 1000000).relation;

	if (found != relation)
		fail_msg("%s %s: %s, not %s", record->name, record->birth, relation_name(found),
		    relation_name(relation));
}

static void
test_relatives_are_told_from_the_person(void **state)
{
	static const struct {
		struct someone who;
		enum relation relation;
	} cases[] = {
		{ { "katherine/obrien", "2009-03-04", "12", "", ROLE_CHILD }, RELATION_NONE },
		{ { "kathrine/obrien", "2009-04-03", "99", "", ROLE_CHILD }, RELATION_NONE },
		{ { "aoife/obrien", "2009-03-04", "12", "", ROLE_CHILD }, RELATION_TWIN },
		{ { "aoife/obrien", "2011-07-01", "12", "", ROLE_CHILD }, RELATION_SIBLING },
		{ { "aoife sue/obrien", "2011-07-01", "12", "", ROLE_CHILD }, RELATION_SIBLING },
		{ { "aoife/zysk", "2011-07-01", "", "1632960001", ROLE_CHILD }, RELATION_SIBLING },
		{ { "siobhan/obrien", "1980-01-05", "", "", ROLE_UNKNOWN }, RELATION_PARENT },
		{ { "siobhan/zysk", "1980", "12", "", ROLE_UNKNOWN }, RELATION_PARENT },
		{ { "siobhan/zysk", "2030", "12", "", ROLE_UNKNOWN }, RELATION_CHILD },
		{ { "siobhan/zysk", "", "12", "", ROLE_CARER }, RELATION_PARENT },
		{ { "siobhan/zysk", "", "12", "", ROLE_SIBLING }, RELATION_SIBLING },
		{ { "siobhan/zysk", "", "12", "", ROLE_UNKNOWN }, RELATION_HOUSEHOLD },
		{ { "siobhan/obrien", "", "", "", ROLE_UNKNOWN }, RELATION_FAMILY },
		/* nothing in common: nobody's relative */
		{ { "siobhan/zysk", "1980-01-05", "99", "1632960002", ROLE_PARENT },
		    RELATION_NONE },
		/* the mother's name given to the daughter; a stranger of the name */
		{ { "katherine/obrien", "1980-01-05", "12", "", ROLE_UNKNOWN }, RELATION_PARENT },
		{ { "katherine/obrien", "1980-01-05", "", "", ROLE_UNKNOWN }, RELATION_NAMESAKE },
		{ { "katherine/obrien", "2019-01-05", "", "", ROLE_UNKNOWN }, RELATION_NAMESAKE },
		/* in one home, and no generation between them: perhaps a wrong date */
		{ { "katherine/obrien", "2013-01-05", "12", "", ROLE_UNKNOWN }, RELATION_NONE },
		/* no forename: not known to be another */
		{ { "/obrien", "", "12", "", ROLE_UNKNOWN }, RELATION_NONE },
		{ { "k/obrien", "", "12", "", ROLE_UNKNOWN }, RELATION_NONE },
		/* another initial is another forename */
		{ { "p/obrien", "", "12", "", ROLE_PARENT }, RELATION_PARENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_relation(&cases[i].who, cases[i].relation);
}

static void
test_a_generation_begins_at_fifteen_years(void **state)
{
	struct someone older = { "siobhan/obrien", "1994-03-08", "12", "", ROLE_UNKNOWN };

	(void)state;
	/* 2009-03-04 less 15 * 365 days is 1994-03-08 */
	assert_relation(&older, RELATION_PARENT);
	older.birth = "1994-03-09";
	assert_relation(&older, RELATION_SIBLING);
}

/* The first forename in common, and another second one: brothers. */
static void
test_a_brother_of_the_same_first_forename_is_related(void **state)
{
	static const struct {
		struct someone who;
		enum relation relation;
	} cases[] = {
		{ { "katherine pam/obrien", "2011-07-01", "12", "", ROLE_CHILD },
		    RELATION_SIBLING },
		/* born within two years: two full dates that no slip explains */
		{ { "katherine pam/obrien", "2010-11-20", "12", "", ROLE_CHILD },
		    RELATION_SIBLING },
		{ { "katherine pam/obrien", "2009-11-20", "12", "", ROLE_CHILD },
		    RELATION_SIBLING },
		{ { "katherine pam/obrien", "1980-01-05", "12", "", ROLE_UNKNOWN },
		    RELATION_PARENT },
		{ { "katherine pam/obrien", "2030-01-05", "12", "", ROLE_UNKNOWN },
		    RELATION_CHILD },
		{ { "katherine pam/obrien", "1980-01-05", "", "", ROLE_UNKNOWN },
		    RELATION_NAMESAKE },
		/* a slip, part of a date, an age, none: perhaps the same; so is the same day */
		{ { "katherine pam/obrien", "2010-03-04", "12", "", ROLE_CHILD }, RELATION_NONE },
		{ { "katherine pam/obrien", "2010", "12", "", ROLE_CHILD }, RELATION_NONE },
		{ { "katherine pam/obrien", "", "12", "", ROLE_CHILD }, RELATION_NONE },
		{ { "katherine pam/obrien", "2009-03-04", "12", "", ROLE_CHILD }, RELATION_NONE },
		/* 1 January stands for the year */
		{ { "katherine pam/obrien", "2010-01-01", "12", "", ROLE_CHILD }, RELATION_NONE },
		/* no second forename: perhaps a wrong date */
		{ { "katherine/obrien", "2011-07-01", "12", "", ROLE_CHILD }, RELATION_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_relation(&cases[i].who, cases[i].relation);
}

static void
test_a_national_number_overrules(void **state)
{
	struct scorer scorer = { .model = model, .prior = -10 };
	struct made a, b;
	struct score score;
	struct kinship kinship;
	const struct someone other = { "aoife/obrien", "2009-03-04", "12", "", ROLE_CHILD };

	(void)state;
	for (int kind = IDENTIFIER_NHS; kind <= IDENTIFIER_CASE; kind++) {
		make(&a, &asked);
		make(&b, &other);
		a.identifiers[0] = b.identifiers[0] =
		    (struct feature_identifier){ (enum identifier_kind)kind, STR_LIT("9990000018"),
			    0 };
		a.features.identifier_count = b.features.identifier_count = 1;
		score_people(&score, &scorer, &a.features, &b.features);
		relation_of(&kinship, &scorer, &score, &a.features, &b.features);
		assert_int_equal(
		    kinship.relation, kind == IDENTIFIER_CASE ? RELATION_TWIN : RELATION_NONE);
	}
}

static void
test_family_weight_counts_what_families_share(void **state)
{
	static const struct someone sister = { "aoife/obrien", "2011-07-01", "12", "", ROLE_CHILD };
	static const struct someone named = { "aoife/obrien", "", "", "", ROLE_CHILD };
	static const struct someone neighbour = { "aoife/obrien", "", "99", "", ROLE_CHILD };
	struct kinship home = kinship_at(&asked, &sister, 1000);
	struct kinship name = kinship_at(&asked, &named, 1000);
	struct kinship street = kinship_at(&asked, &neighbour, 1000);
	double prior = score_prior(model, 1000) + relation_prior_gain(model) +
		       log2(model->relatives.same_surname);

	(void)state;
	assert_true(fabs(name.bits - prior -
			 log2(model->token[PART_SURNAME][TOKEN_EXACT].m /
			      model_name_share(model, PART_SURNAME, STR_LIT("obrien")))) < 1e-9);
	assert_true(
	    fabs(home.bits - name.bits - model->address[ADDRESS_POSTCODE_NUMBER].bits) < 1e-9);
	assert_true(fabs(street.bits - name.bits - model->address[ADDRESS_NEIGHBOUR].bits) < 1e-9);
	/* in however large an index, those who live together are at 0 at least */
	assert_true(kinship_at(&asked, &sister, (uint64_t)1 << 40).bits >= 0);
	assert_true(kinship_at(&asked, &neighbour, (uint64_t)1 << 40).bits < 0);
}

/* The same day of birth, home and surname: a twin, or the same child under another forename? That
 * depends on how many relatives there are to be mistaken for. */
static void
test_without_families_nobody_is_a_relative(void **state)
{
	static const struct someone twin = { "aoife/obrien", "2009-03-04", "12", "", ROLE_CHILD };
	double expected = model->relatives.expected;

	(void)state;
	assert_relation(&twin, RELATION_TWIN);
	model->relatives.expected = 0.001;
	assert_relation(&twin, RELATION_NONE);
	model->relatives.expected = expected;
}

/* A forename that is nearly the one asked for may be badly written. */
static void
test_a_near_forename_speaks_less_for_a_twin(void **state)
{
	static const struct someone far = { "aoife/obrien", "2009-03-04", "12", "", ROLE_CHILD };
	static const struct someone near = { "katharnyy/obrien", "2009-03-04", "12", "",
		ROLE_CHILD };

	(void)state;
	assert_relation(&far, RELATION_TWIN);
	assert_relation(&near, RELATION_NONE);
}

static void
test_every_relation_has_a_name_and_words(void **state)
{
	(void)state;
	for (int i = RELATION_NONE + 1; i < RELATION_COUNT; i++) {
		assert_true(relation_name((enum relation)i)[0] != '\0');
		assert_true(relation_words((enum relation)i)[0] != '\0');
	}
	assert_string_equal(relation_name(RELATION_NONE), "");
	assert_string_equal(relation_name(RELATION_COUNT), "");
	assert_string_equal(relation_words(RELATION_COUNT), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_relatives_are_told_from_the_person),
		cmocka_unit_test(test_a_generation_begins_at_fifteen_years),
		cmocka_unit_test(test_a_brother_of_the_same_first_forename_is_related),
		cmocka_unit_test(test_a_national_number_overrules),
		cmocka_unit_test(test_family_weight_counts_what_families_share),
		cmocka_unit_test(test_without_families_nobody_is_a_relative),
		cmocka_unit_test(test_a_near_forename_speaks_less_for_a_twin),
		cmocka_unit_test(test_every_relation_has_a_name_and_words),
	};

	return cmocka_run_group_tests(tests, load_model, free_model);
}
