#ifndef CLIENT_BATCH_H
#define CLIENT_BATCH_H
/*
 * batch: one row of a batch file as a check, and its answer as one line of JSON.
 *
 * The request id of a row is taken from the batch's name, the row's reference and what is asked, so
 * a batch that is run again asks nothing twice: searchd gives the answer that it gave before.
 *
 * Lines (docs/client.md), all with row (1 for the first after the header), ref and id:
 *   {"row":1,"ref":"r1","id":"<32 hex>","check":"CHK-...","audit":17,"complete":false,
 *    "outcome":"match","results":[{"system","record_id","person_id","match_weight","confidence",
 *    "grade","secured"}],"warnings":["..."],"legs":[{"leg","check","audit","outcome"}]}
 *   {"row":2,"ref":"r2","id":"","status":"invalid","error":"..."}
 * Threads: rows are made by one thread and asked by another, one at a time.
 */
#include "client/columns.h"
#include "client/request.h"
#include "client/service.h"

#define BATCH_LEGS_MAX 4

struct batch {
	struct request details; /* no people, leg or of */
	struct str name;
	struct str legs[BATCH_LEGS_MAX];   /* at least one; "" leaves it to the role */
	const char *roles[BATCH_LEGS_MAX]; /* of each leg; NULL: not said */
	size_t leg_count;
	day_number age_at; /* of ages that give no day, or DAY_NONE */
};

struct batch_row {
	struct arena *arena; /* owns all below; reset by batch_row_make() */
	uint64_t number;
	struct str ref;
	struct request_person person;
	struct asked_warnings warnings;
	char id[WIRE_ID_HEX + 1]; /* of the first leg; "" when there is a fault */
	enum status fault;	  /* not STATUS_OK: the row cannot be asked, and `why` says why */
	const char *why;
};

/* Fills *row (its arena is given) from a row of the file; a bad one gets a fault. Only memory is a
 * reason to fail. `again`: the reference has come before. */
enum status batch_row_make(struct batch_row *row, const struct batch *batch,
    const struct columns *columns, const struct row *in, struct err *err) MUST_USE;

/* The reference of a row as it will be in batch_row.ref; "" if it has none. */
struct str batch_ref(const struct columns *columns, const struct row *in);

/* The request id of one leg; out is terminated. */
enum status batch_id(char out[WIRE_ID_HEX + 1], const struct batch *batch, struct str ref,
    size_t leg, const struct request_person *person, struct err *err) MUST_USE;

/* Makes the row a faulty one. */
void batch_row_fault(struct batch_row *row, enum status fault, const char *why);

/*
 * Asks all legs and appends the line. A refusal of this row alone is a line with `error` and sets
 * *failed. A fault that any further row would meet too (searchd gone, role refused) is returned and
 * appends nothing.
 */
enum status batch_ask(struct buf *line, bool *failed, const struct batch *batch,
    const struct batch_row *row, struct service *service, struct arena *scratch,
    struct err *err) MUST_USE;

/* The line of a row with a fault. */
void batch_add_fault(struct buf *line, const struct batch_row *row);

#endif
