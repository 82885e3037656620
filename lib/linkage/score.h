#ifndef LINKAGE_SCORE_H
#define LINKAGE_SCORE_H
/*
 * score: the match weight of a query person against a record person.
 *
 *   M = log2(lambda / (1 - lambda)) + sum over comparisons of bits      (Fellegi-Sunter)
 *   lambda = expected matches / people searched
 *   name bits = the greatest, over all ways to pair tokens of the query's name with tokens of the
 *               record's, of: pair bits + swapped parts + tokens left over
 *   pair bits = log2(m/u of the level) + rarity, rarity = token_rarity[level] *
 *               log2(u of the exact level / max(share of a, share of b))
 * place and contact bits = log2(m / share of people searched who have the value), where known
 * A field missing on either side adds 0, and so does a pair of values with nothing in common to
 * compare. The best pair of values of a field counts, so one more name, date or address never
 * lowers a weight. Pair bits are never below 0: an ill-fitting pair is left unmatched instead.
 *
 * Tokens left over: let `expected` be the number of pairs that the parts allow (forenames with
 * forenames, surnames with surnames, tokens of unknown part with any). For every pair short of
 * it, one token of each side contradict; what is left over beyond that is only missing on the
 * other side (query_token_unmatched, record_token_unmatched). The first contradiction of a part of
 * which no token agrees weighs what the part's level "none" does: another forename, or another
 * surname. So does one between two first forenames that both have no partner, whatever further
 * forenames agree: brothers share middle names. Every other one weighs `further_conflict`: another
 * middle name. So an unrecorded surname costs little, another forename a good deal.
 *
 * score_pair_bits() and score_level_bits() are what retrieval weighs its terms with, so that the
 * sum of a record's matching terms bounds its score from above.
 * Room: linkage (pure). Allocation-free but for score_ask().
 * Threads: every function may run in many threads at once.
 */
#include "base/arena.h"
#include "linkage/frequency.h"
#include "linkage/model.h"

enum comparison {
	COMPARISON_NAME,
	COMPARISON_BIRTH,
	COMPARISON_SEX,
	COMPARISON_ADDRESS,
	COMPARISON_PHONE,
	COMPARISON_EMAIL,
	COMPARISON_IDENTIFIER,
	/* Not of two people alone, so never set here: others asked about are in the same case
	 * record. Whoever asks about several people at once fills the line and adds it to the
	 * weight. */
	COMPARISON_HOUSEHOLD,
	/* Neither of two people alone: another record of the person is found, and tells more. */
	COMPARISON_OTHER_RECORD,
	COMPARISON_COUNT
};

/* The evidence of one comparison. */
struct score_line {
	int level;     /* of the comparison's own enum; names: the worst level among the pairs */
	double bits;   /* rarity included */
	double rarity; /* the part of `bits` that is due to rare or common values */
	uint8_t
	    query_value; /* index of the display value in the query's person (names, births, ...) */
	uint8_t record_value; /* and in the record's */
};

struct score_token_pair {
	uint8_t query_token;  /* index into the query variant's tokens */
	uint8_t record_token; /* and the record variant's */
	enum token_level level;
	bool swapped;
	double bits;
	double rarity;
};

/*
 * Two tokens that are nearly the same are two names, and no slip, where each is borne by so many
 * times the model's floor of rarity, and the rarer one by so much of the other's share. A slip
 * turns some 2 in 100 names into one of a hundred others, so a misspelling is some 0.0002 times as
 * common as the name: a fiftieth of the ratio.
 */
#define SCORE_OWN_NAME 2
#define SCORE_OWN_RATIO 0.01
/* Two further forenames that reach no level may still be one, written badly, from this Jaro-Winkler
 * on: Hamza and Hassan are two (.73). */
#define SCORE_LIKE_FORENAME 0.8

struct score {
	double match_weight;			  /* bits, prior included */
	double prior;				  /* bits */
	struct score_line line[COMPARISON_COUNT]; /* level LEVEL_NULL where a side is missing */
	/* Of the best name comparison: the two variants and the aligned tokens. */
	const struct feature_name *query_name;
	const struct feature_name *record_name;
	struct score_token_pair pair[FEATURE_TOKENS_MAX];
	uint8_t pair_count;
	/* A forename was matched by more than an initial, the first ones do not contradict, and
	 * there is no doubt of it (below). Where neither side tells the parts apart, two pairs, or
	 * the only token of one side, are taken to hold a forename. */
	bool forename_evidence;
	/* What agrees may be a brother's or sister's: the first forename agrees, and beside it one
	 * of each side contradicts (Mohammed Ali, Mohammed Hassan); or it agrees only nearly, and
	 * both are names of their own (Kayden, Hayden; SCORE_OWN_NAME). Never with an agreeing
	 * national identifier. */
	bool forename_doubt;
	/* Of the pairs of the best alignment that are of the part (a forename paired with a surname
	 * is of both), the best level; TOKEN_NONE if the part contradicts; LEVEL_NULL if a side has
	 * none, or if neither side tells the parts apart and their order does not tell either. */
	int forename_level;
	int surname_level;
};

/*
 * How common the query's own places and contacts are among the people searched: a share for each
 * of its values, in the order of its features. What agrees is equal, so the query's side tells all.
 * A share of 0, or no list, is not known: then the u of the level stands.
 */
struct score_place {
	double share[ADDRESS_LEVEL_COUNT]; /* of what agrees at the level */
};

struct score_values {
	const struct score_place *addresses;
	const double *phones, *emails;
};

struct score_asked; /* score_ask() */

struct scorer {
	const struct model *model;
	const struct lexicon *lexicon; /* may be NULL */
	struct frequency frequency;
	double prior; /* bits: score_prior() */
	struct score_values values;
	struct score_asked *asked; /* of a query to be compared with many; may be NULL */
};

/* log2(lambda / (1 - lambda)); people 0 counts as 1, and lambda is kept at or below 1/2. */
double score_prior(const struct model *model, uint64_t people);

/*
 * What comparing asks of the query's names alone, found out once for many records: set the scorer's
 * `asked` to it. It changes no score, is passed over for other queries, and notes what it finds
 * out as it goes, so it belongs to one thread and to one lexicon, model and frequency. The query
 * is borrowed. NULL: the arena is full.
 */
struct score_asked *score_ask(
    struct arena *arena, const struct scorer *scorer, const struct features *query);

/* Compares everything; *out is filled whole. */
void score_people(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record);

/*
 * The same a step at a time, for whoever may be content with less (reach.h): begin, each step once
 * in any order, end. What is not compared yet counts as 0.
 */
enum { SCORE_NAMES = 1, SCORE_ADDRESSES = 2, SCORE_REST = 4 };
void score_begin(struct score *out, const struct scorer *scorer);
void score_compare(struct score *out, const struct scorer *scorer, const struct features *query,
    const struct features *record, unsigned steps);
/* Adds up; after it nothing more is compared. */
void score_end(struct score *out);

/* Whether a forename, birth, sex or identifier says that the two are different people. */
bool score_contradicts(const struct score *score);

/*
 * How alike two people's names are, rare or common: token by token, aligned as for the weight, by
 * figures of its own (score.c), over the mean of what each name reaches against itself. 1: the
 * same; below 0: more tokens contradict than agree; 0 if a side has no name. For asking "is this
 * one name?" of names without a date or place: there rarity only tells how much a name proves. No
 * part of any match weight.
 */
double score_likeness(
    const struct scorer *scorer, const struct features *query, const struct features *record);

/* Bits of a token pair, rarity included, parts as they stand; >= 0, 0 for TOKEN_NONE. */
double score_pair_bits(double *rarity, const struct scorer *scorer, enum token_level level,
    const struct feature_token *query, const struct feature_token *record);
/* How common a token is in each part that is told. */
struct score_shares {
	double in[PART_UNKNOWN];
};
struct score_shares score_shares(const struct scorer *scorer, struct str token);
/* The same of a token that is counted already. */
struct score_shares score_shares_counted(
    const struct scorer *scorer, struct str token, const struct frequency_count *count);
/* The most that score_pair_bits can give for tokens of these shares, whatever their parts are. */
double score_pair_bound(const struct scorer *scorer, enum token_level level,
    const struct score_shares *query, const struct score_shares *record);
/* Bits of a level of any comparison but the name, the value not looked at. */
double score_level_bits(const struct scorer *scorer, enum comparison comparison, int level);
/* The same of the query's value with this index into its features: log2(m / share) where the share
 * is known; nearly the value weighs no more than the value, an agreeing place no less than another.
 */
double score_value_bits(
    const struct scorer *scorer, enum comparison comparison, int level, size_t value);

const char *comparison_name(enum comparison comparison); /* "name", "birth", ... */

#endif
