#ifndef SEARCHD_PUT_H
#define SEARCHD_PUT_H
/*
 * put: the fields of a JSON object, one after another, for the writers of answers.
 *
 * A comma goes in front of a field or item where one is needed. Buffers tell of failure by
 * themselves. Included by those who write answers, so that all write values alike.
 * Threads: pure apart from the buffer.
 */
#include "searchd/answer.h"

#include <math.h>

/* A body that is not longer fits into a reply of WIRE_REPLY_BYTES_MAX: as a string in the envelope
 * it takes at most twice as many bytes, since control characters and quotes are escaped already. */
#define PUT_BODY_BYTES_MAX ((size_t)480 << 10)

static inline void
key(struct buf *out, const char *name)
{
	if (out->n > 0 && out->p[out->n - 1] != '{' && out->p[out->n - 1] != '[')
		buf_add_char(out, ',');
	buf_add_char(out, '"');
	buf_add_text(out, name);
	buf_add(out, "\":", 2);
}

static inline void
put_text(struct buf *out, const char *name, struct str value)
{
	key(out, name);
	buf_add_json(out, value);
}

/* In hex. */
static inline void
put_digest(struct buf *out, const char *name, const struct digest *digest)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(hex, digest);
	put_text(out, name, str_from(hex));
}

/* The hash of the policy under which an entry was made. */
static inline void
put_policy(struct buf *out, const struct call *call)
{
	put_digest(out, "policy", policy_hash(call->world->rules->policy));
}

static inline void
put_bool(struct buf *out, const char *name, bool value)
{
	key(out, name);
	buf_add_text(out, value ? "true" : "false");
}

static inline void
put_number(struct buf *out, const char *name, uint64_t value)
{
	key(out, name);
	buf_addf(out, "%llu", (unsigned long long)value);
}

static inline void
put_real(struct buf *out, const char *name, double value)
{
	key(out, name);
	if (isfinite(value))
		buf_addf(out, "%.2f", value);
	else
		buf_add_text(out, "null");
}

/* The comma between items of a list. */
static inline void
next(struct buf *out)
{
	if (out->n > 0 && out->p[out->n - 1] != '[')
		buf_add_char(out, ',');
}

static inline void
put_time(struct buf *out, const char *name, int64_t at_ms)
{
	key(out, name);
	answer_write_time(out, at_ms);
}

static inline void
put_day(struct buf *out, const char *name, day_number day)
{
	key(out, name);
	buf_add_char(out, '"');
	if (day != DAY_NONE)
		day_format(out, day);
	buf_add_char(out, '"');
}

#endif
