#ifndef INDEXER_CELL_H
#define INDEXER_CELL_H
/*
 * cell: one mapped value of a row, with its faults told as they are found.
 *
 * Texts live in `arena` (the record's), so that they outlast the row.
 * Threads: plain data.
 */
#include "indexer/row_to_case.h"

struct cell_reader {
	const struct mapping *mapping;
	const struct lexicon *lexicon;
	struct folder *folder;
	struct arena *arena;
	struct row_to_case_sink sink;
	const struct row *row;
	const struct json_t *element; /* where relative JSON paths begin */
	bool no_memory;		      /* an allocation failed: the maker ends the load */
};

/* The column or path that the value comes from, for faults; "" for a constant. */
const char *cell_field(const struct cell_reader *reader, const struct mapping_value *value);
void cell_fault(struct cell_reader *reader, const struct mapping_value *value, const char *reason,
    struct str text);
/* Cut to PERSON_TEXT_BYTES_MAX with a fault; by the code list where the value has one. */
struct str cell_text(struct cell_reader *reader, const struct mapping_value *value);
/* Calls `take` with the text, or with each part of it if the value is split. */
typedef void cell_take(void *ctx, struct str text);
void cell_each(
    struct cell_reader *reader, const struct mapping_value *value, cell_take *take, void *ctx);
/* DAY_NONE if there is none or it is faulty. */
day_number cell_day(struct cell_reader *reader, const struct mapping_value *value);
/* True if the text says that the value is not known ("n/k"). */
bool cell_is_missing(struct cell_reader *reader, enum lexicon_field field, struct str text);
/* True if there is a value at the path. */
bool cell_is_there(struct cell_reader *reader, const struct mapping_path *path);

#endif
