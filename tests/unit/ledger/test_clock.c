#include "ledger/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>

#include "base/buf.h"
#include "tests/support/ledger_place.h"

#define HOUR_MS INT64_C(3600000)
#define YEAR_MS (INT64_C(365) * 24 * HOUR_MS)
#define AT LEDGER_PLACE_MS

static uint64_t
put(struct ledger_place *place, int64_t at_ms)
{
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	uint64_t seq = 0;

	entry.at_ms = at_ms;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	return seq;
}

static struct ledger_row
get(struct ledger_place *place, uint64_t seq)
{
	struct ledger_row row;

	assert_int_equal(
	    ledger_entry_find(&row, place->ledger, place->arena, seq, NULL), STATUS_OK);
	return row;
}

static void
expect_clock(struct ledger_place *place, uint64_t seq, int64_t clock_ms, int64_t behind_ms)
{
	struct ledger_row row = get(place, seq);
	char body[128];

	snprintf(body, sizeof body, "{\"clock_ms\":%lld,\"behind_ms\":%lld}", (long long)clock_ms,
	    (long long)behind_ms);
	assert_true(str_eq_text(row.kind, "clock") && str_eq_text(row.user, "ledger"));
	assert_true(str_eq_text(row.body, body));
	assert_true(row.at_ms == clock_ms + behind_ms);
}

static void
test_calls_that_ran_beside_each_other_are_put_in_order_silently(void **state)
{
	struct ledger_place *place = *state;

	put(place, AT);
	assert_true(put(place, AT - 1) == 2 && get(place, 2).at_ms == AT);
	assert_true(put(place, AT - CLOCK_TOLERANCE_MS) == 3 && get(place, 3).at_ms == AT);
	assert_true(put(place, AT + 1) == 4 && get(place, 4).at_ms == AT + 1);
	ledger_place_expect(place, 4, 0);
}

static void
test_a_clock_that_was_set_back_is_told_once_and_then_each_hour(void **state)
{
	struct ledger_place *place = *state;
	int64_t back = AT - CLOCK_TOLERANCE_MS - 1;

	put(place, AT);
	assert_true(put(place, back) == 3); /* the entry itself, not that of the clock */
	expect_clock(place, 2, back, CLOCK_TOLERANCE_MS + 1);
	assert_true(get(place, 3).at_ms == AT);
	assert_true(put(place, back + 10) == 4);
	/* once more by a day: told; and then for each hour */
	assert_true(put(place, back - 24 * HOUR_MS) == 6);
	expect_clock(place, 5, back - 24 * HOUR_MS, CLOCK_TOLERANCE_MS + 1 + 24 * HOUR_MS);
	assert_true(put(place, back - 23 * HOUR_MS - 1) == 7);
	assert_true(put(place, back - 23 * HOUR_MS) == 9);
	expect_clock(place, 8, back - 23 * HOUR_MS, CLOCK_TOLERANCE_MS + 1 + 23 * HOUR_MS);
	/* also over a restart, and until the clock has caught up */
	ledger_place_close(place);
	ledger_place_open(place);
	assert_true(put(place, back - 23 * HOUR_MS + 5) == 10);
	assert_true(put(place, AT + 1) == 11 && get(place, 11).at_ms == AT + 1);
	assert_true(put(place, AT + 2) == 12);
	ledger_place_expect(place, 12, 0);
}

static void
test_a_secret_opens_though_the_writer_set_its_time(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	uint64_t seq = 0;

	put(place, AT);
	entry.at_ms = AT - HOUR_MS;
	entry.secret = STR_LIT("{\"name\":\"Invented\"}");
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_true(seq == 3 && str_eq_text(get(place, 3).secret, "{\"name\":\"Invented\"}"));
	assert_true(get(place, 3).at_ms == AT);
}

/* --- What is kept for a while ---------------------------------------------------------------- */

static void
put_id(struct ledger_place *place, const char *id, int64_t at_ms)
{
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.idem_principal = STR_LIT("amina"),
		.idem_id = str_from(id),
		.idem_reply = STR_LIT("{\"reply\":1}") };
	uint64_t seq;

	entry.at_ms = at_ms;
	digest_of(&batch.idem_request, STR_LIT("asked"));
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
}

static bool
is_kept(struct ledger_place *place, const char *id)
{
	struct digest asked;
	struct str reply;
	uint64_t seq;
	enum status status;

	digest_of(&asked, STR_LIT("asked"));
	status = ledger_idem_find(&reply, &seq, place->ledger, place->arena, STR_LIT("amina"),
	    str_from(id), &asked, NULL);
	assert_true(status == STATUS_OK || status == STATUS_CONFLICT);
	return status == STATUS_OK;
}

static void
test_a_jump_of_a_year_takes_no_young_reply_and_stops_no_ageing(void **state)
{
	struct ledger_place *place = *state;
	int64_t now = AT;
	uint64_t last = 0;

	put_id(place, "before", now);
	put_id(place, "ahead", now + YEAR_MS);
	for (unsigned i = 0; i < 20; i++) /* each prunes what is due */
		put(place, now + YEAR_MS);
	assert_true(is_kept(place, "before") && is_kept(place, "ahead"));
	/* back, and on as the hours pass: with the jump, "before" is twelve hours old now */
	put_id(place, "back", now);
	for (unsigned hour = 1; hour <= 12; hour++)
		put(place, now + hour * HOUR_MS);
	assert_true(is_kept(place, "before"));
	ledger_place_close(place);
	ledger_place_open(place);
	put(place, now + 13 * HOUR_MS);
	assert_true(!is_kept(place, "before") && is_kept(place, "ahead"));
	for (unsigned hour = 14; hour <= 25; hour++)
		last = put(place, now + hour * HOUR_MS);
	assert_true(!is_kept(place, "ahead") && !is_kept(place, "back"));
	assert_true(get(place, last).at_ms == now + YEAR_MS);
	ledger_place_expect(place, last, 0);
	/* made again from the entries, it is the same */
	assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
	ledger_place_expect(place, last, 0);
	put_id(place, "after", now + YEAR_MS + 1);
	assert_true(is_kept(place, "after"));
	ledger_place_expect(place, last + 1, 0);
}

static void
test_a_pause_counts_as_half_a_day_at_most(void **state)
{
	struct ledger_clock clock = { .begun = false };

	(void)state;
	clock_follow(&clock, AT, -1);
	assert_true(clock.kept_ms == 0 && clock.wall_ms == AT);
	clock_follow(&clock, AT + CLOCK_STEP_MAX_MS, -1);
	assert_true(clock.kept_ms == CLOCK_STEP_MAX_MS);
	clock_follow(&clock, AT + 2 * CLOCK_STEP_MAX_MS + 1, -1);
	assert_true(clock.kept_ms == 2 * CLOCK_STEP_MAX_MS);
	clock_follow(&clock, AT + 2 * CLOCK_STEP_MAX_MS + 2, -1);
	assert_true(clock.kept_ms == 2 * CLOCK_STEP_MAX_MS + 1);
	/* extremes do not overflow */
	clock_follow(&clock, INT64_MAX, -1);
	clock_follow(&clock, INT64_MAX, 0);
	assert_true(clock.wall_ms == 0 && clock.at_ms == INT64_MAX);
}

static void
test_only_the_ledger_makes_clock_entries(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("clock", "", "{\"clock_ms\":1}");
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	uint64_t seq;

	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_INVALID);
}

#define IN_A_PLACE(f) \
	cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_PLACE(test_calls_that_ran_beside_each_other_are_put_in_order_silently),
		IN_A_PLACE(test_a_clock_that_was_set_back_is_told_once_and_then_each_hour),
		IN_A_PLACE(test_a_secret_opens_though_the_writer_set_its_time),
		IN_A_PLACE(test_a_jump_of_a_year_takes_no_young_reply_and_stops_no_ageing),
		cmocka_unit_test(test_a_pause_counts_as_half_a_day_at_most),
		IN_A_PLACE(test_only_the_ledger_makes_clock_entries),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
