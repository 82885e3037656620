#include "ledger/checkpoint.h"

#include "base/doc_json.h"

#define DEPTH_MAX 1

static void
add_hex(struct buf *out, const char *name, const unsigned char *bytes, size_t n)
{
	buf_addf(out, "\"%s\":\"", name);
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%02x", bytes[i]);
	buf_add_char(out, '"');
}

void
checkpoint_write(struct buf *out, const struct checkpoint *checkpoint)
{
	buf_add_char(out, '{');
	add_hex(out, "ledger", checkpoint->ledger, SIGN_LEDGER_BYTES);
	buf_addf(out, ",\"seq\":%llu,", (unsigned long long)checkpoint->seq);
	add_hex(out, "hash", checkpoint->hash.bytes, DIGEST_BYTES);
	buf_addf(out, ",\"at_ms\":%lld,", (long long)checkpoint->at_ms);
	add_hex(out, "key", checkpoint->key, SIGN_KEY_ID_BYTES);
	buf_add_char(out, ',');
	add_hex(out, "signature", checkpoint->signature, SIGN_BYTES);
	buf_add_text(out, "}\n");
}

/* -1 for anything else, upper case too: there is one way to write each checkpoint's fields. */
static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum status
read_hex(unsigned char *out, size_t n, const struct json_t *doc, const char *source,
    const char *key, struct err *err)
{
	struct str hex = STR_NONE;
	enum status status = doc_str(&hex, doc, source, "", key, DOC_REQUIRED, 2 * n, err);

	for (size_t i = 0; status == STATUS_OK && i < n; i++) {
		int high = hex.n == 2 * n ? digit(hex.p[2 * i]) : -1;
		int low = hex.n == 2 * n ? digit(hex.p[2 * i + 1]) : -1;

		if (high < 0 || low < 0)
			status = err_data(err, STATUS_INVALID, source, 0,
			    "%s: expected %zu digits of 0-9 and a-f", key, 2 * n);
		else
			out[i] = (unsigned char)(high << 4 | low);
	}
	return status;
}

static enum status
read_fields(struct checkpoint *out, const struct json_t *doc, const char *source, struct err *err)
{
	static const char *const known[] = { "ledger", "seq", "hash", "at_ms", "key", "signature",
		NULL };
	int64_t seq = 0;
	enum status status = doc_fields(doc, source, "", known, err);

	if (status == STATUS_OK)
		status = read_hex(out->ledger, SIGN_LEDGER_BYTES, doc, source, "ledger", err);
	if (status == STATUS_OK)
		status = doc_int(&seq, doc, source, "", "seq", DOC_REQUIRED, 1, INT64_MAX, err);
	if (status == STATUS_OK)
		status = read_hex(out->hash.bytes, DIGEST_BYTES, doc, source, "hash", err);
	if (status == STATUS_OK)
		status =
		    doc_int(&out->at_ms, doc, source, "", "at_ms", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = read_hex(out->key, SIGN_KEY_ID_BYTES, doc, source, "key", err);
	if (status == STATUS_OK)
		status = read_hex(out->signature, SIGN_BYTES, doc, source, "signature", err);
	out->seq = (uint64_t)seq;
	return status;
}

enum status
checkpoint_read(struct checkpoint *out, struct str text, const char *source, struct err *err)
{
	struct checkpoint read = { .seq = 0 };
	struct json_t *doc;
	enum status status;

	if (text.n > CHECKPOINT_BYTES_MAX)
		return err_data(err, STATUS_LIMIT, source, 0, "a checkpoint is at most %d bytes",
		    CHECKPOINT_BYTES_MAX);
	status = doc_parse(&doc, text, source, DEPTH_MAX, err);
	if (status != STATUS_OK)
		return status;
	status = read_fields(&read, doc, source, err);
	if (status == STATUS_OK)
		*out = read;
	doc_free(doc);
	return status;
}
