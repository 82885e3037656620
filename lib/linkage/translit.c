#include "linkage/translit.h"

#include "linkage/translit_rules.h"

#define COST_NEAR 4 /* b for p, s for z: a consonant of the same kind */
#define COST_FAR 9  /* any other consonant */
#define COST_OTHER_VOWEL 2
#define COST_NEVER 100 /* a vowel for a consonant */
/* A name of a syllable gets as much allowance as if it had two consonants more. */
#define WEIGHT_EXTRA (2 * COST_CONSONANT)

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

/* --- Reading --------------------------------------------------------------------------------- */
static bool
holds(const struct translit_rule *rule, struct str word, size_t i)
{
	size_t n = strlen(rule->letters);
	char next = i + n < word.n ? word.p[i + n] : '\0';

	if (i + n > word.n || memcmp(word.p + i, rule->letters, n) != 0)
		return false;
	return ((rule->at & AT_FRONT) == 0 || next == 'e' || next == 'i' || next == 'y') &&
	       ((rule->at & AT_FIRST) == 0 || i == 0) && ((rule->at & AT_LATER) == 0 || i > 0) &&
	       ((rule->at & AT_LAST) == 0 || next == '\0') &&
	       ((rule->at & AT_VOWEL) == 0 || is_vowel(next)) &&
	       ((rule->at & AT_NO_VOWEL) == 0 || !is_vowel(next));
}

/* Where the rules of each letter begin, by letter. */
static void
find_letters(uint8_t first[26], const struct translit_rule *rules)
{
	memset(first, 0xff, 26);
	for (uint8_t i = 0; rules[i].letters[0] != '\0'; i++) {
		size_t letter = (size_t)(rules[i].letters[0] - 'a');

		if (first[letter] == 0xff)
			first[letter] = i;
	}
}

static const struct translit_rule *
rule_at(const struct translit_rule *rules, const uint8_t first[26], struct str word, size_t i)
{
	char c = word.p[i];

	if (c < 'a' || c > 'z' || first[c - 'a'] == 0xff)
		return NULL;
	for (const struct translit_rule *rule = rules + first[c - 'a']; rule->letters[0] == c;
	     rule++)
		if (holds(rule, word, i))
			return rule;
	return NULL;
}

/* Vowels in a row are one sound. */
static void
add_sound(struct translit *out, uint32_t may, uint8_t drop, char letter)
{
	const uint32_t glides = S_W | S_Y;
	bool vowel = (may & ~(S_VOWELS | glides)) == 0 && (letter == 'y' || is_vowel(letter));
	struct translit_sound *last = out->count > 0 ? &out->sound[out->count - 1] : NULL;

	out->outline.may |= may;
	if (vowel && last != NULL && last->is_vowel) {
		last->may |= may;
		last->drop = last->drop > drop ? last->drop : drop;
	} else if (out->count < TRANSLIT_SOUNDS_MAX) {
		out->sound[out->count++] = (struct translit_sound){ may, drop, vowel };
	}
}

static void
draw_outline(struct translit *word)
{
	struct translit_outline *out = &word->outline;

	for (uint8_t i = 0; i < word->count; i++) {
		const struct translit_sound *sound = &word->sound[i];
		bool hard =
		    sound->drop >= COST_CONSONANT && (sound->may & (S_VOWELS | S_W | S_Y)) == 0;

		out->weight =
		    (uint16_t)(out->weight + (sound->is_vowel ? COST_VOWEL : COST_CONSONANT));
		out->hard = (uint8_t)(out->hard + (!sound->is_vowel && hard));
		out->consonants = (uint8_t)(out->consonants + !sound->is_vowel);
	}
}

void
translit_read(struct translit *out, struct str letters, char script)
{
	struct str word = str_part(letters, 0, FEATURE_TOKEN_BYTES_MAX);
	const struct translit_rule *rules;
	uint8_t first[26];

	out->script = script;
	out->count = 0;
	memset(&out->outline, 0, sizeof out->outline);
	rules = translit_rules_of(out->script);
	find_letters(first, rules);
	for (size_t i = 0; i < word.n;) {
		const struct translit_rule *rule = rule_at(rules, first, word, i);
		bool doubled = i > 0 && word.p[i] == word.p[i - 1] && !is_vowel(word.p[i]);
		size_t n = rule == NULL ? 1 : strlen(rule->letters);

		if (rule != NULL && (!doubled || n > 1)) {
			add_sound(out, rule->may, rule->drop, word.p[i]);
			if (rule->then_may != 0)
				add_sound(out, rule->then_may, rule->then_drop, 'y');
		}
		i += n;
	}
	draw_outline(out);
}

/* --- Comparing ------------------------------------------------------------------------------- */
static bool
writes_no_vowels(char script)
{
	return script == FOLD_ARABIC || script == FOLD_HEBREW;
}

/*
 * How much of half the weight of both names their difference may cost, in hundredths. True pairs
 * kept / random others taken, transliteration pairs of ../shared/data/pairs, sounds alone:
 *                 12            16            20
 *   Cyrillic  .84 / .003    .89 / .003    .93 / .005   (foreign names keep their own spelling)
 *   Arabic    .94 / .004    .95 / .005    .96 / .008
 *   Hebrew    .96 / .004    .97 / .005    .98 / .009
 *   Korean    .94 / .005    .96 / .008    .97 / .012
 *   Chinese   .91 / .009    .96 / .013    .98 / .019
 */
#define ALLOWED_MOST 20
/*
 * A name of one consonant and one of more: what agrees is little, so next to nothing may be left
 * out, or every Anne is a Yonas. Recall of transliteration pairs at 1% false by the cost allowed:
 *            0      1      2      as others
 *   Hebrew  .964   .964   .973   .973   (the others move by less than .006)
 * At 2 a last s may be left out, which is Yonas.
 */
#define CONSONANTS_MIN 2
#define ALLOWED_SHORT 1
static unsigned
allowed(char script)
{
	switch (script) {
	case '\0':
		return 0;
	case FOLD_HAN:
		return 11;
	case FOLD_CYRILLIC:
		return ALLOWED_MOST;
	default:
		return 16;
	}
}

static unsigned
more_allowed(const struct translit *a, const struct translit *b)
{
	unsigned x = allowed(a->script), y = allowed(b->script);

	return x > y ? x : y;
}

static unsigned
replace_cost(const struct translit_sound *a, const struct translit_sound *b)
{
	static const uint32_t kinds[] = { S_P | S_B | S_F | S_V | S_W, S_T | S_D | S_TH,
		S_K | S_G | S_KH | S_GH | S_H, S_S | S_Z | S_SH | S_ZH | S_TS | S_TH | S_CH | S_J,
		S_L | S_R, S_M | S_N, S_Y | S_J | S_ZH, S_T | S_TS | S_CH };

	if ((a->may & b->may) != 0)
		return 0;
	if (a->is_vowel != b->is_vowel)
		return COST_NEVER;
	if (a->is_vowel)
		return COST_OTHER_VOWEL;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if ((a->may & kinds[i]) != 0 && (b->may & kinds[i]) != 0)
			return COST_NEAR;
	return COST_FAR;
}

/* What leaving out a sound costs; `free_vowels`: the other side writes none. */
static unsigned
drop_cost(const struct translit_sound *sound, bool free_vowels)
{
	return free_vowels && sound->is_vowel ? 0 : sound->drop;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* More than `limit` as soon as it is known to be. */
static unsigned
distance(const struct translit *a, const struct translit *b, unsigned limit)
{
	bool free_a = writes_no_vowels(b->script), free_b = writes_no_vowels(a->script);
	unsigned row[TRANSLIT_SOUNDS_MAX + 1];

	row[0] = 0;
	for (uint8_t j = 0; j < b->count; j++)
		row[j + 1] = row[j] + drop_cost(&b->sound[j], free_b);
	for (uint8_t i = 0; i < a->count; i++) {
		unsigned drop = drop_cost(&a->sound[i], free_a), diagonal = row[0], lowest;

		row[0] += drop;
		lowest = row[0];
		for (uint8_t j = 0; j < b->count; j++) {
			unsigned best = least(diagonal + replace_cost(&a->sound[i], &b->sound[j]),
			    least(row[j + 1] + drop, row[j] + drop_cost(&b->sound[j], free_b)));

			diagonal = row[j + 1];
			row[j + 1] = best;
			lowest = least(lowest, best);
		}
		if (lowest > limit)
			return lowest;
	}
	return row[b->count];
}

static unsigned
weight_of(const struct translit *word, bool vowels)
{
	unsigned weight = 0;

	if (vowels)
		return word->outline.weight;
	for (uint8_t i = 0; i < word->count; i++)
		weight += word->sound[i].is_vowel ? 0 : COST_CONSONANT;
	return weight;
}

static unsigned
most_cost(unsigned weight, unsigned share)
{
	return share * (weight + WEIGHT_EXTRA) / 200;
}

static bool
is_short(const struct translit *a, const struct translit *b)
{
	unsigned x = a->outline.consonants, y = b->outline.consonants;

	return x != y && least(x, y) < CONSONANTS_MIN;
}

bool
translit_alike(const struct translit *a, const struct translit *b)
{
	bool vowels = !writes_no_vowels(a->script) && !writes_no_vowels(b->script);
	unsigned limit;

	if (a->script == b->script || a->count == 0 || b->count == 0)
		return false;
	limit = most_cost(weight_of(a, vowels) + weight_of(b, vowels), more_allowed(a, b));
	if (is_short(a, b))
		limit = least(limit, ALLOWED_SHORT);
	return distance(a, b, limit) <= limit;
}

static unsigned
too_many(unsigned hard, unsigned consonants)
{
	return hard > consonants ? (hard - consonants) * COST_CONSONANT : 0;
}

/*
 * A consonant that agrees with nothing is left out or replaced. No vowel stands for a hard one, so
 * those that are more than the other side's consonants are left out, on either side.
 */
bool
translit_possible(const struct translit *a, const struct translit_outline *b)
{
	unsigned cost = 0, more = too_many(a->outline.hard, b->consonants);

	for (uint8_t i = 0; i < a->count; i++)
		if (!a->sound[i].is_vowel && (a->sound[i].may & b->may) == 0)
			cost += least(a->sound[i].drop, COST_NEAR);
	cost = (cost > more ? cost : more) + too_many(b->hard, a->outline.consonants);
	return cost <= most_cost(a->outline.weight + (unsigned)b->weight, ALLOWED_MOST);
}
