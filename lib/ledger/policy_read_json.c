#include "ledger/policy_read.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

#define DOT(path, key) ((path)[0] == '\0' || (key)[0] == '\0' ? "" : ".")

enum status
policy_read_refuse(const struct policy_place *at, const char *key, const char *format, ...)
{
	char reason[256];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof reason, format, args);
	va_end(args);
	return err_data(at->err, STATUS_INVALID, at->source, 0, "%s%s%s: %s", at->path,
	    DOT(at->path, key), key, reason);
}

enum status
policy_read_no_memory(const struct policy_place *at)
{
	return err_set(at->err, STATUS_NOMEM, "out of memory");
}

static void
inner_path(char out[POLICY_PATH_BYTES], const struct policy_place *at, const char *key)
{
	if (snprintf(out, POLICY_PATH_BYTES, "%s%s%s", at->path, DOT(at->path, key), key) >=
	    POLICY_PATH_BYTES)
		bug("the names of our own fields fit");
}

static void
item_path(char out[POLICY_PATH_BYTES], const struct policy_place *at, const char *key, size_t i)
{
	if (snprintf(out, POLICY_PATH_BYTES, "%s%s%s[%zu]", at->path, DOT(at->path, key), key, i) >=
	    POLICY_PATH_BYTES)
		bug("the names of our own fields fit");
}

void
policy_read_at(struct policy_place *out, const struct policy_place *at, const char *key, size_t i)
{
	*out = *at;
	item_path(out->path, at, key, i);
	out->object = NULL;
}

static enum status
read_string(const char **out, const struct policy_place *at, const char *key, enum doc_need need,
    size_t bytes_max)
{
	struct str text = { NULL, 0 };
	enum status status =
	    doc_str(&text, at->object, at->source, at->path, key, need, bytes_max, at->err);

	if (status != STATUS_OK || text.p == NULL)
		return status;
	if (str_trim(text).n == 0)
		return policy_read_refuse(at, key, "is empty");
	if (!arena_copy(&text, at->policy->arena, text))
		return policy_read_no_memory(at);
	*out = text.p;
	return STATUS_OK;
}

enum status
policy_read_text(
    const char **out, const struct policy_place *at, const char *key, enum doc_need need)
{
	return read_string(out, at, key, need, POLICY_TEXT_BYTES_MAX);
}

static bool
is_key(struct str s)
{
	if (s.n == 0 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
			s.p[i] == '_'))
			return false;
	return true;
}

enum status
policy_read_key(const char **out, const struct policy_place *at, const char *key)
{
	enum status status = read_string(out, at, key, DOC_REQUIRED, POLICY_KEY_BYTES_MAX);

	if (status == STATUS_OK && !is_key(str_from(*out)))
		return policy_read_refuse(
		    at, key, "expected a-z, 0-9 and _, beginning with a letter");
	return status;
}

static bool
take(struct str *s, struct str prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	*s = str_part(*s, prefix.n, s->n);
	return true;
}

/* One or two digits. */
static bool
take_number(struct str *s)
{
	size_t n = 0;

	while (n < s->n && n < 2 && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	*s = str_part(*s, n, s->n);
	return n > 0;
}

static bool
is_section(struct str s)
{
	if (str_eq_text(s, "none"))
		return true;
	while (take_number(&s)) {
		if (take(&s, STR_LIT(".")) && !take_number(&s))
			return false;
		if (s.n == 0)
			return true;
		if (!take(&s, STR_LIT(", ")))
			return false;
	}
	return false;
}

enum status
policy_read_section(const char **out, const struct policy_place *at)
{
	enum status status = policy_read_text(out, at, "section", DOC_REQUIRED);

	if (status == STATUS_OK && !is_section(str_from(*out)))
		return policy_read_refuse(at, "section",
		    "expected sections of the procedure such as 2.4 or 1.9, 2.1, or none");
	return status;
}

enum status
policy_read_item(struct policy_item *out, const struct policy_place *at)
{
	enum status status = policy_read_key(&out->key, at, "key");

	if (status == STATUS_OK)
		status = policy_read_text(&out->title, at, "title", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_section(&out->section, at);
	return status;
}

enum status
policy_read_number(unsigned *out, const struct policy_place *at, const char *key,
    enum doc_need need, unsigned min, unsigned max)
{
	int64_t number = *out;
	enum status status =
	    doc_int(&number, at->object, at->source, at->path, key, need, min, max, at->err);

	if (status == STATUS_OK)
		*out = (unsigned)number;
	return status;
}

static enum status
unknown(const struct policy_place *at, const char *key, const char *what, struct str name)
{
	return policy_read_refuse(
	    at, key, "unknown %s \"%.*s\"", what, STR_ARG(str_part(name, 0, POLICY_KEY_BYTES_MAX)));
}

enum status
policy_read_known(const char **out, const struct policy_place *at, const char *key,
    enum doc_need need, const struct policy_rows *known, const char *what)
{
	struct str name = { NULL, 0 };
	enum status status = doc_str(
	    &name, at->object, at->source, at->path, key, need, POLICY_TEXT_BYTES_MAX, at->err);

	if (status != STATUS_OK || name.p == NULL)
		return status;
	*out = policy_rows_key(known, name);
	return *out == NULL ? unknown(at, key, what, name) : STATUS_OK;
}

enum status
policy_read_event(
    const char **out, const struct policy_place *at, const char *key, enum doc_need need)
{
	struct str name = { NULL, 0 };
	enum status status = doc_str(
	    &name, at->object, at->source, at->path, key, need, POLICY_TEXT_BYTES_MAX, at->err);

	if (status != STATUS_OK || name.p == NULL)
		return status;
	*out = policy_rows_key(&policy_event_rows, name);
	if (*out == NULL)
		*out = policy_rows_key(&at->policy->milestones, name);
	return *out == NULL ? unknown(at, key, "event or milestone", name) : STATUS_OK;
}

static enum status
read_each_key(const char **items, size_t count, const json_t *array, const struct policy_place *at,
    const char *key, const struct policy_rows *known, const char *what)
{
	struct policy_place item = *at;

	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(array, i);
		struct str name = { json_string_value(value), json_string_length(value) };
		struct policy_keys before = { items, i };

		item_path(item.path, at, key, i);
		if (name.p == NULL)
			return policy_read_refuse(&item, "", "expected a string");
		items[i] = policy_rows_key(known, name);
		if (items[i] == NULL)
			return unknown(&item, "", what, name);
		if (policy_keys_have(&before, name))
			return policy_read_refuse(&item, "", "\"%s\" is there twice", items[i]);
	}
	return STATUS_OK;
}

static enum status
read_keys(struct policy_keys *out, const struct policy_place *at, const char *key,
    enum doc_need need, const struct policy_rows *known, const char *what)
{
	const json_t *array;
	const char **items;
	size_t count;
	enum status status = doc_array(
	    &array, &count, at->object, at->source, at->path, key, need, POLICY_ITEMS_MAX, at->err);

	if (status != STATUS_OK || count == 0)
		return status;
	items = arena_alloc(at->policy->arena, count, sizeof *items);
	if (items == NULL)
		return policy_read_no_memory(at);
	*out = (struct policy_keys){ items, count };
	return read_each_key(items, count, array, at, key, known, what);
}

enum status
policy_read_keys(struct policy_keys *out, const struct policy_place *at, const char *key,
    enum doc_need need, const struct policy_rows *known, const char *what)
{
	enum status status = read_keys(out, at, key, need, known, what);
	bool there = !json_is_null(json_object_get(at->object, key)) &&
		     json_object_get(at->object, key) != NULL;

	if (status == STATUS_OK && there && out->count == 0)
		return policy_read_refuse(at, key, "is empty");
	return status;
}

enum status
policy_read_any_keys(struct policy_keys *out, const struct policy_place *at, const char *key,
    const struct policy_rows *known, const char *what)
{
	return read_keys(out, at, key, DOC_REQUIRED, known, what);
}

enum status
policy_read_inner(struct policy_place *out, const struct policy_place *at, const char *key,
    const char *const *fields)
{
	enum status status;

	*out = *at;
	inner_path(out->path, at, key);
	status =
	    doc_object(&out->object, at->object, at->source, at->path, key, DOC_REQUIRED, at->err);
	if (status == STATUS_OK)
		status = doc_fields(out->object, at->source, out->path, fields, at->err);
	return status;
}

static enum status
read_row(void *items, size_t i, const struct policy_place *at, const struct policy_form *form)
{
	char *item = (char *)items + i * form->size;
	struct policy_rows before = { items, i, form->size };
	enum status status = doc_fields(at->object, at->source, at->path, form->fields, at->err);
	const char *key = "";

	if (status == STATUS_OK && form->keyed)
		status = policy_read_key(&key, at, "key");
	if (status == STATUS_OK && form->keyed && policy_rows_find(&before, str_from(key)) != NULL)
		return policy_read_refuse(at, "", "\"%s\" is there twice", key);
	return status == STATUS_OK ? form->read(item, at) : status;
}

enum status
policy_read_rows(struct policy_rows *out, const struct policy_place *at, const char *key,
    const struct policy_form *form)
{
	struct policy_place item = *at;
	const json_t *array;
	size_t count;
	void *items;
	enum status status = doc_array(&array, &count, at->object, at->source, at->path, key,
	    DOC_REQUIRED, form->count_max, at->err);

	if (status != STATUS_OK)
		return status;
	if (count == 0)
		return policy_read_refuse(at, key, "is empty");
	items = arena_alloc(at->policy->arena, count, form->size);
	if (items == NULL)
		return policy_read_no_memory(at);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		item_path(item.path, at, key, i);
		item.object = json_array_get(array, i);
		status = read_row(items, i, &item, form);
	}
	*out = (struct policy_rows){ items, count, form->size };
	return status;
}

static enum status
read_item(void *item, const struct policy_place *at)
{
	return policy_read_item(item, at);
}

enum status
policy_read_items(
    struct policy_rows *out, const struct policy_place *at, const char *key, size_t count_max)
{
	static const char *const fields[] = { "key", "title", "section", NULL };
	const struct policy_form form = { fields, read_item, sizeof(struct policy_item), count_max,
		true };

	return policy_read_rows(out, at, key, &form);
}

enum status
policy_read_may(
    const struct policy_place *at, const char *key, const char *role, const char *method)
{
	if (policy_may_call(at->policy, str_from(role), str_from(method)))
		return STATUS_OK;
	return policy_read_refuse(at, key, "the role \"%s\" may not call \"%s\"", role, method);
}

enum status
policy_read_all_may(const struct policy_place *at, const char *key, const struct policy_keys *roles,
    const char *method)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < roles->count && status == STATUS_OK; i++)
		status = policy_read_may(at, key, roles->items[i], method);
	return status;
}
