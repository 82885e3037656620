#ifndef INDEX_GENERATION_H
#define INDEX_GENERATION_H
/*
 * generation: where published indexes live and how one replaces another.
 *
 *   <data>/index/<system>/lock               held by the one indexer at work on the system
 *   <data>/index/<system>/<number>/          eight digits, rising; never changed once published
 *       base.glass                           immutable, compacted, no term lists (Xapian)
 *       delta/                               small ordinary database, changes since the base
 *       base.vocabulary  delta.vocabulary    name tokens and counts
 *       base.signatures                      32 bytes a document (signature.h); may be absent
 *       delta.keys                           record ids that the delta supersedes or removes
 *       rejects.jsonl                        rows that were not loaded, with reasons (mode 0600)
 *       manifest.json                        what this is (schemas/manifest.schema.json); last
 *   <data>/index/<system>/building-<pid>/    unfinished; removed by the next indexer
 *   <data>/index/<system>/current            symbolic link to the number: switched by rename
 *
 * A delta generation shares the base files of the one before by hard link. The newest
 * GENERATIONS_KEPT stay on disk, so that a reader of the one before can finish.
 * Threads: the functions may run in many threads; one writer per system is held by the lock.
 */
#include "base/digest.h"
#include "base/err.h"
#include "base/file.h"
#include "record/birth.h"

#include <limits.h>

#define GENERATIONS_KEPT 3
/* 2: terms for near values; 3: for a street alone; 4: for near towns; 5: hashed terms; 6: squeezed
 * people. An index of another version is loaded again. */
#define MANIFEST_VERSION 6
#define SYSTEM_BYTES_MAX 32 /* lower-case letters, digits, underscore; begins with a letter */

struct manifest_file {
	char name[64]; /* relative to the generation's folder */
	uint64_t bytes;
	struct digest hash;
};
#define MANIFEST_FILES_MAX 64

struct manifest {
	int version;
	char system[SYSTEM_BYTES_MAX + 1];
	uint64_t generation;
	uint64_t base_generation; /* the full load under it; itself for a full load */
	bool delta;
	int64_t as_of_ms; /* when the export was made: its file time unless given; Unix ms UTC */
	int64_t published_ms;  /* Unix ms UTC */
	char source_name[256]; /* file name of the export, without its folder */
	uint64_t source_bytes;
	struct digest source_hash;
	struct digest mapping_hash;
	struct digest lexicon_hash;
	/* Rows of this load: rows = loaded + rejected + skipped; and what is searched now. */
	uint64_t rows, rows_loaded, rows_rejected, rows_skipped;
	uint64_t records, people; /* searchable, base and delta together */
	uint64_t removed;	  /* records that the delta takes away */
	struct manifest_file files[MANIFEST_FILES_MAX];
	size_t file_count;
};

/* manifest_json.c: strict reading (STATUS_CORRUPT names the field), canonical writing. */
enum status manifest_read(struct manifest *out, const char *path, struct err *err) MUST_USE;
enum status manifest_write(
    const struct manifest *manifest, const char *path, struct err *err) MUST_USE;

bool generation_system_valid(struct str system);

/* A build in progress: folder made, lock held, leftovers of dead builds removed. */
struct generation_build {
	char system_folder[PATH_MAX];
	char folder[PATH_MAX];	 /* building-<pid> */
	char previous[PATH_MAX]; /* the current generation's folder, "" if none */
	uint64_t number;	 /* that it will have */
	struct file_lock lock;
};
/* STATUS_BUSY: "another indexer is loading <system> (process <pid>)". */
enum status generation_begin(struct generation_build *out, const char *data_folder,
    const char *system, struct err *err) MUST_USE;

/*
 * generation_files.c: filling the folder of a build.
 * take_base links the base's files from the previous generation; take_delta copies
 * its delta, delta.vocabulary and delta.keys where it has them. STATUS_NOT_FOUND if there is no
 * previous generation. list_files hashes every file of the folder but the manifest into
 * manifest->files, in byte order of their names. What take_base linked has the hash that the
 * previous generation's manifest (`taken`; NULL: nothing was taken) says: a base that was damaged
 * since is then refused by whoever reads it, and a delta costs its own size only.
 */
enum status generation_take_base(const struct generation_build *build, struct err *err) MUST_USE;
enum status generation_take_delta(const struct generation_build *build, struct err *err) MUST_USE;
enum status generation_list_files(struct manifest *manifest, const char *folder,
    const struct manifest *taken, struct err *err) MUST_USE;

/* Flushes everything, renames the folder to its number, switches `current`, removes generations
 * beyond GENERATIONS_KEPT, releases the lock. The manifest must be in place. */
enum status generation_publish(struct generation_build *build, struct err *err) MUST_USE;
/* Removes what was built and releases the lock; `current` is untouched. After a failed publish it
 * takes away what was not published; after a good one it does nothing. */
void generation_abandon(struct generation_build *build);

/* The folder of the current generation and its manifest. STATUS_NOT_FOUND if never loaded. */
enum status generation_current(char folder[PATH_MAX], struct manifest *manifest,
    const char *data_folder, const char *system, struct err *err) MUST_USE;

/* The same of a generation by its number, whatever `current` names. STATUS_NOT_FOUND: not there. */
enum status generation_at(char folder[PATH_MAX], struct manifest *manifest, const char *data_folder,
    const char *system, uint64_t number, struct err *err) MUST_USE;

/*
 * Does `current` name a generation that is there? Where it is missing although there are
 * generations, or names none that is there: STATUS_CORRUPT, and *newest is the highest number on
 * disk, 0 if there is none. A system that was never loaded is in order.
 */
enum status generation_check_link(
    uint64_t *newest, const char *data_folder, const char *system, struct err *err) MUST_USE;

/* Its number only, from the link; 0 if never loaded. */
enum status generation_number(
    uint64_t *out, const char *data_folder, const char *system, struct err *err) MUST_USE;

/* Systems that have an index folder, in byte order; STATUS_OK with 0 when there is none. */
#define GENERATION_SYSTEMS_MAX 32
enum status generation_systems(char out[GENERATION_SYSTEMS_MAX][SYSTEM_BYTES_MAX + 1],
    size_t *count, const char *data_folder, struct err *err) MUST_USE;

/* Hashes every file of the manifest and checks the databases and counts. The first fault is in
 * *err (STATUS_CORRUPT). */
enum status generation_verify(const char *folder, struct err *err) MUST_USE;

#endif
