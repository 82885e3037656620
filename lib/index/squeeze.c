/*
 * A canonical prefix code for each of seven kinds of the byte before: in order of length, then of
 * byte. The bits of the codes follow one another, highest first; the last byte is filled up with
 * ones, which are no code: the code of ones alone is 12 bits long in each table.
 */
#include "index/squeeze.h"

#include "base/mem.h"

#define KINDS 7
#define BITS_MAX 12

/* Bits of each byte's code in hexadecimal, by the kind of the byte before: vowel, other small
 * letter, capital, digit, blank, control byte, any other. Made by package-merge from how often each
 * byte stands in what the five exports of 300,000 generated people store (tests/support/corpus.h);
 * a byte counts as one in 4,000 at least, so that what is rare there is not dear everywhere. 5.0
 * bits a byte; a change of this table is a change of MANIFEST_VERSION. */
static const char *const lengths[KINDS] = {
	"c6bba887799abbbccccccccccccccccc5ccccccccccc9acccaaccccccccccccc"
	"ccbcccccccccccccccccccccccccccccc575346777a845368b344576969ccccc"
	"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
	"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
	"c56896666889aaabc8bccccccccccccc48cccccccccc98ccc78acccccc7ccccc"
	"ccacccccccccccccccccccccccccccccc4775376449657637b5556a7c6accccc"
	"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
	"cccbcccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
	"c789aaaccccbcccccccccccccccccccc8cccccccccccc4ccc566778899cccccc"
	"c67b76777c8a6a799b8579a99accccccc39883ba65ca48738b586688b8bccccc"
	"bcbcacacbcbcacacacbcacbcbcbcbcbcbcbcbcbcacacacbcacacacbcacacacbc"
	"acbaacacacacacbcbcacacacacbcacacacbcbcbcbcbcacbcacacbcacacbcacac",
	"c79988889aa999aab798bccccccccccc3798cbcccccc8ccc3444444444cccccc"
	"c7bb8c8c8ccc8ccc8c8c8cc8c8cccccccccccccccccccccccccccccccccccccc"
	"bcbcbcacbcbcbcbcbcbcbcbcacbcbcacbcbcbcbcbcacbcacbcbcbcbcacbcbcbc"
	"bcacbcbcbcbcbcbcbcbcbcbcbcbcbcbcacbcacacacbcbcbcbcbcbcbcbcbcbcbc",
	"cccccccccccccccccccccccccccccccccccccccccccccccc7555555777cccccc"
	"c54467655876557759446a75c8acccccc47c9cc7cccc59acccc95ccccccccccc"
	"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
	"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
	"54476757a9555865787887a9a8a6b985bccccaccccccccca5689989996cbccca"
	"67647777687756775b667aa7c7accc8acac6ccccccccc8cc8cc9ccccc8cccccc"
	"acacacacacacacacacacacabacacacacacacacacacacacacacacacacacacacac"
	"acacacacacacacacacacacacacacacacacacacacacacacacacacacacacacacac",
	"c33737777777776789999999aaaccc7c5ccccccccccccccc3bcccccccccccccc"
	"cabbbc8bbcacaa8cccaabcbbccbccc7ccbcccccccaccbcaaccbbbbcccbcccccc"
	"9999999999549999999999999999999998999999999999999999999999889999"
	"9989aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
};

struct squeeze {
	uint16_t codes[KINDS][256];
	uint8_t bits[KINDS][256];
	/* By the next 12 bits: byte above, length of its code in the lower four bits. */
	uint16_t bytes[KINDS][1 << BITS_MAX];
	uint8_t kinds[256];
};

static uint8_t
kind_of(unsigned byte)
{
	if (byte >= 'a' && byte <= 'z')
		return byte == 'a' || byte == 'e' || byte == 'i' || byte == 'o' || byte == 'u' ? 0
											       : 1;
	if (byte >= 'A' && byte <= 'Z')
		return 2;
	if (byte >= '0' && byte <= '9')
		return 3;
	return byte == ' ' ? 4 : byte < ' ' ? 5 : 6;
}

#define KIND_FIRST 6 /* as if an odd byte stood before the first */

static unsigned
length_of(unsigned kind, unsigned byte)
{
	char digit = lengths[kind][byte];

	return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static void
make_code(struct squeeze *squeeze, unsigned kind)
{
	unsigned code = 0; /* of 12 bits */

	for (unsigned bits = 1; bits <= BITS_MAX; bits++)
		for (unsigned byte = 0; byte < 256; byte++) {
			unsigned step = 1u << (BITS_MAX - bits);

			if (length_of(kind, byte) != bits)
				continue;
			squeeze->bits[kind][byte] = (uint8_t)bits;
			squeeze->codes[kind][byte] = (uint16_t)(code >> (BITS_MAX - bits));
			for (unsigned i = 0; i < step; i++)
				squeeze->bytes[kind][code + i] = (uint16_t)(byte << 4 | bits);
			code += step;
		}
}

enum status
squeeze_new(struct squeeze **out, struct err *err)
{
	struct squeeze *squeeze = mem_zero(1, sizeof *squeeze);

	if (squeeze == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (unsigned kind = 0; kind < KINDS; kind++)
		make_code(squeeze, kind);
	for (unsigned byte = 0; byte < 256; byte++)
		squeeze->kinds[byte] = kind_of(byte);
	*out = squeeze;
	return STATUS_OK;
}

void
squeeze_free(struct squeeze *squeeze)
{
	mem_free(squeeze);
}

size_t
squeeze_pack(const struct squeeze *squeeze, char *out, struct str bytes)
{
	unsigned kind = KIND_FIRST, held = 0; /* bits not written yet */
	uint32_t bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char byte = (unsigned char)bytes.p[i];

		bits = bits << squeeze->bits[kind][byte] | squeeze->codes[kind][byte];
		held += squeeze->bits[kind][byte];
		for (; held >= 8; held -= 8)
			out[n++] = (char)(bits >> (held - 8));
		kind = squeeze->kinds[byte];
	}
	if (held > 0)
		out[n++] = (char)(bits << (8 - held) | 0xffu >> held);
	return n;
}

bool
squeeze_unpack(const struct squeeze *squeeze, char *out, size_t *n, struct str packed)
{
	unsigned kind = KIND_FIRST, held = 0;
	uint32_t bits = 0;
	size_t at = 0;

	for (*n = 0;;) {
		unsigned next, entry, length;

		while (held < BITS_MAX && at < packed.n) {
			bits = bits << 8 | (unsigned char)packed.p[at++];
			held += 8;
		}
		/* Past the end stand ones. */
		next = held >= BITS_MAX
			   ? bits >> (held - BITS_MAX)
			   : bits << (BITS_MAX - held) | ((1u << (BITS_MAX - held)) - 1);
		next &= (1u << BITS_MAX) - 1;
		entry = squeeze->bytes[kind][next];
		length = entry & 15;
		if (length > held)
			return held < 8 && next == (1u << BITS_MAX) - 1;
		held -= length;
		out[(*n)++] = (char)(entry >> 4);
		kind = squeeze->kinds[entry >> 4];
	}
}
