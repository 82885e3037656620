#ifndef INDEXER_ROW_H
#define INDEXER_ROW_H
/*
 * row: one row of an export, CSV or JSON alike (reader.h makes it).
 *
 * Texts are UTF-8 without blanks around them. A value that is there but could not be read whole
 * carries a fault: a reason that holds no data; the text is then what could be kept of it.
 * Threads: a row belongs to its reader's thread and is valid until the next reader_next().
 */
#include "base/arena.h"
#include "base/str.h"
#include "indexer/mapping.h"

struct json_t;

struct row_cell {
	struct str text;
	const char *fault; /* NULL: none */
};

struct row {
	uint64_t line;	      /* of its first line, 1-based */
	struct str raw;	      /* the bytes of the export, without line end */
	const char *fault;    /* NULL, or why the row cannot be used; the rest is then empty */
	const char *fault_at; /* column or path of that fault, or "" */
	const char *note;     /* NULL, or what is wrong with the row as a whole though it is used */
	const struct row_cell *cells; /* CSV: by index into mapping.columns */
	const struct json_t *json;    /* JSON lines: the object */
	struct arena *arena;
	bool *had_value; /* by index into mapping.columns: set once any row has a value there */
};

/* The text at `path`; `element` is where relative JSON paths begin (NULL: the line). */
void row_text(struct row_cell *out, const struct row *row, const struct json_t *element,
    const struct mapping_path *path);

/* Entries of the JSON array at `path`; a value that is no array counts as one entry. */
size_t row_count(const struct row *row, const struct json_t *element,
    const struct mapping_path *path, const char **fault);
const struct json_t *row_entry(
    const struct row *row, const struct json_t *element, const struct mapping_path *path, size_t i);

#endif
