#include "client/output.h"

#include "base/doc_json.h"

#include <jansson.h>

#define SOURCE "line"
#define DEPTH_MAX 8
#define ROW_MAX 1000000000000

static bool
take(char *out, size_t size, const json_t *doc, const char *key)
{
	struct str value = STR_NONE;

	if (doc_str(&value, doc, SOURCE, "", key, DOC_REQUIRED, size - 1, NULL) != STATUS_OK)
		return false;
	memcpy(out, value.p, value.n);
	out[value.n] = '\0';
	return true;
}

bool
output_read_line(struct output_line *out, struct str text)
{
	json_t *doc = NULL;
	int64_t row = 0;
	bool ok =
	    doc_parse(&doc, text, SOURCE, DEPTH_MAX, NULL) == STATUS_OK && json_is_object(doc) &&
	    doc_int(&row, doc, SOURCE, "", "row", DOC_REQUIRED, 1, ROW_MAX, NULL) == STATUS_OK &&
	    take(out->ref, sizeof out->ref, doc, "ref") && take(out->id, sizeof out->id, doc, "id");

	out->row = (uint64_t)row;
	out->failed = ok && json_object_get(doc, "error") != NULL;
	ok = ok && (out->failed || json_object_get(doc, "check") != NULL);
	doc_free(doc);
	return ok;
}
