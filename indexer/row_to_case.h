#ifndef INDEXER_ROW_TO_CASE_H
#define INDEXER_ROW_TO_CASE_H
/*
 * row_to_case: rows of an export become case records, by the mapping.
 *
 * A record is begun with its id, takes one row or several, and is given out when it is finished.
 * Memory: one record at a time, of at most CASE_PEOPLE_MAX people; a record with more is given out
 * in parts of that size, which are the same record to the index.
 * Nothing that a row holds is dropped in silence: a value that cannot be used, or not wholly, is
 * told to `fault` and the rest of the row is used.
 * Threads: a converter belongs to one thread.
 */
#include "indexer/mapping.h"
#include "indexer/row.h"
#include "record/fold.h"
#include "record/lexicon.h"

struct row_to_case;

struct row_to_case_sink {
	void *ctx;
	/* A record, or a part of a large one; borrowed for the call. */
	enum status (*record)(void *ctx, const struct case_record *record, struct err *err);
	/* `field` names the column or path; `value` is what stood there. */
	void (*fault)(void *ctx, const struct row *row, const char *field, const char *reason,
	    struct str value);
};

/* All arguments are borrowed until row_to_case_free. `as_of`: the day of the export. */
enum status row_to_case_new(struct row_to_case **out, const struct mapping *mapping,
    const struct lexicon *lexicon, struct folder *folder, day_number as_of,
    struct row_to_case_sink sink, struct err *err) MUST_USE;
void row_to_case_free(struct row_to_case *converter);

/* The row's record id, in the row's memory; *fault says why there is none that can be used. */
void row_to_case_id(struct str *out, const char **fault, const struct row_to_case *converter,
    const struct row *row);
/* True if the row takes its record away. */
bool row_to_case_removes(const struct row_to_case *converter, const struct row *row);

enum status row_to_case_begin(
    struct row_to_case *converter, struct str record_id, struct err *err) MUST_USE;
/* *somebody: the row names at least one person. */
enum status row_to_case_add(
    bool *somebody, struct row_to_case *converter, const struct row *row, struct err *err) MUST_USE;
/* Gives out what has not been given out yet. */
enum status row_to_case_finish(struct row_to_case *converter, struct err *err) MUST_USE;

#endif
