#ifndef SEARCHD_HOUSEHOLD_H
#define SEARCHD_HOUSEHOLD_H
/*
 * household: several people of one question found in one case raise each other.
 *
 * That the mother asked about is in a case record makes it far likelier that somebody else in it is
 * the child asked about than that anybody on file is. So a person found in a case in which another
 * of the question is found at `possible` or better, as another person of the record, gains
 *
 *   bits = log2((p s + (1 - p) lambda) / lambda), at most HOUSEHOLD_BITS_MAX
 *
 * p being the confidence of the other's match by its own evidence, lambda the prior of a match, s
 * the chance that the person of the record is the one asked about if the other is there. The bound
 * is needed because the two share evidence already (home, surname). Everyone in such a case is
 * weighed, also who did not come up by themselves. What raises is own evidence only: nobody raises
 * by being raised, and nobody by whom nothing asked tells apart from them (forename, date of birth,
 * sex, identifier or role): they may be one person asked about twice. It is a line of its own in
 * the evidence; what reaches the policy's threshold with it is secured as any match is. Threads: as
 * the call.
 */
#include "searchd/answer.h"

/* Two thirds of the people of the generator's families are asked about in a case of 2 to 4. */
#define HOUSEHOLD_SHARE 0.25
/* Own judgement: as much as a surname of middling rarity, so that it cannot carry a match alone. */
#define HOUSEHOLD_BITS_MAX 6.0
#define HOUSEHOLD_CASES_MAX 32 /* cases looked into; the best matches first */

/* Once everybody is judged on their own; the changed people are to be settled again
 * (answer_person_settle). */
enum status household_raise(
    struct answer *answer, struct call *call, struct searcher *searcher) MUST_USE;

/* The bits above. Pure. */
double household_bits(double confidence, double prior);

#endif
