#ifndef SEARCHD_REQUEST_STATE_H
#define SEARCHD_REQUEST_STATE_H
/*
 * request_state: how a request stands: which legs were searched completely (procedure, 2.3 and
 * 2.4), what became of the candidates (2.5), and how it would end.
 *
 * Threads: as the call.
 */
#include "ledger/checks.h"
#include "ledger/requests.h"
#include "searchd/call.h"

struct request_state_leg {
	struct str leg;
	bool asked;
	struct ledger_check check; /* the newest, if it was */
	int64_t last_asked_ms;	   /* the newest that a person asked for: no standing check */
	struct ledger_check_system *systems; /* of that check */
	size_t system_count;
	bool other_people; /* it asked about others than the request names now */
	bool expired;	   /* another leg was searched so much later that it does not count */
	bool complete;
};

struct request_state {
	struct request_state_leg legs[POLICY_LEGS_MAX]; /* of the policy, in its order */
	size_t leg_count;
	bool complete;
	size_t legs_asked;
	/* People on file who were shown at a grade that is referred, and what was decided. */
	size_t referred, undecided, confirmed, refuted, cannot_tell;
	/* One of policy_outcomes(): how it ended, or would end now. */
	struct str outcome;
};

/* STATUS_OK, or the fault, in call->err. */
enum status request_state_read(
    struct request_state *out, struct call *call, const struct ledger_request *request) MUST_USE;

/* Why the leg, or one system of it, is not covered, for people to read; nothing if it is. */
void request_state_leg_gap(
    struct buf *out, const struct call *call, const struct request_state_leg *leg);
void request_state_system_gap(struct buf *out, const struct call *call,
    const struct request_state_leg *leg, const struct policy_system *system);

#endif
