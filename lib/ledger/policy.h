#ifndef LEDGER_POLICY_H
#define LEDGER_POLICY_H
/*
 * policy: the written procedure as data (schemas/policy/default.json; docs/policy.md; form in
 * schemas/policy.schema.json). Here: systems and legs, roles and what each may do, what a request
 * may be, thresholds. What is to be done with it is in ledger/policy_rules.h. The policy's hash is
 * in every answer and in every ledger entry that a rule decided.
 * Every rule names its `section` of the procedure: "2.4", "1.9, 2.1", or "none" where the
 * procedure says nothing and the service needs a rule.
 * Loading refuses unknown fields and names, keys that occur twice, a leg without a system or that
 * nobody may search, a method that nobody may call, thresholds out of order and what else docs/
 * policy.md lists: STATUS_INVALID (STATUS_LIMIT for too long or too many, STATUS_VERSION for
 * another format) with file, path and reason.
 * All that is returned is borrowed from the policy.
 * Threads: not changed after loading; any number of threads may read it.
 */
#include "base/digest.h"
#include "base/err.h"
#include "base/str.h"

#define POLICY_BYTES_MAX (1u << 20) /* the shipped one is 26 KiB */
#define POLICY_KEY_BYTES_MAX 63	    /* keys are a-z, 0-9 and _, from a letter */
#define POLICY_TEXT_BYTES_MAX 255   /* titles and words */
#define POLICY_LEGS_MAX 16
#define POLICY_ITEMS_MAX 64 /* of every other list */

struct policy;

enum status policy_load(struct policy **out, const char *path, struct err *err) MUST_USE;
void policy_free(struct policy *policy);
const struct digest *policy_hash(const struct policy *policy);
const char *policy_name(const struct policy *policy);
const char *policy_source(const struct policy *policy);

/* A list of keys in the file's order; empty where the file has none. */
struct policy_keys {
	const char *const *items;
	size_t count;
};
bool policy_keys_have(const struct policy_keys *keys, struct str key);

struct policy_item {
	const char *key, *title, *section;
};

/* --- Systems and legs ------------------------------------------------------------------------ */
/* In bits of match weight; certain >= probable >= possible >= list, secure >= possible. `related`
 * is in bits of family weight (linkage/relation.h): relatives and namesakes from there on are
 * listed. */
struct policy_thresholds {
	double certain, probable, possible, list, secure, related;
};

struct policy_system {
	const char *key;   /* "childrens_services" */
	const char *title; /* "Children's Services" */
	const char *section;
	const char *leg; /* "qa" */
	struct policy_thresholds thresholds;
	unsigned stale_after_hours; /* an older generation leaves the check incomplete; 0: never */
};

size_t policy_system_count(const struct policy *policy);
/* This and the others like it: in the file's order; NULL past the last. */
const struct policy_system *policy_system(const struct policy *policy, size_t i);
const struct policy_system *policy_system_find(const struct policy *policy, struct str key);
/* The legs of one check must be asked within so many hours of one another, else the first is to be
 * asked again; 0: however long. */
unsigned policy_legs_within_hours(const struct policy *policy);
const char *policy_leg(const struct policy *policy, size_t i);
const struct policy_item *policy_leg_item(const struct policy *policy, size_t i);

/* --- Roles ----------------------------------------------------------------------------------- */
struct policy_role {
	const char *key, *title, *section;
	struct policy_keys legs, methods;
};

const struct policy_role *policy_role(const struct policy *policy, size_t i);
bool policy_role_exists(const struct policy *policy, struct str role);
/* The title for messages: "NSIT officer"; NULL if there is no such role. */
const char *policy_role_title(const struct policy *policy, struct str role);
/* The operations of docs/protocol.md; a policy gives each to a role, or it is internal. */
const struct policy_keys *policy_methods(void);
bool policy_may_call(const struct policy *policy, struct str role, struct str method);
/* Operations that only searchd itself may run. */
const struct policy_keys *policy_internal_methods(const struct policy *policy);
/* The role works in the leg: it reads the checks of it and, if it may call "check", searches it. */
bool policy_may_search_leg(const struct policy *policy, struct str role, struct str leg);
/* The leg a role searches when it names none: its only one, or NULL. */
const char *policy_default_leg(const struct policy *policy, struct str role);
/* Details of a secured record are shown to the role. */
bool policy_sees_secured(const struct policy *policy, struct str role);
/* Whom to ask about a secured record: a role's title. */
const char *policy_secured_contact(const struct policy *policy);

/* --- Requests -------------------------------------------------------------------------------- */
struct policy_kind {
	const char *key, *title, *section;
	const char *retention; /* a class of policy_keep_days() */
	bool same_day;	       /* must be told on the day (section 1.9) */
	bool people_required;  /* cannot be logged without anybody to ask about */
	bool media; /* of the roles of the media gate (section 5.3) only these may log it */
};

const struct policy_kind *policy_kind(const struct policy *policy, size_t i);
const struct policy_kind *policy_kind_find(const struct policy *policy, struct str kind);
bool policy_kind_exists(const struct policy *policy, struct str kind);
/* How a request came in (section 2.2). */
const struct policy_item *policy_channel(const struct policy *policy, size_t i);
const struct policy_item *policy_channel_find(const struct policy *policy, struct str channel);

/* Words of a jurisdiction (procedure, section 14). */
struct policy_jurisdiction {
	const char *key;   /* "wales" */
	const char *title; /* "Wales" */
	const char *section;
	const char *board;	       /* "Local Safeguarding Children Board" */
	const char *management_review; /* "Timeline of Significant Events" */
	const char *publication; /* "Published on the board's website for at least 12 weeks" */
	const struct policy_item *review_types; /* its own, besides those of everywhere */
	size_t review_type_count;
};

const struct policy_jurisdiction *policy_jurisdiction(const struct policy *policy, size_t i);
const struct policy_jurisdiction *policy_jurisdiction_find(
    const struct policy *policy, struct str jurisdiction);
bool policy_jurisdiction_exists(const struct policy *policy, struct str jurisdiction);
/* Review types of everywhere. */
const struct policy_item *policy_review_type(const struct policy *policy, size_t i);
bool policy_review_type_valid(
    const struct policy *policy, struct str jurisdiction, struct str review_type);
/* Comma-separated lists for error messages. */
const char *policy_kind_list(const struct policy *policy);
const char *policy_jurisdiction_list(const struct policy *policy);
const char *policy_channel_list(const struct policy *policy);

#endif
