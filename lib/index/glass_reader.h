#ifndef INDEX_GLASS_READER_H
#define INDEX_GLASS_READER_H
/*
 * glass_reader: reads the files that glass_file.h and bulk.h write (bulk.c has the entries).
 *
 * Xapian reads such a file too, but asks the system for each block each time: a check read 1,000
 * blocks of 8 KiB, four in five of them again and again, and every step of a list was three calls.
 * Here blocks are kept, and a chunk of a list is taken apart at once. Whatever is in the file,
 * nothing is read but its bytes: what does not fit its form is STATUS_CORRUPT.
 *
 * Threads: a reader belongs to one thread.
 */
#include "base/buf.h"
#include "base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

struct glass_reader;

/* STATUS_VERSION: a database, or some other file, that glass_file.h did not write. */
enum status glass_reader_open(
    struct glass_reader **out, const char *path, struct err *err) MUST_USE;
void glass_reader_close(struct glass_reader *reader); /* NULL is fine */

/* How many there are; they are numbered from 1 without gaps. */
uint32_t glass_reader_documents(const struct glass_reader *reader);
/* What was added with the document, appended. */
enum status glass_reader_data(
    struct buf *out, struct glass_reader *reader, uint32_t document, struct err *err) MUST_USE;
/* How many documents have the term. */
enum status glass_reader_count(
    uint32_t *count, struct glass_reader *reader, struct str term, struct err *err) MUST_USE;

/* The documents of a term, a chunk at a time. A list that is open holds nothing of its reader. */
#define GLASS_LIST_KEY_BYTES 256
#define GLASS_LIST_DOCUMENTS_MAX 1024 /* of one chunk: an item has 2 KiB, a document 2 bytes */
#define GLASS_LEVELS_MAX 10
struct glass_list {
	uint32_t documents[GLASS_LIST_DOCUMENTS_MAX]; /* of the chunk at hand, rising */
	size_t count;				      /* 0: the list is at its end */
	unsigned char key[GLASS_LIST_KEY_BYTES];
	size_t key_bytes; /* of the term, as it is in keys (glass_keys.h) */
	/* Inside. */
	struct glass_reader *reader;
	struct {
		uint32_t block;
		unsigned item;
	} path[GLASS_LEVELS_MAX]; /* where the chunk is, from the leaf up */
	uint32_t last;		  /* of the chunk; 0: none has been read */
	bool is_last;
};
/* The first chunk. */
enum status glass_reader_list(struct glass_list *list, struct glass_reader *reader, struct str term,
    struct err *err) MUST_USE;
/* The chunk after it. */
enum status glass_reader_next(struct glass_list *list, struct err *err) MUST_USE;
/* The first chunk from here on that has a document `to` or after. */
enum status glass_reader_seek(struct glass_list *list, uint32_t to, struct err *err) MUST_USE;

/* Each chunk of each list whose term begins with `prefix`, in order of terms; `is_first`: of its
 * list. Ends with what a visit returns, if that is not STATUS_OK. */
typedef enum status glass_visit(
    void *ctx, const struct glass_list *chunk, bool is_first, struct err *err);
enum status glass_reader_walk(struct glass_reader *reader, struct str prefix, glass_visit *visit,
    void *ctx, struct err *err) MUST_USE;

#ifdef __cplusplus
}
#endif

#endif
