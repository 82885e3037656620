#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "index/expansions.h"
#include "tests/unit/index/built.h"

#include <time.h>

static struct built built;

static int
set_up(void **state)
{
	(void)state;
	built_init(&built);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	built_fini(&built);
	return 0;
}

static uint64_t random_state = 7;

static uint32_t
draw(uint32_t below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((random_state >> 33) % below);
}

static const char *
path_of(const char *name)
{
	static char paths[4][64];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", built.data, name);
	return path;
}

/* A person with one name of these tokens, all of the part. */
static void
add_name(struct vocabulary_builder *builder, const char *words, enum name_part part)
{
	struct feature_name name = { .count = 0 };
	struct features features = { .names = &name, .name_count = 1 };
	struct str rest = str_from(words);

	while (rest.n > 0 && name.count < FEATURE_TOKENS_MAX)
		name.tokens[name.count++] = (struct feature_token){ str_cut(&rest, ' '), part };
	assert_int_equal(vocabulary_builder_add(builder, &features, NULL), STATUS_OK);
}

static struct vocabulary_builder *
new_builder(void)
{
	struct vocabulary_builder *builder = NULL;

	assert_int_equal(vocabulary_builder_new(&builder, NULL), STATUS_OK);
	return builder;
}

static struct vocabulary *
open_one(const char *path)
{
	struct vocabulary *vocabulary = NULL;
	struct err err = ERR_NONE;

	built_ok(vocabulary_open(&vocabulary, &path, 1, &err), &err);
	return vocabulary;
}

static void
write_and_free(struct vocabulary_builder *builder, const char *path)
{
	assert_int_equal(vocabulary_builder_write(builder, path, NULL), STATUS_OK);
	vocabulary_builder_free(builder);
}

/* --- Counting, writing, merging --------------------------------------------------------------- */
static uint64_t
people(const struct vocabulary *vocabulary, enum name_part part, struct str token)
{
	struct frequency_count count;

	vocabulary_people(&count, vocabulary, token);
	return count.in[part];
}

static void
test_a_person_counts_once_for_a_token_of_a_part(void **state)
{
	struct vocabulary_builder *builder = new_builder();
	struct feature_name names[2] = { { .count = 3 }, { .count = 2 } };
	struct features features = { .names = names, .name_count = 2 };
	struct vocabulary *vocabulary;

	(void)state;
	names[0].tokens[0] = (struct feature_token){ STR_LIT("ann"), PART_FORENAME };
	names[0].tokens[1] = (struct feature_token){ STR_LIT("ann"), PART_FORENAME };
	names[0].tokens[2] = (struct feature_token){ STR_LIT("ann"), PART_SURNAME };
	names[1].tokens[0] = (struct feature_token){ STR_LIT("ann"), PART_FORENAME };
	names[1].tokens[1] = (struct feature_token){ STR_LIT("bo"), PART_UNKNOWN };
	assert_int_equal(vocabulary_builder_add(builder, &features, NULL), STATUS_OK);
	add_name(builder, "ann", PART_FORENAME);
	assert_int_equal(vocabulary_builder_count(builder), 2);
	write_and_free(builder, path_of("v"));
	vocabulary = open_one(path_of("v"));
	assert_int_equal(vocabulary_count(vocabulary), 2);
	assert_int_equal(people(vocabulary, PART_FORENAME, STR_LIT("ann")), 2);
	assert_int_equal(people(vocabulary, PART_SURNAME, STR_LIT("ann")), 1);
	assert_int_equal(people(vocabulary, PART_UNKNOWN, STR_LIT("ann")), 0);
	assert_int_equal(people(vocabulary, PART_UNKNOWN, STR_LIT("bo")), 1);
	assert_int_equal(people(vocabulary, PART_FORENAME, STR_LIT("an")), 0);
	assert_int_equal(people(vocabulary, PART_FORENAME, STR_NONE), 0);
	vocabulary_free(vocabulary);
}

static void
test_several_files_merge_and_their_counts_add_up(void **state)
{
	const char *paths[] = { path_of("a"), path_of("b"), path_of("empty") };
	struct vocabulary_builder *builder = new_builder();
	struct vocabulary *vocabulary = NULL;

	(void)state;
	add_name(builder, "ann carol", PART_FORENAME);
	add_name(builder, "ann", PART_FORENAME);
	write_and_free(builder, paths[0]);
	builder = new_builder();
	add_name(builder, "ann bob", PART_FORENAME);
	write_and_free(builder, paths[1]);
	write_and_free(new_builder(), paths[2]);
	assert_int_equal(vocabulary_open(&vocabulary, paths, 3, NULL), STATUS_OK);
	assert_int_equal(vocabulary_count(vocabulary), 3);
	assert_int_equal(people(vocabulary, PART_FORENAME, STR_LIT("ann")), 3);
	assert_int_equal(people(vocabulary, PART_FORENAME, STR_LIT("bob")), 1);
	vocabulary_free(vocabulary);

	builder = new_builder();
	add_name(builder, "ann dan", PART_FORENAME);
	assert_int_equal(vocabulary_builder_add_file(builder, paths[0], NULL), STATUS_OK);
	add_name(builder, "dan", PART_SURNAME);
	write_and_free(builder, path_of("c"));
	vocabulary = open_one(path_of("c"));
	assert_int_equal(vocabulary_count(vocabulary), 3);
	assert_int_equal(people(vocabulary, PART_FORENAME, STR_LIT("ann")), 3);
	assert_int_equal(people(vocabulary, PART_FORENAME, STR_LIT("carol")), 1);
	assert_int_equal(people(vocabulary, PART_SURNAME, STR_LIT("dan")), 1);
	vocabulary_free(vocabulary);
}

static void
test_no_file_is_an_empty_vocabulary(void **state)
{
	const struct neighbour *near = NULL;
	struct vocabulary *vocabulary = NULL;
	size_t count = 7;

	(void)state;
	assert_int_equal(vocabulary_open(&vocabulary, NULL, 0, NULL), STATUS_OK);
	assert_int_equal(vocabulary_count(vocabulary), 0);
	assert_int_equal(vocabulary_expand(&near, &count, built.arena, vocabulary, built.lexicon,
			     STR_LIT("elizabeth"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 0);
	vocabulary_free(vocabulary);
}

static void
test_every_damaged_byte_of_a_file_is_noticed(void **state)
{
	struct vocabulary_builder *builder = new_builder();
	struct vocabulary *vocabulary = NULL;
	const char *path = path_of("damaged");
	struct buf good = BUF_INIT;

	(void)state;
	add_name(builder, "ann bob carol", PART_FORENAME);
	write_and_free(builder, path);
	assert_int_equal(file_read(&good, path, 4096, NULL), STATUS_OK);
	for (size_t i = 0; i < 2 * good.n; i++) {
		struct str bytes = buf_str(&good);

		if (i < good.n)
			bytes.n = i;
		else
			good.p[i - good.n] ^= 1;
		assert_int_equal(file_write(path, bytes, 0600, NULL), STATUS_OK);
		assert_int_equal(vocabulary_open(&vocabulary, &path, 1, NULL), STATUS_CORRUPT);
		if (i >= good.n)
			good.p[i - good.n] ^= 1;
	}
	buf_free(&good);
}

static void
test_disorder_under_a_good_checksum_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *text;
	} cases[] = {
		{ "RCVOCAB1\x02\x01"
		  "b\1\0\0\x01"
		  "a\1\0\0",
		    19, "tokens are out of order" },
		{ "RCVOCAB1\x01\x00\1\0\0\0", 14, "a token is cut short, empty or too long" },
		{ "RCVOCAB1\x01\x09"
		  "abc\1\0\0",
		    16, "a token is cut short, empty or too long" },
		{ "RCVOCAB1\x01\x01"
		  "a\1\0\x80",
		    14, "a count is cut short or too large" },
		{ "RCVOCAB1\x01\x01"
		  "a\1\0\xff\xff\xff\xff\x7f",
		    18, "a count is cut short or too large" },
		{ "RCVOCAB1\x09\x01"
		  "a\1\0\0",
		    14, "count is wrong" },
		{ "RCVOCAB1\x01\x01"
		  "a\1\0\0!",
		    15, "bytes follow the last token" },
		{ "RCVOCAB2\x01\x01"
		  "a\1\0\0",
		    14, "not a vocabulary" },
	};
	const char *path = path_of("disorder");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str body = { cases[i].bytes, cases[i].n };
		struct vocabulary *vocabulary = NULL;
		struct buf file = BUF_INIT;
		struct err err = ERR_NONE;
		struct digest hash;

		digest_of(&hash, body);
		buf_add_str(&file, body);
		buf_add(&file, hash.bytes, DIGEST_BYTES);
		assert_int_equal(file_write(path, buf_str(&file), 0600, NULL), STATUS_OK);
		assert_int_equal(vocabulary_open(&vocabulary, &path, 1, &err), STATUS_CORRUPT);
		assert_string_equal(err.text, cases[i].text);
		assert_string_equal(err.source, path);
		buf_free(&file);
	}
}

/* --- Neighbours against a scan ---------------------------------------------------------------- */
static void
random_token(char out[FEATURE_TOKEN_BYTES_MAX + 1], unsigned letters, unsigned longest)
{
	unsigned n = 1 + draw(longest);

	for (unsigned i = 0; i < n; i++)
		out[i] = (char)('a' + draw(letters));
	out[n] = '\0';
}

/* One or two random edits, exchanges among them. */
static void
slip(char *text, unsigned edits)
{
	for (; edits > 0; edits--) {
		size_t n = strlen(text), at = draw((uint32_t)n);
		char letter = (char)('a' + draw(26));

		switch (draw(4)) {
		case 0:
			text[at] = letter;
			break;
		case 1:
			if (n > 1)
				memmove(text + at, text + at + 1, n - at);
			break;
		case 2:
			if (n < FEATURE_TOKEN_BYTES_MAX) {
				memmove(text + at + 1, text + at, n - at + 1);
				text[at] = letter;
			}
			break;
		default:
			if (at + 1 < n) {
				letter = text[at];
				text[at] = text[at + 1];
				text[at + 1] = letter;
			}
		}
	}
}

static void
check_against_scan(const struct vocabulary *vocabulary, char (*tokens)[64], size_t token_count,
    struct str query, size_t per_level[TOKEN_LEVEL_COUNT])
{
	struct arena *arena = arena_new(0);
	const struct neighbour *near = NULL;
	struct frequency_count counted;
	size_t count = 0, expected = 0;

	assert_int_equal(
	    vocabulary_expand(&near, &count, arena, vocabulary, built.lexicon, query, NULL),
	    STATUS_OK);
	for (size_t i = 0; i < token_count; i++) {
		struct str token = str_from(tokens[i]);
		enum token_level level = compare_tokens(built.lexicon, query, token);

		if (level == TOKEN_NONE ||
		    (level == TOKEN_INITIAL && feature_letters(query).n == 1))
			continue;
		if (expected >= count || !str_eq(near[expected].token, token))
			fail_msg("\"%.*s\" and \"%s\" (%s) do not meet", STR_ARG(query), tokens[i],
			    token_level_name(level));
		assert_int_equal(near[expected].level, level);
		vocabulary_people(&counted, vocabulary, token);
		assert_memory_equal(&near[expected].count, &counted, sizeof counted);
		assert_int_equal(near[expected].people, counted.in[PART_FORENAME] +
							    counted.in[PART_SURNAME] +
							    counted.in[PART_UNKNOWN]);
		per_level[level]++;
		expected++;
	}
	assert_int_equal(count, expected);
	arena_free(arena);
}

/* One token in four was written in another script. */
static void
mark(char token[64])
{
	size_t n = strlen(token);

	if (draw(4) == 0 && n < FEATURE_TOKEN_BYTES_MAX && feature_script(str_from(token)) == '\0')
		snprintf(token + n, 64 - n, "%c", "ACHKOZ"[draw(6)]);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Sorted, each once. */
static size_t
sort_tokens(char (*tokens)[64], size_t count)
{
	size_t kept = 0;

	qsort(tokens, count, sizeof tokens[0], by_text);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(tokens[kept - 1], tokens[i]) != 0)
			memmove(tokens[kept++], tokens[i], sizeof tokens[0]);
	return kept;
}

static struct vocabulary *
vocabulary_of(char (*tokens)[64], size_t count)
{
	struct vocabulary_builder *builder = new_builder();

	for (size_t i = 0; i < count; i++)
		add_name(builder, tokens[i], PART_SURNAME);
	write_and_free(builder, path_of("tokens"));
	return open_one(path_of("tokens"));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SCALE 8u
#else
#define SCALE 1u
#endif

/* Few letters, so that tokens crowd together and every rule meets its edge cases. */
static void
test_neighbours_equal_a_scan_for_crowded_tokens(void **state)
{
	static char tokens[2000][64];
	size_t count = 2000, per_level[TOKEN_LEVEL_COUNT] = { 0 };
	struct vocabulary *vocabulary;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		random_token(tokens[i], 2 + draw(4), 12);
		mark(tokens[i]);
	}
	count = sort_tokens(tokens, count);
	vocabulary = vocabulary_of(tokens, count);
	for (unsigned i = 0; i < 400 / SCALE; i++) {
		char text[64];

		random_token(text, 2 + draw(4), 12);
		mark(text);
		check_against_scan(vocabulary, tokens, count, str_from(text), per_level);
	}
	vocabulary_free(vocabulary);
	for (int level = 0; level < TOKEN_NONE; level++)
		if (level != TOKEN_NICKNAME)
			assert_true(per_level[level] > 0);
}

/* The names of the corpus, asked for as they are, with slips, and cut. */
static size_t
corpus_tokens(char (*tokens)[64], size_t room)
{
	struct arena *arena = arena_new(0);
	size_t count = 0;

	for (uint64_t i = 0; count + 1 < room; i++) {
		struct corpus_case made;
		struct features features;

		arena_reset(arena);
		assert_int_equal(corpus_record(&made, arena, 5, i), STATUS_OK);
		assert_int_equal(features_make(&features, arena, built.folder, built.lexicon,
				     &made.record.people[0], NULL),
		    STATUS_OK);
		for (size_t n = 0; n < features.name_count; n++)
			for (size_t t = 0; t < features.names[n].count && count < room; t++)
				snprintf(tokens[count++], 64, "%.*s",
				    STR_ARG(features.names[n].tokens[t].text));
	}
	arena_free(arena);
	return count;
}

static void
test_neighbours_equal_a_scan_for_names(void **state)
{
	static char tokens[20000][64];
	static const char *const asked[] = { "a", "al", "mo", "ann", "bob", "jo", "elizabeth",
		"liz", "mohammed", "muhammad", "obrien", "o", "stephen", "catherine", "nguyen", "x",
		"schwarzenegger", "wolfeschlegelsteinhausenbergerdorffwelchevoralte", "12",
		"o'brien", "anne-marie" };
	size_t count = corpus_tokens(tokens, 20000), per_level[TOKEN_LEVEL_COUNT] = { 0 };
	struct vocabulary *vocabulary;

	(void)state;
	for (size_t i = 0; i < count; i++)
		mark(tokens[i]);
	count = sort_tokens(tokens, count);
	vocabulary = vocabulary_of(tokens, count);
	assert_int_equal(vocabulary_count(vocabulary), count);
	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
		check_against_scan(vocabulary, tokens, count, str_from(asked[i]), per_level);
	for (unsigned i = 0; i < 400 / SCALE; i++) {
		char text[64];

		snprintf(text, sizeof text, "%.*s",
		    STR_ARG(feature_letters(str_from(tokens[draw((uint32_t)count)]))));
		slip(text, draw(3));
		mark(text);
		check_against_scan(vocabulary, tokens, count, str_from(text), per_level);
	}
	vocabulary_free(vocabulary);
	for (int level = 0; level < TOKEN_NONE; level++)
		assert_true(per_level[level] > 0);
}

/* --- Expansions that are kept ----------------------------------------------------------------
 */
static void
expect_expansion(struct expansions *kept, struct vocabulary *vocabulary, struct str token)
{
	const struct neighbour *a = NULL, *b = NULL;
	size_t a_count = 0, b_count = 0;

	arena_reset(built.arena);
	assert_int_equal(
	    vocabulary_expand(&a, &a_count, built.arena, vocabulary, built.lexicon, token, NULL),
	    STATUS_OK);
	assert_int_equal(
	    expansions_get(&b, &b_count, kept, built.arena, vocabulary, built.lexicon, token, NULL),
	    STATUS_OK);
	assert_int_equal(a_count, b_count);
	for (size_t i = 0; i < a_count; i++) {
		assert_true(str_eq(a[i].token, b[i].token));
		assert_int_equal(a[i].level, b[i].level);
		assert_true(a[i].people == b[i].people && a[i].files == b[i].files);
	}
}

/* More tokens than there are places, so that they take each other's. */
static void
test_expansions_are_the_same_kept_or_not(void **state)
{
	enum { COUNT = 2 * EXPANSIONS_KEPT };
	static char tokens[COUNT][64];
	struct expansions *kept = NULL;
	struct vocabulary *vocabulary;
	size_t count;

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		random_token(tokens[i], 6, 7);
	count = sort_tokens(tokens, COUNT);
	vocabulary = vocabulary_of(tokens, count);
	assert_int_equal(expansions_new(&kept, NULL), STATUS_OK);
	for (size_t round = 0; round < 3; round++)
		for (size_t i = 0; i < count; i++) {
			expect_expansion(kept, vocabulary, str_from(tokens[i]));
			assert_true(expansions_has(kept, str_from(tokens[i])));
			expect_expansion(kept, vocabulary, str_from(tokens[i]));
		}
	expect_expansion(kept, vocabulary, STR_NONE);
	assert_false(expansions_has(kept, STR_NONE));
	expect_expansion(NULL, vocabulary, str_from(tokens[0]));
	vocabulary_free(vocabulary);
	expansions_free(kept);
	expansions_free(NULL);
}

static void
test_expansions_are_kept_up_to_a_size(void **state)
{
	static struct neighbour near[EXPANSIONS_NEAR_MAX + 1];
	static char longest[FEATURE_TOKEN_BYTES_MAX + 1];
	struct expansions *kept = NULL;

	(void)state;
	memset(longest, 'a', sizeof longest);
	for (size_t i = 0; i <= EXPANSIONS_NEAR_MAX; i++)
		near[i] = (struct neighbour){ .token = STR_LIT("ann") };
	assert_int_equal(expansions_new(&kept, NULL), STATUS_OK);
	expansions_put(kept, STR_LIT("ann"), near, EXPANSIONS_NEAR_MAX + 1);
	assert_false(expansions_has(kept, STR_LIT("ann")));
	expansions_put(kept, STR_LIT("ann"), near, EXPANSIONS_NEAR_MAX);
	assert_true(expansions_has(kept, STR_LIT("ann")));
	expansions_put(kept, (struct str){ longest, sizeof longest }, near, 1);
	assert_false(expansions_has(kept, (struct str){ longest, sizeof longest }));
	expansions_put(kept, (struct str){ longest, sizeof longest - 1 }, near, 0);
	assert_true(expansions_has(kept, (struct str){ longest, sizeof longest - 1 }));
	mem_fail_at(1);
	expansions_put(kept, STR_LIT("bob"), near, EXPANSIONS_NEAR_MAX);
	mem_fail_at(0);
	assert_false(expansions_has(kept, STR_LIT("bob")));
	expansions_free(kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_person_counts_once_for_a_token_of_a_part),
		cmocka_unit_test(test_several_files_merge_and_their_counts_add_up),
		cmocka_unit_test(test_no_file_is_an_empty_vocabulary),
		cmocka_unit_test(test_every_damaged_byte_of_a_file_is_noticed),
		cmocka_unit_test(test_disorder_under_a_good_checksum_is_refused),
		cmocka_unit_test(test_neighbours_equal_a_scan_for_crowded_tokens),
		cmocka_unit_test(test_neighbours_equal_a_scan_for_names),
		cmocka_unit_test(test_expansions_are_the_same_kept_or_not),
		cmocka_unit_test(test_expansions_are_kept_up_to_a_size),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
