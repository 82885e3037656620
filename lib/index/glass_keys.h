#ifndef INDEX_GLASS_KEYS_H
#define INDEX_GLASS_KEYS_H
/*
 * glass_keys: how terms and document numbers stand in keys (head of bulk.c), for the writer
 * (bulk.c) and the reader (glass_reader.c).
 *
 * Threads: pure.
 */
#include "index/glass_file.h"

#define GLASS_NUMBER_BYTES_MAX 5

static inline size_t
glass_put_number(unsigned char *to, uint32_t number)
{
	size_t n = 2;

	/* 15 bits, and 7 for each byte more, as one is taken off the first byte. */
	while (n < GLASS_NUMBER_BYTES_MAX && number >> (7 * n + 1) != 0)
		n++;
	for (size_t i = n; i-- > 0; number >>= 8)
		to[i] = (unsigned char)number;
	if (n > 2)
		to[0] = (unsigned char)(to[0] | 0xffu << (10 - n));
	return n;
}

/* False if the n bytes are not one number. */
static inline bool
glass_take_number(uint32_t *out, const char *bytes, size_t n)
{
	uint64_t number;

	if (n < 2 || n > GLASS_NUMBER_BYTES_MAX)
		return false;
	number = (unsigned char)bytes[0];
	if (n > 2)
		number &= 0xffu >> (n - 1);
	else if (number > 127)
		return false;
	for (size_t i = 1; i < n; i++)
		number = number << 8 | (unsigned char)bytes[i];
	*out = (uint32_t)number;
	return number <= UINT32_MAX;
}

/* False if it is too long; a key has GLASS_KEY_BYTES_MAX bytes, with what follows the term. */
static inline bool
glass_put_term(unsigned char *to, size_t *n, struct str term)
{
	*n = 0;
	for (size_t i = 0; i < term.n; i++) {
		if (*n + 2 > GLASS_KEY_BYTES_MAX)
			return false;
		to[(*n)++] = (unsigned char)term.p[i];
		if (term.p[i] == '\0')
			to[(*n)++] = 0xff;
	}
	return *n <= GLASS_KEY_BYTES_MAX - 1 - GLASS_NUMBER_BYTES_MAX;
}

#endif
