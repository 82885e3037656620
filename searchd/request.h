#ifndef SEARCHD_REQUEST_H
#define SEARCHD_REQUEST_H
/*
 * request: what arrives at the unit, and is logged first (procedure, 2.1 and 2.2).
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
	struct request_logging *logging; /* on its way to the disk; NULL: there already */
};

/* The logged request that `ask` names: it must be open. Its reference and kind, and its people
 * where none are given, become those of `ask`. Other people than the request's take their place,
 * for the other legs too: those of before first, by their refs. */
enum wire_code request_take(struct request_place *out, struct call *call, struct ask *ask);

/* WIRE_OK, or the refusal, logged: nothing is searched or decided of a request that has ended. */
struct ledger_request;
enum wire_code request_must_be_open(struct call *call, const struct ledger_request *request);

/* The same details in the same order, whatever their refs. WIRE_OK or a fault. */
enum wire_code request_same_people(bool *same, struct call *call, const struct ask_person *a,
    size_t a_count, const struct ask_person *b, size_t b_count);

/* The procedure sets no bounds. It has requests logged as they come (2.1), and the longest review
 * it knows takes months (9.8), so what lies further back is taken for a mistyped year. */
#define REQUEST_RECEIVED_DAYS_MAX 366
#define REQUEST_MILESTONE_DAYS_MAX 3653

/* Begins to log the request that a check tells of itself. The name follows from user and message
 * id, so that the same message, sent again after a crash, finds it logged. */
enum wire_code request_log_told(
    struct request_place *out, struct call *call, const struct ask *ask);
/* Waits until that is on disk, and sets `people_of`. To be called whatever happened since, and
 * before anything is answered; it does nothing if no logging was begun. */
enum wire_code request_logged(struct request_place *place, struct call *call);

/* A free name for a request of this call, in the arena; *logged if the call logged it before. */
enum wire_code request_make_name(struct request_place *out, bool *logged, struct call *call);
#define REQUEST_ENTRIES_MAX 3 /* the request and who is told of it */
/* Fills entries with what logs the request, in the arena. WIRE_BAD_REQUEST if it was received in
 * the future. */
enum wire_code request_entries(struct ledger_entry entries[REQUEST_ENTRIES_MAX], size_t *count,
    struct call *call, struct str name, const struct ask *ask);

#endif
