#include "linkage/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/doc_json.h"
#include "base/mem.h"
#include "record/person_json.h"

#include <stdio.h>

static struct model *model;
static struct lexicon *lexicon;
static struct folder *folder;
static struct arena *arena;

static int
prepare(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	if (digest_init(&err) != STATUS_OK)
		return -1;
	arena = arena_new(0);
	if (arena == NULL || folder_new(&folder, &err) != STATUS_OK ||
	    lexicon_load(&lexicon, "schemas/lexicon", &err) != STATUS_OK)
		return -1;
	return model_load(&model, "schemas/model/default.json", &err) == STATUS_OK ? 0 : -1;
}

static int
clean_up(void **state)
{
	(void)state;
	model_free(model);
	lexicon_free(lexicon);
	folder_free(folder);
	arena_free(arena);
	return 0;
}

struct side {
	struct person person;
	struct features features;
};

/* A person as in requests. The arena keeps it until the next explain(). */
static void
make_side(struct side *out, const char *json)
{
	struct json_t *doc = NULL;
	struct err err = ERR_NONE;

	if (doc_parse(&doc, str_from(json), "test", 8, &err) != STATUS_OK ||
	    person_from_json(&out->person, arena, doc, "test", "", &err) != STATUS_OK ||
	    features_make(&out->features, arena, folder, lexicon, &out->person, &err) != STATUS_OK)
		fail_msg("%s: %s", json, err.text);
	doc_free(doc);
}

static void
explain(struct buf *out, const char *query_json, const char *record_json)
{
	struct scorer scorer = { .model = model, .lexicon = lexicon, .prior = -9 };
	struct side query, record;
	struct score score;

	arena_reset(arena);
	make_side(&query, query_json);
	make_side(&record, record_json);
	score_people(&score, &scorer, &query.features, &record.features);
	explain_json(out, &score, &query.person, &record.person, &query.features, &record.features);
	assert_false(buf_failed(out));
}

/* True if the explanation of the pair holds the words. */
static void
assert_says(const char *query, const char *record, const char *words)
{
	struct buf out = BUF_INIT;

	explain(&out, query, record);
	if (strstr(out.p, words) == NULL)
		fail_msg("\"%s\" is not in %s", words, out.p);
	buf_free(&out);
}

#define KATIE "{\"names\":[{\"forenames\":\"Katie\",\"surname\":\"O'Brien\"}]}"

static void
test_names_are_told_pair_by_pair(void **state)
{
	(void)state;
	assert_says(KATIE, "{\"names\":[{\"forenames\":\"Katherine\",\"surname\":\"O'BRIEN\"}]}",
	    "\"words\":\"Katie is a form of Katherine; O'Brien is the same surname\"");
	assert_says(KATIE, KATIE, "\"words\":\"same as asked\"");
	assert_says(KATIE, "{\"names\":[{\"forenames\":\"K\",\"surname\":\"O'Brian\"}]}",
	    "\"words\":\"K is the initial of Katie; O'Brien sounds like O'Brian\"");
	assert_says(KATIE, "{\"names\":[{\"forenames\":\"Kat\",\"surname\":\"O'Brienx\"}]}",
	    "O'Brien and O'Brienx differ by one letter");
	assert_says(KATIE, "{\"names\":[{\"forenames\":\"O'Brien\",\"surname\":\"Katie\"}]}",
	    "\"words\":\"Katie is the same forename, there as a surname; O'Brien is the same "
	    "surname, "
	    "there as a forename\"");
}

static void
test_tokens_left_over_are_named(void **state)
{
	(void)state;
	assert_says("{\"names\":[{\"forenames\":\"Katie Anne\",\"surname\":\"O'Brien\"}]}", KATIE,
	    "Anne is not on record");
	assert_says(KATIE, "{\"names\":[{\"forenames\":\"Katie Anne\",\"surname\":\"O'Brien\"}]}",
	    "the record also has Anne");
	assert_says(KATIE, "{\"names\":[{\"forenames\":\"Katie\",\"surname\":\"Zysk\"}]}",
	    "Katie is the same forename; asked O'Brien, the record says Zysk");
	assert_says(KATIE, "{\"names\":[{\"forenames\":\"Pamela\",\"surname\":\"Zysk\"}]}",
	    "\"level\":\"none\",\"words\":\"no name in common: asked Katie O'Brien, the record "
	    "says "
	    "Pamela Zysk\"");
}

static void
test_the_kind_of_name_is_noted(void **state)
{
	(void)state;
	assert_says(KATIE,
	    "{\"names\":[{\"forenames\":\"Katie\",\"surname\":\"Zysk\"},"
	    "{\"kind\":\"former\",\"forenames\":\"Katie\",\"surname\":\"O'Brien\"}]}",
	    "\"words\":\"same as asked; on record as a former name\"");
	assert_says("{\"names\":[{\"kind\":\"known_as\",\"full\":\"Kitty\"}]}",
	    "{\"names\":[{\"kind\":\"alias\",\"full\":\"Kitty\"}]}",
	    "on record as an alias; asked as a known-as name");
}

static void
test_dates_are_told_in_full(void **state)
{
	(void)state;
	assert_says("{\"births\":[\"2009-03\"]}", "{\"births\":[\"age about 7 at 2016-01-31\"]}",
	    "\"asked\":\"2009-03\",\"found\":\"age about 7 at 2016-01-31\",\"level\":\"year\","
	    "\"words\":\"asked March 2009; the record says about 7 in January 2016, which fits\"");
	assert_says("{\"births\":[\"2009-03-04\"]}", "{\"births\":[\"2009-04-03\"]}",
	    "asked 4 March 2009; the record says 3 April 2009, day and month exchanged");
	assert_says("{\"births\":[\"2009-03-04\"]}", "{\"births\":[\"2009-03-04\"]}",
	    "\"words\":\"same date as asked\"");
	assert_says("{\"births\":[\"2009\"]}", "{\"births\":[\"2012-05-01..2012-05-31\"]}",
	    "asked 2009; the record says between 1 May 2012 and 31 May 2012, which does not fit");
	assert_says("{\"births\":[\"2009-01-01\"]}", "{\"births\":[\"2009-01-01\"]}",
	    "1 January often means that only the year is known");
	assert_says("{\"births\":[\"2015-06-01\"]}", "{\"births\":[\"age 7 at 2016-01-31\"]}",
	    "the record says aged 7 in January 2016, which does not fit");
}

#define ACACIA                                                                                  \
	"{\"addresses\":[{\"text\":\"12 Acacia Avenue\",\"town\":\"Leeds\",\"postcode\":\"LS1 " \
	"4AB\"}]}"

static void
test_an_earlier_address_is_noted(void **state)
{
	(void)state;
	assert_says(ACACIA,
	    "{\"addresses\":[{\"text\":\"12 Acacia "
	    "Ave\",\"town\":\"Leeds\",\"postcode\":\"ls14ab\","
	    "\"from\":\"2012-01-01\",\"to\":\"2014-06-30\"}]}",
	    "\"words\":\"same house and postcode; an earlier address (to 2014-06)\"");
	assert_says(ACACIA, ACACIA, "\"asked\":\"12 Acacia Avenue, Leeds, LS1 4AB\"");
	assert_says(ACACIA,
	    "{\"addresses\":[{\"town\":\"Bristol\",\"postcode\":\"BS1 "
	    "5TR\",\"to\":\"2014-06-30\"}]}",
	    "\"words\":\"another address; people move, so this says little\"");
}

static void
test_lines_go_from_strongest_to_missing(void **state)
{
	char birth_bits[64];
	struct buf out = BUF_INIT;
	const char *name, *birth, *sex, *phone;

	(void)state;
	explain(&out,
	    "{\"sex\":\"female\",\"names\":[{\"forenames\":\"Katie\",\"surname\":\"O'Brien\"}],"
	    "\"births\":[\"2009-03-04\"],\"phones\":[\"0113 496 0000\"]}",
	    "{\"sex\":\"female\",\"names\":[{\"forenames\":\"Katie\",\"surname\":\"O'Brien\"}],"
	    "\"births\":[\"1999-11-20\"],\"emails\":[\"a@example.org\"]}");
	name = strstr(out.p, "\"field\":\"name\"");
	birth = strstr(out.p, "\"field\":\"birth\"");
	sex = strstr(out.p, "\"field\":\"sex\"");
	phone = strstr(out.p, "\"field\":\"phone\"");
	assert_non_null(name);
	assert_true(name < birth && birth < sex && sex < phone);
	/* what was not asked is not a line */
	assert_null(strstr(out.p, "\"field\":\"email\""));
	assert_non_null(strstr(out.p,
	    "{\"field\":\"phone\",\"asked\":\"0113 496 0000\",\"found\":\"\",\"level\":\"missing\","
	    "\"words\":\"not on record\",\"bits\":0.0,\"rarity\":0.0}"));
	assert_non_null(strstr(out.p, "\"level\":\"different\""));
	snprintf(birth_bits, sizeof birth_bits, "\"bits\":%.1f,\"rarity\":0.0}",
	    model->birth[BIRTH_LEVEL_DIFFERENT].bits);
	assert_non_null(strstr(out.p, birth_bits));
	buf_free(&out);
}

static void
test_nothing_compared_is_an_empty_list(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	explain(&out, "{}", KATIE);
	assert_string_equal(out.p, "[]");
	buf_free(&out);
}

static void
test_the_evidence_is_json(void **state)
{
	struct buf out = BUF_INIT;
	struct json_t *doc = NULL;
	struct err err = ERR_NONE;

	(void)state;
	explain(&out, "{\"names\":[{\"full\":\"J\\u00f3se \\\"Joe\\\" M\\u00fcller\\n\"}]}",
	    "{\"names\":[{\"full\":\"Jose M\\u00fcller\\\\\"}]}");
	assert_int_equal(doc_parse(&doc, buf_str(&out), "evidence", 4, &err), STATUS_OK);
	doc_free(doc);
	buf_free(&out);
}

static void
test_failed_allocation_marks_the_buffer(void **state)
{
	struct scorer scorer = { .model = model, .lexicon = lexicon };
	struct side query, record;
	struct score score;

	(void)state;
	arena_reset(arena);
	make_side(&query, KATIE);
	make_side(&record, "{\"names\":[{\"forenames\":\"Anne Katie\",\"surname\":\"Zysk\"}]}");
	score_people(&score, &scorer, &query.features, &record.features);
	for (long n = 1;; n++) {
		struct buf out = BUF_INIT;
		bool failed;

		mem_fail_at(n);
		explain_json(
		    &out, &score, &query.person, &record.person, &query.features, &record.features);
		mem_fail_at(0);
		failed = buf_failed(&out);
		buf_free(&out);
		if (!failed) {
			assert_true(n > 3);
			break;
		}
	}
}

static void
test_every_level_has_words(void **state)
{
	static const int counts[COMPARISON_COUNT] = { TOKEN_LEVEL_COUNT, BIRTH_LEVEL_COUNT,
		AGREE_LEVEL_COUNT, ADDRESS_LEVEL_COUNT, CONTACT_LEVEL_COUNT, CONTACT_LEVEL_COUNT,
		IDENTIFIER_LEVEL_COUNT, 1 /* the household has one */, AGREE_LEVEL_COUNT };

	(void)state;
	for (int c = 0; c < COMPARISON_COUNT; c++) {
		for (int level = LEVEL_NULL; level < counts[c]; level++)
			assert_true(strlen(explain_level((enum comparison)c, level)) > 5);
		assert_string_equal(explain_level((enum comparison)c, counts[c]), "");
	}
	assert_string_equal(explain_level(COMPARISON_COUNT, 0), "");
}

static void
test_names_and_addresses_on_one_line(void **state)
{
	const struct person_name parts = { NAME_CURRENT, STR_LIT("Katherine Anne"),
		STR_LIT("O'BRIEN"), STR_NONE };
	const struct person_name full = { NAME_FREE_TEXT, STR_NONE, STR_NONE, STR_LIT("Kitty") };
	const struct person_address town = { .town = STR_LIT("Leeds") };
	struct buf out = BUF_INIT;

	(void)state;
	explain_name(&out, &parts);
	buf_add_char(&out, '|');
	explain_name(&out, &full);
	buf_add_char(&out, '|');
	explain_address(&out, &town);
	assert_string_equal(out.p, "Katherine Anne O'BRIEN|Kitty|Leeds");
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_told_pair_by_pair),
		cmocka_unit_test(test_tokens_left_over_are_named),
		cmocka_unit_test(test_the_kind_of_name_is_noted),
		cmocka_unit_test(test_dates_are_told_in_full),
		cmocka_unit_test(test_an_earlier_address_is_noted),
		cmocka_unit_test(test_lines_go_from_strongest_to_missing),
		cmocka_unit_test(test_nothing_compared_is_an_empty_list),
		cmocka_unit_test(test_the_evidence_is_json),
		cmocka_unit_test(test_failed_allocation_marks_the_buffer),
		cmocka_unit_test(test_every_level_has_words),
		cmocka_unit_test(test_names_and_addresses_on_one_line),
	};

	return cmocka_run_group_tests(tests, prepare, clean_up);
}
