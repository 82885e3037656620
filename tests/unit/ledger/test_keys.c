#define _GNU_SOURCE 1 /* syscall(): the real calls below the ones this file stands in front of */

#include "ledger/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "ledger/secret.h"

#define SLOT 128
#define FILE_MAX (8u << 20)

static char folder[64], data[96], master[96];

/* --- What stands between the code and the disk ------------------------------------------------ */

static atomic_long die_in;	/* the process ends at the nth call from now; 0: never */
static atomic_bool write_fails; /* after half of the bytes: the disk is full */
static atomic_bool flush_fails;
static void (*after_each_step)(bool flush); /* after each write and flush */
static _Atomic off_t last_write;	    /* its offset */
static atomic_size_t durable_bytes;	    /* of data.keys, at its last flush */

static void
step(void)
{
	if (atomic_load(&die_in) > 0 && atomic_fetch_sub(&die_in, 1) == 1)
		_exit(9);
}

static void
stepped(bool flush)
{
	void (*call)(bool) = after_each_step;

	if (call == NULL)
		return;
	after_each_step = NULL;
	call(flush);
	after_each_step = call;
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
	ssize_t put;

	step();
	if (atomic_load(&write_fails)) {
		if (n <= SLOT) {
			errno = ENOSPC;
			return -1;
		}
		n = n / 2 + 1;
	}
	put = syscall(SYS_pwrite64, fd, bytes, n, offset);
	last_write = offset;
	stepped(false);
	return put;
}

int
fdatasync(int fd)
{
	struct stat st;

	step();
	if (atomic_load(&flush_fails)) {
		errno = EIO;
		return -1;
	}
	/* not passed on: what these tests take for durable is what was flushed by this call */
	if (fstat(fd, &st) == 0)
		atomic_store(&durable_bytes, (size_t)st.st_size);
	stepped(true);
	return 0;
}

int
fsync(int fd)
{
	(void)fd;
	step();
	return 0;
}

int
link(const char *from, const char *to)
{
	step();
	return (int)syscall(SYS_link, from, to);
}

int
unlink(const char *path)
{
	step();
	return (int)syscall(SYS_unlink, path);
}

/* --- Tools ------------------------------------------------------------------------------------ */

static int
set_up(void **state)
{
	(void)state;
	atomic_store(&die_in, 0);
	atomic_store(&write_fails, false);
	atomic_store(&flush_fails, false);
	after_each_step = NULL;
	snprintf(folder, sizeof folder, "/tmp/test_keys.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(folder + strlen(folder), 6, "/keys");
	snprintf(data, sizeof data, "%s/data.keys", folder);
	snprintf(master, sizeof master, "%s/master.key", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	folder[strlen(folder) - strlen("/keys")] = '\0';
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

static struct keys *
open_keys(uint64_t next_unused)
{
	struct keys *keys = NULL;
	struct err err = ERR_NONE;
	char text[512];

	if (keys_open(&keys, folder, &err) != STATUS_OK ||
	    keys_reserve(keys, next_unused, &err) != STATUS_OK)
		fail_msg("%s", err_format(text, sizeof text, &err));
	return keys;
}

static void
expect_open(enum status status, const char *source, const char *text)
{
	struct keys *keys = NULL;
	struct err err = ERR_NONE;

	assert_int_equal(keys_open(&keys, folder, &err), status);
	assert_null(keys);
	assert_string_equal(err.source, source);
	assert_string_equal(err.text, text);
}

static void
take(struct keys *keys, uint64_t want, unsigned char key[KEYS_BYTES])
{
	uint64_t no = 0;

	assert_int_equal(keys_take(&no, key, keys, NULL), STATUS_OK);
	assert_true(no == want);
	assert_true(atomic_load(&durable_bytes) >= (no + 1) * SLOT);
}

static void
expect_key(struct keys *keys, uint64_t no, const unsigned char want[KEYS_BYTES])
{
	unsigned char got[KEYS_BYTES];

	assert_int_equal(keys_get(got, keys, no, NULL), STATUS_OK);
	assert_memory_equal(got, want, KEYS_BYTES);
}

/* Nothing of a key is given when there is none to give. */
static void
expect_none(struct keys *keys, uint64_t no, enum status status, const char *text)
{
	static const unsigned char zeros[KEYS_BYTES];
	unsigned char got[KEYS_BYTES];
	struct err err = ERR_NONE;

	memset(got, 0xa5, sizeof got);
	assert_int_equal(keys_get(got, keys, no, &err), status);
	assert_memory_equal(got, zeros, sizeof got);
	if (text != NULL)
		assert_string_equal(err.text, text);
}

static void
read_whole(struct buf *out, const char *path)
{
	buf_clear(out);
	assert_int_equal(file_read(out, path, FILE_MAX, NULL), STATUS_OK);
}

/* Written over in place, as the keeper may have it open. */
static void
put_at(const char *path, const void *bytes, size_t n, off_t offset)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(syscall(SYS_pwrite64, fd, bytes, n, offset), (long)n);
	close(fd);
}

/* --- First start and opening ------------------------------------------------------------------ */

static unsigned
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return (unsigned)st.st_mode & 07777;
}

static void
test_a_first_start_makes_both_files_for_their_owner_alone(void **state)
{
	struct keys *keys;
	mode_t before = umask(0);

	(void)state;
	keys = open_keys(1);
	umask(before);
	assert_int_equal(mode_of(folder), 0700);
	assert_int_equal(mode_of(master), 0600);
	assert_int_equal(mode_of(data), 0600);
	keys_close(keys);
	keys_close(NULL);
}

static void
test_keys_are_the_same_after_reopening(void **state)
{
	unsigned char key[3][KEYS_BYTES];
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct keys *keys = open_keys(1);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		take(keys, i + 1, key[i]);
	assert_memory_not_equal(key[0], key[1], KEYS_BYTES);
	assert_memory_not_equal(key[1], key[2], KEYS_BYTES);
	keys_close(keys);
	read_whole(&before, master);
	keys = open_keys(4);
	read_whole(&after, master);
	assert_int_equal(before.n, 32);
	assert_memory_equal(before.p, after.p, 32);
	for (unsigned i = 0; i < 3; i++)
		expect_key(keys, i + 1, key[i]);
	take(keys, 4, key[0]);
	keys_close(keys);
	buf_free(&before);
	buf_free(&after);
}

static void
test_no_key_lies_on_disk_in_the_clear(void **state)
{
	unsigned char key[KEYS_BYTES];
	struct buf file = BUF_INIT;
	struct keys *keys = open_keys(1);

	(void)state;
	take(keys, 1, key);
	read_whole(&file, data);
	assert_int_equal(file.n, (KEYS_BLOCK + 1) * SLOT);
	assert_null(memmem(file.p, file.n, key, KEYS_BYTES));
	assert_null(memmem(file.p, file.n, key, 8));
	buf_free(&file);
	keys_close(keys);
}

static void
test_a_second_opener_is_refused(void **state)
{
	struct keys *keys = open_keys(1), *other = NULL;
	struct err err = ERR_NONE;
	char want[64];

	(void)state;
	snprintf(want, sizeof want, "held by process %ld", (long)getpid());
	assert_int_equal(keys_open(&other, folder, &err), STATUS_BUSY);
	assert_string_equal(err.text, want);
	keys_close(keys);
	keys_close(open_keys(1));
}

static void
test_what_others_can_read_or_change_is_refused(void **state)
{
	const struct {
		const char *path;
		mode_t mode;
		const char *text;
	} cases[] = {
		{ folder, 0750, "has mode 0750, which lets others at it; it must be 0700" },
		{ folder, 0701, "has mode 0701, which lets others at it; it must be 0700" },
		{ master, 0640, "has mode 0640, which lets others at it; it must be 0600" },
		{ master, 0602, "has mode 0602, which lets others at it; it must be 0600" },
		{ data, 0604, "has mode 0604, which lets others at it; it must be 0600" },
		{ data, 04600, "has mode 4600, which lets others at it; it must be 0600" },
	};

	(void)state;
	keys_close(open_keys(1));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unsigned right = mode_of(cases[i].path);

		assert_int_equal(chmod(cases[i].path, cases[i].mode), 0);
		expect_open(STATUS_INVALID, cases[i].path, cases[i].text);
		assert_int_equal(chmod(cases[i].path, right), 0);
	}
	keys_close(open_keys(1));
}

static void
test_links_and_other_things_in_place_of_a_file_are_refused(void **state)
{
	char away[112];

	(void)state;
	keys_close(open_keys(1));
	snprintf(away, sizeof away, "%s.away", master);
	assert_int_equal(rename(master, away), 0);
	assert_int_equal(symlink(away, master), 0);
	expect_open(STATUS_INVALID, master, "is a link");
	assert_int_equal(unlink(master), 0);
	assert_int_equal(mkfifo(master, 0600), 0);
	expect_open(STATUS_INVALID, master, "not a regular file");
	assert_int_equal(unlink(master), 0);
	assert_int_equal(rename(away, master), 0);
	keys_close(open_keys(1));
}

static void
test_what_belongs_to_another_user_is_refused(void **state)
{
	char text[96];

	(void)state;
	if (geteuid() != 0)
		skip();
	keys_close(open_keys(1));
	assert_int_equal(chown(data, 65534, 65534), 0);
	snprintf(text, sizeof text, "belongs to user 65534, not to 0");
	expect_open(STATUS_INVALID, data, text);
}

static void
test_a_lost_or_foreign_master_key_is_noticed(void **state)
{
	static const char foreign[33] = "thirty-two bytes of another key.";
	struct buf kept = BUF_INIT;

	(void)state;
	keys_close(open_keys(1));
	read_whole(&kept, master);
	assert_int_equal(unlink(master), 0);
	expect_open(STATUS_CORRUPT, master,
	    "the master key is gone, but data.keys is there: put master.key back");
	assert_int_not_equal(access(master, F_OK), 0);
	assert_int_equal(file_write(master, (struct str){ foreign, 32 }, 0600, NULL), STATUS_OK);
	expect_open(STATUS_CORRUPT, data,
	    "its head is damaged, or master.key is not the one it was made with");
	assert_int_equal(file_write(master, (struct str){ foreign, 31 }, 0600, NULL), STATUS_OK);
	expect_open(STATUS_CORRUPT, master, "has 31 bytes, not 32");
	assert_int_equal(file_write(master, (struct str){ foreign, 33 }, 0600, NULL), STATUS_OK);
	expect_open(STATUS_CORRUPT, master, "has 33 bytes, not 32");
	assert_int_equal(file_write(master, (struct str){ kept.p, kept.n }, 0600, NULL), STATUS_OK);
	keys_close(open_keys(1));
	buf_free(&kept);
}

static void
test_any_bit_changed_in_the_head_is_noticed(void **state)
{
	struct buf file = BUF_INIT;

	(void)state;
	keys_close(open_keys(1));
	read_whole(&file, data);
	assert_int_equal(file.n, SLOT);
	for (unsigned bit = 0; bit < SLOT * 8; bit++) {
		bool in_version = bit / 8 >= 8 && bit / 8 < 12;
		char byte = (char)(file.p[bit / 8] ^ (1 << bit % 8));
		struct keys *keys = NULL;

		put_at(data, &byte, 1, bit / 8);
		assert_int_equal(
		    keys_open(&keys, folder, NULL), in_version ? STATUS_VERSION : STATUS_CORRUPT);
		put_at(data, file.p + bit / 8, 1, bit / 8);
	}
	keys_close(open_keys(1));
	for (off_t n = 0; n < SLOT; n += 127) {
		assert_int_equal(truncate(data, n), 0);
		expect_open(STATUS_CORRUPT, data, "ends too early");
	}
	buf_free(&file);
}

static void
test_memory_running_out_anywhere_is_survived(void **state)
{
	unsigned char key[KEYS_BYTES];
	struct keys *keys = NULL;
	uint64_t no;
	long nth = 1;

	(void)state;
	for (;; nth++) {
		enum status status;

		mem_fail_at(nth);
		status = keys_open(&keys, folder, NULL);
		mem_fail_at(0);
		if (status == STATUS_OK)
			break;
		assert_int_equal(status, STATUS_NOMEM);
	}
	assert_true(nth > 1);
	assert_int_equal(keys_reserve(keys, 1, NULL), STATUS_OK);
	mem_fail_at(1);
	assert_int_equal(keys_take(&no, key, keys, NULL), STATUS_NOMEM);
	mem_fail_at(0);
	take(keys, 1, key);
	keys_close(keys);
}

/* --- Numbers ---------------------------------------------------------------------------------- */

static void
test_the_last_key_of_a_block_and_the_first_of_the_next(void **state)
{
	unsigned char last[KEYS_BYTES], first[KEYS_BYTES];
	struct keys *keys = open_keys(1);
	struct stat st;

	(void)state;
	for (uint64_t no = 1; no <= KEYS_BLOCK; no++)
		take(keys, no, last);
	assert_int_equal(stat(data, &st), 0);
	assert_int_equal(st.st_size, (KEYS_BLOCK + 1) * SLOT);
	expect_none(
	    keys, KEYS_BLOCK + 1, STATUS_CORRUPT, "key 1025 is missing: the file ends at key 1024");
	take(keys, KEYS_BLOCK + 1, first);
	assert_int_equal(stat(data, &st), 0);
	assert_int_equal(st.st_size, (2 * KEYS_BLOCK + 1) * SLOT);
	keys_close(keys);
	keys = open_keys(KEYS_BLOCK + 2);
	expect_key(keys, KEYS_BLOCK, last);
	expect_key(keys, KEYS_BLOCK + 1, first);
	take(keys, KEYS_BLOCK + 2, first);
	keys_close(keys);
}

static void
test_the_ledger_may_use_all_keys_but_none_past_the_end(void **state)
{
	unsigned char key[KEYS_BYTES];
	struct keys *keys = open_keys(1);
	struct err err = ERR_NONE;

	(void)state;
	take(keys, 1, key);
	keys_close(keys);
	assert_int_equal(keys_open(&keys, folder, NULL), STATUS_OK);
	assert_int_equal(keys_reserve(keys, KEYS_BLOCK + 2, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "the ledger uses key 1025, but the file ends at key 1024");
	assert_int_equal(keys_reserve(keys, UINT64_MAX, NULL), STATUS_CORRUPT);
	assert_int_equal(keys_reserve(keys, 0, NULL), STATUS_INVALID);
	assert_int_equal(keys_reserve(keys, KEYS_BLOCK + 1, NULL), STATUS_OK);
	take(keys, KEYS_BLOCK + 1, key);
	/* said again with less: nothing is given out twice */
	assert_int_equal(keys_reserve(keys, 1, NULL), STATUS_OK);
	take(keys, KEYS_BLOCK + 2, key);
	keys_close(keys);
}

static void
test_nothing_is_given_before_the_ledger_has_spoken(void **state)
{
	unsigned char key[KEYS_BYTES];
	struct keys *keys = NULL;
	struct err err = ERR_NONE;
	uint64_t no;

	(void)state;
	assert_int_equal(keys_open(&keys, folder, NULL), STATUS_OK);
	assert_int_equal(keys_take(&no, key, keys, &err), STATUS_UNAVAILABLE);
	assert_string_equal(err.text, "nobody has said yet which keys are in use");
	assert_int_equal(keys_destroy(keys, 1, NULL), STATUS_INVALID);
	keys_close(keys);
}

/* Keys made ahead by a process that is gone may never have reached the disk, though they are read
 * back well from memory: they are written once more and flushed before any is given out. */
static bool written[KEYS_BLOCK + 1], written_late;

static void
note_what_is_written(bool flush)
{
	if (flush)
		written_late = false;
	else if (last_write >= SLOT && last_write / SLOT <= KEYS_BLOCK)
		written[last_write / SLOT] = written_late = true;
}

static void
test_keys_of_an_earlier_start_are_flushed_again(void **state)
{
	unsigned char key[KEYS_BYTES];
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct keys *keys = open_keys(1);

	(void)state;
	take(keys, 1, key);
	keys_close(keys);
	read_whole(&before, data);
	assert_int_equal(keys_open(&keys, folder, NULL), STATUS_OK);
	memset(written, 0, sizeof written);
	after_each_step = note_what_is_written;
	assert_int_equal(keys_reserve(keys, 6, NULL), STATUS_OK);
	after_each_step = NULL;
	assert_false(written_late);
	for (size_t no = 1; no <= KEYS_BLOCK; no++)
		assert_int_equal(written[no], no >= 6);
	read_whole(&after, data);
	assert_int_equal(before.n, after.n);
	assert_memory_equal(before.p, after.p, before.n);
	keys_close(keys);
	buf_free(&before);
	buf_free(&after);
}

static void
test_a_secret_is_never_made_over_another(void **state)
{
	char got[3] = "";

	(void)state;
	assert_int_equal(secret_folder(folder, NULL), STATUS_OK);
	assert_int_equal(secret_make(master, STR_LIT("one"), SECRET_PRIVATE, NULL), STATUS_OK);
	assert_int_equal(
	    secret_make(master, STR_LIT("two"), SECRET_PRIVATE, NULL), STATUS_CONFLICT);
	assert_int_equal(secret_read(got, 3, master, SECRET_PRIVATE, NULL), STATUS_OK);
	assert_memory_equal(got, "one", 3);
}

static void
test_numbers_that_no_key_has_are_refused(void **state)
{
	unsigned char key[KEYS_BYTES];
	struct keys *keys = open_keys(1);
	struct err err = ERR_NONE;

	(void)state;
	take(keys, 1, key);
	expect_none(keys, 0, STATUS_INVALID, "keys are numbered from 1");
	expect_none(keys, UINT64_MAX, STATUS_CORRUPT, NULL);
	assert_int_equal(keys_destroy(keys, 0, NULL), STATUS_INVALID);
	assert_int_equal(keys_destroy(keys, 2, &err), STATUS_INVALID);
	assert_string_equal(err.text, "no key 2 is in use");
	assert_int_equal(keys_destroy(keys, UINT64_MAX, NULL), STATUS_INVALID);
	expect_key(keys, 1, key);
	take(keys, 2, key);
	keys_close(keys);
}

/* --- Damage and destruction ------------------------------------------------------------------- */

static void
test_any_bit_changed_in_a_slot_is_damage_and_never_another_key(void **state)
{
	unsigned char key[3][KEYS_BYTES];
	struct buf file = BUF_INIT;
	struct keys *keys = open_keys(1);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		take(keys, i + 1, key[i]);
	assert_int_equal(keys_destroy(keys, 3, NULL), STATUS_OK);
	read_whole(&file, data);
	/* key 2 is there, key 3 destroyed: neither turns into the other */
	for (size_t bit = 2 * SLOT * 8; bit < 4 * SLOT * 8; bit++) {
		char byte = (char)(file.p[bit / 8] ^ (1 << bit % 8));

		put_at(data, &byte, 1, (off_t)(bit / 8));
		expect_none(keys, bit / 8 / SLOT, STATUS_CORRUPT,
		    bit / 8 / SLOT == 2 ? "key 2 is damaged" : "key 3 is damaged");
		put_at(data, file.p + bit / 8, 1, (off_t)(bit / 8));
	}
	expect_key(keys, 1, key[0]);
	expect_key(keys, 2, key[1]);
	expect_none(keys, 3, STATUS_NOT_FOUND, "key 3 was destroyed");
	/* slots in each other's place, a destroyed one among them; and one all zeros */
	put_at(data, file.p + 1 * SLOT, SLOT, 2 * SLOT);
	expect_none(keys, 2, STATUS_CORRUPT, "key 2 is damaged");
	put_at(data, file.p + 3 * SLOT, SLOT, 2 * SLOT);
	expect_none(keys, 2, STATUS_CORRUPT, "key 2 is damaged");
	memset(file.p, 0, SLOT);
	put_at(data, file.p, SLOT, 2 * SLOT);
	expect_none(keys, 2, STATUS_CORRUPT, "key 2 is damaged");
	/* what is damaged can be destroyed all the same */
	assert_int_equal(keys_destroy(keys, 2, NULL), STATUS_OK);
	expect_none(keys, 2, STATUS_NOT_FOUND, "key 2 was destroyed");
	keys_close(keys);
	buf_free(&file);
}

static void
test_a_slot_of_another_file_under_the_same_master_does_not_open(void **state)
{
	unsigned char key[KEYS_BYTES];
	struct buf file = BUF_INIT;
	struct keys *keys = open_keys(1);

	(void)state;
	take(keys, 1, key);
	keys_close(keys);
	read_whole(&file, data);
	assert_int_equal(unlink(data), 0);
	keys = open_keys(1);
	take(keys, 1, key);
	put_at(data, file.p + SLOT, SLOT, SLOT);
	expect_none(keys, 1, STATUS_CORRUPT, "key 1 is damaged");
	keys_close(keys);
	buf_free(&file);
}

static void
test_a_destroyed_key_stays_destroyed(void **state)
{
	unsigned char key[3][KEYS_BYTES];
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct keys *keys = open_keys(1);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		take(keys, i + 1, key[i]);
	read_whole(&before, data);
	assert_int_equal(keys_destroy(keys, 2, NULL), STATUS_OK);
	expect_none(keys, 2, STATUS_NOT_FOUND, "key 2 was destroyed");
	read_whole(&after, data);
	/* nothing of the ciphertext is left in the file, and nothing else was touched */
	for (size_t i = 0; i + 16 <= SLOT; i += 8)
		assert_null(memmem(after.p, after.n, before.p + 2 * SLOT + i, 16));
	assert_memory_equal(before.p, after.p, 2 * SLOT);
	assert_int_equal(before.n, after.n);
	assert_memory_equal(before.p + 3 * SLOT, after.p + 3 * SLOT, before.n - 3 * SLOT);
	assert_int_equal(keys_destroy(keys, 2, NULL), STATUS_OK);
	keys_close(keys);
	keys = open_keys(4);
	expect_key(keys, 1, key[0]);
	expect_none(keys, 2, STATUS_NOT_FOUND, "key 2 was destroyed");
	expect_key(keys, 3, key[2]);
	assert_int_equal(keys_destroy(keys, 2, NULL), STATUS_OK);
	keys_close(keys);
	/* with an old ledger, that does not know of it, its number is passed over */
	keys = open_keys(2);
	take(keys, 3, key[1]);
	assert_memory_equal(key[1], key[2], KEYS_BYTES);
	keys_close(keys);
	buf_free(&before);
	buf_free(&after);
}

/* --- Faults of the disk ----------------------------------------------------------------------- */

static void
test_a_full_disk_gives_no_key_and_harms_none(void **state)
{
	unsigned char key[KEYS_BYTES], other[KEYS_BYTES];
	struct keys *keys = open_keys(1);
	struct err err = ERR_NONE;
	uint64_t no;

	(void)state;
	atomic_store(&write_fails, true);
	assert_int_equal(keys_take(&no, key, keys, &err), STATUS_IO);
	assert_int_equal(err.sys_errno, ENOSPC);
	atomic_store(&write_fails, false);
	take(keys, 1, key);
	atomic_store(&write_fails, true);
	take(keys, 2, other);
	assert_int_equal(keys_destroy(keys, 2, NULL), STATUS_IO);
	expect_key(keys, 2, other);
	atomic_store(&write_fails, false);
	assert_int_equal(keys_destroy(keys, 2, NULL), STATUS_OK);
	expect_key(keys, 1, key);
	keys_close(keys);
}

static void
test_after_a_failed_flush_nothing_counts_until_the_next_start(void **state)
{
	static const char *const before =
	    "a flush to disk failed before; check the disk and start again";
	unsigned char key[KEYS_BYTES];
	struct keys *keys = open_keys(1);
	struct err err = ERR_NONE;
	uint64_t no;

	(void)state;
	atomic_store(&flush_fails, true);
	assert_int_equal(keys_take(&no, key, keys, &err), STATUS_IO);
	assert_int_equal(err.sys_errno, EIO);
	atomic_store(&flush_fails, false);
	err_clear(&err);
	assert_int_equal(keys_take(&no, key, keys, &err), STATUS_UNAVAILABLE);
	assert_string_equal(err.text, before);
	keys_close(keys);
	keys = open_keys(1);
	take(keys, 1, key);
	atomic_store(&flush_fails, true);
	assert_int_equal(keys_destroy(keys, 1, NULL), STATUS_IO);
	atomic_store(&flush_fails, false);
	err_clear(&err);
	assert_int_equal(keys_destroy(keys, 1, &err), STATUS_UNAVAILABLE);
	assert_string_equal(err.text, before);
	keys_close(keys);
	keys = open_keys(2);
	assert_int_equal(keys_destroy(keys, 1, NULL), STATUS_OK);
	expect_none(keys, 1, STATUS_NOT_FOUND, NULL);
	keys_close(keys);
}

/* --- Kills ------------------------------------------------------------------------------------ */

/* A first start is killed before each call that reaches the disk; the next one finds its way. */
static void
test_a_first_start_killed_anywhere_is_taken_up_again(void **state)
{
	long nth = 1;
	int how = 9;

	(void)state;
	for (; how == 9; nth++) {
		struct buf then = BUF_INIT, now = BUF_INIT;
		unsigned char key[KEYS_BYTES];
		struct keys *keys;
		uint64_t no;
		char aside[112];
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			atomic_store(&die_in, nth);
			if (keys_open(&keys, folder, NULL) != STATUS_OK ||
			    keys_reserve(keys, 1, NULL) != STATUS_OK ||
			    keys_take(&no, key, keys, NULL) != STATUS_OK)
				_exit(1);
			_exit(0);
		}
		assert_true(waitpid(child, &how, 0) == child && WIFEXITED(how));
		how = WEXITSTATUS(how);
		assert_true(how == 9 || how == 0);
		if (access(master, F_OK) == 0)
			read_whole(&then, master);
		keys = open_keys(1);
		read_whole(&now, master);
		if (then.n > 0)
			assert_memory_equal(then.p, now.p, 32);
		take(keys, 1, key);
		/* no second name of the master key is left */
		snprintf(aside, sizeof aside, "%s.new", master);
		assert_int_not_equal(access(aside, F_OK), 0);
		keys_close(keys);
		assert_int_equal(file_remove_tree(folder, NULL), STATUS_OK);
		buf_free(&then);
		buf_free(&now);
	}
	assert_true(nth > 10);
}

/* What the ledger of the crash test below knows. */
static struct story {
	unsigned char key[2 * KEYS_BLOCK + 8][KEYS_BYTES];
	uint64_t taken; /* keys 1 to this were given out */
	bool destroyed[2 * KEYS_BLOCK + 8];
	uint64_t doomed;    /* being destroyed now */
	struct buf durable; /* data.keys as it was at its last flush */
	unsigned looks;
	unsigned random;
	char crashed[96], crashed_data[112];
} story;

/* A small generator, so that a failure can be had again. */
static unsigned
story_random(void)
{
	story.random = story.random * 1664525u + 1013904223u;
	return story.random >> 16;
}

/* Power fails: each sector that was written and not flushed is on the disk, or not, or not yet at
 * all. Every key given out and every destruction reported must be there. */
static void
look_at_a_crash(const struct buf *now)
{
	struct buf disk = BUF_INIT;
	struct keys *keys = NULL;
	unsigned char key[KEYS_BYTES];
	unsigned kind = story_random() % 4;
	uint64_t no;

	for (size_t at = 0; at < now->n; at += 512) {
		struct str is = str_part(buf_str(now), at, 512);
		struct str was = str_part(buf_str(&story.durable), at, 512);
		bool fresh = kind == 1 || (kind > 1 && story_random() % 2 == 0);

		if (at >= story.durable.n && kind == 0)
			break;
		if (fresh || was.n > is.n)
			buf_add_str(&disk, is);
		else
			buf_add_str(&disk, was);
		for (size_t i = was.n; !fresh && i < is.n; i++)
			buf_add_char(&disk, 0);
	}
	if (kind == 3 && now->n > story.durable.n) /* a length that no slot ends at */
		disk.n = story.durable.n + story_random() % (now->n - story.durable.n);
	assert_int_equal(file_write(story.crashed_data, buf_str(&disk), 0600, NULL), STATUS_OK);
	assert_int_equal(keys_open(&keys, story.crashed, NULL), STATUS_OK);
	assert_int_equal(keys_reserve(keys, story.taken + 1, NULL), STATUS_OK);
	for (no = 1; no <= story.taken; no++) {
		enum status status = keys_get(key, keys, no, NULL);

		if (story.destroyed[no] || (no == story.doomed && status != STATUS_OK)) {
			assert_int_equal(status, STATUS_NOT_FOUND);
			continue;
		}
		assert_int_equal(status, STATUS_OK);
		assert_memory_equal(key, story.key[no], KEYS_BYTES);
	}
	/* a new key is none of the old ones, and is kept */
	assert_int_equal(keys_take(&no, key, keys, NULL), STATUS_OK);
	assert_true(no > story.taken);
	for (uint64_t old = 1; old <= story.taken; old++)
		assert_memory_not_equal(key, story.key[old], KEYS_BYTES);
	expect_key(keys, no, key);
	keys_close(keys);
	buf_free(&disk);
	story.looks++;
}

static void
look_at_crashes(bool flush)
{
	struct buf now = BUF_INIT;

	read_whole(&now, data);
	if (flush)
		read_whole(&story.durable, data);
	for (unsigned i = 0; i < 8; i++)
		look_at_a_crash(&now);
	buf_free(&now);
}

static void
test_power_lost_between_any_two_steps_costs_no_key(void **state)
{
	struct buf bytes = BUF_INIT;
	struct keys *keys = open_keys(1);

	(void)state;
	story = (struct story){ .durable = BUF_INIT, .random = 20261126 };
	snprintf(story.crashed, sizeof story.crashed, "%s/crashed", folder);
	snprintf(story.crashed_data, sizeof story.crashed_data, "%s/data.keys", story.crashed);
	assert_int_equal(mkdir(story.crashed, 0700), 0);
	read_whole(&bytes, master);
	{
		char to[128];

		snprintf(to, sizeof to, "%s/master.key", story.crashed);
		assert_int_equal(file_write(to, buf_str(&bytes), 0600, NULL), STATUS_OK);
	}
	read_whole(&story.durable, data);
	after_each_step = look_at_crashes;
	while (story.taken < 2 * KEYS_BLOCK + 3) {
		uint64_t no = 0;

		assert_int_equal(keys_take(&no, story.key[story.taken + 1], keys, NULL), STATUS_OK);
		assert_true(no == story.taken + 1);
		story.taken = no;
		if (no % KEYS_BLOCK <= 2 || no % KEYS_BLOCK == 4)
			stepped(false); /* taken, and nothing was flushed since */
		if (no % KEYS_BLOCK == 3) {
			story.doomed = no - 1;
			assert_int_equal(keys_destroy(keys, no - 1, NULL), STATUS_OK);
			story.destroyed[no - 1] = true;
			story.doomed = 0;
			stepped(false);
			assert_int_equal(keys_destroy(keys, no - 1, NULL), STATUS_OK);
		}
	}
	after_each_step = NULL;
	assert_true(story.looks > 100);
	keys_close(keys);
	buf_free(&bytes);
	buf_free(&story.durable);
}

/* --- Threads ---------------------------------------------------------------------------------- */

#define THREADS 8
#define TAKEN 400 /* by each: past three blocks in all */

struct taker {
	struct keys *keys;
	uint64_t no[TAKEN];
	unsigned char key[TAKEN][KEYS_BYTES];
	bool failed;
};

static void *
take_many(void *arg)
{
	struct taker *taker = arg;
	unsigned char got[KEYS_BYTES];

	for (unsigned i = 0; i < TAKEN; i++) {
		unsigned earlier = i / 2;
		enum status status;

		if (keys_take(&taker->no[i], taker->key[i], taker->keys, NULL) != STATUS_OK)
			taker->failed = true;
		if (i % 10 == 3 && keys_destroy(taker->keys, taker->no[i], NULL) != STATUS_OK)
			taker->failed = true;
		status = keys_get(got, taker->keys, taker->no[earlier], NULL);
		if (earlier % 10 == 3
			? status != STATUS_NOT_FOUND
			: status != STATUS_OK || memcmp(got, taker->key[earlier], KEYS_BYTES) != 0)
			taker->failed = true;
		/* somebody else's, whole or destroyed but never half written */
		status = keys_get(got, taker->keys, taker->no[i] / 2 + 1, NULL);
		if (status != STATUS_OK && status != STATUS_NOT_FOUND)
			taker->failed = true;
	}
	return NULL;
}

static void
test_many_threads_take_get_and_destroy_at_once(void **state)
{
	static struct taker takers[THREADS];
	static bool seen[THREADS * TAKEN + 1];
	pthread_t threads[THREADS];
	struct keys *keys = open_keys(1);

	(void)state;
	for (unsigned t = 0; t < THREADS; t++) {
		takers[t].keys = keys;
		assert_int_equal(pthread_create(&threads[t], NULL, take_many, &takers[t]), 0);
	}
	for (unsigned t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	keys_close(keys);
	keys = open_keys(THREADS * TAKEN + 1);
	for (unsigned t = 0; t < THREADS; t++) {
		assert_false(takers[t].failed);
		for (unsigned i = 0; i < TAKEN; i++) {
			uint64_t no = takers[t].no[i];

			assert_true(no >= 1 && no <= THREADS * TAKEN && !seen[no]);
			seen[no] = true;
			if (i % 10 == 3)
				expect_none(keys, no, STATUS_NOT_FOUND, NULL);
			else
				expect_key(keys, no, takers[t].key[i]);
		}
	}
	keys_close(keys);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_a_first_start_makes_both_files_for_their_owner_alone),
		IN_FOLDER(test_keys_are_the_same_after_reopening),
		IN_FOLDER(test_no_key_lies_on_disk_in_the_clear),
		IN_FOLDER(test_a_second_opener_is_refused),
		IN_FOLDER(test_what_others_can_read_or_change_is_refused),
		IN_FOLDER(test_links_and_other_things_in_place_of_a_file_are_refused),
		IN_FOLDER(test_what_belongs_to_another_user_is_refused),
		IN_FOLDER(test_a_lost_or_foreign_master_key_is_noticed),
		IN_FOLDER(test_any_bit_changed_in_the_head_is_noticed),
		IN_FOLDER(test_memory_running_out_anywhere_is_survived),
		IN_FOLDER(test_the_last_key_of_a_block_and_the_first_of_the_next),
		IN_FOLDER(test_the_ledger_may_use_all_keys_but_none_past_the_end),
		IN_FOLDER(test_nothing_is_given_before_the_ledger_has_spoken),
		IN_FOLDER(test_keys_of_an_earlier_start_are_flushed_again),
		IN_FOLDER(test_a_secret_is_never_made_over_another),
		IN_FOLDER(test_numbers_that_no_key_has_are_refused),
		IN_FOLDER(test_any_bit_changed_in_a_slot_is_damage_and_never_another_key),
		IN_FOLDER(test_a_slot_of_another_file_under_the_same_master_does_not_open),
		IN_FOLDER(test_a_destroyed_key_stays_destroyed),
		IN_FOLDER(test_a_full_disk_gives_no_key_and_harms_none),
		IN_FOLDER(test_after_a_failed_flush_nothing_counts_until_the_next_start),
		IN_FOLDER(test_a_first_start_killed_anywhere_is_taken_up_again),
		IN_FOLDER(test_power_lost_between_any_two_steps_costs_no_key),
		IN_FOLDER(test_many_threads_take_get_and_destroy_at_once),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
