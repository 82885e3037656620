#include "linkage/compare.h"

#include "linkage/distance.h"
#include "linkage/translit.h"

/* --- Name tokens ----------------------------------------------------------------------------- */
#define SOUND_LETTERS_MIN 3
#define EDIT1_LETTERS_MIN 3
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
	out->class_count = 0;
	if (lexicon != NULL && text.n >= 2)
		out->class_count = (uint8_t)lexicon_classes(lexicon, out->classes, text);
	out->code[0][0] = out->code[1][0] = '\0';
	if (text.n >= SOUND_LETTERS_MIN)
		metaphone_codes(out->code[0], out->code[1], METAPHONE_LONG_BYTES, text);
}

static size_t
apart(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/* Both lists are in ascending order. */
static bool
share_class(const struct compare_token *a, const struct compare_token *b)
{
	size_t i = 0, j = 0;

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
share_code(const struct compare_token *a, const struct compare_token *b)
{
	return same_code(a->code[0], b->code[0]) || same_code(a->code[0], b->code[1]) ||
	       same_code(a->code[1], b->code[0]) || same_code(a->code[1], b->code[1]);
}

/* Vowels hardly count in a code, so that Olivia sounds like Alfie, and John like Annie. */
static bool
sound_alike(const struct compare_token *a, const struct compare_token *b)
{
	unsigned half = (unsigned)(a->text.n > b->text.n ? a->text.n : b->text.n) / 2;

	return share_code(a, b) && distance_osa(a->text, b->text, half) <= half;
}

static bool
within_edits(const struct compare_token *a, const struct compare_token *b, unsigned edits)
{
	/* one edit takes away one letter and brings in another at the most */
	if (apart(a->text.n, b->text.n) > edits ||
	    (unsigned)__builtin_popcount(a->letters ^ b->letters) > 2 * edits)
		return false;
	return distance_osa(a->text, b->text, edits) <= edits;
}

/* Reads both each time: names in other scripts are rare, and the readings large, so they are kept
 * out of the frame of the usual case. */
__attribute__((noinline)) static bool
alike_in_scripts(const struct compare_token *a, const struct compare_token *b)
{
	struct translit left, right;

	translit_read(&left, a->text, a->script);
	translit_read(&right, b->text, b->script);
	return translit_alike(&left, &right);
}

enum token_level
compare_prepared(const struct compare_token *a, const struct compare_token *b)
{
	struct str lesser = a->text.n < b->text.n ? a->text : b->text;
	struct str greater = a->text.n < b->text.n ? b->text : a->text;

	if (str_eq(a->text, b->text))
		return TOKEN_EXACT;
	if (lesser.n == 0)
		return TOKEN_NONE;
	if (lesser.n == 1)
		return str_starts(greater, lesser) ? TOKEN_INITIAL : TOKEN_NONE;
	if (share_class(a, b))
		return TOKEN_NICKNAME;
	if (lesser.n >= SOUND_LETTERS_MIN && sound_alike(a, b))
		return TOKEN_SOUND;
	if (lesser.n >= EDIT1_LETTERS_MIN && within_edits(a, b, 1))
		return TOKEN_EDIT1;
	if (lesser.n >= EDIT2_LETTERS_MIN && within_edits(a, b, 2))
		return TOKEN_EDIT2;
	if (a->script != b->script && alike_in_scripts(a, b))
		return TOKEN_SCRIPT;
	if (lesser.n >= PREFIX_LETTERS_MIN && str_starts(greater, lesser))
		return TOKEN_PREFIX;
	return TOKEN_NONE;
}

enum token_level
compare_tokens(const struct lexicon *lexicon, struct str a, struct str b)
{
	struct compare_token left, right;

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
	claim.last = day_to_civil(birth->last);
	claim.is_day = birth->first == birth->last;
	claim.is_month =
	    claim.first.year == claim.last.year && claim.first.month == claim.last.month;
	claim.is_placeholder = claim.is_day && claim.first.month == 1 && claim.first.day == 1;
	return claim;
}

/* Two different days. */
static enum birth_level
compare_days(const struct claim *a, const struct claim *b)
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
	struct claim x = claim_of(a), y = claim_of(b);
	enum birth_level level = BIRTH_LEVEL_COUNT;

	if (x.last.year - x.first.year >= BIRTH_SPAN_YEARS_MAX ||
	    y.last.year - y.first.year >= BIRTH_SPAN_YEARS_MAX)
		return LEVEL_NULL;
	if (x.is_day && y.is_day && a->first == b->first)
		return x.is_placeholder ? BIRTH_LEVEL_PLACEHOLDER : BIRTH_LEVEL_EXACT;
	if (x.is_day && y.is_day)
		level = compare_days(&x, &y);
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

/* A house name stands in where a number is missing, but does not outweigh another number. */
static bool
same_number(const struct feature_address *a, const struct feature_address *b)
{
	return same(a->number, b->number) ||
	       (same(a->house, b->house) && !conflict(a->number, b->number));
}

int
compare_addresses(const struct feature_address *a, const struct feature_address *b)
{
	bool number = same_number(a, b);
	bool elsewhere = conflict(a->town, b->town) && conflict(a->outcode, b->outcode);

	if (!both(a->postcode, b->postcode) && !both(a->outcode, b->outcode) &&
	    !both(a->street, b->street) && !both(a->town, b->town))
		return LEVEL_NULL;
	if (same(a->postcode, b->postcode))
		return number && !conflict(a->flat, b->flat) ? ADDRESS_POSTCODE_NUMBER
							     : ADDRESS_POSTCODE;
	if (number && same(a->street, b->street) && !elsewhere)
		return ADDRESS_NUMBER_STREET;
	if (same(a->sector, b->sector))
		return ADDRESS_SECTOR;
	if (same(a->outcode, b->outcode))
		return ADDRESS_OUTCODE;
	if (same(a->street, b->street) && same(a->town, b->town))
		return ADDRESS_STREET_TOWN;
	return same(a->town, b->town) ? ADDRESS_TOWN : ADDRESS_DIFFERENT;
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
		"year_month", "month_day", "year_day", "year", "same_year", "near", "different" };

	return (unsigned)level < BIRTH_LEVEL_COUNT ? names[level] : "unknown";
}

const char *
address_level_name(enum address_level level)
{
	static const char *const names[ADDRESS_LEVEL_COUNT] = { "postcode_number", "postcode",
		"number_street", "sector", "outcode", "street_town", "town", "different" };

	return (unsigned)level < ADDRESS_LEVEL_COUNT ? names[level] : "unknown";
}
