#include "searchd/check_id.h"

#include "base/digest.h"

static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford */
#define PREFIX "CHK-"
#define DASH_AT 8 /* CHK-xxxx-xxxx */

void
check_id_make(char out[CHECK_ID_BYTES + 1], struct str user, struct str id, unsigned attempt)
{
	const unsigned char salt[] = { (unsigned char)attempt };
	struct digest_state state;
	struct digest digest;
	uint64_t bits = 0;

	digest_begin(&state);
	digest_add_part(&state, STR_LIT("check-id-v1"));
	digest_add_part(&state, user);
	digest_add_part(&state, id);
	digest_add_part(&state, (struct str){ (const char *)salt, sizeof salt });
	digest_end(&digest, &state);
	for (size_t i = 0; i < 5; i++)
		bits = bits << 8 | digest.bytes[i];
	memcpy(out, PREFIX, sizeof PREFIX - 1);
	for (size_t at = CHECK_ID_BYTES; at-- > sizeof PREFIX - 1;) {
		if (at == DASH_AT) {
			out[at] = '-';
			continue;
		}
		out[at] = ALPHABET[bits % 32];
		bits /= 32;
	}
	out[CHECK_ID_BYTES] = '\0';
}

bool
check_id_valid(struct str text)
{
	if (text.n != CHECK_ID_BYTES || !str_starts(text, STR_LIT(PREFIX)))
		return false;
	for (size_t at = sizeof PREFIX - 1; at < CHECK_ID_BYTES; at++)
		if (at == DASH_AT ? text.p[at] != '-' : memchr(ALPHABET, text.p[at], 32) == NULL)
			return false;
	return true;
}
