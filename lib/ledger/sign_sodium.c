#include "ledger/sign.h"

#include "base/file.h"
#include "base/mem.h"
#include "ledger/box.h"
#include "ledger/secret.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#define DOMAIN "record-check-checkpoint-v1" /* with its NUL */
#define SIGNED_BYTES (sizeof DOMAIN + SIGN_LEDGER_BYTES + 8 + DIGEST_BYTES + 8)
#define PUBLIC_TEXT (2 * SIGN_PUBLIC_BYTES + 1) /* hex and a newline */
#define PUBLIC_FILE_MAX 256			/* room to say "not a key" of a small wrong file */

_Static_assert(SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert(SIGN_BYTES == crypto_sign_BYTES, "Ed25519");
_Static_assert(SIGNED_BYTES == 91, "as sign.h says");

struct sign {
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	unsigned char public_key[SIGN_PUBLIC_BYTES];
};

/* --- Key files ----------------------------------------------------------------------------- */

static void
public_text(char text[PUBLIC_TEXT + 1], const unsigned char public_key[SIGN_PUBLIC_BYTES])
{
	sodium_bin2hex(text, PUBLIC_TEXT, public_key, SIGN_PUBLIC_BYTES);
	text[PUBLIC_TEXT - 1] = '\n';
	text[PUBLIC_TEXT] = '\0';
}

enum status
sign_read_public(unsigned char out[SIGN_PUBLIC_BYTES], const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	struct digest key;
	enum status status = file_read(&text, path, PUBLIC_FILE_MAX, err);

	_Static_assert(SIGN_PUBLIC_BYTES == DIGEST_BYTES, "both are 64 hex digits");
	if (status == STATUS_OK && !digest_from_hex(&key, str_trim(buf_str(&text))))
		status = err_data(err, STATUS_INVALID, path, 0,
		    "not a public key: expected 64 hexadecimal digits");
	if (status == STATUS_OK)
		memcpy(out, key.bytes, SIGN_PUBLIC_BYTES);
	buf_free(&text);
	return status;
}

/* sign.pub says which key the checkpoints so far were signed with: it is not made anew quietly. */
static enum status
make_private(unsigned char seed[crypto_sign_SEEDBYTES], const char *private_path,
    const char *public_path, struct err *err)
{
	if (access(public_path, F_OK) == 0)
		return err_data(err, STATUS_CORRUPT, private_path, 0,
		    "the signing key is gone, but sign.pub is there: put sign.key back, or move "
		    "sign.pub away to begin with a new key");
	randombytes_buf(seed, crypto_sign_SEEDBYTES);
	return secret_make(private_path, (struct str){ (const char *)seed, crypto_sign_SEEDBYTES },
	    SECRET_PRIVATE, err);
}

static enum status
find_public(const struct sign *sign, const char *path, struct err *err)
{
	char want[PUBLIC_TEXT + 1], got[PUBLIC_TEXT];
	struct err found = ERR_NONE;
	enum status status = secret_read(got, sizeof got, path, SECRET_PUBLIC, &found);

	public_text(want, sign->public_key);
	if (status == STATUS_NOT_FOUND)
		return secret_make(path, (struct str){ want, PUBLIC_TEXT }, SECRET_PUBLIC, err);
	if (status == STATUS_OK && memcmp(want, got, sizeof got) != 0)
		status = err_data(&found, STATUS_CORRUPT, path, 0,
		    "is not the public key of sign.key: one of them is damaged or of another");
	if (status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = found;
	return status;
}

static enum status
open_pair(struct sign *sign, const char *private_path, const char *public_path, struct err *err)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	struct err found = ERR_NONE;
	enum status status = secret_read(seed, sizeof seed, private_path, SECRET_PRIVATE, &found);

	if (status == STATUS_NOT_FOUND)
		status = make_private(seed, private_path, public_path, err);
	else if (status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = found;
	if (status == STATUS_OK) {
		secret_tidy(private_path);
		secret_tidy(public_path);
		crypto_sign_seed_keypair(sign->public_key, sign->secret, seed);
		status = find_public(sign, public_path, err);
	}
	box_wipe(seed, sizeof seed);
	return status;
}

enum status
sign_open(struct sign **out, const char *folder, struct err *err)
{
	char private_path[PATH_MAX], public_path[PATH_MAX];
	struct sign *sign;
	enum status status = STATUS_OK;

	if ((size_t)snprintf(private_path, PATH_MAX, "%s/sign.key", folder) >= PATH_MAX ||
	    (size_t)snprintf(public_path, PATH_MAX, "%s/sign.pub", folder) >= PATH_MAX)
		return err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	sign = mem_zero(1, sizeof *sign);
	if (sign == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = secret_folder(folder, err);
	if (status == STATUS_OK)
		status = open_pair(sign, private_path, public_path, err);
	if (status == STATUS_OK)
		*out = sign;
	else
		sign_close(sign);
	return status;
}

void
sign_close(struct sign *sign)
{
	if (sign == NULL)
		return;
	box_wipe(sign, sizeof *sign);
	mem_free(sign);
}

void
sign_public(unsigned char out[SIGN_PUBLIC_BYTES], const struct sign *sign)
{
	memcpy(out, sign->public_key, SIGN_PUBLIC_BYTES);
}

/* --- Checkpoints --------------------------------------------------------------------------- */

void
sign_key_id(unsigned char out[SIGN_KEY_ID_BYTES], const unsigned char public_key[SIGN_PUBLIC_BYTES])
{
	struct digest digest;

	digest_of(&digest, (struct str){ (const char *)public_key, SIGN_PUBLIC_BYTES });
	memcpy(out, digest.bytes, SIGN_KEY_ID_BYTES);
}

static void
put_u64(unsigned char *at, uint64_t value)
{
	for (size_t i = 0; i < 8; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

/* The layout is in sign.h. */
static void
signed_text(unsigned char text[SIGNED_BYTES], const struct checkpoint *checkpoint)
{
	unsigned char *at = text;

	memcpy(at, DOMAIN, sizeof DOMAIN);
	at += sizeof DOMAIN;
	memcpy(at, checkpoint->ledger, SIGN_LEDGER_BYTES);
	at += SIGN_LEDGER_BYTES;
	put_u64(at, checkpoint->seq);
	at += 8;
	memcpy(at, checkpoint->hash.bytes, DIGEST_BYTES);
	at += DIGEST_BYTES;
	put_u64(at, (uint64_t)checkpoint->at_ms);
}

enum status
sign_checkpoint(struct checkpoint *checkpoint, const struct sign *sign, struct err *err)
{
	unsigned char text[SIGNED_BYTES];

	if (checkpoint->seq == 0 || checkpoint->seq > INT64_MAX || checkpoint->at_ms < 0)
		return err_set(err, STATUS_INVALID,
		    "a checkpoint is of an entry from 1 on, at a time from 1970 on");
	sign_key_id(checkpoint->key, sign->public_key);
	signed_text(text, checkpoint);
	crypto_sign_detached(checkpoint->signature, NULL, text, sizeof text, sign->secret);
	return STATUS_OK;
}

enum status
sign_verify(const struct checkpoint *checkpoint, const unsigned char public_key[SIGN_PUBLIC_BYTES],
    struct err *err)
{
	unsigned char text[SIGNED_BYTES], id[SIGN_KEY_ID_BYTES];
	char signer[2 * SIGN_KEY_ID_BYTES + 1], ours[2 * SIGN_KEY_ID_BYTES + 1];

	sign_key_id(id, public_key);
	if (memcmp(id, checkpoint->key, sizeof id) != 0)
		return err_set(err, STATUS_INVALID, "signed with key %s, not with %s",
		    sodium_bin2hex(signer, sizeof signer, checkpoint->key, sizeof checkpoint->key),
		    sodium_bin2hex(ours, sizeof ours, id, sizeof id));
	signed_text(text, checkpoint);
	if (crypto_sign_verify_detached(checkpoint->signature, text, sizeof text, public_key) != 0)
		return err_set(err, STATUS_CORRUPT, "the signature does not fit the checkpoint");
	return STATUS_OK;
}
