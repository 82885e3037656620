#include "base/mem.h"
#include "index/delta_keys.h"
#include "index/snapshot_parts.h"

#include <stdio.h>

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

/* --- Loading ------------------------------------------------------------------------------- */
/* Which generation it is, and its files as they now are. */
static enum status
find_system(struct snapshot *snapshot, size_t i, const char *data_folder, const char *name,
    uint64_t generation, struct err *err)
{
	struct snapshot_system *system = &snapshot->systems[i];
	struct snapshot_shard *shard = &snapshot->shards[i];
	struct err reason = ERR_NONE;
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
	status = snapshot_stamp_files(snapshot, i, err);
	system->loaded = status == STATUS_OK;
	snapshot->people += system->manifest.people;
	return status;
}

/* What the delta took from the base. */
static enum status
read_keys(struct snapshot *snapshot, size_t i, struct err *err)
{
	struct snapshot_shard *shard = &snapshot->shards[i];
	char path[PATH_MAX];
	enum status status;

	if (!snapshot->systems[i].loaded || !snapshot->systems[i].manifest.delta)
		return STATUS_OK;
	status = join(path, shard->folder, "delta.keys", err);
	if (status == STATUS_OK)
		status = delta_keys_read(
		    &shard->superseded, &shard->superseded_count, snapshot->arena, path, err);
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

/* A base that the snapshot before had too keeps the signatures that it read. */
static enum status
read_signatures(struct snapshot *snapshot, size_t i, const struct manifest_file *file,
    const struct snapshot *known, struct err *err)
{
	struct snapshot_shard *shard = &snapshot->shards[i];
	char path[PATH_MAX];
	size_t same;
	enum status status = join(path, shard->folder, file->name, err);

	if (status != STATUS_OK)
		return status;
	if (!snapshot_knows(&same, known, path, file) || known->shards[same].signatures == NULL)
		return signatures_read(&shard->signatures, path, err);
	shard->signatures = signatures_hold(known->shards[same].signatures);
	return STATUS_OK;
}

/* Likewise the lists of its name tokens. A base of Xapian's own has none. */
static enum status
read_lists(struct snapshot *snapshot, size_t i, const struct manifest_file *file,
    const struct snapshot *known, struct err *err)
{
	struct snapshot_shard *shard = &snapshot->shards[i];
	char path[PATH_MAX];
	size_t same;
	enum status status = join(path, shard->folder, file->name, err);

	if (status != STATUS_OK)
		return status;
	if (snapshot_knows(&same, known, path, file) && known->shards[same].lists != NULL) {
		shard->lists = token_lists_hold(known->shards[same].lists);
		return STATUS_OK;
	}
	status = token_lists_read(&shard->lists, path, err);
	if (status != STATUS_VERSION)
		return status;
	err_clear(err);
	return STATUS_OK;
}

static enum status
load_bases(struct snapshot *snapshot, const struct snapshot *known, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < snapshot->count; i++) {
		const struct manifest *manifest = &snapshot->systems[i].manifest;

		for (size_t k = 0; status == STATUS_OK && k < manifest->file_count; k++) {
			const struct manifest_file *file = &manifest->files[k];

			if (strcmp(file->name, "base.signatures") == 0)
				status = read_signatures(snapshot, i, file, known, err);
			else if (strcmp(file->name, "base.glass") == 0)
				status = read_lists(snapshot, i, file, known, err);
		}
	}
	return status;
}

/* The words are read while the files are checked, which takes about as long. Where both find a
 * fault, it is that of the file. */
static enum status
check_and_load(struct snapshot *snapshot, const struct snapshot *known, struct err *err)
{
	struct checking *checking = NULL;
	struct err reason = ERR_NONE;
	enum status words, status = snapshot_begin_check(&checking, snapshot, known, err);

	if (status != STATUS_OK)
		return status;
	words = load_vocabulary(snapshot, &reason);
	if (words == STATUS_OK)
		words = load_bases(snapshot, known, &reason);
	status = snapshot_end_check(checking, err);
	if (status == STATUS_OK && words != STATUS_OK) {
		status = words;
		if (err != NULL && err->status == STATUS_OK)
			*err = reason;
	}
	for (size_t i = 0; status == STATUS_OK && i < snapshot->count; i++)
		status = read_keys(snapshot, i, err);
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
		status = find_system(snapshot, i, data_folder, systems[i],
		    generations == NULL ? 0 : generations[i], err);
	if (status == STATUS_OK)
		status = check_and_load(snapshot, known, err);
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
	for (size_t i = 0; i < snapshot->count; i++) {
		signatures_drop(snapshot->shards[i].signatures);
		token_lists_drop(snapshot->shards[i].lists);
	}
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
