#ifndef LINKAGE_COMPARE_H
#define LINKAGE_COMPARE_H
/*
 * compare: which comparison level two values of one field reach. No weights in here.
 *
 * Room: linkage (pure: no I/O, clock, heap or globals).
 * Every level but the last of a field must be reachable through an index term, or retrieval could
 * not bound it: docs/matching.md, "No miss inside the model". So a name token's level depends on
 * the two tokens alone, and lib/index can list every vocabulary token at any level of a query's.
 * Threads: pure functions.
 */
#include "record/features.h"

/* Two folded name tokens, best level first. */
enum token_level {
	TOKEN_EXACT,
	TOKEN_NICKNAME, /* share a nickname class */
	TOKEN_SOUND,	/* same Double Metaphone code (primary or alternate), first letters alike or
			   not */
	TOKEN_EDIT1,	/* one edit (optimal string alignment), both 3 letters or more */
	TOKEN_EDIT2,	/* two edits, both 7 letters or more */
	TOKEN_PREFIX,	/* one begins the other and has 3 letters or more */
	TOKEN_INITIAL,	/* one is a single letter and begins the other */
	TOKEN_NONE,
	TOKEN_LEVEL_COUNT
};

/* Dates of birth. */
enum birth_level {
	BIRTH_LEVEL_EXACT,
	BIRTH_LEVEL_PLACEHOLDER, /* both exact and equal, but 1 January */
	BIRTH_LEVEL_SWAPPED,	 /* day and month exchanged, both exact */
	BIRTH_LEVEL_YEAR_MONTH,	 /* same year and month; the day differs or is not known */
	BIRTH_LEVEL_MONTH_DAY,	 /* same day of the year, other year */
	BIRTH_LEVEL_YEAR_DAY,	 /* same year and day of month, other month */
	BIRTH_LEVEL_YEAR,	 /* spans share a year, nothing closer is known or agrees */
	BIRTH_LEVEL_DIFFERENT,
	BIRTH_LEVEL_COUNT
};
/* A span of more than this many years says too little: its level is null. */
#define BIRTH_SPAN_YEARS_MAX 6

enum address_level {
	ADDRESS_POSTCODE_NUMBER, /* same postcode and same number or house name */
	ADDRESS_POSTCODE,
	ADDRESS_NUMBER_STREET, /* same number (or house name) and street, postcode other or absent
				*/
	ADDRESS_SECTOR,
	ADDRESS_OUTCODE,
	ADDRESS_STREET_TOWN,
	ADDRESS_TOWN,
	ADDRESS_DIFFERENT,
	ADDRESS_LEVEL_COUNT
};

enum agree_level { AGREE_SAME, AGREE_DIFFERENT, AGREE_LEVEL_COUNT }; /* sex, phone, email */
enum identifier_level { IDENTIFIER_SAME, IDENTIFIER_CONFLICT, IDENTIFIER_LEVEL_COUNT };

#define LEVEL_NULL (-1) /* a side is missing: no evidence either way */

/* Symmetric. `lexicon` may be NULL: then there are no nicknames. */
enum token_level compare_tokens(const struct lexicon *lexicon, struct str a, struct str b);
/* Symmetric. LEVEL_NULL if either span is too wide. */
int compare_births(const struct birth *a, const struct birth *b);
/* Symmetric. LEVEL_NULL if the two have no part in common to compare. */
int compare_addresses(const struct feature_address *a, const struct feature_address *b);

/* Wire words: "exact", "nickname", "sound", "edit1" and so on. */
const char *token_level_name(enum token_level level);
const char *birth_level_name(enum birth_level level);
const char *address_level_name(enum address_level level);

#endif
