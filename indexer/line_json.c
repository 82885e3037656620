#include "indexer/line.h"

#include "base/doc_json.h"
#include "indexer/decode.h"

#include <jansson.h>

static void
set_fault(struct row *row, const struct err *fault, bool ended)
{
	const char *text =
	    ended ? arena_format(row->arena, "%s", fault->text)
		  : arena_format(row->arena, "the last line is cut short: %s", fault->text);

	row->fault = text == NULL ? "not valid JSON" : text;
}

enum status
line_parse(struct json_t **out, struct row *row, const char *encoding, bool ended, struct err *err)
{
	struct err fault = ERR_NONE;
	struct str text;
	enum status status;

	if (memchr(row->raw.p, '\0', row->raw.n) != NULL) {
		row->fault = "has a NUL byte";
		return STATUS_OK;
	}
	decode_text(&text, &row->note, row->arena, encoding, row->raw);
	status = doc_parse(out, text, "", LINE_DEPTH_MAX, &fault);
	if (status == STATUS_NOMEM)
		return err_set(err, STATUS_NOMEM, "out of memory");
	if (status != STATUS_OK) {
		set_fault(row, &fault, ended);
	} else if (!json_is_object(*out)) {
		row->fault = "not a JSON object";
		doc_free(*out);
		*out = NULL;
	}
	return STATUS_OK;
}

void
line_free(struct json_t *line)
{
	doc_free(line);
}
