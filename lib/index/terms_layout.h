#ifndef INDEX_TERMS_LAYOUT_H
#define INDEX_TERMS_LAYOUT_H
/*
 * terms_layout: what terms.c (records) and terms_query.c (queries) share, so that a term is spelt
 * in one place. The layout itself heads terms.c. Nobody else includes this.
 *
 * Threads: pure apart from the arena.
 */
#include "index/terms.h"

/* Terms with bits (0 on a record's side), in the arena; doubles until terms_sort_unique. A
 * failed allocation marks the list, and the maker checks once at the end. */
struct terms_list {
	struct arena *arena;
	struct term_weight *terms;
	size_t count;
	size_t room;
	unsigned group;		       /* of what is added now */
	const struct neighbour *token; /* likewise, see struct term_weight */
	struct term_place place;       /* likewise */
	bool asks;		       /* it is a question's: terms get their places */
	bool told;		       /* what is added now was told before */
	bool has_raised; /* a term got more than it adds to a score: live_together() */
	bool failed;
};
/* By group and term, each once, with the most bits that it was added with, and with the most that
 * it was added with as told before. */
void terms_sort_unique(struct terms_list *list);

void terms_add_token(struct terms_list *list, double bits, struct str token);  /* N */
void terms_add_letter(struct terms_list *list, double bits, struct str token); /* L, its first */

void terms_add_day(struct terms_list *list, double bits, struct civil day);	     /* D */
void terms_add_two(struct terms_list *list, double bits, char prefix, int a, int b); /* E F G */
void terms_add_year(struct terms_list *list, double bits, char prefix, int year);    /* H J */

struct terms_claim { /* a birth as compare.h looks at it */
	struct civil first, last;
	day_number day; /* the first */
	bool is_day, is_month;
	bool is_loose; /* not a day, or 1 January: may agree with any day of its year */
};
/* False if the span is so wide that it is not compared. */
bool terms_claim(struct terms_claim *out, const struct birth *birth);

struct terms_address_bits {
	double postcode_number, postcode, number_street, number_street_near, sector, outcode,
	    street_town, street, street_near, town;
};
void terms_add_address(struct terms_list *list, const struct feature_address *at,
    const struct terms_address_bits *bits);

void terms_add_phones(
    struct terms_list *list, double bits, double near_bits, const struct features *features);
void terms_add_emails(
    struct terms_list *list, double bits, double near_bits, const struct features *features);
/* `case_bits` for case numbers, `bits` for those of one person. */
void terms_add_identifiers(
    struct terms_list *list, double bits, double case_bits, const struct features *features);

#endif
