#include "base/mem.h"
#include "index/delta_keys.h"
#include "index/snapshot_parts.h"

#include <stdio.h>
#include <sys/stat.h>

struct parts { /* of the generation under verification */
	struct manifest manifest;
	char path[PATH_MAX];
	struct arena *arena;
	struct vocabulary *vocabulary;
	struct index_reader *reader;
};

static const char *
inner(struct parts *parts, const char *folder, const char *name)
{
	/* Too long a path is cut, and then is not found. */
	(void)snprintf(parts->path, sizeof parts->path, "%s/%s", folder, name);
	return parts->path;
}

static enum status
check_databases(struct parts *parts, const char *folder, struct err *err)
{
	struct stat st;
	enum status status = index_check(inner(parts, folder, "base.glass"), err);

	if (status == STATUS_OK && stat(inner(parts, folder, "delta"), &st) == 0)
		status = index_check(parts->path, err);
	return status;
}

static enum status
check_vocabularies(struct parts *parts, const char *folder, struct err *err)
{
	static const char *const names[] = { "base.vocabulary", "delta.vocabulary" };
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < (parts->manifest.delta ? 2u : 1u); i++) {
		const char *path = inner(parts, folder, names[i]);

		status = vocabulary_open(&parts->vocabulary, &path, 1, err);
		vocabulary_free(parts->vocabulary);
		parts->vocabulary = NULL;
	}
	return status;
}

static enum status
count_people(struct parts *parts, const char *folder, struct err *err)
{
	struct index_shard shard = { .folder = folder };
	enum status status = STATUS_OK;
	uint64_t people = 0;

	if (parts->manifest.delta)
		status = delta_keys_read(&shard.superseded, &shard.superseded_count, parts->arena,
		    inner(parts, folder, "delta.keys"), err);
	if (status == STATUS_OK)
		status = index_reader_open(&parts->reader, &shard, 1, err);
	if (status == STATUS_OK)
		status = index_reader_count(parts->reader, &people, 0, err);
	if (status == STATUS_OK && people != parts->manifest.people)
		status = err_data(err, STATUS_CORRUPT, folder, 0,
		    "holds %llu people, its manifest says %llu", (unsigned long long)people,
		    (unsigned long long)parts->manifest.people);
	return status;
}

enum status
generation_verify(const char *folder, struct err *err)
{
	struct parts *parts = mem_zero(1, sizeof *parts);
	enum status status = STATUS_NOMEM;

	if (parts != NULL)
		parts->arena = arena_new(0);
	if (parts == NULL || parts->arena == NULL)
		(void)err_set(err, STATUS_NOMEM, "out of memory");
	else
		status =
		    manifest_read(&parts->manifest, inner(parts, folder, "manifest.json"), err);
	if (status == STATUS_OK)
		status = snapshot_check_files(folder, &parts->manifest, NULL, err);
	if (status == STATUS_OK)
		status = check_databases(parts, folder, err);
	if (status == STATUS_OK)
		status = check_vocabularies(parts, folder, err);
	if (status == STATUS_OK)
		status = count_people(parts, folder, err);
	if (parts != NULL) {
		index_reader_close(parts->reader);
		arena_free(parts->arena);
		mem_free(parts);
	}
	return status;
}
