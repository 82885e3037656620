#ifndef LEDGER_SIGN_H
#define LEDGER_SIGN_H
/*
 * sign: checkpoints, signed statements that a ledger had this head at this time.
 *
 * Kept where the writer of the ledger cannot change it, a checkpoint shows a tail that was cut off
 * and a chain that was made anew. The key pair is Ed25519 (RFC 8032): `sign.key` (the 32 bytes of
 * the private key, 0600) and `sign.pub` (the public key as 64 hex digits and a newline, 0644), in
 * the folder of the data keys.
 *
 * What is signed, 91 bytes, so that somebody else can verify it with any Ed25519:
 *   0  27  "record-check-checkpoint-v1" and a NUL
 *  27  16  the ledger's id
 *  43   8  seq, little-endian
 *  51  32  hash of entry seq
 *  83   8  at_ms, little-endian
 * The key's id is the first 8 bytes of the BLAKE2b-256 of the public key (32 bytes).
 *
 * A checkpoint as text is one line of JSON (checkpoint_json.c):
 * {"ledger":"32 hex","seq":17,"hash":"64 hex","at_ms":1790000000000,"key":"16 hex","signature":"128
 * hex"} Threads: every function but sign_close() may run in many threads after digest_init().
 */
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"

#define SIGN_LEDGER_BYTES 16
#define SIGN_PUBLIC_BYTES 32
#define SIGN_KEY_ID_BYTES 8
#define SIGN_BYTES 64

struct checkpoint {
	unsigned char ledger[SIGN_LEDGER_BYTES];
	uint64_t seq; /* at least 1 */
	struct digest hash;
	int64_t at_ms; /* Unix ms UTC, not negative */
	unsigned char key[SIGN_KEY_ID_BYTES];
	unsigned char signature[SIGN_BYTES];
};

struct sign;

/*
 * Reads the pair, made if neither file is there; sign.pub is made from sign.key. The folder is that
 * of keys_open(), which holds its lock. STATUS_INVALID: others may read sign.key or change
 * sign.pub, or they are not this user's; STATUS_CORRUPT: sign.key is gone but sign.pub is there,
 * one is damaged, or they are not a pair.
 */
enum status sign_open(struct sign **out, const char *folder, struct err *err) MUST_USE;
/* Wipes the key from memory. NULL is fine. */
void sign_close(struct sign *sign);
void sign_public(unsigned char out[SIGN_PUBLIC_BYTES], const struct sign *sign);

/* Fills `key` and `signature` for the rest. STATUS_INVALID: seq or at_ms out of its range. */
enum status sign_checkpoint(
    struct checkpoint *checkpoint, const struct sign *sign, struct err *err) MUST_USE;
/* STATUS_INVALID: signed with another key, named; STATUS_CORRUPT: the signature does not fit. */
enum status sign_verify(const struct checkpoint *checkpoint,
    const unsigned char public_key[SIGN_PUBLIC_BYTES], struct err *err) MUST_USE;
/* Reads a public key as sign.pub has it, from anywhere: no demands on mode or owner. */
enum status sign_read_public(
    unsigned char out[SIGN_PUBLIC_BYTES], const char *path, struct err *err) MUST_USE;
void sign_key_id(
    unsigned char out[SIGN_KEY_ID_BYTES], const unsigned char public_key[SIGN_PUBLIC_BYTES]);

#endif
