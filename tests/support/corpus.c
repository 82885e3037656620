#include "tests/support/corpus.h"

#include "tests/support/corpus_family.h"

#include <stdio.h>

enum { STREAM_SYSTEMS = 2, STREAM_RECORD, STREAM_QUERY, STREAM_ABSENT };

#define ABSENT_FAMILIES ((uint64_t)1 << 62) /* no record number leads to a family from here on */

static const char *const system_names[CORPUS_SYSTEM_COUNT] = {
	"childrens_services",
	"helpline",
	"childline",
	"ctac",
	"participation",
};

const char *
corpus_system_name(enum corpus_system system)
{
	return system_names[system];
}

/* Invented shares, ordered as the systems' own failings are: Children's Services is careful, the
 * Helpline hears half, Childline hears what a child says, CTAC spells by ear. */
static const struct corpus_shares system_shares[CORPUS_SYSTEM_COUNT] = {
	[CORPUS_CHILDRENS_SERVICES] = { { [CORPUS_TYPO] = 40,
	    [CORPUS_NICKNAME] = 30,
	    [CORPUS_SWAPPED] = 5,
	    [CORPUS_NO_MIDDLE] = 300,
	    [CORPUS_OLD_SURNAME] = 100,
	    [CORPUS_DATE_SLIP] = 20,
	    [CORPUS_DATE_PARTIAL] = 20,
	    [CORPUS_NO_DATE] = 30,
	    [CORPUS_ADDRESS_TYPO] = 40,
	    [CORPUS_NO_ADDRESS] = 20,
	    [CORPUS_NO_PHONE] = 200,
	    [CORPUS_NO_IDENTIFIER] = 400,
	    [CORPUS_NO_SEX] = 20 } },
	[CORPUS_HELPLINE] = { { [CORPUS_TYPO] = 120,
	    [CORPUS_NICKNAME] = 300,
	    [CORPUS_ONE_STRING] = 1000,
	    [CORPUS_NO_MIDDLE] = 900,
	    [CORPUS_NO_SURNAME] = 150,
	    [CORPUS_OLD_SURNAME] = 100,
	    [CORPUS_DATE_SLIP] = 50,
	    [CORPUS_DATE_AGE] = 600,
	    [CORPUS_NO_DATE] = 150,
	    [CORPUS_MOVED] = 200,
	    [CORPUS_ADDRESS_PARTIAL] = 400,
	    [CORPUS_ADDRESS_TYPO] = 150,
	    [CORPUS_NO_ADDRESS] = 100,
	    [CORPUS_NO_PHONE] = 300,
	    [CORPUS_NO_IDENTIFIER] = 1000,
	    [CORPUS_NO_SEX] = 200 } },
	[CORPUS_CHILDLINE] = { { [CORPUS_TYPO] = 80,
	    [CORPUS_NICKNAME] = 500,
	    [CORPUS_NO_MIDDLE] = 1000,
	    [CORPUS_NO_SURNAME] = 850,
	    [CORPUS_DATE_AGE] = 1000,
	    [CORPUS_NO_DATE] = 30,
	    [CORPUS_MOVED] = 50,
	    [CORPUS_NO_ADDRESS] = 100,
	    [CORPUS_NO_PHONE] = 1000,
	    [CORPUS_NO_IDENTIFIER] = 1000,
	    [CORPUS_NO_SEX] = 100 } },
	[CORPUS_CTAC] = { { [CORPUS_TYPO] = 300,
	    [CORPUS_SWAPPED] = 150,
	    [CORPUS_NO_MIDDLE] = 600,
	    [CORPUS_ONE_STRING] = 150,
	    [CORPUS_DATE_SLIP] = 150,
	    [CORPUS_DATE_PARTIAL] = 150,
	    [CORPUS_MOVED] = 150,
	    [CORPUS_NO_ADDRESS] = 200,
	    [CORPUS_NO_PHONE] = 600,
	    [CORPUS_NO_IDENTIFIER] = 600,
	    [CORPUS_NO_SEX] = 20 } },
	[CORPUS_PARTICIPATION] = { { [CORPUS_TYPO] = 30,
	    [CORPUS_NICKNAME] = 200,
	    [CORPUS_NO_MIDDLE] = 1000,
	    [CORPUS_DATE_PARTIAL] = 950,
	    [CORPUS_NO_DATE] = 50,
	    [CORPUS_NO_ADDRESS] = 50,
	    [CORPUS_NO_PHONE] = 100,
	    [CORPUS_NO_IDENTIFIER] = 1000,
	    [CORPUS_NO_SEX] = 50 } },
};

const struct corpus_shares *
corpus_system_shares(enum corpus_system system)
{
	return &system_shares[system];
}

const struct corpus_shares corpus_shares_none = { { 0 } };
const struct corpus_shares corpus_shares_typical = { { [CORPUS_TYPO] = 100,
    [CORPUS_NICKNAME] = 100,
    [CORPUS_SWAPPED] = 10,
    [CORPUS_ONE_STRING] = 50,
    [CORPUS_NO_MIDDLE] = 600,
    [CORPUS_NO_SURNAME] = 20,
    [CORPUS_OLD_SURNAME] = 50,
    [CORPUS_DATE_SLIP] = 60,
    [CORPUS_DATE_PARTIAL] = 60,
    [CORPUS_DATE_AGE] = 80,
    [CORPUS_NO_DATE] = 100,
    [CORPUS_MOVED] = 200,
    [CORPUS_ADDRESS_PARTIAL] = 200,
    [CORPUS_ADDRESS_TYPO] = 80,
    [CORPUS_NO_ADDRESS] = 200,
    [CORPUS_NO_PHONE] = 800,
    [CORPUS_NO_IDENTIFIER] = 900,
    [CORPUS_NO_SEX] = 150 } };

/* --- Damage -------------------------------------------------------------------------------- */

#define BIT(damage) ((uint32_t)1 << (damage))

static uint32_t
draw_damage(struct corpus_rng *rng, const struct corpus_shares *shares)
{
	uint32_t wanted = 0;

	for (unsigned kind = 0; kind < CORPUS_DAMAGE_COUNT; kind++)
		if (corpus_family_chance(rng, shares->per_mille[kind]))
			wanted |= BIT(kind);
	if ((wanted & BIT(CORPUS_NO_SURNAME)) != 0)
		wanted &=
		    ~(BIT(CORPUS_SWAPPED) | BIT(CORPUS_NO_FORENAME) | BIT(CORPUS_OLD_SURNAME));
	if ((wanted & BIT(CORPUS_NO_FORENAME)) != 0)
		wanted &= ~(BIT(CORPUS_SWAPPED) | BIT(CORPUS_NICKNAME) | BIT(CORPUS_NO_MIDDLE));
	return wanted;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One slip in an ASCII letter after the first; other bytes are left whole, so UTF-8 stays valid.
 * `text` has room for one more byte. False if no letter offers itself. */
static bool
slip_letter(char *text, struct corpus_rng *rng)
{
	size_t n = strlen(text), from, at = 0;
	uint32_t kind;

	if (n < 3)
		return false;
	from = corpus_family_below(rng, (uint32_t)n);
	for (size_t k = 0; k < n && at == 0; k++) {
		size_t i = (from + k) % n;

		if (i > 0 && is_letter(text[i]) && (i + 1 == n || is_letter(text[i + 1])))
			at = i;
	}
	if (at == 0)
		return false;
	kind = corpus_family_below(rng, 4);
	if (kind == 0) {
		memmove(text + at, text + at + 1, n - at);
	} else if (kind == 1) {
		memmove(text + at + 1, text + at, n - at + 1);
	} else if (kind == 2 && at + 1 < n && text[at] != text[at + 1]) {
		char c = text[at];

		text[at] = text[at + 1];
		text[at + 1] = c;
	} else {
		char c = (char)('a' + corpus_family_below(rng, 26));

		text[at] = c != text[at] ? c : c == 'e' ? 'a' : 'e';
	}
	return true;
}

static void
pick_short_form(char *out, size_t size, const char *short_forms, struct corpus_rng *rng)
{
	struct str rest = str_from(short_forms), form = STR_NONE;
	unsigned seen = 0;

	while (rest.n > 0) {
		struct str one = str_cut(&rest, '|');

		if (corpus_family_below(rng, ++seen) == 0)
			form = one;
	}
	snprintf(out, size, "%.*s", STR_ARG(form));
}

/* --- Saying it ----------------------------------------------------------------------------- */

/* One person being written down. */
struct sayer {
	struct arena *arena;
	struct corpus_rng rng;
	const struct corpus_family *family;
	const struct corpus_member *member;
	day_number at;	 /* when it is written */
	uint32_t wanted; /* damage drawn */
	uint32_t done;	 /* damage that could be done */
	bool failed;	 /* the arena is full */
};

static bool
does(struct sayer *sayer, enum corpus_damage damage, bool possible)
{
	if (!possible || (sayer->wanted & BIT(damage)) == 0)
		return false;
	sayer->done |= BIT(damage);
	return true;
}

static struct str
keep(struct sayer *sayer, const char *text)
{
	struct str out = STR_NONE;

	if (text[0] != '\0' && !arena_copy(&out, sayer->arena, str_from(text)))
		sayer->failed = true;
	return out;
}

static void *
take(struct sayer *sayer, size_t count, size_t size)
{
	void *out = arena_alloc(sayer->arena, count, size);

	if (out == NULL)
		sayer->failed = true;
	return out;
}

#define NAME_BYTES (2 * CORPUS_WORD_BYTES + 4)

static void
say_main_name(struct sayer *sayer, struct person_name *out)
{
	const struct corpus_member *member = sayer->member;
	char forename[NAME_BYTES], surname[NAME_BYTES], forenames[2 * NAME_BYTES];
	bool old = does(sayer, CORPUS_OLD_SURNAME, member->former[0] != '\0');
	bool middle, whole;

	snprintf(forename, sizeof forename, "%s", member->forename);
	snprintf(surname, sizeof surname, "%s", old ? member->former : member->surname);
	if (does(sayer, CORPUS_NICKNAME, member->short_forms[0] != '\0'))
		pick_short_form(forename, sizeof forename, member->short_forms, &sayer->rng);
	if (does(sayer, CORPUS_NO_FORENAME, true))
		forename[0] = '\0';
	if (does(sayer, CORPUS_NO_SURNAME, true))
		surname[0] = '\0';
	if ((sayer->wanted & BIT(CORPUS_TYPO)) != 0) {
		bool first = surname[0] == '\0' || corpus_family_chance(&sayer->rng, 500);

		if (slip_letter(first && forename[0] != '\0' ? forename : surname, &sayer->rng))
			sayer->done |= BIT(CORPUS_TYPO);
	}
	middle = member->middle[0] != '\0' && forename[0] != '\0';
	whole = does(sayer, CORPUS_ONE_STRING, true);
	if (does(sayer, CORPUS_NO_MIDDLE, middle))
		middle = false;
	snprintf(forenames, sizeof forenames, "%s%s%s", forename, middle ? " " : "",
	    middle ? member->middle : "");
	if (does(sayer, CORPUS_SWAPPED, true)) {
		out->forenames = keep(sayer, surname);
		out->surname = keep(sayer, forenames);
	} else {
		out->forenames = keep(sayer, forenames);
		out->surname = keep(sayer, surname);
	}
	if (whole) {
		char full[4 * NAME_BYTES];

		snprintf(full, sizeof full, "%.*s%s%.*s", STR_ARG(out->forenames),
		    out->forenames.n > 0 && out->surname.n > 0 ? " " : "", STR_ARG(out->surname));
		*out = (struct person_name){ .full = keep(sayer, full) };
	}
}

/* `more`: former and short names that the writer also knows. */
static void
say_names(struct sayer *sayer, struct person *person, bool more, unsigned spellings)
{
	const struct corpus_member *member = sayer->member;
	struct person_name *names = take(sayer, 3 + spellings, sizeof *names);
	size_t count = 1;

	if (names == NULL)
		return;
	say_main_name(sayer, &names[0]);
	if (more && member->former[0] != '\0' && (sayer->done & BIT(CORPUS_OLD_SURNAME)) == 0)
		names[count++] = (struct person_name){ .kind = NAME_FORMER,
			.forenames = keep(sayer, member->forename),
			.surname = keep(sayer, member->former) };
	if (more && member->short_forms[0] != '\0' && corpus_family_chance(&sayer->rng, 300)) {
		char form[NAME_BYTES];

		pick_short_form(form, sizeof form, member->short_forms, &sayer->rng);
		names[count++] =
		    (struct person_name){ .kind = NAME_KNOWN_AS, .forenames = keep(sayer, form) };
	}
	for (unsigned i = 0; i < spellings; i++) {
		char forename[NAME_BYTES], surname[NAME_BYTES];

		snprintf(forename, sizeof forename, "%s", member->forename);
		snprintf(surname, sizeof surname, "%s", member->surname);
		slip_letter(forename, &sayer->rng);
		slip_letter(surname, &sayer->rng);
		names[count++] = (struct person_name){ .kind = NAME_ALIAS,
			.forenames = keep(sayer, forename),
			.surname = keep(sayer, surname) };
	}
	person->names = names;
	person->name_count = count;
}

static day_number
slip_date(day_number born, struct corpus_rng *rng)
{
	struct civil date = corpus_family_civil(born);
	day_number out;
	uint32_t kind = corpus_family_below(rng, 4);

	if (kind == 0 && date.day <= 12 && date.day != date.month)
		return corpus_family_day((struct civil){ date.year, date.day, date.month });
	if (kind <= 1)
		date.day += date.day <= 18 ? 10 : -10;
	else if (kind == 2)
		date.day += date.day < 28 ? 1 : -1;
	else
		date.year += corpus_family_chance(rng, 500) ? 1 : -1;
	out = corpus_family_day(date);
	return out != born && corpus_family_civil(out).month == date.month ? out : born - 1;
}

static struct birth
span(enum birth_precision precision, day_number first, day_number last)
{
	return (
	    struct birth){ .precision = precision, .at = DAY_NONE, .first = first, .last = last };
}

static struct birth
birth_part(day_number born, struct corpus_rng *rng, bool year_only)
{
	struct civil date = corpus_family_civil(born);
	struct civil next = { date.year, date.month + 1, 1 };

	if (year_only || corpus_family_chance(rng, 500))
		return span(BIRTH_YEAR, corpus_family_day((struct civil){ date.year, 1, 1 }),
		    corpus_family_day((struct civil){ date.year, 12, 31 }));
	if (next.month == 13)
		next = (struct civil){ date.year + 1, 1, 1 };
	return span(BIRTH_YEAR_MONTH, corpus_family_day((struct civil){ date.year, date.month, 1 }),
	    corpus_family_day(next) - 1);
}

static struct birth
birth_by_age(day_number born, day_number at, bool about)
{
	unsigned age = corpus_family_age(born, at);
	int wide = about ? 1 : 0;
	struct birth out = span(BIRTH_AGE, 0, 0);

	out.about = about;
	out.age = (uint8_t)age;
	out.at = at;
	out.first = corpus_family_years(at, -(int)age - 1 - wide) + 1;
	out.last = corpus_family_years(at, -(int)age + wide);
	return out;
}

static void
say_birth(struct sayer *sayer, struct person *person, bool year_only, bool two_claims)
{
	day_number born = sayer->member->born;
	struct birth *births = take(sayer, 2, sizeof *births);
	bool about = corpus_family_chance(&sayer->rng, 333);

	if (births == NULL || does(sayer, CORPUS_NO_DATE, true))
		return;
	if (does(sayer, CORPUS_DATE_AGE, born <= sayer->at)) {
		births[0] = birth_by_age(born, sayer->at, about);
	} else if (does(sayer, CORPUS_DATE_PARTIAL, true)) {
		births[0] = birth_part(born, &sayer->rng, year_only);
	} else {
		if (does(sayer, CORPUS_DATE_SLIP, true))
			born = slip_date(born, &sayer->rng);
		births[0] = span(BIRTH_EXACT, born, born);
	}
	person->births = births;
	person->birth_count = 1;
	if (two_claims) {
		int year = corpus_family_civil(sayer->member->born).year +
			   (int)corpus_family_below(&sayer->rng, 4) - 1;
		day_number day = corpus_family_day((struct civil){ year, 1, 1 });

		births[person->birth_count++] = span(BIRTH_EXACT, day, day);
	}
}

static void
cut_address(struct sayer *sayer, struct person_address *address)
{
	if (does(sayer, CORPUS_ADDRESS_TYPO, true)) {
		char text[100];

		snprintf(text, sizeof text, "%.*s", STR_ARG(address->text));
		slip_letter(text, &sayer->rng);
		address->text = keep(sayer, text);
	}
	if (!does(sayer, CORPUS_ADDRESS_PARTIAL, true))
		return;
	switch (corpus_family_below(&sayer->rng, 4)) {
	case 0:
		address->text = address->postcode = STR_NONE;
		break;
	case 1:
		address->text = address->town = STR_NONE;
		break;
	case 2:
		address->postcode = address->town = STR_NONE;
		break;
	default:
		address->postcode = STR_NONE;
		break;
	}
}

static size_t
home_at(const struct corpus_family *family, day_number at)
{
	size_t k = family->home_count - 1;

	while (k > 0 && family->homes[k].from > at)
		k--;
	return k;
}

enum address_shape { ADDRESS_HISTORY, ADDRESS_NOW, ADDRESS_TOWN };

static void
say_addresses(struct sayer *sayer, struct person *person, enum address_shape shape)
{
	const struct corpus_family *family = sayer->family;
	struct person_address *out = take(sayer, CORPUS_HOMES_MAX, sizeof *out);
	size_t last = home_at(family, sayer->at), first = last;

	if (out == NULL || does(sayer, CORPUS_NO_ADDRESS, true))
		return;
	if (does(sayer, CORPUS_MOVED, last > 0))
		first = last = corpus_family_below(&sayer->rng, (uint32_t)last);
	else if (shape == ADDRESS_HISTORY)
		first = 0;
	for (size_t k = last + 1; k-- > first;) {
		const struct corpus_home *home = &family->homes[k];
		struct person_address *address = &out[person->address_count++];

		address->town = str_from(home->town);
		address->from = address->to = DAY_NONE;
		if (shape == ADDRESS_TOWN)
			continue;
		address->text = keep(sayer, home->text);
		address->postcode = keep(sayer, home->postcode);
		if (shape == ADDRESS_HISTORY) {
			address->from = home->from;
			address->to = home->to <= sayer->at ? home->to : DAY_NONE;
		}
		cut_address(sayer, address);
	}
	person->addresses = out;
}

static void
say_phone(struct sayer *sayer, struct person *person)
{
	struct str *phone;
	char text[16];

	if (does(sayer, CORPUS_NO_PHONE, true) || sayer->member->phone == 0)
		return;
	phone = take(sayer, 1, sizeof *phone);
	if (phone == NULL)
		return;
	snprintf(text, sizeof text, "01632 %06u", (unsigned)sayer->member->phone);
	*phone = keep(sayer, text);
	person->phones = phone;
	person->phone_count = 1;
}

static enum identifier_kind
nation_identifier(const char *nation)
{
	if (strcmp(nation, "scotland") == 0)
		return IDENTIFIER_CHI;
	if (strcmp(nation, "northern_ireland") == 0)
		return IDENTIFIER_HC;
	return strcmp(nation, "jersey") == 0 ? IDENTIFIER_JERSEY : IDENTIFIER_NHS;
}

static void
say_identifier(struct sayer *sayer, struct person *person)
{
	struct person_identifier *identifier;
	char text[24];

	if (does(sayer, CORPUS_NO_IDENTIFIER, true))
		return;
	identifier = take(sayer, 1, sizeof *identifier);
	if (identifier == NULL)
		return;
	snprintf(text, sizeof text, "%010llu", (unsigned long long)sayer->member->identifier);
	identifier->kind = nation_identifier(sayer->family->nation);
	identifier->value = keep(sayer, text);
	person->identifiers = identifier;
	person->identifier_count = 1;
}

/* How the writer's forms ask for things. */
struct shape {
	bool more_names;
	bool year_only;
	bool two_claims;
	unsigned spellings;
	enum address_shape address;
};

static void
say_person(struct sayer *sayer, struct person *person, const struct shape *shape)
{
	say_names(sayer, person, shape->more_names, shape->spellings);
	say_birth(sayer, person, shape->year_only, shape->two_claims);
	say_addresses(sayer, person, shape->address);
	say_phone(sayer, person);
	say_identifier(sayer, person);
	if (!does(sayer, CORPUS_NO_SEX, true))
		person->sex = sayer->member->sex;
}

/* --- Records ------------------------------------------------------------------------------- */

/* A record being made. */
struct maker {
	struct corpus_case *out;
	struct arena *arena;
	struct corpus_rng rng;
	struct corpus_family family;
	struct person *people;
	day_number at;
	bool failed;
};

static struct person *
add_person(struct maker *maker, size_t member, enum person_role role, const char *id,
    const struct shape *shape)
{
	size_t k = maker->out->record.people_count++;
	struct person *person = &maker->people[k];
	struct sayer sayer = {
		.arena = maker->arena,
		.rng = { corpus_family_next(&maker->rng) },
		.family = &maker->family,
		.member = &maker->family.members[member],
		.at = maker->at,
	};

	sayer.wanted = draw_damage(&sayer.rng, &system_shares[maker->out->system]);
	person->id = keep(&sayer, id);
	person->role = role;
	say_person(&sayer, person, shape);
	maker->out->member[k] = (uint8_t)member;
	maker->out->damage[k] = sayer.done;
	maker->failed |= sayer.failed;
	return person;
}

static bool
is_child(const struct corpus_member *member)
{
	return member->role == ROLE_CHILD || member->role == ROLE_SIBLING;
}

/* The first member of the role, or the count of members. */
static size_t
find_role(const struct corpus_family *family, enum person_role role)
{
	size_t k = 0;

	while (k < family->member_count && family->members[k].role != role)
		k++;
	return k;
}

static void
make_childrens_services(struct maker *maker)
{
	static const struct shape shape = { .more_names = true, .address = ADDRESS_HISTORY };

	for (size_t k = 0; k < maker->family.member_count; k++) {
		const struct corpus_member *member = &maker->family.members[k];
		char id[32];

		if (member->born > maker->at)
			continue;
		snprintf(id, sizeof id, "P%zu", k + 1);
		add_person(maker, k, member->role, id, &shape);
	}
}

static void
make_helpline(struct maker *maker)
{
	static const struct shape shape = { .address = ADDRESS_NOW };
	size_t children = 0, caller = find_role(&maker->family, ROLE_PARENT);
	size_t alleged = find_role(&maker->family, ROLE_PERPETRATOR);

	for (size_t k = 0; k < maker->family.member_count && children < 3; k++) {
		const struct corpus_member *member = &maker->family.members[k];
		char id[32];

		if (!is_child(member) || member->born > maker->at)
			continue;
		snprintf(id, sizeof id, "child%zu", ++children);
		add_person(maker, k, ROLE_CHILD, id, &shape);
	}
	if (corpus_family_chance(&maker->rng, 500))
		add_person(maker, caller, ROLE_CALLER, "caller", &shape);
	if (alleged < maker->family.member_count)
		add_person(maker, alleged, ROLE_PERPETRATOR, "alleged", &shape);
}

static void
make_childline(struct maker *maker)
{
	static const struct shape shape = { .address = ADDRESS_TOWN };

	add_person(maker, 0, ROLE_CHILD, "yp", &shape);
	if (maker->family.members[1].role == ROLE_SIBLING &&
	    maker->family.members[1].born <= maker->at && corpus_family_chance(&maker->rng, 150))
		add_person(maker, 1, ROLE_OTHER, "m1", &shape);
}

static void
make_ctac(struct maker *maker)
{
	struct shape shape = { .two_claims = corpus_family_chance(&maker->rng, 700),
		.spellings = 1 + corpus_family_below(&maker->rng, 2),
		.address = ADDRESS_NOW };
	static const struct shape parent = { .address = ADDRESS_NOW };
	struct person *subject = add_person(maker, 0, ROLE_CHILD, "subject", &shape);

	subject->age_disputed = shape.two_claims && corpus_family_chance(&maker->rng, 500);
	if (corpus_family_chance(&maker->rng, 300))
		add_person(
		    maker, find_role(&maker->family, ROLE_PARENT), ROLE_PARENT, "a1", &parent);
}

static void
make_participation(struct maker *maker)
{
	static const struct shape shape = { .year_only = true, .address = ADDRESS_TOWN };
	size_t parent = find_role(&maker->family, ROLE_PARENT);
	struct person *adult;

	add_person(maker, 0, ROLE_CHILD, "member", &shape);
	adult = add_person(maker, parent, ROLE_PARENT, "parent", &shape);
	adult->birth_count = 0;
	adult->address_count = 0;
	adult->sex = SEX_UNKNOWN;
}

static enum corpus_system
family_system(uint64_t seed, uint64_t family, unsigned appearance)
{
	struct corpus_rng rng = corpus_family_rng(seed, STREAM_SYSTEMS, family);
	enum corpus_system order[CORPUS_SYSTEM_COUNT] = { CORPUS_CHILDRENS_SERVICES,
		CORPUS_HELPLINE, CORPUS_CHILDLINE, CORPUS_CTAC, CORPUS_PARTICIPATION };

	for (uint32_t k = CORPUS_SYSTEM_COUNT; k > 1; k--) {
		uint32_t other = corpus_family_below(&rng, k);
		enum corpus_system swap = order[k - 1];

		order[k - 1] = order[other];
		order[other] = swap;
	}
	return order[appearance];
}

static void
make_header(struct maker *maker, uint64_t i)
{
	static const char *const prefixes[] = { "CS", "H", "CL", "CT", "PA" };
	struct case_header *header = &maker->out->record.header;
	const char *id = arena_format(
	    maker->arena, "%s-%08llu", prefixes[maker->out->system], (unsigned long long)i);
	day_number closed = maker->at + 14 + (day_number)corpus_family_below(&maker->rng, 900);

	maker->failed |= id == NULL;
	header->system = str_from(system_names[maker->out->system]);
	header->record_id = str_from(id);
	header->opened = maker->at;
	header->closed = closed <= CORPUS_LAST_DAY ? closed : DAY_NONE;
	header->status = header->closed == DAY_NONE ? STR_LIT("open") : STR_LIT("closed");
	header->service = str_from(system_names[maker->out->system]);
	header->nation = str_from(maker->family.nation);
}

/* Somewhere in the childhood of the child; old enough to call where the child calls. */
static day_number
draw_contact_day(struct maker *maker)
{
	bool calls = maker->out->system == CORPUS_CHILDLINE ||
		     maker->out->system == CORPUS_PARTICIPATION ||
		     maker->out->system == CORPUS_CTAC;
	unsigned youngest = calls ? 9 * 365 : 30;
	day_number at = maker->family.members[0].born + (day_number)youngest +
			(day_number)corpus_family_below(&maker->rng, 18 * 365 - youngest);

	return at < CORPUS_LAST_DAY
		   ? at
		   : CORPUS_LAST_DAY - (day_number)corpus_family_below(&maker->rng, 60);
}

enum status
corpus_record(struct corpus_case *out, struct arena *arena, uint64_t seed, uint64_t i)
{
	static const uint8_t family_of[CORPUS_BLOCK_RECORDS] = { 0, 0, 0, 0, 1, 1, 2, 2, 3, 4 };
	static const uint8_t appearance_of[CORPUS_BLOCK_RECORDS] = { 0, 1, 2, 3, 0, 1, 0, 1, 0, 0 };
	static void (*const make[CORPUS_SYSTEM_COUNT])(struct maker *) = { make_childrens_services,
		make_helpline, make_childline, make_ctac, make_participation };
	struct maker maker = { .out = out, .arena = arena };

	memset(out, 0, sizeof *out);
	out->family =
	    i / CORPUS_BLOCK_RECORDS * CORPUS_BLOCK_FAMILIES + family_of[i % CORPUS_BLOCK_RECORDS];
	out->system = family_system(seed, out->family, appearance_of[i % CORPUS_BLOCK_RECORDS]);
	maker.rng = corpus_family_rng(seed, STREAM_RECORD, i);
	maker.people = arena_alloc(arena, CORPUS_PEOPLE_MAX, sizeof *maker.people);
	if (maker.people == NULL)
		return STATUS_NOMEM;
	corpus_family_make(&maker.family, seed, out->family);
	maker.at = draw_contact_day(&maker);
	out->record.people = maker.people;
	make_header(&maker, i);
	make[out->system](&maker);
	return maker.failed ? STATUS_NOMEM : STATUS_OK;
}

/* --- Questions ----------------------------------------------------------------------------- */

static enum status
ask(struct corpus_query *out, struct arena *arena, struct corpus_rng *rng,
    const struct corpus_family *family, const struct corpus_shares *shares)
{
	struct shape shape = { .more_names = corpus_family_chance(rng, 300),
		.address = corpus_family_chance(rng, 300) ? ADDRESS_HISTORY : ADDRESS_NOW };
	const struct corpus_member *member = &family->members[out->member];
	struct sayer sayer = {
		.arena = arena,
		.rng = { corpus_family_next(rng) },
		.family = family,
		.member = member,
		.at = CORPUS_LAST_DAY - (day_number)corpus_family_below(rng, 1500),
	};

	out->person = (struct person){ .role = member->role };
	sayer.wanted = draw_damage(&sayer.rng, shares);
	say_person(&sayer, &out->person, &shape);
	out->damage = sayer.done;
	return sayer.failed ? STATUS_NOMEM : STATUS_OK;
}

enum status
corpus_query(struct corpus_query *out, struct arena *arena, uint64_t seed, uint64_t i, uint64_t n,
    const struct corpus_shares *shares)
{
	struct corpus_rng rng = corpus_family_rng(seed, STREAM_QUERY + 16 * n, i);
	struct corpus_family family;
	struct corpus_case record;
	enum status status = corpus_record(&record, arena, seed, i);

	if (status != STATUS_OK)
		return status;
	/* Most requests are about the child of the case. */
	out->people_index = corpus_family_chance(&rng, 500)
				? 0
				: corpus_family_below(&rng, (uint32_t)record.record.people_count);
	out->family = record.family;
	out->member = record.member[out->people_index];
	corpus_family_make(&family, seed, record.family);
	return ask(out, arena, &rng, &family, shares);
}

enum status
corpus_query_absent(struct corpus_query *out, struct arena *arena, uint64_t seed, uint64_t n,
    const struct corpus_shares *shares)
{
	struct corpus_rng rng = corpus_family_rng(seed, STREAM_ABSENT, n);
	struct corpus_family family;

	out->family = ABSENT_FAMILIES + n;
	out->member = 0;
	out->people_index = 0;
	corpus_family_make(&family, seed, out->family);
	return ask(out, arena, &rng, &family, shares);
}
