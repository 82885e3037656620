#ifndef TESTS_UNIT_RECORD_PEOPLE_H
#define TESTS_UNIT_RECORD_PEOPLE_H
/*
 * people: invented people for the tests of this room, from a seed.
 * Everything is static, so that each test program has its own.
 */
#include "base/arena.h"
#include "record/person.h"

struct people_random {
	uint64_t state;
};

static inline uint32_t
people_draw(struct people_random *random, uint32_t below)
{
	random->state ^= random->state << 13; /* xorshift64, Marsaglia 2003 */
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return (uint32_t)((random->state >> 11) % below);
}

static inline struct str
people_pick(struct people_random *random, const char *const *list, size_t count)
{
	return str_from(list[people_draw(random, (uint32_t)count)]);
}

static inline struct str
people_text(struct people_random *random)
{
	static const char *const texts[] = { "Katherine", "Anne Marie", "O'Brien", "Smith-Jones",
		"van der Berg", "Nguy\xe1\xbb\x85n",
		"\xd0\xa1\xd0\xb5\xd1\x80\xd0\xb3\xd0\xb5\xd0\xb9", "12 Acacia Avenue",
		"Flat 2/1, 3 High St", "Leeds", "LS1 4AB", "J.P.", "(Kitty)", "Mac Donald",
		"unknown", "x", "" };

	return people_pick(random, texts, sizeof texts / sizeof texts[0]);
}

static inline struct birth
people_birth(struct people_random *random)
{
	static const char *const births[] = { "2009-03-04", "2009-03", "2009", "2008..2011",
		"2008-05-01..2009-04-30", "age 7 at 2016-01-31", "age about 7 at 2016-01-31",
		"1850-01-01", "2200-12-31", "1850", "age 0 at 2020-02-29" };
	struct birth birth;

	if (birth_parse(&birth, people_pick(random, births, sizeof births / sizeof births[0]),
		NULL) != STATUS_OK)
		bug("a birth of the tests does not parse");
	return birth;
}

static inline day_number
people_day(struct people_random *random)
{
	return people_draw(random, 4) == 0 ? DAY_NONE
					   : (day_number)people_draw(random, 40000) - 10000;
}

static inline void *
people_list(struct arena *arena, size_t count, size_t size)
{
	void *list = arena_alloc(arena, count + 1, size);

	if (list == NULL)
		bug("no memory for a test");
	return list;
}

/* Lists of up to `most` entries each. */
static inline struct person
people_make(struct people_random *random, struct arena *arena, uint32_t most)
{
	struct person person = { .id = people_text(random),
		.role = (enum person_role)people_draw(random, ROLE_COUNT),
		.sex = (enum sex)people_draw(random, SEX_COUNT),
		.age_disputed = people_draw(random, 2) == 1,
		.note = people_text(random) };
	struct person_name *names;
	struct birth *births;
	struct person_address *addresses;
	struct str *phones, *emails;
	struct person_identifier *identifiers;

	person.name_count = people_draw(random, most);
	person.birth_count = people_draw(random, most < 8 ? most : 8);
	person.address_count = people_draw(random, most);
	person.phone_count = people_draw(random, most < 16 ? most : 16);
	person.email_count = people_draw(random, most < 16 ? most : 16);
	person.identifier_count = people_draw(random, most < 16 ? most : 16);
	person.names = names = people_list(arena, person.name_count, sizeof *names);
	person.births = births = people_list(arena, person.birth_count, sizeof *births);
	person.addresses = addresses = people_list(arena, person.address_count, sizeof *addresses);
	person.phones = phones = people_list(arena, person.phone_count, sizeof *phones);
	person.emails = emails = people_list(arena, person.email_count, sizeof *emails);
	person.identifiers = identifiers =
	    people_list(arena, person.identifier_count, sizeof *identifiers);
	for (size_t i = 0; i < person.name_count; i++) {
		names[i].kind = (enum name_kind)people_draw(random, NAME_KIND_COUNT);
		names[i].forenames = names[i].surname = names[i].full = STR_NONE;
		if (people_draw(random, 3) == 0) {
			names[i].full = people_text(random);
		} else {
			names[i].forenames = people_text(random);
			names[i].surname = people_text(random);
		}
	}
	for (size_t i = 0; i < person.birth_count; i++)
		births[i] = people_birth(random);
	for (size_t i = 0; i < person.address_count; i++)
		addresses[i] = (struct person_address){ people_text(random), people_text(random),
			people_text(random), people_day(random), people_day(random) };
	for (size_t i = 0; i < person.phone_count; i++)
		phones[i] = STR_LIT("0113 496 0000");
	for (size_t i = 0; i < person.email_count; i++)
		emails[i] = STR_LIT("kitty@example.org");
	for (size_t i = 0; i < person.identifier_count; i++) {
		identifiers[i].kind = (enum identifier_kind)people_draw(random, IDENTIFIER_COUNT);
		identifiers[i].value = STR_LIT("943 476 5919");
	}
	return person;
}

static inline bool
people_same_birth(const struct birth *a, const struct birth *b)
{
	return a->precision == b->precision && a->about == b->about && a->age == b->age &&
	       a->at == b->at && a->first == b->first && a->last == b->last;
}

/* Field by field; false names no field, the failing test prints the JSON of both. */
static inline bool
people_same(const struct person *a, const struct person *b)
{
	bool same = str_eq(a->id, b->id) && a->role == b->role && a->sex == b->sex &&
		    a->age_disputed == b->age_disputed && str_eq(a->note, b->note) &&
		    a->name_count == b->name_count && a->birth_count == b->birth_count &&
		    a->address_count == b->address_count && a->phone_count == b->phone_count &&
		    a->email_count == b->email_count && a->identifier_count == b->identifier_count;

	for (size_t i = 0; same && i < a->name_count; i++)
		same = a->names[i].kind == b->names[i].kind &&
		       str_eq(a->names[i].forenames, b->names[i].forenames) &&
		       str_eq(a->names[i].surname, b->names[i].surname) &&
		       str_eq(a->names[i].full, b->names[i].full);
	for (size_t i = 0; same && i < a->birth_count; i++)
		same = people_same_birth(&a->births[i], &b->births[i]);
	for (size_t i = 0; same && i < a->address_count; i++)
		same = str_eq(a->addresses[i].text, b->addresses[i].text) &&
		       str_eq(a->addresses[i].town, b->addresses[i].town) &&
		       str_eq(a->addresses[i].postcode, b->addresses[i].postcode) &&
		       a->addresses[i].from == b->addresses[i].from &&
		       a->addresses[i].to == b->addresses[i].to;
	for (size_t i = 0; same && i < a->phone_count; i++)
		same = str_eq(a->phones[i], b->phones[i]);
	for (size_t i = 0; same && i < a->email_count; i++)
		same = str_eq(a->emails[i], b->emails[i]);
	for (size_t i = 0; same && i < a->identifier_count; i++)
		same = a->identifiers[i].kind == b->identifiers[i].kind &&
		       str_eq(a->identifiers[i].value, b->identifiers[i].value);
	return same;
}

#endif
