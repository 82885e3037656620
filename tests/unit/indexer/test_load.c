/*
 * Whole loads into a temporary data folder, and what a reader of the published generation then
 * finds of each record.
 */
#include "indexer/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "index/delta_keys.h"
#include "index/record_index.h"
#include "record/codec.h"

static char data[64];
static const char mapping[] =
    "{\"mapping\":1,\"system\":\"x\",\"source\":{\"format\":\"csv\"},"
    "\"record\":{\"id\":\"Id\",\"rows\":\"grouped\",\"operation\":{\"from\":\"Op\",\"remove\":["
    "\"D\"]}},\"people\":[{\"role\":\"child\",\"names\":[{\"full\":\"Name\"}]}]}";

static void
write_text(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", data, name);
	assert_int_equal(file_write(path, str_from(text), 0600, NULL), STATUS_OK);
}

static int
make_folder(void **state)
{
	(void)state;
	snprintf(data, sizeof data, "/tmp/record-check-load.XXXXXX");
	if (mkdtemp(data) == NULL || digest_init(NULL) != STATUS_OK)
		return 1;
	write_text("mapping.json", mapping);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	return file_remove_tree(data, NULL) != STATUS_OK;
}

static enum status
load(struct load_result *result, const char *text, enum output_mode mode, struct err *err)
{
	char mapping_path[128], export_path[128];
	const struct load_request request = { .system = "x",
		.mapping_path = mapping_path,
		.export_path = export_path,
		.data_folder = data,
		.lexicon_folder = "schemas/lexicon",
		.mode = mode,
		.max_rejects = 3,
		.max_faults = LOAD_NO_LIMIT };

	snprintf(mapping_path, sizeof mapping_path, "%s/mapping.json", data);
	snprintf(export_path, sizeof export_path, "%s/export.csv", data);
	write_text("export.csv", text);
	return load_run(result, &request, err);
}

/* The names of a record's people, as "Ann+Bo"; "" if it is not on file. */
static void
expect_record(const char *id, const char *want)
{
	static struct manifest manifest;
	char folder[PATH_MAX], keys[PATH_MAX + 16];
	struct arena *arena = arena_new(0);
	struct index_shard shard = { .folder = folder };
	struct index_reader *reader = NULL;
	const struct index_hit *hits = NULL;
	struct buf got = BUF_INIT;
	size_t count = 0;

	assert_int_equal(generation_current(folder, &manifest, data, "x", NULL), STATUS_OK);
	snprintf(keys, sizeof keys, "%s/delta.keys", folder);
	if (manifest.delta)
		assert_int_equal(
		    delta_keys_read(&shard.superseded, &shard.superseded_count, arena, keys, NULL),
		    STATUS_OK);
	assert_int_equal(index_reader_open(&reader, &shard, 1, NULL), STATUS_OK);
	assert_int_equal(
	    index_reader_case(reader, &hits, &count, arena, 0, str_from(id), NULL), STATUS_OK);
	for (size_t i = 0; i < count; i++) {
		struct case_header header;
		struct person person;

		assert_int_equal(
		    codec_decode(&header, &person, arena, hits[i].data, NULL), STATUS_OK);
		buf_add_text(&got, i == 0 ? "" : "+");
		buf_add_str(&got, person.names[0].full);
	}
	assert_string_equal(got.p == NULL ? "" : got.p, want);
	assert_int_equal(generation_verify(folder, NULL), STATUS_OK);
	buf_free(&got);
	index_reader_close(reader);
	arena_free(arena);
}

static void
test_full_then_deltas_then_full(void **state)
{
	static struct load_result result;
	struct err err = ERR_NONE;

	(void)state;
	/* A record whose rows come back later keeps all its people. */
	assert_int_equal(
	    load(&result, "Id,Name\nA,Ann\nA,Abe\nB,Bo\nC,Cy\nB,Bea\n", OUTPUT_FULL, &err),
	    STATUS_OK);
	assert_true(result.manifest.records == 3 && result.manifest.people == 5);
	assert_true(result.repeated == 1 && result.manifest.rows_loaded == 5);
	expect_record("A", "Ann+Abe");
	expect_record("B", "Bo+Bea");

	assert_int_equal(
	    load(&result, "Op,Id,Name\nC,A,Anna\nD,B,\nA,D,Di\nA,D,Dan\nA,E,Eve\nD,E,\nD,Z,\n",
		OUTPUT_DELTA, &err),
	    STATUS_OK);
	assert_true(result.manifest.records == 3 && result.manifest.people == 4);
	assert_true(result.manifest.rows_skipped == 1 && result.removals == 2);
	expect_record("A", "Anna");
	expect_record("B", "");
	expect_record("C", "Cy");
	expect_record("D", "Di+Dan");
	expect_record("E", "");

	assert_int_equal(
	    load(&result, "Op,Id,Name\nA,B,Beth\nD,C,\nC,A,Annie\n", OUTPUT_DELTA, &err),
	    STATUS_OK);
	assert_true(result.manifest.records == 3 && result.manifest.people == 4);
	expect_record("A", "Annie");
	expect_record("B", "Beth");
	expect_record("C", "");
	expect_record("D", "Di+Dan");

	assert_int_equal(load(&result, "Id,Name\nC,Cyd\n", OUTPUT_FULL, &err), STATUS_OK);
	assert_true(result.manifest.records == 1 && result.manifest.generation == 4);
	assert_true(result.records_before == 3);
	expect_record("A", "");
	expect_record("C", "Cyd");
}

static void
test_a_failed_load_changes_nothing(void **state)
{
	static struct load_result result;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(load(&result, "Id,Name\nA,Ann\n", OUTPUT_FULL, &err), STATUS_OK);
	assert_int_equal(
	    load(&result, "Id,Name\nB,Bo\n1\n2\n3\n4\n", OUTPUT_FULL, &err), STATUS_INVALID);
	assert_string_equal(err.text, "more than 3 rows are rejected (--max-rejects)");
	expect_record("A", "Ann");
	err_clear(&err);
	assert_int_equal(
	    load(&result, "Op,Id,Name\nD,A,\n1\n2\n3\n4\n", OUTPUT_DELTA, &err), STATUS_INVALID);
	expect_record("A", "Ann");
	/* At the limit it goes through. */
	assert_int_equal(load(&result, "Id,Name\nB,Bo\n1\n2\n3\n", OUTPUT_FULL, NULL), STATUS_OK);
	assert_true(result.manifest.rows_rejected == 3);
	expect_record("A", "");
}

/* Changes drawn at random, five deltas of ten, against the plainest model there is: a list of
 * names. Each record is touched once at most in a delta. */
static void
test_random_deltas_agree_with_a_plain_list(void **state)
{
	static struct load_result result;
	static char names[20][24], text[4096];
	unsigned seed = 99;

	(void)state;
	snprintf(text, sizeof text, "Id,Name\n");
	for (int r = 0; r < 20; r++) {
		snprintf(names[r], sizeof names[r], "N%d", r);
		snprintf(text + strlen(text), sizeof text - strlen(text), "R%d,N%d\n", r, r);
	}
	assert_int_equal(load(&result, text, OUTPUT_FULL, NULL), STATUS_OK);
	for (int round = 0; round < 5; round++) {
		uint64_t on_file = 0;

		snprintf(text, sizeof text, "Op,Id,Name\n");
		for (int r = round % 2; r < 20; r += 2) {
			seed = seed * 1103515245u + 12345u;
			if ((seed >> 16) % 3 == 0)
				names[r][0] = '\0';
			else
				snprintf(names[r], sizeof names[r], "X%d%d", round % 10, r % 20);
			snprintf(text + strlen(text), sizeof text - strlen(text), "%s,R%d,%s\n",
			    names[r][0] == '\0' ? "D" : "C", r, names[r]);
		}
		assert_int_equal(load(&result, text, OUTPUT_DELTA, NULL), STATUS_OK);
		for (int r = 0; r < 20; r++) {
			char id[24];

			on_file += names[r][0] != '\0';
			snprintf(id, sizeof id, "R%d", r);
			expect_record(id, names[r]);
		}
		assert_true(result.manifest.records == on_file);
		assert_true(result.manifest.people == on_file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_then_deltas_then_full),
		cmocka_unit_test(test_a_failed_load_changes_nothing),
		cmocka_unit_test(test_random_deltas_agree_with_a_plain_list),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
