#ifndef BASE_STR_H
#define BASE_STR_H
/*
 * str: a borrowed view of bytes, usually UTF-8, not terminated.
 *
 * A view owns nothing; whoever made it says how long the bytes stay valid. An absent value is
 * STR_NONE (n is 0); the code base does not tell empty from absent.
 * Threads: pure functions.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR_NONE ((struct str){ "", 0 })
#define STR_LIT(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* For printf("%.*s"): the two arguments of a view. */
#define STR_ARG(s) (int)(s).n, (s).p

struct str str_from(const char *terminated); /* NULL gives STR_NONE */
/* Here, as the inner loops of comparing and looking up call it; most that differ do so at once. */
static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0));
}
bool str_eq_text(struct str a, const char *terminated);
/* Orders by bytes, shorter first on a tie: <0, 0, >0 as memcmp. */
int str_cmp(struct str a, struct str b);
static inline bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}
bool str_ends(struct str s, struct str suffix);
/* The part from `from` on, at most n bytes; clamped to the view. */
static inline struct str
str_part(struct str s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	s.p += from;
	s.n -= from;
	if (n < s.n)
		s.n = n;
	return s;
}
/* Without leading and trailing ASCII white space. */
struct str str_trim(struct str s);
/* Cuts `s` at the first `sep`: returns the part before, leaves the part after in *s. */
struct str str_cut(struct str *s, char sep);
/* Case-insensitive for ASCII letters only. */
bool str_eq_nocase(struct str a, struct str b);
/* FNV-1a, 64 bit: for hash tables only, never for evidence. */
uint64_t str_hash(struct str s);
/*
 * A quicker one, for tables in memory: it differs between machines of different byte order. Eight
 * bytes a step, the last ones overlapping those before; multiplication by an odd number with many
 * bits, and folding the high half down, is the mixing step of common 64-bit hashes.
 */
static inline uint64_t
str_hash_words(struct str s)
{
	uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) ^ s.n, word = 0;
	uint32_t first, last;

	for (size_t at = 0; at + sizeof word < s.n; at += sizeof word) {
		memcpy(&word, s.p + at, sizeof word);
		hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 32;
	}
	if (s.n >= sizeof word) {
		memcpy(&word, s.p + s.n - sizeof word, sizeof word);
	} else if (s.n >= sizeof first) {
		memcpy(&first, s.p, sizeof first);
		memcpy(&last, s.p + s.n - sizeof last, sizeof last);
		word = (uint64_t)first << 32 | last;
	} else if (s.n > 0) {
		word = (uint64_t)(unsigned char)s.p[0] << 16 |
		       (uint64_t)(unsigned char)s.p[s.n / 2] << 8 | (unsigned char)s.p[s.n - 1];
	}
	hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ hash >> 32) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}
/* Decimal digits only, no sign; false if empty, anything else is there, or over `max`. */
bool str_to_u64(uint64_t *out, struct str s, uint64_t max);

/* True if no byte is above 0x7f. */
bool str_is_ascii(struct str s);
/*
 * Validity of UTF-8 as Unicode 15 table 3-7 has it (no surrogates, no overlong forms).
 * utf8_valid returns s.n if all is well, else the offset of the first bad byte.
 */
size_t str_utf8_valid(struct str s);
/* Number of code points; the input must be valid. */
size_t str_utf8_length(struct str s);
/* Decodes the code point at *at and moves *at past it; a bad byte gives U+FFFD and moves 1. */
uint32_t str_utf8_next(struct str s, size_t *at);

#endif
