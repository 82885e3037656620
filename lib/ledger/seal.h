#ifndef LEDGER_SEAL_H
#define LEDGER_SEAL_H
/*
 * seal: personal data, compressed and encrypted for one entry of the ledger.
 *
 * Sealed bytes: the version (1 byte, 1), then a box (box.h): nonce 24, ciphertext, tag 16. In the
 * box is one zstd frame (RFC 8878) that says how long its content is. The associated data is
 * "record-check-seal-v1", a NUL and the caller's bytes. Their length tells how long the data
 * is after compression, also when the key is gone; nothing else.
 * Threads: every function may run in any thread after digest_init() returned once.
 */
#include "base/buf.h"
#include "base/err.h"

#define SEAL_KEY_BYTES 32
#define SEAL_WITH_BYTES_MAX 1024	 /* what an entry is bound to: numbers, ids, a hash */
#define SEAL_PLAIN_BYTES_MAX (16u << 20) /* eight times LEDGER_BODY_BYTES_MAX */

/*
 * Appends `plain`, sealed, to `out`. `with` binds it to its entry: it opens only with the same
 * bytes. STATUS_LIMIT over the limits above; on failure `out` is as it was.
 */
enum status seal_make(struct buf *out, const unsigned char key[SEAL_KEY_BYTES], struct str with,
    struct str plain, struct err *err) MUST_USE;
/*
 * Appends what was sealed to `out`. STATUS_CORRUPT: changed, cut, followed by more, or of another
 * key or entry; STATUS_VERSION: of a newer version; STATUS_LIMIT: longer than plain_bytes_max when
 * decompressed, found before memory is taken for it. On failure `out` is as it was.
 */
enum status seal_open(struct buf *out, const unsigned char key[SEAL_KEY_BYTES], struct str with,
    struct str sealed, size_t plain_bytes_max, struct err *err) MUST_USE;

#endif
