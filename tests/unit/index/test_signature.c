/* What a signature tells of a person, at its limits, and the file that keeps them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "index/signature.h"
#include "linkage/model.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/signature-XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* A name of `count` forenames a, b, c ... and a surname. */
static void
make_name(struct feature_name *out, unsigned count)
{
	static const char *const letters[] = { "a", "b", "c", "d", "e", "f", "g" };

	memset(out, 0, sizeof *out);
	out->count = (uint8_t)(count + 1);
	for (unsigned i = 0; i < count; i++)
		out->tokens[i] = (struct feature_token){ str_from(letters[i]), PART_FORENAME };
	out->tokens[count] = (struct feature_token){ STR_LIT("smith"), PART_SURNAME };
}

static uint16_t
flags_of(const struct features *features)
{
	struct signature made;

	signature_make(&made, features);
	return made.flags;
}

static void
test_names_are_told_up_to_five_tokens(void **state)
{
	struct feature_name names[2];
	struct features features = { .names = names, .name_count = 2 };
	struct signature made;

	(void)state;
	make_name(&names[0], SIGNATURE_TOKENS - 1);
	make_name(&names[1], 1);
	signature_make(&made, &features);
	assert_int_equal(made.flags, SIGNATURE_PARTED);
	for (unsigned i = 0; i < SIGNATURE_TOKENS; i++)
		assert_int_equal(made.tokens[i], signature_key('N', names[0].tokens[i].text));
	make_name(&names[0], SIGNATURE_TOKENS);
	assert_int_equal(flags_of(&features), SIGNATURE_PARTED | SIGNATURE_NAMES_MORE);
	names[1].tokens[0].part = PART_UNKNOWN; /* one spelling without a forename */
	assert_int_equal(flags_of(&features), SIGNATURE_NAMES_MORE);
	features.name_count = 0;
	assert_int_equal(flags_of(&features), 0);
}

static void
test_places_are_told_up_to_eight(void **state)
{
	struct feature_address at[3] = {
		{ .outcode = STR_LIT("ls1"),
		    .street = STR_LIT("mill lane"),
		    .town = STR_LIT("leeds") },
		{ .outcode = STR_LIT("je2"),
		    .street = STR_LIT("high street"),
		    .town = STR_LIT("st helier") },
		{ .outcode = STR_LIT("ls2"),
		    .street = STR_LIT("mill lane"),
		    .town = STR_LIT("york") },
	};
	struct features features = { .addresses = at, .address_count = 3 };
	struct term_place place = { .key = signature_key('T', STR_LIT("milllane")) };
	struct signature made;

	(void)state;
	signature_make(&made, &features);
	assert_int_equal(made.flags, SIGNATURE_ADDRESS | SIGNATURE_WHOLE);
	assert_true(signature_may_be_at(&made, &place));
	place.key = signature_key('T', STR_LIT("low road"));
	assert_false(signature_may_be_at(&made, &place));
	place.key = 0;
	assert_true(signature_may_be_at(&made, &place));
	place.town[0] = signature_key('O', STR_LIT("ab1"));
	place.town[1] = signature_key('U', STR_LIT("aberdeen"));
	assert_false(signature_may_be_at(&made, &place));
	place.town[1] = signature_key('U', STR_LIT("York"));
	assert_false(signature_may_be_at(&made, &place));
	place.town[1] = signature_key('U', STR_LIT("york"));
	assert_true(signature_may_be_at(&made, &place));

	at[2].outcode = STR_NONE; /* then another town is no contradiction */
	place.town[1] = signature_key('U', STR_LIT("aberdeen"));
	signature_make(&made, &features);
	assert_int_equal(made.flags, SIGNATURE_ADDRESS);
	assert_true(signature_may_be_at(&made, &place));

	at[2].outcode = STR_LIT("ls2");
	at[2].street = STR_LIT("a ninth place");
	signature_make(&made, &features);
	assert_int_equal(made.flags, SIGNATURE_ADDRESS | SIGNATURE_WHOLE | SIGNATURE_PLACES_MORE);
	assert_true(signature_may_be_at(&made, &place));
}

static uint16_t
flags_of_birth(struct civil from, int32_t days)
{
	struct feature_birth birth = { .birth = { .first = day_from_civil(from) } };
	const struct features features = { .births = &birth, .birth_count = 1 };

	birth.birth.last = birth.birth.first + days;
	return flags_of(&features);
}

static void
test_a_birth_is_told_up_to_its_width(void **state)
{
	struct feature_birth two[2] = { { .source = 0 } };
	const struct features features = { .births = two, .birth_count = 2 };
	day_number last = day_from_civil((struct civil){ 1850, 1, 1 }) + (1 << 20) - 2;

	(void)state;
	assert_int_equal(flags_of_birth((struct civil){ 1850, 1, 1 }, 4095), SIGNATURE_BIRTH);
	assert_int_equal(flags_of_birth((struct civil){ 1850, 1, 1 }, 4096), SIGNATURE_BIRTH_MORE);
	assert_int_equal(flags_of_birth((struct civil){ 1849, 12, 31 }, 0), SIGNATURE_BIRTH_MORE);
	assert_int_equal(flags_of_birth((struct civil){ 2200, 12, 31 }, 0), SIGNATURE_BIRTH);
	assert_int_equal(flags_of_birth(day_to_civil(last), 0), SIGNATURE_BIRTH);
	assert_int_equal(flags_of_birth(day_to_civil(last + 1), 0), SIGNATURE_BIRTH_MORE);
	assert_int_equal(flags_of(&features), SIGNATURE_BIRTH_MORE);
}

static void
test_the_rest_is_whether_there_is_any(void **state)
{
	const struct feature_contact contact = { STR_LIT("1"), 0 };
	const struct feature_identifier number = { IDENTIFIER_NHS, STR_LIT("1"), 0 };
	const struct features features = { .phones = &contact,
		.phone_count = 1,
		.emails = &contact,
		.email_count = 1,
		.identifiers = &number,
		.identifier_count = 1,
		.sex = SEX_OTHER };

	(void)state;
	assert_int_equal(flags_of(&features), SIGNATURE_PHONE | SIGNATURE_EMAIL |
						  SIGNATURE_IDENTIFIER |
						  SEX_OTHER << SIGNATURE_SEX_SHIFT);
}

/* The most that a birth of one day weighs in a match, beside the question's. */
static double
weigh_birth(const struct scorer *scorer, const struct birth *asked, day_number day)
{
	const struct feature_birth own = { .birth = *asked };
	const struct feature_birth other = { .birth = { .first = day, .last = day } };
	const struct features query = { .births = &own, .birth_count = 1 };
	const struct features record = { .births = &other, .birth_count = 1 };
	const struct signature_floors none = { -1e9, -1e9 };
	const struct signature_known nothing = { 0, 0, 0 };
	const struct term_plan plan = { 0 };
	const struct signature_query *question;
	struct arena *arena = arena_new(0);
	struct signature_births *births;
	struct signature_weight weight;
	struct signature of;

	assert_non_null(arena);
	assert_int_equal(signature_births_new(&births, NULL), STATUS_OK);
	assert_int_equal(
	    signature_query_make(&question, arena, &plan, scorer, &query, &none, NULL), STATUS_OK);
	signature_make(&of, &record);
	assert_true(signature_weigh(&weight, question, births, &of, &nothing));
	signature_births_free(births);
	arena_free(arena);
	return weight.match;
}

/* What is too wide to be compared tells nothing of any birth, of the very first day neither. */
static void
test_a_wide_claim_speaks_against_nobody(void **state)
{
	const day_number since = day_from_civil((struct civil){ 1850, 1, 1 });
	const struct birth wide = { .first = day_from_civil((struct civil){ 1990, 1, 1 }),
		.last = day_from_civil((struct civil){ 2000, 12, 31 }) };
	const struct birth day = { .first = wide.first, .last = wide.first };
	struct scorer scorer = { .model = NULL };
	struct model *model;

	(void)state;
	assert_int_equal(model_load(&model, "schemas/model/default.json", NULL), STATUS_OK);
	scorer.model = model;
	for (day_number at = since; at < since + 3; at++)
		assert_true(weigh_birth(&scorer, &wide, at) >= 0);
	assert_true(weigh_birth(&scorer, &wide, wide.last + 20000) >= 0);
	assert_true(weigh_birth(&scorer, &day, since + 1) < 0);
	model_free(model);
}

/* --- Classes ------------------------------------------------------------------------------- */
#define ASKED 4 /* name tokens of the question, two in each of two groups */

static uint64_t random_state = 11;

static uint32_t
draw(uint32_t below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((random_state >> 33) % below);
}

/* Some of the question's tokens and some of nobody's, a birth near, far or none, any flags. */
static struct signature
draw_signature(const uint16_t keys[ASKED], uint32_t near)
{
	struct signature of = { .flags = (uint16_t)draw(1u << 12) };

	if (draw(3) > 0) /* most tell everything */
		of.flags &= (uint16_t) ~(SIGNATURE_NAMES_MORE | SIGNATURE_BIRTH_MORE);
	for (size_t i = 0, n = draw(SIGNATURE_TOKENS + 1); i < n; i++)
		of.tokens[i] = draw(4) == 0 ? keys[draw(ASKED)] : (uint16_t)(1 + draw(60000));
	if ((of.flags & SIGNATURE_BIRTH) != 0)
		of.birth = (draw(4) == 0 ? near : 1 + draw(120000)) << 12;
	of.places[0] = (uint16_t)draw(3);
	return of;
}

static bool
has_other_key(const struct signature *of, const uint16_t keys[ASKED], uint16_t key)
{
	for (size_t i = 0; i < SIGNATURE_TOKENS; i++)
		for (size_t k = 0; k < ASKED; k++)
			if (of->tokens[i] == keys[k] && keys[k] != key)
				return true;
	return false;
}

static bool
has_key(const struct signature *of, uint16_t key)
{
	for (size_t i = 0; i < SIGNATURE_TOKENS; i++)
		if (of->tokens[i] == key)
			return true;
	return key == 0;
}

struct class_weight {
	bool known, reaches;
	struct signature_weight weight;
};

/* What is said of one of a class goes for all; and whoever has more to tell has no class. */
static void
expect_classes(
    const struct signature_query *query, const uint16_t keys[ASKED], uint16_t key, uint32_t near)
{
	static struct class_weight classes[SIGNATURE_CLASSES];
	const struct signature_known known = { 3, 0, 0 };
	struct signature_births *births;
	unsigned kinds = 0, again = 0;

	memset(classes, 0, sizeof classes);
	assert_int_equal(signature_births_new(&births, NULL), STATUS_OK);
	for (unsigned i = 0; i < 100000; i++) {
		const struct signature of = draw_signature(keys, near);
		unsigned number = SIGNATURE_CLASSES;
		struct class_weight now = { .known = true }, *class;
		bool told = (of.flags & (SIGNATURE_NAMES_MORE | SIGNATURE_BIRTH_MORE)) == 0;

		if (!signature_class(&number, query, &of, key))
			continue;
		assert_true(told && !has_other_key(&of, keys, key));
		assert_true(number < SIGNATURE_CLASSES);
		assert_false((of.flags & SIGNATURE_BIRTH) != 0 && of.birth == near << 12);
		if (!has_key(&of, key))
			continue; /* is on no list of that name */
		now.reaches = signature_weigh(&now.weight, query, births, &of, &known);
		class = &classes[number];
		if (class->known) {
			assert_true(class->reaches == now.reaches);
			assert_true(fabs(class->weight.match - now.weight.match) < 1e-9);
			again++;
		}
		kinds += !class->known;
		*class = now;
	}
	signature_births_free(births);
	assert_true(kinds > 100 && again > 1000);
}

static void
test_those_of_a_class_weigh_alike(void **state)
{
	const struct birth day = { .first = day_from_civil((struct civil){ 1990, 5, 7 }),
		.last = day_from_civil((struct civil){ 1990, 5, 7 }) };
	const uint32_t near = (uint32_t)(day.first - day_from_civil((struct civil){ 1850, 1, 1 }));
	struct feature_name name = { .count = 2 };
	const struct feature_birth own = { .birth = day };
	const struct features asked = {
		.names = &name, .name_count = 1, .births = &own, .birth_count = 1, .sex = SEX_FEMALE
	};
	const struct signature_floors floors = { 8, 12 };
	const uint16_t keys[ASKED] = { 60001, 60002, 60003, 60004 };
	struct term_weight terms[ASKED];
	const struct term_plan plan = { .terms = terms, .count = ASKED };
	const struct signature_query *query;
	struct scorer scorer = { .model = NULL };
	struct arena *arena = arena_new(0);
	struct model *model;

	(void)state;
	name.tokens[0] = (struct feature_token){ STR_LIT("ann"), PART_FORENAME };
	name.tokens[1] = (struct feature_token){ STR_LIT("brook"), PART_SURNAME };
	for (unsigned i = 0; i < ASKED; i++)
		terms[i] = (struct term_weight){
			.bits = 3 + 2 * i, .group = i / 2, .place = { .key = keys[i] }
		};
	assert_int_equal(model_load(&model, "schemas/model/default.json", NULL), STATUS_OK);
	scorer.model = model;
	assert_int_equal(
	    signature_query_make(&query, arena, &plan, &scorer, &asked, &floors, NULL), STATUS_OK);
	expect_classes(query, keys, 0, near);
	for (size_t i = 0; i < ASKED; i++)
		expect_classes(query, keys, keys[i], near);
	model_free(model);
	arena_free(arena);
}

/* No key is 0, which stands for none; blanks tell nothing apart, prefixes do. */
static void
test_keys(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		char text[16];

		snprintf(text, sizeof text, "%u", i);
		assert_int_not_equal(signature_key('N', str_from(text)), 0);
	}
	assert_int_equal(signature_key('T', STR_LIT("green field road")),
	    signature_key('T', STR_LIT("greenfieldroad")));
	assert_int_not_equal(
	    signature_key('T', STR_LIT("leeds")), signature_key('U', STR_LIT("leeds")));
}

/* --- The file ------------------------------------------------------------------------------ */
#define COUNT 1000

static void
write_file(const char *path)
{
	struct signature_writer *writer;

	assert_int_equal(signature_writer_new(&writer, path, NULL), STATUS_OK);
	for (unsigned i = 0; i < COUNT; i++) {
		struct feature_name name;
		const struct features features = {
			.names = &name, .name_count = 1, .sex = (enum sex)(i % SEX_COUNT)
		};

		make_name(&name, i % FEATURE_TOKENS_MAX);
		assert_int_equal(signature_writer_add(writer, &features, NULL), STATUS_OK);
	}
	assert_int_equal(signature_writer_finish(writer, NULL), STATUS_OK);
}

static void
test_what_is_written_is_read(void **state)
{
	const struct signatures *all, *held;
	const char *path = path_of("whole");
	struct err err = ERR_NONE;

	(void)state;
	write_file(path);
	assert_int_equal(signatures_read(&all, path, NULL), STATUS_OK);
	assert_int_equal(all->count, COUNT);
	held = signatures_hold(all);
	signatures_drop(all);
	for (unsigned i = 0; i < COUNT; i++) {
		struct feature_name name;
		const struct features features = {
			.names = &name, .name_count = 1, .sex = (enum sex)(i % SEX_COUNT)
		};
		struct signature made;

		make_name(&name, i % FEATURE_TOKENS_MAX);
		signature_make(&made, &features);
		assert_memory_equal(&held->of[i], &made, sizeof made);
	}
	signatures_drop(held);
	signatures_drop(NULL);

	struct signature_writer *writer = NULL;

	assert_int_equal(signature_writer_new(&writer, path, &err), STATUS_IO);
	assert_string_equal(err.source, path);
	assert_null(writer);
	signature_writer_abandon(NULL);
}

static void
check_refused(struct str bytes, enum status status, const char *text)
{
	const struct signatures *all = NULL;
	const char *path = path_of("changed");
	struct err err = ERR_NONE;

	assert_int_equal(file_write(path, bytes, 0640, NULL), STATUS_OK);
	assert_int_equal(signatures_read(&all, path, &err), status);
	assert_null(all);
	assert_string_equal(err.source, path);
	if (strstr(err.text, text) == NULL)
		fail_msg("%s", err.text);
}

static void
test_another_file_is_refused(void **state)
{
	const struct signatures *all = NULL;
	struct buf file = BUF_INIT;
	struct err err = ERR_NONE;
	struct str whole;

	(void)state;
	write_file(path_of("good"));
	assert_int_equal(file_read(&file, path_of("good"), 1u << 20, NULL), STATUS_OK);
	whole = buf_str(&file);
	assert_int_equal(whole.n, 16 + COUNT * sizeof(struct signature));
	check_refused(STR_NONE, STATUS_CORRUPT, "cut off");
	check_refused(str_part(whole, 0, 15), STATUS_CORRUPT, "cut off");
	check_refused(str_part(whole, 0, 16), STATUS_CORRUPT, "has 16 bytes for 1000 people");
	check_refused(str_part(whole, 0, whole.n - 1), STATUS_CORRUPT, "for 1000 people");
	file.p[3] ^= 1;
	check_refused(whole, STATUS_VERSION, "another version or machine");
	file.p[3] ^= 1;
	file.p[8] ^= 1; /* the order of bytes */
	check_refused(whole, STATUS_VERSION, "another version or machine");
	file.p[8] ^= 1;
	file.p[15] = '\xff'; /* four thousand million people */
	check_refused(whole, STATUS_CORRUPT, "people");
	buf_free(&file);
	assert_int_equal(signatures_read(&all, path_of("none"), &err), STATUS_NOT_FOUND);
}

static void
test_a_full_disk_is_told(void **state)
{
	struct signature_writer *writer = NULL;
	const struct features nobody = { .names = NULL };
	enum status status = STATUS_OK;
	struct err err = ERR_NONE;

	(void)state;
	if (symlink("/dev/full", path_of("full")) != 0)
		fail_msg("no link");
	/* Made anew or not at all: the link is there already. */
	assert_int_equal(signature_writer_new(&writer, path_of("full"), &err), STATUS_IO);
	err_clear(&err);
	assert_int_equal(signature_writer_new(&writer, "/dev/full", &err), STATUS_IO);
	err_clear(&err);
	assert_int_equal(signature_writer_new(&writer, path_of("small"), &err), STATUS_OK);
	for (unsigned i = 0; status == STATUS_OK && i < COUNT; i++)
		status = signature_writer_add(writer, &nobody, &err);
	assert_int_equal(status, STATUS_OK);
	signature_writer_abandon(writer);
}

static int
begin(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? 1 : 0;
}

static int
end(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : 1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_told_up_to_five_tokens),
		cmocka_unit_test(test_places_are_told_up_to_eight),
		cmocka_unit_test(test_a_birth_is_told_up_to_its_width),
		cmocka_unit_test(test_the_rest_is_whether_there_is_any),
		cmocka_unit_test(test_a_wide_claim_speaks_against_nobody),
		cmocka_unit_test(test_those_of_a_class_weigh_alike),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_another_file_is_refused),
		cmocka_unit_test(test_a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
