/*
 * The layout of blocks is at the head of glass_file.c, that of entries at the head of bulk.c.
 *
 * Invariant: a block in the cache has been checked (check_block): its directory is within it, and
 * it is of the level that it was asked for. Items are checked when they are looked at. A pointer to
 * a block is good until the next one is asked for.
 */
#include "index/glass_reader.h"

#include "base/mem.h"
#include "index/glass_file.h"
#include "index/glass_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES 11u
#define IS_COMPRESSED 0x8000u
#define IS_LAST 0x4000u
#define IS_FIRST 0x2000u
#define SIZE_MASK 0x1fffu
/* 4 MiB of blocks a file and thread. Of the blocks of 50 checks in a row at 1,000,000 people three
 * in four were among the last 256 read, four in five among the last 1,024. */
#define WAYS 4u
#define SETS 128u
#define FRAMES (SETS * WAYS)

struct table {
	uint32_t root;
	unsigned top;	  /* level of the root */
	uint64_t entries; /* 0: there is no root */
};

struct glass_reader {
	int fd;
	char *path;
	uint32_t blocks, documents;
	struct table tables[2];
	uint32_t block_of[FRAMES]; /* 0: none; block 0 is not one of a table */
	uint32_t used[FRAMES];	   /* when, by `now` */
	uint32_t now;
	unsigned char *frames;
};

struct item { /* of a leaf */
	struct str key;
	unsigned part;
	bool is_first, is_last;
	struct str tag;
};

static enum status
corrupt(const struct glass_reader *reader, const char *what, struct err *err)
{
	return err_data(err, STATUS_CORRUPT, reader->path, 0, "%s", what);
}

static unsigned
get16(const unsigned char *from)
{
	return (unsigned)from[0] << 8 | from[1];
}

static uint32_t
get32(const unsigned char *from)
{
	return (uint32_t)get16(from) << 16 | get16(from + 2);
}

/* --- Blocks -------------------------------------------------------------------------------- */
static enum status
read_at(const struct glass_reader *reader, void *to, size_t n, uint64_t from, struct err *err)
{
	char *bytes = to;

	while (n > 0) {
		ssize_t got = pread(reader->fd, bytes, n, (off_t)from);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, reader->path, "cannot read");
		if (got == 0)
			return corrupt(reader, "the file is cut off", err);
		bytes += got;
		n -= (size_t)got;
		from += (uint64_t)got;
	}
	return STATUS_OK;
}

static unsigned
item_count(const unsigned char *block)
{
	return (get16(block + 9) - HEAD_BYTES) / 2;
}

static bool
check_block(const unsigned char *block, unsigned level)
{
	unsigned end = get16(block + 9);

	return block[4] == level && end > HEAD_BYTES && end <= GLASS_BLOCK_BYTES &&
	       (end - HEAD_BYTES) % 2 == 0;
}

/* The frame of the set that was used longest ago. */
static unsigned
oldest(const struct glass_reader *reader, unsigned first)
{
	unsigned frame = first;

	for (unsigned i = first + 1; i < first + WAYS; i++)
		if (reader->now - reader->used[i] > reader->now - reader->used[frame])
			frame = i;
	return frame;
}

static enum status
get_block(const unsigned char **out, struct glass_reader *reader, uint32_t number, unsigned level,
    struct err *err)
{
	unsigned first = number % SETS * WAYS, frame = first;
	unsigned char *bytes;
	enum status status;

	reader->now++;
	while (frame < first + WAYS && reader->block_of[frame] != number)
		frame++;
	if (frame < first + WAYS) {
		reader->used[frame] = reader->now;
		*out = reader->frames + (size_t)frame * GLASS_BLOCK_BYTES;
		return (*out)[4] == level ? STATUS_OK
					  : corrupt(reader, "a block is of another level", err);
	}
	if (number == 0 || number >= reader->blocks)
		return corrupt(reader, "a block is outside the file", err);
	frame = oldest(reader, first);
	bytes = reader->frames + (size_t)frame * GLASS_BLOCK_BYTES;
	reader->block_of[frame] = 0;
	status =
	    read_at(reader, bytes, GLASS_BLOCK_BYTES, (uint64_t)number * GLASS_BLOCK_BYTES, err);
	if (status == STATUS_OK && !check_block(bytes, level))
		status = corrupt(reader, "a block is damaged", err);
	if (status != STATUS_OK)
		return status;
	reader->block_of[frame] = number;
	reader->used[frame] = reader->now;
	*out = bytes;
	return STATUS_OK;
}

/* Where an item begins, if so many bytes of it are within the block. */
static const unsigned char *
item_at(const unsigned char *block, unsigned i, unsigned bytes)
{
	unsigned at = get16(block + HEAD_BYTES + 2 * i);

	return at >= HEAD_BYTES && at <= GLASS_BLOCK_BYTES - bytes ? block + at : NULL;
}

static bool
leaf_item(struct item *out, const unsigned char *block, unsigned i)
{
	const unsigned char *at = item_at(block, i, 3);
	unsigned head, size, over;

	if (at == NULL)
		return false;
	head = get16(at);
	size = (head & SIZE_MASK) + 3;
	over = 3u + at[2] + ((head & IS_FIRST) != 0 ? 0 : 2);
	if ((head & IS_COMPRESSED) != 0 || over > size ||
	    size > GLASS_BLOCK_BYTES - (unsigned)(at - block))
		return false;
	*out = (struct item){ .key = { (const char *)at + 3, at[2] },
		.part = (head & IS_FIRST) != 0 ? 1 : get16(at + 3 + at[2]),
		.is_first = (head & IS_FIRST) != 0,
		.is_last = (head & IS_LAST) != 0,
		.tag = { (const char *)at + over, size - over } };
	return true;
}

struct branch_item {
	uint32_t child;
	struct str key;
	unsigned part;
};

static bool
branch_item(struct branch_item *out, const unsigned char *block, unsigned i)
{
	const unsigned char *at = item_at(block, i, 7);

	if (at == NULL || 7u + at[4] > GLASS_BLOCK_BYTES - (unsigned)(at - block))
		return false;
	*out = (struct branch_item){ get32(at), { (const char *)at + 5, at[4] },
		get16(at + 5 + at[4]) };
	return true;
}

/* --- The tree ------------------------------------------------------------------------------ */
static int
compare_keys(struct str a, unsigned a_part, struct str b, unsigned b_part)
{
	int order = str_cmp(a, b);

	return order != 0 ? order : (a_part > b_part) - (a_part < b_part);
}

/* The key of an item of a block of that level, which has a head of 3 bytes in a leaf, 5 in a
 * branch.
 */
static bool
key_of(struct str *key, unsigned *part, const unsigned char *block, unsigned level, unsigned i)
{
	const unsigned char *at = item_at(block, i, 5);
	unsigned head = level == 0 ? 3 : 5, n;

	if (at == NULL)
		return false;
	n = at[head - 1];
	if (head + n + 2 > GLASS_BLOCK_BYTES - (unsigned)(at - block))
		return false;
	*key = (struct str){ (const char *)at + head, n };
	*part = level == 0 && (at[0] & IS_FIRST >> 8) != 0 ? 1 : get16(at + head + n);
	return true;
}

/* The last item whose key is not after the one asked for; the first one's is never compared. */
static bool
search_block(
    unsigned *out, const unsigned char *block, unsigned level, struct str key, unsigned part)
{
	unsigned low = 0, high = item_count(block);

	while (high - low > 1) {
		unsigned middle = (low + high) / 2, its_part;
		struct str its;

		if (!key_of(&its, &its_part, block, level, middle))
			return false;
		if (compare_keys(its, its_part, key, part) <= 0)
			low = middle;
		else
			high = middle;
	}
	*out = low;
	return true;
}

struct place { /* an item of a leaf and the way to it */
	uint32_t block[GLASS_LEVELS_MAX];
	unsigned item[GLASS_LEVELS_MAX];
};

/* Where the last entry is that is not after the one asked for, or the first of a leaf whose entries
 * are all after it: what parts two leaves may be less than the key. The table is not empty. */
static enum status
descend(struct place *out, struct glass_reader *reader, enum glass_table which, struct str key,
    unsigned part, struct err *err)
{
	uint32_t number = reader->tables[which].root;

	for (unsigned level = reader->tables[which].top;; level--) {
		const unsigned char *block = NULL;
		struct branch_item branch;
		enum status status = get_block(&block, reader, number, level, err);

		if (status != STATUS_OK)
			return status;
		out->block[level] = number;
		if (!search_block(&out->item[level], block, level, key, part))
			return corrupt(reader, "an item is damaged", err);
		if (level == 0)
			return STATUS_OK;
		if (!branch_item(&branch, block, out->item[level]))
			return corrupt(reader, "an item is damaged", err);
		number = branch.child;
	}
}

/* Moves back to the item before; stays at the first one of the table. */
static enum status
step_back(struct place *place, struct glass_reader *reader, enum glass_table which, struct err *err)
{
	unsigned level = 0;

	while (level <= reader->tables[which].top && place->item[level] == 0)
		level++;
	if (level > reader->tables[which].top)
		return STATUS_OK;
	place->item[level]--;
	for (; level > 0; level--) {
		const unsigned char *block = NULL;
		struct branch_item branch;
		enum status status = get_block(&block, reader, place->block[level], level, err);

		if (status == STATUS_OK && (place->item[level] >= item_count(block) ||
					       !branch_item(&branch, block, place->item[level])))
			status = corrupt(reader, "an item is damaged", err);
		if (status == STATUS_OK)
			status = get_block(&block, reader, branch.child, level - 1, err);
		if (status != STATUS_OK)
			return status;
		place->block[level - 1] = branch.child;
		place->item[level - 1] = item_count(block) - 1;
	}
	return STATUS_OK;
}

static enum status
look_at(struct item *out, struct glass_reader *reader, const struct place *place, struct err *err)
{
	const unsigned char *block = NULL;
	enum status status = get_block(&block, reader, place->block[0], 0, err);

	if (status != STATUS_OK)
		return status;
	return leaf_item(out, block, place->item[0]) ? STATUS_OK
						     : corrupt(reader, "an item is damaged", err);
}

/* Where the last entry is that is not after the one asked for. The table is not empty. */
static enum status
find(struct place *out, struct glass_reader *reader, enum glass_table which, struct str key,
    unsigned part, struct err *err)
{
	struct item item;
	enum status status = descend(out, reader, which, key, part, err);

	if (status != STATUS_OK || out->item[0] > 0)
		return status;
	status = look_at(&item, reader, out, err);
	if (status == STATUS_OK && compare_keys(item.key, item.part, key, part) > 0)
		status = step_back(out, reader, which, err);
	return status;
}

/* Moves on to the next item; *more false at the end of the table. */
static enum status
step(bool *more, struct place *place, struct glass_reader *reader, enum glass_table which,
    struct err *err)
{
	unsigned level = 0;
	const unsigned char *block = NULL;
	enum status status;

	*more = false;
	for (;; level++) {
		if (level > reader->tables[which].top)
			return STATUS_OK;
		status = get_block(&block, reader, place->block[level], level, err);
		if (status != STATUS_OK)
			return status;
		if (place->item[level] + 1 < item_count(block))
			break;
	}
	place->item[level]++;
	while (level > 0) {
		struct branch_item branch;

		if (!branch_item(&branch, block, place->item[level]))
			return corrupt(reader, "an item is damaged", err);
		level--;
		place->block[level] = branch.child;
		place->item[level] = 0;
		status = get_block(&block, reader, branch.child, level, err);
		if (status != STATUS_OK)
			return status;
	}
	*more = true;
	return STATUS_OK;
}

/* --- Documents ----------------------------------------------------------------------------- */
uint32_t
glass_reader_documents(const struct glass_reader *reader)
{
	return reader->documents;
}

enum status
glass_reader_data(struct buf *out, struct glass_reader *reader, uint32_t document, struct err *err)
{
	unsigned char bytes[GLASS_NUMBER_BYTES_MAX];
	struct str key = { (const char *)bytes, glass_put_number(bytes, document) };
	struct place place = { { 0 }, { 0 } };
	struct item item = { .is_last = false };
	bool more = reader->tables[GLASS_DOCDATA].entries > 0;
	enum status status = STATUS_OK;

	if (more)
		status = find(&place, reader, GLASS_DOCDATA, key, 1, err);
	for (unsigned part = 1; status == STATUS_OK && !item.is_last; part++) {
		if (part > 1)
			status = step(&more, &place, reader, GLASS_DOCDATA, err);
		if (status == STATUS_OK && more)
			status = look_at(&item, reader, &place, err);
		if (status != STATUS_OK)
			return status;
		if (!more || item.part != part || !str_eq(item.key, key))
			return corrupt(reader, "a document is missing", err);
		buf_add_str(out, item.tag);
	}
	if (status == STATUS_OK && buf_failed(out))
		return err_set(err, STATUS_NOMEM, "out of memory");
	return status;
}

/* --- Lists --------------------------------------------------------------------------------- */
static bool
take_varint(uint32_t *out, const unsigned char **at, const unsigned char *end)
{
	uint32_t value = 0;

	for (unsigned shift = 0; shift < 35 && *at < end; shift += 7) {
		unsigned char byte = *(*at)++;

		if (shift == 28 && byte > 15)
			return false; /* more than 32 bits */
		value |= (uint32_t)(byte & 127) << shift;
		if (byte < 128) {
			*out = value;
			return true;
		}
	}
	return false;
}

struct chunk {
	uint32_t count; /* documents of the list; of its first chunk only */
	uint32_t first, last;
	bool is_last;
	const unsigned char *at, *end; /* of what follows the first document */
};

/* Bytes of the term within the key of a chunk, or 0: it is of another term. `number`: that of its
 * first document, 0 in the first chunk. */
static bool
is_chunk_of(uint32_t *number, struct str key, struct str term)
{
	size_t n;

	*number = 0;
	if (key.n < term.n || memcmp(key.p, term.p, term.n) != 0)
		return false;
	if (key.n == term.n)
		return true;
	n = key.n - term.n - 1;
	return key.p[term.n] == '\0' && glass_take_number(number, key.p + term.n + 1, n) &&
	       *number > 0;
}

static bool
read_head(struct chunk *out, const struct item *item, uint32_t number)
{
	uint32_t span = 0, none = 0;

	out->at = (const unsigned char *)item->tag.p;
	out->end = out->at + item->tag.n;
	out->first = number;
	out->count = 0;
	if (number == 0 &&
	    (!take_varint(&out->count, &out->at, out->end) ||
		!take_varint(&none, &out->at, out->end) ||
		!take_varint(&out->first, &out->at, out->end) || out->first++ == UINT32_MAX))
		return false;
	if (out->at == out->end || (*out->at != '0' && *out->at != '1'))
		return false;
	out->is_last = *out->at++ == '1';
	if (!take_varint(&span, &out->at, out->end) || !take_varint(&none, &out->at, out->end))
		return false;
	out->last = out->first + span;
	return out->last >= out->first && item->is_first && item->is_last;
}

static struct str
key_of_list(const struct glass_list *list)
{
	return (struct str){ (const char *)list->key, list->key_bytes };
}

/* What lies between two documents, and the second one's frequency, which is not used. */
static bool
take_gap(uint32_t *gap, const unsigned char **at, const unsigned char *end)
{
	uint32_t none = 0;

	if (end - *at >= 2 && (*at)[0] < 128 && (*at)[1] < 128) { /* as nearly all are */
		*gap = (*at)[0];
		*at += 2;
		return true;
	}
	return take_varint(gap, at, end) && take_varint(&none, at, end);
}

static bool
take_apart(struct glass_list *list, const struct chunk *chunk)
{
	const unsigned char *at = chunk->at;
	uint32_t document = chunk->first;
	size_t count = 0;

	list->documents[count++] = document;
	while (at < chunk->end) {
		uint32_t gap = 0;

		if (!take_gap(&gap, &at, chunk->end) || gap >= chunk->last - document ||
		    count == GLASS_LIST_DOCUMENTS_MAX)
			return false;
		document += gap + 1;
		list->documents[count++] = document;
	}
	list->count = count;
	return document == chunk->last;
}

static enum status
read_chunk(struct glass_list *list, const struct place *place, struct err *err)
{
	struct glass_reader *reader = list->reader;
	struct chunk chunk;
	struct item item;
	uint32_t number;
	enum status status = look_at(&item, reader, place, err);

	if (status != STATUS_OK)
		return status;
	if (!is_chunk_of(&number, item.key, key_of_list(list)) ||
	    !read_head(&chunk, &item, number) || chunk.first <= list->last ||
	    chunk.last > reader->documents || !take_apart(list, &chunk))
		return corrupt(reader, "a list is damaged", err);
	list->last = chunk.last;
	list->is_last = chunk.is_last;
	for (unsigned i = 0; i < GLASS_LEVELS_MAX; i++) {
		list->path[i].block = place->block[i];
		list->path[i].item = place->item[i];
	}
	return STATUS_OK;
}

static struct place
place_of(const struct glass_list *list)
{
	struct place place;

	for (unsigned i = 0; i < GLASS_LEVELS_MAX; i++) {
		place.block[i] = list->path[i].block;
		place.item[i] = list->path[i].item;
	}
	return place;
}

/* The entry of the term itself, the first chunk of its list; *found false if there is none. */
static enum status
find_term(bool *found, struct item *item, struct place *place, struct glass_reader *reader,
    struct str key, struct err *err)
{
	enum status status;

	*found = false;
	if (reader->tables[GLASS_POSTLIST].entries == 0)
		return STATUS_OK;
	status = find(place, reader, GLASS_POSTLIST, key, 1, err);
	if (status == STATUS_OK)
		status = look_at(item, reader, place, err);
	*found = status == STATUS_OK && str_eq(item->key, key);
	return status;
}

enum status
glass_reader_count(uint32_t *count, struct glass_reader *reader, struct str term, struct err *err)
{
	unsigned char bytes[GLASS_KEY_BYTES_MAX];
	struct str key = { (const char *)bytes, 0 };
	struct place place = { { 0 }, { 0 } };
	struct item item;
	struct chunk chunk;
	bool found;
	enum status status;

	*count = 0;
	if (term.n == 0 || !glass_put_term(bytes, &key.n, term))
		return STATUS_OK;
	status = find_term(&found, &item, &place, reader, key, err);
	if (status != STATUS_OK || !found)
		return status;
	if (!read_head(&chunk, &item, 0) || chunk.count > reader->documents)
		return corrupt(reader, "a list is damaged", err);
	*count = chunk.count;
	return STATUS_OK;
}

enum status
glass_reader_list(
    struct glass_list *list, struct glass_reader *reader, struct str term, struct err *err)
{
	struct place place = { { 0 }, { 0 } };
	struct item item;
	bool found;
	enum status status;

	list->reader = reader;
	list->count = 0;
	list->last = 0;
	list->is_last = true;
	if (term.n == 0 || !glass_put_term(list->key, &list->key_bytes, term))
		return STATUS_OK;
	status = find_term(&found, &item, &place, reader, key_of_list(list), err);
	return status != STATUS_OK || !found ? status : read_chunk(list, &place, err);
}

enum status
glass_reader_next(struct glass_list *list, struct err *err)
{
	struct place place = place_of(list);
	bool more = false;
	enum status status;

	if (list->is_last) {
		list->count = 0;
		return STATUS_OK;
	}
	status = step(&more, &place, list->reader, GLASS_POSTLIST, err);
	if (status == STATUS_OK && !more)
		status = corrupt(list->reader, "a list has no end", err);
	return status == STATUS_OK ? read_chunk(list, &place, err) : status;
}

enum status
glass_reader_seek(struct glass_list *list, uint32_t to, struct err *err)
{
	struct place place = { { 0 }, { 0 } };
	struct str key = { (const char *)list->key, list->key_bytes + 1 };
	enum status status;

	if (list->count == 0 || to <= list->last)
		return STATUS_OK;
	if (list->is_last) {
		list->count = 0;
		return STATUS_OK;
	}
	list->key[list->key_bytes] = 0;
	key.n += glass_put_number(list->key + key.n, to);
	status = find(&place, list->reader, GLASS_POSTLIST, key, 1, err);
	/* The chunk at hand may be the one where it would be. */
	if (status == STATUS_OK &&
	    (place.block[0] != list->path[0].block || place.item[0] != list->path[0].item))
		status = read_chunk(list, &place, err);
	if (status == STATUS_OK && to > list->last)
		status = glass_reader_next(list, err);
	return status;
}

/* The chunk at `place`, which is the next one of the list, or the first one of another. */
static enum status
visit_chunk(struct glass_list *list, const struct place *place, struct str key, glass_visit *visit,
    void *ctx, struct err *err)
{
	uint32_t number;
	bool is_first =
	    list->key_bytes == 0 || !is_chunk_of(&number, key, key_of_list(list)) || number == 0;
	enum status status;

	if (list->is_last != is_first || key.n > GLASS_KEY_BYTES_MAX)
		return corrupt(list->reader, "a list has no end", err);
	/* Rising, so that a tree that leads back is not gone through again and again. */
	if (is_first && str_cmp(key, key_of_list(list)) <= 0)
		return corrupt(list->reader, "terms are out of order", err);
	if (is_first) {
		memcpy(list->key, key.p, key.n);
		list->key_bytes = key.n;
		list->last = 0;
	}
	status = read_chunk(list, place, err);
	return status == STATUS_OK ? visit(ctx, list, is_first, err) : status;
}

enum status
glass_reader_walk(
    struct glass_reader *reader, struct str prefix, glass_visit *visit, void *ctx, struct err *err)
{
	struct glass_list list = { .reader = reader, .is_last = true };
	struct place place = { { 0 }, { 0 } };
	struct item item;
	bool more = reader->tables[GLASS_POSTLIST].entries > 0;
	enum status status = STATUS_OK;

	if (more)
		status = find(&place, reader, GLASS_POSTLIST, prefix, 1, err);
	while (status == STATUS_OK && more) {
		status = look_at(&item, reader, &place, err);
		if (status == STATUS_OK && str_starts(item.key, prefix))
			status = visit_chunk(&list, &place, item.key, visit, ctx, err);
		else if (status == STATUS_OK && str_cmp(item.key, prefix) > 0)
			break;
		if (status == STATUS_OK)
			status = step(&more, &place, reader, GLASS_POSTLIST, err);
	}
	if (status == STATUS_OK && !list.is_last)
		status = corrupt(reader, "a list has no end", err);
	return status;
}

/* --- Opening ------------------------------------------------------------------------------- */
static bool
read_table(struct table *out, struct str *in, uint32_t blocks)
{
	uint64_t root, level, entries, size, least, room;
	struct str skipped;

	if (!buf_take_varint(&root, in) || !buf_take_varint(&level, in) ||
	    !buf_take_varint(&entries, in) || !buf_take_varint(&size, in) ||
	    !buf_take_varint(&least, in) || !buf_take_varint(&room, in) || room > in->n ||
	    !buf_take(&skipped, in, (size_t)room))
		return false;
	*out = (struct table){ (uint32_t)root, (unsigned)(level >> 2), entries };
	return entries == 0 ||
	       (root < blocks && level >> 2 < GLASS_LEVELS_MAX && size == GLASS_BLOCK_BYTES >> 11);
}

static enum status
read_first(struct glass_reader *reader, struct err *err)
{
	char bytes[512]; /* the writer's take some 100 */
	struct str in = { bytes, sizeof bytes };
	struct str head = { GLASS_FILE_HEAD, sizeof GLASS_FILE_HEAD - 1 };
	uint64_t revision, documents;
	bool good;
	enum status status = read_at(reader, bytes, sizeof bytes, 0, err);

	if (status != STATUS_OK)
		return status;
	if (!str_starts(in, head))
		return err_data(err, STATUS_VERSION, reader->path, 0, "was made by another writer");
	in = str_part(in, head.n, in.n);
	good = buf_take_varint(&revision, &in);
	for (unsigned i = 0; good && i < GLASS_FILE_TABLES; i++) {
		struct table other;

		good = read_table(i < 2 ? &reader->tables[i] : &other, &in, reader->blocks);
	}
	good = good && buf_take_varint(&documents, &in) && documents < UINT32_MAX;
	if (!good)
		return corrupt(reader, "the first block is damaged", err);
	reader->documents = (uint32_t)documents;
	return STATUS_OK;
}

static enum status
open_file(struct glass_reader *reader, struct err *err)
{
	struct stat st;

	reader->fd = open(reader->path, O_RDONLY | O_CLOEXEC);
	if (reader->fd < 0 || fstat(reader->fd, &st) != 0)
		return err_sys(err, reader->path, "cannot open");
	if (st.st_size < (off_t)GLASS_BLOCK_BYTES ||
	    (uint64_t)st.st_size / GLASS_BLOCK_BYTES > UINT32_MAX)
		return err_data(err, STATUS_VERSION, reader->path, 0, "was made by another writer");
	reader->blocks = (uint32_t)((uint64_t)st.st_size / GLASS_BLOCK_BYTES);
	return read_first(reader, err);
}

enum status
glass_reader_open(struct glass_reader **out, const char *path, struct err *err)
{
	struct glass_reader *reader = mem_zero(1, sizeof *reader);
	enum status status = STATUS_OK;

	if (reader == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	reader->fd = -1;
	reader->path = mem_copy_text(path);
	reader->frames = mem_alloc((size_t)FRAMES * GLASS_BLOCK_BYTES);
	if (reader->path == NULL || reader->frames == NULL)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = open_file(reader, err);
	if (status == STATUS_OK)
		*out = reader;
	else
		glass_reader_close(reader);
	return status;
}

void
glass_reader_close(struct glass_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	mem_free(reader->frames);
	mem_free(reader->path);
	mem_free(reader);
}

_Static_assert(GLASS_LIST_KEY_BYTES >= GLASS_KEY_BYTES_MAX + 1, "any key fits");
