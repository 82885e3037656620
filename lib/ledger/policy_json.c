#include "ledger/policy.h"

#include "base/arena.h"
#include "base/doc_json.h"
#include "base/file.h"
#include "base/mem.h"

#include <jansson.h>
#include <stdio.h>

#define FORMAT 1
#define DEPTH_MAX 8
#define WEIGHT_MAX 100.0 /* bits; a perfect match of every field stays under 100 */
/* Below 0 bits it is rather somebody else: such may be shown, but is neither probable nor secured.
 */
#define WEIGHT_MIN_SHOWN (-100.0)
#define HOURS_MAX 87600u /* ten years: more is a slip of the pen */
#define PATH_BYTES 64

/* The operations of docs/protocol.md; a test reads them there. */
static const char *const methods[] = { "check", "check.get", "why", "record.status", "index.status",
	"ledger.head", "health" };
#define METHODS (sizeof methods / sizeof *methods)
enum { METHOD_CHECK, METHOD_CHECK_GET, METHOD_WHY }; /* what needs a leg */

struct entry {
	const char *key, *title;
};

struct list {
	struct entry *items;
	size_t count;
};

struct role {
	struct entry named;
	uint32_t legs, methods; /* bit i: leg i, method i */
	bool sees_secured;
};

struct jurisdiction {
	struct policy_jurisdiction words;
	struct list review_types;
};

struct policy {
	struct arena *arena;
	struct digest hash;
	const char *name;
	struct policy_thresholds thresholds;
	unsigned stale_after_hours, legs_within_hours;
	struct list legs, kinds, review_types;
	struct policy_system *systems;
	struct role *roles;
	struct jurisdiction *jurisdictions;
	size_t system_count, role_count, jurisdiction_count;
	const struct role *contact;
	const char *kind_list, *jurisdiction_list;
};

/* What every reading function needs. */
struct loader {
	struct policy *policy;
	const char *source;
	struct err *err;
};

_Static_assert(POLICY_LEGS_MAX <= 32, "a leg is a bit of struct role");
_Static_assert(METHODS <= 32, "a method is a bit of struct role");

static enum status
nomem(struct loader *loader)
{
	return err_set(loader->err, STATUS_NOMEM, "out of memory");
}

static void
item_path(char out[PATH_BYTES], const char *list, size_t i)
{
	if (snprintf(out, PATH_BYTES, "%s[%zu]", list, i) >= PATH_BYTES)
		bug("the names of our own fields fit");
}

static bool
is_key(struct str s)
{
	if (s.n == 0 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
			s.p[i] == '_'))
			return false;
	return true;
}

static enum status
read_text(const char **out, struct loader *loader, const json_t *object, const char *path,
    const char *key, size_t bytes_max)
{
	struct str text = STR_NONE;
	enum status status =
	    doc_str(&text, object, loader->source, path, key, DOC_REQUIRED, bytes_max, loader->err);

	if (status != STATUS_OK)
		return status;
	if (str_trim(text).n == 0)
		return err_data(loader->err, STATUS_INVALID, loader->source, 0, "%s%s%s: is empty",
		    path, path[0] == '\0' ? "" : ".", key);
	if (!arena_copy(&text, loader->policy->arena, text))
		return nomem(loader);
	*out = text.p;
	return STATUS_OK;
}

static enum status
read_key(const char **out, struct loader *loader, const json_t *object, const char *path,
    const char *key)
{
	enum status status = read_text(out, loader, object, path, key, POLICY_KEY_BYTES_MAX);

	if (status == STATUS_OK && !is_key(str_from(*out)))
		return err_data(loader->err, STATUS_INVALID, loader->source, 0,
		    "%s%s%s: expected a-z, 0-9 and _, beginning with a letter", path,
		    path[0] == '\0' ? "" : ".", key);
	return status;
}

static enum status
read_entry(struct entry *out, struct loader *loader, const json_t *object, const char *path)
{
	enum status status = read_key(&out->key, loader, object, path, "key");

	if (status == STATUS_OK)
		status =
		    read_text(&out->title, loader, object, path, "title", POLICY_TEXT_BYTES_MAX);
	return status;
}

static enum status
twice(struct loader *loader, const char *path, const char *key)
{
	return err_data(
	    loader->err, STATUS_INVALID, loader->source, 0, "%s: \"%s\" is there twice", path, key);
}

/* A required list with at least one entry, and room for what is read from it. */
static enum status
open_list(const json_t **out, void **items, size_t *count, size_t size, struct loader *loader,
    const json_t *object, const char *path, const char *key, size_t count_max)
{
	enum status status = doc_array(
	    out, count, object, loader->source, path, key, DOC_REQUIRED, count_max, loader->err);

	if (status != STATUS_OK)
		return status;
	if (*count == 0)
		return err_data(loader->err, STATUS_INVALID, loader->source, 0, "%s%s%s: is empty",
		    path, path[0] == '\0' ? "" : ".", key);
	*items = arena_alloc(loader->policy->arena, *count, size);
	return *items == NULL ? nomem(loader) : STATUS_OK;
}

static const struct entry *
list_find(const struct list *list, struct str key)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_eq_text(key, list->items[i].key))
			return &list->items[i];
	return NULL;
}

/* A list of {key, title}; kinds also have the section of the procedure they come from. */
static enum status
read_list(struct list *out, struct loader *loader, const json_t *object, const char *path,
    const char *key, const char *const *known, size_t count_max)
{
	const json_t *array;
	char full[PATH_BYTES], at[PATH_BYTES];
	size_t count;
	void *items;
	enum status status = open_list(
	    &array, &items, &count, sizeof *out->items, loader, object, path, key, count_max);

	if (status != STATUS_OK)
		return status;
	snprintf(full, sizeof full, "%s%s%s", path, path[0] == '\0' ? "" : ".", key);
	*out = (struct list){ items, 0 };
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const json_t *item = json_array_get(array, i);

		item_path(at, full, i);
		status = doc_fields(item, loader->source, at, known, loader->err);
		if (status == STATUS_OK)
			status = read_entry(&out->items[i], loader, item, at);
		if (status == STATUS_OK && list_find(out, str_from(out->items[i].key)) != NULL)
			status = twice(loader, at, out->items[i].key);
		out->count = i + 1;
	}
	return status;
}

static enum status
check_order(struct loader *loader, const char *path, const char *above, double high,
    const char *below, double low)
{
	if (high >= low)
		return STATUS_OK;
	return err_data(loader->err, STATUS_INVALID, loader->source, 0,
	    "%s: %s (%g) is below %s (%g)", path, above, high, below, low);
}

static enum status
check_thresholds(struct loader *loader, const char *path, const struct policy_thresholds *t)
{
	enum status status = check_order(loader, path, "possible", t->possible, "list", t->list);

	if (status == STATUS_OK)
		status =
		    check_order(loader, path, "probable", t->probable, "possible", t->possible);
	if (status == STATUS_OK)
		status = check_order(loader, path, "certain", t->certain, "probable", t->probable);
	if (status == STATUS_OK)
		status = check_order(loader, path, "secure", t->secure, "possible", t->possible);
	return status;
}

/* *out holds the defaults, so that a system names only what differs. */
static enum status
read_thresholds(struct policy_thresholds *out, struct loader *loader, const json_t *object,
    const char *path, enum doc_need need)
{
	static const char *const known[] = { "list", "possible", "probable", "certain", "secure",
		"related", NULL };
	double *const values[] = { &out->list, &out->possible, &out->probable, &out->certain,
		&out->secure, &out->related };
	enum status status = doc_fields(object, loader->source, path, known, loader->err);

	for (size_t i = 0; known[i] != NULL && status == STATUS_OK; i++)
		status = doc_num(values[i], object, loader->source, path, known[i], need,
		    values[i] == &out->list || values[i] == &out->possible ||
			    values[i] == &out->related
			? WEIGHT_MIN_SHOWN
			: 0,
		    WEIGHT_MAX, loader->err);
	return status == STATUS_OK ? check_thresholds(loader, path, out) : status;
}

static enum status
read_hours(unsigned *out, struct loader *loader, const json_t *object, const char *path,
    const char *name, enum doc_need need)
{
	int64_t hours = *out;
	enum status status =
	    doc_int(&hours, object, loader->source, path, name, need, 0, HOURS_MAX, loader->err);

	if (status == STATUS_OK)
		*out = (unsigned)hours;
	return status;
}

static enum status
read_defaults(struct loader *loader, const json_t *doc)
{
	struct policy *policy = loader->policy;
	const json_t *thresholds = NULL;
	enum status status = doc_object(
	    &thresholds, doc, loader->source, "", "thresholds", DOC_REQUIRED, loader->err);

	if (status == STATUS_OK)
		status = read_thresholds(
		    &policy->thresholds, loader, thresholds, "thresholds", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = read_hours(
		    &policy->stale_after_hours, loader, doc, "", "stale_after_hours", DOC_REQUIRED);
	if (status == STATUS_OK)
		status = read_hours(
		    &policy->legs_within_hours, loader, doc, "", "legs_within_hours", DOC_REQUIRED);
	return status;
}

static enum status
unknown(struct loader *loader, const char *path, const char *what, struct str name)
{
	return err_data(loader->err, STATUS_INVALID, loader->source, 0, "%s: unknown %s \"%.*s\"",
	    path, what, STR_ARG(str_part(name, 0, POLICY_KEY_BYTES_MAX)));
}

static enum status
read_system(struct policy_system *out, struct loader *loader, const json_t *object, const char *at)
{
	static const char *const known[] = { "key", "title", "leg", "thresholds",
		"stale_after_hours", NULL };
	struct policy *policy = loader->policy;
	const json_t *thresholds = NULL;
	const struct entry *leg;
	struct entry named;
	char path[PATH_BYTES + 16];
	enum status status = doc_fields(object, loader->source, at, known, loader->err);

	if (status == STATUS_OK)
		status = read_entry(&named, loader, object, at);
	if (status == STATUS_OK)
		status = read_key(&out->leg, loader, object, at, "leg");
	if (status != STATUS_OK)
		return status;
	leg = list_find(&policy->legs, str_from(out->leg));
	if (leg == NULL)
		return unknown(loader, at, "leg", str_from(out->leg));
	*out = (struct policy_system){ named.key, named.title, leg->key, policy->thresholds,
		policy->stale_after_hours };
	status = read_hours(
	    &out->stale_after_hours, loader, object, at, "stale_after_hours", DOC_OPTIONAL);
	if (status == STATUS_OK)
		status = doc_object(&thresholds, object, loader->source, at, "thresholds",
		    DOC_OPTIONAL, loader->err);
	if (status != STATUS_OK || thresholds == NULL)
		return status;
	snprintf(path, sizeof path, "%s.thresholds", at);
	return read_thresholds(&out->thresholds, loader, thresholds, path, DOC_OPTIONAL);
}

static enum status
read_systems(struct loader *loader, const json_t *doc)
{
	struct policy *policy = loader->policy;
	const json_t *array;
	char at[PATH_BYTES];
	size_t count;
	void *items;
	enum status status = open_list(&array, &items, &count, sizeof *policy->systems, loader, doc,
	    "", "systems", POLICY_ITEMS_MAX);

	if (status != STATUS_OK)
		return status;
	policy->systems = items;
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct policy_system *system = &policy->systems[i];

		item_path(at, "systems", i);
		status = read_system(system, loader, json_array_get(array, i), at);
		if (status == STATUS_OK &&
		    policy_system_find(policy, str_from(system->key)) != NULL)
			status = twice(loader, at, system->key);
		policy->system_count = i + 1;
	}
	return status;
}

static enum status
method_bit(unsigned *out, struct loader *loader, const char *path, struct str name)
{
	for (unsigned i = 0; i < METHODS; i++)
		if (str_eq_text(name, methods[i])) {
			*out = i;
			return STATUS_OK;
		}
	return unknown(loader, path, "method", name);
}

static enum status
leg_bit(unsigned *out, struct loader *loader, const char *path, struct str name)
{
	const struct list *legs = &loader->policy->legs;

	for (unsigned i = 0; i < legs->count; i++)
		if (str_eq_text(name, legs->items[i].key)) {
			*out = i;
			return STATUS_OK;
		}
	return unknown(loader, path, "leg", name);
}

static enum status
role_bit(unsigned *out, struct loader *loader, const char *path, struct str name)
{
	for (unsigned i = 0; i < loader->policy->role_count; i++)
		if (str_eq_text(name, loader->policy->roles[i].named.key)) {
			*out = i;
			return STATUS_OK;
		}
	return unknown(loader, path, "role", name);
}

/* A list of names, each of which must be known, as bits. */
static enum status
read_bits(uint64_t *out, struct loader *loader, const json_t *object, const char *path,
    const char *key,
    enum status (*bit)(unsigned *out, struct loader *loader, const char *path, struct str name))
{
	const json_t *array;
	char full[PATH_BYTES], at[PATH_BYTES];
	size_t count;
	enum status status = doc_array(&array, &count, object, loader->source, path, key,
	    DOC_REQUIRED, POLICY_ITEMS_MAX, loader->err);

	snprintf(full, sizeof full, "%s.%s", path, key);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const json_t *item = json_array_get(array, i);
		struct str name = { json_string_value(item), json_string_length(item) };
		unsigned n = 0;

		item_path(at, full, i);
		if (name.p == NULL)
			return err_data(loader->err, STATUS_INVALID, loader->source, 0,
			    "%s: expected a string", at);
		status = bit(&n, loader, at, name);
		if (status == STATUS_OK && (*out >> n & 1) != 0)
			status = err_data(loader->err, STATUS_INVALID, loader->source, 0,
			    "%s: \"%.*s\" is there twice", at, STR_ARG(name));
		*out |= (uint64_t)1 << n;
	}
	return status;
}

static enum status
read_role(struct role *out, struct loader *loader, const json_t *object, const char *at)
{
	static const char *const known[] = { "key", "title", "legs", "methods", NULL };
	uint64_t legs = 0, calls = 0;
	enum status status = doc_fields(object, loader->source, at, known, loader->err);

	if (status == STATUS_OK)
		status = read_entry(&out->named, loader, object, at);
	if (status == STATUS_OK)
		status = read_bits(&legs, loader, object, at, "legs", leg_bit);
	if (status == STATUS_OK)
		status = read_bits(&calls, loader, object, at, "methods", method_bit);
	out->legs = (uint32_t)legs;
	out->methods = (uint32_t)calls;
	for (unsigned i = METHOD_CHECK; i <= METHOD_WHY && status == STATUS_OK; i++)
		if ((out->methods >> i & 1) != 0 && out->legs == 0)
			status = err_data(loader->err, STATUS_INVALID, loader->source, 0,
			    "%s: may call \"%s\" but has no leg", at, methods[i]);
	return status;
}

static const struct role *
role_find(const struct policy *policy, struct str key)
{
	for (size_t i = 0; i < policy->role_count; i++)
		if (str_eq_text(key, policy->roles[i].named.key))
			return &policy->roles[i];
	return NULL;
}

static enum status
read_roles(struct loader *loader, const json_t *doc)
{
	struct policy *policy = loader->policy;
	const json_t *array;
	char at[PATH_BYTES];
	size_t count;
	void *items;
	enum status status = open_list(&array, &items, &count, sizeof *policy->roles, loader, doc,
	    "", "roles", POLICY_ITEMS_MAX);

	if (status != STATUS_OK)
		return status;
	policy->roles = items;
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct role *role = &policy->roles[i];

		item_path(at, "roles", i);
		status = read_role(role, loader, json_array_get(array, i), at);
		if (status == STATUS_OK && role_find(policy, str_from(role->named.key)) != NULL)
			status = twice(loader, at, role->named.key);
		policy->role_count = i + 1;
	}
	return status;
}

static enum status
read_secured(struct loader *loader, const json_t *doc)
{
	static const char *const known[] = { "visible_to", "contact", NULL };
	struct policy *policy = loader->policy;
	const json_t *object = NULL;
	const char *contact = "";
	uint64_t visible = 0;
	enum status status =
	    doc_object(&object, doc, loader->source, "", "secured", DOC_REQUIRED, loader->err);

	if (status == STATUS_OK)
		status = doc_fields(object, loader->source, "secured", known, loader->err);
	if (status == STATUS_OK)
		status = read_bits(&visible, loader, object, "secured", "visible_to", role_bit);
	if (status == STATUS_OK)
		status = read_key(&contact, loader, object, "secured", "contact");
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < policy->role_count; i++)
		policy->roles[i].sees_secured = (visible >> i & 1) != 0;
	policy->contact = role_find(policy, str_from(contact));
	if (policy->contact == NULL)
		return unknown(loader, "secured.contact", "role", str_from(contact));
	if (!policy->contact->sees_secured)
		return err_data(loader->err, STATUS_INVALID, loader->source, 0,
		    "secured.contact: \"%s\" is not in visible_to", contact);
	return STATUS_OK;
}

static const char *const entry_fields[] = { "key", "title", NULL };

static enum status
read_words(
    struct policy_jurisdiction *out, struct loader *loader, const json_t *object, const char *at)
{
	struct entry named = { "", "" };
	enum status status = read_entry(&named, loader, object, at);

	out->key = named.key;
	out->title = named.title;
	if (status == STATUS_OK)
		status = read_text(&out->board, loader, object, at, "board", POLICY_TEXT_BYTES_MAX);
	if (status == STATUS_OK)
		status = read_text(&out->management_review, loader, object, at, "management_review",
		    POLICY_TEXT_BYTES_MAX);
	if (status == STATUS_OK)
		status = read_text(
		    &out->publication, loader, object, at, "publication", POLICY_TEXT_BYTES_MAX);
	return status;
}

static const struct jurisdiction *
jurisdiction_find(const struct policy *policy, struct str key)
{
	for (size_t i = 0; i < policy->jurisdiction_count; i++)
		if (str_eq_text(key, policy->jurisdictions[i].words.key))
			return &policy->jurisdictions[i];
	return NULL;
}

static enum status
read_jurisdiction(
    struct jurisdiction *out, struct loader *loader, const json_t *object, const char *at)
{
	static const char *const known[] = { "key", "title", "board", "review_types",
		"management_review", "publication", NULL };
	const struct list *everywhere = &loader->policy->review_types;
	enum status status = doc_fields(object, loader->source, at, known, loader->err);

	if (status == STATUS_OK)
		status = read_words(&out->words, loader, object, at);
	if (status == STATUS_OK)
		status = read_list(&out->review_types, loader, object, at, "review_types",
		    entry_fields, POLICY_ITEMS_MAX);
	if (status == STATUS_OK && jurisdiction_find(loader->policy, str_from(out->words.key)))
		return twice(loader, at, out->words.key);
	for (size_t i = 0; i < out->review_types.count && status == STATUS_OK; i++)
		if (list_find(everywhere, str_from(out->review_types.items[i].key)) != NULL)
			status = err_data(loader->err, STATUS_INVALID, loader->source, 0,
			    "%s: review type \"%s\" is among those of everywhere already", at,
			    out->review_types.items[i].key);
	return status;
}

static enum status
read_jurisdictions(struct loader *loader, const json_t *doc)
{
	struct policy *policy = loader->policy;
	const json_t *array;
	char at[PATH_BYTES];
	size_t count;
	void *items;
	enum status status = open_list(&array, &items, &count, sizeof *policy->jurisdictions,
	    loader, doc, "", "jurisdictions", POLICY_ITEMS_MAX);

	if (status != STATUS_OK)
		return status;
	policy->jurisdictions = items;
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		item_path(at, "jurisdictions", i);
		status = read_jurisdiction(
		    &policy->jurisdictions[i], loader, json_array_get(array, i), at);
		policy->jurisdiction_count = i + 1;
	}
	return status;
}

/* A leg that nobody covers would leave every check incomplete for ever. */
static enum status
check_legs(struct loader *loader)
{
	const struct policy *policy = loader->policy;

	for (size_t leg = 0; leg < policy->legs.count; leg++) {
		const char *key = policy->legs.items[leg].key;
		bool has_system = false, has_role = false;

		for (size_t i = 0; i < policy->system_count; i++)
			has_system |= strcmp(policy->systems[i].leg, key) == 0;
		for (size_t i = 0; i < policy->role_count; i++)
			has_role |= (policy->roles[i].legs >> leg & 1) != 0 &&
				    (policy->roles[i].methods >> METHOD_CHECK & 1) != 0;
		if (!has_system)
			return err_data(loader->err, STATUS_INVALID, loader->source, 0,
			    "legs[%zu]: no system is in leg \"%s\"", leg, key);
		if (!has_role)
			return err_data(loader->err, STATUS_INVALID, loader->source, 0,
			    "legs[%zu]: no role may search leg \"%s\"", leg, key);
	}
	return STATUS_OK;
}

static enum status
check_methods(struct loader *loader)
{
	uint32_t called = 0;

	for (size_t i = 0; i < loader->policy->role_count; i++)
		called |= loader->policy->roles[i].methods;
	for (size_t i = 0; i < METHODS; i++)
		if ((called >> i & 1) == 0)
			return err_data(loader->err, STATUS_INVALID, loader->source, 0,
			    "roles: nobody may call \"%s\"", methods[i]);
	return STATUS_OK;
}

static bool
join(const char **list, struct arena *arena, const char *key)
{
	*list = *list == NULL ? key : arena_format(arena, "%s, %s", *list, key);
	return *list != NULL;
}

static enum status
make_lists(struct loader *loader)
{
	struct policy *policy = loader->policy;

	for (size_t i = 0; i < policy->kinds.count; i++)
		if (!join(&policy->kind_list, policy->arena, policy->kinds.items[i].key))
			return nomem(loader);
	for (size_t i = 0; i < policy->jurisdiction_count; i++)
		if (!join(&policy->jurisdiction_list, policy->arena,
			policy->jurisdictions[i].words.key))
			return nomem(loader);
	return STATUS_OK;
}

static enum status
read_head(struct loader *loader, const json_t *doc)
{
	static const char *const known[] = { "format", "name", "source", "legs", "thresholds",
		"stale_after_hours", "legs_within_hours", "systems", "roles", "secured", "kinds",
		"review_types", "jurisdictions", NULL };
	const char *procedure;
	int64_t format = 0;
	enum status status = doc_fields(doc, loader->source, "", known, loader->err);

	if (status == STATUS_OK)
		status = doc_int(&format, doc, loader->source, "", "format", DOC_REQUIRED, 1,
		    INT32_MAX, loader->err);
	if (status == STATUS_OK && format != FORMAT)
		return err_data(loader->err, STATUS_VERSION, loader->source, 0,
		    "format: %lld is not known, only %d", (long long)format, FORMAT);
	if (status == STATUS_OK)
		status = read_text(
		    &loader->policy->name, loader, doc, "", "name", POLICY_TEXT_BYTES_MAX);
	if (status == STATUS_OK)
		status = read_text(&procedure, loader, doc, "", "source", POLICY_TEXT_BYTES_MAX);
	return status;
}

static enum status
read_policy(struct loader *loader, const json_t *doc)
{
	static const char *const kind_fields[] = { "key", "title", "section", NULL };
	struct policy *policy = loader->policy;
	enum status status = read_head(loader, doc);

	if (status == STATUS_OK)
		status = read_list(
		    &policy->legs, loader, doc, "", "legs", entry_fields, POLICY_LEGS_MAX);
	if (status == STATUS_OK)
		status = read_defaults(loader, doc);
	if (status == STATUS_OK)
		status = read_systems(loader, doc);
	if (status == STATUS_OK)
		status = read_roles(loader, doc);
	if (status == STATUS_OK)
		status = read_secured(loader, doc);
	if (status == STATUS_OK)
		status = read_list(
		    &policy->kinds, loader, doc, "", "kinds", kind_fields, POLICY_ITEMS_MAX);
	if (status == STATUS_OK)
		status = read_list(&policy->review_types, loader, doc, "", "review_types",
		    entry_fields, POLICY_ITEMS_MAX);
	if (status == STATUS_OK)
		status = read_jurisdictions(loader, doc);
	if (status == STATUS_OK)
		status = check_legs(loader);
	if (status == STATUS_OK)
		status = check_methods(loader);
	return status == STATUS_OK ? make_lists(loader) : status;
}

static enum status
load_text(struct policy *policy, const char *path, struct err *err)
{
	struct loader loader = { policy, path, err };
	struct buf text = BUF_INIT;
	struct json_t *doc = NULL;
	enum status status = file_read(&text, path, POLICY_BYTES_MAX, err);

	if (status == STATUS_OK) {
		digest_of(&policy->hash, buf_str(&text));
		status = doc_parse(&doc, buf_str(&text), path, DEPTH_MAX, err);
	}
	if (status == STATUS_OK)
		status = read_policy(&loader, doc);
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

size_t
policy_system_count(const struct policy *policy)
{
	return policy->system_count;
}

const struct policy_system *
policy_system(const struct policy *policy, size_t i)
{
	return i < policy->system_count ? &policy->systems[i] : NULL;
}

const struct policy_system *
policy_system_find(const struct policy *policy, struct str key)
{
	for (size_t i = 0; i < policy->system_count; i++)
		if (str_eq_text(key, policy->systems[i].key))
			return &policy->systems[i];
	return NULL;
}

unsigned
policy_legs_within_hours(const struct policy *policy)
{
	return policy->legs_within_hours;
}

const char *
policy_leg(const struct policy *policy, size_t i)
{
	return i < policy->legs.count ? policy->legs.items[i].key : NULL;
}

bool
policy_role_exists(const struct policy *policy, struct str role)
{
	return role_find(policy, role) != NULL;
}

const char *
policy_role_title(const struct policy *policy, struct str role)
{
	const struct role *found = role_find(policy, role);

	return found == NULL ? NULL : found->named.title;
}

bool
policy_may_call(const struct policy *policy, struct str role, struct str method)
{
	const struct role *found = role_find(policy, role);

	if (found == NULL)
		return false;
	for (size_t i = 0; i < METHODS; i++)
		if (str_eq_text(method, methods[i]))
			return (found->methods >> i & 1) != 0;
	return false;
}

bool
policy_may_search_leg(const struct policy *policy, struct str role, struct str leg)
{
	const struct role *found = role_find(policy, role);

	if (found == NULL)
		return false;
	for (size_t i = 0; i < policy->legs.count; i++)
		if (str_eq_text(leg, policy->legs.items[i].key))
			return (found->legs >> i & 1) != 0;
	return false;
}

bool
policy_sees_secured(const struct policy *policy, struct str role)
{
	const struct role *found = role_find(policy, role);

	return found != NULL && found->sees_secured;
}

const char *
policy_secured_contact(const struct policy *policy)
{
	return policy->contact->named.title;
}

const char *
policy_default_leg(const struct policy *policy, struct str role)
{
	const struct role *found = role_find(policy, role);

	if (found == NULL)
		return NULL;
	for (size_t i = 0; i < policy->legs.count; i++)
		if (found->legs == (uint32_t)1 << i)
			return policy->legs.items[i].key;
	return NULL;
}

bool
policy_kind_exists(const struct policy *policy, struct str kind)
{
	return list_find(&policy->kinds, kind) != NULL;
}

bool
policy_jurisdiction_exists(const struct policy *policy, struct str jurisdiction)
{
	return jurisdiction_find(policy, jurisdiction) != NULL;
}

bool
policy_review_type_valid(
    const struct policy *policy, struct str jurisdiction, struct str review_type)
{
	const struct jurisdiction *found = jurisdiction_find(policy, jurisdiction);

	return found != NULL && (list_find(&found->review_types, review_type) != NULL ||
				    list_find(&policy->review_types, review_type) != NULL);
}

const struct policy_jurisdiction *
policy_jurisdiction_find(const struct policy *policy, struct str jurisdiction)
{
	const struct jurisdiction *found = jurisdiction_find(policy, jurisdiction);

	return found == NULL ? NULL : &found->words;
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
