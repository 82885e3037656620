#ifndef LEDGER_MILESTONES_H
#define LEDGER_MILESTONES_H
/*
 * milestones: what was noted of requests as their reviews go on, and which deadlines were said to
 * be overdue, as projections of the entries "milestone" and "deadline_overdue".
 *
 *	milestone         {"milestone":"imr_commissioned","on":"2026-11-23"}, or with
 *"retracted":true deadline_overdue  {"deadline":"imr","due_on":"2027-01-04"}
 *
 * Threads: any number at once.
 */
#include "ledger/ledger.h"

struct ledger_milestone {
	struct str key, on; /* "2026-11-23": a day */
	struct str user;    /* who noted it last */
	uint64_t seq;	    /* of that entry */
	int64_t at_ms;
};
/* What is noted of a request and was not retracted, by day and entry. In the arena. */
enum status ledger_request_milestones(struct ledger_milestone **out, size_t *count,
    struct ledger *ledger, struct arena *arena, struct str request, struct err *err) MUST_USE;

/* Whether that the deadline passed on that day was told. */
enum status ledger_overdue_told(bool *told, struct ledger *ledger, struct str request,
    struct str deadline, struct str due_on, struct err *err) MUST_USE;

#endif
