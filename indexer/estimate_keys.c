#include "indexer/estimate_keys.h"

#include <stdio.h>
#include <stdlib.h>

/* The finaliser of SplitMix64 (Steele and others 2014): FNV's low bits alone are not even. */
static uint64_t
spread(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

uint64_t
keys_hash(struct str bytes, uint64_t seed)
{
	uint64_t hash = spread(str_hash(bytes) ^ spread(seed));

	return hash != 0 ? hash : 1;
}

static void
add(struct keys *keys, uint64_t seed, char kind, struct str token, char letter)
{
	char text[FEATURE_TOKEN_BYTES_MAX + 2];

	if (keys->count == KEYS_MAX || token.n > FEATURE_TOKEN_BYTES_MAX)
		return;
	text[0] = kind;
	text[1] = letter;
	memcpy(text + 2, token.p, token.n);
	keys->of[keys->count++] = keys_hash((struct str){ text, token.n + 2 }, seed);
}

static void
add_two(struct keys *keys, uint64_t seed, struct str surname, struct str forename)
{
	char text[2 * FEATURE_TOKEN_BYTES_MAX + 2];

	if (keys->count == KEYS_MAX || surname.n > FEATURE_TOKEN_BYTES_MAX ||
	    forename.n > FEATURE_TOKEN_BYTES_MAX)
		return;
	text[0] = 'n';
	memcpy(text + 1, surname.p, surname.n);
	text[1 + surname.n] = '|';
	memcpy(text + 2 + surname.n, forename.p, forename.n);
	keys->of[keys->count++] = keys_hash((struct str){ text, surname.n + forename.n + 2 }, seed);
}

/* Of a name whose parts are not told, either token may be the surname. */
static void
add_name(struct keys *keys, const struct feature_name *name, uint64_t seed)
{
	for (uint8_t i = 0; i < name->count; i++) {
		for (uint8_t j = 0; j < name->count; j++) {
			const struct feature_token *a = &name->tokens[i], *b = &name->tokens[j];

			if (i != j && a->text.n >= 2 && b->text.n >= 2 &&
			    a->part != PART_FORENAME && b->part != PART_SURNAME)
				add_two(keys, seed, a->text, b->text);
		}
	}
}

static void
add_birth(struct keys *keys, const struct birth *birth, uint64_t seed)
{
	struct civil day = day_to_civil(birth->first);
	char text[24];
	int n;

	if (birth->first != birth->last || (day.month == 1 && day.day == 1))
		return;
	n = snprintf(text, sizeof text, "%d-%d-%d", day.year, day.month, day.day);
	add(keys, seed, 'd', (struct str){ text, (size_t)n }, '-');
}

static int
by_hash(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
keys_of(struct keys *out, enum sample_kind kind, const struct features *features, uint64_t seed)
{
	size_t kept = 0;

	out->count = 0;
	for (size_t i = 0; kind == SAMPLE_NAME && i < features->name_count; i++)
		add_name(out, &features->names[i], seed);
	for (size_t i = 0; kind == SAMPLE_DATE && i < features->birth_count; i++)
		add_birth(out, &features->births[i].birth, seed);
	qsort(out->of, out->count, sizeof *out->of, by_hash);
	for (size_t i = 0; i < out->count; i++)
		if (kept == 0 || out->of[i] != out->of[kept - 1])
			out->of[kept++] = out->of[i];
	out->count = kept;
}

uint64_t
keys_common(const struct keys *a, const struct keys *b)
{
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		if (a->of[i] == b->of[j])
			return a->of[i];
		if (a->of[i] < b->of[j])
			i++;
		else
			j++;
	}
	return 0;
}
