#include "indexer/mapping_value.h"

#include "base/doc_json.h"

#include <jansson.h>
#include <stdio.h>

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

const char *
mapping_value_path(struct mapping_reading *reading, const char *path, const char *key)
{
	return arena_format(
	    reading->mapping->arena, "%s%s%s", path, path[0] == '\0' ? "" : ".", key);
}

const char *
mapping_value_item(struct mapping_reading *reading, const char *path, size_t i)
{
	return arena_format(reading->mapping->arena, "%s[%zu]", path, i);
}

/* The text with "#" replaced by the number of the block. */
static enum status
numbered(const char **out, struct mapping_reading *reading, struct str text, const char *path)
{
	struct buf buf = BUF_INIT;
	struct str copy;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '#' && reading->number > 0)
			buf_addf(&buf, "%d", reading->number);
		else
			buf_add_char(&buf, text.p[i]);
	}
	if (buf.n > MAPPING_TEXT_BYTES_MAX)
		status = invalid(reading, path, "is too long");
	else if (buf_failed(&buf) || !arena_copy(&copy, reading->mapping->arena, buf_str(&buf)))
		status = no_memory(reading);
	else
		*out = copy.p;
	buf_free(&buf);
	return status;
}

static bool
is_optional(const struct mapping_reading *reading, const char *name)
{
	size_t i;
	json_t *item;

	json_array_foreach (reading->optional, i, item)
		if (json_is_string(item) && strcmp(json_string_value(item), name) == 0)
			return true;
	return false;
}

static enum status
add_column(size_t *out, struct mapping_reading *reading, const char *name, const char *path)
{
	struct mapping *mapping = reading->mapping;

	for (size_t i = 0; i < mapping->column_count; i++) {
		if (strcmp(mapping->columns[i].name, name) == 0) {
			*out = i;
			return STATUS_OK;
		}
	}
	if (mapping->column_count == MAPPING_COLUMNS_MAX)
		return err_data(reading->err, STATUS_LIMIT, reading->source, 0,
		    "%s: the mapping reads more than %d columns", path, MAPPING_COLUMNS_MAX);
	*out = mapping->column_count++;
	mapping->columns[*out] = (struct mapping_column){ name, is_optional(reading, name) };
	return STATUS_OK;
}

/* "a.b" from the element, "$.a.b" from the line, "." the element itself. */
static enum status
split_path(
    struct mapping_path *out, struct mapping_reading *reading, const char *text, const char *path)
{
	struct str left = str_from(text);

	if (str_starts(left, STR_LIT("$."))) {
		out->root = true;
		left = str_part(left, 2, left.n);
	}
	if (str_eq_text(left, "."))
		return STATUS_OK;
	while (left.n > 0) {
		bool more = memchr(left.p, '.', left.n) != NULL;
		struct str copy, part = str_cut(&left, '.');

		if (part.n == 0 || (more && left.n == 0))
			return invalid(reading, path, "has an empty part");
		if (out->part_count == MAPPING_PATH_PARTS_MAX)
			return invalid(reading, path, "has more than 8 parts");
		if (!arena_copy(&copy, reading->mapping->arena, part))
			return no_memory(reading);
		out->parts[out->part_count++] = copy.p;
	}
	return STATUS_OK;
}

static enum status
read_path(struct mapping_path *out, struct mapping_reading *reading, const json_t *value,
    const char *path)
{
	const char *text, *name;
	enum status status;

	if (!json_is_string(value) || json_string_length(value) == 0)
		return invalid(reading, path, "expected the name of a column or path");
	status = numbered(&text, reading,
	    (struct str){ json_string_value(value), json_string_length(value) }, path);
	if (status != STATUS_OK)
		return status;
	*out = (struct mapping_path){ 0 };
	name = text;
	if (reading->mapping->format == MAPPING_JSON_LINES) {
		status = split_path(out, reading, text, path);
		if (status != STATUS_OK)
			return status;
		name = out->root ? text + 2
		       : strcmp(text, ".") == 0
			   ? reading->inside
			   : mapping_value_path(reading, reading->inside, text);
		if (name == NULL)
			return no_memory(reading);
	}
	return add_column(&out->column, reading, name, path);
}

/* "from": one path or a list of them. */
static enum status
read_paths(struct mapping_value *out, struct mapping_reading *reading, const json_t *value,
    const char *path)
{
	size_t count = json_is_array(value) ? json_array_size(value) : 1;
	struct mapping_path *paths;

	if (count == 0 || count > MAPPING_PARTS_MAX)
		return invalid(reading, path, "expected 1 to 32 columns");
	paths = arena_alloc(reading->mapping->arena, count, sizeof *paths);
	if (paths == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < count; i++) {
		bool list = json_is_array(value);
		const char *item = list ? mapping_value_item(reading, path, i) : path;
		enum status status;

		if (item == NULL)
			return no_memory(reading);
		status =
		    read_path(&paths[i], reading, list ? json_array_get(value, i) : value, item);
		if (status != STATUS_OK)
			return status;
	}
	out->paths = paths;
	out->path_count = count;
	return STATUS_OK;
}

bool
mapping_is_nation(struct str word)
{
	static const char *const nations[] = { "england", "wales", "scotland", "northern_ireland",
		"jersey" };

	for (size_t i = 0; i < sizeof nations / sizeof *nations; i++)
		if (str_eq_text(word, nations[i]))
			return true;
	return false;
}

static bool
word_allowed(enum mapping_words words, struct str word)
{
	enum person_role role;
	enum sex sex;
	enum name_kind kind;
	enum identifier_kind identifier;

	switch (words) {
	case WORDS_ANY:
		return true;
	case WORDS_ROLE:
		return person_role_from_name(&role, word);
	case WORDS_SEX:
		return sex_from_name(&sex, word);
	case WORDS_NAME_KIND:
		return name_kind_from_name(&kind, word);
	case WORDS_NATION:
		return mapping_is_nation(word);
	case WORDS_IDENTIFIER:
		return identifier_kind_from_name(&identifier, word);
	case WORDS_YES_NO:
		return str_eq_text(word, "yes") || str_eq_text(word, "no");
	}
	return false;
}

static const char *
words_name(enum mapping_words words)
{
	static const char *const names[] = { [WORDS_ANY] = "text",
		[WORDS_ROLE] = "role",
		[WORDS_SEX] = "sex",
		[WORDS_NAME_KIND] = "kind of name",
		[WORDS_NATION] = "nation",
		[WORDS_IDENTIFIER] = "kind of identifier",
		[WORDS_YES_NO] = "yes or no" };

	return names[words];
}

static enum status
check_word(
    struct mapping_reading *reading, struct str word, const char *path, enum mapping_words words)
{
	if (word_allowed(words, word))
		return STATUS_OK;
	return err_data(reading->err, STATUS_INVALID, reading->source, 0,
	    "%s: \"%.*s\" is not a %s", path, STR_ARG(str_part(word, 0, 40)), words_name(words));
}

static enum status
read_code(struct mapping_codes *out, struct mapping_code *item, struct mapping_reading *reading,
    const char *key, const json_t *value, const char *path, enum mapping_words words)
{
	enum status status;
	struct str to;

	if (path == NULL)
		return no_memory(reading);
	if (!json_is_string(value))
		return invalid(reading, path, "expected a string");
	if (!arena_copy(&to, reading->mapping->arena,
		(struct str){ json_string_value(value), json_string_length(value) }) ||
	    !arena_copy(&item->from, reading->mapping->arena, str_from(key)))
		return no_memory(reading);
	item->to = to;
	if (strcmp(key, "*") == 0)
		out->other = to;
	status = check_word(reading, to, path, words);
	return status;
}

/* "codes": the name of a list under the document's "codes". */
static enum status
read_codes(const struct mapping_codes **out, struct mapping_reading *reading, struct str name,
    const char *path, enum mapping_words words)
{
	const char *list_path = arena_format(reading->mapping->arena, "codes.%.*s", STR_ARG(name));
	struct mapping_codes *codes = arena_alloc(reading->mapping->arena, 1, sizeof *codes);
	struct mapping_code *items;
	json_t *list = json_object_getn(reading->codes, name.p, name.n);
	const char *key;
	json_t *value;

	if (list_path == NULL || codes == NULL)
		return no_memory(reading);
	if (list == NULL)
		return err_data(reading->err, STATUS_INVALID, reading->source, 0,
		    "%s: there is no list \"%.*s\" in codes", path, STR_ARG(str_part(name, 0, 40)));
	if (!json_is_object(list))
		return invalid(reading, list_path, "expected an object");
	if (json_object_size(list) > MAPPING_CODES_MAX)
		return invalid(reading, list_path, "has more than 512 entries");
	items = arena_alloc(reading->mapping->arena, json_object_size(list) + 1, sizeof *items);
	if (items == NULL)
		return no_memory(reading);
	codes->name = list_path;
	codes->items = items;
	codes->other = STR_NONE;
	json_object_foreach (list, key, value) {
		enum status status = read_code(codes, &items[codes->count], reading, key, value,
		    mapping_value_path(reading, list_path, key), words);

		if (status != STATUS_OK)
			return status;
		if (strcmp(key, "*") != 0)
			codes->count++;
	}
	*out = codes;
	return STATUS_OK;
}

/* A format is "iso", "year", or a pattern of %d %m %Y %b and other text as it stands. */
static bool
format_valid(const char *format)
{
	bool year = false;

	if (strcmp(format, "iso") == 0 || strcmp(format, "year") == 0)
		return true;
	for (const char *p = format; *p != '\0'; p++) {
		if (*p != '%')
			continue;
		p++;
		if (*p == '\0' || strchr("dmYb", *p) == NULL)
			return false;
		year = year || *p == 'Y';
	}
	return year;
}

enum status
mapping_value_dates(const struct mapping_dates **out, struct mapping_reading *reading,
    const struct json_t *object, const char *path, const char *key)
{
	const char *at = mapping_value_path(reading, path, key);
	struct mapping_dates *dates;
	const json_t *list;
	size_t count;
	enum status status = doc_array(&list, &count, object, reading->source, path, key,
	    DOC_OPTIONAL, MAPPING_FORMATS_MAX, reading->err);

	if (status != STATUS_OK || list == NULL)
		return status;
	dates = arena_alloc(reading->mapping->arena, 1, sizeof *dates);
	if (dates == NULL || at == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(list, i);
		struct str copy;

		if (!json_is_string(item) || !format_valid(json_string_value(item)))
			return err_data(reading->err, STATUS_INVALID, reading->source, 0,
			    "%s[%zu]: expected \"iso\", \"year\" or a pattern of %%d, %%m, %%b "
			    "and %%Y that has %%Y",
			    at, i);
		if (!arena_copy(&copy, reading->mapping->arena, str_from(json_string_value(item))))
			return no_memory(reading);
		dates->formats[i] = copy.p;
	}
	dates->count = count;
	*out = dates;
	return STATUS_OK;
}

static enum status
read_constant(struct mapping_value *out, struct mapping_reading *reading, struct str text,
    const char *path, enum mapping_words words)
{
	const char *copy;
	enum status status = numbered(&copy, reading, text, path);

	if (status != STATUS_OK)
		return status;
	out->constant = str_from(copy);
	return check_word(reading, out->constant, path, words);
}

/* join, split, codes and dates: how the text that was found is read. */
static enum status
read_manner(struct mapping_value *out, struct mapping_reading *reading, const json_t *value,
    const char *path, enum mapping_words words)
{
	struct str join = STR_LIT(", "), split = STR_NONE, codes = STR_NONE, copy;
	enum status status =
	    doc_str(&join, value, reading->source, path, "join", DOC_OPTIONAL, 8, reading->err);

	if (status == STATUS_OK)
		status = doc_str(
		    &split, value, reading->source, path, "split", DOC_OPTIONAL, 1, reading->err);
	if (status == STATUS_OK)
		status = doc_str(&codes, value, reading->source, path, "codes", DOC_OPTIONAL,
		    MAPPING_TEXT_BYTES_MAX, reading->err);
	if (status == STATUS_OK)
		status = doc_bool(
		    &out->first, value, reading->source, path, "first", DOC_OPTIONAL, reading->err);
	if (status == STATUS_OK)
		status = mapping_value_dates(&out->dates, reading, value, path, "dates");
	if (status != STATUS_OK)
		return status;
	if (!arena_copy(&copy, reading->mapping->arena, join))
		return no_memory(reading);
	out->join = copy.p;
	out->split = split.n > 0 ? split.p[0] : 0;
	if (codes.n == 0)
		return STATUS_OK;
	return read_codes(
	    &out->codes, reading, codes, mapping_value_path(reading, path, "codes"), words);
}

enum status
mapping_value_fill(struct mapping_value *out, struct mapping_reading *reading,
    const struct json_t *value, const char *path, enum mapping_words words)
{
	const json_t *from = json_object_get(value, "from");
	const char *from_path = mapping_value_path(reading, path, "from");
	struct str constant = STR_NONE;
	enum status status = doc_str(&constant, value, reading->source, path, "constant",
	    DOC_OPTIONAL, MAPPING_TEXT_BYTES_MAX, reading->err);

	*out = (struct mapping_value){ .join = ", ", .dates = reading->dates };
	if (status != STATUS_OK)
		return status;
	if (from_path == NULL)
		return no_memory(reading);
	if ((from == NULL) == (constant.n == 0))
		return invalid(reading, path, "give either \"from\" or \"constant\"");
	if (from == NULL)
		return read_constant(
		    out, reading, constant, mapping_value_path(reading, path, "constant"), words);
	status = read_paths(out, reading, from, from_path);
	return status != STATUS_OK ? status : read_manner(out, reading, value, path, words);
}

enum status
mapping_value_read(struct mapping_value *out, struct mapping_reading *reading,
    const struct json_t *object, const char *path, const char *key, bool required,
    enum mapping_words words)
{
	static const char *const known[] = { MAPPING_VALUE_KEYS, NULL };
	const json_t *value = json_object_get(object, key);
	const char *at = mapping_value_path(reading, path, key);
	enum status status;

	*out = (struct mapping_value){ .join = ", ", .dates = reading->dates };
	if (at == NULL)
		return no_memory(reading);
	if (value == NULL)
		return required ? invalid(reading, at, "is missing") : STATUS_OK;
	/* Alone, a string is the word itself where words are expected, and a column elsewhere. */
	if (json_is_string(value) && words != WORDS_ANY)
		return read_constant(out, reading,
		    (struct str){ json_string_value(value), json_string_length(value) }, at, words);
	if (json_is_string(value))
		return read_paths(out, reading, value, at);
	if (!json_is_object(value))
		return invalid(reading, at, "expected a string or an object with \"from\"");
	status = doc_fields(value, reading->source, at, known, reading->err);
	return status != STATUS_OK ? status : mapping_value_fill(out, reading, value, at, words);
}

enum status
mapping_value_place(const struct mapping_path **out, struct mapping_reading *reading,
    const struct json_t *object, const char *path, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *at = mapping_value_path(reading, path, key);
	struct mapping_path *place;

	*out = NULL;
	if (value == NULL)
		return STATUS_OK;
	place = arena_alloc(reading->mapping->arena, 1, sizeof *place);
	if (place == NULL || at == NULL)
		return no_memory(reading);
	*out = place;
	return read_path(place, reading, value, at);
}
