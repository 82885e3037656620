#include "index/generation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

static char folder[32];
static char path[64];
static struct manifest manifest, back;

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/manifest-XXXXXX");
	if (digest_init(NULL) != STATUS_OK || mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/manifest.json", folder);
	memset(&manifest, 0, sizeof manifest);
	manifest.version = MANIFEST_VERSION;
	snprintf(manifest.system, sizeof manifest.system, "ctac");
	manifest.generation = 12;
	manifest.base_generation = 10;
	manifest.delta = true;
	manifest.as_of_ms = 1700000000000;
	manifest.published_ms = 1700000001234;
	snprintf(manifest.source_name, sizeof manifest.source_name, "ctac \"neu\" \xc3\xa9.jsonl");
	manifest.source_bytes = INT64_MAX;
	memset(&manifest.source_hash, 0xab, sizeof manifest.source_hash);
	memset(&manifest.mapping_hash, 1, sizeof manifest.mapping_hash);
	manifest.rows = 10;
	manifest.rows_loaded = 7;
	manifest.rows_rejected = 2;
	manifest.rows_skipped = 1;
	manifest.records = 5;
	manifest.people = 9;
	manifest.removed = 3;
	snprintf(manifest.files[0].name, sizeof manifest.files[0].name, "base.glass");
	manifest.files[0].bytes = 4096;
	memset(&manifest.files[0].hash, 0x5c, sizeof manifest.files[0].hash);
	snprintf(manifest.files[1].name, sizeof manifest.files[1].name, "delta/postlist.glass");
	manifest.file_count = 2;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

static void
test_a_manifest_comes_back_as_it_was(void **state)
{
	(void)state;
	assert_int_equal(manifest_write(&manifest, path, NULL), STATUS_OK);
	assert_int_equal(manifest_read(&back, path, NULL), STATUS_OK);
	assert_memory_equal(&back, &manifest, sizeof back);
}

static void
test_a_file_name_that_is_no_utf8_is_made_readable(void **state)
{
	(void)state;
	memset(manifest.source_name, 0xff, sizeof manifest.source_name - 1);
	assert_int_equal(manifest_write(&manifest, path, NULL), STATUS_OK);
	assert_int_equal(manifest_read(&back, path, NULL), STATUS_OK);
	assert_int_equal(strlen(back.source_name), sizeof back.source_name - 1);
	assert_int_equal(back.source_name[254], '?');
}

/* `from` in the file becomes `to`. */
static void
check_changed(const char *from, const char *to, enum status expected, const char *text)
{
	struct buf bytes = BUF_INIT, changed = BUF_INIT;
	struct err err = ERR_NONE;
	char *at;

	assert_int_equal(manifest_write(&manifest, path, NULL), STATUS_OK);
	assert_int_equal(file_read(&bytes, path, 1u << 20, NULL), STATUS_OK);
	at = strstr(bytes.p, from);
	assert_non_null(at);
	buf_add(&changed, bytes.p, (size_t)(at - bytes.p));
	buf_add_text(&changed, to);
	buf_add_text(&changed, at + strlen(from));
	assert_int_equal(file_write(path, buf_str(&changed), 0600, NULL), STATUS_OK);
	assert_int_equal(manifest_read(&back, path, &err), expected);
	assert_string_equal(err.text, text);
	assert_string_equal(err.source, path);
	assert_int_equal(err.status, expected);
	buf_free(&bytes);
	buf_free(&changed);
}

static void
test_damage_is_named_by_field(void **state)
{
	static const struct {
		const char *from, *to;
		enum status status;
		const char *text;
	} cases[] = {
		{ "\"version\": 6", "\"version\": 1", STATUS_VERSION,
		    "manifest has version 1, this program reads 6: load again" },
		{ "\"ctac\"", "\"CTAC\"", STATUS_CORRUPT, "system: not the name of a system" },
		{ "\"people\": 9", "\"people\": -9", STATUS_CORRUPT,
		    "people: expected 0 to 9223372036854775807" },
		{ "\"people\": 9", "\"people\": \"9\"", STATUS_CORRUPT,
		    "people: expected a whole number" },
		{ "\"people\": 9,", "", STATUS_CORRUPT, "people: is missing" },
		{ "\"people\": 9", "\"folk\": 9", STATUS_CORRUPT, "unknown field \"folk\"" },
		{ "\"rows\": 10", "\"rows\": 11", STATUS_CORRUPT,
		    "rows: is not loaded + rejected + skipped" },
		{ "\"rows_loaded\": 7", "\"rows_loaded\": 9223372036854775807", STATUS_CORRUPT,
		    "rows: is not loaded + rejected + skipped" },
		{ "\"abab", "\"xbab", STATUS_CORRUPT,
		    "source_hash: expected 64 hexadecimal digits" },
		{ "\"abab", "\"ab", STATUS_CORRUPT, "source_hash: expected 64 hexadecimal digits" },
		{ "base.glass", "../base.glass", STATUS_CORRUPT,
		    "files[0].name: expected a file of this generation" },
		{ "base.glass", "/etc/passwd", STATUS_CORRUPT,
		    "files[0].name: expected a file of this generation" },
		{ "delta/postlist", "delta//postlist", STATUS_CORRUPT,
		    "files[1].name: expected a file of this generation" },
		{ "delta/postlist.glass", "", STATUS_CORRUPT,
		    "files[1].name: expected a file of this generation" },
		{ "\"delta\": true", "\"delta\": 1", STATUS_CORRUPT,
		    "delta: expected true or false" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_changed(cases[i].from, cases[i].to, cases[i].status, cases[i].text);
}

static void
test_every_cut_is_damage(void **state)
{
	struct buf bytes = BUF_INIT;

	(void)state;
	assert_int_equal(manifest_write(&manifest, path, NULL), STATUS_OK);
	assert_int_equal(file_read(&bytes, path, 1u << 20, NULL), STATUS_OK);
	for (size_t n = 0; n + 1 < bytes.n; n++) {
		struct str cut = { bytes.p, n };

		assert_int_equal(file_write(path, cut, 0600, NULL), STATUS_OK);
		assert_int_equal(manifest_read(&back, path, NULL), STATUS_CORRUPT);
	}
	buf_free(&bytes);
}

static void
test_as_many_files_as_the_limit_round_trip(void **state)
{
	(void)state;
	manifest.file_count = MANIFEST_FILES_MAX;
	for (size_t i = 0; i < MANIFEST_FILES_MAX; i++) {
		memset(manifest.files[i].name, 'f', sizeof manifest.files[i].name - 1);
		manifest.files[i].bytes = INT64_MAX;
	}
	assert_int_equal(manifest_write(&manifest, path, NULL), STATUS_OK);
	assert_int_equal(manifest_read(&back, path, NULL), STATUS_OK);
	assert_memory_equal(&back, &manifest, sizeof back);
	check_changed(
	    "\"files\": [", "\"files\": [{},", STATUS_CORRUPT, "files: has more than 64 entries");
}

static void
test_a_missing_or_odd_file_is_refused(void **state)
{
	(void)state;
	assert_int_equal(manifest_read(&back, "/tmp/none/manifest.json", NULL), STATUS_NOT_FOUND);
	assert_int_equal(manifest_read(&back, "/tmp", NULL), STATUS_CORRUPT);
}

int
main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(test_a_manifest_comes_back_as_it_was),
		FRESH(test_a_file_name_that_is_no_utf8_is_made_readable),
		FRESH(test_damage_is_named_by_field),
		FRESH(test_every_cut_is_damage),
		FRESH(test_as_many_files_as_the_limit_round_trip),
		FRESH(test_a_missing_or_odd_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
