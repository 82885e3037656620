#ifndef SEARCHD_OTHER_RECORDS_H
#define SEARCHD_OTHER_RECORDS_H
/*
 * other_records: a record found tells what the question did not.
 *
 * Who is asked about by name and birth may be on file with an address, and again, in another
 * record, by a first name, an age and that address. The second says too little of the question, but
 * much of the first. So the best match of a person asked about (`probable` or better, its birth no
 * other one) is asked about in turn, with what the question and its record tell together. Another
 * record that is of the same person with odds b, if the first is of the one asked about with odds
 * a, is of the one asked about with probability a / (1 + a) x b / (1 + b), so it weighs at least
 *
 *   log2(ab / (1 + a + b))                       never more than either of the two
 *
 * And whoever contradicts the first (relation.h makes them somebody else, or another forename,
 * birth, sex or identifier; or they are strangers at odds of 32 to 1) is not the one asked about
 * unless the first is wrong, so loses -log2(1 - confidence of the first), at most
 * OTHER_RECORDS_LOSS_MAX bits. Nobody leaves the list by it: the first may be a namesake.
 *
 * What it weighs more or less than by the question is a line of its own in the evidence. It must
 * agree with the first in the forename and may be recognised as somebody else neither beside the
 * question nor beside the first (relation.h); the people of one case are different people. One
 * record is asked about, and nobody who came up through it leads any further. A secured record
 * leads to nobody where the role may not see what it holds. Threads: as the call.
 */
#include "searchd/answer.h"

/* Bits between the two records. Below even odds there is more to look through than to find: of
 * 300,000 generated people .0005 of the records for .05 wrong ones a check. */
#define OTHER_RECORDS_FLOOR 0.0

/* Own judgement: a record that is right weighs no less than a sixteenth of its odds for it. */
#define OTHER_RECORDS_LOSS_MAX 4.0
#define OTHER_RECORDS_STRANGER (-5.0) /* bits between the two records */

/* Once the person is judged by themselves; they are to be settled again (answer_person_settle).
 * With STATUS_TIMEOUT what was raised until then stands. */
enum status other_records_raise(struct answer_person *person, struct call *call,
    const struct leg *leg, struct searcher *searcher) MUST_USE;

/* The loss above. Pure. */
double other_records_loss(double confidence);
/* The weight above, from two match weights. Pure. */
double other_records_weight(double first, double between);

#endif
