#include "ledger/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "record/calendar.h"
#include "tests/support/ledger_place.h"

static uint64_t
put(struct ledger_place *place, const char *kind, const char *user, const char *request,
    const char *check, int64_t at_ms)
{
	struct ledger_entry entry = ledger_place_entry(kind, check, "{\"open\":1}");
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	uint64_t seq = 0;

	entry.user = str_from(user);
	entry.request = str_from(request);
	entry.at_ms = at_ms;
	entry.secret = STR_LIT("{\"name\":\"Invented\"}");
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	return seq;
}

static void
expect(struct ledger_place *place, const struct ledger_search *search, const char *want)
{
	struct ledger_found found;
	char got[128] = "";

	assert_int_equal(
	    ledger_search(&found, place->ledger, place->arena, search, NULL), STATUS_OK);
	for (size_t i = 0; i < found.count; i++) {
		snprintf(got + strlen(got), sizeof got - strlen(got), "%u ",
		    (unsigned)found.rows[i].seq);
		assert_true(found.rows[i].secret.n == 0 && found.rows[i].sealed.n == 0);
		assert_true(str_eq_text(found.rows[i].body, "{\"open\":1}"));
	}
	if (found.next != 0)
		snprintf(
		    got + strlen(got), sizeof got - strlen(got), "next %u", (unsigned)found.next);
	assert_string_equal(got, want);
}

static void
test_entries_are_found_by_whom_what_and_about_what(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_found found;

	put(place, "check", "amina", "REQ-1", "CHK-1", LEDGER_PLACE_MS);
	put(place, "view", "bo", "REQ-1", "CHK-1", LEDGER_PLACE_MS);
	put(place, "check", "bo", "REQ-2", "CHK-2", LEDGER_PLACE_MS);
	put(place, "breach", "amina", "", "", LEDGER_PLACE_MS);
	expect(place, &(struct ledger_search){ .most = 9 }, "1 2 3 4 ");
	expect(place, &(struct ledger_search){ .most = 2 }, "1 2 next 2");
	expect(place, &(struct ledger_search){ .most = 2, .after = 2 }, "3 4 ");
	expect(place, &(struct ledger_search){ .most = 9, .after = 4 }, "");
	expect(place, &(struct ledger_search){ .most = 9, .user = STR_LIT("bo") }, "2 3 ");
	expect(place, &(struct ledger_search){ .most = 9, .kind = STR_LIT("check") }, "1 3 ");
	expect(place, &(struct ledger_search){ .most = 9, .request = STR_LIT("REQ-1") }, "1 2 ");
	expect(place, &(struct ledger_search){ .most = 9, .check = STR_LIT("CHK-2") }, "3 ");
	expect(place,
	    &(struct ledger_search){
		.most = 9, .request = STR_LIT("REQ-1"), .user = STR_LIT("bo") },
	    "2 ");
	expect(place,
	    &(struct ledger_search){
		.most = 9, .check = STR_LIT("CHK-2"), .request = STR_LIT("REQ-1") },
	    "");
	expect(
	    place, &(struct ledger_search){ .most = 1, .request = STR_LIT("REQ-1") }, "1 next 1");
	assert_int_equal(ledger_tail(&found, place->ledger, place->arena, 3, NULL), STATUS_OK);
	assert_true(found.count == 3 && found.next == 0);
	assert_true(found.rows[0].seq == 2 && found.rows[2].seq == 4);
	assert_true(found.rows[2].secret.n == 0);
}

/* --- Days ---------------------------------------------------------------------------------------
 */

static int64_t
at(const char *time)
{
	int64_t ms = 0;

	assert_int_equal(calendar_parse_time(&ms, str_from(time), NULL), STATUS_OK);
	return ms;
}

static void
expect_day(struct ledger_place *place, const char *text, const char *want)
{
	struct calendar *calendar = NULL;
	day_number day;

	assert_true(day_parse(&day, str_from(text)));
	assert_int_equal(calendar_open(&calendar, NULL), STATUS_OK);
	expect(place,
	    &(struct ledger_search){ .most = 99,
		.from_ms = calendar_begin(calendar, day),
		.to_ms = calendar_begin(calendar, day + 1) },
	    want);
	calendar_close(calendar);
}

/* Days are London's: 23 hours when summer time begins, 25 when it ends. */
static void
test_days_are_those_of_london(void **state)
{
	struct ledger_place *place = *state;
	static const char *const times[] = {
		"2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z", /* 1, 2: year end */
		"2024-02-28T23:59:59Z", "2024-02-29T00:00:00Z", /* 3, 4: leap day */
		"2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z", /* 5, 6 */
		"2024-03-30T23:59:59Z", "2024-03-31T00:00:00Z", /* 7, 8: before 01:00 UTC */
		"2024-03-31T22:59:59Z", "2024-03-31T23:00:00Z", /* 9, 10: the 23 hours are over */
		"2024-10-26T22:59:59Z", "2024-10-26T23:00:00Z", /* 11, 12: summer time still */
		"2024-10-27T23:59:59Z", "2024-10-28T00:00:00Z", /* 13, 14: 25 hours later */
	};

	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		put(place, "check", "amina", "REQ-1", "CHK-1", at(times[i]));
	expect_day(place, "2023-12-31", "1 ");
	expect_day(place, "2024-01-01", "2 ");
	expect_day(place, "2024-02-28", "3 ");
	expect_day(place, "2024-02-29", "4 5 ");
	expect_day(place, "2024-03-01", "6 ");
	expect_day(place, "2024-03-30", "7 ");
	expect_day(place, "2024-03-31", "8 9 ");
	expect_day(place, "2024-04-01", "10 ");
	expect_day(place, "2024-10-26", "11 ");
	expect_day(place, "2024-10-27", "12 13 ");
	expect_day(place, "2024-10-28", "14 ");
	expect_day(place, "2024-06-01", "");
	expect_day(place, "2022-01-01", "");
	expect_day(place, "2030-01-01", "");
}

/* --- Bounds -------------------------------------------------------------------------------------
 */

static void
fill(struct ledger_place *place, unsigned count)
{
	struct ledger_entry entries[60];

	for (unsigned i = 0; i < 60; i++)
		entries[i] = ledger_place_entry("check", "", "{}");
	while (count > 0) {
		unsigned n = count < 60 ? count : 60;
		const struct ledger_batch batch = { .entries = entries, .entry_count = n };
		uint64_t seq;

		assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
		count -= n;
	}
}

static void
test_one_call_looks_at_a_bounded_part(void **state)
{
	struct ledger_place *place = *state;

	fill(place, LEDGER_SEARCH_SPAN - 1);
	put(place, "breach", "bo", "REQ-9", "", LEDGER_PLACE_MS); /* the last that is looked at */
	expect(place, &(struct ledger_search){ .most = 9, .kind = STR_LIT("breach") }, "20000 ");
	put(place, "breach", "bo", "REQ-9", "", LEDGER_PLACE_MS); /* and one past it */
	expect(place, &(struct ledger_search){ .most = 9, .kind = STR_LIT("breach") },
	    "20000 next 20000");
	expect(place,
	    &(struct ledger_search){ .most = 9, .kind = STR_LIT("breach"), .after = 20000 },
	    "20001 ");
	/* by a request there is no need to look at others */
	expect(place, &(struct ledger_search){ .most = 9, .request = STR_LIT("REQ-9") },
	    "20000 20001 ");
}

#define IN_A_PLACE(f) \
	cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_PLACE(test_entries_are_found_by_whom_what_and_about_what),
		IN_A_PLACE(test_days_are_those_of_london),
		IN_A_PLACE(test_one_call_looks_at_a_bounded_part),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
