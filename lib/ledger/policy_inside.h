#ifndef LEDGER_POLICY_INSIDE_H
#define LEDGER_POLICY_INSIDE_H
/*
 * policy_inside: a loaded policy, as the policy_* files of this room see it.
 * policy_json.c makes it, with one policy_*_json.c for each part of the file; policy.c and
 * policy_rules.c answer from it.
 */
#include "base/arena.h"
#include "ledger/policy_rules.h"

/* A list whose items all begin with `const char *key`. */
struct policy_rows {
	const void *items;
	size_t count, size;
};

/* NULL past the last. */
const void *policy_rows_at(const struct policy_rows *rows, size_t i);
const void *policy_rows_find(const struct policy_rows *rows, struct str key);
/* The key as the list holds it, or NULL. */
const char *policy_rows_key(const struct policy_rows *rows, struct str key);

enum {
	POLICY_CHECK, /* of policy_methods(): what needs a leg */
	POLICY_CHECK_GET,
	POLICY_WHY
};
enum {
	POLICY_ENDS = 6 /* of policy_outcomes(): those by which a request ends come first */
};

extern const struct policy_rows policy_method_rows, policy_grade_rows, policy_verdict_rows,
    policy_outcome_rows, policy_event_rows;

struct policy {
	struct arena *arena;
	struct digest hash;
	const char *name, *source, *retention_source;
	struct policy_thresholds thresholds;
	unsigned stale_after_hours, legs_within_hours;
	struct policy_rows legs, systems, roles, kinds, channels, review_types, jurisdictions;
	struct policy_rows milestones, notices, deadlines, retention;
	struct policy_keys internal;
	struct policy_referral referral;
	struct policy_secured secured;
	struct policy_sharing sharing;
	struct policy_media media;
	struct policy_standing standing;
	const char *kind_list, *jurisdiction_list, *channel_list;
};

#endif
