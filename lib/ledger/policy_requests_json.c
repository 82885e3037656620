/* What a request may be, and how long what is known of it is kept. */
#include "ledger/policy_read.h"

#define KEEP_DAYS_MAX 36525u /* a hundred years: more is a slip of the pen */

/* --- Retention ---------------------------------------------------------------------------------
 */
static enum status
read_class(void *item, const struct policy_place *at)
{
	const char *fields[POLICY_ENDS + 1] = { NULL };
	struct policy_retention *out = item;
	struct policy_item named = { "", "", "" };
	struct policy_place inner;
	unsigned *days = arena_alloc(at->policy->arena, POLICY_ENDS, sizeof *days);
	enum status status = policy_read_item(&named, at);

	if (days == NULL)
		return policy_read_no_memory(at);
	*out = (struct policy_retention){ named.key, named.title, named.section, days };
	for (size_t i = 0; i < POLICY_ENDS; i++)
		fields[i] = policy_outcomes()->items[i];
	if (status == STATUS_OK)
		status = policy_read_inner(&inner, at, "keep_days", fields);
	for (size_t i = 0; i < POLICY_ENDS && status == STATUS_OK; i++)
		status =
		    policy_read_number(&days[i], &inner, fields[i], DOC_REQUIRED, 1, KEEP_DAYS_MAX);
	return status;
}

static enum status
read_retention(const struct policy_place *doc)
{
	static const char *const fields[] = { "source", "classes", NULL };
	static const char *const class_fields[] = { "key", "title", "section", "keep_days", NULL };
	static const struct policy_form classes = { class_fields, read_class,
		sizeof(struct policy_retention), POLICY_ITEMS_MAX, true };
	struct policy *policy = doc->policy;
	struct policy_place at;
	enum status status = policy_read_inner(&at, doc, "retention", fields);

	if (status == STATUS_OK)
		status = policy_read_text(&policy->retention_source, &at, "source", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_rows(&policy->retention, &at, "classes", &classes);
	return status;
}

/* --- Kinds -------------------------------------------------------------------------------------
 */
static enum status
read_flag(bool *out, const struct policy_place *at, const char *key)
{
	return doc_bool(out, at->object, at->source, at->path, key, DOC_REQUIRED, at->err);
}

static enum status
read_kind(void *item, const struct policy_place *at)
{
	struct policy_kind *out = item;
	struct policy_item named = { "", "", "" };
	enum status status = policy_read_item(&named, at);

	*out = (struct policy_kind){
		.key = named.key, .title = named.title, .section = named.section
	};
	if (status == STATUS_OK)
		status = read_flag(&out->same_day, at, "same_day");
	if (status == STATUS_OK)
		status = read_flag(&out->people_required, at, "people_required");
	if (status == STATUS_OK)
		status = read_flag(&out->media, at, "media");
	if (status == STATUS_OK)
		status = policy_read_known(&out->retention, at, "retention", DOC_REQUIRED,
		    &at->policy->retention, "class of retention");
	return status;
}

/* --- Jurisdictions -----------------------------------------------------------------------------
 */
static enum status
read_words(struct policy_jurisdiction *out, const struct policy_place *at)
{
	struct policy_item named = { "", "", "" };
	enum status status = policy_read_item(&named, at);

	out->key = named.key;
	out->title = named.title;
	out->section = named.section;
	if (status == STATUS_OK)
		status = policy_read_text(&out->board, at, "board", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_text(
		    &out->management_review, at, "management_review", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_text(&out->publication, at, "publication", DOC_REQUIRED);
	return status;
}

static enum status
read_jurisdiction(void *item, const struct policy_place *at)
{
	struct policy_jurisdiction *out = item;
	struct policy_rows types = { NULL, 0, 0 };
	enum status status = read_words(out, at);

	if (status == STATUS_OK)
		status = policy_read_items(&types, at, "review_types", POLICY_ITEMS_MAX);
	out->review_types = types.items;
	out->review_type_count = types.count;
	for (size_t i = 0; i < types.count && status == STATUS_OK; i++)
		if (policy_rows_find(
			&at->policy->review_types, str_from(out->review_types[i].key)) != NULL)
			status = policy_read_refuse(at, "",
			    "review type \"%s\" is among those of everywhere already",
			    out->review_types[i].key);
	return status;
}

enum status
policy_requests_read(const struct policy_place *doc)
{
	static const char *const kind_fields[] = { "key", "title", "section", "same_day",
		"people_required", "media", "retention", NULL };
	static const char *const nation_fields[] = { "key", "title", "section", "board",
		"review_types", "management_review", "publication", NULL };
	static const struct policy_form kinds = { kind_fields, read_kind,
		sizeof(struct policy_kind), POLICY_ITEMS_MAX, true };
	static const struct policy_form jurisdictions = { nation_fields, read_jurisdiction,
		sizeof(struct policy_jurisdiction), POLICY_ITEMS_MAX, true };
	struct policy *policy = doc->policy;
	enum status status = read_retention(doc);

	if (status == STATUS_OK)
		status = policy_read_rows(&policy->kinds, doc, "kinds", &kinds);
	if (status == STATUS_OK)
		status = policy_read_items(&policy->channels, doc, "channels", POLICY_ITEMS_MAX);
	if (status == STATUS_OK)
		status =
		    policy_read_items(&policy->review_types, doc, "review_types", POLICY_ITEMS_MAX);
	if (status == STATUS_OK)
		status =
		    policy_read_rows(&policy->jurisdictions, doc, "jurisdictions", &jurisdictions);
	return status;
}
