/* Parts of a review as searchd gives them, and the files of the folder read back. */
#include "client/review_file.h"

#include "base/digest.h"
#include "base/doc_json.h"
#include "ledger/verify.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#define SOURCE "reply"
#define DEPTH_MAX 16
#define FILES_MAX 16
#define TEXT_MAX (4u << 20)
#define JSON_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(6))

static struct str
text_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value)
		   ? (struct str){ json_string_value(value), json_string_length(value) }
		   : STR_NONE;
}

/* --- As a page ---------------------------------------------------------------------------------
 */
static void
put_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		switch (text.p[i]) {
		case '&':
			buf_add_text(out, "&amp;");
			break;
		case '<':
			buf_add_text(out, "&lt;");
			break;
		case '>':
			buf_add_text(out, "&gt;");
			break;
		case '"':
			buf_add_text(out, "&quot;");
			break;
		default:
			buf_add_char(out, text.p[i]);
		}
}

/* Values below one another, indented, without the marks of JSON. */
static void
put_value(struct buf *out, json_t *value, unsigned depth)
{
	const char *name;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		put_escaped(
		    out, (struct str){ json_string_value(value), json_string_length(value) });
	else if (json_is_integer(value))
		buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		buf_addf(out, "%.2f", json_real_value(value));
	else if (json_is_boolean(value))
		buf_add_text(out, json_is_true(value) ? "yes" : "no");
	json_object_foreach (value, name, item) {
		if ((json_is_array(item) || json_is_object(item)) && json_object_size(item) == 0 &&
		    json_array_size(item) == 0)
			continue;
		if (json_is_string(item) && json_string_length(item) == 0)
			continue;
		buf_addf(out, "\n%*s", (int)(2 * depth), "");
		put_escaped(out, str_from(name));
		buf_add_text(out, ": ");
		put_value(out, item, depth + 1);
	}
	json_array_foreach (value, i, item) {
		buf_addf(out, "\n%*s- ", (int)(2 * depth), "");
		put_value(out, item, depth + 1);
	}
}

static void
put_field(struct buf *out, const json_t *object, const char *name, const char *title)
{
	struct str value = text_of(object, name);

	if (value.n == 0)
		return;
	buf_addf(out, "<br>%s: ", title);
	put_escaped(out, value);
}

static void
put_entry(struct buf *out, const json_t *entry)
{
	json_t *body = NULL;
	struct str text = text_of(entry, "body");

	buf_addf(out,
	    "<section>\n<h3 id=\"e%" JSON_INTEGER_FORMAT "\">Entry %" JSON_INTEGER_FORMAT ": ",
	    json_integer_value(json_object_get(entry, "seq")),
	    json_integer_value(json_object_get(entry, "seq")));
	put_escaped(out, text_of(entry, "kind"));
	buf_add_text(out, "</h3>\n<p class=\"by\">");
	put_escaped(out, text_of(entry, "at"));
	put_field(out, entry, "user", "by");
	put_field(out, entry, "role", "as");
	put_field(out, entry, "check", "check");
	buf_add_text(out, "</p>\n<pre>");
	if (doc_parse(&body, text, SOURCE, DEPTH_MAX, NULL) == STATUS_OK)
		put_value(out, body, 0);
	doc_free(body);
	buf_add_text(out, "</pre>\n");
	if (json_is_true(json_object_get(entry, "withheld")))
		buf_add_text(out, "<p class=\"gone\">Withheld: its sharing is not agreed. Only its "
				  "place in the chain can be verified.</p>\n");
	else if (json_is_true(json_object_get(entry, "destroyed")))
		buf_add_text(out, "<p class=\"gone\">What was personal was destroyed at the end of "
				  "its retention.</p>\n");
	if (json_object_size(json_object_get(entry, "secret")) > 0) {
		buf_add_text(out, "<pre>");
		put_value(out, json_object_get(entry, "secret"), 0);
		buf_add_text(out, "</pre>\n");
	}
	buf_add_text(out, "<p class=\"hash\">");
	put_escaped(out, text_of(entry, "hash"));
	buf_add_text(out, "</p>\n</section>\n");
}

static void
put_head(struct buf *out, const json_t *doc)
{
	buf_clear(out);
	buf_add_text(out, "<h1>Review file ");
	put_escaped(out, text_of(doc, "request"));
	buf_add_text(out, "</h1>\n<p>Confidential.");
	put_field(out, doc, "reference", "Reference");
	put_field(out, doc, "kind", "Kind");
	put_field(out, doc, "jurisdiction", "Jurisdiction");
	put_field(out, doc, "state", "State");
	put_field(out, doc, "outcome", "Outcome");
	buf_add_text(out, "</p>\n<h2>Secured records</h2>\n<pre>");
	put_value(out, json_object_get(doc, "secured"), 0);
	buf_add_text(out, "</pre>\n<h2>Proof</h2>\n<p>Each entry has its hash below. The ledger's "
			  "signed checkpoint, which covers all of them:</p>\n<p class=\"hash\">");
	put_escaped(out, text_of(doc, "checkpoint"));
	buf_add_text(out, "</p>\n<p>signed with the key whose public half is</p>\n<p "
			  "class=\"hash\">");
	put_escaped(out, text_of(doc, "public_key"));
	buf_add_text(out, "</p>\n");
}

/* --- A part ------------------------------------------------------------------------------------
 */
static bool
put_dump(struct buf *out, const json_t *value)
{
	char *dump = json_dumps(value, JSON_FLAGS);

	if (dump == NULL)
		return false;
	buf_add_text(out, dump);
	buf_add_char(out, '\n');
	free(dump);
	return true;
}

static enum status
add_entry(struct review_file *file, const json_t *entry, struct err *err)
{
	if (!put_dump(&file->entries, entry))
		return err_set(err, STATUS_NOMEM, "out of memory");
	put_entry(&file->page, entry);
	file->count++;
	return STATUS_OK;
}

/* All pieces are there: they must be what the hash is of. */
static enum status
end_pieces(struct review_file *file, struct err *err)
{
	char hex[DIGEST_HEX + 1];
	struct digest hash;
	json_t *entry = NULL;
	enum status status;

	digest_of(&hash, buf_str(&file->piece));
	digest_hex(hex, &hash);
	if (!str_eq(buf_str(&file->hash), str_from(hex)))
		return err_data(err, STATUS_INVALID, SOURCE, 0,
		    "piece: the entry changed while it was fetched; ask again");
	status = doc_parse(&entry, buf_str(&file->piece), SOURCE, DEPTH_MAX, err);
	if (status == STATUS_OK)
		status = add_entry(file, entry, err);
	doc_free(entry);
	buf_clear(&file->piece);
	return status;
}

static enum status
add_piece(struct review_file *file, const json_t *piece, struct err *err)
{
	struct str text = STR_NONE, hash = STR_NONE;
	int64_t at = 0, of = 0;
	enum status status = doc_str(
	    &text, piece, SOURCE, "piece", "text", DOC_REQUIRED, REVIEW_FILE_BYTES_MAX, err);

	if (status == STATUS_OK)
		status =
		    doc_str(&hash, piece, SOURCE, "piece", "hash", DOC_REQUIRED, DIGEST_HEX, err);
	if (status == STATUS_OK)
		status =
		    doc_int(&at, piece, SOURCE, "piece", "at", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = doc_int(
		    &of, piece, SOURCE, "piece", "of", DOC_REQUIRED, 1, REVIEW_FILE_BYTES_MAX, err);
	if (status != STATUS_OK)
		return status;
	if (at == 0) {
		buf_clear(&file->hash);
		buf_add_str(&file->hash, hash);
	}
	if ((uint64_t)at != file->piece.n || text.n == 0 || text.n > (uint64_t)of - (uint64_t)at ||
	    !str_eq(buf_str(&file->hash), hash))
		return err_data(err, STATUS_INVALID, SOURCE, 0,
		    "piece: does not go on; the entry may have changed meanwhile: ask again");
	buf_add_str(&file->piece, text);
	if (buf_failed(&file->piece) || buf_failed(&file->hash))
		return err_set(err, STATUS_NOMEM, "out of memory");
	return file->piece.n == (uint64_t)of ? end_pieces(file, err) : STATUS_OK;
}

static enum status
add_part(struct review_file *file, json_t *doc, struct err *err)
{
	const json_t *entries = NULL, *piece = NULL;
	size_t count = 0;
	int64_t next = 0, next_at = 0, withheld = 0;
	enum status status =
	    doc_array(&entries, &count, doc, SOURCE, "", "entries", DOC_REQUIRED, 1u << 20, err);

	if (status == STATUS_OK)
		status = doc_int(&next, doc, SOURCE, "", "next", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status =
		    doc_int(&next_at, doc, SOURCE, "", "next_at", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = doc_object(&piece, doc, SOURCE, "", "piece", DOC_OPTIONAL, err);
	if (status == STATUS_OK)
		status = doc_int(
		    &withheld, doc, SOURCE, "", "withheld", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = add_entry(file, json_array_get(entries, i), err);
	if (status == STATUS_OK && piece != NULL)
		status = add_piece(file, piece, err);
	if (status != STATUS_OK)
		return status;
	if ((uint64_t)next_at != file->piece.n ||
	    (next_at == 0 && next > 0 && (uint64_t)next <= file->next))
		return err_data(err, STATUS_INVALID, SOURCE, 0, "next: does not go on");
	file->next = next > 0 || next_at == 0 ? (uint64_t)next : file->next;
	file->more = next > 0 || next_at > 0;
	file->withheld += (uint64_t)withheld;
	put_head(&file->head, doc);
	buf_clear(&file->request);
	buf_add_str(&file->request, text_of(doc, "request"));
	json_object_del(doc, "entries");
	json_object_del(doc, "piece");
	json_object_del(doc, "next");
	json_object_del(doc, "next_at");
	json_object_set_new(doc, "withheld", json_integer((json_int_t)file->withheld));
	json_object_set_new(doc, "entries", json_integer((json_int_t)file->count));
	buf_clear(&file->review);
	return put_dump(&file->review, doc) ? STATUS_OK
					    : err_set(err, STATUS_NOMEM, "out of memory");
}

enum status
review_file_add(struct review_file *file, struct str body, struct arena *arena, struct err *err)
{
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, body, SOURCE, DEPTH_MAX, err);

	(void)arena;
	if (status == STATUS_OK && !json_is_object(doc))
		status = err_data(err, STATUS_INVALID, SOURCE, 0, "expected an object");
	if (status == STATUS_OK)
		status = add_part(file, doc, err);
	doc_free(doc);
	return status;
}

/* --- Read back ---------------------------------------------------------------------------------
 */
static bool
copy(struct str *out, struct arena *arena, const json_t *object, const char *name)
{
	return arena_copy(out, arena, text_of(object, name));
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
read_hex(struct str *out, struct arena *arena, struct str hex)
{
	char *bytes = arena_alloc(arena, hex.n / 2 + 1, 1);

	if (bytes == NULL || hex.n % 2 != 0)
		return false;
	for (size_t i = 0; i < hex.n / 2; i++) {
		int high = digit(hex.p[2 * i]), low = digit(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (char)(high * 16 + low);
	}
	*out = (struct str){ bytes, hex.n / 2 };
	return true;
}

static enum status
read_entry(struct ledger_entry_proof *out, struct arena *arena, const json_t *doc, struct err *err)
{
	static const char file[] = "entries.jsonl";
	int64_t seq = 0, at_ms = 0, key_no = 0;
	enum status status = doc_int(&seq, doc, file, "", "seq", DOC_REQUIRED, 1, INT64_MAX, err);

	if (status == STATUS_OK)
		status = doc_int(&at_ms, doc, file, "", "at_ms", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status == STATUS_OK)
		status = doc_int(&key_no, doc, file, "", "key_no", DOC_REQUIRED, 0, INT64_MAX, err);
	if (status != STATUS_OK)
		return status;
	*out = (struct ledger_entry_proof){
		.seq = (uint64_t)seq, .at_ms = at_ms, .key_no = (uint64_t)key_no
	};
	if (!copy(&out->kind, arena, doc, "kind") || !copy(&out->user, arena, doc, "user") ||
	    !copy(&out->role, arena, doc, "role") || !copy(&out->request, arena, doc, "request") ||
	    !copy(&out->check, arena, doc, "check") || !copy(&out->body, arena, doc, "body"))
		return err_set(err, STATUS_NOMEM, "out of memory");
	if (!read_hex(&out->sealed, arena, text_of(doc, "sealed")) ||
	    !digest_from_hex(&out->previous, text_of(doc, "previous")) ||
	    !digest_from_hex(&out->hash, text_of(doc, "hash")))
		return err_data(err, STATUS_CORRUPT, file, 0,
		    "entry %" PRId64 ": sealed, previous or hash is not hexadecimal", seq);
	return STATUS_OK;
}

enum status
review_file_read_entry(struct ledger_entry_proof *out, bool *withheld, bool *destroyed,
    struct arena *arena, struct str line, struct err *err)
{
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, line, "entries.jsonl", DEPTH_MAX, err);

	if (status == STATUS_OK && !json_is_object(doc))
		status = err_data(err, STATUS_INVALID, "entries.jsonl", 0, "a line is no object");
	if (status == STATUS_OK)
		status = read_entry(out, arena, doc, err);
	*withheld = json_is_true(json_object_get(doc, "withheld"));
	*destroyed = json_is_true(json_object_get(doc, "destroyed"));
	doc_free(doc);
	return status;
}

static enum status
read_listed(struct review_listed *out, struct arena *arena, const json_t *item, struct err *err)
{
	int64_t bytes = 0;
	enum status status = doc_int(
	    &bytes, item, "manifest.json", "files", "bytes", DOC_REQUIRED, 0, INT64_MAX, err);

	if (status != STATUS_OK)
		return status;
	out->bytes = (uint64_t)bytes;
	if (!digest_from_hex(&out->hash, text_of(item, "blake2b")))
		return err_data(
		    err, STATUS_CORRUPT, "manifest.json", 0, "a hash is not hexadecimal");
	return copy(&out->name, arena, item, "name") ? STATUS_OK
						     : err_set(err, STATUS_NOMEM, "out of memory");
}

enum status
review_file_read_manifest(struct review_listed **out, size_t *count, struct arena *arena,
    struct str text, struct err *err)
{
	json_t *doc = NULL;
	const json_t *list = NULL;
	int64_t format = 0;
	enum status status = doc_parse(&doc, text, "manifest.json", DEPTH_MAX, err);

	*out = arena_alloc(arena, FILES_MAX, sizeof **out);
	*count = 0;
	if (status == STATUS_OK && *out == NULL)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status =
		    doc_int(&format, doc, "manifest.json", "", "format", DOC_REQUIRED, 1, 1, err);
	if (status == STATUS_OK)
		status = doc_array(
		    &list, count, doc, "manifest.json", "", "files", DOC_REQUIRED, FILES_MAX, err);
	for (size_t i = 0; status == STATUS_OK && i < *count; i++)
		status = read_listed(&(*out)[i], arena, json_array_get(list, i), err);
	doc_free(doc);
	return status;
}

enum status
review_file_read_review(
    struct review_signed *out, struct arena *arena, struct str text, struct err *err)
{
	json_t *doc = NULL;
	enum status status = doc_parse(&doc, text, "review.json", DEPTH_MAX, err);

	if (status == STATUS_OK && (!copy(&out->request, arena, doc, "request") ||
				       !copy(&out->checkpoint, arena, doc, "checkpoint") ||
				       !copy(&out->public_key, arena, doc, "public_key")))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	doc_free(doc);
	return status;
}
