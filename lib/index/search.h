#ifndef INDEX_SEARCH_H
#define INDEX_SEARCH_H
/*
 * search: one question to all shards: plan, retrieve, decode, score, sort.
 *
 * A snapshot is what a daemon holds of the current generations (paths, manifests, vocabulary,
 * superseded keys); it is shared by threads and replaced as a whole. A searcher is one thread's
 * set of open databases on one snapshot.
 * Threads: a snapshot is not changed after loading, and must outlive its searchers; a searcher
 * belongs to one thread.
 */
#include "index/generation.h"
#include "index/record_index.h"
#include "linkage/relation.h"

#define SEARCH_SYSTEMS_MAX 16
#define CANDIDATES_MAX \
	1000 /* documents scored per person asked about; more is reported as capped */

struct snapshot;

/* Reads `current` of each system named. A system never loaded is there with people 0 and
 * loaded false. Other faults fail the call. Owned by the caller. */
enum status snapshot_load(struct snapshot **out, const char *data_folder,
    const char *const *systems, size_t count, struct err *err) MUST_USE;
/* As above; a generation number that is not 0 is taken instead of the one that `current` names
 * (STATUS_NOT_FOUND if it is not there). A database file that `known` (NULL: none) has hashed, and
 * that is still the same by inode, size and time of change, is not read again: a delta's base. */
enum status snapshot_load_at(struct snapshot **out, const char *data_folder,
    const char *const *systems, const uint64_t *generations, size_t count,
    const struct snapshot *known, struct err *err) MUST_USE;
void snapshot_free(struct snapshot *snapshot);

struct snapshot_system {
	const char *system;
	bool loaded;
	struct manifest manifest; /* zero when not loaded */
};
size_t snapshot_count(const struct snapshot *snapshot);
const struct snapshot_system *snapshot_system(const struct snapshot *snapshot, size_t i);
const struct vocabulary *snapshot_vocabulary(const struct snapshot *snapshot);
uint64_t snapshot_people(const struct snapshot *snapshot);
/* True if a `current` link now names another generation than this snapshot has. */
enum status snapshot_is_stale(
    bool *out, const struct snapshot *snapshot, const char *data_folder, struct err *err) MUST_USE;
/* True if a database file of system i is another than when it was hashed, by inode, size or time
 * of change: what was read from it since cannot be trusted. Costs a stat() a file. */
bool snapshot_changed(const struct snapshot *snapshot, size_t i);

struct searcher;
/* A system whose databases cannot be opened is left out: searcher_fault(). */
enum status searcher_open(struct searcher **out, const struct snapshot *snapshot,
    const struct model *model, const struct lexicon *lexicon, struct err *err) MUST_USE;
void searcher_close(struct searcher *searcher);
/* Why a system is left out of searches; NULL: it is not. One that cannot be read in a search is
 * left out of it and of those that follow. Borrowed from the searcher. */
const struct err *searcher_fault(const struct searcher *searcher, size_t system);
void searcher_leave_out(struct searcher *searcher, size_t system, const struct err *why);
/* `stop` is asked again and again in searches; true ends the search with STATUS_TIMEOUT. */
void searcher_set_stop(struct searcher *searcher, index_stop *stop, void *ctx);
/* Searches are shared out between the two of a pair (base/pair.h), with a folder for the second
 * one; both outlive the searcher. NULL: searches take one thread. The answers are the same. */
struct pair;
void searcher_set_pair(struct searcher *searcher, struct pair *pair, struct folder *second);
/* The scorer in use: model, lexicon, frequencies and prior of the snapshot. */
const struct scorer *searcher_scorer(const struct searcher *searcher);

/*
 * How common the query's places and contacts are in what is searched, for scoring as a search does:
 * copy the scorer and set its `values`. In the arena.
 */
enum status searcher_values(struct score_values *out, struct searcher *searcher,
    struct arena *arena, const struct features *query, struct err *err) MUST_USE;

struct candidate {
	size_t system; /* index into the snapshot's systems */
	struct case_header header;
	struct person person;
	struct features features;
	struct score score;
	struct kinship kinship; /* relation.h: is it somebody else? */
};

/* Of one person of one record. */
bool candidate_same_person(const struct candidate *a, const struct candidate *b);

struct search_result {
	const struct candidate *candidates; /* best first; ties by system, record id, person id */
	size_t count;
	bool family_capped; /* the same of the family's floor */
	bool capped;	    /* more than CANDIDATES_MAX documents could have reached the floor */
	double best_bits;   /* what the best possible record could have reached, prior included */
	size_t terms;	    /* of the plan, for measurements */
	size_t scored;	    /* documents scored */
	double least_bound; /* of those: the least match weight that retrieval granted one (bits) */
};

/*
 * Files are looked at before and after: a system whose files changed since they were hashed is left
 * out, and so is one with a document that is none of ours.
 * Every person on file with match weight >= floor (bits), unless capped, and every relative or
 * namesake (relation.h) with family weight >= family_floor, unless family_capped; the same person
 * once. INFINITY asks for no family. In the arena.
 */
enum status search_person_and_family(struct search_result *out, struct searcher *searcher,
    struct arena *arena, struct folder *folder, const struct features *query, double floor,
    double family_floor, struct err *err) MUST_USE;
/* The same without the family. */
enum status search_person(struct search_result *out, struct searcher *searcher, struct arena *arena,
    struct folder *folder, const struct features *query, double floor, struct err *err) MUST_USE;

/*
 * What a search for `query` finds that one for less did not: `query` begins, in each of its lists,
 * with what `told` has, which was asked for with the floor `told_floor`, and whoever it found is in
 * `known`. Found are those of `known` with match weight >= floor by `query`, and everybody else on
 * file with that weight who carries what makes up for the difference (terms.h, terms_of_more).
 * -INFINITY as `told_floor` finds all, as search_person does. In the arena; `known` is borrowed.
 */
struct search_known {
	const struct features *told;
	double told_floor;
	const struct candidate *const *known;
	size_t known_count;
};
enum status search_person_more(struct search_result *out, struct searcher *searcher,
    struct arena *arena, struct folder *folder, const struct features *query,
    const struct search_known *known, double floor, struct err *err) MUST_USE;

/* Calls `visit` with the bytes (codec.h) of each person on file and the system it belongs to, in a
 * fixed order, until it returns false. The bytes are valid during that call only. */
typedef bool searcher_visit(void *ctx, size_t system, struct str bytes);
enum status searcher_scan(
    struct searcher *searcher, searcher_visit *visit, void *ctx, struct err *err) MUST_USE;

/* The people of one case record, each scored against the query as a search does, whatever the
 * weight; count 0 if it is not on file. `values` are the query's (searcher_values): they serve for
 * any number of cases. In the arena. */
enum status search_person_in_case(struct candidate **out, size_t *count, struct searcher *searcher,
    struct arena *arena, struct folder *folder, const struct features *query,
    const struct score_values *values, size_t system, struct str record_id,
    struct err *err) MUST_USE;

/* The people of one case record of a system; count 0 if it is not on file. */
enum status search_case(const struct candidate **out, size_t *count, struct searcher *searcher,
    struct arena *arena, struct folder *folder, size_t system, struct str record_id,
    struct err *err) MUST_USE;

/* One case record as a search for `query` meets it, found or not. */
struct search_why {
	const struct candidate *people; /* scored; in the order of the record */
	/* Of each: the match weight that retrieval grants it, at least the exact one (bits, prior
	 * included). A search with these floors scores it if this reaches `least`, unless capped.
	 */
	const double *bounds;
	double least;
	size_t count;	 /* 0: not on file */
	bool superseded; /* a delta has replaced or removed what the base holds of the record */
};
enum status search_why(struct search_why *out, struct searcher *searcher, struct arena *arena,
    struct folder *folder, const struct features *query, double floor, double family_floor,
    size_t system, struct str record_id, struct err *err) MUST_USE;

#endif
