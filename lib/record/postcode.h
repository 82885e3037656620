#ifndef RECORD_POSTCODE_H
#define RECORD_POSTCODE_H
/*
 * postcode: postcodes of the United Kingdom, the Crown Dependencies and the forces, repaired.
 *
 * A letter where the form wants a digit, and the reverse, is put right where it looks like one
 * (O and 0, I and 1, S and 5 ...); spacing and case are free. Forms: Royal Mail, Programmers'
 * Guide to PAF, "Postcode structure"; areas: the 124 of the register, JE, GY, IM, GX and the
 * forces' BF.
 * Threads: pure functions.
 */
#include "base/str.h"

#define POSTCODE_BYTES_MAX 8
#define POSTCODE_REPAIRS_MAX 2 /* more would make postcodes of words */

struct postcode {
	char whole[POSTCODE_BYTES_MAX + 1];   /* "ls14ab"; "" when only part of one was given */
	char sector[POSTCODE_BYTES_MAX + 1];  /* "ls1 4" or "" */
	char outcode[POSTCODE_BYTES_MAX + 1]; /* "ls1" */
};

/* Reads a postcode, or its first part ("LS1", "LS1 4"), that is all of the text. */
bool postcode_parse(struct postcode *out, struct str text);
/* As postcode_parse for a whole postcode only, and with at most `repairs` characters put right. */
bool postcode_parse_whole(struct postcode *out, struct str text, unsigned repairs);

#endif
