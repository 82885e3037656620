/*
 * The disk fails under the ledger: a thin layer between SQLite and the file system that refuses
 * writes or flushes on command and knows whether all that was written has been flushed.
 */
#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "ledger/verify.h"
#include "tests/support/ledger_place.h"

struct faulty {
	sqlite3_file base;
	bool is_log; /* the write-ahead log */
		     /* the real file's struct follows, at REAL */
};
#define REAL_AT ((sizeof(struct faulty) + 15) / 16 * 16)

static atomic_long writes_until_full; /* 0: never */
static atomic_bool flush_fails;
static atomic_bool log_unflushed;
static atomic_long log_writes;

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return (sqlite3_file *)(void *)((char *)file + REAL_AT);
}

static int
faulty_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int
faulty_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
	return real_of(file)->pMethods->xRead(real_of(file), out, n, at);
}

/* Once full it stays full, as a disk does, until it is told otherwise. */
static bool
is_full(void)
{
	if (atomic_load(&writes_until_full) > 1)
		return atomic_fetch_sub(&writes_until_full, 1) <= 1;
	return atomic_load(&writes_until_full) == 1;
}

/* What no longer fits is there up to somewhere in its middle. */
static int
faulty_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	bool full = is_full();
	int code;

	if (((struct faulty *)(void *)file)->is_log) {
		atomic_store(&log_unflushed, true);
		atomic_fetch_add(&log_writes, 1);
	}
	code = real_of(file)->pMethods->xWrite(real_of(file), bytes, full ? n / 2 + 1 : n, at);
	return full ? SQLITE_FULL : code;
}

static int
faulty_truncate(sqlite3_file *file, sqlite3_int64 n)
{
	return real_of(file)->pMethods->xTruncate(real_of(file), n);
}

static int
faulty_sync(sqlite3_file *file, int flags)
{
	if (atomic_load(&flush_fails))
		return SQLITE_IOERR_FSYNC;
	if (((struct faulty *)(void *)file)->is_log)
		atomic_store(&log_unflushed, false);
	return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
faulty_size(sqlite3_file *file, sqlite3_int64 *out)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), out);
}

static int
faulty_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int
faulty_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int
faulty_check(sqlite3_file *file, int *out)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int
faulty_control(sqlite3_file *file, int what, void *arg)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), what, arg);
}

static int
faulty_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
faulty_device(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
faulty_map(sqlite3_file *file, int page, int n, int extend, void volatile **out)
{
	return real_of(file)->pMethods->xShmMap(real_of(file), page, n, extend, out);
}

static int
faulty_shm_lock(sqlite3_file *file, int from, int n, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), from, n, flags);
}

static void
faulty_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
faulty_unmap(sqlite3_file *file, int remove)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods faulty_methods = { .iVersion = 2,
	.xClose = faulty_close,
	.xRead = faulty_read,
	.xWrite = faulty_write,
	.xTruncate = faulty_truncate,
	.xSync = faulty_sync,
	.xFileSize = faulty_size,
	.xLock = faulty_lock,
	.xUnlock = faulty_unlock,
	.xCheckReservedLock = faulty_check,
	.xFileControl = faulty_control,
	.xSectorSize = faulty_sector,
	.xDeviceCharacteristics = faulty_device,
	.xShmMap = faulty_map,
	.xShmLock = faulty_shm_lock,
	.xShmBarrier = faulty_barrier,
	.xShmUnmap = faulty_unmap };

static sqlite3_vfs faulty_vfs, *real_vfs;

static int
faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	int code = real_vfs->xOpen(real_vfs, name, real_of(file), flags, out_flags);

	(void)vfs;
	file->pMethods = code == SQLITE_OK ? &faulty_methods : NULL;
	((struct faulty *)(void *)file)->is_log = (flags & SQLITE_OPEN_WAL) != 0;
	return code;
}

static void
install(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	faulty_vfs = *real_vfs;
	faulty_vfs.zName = "faulty";
	faulty_vfs.szOsFile += (int)REAL_AT;
	faulty_vfs.xOpen = faulty_open;
	faulty_vfs.pNext = NULL;
	assert_int_equal(sqlite3_vfs_register(&faulty_vfs, 1), SQLITE_OK);
}

static int
set_up(void **state)
{
	atomic_store(&writes_until_full, 0);
	atomic_store(&flush_fails, false);
	return ledger_place_set_up(state);
}

static enum status
append_all(struct ledger_place *place, const char *id, struct err *err)
{
	static char body[900000];
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_secure secure = { STR_LIT("ctac"), str_from(id) };
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.secures = &secure,
		.secure_count = 1,
		.idem_principal = STR_LIT("amina"),
		.idem_id = str_from(id),
		.idem_reply = STR_LIT("{}") };
	uint64_t seq;

	/* several pieces of the log (gather.h), so that several writes can fail */
	memset(body, 'x', sizeof body);
	entry.body = (struct str){ body, sizeof body };
	*err = ERR_NONE;
	return ledger_append(&seq, place->ledger, &batch, err);
}

static void
test_an_append_returns_only_after_the_log_is_flushed(void **state)
{
	struct ledger_place *place = *state;
	struct err err;
	char id[16];

	for (int i = 0; i < 20; i++) {
		snprintf(id, sizeof id, "id-%d", i);
		assert_int_equal(append_all(place, id, &err), STATUS_OK);
		assert_false(atomic_load(&log_unflushed));
	}
	assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
	assert_false(atomic_load(&log_unflushed));
}

static void
test_a_full_disk_writes_nothing_and_room_lets_it_go_on(void **state)
{
	struct ledger_place *place = *state;
	unsigned failed = 0, entries = 0, secured = 0;
	char id[32];

	for (long nth = 1; nth <= 40; nth++) {
		struct ledger_secured what;
		struct ledger_head head;
		enum status status;
		struct err err;

		snprintf(id, sizeof id, "id-%ld", nth);
		atomic_store(&writes_until_full, nth);
		status = append_all(place, id, &err);
		ledger_head(&head, place->ledger);
		if (status != STATUS_OK) {
			assert_int_equal(status, STATUS_IO);
			assert_string_equal(err.text, "cannot write: no space left on the disk");
			assert_string_equal(err.source, place->path);
			assert_true(head.seq == entries);
			assert_false(ledger_secured_find(
			    &what, place->ledger, STR_LIT("ctac"), str_from(id)));
			failed++;
			/* still full: still refused, still nothing changed */
			assert_int_equal(append_all(place, id, &err), STATUS_IO);
			atomic_store(&writes_until_full, 0);
			assert_int_equal(append_all(place, id, &err), STATUS_OK);
		}
		atomic_store(&writes_until_full, 0);
		entries += 2;
		secured += 1;
		ledger_place_expect(place, entries, secured);
	}
	/* a commit is 8 pieces of 31 pages */
	assert_true(failed >= 8 && failed < 40);
	ledger_place_close(place);
	ledger_place_open(place);
	ledger_place_expect(place, entries, secured);
}

static void
test_a_failed_flush_stops_the_ledger_until_it_is_opened_again(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_head head;
	struct err err;

	assert_int_equal(append_all(place, "id-1", &err), STATUS_OK);
	atomic_store(&flush_fails, true);
	assert_int_equal(append_all(place, "id-2", &err), STATUS_IO);
	assert_memory_equal(err.text, "cannot write", 12);
	atomic_store(&flush_fails, false);
	assert_int_equal(append_all(place, "id-2", &err), STATUS_IO);
	assert_string_equal(
	    err.text, "a flush to disk failed before; check the disk and start again");
	ledger_head(&head, place->ledger);
	assert_true(head.seq == 2);
	ledger_place_close(place);
	ledger_place_open(place);
	assert_int_equal(append_all(place, "id-3", &err), STATUS_OK);
}

static void
test_a_disk_that_is_full_at_the_start_leaves_no_half_ledger(void **state)
{
	struct ledger_place *place = *state;
	struct err err = ERR_NONE;
	struct ledger *ledger;
	char path[128], keys[128];

	snprintf(path, sizeof path, "%s/new.db", place->folder);
	snprintf(keys, sizeof keys, "%s/new-keys", place->folder);
	for (long nth = 1; nth <= 4; nth++) {
		err_clear(&err);
		atomic_store(&writes_until_full, nth);
		assert_int_equal(ledger_open(&ledger, path, keys, &err), STATUS_IO);
		assert_string_equal(err.text, "cannot write: no space left on the disk");
	}
	atomic_store(&writes_until_full, 0);
	assert_int_equal(ledger_open(&ledger, path, keys, NULL), STATUS_OK);
	ledger_close(ledger);
}

static void
test_a_commit_is_one_write_of_the_log(void **state)
{
	struct ledger_place *place = *state;

	(void)ledger_place_append(place, "CHK-1", "{}");
	for (int i = 0; i < 20; i++) {
		atomic_store(&log_writes, 0);
		(void)ledger_place_append(place, "CHK-2", "{}");
		assert_int_equal(atomic_load(&log_writes), 1);
		assert_false(atomic_load(&log_unflushed));
	}
}

/* 12 bodies of 2 MB: SQLite's cache holds 16 MB, and puts the rest into the log before the end. */
static void
test_a_commit_larger_than_the_cache_is_there_whole_or_not_at_all(void **state)
{
	static char body[LEDGER_BODY_BYTES_MAX];
	struct ledger_place *place = *state;
	struct ledger_entry entries[12];
	struct ledger_batch batch = { .entries = entries, .entry_count = 12 };
	uint64_t seq;

	memset(body, 'x', sizeof body);
	for (int i = 0; i < 12; i++) {
		entries[i] = ledger_place_entry("check", "CHK-1", "{}");
		entries[i].body = (struct str){ body, sizeof body };
	}
	for (long nth = 1; nth <= 191; nth += 38) {
		atomic_store(&writes_until_full, nth);
		assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_IO);
		atomic_store(&writes_until_full, 0);
		(void)ledger_place_append(place, "CHK-2", "{}");
	}
	ledger_place_expect(place, 6, 0);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	ledger_place_expect(place, 18, 0);
	ledger_place_close(place);
	ledger_place_open(place);
	ledger_place_expect(place, 18, 0);
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_an_append_returns_only_after_the_log_is_flushed),
		ON_EMPTY(test_a_full_disk_writes_nothing_and_room_lets_it_go_on),
		ON_EMPTY(test_a_failed_flush_stops_the_ledger_until_it_is_opened_again),
		ON_EMPTY(test_a_commit_is_one_write_of_the_log),
		ON_EMPTY(test_a_commit_larger_than_the_cache_is_there_whole_or_not_at_all),
		ON_EMPTY(test_a_disk_that_is_full_at_the_start_leaves_no_half_ledger),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
