#include "indexer/estimate_sample.h"

#include "base/mem.h"
#include "indexer/estimate_keys.h"
#include "indexer/estimate_patterns.h"
#include "linkage/vector.h"
#include "record/codec.h"

#include <stdlib.h>

#define PROGRESS_EVERY 1024 /* people */

struct entry { /* somebody has a key */
	uint64_t hash;
	uint32_t person; /* number in the order of the scan */
};

/* The entries of a kind whose hashes end in `halvings` zero bits. */
struct entries {
	struct entry *list;
	size_t count, room;
	unsigned halvings;
};

struct group { /* entries[from .. from + count) of a kind have one hash */
	size_t from, count;
};

struct groups {
	struct group *list;
	size_t count, room;
	struct sample_count figures;
	struct patterns patterns;
};

struct kept { /* a person whose bytes are kept */
	uint32_t person;
	size_t system;
	struct str bytes;
};

struct sample {
	struct searcher *searcher;
	struct folder *folder;
	const struct sample_options *options;
	struct arena *bytes;   /* of kept people */
	struct arena *scratch; /* of one person in a scan, of one group in a comparison */
	struct entries entries[SAMPLE_KINDS];
	struct groups groups[SAMPLE_KINDS];
	struct kept *kept; /* by person */
	size_t kept_count;
	/* of a scan */
	uint32_t person;
	size_t next; /* of kept */
	uint64_t shown;
	enum status status;
	struct err *err;
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

static void *
grown(void *list, size_t *room, size_t count, size_t size)
{
	size_t more = *room == 0 ? 1024 : 2 * *room;
	void *out;

	if (count < *room)
		return list;
	out = mem_resize(list, more, size);
	if (out != NULL)
		*room = more;
	return out;
}

/* --- Entries --------------------------------------------------------------------------------- */
static bool
is_in(uint64_t hash, unsigned halvings)
{
	return (hash & (((uint64_t)1 << halvings) - 1)) == 0;
}

static void
halve(struct entries *entries)
{
	size_t kept = 0;

	entries->halvings++;
	for (size_t i = 0; i < entries->count; i++)
		if (is_in(entries->list[i].hash, entries->halvings))
			entries->list[kept++] = entries->list[i];
	entries->count = kept;
}

static bool
note(struct entries *entries, uint64_t hash, uint32_t person)
{
	void *list;

	while (entries->count >= SAMPLE_ENTRIES_MAX && is_in(hash, entries->halvings))
		halve(entries);
	if (!is_in(hash, entries->halvings))
		return true;
	list = grown(entries->list, &entries->room, entries->count, sizeof *entries->list);
	if (list == NULL)
		return false;
	entries->list = list;
	entries->list[entries->count++] = (struct entry){ hash, person };
	return true;
}

/* --- Scanning -------------------------------------------------------------------------------- */
static enum status
features_of(struct features *out, struct case_header *header, struct sample *sample,
    struct arena *arena, struct str bytes, struct err *err)
{
	struct person person;
	enum status status = codec_decode(header, &person, arena, bytes, err);

	if (status != STATUS_OK)
		return status;
	return features_make(
	    out, arena, sample->folder, searcher_scorer(sample->searcher)->lexicon, &person, err);
}

static bool
go_on(struct sample *sample)
{
	const struct sample_options *options = sample->options;

	sample->shown++;
	if (sample->shown % PROGRESS_EVERY != 0 || options->progress == NULL ||
	    options->progress(options->ctx, sample->shown))
		return true;
	sample->status = err_set(sample->err, STATUS_UNAVAILABLE, "stopped");
	return false;
}

static bool
note_person(void *ctx, size_t system, struct str bytes)
{
	struct sample *sample = ctx;
	uint64_t seed = sample->options->seed;
	struct case_header header;
	struct features features;
	struct keys keys;
	bool fits;

	(void)system;
	arena_reset(sample->scratch);
	sample->status =
	    features_of(&features, &header, sample, sample->scratch, bytes, sample->err);
	if (sample->status != STATUS_OK)
		return false;
	fits = note(&sample->entries[SAMPLE_RANDOM], keys_hash(bytes, seed), sample->person);
	for (int kind = SAMPLE_NAME; kind <= SAMPLE_DATE; kind++) {
		keys_of(&keys, (enum sample_kind)kind, &features, seed);
		for (size_t i = 0; i < keys.count; i++)
			fits = fits && note(&sample->entries[kind], keys.of[i], sample->person);
	}
	if (!fits)
		sample->status = no_memory(sample->err);
	sample->person++;
	return fits && go_on(sample);
}

static bool
keep_person(void *ctx, size_t system, struct str bytes)
{
	struct sample *sample = ctx;
	struct kept *kept = &sample->kept[sample->next];

	if (sample->next < sample->kept_count && kept->person == sample->person) {
		kept->system = system;
		if (!arena_copy(&kept->bytes, sample->bytes, bytes)) {
			sample->status = no_memory(sample->err);
			return false;
		}
		sample->next++;
	}
	sample->person++;
	return go_on(sample);
}

static enum status
scan(struct sample *sample, searcher_visit *visit, struct err *err)
{
	enum status status;

	sample->status = STATUS_OK;
	sample->err = err;
	sample->person = 0;
	status = searcher_scan(sample->searcher, visit, sample, err);
	return status != STATUS_OK ? status : sample->status;
}

/* --- Groups ---------------------------------------------------------------------------------- */
static int
by_entry(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->person > y->person) - (x->person < y->person);
}

static uint64_t
pairs_among(uint64_t people)
{
	return people * (people - 1) / 2;
}

/* Takes the groups of two or more, and not of too many, until there are enough pairs. */
static bool
take_groups(
    struct groups *groups, const struct entries *entries, size_t people_max, uint64_t wanted)
{
	struct sample_count *figures = &groups->figures;
	uint64_t all = 0, people = 0;

	for (size_t from = 0, to; from < entries->count; from = to) {
		void *list;

		for (to = from + 1;
		     to < entries->count && entries->list[to].hash == entries->list[from].hash;)
			to++;
		if (to - from > people_max)
			figures->left_out++;
		if (to - from < 2 || to - from > people_max)
			continue;
		all += pairs_among(to - from);
		if (figures->pairs >= wanted || people >= SAMPLE_PEOPLE_MAX)
			continue;
		list = grown(groups->list, &groups->room, groups->count, sizeof *groups->list);
		if (list == NULL)
			return false;
		groups->list = list;
		groups->list[groups->count++] = (struct group){ from, to - from };
		figures->pairs += pairs_among(to - from);
		people += to - from;
	}
	figures->groups = groups->count;
	figures->share = all == 0 ? 1 : (double)figures->pairs / (double)all;
	figures->share /= (double)((uint64_t)1 << entries->halvings);
	return true;
}

/* Random people: those with the least hashes are one group, paired by its own rule. */
static bool
take_random(struct groups *groups, struct entries *entries, uint64_t wanted)
{
	size_t people = entries->count;

	if (people > SAMPLE_RANDOM_PEOPLE)
		people = SAMPLE_RANDOM_PEOPLE;
	groups->list = mem_zero(1, sizeof *groups->list);
	if (groups->list == NULL)
		return false;
	groups->list[0] = (struct group){ 0, people };
	groups->count = people > 1;
	groups->figures.groups = groups->count;
	groups->figures.pairs = people > 1 ? pairs_among(people) : 0;
	if (groups->figures.pairs > wanted)
		groups->figures.pairs = wanted;
	return true;
}

static enum status
choose_groups(struct sample *sample, struct err *err)
{
	const uint64_t *wanted = sample->options->pairs;
	bool fits;

	for (int kind = 0; kind < SAMPLE_KINDS; kind++)
		if (sample->entries[kind].count > 0)
			qsort(sample->entries[kind].list, sample->entries[kind].count,
			    sizeof(struct entry), by_entry);
	fits = take_random(&sample->groups[SAMPLE_RANDOM], &sample->entries[SAMPLE_RANDOM],
		   wanted[SAMPLE_RANDOM]) &&
	       take_groups(&sample->groups[SAMPLE_NAME], &sample->entries[SAMPLE_NAME],
		   SAMPLE_NAME_GROUP_MAX, wanted[SAMPLE_NAME]) &&
	       take_groups(&sample->groups[SAMPLE_DATE], &sample->entries[SAMPLE_DATE],
		   SAMPLE_DATE_GROUP_MAX, wanted[SAMPLE_DATE]);
	return fits ? STATUS_OK : no_memory(err);
}

static int
by_person(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	return (x->person > y->person) - (x->person < y->person);
}

static enum status
list_people(struct sample *sample, struct err *err)
{
	size_t room = 0, count = 0;

	for (int kind = 0; kind < SAMPLE_KINDS; kind++)
		for (size_t i = 0; i < sample->groups[kind].count; i++)
			room += sample->groups[kind].list[i].count;
	sample->kept = mem_zero(room + 1, sizeof *sample->kept); /* one to look at past the end */
	if (sample->kept == NULL)
		return no_memory(err);
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		const struct groups *groups = &sample->groups[kind];

		for (size_t i = 0; i < groups->count; i++)
			for (size_t k = 0; k < groups->list[i].count; k++)
				sample->kept[count++].person =
				    sample->entries[kind].list[groups->list[i].from + k].person;
	}
	if (count > 0)
		qsort(sample->kept, count, sizeof *sample->kept, by_person);
	for (size_t i = 0; i < count; i++)
		if (sample->kept_count == 0 ||
		    sample->kept[sample->kept_count - 1].person != sample->kept[i].person)
			sample->kept[sample->kept_count++] = sample->kept[i];
	return STATUS_OK;
}

enum status
sample_take(struct sample **out, struct searcher *searcher, struct folder *folder,
    const struct sample_options *options, struct err *err)
{
	struct sample *sample = mem_zero(1, sizeof *sample);
	enum status status = STATUS_OK;

	if (sample == NULL)
		return no_memory(err);
	sample->searcher = searcher;
	sample->folder = folder;
	sample->options = options;
	sample->bytes = arena_new(0);
	sample->scratch = arena_new(0);
	if (sample->bytes == NULL || sample->scratch == NULL)
		status = no_memory(err);
	if (status == STATUS_OK)
		status = scan(sample, note_person, err);
	if (status == STATUS_OK)
		status = choose_groups(sample, err);
	if (status == STATUS_OK)
		status = list_people(sample, err);
	if (status == STATUS_OK)
		status = scan(sample, keep_person, err);
	if (status == STATUS_OK && sample->next != sample->kept_count)
		status =
		    err_set(err, STATUS_CORRUPT, "the index gave fewer people the second time");
	if (status == STATUS_OK)
		*out = sample;
	else
		sample_free(sample);
	return status;
}

void
sample_free(struct sample *sample)
{
	if (sample == NULL)
		return;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		mem_free(sample->entries[kind].list);
		mem_free(sample->groups[kind].list);
		patterns_free(&sample->groups[kind].patterns);
	}
	mem_free(sample->kept);
	arena_free(sample->bytes);
	arena_free(sample->scratch);
	mem_free(sample);
}

const struct sample_count *
sample_count(const struct sample *sample, enum sample_kind kind)
{
	return &sample->groups[kind].figures;
}

/* --- Comparing ------------------------------------------------------------------------------- */
struct member {
	const struct kept *kept;
	struct str record_id;
	struct features features;
	struct keys keys;
};

struct comparing {
	struct sample *sample;
	enum sample_kind kind;
	const struct scorer *scorer;
	struct member *members;
	size_t count;
	uint64_t key;
};

/* By their bytes, so that it does not matter in which order they were loaded. */
static int
by_bytes(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = str_cmp(x->kept->bytes, y->kept->bytes);

	if (order != 0)
		return order;
	return (x->kept->system > y->kept->system) - (x->kept->system < y->kept->system);
}

static enum status
read_members(struct comparing *out, const struct group *group, struct err *err)
{
	struct sample *sample = out->sample;
	const struct entry *entries = &sample->entries[out->kind].list[group->from];

	arena_reset(sample->scratch);
	out->members = arena_alloc(sample->scratch, group->count, sizeof *out->members);
	out->count = group->count;
	out->key = entries[0].hash;
	if (out->members == NULL)
		return no_memory(err);
	for (size_t i = 0; i < group->count; i++) {
		struct kept key = { .person = entries[i].person };
		struct member *member = &out->members[i];
		struct case_header header;
		enum status status;

		member->kept =
		    bsearch(&key, sample->kept, sample->kept_count, sizeof key, by_person);
		if (member->kept == NULL)
			bug("a person of a group was not kept");
		status = features_of(
		    &member->features, &header, sample, sample->scratch, member->kept->bytes, err);
		if (status != STATUS_OK)
			return status;
		member->record_id = header.record_id;
		if (out->kind != SAMPLE_RANDOM)
			keys_of(&member->keys, out->kind, &member->features, sample->options->seed);
	}
	if (out->kind != SAMPLE_RANDOM)
		qsort(out->members, out->count, sizeof *out->members, by_bytes);
	return STATUS_OK;
}

static enum status
compare(const struct comparing *at, const struct member *a, const struct member *b, struct err *err)
{
	struct estimate_pattern pattern;
	struct score score;

	if (a->kept->system == b->kept->system && str_eq(a->record_id, b->record_id))
		return STATUS_OK;
	if (at->kind != SAMPLE_RANDOM && keys_common(&a->keys, &b->keys) != at->key)
		return STATUS_OK;
	score_people(&score, at->scorer, &a->features, &b->features);
	vector_of(&pattern, &score, at->scorer->model);
	if (at->kind == SAMPLE_NAME)
		pattern.extra = 0; /* it is the names' */
	return patterns_add(&at->sample->groups[at->kind].patterns, &pattern, err);
}

static enum status
compare_group(const struct comparing *at, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < at->count; i++)
		for (size_t j = i + 1; status == STATUS_OK && j < at->count; j++)
			status = compare(at, &at->members[i], &at->members[j], err);
	return status;
}

/* Each with the next, then each with the next but one, round in a ring: everybody as often. */
static enum status
compare_random(const struct comparing *at, struct err *err)
{
	uint64_t left = at->sample->groups[SAMPLE_RANDOM].figures.pairs;
	enum status status = STATUS_OK;

	if (left == pairs_among(at->count))
		return compare_group(at, err);
	for (size_t step = 1; left > 0 && 2 * step < at->count; step++)
		for (size_t i = 0; status == STATUS_OK && left > 0 && i < at->count; i++, left--)
			status =
			    compare(at, &at->members[i], &at->members[(i + step) % at->count], err);
	return status;
}

enum status
sample_compare(struct estimate_block *out, struct sample *sample, enum sample_kind kind,
    const struct scorer *scorer, struct err *err)
{
	static const unsigned without[SAMPLE_KINDS] = {
		/* A forename tells the sex: of namesakes nearly all agree in it, matches or not. */
		[SAMPLE_NAME] = 1u << VECTOR_FORENAME | 1u << VECTOR_SURNAME | 1u << VECTOR_SEX,
		[SAMPLE_DATE] = 1u << VECTOR_BIRTH,
	};
	struct groups *groups = &sample->groups[kind];
	struct comparing at = { .sample = sample, .kind = kind, .scorer = scorer };
	enum status status = STATUS_OK;

	patterns_clear(&groups->patterns);
	for (size_t i = 0; status == STATUS_OK && i < groups->count; i++) {
		status = read_members(&at, &groups->list[i], err);
		if (status == STATUS_OK)
			status = kind == SAMPLE_RANDOM ? compare_random(&at, err)
						       : compare_group(&at, err);
	}
	if (status != STATUS_OK)
		return status;
	*out = (struct estimate_block){ .count = patterns_list(&groups->patterns),
		.without = without[kind] };
	out->patterns = groups->patterns.slots;
	return STATUS_OK;
}

/* --- Names ----------------------------------------------------------------------------------- */
static void
see_name(struct frequency_seen *out, size_t *count, const struct feature_name *name,
    const struct scorer *scorer)
{
	const struct frequency *frequency = &scorer->frequency;

	for (uint8_t i = 0; i < name->count; i++) {
		enum name_part part = name->tokens[i].part;
		struct str text = name->tokens[i].text;
		struct frequency_count people;

		if (part == PART_UNKNOWN || feature_letters(text).n < 2)
			continue;
		people = frequency_count_of(frequency, text);
		out[(*count)++] = (struct frequency_seen){
			.count = people.in[part] + people.in[PART_UNKNOWN],
			.table = model_name_share(scorer->model, part, feature_letters(text)),
		};
	}
}

enum status
sample_names(const struct frequency_seen **out, size_t *count, struct sample *sample,
    const struct scorer *scorer, struct err *err)
{
	const struct groups *groups = &sample->groups[SAMPLE_RANDOM];
	struct comparing at = { .sample = sample, .kind = SAMPLE_RANDOM, .scorer = scorer };
	struct frequency_seen *seen;
	enum status status;

	*out = NULL;
	*count = 0;
	if (groups->count == 0)
		return STATUS_OK;
	status = read_members(&at, &groups->list[0], err);
	if (status != STATUS_OK)
		return status;
	seen = arena_alloc(sample->scratch, at.count * FEATURE_TOKENS_MAX, sizeof *seen);
	if (seen == NULL)
		return no_memory(err);
	for (size_t i = 0; i < at.count; i++)
		if (at.members[i].features.name_count > 0)
			see_name(seen, count, &at.members[i].features.names[0], scorer);
	*out = seen;
	return STATUS_OK;
}
