/*
 * File: magic "RCDKEYS1", count (varint), then each id in byte order, rising, as length (varint)
 * and bytes; last the BLAKE2b-256 of everything before it.
 */
#include "index/delta_keys.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "record/person.h"

#include <stdlib.h>

static const struct str magic = { "RCDKEYS1", 8 };

#define FILE_BYTES_MAX ((size_t)1 << 30) /* some ten million ids: a delta is small by nature */

static enum status
corrupt(struct err *err, const char *path, const char *what)
{
	return err_data(err, STATUS_CORRUPT, path, 0, "%s", what);
}

/* Cuts magic and checksum off. */
static enum status
open_envelope(struct str *body, const char *path, struct err *err)
{
	struct digest is;

	if (body->n < magic.n + DIGEST_BYTES || !str_starts(*body, magic))
		return corrupt(err, path, "not a list of delta keys");
	digest_of(&is, str_part(*body, 0, body->n - DIGEST_BYTES));
	if (memcmp(is.bytes, body->p + body->n - DIGEST_BYTES, DIGEST_BYTES) != 0)
		return corrupt(err, path, "checksum is wrong");
	*body = str_part(*body, magic.n, body->n - magic.n - DIGEST_BYTES);
	return STATUS_OK;
}

static enum status
parse(const struct str **out, size_t *count, struct arena *arena, struct str bytes,
    const char *path, struct err *err)
{
	struct str body = bytes, *ids;
	uint64_t n, length;
	enum status status = open_envelope(&body, path, err);

	if (status != STATUS_OK)
		return status;
	if (!buf_take_varint(&n, &body) || n > body.n) /* each id takes a byte at least */
		return corrupt(err, path, "count is wrong");
	ids = arena_alloc(arena, (size_t)n, sizeof *ids);
	if (ids == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		struct str id;

		if (!buf_take_varint(&length, &body) || length > RECORD_ID_BYTES_MAX ||
		    !buf_take(&id, &body, (size_t)length))
			return corrupt(err, path, "an id is cut short or too long");
		if (!arena_copy(&ids[i], arena, id))
			return err_set(err, STATUS_NOMEM, "out of memory");
		if (i > 0 && str_cmp(ids[i - 1], ids[i]) >= 0)
			return corrupt(err, path, "ids are out of order");
	}
	if (body.n != 0)
		return corrupt(err, path, "bytes follow the last id");
	*out = ids;
	*count = (size_t)n;
	return STATUS_OK;
}

enum status
delta_keys_read(
    const struct str **out, size_t *count, struct arena *arena, const char *path, struct err *err)
{
	struct buf bytes = BUF_INIT;
	enum status status = file_read(&bytes, path, FILE_BYTES_MAX, err);

	if (status == STATUS_OK)
		status = parse(out, count, arena, buf_str(&bytes), path, err);
	buf_free(&bytes);
	return status;
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static size_t
sort_unique(struct str *ids, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(ids, count, sizeof *ids, by_bytes);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || str_cmp(ids[kept - 1], ids[i]) != 0)
			ids[kept++] = ids[i];
	return kept;
}

enum status
delta_keys_write(const char *path, const struct str *ids, size_t count, struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct digest hash;
	enum status status;
	struct str *sorted;

	for (size_t i = 0; i < count; i++)
		if (ids[i].n > RECORD_ID_BYTES_MAX)
			return err_data(err, STATUS_LIMIT, path, 0, "an id is over %d bytes",
			    RECORD_ID_BYTES_MAX);
	sorted = mem_zero(count, sizeof *sorted);
	if (sorted == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	if (count > 0)
		memcpy(sorted, ids, count * sizeof *ids);
	count = sort_unique(sorted, count);
	buf_add_str(&bytes, magic);
	buf_add_varint(&bytes, count);
	for (size_t i = 0; i < count; i++) {
		buf_add_varint(&bytes, sorted[i].n);
		buf_add_str(&bytes, sorted[i]);
	}
	digest_of(&hash, buf_str(&bytes));
	buf_add(&bytes, hash.bytes, DIGEST_BYTES);
	status = buf_failed(&bytes) ? err_set(err, STATUS_NOMEM, "out of memory")
				    : file_write(path, buf_str(&bytes), 0640, err);
	buf_free(&bytes);
	mem_free(sorted);
	return status;
}
