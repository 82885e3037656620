/*
 * Names, from text to variants:
 *   readings   what one text may mean as a list of words (features_words.h)
 *   spellings  of a reading (features_spelling.h)
 *   variants   spellings of forenames times spellings of surnames; a name that has one part only
 *              borrows the other from the person's current name
 * Nothing here looks at another person, so that both sides of a comparison agree.
 */
#include "base/scratch.h"
#include "record/features_spelling.h"

#define VARIANTS_OF_NAME_MAX 16
#define SURNAME_TOKENS_MAX 3 /* kept when a name has more tokens than are compared */

_Static_assert(PERSON_NAMES_MAX <= 32, "a bit for each name");
_Static_assert(PERSON_NAMES_MAX <= FEATURE_VARIANTS_MAX, "a variant for each name");
_Static_assert(FEATURE_NAME_TOKENS_MAX / PERSON_NAMES_MAX > SURNAME_TOKENS_MAX,
    "of each name a forename and the surname are compared");

struct variants {
	struct feature_name list[FEATURE_VARIANTS_MAX + 1]; /* and one that is being made */
	size_t count;
	size_t tokens;	    /* of all in the list */
	size_t limit;	    /* of variants, up to and with the name at hand */
	size_t token_limit; /* likewise; a name has its first variant whatever its length */
	size_t name_tokens; /* of one variant of the name at hand */
	size_t name_first;  /* its first variant would be here */
	uint32_t words_left_out, spellings_left_out;
};

static bool
same_variant(const struct feature_name *a, const struct feature_name *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->tokens[i].part != b->tokens[i].part ||
		    !str_eq(a->tokens[i].text, b->tokens[i].text))
			return false;
	return true;
}

static void
put_tokens(struct feature_name *out, const struct spelling *from, size_t first, size_t most,
    enum name_part part)
{
	for (size_t i = first; i < from->count && out->count < most; i++) {
		if (from->glued[i] && i > first)
			out->glued |= (uint8_t)(1u << out->count);
		out->tokens[out->count++] = (struct feature_token){ from->tokens[i], part };
	}
}

/* Either list may be NULL. When they are too long together the first forenames and the last of
 * the surnames are kept. */
static void
add_variant(struct variants *out, const struct spelling *fore, const struct spelling *sur,
    enum name_part fore_part, uint8_t source, enum name_kind kind)
{
	struct feature_name *made = &out->list[out->count];
	size_t sur_count = sur == NULL ? 0 : sur->count;
	size_t sur_first =
	    sur_count > SURNAME_TOKENS_MAX && fore != NULL ? sur_count - SURNAME_TOKENS_MAX : 0;
	size_t most = out->name_tokens;
	size_t room = most - (sur_count - sur_first < most ? sur_count - sur_first : most);

	made->count = made->glued = 0;
	made->source = source;
	made->kind = kind;
	if (fore != NULL) {
		struct spelling shown = *fore;

		if (shown.count > room)
			out->words_left_out |= UINT32_C(1) << source;
		/* A long full name keeps its last word, which is most likely the surname. */
		if (shown.count > room && fore_part == PART_UNKNOWN) {
			shown.tokens[room - 1] = shown.tokens[shown.count - 1];
			shown.glued[room - 1] = false;
		}
		if (shown.count > room)
			shown.count = room;
		put_tokens(made, &shown, 0, most, fore_part);
	}
	if (sur != NULL)
		put_tokens(made, sur, sur_first, most, PART_SURNAME);
	if (sur_first > 0 || sur_count > most)
		out->words_left_out |= UINT32_C(1) << source;
	for (size_t i = 0; i < out->count; i++)
		if (same_variant(&out->list[i], made))
			return;
	if (made->count == 0)
		return;
	if (out->count < out->limit &&
	    (out->count == out->name_first || out->tokens + made->count <= out->token_limit)) {
		out->tokens += made->count;
		out->count++;
		return;
	}
	out->spellings_left_out |= UINT32_C(1) << source;
}

struct labels {
	uint8_t source;
	enum name_kind kind;
};

/* Every spelling of every forename reading with every one of every surname reading. */
static void
cross(struct variants *out, struct feature_maker *maker, const struct readings *fore,
    const struct readings *sur, enum text_part sur_part, struct labels labels)
{
	struct spellings fore_spelt SCRATCH, sur_spelt SCRATCH;

	for (size_t f = 0; f < fore->count; f++) {
		features_spelling_all(&fore_spelt, maker, &fore->list[f], TEXT_FORENAMES);
		for (size_t s = 0; s < sur->count; s++) {
			features_spelling_all(&sur_spelt, maker, &sur->list[s], sur_part);
			for (size_t i = 0; i < fore_spelt.count; i++)
				for (size_t j = 0; j < sur_spelt.count; j++)
					add_variant(out, &fore_spelt.list[i], &sur_spelt.list[j],
					    PART_FORENAME, labels.source, labels.kind);
		}
	}
}

/* Readings that stand alone, all tokens of one part. */
static void
alone(struct variants *out, struct feature_maker *maker, const struct readings *readings,
    enum text_part part, struct labels labels)
{
	static const enum name_part part_of[] = { [TEXT_FORENAMES] = PART_FORENAME,
		[TEXT_SURNAME] = PART_SURNAME,
		[TEXT_FULL] = PART_UNKNOWN };
	struct spellings spelt SCRATCH;

	for (size_t r = 0; r < readings->count; r++) {
		features_spelling_all(&spelt, maker, &readings->list[r], part);
		for (size_t i = 0; i < spelt.count; i++) {
			bool is_surname = part == TEXT_SURNAME;

			add_variant(out, is_surname ? NULL : &spelt.list[i],
			    is_surname ? &spelt.list[i] : NULL, part_of[part], labels.source,
			    labels.kind);
		}
	}
}

/* A full name of a single word, which some other name of the person can complete. */
static bool
is_single(const struct readings *full)
{
	return full->count > 0 && full->list[0].count == 1;
}

/* The last word of a full name, with what it is hyphened to, is taken for the surname. */
static void
split_full(struct readings *fore, struct readings *sur, const struct readings *full)
{
	const struct reading *reading = &full->list[0];
	size_t last = reading->count - 1;

	while (last > 0 && reading->words[last].glued)
		last--;
	fore->count = sur->count = 0;
	if (last == 0)
		return;
	fore->list[fore->count++] = (struct reading){ reading->words, last, false };
	sur->list[sur->count++] =
	    (struct reading){ reading->words + last, reading->count - last, false };
}

/* What the other names of a person may borrow: the parts of the current name, else of one that is
 * no former one; rather of a name that has both. */
struct lent {
	struct readings fore, sur;
	int fore_rank, sur_rank; /* 0: none yet */
};

static void
lend_of(struct lent *out, const struct parsed *parsed, enum name_kind kind)
{
	struct readings fore = parsed->fore, sur = parsed->sur;
	int rank;

	if (kind == NAME_FORMER)
		return;
	if (parsed->full.count > 0)
		split_full(&fore, &sur, &parsed->full);
	rank = 1 + (fore.count > 0 && sur.count > 0) + 2 * (kind == NAME_CURRENT);
	if (fore.count > 0 && rank > out->fore_rank) {
		out->fore = fore;
		out->fore_rank = rank;
	}
	if (sur.count > 0 && rank > out->sur_rank) {
		out->sur = sur;
		out->sur_rank = rank;
	}
}

static void
make_full(struct variants *out, struct feature_maker *maker, const struct readings *full,
    const struct lent *lent, struct labels labels)
{
	bool nickname = labels.kind == NAME_KNOWN_AS || labels.kind == NAME_ALIAS;

	if (is_single(full) && labels.kind == NAME_FORMER && lent->fore.count > 0) {
		cross(out, maker, &lent->fore, full, TEXT_SURNAME, labels);
		return;
	}
	if (is_single(full) && nickname && lent->sur.count > 0)
		cross(out, maker, full, &lent->sur, TEXT_SURNAME, labels);
	alone(out, maker, full, TEXT_FULL, labels);
}

static void
make_variants(struct variants *out, struct feature_maker *maker, const struct parsed *name,
    const struct lent *lent, struct labels labels)
{
	bool nickname = labels.kind == NAME_KNOWN_AS || labels.kind == NAME_ALIAS;

	if (name->fore.count > 0 && name->sur.count > 0) {
		cross(out, maker, &name->fore, &name->sur, TEXT_SURNAME, labels);
	} else if (name->sur.count > 0) {
		/* A former surname is worth little alone: it was used with the same forenames. */
		cross(out, maker, &lent->fore, &name->sur, TEXT_SURNAME, labels);
		if (lent->fore.count == 0)
			alone(out, maker, &name->sur, TEXT_SURNAME, labels);
	} else if (name->fore.count > 0) {
		cross(out, maker, &name->fore, &lent->sur, TEXT_SURNAME, labels);
		if (lent->sur.count == 0 || nickname)
			alone(out, maker, &name->fore, TEXT_FORENAMES, labels);
	}
	make_full(out, maker, &name->full, lent, labels);
}

static int
compare_names(const struct person_name *a, const struct person_name *b)
{
	int order = str_cmp(a->forenames, b->forenames);

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (order == 0)
		order = str_cmp(a->surname, b->surname);
	return order != 0 ? order : str_cmp(a->full, b->full);
}

/* Names in an order of their own, so that the one in which they are given changes nothing. */
static void
sort_names(uint8_t order[PERSON_NAMES_MAX], const struct person *person, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		for (;
		     at > 0 && compare_names(&person->names[order[at - 1]], &person->names[i]) > 0;
		     at--)
			order[at] = order[at - 1];
		order[at] = (uint8_t)i;
	}
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Room for the next of `left` names: an equal share of what is left. */
static void
make_room(struct variants *variants, size_t left)
{
	size_t share = (FEATURE_VARIANTS_MAX - variants->count) / left;
	size_t tokens = (FEATURE_NAME_TOKENS_MAX - variants->tokens) / left;

	variants->name_first = variants->count;
	variants->limit = variants->count + least(share, VARIANTS_OF_NAME_MAX);
	variants->token_limit = variants->tokens + tokens;
	variants->name_tokens = least(tokens, FEATURE_TOKENS_MAX);
}

void
features_names(struct features *out, struct feature_maker *maker, const struct person *person)
{
	struct parsed parsed[PERSON_NAMES_MAX] SCRATCH;
	uint8_t order[PERSON_NAMES_MAX];
	struct variants variants SCRATCH;
	struct lent lent = { .fore_rank = 0 };
	size_t count =
	    person->name_count < PERSON_NAMES_MAX ? person->name_count : PERSON_NAMES_MAX;

	variants.count = variants.tokens = 0;
	variants.words_left_out = variants.spellings_left_out = 0;
	if (count == 0)
		return;
	sort_names(order, person, count);
	for (size_t i = 0; i < count && !maker->nomem; i++) {
		features_words_parse(&parsed[i], maker, &person->names[order[i]]);
		if (!maker->nomem)
			lend_of(&lent, &parsed[i], person->names[order[i]].kind);
	}
	for (size_t i = 0; i < count && !maker->nomem; i++) {
		struct labels labels = { order[i], person->names[order[i]].kind };

		make_room(&variants, count - i);
		make_variants(&variants, maker, &parsed[i], &lent, labels);
	}
	out->names = features_keep(maker, variants.list, variants.count, sizeof variants.list[0]);
	out->name_count = variants.count;
	out->words_left_out = variants.words_left_out;
	out->spellings_left_out = variants.spellings_left_out;
}
