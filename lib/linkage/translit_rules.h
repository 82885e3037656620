#ifndef LINKAGE_TRANSLIT_RULES_H
#define LINKAGE_TRANSLIT_RULES_H
/*
 * translit_rules: what letters may sound like, by script. Nothing outside translit*.c includes
 * this. Sources head translit.h. Threads: constants.
 */
#include "base/str.h"

/* Sounds, a bit each; named by what English spells them with. */
enum {
	S_P = 1 << 0,
	S_B = 1 << 1,
	S_F = 1 << 2,
	S_V = 1 << 3,
	S_W = 1 << 4,
	S_T = 1 << 5,
	S_D = 1 << 6,
	S_TH = 1 << 7, /* thin, this */
	S_K = 1 << 8,
	S_G = 1 << 9,
	S_KH = 1 << 10, /* loch */
	S_GH = 1 << 11, /* the same with voice */
	S_H = 1 << 12,
	S_S = 1 << 13,
	S_Z = 1 << 14,
	S_SH = 1 << 15,
	S_ZH = 1 << 16, /* measure */
	S_CH = 1 << 17,
	S_J = 1 << 18, /* jam */
	S_TS = 1 << 19,
	S_M = 1 << 20,
	S_N = 1 << 21,
	S_L = 1 << 22,
	S_R = 1 << 23,
	S_Y = 1 << 24,
	S_A = 1 << 25,
	S_E = 1 << 26,
	S_I = 1 << 27,
	S_O = 1 << 28,
	S_U = 1 << 29,
};
#define S_VOWELS ((uint32_t)(S_A | S_E | S_I | S_O | S_U))

/* Where a rule holds; all that are set must. */
enum {
	AT_FRONT = 1,	  /* before e, i, y */
	AT_FIRST = 2,	  /* the word begins here */
	AT_LAST = 4,	  /* the word ends after it */
	AT_VOWEL = 8,	  /* before a vowel */
	AT_NO_VOWEL = 16, /* before a consonant or at the end */
	AT_LATER = 32	  /* not at the beginning */
};

/* Costs. One unit is about a sixth of a consonant. */
#define COST_CONSONANT 6 /* a consonant that is missing */
#define COST_VOWEL 2	 /* a vowel that is missing */

/* Letters, what they may be, and what leaving that out costs; and a second sound (0: none). */
struct translit_rule {
	const char *letters;
	uint32_t may;
	uint8_t drop;
	uint8_t at;
	uint32_t then_may;
	uint8_t then_drop;
};

/* By first letter, the longest first; the last has no letters. The first that holds counts.
 * What is in no known script (FOLD_OTHER) is read as any Latin word. */
const struct translit_rule *translit_rules_of(char script);

#endif
