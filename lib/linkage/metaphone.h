#ifndef LINKAGE_METAPHONE_H
#define LINKAGE_METAPHONE_H
/*
 * metaphone: Double Metaphone codes of any length (Philips 2000), for distance.c and compare.c.
 *
 * The rules are those of the C implementation that PostgreSQL ships, restated; a code of four
 * characters is a prefix of the longer code of the same word. Letters only in either case;
 * other bytes are passed over as that implementation does. Room: linkage (pure).
 * Threads: pure functions.
 */
#include "base/str.h"

#define METAPHONE_LONG_BYTES 12 /* no name of the test vectors has a longer code than 11 */

/*
 * A bit for each sound that a code of the word may begin with (metaphone_sound): more than it does
 * at times, never less. By the first two letters alone, so quick: words that have no bit in common
 * have no code in common.
 */
static inline uint32_t
metaphone_sound(char c)
{
	return (uint32_t)1 << (c == '0' ? 0 : c & 31);
}
uint32_t metaphone_first_sounds(struct str word);

/* Writes at most `room` characters and a NUL to each; alternate equals primary if there is one. */
void metaphone_codes(char *primary, char *alternate, size_t room, struct str word);

#endif
