/*
 * The four files, each an object with "version": 1 and an optional "note":
 *   missing.json    lists of folded values by field: name, forename, name_word, date, address,
 *                   postcode, phone, email, identifier
 *   names.json      titles, suffixes, particles, forename_particles, alias_words, former_words:
 * lists; joins: an object of prefix to joined form nicknames.json  classes: a list of lists of two
 * or more names, each of letters a-z only; an entry may instead be {"note": "...", "names": [...]}
 *   places.json     short_forms: an object of street word to long form; streets,
 *                   streets_or_places, streets_first, buildings, flats, floors, regions: lists
 * Every list may be left out; nothing else may be there. Entries must be as fold.h leaves text.
 */
#include "base/buf.h"
#include "base/doc_json.h"
#include "base/file.h"
#include "base/mem.h"
#include "record/lexicon_parts.h"

#include <jansson.h>
#include <stdio.h>

#define FILE_BYTES_MAX (4u << 20)
#define DEPTH_MAX 8
#define LIST_MAX 20000
#define ENTRY_BYTES_MAX 64
#define CLASS_COUNT_MAX 65535 /* ids are 16 bits */
#define CLASS_MEMBERS_MAX 256
#define NOTE_BYTES_MAX 1024

struct loading {
	struct lexicon *lexicon;
	const char *source; /* path of the file */
	struct err *err;
};

static enum status
out_of_memory(struct loading *at)
{
	return err_set(at->err, STATUS_NOMEM, "out of memory");
}

static enum status
fault(struct loading *at, const char *path, size_t i, const char *what)
{
	return err_data(at->err, STATUS_INVALID, at->source, 0, "%s[%zu]: %s", path, i, what);
}

static bool
is_folded(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == ' ' && (i == 0 || i + 1 == text.n || text.p[i - 1] == ' '))
			return false;
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != ' ' && c != '-' &&
		    c != '\'')
			return false;
	}
	return text.n > 0;
}

static bool
is_letters(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < 'a' || text.p[i] > 'z')
			return false;
	return text.n > 0;
}

/* Entry i of a list: a folded string, copied into the lexicon's arena. */
static enum status
read_entry(struct str *out, struct loading *at, const json_t *list, const char *path, size_t i)
{
	const json_t *value = json_array_get(list, i);
	struct str text;

	if (!json_is_string(value))
		return fault(at, path, i, "expected a string");
	text = (struct str){ json_string_value(value), json_string_length(value) };
	if (text.n > ENTRY_BYTES_MAX)
		return fault(at, path, i, "is longer than 64 bytes");
	if (!is_folded(text))
		return fault(
		    at, path, i, "is not folded (a-z, 0-9, apostrophe, hyphen, single blanks)");
	return arena_copy(out, at->lexicon->arena, text) ? STATUS_OK : out_of_memory(at);
}

static struct str
without_blanks(struct str text)
{
	char *p = (char *)(uintptr_t)text.p; /* our own copy */
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ')
			p[n++] = text.p[i];
	return (struct str){ p, n };
}

/* Adds every entry of an optional list to the table, with the bit set. */
static enum status
read_bits(struct loading *at, struct lexicon_table *table, const json_t *object, const char *key,
    uint32_t bit, bool compact)
{
	const json_t *list;
	size_t count;
	enum status status =
	    doc_array(&list, &count, object, at->source, "", key, DOC_OPTIONAL, LIST_MAX, at->err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct str entry;
		uint32_t *value;

		status = read_entry(&entry, at, list, key, i);
		if (status != STATUS_OK)
			break;
		value = lexicon_table_put(
		    table, at->lexicon->arena, compact ? without_blanks(entry) : entry);
		if (value == NULL)
			return out_of_memory(at);
		if ((*value & bit) != 0)
			return fault(at, key, i, "is there twice");
		*value |= bit;
	}
	return status;
}

struct bit_list {
	const char *key;
	uint32_t bit;
	bool compact;
};

static enum status
read_bit_lists(struct loading *at, struct lexicon_table *table, const json_t *object,
    const struct bit_list *lists, size_t count)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = read_bits(at, table, object, lists[i].key, lists[i].bit, lists[i].compact);
	return status;
}

/* An optional object of folded word to folded word; the right-hand sides go to `texts`. */
static enum status
read_pairs(struct loading *at, struct lexicon_table *table, const json_t *object, const char *key)
{
	struct lexicon *lexicon = at->lexicon;
	const json_t *pairs;
	json_t *open, *value;
	const char *word;
	enum status status = doc_object(&pairs, object, at->source, "", key, DOC_OPTIONAL, at->err);

	if (status != STATUS_OK || pairs == NULL)
		return status;
	open = (json_t *)(uintptr_t)pairs; /* jansson's iterator takes no const */
	json_object_foreach (open, word, value) {
		struct str from = str_from(word), to;
		uint32_t *slot;

		to = (struct str){ json_string_value(value), json_string_length(value) };
		if (!json_is_string(value) || !is_folded(from) || !is_folded(to) ||
		    from.n > ENTRY_BYTES_MAX || to.n > ENTRY_BYTES_MAX)
			return err_data(at->err, STATUS_INVALID, at->source, 0,
			    "%s: every entry is a folded word and its long form", key);
		if (!arena_copy(&from, lexicon->arena, from) ||
		    !arena_copy(&to, lexicon->arena, to))
			return out_of_memory(at);
		slot = lexicon_table_put(table, lexicon->arena, from);
		if (slot == NULL)
			return out_of_memory(at);
		*slot = (uint32_t)lexicon->text_count;
		lexicon->texts[lexicon->text_count++] = to;
	}
	return STATUS_OK;
}

/* --- Nicknames --------------------------------------------------------------------------------*/

static enum status
join_class(struct loading *at, struct str name, uint16_t id, const char *path, size_t i)
{
	struct lexicon *lexicon = at->lexicon;
	size_t before = lexicon->names.count;
	uint32_t *slot = lexicon_table_put(&lexicon->names, lexicon->arena, name);
	struct lexicon_membership *of;

	if (slot == NULL)
		return out_of_memory(at);
	if (lexicon->names.count > before)
		*slot = (uint32_t)lexicon->membership_count++;
	of = &lexicon->memberships[*slot];
	if (of->count > 0 && of->classes[of->count - 1] == id)
		return fault(at, path, i, "is there twice");
	if (of->count == LEXICON_CLASSES_MAX)
		return fault(at, path, i, "is in more than 16 classes");
	of->classes[of->count++] = id;
	return STATUS_OK;
}

static enum status
read_class(struct loading *at, const json_t *list, uint16_t id)
{
	struct lexicon *lexicon = at->lexicon;
	size_t count = json_array_size(list);
	struct str *members;
	char path[40];
	enum status status = STATUS_OK;

	snprintf(path, sizeof path, "classes[%u]", (unsigned)id);
	if (!json_is_array(list) || count < 2 || count > CLASS_MEMBERS_MAX)
		return err_data(at->err, STATUS_INVALID, at->source, 0,
		    "%s: expected a list of 2 to %d names", path, CLASS_MEMBERS_MAX);
	members = arena_alloc(lexicon->arena, count, sizeof *members);
	if (members == NULL)
		return out_of_memory(at);
	lexicon->classes[id] = (struct lexicon_class){ members, count };
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		status = read_entry(&members[i], at, list, path, i);
		if (status == STATUS_OK && !is_letters(members[i]))
			status = fault(at, path, i, "a name here is letters a-z only");
		if (status == STATUS_OK)
			status = join_class(at, members[i], id, path, i);
	}
	return status;
}

/* The list of names of an entry, whichever way it is written. */
static enum status
class_names(const json_t **out, struct loading *at, const json_t *entry, size_t i)
{
	static const char *const fields[] = { "note", "names", NULL };
	char path[40];

	*out = entry;
	if (!json_is_object(entry))
		return STATUS_OK;
	snprintf(path, sizeof path, "classes[%zu]", i);
	*out = json_object_get(entry, "names");
	return doc_fields(entry, at->source, path, fields, at->err);
}

static size_t
names_in(const json_t *classes)
{
	size_t total = 0;

	for (size_t i = 0; i < json_array_size(classes); i++) {
		const json_t *entry = json_array_get(classes, i);

		total += json_array_size(
		    json_is_object(entry) ? json_object_get(entry, "names") : entry);
	}
	return total;
}

static enum status
read_nicknames(struct loading *at, const json_t *object)
{
	static const char *const fields[] = { "version", "note", "classes", NULL };
	struct lexicon *lexicon = at->lexicon;
	const json_t *list;
	enum status status = doc_fields(object, at->source, "", fields, at->err);

	if (status == STATUS_OK)
		status = doc_array(&list, &lexicon->class_count, object, at->source, "", "classes",
		    DOC_REQUIRED, CLASS_COUNT_MAX, at->err);
	if (status != STATUS_OK)
		return status;
	lexicon->classes =
	    arena_alloc(lexicon->arena, lexicon->class_count + 1, sizeof *lexicon->classes);
	lexicon->memberships =
	    arena_alloc(lexicon->arena, names_in(list) + 1, sizeof *lexicon->memberships);
	if (lexicon->classes == NULL || lexicon->memberships == NULL)
		return out_of_memory(at);
	for (size_t i = 0; i < lexicon->class_count && status == STATUS_OK; i++) {
		const json_t *names;

		status = class_names(&names, at, json_array_get(list, i), i);
		if (status == STATUS_OK)
			status = read_class(at, names, (uint16_t)i);
	}
	return status;
}

/* --- The other files --------------------------------------------------------------------------*/

static enum status
read_missing(struct loading *at, const json_t *object)
{
	static const char *const fields[] = { "version", "note", "name", "forename", "name_word",
		"date", "address", "postcode", "phone", "email", "identifier", NULL };
	static const struct bit_list lists[] = {
		{ "name", 1u << LEXICON_NAME, false },
		{ "forename", 1u << LEXICON_FORENAME, false },
		{ "name_word", 1u << LEXICON_NAME_WORD, false },
		{ "date", 1u << LEXICON_DATE, false },
		{ "address", 1u << LEXICON_ADDRESS, false },
		{ "postcode", 1u << LEXICON_POSTCODE, true },
		{ "phone", 1u << LEXICON_PHONE, true },
		{ "email", 1u << LEXICON_EMAIL, false },
		{ "identifier", 1u << LEXICON_IDENTIFIER, true },
	};
	enum status status = doc_fields(object, at->source, "", fields, at->err);

	if (status != STATUS_OK)
		return status;
	return read_bit_lists(
	    at, &at->lexicon->missing, object, lists, sizeof lists / sizeof lists[0]);
}

static enum status
read_words(struct loading *at, const json_t *object)
{
	static const char *const fields[] = { "version", "note", "titles", "suffixes", "particles",
		"forename_particles", "alias_words", "former_words", "joins", NULL };
	static const struct bit_list lists[] = {
		{ "titles", LEXICON_WORD_TITLE, false },
		{ "suffixes", LEXICON_WORD_SUFFIX, false },
		{ "particles", LEXICON_WORD_PARTICLE, false },
		{ "forename_particles", LEXICON_WORD_FORENAME_PARTICLE, false },
		{ "alias_words", LEXICON_WORD_ALIAS, false },
		{ "former_words", LEXICON_WORD_FORMER, false },
	};
	enum status status = doc_fields(object, at->source, "", fields, at->err);

	if (status == STATUS_OK)
		status = read_bit_lists(
		    at, &at->lexicon->words, object, lists, sizeof lists / sizeof lists[0]);
	if (status == STATUS_OK)
		status = read_pairs(at, &at->lexicon->joins, object, "joins");
	return status;
}

static enum status
read_places(struct loading *at, const json_t *object)
{
	static const char *const fields[] = { "version", "note", "short_forms", "streets",
		"streets_or_places", "streets_first", "buildings", "flats", "floors", "regions",
		NULL };
	static const struct bit_list lists[] = {
		{ "streets", LEXICON_STREET, false },
		{ "streets_or_places", LEXICON_STREET_OR_PLACE, false },
		{ "streets_first", LEXICON_STREET_FIRST, false },
		{ "buildings", LEXICON_BUILDING, false },
		{ "flats", LEXICON_FLAT, false },
		{ "floors", LEXICON_FLOOR, false },
		{ "regions", LEXICON_REGION, false },
	};
	enum status status = doc_fields(object, at->source, "", fields, at->err);

	if (status == STATUS_OK)
		status = read_bit_lists(
		    at, &at->lexicon->places, object, lists, sizeof lists / sizeof lists[0]);
	if (status == STATUS_OK)
		status = read_pairs(at, &at->lexicon->streets, object, "short_forms");
	return status;
}

static enum status
read_head(struct loading *at, const json_t *object)
{
	struct str note = STR_NONE;
	int64_t version = 0;
	enum status status =
	    doc_int(&version, object, at->source, "", "version", DOC_REQUIRED, 1, 1, at->err);

	if (status == STATUS_OK)
		status = doc_str(
		    &note, object, at->source, "", "note", DOC_OPTIONAL, NOTE_BYTES_MAX, at->err);
	return status;
}

typedef enum status read_document(struct loading *at, const json_t *object);

/* Makes room for the right-hand sides of all pairs in the document before they are read. */
static bool
make_texts(struct lexicon *lexicon, const json_t *object)
{
	size_t more = json_object_size(json_object_get(object, "joins")) +
		      json_object_size(json_object_get(object, "short_forms"));
	struct str *texts =
	    arena_alloc(lexicon->arena, lexicon->text_count + more + 1, sizeof *texts);

	if (texts == NULL)
		return false;
	if (lexicon->text_count > 0)
		memcpy(texts, lexicon->texts, lexicon->text_count * sizeof *texts);
	lexicon->texts = texts;
	return true;
}

static enum status
load_file(struct lexicon *lexicon, struct digest_state *hash, const char *folder, const char *name,
    read_document *read, struct err *err)
{
	struct loading at = { lexicon, arena_format(lexicon->arena, "%s/%s", folder, name), err };
	struct buf text = BUF_INIT;
	struct json_t *doc = NULL;
	enum status status;

	if (at.source == NULL)
		return out_of_memory(&at);
	status = file_read(&text, at.source, FILE_BYTES_MAX, err);
	if (status == STATUS_OK) {
		digest_add_part(hash, buf_str(&text));
		status = doc_parse(&doc, buf_str(&text), at.source, DEPTH_MAX, err);
	}
	if (status == STATUS_OK && !json_is_object(doc))
		status = err_data(err, STATUS_INVALID, at.source, 0, "expected an object");
	if (status == STATUS_OK && !make_texts(lexicon, doc))
		status = out_of_memory(&at);
	if (status == STATUS_OK)
		status = read_head(&at, doc);
	if (status == STATUS_OK)
		status = read(&at, doc);
	doc_free(doc);
	buf_free(&text);
	return status;
}

enum status
lexicon_load(struct lexicon **out, const char *folder, struct err *err)
{
	static const struct {
		const char *name;
		read_document *read;
	} files[] = { { "missing.json", read_missing }, { "names.json", read_words },
		{ "nicknames.json", read_nicknames }, { "places.json", read_places } };
	struct lexicon *lexicon = mem_zero(1, sizeof *lexicon);
	struct digest_state hash;
	enum status status = STATUS_OK;

	if (lexicon == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	lexicon->arena = arena_new(0);
	if (lexicon->arena == NULL)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	digest_begin(&hash);
	for (size_t i = 0; i < sizeof files / sizeof files[0] && status == STATUS_OK; i++)
		status = load_file(lexicon, &hash, folder, files[i].name, files[i].read, err);
	digest_end(&lexicon->hash, &hash);
	if (status != STATUS_OK) {
		lexicon_free(lexicon);
		return status;
	}
	*out = lexicon;
	return STATUS_OK;
}
