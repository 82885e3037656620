/*
 * The file is a row of blocks, numbered from 0. All numbers in blocks are big-endian.
 *
 *   block 0     magic, format version, 16 bytes of id, then varints: revision; for each of six
 *               tables (postlist, docdata, termlist, position, spelling, synonym) where its root
 * is, its level and flags, entries, block size, shortest tag that is compressed (0: none), and a
 * string with what is free; at last the statistics others      u32 revision, u8 level, u16 largest
 * free room, u16 free room, u16 end of the directory; the directory: u16 offsets of the items in
 * key order; the items, from the block's end downwards leaf item   u16 size - 3 with three flags on
 * top (compressed, last, first part of its tag), u8 length of key, key, u16 number of the part
 * unless it is the first, tag branch item u32 block, u8 length of key, key, u16 number of the part
 *
 * A tag too long for an item is in several. The first item of a table has the empty key and no tag.
 * A branch item's key is the shortest that parts the last key before its block from the first one
 * in it; in the first item of a branch block it is empty, for nothing is compared with it.
 */
#include "index/glass_file.h"

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define LEVELS_MAX 10 /* BTREE_CURSOR_LEVELS; the format's block numbers run out before */
#define HEAD_BYTES 11u
#define REVISION 1
/* A quarter of what a block holds, as in Xapian, so that a block is well filled. */
#define ITEM_BYTES_MAX ((GLASS_BLOCK_BYTES - HEAD_BYTES - 4 * 2) / 4)
#define BRANCH_ITEM_BYTES_MAX (4 + 1 + GLASS_KEY_BYTES_MAX + 2)
#define IS_LAST 0x4000u
#define IS_FIRST 0x2000u
#define PENDING_BYTES (64 * (size_t)GLASS_BLOCK_BYTES) /* written at once: 512 KiB */

struct key {
	unsigned char bytes[GLASS_KEY_BYTES_MAX];
	unsigned n;
	unsigned part;
};

struct level {
	unsigned char *block; /* NULL: not in use yet */
	unsigned end;	      /* of the directory */
	unsigned from;	      /* of the items */
	struct key first;     /* what parts it from the block before */
	bool alone;	      /* no block of this level has been written yet */
};

struct table {
	struct level levels[LEVELS_MAX];
	struct key last; /* of the entry added last */
	uint64_t entries;
	uint32_t root;
	unsigned top;
};

struct glass_file {
	int fd;
	char *path;
	uint32_t blocks; /* given a number so far */
	unsigned char *pending;
	size_t pending_bytes;
	struct table tables[2];
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- Bytes --------------------------------------------------------------------------------- */
static void
put16(unsigned char *to, unsigned value)
{
	to[0] = (unsigned char)(value >> 8);
	to[1] = (unsigned char)value;
}

static void
put32(unsigned char *to, uint32_t value)
{
	put16(to, value >> 16);
	put16(to + 2, value & 0xffff);
}

static enum status
write_all(struct glass_file *file, const unsigned char *bytes, size_t n, struct err *err)
{
	while (n > 0) {
		ssize_t put = write(file->fd, bytes, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, file->path, "cannot write");
		bytes += put;
		n -= (size_t)put;
	}
	return STATUS_OK;
}

static enum status
flush(struct glass_file *file, struct err *err)
{
	enum status status = write_all(file, file->pending, file->pending_bytes, err);

	file->pending_bytes = 0;
	return status;
}

/* Numbers the block and writes it. */
static enum status
write_block(uint32_t *number, struct glass_file *file, const unsigned char *block, struct err *err)
{
	enum status status = STATUS_OK;

	if (file->blocks == UINT32_MAX)
		return err_data(err, STATUS_LIMIT, file->path, 0, "too large for an index");
	if (file->pending_bytes == PENDING_BYTES)
		status = flush(file, err);
	if (status != STATUS_OK)
		return status;
	memcpy(file->pending + file->pending_bytes, block, GLASS_BLOCK_BYTES);
	file->pending_bytes += GLASS_BLOCK_BYTES;
	*number = file->blocks++;
	return STATUS_OK;
}

/* --- Blocks -------------------------------------------------------------------------------- */
static void
clear_block(struct level *level)
{
	memset(level->block, 0, GLASS_BLOCK_BYTES);
	level->end = HEAD_BYTES;
	level->from = GLASS_BLOCK_BYTES;
}

static enum status
open_level(struct level *level, struct err *err)
{
	level->block = mem_alloc(GLASS_BLOCK_BYTES);
	if (level->block == NULL)
		return no_memory(err);
	level->alone = true;
	clear_block(level);
	return STATUS_OK;
}

static bool
has_room(const struct level *level, unsigned bytes)
{
	return level->from - level->end >= bytes + 2;
}

/* Room for an item, entered in the directory; the caller fills it. */
static unsigned char *
new_item(struct level *level, unsigned bytes)
{
	level->from -= bytes;
	put16(level->block + level->end, level->from);
	level->end += 2;
	return level->block + level->from;
}

/* Writes the level's block and begins another. */
static enum status
end_block(uint32_t *number, struct glass_file *file, struct level *level, unsigned height,
    struct err *err)
{
	unsigned char *block = level->block;
	unsigned room = level->from - level->end;
	enum status status;

	put32(block, REVISION);
	block[4] = (unsigned char)height;
	put16(block + 5, room);
	put16(block + 7, room);
	put16(block + 9, level->end);
	status = write_block(number, file, block, err);
	level->alone = false;
	clear_block(level);
	return status;
}

/* --- Branches ------------------------------------------------------------------------------ */
static void
put_branch_item(struct level *level, const struct key *key, uint32_t child)
{
	unsigned char *item = new_item(level, 4 + 1 + key->n + 2);

	put32(item, child);
	item[4] = (unsigned char)key->n;
	memcpy(item + 5, key->bytes, key->n);
	put16(item + 5 + key->n, key->part);
}

/* Enters a finished block in the level above its own; `first` parts it from the block before. */
static enum status
add_child(struct glass_file *file, struct table *table, unsigned height, uint32_t child,
    const struct key *first, struct err *err)
{
	static const struct key none;
	struct level *level = &table->levels[height];
	enum status status = STATUS_OK;
	struct key before;
	uint32_t full = 0;

	if (height == LEVELS_MAX)
		return err_data(err, STATUS_LIMIT, file->path, 0, "too large for an index");
	if (level->block == NULL)
		status = open_level(level, err);
	if (status != STATUS_OK)
		return status;
	if (level->end > HEAD_BYTES && has_room(level, 4 + 1 + first->n + 2)) {
		put_branch_item(level, first, child);
		return STATUS_OK;
	}
	before = level->first;
	level->first = *first;
	if (level->end == HEAD_BYTES) {
		put_branch_item(level, &none, child);
		return STATUS_OK;
	}
	status = end_block(&full, file, level, height, err);
	put_branch_item(level, &none, child);
	return status != STATUS_OK ? status
				   : add_child(file, table, height + 1, full, &before, err);
}

/* --- Leaves -------------------------------------------------------------------------------- */
static enum status
open_table(struct table *table, struct err *err)
{
	enum status status = open_level(&table->levels[0], err);

	if (status == STATUS_OK) {
		unsigned char *item = new_item(&table->levels[0], 3);

		put16(item, IS_FIRST | IS_LAST);
		item[2] = 0;
	}
	return status;
}

/* The shortest beginning of `key` that the key before it does not have. */
static void
part_keys(struct key *out, const struct key *before, struct str key, unsigned part)
{
	unsigned n = 0;

	while (n < before->n && n < key.n && before->bytes[n] == (unsigned char)key.p[n])
		n++;
	n += n < key.n;
	memcpy(out->bytes, key.p, n);
	out->n = n;
	out->part = part;
}

/* Room for one leaf item, in a new block if need be. */
static enum status
make_room(struct glass_file *file, struct table *table, struct str key, unsigned part,
    unsigned bytes, struct err *err)
{
	struct level *leaf = &table->levels[0];
	struct key first;
	uint32_t full = 0;
	enum status status;

	if (has_room(leaf, bytes))
		return STATUS_OK;
	first = leaf->first;
	part_keys(&leaf->first, &table->last, key, part);
	status = end_block(&full, file, leaf, 0, err);
	return status != STATUS_OK ? status : add_child(file, table, 1, full, &first, err);
}

static enum status
add_part(struct glass_file *file, struct table *table, struct str key, unsigned part, bool last,
    struct str tag, struct err *err)
{
	unsigned bytes = (unsigned)(2 + 1 + key.n + (part > 1 ? 2 : 0) + tag.n);
	enum status status = make_room(file, table, key, part, bytes, err);
	unsigned char *item;

	if (status != STATUS_OK)
		return status;
	item = new_item(&table->levels[0], bytes);
	put16(item, (bytes - 3) | (part == 1 ? IS_FIRST : 0) | (last ? IS_LAST : 0));
	item[2] = (unsigned char)key.n;
	item += 3;
	memcpy(item, key.p, key.n);
	item += key.n;
	if (part > 1) {
		put16(item, part);
		item += 2;
	}
	if (tag.n > 0)
		memcpy(item, tag.p, tag.n);
	memcpy(table->last.bytes, key.p, key.n);
	table->last.n = (unsigned)key.n;
	return STATUS_OK;
}

static struct str
last_key(const struct table *table)
{
	return (struct str){ (const char *)table->last.bytes, table->last.n };
}

enum status
glass_file_add(struct glass_file *file, enum glass_table which, struct str key, struct str tag,
    struct err *err)
{
	struct table *table = &file->tables[which];
	enum status status = STATUS_OK;
	size_t most;

	if (key.n == 0 || key.n > GLASS_KEY_BYTES_MAX)
		return err_set(
		    err, STATUS_LIMIT, "a key must have 1 to %d bytes", GLASS_KEY_BYTES_MAX);
	if (str_cmp(last_key(table), key) >= 0)
		return err_set(err, STATUS_USAGE, "keys must rise");
	if (table->levels[0].block == NULL)
		status = open_table(table, err);
	table->entries++;
	most = ITEM_BYTES_MAX - (2 + 1 + key.n);
	for (unsigned part = 1; status == STATUS_OK && (part == 1 || tag.n > 0); part++) {
		struct str piece = str_part(tag, 0, most - (part > 1 ? 2 : 0));

		if (part > UINT16_MAX)
			return err_set(err, STATUS_LIMIT, "an entry is too large");
		tag = str_part(tag, piece.n, tag.n);
		status = add_part(file, table, key, part, tag.n == 0, piece, err);
	}
	return status;
}

size_t
glass_file_room(
    const struct glass_file *file, enum glass_table table, size_t key_bytes, size_t least)
{
	const struct level *leaf = &file->tables[table].levels[0];
	size_t over = 2 + 1 + key_bytes, most = ITEM_BYTES_MAX - over;
	size_t room = leaf->block == NULL ? 0 : leaf->from - leaf->end;

	if (room < 2 + over + least)
		return most;
	return room - 2 - over < most ? room - 2 - over : most;
}

/* --- Beginning and end --------------------------------------------------------------------- */
enum status
glass_file_new(struct glass_file **out, const char *path, struct err *err)
{
	struct glass_file *file = mem_zero(1, sizeof *file);

	if (file == NULL)
		return no_memory(err);
	file->fd = -1;
	file->path = mem_copy_text(path);
	file->pending = mem_alloc(PENDING_BYTES);
	if (file->path == NULL || file->pending == NULL) {
		glass_file_abandon(file);
		return no_memory(err);
	}
	file->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (file->fd < 0) {
		glass_file_abandon(file);
		return err_sys(err, path, "cannot create");
	}
	/* Room for the first block, which is written last. */
	memset(file->pending, 0, GLASS_BLOCK_BYTES);
	file->pending_bytes = GLASS_BLOCK_BYTES;
	file->blocks = 1;
	*out = file;
	return STATUS_OK;
}

/* Writes what is still open, from the leaves up to the root. */
static enum status
end_table(struct glass_file *file, struct table *table, struct err *err)
{
	for (unsigned height = 0; height < LEVELS_MAX; height++) {
		struct level *level = &table->levels[height];
		bool alone = level->alone;
		uint32_t number = 0;
		enum status status;

		if (level->block == NULL)
			return STATUS_OK; /* an empty table */
		status = end_block(&number, file, level, height, err);
		if (status == STATUS_OK && !alone)
			status = add_child(file, table, height + 1, number, &level->first, err);
		if (status != STATUS_OK || alone) {
			table->root = number;
			table->top = height;
			return status;
		}
	}
	return err_data(err, STATUS_LIMIT, file->path, 0, "too large for an index");
}

static void
put_root(struct buf *out, const struct glass_file *file, const struct table *table)
{
	struct buf room = BUF_INIT; /* what is free: nothing */

	buf_add_varint(out, table->root);
	buf_add_varint(out, table->entries == 0 ? 3 : table->top << 2);
	buf_add_varint(out, table->entries);
	buf_add_varint(out, GLASS_BLOCK_BYTES >> 11);
	buf_add_varint(out, 0);
	if (table->entries > 0) {
		buf_add_varint(&room, REVISION);
		buf_add_varint(&room, file->blocks);
		buf_add(&room, "\0\0\0\0", 4);
	}
	buf_add_varint(out, room.n);
	buf_add_str(out, buf_str(&room));
	out->failed = out->failed || buf_failed(&room);
	buf_free(&room);
}

static enum status
write_first(struct glass_file *file, uint32_t documents, struct err *err)
{
	static const struct table empty;
	struct buf head = BUF_INIT;
	enum status status = STATUS_OK;

	buf_add(&head, GLASS_FILE_HEAD, sizeof GLASS_FILE_HEAD - 1);
	buf_add_varint(&head, REVISION);
	for (unsigned i = 0; i < GLASS_FILE_TABLES; i++)
		put_root(&head, file, i < 2 ? &file->tables[i] : &empty);
	buf_add_varint(&head, documents);
	buf_add(
	    &head, "\0\0\0\0\0\0\0", 7); /* of lengths and frequencies, of which there are none */
	if (buf_failed(&head))
		status = no_memory(err);
	else if (pwrite(file->fd, head.p, head.n, 0) != (ssize_t)head.n)
		status = err_sys(err, file->path, "cannot write");
	buf_free(&head);
	return status;
}

enum status
glass_file_finish(struct glass_file *file, uint32_t documents, struct err *err)
{
	enum status status = end_table(file, &file->tables[GLASS_POSTLIST], err);

	if (status == STATUS_OK)
		status = end_table(file, &file->tables[GLASS_DOCDATA], err);
	if (status == STATUS_OK)
		status = flush(file, err);
	if (status == STATUS_OK)
		status = write_first(file, documents, err);
	if (status == STATUS_OK && fsync(file->fd) != 0)
		status = err_sys(err, file->path, "cannot write to the disk");
	if (close(file->fd) != 0 && status == STATUS_OK)
		status = err_sys(err, file->path, "cannot close");
	file->fd = -1;
	glass_file_abandon(file);
	return status;
}

void
glass_file_abandon(struct glass_file *file)
{
	if (file == NULL)
		return;
	if (file->fd >= 0)
		close(file->fd);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned height = 0; height < LEVELS_MAX; height++)
			mem_free(file->tables[i].levels[height].block);
	mem_free(file->path);
	mem_free(file->pending);
	mem_free(file);
}

_Static_assert(GLASS_BLOCK_BYTES >= 2048 && GLASS_BLOCK_BYTES <= 32768, "offsets have 16 bits");
_Static_assert(BRANCH_ITEM_BYTES_MAX + 2 + 7 + 2 + HEAD_BYTES <= GLASS_BLOCK_BYTES,
    "a branch block holds two items at least");
_Static_assert(ITEM_BYTES_MAX - 3 < IS_FIRST, "a leaf item's size has 13 bits");
