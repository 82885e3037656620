#include "index/token_lists.h"

#include "base/mem.h"
#include "index/glass_keys.h"
#include "index/glass_reader.h"
#include "index/terms.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct list { /* where it begins; it ends where the next one does */
	size_t document, key;
};

struct token_lists {
	_Atomic unsigned holders;
	uint32_t *documents; /* of all lists, one after the other */
	size_t document_count, document_room;
	struct list *lists; /* in order of keys */
	size_t count, room;
	char *keys; /* terms in the form that they have in keys (glass_keys.h) */
	size_t key_bytes, key_room;
	uint32_t *slots; /* by hash: number of a list, plus one; 0: free */
	size_t slot_mask;
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- Reading ------------------------------------------------------------------------------- */
#define ROOM_FIRST 1024

/* Makes room for `more` of `each` bytes behind `count`; false: no memory. */
static bool
make_room(void **p, size_t *room, size_t count, size_t more, size_t each)
{
	size_t want = *room == 0 ? ROOM_FIRST : *room;
	void *grown;

	while (want - count < more)
		want += want / 2;
	if (want == *room)
		return true;
	grown = mem_resize(*p, want, each);
	if (grown == NULL)
		return false;
	*p = grown;
	*room = want;
	return true;
}

static struct str
key_of(const struct token_lists *lists, size_t i)
{
	size_t from = lists->lists[i].key;
	size_t end = i + 1 < lists->count ? lists->lists[i + 1].key : lists->key_bytes;

	return (struct str){ lists->keys + from, end - from };
}

static struct token_list
documents_of(const struct token_lists *lists, size_t i)
{
	size_t from = lists->lists[i].document;
	size_t end = i + 1 < lists->count ? lists->lists[i + 1].document : lists->document_count;

	return (struct token_list){ lists->documents + from, (uint32_t)(end - from) };
}

static bool
begin_list(struct token_lists *lists, struct str key)
{
	void *all = lists->lists, *keys = lists->keys;
	bool room = make_room(&all, &lists->room, lists->count, 1, sizeof *lists->lists) &&
		    make_room(&keys, &lists->key_room, lists->key_bytes, key.n, 1);

	lists->lists = all;
	lists->keys = keys;
	if (!room)
		return false;
	memcpy(lists->keys + lists->key_bytes, key.p, key.n);
	lists->lists[lists->count++] =
	    (struct list){ .document = lists->document_count, .key = lists->key_bytes };
	lists->key_bytes += key.n;
	return true;
}

/* glass_reader_walk()'s */
static enum status
add_chunk(void *ctx, const struct glass_list *chunk, bool is_first, struct err *err)
{
	struct token_lists *lists = ctx;
	struct str key = { (const char *)chunk->key, chunk->key_bytes };
	void *documents = lists->documents;
	bool room;

	if (is_first && !begin_list(lists, key))
		return no_memory(err);
	room = make_room(&documents, &lists->document_room, lists->document_count, chunk->count,
	    sizeof *lists->documents);
	lists->documents = documents;
	if (!room)
		return no_memory(err);
	memcpy(lists->documents + lists->document_count, chunk->documents,
	    chunk->count * sizeof *chunk->documents);
	lists->document_count += chunk->count;
	return STATUS_OK;
}

/* Gives back what is not used; what cannot be given back is kept. */
static void *
fitted(void *p, size_t count, size_t each)
{
	void *less = count > 0 ? mem_resize(p, count, each) : NULL;

	return less != NULL ? less : p;
}

static void
fit(struct token_lists *lists)
{
	lists->documents =
	    fitted(lists->documents, lists->document_count, sizeof *lists->documents);
	lists->lists = fitted(lists->lists, lists->count, sizeof *lists->lists);
	lists->keys = fitted(lists->keys, lists->key_bytes, 1);
}

static enum status
fill_slots(struct token_lists *lists, struct err *err)
{
	size_t size = 16;

	while (size < 2 * lists->count)
		size *= 2;
	lists->slots = mem_zero(size, sizeof *lists->slots);
	if (lists->slots == NULL)
		return no_memory(err);
	lists->slot_mask = size - 1;
	for (size_t i = 0; i < lists->count; i++) {
		size_t at = str_hash_words(key_of(lists, i)) & lists->slot_mask;

		while (lists->slots[at] != 0)
			at = (at + 1) & lists->slot_mask;
		lists->slots[at] = (uint32_t)i + 1;
	}
	return STATUS_OK;
}

static enum status
read_lists(struct token_lists *lists, const char *path, struct err *err)
{
	static const char prefix[] = { TERM_TOKEN };
	struct glass_reader *reader = NULL;
	enum status status = glass_reader_open(&reader, path, err);

	if (status == STATUS_OK)
		status = glass_reader_walk(
		    reader, (struct str){ prefix, sizeof prefix }, add_chunk, lists, err);
	glass_reader_close(reader);
	if (status == STATUS_OK)
		status = fill_slots(lists, err);
	if (status == STATUS_OK)
		fit(lists);
	return status;
}

static void
free_lists(struct token_lists *lists)
{
	mem_free(lists->documents);
	mem_free(lists->lists);
	mem_free(lists->keys);
	mem_free(lists->slots);
	mem_free(lists);
}

enum status
token_lists_read(const struct token_lists **out, const char *path, struct err *err)
{
	struct token_lists *lists = mem_zero(1, sizeof *lists);
	enum status status;

	*out = NULL;
	if (lists == NULL)
		return no_memory(err);
	atomic_init(&lists->holders, 1);
	status = read_lists(lists, path, err);
	if (status == STATUS_OK)
		*out = lists;
	else
		free_lists(lists);
	return status;
}

/* Only what token_lists_read() made comes here. */
static struct token_lists *
own(const struct token_lists *lists)
{
	return (struct token_lists *)(uintptr_t)lists;
}

const struct token_lists *
token_lists_hold(const struct token_lists *lists)
{
	(void)atomic_fetch_add(&own(lists)->holders, 1);
	return lists;
}

void
token_lists_drop(const struct token_lists *lists)
{
	if (lists != NULL && atomic_fetch_sub(&own(lists)->holders, 1) == 1)
		free_lists(own(lists));
}

/* --- Looking ------------------------------------------------------------------------------- */
struct token_list
token_lists_get(const struct token_lists *lists, struct str term)
{
	unsigned char bytes[GLASS_KEY_BYTES_MAX];
	struct str key = { (const char *)bytes, 0 };

	if (!glass_put_term(bytes, &key.n, term))
		return (struct token_list){ NULL, 0 };
	for (size_t at = str_hash_words(key) & lists->slot_mask; lists->slots[at] != 0;
	     at = (at + 1) & lists->slot_mask)
		if (str_eq(key_of(lists, lists->slots[at] - 1), key))
			return documents_of(lists, lists->slots[at] - 1);
	return (struct token_list){ NULL, 0 };
}
