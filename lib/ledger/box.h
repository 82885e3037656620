#ifndef LEDGER_BOX_H
#define LEDGER_BOX_H
/*
 * box: bytes shut under a key, from libsodium; inside the room only.
 *
 * A box is the nonce (24 bytes, random), the ciphertext (as long as what is in it) and the tag
 * (16 bytes) of XChaCha20-Poly1305-IETF (draft-irtf-cfrg-xchacha-03; libsodium's
 * crypto_aead_xchacha20poly1305_ietf). A random nonce of 192 bits may be drawn for any number of
 * boxes that we will ever make: 2^80 boxes under one key repeat one with a chance of 2^-33.
 * Associated data is not in the box, but a box opens only with the same.
 * Threads: every function may run in any thread after digest_init() returned once.
 */
#include "base/str.h"

#define BOX_KEY_BYTES 32
#define BOX_NONCE_BYTES 24
#define BOX_TAG_BYTES 16
#define BOX_EXTRA_BYTES (BOX_NONCE_BYTES + BOX_TAG_BYTES)

/* Writes content.n + BOX_EXTRA_BYTES bytes; `out` must not overlap the content. */
void box_shut(
    void *out, const unsigned char key[BOX_KEY_BYTES], struct str with, struct str content);
/* Writes box.n - BOX_EXTRA_BYTES bytes. False, and only zeros written, if the box is short, was
 * changed, or belongs to another key or other associated data. */
bool box_open(void *out, const unsigned char key[BOX_KEY_BYTES], struct str with, struct str box);
/* Overwrites a key that is no longer needed; the compiler cannot leave it out. */
void box_wipe(void *p, size_t n);

#endif
