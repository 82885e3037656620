#include "client/outbox.h"

#include "base/doc_json.h"

#include <jansson.h>

#define SOURCE "reply"
#define DEPTH_MAX 16
#define TEXT_BYTES_MAX 65536u

static enum status
read_notice(struct mail_notice *out, struct arena *arena, const json_t *item, struct err *err)
{
	const struct {
		const char *key;
		struct str *into;
	} texts[] = { { "to", &out->to }, { "event", &out->event }, { "text", &out->text },
		{ "request", &out->request }, { "reference", &out->reference },
		{ "check", &out->check }, { "at", &out->at }, { "ack_by", &out->ack_by } };
	int64_t seq = 0, more = 0;
	enum status status =
	    doc_int(&seq, item, SOURCE, "", "seq", DOC_REQUIRED, 1, INT64_MAX, err);

	if (status == STATUS_OK)
		status = doc_int(
		    &more, item, SOURCE, "", "records_not_shown", DOC_OPTIONAL, 0, INT32_MAX, err);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == STATUS_OK; i++) {
		struct str text = STR_NONE;

		status = doc_str(
		    &text, item, SOURCE, "", texts[i].key, DOC_REQUIRED, TEXT_BYTES_MAX, err);
		if (status == STATUS_OK && !arena_copy(texts[i].into, arena, text))
			status = err_set(err, STATUS_NOMEM, "out of memory");
	}
	out->seq = (uint64_t)seq;
	out->records = json_array_size(json_object_get(item, "records")) + (size_t)more;
	return status;
}

enum status
outbox_read(struct mail_notice **out, size_t *count, struct procedure_page *page,
    struct arena *arena, struct str body, struct err *err)
{
	json_t *doc = NULL;
	const json_t *items = NULL;
	int64_t last = 0;
	enum status status = doc_parse(&doc, body, SOURCE, DEPTH_MAX, err);

	*count = 0;
	if (status == STATUS_OK)
		status = doc_array(
		    &items, count, doc, SOURCE, "", "notices", DOC_REQUIRED, 1u << 20, err);
	if (status == STATUS_OK)
		status = doc_int(&last, doc, SOURCE, "", "last", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = doc_bool(&page->more, doc, SOURCE, "", "more", DOC_REQUIRED, err);
	*out = arena_alloc(arena, *count + 1, sizeof **out);
	if (status == STATUS_OK && *out == NULL)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; i < *count && status == STATUS_OK; i++)
		status = read_notice(&(*out)[i], arena, json_array_get(items, i), err);
	page->last = (uint64_t)last;
	doc_free(doc);
	return status;
}
