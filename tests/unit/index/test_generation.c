#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "index/delta_keys.h"
#include "index/generation.h"
#include "index/record_index.h"
#include "index/vocabulary.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char data[32];
static struct manifest manifest; /* large, so not on the stack */

static int
set_up(void **state)
{
	(void)state;
	snprintf(data, sizeof data, "/tmp/generation-XXXXXX");
	return digest_init(NULL) == STATUS_OK && mkdtemp(data) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return file_remove_tree(data, NULL) == STATUS_OK ? 0 : -1;
}

static const char *
in(const char *folder, const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	assert_true((size_t)snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX);
	return path;
}

static bool
exists(const char *folder, const char *name)
{
	struct stat st;

	return lstat(in(folder, name), &st) == 0;
}

static void
put(const char *folder, const char *name, const char *text)
{
	assert_int_equal(file_write(in(folder, name), str_from(text), 0640, NULL), STATUS_OK);
}

static void
begin(struct generation_build *build)
{
	struct err err = ERR_NONE;
	char text[512];

	if (generation_begin(build, data, "helpline", &err) != STATUS_OK)
		fail_msg("%s", err_format(text, sizeof text, &err));
}

static void
write_manifest(const struct generation_build *build)
{
	memset(&manifest, 0, sizeof manifest);
	snprintf(manifest.system, sizeof manifest.system, "helpline");
	manifest.generation = build->number;
	assert_int_equal(generation_list_files(&manifest, build->folder, NULL, NULL), STATUS_OK);
	assert_int_equal(
	    manifest_write(&manifest, in(build->folder, "manifest.json"), NULL), STATUS_OK);
}

/* A generation with one file of that text. */
static void
publish(const char *text)
{
	struct generation_build build;

	begin(&build);
	put(build.folder, "base.glass", text);
	write_manifest(&build);
	assert_int_equal(generation_publish(&build, NULL), STATUS_OK);
	generation_abandon(&build);
}

static void
check_current(uint64_t number)
{
	char folder[PATH_MAX];
	uint64_t again = 0;

	assert_int_equal(generation_current(folder, &manifest, data, "helpline", NULL), STATUS_OK);
	assert_int_equal(manifest.generation, number);
	assert_int_equal(generation_number(&again, data, "helpline", NULL), STATUS_OK);
	assert_int_equal(again, number);
}

static void
test_a_published_generation_is_current(void **state)
{
	char folder[PATH_MAX], expected[64];

	(void)state;
	publish("one");
	check_current(1);
	publish("two");
	assert_int_equal(generation_current(folder, &manifest, data, "helpline", NULL), STATUS_OK);
	snprintf(expected, sizeof expected, "%s/index/helpline/00000002", data);
	assert_string_equal(folder, expected);
	assert_int_equal(manifest.file_count, 1);
	assert_string_equal(manifest.files[0].name, "base.glass");
	assert_int_equal(manifest.files[0].bytes, 3);
}

static void
test_a_system_never_loaded_is_not_found(void **state)
{
	char folder[PATH_MAX];
	uint64_t number = 7;

	(void)state;
	assert_int_equal(
	    generation_current(folder, &manifest, data, "helpline", NULL), STATUS_NOT_FOUND);
	assert_int_equal(generation_number(&number, data, "helpline", NULL), STATUS_OK);
	assert_int_equal(number, 0);
}

static void
test_only_the_newest_generations_are_kept(void **state)
{
	char system[64];

	(void)state;
	snprintf(system, sizeof system, "%s/index/helpline", data);
	for (int i = 0; i < 5; i++)
		publish("x");
	check_current(5);
	assert_false(exists(system, "00000001"));
	assert_false(exists(system, "00000002"));
	assert_true(exists(system, "00000003"));
	assert_true(exists(system, "00000004"));
}

static void
test_a_second_indexer_is_told_who_is_at_work(void **state)
{
	struct generation_build first, second;
	struct err err = ERR_NONE;
	char expected[128];

	(void)state;
	begin(&first);
	assert_int_equal(generation_begin(&second, data, "helpline", &err), STATUS_BUSY);
	snprintf(expected, sizeof expected, "another indexer is loading helpline (process %ld)",
	    (long)getpid());
	assert_string_equal(err.text, expected);
	assert_true(exists(first.folder, "."));
	assert_int_equal(generation_begin(&second, data, "ctac", NULL), STATUS_OK);
	generation_abandon(&second);
	generation_abandon(&first);
	begin(&first);
	generation_abandon(&first);
}

static void
test_an_abandoned_build_leaves_nothing(void **state)
{
	struct generation_build build;
	char folder[PATH_MAX];

	(void)state;
	publish("one");
	begin(&build);
	put(build.folder, "base.glass", "half");
	memcpy(folder, build.folder, sizeof folder);
	generation_abandon(&build);
	generation_abandon(&build);
	assert_false(exists(folder, "."));
	check_current(1);
}

static void
test_leftovers_of_dead_builds_are_removed(void **state)
{
	struct generation_build build;
	char system[64];

	(void)state;
	publish("one");
	snprintf(system, sizeof system, "%s/index/helpline", data);
	assert_int_equal(file_make_folders(in(system, "building-99999/delta"), NULL), STATUS_OK);
	put(system, "building-99999/delta/x", "x");
	assert_int_equal(file_make_folders(in(system, "00000002"), NULL), STATUS_OK);
	assert_int_equal(symlink("00000002", in(system, "current.new")), 0);
	put(system, "notes.txt", "someone's own");
	begin(&build);
	assert_false(exists(system, "building-99999"));
	assert_false(exists(system, "00000002"));
	assert_false(exists(system, "current.new"));
	assert_true(exists(system, "notes.txt"));
	assert_int_equal(build.number, 2);
	assert_non_null(strstr(build.previous, "/00000001"));
	generation_abandon(&build);
	check_current(1);
}

/* Without `current` nothing tells which numbers were published: none is removed or used again. */
static void
test_a_lost_link_is_repaired_by_the_next_load(void **state)
{
	static const char *const targets[] = { NULL, "nowhere", "00000077", "../helpline" };
	char system[64], folder[PATH_MAX];

	(void)state;
	publish("one");
	snprintf(system, sizeof system, "%s/index/helpline", data);
	for (uint64_t i = 0; i < 4; i++) {
		enum status expected = targets[i] == NULL ? STATUS_NOT_FOUND : STATUS_CORRUPT;

		assert_int_equal(unlink(in(system, "current")), 0);
		if (targets[i] != NULL)
			assert_int_equal(symlink(targets[i], in(system, "current")), 0);
		assert_int_equal(
		    generation_current(folder, &manifest, data, "helpline", NULL), expected);
		publish("again");
		assert_int_equal(
		    generation_current(folder, &manifest, data, "helpline", NULL), STATUS_OK);
	}
}

static void
test_a_link_that_names_no_generation_is_told(void **state)
{
	char folder[PATH_MAX], system[PATH_MAX];
	struct generation_build build;
	struct err err = ERR_NONE;
	uint64_t newest = 7;

	(void)state;
	assert_int_equal(generation_check_link(&newest, data, "helpline", NULL), STATUS_OK);
	assert_int_equal(newest, 0); /* never loaded is in order */
	publish("one");
	publish("two");
	assert_int_equal(generation_check_link(&newest, data, "helpline", NULL), STATUS_OK);
	snprintf(system, sizeof system, "%s/index/helpline", data);
	assert_int_equal(unlink(in(system, "current")), 0);
	assert_int_equal(generation_check_link(&newest, data, "helpline", &err), STATUS_CORRUPT);
	assert_int_equal(newest, 2);
	assert_string_equal(err.text, "link is missing");
	assert_int_equal(symlink("elsewhere", in(system, "current")), 0);
	assert_int_equal(generation_check_link(&newest, data, "helpline", NULL), STATUS_CORRUPT);
	assert_int_equal(unlink(in(system, "current")), 0);
	assert_int_equal(symlink("99999999", in(system, "current")), 0);
	assert_int_equal(generation_check_link(&newest, data, "helpline", NULL), STATUS_CORRUPT);
	assert_int_equal(newest, 2);
	/* What is there is found by its number; and the next load goes on from it. */
	assert_int_equal(generation_at(folder, &manifest, data, "helpline", 2, NULL), STATUS_OK);
	assert_int_equal(
	    generation_at(folder, &manifest, data, "helpline", 3, NULL), STATUS_NOT_FOUND);
	publish("three");
	check_current(3);
	/* The last number is one: it can be loaded, and no other after it. */
	assert_int_equal(rename(in(system, "00000003"), in(system, "99999998")), 0);
	assert_int_equal(unlink(in(system, "current")), 0);
	assert_int_equal(symlink("99999998", in(system, "current")), 0);
	publish("the last");
	check_current(99999999);
	err_clear(&err);
	assert_int_equal(generation_begin(&build, data, "helpline", &err), STATUS_LIMIT);
	assert_string_equal(
	    err.text, "generation numbers are used up: 99999999 is there; move it away");
}

static void
test_nothing_is_published_without_its_manifest(void **state)
{
	struct generation_build build;
	struct err err = ERR_NONE;

	(void)state;
	publish("one");
	begin(&build);
	assert_int_equal(generation_publish(&build, NULL), STATUS_NOT_FOUND);
	write_manifest(&build);
	manifest.generation = 9;
	assert_int_equal(
	    manifest_write(&manifest, in(build.folder, "manifest.json"), NULL), STATUS_OK);
	assert_int_equal(generation_publish(&build, &err), STATUS_INVALID);
	assert_string_equal(err.text, "manifest names another system or generation");
	generation_abandon(&build);
	check_current(1);
}

static void
test_a_generation_takes_over_base_and_delta(void **state)
{
	struct generation_build build;
	struct stat before, after;
	struct err err = ERR_NONE;

	(void)state;
	begin(&build);
	assert_int_equal(generation_take_base(&build, &err), STATUS_NOT_FOUND);
	assert_string_equal(
	    err.text, "there is no generation to build on: load a full export first");
	put(build.folder, "base.glass", "base");
	put(build.folder, "base.vocabulary", "words");
	put(build.folder, "delta.keys", "keys");
	assert_int_equal(mkdir(in(build.folder, "delta"), 0750), 0);
	put(build.folder, "delta/postlist.glass", "postings");
	write_manifest(&build);
	assert_string_equal(manifest.files[3].name, "delta/postlist.glass");
	assert_int_equal(generation_publish(&build, NULL), STATUS_OK);

	begin(&build);
	assert_int_equal(generation_take_base(&build, NULL), STATUS_OK);
	assert_int_equal(generation_take_delta(&build, NULL), STATUS_OK);
	assert_int_equal(stat(in(build.previous, "base.glass"), &before), 0);
	assert_int_equal(stat(in(build.folder, "base.glass"), &after), 0);
	assert_true(before.st_ino == after.st_ino);
	assert_int_equal(stat(in(build.previous, "delta/postlist.glass"), &before), 0);
	assert_int_equal(stat(in(build.folder, "delta/postlist.glass"), &after), 0);
	assert_true(before.st_ino != after.st_ino && before.st_size == after.st_size);
	assert_true(exists(build.folder, "delta.keys"));
	assert_false(exists(build.folder, "delta.vocabulary"));
	generation_abandon(&build);
}

static void
test_system_names_are_checked(void **state)
{
	static const char *const good[] = { "a", "childline", "s2_x",
		"abcdefghijklmnopqrstuvwxyz012345" };
	static const char *const bad[] = { "", "A", "1a", "_a", "a-b", "a/b", "..", "a b",
		"abcdefghijklmnopqrstuvwxyz0123456", "caf\xc3\xa9" };
	struct generation_build build;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(generation_system_valid(str_from(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_false(generation_system_valid(str_from(bad[i])));
		assert_int_equal(generation_begin(&build, data, bad[i], NULL), STATUS_INVALID);
	}
}

static void
test_systems_are_listed_in_order(void **state)
{
	char names[GENERATION_SYSTEMS_MAX][SYSTEM_BYTES_MAX + 1];
	struct err err = ERR_NONE;
	size_t count = 7;

	(void)state;
	assert_int_equal(generation_systems(names, &count, data, NULL), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(file_make_folders(in(data, "index/helpline"), NULL), STATUS_OK);
	assert_int_equal(file_make_folders(in(data, "index/ctac"), NULL), STATUS_OK);
	assert_int_equal(file_make_folders(in(data, "index/Not-one"), NULL), STATUS_OK);
	put(data, "index/afile", "x");
	assert_int_equal(generation_systems(names, &count, data, NULL), STATUS_OK);
	assert_int_equal(count, 2);
	assert_string_equal(names[0], "ctac");
	assert_string_equal(names[1], "helpline");
	for (int i = 2; i <= GENERATION_SYSTEMS_MAX; i++) {
		char name[32];

		assert_int_equal(generation_systems(names, &count, data, NULL), STATUS_OK);
		assert_int_equal(count, i);
		snprintf(name, sizeof name, "index/s%d", i);
		assert_int_equal(file_make_folders(in(data, name), NULL), STATUS_OK);
	}
	assert_int_equal(generation_systems(names, &count, data, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "holds more than 32 systems");
}

static void
test_too_many_files_are_refused(void **state)
{
	struct generation_build build;
	struct err err = ERR_NONE;

	(void)state;
	begin(&build);
	memset(&manifest, 0, sizeof manifest);
	for (int i = 0; i < MANIFEST_FILES_MAX; i++) {
		char name[16];

		snprintf(name, sizeof name, "f%d", i);
		put(build.folder, name, "");
	}
	assert_int_equal(generation_list_files(&manifest, build.folder, NULL, NULL), STATUS_OK);
	put(build.folder, "one-more", "");
	assert_int_equal(generation_list_files(&manifest, build.folder, NULL, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "a generation has at most 64 files");
	generation_abandon(&build);
}

/* A delta neither reads its base again nor vouches for bytes that it did not write. */
static void
test_a_linked_base_keeps_the_hash_it_was_written_with(void **state)
{
	static struct manifest taken;
	struct generation_build build;
	struct err err = ERR_NONE;

	(void)state;
	begin(&build);
	put(build.folder, "base.glass", "as written");
	put(build.folder, "base.vocabulary", "words");
	assert_int_equal(generation_list_files(&taken, build.folder, NULL, NULL), STATUS_OK);
	put(build.folder, "base.glass", "AS WRITTEN");
	put(build.folder, "delta.keys", "new");
	assert_int_equal(generation_list_files(&manifest, build.folder, &taken, NULL), STATUS_OK);
	assert_int_equal(manifest.file_count, 3);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(manifest.files[i].name, taken.files[i].name);
		assert_memory_equal(&manifest.files[i].hash, &taken.files[i].hash, DIGEST_BYTES);
	}
	put(build.folder, "base.glass", "as written and more");
	assert_int_equal(
	    generation_list_files(&manifest, build.folder, &taken, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "has 19 bytes, not 10");
	generation_abandon(&build);
}

/* A child is killed after a random time of publishing; what is current is always whole. */
static void
test_a_killed_publisher_leaves_a_whole_generation(void **state)
{
	(void)state;
	publish("first");
	for (unsigned round = 0; round < 30; round++) {
		char folder[PATH_MAX];
		struct digest hash;
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			for (;;)
				publish("another");
		}
		nanosleep(
		    &(struct timespec){ .tv_nsec = 500000 + round * 1373000 % 9000000 }, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		assert_int_equal(
		    generation_current(folder, &manifest, data, "helpline", NULL), STATUS_OK);
		assert_int_equal(digest_of_file(&hash, in(folder, "base.glass"), NULL), STATUS_OK);
		assert_memory_equal(&hash, &manifest.files[0].hash, sizeof hash);
	}
	publish("last");
	assert_int_equal(manifest.files[0].bytes, 4);
}

/* --- Verification ----------------------------------------------------------------------------- */
static void
real_generation(struct generation_build *build)
{
	struct vocabulary_builder *words = NULL;
	struct index_writer *writer = NULL;
	struct str terms[] = { STR_LIT("Nann") };

	begin(build);
	assert_int_equal(index_writer_base(&writer, build->folder, NULL), STATUS_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    index_writer_add(writer, STR_LIT("R1"), STR_LIT("data"), terms, 1, NULL),
		    STATUS_OK);
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
	assert_int_equal(vocabulary_builder_new(&words, NULL), STATUS_OK);
	assert_int_equal(
	    vocabulary_builder_write(words, in(build->folder, "base.vocabulary"), NULL), STATUS_OK);
	vocabulary_builder_free(words);
	put(build->folder, "rejects.jsonl", "");
	write_manifest(build);
	manifest.people = 3;
}

static void
test_a_good_generation_verifies(void **state)
{
	struct generation_build build;
	char folder[PATH_MAX];

	(void)state;
	real_generation(&build);
	assert_int_equal(
	    manifest_write(&manifest, in(build.folder, "manifest.json"), NULL), STATUS_OK);
	assert_int_equal(generation_publish(&build, NULL), STATUS_OK);
	assert_int_equal(generation_current(folder, &manifest, data, "helpline", NULL), STATUS_OK);
	assert_int_equal(generation_verify(folder, NULL), STATUS_OK);
}

static void
check_verify(const char *folder, enum status expected, const char *text)
{
	struct err err = ERR_NONE;

	assert_int_equal(generation_verify(folder, &err), expected);
	if (strstr(err.text, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, err.text);
}

static void
test_verification_names_what_is_wrong(void **state)
{
	struct generation_build build;

	(void)state;
	real_generation(&build);
	manifest.people = 4;
	assert_int_equal(
	    manifest_write(&manifest, in(build.folder, "manifest.json"), NULL), STATUS_OK);
	check_verify(build.folder, STATUS_CORRUPT, "holds 3 people, its manifest says 4");
	put(build.folder, "rejects.jsonl", "x");
	check_verify(build.folder, STATUS_CORRUPT, "has 1 bytes, not 0");
	put(build.folder, "rejects.jsonl", "");
	unlink(in(build.folder, "base.vocabulary"));
	check_verify(build.folder, STATUS_CORRUPT, "file is missing");
	unlink(in(build.folder, "manifest.json"));
	check_verify(build.folder, STATUS_NOT_FOUND, "no such file");
	generation_abandon(&build);
}

static void
test_a_manifest_without_a_needed_file_is_refused(void **state)
{
	struct generation_build build;

	(void)state;
	real_generation(&build);
	manifest.delta = true;
	assert_int_equal(
	    manifest_write(&manifest, in(build.folder, "manifest.json"), NULL), STATUS_OK);
	check_verify(build.folder, STATUS_CORRUPT, "the manifest does not list delta.vocabulary");
	manifest.delta = false;
	manifest.file_count = 1; /* base.glass */
	assert_int_equal(
	    manifest_write(&manifest, in(build.folder, "manifest.json"), NULL), STATUS_OK);
	check_verify(build.folder, STATUS_CORRUPT, "the manifest does not list base.vocabulary");
	generation_abandon(&build);
}

int
main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(test_a_published_generation_is_current),
		FRESH(test_a_system_never_loaded_is_not_found),
		FRESH(test_only_the_newest_generations_are_kept),
		FRESH(test_a_second_indexer_is_told_who_is_at_work),
		FRESH(test_an_abandoned_build_leaves_nothing),
		FRESH(test_leftovers_of_dead_builds_are_removed),
		FRESH(test_a_lost_link_is_repaired_by_the_next_load),
		FRESH(test_a_link_that_names_no_generation_is_told),
		FRESH(test_nothing_is_published_without_its_manifest),
		FRESH(test_a_generation_takes_over_base_and_delta),
		FRESH(test_system_names_are_checked),
		FRESH(test_systems_are_listed_in_order),
		FRESH(test_too_many_files_are_refused),
		FRESH(test_a_linked_base_keeps_the_hash_it_was_written_with),
		FRESH(test_a_killed_publisher_leaves_a_whole_generation),
		FRESH(test_a_good_generation_verifies),
		FRESH(test_verification_names_what_is_wrong),
		FRESH(test_a_manifest_without_a_needed_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
