#ifndef SUPPORT_CORPUS_RNG_H
#define SUPPORT_CORPUS_RNG_H
/*
 * corpus_rng: random numbers of the corpus, the same stream on every machine.
 *
 * splitmix64 (Steele, Lea, Flood 2014); integer arithmetic only.
 * Threads: a stream belongs to one thread at a time.
 */
#include <stdbool.h>
#include <stdint.h>

struct corpus_rng {
	uint64_t state;
};

/* A stream of its own for each (seed, stream, number). */
struct corpus_rng corpus_rng_of(uint64_t seed, uint64_t stream, uint64_t number);
uint64_t corpus_rng_next(struct corpus_rng *rng);
/* In 0..n-1; n > 0. */
uint32_t corpus_rng_below(struct corpus_rng *rng, uint32_t n);
/* As above, low numbers more often: the most common of 200 some 4%, the rarest 0.3%. */
uint32_t corpus_rng_skewed(struct corpus_rng *rng, uint32_t n);
bool corpus_rng_chance(struct corpus_rng *rng, unsigned per_mille);

#endif
