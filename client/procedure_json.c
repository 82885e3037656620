#include "client/procedure.h"

#include "base/doc_json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define SOURCE "reply"
#define DEPTH_MAX 16
#define KEY_BYTES_MAX 64

static const json_t *
find(const json_t *object, const char *path)
{
	const char *dot = strchr(path, '.');
	char head[KEY_BYTES_MAX];

	if (dot == NULL)
		return json_object_get(object, path);
	snprintf(head, sizeof head, "%.*s", (int)(dot - path), path);
	return json_object_get(json_object_get(object, head), dot + 1);
}

static bool
is_told(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_integer(value))
		return json_integer_value(value) != 0;
	return json_is_true(value) || json_is_real(value) || json_array_size(value) > 0;
}

static void
put_value(struct sheet *sheet, enum sheet_style style, const json_t *value)
{
	size_t i;
	json_t *item;

	if (json_is_string(value))
		sheet_put(sheet, style,
		    (struct str){ json_string_value(value), json_string_length(value) });
	else if (json_is_integer(value))
		sheet_putf(sheet, style, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		sheet_putf(sheet, style, "%.2f", json_real_value(value));
	json_array_foreach (value, i, item) {
		if (i > 0)
			sheet_glue(sheet, style, STR_LIT(","));
		put_value(sheet, style, item);
	}
}

static void
put_line(
    struct sheet *sheet, const json_t *object, const struct procedure_field *fields, size_t count)
{
	bool any = false;

	sheet_indent(sheet, 0);
	for (size_t i = 0; i < count; i++) {
		const json_t *value = find(object, fields[i].key);
		enum sheet_style style = fields[i].bold ? SHEET_BOLD : SHEET_PLAIN;

		if (!is_told(value))
			continue;
		if (any && fields[i].title[0] != '\0')
			sheet_glue(sheet, SHEET_PLAIN, STR_LIT(";"));
		sheet_put(
		    sheet, json_is_true(value) ? SHEET_BOLD : SHEET_DIM, str_from(fields[i].title));
		put_value(sheet, style, value);
		sheet_indent(sheet, 2);
		any = true;
	}
	sheet_end(sheet);
	sheet_indent(sheet, 0);
}

static enum status
put_list(struct sheet *sheet, const json_t *doc, const char *list,
    const struct procedure_field *fields, size_t count, const char *none, struct err *err)
{
	const json_t *items = NULL;
	size_t n = 0;
	enum status status =
	    doc_array(&items, &n, doc, SOURCE, "", list, DOC_REQUIRED, 1u << 20, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < n; i++)
		put_line(sheet, json_array_get(items, i), fields, count);
	if (n == 0) {
		sheet_put(sheet, SHEET_PLAIN, str_from(none));
		sheet_end(sheet);
	}
	return STATUS_OK;
}

enum status
procedure_put_fields(struct sheet *sheet, struct str body, const char *list,
    const struct procedure_field *fields, size_t count, const char *none, struct err *err)
{
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, body, SOURCE, DEPTH_MAX, err);

	if (status == STATUS_OK && !json_is_object(doc))
		status = err_data(err, STATUS_INVALID, SOURCE, 0, "expected an object");
	if (status == STATUS_OK && list != NULL)
		status = put_list(sheet, doc, list, fields, count, none, err);
	else if (status == STATUS_OK)
		put_line(sheet, doc, fields, count);
	doc_free(doc);
	return status;
}

static enum status
add_line(struct buf *out, const json_t *item, struct err *err)
{
	char *text = json_dumps(item, JSON_COMPACT | JSON_REAL_PRECISION(6));

	if (text == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	buf_add_text(out, text);
	buf_add_char(out, '\n');
	free(text);
	return STATUS_OK;
}

enum status
procedure_add_lines(struct buf *out, struct procedure_page *page, struct str body, const char *list,
    struct err *err)
{
	json_t *doc = NULL;
	const json_t *items = NULL;
	size_t n = 0;
	int64_t last = 0;
	enum status status = doc_parse(&doc, body, SOURCE, DEPTH_MAX, err);

	if (status == STATUS_OK)
		status = doc_array(&items, &n, doc, SOURCE, "", list, DOC_REQUIRED, 1u << 20, err);
	if (status == STATUS_OK)
		status = doc_int(&last, doc, SOURCE, "", "last", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = doc_bool(&page->more, doc, SOURCE, "", "more", DOC_REQUIRED, err);
	for (size_t i = 0; i < n && status == STATUS_OK; i++)
		status = add_line(out, json_array_get(items, i), err);
	if (status == STATUS_OK)
		page->last = (uint64_t)last;
	doc_free(doc);
	return status;
}
