#ifndef LEDGER_REVIEW_H
#define LEDGER_REVIEW_H
/*
 * review: what was decided about candidates, what was asked of whoever asked, and who is absent
 * (procedure, section 2.5), as a projection of the entries "decision", "second_reading",
 * "question", "question_answered" and "absence". Reasons, questions and answers are in the secrets.
 *
 *	decision          {"person":0,"system":"helpline","record_id":"H-1003","person_id":"2",
 *	                   "verdict":"this_person","seen":17,"grade":"probable","match_weight":17.3,
 *	                   "second_reading":false,"policy":"<hash>"}
 *	second_reading    {"decision":19,"agrees":true}
 *	question          {"due":"2026-12-01","due_ms":1764633600000,"policy":"<hash>"}
 *	question_answered {"question":21,"people":2}
 *	absence           {"role":"consultant","from_ms":1764057600000,"to_ms":0}
 *
 * A decision holds until the next of the same candidate; the entries keep them all. One that needs
 * a second reader holds once another person agrees; where they do not, the candidate is undecided
 * again.
 * Threads: any number at once.
 */
#include "ledger/checks.h"

/* How a candidate stands. */
enum ledger_review_state {
	REVIEW_UNDECIDED,	/* not decided */
	REVIEW_DISAGREED,	/* the second reader did not agree: undecided again */
	REVIEW_REGRADED,	/* a newer check graded it better than the one decided on: likewise,
				 * but for "this_person", which holds */
	REVIEW_AWAITING_SECOND, /* decided, until a second reader agrees */
	REVIEW_DECIDED
};
/* "undecided", "disagreed", "regraded", "awaiting_second_reading", "decided". */
const char *ledger_review_state_name(enum ledger_review_state state);

struct ledger_reviewed {
	struct ledger_candidate candidate;
	enum ledger_review_state state;
	struct str reference; /* of the request */
	/* The last decision; decision_seq 0: none. */
	uint64_t decision_seq;
	int64_t decided_ms;
	struct str verdict, user, role;
	uint64_t seen_seq;	/* entry of the check that it was about */
	struct str seen_grade;	/* as that graded it */
	double seen_weight;	/* bits */
	uint64_t second_seq;	/* 0: no second reading yet */
	struct str second_user; /* "" */
};

/* The candidates of a request ("": of all open requests, the oldest first), oldest showing first.
 * With `open_only` those that wait for a reader: neither decided nor, where nobody has begun,
 * dropped by a newer check; with `second_only` those that wait for a second one.
 */
struct ledger_review_filter {
	struct str request;
	bool open_only, second_only;
	size_t most;
	/* The last of the part before; NULL: from the first. Request, first_seq, person, system,
	 * record_id and person_id count. */
	const struct ledger_candidate *after;
};
enum status ledger_review_list(struct ledger_reviewed **out, size_t *count, struct ledger *ledger,
    struct arena *arena, const struct ledger_review_filter *filter, struct err *err) MUST_USE;
/* One candidate. STATUS_NOT_FOUND if no check showed it. */
enum status ledger_review_find(struct ledger_reviewed *out, struct ledger *ledger,
    struct arena *arena, struct str request, unsigned person, struct str system,
    struct str record_id, struct str person_id, struct err *err) MUST_USE;
/* The candidate of a decision, if it is the last about it. */
enum status ledger_review_find_decision(struct ledger_reviewed *out, struct ledger *ledger,
    struct arena *arena, uint64_t decision_seq, struct err *err) MUST_USE;

/* How many candidates of a request stand how; verdicts of decisions that hold. */
struct ledger_review_counts {
	unsigned open; /* undecided, disagreed, regraded or awaiting a second reader */
	unsigned this_person, not_this_person, cannot_tell;
};
enum status ledger_review_count(struct ledger_review_counts *out, struct ledger *ledger,
    struct str request, struct err *err) MUST_USE;

/* Decisions that hold, as labelled pairs. */
struct ledger_pair {
	uint64_t seq;	     /* of the decision */
	double match_weight; /* bits, as the check showed it */
	bool is_match;
};
/* In order of decisions, after that one. "cannot_tell" is no label. */
enum status ledger_review_pairs(struct ledger_pair **out, size_t *count, struct ledger *ledger,
    struct arena *arena, uint64_t after, size_t most, struct err *err) MUST_USE;

struct ledger_question {
	uint64_t seq;
	int64_t at_ms;
	struct str request, reference, user, role;
	struct str due;	       /* "2026-12-01" */
	int64_t due_ms;	       /* end of that day */
	uint64_t answered_seq; /* 0: not yet */
	int64_t answered_ms;
};
/* Of a request ("": of all open requests), oldest due first; `open_only`: unanswered ones. */
enum status ledger_question_list(struct ledger_question **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, bool open_only, struct err *err) MUST_USE;
/* STATUS_NOT_FOUND. */
enum status ledger_question_find(struct ledger_question *out, struct ledger *ledger,
    struct arena *arena, uint64_t seq, struct err *err) MUST_USE;

/* Whether the holder of the role is marked absent at that time. */
enum status ledger_absent(
    bool *absent, struct ledger *ledger, struct str role, int64_t at_ms, struct err *err) MUST_USE;

#endif
