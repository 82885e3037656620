/*
 * A run in the temporary file is, for each of its terms in byte order:
 *
 *   varint length, term, varint documents, varint first document, then for each further one a
 *   varint: the distance to the one before, less one
 *
 * In memory a term is found by a hash table; its further documents are in the same form, in chunks
 * that double, so that the many terms that one document has take no chunk at all.
 */
#include "index/postings.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NONE UINT32_MAX
#define VARINT_BYTES_MAX 5
#define CHUNK_FIRST 12 /* with the 4 bytes that lead on: 16 */
#define CHUNK_LAST 252
#define SLOTS_FIRST 16384u /* a power of two, as all later sizes */
#define OUT_BYTES (256u << 10)
#define IN_BYTES (16u << 10)
#define FETCH_DISTANCE 8 /* entries; a fetch takes as long as a few are written */
#define HEAD_BYTES_MAX (2 + POSTINGS_TERM_BYTES_MAX + 2 * VARINT_BYTES_MAX)

#define TEXT_INLINE 12 /* longer than all terms but some names: found without a look elsewhere */

struct entry {
	unsigned char text[TEXT_INLINE]; /* of a longer term its offset in the list of texts */
	uint32_t first, last;
	uint32_t count;
	uint32_t head, tail; /* offsets of chunks, NONE */
	uint8_t length;
	uint8_t used, size; /* of the tail chunk */
};

struct list { /* of bytes or larger things, growing */
	void *items;
	size_t count, room;
};

struct postings {
	char *folder;
	size_t memory;
	int fd;
	uint64_t written;
	struct list text;    /* char */
	struct list entries; /* struct entry */
	struct list chunks;  /* unsigned char */
	uint64_t *slots;     /* hash above, entry + 1 below; 0: free */
	size_t slot_count;
	struct list runs; /* uint64_t: where each ends */
	unsigned char *out;
	size_t out_bytes;
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* Room for `more` items; the offset of the first in *at. */
static enum status
list_add(size_t *at, struct list *list, size_t more, size_t size, struct err *err)
{
	if (list->count + more > list->room) {
		size_t room = list->room == 0 ? 4096 : 2 * list->room;
		void *items = room > UINT32_MAX ? NULL : mem_resize(list->items, room, size);

		if (items == NULL)
			return no_memory(err);
		list->items = items;
		list->room = room;
	}
	*at = list->count;
	list->count += more;
	return STATUS_OK;
}

static struct entry *
entry_at(const struct postings *postings, size_t n)
{
	return (struct entry *)postings->entries.items + n;
}

static struct str
text_of(const struct postings *postings, const struct entry *entry)
{
	uint32_t offset;

	if (entry->length <= TEXT_INLINE)
		return (struct str){ (const char *)entry->text, entry->length };
	memcpy(&offset, entry->text, sizeof offset);
	return (struct str){ (const char *)postings->text.items + offset, entry->length };
}

static unsigned char *
chunk_at(const struct postings *postings, uint32_t offset)
{
	return (unsigned char *)postings->chunks.items + offset;
}

static size_t
put_varint(unsigned char *to, uint32_t value)
{
	size_t n = 0;

	for (; value >= 128; value >>= 7)
		to[n++] = (unsigned char)(value | 128);
	to[n++] = (unsigned char)value;
	return n;
}

/* --- Adding -------------------------------------------------------------------------------- */
#define SLOT_HASH(hash) ((hash)&0xffffffff00000000u)

static size_t
home_of(const struct postings *postings, uint64_t hash)
{
	return (size_t)(hash >> 32) & (postings->slot_count - 1);
}

static enum status
grow_slots(struct postings *postings, struct err *err)
{
	size_t count = postings->slot_count == 0 ? SLOTS_FIRST : 2 * postings->slot_count;
	uint64_t *slots = mem_zero(count, sizeof *slots), *old = postings->slots;
	size_t old_count = postings->slot_count;

	if (slots == NULL)
		return no_memory(err);
	postings->slots = slots;
	postings->slot_count = count;
	for (size_t i = 0; i < old_count; i++) {
		size_t at = home_of(postings, old[i]);

		if (old[i] == 0)
			continue;
		while (slots[at] != 0)
			at = (at + 1) & (count - 1);
		slots[at] = old[i];
	}
	mem_free(old);
	return STATUS_OK;
}

/* The slot that holds the term, or the free one where it belongs. */
static uint64_t *
find(const struct postings *postings, uint64_t hash, struct str term)
{
	size_t at = home_of(postings, hash), mask = postings->slot_count - 1;

	for (; postings->slots[at] != 0; at = (at + 1) & mask) {
		uint64_t slot = postings->slots[at];

		if (SLOT_HASH(slot) == SLOT_HASH(hash) &&
		    str_eq(text_of(postings, entry_at(postings, (uint32_t)slot - 1)), term))
			break;
	}
	return &postings->slots[at];
}

static enum status
new_entry(uint64_t *slot, struct postings *postings, uint64_t hash, struct str term,
    uint32_t document, struct err *err)
{
	size_t at, text = 0;
	uint32_t offset;
	enum status status = list_add(&at, &postings->entries, 1, sizeof(struct entry), err);

	if (status == STATUS_OK && term.n > TEXT_INLINE)
		status = list_add(&text, &postings->text, term.n, 1, err);
	if (status != STATUS_OK)
		return status;
	*entry_at(postings, at) = (struct entry){ .first = document,
		.last = document,
		.count = 1,
		.head = NONE,
		.tail = NONE,
		.length = (uint8_t)term.n };
	offset = (uint32_t)text;
	if (term.n > TEXT_INLINE) {
		memcpy((char *)postings->text.items + text, term.p, term.n);
		memcpy(entry_at(postings, at)->text, &offset, sizeof offset);
	} else {
		memcpy(entry_at(postings, at)->text, term.p, term.n);
	}
	*slot = SLOT_HASH(hash) | (at + 1);
	return STATUS_OK;
}

static enum status
new_chunk(struct postings *postings, struct entry *entry, struct err *err)
{
	size_t at, size = entry->size == 0 ? CHUNK_FIRST : 2 * (size_t)entry->size + 4;
	uint32_t next = NONE, offset;
	enum status status;

	if (size > CHUNK_LAST)
		size = CHUNK_LAST;
	status = list_add(&at, &postings->chunks, 4 + size, 1, err);
	if (status != STATUS_OK)
		return status;
	offset = (uint32_t)at;
	memcpy(chunk_at(postings, offset), &next, 4);
	if (entry->head == NONE)
		entry->head = offset;
	else
		memcpy(chunk_at(postings, entry->tail), &offset, 4);
	entry->tail = offset;
	entry->size = (uint8_t)size;
	entry->used = 0;
	return STATUS_OK;
}

static enum status
more_documents(struct postings *postings, struct entry *entry, uint32_t document, struct err *err)
{
	unsigned char bytes[VARINT_BYTES_MAX];
	size_t n;

	if (entry->last == document)
		return STATUS_OK;
	n = put_varint(bytes, document - entry->last - 1);
	for (size_t i = 0; i < n; i++) {
		enum status status = STATUS_OK;

		if (entry->used == entry->size)
			status = new_chunk(postings, entry, err);
		if (status != STATUS_OK)
			return status;
		chunk_at(postings, entry->tail)[4 + entry->used++] = bytes[i];
	}
	entry->last = document;
	entry->count++;
	return STATUS_OK;
}

static enum status
add_term(
    struct postings *postings, uint64_t hash, struct str term, uint32_t document, struct err *err)
{
	uint64_t *slot = find(postings, hash, term);

	if (*slot != 0)
		return more_documents(
		    postings, entry_at(postings, (uint32_t)*slot - 1), document, err);
	return new_entry(slot, postings, hash, term, document, err);
}

static size_t
memory_used(const struct postings *postings)
{
	return postings->text.count + postings->entries.count * sizeof(struct entry) +
	       postings->chunks.count + postings->slot_count * sizeof *postings->slots;
}

#define AHEAD 64 /* terms that are fetched from memory at once */

/* What is likely in the way of a term: its slot, then its entry, then the end of its list. */
static void
fetch(const struct postings *postings, uint64_t *hashes, const struct str *terms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		hashes[i] = str_hash_words(terms[i]);
		mem_fetch(&postings->slots[home_of(postings, hashes[i])]);
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t slot = postings->slots[home_of(postings, hashes[i])];

		if (slot != 0)
			mem_fetch(entry_at(postings, (uint32_t)slot - 1));
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t slot = postings->slots[home_of(postings, hashes[i])];
		const struct entry *entry =
		    slot == 0 ? NULL : entry_at(postings, (uint32_t)slot - 1);

		if (entry != NULL && entry->tail != NONE)
			mem_fetch(chunk_at(postings, entry->tail) + 4 + entry->used);
	}
}

static enum status end_run(struct postings *postings, struct err *err);

enum status
postings_add(struct postings *postings, uint32_t document, const struct str *terms, size_t count,
    struct err *err)
{
	uint64_t hashes[AHEAD];
	enum status status = STATUS_OK;

	if (memory_used(postings) > postings->memory)
		status = end_run(postings, err);
	for (size_t from = 0; status == STATUS_OK && from < count; from += AHEAD) {
		size_t n = count - from < AHEAD ? count - from : AHEAD;

		while (
		    status == STATUS_OK && (postings->entries.count + n) * 2 > postings->slot_count)
			status = grow_slots(postings, err);
		if (status == STATUS_OK)
			fetch(postings, hashes, terms + from, n);
		for (size_t i = 0; status == STATUS_OK && i < n; i++)
			status = add_term(postings, hashes[i], terms[from + i], document, err);
	}
	return status;
}

/* --- Sorting ------------------------------------------------------------------------------- */
struct sortable {
	uint64_t word; /* the eight bytes of the term from `depth` on, first byte on top */
	uint32_t entry;
};

static void
fetch_words(const struct postings *postings, struct sortable *items, size_t count, size_t depth)
{
	for (size_t i = 0; i < count; i++) {
		struct str text =
		    str_part(text_of(postings, entry_at(postings, items[i].entry)), depth, 8);
		unsigned char bytes[8] = { 0 };
		uint64_t word = 0;

		memcpy(bytes, text.p, text.n);
		for (size_t b = 0; b < 8; b++)
			word = word << 8 | bytes[b];
		items[i].word = word;
	}
}

static int
by_word(const void *a, const void *b)
{
	uint64_t x = ((const struct sortable *)a)->word, y = ((const struct sortable *)b)->word;

	return (x > y) - (x < y);
}

/* By text from `depth` on, given that what comes before is equal: by eight bytes at first, then
 * those with equal ones again. The texts are distinct, so a text that ends is followed by nothing
 * but zero bytes of the others, and the shorter one is found by its length. */
static void sort_by_text(
    const struct postings *postings, struct sortable *items, size_t count, size_t depth);

static int
by_length(const struct postings *postings, const struct sortable *a, const struct sortable *b)
{
	return (int)entry_at(postings, a->entry)->length -
	       (int)entry_at(postings, b->entry)->length;
}

/* Puts those that end within the eight bytes at `depth` first, by length. There are few: texts that
 * differ in zero bytes at their ends only. Returns how many. */
static size_t
ended_first(const struct postings *postings, struct sortable *items, size_t count, size_t depth)
{
	size_t ended = 0;

	for (size_t i = 0; i < count; i++) {
		struct sortable item = items[i];
		size_t at = ended;

		if (entry_at(postings, item.entry)->length > depth + 8)
			continue;
		items[i] = items[ended++];
		for (; at > 0 && by_length(postings, &items[at - 1], &item) > 0; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
	return ended;
}

static void
sort_by_text(const struct postings *postings, struct sortable *items, size_t count, size_t depth)
{
	fetch_words(postings, items, count, depth);
	qsort(items, count, sizeof *items, by_word);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && items[end].word == items[i].word;)
			end++;
		if (end - i > 1) {
			size_t ended = ended_first(postings, items + i, end - i, depth);

			if (end - i - ended > 1)
				sort_by_text(
				    postings, items + i + ended, end - i - ended, depth + 8);
		}
	}
}

/* --- Runs ---------------------------------------------------------------------------------- */
static enum status
open_file(struct postings *postings, struct err *err)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof path, "%s/postings-XXXXXX", postings->folder) >=
	    sizeof path)
		return err_data(err, STATUS_LIMIT, postings->folder, 0, "path is too long");
	postings->fd = mkstemp(path);
	if (postings->fd < 0)
		return err_sys(err, postings->folder, "cannot create a temporary file");
	unlink(path);
	return STATUS_OK;
}

static enum status
flush(struct postings *postings, struct err *err)
{
	size_t done = 0;

	while (done < postings->out_bytes) {
		ssize_t put = write(postings->fd, postings->out + done, postings->out_bytes - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, postings->folder, "cannot write a temporary file");
		done += (size_t)put;
	}
	postings->written += done;
	postings->out_bytes = 0;
	return STATUS_OK;
}

static enum status
put(struct postings *postings, const void *bytes, size_t n, struct err *err)
{
	enum status status = STATUS_OK;

	if (postings->out_bytes + n > OUT_BYTES)
		status = flush(postings, err);
	if (status != STATUS_OK)
		return status;
	memcpy(postings->out + postings->out_bytes, bytes, n);
	postings->out_bytes += n;
	return STATUS_OK;
}

static enum status
put_entry(struct postings *postings, const struct entry *entry, struct err *err)
{
	unsigned char head[HEAD_BYTES_MAX];
	size_t n = put_varint(head, entry->length);
	enum status status;

	memcpy(head + n, text_of(postings, entry).p, entry->length);
	n += entry->length;
	n += put_varint(head + n, entry->count);
	n += put_varint(head + n, entry->first);
	status = put(postings, head, n, err);
	for (uint32_t at = entry->head, size = CHUNK_FIRST; status == STATUS_OK && at != NONE;) {
		const unsigned char *chunk = chunk_at(postings, at);
		size_t used = at == entry->tail ? entry->used : size;

		status = put(postings, chunk + 4, used, err);
		memcpy(&at, chunk, 4);
		size = 2 * size + 4 > CHUNK_LAST ? CHUNK_LAST : 2 * size + 4;
	}
	return status;
}

/* An entry that is some way on in an order which jumps about in memory, and its list. */
static void
fetch_entry(const struct postings *postings, const struct sortable *order, size_t count, size_t i)
{
	if (i + 2 * FETCH_DISTANCE < count)
		mem_fetch(entry_at(postings, order[i + 2 * FETCH_DISTANCE].entry));
	if (i + FETCH_DISTANCE < count) {
		const struct entry *entry = entry_at(postings, order[i + FETCH_DISTANCE].entry);

		if (entry->head != NONE)
			mem_fetch(chunk_at(postings, entry->head));
	}
}

static enum status
end_run(struct postings *postings, struct err *err)
{
	size_t count = postings->entries.count, at;
	struct sortable *order = mem_alloc((count + 1) * sizeof *order);
	enum status status = order == NULL ? no_memory(err) : STATUS_OK;

	if (status == STATUS_OK && postings->fd < 0)
		status = open_file(postings, err);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		order[i].entry = (uint32_t)i;
	if (status == STATUS_OK)
		sort_by_text(postings, order, count, 0);
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		fetch_entry(postings, order, count, i);
		status = put_entry(postings, entry_at(postings, order[i].entry), err);
	}
	if (status == STATUS_OK)
		status = list_add(&at, &postings->runs, 1, sizeof(uint64_t), err);
	if (status == STATUS_OK)
		((uint64_t *)postings->runs.items)[at] = postings->written + postings->out_bytes;
	mem_free(order);
	postings->entries.count = postings->text.count = postings->chunks.count = 0;
	memset(postings->slots, 0, postings->slot_count * sizeof *postings->slots);
	return status;
}

/* --- Merging ------------------------------------------------------------------------------- */
struct cursor {		  /* on one run */
	uint64_t at, end; /* in the file, of what is not in memory */
	unsigned char *bytes;
	size_t from, to;
	unsigned char term[POSTINGS_TERM_BYTES_MAX];
	size_t length;
	uint32_t left; /* documents of the term not yet read */
	uint32_t first;
};

struct postings_list {
	struct postings *postings;
	struct cursor *cursors;
	uint32_t *heap; /* of cursors, by term and number */
	size_t heap_count;
	uint32_t *same; /* the cursors that have the term, in order */
	size_t same_count, at;
	uint32_t count;
	uint32_t last;
	bool begun; /* the first document of the cursor at `at` has been read */
};

static enum status
damaged(const struct postings *postings, struct err *err)
{
	return err_data(
	    err, STATUS_CORRUPT, postings->folder, 0, "a temporary file is not as it was written");
}

static enum status
fill(struct postings *postings, struct cursor *cursor, struct err *err)
{
	size_t rest = cursor->to - cursor->from, want = IN_BYTES - rest;

	if (rest >= HEAD_BYTES_MAX || cursor->at == cursor->end)
		return STATUS_OK;
	memmove(cursor->bytes, cursor->bytes + cursor->from, rest);
	cursor->from = 0;
	cursor->to = rest;
	if (want > cursor->end - cursor->at)
		want = (size_t)(cursor->end - cursor->at);
	while (want > 0) {
		ssize_t got =
		    pread(postings->fd, cursor->bytes + cursor->to, want, (off_t)cursor->at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, postings->folder, "cannot read a temporary file");
		if (got == 0)
			return damaged(postings, err);
		cursor->to += (size_t)got;
		cursor->at += (size_t)got;
		want -= (size_t)got;
	}
	return STATUS_OK;
}

static bool
take_varint(uint32_t *out, struct cursor *cursor)
{
	uint32_t value = 0;

	for (unsigned shift = 0; shift < 35 && cursor->from < cursor->to; shift += 7) {
		unsigned char byte = cursor->bytes[cursor->from++];

		value |= (uint32_t)(byte & 127) << shift;
		if (byte < 128) {
			*out = value;
			return true;
		}
	}
	return false;
}

/* Reads the head of the next term; *more false at the end of the run. */
static enum status
next_term(bool *more, struct postings *postings, struct cursor *cursor, struct err *err)
{
	enum status status = fill(postings, cursor, err);
	uint32_t length;

	*more = cursor->from < cursor->to;
	if (status != STATUS_OK || !*more)
		return status;
	if (!take_varint(&length, cursor) || length == 0 || length > POSTINGS_TERM_BYTES_MAX ||
	    length > cursor->to - cursor->from)
		return damaged(postings, err);
	memcpy(cursor->term, cursor->bytes + cursor->from, length);
	cursor->length = length;
	cursor->from += length;
	if (!take_varint(&cursor->left, cursor) || cursor->left == 0 ||
	    !take_varint(&cursor->first, cursor))
		return damaged(postings, err);
	return STATUS_OK;
}

static struct str
term_of(const struct cursor *cursor)
{
	return (struct str){ (const char *)cursor->term, cursor->length };
}

static bool
is_before(const struct postings_list *list, uint32_t a, uint32_t b)
{
	int order = str_cmp(term_of(&list->cursors[a]), term_of(&list->cursors[b]));

	return order < 0 || (order == 0 && a < b);
}

static void
sink(struct postings_list *list, size_t at)
{
	uint32_t moved = list->heap[at];

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= list->heap_count)
			break;
		if (child + 1 < list->heap_count &&
		    is_before(list, list->heap[child + 1], list->heap[child]))
			child++;
		if (!is_before(list, list->heap[child], moved))
			break;
		list->heap[at] = list->heap[child];
		at = child;
	}
	list->heap[at] = moved;
}

uint32_t
postings_count(const struct postings_list *list)
{
	return list->count;
}

enum status
postings_next(uint32_t *document, struct postings_list *list, struct err *err)
{
	struct cursor *cursor;
	uint32_t gap;

	*document = 0;
	while (list->at < list->same_count && list->cursors[list->same[list->at]].left == 0) {
		list->at++;
		list->begun = false;
	}
	if (list->at == list->same_count)
		return STATUS_OK;
	cursor = &list->cursors[list->same[list->at]];
	cursor->left--;
	if (!list->begun) {
		list->begun = true;
		if (cursor->first <= list->last)
			return damaged(list->postings, err);
		*document = list->last = cursor->first;
		return STATUS_OK;
	}
	if (cursor->to - cursor->from < VARINT_BYTES_MAX) {
		enum status status = fill(list->postings, cursor, err);

		if (status != STATUS_OK)
			return status;
	}
	if (!take_varint(&gap, cursor) || gap >= UINT32_MAX - list->last)
		return damaged(list->postings, err);
	*document = list->last += gap + 1;
	return STATUS_OK;
}

/* The cursors that share the least term; they stay in the heap, which orders them by number. */
static void
gather(struct postings_list *list, size_t at, struct str term)
{
	const struct cursor *cursor;

	if (at >= list->heap_count)
		return;
	cursor = &list->cursors[list->heap[at]];
	if (!str_eq(term_of(cursor), term))
		return;
	list->same[list->same_count++] = list->heap[at];
	list->count += cursor->left;
	gather(list, 2 * at + 1, term);
	gather(list, 2 * at + 2, term);
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static enum status
merge_one(struct postings_list *list, postings_take *take, void *ctx, struct err *err)
{
	unsigned char bytes[POSTINGS_TERM_BYTES_MAX];
	struct str term = term_of(&list->cursors[list->heap[0]]);
	uint32_t rest = 0;
	enum status status;

	memcpy(bytes, term.p, term.n);
	term.p = (const char *)bytes;
	list->same_count = list->at = 0;
	list->count = list->last = 0;
	list->begun = false;
	gather(list, 0, term);
	if (list->same_count > 1)
		qsort(list->same, list->same_count, sizeof *list->same, by_number);
	status = take(ctx, term, list, err);
	if (status == STATUS_OK)
		status = postings_next(&rest, list, err);
	if (status == STATUS_OK && rest != 0)
		return err_set(err, STATUS_USAGE, "a list was not read to its end");
	for (size_t i = 0; status == STATUS_OK && i < list->same_count; i++) {
		bool more;

		status = next_term(&more, list->postings, &list->cursors[list->heap[0]], err);
		if (status == STATUS_OK && !more)
			list->heap[0] = list->heap[--list->heap_count];
		if (status == STATUS_OK && list->heap_count > 0)
			sink(list, 0);
	}
	return status;
}

static enum status
open_cursors(struct postings_list *list, unsigned char *bytes, struct err *err)
{
	const uint64_t *ends = list->postings->runs.items;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < list->postings->runs.count; i++) {
		struct cursor *cursor = &list->cursors[i];
		bool more;

		cursor->at = i == 0 ? 0 : ends[i - 1];
		cursor->end = ends[i];
		cursor->bytes = bytes + i * IN_BYTES;
		status = next_term(&more, list->postings, cursor, err);
		if (status == STATUS_OK && more)
			list->heap[list->heap_count++] = (uint32_t)i;
	}
	for (size_t i = list->heap_count; i > 0; i--)
		sink(list, i - 1);
	return status;
}

static void
forget(struct list *list)
{
	mem_free(list->items);
	*list = (struct list){ NULL, 0, 0 };
}

/* What the runs were made in is of no use to the merge. */
static void
free_memory(struct postings *postings)
{
	forget(&postings->text);
	forget(&postings->entries);
	forget(&postings->chunks);
	mem_free(postings->slots);
	postings->slots = NULL;
	postings->slot_count = 0;
}

enum status
postings_merge(struct postings *postings, postings_take *take, void *ctx, struct err *err)
{
	struct postings_list list = { .postings = postings };
	unsigned char *bytes = NULL;
	size_t runs;
	enum status status = STATUS_OK;

	if (postings->entries.count > 0)
		status = end_run(postings, err);
	if (status == STATUS_OK)
		status = flush(postings, err);
	free_memory(postings);
	runs = postings->runs.count;
	if (status != STATUS_OK || runs == 0)
		return status;
	list.cursors = mem_zero(runs, sizeof *list.cursors);
	list.heap = mem_zero(runs, sizeof *list.heap);
	list.same = mem_zero(runs, sizeof *list.same);
	bytes = mem_alloc(runs * IN_BYTES);
	if (list.cursors == NULL || list.heap == NULL || list.same == NULL || bytes == NULL)
		status = no_memory(err);
	else
		status = open_cursors(&list, bytes, err);
	while (status == STATUS_OK && list.heap_count > 0)
		status = merge_one(&list, take, ctx, err);
	mem_free(list.cursors);
	mem_free(list.heap);
	mem_free(list.same);
	mem_free(bytes);
	return status;
}

/* --- Beginning and end --------------------------------------------------------------------- */
enum status
postings_new(struct postings **out, const char *folder, size_t memory, struct err *err)
{
	struct postings *postings = mem_zero(1, sizeof *postings);
	enum status status = STATUS_OK;

	if (postings == NULL)
		return no_memory(err);
	postings->fd = -1;
	postings->memory = memory;
	postings->folder = mem_copy_text(folder);
	postings->out = mem_alloc(OUT_BYTES);
	if (postings->folder == NULL || postings->out == NULL)
		status = no_memory(err);
	else
		status = grow_slots(postings, err);
	if (status != STATUS_OK)
		postings_free(postings);
	else
		*out = postings;
	return status;
}

void
postings_free(struct postings *postings)
{
	if (postings == NULL)
		return;
	if (postings->fd >= 0)
		close(postings->fd);
	free_memory(postings);
	forget(&postings->runs);
	mem_free(postings->folder);
	mem_free(postings->out);
	mem_free(postings);
}
