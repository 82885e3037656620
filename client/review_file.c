#include "client/review_file.h"

#include "base/file.h"
#include "ledger/verify.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const NAMES[] = { "entries.jsonl", "index.html", "review.json" };
#define NAMES_COUNT (sizeof NAMES / sizeof NAMES[0])
#define MANIFEST "manifest.json"

void
review_file_free(struct review_file *file)
{
	buf_free(&file->entries);
	buf_free(&file->page);
	buf_free(&file->review);
	buf_free(&file->head);
	buf_free(&file->request);
	buf_free(&file->piece);
	buf_free(&file->hash);
}

/* --- Writing -----------------------------------------------------------------------------------
 */

/* No script and nothing from elsewhere; black on white, for the printer. */
static const char STYLE[] =
    "<style>body{font:15px/1.45 serif;max-width:60em;margin:2em auto;padding:0 1em;color:#000;"
    "background:#fff}h1,h2{font-family:sans-serif}h3{font:bold 14px sans-serif;margin:1.6em 0 "
    ".2em}"
    "p.by{margin:0;color:#333}pre{font:12px/1.35 monospace;white-space:pre-wrap;"
    "overflow-wrap:anywhere;border-left:3px solid #999;padding-left:.8em;margin:.4em 0}"
    "p.hash{font:11px monospace;overflow-wrap:anywhere;margin:.2em 0;color:#333}"
    "p.gone{font-weight:bold}section{break-inside:avoid-page}"
    "@media print{body{margin:0;max-width:none}}</style>";

static void
write_page(struct buf *out, const struct review_file *file)
{
	buf_add_text(out, "<!doctype html>\n<html lang=\"en-GB\">\n<head><meta charset=\"utf-8\">"
			  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
			  "'none'; style-src 'unsafe-inline'\"><title>Review file</title>\n");
	buf_add_text(out, STYLE);
	buf_add_text(out, "\n</head>\n<body>\n");
	buf_add_str(out, buf_str(&file->head));
	buf_add_text(out, "<h2>Entries of the ledger</h2>\n");
	buf_add_str(out, buf_str(&file->page));
	buf_add_text(out, "</body>\n</html>\n");
	out->failed = out->failed || file->page.failed || file->head.failed;
}

static enum status
write_one(
    struct buf *manifest, const char *folder, const char *name, struct str bytes, struct err *err)
{
	char path[PATH_MAX], hex[DIGEST_HEX + 1];
	struct digest hash;

	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return err_set(err, STATUS_LIMIT, "the path is too long");
	digest_of(&hash, bytes);
	digest_hex(hex, &hash);
	buf_addf(manifest, "%s\n{\"name\":\"%s\",\"bytes\":%zu,\"blake2b\":\"%s\"}",
	    manifest->p[manifest->n - 1] == '[' ? "" : ",", name, bytes.n, hex);
	return file_write(path, bytes, 0600, err);
}

static enum status
write_all(const struct review_file *file, const char *folder, struct digest *hash, struct err *err)
{
	struct buf page = BUF_INIT, manifest = BUF_INIT;
	char path[PATH_MAX];
	enum status status = STATUS_OK;

	write_page(&page, file);
	buf_add_text(&manifest, "{\"format\":1,\"request\":");
	buf_add_json(&manifest, buf_str(&file->request));
	buf_add_text(&manifest, ",\"files\":[");
	if (buf_failed(&page) || buf_failed(&manifest) || buf_failed(&file->entries) ||
	    buf_failed(&file->review))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = write_one(&manifest, folder, NAMES[0], buf_str(&file->entries), err);
	if (status == STATUS_OK)
		status = write_one(&manifest, folder, NAMES[1], buf_str(&page), err);
	if (status == STATUS_OK)
		status = write_one(&manifest, folder, NAMES[2], buf_str(&file->review), err);
	buf_add_text(&manifest, "]}\n");
	if (status == STATUS_OK &&
	    (buf_failed(&manifest) ||
		snprintf(path, sizeof path, "%s/%s", folder, MANIFEST) >= (int)sizeof path))
		status = err_set(err, STATUS_LIMIT, "the path is too long");
	if (status == STATUS_OK)
		status = file_write(path, buf_str(&manifest), 0600, err);
	if (status == STATUS_OK)
		digest_of(hash, buf_str(&manifest));
	buf_free(&page);
	buf_free(&manifest);
	return status;
}

static enum status
sync_parent(const char *folder, struct err *err)
{
	const char *slash = strrchr(folder, '/');
	char parent[PATH_MAX];

	snprintf(parent, sizeof parent, "%.*s",
	    slash == NULL     ? 1
	    : slash == folder ? 1
			      : (int)(slash - folder),
	    slash == NULL ? "." : folder);
	return file_sync(parent, err);
}

enum status
review_file_may_write(const char *folder, struct err *err)
{
	struct stat there;

	return lstat(folder, &there) == 0
		   ? err_data(err, STATUS_CONFLICT, folder, 0, "is there already")
		   : STATUS_OK;
}

enum status
review_file_write(
    const struct review_file *file, const char *folder, struct digest *manifest, struct err *err)
{
	char building[PATH_MAX];
	enum status status = review_file_may_write(folder, err);

	if (status != STATUS_OK)
		return status;
	if (snprintf(building, sizeof building, "%s.building-%ld", folder, (long)getpid()) >=
	    (int)sizeof building)
		return err_set(err, STATUS_LIMIT, "the path is too long");
	if (mkdir(building, 0700) != 0)
		return err_sys(err, building, "cannot make the folder");
	status = write_all(file, building, manifest, err);
	/* A folder that came into being meanwhile and is not empty makes rename() fail. */
	if (status == STATUS_OK && rename(building, folder) != 0)
		status = err_sys(err, folder, "cannot put the folder in place");
	if (status == STATUS_OK)
		return sync_parent(folder, err);
	(void)!file_remove_tree(building, NULL); /* what failed first is told */
	return status;
}

/* --- Verifying ---------------------------------------------------------------------------------
 */
static enum status
read_file(struct buf *out, const char *folder, const char *name, struct err *err)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return err_set(err, STATUS_LIMIT, "the path is too long");
	return file_read(out, path, REVIEW_FILE_BYTES_MAX, err);
}

static bool
is_ours(const char *name)
{
	for (size_t i = 0; i < NAMES_COUNT; i++)
		if (strcmp(name, NAMES[i]) == 0)
			return true;
	return strcmp(name, MANIFEST) == 0;
}

/* A file that the manifest does not name proves nothing, and may be taken for a part. */
static enum status
check_no_more(const char *folder, struct err *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	enum status status = STATUS_OK;

	if (dir == NULL)
		return err_sys(err, folder, "cannot be read");
	while (status == STATUS_OK && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    !is_ours(entry->d_name))
			status = err_data(
			    err, STATUS_CORRUPT, entry->d_name, 0, "is not in the manifest");
	(void)closedir(dir);
	return status;
}

static const struct review_listed *
find_listed(const struct review_listed *listed, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_text(listed[i].name, name))
			return &listed[i];
	return NULL;
}

static enum status
check_file(struct buf *out, const char *folder, const struct review_listed *listed, size_t count,
    const char *name, struct err *err)
{
	const struct review_listed *found = find_listed(listed, count, name);
	struct digest hash;
	enum status status;

	if (found == NULL)
		return err_data(err, STATUS_CORRUPT, MANIFEST, 0, "does not name %s", name);
	status = read_file(out, folder, name, err);
	if (status != STATUS_OK)
		return status;
	digest_of(&hash, buf_str(out));
	if (out->n != found->bytes || memcmp(&hash, &found->hash, sizeof hash) != 0)
		return err_data(
		    err, STATUS_CORRUPT, name, 0, "is not what the manifest says: it was changed");
	return STATUS_OK;
}

/* Each against its hash, unless its body is withheld; one that follows the one before it directly,
 * against that too. */
static enum status
check_entries(struct review_report *out, struct str text, struct arena *arena, struct err *err)
{
	struct ledger_entry_proof before = { .seq = 0 };
	unsigned line = 0;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);
		struct ledger_entry_proof proof;
		bool withheld, destroyed;

		line++;
		status = review_file_read_entry(
		    &proof, &withheld, &destroyed, arena, str_part(text, 0, n), err);
		if (status == STATUS_OK && !(withheld && proof.body.n == 0))
			status = ledger_verify_entry(&proof, err);
		if (status == STATUS_OK && proof.seq <= before.seq)
			status = err_data(err, STATUS_CORRUPT, NAMES[0], line,
			    "entry %llu is out of order", (unsigned long long)proof.seq);
		if (status == STATUS_OK && proof.seq == before.seq + 1 && before.seq > 0 &&
		    memcmp(&proof.previous, &before.hash, sizeof before.hash) != 0)
			status = err_data(err, STATUS_CORRUPT, NAMES[0], line,
			    "entry %llu does not follow the one before it",
			    (unsigned long long)proof.seq);
		if (status != STATUS_OK)
			return status;
		before = proof;
		out->entries++;
		out->withheld += withheld;
		out->destroyed += destroyed;
		text = str_part(text, end == NULL ? n : n + 1, text.n);
	}
	return status;
}

static enum status
check_review(struct review_report *out, struct str text, struct str public_key, uint64_t last,
    struct arena *arena, struct err *err)
{
	struct review_signed review;
	struct digest hash;
	enum status status = review_file_read_review(&review, arena, text, err);

	if (status != STATUS_OK)
		return status;
	out->request = review.request;
	status = ledger_verify_checkpoint(&out->checkpoint, &hash, review.checkpoint,
	    public_key.n > 0 ? public_key : review.public_key, err);
	if (status == STATUS_OK && out->checkpoint < last)
		status = err_data(err, STATUS_CORRUPT, NAMES[2], 0,
		    "its checkpoint covers entry %llu, and entry %llu is in the file",
		    (unsigned long long)out->checkpoint, (unsigned long long)last);
	return status;
}

/* The number of the last entry: entries are in order. */
static uint64_t
last_entry(struct str text, struct arena *arena)
{
	struct ledger_entry_proof proof = { .seq = 0 };
	bool withheld, destroyed;
	size_t at;

	text = str_trim(text);
	for (at = text.n; at > 0 && text.p[at - 1] != '\n'; at--)
		;
	if (review_file_read_entry(&proof, &withheld, &destroyed, arena, str_part(text, at, text.n),
		NULL) != STATUS_OK)
		return 0;
	return proof.seq;
}

enum status
review_file_verify(struct review_report *out, const char *folder, struct str public_key,
    struct arena *arena, struct err *err)
{
	struct buf files[NAMES_COUNT] = { BUF_INIT, BUF_INIT, BUF_INIT }, manifest = BUF_INIT;
	struct review_listed *listed = NULL;
	size_t count = 0;
	enum status status = read_file(&manifest, folder, MANIFEST, err);

	*out = (struct review_report){ .request = STR_NONE };
	if (status == STATUS_OK)
		status = review_file_read_manifest(&listed, &count, arena, buf_str(&manifest), err);
	if (status == STATUS_OK)
		status = check_no_more(folder, err);
	digest_of(&out->manifest, buf_str(&manifest));
	for (size_t i = 0; i < NAMES_COUNT && status == STATUS_OK; i++) {
		status = check_file(&files[i], folder, listed, count, NAMES[i], err);
		out->files++;
	}
	if (status == STATUS_OK)
		status = check_entries(out, buf_str(&files[0]), arena, err);
	if (status == STATUS_OK)
		status = check_review(out, buf_str(&files[2]), public_key,
		    last_entry(buf_str(&files[0]), arena), arena, err);
	for (size_t i = 0; i < NAMES_COUNT; i++)
		buf_free(&files[i]);
	buf_free(&manifest);
	return status;
}
