/* Legs, thresholds, systems, roles. */
#include "ledger/policy_read.h"

#include <jansson.h>

#define WEIGHT_MAX 100.0 /* bits; a perfect match of every field stays under 100 */
/* Below 0 bits it is rather somebody else: such may be shown, but is neither probable nor secured.
 */
#define WEIGHT_MIN_SHOWN (-100.0)
#define HOURS_MAX 87600u /* ten years: more is a slip of the pen */

static enum status
check_order(
    const struct policy_place *at, const char *above, double high, const char *below, double low)
{
	if (high >= low)
		return STATUS_OK;
	return policy_read_refuse(at, "", "%s (%g) is below %s (%g)", above, high, below, low);
}

static enum status
check_thresholds(const struct policy_place *at, const struct policy_thresholds *t)
{
	enum status status = check_order(at, "possible", t->possible, "list", t->list);

	if (status == STATUS_OK)
		status = check_order(at, "probable", t->probable, "possible", t->possible);
	if (status == STATUS_OK)
		status = check_order(at, "certain", t->certain, "probable", t->probable);
	if (status == STATUS_OK)
		status = check_order(at, "secure", t->secure, "possible", t->possible);
	return status;
}

static const char *const threshold_fields[] = { "list", "possible", "probable", "certain", "secure",
	"related", NULL };

/* *out holds the defaults, so that a system names only what differs. */
static enum status
read_thresholds(struct policy_thresholds *out, const struct policy_place *at, enum doc_need need)
{
	double *const values[] = { &out->list, &out->possible, &out->probable, &out->certain,
		&out->secure, &out->related };
	enum status status = STATUS_OK;

	for (size_t i = 0; threshold_fields[i] != NULL && status == STATUS_OK; i++)
		status =
		    doc_num(values[i], at->object, at->source, at->path, threshold_fields[i], need,
			values[i] == &out->list || values[i] == &out->possible ||
				values[i] == &out->related
			    ? WEIGHT_MIN_SHOWN
			    : 0,
			WEIGHT_MAX, at->err);
	return status == STATUS_OK ? check_thresholds(at, out) : status;
}

static enum status
read_defaults(const struct policy_place *doc)
{
	struct policy *policy = doc->policy;
	struct policy_place at;
	enum status status = policy_read_inner(&at, doc, "thresholds", threshold_fields);

	if (status == STATUS_OK)
		status = read_thresholds(&policy->thresholds, &at, DOC_REQUIRED);
	if (status == STATUS_OK)
		status = policy_read_number(&policy->stale_after_hours, doc, "stale_after_hours",
		    DOC_REQUIRED, 0, HOURS_MAX);
	if (status == STATUS_OK)
		status = policy_read_number(&policy->legs_within_hours, doc, "legs_within_hours",
		    DOC_REQUIRED, 0, HOURS_MAX);
	return status;
}

static enum status
read_system(void *item, const struct policy_place *at)
{
	struct policy_system *out = item;
	struct policy_item named = { "", "", "" };
	struct policy_place inner;
	const char *leg = "";
	enum status status = policy_read_item(&named, at);

	if (status == STATUS_OK)
		status = policy_read_known(&leg, at, "leg", DOC_REQUIRED, &at->policy->legs, "leg");
	*out = (struct policy_system){ named.key, named.title, named.section, leg,
		at->policy->thresholds, at->policy->stale_after_hours };
	if (status == STATUS_OK)
		status = policy_read_number(
		    &out->stale_after_hours, at, "stale_after_hours", DOC_OPTIONAL, 0, HOURS_MAX);
	if (status != STATUS_OK || json_object_get(at->object, "thresholds") == NULL)
		return status;
	status = policy_read_inner(&inner, at, "thresholds", threshold_fields);
	return status == STATUS_OK ? read_thresholds(&out->thresholds, &inner, DOC_OPTIONAL)
				   : status;
}

static enum status
read_role(void *item, const struct policy_place *at)
{
	struct policy_role *out = item;
	struct policy_item named = { "", "", "" };
	enum status status = policy_read_item(&named, at);

	*out = (struct policy_role){
		.key = named.key, .title = named.title, .section = named.section
	};
	if (status == STATUS_OK)
		status = policy_read_any_keys(&out->legs, at, "legs", &at->policy->legs, "leg");
	if (status == STATUS_OK)
		status = policy_read_any_keys(
		    &out->methods, at, "methods", &policy_method_rows, "method");
	for (size_t i = POLICY_CHECK; i <= POLICY_WHY && status == STATUS_OK; i++) {
		const char *method = policy_methods()->items[i];

		if (policy_keys_have(&out->methods, str_from(method)) && out->legs.count == 0)
			status =
			    policy_read_refuse(at, "", "may call \"%s\" but has no leg", method);
	}
	return status;
}

/* A leg that nobody covers would leave every check incomplete for ever. */
static enum status
check_leg(const struct policy_place *doc, size_t i)
{
	const struct policy *policy = doc->policy;
	struct str leg = str_from(policy_leg(policy, i));
	const struct policy_role *role;
	bool has_system = false, has_role = false;
	struct policy_place at;

	for (size_t s = 0; s < policy_system_count(policy); s++)
		has_system |= str_eq_text(leg, policy_system(policy, s)->leg);
	for (size_t r = 0; (role = policy_role(policy, r)) != NULL; r++)
		has_role |= policy_keys_have(&role->legs, leg) &&
			    policy_keys_have(&role->methods, STR_LIT("check"));
	policy_read_at(&at, doc, "legs", i);
	if (!has_system)
		return policy_read_refuse(&at, "", "no system is in leg \"%.*s\"", STR_ARG(leg));
	if (!has_role)
		return policy_read_refuse(&at, "", "no role may search leg \"%.*s\"", STR_ARG(leg));
	return STATUS_OK;
}

/* One that nobody may call is a rule that nobody can follow. */
static enum status
check_method(const struct policy_place *doc, struct str method)
{
	const struct policy *policy = doc->policy;
	bool internal = policy_keys_have(&policy->internal, method);
	const struct policy_role *role;
	bool called = false;

	for (size_t i = 0; (role = policy_role(policy, i)) != NULL; i++) {
		if (!policy_keys_have(&role->methods, method))
			continue;
		if (internal)
			return policy_read_refuse(doc, "internal_methods",
			    "\"%.*s\" may be called by the role \"%s\"", STR_ARG(method),
			    role->key);
		called = true;
	}
	return called || internal
		   ? STATUS_OK
		   : policy_read_refuse(doc, "roles", "nobody may call \"%.*s\"", STR_ARG(method));
}

enum status
policy_roles_read(const struct policy_place *doc)
{
	static const char *const system_fields[] = { "key", "title", "section", "leg", "thresholds",
		"stale_after_hours", NULL };
	static const char *const role_fields[] = { "key", "title", "section", "legs", "methods",
		NULL };
	static const struct policy_form systems = { system_fields, read_system,
		sizeof(struct policy_system), POLICY_ITEMS_MAX, true };
	static const struct policy_form roles = { role_fields, read_role,
		sizeof(struct policy_role), POLICY_ITEMS_MAX, true };
	struct policy *policy = doc->policy;
	enum status status = policy_read_items(&policy->legs, doc, "legs", POLICY_LEGS_MAX);

	if (status == STATUS_OK)
		status = read_defaults(doc);
	if (status == STATUS_OK)
		status = policy_read_rows(&policy->systems, doc, "systems", &systems);
	if (status == STATUS_OK)
		status = policy_read_rows(&policy->roles, doc, "roles", &roles);
	if (status == STATUS_OK)
		status = policy_read_any_keys(
		    &policy->internal, doc, "internal_methods", &policy_method_rows, "method");
	for (size_t i = 0; i < policy->legs.count && status == STATUS_OK; i++)
		status = check_leg(doc, i);
	for (size_t i = 0; i < policy_methods()->count && status == STATUS_OK; i++)
		status = check_method(doc, str_from(policy_methods()->items[i]));
	return status;
}
