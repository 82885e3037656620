#include "index/delta_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "record/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/delta-keys-XXXXXX";
static char path[64];

static int
set_up(void **state)
{
	(void)state;
	if (digest_init(NULL) != STATUS_OK || mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/delta.keys", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

static void
test_ids_come_back_sorted_and_once(void **state)
{
	const struct str ids[] = { STR_LIT("R2"), STR_LIT("R10"), STR_LIT("R2"),
		STR_LIT("\xc3\xa9\xe2\x82\xac"), STR_LIT("") };
	struct arena *arena = arena_new(0);
	const struct str *back;
	size_t count;

	(void)state;
	assert_int_equal(delta_keys_write(path, ids, 5, NULL), STATUS_OK);
	assert_int_equal(delta_keys_read(&back, &count, arena, path, NULL), STATUS_OK);
	assert_int_equal(count, 4);
	assert_true(str_eq(back[0], ids[4]));
	assert_true(str_eq(back[1], ids[1]));
	assert_true(str_eq(back[2], ids[0]));
	assert_true(str_eq(back[3], ids[3]));
	arena_free(arena);
}

static void
test_an_empty_list_round_trips(void **state)
{
	struct arena *arena = arena_new(0);
	const struct str *back;
	size_t count = 7;

	(void)state;
	assert_int_equal(delta_keys_write(path, NULL, 0, NULL), STATUS_OK);
	assert_int_equal(delta_keys_read(&back, &count, arena, path, NULL), STATUS_OK);
	assert_int_equal(count, 0);
	arena_free(arena);
}

static void
test_an_id_at_the_limit_is_kept_and_one_past_it_refused(void **state)
{
	char bytes[RECORD_ID_BYTES_MAX + 1];
	struct str id = { bytes, RECORD_ID_BYTES_MAX };
	struct arena *arena = arena_new(0);
	struct err err = ERR_NONE;
	const struct str *back;
	size_t count;

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	assert_int_equal(delta_keys_write(path, &id, 1, NULL), STATUS_OK);
	assert_int_equal(delta_keys_read(&back, &count, arena, path, NULL), STATUS_OK);
	assert_true(str_eq(back[0], id));
	id.n++;
	assert_int_equal(delta_keys_write(path, &id, 1, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "an id is over 64 bytes");
	arena_free(arena);
}

static void
test_a_missing_file_is_not_found(void **state)
{
	struct arena *arena = arena_new(0);
	const struct str *back;
	size_t count;

	(void)state;
	assert_int_equal(
	    delta_keys_read(&back, &count, arena, "/tmp/none/delta.keys", NULL), STATUS_NOT_FOUND);
	arena_free(arena);
}

/* Every file one byte shorter, or with any one byte changed, is refused as damaged. */
static void
test_every_damaged_byte_is_noticed(void **state)
{
	const struct str ids[] = { STR_LIT("R1"), STR_LIT("R2"), STR_LIT("R3") };
	struct buf good = BUF_INIT;

	(void)state;
	assert_int_equal(delta_keys_write(path, ids, 3, NULL), STATUS_OK);
	assert_int_equal(file_read(&good, path, 4096, NULL), STATUS_OK);
	for (size_t i = 0; i < 2 * good.n; i++) {
		struct arena *arena = arena_new(0);
		struct str bytes = buf_str(&good);
		const struct str *back;
		size_t count;

		if (i < good.n)
			bytes.n = i;
		else
			good.p[i - good.n] ^= 0x20;
		assert_int_equal(file_write(path, bytes, 0600, NULL), STATUS_OK);
		assert_int_equal(delta_keys_read(&back, &count, arena, path, NULL), STATUS_CORRUPT);
		if (i >= good.n)
			good.p[i - good.n] ^= 0x20;
		arena_free(arena);
	}
	buf_free(&good);
}

/* What a checksum cannot notice: a list that was written wrongly. */
static void
test_disorder_under_a_good_checksum_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *text;
	} cases[] = {
		{ "RCDKEYS1\x02\x01"
		  "b\x01"
		  "a",
		    13, "ids are out of order" },
		{ "RCDKEYS1\x02\x01"
		  "a\x01"
		  "a",
		    13, "ids are out of order" },
		{ "RCDKEYS1\x01\x05"
		  "ab",
		    12, "an id is cut short or too long" },
		{ "RCDKEYS1\x7f", 9, "count is wrong" },
		{ "RCDKEYS1\x01\x01"
		  "ab",
		    12, "bytes follow the last id" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str body = { cases[i].bytes, cases[i].n };
		struct arena *arena = arena_new(0);
		struct buf file = BUF_INIT;
		struct err err = ERR_NONE;
		struct digest hash;
		const struct str *back;
		size_t count;

		digest_of(&hash, body);
		buf_add_str(&file, body);
		buf_add(&file, hash.bytes, DIGEST_BYTES);
		assert_int_equal(file_write(path, buf_str(&file), 0600, NULL), STATUS_OK);
		assert_int_equal(delta_keys_read(&back, &count, arena, path, &err), STATUS_CORRUPT);
		assert_string_equal(err.text, cases[i].text);
		assert_string_equal(err.source, path);
		buf_free(&file);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_come_back_sorted_and_once),
		cmocka_unit_test(test_an_empty_list_round_trips),
		cmocka_unit_test(test_an_id_at_the_limit_is_kept_and_one_past_it_refused),
		cmocka_unit_test(test_a_missing_file_is_not_found),
		cmocka_unit_test(test_every_damaged_byte_is_noticed),
		cmocka_unit_test(test_disorder_under_a_good_checksum_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
