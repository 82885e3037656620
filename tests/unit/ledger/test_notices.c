#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "ledger/notices.h"
#include "tests/support/ledger_place.h"

#define HOUR_MS INT64_C(3600000)

static uint64_t
put(struct ledger_place *place, const char *kind, const char *request, int64_t at_ms,
    const char *body)
{
	struct ledger_entry entry = ledger_place_entry(kind, "", body);
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	entry.request = str_from(request);
	entry.at_ms = at_ms;
	if (ledger_append(&seq, place->ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

#define MATCH                                                                                \
	"{\"event\":\"match_confirmed\",\"systems\":[\"helpline\",\"ctac\"],\"records\":[]," \
	"\"to\":["                                                                           \
	"{\"role\":\"chief_executive\",\"ack_within_hours\":24,\"text\":\"Records found\"}," \
	"{\"role\":\"head_of_media\",\"text\":\"No comment\"}]}"

static void
list(struct ledger_notice **out, size_t *count, struct ledger_place *place, const char *to,
    const char *state, uint64_t after, int64_t now_ms, size_t most)
{
	const struct ledger_notice_filter filter = { .to = str_from(to),
		.state = str_from(state),
		.after = after,
		.now_ms = now_ms,
		.most = most };
	struct err err = ERR_NONE;

	if (ledger_notice_list(out, count, place->ledger, place->arena, &filter, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static size_t
count_of(struct ledger_place *place, const char *to, const char *state, int64_t now_ms)
{
	struct ledger_notice *found;
	size_t count;

	list(&found, &count, place, to, state, 0, now_ms, 100);
	return count;
}

static void
test_everyone_who_is_told_has_a_row(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_notice *found;
	size_t count;

	put(place, "request", "REQ-1", 1000, "{\"reference\":\"LSCP-1\",\"kind\":\"x\"}");
	put(place, "notice", "REQ-1", 2000, MATCH);
	list(&found, &count, place, "", "", 0, 2000, 100);
	assert_int_equal(count, 2);
	assert_true(found[0].seq == 2 && str_eq_text(found[0].to, "chief_executive"));
	assert_true(str_eq_text(found[0].event, "match_confirmed"));
	assert_true(str_eq_text(found[0].text, "Records found"));
	assert_true(str_eq_text(found[0].request, "REQ-1"));
	assert_true(str_eq_text(found[0].reference, "LSCP-1"));
	assert_true(found[0].queued_ms == 2000 && found[0].sent_ms == 0 && found[0].acked_ms == 0);
	assert_true(found[0].ack_by_ms == 2000 + 24 * HOUR_MS);
	assert_true(str_eq_text(found[1].to, "head_of_media") && found[1].ack_by_ms == 0);
}

static void
test_a_notice_is_queued_then_sent_then_acknowledged(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_notice found;
	const int64_t due = 2000 + 24 * HOUR_MS;

	put(place, "notice", "", 2000, MATCH);
	assert_int_equal(count_of(place, "", "queued", 2000), 2);
	put(place, "notice_sent", "", 3000, "{\"notice\":1,\"to\":\"chief_executive\"}");
	put(place, "notice_sent", "", 4000, "{\"notice\":1,\"to\":\"chief_executive\"}");
	assert_int_equal(count_of(place, "", "queued", 3000), 1);
	assert_int_equal(count_of(place, "chief_executive", "sent", 3000), 1);
	assert_int_equal(count_of(place, "", "overdue", due), 0);
	assert_int_equal(count_of(place, "", "overdue", due + 1), 1);
	assert_int_equal(count_of(place, "head_of_media", "overdue", due + 1), 0);
	put(place, "notice_acked", "", 5000, "{\"notice\":1,\"to\":\"chief_executive\"}");
	put(place, "notice_acked", "", 6000, "{\"notice\":1,\"to\":\"chief_executive\"}");
	assert_int_equal(count_of(place, "", "overdue", due + 1), 0);
	assert_int_equal(count_of(place, "", "acknowledged", 0), 1);
	assert_int_equal(count_of(place, "", "sent", 0), 0);
	assert_int_equal(ledger_notice_find(&found, place->ledger, place->arena, 1,
			     STR_LIT("chief_executive"), NULL),
	    STATUS_OK);
	assert_true(found.sent_ms == 3000 && found.acked_ms == 5000); /* the first of each */
	assert_true(str_eq_text(found.acked_by, "amina"));
	assert_int_equal(
	    ledger_notice_find(&found, place->ledger, place->arena, 1, STR_LIT("director"), NULL),
	    STATUS_NOT_FOUND);
}

static void
test_a_list_goes_on_after_whole_entries(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_notice *found;
	size_t count;

	for (int i = 0; i < 3; i++)
		put(place, "notice", "", 1000, MATCH);
	list(&found, &count, place, "", "", 0, 0, 2);
	assert_int_equal(count, 4);
	assert_true(found[3].seq == 2);
	list(&found, &count, place, "", "", found[3].seq, 0, 2);
	assert_int_equal(count, 2);
	list(&found, &count, place, "", "", 3, 0, 2);
	assert_int_equal(count, 0);
	list(&found, &count, place, "head_of_media", "", 1, 0, 1);
	assert_int_equal(count, 1);
	assert_true(found[0].seq == 2);
}

static void
test_an_event_is_known_to_have_been_told(void **state)
{
	struct ledger_place *place = *state;
	static const struct {
		const char *request, *event, *to, *system;
		bool told;
	} cases[] = {
		{ "REQ-1", "match_confirmed", "", "", true },
		{ "REQ-1", "match_confirmed", "head_of_media", "", true },
		{ "REQ-1", "match_confirmed", "head_of_media", "ctac", true },
		{ "REQ-1", "match_confirmed", "head_of_media", "cta", false },
		{ "REQ-1", "match_confirmed", "head_of_media", "childline", false },
		{ "REQ-1", "match_confirmed", "director", "", false },
		{ "REQ-1", "breach", "", "", false },
		{ "REQ-2", "match_confirmed", "", "", false },
	};

	put(place, "notice", "REQ-1", 1000, MATCH);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool told = !cases[i].told;

		assert_int_equal(ledger_notice_told(&told, place->ledger,
				     str_from(cases[i].request), str_from(cases[i].event),
				     str_from(cases[i].to), str_from(cases[i].system), NULL),
		    STATUS_OK);
		assert_int_equal(told, cases[i].told);
	}
}

static void
test_what_does_not_fit_changes_nothing(void **state)
{
	static const char *const odd[] = { "{}", "{\"to\":7}", "{\"to\":[]}", "{\"to\":[7,{}]}",
		"{\"to\":[{\"role\":\"\"}]}", "[]", "not JSON" };
	struct ledger_place *place = *state;
	struct ledger_notice *found;
	size_t count;

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		put(place, "notice", "", 1000, odd[i]);
	put(place, "notice_sent", "", 1000, "{\"notice\":99,\"to\":\"x\"}");
	put(place, "notice_acked", "", 1000, "{}");
	assert_int_equal(count_of(place, "", "", 0), 0);
	/* told twice by one entry: once; a time beyond counting is none */
	put(place, "notice", "", 1000,
	    "{\"to\":[{\"role\":\"a\",\"ack_within_hours\":9223372036854775807},"
	    "{\"role\":\"a\"},{\"role\":\"b\",\"ack_within_hours\":-1}]}");
	list(&found, &count, place, "", "", 0, 0, 10);
	assert_int_equal(count, 2);
	assert_true(found[0].ack_by_ms == 0 && found[1].ack_by_ms == 0);
}

static void
test_all_have_acknowledged_when_each_of_them_has(void **state)
{
	struct ledger_place *place = *state;
	static const char *const acks[] = { "{\"notice\":2,\"to\":\"head_of_media\"}",
		"{\"notice\":2,\"to\":\"chief_executive\"}" };
	int64_t last_ms;
	uint64_t seq;
	bool all;

	put(place, "request", "REQ-1", 1000, "{\"reference\":\"LSCP-1\",\"kind\":\"x\"}");
	put(place, "notice", "REQ-1", 2000, MATCH);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ledger_notice_all_acked(&all, &last_ms, &seq, place->ledger,
				     STR_LIT("REQ-1"), STR_LIT("match_confirmed"), NULL),
		    STATUS_OK);
		assert_false(all);
		put(place, "notice_acked", "REQ-1", 3000 + i, acks[i]);
	}
	assert_int_equal(ledger_notice_all_acked(&all, &last_ms, &seq, place->ledger,
			     STR_LIT("REQ-1"), STR_LIT("match_confirmed"), NULL),
	    STATUS_OK);
	assert_true(all && last_ms == 3001 && seq == 2);
	/* Where nobody was told, nobody has. */
	assert_int_equal(ledger_notice_all_acked(&all, &last_ms, &seq, place->ledger,
			     STR_LIT("REQ-1"), STR_LIT("breach"), NULL),
	    STATUS_OK);
	assert_false(all);
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_everyone_who_is_told_has_a_row),
		ON_EMPTY(test_a_notice_is_queued_then_sent_then_acknowledged),
		ON_EMPTY(test_a_list_goes_on_after_whole_entries),
		ON_EMPTY(test_an_event_is_known_to_have_been_told),
		ON_EMPTY(test_what_does_not_fit_changes_nothing),
		ON_EMPTY(test_all_have_acknowledged_when_each_of_them_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
