#ifndef LINKAGE_RELATION_H
#define LINKAGE_RELATION_H
/*
 * relation: is this record somebody else whom the question leads to: a brother, a twin, the mother,
 * a neighbour in the same home, a namesake?
 *
 * A safeguarding check must neither take a sibling's record for the child's nor hide it. A match
 * weight asks "the same person, or anybody else?"; but a brother is not anybody. So what was scored
 * is weighed once more, as a relative against anybody else. That is the family weight, in bits:
 *
 *   K = log2(relatives expected / people searched)
 *     + surname   best pair + log2(model: share of relatives who bear it), or what another one
 * weighs
 *     + forename  agrees: best pair + log2(relatives of the same forename / m of an equal one,
 *                 or of one that is nearly so);
 *                 contradicts: 0, or log2(similar_forename) where it is near (RELATION_SIMILAR);
 *                 a further one that agrees beside counts as above
 *     + birth     the same day: log2(share of twins / u of the same day); anything else: 0
 *     + address, phone, e-mail, case number: as in the match weight
 *
 * A forename that agrees may be a brother's or sister's (score.h, forename_doubt). Then two full
 * dates of birth that no slip explains weigh as different ones, however near, and who lives
 * together is weighed as brother, sister or twin.
 *
 * Where forenames contradict, or births do while the names agree, and the two have a tie (surname,
 * home, phone, e-mail or case number), the record is taken for a relative's if K exceeds the match
 * weight by RELATION_MARGIN: Bayes' rule with three classes, same, relative, anybody. Such a record
 * is listed as related and is never a match, whatever it weighs. How many relatives there are is
 * model data: in a data set without families nobody is a relative. An agreeing national identifier
 * overrules.
 *
 *   relation   forenames        births
 *   twin       contradict       the same day
 *   sibling    contradict       under RELATION_GENERATION_DAYS apart
 *   parent     contradict, or   record older by a generation
 *   child      agree            record younger by one
 *   household  contradict       not known; they share home, contact or case
 *   family     contradict       not known; they share the surname
 *   sibling    agree in doubt   other dates; they share home, contact or case
 *   namesake   agree, and the   different, nothing shared but the name, and the match weight
 *              surname          speaks against the same person
 * Where births are not known, the record's role decides if it tells (parent, sibling).
 *
 * K also says whether a relative is worth showing. For the same home, phone, e-mail or case number
 * it is given as at least 0: then it is shown however large the index. A namesake's is its match
 * weight without the birth. lib/index retrieves by the same sums (terms.h).
 * Room: linkage (pure). Threads: pure functions.
 */
#include "linkage/score.h"

/* Mothers under 15 are fewer than 1 in 1,000 births in England and Wales; so a gap below is taken
 * for siblings. */
#define RELATION_GENERATION_DAYS (15 * 365)
/* Two forenames that reach no level may still be one name: written badly, or a pet form (Ismail,
 * Izzy). They are called similar if they begin with the same letter or their Jaro-Winkler is this
 * much. The share of random forenames that are is model data (similar_forename). */
#define RELATION_SIMILAR 0.7
/* Missing a record of the person is the worse error: where both are about as likely, it is shown as
 * a candidate. Odds of 3 to 1 for a relative make it one. */
#define RELATION_MARGIN 1.6 /* bits */

enum relation {
	RELATION_NONE, /* may be the person asked about, or has nothing to do with them */
	RELATION_TWIN,
	RELATION_SIBLING,
	RELATION_PARENT, /* the record is of the older generation */
	RELATION_CHILD,	 /* of the younger one */
	RELATION_HOUSEHOLD,
	RELATION_FAMILY,
	RELATION_NAMESAKE,
	/* Nothing in common but a case record with somebody listed: never of two people alone, so
	 * never set here; searchd finds them (case_members.h). */
	RELATION_SAME_CASE,
	RELATION_COUNT
};

struct kinship {
	enum relation relation;
	double bits; /* family weight; 0 with RELATION_NONE */
};

void relation_of(struct kinship *out, const struct scorer *scorer, const struct score *score,
    const struct features *query, const struct features *record);
/*
 * The most that `bits` of relation_of() can come to when only some steps of a score are done (a
 * score_begin() without score_end()); -INFINITY if it will be RELATION_NONE whatever the rest says.
 */
struct relation_open {
	unsigned steps; /* not done yet: SCORE_NAMES, SCORE_ADDRESSES; all others are */
	bool home;	/* with addresses open: they may share the home */
	double bits;	/* the most that the open fields add to a match weight (bits) */
	double over;	/* by how much more names may add to family weight: relation_over() */
	double gain;	/* relation_prior_gain() */
};
double relation_most(const struct relation_open *open, const struct scorer *scorer,
    const struct score *score, const struct features *query, const struct features *record);
/* By how much the names of a relative may add more to family weight than their pairs do to a match
 * weight; 0 by any sensible model. */
double relation_over(const struct model *model);
/* log2 odds that a person on file is a relative of the one asked about, nothing known, over those
 * that it is the person: K's first term less the score's prior. */
double relation_prior_gain(const struct model *model);
/* "possible_twin", "possible_sibling", "same_household", ... */
const char *relation_name(enum relation relation);
/* Why, in words: "another forename, born the same day; surname, home or contact in common". */
const char *relation_words(enum relation relation);

#endif
