#ifndef RECORD_PERSON_H
#define RECORD_PERSON_H
/*
 * person: what the five systems hold about someone, in one shape (schemas/record.schema.json).
 *
 * A case record belongs to one system and names people; a person has several names, claimed
 * dates of birth, addresses and so on. The same struct holds the person that a query asks about.
 * All views and arrays are borrowed: usually from one arena, which the maker names.
 * Display values are kept as the source wrote them; folding is features.h.
 * Threads: plain data.
 */
#include "record/birth.h"

/* Limits of one person; one past each is refused with STATUS_LIMIT, never cut silently. */
#define PERSON_NAMES_MAX 32
#define PERSON_BIRTHS_MAX 8
#define PERSON_ADDRESSES_MAX 64
#define PERSON_PHONES_MAX 16
#define PERSON_EMAILS_MAX 16
#define PERSON_IDENTIFIERS_MAX 16
#define PERSON_TEXT_BYTES_MAX 1024 /* any one name part, address text, e-mail */
#define RECORD_ID_BYTES_MAX 64	   /* record and person ids; they become index terms */
#define CASE_PEOPLE_MAX 64	   /* people in one case record */

enum person_role {
	ROLE_UNKNOWN,
	ROLE_CHILD,
	ROLE_SIBLING,
	ROLE_PARENT,
	ROLE_CARER,
	ROLE_PERPETRATOR, /* alleged */
	ROLE_HOUSEHOLD,
	ROLE_REFERRER,
	ROLE_CALLER,
	ROLE_WORKER,
	ROLE_OTHER,
	ROLE_COUNT
};
enum name_kind {
	NAME_CURRENT,
	NAME_FORMER,
	NAME_ALIAS,
	NAME_KNOWN_AS,
	NAME_FREE_TEXT,
	NAME_KIND_COUNT
};
enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_OTHER, SEX_COUNT };
enum identifier_kind {
	IDENTIFIER_NHS,	   /* England, Wales, Isle of Man: 10 digits, modulus 11 */
	IDENTIFIER_CHI,	   /* Scotland: 10 digits */
	IDENTIFIER_HC,	   /* Northern Ireland: 10 digits */
	IDENTIFIER_JERSEY, /* Jersey health or social security number */
	IDENTIFIER_UPN,	   /* unique pupil number */
	IDENTIFIER_CASE,   /* the charity's own case number */
	IDENTIFIER_COUNT
};

struct person_name {
	enum name_kind kind;
	struct str forenames; /* all of them, blank-separated */
	struct str surname;
	struct str full; /* when the parts are not told apart; then the others are empty */
};

struct person_address {
	struct str text; /* lines joined by ", ", without town and postcode when these are known */
	struct str town; /* town, city, parish or region */
	struct str postcode; /* as written */
	day_number from;     /* DAY_NONE: not known */
	day_number to;	     /* DAY_NONE: current or not known */
};

struct person_identifier {
	enum identifier_kind kind;
	struct str value;
};

struct person {
	struct str id; /* unique within its case record; "" in a query */
	enum person_role role;
	enum sex sex;
	bool age_disputed;
	struct str note; /* free text for the reader (nationality, group); never compared */
	const struct person_name *names;
	size_t name_count;
	const struct birth *births;
	size_t birth_count;
	const struct person_address *addresses;
	size_t address_count;
	const struct str *phones;
	size_t phone_count;
	const struct str *emails;
	size_t email_count;
	const struct person_identifier *identifiers;
	size_t identifier_count;
};

/* What is said of the case as a whole; repeated with each of its people in the index. */
struct case_header {
	struct str system; /* key of the system, such as "helpline" */
	struct str record_id;
	day_number opened; /* DAY_NONE: not known */
	day_number closed;
	struct str status;  /* in the system's own words */
	struct str service; /* service or centre */
	struct str nation;  /* england, wales, scotland, northern_ireland, jersey or "" */
};

struct case_record {
	struct case_header header;
	const struct person *people;
	size_t people_count;
};

/* Wire words in lower case ("child", "known_as", "female", "nhs"); "unknown" outside the list. */
const char *person_role_name(enum person_role role);
const char *name_kind_name(enum name_kind kind);
const char *sex_name(enum sex sex);
const char *identifier_kind_name(enum identifier_kind kind);
bool person_role_from_name(enum person_role *out, struct str name);
bool name_kind_from_name(enum name_kind *out, struct str name);
bool sex_from_name(enum sex *out, struct str name);
bool identifier_kind_from_name(enum identifier_kind *out, struct str name);

#endif
