#ifndef CLIENT_REVIEW_FILE_H
#define CLIENT_REVIEW_FILE_H
/*
 * review_file: everything of a request as a folder that stands alone (docs/client.md, "review
 * export"): index.html to read and print, entries.jsonl with each ledger entry and what proves it,
 * review.json with the rest, manifest.json with the size and BLAKE2b-256 hash of each.
 *
 * Threads: main only.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"

#define REVIEW_FILE_BYTES_MAX (1u << 30) /* of any one file of a folder */

/* What has come so far, in parts. */
struct review_file {
	struct buf entries; /* lines of JSON */
	struct buf page;    /* the entries as HTML */
	struct buf review;  /* review.json, from the last part */
	struct buf head;    /* the top of the page, likewise */
	struct buf request; /* its name */
	struct buf piece;   /* what there is of an entry that is longer than a reply */
	struct buf hash;    /* of the whole of it, hex */
	uint64_t next;	    /* ask for what follows this entry */
	bool more;	    /* ask, also if that is 0: piece.n bytes of the one after it are here */
	uint64_t count, withheld;
};
void review_file_free(struct review_file *file);

/* review_file_json.c: takes one part, the body of a reply. STATUS_INVALID if it is none. */
enum status review_file_add(
    struct review_file *file, struct str body, struct arena *arena, struct err *err) MUST_USE;
/* STATUS_CONFLICT if `folder` is there already: to be asked before anything is fetched. */
enum status review_file_may_write(const char *folder, struct err *err) MUST_USE;
/* Writes the folder under a name of its own beside `folder`, flushed, and renames it.
 * STATUS_CONFLICT if `folder` is there already. */
enum status review_file_write(const struct review_file *file, const char *folder,
    struct digest *manifest, struct err *err) MUST_USE;

struct review_report {
	uint64_t files, entries, withheld, destroyed;
	uint64_t checkpoint; /* entry up to which the signed checkpoint covers */
	struct str request;
	struct digest manifest;
};
/* Holds every file against the manifest, every entry against its hash, and the checkpoint against
 * `public_key` (64 hex digits; "": the one that the folder itself names, which proves no more than
 * that it fits). STATUS_CORRUPT names what does not fit. */
enum status review_file_verify(struct review_report *out, const char *folder, struct str public_key,
    struct arena *arena, struct err *err) MUST_USE;

/* review_file_json.c: of one line of entries.jsonl; of manifest.json; of review.json. */
struct ledger_entry_proof;
enum status review_file_read_entry(struct ledger_entry_proof *out, bool *withheld, bool *destroyed,
    struct arena *arena, struct str line, struct err *err) MUST_USE;
struct review_listed {
	struct str name;
	uint64_t bytes;
	struct digest hash;
};
enum status review_file_read_manifest(struct review_listed **out, size_t *count,
    struct arena *arena, struct str text, struct err *err) MUST_USE;
struct review_signed {
	struct str request, checkpoint, public_key;
};
enum status review_file_read_review(
    struct review_signed *out, struct arena *arena, struct str text, struct err *err) MUST_USE;

#endif
