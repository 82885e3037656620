#include "record/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/fold_scripts.h"
#include "tests/unit/record/people.h"

static struct folder *folder;
static struct arena *arena;

static int
set_up(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	arena = arena_new(0);
	return folder_new(&folder, &err) == STATUS_OK && arena != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	folder_free(folder);
	arena_free(arena);
	return 0;
}

static struct str
folded(struct str text)
{
	struct str out = STR_NONE;

	assert_int_equal(fold_text(&out, folder, arena, text), STATUS_OK);
	return out;
}

static void
expect(const char *text, const char *wanted)
{
	assert_string_equal(folded(str_from(text)).p, wanted);
}

static void
test_ascii_is_lower_case_letters_digits_and_joiners(void **state)
{
	(void)state;
	expect("  Katherine   ANNE\tO'Brien-Smith (2nd) ", "katherine anne o'brien-smith 2nd");
	expect("J.P. & Co.", "j p co");
	expect("O`Neill", "o'neill");
	expect("", "");
	expect("  \t ", "");
	expect("()*&^%", "");
}

static void
test_latin_letters_lose_their_marks(void **state)
{
	(void)state;
	expect("Zo\xc3\xab Fran\xc3\xa7ois M\xc3\xbcller", "zoe francois muller");
	expect("\xc5\x81ukasz \xc5\xbb\xc3\xb3\xc5\x82\xc4\x87 Ma\xc5\x82gorzata",
	    "lukasz zolc malgorzata");
	expect("Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b \xc4\x90\xc3\xa0o", "nguyen thi dao");
	expect("S\xc3\xadle N\xc3\xad Dhomhnaill", "sile ni dhomhnaill");
	expect("T\xc5\xb7 Gwyn", "ty gwyn");
	expect("Stra\xc3\x9f"
	       "e \xc3\x86r\xc3\xb8",
	    "strasse aero");
	expect("\xc4\xb0lk\xc4\xb1m \xc5\x9e\xc3\xbckr\xc3\xbc", "ilkim sukru");
	expect("\xc3\x87lirim Rexh\xc3\xabpi", "clirim rexhepi");
	expect("\xc8\x98tefan \xc8\x9a\xc4\x83ranu", "stefan taranu");
}

static void
test_composed_and_decomposed_are_one(void **state)
{
	(void)state;
	expect("Jos\xc3\xa9", "jose");
	expect("Jose\xcc\x81", "jose");
}

static void
test_every_apostrophe_is_one(void **state)
{
	(void)state;
	expect("O\xe2\x80\x99"
	       "Brien",
	    "o'brien");
	expect("O\xe2\x80\x98"
	       "Brien",
	    "o'brien");
	expect("O\xc2\xb4"
	       "Brien",
	    "o'brien");
	expect("O\xca\xbc"
	       "Brien",
	    "o'brien");
	expect("Smith\xe2\x80\x90Jones \xe2\x80\x93 x", "smith-jones - x");
}

static void
test_cyrillic_is_spelt_as_passports_spell_it(void **state)
{
	(void)state;
	expect("\xd0\xa1\xd0\xb5\xd1\x80\xd0\xb3\xd0\xb5\xd0\xb9 "
	       "\xd0\xa9\xd0\xb5\xd1\x80\xd0\xb1\xd0\xb0\xd0\xba\xd0\xbe\xd0\xb2",
	    "sergey shcherbakov");
	expect("\xd0\xae\xd1\x80\xd0\xb8\xd0\xb9", "yuriy");
	expect("\xd0\x9c\xd1\x8d\xd1\x80\xd0\xb8", "meri");
	expect("\xd0\x94\xd0\xb6\xd0\xbe\xd0\xbd", "jon");
	/* Ukrainian letters turn on the Ukrainian table: h, not g. */
	expect("\xd0\x93\xd1\x80\xd0\xb8\xd0\xb3\xd0\xbe\xd1\x80\xd1\x96\xd0\xb9", "hryhoriy");
}

static void
test_arabic_and_hebrew_gain_short_vowels(void **state)
{
	(void)state;
	expect("\xd8\xa3\xd8\xad\xd9\x85\xd8\xaf", "ahmad");
	expect("\xd9\x83\xd8\xb1\xd9\x8a\xd9\x85", "karim");
	expect("\xd8\xad\xd8\xb3\xd9\x86", "hasan");
	expect("\xd8\xb9\xd9\x84\xd9\x8a", "ali");
	expect("\xd8\xae\xd8\xaf\xd9\x8a\xd8\xac\xd8\xa9", "khadija");
	expect("\xd8\xb1\xd8\xb6\xd8\xa7", "radha"); /* Ridha, Raza */
	expect("\xd7\x93\xd7\xa0\xd7\x99\xd7\x90\xd7\x9c", "danyal");
	expect("\xd7\x90\xd7\x91\xd7\xa8\xd7\x94\xd7\x9d", "avraham");
	expect("\xd7\x92\xd7\xb3\xd7\x95\xd7\x9f", "jun"); /* gimel with a geresh */
	expect("\xd7\x92'\xd7\x95\xd7\x9f", "jun");	   /* typed as an apostrophe */
	expect("\xd7\xa1\xd7\x95\xd7\xa4\xd7\x99\xd7\x94", "sufia");
}

static void
test_chinese_and_korean_names_part_into_two(void **state)
{
	(void)state;
	expect("\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", "wang xiaoming");
	expect("\xe7\x8e\x8b \xe5\xb0\x8f\xe6\x98\x8e", "wang xiaoming");
	expect("\xe5\xb0\x8f\xe6\x98\x8e", "xiaoming");
	expect("\xea\xb9\x80\xec\xb2\xa0\xec\x88\x98", "kim cheolsu");
	expect("\xec\x9d\xb4", "lee");
	expect("\xec\xb2\xa0\xec\x88\x98", "cheolsu");
}

static void
test_other_scripts_become_latin(void **state)
{
	(void)state;
	expect("\xce\x95\xce\xbb\xce\xad\xce\xbd\xce\xb7", "elene");
	expect("\xe1\x88\x9a\xe1\x8a\xab\xe1\x8a\xa4\xe1\x88\x8d", "mikael"); /* Tigrinya */
	expect("\xe1\x88\xb0\xe1\x88\x8b\xe1\x88\x9d", "selam");
	expect("\xe0\xa8\xb8\xe0\xa8\xbf\xe0\xa9\xb0\xe0\xa8\x98", "singha"); /* Gurmukhi */
	expect("\xe0\xa4\xaa\xe0\xa5\x8d\xe0\xa4\xb0\xe0\xa4\xbf\xe0\xa4\xaf\xe0\xa4\xbe", "priya");
	expect("\xe1\x83\xa5\xe1\x83\x90\xe1\x83\xa0\xe1\x83\x97", "kart"); /* Georgian */
	expect("\xe3\x82\xab\xe3\x82\xbf\xe3\x82\xab\xe3\x83\x8a", "katakana");
}

static void
test_marks_of_direction_and_joiners_leave_nothing(void **state)
{
	(void)state;
	expect("Zo\xe2\x80\x8d"
	       "e",
	    "zoe"); /* zero width joiner */
	expect("\xe2\x80\xae"
	       "Zoe\xe2\x80\xac",
	    "zoe"); /* override and its end */
	expect("Zo\xc2\xad"
	       "e",
	    "zoe"); /* soft hyphen */
	expect("\xef\xbb\xbf"
	       "Zoe",
	    "zoe");					       /* byte order mark */
	expect("\xf0\x9f\x91\xb6\xf0\x9f\x8f\xbd Zoe", "zoe"); /* emoji with a skin tone */
	expect("Zoe\xc2\xa0"
	       "Smith",
	    "zoe smith"); /* no-break space */
}

static void
test_invalid_utf8_is_blank(void **state)
{
	(void)state;
	expect("Zo\xff"
	       "e",
	    "zo e");
	expect("\xc3", "");
	expect("\xed\xa0\x80"
	       "a",
	    "a");
	expect("Zo\xeb", "zo");
	assert_string_equal(folded((struct str){ "a\0b\xc3\xa9", 5 }).p, "a be");
	assert_string_equal(folded((struct str){ "a\0b", 3 }).p, "a b");
}

/* The alphabet from which the property tests draw: every script above, and bad bytes. */
static struct str
random_text(struct people_random *random, char *out, size_t room)
{
	static const char *const parts[] = { "a", "B", "z", "0", "9", " ", "'", "-", "`", ".", "/",
		"\xc3\xa9", "\xcc\x81", "\xd0\x96", "\xd0\x94", "\xd1\x96", "\xd8\xb9", "\xd9\x88",
		"\xd9\x8a", "\xd8\xb3", "\xd7\xa9", "\xd7\x90", "\xe7\x8e\x8b", "\xe6\x98\x8e",
		"\xea\xb9\x80", "\xec\xb2\xa0", "\xe0\xa4\x95", "\xe0\xa4\xbf", "\xe1\x88\x9a",
		"\xf0\x9f\x91\xb6", "\xe2\x80\xae", "\xff", "\xc3", "\xef\xb7\xba" };
	size_t n = 0, count = people_draw(random, 24);

	while (count-- > 0) {
		struct str part = people_pick(random, parts, sizeof parts / sizeof parts[0]);

		if (n + part.n > room)
			break;
		memcpy(out + n, part.p, part.n);
		n += part.n;
	}
	return (struct str){ out, n };
}

static void
test_output_has_only_its_alphabet_and_folds_to_itself(void **state)
{
	struct people_random random = { 42 };
	char room[256];

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct str out = folded(random_text(&random, room, sizeof room));

		for (size_t k = 0; k < out.n; k++) {
			char c = out.p[k];

			assert_true((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ' ||
				    c == '\'' || c == '-');
			assert_false(c == ' ' && (k == 0 || k + 1 == out.n || out.p[k - 1] == ' '));
		}
		assert_true(str_eq(folded(out), out));
		arena_reset(arena);
	}
}

/* A letter outside ASCII at the end sends the whole text through ICU. */
static void
test_the_fast_path_gives_what_icu_gives(void **state)
{
	struct people_random random = { 4711 };

	(void)state;
	for (int i = 0; i < 4000; i++) {
		char text[40];
		size_t n = people_draw(&random, 32);
		struct str fast, slow;

		for (size_t k = 0; k < n; k++)
			text[k] = (char)(1 + people_draw(&random, 127));
		memcpy(text + n, " \xc3\xa9", 3);
		fast = folded((struct str){ text, n });
		slow = folded((struct str){ text, n + 3 });
		assert_true(slow.n == fast.n + (fast.n > 0 ? 2 : 1));
		assert_true(str_starts(slow, fast));
		assert_true(str_ends(slow, STR_LIT("e")));
		arena_reset(arena);
	}
}

static struct str
folded_name(struct str text)
{
	struct str out = STR_NONE;

	assert_int_equal(fold_name_text(&out, folder, arena, text), STATUS_OK);
	return out;
}

static void
expect_name(const char *text, const char *wanted)
{
	assert_string_equal(folded_name(str_from(text)).p, wanted);
}

static void
test_names_keep_the_mark_of_their_script(void **state)
{
	(void)state;
	expect_name("Zo\xc3\xab O'Brien", "zoe o'brien");
	expect_name("\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 Smith", "annaC smith");
	expect_name("\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0, \xd0\x98.", "annaC iC");
	/* one Ukrainian letter tells of both words */
	expect_name("\xd0\x93\xd1\x80\xd0\xb8\xd0\xb3\xd0\xbe\xd1\x80\xd1\x96\xd0\xb9 "
		    "\xd0\x93\xd0\xbe\xd1\x80\xd0\xb0",
	    "hryhoriyC horaC");
	expect_name("\xd9\x83\xd8\xb1\xd9\x8a\xd9\x85", "karimA");
	expect_name("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "shalumH");
	expect_name("\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", "wang-xiaomingZ");
	expect_name("\xea\xb9\x80\xec\xb2\xa0\xec\x88\x98", "kim-cheolsuK/gimcheolsuK");
	expect_name("\xec\xb2\xa0\xec\x88\x98", "cheolsuK");
	expect_name("\xce\x95\xce\xbb\xce\xad\xce\xbd\xce\xb7", "eleneO");
	/* letters of two scripts in one word have none */
	expect_name("\xd0\x90\xd9\x83", "ak");
}

static void
test_floods_are_cut_and_take_bounded_time(void **state)
{
	static const char *const units[] = { "\xcc\x81", "\xe0\xa4\xbf", "\xef\xb7\xba", "\xd0\xa9",
		"\xe7\x8e\x8b", "\xea\xb9\x80", "\xd9\x88", "\xf0\x9f\x91\xb6", "\xff", "a",
		"\xe2\x80\xae", "\xe7\x8e\x8b ", "\xd8\xad ", "e\xcc\x81" };
	clock_t began = clock();

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		struct buf text = BUF_INIT;

		while (text.n < 100000)
			buf_add_text(&text, units[i]);
		assert_in_range(folded(buf_str(&text)).n, 0, 65536);
		assert_in_range(folded_name(buf_str(&text)).n, 0, 65536);
		buf_free(&text);
		arena_reset(arena);
	}
	/* Half a second apiece would already be a hundred times what is measured. */
	assert_in_range((clock() - began) / CLOCKS_PER_SEC, 0, 14);
}

static void
test_input_past_the_limit_is_not_read(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	while (text.n < FOLD_INPUT_BYTES_MAX)
		buf_add_char(&text, 'a');
	buf_add_text(&text, "b");
	assert_int_equal(folded(buf_str(&text)).n, FOLD_INPUT_BYTES_MAX);
	assert_int_equal(folded(str_part(buf_str(&text), 0, FOLD_INPUT_BYTES_MAX - 1)).n,
	    FOLD_INPUT_BYTES_MAX - 1);
	buf_free(&text);
}

static void
test_hebrew_never_overruns(void **state)
{
	static const char *const letters[] = { "\xd7\x90", "\xd7\x95", "\xd7\x99", "\xd7\xa6",
		"\xd7\xb3", "'", "\xd6\xb0", "a", "\xff", "\xd7" };
	struct people_random random = { 77 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char in[32], out[16];
		size_t n = 0, room = people_draw(&random, sizeof out);

		for (uint32_t left = people_draw(&random, 12); left > 0; left--) {
			struct str letter = people_pick(&random, letters, 10);

			memcpy(in + n, letter.p, letter.n);
			n += letter.n;
		}
		memset(out, '#', sizeof out);
		assert_true(fold_scripts_hebrew(out, room, (struct str){ in, n }) <= room);
		for (size_t k = room; k < sizeof out; k++)
			assert_int_equal(out[k], '#');
	}
}

static void
test_vowels_never_overrun(void **state)
{
	struct people_random random = { 8 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char in[12], out[24];
		size_t n = people_draw(&random, sizeof in), room = people_draw(&random, sizeof out);

		for (size_t k = 0; k < n; k++)
			in[k] = "bkhmwyastz"[people_draw(&random, 10)];
		memset(out, '#', sizeof out);
		assert_true(fold_scripts_vowels(out, room, (struct str){ in, n }) <= room);
		for (size_t k = room; k < sizeof out; k++)
			assert_int_equal(out[k], '#');
	}
}

static void
convert(const char *encoding, struct str bytes, const char *wanted)
{
	struct str out = STR_NONE;
	size_t bad_at = 0;

	assert_int_equal(fold_to_utf8(&out, &bad_at, arena, encoding, bytes), STATUS_OK);
	assert_true(str_eq(out, str_from(wanted)));
}

static void
refuse(const char *encoding, struct str bytes, size_t wanted)
{
	struct str out = STR_NONE;
	size_t bad_at = 12345;

	assert_int_equal(fold_to_utf8(&out, &bad_at, arena, encoding, bytes), STATUS_INVALID);
	assert_int_equal(bad_at, wanted);
}

static void
test_encodings_become_utf8(void **state)
{
	(void)state;
	convert(
	    "windows-1252", STR_LIT("Zo\xeb \x80 \x91"), "Zo\xc3\xab \xe2\x82\xac \xe2\x80\x98");
	convert("Windows-1252", STR_LIT("plain"), "plain");
	convert("utf-8", STR_LIT("Zo\xc3\xab"), "Zo\xc3\xab");
	convert("UTF-8", STR_NONE, "");
	convert("iso-8859-2", STR_LIT("\xa3ukasz"), "\xc5\x81ukasz");
	convert("utf-16le", STR_LIT("Z\0\xeb\0"), "Z\xc3\xab");
}

static void
test_bytes_that_an_encoding_lacks_are_named(void **state)
{
	static const unsigned char undefined[] = { 0x81, 0x8d, 0x8f, 0x90, 0x9d };

	(void)state;
	for (size_t i = 0; i < sizeof undefined; i++) {
		char text[4] = { 'a', 'b', (char)undefined[i], 'c' };

		refuse("windows-1252", (struct str){ text, 4 }, 2);
	}
	refuse("utf-8", STR_LIT("ab\xff"), 2);
	refuse("utf-8", STR_LIT("\xc3"), 0);
	refuse("utf-16le", STR_LIT("Z\0\x00\xd8"), 2);
}

static void
test_an_unknown_encoding_is_not_found(void **state)
{
	struct str out = STR_NONE;
	size_t bad_at = 0;

	(void)state;
	assert_int_equal(
	    fold_to_utf8(&out, &bad_at, arena, "klingon-8", STR_LIT("a")), STATUS_NOT_FOUND);
}

static void
test_failed_allocations_are_reported(void **state)
{
	struct arena *fresh = arena_new(0);
	struct str out = STR_NONE;
	struct folder *other = NULL;
	size_t bad_at = 0;

	(void)state;
	mem_fail_at(1);
	assert_int_equal(fold_text(&out, folder, fresh, STR_LIT("Zo\xc3\xab")), STATUS_NOMEM);
	mem_fail_at(1);
	assert_int_equal(fold_text(&out, folder, fresh, STR_LIT("Zoe")), STATUS_NOMEM);
	mem_fail_at(1);
	assert_int_equal(
	    fold_to_utf8(&out, &bad_at, fresh, "windows-1252", STR_LIT("a")), STATUS_NOMEM);
	mem_fail_at(1);
	assert_int_equal(folder_new(&other, NULL), STATUS_NOMEM);
	mem_fail_at(0);
	folder_free(NULL);
	arena_free(fresh);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ascii_is_lower_case_letters_digits_and_joiners),
		cmocka_unit_test(test_latin_letters_lose_their_marks),
		cmocka_unit_test(test_composed_and_decomposed_are_one),
		cmocka_unit_test(test_every_apostrophe_is_one),
		cmocka_unit_test(test_cyrillic_is_spelt_as_passports_spell_it),
		cmocka_unit_test(test_arabic_and_hebrew_gain_short_vowels),
		cmocka_unit_test(test_chinese_and_korean_names_part_into_two),
		cmocka_unit_test(test_other_scripts_become_latin),
		cmocka_unit_test(test_marks_of_direction_and_joiners_leave_nothing),
		cmocka_unit_test(test_invalid_utf8_is_blank),
		cmocka_unit_test(test_output_has_only_its_alphabet_and_folds_to_itself),
		cmocka_unit_test(test_the_fast_path_gives_what_icu_gives),
		cmocka_unit_test(test_names_keep_the_mark_of_their_script),
		cmocka_unit_test(test_floods_are_cut_and_take_bounded_time),
		cmocka_unit_test(test_input_past_the_limit_is_not_read),
		cmocka_unit_test(test_hebrew_never_overruns),
		cmocka_unit_test(test_vowels_never_overrun),
		cmocka_unit_test(test_encodings_become_utf8),
		cmocka_unit_test(test_bytes_that_an_encoding_lacks_are_named),
		cmocka_unit_test(test_an_unknown_encoding_is_not_found),
		cmocka_unit_test(test_failed_allocations_are_reported),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
