#include "ledger/checkpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "ledger/keys.h"
#include "ledger/sign.h"

/* RFC 8032, 7.1, TEST 1 */
#define RFC_SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define RFC_PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
/* Made with Python's hashlib and `openssl pkeyutl -sign -rawin` from the layout in sign.h alone:
 * ledger 00 01 ... 0f, entry 17, BLAKE2b-256 of "entry 17", 1790000000000. Must never change. */
#define RFC_LINE                                                                \
	"{\"ledger\":\"000102030405060708090a0b0c0d0e0f\",\"seq\":17,\"hash\":" \
	"\"3e76c2fcc239e3727d672621568eac53c037d04df0a12d7b3e9befa11a97542a\"," \
	"\"at_ms\":1790000000000,\"key\":\"7849ac3049680be1\",\"signature\":"   \
	"\"7e77b0989e4893dadad263ca6d376ed01cc7c9a721c501db291a3b4e3a35c61f"    \
	"fc4761596b9db2ffdbf83e7f1014ef62854602daa24dc28eab0c260e2053580f\"}\n"

static char folder[64], private_path[96], public_path[96];

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/test_sign.XXXXXX"); /* mode 0700 */
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(private_path, sizeof private_path, "%s/sign.key", folder);
	snprintf(public_path, sizeof public_path, "%s/sign.pub", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

static struct sign *
open_sign(void)
{
	struct sign *sign = NULL;
	struct err err = ERR_NONE;
	char text[512];

	if (sign_open(&sign, folder, &err) != STATUS_OK)
		fail_msg("%s", err_format(text, sizeof text, &err));
	return sign;
}

static void
expect_open(enum status status, const char *source, const char *text)
{
	struct sign *sign = NULL;
	struct err err = ERR_NONE;

	assert_int_equal(sign_open(&sign, folder, &err), status);
	assert_null(sign);
	assert_string_equal(err.source, source);
	assert_string_equal(err.text, text);
}

static void
use_rfc_key(void)
{
	struct digest seed;

	assert_true(digest_from_hex(&seed, STR_LIT(RFC_SEED)));
	assert_int_equal(
	    file_write(private_path, (struct str){ (const char *)seed.bytes, 32 }, 0600, NULL),
	    STATUS_OK);
}

static struct checkpoint
sample(void)
{
	struct checkpoint checkpoint = { .seq = 17, .at_ms = 1790000000000 };

	for (size_t i = 0; i < SIGN_LEDGER_BYTES; i++)
		checkpoint.ledger[i] = (unsigned char)i;
	digest_of(&checkpoint.hash, STR_LIT("entry 17"));
	return checkpoint;
}

static unsigned
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return (unsigned)st.st_mode & 07777;
}

/* --- The pair of keys ------------------------------------------------------------------------- */

static void
test_a_first_start_makes_a_pair_that_stays(void **state)
{
	unsigned char first[SIGN_PUBLIC_BYTES], again[SIGN_PUBLIC_BYTES], read[SIGN_PUBLIC_BYTES];
	mode_t before = umask(077);
	struct sign *sign = open_sign();

	(void)state;
	umask(before);
	assert_int_equal(mode_of(private_path), 0600);
	assert_int_equal(mode_of(public_path), 0644);
	sign_public(first, sign);
	sign_close(sign);
	sign_close(NULL);
	sign = open_sign();
	sign_public(again, sign);
	assert_memory_equal(first, again, sizeof first);
	assert_int_equal(sign_read_public(read, public_path, NULL), STATUS_OK);
	assert_memory_equal(first, read, sizeof first);
	sign_close(sign);
}

static void
test_the_pair_lies_beside_the_data_keys(void **state)
{
	struct keys *keys = NULL;
	struct sign *sign;

	(void)state;
	assert_int_equal(keys_open(&keys, folder, NULL), STATUS_OK);
	sign = open_sign();
	sign_close(sign);
	keys_close(keys);
	assert_int_equal(keys_open(&keys, folder, NULL), STATUS_OK);
	keys_close(keys);
}

static void
test_two_folders_have_two_keys(void **state)
{
	unsigned char first[SIGN_PUBLIC_BYTES], second[SIGN_PUBLIC_BYTES];
	struct sign *sign = open_sign();

	(void)state;
	sign_public(first, sign);
	sign_close(sign);
	assert_int_equal(unlink(private_path), 0);
	assert_int_equal(unlink(public_path), 0);
	sign = open_sign();
	sign_public(second, sign);
	sign_close(sign);
	assert_memory_not_equal(first, second, sizeof first);
}

static void
test_the_public_half_is_made_again_and_never_the_private(void **state)
{
	unsigned char first[SIGN_PUBLIC_BYTES], again[SIGN_PUBLIC_BYTES];
	struct sign *sign = open_sign();

	(void)state;
	sign_public(first, sign);
	sign_close(sign);
	assert_int_equal(unlink(public_path), 0);
	sign = open_sign();
	sign_close(sign);
	assert_int_equal(sign_read_public(again, public_path, NULL), STATUS_OK);
	assert_memory_equal(first, again, sizeof first);
	assert_int_equal(unlink(private_path), 0);
	expect_open(STATUS_CORRUPT, private_path,
	    "the signing key is gone, but sign.pub is there: put sign.key back, or move sign.pub "
	    "away to begin with a new key");
	assert_int_not_equal(access(private_path, F_OK), 0);
}

static void
test_any_bit_changed_in_either_file_is_noticed(void **state)
{
	static const char *const text =
	    "is not the public key of sign.key: one of them is damaged or of another";
	const char *paths[] = { private_path, public_path };
	struct buf file = BUF_INIT;

	(void)state;
	sign_close(open_sign());
	for (size_t p = 0; p < 2; p++) {
		buf_clear(&file);
		assert_int_equal(file_read(&file, paths[p], 256, NULL), STATUS_OK);
		assert_int_equal(file.n, p == 0 ? 32 : 65);
		for (size_t i = 0; i < file.n; i++) {
			file.p[i] = (char)(file.p[i] ^ (1 << i % 8));
			assert_int_equal(
			    file_write(paths[p], buf_str(&file), p == 0 ? 0600 : 0644, NULL),
			    STATUS_OK);
			expect_open(STATUS_CORRUPT, public_path, text);
			file.p[i] = (char)(file.p[i] ^ (1 << i % 8));
		}
		assert_int_equal(
		    file_write(paths[p], buf_str(&file), p == 0 ? 0600 : 0644, NULL), STATUS_OK);
		sign_close(open_sign());
	}
	assert_int_equal(truncate(private_path, 31), 0);
	expect_open(STATUS_CORRUPT, private_path, "has 31 bytes, not 32");
	buf_free(&file);
}

static void
test_modes_that_let_others_at_the_keys_are_refused(void **state)
{
	(void)state;
	sign_close(open_sign());
	assert_int_equal(chmod(private_path, 0640), 0);
	expect_open(STATUS_INVALID, private_path,
	    "has mode 0640, which lets others at it; it must be 0600");
	assert_int_equal(chmod(private_path, 0600), 0);
	assert_int_equal(chmod(public_path, 0664), 0);
	expect_open(
	    STATUS_INVALID, public_path, "has mode 0664, which lets others at it; it must be 0644");
	assert_int_equal(chmod(public_path, 0600), 0);
	sign_close(open_sign());
	assert_int_equal(chmod(folder, 0755), 0);
	expect_open(
	    STATUS_INVALID, folder, "has mode 0755, which lets others at it; it must be 0700");
}

static void
test_a_public_key_is_read_strictly(void **state)
{
	static const struct {
		const char *text;
		enum status status;
	} cases[] = {
		{ RFC_PUBLIC, STATUS_OK },
		{ RFC_PUBLIC "\n", STATUS_OK },
		{ RFC_PUBLIC "0", STATUS_INVALID },
		{ RFC_PUBLIC RFC_PUBLIC, STATUS_INVALID },
		{ "x" RFC_PUBLIC, STATUS_INVALID },
		{ "", STATUS_INVALID },
	};
	unsigned char key[SIGN_PUBLIC_BYTES];
	struct err err = ERR_NONE;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(
		    file_write(public_path, str_from(cases[i].text), 0644, NULL), STATUS_OK);
		err_clear(&err);
		assert_int_equal(sign_read_public(key, public_path, &err), cases[i].status);
		if (cases[i].status != STATUS_OK)
			assert_string_equal(
			    err.text, "not a public key: expected 64 hexadecimal digits");
	}
	assert_int_equal(unlink(public_path), 0);
	assert_int_equal(sign_read_public(key, public_path, NULL), STATUS_NOT_FOUND);
}

static void
test_memory_running_out_is_survived(void **state)
{
	struct sign *sign = NULL;
	enum status status = STATUS_NOMEM;
	long nth;

	(void)state;
	for (nth = 1; status == STATUS_NOMEM; nth++) {
		mem_fail_at(nth);
		status = sign_open(&sign, folder, NULL);
		mem_fail_at(0);
	}
	assert_int_equal(status, STATUS_OK);
	assert_true(nth > 2);
	sign_close(sign);
}

/* --- Signing ------------------------------------------------------------------------------------
 */

static void
test_the_signature_is_the_documented_one(void **state)
{
	struct checkpoint checkpoint = sample();
	struct buf line = BUF_INIT, text = BUF_INIT;
	struct sign *sign;

	(void)state;
	use_rfc_key();
	sign = open_sign();
	assert_int_equal(file_read(&text, public_path, 256, NULL), STATUS_OK);
	assert_string_equal(text.p, RFC_PUBLIC "\n");
	assert_int_equal(sign_checkpoint(&checkpoint, sign, NULL), STATUS_OK);
	checkpoint_write(&line, &checkpoint);
	assert_string_equal(line.p, RFC_LINE);
	sign_close(sign);
	buf_free(&line);
	buf_free(&text);
}

static void
test_any_bit_changed_in_a_checkpoint_breaks_its_signature(void **state)
{
	struct checkpoint checkpoint = sample();
	unsigned char public_key[SIGN_PUBLIC_BYTES];
	const struct {
		unsigned char *bytes;
		size_t n;
	} parts[] = {
		{ checkpoint.ledger, SIGN_LEDGER_BYTES },
		{ (unsigned char *)&checkpoint.seq, 8 },
		{ checkpoint.hash.bytes, DIGEST_BYTES },
		{ (unsigned char *)&checkpoint.at_ms, 8 },
		{ checkpoint.signature, SIGN_BYTES },
	};
	struct sign *sign = open_sign();

	(void)state;
	sign_public(public_key, sign);
	assert_int_equal(sign_checkpoint(&checkpoint, sign, NULL), STATUS_OK);
	assert_int_equal(sign_verify(&checkpoint, public_key, NULL), STATUS_OK);
	for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
		for (size_t bit = 0; bit < parts[p].n * 8; bit++) {
			unsigned char *byte = parts[p].bytes + bit / 8;
			struct err err = ERR_NONE;

			*byte = (unsigned char)(*byte ^ (1 << bit % 8));
			assert_int_equal(
			    sign_verify(&checkpoint, public_key, &err), STATUS_CORRUPT);
			assert_string_equal(err.text, "the signature does not fit the checkpoint");
			*byte = (unsigned char)(*byte ^ (1 << bit % 8));
		}
	}
	assert_int_equal(sign_verify(&checkpoint, public_key, NULL), STATUS_OK);
	sign_close(sign);
}

static void
test_another_key_is_named(void **state)
{
	struct checkpoint checkpoint;
	struct err err = ERR_NONE;
	struct digest public_key;

	(void)state;
	assert_int_equal(checkpoint_read(&checkpoint, STR_LIT(RFC_LINE), "x", NULL), STATUS_OK);
	assert_true(digest_from_hex(&public_key, STR_LIT(RFC_PUBLIC)));
	assert_int_equal(sign_verify(&checkpoint, public_key.bytes, NULL), STATUS_OK);
	checkpoint.key[0] ^= 1;
	assert_int_equal(sign_verify(&checkpoint, public_key.bytes, &err), STATUS_INVALID);
	assert_string_equal(
	    err.text, "signed with key 7949ac3049680be1, not with 7849ac3049680be1");
}

static void
test_only_what_an_entry_can_be_is_signed(void **state)
{
	static const struct {
		uint64_t seq;
		int64_t at_ms;
		enum status status;
	} cases[] = {
		{ 0, 0, STATUS_INVALID },
		{ 1, 0, STATUS_OK },
		{ INT64_MAX, INT64_MAX, STATUS_OK },
		{ (uint64_t)INT64_MAX + 1, 0, STATUS_INVALID },
		{ 1, -1, STATUS_INVALID },
	};
	struct sign *sign = open_sign();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct checkpoint checkpoint = sample();

		checkpoint.seq = cases[i].seq;
		checkpoint.at_ms = cases[i].at_ms;
		assert_int_equal(sign_checkpoint(&checkpoint, sign, NULL), cases[i].status);
	}
	sign_close(sign);
}

/* --- The line ------------------------------------------------------------------------------------
 */

static void
test_a_line_is_read_as_it_was_written(void **state)
{
	struct checkpoint read, extremes = sample();
	struct buf line = BUF_INIT, again = BUF_INIT;

	(void)state;
	extremes.seq = INT64_MAX;
	extremes.at_ms = INT64_MAX;
	memset(extremes.signature, 0xff, SIGN_BYTES);
	checkpoint_write(&line, &extremes);
	assert_int_equal(checkpoint_read(&read, buf_str(&line), "x", NULL), STATUS_OK);
	checkpoint_write(&again, &read);
	assert_string_equal(line.p, again.p);
	assert_int_equal(checkpoint_read(&read, STR_LIT(RFC_LINE), "x", NULL), STATUS_OK);
	buf_clear(&again);
	checkpoint_write(&again, &read);
	assert_string_equal(again.p, RFC_LINE);
	buf_free(&line);
	buf_free(&again);
}

/* RFC_LINE with one thing exchanged. */
static void
expect_read(const char *from, const char *to, enum status status, const char *text)
{
	static const struct checkpoint untouched = { .seq = 99 };
	struct checkpoint read = untouched;
	const char *at = strstr(RFC_LINE, from);
	struct buf line = BUF_INIT;
	struct err err = ERR_NONE;

	assert_non_null(at);
	buf_add(&line, RFC_LINE, (size_t)(at - RFC_LINE));
	buf_add_text(&line, to);
	buf_add_text(&line, at + strlen(from));
	assert_int_equal(checkpoint_read(&read, buf_str(&line), "mail.txt", &err), status);
	if (status != STATUS_OK) {
		assert_string_equal(err.source, "mail.txt");
		if (text != NULL)
			assert_string_equal(err.text, text);
		assert_memory_equal(&read, &untouched, sizeof read);
	}
	buf_free(&line);
}

static void
test_a_line_is_read_strictly(void **state)
{
	static const struct {
		const char *from, *to;
		enum status status;
		const char *text;
	} cases[] = {
		{ ",\"key\"", " ,\n\t\"key\"", STATUS_OK, NULL },
		{ "{\"ledger\"", "{\"more\":1,\"ledger\"", STATUS_INVALID,
		    "unknown field \"more\"" },
		{ "{\"ledger\"", "{\"seq\":17,\"ledger\"", STATUS_INVALID, NULL }, /* twice */
		{ "}\n", "}{}", STATUS_INVALID, NULL },
		{ "}\n", "", STATUS_INVALID, NULL },
		{ "{\"ledger\"", "[{\"ledger\"", STATUS_LIMIT, NULL },
		{ "\"seq\":17,", "", STATUS_INVALID, "seq: is missing" },
		{ "\"seq\":17", "\"seq\":0", STATUS_INVALID,
		    "seq: expected 1 to 9223372036854775807" },
		{ "\"seq\":17", "\"seq\":9223372036854775808", STATUS_INVALID, NULL },
		{ "\"seq\":17", "\"seq\":17.0", STATUS_INVALID, "seq: expected a whole number" },
		{ "\"seq\":17", "\"seq\":\"17\"", STATUS_INVALID, "seq: expected a whole number" },
		{ "\"at_ms\":1790000000000,", "", STATUS_INVALID, "at_ms: is missing" },
		{ "1790000000000", "-1", STATUS_INVALID,
		    "at_ms: expected 0 to 9223372036854775807" },
		{ "\"ledger\":\"000102030405060708090a0b0c0d0e0f\",", "", STATUS_INVALID,
		    "ledger: is missing" },
		{ "0d0e0f", "0d0e0F", STATUS_INVALID, "ledger: expected 32 digits of 0-9 and a-f" },
		{ "0d0e0f", "0d0e0g", STATUS_INVALID, "ledger: expected 32 digits of 0-9 and a-f" },
		{ "0d0e0f", "0d0e0", STATUS_INVALID, "ledger: expected 32 digits of 0-9 and a-f" },
		{ "0d0e0f", "0d0e0f0", STATUS_LIMIT, "ledger: is longer than 32 bytes" },
		{ "\"3e76c2fc", "\"3e76c2f", STATUS_INVALID,
		    "hash: expected 64 digits of 0-9 and a-f" },
		{ "\"7849ac30", "\"7849ac3", STATUS_INVALID,
		    "key: expected 16 digits of 0-9 and a-f" },
		{ "\"key\":\"7849ac3049680be1\"", "\"key\":null", STATUS_INVALID,
		    "key: is missing" },
		{ "\"key\":\"7849ac3049680be1\"", "\"key\":7", STATUS_INVALID,
		    "key: expected a string" },
		{ "\"7e77b098", "\"7e77b09", STATUS_INVALID,
		    "signature: expected 128 digits of 0-9 and a-f" },
	};
	struct checkpoint read;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect_read(cases[i].from, cases[i].to, cases[i].status, cases[i].text);
	assert_int_equal(checkpoint_read(&read, STR_NONE, "x", NULL), STATUS_INVALID);
}

static void
test_the_length_of_a_line_is_bounded(void **state)
{
	struct buf line = BUF_INIT;
	struct checkpoint read;
	struct err err = ERR_NONE;

	(void)state;
	buf_add_text(&line, RFC_LINE);
	while (line.n < CHECKPOINT_BYTES_MAX)
		buf_add_char(&line, ' ');
	assert_int_equal(checkpoint_read(&read, buf_str(&line), "x", NULL), STATUS_OK);
	buf_add_char(&line, ' ');
	assert_int_equal(checkpoint_read(&read, buf_str(&line), "x", &err), STATUS_LIMIT);
	assert_string_equal(err.text, "a checkpoint is at most 1024 bytes");
	buf_free(&line);
}

static void
test_damaged_lines_are_never_taken_for_signed(void **state)
{
	struct digest public_key;
	struct buf line = BUF_INIT;
	unsigned seed = 20261126;

	(void)state;
	assert_true(digest_from_hex(&public_key, STR_LIT(RFC_PUBLIC)));
	for (unsigned i = 0; i < 20000; i++) {
		struct checkpoint read;
		size_t at, kept;

		seed = seed * 1664525u + 1013904223u;
		at = (seed >> 8) % (sizeof RFC_LINE - 2); /* not the newline */
		kept = i % 3 == 0 ? at : sizeof RFC_LINE - 1;
		buf_clear(&line);
		buf_add(&line, RFC_LINE, kept);
		if (kept > at)
			line.p[at] = (char)(line.p[at] ^ (1 << (seed >> 4) % 8));
		if (checkpoint_read(&read, buf_str(&line), "x", NULL) == STATUS_OK)
			assert_int_not_equal(sign_verify(&read, public_key.bytes, NULL), STATUS_OK);
	}
	buf_free(&line);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_a_first_start_makes_a_pair_that_stays),
		IN_FOLDER(test_the_pair_lies_beside_the_data_keys),
		IN_FOLDER(test_two_folders_have_two_keys),
		IN_FOLDER(test_the_public_half_is_made_again_and_never_the_private),
		IN_FOLDER(test_any_bit_changed_in_either_file_is_noticed),
		IN_FOLDER(test_modes_that_let_others_at_the_keys_are_refused),
		IN_FOLDER(test_a_public_key_is_read_strictly),
		IN_FOLDER(test_memory_running_out_is_survived),
		IN_FOLDER(test_the_signature_is_the_documented_one),
		IN_FOLDER(test_any_bit_changed_in_a_checkpoint_breaks_its_signature),
		cmocka_unit_test(test_another_key_is_named),
		IN_FOLDER(test_only_what_an_entry_can_be_is_signed),
		cmocka_unit_test(test_a_line_is_read_as_it_was_written),
		cmocka_unit_test(test_a_line_is_read_strictly),
		cmocka_unit_test(test_the_length_of_a_line_is_bounded),
		cmocka_unit_test(test_damaged_lines_are_never_taken_for_signed),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
