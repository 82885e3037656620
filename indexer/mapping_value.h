#ifndef INDEXER_MAPPING_VALUE_H
#define INDEXER_MAPPING_VALUE_H
/*
 * mapping_value: the parts of reading a mapping that its two readers share. Private to
 * mapping_json.c, mapping_people_json.c and mapping_value_json.c.
 */
#include "indexer/mapping.h"

struct json_t;

struct mapping_reading {
	struct mapping *mapping;
	const char *source; /* of the mapping, in messages */
	const struct json_t *codes;
	const struct mapping_dates *dates; /* "source.dates" */
	const struct json_t *optional;	   /* "source.optional_columns" or NULL */
	int number;			   /* what "#" stands for; 0: nothing */
	const char *inside; /* "associates[].names[]" while its paths are read; "" at the top */
	struct err *err;
};

/* What a value must come to; words are checked when the mapping is read. */
enum mapping_words {
	WORDS_ANY,
	WORDS_ROLE,
	WORDS_SEX,
	WORDS_NAME_KIND,
	WORDS_NATION,
	WORDS_IDENTIFIER,
	WORDS_YES_NO
};

/* "path.key", or "key" when path is "". NULL if memory ran out. */
const char *mapping_value_path(struct mapping_reading *reading, const char *path, const char *key);
const char *mapping_value_item(struct mapping_reading *reading, const char *path, size_t i);

/* Reads object[key]: "Column" (of WORDS_ANY) or "word", or {"from":..., ...}. Absent and not
 * required: not mapped. */
enum status mapping_value_read(struct mapping_value *out, struct mapping_reading *reading,
    const struct json_t *object, const char *path, const char *key, bool required,
    enum mapping_words words) MUST_USE;
/* A value object itself, whose own keys (from, join, split, constant, codes, dates) may stand
 * beside keys of the caller. */
enum status mapping_value_fill(struct mapping_value *out, struct mapping_reading *reading,
    const struct json_t *value, const char *path, enum mapping_words words) MUST_USE;
#define MAPPING_VALUE_KEYS "from", "first", "join", "split", "constant", "codes", "dates"

/* object[key] as a path; absent: *out NULL. */
enum status mapping_value_place(const struct mapping_path **out, struct mapping_reading *reading,
    const struct json_t *object, const char *path, const char *key) MUST_USE;
/* object[key] as a list of date formats; absent: *out untouched. */
enum status mapping_value_dates(const struct mapping_dates **out, struct mapping_reading *reading,
    const struct json_t *object, const char *path, const char *key) MUST_USE;

/* Reads mapping.people; "people" of the document. */
enum status mapping_people_read(
    struct mapping_reading *reading, const struct json_t *document) MUST_USE;

#endif
