#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "ledger/register.h"
#include "ledger/retention.h"
#include "ledger/standing.h"
#include "tests/support/ledger_place.h"

#define HOUR_MS INT64_C(3600000)

static uint64_t
put(struct ledger_place *place, const char *kind, const char *request, const char *check,
    int64_t after_ms, const char *body)
{
	struct ledger_entry entry = ledger_place_entry(kind, check, body);
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	entry.request = str_from(request);
	entry.at_ms = LEDGER_PLACE_MS + after_ms;
	if (ledger_append(&seq, place->ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

/* --- Standing ------------------------------------------------------------------------------------
 */
static size_t
list(struct ledger_standing_check **out, struct ledger_place *place, const char *leg,
    uint64_t after, size_t most)
{
	size_t count = 0;

	assert_int_equal(ledger_standing_checks(out, &count, place->ledger, place->arena,
			     str_from(leg), after, most, NULL),
	    STATUS_OK);
	return count;
}

static void
test_the_newest_check_of_a_leg_of_each_open_request_is_listed(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_standing_check *checks;

	put(place, "request", "REQ-1", "", 0, "{\"kind\":\"serious_incident\"}");
	put(place, "request", "REQ-2", "", 0, "{\"kind\":\"publication\"}");
	put(place, "check", "REQ-1", "CHK-1", 0, "{\"leg\":\"qa\"}");
	put(place, "check", "REQ-1", "CHK-2", 0, "{\"leg\":\"childline\"}");
	put(place, "check", "REQ-2", "CHK-3", 0, "{\"leg\":\"qa\"}");
	put(place, "check", "REQ-1", "CHK-4", 0, "{\"leg\":\"qa\"}");
	assert_int_equal(list(&checks, place, "qa", 0, 10), 2);
	assert_true(str_eq_text(checks[0].check, "CHK-3") && checks[0].seq == 5);
	assert_true(str_eq_text(checks[0].kind, "publication"));
	assert_true(str_eq_text(checks[1].check, "CHK-4"));
	assert_true(str_eq_text(checks[1].request, "REQ-1"));
	assert_int_equal(list(&checks, place, "qa", 0, 1), 1);
	assert_int_equal(list(&checks, place, "qa", 5, 10), 1);
	assert_true(str_eq_text(checks[0].check, "CHK-4"));
	assert_int_equal(list(&checks, place, "childline", 0, 10), 1);
	assert_int_equal(list(&checks, place, "other", 0, 10), 0);
	put(place, "request_state", "REQ-1", "", 0, "{\"state\":\"closed\"}");
	assert_int_equal(list(&checks, place, "qa", 0, 10), 1);
	assert_true(str_eq_text(checks[0].check, "CHK-3"));
}

static void
test_what_was_searched_again_is_known_by_system(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_standing found;

	assert_int_equal(
	    ledger_standing_find(&found, place->ledger, STR_LIT("helpline"), NULL), STATUS_OK);
	assert_true(found.generation == 0 && found.up_to == 0);
	put(place, "standing", "", "", 0,
	    "{\"leg\":\"qa\",\"up_to\":7,\"systems\":[{\"system\":\"helpline\",\"generation\":3},"
	    "{\"system\":\"ctac\",\"generation\":1},{},7]}");
	put(place, "standing", "", "", 0,
	    "{\"leg\":\"qa\",\"up_to\":9,\"systems\":[{\"system\":\"helpline\",\"generation\":4}]"
	    "}");
	assert_int_equal(
	    ledger_standing_find(&found, place->ledger, STR_LIT("helpline"), NULL), STATUS_OK);
	assert_true(found.generation == 4 && found.up_to == 9);
	assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
	assert_int_equal(
	    ledger_standing_find(&found, place->ledger, STR_LIT("ctac"), NULL), STATUS_OK);
	assert_true(found.generation == 1 && found.up_to == 7);
	put(place, "standing", "", "", 0, "{\"systems\":\"none\"}");
	put(place, "standing", "", "", 0, "[1]");
	assert_int_equal(
	    ledger_standing_find(&found, place->ledger, STR_LIT("ctac"), NULL), STATUS_OK);
	assert_true(found.generation == 1);
}

/* --- Register ------------------------------------------------------------------------------------
 */
static void
test_a_match_is_new_where_somebody_was_not_found_before(void **state)
{
	static const char found[] =
	    "{\"leg\":\"qa\",\"people\":[{\"candidates\":[{\"system\":\"helpline\",\"record_id\":"
	    "\"H-1\",\"person_id\":\"1\",\"grade\":\"probable\",\"match_weight\":14}]}]}";
	struct ledger_place *place = *state;
	uint64_t newest = 1, first;

	assert_int_equal(ledger_register_newest_match(
			     &newest, place->ledger, STR_LIT("helpline"), STR_LIT("H-1"), NULL),
	    STATUS_OK);
	assert_int_equal(newest, 0);
	first = put(place, "check", "REQ-1", "CHK-1", 0, found);
	put(place, "check", "REQ-1", "CHK-2", 0, found); /* the same, asked again */
	assert_int_equal(ledger_register_newest_match(
			     &newest, place->ledger, STR_LIT("helpline"), STR_LIT("H-1"), NULL),
	    STATUS_OK);
	assert_int_equal(newest, first);
	first = put(place, "check", "REQ-2", "CHK-3", 0, found);
	assert_int_equal(ledger_register_newest_match(
			     &newest, place->ledger, STR_LIT("helpline"), STR_LIT("H-1"), NULL),
	    STATUS_OK);
	assert_int_equal(newest, first);
}

/* --- Retention -----------------------------------------------------------------------------------
 */
static void
test_what_ended_is_listed_by_its_end_and_in_parts(void **state)
{
	static const struct ledger_ended from_the_first = { { "", 0 }, 0 };
	struct ledger_place *place = *state;
	struct ledger_ended *ended;
	size_t count;

	put(place, "request", "REQ-1", "", 0, "{}");
	put(place, "request", "REQ-2", "", 0, "{}");
	put(place, "request", "REQ-3", "", 0, "{}");
	put(place, "request_state", "REQ-2", "", HOUR_MS, "{\"state\":\"closed\"}");
	put(place, "request_state", "REQ-1", "", 2 * HOUR_MS, "{\"state\":\"withdrawn\"}");
	/* ended before that moment, not at it */
	assert_int_equal(ledger_retention_ended(&ended, &count, place->ledger, place->arena,
			     LEDGER_PLACE_MS + 2 * HOUR_MS, &from_the_first, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_true(str_eq_text(ended[0].id, "REQ-2"));
	assert_int_equal(ledger_retention_ended(&ended, &count, place->ledger, place->arena,
			     LEDGER_PLACE_MS + 3 * HOUR_MS, &from_the_first, 1, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(ledger_retention_ended(&ended, &count, place->ledger, place->arena,
			     LEDGER_PLACE_MS + 3 * HOUR_MS, &ended[0], 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_true(str_eq_text(ended[0].id, "REQ-1"));
	put(place, "destroyed", "REQ-1", "", 3 * HOUR_MS, "{}");
	assert_int_equal(ledger_retention_ended(&ended, &count, place->ledger, place->arena,
			     LEDGER_PLACE_MS + 4 * HOUR_MS, &from_the_first, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
}

static void
test_what_remains_is_counted(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_remains remains;

	put(place, "request", "REQ-1", "", 0, "{}");
	put(place, "request", "REQ-2", "", 0, "{}");
	assert_int_equal(
	    ledger_retention_remains(&remains, place->ledger, STR_LIT("REQ-1"), NULL), STATUS_OK);
	assert_true(remains.entries == 1 && remains.destroyed_seq == 0 && remains.sealed == 0);
	put(place, "destroyed", "REQ-1", "", HOUR_MS, "{}");
	assert_int_equal(
	    ledger_retention_remains(&remains, place->ledger, STR_LIT("REQ-1"), NULL), STATUS_OK);
	assert_true(remains.entries == 2 && remains.destroyed_seq == 3);
	assert_true(remains.destroyed_ms == LEDGER_PLACE_MS + HOUR_MS);
	assert_true(remains.first_seq == 1 && remains.last_seq == 3);
	assert_int_equal(
	    ledger_retention_remains(&remains, place->ledger, STR_LIT(""), NULL), STATUS_OK);
	assert_int_equal(remains.entries, 0);
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_the_newest_check_of_a_leg_of_each_open_request_is_listed),
		ON_EMPTY(test_what_was_searched_again_is_known_by_system),
		ON_EMPTY(test_a_match_is_new_where_somebody_was_not_found_before),
		ON_EMPTY(test_what_ended_is_listed_by_its_end_and_in_parts),
		ON_EMPTY(test_what_remains_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
