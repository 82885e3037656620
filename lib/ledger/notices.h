#ifndef LEDGER_NOTICES_H
#define LEDGER_NOTICES_H
/*
 * notices: who is to be told of what, as a projection of the entries "notice", "notice_sent" and
 * "notice_acked": the outbox.
 *
 * An entry "notice" is what happened once, with everyone who is told of it; here each of them has
 * a row. Nothing in it is personal: event, request, records and what is to be done.
 *
 *	notice        {"event":"match_confirmed","systems":["helpline"],
 *	               "records":[{"system":"helpline","record_id":"H-1003"}],"policy":"<hash>",
 *	               "to":[{"role":"chief_executive","ack_within_hours":24,"text":"..."}]}
 *	notice_sent   {"notice":17,"to":"chief_executive"}
 *	notice_acked  {"notice":17,"to":"chief_executive"}
 *
 * A notice is queued, then sent, then acknowledged; it may be acknowledged without having been
 * sent (who reads the outbox needs no mail), and never goes back.
 * Threads: any number at once.
 */
#include "ledger/ledger.h"

struct ledger_notice {
	uint64_t seq;  /* of the entry "notice" */
	struct str to; /* a role */
	struct str event, text;
	struct str request, check, reference; /* "" where there is none */
	int64_t queued_ms;
	int64_t sent_ms, acked_ms; /* 0: not yet */
	struct str acked_by;	   /* user; "" */
	int64_t ack_by_ms;	   /* 0: needs no acknowledgement */
};

/* Whether all who were told of that event of that request have acknowledged it, and at least one
 * was told. *last_ms and *seq: the last to acknowledge, and the last entry that told of it. */
enum status ledger_notice_all_acked(bool *all, int64_t *last_ms, uint64_t *seq,
    struct ledger *ledger, struct str request, struct str event, struct err *err) MUST_USE;

/* True if it had to be acknowledged by then and is not. */
bool ledger_notice_overdue(const struct ledger_notice *notice, int64_t now_ms);

struct ledger_notice_filter {
	struct str to;	    /* "": anyone */
	struct str state;   /* "queued", "sent", "acknowledged", "overdue" (at now_ms); "": any */
	struct str request; /* "": of any or none */
	uint64_t after;	    /* of entries after that one */
	int64_t now_ms;
	size_t most; /* entries; each tells a few roles */
};
/* In order of entries, and of roles in each; whole entries, so that a reader may go on after the
 * last. In the arena. */
enum status ledger_notice_list(struct ledger_notice **out, size_t *count, struct ledger *ledger,
    struct arena *arena, const struct ledger_notice_filter *filter, struct err *err) MUST_USE;

/* STATUS_NOT_FOUND if that role was not told by that entry. */
enum status ledger_notice_find(struct ledger_notice *out, struct ledger *ledger,
    struct arena *arena, uint64_t seq, struct str to, struct err *err) MUST_USE;

/* Whether the role ("": anyone) was told already of that event of that request, concerning that
 * system ("": any). */
enum status ledger_notice_told(bool *told, struct ledger *ledger, struct str request,
    struct str event, struct str to, struct str system, struct err *err) MUST_USE;

#endif
