#include "record/person_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/doc_json.h"
#include "base/mem.h"
#include "tests/unit/record/people.h"

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static enum status
read_person(struct person *out, struct str text, struct err *err)
{
	struct json_t *doc = NULL;
	enum status status = doc_parse(&doc, text, "request", 8, err);

	if (status == STATUS_OK)
		status = person_from_json(out, arena, doc, "request", "people[0]", err);
	doc_free(doc);
	return status;
}

static void
refuse(const char *text, enum status wanted, const char *reason)
{
	struct person person;
	struct err err = ERR_NONE;

	assert_int_equal(read_person(&person, str_from(text), &err), wanted);
	assert_string_equal(err.text, reason);
	assert_string_equal(err.source, "request");
	assert_int_equal(err.status, wanted);
}

static const char example[] =
    "{\"id\":\"P1\",\"role\":\"child\",\"sex\":\"female\",\"age_disputed\":true,\"note\":\"n\","
    "\"names\":[{\"kind\":\"current\",\"forenames\":\"Katherine Anne\",\"surname\":\"O'Brien\"},"
    "{\"kind\":\"known_as\",\"full\":\"Kitty\"}],"
    "\"births\":[\"2009-03-04\",\"age about 7 at 2016-01-31\"],"
    "\"addresses\":[{\"text\":\"12 Acacia Avenue\",\"town\":\"Leeds\",\"postcode\":\"LS1 4AB\","
    "\"from\":\"2012-01-01\",\"to\":\"2014-06-30\"}],"
    "\"phones\":[\"0113 496 0000\"],\"emails\":[\"kitty@example.org\"],"
    "\"identifiers\":[{\"kind\":\"nhs\",\"value\":\"943 476 5919\"}]}";

static void
test_the_example_is_written_as_it_was_read(void **state)
{
	struct person person;
	struct err err = ERR_NONE;
	struct buf text = BUF_INIT;

	(void)state;
	assert_int_equal(read_person(&person, str_from(example), &err), STATUS_OK);
	assert_int_equal(person.role, ROLE_CHILD);
	assert_int_equal(person.sex, SEX_FEMALE);
	assert_true(person.age_disputed);
	assert_true(str_eq_text(person.names[0].surname, "O'Brien"));
	assert_int_equal(person.births[1].precision, BIRTH_AGE);
	person_to_json(&text, &person);
	assert_string_equal(text.p, example);
	buf_free(&text);
}

static void
test_an_empty_object_is_a_person_of_whom_nothing_is_known(void **state)
{
	struct person person;
	struct err err = ERR_NONE;
	struct buf text = BUF_INIT;

	(void)state;
	assert_int_equal(read_person(&person, STR_LIT("{}"), &err), STATUS_OK);
	assert_int_equal(person.name_count, 0);
	assert_int_equal(person.role, ROLE_UNKNOWN);
	person_to_json(&text, &person);
	assert_string_equal(text.p, "{}");
	buf_free(&text);
}

static void
test_nulls_are_absent(void **state)
{
	struct person person;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(
	    read_person(&person,
		STR_LIT("{\"names\":null,\"role\":null,\"addresses\":[{\"from\":null}]}"), &err),
	    STATUS_OK);
	assert_int_equal(person.addresses[0].from, DAY_NONE);
}

static void
test_random_people_round_trip(void **state)
{
	struct people_random random = { 31 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct person person = people_make(&random, arena, i % 10 == 0 ? 33 : 4), back;
		struct buf text = BUF_INIT;
		struct err err = ERR_NONE;

		person_to_json(&text, &person);
		if (read_person(&back, buf_str(&text), &err) != STATUS_OK)
			fail_msg("%s: %s", err.text, text.p);
		if (!people_same(&person, &back))
			fail_msg("not the same: %s", text.p);
		buf_free(&text);
		arena_reset(arena);
	}
}

static void
test_faults_name_their_field(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{ "[]", "people[0]: expected an object" },
		{ "{\"nick\":1}", "people[0]: unknown field \"nick\"" },
		{ "{\"id\":7}", "people[0].id: expected a string" },
		{ "{\"age_disputed\":\"yes\"}", "people[0].age_disputed: expected true or false" },
		{ "{\"sex\":\"girl\"}", "people[0].sex: expected unknown, female, male or other" },
		{ "{\"role\":\"boss\"}",
		    "people[0].role: expected unknown, child, sibling, parent, carer, perpetrator, "
		    "household, referrer, caller, worker or other" },
		{ "{\"names\":{}}", "people[0].names: expected a list" },
		{ "{\"names\":[\"Kitty\"]}", "people[0].names[0]: expected an object" },
		{ "{\"names\":[{},{\"kind\":\"maiden\"}]}",
		    "people[0].names[1].kind: expected current, former, alias, known_as or "
		    "free_text" },
		{ "{\"names\":[{\"first\":\"Kitty\"}]}",
		    "people[0].names[0]: unknown field \"first\"" },
		{ "{\"names\":[{\"full\":\"Kitty O\",\"surname\":\"O\"}]}",
		    "people[0].names[0].full: is given beside forenames or surname" },
		{ "{\"births\":[\"2009-03-04\",\"2009-02-30\"]}",
		    "people[0].births[1]: 30 February is not a day of the calendar" },
		{ "{\"births\":[2009]}", "people[0].births[0]: expected a string" },
		{ "{\"addresses\":[{\"from\":\"2009-02-30\"}]}",
		    "people[0].addresses[0].from: expected a day of the calendar, YYYY-MM-DD" },
		{ "{\"addresses\":[{\"line1\":\"x\"}]}",
		    "people[0].addresses[0]: unknown field \"line1\"" },
		{ "{\"phones\":[113]}", "people[0].phones[0]: expected a string" },
		{ "{\"identifiers\":[{\"value\":\"1\"}]}",
		    "people[0].identifiers[0].kind: is missing" },
		{ "{\"identifiers\":[{\"kind\":\"passport\",\"value\":\"1\"}]}",
		    "people[0].identifiers[0].kind: expected nhs, chi, hc, jersey, upn or case" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		refuse(cases[i].text, STATUS_INVALID, cases[i].reason);
}

/* "key":[entry, entry, ...] */
static void
put_list(struct buf *out, const char *key, const char *entry, size_t count)
{
	buf_addf(out, "{\"%s\":[", key);
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s%s", i == 0 ? "" : ",", entry);
	buf_add_text(out, "]}");
}

static void
test_every_list_has_its_limit(void **state)
{
	static const struct {
		const char *key, *entry;
		size_t most;
		const char *reason;
	} lists[] = {
		{ "names", "{\"full\":\"K\"}", PERSON_NAMES_MAX,
		    "people[0].names: has more than 32 entries" },
		{ "births", "\"2009\"", PERSON_BIRTHS_MAX,
		    "people[0].births: has more than 8 entries" },
		{ "addresses", "{}", PERSON_ADDRESSES_MAX,
		    "people[0].addresses: has more than 64 entries" },
		{ "phones", "\"1\"", PERSON_PHONES_MAX,
		    "people[0].phones: has more than 16 entries" },
		{ "emails", "\"a@b\"", PERSON_EMAILS_MAX,
		    "people[0].emails: has more than 16 entries" },
		{ "identifiers", "{\"kind\":\"nhs\"}", PERSON_IDENTIFIERS_MAX,
		    "people[0].identifiers: has more than 16 entries" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		struct buf text = BUF_INIT;
		struct person person;
		struct err err = ERR_NONE;

		put_list(&text, lists[i].key, lists[i].entry, lists[i].most);
		assert_int_equal(read_person(&person, buf_str(&text), &err), STATUS_OK);
		buf_clear(&text);
		put_list(&text, lists[i].key, lists[i].entry, lists[i].most + 1);
		refuse(text.p, STATUS_LIMIT, lists[i].reason);
		buf_free(&text);
	}
}

static void
test_five_hundred_names_are_refused(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	put_list(&text, "names", "{\"full\":\"Kitty\"}", 500);
	refuse(text.p, STATUS_LIMIT, "people[0].names: has more than 32 entries");
	buf_free(&text);
}

static void
test_every_text_has_its_limit(void **state)
{
	static const struct {
		const char *before, *after;
		size_t most;
		const char *reason;
	} texts[] = {
		{ "{\"id\":\"", "\"}", RECORD_ID_BYTES_MAX,
		    "people[0].id: is longer than 64 bytes" },
		{ "{\"note\":\"", "\"}", PERSON_TEXT_BYTES_MAX,
		    "people[0].note: is longer than 1024 bytes" },
		{ "{\"names\":[{\"surname\":\"", "\"}]}", PERSON_TEXT_BYTES_MAX,
		    "people[0].names[0].surname: is longer than 1024 bytes" },
		{ "{\"addresses\":[{\"text\":\"", "\"}]}", PERSON_TEXT_BYTES_MAX,
		    "people[0].addresses[0].text: is longer than 1024 bytes" },
		{ "{\"emails\":[\"", "\"]}", PERSON_TEXT_BYTES_MAX,
		    "people[0].emails[0]: is longer than 1024 bytes" },
		{ "{\"identifiers\":[{\"kind\":\"nhs\",\"value\":\"", "\"}]}",
		    PERSON_TEXT_BYTES_MAX,
		    "people[0].identifiers[0].value: is longer than 1024 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		for (size_t more = 0; more < 2; more++) {
			struct buf text = BUF_INIT;
			struct person person;
			struct err err = ERR_NONE;

			buf_add_text(&text, texts[i].before);
			for (size_t n = 0; n < texts[i].most + more; n++)
				buf_add_char(&text, 'x');
			buf_add_text(&text, texts[i].after);
			if (more == 0)
				assert_int_equal(
				    read_person(&person, buf_str(&text), &err), STATUS_OK);
			else
				refuse(text.p, STATUS_LIMIT, texts[i].reason);
			buf_free(&text);
		}
	}
}

static void
test_everything_is_copied(void **state)
{
	char text[sizeof example];
	struct person person;
	struct err err = ERR_NONE;

	(void)state;
	memcpy(text, example, sizeof text);
	assert_int_equal(read_person(&person, str_from(text), &err), STATUS_OK);
	memset(text, '#', sizeof text); /* and the document is freed: ASan watches */
	assert_true(str_eq_text(person.id, "P1"));
	assert_true(str_eq_text(person.phones[0], "0113 496 0000"));
	assert_true(str_eq_text(person.identifiers[0].value, "943 476 5919"));
}

static void
test_a_failure_leaves_the_person_alone(void **state)
{
	struct person person = { .role = ROLE_CARER };
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(
	    read_person(&person, STR_LIT("{\"role\":\"child\",\"births\":[\"x\"]}"), &err),
	    STATUS_INVALID);
	assert_int_equal(person.role, ROLE_CARER);
}

static void
test_every_failed_allocation_is_reported(void **state)
{
	struct json_t *doc = NULL;
	struct err err = ERR_NONE;
	bool done = false;

	(void)state;
	assert_int_equal(doc_parse(&doc, str_from(example), "request", 8, &err), STATUS_OK);
	for (long nth = 1; !done; nth++) {
		struct arena *own = arena_new(200 * (size_t)nth); /* the limit fails in turn, too */
		struct person person;
		enum status status;

		mem_fail_at(nth % 2 == 0 ? 1 : 0);
		err_clear(&err);
		status = person_from_json(&person, own, doc, "request", "p", &err);
		mem_fail_at(0);
		done = status == STATUS_OK;
		assert_true(done || status == STATUS_NOMEM);
		assert_in_range(nth, 1, 100);
		arena_free(own);
	}
	doc_free(doc);
}

static int64_t
schema_number(const struct json_t *schema, const char *list, const char *key)
{
	const struct json_t *properties = NULL, *field = NULL;
	int64_t number = -1;

	assert_int_equal(
	    doc_object(&properties, schema, "s", "", "properties", DOC_REQUIRED, NULL), STATUS_OK);
	assert_int_equal(
	    doc_object(&field, properties, "s", "", list, DOC_REQUIRED, NULL), STATUS_OK);
	assert_int_equal(
	    doc_int(&number, field, "s", "", key, DOC_REQUIRED, 0, 1 << 20, NULL), STATUS_OK);
	return number;
}

static void
test_the_schemas_state_the_limits_of_the_headers(void **state)
{
	static const struct {
		const char *file, *field, *key;
		int64_t limit;
	} limits[] = {
		{ "schemas/person.schema.json", "names", "maxItems", PERSON_NAMES_MAX },
		{ "schemas/person.schema.json", "births", "maxItems", PERSON_BIRTHS_MAX },
		{ "schemas/person.schema.json", "addresses", "maxItems", PERSON_ADDRESSES_MAX },
		{ "schemas/person.schema.json", "phones", "maxItems", PERSON_PHONES_MAX },
		{ "schemas/person.schema.json", "emails", "maxItems", PERSON_EMAILS_MAX },
		{ "schemas/person.schema.json", "identifiers", "maxItems", PERSON_IDENTIFIERS_MAX },
		{ "schemas/person.schema.json", "id", "maxLength", RECORD_ID_BYTES_MAX },
		{ "schemas/person.schema.json", "note", "maxLength", PERSON_TEXT_BYTES_MAX },
		{ "schemas/record.schema.json", "record_id", "maxLength", RECORD_ID_BYTES_MAX },
		{ "schemas/record.schema.json", "people", "maxItems", CASE_PEOPLE_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		struct json_t *schema = NULL;

		assert_int_equal(doc_load(&schema, limits[i].file, 1 << 20, NULL), STATUS_OK);
		assert_int_equal(
		    schema_number(schema, limits[i].field, limits[i].key), limits[i].limit);
		doc_free(schema);
	}
}

static void
test_words_go_there_and_back(void **state)
{
	(void)state;
	for (int i = 0; i < ROLE_COUNT; i++) {
		enum person_role role;

		assert_true(
		    person_role_from_name(&role, str_from(person_role_name((enum person_role)i))));
		assert_int_equal(role, i);
	}
	for (int i = 0; i < NAME_KIND_COUNT; i++) {
		enum name_kind kind;

		assert_true(
		    name_kind_from_name(&kind, str_from(name_kind_name((enum name_kind)i))));
		assert_int_equal(kind, i);
	}
	for (int i = 0; i < SEX_COUNT; i++) {
		enum sex sex;

		assert_true(sex_from_name(&sex, str_from(sex_name((enum sex)i))));
		assert_int_equal(sex, i);
	}
	for (int i = 0; i < IDENTIFIER_COUNT; i++) {
		enum identifier_kind kind;

		assert_true(identifier_kind_from_name(
		    &kind, str_from(identifier_kind_name((enum identifier_kind)i))));
		assert_int_equal(kind, i);
	}
	assert_string_equal(person_role_name(ROLE_COUNT), "unknown");
	assert_string_equal(sex_name((enum sex)99), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_example_is_written_as_it_was_read),
		cmocka_unit_test(test_an_empty_object_is_a_person_of_whom_nothing_is_known),
		cmocka_unit_test(test_nulls_are_absent),
		cmocka_unit_test(test_random_people_round_trip),
		cmocka_unit_test(test_faults_name_their_field),
		cmocka_unit_test(test_every_list_has_its_limit),
		cmocka_unit_test(test_five_hundred_names_are_refused),
		cmocka_unit_test(test_every_text_has_its_limit),
		cmocka_unit_test(test_everything_is_copied),
		cmocka_unit_test(test_a_failure_leaves_the_person_alone),
		cmocka_unit_test(test_every_failed_allocation_is_reported),
		cmocka_unit_test(test_the_schemas_state_the_limits_of_the_headers),
		cmocka_unit_test(test_words_go_there_and_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
