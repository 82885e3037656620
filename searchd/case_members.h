#ifndef SEARCHD_CASE_MEMBERS_H
#define SEARCHD_CASE_MEMBERS_H
/*
 * case_members: who else is in the case records that an answer leads to.
 *
 * A mother of another name, without an address, shares nothing with the child asked about but the
 * case that both are in. So the other people of a case in which the person asked about is found
 * (probable or certain), or a relative is recognised, are listed as related too: `same_case`. What
 * ties them is what ties the one through whom the case was found, whose weight they bear; they
 * stand behind all who are recognised by themselves. Namesakes lead nowhere: their families are
 * others'. Bounded: CASE_MEMBERS_CASES cases of a person asked about, the heaviest first, and
 * CASE_MEMBERS_MAX people of these.
 * Threads: as the call.
 */
#include "searchd/answer.h"

/* A family is known to five systems at most once each; as many again by mistake. */
#define CASE_MEMBERS_CASES 10
/* Three of a family in each of five systems, and some. */
#define CASE_MEMBERS_MAX 20
/* Bits of a relative's family weight, odds of even: below, the family is a stranger's as often. */
#define CASE_MEMBERS_TIE 0.0

/* Adds to `related` of each person asked about; once all weights and grades are settled. */
enum status case_members_list(
    struct answer *answer, struct call *call, struct searcher *searcher) MUST_USE;

#endif
