#ifndef SEARCHD_OUTBOX_JSON_H
#define SEARCHD_OUTBOX_JSON_H
/*
 * outbox_json: what the body of a "notice" entry says of records.
 *
 * Threads: pure apart from the buffer.
 */
#include "base/buf.h"
#include "base/err.h"

#define OUTBOX_RECORDS_MAX 50 /* of one notice in a list; a check may find hundreds */

typedef bool outbox_may_see(void *ctx, struct str system);

/* ,"records":[{"system","record_id"}],"records_not_shown":0: of the systems that may be seen. */
enum status outbox_write_records(
    struct buf *out, struct str body, outbox_may_see *may_see, void *ctx, struct err *err) MUST_USE;

#endif
