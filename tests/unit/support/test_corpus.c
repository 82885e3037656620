#include "tests/support/corpus.h"

#include "tests/support/corpus_family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#define SEED 20261123u
static const struct corpus_source source = { .seed = SEED };
#define PINNED 0xc68757e1349af77bu

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

/* Damage that brings another one with it, or is one: an address of which the town is said holds no
 * street, and so on. */
static void
test_damage_comes_in_the_share_asked_for(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (unsigned kind = 0; kind < CORPUS_DAMAGE_COUNT; kind++) {
		struct corpus_shares shares = { { 0 } }, always = { { 0 } };
		unsigned done = 0, possible = 0;

		shares.per_mille[kind] = 250;
		always.per_mille[kind] = 1000;
		for (uint64_t n = 0; n < 3000; n++) {
			struct corpus_query query;

			arena_reset(arena);
			assert_int_equal(
			    corpus_query_absent(&query, arena, SEED, n, &shares), STATUS_OK);
			assert_true((query.damage & ~CORPUS_BIT(kind)) == 0);
			done += query.damage != 0;
			assert_int_equal(
			    corpus_query_absent(&query, arena, SEED, n, &always), STATUS_OK);
			possible += query.damage != 0;
		}
		if (possible < 40)
			print_message("damage %u is possible for %u only\n", kind, possible);
		/* Four standard deviations of a binomial share. */
		assert_true(possible >= 40);
		assert_true(done > 0);
		if (possible >= 1000)
			assert_in_range(4 * done, possible * 80 / 100, possible * 120 / 100);
	}
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_gives_same_bytes_in_any_order),
		cmocka_unit_test(test_another_seed_gives_other_people),
		cmocka_unit_test(test_first_thousand_records_are_pinned),
		cmocka_unit_test(test_every_record_is_well_formed),
		cmocka_unit_test(test_a_family_is_never_twice_in_one_system),
		cmocka_unit_test(test_damage_comes_in_the_share_asked_for),
		cmocka_unit_test(test_no_damage_leaves_the_facts_whole),
		cmocka_unit_test(test_question_is_about_a_person_of_the_record),
		cmocka_unit_test(test_truth_lies_within_an_undamaged_age),
		cmocka_unit_test(test_calendar_agrees_with_counting),
		cmocka_unit_test(test_names_are_skewed),
		cmocka_unit_test(test_full_arena_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
