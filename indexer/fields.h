#ifndef INDEXER_FIELDS_H
#define INDEXER_FIELDS_H
/*
 * fields: the fields of one CSV row (libcsv, fields_csv.c).
 *
 * Blanks around a field are dropped unless they stand inside its quotes. A quote in the middle of
 * a field is taken as it stands.
 * Threads: a parser belongs to one thread.
 */
#include "base/err.h"
#include "base/str.h"

#define FIELDS_MAX 1024 /* of one row; the widest export known has 212 columns */

struct fields;

/* quote 0: no quoting. */
enum status fields_new(struct fields **out, char delimiter, char quote, struct err *err) MUST_USE;
void fields_free(struct fields *fields);

/*
 * `row` is one logical row without its line end and without NUL (split.h). *count is the true
 * number of fields, of which the first FIELDS_MAX are given; valid until the next call and as long
 * as the row's bytes are.
 */
enum status fields_parse(const struct str **out, size_t *count, struct fields *fields,
    struct str row, struct err *err) MUST_USE;

#endif
