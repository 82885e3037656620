#include "record/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/mem.h"
#include "tests/unit/record/people.h"

static const struct case_header plain_header = { .system = { "helpline", 8 },
	.record_id = { "HL-000123", 9 },
	.opened = 16000,
	.closed = 16100,
	.status = { "closed", 6 },
	.nation = { "england", 7 } };

static struct case_header
random_header(struct people_random *random)
{
	static const char *const nations[] = { "", "england", "wales", "scotland",
		"northern_ireland", "jersey", "atlantis" };

	return (struct case_header){ people_text(random), people_text(random), people_day(random),
		people_day(random), people_text(random), people_text(random),
		people_pick(random, nations, sizeof nations / sizeof nations[0]) };
}

static bool
same_header(const struct case_header *a, const struct case_header *b)
{
	return str_eq(a->system, b->system) && str_eq(a->record_id, b->record_id) &&
	       a->opened == b->opened && a->closed == b->closed && str_eq(a->status, b->status) &&
	       str_eq(a->service, b->service) && str_eq(a->nation, b->nation);
}

static void
test_random_people_round_trip(void **state)
{
	struct people_random random = { 20240601 };
	struct arena *arena = arena_new(0);

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct case_header header = random_header(&random), header_back;
		struct person person = people_make(&random, arena, i % 10 == 0 ? 33 : 4), back;
		struct buf bytes = BUF_INIT;
		struct err err = ERR_NONE;

		codec_encode(&bytes, &header, &person);
		assert_int_equal(
		    codec_decode(&header_back, &back, arena, buf_str(&bytes), &err), STATUS_OK);
		assert_true(same_header(&header, &header_back));
		assert_true(people_same(&person, &back));
		buf_free(&bytes);
		arena_reset(arena);
	}
	arena_free(arena);
}

static struct person
ordinary_person(struct arena *arena)
{
	struct person_name *name = people_list(arena, 1, sizeof *name);
	struct birth *birth = people_list(arena, 1, sizeof *birth);
	struct person_address *address = people_list(arena, 1, sizeof *address);

	*name = (struct person_name){ NAME_CURRENT, STR_LIT("Katherine Anne"), STR_LIT("O'Brien"),
		STR_NONE };
	assert_int_equal(birth_parse(birth, STR_LIT("2009-03-04"), NULL), STATUS_OK);
	*address = (struct person_address){ STR_LIT("12 Acacia Avenue"), STR_LIT("Leeds"),
		STR_LIT("LS1 4AB"), 15340, DAY_NONE };
	return (struct person){ .id = STR_LIT("P1"),
		.role = ROLE_CHILD,
		.sex = SEX_FEMALE,
		.names = name,
		.name_count = 1,
		.births = birth,
		.birth_count = 1,
		.addresses = address,
		.address_count = 1 };
}

static void
test_an_ordinary_person_takes_under_120_bytes(void **state)
{
	struct arena *arena = arena_new(0);
	struct person person = ordinary_person(arena);
	struct buf bytes = BUF_INIT;

	(void)state;
	codec_encode(&bytes, &plain_header, &person);
	assert_in_range(bytes.n, 60, 119);
	buf_free(&bytes);
	arena_free(arena);
}

static void
test_every_truncation_is_corrupt(void **state)
{
	struct people_random random = { 7 };
	struct arena *arena = arena_new(0);

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct person person = people_make(&random, arena, 6), back;
		struct case_header header;
		struct buf bytes = BUF_INIT;

		codec_encode(&bytes, &plain_header, &person);
		for (size_t n = 0; n < bytes.n; n++) {
			/* A copy of that size, so that a read past its end is seen. */
			char *copy = mem_alloc(n);
			struct err err = ERR_NONE;

			memcpy(copy, bytes.p, n);
			assert_int_equal(
			    codec_decode(&header, &back, arena, (struct str){ copy, n }, &err),
			    STATUS_CORRUPT);
			assert_int_equal(err.status, STATUS_CORRUPT);
			mem_free(copy);
		}
		buf_free(&bytes);
		arena_reset(arena);
	}
	arena_free(arena);
}

static void
test_a_byte_too_many_is_corrupt(void **state)
{
	struct arena *arena = arena_new(0);
	struct person person = ordinary_person(arena), back;
	struct case_header header;
	struct buf bytes = BUF_INIT;

	(void)state;
	codec_encode(&bytes, &plain_header, &person);
	buf_add_char(&bytes, '\0');
	assert_int_equal(
	    codec_decode(&header, &back, arena, buf_str(&bytes), NULL), STATUS_CORRUPT);
	buf_free(&bytes);
	arena_free(arena);
}

/* Whatever a flipped bit makes of a person, it is either refused or can be used and stored. */
static void
test_flipped_bits_never_crash(void **state)
{
	struct people_random random = { 99 };
	struct arena *arena = arena_new(0);
	size_t refused = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct person person = people_make(&random, arena, 5), back;
		struct case_header header;
		struct buf bytes = BUF_INIT, again = BUF_INIT;
		unsigned flips = 1 + people_draw(&random, 4);
		enum status status;

		codec_encode(&bytes, &plain_header, &person);
		for (unsigned flip = 0; flip < flips; flip++)
			bytes.p[people_draw(&random, (uint32_t)bytes.n)] ^=
			    (char)(1 << people_draw(&random, 8));
		status = codec_decode(&header, &back, arena, buf_str(&bytes), NULL);
		if (status == STATUS_OK)
			codec_encode(&again, &header, &back);
		else
			assert_int_equal(status, STATUS_CORRUPT);
		refused += status != STATUS_OK;
		buf_free(&again);
		buf_free(&bytes);
		arena_reset(arena);
	}
	assert_in_range(refused, 1000, 19999);
	arena_free(arena);
}

static void
test_random_bytes_never_crash(void **state)
{
	struct people_random random = { 5 };
	struct arena *arena = arena_new(0);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char bytes[64];
		size_t n = people_draw(&random, sizeof bytes);
		struct person person;
		struct case_header header;

		for (size_t k = 0; k < n; k++)
			bytes[k] = (char)people_draw(&random, 256);
		if (n > 0)
			bytes[0] = 2;
		(void)!codec_decode(&header, &person, arena, (struct str){ bytes, n }, NULL);
		arena_reset(arena);
	}
	arena_free(arena);
}

static void
test_another_version_is_refused(void **state)
{
	struct arena *arena = arena_new(0);
	struct person person = ordinary_person(arena), back;
	struct case_header header;
	struct buf bytes = BUF_INIT;
	struct err err = ERR_NONE;

	(void)state;
	codec_encode(&bytes, &plain_header, &person);
	bytes.p[0] = 3;
	assert_int_equal(
	    codec_decode(&header, &back, arena, buf_str(&bytes), &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "stored person has version 3");
	buf_free(&bytes);
	arena_free(arena);
}

static void
test_any_system_comes_back(void **state)
{
	static const char *const systems[] = { "childrens_services", "helpline", "childline",
		"ctac", "participation", "some_other_system", "c", "" };
	struct arena *arena = arena_new(0);
	struct person person = ordinary_person(arena), back;

	(void)state;
	for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
		struct case_header given = plain_header, header;
		struct buf bytes = BUF_INIT;

		given.system = str_from(systems[i]);
		codec_encode(&bytes, &given, &person);
		assert_int_equal(
		    codec_decode(&header, &back, arena, buf_str(&bytes), NULL), STATUS_OK);
		assert_true(str_eq_text(header.system, systems[i]));
		bytes.p[2] = 6; /* one past the last that has a number */
		assert_int_equal(
		    codec_decode(&header, &back, arena, buf_str(&bytes), NULL), STATUS_CORRUPT);
		buf_free(&bytes);
	}
	arena_free(arena);
}

static struct person
crowded(struct arena *arena, size_t names)
{
	struct person_name *list = people_list(arena, names, sizeof *list);

	for (size_t i = 0; i < names; i++)
		list[i] = (struct person_name){ NAME_ALIAS, STR_LIT("Kit"), STR_NONE, STR_NONE };
	return (struct person){ .id = STR_LIT("P"), .names = list, .name_count = names };
}

static void
test_counts_over_the_limit_are_corrupt(void **state)
{
	struct arena *arena = arena_new(0);
	struct person at_limit = crowded(arena, PERSON_NAMES_MAX);
	struct person past = crowded(arena, PERSON_NAMES_MAX + 1), back;
	struct case_header header;
	struct buf bytes = BUF_INIT;

	(void)state;
	codec_encode(&bytes, &plain_header, &at_limit);
	assert_int_equal(codec_decode(&header, &back, arena, buf_str(&bytes), NULL), STATUS_OK);
	buf_clear(&bytes);
	codec_encode(&bytes, &plain_header, &past);
	assert_int_equal(
	    codec_decode(&header, &back, arena, buf_str(&bytes), NULL), STATUS_CORRUPT);
	buf_free(&bytes);
	arena_free(arena);
}

static void
test_every_failed_allocation_is_reported(void **state)
{
	struct people_random random = { 11 };
	struct arena *made = arena_new(0);
	struct person person = people_make(&random, made, 33), back;
	struct case_header header;
	struct buf bytes = BUF_INIT;
	bool done = false;

	(void)state;
	codec_encode(&bytes, &plain_header, &person);
	for (long nth = 1; !done; nth++) {
		struct arena *arena = arena_new(0);
		struct err err = ERR_NONE;
		enum status status;

		mem_fail_at(nth);
		status = codec_decode(&header, &back, arena, buf_str(&bytes), &err);
		mem_fail_at(0);
		done = status == STATUS_OK;
		assert_true(done || status == STATUS_NOMEM);
		assert_true(!done || nth > 1); /* the first did fail */
		arena_free(arena);
	}
	mem_fail_at(1);
	buf_clear(&bytes);
	buf_free(&bytes);
	codec_encode(&bytes, &plain_header, &person);
	mem_fail_at(0);
	assert_true(buf_failed(&bytes));
	buf_free(&bytes);
	arena_free(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_people_round_trip),
		cmocka_unit_test(test_an_ordinary_person_takes_under_120_bytes),
		cmocka_unit_test(test_every_truncation_is_corrupt),
		cmocka_unit_test(test_a_byte_too_many_is_corrupt),
		cmocka_unit_test(test_flipped_bits_never_crash),
		cmocka_unit_test(test_random_bytes_never_crash),
		cmocka_unit_test(test_another_version_is_refused),
		cmocka_unit_test(test_any_system_comes_back),
		cmocka_unit_test(test_counts_over_the_limit_are_corrupt),
		cmocka_unit_test(test_every_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
