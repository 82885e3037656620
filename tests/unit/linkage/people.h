#ifndef TESTS_LINKAGE_PEOPLE_H
#define TESTS_LINKAGE_PEOPLE_H
/*
 * people: features built by hand, and random ones, for the tests of this folder. The features are
 * made here and not by lib/record so that these tests stand on one room only.
 */
#include "linkage/score.h"

#include <stdio.h>
#include <stdlib.h>

#define PEOPLE_NAMES_MAX 4
#define PEOPLE_VALUES_MAX 4

struct made {
	struct feature_name names[PEOPLE_NAMES_MAX];
	struct feature_birth births[PEOPLE_VALUES_MAX];
	struct feature_address addresses[PEOPLE_VALUES_MAX];
	struct feature_contact phones[PEOPLE_VALUES_MAX];
	struct feature_contact emails[PEOPLE_VALUES_MAX];
	struct feature_identifier identifiers[PEOPLE_VALUES_MAX];
	struct features features;
};

/* Views into the struct itself, so call it again after a copy. */
static inline void
made_link(struct made *made)
{
	made->features.names = made->names;
	made->features.births = made->births;
	made->features.addresses = made->addresses;
	made->features.phones = made->phones;
	made->features.emails = made->emails;
	made->features.identifiers = made->identifiers;
}

static inline void
made_init(struct made *made)
{
	memset(made, 0, sizeof *made);
	made_link(made);
}

/* "katie anne/obrien": forenames, a stroke, surnames; without a stroke the parts are unknown. */
static inline void
made_name(struct made *made, const char *text)
{
	size_t at = made->features.name_count++;
	struct feature_name *name = &made->names[at];
	bool parts = strchr(text, '/') != NULL, surname = false;

	if (at >= PEOPLE_NAMES_MAX)
		abort();
	memset(name, 0, sizeof *name);
	name->source = (uint8_t)at;
	for (const char *p = text; *p != '\0';) {
		size_t n = strcspn(p, " /-");

		if (n > 0 && name->count < FEATURE_TOKENS_MAX)
			name->tokens[name->count++] =
			    (struct feature_token){ { p, n }, !parts	? PART_UNKNOWN
							      : surname ? PART_SURNAME
									: PART_FORENAME };
		p += n;
		if (*p == '/')
			surname = true;
		if (*p == '-')
			name->glued |= (uint8_t)(1u << name->count);
		if (*p != '\0')
			p++;
	}
}

static inline struct birth
made_span(const char *text)
{
	struct birth birth;
	struct err err = ERR_NONE;

	if (birth_parse(&birth, str_from(text), &err) != STATUS_OK) {
		fprintf(stderr, "%s: %s\n", text, err.text);
		abort();
	}
	return birth;
}

static inline void
made_birth(struct made *made, const char *text)
{
	size_t at = made->features.birth_count++;

	if (at >= PEOPLE_VALUES_MAX)
		abort();
	made->births[at] = (struct feature_birth){ made_span(text), (uint8_t)at };
}

/* --- A fixed sequence ------------------------------------------------------------------------- */
static inline unsigned
draw(uint64_t *seed, unsigned below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed >> 33) % below;
}

static inline struct str
draw_of(uint64_t *seed, const char *const *pool, unsigned count)
{
	return str_from(pool[draw(seed, count)]);
}

static inline void
draw_name(struct feature_name *name, uint64_t *seed, uint8_t source)
{
	static const char *const forenames[] = { "katherine", "katie", "kate", "k", "jon", "john",
		"jonathan", "james", "anne", "ann", "thi", "mohammed", "muhammad", "jo" };
	static const char *const surnames[] = { "smith", "smyth", "smithson", "obrien", "brien",
		"li", "lee", "katherine", "macdonald", "mcdonald" };
	unsigned forename_count = draw(seed, 4), surname_count = draw(seed, 3);
	bool known = draw(seed, 4) != 0;

	memset(name, 0, sizeof *name);
	name->source = source;
	name->kind = (enum name_kind)draw(seed, NAME_KIND_COUNT);
	for (unsigned i = 0; i < forename_count; i++)
		name->tokens[name->count++] = (struct feature_token){ draw_of(seed, forenames, 14),
			known ? PART_FORENAME : PART_UNKNOWN };
	for (unsigned i = 0; i < surname_count; i++)
		name->tokens[name->count++] = (struct feature_token){ draw_of(seed, surnames, 10),
			known ? PART_SURNAME : PART_UNKNOWN };
}

static inline struct birth
draw_birth(uint64_t *seed)
{
	static const char *const pool[] = { "2009-03-04", "2009-04-03", "2009-03-14", "2008-03-04",
		"2009-07-04", "2009-03", "2009", "2009-01-01", "2010-01-01", "2008..2011",
		"1990..2005", "age 7 at 2016-01-31", "age about 7 at 2016-01-31", "1975-11-30",
		"2010-11-20", "2009-02-10..2009-05-20" };

	return made_span(pool[draw(seed, 16)]);
}

static inline void
draw_address(struct feature_address *out, uint64_t *seed)
{
	static const char *const codes[][3] = { { "", "", "" }, { "ls14ab", "ls1 4", "ls1" },
		{ "ls14ac", "ls1 4", "ls1" }, { "ls19zz", "ls1 9", "ls1" },
		{ "bs15tr", "bs1 5", "bs1" }, { "", "", "ls1" }, { "75001", "", "" } };
	static const char *const numbers[] = { "", "12", "14", "12a" };
	static const char *const flats[] = { "", "", "1", "2" };
	static const char *const houses[] = { "", "", "rose cottage" };
	static const char *const streets[] = { "", "acacia avenue", "high street", "acasia avenue",
		"acacia av enue" };
	static const char *const towns[] = { "", "leeds", "bristol" };
	const char *const *code = codes[draw(seed, 7)];

	memset(out, 0, sizeof *out);
	out->postcode = str_from(code[0]);
	out->sector = str_from(code[1]);
	out->outcode = str_from(code[2]);
	out->number = draw_of(seed, numbers, 4);
	out->flat = draw_of(seed, flats, 4);
	out->house = draw_of(seed, houses, 3);
	out->street = draw_of(seed, streets, 5);
	out->town = draw_of(seed, towns, 3);
}

static inline void
draw_person(struct made *out, uint64_t *seed)
{
	static const char *const numbers[] = { "1134960000", "1134960001", "7700900123" };
	static const char *const emails[] = { "ada.quill@example.org", "ada.quil@example.org",
		"ada.quill@example.net" };

	made_init(out);
	out->features.name_count = draw(seed, 3);
	out->features.birth_count = draw(seed, 3);
	out->features.address_count = draw(seed, 3);
	out->features.phone_count = draw(seed, 3);
	out->features.email_count = draw(seed, 2);
	out->features.identifier_count = draw(seed, 3);
	out->features.sex = (enum sex)draw(seed, SEX_COUNT);
	for (uint8_t i = 0; i < PEOPLE_VALUES_MAX; i++) {
		draw_name(&out->names[i], seed, i);
		out->births[i] = (struct feature_birth){ draw_birth(seed), i };
		draw_address(&out->addresses[i], seed);
		out->addresses[i].source = i;
		out->phones[i] = (struct feature_contact){ draw_of(seed, numbers, 3), i };
		out->emails[i] = (struct feature_contact){ draw_of(seed, emails, 3), i };
		out->identifiers[i] =
		    (struct feature_identifier){ (enum identifier_kind)draw(seed, IDENTIFIER_COUNT),
			    draw_of(seed, numbers, 3), i };
	}
}

#endif
