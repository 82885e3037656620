#include "record/lexicon.h"

#include "base/mem.h"
#include "record/lexicon_parts.h"

#define ROOM_FIRST 64
#define KEY_BYTES_MAX 64 /* longer than any entry (the loader sees to it): cannot be listed */

/* The slot of the key, or the free one where it belongs. */
static size_t
slot_of(const struct lexicon_table *table, struct str key)
{
	size_t i = (size_t)str_hash_words(key) & (table->room - 1);

	while (table->keys[i].n > 0 && !str_eq(table->keys[i], key))
		i = (i + 1) & (table->room - 1);
	return i;
}

/* The number of a key's shape; the key is not empty. */
static size_t
shape_of(struct str key)
{
	size_t first = (unsigned char)key.p[0] & 31, last = (unsigned char)key.p[key.n - 1] & 31;

	return first | last << 5 | (key.n & 7) << 10;
}

static bool
grow(struct lexicon_table *table, struct arena *arena)
{
	struct lexicon_table bigger = { .room = table->room == 0 ? ROOM_FIRST : table->room * 2,
		.count = table->count };

	bigger.keys = arena_alloc(arena, bigger.room, sizeof *bigger.keys);
	bigger.values = arena_alloc(arena, bigger.room, sizeof *bigger.values);
	if (bigger.keys == NULL || bigger.values == NULL)
		return false;
	for (size_t i = 0; i < table->room; i++) {
		size_t slot;

		if (table->keys[i].n == 0)
			continue;
		slot = slot_of(&bigger, table->keys[i]);
		bigger.keys[slot] = table->keys[i];
		bigger.values[slot] = table->values[i];
	}
	memcpy(bigger.shapes, table->shapes, sizeof bigger.shapes);
	*table = bigger;
	return true;
}

uint32_t *
lexicon_table_put(struct lexicon_table *table, struct arena *arena, struct str key)
{
	size_t slot;

	if (2 * (table->count + 1) > table->room && !grow(table, arena))
		return NULL;
	slot = slot_of(table, key);
	if (table->keys[slot].n == 0) {
		table->keys[slot] = key;
		table->count++;
		if (key.n > 0)
			table->shapes[shape_of(key) / 64] |= UINT64_C(1) << shape_of(key) % 64;
	}
	return &table->values[slot];
}

bool
lexicon_table_get(uint32_t *out, const struct lexicon_table *table, struct str key)
{
	size_t slot, shape;

	if (table->room == 0 || key.n == 0)
		return false;
	shape = shape_of(key);
	if ((table->shapes[shape / 64] >> shape % 64 & 1) == 0)
		return false;
	slot = slot_of(table, key);
	if (table->keys[slot].n == 0)
		return false;
	*out = table->values[slot];
	return true;
}

void
lexicon_free(struct lexicon *lexicon)
{
	if (lexicon == NULL)
		return;
	arena_free(lexicon->arena);
	mem_free(lexicon);
}

const struct digest *
lexicon_hash(const struct lexicon *lexicon)
{
	return &lexicon->hash;
}

static uint32_t
bits_of(const struct lexicon_table *table, struct str key)
{
	uint32_t bits = 0;

	(void)lexicon_table_get(&bits, table, key);
	return bits;
}

static bool
ignores_blanks(enum lexicon_field field)
{
	return field == LEXICON_POSTCODE || field == LEXICON_PHONE || field == LEXICON_IDENTIFIER;
}

bool
lexicon_is_missing(const struct lexicon *lexicon, enum lexicon_field field, struct str folded)
{
	char compact[KEY_BYTES_MAX];
	struct str key = folded;

	if (folded.n > KEY_BYTES_MAX)
		return false;
	if (ignores_blanks(field)) {
		key = (struct str){ compact, 0 };
		for (size_t i = 0; i < folded.n; i++)
			if (folded.p[i] != ' ')
				compact[key.n++] = folded.p[i];
	}
	return (bits_of(&lexicon->missing, key) & 1u << field) != 0;
}

bool
lexicon_is_title(const struct lexicon *lexicon, struct str token)
{
	return (bits_of(&lexicon->words, token) & LEXICON_WORD_TITLE) != 0;
}

bool
lexicon_is_suffix(const struct lexicon *lexicon, struct str token)
{
	return (bits_of(&lexicon->words, token) & LEXICON_WORD_SUFFIX) != 0;
}

bool
lexicon_is_particle(const struct lexicon *lexicon, struct str token)
{
	return (bits_of(&lexicon->words, token) & LEXICON_WORD_PARTICLE) != 0;
}

bool
lexicon_is_forename_particle(const struct lexicon *lexicon, struct str token)
{
	return (bits_of(&lexicon->words, token) & LEXICON_WORD_FORENAME_PARTICLE) != 0;
}

enum lexicon_marker
lexicon_marker(const struct lexicon *lexicon, struct str phrase)
{
	uint32_t bits = bits_of(&lexicon->words, phrase);

	if ((bits & LEXICON_WORD_FORMER) != 0)
		return LEXICON_FORMER;
	return (bits & LEXICON_WORD_ALIAS) != 0 ? LEXICON_ALIAS : LEXICON_NO_MARKER;
}

bool
lexicon_joins(const struct lexicon *lexicon, struct str *to, struct str token)
{
	uint32_t text;

	if (!lexicon_table_get(&text, &lexicon->joins, token))
		return false;
	*to = lexicon->texts[text];
	return true;
}

unsigned
lexicon_place(const struct lexicon *lexicon, struct str phrase)
{
	return bits_of(&lexicon->places, phrase);
}

struct str
lexicon_street_word(const struct lexicon *lexicon, struct str token)
{
	uint32_t text;

	return lexicon_table_get(&text, &lexicon->streets, token) ? lexicon->texts[text] : token;
}

static const struct lexicon_membership *
membership(const struct lexicon *lexicon, struct str token)
{
	uint32_t which;

	if (!lexicon_table_get(&which, &lexicon->names, token))
		return NULL;
	return &lexicon->memberships[which];
}

size_t
lexicon_classes(const struct lexicon *lexicon, uint16_t out[LEXICON_CLASSES_MAX], struct str token)
{
	const struct lexicon_membership *of = membership(lexicon, token);

	if (of == NULL)
		return 0;
	memcpy(out, of->classes, of->count * sizeof *out);
	return of->count;
}

bool
lexicon_same_class(const struct lexicon *lexicon, struct str a, struct str b)
{
	const struct lexicon_membership *of_a = membership(lexicon, a);
	const struct lexicon_membership *of_b = of_a == NULL ? NULL : membership(lexicon, b);
	size_t i = 0, j = 0;

	if (of_b == NULL)
		return false;
	while (i < of_a->count && j < of_b->count) {
		if (of_a->classes[i] == of_b->classes[j])
			return true;
		if (of_a->classes[i] < of_b->classes[j])
			i++;
		else
			j++;
	}
	return false;
}

size_t
lexicon_members(const struct lexicon *lexicon, const struct str **out, uint16_t class_id)
{
	if (class_id >= lexicon->class_count) {
		*out = NULL;
		return 0;
	}
	*out = lexicon->classes[class_id].members;
	return lexicon->classes[class_id].count;
}
