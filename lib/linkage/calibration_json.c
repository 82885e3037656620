#include "linkage/calibration.h"

#include "base/doc_json.h"
#include "base/file.h"
#include "base/mem.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#define CALIBRATION_VERSION 1
#define DEPTH_MAX 4
#define FILE_BYTES_MAX (64u << 10)
#define WEIGHT_MAX 1000.0 /* no sum of bits comes near */

static enum status
read_band(struct calibration *calibration, const struct json_t *bands, size_t i, const char *source,
    struct err *err)
{
	static const char *const known[] = { "from", "confidence", "n", NULL };
	struct calibration_band *band = &calibration->bands[i];
	const struct json_t *object = json_array_get(bands, i);
	char path[32];
	int64_t n = 0;
	enum status status;

	snprintf(path, sizeof path, "bands[%zu]", i);
	status = doc_fields(object, source, path, known, err);
	if (status == STATUS_OK)
		status = doc_num(&band->from, object, source, path, "from", DOC_REQUIRED,
		    -WEIGHT_MAX, WEIGHT_MAX, err);
	if (status == STATUS_OK)
		status = doc_num(
		    &band->confidence, object, source, path, "confidence", DOC_REQUIRED, 0, 1, err);
	if (status == STATUS_OK)
		status = doc_int(&n, object, source, path, "n", DOC_REQUIRED, 0, INT64_MAX, err);
	band->n = (uint64_t)n;
	if (status == STATUS_OK && !(band->confidence > 0 && band->confidence < 1))
		return err_data(err, STATUS_INVALID, source, 0,
		    "%s.confidence: must be above 0 and below 1", path);
	if (status == STATUS_OK && i > 0 && !(band->from > band[-1].from))
		return err_data(err, STATUS_INVALID, source, 0,
		    "%s.from: must be above that of the band before", path);
	if (status == STATUS_OK && i > 0 && !(band->confidence > band[-1].confidence))
		return err_data(err, STATUS_INVALID, source, 0,
		    "%s.confidence: must be above that of the band before", path);
	return status;
}

/* Without one, a weight means the same at every size. */
static enum status
read_drift(
    struct calibration *calibration, const struct json_t *doc, const char *source, struct err *err)
{
	static const char *const known[] = { "bits", "prior", NULL };
	const struct json_t *drift = NULL;
	enum status status = doc_object(&drift, doc, source, "", "drift", DOC_OPTIONAL, err);

	if (status != STATUS_OK || drift == NULL)
		return status;
	status = doc_fields(drift, source, "drift", known, err);
	if (status == STATUS_OK)
		status = doc_num(&calibration->drift, drift, source, "drift", "bits", DOC_REQUIRED,
		    0, CALIBRATION_DRIFT_MAX, err);
	if (status == STATUS_OK)
		status = doc_num(&calibration->prior, drift, source, "drift", "prior", DOC_REQUIRED,
		    -CALIBRATION_PRIOR_MAX, CALIBRATION_PRIOR_MAX, err);
	return status;
}

static enum status
read_head(
    struct calibration *calibration, const struct json_t *doc, const char *source, struct err *err)
{
	static const char *const known[] = { "version", "name", "source", "drift", "bands", NULL };
	struct str name = STR_NONE, origin = STR_NONE;
	int64_t version = 0;
	enum status status = doc_fields(doc, source, "", known, err);

	if (status == STATUS_OK)
		status = doc_int(
		    &version, doc, source, "", "version", DOC_REQUIRED, INT64_MIN, INT64_MAX, err);
	if (status == STATUS_OK && version != CALIBRATION_VERSION)
		return err_data(err, STATUS_VERSION, source, 0,
		    "version: is %lld, this program reads %d", (long long)version,
		    CALIBRATION_VERSION);
	if (status == STATUS_OK)
		status = doc_str(&name, doc, source, "", "name", DOC_REQUIRED,
		    sizeof calibration->name - 1, err);
	if (status == STATUS_OK && name.n == 0)
		return err_data(err, STATUS_INVALID, source, 0, "name: is empty");
	/* figures without a source are refused: nobody could check them */
	if (status == STATUS_OK)
		status = doc_str(&origin, doc, source, "", "source", DOC_REQUIRED, 1024, err);
	if (status == STATUS_OK)
		memcpy(calibration->name, name.p, name.n);
	return status == STATUS_OK ? read_drift(calibration, doc, source, err) : status;
}

static enum status
read_calibration(struct calibration *calibration, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json_t *doc = NULL;
	const struct json_t *bands = NULL;
	enum status status = file_read(&text, path, FILE_BYTES_MAX, err);

	if (status == STATUS_OK)
		status = doc_parse(&doc, buf_str(&text), path, DEPTH_MAX, err);
	if (status == STATUS_OK) {
		digest_of(&calibration->hash, buf_str(&text));
		status = read_head(calibration, doc, path, err);
	}
	if (status == STATUS_OK)
		status = doc_array(&bands, &calibration->count, doc, path, "", "bands",
		    DOC_REQUIRED, CALIBRATION_BANDS_MAX, err);
	if (status == STATUS_OK && calibration->count == 0)
		status = err_data(err, STATUS_INVALID, path, 0, "bands: is empty");
	for (size_t i = 0; status == STATUS_OK && i < calibration->count; i++)
		status = read_band(calibration, bands, i, path, err);
	doc_free(doc);
	buf_free(&text);
	return status;
}

enum status
calibration_load(struct calibration **out, const char *path, struct err *err)
{
	struct calibration *calibration = mem_zero(1, sizeof *calibration);
	enum status status;

	if (calibration == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = read_calibration(calibration, path, err);
	if (status != STATUS_OK) {
		calibration_free(calibration);
		return status;
	}
	*out = calibration;
	return STATUS_OK;
}

void
calibration_free(struct calibration *calibration)
{
	mem_free(calibration);
}

double
calibration_weight(const struct calibration *calibration, double match_weight, double prior)
{
	return match_weight + calibration->drift * (prior - calibration->prior);
}

const struct calibration_band *
calibration_band(const struct calibration *calibration, double *from, double *to,
    double match_weight, double prior)
{
	double weight = calibration_weight(calibration, match_weight, prior);
	double shift = match_weight - weight;
	size_t i = calibration->count - 1;

	while (i > 0 && weight < calibration->bands[i].from)
		i--;
	*from = i > 0 ? calibration->bands[i].from + shift : -HUGE_VAL;
	*to = i + 1 < calibration->count ? calibration->bands[i + 1].from + shift : HUGE_VAL;
	return &calibration->bands[i];
}
