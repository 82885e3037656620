#include "tests/support/corpus_family.h"

#include "tests/support/corpus_words.h"

#include <stdio.h>

enum { STREAM_FAMILY = 1 };

/* --- Random numbers ------------------------------------------------------------------------ */

uint64_t
corpus_family_next(struct corpus_rng *rng)
{
	uint64_t z = (rng->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

struct corpus_rng
corpus_family_rng(uint64_t seed, uint64_t stream, uint64_t number)
{
	struct corpus_rng rng = { seed };

	/* Each step passes through the mixer, so that neighbouring numbers share nothing. */
	rng.state = corpus_family_next(&rng) ^ stream;
	rng.state = corpus_family_next(&rng) ^ number;
	rng.state = corpus_family_next(&rng);
	return rng;
}

uint32_t
corpus_family_below(struct corpus_rng *rng, uint32_t n)
{
	return (uint32_t)(((corpus_family_next(rng) >> 32) * n) >> 32);
}

uint32_t
corpus_family_skewed(struct corpus_rng *rng, uint32_t n)
{
	uint64_t draw = corpus_family_next(rng);
	uint64_t u = draw >> 32;

	if ((draw & 1) != 0)
		u = (u * u) >> 32;
	return (uint32_t)((u * n) >> 32);
}

bool
corpus_family_chance(struct corpus_rng *rng, unsigned per_mille)
{
	return corpus_family_below(rng, 1000) < per_mille;
}

/* --- Days ---------------------------------------------------------------------------------- */
/* A calendar of its own, so that the tests do not lean on the code they test. Eras of 400 years
 * that begin on 1 March (H. Hinnant, chrono-compatible low-level date algorithms). */

struct civil
corpus_family_civil(day_number day)
{
	int z = day + 719468;
	int era = z / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	struct civil out = { yoe + era * 400, mp < 10 ? mp + 3 : mp - 9,
		doy - (153 * mp + 2) / 5 + 1 };

	if (out.month <= 2)
		out.year++;
	return out;
}

day_number
corpus_family_day(struct civil date)
{
	int year = date.month <= 2 ? date.year - 1 : date.year;
	int era = year / 400;
	int yoe = year - era * 400;
	int mp = date.month > 2 ? date.month - 3 : date.month + 9;
	int doy = (153 * mp + 2) / 5 + date.day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

day_number
corpus_family_years(day_number day, int years)
{
	struct civil date = corpus_family_civil(day), back;

	date.year += years;
	back = corpus_family_civil(corpus_family_day(date));
	if (back.month != date.month)
		date.day = 28;
	return corpus_family_day(date);
}

unsigned
corpus_family_age(day_number born, day_number at)
{
	struct civil b = corpus_family_civil(born), a = corpus_family_civil(at);
	int years = a.year - b.year;

	if (a.month < b.month || (a.month == b.month && a.day < b.day))
		years--;
	return years > 0 ? (unsigned)years : 0;
}

/* --- Names --------------------------------------------------------------------------------- */

static void
put(char *out, size_t size, struct str text)
{
	size_t n = text.n < size ? text.n : size - 1;

	memcpy(out, text.p, n);
	out[n] = '\0';
}

static const struct corpus_origin *
draw_origin(struct corpus_rng *rng, const char *nation)
{
	/* Half of the families of a nation have its names. */
	static const char *const nations[] = { "wales", "scotland", "northern_ireland", "jersey" };
	unsigned at = corpus_family_below(rng, CORPUS_ORIGIN_WEIGHT);
	size_t k = 0;

	for (size_t n = 0; n < 4; n++)
		if (strcmp(nation, nations[n]) == 0 && corpus_family_chance(rng, 500))
			return &corpus_words_origins[n + 1];
	while (k + 1 < CORPUS_ORIGIN_COUNT && at >= corpus_words_origins[k].weight)
		at -= corpus_words_origins[k++].weight;
	return &corpus_words_origins[k];
}

static struct str
draw_surname(struct corpus_rng *rng, const struct corpus_origin *origin, char room[32])
{
	const struct corpus_list *heads = &corpus_words_surname_heads;
	const struct corpus_list *tails = &corpus_words_surname_tails;
	bool british = origin == &corpus_words_origins[0];

	if (british && corpus_family_chance(rng, 500)) {
		const char *head = heads->words[corpus_family_skewed(rng, (uint32_t)heads->count)];
		const char *tail = tails->words[corpus_family_skewed(rng, (uint32_t)tails->count)];

		snprintf(room, 32, "%s%s", head, tail);
		return str_from(room);
	}
	return str_from(
	    origin->surnames.words[corpus_family_skewed(rng, (uint32_t)origin->surnames.count)]);
}

static void
draw_family_name(char *out, struct corpus_rng *rng, const struct corpus_origin *origin)
{
	char first[32], second[32];
	struct str a = draw_surname(rng, origin, first);

	put(out, CORPUS_WORD_BYTES, a);
	if (origin == &corpus_words_origins[0] && corpus_family_chance(rng, 40)) {
		struct str b = draw_surname(rng, origin, second);
		const char *join = corpus_family_chance(rng, 700) ? "-" : " ";

		snprintf(out, CORPUS_WORD_BYTES, "%.*s%s%.*s", STR_ARG(a), join, STR_ARG(b));
	}
}

static const char *
draw_forename(struct corpus_rng *rng, const struct corpus_origin *origin, enum sex sex)
{
	const struct corpus_list *list = sex == SEX_FEMALE ? &origin->female : &origin->male;

	return list->words[corpus_family_skewed(rng, (uint32_t)list->count)];
}

static void
set_forename(struct corpus_member *member, const char *entry)
{
	struct str rest = str_from(entry);
	struct str whole = rest;

	put(member->forename, sizeof member->forename, str_cut(&rest, '|'));
	member->short_forms = rest.n > 0 ? whole.p + (whole.n - rest.n) : "";
}

/* --- People -------------------------------------------------------------------------------- */

static uint64_t
draw_identifier(struct corpus_rng *rng)
{
	/* NHS, CHI and H&C numbers all end in a check digit modulo 11 (weights 10..2). */
	for (;;) {
		uint64_t nine = 999000000u + corpus_family_below(rng, 1000000);
		uint64_t rest = nine;
		unsigned sum = 0, check;

		for (unsigned weight = 2; weight <= 10; weight++, rest /= 10)
			sum += weight * (unsigned)(rest % 10);
		check = (11 - sum % 11) % 11;
		if (check < 10)
			return nine * 10 + check;
	}
}

static struct corpus_member *
add_member(struct corpus_family *family, struct corpus_rng *rng, enum person_role role,
    enum sex sex, const struct corpus_origin *origin, const char *surname)
{
	struct corpus_member *member = &family->members[family->member_count++];

	member->role = role;
	member->sex = sex;
	set_forename(member, draw_forename(rng, origin, sex));
	if (corpus_family_chance(rng, 600)) {
		struct str entry = str_from(draw_forename(rng, origin, sex));

		put(member->middle, sizeof member->middle, str_cut(&entry, '|'));
	}
	put(member->surname, sizeof member->surname, str_from(surname));
	member->identifier = draw_identifier(rng);
	return member;
}

static bool
name_taken(const struct corpus_family *family, const struct corpus_member *member)
{
	for (size_t i = 0; i < family->member_count; i++)
		if (&family->members[i] != member &&
		    strcmp(family->members[i].forename, member->forename) == 0)
			return true;
	return false;
}

static enum sex
draw_sex(struct corpus_rng *rng)
{
	return corpus_family_chance(rng, 500) ? SEX_FEMALE : SEX_MALE;
}

static void
add_children(struct corpus_family *family, struct corpus_rng *rng,
    const struct corpus_origin *origin, const char *surname)
{
	static const uint8_t sibling_counts[] = { 0, 0, 0, 1, 1, 1, 1, 2, 2, 3 };
	unsigned siblings = sibling_counts[corpus_family_below(rng, sizeof sibling_counts)];
	day_number born = corpus_family_day((struct civil){ 1994, 1, 1 }) +
			  (day_number)corpus_family_below(rng, 30 * 365 + 250);

	for (unsigned i = 0; i <= siblings; i++) {
		struct corpus_member *member = add_member(family, rng,
		    i == 0 ? ROLE_CHILD : ROLE_SIBLING, draw_sex(rng), origin, surname);
		bool twin = i == 1 && corpus_family_chance(rng, 50);
		int apart = 330 + (int)corpus_family_below(rng, 1500);

		for (int tries = 0; tries < 8 && name_taken(family, member); tries++)
			set_forename(member, draw_forename(rng, origin, member->sex));
		member->born = i == 0 || twin			? born
			       : corpus_family_chance(rng, 500) ? born - apart * (int)i
								: born + apart * (int)i;
		if (member->born > CORPUS_LAST_DAY - 400)
			member->born = born - apart * (int)i;
		if (corpus_family_chance(rng, 60))
			draw_family_name(member->former, rng, origin);
	}
}

static void
add_adults(struct corpus_family *family, struct corpus_rng *rng, const struct corpus_origin *origin,
    const char *surname)
{
	day_number born = family->members[0].born;
	struct corpus_member *mother =
	    add_member(family, rng, ROLE_PARENT, SEX_FEMALE, origin, surname);
	bool own_name = corpus_family_chance(rng, 350);

	draw_family_name(own_name ? mother->surname : mother->former, rng, origin);
	mother->born = born - 365 * 18 - (day_number)corpus_family_below(rng, 365 * 22);
	mother->phone = 100000 + corpus_family_below(rng, 900000);
	if (corpus_family_chance(rng, 700)) {
		struct corpus_member *father =
		    add_member(family, rng, ROLE_PARENT, SEX_MALE, origin, surname);

		father->born = mother->born - 365 * 4 + (day_number)corpus_family_below(rng, 2500);
		father->phone = 100000 + corpus_family_below(rng, 900000);
		/* Father and son of one name. */
		if (family->members[0].sex == SEX_MALE && corpus_family_chance(rng, 40)) {
			memcpy(
			    father->forename, family->members[0].forename, sizeof father->forename);
			father->short_forms = family->members[0].short_forms;
		}
	}
	if (corpus_family_chance(rng, 200)) {
		const struct corpus_origin *other = &corpus_words_origins[0];
		struct corpus_member *partner;
		char name[CORPUS_WORD_BYTES];

		draw_family_name(name, rng, other);
		partner = add_member(family, rng, ROLE_PERPETRATOR, SEX_MALE, other, name);
		partner->born = mother->born - 2000 + (day_number)corpus_family_below(rng, 4000);
	}
}

/* --- Homes --------------------------------------------------------------------------------- */

static const char *
draw_word(struct corpus_rng *rng, const struct corpus_list *list)
{
	return list->words[corpus_family_skewed(rng, (uint32_t)list->count)];
}

/* Each draw is a statement of its own: the order of arguments is the compiler's choice. */
static void
draw_street(char *out, size_t size, struct corpus_rng *rng)
{
	const char *head = draw_word(rng, &corpus_words_street_heads);
	const char *tail = draw_word(rng, &corpus_words_street_tails);
	const char *kind = draw_word(rng, &corpus_words_street_kinds);

	snprintf(out, size, "%s%s %s", head, tail, kind);
}

static void
draw_postcode(char *out, size_t size, struct corpus_rng *rng, const struct corpus_town *town)
{
	static const char inward[] = "ABDEFGHJLNPQRSTUWXYZ"; /* never C I K M O V there */
	unsigned district = 1 + corpus_family_below(rng, town->districts);
	unsigned sector = corpus_family_below(rng, 10);
	char first = inward[corpus_family_below(rng, sizeof inward - 1)];
	char second = inward[corpus_family_below(rng, sizeof inward - 1)];

	snprintf(out, size, "%s%u %u%c%c", town->area, district, sector, first, second);
}

static void
draw_home(struct corpus_home *home, struct corpus_rng *rng, const struct corpus_town *town)
{
	unsigned number = 1 + corpus_family_skewed(rng, 240);
	unsigned kind = corpus_family_below(rng, 1000), flat = 1 + corpus_family_below(rng, 30);
	const char *house = draw_word(rng, &corpus_words_house_names);
	char street[64];

	draw_street(street, sizeof street, rng);
	if (kind < 100)
		snprintf(home->text, sizeof home->text, "Flat %u, %u %s", flat, number, street);
	else if (kind < 140)
		snprintf(home->text, sizeof home->text, "%s, %s", house, street);
	else
		snprintf(home->text, sizeof home->text, "%u%s %s", number, kind < 190 ? "A" : "",
		    street);
	home->town = town->town;
	draw_postcode(home->postcode, sizeof home->postcode, rng, town);
}

static void
add_homes(struct corpus_family *family, struct corpus_rng *rng, const struct corpus_town *town)
{
	static const uint8_t counts[] = { 1, 1, 1, 1, 2, 2, 2, 3, 3, 4 };
	day_number from = family->members[0].born - (day_number)corpus_family_below(rng, 1500);
	size_t count = counts[corpus_family_below(rng, sizeof counts)];

	for (size_t i = 0; i < count && from < CORPUS_LAST_DAY; i++) {
		struct corpus_home *home = &family->homes[i];

		/* Most moves are within a town. */
		if (i > 0 && corpus_family_chance(rng, 300))
			town = &corpus_words_towns[corpus_family_below(rng, CORPUS_TOWN_COUNT)];
		draw_home(home, rng, town);
		home->from = from;
		home->to = DAY_NONE;
		from += 120 + (day_number)corpus_family_below(rng, 1600);
		if (i + 1 < count && from < CORPUS_LAST_DAY)
			home->to = from;
		family->home_count = i + 1;
	}
}

void
corpus_family_make(struct corpus_family *out, uint64_t seed, uint64_t number)
{
	struct corpus_rng rng = corpus_family_rng(seed, STREAM_FAMILY, number);
	const struct corpus_town *town =
	    &corpus_words_towns[corpus_family_skewed(&rng, CORPUS_TOWN_COUNT)];
	const struct corpus_origin *origin;
	char surname[CORPUS_WORD_BYTES];

	memset(out, 0, sizeof *out);
	out->nation = town->nation;
	origin = draw_origin(&rng, town->nation);
	draw_family_name(surname, &rng, origin);
	add_children(out, &rng, origin, surname);
	add_adults(out, &rng, origin, surname);
	add_homes(out, &rng, town);
}
