#ifndef INDEXER_LINE_H
#define INDEXER_LINE_H
/*
 * line: one line of a JSON lines export (line_json.c).
 * Threads: pure apart from the row's arena.
 */
#include "indexer/row.h"

#define LINE_DEPTH_MAX 16 /* lists and objects inside one another; our exports have four */

/*
 * Parses row->raw. A line that is no object gives row->fault, *out stays NULL and the status is
 * STATUS_OK; only STATUS_NOMEM fails. `ended`: the line had a line end.
 */
enum status line_parse(struct json_t **out, struct row *row, const char *encoding, bool ended,
    struct err *err) MUST_USE;
void line_free(struct json_t *line);

#endif
