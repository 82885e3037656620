#include "indexer/decode.h"

#include "base/buf.h"
#include "record/fold.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static void
note_fault(const char **fault, struct arena *arena, const char *encoding, unsigned char byte)
{
	const char *text =
	    arena_format(arena, "byte 0x%02x is not %s; kept as U+FFFD", (unsigned)byte, encoding);

	if (*fault == NULL)
		*fault = text == NULL ? "has a bad byte" : text;
}

/* Converts as far as it goes, replaces the bad byte, and goes on behind it. */
static bool
repair(struct buf *out, const char **fault, struct arena *arena, const char *encoding,
    struct str bytes)
{
	while (bytes.n > 0) {
		struct str text = STR_NONE;
		size_t bad_at = bytes.n;
		enum status status = fold_to_utf8(&text, &bad_at, arena, encoding, bytes);

		if (status == STATUS_OK) {
			buf_add_str(out, text);
			return true;
		}
		if (status != STATUS_INVALID || bad_at >= bytes.n)
			return false;
		note_fault(fault, arena, encoding, (unsigned char)bytes.p[bad_at]);
		if (bad_at > 0 && fold_to_utf8(&text, &(size_t){ 0 }, arena, encoding,
				      str_part(bytes, 0, bad_at)) != STATUS_OK)
			return false;
		buf_add_str(out, bad_at > 0 ? text : STR_NONE);
		buf_add_text(out, REPLACEMENT);
		bytes = str_part(bytes, bad_at + 1, bytes.n);
	}
	return true;
}

void
decode_text(struct str *out, const char **fault, struct arena *arena, const char *encoding,
    struct str bytes)
{
	struct buf buf = BUF_INIT;
	bool done;

	*out = STR_NONE;
	if (str_is_ascii(bytes) ||
	    (strcmp(encoding, "utf-8") == 0 && str_utf8_valid(bytes) == bytes.n)) {
		*out = bytes;
		return;
	}
	done = repair(&buf, fault, arena, encoding, bytes);
	if (!done || buf_failed(&buf) || !arena_copy(out, arena, buf_str(&buf)))
		*fault = "could not be converted: out of memory";
	buf_free(&buf);
}
