#ifndef CLIENT_ROWS_H
#define CLIENT_ROWS_H
/*
 * rows: a CSV file, row by row (rows_csv.c; RFC 4180 with LF or CRLF, quotes doubled inside quotes,
 * line breaks inside quotes, a UTF-8 byte order mark at the front).
 *
 * Memory does not grow with the file. Fields are bytes as they stand: whether they are text is for
 * the reader of the field to say. Empty lines are passed over and not counted.
 * Threads: a reader belongs to one thread.
 */
#include "base/err.h"
#include "base/str.h"

#define ROWS_COLUMNS_MAX 256
#define ROWS_ROW_BYTES_MAX (256u << 10) /* far over a request's 64 KiB: longer is a lost quote */

struct rows;

struct row {
	const struct str *fields;
	size_t count;
	uint64_t number;   /* 1 for the first row of the file, which is its header */
	unsigned line;	   /* where it begins in the file */
	uint64_t bytes;	   /* read so far, for a progress bar */
	const char *fault; /* why the row is no row; NULL: it is one */
};

/* `path` "-" is stdin. STATUS_NOT_FOUND, STATUS_INVALID for a folder. */
enum status rows_open(struct rows **out, const char *path, struct err *err) MUST_USE;
void rows_close(struct rows *rows);
/* Bytes of the file, 0 if not known. */
uint64_t rows_size(const struct rows *rows);

/* *out is NULL at the end; a row is valid until the next call. STATUS_LIMIT for a row over
 * ROWS_ROW_BYTES_MAX: what comes after cannot be told apart any more. */
enum status rows_next(const struct row **out, struct rows *rows, struct err *err) MUST_USE;

#endif
