#ifndef SEARCHD_ANSWER_H
#define SEARCHD_ANSWER_H
/*
 * answer: what a check found, and its JSON (docs/protocol.md, "check").
 *
 * answer_judge.c decides (grades, outcome, what would help, households, secures), answer_json.c
 * writes. Everything lives in the arena of the call.
 * Threads: as the call.
 */
#include "linkage/grade.h"
#include "searchd/ask_json.h"
#include "searchd/call.h"

/*
 * Candidates within this many bits of the best, at `possible` or better, that contradict one
 * another (other date of birth, name, sex or identifier) are different people between whom
 * the asked details do not decide: 3 bits are odds of 8 to 1.
 */
#define MANY_MATCH_BITS 3.0
#define MANY_MATCH_PEOPLE 2 /* so many different people make a many_match */
/* Relatives and namesakes shown of one person: a family of eight in four systems and some. */
#define RELATED_SHOWN_MAX 40

struct answer_candidate {
	const struct candidate *found;
	const struct leg_system *system;
	enum grade grade;
	const struct candidate *raise; /* household.c, while it works: what `found` becomes */
	bool raised;		       /* came up through others of the question alone */
	bool secured, secured_now, secures;
	int64_t since_ms; /* of the securing; 0: not secured */
};

struct answer_person {
	const struct ask_person *asked;
	struct features features;
	enum outcome outcome;
	double best_bits;
	bool cut_short; /* time ran out before this person was searched: what is here came otherwise
			 */
	bool capped;
	double least_bound;	/* then: of what was compared, the least that retrieval granted */
	const char *would_help; /* "" if nothing is missing */
	struct answer_candidate *candidates;
	size_t count; /* graded; the first `shown` of them are written */
	size_t shown;
	size_t referred; /* at `possible` or better */
	/* People recognised as somebody else (linkage/relation.h), closest first: never a match. */
	struct answer_candidate *related;
	size_t related_count, related_shown;
	bool related_capped;
};

struct answer_household_member {
	const struct answer_person *person;
	const struct answer_candidate *candidate;
};
struct answer_household {
	const struct answer_candidate *record; /* any of its candidates: names the case */
	struct answer_household_member members[16];
	size_t count;
};

/* Another leg of the same request: its newest check, or the one that is named as `of`. */
struct answer_other {
	struct str leg, check;
	bool complete;	   /* that leg */
	int64_t age_ms;	   /* from that check to this one */
	bool expired;	   /* the policy wants that leg asked again */
	bool other_people; /* it asked about others than this one */
};

struct notice_about;

struct answer {
	struct str check;
	struct str request;  /* the request that it belongs to */
	struct str rerun_of; /* the request's last check of this leg, which it asks again; or "" */
	/* Of a check that searchd asked again by itself: what changed of the answer; else NULL. */
	const struct notice_about *changed;
	uint64_t people_of; /* entry that told of the people; 0: this check does */
	const struct ask *ask;
	struct str leg;
	struct answer_other others[POLICY_LEGS_MAX]; /* legs of the request that were searched */
	size_t other_count;
	bool leg_complete; /* every system of this leg searched, fresh, uncapped, nothing cut short
			    */
	/* Where time runs out: an answer of what was found until then, or STATUS_TIMEOUT. */
	bool may_be_cut;
	bool families_cut; /* time ran out while people's cases were held together */
	struct answer_person *people;
	size_t people_count;
	struct answer_household *households;
	size_t household_count;
	struct ledger_secure *secures; /* to be secured now */
	size_t secure_count;
};

/* Fills everything after `people[].features` and the search results; asks the ledger what is
 * secured already. */
enum status answer_person_judge(struct answer_person *out, struct call *call, const struct leg *leg,
    const struct scorer *scorer, const struct search_result *result) MUST_USE;
/* Order, grades, counts, outcome, from the candidates' weights: after anything changed them. */
void answer_person_settle(struct answer_person *out, const struct call *call, const struct leg *leg,
    const struct scorer *scorer);
/* True if anything was not done for want of time. */
bool answer_cut_short(const struct answer *answer);
/* A copy that weighs `weight` instead, which `by` accounts for; in the call's arena. NULL: no
 * memory. */
const struct candidate *answer_moved(struct call *call, const struct candidate *found,
    enum comparison line, const struct score_line *by, double weight);
/* The leg's system with that number in its snapshot; NULL: it is none of the leg's. */
const struct leg_system *answer_system_at(const struct leg *leg, size_t at);
void answer_look_up_secured(struct answer_candidate *candidate, struct call *call);
/* Households, secures, completeness: once all people are judged. */
enum status answer_judge(struct answer *answer, struct call *call, const struct leg *leg) MUST_USE;

/* Asks the ledger anew what is secured: another check came first. */
void answer_secure_again(struct answer *answer, struct call *call);

/* NULL if that leg was not searched. */
const struct answer_other *answer_other_leg(const struct answer *answer, struct str leg);
/* It makes one check with this one. */
bool answer_other_counts(const struct answer_other *other);
/* A leg of `age_ms` counts no more towards a check; `within_hours` 0: it always does. */
bool answer_leg_expired(int64_t age_ms, unsigned within_hours);

/* The state of one system as the check saw it. */
enum answer_gap {
	ANSWER_SEARCHED,
	ANSWER_STALE,	    /* searched, but older than the policy allows */
	ANSWER_KEPT,	    /* searched, but a generation before the one it should be */
	ANSWER_OTHER_WORDS, /* searched, but indexed with another lexicon */
	ANSWER_NEVER_LOADED,
	ANSWER_UNREADABLE,
	ANSWER_OTHER_LEG
};
/* Why a system could not be read when it was searched in this call; NULL: it could. */
const struct err *answer_system_fault(
    const struct call *call, const struct leg_system *system, const struct snapshot *snapshot);
enum answer_gap answer_system_gap(
    const struct call *call, const struct leg_system *system, const struct snapshot *snapshot);

/* Writers. Buffers tell of failure by themselves. */
void answer_write(struct buf *out, const struct answer *answer, struct call *call);
/* Likewise for who asked for it in brief: who was found, and how surely. */
void answer_write_brief(struct buf *out, const struct answer *answer, const struct call *call);
/* {"request":{...},"leg":...,"of":...,"people":[...],"answer":<answer>}: the secret of an entry. */
void answer_write_entry(struct buf *out, const struct answer *answer, struct str answer_text);
/* What an entry says without personal data: leg, completeness, systems with their generations, and
 * of each person the outcome and the candidates at `possible` or better, by record. */
void answer_write_open(struct buf *out, const struct answer *answer, struct call *call);
/* The texts of a request, and people with their refs, as members of an object. */
void answer_write_request(struct buf *out, const struct ask *ask);
void answer_write_people(struct buf *out, const struct ask_person *people, size_t count);
/* Coverage rows of all systems; `status` adds rows_rejected and published. */
void answer_write_coverage(
    struct buf *out, struct call *call, struct str leg, const struct answer *answer, bool status);
/* "left_out":[...]: names of the person that are compared in part. */
void answer_write_left_out(struct buf *out, const struct answer_person *person);
/* The fields of one candidate, without the braces around them. */
void answer_write_candidate(struct buf *out, const struct call *call,
    const struct answer_person *person, const struct answer_candidate *candidate);
void answer_write_time(struct buf *out, int64_t at_ms);	     /* "2026-11-23T10:15:00Z", quoted */
void answer_write_names(struct buf *out, struct call *call); /* model, calibration, policy */

/* Blanks the details of every secured candidate in the answer text, where the role may not see
 * them (answer_redact_json.c). `out` gets the text in either case. */
enum status answer_redact(struct buf *out, struct call *call, struct str answer_text) MUST_USE;
/* Likewise in the secret of a ledger entry that holds an answer. */
enum status answer_redact_entry(struct buf *out, struct call *call, struct str secret) MUST_USE;

#endif
