#ifndef INDEX_POSTINGS_H
#define INDEX_POSTINGS_H
/*
 * postings: turns documents with their terms into terms with their documents, in bounded memory.
 *
 * What comes is kept in memory until POSTINGS_MEMORY is used, then written, in order, as one run to
 * a temporary file that has no name; at the end the runs are merged. Order and result depend on
 * what was added alone. Threads: belongs to one thread.
 */
#include "base/err.h"
#include "base/str.h"

#define POSTINGS_TERM_BYTES_MAX 255

/* Of one run; measured at 200,000 people: twice or half of it changes less than one in fifty. */
#define POSTINGS_MEMORY (48u << 20)

struct postings;
struct postings_list; /* the documents of one term */

/* `memory`: bytes for what is not yet written; the merge takes 16 KiB a run besides. */
enum status postings_new(
    struct postings **out, const char *folder, size_t memory, struct err *err) MUST_USE;
void postings_free(struct postings *postings); /* NULL is fine */

/* Adds a document; its number is larger than that of the one before, and not 0. Terms have 1 to 255
 * bytes; one given twice counts once. */
enum status postings_add(struct postings *postings, uint32_t document, const struct str *terms,
    size_t count, struct err *err) MUST_USE;

/* Hands each term over, in byte order; nothing can be added any more. `take` reads all documents of
 * its list. The first status that is not STATUS_OK ends it. */
typedef enum status postings_take(
    void *ctx, struct str term, struct postings_list *list, struct err *err);
enum status postings_merge(
    struct postings *postings, postings_take *take, void *ctx, struct err *err) MUST_USE;

uint32_t postings_count(const struct postings_list *list);
/* The next document of the list, in order; 0 at its end. */
enum status postings_next(uint32_t *document, struct postings_list *list, struct err *err) MUST_USE;

#endif
