#ifndef INDEX_GLASS_FILE_H
#define INDEX_GLASS_FILE_H
/*
 * glass_file: writes a whole Xapian database as one file, front to back.
 *
 * Xapian's own way to such a file (add documents, commit, compact) writes every list again and
 * again; here the caller has all entries in key order, so each block is written once. The bytes are
 * those of Xapian 1.4's "glass" back end, format version 2016-03-14, taken from the comments and
 * headers of its source (backends/glass) and held to by Xapian::Database::check and by a test that
 * compares with a database of Xapian's own making. glass_file.c has the layout.
 * Only a Xapian that reads another glass version would need another writer here; it says so
 * when it opens the file.
 *
 * Two tables are written, one after the other or side by side: their blocks may mix.
 * The same calls give the same bytes. Threads: a file belongs to one thread.
 */
#include "base/err.h"
#include "base/str.h"

/* Xapian's default. Others must be a power of two from 2,048 to 65,536. */
#define GLASS_BLOCK_BYTES 8192u
#define GLASS_KEY_BYTES_MAX 255
/* Magic, format version, and the id, which Xapian's replication would tell copies by: files of this
 * writer are known by it. */
#define GLASS_FILE_HEAD                \
	"\x0f\x0dXapian Glass\x04\x6e" \
	"record-check idx"
#define GLASS_FILE_TABLES 6

enum glass_table { GLASS_POSTLIST, GLASS_DOCDATA };

struct glass_file;

/* `path` must not exist. The file is no database before glass_file_finish. */
enum status glass_file_new(struct glass_file **out, const char *path, struct err *err) MUST_USE;

/* Appends one entry. Keys rise (bytes, shorter first) within a table and have 1 to 255 bytes; a key
 * that does not rise is STATUS_USAGE, a longer one STATUS_LIMIT. */
enum status glass_file_add(struct glass_file *file, enum glass_table table, struct str key,
    struct str tag, struct err *err) MUST_USE;

/* Bytes of a tag that fit one item with a key of `key_bytes` in the block at hand; if they are
 * fewer than `least`, in the next one. */
size_t glass_file_room(
    const struct glass_file *file, enum glass_table table, size_t key_bytes, size_t least);

/* Completes the file with `documents`, numbered from 1, and flushes it to the disk. Frees. */
enum status glass_file_finish(
    struct glass_file *file, uint32_t documents, struct err *err) MUST_USE;
void glass_file_abandon(struct glass_file *file); /* NULL is fine; the file stays as it is */

#endif
