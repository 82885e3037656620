#ifndef RECORD_FEATURES_WORDS_H
#define RECORD_FEATURES_WORDS_H
/*
 * features_words: what the text of a name may mean, as lists of folded words.
 *
 * The structure that folding drops is kept: brackets, quotes and announced names ("nee", "aka")
 * give readings of their own, a slash gives alternatives. Titles and words that mean "not known"
 * are gone. Nothing outside features*.c includes this. Threads: as features.h.
 */
#include "record/features_parts.h"

#define WORDS_MAX 32   /* of one text; a longer one is a story, not a name */
#define READINGS_MAX 4 /* of one text */

struct word {
	struct str text;
	char script;   /* of fold.h, '\0': Latin */
	uint8_t group; /* 0: the main text; else a bracket or an announced name */
	bool other;    /* stands after a slash or "and": an alternative to the word before */
	bool glued;    /* was hyphenated to the word before */
	bool respelt;  /* an alternative that folding gave, and the text has not */
};

struct reading {
	const struct word *words;
	size_t count; /* at least 1 */
	bool surname; /* a former surname within a forename text */
};

struct readings {
	struct reading list[READINGS_MAX];
	size_t count;
};

/* The texts of a name; in `full` the parts are not told apart. */
struct parsed {
	struct readings fore, sur, full;
};

enum text_part { TEXT_FORENAMES, TEXT_SURNAME, TEXT_FULL };

void features_words_parse(
    struct parsed *out, struct feature_maker *maker, const struct person_name *name);

#endif
