#ifndef RECORD_FEATURES_H
#define RECORD_FEATURES_H
/*
 * features: a person in the form in which people are compared.
 *
 * Made by one function for records and for queries, so that both sides always agree. Missing
 * values (lexicon) are gone; names are folded token lists, each spelling that matters (hyphen
 * joined and split, particles joined and dropped, feminine endings made masculine, names given in
 * brackets or after "nee" or "aka") being one variant; a doubtful house number ("3/12", "12-14")
 * gives two features of one address; postcodes are repaired and
 * split; phones are digits. `source` says which display value of the person a feature came from.
 * Everything lives in the arena given or in the lexicon; nothing of the person is needed
 * afterwards. The order in which a person's names are given changes nothing that is compared.
 * Threads: pure apart from folder and arena.
 */
#include "base/arena.h"
#include "base/err.h"
#include "record/fold.h"
#include "record/lexicon.h"
#include "record/person.h"

#define FEATURE_TOKENS_MAX 8	/* tokens of one name that are compared; the rest is left out */
#define FEATURE_VARIANTS_MAX 64 /* name variants of one person */
/*
 * Tokens of all variants of one person together: 4 for each of PERSON_NAMES_MAX names. Two people
 * are compared token by token, so the time is bounded by its square (docs/matching.md, "Bad
 * input"); four names of four words in eight spellings just fit.
 */
#define FEATURE_NAME_TOKENS_MAX 128
#define FEATURE_TOKEN_BYTES_MAX 48 /* a longer token is cut: it stays a valid index term */

enum name_part { PART_FORENAME, PART_SURNAME, PART_UNKNOWN };

/* The text of a token that was not written in Latin letters ends in the mark of its script
 * (fold.h): "mariyaC" may be Maria too. */
struct feature_token {
	struct str text;
	enum name_part part;
};

static inline bool
feature_is_mark(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The mark of a token's script; '\0' for Latin. */
static inline char
feature_script(struct str text)
{
	return text.n > 1 && feature_is_mark(text.p[text.n - 1]) ? text.p[text.n - 1] : '\0';
}

/* A token's text without its mark. */
static inline struct str
feature_letters(struct str text)
{
	return str_part(text, 0, text.n - (feature_script(text) != '\0'));
}

struct feature_name {
	struct feature_token tokens[FEATURE_TOKENS_MAX]; /* in source order: forenames first */
	uint8_t count;
	uint8_t glued;	/* bit per token: hyphened to the one before it */
	uint8_t source; /* index into person.names */
	enum name_kind kind;
};

/* Any part may be empty. A postcode that is no UK or Crown Dependency one is kept whole in
 * `postcode` with empty sector and outcode, so that foreign data can still agree exactly. */
struct feature_address {
	struct str postcode; /* "ls14ab" */
	struct str sector;   /* "ls14" + first inward digit kept apart: "ls1 4" */
	struct str outcode;  /* "ls1" */
	struct str number;   /* house number with its letter ("12a"), or "" */
	struct str flat;     /* flat or unit, or "" */
	struct str house;    /* house name tokens joined by blanks, or "" */
	struct str street;   /* street tokens, long forms, joined by blanks, or "" */
	struct str town;     /* folded, or "" */
	uint8_t source;	     /* index into person.addresses */
	bool past;	     /* it has an end date */
};

struct feature_identifier {
	enum identifier_kind kind;
	struct str value; /* letters and digits only, lower case */
	uint8_t source;
};

struct feature_contact {
	struct str value; /* phone: national digits without 0 or 44; e-mail: folded lower case */
	uint8_t source;
};

struct feature_birth {
	struct birth birth;
	uint8_t source;
};

struct features {
	const struct feature_name *names;
	size_t name_count;
	/* Bit per person.names: more words than are compared; spellings for which no room was. */
	uint32_t words_left_out, spellings_left_out;
	const struct feature_birth *births;
	size_t birth_count;
	const struct feature_address *addresses;
	size_t address_count;
	const struct feature_contact *phones;
	size_t phone_count;
	const struct feature_contact *emails;
	size_t email_count;
	const struct feature_identifier *identifiers;
	size_t identifier_count;
	enum sex sex;
	enum person_role role;
};

/* STATUS_NOMEM is the only failure: odd content gives fewer features, not an error. */
enum status features_make(struct features *out, struct arena *arena, struct folder *folder,
    const struct lexicon *lexicon, const struct person *person, struct err *err) MUST_USE;

/*
 * What either tells: in each list what `a` has, then what `b` has; but of more name variants than
 * FEATURE_VARIANTS_MAX, those of `b` alone. Sex that of `a`, if it tells any; its role. In the
 * arena; what the two point to stays theirs. STATUS_NOMEM is the only failure.
 */
enum status features_unite(struct features *out, struct arena *arena, const struct features *a,
    const struct features *b, struct err *err) MUST_USE;

/*
 * The same a part at a time, for whoever may not need them all: adds to `out`, which began as
 * features_begin() made it. Names and addresses cost nearly everything. All parts, in any order,
 * give what features_make() does.
 */
enum { FEATURES_NAMES = 1, FEATURES_ADDRESSES = 2, FEATURES_REST = 4 };
void features_begin(struct features *out, const struct person *person);
enum status features_add(struct features *out, struct arena *arena, struct folder *folder,
    const struct lexicon *lexicon, const struct person *person, unsigned parts,
    struct err *err) MUST_USE;

/* Whether features made of the address may have this house number: false only if none has. */
bool features_may_have_number(const struct person_address *address, struct str number);

/* True if nothing is left to search by: no name, date, address part, contact or identifier. */
bool features_empty(const struct features *features);

#endif
