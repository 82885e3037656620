#include "tests/support/corpus.h"

#include "tests/support/corpus_edit.h"

#include <stdio.h>

enum { STREAM_SYSTEMS = 2, STREAM_RECORD, STREAM_QUERY };

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

static const char *const damage_names[CORPUS_KINDS] = {
	[CORPUS_TYPO_KEYBOARD] = "typo_keyboard",
	[CORPUS_TYPO_OCR] = "typo_ocr",
	[CORPUS_TYPO_PHONETIC] = "typo_phonetic",
	[CORPUS_TYPO_DROP] = "typo_drop",
	[CORPUS_TYPO_DOUBLE] = "typo_double",
	[CORPUS_TYPO_TRANSPOSE] = "typo_transpose",
	[CORPUS_TYPO_FIRST_LETTER] = "typo_first_letter",
	[CORPUS_NICKNAME] = "nickname",
	[CORPUS_INITIAL] = "initial",
	[CORPUS_MIDDLE_AS_FIRST] = "middle_as_first",
	[CORPUS_PARTS_SWAPPED] = "parts_swapped",
	[CORPUS_ORDER_REVERSED] = "order_reversed",
	[CORPUS_NO_FORENAME] = "no_forename",
	[CORPUS_NO_SURNAME] = "no_surname",
	[CORPUS_NO_MIDDLE] = "no_middle",
	[CORPUS_ONE_STRING] = "one_string",
	[CORPUS_DOUBLE_BARRELLED_SPLIT] = "double_barrelled_split",
	[CORPUS_HYPHEN_JOINED] = "hyphen_joined",
	[CORPUS_FORMER_SURNAME] = "former_surname",
	[CORPUS_MAC_O_PARTICLE] = "mac_o_particle",
	[CORPUS_TRANSLIT] = "translit",
	[CORPUS_DIACRITICS_LOST] = "diacritics_lost",
	[CORPUS_DATE_SWAPPED] = "date_swapped",
	[CORPUS_DATE_DIGIT] = "date_digit",
	[CORPUS_DATE_YEAR_OFF] = "date_year_off",
	[CORPUS_DATE_1_JANUARY] = "date_1_january",
	[CORPUS_DATE_YEAR_ONLY] = "date_year_only",
	[CORPUS_DATE_MONTH_ONLY] = "date_month_only",
	[CORPUS_DATE_AGE] = "date_age",
	[CORPUS_DATE_AGE_OFF] = "date_age_off",
	[CORPUS_NO_DATE] = "no_date",
	[CORPUS_DATE_TWO_CLAIMED] = "date_two_claimed",
	[CORPUS_MOVED] = "moved",
	[CORPUS_POSTCODE_TYPO] = "postcode_typo",
	[CORPUS_NO_POSTCODE] = "no_postcode",
	[CORPUS_ADDRESS_PARTIAL] = "address_partial",
	[CORPUS_ADDRESS_TYPO] = "address_typo",
	[CORPUS_FLAT_FORM] = "flat_form",
	[CORPUS_HOUSE_NAME] = "house_name",
	[CORPUS_NO_ADDRESS] = "no_address",
	[CORPUS_NO_PHONE] = "no_phone",
	[CORPUS_SEX_MISSING] = "sex_missing",
	[CORPUS_SEX_WRONG] = "sex_wrong",
};

const char *
corpus_damage_name(enum corpus_damage damage)
{
	return damage_names[damage];
}

/* --- How often ----------------------------------------------------------------------------- */

/* Estimates, ordered as the systems' own failings are: Children's Services is careful, the Helpline
 * hears half, Childline hears what a child says, CTAC spells by ear, Participation is clean. */
#define TYPOS(keyboard, ocr, phonetic, drop, twice, transpose, first)          \
	[CORPUS_TYPO_KEYBOARD] = (keyboard), [CORPUS_TYPO_OCR] = (ocr),        \
	[CORPUS_TYPO_PHONETIC] = (phonetic), [CORPUS_TYPO_DROP] = (drop),      \
	[CORPUS_TYPO_DOUBLE] = (twice), [CORPUS_TYPO_TRANSPOSE] = (transpose), \
	[CORPUS_TYPO_FIRST_LETTER] = (first)

static const struct corpus_shares system_shares[CORPUS_SYSTEM_COUNT] = {
	[CORPUS_CHILDRENS_SERVICES] = { { TYPOS(10, 5, 12, 8, 5, 6, 4), [CORPUS_NICKNAME] = 30,
	    [CORPUS_INITIAL] = 5, [CORPUS_MIDDLE_AS_FIRST] = 300, [CORPUS_PARTS_SWAPPED] = 5,
	    [CORPUS_NO_MIDDLE] = 300, [CORPUS_DOUBLE_BARRELLED_SPLIT] = 100,
	    [CORPUS_HYPHEN_JOINED] = 120, [CORPUS_FORMER_SURNAME] = 100,
	    [CORPUS_MAC_O_PARTICLE] = 120, [CORPUS_TRANSLIT] = 100, [CORPUS_DIACRITICS_LOST] = 400,
	    [CORPUS_DATE_SWAPPED] = 6, [CORPUS_DATE_DIGIT] = 8, [CORPUS_DATE_YEAR_OFF] = 6,
	    [CORPUS_DATE_1_JANUARY] = 6, [CORPUS_DATE_YEAR_ONLY] = 8, [CORPUS_DATE_MONTH_ONLY] = 6,
	    [CORPUS_NO_DATE] = 25, [CORPUS_MOVED] = 40, [CORPUS_POSTCODE_TYPO] = 20,
	    [CORPUS_NO_POSTCODE] = 40, [CORPUS_ADDRESS_PARTIAL] = 15, [CORPUS_ADDRESS_TYPO] = 30,
	    [CORPUS_FLAT_FORM] = 250, [CORPUS_HOUSE_NAME] = 300, [CORPUS_NO_ADDRESS] = 20,
	    [CORPUS_NO_PHONE] = 300, [CORPUS_SEX_MISSING] = 20, [CORPUS_SEX_WRONG] = 4,
	    [CORPUS_NO_IDENTIFIER] = 450 } },
	[CORPUS_HELPLINE] = { { TYPOS(20, 0, 45, 15, 10, 12, 10), [CORPUS_NICKNAME] = 220,
	    [CORPUS_INITIAL] = 5, [CORPUS_MIDDLE_AS_FIRST] = 400, [CORPUS_ORDER_REVERSED] = 60,
	    [CORPUS_NO_FORENAME] = 10, [CORPUS_NO_SURNAME] = 120, [CORPUS_NO_MIDDLE] = 900,
	    [CORPUS_ONE_STRING] = 1000, [CORPUS_DOUBLE_BARRELLED_SPLIT] = 300,
	    [CORPUS_HYPHEN_JOINED] = 200, [CORPUS_FORMER_SURNAME] = 100,
	    [CORPUS_MAC_O_PARTICLE] = 250, [CORPUS_TRANSLIT] = 200, [CORPUS_DIACRITICS_LOST] = 700,
	    [CORPUS_DATE_SWAPPED] = 8, [CORPUS_DATE_DIGIT] = 10, [CORPUS_DATE_YEAR_OFF] = 10,
	    [CORPUS_DATE_YEAR_ONLY] = 30, [CORPUS_DATE_MONTH_ONLY] = 20, [CORPUS_DATE_AGE] = 450,
	    [CORPUS_DATE_AGE_OFF] = 70, [CORPUS_NO_DATE] = 100, [CORPUS_MOVED] = 60,
	    [CORPUS_POSTCODE_TYPO] = 30, [CORPUS_NO_POSTCODE] = 250, [CORPUS_ADDRESS_PARTIAL] = 200,
	    [CORPUS_ADDRESS_TYPO] = 60, [CORPUS_FLAT_FORM] = 350, [CORPUS_HOUSE_NAME] = 400,
	    [CORPUS_NO_ADDRESS] = 60, [CORPUS_NO_PHONE] = 250, [CORPUS_SEX_MISSING] = 100,
	    [CORPUS_SEX_WRONG] = 8, [CORPUS_NO_IDENTIFIER] = 1000 } },
	[CORPUS_CHILDLINE] = { { TYPOS(8, 0, 25, 6, 5, 5, 5), [CORPUS_NICKNAME] = 350,
	    [CORPUS_MIDDLE_AS_FIRST] = 500, [CORPUS_NO_SURNAME] = 700, [CORPUS_NO_MIDDLE] = 1000,
	    [CORPUS_ONE_STRING] = 1000, [CORPUS_DOUBLE_BARRELLED_SPLIT] = 400,
	    [CORPUS_HYPHEN_JOINED] = 200, [CORPUS_FORMER_SURNAME] = 50,
	    [CORPUS_MAC_O_PARTICLE] = 200, [CORPUS_TRANSLIT] = 120, [CORPUS_DIACRITICS_LOST] = 700,
	    [CORPUS_DATE_AGE] = 1000, [CORPUS_DATE_AGE_OFF] = 30, [CORPUS_NO_DATE] = 30,
	    [CORPUS_MOVED] = 30, [CORPUS_NO_ADDRESS] = 100, [CORPUS_SEX_MISSING] = 100,
	    [CORPUS_SEX_WRONG] = 3, [CORPUS_NO_IDENTIFIER] = 1000 } },
	[CORPUS_CTAC] = { { TYPOS(15, 3, 40, 12, 8, 8, 8), [CORPUS_NICKNAME] = 40,
	    [CORPUS_MIDDLE_AS_FIRST] = 300, [CORPUS_PARTS_SWAPPED] = 70,
	    [CORPUS_ORDER_REVERSED] = 60, [CORPUS_NO_SURNAME] = 20, [CORPUS_NO_MIDDLE] = 600,
	    [CORPUS_ONE_STRING] = 150, [CORPUS_DOUBLE_BARRELLED_SPLIT] = 150,
	    [CORPUS_HYPHEN_JOINED] = 150, [CORPUS_FORMER_SURNAME] = 50,
	    [CORPUS_MAC_O_PARTICLE] = 250, [CORPUS_TRANSLIT] = 450, [CORPUS_DIACRITICS_LOST] = 700,
	    [CORPUS_DATE_SWAPPED] = 20, [CORPUS_DATE_DIGIT] = 20, [CORPUS_DATE_YEAR_OFF] = 40,
	    [CORPUS_DATE_1_JANUARY] = 120, [CORPUS_DATE_YEAR_ONLY] = 50,
	    [CORPUS_DATE_MONTH_ONLY] = 10, [CORPUS_NO_DATE] = 20, [CORPUS_DATE_TWO_CLAIMED] = 600,
	    [CORPUS_MOVED] = 100, [CORPUS_POSTCODE_TYPO] = 20, [CORPUS_NO_POSTCODE] = 150,
	    [CORPUS_ADDRESS_PARTIAL] = 100, [CORPUS_ADDRESS_TYPO] = 50, [CORPUS_FLAT_FORM] = 300,
	    [CORPUS_HOUSE_NAME] = 300, [CORPUS_NO_ADDRESS] = 150, [CORPUS_NO_PHONE] = 600,
	    [CORPUS_SEX_MISSING] = 20, [CORPUS_SEX_WRONG] = 4, [CORPUS_NO_IDENTIFIER] = 700 } },
	[CORPUS_PARTICIPATION] = { { TYPOS(5, 0, 8, 4, 3, 3, 2), [CORPUS_NICKNAME] = 120,
	    [CORPUS_MIDDLE_AS_FIRST] = 400, [CORPUS_NO_MIDDLE] = 1000,
	    [CORPUS_DOUBLE_BARRELLED_SPLIT] = 150, [CORPUS_HYPHEN_JOINED] = 150,
	    [CORPUS_FORMER_SURNAME] = 40, [CORPUS_MAC_O_PARTICLE] = 100, [CORPUS_TRANSLIT] = 50,
	    [CORPUS_DIACRITICS_LOST] = 350, [CORPUS_DATE_YEAR_ONLY] = 1000, [CORPUS_NO_DATE] = 50,
	    [CORPUS_NO_ADDRESS] = 50, [CORPUS_NO_PHONE] = 100, [CORPUS_SEX_MISSING] = 50,
	    [CORPUS_NO_IDENTIFIER] = 1000 } },
};

const struct corpus_shares *
corpus_system_shares(enum corpus_system system)
{
	return &system_shares[system];
}

const struct corpus_shares corpus_shares_none = { { 0 } };
const struct corpus_shares corpus_shares_typical = {
	{ TYPOS(10, 1, 12, 8, 5, 6, 4), [CORPUS_NICKNAME] = 50, [CORPUS_INITIAL] = 6,
	    [CORPUS_MIDDLE_AS_FIRST] = 300, [CORPUS_PARTS_SWAPPED] = 6, [CORPUS_ORDER_REVERSED] = 6,
	    [CORPUS_NO_FORENAME] = 2, [CORPUS_NO_SURNAME] = 4, [CORPUS_NO_MIDDLE] = 450,
	    [CORPUS_ONE_STRING] = 40, [CORPUS_DOUBLE_BARRELLED_SPLIT] = 120,
	    [CORPUS_HYPHEN_JOINED] = 120, [CORPUS_FORMER_SURNAME] = 40,
	    [CORPUS_MAC_O_PARTICLE] = 120, [CORPUS_TRANSLIT] = 80, [CORPUS_DIACRITICS_LOST] = 500,
	    [CORPUS_DATE_SWAPPED] = 8, [CORPUS_DATE_DIGIT] = 10, [CORPUS_DATE_YEAR_OFF] = 8,
	    [CORPUS_DATE_1_JANUARY] = 4, [CORPUS_DATE_YEAR_ONLY] = 15, [CORPUS_DATE_MONTH_ONLY] = 8,
	    [CORPUS_DATE_AGE] = 40, [CORPUS_DATE_AGE_OFF] = 8, [CORPUS_NO_DATE] = 50,
	    [CORPUS_MOVED] = 150, [CORPUS_POSTCODE_TYPO] = 20, [CORPUS_NO_POSTCODE] = 100,
	    [CORPUS_ADDRESS_PARTIAL] = 50, [CORPUS_ADDRESS_TYPO] = 30, [CORPUS_FLAT_FORM] = 250,
	    [CORPUS_HOUSE_NAME] = 300, [CORPUS_NO_ADDRESS] = 80, [CORPUS_NO_PHONE] = 850,
	    [CORPUS_SEX_MISSING] = 50, [CORPUS_SEX_WRONG] = 4, [CORPUS_NO_IDENTIFIER] = 930 }
};

/* What the form or the moment makes of what is said, rather than a slip: the profile leaves it. */
static bool
is_habit(unsigned damage)
{
	switch (damage) {
	case CORPUS_NO_MIDDLE:
	case CORPUS_ONE_STRING:
	case CORPUS_NO_PHONE:
	case CORPUS_NO_IDENTIFIER:
	case CORPUS_DATE_AGE:
	case CORPUS_DIACRITICS_LOST:
		return true;
	default:
		return false;
	}
}

struct corpus_shares
corpus_shares_under(const struct corpus_shares *shares, enum corpus_profile profile)
{
	struct corpus_shares out = *shares;

	for (unsigned d = 0; d < CORPUS_DAMAGE_COUNT; d++) {
		unsigned share = out.per_mille[d];

		if (is_habit(d) || share == 1000)
			continue;
		if (profile == CORPUS_LIGHT)
			share /= 2;
		else if (profile == CORPUS_HARSH)
			share = share * 2 > 900 ? 900 : share * 2;
		out.per_mille[d] = (uint16_t)share;
	}
	return out;
}

/* --- Saying it ----------------------------------------------------------------------------- */

/* One person being written down. */
struct sayer {
	struct arena *arena;
	struct corpus_rng rng;
	const struct corpus_family *family;
	const struct corpus_member *member;
	day_number at;	 /* when it is written */
	uint64_t wanted; /* damage drawn */
	uint64_t done;	 /* damage that could be done */
	bool has_surname;
	bool failed; /* the arena is full */
};

#define BIT CORPUS_BIT

static uint64_t
draw_damage(struct corpus_rng *rng, const struct corpus_shares *shares)
{
	uint64_t wanted = 0;

	for (unsigned kind = 0; kind < CORPUS_DAMAGE_COUNT; kind++)
		if (shares->per_mille[kind] > 0 && corpus_rng_chance(rng, shares->per_mille[kind]))
			wanted |= BIT(kind);
	return wanted;
}

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

static void
pick_short_form(char *out, size_t size, const char *short_forms, struct corpus_rng *rng)
{
	struct str rest = str_from(short_forms), form = STR_NONE;
	unsigned seen = 0;

	while (rest.n > 0) {
		struct str one = str_cut(&rest, '|');

		if (corpus_rng_below(rng, ++seen) == 0)
			form = one;
	}
	snprintf(out, size, "%.*s", STR_ARG(form));
}

/* --- Names --------------------------------------------------------------------------------- */

/* The writer's forms. */
enum name_shape { NAME_PARTS, NAME_FULL, NAME_FULL_COMMA };

struct said_name {
	char forename[CORPUS_EDIT_BYTES], middle[CORPUS_EDIT_BYTES], surname[CORPUS_EDIT_BYTES];
};

static bool
wants(const struct sayer *sayer, enum corpus_damage damage)
{
	return (sayer->wanted & BIT(damage)) != 0;
}

/* Which surname, and how. */
static void
damage_surname(struct sayer *sayer, struct said_name *name)
{
	const struct corpus_member *member = sayer->member;

	if (does(sayer, CORPUS_FORMER_SURNAME, member->former[0] != '\0'))
		snprintf(name->surname, sizeof name->surname, "%s", member->former);
	if (wants(sayer, CORPUS_DOUBLE_BARRELLED_SPLIT) &&
	    corpus_edit_split_double(name->surname, &sayer->rng))
		sayer->done |= BIT(CORPUS_DOUBLE_BARRELLED_SPLIT);
	else if (wants(sayer, CORPUS_HYPHEN_JOINED) &&
		 corpus_edit_join_double(name->surname, &sayer->rng))
		sayer->done |= BIT(CORPUS_HYPHEN_JOINED);
	if (wants(sayer, CORPUS_MAC_O_PARTICLE) && corpus_edit_particle(name->surname, &sayer->rng))
		sayer->done |= BIT(CORPUS_MAC_O_PARTICLE);
}

/* Which forename. */
static void
damage_forename(struct sayer *sayer, struct said_name *name)
{
	const struct corpus_member *member = sayer->member;

	if (does(sayer, CORPUS_MIDDLE_AS_FIRST, member->uses_middle)) {
		bool both = corpus_rng_chance(&sayer->rng, 300);

		memcpy(name->forename, name->middle, sizeof name->forename);
		snprintf(name->middle, sizeof name->middle, "%s", both ? member->forename : "");
		return;
	}
	if (does(sayer, CORPUS_NICKNAME, member->short_forms[0] != '\0')) {
		pick_short_form(
		    name->forename, sizeof name->forename, member->short_forms, &sayer->rng);
	} else if (wants(sayer, CORPUS_INITIAL) &&
		   corpus_edit_initial(name->forename, &sayer->rng)) {
		sayer->done |= BIT(CORPUS_INITIAL);
	}
	/* Of one who goes by it most tell the middle name as well. */
	if (member->uses_middle && corpus_rng_chance(&sayer->rng, 850))
		return;
	if (does(sayer, CORPUS_NO_MIDDLE, name->middle[0] != '\0'))
		name->middle[0] = '\0';
}

static void
damage_script(struct sayer *sayer, struct said_name *name)
{
	unsigned scripts = corpus_words_origins[sayer->member->origin].scripts;
	const uint64_t other_forename = BIT(CORPUS_NICKNAME) | BIT(CORPUS_INITIAL);
	bool may_forename = (sayer->done & other_forename) == 0 && !sayer->member->english;
	uint32_t way;

	if (!wants(sayer, CORPUS_TRANSLIT) || scripts == 0)
		return;
	way = corpus_rng_below(&sayer->rng, 3);
	if (way != 0 && may_forename && corpus_edit_translit(name->forename, scripts, &sayer->rng))
		sayer->done |= BIT(CORPUS_TRANSLIT);
	if ((way != 1 || (sayer->done & BIT(CORPUS_TRANSLIT)) == 0) &&
	    corpus_edit_translit(name->surname, scripts, &sayer->rng))
		sayer->done |= BIT(CORPUS_TRANSLIT);
}

static void
damage_letters(struct sayer *sayer, struct said_name *name)
{
	static bool (*const edits[])(char *, struct corpus_rng *) = { corpus_edit_keyboard,
		corpus_edit_ocr, corpus_edit_phonetic, corpus_edit_drop, corpus_edit_double,
		corpus_edit_transpose, corpus_edit_first_letter };
	const uint64_t typos = BIT(CORPUS_NICKNAME) - 1;

	if ((sayer->wanted & typos) == 0)
		return;
	for (unsigned kind = 0; kind < CORPUS_NICKNAME; kind++) {
		bool first = corpus_rng_chance(&sayer->rng, 450);
		bool initial = (sayer->done & BIT(CORPUS_INITIAL)) != 0;

		if ((sayer->wanted & BIT(kind)) == 0)
			continue;
		if ((first && !initial && name->forename[0] != '\0' &&
			edits[kind](name->forename, &sayer->rng)) ||
		    edits[kind](name->surname, &sayer->rng))
			sayer->done |= BIT(kind);
	}
}

static void
fold_name(struct sayer *sayer, struct said_name *name, bool must)
{
	bool wide =
	    must && (corpus_edit_is_wide(name->forename) || corpus_edit_is_wide(name->middle) ||
			corpus_edit_is_wide(name->surname));
	bool changed;

	if (!wide && !wants(sayer, CORPUS_DIACRITICS_LOST))
		return;
	changed = corpus_edit_fold(name->forename);
	changed = corpus_edit_fold(name->surname) || changed;
	changed = corpus_edit_fold(name->middle) || changed;
	if (changed)
		sayer->done |= BIT(CORPUS_DIACRITICS_LOST);
}

static void
leave_out(struct sayer *sayer, struct said_name *name)
{
	if (does(sayer, CORPUS_NO_SURNAME, name->forename[0] != '\0')) {
		/* What was wrong with it is not to be seen. */
		sayer->done &= ~(BIT(CORPUS_FORMER_SURNAME) | BIT(CORPUS_DOUBLE_BARRELLED_SPLIT) |
				 BIT(CORPUS_HYPHEN_JOINED) | BIT(CORPUS_MAC_O_PARTICLE));
		name->surname[0] = '\0';
	} else if (does(sayer, CORPUS_NO_FORENAME, true)) {
		sayer->done &= ~(BIT(CORPUS_NICKNAME) | BIT(CORPUS_INITIAL) |
				 BIT(CORPUS_MIDDLE_AS_FIRST) | BIT(CORPUS_NO_MIDDLE));
		name->forename[0] = name->middle[0] = '\0';
	}
}

static struct str
keep_pair(struct sayer *sayer, const char *a, const char *between, const char *b)
{
	char both[3 * CORPUS_EDIT_BYTES];
	size_t n = strlen(a), m = strlen(between), k = strlen(b);

	if (n == 0 || k == 0)
		return keep(sayer, n == 0 ? b : a);
	memcpy(both, a, n);
	memcpy(both + n, between, m);
	memcpy(both + n + m, b, k + 1);
	return keep(sayer, both);
}

/* The main name in the writer's form. */
static void
shape_name(
    struct sayer *sayer, struct person_name *out, struct said_name *name, enum name_shape shape)
{
	char forenames[2 * CORPUS_EDIT_BYTES];
	bool both = name->forename[0] != '\0' && name->surname[0] != '\0';
	bool comma = shape == NAME_FULL_COMMA && corpus_rng_chance(&sayer->rng, 600);

	snprintf(forenames, sizeof forenames, "%s%s%s", name->forename,
	    name->middle[0] != '\0' ? " " : "", name->middle);
	if (does(sayer, CORPUS_ORDER_REVERSED, both)) {
		out->full = keep_pair(sayer, name->surname, comma ? ", " : " ", forenames);
	} else if (does(sayer, CORPUS_ONE_STRING, both) || shape != NAME_PARTS) {
		out->full = keep_pair(sayer, forenames, " ", name->surname);
	} else if (does(sayer, CORPUS_PARTS_SWAPPED, both)) {
		out->forenames = keep(sayer, name->surname);
		out->surname = keep(sayer, forenames);
	} else {
		out->forenames = keep(sayer, forenames);
		out->surname = keep(sayer, name->surname);
	}
}

static void
say_main_name(struct sayer *sayer, struct person_name *out, enum name_shape shape)
{
	const struct corpus_member *member = sayer->member;
	struct said_name name;

	snprintf(name.forename, sizeof name.forename, "%s", member->forename);
	snprintf(name.middle, sizeof name.middle, "%s", member->middle);
	snprintf(name.surname, sizeof name.surname, "%s", member->surname);
	damage_surname(sayer, &name);
	damage_forename(sayer, &name);
	damage_script(sayer, &name);
	leave_out(sayer, &name);
	damage_letters(sayer, &name);
	/* The Helpline's file is in Windows-1252. */
	fold_name(sayer, &name, shape == NAME_FULL_COMMA);
	sayer->has_surname = name.surname[0] != '\0';
	shape_name(sayer, out, &name, shape);
}

/* How the writer's forms ask for things. */
enum address_shape { ADDRESS_NONE, ADDRESS_TOWN, ADDRESS_NOW, ADDRESS_HISTORY };
struct shape {
	enum name_shape name;
	enum address_shape address;
	bool former, known_as; /* names that the writer may also know */
	bool birth, sex, phone, identifier;
	unsigned spellings;
};

/* As heard, or as another paper has it. */
static void
say_spelling(struct sayer *sayer, struct person_name *out)
{
	char forename[CORPUS_EDIT_BYTES], surname[CORPUS_EDIT_BYTES];
	unsigned scripts = corpus_words_origins[sayer->member->origin].scripts;

	snprintf(forename, sizeof forename, "%s", sayer->member->forename);
	snprintf(surname, sizeof surname, "%s", sayer->member->surname);
	if (scripts == 0 || !corpus_edit_translit(forename, scripts, &sayer->rng))
		corpus_edit_phonetic(forename, &sayer->rng);
	if (scripts == 0 || !corpus_edit_translit(surname, scripts, &sayer->rng))
		corpus_edit_phonetic(surname, &sayer->rng);
	out->kind = NAME_ALIAS;
	out->forenames = keep(sayer, forename);
	out->surname = keep(sayer, surname);
}

static void
say_names(struct sayer *sayer, struct person *person, const struct shape *shape)
{
	const struct corpus_member *member = sayer->member;
	struct person_name *names = take(sayer, 3 + shape->spellings, sizeof *names);
	bool former = corpus_rng_chance(&sayer->rng, 750);
	bool known_as = corpus_rng_chance(&sayer->rng, 240);
	size_t count = 1;

	if (names == NULL)
		return;
	say_main_name(sayer, &names[0], shape->name);
	if (former && shape->former && member->former[0] != '\0' && sayer->has_surname &&
	    (sayer->done & BIT(CORPUS_FORMER_SURNAME)) == 0)
		names[count++] = (struct person_name){ .kind = NAME_FORMER,
			.forenames = keep(sayer, member->forename),
			.surname = keep(sayer, member->former) };
	if (known_as && shape->known_as && member->short_forms[0] != '\0' &&
	    (sayer->done & BIT(CORPUS_NICKNAME)) == 0) {
		char form[CORPUS_EDIT_BYTES];

		pick_short_form(form, sizeof form, member->short_forms, &sayer->rng);
		names[count++] =
		    (struct person_name){ .kind = NAME_KNOWN_AS, .forenames = keep(sayer, form) };
	}
	for (unsigned i = 0; i < shape->spellings; i++)
		say_spelling(sayer, &names[count++]);
	person->names = names;
	person->name_count = count;
}

/* --- Births ----------------------------------------------------------------------------------- */

static bool
on_calendar(struct civil date)
{
	struct civil back = corpus_family_civil(corpus_family_day(date));

	return date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= 31 &&
	       back.day == date.day && back.month == date.month;
}

/* One digit of DDMMYYYY after the century; never the neighbouring year, which is a kind of
 * its own.
 */
static bool
slip_digit(day_number *day, struct corpus_rng *rng, day_number last)
{
	struct civil born = corpus_family_civil(*day);

	for (int tries = 0; tries < 40; tries++) {
		static const int tens[] = { 1, 10, 1, 10, 1, 10 };
		uint32_t place = corpus_rng_below(rng, 6);
		struct civil date = born;
		int *part = place < 2 ? &date.day : place < 4 ? &date.month : &date.year;
		int digit = *part / tens[place] % 10, other = (int)corpus_rng_below(rng, 10);
		day_number made;

		*part += (other - digit) * tens[place];
		if (!on_calendar(date))
			continue;
		made = corpus_family_day(date);
		if (made == *day || made > last || date.year < 1910 || date.year - born.year == 1 ||
		    date.year - born.year == -1)
			continue;
		*day = made;
		return true;
	}
	return false;
}

static bool
swap_day_and_month(day_number *day, day_number last)
{
	struct civil born = corpus_family_civil(*day), date = { born.year, born.day, born.month };

	if (born.day > 12 || born.day == born.month || corpus_family_day(date) > last)
		return false;
	*day = corpus_family_day(date);
	return true;
}

static void
shift_year(day_number *day, struct corpus_rng *rng, day_number last)
{
	int years = corpus_rng_chance(rng, 500) ? 1 : -1;

	if (corpus_family_years(*day, years) > last)
		years = -1;
	*day = corpus_family_years(*day, years);
}

static struct birth
span(enum birth_precision precision, day_number first, day_number last)
{
	return (
	    struct birth){ .precision = precision, .at = DAY_NONE, .first = first, .last = last };
}

static struct birth
birth_part(day_number born, bool year_only)
{
	struct civil date = corpus_family_civil(born);
	struct civil next = { date.year, date.month + 1, 1 };

	if (year_only)
		return span(BIRTH_YEAR, corpus_family_day((struct civil){ date.year, 1, 1 }),
		    corpus_family_day((struct civil){ date.year, 12, 31 }));
	if (next.month == 13)
		next = (struct civil){ date.year + 1, 1, 1 };
	return span(BIRTH_YEAR_MONTH, corpus_family_day((struct civil){ date.year, date.month, 1 }),
	    corpus_family_day(next) - 1);
}

static struct birth
birth_by_age(unsigned age, day_number at, bool about)
{
	int wide = about ? 1 : 0;
	struct birth out = span(BIRTH_AGE, 0, 0);

	out.about = about;
	out.age = (uint8_t)age;
	out.at = at;
	out.first = corpus_family_years(at, -(int)age - 1 - wide) + 1;
	out.last = corpus_family_years(at, -(int)age + wide);
	return out;
}

static struct birth
say_age(struct sayer *sayer, bool off)
{
	unsigned age = corpus_family_age(sayer->member->born, sayer->at);
	bool about = !off && corpus_rng_chance(&sayer->rng, 250);

	if (off)
		age = age == 0 || corpus_rng_chance(&sayer->rng, 500) ? age + 1 : age - 1;
	return birth_by_age(age, sayer->at, about);
}

/* An exact date, right or not. */
static struct birth
say_date(struct sayer *sayer)
{
	day_number born = sayer->member->born, made = born;
	struct civil date = corpus_family_civil(born);

	if (does(sayer, CORPUS_DATE_1_JANUARY, date.day != 1 || date.month != 1)) {
		made = corpus_family_day((struct civil){ date.year, 1, 1 });
	} else if (does(sayer, CORPUS_DATE_YEAR_OFF, true)) {
		shift_year(&made, &sayer->rng, sayer->at);
	} else if (wants(sayer, CORPUS_DATE_DIGIT)) {
		if (slip_digit(&made, &sayer->rng, sayer->at))
			sayer->done |= BIT(CORPUS_DATE_DIGIT);
	} else if (wants(sayer, CORPUS_DATE_SWAPPED)) {
		if (swap_day_and_month(&made, sayer->at))
			sayer->done |= BIT(CORPUS_DATE_SWAPPED);
	}
	return span(BIRTH_EXACT, made, made);
}

/* Another date than the true one: mostly 1 January of a year near. */
static struct birth
claim_another(struct sayer *sayer)
{
	day_number born = sayer->member->born, made;
	int year = corpus_family_civil(born).year;

	year += (int)corpus_rng_below(&sayer->rng, 5) - 1;
	made = corpus_family_day((struct civil){ year, 1, 1 });
	if (corpus_rng_chance(&sayer->rng, 350) || made > sayer->at || made == born) {
		made = born;
		shift_year(&made, &sayer->rng, sayer->at);
	}
	return span(BIRTH_EXACT, made, made);
}

static void
say_birth(struct sayer *sayer, struct person *person)
{
	struct birth *births = take(sayer, 2, sizeof *births);

	if (births == NULL || does(sayer, CORPUS_NO_DATE, true))
		return;
	if (does(sayer, CORPUS_DATE_AGE_OFF, sayer->member->born <= sayer->at))
		births[0] = say_age(sayer, true);
	else if (does(sayer, CORPUS_DATE_AGE, sayer->member->born <= sayer->at))
		births[0] = say_age(sayer, false);
	else if (does(sayer, CORPUS_DATE_MONTH_ONLY, true))
		births[0] = birth_part(sayer->member->born, false);
	else if (does(sayer, CORPUS_DATE_YEAR_ONLY, true))
		births[0] = birth_part(sayer->member->born, true);
	else
		births[0] = say_date(sayer);
	person->births = births;
	person->birth_count = 1;
	if (!does(sayer, CORPUS_DATE_TWO_CLAIMED, true))
		return;
	births[1] = claim_another(sayer);
	person->birth_count = 2;
	if (corpus_rng_chance(&sayer->rng, 400)) {
		struct birth first = births[0];

		births[0] = births[1];
		births[1] = first;
	}
}

/* --- Addresses -------------------------------------------------------------------------------- */

static void
write_home(struct sayer *sayer, struct person_address *out, const struct corpus_home *home)
{
	char text[CORPUS_EDIT_BYTES + 64];

	corpus_family_home_text(text, sizeof text, home);
	out->text = keep(sayer, text);
	out->town = str_from(home->place.town);
	out->postcode = keep(sayer, home->place.postcode);
}

static void
cut_address(struct sayer *sayer, struct person_address *address, const struct corpus_home *home)
{
	uint32_t way = corpus_rng_below(&sayer->rng, 3);

	if (does(sayer, CORPUS_ADDRESS_PARTIAL, true)) {
		if (way == 0) {
			address->text = address->postcode = STR_NONE;
			sayer->done &= ~(BIT(CORPUS_ADDRESS_TYPO) | BIT(CORPUS_FLAT_FORM) |
					 BIT(CORPUS_HOUSE_NAME) | BIT(CORPUS_POSTCODE_TYPO));
			return;
		}
		/* The street without the house, with or without the town. */
		address->text = keep(sayer, home->place.street);
		address->postcode = STR_NONE;
		if (way == 1)
			address->town = STR_NONE;
		sayer->done &= ~(BIT(CORPUS_ADDRESS_TYPO) | BIT(CORPUS_FLAT_FORM) |
				 BIT(CORPUS_HOUSE_NAME) | BIT(CORPUS_POSTCODE_TYPO));
		return;
	}
	if (does(sayer, CORPUS_NO_POSTCODE, true)) {
		address->postcode = STR_NONE;
		sayer->done &= ~BIT(CORPUS_POSTCODE_TYPO);
	}
}

/* One of the letters of the street. */
static bool
slip_street(char *street, struct corpus_rng *rng)
{
	switch (corpus_rng_below(rng, 4)) {
	case 0:
		return corpus_edit_keyboard(street, rng);
	case 1:
		return corpus_edit_drop(street, rng);
	case 2:
		return corpus_edit_transpose(street, rng);
	default:
		return corpus_edit_phonetic(street, rng);
	}
}

static void
damage_address(
    struct sayer *sayer, struct person_address *address, const struct corpus_home *true_home)
{
	char text[CORPUS_EDIT_BYTES + 64], postcode[CORPUS_EDIT_BYTES], street[CORPUS_EDIT_BYTES];
	struct corpus_home home = *true_home;
	bool flat = home.kind == CORPUS_FLAT || home.kind == CORPUS_HALF_HOUSE;

	snprintf(street, sizeof street, "%s", home.place.street);
	if (wants(sayer, CORPUS_ADDRESS_TYPO) && slip_street(street, &sayer->rng)) {
		sayer->done |= BIT(CORPUS_ADDRESS_TYPO);
		snprintf(home.place.street, sizeof home.place.street, "%.63s", street);
	}
	if (does(sayer, CORPUS_HOUSE_NAME, home.kind == CORPUS_NAMED_HOUSE && home.number > 0)) {
		if (corpus_rng_chance(&sayer->rng, 500))
			home.number = 0;
		else
			home.kind = CORPUS_HOUSE;
	}
	if (does(sayer, CORPUS_FLAT_FORM, flat))
		corpus_family_flat_text(text, sizeof text, &home, &sayer->rng);
	else
		corpus_family_home_text(text, sizeof text, &home);
	address->text = keep(sayer, text);
	snprintf(postcode, sizeof postcode, "%s", home.place.postcode);
	if (wants(sayer, CORPUS_POSTCODE_TYPO) && corpus_edit_postcode(postcode, &sayer->rng)) {
		sayer->done |= BIT(CORPUS_POSTCODE_TYPO);
		address->postcode = keep(sayer, postcode);
	}
	cut_address(sayer, address, true_home);
}

static size_t
home_at(const struct corpus_family *family, day_number at)
{
	size_t k = family->home_count - 1;

	while (k > 0 && family->homes[k].from > at)
		k--;
	return k;
}

static void
say_addresses(struct sayer *sayer, struct person *person, enum address_shape shape)
{
	const struct corpus_family *family = sayer->family;
	struct person_address *out = take(sayer, CORPUS_HOMES_MAX, sizeof *out);
	const struct corpus_home *homes = family->homes;
	size_t last = home_at(family, sayer->at), first = last;

	if (out == NULL || sayer->member->apart == -2 || does(sayer, CORPUS_NO_ADDRESS, true))
		return;
	if (sayer->member->apart >= 0) {
		homes = &family->apart[sayer->member->apart];
		first = last = 0;
	}
	if (does(sayer, CORPUS_MOVED, last > 0))
		first = last = corpus_rng_below(&sayer->rng, (uint32_t)last);
	else if (shape == ADDRESS_HISTORY)
		first = 0;
	for (size_t k = last + 1; k-- > first;) {
		const struct corpus_home *home = &homes[k];
		struct person_address *address = &out[person->address_count++];

		write_home(sayer, address, home);
		address->from = address->to = DAY_NONE;
		if (shape == ADDRESS_TOWN) {
			address->text = address->postcode = STR_NONE;
			sayer->done |= BIT(CORPUS_ADDRESS_PARTIAL);
			continue;
		}
		if (shape == ADDRESS_HISTORY && sayer->member->apart < 0) {
			address->from = home->from;
			address->to = home->to <= sayer->at ? home->to : DAY_NONE;
		}
		if (k == last)
			damage_address(sayer, address, home);
	}
	person->addresses = out;
}

/* --- The rest --------------------------------------------------------------------------------- */

static void
say_phone(struct sayer *sayer, struct person *person)
{
	struct str *phone;
	char text[24];

	if (sayer->member->phone == 0 || does(sayer, CORPUS_NO_PHONE, true))
		return;
	phone = take(sayer, 1, sizeof *phone);
	if (phone == NULL)
		return;
	snprintf(text, sizeof text, "06%03u %06u", (unsigned)(sayer->member->phone / 1000000),
	    (unsigned)(sayer->member->phone % 1000000));
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

static void
say_sex(struct sayer *sayer, struct person *person)
{
	if (does(sayer, CORPUS_SEX_MISSING, true))
		return;
	person->sex = sayer->member->sex;
	if (does(sayer, CORPUS_SEX_WRONG, true))
		person->sex = person->sex == SEX_FEMALE ? SEX_MALE : SEX_FEMALE;
}

static void
say_person(struct sayer *sayer, struct person *person, const struct shape *shape)
{
	say_names(sayer, person, shape);
	if (shape->birth)
		say_birth(sayer, person);
	else
		sayer->done |= BIT(CORPUS_NO_DATE);
	if (shape->address != ADDRESS_NONE)
		say_addresses(sayer, person, shape->address);
	else if (sayer->member->apart != -2)
		sayer->done |= BIT(CORPUS_NO_ADDRESS);
	if (shape->phone)
		say_phone(sayer, person);
	else if (sayer->member->phone != 0)
		sayer->done |= BIT(CORPUS_NO_PHONE);
	if (shape->identifier)
		say_identifier(sayer, person);
	if (shape->sex)
		say_sex(sayer, person);
	else
		sayer->done |= BIT(CORPUS_SEX_MISSING);
}

/* --- Records ---------------------------------------------------------------------------------- */

/* A record being made. */
struct maker {
	struct corpus_case *out;
	struct arena *arena;
	const struct corpus_source *source;
	struct corpus_shares shares;
	struct corpus_rng rng;
	struct corpus_family family;
	struct person *people;
	day_number at;
	bool failed;
};

static bool
is_sparse(const struct sayer *sayer, const struct person *person)
{
	if (sayer->has_surname || person->phone_count + person->identifier_count > 0)
		return false;
	for (size_t i = 0; i < person->birth_count; i++)
		if (person->births[i].precision != BIRTH_AGE)
			return false;
	for (size_t i = 0; i < person->address_count; i++)
		if (person->addresses[i].postcode.n > 0)
			return false;
	return true;
}

static struct person *
add_person(struct maker *maker, size_t member, enum person_role role, const char *id,
    const struct shape *shape)
{
	size_t k = maker->out->record.people_count++;
	struct person *person = &maker->people[k];
	struct sayer sayer = {
		.arena = maker->arena,
		.rng = { corpus_rng_next(&maker->rng) },
		.family = &maker->family,
		.member = &maker->family.members[member],
		.at = maker->at,
	};

	sayer.wanted = draw_damage(&sayer.rng, &maker->shares);
	person->id = keep(&sayer, id);
	person->role = role;
	say_person(&sayer, person, shape);
	maker->out->member[k] = (uint8_t)member;
	maker->out->damage[k] = sayer.done;
	maker->out->sparse[k] = is_sparse(&sayer, person);
	maker->failed |= sayer.failed;
	return person;
}

static bool
is_child(const struct corpus_member *member)
{
	return member->role == ROLE_CHILD || member->role == ROLE_SIBLING;
}

/* The first of the relation who may be on file, or the count of members. */
static size_t
find_relation(const struct corpus_family *family, enum corpus_relation relation)
{
	size_t k = 0;

	while (k < family->member_count &&
	       (family->members[k].relation != relation || family->members[k].left_out))
		k++;
	return k;
}

static bool
may_be_named(const struct maker *maker, size_t k)
{
	return k < maker->family.member_count && !maker->family.members[k].left_out &&
	       maker->family.members[k].born <= maker->at;
}

static void
make_childrens_services(struct maker *maker)
{
	static const char *const roles[] = { "Child", "Sibling", "Mother", "Father", "Step-parent",
		"Grandparent", "Foster carer", "Alleged perpetrator" };
	struct shape shape = { .former = true,
		.known_as = true,
		.birth = true,
		.sex = true,
		.phone = true,
		.address = ADDRESS_HISTORY };

	/* The export has columns for three of the four identifiers. */
	shape.identifier = nation_identifier(maker->family.nation) != IDENTIFIER_JERSEY;
	for (size_t k = 0; k < maker->family.member_count; k++) {
		const struct corpus_member *member = &maker->family.members[k];
		struct person *person;
		char id[32];

		if (!may_be_named(maker, k))
			continue;
		snprintf(id, sizeof id, "P%zu", k + 1);
		person = add_person(maker, k, member->role, id, &shape);
		person->note = str_from(member->role == ROLE_PERPETRATOR ? "Alleged perpetrator"
									 : roles[member->relation]);
	}
}

/* Whoever calls says one address for all. */
static void
share_address(struct maker *maker, struct person *person)
{
	const uint64_t bits = BIT(CORPUS_NO_PHONE) - BIT(CORPUS_MOVED);
	size_t k = maker->out->record.people_count - 1;

	person->addresses = maker->people[0].addresses;
	person->address_count = maker->people[0].address_count;
	maker->out->damage[k] = (maker->out->damage[k] & ~bits) | (maker->out->damage[0] & bits);
	maker->out->sparse[k] = maker->out->sparse[k] && maker->out->sparse[0];
}

static void
make_helpline(struct maker *maker)
{
	static const struct shape child = {
		.name = NAME_FULL_COMMA, .birth = true, .sex = true, .address = ADDRESS_NOW
	};
	static const struct shape caller = { .name = NAME_FULL_COMMA, .phone = true };
	static const struct shape alleged = { .name = NAME_FULL_COMMA };
	size_t children = 0, parent, accused = 0;

	for (size_t k = 0; k < maker->family.member_count && children < 3; k++) {
		struct person *person;
		char id[32];

		if (!is_child(&maker->family.members[k]) || !may_be_named(maker, k))
			continue;
		snprintf(id, sizeof id, "child%zu", ++children);
		person = add_person(maker, k, ROLE_CHILD, id, &child);
		if (children > 1)
			share_address(maker, person);
	}
	parent = find_relation(&maker->family,
	    corpus_rng_chance(&maker->rng, 750) ? CORPUS_MOTHER : CORPUS_GRANDPARENT);
	if (corpus_rng_chance(&maker->rng, 500) && may_be_named(maker, parent)) {
		struct person *person = add_person(maker, parent, ROLE_CALLER, "caller", &caller);

		person->note = str_from(maker->family.members[parent].relation == CORPUS_MOTHER
					    ? "Mother"
					    : "Grandparent");
	}
	while (accused < maker->family.member_count &&
	       maker->family.members[accused].role != ROLE_PERPETRATOR)
		accused++;
	if (may_be_named(maker, accused))
		add_person(maker, accused, ROLE_PERPETRATOR, "alleged", &alleged);
}

static void
make_childline(struct maker *maker)
{
	static const struct shape child = { .name = NAME_FULL,
		.known_as = true,
		.birth = true,
		.sex = true,
		.address = ADDRESS_TOWN };
	static const struct shape mentioned = { .name = NAME_FULL, .birth = true };

	add_person(maker, 0, ROLE_CHILD, "yp", &child)->note = STR_NONE;
	if (maker->family.members[1].relation == CORPUS_SIBLING && may_be_named(maker, 1) &&
	    corpus_rng_chance(&maker->rng, 150))
		add_person(maker, 1, ROLE_SIBLING, "m1", &mentioned)->note =
		    maker->family.members[1].sex == SEX_FEMALE ? STR_LIT("sister")
							       : STR_LIT("brother");
}

static void
make_ctac(struct maker *maker)
{
	struct shape subject = { .birth = true,
		.sex = true,
		.phone = true,
		.spellings = 1 + corpus_rng_below(&maker->rng, 2),
		.address = ADDRESS_NOW };
	static const struct shape parent = { .birth = true };
	struct person *person;
	size_t mother = find_relation(&maker->family, CORPUS_MOTHER);

	/* The export has one for NHS numbers only. */
	subject.identifier = nation_identifier(maker->family.nation) == IDENTIFIER_NHS;
	person = add_person(maker, 0, ROLE_CHILD, "subject", &subject);
	person->age_disputed = person->birth_count > 1 && corpus_rng_chance(&maker->rng, 500);
	if (corpus_rng_chance(&maker->rng, 300) && may_be_named(maker, mother))
		add_person(maker, mother, ROLE_PARENT, "a1", &parent)->note = STR_LIT("mother");
}

static void
make_participation(struct maker *maker)
{
	static const struct shape member = {
		.known_as = true, .birth = true, .sex = true, .address = ADDRESS_TOWN
	};
	static const struct shape adult = { .name = NAME_FULL, .phone = true };
	size_t parent = find_relation(
	    &maker->family, corpus_rng_chance(&maker->rng, 700) ? CORPUS_MOTHER : CORPUS_FATHER);

	add_person(maker, 0, ROLE_CHILD, "member", &member);
	if (may_be_named(maker, parent))
		add_person(maker, parent, ROLE_PARENT, "parent", &adult);
}

/* Childline, CTAC and Participation know nobody younger, in days. */
#define CALLING_AGE (9 * 365)

static enum corpus_system
family_system(uint64_t seed, const struct corpus_family *family, unsigned appearance)
{
	struct corpus_rng rng = corpus_rng_of(seed, STREAM_SYSTEMS, family->number);
	enum corpus_system order[CORPUS_SYSTEM_COUNT] = { CORPUS_CHILDRENS_SERVICES,
		CORPUS_HELPLINE, CORPUS_CHILDLINE, CORPUS_PARTICIPATION, CORPUS_CTAC };
	/* CTAC knows children from elsewhere. */
	bool islander = family->members[0].origin < 5 && corpus_rng_chance(&rng, 850);
	bool small = family->members[0].born > CORPUS_LAST_DAY - CALLING_AGE;

	for (uint32_t k = small ? 2 : islander ? 4 : 5; k > 1; k--) {
		uint32_t other = corpus_rng_below(&rng, k);
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
	day_number closed = maker->at + 14 + (day_number)corpus_rng_below(&maker->rng, 900);

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
	bool calls = maker->out->system >= CORPUS_CHILDLINE;
	day_number born = maker->family.members[0].born;
	day_number first = born + (calls ? CALLING_AGE : 30), last = born + 18 * 365;

	if (last > CORPUS_LAST_DAY)
		last = CORPUS_LAST_DAY;
	return first + (day_number)corpus_rng_below(&maker->rng, (uint32_t)(last - first) + 1);
}

static const uint8_t family_of[CORPUS_BLOCK_RECORDS] = { 0, 0, 0, 0, 1, 1, 2, 2, 3, 4 };
static const uint8_t appearance_of[CORPUS_BLOCK_RECORDS] = { 0, 1, 2, 3, 0, 1, 0, 1, 0, 0 };

unsigned
corpus_records_of(uint64_t *first, uint64_t family)
{
	unsigned count = 0;

	*first = family / CORPUS_BLOCK_FAMILIES * CORPUS_BLOCK_RECORDS;
	for (unsigned k = 0; k < CORPUS_BLOCK_RECORDS; k++) {
		*first += family_of[k] < family % CORPUS_BLOCK_FAMILIES;
		count += family_of[k] == family % CORPUS_BLOCK_FAMILIES;
	}
	return count;
}

enum status
corpus_make(
    struct corpus_case *out, struct arena *arena, const struct corpus_source *source, uint64_t i)
{
	static void (*const make[CORPUS_SYSTEM_COUNT])(struct maker *) = { make_childrens_services,
		make_helpline, make_childline, make_ctac, make_participation };
	struct maker maker = { .out = out, .arena = arena, .source = source };

	memset(out, 0, sizeof *out);
	out->family =
	    i / CORPUS_BLOCK_RECORDS * CORPUS_BLOCK_FAMILIES + family_of[i % CORPUS_BLOCK_RECORDS];
	maker.rng = corpus_rng_of(source->seed, STREAM_RECORD, i);
	maker.people = arena_alloc(arena, CORPUS_PEOPLE_MAX, sizeof *maker.people);
	if (maker.people == NULL)
		return STATUS_NOMEM;
	corpus_family_make(&maker.family, source, out->family);
	out->system =
	    family_system(source->seed, &maker.family, appearance_of[i % CORPUS_BLOCK_RECORDS]);
	maker.shares =
	    corpus_shares_under(&system_shares[out->system], (enum corpus_profile)source->profile);
	maker.at = draw_contact_day(&maker);
	out->record.people = maker.people;
	make_header(&maker, i);
	make[out->system](&maker);
	return maker.failed ? STATUS_NOMEM : STATUS_OK;
}

/* --- Questions -------------------------------------------------------------------------------- */

enum status
corpus_ask(struct corpus_query *out, struct arena *arena, const struct corpus_source *source,
    const struct corpus_family *family, unsigned member, uint64_t n,
    const struct corpus_shares *shares)
{
	struct corpus_rng rng = corpus_rng_of(
	    source->seed, STREAM_QUERY + 16 * n, family->number * CORPUS_MEMBERS_MAX + member);
	struct shape shape = { .birth = true, .sex = true, .phone = true, .identifier = true };
	struct sayer sayer = {
		.arena = arena,
		.rng = { corpus_rng_next(&rng) },
		.family = family,
		.member = &family->members[member],
		.at = CORPUS_LAST_DAY - (day_number)corpus_rng_below(&rng, 1500),
	};

	/* Forms ask for other names; they are given where they are known. */
	shape.former = true;
	shape.known_as = corpus_rng_chance(&rng, 400);
	shape.address = corpus_rng_chance(&rng, 300) ? ADDRESS_HISTORY : ADDRESS_NOW;
	/* Nobody asks before the birth. */
	if (sayer.at < sayer.member->born)
		sayer.at = CORPUS_LAST_DAY;
	out->person = (struct person){ .role = sayer.member->role };
	out->family = family->number;
	out->member = (uint8_t)member;
	out->people_index = 0;
	sayer.wanted = draw_damage(&sayer.rng, shares);
	say_person(&sayer, &out->person, &shape);
	out->damage = sayer.done;
	return sayer.failed ? STATUS_NOMEM : STATUS_OK;
}

enum status
corpus_ask_about(struct corpus_query *out, struct arena *arena, const struct corpus_source *source,
    uint64_t i, uint64_t n, const struct corpus_shares *shares)
{
	struct corpus_rng rng = corpus_rng_of(source->seed, STREAM_QUERY + 16 * n + 1, i);
	struct corpus_family family;
	struct corpus_case record;
	enum status status = corpus_make(&record, arena, source, i);
	size_t index;

	if (status != STATUS_OK)
		return status;
	index = corpus_rng_chance(&rng, 500)
		    ? 0
		    : corpus_rng_below(&rng, (uint32_t)record.record.people_count);
	corpus_family_make(&family, source, record.family);
	status = corpus_ask(out, arena, source, &family, record.member[index], n, shares);
	out->people_index = index;
	return status;
}

/* --- From the project's own lists ---------------------------------------------------------- */

enum status
corpus_record(struct corpus_case *out, struct arena *arena, uint64_t seed, uint64_t i)
{
	const struct corpus_source source = { .seed = seed };

	return corpus_make(out, arena, &source, i);
}

enum status
corpus_query(struct corpus_query *out, struct arena *arena, uint64_t seed, uint64_t i, uint64_t n,
    const struct corpus_shares *shares)
{
	const struct corpus_source source = { .seed = seed };

	return corpus_ask_about(out, arena, &source, i, n, shares);
}

enum status
corpus_query_absent(struct corpus_query *out, struct arena *arena, uint64_t seed, uint64_t n,
    const struct corpus_shares *shares)
{
	const struct corpus_source source = { .seed = seed };
	struct corpus_family family;

	corpus_family_make(&family, &source, corpus_family_absent(n));
	return corpus_ask(out, arena, &source, &family, 0, n, shares);
}
