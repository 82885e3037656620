#include "tests/support/corpus_family.h"

#include "tests/support/corpus_edit.h"

#include <stdio.h>

enum { STREAM_FAMILY = 1, STREAM_ALIKE = 2 };

#define ABSENT ((uint64_t)1 << 62) /* no record number leads to a family from here on */

uint64_t
corpus_family_absent(uint64_t n)
{
	return ABSENT + n;
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

/* --- Numbers of their own ------------------------------------------------------------------ */

/* A number of each person and phone that no other has, in steps that hide the order. People on file
 * stand below 60 million (10 million appearances are some 20 million), those on none above. */
static uint64_t
own_number(uint64_t family, unsigned slot, unsigned slots)
{
	return family >= ABSENT ? (uint64_t)60000000 + ((family - ABSENT) * slots + slot) % 30000000
				: (family * slots + slot) % 60000000;
}

/* NHS, CHI and H&C numbers end in a check digit modulo 11 (weights 10..2). None that begins with 9
 * is issued. Of the ten digits in the ninth place at most one gives no check digit, so each number
 * below 90 million has one of its own: ten million beginnings, nine ends. */
uint64_t
corpus_family_identifier(uint64_t family, unsigned member)
{
	uint64_t own = own_number(family, member, CORPUS_MEMBERS_MAX);
	uint64_t spread = own * 39916801 % 90000000;
	uint64_t head = 90000000 + spread / 9, rest = head;
	unsigned sum = 0, left = (unsigned)(spread % 9);

	for (unsigned weight = 3; weight <= 10; weight++, rest /= 10)
		sum += weight * (unsigned)(rest % 10);
	for (unsigned digit = 0;; digit++) {
		unsigned check = (11 - (sum + 2 * digit) % 11) % 11;

		if (check < 10 && left-- == 0)
			return (head * 10 + digit) * 10 + check;
	}
}

/* Numbers that begin with 06 are not in use. */
uint32_t
corpus_family_phone(uint64_t family, unsigned slot)
{
	uint64_t own = own_number(family, slot, CORPUS_PHONES);

	/* 3^18 and 10^9 have no common factor: each number once. */
	return (uint32_t)((own * 387420489u + 7) % 1000000000u);
}

/* --- Names --------------------------------------------------------------------------------- */

/* What becomes of surnames in a family. */
enum custom { SHARED, WOMEN_KEEP, FATHERS_FORENAME, OF_BOTH, ENDINGS };

static enum custom
custom_of(unsigned origin)
{
	static const struct {
		const char *origin;
		enum custom custom;
	} list[] = { { "arabic", WOMEN_KEEP }, { "kurdish", WOMEN_KEEP }, { "chinese", WOMEN_KEEP },
		{ "vietnamese", WOMEN_KEEP }, { "pakistani", WOMEN_KEEP },
		{ "bangladeshi", WOMEN_KEEP }, { "somali", FATHERS_FORENAME },
		{ "eritrean", FATHERS_FORENAME }, { "madeiran", OF_BOTH }, { "polish", ENDINGS },
		{ "lithuanian", ENDINGS }, { "ukrainian", ENDINGS } };

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		if (strcmp(corpus_words_origins[origin].name, list[i].origin) == 0)
			return list[i].custom;
	return SHARED;
}

static void
copy(char out[CORPUS_NAME_BYTES], const char *text)
{
	size_t n = strlen(text);

	if (n >= CORPUS_NAME_BYTES)
		n = CORPUS_NAME_BYTES - 1;
	memcpy(out, text, n);
	out[n] = '\0';
}

/* Kowalski's daughter is Kowalska, Petrauskas's wife Petrauskiene. */
static void
feminine(char surname[CORPUS_NAME_BYTES], bool wife)
{
	static const char *const ends[][3] = { { "ski", "ska", "ska" }, { "cki", "cka", "cka" },
		{ "dzki", "dzka", "dzka" }, { "skas", "skaitė", "skienė" },
		{ "čius", "čiūtė", "čienė" }, { "nas", "naitė", "nienė" },
		{ "kus", "kutė", "kienė" }, { "ov", "ova", "ova" }, { "skyi", "ska", "ska" } };
	size_t n = strlen(surname);

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		size_t end = strlen(ends[i][0]);

		if (n > end && strcmp(surname + n - end, ends[i][0]) == 0 &&
		    n + 4 < CORPUS_NAME_BYTES) {
			snprintf(surname + n - end, CORPUS_NAME_BYTES - n + end, "%s",
			    ends[i][wife ? 2 : 1]);
			return;
		}
	}
}

struct maker {
	struct corpus_family *family;
	const struct corpus_source *source;
	struct corpus_rng rng;
	unsigned origin; /* of the parents */
	enum custom custom;
	bool common_surname, common_mother;
	char surname[CORPUS_NAME_BYTES]; /* of the father */
	char mothers[CORPUS_NAME_BYTES]; /* of the mother before any marriage */
	char fathers_forename[CORPUS_NAME_BYTES];
};

static bool
chance(struct maker *maker, unsigned per_mille)
{
	return corpus_rng_chance(&maker->rng, per_mille);
}

static bool
draw_surname(char out[CORPUS_NAME_BYTES], struct maker *maker, unsigned origin)
{
	struct corpus_drawn drawn, other;

	corpus_world_surname(&drawn, maker->source->world, &maker->rng, origin);
	copy(out, drawn.text);
	/* Double-barrelled ones, mostly among the origins of these islands. */
	if (!chance(maker, origin < 5 ? 35 : 8))
		return drawn.common;
	corpus_world_surname(&other, maker->source->world, &maker->rng, origin);
	if (strcmp(drawn.text, other.text) != 0)
		snprintf(out, CORPUS_NAME_BYTES, "%.40s%s%.40s", drawn.text,
		    chance(maker, 750) ? "-" : " ", other.text);
	return false;
}

static void
draw_forename(struct corpus_member *member, struct maker *maker)
{
	static const char *const seconds[2][6] = { { "Mae", "Rose", "Grace", "Lou", "Marie",
						       "Leigh" },
		{ "James", "Lee", "Jay", "John", "Ray", "Joe" } };
	struct corpus_drawn drawn;

	corpus_world_forename(&drawn, maker->source->world, &maker->rng, member->origin,
	    member->sex, member->relation >= CORPUS_MOTHER);
	copy(member->forename, drawn.text);
	member->short_forms = drawn.short_forms;
	member->common = drawn.common;
	member->english = drawn.general;
	if (member->origin < 5 && chance(maker, 25)) {
		const char *second =
		    seconds[member->sex == SEX_MALE][corpus_rng_below(&maker->rng, 6)];

		snprintf(member->forename, sizeof member->forename, "%s-%s", drawn.text, second);
		member->short_forms = "";
		member->common = false;
	}
}

static unsigned
middle_share(unsigned origin)
{
	switch (custom_of(origin)) {
	case SHARED:
	case ENDINGS:
		return 620;
	case OF_BOTH:
		return 700;
	case WOMEN_KEEP:
		return 300;
	case FATHERS_FORENAME:
		break;
	}
	return 250;
}

static void
draw_middle(struct corpus_member *member, struct maker *maker)
{
	struct corpus_drawn drawn;

	if (strcmp(corpus_words_origins[member->origin].name, "sikh") == 0 && chance(maker, 700)) {
		copy(member->middle, member->sex == SEX_FEMALE ? "Kaur" : "Singh");
		return;
	}
	if (!chance(maker, middle_share(member->origin)))
		return;
	corpus_world_forename(&drawn, maker->source->world, &maker->rng, member->origin,
	    member->sex, member->relation >= CORPUS_MOTHER);
	if (strcmp(drawn.text, member->forename) == 0)
		return;
	copy(member->middle, drawn.text);
	member->uses_middle = chance(maker, 70);
}

/* --- People -------------------------------------------------------------------------------- */

static struct corpus_member *
add_member(struct maker *maker, enum corpus_relation relation, enum sex sex, unsigned origin)
{
	static const enum person_role roles[] = { ROLE_CHILD, ROLE_SIBLING, ROLE_PARENT,
		ROLE_PARENT, ROLE_PARENT, ROLE_CARER, ROLE_CARER, ROLE_PERPETRATOR };
	struct corpus_family *family = maker->family;
	unsigned k = (unsigned)family->member_count++;
	struct corpus_member *member = &family->members[k];

	member->relation = relation;
	member->role = roles[relation];
	member->sex = sex;
	member->origin = origin;
	member->apart = -1;
	draw_forename(member, maker);
	draw_middle(member, maker);
	member->identifier = corpus_family_identifier(family->number, k);
	/* One in 24 is nowhere, though the family is on file; the child of the case never. */
	member->left_out = corpus_rng_below(&maker->rng, 24) == 0 && k > 0;
	return member;
}

static void
give_phone(struct corpus_member *member, struct maker *maker, unsigned slot)
{
	member->phone = corpus_family_phone(maker->family->number, slot);
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
draw_sex(struct maker *maker)
{
	return chance(maker, 500) ? SEX_FEMALE : SEX_MALE;
}

/* The surname of a child: the father's, the mother's, both, or as the custom is. */
static void
name_child(struct corpus_member *member, struct maker *maker, bool half)
{
	unsigned draw = corpus_rng_below(&maker->rng, 1000);

	member->common = member->common && maker->common_surname;
	switch (maker->custom) {
	case FATHERS_FORENAME:
		copy(member->surname, maker->fathers_forename);
		return;
	case OF_BOTH:
		if (draw < 350)
			snprintf(member->surname, CORPUS_NAME_BYTES, "%.40s %.40s", maker->mothers,
			    maker->surname);
		else
			copy(member->surname, maker->surname);
		return;
	case SHARED:
	case ENDINGS:
	case WOMEN_KEEP:
		break;
	}
	if (half || draw < 45)
		copy(member->surname, maker->mothers);
	else if (draw < 80 && maker->origin < 5 && strchr(maker->mothers, '-') == NULL &&
		 strchr(maker->surname, '-') == NULL)
		snprintf(member->surname, CORPUS_NAME_BYTES, "%.40s-%.40s", maker->mothers,
		    maker->surname);
	else
		copy(member->surname, maker->surname);
	if (maker->custom == ENDINGS && member->sex == SEX_FEMALE && draw % 10 < 7)
		feminine(member->surname, false);
}

/* Adopted, changed by deed, or known by the mother's name before. */
static void
name_former(struct corpus_member *member, struct maker *maker)
{
	unsigned draw = corpus_rng_below(&maker->rng, 1000);

	if (draw < 45)
		draw_surname(member->former, maker, draw < 25 ? 0 : maker->origin);
	else if (draw < 100)
		copy(member->former, maker->mothers);
	if (strcmp(member->former, member->surname) == 0)
		member->former[0] = '\0';
}

/* Another forename if the last is taken, and for some twins one with the first one's letter. */
static void
tell_apart(struct corpus_member *member, struct maker *maker, bool letter)
{
	for (int tries = 0; tries < 80; tries++) {
		/* A short list may have no other name of the letter. */
		bool fits = !letter || tries > 40 ||
			    member->forename[0] == maker->family->members[0].forename[0];

		if (fits && !name_taken(maker->family, member))
			return;
		draw_forename(member, maker);
	}
}

/* --- Children called alike ------------------------------------------------------------------- */

/* Brothers who share a first forename and are told apart by the second: of same-sex siblings, per
 * thousand. Own judgement; surveys of Pakistani and Bangladeshi names call it usual. */
static unsigned
shared_first_share(unsigned origin)
{
	static const struct {
		const char *origin;
		unsigned per_mille;
	} list[] = { { "pakistani", 250 }, { "bangladeshi", 250 }, { "arabic", 120 },
		{ "somali", 120 }, { "kurdish", 120 }, { "madeiran", 120 } };

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		if (strcmp(corpus_words_origins[origin].name, list[i].origin) == 0)
			return list[i].per_mille;
	return 3;
}

static const char *const rhymes[][2] = { { "Kayden", "Hayden" }, { "Jayden", "Kayden" },
	{ "Ella", "Bella" }, { "Molly", "Polly" }, { "Holly", "Molly" }, { "Mia", "Mya" },
	{ "Ellie", "Nellie" }, { "Millie", "Tillie" }, { "Harry", "Larry" }, { "Jake", "Blake" },
	{ "Lilly", "Milly" }, { "Sara", "Zara" }, { "Amir", "Samir" }, { "Amina", "Samina" },
	{ "Lena", "Nena" }, { "Ava", "Eva" }, { "Kian", "Cian" }, { "Ryan", "Bryan" },
	{ "Hassan", "Hussan" }, { "Alisha", "Aisha" }, { "Jan", "Dan" }, { "Kara", "Lara" } };

static void
call(struct corpus_member *member, const char *forename, struct maker *maker)
{
	copy(member->forename, forename);
	member->short_forms = "";
	member->common = maker->common_surname;
}

/* `rng` of their own, so that all else of the family stays what it is. */
static void
share_first(struct corpus_member *first, struct corpus_member *member, struct maker *maker,
    struct corpus_rng *rng)
{
	struct corpus_drawn drawn;

	if (corpus_rng_chance(rng, 600) && first->sex == SEX_MALE && member->origin >= 5)
		call(first, corpus_rng_chance(rng, 600) ? "Mohammed" : "Muhammad", maker);
	while (first->middle[0] == '\0' || strcmp(first->middle, first->forename) == 0) {
		corpus_world_forename(
		    &drawn, maker->source->world, rng, first->origin, first->sex, false);
		copy(first->middle, drawn.text);
	}
	call(member, first->forename, maker);
	while (member->middle[0] == '\0' || strcmp(member->middle, first->middle) == 0 ||
	       strcmp(member->middle, member->forename) == 0) {
		corpus_world_forename(
		    &drawn, maker->source->world, rng, member->origin, member->sex, false);
		copy(member->middle, drawn.text);
	}
	first->uses_middle = member->uses_middle = true;
}

/* A sibling and the child of the case. */
static void
call_alike(struct corpus_member *member, struct maker *maker, bool twin)
{
	struct corpus_member *first = &maker->family->members[0];
	struct corpus_rng rng = corpus_rng_of(maker->source->seed, STREAM_ALIKE,
	    maker->family->number * CORPUS_MEMBERS_MAX + maker->family->member_count);
	const char *const *pair = rhymes[corpus_rng_below(&rng, sizeof rhymes / sizeof rhymes[0])];
	bool turned = corpus_rng_chance(&rng, 500);

	if (maker->family->member_count != 2)
		return;
	if (first->sex == member->sex &&
	    corpus_rng_chance(&rng, shared_first_share(maker->origin))) {
		share_first(first, member, maker, &rng);
		return;
	}
	/* Of twins one pair in ten or so rhymes. */
	if (!corpus_rng_chance(&rng, twin ? 100 : 20))
		return;
	call(first, pair[turned], maker);
	call(member, pair[!turned], maker);
}

static day_number
draw_sibling_birth(struct maker *maker, day_number born, unsigned i)
{
	int apart = 330 + (int)corpus_rng_below(&maker->rng, 1500);
	day_number out = chance(maker, 500) ? born - apart * (int)i : born + apart * (int)i;

	return out > CORPUS_LAST_DAY - 400 ? born - apart * (int)i : out;
}

static void
add_children(struct maker *maker)
{
	static const uint8_t sibling_counts[] = { 0, 0, 0, 1, 1, 1, 1, 2, 2, 3 };
	unsigned siblings = sibling_counts[corpus_rng_below(&maker->rng, sizeof sibling_counts)];
	/* The first of each group is known to four systems, three of which know no small children.
	 */
	uint32_t years = maker->family->number % CORPUS_GROUP == 0 ? 22 : 30;
	day_number born = corpus_family_day((struct civil){ 1994, 1, 1 }) +
			  (day_number)corpus_rng_below(&maker->rng, years * 365 + 250);

	for (unsigned i = 0; i <= siblings; i++) {
		bool twin = i == 1 && chance(maker, 60);
		enum sex sex = draw_sex(maker);
		struct corpus_member *member;

		if (twin && chance(maker, 400))
			sex = maker->family->members[0].sex;
		member =
		    add_member(maker, i == 0 ? CORPUS_CHILD : CORPUS_SIBLING, sex, maker->origin);
		if (i > 0)
			tell_apart(member, maker, twin && chance(maker, 400));
		if (i > 0)
			call_alike(member, maker, twin);
		member->born = i == 0 || twin ? born : draw_sibling_birth(maker, born, i);
		name_child(member, maker, i > 0 && !twin && chance(maker, 70));
		name_former(member, maker);
		if (twin)
			copy(member->surname, maker->family->members[0].surname);
		give_phone(member, maker, 0);
	}
}

static void
add_mother(struct maker *maker)
{
	struct corpus_member *mother = add_member(maker, CORPUS_MOTHER, SEX_FEMALE, maker->origin);
	bool keeps =
	    maker->custom == WOMEN_KEEP || maker->custom == FATHERS_FORENAME || chance(maker, 130);

	copy(mother->surname, keeps ? maker->mothers : maker->surname);
	mother->common = mother->common && (keeps ? maker->common_mother : maker->common_surname);
	if (!keeps)
		copy(mother->former, maker->mothers);
	else if (chance(maker, 100))
		copy(mother->former, maker->surname); /* divorced */
	if (maker->custom == ENDINGS && chance(maker, 700))
		feminine(mother->surname, !keeps);
	mother->born = maker->family->members[0].born - 365 * 18 -
		       (day_number)corpus_rng_below(&maker->rng, 365 * 22);
	give_phone(mother, maker, 0);
}

static void
add_father(struct maker *maker, day_number mother_born)
{
	struct corpus_member *father = add_member(maker, CORPUS_FATHER, SEX_MALE, maker->origin);
	struct corpus_member *child = &maker->family->members[0];

	if (maker->custom == FATHERS_FORENAME)
		copy(father->forename, maker->fathers_forename);
	copy(father->surname, maker->surname);
	father->common = father->common && maker->common_surname;
	father->born = mother_born - 365 * 4 + (day_number)corpus_rng_below(&maker->rng, 2500);
	/* Father and son of one name. */
	if (child->sex == SEX_MALE && maker->custom != FATHERS_FORENAME && chance(maker, 50)) {
		copy(father->forename, child->forename);
		father->short_forms = child->short_forms;
		copy(father->surname, child->surname);
	}
	father->apart = chance(maker, 300) ? 0 : -1;
	give_phone(father, maker, chance(maker, 300) ? 0 : 1);
}

static void
add_step_parent(struct maker *maker, day_number mother_born)
{
	unsigned origin = chance(maker, 500) ? maker->origin : 0;
	struct corpus_member *partner = add_member(maker, CORPUS_STEP_PARENT, SEX_MALE, origin);

	partner->common = draw_surname(partner->surname, maker, origin) && partner->common;
	partner->born = mother_born - 2000 + (day_number)corpus_rng_below(&maker->rng, 4000);
	if (chance(maker, 400))
		partner->role = ROLE_PERPETRATOR;
	give_phone(partner, maker, 2);
}

static void
add_grandparent(struct maker *maker, day_number mother_born)
{
	enum sex sex = chance(maker, 650) ? SEX_FEMALE : SEX_MALE;
	struct corpus_member *elder = add_member(maker, CORPUS_GRANDPARENT, sex, maker->origin);

	copy(elder->surname, chance(maker, 500) ? maker->mothers : maker->surname);
	elder->common = elder->common && maker->common_surname;
	elder->born = mother_born - 365 * 19 - (day_number)corpus_rng_below(&maker->rng, 365 * 15);
	elder->apart = chance(maker, 600) ? 1 : -1;
	give_phone(elder, maker, 3);
}

/* From anywhere: a foster carer, or somebody accused whose home nobody knows. */
static void
add_outsider(struct maker *maker, enum corpus_relation relation, enum sex sex)
{
	unsigned origin =
	    corpus_world_origin(maker->source->world, &maker->rng, maker->family->nation);
	struct corpus_member *one = add_member(maker, relation, sex, origin);

	one->common = draw_surname(one->surname, maker, origin) && one->common;
	one->born = corpus_family_day((struct civil){ 1955, 1, 1 }) +
		    (day_number)corpus_rng_below(&maker->rng, 365 * 45);
	if (relation == CORPUS_OUTSIDER)
		one->apart = -2;
	give_phone(one, maker, 3);
}

static void
add_adults(struct maker *maker)
{
	day_number born;

	add_mother(maker);
	born = maker->family->members[maker->family->member_count - 1].born;
	if (chance(maker, 720))
		add_father(maker, born);
	if (chance(maker, 120))
		add_step_parent(maker, born);
	if (chance(maker, 120))
		add_grandparent(maker, born);
	if (chance(maker, 30))
		add_outsider(maker, CORPUS_FOSTER_CARER, SEX_FEMALE);
	if (chance(maker, 80))
		add_outsider(maker, CORPUS_OUTSIDER, chance(maker, 800) ? SEX_MALE : SEX_FEMALE);
}

/* --- Homes --------------------------------------------------------------------------------- */

static void
draw_house(struct corpus_home *home, struct maker *maker)
{
	unsigned kind = corpus_rng_below(&maker->rng, 1000);
	const struct corpus_list *heads = &corpus_words_street_heads;

	home->number = 1 + corpus_rng_skewed(&maker->rng, 180);
	home->flat = 1 + corpus_rng_skewed(&maker->rng, 24);
	home->kind = kind < 130	  ? CORPUS_FLAT
		     : kind < 180 ? CORPUS_HALF_HOUSE
		     : kind < 225 ? CORPUS_NAMED_HOUSE
				  : CORPUS_HOUSE;
	home->name[0] = '\0';
	if (home->kind == CORPUS_HALF_HOUSE)
		home->flat = 1 + home->flat % 3;
	if (home->kind == CORPUS_FLAT && kind < 60)
		snprintf(home->name, sizeof home->name, "%s %s",
		    heads->words[corpus_rng_below(&maker->rng, (uint32_t)heads->count)],
		    kind < 25 ? "House" : "Court");
	if (home->kind != CORPUS_NAMED_HOUSE)
		return;
	snprintf(home->name, sizeof home->name, "%s",
	    corpus_world_house(maker->source->world, &maker->rng));
	if (chance(maker, 600))
		home->number = 0;
}

static void
draw_home(struct corpus_home *home, struct maker *maker, const char *nation)
{
	corpus_world_place(&home->place, maker->source->world, &maker->rng, nation);
	draw_house(home, maker);
	home->to = home->from = DAY_NONE;
}

/* Most moves are within an outcode. */
static void
move(struct corpus_home *home, struct maker *maker, const struct corpus_home *last)
{
	draw_home(home, maker, last->place.nation);
	if (chance(maker, 300))
		return;
	home->place = last->place;
	corpus_world_move(&home->place, maker->source->world, &maker->rng);
}

static void
add_homes(struct maker *maker)
{
	static const uint8_t counts[] = { 1, 1, 1, 1, 2, 2, 2, 3, 3, 4 };
	struct corpus_family *family = maker->family;
	day_number from = family->members[0].born - (day_number)corpus_rng_below(&maker->rng, 1500);
	size_t count = counts[corpus_rng_below(&maker->rng, sizeof counts)];

	for (size_t i = 0; i < count && from < CORPUS_LAST_DAY; i++) {
		struct corpus_home *home = &family->homes[i];

		if (i == 0)
			draw_home(home, maker, family->nation);
		else
			move(home, maker, &family->homes[i - 1]);
		home->from = from;
		home->to = DAY_NONE;
		from += 120 + (day_number)corpus_rng_below(&maker->rng, 1600);
		if (i + 1 < count && from < CORPUS_LAST_DAY)
			home->to = from;
		family->home_count = i + 1;
	}
	for (size_t i = 0; i < 2; i++)
		draw_home(&family->apart[i], maker, family->nation);
}

void
corpus_family_next_door(
    struct corpus_home *out, const struct corpus_home *home, struct corpus_rng *rng)
{
	out->kind = CORPUS_HOUSE;
	out->name[0] = '\0';
	out->place = home->place;
	do
		out->number = 1 + corpus_rng_below(rng, 90);
	while (out->number == home->number);
}

/* --- Families ------------------------------------------------------------------------------ */

void
corpus_family_take_name(struct corpus_member *to, const struct corpus_member *from)
{
	copy(to->forename, from->forename);
	copy(to->surname, from->surname);
	to->short_forms = from->short_forms;
	to->sex = from->sex;
	to->origin = from->origin;
	to->common = from->common;
	to->english = from->english;
	to->former[0] = '\0';
	if (strcmp(to->middle, to->forename) == 0)
		to->middle[0] = '\0';
}

static void make(
    struct corpus_family *out, const struct corpus_source *source, uint64_t number, bool alone);

/* All by the same number of days, so that nobody is older than the parents. */
static void
move_births(struct corpus_family *family, int days)
{
	for (size_t k = 0; k < family->member_count; k++) {
		struct corpus_member *member = &family->members[k];

		member->born += days;
		if (member->born > CORPUS_LAST_DAY - 30)
			member->born = family->members[0].born - 700;
	}
}

/* The second and fourth of each group may be like the family before: next door, and then perhaps
 * with the same name for the child; or strangers with one name and one birthday. */
static void
echo(struct maker *maker)
{
	struct corpus_family *family = maker->family, before;
	uint32_t draw = corpus_rng_below(&maker->rng, 1000);

	if (family->number >= ABSENT || family->number % CORPUS_GROUP % 2 == 0 || draw >= 140)
		return;
	make(&before, maker->source, family->number - 1, true);
	if (draw < 100)
		corpus_family_next_door(&family->homes[family->home_count - 1],
		    &before.homes[before.home_count - 1], &maker->rng);
	family->nation = family->homes[family->home_count - 1].place.nation;
	if (draw < 40 || draw >= 132)
		corpus_family_take_name(&family->members[0], &before.members[0]);
	if (draw >= 132)
		move_births(family, before.members[0].born - family->members[0].born);
}

static void
make(struct corpus_family *out, const struct corpus_source *source, uint64_t number, bool alone)
{
	struct maker maker = {
		.family = out,
		.source = source,
		.rng = corpus_rng_of(source->seed, STREAM_FAMILY, number),
	};
	struct corpus_drawn forename;

	memset(out, 0, sizeof *out);
	out->number = number;
	out->nation = corpus_world_nation(&maker.rng);
	maker.origin = corpus_world_origin(source->world, &maker.rng, out->nation);
	maker.custom = custom_of(maker.origin);
	maker.common_surname = draw_surname(maker.surname, &maker, maker.origin);
	maker.common_mother =
	    draw_surname(maker.mothers, &maker, chance(&maker, 850) ? maker.origin : 0);
	corpus_world_forename(&forename, source->world, &maker.rng, maker.origin, SEX_MALE, true);
	copy(maker.fathers_forename, forename.text);
	add_children(&maker);
	add_adults(&maker);
	add_homes(&maker);
	if (!alone)
		echo(&maker);
}

void
corpus_family_make(struct corpus_family *out, const struct corpus_source *source, uint64_t number)
{
	make(out, source, number, false);
}

/* --- Alike ----------------------------------------------------------------------------------- */

static bool
is_letter_apart(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), head = 0, tail = 0, most = n > m ? n : m;

	while (head < n && head < m && (a[head] | 32) == (b[head] | 32))
		head++;
	while (
	    tail < n - head && tail < m - head && (a[n - 1 - tail] | 32) == (b[m - 1 - tail] | 32))
		tail++;
	return head + tail + 1 == most && (n > m ? n - m : m - n) <= 1;
}

enum corpus_alike
corpus_family_alike(const struct corpus_member *a, const struct corpus_member *b)
{
	if (a->relation > CORPUS_SIBLING || b->relation > CORPUS_SIBLING)
		return CORPUS_UNLIKE;
	if (strcmp(a->forename, b->forename) == 0)
		return a->middle[0] != '\0' && b->middle[0] != '\0' &&
			       strcmp(a->middle, b->middle) != 0
			   ? CORPUS_FIRST_SHARED
			   : CORPUS_UNLIKE;
	return is_letter_apart(a->forename, b->forename) ? CORPUS_RHYMING : CORPUS_UNLIKE;
}

const char *
corpus_family_alike_name(enum corpus_alike alike)
{
	return alike == CORPUS_FIRST_SHARED ? "first_shared" : "rhyming";
}

/* --- Addresses ----------------------------------------------------------------------------- */

static const char half_letters[] = "ABCD";

void
corpus_family_home_text(char *out, size_t size, const struct corpus_home *home)
{
	const char *street = home->place.street;

	switch (home->kind) {
	case CORPUS_FLAT:
		if (home->name[0] != '\0')
			snprintf(out, size, "Flat %u, %s, %s", home->flat, home->name, street);
		else
			snprintf(out, size, "Flat %u, %u %s", home->flat, home->number, street);
		return;
	case CORPUS_HALF_HOUSE:
		snprintf(out, size, "%u%c %s", home->number, half_letters[home->flat % 4], street);
		return;
	case CORPUS_NAMED_HOUSE:
		if (home->number == 0)
			snprintf(out, size, "%s, %s", home->name, street);
		else
			snprintf(out, size, "%s, %u %s", home->name, home->number, street);
		return;
	case CORPUS_HOUSE:
		break;
	}
	snprintf(out, size, "%u %s", home->number, street);
}

bool
corpus_family_flat_text(
    char *out, size_t size, const struct corpus_home *home, struct corpus_rng *rng)
{
	const char *street = home->place.street;
	uint32_t way = corpus_rng_below(rng, 5);
	char house[80];

	if (home->kind == CORPUS_HALF_HOUSE) {
		char letter = half_letters[home->flat % 4];

		if (way < 2)
			snprintf(out, size, "%u %s", home->number, street);
		else if (way < 4)
			snprintf(out, size, "Flat %c, %u %s", letter, home->number, street);
		else
			snprintf(out, size, "%u %c %s", home->number, letter, street);
		return true;
	}
	if (home->kind != CORPUS_FLAT)
		return false;
	if (home->name[0] != '\0')
		snprintf(house, sizeof house, "%s,", home->name);
	else
		snprintf(house, sizeof house, "%u", home->number);
	if (way == 0)
		snprintf(out, size, "%u/%s %s", home->flat, house, street);
	else if (way == 1)
		snprintf(out, size, "Apt %u, %s %s", home->flat, house, street);
	else if (way == 2)
		snprintf(out, size, "%u %s %s", home->flat, house, street);
	else if (way == 3)
		snprintf(out, size, "%s %s", house, street); /* which flat is not said */
	else
		snprintf(out, size, "%s Flat %u %s", house, home->flat, street);
	return true;
}
