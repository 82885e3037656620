#ifndef SEARCHD_NOTICES_H
#define SEARCHD_NOTICES_H
/*
 * notices: who is told of what happened, by the policy. A notice is an entry of kind "notice" in
 * the batch of the act that it tells of, so that neither is there without the other.
 *
 * Entries hold nothing personal: event, systems, records, and what each role is to do.
 * Threads: as the call.
 */
#include "searchd/call.h"

struct notice_about {
	struct str request, check; /* "" where there is none */
	/* The systems concerned: rules that name systems tell only the owners of these. */
	const struct str *systems;
	size_t system_count;
	/* Records concerned; their systems count as named above. */
	const struct ledger_secure *records;
	size_t record_count;
	/* Of a request that this batch logs, and that is not there to be looked up; else "". */
	struct str jurisdiction, kind;
	/* Leaves out whoever was told of this event of this request before (an owner of systems: of
	 * these systems). */
	bool once;
};

/* The body of a "notice" entry of the event; false, and nothing written, if the policy tells
 * nobody. A buffer that failed gives true. */
bool notices_write(
    struct buf *body, struct call *call, const char *event, const struct notice_about *about);
/* Likewise the whole entry, its body in the arena. Adds it to entries[*count]. WIRE_OK, also if
 * nobody is told. */
enum wire_code notices_add(struct ledger_entry *entries, size_t *count, struct call *call,
    const char *event, const struct notice_about *about);

#endif
