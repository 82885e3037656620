#include "base/doc_json.h"
#include "client/request.h"
#include "record/person_json.h"
#include "wire/limits.h"

#include <jansson.h>
#include <stdio.h>

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

static enum status
take(struct str *out, struct arena *arena, const json_t *object, const char *source,
    const char *path, const char *key, struct err *err)
{
	struct str value = STR_NONE;
	enum status status =
	    doc_str(&value, object, source, path, key, DOC_OPTIONAL, PERSON_TEXT_BYTES_MAX, err);

	if (status == STATUS_OK && !arena_copy(out, arena, value))
		return no_memory(err);
	return status;
}

static enum status
read_details(struct request *out, struct arena *arena, const json_t *doc, const char *source,
    struct err *err)
{
	static const char *const known[] = { "reference", "kind", "requester", "organisation",
		"jurisdiction", "review_type", "purpose", "legal_basis", "channel", "received_at",
		NULL };
	struct str *const into[] = { &out->reference, &out->kind, &out->requester,
		&out->organisation, &out->jurisdiction, &out->review_type, &out->purpose,
		&out->legal_basis, &out->channel, &out->received_at };
	const json_t *request;
	enum status status;

	if (json_is_string(json_object_get(doc, "request")))
		return take(&out->id, arena, doc, source, "", "request", err);
	status = doc_object(&request, doc, source, "", "request", DOC_REQUIRED, err);

	if (status == STATUS_OK)
		status = doc_fields(request, source, "request", known, err);
	for (size_t i = 0; known[i] != NULL && status == STATUS_OK; i++)
		status = take(into[i], arena, request, source, "request", known[i], err);
	return status;
}

/* person_from_json refuses our `ref`, which is the asker's word and no part of a person. */
static enum status
read_person(struct request_person *out, struct arena *arena, const json_t *object,
    const char *source, const char *path, struct err *err)
{
	json_t *rest;
	enum status status = STATUS_OK;

	if (!json_is_object(object))
		return err_data(err, STATUS_INVALID, source, 0, "%s: expected an object", path);
	status = take(&out->ref, arena, object, source, path, "ref", err);
	if (status != STATUS_OK)
		return status;
	rest = json_copy((json_t *)(uintptr_t)object);
	if (rest == NULL)
		return no_memory(err);
	(void)json_object_del(rest, "ref");
	status = person_from_json(&out->person, arena, rest, source, path, err);
	json_decref(rest);
	return status;
}

static enum status
read_people(struct request *out, struct arena *arena, const json_t *doc, const char *source,
    struct err *err)
{
	const json_t *list;
	struct request_person *people;
	size_t count;
	enum status status =
	    doc_array(&list, &count, doc, source, "", "people", DOC_OPTIONAL, WIRE_PEOPLE_MAX, err);

	if (status != STATUS_OK || count == 0)
		return status;
	people = arena_alloc(arena, count, sizeof *people);
	if (people == NULL)
		return no_memory(err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		char path[32];

		snprintf(path, sizeof path, "people[%zu]", i);
		status = read_person(&people[i], arena, json_array_get(list, i), source, path, err);
	}
	out->people = people;
	out->people_count = count;
	return status;
}

enum status
request_read(
    struct request *out, struct arena *arena, struct str text, const char *source, struct err *err)
{
	static const char *const known[] = { "request", "leg", "of", "people", NULL };
	json_t *doc = NULL;
	enum status status;

	*out = (struct request){ .people = NULL };
	if (str_trim(text).n == 0)
		return err_data(
		    err, STATUS_INVALID, source, 0, "is empty; a check body is expected");
	status = doc_parse(&doc, text, source, WIRE_JSON_DEPTH_MAX, err);
	if (status == STATUS_OK)
		status = doc_fields(doc, source, "", known, err);
	if (status == STATUS_OK)
		status = read_details(out, arena, doc, source, err);
	if (status == STATUS_OK)
		status = take(&out->leg, arena, doc, source, "", "leg", err);
	if (status == STATUS_OK)
		status = take(&out->of, arena, doc, source, "", "of", err);
	if (status == STATUS_OK)
		status = read_people(out, arena, doc, source, err);
	doc_free(doc);
	return status;
}
