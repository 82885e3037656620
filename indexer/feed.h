#ifndef INDEXER_FEED_H
#define INDEXER_FEED_H
/*
 * feed: takes people to the index: their features, stored bytes and terms are made and added.
 *
 * A base is fed by two threads: the caller's makes features and stored bytes, a second one makes
 * the terms and adds them with the counts of names, in the order in which the people came, so the
 * index is the same bytes as one thread would make. A delta, whose writer looks at what is there
 * between two people, is fed by the caller's thread alone.
 * Memory: FEED_BATCHES times FEED_PEOPLE people or FEED_BYTES, and the largest person.
 * Threads: a feed belongs to one thread; while it lives nobody else uses its writer and
 * vocabulary, but for what feed_start says of a delta.
 */
#include "base/err.h"
#include "index/record_index.h"
#include "index/signature.h"
#include "index/vocabulary.h"
#include "record/fold.h"
#include "record/lexicon.h"
#include "record/person.h"

#define FEED_PEOPLE 64	      /* handed over at once: some 300 KB of features, what a cache holds */
#define FEED_BYTES (1u << 20) /* or as many as fill this */
#define FEED_BATCHES 64	      /* see feed.c */

struct feed;

/*
 * What is given is borrowed until feed_finish or feed_abandon. `vocabulary` and `signatures` NULL:
 * this is a delta, everything happens within feed_add, and the writer may be used between two
 * calls.
 */
enum status feed_start(struct feed **out, struct index_writer *writer,
    struct vocabulary_builder *vocabulary, struct signature_writer *signatures,
    struct folder *folder, const struct lexicon *lexicon, struct err *err) MUST_USE;

/* Adds a person; nothing given is needed afterwards. A failure may be that of one before. */
enum status feed_add(struct feed *feed, const struct case_header *header,
    const struct person *person, struct err *err) MUST_USE;
/* Waits until all are added. Frees. */
enum status feed_finish(struct feed *feed, struct err *err) MUST_USE;
/* Ends without adding what waits. NULL is fine. */
void feed_abandon(struct feed *feed);

#endif
