/* Builds the file whose format heads vocabulary.c. */
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "index/vocabulary_layout.h"

#include <stdlib.h>

static const struct str magic = { "RCVOCAB1", 8 };

struct entry {
	size_t start; /* into bytes */
	uint32_t length;
	uint32_t people[VOCABULARY_PARTS];
	uint64_t last_person[VOCABULARY_PARTS]; /* who was counted last: nobody counts twice */
};

struct vocabulary_builder {
	struct buf bytes; /* all tokens, in the order in which they came */
	struct entry *entries;
	size_t count;
	size_t room;
	uint32_t *slots; /* open addressing: entry + 1, 0 is free */
	size_t slot_count;
	uint64_t person; /* number of the person being counted, from 1 */
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

static struct str
token_of(const struct vocabulary_builder *builder, const struct entry *entry)
{
	return (struct str){ builder->bytes.p + entry->start, entry->length };
}

enum status
vocabulary_builder_new(struct vocabulary_builder **out, struct err *err)
{
	*out = mem_zero(1, sizeof **out);
	if (*out == NULL)
		return no_memory(err);
	(*out)->bytes = BUF_INIT;
	return STATUS_OK;
}

void
vocabulary_builder_free(struct vocabulary_builder *builder)
{
	if (builder == NULL)
		return;
	buf_free(&builder->bytes);
	mem_free(builder->entries);
	mem_free(builder->slots);
	mem_free(builder);
}

size_t
vocabulary_builder_count(const struct vocabulary_builder *builder)
{
	return builder->count;
}

/* The slot that holds the token or is free for it. */
static uint32_t *
slot_of(const struct vocabulary_builder *builder, struct str token)
{
	size_t mask = builder->slot_count - 1, at = (size_t)str_hash_words(token) & mask;

	while (builder->slots[at] != 0 &&
	       !str_eq(token_of(builder, &builder->entries[builder->slots[at] - 1]), token))
		at = (at + 1) & mask;
	return &builder->slots[at];
}

static enum status
grow(struct vocabulary_builder *builder, struct err *err)
{
	size_t room = builder->room == 0 ? 1024 : 2 * builder->room;
	struct entry *entries;
	uint32_t *slots;

	if (room >= UINT32_MAX / 2)
		return err_set(err, STATUS_LIMIT, "too many distinct name tokens");
	entries = mem_resize(builder->entries, room, sizeof *entries);
	if (entries == NULL)
		return no_memory(err);
	builder->entries = entries;
	slots = mem_zero(2 * room, sizeof *slots);
	if (slots == NULL)
		return no_memory(err);
	mem_free(builder->slots);
	builder->slots = slots;
	builder->slot_count = 2 * room;
	builder->room = room;
	for (size_t i = 0; i < builder->count; i++)
		*slot_of(builder, token_of(builder, &builder->entries[i])) = (uint32_t)i + 1;
	return STATUS_OK;
}

static enum status
entry_of(struct entry **out, struct vocabulary_builder *builder, struct str token, struct err *err)
{
	enum status status = builder->count == builder->room ? grow(builder, err) : STATUS_OK;
	size_t start = builder->bytes.n;
	uint32_t *slot;

	if (status != STATUS_OK)
		return status;
	slot = slot_of(builder, token);
	if (*slot != 0) {
		*out = &builder->entries[*slot - 1];
		return STATUS_OK;
	}
	buf_add_str(&builder->bytes, token);
	if (buf_failed(&builder->bytes))
		return no_memory(err);
	*out = &builder->entries[builder->count++];
	**out = (struct entry){ .start = start, .length = (uint32_t)token.n };
	*slot = (uint32_t)builder->count;
	return STATUS_OK;
}

static enum status
add_name(struct vocabulary_builder *builder, const struct feature_name *name, struct err *err)
{
	for (size_t i = 0; i < name->count; i++) {
		const struct feature_token *token = &name->tokens[i];
		struct entry *entry;
		enum status status;

		if (token->text.n == 0 || token->text.n > FEATURE_TOKEN_BYTES_MAX)
			continue;
		status = entry_of(&entry, builder, token->text, err);
		if (status != STATUS_OK)
			return status;
		if (entry->last_person[token->part] == builder->person)
			continue;
		entry->last_person[token->part] = builder->person;
		entry->people[token->part] += entry->people[token->part] < UINT32_MAX;
	}
	return STATUS_OK;
}

enum status
vocabulary_builder_add(
    struct vocabulary_builder *builder, const struct features *features, struct err *err)
{
	enum status status = STATUS_OK;

	builder->person++;
	for (size_t i = 0; status == STATUS_OK && i < features->name_count; i++)
		status = add_name(builder, &features->names[i], err);
	return status;
}

enum status
vocabulary_builder_add_file(struct vocabulary_builder *builder, const char *path, struct err *err)
{
	struct vocabulary *vocabulary = NULL;
	enum status status = vocabulary_open(&vocabulary, &path, 1, err);

	for (size_t i = 0; status == STATUS_OK && i < vocabulary->count; i++) {
		struct entry *entry;

		status = entry_of(&entry, builder, vocabulary_token(vocabulary, i), err);
		for (size_t p = 0; status == STATUS_OK && p < VOCABULARY_PARTS; p++) {
			uint32_t more = vocabulary->people[i][p];

			entry->people[p] = more > UINT32_MAX - entry->people[p]
					       ? UINT32_MAX
					       : entry->people[p] + more;
		}
	}
	vocabulary_free(vocabulary);
	return status;
}

struct named { /* an entry with its token, for sorting */
	struct str token;
	const struct entry *entry;
};

static int
by_token(const void *a, const void *b)
{
	return str_cmp(((const struct named *)a)->token, ((const struct named *)b)->token);
}

static struct named *
sorted(const struct vocabulary_builder *builder)
{
	struct named *list = mem_zero(builder->count, sizeof *list);

	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < builder->count; i++)
		list[i] =
		    (struct named){ token_of(builder, &builder->entries[i]), &builder->entries[i] };
	qsort(list, builder->count, sizeof *list, by_token);
	return list;
}

enum status
vocabulary_builder_write(struct vocabulary_builder *builder, const char *path, struct err *err)
{
	struct named *list = sorted(builder);
	struct buf bytes = BUF_INIT;
	struct digest hash;
	enum status status;

	if (list == NULL)
		return no_memory(err);
	buf_add_str(&bytes, magic);
	buf_add_varint(&bytes, builder->count);
	for (size_t i = 0; i < builder->count; i++) {
		buf_add_varint(&bytes, list[i].token.n);
		buf_add_str(&bytes, list[i].token);
		for (size_t p = 0; p < VOCABULARY_PARTS; p++)
			buf_add_varint(&bytes, list[i].entry->people[p]);
	}
	digest_of(&hash, buf_str(&bytes));
	buf_add(&bytes, hash.bytes, DIGEST_BYTES);
	status = buf_failed(&bytes) ? no_memory(err) : file_write(path, buf_str(&bytes), 0640, err);
	buf_free(&bytes);
	mem_free(list);
	return status;
}
