/* The operations ledger.tail and ledger.search: entries as they stand open, never a secret. */
#include "ledger/search.h"

#include "record/calendar.h"
#include "searchd/act.h"
#include "searchd/put.h"
#include "wire/limits.h"

#define ENTRIES_DEFAULT 50
#define ENTRIES_MAX 500
#define DAY_BYTES 10
#define WORD_BYTES_MAX 128

/* --- The answer --------------------------------------------------------------------------------
 */
/* Bytes that `text` takes inside the envelope's string. */
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
write_row(struct buf *out, const struct ledger_row *row, bool whole)
{
	char hash[DIGEST_HEX + 1];

	digest_hex(hash, &row->hash);
	buf_addf(out, "{\"seq\":%llu", (unsigned long long)row->seq);
	put_time(out, "at", row->at_ms);
	put_text(out, "kind", row->kind);
	put_text(out, "user", row->user);
	put_text(out, "role", row->role);
	put_text(out, "request", row->request);
	put_text(out, "check", row->check);
	put_number(out, "key", row->key_no);
	put_text(out, "hash", str_from(hash));
	buf_add_text(out, ",\"body\":");
	buf_add_str(out, whole ? row->body : STR_LIT("null"));
	buf_add_char(out, '}');
}

/* One that does not fit into a reply by itself comes without its body. */
static size_t
add_row(struct buf *out, const struct ledger_row *entry, size_t room, bool first)
{
	struct buf row = BUF_INIT;
	size_t need;

	write_row(&row, entry, true);
	need = escaped_bytes(buf_str(&row)) + 1;
	if (need > room && first) {
		buf_clear(&row);
		write_row(&row, entry, false);
		need = escaped_bytes(buf_str(&row)) + 1;
	}
	if (need <= room) {
		buf_add_text(out, first ? "" : ",");
		buf_add_str(out, buf_str(&row));
	}
	out->failed = out->failed || row.failed;
	buf_free(&row);
	return need;
}

/* As many as one reply holds; the rest is asked for again. */
static void
write_found(struct buf *out, struct ledger_found *found)
{
	size_t room = WIRE_REPLY_BYTES_MAX - 8192;

	buf_add_text(out, "{\"entries\":[");
	for (size_t i = 0; i < found->count; i++) {
		size_t need = add_row(out, &found->rows[i], room, i == 0);

		if (need > room) {
			found->next = found->rows[i - 1].seq;
			break;
		}
		room -= need;
	}
	buf_addf(out, "],\"next\":%llu}", (unsigned long long)found->next);
}

/* The view is an entry, and durable before anything is shown. */
static enum wire_code
log_view(struct call *call, struct str filter)
{
	struct ledger_entry entry = call_entry(call, "view");
	struct buf body = BUF_INIT;
	enum wire_code code;

	buf_add_text(&body, "{\"op\":");
	buf_add_json(&body, call->request.op);
	buf_add_text(&body, ",\"filter\":");
	buf_add_str(&body, filter);
	buf_add_char(&body, '}');
	entry.body = buf_str(&body);
	code = buf_failed(&body) ? call_fault(call, STATUS_NOMEM) : call_log_entry(call, &entry);
	buf_free(&body);
	return code;
}

static enum wire_code
read_most(size_t *out, struct call *call, const struct json_t *body)
{
	int64_t most = ENTRIES_DEFAULT;
	enum status status =
	    doc_int(&most, body, "body", "", "limit", DOC_OPTIONAL, 1, ENTRIES_MAX, &call->err);

	*out = (size_t)most;
	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

/* --- ledger.tail -------------------------------------------------------------------------------
 */
static enum wire_code
tail(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "limit", NULL };
	struct ledger_found found;
	size_t most = 0;
	enum wire_code code = act_fields(call, body, known);
	enum status status;

	if (code == WIRE_OK)
		code = read_most(&most, call, body);
	if (code != WIRE_OK)
		return code;
	status = ledger_tail(&found, call->shared->ledger, call->arena, most, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	write_found(&call->body, &found);
	return log_view(call, STR_LIT("{}"));
}

enum wire_code
call_ledger_tail(struct call *call)
{
	return act_read(call, tail);
}

/* --- ledger.search -----------------------------------------------------------------------------
 */
/* A day in Europe/London; its beginning, or its end. */
static enum wire_code
read_day(int64_t *out, struct call *call, const struct json_t *body, const char *key, bool end,
    struct calendar *calendar)
{
	struct str text = STR_NONE;
	day_number day;
	enum wire_code code = act_text(&text, call, body, key, DOC_OPTIONAL, DAY_BYTES);

	if (code != WIRE_OK || text.n == 0)
		return code;
	if (!day_parse(&day, text))
		return call_fail(call, WIRE_BAD_REQUEST, "%s: expected a day as 2026-11-23", key);
	*out = calendar_begin(calendar, day + end);
	return WIRE_OK;
}

static enum wire_code
read_days(struct ledger_search *out, struct call *call, const struct json_t *body)
{
	struct calendar *calendar = NULL;
	enum wire_code code = WIRE_OK;
	enum status status = calendar_open(&calendar, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	code = read_day(&out->from_ms, call, body, "from", false, calendar);
	if (code == WIRE_OK)
		code = read_day(&out->to_ms, call, body, "to", true, calendar);
	calendar_close(calendar);
	if (code == WIRE_OK && out->to_ms != 0 && out->to_ms <= out->from_ms)
		return call_fail(call, WIRE_BAD_REQUEST, "to: is before from");
	return code;
}

static enum wire_code
read_search(struct ledger_search *out, struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "request", "check", "user", "kind", "from", "to",
		"after", "limit", NULL };
	const struct {
		const char *key;
		struct str *to;
	} words[] = { { "request", &out->request }, { "check", &out->check },
		{ "user", &out->user }, { "kind", &out->kind } };
	int64_t after = 0;
	enum wire_code code = act_fields(call, body, known);
	enum status status;

	for (size_t i = 0; i < sizeof words / sizeof words[0] && code == WIRE_OK; i++)
		code =
		    act_text(words[i].to, call, body, words[i].key, DOC_OPTIONAL, WORD_BYTES_MAX);
	if (code == WIRE_OK)
		code = read_most(&out->most, call, body);
	if (code == WIRE_OK)
		code = read_days(out, call, body);
	if (code != WIRE_OK)
		return code;
	status = doc_int(&after, body, "body", "", "after", DOC_OPTIONAL, 0, INT64_MAX, &call->err);
	out->after = (uint64_t)after;
	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

static enum wire_code
search(struct call *call, const struct json_t *body)
{
	struct ledger_search wanted = { .after = 0 };
	struct ledger_found found;
	enum wire_code code = read_search(&wanted, call, body);
	enum status status;

	if (code != WIRE_OK)
		return code;
	status = ledger_search(&found, call->shared->ledger, call->arena, &wanted, &call->err);
	if (status != STATUS_OK)
		return call_fault(call, status);
	write_found(&call->body, &found);
	return log_view(call, call->request.body);
}

enum wire_code
call_ledger_search(struct call *call)
{
	return act_read(call, search);
}
