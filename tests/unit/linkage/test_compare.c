#include "linkage/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "linkage/distance.h"
#include "tests/unit/linkage/people.h"

static void
assert_tokens(const char *a, const char *b, enum token_level level)
{
	enum token_level got = compare_tokens(NULL, str_from(a), str_from(b));

	if (got != level)
		fail_msg("%s, %s: %s, expected %s", a, b, token_level_name(got),
		    token_level_name(level));
	assert_int_equal(compare_tokens(NULL, str_from(b), str_from(a)), level);
}

static void
test_token_levels_without_a_lexicon(void **state)
{
	static const struct {
		const char *a, *b;
		enum token_level level;
	} cases[] = {
		{ "katherine", "katherine", TOKEN_EXACT },
		{ "k", "k", TOKEN_EXACT },
		{ "jo", "jo", TOKEN_EXACT },
		{ "katherine", "kathryn", TOKEN_SOUND },
		{ "smith", "smyth", TOKEN_SOUND },
		{ "smith", "smiths", TOKEN_EDIT1 },
		{ "smith", "snith", TOKEN_EDIT1 },
		{ "martin", "matrin", TOKEN_EDIT1 },
		{ "bob", "rob", TOKEN_EDIT1 },
		{ "brown", "br0wn", TOKEN_SOUND }, /* a digit has no sound */
		{ "tom", "t0m", TOKEN_SOUND },
		{ "oscar", "0scar", TOKEN_EDIT1 }, /* o and 0 */
		{ "lily", "1ily", TOKEN_EDIT1 },   /* l and 1 */
		{ "edwardson", "ebwarbson", TOKEN_EDIT2 },
		{ "chris", "christopher", TOKEN_PREFIX },
		{ "smith", "smithson", TOKEN_PREFIX },
		{ "k", "katherine", TOKEN_INITIAL },
		{ "k", "ka", TOKEN_INITIAL },
		{ "k", "smith", TOKEN_NONE },
		{ "jones", "smith", TOKEN_NONE },
		{ "", "smith", TOKEN_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_tokens(cases[i].a, cases[i].b, cases[i].level);
}

static void
test_two_letters_are_equal_or_nothing(void **state)
{
	(void)state;
	assert_tokens("li", "lu", TOKEN_NONE);
	assert_tokens("li", "lin", TOKEN_NONE);
	assert_tokens("jo", "joe", TOKEN_NONE);
	assert_tokens("jo", "joanna", TOKEN_NONE);
}

static void
test_nicknames_come_from_the_lexicon(void **state)
{
	struct lexicon *lexicon = NULL;
	struct err err = ERR_NONE;
	struct str katie = STR_LIT("katie"), katherine = STR_LIT("katherine");

	(void)state;
	assert_int_equal(digest_init(&err), STATUS_OK);
	assert_int_equal(lexicon_load(&lexicon, "schemas/lexicon", &err), STATUS_OK);
	assert_int_equal(compare_tokens(lexicon, katie, katherine), TOKEN_NICKNAME);
	assert_int_equal(compare_tokens(lexicon, katherine, katie), TOKEN_NICKNAME);
	assert_int_equal(compare_tokens(lexicon, katie, katie), TOKEN_EXACT);
	assert_int_equal(compare_tokens(lexicon, katie, STR_LIT("zysk")), TOKEN_NONE);
	assert_int_equal(compare_tokens(NULL, katie, katherine), TOKEN_NONE);
	lexicon_free(lexicon);
}

static void
test_edits_have_their_lengths(void **state)
{
	(void)state;
	assert_tokens("bob", "bo", TOKEN_NONE);
	assert_tokens("bob", "rob", TOKEN_EDIT1);
	assert_tokens("marker", "narket", TOKEN_NONE);	  /* two edits, 6 letters */
	assert_tokens("markers", "narkets", TOKEN_EDIT2); /* 7 */
	assert_tokens("markers", "narketz", TOKEN_NONE);  /* three */
	assert_tokens("abc", "abcxyz", TOKEN_PREFIX);
	assert_tokens("ab", "abcxyz", TOKEN_NONE);
}

static void
test_sound_alone_is_not_enough(void **state)
{
	(void)state;
	/* one code each, but other names */
	assert_tokens("olivia", "alfie", TOKEN_NONE);
	assert_tokens("john", "annie", TOKEN_NONE);
	assert_tokens("craig", "george", TOKEN_NONE);
	/* four characters of a code agree, the whole does not */
	assert_tokens("alexander", "alexis", TOKEN_NONE);
	assert_tokens("lewis", "louis", TOKEN_SOUND);
}

static void
random_token(char out[12], size_t *n, uint64_t *seed)
{
	*n = 1 + draw(seed, 11);
	for (size_t i = 0; i < *n; i++)
		out[i] = (char)('a' + draw(seed, 4));
}

static void
test_token_levels_are_symmetric_and_follow_their_definitions(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		char p[12], q[12];
		struct str a = { p, 0 }, b = { q, 0 };
		enum token_level level;
		unsigned edits;

		random_token(p, &a.n, &seed);
		random_token(q, &b.n, &seed);
		level = compare_tokens(NULL, a, b);
		edits = distance_osa(a, b, 64);
		assert_int_equal(level, compare_tokens(NULL, b, a));
		assert_int_equal(compare_tokens(NULL, a, a), TOKEN_EXACT);
		assert_int_equal(level == TOKEN_EXACT, edits == 0);
		if (level == TOKEN_EDIT1)
			assert_int_equal(edits, 1);
		if (level == TOKEN_EDIT2)
			assert_int_equal(edits, 2);
		if (edits == 1 && a.n >= 3 && b.n >= 3)
			assert_true(level <= TOKEN_EDIT1);
		if (edits == 2 && a.n >= 7 && b.n >= 7)
			assert_true(level <= TOKEN_EDIT2);
	}
}

/* The definitions in compare.h, nothing passed over for being quicker. */
static enum token_level
plain_level(struct str a, struct str b)
{
	char code[4][METAPHONE_LONG_BYTES + 1];
	struct str lesser = a.n < b.n ? a : b, greater = a.n < b.n ? b : a;
	unsigned edits = distance_osa(a, b, 64);
	bool sound = false;

	if (str_eq(a, b))
		return TOKEN_EXACT;
	if (lesser.n < 2)
		return str_starts(greater, lesser) ? TOKEN_INITIAL : TOKEN_NONE;
	if (lesser.n < 3)
		return TOKEN_NONE;
	metaphone_codes(code[0], code[1], METAPHONE_LONG_BYTES, a);
	metaphone_codes(code[2], code[3], METAPHONE_LONG_BYTES, b);
	for (int i = 0; i < 2; i++)
		for (int j = 2; j < 4; j++)
			sound = sound || (code[i][0] != '\0' && strcmp(code[i], code[j]) == 0);
	if (sound && edits <= greater.n / 2)
		return TOKEN_SOUND;
	if (edits == 1)
		return TOKEN_EDIT1;
	if (edits == 2 && lesser.n >= 7)
		return TOKEN_EDIT2;
	return str_starts(greater, lesser) ? TOKEN_PREFIX : TOKEN_NONE;
}

static void
test_token_levels_are_those_of_their_plain_definition(void **state)
{
	static const char *const pieces[] = { "a", "e", "ie", "y", "kn", "gn", "ph", "f", "sch",
		"s", "c", "k", "w", "wr", "h", "th", "t", "x", "z", "l", "ll", "ps", "n", "m" };
	size_t seen[TOKEN_LEVEL_COUNT] = { 0 };
	uint64_t seed = 71;

	(void)state;
	for (int i = 0; i < 400000; i++) {
		char p[48], q[48];
		struct str a = { p, 0 }, b = { q, 0 };
		enum token_level level;

		for (unsigned k = 1 + draw(&seed, 6); k > 0; k--) {
			struct str piece = draw_of(&seed, pieces, 24), other = piece;

			if (draw(&seed, 5) == 0)
				other = draw_of(&seed, pieces, 24);
			memcpy(p + a.n, piece.p, piece.n);
			memcpy(q + b.n, other.p, other.n);
			a.n += piece.n;
			b.n += other.n;
		}
		if (draw(&seed, 6) == 0)
			b.n -= draw(&seed, (unsigned)b.n);
		level = compare_tokens(NULL, a, b);
		if (level != plain_level(a, b))
			fail_msg("%.*s, %.*s: %s, plainly %s", STR_ARG(a), STR_ARG(b),
			    token_level_name(level), token_level_name(plain_level(a, b)));
		seen[level]++;
	}
	for (int level = 0; level < TOKEN_LEVEL_COUNT; level++)
		assert_true(level == TOKEN_NICKNAME || level == TOKEN_SCRIPT || seen[level] > 100);
}

/* What lib/index relies on: each level but none can be found by a key of the token alone. */
static void
test_sound_implies_a_common_four_character_code(void **state)
{
	uint64_t seed = 5;
	int seen = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char p[12], q[12], a1[5], a2[5], b1[5], b2[5];
		struct str a = { p, 0 }, b = { q, 0 };

		random_token(p, &a.n, &seed);
		random_token(q, &b.n, &seed);
		if (compare_tokens(NULL, a, b) != TOKEN_SOUND)
			continue;
		seen++;
		distance_metaphone(a1, a2, a);
		distance_metaphone(b1, b2, b);
		assert_true(strcmp(a1, b1) == 0 || strcmp(a1, b2) == 0 || strcmp(a2, b1) == 0 ||
			    strcmp(a2, b2) == 0);
	}
	assert_true(seen > 100);
}

/* --- Dates ----------------------------------------------------------------------------------- */
static void
assert_births(const char *x, const char *y, int level)
{
	struct birth a = made_span(x), b = made_span(y);
	int got = compare_births(&a, &b);

	if (got != level)
		fail_msg("%s, %s: %s, expected %s", x, y, birth_level_name((enum birth_level)got),
		    birth_level_name((enum birth_level)level));
	assert_int_equal(compare_births(&b, &a), level);
}

static void
test_birth_levels(void **state)
{
	static const struct {
		const char *a, *b;
		int level;
	} cases[] = {
		{ "2009-03-04", "2009-03-04", BIRTH_LEVEL_EXACT },
		{ "2009-01-01", "2009-01-01", BIRTH_LEVEL_PLACEHOLDER },
		{ "2009-03-04", "2009-04-03", BIRTH_LEVEL_SWAPPED },
		{ "2009-03-04", "2009-03-14", BIRTH_LEVEL_YEAR_MONTH },
		{ "2009-03-04", "2009-03", BIRTH_LEVEL_YEAR_MONTH },
		{ "2009-03", "2009-03", BIRTH_LEVEL_YEAR_MONTH },
		{ "2009-03", "2009-03-02..2009-03-20", BIRTH_LEVEL_YEAR_MONTH },
		{ "2009-03-04", "2008-03-04", BIRTH_LEVEL_MONTH_DAY },
		{ "2009-03-04", "1909-03-04", BIRTH_LEVEL_MONTH_DAY },
		{ "2009-03-04", "2009-07-04", BIRTH_LEVEL_YEAR_DAY },
		{ "2009-03-14", "2009-07-14", BIRTH_LEVEL_YEAR_DAY },
		/* 1 January: the year at most */
		{ "2009-01-01", "2009-07-14", BIRTH_LEVEL_YEAR },
		{ "2009-01-01", "2009-07-01", BIRTH_LEVEL_YEAR },
		{ "2009-01-01", "2010-01-01", BIRTH_LEVEL_NEAR },
		{ "2009-01-01", "1999-01-01", BIRTH_LEVEL_DIFFERENT },
		{ "2009-01-01", "2009-01-20", BIRTH_LEVEL_YEAR_MONTH },
		{ "2009-01-01", "2009-01", BIRTH_LEVEL_YEAR_MONTH },
		{ "2009-01-01", "2009", BIRTH_LEVEL_YEAR },
		/* windows that share a day */
		{ "2009-03-04", "2009", BIRTH_LEVEL_YEAR },
		{ "2009-03", "2009", BIRTH_LEVEL_YEAR },
		{ "2009", "2009", BIRTH_LEVEL_YEAR },
		{ "2009", "2008..2011", BIRTH_LEVEL_YEAR },
		{ "2009-03-04", "2008..2011", BIRTH_LEVEL_YEAR },
		{ "2008-02-01", "age 7 at 2016-01-31", BIRTH_LEVEL_YEAR }, /* its first day */
		{ "2009-01-31", "age 7 at 2016-01-31", BIRTH_LEVEL_YEAR }, /* and its last */
		{ "2009-03-04", "age about 7 at 2016-01-31", BIRTH_LEVEL_YEAR },
		{ "age 7 at 2016-01-31", "age about 8 at 2016-03-01", BIRTH_LEVEL_YEAR },
		{ "age 7 at 2016-01-31", "2008", BIRTH_LEVEL_YEAR },
		/* windows that touch a year and share no day */
		{ "2008-01-31", "age 7 at 2016-01-31", BIRTH_LEVEL_SAME_YEAR },
		{ "2009-02-01", "age 7 at 2016-01-31", BIRTH_LEVEL_SAME_YEAR },
		{ "2009-03-04", "2009-11-20", BIRTH_LEVEL_SAME_YEAR },
		/* two days of neighbouring months, 31 days apart at most */
		{ "2009-03-04", "2009-04-02", BIRTH_LEVEL_CLOSE },
		{ "2009-03-05", "2009-04-05", BIRTH_LEVEL_YEAR_DAY },
		{ "2009-03-05", "2009-04-06", BIRTH_LEVEL_SAME_YEAR }, /* 32 days */
		{ "2009-01-31", "2009-03-03", BIRTH_LEVEL_CLOSE },     /* 31, over all February */
		{ "2009-12-20", "2010-01-19", BIRTH_LEVEL_CLOSE },
		{ "2009-12-20", "2010-01-21", BIRTH_LEVEL_NEAR },
		{ "2009-12-20", "2010-01-01", BIRTH_LEVEL_NEAR }, /* 1 January: the year alone */
		{ "2009-03", "2009-11-20", BIRTH_LEVEL_SAME_YEAR },
		{ "2009-03", "2009-11", BIRTH_LEVEL_SAME_YEAR },
		/* one year out, and more */
		{ "2009-03-04", "2010-11-20", BIRTH_LEVEL_NEAR },
		{ "2009-03-04", "2011-03-05", BIRTH_LEVEL_DIFFERENT },
		{ "2007-11-20", "age 7 at 2016-01-31", BIRTH_LEVEL_NEAR },
		{ "2009", "2010", BIRTH_LEVEL_NEAR },
		{ "2009", "2012", BIRTH_LEVEL_DIFFERENT },
		{ "2009-03-04", "1999-11-20", BIRTH_LEVEL_DIFFERENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_births(cases[i].a, cases[i].b, cases[i].level);
}

static void
test_near_ends_at_its_limit(void **state)
{
	struct birth a = made_span("2009-03-04"), b = a;

	(void)state;
	/* two days, so that it is no day of another year */
	b.first = a.first + BIRTH_NEAR_DAYS - 1;
	b.last = b.first + 1;
	assert_int_equal(compare_births(&a, &b), BIRTH_LEVEL_NEAR);
	b.first++;
	b.last++;
	assert_int_equal(compare_births(&a, &b), BIRTH_LEVEL_DIFFERENT);
}

static void
test_a_span_over_the_limit_is_no_evidence(void **state)
{
	(void)state;
	assert_births("2009-03-04", "2004..2009", BIRTH_LEVEL_YEAR); /* six years */
	assert_births("2009-03-04", "2003..2009", LEVEL_NULL);	     /* seven */
	assert_births("1900-03-04", "2003..2009", LEVEL_NULL);
	assert_births("2003..2009", "2003..2009", LEVEL_NULL);
}

static void
test_birth_levels_are_symmetric(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct birth a = draw_birth(&seed), b = draw_birth(&seed);
		int level = compare_births(&a, &b);

		assert_int_equal(level, compare_births(&b, &a));
		/* reachable through a year's term: what may weigh in favour shares a year, but for
		 * the day of another year */
		if (level != LEVEL_NULL && level <= BIRTH_LEVEL_SAME_YEAR &&
		    level != BIRTH_LEVEL_MONTH_DAY && level != BIRTH_LEVEL_CLOSE)
			assert_true(birth_first_year(&a) <= birth_last_year(&b) &&
				    birth_first_year(&b) <= birth_last_year(&a));
	}
}

/* --- Addresses ------------------------------------------------------------------------------- */
/* "flat|number|house|street|town|postcode|sector|outcode" */
static struct feature_address
address_from(const char *text)
{
	struct feature_address out = { 0 };
	struct str *const parts[] = { &out.flat, &out.number, &out.house, &out.street, &out.town,
		&out.postcode, &out.sector, &out.outcode };
	struct str rest = str_from(text);

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		*parts[i] = str_cut(&rest, '|');
	return out;
}

#define LS14AB "|leeds|ls14ab|ls1 4|ls1"

static void
test_address_levels(void **state)
{
	static const struct {
		const char *a, *b;
		int level;
	} cases[] = {
		{ "|12||acacia avenue" LS14AB, "|12||acacia avenue" LS14AB,
		    ADDRESS_POSTCODE_NUMBER },
		{ "|12||" LS14AB, "|12||acacia avenue" LS14AB, ADDRESS_POSTCODE_NUMBER },
		{ "||rose cottage|" LS14AB, "||rose cottage|" LS14AB, ADDRESS_POSTCODE_NUMBER },
		{ "||rose cottage|" LS14AB, "|12||" LS14AB, ADDRESS_POSTCODE },
		{ "|12|rose cottage|" LS14AB, "|14|rose cottage|" LS14AB, ADDRESS_NEIGHBOUR },
		{ "|12||" LS14AB, "|14||" LS14AB, ADDRESS_NEIGHBOUR },
		{ "|12||" LS14AB, "|||" LS14AB, ADDRESS_POSTCODE },
		/* flats: missing is uncertain, different is another household */
		{ "1|12||acacia avenue" LS14AB, "|12||acacia avenue" LS14AB,
		    ADDRESS_POSTCODE_NUMBER },
		{ "1|12||acacia avenue" LS14AB, "2|12||acacia avenue" LS14AB, ADDRESS_NEIGHBOUR },
		{ "1|12||acacia avenue|leeds|||", "2|12||acacia avenue|leeds|||",
		    ADDRESS_NUMBER_STREET },
		{ "|12||acacia avenue|leeds|||", "|12||acacia avenue" LS14AB,
		    ADDRESS_NUMBER_STREET },
		{ "|12||acacia avenue|leeds|ls16dd|ls1 6|ls1", "|12||acacia avenue" LS14AB,
		    ADDRESS_NUMBER_STREET },
		/* the same words in another town and district are another place */
		{ "|12||high street|bristol|bs15tr|bs1 5|bs1", "|12||high street" LS14AB,
		    ADDRESS_DIFFERENT },
		{ "|12||high street||bs15tr|bs1 5|bs1", "|12||high street" LS14AB,
		    ADDRESS_NUMBER_STREET },
		{ "||||||ls1 4|ls1", "|12||" LS14AB, ADDRESS_SECTOR },
		{ "|||||||ls1", "|12||" LS14AB, ADDRESS_OUTCODE },
		{ "|||acacia avenue|leeds|||", "|12||acacia avenue" LS14AB, ADDRESS_STREET_TOWN },
		{ "|14||acacia avenue|leeds|||", "|12||acacia avenue" LS14AB, ADDRESS_NEIGHBOUR },
		{ "|14||" LS14AB, "|12||" LS14AB, ADDRESS_NEIGHBOUR },
		{ "||rose cottage|" LS14AB, "||mill house|" LS14AB, ADDRESS_NEIGHBOUR },
		/* a number and a name may be of one house */
		{ "|14||" LS14AB, "||mill house|" LS14AB, ADDRESS_POSTCODE },
		{ "||||leeds|||", "|12||acacia avenue" LS14AB, ADDRESS_TOWN },
		{ "|||elm road|leeds|||", "|12||acacia avenue" LS14AB, ADDRESS_TOWN_APART },
		{ "||||leeds|ls16dd|ls1 6|ls2", "|12||acacia avenue" LS14AB, ADDRESS_TOWN_APART },
		{ "||||bristol|||", "|12||acacia avenue" LS14AB, ADDRESS_DIFFERENT },
		{ "|||high street||||", "|12||acacia avenue||||", ADDRESS_DIFFERENT },
		{ "|||acacia avenue||||", "|12||acacia avenue" LS14AB, ADDRESS_STREET },
		{ "|14||acacia avenue||||", "|12||acacia avenue" LS14AB, ADDRESS_DIFFERENT },
		{ "|||acacia avenue||||", "|||acacia avenue||||", ADDRESS_STREET },
		{ "|||acacia avenue|bristol|||", "|12||acacia avenue" LS14AB, ADDRESS_DIFFERENT },
		{ "|||||75001||", "|||||75001||", ADDRESS_POSTCODE },
		/* one postcode, another street: apart, unless the house is the same */
		{ "|||elm road" LS14AB, "|12||acacia avenue" LS14AB, ADDRESS_POSTCODE_APART },
		{ "|14||elm road" LS14AB, "|12||acacia avenue" LS14AB, ADDRESS_POSTCODE_APART },
		{ "|12||elm road" LS14AB, "|12||acacia avenue" LS14AB, ADDRESS_POSTCODE_NUMBER },
		{ "|||acacia avnue" LS14AB, "|||acacia avenue" LS14AB, ADDRESS_POSTCODE },
		/* a slip in street or town, or in the postcode of the same street */
		{ "|14||acacia avenue|leedss|||", "|12||acacia avenue|leeds|||",
		    ADDRESS_STREET_NEAR },
		{ "|14||acacia avnue|leeds|||", "|12||acacia avenue|leeds|||",
		    ADDRESS_STREET_NEAR },
		{ "|||acacia avnue|leedss|||", "|||acacia avenue|leeds|||", ADDRESS_STREET_NEAR },
		{ "|||acacia avenue|hull|3132||", "|||acacia avenue|leeds|3123||",
		    ADDRESS_STREET_NEAR },
		{ "|||acacia avenue|hull|3213||", "|||acacia avenue|leeds|3123||",
		    ADDRESS_STREET_NEAR },
		{ "|||acacia avenue|hull|3231||", "|||acacia avenue|leeds|3123||",
		    ADDRESS_DIFFERENT },
		{ "|||acacia avenue|hull|31232||", "|||acacia avenue|leeds|3123||",
		    ADDRESS_DIFFERENT },
		{ "|||acacia avnue|hull|3132||", "|||acacia avenue|leeds|3123||",
		    ADDRESS_DIFFERENT },
		{ "|||acacia avenue|leds|||", "|||acacia avenue|leed|||", ADDRESS_DIFFERENT },
		{ "|||acacia avnue|ayr|||", "|||acacia avenue|ayr|||", ADDRESS_STREET_NEAR },
		{ "|||acacia avenue|xeeds|||", "|||acacia avenue|leeds|||", ADDRESS_STREET_NEAR },
		{ "|||acacia avenue|leeedss|||", "|||acacia avenue|leeds|||", ADDRESS_DIFFERENT },
		{ "||||leeds|||", "|||||ls14ab|ls1 4|ls1", LEVEL_NULL },
		{ "|12||||||", "|12||||||", LEVEL_NULL },
		{ "", "", LEVEL_NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct feature_address a = address_from(cases[i].a), b = address_from(cases[i].b);
		int got = compare_addresses(&a, &b);

		if (got != cases[i].level)
			fail_msg("%s, %s: %s", cases[i].a, cases[i].b,
			    address_level_name((enum address_level)got));
		assert_int_equal(compare_addresses(&b, &a), cases[i].level);
	}
}

static bool
share(struct str a, struct str b)
{
	return a.n > 0 && str_eq(a, b);
}

static size_t
letters_of(char out[64], struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ')
			out[n++] = text.p[i];
	return n;
}

static bool
share_letters(struct str a, struct str b)
{
	char left[64], right[64];
	size_t n = letters_of(left, a), m = letters_of(right, b);

	return n > 0 && n == m && memcmp(left, right, n) == 0;
}

static bool
share_street_piece(struct str a, struct str b)
{
	struct compare_pieces x, y;

	compare_street_pieces(&x, a);
	compare_street_pieces(&y, b);
	return (x.first[0] != '\0' && strcmp(x.first, y.first) == 0) ||
	       (x.last[0] != '\0' && strcmp(x.last, y.last) == 0);
}

static bool
share_town_piece(struct str a, struct str b)
{
	struct compare_pieces x, y;

	compare_town_pieces(&x, a);
	compare_town_pieces(&y, b);
	return (x.first[0] != '\0' && strcmp(x.first, y.first) == 0) ||
	       (x.last[0] != '\0' && strcmp(x.last, y.last) == 0);
}

/* Letters of a street without its blanks. */
static struct str
without_blanks(char out[64], struct str street)
{
	struct str letters = { out, 0 };

	for (size_t i = 0; i < street.n && letters.n < 64; i++)
		if (street.p[i] != ' ')
			out[letters.n++] = street.p[i];
	return letters;
}

static void
test_streets_are_near_as_their_plain_definition_says(void **state)
{
	static const char *const words[] = { "acacia", "mill", "green", "field", "high", "rose",
		"king", "saint", "street", "road", "lane", "avenue" };
	uint64_t seed = 83;
	int seen[2] = { 0, 0 };

	(void)state;
	for (int n = 0; n < 100000; n++) {
		char p[96], q[96], x[64], y[64];
		struct str a = { p, 0 }, b = { q, 0 }, one, other;
		struct feature_address left = { .number = STR_LIT("12") }, right = left;
		struct compare_pieces s, t;
		unsigned edits;
		bool near;

		for (unsigned k = 1 + draw(&seed, n % 50 == 0 ? 10 : 3); k > 0; k--) {
			struct str word = draw_of(&seed, words, 12);

			memcpy(p + a.n, word.p, word.n);
			a.n += word.n;
			p[a.n++] = ' ';
		}
		a.n--;
		memcpy(q, p, a.n);
		b.n = a.n;
		for (unsigned k = draw(&seed, 5); k > 0 && b.n > 1; k--) {
			size_t at = draw(&seed, (unsigned)b.n);

			if (draw(&seed, 2) == 0)
				q[at] = (char)('a' + draw(&seed, 26));
			else
				memmove(q + at, q + at + 1, --b.n - at);
		}
		left.street = a;
		right.street = b;
		one = without_blanks(x, a);
		other = without_blanks(y, b);
		if (one.n == other.n && memcmp(x, y, one.n) == 0)
			continue;
		compare_street_pieces(&s, a);
		compare_street_pieces(&t, b);
		edits = (unsigned)(one.n < other.n ? one.n : other.n) / 5;
		edits = edits > 3 ? 3 : edits;
		near = ((s.first[0] != '\0' && strcmp(s.first, t.first) == 0) ||
			   (s.last[0] != '\0' && strcmp(s.last, t.last) == 0)) &&
		       distance_osa(one, other, 64) <= edits;
		seen[near]++;
		assert_int_equal(compare_addresses(&left, &right),
		    near ? ADDRESS_NUMBER_STREET_NEAR : ADDRESS_DIFFERENT);
	}
	assert_true(seen[0] > 5000 && seen[1] > 5000);
}

static void
test_streets_are_near_by_edits_and_a_piece(void **state)
{
	static const struct {
		const char *a, *b;
		int level;
	} cases[] = {
		/* blanks tell nothing apart */
		{ "green field road", "greenfield road", ADDRESS_NUMBER_STREET },
		{ "greenfieldroad", "green field road", ADDRESS_NUMBER_STREET },
		{ "winser crescent", "winser c rescent", ADDRESS_NUMBER_STREET },
		/* an edit for every five letters, three at most */
		{ "mill", "mull", ADDRESS_DIFFERENT }, /* four letters: none */
		{ "mills", "mulls", ADDRESS_NUMBER_STREET_NEAR },
		{ "oak lane", "oak lnae", ADDRESS_NUMBER_STREET_NEAR },
		{ "oak lane", "oak lnea", ADDRESS_DIFFERENT },
		{ "winser crescent", "wynser cresent", ADDRESS_NUMBER_STREET_NEAR },
		{ "bellchambers crescent", "bellchamberz cresent", ADDRESS_NUMBER_STREET_NEAR },
		{ "bellchambers crescent", "bellshamberz krezent", ADDRESS_DIFFERENT }, /* four */
		{ "oak lane", "oka lane", ADDRESS_DIFFERENT },
		/* no piece in common: first three letters, or last three before the last word */
		{ "hill road", "mull road", ADDRESS_DIFFERENT },
		{ "hillside road", "hellsize road", ADDRESS_DIFFERENT },
		{ "acacia avenue", "akacia avenue", ADDRESS_NUMBER_STREET_NEAR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct feature_address a = { .number = STR_LIT("12"),
			.street = str_from(cases[i].a) };
		struct feature_address b = { .number = STR_LIT("12"),
			.street = str_from(cases[i].b) };

		if (compare_addresses(&a, &b) != cases[i].level)
			fail_msg("%s, %s: %s", cases[i].a, cases[i].b,
			    address_level_name((enum address_level)compare_addresses(&a, &b)));
		assert_int_equal(compare_addresses(&b, &a), cases[i].level);
		/* another house, or another town and district, is another place */
		b.number = STR_LIT("14");
		assert_int_equal(compare_addresses(&a, &b), ADDRESS_DIFFERENT);
	}
}

static void
test_contacts_are_near_by_a_slip_and_a_piece(void **state)
{
	static const struct {
		const char *a, *b;
		enum contact_level level;
	} phones[] = {
		{ "1134960000", "1134960000", CONTACT_SAME },
		{ "1134960000", "1134960001", CONTACT_NEAR },
		{ "1134960000", "113496000", CONTACT_NEAR },
		{ "1134960000", "3114960000", CONTACT_DIFFERENT }, /* two digits */
		{ "1134960000", "1314960000", CONTACT_NEAR },
		{ "1134960000", "1134906000", CONTACT_NEAR }, /* the first five stand */
		{ "1234567890", "1234657890", CONTACT_DIFFERENT }, /* digits five and six */
		{ "12345", "12346", CONTACT_DIFFERENT }, /* too short to tell */
		{ "123456", "123457", CONTACT_NEAR },
	},
	  emails[] = {
		  { "ada.quill@example.org", "ada.quill@example.org", CONTACT_SAME },
		  { "ada.quill@example.org", "ada.quill@exmaple.org", CONTACT_NEAR },
		  { "ada.quill@example.org", "ada.quill@other.net", CONTACT_NEAR },
		  { "ada.quill@example.org", "ada.quil@example.org", CONTACT_NEAR },
		  { "ada.quill@example.org", "adaquil@example.org", CONTACT_NEAR },
		  { "ada.quill@example.org", "bda.quiln@example.org", CONTACT_DIFFERENT }, /* no piece */
		  { "ada.quill@example.org", "ada.qu@example.org", CONTACT_DIFFERENT }, /* three */
		  { "ada.quill@example.org", "ada.quil@other.net", CONTACT_DIFFERENT },
		  { "adaq@example.org", "adap@example.org", CONTACT_NEAR },
		  { "adaqu@example.org", "adapi@example.org", CONTACT_DIFFERENT }, /* short: one */
		  { "aq@example.org", "aq@example.net", CONTACT_DIFFERENT }, /* says too little */
		  { "ada.quill", "ada.quil", CONTACT_DIFFERENT }, /* no @: nothing after it agrees */
		  { "@example.org", "@example.net", CONTACT_DIFFERENT },
	  };

	(void)state;
	for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
		struct str a = str_from(phones[i].a), b = str_from(phones[i].b);

		if (compare_phones(a, b) != phones[i].level ||
		    compare_phones(b, a) != phones[i].level)
			fail_msg("%s, %s", phones[i].a, phones[i].b);
	}
	for (size_t i = 0; i < sizeof emails / sizeof *emails; i++) {
		struct str a = str_from(emails[i].a), b = str_from(emails[i].b);

		if (compare_emails(a, b) != emails[i].level ||
		    compare_emails(b, a) != emails[i].level)
			fail_msg("%s, %s", emails[i].a, emails[i].b);
	}
}

static void
test_each_address_level_shares_what_its_index_term_holds(void **state)
{
	uint64_t seed = 9;
	unsigned seen[ADDRESS_LEVEL_COUNT] = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct feature_address a, b;
		bool number;
		int level;

		draw_address(&a, &seed);
		draw_address(&b, &seed);
		level = compare_addresses(&a, &b);
		assert_int_equal(level, compare_addresses(&b, &a));
		if (level == LEVEL_NULL)
			continue;
		seen[level]++;
		number = share(a.number, b.number) || share(a.house, b.house);
		if (level == ADDRESS_POSTCODE_NUMBER)
			assert_true(share(a.postcode, b.postcode) && number);
		if (level == ADDRESS_POSTCODE)
			assert_true(share(a.postcode, b.postcode));
		if (level == ADDRESS_NUMBER_STREET)
			assert_true(share_letters(a.street, b.street) && number);
		if (level == ADDRESS_NUMBER_STREET_NEAR)
			assert_true(share_street_piece(a.street, b.street) && number);
		if (level == ADDRESS_SECTOR)
			assert_true(share(a.sector, b.sector));
		if (level == ADDRESS_OUTCODE)
			assert_true(share(a.outcode, b.outcode));
		if (level == ADDRESS_STREET_TOWN)
			assert_true(share_letters(a.street, b.street) && share(a.town, b.town));
		if (level == ADDRESS_NEIGHBOUR)
			assert_true(share(a.postcode, b.postcode) ||
				    (share_letters(a.street, b.street) && share(a.town, b.town)));
		if (level == ADDRESS_POSTCODE_APART)
			assert_true(share(a.postcode, b.postcode));
		if (level == ADDRESS_STREET_NEAR)
			assert_true(share_letters(a.street, b.street) ||
				    (share_street_piece(a.street, b.street) &&
					share_town_piece(a.town, b.town)));
		if (level == ADDRESS_STREET)
			assert_true(share_letters(a.street, b.street));
		if (level == ADDRESS_TOWN || level == ADDRESS_TOWN_APART)
			assert_true(share(a.town, b.town));
	}
	for (int i = 0; i < ADDRESS_LEVEL_COUNT; i++)
		assert_true(seen[i] > 0);
}

static void
test_every_level_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < TOKEN_LEVEL_COUNT; i++)
		assert_string_not_equal(token_level_name((enum token_level)i), "unknown");
	for (int i = 0; i < BIRTH_LEVEL_COUNT; i++)
		assert_string_not_equal(birth_level_name((enum birth_level)i), "unknown");
	for (int i = 0; i < ADDRESS_LEVEL_COUNT; i++)
		assert_string_not_equal(address_level_name((enum address_level)i), "unknown");
	assert_string_equal(token_level_name(TOKEN_LEVEL_COUNT), "unknown");
	assert_string_equal(birth_level_name((enum birth_level)LEVEL_NULL), "unknown");
	assert_string_equal(address_level_name(ADDRESS_LEVEL_COUNT), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_token_levels_without_a_lexicon),
		cmocka_unit_test(test_two_letters_are_equal_or_nothing),
		cmocka_unit_test(test_nicknames_come_from_the_lexicon),
		cmocka_unit_test(test_edits_have_their_lengths),
		cmocka_unit_test(test_sound_alone_is_not_enough),
		cmocka_unit_test(test_token_levels_are_symmetric_and_follow_their_definitions),
		cmocka_unit_test(test_sound_implies_a_common_four_character_code),
		cmocka_unit_test(test_birth_levels),
		cmocka_unit_test(test_near_ends_at_its_limit),
		cmocka_unit_test(test_a_span_over_the_limit_is_no_evidence),
		cmocka_unit_test(test_birth_levels_are_symmetric),
		cmocka_unit_test(test_address_levels),
		cmocka_unit_test(test_streets_are_near_by_edits_and_a_piece),
		cmocka_unit_test(test_streets_are_near_as_their_plain_definition_says),
		cmocka_unit_test(test_token_levels_are_those_of_their_plain_definition),
		cmocka_unit_test(test_contacts_are_near_by_a_slip_and_a_piece),
		cmocka_unit_test(test_each_address_level_shares_what_its_index_term_holds),
		cmocka_unit_test(test_every_level_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
