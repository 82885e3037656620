#ifndef LEDGER_REGISTER_H
#define LEDGER_REGISTER_H
/*
 * register: the register of secured records (procedure, sections 2.7 and 4.17), as a projection of
 * the entries: which records are or were secured, why, since when and by whom, in which generation
 * they were last on file, and what was said about releasing them.
 *
 * Read from the entries (all fields of the body; docs/ledger.md):
 *   check             "secures":[{"system","record_id","generation","content"}]
 *   secured_by_hand   {"system","record_id","generation","content"}
 *   secure, release   as the ledger makes them
 *   release_proposed, release_withdrawn, retain   {"system","record_id"}, retain also "ground"
 *   register_alarm, register_cleared   {"system","generation","records":["H-1",...]}: gone from
 *                     that generation; back in it
 *   register_seen {"system","generation","records":[{"record_id","content","changed"}],"whole"}:
 *                     those listed have this content; `whole`: every secured record of the system
 *                     that is not gone was in that generation, of which nothing is to be looked for
 *                     any more
 * A record that is released stays, with its release, until it is secured again.
 *
 * Threads: any number at once.
 */
#include "ledger/ledger.h"

struct ledger_registered {
	struct str system, record_id;
	uint64_t seq;	  /* of the entry "secure" */
	int64_t since_ms; /* Unix ms */
	uint64_t by_entry;
	struct str user, role, request, check; /* check "": it was secured by hand */
	/* Where it was on file last: the generation, 0 if it is not known; the hash of what the
	 * record held, hex, or "". */
	uint64_t generation;
	struct str content;
	uint64_t changed_seq; /* entry that found the content changed since it was secured; 0 */
	uint64_t missing_seq; /* entry that found it gone; 0: it is not */
	int64_t missing_ms;
	uint64_t proposed_seq; /* the release that is proposed; 0: none */
	int64_t proposed_ms;
	struct str proposed_user, proposed_role;
	uint64_t retained_seq; /* the last decision to retain; 0: none */
	int64_t retained_ms;
	struct str ground;
	uint64_t released_seq; /* 0: it is secured */
	int64_t released_ms;
};

/* STATUS_NOT_FOUND if it was never secured. In the arena. */
enum status ledger_register_find(struct ledger_registered *out, struct ledger *ledger,
    struct arena *arena, struct str system, struct str record_id, struct err *err) MUST_USE;

struct ledger_register_filter {
	struct str system, request;	 /* "": any */
	bool missing, proposed, changed; /* only those */
	bool released;			 /* those that are released, else those that are secured */
	struct str after_system, after_record; /* past this one; "": from the first */
	size_t most;
};
/* In the order of system and record id. */
enum status ledger_register_list(struct ledger_registered **out, size_t *count,
    struct ledger *ledger, struct arena *arena, const struct ledger_register_filter *filter,
    struct err *err) MUST_USE;

/* The generation of the system in which the register was last looked for; 0: never. */
enum status ledger_register_looked(
    uint64_t *generation, struct ledger *ledger, struct str system, struct err *err) MUST_USE;

/* The entry in which the record was first shown for somebody asked about, the last time that this
 * happened: newer than a proposal to release it, it is a new match. 0: never. */
enum status ledger_register_newest_match(uint64_t *seq, struct ledger *ledger, struct str system,
    struct str record_id, struct err *err) MUST_USE;

#endif
