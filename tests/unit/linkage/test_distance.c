#include "linkage/distance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "linkage/metaphone.h"

#define VECTORS "../shared/data/vectors/"
#define FIELDS_MAX 16
/* the vectors give six digits */
#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-6)

/* Reads one line of plain CSV (the vector files quote nothing that we use). */
static size_t
read_fields(char line[1024], char *fields[FIELDS_MAX], FILE *file)
{
	size_t n = 0;
	char *p;

	if (fgets(line, 1024, file) == NULL)
		return 0;
	line[strcspn(line, "\r\n")] = '\0';
	for (p = line; n < FIELDS_MAX; p++) {
		fields[n++] = p;
		p = strchr(p, ',');
		if (p == NULL)
			break;
		*p = '\0';
	}
	return n;
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80 || *text == '"')
			return false;
	return true;
}

static FILE *
open_vectors(const char *path)
{
	FILE *file = fopen(path, "r");

	if (file == NULL) {
		print_message("%s is not here: skipped\n", path);
		skip();
	}
	return file;
}

static void
test_osa_counts_edits_and_stops_at_the_limit(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned edits;
	} cases[] = {
		{ "", "", 0 },
		{ "", "abc", 3 },
		{ "katie", "katie", 0 },
		{ "katie", "kaite", 1 }, /* one transposition */
		{ "ca", "abc", 3 },	 /* restricted form: unrestricted gives 2 */
		{ "smith", "smyth", 1 },
		{ "brien", "obrien", 1 },
		{ "kitten", "sitting", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str a = str_from(cases[i].a), b = str_from(cases[i].b);

		assert_int_equal(distance_osa(a, b, 64), cases[i].edits);
		assert_int_equal(distance_osa(b, a, 64), cases[i].edits);
		for (unsigned limit = 0; limit < 4; limit++)
			assert_int_equal(distance_osa(a, b, limit),
			    cases[i].edits > limit ? limit + 1 : cases[i].edits);
	}
}

/* The textbook recursion, for words short enough for it. */
static unsigned
osa_slow(const char *a, size_t n, const char *b, size_t m)
{
	unsigned best, other;

	if (n == 0 || m == 0)
		return (unsigned)(n + m);
	best = osa_slow(a, n - 1, b, m - 1) + (a[n - 1] != b[m - 1]);
	other = osa_slow(a, n - 1, b, m) + 1;
	best = other < best ? other : best;
	other = osa_slow(a, n, b, m - 1) + 1;
	best = other < best ? other : best;
	if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1]) {
		other = osa_slow(a, n - 2, b, m - 2) + 1;
		best = other < best ? other : best;
	}
	return best;
}

static void
random_word(char out[8], size_t *n, unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	*n = (*seed >> 16) % 7;
	for (size_t i = 0; i < *n; i++) {
		*seed = *seed * 1103515245u + 12345u;
		out[i] = (char)('a' + (*seed >> 16) % 3);
	}
}

static void
test_osa_agrees_with_its_definition_on_random_words(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		char a[8], b[8];
		size_t n, m;
		unsigned slow;

		random_word(a, &n, &seed);
		random_word(b, &m, &seed);
		slow = osa_slow(a, n, b, m);
		for (unsigned limit = 0; limit < 4; limit++)
			assert_int_equal(
			    distance_osa((struct str){ a, n }, (struct str){ b, m }, limit),
			    slow > limit ? limit + 1 : slow);
	}
}

/* The same by a table, for any length. */
static unsigned
osa_table(struct str a, struct str b)
{
	static unsigned d[DISTANCE_BYTES_MAX + 1][DISTANCE_BYTES_MAX + 1];

	for (size_t i = 0; i <= a.n; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= b.n; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++)
		for (size_t j = 1; j <= b.n; j++) {
			unsigned best = d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]);

			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[a.n][b.n];
}

/* The second word is the first with some bytes changed, put in, left out or exchanged. */
static void
test_osa_agrees_with_a_table_at_any_length_and_byte(void **state)
{
	static const size_t lengths[] = { 0, 1, 2, 31, 32, 33, 62, 63, 64, 65, 80 };
	unsigned seed = 29;

	(void)state;
	for (int n = 0; n < 20000; n++) {
		char a[96], b[96];
		struct str x = { a, lengths[(size_t)n % (sizeof lengths / sizeof *lengths)] };
		struct str y = { b, x.n }, x_cut, y_cut;
		unsigned table;

		for (size_t i = 0; i < sizeof a; i++) {
			seed = seed * 1103515245u + 12345u;
			a[i] = (char)(n % 2 == 0 ? 'a' + (seed >> 16) % 5 : (seed >> 16) % 256);
		}
		memcpy(b, a, sizeof b);
		for (int k = n % 7; k > 0; k--) {
			size_t at = (seed >> 16) % (y.n + 1);

			seed = seed * 1103515245u + 12345u;
			if (k % 3 == 0 && y.n < 90) {
				memmove(b + at + 1, b + at, y.n - at);
				b[at] = (char)(seed >> 20);
				y.n++;
			} else if (k % 3 == 1 && at < y.n) {
				memmove(b + at, b + at + 1, y.n - at - 1);
				y.n--;
			} else if (at + 1 < y.n) {
				char c = b[at];

				b[at] = b[at + 1];
				b[at + 1] = c;
			}
		}
		x_cut = str_part(x, 0, DISTANCE_BYTES_MAX);
		y_cut = str_part(y, 0, DISTANCE_BYTES_MAX);
		table = osa_table(x_cut, y_cut);
		for (unsigned limit = 0; limit < 70; limit = limit < 4 ? limit + 1 : limit * 4) {
			unsigned most = limit < DISTANCE_BYTES_MAX ? limit : DISTANCE_BYTES_MAX;

			assert_int_equal(
			    distance_osa(x, y, limit), table > most ? most + 1 : table);
		}
	}
}

static void
test_a_code_begins_with_one_of_the_first_sounds(void **state)
{
	static const char odd[] = "aeiouychgnkpswrxtzj '-\xc3\xa9"
				  "01C";
	unsigned seed = 3;

	(void)state;
	for (unsigned n = 0; n < 26 * 26 * 26 * 26 + 200000; n++) {
		char text[9], code[2][METAPHONE_LONG_BYTES + 1];
		struct str word = { text, 4 };
		uint32_t sounds;

		for (unsigned i = 0, rest = n; i < 4; i++, rest /= 26)
			text[i] = (char)('a' + rest % 26);
		if (n >= 26 * 26 * 26 * 26) {
			word.n = n % 10;
			for (size_t i = 0; i < word.n; i++) {
				seed = seed * 1103515245u + 12345u;
				text[i] = odd[(seed >> 16) % (sizeof odd - 1)];
			}
		}
		sounds = metaphone_first_sounds(word);
		metaphone_codes(code[0], code[1], METAPHONE_LONG_BYTES, word);
		for (int k = 0; k < 2; k++)
			if (code[k][0] != '\0')
				assert_true((sounds & metaphone_sound(code[k][0])) != 0);
	}
	/* and most words have one or two */
	assert_true((metaphone_first_sounds(STR_LIT("katie")) &
			metaphone_first_sounds(STR_LIT("smith"))) == 0);
	assert_true((metaphone_first_sounds(STR_LIT("thomas")) &
			metaphone_first_sounds(STR_LIT("peter"))) == 0);
}

static void
test_long_words_are_compared_by_their_beginning(void **state)
{
	char a[DISTANCE_BYTES_MAX + 2], b[DISTANCE_BYTES_MAX + 2];

	(void)state;
	memset(a, 'x', sizeof a);
	memset(b, 'x', sizeof b);
	b[DISTANCE_BYTES_MAX - 1] = 'y';
	assert_int_equal(
	    distance_osa((struct str){ a, sizeof a }, (struct str){ b, sizeof b }, 3), 1);
	b[DISTANCE_BYTES_MAX - 1] = 'x';
	b[DISTANCE_BYTES_MAX] = 'y';
	assert_int_equal(
	    distance_osa((struct str){ a, sizeof a }, (struct str){ b, sizeof b }, 3), 0);
	assert_true(distance_jaro((struct str){ a, sizeof a }, (struct str){ b, sizeof b }) == 1);
}

static void
test_jaro_winkler_gives_the_published_values(void **state)
{
	(void)state;
	assert_near(distance_jaro(STR_LIT("MARTHA"), STR_LIT("MARHTA")), 0.944444);
	assert_near(distance_jaro_winkler(STR_LIT("MARTHA"), STR_LIT("MARHTA")), 0.961111);
	assert_near(distance_jaro_winkler(STR_LIT("DIXON"), STR_LIT("DICKSONX")), 0.813333);
	assert_near(distance_jaro_winkler(STR_LIT("JONES"), STR_LIT("JOHNSON")), 0.832381);
	assert_true(distance_jaro(STR_NONE, STR_NONE) == 1);
	assert_true(distance_jaro(STR_NONE, STR_LIT("a")) == 0);
	assert_true(distance_jaro_winkler(STR_LIT("abc"), STR_LIT("xyz")) == 0);
}

static void
test_metaphone_own_table(void **state)
{
	static const char *const cases[][3] = { { "katherine", "K0RN", "KTRN" },
		{ "thomas", "TMS", "TMS" }, { "schmidt", "XMT", "SMT" }, { "", "", "" },
		{ "123", "", "" }, { "xavier", "SF", "SFR" }, { "hugh", "H", "H" },
		{ "wright", "RT", "RT" }, { "jose", "HS", "HS" },
		{ "filipowicz", "FLPT", "FLPF" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char primary[METAPHONE_BYTES_MAX + 1], alternate[METAPHONE_BYTES_MAX + 1];

		distance_metaphone(primary, alternate, str_from(cases[i][0]));
		assert_string_equal(primary, cases[i][1]);
		assert_string_equal(alternate, cases[i][2]);
	}
}

static void
test_metaphone_stands_any_bytes(void **state)
{
	char primary[METAPHONE_BYTES_MAX + 1], alternate[METAPHONE_BYTES_MAX + 1];
	char word[100];
	unsigned seed = 3;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t n;

		seed = seed * 1103515245u + 12345u;
		n = (seed >> 16) % sizeof word;
		for (size_t j = 0; j < n; j++) {
			seed = seed * 1103515245u + 12345u;
			word[j] = (char)(i % 2 == 0 ? 'A' + (seed >> 16) % 26 : (seed >> 16) % 256);
		}
		distance_metaphone(primary, alternate, (struct str){ word, n });
		assert_true(strlen(primary) <= METAPHONE_BYTES_MAX);
		assert_true(strlen(alternate) <= METAPHONE_BYTES_MAX);
	}
}

static void
test_every_double_metaphone_vector_agrees(void **state)
{
	FILE *file = open_vectors(VECTORS "double_metaphone.csv");
	char line[1024], *field[FIELDS_MAX];
	size_t rows = 0, wrong = 0, longer = 0, longer_wrong = 0;

	(void)state;
	(void)read_fields(line, field, file);
	while (read_fields(line, field, file) >= 5) {
		char primary[METAPHONE_BYTES_MAX + 1], alternate[METAPHONE_BYTES_MAX + 1];
		char full[65], full_alternate[65];

		rows++;
		distance_metaphone(primary, alternate, str_from(field[0]));
		if (strcmp(primary, field[1]) != 0 || strcmp(alternate, field[2]) != 0) {
			wrong++;
			print_message("%s: %s %s, expected %s %s\n", field[0], primary, alternate,
			    field[1], field[2]);
		}
		/* the two implementations differ over words with a blank; a token has none */
		if (field[3][0] == '\0' || strchr(field[0], ' ') != NULL)
			continue;
		longer++;
		metaphone_codes(full, full_alternate, 64, str_from(field[0]));
		if (strcmp(full, field[3]) == 0 && strcmp(full_alternate, field[4]) == 0)
			continue;
		longer_wrong++;
		print_message("%s: %s %s, expected %s %s\n", field[0], full, full_alternate,
		    field[3], field[4]);
	}
	fclose(file);
	print_message("double metaphone: %zu of %zu agree; full codes %zu of %zu\n", rows - wrong,
	    rows, longer - longer_wrong, longer);
	assert_true(rows > 0);
	assert_int_equal(wrong, 0);
	assert_int_equal(longer_wrong, 0);
}

static void
test_every_soundex_vector_agrees(void **state)
{
	FILE *file = open_vectors(VECTORS "soundex.csv");
	char line[1024], *field[FIELDS_MAX];
	size_t rows = 0;

	(void)state;
	(void)read_fields(line, field, file);
	while (read_fields(line, field, file) >= 3) {
		char code[5];

		if (!is_ascii(field[0]))
			continue;
		rows++;
		distance_soundex(code, str_from(field[0]));
		assert_string_equal(code, field[1]);
	}
	fclose(file);
	assert_true(rows > 0);
}

static void
test_every_string_distance_vector_agrees(void **state)
{
	FILE *file = open_vectors(VECTORS "string_distance.csv");
	char line[1024], *field[FIELDS_MAX];
	size_t rows = 0, n;

	(void)state;
	(void)read_fields(line, field, file);
	while ((n = read_fields(line, field, file)) > 0) {
		struct str a = str_from(field[1]), b = str_from(field[2]);

		/* bytes are not code points; and only the beginning of long words is compared */
		if (n != 13 || !is_ascii(field[1]) || !is_ascii(field[2]) ||
		    a.n > DISTANCE_BYTES_MAX || b.n > DISTANCE_BYTES_MAX)
			continue;
		rows++;
		assert_int_equal(distance_osa(a, b, 64), strtoul(field[10], NULL, 10));
		assert_near(distance_jaro(a, b), strtod(field[5], NULL));
		assert_near(distance_jaro_winkler(a, b), strtod(field[7], NULL));
	}
	fclose(file);
	print_message("string distance: %zu rows agree\n", rows);
	assert_true(rows > 1000);
}

static void
test_soundex_own_table(void **state)
{
	static const char *const cases[][2] = { { "robert", "R163" }, { "rupert", "R163" },
		{ "ashcraft", "A261" }, { "tymczak", "T522" }, { "pfister", "P236" },
		{ "lee", "L000" }, { "o'brien", "O165" }, { "", "" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char code[5];

		distance_soundex(code, str_from(cases[i][0]));
		assert_string_equal(code, cases[i][1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_osa_counts_edits_and_stops_at_the_limit),
		cmocka_unit_test(test_osa_agrees_with_its_definition_on_random_words),
		cmocka_unit_test(test_osa_agrees_with_a_table_at_any_length_and_byte),
		cmocka_unit_test(test_a_code_begins_with_one_of_the_first_sounds),
		cmocka_unit_test(test_long_words_are_compared_by_their_beginning),
		cmocka_unit_test(test_jaro_winkler_gives_the_published_values),
		cmocka_unit_test(test_metaphone_own_table),
		cmocka_unit_test(test_metaphone_stands_any_bytes),
		cmocka_unit_test(test_soundex_own_table),
		cmocka_unit_test(test_every_double_metaphone_vector_agrees),
		cmocka_unit_test(test_every_soundex_vector_agrees),
		cmocka_unit_test(test_every_string_distance_vector_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
