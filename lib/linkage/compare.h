#ifndef LINKAGE_COMPARE_H
#define LINKAGE_COMPARE_H
/*
 * compare: which comparison level two values of one field reach. No weights in here.
 *
 * Room: linkage (pure: no I/O, clock, heap or globals).
 * Every level but the last of a field must be reachable through an index term, or retrieval could
 * not bound it: docs/matching.md, "No miss inside the model". So a name token's level depends on
 * the two tokens alone, and lib/index can list every vocabulary token at any level of a query's.
 * (A level whose bits the model holds at or below 0 needs no term: BIRTH_LEVEL_NEAR.)
 * Threads: pure functions.
 */
#include "linkage/metaphone.h"
#include "record/features.h"

/*
 * Two folded name tokens, best level first. Tokens of two letters are compared for equality,
 * nickname and initial only: nearly every pair of them is one or two edits apart. Marks of
 * scripts (features.h) count for TOKEN_SCRIPT alone; all else looks at the Latin letters.
 */
enum token_level {
	TOKEN_EXACT,
	TOKEN_NICKNAME, /* share a nickname class; both 2 letters or more */
	TOKEN_SOUND,	/* a Double Metaphone code in common (see compare_tokens) */
	TOKEN_EDIT1,	/* one edit (optimal string alignment), both 3 letters or more */
	TOKEN_EDIT2,	/* two edits, both 7 letters or more */
	TOKEN_SCRIPT,	/* in different scripts, and one may be the other: translit.h */
	TOKEN_PREFIX,	/* one begins the other and has 3 letters or more */
	TOKEN_INITIAL,	/* one is a single letter and begins the other */
	TOKEN_NONE,
	TOKEN_LEVEL_COUNT
};

/*
 * Dates of birth, as spans of days. "Day" is a span of one day, "month" one within a single
 * calendar month (so a day is a month too), "window" any span of up to BIRTH_SPAN_YEARS_MAX
 * calendar years. 1 January is a day, but one that often stands for "only the year is known".
 *
 *   level        holds when                                                    example
 *   exact        both the same day                          2009-03-04       2009-03-04
 *   placeholder  both the same day, and it is 1 January     2009-01-01       2009-01-01
 *   swapped      two days, day and month exchanged          2009-03-04       2009-04-03
 *   year_month   two months, the same one                   2009-03-04       2009-03
 *   month_day    two days, other year, not 1 January        2009-03-04       2008-03-04
 *   year_day     two days, same year and day of the month,
 *                neither 1 January                          2009-03-04       2009-07-04
 *   close        two days at most BIRTH_CLOSE_DAYS apart,
 *                neither 1 January                          2009-03-04       2009-04-01
 *   year         the spans share a day; or the same year
 *                and one is 1 January                       2009-03-04       2009
 *   same_year    the spans touch one calendar year and
 *                share no day                               2009-03-04       2009-11-20
 *   near         less than BIRTH_NEAR_DAYS lie between      2009-03-04       2010-11-20
 *   different    anything else                              2009-03-04       1999-11-20
 * The first that holds counts.
 */
enum birth_level {
	BIRTH_LEVEL_EXACT,
	BIRTH_LEVEL_PLACEHOLDER,
	BIRTH_LEVEL_SWAPPED,
	BIRTH_LEVEL_YEAR_MONTH,
	BIRTH_LEVEL_MONTH_DAY,
	BIRTH_LEVEL_YEAR_DAY,
	BIRTH_LEVEL_CLOSE,
	BIRTH_LEVEL_YEAR,
	BIRTH_LEVEL_SAME_YEAR, /* reached through the year's term: bits at most those of YEAR */
	BIRTH_LEVEL_NEAR,      /* reached through no term: bits at most 0 */
	BIRTH_LEVEL_DIFFERENT,
	BIRTH_LEVEL_COUNT
};
/* The next month or the one before, as when a date is reckoned back from an age in weeks. */
#define BIRTH_CLOSE_DAYS 31
/* Ages are given a year out, and years of birth a digit out, far more often than by two years. */
#define BIRTH_NEAR_DAYS 731
/* A span of more than this many years says too little: its level is null. */
#define BIRTH_SPAN_YEARS_MAX 6

/*
 * Addresses, best level first. "Number" is a house number or a house name in common. A flat
 * given on one side only is uncertain, so it changes nothing. Two different flats are two
 * households, however alike the rest: neighbours, as two houses of one postcode are; so they
 * never reach POSTCODE_NUMBER, and without a common postcode they are at most NUMBER_STREET.
 * What is not told is not different: a town alone agrees with a whole address in it (TOWN), two
 * whole addresses in one town are apart (TOWN_APART).
 */
enum address_level {
	ADDRESS_POSTCODE_NUMBER,
	ADDRESS_POSTCODE,      /* a side does not tell the house */
	ADDRESS_NUMBER_STREET, /* number and street; not if both towns and both outcodes differ */
	ADDRESS_NUMBER_STREET_NEAR, /* the same, but the street is typed a little otherwise */
	ADDRESS_STREET_TOWN,	    /* a side does not tell the house */
	ADDRESS_NEIGHBOUR, /* the same postcode, or street and town, and another house or flat */
	/* The same street, and town or postcode within a slip; or street and town both within one.
	 * The house is not asked for. */
	ADDRESS_STREET_NEAR,
	ADDRESS_POSTCODE_APART, /* the same postcode, and both tell another street and house */
	ADDRESS_SECTOR,
	ADDRESS_OUTCODE,
	ADDRESS_STREET,	    /* the same street, and a side does not tell where it is */
	ADDRESS_TOWN,	    /* a side tells neither street nor postcode */
	ADDRESS_TOWN_APART, /* the same town, and another street or postcode */
	ADDRESS_DIFFERENT,
	ADDRESS_LEVEL_COUNT
};

enum agree_level { AGREE_SAME, AGREE_DIFFERENT, AGREE_LEVEL_COUNT }; /* sex */
/*
 * Phones are near with one digit wrong, missing, too many or exchanged with the next, and the
 * first or last PHONE_PIECE_DIGITS the same. E-mails are near with the same part before the @; or
 * with the same part after it and the part before it within two edits (one, if under 6 letters)
 * with its first or last EMAIL_PIECE_BYTES the same.
 */
enum contact_level { CONTACT_SAME, CONTACT_NEAR, CONTACT_DIFFERENT, CONTACT_LEVEL_COUNT };
/* A case number is shared by a family: it tells the household, not the person. */
enum identifier_level {
	IDENTIFIER_SAME,
	IDENTIFIER_SAME_CASE,
	IDENTIFIER_CONFLICT,
	IDENTIFIER_LEVEL_COUNT
};

#define LEVEL_NULL (-1) /* a side is missing: no evidence either way */

/*
 * Symmetric; `lexicon` may be NULL: then there are no nicknames.
 *
 * TOKEN_SOUND needs three letters or more on both sides and a code in common, compared whole
 * (METAPHONE_LONG_BYTES; by four characters Alexander sounds like Alexis), and edits for at most
 * half the letters of the longer token. Measured on pairs of ../shared/data: that keeps 54 of 59
 * spellings in a hundred that sound alike, and drops 53% of the random pairs of forenames that do
 * (.0034 to .0016 of pairs). Equal whole codes share their first four characters, so an index
 * over four finds them.
 */
enum token_level compare_tokens(const struct lexicon *lexicon, struct str a, struct str b);

/*
 * The same in two steps, for comparing one token with many: what is asked of a token alone.
 * Classes and codes are found out when a comparison first needs them, as few do, so a prepared
 * token belongs to one thread.
 */
struct compare_token {
	struct str text;  /* without the mark of its script */
	char script;	  /* '\0': Latin */
	uint32_t letters; /* bit per letter that occurs */
	uint32_t sounds;  /* metaphone_first_sounds() */
	const struct lexicon *lexicon;
	bool has_classes, has_codes;
	uint8_t class_count;
	uint16_t classes[LEXICON_CLASSES_MAX];
	uint64_t
	    class_bits; /* bit class % 64 per class: most that share none have no bit in common */
	char code[2][METAPHONE_LONG_BYTES + 1];
};
/* `lexicon` and the token's text are borrowed. */
void compare_prepare(struct compare_token *out, const struct lexicon *lexicon, struct str token);
enum token_level compare_prepared(struct compare_token *a, struct compare_token *b);
/* Fills `code`, both empty where a token has too few letters to sound like another. */
void compare_find_codes(struct compare_token *token);

/* Symmetric. LEVEL_NULL if either span is too wide. */
int compare_births(const struct birth *a, const struct birth *b);
/* Symmetric. LEVEL_NULL if no part (postcode, outcode, street, town) is given by both. */
int compare_addresses(const struct feature_address *a, const struct feature_address *b);

/* Symmetric; both values given. */
enum contact_level compare_phones(struct str a, struct str b);
enum contact_level compare_emails(struct str a, struct str b);

/*
 * What two near values have in common at the least, so that an index finds them: the first piece
 * of both or the last piece of both. Empty where a value is too short ever to be near. Pieces of
 * an e-mail are of the part before the @.
 *
 * Streets are near when their letters, blanks left out, are within one edit for every five (three
 * at most) and a piece is the same: the first three letters, or the last three before the last
 * word, which is "road" or "street" too often to tell. Blanks never tell streets or towns apart.
 * Towns are near as streets are, and when their first or last three letters are the same. A town's
 * pieces are those. Postcodes are near when they are of one length and an edit apart.
 */
#define COMPARE_PIECE_BYTES_MAX 5
struct compare_pieces {
	char first[COMPARE_PIECE_BYTES_MAX + 1], last[COMPARE_PIECE_BYTES_MAX + 1];
};
#define PHONE_PIECE_DIGITS 5
#define EMAIL_PIECE_BYTES 3
#define STREET_PIECE_BYTES 3
void compare_phone_pieces(struct compare_pieces *out, struct str phone);
void compare_email_pieces(struct compare_pieces *out, struct str email);
void compare_street_pieces(struct compare_pieces *out, struct str street);
void compare_town_pieces(struct compare_pieces *out, struct str town);
/* The parts of an e-mail at its last @; without one, all is before it. */
void compare_email_parts(struct str *before, struct str *after, struct str email);

/* Wire words: "exact", "nickname", "sound", "edit1" and so on. */
const char *token_level_name(enum token_level level);
const char *birth_level_name(enum birth_level level);
const char *address_level_name(enum address_level level);
const char *contact_level_name(enum contact_level level);
const char *identifier_level_name(enum identifier_level level);

#endif
