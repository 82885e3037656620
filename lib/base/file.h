#ifndef BASE_FILE_H
#define BASE_FILE_H
/*
 * file: whole files in and out, durably.
 *
 * Threads: every function may run in any thread.
 */
#include "base/buf.h"
#include "base/err.h"

/* Appends the file to `out`. STATUS_NOT_FOUND if absent, STATUS_LIMIT over limit_bytes,
 * STATUS_INVALID for a directory or device. */
enum status file_read(
    struct buf *out, const char *path, size_t limit_bytes, struct err *err) MUST_USE;

/*
 * Writes beside `path`, flushes to disk, renames over it and flushes the folder: after a crash
 * the file holds the old bytes or the new ones. `mode` as in open(2).
 */
enum status file_write(const char *path, struct str bytes, unsigned mode, struct err *err) MUST_USE;

/* fsync of a file or a folder that exists. */
enum status file_sync(const char *path, struct err *err) MUST_USE;

/* Makes the folder and its parents (mode 0750); one that exists is fine. */
enum status file_make_folders(const char *path, struct err *err) MUST_USE;

/* Removes a folder with all in it, never following links; an absent one is fine. */
enum status file_remove_tree(const char *path, struct err *err) MUST_USE;

/*
 * An exclusive advisory lock on `path` (made if absent, mode 0640), held until lock_release or
 * the end of the process. STATUS_BUSY if another process or handle holds it; err.text then
 * gives the holder's pid where it can be read.
 */
struct file_lock {
	int fd; /* -1: not held */
};
enum status file_lock(struct file_lock *out, const char *path, struct err *err) MUST_USE;
void file_unlock(struct file_lock *lock);

#endif
