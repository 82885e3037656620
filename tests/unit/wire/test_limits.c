/* docs/protocol.md repeats what limits.h and the table of codes say: the two are held together. */
#include "wire/limits.h"

#include "base/file.h"
#include "wire/envelope_json.h"
#include "wire/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

static struct buf text;

static void
assert_says(const char *line)
{
	if (strstr(text.p, line) == NULL)
		fail_msg("docs/protocol.md does not say: %s", line);
}

static void
test_the_table_of_limits_is_that_of_the_header(void **state)
{
	const struct {
		const char *format;
		unsigned value, second;
	} rows[] = {
		{ "| request | %u bytes |", WIRE_REQUEST_BYTES_MAX, 0 },
		{ "| reply | %u bytes |", WIRE_REPLY_BYTES_MAX, 0 },
		{ "| JSON depth | %u |", WIRE_JSON_DEPTH_MAX, 0 },
		{ "| people in a check | %u |", WIRE_PEOPLE_MAX, 0 },
		{ "| candidates shown for a person | %u |", WIRE_CANDIDATES_MAX, 0 },
		{ "| connections | %u, %u for one uid |", WIRE_CONNECTIONS_MAX,
		    WIRE_CONNECTIONS_PER_UID_MAX },
		{ "| requests waiting | %u, then `busy` |", WIRE_QUEUE_MAX, 0 },
		{ "| protocol header, body, send | 3 s, %u s, %u s |", WIRE_BODY_MS / 1000,
		    WIRE_SEND_MS / 1000 },
		{ "| a request is large from | %u bytes |", WIRE_LARGE_BYTES, 0 },
		{ "| idle connection | %u s |", WIRE_IDLE_MS / 1000, 0 },
		{ "| check | %u s |", WIRE_CHECK_MS / 1000, 0 },
		{ "| drain on stop | %u s |", WIRE_DRAIN_MS / 1000, 0 },
		{ "| client, with all retries | %u s |", WIRE_CLIENT_MS / 1000, 0 },
		{ "any number up to %u of hop ids", FRAME_HOPS_MAX, 0 },
	};

	(void)state;
	assert_int_equal(WIRE_HEADER_MS, 3000);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char line[160];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(line, sizeof line, rows[i].format, rows[i].value, rows[i].second);
#pragma GCC diagnostic pop
		assert_says(line);
	}
}

static void
test_the_table_of_errors_has_every_code_and_no_other(void **state)
{
	size_t rows = 0;

	(void)state;
	for (enum wire_code code = WIRE_BAD_REQUEST; code < WIRE_CODE_COUNT; code++) {
		char start[64];
		const char *row, *end;

		snprintf(start, sizeof start, "\n| `%s` |", wire_code_name(code));
		assert_says(start);
		row = strstr(text.p, start) + 1;
		end = strchr(row, '\n');
		assert_non_null(end);
		assert_memory_equal(end - (wire_code_retry(code) ? 7 : 6),
		    wire_code_retry(code) ? "| yes |" : "| no |", wire_code_retry(code) ? 7 : 6);
	}
	for (const char *at = strstr(text.p, "## Errors"); (at = strstr(at, "\n| `")) != NULL; at++)
		rows++;
	assert_int_equal(rows, WIRE_CODE_COUNT - 1);
}

static int
prepare(void **state)
{
	(void)state;
	return file_read(&text, "docs/protocol.md", 1 << 20, NULL) != STATUS_OK;
}

static int
finish(void **state)
{
	(void)state;
	buf_free(&text);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_of_limits_is_that_of_the_header),
		cmocka_unit_test(test_the_table_of_errors_has_every_code_and_no_other),
	};

	return cmocka_run_group_tests(tests, prepare, finish);
}
