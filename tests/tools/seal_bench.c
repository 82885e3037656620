/*
 * seal_bench FILE [ROUNDS]: what sealing the bytes of FILE costs at each zstd level that comes into
 * question, by seal_make() and seal_open() as they are, and what keys and signatures cost.
 */
#include "base/digest.h"
#include "base/file.h"
#include "ledger/keys.h"
#include "ledger/seal.h"
#include "ledger/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zstd.h>

#define ROUNDS 2000
#define FRAME_MAX (2u << 20)

static double
now_us(void)
{
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

static bool
measure_level(struct str plain, int level, unsigned rounds)
{
	static char frame[FRAME_MAX], back[FRAME_MAX];
	double from = now_us(), packed, unpacked;
	size_t n = 0;

	for (unsigned i = 0; i < rounds; i++)
		n = ZSTD_compress(frame, sizeof frame, plain.p, plain.n, level);
	packed = now_us();
	for (unsigned i = 0; i < rounds; i++)
		if (ZSTD_decompress(back, sizeof back, frame, n) != plain.n)
			return false;
	unpacked = now_us();
	printf("zstd level %d   %6zu bytes (1 to %.2f)  compress %6.1f us  decompress %6.1f us\n",
	    level, n, (double)plain.n / (double)n, (packed - from) / rounds,
	    (unpacked - packed) / rounds);
	return true;
}

static bool
measure_seal(struct str plain, unsigned rounds)
{
	static const unsigned char key[SEAL_KEY_BYTES];
	struct buf sealed = BUF_INIT, back = BUF_INIT;
	double from = now_us(), made, opened;
	bool well = true;

	for (unsigned i = 0; i < rounds && well; i++) {
		buf_clear(&sealed);
		well = seal_make(&sealed, key, STR_LIT("bench"), plain, NULL) == STATUS_OK;
	}
	made = now_us();
	for (unsigned i = 0; i < rounds && well; i++) {
		buf_clear(&back);
		well = seal_open(&back, key, STR_LIT("bench"), buf_str(&sealed), plain.n, NULL) ==
		       STATUS_OK;
	}
	opened = now_us();
	printf("seal           %6zu bytes (1 to %.2f)  make     %6.1f us  open       %6.1f us\n",
	    sealed.n, (double)plain.n / (double)sealed.n, (made - from) / rounds,
	    (opened - made) / rounds);
	well = well && str_eq(plain, buf_str(&back));
	buf_free(&sealed);
	buf_free(&back);
	return well;
}

/* Fewer are destroyed: each waits for the disk. */
static bool
measure_keys(const char *folder, unsigned rounds)
{
	unsigned char key[KEYS_BYTES];
	struct keys *keys = NULL;
	double from, taken, got, destroyed, slowest = 0;
	unsigned few = rounds < 50 ? rounds : 50;
	uint64_t no = 0;
	bool well =
	    keys_open(&keys, folder, NULL) == STATUS_OK && keys_reserve(keys, 1, NULL) == STATUS_OK;

	from = now_us();
	for (unsigned i = 0; i < rounds && well; i++) {
		double before = now_us();

		well = keys_take(&no, key, keys, NULL) == STATUS_OK;
		if (now_us() - before > slowest)
			slowest = now_us() - before;
	}
	taken = now_us();
	for (unsigned i = 0; i < rounds && well; i++)
		well = keys_get(key, keys, 1 + i * 7919u % rounds, NULL) == STATUS_OK;
	got = now_us();
	for (unsigned i = 0; i < few && well; i++)
		well = keys_destroy(keys, 1 + i, NULL) == STATUS_OK;
	destroyed = now_us();
	keys_close(keys);
	if (well)
		printf(
		    "key            take %.2f us (the one that makes a block: %.0f us)  get %.2f us"
		    "  destroy %.0f us\n",
		    (taken - from) / rounds, slowest, (got - taken) / rounds,
		    (destroyed - got) / few);
	return well;
}

static bool
measure_sign(const char *folder, unsigned rounds)
{
	struct checkpoint checkpoint = { .seq = 1 };
	unsigned char public_key[SIGN_PUBLIC_BYTES];
	struct sign *sign = NULL;
	double from, signed_at, verified;
	bool well = sign_open(&sign, folder, NULL) == STATUS_OK;

	if (well)
		sign_public(public_key, sign);
	from = now_us();
	for (unsigned i = 0; i < rounds && well; i++)
		well = sign_checkpoint(&checkpoint, sign, NULL) == STATUS_OK;
	signed_at = now_us();
	for (unsigned i = 0; i < rounds && well; i++)
		well = sign_verify(&checkpoint, public_key, NULL) == STATUS_OK;
	verified = now_us();
	sign_close(sign);
	if (well)
		printf("checkpoint     sign %.0f us  verify %.0f us\n", (signed_at - from) / rounds,
		    (verified - signed_at) / rounds);
	return well;
}

int
main(int argc, char **argv)
{
	struct buf plain = BUF_INIT;
	unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : ROUNDS;
	char folder[] = "/tmp/seal_bench.XXXXXX", keys[64], text[512];
	struct err err = ERR_NONE;
	bool well;

	if (argc < 2 || rounds == 0 || digest_init(NULL) != STATUS_OK ||
	    file_read(&plain, argv[1], FRAME_MAX / 2, &err) != STATUS_OK ||
	    mkdtemp(folder) == NULL) {
		fprintf(
		    stderr, "seal_bench FILE [ROUNDS]: %s\n", err_format(text, sizeof text, &err));
		return 64;
	}
	snprintf(keys, sizeof keys, "%s/keys", folder);
	printf("%zu bytes, %u rounds\n", plain.n, rounds);
	well = measure_seal(buf_str(&plain), rounds);
	for (int level = 1; level <= 3 && well; level++)
		well = measure_level(buf_str(&plain), level, rounds);
	well = well && measure_keys(keys, rounds) && measure_sign(keys, rounds);
	buf_free(&plain);
	well = file_remove_tree(folder, NULL) == STATUS_OK && well;
	if (!well)
		fprintf(stderr, "seal_bench: a call failed\n");
	return well ? 0 : 70;
}
