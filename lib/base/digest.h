#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H
/*
 * digest: BLAKE2b-256 (RFC 7693) and random bytes, from libsodium.
 *
 * Threads: every function may run in any thread after digest_init() returned once.
 */
#include "base/err.h"
#include "base/str.h"

#define DIGEST_BYTES 32
#define DIGEST_HEX (2 * DIGEST_BYTES)

struct digest {
	unsigned char bytes[DIGEST_BYTES];
};

/* An ongoing hash; 64-byte aligned and opaque. */
struct digest_state {
	unsigned char opaque[384] __attribute__((aligned(64)));
};

/* Prepares the library; call once at the start of every program and test. */
enum status digest_init(struct err *err) MUST_USE;

void digest_begin(struct digest_state *state);
void digest_add(struct digest_state *state, struct str bytes);
/* Adds the length (8 bytes, little-endian) and then the bytes: parts cannot run together. */
void digest_add_part(struct digest_state *state, struct str bytes);
void digest_end(struct digest *out, struct digest_state *state);
void digest_of(struct digest *out, struct str bytes);
/* Hash of a whole file, read in pieces. */
enum status digest_of_file(struct digest *out, const char *path, struct err *err) MUST_USE;

/* Lower-case hexadecimal, terminated. */
void digest_hex(char out[DIGEST_HEX + 1], const struct digest *digest);
bool digest_from_hex(struct digest *out, struct str hex);
/* n random bytes as 2n hex digits and a NUL. */
void digest_random_hex(char *out, size_t n);
void digest_random(void *out, size_t n);

#endif
