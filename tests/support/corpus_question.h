#ifndef SUPPORT_CORPUS_QUESTION_H
#define SUPPORT_CORPUS_QUESTION_H
/*
 * corpus_question: who is asked about a corpus, and what is known of them.
 *
 * Question n is made from (source, families, n) alone. Of 24 questions 16 are about people on file.
 * Threads: an asker belongs to one thread at a time.
 */
#include "tests/support/corpus.h"

enum corpus_kind {
	CORPUS_PRESENT,	 /* on file */
	CORPUS_NOWHERE,	 /* neither they nor their family are */
	CORPUS_RELATIVE, /* their family is on file, they are not */
	CORPUS_NAMESAKE, /* nowhere, but with the name of somebody on file */
	CORPUS_COMMON,	 /* a common name and at most an age and a town; on file or not */
	CORPUS_KIND_COUNT
};
/* "present", ... */
const char *corpus_question_kind(enum corpus_kind kind);

struct corpus_question {
	enum corpus_kind kind;
	bool on_file;
	unsigned origin; /* of the name, in corpus_words_origins */
	struct corpus_query query;
};

struct corpus_asker {
	struct arena *arena;
	struct corpus_source source;
	struct corpus_shares shares; /* of the questions' damage */
	uint64_t families;	     /* so many are on file: whole groups */
	/* Its own: */
	struct corpus_rng rng; /* of the question */
	uint64_t n;
	struct corpus_family family; /* looked at last */
	uint32_t on_file;	     /* its members on file, by bit */
	bool failed;		     /* the arena is full */
};

/* The arena stays the caller's. Families: a positive multiple of CORPUS_GROUP. */
void corpus_question_init(struct corpus_asker *out, struct arena *arena,
    const struct corpus_source *source, uint64_t families);

/* Question n; what it holds lives until the next. STATUS_NOMEM is the only failure. */
enum status corpus_question_make(
    struct corpus_question *out, struct corpus_asker *asker, uint64_t n) MUST_USE;

#define CORPUS_HOUSEHOLD 4
/*
 * Questions about different members of one family, some of them not on file; the first is the child
 * of the case. False in *found if no family is large enough (a handful may have none).
 */
enum status corpus_question_household(struct corpus_question out[CORPUS_HOUSEHOLD], bool *found,
    struct corpus_asker *asker, uint64_t n) MUST_USE;

#endif
