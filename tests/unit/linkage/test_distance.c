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
