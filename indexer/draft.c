#include "indexer/draft.h"

void
draft_clear(struct draft *draft)
{
	draft->id = draft->note = STR_NONE;
	draft->id_given = draft->age_disputed = false;
	draft->role = ROLE_UNKNOWN;
	draft->sex = SEX_UNKNOWN;
	draft->name_count = draft->birth_count = draft->address_count = 0;
	draft->phone_count = draft->email_count = draft->identifier_count = 0;
}

static bool
same_name(const struct person_name *a, const struct person_name *b)
{
	return a->kind == b->kind && str_eq(a->forenames, b->forenames) &&
	       str_eq(a->surname, b->surname) && str_eq(a->full, b->full);
}

bool
draft_add_name(struct draft *draft, const struct person_name *name)
{
	for (size_t i = 0; i < draft->name_count; i++)
		if (same_name(&draft->names[i], name))
			return true;
	if (draft->name_count == PERSON_NAMES_MAX)
		return false;
	draft->names[draft->name_count++] = *name;
	return true;
}

static bool
same_birth(const struct birth *a, const struct birth *b)
{
	return a->precision == b->precision && a->about == b->about && a->at == b->at &&
	       a->first == b->first && a->last == b->last;
}

bool
draft_add_birth(struct draft *draft, const struct birth *birth)
{
	for (size_t i = 0; i < draft->birth_count; i++)
		if (same_birth(&draft->births[i], birth))
			return true;
	if (draft->birth_count == PERSON_BIRTHS_MAX)
		return false;
	draft->births[draft->birth_count++] = *birth;
	return true;
}

static bool
same_address(const struct person_address *a, const struct person_address *b)
{
	return str_eq(a->text, b->text) && str_eq(a->town, b->town) &&
	       str_eq(a->postcode, b->postcode) && a->from == b->from && a->to == b->to;
}

bool
draft_add_address(struct draft *draft, const struct person_address *address)
{
	for (size_t i = 0; i < draft->address_count; i++)
		if (same_address(&draft->addresses[i], address))
			return true;
	if (draft->address_count == PERSON_ADDRESSES_MAX)
		return false;
	draft->addresses[draft->address_count++] = *address;
	return true;
}

static bool
add_text(struct str *list, size_t *count, size_t max, struct str text)
{
	for (size_t i = 0; i < *count; i++)
		if (str_eq(list[i], text))
			return true;
	if (*count == max)
		return false;
	list[(*count)++] = text;
	return true;
}

bool
draft_add_phone(struct draft *draft, struct str phone)
{
	return add_text(draft->phones, &draft->phone_count, PERSON_PHONES_MAX, phone);
}

bool
draft_add_email(struct draft *draft, struct str email)
{
	return add_text(draft->emails, &draft->email_count, PERSON_EMAILS_MAX, email);
}

bool
draft_add_identifier(struct draft *draft, const struct person_identifier *identifier)
{
	for (size_t i = 0; i < draft->identifier_count; i++)
		if (draft->identifiers[i].kind == identifier->kind &&
		    str_eq(draft->identifiers[i].value, identifier->value))
			return true;
	if (draft->identifier_count == PERSON_IDENTIFIERS_MAX)
		return false;
	draft->identifiers[draft->identifier_count++] = *identifier;
	return true;
}

static bool
merge_lists(struct draft *to, const struct draft *from)
{
	bool room = true;

	for (size_t i = 0; i < from->name_count; i++)
		room = draft_add_name(to, &from->names[i]) && room;
	for (size_t i = 0; i < from->birth_count; i++)
		room = draft_add_birth(to, &from->births[i]) && room;
	for (size_t i = 0; i < from->address_count; i++)
		room = draft_add_address(to, &from->addresses[i]) && room;
	for (size_t i = 0; i < from->phone_count; i++)
		room = draft_add_phone(to, from->phones[i]) && room;
	for (size_t i = 0; i < from->email_count; i++)
		room = draft_add_email(to, from->emails[i]) && room;
	for (size_t i = 0; i < from->identifier_count; i++)
		room = draft_add_identifier(to, &from->identifiers[i]) && room;
	return room;
}

bool
draft_merge(struct draft *to, const struct draft *from)
{
	if (to->role == ROLE_UNKNOWN)
		to->role = from->role;
	if (to->sex == SEX_UNKNOWN)
		to->sex = from->sex;
	to->age_disputed = to->age_disputed || from->age_disputed;
	return merge_lists(to, from);
}

struct person
draft_person(const struct draft *draft)
{
	return (struct person){ .id = draft->id,
		.role = draft->role,
		.sex = draft->sex,
		.age_disputed = draft->age_disputed,
		.note = draft->note,
		.names = draft->names,
		.name_count = draft->name_count,
		.births = draft->births,
		.birth_count = draft->birth_count,
		.addresses = draft->addresses,
		.address_count = draft->address_count,
		.phones = draft->phones,
		.phone_count = draft->phone_count,
		.emails = draft->emails,
		.email_count = draft->email_count,
		.identifiers = draft->identifiers,
		.identifier_count = draft->identifier_count };
}
