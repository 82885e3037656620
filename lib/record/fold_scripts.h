#ifndef RECORD_FOLD_SCRIPTS_H
#define RECORD_FOLD_SCRIPTS_H
/*
 * fold_scripts: what folding knows of single scripts that no transliterator tells it.
 *
 * Nothing outside fold_icu.c and its test includes this. Threads: pure functions.
 */
#include "base/str.h"

enum fold_script {
	FOLD_SCRIPT_PLAIN,  /* Latin, and what is no letter */
	FOLD_SCRIPT_ARABIC, /* written without vowels */
	FOLD_SCRIPT_HEBREW, /* likewise */
	FOLD_SCRIPT_HAN,    /* no blanks between family name and given name */
	FOLD_SCRIPT_HANGUL, /* likewise */
	FOLD_SCRIPT_CYRILLIC,
	FOLD_SCRIPT_OTHER
};

enum fold_script fold_scripts_of(uint32_t code);
/* True for the characters of the common Chinese family names. */
bool fold_scripts_is_family(uint32_t han);
/* How a Korean family name is spelt in Britain ("kim"); NULL for another syllable. */
const char *fold_scripts_family(uint32_t hangul);
/*
 * A Hebrew word in Latin consonants, as names are spelt in Britain (shin is "sh", bet within a word
 * "v", pe within it "f"); a geresh makes j and ch. Other letters are left out. Returns the number
 * of bytes written, at most `room`.
 */
size_t fold_scripts_hebrew(char *out, size_t room, struct str word);
/*
 * Puts short vowels into a Latin word of bare consonants, y and w ("krym": "karim", "hsn":
 * "hasan"). No Arabic or Hebrew syllable begins with two consonants and none ends with two. Returns
 * the number of bytes written, at most `room`.
 */
size_t fold_scripts_vowels(char *out, size_t room, struct str letters);

#endif
