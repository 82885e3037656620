#include "client/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "client/asked.h"
#include "wire/limits.h"

static struct arena *arena;

static int
make_arena(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena == NULL ? -1 : 0;
}

static int
free_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void
add(struct asked *asked, enum asked_field field, const char *value)
{
	assert_int_equal(asked_add(asked, field, str_from(value), NULL), STATUS_OK);
}

static struct request
details(void)
{
	return (struct request){ .reference = STR_LIT("LSCP-2026-014"),
		.kind = STR_LIT("child_death_notification"),
		.purpose = STR_LIT("Rapid review") };
}

static void
test_flags_make_the_body_of_the_protocol(void **state)
{
	struct asked asked = { 0 };
	struct request_person person = { .ref = STR_LIT("child") };
	struct request request = details();
	struct buf body = BUF_INIT;

	(void)state;
	add(&asked, ASKED_ROLE, "Child");
	add(&asked, ASKED_FORENAME, "Katherine");
	add(&asked, ASKED_MIDDLE, "Anne");
	add(&asked, ASKED_SURNAME, "O'Brien");
	add(&asked, ASKED_FORMER_SURNAME, "Kelly");
	add(&asked, ASKED_KNOWN_AS, "Kitty");
	add(&asked, ASKED_DOB, "04/03/2009");
	add(&asked, ASKED_SEX, "F");
	add(&asked, ASKED_TOWN, "Leeds");
	add(&asked, ASKED_POSTCODE, "LS1 4AB");
	add(&asked, ASKED_PHONE, "0113 496 0000");
	add(&asked, ASKED_NHS, "943 476 5919");
	assert_int_equal(
	    asked_person(&person.person, &asked, DAY_NONE, arena, NULL, NULL), STATUS_OK);
	request.people = &person;
	request.people_count = 1;
	assert_int_equal(request_check(&request, NULL), STATUS_OK);
	request_write(&body, &request);
	assert_string_equal(body.p,
	    "{\"request\":{\"reference\":\"LSCP-2026-014\",\"kind\":\"child_death_notification\","
	    "\"purpose\":\"Rapid review\"},\"people\":[{\"ref\":\"child\",\"role\":\"child\","
	    "\"sex\":\"female\",\"names\":[{\"kind\":\"current\",\"forenames\":\"Katherine Anne\","
	    "\"surname\":\"O'Brien\"},{\"kind\":\"former\",\"forenames\":\"Katherine Anne\","
	    "\"surname\":\"Kelly\"},{\"kind\":\"known_as\",\"forenames\":\"Kitty\","
	    "\"surname\":\"O'Brien\"}],\"births\":[\"2009-03-04\"],\"addresses\":["
	    "{\"town\":\"Leeds\",\"postcode\":\"LS1 4AB\"}],\"phones\":[\"0113 496 0000\"],"
	    "\"identifiers\":[{\"kind\":\"nhs\",\"value\":\"943 476 5919\"}]}]}");
	buf_free(&body);
}

static void
test_what_is_written_reads_back_as_itself(void **state)
{
	struct asked asked = { 0 };
	struct request_person person = { .ref = STR_LIT("a \"quoted\" ref") };
	struct request request = details(), back;
	struct buf body = BUF_INIT, again = BUF_INIT;
	struct err err = ERR_NONE;

	(void)state;
	add(&asked, ASKED_NAME, "\xd0\x9a\xd0\xb0\xd1\x82\xd1\x8f \\ \"K\"");
	add(&asked, ASKED_AGE, "about 7");
	add(&asked, ASKED_AGE_AT, "2016-01-31");
	assert_int_equal(
	    asked_person(&person.person, &asked, DAY_NONE, arena, NULL, NULL), STATUS_OK);
	request.people = &person;
	request.people_count = 1;
	request.leg = STR_LIT("qa");
	request.of = STR_LIT("CHK-1");
	request_write(&body, &request);
	if (request_read(&back, arena, buf_str(&body), "body", &err) != STATUS_OK)
		fail_msg("%s", err.text);
	request_write(&again, &back);
	assert_string_equal(body.p, again.p);
	buf_free(&body);
	buf_free(&again);
}

static void
read_is_refused(const char *text, enum status status, const char *why)
{
	struct request request;
	struct err err = ERR_NONE;
	char shown[512];

	assert_int_equal(request_read(&request, arena, str_from(text), "r.json", &err), status);
	assert_string_equal(err_format(shown, sizeof shown, &err), why);
}

static void
test_a_bad_file_is_refused_with_the_path_of_the_field(void **state)
{
	(void)state;
	read_is_refused("", STATUS_INVALID, "r.json: is empty; a check body is expected");
	read_is_refused(
	    "{\"request\":{},\"bogus\":1}", STATUS_INVALID, "r.json: unknown field \"bogus\"");
	read_is_refused("{\"request\":{\"kin\":\"x\"}}", STATUS_INVALID,
	    "r.json: request: unknown field \"kin\"");
	read_is_refused("{\"people\":[]}", STATUS_INVALID, "r.json: request: is missing");
	read_is_refused("{\"request\":{\"kind\":1}}", STATUS_INVALID,
	    "r.json: request.kind: expected a string");
	read_is_refused("{\"request\":{},\"people\":[1]}", STATUS_INVALID,
	    "r.json: people[0]: expected an object");
	read_is_refused("{\"request\":{},\"people\":[{\"births\":[\"2009-02-30\"]}]}",
	    STATUS_INVALID,
	    "r.json: people[0].births[0]: 30 February is not a day of the calendar");
	read_is_refused(
	    "[[[[[[[[[1]]]]]]]]]", STATUS_LIMIT, "r.json:1: JSON is nested deeper than 8 levels");
}

static void
test_invalid_utf8_in_a_file_is_refused(void **state)
{
	struct request request;

	(void)state;
	assert_int_equal(request_read(&request, arena, STR_LIT("{\"request\":{\"kind\":\"\xff\"}}"),
			     "r.json", NULL),
	    STATUS_INVALID);
}

static struct str
with_names(size_t count)
{
	struct buf text = BUF_INIT;
	struct str out = STR_NONE;

	buf_add_text(&text, "{\"request\":{},\"people\":[{\"names\":[");
	for (size_t i = 0; i < count; i++)
		buf_add_text(&text, i == 0 ? "{\"full\":\"A\"}" : ",{\"full\":\"A\"}");
	buf_add_text(&text, "]}]}");
	assert_true(arena_copy(&out, arena, buf_str(&text)));
	buf_free(&text);
	return out;
}

static void
test_500_names_are_refused_and_the_limit_is_taken(void **state)
{
	struct request request;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(
	    request_read(&request, arena, with_names(PERSON_NAMES_MAX), "r", NULL), STATUS_OK);
	assert_int_equal(request_read(&request, arena, with_names(PERSON_NAMES_MAX + 1), "r", NULL),
	    STATUS_LIMIT);
	assert_int_equal(request_read(&request, arena, with_names(500), "r", &err), STATUS_LIMIT);
	assert_string_equal(err.text, "people[0].names: has more than 32 entries");
}

static void
check_is_refused(const struct request *request, enum status status, const char *why)
{
	struct err err = ERR_NONE;

	assert_int_equal(request_check(request, &err), status);
	assert_string_equal(err.text, why);
}

static void
test_what_is_missing_is_named_before_sending(void **state)
{
	struct request request = details();
	struct request_person people[WIRE_PEOPLE_MAX + 1] = { { .ref = STR_LIT("a") } };
	struct person_name name = { .full = STR_LIT("K") };

	(void)state;
	request.kind = STR_NONE;
	check_is_refused(&request, STATUS_INVALID,
	    "kind is missing: what sort of request this is, such as child_death_notification");
	request = details();
	check_is_refused(
	    &request, STATUS_INVALID, "nobody is asked about: give at least one person");
	request.people = people;
	request.people_count = 1;
	check_is_refused(&request, STATUS_INVALID,
	    "person 1: nothing to search by: give a name, date of birth, address, phone, e-mail or "
	    "identifier");
	for (size_t i = 0; i <= WIRE_PEOPLE_MAX; i++)
		people[i].person = (struct person){ .names = &name, .name_count = 1 };
	request.people_count = WIRE_PEOPLE_MAX;
	assert_int_equal(request_check(&request, NULL), STATUS_OK);
	request.people_count = WIRE_PEOPLE_MAX + 1;
	check_is_refused(&request, STATUS_LIMIT, "17 people; one check asks about 16 at most");
	request.people_count = 2;
	people[1].ref = STR_LIT("a");
	check_is_refused(&request, STATUS_INVALID, "person 2: ref \"a\" is that of person 1 too");
}

static void
test_the_other_leg_needs_no_people(void **state)
{
	struct request request = details();
	struct buf body = BUF_INIT;

	(void)state;
	request.of = STR_LIT("CHK-1");
	assert_int_equal(request_check(&request, NULL), STATUS_OK);
	request_write(&body, &request);
	assert_null(strstr(body.p, "people"));
	buf_free(&body);
}

static void
test_a_person_is_described_in_one_line(void **state)
{
	struct asked asked = { 0 };
	struct request_person person = { .ref = STR_NONE };
	struct buf text = BUF_INIT;

	(void)state;
	add(&asked, ASKED_ROLE, "sibling");
	add(&asked, ASKED_FORENAME, "Sean\x1b[2J");
	add(&asked, ASKED_SURNAME, "Kelly");
	add(&asked, ASKED_DOB, "2011");
	add(&asked, ASKED_TOWN, "Leeds");
	assert_int_equal(
	    asked_person(&person.person, &asked, DAY_NONE, arena, NULL, NULL), STATUS_OK);
	request_describe(&text, &person, 2);
	assert_string_equal(text.p, "person 2 (sibling): Sean\\x1b[2J Kelly; born 2011; Leeds");
	buf_free(&text);
}

static void
test_a_logged_request_is_named_in_place_of_its_details(void **state)
{
	struct request request = { .id = STR_LIT("REQ-4M7C-2XPA"), .leg = STR_LIT("qa") }, read;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(request_check(&request, NULL), STATUS_OK);
	request_write(&body, &request);
	assert_string_equal(body.p, "{\"request\":\"REQ-4M7C-2XPA\",\"leg\":\"qa\"}");
	assert_int_equal(request_read(&read, arena, buf_str(&body), "test", NULL), STATUS_OK);
	assert_true(str_eq_text(read.id, "REQ-4M7C-2XPA") && str_eq_text(read.leg, "qa"));
	buf_free(&body);
	request.purpose = STR_LIT("test");
	assert_int_equal(request_check(&request, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "leave out reference, kind and purpose"));
}

static void
test_a_request_to_be_logged_needs_its_channel_and_no_leg(void **state)
{
	struct request request = details();
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(request_check_log(&request, &err), STATUS_INVALID);
	assert_string_equal(
	    err.text, "channel is missing: how it came in: email, telephone, out_of_hours");
	request.channel = STR_LIT("email");
	request.received_at = STR_LIT("2026-11-23T10:15:00Z");
	assert_int_equal(request_check_log(&request, NULL), STATUS_OK);
	request_write(&body, &request);
	assert_non_null(
	    strstr(body.p, "\"channel\":\"email\",\"received_at\":\"2026-11-23T10:15:00Z\"}}"));
	buf_free(&body);
	request.leg = STR_LIT("qa");
	assert_int_equal(request_check_log(&request, NULL), STATUS_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags_make_the_body_of_the_protocol),
		cmocka_unit_test(test_what_is_written_reads_back_as_itself),
		cmocka_unit_test(test_a_bad_file_is_refused_with_the_path_of_the_field),
		cmocka_unit_test(test_invalid_utf8_in_a_file_is_refused),
		cmocka_unit_test(test_500_names_are_refused_and_the_limit_is_taken),
		cmocka_unit_test(test_what_is_missing_is_named_before_sending),
		cmocka_unit_test(test_the_other_leg_needs_no_people),
		cmocka_unit_test(test_a_person_is_described_in_one_line),
		cmocka_unit_test(test_a_logged_request_is_named_in_place_of_its_details),
		cmocka_unit_test(test_a_request_to_be_logged_needs_its_channel_and_no_leg),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
