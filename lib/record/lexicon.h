#ifndef RECORD_LEXICON_H
#define RECORD_LEXICON_H
/*
 * lexicon: what the folding must know of words, read from schemas/lexicon/ *.json:
 *   missing.json    values that mean "not known", by field ("unborn", "n/k", "nfa", "aa1 1aa")
 *   names.json      titles to drop, particles, prefixes that join (mc, mac, o)
 *   nicknames.json  classes of forenames that stand for one another
 *   places.json     street words and their short forms, compass points
 * The same lexicon must be used to index and to ask: its hash is kept in every manifest.
 * Threads: not changed after loading; any number of threads may read it.
 */
#include "base/digest.h"
#include "base/err.h"
#include "base/str.h"

struct lexicon;

enum lexicon_field {
	LEXICON_NAME,
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

/* True if the folded value (fold.h) is listed as missing for the field. */
bool lexicon_is_missing(const struct lexicon *lexicon, enum lexicon_field field, struct str folded);
bool lexicon_is_title(const struct lexicon *lexicon, struct str token);
bool lexicon_is_particle(const struct lexicon *lexicon, struct str token);
/* True for a prefix that joins to the next token ("mc"); *to is what it becomes ("mac"). */
bool lexicon_joins(const struct lexicon *lexicon, struct str *to, struct str token);
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
