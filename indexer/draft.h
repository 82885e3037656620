#ifndef INDEXER_DRAFT_H
#define INDEXER_DRAFT_H
/*
 * draft: a person while it is put together from one row or several.
 *
 * Adding what is already there changes nothing. Views are borrowed from the maker.
 * Threads: plain data.
 */
#include "record/person.h"

struct draft {
	struct str id;
	bool id_given; /* by the export, not numbered by us */
	enum person_role role;
	enum sex sex;
	bool age_disputed;
	struct str note;
	struct person_name names[PERSON_NAMES_MAX];
	size_t name_count;
	struct birth births[PERSON_BIRTHS_MAX];
	size_t birth_count;
	struct person_address addresses[PERSON_ADDRESSES_MAX];
	size_t address_count;
	struct str phones[PERSON_PHONES_MAX];
	size_t phone_count;
	struct str emails[PERSON_EMAILS_MAX];
	size_t email_count;
	struct person_identifier identifiers[PERSON_IDENTIFIERS_MAX];
	size_t identifier_count;
};

/* Forgets everything; cheaper than clearing the arrays. */
void draft_clear(struct draft *draft);

/* Each is false if the limit of person.h leaves no room. */
bool draft_add_name(struct draft *draft, const struct person_name *name);
bool draft_add_birth(struct draft *draft, const struct birth *birth);
bool draft_add_address(struct draft *draft, const struct person_address *address);
bool draft_add_phone(struct draft *draft, struct str phone);
bool draft_add_email(struct draft *draft, struct str email);
bool draft_add_identifier(struct draft *draft, const struct person_identifier *identifier);

/* Adds what `from` has: lists are joined, and a role or sex that `to` lacks is taken over (the
 * maker joins the notes). False if a list had no room for everything. */
bool draft_merge(struct draft *to, const struct draft *from);

/* The person, borrowing from the draft. */
struct person draft_person(const struct draft *draft);

#endif
