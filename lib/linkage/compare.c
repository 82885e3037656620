#include "linkage/compare.h"

#include "base/scratch.h"
#include "linkage/distance.h"
#include "linkage/translit.h"

#include <stdlib.h>

/* --- Name tokens ----------------------------------------------------------------------------- */
#define SOUND_LETTERS_MIN 3 /* and for one edit */
#define EDIT2_LETTERS_MIN 7
#define PREFIX_LETTERS_MIN 3

static uint32_t
letters_of(struct str text)
{
	uint32_t set = 0;

	for (size_t i = 0; i < text.n; i++)
		set |= (uint32_t)1 << ((unsigned char)text.p[i] & 31);
	return set;
}

void
compare_prepare(struct compare_token *out, const struct lexicon *lexicon, struct str token)
{
	struct str text = feature_letters(token);

	out->text = text;
	out->script = feature_script(token);
	out->letters = letters_of(text);
	out->sounds = metaphone_first_sounds(text);
	out->lexicon = lexicon;
	out->has_classes = out->has_codes = false;
}

static void
find_classes(struct compare_token *token)
{
	token->class_count = 0;
	token->class_bits = 0;
	if (token->lexicon != NULL && token->text.n >= 2)
		token->class_count =
		    (uint8_t)lexicon_classes(token->lexicon, token->classes, token->text);
	for (uint8_t i = 0; i < token->class_count; i++)
		token->class_bits |= UINT64_C(1) << (token->classes[i] & 63);
	token->has_classes = true;
}

void
compare_find_codes(struct compare_token *token)
{
	token->code[0][0] = token->code[1][0] = '\0';
	if (token->text.n >= SOUND_LETTERS_MIN)
		metaphone_codes(token->code[0], token->code[1], METAPHONE_LONG_BYTES, token->text);
	token->has_codes = true;
}

static size_t
apart(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/* Both lists are in ascending order. */
static bool
share_class(struct compare_token *a, struct compare_token *b)
{
	size_t i = 0, j = 0;

	if (!a->has_classes)
		find_classes(a);
	if (a->class_count == 0)
		return false;
	if (!b->has_classes)
		find_classes(b);
	if ((a->class_bits & b->class_bits) == 0)
		return false;
	while (i < a->class_count && j < b->class_count) {
		if (a->classes[i] == b->classes[j])
			return true;
		if (a->classes[i] < b->classes[j])
			i++;
		else
			j++;
	}
	return false;
}

static bool
same_code(const char *a, const char *b)
{
	return a[0] != '\0' && strcmp(a, b) == 0;
}

static bool
share_code(struct compare_token *a, struct compare_token *b)
{
	if (!a->has_codes)
		compare_find_codes(a);
	if (!b->has_codes)
		compare_find_codes(b);
	return same_code(a->code[0], b->code[0]) || same_code(a->code[0], b->code[1]) ||
	       same_code(a->code[1], b->code[0]) || same_code(a->code[1], b->code[1]);
}

/* The more of two numbers of bits: those of a, and those of b. In halves of one word, as the
 * processor's own instruction cannot be taken for granted. */
static unsigned
more_bits(uint32_t a, uint32_t b)
{
	uint64_t x = (uint64_t)a << 32 | b;
	unsigned high, low;

	x -= x >> 1 & UINT64_C(0x5555555555555555);
	x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
	x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	x += x >> 8;
	x += x >> 16;
	high = (unsigned)(x >> 32) & 63;
	low = (unsigned)x & 63;
	return high > low ? high : low;
}

/* Edits from one to the other; more than `limit` if they are more. */
static unsigned
edits_between(const struct compare_token *a, const struct compare_token *b, unsigned limit)
{
	/* one edit takes away one letter and brings in another at the most */
	if (apart(a->text.n, b->text.n) > limit ||
	    more_bits(a->letters & ~b->letters, b->letters & ~a->letters) > limit)
		return limit + 1;
	return distance_osa(a->text, b->text, limit);
}

/* Two different tokens that each have letters enough to sound alike, by the letters that differ;
 * half of the longer one's are the most that any level allows, and at least one. Those that cannot
 * sound alike need not be as near. */
static enum token_level
compare_letters(struct compare_token *a, struct compare_token *b, size_t lesser, size_t greater)
{
	unsigned half = (unsigned)greater / 2, near = lesser >= EDIT2_LETTERS_MIN ? 2 : 1;
	bool sound = (a->sounds & b->sounds) != 0;
	unsigned edits = edits_between(a, b, sound ? half : near);

	/* Vowels hardly count in a code, so that Olivia sounds like Alfie, and John like Annie:
	 * hence the limit. */
	if (sound && edits <= half && share_code(a, b))
		return TOKEN_SOUND;
	if (edits <= 1)
		return TOKEN_EDIT1;
	return lesser >= EDIT2_LETTERS_MIN && edits <= 2 ? TOKEN_EDIT2 : TOKEN_NONE;
}

/* Reads both each time: names in other scripts are rare, and the readings large, so they are kept
 * out of the frame of the usual case. */
__attribute__((noinline)) static bool
alike_in_scripts(const struct compare_token *a, const struct compare_token *b)
{
	struct translit left SCRATCH, right SCRATCH;

	translit_read(&left, a->text, a->script);
	translit_read(&right, b->text, b->script);
	return translit_alike(&left, &right);
}

enum token_level
compare_prepared(struct compare_token *a, struct compare_token *b)
{
	struct str lesser = a->text.n < b->text.n ? a->text : b->text;
	struct str greater = a->text.n < b->text.n ? b->text : a->text;
	enum token_level level = TOKEN_NONE;

	if (a->letters == b->letters && str_eq(a->text, b->text))
		return TOKEN_EXACT;
	if (lesser.n == 0)
		return TOKEN_NONE;
	if (lesser.n == 1)
		return str_starts(greater, lesser) ? TOKEN_INITIAL : TOKEN_NONE;
	if (share_class(a, b))
		return TOKEN_NICKNAME;
	if (lesser.n >= SOUND_LETTERS_MIN)
		level = compare_letters(a, b, lesser.n, greater.n);
	if (level != TOKEN_NONE)
		return level;
	if (a->script != b->script && alike_in_scripts(a, b))
		return TOKEN_SCRIPT;
	if (lesser.n >= PREFIX_LETTERS_MIN && str_starts(greater, lesser))
		return TOKEN_PREFIX;
	return TOKEN_NONE;
}

enum token_level
compare_tokens(const struct lexicon *lexicon, struct str a, struct str b)
{
	struct compare_token left SCRATCH, right SCRATCH;

	compare_prepare(&left, lexicon, a);
	compare_prepare(&right, lexicon, b);
	return compare_prepared(&left, &right);
}

/* --- Dates of birth -------------------------------------------------------------------------- */
/* A span as calendar dates; `is_day` and `is_month` as compare.h has it. */
struct claim {
	struct civil first, last;
	bool is_day, is_month, is_placeholder;
};

static struct claim
claim_of(const struct birth *birth)
{
	struct claim claim;

	claim.first = day_to_civil(birth->first);
	claim.is_day = birth->first == birth->last;
	claim.last = claim.is_day ? claim.first : day_to_civil(birth->last);
	claim.is_month =
	    claim.first.year == claim.last.year && claim.first.month == claim.last.month;
	claim.is_placeholder = claim.is_day && claim.first.month == 1 && claim.first.day == 1;
	return claim;
}

/* Two different days. */
static enum birth_level
compare_days(const struct claim *a, const struct claim *b, int64_t days_apart)
{
	const struct civil *x = &a->first, *y = &b->first;
	bool placeholder = a->is_placeholder || b->is_placeholder;

	if (x->year == y->year && x->month == y->day && x->day == y->month)
		return BIRTH_LEVEL_SWAPPED;
	if (x->year == y->year && x->month == y->month)
		return BIRTH_LEVEL_YEAR_MONTH;
	if (x->month == y->month && x->day == y->day && !placeholder)
		return BIRTH_LEVEL_MONTH_DAY;
	if (x->year == y->year && x->day == y->day && !placeholder)
		return BIRTH_LEVEL_YEAR_DAY;
	if (x->year == y->year && placeholder)
		return BIRTH_LEVEL_YEAR;
	if (days_apart <= BIRTH_CLOSE_DAYS && !placeholder)
		return BIRTH_LEVEL_CLOSE;
	return BIRTH_LEVEL_COUNT;
}

static enum birth_level
compare_windows(
    const struct birth *a, const struct birth *b, const struct claim *x, const struct claim *y)
{
	int64_t between =
	    a->first > b->last ? (int64_t)a->first - b->last : (int64_t)b->first - a->last;

	if (between <= 0)
		return BIRTH_LEVEL_YEAR;
	if (x->first.year <= y->last.year && y->first.year <= x->last.year)
		return BIRTH_LEVEL_SAME_YEAR;
	return between < BIRTH_NEAR_DAYS ? BIRTH_LEVEL_NEAR : BIRTH_LEVEL_DIFFERENT;
}

int
compare_births(const struct birth *a, const struct birth *b)
{
	struct claim x = claim_of(a), y;
	enum birth_level level = BIRTH_LEVEL_COUNT;

	if (x.is_day && a->first == b->first && b->first == b->last)
		return x.is_placeholder ? BIRTH_LEVEL_PLACEHOLDER : BIRTH_LEVEL_EXACT;
	y = claim_of(b);
	if (x.last.year - x.first.year >= BIRTH_SPAN_YEARS_MAX ||
	    y.last.year - y.first.year >= BIRTH_SPAN_YEARS_MAX)
		return LEVEL_NULL;
	if (x.is_day && y.is_day)
		level = compare_days(&x, &y, llabs((int64_t)a->first - b->first));
	else if (x.is_month && y.is_month && x.first.year == y.first.year &&
		 x.first.month == y.first.month)
		level = BIRTH_LEVEL_YEAR_MONTH;
	if (level != BIRTH_LEVEL_COUNT)
		return (int)level;
	return (int)compare_windows(a, b, &x, &y);
}

/* --- Addresses ------------------------------------------------------------------------------- */
static bool
both(struct str a, struct str b)
{
	return a.n > 0 && b.n > 0;
}

static bool
same(struct str a, struct str b)
{
	return a.n > 0 && str_eq(a, b);
}

static bool
conflict(struct str a, struct str b)
{
	return both(a, b) && !str_eq(a, b);
}

/* Equal letters, whatever the blanks between them: "green field road", "greenfield road". */
static bool
same_letters(struct str a, struct str b)
{
	size_t i = 0, j = 0;

	if (!both(a, b) || (a.p[0] != b.p[0] && a.p[0] != ' ' && b.p[0] != ' '))
		return false;
	for (;;) {
		while (i < a.n && a.p[i] == ' ')
			i++;
		while (j < b.n && b.p[j] == ' ')
			j++;
		if (i == a.n || j == b.n)
			return i == a.n && j == b.n;
		if (a.p[i++] != b.p[j++])
			return false;
	}
}

/* The letters without blanks, as many as are compared. */
static struct str
letters_only(char out[DISTANCE_BYTES_MAX], struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < DISTANCE_BYTES_MAX; i++)
		if (text.p[i] != ' ')
			out[n++] = text.p[i];
	return (struct str){ out, n };
}

/* --- Values typed a little otherwise --------------------------------------------------------- */
#define STREET_LETTERS_MIN 5
#define STREET_LETTERS_AN_EDIT 5
#define STREET_EDITS_MAX 3
#define EMAIL_SHORT 6
#define EMAIL_LETTERS_MIN 3

static void
set_piece(char out[COMPARE_PIECE_BYTES_MAX + 1], struct str value)
{
	memcpy(out, value.p, value.n);
	out[value.n] = '\0';
}

static void
set_pieces(struct compare_pieces *out, struct str value, size_t bytes, size_t least)
{
	out->first[0] = out->last[0] = '\0';
	if (value.n < least)
		return;
	set_piece(out->first, str_part(value, 0, bytes));
	set_piece(out->last, str_part(value, value.n > bytes ? value.n - bytes : 0, bytes));
}

static bool
share_piece(const struct compare_pieces *a, const struct compare_pieces *b)
{
	return (a->first[0] != '\0' && strcmp(a->first, b->first) == 0) ||
	       (a->last[0] != '\0' && strcmp(a->last, b->last) == 0);
}

void
compare_phone_pieces(struct compare_pieces *out, struct str phone)
{
	set_pieces(out, phone, PHONE_PIECE_DIGITS, PHONE_PIECE_DIGITS + 1);
}

enum contact_level
compare_phones(struct str a, struct str b)
{
	struct compare_pieces x, y;

	if (str_eq(a, b))
		return CONTACT_SAME;
	if (apart(a.n, b.n) > 1)
		return CONTACT_DIFFERENT;
	compare_phone_pieces(&x, a);
	compare_phone_pieces(&y, b);
	return share_piece(&x, &y) && distance_osa(a, b, 1) <= 1 ? CONTACT_NEAR : CONTACT_DIFFERENT;
}

void
compare_email_parts(struct str *before, struct str *after, struct str email)
{
	size_t at = email.n;

	while (at > 0 && email.p[at - 1] != '@')
		at--;
	*before = str_part(email, 0, at > 0 ? at - 1 : email.n);
	*after = at > 0 ? str_part(email, at, email.n) : STR_NONE;
}

void
compare_email_pieces(struct compare_pieces *out, struct str email)
{
	struct str before, after;

	compare_email_parts(&before, &after, email);
	set_pieces(out, before, EMAIL_PIECE_BYTES, EMAIL_LETTERS_MIN);
}

enum contact_level
compare_emails(struct str a, struct str b)
{
	struct str name, host, other_name, other_host;
	struct compare_pieces x, y;
	unsigned edits;

	if (str_eq(a, b))
		return CONTACT_SAME;
	compare_email_parts(&name, &host, a);
	compare_email_parts(&other_name, &other_host, b);
	if (name.n >= EMAIL_LETTERS_MIN && str_eq(name, other_name))
		return CONTACT_NEAR;
	if (host.n == 0 || !str_eq(host, other_host))
		return CONTACT_DIFFERENT;
	compare_email_pieces(&x, a);
	compare_email_pieces(&y, b);
	edits = name.n < EMAIL_SHORT || other_name.n < EMAIL_SHORT ? 1 : 2;
	return share_piece(&x, &y) && distance_osa(name, other_name, edits) <= edits
		   ? CONTACT_NEAR
		   : CONTACT_DIFFERENT;
}

void
compare_street_pieces(struct compare_pieces *out, struct str street)
{
	char letters[DISTANCE_BYTES_MAX] SCRATCH, stem_letters[DISTANCE_BYTES_MAX] SCRATCH;
	struct str all = letters_only(letters, street), stem = street;
	struct compare_pieces end SCRATCH;

	while (stem.n > 0 && stem.p[stem.n - 1] != ' ')
		stem.n--;
	stem = letters_only(stem_letters, stem.n > 0 ? stem : street);
	set_pieces(out, all, STREET_PIECE_BYTES, STREET_LETTERS_MIN);
	set_pieces(&end, stem, STREET_PIECE_BYTES, STREET_PIECE_BYTES);
	if (out->first[0] != '\0')
		memcpy(out->last, end.last, sizeof out->last);
}

void
compare_town_pieces(struct compare_pieces *out, struct str town)
{
	char letters[DISTANCE_BYTES_MAX] SCRATCH;

	/* of a short one all: near streets in the same town are near places, however short its name
	 */
	set_pieces(out, letters_only(letters, town), STREET_PIECE_BYTES, 1);
}

/* As many edits as places may be out by of which the shorter one has so many letters. */
static unsigned
edits_of_place(size_t shorter)
{
	unsigned edits = (unsigned)(shorter / STREET_LETTERS_AN_EDIT);

	return edits > STREET_EDITS_MAX ? STREET_EDITS_MAX : edits;
}

/* Both without blanks: whether one may be the other, by letters that occur and length alone. */
static bool
may_be_near(struct str a, struct str b)
{
	unsigned edits = edits_of_place(a.n < b.n ? a.n : b.n);
	uint32_t x, y;

	if (apart(a.n, b.n) > edits)
		return false;
	x = letters_of(a);
	y = letters_of(b);
	return more_bits(x & ~y, y & ~x) <= edits;
}

/* Both without blanks: within as many edits as places of that length may be out by. */
static bool
near_letters(struct str a, struct str b)
{
	unsigned edits = edits_of_place(a.n < b.n ? a.n : b.n);

	return distance_osa(a, b, edits) <= edits;
}

static bool
near_streets(struct str a, struct str b)
{
	char left[DISTANCE_BYTES_MAX] SCRATCH, right[DISTANCE_BYTES_MAX] SCRATCH;
	struct str one = letters_only(left, a), other = letters_only(right, b);
	struct compare_pieces x SCRATCH, y SCRATCH;

	if (!may_be_near(one, other))
		return false;
	compare_street_pieces(&x, a);
	compare_street_pieces(&y, b);
	return share_piece(&x, &y) && near_letters(one, other);
}

static bool
near_towns(struct str a, struct str b)
{
	char left[DISTANCE_BYTES_MAX] SCRATCH, right[DISTANCE_BYTES_MAX] SCRATCH;
	struct str one = letters_only(left, a), other = letters_only(right, b);
	struct compare_pieces x SCRATCH, y SCRATCH;

	if (!may_be_near(one, other))
		return false;
	compare_town_pieces(&x, a);
	compare_town_pieces(&y, b);
	return share_piece(&x, &y) && near_letters(one, other);
}

/* --- Places ---------------------------------------------------------------------------------- */
/* A house name stands in where a number is missing, but does not outweigh another number. */
static bool
same_number(const struct feature_address *a, const struct feature_address *b)
{
	return same(a->number, b->number) ||
	       (same(a->house, b->house) && !conflict(a->number, b->number));
}

/* Both tell the house, and it is another one. */
static bool
other_house(const struct feature_address *a, const struct feature_address *b)
{
	return conflict(a->number, b->number) ||
	       (conflict(a->house, b->house) && !both(a->number, b->number));
}

/* Both tell where in the postcode, and it is somewhere else. */
static bool
apart_in_postcode(const struct feature_address *a, const struct feature_address *b, bool street)
{
	return both(a->street, b->street) && !street && !near_streets(a->street, b->street);
}

static bool
near_postcodes(struct str a, struct str b)
{
	return both(a, b) && a.n == b.n && distance_osa(a, b, 1) <= 1;
}

static bool
near_place(const struct feature_address *a, const struct feature_address *b, bool street, bool town)
{
	if (street && near_postcodes(a->postcode, b->postcode))
		return true;
	return both(a->street, b->street) && (town || near_towns(a->town, b->town)) &&
	       (street || near_streets(a->street, b->street));
}

int
compare_addresses(const struct feature_address *a, const struct feature_address *b)
{
	bool number = same_number(a, b);
	bool town = same_letters(a->town, b->town), street = same_letters(a->street, b->street);
	bool elsewhere = both(a->town, b->town) && !town && conflict(a->outcode, b->outcode);

	if (!both(a->postcode, b->postcode) && !both(a->outcode, b->outcode) &&
	    !both(a->street, b->street) && !both(a->town, b->town))
		return LEVEL_NULL;
	if (same(a->postcode, b->postcode) && number && !conflict(a->flat, b->flat))
		return ADDRESS_POSTCODE_NUMBER;
	if (same(a->postcode, b->postcode) && !number && apart_in_postcode(a, b, street))
		return ADDRESS_POSTCODE_APART;
	if (same(a->postcode, b->postcode) && !number && !other_house(a, b))
		return ADDRESS_POSTCODE;
	if (number && street && !elsewhere && !same(a->postcode, b->postcode))
		return ADDRESS_NUMBER_STREET;
	if (number && !elsewhere && !same(a->postcode, b->postcode) &&
	    near_streets(a->street, b->street))
		return ADDRESS_NUMBER_STREET_NEAR;
	if (street && town && !other_house(a, b) && !same(a->postcode, b->postcode))
		return ADDRESS_STREET_TOWN;
	if (same(a->postcode, b->postcode) || (street && town))
		return ADDRESS_NEIGHBOUR;
	if (near_place(a, b, street, town))
		return ADDRESS_STREET_NEAR;
	if (same(a->sector, b->sector))
		return ADDRESS_SECTOR;
	if (same(a->outcode, b->outcode))
		return ADDRESS_OUTCODE;
	if (street && !both(a->town, b->town) && !both(a->outcode, b->outcode) &&
	    !other_house(a, b))
		return ADDRESS_STREET;
	if (!town)
		return ADDRESS_DIFFERENT;
	return both(a->outcode, b->outcode) || both(a->street, b->street) ? ADDRESS_TOWN_APART
									  : ADDRESS_TOWN;
}

/* --- Names of levels ------------------------------------------------------------------------- */
const char *
token_level_name(enum token_level level)
{
	static const char *const names[TOKEN_LEVEL_COUNT] = { "exact", "nickname", "sound", "edit1",
		"edit2", "script", "prefix", "initial", "none" };

	return (unsigned)level < TOKEN_LEVEL_COUNT ? names[level] : "unknown";
}

const char *
birth_level_name(enum birth_level level)
{
	static const char *const names[BIRTH_LEVEL_COUNT] = { "exact", "placeholder", "swapped",
		"year_month", "month_day", "year_day", "close", "year", "same_year", "near",
		"different" };

	return (unsigned)level < BIRTH_LEVEL_COUNT ? names[level] : "unknown";
}

const char *
address_level_name(enum address_level level)
{
	static const char *const names[ADDRESS_LEVEL_COUNT] = { "postcode_number", "postcode",
		"number_street", "number_street_near", "street_town", "neighbour", "street_near",
		"postcode_apart", "sector", "outcode", "street", "town", "town_apart",
		"different" };

	return (unsigned)level < ADDRESS_LEVEL_COUNT ? names[level] : "unknown";
}

const char *
contact_level_name(enum contact_level level)
{
	static const char *const names[CONTACT_LEVEL_COUNT] = { "same", "near", "different" };

	return (unsigned)level < CONTACT_LEVEL_COUNT ? names[level] : "unknown";
}

const char *
identifier_level_name(enum identifier_level level)
{
	static const char *const names[IDENTIFIER_LEVEL_COUNT] = { "same", "case", "conflict" };

	return (unsigned)level < IDENTIFIER_LEVEL_COUNT ? names[level] : "unknown";
}
