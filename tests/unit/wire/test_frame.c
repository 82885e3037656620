#include "wire/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
test_greetings_are_as_sp_has_them(void **state)
{
	static const unsigned char asks[] = { 0, 0x53, 0x50, 0, 0, 0x30, 0, 0 };
	unsigned char bytes[FRAME_GREETING_BYTES];

	(void)state;
	frame_greeting(bytes, FRAME_ASKS);
	assert_memory_equal(bytes, asks, sizeof asks);
	assert_true(frame_greeting_valid(bytes, FRAME_ASKS));
	assert_false(frame_greeting_valid(bytes, FRAME_ANSWERS));
	for (size_t i = 0; i < sizeof bytes; i++) {
		bytes[i] ^= 1;
		assert_false(frame_greeting_valid(bytes, FRAME_ASKS));
		bytes[i] ^= 1;
	}
}

static enum frame_fault
prefix_fault(unsigned char type, uint64_t value, size_t max)
{
	unsigned char bytes[FRAME_PREFIX_BYTES] = { type };
	uint64_t length = 0;
	enum frame_fault fault;

	for (size_t i = 0; i < 8; i++)
		bytes[8 - i] = (unsigned char)(value >> (8 * i));
	fault = frame_prefix(&length, bytes, max);
	if (fault == FRAME_OK)
		assert_true(length == value);
	return fault;
}

static void
test_lengths_at_the_limit_pass_and_one_past_it_do_not(void **state)
{
	(void)state;
	assert_int_equal(prefix_fault(1, 3, 100), FRAME_TOO_SHORT);
	assert_int_equal(prefix_fault(1, 4, 100), FRAME_OK);
	assert_int_equal(prefix_fault(1, 100 + FRAME_IDS_BYTES_MAX, 100), FRAME_OK);
	assert_int_equal(prefix_fault(1, 101 + FRAME_IDS_BYTES_MAX, 100), FRAME_TOO_LARGE);
	assert_int_equal(prefix_fault(1, UINT64_MAX, 100), FRAME_TOO_LARGE);
	assert_int_equal(prefix_fault(1, (uint64_t)1 << 63, 100), FRAME_TOO_LARGE);
	assert_int_equal(prefix_fault(0, 50, 100), FRAME_BAD_TYPE);
	assert_int_equal(prefix_fault(2, 50, 100), FRAME_BAD_TYPE);
}

static void
test_ids_are_parted_from_the_payload(void **state)
{
	struct str ids, payload;

	(void)state;
	assert_int_equal(
	    frame_split(&ids, &payload, STR_LIT("\x80\x01\x02\x03hello"), 100), FRAME_OK);
	assert_int_equal(ids.n, 4);
	assert_true(str_eq_text(payload, "hello"));
	assert_int_equal(
	    frame_split(&ids, &payload, STR_LIT("\0\0\0\1\0\0\0\2\xff\x01\x02\x03x"), 100),
	    FRAME_OK);
	assert_int_equal(ids.n, 12);
	assert_true(str_eq_text(payload, "x"));
	assert_int_equal(frame_split(&ids, &payload, STR_LIT("\x80\x01\x02\x03"), 100), FRAME_OK);
	assert_int_equal(payload.n, 0);
}

static void
test_a_body_without_request_id_is_refused(void **state)
{
	char hops[FRAME_IDS_BYTES_MAX + 4] = { 0 };
	struct str ids, payload;

	(void)state;
	assert_int_equal(frame_split(&ids, &payload, STR_LIT("abcdefgh"), 100), FRAME_TOO_SHORT);
	assert_int_equal(frame_split(&ids, &payload, STR_LIT("\x80\x01"), 100), FRAME_TOO_SHORT);
	assert_int_equal(frame_split(&ids, &payload, STR_NONE, 100), FRAME_TOO_SHORT);
	/* Eight hops and an id are the most; a ninth hop is one past it. */
	hops[4 * FRAME_HOPS_MAX] = (char)0x80;
	assert_int_equal(
	    frame_split(&ids, &payload, (struct str){ hops, sizeof hops }, 100), FRAME_OK);
	assert_int_equal(ids.n, FRAME_IDS_BYTES_MAX);
	hops[4 * FRAME_HOPS_MAX] = 0;
	hops[4 * FRAME_HOPS_MAX + 4] = (char)0x80;
	assert_int_equal(
	    frame_split(&ids, &payload, (struct str){ hops, sizeof hops }, 100), FRAME_TOO_SHORT);
}

static void
test_a_payload_over_the_limit_is_refused_whatever_its_ids(void **state)
{
	struct str ids, payload;

	(void)state;
	assert_int_equal(frame_split(&ids, &payload, STR_LIT("\x80\0\0\0hello"), 5), FRAME_OK);
	assert_int_equal(
	    frame_split(&ids, &payload, STR_LIT("\x80\0\0\0hello!"), 5), FRAME_TOO_LARGE);
}

static void
test_a_written_message_reads_back(void **state)
{
	struct buf out = BUF_INIT;
	unsigned char id[4];
	struct str ids, payload;
	uint64_t length;

	(void)state;
	frame_request_id(id, 0x7fffffff);
	assert_int_equal(id[0], 0xff);
	frame_request_id(id, 0);
	assert_int_equal(id[0], 0x80);
	frame_begin(&out, (struct str){ (const char *)id, 4 });
	for (int i = 0; i < 300; i++)
		buf_add_text(&out, "ab");
	frame_end(&out);
	assert_int_equal(frame_prefix(&length, (const unsigned char *)out.p, 600), FRAME_OK);
	assert_int_equal(length, 604);
	assert_int_equal(out.n, FRAME_PREFIX_BYTES + 604);
	assert_int_equal(
	    frame_split(&ids, &payload, str_part(buf_str(&out), FRAME_PREFIX_BYTES, out.n), 600),
	    FRAME_OK);
	assert_memory_equal(ids.p, id, 4);
	assert_int_equal(payload.n, 600);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_greetings_are_as_sp_has_them),
		cmocka_unit_test(test_lengths_at_the_limit_pass_and_one_past_it_do_not),
		cmocka_unit_test(test_ids_are_parted_from_the_payload),
		cmocka_unit_test(test_a_body_without_request_id_is_refused),
		cmocka_unit_test(test_a_payload_over_the_limit_is_refused_whatever_its_ids),
		cmocka_unit_test(test_a_written_message_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
