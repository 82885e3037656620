#include "searchd/ask_json.h"

#include "base/digest.h"
#include "wire/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena *arena;
static struct policy *policy;

#define REQUEST \
	"\"request\":{\"reference\":\"R\",\"kind\":\"external_record_check\",\"purpose\":\"p\"}"
#define PERSON "{\"names\":[{\"full\":\"Wren Ashdown\"}]}"

static enum status
read_text(struct ask *ask, const char *text, char *message, size_t size)
{
	struct err err = ERR_NONE;
	enum status status = ask_read(ask, arena, str_from(text), policy, &err);

	snprintf(message, size, "%s", err.text);
	return status;
}

static void
test_a_check_is_read_whole(void **state)
{
	struct ask ask;
	char message[300];

	(void)state;
	assert_int_equal(
	    read_text(&ask,
		"{\"request\":{\"reference\":\" LSCP-1 \",\"kind\":\"external_record_check\","
		"\"purpose\":\"Review\",\"jurisdiction\":\"wales\",\"review_type\":\"cpr_concise\"}"
		","
		"\"leg\":\"qa\",\"people\":[{\"ref\":\"child\",\"role\":\"child\","
		"\"names\":[{\"full\":\"Wren Ashdown\"}]}," PERSON "]}",
		message, sizeof message),
	    STATUS_OK);
	assert_true(str_eq_text(ask.reference, "LSCP-1"));
	assert_true(str_eq_text(ask.review_type, "cpr_concise"));
	assert_true(str_eq_text(ask.leg, "qa"));
	assert_int_equal(ask.people_count, 2);
	assert_true(str_eq_text(ask.people[0].ref, "child"));
	assert_int_equal(ask.people[0].person.role, ROLE_CHILD);
	assert_true(str_eq_text(ask.people[1].ref, "2"));
}

static void
test_each_bad_check_has_its_exact_message(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "{}", "request: is missing" },
		{ "[]", "expected an object" },
		{ "{" REQUEST ",\"people\":[" PERSON "],\"colour\":1}",
		    "unknown field \"colour\"" },
		{ "{" REQUEST "}", "people: is missing" },
		{ "{" REQUEST ",\"people\":[]}", "people: is empty" },
		{ "{" REQUEST ",\"people\":{}}", "people: expected a list" },
		{ "{" REQUEST ",\"people\":[7]}", "people[0]: expected an object" },
		{ "{" REQUEST ",\"people\":[{\"colour\":1}]}",
		    "people[0]: unknown field \"colour\"" },
		{ "{" REQUEST ",\"people\":[{\"ref\":\"a\"},{\"ref\":\"a\"}]}",
		    "people[1].ref: is that of people[0] already" },
		{ "{" REQUEST ",\"people\":[{\"ref\":\"2\"},{}]}",
		    "people[1].ref: is that of people[0] already" },
		{ "{" REQUEST ",\"people\":[{\"ref\":7}]}", "people[0].ref: expected a string" },
		{ "{" REQUEST ",\"people\":[" PERSON "],\"leg\":7}", "leg: expected a string" },
		{ "{" REQUEST ",\"people\":[" PERSON "],\"of\":\"CHK-1\"}",
		    "of: is not a check's name (CHK-XXXX-XXXX)" },
		{ "{\"request\":{\"kind\":\"external_record_check\",\"purpose\":\"p\"}}",
		    "request.reference: is missing" },
		{ "{\"request\":{\"reference\":\" \",\"kind\":\"external_record_check\","
		  "\"purpose\":\"p\"}}",
		    "request.reference: is empty" },
		{ "{\"request\":{\"reference\":\"R\",\"kind\":\"external_record_check\","
		  "\"purpose\":\"p\",\"jurisdiction\":\"mars\"}}",
		    "request.jurisdiction: \"mars\" is not one of england, northern_ireland, "
		    "wales, scotland, jersey" },
		{ "{\"request\":{\"reference\":\"R\",\"kind\":\"external_record_check\","
		  "\"purpose\":\"p\",\"review_type\":\"cspr\"}}",
		    "request.review_type: needs a jurisdiction" },
		{ "{\"request\":{\"reference\":\"R\",\"kind\":\"external_record_check\","
		  "\"purpose\":\"p\",\"jurisdiction\":\"wales\",\"review_type\":\"cspr\"}}",
		    "request.review_type: \"cspr\" is not a review of wales" },
		{ "{\"request\":{\"reference\":\"R\",\"kind\":\"external_record_check\","
		  "\"purpose\":\"p\",\"colour\":1}}",
		    "request: unknown field \"colour\"" },
	};
	char message[300];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ask ask;

		assert_int_not_equal(
		    read_text(&ask, cases[i].text, message, sizeof message), STATUS_OK);
		assert_string_equal(message, cases[i].message);
	}
}

static void
test_an_unknown_kind_is_refused_with_the_kinds(void **state)
{
	struct ask ask;
	char message[300];

	(void)state;
	assert_int_equal(
	    read_text(&ask, "{\"request\":{\"reference\":\"R\",\"kind\":\"x\",\"purpose\":\"p\"}}",
		message, sizeof message),
	    STATUS_INVALID);
	assert_non_null(
	    strstr(message, "request.kind: \"x\" is not one of child_death_notification,"));
	assert_string_equal(message + strlen(message) - 5, ", ...");
}

static void
test_people_at_the_limit_pass_and_one_past_it_does_not(void **state)
{
	(void)state;
	for (int extra = 0; extra < 2; extra++) {
		struct buf text = BUF_INIT;
		struct ask ask;
		char message[300];

		buf_add_text(&text, "{" REQUEST ",\"people\":[");
		for (int i = 0; i < WIRE_PEOPLE_MAX + extra; i++)
			buf_add_text(&text, i == 0 ? PERSON : "," PERSON);
		buf_add_text(&text, "]}");
		assert_int_equal(read_text(&ask, text.p, message, sizeof message),
		    extra == 0 ? STATUS_OK : STATUS_LIMIT);
		if (extra > 0)
			assert_string_equal(message, "people: has more than 16 entries");
		buf_free(&text);
	}
}

static void
test_texts_at_the_limit_pass_and_one_past_it_do_not(void **state)
{
	(void)state;
	for (int extra = 0; extra < 2; extra++) {
		struct buf text = BUF_INIT;
		struct ask ask;
		char message[300];

		buf_add_text(&text, "{\"request\":{\"kind\":\"external_record_check\","
				    "\"purpose\":\"p\",\"reference\":\"");
		for (int i = 0; i < ASK_TEXT_BYTES_MAX + extra; i++)
			buf_add_char(&text, 'r');
		buf_add_text(&text, "\"},\"people\":[" PERSON "]}");
		assert_int_equal(read_text(&ask, text.p, message, sizeof message),
		    extra == 0 ? STATUS_OK : STATUS_LIMIT);
		buf_free(&text);
	}
}

static void
test_the_other_leg_may_leave_its_people_out(void **state)
{
	struct ask ask;
	char message[300];

	(void)state;
	assert_int_equal(
	    read_text(&ask, "{" REQUEST ",\"of\":\"CHK-7K3F-9QWD\"}", message, sizeof message),
	    STATUS_OK);
	assert_int_equal(ask.people_count, 0);
	assert_true(str_eq_text(ask.of, "CHK-7K3F-9QWD"));
}

static void
test_an_earlier_check_gives_its_people_back(void **state)
{
	struct ask_earlier earlier;

	(void)state;
	assert_int_equal(
	    ask_read_earlier(&earlier, arena,
		STR_LIT("{\"request\":{},\"leg\":\"qa\",\"of\":\"\",\"people\":[{\"ref\":\"child\","
			"\"names\":[{\"full\":\"Wren Ashdown\"}]}],"
			"\"answer\":{\"leg\":\"qa\",\"leg_complete\":true}}"),
		NULL),
	    STATUS_OK);
	assert_true(str_eq_text(earlier.leg, "qa"));
	assert_true(earlier.leg_complete);
	assert_int_equal(earlier.people_count, 1);
	assert_true(str_eq_text(earlier.people[0].ref, "child"));
	assert_int_not_equal(ask_read_earlier(&earlier, arena, STR_LIT("{}"), NULL), STATUS_OK);
}

static void
test_small_bodies_are_strict(void **state)
{
	struct str a, b;

	(void)state;
	assert_int_equal(
	    ask_read_check_id(&a, arena, STR_LIT("{\"check\":\"CHK-7K3F-9QWD\"}"), NULL),
	    STATUS_OK);
	assert_int_not_equal(
	    ask_read_check_id(&a, arena, STR_LIT("{\"check\":\"x\"}"), NULL), STATUS_OK);
	assert_int_not_equal(ask_read_check_id(&a, arena, STR_LIT("{}"), NULL), STATUS_OK);
	assert_int_equal(ask_read_record(&a, &b, arena,
			     STR_LIT("{\"system\":\"helpline\",\"record_id\":\"H-1\"}"), NULL),
	    STATUS_OK);
	assert_int_not_equal(
	    ask_read_record(&a, &b, arena, STR_LIT("{\"system\":\"helpline\"}"), NULL), STATUS_OK);
	assert_int_equal(ask_read_nothing(STR_LIT("{}"), NULL), STATUS_OK);
	assert_int_not_equal(ask_read_nothing(STR_LIT("{\"a\":1}"), NULL), STATUS_OK);
	assert_int_not_equal(ask_read_nothing(STR_LIT("[]"), NULL), STATUS_OK);
	assert_int_not_equal(ask_read_nothing(STR_LIT(""), NULL), STATUS_OK);
}

/* Bytes changed at random: an error or a check, never a fault. */
static void
test_bodies_with_bytes_changed_never_fault(void **state)
{
	static const char good[] =
	    "{" REQUEST ",\"people\":[{\"ref\":\"a\",\"births\":[\"2009-03\"],"
	    "\"names\":[{\"full\":\"Wren Ashdown\"}]}]}";
	uint32_t seed = 20261123;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		char text[sizeof good];
		struct ask ask;

		memcpy(text, good, sizeof good);
		for (int i = 0; i < 1 + round % 3; i++) {
			seed = seed * 1664525 + 1013904223;
			text[seed / 7 % (sizeof good - 1)] = (char)(seed >> 24);
		}
		if (ask_read(&ask, arena, (struct str){ text, sizeof good - 1 }, policy, NULL) ==
		    STATUS_OK)
			assert_int_equal(ask.people_count, 1);
		arena_reset(arena);
	}
}

static int
prepare(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena == NULL || digest_init(NULL) != STATUS_OK ||
	       policy_load(&policy, "schemas/policy/default.json", NULL) != STATUS_OK;
}

static int
finish(void **state)
{
	(void)state;
	policy_free(policy);
	arena_free(arena);
	return 0;
}

/* --- A request to be logged ---------------------------------------------------------------------
 */
#define LOG(fields) "{\"request\":{\"reference\":\"R\",\"purpose\":\"p\"," fields "}"
#define NEEDS LOG("\"kind\":\"serious_incident\",\"channel\":\"email\"")

static void
test_a_request_is_read_with_its_channel_and_time(void **state)
{
	static const char text[] =
	    LOG("\"kind\":\"serious_incident\",\"channel\":\"out_of_hours\","
		"\"received_at\":\"2026-07-01T00:30:00+01:00\"") ",\"people\":[" PERSON "]}";
	struct ask ask;

	(void)state;
	assert_int_equal(ask_read_log(&ask, arena, str_from(text), policy, NULL), STATUS_OK);
	assert_true(str_eq_text(ask.channel, "out_of_hours") && ask.people_count == 1);
	assert_true(str_eq_text(ask.received_at, "2026-06-30T23:30:00Z"));
	assert_int_equal(ask.received_ms, INT64_C(1782862200000));
	/* A kind that needs nobody. */
	assert_int_equal(
	    ask_read_log(&ask, arena,
		STR_LIT(LOG("\"kind\":\"publication\",\"channel\":\"email\"") "}"), policy, NULL),
	    STATUS_OK);
	assert_true(ask.people_count == 0 && ask.received_ms == 0 && ask.received_at.n == 0);
}

static void
test_a_wrong_request_names_its_field(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ LOG("\"kind\":\"serious_incident\"") ",\"people\":[" PERSON "]}",
		    "request.channel: is missing; it is one of email, telephone, out_of_hours" },
		{ LOG("\"kind\":\"serious_incident\",\"channel\":\"fax\"") ",\"people\":[" PERSON
									   "]}",
		    "request.channel: \"fax\" is not one of email, telephone, out_of_hours" },
		{ NEEDS "}", "people: is missing" },
		{ NEEDS ",\"people\":[" PERSON "],\"leg\":\"qa\"}", "unknown field \"leg\"" },
		{ "{\"request\":\"REQ-0000-0000\",\"people\":[" PERSON "]}",
		    "request: expected an object" },
		{ LOG("\"kind\":\"serious_incident\",\"channel\":\"email\",\"received_at\":\"2026-"
		      "07-01\"") "}",
		    "request.received_at: is not a time with its zone, such as "
		    "2026-11-23T10:15:00Z or "
		    "2026-07-23T11:15+01:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err err = ERR_NONE;
		struct ask ask;

		assert_int_not_equal(
		    ask_read_log(&ask, arena, str_from(cases[i].text), policy, &err), STATUS_OK);
		assert_string_equal(err.text, cases[i].message);
	}
}

static void
test_the_texts_of_a_secret_that_is_gone_are_empty(void **state)
{
	struct ask ask;
	struct str reason;

	(void)state;
	assert_int_equal(
	    ask_read_request_texts(&ask, arena,
		STR_LIT("{\"requester\":\"Dana\",\"purpose\":\"p\",\"people\":[]}"), NULL),
	    STATUS_OK);
	assert_true(str_eq_text(ask.requester, "Dana") && str_eq_text(ask.purpose, "p"));
	assert_int_equal(ask_read_request_texts(&ask, arena, STR_NONE, NULL), STATUS_OK);
	assert_true(ask.requester.n == 0 && ask.purpose.n == 0);
	assert_int_equal(
	    ask_read_reason(&reason, arena, STR_LIT("{\"reason\":\"because\"}"), NULL), STATUS_OK);
	assert_true(str_eq_text(reason, "because"));
	assert_int_equal(ask_read_reason(&reason, arena, STR_NONE, NULL), STATUS_OK);
	assert_int_equal(reason.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_check_is_read_whole),
		cmocka_unit_test(test_each_bad_check_has_its_exact_message),
		cmocka_unit_test(test_an_unknown_kind_is_refused_with_the_kinds),
		cmocka_unit_test(test_people_at_the_limit_pass_and_one_past_it_does_not),
		cmocka_unit_test(test_texts_at_the_limit_pass_and_one_past_it_do_not),
		cmocka_unit_test(test_the_other_leg_may_leave_its_people_out),
		cmocka_unit_test(test_an_earlier_check_gives_its_people_back),
		cmocka_unit_test(test_small_bodies_are_strict),
		cmocka_unit_test(test_bodies_with_bytes_changed_never_fault),
		cmocka_unit_test(test_a_request_is_read_with_its_channel_and_time),
		cmocka_unit_test(test_a_wrong_request_names_its_field),
		cmocka_unit_test(test_the_texts_of_a_secret_that_is_gone_are_empty),
	};

	return cmocka_run_group_tests(tests, prepare, finish);
}
