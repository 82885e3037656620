#include "tests/support/corpus_question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdlib.h>

#define SEED 20261123u
static const struct corpus_source source = { .seed = SEED };
#define PINNED 0x94bff9201c60d592u

/* FNV-1a over everything that a person says, so that any changed byte changes it. */
static void
hash_bytes(uint64_t *hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		*hash = (*hash ^ p[i]) * 0x100000001b3u;
	*hash = (*hash ^ 0xff) * 0x100000001b3u;
}

static void
hash_str(uint64_t *hash, struct str s)
{
	hash_bytes(hash, s.p, s.n);
}

static void
hash_number(uint64_t *hash, int64_t number)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
	hash_bytes(hash, bytes, sizeof bytes);
}

static void
hash_person(uint64_t *hash, const struct person *person)
{
	hash_str(hash, person->id);
	hash_number(hash, person->role);
	hash_number(hash, person->sex);
	for (size_t i = 0; i < person->name_count; i++) {
		hash_str(hash, person->names[i].forenames);
		hash_str(hash, person->names[i].surname);
		hash_str(hash, person->names[i].full);
	}
	for (size_t i = 0; i < person->birth_count; i++) {
		hash_number(hash, person->births[i].first);
		hash_number(hash, person->births[i].last);
	}
	for (size_t i = 0; i < person->address_count; i++) {
		hash_str(hash, person->addresses[i].text);
		hash_str(hash, person->addresses[i].postcode);
		hash_number(hash, person->addresses[i].from);
	}
	for (size_t i = 0; i < person->phone_count; i++)
		hash_str(hash, person->phones[i]);
	for (size_t i = 0; i < person->identifier_count; i++)
		hash_str(hash, person->identifiers[i].value);
}

static uint64_t
hash_record(struct arena *arena, uint64_t seed, uint64_t i)
{
	struct corpus_case made;
	uint64_t hash = 0xcbf29ce484222325u;

	arena_reset(arena);
	assert_int_equal(corpus_record(&made, arena, seed, i), STATUS_OK);
	hash_str(&hash, made.record.header.record_id);
	hash_number(&hash, made.record.header.opened);
	for (size_t k = 0; k < made.record.people_count; k++)
		hash_person(&hash, &made.record.people[k]);
	return hash;
}

static void
test_same_seed_gives_same_bytes_in_any_order(void **state)
{
	struct arena *a = arena_new(0), *b = arena_new(0);
	uint64_t forward[200];

	(void)state;
	for (uint64_t i = 0; i < 200; i++)
		forward[i] = hash_record(a, SEED, i * 977);
	for (uint64_t i = 200; i-- > 0;)
		assert_true(hash_record(b, SEED, i * 977) == forward[i]);
	arena_free(a);
	arena_free(b);
}

static void
test_another_seed_gives_other_people(void **state)
{
	struct arena *arena = arena_new(0);
	unsigned equal = 0;

	(void)state;
	for (uint64_t i = 0; i < 500; i++)
		equal += hash_record(arena, SEED, i) == hash_record(arena, SEED + 1, i);
	assert_int_equal(equal, 0);
	arena_free(arena);
}

/* The bytes themselves are pinned: a change of the generator is a change of every figure that was
 * measured on it, and must be meant. */
static void
test_first_thousand_records_are_pinned(void **state)
{
	struct arena *arena = arena_new(0);
	uint64_t hash = 0;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		hash = hash * 31 + hash_record(arena, 1, i);
	if (hash != PINNED)
		print_message(
		    "first thousand records now hash to 0x%llx\n", (unsigned long long)hash);
	assert_true(hash == PINNED);
	arena_free(arena);
}

static bool
printable_utf8(struct str s)
{
	return s.n == 0 || (str_utf8_valid(s) == s.n && memchr(s.p, '\0', s.n) == NULL);
}

static void
check_person(const struct person *person, day_number last)
{
	assert_true(person->name_count > 0);
	for (size_t i = 0; i < person->name_count; i++) {
		const struct person_name *name = &person->names[i];

		assert_true(name->forenames.n + name->surname.n + name->full.n > 0);
		assert_true(name->full.n == 0 || name->forenames.n + name->surname.n == 0);
		assert_true(printable_utf8(name->forenames) && printable_utf8(name->surname));
		assert_true(printable_utf8(name->full));
	}
	for (size_t i = 0; i < person->birth_count; i++) {
		assert_true(person->births[i].first <= person->births[i].last);
		assert_true(person->births[i].first <= last);
	}
	for (size_t i = 0; i < person->address_count; i++)
		assert_true(person->addresses[i].text.n + person->addresses[i].town.n +
				person->addresses[i].postcode.n >
			    0);
}

static void
test_every_record_is_well_formed(void **state)
{
	struct arena *arena = arena_new(0);
	size_t people = 0;

	(void)state;
	for (uint64_t i = 0; i < 20000; i++) {
		struct corpus_case made;

		arena_reset(arena);
		assert_int_equal(corpus_record(&made, arena, SEED, i), STATUS_OK);
		assert_in_range(made.record.people_count, 1, CORPUS_PEOPLE_MAX);
		people += made.record.people_count;
		assert_true(made.record.header.opened <= CORPUS_LAST_DAY);
		/* Three systems know no small children. */
		if (made.system >= CORPUS_CHILDLINE) {
			static struct corpus_family family;

			corpus_family_make(&family, &source, made.family);
			assert_true(corpus_family_age(
					family.members[0].born, made.record.header.opened) >= 8);
		}
		for (size_t k = 0; k < made.record.people_count; k++) {
			check_person(&made.record.people[k], CORPUS_LAST_DAY);
			for (size_t j = 0; j < k; j++)
				assert_false(
				    str_eq(made.record.people[j].id, made.record.people[k].id));
		}
	}
	print_message("20000 records, %zu people\n", people);
	assert_in_range(people, 40000, 80000);
	arena_free(arena);
}

static void
test_a_family_is_never_twice_in_one_system(void **state)
{
	struct arena *arena = arena_new(0);
	unsigned shared = 0;

	(void)state;
	for (uint64_t block = 0; block < 300; block++) {
		struct corpus_case made[CORPUS_BLOCK_RECORDS];

		arena_reset(arena);
		for (uint64_t i = 0; i < CORPUS_BLOCK_RECORDS; i++) {
			assert_int_equal(
			    corpus_record(&made[i], arena, SEED, block * CORPUS_BLOCK_RECORDS + i),
			    STATUS_OK);
			for (uint64_t j = 0; j < i; j++) {
				if (made[i].family != made[j].family)
					continue;
				shared++;
				assert_int_not_equal(made[i].system, made[j].system);
			}
		}
	}
	assert_int_equal(shared, 300 * (6 + 1 + 1));
	arena_free(arena);
}

static void
test_no_damage_leaves_the_facts_whole(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (uint64_t n = 0; n < 2000; n++) {
		struct corpus_family family;
		struct corpus_query query;
		const struct corpus_member *member;

		arena_reset(arena);
		assert_int_equal(
		    corpus_query(&query, arena, SEED, n, 3, &corpus_shares_none), STATUS_OK);
		corpus_family_make(&family, &source, query.family);
		member = &family.members[query.member];
		assert_int_equal(query.damage, 0);
		assert_true(
		    str_starts(query.person.names[0].forenames, str_from(member->forename)));
		assert_true(str_eq_text(query.person.names[0].surname, member->surname));
		assert_int_equal(query.person.births[0].first, member->born);
		assert_int_equal(query.person.births[0].last, member->born);
		assert_true(query.person.address_count > 0 || member->apart == -2);
		assert_int_equal(query.person.sex, member->sex);
	}
	arena_free(arena);
}

static void
test_question_is_about_a_person_of_the_record(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (uint64_t i = 0; i < 3000; i++) {
		struct corpus_query query;
		struct corpus_case made;

		arena_reset(arena);
		assert_int_equal(
		    corpus_query(&query, arena, SEED, i, 0, &corpus_shares_typical), STATUS_OK);
		assert_int_equal(corpus_record(&made, arena, SEED, i), STATUS_OK);
		assert_true(query.people_index < made.record.people_count);
		assert_true(query.family == made.family);
		assert_int_equal(query.member, made.member[query.people_index]);
		assert_int_equal(query.person.id.n, 0);
		check_person(&query.person, CORPUS_LAST_DAY);
	}
	arena_free(arena);
}

static void
test_truth_lies_within_an_undamaged_age(void **state)
{
	struct arena *arena = arena_new(0);
	struct corpus_shares shares = { { 0 } };

	(void)state;
	shares.per_mille[CORPUS_DATE_AGE] = 1000;
	for (uint64_t n = 0; n < 5000; n++) {
		struct corpus_family family;
		struct corpus_query query;
		day_number born;
		const struct birth *birth;

		arena_reset(arena);
		assert_int_equal(corpus_query_absent(&query, arena, SEED, n, &shares), STATUS_OK);
		corpus_family_make(&family, &source, query.family);
		born = family.members[0].born;
		birth = &query.person.births[0];
		if (birth->precision != BIRTH_AGE)
			continue; /* not yet born on the day of asking */
		assert_true(birth->first <= born && born <= birth->last);
		assert_in_range(birth->last - birth->first, birth->about ? 1094 : 364,
		    birth->about ? 1096 : 366);
	}
	arena_free(arena);
}

static void
test_calendar_agrees_with_counting(void **state)
{
	struct civil date = { 1900, 1, 1 };
	day_number day = -25567; /* 1900-01-01 */

	(void)state;
	for (; date.year < 2101; day++) {
		static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
		bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
		struct civil back = corpus_family_civil(day);

		assert_int_equal(corpus_family_day(date), day);
		assert_int_equal(back.year, date.year);
		assert_int_equal(back.month, date.month);
		assert_int_equal(back.day, date.day);
		if (++date.day <= lengths[date.month - 1] + (leap && date.month == 2))
			continue;
		date.day = 1;
		if (++date.month == 13)
			date = (struct civil){ date.year + 1, 1, 1 };
	}
}

static void
test_names_are_skewed(void **state)
{
	struct corpus_rng rng = corpus_rng_of(SEED, 99, 0);
	unsigned seen[200] = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		seen[corpus_rng_skewed(&rng, 200)]++;
	assert_in_range(seen[0], 3400, 4200);
	assert_in_range(seen[199], 300, 500);
}

static void
test_full_arena_is_reported(void **state)
{
	(void)state;
	for (size_t limit = 64; limit < 4096; limit += 64) {
		struct arena *arena = arena_new(limit);
		struct corpus_case made;
		enum status status = corpus_record(&made, arena, SEED, 4);

		assert_true(status == STATUS_OK || status == STATUS_NOMEM);
		if (limit == 64)
			assert_int_equal(status, STATUS_NOMEM);
		arena_free(arena);
	}
}

/* --- Rates ------------------------------------------------------------------------------------ */

static bool
is(uint64_t damage, enum corpus_damage kind)
{
	return (damage & CORPUS_BIT(kind)) != 0;
}

struct rates {
	unsigned people, kinds[CORPUS_DAMAGE_COUNT], sparse, spoilt;
};

/* Damage to names and dates, but for what a form leaves out. */
static bool
is_spoilt(uint64_t damage)
{
	const uint64_t left_out = CORPUS_BIT(CORPUS_NO_MIDDLE) | CORPUS_BIT(CORPUS_ONE_STRING) |
				  CORPUS_BIT(CORPUS_NO_DATE) | CORPUS_BIT(CORPUS_DATE_AGE) |
				  CORPUS_BIT(CORPUS_DATE_YEAR_ONLY) | CORPUS_BIT(CORPUS_NO_SURNAME);

	return (damage & (CORPUS_BIT(CORPUS_MOVED) - 1) & ~left_out) != 0;
}

static void
count_rates(struct rates *out, unsigned profile, struct arena *arena)
{
	const struct corpus_source under = { .seed = SEED, .profile = profile };

	memset(out, 0, sizeof *out);
	for (uint64_t i = 0; i < 20000; i++) {
		struct corpus_case made;

		arena_reset(arena);
		assert_int_equal(corpus_make(&made, arena, &under, i), STATUS_OK);
		for (size_t k = 0; k < made.record.people_count; k++) {
			out->people++;
			out->sparse += made.sparse[k];
			out->spoilt += is_spoilt(made.damage[k]);
			for (unsigned d = 0; d < CORPUS_DAMAGE_COUNT; d++)
				out->kinds[d] += is(made.damage[k], (enum corpus_damage)d);
		}
	}
}

static void
test_every_kind_occurs_and_profiles_scale_it(void **state)
{
	struct arena *arena = arena_new(0);
	struct rates typical, light, harsh;

	(void)state;
	count_rates(&typical, CORPUS_TYPICAL, arena);
	count_rates(&light, CORPUS_LIGHT, arena);
	count_rates(&harsh, CORPUS_HARSH, arena);
	print_message("typical: %u of %u with something wrong in name or date, %u sparse\n",
	    typical.spoilt, typical.people, typical.sparse);
	for (unsigned d = 0; d < CORPUS_KINDS; d++) {
		if (typical.kinds[d] < 15)
			print_message("%s: %u\n", corpus_damage_name((enum corpus_damage)d),
			    typical.kinds[d]);
		assert_true(typical.kinds[d] >= 15);
	}
	/* A third at most, so that most records agree with the truth in what they say. */
	assert_in_range(100 * typical.spoilt / typical.people, 15, 34);
	assert_in_range(100 * typical.sparse / typical.people, 5, 12);
	for (unsigned d = 0; d < CORPUS_NICKNAME; d++) {
		assert_in_range(100 * light.kinds[d], 30 * typical.kinds[d], 70 * typical.kinds[d]);
		assert_in_range(
		    100 * harsh.kinds[d], 150 * typical.kinds[d], 260 * typical.kinds[d]);
	}
	arena_free(arena);
}

/* --- Numbers of their own --------------------------------------------------------------------- */

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool
has_check_digit(uint64_t number)
{
	unsigned sum = 0;

	for (unsigned weight = 1; weight <= 10; weight++, number /= 10)
		sum += weight * (unsigned)(number % 10);
	return sum % 11 == 0;
}

#define FAMILIES 226000 /* of 1,000,000 appearances */

static void
test_no_number_is_given_twice(void **state)
{
	size_t n = 0, count = (size_t)(FAMILIES + 3000) * CORPUS_MEMBERS_MAX;
	uint64_t *numbers = calloc(count, sizeof *numbers);

	(void)state;
	assert_non_null(numbers);
	for (uint64_t f = 0; f < FAMILIES + 3000; f++) {
		uint64_t family = f < FAMILIES ? f : corpus_family_absent(f - FAMILIES);

		for (unsigned k = 0; k < CORPUS_MEMBERS_MAX; k++) {
			numbers[n] = corpus_family_identifier(family, k);
			if (n % 64 == 0)
				assert_true(has_check_digit(numbers[n]));
			n++;
		}
	}
	qsort(numbers, n, sizeof *numbers, by_number);
	assert_true(numbers[0] >= 9000000000u && numbers[n - 1] <= 9999999999u);
	for (size_t i = 1; i < n; i++)
		assert_true(numbers[i] != numbers[i - 1]);
	n = 0;
	for (uint64_t f = 0; f < FAMILIES + 3000; f++)
		for (unsigned slot = 0; slot < CORPUS_PHONES; slot++)
			numbers[n++] = corpus_family_phone(
			    f < FAMILIES ? f : corpus_family_absent(f - FAMILIES), slot);
	qsort(numbers, n, sizeof *numbers, by_number);
	for (size_t i = 1; i < n; i++)
		assert_true(numbers[i] != numbers[i - 1]);
	free(numbers);
}

/* --- Families --------------------------------------------------------------------------------- */

static void
test_families_are_as_they_should_be(void **state)
{
	unsigned namesakes = 0, next_door = 0, strangers = 0, twins = 0, alike = 0, juniors = 0;
	unsigned several_names = 0, households = 4000, shared = 0, rhyming = 0;

	(void)state;
	for (uint64_t f = 0; f < households; f++) {
		static struct corpus_family family, before;
		const struct corpus_member *child = &family.members[0];
		bool several = false;

		corpus_family_make(&family, &source, f);
		assert_in_range(family.member_count, 2, CORPUS_MEMBERS_MAX);
		assert_int_equal(child->relation, CORPUS_CHILD);
		assert_false(child->left_out);
		for (size_t k = 1; k < family.member_count; k++) {
			const struct corpus_member *other = &family.members[k];
			bool same = strcmp(other->forename, child->forename) == 0;

			if (other->relation == CORPUS_MOTHER)
				assert_true(other->born < child->born - 17 * 365);
			assert_true(other->born <= CORPUS_LAST_DAY);

			several |=
			    other->apart == -1 && strcmp(other->surname, child->surname) != 0;
			/* of one forename only if a second one tells them apart */
			if (other->relation == CORPUS_SIBLING) {
				enum corpus_alike how = corpus_family_alike(child, other);

				assert_true(how == corpus_family_alike(other, child));
				assert_true(same == (how == CORPUS_FIRST_SHARED));
				shared += how == CORPUS_FIRST_SHARED;
				rhyming += how == CORPUS_RHYMING;
			}
			if (other->relation == CORPUS_SIBLING && other->born == child->born) {
				twins++;
				alike += other->forename[0] == child->forename[0];
			}
			juniors += other->relation == CORPUS_FATHER && same;
		}
		several_names += several;
		if (f > 0) {
			const struct corpus_member *other = &before.members[0];
			bool street = strcmp(before.homes[before.home_count - 1].place.postcode,
					  family.homes[family.home_count - 1].place.postcode) == 0;
			bool name = strcmp(other->forename, child->forename) == 0 &&
				    strcmp(other->surname, child->surname) == 0;

			next_door += street;
			namesakes += street && name;
			strangers += name && !street && other->born == child->born;
		}
		before = family;
	}
	print_message(
	    "of %u families %u next door to another, %u namesakes there, %u strangers of one "
	    "name and birthday; %u twins, %u of one letter; %u fathers and sons of one name; "
	    "%u of several surnames; %u brothers of one first forename, %u rhyming\n",
	    households, next_door, namesakes, strangers, twins, alike, juniors, several_names,
	    shared, rhyming);
	assert_in_range(shared, households / 400, households * 2 / 100);
	assert_in_range(rhyming, households / 200, households * 3 / 100);
	assert_in_range(next_door, households * 3 / 100, households * 6 / 100);
	assert_in_range(namesakes, households / 100, households * 3 / 100);
	assert_in_range(strangers, households / 800, households / 100);
	assert_in_range(twins, households * 2 / 100, households * 6 / 100);
	assert_in_range(alike, twins / 4, twins * 3 / 4);
	assert_in_range(juniors, households / 200, households * 5 / 100);
	assert_in_range(several_names, households * 20 / 100, households * 70 / 100);
}

/* --- Questions -------------------------------------------------------------------------------- */

#define ASKED_FAMILIES 2000

/* The members of each of the families that are in any record. */
static void
all_on_file(uint32_t on_file[ASKED_FAMILIES], struct arena *arena)
{
	memset(on_file, 0, ASKED_FAMILIES * sizeof *on_file);
	for (uint64_t i = 0; i < ASKED_FAMILIES / CORPUS_BLOCK_FAMILIES * CORPUS_BLOCK_RECORDS;
	     i++) {
		struct corpus_case made;

		arena_reset(arena);
		assert_int_equal(corpus_make(&made, arena, &source, i), STATUS_OK);
		assert_true(made.family < ASKED_FAMILIES);
		for (size_t k = 0; k < made.record.people_count; k++)
			on_file[made.family] |= 1u << made.member[k];
	}
}

static bool
anybody_has_that_name(const struct corpus_question *question, const struct corpus_member *who)
{
	(void)question;
	for (uint64_t f = 0; f < ASKED_FAMILIES; f++) {
		static struct corpus_family family;

		corpus_family_make(&family, &source, f);
		for (size_t k = 0; k < family.member_count; k++)
			if (strcmp(family.members[k].forename, who->forename) == 0 &&
			    strcmp(family.members[k].surname, who->surname) == 0)
				return true;
	}
	return false;
}

static void
test_questions_are_about_whom_they_say(void **state)
{
	static uint32_t on_file[ASKED_FAMILIES];
	struct arena *arena = arena_new(0);
	struct corpus_asker asker;
	unsigned kinds[CORPUS_KIND_COUNT] = { 0 }, present = 0, searched = 0;

	(void)state;
	all_on_file(on_file, arena);
	corpus_question_init(&asker, arena, &source, ASKED_FAMILIES);
	for (uint64_t n = 0; n < 2400; n++) {
		struct corpus_question question;
		const struct corpus_query *query = &question.query;
		bool known, family;

		assert_int_equal(corpus_question_make(&question, &asker, n), STATUS_OK);
		family = query->family < ASKED_FAMILIES;
		known = family && (on_file[query->family] >> query->member & 1) != 0;
		assert_int_equal(question.on_file, known);
		check_person(&query->person, CORPUS_LAST_DAY);
		kinds[question.kind]++;
		present += known;
		if (question.kind == CORPUS_PRESENT)
			assert_true(known);
		else if (question.kind == CORPUS_RELATIVE)
			assert_true(family && !known && on_file[query->family] != 0);
		else if (question.kind != CORPUS_COMMON)
			assert_false(family);
		else
			assert_true(
			    query->person.phone_count + query->person.identifier_count == 0);
		if (question.kind == CORPUS_NAMESAKE && searched++ < 8)
			assert_true(
			    anybody_has_that_name(&question, &asker.family.members[query->member]));
	}
	assert_int_equal(present, 1600);
	for (unsigned k = 0; k < CORPUS_KIND_COUNT; k++)
		assert_true(kinds[k] >= 200);
	arena_free(arena);
}

static void
test_household_is_of_one_family(void **state)
{
	struct arena *arena = arena_new(0);
	struct corpus_asker asker;
	unsigned absent = 0;

	(void)state;
	corpus_question_init(&asker, arena, &source, ASKED_FAMILIES);
	for (uint64_t n = 0; n < 200; n++) {
		struct corpus_question people[CORPUS_HOUSEHOLD];
		bool found;

		arena_reset(arena);
		assert_int_equal(corpus_question_household(people, &found, &asker, n), STATUS_OK);
		assert_true(found);
		assert_int_equal(people[0].query.member, 0);
		for (unsigned i = 0; i < CORPUS_HOUSEHOLD; i++) {
			assert_true(people[i].query.family == people[0].query.family);
			absent += !people[i].on_file;
			for (unsigned j = 0; j < i; j++)
				assert_int_not_equal(
				    people[i].query.member, people[j].query.member);
		}
	}
	assert_in_range(absent, 40, 500);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_gives_same_bytes_in_any_order),
		cmocka_unit_test(test_another_seed_gives_other_people),
		cmocka_unit_test(test_first_thousand_records_are_pinned),
		cmocka_unit_test(test_every_record_is_well_formed),
		cmocka_unit_test(test_a_family_is_never_twice_in_one_system),
		cmocka_unit_test(test_no_damage_leaves_the_facts_whole),
		cmocka_unit_test(test_question_is_about_a_person_of_the_record),
		cmocka_unit_test(test_truth_lies_within_an_undamaged_age),
		cmocka_unit_test(test_calendar_agrees_with_counting),
		cmocka_unit_test(test_names_are_skewed),
		cmocka_unit_test(test_full_arena_is_reported),
		cmocka_unit_test(test_every_kind_occurs_and_profiles_scale_it),
		cmocka_unit_test(test_no_number_is_given_twice),
		cmocka_unit_test(test_families_are_as_they_should_be),
		cmocka_unit_test(test_questions_are_about_whom_they_say),
		cmocka_unit_test(test_household_is_of_one_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
