#ifndef INDEX_SNAPSHOT_PARTS_H
#define INDEX_SNAPSHOT_PARTS_H
/*
 * snapshot_parts: the inside of a snapshot, shared by snapshot.c and search.c only.
 *
 * Threads: not changed after loading.
 */
#include "index/search.h"

struct snapshot_shard {
	char folder[PATH_MAX]; /* of the generation; "" if the system was never loaded */
	const struct str *superseded;
	size_t superseded_count;
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
 * that a search needs is missing from it. */
enum status snapshot_check_files(
    const char *folder, const struct manifest *manifest, struct err *err) MUST_USE;

#endif
