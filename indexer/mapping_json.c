#include "indexer/mapping.h"

#include "base/doc_json.h"
#include "base/file.h"
#include "base/mem.h"
#include "index/generation.h"
#include "indexer/mapping_value.h"

#include <jansson.h>

#define DEPTH_MAX 12

static const struct mapping_dates iso_only = { .formats = { "iso" }, .count = 1 };

bool
mapping_has(const struct mapping_value *value)
{
	return value->path_count > 0 || value->constant.n > 0;
}

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

/* One character, given as a string; "" gives 0. */
static enum status
read_char(char *out, struct mapping_reading *reading, const json_t *source, const char *key)
{
	struct str text = STR_NONE;
	enum status status =
	    doc_str(&text, source, reading->source, "source", key, DOC_OPTIONAL, 1, reading->err);

	if (status == STATUS_OK && json_object_get(source, key) != NULL)
		*out = text.n == 0 ? 0 : text.p[0];
	return status;
}

static enum status
read_given_columns(struct mapping_reading *reading, const json_t *source)
{
	struct mapping *mapping = reading->mapping;
	struct str *names;
	const json_t *list;
	size_t count;
	enum status status = doc_array(&list, &count, source, reading->source, "source", "columns",
	    mapping->header ? DOC_OPTIONAL : DOC_REQUIRED, MAPPING_COLUMNS_MAX, reading->err);

	if (status != STATUS_OK || list == NULL)
		return status;
	if (mapping->header)
		return invalid(reading, "source.columns", "is only for an export without header");
	names = arena_alloc(mapping->arena, count + 1, sizeof *names);
	if (names == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(list, i);

		if (!json_is_string(item))
			return invalid(reading, "source.columns", "expected a list of strings");
		if (!arena_copy(&names[i], mapping->arena, str_from(json_string_value(item))))
			return no_memory(reading);
	}
	mapping->given_columns = names;
	mapping->given_count = count;
	return STATUS_OK;
}

static enum status
read_csv_source(struct mapping_reading *reading, const json_t *source)
{
	struct mapping *mapping = reading->mapping;
	enum status status = read_char(&mapping->delimiter, reading, source, "delimiter");

	if (status == STATUS_OK)
		status = read_char(&mapping->quote, reading, source, "quote");
	if (status == STATUS_OK)
		status = doc_bool(&mapping->header, source, reading->source, "source", "header",
		    DOC_OPTIONAL, reading->err);
	if (status != STATUS_OK)
		return status;
	if (mapping->delimiter == 0 || mapping->delimiter == '\n' || mapping->delimiter == '\r' ||
	    mapping->delimiter == mapping->quote)
		return invalid(reading, "source.delimiter",
		    "expected one character that is no line end and not the quote");
	return read_given_columns(reading, source);
}

static enum status
read_encoding(struct mapping_reading *reading, const json_t *source)
{
	struct str text = STR_LIT("utf-8");
	enum status status = doc_str(&text, source, reading->source, "source", "encoding",
	    DOC_OPTIONAL, MAPPING_TEXT_BYTES_MAX, reading->err);

	if (status != STATUS_OK)
		return status;
	if (str_eq_text(text, "utf-8"))
		reading->mapping->encoding = "utf-8";
	else if (str_eq_text(text, "windows-1252"))
		reading->mapping->encoding = "windows-1252";
	else
		return invalid(
		    reading, "source.encoding", "expected \"utf-8\" or \"windows-1252\"");
	return STATUS_OK;
}

static enum status
read_format(struct mapping_reading *reading, const json_t *source)
{
	struct str text;
	enum status status = doc_str(&text, source, reading->source, "source", "format",
	    DOC_REQUIRED, MAPPING_TEXT_BYTES_MAX, reading->err);

	if (status != STATUS_OK)
		return status;
	if (str_eq_text(text, "csv"))
		reading->mapping->format = MAPPING_CSV;
	else if (str_eq_text(text, "json_lines"))
		reading->mapping->format = MAPPING_JSON_LINES;
	else
		return invalid(reading, "source.format", "expected \"csv\" or \"json_lines\"");
	return STATUS_OK;
}

static enum status
read_source(struct mapping_reading *reading, const json_t *document)
{
	static const char *const csv_known[] = { "format", "encoding", "dates", "delimiter",
		"quote", "header", "columns", "optional_columns", NULL };
	static const char *const json_known[] = { "format", "encoding", "dates", NULL };
	bool csv;
	const json_t *source;
	size_t count;
	enum status status = doc_object(
	    &source, document, reading->source, "", "source", DOC_REQUIRED, reading->err);

	if (status == STATUS_OK)
		status = read_format(reading, source);
	if (status != STATUS_OK)
		return status;
	csv = reading->mapping->format == MAPPING_CSV;
	status = doc_fields(
	    source, reading->source, "source", csv ? csv_known : json_known, reading->err);
	if (status == STATUS_OK)
		status = read_encoding(reading, source);
	if (status == STATUS_OK)
		status = mapping_value_dates(&reading->dates, reading, source, "source", "dates");
	if (status == STATUS_OK)
		status = doc_array(&reading->optional, &count, source, reading->source, "source",
		    "optional_columns", DOC_OPTIONAL, MAPPING_COLUMNS_MAX, reading->err);
	if (status == STATUS_OK && csv)
		status = read_csv_source(reading, source);
	return status;
}

static enum status
read_remove_words(struct mapping_reading *reading, const json_t *operation)
{
	struct mapping *mapping = reading->mapping;
	struct str *words;
	const json_t *list;
	size_t count;
	enum status status = doc_array(&list, &count, operation, reading->source,
	    "record.operation", "remove", DOC_REQUIRED, MAPPING_PARTS_MAX, reading->err);

	if (status != STATUS_OK)
		return status;
	words = arena_alloc(mapping->arena, count + 1, sizeof *words);
	if (words == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(list, i);

		if (!json_is_string(item))
			return invalid(
			    reading, "record.operation.remove", "expected a list of strings");
		if (!arena_copy(&words[i], mapping->arena, str_from(json_string_value(item))))
			return no_memory(reading);
	}
	mapping->remove_words = words;
	mapping->remove_count = count;
	return STATUS_OK;
}

/* The column is looked for, not required: full exports seldom have it. */
static enum status
read_operation(struct mapping_reading *reading, const json_t *record)
{
	static const char *const known[] = { "from", "remove", NULL };
	struct mapping *mapping = reading->mapping;
	const json_t *operation;
	enum status status = doc_object(
	    &operation, record, reading->source, "record", "operation", DOC_OPTIONAL, reading->err);

	if (status != STATUS_OK || operation == NULL)
		return status;
	status = doc_fields(operation, reading->source, "record.operation", known, reading->err);
	if (status == STATUS_OK)
		status = mapping_value_fill(
		    &mapping->operation, reading, operation, "record.operation", WORDS_ANY);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < mapping->operation.path_count; i++)
		mapping->columns[mapping->operation.paths[i].column].optional = true;
	return read_remove_words(reading, operation);
}

static enum status
read_rows(struct mapping_reading *reading, const json_t *record)
{
	struct str text = STR_LIT("one_per_record");
	enum status status = doc_str(&text, record, reading->source, "record", "rows", DOC_OPTIONAL,
	    MAPPING_TEXT_BYTES_MAX, reading->err);

	if (status != STATUS_OK)
		return status;
	if (str_eq_text(text, "one_per_record"))
		reading->mapping->rows = MAPPING_ROW_PER_RECORD;
	else if (str_eq_text(text, "grouped"))
		reading->mapping->rows = MAPPING_ROWS_GROUPED;
	else
		return invalid(
		    reading, "record.rows", "expected \"one_per_record\" or \"grouped\"");
	return STATUS_OK;
}

static enum status
read_record(struct mapping_reading *reading, const json_t *document)
{
	static const char *const known[] = { "id", "rows", "operation", "opened", "closed",
		"status", "service", "nation", NULL };
	struct mapping *mapping = reading->mapping;
	const struct {
		struct mapping_value *value;
		const char *key;
		bool required;
		enum mapping_words words;
	} values[] = { { &mapping->id, "id", true, WORDS_ANY },
		{ &mapping->opened, "opened", false, WORDS_ANY },
		{ &mapping->closed, "closed", false, WORDS_ANY },
		{ &mapping->status, "status", false, WORDS_ANY },
		{ &mapping->service, "service", false, WORDS_ANY },
		{ &mapping->nation, "nation", false, WORDS_NATION } };
	const json_t *record;
	enum status status = doc_object(
	    &record, document, reading->source, "", "record", DOC_REQUIRED, reading->err);

	if (status == STATUS_OK)
		status = doc_fields(record, reading->source, "record", known, reading->err);
	if (status == STATUS_OK)
		status = read_rows(reading, record);
	for (size_t i = 0; status == STATUS_OK && i < sizeof values / sizeof *values; i++)
		status = mapping_value_read(values[i].value, reading, record, "record",
		    values[i].key, values[i].required, values[i].words);
	if (status == STATUS_OK && mapping->id.path_count == 0)
		status = invalid(reading, "record.id", "has to come from a column");
	return status != STATUS_OK ? status : read_operation(reading, record);
}

static enum status
read_head(struct mapping_reading *reading, const json_t *document)
{
	static const char *const known[] = { "mapping", "system", "title", "about", "source",
		"codes", "record", "people", NULL };
	struct mapping *mapping = reading->mapping;
	struct str system = STR_NONE, text = STR_NONE;
	int64_t version = 0;
	enum status status = doc_fields(document, reading->source, "", known, reading->err);

	if (status == STATUS_OK)
		status = doc_int(&version, document, reading->source, "", "mapping", DOC_REQUIRED,
		    MAPPING_VERSION, MAPPING_VERSION, reading->err);
	if (status == STATUS_OK)
		status = doc_str(&system, document, reading->source, "", "system", DOC_REQUIRED,
		    sizeof mapping->system - 1, reading->err);
	if (status == STATUS_OK)
		status = doc_str(&text, document, reading->source, "", "title", DOC_OPTIONAL, 4096,
		    reading->err);
	if (status == STATUS_OK)
		status = doc_str(&text, document, reading->source, "", "about", DOC_OPTIONAL, 65536,
		    reading->err);
	if (status == STATUS_OK)
		status = doc_object(&reading->codes, document, reading->source, "", "codes",
		    DOC_OPTIONAL, reading->err);
	if (status != STATUS_OK)
		return status;
	if (!generation_system_valid(system))
		return invalid(reading, "system",
		    "expected lower-case letters, digits and underscores, a letter first");
	memcpy(mapping->system, system.p, system.n);
	return STATUS_OK;
}

static enum status
read_document(struct mapping *mapping, const json_t *document, struct err *err)
{
	struct mapping_reading reading = { .mapping = mapping,
		.source = mapping->path,
		.dates = &iso_only,
		.inside = "",
		.err = err };
	enum status status = read_head(&reading, document);

	if (status == STATUS_OK)
		status = read_source(&reading, document);
	if (status == STATUS_OK)
		status = read_record(&reading, document);
	if (status == STATUS_OK)
		status = mapping_people_read(&reading, document);
	return status;
}

enum status
mapping_parse(struct mapping **out, struct str text, const char *source, struct err *err)
{
	struct mapping *mapping = mem_zero(1, sizeof *mapping);
	json_t *document = NULL;
	enum status status = STATUS_OK;

	if (mapping != NULL) {
		mapping->arena = arena_new(0);
		mapping->path = mem_copy_text(source);
		mapping->delimiter = ',';
		mapping->quote = '"';
		mapping->header = true;
	}
	if (mapping == NULL || mapping->arena == NULL || mapping->path == NULL)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = doc_parse(&document, text, source, DEPTH_MAX, err);
	if (status == STATUS_OK) {
		digest_of(&mapping->hash, text);
		status = read_document(mapping, document, err);
	}
	doc_free(document);
	if (status != STATUS_OK) {
		mapping_free(mapping);
		return status;
	}
	*out = mapping;
	return STATUS_OK;
}

enum status
mapping_load(struct mapping **out, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	enum status status = file_read(&text, path, MAPPING_BYTES_MAX, err);

	if (status == STATUS_OK)
		status = mapping_parse(out, buf_str(&text), path, err);
	buf_free(&text);
	return status;
}

void
mapping_free(struct mapping *mapping)
{
	if (mapping == NULL)
		return;
	arena_free(mapping->arena);
	mem_free(mapping->path);
	mem_free(mapping);
}
