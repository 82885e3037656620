/*
 * The entries of Xapian's two tables.
 *
 *   docdata    key: the document's number; tag: its data
 *   postlist   key: the term, its zero bytes followed by 255; of a chunk but the first also a zero
 *              byte and the number of its first document. The list of all documents has the key
 *              00 e0 in the place of a term. Tag: in the first chunk varints: documents of the
 *              term, their occurrences (none), first document less one; then, in all, whether it is
 *              the last chunk ('1' or '0'), varint last document less first one; varint occurrences
 *              in the first document; for each further one varints: distance to the one before
 *              less one, occurrences. In the list of all documents the two counts are 0, and
 * lengths stand for occurrences.
 *
 * A number in a key is two bytes below 32,768; above, the count of its bytes beyond two is in the
 * leading ones of the first byte (as UTF-8 has it), so that numbers sort as bytes do.
 */
#include "index/bulk.h"

#include "base/mem.h"
#include "index/glass_file.h"
#include "index/glass_keys.h"
#include "index/postings.h"

#include <limits.h>
#include <stdio.h>

#define KEY_ROOM (GLASS_KEY_BYTES_MAX + 1 + GLASS_NUMBER_BYTES_MAX)
/* A chunk fills what its block has room for, unless that is so little that a further key would cost
 * more than the room is worth. Chosen, not measured. */
#define CHUNK_BYTES_LEAST 256u
#define HEAD_BYTES_MAX (4 * 5 + 1)
#define ENTRY_BYTES_MAX (5 + 1) /* of a list: distance, occurrences */

struct bulk {
	struct glass_file *file;
	struct postings *postings;
	uint32_t documents;
	/* Of a chunk: the head ends where the body begins, at HEAD_BYTES_MAX. */
	unsigned char chunk[HEAD_BYTES_MAX + GLASS_BLOCK_BYTES];
};

struct chunks { /* of the list that is being written */
	struct bulk *bulk;
	unsigned char key[KEY_ROOM];
	size_t name_bytes; /* of the key, without a number */
	bool of_all;	   /* the list of all documents */
	uint32_t count, done;
	uint32_t first, last; /* documents of the chunk at hand; first 0: it is empty */
	size_t body, most;    /* its bytes so far and at most */
};

static size_t
put_varint(unsigned char *to, uint32_t value)
{
	size_t n = 0;

	for (; value >= 128; value >>= 7)
		to[n++] = (unsigned char)(value | 128);
	to[n++] = (unsigned char)value;
	return n;
}

/* --- Keys ---------------------------------------------------------------------------------- */
/* The key of the chunk whose first document is chunks->first. */
static struct str
chunk_key(struct chunks *chunks)
{
	size_t n = chunks->name_bytes;

	if (chunks->done > 0) {
		if (!chunks->of_all)
			chunks->key[n++] = 0;
		n += glass_put_number(chunks->key + n, chunks->first);
	}
	return (struct str){ (const char *)chunks->key, n };
}

/* --- Lists --------------------------------------------------------------------------------- */
static enum status
end_chunk(struct chunks *chunks, uint32_t in_chunk, struct err *err)
{
	struct bulk *bulk = chunks->bulk;
	unsigned char head[HEAD_BYTES_MAX], *from;
	size_t n = 0;

	if (chunks->done == 0) {
		n += put_varint(head, chunks->of_all ? 0 : chunks->count);
		head[n++] = 0;
		n += put_varint(head + n, chunks->first - 1);
	}
	head[n++] = chunks->done + in_chunk == chunks->count ? '1' : '0';
	n += put_varint(head + n, chunks->last - chunks->first);
	from = bulk->chunk + HEAD_BYTES_MAX - n;
	memcpy(from, head, n);
	return glass_file_add(bulk->file, GLASS_POSTLIST, chunk_key(chunks),
	    (struct str){ (const char *)from, n + chunks->body }, err);
}

static void
begin_chunk(struct chunks *chunks, uint32_t document)
{
	chunks->first = chunks->last = document;
	chunks->most = glass_file_room(chunks->bulk->file, GLASS_POSTLIST, chunk_key(chunks).n,
			   CHUNK_BYTES_LEAST) -
		       HEAD_BYTES_MAX;
	chunks->bulk->chunk[HEAD_BYTES_MAX] = 0;
	chunks->body = 1;
}

/* The list behind `next`, which gives its documents in order, chunks->count of them. */
typedef enum status next_document(uint32_t *document, void *ctx, struct err *err);

static enum status
write_list(struct chunks *chunks, next_document *next, void *ctx, struct err *err)
{
	uint32_t document = 0, in_chunk = 0;
	enum status status = next(&document, ctx, err);

	while (status == STATUS_OK && document != 0) {
		if (in_chunk > 0 && chunks->body + ENTRY_BYTES_MAX > chunks->most) {
			status = end_chunk(chunks, in_chunk, err);
			chunks->done += in_chunk;
			in_chunk = 0;
		}
		if (in_chunk++ == 0) {
			begin_chunk(chunks, document);
		} else {
			unsigned char *body = chunks->bulk->chunk + HEAD_BYTES_MAX;

			chunks->body +=
			    put_varint(body + chunks->body, document - chunks->last - 1);
			body[chunks->body++] = 0;
			chunks->last = document;
		}
		if (status == STATUS_OK)
			status = next(&document, ctx, err);
	}
	return status == STATUS_OK && in_chunk > 0 ? end_chunk(chunks, in_chunk, err) : status;
}

static enum status
next_of_term(uint32_t *document, void *ctx, struct err *err)
{
	return postings_next(document, ctx, err);
}

static enum status
take_term(void *ctx, struct str term, struct postings_list *list, struct err *err)
{
	struct chunks chunks = { .bulk = ctx, .count = postings_count(list) };

	if (!glass_put_term(chunks.key, &chunks.name_bytes, term))
		return err_set(err, STATUS_LIMIT, "an index term is too long");
	return write_list(&chunks, next_of_term, list, err);
}

struct counter {
	uint32_t at, last;
};

static enum status
next_of_all(uint32_t *document, void *ctx, struct err *err)
{
	struct counter *counter = ctx;

	(void)err;
	*document = counter->at < counter->last ? ++counter->at : 0;
	return STATUS_OK;
}

static enum status
write_all_documents(struct bulk *bulk, struct err *err)
{
	struct chunks chunks = { .bulk = bulk,
		.key = { 0x00, 0xe0 },
		.name_bytes = 2,
		.of_all = true,
		.count = bulk->documents };
	struct counter counter = { 0, bulk->documents };

	return write_list(&chunks, next_of_all, &counter, err);
}

/* --- Documents ----------------------------------------------------------------------------- */
enum status
bulk_new(struct bulk **out, const char *folder, struct err *err)
{
	struct bulk *bulk = mem_zero(1, sizeof *bulk);
	char path[PATH_MAX];
	enum status status;

	if (bulk == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	if ((size_t)snprintf(path, sizeof path, "%s/base.glass", folder) >= sizeof path)
		status = err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	else
		status = glass_file_new(&bulk->file, path, err);
	if (status == STATUS_OK)
		status = postings_new(&bulk->postings, folder, POSTINGS_MEMORY, err);
	if (status != STATUS_OK)
		bulk_abandon(bulk);
	else
		*out = bulk;
	return status;
}

enum status
bulk_add(struct bulk *bulk, struct str data, const struct str *terms, size_t count, struct err *err)
{
	unsigned char key[GLASS_NUMBER_BYTES_MAX];
	size_t n;
	enum status status;

	/* The distances between 2^32 - 1 documents fit all numbers used here. */
	if (bulk->documents == UINT32_MAX - 1)
		return err_set(err, STATUS_LIMIT, "too many people for one index");
	n = glass_put_number(key, ++bulk->documents);
	status = glass_file_add(
	    bulk->file, GLASS_DOCDATA, (struct str){ (const char *)key, n }, data, err);
	return status != STATUS_OK
		   ? status
		   : postings_add(bulk->postings, bulk->documents, terms, count, err);
}

enum status
bulk_finish(struct bulk *bulk, struct err *err)
{
	struct glass_file *file = bulk->file;
	uint32_t documents = bulk->documents;
	enum status status = write_all_documents(bulk, err);

	if (status == STATUS_OK)
		status = postings_merge(bulk->postings, take_term, bulk, err);
	bulk->file = NULL;
	bulk_abandon(bulk);
	if (status == STATUS_OK)
		return glass_file_finish(file, documents, err);
	glass_file_abandon(file);
	return status;
}

void
bulk_abandon(struct bulk *bulk)
{
	if (bulk == NULL)
		return;
	glass_file_abandon(bulk->file);
	postings_free(bulk->postings);
	mem_free(bulk);
}
