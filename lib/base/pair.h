#ifndef BASE_PAIR_H
#define BASE_PAIR_H
/*
 * pair: a second thread that works beside one other, so that an answer that nobody else waits for
 * is there sooner. What is done in both is shared out by the work itself (an atomic counter): if
 * the second thread is late, because every core is busy, the first one finds nothing left and only
 * waits for what the second has begun.
 * Threads: pair_run() belongs to one thread at a time; the work runs in that thread and in the
 * second one at once.
 */
#include "base/err.h"

struct pair;

/*
 * How many of those who have a pair are at work. Where each of them had two threads, would there be
 * more than cores, each works alone: a second thread would only take the core from somebody else,
 * and cost the way there and back. All zero at first; changed by pair_begin() and pair_end(), in
 * any thread.
 */
struct pair_load {
	unsigned busy;
};
void pair_begin(struct pair_load *load);
void pair_end(struct pair_load *load);

/* `load` is borrowed; NULL: nobody else is at work. STATUS_UNAVAILABLE: there is one core only, or
 * no thread to be had. Owned by the caller. */
enum status pair_new(struct pair **out, const struct pair_load *load, struct err *err) MUST_USE;
void pair_free(struct pair *pair); /* NULL is fine; no work is under way */

/* Runs work(ctx, 1) in the second thread and work(ctx, 0) in this one; back when both are through.
 * What this thread wrote before is seen by the second one, and the other way round after. With NULL
 * for the pair: work(ctx, 0) alone. */
void pair_run(struct pair *pair, void (*work)(void *ctx, unsigned which), void *ctx);

#endif
