#ifndef LINKAGE_FREQUENCY_H
#define LINKAGE_FREQUENCY_H
/*
 * frequency: how common a name is among the people searched.
 *
 * The index counts its own tokens; a young index has too few, so the model's table is the prior:
 *   share = (count + strength * table share) / (people + strength)
 * (posterior mean of a Dirichlet prior worth `strength` people), kept within
 * [frequency_floor, 1]. People counted under PART_UNKNOWN (free text) are added to either part: a
 * name common only in free text is common. The counter is a callback so that linkage stays free
 * of the index.
 * Threads: the callback must be safe in many threads.
 */
#include "linkage/model.h"

/* Indexed people with a token, by the part that it is in. */
struct frequency_count {
	uint64_t in[PART_UNKNOWN + 1];
};

struct frequency {
	/* Counts a token; ctx is the caller's. */
	void (*count)(struct frequency_count *out, const void *ctx, struct str token);
	const void *ctx;
	uint64_t people; /* indexed people; 0: only the table counts, count may be NULL */
};

/* None if no people are indexed. */
struct frequency_count frequency_count_of(const struct frequency *frequency, struct str token);
/* In (0, 1], not below model->frequency_floor. PART_UNKNOWN: the larger of both parts. */
double frequency_share(const struct frequency *frequency, const struct model *model,
    enum name_part part, struct str token);
/* The same of a token that is counted already. */
double frequency_share_counted(const struct frequency *frequency, const struct model *model,
    enum name_part part, struct str token, const struct frequency_count *count);

/*
 * Share of people with a place or a phone: the posterior mean of the level's u as value_strength
 * people's worth of belief, given that `count` of `people` have it. Where a person has several
 * records on file (expected_matches above 1), some of those who have the value in common are the
 * same person. Of all pairs that agree at the level the others' part is
 *   u / (u + (expected_matches - 1) / people * m)
 * and so much of the count is other people's: by one home alone nobody can tell, by all of them the
 * shares come to u again.
 */
double frequency_value_share(
    const struct model *model, uint64_t people, uint64_t count, const struct model_level *level);

/* A name that a random person bears. */
struct frequency_seen {
	uint64_t count; /* people with it, this one too */
	double table;	/* its share by the model's table */
};
#define FREQUENCY_STRENGTH_MIN 100
#define FREQUENCY_STRENGTH_MAX 1000000
/*
 * How much the table is to be believed here: the strength by which the others' names best foretell
 * each of the `seen` (leave-one-out likelihood, over half doublings). Records of one person bear
 * one name, so people are counted: records / `each`. A table of another country's names gets
 * little.
 */
double frequency_fit_strength(
    const struct frequency_seen *seen, size_t count, uint64_t people, double each);

#endif
