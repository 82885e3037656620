#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "ledger/register.h"
#include "tests/support/ledger_place.h"

#define H1 STR_LIT("helpline"), STR_LIT("H-1")

struct put {
	const char *kind, *user, *role, *check, *body;
	const char *secure, *release; /* of helpline, or NULL */
};

static uint64_t
put(struct ledger_place *place, const struct put *what)
{
	struct ledger_entry entry = ledger_place_entry(what->kind, "", what->body);
	struct ledger_secure secure = { STR_LIT("helpline"), str_from(what->secure) };
	struct ledger_secure release = { STR_LIT("helpline"), str_from(what->release) };
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.secures = &secure,
		.secure_count = what->secure != NULL,
		.releases = &release,
		.release_count = what->release != NULL };
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	entry.request = STR_LIT("REQ-1");
	/* as a caller leaves it who has no check */
	entry.check = what->check == NULL ? (struct str){ NULL, 0 } : str_from(what->check);
	if (what->user != NULL)
		entry.user = str_from(what->user);
	if (what->role != NULL)
		entry.role = str_from(what->role);
	if (ledger_append(&seq, place->ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

static struct ledger_registered
find(struct ledger_place *place, const char *record_id)
{
	struct ledger_registered found;
	struct err err = ERR_NONE;

	if (ledger_register_find(&found, place->ledger, place->arena, STR_LIT("helpline"),
		str_from(record_id), &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return found;
}

#define SECURE_BY_CHECK                                                                 \
	{                                                                               \
		.kind = "check", .check = "CHK-1", .secure = "H-1",                     \
		.body = "{\"secures\":[{\"system\":\"helpline\",\"record_id\":\"H-1\"," \
			"\"generation\":3,\"content\":\"ab\"}]}"                        \
	}
static const struct put by_check = SECURE_BY_CHECK;

static void
test_a_record_that_a_check_secured_is_in_the_register(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_registered found;

	assert_int_equal(
	    ledger_register_find(&found, place->ledger, place->arena, H1, NULL), STATUS_NOT_FOUND);
	put(place, &by_check);
	found = find(place, "H-1");
	assert_true(found.seq == 2 && found.by_entry == 1 && found.since_ms == LEDGER_PLACE_MS);
	assert_true(str_eq_text(found.user, "amina") && str_eq_text(found.role, "qa_officer"));
	assert_true(str_eq_text(found.check, "CHK-1") && str_eq_text(found.request, "REQ-1"));
	assert_true(found.generation == 3 && str_eq_text(found.content, "ab"));
	assert_true(found.released_seq == 0 && found.missing_seq == 0 && found.proposed_seq == 0);
}

static void
test_one_that_was_secured_by_hand_has_no_check(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_registered found;

	put(place, &(struct put){ .kind = "secured_by_hand",
		       .secure = "H-1",
		       .body = "{\"system\":\"helpline\",\"record_id\":\"H-1\",\"generation\":7,"
			       "\"content\":\"cd\"}" });
	found = find(place, "H-1");
	assert_true(found.check.n == 0 && found.generation == 7);
	assert_true(str_eq_text(found.content, "cd"));
}

#define OF_H1 "{\"system\":\"helpline\",\"record_id\":\"H-1\"}"

static void
test_a_proposal_stands_until_withdrawn_retained_released_or_secured_again(void **state)
{
	static const struct put propose = {
		.kind = "release_proposed", .user = "bo", .role = "consultant", .body = OF_H1
	};
	struct ledger_place *place = *state;
	struct ledger_registered found;
	uint64_t seq;

	put(place, &by_check);
	seq = put(place, &propose);
	found = find(place, "H-1");
	assert_true(found.proposed_seq == seq && str_eq_text(found.proposed_user, "bo"));
	assert_true(str_eq_text(found.proposed_role, "consultant"));
	put(place, &(struct put){ .kind = "release_withdrawn", .body = OF_H1 });
	found = find(place, "H-1");
	assert_true(found.proposed_seq == 0 && found.proposed_user.n == 0);
	put(place, &propose);
	seq = put(place, &(struct put){ .kind = "retain",
			     .body = "{\"system\":\"helpline\",\"record_id\":\"H-1\","
				     "\"ground\":\"public_enquiry\"}" });
	found = find(place, "H-1");
	assert_true(found.proposed_seq == 0 && found.retained_seq == seq);
	assert_true(str_eq_text(found.ground, "public_enquiry") && found.released_seq == 0);
	put(place, &propose);
	put(place, &(struct put){ .kind = "release_agreed", .release = "H-1", .body = OF_H1 });
	found = find(place, "H-1");
	assert_true(found.released_seq == 9 && found.proposed_seq == 0);
	assert_true(found.released_ms == LEDGER_PLACE_MS);
	put(place, &propose); /* of nothing: it is not secured */
	assert_true(find(place, "H-1").proposed_seq == 0);
	put(place, &by_check);
	found = find(place, "H-1");
	assert_true(found.released_seq == 0 && found.retained_seq == 0 && found.seq == 12);
}

static size_t
count(struct ledger_place *place, struct ledger_register_filter filter)
{
	struct ledger_registered *list;
	size_t n;

	filter.most = filter.most == 0 ? 10 : filter.most;
	assert_int_equal(
	    ledger_register_list(&list, &n, place->ledger, place->arena, &filter, NULL), STATUS_OK);
	return n;
}
#define ALL \
	.system = STR_NONE, .request = STR_NONE, .after_system = STR_NONE, .after_record = STR_NONE

static void
test_a_record_that_is_gone_stays_with_where_it_was_last(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_registered found;
	uint64_t gone, looked = 1;

	assert_int_equal(
	    ledger_register_looked(&looked, place->ledger, STR_LIT("helpline"), NULL), STATUS_OK);
	assert_int_equal(looked, 0);
	put(place, &by_check);
	put(place,
	    &(struct put){ .kind = "register_seen",
		.body =
		    "{\"system\":\"helpline\",\"generation\":4,\"records\":[],\"whole\":true}" });
	assert_true(find(place, "H-1").generation == 4);
	gone = put(place, &(struct put){ .kind = "register_alarm",
			      .body = "{\"system\":\"helpline\",\"generation\":5,\"records\":["
				      "\"H-1\",\"H-9\"]}" });
	put(place,
	    &(struct put){ .kind = "register_seen",
		.body =
		    "{\"system\":\"helpline\",\"generation\":5,\"records\":[],\"whole\":true}" });
	found = find(place, "H-1");
	assert_true(found.missing_seq == gone && found.missing_ms == LEDGER_PLACE_MS);
	assert_true(found.generation == 4 && str_eq_text(found.content, "ab"));
	assert_int_equal(count(place, (struct ledger_register_filter){ ALL, .missing = true }), 1);
	assert_int_equal(
	    ledger_register_looked(&looked, place->ledger, STR_LIT("helpline"), NULL), STATUS_OK);
	assert_int_equal(looked, 5);
	put(place,
	    &(struct put){ .kind = "register_cleared",
		.body = "{\"system\":\"helpline\",\"generation\":6,\"records\":[\"H-1\"]}" });
	put(place, &(struct put){ .kind = "register_seen",
		       .body = "{\"system\":\"helpline\",\"generation\":6,\"records\":[{"
			       "\"record_id\":\"H-1\",\"content\":\"ff\",\"changed\":true}],"
			       "\"whole\":true}" });
	found = find(place, "H-1");
	assert_true(found.missing_seq == 0 && found.generation == 6 && found.changed_seq == 7);
	assert_true(str_eq_text(found.content, "ff"));
	assert_int_equal(count(place, (struct ledger_register_filter){ ALL, .missing = true }), 0);
	assert_int_equal(count(place, (struct ledger_register_filter){ ALL, .changed = true }), 1);
}

static void
test_the_register_is_listed_in_order_and_in_parts(void **state)
{
	static const char *const ids[] = { "H-3", "H-1", "H-2" };
	struct ledger_place *place = *state;
	struct ledger_register_filter filter = { ALL, .most = 2 };
	struct ledger_registered *list;
	size_t n;

	for (size_t i = 0; i < 3; i++)
		put(place, &(struct put){ .kind = "check", .secure = ids[i], .body = "{}" });
	assert_int_equal(
	    ledger_register_list(&list, &n, place->ledger, place->arena, &filter, NULL), STATUS_OK);
	assert_int_equal(n, 2);
	assert_true(str_eq_text(list[0].record_id, "H-1"));
	filter.after_system = list[1].system;
	filter.after_record = list[1].record_id;
	assert_int_equal(
	    ledger_register_list(&list, &n, place->ledger, place->arena, &filter, NULL), STATUS_OK);
	assert_int_equal(n, 1);
	assert_true(str_eq_text(list[0].record_id, "H-3"));
	put(place, &(struct put){ .kind = "release_agreed", .release = "H-2", .body = "{}" });
	assert_int_equal(count(place, (struct ledger_register_filter){ ALL }), 2);
	assert_int_equal(count(place, (struct ledger_register_filter){ ALL, .released = true }), 1);
	filter = (struct ledger_register_filter){ ALL };
	filter.system = STR_LIT("ctac");
	assert_int_equal(count(place, filter), 0);
	filter = (struct ledger_register_filter){ ALL };
	filter.request = STR_LIT("REQ-1");
	assert_int_equal(count(place, filter), 2);
	filter.request = STR_LIT("REQ-2");
	assert_int_equal(count(place, filter), 0);
}

static void
test_an_entry_that_does_not_fit_changes_nothing(void **state)
{
	static const char *const kinds[] = { "check", "secured_by_hand", "release_proposed",
		"release_withdrawn", "retain", "register_alarm", "register_cleared",
		"register_seen" };
	static const char *const bodies[] = { "[]", "not JSON", "{}", "{\"system\":7}",
		"{\"system\":\"helpline\",\"record_id\":\"H-2\",\"records\":[7,{},null,\"H-2\"]}",
		"{\"secures\":{\"a\":1},\"records\":\"H-1\"}",
		"{\"secures\":[7,{}],\"system\":\"helpline\",\"generation\":\"x\"}" };
	struct ledger_place *place = *state;
	struct ledger_registered before, after;

	put(place, &by_check);
	before = find(place, "H-1");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (size_t j = 0; j < sizeof bodies / sizeof *bodies; j++)
			put(place, &(struct put){ .kind = kinds[i], .body = bodies[j] });
	after = find(place, "H-1");
	assert_true(after.seq == before.seq && after.missing_seq == 0 && after.proposed_seq == 0);
	assert_true(str_eq(after.content, before.content) && after.retained_seq == 0);
	assert_int_equal(count(place, (struct ledger_register_filter){ ALL }), 1);
}

static void
test_it_is_the_same_when_made_again(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_registered before, after;

	test_a_proposal_stands_until_withdrawn_retained_released_or_secured_again(state);
	put(place,
	    &(struct put){ .kind = "register_alarm",
		.body = "{\"system\":\"helpline\",\"generation\":5,\"records\":[\"H-1\"]}" });
	before = find(place, "H-1");
	assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
	after = find(place, "H-1");
	assert_true(before.seq == after.seq && before.missing_seq == after.missing_seq);
	assert_true(before.generation == after.generation && str_eq(before.user, after.user));
	assert_true(after.missing_seq > 0);
}

static void
test_a_list_takes_no_more_memory_than_it_is_long(void **state)
{
	const struct ledger_register_filter filters[] = { { .system = STR_NONE,
							      .request = STR_LIT("REQ-1"),
							      .after_system = STR_NONE,
							      .after_record = STR_NONE,
							      .most = 1000 },
		{ .system = STR_NONE,
		    .request = STR_NONE,
		    .after_system = STR_NONE,
		    .after_record = STR_NONE,
		    .most = 1000 } };
	struct ledger_place *place = *state;

	for (size_t i = 0; i < 2; i++) {
		size_t used = arena_used(place->arena), count;
		struct ledger_registered *list;

		assert_int_equal(ledger_register_list(
				     &list, &count, place->ledger, place->arena, &filters[i], NULL),
		    STATUS_OK);
		assert_int_equal(count, 0);
		assert_int_equal(arena_used(place->arena), used);
	}
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_a_record_that_a_check_secured_is_in_the_register),
		ON_EMPTY(test_one_that_was_secured_by_hand_has_no_check),
		ON_EMPTY(test_a_proposal_stands_until_withdrawn_retained_released_or_secured_again),
		ON_EMPTY(test_a_record_that_is_gone_stays_with_where_it_was_last),
		ON_EMPTY(test_the_register_is_listed_in_order_and_in_parts),
		ON_EMPTY(test_an_entry_that_does_not_fit_changes_nothing),
		ON_EMPTY(test_it_is_the_same_when_made_again),
		ON_EMPTY(test_a_list_takes_no_more_memory_than_it_is_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
