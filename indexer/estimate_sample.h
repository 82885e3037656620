#ifndef INDEXER_ESTIMATE_SAMPLE_H
#define INDEXER_ESTIMATE_SAMPLE_H
/*
 * estimate_sample: pairs of indexed people to learn from, in bounded memory and a fixed order.
 *
 * Three kinds of pairs:
 * - random: each of up to SAMPLE_RANDOM_PEOPLE people with others of them;
 * - by name: a surname and the first letter of a forename in common, or a forename and the first
 *   letter of a surname;
 * - by date: a day of birth in common that is not 1 January.
 * Never by place, phone or the like: candidates found by postcode teach households as people
 * (docs/matching.md). Two people of one case record are two people, so they are no candidates.
 *
 * Two passes over the index. The first notes the hashes of everybody's keys; when they are more
 * than SAMPLE_ENTRIES_MAX, keys are left out by their hash (half of them, half of the rest...), so
 * what remains are whole groups, whatever the order of the people. Groups are then taken in the
 * order of their hashes until they hold the pairs wanted (or SAMPLE_PEOPLE_MAX people). The second
 * pass keeps the bytes of the people in them. A key that more than a hundred people (dates: two
 * thousand) have says too little and costs too much: it is left out. Equal input and seed: equal
 * pairs. Threads: a sample belongs to one thread.
 */
#include "index/search.h"
#include "linkage/estimate.h"

#define SAMPLE_ENTRIES_MAX (1u << 21) /* keys noted a kind: 32 MiB */
#define SAMPLE_RANDOM_PEOPLE 4000
#define SAMPLE_PEOPLE_MAX                                                      \
	200000 /* in the groups of a kind: their bytes are kept, some 200 each \
		*/
#define SAMPLE_NAME_GROUP_MAX 100
#define SAMPLE_DATE_GROUP_MAX 2000

enum sample_kind { SAMPLE_RANDOM, SAMPLE_NAME, SAMPLE_DATE, SAMPLE_KINDS };

struct sample_options {
	uint64_t seed;
	uint64_t pairs[SAMPLE_KINDS]; /* wanted; a little more is taken to end a group */
	/* Called now and then with the people dealt with, of twice as many as are on file; may be
	 * NULL. Returns false to stop: STATUS_UNAVAILABLE. */
	bool (*progress)(void *ctx, uint64_t people);
	void *ctx;
};

struct sample;
/* The searcher, its lexicon and the folder are borrowed until sample_free. */
enum status sample_take(struct sample **out, struct searcher *searcher, struct folder *folder,
    const struct sample_options *options, struct err *err) MUST_USE;
void sample_free(struct sample *sample);

struct sample_count {
	uint64_t pairs;		   /* in the groups taken */
	double share;		   /* of all pairs of that kind, those with a key left out aside */
	uint64_t groups, left_out; /* taken; with too many people */
};
const struct sample_count *sample_count(const struct sample *sample, enum sample_kind kind);

/*
 * The patterns of all pairs of a kind, compared with `scorer`; in a fixed order. Borrowed until the
 * next call for that kind. A pair that several keys found counts once.
 */
enum status sample_compare(struct estimate_block *out, struct sample *sample, enum sample_kind kind,
    const struct scorer *scorer, struct err *err) MUST_USE;

/* The forenames and surnames of the random people, whole words only. Valid until the next call
 * with this sample. */
enum status sample_names(const struct frequency_seen **out, size_t *count, struct sample *sample,
    const struct scorer *scorer, struct err *err) MUST_USE;

#endif
