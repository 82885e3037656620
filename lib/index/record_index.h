#ifndef INDEX_RECORD_INDEX_H
#define INDEX_RECORD_INDEX_H
/*
 * record_index: the Xapian databases behind one C header (record_index_xapian.cc, the only file
 * that sees Xapian; docs/matching.md and the head of that file give the layout).
 *
 * Threads: a writer or reader belongs to one thread.
 */
#include "base/arena.h"
#include "base/err.h"
#include "index/signature.h"
#include "index/terms.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Writing ------------------------------------------------------------------------------- */
struct index_writer;

/* A new base, <folder>/base.glass: add only. The same calls give the same bytes. */
enum status index_writer_base(
    struct index_writer **out, const char *folder, struct err *err) MUST_USE;
/* A delta in <folder>/delta: made empty, or opened if it is there already. */
enum status index_writer_delta(
    struct index_writer **out, const char *folder, struct err *err) MUST_USE;
/* Adds one person; `data` is the codec's bytes, `record_id` the case it belongs to. */
enum status index_writer_add(struct index_writer *writer, struct str record_id, struct str data,
    const struct str *terms, size_t term_count, struct err *err) MUST_USE;
/* Delta only: takes away all people of the case from the delta. *removed counts them. */
enum status index_writer_remove(
    struct index_writer *writer, uint64_t *removed, struct str record_id, struct err *err) MUST_USE;
/* Completes what is written on the disk; the writer is closed whatever is returned. */
enum status index_writer_finish(struct index_writer *writer, struct err *err) MUST_USE;
void index_writer_abandon(struct index_writer *writer); /* NULL is fine */

/* --- Reading ------------------------------------------------------------------------------- */
struct index_reader;

/* One published generation. `superseded` are the record ids (delta.keys) whose base documents no
 * longer count, in byte order; borrowed until the reader is closed. `files`: which files of the
 * vocabulary that plans are made with are its own (struct neighbour); together they must have
 * every name token of its documents, counted. 0: not told. `signatures`, `lists`: those of the
 * base; NULL: it has none, or they are not in memory. */
struct index_shard {
	const char *folder;
	const struct str *superseded;
	size_t superseded_count;
	uint64_t files;
	const struct signatures *signatures;
	const struct token_lists *lists;
};

struct index_hit {
	uint32_t shard; /* index into the shards given at opening */
	bool delta;
	double bits;	 /* sum over the plan's groups of the best term that it carries */
	double granted;	 /* the same or more, where `bits` has something taken off (signature.h) */
	struct str data; /* codec bytes, in the arena of the call */
};

/* All shards, or the fault of the first that cannot be opened. */
enum status index_reader_open(struct index_reader **out, const struct index_shard *shards,
    size_t count, struct err *err) MUST_USE;
/* Leaves out what cannot be opened: index_reader_fault(). */
enum status index_reader_open_any(struct index_reader **out, const struct index_shard *shards,
    size_t count, struct err *err) MUST_USE;
void index_reader_close(struct index_reader *reader);

/* Why a shard is left out of searches; NULL: it is not. One that cannot be read, at opening or in
 * a search, is left out of that search and of those that follow. Borrowed from the reader. */
const struct err *index_reader_fault(const struct index_reader *reader, uint32_t shard);
void index_reader_leave_out(struct index_reader *reader, uint32_t shard, const struct err *why);

/* Asked again and again during searches (every 1,024 steps of a list, every document); true ends
 * the search with STATUS_TIMEOUT. NULL: never. */
typedef bool index_stop(void *ctx);
void index_reader_set_stop(struct index_reader *reader, index_stop *stop, void *ctx);
/* Searches of several shards are shared out between the two of a pair (base/pair.h; NULL: none),
 * which outlives the reader; `stop` is then asked in both threads. */
struct pair;
void index_reader_set_pair(struct index_reader *reader, struct pair *pair);

/*
 * All live documents that the plan gives at least `floor_bits`, best first, at most `max`; *capped
 * is set if there were more. Ties are in a fixed order. A floor of 0 or less is reached by all,
 * those without any term of the plan last. Shards left out give nothing.
 *
 * `query` (NULL: none) is asked of the documents of bases that have signatures: those of which
 * these say that they cannot reach its floors are left out, and bits are then what it says
 * (signature_can_reach), at least `floor_bits`.
 */
enum status index_reader_search(struct index_reader *reader, const struct index_hit **hits,
    size_t *count, bool *capped, struct arena *arena, const struct term_plan *plan,
    const struct signature_query *query, double floor_bits, size_t max, struct err *err) MUST_USE;

/* How many documents carry the term, superseded ones and those of left-out shards not told apart.
 */
enum status index_reader_frequency(
    struct index_reader *reader, uint64_t *count, struct str term, struct err *err) MUST_USE;

/* All live people of one case record, in the order they were added. 0 if it is not there. */
enum status index_reader_case(struct index_reader *reader, const struct index_hit **hits,
    size_t *count, struct arena *arena, uint32_t shard, struct str record_id,
    struct err *err) MUST_USE;
/* The same with the bits that a search by `plan` and `query` at `floor_bits` counts for each at the
 * least, and for one who cannot reach the floors of `query` fewer than these ask for. */
enum status index_reader_case_bits(struct index_reader *reader, const struct index_hit **hits,
    size_t *count, struct arena *arena, uint32_t shard, struct str record_id,
    const struct term_plan *plan, const struct signature_query *query, double floor_bits,
    struct err *err) MUST_USE;

/* Documents in the shard's base and delta, superseded ones left out; and a full scan for tests
 * and verification: calls `visit` with each live document until it returns false. The hit's data
 * is valid during that call only. */
enum status index_reader_count(
    struct index_reader *reader, uint64_t *people, uint32_t shard, struct err *err) MUST_USE;
typedef bool index_visit(void *ctx, const struct index_hit *hit);
enum status index_reader_scan(
    struct index_reader *reader, index_visit *visit, void *ctx, struct err *err) MUST_USE;

/* Xapian's own consistency check of a database file or folder. */
enum status index_check(const char *path, struct err *err) MUST_USE;

#ifdef __cplusplus
}
#endif

#endif
