#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>

#include "base/buf.h"
#include "ledger/checks.h"
#include "ledger/milestones.h"
#include "ledger/requests.h"
#include "tests/support/ledger_place.h"

static uint64_t
put(struct ledger_place *place, const char *kind, const char *check, const char *body)
{
	struct ledger_entry entry = ledger_place_entry(kind, check, body);
	struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	entry.request = STR_LIT("REQ-1");
	if (ledger_append(&seq, place->ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return seq;
}

static uint64_t
request_people(struct ledger_place *place)
{
	struct ledger_request found;

	assert_int_equal(
	    ledger_request_find(&found, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	return found.people_seq;
}

#define HELPLINE(n, flags, gap) \
	"{\"system\":\"helpline\",\"generation\":" n "," flags ",\"gap\":\"" gap "\"}"
#define WHOLE "\"searched\":true,\"covered\":true"
#define STALE "\"searched\":true,\"covered\":false"
#define UNREAD "\"searched\":false,\"covered\":false"
#define PERSON(capped, candidates) \
	"{\"outcome\":\"match\",\"capped\":" capped ",\"candidates\":[" candidates "]}"
#define FOUND(record, grade, weight)                       \
	"{\"system\":\"helpline\",\"record_id\":\"" record \
	"\",\"person_id\":\"1\",\"grade\":\"" grade "\",\"match_weight\":" weight "}"
#define CHECK(of, complete, systems, people)                                                \
	"{\"leg\":\"qa\",\"policy\":\"ab\",\"people_of\":" of ",\"leg_complete\":" complete \
	",\"systems\":[" systems "],\"people\":[" people "]}"

static void
test_a_check_is_found_with_what_it_covered(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_check found;
	struct ledger_check_system *systems;
	size_t count;

	put(place, "request", "", "{\"people\":2}");
	put(place, "check", "CHK-1",
	    CHECK("1", "false", HELPLINE("3", STALE, "stale"),
		PERSON("false", "") "," PERSON("true", "")));
	assert_int_equal(
	    ledger_check_find(&found, place->ledger, place->arena, STR_LIT("CHK-1"), NULL),
	    STATUS_OK);
	assert_true(str_eq_text(found.request, "REQ-1") && str_eq_text(found.leg, "qa"));
	assert_true(str_eq_text(found.user, "amina") && str_eq_text(found.role, "qa_officer"));
	assert_true(str_eq_text(found.policy, "ab") && found.of.n == 0 && found.rerun_of.n == 0);
	assert_true(found.seq == 2 && found.at_ms == LEDGER_PLACE_MS && found.people_seq == 1);
	assert_true(!found.complete && found.capped && !found.standing && found.people == 2);
	assert_int_equal(ledger_check_systems(
			     &systems, &count, place->ledger, place->arena, STR_LIT("CHK-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_true(str_eq_text(systems[0].system, "helpline") && systems[0].generation == 3);
	assert_true(systems[0].searched && !systems[0].covered);
	assert_true(str_eq_text(systems[0].gap, "stale"));
	assert_int_equal(
	    ledger_check_find(&found, place->ledger, place->arena, STR_LIT("CHK-2"), NULL),
	    STATUS_NOT_FOUND);
}

static void
test_of_each_leg_the_newest_check_stands(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_check *checks;
	size_t count;

	put(place, "request", "", "{\"people\":1}");
	put(place, "check", "CHK-1", CHECK("1", "false", "", ""));
	put(place, "check", "CHK-2",
	    "{\"leg\":\"childline\",\"leg_complete\":true,\"of\":\"CHK-1\"}");
	put(place, "check", "CHK-3", "{\"leg\":\"qa\",\"rerun_of\":\"CHK-1\",\"standing\":true}");
	put(place, "check", "", "{\"leg\":\"qa\"}");
	put(place, "check", "CHK-4", "{\"no leg\":1}");
	put(place, "check", "CHK-1", "{\"leg\":\"childline\"}"); /* the first stands */
	assert_int_equal(ledger_request_legs(
			     &checks, &count, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_true(str_eq_text(checks[0].id, "CHK-2") && checks[0].complete);
	assert_true(str_eq_text(checks[0].of, "CHK-1"));
	assert_true(str_eq_text(checks[1].id, "CHK-3") && checks[1].standing);
	assert_true(str_eq_text(checks[1].rerun_of, "CHK-1"));
	assert_int_equal(ledger_request_checks(
			     &checks, &count, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 3);
	assert_true(str_eq_text(checks[0].id, "CHK-1") && str_eq_text(checks[2].id, "CHK-3"));
}

static void
expect_candidate(struct ledger_place *place, const char *record, const char *grade, bool current,
    uint64_t first, uint64_t last)
{
	struct ledger_candidate *list;
	size_t count, at = 0;

	assert_int_equal(ledger_request_candidates(
			     &list, &count, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	while (at < count && !str_eq_text(list[at].record_id, record))
		at++;
	assert_true(at < count);
	assert_true(str_eq_text(list[at].grade, grade) && list[at].current == current);
	assert_true(list[at].first_seq == first && list[at].seq == last);
}

static void
test_a_candidate_is_as_it_was_shown_last(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_candidate *list;
	size_t count;

	put(place, "request", "", "{\"people\":1}");
	put(place, "check", "CHK-1",
	    CHECK("1", "true", HELPLINE("1", WHOLE, ""),
		PERSON(
		    "false", FOUND("H-1", "possible", "1.25") "," FOUND("H-2", "probable", "9"))));
	assert_int_equal(ledger_request_candidates(
			     &list, &count, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_true(
	    list[0].match_weight == 1.25 && list[1].match_weight == 9 && list[0].person == 0);
	/* one that could not look drops nothing */
	put(place, "check", "CHK-2",
	    CHECK("1", "false", HELPLINE("1", UNREAD, "unreadable"), PERSON("false", "")));
	expect_candidate(place, "H-1", "possible", true, 2, 2);
	expect_candidate(place, "H-2", "probable", true, 2, 2);
	put(place, "check", "CHK-3",
	    CHECK("1", "true", HELPLINE("2", STALE, "stale"),
		PERSON("false", FOUND("H-1", "certain", "18"))));
	expect_candidate(place, "H-1", "certain", true, 2, 4);
	expect_candidate(place, "H-2", "probable", false, 2, 2);
}

static void
test_the_people_are_those_that_were_told_last(void **state)
{
	struct ledger_place *place = *state;

	put(place, "request", "", "{\"people\":0}");
	assert_int_equal(request_people(place), 0);
	put(place, "check", "CHK-1", CHECK("0", "true", "", PERSON("false", "")));
	assert_int_equal(request_people(place), 2);
	put(place, "check", "CHK-2", CHECK("2", "true", "", PERSON("false", "")));
	assert_int_equal(request_people(place), 2);
	put(place, "question_answered", "", "{\"people\":0}");
	assert_int_equal(request_people(place), 2);
	put(place, "question_answered", "", "{\"people\":1}");
	assert_int_equal(request_people(place), 5);
	put(place, "check", "CHK-3", "{\"leg\":\"qa\"}"); /* as entries were before */
	assert_int_equal(request_people(place), 5);
}

static void
test_a_milestone_is_as_it_was_noted_last(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_milestone *list;
	size_t count;

	put(place, "milestone", "", "{\"milestone\":\"published\",\"on\":\"2026-12-01\"}");
	put(place, "milestone", "", "{\"milestone\":\"imr_commissioned\",\"on\":\"2026-11-30\"}");
	put(place, "milestone", "", "{\"milestone\":\"file_sent\",\"on\":\"2026-12-09\"}");
	put(place, "milestone", "", "{\"milestone\":\"imr_commissioned\",\"on\":\"2026-12-02\"}");
	put(place, "milestone", "", "{\"milestone\":\"file_sent\",\"retracted\":true}");
	assert_int_equal(ledger_request_milestones(
			     &list, &count, place->ledger, place->arena, STR_LIT("REQ-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_true(str_eq_text(list[0].key, "published") && list[0].seq == 1);
	assert_true(str_eq_text(list[1].key, "imr_commissioned") && list[1].seq == 4);
	assert_true(str_eq_text(list[1].on, "2026-12-02") && str_eq_text(list[1].user, "amina"));
}

static void
test_a_deadline_is_told_overdue_for_its_day(void **state)
{
	struct ledger_place *place = *state;
	static const struct {
		const char *request, *deadline, *day;
		bool told;
	} cases[] = { { "REQ-1", "imr", "2026-12-01", true },
		{ "REQ-1", "imr", "2026-12-02", false }, { "REQ-1", "other", "2026-12-01", false },
		{ "REQ-2", "imr", "2026-12-01", false } };

	put(place, "deadline_overdue", "", "{\"deadline\":\"imr\",\"due_on\":\"2026-12-01\"}");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool told;

		assert_int_equal(
		    ledger_overdue_told(&told, place->ledger, str_from(cases[i].request),
			str_from(cases[i].deadline), str_from(cases[i].day), NULL),
		    STATUS_OK);
		assert_int_equal(told, cases[i].told);
	}
}

/* --- Made again ----------------------------------------------------------------------------------
 */
static void
dump(struct buf *out, const char *path)
{
	static const char *const tables[] = { "SELECT * FROM state_request",
		"SELECT * FROM state_check", "SELECT * FROM state_candidate",
		"SELECT * FROM state_milestone", "SELECT * FROM state_overdue" };
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		sqlite3_stmt *stmt;

		assert_int_equal(sqlite3_prepare_v2(db, tables[i], -1, &stmt, NULL), SQLITE_OK);
		while (sqlite3_step(stmt) == SQLITE_ROW)
			for (int j = 0; j < sqlite3_column_count(stmt); j++)
				buf_addf(out, "%s|", (const char *)sqlite3_column_text(stmt, j));
		buf_add_char(out, '\n');
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
}

static void
test_made_again_they_are_the_same(void **state)
{
	struct ledger_place *place = *state;
	struct buf before = BUF_INIT, after = BUF_INIT;

	put(place, "request", "", "{\"people\":1}");
	for (int i = 0; i < 12; i++) {
		char name[16];

		snprintf(name, sizeof name, "CHK-%d", i);
		put(place, "check", name,
		    i % 3 == 0 ? CHECK("1", "true", HELPLINE("1", WHOLE, ""),
				     PERSON("false", FOUND("H-1", "possible", "1.5")))
			       : CHECK("0", "false", HELPLINE("2", STALE, "stale"),
				     PERSON("true", FOUND("H-2", "certain", "19.3333"))));
	}
	put(place, "milestone", "", "{\"milestone\":\"published\",\"on\":\"2026-12-01\"}");
	put(place, "deadline_overdue", "", "{\"deadline\":\"imr\",\"due_on\":\"2026-12-01\"}");
	dump(&before, place->path);
	assert_true(before.n > 500);
	assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
	dump(&after, place->path);
	assert_string_equal(before.p, after.p);
	buf_free(&before);
	buf_free(&after);
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_a_check_is_found_with_what_it_covered),
		ON_EMPTY(test_of_each_leg_the_newest_check_stands),
		ON_EMPTY(test_a_candidate_is_as_it_was_shown_last),
		ON_EMPTY(test_the_people_are_those_that_were_told_last),
		ON_EMPTY(test_a_milestone_is_as_it_was_noted_last),
		ON_EMPTY(test_a_deadline_is_told_overdue_for_its_day),
		ON_EMPTY(test_made_again_they_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
