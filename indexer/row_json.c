#include "indexer/row.h"

#include <jansson.h>

static void
mark(const struct row *row, const struct mapping_path *path)
{
	row->had_value[path->column] = true;
}

/* NULL if there is nothing; *fault if the way is blocked by something that is no object. */
static const json_t *
find(const struct row *row, const json_t *element, const struct mapping_path *path,
    const char **fault)
{
	const json_t *at = path->root || element == NULL ? row->json : element;

	for (size_t i = 0; i < path->part_count; i++) {
		if (!json_is_object(at)) {
			if (at != NULL && !json_is_null(at))
				*fault = "expected an object on the way to it";
			return NULL;
		}
		at = json_object_get(at, path->parts[i]);
	}
	return json_is_null(at) ? NULL : at;
}

static struct str
number_text(const struct row *row, const json_t *value)
{
	const char *text =
	    json_is_integer(value)
		? arena_format(row->arena, "%lld", (long long)json_integer_value(value))
		: arena_format(row->arena, "%.15g", json_real_value(value));

	return str_from(text);
}

static void
json_text(struct row_cell *out, const struct row *row, const json_t *element,
    const struct mapping_path *path)
{
	const json_t *value = find(row, element, path, &out->fault);

	if (value == NULL)
		return;
	if (json_is_string(value))
		out->text =
		    str_trim((struct str){ json_string_value(value), json_string_length(value) });
	else if (json_is_number(value))
		out->text = number_text(row, value);
	else if (json_is_boolean(value))
		out->text = json_is_true(value) ? STR_LIT("true") : STR_LIT("false");
	else
		out->fault = json_is_array(value) ? "expected a text, found a list"
						  : "expected a text, found an object";
}

void
row_text(struct row_cell *out, const struct row *row, const struct json_t *element,
    const struct mapping_path *path)
{
	*out = (struct row_cell){ STR_NONE, NULL };
	if (row->json == NULL)
		*out = row->cells[path->column];
	else
		json_text(out, row, element, path);
	if (out->text.n > 0)
		mark(row, path);
}

size_t
row_count(const struct row *row, const struct json_t *element, const struct mapping_path *path,
    const char **fault)
{
	const json_t *value = find(row, element, path, fault);
	size_t count = value == NULL ? 0 : json_is_array(value) ? json_array_size(value) : 1;

	if (count > 0)
		mark(row, path);
	return count;
}

const struct json_t *
row_entry(
    const struct row *row, const struct json_t *element, const struct mapping_path *path, size_t i)
{
	const char *fault = NULL;
	const json_t *value = find(row, element, path, &fault);

	return json_is_array(value) ? json_array_get(value, i) : value;
}
