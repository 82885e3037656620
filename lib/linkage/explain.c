#include "linkage/explain.h"

#include <math.h>

/* --- Words ----------------------------------------------------------------------------------- */
/* The words of each level. In `pair`, for names, ~q and ~r stand for the two names, ~s and ~l for
 * the shorter and the longer one, and ~p for "forename", "surname" or "name". */
struct words {
	const char *phrase;
	const char *pair;
};

static const struct words token_words[TOKEN_LEVEL_COUNT] = {
	[TOKEN_EXACT] = { "same as asked", "~q is the same ~p" },
	[TOKEN_NICKNAME] = { "another form of the name", "~q is a form of ~r" },
	[TOKEN_SOUND] = { "sounds alike", "~q sounds like ~r" },
	[TOKEN_EDIT1] = { "one letter differs", "~q and ~r differ by one letter" },
	[TOKEN_EDIT2] = { "two letters differ", "~q and ~r differ by two letters" },
	[TOKEN_SCRIPT] = { "may be the name in another script", "~q may be ~r in another script" },
	[TOKEN_PREFIX] = { "one is the beginning of the other", "~s is the beginning of ~l" },
	[TOKEN_INITIAL] = { "initial only", "~s is the initial of ~l" },
	[TOKEN_NONE] = { "no name in common", "" },
};

static const char *const birth_words[BIRTH_LEVEL_COUNT] = {
	[BIRTH_LEVEL_EXACT] = "same date as asked",
	[BIRTH_LEVEL_PLACEHOLDER] =
	    "same date, but 1 January often means that only the year is known",
	[BIRTH_LEVEL_SWAPPED] = "day and month exchanged",
	[BIRTH_LEVEL_YEAR_MONTH] = "same year and month",
	[BIRTH_LEVEL_MONTH_DAY] = "same day and month, other year",
	[BIRTH_LEVEL_YEAR_DAY] = "same year and day, other month",
	[BIRTH_LEVEL_CLOSE] = "at most 31 days apart",
	[BIRTH_LEVEL_YEAR] = "which fits",
	[BIRTH_LEVEL_SAME_YEAR] = "which agrees in the year only",
	[BIRTH_LEVEL_NEAR] = "which is out by less than two years",
	[BIRTH_LEVEL_DIFFERENT] = "which does not fit",
};

static const char *const address_words[ADDRESS_LEVEL_COUNT] = {
	[ADDRESS_POSTCODE_NUMBER] = "same house and postcode",
	[ADDRESS_POSTCODE] = "same postcode",
	[ADDRESS_NEIGHBOUR] = "same postcode or street, another house",
	[ADDRESS_NUMBER_STREET] = "same house number and street",
	[ADDRESS_NUMBER_STREET_NEAR] = "same house number, and nearly the same street",
	[ADDRESS_STREET_NEAR] = "same street and place, one of them written a little differently",
	[ADDRESS_POSTCODE_APART] = "same postcode, another street",
	[ADDRESS_SECTOR] = "same part of the postcode: a few streets apart at most",
	[ADDRESS_OUTCODE] = "same postcode district",
	[ADDRESS_STREET_TOWN] = "same street and town",
	[ADDRESS_STREET] = "same street, as far as it is told",
	[ADDRESS_TOWN] = "same town",
	[ADDRESS_TOWN_APART] = "same town, another street",
	[ADDRESS_DIFFERENT] = "another address; people move, so this says little",
};

static const char *const agree_words[AGREE_LEVEL_COUNT] = { "same as asked", "not as asked" };
static const char *const contact_words[CONTACT_LEVEL_COUNT] = { "same as asked", "nearly as asked",
	"another one; these change, so this says little" };
static const char *const identifier_words[IDENTIFIER_LEVEL_COUNT] = { "same as asked",
	"the same case, which a family shares", "another number of the same kind" };

const char *
explain_level(enum comparison comparison, int level)
{
	if (level < 0)
		return "not on record";
	switch (comparison) {
	case COMPARISON_NAME:
		return level < TOKEN_LEVEL_COUNT ? token_words[level].phrase : "";
	case COMPARISON_BIRTH:
		return level < BIRTH_LEVEL_COUNT ? birth_words[level] : "";
	case COMPARISON_ADDRESS:
		return level < ADDRESS_LEVEL_COUNT ? address_words[level] : "";
	case COMPARISON_SEX:
		return level < AGREE_LEVEL_COUNT ? agree_words[level] : "";
	case COMPARISON_PHONE:
	case COMPARISON_EMAIL:
		return level < CONTACT_LEVEL_COUNT ? contact_words[level] : "";
	case COMPARISON_IDENTIFIER:
		return level < IDENTIFIER_LEVEL_COUNT ? identifier_words[level] : "";
	case COMPARISON_HOUSEHOLD:
		return level == AGREE_SAME ? "found in the same case record" : "";
	case COMPARISON_OTHER_RECORD:
		if (level == AGREE_DIFFERENT)
			return "contradicts a better record that was found";
		return level == AGREE_SAME ? "agrees with a record that was found" : "";
	case COMPARISON_COUNT:
		break;
	}
	return "";
}

static const char *
level_name(enum comparison comparison, int level)
{
	if (level < 0)
		return "missing";
	if (comparison == COMPARISON_NAME)
		return token_level_name((enum token_level)level);
	if (comparison == COMPARISON_BIRTH)
		return birth_level_name((enum birth_level)level);
	if (comparison == COMPARISON_ADDRESS)
		return address_level_name((enum address_level)level);
	if (comparison == COMPARISON_PHONE || comparison == COMPARISON_EMAIL)
		return contact_level_name((enum contact_level)level);
	if (comparison == COMPARISON_IDENTIFIER)
		return identifier_level_name((enum identifier_level)level);
	return level == 0 ? "same" : "different";
}

/* --- Display values -------------------------------------------------------------------------- */
static void
add_separated(struct buf *out, size_t start, const char *separator, struct str s)
{
	if (s.n == 0)
		return;
	if (out->n > start)
		buf_add_text(out, separator);
	buf_add_str(out, s);
}

void
explain_name(struct buf *out, const struct person_name *name)
{
	size_t start = out->n;

	add_separated(out, start, " ", name->full);
	add_separated(out, start, " ", name->forenames);
	add_separated(out, start, " ", name->surname);
}

void
explain_address(struct buf *out, const struct person_address *address)
{
	size_t start = out->n;

	add_separated(out, start, ", ", address->text);
	add_separated(out, start, ", ", address->town);
	add_separated(out, start, ", ", address->postcode);
}

static void
add_value(struct buf *out, enum comparison comparison, const struct person *person, uint8_t i)
{
	if (comparison == COMPARISON_NAME && i < person->name_count)
		explain_name(out, &person->names[i]);
	else if (comparison == COMPARISON_BIRTH && i < person->birth_count)
		birth_format(out, &person->births[i]);
	else if (comparison == COMPARISON_ADDRESS && i < person->address_count)
		explain_address(out, &person->addresses[i]);
	else if (comparison == COMPARISON_SEX)
		buf_add_text(out, sex_name(person->sex));
	else if (comparison == COMPARISON_PHONE && i < person->phone_count)
		buf_add_str(out, person->phones[i]);
	else if (comparison == COMPARISON_EMAIL && i < person->email_count)
		buf_add_str(out, person->emails[i]);
	else if (comparison == COMPARISON_IDENTIFIER && i < person->identifier_count)
		buf_add_str(out, person->identifiers[i].value);
}

/* --- Names in words -------------------------------------------------------------------------- */
static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* True if the word, without its punctuation and in lower case, is the folded token. */
static bool
folds_to(struct str word, struct str token)
{
	size_t n = 0;

	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c == '\'' || c == '-' || c == '.')
			continue;
		if (is_ascii_letter(c))
			c = (char)(c | 0x20);
		if (n == token.n || token.p[n++] != c)
			return false;
	}
	return n == token.n && n > 0;
}

/* The word of `text` that the token came from. */
static bool
find_word(struct str *out, struct str text, struct str token, const char *breaks)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && strchr(breaks, text.p[i]) == NULL)
			continue;
		*out = str_part(text, from, i - from);
		if (folds_to(*out, token))
			return true;
		from = i + 1;
	}
	return false;
}

/* The token as the source spelt it where that can be told, else with a capital. */
static void
add_token(struct buf *out, const struct person *person, const struct feature_name *name, uint8_t i)
{
	struct str token = feature_letters(name->tokens[i].text), word;
	const struct person_name *source;

	if (name->source < person->name_count) {
		source = &person->names[name->source];
		if (find_word(&word, source->full, token, " ,") ||
		    find_word(&word, source->forenames, token, " ,") ||
		    find_word(&word, source->surname, token, " ,") ||
		    find_word(&word, source->full, token, " ,-") ||
		    find_word(&word, source->forenames, token, " ,-") ||
		    find_word(&word, source->surname, token, " ,-")) {
			buf_add_str(out, word);
			return;
		}
	}
	if (token.n > 0)
		buf_add_char(
		    out, is_ascii_letter(token.p[0]) ? (char)(token.p[0] & ~0x20) : token.p[0]);
	buf_add_str(out, str_part(token, 1, token.n));
}

struct both {
	const struct score *score;
	const struct person *query, *record;
};

static void
add_query_token(struct buf *out, const struct both *both, uint8_t i)
{
	add_token(out, both->query, both->score->query_name, i);
}

static void
add_record_token(struct buf *out, const struct both *both, uint8_t i)
{
	add_token(out, both->record, both->score->record_name, i);
}

static const char *
part_word(enum name_part part)
{
	return part == PART_FORENAME ? "forename" : part == PART_SURNAME ? "surname" : "name";
}

static void
add_pair(struct buf *out, const struct both *both, const struct score_token_pair *pair)
{
	const struct feature_token *a = &both->score->query_name->tokens[pair->query_token];
	const struct feature_token *b = &both->score->record_name->tokens[pair->record_token];
	bool query_shorter = feature_letters(a->text).n <= feature_letters(b->text).n;

	for (const char *p = token_words[pair->level].pair; *p != '\0'; p++) {
		if (*p != '~')
			buf_add_char(out, *p);
		else if (*++p == 'p')
			buf_add_text(out, part_word(a->part == PART_UNKNOWN ? b->part : a->part));
		else if (*p == 'q' || (*p == 's' && query_shorter) || (*p == 'l' && !query_shorter))
			add_query_token(out, both, pair->query_token);
		else
			add_record_token(out, both, pair->record_token);
	}
	if (pair->swapped)
		buf_add_text(out,
		    a->part == PART_FORENAME ? ", there as a surname" : ", there as a forename");
}

/* The tokens of one side that found no partner, blank-separated; returns their number. */
static unsigned
add_left_over(struct buf *out, const struct both *both, bool query)
{
	const struct feature_name *name =
	    query ? both->score->query_name : both->score->record_name;
	unsigned used = 0, n = 0;

	for (uint8_t i = 0; i < both->score->pair_count; i++)
		used |= 1u << (query ? both->score->pair[i].query_token
				     : both->score->pair[i].record_token);
	for (uint8_t i = 0; i < name->count; i++) {
		if ((used & 1u << i) != 0)
			continue;
		if (n++ > 0)
			buf_add_char(out, ' ');
		if (query)
			add_query_token(out, both, i);
		else
			add_record_token(out, both, i);
	}
	return n;
}

static void
add_left_overs(struct buf *out, const struct both *both)
{
	struct buf asked = BUF_INIT, found = BUF_INIT;
	unsigned q = add_left_over(&asked, both, true), r = add_left_over(&found, both, false);

	if ((q > 0 || r > 0) && both->score->pair_count > 0)
		buf_add_text(out, "; ");
	if (q > 0 && r > 0)
		buf_addf(out, "asked %.*s, the record says %.*s", (int)asked.n, asked.p,
		    (int)found.n, found.p);
	else if (q > 0)
		buf_addf(out, "%.*s is not on record", (int)asked.n, asked.p);
	else if (r > 0)
		buf_addf(out, "the record also has %.*s", (int)found.n, found.p);
	out->failed |= buf_failed(&asked) || buf_failed(&found);
	buf_free(&asked);
	buf_free(&found);
}

/* Every token of either side has its equal in the part where it was asked. */
static bool
is_whole(const struct score *score)
{
	if (score->pair_count != score->query_name->count ||
	    score->pair_count != score->record_name->count)
		return false;
	for (uint8_t i = 0; i < score->pair_count; i++)
		if (score->pair[i].level != TOKEN_EXACT || score->pair[i].swapped)
			return false;
	return true;
}

static void
add_name_words(struct buf *out, const struct both *both)
{
	static const char *const kinds[NAME_KIND_COUNT] = { [NAME_FORMER] = "a former name",
		[NAME_ALIAS] = "an alias",
		[NAME_KNOWN_AS] = "a known-as name" };
	const struct score *score = both->score;
	const char *kind;

	if (is_whole(score))
		buf_add_text(out, token_words[TOKEN_EXACT].phrase);
	else if (score->pair_count == 0)
		buf_addf(out, "%s: ", token_words[TOKEN_NONE].phrase);
	for (uint8_t i = 0; i < score->pair_count && !is_whole(score); i++) {
		if (i > 0)
			buf_add_text(out, "; ");
		add_pair(out, both, &score->pair[i]);
	}
	add_left_overs(out, both);
	kind = kinds[score->record_name->kind];
	if (kind != NULL)
		buf_addf(out, "; on record as %s", kind);
	kind = kinds[score->query_name->kind];
	if (kind != NULL)
		buf_addf(out, "; asked as %s", kind);
}

/* --- Dates in words -------------------------------------------------------------------------- */
static const char *
month_name(int month)
{
	static const char *const names[] = { "January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December" };

	return month >= 1 && month <= 12 ? names[month - 1] : "?";
}

static void
add_day(struct buf *out, day_number day)
{
	struct civil date = day_to_civil(day);

	buf_addf(out, "%d %s %d", date.day, month_name(date.month), date.year);
}

static void
add_birth(struct buf *out, const struct birth *birth)
{
	struct civil first = day_to_civil(birth->first), at;

	switch (birth->precision) {
	case BIRTH_EXACT:
		add_day(out, birth->first);
		break;
	case BIRTH_YEAR_MONTH:
		buf_addf(out, "%s %d", month_name(first.month), first.year);
		break;
	case BIRTH_YEAR:
		buf_addf(out, "%d", first.year);
		break;
	case BIRTH_RANGE:
		buf_add_text(out, "between ");
		add_day(out, birth->first);
		buf_add_text(out, " and ");
		add_day(out, birth->last);
		break;
	case BIRTH_AGE:
		at = day_to_civil(birth->at);
		buf_addf(out, "%s %u in %s %d", birth->about ? "about" : "aged",
		    (unsigned)birth->age, month_name(at.month), at.year);
		break;
	}
}

static void
add_birth_words(struct buf *out, const struct both *both)
{
	const struct score_line *line = &both->score->line[COMPARISON_BIRTH];
	bool whole = line->level == BIRTH_LEVEL_EXACT || line->level == BIRTH_LEVEL_PLACEHOLDER;

	if (!whole && line->query_value < both->query->birth_count &&
	    line->record_value < both->record->birth_count) {
		buf_add_text(out, "asked ");
		add_birth(out, &both->query->births[line->query_value]);
		buf_add_text(out, "; the record says ");
		add_birth(out, &both->record->births[line->record_value]);
		buf_add_text(out, ", ");
	}
	buf_add_text(out, explain_level(COMPARISON_BIRTH, line->level));
}

static void
add_address_words(struct buf *out, const struct both *both)
{
	const struct score_line *line = &both->score->line[COMPARISON_ADDRESS];
	day_number to = DAY_NONE;

	buf_add_text(out, explain_level(COMPARISON_ADDRESS, line->level));
	if (line->record_value < both->record->address_count)
		to = both->record->addresses[line->record_value].to;
	if (to != DAY_NONE && line->level != ADDRESS_DIFFERENT) {
		struct civil date = day_to_civil(to);

		buf_addf(out, "; an earlier address (to %04d-%02d)", date.year, date.month);
	}
}

static void
add_words(struct buf *out, const struct both *both, enum comparison comparison)
{
	int level = both->score->line[comparison].level;

	if (level == LEVEL_NULL)
		buf_add_text(out, explain_level(comparison, level));
	else if (comparison == COMPARISON_NAME)
		add_name_words(out, both);
	else if (comparison == COMPARISON_BIRTH)
		add_birth_words(out, both);
	else if (comparison == COMPARISON_ADDRESS)
		add_address_words(out, both);
	else
		buf_add_text(out, explain_level(comparison, level));
}

/* --- The lines ------------------------------------------------------------------------------- */
static bool
was_asked(enum comparison comparison, const struct features *query)
{
	const size_t counts[COMPARISON_COUNT] = { [COMPARISON_NAME] = query->name_count,
		[COMPARISON_BIRTH] = query->birth_count,
		[COMPARISON_SEX] = query->sex != SEX_UNKNOWN,
		[COMPARISON_ADDRESS] = query->address_count,
		[COMPARISON_PHONE] = query->phone_count,
		[COMPARISON_EMAIL] = query->email_count,
		[COMPARISON_IDENTIFIER] = query->identifier_count };

	return counts[comparison] > 0;
}

static void
add_json_of(struct buf *out, const char *key, struct buf *scratch)
{
	buf_addf(out, "\"%s\":", key);
	buf_add_json(out, buf_str(scratch));
	buf_add_char(out, ',');
	out->failed |= buf_failed(scratch);
	buf_clear(scratch);
}

/* One decimal, and never "-0.0". */
static double
rounded(double bits)
{
	double tenths = round(bits * 10);

	return tenths < 0 || tenths > 0 ? tenths / 10 : 0;
}

static void
add_line(struct buf *out, const struct both *both, enum comparison comparison)
{
	const struct score_line *line = &both->score->line[comparison];
	struct buf scratch = BUF_INIT;

	buf_addf(out, "{\"field\":\"%s\",", comparison_name(comparison));
	if (comparison < COMPARISON_HOUSEHOLD)
		add_value(&scratch, comparison, both->query, line->query_value);
	add_json_of(out, "asked", &scratch);
	if (comparison == COMPARISON_HOUSEHOLD)
		buf_add_text(&scratch, "others asked about");
	else if (comparison == COMPARISON_OTHER_RECORD)
		buf_add_text(&scratch, "another record");
	else if (line->level != LEVEL_NULL)
		add_value(&scratch, comparison, both->record, line->record_value);
	add_json_of(out, "found", &scratch);
	buf_addf(out, "\"level\":\"%s\",", level_name(comparison, line->level));
	add_words(&scratch, both, comparison);
	add_json_of(out, "words", &scratch);
	buf_addf(out, "\"bits\":%.1f,\"rarity\":%.1f}", rounded(line->bits), rounded(line->rarity));
	buf_free(&scratch);
}

/* Compared fields by the size of their bits, for or against; then those that were missing. */
static size_t
sort_lines(enum comparison order[COMPARISON_COUNT], const struct score *score,
    const struct features *query)
{
	size_t n = 0;

	for (int i = 0; i < COMPARISON_COUNT; i++) {
		size_t at = n;

		if (score->line[i].level == LEVEL_NULL)
			continue;
		for (; at > 0 && fabs(score->line[order[at - 1]].bits) < fabs(score->line[i].bits);
		     at--)
			order[at] = order[at - 1];
		order[at] = (enum comparison)i;
		n++;
	}
	for (int i = 0; i < COMPARISON_COUNT; i++)
		if (score->line[i].level == LEVEL_NULL && was_asked((enum comparison)i, query))
			order[n++] = (enum comparison)i;
	return n;
}

void
explain_json(struct buf *out, const struct score *score, const struct person *query_person,
    const struct person *record_person, const struct features *query, const struct features *record)
{
	const struct both both = { score, query_person, record_person };
	enum comparison order[COMPARISON_COUNT];
	size_t n = sort_lines(order, score, query);

	(void)record;
	buf_add_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		add_line(out, &both, order[i]);
	}
	buf_add_char(out, ']');
}
