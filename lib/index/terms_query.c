/* The plan of a query; the layout and why it is a bound are at the head of terms.c. */
#include "index/terms_layout.h"

#include <math.h>

_Static_assert(TERM_GROUP_COUNT <= TERM_GROUPS_MAX, "a group for each place and field");

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* Bits of a level where they speak for a match. */
static double
bits_of(const struct scorer *scorer, enum comparison comparison, int level)
{
	double bits = score_level_bits(scorer, comparison, level);

	return bits > 0 ? bits : 0;
}

/* --- Names --------------------------------------------------------------------------------- */
struct expanded { /* one distinct token of the query */
	struct str text;
	enum name_part part;	      /* where it was seen first */
	unsigned places;	      /* bit per group that it was added to */
	const struct neighbour *near; /* in byte order */
	double *bits;		      /* of each */
	size_t count;
	double best_bits; /* with any token that there could be */
	double initial_bits;
};

struct names {
	struct terms_list *list;
	const struct scorer *scorer;
	const struct vocabulary *vocabulary;
	struct expansions *kept; /* or NULL */
	struct expanded *tokens;
	size_t count;
	unsigned places_of[PART_UNKNOWN + 1]; /* bit per group that a token of the part is in */
};

/* The share of a pair is that of its commoner token, so bits are the most where the other side is
 * no commoner than the query's token: as if it were the same. */
static double
best_of_any(const struct scorer *scorer, const struct score_shares *shares)
{
	double best = 0;

	for (int level = 0; level < TOKEN_NONE; level++) {
		double bits = score_pair_bound(scorer, (enum token_level)level, shares, shares);

		best = bits > best ? bits : best;
	}
	return best;
}

static enum status
expand(struct expanded *out, const struct names *names, const struct feature_token *token,
    struct err *err)
{
	const struct scorer *scorer = names->scorer;
	struct arena *arena = names->list->arena;
	struct score_shares asked = score_shares(scorer, token->text);
	const struct neighbour *near = NULL;
	enum status status = expansions_get(&near, &out->count, names->kept, arena,
	    names->vocabulary, scorer->lexicon, token->text, err);

	if (status != STATUS_OK)
		return status;
	out->text = token->text;
	out->part = token->part;
	out->best_bits = best_of_any(scorer, &asked);
	out->initial_bits = score_pair_bound(scorer, TOKEN_INITIAL, &asked, &asked);
	out->near = near;
	out->bits = arena_alloc(arena, out->count, sizeof *out->bits);
	if (out->bits == NULL)
		return no_memory(err);
	for (size_t i = 0; i < out->count; i++) {
		struct score_shares its =
		    score_shares_counted(scorer, near[i].token, &near[i].count);

		out->bits[i] = score_pair_bound(scorer, near[i].level, &asked, &its);
	}
	return STATUS_OK;
}

/* The token among those expanded, expanding it if it is new. */
static enum status
find_expanded(
    struct expanded **out, struct names *names, const struct feature_token *token, struct err *err)
{
	enum status status;

	for (size_t i = 0; i < names->count; i++)
		if (str_eq(names->tokens[i].text, token->text)) {
			*out = &names->tokens[i];
			return STATUS_OK;
		}
	*out = &names->tokens[names->count];
	status = expand(*out, names, token, err);
	names->count += status == STATUS_OK;
	return status;
}

static void
add_token(struct names *names, struct expanded *token, unsigned place)
{
	token->places |= 1u << place;
	names->places_of[token->part] |= 1u << place;
	names->list->group = place;
	for (size_t i = 0; i < token->count; i++) {
		names->list->token = &token->near[i];
		terms_add_token(names->list, token->bits[i], token->near[i].token);
	}
	names->list->token = NULL;
	/* A query token of one letter meets any record token that begins with it. */
	if (feature_letters(token->text).n == 1)
		terms_add_letter(names->list, token->initial_bits, token->text);
}

static unsigned
lowest_bit(unsigned bits)
{
	return (unsigned)__builtin_ctz(bits);
}

/*
 * A free place for one more token of a name: where the token is already, else where others of its
 * part are (they are then of other names, and so alternatives to it), else a new one.
 */
static unsigned
choose_place(const struct names *names, const struct expanded *token, unsigned taken)
{
	unsigned all = (1u << FEATURE_TOKENS_MAX) - 1, used = 0, free = all & ~taken;

	for (size_t part = 0; part <= PART_UNKNOWN; part++)
		used |= names->places_of[part];
	if ((token->places & free) != 0)
		return lowest_bit(token->places & free);
	if ((names->places_of[token->part] & free) != 0)
		return lowest_bit(names->places_of[token->part] & free);
	if ((free & ~used) != 0)
		return lowest_bit(free & ~used);
	return lowest_bit(free);
}

/* *best: the most that any record's name can reach against this one. */
static enum status
add_name(struct names *names, double *best, const struct feature_name *name, struct err *err)
{
	unsigned taken = 0;

	*best = 0;
	for (size_t i = 0; i < name->count; i++) {
		struct expanded *token;
		enum status status = find_expanded(&token, names, &name->tokens[i], err);
		unsigned place;

		if (status != STATUS_OK)
			return status;
		place = choose_place(names, token, taken);
		taken |= 1u << place;
		if ((token->places & 1u << place) == 0)
			add_token(names, token, place);
		*best += token->best_bits;
	}
	return STATUS_OK;
}

static enum status
add_names(struct terms_list *list, double *best, const struct scorer *scorer,
    const struct vocabulary *vocabulary, struct expansions *kept, const struct features *features,
    const struct features *told, struct err *err)
{
	struct names names = {
		.list = list, .scorer = scorer, .vocabulary = vocabulary, .kept = kept
	};
	size_t most = features->name_count * FEATURE_TOKENS_MAX;

	*best = 0;
	names.tokens = arena_alloc(list->arena, most, sizeof *names.tokens);
	if (names.tokens == NULL)
		return no_memory(err);
	for (size_t i = 0; i < features->name_count; i++) {
		double bits;
		enum status status;

		list->told = i < told->name_count;
		status = add_name(&names, &bits, &features->names[i], err);
		if (status != STATUS_OK)
			return status;
		*best = bits > *best ? bits : *best;
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

/* The months that days at most BIRTH_CLOSE_DAYS away are in: from 31 January that reaches March. */
static void
add_months_beside(struct terms_list *list, double bits, day_number day)
{
	struct civil own = day_to_civil(day), at = day_to_civil(day - BIRTH_CLOSE_DAYS);
	struct civil last = day_to_civil(day + BIRTH_CLOSE_DAYS);

	for (;;) {
		if (at.year != own.year || at.month != own.month)
			terms_add_two(list, bits, 'E', at.year, at.month);
		if (at.year == last.year && at.month == last.month)
			break;
		at.year += at.month == 12;
		at.month = at.month == 12 ? 1 : at.month + 1;
	}
}

static void
add_day_terms(struct terms_list *list, const struct scorer *scorer, const struct terms_claim *claim)
{
	const enum comparison birth = COMPARISON_BIRTH;
	struct civil day = claim->first, swapped = { day.year, day.day, day.month };

	if (civil_valid(swapped))
		terms_add_day(list, bits_of(scorer, birth, BIRTH_LEVEL_SWAPPED), swapped);
	if (claim->is_loose) { /* 1 January */
		terms_add_day(list, bits_of(scorer, birth, BIRTH_LEVEL_PLACEHOLDER), day);
		return;
	}
	terms_add_day(list, bits_of(scorer, birth, BIRTH_LEVEL_EXACT), day);
	terms_add_two(list, bits_of(scorer, birth, BIRTH_LEVEL_MONTH_DAY), 'F', day.month, day.day);
	terms_add_two(list, bits_of(scorer, birth, BIRTH_LEVEL_YEAR_DAY), 'G', day.year, day.day);
	add_months_beside(list, bits_of(scorer, birth, BIRTH_LEVEL_CLOSE), claim->day);
}

static void
add_birth(struct terms_list *list, const struct scorer *scorer, const struct terms_claim *claim)
{
	double same_year = bits_of(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_SAME_YEAR);
	double window =
	    best_from(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_YEAR, BIRTH_LEVEL_SAME_YEAR + 1);

	/* Two days of a year, neither 1 January, are no more than in the same year. */
	for (int year = claim->first.year; year <= claim->last.year; year++) {
		terms_add_year(list, claim->is_loose ? window : same_year, 'H', year);
		terms_add_year(list, window, 'J', year);
	}
	if (claim->is_month)
		terms_add_two(list, bits_of(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_YEAR_MONTH), 'E',
		    claim->first.year, claim->first.month);
	if (claim->is_day)
		add_day_terms(list, scorer, claim);
}

static double
add_births(struct terms_list *list, const struct scorer *scorer, const struct features *features,
    const struct features *told)
{
	double best = 0;

	list->group = TERM_GROUP_BIRTH;
	for (size_t i = 0; i < features->birth_count; i++) {
		const struct birth *birth = &features->births[i].birth;
		struct terms_claim claim;
		double bits;

		if (!terms_claim(&claim, birth))
			continue;
		list->told = i < told->birth_count;
		add_birth(list, scorer, &claim);
		bits = best_from(
		    scorer, COMPARISON_BIRTH, compare_births(birth, birth), BIRTH_LEVEL_COUNT);
		best = bits > best ? bits : best;
	}
	return best;
}

/* --- Addresses, contacts, identifiers ------------------------------------------------------- */
static double
at_least(double bits, double least)
{
	return bits > least ? bits : least;
}

/* The bits of a term which says that two live together. */
static double
live_together(struct terms_list *list, double bits, double together)
{
	list->has_raised = list->has_raised || bits < together;
	return at_least(bits, together);
}

/* Bits of a value where they speak for a match. */
static double
bits_of_value(const struct scorer *scorer, enum comparison comparison, int level, size_t value)
{
	double bits = score_value_bits(scorer, comparison, level, value);

	return bits > 0 ? bits : 0;
}

static double
add_address(struct terms_list *list, const struct scorer *scorer, const struct feature_address *at,
    size_t i, double together)
{
	double bits[ADDRESS_LEVEL_COUNT], most = 0;
	int level = compare_addresses(at, at);

	for (int k = 0; k < ADDRESS_LEVEL_COUNT; k++)
		bits[k] = bits_of_value(scorer, COMPARISON_ADDRESS, k, i);
	for (int k = level; level != LEVEL_NULL && k < ADDRESS_LEVEL_COUNT; k++)
		most = bits[k] > most ? bits[k] : most;
	terms_add_address(list, at,
	    &(struct terms_address_bits){
		.postcode_number = live_together(list, bits[ADDRESS_POSTCODE_NUMBER], together),
		.postcode = at_least(bits[ADDRESS_POSTCODE],
		    at_least(bits[ADDRESS_NEIGHBOUR], bits[ADDRESS_POSTCODE_APART])),
		.number_street = live_together(list, bits[ADDRESS_NUMBER_STREET], together),
		.number_street_near = bits[ADDRESS_NUMBER_STREET_NEAR],
		.sector = bits[ADDRESS_SECTOR],
		.outcode = bits[ADDRESS_OUTCODE],
		.street_town = at_least(bits[ADDRESS_STREET_TOWN], bits[ADDRESS_NEIGHBOUR]),
		.street = at_least(bits[ADDRESS_STREET], bits[ADDRESS_STREET_NEAR]),
		.street_near = bits[ADDRESS_STREET_NEAR],
		.town = at_least(bits[ADDRESS_TOWN], bits[ADDRESS_TOWN_APART]),
	    });
	return most;
}

/* Returns the most that any record can reach. */
static double
add_addresses(struct terms_list *list, const struct scorer *scorer, const struct features *features,
    const struct features *told, double together)
{
	double best = 0;

	list->group = TERM_GROUP_ADDRESS;
	for (size_t i = 0; i < features->address_count; i++) {
		double most;

		list->told = i < told->address_count;
		most = add_address(list, scorer, &features->addresses[i], i, together);
		best = most > best ? most : best;
	}
	return best;
}

static double
add_phones(struct terms_list *list, const struct scorer *scorer, const struct features *features,
    const struct features *told, double together)
{
	double best = 0;

	list->group = TERM_GROUP_PHONE;
	for (size_t i = 0; i < features->phone_count; i++) {
		const struct features one = { .phones = &features->phones[i], .phone_count = 1 };
		double bits = bits_of_value(scorer, COMPARISON_PHONE, CONTACT_SAME, i);
		double near = bits_of_value(scorer, COMPARISON_PHONE, CONTACT_NEAR, i);

		list->told = i < told->phone_count;
		terms_add_phones(list, live_together(list, bits, together), near, &one);
		best = at_least(at_least(bits, near), best);
	}
	return best;
}

static double
add_emails(struct terms_list *list, const struct scorer *scorer, const struct features *features,
    const struct features *told, double together)
{
	double best = 0;

	list->group = TERM_GROUP_EMAIL;
	for (size_t i = 0; i < features->email_count; i++) {
		const struct features one = { .emails = &features->emails[i], .email_count = 1 };
		double bits = bits_of_value(scorer, COMPARISON_EMAIL, CONTACT_SAME, i);
		double near = bits_of_value(scorer, COMPARISON_EMAIL, CONTACT_NEAR, i);

		list->told = i < told->email_count;
		terms_add_emails(list, live_together(list, bits, together), near, &one);
		best = at_least(at_least(bits, near), best);
	}
	return best;
}

static double
add_identifiers(struct terms_list *list, const struct scorer *scorer,
    const struct features *features, const struct features *told, double together)
{
	double same = bits_of(scorer, COMPARISON_IDENTIFIER, IDENTIFIER_SAME);
	double same_case = bits_of(scorer, COMPARISON_IDENTIFIER, IDENTIFIER_SAME_CASE);
	struct features now = *features;

	same_case = live_together(list, same_case, together);
	list->group = TERM_GROUP_IDENTIFIER;
	list->told = true;
	terms_add_identifiers(list, same, same_case, told);
	list->told = false;
	if (told->identifier_count > 0)
		now.identifiers += told->identifier_count;
	now.identifier_count -= told->identifier_count;
	terms_add_identifiers(list, same, same_case, &now);
	return features->identifier_count > 0 ? at_least(same, same_case) : 0;
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

static enum status
make(struct term_plan *out, struct arena *arena, const struct scorer *scorer,
    const struct vocabulary *vocabulary, struct expansions *kept, const struct features *features,
    const struct features *told, double together_bits, struct err *err)
{
	struct terms_list list = { .arena = arena, .asks = true };
	double best;
	enum status status = add_names(&list, &best, scorer, vocabulary, kept, features, told, err);

	if (status != STATUS_OK)
		return status;
	out->free_bits = 0;
	if (features->sex != SEX_UNKNOWN)
		out->free_bits = bits_of(scorer, COMPARISON_SEX, AGREE_SAME);
	together_bits -= out->free_bits;
	best += add_births(&list, scorer, features, told);
	best += add_addresses(&list, scorer, features, told, together_bits);
	best += add_phones(&list, scorer, features, told, together_bits);
	best += add_emails(&list, scorer, features, told, together_bits);
	best += add_identifiers(&list, scorer, features, told, together_bits);
	if (list.failed)
		return no_memory(err);
	close_plan(out, &list);
	out->has_raised = list.has_raised;
	out->best_bits = scorer->prior + out->free_bits + best;
	return STATUS_OK;
}

enum status
terms_of_query(struct term_plan *out, struct arena *arena, const struct scorer *scorer,
    const struct vocabulary *vocabulary, struct expansions *kept, const struct features *features,
    double together_bits, struct err *err)
{
	static const struct features nothing = { .name_count = 0 };

	return make(out, arena, scorer, vocabulary, kept, features, &nothing, together_bits, err);
}

/* What speaks against a record whose field agrees in nothing with what was told. */
static double
bits_against(const struct scorer *scorer, const struct features *told, unsigned group)
{
	const struct model *model = scorer->model;
	double against = 0;

	if (group < TERM_GROUP_BIRTH && told->name_count > 0)
		against = fmin(model->token[PART_FORENAME][TOKEN_NONE].bits,
		    model->token[PART_SURNAME][TOKEN_NONE].bits);
	else if (group == TERM_GROUP_BIRTH && told->birth_count > 0)
		against = score_level_bits(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_DIFFERENT);
	else if (group == TERM_GROUP_ADDRESS && told->address_count > 0)
		against = score_level_bits(scorer, COMPARISON_ADDRESS, ADDRESS_DIFFERENT);
	else if (group == TERM_GROUP_IDENTIFIER && told->identifier_count > 0)
		against = score_level_bits(scorer, COMPARISON_IDENTIFIER, IDENTIFIER_CONFLICT);
	return fmin(0, against);
}

enum status
terms_of_more(struct term_plan *out, struct arena *arena, const struct scorer *scorer,
    const struct vocabulary *vocabulary, struct expansions *kept, const struct features *features,
    const struct features *told, struct err *err)
{
	double against[TERM_GROUPS_MAX];
	struct term_weight *terms;
	enum status status = make(out, arena, scorer, vocabulary, kept, features, told, 0, err);

	if (status != STATUS_OK)
		return status;
	terms = arena_alloc(arena, out->count, sizeof *terms);
	if (terms == NULL)
		return no_memory(err);
	for (unsigned group = 0; group < TERM_GROUPS_MAX; group++)
		against[group] = bits_against(scorer, told, group);
	for (size_t i = 0; i < out->count; i++) {
		terms[i] = out->terms[i];
		terms[i].gain = terms[i].bits - terms[i].told;
		if (terms[i].told <= 0)
			terms[i].gain -= against[terms[i].group];
	}
	out->terms = terms;
	return STATUS_OK;
}
