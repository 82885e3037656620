#ifndef SEARCHD_REQUEST_H
#define SEARCHD_REQUEST_H
/*
 * request: what arrives at the unit, logged before anything is searched (procedure, 2.1 and 2.2).
 *
 * Threads: as the call.
 */
#include "searchd/ask_json.h"
#include "searchd/call.h"

/* The logged request that `ask` names: it must be open. Its reference and kind, and its people
 * where none are given, become those of `ask`. */
enum wire_code request_take(struct str *out, struct call *call, struct ask *ask);

/* Logs the request that a check tells of itself, and waits until it is on disk. The name follows
 * from user and message id, so that the same message, sent again after a crash, finds it logged. */
enum wire_code request_log_told(struct str *out, struct call *call, const struct ask *ask);

#endif
