#ifndef SUPPORT_CORPUS_WORDS_H
#define SUPPORT_CORPUS_WORDS_H
/*
 * corpus_words: the word lists that the invented people are put together from.
 *
 * The lists are written for this project; who bears which combination is drawn at random. Each
 * list runs from common to rare. A forename may carry its short forms: "Katherine|Katie|Kate".
 * They are what the corpus is made of where no published frequencies are at hand.
 * Threads: constant data.
 */
#include <stddef.h>

struct corpus_list {
	const char *const *words;
	size_t count;
};

struct corpus_origin {
	const char *name;
	unsigned weight;  /* share among families; the weights sum to CORPUS_ORIGIN_WEIGHT */
	unsigned scripts; /* bits of corpus_edit.h */
	struct corpus_list female, male, surnames;
};
#define CORPUS_ORIGIN_COUNT 26
#define CORPUS_ORIGIN_WEIGHT 1020
extern const struct corpus_origin corpus_words_origins[CORPUS_ORIGIN_COUNT];

struct corpus_town {
	const char *town;
	const char *area;   /* letters that begin its postcodes */
	unsigned districts; /* outcodes area1 .. areaN */
	const char *nation; /* as in struct case_header */
};
#define CORPUS_TOWN_COUNT 60
extern const struct corpus_town corpus_words_towns[CORPUS_TOWN_COUNT];

/* Halves of rare surnames, of street names, and the kinds of street. */
extern const struct corpus_list corpus_words_surname_heads, corpus_words_surname_tails,
    corpus_words_street_heads, corpus_words_street_tails, corpus_words_street_kinds,
    corpus_words_house_names;
/* "Name|short|shorter": more short forms than the lists of forenames carry. */
extern const struct corpus_list corpus_words_short_forms;

#endif
