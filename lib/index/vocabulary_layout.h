#ifndef INDEX_VOCABULARY_LAYOUT_H
#define INDEX_VOCABULARY_LAYOUT_H
/*
 * vocabulary_layout: a vocabulary in memory, shared by vocabulary.c (file, merge, look-up) and
 * vocabulary_expand.c (neighbours). Nobody else includes this.
 *
 * Tokens are numbered in byte order; everything else refers to them by number.
 * Threads: not changed after vocabulary_open.
 */
#include "index/vocabulary.h"
#include "linkage/translit.h"

#define VOCABULARY_PARTS 3 /* forename, surname, unknown */

struct vocabulary_sound {
	uint32_t code; /* a Double Metaphone code, four bytes packed */
	uint32_t id;
};

struct vocabulary {
	size_t count;
	char *bytes;	 /* all tokens, one after the other */
	uint32_t *start; /* count + 1 offsets into bytes */
	uint32_t (*people)[VOCABULARY_PARTS];
	uint64_t *files; /* bit per file that has the token, in the order of opening */

	uint32_t *slots; /* open addressing by str_hash: number + 1, 0 is free */
	size_t slot_mask;

	struct vocabulary_sound *sounds; /* by code, then id */
	size_t sound_count;

	uint32_t *letters;	/* which letters each token has, a bit each */
	uint32_t *delete_start; /* bucket b: delete_ids[delete_start[b] .. delete_start[b + 1]) */
	uint32_t *delete_ids;
	unsigned delete_shift; /* 64 - log2 of the number of buckets */

	struct translit_outline *outlines; /* of each token */
	uint32_t *foreign;		   /* the tokens with a mark of script */
	size_t foreign_count;
};

static inline struct str
vocabulary_token(const struct vocabulary *vocabulary, size_t id)
{
	return (struct str){ vocabulary->bytes + vocabulary->start[id],
		vocabulary->start[id + 1] - vocabulary->start[id] };
}

/* Without the mark of its script (features.h). */
static inline struct str
vocabulary_letters(const struct vocabulary *vocabulary, size_t id)
{
	return feature_letters(vocabulary_token(vocabulary, id));
}

/* People with the token of that number. */
struct frequency_count vocabulary_count_of(const struct vocabulary *vocabulary, size_t id);
/* The number of a token; false if it is not there. */
bool vocabulary_find(uint32_t *id, const struct vocabulary *vocabulary, struct str token);
/* Fills all that is for finding neighbours from the tokens. */
enum status vocabulary_expand_prepare(struct vocabulary *vocabulary, struct err *err) MUST_USE;

#endif
