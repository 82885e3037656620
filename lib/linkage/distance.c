#include "linkage/distance.h"

#include "linkage/metaphone.h"

static struct str
cut(struct str s)
{
	return str_part(s, 0, DISTANCE_BYTES_MAX);
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
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

/* One row of the table; returns its least entry. */
static unsigned
osa_row(unsigned *row, const unsigned *above, const unsigned *above2, struct str a, struct str b,
    size_t i)
{
	unsigned least = (unsigned)i;

	row[0] = (unsigned)i;
	for (size_t j = 1; j <= b.n; j++) {
		unsigned swap = a.p[i - 1] != b.p[j - 1];

		row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + swap);
		if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
		    above2[j - 2] + 1 < row[j])
			row[j] = above2[j - 2] + 1;
		if (row[j] < least)
			least = row[j];
	}
	return least;
}

unsigned
distance_osa(struct str a, struct str b, unsigned limit)
{
	unsigned rows[3][DISTANCE_BYTES_MAX + 1];
	unsigned least = 0, least_above;

	a = cut(a);
	b = cut(b);
	if (limit > DISTANCE_BYTES_MAX)
		limit = DISTANCE_BYTES_MAX;
	trim_common(&a, &b);
	if ((a.n > b.n ? a.n - b.n : b.n - a.n) > limit)
		return limit + 1;
	for (size_t j = 0; j <= b.n; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		least_above = least;
		least = osa_row(rows[i % 3], rows[(i + 2) % 3], rows[(i + 1) % 3], a, b, i);
		/* a transposition reaches over one row, so two rows must be past the limit */
		if (least > limit && least_above > limit)
			return limit + 1;
	}
	return rows[a.n % 3][b.n] > limit ? limit + 1 : rows[a.n % 3][b.n];
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
