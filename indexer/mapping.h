#ifndef INDEXER_MAPPING_H
#define INDEXER_MAPPING_H
/*
 * mapping: how the export of one system becomes case records, read from schemas/exports/ *.json.
 *
 * schemas/README.md documents every key for the people who write mappings, and
 * schemas/mapping.schema.json holds the same as JSON Schema; this header is the parsed form.
 * Reading is strict: an unknown key, a wrong type or a word outside its list gives
 * STATUS_INVALID with file, path of the key and reason, before the export is opened.
 * Everything is owned by the mapping (one arena).
 * Threads: not changed after loading.
 */
#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "record/person.h"

#define MAPPING_VERSION 1
#define MAPPING_BYTES_MAX (256u * 1024)
#define MAPPING_COLUMNS_MAX 256	   /* distinct columns or paths that one mapping reads */
#define MAPPING_PATH_PARTS_MAX 8   /* "a.b.c" has three */
#define MAPPING_BLOCKS_MAX 64	   /* blocks of people, numbered ones counted out */
#define MAPPING_PARTS_MAX 32	   /* entries of one list inside a block */
#define MAPPING_CODES_MAX 512	   /* entries of one code list */
#define MAPPING_FORMATS_MAX 8	   /* date formats tried for one value */
#define MAPPING_TEXT_BYTES_MAX 256 /* a key, path or constant */

enum mapping_format { MAPPING_CSV, MAPPING_JSON_LINES };
enum mapping_rows { MAPPING_ROW_PER_RECORD, MAPPING_ROWS_GROUPED };

/* A column of CSV or a path of JSON; each distinct one is read once and counted. */
struct mapping_column {
	const char *name; /* "Child1Name"; JSON: from the line on, "associates[].names[].full" */
	bool optional;	  /* CSV: the header may lack it */
};

struct mapping_path {
	size_t column; /* index into mapping.columns, which has its name */
	/* JSON only: where to go from the line (root) or from the element of "each". */
	bool root;
	const char *parts[MAPPING_PATH_PARTS_MAX]; /* none: the element itself */
	size_t part_count;
};

struct mapping_code {
	struct str from; /* compared without regard to ASCII case */
	struct str to;
};
struct mapping_codes {
	const char *name;
	const struct mapping_code *items;
	size_t count;
	struct str
	    other; /* for a value that is not listed ("*"); STR_NONE: such a value is a fault */
};

struct mapping_dates {
	const char *formats[MAPPING_FORMATS_MAX];
	size_t count;
};

/* One text: a constant, or the columns read and joined. No path and no constant: not mapped. */
struct mapping_value {
	struct str constant;
	const struct mapping_path *paths;
	size_t path_count;
	const char *join; /* between the values of several paths */
	bool first;	  /* of several paths only the first that has a value */
	char split;	  /* 0: the value is one; else it holds several, separated by this */
	const struct mapping_codes *codes; /* NULL: none */
	const struct mapping_dates *dates; /* never NULL */
};

enum mapping_layout { MAPPING_FREE, MAPPING_SURNAME_FIRST, MAPPING_SURNAME_LAST };

struct mapping_name {
	const struct mapping_path *each;    /* a JSON array; NULL: once */
	const struct mapping_path *only_if; /* NULL: always; else: only if it has a value */
	struct mapping_value kind;	    /* gives a word of name_kind_name() */
	struct mapping_value forenames, surname, full;
	enum mapping_layout layout; /* of `full` */
};

struct mapping_birth {
	const struct mapping_path *each; /* a JSON array; NULL: once */
	struct mapping_value date;	 /* either a date */
	struct mapping_value age;	 /* or an age */
	struct mapping_value at;	 /* on this day */
};

struct mapping_address {
	const struct mapping_path *each; /* a JSON array; NULL: once */
	struct mapping_value text, town, postcode, since, until;
};

struct mapping_contact {
	const struct mapping_path *each; /* a JSON array; NULL: once */
	struct mapping_value value;
};

struct mapping_identifier {
	const struct mapping_path *each; /* a JSON array; NULL: once */
	struct mapping_value kind;	 /* a word of identifier_kind_name() */
	struct mapping_value value;
};

struct mapping_note {
	const char *label;		 /* "Nationality"; "" for none */
	const struct mapping_path *each; /* a JSON array; NULL: once */
	struct mapping_value value;
};

/* A block of people: one person a row, or one for each element of an array. */
struct mapping_block {
	const struct mapping_path *each; /* a JSON array; NULL: once */
	struct mapping_value id;	 /* not mapped: "p1", "p2" in order */
	struct mapping_value role;	 /* a word of person_role_name() */
	struct mapping_value sex;
	struct mapping_value age_disputed;
	const struct mapping_name *names;
	size_t name_count;
	const struct mapping_birth *births;
	size_t birth_count;
	const struct mapping_address *addresses;
	size_t address_count;
	const struct mapping_contact *phones;
	size_t phone_count;
	const struct mapping_contact *emails;
	size_t email_count;
	const struct mapping_identifier *identifiers;
	size_t identifier_count;
	const struct mapping_note *notes;
	size_t note_count;
};

struct mapping {
	char *path; /* of the file */
	struct digest hash;
	char system[33];
	enum mapping_format format;
	const char *encoding;		 /* "utf-8" or "windows-1252" */
	char delimiter;			 /* CSV */
	char quote;			 /* CSV; 0: none */
	bool header;			 /* CSV: the first row names the columns */
	const struct str *given_columns; /* CSV without header: the columns in order */
	size_t given_count;
	enum mapping_rows rows;
	struct mapping_value id;
	struct mapping_value operation; /* not mapped: every row adds or changes */
	const struct str *remove_words; /* operation values that take the record away */
	size_t remove_count;
	struct mapping_value opened, closed, status, service, nation;
	const struct mapping_block *blocks;
	size_t block_count;
	struct mapping_column columns[MAPPING_COLUMNS_MAX];
	size_t column_count;
	struct arena *arena;
};

/* Reads the file; *out is owned by the caller. STATUS_NOT_FOUND, STATUS_INVALID, STATUS_LIMIT. */
enum status mapping_load(struct mapping **out, const char *path, struct err *err) MUST_USE;
void mapping_free(struct mapping *mapping);
/* The same from text already in memory; `source` names it in messages. For tests. */
enum status mapping_parse(
    struct mapping **out, struct str text, const char *source, struct err *err) MUST_USE;

/* True if the value reads something. */
bool mapping_has(const struct mapping_value *value);
/* england, wales, scotland, northern_ireland or jersey. */
bool mapping_is_nation(struct str word);

#endif
