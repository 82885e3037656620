#ifndef INDEX_TERMS_H
#define INDEX_TERMS_H
/*
 * terms: how a person's features become index terms, and how a query's features become a
 * weighted list of terms that bounds the match weight of every record from above.
 *
 * The layout (prefix, content, which comparison level it bounds) heads terms.c and is the single
 * description of it. Terms are at most TERM_BYTES_MAX bytes.
 * Threads: pure apart from the arena.
 */
#include "index/expansions.h"
#include "linkage/score.h"

#define TERM_TOKEN 'N'	   /* what the term of a name token begins with */
#define TERM_BYTES_MAX 200 /* Xapian refuses terms over 245 bytes; leaves room for its escapes */

/* Calls `emit` once for each distinct term of the record person. */
typedef void terms_emit(void *ctx, struct str term);
enum status terms_of_record(const struct features *features, struct arena *arena, terms_emit *emit,
    void *ctx, struct err *err) MUST_USE;

/*
 * Terms of one group are ways to reach one thing (a token of the name, the birth, the address), so
 * of those that a record carries only the one with the most bits counts.
 */
#define TERM_GROUPS_MAX 16
/* A place in the name each, then a field each. */
enum term_group {
	TERM_GROUP_BIRTH = FEATURE_TOKENS_MAX,
	TERM_GROUP_ADDRESS,
	TERM_GROUP_PHONE,
	TERM_GROUP_EMAIL,
	TERM_GROUP_IDENTIFIER,
	TERM_GROUP_COUNT
};

/* What else of an address must agree for the level that a term stands for, as keys of signatures
 * (signature.h). */
struct term_place {
	uint16_t key; /* a record that carries the term has it; 0: that is not told */
	uint16_t
	    town[2]; /* of these, one, if all its addresses have both; 0 and 0: that is not told */
};

struct term_weight {
	struct str term;
	double bits;	/* > 0 */
	unsigned group; /* < TERM_GROUPS_MAX */
	/* Of a name token what the vocabulary knows, which saves looking; NULL: nothing. */
	const struct neighbour *token;
	struct term_place place; /* of a name token its key alone */
	double told; /* of the bits, with what was told before alone (terms_of_more); else 0 */
	double gain; /* likewise: by how much more a record may weigh than with that; else 0 */
};

struct term_plan {
	const struct term_weight *terms; /* by group, then term; each once in its group */
	size_t count;
	/* Bits that any record may reach without a term (sex): part of every bound. */
	double free_bits;
	/* The most that any record can reach, prior included: below a threshold, the query as asked
	 * cannot reach it ("insufficient evidence"). */
	double best_bits;
	/* A term says that two live together, and got `together_bits` for it, which is more than it
	 * adds to a score. */
	bool has_raised;
	/* Only what may gain so many bits is wanted (terms_of_more); 0: everything is. */
	double least_gain;
};

/*
 * Builds the plan. For every record r of the vocabulary's generations:
 *   score(query, r) <= prior + plan.free_bits + sum over groups of the most bits that a term of
 *                      the group has which r carries.
 * The same holds for relation.h's family weight less relation_prior_gain(). `together_bits` is
 * the least that a term gets which says that two live together (home, phone, e-mail, case number):
 * what the floor asks for, where those are wanted whatever they weigh; else 0. Free bits are
 * part of it, so that such a term alone gives exactly that. `vocabulary` gives
 * every token at any level of a query token, `kept` what it gave before (or NULL).
 */
enum status terms_of_query(struct term_plan *out, struct arena *arena, const struct scorer *scorer,
    const struct vocabulary *vocabulary, struct expansions *kept, const struct features *features,
    double together_bits, struct err *err) MUST_USE;

/*
 * The same of features whose lists begin with those of `told`, which have been asked about: then
 * for every record r
 *   score(query, r) - score(told, r) <= sum over groups of the most `gain` that a term of the group
 *                                       has which r carries, and what a sex gives that only the
 *                                       query has,
 * but where what is told now adds nothing and only takes back what spoke against r: a birth too
 * wide to be compared, a name that does not say which part of it is which.
 */
enum status terms_of_more(struct term_plan *out, struct arena *arena, const struct scorer *scorer,
    const struct vocabulary *vocabulary, struct expansions *kept, const struct features *features,
    const struct features *told, struct err *err) MUST_USE;

/* Terms that name a whole case record, or a removed one. */
enum status terms_record_key(
    struct str *out, struct arena *arena, struct str record_id, struct err *err) MUST_USE;

#endif
