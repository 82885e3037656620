#ifndef RECORD_LEXICON_H
#define RECORD_LEXICON_H
/*
 * lexicon: what the folding must know of words, read from schemas/lexicon/ *.json:
 *   missing.json    values that mean "not known", by field ("unborn", "n/k", "nfa", "aa1 1aa")
 *   names.json      titles to drop, particles, prefixes that join (mc, mac, o), "also known as"
 *   nicknames.json  classes of forenames that stand for one another
 *   places.json     street words and their short forms, building words, counties and countries
 * The same lexicon must be used to index and to ask: its hash is kept in every manifest.
 * Threads: not changed after loading; any number of threads may read it.
 */
#include "base/digest.h"
#include "base/err.h"
#include "base/str.h"

struct lexicon;

enum lexicon_field {
	LEXICON_NAME,	   /* a whole name part, whichever */
	LEXICON_FORENAME,  /* a whole forename part: "baby", which may be a surname */
	LEXICON_NAME_WORD, /* a word or phrase within a longer name: "unborn Smith" */
	LEXICON_DATE,
	LEXICON_ADDRESS,
	LEXICON_POSTCODE,
	LEXICON_PHONE,
	LEXICON_EMAIL,
	LEXICON_IDENTIFIER,
	LEXICON_FIELD_COUNT
};

/* Reads the folder. STATUS_INVALID names file and path of the fault. Owned by the caller. */
enum status lexicon_load(struct lexicon **out, const char *folder, struct err *err) MUST_USE;
void lexicon_free(struct lexicon *lexicon);
const struct digest *lexicon_hash(const struct lexicon *lexicon);

/* True if the folded value (fold.h) is listed as missing for the field. Blanks do not count in
 * postcodes, phones and identifiers. */
bool lexicon_is_missing(const struct lexicon *lexicon, enum lexicon_field field, struct str folded);
bool lexicon_is_title(const struct lexicon *lexicon, struct str token);	 /* stands before a name */
bool lexicon_is_suffix(const struct lexicon *lexicon, struct str token); /* stands after one */
bool lexicon_is_particle(const struct lexicon *lexicon, struct str token);
/* True for a particle that also stands among forenames ("abdul rahman", "thi mai"). */
bool lexicon_is_forename_particle(const struct lexicon *lexicon, struct str token);
/* What another name is announced by within one text: a word or a phrase of folded words. */
enum lexicon_marker { LEXICON_NO_MARKER, LEXICON_ALIAS, LEXICON_FORMER };
enum lexicon_marker lexicon_marker(const struct lexicon *lexicon, struct str phrase);
/* True for a prefix that joins to the next token ("mc"); *to is what it becomes ("mac"). */
bool lexicon_joins(const struct lexicon *lexicon, struct str *to, struct str token);
/* What a word says of the part of an address that it stands in: any of these, or 0. */
enum lexicon_place {
	LEXICON_STREET = 1,	     /* ends the name of a street: "road" */
	LEXICON_STREET_FIRST = 2,    /* begins it: "heol", "rue" */
	LEXICON_BUILDING = 4,	     /* ends the name of a house: "cottage" */
	LEXICON_FLAT = 8,	     /* announces part of a house: "flat" */
	LEXICON_REGION = 16,	     /* county or country: says less than the town */
	LEXICON_FLOOR = 32,	     /* stands before "floor" or "flat": "basement" */
	LEXICON_STREET_OR_PLACE = 64 /* ends the name of a street or of a village: "green" */
};
unsigned lexicon_place(const struct lexicon *lexicon, struct str phrase);
/* The long form of a street word ("rd" -> "road"); the token itself when there is none. */
struct str lexicon_street_word(const struct lexicon *lexicon, struct str token);

/*
 * Nickname classes of a folded forename token: ids in ascending order, at most
 * LEXICON_CLASSES_MAX. Two tokens are variants when they share a class.
 */
#define LEXICON_CLASSES_MAX 16
size_t lexicon_classes(
    const struct lexicon *lexicon, uint16_t out[LEXICON_CLASSES_MAX], struct str token);
bool lexicon_same_class(const struct lexicon *lexicon, struct str a, struct str b);
/* The members of a class, for expanding a query token. Borrowed. */
size_t lexicon_members(const struct lexicon *lexicon, const struct str **out, uint16_t class_id);

#endif
