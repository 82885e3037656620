#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H
/*
 * frame: the bytes of SP REQ/REP over a byte stream (docs/protocol.md, "Framing"), both sides.
 *
 *   greeting   00 53 50 00 pp pp 00 00       pp: 0x0030 asks, 0x0031 answers
 *   message    01, 8-byte big-endian length of the body, body
 *   body       0..8 hop ids (4 bytes, high bit clear), request id (4 bytes, high bit set), payload
 *
 * Knows no socket: the callers read and write. Threads: pure functions.
 */
#include "base/buf.h"

#define FRAME_GREETING_BYTES 8
#define FRAME_PREFIX_BYTES 9
#define FRAME_HOPS_MAX 8
#define FRAME_IDS_BYTES_MAX (4 * (FRAME_HOPS_MAX + 1))

enum frame_side { FRAME_ASKS = 0x30, FRAME_ANSWERS = 0x31 };

void frame_greeting(unsigned char out[FRAME_GREETING_BYTES], enum frame_side side);
/* True if the bytes are the greeting of `side`. */
bool frame_greeting_valid(const unsigned char bytes[FRAME_GREETING_BYTES], enum frame_side side);

enum frame_fault {
	FRAME_OK,
	FRAME_BAD_TYPE,	 /* the first byte is not 01 */
	FRAME_TOO_SHORT, /* under 4 bytes, or no request id in the body */
	FRAME_TOO_LARGE	 /* the payload cannot be within payload_max */
};
const char *frame_fault_name(enum frame_fault fault);

/* *length is set unless the type byte is wrong. */
enum frame_fault frame_prefix(
    uint64_t *length, const unsigned char bytes[FRAME_PREFIX_BYTES], size_t payload_max);
/* Parts a body into its ids (to be sent back) and its payload; both borrow from `body`. */
enum frame_fault frame_split(
    struct str *ids, struct str *payload, struct str body, size_t payload_max);

/* A message is written as frame_begin(), appended payload, frame_end(). `out` must be empty. */
void frame_begin(struct buf *out, struct str ids);
void frame_end(struct buf *out);
/* The four bytes of a request id: high bit set. */
void frame_request_id(unsigned char out[4], uint32_t number);

#endif
