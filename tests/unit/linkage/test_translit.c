#include "linkage/translit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "linkage/compare.h"
#include "record/fold.h"

static struct folder *folder;
static struct arena *arena;

static int
set_up(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	arena = arena_new(0);
	assert_non_null(arena);
	assert_int_equal(folder_new(&folder, &err), STATUS_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	folder_free(folder);
	arena_free(arena);
	return 0;
}

/* The last of the readings that folding gives of one word. */
static struct str
folded(const char *text)
{
	struct str out, last = STR_NONE;

	assert_int_equal(fold_name_text(&out, folder, arena, str_from(text)), STATUS_OK);
	while (out.n > 0)
		last = str_cut(&out, '/');
	return last;
}

static bool
alike(struct str a, struct str b)
{
	struct translit x, y;

	translit_read(&x, feature_letters(a), feature_script(a));
	translit_read(&y, feature_letters(b), feature_script(b));
	assert_int_equal(translit_alike(&x, &y), translit_alike(&y, &x));
	if (translit_alike(&x, &y)) {
		assert_true(translit_possible(&x, &y.outline));
		assert_true(translit_possible(&y, &x.outline));
	}
	return translit_alike(&x, &y);
}

static void
test_names_meet_across_scripts(void **state)
{
	static const struct {
		const char *native, *latin;
	} cases[] = {
		{ "\xd0\xb4\xd0\xb6\xd0\xbe\xd1\x80\xd0\xb4\xd0\xb6", "george" }, /* Russian */
		{ "\xd0\xa5\xd0\xb0\xd1\x80\xd1\x80\xd0\xb8\xd1\x81", "harris" },
		{ "\xd0\xa9\xd0\xb5\xd1\x80\xd0\xb1\xd0\xb0", "shcherba" },
		{ "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", "mohammed" }, /* Arabic */
		{ "\xd9\x8a\xd9\x88\xd8\xb3\xd9\x81", "yousef" },
		{ "\xd8\xb4\xd9\x88\xd8\xaf\xd8\xb1\xd9\x8a", "chowdhury" },
		{ "\xd7\x99\xd7\xa6\xd7\x97\xd7\xa7", "yitzchak" }, /* Hebrew */
		{ "\xd7\x97\xd7\x99\xd7\x99\xd7\x9d", "chaim" },
		{ "\xd7\x90\xd7\x91\xd7\xa8\xd7\x94\xd7\x9d", "abraham" },
		{ "\xeb\xaf\xbc\xec\x88\x98", "minsoo" }, /* Korean */
		{ "\xec\xa1\xb0\xec\x84\xb8\xed\x94\x84", "joseph" },
		{ "\xeb\xb2\x84\xec\xa7\x80\xeb\x8b\x88\xec\x95\x84", "virginia" },
		{ "\xe7\xbd\x97\xe4\xbc\xaf\xe7\x89\xb9", "robert" }, /* Chinese */
		{ "\xe5\x85\x8b\xe9\x87\x8c\xe6\x96\xaf\xe6\x89\x98\xe5\xbc\x97", "christof" },
		{ "\xe5\x93\x88\xe9\x87\x8c\xe6\xa3\xae", "harrison" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str native = folded(cases[i].native);

		if (!alike(native, str_from(cases[i].latin)))
			fail_msg("%.*s is not %s", STR_ARG(native), cases[i].latin);
	}
}

static void
test_other_names_do_not_meet(void **state)
{
	static const char *const natives[] = {
		"\xd0\xa1\xd0\xb5\xd1\x80\xd0\xb3\xd0\xb5\xd0\xb9",
		"\xd9\x85\xd8\xad\xd9\x85\xd8\xaf",
		"\xd7\x99\xd7\xa6\xd7\x97\xd7\xa7",
		"\xec\xa1\xb0\xec\x84\xb8\xed\x94\x84",
		"\xe7\xbd\x97\xe4\xbc\xaf\xe7\x89\xb9",
	};
	static const char *const latin[] = { "wilhelmina", "thomas", "anna", "campbell",
		"fitzgerald", "owen", "li" };

	(void)state;
	for (size_t i = 0; i < sizeof natives / sizeof natives[0]; i++)
		for (size_t k = 0; k < sizeof latin / sizeof latin[0]; k++) {
			struct str native = folded(natives[i]);

			if (alike(native, str_from(latin[k])))
				fail_msg("%.*s is %s", STR_ARG(native), latin[k]);
		}
}

/* One consonant that agrees beside others that may be silent is too little. */
static void
test_a_name_of_one_consonant_leaves_none_out(void **state)
{
	struct str yonas = folded("\xe1\x8b\xae\xe1\x8a\x93\xe1\x88\xb5"); /* Ethiopic */

	(void)state;
	assert_true(alike(yonas, str_from("yonas")));
	assert_true(alike(yonas, str_from("jonas")));
	assert_false(alike(yonas, str_from("anne")));
	assert_false(alike(yonas, str_from("ana")));
	assert_true(alike(folded("\xd0\xaf\xd0\xbd"), str_from("ian")));		  /* Yan */
	assert_true(alike(folded("\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0"), str_from("anne"))); /* Anna */
}

static void
test_one_script_is_not_compared_with_itself(void **state)
{
	(void)state;
	assert_true(alike(STR_LIT("haliC"), STR_LIT("hali")));
	assert_false(alike(STR_LIT("hali"), STR_LIT("hali")));
	assert_false(alike(STR_LIT("haliC"), STR_LIT("haliC")));
	assert_true(alike(STR_LIT("haliC"), STR_LIT("haliZ")));
	assert_int_equal(compare_tokens(NULL, STR_LIT("haliC"), STR_LIT("haliC")), TOKEN_EXACT);
	assert_int_equal(compare_tokens(NULL, STR_LIT("haliC"), STR_LIT("hali")), TOKEN_EXACT);
	assert_int_equal(compare_tokens(NULL, STR_LIT("jorjC"), STR_LIT("george")), TOKEN_SCRIPT);
	assert_int_equal(compare_tokens(NULL, STR_LIT("jorj"), STR_LIT("george")), TOKEN_NONE);
}

/* A token holds at most 48 bytes, the longest row of sounds two a letter ("x"). */
static void
test_long_and_odd_tokens_are_read_within_bounds(void **state)
{
	char text[FEATURE_TOKEN_BYTES_MAX + 2];
	struct translit longest, cut;

	(void)state;
	memset(text, 'x', sizeof text);
	for (size_t i = 1; i < sizeof text; i += 2)
		text[i] = 'q';
	translit_read(&longest, (struct str){ text, FEATURE_TOKEN_BYTES_MAX }, '\0');
	translit_read(&cut, (struct str){ text, sizeof text }, '\0');
	assert_in_range(longest.count, FEATURE_TOKEN_BYTES_MAX, TRANSLIT_SOUNDS_MAX);
	assert_int_equal(cut.count, longest.count);
	translit_read(&cut, STR_LIT("1'-\xff"), FOLD_HAN);
	assert_int_equal(cut.count, 0);
	assert_false(translit_alike(&cut, &longest));
	translit_read(&cut, STR_NONE, FOLD_ARABIC);
	assert_int_equal(cut.count, 0);
}

static uint32_t
draw(uint64_t *random, uint32_t below)
{
	/* Knuth's 64-bit linear congruential generator, high bits. */
	*random = *random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*random >> 33) % below;
}

/* What is passed over unread is alike to nothing. */
static void
test_what_is_not_possible_is_not_alike(void **state)
{
	uint64_t random = 3;
	unsigned met = 0;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		char a[16], b[16];
		size_t n = 1 + draw(&random, 9), m = 1 + draw(&random, 9);

		for (size_t i = 0; i < n; i++)
			a[i] = "aeioubcdghkmnrstxz"[draw(&random, 18)];
		for (size_t i = 0; i < m; i++)
			b[i] = i < n && draw(&random, 4) > 0
				   ? a[i]
				   : "aeiouplvjwqyfmnrst"[draw(&random, 18)];
		a[n++] = "ACHKOZ"[draw(&random, 6)];
		met += alike((struct str){ a, n }, (struct str){ b, m });
	}
	assert_in_range(met, 1000, 19000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_meet_across_scripts),
		cmocka_unit_test(test_other_names_do_not_meet),
		cmocka_unit_test(test_a_name_of_one_consonant_leaves_none_out),
		cmocka_unit_test(test_one_script_is_not_compared_with_itself),
		cmocka_unit_test(test_long_and_odd_tokens_are_read_within_bounds),
		cmocka_unit_test(test_what_is_not_possible_is_not_alike),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
