#include "tests/support/corpus_rng.h"

uint64_t
corpus_rng_next(struct corpus_rng *rng)
{
	uint64_t z = (rng->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

struct corpus_rng
corpus_rng_of(uint64_t seed, uint64_t stream, uint64_t number)
{
	struct corpus_rng rng = { seed };

	/* Each step passes through the mixer, so that neighbouring numbers share nothing. */
	rng.state = corpus_rng_next(&rng) ^ stream;
	rng.state = corpus_rng_next(&rng) ^ number;
	rng.state = corpus_rng_next(&rng);
	return rng;
}

uint32_t
corpus_rng_below(struct corpus_rng *rng, uint32_t n)
{
	return (uint32_t)(((corpus_rng_next(rng) >> 32) * n) >> 32);
}

uint32_t
corpus_rng_skewed(struct corpus_rng *rng, uint32_t n)
{
	uint64_t draw = corpus_rng_next(rng);
	uint64_t u = draw >> 32;

	if ((draw & 1) != 0)
		u = (u * u) >> 32;
	return (uint32_t)((u * n) >> 32);
}

bool
corpus_rng_chance(struct corpus_rng *rng, unsigned per_mille)
{
	return corpus_rng_below(rng, 1000) < per_mille;
}
