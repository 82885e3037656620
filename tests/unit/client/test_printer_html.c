#include "client/printer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "tests/unit/client/answer_sample.h"

/* A text that breaks out of a page which forgets to escape it, in JSON. */
#define HOSTILE "\\\"'><script>alert(1)</script><img src=x onerror=y>&amp;\\u202e"

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
page(const char *body)
{
	struct answer answer = { .audit = 17 };
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;

	if (answer_read(&answer, arena, str_from(body), &err) != STATUS_OK ||
	    printer_html(&out, &answer, arena, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return out;
}

static void
test_the_page_holds_what_the_text_holds(void **state)
{
	static const char *const parts[] = { "CHK-7K3F-9QWD", "MATCH",
		"Helpline and contact centre", "H-1003", "probable", "78%", "SECURED by this check",
		"Katie O&#39;Brien", "Kati OBrien", "one letter apart", "+22.1", "<svg",
		"NOT SEARCHED", "not in this leg", "1,130 records", "LSCP-2026-014", "mother",
		"1 unlikely", "NOT COMPLETE", "--leg childline --of CHK-7K3F-9QWD" };
	struct buf out = page(SAMPLE_MATCH);

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strstr(out.p, parts[i]) == NULL)
			fail_msg("\"%s\" is not in the page", parts[i]);
	buf_free(&out);
}

static void
test_the_page_of_a_why_holds_the_steps_and_the_waterfall(void **state)
{
	static const char *const parts[] = { "<h1>Why a record was found or not</h1>",
		"Helpline and contact centre, record H-1003",
		"<b>RETURNED, did not pass: referred</b>",
		"<tr><td>referred</td><td class=\"warn\">failed</td><td>(5.63 against 10)</td>",
		"NOT RETURNED, fell at: retrieved", "n = 240", "of it rarity", "-1.5", "<svg" };
	struct buf out = page(SAMPLE_WHY);

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strstr(out.p, parts[i]) == NULL)
			fail_msg("\"%s\" is not in the page", parts[i]);
	assert_null(strstr(out.p, "<h2>Next</h2>"));
	buf_free(&out);
}

static void
test_nothing_is_fetched_or_run(void **state)
{
	static const char *const parts[] = { "http:", "https:", "//", "<script",
		"src=", "href=", "url(", "@import", "onload" };
	struct buf out = page(SAMPLE_MATCH);

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strstr(out.p, parts[i]) != NULL)
			fail_msg("\"%s\" is in the page", parts[i]);
	assert_non_null(strstr(out.p, "default-src 'none'"));
	buf_free(&out);
}

static void
test_hostile_text_is_escaped_wherever_it_stands(void **state)
{
	static const char body[] =
	    "{\"check\":\"" HOSTILE "\",\"of\":\"" HOSTILE "\",\"leg\":\"" HOSTILE
	    "\",\"reference\":\"" HOSTILE "\",\"asked_at\":\"" HOSTILE
	    "\",\"legs_missing\":[\"" HOSTILE "\"],\"model\":{\"name\":\"" HOSTILE
	    "\",\"hash\":\"" HOSTILE "\"},\"coverage\":[{\"system\":\"" HOSTILE
	    "\",\"title\":\"" HOSTILE "\",\"reason\":\"" HOSTILE
	    "\"},{\"system\":\"b\",\"searched\":true,\"as_of\":\"" HOSTILE
	    "\"}],\"people\":[{\"ref\":\"" HOSTILE "\",\"outcome\":\"" HOSTILE
	    "\",\"statement\":\"" HOSTILE "\",\"would_help\":\"" HOSTILE
	    "\",\"candidates\":[{\"system\":\"" HOSTILE "\",\"record_id\":\"" HOSTILE
	    "\",\"person_id\":\"" HOSTILE "\",\"role\":\"" HOSTILE "\",\"name\":\"" HOSTILE
	    "\",\"names\":[\"" HOSTILE "\",\"b\"],\"births\":[\"" HOSTILE
	    "\"],\"addresses\":[\"" HOSTILE "\"],\"grade\":\"" HOSTILE "\",\"relation\":\"" HOSTILE
	    "\",\"case\":{\"status\":\"" HOSTILE "\",\"nation\":\"" HOSTILE
	    "\"},\"evidence\":[{\"field\":\"" HOSTILE "\",\"asked\":\"" HOSTILE
	    "\",\"found\":\"" HOSTILE "\",\"words\":\"" HOSTILE "\",\"bits\":1}]},"
	    "{\"system\":\"a\",\"record_id\":\"b\",\"grade\":\"certain\",\"restricted\":true,"
	    "\"contact\":\"" HOSTILE "\"}]}],"
	    "\"households\":[{\"system\":\"" HOSTILE "\",\"record_id\":\"" HOSTILE
	    "\",\"matched\":[{\"ref\":\"x\"},{\"ref\":\"<y>\",\"person_id\":\"" HOSTILE
	    "\",\"grade\":\"" HOSTILE "\"}]}]}",
			  why[] = "{\"check\":\"C\",\"coverage\":[],\"why\":{\"system\":\"" HOSTILE
				  "\",\"record_id\":\"" HOSTILE "\",\"fell_at\":\"" HOSTILE
				  "\",\"steps\":[{\"step\":\"" HOSTILE "\",\"result\":\"" HOSTILE
				  "\",\"words\":\"" HOSTILE "\"}]},\"people\":[]}";
	struct buf steps = page(why);
	struct buf out = page(body);

	(void)state;
	assert_null(strstr(steps.p, "<script"));
	assert_null(strstr(steps.p, "\"'>"));
	assert_non_null(strstr(steps.p, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	buf_free(&steps);
	assert_null(strstr(out.p, "<script"));
	assert_null(strstr(out.p, "<img"));
	assert_null(strstr(out.p, "<y>"));
	assert_null(strstr(out.p, "\"'>"));
	assert_null(strstr(out.p, "\xe2\x80\xae"));
	assert_non_null(strstr(out.p, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	assert_non_null(strstr(out.p, "&quot;&#39;&gt;"));
	assert_non_null(strstr(out.p, "&amp;amp;"));
	buf_free(&out);
}

/* Every element that is opened is closed, in order. */
static void
test_the_page_is_well_formed(void **state)
{
	static const char *const bodies[] = { SAMPLE_MATCH, SAMPLE_NO_TRACE, SAMPLE_WHY };
	char stack[64][16];

	(void)state;
	for (size_t b = 0; b < 3; b++) {
		struct buf out = page(bodies[b]);
		size_t depth = 0;

		for (const char *p = strchr(out.p, '<'); p != NULL; p = strchr(p + 1, '<')) {
			bool closes = p[1] == '/';
			size_t n = strcspn(p + 1 + closes, " >\n");
			char name[16] = "";

			assert_true(n < sizeof name);
			memcpy(name, p + 1 + closes, n);
			if (strcmp(name, "!doctype") == 0 || strcmp(name, "meta") == 0 ||
			    strcmp(name, "br") == 0 || strcmp(name, "rect") == 0 ||
			    strcmp(name, "line") == 0)
				continue;
			if (closes) {
				assert_true(depth > 0);
				assert_string_equal(stack[--depth], name);
			} else {
				assert_true(depth < 64);
				memcpy(stack[depth++], name, sizeof name);
			}
		}
		assert_int_equal(depth, 0);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_page_holds_what_the_text_holds),
		cmocka_unit_test(test_the_page_of_a_why_holds_the_steps_and_the_waterfall),
		cmocka_unit_test(test_nothing_is_fetched_or_run),
		cmocka_unit_test(test_hostile_text_is_escaped_wherever_it_stands),
		cmocka_unit_test(test_the_page_is_well_formed),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
