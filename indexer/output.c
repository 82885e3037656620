#include "indexer/output.h"

#include "base/mem.h"
#include "index/delta_keys.h"
#include "index/record_index.h"
#include "index/vocabulary.h"
#include "indexer/feed.h"
#include "indexer/seen.h"
#include "record/codec.h"
#include "record/features.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PROBE_BYTES (1 << 20) /* less room than this is no room for an index */

/* Record ids, in any order until they are sorted. */
struct keys {
	struct str *ids;
	size_t count, room;
	struct arena *arena;
};

struct output {
	struct generation_build build;
	bool begun;
	enum output_mode mode;
	const struct lexicon *lexicon;
	struct folder *folder;
	struct manifest before; /* of the generation before; zero if there is none */
	struct index_writer *writer;
	struct vocabulary_builder *vocabulary;
	struct signature_writer *signatures; /* of a base */
	struct feed *feed;
	struct arena *arena;
	uint64_t people, records;
	/* Delta */
	const struct str *old_ids; /* delta.keys of the generation before, in byte order */
	size_t old_count;
	struct index_reader *reader; /* on the generation before */
	struct seen *seen;	     /* records touched by this load, and their list */
	struct keys touched;
	uint64_t were_there; /* of these, how many were on file before */
	struct keys keys;    /* at the end: old and touched */
};

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

/* --- Keys ---------------------------------------------------------------------------------- */

static enum status
keys_add(struct keys *keys, struct str id, struct err *err)
{
	struct str copy;

	if (keys->count == keys->room) {
		size_t room = keys->room == 0 ? 1024 : keys->room * 2;
		struct str *ids = mem_resize(keys->ids, room, sizeof *ids);

		if (ids == NULL)
			return no_memory(err);
		keys->ids = ids;
		keys->room = room;
	}
	if (keys->arena == NULL)
		keys->arena = arena_new(0);
	if (keys->arena == NULL || !arena_copy(&copy, keys->arena, id))
		return no_memory(err);
	keys->ids[keys->count++] = copy;
	return STATUS_OK;
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* In byte order, each once. */
static void
keys_sort(struct keys *keys)
{
	size_t kept = 0;

	if (keys->count == 0)
		return;
	qsort(keys->ids, keys->count, sizeof *keys->ids, by_bytes);
	for (size_t i = 1; i < keys->count; i++)
		if (!str_eq(keys->ids[i], keys->ids[kept]))
			keys->ids[++kept] = keys->ids[i];
	keys->count = kept + 1;
}

static bool
keys_have(const struct keys *keys, struct str id)
{
	return keys->count > 0 &&
	       bsearch(&id, keys->ids, keys->count, sizeof *keys->ids, by_bytes) != NULL;
}

static void
keys_free(struct keys *keys)
{
	mem_free(keys->ids);
	arena_free(keys->arena);
}

/* --- Beginning ----------------------------------------------------------------------------- */
static enum status
read_before(struct output *output, const char *data_folder, const char *system, struct err *err)
{
	char folder[PATH_MAX];
	struct err reason = ERR_NONE;
	enum status status =
	    generation_current(folder, &output->before, data_folder, system, &reason);

	if (status == STATUS_OK)
		return STATUS_OK;
	output->before = (struct manifest){ 0 };
	/* A full load repairs a damaged folder; a delta has nothing to stand on. */
	if (output->mode == OUTPUT_FULL)
		return STATUS_OK;
	if (status == STATUS_NOT_FOUND)
		return err_set(err, STATUS_NOT_FOUND,
		    "%s has no generation to change: load a full export first", system);
	return err_data(err, status, reason.source, reason.line, "%s", reason.text);
}

static enum status
check_lexicon(const struct output *output, struct err *err)
{
	if (memcmp(output->before.lexicon_hash.bytes, lexicon_hash(output->lexicon)->bytes,
		DIGEST_BYTES) == 0)
		return STATUS_OK;
	return err_set(err, STATUS_CONFLICT,
	    "the lexicon changed since generation %llu: load a full export",
	    (unsigned long long)output->before.generation);
}

static enum status
read_old_keys(struct output *output, struct err *err)
{
	char path[PATH_MAX];
	struct err reason = ERR_NONE;
	enum status status = join(path, output->build.previous, "delta.keys", err);

	output->keys.arena = arena_new(0);
	if (output->keys.arena == NULL)
		return no_memory(err);
	if (status != STATUS_OK || !output->before.delta)
		return status;
	status = delta_keys_read(
	    &output->old_ids, &output->old_count, output->keys.arena, path, &reason);
	if (status != STATUS_OK)
		return err_data(err, status, reason.source, reason.line, "%s", reason.text);
	return STATUS_OK;
}

static enum status
begin_delta(struct output *output, struct err *err)
{
	struct index_shard shard = { .folder = output->build.previous };
	enum status status = check_lexicon(output, err);

	if (status == STATUS_OK)
		status = generation_take_base(&output->build, err);
	if (status == STATUS_OK)
		status = generation_take_delta(&output->build, err);
	if (status == STATUS_OK)
		status = read_old_keys(output, err);
	if (status == STATUS_OK)
		status = seen_new(&output->seen, output->build.folder, err);
	if (status != STATUS_OK)
		return status;
	shard.superseded = output->old_ids;
	shard.superseded_count = output->old_count;
	status = index_reader_open(&output->reader, &shard, 1, err);
	if (status == STATUS_OK)
		status = index_writer_delta(&output->writer, output->build.folder, err);
	return status;
}

static enum status
begin_full(struct output *output, struct err *err)
{
	char path[PATH_MAX];
	enum status status = index_writer_base(&output->writer, output->build.folder, err);

	if (status == STATUS_OK)
		status = join(path, output->build.folder, "base.signatures", err);
	if (status == STATUS_OK)
		status = signature_writer_new(&output->signatures, path, err);
	return status;
}

enum status
output_begin(struct output **out, const char *data_folder, const char *system,
    enum output_mode mode, const struct lexicon *lexicon, struct folder *folder, struct err *err)
{
	struct output *output = mem_zero(1, sizeof *output);
	enum status status;

	if (output == NULL)
		return no_memory(err);
	output->mode = mode;
	output->lexicon = lexicon;
	output->folder = folder;
	output->arena = arena_new(0);
	status = output->arena == NULL ? no_memory(err) : STATUS_OK;
	if (status == STATUS_OK)
		status = generation_begin(&output->build, data_folder, system, err);
	output->begun = status == STATUS_OK;
	if (status == STATUS_OK)
		status = read_before(output, data_folder, system, err);
	if (status == STATUS_OK)
		status = vocabulary_builder_new(&output->vocabulary, err);
	if (status == STATUS_OK && mode == OUTPUT_FULL)
		status = begin_full(output, err);
	else if (status == STATUS_OK)
		status = begin_delta(output, err);
	/* A delta's vocabulary is counted at the end, when what it replaced is gone. */
	if (status == STATUS_OK)
		status = feed_start(&output->feed, output->writer,
		    mode == OUTPUT_FULL ? output->vocabulary : NULL, output->signatures, folder,
		    lexicon, err);
	if (status != STATUS_OK)
		output_abandon(output);
	else
		*out = output;
	return status;
}

const char *
output_folder(const struct output *output)
{
	return output->build.folder;
}

const char *
output_system_folder(const struct output *output)
{
	return output->build.system_folder;
}

uint64_t
output_records_before(const struct output *output)
{
	return output->before.records;
}

void
output_set_records(struct output *output, uint64_t records)
{
	output->records = records;
}

/* --- Writing ------------------------------------------------------------------------------- */
/* Xapian 1.4.22 hides a failed write behind another error when a database was opened as
 * DB_DANGEROUS ("cancel() not supported"), so a failed step asks whether there is room at all. */
static enum status
blame_full_disk(const struct output *output, enum status status, struct err *err)
{
	char path[PATH_MAX];
	int fd, fault;

	if (status == STATUS_OK || status == STATUS_NOMEM || err == NULL || err->sys_errno != 0 ||
	    !output->begun || join(path, output->build.folder, "probe", NULL) != STATUS_OK)
		return status;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	fault = fd < 0 ? errno : posix_fallocate(fd, 0, PROBE_BYTES);
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	if (fault != ENOSPC && fault != EDQUOT)
		return status;
	err_clear(err);
	errno = fault;
	return err_sys(err, output->build.folder, "cannot write the index");
}

enum status
output_add(struct output *output, const struct case_record *record, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < record->people_count; i++)
		status = feed_add(output->feed, &record->header, &record->people[i], err);
	output->people += record->people_count;
	return blame_full_disk(output, status, err);
}

static enum status
is_on_file(bool *out, struct index_reader *reader, struct arena *arena, struct str record_id,
    struct err *err)
{
	const struct index_hit *hits;
	size_t count = 0;
	enum status status;

	arena_reset(arena);
	status = index_reader_case(reader, &hits, &count, arena, 0, record_id, err);
	*out = count > 0;
	return status;
}

enum status
output_replace(struct output *output, struct str record_id, struct err *err)
{
	uint64_t removed = 0, earlier = 0;
	bool before = false;
	enum status status = index_writer_remove(output->writer, &removed, record_id, err);

	if (status == STATUS_OK)
		status = seen_put(&earlier, output->seen, record_id, 1, err);
	if (status == STATUS_OK && earlier == 0)
		status = keys_add(&output->touched, record_id, err);
	if (status == STATUS_OK && earlier == 0)
		status = is_on_file(&before, output->reader, output->arena, record_id, err);
	output->were_there += before;
	return status;
}

enum status
output_remove(bool *was_there, struct output *output, struct str record_id, struct err *err)
{
	enum status status = STATUS_OK;

	/* Touched before by this load: what the generation before had is no guide. */
	*was_there = seen_find(output->seen, record_id) != 0;
	if (!*was_there)
		status = is_on_file(was_there, output->reader, output->arena, record_id, err);
	if (status != STATUS_OK || !*was_there)
		return status;
	return output_replace(output, record_id, err);
}

/* --- Publishing ---------------------------------------------------------------------------- */
struct count {
	uint64_t touched_live, taken_away;
};

static enum status
count_words(struct output *output, const struct index_hit *hit, struct err *err)
{
	struct case_header header;
	struct person person;
	struct features features;
	enum status status = codec_decode(&header, &person, output->arena, hit->data, err);

	if (status == STATUS_OK)
		status = features_make(
		    &features, output->arena, output->folder, output->lexicon, &person, err);
	if (status == STATUS_OK)
		status = vocabulary_builder_add(output->vocabulary, &features, err);
	return status;
}

/* One record of the delta as it now is: its people's words, and whether it still has any. */
static enum status
count_record(struct output *output, struct index_reader *reader, struct str id, struct count *count,
    struct err *err)
{
	const struct index_hit *hits;
	size_t people = 0;
	enum status status;

	arena_reset(output->arena);
	status = index_reader_case(reader, &hits, &people, output->arena, 0, id, err);
	for (size_t i = 0; status == STATUS_OK && i < people; i++)
		status = count_words(output, &hits[i], err);
	count->touched_live += people > 0 && keys_have(&output->touched, id);
	count->taken_away += people == 0;
	return status;
}

static enum status
count_delta(struct output *output, struct count *count, struct err *err)
{
	const struct index_shard shard = { .folder = output->build.folder,
		.superseded = output->keys.ids,
		.superseded_count = output->keys.count };
	struct index_reader *reader = NULL;
	enum status status = index_reader_open(&reader, &shard, 1, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; status == STATUS_OK && i < output->keys.count; i++)
		status = count_record(output, reader, output->keys.ids[i], count, err);
	if (status == STATUS_OK)
		status = index_reader_count(reader, &output->people, 0, err);
	index_reader_close(reader);
	return status;
}

static enum status
gather_keys(struct output *output, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < output->old_count; i++)
		status = keys_add(&output->keys, output->old_ids[i], err);
	for (size_t i = 0; status == STATUS_OK && i < output->touched.count; i++)
		status = keys_add(&output->keys, output->touched.ids[i], err);
	keys_sort(&output->keys);
	keys_sort(&output->touched);
	return status;
}

static enum status
finish_delta(struct manifest *manifest, struct output *output, struct err *err)
{
	struct count count = { 0 };
	char path[PATH_MAX];
	enum status status = gather_keys(output, err);

	if (status == STATUS_OK)
		status = join(path, output->build.folder, "delta.keys", err);
	if (status == STATUS_OK)
		status = delta_keys_write(path, output->keys.ids, output->keys.count, err);
	if (status == STATUS_OK)
		status = count_delta(output, &count, err);
	if (status == STATUS_OK)
		status = join(path, output->build.folder, "delta.vocabulary", err);
	if (status == STATUS_OK)
		status = vocabulary_builder_write(output->vocabulary, path, err);
	manifest->records = output->before.records - output->were_there + count.touched_live;
	manifest->removed = count.taken_away;
	manifest->base_generation = output->before.base_generation;
	return status;
}

static enum status
finish_full(struct manifest *manifest, struct output *output, struct err *err)
{
	char path[PATH_MAX];
	enum status status = join(path, output->build.folder, "base.vocabulary", err);

	if (status == STATUS_OK)
		status = vocabulary_builder_write(output->vocabulary, path, err);
	if (status == STATUS_OK) {
		status = signature_writer_finish(output->signatures, err);
		output->signatures = NULL;
	}
	manifest->records = output->records;
	manifest->removed = 0;
	manifest->base_generation = output->build.number;
	return status;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum status
write_manifest(struct manifest *manifest, struct output *output, struct err *err)
{
	char path[PATH_MAX];
	enum status status = join(path, output->build.folder, "manifest.json", err);

	manifest->version = MANIFEST_VERSION;
	manifest->generation = output->build.number;
	manifest->delta = output->mode == OUTPUT_DELTA;
	manifest->people = output->people;
	manifest->lexicon_hash = *lexicon_hash(output->lexicon);
	manifest->published_ms = now_ms();
	if (status == STATUS_OK)
		status = generation_list_files(manifest, output->build.folder,
		    output->mode == OUTPUT_DELTA ? &output->before : NULL, err);
	if (status == STATUS_OK)
		status = manifest_write(manifest, path, err);
	return status;
}

enum status
output_publish(struct manifest *manifest, struct output *output, struct err *err)
{
	enum status status = feed_finish(output->feed, err);

	output->feed = NULL;
	if (status == STATUS_OK) {
		status = index_writer_finish(output->writer, err);
		output->writer = NULL;
	}
	if (status == STATUS_OK && output->mode == OUTPUT_FULL)
		status = finish_full(manifest, output, err);
	else if (status == STATUS_OK)
		status = finish_delta(manifest, output, err);
	if (status == STATUS_OK)
		status = write_manifest(manifest, output, err);
	if (status == STATUS_OK) {
		status = generation_publish(&output->build, err);
		output->begun = status != STATUS_OK;
	}
	status = blame_full_disk(output, status, err);
	output_abandon(output);
	return status;
}

void
output_abandon(struct output *output)
{
	if (output == NULL)
		return;
	feed_abandon(output->feed);
	index_writer_abandon(output->writer);
	signature_writer_abandon(output->signatures);
	index_reader_close(output->reader);
	vocabulary_builder_free(output->vocabulary);
	if (output->begun)
		generation_abandon(&output->build);
	keys_free(&output->keys);
	keys_free(&output->touched);
	seen_free(output->seen);
	arena_free(output->arena);
	mem_free(output);
}
