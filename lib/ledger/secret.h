#ifndef LEDGER_SECRET_H
#define LEDGER_SECRET_H
/*
 * secret: files that only their owner may read; inside the room only.
 *
 * They are made once, durably, and never overwritten: a key that is lost is lost for good.
 * What belongs to another user, is a link, or may be read or changed by others is refused with
 * STATUS_INVALID and the mode that it has.
 * Threads: every function may run in any thread.
 */
#include "base/err.h"
#include "base/str.h"

/* Makes the folder (mode 0700; its parent must exist) or looks at the one that is there. */
enum status secret_folder(const char *path, struct err *err) MUST_USE;

enum secret_sight {
	SECRET_PRIVATE, /* others may neither read nor change it */
	SECRET_PUBLIC	/* others may read it */
};
/* Opens the file for reading and writing. STATUS_NOT_FOUND if it is not there. */
enum status secret_open(
    int *fd, const char *path, enum secret_sight sight, struct err *err) MUST_USE;
/* Reads a file of exactly n bytes: STATUS_CORRUPT if it has another length. */
enum status secret_read(
    void *out, size_t n, const char *path, enum secret_sight sight, struct err *err) MUST_USE;
/*
 * Makes the file (mode 0600, or 0644 where public) from all its bytes: after a crash it is whole
 * or not there. STATUS_CONFLICT if it is there already; it is then as it was.
 */
enum status secret_make(
    const char *path, struct str bytes, enum secret_sight sight, struct err *err) MUST_USE;
/* Takes away what secret_make() left beside `path` when it was killed. */
void secret_tidy(const char *path);

/* All n bytes at `offset`, over short writes and signals. */
enum status secret_write_at(
    int fd, struct str bytes, uint64_t offset, const char *path, struct err *err) MUST_USE;
/* All n bytes at `offset`; STATUS_CORRUPT if the file ends before. */
enum status secret_read_at(
    int fd, void *out, size_t n, uint64_t offset, const char *path, struct err *err) MUST_USE;

#endif
