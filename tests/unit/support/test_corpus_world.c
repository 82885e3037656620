#include "tests/support/corpus_world.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEED 20261125u
#define DATA "../shared/data/freq"
#define DRAWS 40000

static unsigned
origin_named(const char *name)
{
	unsigned o = 0;

	while (strcmp(corpus_words_origins[o].name, name) != 0)
		assert_true(++o < CORPUS_ORIGIN_COUNT);
	return o;
}

static void
test_weights_of_origins_add_up(void **state)
{
	unsigned sum = 0;

	(void)state;
	for (unsigned o = 0; o < CORPUS_ORIGIN_COUNT; o++)
		sum += corpus_words_origins[o].weight;
	assert_int_equal(sum, CORPUS_ORIGIN_WEIGHT);
}

/* Each origin a few percent at least, so that its recall can be measured; half are of these
 * islands. */
static void
test_origins_have_their_share(void **state)
{
	struct corpus_rng rng = corpus_rng_of(SEED, 1, 0);
	unsigned counts[CORPUS_ORIGIN_COUNT] = { 0 }, islands = 0;

	(void)state;
	for (unsigned n = 0; n < DRAWS; n++)
		counts[corpus_world_origin(NULL, &rng, corpus_world_nation(&rng))]++;
	for (unsigned o = 0; o < CORPUS_ORIGIN_COUNT; o++) {
		assert_true(counts[o] >= DRAWS * 6 / 1000);
		islands += o < 5 ? counts[o] : 0;
	}
	assert_in_range(islands, DRAWS * 50 / 100, DRAWS * 70 / 100);
}

static void
check_text(const char *text)
{
	struct str all = str_from(text);

	assert_true(all.n > 0 && all.n < CORPUS_WORD_BYTES);
	assert_int_equal(str_utf8_valid(all), all.n);
	assert_null(strpbrk(text, "|,\"\t\n;"));
}

static void
check_draws(const struct corpus_world *world)
{
	struct corpus_rng rng = corpus_rng_of(SEED, 2, 0);

	for (unsigned n = 0; n < 20000; n++) {
		unsigned origin = n % CORPUS_ORIGIN_COUNT;
		struct corpus_drawn drawn;

		corpus_world_surname(&drawn, world, &rng, origin);
		check_text(drawn.text);
		corpus_world_forename(
		    &drawn, world, &rng, origin, n % 2 == 0 ? SEX_FEMALE : SEX_MALE, n % 3 == 0);
		check_text(drawn.text);
		assert_non_null(drawn.short_forms);
	}
}

/* The town goes with the outcode and the street with the postcode, wherever it is drawn. */
static void
check_places(const struct corpus_world *world)
{
	static struct corpus_place seen[4096];
	static const char *const nations[] = { "england", "wales", "scotland", "northern_ireland",
		"jersey" };
	struct corpus_rng rng = corpus_rng_of(SEED, 3, 0);
	unsigned again = 0;

	memset(seen, 0, sizeof seen);
	for (unsigned n = 0; n < 60000; n++) {
		struct corpus_place place, *old;
		const char *nation = nations[n % 5];

		corpus_world_place(&place, world, &rng, nation);
		assert_string_equal(place.nation, nation);
		check_text(place.town);
		check_text(place.street);
		assert_in_range(strlen(place.postcode), 6, 8);
		assert_int_equal(
		    strncmp(place.postcode, "JE", 2) == 0, strcmp(nation, "jersey") == 0);
		assert_int_equal(
		    strncmp(place.postcode, "BT", 2) == 0, strcmp(nation, "northern_ireland") == 0);
		old = &seen[str_hash(str_from(place.postcode)) % 4096];
		if (strcmp(old->postcode, place.postcode) == 0) {
			again++;
			assert_string_equal(old->street, place.street);
		}
		*old = place;
		corpus_world_move(&place, world, &rng);
		assert_int_equal(
		    strncmp(place.postcode, old->postcode, strcspn(old->postcode, " ") + 1), 0);
	}
	assert_true(again > 20);
}

static void
test_own_lists(void **state)
{
	(void)state;
	check_draws(NULL);
	check_places(NULL);
}

static void
test_folder_that_is_not_there(void **state)
{
	unsigned files = 9;
	struct corpus_world *world = corpus_world_load("/nonexistent", &files);

	(void)state;
	assert_non_null(world);
	assert_int_equal(files, 0);
	check_draws(world);
	check_places(world);
	corpus_world_free(world);
	corpus_world_free(NULL);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* What cannot be read is passed over. */
static void
test_files_that_are_no_such(void **state)
{
	static const char *const names[] = { "forenames_uk_total.csv",
		"forenames_ew_rank_1904_1994.csv", "surnames_ew.csv", "names_by_community.csv",
		"outcodes.csv", "streets.csv", "buildings.csv" };
	static const char *const texts[] = { "", "a", "h\n", "h\n\n\n,,,,,\n,\n", "h\n\"\",\"\n",
		"h\n\xff\xfe,\xff,\xff\n",
		"h\nA,B\nAnna,F,0\nAnna,F,-1\nAnna,F,99999999999999999999\n",
		"h\nwelsh,S,1,\xd0\x9f\xd0\xb5,,\nwelsh,Q,x,Name\n" };
	char folder[] = "/tmp/corpus-world.XXXXXX", path[512];

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
		unsigned files;
		struct corpus_world *world;

		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			write_file(folder, names[i], texts[t]);
		world = corpus_world_load(folder, &files);
		assert_non_null(world);
		assert_int_equal(files, sizeof names / sizeof names[0]);
		check_draws(world);
		check_places(world);
		corpus_world_free(world);
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
}

/* Per ten thousand of what is drawn. */
static unsigned
surname_share(const struct corpus_world *world, const char *origin, const char *wanted)
{
	struct corpus_rng rng = corpus_rng_of(SEED, 4, 0);
	unsigned o = origin_named(origin), n = 0;

	for (unsigned i = 0; i < DRAWS; i++) {
		struct corpus_drawn drawn;

		corpus_world_surname(&drawn, world, &rng, o);
		n += strcmp(drawn.text, wanted) == 0;
	}
	return n * 10000u / DRAWS;
}

static unsigned
forename_share(const struct corpus_world *world, enum sex sex, const char *wanted)
{
	struct corpus_rng rng = corpus_rng_of(SEED, 4, 0);
	unsigned n = 0;

	for (unsigned i = 0; i < DRAWS; i++) {
		struct corpus_drawn drawn;

		corpus_world_forename(&drawn, world, &rng, 0, sex, false);
		n += strcmp(drawn.text, wanted) == 0;
	}
	return n * 10000u / DRAWS;
}

/* Published: Smith 1.30% of people (and four fifths of names are drawn by share), Jack 2.1% and
 * Emily 1.5% of births since 1974 or 1996. */
static void
test_published_shares(void **state)
{
	unsigned files;
	struct corpus_world *world;

	(void)state;
	if (access(DATA "/surnames_ew.csv", R_OK) != 0) {
		print_message("%s is not there: skipped\n", DATA);
		skip();
	}
	world = corpus_world_load(DATA, &files);
	assert_non_null(world);
	assert_int_equal(files, 7);
	check_draws(world);
	check_places(world);
	assert_in_range(surname_share(world, "english", "Smith"), 85, 125);
	assert_in_range(surname_share(world, "english", "Jones"), 65, 105);
	assert_in_range(surname_share(world, "vietnamese", "Nguyễn"), 800, 4000);
	assert_in_range(forename_share(world, SEX_MALE, "Jack"), 180, 240);
	assert_in_range(forename_share(world, SEX_FEMALE, "Emily"), 110, 190);
	corpus_world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights_of_origins_add_up),
		cmocka_unit_test(test_origins_have_their_share),
		cmocka_unit_test(test_own_lists),
		cmocka_unit_test(test_folder_that_is_not_there),
		cmocka_unit_test(test_files_that_are_no_such),
		cmocka_unit_test(test_published_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
