#include "base/doc_json.h"

#include "base/file.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#define FILE_DEPTH_MAX 32 /* our own files nest five or six deep */

/* Counts depth outside strings; jansson's own bound (2048) is far above ours. */
static enum status
check_depth(struct str text, const char *source, unsigned depth_max, struct err *err)
{
	unsigned depth = 0, line = 1;
	bool quoted = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		line += c == '\n';
		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > depth_max)
				return err_data(err, STATUS_LIMIT, source, line,
				    "JSON is nested deeper than %u levels", depth_max);
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return STATUS_OK;
}

enum status
doc_parse(
    struct json_t **out, struct str text, const char *source, unsigned depth_max, struct err *err)
{
	json_error_t fault;
	enum status status = check_depth(text, source, depth_max, err);

	if (status != STATUS_OK)
		return status;
	*out = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &fault);
	if (*out != NULL)
		return STATUS_OK;
	if (json_error_code(&fault) == json_error_out_of_memory)
		return err_set(err, STATUS_NOMEM, "out of memory");
	return err_data(err, STATUS_INVALID, source, fault.line > 0 ? (unsigned)fault.line : 0,
	    "not valid JSON: %s", fault.text);
}

enum status
doc_load(struct json_t **out, const char *path, size_t limit_bytes, struct err *err)
{
	struct buf text = BUF_INIT;
	enum status status = file_read(&text, path, limit_bytes, err);

	if (status == STATUS_OK)
		status = doc_parse(out, buf_str(&text), path, FILE_DEPTH_MAX, err);
	buf_free(&text);
	return status;
}

void
doc_free(struct json_t *doc)
{
	json_decref(doc);
}

static enum status
wrong(struct err *err, const char *source, const char *path, const char *key, const char *what)
{
	return err_data(err, STATUS_INVALID, source, 0, "%s%s%s: %s", path,
	    path[0] != '\0' && key[0] != '\0' ? "." : "", key, what);
}

static bool
is_known(const char *key, const char *const *known)
{
	for (; *known != NULL; known++)
		if (strcmp(key, *known) == 0)
			return true;
	return false;
}

/* A key from outside may be long or odd; the message shows a bounded, printable part of it. */
static enum status
unknown_field(struct err *err, const char *source, const char *path, const char *key)
{
	char shown[41];
	size_t n = 0;

	for (; key[n] != '\0' && n < sizeof shown - 1; n++)
		shown[n] = key[n] >= 0x20 && key[n] < 0x7f ? key[n] : '?';
	shown[n] = '\0';
	return err_data(err, STATUS_INVALID, source, 0, "%s%sunknown field \"%s\"", path,
	    path[0] != '\0' ? ": " : "", shown);
}

enum status
doc_fields(const struct json_t *object, const char *source, const char *path,
    const char *const *known, struct err *err)
{
	const char *key;
	json_t *value;
	json_t *open = (json_t *)(uintptr_t)object; /* jansson's iterator takes no const */

	if (!json_is_object(object))
		return wrong(err, source, path, "", "expected an object");
	json_object_foreach (open, key, value) {
		if (!is_known(key, known))
			return unknown_field(err, source, path, key);
	}
	return STATUS_OK;
}

/* Finds the field; *found false with STATUS_OK when it is optional and absent. */
static enum status
find(const json_t **out, const json_t *object, const char *source, const char *path,
    const char *key, enum doc_need need, struct err *err)
{
	*out = json_object_get(object, key);
	if (json_is_null(*out))
		*out = NULL;
	if (*out == NULL && need == DOC_REQUIRED)
		return wrong(err, source, path, key, "is missing");
	return STATUS_OK;
}

enum status
doc_str(struct str *out, const struct json_t *object, const char *source, const char *path,
    const char *key, enum doc_need need, size_t bytes_max, struct err *err)
{
	const json_t *value;
	enum status status = find(&value, object, source, path, key, need, err);

	if (status != STATUS_OK || value == NULL)
		return status;
	if (!json_is_string(value))
		return wrong(err, source, path, key, "expected a string");
	if (json_string_length(value) > bytes_max) {
		char text[64];

		snprintf(text, sizeof text, "is longer than %zu bytes", bytes_max);
		(void)wrong(err, source, path, key, text);
		if (err != NULL && err->status == STATUS_INVALID)
			err->status = STATUS_LIMIT;
		return STATUS_LIMIT;
	}
	*out = (struct str){ json_string_value(value), json_string_length(value) };
	return STATUS_OK;
}

enum status
doc_int(int64_t *out, const struct json_t *object, const char *source, const char *path,
    const char *key, enum doc_need need, int64_t min, int64_t max, struct err *err)
{
	const json_t *value;
	enum status status = find(&value, object, source, path, key, need, err);
	char text[96];

	if (status != STATUS_OK || value == NULL)
		return status;
	if (!json_is_integer(value))
		return wrong(err, source, path, key, "expected a whole number");
	if (json_integer_value(value) < min || json_integer_value(value) > max) {
		snprintf(
		    text, sizeof text, "expected %lld to %lld", (long long)min, (long long)max);
		return wrong(err, source, path, key, text);
	}
	*out = json_integer_value(value);
	return STATUS_OK;
}

enum status
doc_num(double *out, const struct json_t *object, const char *source, const char *path,
    const char *key, enum doc_need need, double min, double max, struct err *err)
{
	const json_t *value;
	enum status status = find(&value, object, source, path, key, need, err);
	char text[96];
	double number;

	if (status != STATUS_OK || value == NULL)
		return status;
	if (!json_is_number(value))
		return wrong(err, source, path, key, "expected a number");
	number = json_number_value(value);
	if (!isfinite(number) || number < min || number > max) {
		snprintf(text, sizeof text, "expected %g to %g", min, max);
		return wrong(err, source, path, key, text);
	}
	*out = number;
	return STATUS_OK;
}

enum status
doc_bool(bool *out, const struct json_t *object, const char *source, const char *path,
    const char *key, enum doc_need need, struct err *err)
{
	const json_t *value;
	enum status status = find(&value, object, source, path, key, need, err);

	if (status != STATUS_OK || value == NULL)
		return status;
	if (!json_is_boolean(value))
		return wrong(err, source, path, key, "expected true or false");
	*out = json_is_true(value);
	return STATUS_OK;
}

enum status
doc_array(const struct json_t **out, size_t *count, const struct json_t *object, const char *source,
    const char *path, const char *key, enum doc_need need, size_t count_max, struct err *err)
{
	enum status status = find(out, object, source, path, key, need, err);

	*count = 0;
	if (status != STATUS_OK || *out == NULL)
		return status;
	if (!json_is_array(*out))
		return wrong(err, source, path, key, "expected a list");
	*count = json_array_size(*out);
	if (*count > count_max) {
		char text[64];

		snprintf(text, sizeof text, "has more than %zu entries", count_max);
		(void)wrong(err, source, path, key, text);
		if (err != NULL && err->status == STATUS_INVALID)
			err->status = STATUS_LIMIT;
		return STATUS_LIMIT;
	}
	return STATUS_OK;
}

enum status
doc_object(const struct json_t **out, const struct json_t *object, const char *source,
    const char *path, const char *key, enum doc_need need, struct err *err)
{
	enum status status = find(out, object, source, path, key, need, err);

	if (status == STATUS_OK && *out != NULL && !json_is_object(*out))
		return wrong(err, source, path, key, "expected an object");
	return status;
}
