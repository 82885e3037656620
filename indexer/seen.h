#ifndef INDEXER_SEEN_H
#define INDEXER_SEEN_H
/*
 * seen: which record ids an export has had, and on which line first.
 *
 * A hash table in a file (24 bytes a record at half load: about 50 MB for a million records), not
 * in memory: pages that are not in use can go back to disk. The file has no name, so that nothing
 * is left after a crash, and holds hashes only. An id is 128 bits of BLAKE2b: among 10^8 records
 * two ids share one with probability 10^-23, so a hash stands for its id.
 * The space is reserved before it is mapped: a full disk is an error here, not a fault signal.
 * Threads: a table belongs to one thread.
 */
#include "base/err.h"
#include "base/str.h"

struct seen;

/* `folder`: where the nameless file lives. */
enum status seen_new(struct seen **out, const char *folder, struct err *err) MUST_USE;
void seen_free(struct seen *seen);
/* *first_line: the line on which the id was first put, or 0 if it is put there now. */
enum status seen_put(uint64_t *first_line, struct seen *seen, struct str id, uint64_t line,
    struct err *err) MUST_USE;
/* The line on which the id was first put; 0 if it was not. */
uint64_t seen_find(const struct seen *seen, struct str id);
uint64_t seen_count(const struct seen *seen);

#endif
