#ifndef INDEX_SNAPSHOT_PARTS_H
#define INDEX_SNAPSHOT_PARTS_H
/*
 * snapshot_parts: the inside of a snapshot, shared by snapshot.c, snapshot_files.c and search.c
 * only.
 *
 * Threads: not changed after loading; while it is loaded, a second thread may read its files.
 */
#include "index/search.h"
#include "index/signature.h"
#include "index/token_lists.h"

/* A file as it was before it was hashed: another stamp, other bytes, for all that we know. The time
 * of the inode's own change is left out: hard links of a delta generation change it. */
struct snapshot_stamp {
	const char *path; /* in the snapshot's arena */
	uint64_t inode, bytes;
	int64_t changed_ns; /* st_mtim */
};

struct snapshot_shard {
	char folder[PATH_MAX]; /* of the generation; "" if the system was never loaded */
	const struct str *superseded;
	size_t superseded_count;
	uint64_t files; /* of the vocabulary: bits as struct neighbour has them */
	struct snapshot_stamp stamps[MANIFEST_FILES_MAX]; /* of the database files */
	size_t stamp_count;
	const struct signatures *signatures; /* of the base; NULL: it has none */
	const struct token_lists *lists;     /* likewise */
};

struct snapshot {
	struct arena *arena; /* names and superseded keys */
	size_t count;
	struct snapshot_system systems[SEARCH_SYSTEMS_MAX];
	struct snapshot_shard shards[SEARCH_SYSTEMS_MAX];
	struct vocabulary *vocabulary;
	uint64_t people;
};

/* Folder of the generation at `path`: every file of the manifest is there and unchanged, and none
 * that a search needs is missing from it. `known`: as in snapshot_load_at. */
enum status snapshot_check_files(const char *folder, const struct manifest *manifest,
    const struct snapshot *known, struct err *err) MUST_USE;

/* snapshot_files.c: notes what the database files of system i now are, before they are hashed, so
 * that a change meanwhile shows too. */
enum status snapshot_stamp_files(struct snapshot *snapshot, size_t i, struct err *err) MUST_USE;

/* Whether `known` (NULL: nothing is) has hashed the file at `path`, as the manifest has it, and it
 * is still that file; and in which of its systems. */
bool snapshot_knows(size_t *system, const struct snapshot *known, const char *path,
    const struct manifest_file *file);

/* Checks the files of all systems in a thread beside the caller's, which between the two calls
 * changes neither systems nor the folders and stamps of shards. `end` waits, frees, and gives the
 * first fault in order of systems. */
struct checking;
enum status snapshot_begin_check(struct checking **out, const struct snapshot *snapshot,
    const struct snapshot *known, struct err *err) MUST_USE;
enum status snapshot_end_check(struct checking *checking, struct err *err) MUST_USE;

#endif
