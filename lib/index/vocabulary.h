#ifndef INDEX_VOCABULARY_H
#define INDEX_VOCABULARY_H
/*
 * vocabulary: the distinct folded name tokens of one or more generations, with how many people
 * carry each as forename and as surname; in memory, some 10^5 to 10^6 strings.
 *
 * The file (format and checksum head vocabulary.c) is written once per generation and read whole.
 * Several files merge into one vocabulary, whose counts add up.
 * Threads: a vocabulary is not changed after opening; a builder belongs to one thread.
 */
#include "base/arena.h"
#include "base/err.h"
#include "linkage/compare.h"
#include "linkage/frequency.h"

struct vocabulary;
struct vocabulary_builder;

/* Building: memory grows with the number of distinct tokens only. */
enum status vocabulary_builder_new(struct vocabulary_builder **out, struct err *err) MUST_USE;
void vocabulary_builder_free(struct vocabulary_builder *builder);
/* Counts each distinct (token, part) of the person once. */
enum status vocabulary_builder_add(
    struct vocabulary_builder *builder, const struct features *features, struct err *err) MUST_USE;
/* Adds the counts of a written file: a delta goes on from the one before. */
enum status vocabulary_builder_add_file(
    struct vocabulary_builder *builder, const char *path, struct err *err) MUST_USE;
/* Writes durably (file_write). */
enum status vocabulary_builder_write(
    struct vocabulary_builder *builder, const char *path, struct err *err) MUST_USE;
size_t vocabulary_builder_count(const struct vocabulary_builder *builder);

/* STATUS_CORRUPT if the checksum or the order of any file is wrong; owned by the caller. */
enum status vocabulary_open(
    struct vocabulary **out, const char *const *paths, size_t count, struct err *err) MUST_USE;
void vocabulary_free(struct vocabulary *vocabulary);
size_t vocabulary_count(const struct vocabulary *vocabulary);

/* People with the token, by part (PART_UNKNOWN: the token in no known part). 0 if absent. It fits
 * struct frequency.count; `vocabulary` is a struct vocabulary. */
void vocabulary_people(struct frequency_count *out, const void *vocabulary, struct str token);

#define VOCABULARY_FILES_MAX 64 /* base and delta of 32 systems; a bit each */

struct neighbour {
	struct str token; /* borrowed from the vocabulary */
	enum token_level level;
	uint32_t people; /* with the token, at the most: one who has it in two parts counts twice */
	struct frequency_count count;
	uint64_t files; /* bit i: it is in the file paths[i] of vocabulary_open */
};

/*
 * Every token v with compare_tokens(lexicon, query, v) != TOKEN_NONE, in byte order of v; exactly
 * those (a test holds it against a scan). TOKEN_INITIAL from a one-letter query is not expanded:
 * the index has first-letter terms for it (terms.h).
 */
enum status vocabulary_expand(const struct neighbour **out, size_t *count, struct arena *arena,
    const struct vocabulary *vocabulary, const struct lexicon *lexicon, struct str query,
    struct err *err) MUST_USE;

#endif
