/* Fields of an entry's body, for folds. */
#include "ledger/fold.h"

#include <jansson.h>

struct str
fold_body_text(const struct json_t *body, const char *key)
{
	const json_t *value = json_object_get(body, key);

	return json_is_string(value)
		   ? (struct str){ json_string_value(value), json_string_length(value) }
		   : STR_NONE;
}

int64_t
fold_body_number(const struct json_t *body, const char *key, int64_t other)
{
	const json_t *value = json_object_get(body, key);

	return json_is_integer(value) ? json_integer_value(value) : other;
}

bool
fold_body_flag(const struct json_t *body, const char *key)
{
	return json_is_true(json_object_get(body, key));
}

double
fold_body_real(const struct json_t *body, const char *key)
{
	return json_number_value(json_object_get(body, key));
}

size_t
fold_body_count(const struct json_t *body, const char *key)
{
	return json_array_size(json_object_get(body, key));
}

const struct json_t *
fold_body_item(const struct json_t *body, const char *key, size_t i)
{
	return json_array_get(json_object_get(body, key), i);
}

bool
fold_body_text_at(struct str *out, const struct json_t *body, const char *key, size_t at)
{
	const json_t *value = json_array_get(json_object_get(body, key), at);

	*out = json_is_string(value)
		   ? (struct str){ json_string_value(value), json_string_length(value) }
		   : STR_NONE;
	return value != NULL;
}
