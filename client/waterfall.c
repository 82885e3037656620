#include "client/waterfall.h"

#include <math.h>

#define SAME_BITS                                                                       \
	0.05 /* half of the last digit that searchd gives: each figure may be off by it \
	      */

static void
add(struct waterfall *w, struct waterfall_bar *bars, struct waterfall_bar bar)
{
	bars[w->count++] = bar;
	w->low = fmin(w->low, fmin(bar.from, bar.to));
	w->high = fmax(w->high, fmax(bar.from, bar.to));
}

enum status
waterfall_make(
    struct waterfall *out, struct arena *arena, const struct answer_candidate *c, struct err *err)
{
	struct waterfall_bar *bars = arena_alloc(arena, c->evidence_count + 3, sizeof *bars);
	double total = c->prior;

	*out = (struct waterfall){ bars, 0, 0, 0 };
	if (bars == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	add(out, bars,
	    (struct waterfall_bar){ STR_LIT("before looking"), c->prior, 0, c->prior, NULL });
	for (size_t i = 0; i < c->evidence_count; i++) {
		const struct answer_evidence *e = &c->evidence[i];

		add(out, bars,
		    (struct waterfall_bar){ e->field, e->bits, total, total + e->bits, e });
		total += e->bits;
	}
	if (fabs(c->match_weight - total) > SAME_BITS * (double)(c->evidence_count + 2))
		add(out, bars,
		    (struct waterfall_bar){
			STR_LIT("other"), c->match_weight - total, total, c->match_weight, NULL });
	add(out, bars,
	    (struct waterfall_bar){
		STR_LIT("match weight"), c->match_weight, 0, c->match_weight, NULL });
	return STATUS_OK;
}

/* The cell border nearest to the value. */
static unsigned
border(const struct waterfall *w, double value, unsigned cells)
{
	double span = w->high - w->low;

	if (!(span > 0))
		return 0;
	return (unsigned)lround(fmin(1, fmax(0, (value - w->low) / span)) * cells);
}

void
waterfall_cells(unsigned *first, unsigned *count, unsigned *zero, const struct waterfall *w,
    const struct waterfall_bar *bar, unsigned cells)
{
	unsigned a = border(w, fmin(bar->from, bar->to), cells);
	unsigned b = border(w, fmax(bar->from, bar->to), cells);

	if (a == b && fabs(bar->bits) >= SAME_BITS) {
		if (b < cells)
			b++;
		else if (a > 0)
			a--;
	}
	*first = a;
	*count = b - a;
	if (zero != NULL)
		*zero = border(w, 0, cells);
}
