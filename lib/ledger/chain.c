#include "ledger/chain.h"

/* The NUL is part of it: 23 bytes that no other use of the hash in this project begins with. */
#define CHAIN_DOMAIN ((struct str){ "record-check-ledger-v2", sizeof "record-check-ledger-v2" })

#define CHAIN_SEAL_DOMAIN ((struct str){ "record-check-id-v1", sizeof "record-check-id-v1" })

void
chain_add_number(struct digest_state *state, uint64_t value)
{
	unsigned char bytes[8];

	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(value >> (8 * i));
	digest_add_part(state, (struct str){ (const char *)bytes, sizeof bytes });
}

void
chain_hash(struct digest *out, const struct digest *previous, const struct ledger_row *row)
{
	struct digest_state state;

	digest_begin(&state);
	digest_add(&state, CHAIN_DOMAIN);
	digest_add(&state, (struct str){ (const char *)previous->bytes, DIGEST_BYTES });
	chain_add_number(&state, row->seq);
	chain_add_number(&state, (uint64_t)row->at_ms);
	digest_add_part(&state, row->kind);
	digest_add_part(&state, row->user);
	digest_add_part(&state, row->role);
	digest_add_part(&state, row->request);
	digest_add_part(&state, row->check);
	chain_add_number(&state, row->key_no);
	digest_add_part(&state, row->body);
	digest_add_part(&state, row->sealed);
	digest_end(out, &state);
}

static void
add_digest(struct digest_state *state, const struct digest *digest)
{
	digest_add(state, (struct str){ (const char *)digest->bytes, DIGEST_BYTES });
}

void
chain_seal(struct digest *out, const struct digest *entry, const struct chain_id *id)
{
	struct digest_state state;

	digest_begin(&state);
	digest_add(&state, CHAIN_SEAL_DOMAIN);
	add_digest(&state, entry);
	chain_add_number(&state, id->seq);
	digest_add_part(&state, id->principal);
	digest_add_part(&state, id->id);
	add_digest(&state, &id->request);
	add_digest(&state, &id->answer);
	digest_end(out, &state);
}

bool
chain_same(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_BYTES) == 0;
}
