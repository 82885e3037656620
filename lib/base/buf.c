#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

#define VARINT_BYTES_MAX 10 /* 64 bits at 7 a byte */

void
buf_free(struct buf *buf)
{
	mem_free(buf->p);
	*buf = BUF_INIT;
}

void
buf_clear(struct buf *buf)
{
	buf->n = 0;
	buf->failed = false;
	if (buf->p != NULL)
		buf->p[0] = '\0';
}

/* Makes room for n more bytes and the NUL. */
static bool
reserve(struct buf *buf, size_t n)
{
	size_t room = buf->room == 0 ? 64 : buf->room;
	char *p;

	if (buf->failed || n > SIZE_MAX / 4 - buf->n) {
		buf->failed = true;
		return false;
	}
	if (buf->n + n + 1 <= buf->room)
		return true;
	while (room < buf->n + n + 1)
		room *= 2;
	p = mem_resize(buf->p, room, 1);
	if (p == NULL) {
		buf->failed = true;
		return false;
	}
	buf->p = p;
	buf->room = room;
	return true;
}

void
buf_add(struct buf *buf, const void *bytes, size_t n)
{
	if (!reserve(buf, n))
		return;
	if (n > 0)
		memcpy(buf->p + buf->n, bytes, n);
	buf->n += n;
	buf->p[buf->n] = '\0';
}

void
buf_add_str(struct buf *buf, struct str s)
{
	buf_add(buf, s.p, s.n);
}

void
buf_add_text(struct buf *buf, const char *terminated)
{
	buf_add(buf, terminated, strlen(terminated));
}

void
buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void
buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	size_t room;
	int length;

	/* Most is short and fits at once. */
	if (!reserve(buf, 32))
		return;
	room = buf->room - buf->n;
	va_start(args, format);
	length = vsnprintf(buf->p + buf->n, room, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < room) {
		buf->n += (size_t)length;
		return;
	}
	buf->p[buf->n] = '\0';
	if (length < 0 || !reserve(buf, (size_t)length)) {
		buf->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(buf->p + buf->n, (size_t)length + 1, format, args);
	va_end(args);
	buf->n += (size_t)length;
}

void
buf_add_u32(struct buf *buf, uint32_t value)
{
	unsigned char bytes[4];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(value >> (8 * i));
	buf_add(buf, bytes, sizeof bytes);
}

void
buf_add_u64(struct buf *buf, uint64_t value)
{
	buf_add_u32(buf, (uint32_t)value);
	buf_add_u32(buf, (uint32_t)(value >> 32));
}

void
buf_add_varint(struct buf *buf, uint64_t value)
{
	unsigned char bytes[VARINT_BYTES_MAX];
	size_t n = 0;

	while (value >= 0x80) {
		bytes[n++] = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	bytes[n++] = (unsigned char)value;
	buf_add(buf, bytes, n);
}

/* Bytes that an ASCII character takes in a JSON string; 0: not ASCII. */
static size_t
json_width(unsigned char c)
{
	if (c >= 0x80)
		return 0;
	if (c == '"' || c == '\\' || c == '\n')
		return 2;
	return c < 0x20 || c == 0x7f ? 6 : 1;
}

size_t
buf_json_bytes(struct str s)
{
	size_t bytes = 2;

	for (size_t at = 0; at < s.n;) {
		size_t from = at, width = json_width((unsigned char)s.p[at]);

		if (width > 0) {
			bytes += width;
			at++;
			continue;
		}
		bytes += str_utf8_next(s, &at) == 0xfffd ? 3 : at - from;
	}
	return bytes;
}

static char *
put_escaped(char *to, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	*to++ = '\\';
	if (json_width(c) == 2) {
		*to++ = c == '\n' ? 'n' : (char)c;
		return to;
	}
	memcpy(to, "u00", 3);
	to[3] = digits[c >> 4];
	to[4] = digits[c & 15];
	return to + 5;
}

void
buf_add_json(struct buf *buf, struct str s)
{
	size_t bytes = buf_json_bytes(s);
	char *to;

	if (!reserve(buf, bytes))
		return;
	to = buf->p + buf->n;
	*to++ = '"';
	for (size_t at = 0; at < s.n;) {
		size_t from = at, width = json_width((unsigned char)s.p[at]);

		if (width > 0) {
			if (width == 1)
				*to++ = s.p[at];
			else
				to = put_escaped(to, (unsigned char)s.p[at]);
			at++;
			continue;
		}
		if (str_utf8_next(s, &at) == 0xfffd) {
			memcpy(to, "\xef\xbf\xbd", 3);
			to += 3;
		} else {
			memcpy(to, s.p + from, at - from);
			to += at - from;
		}
	}
	*to++ = '"';
	*to = '\0';
	buf->n += bytes;
}

/* C1 controls, the bidirectional overrides, isolates and marks, the line separators, and what is
 * not seen: zero-width space, word joiners, byte order mark, annotations, tags. The joiners of
 * scripts (U+200C, U+200D) stay. */
static bool
drives_terminal(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0x200e || code == 0x200f ||
	       code == 0x2028 || code == 0x2029 || code == 0x061c || code == 0x200b ||
	       (code >= 0x2060 && code <= 0x2064) || code == 0xfeff ||
	       (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe007f);
}

void
buf_add_printable(struct buf *buf, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t code = str_utf8_next(s, &at);

		if (code != 0xfffd && !drives_terminal(code)) {
			buf_add(buf, s.p + from, at - from);
			continue;
		}
		for (size_t i = from; i < at; i++)
			buf_addf(buf, "\\x%02x", (unsigned)(unsigned char)s.p[i]);
	}
}

struct str
buf_str(const struct buf *buf)
{
	return buf->p == NULL ? STR_NONE : (struct str){ buf->p, buf->n };
}

bool
buf_failed(const struct buf *buf)
{
	return buf->failed;
}

bool
buf_take(struct str *out, struct str *in, size_t n)
{
	if (n > in->n)
		return false;
	*out = str_part(*in, 0, n);
	*in = str_part(*in, n, in->n);
	return true;
}

bool
buf_take_u32(uint32_t *out, struct str *in)
{
	struct str bytes;
	uint32_t value = 0;

	if (!buf_take(&bytes, in, 4))
		return false;
	for (size_t i = 0; i < 4; i++)
		value |= (uint32_t)(unsigned char)bytes.p[i] << (8 * i);
	*out = value;
	return true;
}

bool
buf_take_u64(uint64_t *out, struct str *in)
{
	struct str rest = *in;
	uint32_t low, high;

	if (!buf_take_u32(&low, &rest) || !buf_take_u32(&high, &rest))
		return false;
	*in = rest;
	*out = (uint64_t)high << 32 | low;
	return true;
}

bool
buf_take_varint(uint64_t *out, struct str *in)
{
	uint64_t value = 0;

	for (size_t i = 0; i < in->n && i < VARINT_BYTES_MAX; i++) {
		unsigned char c = (unsigned char)in->p[i];

		if (i == VARINT_BYTES_MAX - 1 && c > 1)
			return false; /* more than 64 bits */
		value |= (uint64_t)(c & 0x7f) << (7 * i);
		if ((c & 0x80) == 0) {
			*out = value;
			*in = str_part(*in, i + 1, in->n);
			return true;
		}
	}
	return false;
}
