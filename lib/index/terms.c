/*
 * Layout of the index terms: the one description of it.
 *
 *   term                       on a record that has                     bounds the level
 *   K record id                                                         (finds the case record)
 *   N token                    the name token                           any of a token, but:
 *   L letter                   a name token beginning with the letter   initial, asked by letter
 *   D yyyymmdd                 a birth on the day                       exact, placeholder, swapped
 *   E yyyymm                   a birth within the month                 year_month; asked by the
 *                                                                       months beside: close
 *   F mmdd                     a birth on the day of any year           month_day
 *   G yyyydd                   a birth on the day of any month          year_day
 *   H yyyy                     a birth that may lie in the year         same_year
 *   J yyyy                     likewise, not stated as a day, or as     year
 *                              1 January
 *   O outcode, S sector, P postcode                                     the same
 *   Q postcode|n|number        and Q postcode|h|house                   postcode_number
 *   R street|n|number          and R street|h|house                     number_street
 *   A piece|n|number           and A piece|h|house: first of a street   number_street_near
 *   B piece|n|number           and B piece|h|house: last of a street    number_street_near
 *   T street|town, T street, U town                                     street_town, street, town
 *   A piece|f|town             A piece|l|town: pieces of both, the      street_near
 *   B piece|f|town             B piece|l|town: town's first and last
 *   V phone, W e-mail, X kind|value                                     same
 *   C piece, I piece           first and last digits of a phone         near
 *   Y name                     an e-mail's part before the @            near
 *   M piece|host, Z piece|host first and last letters of it             near
 * Streets and towns stand without their blanks. compare.h has the pieces. What is longer than a day
 * and no name token or record id stands as a hash of it (add_parts).
 *
 * Why the plan bounds the score. Every level with positive bits needs one of these terms to be on
 * both sides (compare.h says when a level holds), and the plan gives that term at least the
 * level's bits. A field with several values counts its best pair: so all terms of the field are
 * one group, of which the best counts. Names: the tokens of one name are in different groups, and
 * a group holds all vocabulary tokens at any level of its query token; so whatever record tokens
 * an alignment pairs them with, each group has at least the bits of its pair. Names that stand
 * for one another (aliases, spellings) share groups, because only the best of them counts.
 * Weights are never negative, so what a record carries besides does no harm. Swapped parts,
 * unmatched tokens and disagreeing fields only lower a score. Sex has no term: half of all
 * records would carry it; its bits are free to all.
 */
#include "index/terms_layout.h"

#include "index/signature.h"
#include "record/person.h"

#include <stdlib.h>

#define WHOLE_BYTES 8  /* a day's; longer text is told by a hash of it */
#define HASH_BYTES 5   /* see add_parts */
#define TERMS_FIRST 64 /* room for a usual person's terms */
#define FEW_SLOTS 512  /* see keep_first */

_Static_assert(FEW_SLOTS / 2 - 1 <= UINT8_MAX, "a slot is a byte");
_Static_assert(1 + FEATURE_TOKEN_BYTES_MAX <= TERM_BYTES_MAX, "a name token must fit");

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- A list of terms, in the arena --------------------------------------------------------- */
static void
list_add(struct terms_list *list, struct str term, double bits)
{
	if (list->count == list->room && !list->failed) {
		size_t room = list->room == 0 ? TERMS_FIRST : 4 * list->room;
		struct term_weight *grown = arena_alloc(list->arena, room, sizeof *grown);

		if (grown != NULL && list->count > 0)
			memcpy(grown, list->terms, list->count * sizeof *grown);
		list->failed = grown == NULL;
		list->terms = grown == NULL ? list->terms : grown;
		list->room = grown == NULL ? list->room : room;
	}
	if (!list->failed)
		list->terms[list->count++] = (struct term_weight){ .term = term,
			.bits = bits,
			.told = list->told ? bits : 0,
			.group = list->group,
			.token = list->token,
			.place = list->place };
}

/* By group and term; of equal ones the one with the most bits first. */
static int
by_term(const void *a, const void *b)
{
	const struct term_weight *x = a, *y = b;
	int order;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	order = str_cmp(x->term, y->term);
	if (order != 0)
		return order;
	return x->bits > y->bits ? -1 : x->bits < y->bits;
}

void
terms_sort_unique(struct terms_list *list)
{
	size_t kept = 0;

	if (list->count > 0)
		qsort(list->terms, list->count, sizeof *list->terms, by_term);
	for (size_t i = 0; i < list->count; i++) {
		const struct term_weight *term = &list->terms[i];
		struct term_weight *last = kept > 0 ? &list->terms[kept - 1] : NULL;

		if (last == NULL || last->group != term->group || !str_eq(last->term, term->term))
			list->terms[kept++] = *term;
		else if (term->told > last->told)
			last->told = term->told;
	}
	list->count = kept;
}

/* Each term of an ungrouped list once, where it came first. A usual person has 60, of which the
 * name tokens come again with each spelling; the odd one with more is sorted, which is slower. */
static void
keep_first(struct terms_list *list)
{
	uint8_t slots[FEW_SLOTS] = { 0 }; /* number in the list + 1; 0: free */
	size_t kept = 0;

	if (list->count > FEW_SLOTS / 2 - 1) {
		terms_sort_unique(list);
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		struct str term = list->terms[i].term;
		size_t at = (size_t)str_hash_words(term) % FEW_SLOTS;

		while (slots[at] != 0 && !str_eq(list->terms[slots[at] - 1].term, term))
			at = (at + 1) % FEW_SLOTS;
		if (slots[at] != 0)
			continue;
		list->terms[kept++] = list->terms[i];
		slots[at] = (uint8_t)kept;
	}
	list->count = kept;
}

/* --- Making terms -------------------------------------------------------------------------- */
/* Without zero bytes, which take twice the room in the index. */
static void
put_hash(char *to, struct str text)
{
	uint64_t hash = str_hash(text) * 0x9e3779b97f4a7c15u; /* the high bits are well mixed */

	for (size_t i = 0; i < HASH_BYTES; i++) {
		unsigned char byte = (unsigned char)(hash >> (56 - 8 * i));

		to[i] = (char)(byte == 0 ? 1 : byte);
	}
}

/* Up to three parts after the prefix. Text that is no name token and longer than a day is told by a
 * hash of 40 bits: equal values still give equal terms, which is all that the bound needs, and half
 * of all distinct terms are streets, numbers and the like, on one or two people each, whose text
 * would be the larger part of their entry. Among 50 million distinct terms one of 20,000 terms
 * asked for then brings somebody else's list along, who is scored and found wanting. */
static void
add_parts(
    struct terms_list *list, double bits, char prefix, struct str a, struct str b, struct str c)
{
	const struct str parts[] = { a, b, c };
	size_t count = c.n > 0 ? 3 : b.n > 0 ? 2 : 1, n = 1;
	char *p = arena_alloc(list->arena, 1 + a.n + b.n + c.n + 2 + HASH_BYTES, 1);

	if (p == NULL) {
		list->failed = true;
		return;
	}
	p[0] = prefix;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			p[n++] = '|';
		if (parts[i].n > 0)
			memcpy(p + n, parts[i].p, parts[i].n);
		n += parts[i].n;
	}
	if (n > 1 + (prefix == TERM_TOKEN ? FEATURE_TOKEN_BYTES_MAX : WHOLE_BYTES)) {
		put_hash(p + 1, (struct str){ p, n });
		n = 1 + HASH_BYTES;
	}
	list_add(list, (struct str){ p, n }, bits);
}

static void
add_value(struct terms_list *list, double bits, char prefix, struct str value)
{
	if (value.n > 0)
		add_parts(list, bits, prefix, value, STR_NONE, STR_NONE);
}

/* Decimal digits of a number from 0 to 9999, `width` of them at least; returns their end. */
static char *
put_digits(char *to, int number, int width)
{
	char digits[4];
	int n = 0;

	for (; n < 4 && (number > 0 || n < width); number /= 10)
		digits[n++] = (char)('0' + number % 10);
	while (n > 0)
		*to++ = digits[--n];
	return to;
}

static void
add_digits(struct terms_list *list, double bits, char prefix, const char *text, const char *end)
{
	add_value(list, bits, prefix, (struct str){ text, (size_t)(end - text) });
}

void
terms_add_day(struct terms_list *list, double bits, struct civil day)
{
	char text[WHOLE_BYTES];

	add_digits(list, bits, 'D', text,
	    put_digits(put_digits(put_digits(text, day.year, 4), day.month, 2), day.day, 2));
}

void
terms_add_two(struct terms_list *list, double bits, char prefix, int a, int b)
{
	char text[WHOLE_BYTES];

	add_digits(list, bits, prefix, text, put_digits(put_digits(text, a, 4), b, 2));
}

void
terms_add_year(struct terms_list *list, double bits, char prefix, int year)
{
	char text[WHOLE_BYTES];

	add_digits(list, bits, prefix, text, put_digits(text, year, 4));
}

void
terms_add_token(struct terms_list *list, double bits, struct str token)
{
	list->place.key = list->asks ? signature_key(TERM_TOKEN, token) : 0;
	add_value(list, bits, TERM_TOKEN, token);
	list->place.key = 0;
}

void
terms_add_letter(struct terms_list *list, double bits, struct str token)
{
	add_value(list, bits, 'L', str_part(token, 0, 1));
}

/* --- Addresses, contacts, identifiers: the same terms on both sides ------------------------- */
/* Blanks do not tell streets and towns apart, so terms have none. */
static struct str
without_blanks(struct terms_list *list, struct str text)
{
	char *p = arena_alloc(list->arena, text.n + 1, 1);
	size_t n = 0;

	if (p == NULL) {
		list->failed = true;
		return STR_NONE;
	}
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ')
			p[n++] = text.p[i];
	return (struct str){ p, n };
}

/* A piece as a view in the arena. */
static struct str
piece_of(struct terms_list *list, const char *piece)
{
	struct str out = STR_NONE;

	if (piece[0] != '\0' && !arena_copy(&out, list->arena, str_from(piece)))
		list->failed = true;
	return out;
}

static void
add_street_pieces(
    struct terms_list *list, double bits, struct str street, const char *kind, struct str number)
{
	struct compare_pieces pieces;
	struct str first, last;

	compare_street_pieces(&pieces, street);
	first = piece_of(list, pieces.first);
	last = piece_of(list, pieces.last);
	if (first.n > 0)
		add_parts(list, bits, 'A', first, str_from(kind), number);
	if (last.n > 0)
		add_parts(list, bits, 'B', last, str_from(kind), number);
}

/* Every piece of the street with every piece of the town. */
static void
add_place_pieces(struct terms_list *list, double bits, struct str street, struct str town)
{
	struct compare_pieces of_street, of_town;
	struct str first, last, near[2];

	compare_street_pieces(&of_street, street);
	compare_town_pieces(&of_town, town);
	first = piece_of(list, of_street.first);
	last = piece_of(list, of_street.last);
	near[0] = piece_of(list, of_town.first);
	near[1] = piece_of(list, of_town.last);
	for (int i = 0; i < 2; i++) {
		struct str kind = str_from(i == 0 ? "f" : "l");

		if (first.n > 0 && near[i].n > 0)
			add_parts(list, bits, 'A', first, kind, near[i]);
		if (last.n > 0 && near[i].n > 0)
			add_parts(list, bits, 'B', last, kind, near[i]);
	}
}

/* The key that goes with the terms of a part of an address, 0 where it is not given. */
static uint16_t
key_of_part(const struct terms_list *list, char prefix, struct str text)
{
	return list->asks && text.n > 0 ? signature_key(prefix, text) : 0;
}

void
terms_add_address(struct terms_list *list, const struct feature_address *at,
    const struct terms_address_bits *bits)
{
	struct str number = STR_LIT("n"), house = STR_LIT("h");
	struct str street = without_blanks(list, at->street);
	struct str town = without_blanks(list, at->town);

	uint16_t outcode_key = key_of_part(list, 'O', at->outcode),
		 town_key = key_of_part(list, 'U', town);

	list->place.key = outcode_key;
	add_value(list, bits->outcode, 'O', at->outcode);
	add_value(list, bits->sector, 'S', at->sector);
	add_value(list, bits->postcode, 'P', at->postcode);
	if (at->postcode.n > 0 && at->number.n > 0)
		add_parts(list, bits->postcode_number, 'Q', at->postcode, number, at->number);
	if (at->postcode.n > 0 && at->house.n > 0)
		add_parts(list, bits->postcode_number, 'Q', at->postcode, house, at->house);
	list->place.key = key_of_part(list, 'T', street);
	add_value(list, bits->street, 'T', street);
	if (street.n > 0 && town.n > 0)
		add_parts(list, bits->street_town, 'T', street, town, STR_NONE);
	/* Houses of one number and street are apart where both town and outcode differ. */
	if (outcode_key != 0 && town_key != 0) {
		list->place.town[0] = outcode_key;
		list->place.town[1] = town_key;
	}
	if (street.n > 0 && at->number.n > 0)
		add_parts(list, bits->number_street, 'R', street, number, at->number);
	if (street.n > 0 && at->house.n > 0)
		add_parts(list, bits->number_street, 'R', street, house, at->house);
	list->place.key = 0; /* a street that is nearly the same has another key */
	if (street.n > 0 && at->number.n > 0)
		add_street_pieces(list, bits->number_street_near, at->street, "n", at->number);
	if (street.n > 0 && at->house.n > 0)
		add_street_pieces(list, bits->number_street_near, at->street, "h", at->house);
	list->place = (struct term_place){ .key = 0 };
	add_place_pieces(list, bits->street_near, at->street, at->town);
	list->place.key = town_key;
	add_value(list, bits->town, 'U', town);
	list->place.key = 0;
}

void
terms_add_phones(
    struct terms_list *list, double bits, double near_bits, const struct features *features)
{
	for (size_t i = 0; i < features->phone_count; i++) {
		struct str phone = features->phones[i].value;
		struct compare_pieces pieces;

		add_value(list, bits, 'V', phone);
		compare_phone_pieces(&pieces, phone);
		add_value(list, near_bits, 'C', piece_of(list, pieces.first));
		add_value(list, near_bits, 'I', piece_of(list, pieces.last));
	}
}

void
terms_add_emails(
    struct terms_list *list, double bits, double near_bits, const struct features *features)
{
	for (size_t i = 0; i < features->email_count; i++) {
		struct str email = features->emails[i].value, name, host;
		struct compare_pieces pieces;

		add_value(list, bits, 'W', email);
		compare_email_parts(&name, &host, email);
		add_value(list, near_bits, 'Y', name);
		compare_email_pieces(&pieces, email);
		if (host.n == 0 || pieces.first[0] == '\0')
			continue;
		add_parts(list, near_bits, 'M', piece_of(list, pieces.first), host, STR_NONE);
		add_parts(list, near_bits, 'Z', piece_of(list, pieces.last), host, STR_NONE);
	}
}

void
terms_add_identifiers(
    struct terms_list *list, double bits, double case_bits, const struct features *features)
{
	for (size_t i = 0; i < features->identifier_count; i++) {
		const struct feature_identifier *one = &features->identifiers[i];

		if (one->value.n > 0)
			add_parts(list, one->kind == IDENTIFIER_CASE ? case_bits : bits, 'X',
			    str_from(identifier_kind_name(one->kind)), one->value, STR_NONE);
	}
}

/* --- Births -------------------------------------------------------------------------------- */
bool
terms_claim(struct terms_claim *out, const struct birth *birth)
{
	if (compare_births(birth, birth) == LEVEL_NULL)
		return false;
	out->day = birth->first;
	out->first = day_to_civil(birth->first);
	out->last = day_to_civil(birth->last);
	out->is_day = birth->first == birth->last;
	out->is_month = out->first.year == out->last.year && out->first.month == out->last.month;
	out->is_loose = !out->is_day || (out->first.month == 1 && out->first.day == 1);
	return true;
}

static void
add_birth_of_record(struct terms_list *list, const struct terms_claim *claim)
{
	struct civil day = claim->first;

	if (claim->is_day) {
		terms_add_day(list, 0, day);
		terms_add_two(list, 0, 'F', day.month, day.day);
		terms_add_two(list, 0, 'G', day.year, day.day);
	}
	if (claim->is_month)
		terms_add_two(list, 0, 'E', day.year, day.month);
	for (int year = claim->first.year; year <= claim->last.year; year++) {
		terms_add_year(list, 0, 'H', year);
		if (claim->is_loose)
			terms_add_year(list, 0, 'J', year);
	}
}

/* --- Records ------------------------------------------------------------------------------- */
static void
add_name_of_record(struct terms_list *list, const struct feature_name *name)
{
	for (size_t i = 0; i < name->count; i++) {
		terms_add_token(list, 0, name->tokens[i].text);
		terms_add_letter(list, 0, name->tokens[i].text);
	}
}

enum status
terms_of_record(const struct features *features, struct arena *arena, terms_emit *emit, void *ctx,
    struct err *err)
{
	static const struct terms_address_bits no_address_bits;
	struct terms_list list = { .arena = arena };
	struct terms_claim claim;

	for (size_t i = 0; i < features->name_count; i++)
		add_name_of_record(&list, &features->names[i]);
	for (size_t i = 0; i < features->birth_count; i++)
		if (terms_claim(&claim, &features->births[i].birth))
			add_birth_of_record(&list, &claim);
	for (size_t i = 0; i < features->address_count; i++)
		terms_add_address(&list, &features->addresses[i], &no_address_bits);
	terms_add_phones(&list, 0, 0, features);
	terms_add_emails(&list, 0, 0, features);
	terms_add_identifiers(&list, 0, 0, features);
	if (list.failed)
		return no_memory(err);
	keep_first(&list);
	for (size_t i = 0; i < list.count; i++)
		emit(ctx, list.terms[i].term);
	return STATUS_OK;
}

enum status
terms_record_key(struct str *out, struct arena *arena, struct str record_id, struct err *err)
{
	char *p = arena_alloc(arena, record_id.n + 1, 1);

	if (p == NULL)
		return no_memory(err);
	p[0] = 'K';
	if (record_id.n > 0)
		memcpy(p + 1, record_id.p, record_id.n);
	*out = (struct str){ p, record_id.n + 1 };
	return STATUS_OK;
}
