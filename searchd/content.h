#ifndef SEARCHD_CONTENT_H
#define SEARCHD_CONTENT_H
/*
 * content: what a case record holds on file, as a hash, so that the register can say what a
 * secured record held when it was last seen, and whether it was changed.
 *
 * The hash is BLAKE2b-256 over the header and people of the record as they were loaded, in their
 * order; it does not depend on the generation, the model or the word lists.
 * Threads: as the call.
 */
#include "searchd/call.h"

struct content {
	bool known;	     /* the system could be read; else nothing of the rest is told */
	uint64_t generation; /* that was looked into */
	bool on_file;
	char hash[DIGEST_HEX + 1]; /* "" if it is not on file */
};

/* The system must be the policy's. STATUS_OK with `known` false where its index cannot be read. */
enum status content_find(struct content *out, struct call *call, const struct policy_system *system,
    struct str record_id) MUST_USE;

#endif
