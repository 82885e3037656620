#ifndef LEDGER_REQUESTS_H
#define LEDGER_REQUESTS_H
/*
 * requests: what was asked of the unit, as a projection of the entries "request" and
 * "request_state". What may be personal (requester, organisation, purpose, people) is in the secret
 * of the entry.
 *
 * Threads: any number at once.
 */
#include "ledger/ledger.h"

struct ledger_request {
	struct str id;	 /* REQ-7K3F-9QWD */
	uint64_t seq;	 /* of the entry "request" */
	int64_t at_ms;	 /* logged, Unix ms */
	struct str user; /* who logged it */
	struct str reference, kind, channel, jurisdiction, review_type;
	struct str received_at; /* ISO 8601 with zone; "": when it was logged */
	bool same_day;		/* the policy wants those told the same day (section 1.9) */
	struct str asked;	/* hash of what was sent, hex */
	struct str state;	/* "open", "declined", "withdrawn", "closed" */
	uint64_t state_seq;	/* entry that made it so */
	int64_t state_ms;	/* and when */
	struct str outcome;	/* how it ended (policy_outcomes()); "" while it is open */
	/* Entry whose secret holds the people asked about: "request", or a "question_answered" or
	 * "check" since that told others; 0: nobody yet. */
	uint64_t people_seq;
};

/* STATUS_NOT_FOUND if there is none. In the arena. */
enum status ledger_request_find(struct ledger_request *out, struct ledger *ledger,
    struct arena *arena, struct str id, struct err *err) MUST_USE;

struct ledger_request_filter {
	struct str state, reference; /* "": any */
	uint64_t before_seq;	     /* logged before that entry; 0: any */
	size_t most;
};
/* Newest first. */
enum status ledger_request_list(struct ledger_request **out, size_t *count, struct ledger *ledger,
    struct arena *arena, const struct ledger_request_filter *filter, struct err *err) MUST_USE;

/* An open request, and what there is of it that a deadline may run from. */
struct ledger_running {
	struct ledger_request request;
	bool milestones, records, questions;
};
/* Newest first, logged before that entry; 0: any. */
enum status ledger_request_running(struct ledger_running **out, size_t *count,
    struct ledger *ledger, struct arena *arena, uint64_t before_seq, size_t most,
    struct err *err) MUST_USE;

#endif
