#ifndef LEDGER_CHECKS_H
#define LEDGER_CHECKS_H
/*
 * checks: what was searched for a request and what was found, as a projection of the entries
 * "check". People are known by their position in the list that was asked about (0 is the first);
 * who they are is in the secrets of the entries.
 *
 * Of an entry's body: leg, of, rerun_of, leg_complete, standing, policy, people_of (the entry that
 * told of the people: 0 is this one), systems [{system, generation, searched, covered, gap}],
 * people
 * [{outcome, capped, candidates [{system, record_id, person_id, grade, match_weight}]}].
 * Threads: any number at once.
 */
#include "ledger/ledger.h"

struct ledger_check {
	struct str id, request, leg, user, role;
	struct str of;	     /* check of another leg that it names, or "" */
	struct str rerun_of; /* earlier check of the same leg that it asks again, or "" */
	struct str policy;   /* hash, hex */
	uint64_t seq;
	int64_t at_ms;
	bool complete;	     /* its leg: every system covered, nobody's candidates capped */
	bool capped;	     /* somebody's were */
	bool standing;	     /* searchd's own, after a load */
	uint64_t people_seq; /* entry that told of the people */
	unsigned people;
	unsigned insufficient; /* of them: too little was told to find them */
};

/* STATUS_NOT_FOUND if there is none. In the arena. */
enum status ledger_check_find(struct ledger_check *out, struct ledger *ledger, struct arena *arena,
    struct str id, struct err *err) MUST_USE;
/* All checks of a request, oldest first. */
enum status ledger_request_checks(struct ledger_check **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, struct err *err) MUST_USE;
/* The newest check of each leg that has one, by leg. */
enum status ledger_request_legs(struct ledger_check **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, struct err *err) MUST_USE;

struct ledger_check_system {
	struct str system;
	uint64_t generation; /* 0: never loaded */
	bool searched;	     /* at all */
	bool covered;	     /* searched in a fresh generation made with the words in use */
	struct str gap; /* what is missing of that: "stale", "kept"... (searchd/answer.h), or "" */
};
/* The systems of a check's leg, by key. */
enum status ledger_check_systems(struct ledger_check_system **out, size_t *count,
    struct ledger *ledger, struct arena *arena, struct str check, struct err *err) MUST_USE;

/* A person on file at `possible` or better for somebody asked about, as last shown. */
struct ledger_candidate {
	struct str request, system, record_id, person_id, leg, grade;
	unsigned person;
	double match_weight;
	struct str check;   /* that showed it last */
	uint64_t seq;	    /* its entry */
	uint64_t first_seq; /* entry that showed it first */
	/* No newer check that searched the system; else that one dropped it, or graded it below. */
	bool current;
};
/* All of a request, by person, system, record and person of it. */
enum status ledger_request_candidates(struct ledger_candidate **out, size_t *count,
    struct ledger *ledger, struct arena *arena, struct str request, struct err *err) MUST_USE;

#endif
