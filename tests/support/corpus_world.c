#include "tests/support/corpus_world.h"

#include "base/arena.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum part { FEMALE, MALE, SURNAME, PARTS };
enum nation { ENGLAND, SCOTLAND, WALES, NORTHERN_IRELAND, JERSEY, NATIONS };
static const char *const nation_names[NATIONS] = { "england", "scotland", "wales",
	"northern_ireland", "jersey" };
static const char *const nation_titles[NATIONS] = { "England", "Scotland", "Wales",
	"Northern Ireland", "Jersey" };

/* Words and how often each is drawn: by Walker's alias method (A. J. Walker 1977, in integers). */
struct pool {
	const char **words; /* from common to rare */
	uint64_t *weights;
	uint32_t *accept; /* of 2^32: the word itself, else its alias */
	uint32_t *alias;
	uint32_t count, room;
};

struct outcode {
	const char *code, *town;
};

struct corpus_world {
	struct arena *arena;
	struct pool names[CORPUS_ORIGIN_COUNT][PARTS];
	struct pool elders[2]; /* forenames of those born from 1954 to 1994, by rank */
	struct pool streets[NATIONS];
	struct pool houses;
	struct outcode *outcodes[NATIONS];
	uint32_t outcode_counts[NATIONS];
	const char **forms; /* "Name|short" by name */
	size_t form_count;
	bool failed;
};

/* What stands where: the lists of names_by_community.csv that an origin's names come from (the
 * first is by rank, of the others every name is as rare as the next), the share of families (per
 * thousand) that take a forename or a surname of the country's instead, and of surnames that are
 * put together. Shares are estimates. */
static const struct source {
	const char *origin;
	const char *lists[3];
	uint16_t general_forename, general_surname, rare;
	bool steep; /* a few surnames are half of all */
} sources[CORPUS_ORIGIN_COUNT] = {
	{ "english", { NULL }, 0, 0, 200, false },
	{ "welsh", { "welsh" }, 400, 250, 60, false },
	{ "scottish", { "scottish" }, 650, 350, 80, false },
	{ "irish", { "northern_irish", "irish_faker", "irish_traveller_irish" }, 450, 150, 60,
	    false },
	{ "jersey", { "jersey" }, 600, 200, 60, false },
	{ "madeiran", { "portuguese_madeiran", "portuguese_faker" }, 100, 0, 60, false },
	{ "polish", { "polish", "polish_faker" }, 80, 0, 60, false },
	{ "romanian", { "romanian", "romanian_faker" }, 60, 0, 60, false },
	{ "lithuanian", { "lithuanian", "lithuanian_faker" }, 60, 0, 60, false },
	{ "pakistani", { "pakistani", "pakistani_faker" }, 20, 0, 40, false },
	{ "bangladeshi", { "bangladeshi" }, 10, 0, 40, false },
	{ "indian", { "gujarati_indian", "indian_faker" }, 60, 0, 40, false },
	{ "sikh", { "sikh_punjabi" }, 30, 0, 40, true },
	{ "tamil", { "tamil_sri_lankan" }, 30, 0, 100, false },
	{ "somali", { "somali" }, 0, 0, 40, false },
	{ "eritrean", { "eritrean_ethiopian" }, 20, 0, 60, false },
	{ "nigerian", { "nigerian", "yoruba_faker" }, 300, 0, 60, false },
	{ "ghanaian", { "ghanaian", "akan_faker" }, 300, 0, 60, false },
	{ "caribbean", { "caribbean_british" }, 600, 350, 40, false },
	{ "arabic", { "arabic" }, 10, 0, 60, false },
	{ "kurdish", { "kurdish_afghan_iranian" }, 10, 0, 60, false },
	{ "chinese", { "chinese" }, 250, 0, 0, false },
	{ "vietnamese", { "vietnamese", "vietnamese_fakerjs" }, 100, 0, 0, true },
	{ "albanian", { "albanian", "country_AL" }, 60, 0, 60, false },
	{ "roma", { "roma_slovak_hungarian" }, 100, 0, 60, false },
	{ "ukrainian", { "country_UA" }, 20, 0, 60, false },
};
#define ENGLISH 0

/* --- Pools --------------------------------------------------------------------------------- */

static void
pool_add(struct corpus_world *world, struct pool *pool, const char *word, uint64_t weight)
{
	if (pool->count == pool->room) {
		uint32_t room = pool->room == 0 ? 64 : 2 * pool->room;
		const char **words = arena_alloc(world->arena, room, sizeof *words);
		uint64_t *weights = arena_alloc(world->arena, room, sizeof *weights);

		if (words == NULL || weights == NULL) {
			world->failed = true;
			return;
		}
		if (pool->count > 0) {
			memcpy(words, pool->words, pool->count * sizeof *words);
			memcpy(weights, pool->weights, pool->count * sizeof *weights);
		}
		pool->words = words;
		pool->weights = weights;
		pool->room = room;
	}
	pool->words[pool->count] = word;
	pool->weights[pool->count++] = weight;
}

static bool
pool_has(const struct pool *pool, struct str word)
{
	for (uint32_t i = 0; i < pool->count; i++) {
		const char *have = pool->words[i];

		if (strncmp(have, word.p, word.n) == 0 &&
		    (have[word.n] == '\0' || have[word.n] == '|'))
			return true;
	}
	return false;
}

static uint64_t
pool_total(const struct pool *pool)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < pool->count; i++)
		total += pool->weights[i];
	return total;
}

/* Fills what a word lacks of an even share from one that has more. */
static void
pool_close(struct corpus_world *world, struct pool *pool)
{
	uint64_t total = pool_total(pool), *left;
	uint32_t *small, *large, small_n = 0, large_n = 0;

	if (pool->count == 0)
		return;
	pool->accept = arena_alloc(world->arena, pool->count, sizeof *pool->accept);
	pool->alias = arena_alloc(world->arena, pool->count, sizeof *pool->alias);
	left = arena_alloc(world->arena, pool->count, sizeof *left);
	small = arena_alloc(world->arena, pool->count, sizeof *small);
	large = arena_alloc(world->arena, pool->count, sizeof *large);
	if (pool->accept == NULL || pool->alias == NULL || left == NULL || small == NULL ||
	    large == NULL) {
		world->failed = true;
		return;
	}
	for (uint32_t i = 0; i < pool->count; i++) {
		left[i] = pool->weights[i] * pool->count;
		pool->accept[i] = UINT32_MAX;
		pool->alias[i] = i;
		if (left[i] < total)
			small[small_n++] = i;
		else
			large[large_n++] = i;
	}
	while (small_n > 0 && large_n > 0) {
		uint32_t s = small[--small_n], l = large[large_n - 1];

		/* Without overflow: total is below 2^40. */
		pool->accept[s] = (uint32_t)(((left[s] << 20) / total) << 12);
		pool->alias[s] = l;
		left[l] -= total - left[s];
		if (left[l] < total) {
			large_n--;
			small[small_n++] = l;
		}
	}
}

static uint32_t
pool_draw(const struct pool *pool, struct corpus_rng *rng)
{
	uint64_t draw = corpus_rng_next(rng);
	uint32_t i = (uint32_t)(((draw >> 32) * pool->count) >> 32);

	return (uint32_t)draw <= pool->accept[i] ? i : pool->alias[i];
}

/* --- Reading ------------------------------------------------------------------------------- */

static int
form_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
collect_forms(struct corpus_world *world)
{
	size_t n = corpus_words_short_forms.count;

	for (size_t o = 0; o < CORPUS_ORIGIN_COUNT; o++)
		n += corpus_words_origins[o].female.count + corpus_words_origins[o].male.count;
	world->forms = arena_alloc(world->arena, n, sizeof *world->forms);
	if (world->forms == NULL) {
		world->failed = true;
		return;
	}
	for (size_t o = 0; o <= CORPUS_ORIGIN_COUNT; o++) {
		const struct corpus_list *lists[2] = { &corpus_words_short_forms, NULL };

		if (o < CORPUS_ORIGIN_COUNT) {
			lists[0] = &corpus_words_origins[o].female;
			lists[1] = &corpus_words_origins[o].male;
		}
		for (size_t l = 0; l < 2 && lists[l] != NULL; l++)
			for (size_t i = 0; i < lists[l]->count; i++)
				if (strchr(lists[l]->words[i], '|') != NULL)
					world->forms[world->form_count++] = lists[l]->words[i];
	}
	qsort(world->forms, world->form_count, sizeof *world->forms, form_order);
}

/* "Name|short" where short forms are known, else the name, kept. */
static const char *
with_forms(struct corpus_world *world, struct str name)
{
	size_t low = 0, high = world->form_count;
	const char *out;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strncmp(world->forms[middle], name.p, name.n) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < world->form_count && strncmp(world->forms[low], name.p, name.n) == 0; low++)
		if (world->forms[low][name.n] == '|')
			return world->forms[low];
	out = arena_format(world->arena, "%.*s", STR_ARG(name));
	if (out == NULL)
		world->failed = true;
	return out;
}

/* Latin letters only: marks up to U+024F and U+1E00.., no other script. */
static bool
usable(struct str word)
{
	if (word.n < 2 || word.n > 28)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		unsigned char c = (unsigned char)word.p[i];

		if (c == '"' || (c >= '0' && c <= '9') || (c >= 0xca && c != 0xe1))
			return false;
	}
	return true;
}

static FILE *
open_data(const char *folder, const char *name, unsigned *files)
{
	char path[4096], line[256];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "r");
	if (file == NULL)
		return NULL;
	++*files;
	if (fgets(line, sizeof line, file) == NULL)
		line[0] = '\0';
	return file;
}

static uint64_t
digits(struct str text)
{
	uint64_t out = 0;

	return str_to_u64(&out, text, (uint64_t)1 << 32) ? out : 0;
}

static void
read_forenames(struct corpus_world *world, FILE *file)
{
	char line[512];

	while (fgets(line, sizeof line, file) != NULL) {
		struct str rest = str_trim(str_from(line)), name = str_cut(&rest, ',');
		struct str sex = str_cut(&rest, ',');
		enum part part = str_eq_text(sex, "F") ? FEMALE : MALE;

		if (usable(name) && digits(rest) > 0)
			pool_add(world, &world->names[ENGLISH][part], with_forms(world, name),
			    digits(rest));
	}
}

/* Ranks of every tenth year, without counts. The parents and grandparents of the corpus were born
 * from about 1940 on. */
static void
read_elders(struct corpus_world *world, FILE *file)
{
	char line[512];

	while (fgets(line, sizeof line, file) != NULL) {
		struct str rest = str_trim(str_from(line));
		uint64_t year = digits(str_cut(&rest, ','));
		struct str sex = str_cut(&rest, ',');
		uint64_t rank = digits(str_cut(&rest, ','));

		/* The same name of another year adds to its share. */
		if (year >= 1954 && usable(rest))
			pool_add(world, &world->elders[str_eq_text(sex, "M")],
			    with_forms(world, rest), 1000000 / (rank + 8));
	}
}

/* The share is a decimal fraction: 0.01302. */
static void
read_surnames(struct corpus_world *world, FILE *file)
{
	char line[512];

	while (fgets(line, sizeof line, file) != NULL) {
		struct str rest = str_trim(str_from(line)), name;
		uint64_t millionths;

		str_cut(&rest, ',');
		name = str_cut(&rest, ',');
		millionths = (uint64_t)(strtod(rest.p, NULL) * 1e6 + 0.5);
		if (usable(name) && millionths > 0)
			pool_add(world, &world->names[ENGLISH][SURNAME],
			    arena_format(world->arena, "%.*s", STR_ARG(name)), millionths);
	}
}

static uint64_t
square_root(uint64_t n)
{
	uint64_t out = 1;

	while (out * out < n)
		out++;
	return out;
}

static void
read_list(struct corpus_world *world, FILE *file, const char *list, unsigned origin, bool ranked)
{
	struct pool *pools = world->names[origin];
	uint32_t before[PARTS];
	uint64_t totals[PARTS];
	char line[512];

	for (unsigned p = 0; p < PARTS; p++) {
		before[p] = pools[p].count;
		totals[p] = pool_total(&pools[p]);
	}
	rewind(file);
	while (fgets(line, sizeof line, file) != NULL) {
		struct str rest = str_trim(str_from(line)), community = str_cut(&rest, ',');
		struct str part = str_cut(&rest, ',');
		uint64_t rank = digits(str_cut(&rest, ',')) + 1;
		struct str name = str_cut(&rest, ',');

		if (!str_eq_text(community, list) || !usable(name))
			continue;
		for (unsigned p = 0; p < PARTS; p++) {
			bool fits = part.p[0] == "FMS"[p] || (part.p[0] == 'U' && p != SURNAME);

			if (fits && !pool_has(&pools[p], name))
				pool_add(world, &pools[p], with_forms(world, name),
				    !ranked ? 1
				    : p == SURNAME && sources[origin].steep
					? 1000000 / (rank * square_root(rank))
					: 1000000 / (rank + 4));
		}
	}
	/* All that have no rank come to a third of those that have one. */
	for (unsigned p = 0; p < PARTS && !ranked; p++)
		for (uint32_t i = before[p]; i < pools[p].count; i++)
			pools[p].weights[i] = totals[p] / 3 / (pools[p].count - before[p]) + 1;
}

static void
add_own_words(struct corpus_world *world, unsigned origin)
{
	const struct corpus_origin *own = &corpus_words_origins[origin];
	const struct corpus_list *lists[PARTS] = { &own->female, &own->male, &own->surnames };

	for (unsigned p = 0; p < PARTS; p++) {
		struct pool *pool = &world->names[origin][p];
		bool alone = pool->count == 0;
		uint64_t least = pool_total(pool) / 4 / lists[p]->count + 1;

		for (size_t i = 0; i < lists[p]->count; i++) {
			struct str name = str_from(lists[p]->words[i]);

			name = str_cut(&name, '|');
			if (!pool_has(pool, name))
				pool_add(world, pool, lists[p]->words[i],
				    alone ? 1000000 / (i + 5) : least);
		}
	}
}

static void
read_communities(struct corpus_world *world, FILE *file)
{
	for (unsigned o = 0; o < CORPUS_ORIGIN_COUNT; o++)
		for (unsigned l = 0; l < 3 && sources[o].lists[l] != NULL; l++)
			read_list(world, file, sources[o].lists[l], o, l == 0);
}

static enum nation
nation_of(struct str title)
{
	enum nation n = 0;

	while (n < NATIONS && !str_eq_text(title, nation_titles[n]))
		n++;
	return n;
}

static void
read_outcodes(struct corpus_world *world, FILE *file)
{
	char line[512];

	for (unsigned n = 0; n < NATIONS; n++) {
		world->outcodes[n] = arena_alloc(world->arena, 4096, sizeof *world->outcodes[n]);
		if (world->outcodes[n] == NULL)
			world->failed = true;
	}
	while (fgets(line, sizeof line, file) != NULL && !world->failed) {
		struct str rest = str_trim(str_from(line)), code = str_cut(&rest, ',');
		struct str town = str_cut(&rest, ','), county = str_cut(&rest, ',');
		enum nation n = nation_of(str_cut(&rest, ','));

		(void)county;
		if (n >= JERSEY || code.n > 4 || !usable(town) || strchr(line, '"') != NULL ||
		    world->outcode_counts[n] == 4096)
			continue;
		world->outcodes[n][world->outcode_counts[n]++] =
		    (struct outcode){ arena_format(world->arena, "%.*s", STR_ARG(code)),
			    arena_format(world->arena, "%.*s", STR_ARG(town)) };
	}
}

static void
read_streets(struct corpus_world *world, FILE *file)
{
	char line[512];

	while (fgets(line, sizeof line, file) != NULL) {
		struct str rest = str_trim(str_from(line)), street = str_cut(&rest, ',');
		uint64_t count = digits(str_cut(&rest, ','));
		enum nation n = nation_of(rest);

		/* They were counted among businesses, which crowd the High Streets. */
		if (n < NATIONS && usable(street))
			pool_add(world, &world->streets[n],
			    arena_format(world->arena, "%.*s", STR_ARG(street)),
			    square_root(count));
	}
}

/* Single houses only: blocks of flats are made up from street names. */
static void
read_houses(struct corpus_world *world, FILE *file)
{
	char line[512];

	while (fgets(line, sizeof line, file) != NULL) {
		struct str name = str_trim(str_from(line));

		if (usable(name) && !str_ends(name, STR_LIT(" Court")) &&
		    !str_ends(name, STR_LIT(" House")))
			pool_add(world, &world->houses,
			    arena_format(world->arena, "%.*s", STR_ARG(name)), 1);
	}
}

static void
read_all(struct corpus_world *world, const char *folder, unsigned *files)
{
	static const struct {
		const char *name;
		void (*read)(struct corpus_world *, FILE *);
	} list[] = { { "forenames_uk_total.csv", read_forenames },
		{ "forenames_ew_rank_1904_1994.csv", read_elders },
		{ "surnames_ew.csv", read_surnames },
		{ "names_by_community.csv", read_communities }, { "outcodes.csv", read_outcodes },
		{ "streets.csv", read_streets }, { "buildings.csv", read_houses } };

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		FILE *file = open_data(folder, list[i].name, files);

		if (file == NULL)
			continue;
		list[i].read(world, file);
		fclose(file);
	}
	for (unsigned o = 0; o < CORPUS_ORIGIN_COUNT; o++)
		add_own_words(world, o);
}

struct corpus_world *
corpus_world_load(const char *folder, unsigned *files)
{
	struct corpus_world *world = mem_zero(1, sizeof *world);

	*files = 0;
	if (world == NULL)
		return NULL;
	world->arena = arena_new(0);
	world->failed = world->arena == NULL;
	if (!world->failed)
		collect_forms(world);
	if (!world->failed)
		read_all(world, folder, files);
	for (unsigned o = 0; o < CORPUS_ORIGIN_COUNT && !world->failed; o++)
		for (unsigned p = 0; p < PARTS; p++)
			pool_close(world, &world->names[o][p]);
	for (unsigned n = 0; n < NATIONS && !world->failed; n++)
		pool_close(world, &world->streets[n]);
	for (unsigned sex = 0; sex < 2 && !world->failed; sex++)
		pool_close(world, &world->elders[sex]);
	if (!world->failed)
		pool_close(world, &world->houses);
	if (world->failed) {
		corpus_world_free(world);
		return NULL;
	}
	return world;
}

void
corpus_world_free(struct corpus_world *world)
{
	if (world == NULL)
		return;
	arena_free(world->arena);
	mem_free(world);
}

bool
corpus_world_open(struct corpus_world **out, const char *data)
{
	char folder[4096];
	unsigned files;

	*out = NULL;
	if (strcmp(data, "none") == 0)
		return true;
	snprintf(folder, sizeof folder, "%s/freq", data);
	*out = corpus_world_load(folder, &files);
	if (*out == NULL)
		return false;
	if (files == 0) {
		corpus_world_free(*out);
		*out = NULL;
	}
	return true;
}

/* --- Names --------------------------------------------------------------------------------- */

static const char *
draw_word(const struct corpus_world *world, struct corpus_rng *rng, unsigned origin, enum part part,
    bool *common)
{
	const struct corpus_origin *own = &corpus_words_origins[origin];
	const struct corpus_list *list = part == FEMALE ? &own->female
					 : part == MALE ? &own->male
							: &own->surnames;
	uint32_t at;

	if (world != NULL) {
		at = pool_draw(&world->names[origin][part], rng);
		*common = at < (part == SURNAME ? 80 : 60);
		return world->names[origin][part].words[at];
	}
	at = corpus_rng_skewed(rng, (uint32_t)list->count);
	*common = at < list->count / 4;
	return list->words[at];
}

static bool
is_vowel(char c)
{
	return c != '\0' && strchr("aeiouy", c) != NULL;
}

/* The beginning of one word and the end of another, where they would join: Taylor and Robinson give
 * Tabinson. False unless both are of plain letters and long enough. */
static bool
cross(char *out, struct str a, struct str b, struct corpus_rng *rng)
{
	size_t head = 0, tail = 0;
	uint32_t seen = 0;

	for (size_t i = 1; i < a.n; i++) {
		if (a.p[i] < 'a' || a.p[i] > 'z')
			return false;
		if (i >= 1 && i + 2 < a.n && is_vowel(a.p[i]) && !is_vowel(a.p[i + 1]) &&
		    corpus_rng_below(rng, ++seen) == 0)
			head = i + 1;
	}
	seen = 0;
	for (size_t i = 1; i < b.n; i++) {
		if (b.p[i] < 'a' || b.p[i] > 'z')
			return false;
		if (i >= 2 && i + 2 < b.n && !is_vowel(b.p[i]) && is_vowel(b.p[i + 1]) &&
		    corpus_rng_below(rng, ++seen) == 0)
			tail = i;
	}
	if (head == 0 || tail == 0 || head + b.n - tail > 14)
		return false;
	memcpy(out, a.p, head);
	memcpy(out + head, b.p + tail, b.n - tail);
	out[head + b.n - tail] = '\0';
	return true;
}

static struct str
word_only(const char *entry)
{
	struct str rest = str_from(entry);

	return str_cut(&rest, '|');
}

static void
set_word(struct corpus_drawn *out, const char *entry, bool common)
{
	struct str word = word_only(entry);

	snprintf(out->text, sizeof out->text, "%.*s", STR_ARG(word));
	out->short_forms = entry[word.n] == '|' ? entry + word.n + 1 : "";
	out->common = common;
}

static void
draw_crossed(struct corpus_drawn *out, const struct corpus_world *world, struct corpus_rng *rng,
    unsigned origin, enum part part)
{
	bool common;
	const char *a = draw_word(world, rng, origin, part, &common);
	const char *b = draw_word(world, rng, origin, part, &common);

	set_word(out, a, false);
	if (cross(out->text, word_only(a), word_only(b), rng))
		out->short_forms = "";
	else
		set_word(out, a, false);
}

void
corpus_world_forename(struct corpus_drawn *out, const struct corpus_world *world,
    struct corpus_rng *rng, unsigned origin, enum sex sex, bool elder)
{
	enum part part = sex == SEX_FEMALE ? FEMALE : MALE;
	const char *entry;
	bool common;

	out->general = corpus_rng_chance(rng, sources[origin].general_forename);
	if (out->general)
		origin = ENGLISH;
	if (elder && origin == ENGLISH && world != NULL && world->elders[part].count > 0 &&
	    corpus_rng_chance(rng, 700)) {
		const struct pool *pool = &world->elders[part];

		set_word(out, pool->words[pool_draw(pool, rng)], true);
		return;
	}
	/* Names of the parents' own making; few of the words of the own lists would do without. */
	if (sources[origin].rare > 0 && corpus_rng_chance(rng, world == NULL ? 80 : 15)) {
		draw_crossed(out, world, rng, origin, part);
		return;
	}
	entry = draw_word(world, rng, origin, part, &common);
	set_word(out, entry, common);
}

static void
draw_made_surname(struct corpus_drawn *out, struct corpus_rng *rng)
{
	static const char *const ends[] = { "", "", "", "", "s", "e", "son" };
	const struct corpus_list *heads = &corpus_words_surname_heads;
	const struct corpus_list *tails = &corpus_words_surname_tails;
	const char *head = heads->words[corpus_rng_below(rng, (uint32_t)heads->count)];
	const char *tail = tails->words[corpus_rng_below(rng, (uint32_t)tails->count)];
	const char *end = ends[corpus_rng_below(rng, 7)];

	snprintf(out->text, sizeof out->text, "%s%s%s", head, tail, end);
	out->short_forms = "";
	out->common = false;
}

void
corpus_world_surname(struct corpus_drawn *out, const struct corpus_world *world,
    struct corpus_rng *rng, unsigned origin)
{
	bool common;
	const char *entry;
	unsigned rare;

	out->general = corpus_rng_chance(rng, sources[origin].general_surname);
	if (out->general)
		origin = ENGLISH;
	rare = sources[origin].rare * (world == NULL && origin != ENGLISH ? 4u : 1u);
	if (corpus_rng_chance(rng, rare)) {
		if (origin == ENGLISH && corpus_rng_chance(rng, 500))
			draw_made_surname(out, rng);
		else
			draw_crossed(out, world, rng, origin, SURNAME);
		return;
	}
	entry = draw_word(world, rng, origin, SURNAME, &common);
	set_word(out, entry, common);
}

unsigned
corpus_world_origin(const struct corpus_world *world, struct corpus_rng *rng, const char *nation)
{
	/* Half of the families of a nation have its names. */
	static const char *const homes[] = { "wales", "scotland", "northern_ireland", "jersey" };
	uint32_t at = corpus_rng_below(rng, CORPUS_ORIGIN_WEIGHT);
	unsigned o = 0;

	(void)world;
	for (unsigned k = 0; k < 4; k++)
		if (strcmp(nation, homes[k]) == 0 && corpus_rng_chance(rng, 500))
			return k + 1;
	if (strcmp(nation, "jersey") == 0 && corpus_rng_chance(rng, 300))
		return 5;
	while (at >= corpus_words_origins[o].weight)
		at -= corpus_words_origins[o++].weight;
	return o;
}

/* --- Places -------------------------------------------------------------------------------- */

const char *
corpus_world_nation(struct corpus_rng *rng)
{
	/* Near the shares of the population, but for Jersey, whose 0.15% would measure nothing. */
	static const uint16_t shares[NATIONS] = { 800, 80, 50, 30, 40 };
	uint32_t at = corpus_rng_below(rng, 1000);
	unsigned n = 0;

	while (at >= shares[n])
		at -= shares[n++];
	return nation_names[n];
}

static uint64_t
hash_text(const char *text, size_t n)
{
	return str_hash((struct str){ text, n });
}

static void
make_up_street(char *out, size_t size, struct corpus_rng *rng)
{
	const struct corpus_list *heads = &corpus_words_street_heads;
	const struct corpus_list *tails = &corpus_words_street_tails;
	const struct corpus_list *kinds = &corpus_words_street_kinds;
	const char *head = heads->words[corpus_rng_skewed(rng, (uint32_t)heads->count)];
	const char *tail = tails->words[corpus_rng_skewed(rng, (uint32_t)tails->count)];
	const char *kind = kinds->words[corpus_rng_skewed(rng, (uint32_t)kinds->count)];

	snprintf(out, size, "%s%s %s", head, tail, kind);
}

/* Postcodes that differ in the last letter only share a street. */
static void
street_of(struct corpus_place *place, const struct corpus_world *world, enum nation nation)
{
	struct corpus_rng rng =
	    corpus_rng_of(0, 77, hash_text(place->postcode, strlen(place->postcode) - 1));
	const struct pool *pool = world == NULL ? NULL : &world->streets[nation];
	bool made_up = corpus_rng_chance(&rng, 400);
	bool own = nation == ENGLAND || nation == JERSEY || corpus_rng_chance(&rng, 250);

	if (pool != NULL && !own)
		pool = &world->streets[ENGLAND];
	if (pool == NULL || pool->count == 0 || (made_up && nation != JERSEY))
		make_up_street(place->street, sizeof place->street, &rng);
	else
		snprintf(
		    place->street, sizeof place->street, "%s", pool->words[pool_draw(pool, &rng)]);
}

/* Jersey's parishes by outcode; JE1 and JE4 are for businesses and boxes. */
static const char *
parish_of(const char *postcode)
{
	static const char *const je2[] = { "St Helier", "St Helier", "St Helier", "St Saviour",
		"St Clement", "St Saviour" };
	static const char *const je3[] = { "St Brelade", "St Brelade", "St Peter", "St Lawrence",
		"Grouville", "St Martin", "St Ouen", "St John", "Trinity", "St Mary" };
	uint64_t hash = hash_text(postcode, strlen(postcode) - 1);

	return postcode[2] == '2' ? je2[hash % 6] : je3[hash % 10];
}

static enum nation
nation_from(const char *name)
{
	enum nation n = 0;

	while (n + 1 < NATIONS && strcmp(name, nation_names[n]) != 0)
		n++;
	return n;
}

/* The outward half and the town. */
static void
draw_outcode(struct corpus_place *out, const struct corpus_world *world, struct corpus_rng *rng,
    enum nation nation)
{
	const struct corpus_town *town;

	if (nation == JERSEY) {
		snprintf(out->postcode, sizeof out->postcode, "JE%u", 2 + corpus_rng_below(rng, 2));
		return;
	}
	if (world != NULL && world->outcode_counts[nation] > 0) {
		const struct outcode *one =
		    &world->outcodes[nation][corpus_rng_below(rng, world->outcode_counts[nation])];

		snprintf(out->postcode, sizeof out->postcode, "%s", one->code);
		out->town = one->town;
		return;
	}
	do
		town = &corpus_words_towns[corpus_rng_below(rng, CORPUS_TOWN_COUNT)];
	while (strcmp(town->nation, nation_names[nation]) != 0);
	snprintf(out->postcode, sizeof out->postcode, "%s%u", town->area,
	    1 + corpus_rng_below(rng, town->districts));
	out->town = town->town;
}

/* Some 600 an outcode: 1.7 million in 2,848, as there are. Jersey has more to an outcode. */
static void
draw_inward(struct corpus_place *out, const struct corpus_world *world, struct corpus_rng *rng,
    enum nation nation)
{
	static const char inward[] = "ABDEFGHJLNPQRSTUWXYZ"; /* never C I K M O V there */
	size_t n = strcspn(out->postcode, " ");

	out->postcode[n] = ' ';
	out->postcode[n + 1] = (char)('1' + corpus_rng_below(rng, 6));
	out->postcode[n + 2] = inward[corpus_rng_skewed(rng, 10) * 2];
	out->postcode[n + 3] = inward[corpus_rng_below(rng, nation == JERSEY ? 20 : 10)];
	out->postcode[n + 4] = '\0';
	if (nation == JERSEY)
		out->town = parish_of(out->postcode);
	street_of(out, world, nation);
}

void
corpus_world_place(struct corpus_place *out, const struct corpus_world *world,
    struct corpus_rng *rng, const char *nation_name)
{
	enum nation nation = nation_from(nation_name);

	out->nation = nation_names[nation];
	draw_outcode(out, world, rng, nation);
	draw_inward(out, world, rng, nation);
}

void
corpus_world_move(
    struct corpus_place *place, const struct corpus_world *world, struct corpus_rng *rng)
{
	draw_inward(place, world, rng, nation_from(place->nation));
}

const char *
corpus_world_house(const struct corpus_world *world, struct corpus_rng *rng)
{
	const struct corpus_list *own = &corpus_words_house_names;

	if (world != NULL && world->houses.count > 0 && corpus_rng_chance(rng, 700))
		return world->houses.words[pool_draw(&world->houses, rng)];
	return own->words[corpus_rng_below(rng, (uint32_t)own->count)];
}
