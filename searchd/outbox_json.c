#include "searchd/outbox_json.h"

#include "base/doc_json.h"

#include <jansson.h>

#define DEPTH_MAX 8

static struct str
text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value)
		   ? (struct str){ json_string_value(value), json_string_length(value) }
		   : STR_NONE;
}

enum status
outbox_write_records(
    struct buf *out, struct str body, outbox_may_see *may_see, void *ctx, struct err *err)
{
	json_t *doc = NULL;
	const json_t *records;
	size_t count, shown = 0;
	enum status status = doc_parse(&doc, body, "entry", DEPTH_MAX, err);

	if (status != STATUS_OK)
		return status;
	records = json_object_get(doc, "records");
	count = 0;
	buf_add_text(out, ",\"records\":[");
	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);

		if (!may_see(ctx, text_of(record, "system")) || ++count > OUTBOX_RECORDS_MAX)
			continue;
		buf_add_text(out, shown++ == 0 ? "{\"system\":" : ",{\"system\":");
		buf_add_json(out, text_of(record, "system"));
		buf_add_text(out, ",\"record_id\":");
		buf_add_json(out, text_of(record, "record_id"));
		buf_add_char(out, '}');
	}
	buf_addf(out, "],\"records_not_shown\":%zu", count - shown);
	doc_free(doc);
	return STATUS_OK;
}
