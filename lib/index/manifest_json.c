#include "base/doc_json.h"
#include "index/generation.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#define FILE_BYTES_MAX 65536u /* 64 files of some 200 bytes and a head */

/* Which 64-bit counts there are; the order is that of the file. */
static const struct {
	const char *key;
	size_t offset;
} counts[] = {
	{ "generation", offsetof(struct manifest, generation) },
	{ "base_generation", offsetof(struct manifest, base_generation) },
	{ "source_bytes", offsetof(struct manifest, source_bytes) },
	{ "rows", offsetof(struct manifest, rows) },
	{ "rows_loaded", offsetof(struct manifest, rows_loaded) },
	{ "rows_rejected", offsetof(struct manifest, rows_rejected) },
	{ "rows_skipped", offsetof(struct manifest, rows_skipped) },
	{ "records", offsetof(struct manifest, records) },
	{ "people", offsetof(struct manifest, people) },
	{ "removed", offsetof(struct manifest, removed) },
};
static const struct {
	const char *key;
	size_t offset;
} hashes[] = {
	{ "source_hash", offsetof(struct manifest, source_hash) },
	{ "mapping_hash", offsetof(struct manifest, mapping_hash) },
	{ "lexicon_hash", offsetof(struct manifest, lexicon_hash) },
};
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static void *
at(struct manifest *manifest, size_t offset)
{
	return (char *)manifest + offset;
}

static const void *
at_const(const struct manifest *manifest, size_t offset)
{
	return (const char *)manifest + offset;
}

/* --- Reading ------------------------------------------------------------------------------- */
static enum status
wrong(struct err *err, const char *source, const char *path, const char *key, const char *what)
{
	return err_data(err, STATUS_CORRUPT, source, 0, "%s%s%s: %s", path,
	    path[0] == '\0' ? "" : ".", key, what);
}

static enum status
read_count(uint64_t *out, const struct json_t *object, const char *source, const char *path,
    const char *key, struct err *err)
{
	int64_t value = 0;
	enum status status =
	    doc_int(&value, object, source, path, key, DOC_REQUIRED, 0, INT64_MAX, err);

	*out = (uint64_t)value;
	return status;
}

static enum status
read_hash(struct digest *out, const struct json_t *object, const char *source, const char *path,
    const char *key, struct err *err)
{
	struct str hex = STR_NONE;
	enum status status =
	    doc_str(&hex, object, source, path, key, DOC_REQUIRED, DIGEST_HEX, err);

	if (status == STATUS_OK && !digest_from_hex(out, hex))
		return wrong(err, source, path, key, "expected 64 hexadecimal digits");
	return status;
}

static enum status
read_text(char *out, size_t size, const struct json_t *object, const char *source, const char *path,
    const char *key, struct err *err)
{
	struct str text = STR_NONE;
	enum status status = doc_str(&text, object, source, path, key, DOC_REQUIRED, size - 1, err);

	if (status != STATUS_OK)
		return status;
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	return STATUS_OK;
}

/* A name that stays inside the generation's folder: "base.glass", "delta/postlist.glass". */
static bool
is_inner_name(struct str name)
{
	struct str part;

	if (name.n == 0 || name.p[0] == '/' || name.p[name.n - 1] == '/')
		return false;
	while (name.n > 0) {
		part = str_cut(&name, '/');
		if (part.n == 0 || part.p[0] == '.')
			return false;
	}
	return true;
}

static enum status
read_file_entry(struct manifest_file *out, const struct json_t *entry, size_t i, const char *source,
    struct err *err)
{
	static const char *const known[] = { "name", "bytes", "hash", NULL };
	char path[32];
	enum status status;

	snprintf(path, sizeof path, "files[%zu]", i);
	status = doc_fields(entry, source, path, known, err);
	if (status == STATUS_OK)
		status = read_text(out->name, sizeof out->name, entry, source, path, "name", err);
	if (status == STATUS_OK && !is_inner_name(str_from(out->name)))
		status = wrong(err, source, path, "name", "expected a file of this generation");
	if (status == STATUS_OK)
		status = read_count(&out->bytes, entry, source, path, "bytes", err);
	if (status == STATUS_OK)
		status = read_hash(&out->hash, entry, source, path, "hash", err);
	return status;
}

static enum status
read_files(struct manifest *out, const struct json_t *doc, const char *source, struct err *err)
{
	const struct json_t *files = NULL;
	enum status status = doc_array(&files, &out->file_count, doc, source, "", "files",
	    DOC_REQUIRED, MANIFEST_FILES_MAX, err);

	for (size_t i = 0; status == STATUS_OK && i < out->file_count; i++)
		status = read_file_entry(&out->files[i], json_array_get(files, i), i, source, err);
	return status;
}

static enum status
read_head(struct manifest *out, const struct json_t *doc, const char *source, struct err *err)
{
	int64_t version = 0;
	enum status status =
	    doc_int(&version, doc, source, "", "version", DOC_REQUIRED, 0, INT32_MAX, err);

	if (status == STATUS_OK && version != MANIFEST_VERSION)
		return err_data(err, STATUS_VERSION, source, 0,
		    "manifest has version %" PRId64 ", this program reads %d: load again", version,
		    MANIFEST_VERSION);
	out->version = MANIFEST_VERSION;
	if (status == STATUS_OK)
		status = read_text(out->system, sizeof out->system, doc, source, "", "system", err);
	if (status == STATUS_OK && !generation_system_valid(str_from(out->system)))
		status = wrong(err, source, "", "system", "not the name of a system");
	if (status == STATUS_OK)
		status = doc_bool(&out->delta, doc, source, "", "delta", DOC_REQUIRED, err);
	if (status == STATUS_OK)
		status = doc_int(
		    &out->as_of_ms, doc, source, "", "as_of_ms", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = doc_int(&out->published_ms, doc, source, "", "published_ms", DOC_REQUIRED,
		    0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = read_text(
		    out->source_name, sizeof out->source_name, doc, source, "", "source_name", err);
	return status;
}

static enum status
read_document(struct manifest *out, const struct json_t *doc, const char *source, struct err *err)
{
	static const char *const known[] = { "version", "system", "generation", "base_generation",
		"delta", "as_of_ms", "published_ms", "source_name", "source_bytes", "source_hash",
		"mapping_hash", "lexicon_hash", "rows", "rows_loaded", "rows_rejected",
		"rows_skipped", "records", "people", "removed", "files", NULL };
	enum status status = read_head(out, doc, source, err);

	if (status == STATUS_OK)
		status = doc_fields(doc, source, "", known, err);
	for (size_t i = 0; status == STATUS_OK && i < LENGTH(counts); i++)
		status = read_count(at(out, counts[i].offset), doc, source, "", counts[i].key, err);
	for (size_t i = 0; status == STATUS_OK && i < LENGTH(hashes); i++)
		status = read_hash(at(out, hashes[i].offset), doc, source, "", hashes[i].key, err);
	if (status == STATUS_OK)
		status = read_files(out, doc, source, err);
	if (status != STATUS_OK)
		return status;
	/* Subtractions, because sums of foreign numbers may wrap around. */
	if (out->rows_loaded > out->rows || out->rows_rejected > out->rows - out->rows_loaded ||
	    out->rows_skipped != out->rows - out->rows_loaded - out->rows_rejected)
		return wrong(err, source, "", "rows", "is not loaded + rejected + skipped");
	return STATUS_OK;
}

enum status
manifest_read(struct manifest *out, const char *path, struct err *err)
{
	struct err fault = ERR_NONE;
	struct json_t *doc = NULL;
	enum status status = doc_load(&doc, path, FILE_BYTES_MAX, &fault);

	memset(out, 0, sizeof *out);
	if (status == STATUS_OK)
		status = read_document(out, doc, path, &fault);
	if (doc != NULL)
		doc_free(doc);
	if (status == STATUS_OK)
		return STATUS_OK;
	/* We wrote this file ourselves: what breaks its form is damage, not input. */
	if (status == STATUS_INVALID || status == STATUS_LIMIT)
		fault.status = STATUS_CORRUPT;
	if (err != NULL && err->status == STATUS_OK)
		*err = fault;
	return fault.status;
}

/* --- Writing ------------------------------------------------------------------------------- */
static void
add_key(struct buf *out, const char *key)
{
	buf_addf(out, ",\n \"%s\": ", key);
}

static void
add_hash(struct buf *out, const struct digest *hash)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(hex, hash);
	buf_addf(out, "\"%s\"", hex);
}

/* A file name may hold bytes that are no UTF-8; '?' keeps its length within the limit. */
static void
add_source_name(struct buf *out, const char *name)
{
	char shown[sizeof((struct manifest *)NULL)->source_name];
	struct str rest;

	snprintf(shown, sizeof shown, "%s", name);
	rest = str_from(shown);
	while (rest.n > 0) {
		size_t good = str_utf8_valid(rest);

		if (good < rest.n)
			shown[(size_t)(rest.p - shown) + good++] = '?';
		rest = str_part(rest, good, rest.n);
	}
	buf_add_json(out, str_from(shown));
}

static void
add_files(struct buf *out, const struct manifest *manifest)
{
	add_key(out, "files");
	buf_add_char(out, '[');
	for (size_t i = 0; i < manifest->file_count; i++) {
		buf_add_text(out, i == 0 ? "\n  {\"name\": " : ",\n  {\"name\": ");
		buf_add_json(out, str_from(manifest->files[i].name));
		buf_addf(out, ", \"bytes\": %" PRIu64 ", \"hash\": ", manifest->files[i].bytes);
		add_hash(out, &manifest->files[i].hash);
		buf_add_char(out, '}');
	}
	buf_add_text(out, "]");
}

static void
add_manifest(struct buf *out, const struct manifest *manifest)
{
	buf_addf(out, "{\"version\": %d", MANIFEST_VERSION);
	add_key(out, "system");
	buf_add_json(out, str_from(manifest->system));
	add_key(out, "delta");
	buf_add_text(out, manifest->delta ? "true" : "false");
	add_key(out, "as_of_ms");
	buf_addf(out, "%" PRId64, manifest->as_of_ms);
	add_key(out, "published_ms");
	buf_addf(out, "%" PRId64, manifest->published_ms);
	add_key(out, "source_name");
	add_source_name(out, manifest->source_name);
	for (size_t i = 0; i < LENGTH(counts); i++) {
		const uint64_t *count = at_const(manifest, counts[i].offset);

		add_key(out, counts[i].key);
		buf_addf(out, "%" PRIu64, *count);
	}
	for (size_t i = 0; i < LENGTH(hashes); i++) {
		add_key(out, hashes[i].key);
		add_hash(out, at_const(manifest, hashes[i].offset));
	}
	add_files(out, manifest);
	buf_add_text(out, "}\n");
}

enum status
manifest_write(const struct manifest *manifest, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	enum status status;

	add_manifest(&text, manifest);
	status = buf_failed(&text) ? err_set(err, STATUS_NOMEM, "out of memory")
				   : file_write(path, buf_str(&text), 0640, err);
	buf_free(&text);
	return status;
}
