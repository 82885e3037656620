#include "base/doc_json.h"

#include "base/file.h"
#include "base/mem.h"
#include "ledger/policy_read.h"

#define FORMAT 2
#define DEPTH_MAX 8

static enum status
read_format(const struct policy_place *doc, enum doc_need need)
{
	int64_t format = FORMAT;
	enum status status =
	    doc_int(&format, doc->object, doc->source, "", "format", need, 1, INT32_MAX, doc->err);

	if (status != STATUS_OK || format == FORMAT)
		return status;
	if (format < FORMAT)
		return err_data(doc->err, STATUS_VERSION, doc->source, 0,
		    "format: %lld is of an earlier version and lacks rules that this one needs; "
		    "carry your changes over into a copy of schemas/policy/default.json "
		    "(docs/policy.md, \"From format 1\")",
		    (long long)format);
	return err_data(doc->err, STATUS_VERSION, doc->source, 0,
	    "format: %lld is not known, only %d", (long long)format, FORMAT);
}

/* The format first: the fields of another one are not to be judged by this one's. */
static enum status
read_head(const struct policy_place *doc)
{
	static const char *const known[] = { "format", "name", "source", "legs", "thresholds",
		"stale_after_hours", "legs_within_hours", "systems", "roles", "internal_methods",
		"secured", "kinds", "channels", "review_types", "jurisdictions", "referral",
		"sharing", "media", "milestones", "notices", "deadlines", "retention", "standing",
		NULL };
	enum status status = read_format(doc, DOC_OPTIONAL);

	if (status == STATUS_OK)
		status = doc_fields(doc->object, doc->source, "", known, doc->err);
	if (status == STATUS_OK)
		status = read_format(doc, DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_text(&doc->policy->name, doc, "name", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_text(&doc->policy->source, doc, "source", DOC_REQUIRED);
	return status;
}

static enum status
make_list(const char **list, const struct policy_place *doc, const struct policy_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		const char *key = *(const char *const *)policy_rows_at(rows, i);

		*list =
		    *list == NULL ? key : arena_format(doc->policy->arena, "%s, %s", *list, key);
		if (*list == NULL)
			return policy_read_no_memory(doc);
	}
	return STATUS_OK;
}

static enum status
make_lists(const struct policy_place *doc)
{
	struct policy *policy = doc->policy;
	enum status status = make_list(&policy->kind_list, doc, &policy->kinds);

	if (status == STATUS_OK)
		status = make_list(&policy->jurisdiction_list, doc, &policy->jurisdictions);
	if (status == STATUS_OK)
		status = make_list(&policy->channel_list, doc, &policy->channels);
	return status;
}

static enum status
read_policy(const struct policy_place *doc)
{
	enum status status = read_head(doc);

	if (status == STATUS_OK)
		status = policy_roles_read(doc);
	if (status == STATUS_OK)
		status = policy_requests_read(doc);
	if (status == STATUS_OK)
		status = policy_acts_read(doc);
	if (status == STATUS_OK)
		status = policy_events_read(doc);
	return status == STATUS_OK ? make_lists(doc) : status;
}

static enum status
load_text(struct policy *policy, const char *path, struct err *err)
{
	struct policy_place place = { policy, path, err, NULL, "" };
	struct buf text = BUF_INIT;
	struct json_t *doc = NULL;
	enum status status = file_read(&text, path, POLICY_BYTES_MAX, err);

	if (status == STATUS_OK) {
		digest_of(&policy->hash, buf_str(&text));
		status = doc_parse(&doc, buf_str(&text), path, DEPTH_MAX, err);
	}
	place.object = doc;
	if (status == STATUS_OK)
		status = read_policy(&place);
	if (doc != NULL)
		doc_free(doc);
	buf_free(&text);
	return status;
}

enum status
policy_load(struct policy **out, const char *path, struct err *err)
{
	struct policy *policy = mem_zero(1, sizeof *policy);
	enum status status;

	*out = NULL;
	if (policy != NULL)
		policy->arena = arena_new(0);
	if (policy == NULL || policy->arena == NULL) {
		policy_free(policy);
		return err_set(err, STATUS_NOMEM, "out of memory");
	}
	status = load_text(policy, path, err);
	if (status != STATUS_OK) {
		policy_free(policy);
		return status;
	}
	*out = policy;
	return STATUS_OK;
}

void
policy_free(struct policy *policy)
{
	if (policy == NULL)
		return;
	arena_free(policy->arena);
	mem_free(policy);
}
