#include "base/doc_json.h"
#include "indexer/calibrate_pairs.h"

#define DEPTH_MAX 2

/* The messages of doc_json know no line of a file of lines: it is put in here. */
static enum status
at_line(const struct err *fault, const char *path, unsigned number, struct err *err)
{
	return err_data(err, fault->status, path, number, "%s", fault->text);
}

enum status
pairs_read_json(struct calibrate_point *out, bool *has_prior, struct str line, const char *path,
    unsigned number, struct err *err)
{
	static const char *const known[] = { "match_weight", "is_match", "count", "prior", NULL };
	const double none = CALIBRATION_PRIOR_MAX + 1;
	struct err fault = ERR_NONE;
	struct json_t *doc = NULL;
	int64_t count = 1;
	bool match = false;
	enum status status = doc_parse(&doc, line, "", DEPTH_MAX, &fault);

	if (status == STATUS_OK)
		status = doc_fields(doc, "", "", known, &fault);
	if (status == STATUS_OK)
		status = doc_num(&out->match_weight, doc, "", "", "match_weight", DOC_REQUIRED,
		    -PAIRS_WEIGHT_MAX, PAIRS_WEIGHT_MAX, &fault);
	if (status == STATUS_OK)
		status = doc_bool(&match, doc, "", "", "is_match", DOC_REQUIRED, &fault);
	if (status == STATUS_OK)
		status =
		    doc_int(&count, doc, "", "", "count", DOC_OPTIONAL, 1, PAIRS_COUNT_MAX, &fault);
	out->prior = none;
	if (status == STATUS_OK)
		status = doc_num(&out->prior, doc, "", "", "prior", DOC_OPTIONAL,
		    -CALIBRATION_PRIOR_MAX, CALIBRATION_PRIOR_MAX, &fault);
	*has_prior = out->prior < none;
	if (!*has_prior)
		out->prior = 0;
	doc_free(doc);
	if (status != STATUS_OK)
		return at_line(&fault, path, number, err);
	out->n = (double)count;
	out->matches = match ? out->n : 0;
	return STATUS_OK;
}
