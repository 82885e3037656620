#include "base/str.h"

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct str
str_from(const char *terminated)
{
	return terminated == NULL ? STR_NONE : (struct str){ terminated, strlen(terminated) };
}

bool
str_eq_text(struct str a, const char *terminated)
{
	return str_eq(a, str_from(terminated));
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (order != 0)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_part(s, s.n - suffix.n, suffix.n), suffix);
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_space(s.p[0]))
		s = str_part(s, 1, s.n);
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str
str_cut(struct str *s, char sep)
{
	struct str whole = *s;

	for (size_t i = 0; i < whole.n; i++)
		if (whole.p[i] == sep) {
			*s = str_part(whole, i + 1, whole.n);
			return str_part(whole, 0, i);
		}
	*s = str_part(whole, whole.n, 0);
	return whole;
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

uint64_t
str_hash(struct str s)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a offset basis */

	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 1099511628211u;
	return hash;
}

bool
str_to_u64(uint64_t *out, struct str s, uint64_t max)
{
	uint64_t value = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t digit;

		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		digit = (uint64_t)(s.p[i] - '0');
		if (digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

bool
str_is_ascii(struct str s)
{
	uint64_t word, high = 0;

	for (; s.n >= sizeof word; s = str_part(s, sizeof word, s.n)) {
		memcpy(&word, s.p, sizeof word);
		high |= word;
	}
	for (size_t i = 0; i < s.n; i++)
		high |= (unsigned char)s.p[i];
	return (high & UINT64_C(0x8080808080808080)) == 0;
}

static bool
continues(struct str s, size_t at, unsigned char low, unsigned char high)
{
	return at < s.n && (unsigned char)s.p[at] >= low && (unsigned char)s.p[at] <= high;
}

/* Bytes of the well-formed sequence at `at` (Unicode table 3-7), or 0. */
static size_t
sequence_length(struct str s, size_t at)
{
	unsigned char c = (unsigned char)s.p[at];
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (c == 0xe0)
		low = 0xa0;
	else if (c == 0xed)
		high = 0x9f;
	else if (c == 0xf0)
		low = 0x90;
	else if (c == 0xf4)
		high = 0x8f;
	if (!continues(s, at + 1, low, high))
		return 0;
	for (size_t i = 2; i < length; i++)
		if (!continues(s, at + i, 0x80, 0xbf))
			return 0;
	return length;
}

size_t
str_utf8_valid(struct str s)
{
	size_t at = 0;

	while (at < s.n) {
		size_t length = sequence_length(s, at);

		if (length == 0)
			return at;
		at += length;
	}
	return s.n;
}

size_t
str_utf8_length(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.n; i++)
		count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return count;
}

uint32_t
str_utf8_next(struct str s, size_t *at)
{
	size_t length = sequence_length(s, *at);
	unsigned char first = (unsigned char)s.p[*at];
	uint32_t code;

	if (length == 0) {
		(*at)++;
		return 0xfffd;
	}
	code = length == 1 ? first : first & (0x7fu >> length);
	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)s.p[*at + i] & 0x3fu);
	*at += length;
	return code;
}
