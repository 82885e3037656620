#include "ledger/restore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "ledger/ledger.h"
#include "tests/support/ledger_place.h"

static char *
below(struct ledger_place *place, const char *name)
{
	static char path[4][160];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof path[turn], "%s/%s", place->folder, name);
	return path[turn];
}

struct writer {
	struct ledger *ledger;
	_Atomic bool stop;
	unsigned count;
	bool failed;
};

static void *
write_on(void *arg)
{
	struct writer *writer = arg;

	while (!atomic_load(&writer->stop)) {
		struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{\"n\":1}");
		const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
		uint64_t seq;

		writer->failed |= ledger_append(&seq, writer->ledger, &batch, NULL) != STATUS_OK;
		writer->count++;
	}
	return NULL;
}

static void
test_a_backup_of_a_ledger_in_use_verifies_and_is_restored(void **state)
{
	struct ledger_place *place = *state;
	struct writer writer = { .ledger = place->ledger };
	struct ledger_backup backup, second;
	struct ledger_report report;
	struct err err = ERR_NONE;
	struct stat st;
	pthread_t thread;
	char *folder = below(place, "backup");

	ledger_place_fill(place);
	for (int i = 0; i < 300; i++)
		ledger_place_append(place, "CHK-2", "{\"n\":2}");
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
	if (ledger_backup(&backup, place->ledger, folder, "one.db", NULL, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(
	    ledger_backup(&second, place->ledger, folder, "two.db", NULL, NULL), STATUS_OK);
	atomic_store(&writer.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(!writer.failed && writer.count > 0);
	assert_true(backup.head.seq >= 308 && second.head.seq >= backup.head.seq);
	assert_int_equal(stat(below(place, "backup/one.db"), &st), 0);
	assert_true((st.st_mode & 0777) == 0600 && (uint64_t)st.st_size == backup.bytes);
	assert_int_not_equal(access(below(place, "backup/one.db.new"), F_OK), 0);
	assert_int_equal(
	    ledger_backup(&second, place->ledger, folder, "one.db", NULL, NULL), STATUS_CONFLICT);
	/* to a folder of its own, and never over another */
	assert_int_equal(
	    ledger_restore(&report, below(place, "backup/one.db"), below(place, "restored"), NULL),
	    STATUS_OK);
	assert_true(report.entries == backup.head.seq && report.secured == 3);
	assert_memory_equal(report.head.bytes, backup.head.hash.bytes, DIGEST_BYTES);
	assert_int_equal(stat(below(place, "restored/ledger.db"), &st), 0);
	assert_true((st.st_mode & 0777) == 0600);
	assert_int_equal(
	    ledger_restore(&report, below(place, "backup/two.db"), below(place, "restored"), &err),
	    STATUS_CONFLICT);
	assert_string_equal(err.text, "is there already: move it away, it is not overwritten");
	assert_int_equal(
	    ledger_verify(&report, below(place, "restored/ledger.db"), NULL, NULL, NULL, NULL),
	    STATUS_OK);
	assert_true(report.entries == backup.head.seq);
	/* with the keys, it is a ledger */
	ledger_place_close(place);
	assert_int_equal(unlink(place->path), 0);
	assert_int_equal(rename(below(place, "restored/ledger.db"), place->path), 0);
	ledger_place_open(place);
	ledger_place_append(place, "CHK-3", "{}");
	ledger_place_expect(place, backup.head.seq + 1, 3);
}

static void
test_a_damaged_backup_is_not_restored(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_backup backup;
	struct ledger_report report;
	struct buf file = BUF_INIT;
	char *path = below(place, "b/one.db");

	ledger_place_fill(place);
	assert_int_equal(
	    ledger_backup(&backup, place->ledger, below(place, "b"), "one.db", NULL, NULL),
	    STATUS_OK);
	assert_int_equal(file_read(&file, path, 1u << 26, NULL), STATUS_OK);
	for (size_t i = 0; i + 12 < file.n; i++)
		if (memcmp(file.p + i, "{\"people\":3}", 12) == 0)
			file.p[i + 10] = '4';
	assert_int_equal(file_write(path, buf_str(&file), 0600, NULL), STATUS_OK);
	assert_int_equal(
	    ledger_restore(&report, path, below(place, "restored"), NULL), STATUS_CORRUPT);
	assert_true(report.bad_seq == 7);
	assert_int_not_equal(access(below(place, "restored/ledger.db"), F_OK), 0);
	buf_free(&file);
	/* what was in use is no backup */
	assert_int_equal(
	    ledger_restore(&report, place->path, below(place, "restored"), NULL), STATUS_INVALID);
}

static void
test_a_backup_that_is_stopped_leaves_nothing(void **state)
{
	struct ledger_place *place = *state;
	_Atomic bool stop = true;
	struct ledger_backup backup;

	ledger_place_fill(place);
	assert_int_equal(
	    ledger_backup(&backup, place->ledger, below(place, "b"), "one.db", &stop, NULL),
	    STATUS_UNAVAILABLE);
	assert_int_not_equal(access(below(place, "b/one.db"), F_OK), 0);
	assert_int_not_equal(access(below(place, "b/one.db.new"), F_OK), 0);
}

static void
test_a_changed_projection_is_made_again_and_told(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_rebuilt rebuilt;
	struct err err = ERR_NONE;
	sqlite3 *db;

	ledger_place_fill(place);
	assert_int_equal(
	    ledger_rebuild_file(&rebuilt, below(place, "none.db"), NULL), STATUS_NOT_FOUND);
	ledger_place_close(place);
	assert_int_equal(ledger_rebuild_file(&rebuilt, place->path, NULL), STATUS_OK);
	assert_true(rebuilt.same && rebuilt.entries == 8 && rebuilt.secured == 3);
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "DELETE FROM secured WHERE record_id = 'C-1'", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	if (ledger_rebuild_file(&rebuilt, place->path, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_true(!rebuilt.same && rebuilt.secured == 3);
	assert_string_equal(
	    rebuilt.what, "the record that entry 3 secured is not among the secured records");
	ledger_place_open(place);
	ledger_place_expect(place, 8, 3);
}

#define IN_A_PLACE(f) \
	cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_PLACE(test_a_backup_of_a_ledger_in_use_verifies_and_is_restored),
		IN_A_PLACE(test_a_damaged_backup_is_not_restored),
		IN_A_PLACE(test_a_backup_that_is_stopped_leaves_nothing),
		IN_A_PLACE(test_a_changed_projection_is_made_again_and_told),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
