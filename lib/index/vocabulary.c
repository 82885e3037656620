/*
 * File: magic "RCVOCAB1", count (varint), then each token in byte order, rising: length (varint),
 * bytes, people with it as forename, as surname, in no known part (three varints); last the
 * BLAKE2b-256 of everything before it.
 */
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "index/vocabulary_layout.h"

#include <stdlib.h>

static const struct str magic = { "RCVOCAB1", 8 };

#define FILE_BYTES_MAX ((size_t)2 << 30) /* offsets are 32 bits; real files have some megabytes */
#define ENTRY_BYTES_MIN 5		 /* length, one letter, three counts */

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- Reading one file ---------------------------------------------------------------------- */
struct cursor { /* where the merge stands in one file */
	const char *path;
	struct buf bytes;
	struct str rest;
	uint64_t left; /* entries after the current one */
	bool done;
	struct str token;
	uint64_t people[VOCABULARY_PARTS];
};

static enum status
corrupt(const struct cursor *cursor, struct err *err, const char *what)
{
	return err_data(err, STATUS_CORRUPT, cursor->path, 0, "%s", what);
}

static enum status
cursor_next(struct cursor *cursor, struct err *err)
{
	struct str before = cursor->token;
	uint64_t length;

	if (cursor->left == 0) {
		cursor->done = true;
		return cursor->rest.n == 0 ? STATUS_OK
					   : corrupt(cursor, err, "bytes follow the last token");
	}
	cursor->left--;
	if (!buf_take_varint(&length, &cursor->rest) || length == 0 ||
	    length > FEATURE_TOKEN_BYTES_MAX ||
	    !buf_take(&cursor->token, &cursor->rest, (size_t)length))
		return corrupt(cursor, err, "a token is cut short, empty or too long");
	if (before.n != 0 && str_cmp(before, cursor->token) >= 0)
		return corrupt(cursor, err, "tokens are out of order");
	for (size_t i = 0; i < VOCABULARY_PARTS; i++)
		if (!buf_take_varint(&cursor->people[i], &cursor->rest) ||
		    cursor->people[i] > UINT32_MAX)
			return corrupt(cursor, err, "a count is cut short or too large");
	return STATUS_OK;
}

static enum status
cursor_open(struct cursor *cursor, const char *path, struct err *err)
{
	struct digest is;
	struct str body;
	enum status status;

	cursor->path = path;
	status = file_read(&cursor->bytes, path, FILE_BYTES_MAX, err);
	if (status != STATUS_OK)
		return status;
	body = buf_str(&cursor->bytes);
	if (body.n < magic.n + DIGEST_BYTES || !str_starts(body, magic))
		return corrupt(cursor, err, "not a vocabulary");
	digest_of(&is, str_part(body, 0, body.n - DIGEST_BYTES));
	if (memcmp(is.bytes, body.p + body.n - DIGEST_BYTES, DIGEST_BYTES) != 0)
		return corrupt(cursor, err, "checksum is wrong");
	cursor->rest = str_part(body, magic.n, body.n - magic.n - DIGEST_BYTES);
	if (!buf_take_varint(&cursor->left, &cursor->rest) ||
	    cursor->left > cursor->rest.n / ENTRY_BYTES_MIN)
		return corrupt(cursor, err, "count is wrong");
	return cursor_next(cursor, err);
}

/* --- Merging ------------------------------------------------------------------------------- */
static struct cursor *
lowest(struct cursor *cursors, size_t count)
{
	struct cursor *best = NULL;

	for (size_t i = 0; i < count; i++)
		if (!cursors[i].done &&
		    (best == NULL || str_cmp(cursors[i].token, best->token) < 0))
			best = &cursors[i];
	return best;
}

static uint32_t
add_up(uint32_t a, uint64_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + (uint32_t)b;
}

/* Appends the token of a file's cursor, or adds its counts if it is the last one already. */
static void
take(struct vocabulary *vocabulary, const struct cursor *cursor, size_t file)
{
	size_t n = vocabulary->count;

	if (n == 0 || !str_eq(vocabulary_token(vocabulary, n - 1), cursor->token)) {
		memcpy(vocabulary->bytes + vocabulary->start[n], cursor->token.p, cursor->token.n);
		vocabulary->start[n + 1] = vocabulary->start[n] + (uint32_t)cursor->token.n;
		vocabulary->count = ++n;
	}
	for (size_t i = 0; i < VOCABULARY_PARTS; i++)
		vocabulary->people[n - 1][i] =
		    add_up(vocabulary->people[n - 1][i], cursor->people[i]);
	vocabulary->files[n - 1] |= UINT64_C(1) << file;
}

static enum status
allocate(struct vocabulary *vocabulary, const struct cursor *cursors, size_t count, struct err *err)
{
	size_t tokens = 0, bytes = 0;

	for (size_t i = 0; i < count; i++) {
		tokens += (size_t)cursors[i].left + !cursors[i].done;
		bytes += cursors[i].rest.n + cursors[i].token.n;
	}
	if (bytes > UINT32_MAX)
		return err_set(err, STATUS_LIMIT, "the name tokens of all systems are over 4 GiB");
	vocabulary->bytes = mem_alloc(bytes);
	vocabulary->start = mem_zero(tokens + 1, sizeof *vocabulary->start);
	vocabulary->people = mem_zero(tokens, sizeof *vocabulary->people);
	vocabulary->files = mem_zero(tokens, sizeof *vocabulary->files);
	if (vocabulary->bytes == NULL || vocabulary->start == NULL || vocabulary->people == NULL ||
	    vocabulary->files == NULL)
		return no_memory(err);
	return STATUS_OK;
}

static enum status
merge(struct vocabulary *vocabulary, struct cursor *cursors, size_t count, struct err *err)
{
	enum status status = allocate(vocabulary, cursors, count, err);
	struct cursor *next;

	while (status == STATUS_OK && (next = lowest(cursors, count)) != NULL) {
		take(vocabulary, next, (size_t)(next - cursors));
		status = cursor_next(next, err);
	}
	return status;
}

/* --- Look-up ------------------------------------------------------------------------------- */
static enum status
fill_slots(struct vocabulary *vocabulary, struct err *err)
{
	size_t size = 16;

	while (size < 2 * vocabulary->count)
		size *= 2;
	vocabulary->slots = mem_zero(size, sizeof *vocabulary->slots);
	if (vocabulary->slots == NULL)
		return no_memory(err);
	vocabulary->slot_mask = size - 1;
	for (size_t id = 0; id < vocabulary->count; id++) {
		size_t at = str_hash(vocabulary_token(vocabulary, id)) & vocabulary->slot_mask;

		while (vocabulary->slots[at] != 0)
			at = (at + 1) & vocabulary->slot_mask;
		vocabulary->slots[at] = (uint32_t)id + 1;
	}
	return STATUS_OK;
}

bool
vocabulary_find(uint32_t *id, const struct vocabulary *vocabulary, struct str token)
{
	size_t at = str_hash(token) & vocabulary->slot_mask;

	for (; vocabulary->slots[at] != 0; at = (at + 1) & vocabulary->slot_mask) {
		uint32_t candidate = vocabulary->slots[at] - 1;

		if (str_eq(vocabulary_token(vocabulary, candidate), token)) {
			*id = candidate;
			return true;
		}
	}
	return false;
}

struct frequency_count
vocabulary_count_of(const struct vocabulary *vocabulary, size_t id)
{
	struct frequency_count out;

	_Static_assert(VOCABULARY_PARTS == PART_UNKNOWN + 1, "counted by part of the name");
	for (size_t part = 0; part < VOCABULARY_PARTS; part++)
		out.in[part] = vocabulary->people[id][part];
	return out;
}

void
vocabulary_people(struct frequency_count *out, const void *vocabulary, struct str token)
{
	uint32_t id;

	if (vocabulary_find(&id, vocabulary, token))
		*out = vocabulary_count_of(vocabulary, id);
	else
		*out = (struct frequency_count){ { 0 } };
}

size_t
vocabulary_count(const struct vocabulary *vocabulary)
{
	return vocabulary->count;
}

void
vocabulary_free(struct vocabulary *vocabulary)
{
	if (vocabulary == NULL)
		return;
	mem_free(vocabulary->bytes);
	mem_free(vocabulary->start);
	mem_free(vocabulary->people);
	mem_free(vocabulary->files);
	mem_free(vocabulary->slots);
	mem_free(vocabulary->sounds);
	mem_free(vocabulary->letters);
	mem_free(vocabulary->delete_start);
	mem_free(vocabulary->delete_ids);
	mem_free(vocabulary->outlines);
	mem_free(vocabulary->foreign);
	mem_free(vocabulary);
}

static enum status
open_all(struct vocabulary *vocabulary, struct cursor *cursors, const char *const *paths,
    size_t count, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = cursor_open(&cursors[i], paths[i], err);
	if (status == STATUS_OK)
		status = merge(vocabulary, cursors, count, err);
	for (size_t i = 0; i < count; i++)
		buf_free(&cursors[i].bytes);
	if (status == STATUS_OK)
		status = fill_slots(vocabulary, err);
	if (status == STATUS_OK)
		status = vocabulary_expand_prepare(vocabulary, err);
	return status;
}

enum status
vocabulary_open(struct vocabulary **out, const char *const *paths, size_t count, struct err *err)
{
	struct vocabulary *vocabulary;
	struct cursor *cursors;
	enum status status;

	if (count > VOCABULARY_FILES_MAX)
		return err_set(
		    err, STATUS_LIMIT, "more than %d vocabularies", VOCABULARY_FILES_MAX);
	vocabulary = mem_zero(1, sizeof *vocabulary);
	cursors = mem_zero(count, sizeof *cursors);
	if (vocabulary == NULL || cursors == NULL)
		status = no_memory(err);
	else
		status = open_all(vocabulary, cursors, paths, count, err);
	mem_free(cursors);
	if (status == STATUS_OK)
		*out = vocabulary;
	else
		vocabulary_free(vocabulary);
	return status;
}
