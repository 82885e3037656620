#ifndef SUPPORT_CORPUS_H
#define SUPPORT_CORPUS_H
/*
 * corpus: a seeded generator of invented UK and Jersey families, their case records in the five
 * systems, and questions about them.
 *
 * Streaming: record i is made from (seed, i) alone, in any order, in about 4 microseconds; the same
 * seed gives the same bytes on every machine (integer arithmetic and splitmix64 only). Memory is
 * taken from the caller's arena, or is constant data; reset the arena between records.
 *
 *   struct arena *arena = arena_new(0);
 *   for (uint64_t i = 0; people < 20000; i++) {
 *           struct corpus_case made;
 *           arena_reset(arena);
 *           if (corpus_record(&made, arena, seed, i) != STATUS_OK) ...
 *           people += made.record.people_count;  // about 2.2 people a record
 *   }
 *
 * The world: records come in blocks of CORPUS_BLOCK_RECORDS, made from CORPUS_BLOCK_FAMILIES
 * families, of which one is known to four systems, two to two and two to one; never twice to one
 * system. Who is who is (family, member): two people in different records with equal family and
 * member are one person. Each system has its own damage (corpus_system_shares), and its own shape:
 *   childrens_services  the family with roles, all addresses, phones, identifiers
 *   helpline            up to 3 children, the caller, sometimes an alleged perpetrator; ages
 *   childline           one child: a first name or nickname, an age, a town; at times a friend
 *   ctac                one child with several spellings and two claimed births, and a parent
 *   participation       one child with a year of birth, and a parent's phone
 * Names are skewed: some are borne by every fiftieth person, most by hardly anyone.
 * Phones use the area code 01632, which no exchange has; NHS numbers begin with 999 (test range).
 * Threads: pure apart from the arena.
 */
#include "base/arena.h"
#include "base/err.h"
#include "record/person.h"

#define CORPUS_BLOCK_RECORDS 10
#define CORPUS_BLOCK_FAMILIES 5
#define CORPUS_PEOPLE_MAX 8 /* people of one family, so of one record */

enum corpus_system {
	CORPUS_CHILDRENS_SERVICES,
	CORPUS_HELPLINE,
	CORPUS_CHILDLINE,
	CORPUS_CTAC,
	CORPUS_PARTICIPATION,
	CORPUS_SYSTEM_COUNT
};
/* "childrens_services", "helpline", ... */
const char *corpus_system_name(enum corpus_system system);

/* What can be wrong or missing in what is said of a person. */
enum corpus_damage {
	CORPUS_TYPO,	     /* one letter changed, lost, doubled or out of order in a name */
	CORPUS_NICKNAME,     /* a short form stands for the forename, where it has one */
	CORPUS_SWAPPED,	     /* forename and surname have changed places */
	CORPUS_ONE_STRING,   /* not told apart: person_name.full */
	CORPUS_NO_FORENAME,  /* surname only */
	CORPUS_NO_MIDDLE,    /* middle names left out */
	CORPUS_NO_SURNAME,   /* forename only; not together with NO_FORENAME or SWAPPED */
	CORPUS_OLD_SURNAME,  /* the former surname instead, where there is one */
	CORPUS_DATE_SLIP,    /* day and month swapped, a digit or the year off by one */
	CORPUS_DATE_PARTIAL, /* year and month, or year */
	CORPUS_DATE_AGE,     /* age at the date of contact; one in three "about" */
	CORPUS_NO_DATE,
	CORPUS_MOVED,		/* an earlier address only, where there is one */
	CORPUS_ADDRESS_PARTIAL, /* the town, the street, or the postcode only */
	CORPUS_ADDRESS_TYPO,	/* one letter of the street, or one character of the postcode */
	CORPUS_NO_ADDRESS,
	CORPUS_NO_PHONE,
	CORPUS_NO_IDENTIFIER,
	CORPUS_NO_SEX,
	CORPUS_DAMAGE_COUNT
};

/*
 * The share of people to which each damage is done, per thousand, each drawn on its own. Where two
 * exclude each other the later in the list of dates (SLIP, PARTIAL, AGE, NO_DATE) or addresses
 * wins, and NO_SURNAME wins over SWAPPED and NO_FORENAME.
 */
struct corpus_shares {
	uint16_t per_mille[CORPUS_DAMAGE_COUNT];
};
/* Those that records of the system are made with; constant. */
const struct corpus_shares *corpus_system_shares(enum corpus_system system);
/* A typical request for a record check: good names, some slips, a date most times. Constant. */
extern const struct corpus_shares corpus_shares_typical;
/* Nothing wrong and nothing left out. Constant. */
extern const struct corpus_shares corpus_shares_none;

struct corpus_case {
	struct case_record record;
	enum corpus_system system;
	uint64_t family;
	/* Of record.people[k]: who it is, and the damage done (bit 1 << enum corpus_damage). */
	uint8_t member[CORPUS_PEOPLE_MAX];
	uint32_t damage[CORPUS_PEOPLE_MAX];
};

/* Makes record i. STATUS_NOMEM is the only failure. */
enum status corpus_record(
    struct corpus_case *out, struct arena *arena, uint64_t seed, uint64_t i) MUST_USE;

struct corpus_query {
	struct person person; /* id is "" as in any query */
	uint64_t family;
	uint8_t member;
	size_t people_index; /* the person of record i that is asked for; 0 for an absent one */
	uint32_t damage;
};

/*
 * Question n about a person of record i, who has a name there: what an asker knows of the person
 * (current and former names, birth, addresses, phone), with damage of its own, drawn apart from
 * that of the record. (i, n) gives the same question always. STATUS_NOMEM is the only failure.
 */
enum status corpus_query(struct corpus_query *out, struct arena *arena, uint64_t seed, uint64_t i,
    uint64_t n, const struct corpus_shares *shares) MUST_USE;

/* Question n about a child of a family of which no record is ever made. */
enum status corpus_query_absent(struct corpus_query *out, struct arena *arena, uint64_t seed,
    uint64_t n, const struct corpus_shares *shares) MUST_USE;

#endif
