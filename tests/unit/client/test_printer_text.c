#include "client/printer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

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

static struct buf
printed(const char *body, struct printer_look look)
{
	struct answer answer = { .audit = 17 };
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;

	if (answer_read(&answer, arena, str_from(body), &err) != STATUS_OK ||
	    printer_text(&out, &answer, &look, arena, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return out;
}

static const struct printer_look plain = { 80, false, false, false };

static void
prints(const char *body, struct printer_look look, const char *expected)
{
	struct buf out = printed(body, look);

	assert_string_equal(out.p, expected);
	buf_free(&out);
}

static void
test_a_match_is_told_first_then_why_then_what_was_not_searched(void **state)
{
	static const char expected[] =
	    "MATCH - child\n"
	    "  1 record at possible or better in 1 system.\n"
	    "\n"
	    "  Helpline and contact centre, record H-1003 - SECURED by this check\n"
	    "    PROBABLE confidence 78% (of matches of 15 to 20 bits, 78 in 100 proved\n"
	    "    right; published figure)\n"
	    "    Kati OBrien, child (person 2)\n"
	    "    names: Kati OBrien; Kit OBrien\n"
	    "    born: age about 7 at 2016-01-31\n"
	    "    lived: 12 Acacia Ave, Leeds\n"
	    "    case: status closed, opened 2015-02-01, closed 2016-03-01, Helpline,\n"
	    "    england\n"
	    "    in the same record: mother (person 1, possible, 14.0 bits)\n"
	    "\n"
	    "  1 unlikely, listed but not referred (in full with --all): ctac C-9 (5.2)\n"
	    "\n"
	    "This check is NOT COMPLETE. The childline leg has not been run. 1 system has\n"
	    "data older than the policy allows.\n"
	    "\n"
	    "WHY in bits for and against; 1 bit doubles the odds\n"
	    "\n"
	    "  child and Kati OBrien in Helpline and contact centre H-1003\n"
	    "    before looking    -7.6  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n"
	    "    name             +22.1  ███████████████████████████████████████████\n"
	    "      asked Katie O'Brien, on record Kati OBrien: one letter apart (+3.0 of\n"
	    "      this for how rare the value is)\n"
	    "    birth             +4.8                                             █████████\n"
	    "      asked 2009-03, on record age about 7 at 2016-01-31: the spans overlap\n"
	    "    place             -2.0                                                  ▒▒▒▒\n"
	    "      asked LS1 4AB, on record Leeds: another postcode\n"
	    "    match weight     +17.3                 █████████████████████████████████\n"
	    "\n"
	    "NOT SEARCHED\n"
	    "  Childline: not in this leg\n"
	    "\n"
	    "SEARCHED\n"
	    "  Helpline and contact centre: generation 1, as of 2026-11-20 02:00 UTC (3 days\n"
	    "    old), 1,130 records, 2,251 people\n"
	    "  CTAC: generation 3, as of 2026-10-01 02:00 UTC (53 days old, TOO OLD by the\n"
	    "    policy), 120 records, 130 people\n"
	    "\n"
	    "RECORDED\n"
	    "  Check CHK-7K3F-9QWD, ledger entry 17, reference LSCP-2026-014, leg qa,\n"
	    "  2026-11-23 10:15 UTC; 1 record secured\n"
	    "\n"
	    "NEXT\n"
	    "  - Refer what was found to the Safeguarding QA Consultant or the deputy\n"
	    "    (procedure 2.5); nobody else confirms a match.\n"
	    "  - Have the childline leg run by those who may: client check --leg childline\n"
	    "    --of CHK-7K3F-9QWD --reference LSCP-2026-014 --kind ... --purpose ...\n"
	    "  - See this check again: client show CHK-7K3F-9QWD\n";

	(void)state;
	prints(SAMPLE_MATCH, plain, expected);
}

static void
test_no_trace_is_a_statement_with_coverage(void **state)
{
	static const char expected[] =
	    "NO TRACE - 1\n"
	    "  No record reaches the threshold.\n"
	    "  Had a record fitted all that was given, it would have reached 41.5 bits.\n"
	    "\n"
	    "This check is COMPLETE: every leg has covered every one of its systems.\n"
	    "\n"
	    "SEARCHED\n"
	    "  Helpline: generation 1, as of 2026-11-23 09:45 UTC (under an hour old), 1\n"
	    "    record, 1 person\n"
	    "\n"
	    "RECORDED\n"
	    "  Check CHK-0000-0001, ledger entry 17, reference R, leg qa, 2026-11-23 10:15\n"
	    "  UTC\n"
	    "\n"
	    "NEXT\n"
	    "  - See this check again: client show CHK-0000-0001\n";

	(void)state;
	prints(SAMPLE_NO_TRACE, plain, expected);
}

static unsigned
widest_line(const struct buf *text)
{
	struct str rest = buf_str(text);
	unsigned widest = 0;

	while (rest.n > 0) {
		struct str line = str_cut(&rest, '\n');
		unsigned columns = (unsigned)str_utf8_length(line);

		widest = columns > widest ? columns : widest;
	}
	return widest;
}

static void
test_no_line_is_wider_than_the_terminal(void **state)
{
	(void)state;
	for (unsigned width = 40; width <= 140; width += 7) {
		struct buf out =
		    printed(SAMPLE_MATCH, (struct printer_look){ width, false, true, false });

		assert_true(widest_line(&out) <= width);
		buf_free(&out);
		out = printed(SAMPLE_WHY, (struct printer_look){ width, false, true, false });
		assert_true(widest_line(&out) <= width);
		buf_free(&out);
	}
}

static void
test_colour_changes_no_letter(void **state)
{
	struct buf grey = printed(SAMPLE_MATCH, plain), bare = BUF_INIT;
	struct buf colour = printed(SAMPLE_MATCH, (struct printer_look){ 80, true, false, false });

	(void)state;
	assert_non_null(strchr(colour.p, '\x1b'));
	assert_null(strchr(grey.p, '\x1b'));
	for (const char *p = colour.p; *p != '\0'; p++) {
		if (*p == '\x1b')
			p = strchr(p, 'm');
		else
			buf_add_char(&bare, *p);
	}
	assert_string_equal(bare.p, grey.p);
	buf_free(&grey);
	buf_free(&bare);
	buf_free(&colour);
}

static void
test_brief_leaves_out_the_evidence_and_keeps_what_was_not_searched(void **state)
{
	struct buf out = printed(SAMPLE_MATCH, (struct printer_look){ 80, false, false, true });

	(void)state;
	assert_null(strstr(out.p, "WHY"));
	assert_null(strstr(out.p, "\nSEARCHED"));
	assert_non_null(strstr(out.p, "NOT SEARCHED"));
	assert_non_null(strstr(out.p, "MATCH - child"));
	buf_free(&out);
}

static void
test_all_shows_unlikely_candidates_in_full(void **state)
{
	struct buf out = printed(SAMPLE_MATCH, (struct printer_look){ 80, false, true, false });

	(void)state;
	assert_non_null(strstr(out.p, "UNLIKELY confidence 15%"));
	assert_null(strstr(out.p, "listed but not referred"));
	buf_free(&out);
}

static void
test_hostile_text_cannot_drive_the_terminal(void **state)
{
	static const char body[] =
	    "{\"check\":\"C\\u001b[2J\",\"coverage\":[],\"people\":[{\"ref\":\"\\u001b]0;"
	    "x\\u0007\","
	    "\"outcome\":\"match\",\"statement\":\"a\\nb\\r\\u009bc\\u202e\",\"candidates\":[{"
	    "\"system\":\"\\u001b[1m\",\"record_id\":\"\\u0008\",\"grade\":\"\\u001b\","
	    "\"name\":\"\\u001b[31m\",\"prior\":1,\"evidence\":[{\"field\":\"\\u001b\"}]}]}]}";
	struct buf out = printed(body, plain);

	(void)state;
	for (size_t i = 0; i < out.n; i++)
		assert_true((unsigned char)out.p[i] >= 0x20 || out.p[i] == '\n');
	assert_null(strstr(out.p, "\xc2\x9b"));
	assert_null(strstr(out.p, "\xe2\x80\xae"));
	buf_free(&out);
}

static void
test_a_restricted_record_says_whom_to_ask_and_no_details(void **state)
{
	static const char body[] =
	    "{\"check\":\"C\",\"coverage\":[],\"people\":[{\"ref\":\"1\",\"outcome\":\"match\","
	    "\"candidates\":[{\"system\":\"helpline\",\"record_id\":\"H\",\"grade\":\"certain\","
	    "\"secured\":true,\"secured_since\":\"2026-11-23T10:15:00Z\",\"restricted\":true,"
	    "\"contact\":\"the Consultant\",\"name\":\"\",\"confidence\":0.995}]}]}";
	struct buf out = printed(body, plain);

	(void)state;
	assert_non_null(strstr(out.p, "SECURED since 2026-11-23 10:15 UTC"));
	assert_non_null(strstr(out.p, "Ask: the Consultant"));
	assert_non_null(strstr(out.p, "confidence over 99%"));
	assert_null(strstr(out.p, "WHY"));
	buf_free(&out);
}

static void
test_candidates_of_one_record_stand_together(void **state)
{
	static const char body[] =
	    "{\"check\":\"C\",\"coverage\":[],\"people\":[{\"ref\":\"1\",\"outcome\":\"match\","
	    "\"candidates\":["
	    "{\"system\":\"s\",\"record_id\":\"A\",\"name\":\"First\",\"grade\":\"certain\"},"
	    "{\"system\":\"s\",\"record_id\":\"B\",\"name\":\"Second\",\"grade\":\"certain\"},"
	    "{\"system\":\"s\",\"record_id\":\"A\",\"name\":\"Third\",\"grade\":\"possible\"}]}]}";
	struct buf out = printed(body, plain);
	const char *first = strstr(out.p, "First"), *third = strstr(out.p, "Third");
	const char *second = strstr(out.p, "Second");

	(void)state;
	assert_true(first < third && third < second);
	assert_null(strstr(strstr(out.p, "record A") + 1, "record A"));
	buf_free(&out);
}

static void
test_what_was_not_compared_is_told(void **state)
{
	static const char body[] =
	    "{\"check\":\"C\",\"coverage\":[],\"people\":[{\"ref\":\"1\",\"outcome\":\"no_trace\","
	    "\"left_out\":[\"Not all words of this name are compared: a b\"],\"candidates\":[]}]}";
	struct buf out = printed(body, plain);

	(void)state;
	assert_non_null(strstr(out.p, "\n  Not all words of this name are compared: a b\n"));
	buf_free(&out);
}

static void
test_why_tells_the_way_of_the_record_step_by_step(void **state)
{
	static const char expected[] =
	    "WHY - Helpline and contact centre, record H-1003 - SECURED\n"
	    "    pass  searched    Helpline is searched\n"
	    "    pass  on file     the record is in generation 1 with 2 people\n"
	    "\n"
	    "  RETURNED, did not pass: referred\n"
	    "    UNLIKELY confidence 15% (of matches of 5 to 10 bits, 15 in 100 proved\n"
	    "    right; n = 240)\n"
	    "    Katie OBrien, child (person child1)\n"
	    "    pass  retrieved   could reach the floor (12.5 against 5)\n"
	    "    pass  shown       candidate 3 (3 against 50)\n"
	    "    FAIL  referred    below possible (5.63 against 10)\n"
	    "    -     graded      stays below probable\n"
	    "\n"
	    "  child and Katie OBrien in Helpline and contact centre H-1003\n"
	    "    before looking    -9.4  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n"
	    "    name             +15.0  ████████████████████████████████████████████████████\n"
	    "      asked Katie O'Brien, on record Katie OBrien: same as asked (-1.5 of this\n"
	    "      for how common the value is)\n"
	    "    match weight      +5.6                                   ███████████████████\n"
	    "\n"
	    "  NOT RETURNED, fell at: retrieved\n"
	    "    NOT LISTED confidence under 1% (of matches under -5 bits, fewer than 1 in\n"
	    "    100 proved right; n = 900)\n"
	    "    Mrs Pratt, caller (person caller)\n"
	    "    FAIL  retrieved   could not reach the floor (-9.4 against 5)\n"
	    "\n"
	    "  child and Mrs Pratt in Helpline and contact centre H-1003\n"
	    "    before looking    -9.4                     ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n"
	    "    name              -5.6  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n"
	    "      asked Katie O'Brien, on record Mrs Pratt: no name in common\n"
	    "    match weight     -15.0  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n"
	    "\n"
	    "    1 more of its people are not shown; ask for one with --person-id.\n"
	    "\n"
	    "RECORDED\n"
	    "  Ledger entry 17 of check CHK-7K3F-9QWD, reference LSCP-2026-014, leg qa,\n"
	    "  2026-11-23 10:15 UTC\n";

	(void)state;
	prints(SAMPLE_WHY, plain, expected);
}

static void
test_why_of_a_record_that_is_not_on_file_says_so_first(void **state)
{
	static const char expected[] =
	    "WHY - Helpline and contact centre, record H-9 - NOT RETURNED, fell at: on file\n"
	    "    pass  searched    it is\n"
	    "    FAIL  on file     the record is not in generation 1\n"
	    "\n"
	    "RECORDED\n"
	    "  Ledger entry 17, reference R, leg qa, 2026-11-23 10:15 UTC\n";

	(void)state;
	prints(SAMPLE_WHY_NOT_ON_FILE, plain, expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_match_is_told_first_then_why_then_what_was_not_searched),
		cmocka_unit_test(test_no_trace_is_a_statement_with_coverage),
		cmocka_unit_test(test_no_line_is_wider_than_the_terminal),
		cmocka_unit_test(test_colour_changes_no_letter),
		cmocka_unit_test(
		    test_brief_leaves_out_the_evidence_and_keeps_what_was_not_searched),
		cmocka_unit_test(test_all_shows_unlikely_candidates_in_full),
		cmocka_unit_test(test_hostile_text_cannot_drive_the_terminal),
		cmocka_unit_test(test_a_restricted_record_says_whom_to_ask_and_no_details),
		cmocka_unit_test(test_candidates_of_one_record_stand_together),
		cmocka_unit_test(test_what_was_not_compared_is_told),
		cmocka_unit_test(test_why_tells_the_way_of_the_record_step_by_step),
		cmocka_unit_test(test_why_of_a_record_that_is_not_on_file_says_so_first),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
