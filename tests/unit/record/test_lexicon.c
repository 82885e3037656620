#include "record/lexicon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

static struct lexicon *lexicon;
static char folder[64];

static int
set_up(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/lexicon-XXXXXX");
	if (digest_init(&err) != STATUS_OK || mkdtemp(folder) == NULL)
		return -1;
	return lexicon_load(&lexicon, "schemas/lexicon", &err) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	lexicon_free(lexicon);
	lexicon_free(NULL);
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

static void
put_file(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(file_write(path, str_from(text), 0600, NULL), STATUS_OK);
}

static void
put_all(const char *nicknames)
{
	put_file("missing.json", "{\"version\":1}");
	put_file("names.json", "{\"version\":1}");
	put_file("nicknames.json", nicknames);
	put_file("places.json", "{\"version\":1}");
}

static const char good_nicknames[] = "{\"version\":1,\"classes\":[[\"kate\",\"kitty\"]]}";

static void
refuse(const char *name, const char *text, const char *reason)
{
	struct lexicon *other = NULL;
	struct err err = ERR_NONE;
	char source[128];

	put_all(good_nicknames);
	put_file(name, text);
	assert_int_equal(lexicon_load(&other, folder, &err), STATUS_INVALID);
	snprintf(source, sizeof source, "%s/%s", folder, name);
	assert_string_equal(err.text, reason);
	assert_string_equal(err.source, source);
}

static void
test_the_shipped_lexicon_knows_its_words(void **state)
{
	struct str to;

	(void)state;
	assert_true(lexicon_is_missing(lexicon, LEXICON_NAME, STR_LIT("not known")));
	assert_true(lexicon_is_missing(lexicon, LEXICON_NAME, STR_LIT("unborn")));
	assert_true(lexicon_is_missing(lexicon, LEXICON_FORENAME, STR_LIT("baby")));
	assert_false(lexicon_is_missing(lexicon, LEXICON_NAME, STR_LIT("child")));
	assert_false(lexicon_is_missing(lexicon, LEXICON_NAME, STR_LIT("smith")));
	assert_true(lexicon_is_missing(lexicon, LEXICON_ADDRESS, STR_LIT("nfa")));
	assert_false(lexicon_is_missing(lexicon, LEXICON_NAME, STR_LIT("nfa")));
	assert_false(lexicon_is_missing(lexicon, LEXICON_NAME, STR_NONE));
	assert_true(lexicon_is_title(lexicon, STR_LIT("mrs")));
	assert_false(lexicon_is_title(lexicon, STR_LIT("junior")));
	assert_true(lexicon_is_suffix(lexicon, STR_LIT("junior")));
	assert_true(lexicon_is_particle(lexicon, STR_LIT("van")));
	assert_false(lexicon_is_particle(lexicon, STR_LIT("smith")));
	assert_true(lexicon_is_forename_particle(lexicon, STR_LIT("abdul")));
	assert_false(lexicon_is_forename_particle(lexicon, STR_LIT("ben")));
	assert_true(lexicon_joins(lexicon, &to, STR_LIT("mc")));
	assert_true(str_eq_text(to, "mac"));
	assert_false(lexicon_joins(lexicon, &to, STR_LIT("smith")));
	assert_int_equal(lexicon_marker(lexicon, STR_LIT("nee")), LEXICON_FORMER);
	assert_int_equal(lexicon_marker(lexicon, STR_LIT("also known as")), LEXICON_ALIAS);
	assert_int_equal(lexicon_marker(lexicon, STR_LIT("smith")), LEXICON_NO_MARKER);
	assert_true(str_eq_text(lexicon_street_word(lexicon, STR_LIT("rd")), "road"));
	assert_true(str_eq_text(lexicon_street_word(lexicon, STR_LIT("acacia")), "acacia"));
	assert_int_equal(lexicon_place(lexicon, STR_LIT("road")), LEXICON_STREET);
	assert_int_equal(lexicon_place(lexicon, STR_LIT("west yorkshire")), LEXICON_REGION);
	assert_int_equal(lexicon_place(lexicon, STR_LIT("acacia")), 0);
}

static void
test_blanks_do_not_count_where_people_put_them_as_they_like(void **state)
{
	char longest[80];

	(void)state;
	assert_true(lexicon_is_missing(lexicon, LEXICON_POSTCODE, STR_LIT("aa1 1aa")));
	assert_true(lexicon_is_missing(lexicon, LEXICON_POSTCODE, STR_LIT("aa11aa")));
	assert_true(lexicon_is_missing(lexicon, LEXICON_PHONE, STR_LIT("01234 567 890")));
	memset(longest, ' ', sizeof longest);
	assert_false(
	    lexicon_is_missing(lexicon, LEXICON_POSTCODE, (struct str){ longest, sizeof longest }));
}

static void
test_nicknames_share_classes(void **state)
{
	static const char *const pairs[][2] = { { "katherine", "kitty" }, { "william", "billy" },
		{ "elizabeth", "betty" }, { "mohammed", "muhammad" }, { "mohammed", "md" },
		{ "malgorzata", "gosia" }, { "oleksandr", "sasha" }, { "siobhan", "shevaun" },
		{ "tesfay", "tesfai" }, { "chowdhury", "choudhry" }, { "ewan", "eoin" },
		{ "fatima", "fadumo" }, { "dafydd", "dewi" }, { "jacques", "jim" },
		{ "elijah", "elias" }, { "huang", "wong" }, { "choe", "choi" },
		{ "fergus", "fergie" }, { "prudence", "prue" }, { "konstantin", "kostya" },
		{ "abdullah", "abs" }, { "olufemi", "femi" }, { "sukhdeep", "sukh" },
		{ "stanislaw", "stas" } };
	/* brother and sister, and two forms of one name that are no forms of each other */
	static const char *const apart[][2] = { { "alexander", "alexandra" },
		{ "daniel", "danielle" }, { "francis", "frances" }, { "george", "georgina" },
		{ "julian", "julie" }, { "jean", "jeanne" }, { "hassan", "hussein" },
		{ "jack", "james" }, { "jack", "jake" }, { "daisy", "maisie" },
		{ "ellie", "elsie" }, { "shah", "shaw" }, { "elizabeth", "lily" },
		{ "jacob", "jay" }, { "viktor", "viktoria" } };

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct str a = str_from(pairs[i][0]), b = str_from(pairs[i][1]);

		if (!lexicon_same_class(lexicon, a, b) || !lexicon_same_class(lexicon, b, a))
			fail_msg("%s and %s share no class", pairs[i][0], pairs[i][1]);
	}
	for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++)
		if (lexicon_same_class(lexicon, str_from(apart[i][0]), str_from(apart[i][1])))
			fail_msg("%s and %s share a class", apart[i][0], apart[i][1]);
	assert_false(lexicon_same_class(lexicon, STR_LIT("nobodyscalledthis"), STR_LIT("kitty")));
	assert_false(lexicon_same_class(lexicon, STR_NONE, STR_NONE));
}

/* Classes, members and the question of sharing one say the same. */
static void
test_classes_and_members_agree(void **state)
{
	uint16_t ids[LEXICON_CLASSES_MAX];
	const struct str *members;
	size_t classes = 0;

	(void)state;
	while (lexicon_members(lexicon, &members, (uint16_t)classes) > 0) {
		size_t count = lexicon_members(lexicon, &members, (uint16_t)classes);

		for (size_t i = 0; i < count; i++) {
			size_t n = lexicon_classes(lexicon, ids, members[i]);
			bool found = false;

			for (size_t k = 0; k < n; k++) {
				assert_true(k == 0 || ids[k - 1] < ids[k]);
				found = found || ids[k] == classes;
			}
			assert_true(found);
			assert_true(lexicon_same_class(lexicon, members[i], members[0]));
		}
		classes++;
	}
	assert_in_range(classes, 250, 65535);
	assert_int_equal(lexicon_members(lexicon, &members, 65535), 0);
	assert_null(members);
	assert_int_equal(lexicon_classes(lexicon, ids, STR_LIT("nobodyscalledthis")), 0);
}

static void
test_the_hash_covers_every_file(void **state)
{
	static const char *const names[] = { "missing.json", "names.json", "places.json" };
	struct lexicon *first = NULL, *other = NULL;
	struct digest hash;

	(void)state;
	put_all(good_nicknames);
	assert_int_equal(lexicon_load(&first, folder, NULL), STATUS_OK);
	hash = *lexicon_hash(first);
	lexicon_free(first);
	assert_int_equal(lexicon_load(&first, folder, NULL), STATUS_OK);
	assert_memory_equal(&hash, lexicon_hash(first), sizeof hash);
	lexicon_free(first);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		put_all(good_nicknames);
		put_file(names[i], "{\"version\":1 }");
		assert_int_equal(lexicon_load(&other, folder, NULL), STATUS_OK);
		assert_memory_not_equal(&hash, lexicon_hash(other), sizeof hash);
		lexicon_free(other);
	}
	put_all("{\"version\":1,\"classes\":[[\"kitty\",\"kate\"]]}");
	assert_int_equal(lexicon_load(&other, folder, NULL), STATUS_OK);
	assert_memory_not_equal(&hash, lexicon_hash(other), sizeof hash);
	lexicon_free(other);
}

static void
test_faults_name_file_and_path(void **state)
{
	static const struct {
		const char *file, *text, *reason;
	} cases[] = {
		{ "missing.json", "[]", "expected an object" },
		{ "missing.json", "{}", "version: is missing" },
		{ "missing.json", "{\"version\":2}", "version: expected 1 to 1" },
		{ "missing.json", "{\"version\":1,\"nam\":[]}", "unknown field \"nam\"" },
		{ "missing.json", "{\"version\":1,\"name\":\"x\"}", "name: expected a list" },
		{ "missing.json", "{\"version\":1,\"name\":[7]}", "name[0]: expected a string" },
		{ "missing.json", "{\"version\":1,\"name\":[\"ok\",\"N/K\"]}",
		    "name[1]: is not folded (a-z, 0-9, apostrophe, hyphen, single blanks)" },
		{ "missing.json", "{\"version\":1,\"name\":[\"a  b\"]}",
		    "name[0]: is not folded (a-z, 0-9, apostrophe, hyphen, single blanks)" },
		{ "missing.json", "{\"version\":1,\"name\":[\"\"]}",
		    "name[0]: is not folded (a-z, 0-9, apostrophe, hyphen, single blanks)" },
		{ "missing.json", "{\"version\":1,\"name\":[\"nk\",\"nk\"]}",
		    "name[1]: is there twice" },
		{ "missing.json", "{\"version\":1,\"postcode\":[\"aa1 1aa\",\"aa11aa\"]}",
		    "postcode[1]: is there twice" },
		{ "names.json", "{\"version\":1,\"joins\":{\"Mc\":\"mac\"}}",
		    "joins: every entry is a folded word and its long form" },
		{ "names.json", "{\"version\":1,\"joins\":[]}", "joins: expected an object" },
		{ "places.json", "{\"version\":1,\"short_forms\":{\"rd\":1}}",
		    "short_forms: every entry is a folded word and its long form" },
		{ "nicknames.json", "{\"version\":1}", "classes: is missing" },
		{ "nicknames.json", "{\"version\":1,\"classes\":[[\"kate\"]]}",
		    "classes[0]: expected a list of 2 to 256 names" },
		{ "nicknames.json", "{\"version\":1,\"classes\":[7]}",
		    "classes[0]: expected a list of 2 to 256 names" },
		{ "nicknames.json", "{\"version\":1,\"classes\":[[\"kate\",\"o'kate\"]]}",
		    "classes[0][1]: a name here is letters a-z only" },
		{ "nicknames.json", "{\"version\":1,\"classes\":[[\"kate\",\"Kitty\"]]}",
		    "classes[0][1]: is not folded (a-z, 0-9, apostrophe, hyphen, single blanks)" },
		{ "nicknames.json", "{\"version\":1,\"classes\":[[\"kate\",\"kitty\",\"kate\"]]}",
		    "classes[0][2]: is there twice" },
		{ "nicknames.json", "{\"version\":1,\"classes\":[{\"name\":[]}]}",
		    "classes[0]: unknown field \"name\"" },
		{ "nicknames.json", "{\"version\":1,\"classes\":[{\"note\":\"x\"}]}",
		    "classes[0]: expected a list of 2 to 256 names" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		refuse(cases[i].file, cases[i].text, cases[i].reason);
}

static void
test_an_absent_file_is_not_found(void **state)
{
	struct lexicon *other = NULL;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(lexicon_load(&other, "/nonexistent", &err), STATUS_NOT_FOUND);
}

/* "kate" in n classes. */
static enum status
load_with_classes(size_t n)
{
	struct buf text = BUF_INIT;
	struct lexicon *other = NULL;
	enum status status;

	buf_add_text(&text, "{\"version\":1,\"classes\":[");
	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "%s[\"kate\",\"%c\"]", i == 0 ? "" : ",", (int)('a' + i));
	buf_add_text(&text, "]}");
	put_all(text.p);
	status = lexicon_load(&other, folder, NULL);
	lexicon_free(other);
	buf_free(&text);
	return status;
}

static void
test_a_name_is_in_sixteen_classes_at_most(void **state)
{
	(void)state;
	assert_int_equal(load_with_classes(LEXICON_CLASSES_MAX), STATUS_OK);
	assert_int_equal(load_with_classes(LEXICON_CLASSES_MAX + 1), STATUS_INVALID);
}

static void
test_an_entry_is_64_bytes_at_most(void **state)
{
	char text[200], entry[66];
	struct lexicon *other = NULL;

	(void)state;
	memset(entry, 'a', sizeof entry);
	entry[64] = '\0';
	put_all(good_nicknames);
	snprintf(text, sizeof text, "{\"version\":1,\"name\":[\"%s\"]}", entry);
	put_file("missing.json", text);
	assert_int_equal(lexicon_load(&other, folder, NULL), STATUS_OK);
	assert_true(lexicon_is_missing(other, LEXICON_NAME, str_from(entry)));
	lexicon_free(other);
	entry[64] = 'a';
	entry[65] = '\0';
	snprintf(text, sizeof text, "{\"version\":1,\"name\":[\"%s\"]}", entry);
	refuse("missing.json", text, "name[0]: is longer than 64 bytes");
}

static void
test_every_failed_allocation_is_reported(void **state)
{
	bool done = false;

	(void)state;
	put_all(good_nicknames);
	put_file("names.json", "{\"version\":1,\"titles\":[\"mr\"],\"joins\":{\"mc\":\"mac\"}}");
	for (long nth = 1; !done; nth++) {
		struct lexicon *other = NULL;
		struct err err = ERR_NONE;
		enum status status;

		mem_fail_at(nth);
		status = lexicon_load(&other, folder, &err);
		mem_fail_at(0);
		done = status == STATUS_OK;
		assert_true(done || status == STATUS_NOMEM);
		assert_true(!done || nth > 2);
		lexicon_free(other);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_shipped_lexicon_knows_its_words),
		cmocka_unit_test(test_blanks_do_not_count_where_people_put_them_as_they_like),
		cmocka_unit_test(test_nicknames_share_classes),
		cmocka_unit_test(test_classes_and_members_agree),
		cmocka_unit_test(test_the_hash_covers_every_file),
		cmocka_unit_test(test_faults_name_file_and_path),
		cmocka_unit_test(test_an_absent_file_is_not_found),
		cmocka_unit_test(test_a_name_is_in_sixteen_classes_at_most),
		cmocka_unit_test(test_an_entry_is_64_bytes_at_most),
		cmocka_unit_test(test_every_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
