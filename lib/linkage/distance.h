#ifndef LINKAGE_DISTANCE_H
#define LINKAGE_DISTANCE_H
/*
 * distance: string functions over folded ASCII tokens; allocation-free.
 *
 * Sources: optimal string alignment (Damerau 1964, restricted form); Jaro 1989; Winkler 1990
 * (prefix 4, p 0.1, no boost threshold); Double Metaphone (Philips 2000); Soundex by the American
 * archives' rule. Checked against ../shared/data/vectors where present.
 * Input longer than DISTANCE_BYTES_MAX is compared by its first DISTANCE_BYTES_MAX bytes.
 * Threads: pure functions.
 */
#include "base/str.h"

#define DISTANCE_BYTES_MAX 64
#define METAPHONE_BYTES_MAX 4

/* Edits by optimal string alignment; `limit + 1` as soon as it is known to exceed `limit`. */
unsigned distance_osa(struct str a, struct str b, unsigned limit);
double distance_jaro(struct str a, struct str b);
double distance_jaro_winkler(struct str a, struct str b);
/* Four-character codes, terminated; alternate equals primary when there is only one. */
void distance_metaphone(char primary[METAPHONE_BYTES_MAX + 1],
    char alternate[METAPHONE_BYTES_MAX + 1], struct str word);
void distance_soundex(char code[5], struct str word);

#endif
