#include "ledger/seal.h"

#include "base/mem.h"
#include "ledger/box.h"

#include <zstd.h>

#define VERSION 1
#define DOMAIN "record-check-seal-v1" /* with its NUL */
/*
 * An answer of 14,310 bytes (the first check of `make demo`) becomes 3,025, 3,084 and 2,927 bytes
 * at levels 1, 2 and 3, in 33, 30 and 35 us (tests/tools/seal_bench.c, 6,000 rounds). Entries are
 * kept for years, so the smallest. A context made for each call is in these figures; it need not be
 * kept.
 */
#define LEVEL 3

_Static_assert(SEAL_KEY_BYTES == BOX_KEY_BYTES, "what is sealed lies in a box");

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

static enum status
add(struct buf *out, const char *bytes, size_t n, struct err *err)
{
	buf_add(out, bytes, n);
	return buf_failed(out) ? no_memory(err) : STATUS_OK;
}

static enum status
bind(unsigned char bytes[sizeof DOMAIN + SEAL_WITH_BYTES_MAX], struct str *all, struct str with,
    struct err *err)
{
	if (with.n > SEAL_WITH_BYTES_MAX)
		return err_set(err, STATUS_LIMIT, "what data is sealed with is over %d bytes",
		    SEAL_WITH_BYTES_MAX);
	memcpy(bytes, DOMAIN, sizeof DOMAIN);
	if (with.n > 0)
		memcpy(bytes + sizeof DOMAIN, with.p, with.n);
	*all = (struct str){ (const char *)bytes, sizeof DOMAIN + with.n };
	return STATUS_OK;
}

/* *frame holds *n bytes and is the caller's: mem_free(). */
static enum status
compress(char **frame, size_t *n, struct str plain, struct err *err)
{
	size_t room = ZSTD_compressBound(plain.n);
	char *bytes = mem_alloc(room);
	size_t got;

	if (bytes == NULL)
		return no_memory(err);
	/* with room for the bound, only memory can fail it */
	got = ZSTD_compress(bytes, room, plain.p, plain.n, LEVEL);
	if (ZSTD_isError(got)) {
		mem_free(bytes);
		return no_memory(err);
	}
	*frame = bytes;
	*n = got;
	return STATUS_OK;
}

enum status
seal_make(struct buf *out, const unsigned char key[SEAL_KEY_BYTES], struct str with,
    struct str plain, struct err *err)
{
	unsigned char bound[sizeof DOMAIN + SEAL_WITH_BYTES_MAX];
	char *frame = NULL, *sealed;
	size_t n = 0;
	enum status status = bind(bound, &with, with, err);

	if (status == STATUS_OK && plain.n > SEAL_PLAIN_BYTES_MAX)
		status = err_set(
		    err, STATUS_LIMIT, "data to seal is over %u bytes", SEAL_PLAIN_BYTES_MAX);
	if (status == STATUS_OK)
		status = compress(&frame, &n, plain, err);
	if (status != STATUS_OK)
		return status;
	sealed = mem_alloc(1 + BOX_EXTRA_BYTES + n);
	if (sealed != NULL) {
		sealed[0] = VERSION;
		box_shut(sealed + 1, key, with, (struct str){ frame, n });
		status = add(out, sealed, 1 + BOX_EXTRA_BYTES + n, err);
	} else {
		status = no_memory(err);
	}
	mem_free(sealed);
	mem_free(frame);
	return status;
}

static enum status
not_a_frame(struct err *err)
{
	return err_set(err, STATUS_CORRUPT, "sealed data does not hold what was sealed");
}

/* The box was whole, so `frame` is what seal_make() of some version put in; yet it is not trusted.
 */
static enum status
decompress(struct buf *out, struct str frame, size_t plain_bytes_max, struct err *err)
{
	unsigned long long size = ZSTD_getFrameContentSize(frame.p, frame.n);
	enum status status;
	char *plain;
	size_t got;

	/* a frame that says how long it is, and nothing after it; no "skippable" frame */
	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
	    memcmp(frame.p, "\x28\xb5\x2f\xfd", 4) != 0 ||
	    ZSTD_findFrameCompressedSize(frame.p, frame.n) != frame.n)
		return not_a_frame(err);
	if (size > plain_bytes_max)
		return err_set(err, STATUS_LIMIT, "sealed data is over %zu bytes", plain_bytes_max);
	plain = mem_alloc((size_t)size);
	if (plain == NULL)
		return no_memory(err);
	got = ZSTD_decompress(plain, (size_t)size, frame.p, frame.n);
	if (ZSTD_isError(got) || got != size)
		status = not_a_frame(err);
	else
		status = add(out, plain, got, err);
	mem_free(plain);
	return status;
}

enum status
seal_open(struct buf *out, const unsigned char key[SEAL_KEY_BYTES], struct str with,
    struct str sealed, size_t plain_bytes_max, struct err *err)
{
	unsigned char bound[sizeof DOMAIN + SEAL_WITH_BYTES_MAX];
	char *frame;
	struct str box;
	enum status status = bind(bound, &with, with, err);

	if (status != STATUS_OK)
		return status;
	if (sealed.n < 1 + BOX_EXTRA_BYTES)
		return err_set(err, STATUS_CORRUPT, "sealed data is cut short");
	if (sealed.p[0] != VERSION)
		return err_set(err, STATUS_VERSION, "data sealed by version %u, which this is not",
		    (unsigned)(unsigned char)sealed.p[0]);
	box = str_part(sealed, 1, sealed.n);
	frame = mem_alloc(box.n - BOX_EXTRA_BYTES);
	if (frame == NULL)
		return no_memory(err);
	if (box_open(frame, key, with, box))
		status = decompress(
		    out, (struct str){ frame, box.n - BOX_EXTRA_BYTES }, plain_bytes_max, err);
	else
		status = err_set(err, STATUS_CORRUPT,
		    "sealed data was changed, or belongs to another key or entry");
	mem_free(frame);
	return status;
}
