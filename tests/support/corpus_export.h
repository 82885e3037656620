#ifndef SUPPORT_CORPUS_EXPORT_H
#define SUPPORT_CORPUS_EXPORT_H
/*
 * corpus_export: case records as the five systems export them (fixtures/README.md).
 *
 * Threads: pure functions.
 */
#include "tests/support/corpus.h"

#include "base/buf.h"

/* "childrens_services.csv" */
const char *corpus_export_file(enum corpus_system system);
/* The line before the first record, "" for none. */
const char *corpus_export_header(enum corpus_system system);
/* Adds the line or lines of the record. */
void corpus_export_record(struct buf *out, const struct corpus_case *made);

/* One CSV field, quoted if it must be, and the comma after it. */
void corpus_export_field(struct buf *out, struct str text);
/* "key":"value" or "key":null */
void corpus_export_json(struct buf *out, const char *key, struct str value);

#endif
