#ifndef SEARCHD_DUE_H
#define SEARCHD_DUE_H
/*
 * due: what is due of open requests, and what is overdue (procedure, sections 1.9, 4.13, 4.17, 6.2,
 * 9), from what the ledger says happened (ledger/deadline.h says how it is counted).
 *
 * A question that was put to whoever asked is due by its own day (section 2.5), without a rule.
 * A deadline that is met by a review of secure status is one of each record that is secured for the
 * request; the others are of the request.
 * Threads: as the call.
 */
#include "ledger/deadline.h"
#include "ledger/requests.h"
#include "searchd/call.h"

struct due_row {
	struct ledger_request request;
	struct deadline deadline;
	struct str system, record_id; /* "" but of a record */
	uint64_t question;	      /* entry of a question to be answered; else 0 */
};

struct due_list {
	struct due_row *rows; /* in the arena */
	size_t count, room;
};

/* Adds what runs of the request and is not met. STATUS_OK, or the fault, in call->err. */
enum status due_add(struct due_list *list, struct call *call, const struct ledger_request *request,
    struct calendar *calendar) MUST_USE;
/* Shows `visit` every row of all open requests, newest request first. A row, and what `visit` takes
 * from the call's arena, are good until it returns: however many there are, they take no more
 * memory than those of one page of requests. Ends at the first that is not STATUS_OK. */
typedef enum status due_visit(void *ctx, struct call *call, const struct due_row *row);
enum status due_each(
    struct call *call, struct calendar *calendar, due_visit *visit, void *ctx) MUST_USE;

/* The day by which the secure status of a record is to be reviewed next (section 4.17): of the
 * deadlines that a review meets, the first that runs. DAY_NONE if none does: the record is
 * released, or its request is not known. */
struct ledger_registered;
enum status due_review_of_record(day_number *out, struct call *call,
    const struct ledger_registered *record, struct calendar *calendar) MUST_USE;

/* True if it has passed. */
bool due_is_overdue(const struct due_row *row, int64_t now_ms);

/* "due":[...] of one request, as a member of an object; nothing of one that has ended. */
enum status due_write_request(
    struct buf *out, struct call *call, const struct ledger_request *request) MUST_USE;

#endif
