/*
 * Addresses, from text to parts. The text is cut at commas into segments of folded words; then, in
 * this order: postcode (field, end of text, end of town), counties and countries at the end, flat,
 * number, house name, street, town. What cannot be told apart ("3/12": flat 3 of 12 or flat 12 of
 * 3; "12-14"; "12 Rose Cottage, Mill Lane": 12 of Rose Cottage or of Mill Lane) gives two readings
 * of one address, each a feature of its own.
 */
#include "base/scratch.h"
#include "record/features_parts.h"
#include "record/postcode.h"

#define WORDS_MAX 40 /* of one address */
#define SEGMENTS_MAX 12
/* Two readings of the parts, of each two of the number. */
#define ADDRESSES_MADE_MAX (2 * 2 * PERSON_ADDRESSES_MAX)
#define PHRASE_WORDS_MAX 4 /* "east riding of yorkshire" */
#define PHRASE_BYTES_MAX 64
#define NUMBER_DIGITS_MAX 5

struct segment {
	struct str words[WORDS_MAX];
	size_t count;
};

struct lines {
	struct segment segment[SEGMENTS_MAX];
	size_t count;
};

struct made {
	struct feature_address list[ADDRESSES_MADE_MAX];
	size_t count;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- Segments ---------------------------------------------------------------------------------*/

/* Folding drops the slash of "3/12"; an apostrophe between digits is no other thing. */
static struct str
keep_slashes(struct feature_maker *maker, struct str text)
{
	const char *slash = text.n == 0 ? NULL : memchr(text.p, '/', text.n);
	struct str copy;
	char *p;

	if (slash == NULL)
		return text;
	if (!arena_copy(&copy, maker->arena, text)) {
		maker->nomem = true;
		return STR_NONE;
	}
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 1; i + 1 < copy.n; i++)
		if (p[i] == '/' && is_digit(p[i + 1]) &&
		    (is_digit(p[i - 1]) || (i > 1 && is_digit(p[i - 2]))))
			p[i] = '\'';
	return copy;
}

static struct str
join_words(struct feature_maker *maker, const struct str *words, size_t count)
{
	struct str out = count == 0 ? STR_NONE : words[0];

	for (size_t i = 1; i < count; i++)
		out = features_join(maker, out, ' ', words[i]);
	return out;
}

/* Letters of a word without apostrophes ("st john's": johns) unless a slash hides in it. */
static struct str
plain_word(struct feature_maker *maker, struct str word)
{
	const char *mark = memchr(word.p, '\'', word.n);
	char *p;
	size_t n = 0;

	if (mark == NULL || (mark > word.p && is_digit(mark[-1])) || word.n > PHRASE_BYTES_MAX)
		return word;
	p = arena_alloc(maker->arena, word.n + 1, 1);
	if (p == NULL) {
		maker->nomem = true;
		return STR_NONE;
	}
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] != '\'')
			p[n++] = word.p[i];
	return (struct str){ p, n };
}

/* "12", "12a", and with `joined` "12-14" or "12'3". */
static bool
is_number(struct str word, bool joined)
{
	size_t digits = 0, i = 0;

	while (i < word.n && is_digit(word.p[i]))
		i++;
	digits = i;
	if (digits == 0 || digits > NUMBER_DIGITS_MAX)
		return false;
	if (i < word.n && word.p[i] >= 'a' && word.p[i] <= 'z')
		i++;
	if (i == word.n)
		return true;
	return joined && (word.p[i] == '-' || word.p[i] == '\'') &&
	       is_number(str_part(word, i + 1, word.n), false);
}

/* A number begins with digits that stand in the text in that order, whatever comes between: so says
 * is_number(), and nothing here makes digits. Other scripts have digits of their own. */
bool
features_may_have_number(const struct person_address *address, struct str number)
{
	size_t at = 0;

	for (size_t i = 0; i < address->text.n && at < number.n && is_digit(number.p[at]); i++) {
		if ((address->text.p[i] & 0x80) != 0)
			return true;
		at += address->text.p[i] == number.p[at];
	}
	return at > 0 && (at == number.n || !is_digit(number.p[at]));
}

/* "52 - 54" is a range as "52-54" is. */
static void
add_word(struct segment *segment, struct feature_maker *maker, struct str word, bool after_dash)
{
	struct str *last = segment->count == 0 ? NULL : &segment->words[segment->count - 1];

	if (after_dash && last != NULL && is_number(*last, false) && is_number(word, false))
		*last = features_join(maker, *last, '-', word);
	else
		segment->words[segment->count++] = word;
}

static void
add_segment(struct lines *out, struct feature_maker *maker, struct str piece)
{
	struct str folded = features_fold(maker, piece), rest = folded, word;
	struct segment *segment = &out->segment[out->count];
	bool dash = false;

	if (folded.n == 0 || out->count == SEGMENTS_MAX ||
	    lexicon_is_missing(maker->lexicon, LEXICON_ADDRESS, folded))
		return;
	segment->count = 0;
	while (segment->count < WORDS_MAX && features_next_word(&word, &rest)) {
		bool is_dash = word.n == 1 && word.p[0] == '-';

		word = plain_word(maker, word);
		if (word.n > 0 && !is_dash)
			add_word(segment, maker, word, dash);
		dash = is_dash;
	}
	if (segment->count > 2 && str_eq_text(segment->words[0], "c") &&
	    str_eq_text(segment->words[1], "o"))
		return; /* care of somebody: no part of a place */
	if (segment->count > 0)
		out->count++;
}

static void
read_lines(struct lines *out, struct feature_maker *maker, struct str text)
{
	size_t from = 0;

	text = keep_slashes(maker, text);
	for (size_t at = 0; at <= text.n; at++) {
		if (at < text.n && strchr(",;\n\r|", text.p[at]) == NULL)
			continue;
		add_segment(out, maker, str_part(text, from, at - from));
		from = at + 1;
	}
}

static void
drop_last(struct lines *lines, size_t words)
{
	struct segment *last = &lines->segment[lines->count - 1];

	last->count -= words;
	if (last->count == 0)
		lines->count--;
}

/* --- Postcode ---------------------------------------------------------------------------------*/

static void
put_postcode(
    struct feature_address *out, struct feature_maker *maker, const struct postcode *postcode)
{
	struct str whole = str_from(postcode->whole), outcode = str_from(postcode->outcode);

	/* The health service writes ZZ99 for no fixed abode; whole codes are in the list. */
	if (lexicon_is_missing(maker->lexicon, LEXICON_POSTCODE, whole) ||
	    lexicon_is_missing(maker->lexicon, LEXICON_POSTCODE, outcode))
		return;
	if (!arena_copy(&out->postcode, maker->arena, whole) ||
	    !arena_copy(&out->sector, maker->arena, str_from(postcode->sector)) ||
	    !arena_copy(&out->outcode, maker->arena, outcode))
		maker->nomem = true;
}

/* A whole postcode in the last two words or the last one; it is taken off. */
static bool
postcode_at_end(struct feature_address *out, struct feature_maker *maker, struct lines *lines)
{
	const struct segment *last;
	struct postcode postcode;

	if (lines->count == 0)
		return false;
	last = &lines->segment[lines->count - 1];
	for (size_t words = 2; words > 0; words--) {
		struct str text;

		if (last->count < words)
			continue;
		text = join_words(maker, &last->words[last->count - words], words);
		/* One repair at most: "Block 10" is no postcode. */
		if (!postcode_parse_whole(&postcode, text, words == 2 ? 1 : 0) &&
		    !lexicon_is_missing(maker->lexicon, LEXICON_POSTCODE, text))
			continue;
		if (postcode_parse_whole(&postcode, text, 1) && out->outcode.n == 0)
			put_postcode(out, maker, &postcode);
		drop_last(lines, words);
		return true;
	}
	return false;
}

static void
read_postcode(struct feature_address *out, struct feature_maker *maker, struct str field)
{
	struct str folded = features_fold(maker, field);
	struct postcode postcode;
	char *p;
	size_t n = 0;

	if (folded.n == 0 || lexicon_is_missing(maker->lexicon, LEXICON_POSTCODE, folded))
		return;
	if (postcode_parse(&postcode, folded)) {
		put_postcode(out, maker, &postcode);
		return;
	}
	p = arena_alloc(maker->arena, folded.n + 1, 1);
	if (p == NULL) {
		maker->nomem = true;
		return;
	}
	for (size_t i = 0; i < folded.n && n < FEATURE_TOKEN_BYTES_MAX; i++)
		if (folded.p[i] != ' ' && folded.p[i] != '-' && folded.p[i] != '\'')
			p[n++] = folded.p[i];
	/* Every code of ZZ99 means no fixed abode or abroad. */
	if (n >= 3 && !str_starts((struct str){ p, n }, STR_LIT("zz99")))
		out->postcode = (struct str){ p, n };
}

/* --- Words ------------------------------------------------------------------------------------*/

static unsigned
place(struct feature_maker *maker, struct str word)
{
	return lexicon_place(maker->lexicon, lexicon_street_word(maker->lexicon, word));
}

/* Counties and countries say less than the town before them. The very last words stay. */
static void
drop_regions(struct feature_maker *maker, struct lines *lines)
{
	while (lines->count > 0) {
		const struct segment *last = &lines->segment[lines->count - 1];
		size_t words = PHRASE_WORDS_MAX;

		for (; words > 0; words--) {
			struct str phrase;

			if (last->count < words || (lines->count == 1 && last->count == words))
				continue;
			phrase = join_words(maker, &last->words[last->count - words], words);
			if ((lexicon_place(maker->lexicon, phrase) & LEXICON_REGION) != 0)
				break;
		}
		if (words == 0)
			return;
		drop_last(lines, words);
	}
}

static void
remove_words(struct segment *segment, size_t at, size_t n)
{
	memmove(&segment->words[at], &segment->words[at + n],
	    (segment->count - at - n) * sizeof segment->words[0]);
	segment->count -= n;
}

/* "2/1" (floor and door) is written "2-1". */
static struct str
flat_name(struct feature_maker *maker, struct str word)
{
	struct str rest = word, floor = str_cut(&rest, '\'');

	return floor.n == word.n ? word : features_join(maker, floor, '-', rest);
}

/* What may follow "flat": a number, letters and a number, or one or two letters. */
static bool
is_flat_name(struct str word)
{
	bool digit = false;

	for (size_t i = 0; i < word.n; i++)
		digit = digit || is_digit(word.p[i]);
	return digit || word.n <= 2;
}

static bool
is_floor(struct feature_maker *maker, const struct segment *segment, size_t i)
{
	return (lexicon_place(maker->lexicon, segment->words[i]) & LEXICON_FLOOR) != 0;
}

/* "Basement flat", "ground floor flat", "flat basement": the floor is the flat's name. */
static bool
take_floor(
    struct feature_address *out, struct feature_maker *maker, struct segment *segment, size_t at)
{
	size_t from = at, to = at + 1;

	while (from > 0 && is_floor(maker, segment, from - 1))
		from--;
	while (from == at && to < segment->count && is_floor(maker, segment, to))
		to++;
	if (to - from == 1)
		return false;
	out->flat = segment->words[from == at ? at + 1 : from];
	remove_words(segment, from, to - from);
	return true;
}

/* "1st floor" as a segment of its own. */
static bool
is_all_floor(struct feature_maker *maker, const struct segment *segment)
{
	for (size_t i = 0; i < segment->count; i++)
		if (!is_floor(maker, segment, i))
			return false;
	return segment->count > 1;
}

static bool
take_flat_of(struct feature_address *out, struct feature_maker *maker, struct segment *segment)
{
	if (is_all_floor(maker, segment)) {
		out->flat = segment->words[0];
		segment->count = 0;
		return true;
	}
	for (size_t i = 0; i < segment->count; i++) {
		if ((lexicon_place(maker->lexicon, segment->words[i]) & LEXICON_FLAT) == 0)
			continue;
		if (take_floor(out, maker, segment, i))
			return true;
		if (i + 1 < segment->count && is_flat_name(segment->words[i + 1])) {
			out->flat = flat_name(maker, segment->words[i + 1]);
			remove_words(segment, i, 2);
			return true;
		}
	}
	return false;
}

static void
take_flat(struct feature_address *out, struct feature_maker *maker, struct lines *lines)
{
	for (size_t s = 0; s < lines->count; s++)
		if (take_flat_of(out, maker, &lines->segment[s]))
			break;
	for (size_t s = 0; s < lines->count; s++)
		if (lines->segment[s].count == 0)
			memmove(&lines->segment[s], &lines->segment[s + 1],
			    (--lines->count - s) * sizeof lines->segment[0]);
}

/* The commonest words that end a street's name and are long enough for a slip to leave them
 * recognisable; `joins`: written as one with the name before ("sinclairstreet"). */
static const struct {
	const char *word;
	bool joins;
} STREET_KINDS[] = { { "street", true }, { "avenue", true }, { "close", false }, { "court", false },
	{ "crescent", true }, { "drive", false }, { "gardens", true }, { "grove", false },
	{ "place", false }, { "square", false }, { "terrace", true } };
#define STREET_KIND_COUNT (sizeof STREET_KINDS / sizeof STREET_KINDS[0])
#define JOINED_NAME_MIN 3 /* letters before the kind */

/* One letter more, less or otherwise, or two exchanged. */
static bool
is_one_slip(struct str a, struct str b)
{
	size_t head = 0, tail = 0, longer = a.n > b.n ? a.n : b.n, shorter = a.n < b.n ? a.n : b.n;

	if (longer - shorter > 1)
		return false;
	while (head < shorter && a.p[head] == b.p[head])
		head++;
	while (tail < shorter - head && a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail])
		tail++;
	if (longer - head - tail <= 1)
		return true;
	return a.n == b.n && longer - head - tail == 2 && a.p[head] == b.p[head + 1] &&
	       a.p[head + 1] == b.p[head];
}

/* The kind of street that a word unknown to the lexicon is a slip of; else the word. */
static struct str
mended_kind(struct feature_maker *maker, struct str word)
{
	if (word.n < 4 || place(maker, word) != 0)
		return word;
	for (size_t i = 0; i < STREET_KIND_COUNT; i++)
		if (is_one_slip(word, str_from(STREET_KINDS[i].word)))
			return str_from(STREET_KINDS[i].word);
	return word;
}

static bool
is_joined_street(struct feature_maker *maker, struct str word)
{
	if (place(maker, word) != 0 || memchr(word.p, '-', word.n) != NULL)
		return false;
	for (size_t i = 0; i < STREET_KIND_COUNT; i++) {
		struct str kind = str_from(STREET_KINDS[i].word);

		if (STREET_KINDS[i].joins && word.n >= kind.n + JOINED_NAME_MIN &&
		    str_ends(word, kind))
			return true;
	}
	return false;
}

/* A slip is one only after a name. */
static bool
is_street_word(struct feature_maker *maker, const struct segment *segment, size_t i)
{
	struct str word = segment->words[i];

	return (place(maker, i > 0 ? mended_kind(maker, word) : word) & LEXICON_STREET) != 0;
}

/* "st" is a street unless a better street word follows: Old St James Road. */
static bool
is_saint(struct feature_maker *maker, const struct segment *segment, size_t i)
{
	if (!str_eq_text(segment->words[i], "st"))
		return false;
	for (size_t k = i + 1; k < segment->count; k++)
		if (is_street_word(maker, segment, k) && !str_eq_text(segment->words[k], "st"))
			return true;
	return false;
}

/* Where the name of a street that begins at word i ends: after its first street word, with those
 * that follow at once ("Park Lane Mews"), else after the last word that ends streets and villages;
 * i if it is no street. */
static size_t
street_end(struct feature_maker *maker, const struct segment *segment, size_t i)
{
	size_t end = i;

	for (size_t k = i + 1; k < segment->count; k++) {
		if (is_street_word(maker, segment, k) && !is_saint(maker, segment, k)) {
			for (end = k + 1;
			     end < segment->count && !str_eq_text(segment->words[end], "st") &&
			     is_street_word(maker, segment, end);
			     end++)
				;
			return end;
		}
		if ((place(maker, segment->words[k]) & LEXICON_STREET_OR_PLACE) != 0)
			end = k + 1;
	}
	if (end == i && segment->count - i > 1 &&
	    (place(maker, segment->words[i]) & LEXICON_STREET_FIRST) != 0)
		return segment->count;
	return end;
}

/* Where a house name before a street ends: "Raleigh House Ampthill Road"; 0 if there is none. */
static size_t
house_end(struct feature_maker *maker, const struct segment *segment)
{
	for (size_t k = 1; k + 2 < segment->count; k++) {
		if ((place(maker, segment->words[k]) & LEXICON_BUILDING) == 0 ||
		    is_street_word(maker, segment, k + 1))
			continue;
		if (street_end(maker, segment, k + 1) > k + 1)
			return k + 1;
	}
	return 0;
}

static bool
is_house(struct feature_maker *maker, const struct segment *segment)
{
	return segment->count > 0 &&
	       (place(maker, segment->words[segment->count - 1]) & LEXICON_BUILDING) != 0;
}

/* Long forms; "st" is a saint before a name and a street after one. */
static struct str
street_name(struct feature_maker *maker, const struct str *words, size_t count)
{
	struct str out = STR_NONE;

	for (size_t i = 0; i < count; i++) {
		struct str word = lexicon_street_word(maker->lexicon, words[i]);

		if (i > 0)
			word = mended_kind(maker, word);
		if (str_eq_text(words[i], "st"))
			word = i + 1 == count ? STR_LIT("street") : STR_LIT("saint");
		if (str_eq_text(word, "the") && i == 0 && count > 1)
			continue; /* The Avenue and Avenue are one */
		out = out.n == 0 ? word : features_join(maker, out, ' ', word);
	}
	return out;
}

/* --- The parts of one address -----------------------------------------------------------------*/

/* A number at the beginning of a segment, or alone in the segment before. Taken off. */
static void
take_number(struct feature_address *out, struct feature_maker *maker, struct lines *lines, size_t s)
{
	struct segment *segment = &lines->segment[s];

	(void)maker;
	if (segment->count == 0 || !is_number(segment->words[0], true))
		return;
	/* "3, 12 Acacia Avenue": the first number was the flat. */
	if (out->number.n > 0 && out->flat.n == 0)
		out->flat = out->number;
	out->number = segment->words[0];
	remove_words(segment, 0, 1);
	/* "12 A Acacia Avenue" */
	if (segment->count > 1 && segment->words[0].n == 1 && segment->words[0].p[0] >= 'a' &&
	    is_digit(out->number.p[out->number.n - 1])) {
		out->number = features_join(maker, out->number, '\0', segment->words[0]);
		remove_words(segment, 0, 1);
	}
}

/* Cuts a segment at the first number after its beginning: "Rose Cottage 12 Mill Lane". */
static void
cut_at_number(struct lines *lines, size_t s)
{
	struct segment *segment = &lines->segment[s];

	for (size_t i = 1; i < segment->count && lines->count < SEGMENTS_MAX; i++) {
		if (!is_number(segment->words[i], true))
			continue;
		memmove(segment + 2, segment + 1, (lines->count - s - 1) * sizeof *segment);
		lines->count++;
		segment[1].count = segment->count - i;
		memcpy(segment[1].words, &segment->words[i],
		    segment[1].count * sizeof segment->words[0]);
		segment->count = i;
		return;
	}
}

static void
set_house(struct feature_address *out, struct feature_maker *maker, const struct segment *segment)
{
	struct str words[WORDS_MAX] SCRATCH;

	for (size_t i = 0; i < segment->count; i++)
		words[i] = lexicon_street_word(maker->lexicon, segment->words[i]);
	if (out->house.n == 0)
		out->house = join_words(maker, words, segment->count);
}

/* Takes the street of a segment, with a house name before it; words after it stay. */
static bool
take_street(struct feature_address *out, struct feature_maker *maker, struct segment *segment,
    bool numbered)
{
	size_t house = house_end(maker, segment), end;

	if (house > 0) {
		struct segment name = *segment;

		name.count = house;
		set_house(out, maker, &name);
		remove_words(segment, 0, house);
	}
	end = street_end(maker, segment, 0);
	if (end == 0) {
		if (!numbered || segment->count == 0)
			return false;
		end = segment->count; /* "12 Broadway": what follows a number is a street */
	}
	out->street = street_name(maker, segment->words, end);
	remove_words(segment, 0, end);
	return true;
}

/* A numbered segment that is no street by its words, with one that is after it: "148 Brumby's
 * Run, Sinclair Street". */
static bool
is_before_street(struct feature_maker *maker, const struct lines *lines, size_t s)
{
	if (street_end(maker, &lines->segment[s], 0) > 0)
		return false;
	for (size_t k = s + 1; k < lines->count; k++)
		if (street_end(maker, &lines->segment[k], 0) > 0)
			return true;
	return false;
}

/* `house_first`: a numbered segment before a street is a house's name, and the number the
 * house's in that street. Returns whether there is such a segment. */
static bool
read_segments(
    struct feature_address *out, struct feature_maker *maker, struct lines *lines, bool house_first)
{
	bool either = false;

	for (size_t s = 0; s < lines->count; s++) {
		struct segment *segment = &lines->segment[s];
		struct str before = out->number;
		bool numbered, last = s + 1 == lines->count;

		cut_at_number(lines, s);
		last = last && s + 1 == lines->count;
		take_number(out, maker, lines, s);
		numbered = before.n != out->number.n || before.p != out->number.p ||
			   (s > 0 && out->number.n > 0 && out->street.n == 0 &&
			       lines->segment[s - 1].count == 0);
		if (segment->count == 0)
			continue;
		if (numbered && out->street.n == 0 && is_before_street(maker, lines, s)) {
			either = true;
			if (house_first) {
				set_house(out, maker, segment);
				segment->count = 0;
				continue;
			}
		}
		numbered = numbered || (s == 0 && segment->count == 1 &&
					   is_joined_street(maker, segment->words[0]));
		if (out->street.n == 0 && !(is_house(maker, segment) && !numbered && !last) &&
		    take_street(out, maker, segment, numbered))
			continue;
		if (out->street.n == 0 && (is_house(maker, segment) || (s == 0 && !last))) {
			set_house(out, maker, segment);
			segment->count = 0;
		}
	}
	return either;
}

/* The last words that no other part has taken. */
static void
take_town(struct feature_address *out, struct feature_maker *maker, const struct lines *lines)
{
	for (size_t s = lines->count; s > 0 && out->town.n == 0; s--) {
		const struct segment *segment = &lines->segment[s - 1];

		if (segment->count > 0 && !is_number(segment->words[0], true))
			out->town = join_words(maker, segment->words, segment->count);
	}
}

static void
read_town(struct feature_address *out, struct feature_maker *maker, struct str field)
{
	struct lines lines SCRATCH;

	lines.count = 0;
	read_lines(&lines, maker, field);
	if (out->outcode.n == 0)
		(void)postcode_at_end(out, maker, &lines);
	drop_regions(maker, &lines);
	if (lines.count > 0)
		out->town = join_words(maker, lines.segment[0].words, lines.segment[0].count);
}

static void
limit_part(struct str *part)
{
	*part = str_part(*part, 0, FEATURE_TOKEN_BYTES_MAX);
	while (part->n > 0 && part->p[part->n - 1] == ' ')
		part->n--;
}

static void
add_address(struct made *out, struct feature_address address)
{
	if (address.postcode.n == 0 && address.outcode.n == 0 && address.number.n == 0 &&
	    address.house.n == 0 && address.street.n == 0 && address.town.n == 0)
		return;
	limit_part(&address.number);
	limit_part(&address.flat);
	limit_part(&address.house);
	limit_part(&address.street);
	limit_part(&address.town);
	if (out->count < ADDRESSES_MADE_MAX)
		out->list[out->count++] = address;
}

/* "12-14" and "3'12" are two numbers; both are kept, in two readings. */
static void
add_readings(struct made *out, struct feature_address address)
{
	struct str second = address.number, first;
	bool slash;
	char mark;

	for (size_t i = 0; i < address.number.n; i++) {
		mark = address.number.p[i];
		if (mark != '-' && mark != '\'')
			continue;
		slash = mark == '\'';
		first = str_cut(&second, mark);
		address.number = first;
		if (slash && address.flat.n == 0)
			address.flat = second;
		add_address(out, address);
		address.number = second;
		if (slash && str_eq(address.flat, second))
			address.flat = first;
		add_address(out, address);
		return;
	}
	add_address(out, address);
}

static void
make_address(struct made *out, struct feature_maker *maker, const struct person_address *from,
    uint8_t source)
{
	struct feature_address address = { STR_NONE, STR_NONE, STR_NONE, STR_NONE, STR_NONE,
		STR_NONE, STR_NONE, STR_NONE, source, from->to != DAY_NONE };
	struct lines lines SCRATCH, again SCRATCH;
	struct feature_address other;

	lines.count = 0;
	read_postcode(&address, maker, from->postcode);
	read_lines(&lines, maker, from->text);
	read_town(&address, maker, from->town);
	drop_regions(maker, &lines);
	(void)postcode_at_end(&address, maker, &lines);
	drop_regions(maker, &lines);
	take_flat(&address, maker, &lines);
	if (address.town.n > 0 && lines.count > 1 &&
	    str_eq(address.town, join_words(maker, lines.segment[lines.count - 1].words,
				     lines.segment[lines.count - 1].count)))
		lines.count--; /* the town stands in the text too */
	again = lines;
	other = address;
	if (read_segments(&address, maker, &lines, false)) {
		(void)read_segments(&other, maker, &again, true);
		take_town(&other, maker, &again);
		if (!maker->nomem)
			add_readings(out, other);
	}
	take_town(&address, maker, &lines);
	if (!maker->nomem)
		add_readings(out, address);
}

void
features_addresses(struct features *out, struct feature_maker *maker, const struct person *person)
{
	struct made made SCRATCH;

	made.count = 0;
	for (size_t i = 0; i < person->address_count && i < PERSON_ADDRESSES_MAX && !maker->nomem;
	     i++)
		make_address(&made, maker, &person->addresses[i], (uint8_t)i);
	out->addresses = features_keep(maker, made.list, made.count, sizeof made.list[0]);
	out->address_count = made.count;
}
