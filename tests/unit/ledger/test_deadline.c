#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/deadline.h"

static struct policy *policy;
static struct calendar *calendar;

static int
open_all(void **state)
{
	(void)state;
	return policy_load(&policy, "schemas/policy/default.json", NULL) == STATUS_OK &&
		       calendar_open(&calendar, NULL) == STATUS_OK
		   ? 0
		   : -1;
}

static int
close_all(void **state)
{
	(void)state;
	calendar_close(calendar);
	policy_free(policy);
	return 0;
}

static int64_t
ms(const char *text)
{
	int64_t out;

	assert_int_equal(calendar_parse_time(&out, str_from(text), NULL), STATUS_OK);
	return out;
}

static struct deadline_moment
event(const char *what, const char *at, uint64_t seq)
{
	return (struct deadline_moment){ str_from(what), ms(at), DAY_NONE, seq };
}

static struct deadline_moment
milestone(const char *what, const char *on, uint64_t seq)
{
	struct deadline_moment out = { .what = str_from(what), .seq = seq };

	assert_true(day_parse(&out.day, str_from(on)));
	return out;
}

/* The deadline of that key, or NULL. */
static const struct deadline *
find(const struct policy *by, const char *key, const char *jurisdiction, const char *review_type,
    const struct deadline_moment *moments, size_t count)
{
	static struct deadline all[POLICY_ITEMS_MAX];
	const struct deadline_request request = { str_from(jurisdiction),
		STR_LIT("child_death_notification"), str_from(review_type), moments, count };
	size_t n = deadline_list(all, by, &request, calendar);

	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].rule->key, key) == 0)
			return &all[i];
	return NULL;
}

static void
expect_day(const struct deadline *deadline, const char *day)
{
	struct buf out = BUF_INIT;

	assert_non_null(deadline);
	day_format(&out, deadline->day);
	assert_string_equal(out.p, day);
	buf_free(&out);
}

static void
test_the_same_day_ends_at_midnight_in_london(void **state)
{
	static const struct {
		const char *at, *day, *end;
	} cases[] = {
		{ "2026-11-23T10:15:00Z", "2026-11-23", "2026-11-24T00:00:00Z" },
		{ "2026-12-31T23:59:59Z", "2026-12-31", "2027-01-01T00:00:00Z" },
		{ "2026-07-01T22:59:59Z", "2026-07-01", "2026-07-01T23:00:00Z" },
		{ "2026-07-01T23:00:00Z", "2026-07-02", "2026-07-02T23:00:00Z" },
		{ "2026-03-29T00:30:00Z", "2026-03-29", "2026-03-29T23:00:00Z" },
		{ "2026-10-25T00:30:00Z", "2026-10-25", "2026-10-26T00:00:00Z" },
		{ "2028-02-29T12:00:00Z", "2028-02-29", "2028-03-01T00:00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct deadline_moment moments[] = { event(
		    "same_day_request", cases[i].at, 1) };
		const struct deadline *found = find(policy, "same_day_alert", "", "", moments, 1);

		expect_day(found, cases[i].day);
		assert_int_equal(found->end_ms, ms(cases[i].end));
		assert_false(found->met);
	}
}

static void
test_weeks_and_months_are_counted_from_the_day_after(void **state)
{
	static const struct {
		const char *key, *jurisdiction, *type, *milestone, *on, *day;
	} cases[] = {
		{ "imr", "england", "", "imr_commissioned", "2026-11-23", "2027-01-04" },
		{ "imr", "", "", "imr_commissioned", "2028-02-01", "2028-03-14" },
		{ "imr_draft_notice", "jersey", "", "imr_commissioned", "2026-11-23",
		    "2026-12-21" },
		{ "wales_review", "wales", "cpr_concise", "referral_to_subgroup", "2026-08-31",
		    "2027-02-28" },
		{ "wales_review", "wales", "cpr_extended", "referral_to_subgroup", "2027-08-31",
		    "2028-02-29" },
		{ "wales_action_plan", "wales", "cpr_concise", "final_report", "2026-12-10",
		    "2027-01-07" },
		{ "wales_publication", "wales", "cpr_concise", "published", "2026-02-01",
		    "2026-04-26" },
		{ "england_publication", "england", "cspr", "published", "2028-02-29",
		    "2029-02-28" },
		{ "secured_review", "scotland", "scr", "review_completed", "2026-02-10",
		    "2026-03-10" },
		{ "file_to_records", "scotland", "scr", "review_completed", "2028-02-10",
		    "2028-03-09" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct deadline_moment moments[] = { milestone(
		    cases[i].milestone, cases[i].on, 1) };

		expect_day(
		    find(policy, cases[i].key, cases[i].jurisdiction, cases[i].type, moments, 1),
		    cases[i].day);
	}
}

static void
test_six_weeks_across_a_change_of_the_clocks_end_at_midnight(void **state)
{
	struct deadline_moment moments[] = { milestone("imr_commissioned", "2026-10-01", 1) };

	(void)state;
	/* Summer time begins within the period, ends within it. */
	assert_int_equal(
	    find(policy, "imr", "england", "", moments, 1)->end_ms, ms("2026-11-13T00:00:00Z"));
	moments[0] = milestone("imr_commissioned", "2026-03-01", 1);
	assert_int_equal(
	    find(policy, "imr", "england", "", moments, 1)->end_ms, ms("2026-04-12T23:00:00Z"));
}

static void
test_a_deadline_is_of_its_jurisdictions_and_review_types(void **state)
{
	const struct deadline_moment moments[] = { milestone(
	    "referral_to_subgroup", "2026-08-31", 1) };

	(void)state;
	assert_non_null(find(policy, "wales_review", "wales", "cpr_concise", moments, 1));
	assert_null(find(policy, "wales_review", "wales", "", moments, 1));
	assert_null(find(policy, "wales_review", "wales", "dhr", moments, 1));
	assert_null(find(policy, "wales_review", "england", "cspr", moments, 1));
	assert_null(find(policy, "wales_review", "", "", moments, 1));
	assert_null(find(policy, "imr", "wales", "", moments, 1));
}

static void
test_a_deadline_is_met_by_what_the_policy_names(void **state)
{
	struct deadline_moment moments[] = { milestone("imr_commissioned", "2026-11-23", 5),
		milestone("imr_completed", "2026-12-24", 9) };

	(void)state;
	assert_false(find(policy, "imr", "wales", "", moments, 1)->met);
	assert_true(find(policy, "imr", "wales", "", moments, 2)->met);
	assert_false(find(policy, "imr_draft_notice", "wales", "", moments, 2)->met);
	moments[1] = milestone("final_drafts_announced", "2026-12-01", 9);
	assert_true(find(policy, "imr_draft_notice", "wales", "", moments, 2)->met);
	assert_false(find(policy, "imr", "wales", "", moments, 2)->met);
}

static void
test_what_happens_again_after_it_was_met_runs_anew(void **state)
{
	struct deadline_moment moments[] = {
		event("record_retained", "2026-01-10T12:00:00Z", 10),
		event("secured_status_reviewed", "2026-01-10T12:00:00Z", 10),
		event("record_retained", "2026-07-01T12:00:00Z", 30),
		event("secured_status_reviewed", "2026-07-01T12:00:00Z", 30),
		event("record_retained", "2026-07-02T12:00:00Z", 31),
	};

	(void)state;
	/* Being retained is a review, but not of itself. */
	assert_false(find(policy, "secured_review_again", "wales", "", moments, 2)->met);
	expect_day(find(policy, "secured_review_again", "wales", "", moments, 2), "2026-07-11");
	assert_false(find(policy, "secured_review_again", "wales", "", moments, 4)->met);
	expect_day(find(policy, "secured_review_again", "wales", "", moments, 4), "2026-12-30");
	/* Of two that run, the earlier counts. */
	expect_day(find(policy, "secured_review_again", "wales", "", moments, 5), "2026-12-30");
	moments[4] = event("secured_status_reviewed", "2026-07-02T12:00:00Z", 31);
	assert_true(find(policy, "secured_review_again", "wales", "", moments, 5)->met);
	expect_day(find(policy, "secured_review_again", "wales", "", moments, 5), "2026-12-30");
	/* A review on or after the day that is noted, whichever was told first. */
	moments[0] = milestone("review_completed", "2026-07-02", 99);
	assert_true(find(policy, "secured_review", "wales", "", moments, 5)->met);
	moments[0] = milestone("review_completed", "2026-07-03", 1);
	assert_false(find(policy, "secured_review", "wales", "", moments, 5)->met);
}

/* The shipped policy with one text in another's place. */
static struct policy *
edited(const char *from, const char *to)
{
	char path[] = "/tmp/record-check-policy.XXXXXX";
	struct buf text = BUF_INIT;
	struct policy *out = NULL;
	struct err err = ERR_NONE;
	const char *at;
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	assert_non_null(file);
	assert_int_equal(
	    file_read(&text, "schemas/policy/default.json", 1u << 20, NULL), STATUS_OK);
	at = strstr(text.p, from);
	assert_non_null(at);
	fprintf(file, "%.*s%s%s", (int)(at - text.p), text.p, to, at + strlen(from));
	fclose(file);
	buf_free(&text);
	if (policy_load(&out, path, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	unlink(path);
	return out;
}

static void
test_hours_run_from_the_point_in_time_and_days_from_the_day(void **state)
{
	struct policy *hours =
	    edited("\"same_day\": true,\n     \"jur", "\"hours\": 36,\n     \"jur");
	struct policy *days = edited("\"same_day\": true,\n     \"jur", "\"days\": 2,\n     \"jur");
	/* Over the night in which the clocks go forward: 36 hours all the same. */
	struct deadline_moment moments[] = { event("same_day_request", "2026-03-28T12:00:00Z", 1) };
	const struct deadline *found;

	(void)state;
	found = find(hours, "same_day_alert", "", "", moments, 1);
	assert_int_equal(found->end_ms, ms("2026-03-30T00:00:00Z"));
	expect_day(found, "2026-03-30");
	found = find(days, "same_day_alert", "", "", moments, 1);
	assert_int_equal(found->end_ms, ms("2026-03-30T23:00:00Z"));
	expect_day(found, "2026-03-30");
	moments[0] = milestone("same_day_request", "2026-07-01", 1);
	found = find(hours, "same_day_alert", "", "", moments, 1);
	assert_int_equal(found->end_ms, ms("2026-07-02T11:00:00Z"));
	policy_free(hours);
	policy_free(days);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_day_ends_at_midnight_in_london),
		cmocka_unit_test(test_weeks_and_months_are_counted_from_the_day_after),
		cmocka_unit_test(test_six_weeks_across_a_change_of_the_clocks_end_at_midnight),
		cmocka_unit_test(test_a_deadline_is_of_its_jurisdictions_and_review_types),
		cmocka_unit_test(test_a_deadline_is_met_by_what_the_policy_names),
		cmocka_unit_test(test_what_happens_again_after_it_was_met_runs_anew),
		cmocka_unit_test(test_hours_run_from_the_point_in_time_and_days_from_the_day),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
