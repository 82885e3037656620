#ifndef INDEXER_SPLIT_H
#define INDEXER_SPLIT_H
/*
 * split: where one logical row of an export ends.
 *
 * A quoted field may hold line ends, so a quote that is never closed could swallow the rest of
 * the file. Three rules keep one bad row from taking others with it:
 *   - a row is at most SPLIT_ROW_BYTES_MAX long;
 *   - a row over several lines must be well formed: a quote inside a quoted field that is neither
 *     doubled nor followed by a delimiter or line end ends the attempt (within one line it is
 *     taken as it stands, as libcsv does);
 *   - when an attempt fails, only the first line is given up, and the next line starts afresh.
 * Line ends are "\n" and "\r\n". The states are those of libcsv, so that both agree on fields.
 * Threads: pure functions.
 */
#include "base/str.h"

#define SPLIT_ROW_BYTES_MAX 65536u /* without the line end */
/* A window of this many bytes always suffices for a decision. */
#define SPLIT_WINDOW_BYTES (SPLIT_ROW_BYTES_MAX + 2)

enum split_result {
	SPLIT_ROW,	/* out is a row */
	SPLIT_MORE,	/* the window is too short to tell */
	SPLIT_UNCLOSED, /* a quote is not closed: out is the first line only */
	SPLIT_LONG,	/* the line has no end within the bound: out is what there is of it */
};

struct split_row {
	size_t bytes;	/* of the row, without its line end */
	size_t next;	/* where the next row begins; SPLIT_LONG: within the same line */
	unsigned lines; /* line ends in the row, its own included */
	bool ended;	/* it had a line end (the last one of a file may lack it) */
};

/* `window` begins at a row and is not empty; `last`: no bytes follow it. quote 0: no quoting. */
enum split_result split_next(
    struct split_row *out, struct str window, bool last, char delimiter, char quote);

/* The first line of the window alone, for a row that turned out to be wrong. */
void split_first_line(struct split_row *out, struct str window);

#endif
