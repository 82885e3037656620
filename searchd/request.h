#ifndef SEARCHD_REQUEST_H
#define SEARCHD_REQUEST_H
/*
 * request: what arrives at the unit, logged before anything is searched (procedure, 2.1 and 2.2).
 *
 * Threads: as the call.
 */
#include "searchd/ask_json.h"
#include "searchd/call.h"

/* Where a check belongs: the request, and the entry that told of the people asked about, or 0 if
 * the check itself tells others than that. */
struct request_place {
	struct str id;
	uint64_t people_of;
};

/* The logged request that `ask` names: it must be open. Its reference and kind, and its people
 * where none are given, become those of `ask`. Other people than the request's take their place,
 * for the other legs too: those of before first, by their refs. */
enum wire_code request_take(struct request_place *out, struct call *call, struct ask *ask);

/* The same details in the same order, whatever their refs. WIRE_OK or a fault. */
enum wire_code request_same_people(bool *same, struct call *call, const struct ask_person *a,
    size_t a_count, const struct ask_person *b, size_t b_count);

/* Logs the request that a check tells of itself, and waits until it is on disk. The name follows
 * from user and message id, so that the same message, sent again after a crash, finds it logged. */
enum wire_code request_log_told(
    struct request_place *out, struct call *call, const struct ask *ask);

#endif
