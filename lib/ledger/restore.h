#ifndef LEDGER_RESTORE_H
#define LEDGER_RESTORE_H
/*
 * restore: a ledger put back from its backup, and projections made again, with no searchd there.
 *
 * Threads: any.
 */
#include "ledger/verify.h"

/*
 * Verifies the backup and copies it to <folder>/ledger.db (mode 0600), which appears when it is
 * whole. STATUS_CONFLICT if there is anything of a ledger in the folder; STATUS_INVALID if a
 * write-ahead log lies beside the backup, which is then no backup but a ledger that was in use.
 */
enum status ledger_restore(
    struct ledger_report *out, const char *backup, const char *folder, struct err *err) MUST_USE;

struct ledger_rebuilt {
	uint64_t entries, secured;
	bool same;	/* every row was as it is now */
	char what[256]; /* what differed; "" */
};
/* Makes the projections again. STATUS_BUSY while a searchd has the ledger. */
enum status ledger_rebuild_file(
    struct ledger_rebuilt *out, const char *path, struct err *err) MUST_USE;

#endif
