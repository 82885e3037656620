#ifndef INDEXER_REJECTS_H
#define INDEXER_REJECTS_H
/*
 * rejects: what an export held that was not indexed, or not wholly (rejects.jsonl, mode 0600).
 *
 * One JSON object a line: {"line":12,"kind":"row","field":"","reason":"...","row":"..."}
 *   kind "row"      the row was not loaded
 *   kind "field"    the row was loaded without, or with a part of, this field ("value")
 *   kind "skipped"  the row names nobody, so there is nothing to search by
 * "row" is the row as it stands in the export, in UTF-8; control characters and bytes that are no
 * text are shown as \xNN, a row over 65,536 bytes is cut there.
 * Threads: a file belongs to one thread.
 */
#include "base/err.h"
#include "indexer/row.h"

struct rejects;

enum reject_kind { REJECT_ROW, REJECT_FIELD, REJECT_SKIPPED, REJECT_KIND_COUNT };

/* `encoding` is that of the export. */
enum status rejects_open(
    struct rejects **out, const char *path, const char *encoding, struct err *err) MUST_USE;
/* A field fault of a row is written once, however many people the column is read for.
 * Memory and disk faults are kept and come out of rejects_finish. `value` may be STR_NONE. */
void rejects_add(struct rejects *rejects, enum reject_kind kind, const struct row *row,
    const char *field, const char *reason, struct str value);
uint64_t rejects_count(const struct rejects *rejects, enum reject_kind kind);
/* Closes the file; it is flushed to disk with its generation. */
enum status rejects_finish(struct rejects *rejects, struct err *err) MUST_USE;
void rejects_abandon(struct rejects *rejects); /* NULL is fine */

#endif
