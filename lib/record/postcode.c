#include "record/postcode.h"

#define NO_FIT 99u

/* Area codes, sorted; one-letter ones with a blank. */
static const char areas[][3] = { "AB", "AL", "B ", "BA", "BB", "BD", "BF", "BH", "BL", "BN", "BR",
	"BS", "BT", "BX", "CA", "CB", "CF", "CH", "CM", "CO", "CR", "CT", "CV", "CW", "DA", "DD",
	"DE", "DG", "DH", "DL", "DN", "DT", "DY", "E ", "EC", "EH", "EN", "EX", "FK", "FY", "G ",
	"GL", "GU", "GX", "GY", "HA", "HD", "HG", "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP",
	"IV", "JE", "KA", "KT", "KW", "KY", "L ", "LA", "LD", "LE", "LL", "LN", "LS", "LU", "M ",
	"ME", "MK", "ML", "N ", "NE", "NG", "NN", "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH",
	"PL", "PO", "PR", "RG", "RH", "RM", "S ", "SA", "SE", "SG", "SK", "SL", "SM", "SN", "SO",
	"SP", "SR", "SS", "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB",
	"W ", "WA", "WC", "WD", "WF", "WN", "WR", "WS", "WV", "YO", "ZE" };

static bool
is_area(const char *area, size_t n)
{
	char second = n == 2 ? area[1] : ' ';

	for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++)
		if (areas[i][0] == area[0] && areas[i][1] == second)
			return true;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The digit that a letter was meant for, or 0. */
static char
digit_for(char c)
{
	static const char from[] = "OQDILZSGBT", to[] = "0001125687";
	const char *at = c == '\0' ? NULL : strchr(from, c);

	return at == NULL ? '\0' : to[at - from];
}

static char
letter_for(char c)
{
	static const char from[] = "0125678", to[] = "OIZSGTB";
	const char *at = c == '\0' ? NULL : strchr(from, c);

	return at == NULL ? '\0' : to[at - from];
}

/* Writes `in` to `out` as the form says ('A' a letter, '9' a digit); returns the number of
 * characters put right, or NO_FIT. */
static unsigned
fit(char *out, const char *in, const char *form, size_t n)
{
	unsigned repairs = 0;

	for (size_t i = 0; i < n; i++) {
		bool fits = form[i] == '9' ? is_digit(in[i]) : is_letter(in[i]);

		out[i] = in[i];
		if (fits)
			continue;
		out[i] = form[i] == '9' ? digit_for(in[i]) : letter_for(in[i]);
		if (out[i] == '\0')
			return NO_FIT;
		repairs++;
	}
	return repairs;
}

/* Letters and digits of the text as capitals; 0 if there are too many or anything else but
 * blanks and the like. *gap is the number of characters before the first blank, or 0. */
static size_t
compact(char *out, size_t *gap, struct str text, size_t max)
{
	size_t n = 0;

	*gap = 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (is_letter(c) || is_digit(c)) {
			if (n == max)
				return 0;
			out[n++] = c;
		} else if (c == ' ' || c == '-' || c == '.' || c == '\t' || c == '_') {
			*gap = *gap == 0 ? n : *gap;
		} else {
			return 0;
		}
	}
	return n;
}

struct form {
	const char *form;
	size_t area;	  /* letters of the area code */
	const char *last; /* letters that may end the district; "" where a digit does */
};

/* The best reading of an outward part: fewest repairs, then the order here. */
static unsigned
fit_outward(char *out, size_t *length, const char *in, size_t n)
{
	static const struct form forms[] = { { "A9", 1, "" }, { "AA9", 2, "" }, { "A99", 1, "" },
		{ "A9A", 1, "ABCDEFGHJKMNPRSTUVWXY" }, { "AA99", 2, "" },
		{ "AA9A", 2, "ABCDEFGHJKMNPRSTUVWXY" } };
	unsigned best = NO_FIT;
	char tried[5];

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		unsigned repairs;

		if (strlen(forms[i].form) != n)
			continue;
		repairs = fit(tried, in, forms[i].form, n);
		if (repairs >= best || !is_area(tried, forms[i].area) ||
		    (is_letter(tried[n - 1]) && strchr(forms[i].last, tried[n - 1]) == NULL))
			continue;
		best = repairs;
		*length = n;
		memcpy(out, tried, n);
		/* No district is written with a leading zero, though people do: "LS01". */
		if (strcmp(forms[i].form, "AA99") == 0 && tried[2] == '0') {
			out[2] = tried[3];
			*length = 3;
		}
	}
	return best;
}

static bool
is_inward(const char *in)
{
	return strchr("CIKMOV", in[1]) == NULL && strchr("CIKMOV", in[2]) == NULL;
}

static void
put(struct postcode *out, const char *outward, size_t n, const char *inward, size_t inward_n)
{
	char lower[POSTCODE_BYTES_MAX + 1] = "";

	for (size_t i = 0; i < n + inward_n; i++) {
		char c = i < n ? outward[i] : inward[i - n];

		lower[i] = is_letter(c) ? (char)(c - 'A' + 'a') : c;
	}
	memset(out, 0, sizeof *out);
	memcpy(out->outcode, lower, n);
	if (inward_n >= 1) {
		memcpy(out->sector, lower, n);
		out->sector[n] = ' ';
		out->sector[n + 1] = lower[n];
	}
	if (inward_n == 3)
		memcpy(out->whole, lower, n + inward_n);
}

/* "BFPO 123" and "BFPO c/o 123" (the slash has become a blank): the number is the district. */
static bool
is_forces(struct postcode *out, const char *in, size_t n)
{
	if (n < 5 || n > POSTCODE_BYTES_MAX || memcmp(in, "BFPO", 4) != 0)
		return false;
	for (size_t i = 4; i < n; i++)
		if (!is_digit(in[i]))
			return false;
	memset(out, 0, sizeof *out);
	memcpy(out->outcode, "bfpo", 4);
	memcpy(out->whole, "bfpo", 4);
	memcpy(out->whole + 4, in + 4, n - 4);
	return true;
}

static bool
parse_whole(struct postcode *out, const char *in, size_t n, unsigned repairs_max)
{
	char outward[5], inward[4];
	size_t length = 0;
	unsigned repairs;

	if (is_forces(out, in, n))
		return true;
	if (n < 5 || n > 7)
		return false;
	if (n == 6 && memcmp(in, "GIR", 3) == 0 && (in[3] == '0' || in[3] == 'O') &&
	    memcmp(in + 4, "AA", 2) == 0) {
		put(out, "GIR", 3, "0AA", 3);
		return true;
	}
	repairs = fit(inward, in + n - 3, "9AA", 3);
	if (repairs == NO_FIT || !is_inward(inward))
		return false;
	repairs += fit_outward(outward, &length, in, n - 3);
	if (repairs > repairs_max)
		return false;
	put(out, outward, length, inward, 3);
	return true;
}

bool
postcode_parse_whole(struct postcode *out, struct str text, unsigned repairs)
{
	char in[POSTCODE_BYTES_MAX];
	size_t gap, n = compact(in, &gap, text, sizeof in);

	return n > 0 && parse_whole(out, in, n, repairs);
}

bool
postcode_parse(struct postcode *out, struct str text)
{
	char in[POSTCODE_BYTES_MAX], outward[5];
	size_t gap, length = 0, n = compact(in, &gap, text, sizeof in);

	if (n == 0)
		return false;
	if (parse_whole(out, in, n, POSTCODE_REPAIRS_MAX))
		return true;
	/* "LS1 4": a blank before the last digit tells the sector from the district LS14. */
	if (gap >= 2 && gap == n - 1 && is_digit(in[n - 1]) &&
	    fit_outward(outward, &length, in, gap) == 0) {
		put(out, outward, length, in + gap, 1);
		return true;
	}
	if (n < 2 || n > 4 || fit_outward(outward, &length, in, n) > 0)
		return false;
	put(out, outward, length, "", 0);
	return true;
}
