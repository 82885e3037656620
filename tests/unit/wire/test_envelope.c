#include "wire/envelope_json.h"

#include "wire/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#define ID "0123456789abcdef0123456789abcdef"

static struct arena *arena;

static enum status
read_text(struct wire_request *out, enum wire_code *code, struct str text, char *message, size_t n)
{
	struct err err = ERR_NONE;
	enum status status = wire_request_read(out, code, arena, text, &err);

	err_format(message, n, &err);
	return status;
}

static void
test_the_documented_request_is_read(void **state)
{
	struct str text =
	    STR_LIT("{\"v\":1,\"op\":\"check\",\"id\":\"" ID "\",\"role\":\"qa_officer\","
		    "\"ts\":1790000000000,\"body\":\"{}\"}");
	struct wire_request request;
	enum wire_code code;
	char message[400];

	(void)state;
	assert_int_equal(read_text(&request, &code, text, message, sizeof message), STATUS_OK);
	assert_int_equal(code, WIRE_OK);
	assert_true(str_eq_text(request.op, "check"));
	assert_true(str_eq_text(request.id, ID));
	assert_true(str_eq_text(request.role, "qa_officer"));
	assert_true(str_eq_text(request.body, "{}"));
	assert_int_equal(request.ts_ms, 1790000000000);
}

struct refusal {
	const char *text;
	enum wire_code code;
	const char *id; /* that the refusal can carry */
	const char *message;
};

#define GOOD_ID "\"id\":\"" ID "\""
static const struct refusal REFUSALS[] = {
	{ "{\"v\":1,\"op\":\"health\"," GOOD_ID ",\"body\":\"{}\",\"colour\":1}", WIRE_BAD_REQUEST,
	    ID, "envelope: unknown field \"colour\"" },
	{ "{\"v\":1,\"op\":7," GOOD_ID ",\"body\":\"{}\"}", WIRE_BAD_REQUEST, ID,
	    "envelope: op: expected a string" },
	{ "{\"v\":1,\"op\":\"health\"," GOOD_ID ",\"body\":{}}", WIRE_BAD_REQUEST, ID,
	    "envelope: body: expected a string" },
	{ "{\"v\":1,\"op\":\"health\"," GOOD_ID ",\"body\":\"{}\",\"op\":\"check\"}",
	    WIRE_BAD_REQUEST, "",
	    "envelope:1: not valid JSON: duplicate object key near '\"op\"'" },
	{ "{\"v\":1,\"op\":\"health\"," GOOD_ID ",\"body\":\"\\u0000\"}", WIRE_BAD_REQUEST, "",
	    "envelope:1: not valid JSON: \\u0000 is not allowed without JSON_ALLOW_NUL near "
	    "'\"\\u0000\"'" },
	{ "{\"v\":1,\"op\":\"\xff\"," GOOD_ID ",\"body\":\"{}\"}", WIRE_BAD_REQUEST, "",
	    "envelope: not valid UTF-8 at byte 13" },
	{ "{\"v\":1,\"op\":\"health\",\"id\":\"XYZ\",\"body\":\"{}\"}", WIRE_BAD_REQUEST, "",
	    "envelope: id: expected 32 hexadecimal digits in lower case" },
	{ "{\"v\":1,\"op\":\"health\",\"id\":\"0123456789ABCDEF0123456789ABCDEF\",\"body\":\"{}\"}",
	    WIRE_BAD_REQUEST, "", "envelope: id: expected 32 hexadecimal digits in lower case" },
	{ "{\"v\":2,\"op\":\"health\"," GOOD_ID ",\"new\":1}", WIRE_UNSUPPORTED_VERSION, ID,
	    "envelope: v: version 2 is not supported; this server speaks version 1" },
	{ "{\"v\":\"1\",\"op\":\"health\"," GOOD_ID ",\"body\":\"{}\"}", WIRE_BAD_REQUEST, ID,
	    "envelope: v: expected a whole number" },
	{ "{\"op\":\"health\"," GOOD_ID ",\"body\":\"{}\"}", WIRE_BAD_REQUEST, ID,
	    "envelope: v: is missing" },
	{ "{\"v\":1," GOOD_ID ",\"body\":\"{}\"}", WIRE_BAD_REQUEST, ID,
	    "envelope: op: is missing" },
	{ "{\"v\":1,\"op\":\"health\"," GOOD_ID "}", WIRE_BAD_REQUEST, ID,
	    "envelope: body: is missing" },
	{ "{\"v\":1,\"op\":\"health\"," GOOD_ID ",\"ts\":-1,\"body\":\"{}\"}", WIRE_BAD_REQUEST, ID,
	    "envelope: ts: expected 0 to 253402300799999" },
	{ "[1]", WIRE_BAD_REQUEST, "", "envelope: expected an object" },
	{ "", WIRE_BAD_REQUEST, "",
	    "envelope:1: not valid JSON: '[' or '{' expected near end of file" },
	{ "GET / HTTP/1.1", WIRE_BAD_REQUEST, "",
	    "envelope:1: not valid JSON: '[' or '{' expected near 'GET'" },
	{ "[[[[[[[[[1]]]]]]]]]", WIRE_TOO_LARGE, "",
	    "envelope:1: JSON is nested deeper than 8 levels" },
};

static void
test_each_bad_envelope_has_its_exact_message(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
		const struct refusal *want = &REFUSALS[i];
		struct wire_request request;
		enum wire_code code;
		char message[400];

		assert_int_not_equal(
		    read_text(&request, &code, str_from(want->text), message, sizeof message),
		    STATUS_OK);
		assert_string_equal(message, want->message);
		assert_string_equal(wire_code_name(code), wire_code_name(want->code));
		assert_true(str_eq_text(request.id, want->id));
	}
}

static void
test_a_nul_byte_is_refused(void **state)
{
	static const char text[] = "{\"v\":1,\0\"op\":\"health\"}";
	struct wire_request request;
	enum wire_code code;
	char message[400];

	(void)state;
	assert_int_equal(read_text(&request, &code, (struct str){ text, sizeof text - 1 }, message,
			     sizeof message),
	    STATUS_INVALID);
	assert_string_equal(message, "envelope: holds a NUL byte");
}

static void
test_a_thousand_levels_are_refused_before_parsing(void **state)
{
	char text[2001];
	struct wire_request request;
	enum wire_code code;
	char message[400];

	(void)state;
	memset(text, '[', 1000);
	memset(text + 1000, ']', 1000);
	assert_int_equal(
	    read_text(&request, &code, (struct str){ text, 2000 }, message, sizeof message),
	    STATUS_LIMIT);
	assert_int_equal(code, WIRE_TOO_LARGE);
	assert_string_equal(message, "envelope:1: JSON is nested deeper than 8 levels");
}

static void
test_a_written_request_reads_back(void **state)
{
	const char *odd = "quote \" back \\ line \n tab \t caf\xc3\xa9 {\"a\":[1]}";
	struct wire_request request = { str_from("check"), str_from(ID), str_from("nsit_officer"),
		str_from(odd), 12345 };
	struct wire_request back;
	struct buf text = BUF_INIT;
	enum wire_code code;

	(void)state;
	wire_request_write(&text, &request);
	assert_int_equal(wire_request_read(&back, &code, arena, buf_str(&text), NULL), STATUS_OK);
	assert_true(str_eq(back.body, request.body));
	assert_true(str_eq(back.role, request.role));
	assert_int_equal(back.ts_ms, 12345);
	buf_free(&text);
}

static void
test_a_written_reply_reads_back(void **state)
{
	struct wire_reply answer = { .id = str_from(ID),
		.ok = true,
		.replayed = true,
		.ts_ms = 1790000000007,
		.audit = 17,
		.body = str_from("{\"a\":\"\\u00e9\"}") };
	struct wire_reply refusal = { .id = str_from(ID),
		.code = WIRE_IN_PROGRESS,
		.msg = str_from("it is running"),
		.after_ms = 200 };
	struct wire_reply back;
	struct buf text = BUF_INIT;

	(void)state;
	wire_reply_write(&text, &answer);
	assert_int_equal(wire_reply_read(&back, arena, buf_str(&text), NULL), STATUS_OK);
	assert_true(back.ok && back.replayed);
	assert_int_equal(back.audit, 17);
	assert_true(str_eq(back.body, answer.body));
	buf_clear(&text);
	wire_reply_write(&text, &refusal);
	assert_string_equal(text.p, "{\"v\":1,\"id\":\"" ID "\",\"ok\":false,\"err\":{\"code\":"
				    "\"in_progress\",\"msg\":\"it is running\",\"retry\":true,"
				    "\"after_ms\":200}}");
	assert_int_equal(wire_reply_read(&back, arena, buf_str(&text), NULL), STATUS_OK);
	assert_false(back.ok);
	assert_int_equal(back.code, WIRE_IN_PROGRESS);
	assert_int_equal(back.after_ms, 200);
	buf_free(&text);
}

static void
test_a_newer_reply_may_say_more(void **state)
{
	struct wire_reply back;

	(void)state;
	assert_int_equal(
	    wire_reply_read(&back, arena,
		STR_LIT("{\"v\":1,\"id\":\"\",\"ok\":false,\"colour\":3,\"err\":{\"code\":"
			"\"from_the_future\",\"msg\":\"m\",\"shape\":[]}}"),
		NULL),
	    STATUS_OK);
	assert_int_equal(back.code, WIRE_INTERNAL);
}

static void
test_a_broken_reply_is_an_error(void **state)
{
	static const char *const broken[] = { "", "7", "[]", "{}", "{\"v\":1}",
		"{\"v\":1,\"id\":\"\",\"ok\":true}", "{\"v\":1,\"id\":\"\",\"ok\":false}",
		"{\"v\":2,\"id\":\"\",\"ok\":true,\"body\":\"\"}",
		"{\"v\":1,\"id\":3,\"ok\":true,\"body\":\"\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		struct wire_reply back;

		assert_int_not_equal(
		    wire_reply_read(&back, arena, str_from(broken[i]), NULL), STATUS_OK);
	}
}

static void
test_every_code_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (enum wire_code code = WIRE_BAD_REQUEST; code < WIRE_CODE_COUNT; code++) {
		enum wire_code back;

		assert_true(wire_code_from_name(&back, str_from(wire_code_name(code))));
		assert_int_equal(back, code);
		assert_int_not_equal(wire_code_status(code), STATUS_OK);
	}
	assert_true(wire_code_retry(WIRE_BUSY) && wire_code_retry(WIRE_AUDIT_UNAVAILABLE));
	assert_false(wire_code_retry(WIRE_FORBIDDEN));
}

/* Bytes at random, and good envelopes with bytes changed: an error or a request, never a fault. */
static void
test_mangled_envelopes_never_fault(void **state)
{
	static const char good[] = "{\"v\":1,\"op\":\"check\",\"id\":\"" ID "\",\"role\":\"qa\","
				   "\"ts\":17,\"body\":\"{\\\"a\\\":1}\"}";
	uint32_t seed = 20261123;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[sizeof good];
		struct wire_request request;
		enum wire_code code;

		memcpy(text, good, sizeof good);
		for (int change = 0; change < 1 + round % 4; change++) {
			seed = seed * 1664525 + 1013904223;
			text[seed / 7 % (sizeof good - 1)] = (char)(seed >> 24);
		}
		if (wire_request_read(&request, &code, arena,
			(struct str){ text, sizeof good - 1 - (size_t)(seed % 3) },
			NULL) == STATUS_OK)
			assert_int_equal(request.id.n, WIRE_ID_HEX);
		else
			assert_int_not_equal(code, WIRE_OK);
		arena_reset(arena);
	}
}

static int
make_arena(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena == NULL;
}

static int
drop_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_documented_request_is_read),
		cmocka_unit_test(test_each_bad_envelope_has_its_exact_message),
		cmocka_unit_test(test_a_nul_byte_is_refused),
		cmocka_unit_test(test_a_thousand_levels_are_refused_before_parsing),
		cmocka_unit_test(test_a_written_request_reads_back),
		cmocka_unit_test(test_a_written_reply_reads_back),
		cmocka_unit_test(test_a_newer_reply_may_say_more),
		cmocka_unit_test(test_a_broken_reply_is_an_error),
		cmocka_unit_test(test_every_code_has_a_name_of_its_own),
		cmocka_unit_test(test_mangled_envelopes_never_fault),
	};

	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
