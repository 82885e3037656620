#ifndef LEDGER_DEADLINE_H
#define LEDGER_DEADLINE_H
/*
 * deadline: what is due of a request by when (procedure, sections 1.9, 4.13, 4.17, 6.2, 9.7-9.9),
 * from the policy's rules and from what happened.
 *
 * A rule runs from something that happened: a point in time (an event), or a day (a milestone, of
 * which nobody knows the hour). Days, weeks and months are counted from the day in Europe/London
 * on which it happened, that day not counted, and end with the last of them (so the courts count
 * "within a period of": Lester v Garland (1808), Dodds v Walker [1981] for months); hours from the
 * point in time, or from the beginning of the day. What has happened again since it was met runs
 * anew. Threads: as the calendar.
 */
#include "ledger/policy_rules.h"
#include "record/calendar.h"

struct deadline_moment {
	struct str what; /* an event or a milestone */
	int64_t at_ms;	 /* of an event */
	day_number day;	 /* of a milestone; DAY_NONE: it is an event */
	uint64_t seq;	 /* entry that tells of it: of two events, which came first */
};

struct deadline_request {
	struct str jurisdiction, kind, review_type; /* "" where not known */
	const struct deadline_moment *moments;	    /* in any order */
	size_t moment_count;
};

struct deadline {
	const struct policy_deadline *rule;
	day_number from; /* in Europe/London; for `before`: that of the other */
	day_number day;	 /* the last on which it is met in time */
	int64_t end_ms;	 /* from then on it is overdue */
	bool met;
};

/*
 * The deadlines that run or ran for the request, in the policy's order. `out` has room for
 * POLICY_ITEMS_MAX. One that was met stays, `met`, until it runs anew.
 */
size_t deadline_list(struct deadline *out, const struct policy *policy,
    const struct deadline_request *request, struct calendar *calendar);

#endif
