#include "linkage/model.h"

#include "base/doc_json.h"
#include "base/file.h"
#include "base/mem.h"
#include "linkage/model_names.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#define DEPTH_MAX 8
#define PATH_BYTES_MAX 96
#define PER 100000.0 /* the file gives shares per 100,000 people, as registers publish them */

/* Where in which file we are, for messages. */
struct place {
	const char *source;
	struct err *err;
};

static enum status
refuse(const struct place *at, const char *path, const char *what)
{
	return err_data(at->err, STATUS_INVALID, at->source, 0, "%s: %s", path, what);
}

static void
join(char out[PATH_BYTES_MAX], const char *path, const char *key)
{
	snprintf(out, PATH_BYTES_MAX, "%.46s%s%.48s", path, path[0] != '\0' ? "." : "", key);
}

/* A number strictly between the bounds. */
static enum status
read_within(double *out, const struct json_t *object, const struct place *at, const char *path,
    const char *key, double above, double below)
{
	char full[PATH_BYTES_MAX], what[96];
	enum status status =
	    doc_num(out, object, at->source, path, key, DOC_REQUIRED, -HUGE_VAL, HUGE_VAL, at->err);

	if (status != STATUS_OK || (*out > above && *out < below))
		return status;
	join(full, path, key);
	snprintf(what, sizeof what, "must be above %g and below %g", above, below);
	return refuse(at, full, what);
}

static enum status
read_penalty(double *out, const struct json_t *object, const struct place *at, const char *key)
{
	return doc_num(
	    out, object, at->source, "alignment", key, DOC_REQUIRED, MODEL_PENALTY_MIN, 0, at->err);
}

/* --- Levels ---------------------------------------------------------------------------------- */
/* One comparison of the file: where its levels go, and what they are called. */
struct levels {
	const char *key;
	struct model_level *out;
	double *rarity; /* NULL: the comparison has none */
	int count;
	const char *(*name)(int level);
};

static const char *
token_name(int level)
{
	return token_level_name((enum token_level)level);
}

static const char *
birth_name(int level)
{
	return birth_level_name((enum birth_level)level);
}

static const char *
address_name(int level)
{
	return address_level_name((enum address_level)level);
}

static const char *
agree_name(int level)
{
	return level == AGREE_SAME ? "same" : "different";
}

static const char *
contact_name(int level)
{
	return contact_level_name((enum contact_level)level);
}

static const char *
identifier_name(int level)
{
	return identifier_level_name((enum identifier_level)level);
}

static enum status
read_level(const struct levels *levels, int level, const struct json_t *object,
    const struct place *at, const char *path)
{
	static const char *const plain[] = { "m", "u", "source", NULL };
	static const char *const rare[] = { "m", "u", "rarity", "source", NULL };
	struct model_level *out = &levels->out[level];
	enum status status;

	status =
	    doc_fields(object, at->source, path, levels->rarity != NULL ? rare : plain, at->err);
	if (status == STATUS_OK)
		status = read_within(&out->m, object, at, path, "m", 0, 1);
	if (status == STATUS_OK)
		status = read_within(&out->u, object, at, path, "u", 0, 1);
	if (status == STATUS_OK && levels->rarity != NULL)
		status = doc_num(&levels->rarity[level], object, at->source, path, "rarity",
		    DOC_REQUIRED, 0, 1, at->err);
	if (status == STATUS_OK)
		out->bits = log2(out->m / out->u);
	return status;
}

static enum status
check_levels(const struct levels *levels, const struct place *at, const char *path)
{
	double m = 0, u = 0;
	char what[96];

	for (int i = 0; i < levels->count; i++) {
		m += levels->out[i].m;
		u += levels->out[i].u;
	}
	if (fabs(m - 1) > MODEL_SUM_SLACK || fabs(u - 1) > MODEL_SUM_SLACK) {
		snprintf(
		    what, sizeof what, "m adds up to %.3f and u to %.3f, both must give 1", m, u);
		return refuse(at, path, what);
	}
	if (levels->out[levels->count - 1].bits > 0) {
		snprintf(what, sizeof what, "%s must not have m above u",
		    levels->name(levels->count - 1));
		return refuse(at, path, what);
	}
	return STATUS_OK;
}

static enum status
read_levels(const struct levels *levels, const struct json_t *comparison, const struct place *at)
{
	const char *known[TOKEN_LEVEL_COUNT + BIRTH_LEVEL_COUNT + 1] = { NULL };
	const struct json_t *list, *object;
	char path[PATH_BYTES_MAX], full[PATH_BYTES_MAX];
	enum status status;

	join(path, levels->key, "levels");
	for (int i = 0; i < levels->count; i++)
		known[i] = levels->name(i);
	status =
	    doc_object(&list, comparison, at->source, levels->key, "levels", DOC_REQUIRED, at->err);
	if (status == STATUS_OK)
		status = doc_fields(list, at->source, path, known, at->err);
	for (int i = 0; status == STATUS_OK && i < levels->count; i++) {
		join(full, path, known[i]);
		status =
		    doc_object(&object, list, at->source, path, known[i], DOC_REQUIRED, at->err);
		if (status == STATUS_OK)
			status = read_level(levels, i, object, at, full);
	}
	return status == STATUS_OK ? check_levels(levels, at, path) : status;
}

static enum status
read_comparison(const struct levels *levels, const struct json_t *doc, const struct place *at)
{
	static const char *const known[] = { "levels", "source", NULL };
	const struct json_t *object;
	enum status status;

	status = doc_object(&object, doc, at->source, "", levels->key, DOC_REQUIRED, at->err);
	if (status == STATUS_OK)
		status = doc_fields(object, at->source, levels->key, known, at->err);
	return status == STATUS_OK ? read_levels(levels, object, at) : status;
}

static enum status
read_alignment(struct model *model, const struct json_t *doc, const struct place *at)
{
	static const char *const known[] = { "query_token_unmatched", "record_token_unmatched",
		"further_conflict", "part_swapped", "source", NULL };
	const struct json_t *object;
	enum status status;

	status = doc_object(&object, doc, at->source, "", "alignment", DOC_REQUIRED, at->err);
	if (status == STATUS_OK)
		status = doc_fields(object, at->source, "alignment", known, at->err);
	if (status == STATUS_OK)
		status = read_penalty(
		    &model->query_token_unmatched, object, at, "query_token_unmatched");
	if (status == STATUS_OK)
		status = read_penalty(
		    &model->record_token_unmatched, object, at, "record_token_unmatched");
	if (status == STATUS_OK)
		status = read_penalty(&model->further_conflict, object, at, "further_conflict");
	if (status == STATUS_OK)
		status = read_penalty(&model->part_swapped, object, at, "part_swapped");
	return status;
}

/* Retrieval leans on both (compare.h, terms.h). */
static enum status
check_births(const struct model *model, const struct place *at)
{
	const struct model_level *birth = model->birth;

	if (birth[BIRTH_LEVEL_SAME_YEAR].bits > birth[BIRTH_LEVEL_YEAR].bits)
		return refuse(at, "birth.levels", "same_year must not weigh more than year");
	if (birth[BIRTH_LEVEL_NEAR].bits > 0)
		return refuse(at, "birth.levels", "near must not have m above u");
	return STATUS_OK;
}

static enum status
read_comparisons(struct model *model, const struct json_t *doc, const struct place *at)
{
	const struct levels all[] = {
		{ "forename", model->token[PART_FORENAME], model->token_rarity[PART_FORENAME],
		    TOKEN_LEVEL_COUNT, token_name },
		{ "surname", model->token[PART_SURNAME], model->token_rarity[PART_SURNAME],
		    TOKEN_LEVEL_COUNT, token_name },
		{ "birth", model->birth, NULL, BIRTH_LEVEL_COUNT, birth_name },
		{ "address", model->address, NULL, ADDRESS_LEVEL_COUNT, address_name },
		{ "sex", model->sex, NULL, AGREE_LEVEL_COUNT, agree_name },
		{ "phone", model->phone, NULL, CONTACT_LEVEL_COUNT, contact_name },
		{ "email", model->email, NULL, CONTACT_LEVEL_COUNT, contact_name },
		{ "identifier", model->identifier, NULL, IDENTIFIER_LEVEL_COUNT, identifier_name },
	};
	enum status status = read_alignment(model, doc, at);

	for (size_t i = 0; status == STATUS_OK && i < sizeof all / sizeof *all; i++)
		status = read_comparison(&all[i], doc, at);
	if (status != STATUS_OK)
		return status;
	model_settle(model);
	return check_births(model, at);
}

static enum status
read_relatives(struct model *model, const struct json_t *doc, const struct place *at)
{
	static const char *const known[] = { "expected", "same_surname", "same_forename",
		"similar_forename", "twin", "source", NULL };
	const struct {
		const char *key;
		double *out, below;
	} all[] = {
		{ "expected", &model->relatives.expected, 1000 },
		{ "same_surname", &model->relatives.same_surname, 1 },
		{ "same_forename", &model->relatives.same_forename, 1 },
		{ "similar_forename", &model->relatives.similar_forename, 1 },
		{ "twin", &model->relatives.twin, 1 },
	};
	const struct json_t *object;
	enum status status;

	status = doc_object(&object, doc, at->source, "", "relatives", DOC_REQUIRED, at->err);
	if (status == STATUS_OK)
		status = doc_fields(object, at->source, "relatives", known, at->err);
	for (size_t i = 0; status == STATUS_OK && i < sizeof all / sizeof *all; i++)
		status =
		    read_within(all[i].out, object, at, "relatives", all[i].key, 0, all[i].below);
	return status;
}

/* --- Names ----------------------------------------------------------------------------------- */
static bool
is_folded_token(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && n <= FEATURE_TOKEN_BYTES_MAX &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789") == n;
}

/* Refuses what is no folded token or no share; adds up what the list needs. */
static enum status
check_names(size_t *entries, size_t *bytes, const struct json_t *list, const struct place *at,
    const char *path)
{
	json_t *open = (json_t *)(uintptr_t)list; /* jansson's iterator takes no const */
	const char *name;
	json_t *value;

	if (json_object_size(list) > MODEL_NAMES_MAX)
		return refuse(at, path, "has more than 100000 entries");
	json_object_foreach (open, name, value) {
		char full[PATH_BYTES_MAX];
		double share = json_number_value(value);

		join(full, path, name);
		if (!is_folded_token(name))
			return refuse(at, full, "is not a folded name (a-z, 0-9)");
		if (!json_is_number(value) || !(share > 0 && share <= PER))
			return refuse(at, full, "must be above 0 and at most 100000");
		*bytes += strlen(name);
	}
	*entries += json_object_size(list);
	return STATUS_OK;
}

static void
add_names(struct model_names *names, enum name_part part, const struct json_t *list)
{
	json_t *open = (json_t *)(uintptr_t)list;
	const char *name;
	json_t *value;

	json_object_foreach (open, name, value) {
		model_names_add(names, part, str_from(name), json_number_value(value) / PER);
	}
}

static enum status
read_lists(struct model *model, const struct json_t *object, double forename, double surname,
    const struct place *at)
{
	const struct json_t *forenames, *surnames;
	size_t entries = 0, bytes = 0;
	enum status status;

	status = doc_object(
	    &forenames, object, at->source, "frequency", "forenames", DOC_REQUIRED, at->err);
	if (status == STATUS_OK)
		status = doc_object(
		    &surnames, object, at->source, "frequency", "surnames", DOC_REQUIRED, at->err);
	if (status == STATUS_OK)
		status = check_names(&entries, &bytes, forenames, at, "frequency.forenames");
	if (status == STATUS_OK)
		status = check_names(&entries, &bytes, surnames, at, "frequency.surnames");
	if (status != STATUS_OK)
		return status;
	model->names = model_names_new(entries, bytes, forename / PER, surname / PER);
	if (model->names == NULL)
		return err_set(at->err, STATUS_NOMEM, "out of memory");
	add_names(model->names, PART_FORENAME, forenames);
	add_names(model->names, PART_SURNAME, surnames);
	return STATUS_OK;
}

static enum status
read_frequency(struct model *model, const struct json_t *doc, const struct place *at)
{
	static const char *const known[] = { "floor", "strength", "value_strength",
		"unlisted_forename", "unlisted_surname", "forenames", "surnames", "source", NULL };
	const struct json_t *object;
	double forename = 0, surname = 0;
	enum status status;

	status = doc_object(&object, doc, at->source, "", "frequency", DOC_REQUIRED, at->err);
	if (status == STATUS_OK)
		status = doc_fields(object, at->source, "frequency", known, at->err);
	if (status == STATUS_OK)
		status =
		    read_within(&model->frequency_floor, object, at, "frequency", "floor", 0, PER);
	if (status == STATUS_OK)
		status = doc_num(&model->value_strength, object, at->source, "frequency",
		    "value_strength", DOC_REQUIRED, 1, 1e9, at->err);
	if (status == STATUS_OK)
		status = doc_num(&model->frequency_strength, object, at->source, "frequency",
		    "strength", DOC_REQUIRED, 1, 1e9, at->err);
	if (status == STATUS_OK)
		status =
		    read_within(&forename, object, at, "frequency", "unlisted_forename", 0, PER);
	if (status == STATUS_OK)
		status = read_within(&surname, object, at, "frequency", "unlisted_surname", 0, PER);
	model->frequency_floor /= PER;
	return status == STATUS_OK ? read_lists(model, object, forename, surname, at) : status;
}

/* --- The file -------------------------------------------------------------------------------- */
static enum status
read_head(struct model *model, const struct json_t *doc, const struct place *at)
{
	static const char *const known[] = { "version", "name", "source", "expected_matches",
		"forename", "surname", "alignment", "relatives", "frequency", "birth", "address",
		"sex", "phone", "email", "identifier", NULL };
	int64_t version = 0;
	struct str name = STR_NONE;
	enum status status;

	if (json_is_object(doc)) {
		status = doc_int(&version, doc, at->source, "", "version", DOC_REQUIRED, INT64_MIN,
		    INT64_MAX, at->err);
		if (status != STATUS_OK)
			return status;
		if (version != MODEL_VERSION)
			return err_data(at->err, STATUS_VERSION, at->source, 0,
			    "version: is %lld, this program reads %d", (long long)version,
			    MODEL_VERSION);
	}
	status = doc_fields(doc, at->source, "", known, at->err);
	if (status == STATUS_OK)
		status = doc_str(&name, doc, at->source, "", "name", DOC_REQUIRED,
		    MODEL_NAME_BYTES_MAX, at->err);
	if (status == STATUS_OK && name.n == 0)
		status = refuse(at, "name", "is empty");
	if (status == STATUS_OK)
		memcpy(model->name, name.p, name.n);
	if (status == STATUS_OK)
		status = doc_num(&model->expected_matches, doc, at->source, "", "expected_matches",
		    DOC_REQUIRED, 0.001, 1000, at->err);
	return status;
}

static enum status
read_model(struct model *model, const char *path, struct err *err)
{
	const struct place at = { path, err };
	struct buf text = BUF_INIT;
	struct json_t *doc = NULL;
	enum status status = file_read(&text, path, MODEL_FILE_BYTES_MAX, err);

	if (status == STATUS_OK)
		status = doc_parse(&doc, buf_str(&text), path, DEPTH_MAX, err);
	if (status == STATUS_OK) {
		digest_of(&model->hash, buf_str(&text));
		status = read_head(model, doc, &at);
	}
	if (status == STATUS_OK)
		status = read_comparisons(model, doc, &at);
	if (status == STATUS_OK)
		status = read_relatives(model, doc, &at);
	if (status == STATUS_OK)
		status = read_frequency(model, doc, &at);
	doc_free(doc);
	buf_free(&text);
	return status;
}

enum status
model_load(struct model **out, const char *path, struct err *err)
{
	struct model *model = mem_zero(1, sizeof *model);
	enum status status;

	if (model == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = read_model(model, path, err);
	if (status != STATUS_OK) {
		model_free(model);
		return status;
	}
	*out = model;
	return STATUS_OK;
}
