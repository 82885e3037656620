/*
 * review.export: everything that the ledger holds of a request, in parts that fit into a reply,
 * each entry with what proves it: the bytes that its hash covers and the hash of the entry before.
 *
 * What the Childline leg found, and which of its records, is withheld until its sharing was agreed,
 * from roles that do not work in that leg; details of secured records are blanked as in an answer.
 * Of an entry that is withheld its place in the chain stays: it is proved by a file that has it.
 * An entry that alone is longer than a reply comes in pieces of its JSON text, with a hash of the
 * whole. Each part is an entry "export" first.
 */
#include "ledger/register.h"
#include "ledger/requests.h"
#include "searchd/act.h"
#include "searchd/outbox_json.h"
#include "searchd/put.h"
#include "searchd/register.h"
#include "searchd/sharing.h"
#include "wire/limits.h"

/* The envelope, the head of the body, and the secured records. */
#define ROOM (WIRE_REPLY_BYTES_MAX - 64u * 1024)
/* A quote or backslash of a piece is escaped in the text, and again in the envelope. */
#define PIECE_BYTES_MAX (ROOM / 4)
#define SECURED_MOST 100 /* rows of some 600 bytes */
#define BODY_DEPTH_MAX 8

struct export
{
	struct call *call;
	struct ledger_request request;
	uint64_t after, next; /* entries */
	uint64_t at, next_at; /* bytes of the entry after `after`; next_at 0: it is whole */
	uint64_t from, to;
	size_t count, withheld;
};

static size_t
escaped_bytes(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '"' || text.p[i] == '\\' ? 2
		     : (unsigned char)text.p[i] < 0x20	   ? 6
							   : 1;
	return n;
}

static void
put_hex(struct buf *out, const char *name, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";

	key(out, name);
	buf_add_char(out, '"');
	for (size_t i = 0; i < bytes.n; i++) {
		buf_add_char(out, digits[(unsigned char)bytes.p[i] >> 4]);
		buf_add_char(out, digits[(unsigned char)bytes.p[i] & 15]);
	}
	buf_add_char(out, '"');
}

/* --- What may be shown -------------------------------------------------------------------------
 */

static enum wire_code
system_allowed(bool *may, struct export *export, struct str system)
{
	const struct policy_system *found =
	    policy_system_find(export->call->world->rules->policy, system);

	*may = true;
	return found == NULL
		   ? WIRE_OK
		   : sharing_allows(may, export->call, export->request.id, str_from(found->leg));
}

/* An entry is of a leg if it says so, or names a system of it, or a record of one. */
static enum wire_code
body_allowed(bool *may, struct export *export, const struct json_t *body)
{
	struct str leg = STR_NONE, system = STR_NONE;
	enum wire_code code;

	if (doc_str(&leg, body, "entry", "", "leg", DOC_OPTIONAL, 256, NULL) != STATUS_OK ||
	    doc_str(&system, body, "entry", "", "system", DOC_OPTIONAL, 256, NULL) != STATUS_OK)
		return call_fail(export->call, WIRE_INTERNAL, "an entry's body cannot be read");
	code = sharing_allows(may, export->call, export->request.id, leg);
	if (code == WIRE_OK && *may)
		code = system_allowed(may, export, system);
	return code;
}

struct records {
	struct export *export;
	bool may;
	enum wire_code code;
};

static bool
look_at_record(void *ctx, struct str system)
{
	struct records *records = ctx;
	bool may = true;

	if (records->code == WIRE_OK && records->may) {
		records->code = system_allowed(&may, records->export, system);
		records->may = may;
	}
	return may;
}

/* What a notice is about. */
static enum wire_code
records_allowed(bool *may, struct export *export, struct str body)
{
	struct records records = { export, true, WIRE_OK };
	struct buf ignored = BUF_INIT;
	enum status status =
	    outbox_write_records(&ignored, body, look_at_record, &records, &export->call->err);

	buf_free(&ignored);
	*may = records.may;
	return status == STATUS_OK ? records.code : call_fault(export->call, status);
}

static enum wire_code
may_show(bool *may, struct export *export, const struct ledger_row *row)
{
	struct json_t *body = NULL;
	enum wire_code code;

	*may = true;
	if (row->body.n == 0)
		return WIRE_OK;
	if (doc_parse(&body, row->body, "entry", BODY_DEPTH_MAX, &export->call->err) != STATUS_OK)
		return call_fault(export->call, export->call->err.status);
	code = body_allowed(may, export, body);
	doc_free(body);
	return code == WIRE_OK && *may ? records_allowed(may, export, row->body) : code;
}

static enum wire_code
write_secret(struct buf *out, struct export *export, const struct ledger_row *row)
{
	struct call *call = export->call;
	enum status status = STATUS_OK;

	if (row->secret.n == 0)
		return WIRE_OK;
	if (str_eq_text(row->kind, "check") || str_eq_text(row->kind, "why"))
		status = answer_redact_entry(out, call, row->secret);
	else
		buf_add_str(out, row->secret);
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

/* --- Entries -----------------------------------------------------------------------------------
 */
static enum wire_code
write_row(struct buf *out, struct export *export, const struct ledger_row *row)
{
	struct call *call = export->call;
	struct ledger_row before = { .hash = { { 0 } } };
	struct buf secret = BUF_INIT;
	bool may = true;
	enum status status = STATUS_OK;
	enum wire_code code = may_show(&may, export, row);

	if (code == WIRE_OK && may)
		code = write_secret(&secret, export, row);
	if (code == WIRE_OK && row->seq > 1)
		status = ledger_entry_find(
		    &before, call->shared->ledger, call->arena, row->seq - 1, &call->err);
	if (status != STATUS_OK)
		code = call_fault(call, status);
	buf_add_char(out, '{');
	put_number(out, "seq", row->seq);
	put_time(out, "at", row->at_ms);
	put_number(out, "at_ms", (uint64_t)row->at_ms);
	put_text(out, "kind", row->kind);
	put_text(out, "user", row->user);
	put_text(out, "role", row->role);
	put_text(out, "request", row->request);
	put_text(out, "check", row->check);
	/* As a text: the bytes that are hashed. */
	put_text(out, "body", may ? row->body : STR_NONE);
	put_number(out, "key_no", row->key_no);
	put_hex(out, "sealed", row->sealed);
	put_digest(out, "previous", &before.hash);
	put_digest(out, "hash", &row->hash);
	put_bool(out, "destroyed", row->destroyed);
	put_bool(out, "withheld", !may);
	key(out, "secret");
	buf_add_str(out, secret.n > 0 ? buf_str(&secret) : STR_LIT("{}"));
	buf_add_char(out, '}');
	out->failed = out->failed || secret.failed;
	export->withheld += !may;
	buf_free(&secret);
	return code;
}

/* Of at most so many bytes, between two characters. */
static size_t
piece_bytes(struct str text, size_t at)
{
	size_t n = text.n - at;

	if (n <= PIECE_BYTES_MAX)
		return n;
	for (n = PIECE_BYTES_MAX; n > 0 && ((unsigned char)text.p[at + n] & 0xc0) == 0x80;)
		n--;
	return n;
}

/* A piece of an entry's text; *last if the rest fits into it. */
static enum wire_code
write_piece(bool *last, struct export *export, const struct ledger_row *row, struct str text)
{
	struct buf *out = &export->call->body;
	struct digest hash;
	size_t n;

	if (export->at >= text.n)
		return call_fail(export->call, WIRE_BAD_REQUEST, "at: entry %llu has %zu bytes",
		    (unsigned long long)row->seq, text.n);
	n = piece_bytes(text, (size_t) export->at);
	digest_of(&hash, text);
	*last = export->at + n == text.n;
	export->next_at = *last ? 0 : export->at + n;
	buf_add_text(out, "],\"piece\":{");
	put_number(out, "seq", row->seq);
	put_number(out, "at", export->at);
	put_number(out, "of", text.n);
	put_digest(out, "hash", &hash);
	put_text(out, "text", str_part(text, (size_t) export->at, n));
	buf_add_char(out, '}');
	return WIRE_OK;
}

/* The entry is alone in its part. */
static enum wire_code
write_long(struct export *export, const struct ledger_row *row, struct str text, bool more)
{
	bool last = false;
	enum wire_code code = write_piece(&last, export, row, text);

	export->from = export->to = row->seq;
	export->count = last;
	if (!last)
		export->withheld = 0; /* counted with its last piece */
	export->next = !last ? export->after : more ? row->seq : 0;
	return code;
}

/* The entries after `after`, while they fit; the list is ended. */
static enum wire_code
write_rows(struct export *export)
{
	struct call *call = export->call;
	const struct ledger_row *rows = NULL;
	size_t count = 0, room = ROOM;
	enum status status = ledger_request_entries(
	    &rows, &count, call->shared->ledger, call->arena, export->request.id, &call->err);
	enum wire_code code = status == STATUS_OK ? WIRE_OK : call_fault(call, status);

	for (size_t i = 0; code == WIRE_OK && i < count && export->next == 0; i++) {
		struct buf row = BUF_INIT;
		bool is_long;
		size_t need;

		if (rows[i].seq <= export->after)
			continue;
		code = write_row(&row, export, &rows[i]);
		need = escaped_bytes(buf_str(&row)) + 1;
		is_long = code == WIRE_OK && export->count == 0 && (need > room || export->at > 0);
		if (is_long) {
			code = write_long(export, &rows[i], buf_str(&row), i + 1 < count);
			call->body.failed = call->body.failed || row.failed;
			buf_free(&row);
			return code;
		}
		if (need > room) {
			export->next = export->to;
		} else if (code == WIRE_OK) {
			next(&call->body);
			buf_add_str(&call->body, buf_str(&row));
			room -= need;
			export->from = export->count == 0 ? rows[i].seq : export->from;
			export->to = rows[i].seq;
			export->count++;
		}
		call->body.failed = call->body.failed || row.failed;
		buf_free(&row);
	}
	buf_add_char(&call->body, ']');
	return code;
}

/* --- The rest ----------------------------------------------------------------------------------
 */
static enum wire_code
put_secured(struct export *export)
{
	struct call *call = export->call;
	const struct ledger_register_filter filter = { .system = STR_NONE,
		.request = export->request.id,
		.after_system = STR_NONE,
		.after_record = STR_NONE,
		.most = SECURED_MOST };
	struct ledger_registered *rows;
	size_t count = 0;
	enum status status = ledger_register_list(
	    &rows, &count, call->shared->ledger, call->arena, &filter, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	key(&call->body, "secured");
	buf_add_char(&call->body, '[');
	for (size_t i = 0; i < count; i++) {
		bool may;
		enum wire_code code = system_allowed(&may, export, rows[i].system);

		if (code != WIRE_OK)
			return code;
		if (!may)
			continue;
		next(&call->body);
		buf_add_char(&call->body, '{');
		put_text(&call->body, "system", rows[i].system);
		put_text(&call->body, "record_id", rows[i].record_id);
		register_put(&call->body, &rows[i]);
		buf_add_char(&call->body, '}');
	}
	buf_add_char(&call->body, ']');
	return WIRE_OK;
}

/* The last part carries a checkpoint: it covers every entry before. */
static enum wire_code
put_checkpoint(struct export *export)
{
	struct call *call = export->call;
	char public_key[LEDGER_PUBLIC_HEX + 1];
	struct buf line = BUF_INIT;
	uint64_t seq = 0;
	enum status status = STATUS_OK;

	if (export->next == 0 && export->next_at == 0)
		status = ledger_checkpoint(&seq, &line, call->shared->ledger, call->at_ms,
		    call->user_name, call->role, &call->err);
	ledger_public_key(public_key, call->shared->ledger);
	put_text(&call->body, "checkpoint", buf_str(&line));
	put_text(&call->body, "public_key", str_from(public_key));
	call->body.failed = call->body.failed || line.failed;
	buf_free(&line);
	return status == STATUS_OK ? WIRE_OK : WIRE_AUDIT_UNAVAILABLE;
}

static enum wire_code
append(struct export *export)
{
	struct call *call = export->call;
	struct ledger_entry entry = call_entry(call, "export");
	struct buf body = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_number(&body, "from", export->from);
	put_number(&body, "to", export->to);
	put_number(&body, "entries", export->count);
	if (export->at > 0 || export->next_at > 0)
		put_number(&body, "piece_at", export->at);
	put_number(&body, "withheld", export->withheld);
	buf_add_char(&body, '}');
	entry.request = export->request.id;
	entry.body = buf_str(&body);
	code = buf_failed(&body) || buf_failed(&call->body)
		   ? call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"))
		   : call_append_once(call, &entry, 1, STR_NONE);
	buf_free(&body);
	return code;
}

static enum wire_code
write_part(struct export *export)
{
	struct buf *out = &export->call->body;
	const struct ledger_request *request = &export->request;
	enum wire_code code;

	buf_add_char(out, '{');
	put_text(out, "request", request->id);
	put_text(out, "reference", request->reference);
	put_text(out, "kind", request->kind);
	put_text(out, "jurisdiction", request->jurisdiction);
	put_text(out, "state", request->state);
	put_text(out, "outcome", request->outcome);
	key(out, "entries");
	buf_add_char(out, '[');
	code = write_rows(export);
	if (code == WIRE_OK)
		code = put_secured(export);
	put_number(out, "withheld", export->withheld);
	put_number(out, "next", export->next);
	put_number(out, "next_at", export->next_at);
	if (code == WIRE_OK)
		code = put_checkpoint(export);
	buf_add_char(out, '}');
	return code == WIRE_OK ? append(export) : code;
}

static enum wire_code
export_part(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "after", "at", NULL };
	struct export export = { .call = call };
	int64_t after = 0, at = 0;
	enum status status = STATUS_OK;
	enum wire_code code = act_fields(call, body, known);

	if (code == WIRE_OK)
		code = act_request(&export.request, call, body, "request");
	if (code == WIRE_OK)
		status = doc_int(
		    &after, body, "body", "", "after", DOC_OPTIONAL, 0, INT64_MAX, &call->err);
	if (code == WIRE_OK && status == STATUS_OK)
		status =
		    doc_int(&at, body, "body", "", "at", DOC_OPTIONAL, 0, INT64_MAX, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	export.after = (uint64_t)after;
	export.at = (uint64_t)at;
	return code == WIRE_OK ? write_part(&export) : code;
}

enum wire_code
call_review_export(struct call *call)
{
	return act_perform(call, export_part);
}
