#ifndef INDEX_SQUEEZE_H
#define INDEX_SQUEEZE_H
/*
 * squeeze: the stored bytes of a person in about five eighths of the room, by a fixed code: how
 * many bits a byte takes depends on what kind of byte is before it. Any bytes can be packed (at
 * most half as many again) and come back as they were; unpacking any bytes ends. zlib, which Xapian
 * would use, takes 8 us a person and saves as much. Threads: the tables are not changed once made.
 */
#include "base/err.h"
#include "base/str.h"

struct squeeze;

enum status squeeze_new(struct squeeze **out, struct err *err) MUST_USE;
void squeeze_free(struct squeeze *squeeze); /* NULL is fine */

/* `out` has room for SQUEEZE_PACKED_MOST(bytes.n); returns how many bytes it got. */
#define SQUEEZE_PACKED_MOST(n) ((n) / 2 * 3 + 3)
size_t squeeze_pack(const struct squeeze *squeeze, char *out, struct str bytes);
/* `out` has room for SQUEEZE_UNPACKED_MOST(packed.n). False: these bytes were not packed here. */
#define SQUEEZE_UNPACKED_MOST(n) (8 * (n))
bool squeeze_unpack(const struct squeeze *squeeze, char *out, size_t *n, struct str packed);

#endif
