#include "ledger/box.h"

#include <sodium.h>

_Static_assert(BOX_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(BOX_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(BOX_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");

void
box_shut(void *out, const unsigned char key[BOX_KEY_BYTES], struct str with, struct str content)
{
	unsigned char *nonce = out;

	randombytes_buf(nonce, BOX_NONCE_BYTES);
	/* cannot fail: it returns 0 always, and aborts over 2^38 bytes */
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + BOX_NONCE_BYTES, NULL,
	    (const unsigned char *)content.p, content.n, (const unsigned char *)with.p, with.n,
	    NULL, nonce, key);
}

bool
box_open(void *out, const unsigned char key[BOX_KEY_BYTES], struct str with, struct str box)
{
	const unsigned char *nonce = (const unsigned char *)box.p;

	return box.n >= BOX_EXTRA_BYTES &&
	       crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, nonce + BOX_NONCE_BYTES,
		   box.n - BOX_NONCE_BYTES, (const unsigned char *)with.p, with.n, nonce, key) == 0;
}

void
box_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}
