#include "client/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "client/standing.h"
#include "tests/unit/client/answer_sample.h"

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

#define HISTORY                                                                                \
	"{\"check\":\"CHK-1\",\"entries\":[{\"seq\":17,\"at\":\"2026-11-23T10:15:00Z\","       \
	"\"kind\":\"check\",\"user\":\"ann\",\"role\":\"qa_officer\",\"body\":{\"reference\":" \
	"\"R\","                                                                               \
	"\"complete\":false,\"n\":3,\"w\":17.25,\"none\":null,\"list\":[\"a\",1],"             \
	"\"people\":[{\"ref\":\"child\",\"evidence\":[{\"field\":\"name\"}]}]}},"              \
	"{\"seq\":18,\"kind\":\"secure\",\"user\":\"searchd\",\"body\":{}}]}"

static const struct printer_look plain = { 80, false, false, true };

static struct buf
printed(const char *body, bool all)
{
	struct history history;
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;

	if (history_read(&history, arena, str_from(body), all, &err) != STATUS_OK ||
	    history_print(&out, &history, &plain, arena, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return out;
}

static void
test_every_entry_is_told_in_order_with_what_it_holds(void **state)
{
	struct buf out = printed(HISTORY, false);

	(void)state;
	assert_string_equal(out.p, "Check CHK-1: 2 entries; this view is logged too\n\n"
				   "17 2026-11-23 10:15 UTC check by ann as qa_officer\n"
				   "    reference: R\n"
				   "    complete: no\n"
				   "    n: 3\n"
				   "    w: 17.25\n"
				   "    none: none\n"
				   "    list: a; 1\n"
				   "    people:\n"
				   "      -\n"
				   "        ref: child\n"
				   "        evidence:\n"
				   "          -\n"
				   "            field: name\n\n"
				   "18 secure by searchd\n");
	buf_free(&out);
}

#define WITH_ANSWER                                                                          \
	"{\"check\":\"CHK-1\",\"entries\":[{\"seq\":17,\"kind\":\"check\",\"user\":\"ann\"," \
	"\"body\":{\"request\":{\"kind\":\"k\"},\"answer\":" SAMPLE_MATCH "}}]}"

static void
test_the_answer_is_shown_as_the_asker_saw_it(void **state)
{
	struct buf out = printed(WITH_ANSWER, false);

	(void)state;
	assert_non_null(strstr(out.p, "    request:\n      kind: k\n\nMATCH - child\n"));
	assert_non_null(strstr(out.p, "ledger entry 17"));
	assert_null(strstr(out.p, "answer:"));
	buf_free(&out);
}

static void
test_all_outlines_the_answer_field_by_field(void **state)
{
	struct buf out = printed(WITH_ANSWER, true);

	(void)state;
	assert_null(strstr(out.p, "MATCH - child"));
	assert_non_null(strstr(out.p, "            record_id: H-1003\n"));
	assert_non_null(strstr(out.p, "added_later:"));
	buf_free(&out);
}

static void
test_a_history_of_the_wrong_shape_is_refused(void **state)
{
	static const char *const bodies[] = { "", "[]", "{}", "{\"check\":\"C\"}",
		"{\"check\":\"C\",\"entries\":[1]}", "{\"check\":\"C\",\"entries\":[{}]}",
		"{\"check\":\"C\",\"entries\":[{\"seq\":1,\"at\":2}]}" };
	struct history history;

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		assert_int_equal(history_read(&history, arena, str_from(bodies[i]), false, NULL),
		    STATUS_INVALID);
}

static void
test_health_record_and_head_are_read_past_added_fields(void **state)
{
	struct standing_health h;
	struct standing_record r;
	struct standing_head head;

	(void)state;
	assert_int_equal(
	    standing_read_health(&h, arena,
		STR_LIT("{\"status\":\"ready\",\"model\":{\"name\":\"m\",\"x\":1},\"added\":[]}"),
		NULL),
	    STATUS_OK);
	assert_true(str_eq_text(h.model, "m"));
	assert_int_equal(h.policy.n, 0);
	assert_int_equal(
	    standing_read_record(&r, arena,
		STR_LIT("{\"system\":\"helpline\",\"record_id\":\"H\",\"on_file\":false,"
			"\"people\":0,\"secured\":true,\"secured_entry\":18}"),
		NULL),
	    STATUS_OK);
	assert_true(r.secured && !r.on_file && r.secured_entry == 18);
	assert_int_equal(
	    standing_read_head(&head, arena, STR_LIT("{\"seq\":18,\"hash\":\"ab\",\"x\":1}"), NULL),
	    STATUS_OK);
	assert_int_equal(head.seq, 18);
	assert_int_equal(
	    standing_read_head(&head, arena, STR_LIT("{\"seq\":\"18\"}"), NULL), STATUS_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_entry_is_told_in_order_with_what_it_holds),
		cmocka_unit_test(test_the_answer_is_shown_as_the_asker_saw_it),
		cmocka_unit_test(test_all_outlines_the_answer_field_by_field),
		cmocka_unit_test(test_a_history_of_the_wrong_shape_is_refused),
		cmocka_unit_test(test_health_record_and_head_are_read_past_added_fields),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
