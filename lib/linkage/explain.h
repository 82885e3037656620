#ifndef LINKAGE_EXPLAIN_H
#define LINKAGE_EXPLAIN_H
/*
 * explain: a score in words that a reviewer reads with no manual.
 *
 * One line per comparison: field, value asked, value on record, what was found, bits. Values are
 * display values. The words for each level are in one table in explain.c.
 * Threads: pure apart from the buffer.
 */
#include "base/buf.h"
#include "linkage/score.h"

/* "same as asked", "sounds alike", "day and month exchanged": one phrase for a level. */
const char *explain_level(enum comparison comparison, int level);

/*
 * The evidence as a JSON array, strongest line first, null levels left out but for those that
 * the query gave and the record lacks, which come last with level "missing":
 *   [{"field":"name","asked":"Katie O'Brien","found":"Katherine O'BRIEN","level":"nickname",
 *     "words":"...","bits":17.2,"rarity":5.1}, ...]
 */
void explain_json(struct buf *out, const struct score *score, const struct person *query_person,
    const struct person *record_person, const struct features *query,
    const struct features *record);

/* The display form of a name: "Forenames SURNAME-as-written" or the free text. */
void explain_name(struct buf *out, const struct person_name *name);
/* One line: "12 Acacia Avenue, Leeds, LS1 4AB". */
void explain_address(struct buf *out, const struct person_address *address);

#endif
