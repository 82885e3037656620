#ifndef WIRE_ENVELOPE_JSON_H
#define WIRE_ENVELOPE_JSON_H
/*
 * envelope_json: the versioned JSON wrapper around every request and reply (docs/protocol.md).
 *
 *   {"v":1,"op":"check","id":"<32 hex>","role":"qa_officer","ts":1790000000000,"body":"<JSON
 * text>"}
 *   {"v":1,"id":"...","ok":true,"replayed":false,"ts":...,"audit":17,"body":"<JSON text>"}
 *   {"v":1,"id":"...","ok":false,"err":{"code":"...","msg":"...","retry":false,"after_ms":0}}
 *
 * `body` is a string, so that what is hashed is exactly what was sent.
 * Threads: pure apart from the arena.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum wire_code {
	WIRE_OK,
	WIRE_BAD_REQUEST,
	WIRE_UNSUPPORTED_VERSION,
	WIRE_TOO_LARGE,
	WIRE_FORBIDDEN,
	WIRE_UNKNOWN_OP,
	WIRE_NOT_FOUND,
	WIRE_ID_CONFLICT,
	WIRE_IN_PROGRESS,
	WIRE_BUSY,
	WIRE_DEADLINE,
	WIRE_NOT_READY,
	WIRE_SHUTTING_DOWN,
	WIRE_AUDIT_UNAVAILABLE,
	WIRE_INTERNAL,
	WIRE_CODE_COUNT
};
const char *wire_code_name(enum wire_code code); /* "bad_request" */
bool wire_code_from_name(enum wire_code *out, struct str name);
bool wire_code_retry(enum wire_code code);
/* The status (and so exit code) that a client ends with. */
enum status wire_code_status(enum wire_code code);

struct wire_request {
	struct str op, id, role, body; /* role "" when absent */
	int64_t ts_ms;
};
struct wire_reply {
	struct str id;
	bool ok;
	bool replayed;
	int64_t ts_ms;
	uint64_t audit;	     /* ledger entry number; 0: the operation writes none */
	struct str body;     /* ok */
	enum wire_code code; /* not ok */
	struct str msg;
	int64_t after_ms;
};

void wire_request_write(struct buf *out, const struct wire_request *request);
void wire_reply_write(struct buf *out, const struct wire_reply *reply);
/*
 * Strict: unknown or repeated fields, wrong types, bad id, NUL and bad UTF-8 are refused. *code
 * says which answer to give; *id is filled when it could be read, so that the answer can carry it.
 */
enum status wire_request_read(struct wire_request *out, enum wire_code *code, struct arena *arena,
    struct str bytes, struct err *err) MUST_USE;
/* Lenient towards added fields: a newer server may say more. */
enum status wire_reply_read(
    struct wire_reply *out, struct arena *arena, struct str bytes, struct err *err) MUST_USE;

#endif
