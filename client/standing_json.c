#include "client/standing.h"

#include "base/doc_json.h"

#include <jansson.h>
#include <stdlib.h>

#define SOURCE "answer"
#define DEPTH_MAX 16
#define TEXT_MAX 4096

struct field {
	const char *key;
	enum { FIELD_TEXT, FIELD_COUNT, FIELD_FLAG, FIELD_NAME } kind; /* NAME: of an object */
	void *into;
	enum doc_need need;
};

static enum status
take_text(struct str *out, struct arena *arena, const json_t *object, const char *path,
    const char *key, enum doc_need need, struct err *err)
{
	struct str value = STR_NONE;
	enum status status = doc_str(&value, object, SOURCE, path, key, need, TEXT_MAX, err);

	*out = STR_NONE;
	if (status == STATUS_OK && !arena_copy(out, arena, value))
		return err_set(err, STATUS_NOMEM, "out of memory");
	return status;
}

static enum status
take(const struct field *f, struct arena *arena, const json_t *doc, struct err *err)
{
	const json_t *inner = NULL;
	enum status status;

	switch (f->kind) {
	case FIELD_TEXT:
		return take_text(f->into, arena, doc, "", f->key, f->need, err);
	case FIELD_COUNT:
		return doc_int(f->into, doc, SOURCE, "", f->key, f->need, 0, INT64_MAX, err);
	case FIELD_FLAG:
		return doc_bool(f->into, doc, SOURCE, "", f->key, f->need, err);
	case FIELD_NAME:
		*(struct str *)f->into = STR_NONE;
		status = doc_object(&inner, doc, SOURCE, "", f->key, f->need, err);
		if (status == STATUS_OK && inner != NULL)
			status =
			    take_text(f->into, arena, inner, f->key, "name", DOC_OPTIONAL, err);
		return status;
	}
	return STATUS_OK;
}

static enum status
read_fields(
    const struct field *fields, size_t count, struct arena *arena, struct str body, struct err *err)
{
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, body, SOURCE, DEPTH_MAX, err);

	if (status == STATUS_OK && !json_is_object(doc))
		status = err_data(err, STATUS_INVALID, SOURCE, 0, "expected an object");
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = take(&fields[i], arena, doc, err);
	doc_free(doc);
	return status;
}

enum status
standing_read_health(
    struct standing_health *out, struct arena *arena, struct str body, struct err *err)
{
	const struct field fields[] = {
		{ "status", FIELD_TEXT, &out->status, DOC_REQUIRED },
		{ "version", FIELD_TEXT, &out->version, DOC_OPTIONAL },
		{ "boot", FIELD_TEXT, &out->boot, DOC_OPTIONAL },
		{ "time", FIELD_TEXT, &out->time, DOC_OPTIONAL },
		{ "uptime_ms", FIELD_COUNT, &out->uptime_ms, DOC_OPTIONAL },
		{ "model", FIELD_NAME, &out->model, DOC_OPTIONAL },
		{ "calibration", FIELD_NAME, &out->calibration, DOC_OPTIONAL },
		{ "policy", FIELD_NAME, &out->policy, DOC_OPTIONAL },
	};

	*out = (struct standing_health){ .uptime_ms = 0 };
	return read_fields(fields, sizeof fields / sizeof fields[0], arena, body, err);
}

enum status
standing_read_record(
    struct standing_record *out, struct arena *arena, struct str body, struct err *err)
{
	const struct field fields[] = {
		{ "system", FIELD_TEXT, &out->system, DOC_REQUIRED },
		{ "record_id", FIELD_TEXT, &out->record_id, DOC_REQUIRED },
		{ "secured_since", FIELD_TEXT, &out->secured_since, DOC_OPTIONAL },
		{ "secured_by", FIELD_TEXT, &out->secured_by, DOC_OPTIONAL },
		{ "on_file", FIELD_FLAG, &out->on_file, DOC_REQUIRED },
		{ "secured", FIELD_FLAG, &out->secured, DOC_REQUIRED },
		{ "people", FIELD_COUNT, &out->people, DOC_OPTIONAL },
		{ "secured_entry", FIELD_COUNT, &out->secured_entry, DOC_OPTIONAL },
	};

	*out = (struct standing_record){ .people = 0 };
	return read_fields(fields, sizeof fields / sizeof fields[0], arena, body, err);
}

enum status
standing_read_head(struct standing_head *out, struct arena *arena, struct str body, struct err *err)
{
	const struct field fields[] = {
		{ "seq", FIELD_COUNT, &out->seq, DOC_REQUIRED },
		{ "hash", FIELD_TEXT, &out->hash, DOC_REQUIRED },
	};

	*out = (struct standing_head){ .seq = 0 };
	return read_fields(fields, sizeof fields / sizeof fields[0], arena, body, err);
}

enum status
standing_read_checkpoint(
    struct standing_checkpoint *out, struct arena *arena, struct str body, struct err *err)
{
	const struct field fields[] = {
		{ "entry", FIELD_COUNT, &out->entry, DOC_REQUIRED },
		{ "line", FIELD_TEXT, &out->line, DOC_REQUIRED },
		{ "public_key", FIELD_TEXT, &out->public_key, DOC_REQUIRED },
	};

	*out = (struct standing_checkpoint){ .entry = 0 };
	return read_fields(fields, sizeof fields / sizeof fields[0], arena, body, err);
}

enum status
standing_read_backup(
    struct standing_backup *out, struct arena *arena, struct str body, struct err *err)
{
	const struct field fields[] = {
		{ "state", FIELD_TEXT, &out->state, DOC_REQUIRED },
		{ "file", FIELD_TEXT, &out->file, DOC_OPTIONAL },
		{ "head", FIELD_TEXT, &out->head, DOC_OPTIONAL },
		{ "message", FIELD_TEXT, &out->message, DOC_OPTIONAL },
		{ "bytes", FIELD_COUNT, &out->bytes, DOC_OPTIONAL },
		{ "entry", FIELD_COUNT, &out->entry, DOC_OPTIONAL },
	};

	*out = (struct standing_backup){ .bytes = 0 };
	return read_fields(fields, sizeof fields / sizeof fields[0], arena, body, err);
}

enum status
standing_read_next(int64_t *out, struct arena *arena, struct str body, struct err *err)
{
	const struct field fields[] = { { "next", FIELD_COUNT, out, DOC_OPTIONAL } };

	*out = 0;
	return read_fields(fields, 1, arena, body, err);
}

static enum status
read_entry(struct standing_entry *out, struct arena *arena, const json_t *item, struct err *err)
{
	const struct field fields[] = {
		{ "seq", FIELD_COUNT, &out->seq, DOC_REQUIRED },
		{ "at", FIELD_TEXT, &out->at, DOC_REQUIRED },
		{ "kind", FIELD_TEXT, &out->kind, DOC_REQUIRED },
		{ "user", FIELD_TEXT, &out->user, DOC_REQUIRED },
		{ "role", FIELD_TEXT, &out->role, DOC_OPTIONAL },
		{ "request", FIELD_TEXT, &out->request, DOC_OPTIONAL },
		{ "check", FIELD_TEXT, &out->check, DOC_OPTIONAL },
	};
	const json_t *body = json_object_get(item, "body");
	enum status status = STATUS_OK;
	char *text;

	*out = (struct standing_entry){ .seq = 0 };
	for (size_t i = 0; i < sizeof fields / sizeof fields[0] && status == STATUS_OK; i++)
		status = take(&fields[i], arena, item, err);
	if (status != STATUS_OK || body == NULL)
		return status;
	text = json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);
	if (text == NULL || !arena_copy(&out->body, arena, str_from(text)))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	free(text);
	return status;
}

enum status
standing_read_entries(struct standing_entry **out, size_t *count, struct arena *arena,
    struct str body, struct err *err)
{
	const json_t *items = NULL;
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, body, SOURCE, DEPTH_MAX, err);

	*out = NULL;
	*count = 0;
	if (status == STATUS_OK)
		status = doc_array(
		    &items, count, doc, SOURCE, "", "entries", DOC_REQUIRED, 1u << 16, err);
	if (status == STATUS_OK) {
		*out = arena_alloc(arena, *count + 1, sizeof **out);
		if (*out == NULL)
			status = err_set(err, STATUS_NOMEM, "out of memory");
	}
	for (size_t i = 0; i < *count && status == STATUS_OK; i++)
		status = read_entry(&(*out)[i], arena, json_array_get(items, i), err);
	doc_free(doc);
	return status;
}
