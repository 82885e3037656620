#include "linkage/distance.h"

#include "base/scratch.h"
#include "linkage/metaphone.h"

#include <limits.h>

static struct str
cut(struct str s)
{
	return str_part(s, 0, DISTANCE_BYTES_MAX);
}

/* Equal beginnings and ends never change the distance. */
static void
trim_common(struct str *a, struct str *b)
{
	while (a->n > 0 && b->n > 0 && a->p[0] == b->p[0]) {
		*a = (struct str){ a->p + 1, a->n - 1 };
		*b = (struct str){ b->p + 1, b->n - 1 };
	}
	while (a->n > 0 && b->n > 0 && a->p[a->n - 1] == b->p[b->n - 1]) {
		a->n--;
		b->n--;
	}
}

/*
 * Optimal string alignment, a column of the table at a time as the bits of a word (Hyyrö 2003, "A
 * bit-vector algorithm for computing Levenshtein and Damerau edit distances"): bit i of `up`
 * (`down`) says that the entry of a's letter i is one more (less) than the entry above it.
 */
unsigned
distance_osa(struct str a, struct str b, unsigned limit)
{
	/* Where each letter is in a; written below for those that occur, which are all that is
	 * read. */
	uint64_t at[UCHAR_MAX + 1] SCRATCH;
	uint64_t up = UINT64_MAX, down = 0, same = 0, here_before = 0, last;
	unsigned distance;

	a = cut(a);
	b = cut(b);
	if (limit > DISTANCE_BYTES_MAX)
		limit = DISTANCE_BYTES_MAX;
	trim_common(&a, &b);
	distance = (unsigned)a.n;
	if ((a.n > b.n ? a.n - b.n : b.n - a.n) > limit)
		return limit + 1;
	if (a.n == 0)
		return (unsigned)b.n;
	for (size_t j = 0; j < b.n; j++)
		at[(unsigned char)b.p[j]] = 0;
	for (size_t i = 0; i < a.n; i++)
		at[(unsigned char)a.p[i]] = 0;
	for (size_t i = 0; i < a.n; i++)
		at[(unsigned char)a.p[i]] |= UINT64_C(1) << i;
	last = UINT64_C(1) << (a.n - 1);
	for (size_t j = 0; j < b.n; j++) {
		uint64_t here = at[(unsigned char)b.p[j]], right, left;
		uint64_t swapped = ((~same & here) << 1) & here_before;

		same = (((here & up) + up) ^ up) | here | down | swapped;
		right = down | ~(same | up);
		left = same & up;
		distance += (right & last) != 0;
		distance -= (left & last) != 0;
		/* each letter of b that is left can take away one at the most */
		if (distance > limit + (b.n - 1 - j))
			return limit + 1;
		right = right << 1 | 1;
		up = left << 1 | ~(same | right);
		down = right & same;
		here_before = here;
	}
	return distance;
}

/* Marks the characters that agree within the window; returns their number. */
static unsigned
jaro_match(bool in_a[DISTANCE_BYTES_MAX], bool in_b[DISTANCE_BYTES_MAX], struct str a, struct str b)
{
	size_t longer = a.n > b.n ? a.n : b.n;
	size_t window = longer / 2 > 0 ? longer / 2 - 1 : 0;
	unsigned matches = 0;

	for (size_t i = 0; i < a.n; i++) {
		size_t from = i > window ? i - window : 0;

		for (size_t j = from; j < b.n && j <= i + window; j++) {
			if (in_b[j] || a.p[i] != b.p[j])
				continue;
			in_a[i] = in_b[j] = true;
			matches++;
			break;
		}
	}
	return matches;
}

static unsigned
jaro_out_of_order(const bool in_a[DISTANCE_BYTES_MAX], const bool in_b[DISTANCE_BYTES_MAX],
    struct str a, struct str b)
{
	unsigned different = 0;
	size_t j = 0;

	for (size_t i = 0; i < a.n; i++) {
		if (!in_a[i])
			continue;
		while (j < b.n && !in_b[j])
			j++;
		if (j < b.n)
			different += a.p[i] != b.p[j++];
	}
	return different;
}

double
distance_jaro(struct str a, struct str b)
{
	bool in_a[DISTANCE_BYTES_MAX] = { false }, in_b[DISTANCE_BYTES_MAX] = { false };
	double m, half;

	a = cut(a);
	b = cut(b);
	if (a.n == 0 && b.n == 0)
		return 1;
	m = jaro_match(in_a, in_b, a, b);
	if (m <= 0)
		return 0;
	half = jaro_out_of_order(in_a, in_b, a, b);
	return (m / (double)a.n + m / (double)b.n + (m - half / 2) / m) / 3;
}

double
distance_jaro_winkler(struct str a, struct str b)
{
	double jaro = distance_jaro(a, b);
	size_t prefix = 0;

	while (prefix < 4 && prefix < a.n && prefix < b.n && a.p[prefix] == b.p[prefix])
		prefix++;
	return jaro + 0.1 * (double)prefix * (1 - jaro);
}

void
distance_metaphone(
    char primary[METAPHONE_BYTES_MAX + 1], char alternate[METAPHONE_BYTES_MAX + 1], struct str word)
{
	metaphone_codes(primary, alternate, METAPHONE_BYTES_MAX, word);
}

/* '0': a vowel, which parts equal codes; '-': h, w and all that is no letter, which do not. */
static char
soundex_digit(char c)
{
	static const char digits[] = "01230120022455012623010202";

	c = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	if (c < 'a' || c > 'z' || c == 'h' || c == 'w')
		return '-';
	return digits[c - 'a'];
}

void
distance_soundex(char code[5], struct str word)
{
	char last = '-';
	size_t n = 0;

	word = cut(word);
	for (size_t i = 0; i < word.n && n < 4; i++) {
		char c = word.p[i], digit = soundex_digit(c);
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (n == 0 && is_letter) {
			code[n++] = (char)(c >= 'a' ? c - 'a' + 'A' : c);
			last = digit;
			continue;
		}
		if (digit == '-')
			continue;
		if (digit != '0' && digit != last)
			code[n++] = digit;
		last = digit;
	}
	while (n > 0 && n < 4)
		code[n++] = '0';
	code[n] = '\0';
}
