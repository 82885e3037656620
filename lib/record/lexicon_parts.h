#ifndef RECORD_LEXICON_PARTS_H
#define RECORD_LEXICON_PARTS_H
/*
 * lexicon_parts: the inside of a lexicon, between its loader and its questions.
 *
 * Nothing outside lexicon.c and lexicon_json.c includes this.
 * Threads: as lexicon.h; adding is for the loader only.
 */
#include "base/arena.h"
#include "record/lexicon.h"

#define LEXICON_SHAPES 8192

/* Strings to numbers: open addressing, never more than half full. */
struct lexicon_table {
	struct str *keys;
	uint32_t *values;
	size_t room; /* a power of two, or 0 */
	size_t count;
	/* A bit for each first and last letter and length of a key: nearly all that is asked is
	 * not there, and most of it is told by this. */
	uint64_t shapes[LEXICON_SHAPES / 64];
};

/* Bits in `words`. */
enum {
	LEXICON_WORD_TITLE = 1,
	LEXICON_WORD_PARTICLE = 2,
	LEXICON_WORD_FORENAME_PARTICLE = 4,
	LEXICON_WORD_ALIAS = 8,
	LEXICON_WORD_FORMER = 16,
	LEXICON_WORD_SUFFIX = 32
};

struct lexicon_membership {
	uint16_t classes[LEXICON_CLASSES_MAX];
	uint16_t count;
};

struct lexicon_class {
	const struct str *members;
	size_t count;
};

struct lexicon {
	struct arena *arena; /* of everything below */
	struct digest hash;
	struct lexicon_table missing; /* bit 1 << enum lexicon_field */
	struct lexicon_table words;
	struct lexicon_table joins;   /* index into texts */
	struct lexicon_table streets; /* index into texts */
	struct lexicon_table places;  /* bits of enum lexicon_place */
	struct lexicon_table names;   /* index into memberships */
	struct str *texts;
	size_t text_count;
	struct lexicon_membership *memberships;
	size_t membership_count;
	struct lexicon_class *classes;
	size_t class_count;
};

/* The value of the key, made 0 if it is new; NULL if memory ran out. The key is borrowed. */
uint32_t *lexicon_table_put(struct lexicon_table *table, struct arena *arena, struct str key);
/* False if the key is not there. */
bool lexicon_table_get(uint32_t *out, const struct lexicon_table *table, struct str key);

#endif
