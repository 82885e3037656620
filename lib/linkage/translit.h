#ifndef LINKAGE_TRANSLIT_H
#define LINKAGE_TRANSLIT_H
/*
 * translit: could a name in one script be a name in another?
 *
 * Each script is read as a row of sounds, and a sound is a set: what the letters may stand for.
 * Latin c is k, s, ch or ts, as it may be English, Italian or Polish; Korean b is b or v, Chinese l
 * is l or r, Hebrew vav is v, u or o. Two sounds agree when their sets meet. The rows are aligned
 * at least cost (weighted edit distance): a consonant that is missing or another costs most, one
 * that languages leave silent (h, w, final t, s, r) or a vowel that the script puts in between
 * consonants (Korean eu, Chinese "fu", "te", "si") little or nothing, and against Arabic and
 * Hebrew, which write no short vowels, Latin vowels cost nothing. The cost allowed grows with the
 * length.
 *
 * Sources of the rules: how each script writes foreign names, by its norms (Korean: National
 * Institute of Korean Language, loanword orthography, 1986; Chinese: tables of Xinhua, "Names of
 * the World's Peoples"; Cyrillic: BGN/PCGN 1947, Polivanov for Japanese; Hebrew: Academy of the
 * Hebrew Language, 2006; Arabic: BGN/PCGN 1956), and what Latin letters sound like in the
 * languages that names in Britain come from. Costs were set by hand, the share of the length that
 * is allowed on ../shared/data/pairs so that about one in 150 random pairs is taken: translit.c.
 *
 * Room: linkage (pure). Allocation-free. Threads: pure functions.
 */
#include "record/features.h"

#define TRANSLIT_SOUNDS_MAX (2 * FEATURE_TOKEN_BYTES_MAX) /* a rule gives two sounds a letter */

struct translit_sound {
	uint32_t may; /* bit per sound that it may be */
	uint8_t drop; /* what leaving it out costs */
	bool is_vowel;
};

/* What is kept of a reading to pass over most of a list without reading it. */
struct translit_outline {
	uint32_t may;	    /* any of its sounds */
	uint16_t weight;    /* of all its sounds */
	uint8_t hard;	    /* sounds that are consonants and dear to leave out */
	uint8_t consonants; /* sounds that are no vowels */
};

struct translit {
	struct translit_sound sound[TRANSLIT_SOUNDS_MAX];
	uint8_t count;
	char script; /* mark of fold.h; '\0': Latin */
	struct translit_outline outline;
};

/* Reads folded letters without a mark; `script` is one of fold.h, '\0' for Latin. */
void translit_read(struct translit *out, struct str letters, char script);
/* True if one may be the other; false for two of the same script. Symmetric. */
bool translit_alike(const struct translit *a, const struct translit *b);
/* False only if translit_alike(a, b) is false for every b of that outline. */
bool translit_possible(const struct translit *a, const struct translit_outline *b);

#endif
