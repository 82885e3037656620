/*
 * Which tokens of the vocabulary could reach a comparison level of a query token, without
 * comparing with each of them. Each level has its own way in:
 *   same spelling       the look-up table
 *   nickname            members of the query token's classes
 *   sound               the list of tokens by hash of their sound codes
 *   one or two edits    the deletion neighbourhood, below
 *   script              all tokens of other scripts, most passed over by translit_possible
 *   prefix, initial     tokens that begin with the query token are one run of the byte order;
 *                       those that begin it are looked up
 * Every token so found is put to compare_prepared, which alone decides the level; but those found
 * as a prefix in one of the two directions and in no other way can be nothing better than that.
 *
 * Deletion neighbourhood: if two tokens are k edits apart (optimal string alignment), deleting at
 * most k letters from the first DELETE_PREFIX of each can give the same string (a substitution or
 * exchange costs one deletion on each side, an insertion one on one side; where the prefixes end
 * at different places of the alignment, the longer remainder loses its tail, and still no more
 * than k). So each token is filed under all such remainders and a query token looks up its own.
 * (Garbe's SymSpell prefix index; Mor and Fraenkel 1982.)
 */
#include "base/mem.h"
#include "base/pair.h"
#include "base/scratch.h"
#include "index/vocabulary_layout.h"
#include "linkage/distance.h"
#include "record/fold.h"

#include <stdatomic.h>
#include <stdlib.h>

#define DELETE_PREFIX 7u /* fits a 64-bit key; 29 remainders of a long token */
#define DELETE_REMAINDERS_MAX 29u
#define EDIT1_LETTERS 3u /* compare.h: one edit from 3 letters, two from 7 */
#define EDIT2_LETTERS 7u
#define PREFIX_LETTERS 3u
#define PAIR_FROM 10000u /* tokens, which take some 15 ms: chosen */
#define IDS_FIRST 256u	 /* room for a common token's neighbours without growing */

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- Deletion neighbourhood ---------------------------------------------------------------- */
static unsigned
deletes_of(struct str token)
{
	if (token.n >= EDIT2_LETTERS)
		return 2;
	return token.n >= EDIT1_LETTERS ? 1 : 0;
}

/* Letters packed into a number, the last in the lowest byte, so that their number is part of it. */
static uint64_t
pack(const char *letters, size_t n)
{
	uint64_t key = 0;

	for (size_t i = 0; i < n; i++)
		key = key << 8 | (unsigned char)letters[i];
	return key;
}

/* Without the letter that has so many behind it. */
static uint64_t
without(uint64_t key, size_t behind)
{
	uint64_t kept = (UINT64_C(1) << 8 * behind) - 1;

	return (key >> 8 & ~kept) | (key & kept);
}

/* Keys of the token's remainders with at most `deletes` letters gone; some may come twice. */
static size_t
remainders(uint64_t out[DELETE_REMAINDERS_MAX], struct str token, unsigned deletes)
{
	size_t n = token.n < DELETE_PREFIX ? token.n : DELETE_PREFIX, count = 0;
	uint64_t whole = pack(token.p, n);

	out[count++] = whole;
	for (size_t i = 0; deletes >= 1 && i < n; i++) {
		uint64_t one = without(whole, i);

		out[count++] = one;
		for (size_t j = i; deletes >= 2 && j + 1 < n; j++)
			out[count++] = without(one, j);
	}
	return count;
}

static size_t
bucket_of(const struct vocabulary *vocabulary, uint64_t key)
{
	/* Knuth's multiplicative hash: the high bits of a product with 2^64 / phi are well mixed.
	 */
	return (size_t)((key * 0x9e3779b97f4a7c15u) >> vocabulary->delete_shift);
}

static uint32_t
letters_of(struct str token)
{
	uint32_t letters = 0;

	for (size_t i = 0; i < token.n; i++) {
		unsigned char c = (unsigned char)token.p[i];

		letters |= 1u << (c >= 'a' && c <= 'z' ? c - 'a' : 26 + c % 6);
	}
	return letters;
}

static size_t
count_remainders(const struct vocabulary *vocabulary)
{
	size_t total = 0;

	for (size_t id = 0; id < vocabulary->count; id++) {
		size_t n = vocabulary_letters(vocabulary, id).n;

		total += n >= EDIT2_LETTERS   ? DELETE_REMAINDERS_MAX
			 : n >= EDIT1_LETTERS ? n + 1
					      : 0;
	}
	return total;
}

static void
file_remainders(struct vocabulary *vocabulary, size_t buckets)
{
	uint64_t keys[DELETE_REMAINDERS_MAX];

	/* Counting sort by bucket; filling from the back leaves each start where it belongs. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t id = vocabulary->count; id-- > 0;) {
			struct str token = vocabulary_letters(vocabulary, id);
			unsigned deletes = deletes_of(token);
			size_t n = deletes == 0 ? 0 : remainders(keys, token, deletes);

			for (size_t k = 0; k < n; k++) {
				size_t b = bucket_of(vocabulary, keys[k]);

				if (pass == 0)
					vocabulary->delete_start[b]++;
				else
					vocabulary->delete_ids[--vocabulary->delete_start[b]] =
					    (uint32_t)id;
			}
		}
		for (size_t b = 0; pass == 0 && b < buckets; b++)
			vocabulary->delete_start[b + 1] += vocabulary->delete_start[b];
	}
}

static enum status
prepare_deletes(struct vocabulary *vocabulary, struct err *err)
{
	size_t total = count_remainders(vocabulary), buckets = 2;

	if (total > UINT32_MAX)
		return err_set(err, STATUS_LIMIT, "too many distinct name tokens");
	vocabulary->delete_shift = 63;
	while (buckets < total / 2) { /* two to four entries a bucket */
		buckets *= 2;
		vocabulary->delete_shift--;
	}
	vocabulary->delete_start = mem_zero(buckets + 1, sizeof *vocabulary->delete_start);
	vocabulary->delete_ids = mem_zero(total, sizeof *vocabulary->delete_ids);
	if (vocabulary->delete_start == NULL || vocabulary->delete_ids == NULL)
		return no_memory(err);
	file_remainders(vocabulary, buckets);
	return STATUS_OK;
}

/* --- Sounds -------------------------------------------------------------------------------- */
/* Hashes of a token's one or two codes as compare.h has them; equal codes have equal hashes. */
static size_t
codes_of(uint32_t out[2], struct str token)
{
	struct compare_token prepared SCRATCH;
	size_t count = 0;

	out[0] = 0;
	compare_prepare(&prepared, NULL, token);
	compare_find_codes(&prepared);
	for (size_t i = 0; i < 2; i++) {
		struct str code = str_from(prepared.code[i]);
		uint32_t hash = (uint32_t)str_hash(code);

		if (code.n > 0 && (count == 0 || out[0] != hash))
			out[count++] = hash;
	}
	return count;
}

static int
by_code(const void *a, const void *b)
{
	const struct vocabulary_sound *x = a, *y = b;

	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void
prepare_sounds(struct vocabulary *vocabulary)
{
	size_t n = 0;

	for (size_t id = 0; id < vocabulary->count; id++) {
		uint32_t codes[2];
		size_t count = codes_of(codes, vocabulary_token(vocabulary, id));

		for (size_t i = 0; i < count; i++)
			vocabulary->sounds[n++] =
			    (struct vocabulary_sound){ codes[i], (uint32_t)id };
		vocabulary->letters[id] = letters_of(vocabulary_letters(vocabulary, id));
	}
	vocabulary->sound_count = n;
	qsort(vocabulary->sounds, n, sizeof *vocabulary->sounds, by_code);
}

/* --- Scripts ------------------------------------------------------------------------------- */
static void
read_scripts(struct vocabulary *vocabulary, uint32_t id)
{
	struct str token = vocabulary_token(vocabulary, id);
	struct translit reading;

	translit_read(&reading, feature_letters(token), feature_script(token));
	vocabulary->outlines[id] = reading.outline;
	if (reading.script != '\0')
		vocabulary->foreign[vocabulary->foreign_count++] = id;
}

static void
prepare_scripts(struct vocabulary *vocabulary)
{
	for (size_t id = 0; id < vocabulary->count; id++)
		read_scripts(vocabulary, (uint32_t)id);
}

/* --- Preparing ----------------------------------------------------------------------------- */
/* Each task fills what no other looks at. */
struct preparing {
	struct vocabulary *vocabulary;
	_Atomic unsigned next;
	enum status status; /* of the only task that can fail */
	struct err *err;    /* likewise */
};

static void
run_task(struct preparing *preparing, unsigned task)
{
	if (task == 0)
		preparing->status = prepare_deletes(preparing->vocabulary, preparing->err);
	else if (task == 1)
		prepare_sounds(preparing->vocabulary);
	else
		prepare_scripts(preparing->vocabulary);
}

/* pair_run()'s; the longest task first. */
static void
run_tasks(void *ctx, unsigned which)
{
	struct preparing *preparing = ctx;
	unsigned task;

	(void)which;
	while ((task = atomic_fetch_add(&preparing->next, 1)) < 3)
		run_task(preparing, task);
}

static enum status
take_memory(struct vocabulary *vocabulary, struct err *err)
{
	vocabulary->sounds = mem_zero(2 * vocabulary->count, sizeof *vocabulary->sounds);
	vocabulary->letters = mem_zero(vocabulary->count, sizeof *vocabulary->letters);
	vocabulary->outlines = mem_zero(vocabulary->count, sizeof *vocabulary->outlines);
	vocabulary->foreign = mem_zero(vocabulary->count, sizeof *vocabulary->foreign);
	return vocabulary->sounds == NULL || vocabulary->letters == NULL ||
		       vocabulary->outlines == NULL || vocabulary->foreign == NULL
		   ? no_memory(err)
		   : STATUS_OK;
}

enum status
vocabulary_expand_prepare(struct vocabulary *vocabulary, struct err *err)
{
	struct preparing preparing = { .vocabulary = vocabulary, .err = err };
	struct pair *pair = NULL;
	enum status status = take_memory(vocabulary, err);

	if (status != STATUS_OK)
		return status;
	if (vocabulary->count < PAIR_FROM || pair_new(&pair, NULL, NULL) != STATUS_OK)
		pair = NULL; /* one thread does it all */
	pair_run(pair, run_tasks, &preparing);
	pair_free(pair);
	return preparing.status;
}

/* --- Expanding ----------------------------------------------------------------------------- */
/* Tokens found so far: number * 2, plus 1 if found as a prefix. The first shortage of memory is
 * kept in `failed`. */
struct ids {
	struct arena *arena;
	uint64_t *id;
	size_t count;
	size_t room;
	bool failed;
};

enum way { WAY_ANY, WAY_PREFIX };

static void
note(struct ids *ids, uint32_t id, enum way way)
{
	if (ids->count == ids->room && !ids->failed) {
		size_t room = ids->room == 0 ? IDS_FIRST : 4 * ids->room;
		uint64_t *grown = arena_alloc(ids->arena, room, sizeof *grown);

		if (grown != NULL && ids->count > 0)
			memcpy(grown, ids->id, ids->count * sizeof *grown);
		ids->failed = grown == NULL;
		ids->id = grown == NULL ? ids->id : grown;
		ids->room = grown == NULL ? ids->room : room;
	}
	if (!ids->failed)
		ids->id[ids->count++] = (uint64_t)id << 1 | (way == WAY_PREFIX);
}

/* A token by its letters, in whatever script. */
static void
note_token(struct ids *ids, const struct vocabulary *vocabulary, struct str letters, enum way way)
{
	static const char marks[] = { FOLD_ARABIC, FOLD_CYRILLIC, FOLD_HEBREW, FOLD_HANGUL,
		FOLD_HAN, FOLD_OTHER };
	char marked[FEATURE_TOKEN_BYTES_MAX];
	uint32_t id;

	if (vocabulary_find(&id, vocabulary, letters))
		note(ids, id, way);
	if (vocabulary->foreign_count == 0 || letters.n >= sizeof marked)
		return;
	memcpy(marked, letters.p, letters.n);
	for (size_t i = 0; i < sizeof marks; i++) {
		marked[letters.n] = marks[i];
		if (vocabulary_find(&id, vocabulary, (struct str){ marked, letters.n + 1 }))
			note(ids, id, way);
	}
}

static void
note_nicknames(struct ids *ids, const struct vocabulary *vocabulary, const struct lexicon *lexicon,
    struct str query)
{
	uint16_t classes[LEXICON_CLASSES_MAX];
	size_t count = lexicon == NULL ? 0 : lexicon_classes(lexicon, classes, query);

	for (size_t i = 0; i < count; i++) {
		const struct str *members;
		size_t n = lexicon_members(lexicon, &members, classes[i]);

		for (size_t k = 0; k < n; k++)
			note_token(ids, vocabulary, members[k], WAY_ANY);
	}
}

static void
note_sounds(struct ids *ids, const struct vocabulary *vocabulary, struct str query)
{
	uint32_t codes[2];
	size_t count = codes_of(codes, query);

	for (size_t i = 0; i < count; i++) {
		size_t low = 0, high = vocabulary->sound_count;

		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (vocabulary->sounds[middle].code < codes[i])
				low = middle + 1;
			else
				high = middle;
		}
		for (; low < vocabulary->sound_count && vocabulary->sounds[low].code == codes[i];
		     low++)
			note(ids, vocabulary->sounds[low].id, WAY_ANY);
	}
}

static unsigned
ones(uint32_t x)
{
	return (unsigned)__builtin_popcount(x);
}

static void
note_edits(struct ids *ids, const struct vocabulary *vocabulary, struct str query)
{
	uint64_t keys[DELETE_REMAINDERS_MAX];
	unsigned deletes = deletes_of(query);
	uint32_t letters = letters_of(query);
	size_t count = deletes == 0 ? 0 : remainders(keys, query, deletes);

	for (size_t k = 0; k < count; k++) {
		size_t b = bucket_of(vocabulary, keys[k]);

		for (size_t i = vocabulary->delete_start[b]; i < vocabulary->delete_start[b + 1];
		     i++) {
			uint32_t id = vocabulary->delete_ids[i];
			struct str token = vocabulary_letters(vocabulary, id);
			size_t n = token.n;

			/* One edit changes at most two of the letters and the length by one. */
			if (n <= query.n + deletes && query.n <= n + deletes &&
			    ones(letters ^ vocabulary->letters[id]) <= 2 * deletes &&
			    distance_osa(query, token, deletes) <= deletes)
				note(ids, id, WAY_ANY);
		}
	}
}

/* The first token that is not below `bound` in byte order. */
static size_t
lower_bound(const struct vocabulary *vocabulary, struct str bound)
{
	size_t low = 0, high = vocabulary->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(vocabulary_token(vocabulary, middle), bound) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
note_prefixes(struct ids *ids, const struct vocabulary *vocabulary, struct str query)
{
	size_t id = lower_bound(vocabulary, query);

	note_token(ids, vocabulary, query, WAY_ANY);
	note_token(ids, vocabulary, str_part(query, 0, 1), WAY_ANY);
	for (; query.n >= PREFIX_LETTERS && id < vocabulary->count &&
	       str_starts(vocabulary_token(vocabulary, id), query);
	     id++) {
		bool same = vocabulary_letters(vocabulary, id).n == query.n;

		note(ids, (uint32_t)id, same ? WAY_ANY : WAY_PREFIX);
	}
	for (size_t n = PREFIX_LETTERS; n < query.n; n++)
		note_token(ids, vocabulary, str_part(query, 0, n), WAY_PREFIX);
}

static void
note_script(
    struct ids *ids, const struct vocabulary *vocabulary, const struct translit *asked, uint32_t id)
{
	struct str token = vocabulary_token(vocabulary, id);
	struct translit found;

	if (feature_script(token) == asked->script ||
	    !translit_possible(asked, &vocabulary->outlines[id]))
		return;
	translit_read(&found, feature_letters(token), feature_script(token));
	if (translit_alike(asked, &found))
		note(ids, id, WAY_ANY);
}

/* Names in other scripts are rare among records as among questions, so these are gone through. */
static void
note_scripts(struct ids *ids, const struct vocabulary *vocabulary, struct str query)
{
	struct translit asked;
	bool foreign = feature_script(query) != '\0';

	if (!foreign && vocabulary->foreign_count == 0)
		return;
	translit_read(&asked, feature_letters(query), feature_script(query));
	if (foreign)
		for (size_t id = 0; id < vocabulary->count; id++)
			note_script(ids, vocabulary, &asked, (uint32_t)id);
	else
		for (size_t i = 0; i < vocabulary->foreign_count; i++)
			note_script(ids, vocabulary, &asked, vocabulary->foreign[i]);
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Each token once; one found in several ways keeps the first, WAY_ANY. */
static size_t
sort_unique(uint64_t *id, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(id, count, sizeof *id, by_number);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || id[kept - 1] >> 1 != id[i] >> 1)
			id[kept++] = id[i];
	return kept;
}

static struct neighbour
neighbour_of(const struct vocabulary *vocabulary, size_t id, enum token_level level)
{
	struct frequency_count count = vocabulary_count_of(vocabulary, id);
	uint64_t people = 0;

	for (size_t part = 0; part < VOCABULARY_PARTS; part++)
		people += count.in[part];
	return (struct neighbour){ .token = vocabulary_token(vocabulary, id),
		.level = level,
		.people = people > UINT32_MAX ? UINT32_MAX : (uint32_t)people,
		.count = count,
		.files = vocabulary->files[id] };
}

static enum status
compare_all(const struct neighbour **out, size_t *count, struct ids *ids,
    const struct vocabulary *vocabulary, const struct lexicon *lexicon, struct str query,
    struct err *err)
{
	size_t n = sort_unique(ids->id, ids->count), kept = 0;
	struct neighbour *list = arena_alloc(ids->arena, n, sizeof *list);
	struct compare_token asked SCRATCH, found SCRATCH;

	if (list == NULL)
		return no_memory(err);
	compare_prepare(&asked, lexicon, query);
	for (size_t i = 0; i < n; i++) {
		struct str token = vocabulary_token(vocabulary, ids->id[i] >> 1);
		enum token_level level = TOKEN_PREFIX;

		if ((ids->id[i] & 1) == WAY_ANY) {
			compare_prepare(&found, lexicon, token);
			level = compare_prepared(&asked, &found);
		}
		if (level == TOKEN_NONE || (level == TOKEN_INITIAL && asked.text.n == 1))
			continue;
		list[kept++] = neighbour_of(vocabulary, ids->id[i] >> 1, level);
	}
	*out = list;
	*count = kept;
	return STATUS_OK;
}

enum status
vocabulary_expand(const struct neighbour **out, size_t *count, struct arena *arena,
    const struct vocabulary *vocabulary, const struct lexicon *lexicon, struct str query,
    struct err *err)
{
	struct ids ids = { .arena = arena };
	struct str letters = feature_letters(query);

	*out = NULL;
	*count = 0;
	if (letters.n == 0)
		return STATUS_OK;
	note_nicknames(&ids, vocabulary, lexicon, letters);
	note_sounds(&ids, vocabulary, letters);
	note_edits(&ids, vocabulary, letters);
	note_prefixes(&ids, vocabulary, letters);
	note_scripts(&ids, vocabulary, query);
	if (ids.failed)
		return no_memory(err);
	return compare_all(out, count, &ids, vocabulary, lexicon, query, err);
}
