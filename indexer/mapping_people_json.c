#include "indexer/mapping_value.h"

#include "base/doc_json.h"

#include <jansson.h>

#define NUMBER_MAX 32 /* of "numbered": more columns of one kind than any export has */

static enum status
no_memory(struct mapping_reading *reading)
{
	return err_set(reading->err, STATUS_NOMEM, "out of memory");
}

static enum status
invalid(struct mapping_reading *reading, const char *path, const char *what)
{
	return err_data(reading->err, STATUS_INVALID, reading->source, 0, "%s: %s", path, what);
}

/* Reads "each"; *inside is then what the entry's own paths stand in. */
static enum status
read_each(const struct mapping_path **out, const char **inside, struct mapping_reading *reading,
    const json_t *object, const char *path)
{
	enum status status;

	*inside = reading->inside;
	status = mapping_value_place(out, reading, object, path, "each");
	if (status != STATUS_OK || *out == NULL)
		return status;
	if (reading->mapping->format != MAPPING_JSON_LINES)
		return invalid(reading, mapping_value_path(reading, path, "each"),
		    "is for JSON lines only (CSV: \"numbered\" or \"split\")");
	*inside = arena_format(
	    reading->mapping->arena, "%s[]", reading->mapping->columns[(*out)->column].name);
	return *inside == NULL ? no_memory(reading) : STATUS_OK;
}

static enum status
read_layout(enum mapping_layout *out, struct mapping_reading *reading, const json_t *object,
    const char *path)
{
	static const struct {
		const char *name;
		enum mapping_layout layout;
	} layouts[] = { { "free", MAPPING_FREE }, { "surname, forenames", MAPPING_SURNAME_FIRST },
		{ "forenames surname", MAPPING_SURNAME_LAST } };
	struct str text = STR_LIT("free");
	enum status status = doc_str(&text, object, reading->source, path, "layout", DOC_OPTIONAL,
	    MAPPING_TEXT_BYTES_MAX, reading->err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
		if (str_eq_text(text, layouts[i].name)) {
			*out = layouts[i].layout;
			return STATUS_OK;
		}
	}
	return invalid(reading, mapping_value_path(reading, path, "layout"),
	    "expected \"free\", \"surname, forenames\" or \"forenames surname\"");
}

static enum status
read_name_parts(
    struct mapping_name *out, struct mapping_reading *reading, const json_t *item, const char *path)
{
	enum status status =
	    mapping_value_read(&out->kind, reading, item, path, "kind", false, WORDS_NAME_KIND);

	if (status == STATUS_OK)
		status = mapping_value_place(&out->only_if, reading, item, path, "if");
	if (status == STATUS_OK)
		status = mapping_value_read(
		    &out->forenames, reading, item, path, "forenames", false, WORDS_ANY);
	if (status == STATUS_OK)
		status = mapping_value_read(
		    &out->surname, reading, item, path, "surname", false, WORDS_ANY);
	if (status == STATUS_OK)
		status =
		    mapping_value_read(&out->full, reading, item, path, "full", false, WORDS_ANY);
	if (status == STATUS_OK)
		status = read_layout(&out->layout, reading, item, path);
	if (status == STATUS_OK && !mapping_has(&out->forenames) && !mapping_has(&out->surname) &&
	    !mapping_has(&out->full))
		status = invalid(reading, path, "give \"forenames\", \"surname\" or \"full\"");
	return status;
}

static enum status
read_name(void *entry, struct mapping_reading *reading, const json_t *item, const char *path)
{
	static const char *const known[] = { "kind", "each", "if", "forenames", "surname", "full",
		"layout", NULL };
	struct mapping_name *out = entry;
	const char *outside = reading->inside, *inside;
	enum status status = doc_fields(item, reading->source, path, known, reading->err);

	if (status == STATUS_OK)
		status = read_each(&out->each, &inside, reading, item, path);
	if (status != STATUS_OK)
		return status;
	reading->inside = inside;
	status = read_name_parts(out, reading, item, path);
	reading->inside = outside;
	return status;
}

static enum status
read_age(struct mapping_birth *out, struct mapping_reading *reading, const json_t *item,
    const char *path)
{
	static const char *const known[] = { "each", "age", "at", NULL };
	enum status status = doc_fields(item, reading->source, path, known, reading->err);

	if (status == STATUS_OK)
		status = mapping_value_read(&out->age, reading, item, path, "age", true, WORDS_ANY);
	if (status == STATUS_OK)
		status = mapping_value_read(&out->at, reading, item, path, "at", true, WORDS_ANY);
	return status;
}

static enum status
read_birth(void *entry, struct mapping_reading *reading, const json_t *item, const char *path)
{
	static const char *const known[] = { "each", MAPPING_VALUE_KEYS, NULL };
	struct mapping_birth *out = entry;
	const char *outside = reading->inside, *inside;
	enum status status = read_each(&out->each, &inside, reading, item, path);

	if (status != STATUS_OK)
		return status;
	reading->inside = inside;
	if (json_object_get(item, "age") != NULL || json_object_get(item, "at") != NULL) {
		status = read_age(out, reading, item, path);
	} else {
		status = doc_fields(item, reading->source, path, known, reading->err);
		if (status == STATUS_OK)
			status = mapping_value_fill(&out->date, reading, item, path, WORDS_ANY);
	}
	reading->inside = outside;
	return status;
}

static enum status
read_address(void *entry, struct mapping_reading *reading, const json_t *item, const char *path)
{
	static const char *const known[] = { "each", "text", "town", "postcode", "since", "until",
		NULL };
	struct mapping_address *out = entry;
	struct {
		struct mapping_value *value;
		const char *key;
	} parts[] = { { &out->text, "text" }, { &out->town, "town" },
		{ &out->postcode, "postcode" }, { &out->since, "since" },
		{ &out->until, "until" } };
	const char *outside = reading->inside, *inside;
	enum status status = doc_fields(item, reading->source, path, known, reading->err);

	if (status == STATUS_OK)
		status = read_each(&out->each, &inside, reading, item, path);
	if (status != STATUS_OK)
		return status;
	reading->inside = inside;
	for (size_t i = 0; status == STATUS_OK && i < sizeof parts / sizeof *parts; i++)
		status = mapping_value_read(
		    parts[i].value, reading, item, path, parts[i].key, false, WORDS_ANY);
	reading->inside = outside;
	return status;
}

static enum status
read_contact(void *entry, struct mapping_reading *reading, const json_t *item, const char *path)
{
	static const char *const known[] = { "each", MAPPING_VALUE_KEYS, NULL };
	struct mapping_contact *out = entry;
	const char *outside = reading->inside, *inside;
	enum status status = doc_fields(item, reading->source, path, known, reading->err);

	if (status == STATUS_OK)
		status = read_each(&out->each, &inside, reading, item, path);
	if (status != STATUS_OK)
		return status;
	reading->inside = inside;
	status = mapping_value_fill(&out->value, reading, item, path, WORDS_ANY);
	reading->inside = outside;
	return status;
}

static enum status
read_identifier(void *entry, struct mapping_reading *reading, const json_t *item, const char *path)
{
	static const char *const known[] = { "each", "kind", MAPPING_VALUE_KEYS, NULL };
	struct mapping_identifier *out = entry;
	const char *outside = reading->inside, *inside;
	enum status status = doc_fields(item, reading->source, path, known, reading->err);

	if (status == STATUS_OK)
		status = mapping_value_read(
		    &out->kind, reading, item, path, "kind", true, WORDS_IDENTIFIER);
	if (status == STATUS_OK)
		status = read_each(&out->each, &inside, reading, item, path);
	if (status != STATUS_OK)
		return status;
	reading->inside = inside;
	status = mapping_value_fill(&out->value, reading, item, path, WORDS_ANY);
	reading->inside = outside;
	return status;
}

static enum status
read_note(void *entry, struct mapping_reading *reading, const json_t *item, const char *path)
{
	static const char *const known[] = { "each", "label", MAPPING_VALUE_KEYS, NULL };
	struct mapping_note *out = entry;
	const char *outside = reading->inside, *inside;
	struct str label = STR_NONE, copy;
	enum status status = doc_fields(item, reading->source, path, known, reading->err);

	if (status == STATUS_OK)
		status = doc_str(&label, item, reading->source, path, "label", DOC_OPTIONAL,
		    MAPPING_TEXT_BYTES_MAX, reading->err);
	if (status == STATUS_OK && !arena_copy(&copy, reading->mapping->arena, label))
		status = no_memory(reading);
	if (status == STATUS_OK)
		status = read_each(&out->each, &inside, reading, item, path);
	if (status != STATUS_OK)
		return status;
	out->label = copy.p;
	reading->inside = inside;
	status = mapping_value_fill(&out->value, reading, item, path, WORDS_ANY);
	reading->inside = outside;
	return status;
}

typedef enum status read_entry(
    void *entry, struct mapping_reading *reading, const json_t *item, const char *path);

/* object[key], a list whose entries `read` fills; a bare string stands for {"from": string}. */
static enum status
read_list(void **out, size_t *count, struct mapping_reading *reading, const json_t *object,
    const char *path, const char *key, size_t size, read_entry *read)
{
	const json_t *list;
	const char *at = mapping_value_path(reading, path, key);
	enum status status = doc_array(&list, count, object, reading->source, path, key,
	    DOC_OPTIONAL, MAPPING_PARTS_MAX, reading->err);

	if (status != STATUS_OK || *count == 0)
		return status;
	*out = arena_alloc(reading->mapping->arena, *count, size);
	if (*out == NULL || at == NULL)
		return no_memory(reading);
	for (size_t i = 0; status == STATUS_OK && i < *count; i++) {
		json_t *item = json_array_get(list, i), *made = NULL;
		const char *item_path = mapping_value_item(reading, at, i);

		if (item_path == NULL)
			return no_memory(reading);
		if (json_is_string(item))
			item = made = json_pack("{s:O}", "from", item);
		if (item == NULL)
			return no_memory(reading);
		status = read((char *)*out + i * size, reading, item, item_path);
		json_decref(made);
	}
	return status;
}

static enum status
read_lists(struct mapping_block *out, struct mapping_reading *reading, const json_t *item,
    const char *path)
{
	void *lists[7] = { NULL };
	const struct {
		const char *key;
		size_t size;
		read_entry *read;
		size_t *count;
	} kinds[7] = {
		{ "names", sizeof *out->names, read_name, &out->name_count },
		{ "births", sizeof *out->births, read_birth, &out->birth_count },
		{ "addresses", sizeof *out->addresses, read_address, &out->address_count },
		{ "phones", sizeof *out->phones, read_contact, &out->phone_count },
		{ "emails", sizeof *out->emails, read_contact, &out->email_count },
		{ "identifiers", sizeof *out->identifiers, read_identifier,
		    &out->identifier_count },
		{ "notes", sizeof *out->notes, read_note, &out->note_count },
	};
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < 7; i++)
		status = read_list(&lists[i], kinds[i].count, reading, item, path, kinds[i].key,
		    kinds[i].size, kinds[i].read);
	out->names = lists[0];
	out->births = lists[1];
	out->addresses = lists[2];
	out->phones = lists[3];
	out->emails = lists[4];
	out->identifiers = lists[5];
	out->notes = lists[6];
	return status;
}

static enum status
read_block(struct mapping_block *out, struct mapping_reading *reading, const json_t *item,
    const char *path)
{
	const char *inside;
	enum status status = read_each(&out->each, &inside, reading, item, path);

	if (status != STATUS_OK)
		return status;
	reading->inside = inside;
	status = mapping_value_read(&out->id, reading, item, path, "id", false, WORDS_ANY);
	if (status == STATUS_OK)
		status =
		    mapping_value_read(&out->role, reading, item, path, "role", true, WORDS_ROLE);
	if (status == STATUS_OK)
		status =
		    mapping_value_read(&out->sex, reading, item, path, "sex", false, WORDS_SEX);
	if (status == STATUS_OK)
		status = mapping_value_read(
		    &out->age_disputed, reading, item, path, "age_disputed", false, WORDS_YES_NO);
	if (status == STATUS_OK)
		status = read_lists(out, reading, item, path);
	reading->inside = "";
	return status;
}

static enum status
read_numbered(int64_t *first, int64_t *last, struct mapping_reading *reading, const json_t *item,
    const char *path)
{
	static const char *const known[] = { "first", "last", NULL };
	const char *at = mapping_value_path(reading, path, "numbered");
	const json_t *numbers;
	enum status status = doc_object(
	    &numbers, item, reading->source, path, "numbered", DOC_OPTIONAL, reading->err);

	*first = *last = 0;
	if (status != STATUS_OK || numbers == NULL)
		return status;
	if (at == NULL)
		return no_memory(reading);
	status = doc_fields(numbers, reading->source, at, known, reading->err);
	if (status == STATUS_OK)
		status = doc_int(first, numbers, reading->source, at, "first", DOC_REQUIRED, 1,
		    NUMBER_MAX, reading->err);
	if (status == STATUS_OK)
		status = doc_int(last, numbers, reading->source, at, "last", DOC_REQUIRED, *first,
		    NUMBER_MAX, reading->err);
	return status;
}

static enum status
read_blocks(struct mapping_block *blocks, size_t *count, struct mapping_reading *reading,
    const json_t *item, const char *path)
{
	static const char *const known[] = { "numbered", "each", "id", "role", "sex",
		"age_disputed", "names", "births", "addresses", "phones", "emails", "identifiers",
		"notes", NULL };
	int64_t first = 0, last = 0;
	enum status status = doc_fields(item, reading->source, path, known, reading->err);

	if (status == STATUS_OK)
		status = read_numbered(&first, &last, reading, item, path);
	for (int64_t n = first; status == STATUS_OK && n <= last; n++) {
		if (*count == MAPPING_BLOCKS_MAX)
			return invalid(reading, path, "makes more than 64 blocks of people");
		reading->number = (int)n;
		status = read_block(&blocks[(*count)++], reading, item, path);
	}
	reading->number = 0;
	return status;
}

enum status
mapping_people_read(struct mapping_reading *reading, const struct json_t *document)
{
	struct mapping *mapping = reading->mapping;
	struct mapping_block *blocks;
	const json_t *list;
	size_t count;
	enum status status = doc_array(&list, &count, document, reading->source, "", "people",
	    DOC_REQUIRED, MAPPING_PARTS_MAX, reading->err);

	if (status != STATUS_OK)
		return status;
	if (count == 0)
		return invalid(reading, "people", "is empty");
	blocks = arena_alloc(mapping->arena, MAPPING_BLOCKS_MAX, sizeof *blocks);
	if (blocks == NULL)
		return no_memory(reading);
	mapping->blocks = blocks;
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		const char *path = mapping_value_item(reading, "people", i);

		if (path == NULL)
			return no_memory(reading);
		status = read_blocks(
		    blocks, &mapping->block_count, reading, json_array_get(list, i), path);
	}
	return status;
}
