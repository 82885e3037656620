#ifndef INDEXER_READER_H
#define INDEXER_READER_H
/*
 * reader: an export, row by row, in constant memory.
 *
 * One window of the file is held (SPLIT_WINDOW_BYTES and a little), plus the row at hand. The
 * file's hash is taken on the way. Bad rows come out as rows with a fault; only a file that cannot
 * be read, or whose header does not fit the mapping, fails the call.
 * Threads: a reader belongs to one thread.
 */
#include "base/digest.h"
#include "base/err.h"
#include "indexer/row.h"

struct reader;

/* Opens the export and reads its header. STATUS_NOT_FOUND; STATUS_INVALID for a folder or device,
 * a missing column, UTF-16. The mapping is borrowed until reader_close. */
enum status reader_open(
    struct reader **out, const struct mapping *mapping, const char *path, struct err *err) MUST_USE;
void reader_close(struct reader *reader);

/* The next row that is not blank; *more false at the end. */
enum status reader_next(
    bool *more, struct row *row, struct reader *reader, struct err *err) MUST_USE;

uint64_t reader_size(const struct reader *reader);	 /* bytes, when it was opened */
uint64_t reader_done(const struct reader *reader);	 /* bytes dealt with */
int64_t reader_modified_ms(const struct reader *reader); /* Unix ms UTC */
bool reader_had_value(const struct reader *reader, size_t column);
/* At the end: the hash of all bytes. STATUS_INVALID if the file changed while it was read. */
enum status reader_finish(struct digest *hash, struct reader *reader, struct err *err) MUST_USE;

#endif
