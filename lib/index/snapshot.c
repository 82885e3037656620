#include "base/mem.h"
#include "index/delta_keys.h"
#include "index/snapshot_parts.h"

#include <stdio.h>
#include <sys/stat.h>

_Static_assert(2 * SEARCH_SYSTEMS_MAX <= VOCABULARY_FILES_MAX, "a bit for each file");

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
/* The files that stay open: the rest is read whole when a snapshot is loaded. */
static bool
stays_open(const char *name)
{
	return strcmp(name, "base.glass") == 0 || strncmp(name, "delta/", 6) == 0;
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

static bool
is_known(const struct snapshot *known, const char *path, const struct manifest_file *file)
{
	struct snapshot_stamp now;

	if (known == NULL || !stays_open(file->name) || !read_stamp(&now, path))
		return false;
	for (size_t i = 0; i < known->count; i++)
		if (known->systems[i].loaded && has_hashed(known, i, file, &now))
			return true;
	return false;
}

static enum status
check_file(const char *folder, const struct manifest_file *file, const struct snapshot *known,
    struct err *err)
{
	char path[PATH_MAX];
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
	if (is_known(known, path, file))
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
static enum status
stamp_files(struct snapshot_shard *shard, struct snapshot *snapshot,
    const struct manifest *manifest, struct err *err)
{
	for (size_t i = 0; i < manifest->file_count; i++) {
		const char *name = manifest->files[i].name;
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

/* --- Loading ------------------------------------------------------------------------------- */
/*
 * Xapian trusts its own files, so a damaged one could crash a search or, worse, hide a record
 * from it: every byte is checked against the manifest before anything is opened.
 */
static enum status
load_system(struct snapshot *snapshot, size_t i, const char *data_folder, const char *name,
    uint64_t generation, const struct snapshot *known, struct err *err)
{
	struct snapshot_system *system = &snapshot->systems[i];
	struct snapshot_shard *shard = &snapshot->shards[i];
	struct err reason = ERR_NONE;
	char path[PATH_MAX];
	enum status status;

	system->system = arena_format(snapshot->arena, "%s", name);
	if (system->system == NULL)
		return no_memory(err);
	if (generation == 0)
		status = generation_current(
		    shard->folder, &system->manifest, data_folder, name, &reason);
	else
		status = generation_at(
		    shard->folder, &system->manifest, data_folder, name, generation, &reason);
	if (status == STATUS_NOT_FOUND && generation == 0) {
		shard->folder[0] = '\0';
		memset(&system->manifest, 0, sizeof system->manifest);
		return STATUS_OK;
	}
	if (status != STATUS_OK) {
		if (err != NULL && err->status == STATUS_OK)
			*err = reason;
		return status;
	}
	status = stamp_files(shard, snapshot, &system->manifest, err);
	if (status == STATUS_OK)
		status = snapshot_check_files(shard->folder, &system->manifest, known, err);
	if (status == STATUS_OK && system->manifest.delta) {
		status = join(path, shard->folder, "delta.keys", err);
		if (status == STATUS_OK)
			status = delta_keys_read(&shard->superseded, &shard->superseded_count,
			    snapshot->arena, path, err);
	}
	system->loaded = status == STATUS_OK;
	snapshot->people += system->manifest.people;
	return status;
}

static enum status
add_path(
    const char **out, struct arena *arena, const char *folder, const char *name, struct err *err)
{
	*out = arena_format(arena, "%s/%s", folder, name);
	return *out == NULL ? no_memory(err) : STATUS_OK;
}

static enum status
load_vocabulary(struct snapshot *snapshot, struct err *err)
{
	const char *paths[2 * SEARCH_SYSTEMS_MAX];
	enum status status = STATUS_OK;
	size_t count = 0;

	for (size_t i = 0; status == STATUS_OK && i < snapshot->count; i++) {
		struct snapshot_shard *shard = &snapshot->shards[i];
		const char *folder = shard->folder;

		if (!snapshot->systems[i].loaded)
			continue;
		shard->files |= UINT64_C(1) << count;
		status = add_path(&paths[count++], snapshot->arena, folder, "base.vocabulary", err);
		if (status != STATUS_OK || !snapshot->systems[i].manifest.delta)
			continue;
		shard->files |= UINT64_C(1) << count;
		status =
		    add_path(&paths[count++], snapshot->arena, folder, "delta.vocabulary", err);
	}
	if (status == STATUS_OK)
		status = vocabulary_open(&snapshot->vocabulary, paths, count, err);
	return status;
}

enum status
snapshot_load(struct snapshot **out, const char *data_folder, const char *const *systems,
    size_t count, struct err *err)
{
	return snapshot_load_at(out, data_folder, systems, NULL, count, NULL, err);
}

enum status
snapshot_load_at(struct snapshot **out, const char *data_folder, const char *const *systems,
    const uint64_t *generations, size_t count, const struct snapshot *known, struct err *err)
{
	struct snapshot *snapshot;
	enum status status = STATUS_OK;

	if (count > SEARCH_SYSTEMS_MAX)
		return err_set(err, STATUS_LIMIT, "more than %d systems", SEARCH_SYSTEMS_MAX);
	snapshot = mem_zero(1, sizeof *snapshot);
	if (snapshot == NULL)
		return no_memory(err);
	snapshot->arena = arena_new(0);
	if (snapshot->arena == NULL)
		status = no_memory(err);
	snapshot->count = count;
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = load_system(snapshot, i, data_folder, systems[i],
		    generations == NULL ? 0 : generations[i], known, err);
	if (status == STATUS_OK)
		status = load_vocabulary(snapshot, err);
	if (status == STATUS_OK)
		*out = snapshot;
	else
		snapshot_free(snapshot);
	return status;
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	vocabulary_free(snapshot->vocabulary);
	arena_free(snapshot->arena);
	mem_free(snapshot);
}

/* --- Looking ------------------------------------------------------------------------------- */
size_t
snapshot_count(const struct snapshot *snapshot)
{
	return snapshot->count;
}

const struct snapshot_system *
snapshot_system(const struct snapshot *snapshot, size_t i)
{
	return &snapshot->systems[i];
}

const struct vocabulary *
snapshot_vocabulary(const struct snapshot *snapshot)
{
	return snapshot->vocabulary;
}

uint64_t
snapshot_people(const struct snapshot *snapshot)
{
	return snapshot->people;
}

enum status
snapshot_is_stale(
    bool *out, const struct snapshot *snapshot, const char *data_folder, struct err *err)
{
	*out = false;
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct snapshot_system *system = &snapshot->systems[i];
		uint64_t number = 0;
		enum status status = generation_number(&number, data_folder, system->system, err);

		if (status != STATUS_OK)
			return status;
		if (number != system->manifest.generation)
			*out = true;
	}
	return STATUS_OK;
}
