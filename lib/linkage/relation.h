#ifndef LINKAGE_RELATION_H
#define LINKAGE_RELATION_H
/*
 * relation: is this record somebody else whom the question leads to: a brother, a twin, the mother,
 * a neighbour in the same home, a namesake?
 *
 * A safeguarding check must neither take a sibling's record for the child's nor hide it. So what
 * was scored is asked one more question: do forename or birth say that this is another person,
 * while surname, home, phone or case number say that the two belong together? Such a record is
 * listed as related and is never a match, whatever it weighs. An agreeing national identifier
 * overrules: then it is the same person under another name.
 *
 *   relation   forenames                births                        and in common
 *   twin       contradict               the same day                  family tie
 *   sibling    contradict               under RELATION_GENERATION_DAYS apart  family tie
 *   parent     contradict               record older by a generation  family tie
 *   child      contradict               record younger by one         family tie
 *   parent,    agree                    a generation apart            surname, and home, contact
 *   child                                                             or case
 *   namesake   agree, and the surname   different                     no home, contact or case
 *   household  contradict               not known                     home, contact or case
 *   family     contradict               not known                     surname
 * Where births are not known, the record's role decides if it tells (parent, sibling). A family tie
 * is the surname, the home (postcode and number, or number and street), a phone, an e-mail or the
 * case number.
 *
 * Family weight, in bits, says whether it is worth showing:
 *   prior of a relative + best surname pair + address + phone + e-mail + case number
 *   prior of a relative = score's prior + log2(RELATION_EXPECTED)
 * where names, births and sex have no part. A namesake's is its match weight without the birth. For
 * the same home, phone, e-mail or case number it is never below 0: then it is shown however large
 * the index. lib/index retrieves by the same sum (terms.h). Room: linkage (pure). Threads: pure
 * functions.
 */
#include "linkage/score.h"

/* Mothers under 15 are fewer than 1 in 1,000 births in England and Wales; so a gap below is taken
 * for siblings. */
#define RELATION_GENERATION_DAYS (15 * 365)
/* Relatives on file of somebody asked about: a case names 2 to 3 others (fixtures, 2.2 a record).
 */
#define RELATION_EXPECTED 3.0

enum relation {
	RELATION_NONE, /* may be the person asked about, or has nothing to do with them */
	RELATION_TWIN,
	RELATION_SIBLING,
	RELATION_PARENT, /* the record is of the older generation */
	RELATION_CHILD,	 /* of the younger one */
	RELATION_HOUSEHOLD,
	RELATION_FAMILY,
	RELATION_NAMESAKE,
	RELATION_COUNT
};

struct kinship {
	enum relation relation;
	double bits; /* family weight; 0 with RELATION_NONE */
};

void relation_of(struct kinship *out, const struct scorer *scorer, const struct score *score,
    const struct features *query, const struct features *record);
/* log2 odds that a person on file is a relative of the one asked about, nothing known. */
double relation_prior(const struct scorer *scorer);
/* "possible_twin", "possible_sibling", "same_household", ... */
const char *relation_name(enum relation relation);
/* Why, in words: "another forename, born the same day; surname, home or contact in common". */
const char *relation_words(enum relation relation);

#endif
