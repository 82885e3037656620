#ifndef SEARCHD_WHY_H
#define SEARCHD_WHY_H
/*
 * why: why a record was found for a person, or at which step of the search it fell
 * (docs/protocol.md, "why").
 *
 * why.c reads the question, searches and logs; why_steps.c follows a record through the steps.
 * Threads: as the call.
 */
#include "searchd/answer.h"

/* A record and the person asked about. */
struct why {
	struct call *call;
	const struct answer *answer;
	const struct answer_person *asked; /* one of the answer's people; searched for and judged */
	const struct leg *leg;		   /* that is searched */
	const struct policy_system *system;
	const struct leg_system *searched; /* NULL: the system is of another leg */
	struct str record_id;
	struct str person_id; /* "": all people of the record */
	struct search_why found;
};

/* One person of the record. */
struct why_person {
	struct answer_candidate candidate; /* as the answer has it, or would if it were listed */
	size_t rank;	 /* among the answer's candidates, from 1; 0: it is none of them */
	bool is_related; /* it is among those listed apart, as relatives and namesakes */
	double bound;	 /* match weight that retrieval grants (bits) */
};

/*
 * The way of the record, or (person not NULL) of one of its people, from the index into the
 * answer: "steps":[{"step":...,"result":"passed"|"failed"|"not_reached","value":...,"limit":...,
 * "words":...}],"fell_at":... without braces around. Words hold no personal data: they are shown
 * where details are kept back.
 */
void why_steps_write(struct buf *out, const struct why *why, const struct why_person *person);
/* Name of the first step that failed, a record's own steps first; "" if none did. */
const char *why_steps_fell_at(const struct why *why, const struct why_person *person);

#endif
