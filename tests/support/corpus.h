#ifndef SUPPORT_CORPUS_H
#define SUPPORT_CORPUS_H
/*
 * corpus: a seeded generator of invented UK and Jersey families, their case records in the five
 * systems, and questions about them.
 *
 * Streaming: record i is made from (source, i) alone, in any order, in some 10 microseconds; the
 * same source gives the same bytes on every machine (integer arithmetic and splitmix64 only).
 * Memory is taken from the caller's arena, or is constant data; reset the arena between records.
 *
 *   struct arena *arena = arena_new(0);
 *   for (uint64_t i = 0; people < 20000; i++) {
 *           struct corpus_case made;
 *           arena_reset(arena);
 *           if (corpus_record(&made, arena, seed, i) != STATUS_OK) ...
 *           people += made.record.people_count;  // about 2.3 people a record
 *   }
 *
 * The world: records come in blocks of CORPUS_BLOCK_RECORDS, made from CORPUS_BLOCK_FAMILIES
 * families (corpus_family.h), of which one is known to four systems, two to two and two to one;
 * never twice to one system. Who is who is (family, member): two people in different records with
 * equal family and member are one person. Each system has its own shape and its own damage:
 *   childrens_services  the family with roles, all addresses, phones, identifiers
 *   helpline            up to 3 children, the caller, sometimes an alleged perpetrator; ages
 *   childline           one child: a first name or nickname, an age, a town; at times another
 *   ctac                one child with several spellings and two claimed births, and a parent
 *   participation       one child with a year of birth, and a parent's phone
 * No phone number or identifier is in use anywhere: they begin with 06 and with 9.
 * Threads: pure apart from the arena.
 */
#include "tests/support/corpus_family.h"

#include "base/arena.h"
#include "base/err.h"

#define CORPUS_BLOCK_RECORDS 10
#define CORPUS_BLOCK_FAMILIES CORPUS_GROUP
#define CORPUS_PEOPLE_MAX CORPUS_MEMBERS_MAX /* people of one record */

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
	/* One letter of the forename or the surname. */
	CORPUS_TYPO_KEYBOARD,
	CORPUS_TYPO_OCR,
	CORPUS_TYPO_PHONETIC,
	CORPUS_TYPO_DROP,
	CORPUS_TYPO_DOUBLE,
	CORPUS_TYPO_TRANSPOSE,
	CORPUS_TYPO_FIRST_LETTER,
	/* The forename. */
	CORPUS_NICKNAME,
	CORPUS_INITIAL,
	CORPUS_MIDDLE_AS_FIRST,
	/* The parts and their order. */
	CORPUS_PARTS_SWAPPED,  /* forename and surname in each other's place */
	CORPUS_ORDER_REVERSED, /* one string, the surname first */
	CORPUS_NO_FORENAME,
	CORPUS_NO_SURNAME,
	CORPUS_NO_MIDDLE,
	CORPUS_ONE_STRING, /* not told apart */
	/* The surname. */
	CORPUS_DOUBLE_BARRELLED_SPLIT, /* one half only */
	CORPUS_HYPHEN_JOINED,	       /* another joint, or none */
	CORPUS_FORMER_SURNAME,	       /* and not the present one */
	CORPUS_MAC_O_PARTICLE,
	CORPUS_TRANSLIT,
	CORPUS_DIACRITICS_LOST,
	/* The birth; at most one of the first nine, and of them age off by one is also an age. */
	CORPUS_DATE_SWAPPED, /* day and month */
	CORPUS_DATE_DIGIT,
	CORPUS_DATE_YEAR_OFF,
	CORPUS_DATE_1_JANUARY, /* of the right year */
	CORPUS_DATE_YEAR_ONLY,
	CORPUS_DATE_MONTH_ONLY,
	CORPUS_DATE_AGE,     /* at the day of contact, right or "about" */
	CORPUS_DATE_AGE_OFF, /* wrong by one */
	CORPUS_NO_DATE,
	CORPUS_DATE_TWO_CLAIMED, /* a second and wrong one beside */
	/* The address. */
	CORPUS_MOVED, /* an earlier one only */
	CORPUS_POSTCODE_TYPO,
	CORPUS_NO_POSTCODE,
	CORPUS_ADDRESS_PARTIAL, /* the town or the street only */
	CORPUS_ADDRESS_TYPO,	/* one letter of the street */
	CORPUS_FLAT_FORM,	/* a flat written otherwise */
	CORPUS_HOUSE_NAME,	/* name for number or number for name of a house that has both */
	CORPUS_NO_ADDRESS,
	/* The rest. */
	CORPUS_NO_PHONE, /* though the person has one */
	CORPUS_SEX_MISSING,
	CORPUS_SEX_WRONG,
	CORPUS_NO_IDENTIFIER, /* has no word: hardly anybody gives one */
	CORPUS_DAMAGE_COUNT
};
#define CORPUS_KINDS CORPUS_NO_IDENTIFIER /* damages that have a word */
/* "typo_keyboard", ...; below CORPUS_KINDS */
const char *corpus_damage_name(enum corpus_damage damage);
#define CORPUS_BIT(damage) ((uint64_t)1 << (damage))

/* Rates of error: as it is, half of it, twice as bad. */
enum corpus_profile { CORPUS_TYPICAL, CORPUS_LIGHT, CORPUS_HARSH, CORPUS_PROFILE_COUNT };

/*
 * The share of people to which each damage is done, per thousand, each drawn on its own and done
 * where it can be. Where two exclude each other the later in the list wins.
 */
struct corpus_shares {
	uint16_t per_mille[CORPUS_DAMAGE_COUNT];
};
/* Those that records of the system are made with, and questions, before the profile; constant. */
const struct corpus_shares *corpus_system_shares(enum corpus_system system);
extern const struct corpus_shares corpus_shares_typical;
/* Nothing wrong and nothing left out. Constant. */
extern const struct corpus_shares corpus_shares_none;
/* The shares under a profile. */
struct corpus_shares corpus_shares_under(
    const struct corpus_shares *shares, enum corpus_profile profile);

struct corpus_case {
	struct case_record record;
	enum corpus_system system;
	uint64_t family;
	/* Of record.people[k]: who it is, and the damage done (CORPUS_BIT). */
	uint8_t member[CORPUS_PEOPLE_MAX];
	uint64_t damage[CORPUS_PEOPLE_MAX];
	/* No surname, no birth better than an age, no postcode, phone or identifier. */
	bool sparse[CORPUS_PEOPLE_MAX];
};

/* Makes record i. STATUS_NOMEM is the only failure. */
enum status corpus_make(struct corpus_case *out, struct arena *arena,
    const struct corpus_source *source, uint64_t i) MUST_USE;
/* The records of a family: their number, and the number of the first (they stand together). */
unsigned corpus_records_of(uint64_t *first, uint64_t family);

struct corpus_query {
	struct person person; /* id is "" as in any query */
	uint64_t family;
	uint8_t member;
	size_t people_index; /* see corpus_ask_about() */
	uint64_t damage;
};

/*
 * What an asker knows of a member, current and former names, birth, addresses, phone, with damage
 * of its own: drawn apart from that of any record, the same for the same n.
 */
enum status corpus_ask(struct corpus_query *out, struct arena *arena,
    const struct corpus_source *source, const struct corpus_family *family, unsigned member,
    uint64_t n, const struct corpus_shares *shares) MUST_USE;

/* Question n about a person of record i, people_index; half of them about the child of the case. */
enum status corpus_ask_about(struct corpus_query *out, struct arena *arena,
    const struct corpus_source *source, uint64_t i, uint64_t n,
    const struct corpus_shares *shares) MUST_USE;

/* --- The same from the project's own lists, for tests --- */

enum status corpus_record(
    struct corpus_case *out, struct arena *arena, uint64_t seed, uint64_t i) MUST_USE;
enum status corpus_query(struct corpus_query *out, struct arena *arena, uint64_t seed, uint64_t i,
    uint64_t n, const struct corpus_shares *shares) MUST_USE;
/* Question n about a child of a family of which no record is ever made. */
enum status corpus_query_absent(struct corpus_query *out, struct arena *arena, uint64_t seed,
    uint64_t n, const struct corpus_shares *shares) MUST_USE;

#endif
