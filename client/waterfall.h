#ifndef CLIENT_WATERFALL_H
#define CLIENT_WATERFALL_H
/*
 * waterfall: where each bar of a candidate's evidence begins and ends, for the terminal and HTML.
 *
 * The first bar is the prior, from 0; each field's bar begins where the last one ended; the last
 * bar is the sum, from 0 again. If the server's match weight is not the sum of what it shows (a
 * newer one may hold part back), the difference gets a bar "other", so that bars never lie.
 * Units: bits. Threads: pure.
 */
#include "client/answer.h"

struct waterfall_bar {
	struct str field;
	double bits;				/* length, signed */
	double from, to;			/* on the running total */
	const struct answer_evidence *evidence; /* NULL: prior, other, sum */
};

struct waterfall {
	const struct waterfall_bar *bars;
	size_t count;
	double low, high; /* the span of all bars; holds 0 */
};

enum status waterfall_make(struct waterfall *out, struct arena *arena,
    const struct answer_candidate *candidate, struct err *err) MUST_USE;

/* The cells [*first, *first + *count) of `cells` that the bar covers; at least one if it has any
 * length. `zero` (may be NULL) is the cell border at 0 bits. */
void waterfall_cells(unsigned *first, unsigned *count, unsigned *zero,
    const struct waterfall *waterfall, const struct waterfall_bar *bar, unsigned cells);

#endif
