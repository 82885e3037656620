#ifndef SUPPORT_CORPUS_EDIT_H
#define SUPPORT_CORPUS_EDIT_H
/*
 * corpus_edit: what goes wrong with a word, one kind at a time.
 *
 * Each function changes `text` (NUL-terminated valid UTF-8 in CORPUS_EDIT_BYTES of room) and says
 * whether it could: true means that the text is now another one, still valid and not empty; false
 * leaves it as it was. The tables are written for this project: letter rules, not lists of names.
 * Threads: pure functions.
 */
#include "tests/support/corpus_rng.h"

#include <stdbool.h>
#include <stddef.h>

#define CORPUS_EDIT_BYTES 128

/* Another letter by a neighbouring key; never the first. */
bool corpus_edit_keyboard(char *text, struct corpus_rng *rng);
/* What a scanner reads instead: rn for m, l for i, 0 for o. */
bool corpus_edit_ocr(char *text, struct corpus_rng *rng);
/* A spelling that sounds alike: ph for f, y for ie. */
bool corpus_edit_phonetic(char *text, struct corpus_rng *rng);
/* A letter left out, doubled, or in the other's place; never the first letter. */
bool corpus_edit_drop(char *text, struct corpus_rng *rng);
bool corpus_edit_double(char *text, struct corpus_rng *rng);
bool corpus_edit_transpose(char *text, struct corpus_rng *rng);
/* The first letter lost or another. */
bool corpus_edit_first_letter(char *text, struct corpus_rng *rng);

/* Ways of writing a foreign name in Latin letters; bits, a community may have several. */
enum {
	CORPUS_SCRIPT_ARABIC = 1, /* also Persian, Urdu, Bengali, Punjabi, Somali */
	CORPUS_SCRIPT_INDIAN = 2,
	CORPUS_SCRIPT_POLISH = 4,
	CORPUS_SCRIPT_CYRILLIC = 8,
	CORPUS_SCRIPT_CHINESE = 16,
	CORPUS_SCRIPT_VIETNAMESE = 32,
	CORPUS_SCRIPT_ALBANIAN = 64,
	CORPUS_SCRIPT_ETHIOPIC = 128,
	CORPUS_SCRIPT_ROMANIAN = 256,
	CORPUS_SCRIPT_AFRICAN = 512,
};
/* One or two letter rules of the scripts: Yusuf, Youssef; Xu, Hsu; Tesfay, Tesfai. */
bool corpus_edit_translit(char *text, unsigned scripts, struct corpus_rng *rng);

/* Mac, Mc, O', ap, de, Le, van, al-, el, bin, da and the like before the rest of a surname. */
bool corpus_edit_has_particle(const char *text);
/* Another form of one of those: McKay, MacKay, Mc Kay; O'Brien, OBrien, Brien. */
bool corpus_edit_particle(char *text, struct corpus_rng *rng);

/* Two surnames joined by a hyphen or a blank (not particle and name). */
bool corpus_edit_is_double(const char *text);
bool corpus_edit_split_double(char *text, struct corpus_rng *rng); /* one half only */
bool corpus_edit_join_double(char *text, struct corpus_rng *rng);  /* another joint, or none */

/* Letters without their marks: Wójcik, Wojcik. False if there are none. */
bool corpus_edit_fold(char *text);
/* Whether a letter lies beyond U+00FF, so that Windows-1252 (nearly) cannot write it. */
bool corpus_edit_is_wide(const char *text);

/* One character of a postcode: a neighbouring key, O for 0, two in the other's place. */
bool corpus_edit_postcode(char *text, struct corpus_rng *rng);
/* The first letter only, with or without a full stop. */
bool corpus_edit_initial(char *text, struct corpus_rng *rng);

#endif
