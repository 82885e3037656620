#ifndef SEARCHD_INFLIGHT_H
#define SEARCHD_INFLIGHT_H
/*
 * inflight: which requests are being run now, so that the same one asked twice at the same time
 * runs once. What was run before is the ledger's to know.
 *
 * Threads: any number at once.
 */
#include "base/digest.h"
#include "base/err.h"

struct inflight;

#define INFLIGHT_KEY_BYTES_MAX 160 /* user name and request id */

enum status inflight_new(struct inflight **out, struct err *err) MUST_USE;
void inflight_free(struct inflight *inflight); /* nothing may be running */

/*
 * STATUS_OK: it is the caller's to run, until inflight_end(). The same key with the same hash
 * waits until the other is through, then it is the caller's; STATUS_TIMEOUT after wait_ms.
 * STATUS_CONFLICT: the key is running with another hash.
 */
enum status inflight_begin(struct inflight *inflight, struct str user, struct str id,
    const struct digest *hash, unsigned wait_ms) MUST_USE;
void inflight_end(struct inflight *inflight, struct str user, struct str id);

#endif
