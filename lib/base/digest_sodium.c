#include "base/digest.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct digest_state),
    "the opaque state holds libsodium's");
_Static_assert(DIGEST_BYTES == crypto_generichash_BYTES, "BLAKE2b-256");

static crypto_generichash_state *
inner(struct digest_state *state)
{
	return (crypto_generichash_state *)(void *)state->opaque;
}

enum status
digest_init(struct err *err)
{
	if (sodium_init() < 0)
		return err_set(err, STATUS_IO, "libsodium cannot start (no random source)");
	return STATUS_OK;
}

void
digest_begin(struct digest_state *state)
{
	crypto_generichash_init(inner(state), NULL, 0, DIGEST_BYTES);
}

void
digest_add(struct digest_state *state, struct str bytes)
{
	crypto_generichash_update(inner(state), (const unsigned char *)bytes.p, bytes.n);
}

void
digest_add_part(struct digest_state *state, struct str bytes)
{
	unsigned char length[8];

	for (size_t i = 0; i < sizeof length; i++)
		length[i] = (unsigned char)((uint64_t)bytes.n >> (8 * i));
	digest_add(state, (struct str){ (const char *)length, sizeof length });
	digest_add(state, bytes);
}

void
digest_end(struct digest *out, struct digest_state *state)
{
	crypto_generichash_final(inner(state), out->bytes, DIGEST_BYTES);
}

void
digest_of(struct digest *out, struct str bytes)
{
	crypto_generichash(
	    out->bytes, DIGEST_BYTES, (const unsigned char *)bytes.p, bytes.n, NULL, 0);
}

enum status
digest_of_file(struct digest *out, const char *path, struct err *err)
{
	struct digest_state state;
	char bytes[65536];
	enum status status = STATUS_OK;
	size_t got;
	FILE *file = fopen(path, "rbe");

	if (file == NULL)
		return err_sys(err, path, "cannot open");
	digest_begin(&state);
	while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
		digest_add(&state, (struct str){ bytes, got });
	if (ferror(file))
		status = err_sys(err, path, "cannot read");
	fclose(file);
	digest_end(out, &state);
	return status;
}

void
digest_hex(char out[DIGEST_HEX + 1], const struct digest *digest)
{
	sodium_bin2hex(out, DIGEST_HEX + 1, digest->bytes, DIGEST_BYTES);
}

bool
digest_from_hex(struct digest *out, struct str hex)
{
	size_t got = 0;

	return hex.n == DIGEST_HEX &&
	       sodium_hex2bin(out->bytes, DIGEST_BYTES, hex.p, hex.n, NULL, &got, NULL) == 0 &&
	       got == DIGEST_BYTES;
}

void
digest_random(void *out, size_t n)
{
	randombytes_buf(out, n);
}

void
digest_random_hex(char *out, size_t n)
{
	unsigned char byte;

	for (size_t i = 0; i < n; i++) {
		randombytes_buf(&byte, 1);
		sodium_bin2hex(out + 2 * i, 3, &byte, 1);
	}
}
