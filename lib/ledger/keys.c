#include "ledger/keys.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "ledger/box.h"
#include "ledger/secret.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * data.keys is a row of slots of 128 bytes. 128 divides 512, so no slot lies across two sectors.
 * Numbers are little-endian; a box is as in box.h.
 *
 * Slot 0, the head:
 *   0   8  "RCKEYS" 0 0
 *   8   4  version of the layout, 1
 *  12   4  bytes of a slot, 128
 *  16  16  file id, random
 *  32  56  zeros
 *  88  40  box of nothing under the master key, with bytes 0 to 87 as associated data: shows that
 *          this head is whole and that the master key belongs to it
 *
 * Slot N, for key N: one box of 88 bytes under the master key. Associated data:
 * "record-check-key-v1" 0, the file id, N (8 bytes). So a slot opens nowhere else. In the box:
 *   0   1  1: a key; 2: destroyed
 *   1   7  zeros
 *   8  32  the key; zeros when destroyed
 *  40  48  zeros
 * Only who has the master key can make a slot that reads as destroyed: damage never looks like it.
 *
 * Invariants:
 * - A number is given out only after a flush that covers its slot returned well. A block of slots
 *   is written, flushed, and then counted (`count`). What a crash leaves of an unfinished block
 *   is beyond what was given out. It may be whole, half, or zeros. keys_reserve() writes the slots
 *   that nobody uses yet once more as they are, and flushes: whole ones are good then, even if a
 *   flush of an earlier process failed and the kernel forgot it; others are passed over. They are
 *   not made anew: had an old ledger been put back, they would be the keys of the newer one.
 * - A slot below `next` is written only by keys_destroy(), under `slots` held alone.
 * - After a failed flush no block is made and nothing counts as destroyed until the next start, as
 *   in the ledger: Linux may have dropped the bytes. Keys that are counted are good still.
 */
#define SLOT_BYTES 128u
#define SLOT_CONTENT (SLOT_BYTES - BOX_EXTRA_BYTES)
#define HEAD_CLEAR SLOT_CONTENT
#define VERSION 1u
#define ID_AT 16
#define ID_BYTES 16
#define KEY_AT 8
#define DOMAIN "record-check-key-v1" /* with its NUL */

enum slot_state { SLOT_KEY = 1, SLOT_DESTROYED = 2 };

_Static_assert(KEYS_BYTES == BOX_KEY_BYTES, "a data key is a key of a box");
_Static_assert(KEY_AT + KEYS_BYTES <= SLOT_CONTENT, "a key fits into its slot");

struct keys {
	char path[PATH_MAX]; /* data.keys, for messages */
	struct file_lock lock;
	int fd;
	unsigned char master[BOX_KEY_BYTES];
	unsigned char id[ID_BYTES];
	pthread_mutex_t taking; /* who takes, or makes a block; guards `reserved` */
	pthread_rwlock_t slots; /* alone: who writes a slot that others may read */
	pthread_mutex_t flush;	/* one flush at a time; guards `flush_failed` */
	_Atomic uint64_t count; /* slots that are durable; grows under `taking` */
	_Atomic uint64_t next;	/* the next number to give out; grows under `taking` */
	bool reserved;
	bool flush_failed;
};

/* --- One slot ------------------------------------------------------------------------------ */

#define WITH_BYTES (sizeof DOMAIN + ID_BYTES + 8)

static struct str
with_slot(unsigned char with[WITH_BYTES], const struct keys *keys, uint64_t no)
{
	memcpy(with, DOMAIN, sizeof DOMAIN);
	memcpy(with + sizeof DOMAIN, keys->id, ID_BYTES);
	for (size_t i = 0; i < 8; i++)
		with[sizeof DOMAIN + ID_BYTES + i] = (unsigned char)(no >> (8 * i));
	return (struct str){ (const char *)with, WITH_BYTES };
}

/* A new key, or none, shut into `slot`. */
static void
shut_slot(unsigned char *slot, const struct keys *keys, uint64_t no, enum slot_state state)
{
	unsigned char with[WITH_BYTES], content[SLOT_CONTENT] = { (unsigned char)state };

	if (state == SLOT_KEY)
		digest_random(content + KEY_AT, KEYS_BYTES);
	box_shut(slot, keys->master, with_slot(with, keys, no),
	    (struct str){ (const char *)content, sizeof content });
	box_wipe(content, sizeof content);
}

static enum status
open_slot(unsigned char key[KEYS_BYTES], const struct keys *keys, uint64_t no,
    const unsigned char slot[SLOT_BYTES], struct err *err)
{
	unsigned char with[WITH_BYTES], content[SLOT_CONTENT];
	enum status status = STATUS_OK;

	memset(key, 0, KEYS_BYTES);
	if (!box_open(content, keys->master, with_slot(with, keys, no),
		(struct str){ (const char *)slot, SLOT_BYTES }))
		return err_data(err, STATUS_CORRUPT, keys->path, 0, "key %llu is damaged",
		    (unsigned long long)no);
	if (content[0] == SLOT_KEY)
		memcpy(key, content + KEY_AT, KEYS_BYTES);
	else if (content[0] == SLOT_DESTROYED)
		status = err_data(err, STATUS_NOT_FOUND, keys->path, 0, "key %llu was destroyed",
		    (unsigned long long)no);
	else
		status = err_data(err, STATUS_VERSION, keys->path, 0,
		    "key %llu is of a kind that this version does not know",
		    (unsigned long long)no);
	box_wipe(content, sizeof content);
	return status;
}

static enum status
read_slot(unsigned char key[KEYS_BYTES], struct keys *keys, uint64_t no, struct err *err)
{
	unsigned char slot[SLOT_BYTES];
	enum status status;

	pthread_rwlock_rdlock(&keys->slots);
	status = secret_read_at(keys->fd, slot, SLOT_BYTES, no * SLOT_BYTES, keys->path, err);
	pthread_rwlock_unlock(&keys->slots);
	return status == STATUS_OK ? open_slot(key, keys, no, slot, err) : status;
}

/* --- Durability ---------------------------------------------------------------------------- */

/*
 * One at a time: the kernel tells of a lost write once, to one of those who flush, so the next may
 * begin only when it is known that this one ended well.
 */
static enum status
flush(struct keys *keys, struct err *err)
{
	enum status status = STATUS_OK;

	pthread_mutex_lock(&keys->flush);
	if (keys->flush_failed)
		status = err_data(err, STATUS_UNAVAILABLE, keys->path, 0,
		    "a flush to disk failed before; check the disk and start again");
	else if (fdatasync(keys->fd) != 0) {
		status = err_sys(err, keys->path, "cannot flush to disk");
		keys->flush_failed = true;
	}
	pthread_mutex_unlock(&keys->flush);
	return status;
}

/* The caller holds `taking`. Nobody reads beyond `count`, so this needs no `slots`. */
static enum status
make_block(struct keys *keys, struct err *err)
{
	uint64_t count = atomic_load(&keys->count);
	unsigned char *block = mem_alloc((size_t)KEYS_BLOCK * SLOT_BYTES);
	enum status status;

	if (block == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; i < KEYS_BLOCK; i++)
		shut_slot(block + i * SLOT_BYTES, keys, count + 1 + i, SLOT_KEY);
	status = secret_write_at(keys->fd,
	    (struct str){ (const char *)block, (size_t)KEYS_BLOCK * SLOT_BYTES },
	    (count + 1) * SLOT_BYTES, keys->path, err);
	mem_free(block);
	if (status == STATUS_OK)
		status = flush(keys, err);
	if (status == STATUS_OK)
		atomic_store(&keys->count, count + KEYS_BLOCK);
	return status;
}

/* The slots from `no` on, written as they are, so that the flush that follows covers them. */
static enum status
write_again(struct keys *keys, uint64_t no, struct err *err)
{
	uint64_t count = atomic_load(&keys->count);
	enum status status = STATUS_OK;
	unsigned char slot[SLOT_BYTES];

	for (; no <= count && status == STATUS_OK; no++) {
		status =
		    secret_read_at(keys->fd, slot, SLOT_BYTES, no * SLOT_BYTES, keys->path, err);
		if (status == STATUS_OK)
			status = secret_write_at(keys->fd,
			    (struct str){ (const char *)slot, SLOT_BYTES }, no * SLOT_BYTES,
			    keys->path, err);
	}
	return status;
}

/* --- Opening ------------------------------------------------------------------------------- */

static void
put_u32(unsigned char *at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

static struct str
head_clear(const unsigned char head[SLOT_BYTES])
{
	return (struct str){ (const char *)head, HEAD_CLEAR };
}

static void
begin_head(unsigned char head[SLOT_BYTES])
{
	memset(head, 0, SLOT_BYTES);
	memcpy(head, "RCKEYS", sizeof "RCKEYS");
	put_u32(head + 8, VERSION);
	put_u32(head + 12, SLOT_BYTES);
}

static enum status
make_file(struct keys *keys, struct err *err)
{
	unsigned char head[SLOT_BYTES];

	begin_head(head);
	digest_random(head + ID_AT, ID_BYTES);
	box_shut(head + HEAD_CLEAR, keys->master, head_clear(head), STR_NONE);
	return secret_make(
	    keys->path, (struct str){ (const char *)head, sizeof head }, SECRET_PRIVATE, err);
}

static enum status
read_head(struct keys *keys, struct err *err)
{
	unsigned char head[SLOT_BYTES], like[SLOT_BYTES], nothing[1];
	struct stat st;
	enum status status = STATUS_OK;

	if (fstat(keys->fd, &st) != 0)
		return err_sys(err, keys->path, "cannot look at");
	status = secret_read_at(keys->fd, head, SLOT_BYTES, 0, keys->path, err);
	if (status != STATUS_OK)
		return status;
	begin_head(like);
	if (memcmp(head, like, 8) != 0)
		return err_data(err, STATUS_CORRUPT, keys->path, 0, "not a file of data keys");
	if (memcmp(head + 8, like + 8, 4) != 0)
		return err_data(err, STATUS_VERSION, keys->path, 0,
		    "written by another version than %u", VERSION);
	if (memcmp(head + 12, like + 12, 4) != 0 ||
	    !box_open(nothing, keys->master, head_clear(head),
		(struct str){ (const char *)head + HEAD_CLEAR, BOX_EXTRA_BYTES }))
		return err_data(err, STATUS_CORRUPT, keys->path, 0,
		    "its head is damaged, or master.key is not the one it was made with");
	memcpy(keys->id, head + ID_AT, ID_BYTES);
	/* what is less than a slot is the rest of a block that a crash left unfinished */
	atomic_store(&keys->count, (uint64_t)st.st_size / SLOT_BYTES - 1);
	return STATUS_OK;
}

/* "It is not there" is no fault here, so it must not be the first one in `err`. */
static enum status
pass_on(struct err *err, const struct err *found)
{
	if (err != NULL && err->status == STATUS_OK)
		*err = *found;
	return found->status;
}

static enum status
find_master(struct keys *keys, const char *path, struct err *err)
{
	struct err quiet = ERR_NONE;
	enum status status =
	    secret_read(keys->master, sizeof keys->master, path, SECRET_PRIVATE, &quiet);

	if (status != STATUS_NOT_FOUND)
		return pass_on(err, &quiet);
	if (access(keys->path, F_OK) == 0)
		return err_data(err, STATUS_CORRUPT, path, 0,
		    "the master key is gone, but data.keys is there: put master.key back");
	digest_random(keys->master, sizeof keys->master);
	return secret_make(path, (struct str){ (const char *)keys->master, sizeof keys->master },
	    SECRET_PRIVATE, err);
}

/* Both files, under the lock. */
static enum status
open_files(struct keys *keys, const char *master, struct err *err)
{
	struct err quiet = ERR_NONE;
	enum status status = find_master(keys, master, err);

	if (status != STATUS_OK)
		return status;
	secret_tidy(master);
	secret_tidy(keys->path);
	status = secret_open(&keys->fd, keys->path, SECRET_PRIVATE, &quiet);
	if (status == STATUS_NOT_FOUND) {
		status = make_file(keys, err);
		if (status == STATUS_OK)
			status = secret_open(&keys->fd, keys->path, SECRET_PRIVATE, err);
	} else if (status != STATUS_OK) {
		status = pass_on(err, &quiet);
	}
	return status == STATUS_OK ? read_head(keys, err) : status;
}

static enum status
name_files(struct keys *keys, char master[PATH_MAX], char lock[PATH_MAX], const char *folder,
    struct err *err)
{
	if ((size_t)snprintf(keys->path, PATH_MAX, "%s/data.keys", folder) >= PATH_MAX ||
	    (size_t)snprintf(master, PATH_MAX, "%s/master.key", folder) >= PATH_MAX ||
	    (size_t)snprintf(lock, PATH_MAX, "%s/lock", folder) >= PATH_MAX)
		return err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	return STATUS_OK;
}

enum status
keys_open(struct keys **out, const char *folder, struct err *err)
{
	char master[PATH_MAX], lock[PATH_MAX];
	struct keys *keys = mem_zero(1, sizeof *keys);
	enum status status;

	if (keys == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	keys->fd = -1;
	keys->lock.fd = -1;
	pthread_mutex_init(&keys->taking, NULL);
	pthread_rwlock_init(&keys->slots, NULL);
	pthread_mutex_init(&keys->flush, NULL);
	atomic_store(&keys->next, 1);
	status = name_files(keys, master, lock, folder, err);
	if (status == STATUS_OK)
		status = secret_folder(folder, err);
	if (status == STATUS_OK)
		status = file_lock(&keys->lock, lock, err);
	if (status == STATUS_OK)
		status = open_files(keys, master, err);
	if (status == STATUS_OK)
		*out = keys;
	else
		keys_close(keys);
	return status;
}

void
keys_close(struct keys *keys)
{
	if (keys == NULL)
		return;
	if (keys->fd >= 0)
		close(keys->fd);
	file_unlock(&keys->lock);
	pthread_mutex_destroy(&keys->taking);
	pthread_rwlock_destroy(&keys->slots);
	pthread_mutex_destroy(&keys->flush);
	box_wipe(keys, sizeof *keys);
	mem_free(keys);
}

enum status
keys_reserve(struct keys *keys, uint64_t next_unused, struct err *err)
{
	uint64_t count = atomic_load(&keys->count);
	enum status status = STATUS_OK;

	if (next_unused == 0)
		return err_data(err, STATUS_INVALID, keys->path, 0, "keys are numbered from 1");
	if (next_unused - 1 > count)
		return err_data(err, STATUS_CORRUPT, keys->path, 0,
		    "the ledger uses key %llu, but the file ends at key %llu",
		    (unsigned long long)next_unused - 1, (unsigned long long)count);
	pthread_mutex_lock(&keys->taking);
	if (!keys->reserved) {
		status = write_again(keys, next_unused, err);
		if (status == STATUS_OK)
			status = flush(keys, err);
		keys->reserved = status == STATUS_OK;
	}
	if (status == STATUS_OK && next_unused > atomic_load(&keys->next))
		atomic_store(&keys->next, next_unused);
	pthread_mutex_unlock(&keys->taking);
	return status;
}

uint64_t
keys_made(struct keys *keys)
{
	return atomic_load(&keys->count);
}

/* --- Use ----------------------------------------------------------------------------------- */

/* The caller holds `taking`. */
static enum status
take_next(uint64_t *no, unsigned char key[KEYS_BYTES], struct keys *keys, struct err *err)
{
	for (;;) {
		uint64_t next = atomic_load(&keys->next);
		enum status status = STATUS_OK;

		if (next > atomic_load(&keys->count))
			status = make_block(keys, err);
		if (status != STATUS_OK)
			return status;
		status = read_slot(key, keys, next, NULL);
		if (status == STATUS_IO)
			return read_slot(key, keys, next, err);
		atomic_store(&keys->next, next + 1);
		*no = next;
		if (status == STATUS_OK)
			return status;
	}
}

enum status
keys_take(uint64_t *no, unsigned char key[KEYS_BYTES], struct keys *keys, struct err *err)
{
	enum status status;

	pthread_mutex_lock(&keys->taking);
	if (keys->reserved)
		status = take_next(no, key, keys, err);
	else
		status = err_data(err, STATUS_UNAVAILABLE, keys->path, 0,
		    "nobody has said yet which keys are in use");
	pthread_mutex_unlock(&keys->taking);
	return status;
}

enum status
keys_get(unsigned char key[KEYS_BYTES], struct keys *keys, uint64_t no, struct err *err)
{
	uint64_t count = atomic_load(&keys->count);

	memset(key, 0, KEYS_BYTES);
	if (no == 0)
		return err_data(err, STATUS_INVALID, keys->path, 0, "keys are numbered from 1");
	if (no > count)
		return err_data(err, STATUS_CORRUPT, keys->path, 0,
		    "key %llu is missing: the file ends at key %llu", (unsigned long long)no,
		    (unsigned long long)count);
	return read_slot(key, keys, no, err);
}

enum status
keys_destroy(struct keys *keys, uint64_t no, struct err *err)
{
	unsigned char slot[SLOT_BYTES];
	enum status status;

	if (no == 0 || no >= atomic_load(&keys->next))
		return err_data(err, STATUS_INVALID, keys->path, 0, "no key %llu is in use",
		    (unsigned long long)no);
	shut_slot(slot, keys, no, SLOT_DESTROYED);
	pthread_rwlock_wrlock(&keys->slots);
	status = secret_write_at(keys->fd, (struct str){ (const char *)slot, sizeof slot },
	    no * SLOT_BYTES, keys->path, err);
	pthread_rwlock_unlock(&keys->slots);
	return status == STATUS_OK ? flush(keys, err) : status;
}
