#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "ledger/review.h"
#include "ledger/sharing.h"
#include "tests/support/ledger_place.h"

static uint64_t
put_as(struct ledger_place *place, const char *user, const char *role, const char *kind,
    const char *check, const char *body)
{
	struct ledger_entry entry = ledger_place_entry(kind, check, body);
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	entry.user = str_from(user);
	entry.role = str_from(role);
	entry.request = STR_LIT("REQ-1");
	if (ledger_append(&seq, place->ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

static uint64_t
put(struct ledger_place *place, const char *kind, const char *body)
{
	return put_as(place, "amina", "consultant", kind, "", body);
}

static uint64_t
show(struct ledger_place *place, const char *check, const char *grade, double weight)
{
	char body[512];

	snprintf(body, sizeof body,
	    "{\"leg\":\"qa\",\"systems\":[{\"system\":\"helpline\",\"searched\":true}],"
	    "\"people\":[{\"candidates\":[%s]}]}",
	    "");
	if (grade != NULL)
		snprintf(body, sizeof body,
		    "{\"leg\":\"qa\",\"systems\":[{\"system\":\"helpline\",\"searched\":true}],"
		    "\"people\":[{\"candidates\":[{\"system\":\"helpline\",\"record_id\":\"H-1\","
		    "\"person_id\":\"2\",\"grade\":\"%s\",\"match_weight\":%.2f}]}]}",
		    grade, weight);
	return put_as(place, "bea", "qa_officer", "check", check, body);
}

static uint64_t
decide(
    struct ledger_place *place, uint64_t seen, const char *verdict, const char *grade, bool second)
{
	char body[512];

	snprintf(body, sizeof body,
	    "{\"person\":0,\"system\":\"helpline\",\"record_id\":\"H-1\",\"person_id\":\"2\","
	    "\"verdict\":\"%s\",\"seen\":%llu,\"grade\":\"%s\",\"match_weight\":9.25,"
	    "\"second_reading\":%s}",
	    verdict, (unsigned long long)seen, grade, second ? "true" : "false");
	return put(place, "decision", body);
}

static size_t
open_count(struct ledger_place *place)
{
	const struct ledger_review_filter filter = {
		.request = STR_NONE, .open_only = true, .most = 10
	};
	struct ledger_review_counts counts;
	struct ledger_reviewed *found;
	struct err err = ERR_NONE;
	size_t count;

	if (ledger_review_list(&found, &count, place->ledger, place->arena, &filter, &err) !=
		STATUS_OK ||
	    ledger_review_count(&counts, place->ledger, STR_LIT("REQ-1"), &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(counts.open, count);
	return count;
}

static struct ledger_reviewed
find(struct ledger_place *place)
{
	struct ledger_reviewed found;
	struct err err = ERR_NONE;

	if (ledger_review_find(&found, place->ledger, place->arena, STR_LIT("REQ-1"), 0,
		STR_LIT("helpline"), STR_LIT("H-1"), STR_LIT("2"), &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return found;
}

static void
start(struct ledger_place *place)
{
	put(place, "request", "{\"reference\":\"LSCP-1\",\"kind\":\"x\"}");
}

static void
test_a_candidate_waits_until_it_is_decided(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_reviewed found;
	struct ledger_review_counts counts;
	uint64_t seen, seq;

	start(place);
	assert_int_equal(open_count(place), 0);
	seen = show(place, "CHK-1", "probable", 9.25);
	assert_int_equal(open_count(place), 1);
	found = find(place);
	assert_int_equal(found.state, REVIEW_UNDECIDED);
	assert_true(found.candidate.seq == seen && found.decision_seq == 0);
	assert_true(str_eq_text(found.reference, "LSCP-1"));
	seq = decide(place, seen, "this_person", "probable", false);
	assert_int_equal(open_count(place), 0);
	found = find(place);
	assert_int_equal(found.state, REVIEW_DECIDED);
	assert_true(found.decision_seq == seq && found.seen_seq == seen);
	assert_true(str_eq_text(found.user, "amina") && str_eq_text(found.role, "consultant"));
	assert_int_equal(
	    ledger_review_count(&counts, place->ledger, STR_LIT("REQ-1"), NULL), STATUS_OK);
	assert_true(counts.this_person == 1 && counts.not_this_person == 0 && counts.open == 0);
	/* changed by a new one */
	decide(place, seen, "cannot_tell", "probable", false);
	assert_int_equal(
	    ledger_review_count(&counts, place->ledger, STR_LIT("REQ-1"), NULL), STATUS_OK);
	assert_true(counts.this_person == 0 && counts.cannot_tell == 1);
}

static void
test_a_second_reader_makes_it_hold_or_sends_it_back(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_reviewed found;
	char body[64];
	uint64_t seen, seq;

	start(place);
	seen = show(place, "CHK-1", "certain", 20);
	seq = decide(place, seen, "not_this_person", "certain", true);
	assert_int_equal(find(place).state, REVIEW_AWAITING_SECOND);
	assert_int_equal(open_count(place), 1);
	assert_int_equal(
	    ledger_review_find_decision(&found, place->ledger, place->arena, seq, NULL), STATUS_OK);
	assert_int_equal(
	    ledger_review_find_decision(&found, place->ledger, place->arena, seen, NULL),
	    STATUS_NOT_FOUND);
	snprintf(
	    body, sizeof body, "{\"decision\":%llu,\"agrees\":false}", (unsigned long long)seq);
	put_as(place, "carol", "head_of_inspection", "second_reading", "", body);
	found = find(place);
	assert_int_equal(found.state, REVIEW_DISAGREED);
	assert_true(str_eq_text(found.second_user, "carol"));
	assert_int_equal(open_count(place), 1);
	/* a reading of what was read already changes nothing */
	snprintf(body, sizeof body, "{\"decision\":%llu,\"agrees\":true}", (unsigned long long)seq);
	put(place, "second_reading", body);
	assert_int_equal(find(place).state, REVIEW_DISAGREED);
	seq = decide(place, seen, "not_this_person", "certain", true);
	snprintf(body, sizeof body, "{\"decision\":%llu,\"agrees\":true}", (unsigned long long)seq);
	put(place, "second_reading", body);
	assert_int_equal(find(place).state, REVIEW_DECIDED);
	assert_int_equal(open_count(place), 0);
}

static void
test_a_better_grade_asks_for_a_new_decision(void **state)
{
	static const struct {
		const char *verdict, *before, *after;
		enum ledger_review_state state;
	} cases[] = {
		{ "not_this_person", "possible", "probable", REVIEW_REGRADED },
		{ "not_this_person", "probable", "probable", REVIEW_DECIDED },
		{ "not_this_person", "probable", "possible", REVIEW_DECIDED },
		{ "cannot_tell", "probable", "certain", REVIEW_REGRADED },
		{ "this_person", "possible", "certain", REVIEW_DECIDED },
	};
	struct ledger_place *place = *state;

	start(place);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char check[16];
		uint64_t seen;

		snprintf(check, sizeof check, "CHK-A%zu", i);
		seen = show(place, check, cases[i].before, 1);
		decide(place, seen, cases[i].verdict, cases[i].before, false);
		assert_int_equal(find(place).state, REVIEW_DECIDED);
		snprintf(check, sizeof check, "CHK-B%zu", i);
		show(place, check, cases[i].after, 2);
		assert_int_equal(find(place).state, cases[i].state);
		assert_int_equal(open_count(place), cases[i].state == REVIEW_REGRADED);
	}
}

static void
test_what_a_newer_check_drops_waits_for_nobody(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_reviewed found;

	start(place);
	show(place, "CHK-1", "possible", 1);
	show(place, "CHK-2", NULL, 0);
	found = find(place);
	assert_false(found.candidate.current);
	assert_int_equal(open_count(place), 0);
	/* somebody has begun */
	decide(place, found.candidate.seq, "not_this_person", "possible", true);
	assert_int_equal(open_count(place), 1);
}

static void
test_decisions_that_hold_are_pairs(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_pair *pairs;
	size_t count;
	uint64_t seen, seq;

	start(place);
	seen = show(place, "CHK-1", "probable", 9.25);
	decide(place, seen, "cannot_tell", "probable", false);
	assert_int_equal(
	    ledger_review_pairs(&pairs, &count, place->ledger, place->arena, 0, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 0);
	seq = decide(place, seen, "not_this_person", "probable", true);
	assert_int_equal(
	    ledger_review_pairs(&pairs, &count, place->ledger, place->arena, 0, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 0); /* waits for a second reader */
	seq = decide(place, seen, "this_person", "probable", false);
	assert_int_equal(
	    ledger_review_pairs(&pairs, &count, place->ledger, place->arena, 0, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_true(pairs[0].seq == seq && pairs[0].is_match);
	assert_true(pairs[0].match_weight > 9.24 && pairs[0].match_weight < 9.26);
	assert_int_equal(
	    ledger_review_pairs(&pairs, &count, place->ledger, place->arena, seq, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 0);
}

static void
test_a_decision_on_a_lower_grade_is_no_pair(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_pair *pairs;
	size_t count;
	uint64_t seen;

	start(place);
	seen = show(place, "CHK-1", "possible", 1);
	decide(place, seen, "not_this_person", "possible", false);
	assert_int_equal(
	    ledger_review_pairs(&pairs, &count, place->ledger, place->arena, 0, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	show(place, "CHK-2", "probable", 9.25);
	assert_int_equal(
	    ledger_review_pairs(&pairs, &count, place->ledger, place->arena, 0, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 0); /* it is undecided again */
	show(place, "CHK-3", NULL, 0);
	assert_int_equal(
	    ledger_review_pairs(&pairs, &count, place->ledger, place->arena, 0, 10, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1); /* that grade is shown no more */
}

static void
test_a_question_waits_for_its_answer(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_question *list, found;
	char body[64];
	size_t count;
	uint64_t seq;

	start(place);
	seq = put(place, "question", "{\"due\":\"2026-12-01\",\"due_ms\":500}");
	put(place, "question", "{\"due\":\"2026-11-30\",\"due_ms\":400}");
	assert_int_equal(
	    ledger_question_list(&list, &count, place->ledger, place->arena, STR_NONE, true, NULL),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_true(list[1].seq == seq && str_eq_text(list[1].due, "2026-12-01"));
	assert_true(str_eq_text(list[1].reference, "LSCP-1") && list[1].due_ms == 500);
	snprintf(body, sizeof body, "{\"question\":%llu}", (unsigned long long)seq);
	put(place, "question_answered", body);
	assert_int_equal(ledger_question_list(&list, &count, place->ledger, place->arena,
			     STR_LIT("REQ-1"), true, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(
	    ledger_question_find(&found, place->ledger, place->arena, seq, NULL), STATUS_OK);
	assert_true(found.answered_seq == seq + 2);
	assert_int_equal(
	    ledger_question_find(&found, place->ledger, place->arena, 1, NULL), STATUS_NOT_FOUND);
}

static void
test_somebody_is_absent_from_then_until_then(void **state)
{
	static const struct {
		const char *body;
		int64_t at_ms;
		bool absent;
	} cases[] = {
		{ NULL, 100, false },
		{ "{\"role\":\"consultant\",\"from_ms\":100,\"to_ms\":200}", 99, false },
		{ NULL, 100, true },
		{ NULL, 199, true },
		{ NULL, 200, false },
		{ "{\"role\":\"consultant\",\"from_ms\":300,\"to_ms\":0}", INT64_MAX, true },
		{ NULL, 150, false },
		{ "{\"role\":\"director\",\"from_ms\":1,\"to_ms\":0}", 400, true },
		{ "{\"role\":\"consultant\",\"from_ms\":400,\"to_ms\":400}", 400, false },
	};
	struct ledger_place *place = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool absent = !cases[i].absent;

		if (cases[i].body != NULL)
			put(place, "absence", cases[i].body);
		assert_int_equal(ledger_absent(&absent, place->ledger, STR_LIT("consultant"),
				     cases[i].at_ms, NULL),
		    STATUS_OK);
		assert_int_equal(absent, cases[i].absent);
	}
}

static void
test_what_does_not_fit_changes_nothing(void **state)
{
	static const char *const kinds[] = { "decision", "second_reading", "question_answered",
		"absence", "share_said", "share_consulted", "share_decided" };
	struct ledger_place *place = *state;
	bool absent = true;

	start(place);
	show(place, "CHK-1", "possible", 1);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		put(place, kinds[i], "{}");
		put(place, kinds[i], "[]");
		put(place, kinds[i], "{\"decision\":1,\"question\":1,\"sharing\":1}");
	}
	assert_int_equal(find(place).state, REVIEW_UNDECIDED);
	assert_int_equal(
	    ledger_absent(&absent, place->ledger, STR_LIT("consultant"), 1, NULL), STATUS_OK);
	assert_false(absent);
}

/* --- Sharing -------------------------------------------------------------------------------------
 */
static struct ledger_sharing
sharing(struct ledger_place *place)
{
	struct ledger_sharing found;
	struct err err = ERR_NONE;

	if (ledger_sharing_find(&found, place->ledger, place->arena, STR_LIT("REQ-1"),
		STR_LIT("childline"), &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return found;
}

static void
test_what_is_said_of_sharing_makes_its_state(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_sharing found;
	struct ledger_voice *voices;
	size_t count;

	start(place);
	assert_int_equal(ledger_sharing_find(&found, place->ledger, place->arena, STR_LIT("REQ-1"),
			     STR_LIT("childline"), NULL),
	    STATUS_NOT_FOUND);
	put(place, "share_opened", "{\"leg\":\"childline\"}");
	found = sharing(place);
	assert_true(found.seq == 2 && str_eq_text(found.state, "open"));
	assert_false(ledger_sharing_allows(&found) || ledger_sharing_ended(&found));
	put(place, "share_said", "{\"sharing\":2,\"agrees\":true,\"state\":\"open\"}");
	found = sharing(place);
	assert_true(found.state_seq == 2);
	put_as(place, "hal", "head_of_childline", "share_said", "",
	    "{\"sharing\":2,\"agrees\":false,\"state\":\"disputed\"}");
	found = sharing(place);
	assert_true(str_eq_text(found.state, "disputed") && found.state_seq == 4);
	put_as(place, "gus", "head_of_child_protection_qa", "share_decided", "",
	    "{\"sharing\":2,\"share\":true,\"state\":\"granted\"}");
	found = sharing(place);
	assert_true(ledger_sharing_allows(&found) && ledger_sharing_ended(&found));
	assert_int_equal(
	    ledger_sharing_voices(&voices, &count, place->ledger, place->arena, 2, NULL),
	    STATUS_OK);
	assert_int_equal(count, 3);
	assert_true(str_eq_text(voices[0].kind, "said") && voices[0].agrees);
	assert_true(str_eq_text(voices[1].user, "hal") && !voices[1].agrees);
	assert_true(str_eq_text(voices[2].kind, "decided") && voices[2].agrees);
	/* asked for again: the latest counts */
	put(place, "share_opened", "{\"leg\":\"childline\"}");
	found = sharing(place);
	assert_true(str_eq_text(found.state, "open"));
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_a_candidate_waits_until_it_is_decided),
		ON_EMPTY(test_a_second_reader_makes_it_hold_or_sends_it_back),
		ON_EMPTY(test_a_better_grade_asks_for_a_new_decision),
		ON_EMPTY(test_what_a_newer_check_drops_waits_for_nobody),
		ON_EMPTY(test_decisions_that_hold_are_pairs),
		ON_EMPTY(test_a_decision_on_a_lower_grade_is_no_pair),
		ON_EMPTY(test_a_question_waits_for_its_answer),
		ON_EMPTY(test_somebody_is_absent_from_then_until_then),
		ON_EMPTY(test_what_does_not_fit_changes_nothing),
		ON_EMPTY(test_what_is_said_of_sharing_makes_its_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
