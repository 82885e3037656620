#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <errno.h>
#include <sysexits.h>

#include "base/mem.h"

static void
test_every_status_has_its_own_name_and_a_sysexits_code(void **state)
{
	(void)state;
	for (int i = 0; i < STATUS_COUNT; i++) {
		int code = status_exit_code((enum status)i);

		assert_true(i == STATUS_OK ? code == 0 : code >= EX__BASE && code <= EX__MAX);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
			    status_name((enum status)i), status_name((enum status)j));
	}
	assert_string_equal(status_name(STATUS_COUNT), "unknown");
	assert_int_equal(status_exit_code(STATUS_COUNT), EX_SOFTWARE);
	assert_true(status_retry_helps(STATUS_BUSY));
	assert_false(status_retry_helps(STATUS_CORRUPT));
}

static void
test_the_first_error_wins(void **state)
{
	struct err err = ERR_NONE;
	char text[300];

	(void)state;
	assert_int_equal(
	    err_data(&err, STATUS_CORRUPT, "f.json", 7, "broken \x1b[1m%d", 3), STATUS_CORRUPT);
	assert_int_equal(err_set(&err, STATUS_NOMEM, "later"), STATUS_NOMEM);
	errno = ENOENT;
	assert_int_equal(err_sys(&err, "g", "open"), STATUS_IO);
	assert_int_equal(err.status, STATUS_CORRUPT);
	assert_string_equal(err_format(text, sizeof text, &err), "f.json:7: broken ?[1m3");
	assert_int_equal(err_set(NULL, STATUS_BUSY, "no struct"), STATUS_BUSY);
}

/* Over several blocks, from an empty arena and from the middle of one. */
static void
test_arena_rewinds_to_a_mark(void **state)
{
	struct arena *arena = arena_new(0);
	struct arena_mark empty = arena_mark(arena);

	(void)state;
	for (size_t round = 0; round < 3; round++) {
		struct arena_mark mark;
		struct str kept = STR_NONE;
		char *again;

		assert_true(arena_copy(&kept, arena, STR_LIT("kept")));
		mark = arena_mark(arena);
		for (size_t i = 0; i < 5; i++)
			memset(arena_alloc(arena, 1, 10000), 'x', 10000);
		memset(arena_alloc(arena, 1, 50000), 'x', 50000);
		arena_rewind(arena, mark);
		assert_int_equal(arena_used(arena), mark.used);
		again = arena_alloc(arena, 1, 60000);
		for (size_t i = 0; i < 60000; i++)
			assert_int_equal(again[i], 0);
		assert_true(str_eq_text(kept, "kept"));
		arena_rewind(arena, empty);
		assert_int_equal(arena_used(arena), 0);
	}
	arena_free(arena);
}

static void
test_arena_gives_aligned_zeroed_memory_up_to_its_limit(void **state)
{
	struct arena *arena = arena_new(4096);
	struct str copy = STR_NONE;
	char *p;

	(void)state;
	for (size_t i = 0; i < 4096 / 16; i++) {
		p = arena_alloc(arena, 1, 1);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		assert_int_equal(p[0], 0);
		p[0] = 'x';
	}
	assert_null(arena_alloc(arena, 1, 1));
	assert_false(arena_copy(&copy, arena, STR_LIT("a")));
	arena_reset(arena);
	p = arena_alloc(arena, 4096, 1);
	assert_non_null(p);
	assert_int_equal(p[0], 0);
	assert_null(arena_alloc(arena, SIZE_MAX / 2, 4));
	arena_free(arena);
}

static void
test_arena_survives_a_failed_allocation(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	mem_fail_at(1);
	assert_null(arena_alloc(arena, 1, 100000));
	mem_fail_at(0);
	assert_non_null(arena_alloc(arena, 1, 100000));
	assert_string_equal(arena_format(arena, "%d-%s", 5, "x"), "5-x");
	arena_free(arena);
	arena_free(NULL);
}

static void
test_utf8_validity_follows_unicode_table_3_7(void **state)
{
	static const struct {
		const char *bytes;
		bool valid;
	} cases[] = {
		{ "plain", true },
		{ "\xc3\xa9", true },
		{ "\xe2\x82\xac", true },
		{ "\xf0\x9f\x98\x80", true },
		{ "\xed\x9f\xbf", true },
		{ "\xf4\x8f\xbf\xbf", true },
		{ "\xc0\x80", false },
		{ "\xc1\xbf", false },
		{ "\xe0\x9f\xbf", false },
		{ "\xed\xa0\x80", false },
		{ "\xf0\x8f\xbf\xbf", false },
		{ "\xf4\x90\x80\x80", false },
		{ "\xf5\x80\x80\x80", false },
		{ "\x80", false },
		{ "\xc3", false },
		{ "\xe2\x82", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str s = str_from(cases[i].bytes);

		assert_int_equal(str_utf8_valid(s) == s.n, cases[i].valid);
	}
}

static void
test_decimal_reading_refuses_overflow_and_signs(void **state)
{
	uint64_t value = 1;

	(void)state;
	assert_true(str_to_u64(&value, STR_LIT("18446744073709551615"), UINT64_MAX));
	assert_true(value == UINT64_MAX);
	assert_false(str_to_u64(&value, STR_LIT("18446744073709551616"), UINT64_MAX));
	assert_true(str_to_u64(&value, STR_LIT("150"), 150));
	assert_false(str_to_u64(&value, STR_LIT("151"), 150));
	assert_false(str_to_u64(&value, STR_LIT("-1"), 150));
	assert_false(str_to_u64(&value, STR_NONE, 150));
	assert_false(str_to_u64(&value, STR_LIT("9"), 5));
}

static void
test_cutting_and_trimming(void **state)
{
	struct str s = STR_LIT("a,,b");

	(void)state;
	assert_true(str_eq_text(str_cut(&s, ','), "a"));
	assert_true(str_eq_text(str_cut(&s, ','), ""));
	assert_true(str_eq_text(str_cut(&s, ','), "b"));
	assert_int_equal(s.n, 0);
	assert_true(str_eq_text(str_trim(STR_LIT(" \t x y\r\n")), "x y"));
	assert_true(str_cmp(STR_LIT("ab"), STR_LIT("abc")) < 0);
	assert_true(str_eq_nocase(STR_LIT("Ab"), STR_LIT("aB")));
	assert_true(str_ends(STR_LIT("abc"), STR_LIT("bc")));
	assert_false(str_starts(STR_LIT("a"), STR_LIT("ab")));
}

static void
test_digest_is_blake2b_256(void **state)
{
	struct digest digest, back;
	struct digest_state ongoing;
	char hex[DIGEST_HEX + 1];

	(void)state;
	assert_int_equal(digest_init(NULL), STATUS_OK);
	digest_of(&digest, STR_LIT("abc"));
	digest_hex(hex, &digest);
	/* as b2sum -l 256 prints for "abc" */
	assert_string_equal(
	    hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	assert_true(digest_from_hex(&back, str_from(hex)));
	assert_memory_equal(back.bytes, digest.bytes, DIGEST_BYTES);
	assert_false(digest_from_hex(&back, STR_LIT("bddd")));
	digest_begin(&ongoing);
	digest_add(&ongoing, STR_LIT("a"));
	digest_add(&ongoing, STR_LIT("bc"));
	digest_end(&back, &ongoing);
	assert_memory_equal(back.bytes, digest.bytes, DIGEST_BYTES);
}

static void
test_parts_cannot_run_together(void **state)
{
	struct digest_state ongoing;
	struct digest one, two;

	(void)state;
	digest_begin(&ongoing);
	digest_add_part(&ongoing, STR_LIT("ab"));
	digest_add_part(&ongoing, STR_LIT("c"));
	digest_end(&one, &ongoing);
	digest_begin(&ongoing);
	digest_add_part(&ongoing, STR_LIT("a"));
	digest_add_part(&ongoing, STR_LIT("bc"));
	digest_end(&two, &ongoing);
	assert_memory_not_equal(one.bytes, two.bytes, DIGEST_BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_status_has_its_own_name_and_a_sysexits_code),
		cmocka_unit_test(test_the_first_error_wins),
		cmocka_unit_test(test_arena_rewinds_to_a_mark),
		cmocka_unit_test(test_arena_gives_aligned_zeroed_memory_up_to_its_limit),
		cmocka_unit_test(test_arena_survives_a_failed_allocation),
		cmocka_unit_test(test_utf8_validity_follows_unicode_table_3_7),
		cmocka_unit_test(test_decimal_reading_refuses_overflow_and_signs),
		cmocka_unit_test(test_cutting_and_trimming),
		cmocka_unit_test(test_digest_is_blake2b_256),
		cmocka_unit_test(test_parts_cannot_run_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
