#ifndef INDEX_DELTA_KEYS_H
#define INDEX_DELTA_KEYS_H
/*
 * delta_keys: the record ids whose base documents no longer count, because the delta holds the
 * record anew or took it away (delta.keys of a generation; format at the head of delta_keys.c).
 *
 * Threads: pure apart from the file.
 */
#include "base/arena.h"
#include "base/err.h"

/* The ids in byte order, in the arena. STATUS_CORRUPT if checksum, order or form is wrong. */
enum status delta_keys_read(const struct str **out, size_t *count, struct arena *arena,
    const char *path, struct err *err) MUST_USE;
/* Writes durably; `ids` may be in any order and hold doubles. */
enum status delta_keys_write(
    const char *path, const struct str *ids, size_t count, struct err *err) MUST_USE;

#endif
