#ifndef SEARCHD_WORLD_H
#define SEARCHD_WORLD_H
/*
 * world: what a request is answered with: the rules (policy, model, calibration, word lists) and,
 * for each leg, the current generations of its systems.
 *
 * A leg has a snapshot of its own, so that a search of one never opens the files of another.
 * A world is never changed: a new generation or a reload makes a new one, which the next request
 * takes; the old one goes when the last request that holds it is through.
 * Threads: any number at once; references are counted.
 */
#include "index/search.h"
#include "ledger/policy.h"
#include "linkage/calibration.h"
#include "record/lexicon.h"
#include "searchd/settings.h"

#include <stdatomic.h>

struct rules {
	atomic_uint references;
	struct policy *policy;
	struct model *model;
	struct calibration *calibration;
	struct lexicon *lexicon;
};

/* Reads the four files. STATUS_INVALID too if a user's role is not the policy's. */
enum status rules_load(
    struct rules **out, const struct settings *settings, struct err *err) MUST_USE;
struct rules *rules_take(struct rules *rules); /* one reference more */
void rules_drop(struct rules *rules);	       /* one less; NULL is fine */

struct leg_system {
	const struct policy_system *policy; /* of the leg's rules */
	int at;				    /* in the snapshot; -1: could not be read */
	char fault[256];		    /* then: why */
	/* Searched is not the generation that `current` should name, but the last good one, for
	 * this reason; "": it is the current one. */
	char note[256];
};

struct leg {
	atomic_uint references;
	struct rules *rules; /* a reference of its own */
	const char *key;
	struct snapshot *snapshot;
	struct leg_system systems[SEARCH_SYSTEMS_MAX];
	size_t system_count;
	uint64_t mark; /* world_leg_mark() when it was loaded */
	/* A search met a system that it could not read: to be looked at again. */
	atomic_bool suspect;
};

struct world {
	atomic_uint references;
	struct rules *rules;
	struct leg *legs[POLICY_LEGS_MAX];
	size_t leg_count;
};

/*
 * A system that cannot be read is left out, with its fault; only a leg that has no readable part
 * of the machinery at all (memory, limits) fails. Where the current generation of a system cannot
 * be read, or `current` names none, the one that `old` searches goes on being searched, if it is
 * whole; without one (`old` may be NULL), and only if it is `current` that is at fault, the newest.
 */
enum status world_load(struct world **out, struct rules *rules, const char *data_folder,
    const struct world *old, struct err *err) MUST_USE;
struct world *world_take(struct world *world);
void world_drop(struct world *world);
struct leg *world_leg(const struct world *world, struct str key); /* NULL: no such leg */
struct leg *leg_take(struct leg *leg);
void leg_drop(struct leg *leg);

/* A number that changes when a system of the leg gets another generation. */
uint64_t world_leg_mark(const struct leg *leg, const char *data_folder);
/* True if database files of the leg are not as they were when it was loaded. */
bool world_leg_changed(const struct leg *leg);

/* A new world with the leg at `i` loaded again; the others are shared. Every byte is checked but
 * those of database files that the old leg checked and that are still the same, unless it is
 * suspect. */
enum status world_renew(struct world **out, struct world *old, size_t i, const char *data_folder,
    struct err *err) MUST_USE;

#endif
