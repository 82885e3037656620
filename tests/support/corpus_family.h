#ifndef SUPPORT_CORPUS_FAMILY_H
#define SUPPORT_CORPUS_FAMILY_H
/*
 * corpus_family: the true facts of an invented family, before any system writes them down.
 *
 * Families come in groups of CORPUS_GROUP, and some live beside another of their group, in one
 * street and at times under one name; some share name and birthday with a stranger of it. Phones
 * and identifiers are each somebody's own (a family's phone is shared within it).
 * Threads: pure functions. All text is in the struct, in the world or constant.
 */
#include "tests/support/corpus_world.h"

#include "record/person.h"

/* What a corpus is made from. */
struct corpus_source {
	uint64_t seed;
	const struct corpus_world *world; /* NULL: the project's own lists */
	unsigned profile;		  /* enum corpus_profile of corpus.h */
};

#define CORPUS_MEMBERS_MAX 10
#define CORPUS_HOMES_MAX 4
#define CORPUS_GROUP 5
#define CORPUS_NAME_BYTES 96 /* two words and a joint, with room */

enum corpus_relation {
	CORPUS_CHILD,
	CORPUS_SIBLING,
	CORPUS_MOTHER,
	CORPUS_FATHER,
	CORPUS_STEP_PARENT,
	CORPUS_GRANDPARENT,
	CORPUS_FOSTER_CARER,
	CORPUS_OUTSIDER /* an alleged perpetrator from outside */
};

struct corpus_member {
	enum corpus_relation relation;
	enum person_role role; /* as Children's Services would put it */
	enum sex sex;
	unsigned origin;  /* in corpus_words_origins */
	bool common;	  /* forename and surname are both borne by many */
	bool english;	  /* the forename is, whatever the origin */
	bool uses_middle; /* known by the middle name to some, with the first to others */
	bool left_out;	  /* kept off every record, though the family is on file */
	int8_t apart;	  /* lives in family.apart[] or (-1) with the child; -2: nobody knows */
	char forename[CORPUS_NAME_BYTES];
	char middle[CORPUS_NAME_BYTES]; /* "" for none */
	char surname[CORPUS_NAME_BYTES];
	char former[CORPUS_NAME_BYTES]; /* former surname, "" for none */
	const char *short_forms;	/* "Katie|Kate", "" for none */
	day_number born;
	uint32_t phone;	     /* nine digits after 06; 0 for none */
	uint64_t identifier; /* ten digits, valid for the family's nation */
};

enum corpus_house { CORPUS_HOUSE, CORPUS_HALF_HOUSE, CORPUS_FLAT, CORPUS_NAMED_HOUSE };
struct corpus_home {
	enum corpus_house kind;
	unsigned number, flat;
	char name[64]; /* of the house or block; "" for none */
	struct corpus_place place;
	day_number from;
	day_number to; /* DAY_NONE: they live there */
};

struct corpus_family {
	uint64_t number;
	const char *nation;
	struct corpus_member members[CORPUS_MEMBERS_MAX]; /* the child of the case is the first */
	size_t member_count;
	struct corpus_home homes[CORPUS_HOMES_MAX]; /* the last is the current one */
	size_t home_count;
	struct corpus_home apart[2]; /* of the father, of a grandparent */
};

/* Two children who are easily taken for each other. */
enum corpus_alike {
	CORPUS_UNLIKE,
	CORPUS_FIRST_SHARED, /* the first forename, and each has another second one */
	CORPUS_RHYMING	     /* forenames that are one letter apart */
};
enum corpus_alike corpus_family_alike(const struct corpus_member *a, const struct corpus_member *b);
/* "first_shared", "rhyming" */
const char *corpus_family_alike_name(enum corpus_alike alike);

void corpus_family_make(
    struct corpus_family *out, const struct corpus_source *source, uint64_t number);
/* A family that is on no record: n of as many as one likes. */
uint64_t corpus_family_absent(uint64_t n);
/* Ten digits with a valid check digit, and nine digits: nobody else's, of the first six million
 * families and of three million absent ones. */
uint64_t corpus_family_identifier(uint64_t family, unsigned member);
#define CORPUS_PHONES 4
uint32_t corpus_family_phone(uint64_t family, unsigned slot);
/* Another home in the street of one, at another number. */
void corpus_family_next_door(
    struct corpus_home *out, const struct corpus_home *home, struct corpus_rng *rng);

/* Forename, surname, sex and origin of another. */
void corpus_family_take_name(struct corpus_member *to, const struct corpus_member *from);

/* "Flat 3, Byron Court, 12 Acacia Avenue" */
void corpus_family_home_text(char *out, size_t size, const struct corpus_home *home);
/* Other ways to write a flat or half a house; false for other houses. */
bool corpus_family_flat_text(
    char *out, size_t size, const struct corpus_home *home, struct corpus_rng *rng);

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
