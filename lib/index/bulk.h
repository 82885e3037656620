#ifndef INDEX_BULK_H
#define INDEX_BULK_H
/*
 * bulk: a whole database from documents in order of their numbers, 1 and up: data to one table as
 * they come, terms through postings.h to the other at the end. Threads: belongs to one thread.
 */
#include "base/err.h"
#include "base/str.h"

struct bulk;

/* The database becomes <folder>/base.glass; temporary files are in the folder too. */
enum status bulk_new(struct bulk **out, const char *folder, struct err *err) MUST_USE;
/* Adds the next document. `data` is not empty. */
enum status bulk_add(struct bulk *bulk, struct str data, const struct str *terms, size_t count,
    struct err *err) MUST_USE;
/* Completes the database on the disk. Frees. */
enum status bulk_finish(struct bulk *bulk, struct err *err) MUST_USE;
void bulk_abandon(struct bulk *bulk); /* NULL is fine */

#endif
