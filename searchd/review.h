#ifndef SEARCHD_REVIEW_H
#define SEARCHD_REVIEW_H
/*
 * review: whose turn it is to judge what checks found (procedure, section 2.5).
 *
 * Threads: as the call.
 */
#include "searchd/call.h"

/* The policy's reviewer, or the deputy while they are marked absent; anyone else is refused, with
 * an entry of that request ("": of none). */
enum wire_code review_turn(struct call *call, struct str request);

#endif
