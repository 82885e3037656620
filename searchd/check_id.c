#include "searchd/check_id.h"

#include "base/digest.h"

static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford */
#define PREFIX_BYTES 4
#define DASH_AT 8 /* CHK-xxxx-xxxx */

static void
make(char out[CHECK_ID_BYTES + 1], const char *prefix, const char *domain, struct str user,
    struct str id, unsigned attempt)
{
	const unsigned char salt[] = { (unsigned char)attempt };
	struct digest_state state;
	struct digest digest;
	uint64_t bits = 0;

	digest_begin(&state);
	digest_add_part(&state, str_from(domain));
	digest_add_part(&state, user);
	digest_add_part(&state, id);
	digest_add_part(&state, (struct str){ (const char *)salt, sizeof salt });
	digest_end(&digest, &state);
	for (size_t i = 0; i < 5; i++)
		bits = bits << 8 | digest.bytes[i];
	memcpy(out, prefix, PREFIX_BYTES);
	for (size_t at = CHECK_ID_BYTES; at-- > PREFIX_BYTES;) {
		if (at == DASH_AT) {
			out[at] = '-';
			continue;
		}
		out[at] = ALPHABET[bits % 32];
		bits /= 32;
	}
	out[CHECK_ID_BYTES] = '\0';
}

void
check_id_make(char out[CHECK_ID_BYTES + 1], struct str user, struct str id, unsigned attempt)
{
	make(out, "CHK-", "check-id-v1", user, id, attempt);
}

void
request_id_make(char out[CHECK_ID_BYTES + 1], struct str user, struct str id, unsigned attempt)
{
	make(out, "REQ-", "request-id-v1", user, id, attempt);
}

static bool
is_valid(struct str text, const char *prefix)
{
	if (text.n != CHECK_ID_BYTES || !str_starts(text, str_from(prefix)))
		return false;
	for (size_t at = PREFIX_BYTES; at < CHECK_ID_BYTES; at++)
		if (at == DASH_AT ? text.p[at] != '-' : memchr(ALPHABET, text.p[at], 32) == NULL)
			return false;
	return true;
}

bool
check_id_valid(struct str text)
{
	return is_valid(text, "CHK-");
}

bool
request_id_valid(struct str text)
{
	return is_valid(text, "REQ-");
}
