#ifndef CLIENT_ASKED_H
#define CLIENT_ASKED_H
/*
 * asked: one person as somebody typed them, field by field, and the person to ask about.
 *
 * Flags, prompts and CSV columns all fill the same fields, so a name means the same in all three.
 * Values are borrowed from whoever typed them. A blank value is "not known" and is passed over.
 * Several values of a field are allowed where a person can have several; the first address goes
 * with the first town and the first postcode, and so on.
 * Threads: plain data.
 */
#include "base/arena.h"
#include "base/err.h"
#include "record/person.h"

enum asked_field {
	ASKED_REF,
	ASKED_ROLE,
	ASKED_FORENAME, /* several are parts of one name, in order */
	ASKED_MIDDLE,
	ASKED_SURNAME,
	ASKED_NAME, /* a whole name, its parts not told apart */
	ASKED_FORMER_SURNAME,
	ASKED_KNOWN_AS,
	ASKED_DOB,
	ASKED_AGE,
	ASKED_AGE_AT,
	ASKED_SEX,
	ASKED_ADDRESS,
	ASKED_TOWN,
	ASKED_POSTCODE,
	ASKED_PHONE,
	ASKED_EMAIL,
	ASKED_NHS,
	ASKED_CHI,
	ASKED_HC,
	ASKED_JERSEY,
	ASKED_UPN,
	ASKED_CASE,
	ASKED_COUNT
};

#define ASKED_VALUES_MAX 8 /* of one field; PERSON_BIRTHS_MAX is the least of person.h's limits */

struct asked {
	struct {
		struct str at[ASKED_VALUES_MAX];
		size_t count;
	} values[ASKED_COUNT];
};

/* The field's word in messages and CSV headers: "former_surname". */
const char *asked_field_name(enum asked_field field);

/* Adds a value. STATUS_INVALID for bytes that are not UTF-8, STATUS_LIMIT for a long or a surplus
 * value; both name the field. */
enum status asked_add(
    struct asked *asked, enum asked_field field, struct str value, struct err *err) MUST_USE;

/* What could not be read and was passed over. */
#define ASKED_WARNINGS_MAX 8
struct asked_warnings {
	const char *text[ASKED_WARNINGS_MAX]; /* in the arena */
	size_t count;
};

/*
 * Fills *out in the arena. With `warnings` NULL a value that cannot be read is an error that names
 * its field; else it is passed over with a warning, since a search by the other fields is still
 * owed. `age_at` is the day of ages that give none (DAY_NONE: such an age is an error).
 * STATUS_INVALID if nothing is left to search by.
 */
enum status asked_person(struct person *out, const struct asked *asked, day_number age_at,
    struct arena *arena, struct asked_warnings *warnings, struct err *err) MUST_USE;

/* True if the person has a name, date of birth, address, phone, e-mail or identifier. */
bool asked_is_searchable(const struct person *person);

#endif
