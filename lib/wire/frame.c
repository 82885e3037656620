#include "wire/frame.h"

void
frame_greeting(unsigned char out[FRAME_GREETING_BYTES], enum frame_side side)
{
	const unsigned char greeting[FRAME_GREETING_BYTES] = { 0, 'S', 'P', 0, 0,
		(unsigned char)side, 0, 0 };

	memcpy(out, greeting, sizeof greeting);
}

bool
frame_greeting_valid(const unsigned char bytes[FRAME_GREETING_BYTES], enum frame_side side)
{
	unsigned char want[FRAME_GREETING_BYTES];

	frame_greeting(want, side);
	return memcmp(bytes, want, sizeof want) == 0;
}

const char *
frame_fault_name(enum frame_fault fault)
{
	static const char *const names[] = { "ok", "bad_type", "too_short", "too_large" };

	return fault <= FRAME_TOO_LARGE ? names[fault] : "unknown";
}

enum frame_fault
frame_prefix(uint64_t *length, const unsigned char bytes[FRAME_PREFIX_BYTES], size_t payload_max)
{
	uint64_t value = 0;

	if (bytes[0] != 1)
		return FRAME_BAD_TYPE;
	for (size_t i = 1; i < FRAME_PREFIX_BYTES; i++)
		value = value << 8 | bytes[i];
	*length = value;
	if (value < 4)
		return FRAME_TOO_SHORT;
	return value > payload_max + FRAME_IDS_BYTES_MAX ? FRAME_TOO_LARGE : FRAME_OK;
}

enum frame_fault
frame_split(struct str *ids, struct str *payload, struct str body, size_t payload_max)
{
	for (size_t at = 0; at + 4 <= body.n && at < FRAME_IDS_BYTES_MAX; at += 4) {
		if (((unsigned char)body.p[at] & 0x80) == 0)
			continue;
		*ids = str_part(body, 0, at + 4);
		*payload = str_part(body, at + 4, body.n);
		return payload->n > payload_max ? FRAME_TOO_LARGE : FRAME_OK;
	}
	return FRAME_TOO_SHORT;
}

void
frame_begin(struct buf *out, struct str ids)
{
	static const unsigned char empty[FRAME_PREFIX_BYTES] = { 1 };

	buf_add(out, empty, sizeof empty);
	buf_add_str(out, ids);
}

void
frame_end(struct buf *out)
{
	uint64_t length;

	if (buf_failed(out) || out->n < FRAME_PREFIX_BYTES)
		return;
	length = out->n - FRAME_PREFIX_BYTES;
	for (size_t i = FRAME_PREFIX_BYTES - 1; i > 0; i--, length >>= 8)
		out->p[i] = (char)(unsigned char)(length & 0xff);
}

void
frame_request_id(unsigned char out[4], uint32_t number)
{
	out[0] = (unsigned char)(0x80 | ((number >> 24) & 0x7f));
	out[1] = (unsigned char)(number >> 16 & 0xff);
	out[2] = (unsigned char)(number >> 8 & 0xff);
	out[3] = (unsigned char)(number & 0xff);
}
