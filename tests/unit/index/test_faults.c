/* Damaged files, failing allocations, full disks: clear statuses, no crash, nothing published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "tests/unit/index/built.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

static struct built built;
static const char *const systems[] = { "ctac" };

static int
set_up(void **state)
{
	(void)state;
	built_init(&built);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	built_fini(&built);
	return 0;
}

static void
load_people(bool delta, uint64_t cases)
{
	static struct load load;
	struct arena *arena = arena_new(0);

	load_begin(&load, &built, "ctac", delta);
	for (uint64_t i = 0; i < cases; i++) {
		struct corpus_case made;

		arena_reset(arena);
		assert_int_equal(corpus_record(&made, arena, 3, i), STATUS_OK);
		if (delta) {
			uint64_t removed;

			assert_int_equal(index_writer_remove(load.writer, &removed,
					     made.record.header.record_id, NULL),
			    STATUS_OK);
			load_supersede(&load, made.record.header.record_id);
		}
		for (size_t k = 0; k < made.record.people_count; k++)
			load_add(&load, &made.record.header, &made.record.people[k]);
	}
	load_publish(&load, load.people);
	arena_free(arena);
}

static const char *
current_file(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/index/ctac/current/%s", built.data, name);
	return path;
}

static void
check_refused(const char *name, const char *text)
{
	struct snapshot *snapshot = NULL;
	struct err err = ERR_NONE;

	assert_int_equal(snapshot_load(&snapshot, built.data, systems, 1, &err), STATUS_CORRUPT);
	if (strstr(err.source, name) == NULL || strstr(err.text, text) == NULL)
		fail_msg("%s: %s is not about %s", err.source, err.text, name);
}

static void
test_damaged_files_are_refused_and_named(void **state)
{
	static const char *const names[] = { "base.glass", "base.vocabulary", "base.signatures",
		"delta.vocabulary", "delta.keys", "delta/postlist.glass", "delta/iamglass" };

	(void)state;
	load_people(false, 60);
	load_people(true, 10);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buf good = BUF_INIT;
		struct str cut;

		assert_int_equal(
		    file_read(&good, current_file(names[i]), (size_t)1 << 30, NULL), STATUS_OK);
		cut = buf_str(&good);
		cut.n /= 2;
		assert_int_equal(file_write(current_file(names[i]), cut, 0640, NULL), STATUS_OK);
		check_refused(names[i], "bytes, not ");
		for (size_t at = 0; at < good.n; at += 1 + good.n / 20) {
			good.p[at] ^= 0x10;
			assert_int_equal(
			    file_write(current_file(names[i]), buf_str(&good), 0640, NULL),
			    STATUS_OK);
			check_refused(names[i], "bytes are not those written");
			good.p[at] ^= 0x10;
		}
		assert_int_equal(unlink(current_file(names[i])), 0);
		check_refused(names[i], "file is missing");
		assert_int_equal(
		    file_write(current_file(names[i]), buf_str(&good), 0640, NULL), STATUS_OK);
		buf_free(&good);
	}
	assert_int_equal(
	    file_write(current_file("manifest.json"), STR_LIT("{}"), 0640, NULL), STATUS_OK);
	check_refused("manifest.json", "version: is missing");
}

/* Changes a byte where it stands, the file's time set to what it was if `quietly`. */
static void
change_byte(const char *path, bool quietly)
{
	int fd = open(path, O_RDWR);
	struct stat before;
	char byte;

	assert_int_equal(fstat(fd, &before), 0);
	assert_int_equal(pread(fd, &byte, 1, before.st_size / 2), 1);
	byte ^= 0x10;
	assert_int_equal(pwrite(fd, &byte, 1, before.st_size / 2), 1);
	if (!quietly)
		before.st_mtim.tv_sec -= 1;
	assert_int_equal(futimens(fd, (struct timespec[]){ before.st_atim, before.st_mtim }), 0);
	close(fd);
}

static enum status
load_known(const struct snapshot *known, struct err *err)
{
	struct snapshot *snapshot = NULL;
	enum status status = snapshot_load_at(&snapshot, built.data, systems, NULL, 1, known, err);

	snapshot_free(snapshot);
	return status;
}

/* What a snapshot has hashed is hashed once: told by damage that leaves no trace in the stamp. Any
 * trace, or another hash in the manifest, and it is read again. */
static void
test_a_known_base_is_read_again_only_if_it_changed(void **state)
{
	struct snapshot *known = NULL;
	struct err err = ERR_NONE;
	struct buf base = BUF_INIT;

	(void)state;
	load_people(false, 60);
	load_people(true, 10);
	assert_int_equal(snapshot_load(&known, built.data, systems, 1, NULL), STATUS_OK);
	load_people(true, 12); /* another delta on the same base */
	change_byte(current_file("base.glass"), true);
	assert_int_equal(load_known(known, NULL), STATUS_OK);
	assert_int_equal(load_known(NULL, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "bytes are not those written");
	change_byte(current_file("base.glass"), true); /* whole again */
	assert_int_equal(load_known(NULL, NULL), STATUS_OK);
	/* The same bytes in another file, then damage in that one. */
	assert_int_equal(
	    file_read(&base, current_file("base.glass"), (size_t)1 << 30, NULL), STATUS_OK);
	assert_int_equal(
	    file_write(current_file("base.glass"), buf_str(&base), 0640, NULL), STATUS_OK);
	assert_int_equal(load_known(known, NULL), STATUS_OK);
	change_byte(current_file("base.glass"), true);
	assert_int_equal(load_known(known, NULL), STATUS_CORRUPT);
	buf_free(&base);
	/* Another base: nothing known helps. */
	load_people(false, 61);
	assert_int_equal(load_known(known, NULL), STATUS_OK);
	change_byte(current_file("base.glass"), true);
	assert_int_equal(load_known(known, NULL), STATUS_CORRUPT);
	snapshot_free(known);
}

static void
test_a_known_base_whose_time_changed_is_read_again(void **state)
{
	struct snapshot *known = NULL;

	(void)state;
	load_people(false, 60);
	assert_int_equal(snapshot_load(&known, built.data, systems, 1, NULL), STATUS_OK);
	change_byte(current_file("base.glass"), false);
	assert_int_equal(load_known(known, NULL), STATUS_CORRUPT);
	snapshot_free(known);
}

/* Statuses of the whole path of a question, with the nth allocation failing. */
static enum status
ask_with(long nth, size_t *found)
{
	struct snapshot *snapshot = NULL;
	struct searcher *searcher = NULL;
	struct arena *arena = arena_new(0);
	struct search_result result = { .count = 0 };
	struct corpus_query query;
	struct features features;
	enum status status;

	assert_int_equal(corpus_query(&query, arena, 3, 7, 1, &corpus_shares_none), STATUS_OK);
	assert_int_equal(
	    features_make(&features, arena, built.folder, built.lexicon, &query.person, NULL),
	    STATUS_OK);
	mem_fail_at(nth);
	status = snapshot_load(&snapshot, built.data, systems, 1, NULL);
	if (status == STATUS_OK)
		status = searcher_open(&searcher, snapshot, built.model, built.lexicon, NULL);
	if (status == STATUS_OK)
		status = search_person(&result, searcher, arena, built.folder, &features, 0, NULL);
	mem_fail_at(0);
	*found = result.count;
	searcher_close(searcher);
	snapshot_free(snapshot);
	arena_free(arena);
	return status;
}

static void
test_every_failing_allocation_is_reported(void **state)
{
	size_t found = 0;
	long nth = 1;

	(void)state;
	load_people(false, 60);
	while (ask_with(nth, &found) != STATUS_OK) {
		size_t whole = 0;

		assert_int_equal(ask_with(nth, &found), STATUS_NOMEM);
		if (nth == 1) /* and the fault passes */
			assert_int_equal(ask_with(0, &whole), STATUS_OK);
		assert_true(++nth < 2000);
	}
	assert_true(nth > 20);
	assert_true(found > 0);
}

/* Terms added to a base until the disk is full: the load fails, and the next one works. */
static void
test_a_full_disk_fails_the_load_and_leaves_the_rest(void **state)
{
	struct generation_build build;
	struct index_writer *writer = NULL;
	struct err err = ERR_NONE;
	enum status status = STATUS_OK;
	char index[64];

	(void)state;
	snprintf(index, sizeof index, "%s/index", built.data);
	assert_int_equal(mkdir(index, 0750), 0);
	if (mount("none", index, "tmpfs", 0, "size=2m") != 0)
		skip();
	load_people(false, 40);
	assert_int_equal(generation_begin(&build, built.data, "ctac", NULL), STATUS_OK);
	assert_int_equal(index_writer_base(&writer, build.folder, NULL), STATUS_OK);
	for (unsigned i = 0; status == STATUS_OK && i < 60000; i++) {
		char id[16], words[4][16];
		struct str terms[4];

		snprintf(id, sizeof id, "R%u", i);
		for (unsigned k = 0; k < 4; k++) {
			snprintf(words[k], sizeof words[k], "t%u-%u", i, k);
			terms[k] = str_from(words[k]);
		}
		status = index_writer_add(
		    writer, str_from(id), STR_LIT("some data of a person"), terms, 4, &err);
	}
	if (status == STATUS_OK)
		status = index_writer_finish(writer, &err);
	else
		index_writer_abandon(writer);
	generation_abandon(&build);
	if (status != STATUS_IO)
		fail_msg("%s: %s", status_name(status), err.text);
	load_people(true, 5);
	assert_int_equal(generation_number(&build.number, built.data, "ctac", NULL), STATUS_OK);
	assert_int_equal(build.number, 2);
	assert_int_equal(umount(index), 0);
}

int
main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(test_damaged_files_are_refused_and_named),
		FRESH(test_a_known_base_is_read_again_only_if_it_changed),
		FRESH(test_a_known_base_whose_time_changed_is_read_again),
		FRESH(test_every_failing_allocation_is_reported),
		FRESH(test_a_full_disk_fails_the_load_and_leaves_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
