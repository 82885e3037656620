#include "ledger/policy.h"

#include "ledger/policy_inside.h"

static const char *const methods[] = { [POLICY_CHECK] = "check",
	[POLICY_CHECK_GET] = "check.get",
	[POLICY_WHY] = "why",
	"record.status",
	"index.status",
	"ledger.head",
	"health",
	"request.log",
	"request.get",
	"request.list",
	"request.decline",
	"request.withdraw",
	"request.close",
	"request.note",
	"review.queue",
	"review.decide",
	"review.second",
	"review.ask",
	"review.answer",
	"review.pairs",
	"review.export",
	"absence.set",
	"record.secure",
	"record.release",
	"record.retain",
	"register.list",
	"events",
	"notice.list",
	"notice.sent",
	"notice.ack",
	"share.open",
	"share.agree",
	"share.consult",
	"share.decide",
	"share.get",
	"media.status",
	"due",
	"standing.run",
	"retention.due",
	"retention.destroy",
	"ledger.tail",
	"ledger.search",
	"ledger.checkpoint",
	"ledger.backup" };

#define COUNT(array) (sizeof(array) / sizeof *(array))
const struct policy_rows policy_method_rows = { methods, COUNT(methods), sizeof *methods };

const struct policy_keys *
policy_methods(void)
{
	static const struct policy_keys keys = { methods, COUNT(methods) };

	return &keys;
}

const void *
policy_rows_at(const struct policy_rows *rows, size_t i)
{
	return i < rows->count ? (const char *)rows->items + i * rows->size : NULL;
}

static const char *
key_of(const void *item)
{
	return *(const char *const *)item;
}

const void *
policy_rows_find(const struct policy_rows *rows, struct str key)
{
	for (size_t i = 0; i < rows->count; i++)
		if (str_eq_text(key, key_of(policy_rows_at(rows, i))))
			return policy_rows_at(rows, i);
	return NULL;
}

const char *
policy_rows_key(const struct policy_rows *rows, struct str key)
{
	const void *item = policy_rows_find(rows, key);

	return item == NULL ? NULL : key_of(item);
}

bool
policy_keys_have(const struct policy_keys *keys, struct str key)
{
	for (size_t i = 0; i < keys->count; i++)
		if (str_eq_text(key, keys->items[i]))
			return true;
	return false;
}

const struct digest *
policy_hash(const struct policy *policy)
{
	return &policy->hash;
}

const char *
policy_name(const struct policy *policy)
{
	return policy->name;
}

const char *
policy_source(const struct policy *policy)
{
	return policy->source;
}

/* --- Systems and legs --------------------------------------------------------------------------
 */
size_t
policy_system_count(const struct policy *policy)
{
	return policy->systems.count;
}

const struct policy_system *
policy_system(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->systems, i);
}

const struct policy_system *
policy_system_find(const struct policy *policy, struct str key)
{
	return policy_rows_find(&policy->systems, key);
}

unsigned
policy_legs_within_hours(const struct policy *policy)
{
	return policy->legs_within_hours;
}

const struct policy_item *
policy_leg_item(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->legs, i);
}

const char *
policy_leg(const struct policy *policy, size_t i)
{
	const struct policy_item *leg = policy_leg_item(policy, i);

	return leg == NULL ? NULL : leg->key;
}

/* --- Roles -------------------------------------------------------------------------------------
 */
static const struct policy_role *
role_find(const struct policy *policy, struct str key)
{
	return policy_rows_find(&policy->roles, key);
}

const struct policy_role *
policy_role(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->roles, i);
}

bool
policy_role_exists(const struct policy *policy, struct str role)
{
	return role_find(policy, role) != NULL;
}

const char *
policy_role_title(const struct policy *policy, struct str role)
{
	const struct policy_role *found = role_find(policy, role);

	return found == NULL ? NULL : found->title;
}

bool
policy_may_call(const struct policy *policy, struct str role, struct str method)
{
	const struct policy_role *found = role_find(policy, role);

	return found != NULL && policy_keys_have(&found->methods, method);
}

const struct policy_keys *
policy_internal_methods(const struct policy *policy)
{
	return &policy->internal;
}

bool
policy_may_search_leg(const struct policy *policy, struct str role, struct str leg)
{
	const struct policy_role *found = role_find(policy, role);

	return found != NULL && policy_keys_have(&found->legs, leg);
}

const char *
policy_default_leg(const struct policy *policy, struct str role)
{
	const struct policy_role *found = role_find(policy, role);

	return found == NULL || found->legs.count != 1 ? NULL : found->legs.items[0];
}

bool
policy_sees_secured(const struct policy *policy, struct str role)
{
	return policy_keys_have(&policy->secured.visible_to, role);
}

const char *
policy_secured_contact(const struct policy *policy)
{
	return policy_role_title(policy, str_from(policy->secured.contact));
}

/* --- Requests ----------------------------------------------------------------------------------
 */
const struct policy_kind *
policy_kind(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->kinds, i);
}

const struct policy_kind *
policy_kind_find(const struct policy *policy, struct str kind)
{
	return policy_rows_find(&policy->kinds, kind);
}

bool
policy_kind_exists(const struct policy *policy, struct str kind)
{
	return policy_kind_find(policy, kind) != NULL;
}

const struct policy_item *
policy_channel(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->channels, i);
}

const struct policy_item *
policy_channel_find(const struct policy *policy, struct str channel)
{
	return policy_rows_find(&policy->channels, channel);
}

const struct policy_jurisdiction *
policy_jurisdiction(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->jurisdictions, i);
}

const struct policy_jurisdiction *
policy_jurisdiction_find(const struct policy *policy, struct str jurisdiction)
{
	return policy_rows_find(&policy->jurisdictions, jurisdiction);
}

bool
policy_jurisdiction_exists(const struct policy *policy, struct str jurisdiction)
{
	return policy_jurisdiction_find(policy, jurisdiction) != NULL;
}

const struct policy_item *
policy_review_type(const struct policy *policy, size_t i)
{
	return policy_rows_at(&policy->review_types, i);
}

bool
policy_review_type_valid(
    const struct policy *policy, struct str jurisdiction, struct str review_type)
{
	const struct policy_jurisdiction *found = policy_jurisdiction_find(policy, jurisdiction);

	if (found == NULL)
		return false;
	for (size_t i = 0; i < found->review_type_count; i++)
		if (str_eq_text(review_type, found->review_types[i].key))
			return true;
	return policy_rows_find(&policy->review_types, review_type) != NULL;
}

const char *
policy_kind_list(const struct policy *policy)
{
	return policy->kind_list;
}

const char *
policy_jurisdiction_list(const struct policy *policy)
{
	return policy->jurisdiction_list;
}

const char *
policy_channel_list(const struct policy *policy)
{
	return policy->channel_list;
}
