#include "tests/support/corpus.h"

#include "tests/support/corpus_edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define SEED 20261125u
static const struct corpus_source source = { .seed = SEED };

static void
without(char *out, const char *text, const char *marks)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		if (strchr(marks, *text) == NULL)
			out[n++] = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
	out[n] = '\0';
}

static void
assert_same_letters(const char *a, const char *b)
{
	char x[CORPUS_EDIT_BYTES], y[CORPUS_EDIT_BYTES];

	without(x, a, " -'");
	without(y, b, " -'");
	assert_string_equal(x, y);
}

/* Whether one byte taken from `longer` leaves `shorter`, capitals apart. */
static bool
is_one_longer(const char *longer, const char *shorter)
{
	size_t n = strlen(longer);

	if (n != strlen(shorter) + 1)
		return false;
	for (size_t i = 0; i < n; i++) {
		char cut[CORPUS_EDIT_BYTES];

		snprintf(cut, sizeof cut, "%.*s%s", (int)i, longer, longer + i + 1);
		if (strcasecmp(cut, shorter) == 0)
			return true;
	}
	return false;
}

static unsigned
differing(const char *a, const char *b)
{
	unsigned n = 0;

	for (; *a != '\0' && *b != '\0'; a++, b++)
		n += *a != *b;
	return n;
}

static void
check_typo(enum corpus_damage kind, const char *truth, const char *said)
{
	size_t n = strlen(truth), m = strlen(said);

	assert_string_not_equal(truth, said);
	switch (kind) {
	case CORPUS_TYPO_KEYBOARD:
		assert_int_equal(n, m);
		assert_int_equal(differing(truth, said), 1);
		assert_int_equal(truth[0], said[0]);
		break;
	case CORPUS_TYPO_DROP:
		assert_true(is_one_longer(truth, said));
		assert_int_equal(truth[0], said[0]);
		break;
	case CORPUS_TYPO_DOUBLE:
		assert_true(is_one_longer(said, truth));
		assert_int_equal(truth[0], said[0]);
		break;
	case CORPUS_TYPO_TRANSPOSE:
		assert_int_equal(n, m);
		assert_in_range(differing(truth, said), 1, 2);
		assert_int_equal(truth[0], said[0]);
		break;
	case CORPUS_TYPO_FIRST_LETTER:
		assert_true((n == m && differing(truth, said) == 1 && truth[0] != said[0]) ||
			    is_one_longer(truth, said));
		break;
	default: /* a letter or two for one or two */
		assert_in_range(n > m ? n - m : m - n, 0, 2);
	}
}

static void
check_letters(
    enum corpus_damage kind, const struct corpus_member *member, const struct person_name *name)
{
	char forename[CORPUS_EDIT_BYTES], surname[CORPUS_EDIT_BYTES];
	struct str rest = name->forenames;

	snprintf(surname, sizeof surname, "%.*s", STR_ARG(name->surname));
	/* What follows the forename is the middle name. */
	if (member->middle[0] != '\0')
		rest.n -= strlen(member->middle) + 1;
	snprintf(forename, sizeof forename, "%.*s", STR_ARG(rest));
	if (strcmp(surname, member->surname) == 0)
		check_typo(kind, member->forename, forename);
	else
		check_typo(kind, member->surname, surname);
}

/* A copy of the name said, in parts, and with NULs. */
struct said {
	char forenames[CORPUS_EDIT_BYTES], surname[CORPUS_EDIT_BYTES], full[2 * CORPUS_EDIT_BYTES];
	char whole[2 * CORPUS_EDIT_BYTES]; /* the true forenames */
};

static bool
has_short_form(const struct corpus_member *member, struct str said)
{
	struct str rest = str_from(member->short_forms);

	while (rest.n > 0)
		if (str_starts(said, str_cut(&rest, '|')))
			return true;
	return false;
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

static void
check_parts(enum corpus_damage kind, const struct corpus_member *member, const struct said *said)
{
	char turned[4 * CORPUS_EDIT_BYTES];

	switch (kind) {
	case CORPUS_NICKNAME:
		assert_true(has_short_form(member, str_from(said->forenames)));
		assert_string_not_equal(said->forenames, said->whole);
		break;
	case CORPUS_INITIAL:
		assert_int_equal(said->forenames[0], member->forename[0]);
		assert_true(said->forenames[str_utf8_valid(str_from(member->forename)) > 1 &&
						    (unsigned char)member->forename[0] < 0x80
						? 1
						: 2] != member->forename[1]);
		break;
	case CORPUS_MIDDLE_AS_FIRST:
		assert_true(str_starts(str_from(said->forenames), str_from(member->middle)));
		break;
	case CORPUS_PARTS_SWAPPED:
		assert_string_equal(said->forenames, member->surname);
		assert_string_equal(said->surname, said->whole);
		break;
	case CORPUS_ORDER_REVERSED:
		snprintf(turned, sizeof turned, "%s %s", member->surname, said->whole);
		assert_string_equal(said->full, turned);
		break;
	case CORPUS_ONE_STRING:
		snprintf(turned, sizeof turned, "%s %s", said->whole, member->surname);
		assert_string_equal(said->full, turned);
		break;
	case CORPUS_NO_FORENAME:
		assert_string_equal(said->forenames, "");
		break;
	case CORPUS_NO_SURNAME:
		assert_string_equal(said->surname, "");
		break;
	case CORPUS_NO_MIDDLE:
		assert_string_equal(said->forenames, member->forename);
		assert_string_not_equal(member->middle, "");
		break;
	default:
		fail();
	}
}

static void
check_surname(enum corpus_damage kind, const struct corpus_member *member, const struct said *said)
{
	size_t n = strlen(member->surname), m = strlen(said->surname);
	char folded[CORPUS_EDIT_BYTES];

	if (kind == CORPUS_DIACRITICS_LOST) {
		assert_true(is_ascii(said->surname) && is_ascii(said->forenames));
		snprintf(folded, sizeof folded, "%s", member->surname);
		corpus_edit_fold(folded);
		assert_string_equal(said->surname, folded);
		return;
	}
	if (kind == CORPUS_TRANSLIT) {
		assert_true(strcmp(said->surname, member->surname) != 0 ||
			    strcmp(said->forenames, said->whole) != 0);
		return;
	}
	assert_string_not_equal(said->surname, member->surname);
	if (kind == CORPUS_FORMER_SURNAME) {
		assert_string_equal(said->surname, member->former);
	} else if (kind == CORPUS_DOUBLE_BARRELLED_SPLIT) {
		assert_true(m + 2 < n && (memcmp(said->surname, member->surname, m) == 0 ||
					     strcmp(said->surname, member->surname + n - m) == 0));
	} else if (kind == CORPUS_HYPHEN_JOINED) {
		assert_same_letters(said->surname, member->surname);
	} else {
		assert_int_equal(kind, CORPUS_MAC_O_PARTICLE);
		/* The end is the same. */
		assert_string_equal(said->surname + m - 2, member->surname + n - 2);
	}
}

static void
check_date(enum corpus_damage kind, const struct corpus_member *member, const struct person *said)
{
	const struct birth *birth = &said->births[0];
	struct civil truth = corpus_family_civil(member->born), date;
	unsigned age;

	if (kind == CORPUS_NO_DATE) {
		assert_int_equal(said->birth_count, 0);
		return;
	}
	assert_true(said->birth_count > 0);
	date = corpus_family_civil(birth->first);
	switch (kind) {
	case CORPUS_DATE_SWAPPED:
		assert_true(date.day == truth.month && date.month == truth.day &&
			    date.year == truth.year && date.day != date.month);
		break;
	case CORPUS_DATE_DIGIT:
		assert_int_equal((date.day != truth.day) + (date.month != truth.month) +
				     (date.year != truth.year),
		    1);
		break;
	case CORPUS_DATE_YEAR_OFF:
		assert_in_range(abs(date.year - truth.year), 1, 1);
		assert_int_equal(date.month, truth.month);
		break;
	case CORPUS_DATE_1_JANUARY:
		assert_true(date.day == 1 && date.month == 1 && date.year == truth.year);
		assert_true(birth->first != member->born);
		break;
	case CORPUS_DATE_YEAR_ONLY:
	case CORPUS_DATE_MONTH_ONLY:
		assert_true(birth->first <= member->born && member->born <= birth->last);
		assert_int_equal(birth->precision,
		    kind == CORPUS_DATE_YEAR_ONLY ? BIRTH_YEAR : BIRTH_YEAR_MONTH);
		break;
	case CORPUS_DATE_AGE:
		assert_int_equal(birth->precision, BIRTH_AGE);
		assert_true(birth->first <= member->born && member->born <= birth->last);
		break;
	case CORPUS_DATE_AGE_OFF:
		age = corpus_family_age(member->born, birth->at);
		assert_int_equal(birth->precision, BIRTH_AGE);
		assert_int_equal(abs((int)birth->age - (int)age), 1);
		break;
	default:
		assert_int_equal(kind, CORPUS_DATE_TWO_CLAIMED);
		assert_int_equal(said->birth_count, 2);
		assert_true(said->births[0].first != said->births[1].first);
		assert_true(
		    said->births[0].first == member->born || said->births[1].first == member->born);
	}
}

static bool
address_fits(
    enum corpus_damage kind, const struct corpus_home *home, const struct person_address *address)
{
	char text[CORPUS_EDIT_BYTES + 64];
	bool same_text, same_postcode;

	corpus_family_home_text(text, sizeof text, home);
	same_text = str_eq_text(address->text, text);
	same_postcode = str_eq_text(address->postcode, home->place.postcode);
	switch (kind) {
	case CORPUS_MOVED:
		return same_text && same_postcode;
	case CORPUS_POSTCODE_TYPO:
		return same_text && !same_postcode &&
		       address->postcode.n == strlen(home->place.postcode);
	case CORPUS_NO_POSTCODE:
		return same_text && address->postcode.n == 0;
	case CORPUS_ADDRESS_PARTIAL:
		return address->postcode.n == 0 &&
		       (str_eq_text(address->text, home->place.street) ||
			   (address->text.n == 0 && str_eq_text(address->town, home->place.town)));
	default: /* a flat's form, the name of a house, a letter of the street */
		return !same_text && same_postcode && address->text.n > 0;
	}
}

static void
check_address(enum corpus_damage kind, const struct corpus_family *family,
    const struct corpus_member *member, const struct person *said)
{
	const struct corpus_home *homes =
	    member->apart < 0 ? family->homes : &family->apart[member->apart];
	size_t count = member->apart < 0 ? family->home_count : 1;
	bool fits = false;

	if (kind == CORPUS_NO_ADDRESS) {
		assert_int_equal(said->address_count, 0);
		return;
	}
	/* Any that they lived in by then; of those who moved one that is not the last. */
	for (size_t k = 0; k + (kind == CORPUS_MOVED) < count; k++)
		fits |= address_fits(kind, &homes[k], &said->addresses[0]);
	assert_true(fits);
}

static void
check_label(
    enum corpus_damage kind, const struct corpus_family *family, const struct corpus_query *query)
{
	const struct corpus_member *member = &family->members[query->member];
	const struct person *person = &query->person;
	const struct person_name *name = &person->names[0];
	struct said said;

	snprintf(said.forenames, sizeof said.forenames, "%.*s", STR_ARG(name->forenames));
	snprintf(said.surname, sizeof said.surname, "%.*s", STR_ARG(name->surname));
	snprintf(said.full, sizeof said.full, "%.*s", STR_ARG(name->full));
	snprintf(said.whole, sizeof said.whole, "%s%s%s", member->forename,
	    member->middle[0] != '\0' ? " " : "", member->middle);
	if (kind < CORPUS_NICKNAME)
		check_letters(kind, member, name);
	else if (kind <= CORPUS_ONE_STRING)
		check_parts(kind, member, &said);
	else if (kind <= CORPUS_DIACRITICS_LOST)
		check_surname(kind, member, &said);
	else if (kind <= CORPUS_DATE_TWO_CLAIMED)
		check_date(kind, member, person);
	else if (kind <= CORPUS_NO_ADDRESS)
		check_address(kind, family, member, person);
	else if (kind == CORPUS_NO_PHONE)
		assert_int_equal(person->phone_count, 0);
	else if (kind == CORPUS_SEX_MISSING)
		assert_int_equal(person->sex, SEX_UNKNOWN);
	else if (kind == CORPUS_SEX_WRONG)
		assert_true(person->sex != SEX_UNKNOWN && person->sex != member->sex);
}

/* Each kind alone, wherever it can be done. */
static void
test_damage_is_what_its_label_says(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (unsigned kind = 0; kind < CORPUS_DAMAGE_COUNT; kind++) {
		struct corpus_shares always = { { 0 } };
		unsigned done = 0;

		always.per_mille[kind] = 1000;
		for (uint64_t n = 0; n < 1500; n++) {
			struct corpus_query query;
			struct corpus_family family;

			arena_reset(arena);
			assert_int_equal(
			    corpus_query_absent(&query, arena, SEED, n, &always), STATUS_OK);
			assert_true((query.damage & ~CORPUS_BIT(kind)) == 0);
			if (query.damage == 0)
				continue;
			done++;
			corpus_family_make(&family, &source, query.family);
			check_label((enum corpus_damage)kind, &family, &query);
		}
		if (done < 12)
			print_message("damage %u was possible %u times only\n", kind, done);
		assert_true(done >= 12);
	}
	arena_free(arena);
}

/* --- Edits by themselves ---------------------------------------------------------------------- */

static void
test_edits_change_or_leave(void **state)
{
	static bool (*const edits[])(char *, struct corpus_rng *) = { corpus_edit_keyboard,
		corpus_edit_ocr, corpus_edit_phonetic, corpus_edit_drop, corpus_edit_double,
		corpus_edit_transpose, corpus_edit_first_letter, corpus_edit_initial,
		corpus_edit_particle, corpus_edit_split_double, corpus_edit_join_double,
		corpus_edit_postcode };
	static const char *const words[] = { "", "A", "Li", "Ng", "Åsa", "Nguyễn", "O'Brien",
		"McKay", "MacDonald", "Mackay", "Mace", "Smith-Jones", "de la Haye", "al-Hassan",
		"Müller", "LS8 4AB", "Ömer", "-", "'", "O'", "Mc", "al-", "A B", "Aa" };
	struct corpus_rng rng = corpus_rng_of(SEED, 5, 0);

	(void)state;
	for (unsigned n = 0; n < 60000; n++) {
		char text[CORPUS_EDIT_BYTES];
		const char *word = words[n % (sizeof words / sizeof words[0])];
		unsigned e = n / 24 % (sizeof edits / sizeof edits[0]);
		bool changed;

		snprintf(text, sizeof text, "%s", word);
		changed = edits[e](text, &rng);
		if (changed != (strcmp(text, word) != 0))
			print_message("edit %u: %s, %s\n", e, word, text);
		assert_int_equal(changed, strcmp(text, word) != 0);
		if (str_utf8_valid(str_from(text)) != strlen(text))
			print_message("edit %u of %s: not UTF-8\n", e, word);
		assert_int_equal(str_utf8_valid(str_from(text)), strlen(text));
		assert_true(!changed || text[0] != '\0');
	}
}

/* A word as long as there is room for is left alone rather than overrun. */
static void
test_edits_keep_to_the_room(void **state)
{
	struct corpus_rng rng = corpus_rng_of(SEED, 6, 0);

	(void)state;
	for (size_t n = CORPUS_EDIT_BYTES - 12; n < CORPUS_EDIT_BYTES; n++)
		for (unsigned i = 0; i < 200; i++) {
			char text[CORPUS_EDIT_BYTES + 8];

			memset(text, 'm', sizeof text);
			text[0] = 'M';
			text[n] = '\0';
			memset(text + CORPUS_EDIT_BYTES, 0x7f, 8);
			corpus_edit_double(text, &rng);
			corpus_edit_ocr(text, &rng);
			corpus_edit_phonetic(text, &rng);
			corpus_edit_translit(text, 1023, &rng);
			assert_true(strlen(text) < CORPUS_EDIT_BYTES);
			for (unsigned k = 0; k < 8; k++)
				assert_int_equal(text[CORPUS_EDIT_BYTES + k], 0x7f);
		}
}

static void
test_marks_are_lost(void **state)
{
	static const char *const pairs[][2] = { { "Wójcik", "Wojcik" }, { "Łukasz", "Lukasz" },
		{ "Nguyễn Thị", "Nguyen Thi" }, { "Đặng", "Dang" }, { "Ștefan", "Stefan" },
		{ "Žukauskaitė", "Zukauskaite" }, { "Siân", "Sian" }, { "Llŷr", "Llyr" },
		{ "Ægir", "Aegir" }, { "Strauß", "Strauss" }, { "Çela", "Cela" } };

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		char text[CORPUS_EDIT_BYTES];

		snprintf(text, sizeof text, "%s", pairs[i][0]);
		assert_true(corpus_edit_fold(text));
		assert_string_equal(text, pairs[i][1]);
		assert_false(corpus_edit_fold(text));
	}
	assert_true(corpus_edit_is_wide("Wałęsa"));
	assert_false(corpus_edit_is_wide("Élise"));
}

/* Some of the forms that are to be expected do come. */
static void
test_forms_that_are_known_come(void **state)
{
	static const struct {
		unsigned scripts; /* 0: a particle */
		const char *from, *to;
	} wanted[] = { { CORPUS_SCRIPT_ARABIC, "Yusuf", "Yousuf" },
		{ CORPUS_SCRIPT_ARABIC, "Mohammed", "Mohamed" },
		{ CORPUS_SCRIPT_ARABIC, "Qasim", "Kasim" }, { CORPUS_SCRIPT_CHINESE, "Xu", "Hsu" },
		{ CORPUS_SCRIPT_CHINESE, "Zhang", "Chang" },
		{ CORPUS_SCRIPT_POLISH, "Wiśniewski", "Wishniewski" },
		{ CORPUS_SCRIPT_POLISH, "Szymon", "Shymon" },
		{ CORPUS_SCRIPT_CYRILLIC, "Yuliya", "Iuliya" },
		{ CORPUS_SCRIPT_ETHIOPIC, "Tesfay", "Tesfai" },
		{ CORPUS_SCRIPT_ALBANIAN, "Xhoxha", "Joxha" },
		{ CORPUS_SCRIPT_VIETNAMESE, "Phuong", "Fuong" },
		{ CORPUS_SCRIPT_INDIAN, "Laxmi", "Lakshmi" }, { 0, "McKay", "MacKay" },
		{ 0, "MacLeod", "McLeod" }, { 0, "O'Brien", "OBrien" }, { 0, "O'Brien", "Brien" },
		{ 0, "de Gruchy", "Gruchy" }, { 0, "al-Hassan", "Hassan" },
		{ 0, "Le Brun", "Lebrun" } };
	struct corpus_rng rng = corpus_rng_of(SEED, 7, 0);

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		bool came = false;

		for (unsigned tries = 0; tries < 2000 && !came; tries++) {
			char text[CORPUS_EDIT_BYTES];

			snprintf(text, sizeof text, "%s", wanted[i].from);
			if (wanted[i].scripts != 0)
				corpus_edit_translit(text, wanted[i].scripts, &rng);
			else
				corpus_edit_particle(text, &rng);
			came = strcmp(text, wanted[i].to) == 0;
		}
		if (!came)
			print_message("%s never becomes %s\n", wanted[i].from, wanted[i].to);
		assert_true(came);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damage_is_what_its_label_says),
		cmocka_unit_test(test_edits_change_or_leave),
		cmocka_unit_test(test_edits_keep_to_the_room),
		cmocka_unit_test(test_marks_are_lost),
		cmocka_unit_test(test_forms_that_are_known_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
