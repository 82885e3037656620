#ifndef LEDGER_POLICY_H
#define LEDGER_POLICY_H
/*
 * policy: the written procedure as data: systems and legs, roles and what each may do, request
 * kinds, jurisdictions and their review types, thresholds (schemas/policy/default.json; form in
 * schemas/policy.schema.json). Its hash is in every answer and ledger entry.
 * Loading refuses unknown fields, roles, legs and methods, keys that occur twice, a leg without
 * a system or that nobody may search, a method that nobody may call, thresholds out of order:
 * STATUS_INVALID (STATUS_LIMIT for too long or too many) with file, path and reason.
 * Methods are the operations of docs/protocol.md, known to policy_json.c.
 * Threads: not changed after loading; any number of threads may read it.
 */
#include "base/digest.h"
#include "base/err.h"
#include "base/str.h"

#define POLICY_BYTES_MAX (1u << 20) /* the shipped one is 10 KiB */
#define POLICY_KEY_BYTES_MAX 63	    /* keys are a-z, 0-9 and _, from a letter */
#define POLICY_TEXT_BYTES_MAX 255   /* titles and words */
#define POLICY_LEGS_MAX 16
#define POLICY_ITEMS_MAX 64 /* systems, roles, kinds, jurisdictions, review types of one */

struct policy;

/* In bits of match weight; certain >= probable >= possible >= list, secure >= possible. `related`
 * is in bits of family weight (linkage/relation.h): relatives and namesakes from there on are
 * listed. */
struct policy_thresholds {
	double certain, probable, possible, list, secure, related;
};

struct policy_system {
	const char *key;   /* "childrens_services" */
	const char *title; /* "Children's Services" */
	const char *leg;   /* "qa" */
	struct policy_thresholds thresholds;
	unsigned stale_after_hours; /* an older generation leaves the check incomplete; 0: never */
};

enum status policy_load(struct policy **out, const char *path, struct err *err) MUST_USE;
void policy_free(struct policy *policy);
const struct digest *policy_hash(const struct policy *policy);
const char *policy_name(const struct policy *policy);

size_t policy_system_count(const struct policy *policy);
const struct policy_system *policy_system(const struct policy *policy, size_t i);
const struct policy_system *policy_system_find(const struct policy *policy, struct str key);
/* The legs of one check must be asked within so many hours of one another, else the first is to be
 * asked again; 0: however long. */
unsigned policy_legs_within_hours(const struct policy *policy);
/* Legs in the file's order; NULL past the last. */
const char *policy_leg(const struct policy *policy, size_t i);

bool policy_role_exists(const struct policy *policy, struct str role);
/* The title for messages: "NSIT officer". */
const char *policy_role_title(const struct policy *policy, struct str role);
bool policy_may_call(const struct policy *policy, struct str role, struct str method);
/* The role works in the leg: it reads the checks of it and, if it may call "check", searches it. */
bool policy_may_search_leg(const struct policy *policy, struct str role, struct str leg);
/* Details of a secured record are shown to the role. */
bool policy_sees_secured(const struct policy *policy, struct str role);
/* Whom to ask about a secured record: a role's title. */
const char *policy_secured_contact(const struct policy *policy);
/* The leg a role searches when it names none: its only one, or NULL. */
const char *policy_default_leg(const struct policy *policy, struct str role);

bool policy_kind_exists(const struct policy *policy, struct str kind);
bool policy_jurisdiction_exists(const struct policy *policy, struct str jurisdiction);
bool policy_review_type_valid(
    const struct policy *policy, struct str jurisdiction, struct str review_type);

/* Words of a jurisdiction (procedure, section 14). */
struct policy_jurisdiction {
	const char *key;	       /* "wales" */
	const char *title;	       /* "Wales" */
	const char *board;	       /* "Local Safeguarding Children Board" */
	const char *management_review; /* "Timeline of Significant Events" */
	const char *publication; /* "Published on the board's website for at least 12 weeks" */
};
/* NULL if there is none. */
const struct policy_jurisdiction *policy_jurisdiction_find(
    const struct policy *policy, struct str jurisdiction);
/* Comma-separated lists for error messages. */
const char *policy_kind_list(const struct policy *policy);
const char *policy_jurisdiction_list(const struct policy *policy);

#endif
