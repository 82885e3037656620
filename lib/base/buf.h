#ifndef BASE_BUF_H
#define BASE_BUF_H
/*
 * buf: bytes that grow at the end.
 *
 * A failed append marks the buffer and later appends do nothing, so a writer checks once, at
 * the end, with buf_failed(). Start with `struct buf buf = BUF_INIT;`, end with buf_free().
 * Threads: a buffer belongs to one thread at a time.
 */
#include "base/str.h"

struct buf {
	char *p; /* NUL after the last byte whenever not NULL */
	size_t n;
	size_t room;
	bool failed;
};

#define BUF_INIT ((struct buf){ NULL, 0, 0, false })

void buf_free(struct buf *buf);
/* Empties it and forgets a failure; keeps the memory. */
void buf_clear(struct buf *buf);
void buf_add(struct buf *buf, const void *bytes, size_t n);
void buf_add_str(struct buf *buf, struct str s);
void buf_add_text(struct buf *buf, const char *terminated);
void buf_add_char(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Fixed-width little-endian, and LEB128 (7 bits a byte, low first). */
void buf_add_u32(struct buf *buf, uint32_t value);
void buf_add_u64(struct buf *buf, uint64_t value);
void buf_add_varint(struct buf *buf, uint64_t value);
/* s as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void buf_add_json(struct buf *buf, struct str s);
/* How many bytes that adds, quotes included. */
size_t buf_json_bytes(struct str s);
/* s with control characters and invalid UTF-8 as \xNN: safe for a terminal or a log. */
void buf_add_printable(struct buf *buf, struct str s);
/* A view of the contents, valid until the next change. */
struct str buf_str(const struct buf *buf);
bool buf_failed(const struct buf *buf);

/* Reading back: each moves *in forward and returns false, moving nothing, if bytes are short. */
bool buf_take_u32(uint32_t *out, struct str *in);
bool buf_take_u64(uint64_t *out, struct str *in);
bool buf_take_varint(uint64_t *out, struct str *in);
bool buf_take(struct str *out, struct str *in, size_t n);

#endif
