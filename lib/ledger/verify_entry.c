#include "ledger/chain.h"
#include "ledger/checkpoint.h"
#include "ledger/verify.h"

enum status
ledger_verify_entry(const struct ledger_entry_proof *proof, struct err *err)
{
	const struct ledger_row row = { .seq = proof->seq,
		.at_ms = proof->at_ms,
		.kind = proof->kind,
		.user = proof->user,
		.role = proof->role,
		.request = proof->request,
		.check = proof->check,
		.body = proof->body,
		.key_no = proof->key_no,
		.sealed = proof->sealed };
	struct digest hash;

	chain_hash(&hash, &proof->previous, &row);
	if (chain_same(&hash, &proof->hash))
		return STATUS_OK;
	return err_set(err, STATUS_CORRUPT, "entry %llu: the hash does not fit its content",
	    (unsigned long long)proof->seq);
}

static bool
read_key(unsigned char out[SIGN_PUBLIC_BYTES], struct str hex)
{
	struct digest digest;

	_Static_assert(SIGN_PUBLIC_BYTES == DIGEST_BYTES, "both are 64 hex digits");
	if (!digest_from_hex(&digest, hex))
		return false;
	memcpy(out, digest.bytes, SIGN_PUBLIC_BYTES);
	return true;
}

enum status
ledger_verify_checkpoint(
    uint64_t *seq, struct digest *hash, struct str line, struct str public_key, struct err *err)
{
	unsigned char key[SIGN_PUBLIC_BYTES];
	struct checkpoint checkpoint;
	enum status status = checkpoint_read(&checkpoint, line, "checkpoint", err);

	if (status != STATUS_OK)
		return status;
	if (!read_key(key, public_key))
		return err_set(err, STATUS_INVALID, "the public key is not 64 hex digits");
	status = sign_verify(&checkpoint, key, err);
	*seq = checkpoint.seq;
	*hash = checkpoint.hash;
	return status;
}
