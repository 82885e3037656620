#ifndef SUPPORT_CORPUS_FAMILY_H
#define SUPPORT_CORPUS_FAMILY_H
/*
 * corpus_family: the true facts of an invented family, before any system writes them down.
 *
 * Threads: pure functions. All views are of constant data, all text is in the struct.
 */
#include "record/person.h"

/* splitmix64 (Steele, Lea, Flood 2014): the same stream on every machine. */
struct corpus_rng {
	uint64_t state;
};
/* A stream of its own for each (seed, stream, number). */
struct corpus_rng corpus_family_rng(uint64_t seed, uint64_t stream, uint64_t number);
uint64_t corpus_family_next(struct corpus_rng *rng);
/* In 0..n-1; n > 0. */
uint32_t corpus_family_below(struct corpus_rng *rng, uint32_t n);
/* As above, low numbers more often: the most common of 200 some 4%, the rarest 0.3%. */
uint32_t corpus_family_skewed(struct corpus_rng *rng, uint32_t n);
bool corpus_family_chance(struct corpus_rng *rng, unsigned per_mille);

#define CORPUS_MEMBERS_MAX 8
#define CORPUS_HOMES_MAX 4
#define CORPUS_WORD_BYTES 48 /* the longest name that the lists can make, with room */

struct corpus_member {
	enum person_role role; /* as Children's Services would put it */
	enum sex sex;
	char forename[CORPUS_WORD_BYTES];
	char middle[CORPUS_WORD_BYTES]; /* "" for none */
	char surname[CORPUS_WORD_BYTES];
	char former[CORPUS_WORD_BYTES]; /* former surname, "" for none */
	const char *short_forms;	/* "Katie|Kate", "" for none */
	day_number born;
	uint32_t phone;	     /* six digits after 01632; 0 for none */
	uint64_t identifier; /* ten digits, valid for the family's nation */
};

struct corpus_home {
	char text[96];
	const char *town;
	char postcode[16];
	day_number from;
	day_number to; /* DAY_NONE: they live there */
};

struct corpus_family {
	const char *nation;
	struct corpus_member members[CORPUS_MEMBERS_MAX]; /* the child of the case is the first */
	size_t member_count;
	struct corpus_home homes[CORPUS_HOMES_MAX]; /* the last is the current one */
	size_t home_count;
};

void corpus_family_make(struct corpus_family *out, uint64_t seed, uint64_t number);

/* The last day that anything is recorded on: 2026-09-30. */
#define CORPUS_LAST_DAY 20726

/* Completed years at a day; 0 before birth. */
unsigned corpus_family_age(day_number born, day_number at);
/* The same day so many years later (28 February for a 29th that is none). */
day_number corpus_family_years(day_number day, int years);
/* From 1600 on; the date must be one of the calendar (a 29 February that is none is 1 March). */
struct civil corpus_family_civil(day_number day);
day_number corpus_family_day(struct civil date);

#endif
