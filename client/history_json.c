#include "client/history.h"

#include "base/doc_json.h"

#include "wire/limits.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define SOURCE "answer"
#define DEPTH_MAX 16
#define ENTRIES_MAX 10000 /* of one check; bounded by the reply's size */
#define LINES_MAX 20000

struct outline {
	struct history_line *lines;
	size_t count;
	struct arena *arena;
	bool all;
	bool failed;
};

static bool
copy(struct outline *o, struct str *out, const char *text, size_t n)
{
	if (!arena_copy(out, o->arena, (struct str){ text, n }))
		o->failed = true;
	return !o->failed;
}

static struct history_line *
add_line(struct outline *o, unsigned depth, const char *key)
{
	struct history_line *line;

	if (o->failed || o->count == LINES_MAX)
		return NULL;
	line = &o->lines[o->count];
	*line = (struct history_line){ depth, STR_NONE, STR_NONE };
	if (!copy(o, &line->key, key, strlen(key)))
		return NULL;
	o->count++;
	return line;
}

static void
set_scalar(struct outline *o, struct str *out, const json_t *value)
{
	const char *text = NULL;

	if (json_is_string(value)) {
		(void)copy(o, out, json_string_value(value), json_string_length(value));
		return;
	}
	if (json_is_integer(value))
		text = arena_format(o->arena, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		text = arena_format(o->arena, "%.4g", json_real_value(value));
	else
		text = json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "none";
	o->failed |= text == NULL;
	*out = str_from(text);
}

static bool
is_scalar(const json_t *value)
{
	return !json_is_object(value) && !json_is_array(value);
}

/* A list of plain values on one line. */
static void
set_list(struct outline *o, struct str *out, const json_t *list)
{
	const char *text = "";

	for (size_t i = 0; i < json_array_size(list) && !o->failed; i++) {
		struct str value = STR_NONE;

		set_scalar(o, &value, json_array_get(list, i));
		text = arena_format(o->arena, "%s%s%.*s", text, i > 0 ? "; " : "", STR_ARG(value));
		o->failed |= text == NULL;
		if (o->failed)
			return;
	}
	*out = str_from(text);
}

static bool
is_flat(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!is_scalar(json_array_get(list, i)))
			return false;
	return true;
}

/* Depth is bounded by doc_parse. */
static void
add_value(struct outline *o, unsigned depth, const char *key, const json_t *value)
{
	struct history_line *line;
	const char *name;
	json_t *element;

	if (json_is_string(value) && json_string_length(value) == 0)
		return;
	line = add_line(o, depth, key);
	if (line == NULL)
		return;
	if (is_scalar(value)) {
		set_scalar(o, &line->value, value);
	} else if (json_is_array(value) && is_flat(value)) {
		set_list(o, &line->value, value);
	} else if (json_is_array(value)) {
		for (size_t i = 0; i < json_array_size(value); i++)
			add_value(o, depth + 1, "", json_array_get(value, i));
	} else {
		json_object_foreach ((json_t *)(uintptr_t)value, name, element)
			add_value(o, depth + 1, name, element);
	}
}

/* The answer goes to its own printer; false if it is to be outlined like the rest. */
static bool
take_answer(struct history_entry *out, struct outline *o, const char *name, const json_t *value)
{
	char *text;

	if (o->all || strcmp(name, "answer") != 0 || !json_is_object(value))
		return false;
	text = json_dumps(value, JSON_COMPACT);
	o->failed |= text == NULL;
	if (text != NULL)
		(void)copy(o, &out->answer, text, strlen(text));
	free(text);
	return true;
}

static enum status
read_entry(struct history_entry *out, struct outline *o, const json_t *object, const char *path,
    struct err *err)
{
	const struct {
		const char *key;
		struct str *into;
	} texts[] = { { "at", &out->at }, { "kind", &out->kind }, { "user", &out->user },
		{ "role", &out->role } };
	int64_t seq = 0;
	const json_t *body;
	const char *name;
	json_t *element;
	enum status status;

	if (!json_is_object(object))
		return err_data(err, STATUS_INVALID, SOURCE, 0, "%s: expected an object", path);
	status = doc_int(&seq, object, SOURCE, path, "seq", DOC_REQUIRED, 0, INT64_MAX, err);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == STATUS_OK; i++) {
		struct str value = STR_NONE;

		status = doc_str(&value, object, SOURCE, path, texts[i].key, DOC_OPTIONAL,
		    WIRE_REPLY_BYTES_MAX, err);
		if (status == STATUS_OK && !copy(o, texts[i].into, value.p, value.n))
			status = STATUS_NOMEM;
	}
	out->seq = (uint64_t)seq;
	out->answer = STR_NONE;
	out->lines = o->lines + o->count;
	/* what the secret holds repeats what is open */
	body = json_object_get(object, "secret");
	if (json_object_size(body) == 0)
		body = json_object_get(object, "body");
	if (status == STATUS_OK && json_is_object(body)) {
		json_object_foreach ((json_t *)(uintptr_t)body, name, element)
			if (!take_answer(out, o, name, element))
				add_value(o, 0, name, element);
	} else if (status == STATUS_OK && body != NULL) {
		add_value(o, 0, "body", body);
	}
	out->line_count = (size_t)(o->lines + o->count - out->lines);
	return status;
}

static enum status
read_entries(struct history *out, struct outline *o, const json_t *doc, struct err *err)
{
	const json_t *list;
	struct history_entry *entries;
	struct str check = STR_NONE;
	enum status status =
	    doc_str(&check, doc, SOURCE, "", "check", DOC_REQUIRED, WIRE_REPLY_BYTES_MAX, err);

	if (status == STATUS_OK)
		status = doc_array(&list, &out->entry_count, doc, SOURCE, "", "entries",
		    DOC_REQUIRED, ENTRIES_MAX, err);
	if (status != STATUS_OK)
		return status;
	entries = arena_alloc(o->arena, out->entry_count + 1, sizeof *entries);
	o->failed |= entries == NULL;
	o->failed = !copy(o, &out->check, check.p, check.n);
	for (size_t i = 0; i < out->entry_count && status == STATUS_OK && !o->failed; i++) {
		char path[40];

		snprintf(path, sizeof path, "entries[%zu]", i);
		status = read_entry(&entries[i], o, json_array_get(list, i), path, err);
	}
	out->entries = entries;
	return status;
}

enum status
history_read(struct history *out, struct arena *arena, struct str body, bool all, struct err *err)
{
	json_t *doc = NULL;
	struct outline o = { .arena = arena, .all = all };
	enum status status = doc_parse(&doc, body, SOURCE, DEPTH_MAX, err);

	*out = (struct history){ .check = STR_NONE };
	o.lines = arena_alloc(arena, LINES_MAX, sizeof *o.lines);
	o.failed = o.lines == NULL;
	if (status == STATUS_OK && !json_is_object(doc))
		status = err_data(err, STATUS_INVALID, SOURCE, 0, "expected an object");
	if (status == STATUS_OK && !o.failed)
		status = read_entries(out, &o, doc, err);
	if (o.failed)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	else if (o.count == LINES_MAX)
		status = err_set(
		    err, STATUS_LIMIT, "the history has more than %d lines; use --json", LINES_MAX);
	doc_free(doc);
	return status;
}
