#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H
/*
 * config: files of `key = value` lines. A line whose first sign is # is a comment; a value runs
 * to the end of its line. Every fault names file and line.
 *
 * Threads: any number at once.
 */
#include "base/err.h"
#include "base/str.h"

#define CONFIG_BYTES_MAX (64u << 10)

/* The values are borrowed for the call. Return an error with err_data(path, line) to stop. */
typedef enum status config_item(
    void *ctx, const char *path, unsigned line, struct str key, struct str value, struct err *err);

/*
 * Calls `item` for each line. STATUS_INVALID for a line that is no `key = value`, for an empty
 * value, and for a file that group or others may write, or that belongs to neither root nor the
 * user of this process: who writes it says who is who.
 */
enum status config_read(const char *path, config_item *item, void *ctx, struct err *err) MUST_USE;

/* The fault of a key that `item` does not know. */
enum status config_unknown(
    const char *path, unsigned line, struct str key, struct err *err) MUST_USE;

#endif
