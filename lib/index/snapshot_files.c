/*
 * Files of generations: what they were when they were hashed, and whether they still are.
 *
 * Xapian trusts its own files, so a damaged one could crash a search or, worse, hide a record
 * from it: every byte is checked against the manifest before anything is searched.
 */
#include "base/mem.h"
#include "index/snapshot_parts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

static enum status
join(char out[PATH_MAX], const char *folder, const char *name, struct err *err)
{
	if ((size_t)snprintf(out, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		return err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	return STATUS_OK;
}

/* --- Stamps -------------------------------------------------------------------------------- */
/* The files that stay open, and signatures, which one snapshot hands on to the next: the rest is
 * read whole when a snapshot is loaded. */
static bool
stays_open(const char *name)
{
	return strcmp(name, "base.glass") == 0 || strcmp(name, "base.signatures") == 0 ||
	       strncmp(name, "delta/", 6) == 0;
}

static bool
read_stamp(struct snapshot_stamp *out, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	*out = (struct snapshot_stamp){ path, (uint64_t)st.st_ino, (uint64_t)st.st_size,
		(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec };
	return true;
}

static bool
same_stamp(const struct snapshot_stamp *a, const struct snapshot_stamp *b)
{
	return a->inode == b->inode && a->bytes == b->bytes && a->changed_ns == b->changed_ns;
}

/* --- Files against the manifest ------------------------------------------------------------ */
static bool
has_hashed(const struct snapshot *known, size_t i, const struct manifest_file *file,
    const struct snapshot_stamp *now)
{
	const struct manifest *manifest = &known->systems[i].manifest;
	const struct snapshot_shard *shard = &known->shards[i];
	bool listed = false, stamped = false;

	for (size_t k = 0; k < manifest->file_count; k++)
		listed = listed ||
			 (strcmp(manifest->files[k].name, file->name) == 0 &&
			     manifest->files[k].bytes == file->bytes &&
			     memcmp(&manifest->files[k].hash, &file->hash, sizeof file->hash) == 0);
	for (size_t k = 0; k < shard->stamp_count; k++)
		stamped = stamped || same_stamp(&shard->stamps[k], now);
	return listed && stamped;
}

bool
snapshot_knows(size_t *system, const struct snapshot *known, const char *path,
    const struct manifest_file *file)
{
	struct snapshot_stamp now;

	if (known == NULL || !stays_open(file->name) || !read_stamp(&now, path))
		return false;
	for (size_t i = 0; i < known->count; i++)
		if (known->systems[i].loaded && has_hashed(known, i, file, &now)) {
			*system = i;
			return true;
		}
	return false;
}

static enum status
check_file(const char *folder, const struct manifest_file *file, const struct snapshot *known,
    struct err *err)
{
	char path[PATH_MAX];
	size_t system;
	struct digest hash;
	struct stat st;
	enum status status = join(path, folder, file->name, err);

	if (status != STATUS_OK)
		return status;
	if (stat(path, &st) != 0)
		return err_data(err, STATUS_CORRUPT, path, 0, "file is missing");
	if ((uint64_t)st.st_size != file->bytes)
		return err_data(err, STATUS_CORRUPT, path, 0, "has %llu bytes, not %llu",
		    (unsigned long long)st.st_size, (unsigned long long)file->bytes);
	if (snapshot_knows(&system, known, path, file))
		return STATUS_OK;
	status = digest_of_file(&hash, path, err);
	if (status == STATUS_OK && memcmp(&hash, &file->hash, sizeof hash) != 0)
		status = err_data(err, STATUS_CORRUPT, path, 0, "bytes are not those written");
	return status;
}

static bool
lists(const struct manifest *manifest, const char *name)
{
	for (size_t i = 0; i < manifest->file_count; i++)
		if (strcmp(manifest->files[i].name, name) == 0)
			return true;
	return false;
}

enum status
snapshot_check_files(const char *folder, const struct manifest *manifest,
    const struct snapshot *known, struct err *err)
{
	static const struct {
		const char *name;
		bool of_delta;
	} needed[] = { { "base.glass", false }, { "base.vocabulary", false },
		{ "delta.vocabulary", true }, { "delta.keys", true } };
	enum status status = STATUS_OK;

	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if ((manifest->delta || !needed[i].of_delta) && !lists(manifest, needed[i].name))
			return err_data(err, STATUS_CORRUPT, folder, 0,
			    "the manifest does not list %s", needed[i].name);
	for (size_t i = 0; status == STATUS_OK && i < manifest->file_count; i++)
		status = check_file(folder, &manifest->files[i], known, err);
	return status;
}

/* Before the files are hashed, so that a change meanwhile shows too. */
enum status
snapshot_stamp_files(struct snapshot *snapshot, size_t i, struct err *err)
{
	const struct manifest *manifest = &snapshot->systems[i].manifest;
	struct snapshot_shard *shard = &snapshot->shards[i];

	for (size_t k = 0; k < manifest->file_count; k++) {
		const char *name = manifest->files[k].name;
		const char *path;

		if (!stays_open(name))
			continue;
		path = arena_format(snapshot->arena, "%s/%s", shard->folder, name);
		if (path == NULL)
			return no_memory(err);
		if (!read_stamp(&shard->stamps[shard->stamp_count], path))
			return err_data(err, STATUS_CORRUPT, path, 0, "file is missing");
		shard->stamp_count++;
	}
	return STATUS_OK;
}

bool
snapshot_changed(const struct snapshot *snapshot, size_t i)
{
	const struct snapshot_shard *shard = &snapshot->shards[i];

	for (size_t k = 0; k < shard->stamp_count; k++) {
		const struct snapshot_stamp *was = &shard->stamps[k];
		struct snapshot_stamp now;

		/* One that was removed is whole for those who have it open. */
		if (read_stamp(&now, was->path) && !same_stamp(&now, was))
			return true;
	}
	return false;
}

/* --- All systems ---------------------------------------------------------------------------- */
struct checking {
	const struct snapshot *snapshot, *known;
	atomic_size_t next; /* system */
	enum status status[SEARCH_SYSTEMS_MAX];
	struct err err[SEARCH_SYSTEMS_MAX];
	pthread_t thread;
	bool threaded;
};

static void *
check_some(void *ctx)
{
	struct checking *checking = ctx;
	const struct snapshot *snapshot = checking->snapshot;
	size_t i;

	while ((i = atomic_fetch_add(&checking->next, 1)) < snapshot->count) {
		checking->err[i] = ERR_NONE;
		checking->status[i] = STATUS_OK;
		if (snapshot->systems[i].loaded)
			checking->status[i] = snapshot_check_files(snapshot->shards[i].folder,
			    &snapshot->systems[i].manifest, checking->known, &checking->err[i]);
	}
	return NULL;
}

enum status
snapshot_begin_check(struct checking **out, const struct snapshot *snapshot,
    const struct snapshot *known, struct err *err)
{
	struct checking *checking = mem_zero(1, sizeof *checking);

	if (checking == NULL)
		return no_memory(err);
	checking->snapshot = snapshot;
	checking->known = known;
	atomic_init(&checking->next, 0);
	/* Where most is known there is little to do, and others are searching. Without a thread
	 * all is done at the end. */
	checking->threaded =
	    known == NULL && pthread_create(&checking->thread, NULL, check_some, checking) == 0;
	*out = checking;
	return STATUS_OK;
}

enum status
snapshot_end_check(struct checking *checking, struct err *err)
{
	enum status status = STATUS_OK;

	(void)check_some(checking);
	if (checking->threaded)
		pthread_join(checking->thread, NULL);
	for (size_t i = 0; status == STATUS_OK && i < checking->snapshot->count; i++) {
		status = checking->status[i];
		if (status != STATUS_OK && err != NULL && err->status == STATUS_OK)
			*err = checking->err[i];
	}
	mem_free(checking);
	return status;
}
