#include "wire/envelope_json.h"

#include "base/doc_json.h"
#include "wire/limits.h"

#include <jansson.h>
#include <stdio.h>

#define WORD_BYTES_MAX 64 /* an operation or role name; the longest of ours has 14 letters */
/* 9999-12-31 in Unix ms: a clock past it is a fault, not evidence. */
#define TS_MS_MAX 253402300799999

struct code_row {
	const char *name;
	bool retry;
	enum status status;
};

static const struct code_row CODES[WIRE_CODE_COUNT] = {
	[WIRE_OK] = { "ok", false, STATUS_OK },
	[WIRE_BAD_REQUEST] = { "bad_request", false, STATUS_INVALID },
	[WIRE_UNSUPPORTED_VERSION] = { "unsupported_version", false, STATUS_VERSION },
	[WIRE_TOO_LARGE] = { "too_large", false, STATUS_LIMIT },
	[WIRE_FORBIDDEN] = { "forbidden", false, STATUS_FORBIDDEN },
	[WIRE_UNKNOWN_OP] = { "unknown_op", false, STATUS_USAGE },
	[WIRE_NOT_FOUND] = { "not_found", false, STATUS_NOT_FOUND },
	[WIRE_ID_CONFLICT] = { "id_conflict", false, STATUS_CONFLICT },
	[WIRE_IN_PROGRESS] = { "in_progress", true, STATUS_BUSY },
	[WIRE_BUSY] = { "busy", true, STATUS_BUSY },
	[WIRE_DEADLINE] = { "deadline", true, STATUS_TIMEOUT },
	[WIRE_NOT_READY] = { "not_ready", true, STATUS_UNAVAILABLE },
	[WIRE_SHUTTING_DOWN] = { "shutting_down", true, STATUS_UNAVAILABLE },
	[WIRE_AUDIT_UNAVAILABLE] = { "audit_unavailable", true, STATUS_UNAVAILABLE },
	[WIRE_INTERNAL] = { "internal", false, STATUS_IO },
};

const char *
wire_code_name(enum wire_code code)
{
	return code < WIRE_CODE_COUNT ? CODES[code].name : "internal";
}

bool
wire_code_from_name(enum wire_code *out, struct str name)
{
	for (enum wire_code code = WIRE_BAD_REQUEST; code < WIRE_CODE_COUNT; code++)
		if (str_eq_text(name, CODES[code].name)) {
			*out = code;
			return true;
		}
	return false;
}

bool
wire_code_retry(enum wire_code code)
{
	return code < WIRE_CODE_COUNT && CODES[code].retry;
}

enum status
wire_code_status(enum wire_code code)
{
	return code < WIRE_CODE_COUNT ? CODES[code].status : STATUS_IO;
}

void
wire_request_write(struct buf *out, const struct wire_request *request)
{
	buf_addf(out, "{\"v\":%d,\"op\":", WIRE_VERSION);
	buf_add_json(out, request->op);
	buf_add_text(out, ",\"id\":");
	buf_add_json(out, request->id);
	if (request->role.n > 0) {
		buf_add_text(out, ",\"role\":");
		buf_add_json(out, request->role);
	}
	buf_addf(out, ",\"ts\":%lld,\"body\":", (long long)request->ts_ms);
	buf_add_json(out, request->body);
	buf_add_char(out, '}');
}

void
wire_reply_write(struct buf *out, const struct wire_reply *reply)
{
	buf_addf(out, "{\"v\":%d,\"id\":", WIRE_VERSION);
	buf_add_json(out, reply->id);
	if (reply->ok) {
		buf_addf(out, ",\"ok\":true,\"replayed\":%s,\"ts\":%lld,\"audit\":%llu,\"body\":",
		    reply->replayed ? "true" : "false", (long long)reply->ts_ms,
		    (unsigned long long)reply->audit);
		buf_add_json(out, reply->body);
		buf_add_char(out, '}');
		return;
	}
	buf_addf(
	    out, ",\"ok\":false,\"err\":{\"code\":\"%s\",\"msg\":", wire_code_name(reply->code));
	buf_add_json(out, reply->msg);
	buf_addf(out, ",\"retry\":%s,\"after_ms\":%lld}}",
	    wire_code_retry(reply->code) ? "true" : "false", (long long)reply->after_ms);
}

static bool
id_valid(struct str id)
{
	if (id.n != WIRE_ID_HEX)
		return false;
	for (size_t i = 0; i < id.n; i++)
		if (!((id.p[i] >= '0' && id.p[i] <= '9') || (id.p[i] >= 'a' && id.p[i] <= 'f')))
			return false;
	return true;
}

static enum status
copy(struct str *out, struct arena *arena, struct str s, struct err *err)
{
	return arena_copy(out, arena, s) ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
}

/* The id as far as it can be had, so that even a refusal can be told apart by its asker. */
static void
salvage_id(struct wire_request *out, struct arena *arena, const json_t *doc)
{
	const json_t *value = json_object_get(doc, "id");
	struct str id;

	if (!json_is_string(value))
		return;
	id = (struct str){ json_string_value(value), json_string_length(value) };
	if (id_valid(id) && !arena_copy(&out->id, arena, id))
		out->id = STR_NONE;
}

static enum status
check_version(const json_t *doc, enum wire_code *code, struct err *err)
{
	int64_t version = 0;
	enum status status =
	    doc_int(&version, doc, "envelope", "", "v", DOC_REQUIRED, INT64_MIN, INT64_MAX, err);

	if (status != STATUS_OK || version == WIRE_VERSION)
		return status;
	*code = WIRE_UNSUPPORTED_VERSION;
	return err_data(err, STATUS_VERSION, "envelope", 0,
	    "v: version %lld is not supported; this server speaks version %d", (long long)version,
	    WIRE_VERSION);
}

static enum status
read_fields(struct wire_request *out, struct arena *arena, const json_t *doc, struct err *err)
{
	const char *source = "envelope";
	struct str op = STR_NONE, id = STR_NONE, role = STR_NONE, body = STR_NONE;
	enum status status;

	status = doc_str(&op, doc, source, "", "op", DOC_REQUIRED, WORD_BYTES_MAX, err);
	if (status == STATUS_OK)
		status =
		    doc_str(&id, doc, source, "", "id", DOC_REQUIRED, WIRE_REQUEST_BYTES_MAX, err);
	if (status == STATUS_OK && !id_valid(id))
		status = err_data(err, STATUS_INVALID, source, 0,
		    "id: expected %d hexadecimal digits in lower case", WIRE_ID_HEX);
	if (status == STATUS_OK)
		status = doc_str(&role, doc, source, "", "role", DOC_OPTIONAL, WORD_BYTES_MAX, err);
	if (status == STATUS_OK)
		status =
		    doc_int(&out->ts_ms, doc, source, "", "ts", DOC_OPTIONAL, 0, TS_MS_MAX, err);
	if (status == STATUS_OK)
		status = doc_str(
		    &body, doc, source, "", "body", DOC_REQUIRED, WIRE_REQUEST_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = copy(&out->op, arena, op, err);
	if (status == STATUS_OK)
		status = copy(&out->role, arena, role, err);
	if (status == STATUS_OK)
		status = copy(&out->body, arena, body, err);
	return status;
}

/* jansson reports both too, but with its own words and after more work. */
static enum status
check_bytes(struct str bytes, struct err *err)
{
	size_t bad = str_utf8_valid(bytes);

	if (memchr(bytes.p, '\0', bytes.n) != NULL)
		return err_data(err, STATUS_INVALID, "envelope", 0, "holds a NUL byte");
	if (bad != bytes.n)
		return err_data(
		    err, STATUS_INVALID, "envelope", 0, "not valid UTF-8 at byte %zu", bad);
	return STATUS_OK;
}

enum status
wire_request_read(struct wire_request *out, enum wire_code *code, struct arena *arena,
    struct str bytes, struct err *err)
{
	static const char *const known[] = { "v", "op", "id", "role", "ts", "body", NULL };
	json_t *doc = NULL;
	enum status status = check_bytes(bytes, err);

	*out = (struct wire_request){ STR_NONE, STR_NONE, STR_NONE, STR_NONE, 0 };
	*code = WIRE_OK;
	if (status == STATUS_OK)
		status = doc_parse(&doc, bytes, "envelope", WIRE_JSON_DEPTH_MAX, err);
	if (status == STATUS_OK) {
		salvage_id(out, arena, doc);
		/* The version first: a later one may have other fields. */
		status = json_is_object(doc)
			     ? check_version(doc, code, err)
			     : err_data(err, STATUS_INVALID, "envelope", 0, "expected an object");
	}
	if (status == STATUS_OK)
		status = doc_fields(doc, "envelope", "", known, err);
	if (status == STATUS_OK)
		status = read_fields(out, arena, doc, err);
	doc_free(doc);
	if (status == STATUS_LIMIT)
		*code = WIRE_TOO_LARGE;
	else if (status == STATUS_NOMEM)
		*code = WIRE_INTERNAL;
	else if (status != STATUS_OK && *code == WIRE_OK)
		*code = WIRE_BAD_REQUEST;
	return status;
}

static enum status
read_error(struct wire_reply *out, struct arena *arena, const json_t *doc, struct err *err)
{
	const json_t *fault = NULL;
	struct str name = STR_NONE, msg = STR_NONE;
	enum status status = doc_object(&fault, doc, "reply", "", "err", DOC_REQUIRED, err);

	if (status == STATUS_OK)
		status = doc_str(
		    &name, fault, "reply", "err", "code", DOC_REQUIRED, WORD_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = doc_str(
		    &msg, fault, "reply", "err", "msg", DOC_OPTIONAL, WIRE_REPLY_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = doc_int(&out->after_ms, fault, "reply", "err", "after_ms", DOC_OPTIONAL, 0,
		    WIRE_IDLE_MS, err);
	if (status != STATUS_OK)
		return status;
	if (!wire_code_from_name(&out->code, name))
		out->code = WIRE_INTERNAL; /* a newer server's word; its text still says why */
	return copy(&out->msg, arena, msg, err);
}

static enum status
read_answer(struct wire_reply *out, struct arena *arena, const json_t *doc, struct err *err)
{
	struct str body = STR_NONE;
	int64_t audit = 0;
	enum status status =
	    doc_bool(&out->replayed, doc, "reply", "", "replayed", DOC_OPTIONAL, err);

	if (status == STATUS_OK)
		status =
		    doc_int(&out->ts_ms, doc, "reply", "", "ts", DOC_OPTIONAL, 0, TS_MS_MAX, err);
	if (status == STATUS_OK)
		status =
		    doc_int(&audit, doc, "reply", "", "audit", DOC_OPTIONAL, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = doc_str(
		    &body, doc, "reply", "", "body", DOC_REQUIRED, WIRE_REPLY_BYTES_MAX, err);
	if (status != STATUS_OK)
		return status;
	out->audit = (uint64_t)audit;
	return copy(&out->body, arena, body, err);
}

static enum status
read_reply(struct wire_reply *out, struct arena *arena, const json_t *doc, struct err *err)
{
	struct str id = STR_NONE;
	int64_t version = 0;
	enum status status;

	if (!json_is_object(doc))
		return err_data(err, STATUS_INVALID, "reply", 0, "expected an object");
	status = doc_int(&version, doc, "reply", "", "v", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK && version != WIRE_VERSION)
		status = err_data(err, STATUS_VERSION, "reply", 0,
		    "v: searchd speaks version %lld; this client speaks version %d",
		    (long long)version, WIRE_VERSION);
	if (status == STATUS_OK)
		status = doc_str(&id, doc, "reply", "", "id", DOC_REQUIRED, WORD_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = doc_bool(&out->ok, doc, "reply", "", "ok", DOC_REQUIRED, err);
	if (status == STATUS_OK)
		status = copy(&out->id, arena, id, err);
	if (status == STATUS_OK)
		status =
		    out->ok ? read_answer(out, arena, doc, err) : read_error(out, arena, doc, err);
	return status;
}

enum status
wire_reply_read(struct wire_reply *out, struct arena *arena, struct str bytes, struct err *err)
{
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, bytes, "reply", WIRE_JSON_DEPTH_MAX, err);

	*out = (struct wire_reply){ .id = STR_NONE, .body = STR_NONE, .msg = STR_NONE };
	if (status == STATUS_OK)
		status = read_reply(out, arena, doc, err);
	doc_free(doc);
	return status;
}
