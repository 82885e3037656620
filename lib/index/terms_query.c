/* The plan of a query; the layout and why the sum is a bound are at the head of terms.c. */
#include "index/terms_layout.h"

#include <stdlib.h>

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

static double
at_least_0(double bits)
{
	return bits > 0 ? bits : 0;
}

/* Bits of a level where they speak for a match. */
static double
bits_of(const struct scorer *scorer, enum comparison comparison, int level)
{
	return at_least_0(score_level_bits(scorer, comparison, level));
}

/* --- Names --------------------------------------------------------------------------------- */
struct weighed { /* a vocabulary token and the most bits that a query token can have with it */
	struct str token;
	double bits;
};

struct expanded { /* one distinct token of the query */
	struct str text;
	struct weighed *near; /* in byte order */
	size_t count;
	double best_bits; /* with any token that there could be */
	double initial_bits;
};

struct names {
	struct arena *arena;
	const struct scorer *scorer;
	const struct vocabulary *vocabulary;
	struct expanded *tokens;
	size_t count;
};

/* The share of a pair is that of its commoner token, so bits are the most where the other side is
 * no commoner than the query's token: as if it were the same. */
static double
best_of_any(const struct scorer *scorer, struct str text)
{
	double best = 0;

	for (int level = 0; level < TOKEN_NONE; level++) {
		double bits = score_pair_bound(scorer, (enum token_level)level, text, text);

		best = bits > best ? bits : best;
	}
	return best;
}

static enum status
expand(struct expanded *out, const struct names *names, struct str text, struct err *err)
{
	const struct scorer *scorer = names->scorer;
	const struct neighbour *near = NULL;
	enum status status = vocabulary_expand(
	    &near, &out->count, names->arena, names->vocabulary, scorer->lexicon, text, err);

	if (status != STATUS_OK)
		return status;
	out->text = text;
	out->best_bits = best_of_any(scorer, text);
	out->initial_bits = score_pair_bound(scorer, TOKEN_INITIAL, text, text);
	out->near = arena_alloc(names->arena, out->count, sizeof *out->near);
	if (out->near == NULL)
		return no_memory(err);
	for (size_t i = 0; i < out->count; i++)
		out->near[i] = (struct weighed){ near[i].token,
			score_pair_bound(scorer, near[i].level, text, near[i].token) };
	return STATUS_OK;
}

/* The number of the token among those expanded; their count if it is not there yet. */
static size_t
find_expanded(const struct names *names, struct str text)
{
	size_t i = 0;

	while (i < names->count && !str_eq(names->tokens[i].text, text))
		i++;
	return i;
}

static enum status
expand_all(struct names *names, const struct features *features, struct err *err)
{
	size_t most = features->name_count * FEATURE_TOKENS_MAX;

	names->tokens = arena_alloc(names->arena, most, sizeof *names->tokens);
	if (names->tokens == NULL)
		return no_memory(err);
	for (size_t i = 0; i < features->name_count; i++) {
		const struct feature_name *name = &features->names[i];

		for (size_t j = 0; j < name->count; j++) {
			enum status status;

			if (find_expanded(names, name->tokens[j].text) < names->count)
				continue;
			status =
			    expand(&names->tokens[names->count], names, name->tokens[j].text, err);
			if (status != STATUS_OK)
				return status;
			names->count++;
		}
	}
	return STATUS_OK;
}

static int
more_first(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x > y ? -1 : x < y;
}

/* Bits for the second and later record tokens of one spelling: the neighbours of a name's tokens
 * are walked side by side in byte order, and where several meet, the k-th best is the k-th
 * term's. */
static void
add_repeats(struct terms_list *list, const struct names *names, const struct feature_name *name)
{
	const struct expanded *of[FEATURE_TOKENS_MAX];
	size_t at[FEATURE_TOKENS_MAX] = { 0 };

	for (size_t i = 0; i < name->count; i++)
		of[i] = &names->tokens[find_expanded(names, name->tokens[i].text)];
	for (;;) {
		double bits[FEATURE_TOKENS_MAX];
		const struct str *first = NULL;
		struct str token;
		unsigned n = 0;

		for (size_t i = 0; i < name->count; i++)
			if (at[i] < of[i]->count &&
			    (first == NULL || str_cmp(of[i]->near[at[i]].token, *first) < 0))
				first = &of[i]->near[at[i]].token;
		if (first == NULL)
			return;
		token = *first;
		for (size_t i = 0; i < name->count; i++)
			if (at[i] < of[i]->count && str_eq(of[i]->near[at[i]].token, token))
				bits[n++] = of[i]->near[at[i]++].bits;
		qsort(bits, n, sizeof bits[0], more_first);
		for (unsigned k = 2; k <= n; k++)
			terms_add_kth(list, bits[k - 1], 'N', k, token);
	}
}

/* A query token of one letter meets any record token that begins with it. */
static void
add_initials(struct terms_list *list, const struct names *names, const struct feature_name *name)
{
	for (size_t i = 0; i < name->count; i++) {
		struct str text = name->tokens[i].text;
		unsigned k = 1;

		if (text.n != 1)
			continue;
		for (size_t j = 0; j < i; j++)
			k += str_eq(name->tokens[j].text, text);
		terms_add_kth(
		    list, names->tokens[find_expanded(names, text)].initial_bits, 'L', k, text);
	}
}

/* *best: the most that any record's name can reach. */
static enum status
add_names(struct terms_list *list, double *best, const struct scorer *scorer,
    const struct vocabulary *vocabulary, const struct features *features, struct err *err)
{
	struct names names = { list->arena, scorer, vocabulary, NULL, 0 };
	enum status status = expand_all(&names, features, err);

	*best = 0;
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < names.count; i++)
		for (size_t j = 0; j < names.tokens[i].count; j++)
			terms_add_kth(list, names.tokens[i].near[j].bits, 'N', 1,
			    names.tokens[i].near[j].token);
	for (size_t i = 0; i < features->name_count; i++) {
		const struct feature_name *name = &features->names[i];
		double sum = 0;

		add_repeats(list, &names, name);
		add_initials(list, &names, name);
		for (size_t j = 0; j < name->count; j++)
			sum += names.tokens[find_expanded(&names, name->tokens[j].text)].best_bits;
		*best = sum > *best ? sum : *best;
	}
	return STATUS_OK;
}

/* --- Births -------------------------------------------------------------------------------- */
/* The most that a comparison can give at `level` or a later one. */
static double
best_from(const struct scorer *scorer, enum comparison comparison, int level, int count)
{
	double best = 0;

	for (; level < count; level++) {
		double bits = bits_of(scorer, comparison, level);

		best = bits > best ? bits : best;
	}
	return best;
}

/* A record with a day's term has those of its month, its year, and its day of month too. */
static void
add_day_terms(struct terms_list *list, const struct scorer *scorer, const struct terms_claim *claim,
    double year, double month)
{
	bool placeholder = claim->is_loose;
	struct civil day = claim->first, swapped = { day.year, day.day, day.month };
	double month_day = 0, year_day = 0, same, other;

	same = bits_of(
	    scorer, COMPARISON_BIRTH, placeholder ? BIRTH_LEVEL_PLACEHOLDER : BIRTH_LEVEL_EXACT);
	if (!placeholder) {
		month_day = bits_of(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_MONTH_DAY);
		other = bits_of(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_YEAR_DAY);
		year_day = at_least_0(other - year);
		terms_add_two(list, month_day, 'F', day.month, day.day);
		terms_add_two(list, year_day, 'G', day.year, day.day);
	}
	terms_add_day(list, at_least_0(same - year - month - month_day - year_day), day);
	if (day.day != day.month && civil_valid(swapped)) {
		other = bits_of(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_SWAPPED);
		terms_add_day(list, at_least_0(other - year), swapped);
	}
}

static void
add_birth(struct terms_list *list, const struct scorer *scorer, const struct terms_claim *claim)
{
	double same_year = bits_of(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_SAME_YEAR);
	double window = bits_of(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_YEAR), year, month = 0;

	/* Two days of a year, neither 1 January, are no more than in the same year. */
	year = claim->is_loose && window > same_year ? window : same_year;
	for (int y = claim->first.year; y <= claim->last.year; y++) {
		terms_add_year(list, year, 'H', y);
		terms_add_year(list, at_least_0(window - year), 'J', y);
	}
	if (claim->is_month) {
		month = bits_of(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_YEAR_MONTH);
		month = at_least_0(month - year);
		terms_add_two(list, month, 'E', claim->first.year, claim->first.month);
	}
	if (claim->is_day)
		add_day_terms(list, scorer, claim, year, month);
}

static double
add_births(struct terms_list *list, const struct scorer *scorer, const struct features *features)
{
	double best = 0;

	for (size_t i = 0; i < features->birth_count; i++) {
		const struct birth *birth = &features->births[i].birth;
		struct terms_claim claim;
		double bits;

		if (!terms_claim(&claim, birth))
			continue;
		add_birth(list, scorer, &claim);
		bits = best_from(
		    scorer, COMPARISON_BIRTH, compare_births(birth, birth), BIRTH_LEVEL_COUNT);
		best = bits > best ? bits : best;
	}
	return best;
}

/* --- Addresses, contacts, identifiers ------------------------------------------------------- */
static struct terms_address_bits
address_bits(const struct scorer *scorer, const struct feature_address *at)
{
	struct terms_address_bits bits;
	double inherited, most;

	/* A postcode in our form brings sector and outcode with it; a foreign one does not. */
	bits.outcode = bits_of(scorer, COMPARISON_ADDRESS, ADDRESS_OUTCODE);
	inherited = at->outcode.n > 0 ? bits.outcode : 0;
	most = bits_of(scorer, COMPARISON_ADDRESS, ADDRESS_SECTOR);
	bits.sector = at_least_0(most - inherited);
	inherited += at->sector.n > 0 ? bits.sector : 0;
	most = bits_of(scorer, COMPARISON_ADDRESS, ADDRESS_POSTCODE);
	bits.postcode = at_least_0(most - inherited);
	most = bits_of(scorer, COMPARISON_ADDRESS, ADDRESS_POSTCODE_NUMBER);
	bits.postcode_number = at_least_0(most - inherited - bits.postcode);
	bits.number_street = bits_of(scorer, COMPARISON_ADDRESS, ADDRESS_NUMBER_STREET);
	bits.town = bits_of(scorer, COMPARISON_ADDRESS, ADDRESS_TOWN);
	most = bits_of(scorer, COMPARISON_ADDRESS, ADDRESS_STREET_TOWN);
	bits.street_town = at_least_0(most - bits.town);
	return bits;
}

static double
add_addresses(struct terms_list *list, const struct scorer *scorer, const struct features *features)
{
	double best = 0;

	for (size_t i = 0; i < features->address_count; i++) {
		const struct feature_address *at = &features->addresses[i];
		struct terms_address_bits bits = address_bits(scorer, at);
		int level = compare_addresses(at, at);
		double most = 0;

		if (level != LEVEL_NULL)
			most = best_from(scorer, COMPARISON_ADDRESS, level, ADDRESS_LEVEL_COUNT);
		terms_add_address(list, at, &bits);
		best = most > best ? most : best;
	}
	return best;
}

static double
add_others(struct terms_list *list, const struct scorer *scorer, const struct features *features)
{
	struct terms_contact_bits bits = {
		.phone = bits_of(scorer, COMPARISON_PHONE, AGREE_SAME),
		.email = bits_of(scorer, COMPARISON_EMAIL, AGREE_SAME),
		.identifier = bits_of(scorer, COMPARISON_IDENTIFIER, IDENTIFIER_SAME),
	};

	terms_add_contacts(list, features, &bits);
	return (features->phone_count > 0 ? bits.phone : 0) +
	       (features->email_count > 0 ? bits.email : 0) +
	       (features->identifier_count > 0 ? bits.identifier : 0);
}

/* --- The plan ------------------------------------------------------------------------------ */
static void
close_plan(struct term_plan *out, struct terms_list *list)
{
	size_t kept = 0;

	terms_sort_unique(list);
	for (size_t i = 0; i < list->count; i++)
		if (list->terms[i].bits > 0)
			list->terms[kept++] = list->terms[i];
	out->terms = list->terms;
	out->count = kept;
}

enum status
terms_of_query(struct term_plan *out, struct arena *arena, const struct scorer *scorer,
    const struct vocabulary *vocabulary, const struct features *features, struct err *err)
{
	struct terms_list list = { .arena = arena };
	double best;
	enum status status = add_names(&list, &best, scorer, vocabulary, features, err);

	if (status != STATUS_OK)
		return status;
	best += add_births(&list, scorer, features);
	best += add_addresses(&list, scorer, features);
	best += add_others(&list, scorer, features);
	if (list.failed)
		return no_memory(err);
	close_plan(out, &list);
	out->free_bits = 0;
	if (features->sex != SEX_UNKNOWN)
		out->free_bits = bits_of(scorer, COMPARISON_SEX, AGREE_SAME);
	out->best_bits = scorer->prior + out->free_bits + best;
	return STATUS_OK;
}
