#include "linkage/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>

#include "base/mem.h"
#include "tests/unit/linkage/edited.h"

#define DEFAULT "schemas/model/default.json"
#define FIXED "tests/unit/linkage/model.json" /* figures that tests may name */
#define NEARLY 1e-9

static struct edited edited;

static int
prepare(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	edited_open(&edited);
	return digest_init(&err) == STATUS_OK ? 0 : -1;
}

static int
clean_up(void **state)
{
	(void)state;
	edited_close(&edited);
	return 0;
}

static struct model *
load(const char *path)
{
	struct err err = ERR_NONE;
	struct model *model = NULL;

	if (model_load(&model, path, &err) != STATUS_OK)
		fail_msg("%s: %s", path, err.text);
	return model;
}

static void
test_the_default_model_loads_with_bits_and_hash(void **state)
{
	struct model *model = load(DEFAULT);
	struct err err = ERR_NONE;
	struct digest digest;

	(void)state;
	assert_int_equal(digest_of_file(&digest, DEFAULT, &err), STATUS_OK);
	assert_memory_equal(&digest, &model->hash, sizeof digest);
	assert_true(strlen(model->name) > 0);
	for (int part = 0; part < MODEL_PARTS; part++)
		for (int i = 0; i < TOKEN_LEVEL_COUNT; i++) {
			const struct model_level *level = &model->token[part][i];

			assert_true(fabs(level->bits - log2(level->m / level->u)) < NEARLY);
		}
	assert_true(model->identifier[IDENTIFIER_SAME].bits > 20);
	model_free(model);
	model_free(NULL);
}

static void
test_the_default_weights_are_near_the_published_ones(void **state)
{
	struct model *model = load(DEFAULT);
	const struct {
		double bits, published;
	} cases[] = {
		{ model->birth[BIRTH_LEVEL_EXACT].bits, 13.9 },
		{ model->birth[BIRTH_LEVEL_SWAPPED].bits, 8 },
		{ model->birth[BIRTH_LEVEL_YEAR_MONTH].bits, 4 },
		{ model->birth[BIRTH_LEVEL_DIFFERENT].bits, -8 },
		{ model->address[ADDRESS_OUTCODE].bits, 5.25 },
		{ model->address[ADDRESS_SECTOR].bits, 8 },
		{ model->address[ADDRESS_DIFFERENT].bits, -2.3 },
		{ model->sex[AGREE_DIFFERENT].bits, -4 },
		{ model->identifier[IDENTIFIER_CONFLICT].bits, -10 },
		{ model->token[PART_SURNAME][TOKEN_NONE].bits, -4.6 },
		{ model->token[PART_FORENAME][TOKEN_NONE].bits, -5.5 },
	};

	(void)state;
	/* fitted to other data, so not the same; further off, somebody should look */
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_true(fabs(cases[i].bits - cases[i].published) < 2);
	model_free(model);
}

static void
test_closer_levels_never_weigh_less(void **state)
{
	struct model *model = load(DEFAULT);

	(void)state;
	for (int part = 0; part < MODEL_PARTS; part++)
		for (int i = 1; i < TOKEN_LEVEL_COUNT; i++)
			assert_true(
			    model->token[part][i].bits < model->token[part][TOKEN_EXACT].bits);
	/* not in order: what is told and differs weighs less than what is not told */
	for (int i = 1; i < ADDRESS_LEVEL_COUNT; i++)
		assert_true(model->address[i].bits < model->address[ADDRESS_POSTCODE_NUMBER].bits);
	for (int i = 0; i < ADDRESS_DIFFERENT; i++)
		assert_true(model->address[i].bits > 0);
	assert_true(model->address[ADDRESS_NEIGHBOUR].bits < model->address[ADDRESS_POSTCODE].bits);
	assert_true(model->address[ADDRESS_TOWN_APART].bits < model->address[ADDRESS_TOWN].bits);
	model_free(model);
}

static void
test_name_shares_come_from_the_table_or_the_default(void **state)
{
	struct model *model = load(DEFAULT);
	double unlisted = model_name_share(model, PART_FORENAME, STR_LIT("xqzv"));

	(void)state;
	assert_true(fabs(unlisted - 3e-5) < NEARLY);
	assert_true(fabs(model_name_share(model, PART_SURNAME, STR_LIT("xqzv")) - 4e-5) < NEARLY);
	assert_true(fabs(model_name_share(model, PART_UNKNOWN, STR_LIT("xqzv")) - 4e-5) < NEARLY);
	assert_true(model_name_share(model, PART_SURNAME, STR_LIT("smith")) > 0.01);
	assert_true(
	    fabs(model_name_share(model, PART_FORENAME, STR_LIT("smith")) - unlisted) < NEARLY);
	assert_true(fabs(model_name_share(model, PART_UNKNOWN, STR_LIT("smith")) -
			 model_name_share(model, PART_SURNAME, STR_LIT("smith"))) < NEARLY);
	/* an initial is as common as all the names that begin with it */
	assert_true(model_name_share(model, PART_FORENAME, STR_LIT("j")) > 0.05);
	assert_true(fabs(model_name_share(model, PART_FORENAME, STR_NONE) - unlisted) < NEARLY);
	model_free(model);
}

static void
test_each_fault_is_refused_with_its_message(void **state)
{
	static const struct {
		const char *from, *to;
		enum status status;
		const char *text;
	} cases[] = {
		{ "\"version\": 2", "\"version\": 1", STATUS_VERSION,
		    "version: is 1, this program reads 2" },
		{ "\"version\": 2,", "", STATUS_INVALID, "version: is missing" },
		{ "\"name\": \"test-model", "\"nom\": \"default", STATUS_INVALID,
		    "unknown field \"nom\"" },
		{ "\"name\": \"test-model\"", "\"name\": \"\"", STATUS_INVALID, "name: is empty" },
		{ "\"name\": \"test-model\"",
		    "\"name\": "
		    "\"0123456789012345678901234567890123456789012345678901234567890123\"",
		    STATUS_LIMIT, "name: is longer than 63 bytes" },
		{ "\"expected_matches\": 1", "\"expected_matches\": 0", STATUS_INVALID,
		    "expected_matches: expected 0.001 to 1000" },
		{ "\"phone\": {", "\"fax\": {", STATUS_INVALID, "unknown field \"fax\"" },
		{ "\"swapped\": {", "\"exchanged\": {", STATUS_INVALID,
		    "birth.levels: unknown field \"exchanged\"" },
		{ "\"m\": 0.80", "\"m\": 0", STATUS_INVALID,
		    "forename.levels.exact.m: must be above 0 and below 1" },
		{ "\"m\": 0.80", "\"m\": 1", STATUS_INVALID,
		    "forename.levels.exact.m: must be above 0 and below 1" },
		{ "\"m\": 0.80", "\"m\": -0.1", STATUS_INVALID,
		    "forename.levels.exact.m: must be above 0 and below 1" },
		{ "\"u\": 0.0023", "\"u\": 0", STATUS_INVALID,
		    "forename.levels.exact.u: must be above 0 and below 1" },
		{ "\"u\": 0.0023", "\"u\": 1.5", STATUS_INVALID,
		    "forename.levels.exact.u: must be above 0 and below 1" },
		{ "\"exact\": { \"m\": 0.80, \"u\": 0.0023, \"rarity\": 1 },", "", STATUS_INVALID,
		    "forename.levels.exact: is missing" },
		{ "\"m\": 0.80", "\"m\": \"high\"", STATUS_INVALID,
		    "forename.levels.exact.m: expected a number" },
		{ "\"m\": 0.80, ", "", STATUS_INVALID, "forename.levels.exact.m: is missing" },
		{ "\"m\": 0.80, ", "\"m\": 0.80, \"mm\": 1, ", STATUS_INVALID,
		    "forename.levels.exact: unknown field \"mm\"" },
		{ "\"m\": 0.80", "\"m\": 0.6", STATUS_INVALID,
		    "forename.levels: m adds up to 0.803 and u to 1.000, both must give 1" },
		{ "\"rarity\": 0.6", "\"rarity\": 1.1", STATUS_INVALID,
		    "forename.levels.nickname.rarity: expected 0 to 1" },
		{ "\"query_token_unmatched\": -0.8", "\"query_token_unmatched\": 0.1",
		    STATUS_INVALID, "alignment.query_token_unmatched: expected -30 to 0" },
		{ "\"part_swapped\": -1.5", "\"part_swapped\": -31", STATUS_INVALID,
		    "alignment.part_swapped: expected -30 to 0" },
		{ "\"m\": 0.97, \"u\": 0.5", "\"m\": 0.48, \"u\": 0.5", STATUS_INVALID,
		    "sex.levels: m adds up to 0.510 and u to 1.000, both must give 1" },
		{ "\"same_year\": { \"m\": 0.012, \"u\": 0.04",
		    "\"same_year\": { \"m\": 0.012, \"u\": 0.0001", STATUS_INVALID,
		    "birth.levels: m adds up to 0.999 and u to 0.960, both must give 1" },
		{ "\"floor\": 2", "\"floor\": 0", STATUS_INVALID,
		    "frequency.floor: must be above 0 and below 100000" },
		{ "\"strength\": 20000", "\"strength\": 0.5", STATUS_INVALID,
		    "frequency.strength: expected 1 to 1e+09" },
		{ "\"forenames\": {", "\"forenames\": { \"O'Brien\": 3, ", STATUS_INVALID,
		    "frequency.forenames.O'Brien: is not a folded name (a-z, 0-9)" },
		{ "\"forenames\": {", "\"forenames\": { \"\": 3, ", STATUS_INVALID,
		    "frequency.forenames.: is not a folded name (a-z, 0-9)" },
		{ "\"surnames\": {", "\"surnames\": { \"zysk\": 0, ", STATUS_INVALID,
		    "frequency.surnames.zysk: must be above 0 and at most 100000" },
		{ "\"surnames\": {", "\"surnames\": { \"zysk\": \"rare\", ", STATUS_INVALID,
		    "frequency.surnames.zysk: must be above 0 and at most 100000" },
		{ "\"surnames\": {", "\"surnames\": { \"smith\": 3, ", STATUS_INVALID,
		    "not valid JSON: duplicate object key near '\"smith\"'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_NONE;
		struct model *model = NULL;

		edited_replace(&edited, FIXED, cases[i].from, cases[i].to);
		if (model_load(&model, edited.path, &err) != cases[i].status ||
		    strcmp(err.text, cases[i].text) != 0)
			fail_msg("%s: got \"%s\"", cases[i].to, err.text);
		assert_string_equal(err.source, edited.path);
		assert_null(model);
	}
}

/* Two levels take each other's figures, so that the sums stay and only the promise breaks. */
static void
assert_exchanged(const char *first, const char *second, const char *text)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_NONE;
	struct model *model = NULL;
	const char *a, *b;

	assert_int_equal(file_read(&in, FIXED, 1 << 20, &err), STATUS_OK);
	a = strstr(in.p, first);
	assert_non_null(a);
	b = strstr(a, second);
	assert_non_null(b);
	buf_add(&out, in.p, (size_t)(a - in.p));
	buf_add_text(&out, second);
	buf_add(&out, a + strlen(first), (size_t)(b - a) - strlen(first));
	buf_add_text(&out, first);
	buf_add_text(&out, b + strlen(second));
	edited_write(&edited, buf_str(&out));
	assert_int_equal(model_load(&model, edited.path, &err), STATUS_INVALID);
	assert_string_equal(err.text, text);
	buf_free(&in);
	buf_free(&out);
}

static void
test_what_retrieval_leans_on_is_checked(void **state)
{
	(void)state;
	assert_exchanged("\"m\": 0.97, \"u\": 0.5", "\"m\": 0.03, \"u\": 0.5",
	    "sex.levels: different must not have m above u");
	assert_exchanged("\"m\": 0.08, \"u\": 0.008", "\"m\": 0.012, \"u\": 0.04",
	    "birth.levels: same_year must not weigh more than year");
	assert_exchanged("\"m\": 0.012, \"u\": 0.0008", "\"m\": 0.012, \"u\": 0.12",
	    "birth.levels: near must not have m above u");
}

static uint64_t
next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 16;
}

static void
test_damaged_files_are_refused_or_loaded_but_never_a_fault(void **state)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_NONE;
	uint64_t seed = 13;

	(void)state;
	assert_int_equal(file_read(&text, FIXED, 1 << 20, &err), STATUS_OK);
	for (int i = 0; i < 300; i++) {
		struct model *model = NULL;
		size_t at = next(&seed) % text.n;
		char old = text.p[at];
		size_t n = i % 3 == 0 ? at : text.n;

		text.p[at] = (char)next(&seed);
		edited_write(&edited, (struct str){ text.p, n });
		err_clear(&err);
		if (model_load(&model, edited.path, &err) == STATUS_OK)
			model_free(model);
		else
			assert_true(strlen(err.text) > 0);
		text.p[at] = old;
	}
	buf_free(&text);
}

static void
test_what_is_no_model_is_refused(void **state)
{
	static const struct {
		const char *text, *message;
		enum status status;
	} cases[] = {
		{ "", "not valid JSON: '[' or '{' expected near end of file", STATUS_INVALID },
		{ "[1]", NULL, STATUS_INVALID },
		{ "{}", "version: is missing", STATUS_INVALID },
		{ "{\"version\":2,\"name\":\"x\",\"expected_matches\":1}", "alignment: is missing",
		    STATUS_INVALID },
		{ "[[[[[[[[[1]]]]]]]]]", "JSON is nested deeper than 8 levels", STATUS_LIMIT },
	};
	struct err err = ERR_NONE;
	struct model *model = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		err_clear(&err);
		edited_write(&edited, str_from(cases[i].text));
		assert_int_equal(model_load(&model, edited.path, &err), cases[i].status);
		if (cases[i].message != NULL)
			assert_string_equal(err.text, cases[i].message);
	}
	err_clear(&err);
	assert_int_equal(model_load(&model, "/nowhere/model.json", &err), STATUS_NOT_FOUND);
	err_clear(&err);
	assert_int_equal(model_load(&model, edited.folder, &err), STATUS_INVALID);
}

static void
test_every_failed_allocation_is_reported(void **state)
{
	long n = 1;

	(void)state;
	for (;; n++) {
		struct err err = ERR_NONE;
		struct model *model = NULL;
		enum status status;

		mem_fail_at(n);
		status = model_load(&model, DEFAULT, &err);
		mem_fail_at(0);
		model_free(model);
		if (status == STATUS_OK)
			break;
		assert_int_equal(status, STATUS_NOMEM);
		assert_null(model);
	}
	assert_true(n > 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_default_model_loads_with_bits_and_hash),
		cmocka_unit_test(test_the_default_weights_are_near_the_published_ones),
		cmocka_unit_test(test_closer_levels_never_weigh_less),
		cmocka_unit_test(test_name_shares_come_from_the_table_or_the_default),
		cmocka_unit_test(test_each_fault_is_refused_with_its_message),
		cmocka_unit_test(test_what_retrieval_leans_on_is_checked),
		cmocka_unit_test(test_damaged_files_are_refused_or_loaded_but_never_a_fault),
		cmocka_unit_test(test_what_is_no_model_is_refused),
		cmocka_unit_test(test_every_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, prepare, clean_up);
}
