#include "searchd/ask_json.h"

#include "base/doc_json.h"
#include "ledger/ledger.h"
#include "record/calendar.h"
#include "record/person_json.h"
#include "searchd/check_id.h"
#include "wire/limits.h"

#include <jansson.h>
#include <stdio.h>

#define SOURCE "body"
#define PATH_TEXT_MAX 32
#define ENTRY_DEPTH_MAX 16 /* an answer inside an entry nests deeper than a request may */

static const struct ask ASK_NONE = { .reference = { "", 0 },
	.kind = { "", 0 },
	.requester = { "", 0 },
	.organisation = { "", 0 },
	.jurisdiction = { "", 0 },
	.review_type = { "", 0 },
	.purpose = { "", 0 },
	.legal_basis = { "", 0 },
	.channel = { "", 0 },
	.received_at = { "", 0 },
	.request_id = { "", 0 },
	.leg = { "", 0 },
	.of = { "", 0 } };

static enum status
copy(struct str *out, struct arena *arena, struct str s, struct err *err)
{
	return arena_copy(out, arena, s) ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
}

static enum status
fault(struct err *err, const char *what)
{
	return err_data(err, STATUS_INVALID, SOURCE, 0, "%s", what);
}

static enum status
parse_object(json_t **out, struct str body, struct err *err)
{
	enum status status = doc_parse(out, body, SOURCE, WIRE_JSON_DEPTH_MAX, err);

	if (status == STATUS_OK && !json_is_object(*out)) {
		doc_free(*out);
		*out = NULL;
		status = fault(err, "expected an object");
	}
	return status;
}

/* A text of `object`, trimmed, in the arena. */
static enum status
take_text(struct str *out, struct arena *arena, const json_t *object, const char *path,
    const char *key, enum doc_need need, size_t max, struct err *err)
{
	struct str text = STR_NONE;
	enum status status = doc_str(&text, object, SOURCE, path, key, need, max, err);

	text = str_trim(text);
	if (status == STATUS_OK && need == DOC_REQUIRED && text.n == 0)
		return err_data(err, STATUS_INVALID, SOURCE, 0, "%s%s%s: is empty", path,
		    path[0] != '\0' ? "." : "", key);
	return status == STATUS_OK ? copy(out, arena, text, err) : status;
}

/* The time in one form, whatever zone it was given in. */
static enum status
read_received(struct ask *out, struct arena *arena, struct err *err)
{
	struct buf text = BUF_INIT;
	struct err why = ERR_NONE;
	enum status status = STATUS_OK;

	if (out->received_at.n == 0)
		return STATUS_OK;
	if (calendar_parse_time(&out->received_ms, out->received_at, &why) != STATUS_OK)
		return err_data(
		    err, STATUS_INVALID, SOURCE, 0, "request.received_at: %s", why.text);
	calendar_format_time(&text, out->received_ms);
	if (buf_failed(&text) || !arena_copy(&out->received_at, arena, buf_str(&text)))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	buf_free(&text);
	return status;
}

static enum status
read_request(struct ask *out, struct arena *arena, const json_t *doc, struct err *err)
{
	static const char *const known[] = { "reference", "kind", "requester", "organisation",
		"jurisdiction", "review_type", "purpose", "legal_basis", "channel", "received_at",
		NULL };
	const struct {
		const char *key;
		struct str *to;
		enum doc_need need;
	} texts[] = {
		{ "reference", &out->reference, DOC_REQUIRED },
		{ "kind", &out->kind, DOC_REQUIRED },
		{ "requester", &out->requester, DOC_OPTIONAL },
		{ "organisation", &out->organisation, DOC_OPTIONAL },
		{ "jurisdiction", &out->jurisdiction, DOC_OPTIONAL },
		{ "review_type", &out->review_type, DOC_OPTIONAL },
		{ "purpose", &out->purpose, DOC_REQUIRED },
		{ "legal_basis", &out->legal_basis, DOC_OPTIONAL },
		{ "channel", &out->channel, DOC_OPTIONAL },
		{ "received_at", &out->received_at, DOC_OPTIONAL },
	};
	const json_t *request = NULL;
	enum status status = doc_object(&request, doc, SOURCE, "", "request", DOC_REQUIRED, err);

	if (status == STATUS_OK)
		status = doc_fields(request, SOURCE, "request", known, err);
	for (size_t i = 0; status == STATUS_OK && i < sizeof texts / sizeof texts[0]; i++)
		status = take_text(texts[i].to, arena, request, "request", texts[i].key,
		    texts[i].need, ASK_TEXT_BYTES_MAX, err);
	return status == STATUS_OK ? read_received(out, arena, err) : status;
}

/* A message has room for LIST_SHOWN_MAX bytes of a list; a longer one ends at a comma. */
#define LIST_SHOWN_MAX 150
static enum status
not_one_of(struct err *err, const char *field, struct str word, const char *list)
{
	struct str shown = str_part(str_from(list), 0, LIST_SHOWN_MAX);
	bool cut = shown.n < strlen(list);

	while (cut && shown.n > 0 && shown.p[shown.n - 1] != ',')
		shown.n--;
	return err_data(err, STATUS_INVALID, SOURCE, 0, "request.%s: \"%.*s\" is not one of %.*s%s",
	    field, (int)(word.n > 40 ? 40 : word.n), word.p, STR_ARG(shown), cut ? " ..." : "");
}

static enum status
check_words(const struct ask *ask, const struct policy *policy, struct err *err)
{
	if (!policy_kind_exists(policy, ask->kind))
		return not_one_of(err, "kind", ask->kind, policy_kind_list(policy));
	if (ask->channel.n > 0 && policy_channel_find(policy, ask->channel) == NULL)
		return not_one_of(err, "channel", ask->channel, policy_channel_list(policy));
	if (ask->jurisdiction.n > 0 && !policy_jurisdiction_exists(policy, ask->jurisdiction))
		return not_one_of(
		    err, "jurisdiction", ask->jurisdiction, policy_jurisdiction_list(policy));
	if (ask->review_type.n > 0 && ask->jurisdiction.n == 0)
		return fault(err, "request.review_type: needs a jurisdiction");
	if (ask->review_type.n > 0 &&
	    !policy_review_type_valid(policy, ask->jurisdiction, ask->review_type))
		return err_data(err, STATUS_INVALID, SOURCE, 0,
		    "request.review_type: \"%.*s\" is not a review of %.*s",
		    (int)(ask->review_type.n > 40 ? 40 : ask->review_type.n), ask->review_type.p,
		    STR_ARG(ask->jurisdiction));
	return STATUS_OK;
}

static enum status
read_ref(struct str *out, struct arena *arena, const json_t *object, const char *path, size_t i,
    struct err *err)
{
	char number[24];

	*out = STR_NONE;
	if (json_object_get(object, "ref") != NULL) {
		enum status status = take_text(
		    out, arena, object, path, "ref", DOC_REQUIRED, ASK_REF_BYTES_MAX, err);

		if (status != STATUS_OK)
			return status;
	}
	if (out->n > 0)
		return STATUS_OK;
	snprintf(number, sizeof number, "%zu", i + 1);
	return copy(out, arena, str_from(number), err);
}

static enum status
check_unique(const struct ask_person *people, size_t i, const char *path, struct err *err)
{
	for (size_t j = 0; j < i; j++)
		if (str_eq(people[j].ref, people[i].ref))
			return err_data(err, STATUS_INVALID, SOURCE, 0,
			    "%s.ref: is that of people[%zu] already", path, j);
	return STATUS_OK;
}

static enum status
read_person(struct ask_person *people, size_t i, struct arena *arena, json_t *object,
    const char *path, struct err *err)
{
	enum status status;

	if (!json_is_object(object))
		return err_data(err, STATUS_INVALID, SOURCE, 0, "%s: expected an object", path);
	status = read_ref(&people[i].ref, arena, object, path, i, err);
	json_object_del(object, "ref"); /* ours; the rest is a person as everywhere */
	if (status == STATUS_OK)
		status = check_unique(people, i, path, err);
	if (status == STATUS_OK)
		status = person_from_json(&people[i].person, arena, object, SOURCE, path, err);
	return status;
}

static enum status
read_people(const struct ask_person **out, size_t *count, struct arena *arena, const json_t *doc,
    enum doc_need need, struct err *err)
{
	const json_t *list = NULL;
	struct ask_person *people;
	enum status status =
	    doc_array(&list, count, doc, SOURCE, "", "people", need, WIRE_PEOPLE_MAX, err);

	if (status != STATUS_OK || list == NULL)
		return status;
	if (*count == 0)
		return fault(err, "people: is empty");
	people = arena_alloc(arena, *count, sizeof *people);
	if (people == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; status == STATUS_OK && i < *count; i++) {
		char path[PATH_TEXT_MAX];

		snprintf(path, sizeof path, "people[%zu]", i);
		status = read_person(people, i, arena, json_array_get(list, i), path, err);
	}
	*out = people;
	return status;
}

/* A request is told, or one that was logged is named. */
static enum status
read_request_or_id(struct ask *out, struct arena *arena, const json_t *doc,
    const struct policy *policy, struct err *err)
{
	const json_t *request = json_object_get(doc, "request");
	enum status status;

	if (request == NULL)
		return STATUS_OK;
	if (!json_is_string(request)) {
		status = read_request(out, arena, doc, err);
		return status == STATUS_OK ? check_words(out, policy, err) : status;
	}
	status = take_text(
	    &out->request_id, arena, doc, "", "request", DOC_REQUIRED, ASK_TEXT_BYTES_MAX, err);
	if (status == STATUS_OK && !request_id_valid(out->request_id))
		status = fault(err, "request: is not a request's name (REQ-XXXX-XXXX)");
	return status;
}

static enum status
read_detail(bool *brief, struct arena *arena, const json_t *doc, struct err *err)
{
	struct str word = STR_NONE;
	enum status status =
	    take_text(&word, arena, doc, "", "detail", DOC_OPTIONAL, POLICY_KEY_BYTES_MAX, err);

	*brief = str_eq_text(word, "brief");
	if (status == STATUS_OK && word.n > 0 && !*brief && !str_eq_text(word, "full"))
		status = fault(err, "detail: expected \"full\" or \"brief\"");
	return status;
}

static enum status
read_check(struct ask *out, struct arena *arena, const json_t *doc, const struct policy *policy,
    struct err *err)
{
	static const char *const known[] = { "request", "leg", "of", "people", "detail", NULL };
	enum status status = doc_fields(doc, SOURCE, "", known, err);

	if (status == STATUS_OK)
		status = read_request_or_id(out, arena, doc, policy, err);
	if (status == STATUS_OK)
		status = take_text(
		    &out->leg, arena, doc, "", "leg", DOC_OPTIONAL, POLICY_KEY_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = take_text(
		    &out->of, arena, doc, "", "of", DOC_OPTIONAL, ASK_TEXT_BYTES_MAX, err);
	if (status == STATUS_OK && out->of.n > 0 && !check_id_valid(out->of))
		status = fault(err, "of: is not a check's name (CHK-XXXX-XXXX)");
	if (status == STATUS_OK)
		status = read_detail(&out->brief, arena, doc, err);
	if (status == STATUS_OK && out->of.n == 0 && out->request_id.n == 0 && out->kind.n == 0)
		status = fault(err, "request: is missing");
	if (status == STATUS_OK)
		status = read_people(&out->people, &out->people_count, arena, doc,
		    out->of.n > 0 || out->request_id.n > 0 ? DOC_OPTIONAL : DOC_REQUIRED, err);
	return status;
}

enum status
ask_read(struct ask *out, struct arena *arena, struct str body, const struct policy *policy,
    struct err *err)
{
	json_t *doc = NULL;
	enum status status = parse_object(&doc, body, err);

	*out = ASK_NONE;
	if (status == STATUS_OK)
		status = read_check(out, arena, doc, policy, err);
	doc_free(doc);
	return status;
}

static enum status
read_log(struct ask *out, struct arena *arena, const json_t *doc, const struct policy *policy,
    struct err *err)
{
	static const char *const known[] = { "request", "people", NULL };
	enum status status = doc_fields(doc, SOURCE, "", known, err);
	const struct policy_kind *kind;

	if (status == STATUS_OK)
		status = read_request(out, arena, doc, err);
	if (status == STATUS_OK && out->channel.n == 0)
		status = err_data(err, STATUS_INVALID, SOURCE, 0,
		    "request.channel: is missing; it is one of %s", policy_channel_list(policy));
	if (status == STATUS_OK)
		status = check_words(out, policy, err);
	if (status != STATUS_OK)
		return status;
	kind = policy_kind_find(policy, out->kind);
	return read_people(&out->people, &out->people_count, arena, doc,
	    kind->people_required ? DOC_REQUIRED : DOC_OPTIONAL, err);
}

enum status
ask_read_log(struct ask *out, struct arena *arena, struct str body, const struct policy *policy,
    struct err *err)
{
	json_t *doc = NULL;
	enum status status = parse_object(&doc, body, err);

	*out = ASK_NONE;
	if (status == STATUS_OK)
		status = read_log(out, arena, doc, policy, err);
	doc_free(doc);
	return status;
}

static enum status
read_earlier(struct ask_earlier *out, struct arena *arena, const json_t *doc, struct err *err)
{
	const json_t *answer = NULL;
	enum status status = doc_object(&answer, doc, "entry", "", "answer", DOC_REQUIRED, err);

	if (status == STATUS_OK)
		status = take_text(&out->reference, arena, answer, "answer", "reference",
		    DOC_OPTIONAL, ASK_TEXT_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = take_text(&out->leg, arena, answer, "answer", "leg", DOC_REQUIRED,
		    POLICY_KEY_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = doc_bool(&out->leg_complete, answer, "entry", "answer", "leg_complete",
		    DOC_REQUIRED, err);
	if (status == STATUS_OK)
		status =
		    read_people(&out->people, &out->people_count, arena, doc, DOC_REQUIRED, err);
	return status;
}

enum status
ask_read_earlier(struct ask_earlier *out, struct arena *arena, struct str secret, struct err *err)
{
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, secret, "entry", ENTRY_DEPTH_MAX, err);

	*out = (struct ask_earlier){ .request = STR_NONE, .leg = STR_NONE, .reference = STR_NONE };
	if (status == STATUS_OK)
		status = read_earlier(out, arena, doc, err);
	doc_free(doc);
	return status;
}

enum status
ask_read_request_people(const struct ask_person **out, size_t *count, struct arena *arena,
    struct str secret, struct err *err)
{
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, secret, "entry", ENTRY_DEPTH_MAX, err);

	*out = NULL;
	*count = 0;
	if (status == STATUS_OK && json_array_size(json_object_get(doc, "people")) > 0)
		status = read_people(out, count, arena, doc, DOC_REQUIRED, err);
	doc_free(doc);
	return status;
}

static enum status
read_secret_texts(struct ask *out, struct arena *arena, const json_t *doc, struct err *err)
{
	const struct {
		const char *key;
		struct str *to;
	} texts[] = { { "requester", &out->requester }, { "organisation", &out->organisation },
		{ "purpose", &out->purpose }, { "legal_basis", &out->legal_basis } };
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < sizeof texts / sizeof texts[0]; i++)
		status = take_text(texts[i].to, arena, doc, "", texts[i].key, DOC_OPTIONAL,
		    ASK_TEXT_BYTES_MAX, err);
	return status;
}

enum status
ask_read_request_texts(struct ask *out, struct arena *arena, struct str secret, struct err *err)
{
	json_t *doc = NULL;
	enum status status;

	*out = ASK_NONE;
	if (secret.n == 0)
		return STATUS_OK;
	status = doc_parse(&doc, secret, "entry", ENTRY_DEPTH_MAX, err);
	if (status == STATUS_OK)
		status = read_secret_texts(out, arena, doc, err);
	doc_free(doc);
	return status;
}

enum status
ask_read_reason(struct str *out, struct arena *arena, struct str secret, struct err *err)
{
	json_t *doc = NULL;
	enum status status;

	*out = STR_NONE;
	if (secret.n == 0)
		return STATUS_OK;
	status = doc_parse(&doc, secret, "entry", ENTRY_DEPTH_MAX, err);
	if (status == STATUS_OK)
		status = take_text(
		    out, arena, doc, "", "reason", DOC_OPTIONAL, LEDGER_BODY_BYTES_MAX, err);
	doc_free(doc);
	return status;
}

static enum status
read_why_person(struct ask_why *out, struct arena *arena, const json_t *doc, struct err *err)
{
	json_t *object = json_object_get(doc, "person");
	struct ask_person *person;
	enum status status = read_request(&out->ask, arena, doc, err);

	if (status != STATUS_OK)
		return status;
	if (object == NULL)
		return fault(err, "person: is missing (or give check: one that asked)");
	if (out->ref.n > 0)
		return fault(err, "ref: goes with check; a person has a ref of its own");
	person = arena_alloc(arena, 1, sizeof *person);
	if (person == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = read_person(person, 0, arena, object, "person", err);
	out->ask.people = person;
	out->ask.people_count = 1;
	return status;
}

static enum status
read_why_check(struct ask_why *out, struct arena *arena, const json_t *doc, struct err *err)
{
	if (!check_id_valid(out->check))
		return fault(err, "check: is not a check's name (CHK-XXXX-XXXX)");
	if (json_object_get(doc, "person") != NULL)
		return fault(err, "person: give a person or a check, not both");
	if (json_object_get(doc, "request") != NULL)
		return read_request(&out->ask, arena, doc, err);
	return STATUS_OK;
}

static enum status
read_why(struct ask_why *out, struct arena *arena, const json_t *doc, const struct policy *policy,
    struct err *err)
{
	static const char *const known[] = { "request", "leg", "check", "ref", "person", "system",
		"record_id", "person_id", NULL };
	const struct {
		const char *key;
		struct str *to;
		enum doc_need need;
		size_t max;
	} texts[] = {
		{ "leg", &out->ask.leg, DOC_OPTIONAL, POLICY_KEY_BYTES_MAX },
		{ "check", &out->check, DOC_OPTIONAL, ASK_TEXT_BYTES_MAX },
		{ "ref", &out->ref, DOC_OPTIONAL, ASK_REF_BYTES_MAX },
		{ "system", &out->system, DOC_REQUIRED, POLICY_KEY_BYTES_MAX },
		{ "record_id", &out->record_id, DOC_REQUIRED, RECORD_ID_BYTES_MAX },
		{ "person_id", &out->person_id, DOC_OPTIONAL, RECORD_ID_BYTES_MAX },
	};
	enum status status = doc_fields(doc, SOURCE, "", known, err);

	for (size_t i = 0; status == STATUS_OK && i < sizeof texts / sizeof texts[0]; i++)
		status = take_text(
		    texts[i].to, arena, doc, "", texts[i].key, texts[i].need, texts[i].max, err);
	if (status != STATUS_OK)
		return status;
	status = out->check.n > 0 ? read_why_check(out, arena, doc, err)
				  : read_why_person(out, arena, doc, err);
	if (status == STATUS_OK && out->ask.kind.n > 0)
		status = check_words(&out->ask, policy, err);
	return status;
}

enum status
ask_read_why(struct ask_why *out, struct arena *arena, struct str body, const struct policy *policy,
    struct err *err)
{
	json_t *doc = NULL;
	enum status status = parse_object(&doc, body, err);

	*out = (struct ask_why){ .ask = ASK_NONE,
		.check = STR_NONE,
		.ref = STR_NONE,
		.system = STR_NONE,
		.record_id = STR_NONE,
		.person_id = STR_NONE };
	if (status == STATUS_OK)
		status = read_why(out, arena, doc, policy, err);
	doc_free(doc);
	return status;
}

enum status
ask_read_check_id(struct str *out, struct arena *arena, struct str body, struct err *err)
{
	static const char *const known[] = { "check", NULL };
	json_t *doc = NULL;
	enum status status = parse_object(&doc, body, err);

	if (status == STATUS_OK)
		status = doc_fields(doc, SOURCE, "", known, err);
	if (status == STATUS_OK)
		status =
		    take_text(out, arena, doc, "", "check", DOC_REQUIRED, ASK_TEXT_BYTES_MAX, err);
	if (status == STATUS_OK && !check_id_valid(*out))
		status = fault(err, "check: is not a check's name (CHK-XXXX-XXXX)");
	doc_free(doc);
	return status;
}

enum status
ask_read_record(struct str *system, struct str *record_id, struct arena *arena, struct str body,
    struct err *err)
{
	static const char *const known[] = { "system", "record_id", NULL };
	json_t *doc = NULL;
	enum status status = parse_object(&doc, body, err);

	if (status == STATUS_OK)
		status = doc_fields(doc, SOURCE, "", known, err);
	if (status == STATUS_OK)
		status = take_text(
		    system, arena, doc, "", "system", DOC_REQUIRED, POLICY_KEY_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = take_text(
		    record_id, arena, doc, "", "record_id", DOC_REQUIRED, RECORD_ID_BYTES_MAX, err);
	doc_free(doc);
	return status;
}

enum status
ask_read_nothing(struct str body, struct err *err)
{
	static const char *const known[] = { NULL };
	json_t *doc = NULL;
	enum status status = parse_object(&doc, body, err);

	if (status == STATUS_OK)
		status = doc_fields(doc, SOURCE, "", known, err);
	doc_free(doc);
	return status;
}
