#include "ledger/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <zstd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "ledger/box.h"

#define WITH STR_LIT("ledger 1, entry 17, key 3")
#define LIMIT (1u << 20)

static const unsigned char key[SEAL_KEY_BYTES] = "the data key number three of all";
static const unsigned char other[SEAL_KEY_BYTES] = "the data key number four of all.";

/* --- Tools -------------------------------------------------------------------------------- */

static void
seal(struct buf *out, struct str plain)
{
	assert_int_equal(seal_make(out, key, WITH, plain, NULL), STATUS_OK);
}

static void
expect_plain(const struct buf *sealed, struct str want)
{
	struct buf got = BUF_INIT;

	assert_int_equal(seal_open(&got, key, WITH, buf_str(sealed), want.n, NULL), STATUS_OK);
	assert_int_equal(got.n, want.n);
	if (want.n > 0)
		assert_memory_equal(got.p, want.p, want.n);
	buf_free(&got);
}

/* Refused, and nothing was added to what the caller had. */
static void
expect_refused(struct str sealed, size_t limit, enum status status, const char *text)
{
	struct buf got = BUF_INIT;
	struct err err = ERR_NONE;

	buf_add_text(&got, "before");
	assert_int_equal(seal_open(&got, key, WITH, sealed, limit, &err), status);
	assert_string_equal(got.p, "before");
	if (text != NULL)
		assert_string_equal(err.text, text);
	buf_free(&got);
}

/* Bytes as seal_make() would make them, but with any content in the box: what only somebody with
 * the key can do. */
static void
box_frame(struct buf *out, struct str frame)
{
	static const char with[] = "record-check-seal-v1\0ledger 1, entry 17, key 3";
	char *box = mem_alloc(frame.n + BOX_EXTRA_BYTES);

	assert_non_null(box);
	box_shut(box, key, (struct str){ with, sizeof with - 1 }, frame);
	buf_add_char(out, 1);
	buf_add(out, box, frame.n + BOX_EXTRA_BYTES);
	mem_free(box);
}

static void
fill(struct buf *out, size_t n, unsigned seed)
{
	static const char *const words[] = { "{\"forename\":\"", "Kayleigh",
		"\",\"town\":", "\"Leeds\"", "0123456789", ",", "\xc3\xa9" };

	while (out->n < n) {
		seed = seed * 1664525u + 1013904223u;
		buf_add_text(out, words[(seed >> 16) % (sizeof words / sizeof words[0])]);
		if (seed % 7 == 0)
			buf_add_char(out, (char)(seed >> 24));
	}
	out->n = n;
}

/* --- There and back ------------------------------------------------------------------------- */

static void
test_what_was_sealed_is_opened_with_its_key_and_data(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 100, 4096, 15000, 131072, 131073, 1u << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct buf plain = BUF_INIT, sealed = BUF_INIT;

		fill(&plain, sizes[i], (unsigned)i);
		seal(&sealed, buf_str(&plain));
		expect_plain(&sealed, buf_str(&plain));
		buf_free(&plain);
		buf_free(&sealed);
	}
}

static void
test_sealing_adds_to_what_is_there(void **state)
{
	struct buf sealed = BUF_INIT, plain = BUF_INIT;

	(void)state;
	buf_add_text(&sealed, "head");
	seal(&sealed, STR_LIT("x"));
	assert_memory_equal(sealed.p, "head\1", 5);
	buf_add_text(&plain, "before");
	assert_int_equal(
	    seal_open(&plain, key, WITH, str_part(buf_str(&sealed), 4, sealed.n), 1, NULL),
	    STATUS_OK);
	assert_string_equal(plain.p, "beforex");
	buf_free(&sealed);
	buf_free(&plain);
}

static void
test_sealing_twice_gives_other_bytes(void **state)
{
	struct buf one = BUF_INIT, two = BUF_INIT;

	(void)state;
	seal(&one, STR_LIT("Kayleigh"));
	seal(&two, STR_LIT("Kayleigh"));
	assert_int_equal(one.n, two.n);
	assert_memory_not_equal(one.p + 1, two.p + 1, BOX_NONCE_BYTES);
	assert_memory_not_equal(one.p + 25, two.p + 25, one.n - 25);
	buf_free(&one);
	buf_free(&two);
}

static void
test_another_key_or_entry_opens_nothing(void **state)
{
	struct buf sealed = BUF_INIT, got = BUF_INIT;
	struct err err = ERR_NONE;

	(void)state;
	seal(&sealed, STR_LIT("Kayleigh"));
	assert_int_equal(
	    seal_open(&got, other, WITH, buf_str(&sealed), LIMIT, &err), STATUS_CORRUPT);
	assert_string_equal(
	    err.text, "sealed data was changed, or belongs to another key or entry");
	assert_int_equal(seal_open(&got, key, STR_LIT("ledger 1, entry 18, key 3"),
			     buf_str(&sealed), LIMIT, NULL),
	    STATUS_CORRUPT);
	assert_int_equal(
	    seal_open(&got, key, STR_NONE, buf_str(&sealed), LIMIT, NULL), STATUS_CORRUPT);
	assert_int_equal(got.n, 0);
	buf_free(&sealed);
	buf_free(&got);
}

/* The layout of seal.h, undone by hand. */
static void
test_the_bytes_are_the_documented_ones(void **state)
{
	static const char with[] = "record-check-seal-v1\0ledger 1, entry 17, key 3";
	struct buf sealed = BUF_INIT;
	char frame[256], plain[64];
	size_t n;

	(void)state;
	seal(&sealed, STR_LIT("{\"forename\":\"Kayleigh\"}"));
	assert_int_equal(sealed.p[0], 1);
	n = sealed.n - 1 - 24 - 16;
	assert_true(n <= sizeof frame);
	assert_true(box_open(frame, key, (struct str){ with, sizeof with - 1 },
	    str_part(buf_str(&sealed), 1, sealed.n)));
	assert_memory_equal(frame, "\x28\xb5\x2f\xfd", 4); /* RFC 8878, 3.1.1 */
	assert_int_equal(ZSTD_decompress(plain, sizeof plain, frame, n), 23);
	assert_memory_equal(plain, "{\"forename\":\"Kayleigh\"}", 23);
	buf_free(&sealed);
}

/* --- Limits --------------------------------------------------------------------------------- */

static void
test_what_it_is_sealed_with_is_bounded(void **state)
{
	static char bytes[SEAL_WITH_BYTES_MAX + 1];
	const struct str most = { bytes, SEAL_WITH_BYTES_MAX }, more = { bytes, sizeof bytes };
	struct buf sealed = BUF_INIT, got = BUF_INIT;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(seal_make(&sealed, key, most, STR_LIT("x"), NULL), STATUS_OK);
	assert_int_equal(seal_open(&got, key, most, buf_str(&sealed), 1, NULL), STATUS_OK);
	assert_int_equal(seal_open(&got, key, more, buf_str(&sealed), 1, NULL), STATUS_LIMIT);
	buf_clear(&sealed);
	assert_int_equal(seal_make(&sealed, key, more, STR_LIT("x"), &err), STATUS_LIMIT);
	assert_string_equal(err.text, "what data is sealed with is over 1024 bytes");
	assert_int_equal(sealed.n, 0);
	buf_free(&sealed);
	buf_free(&got);
}

static void
test_the_data_to_seal_is_bounded(void **state)
{
	char *bytes = mem_zero(SEAL_PLAIN_BYTES_MAX + 1, 1);
	struct buf sealed = BUF_INIT;

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(
	    seal_make(&sealed, key, WITH, (struct str){ bytes, SEAL_PLAIN_BYTES_MAX + 1 }, NULL),
	    STATUS_LIMIT);
	assert_int_equal(sealed.n, 0);
	seal(&sealed, (struct str){ bytes, SEAL_PLAIN_BYTES_MAX });
	/* 16 MiB of zeros in under 2 KiB: what the limit on opening is for */
	assert_true(sealed.n < 2048);
	expect_refused(buf_str(&sealed), SEAL_PLAIN_BYTES_MAX - 1, STATUS_LIMIT,
	    "sealed data is over 16777215 bytes");
	expect_plain(&sealed, (struct str){ bytes, SEAL_PLAIN_BYTES_MAX });
	mem_free(bytes);
	buf_free(&sealed);
}

static void
test_opening_is_bounded_by_the_caller(void **state)
{
	struct buf sealed = BUF_INIT;

	(void)state;
	seal(&sealed, STR_LIT("12345678"));
	expect_plain(&sealed, STR_LIT("12345678")); /* at its limit of 8 */
	expect_refused(buf_str(&sealed), 7, STATUS_LIMIT, "sealed data is over 7 bytes");
	expect_refused(buf_str(&sealed), 0, STATUS_LIMIT, "sealed data is over 0 bytes");
	buf_free(&sealed);
}

/* --- Frames that only somebody with the key can have made ------------------------------------- */

/* A frame of `plain` that does not say how long it is, as a stream gives it. */
static size_t
stream_frame(char *out, size_t room, struct str plain)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	ZSTD_outBuffer to = { out, room, 0 };
	ZSTD_inBuffer from = { plain.p, plain.n, 0 };

	assert_int_equal(ZSTD_compressStream2(context, &to, &from, ZSTD_e_continue), 0);
	assert_int_equal(ZSTD_compressStream2(context, &to, &from, ZSTD_e_end), 0);
	ZSTD_freeCCtx(context);
	return to.pos;
}

static void
test_other_contents_of_the_box_are_refused(void **state)
{
	static const char *const text = "sealed data does not hold what was sealed";
	static const char skippable[] = "\x50\x2a\x4d\x18\x00\x00\x00\x00";
	/* RFC 8878: 8-byte content size 2^63, then an empty last raw block */
	static const char huge[] = "\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x80\x01\0\0";
	/* says 100 bytes, holds one raw block of one byte */
	static const char lies[] = "\x28\xb5\x2f\xfd\x20\x64\x09\0\0x";
	char frame[512], streamed[512], empties[2][512];
	size_t n = ZSTD_compress(frame, 256, "Kayleigh", 8, 1);
	struct str cases[] = {
		STR_NONE, STR_LIT("plain"), { frame, n - 1 },
		{ frame, n + 1 }, /* a byte after the frame */
		{ frame, 2 * n }, /* a frame after the frame */
		{ skippable, 8 }, { streamed, 0 }, { lies, sizeof lies - 1 },
		{ empties[0], n + 8 }, /* a skippable frame after the frame */
		{ empties[1], 0 },     /* a frame of nothing after the frame */
	};

	(void)state;
	memcpy(frame + n, frame, n);
	memcpy(empties[0], frame, n);
	memcpy(empties[0] + n, skippable, 8);
	memcpy(empties[1], frame, n);
	cases[9].n = n + ZSTD_compress(empties[1] + n, 256, "", 0, 1);
	cases[6].n = stream_frame(streamed, sizeof streamed, STR_LIT("Kayleigh"));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf sealed = BUF_INIT;

		box_frame(&sealed, cases[i]);
		expect_refused(buf_str(&sealed), LIMIT, STATUS_CORRUPT, text);
		buf_free(&sealed);
	}
	{
		struct buf sealed = BUF_INIT, good = BUF_INIT;

		box_frame(&sealed, (struct str){ huge, sizeof huge - 1 });
		expect_refused(buf_str(&sealed), LIMIT, STATUS_LIMIT, NULL);
		box_frame(&good, (struct str){ frame, n });
		expect_plain(&good, STR_LIT("Kayleigh"));
		buf_free(&sealed);
		buf_free(&good);
	}
}

/* --- Damage ------------------------------------------------------------------------------------
 */

static void
test_any_bit_changed_or_byte_missing_gives_nothing(void **state)
{
	struct buf plain = BUF_INIT, sealed = BUF_INIT;

	(void)state;
	fill(&plain, 300, 1);
	seal(&sealed, buf_str(&plain));
	for (size_t bit = 0; bit < sealed.n * 8; bit++) {
		sealed.p[bit / 8] = (char)(sealed.p[bit / 8] ^ (1 << bit % 8));
		expect_refused(
		    buf_str(&sealed), LIMIT, bit < 8 ? STATUS_VERSION : STATUS_CORRUPT, NULL);
		sealed.p[bit / 8] = (char)(sealed.p[bit / 8] ^ (1 << bit % 8));
	}
	for (size_t n = 0; n < sealed.n; n++)
		expect_refused(str_part(buf_str(&sealed), 0, n), LIMIT, STATUS_CORRUPT, NULL);
	buf_add_char(&sealed, 0);
	expect_refused(buf_str(&sealed), LIMIT, STATUS_CORRUPT, NULL);
	sealed.n--;
	expect_plain(&sealed, buf_str(&plain));
	sealed.p[0] = 2;
	expect_refused(
	    buf_str(&sealed), LIMIT, STATUS_VERSION, "data sealed by version 2, which this is not");
	buf_free(&plain);
	buf_free(&sealed);
}

/* Damage below the encryption: it must fail or give at most the limit, whatever zstd makes of it.
 */
static void
test_damaged_frames_never_pass_the_limit(void **state)
{
	struct buf plain = BUF_INIT;
	char frame[4096];
	unsigned seed = 20261126, refused = 0;
	size_t n;

	(void)state;
	fill(&plain, 3000, 5);
	n = ZSTD_compress(frame, sizeof frame, plain.p, plain.n, 1);
	assert_false(ZSTD_isError(n));
	for (unsigned i = 0; i < 20000; i++) {
		struct buf sealed = BUF_INIT, got = BUF_INIT;
		char bad[sizeof frame];
		enum status status;
		size_t kept = n;

		memcpy(bad, frame, n);
		for (unsigned flips = 1 + i % 4; flips > 0; flips--) {
			size_t at;

			seed = seed * 1664525u + 1013904223u;
			/* half of them in the headers, where lengths are */
			at = (seed >> 8) % (i % 2 == 0 ? 24 : n);
			bad[at] = (char)(bad[at] ^ (1 << (seed >> 4) % 8));
		}
		if (i % 3 == 0)
			kept = (seed >> 8) % n;
		box_frame(&sealed, (struct str){ bad, kept });
		status = seal_open(&got, key, WITH, buf_str(&sealed), plain.n, NULL);
		assert_true(
		    status == STATUS_OK || status == STATUS_CORRUPT || status == STATUS_LIMIT);
		assert_true(status == STATUS_OK ? got.n <= plain.n : got.n == 0);
		refused += status != STATUS_OK;
		buf_free(&sealed);
		buf_free(&got);
	}
	assert_true(refused > 10000);
	buf_free(&plain);
}

static void
test_memory_running_out_anywhere_changes_nothing(void **state)
{
	struct buf sealed = BUF_INIT, got = BUF_INIT;
	enum status status = STATUS_NOMEM;
	long nth;

	(void)state;
	for (nth = 1; status == STATUS_NOMEM; nth++) {
		buf_free(&sealed);
		mem_fail_at(nth);
		status = seal_make(&sealed, key, WITH, STR_LIT("Kayleigh"), NULL);
		mem_fail_at(0);
		assert_true(status == STATUS_OK || (status == STATUS_NOMEM && sealed.n == 0));
	}
	assert_true(status == STATUS_OK && nth > 3);
	status = STATUS_NOMEM;
	for (nth = 1; status == STATUS_NOMEM; nth++) {
		buf_free(&got);
		mem_fail_at(nth);
		status = seal_open(&got, key, WITH, buf_str(&sealed), LIMIT, NULL);
		mem_fail_at(0);
		assert_true(status == STATUS_OK || (status == STATUS_NOMEM && got.n == 0));
	}
	assert_true(status == STATUS_OK && nth > 3);
	assert_string_equal(got.p, "Kayleigh");
	buf_free(&sealed);
	buf_free(&got);
}

static void *
seal_many(void *arg)
{
	bool *failed = arg;

	for (unsigned i = 0; i < 500; i++) {
		struct buf plain = BUF_INIT, sealed = BUF_INIT, got = BUF_INIT;

		fill(&plain, 50 + i, i);
		if (seal_make(&sealed, key, WITH, buf_str(&plain), NULL) != STATUS_OK ||
		    seal_open(&got, key, WITH, buf_str(&sealed), LIMIT, NULL) != STATUS_OK ||
		    !str_eq(buf_str(&plain), buf_str(&got)))
			*failed = true;
		buf_free(&plain);
		buf_free(&sealed);
		buf_free(&got);
	}
	return NULL;
}

static void
test_many_threads_seal_and_open_at_once(void **state)
{
	pthread_t threads[4];
	bool failed[4] = { false };

	(void)state;
	for (unsigned t = 0; t < 4; t++)
		assert_int_equal(pthread_create(&threads[t], NULL, seal_many, &failed[t]), 0);
	for (unsigned t = 0; t < 4; t++) {
		pthread_join(threads[t], NULL);
		assert_false(failed[t]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_sealed_is_opened_with_its_key_and_data),
		cmocka_unit_test(test_sealing_adds_to_what_is_there),
		cmocka_unit_test(test_sealing_twice_gives_other_bytes),
		cmocka_unit_test(test_another_key_or_entry_opens_nothing),
		cmocka_unit_test(test_the_bytes_are_the_documented_ones),
		cmocka_unit_test(test_what_it_is_sealed_with_is_bounded),
		cmocka_unit_test(test_the_data_to_seal_is_bounded),
		cmocka_unit_test(test_opening_is_bounded_by_the_caller),
		cmocka_unit_test(test_other_contents_of_the_box_are_refused),
		cmocka_unit_test(test_any_bit_changed_or_byte_missing_gives_nothing),
		cmocka_unit_test(test_damaged_frames_never_pass_the_limit),
		cmocka_unit_test(test_memory_running_out_anywhere_changes_nothing),
		cmocka_unit_test(test_many_threads_seal_and_open_at_once),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
