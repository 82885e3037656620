/*
 * The batches are a ring: batch n is at n % FEED_BATCHES. Those from `added` up to `made` are the
 * second thread's, the one numbered `made` is the caller's; both numbers change under the lock
 * only. A thread that has to wait sleeps until half of the ring is ready for it: where cores are
 * shared a wake-up waits for the turns of others, so there should be few of them.
 * Once a person failed to be added, the second thread passes over all that still comes, and
 * the caller hears of it with the next batch or at the end.
 */
#include "indexer/feed.h"

#include "base/mem.h"
#include "index/terms.h"
#include "record/codec.h"
#include "record/features.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#define PERSON_TERMS_MAX 16384 /* a person at every limit of person.h makes a tenth of it */

struct fed {
	struct str record_id, data;
	struct features features;
};

struct batch {
	struct arena *arena; /* of all that its people are made of */
	struct fed people[FEED_PEOPLE];
	size_t count;
};

struct feed {
	struct index_writer *writer;
	struct vocabulary_builder *vocabulary;
	struct signature_writer *signatures;
	struct folder *folder;
	const struct lexicon *lexicon;
	struct buf data;
	struct batch batches[FEED_BATCHES];
	uint64_t made, added;
	/* Of whoever adds */
	struct arena *arena;
	struct str terms[PERSON_TERMS_MAX];
	size_t term_count;
	bool too_many_terms;
	/* Between the threads */
	bool threaded;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* made, added, ending */
	bool ending, dropping;
	enum status status; /* of the first person that could not be added */
	struct err err;
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- Adding -------------------------------------------------------------------------------- */
static void
take_term(void *ctx, struct str term)
{
	struct feed *feed = ctx;

	if (feed->term_count == PERSON_TERMS_MAX)
		feed->too_many_terms = true;
	else
		feed->terms[feed->term_count++] = term;
}

static enum status
add_fed(struct feed *feed, const struct fed *fed, struct err *err)
{
	enum status status;

	arena_reset(feed->arena);
	feed->term_count = 0;
	status = terms_of_record(&fed->features, feed->arena, take_term, feed, err);
	if (status == STATUS_OK && feed->too_many_terms)
		status =
		    err_set(err, STATUS_LIMIT, "a person has more than %d terms", PERSON_TERMS_MAX);
	if (status == STATUS_OK)
		status = index_writer_add(
		    feed->writer, fed->record_id, fed->data, feed->terms, feed->term_count, err);
	if (status == STATUS_OK && feed->vocabulary != NULL)
		status = vocabulary_builder_add(feed->vocabulary, &fed->features, err);
	if (status == STATUS_OK && feed->signatures != NULL)
		status = signature_writer_add(feed->signatures, &fed->features, err);
	return status;
}

static enum status
add_batch(struct feed *feed, const struct batch *batch, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < batch->count; i++)
		status = add_fed(feed, &batch->people[i], err);
	return status;
}

/* --- Two threads --------------------------------------------------------------------------- */
static struct batch *
batch_at(struct feed *feed, uint64_t number)
{
	return &feed->batches[number % FEED_BATCHES];
}

static void *
add_all(void *ctx)
{
	struct feed *feed = ctx;

	pthread_mutex_lock(&feed->lock);
	for (;;) {
		struct batch *batch = batch_at(feed, feed->added);
		struct err err = ERR_NONE;
		enum status status = feed->status;

		if (feed->added == feed->made && feed->ending)
			break;
		if (feed->added == feed->made) {
			while (feed->made - feed->added < FEED_BATCHES / 2 && !feed->ending)
				pthread_cond_wait(&feed->changed, &feed->lock);
			continue;
		}
		if (status == STATUS_OK && !feed->dropping) {
			pthread_mutex_unlock(&feed->lock);
			status = add_batch(feed, batch, &err);
			pthread_mutex_lock(&feed->lock);
		}
		if (feed->status == STATUS_OK && status != STATUS_OK) {
			feed->status = status;
			feed->err = err;
		}
		feed->added++;
		if (feed->made - feed->added == FEED_BATCHES / 2)
			pthread_cond_signal(&feed->changed);
	}
	pthread_mutex_unlock(&feed->lock);
	return NULL;
}

/* Signals are the main thread's. */
static enum status
start_thread(struct feed *feed, struct err *err)
{
	sigset_t all, before;
	int code;

	pthread_mutex_init(&feed->lock, NULL);
	pthread_cond_init(&feed->changed, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(&feed->thread, NULL, add_all, feed);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	feed->threaded = code == 0;
	if (feed->threaded)
		return STATUS_OK;
	pthread_cond_destroy(&feed->changed);
	pthread_mutex_destroy(&feed->lock);
	errno = code;
	return err_sys(err, "load", "cannot start a second thread");
}

static void
stop_thread(struct feed *feed, bool dropping)
{
	if (!feed->threaded)
		return;
	pthread_mutex_lock(&feed->lock);
	feed->ending = true;
	feed->dropping = dropping;
	pthread_cond_signal(&feed->changed);
	pthread_mutex_unlock(&feed->lock);
	pthread_join(feed->thread, NULL);
	pthread_cond_destroy(&feed->changed);
	pthread_mutex_destroy(&feed->lock);
	feed->threaded = false;
}

static enum status
tell(const struct feed *feed, struct err *err)
{
	if (feed->status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = feed->err;
	return feed->status;
}

/* Gives the caller's batch away and waits until the next one is free. */
static enum status
hand_over(struct feed *feed, struct err *err)
{
	struct batch *next;
	enum status status;

	pthread_mutex_lock(&feed->lock);
	feed->made++;
	if (feed->made - feed->added == FEED_BATCHES / 2)
		pthread_cond_signal(&feed->changed);
	if (feed->made - feed->added == FEED_BATCHES)
		while (feed->made - feed->added > FEED_BATCHES / 2)
			pthread_cond_wait(&feed->changed, &feed->lock);
	status = tell(feed, err);
	pthread_mutex_unlock(&feed->lock);
	next = batch_at(feed, feed->made);
	next->count = 0;
	arena_reset(next->arena);
	return status;
}

/* --- Making -------------------------------------------------------------------------------- */
static enum status
make_fed(struct feed *feed, struct batch *batch, const struct case_header *header,
    const struct person *person, struct err *err)
{
	struct fed *fed = &batch->people[batch->count];
	enum status status =
	    features_make(&fed->features, batch->arena, feed->folder, feed->lexicon, person, err);

	if (status != STATUS_OK)
		return status;
	buf_clear(&feed->data);
	codec_encode(&feed->data, header, person);
	if (buf_failed(&feed->data) ||
	    !arena_copy(&fed->record_id, batch->arena, header->record_id) ||
	    !arena_copy(&fed->data, batch->arena, buf_str(&feed->data)))
		return no_memory(err);
	batch->count++;
	return STATUS_OK;
}

enum status
feed_add(struct feed *feed, const struct case_header *header, const struct person *person,
    struct err *err)
{
	struct batch *batch = batch_at(feed, feed->made);
	enum status status = make_fed(feed, batch, header, person, err);

	if (status != STATUS_OK)
		return status;
	if (feed->threaded)
		return batch->count < FEED_PEOPLE && arena_used(batch->arena) < FEED_BYTES
			   ? STATUS_OK
			   : hand_over(feed, err);
	status = add_batch(feed, batch, err);
	batch->count = 0;
	arena_reset(batch->arena);
	return status;
}

/* --- Beginning and end --------------------------------------------------------------------- */
enum status
feed_start(struct feed **out, struct index_writer *writer, struct vocabulary_builder *vocabulary,
    struct signature_writer *signatures, struct folder *folder, const struct lexicon *lexicon,
    struct err *err)
{
	struct feed *feed = mem_zero(1, sizeof *feed);
	bool whole = feed != NULL;
	enum status status = STATUS_OK;

	if (!whole)
		return no_memory(err);
	feed->writer = writer;
	feed->vocabulary = vocabulary;
	feed->signatures = signatures;
	feed->folder = folder;
	feed->lexicon = lexicon;
	feed->data = BUF_INIT;
	feed->err = ERR_NONE;
	feed->arena = arena_new(0);
	whole = feed->arena != NULL;
	for (size_t i = 0; i < FEED_BATCHES; i++) {
		feed->batches[i].arena = arena_new(0);
		whole = whole && feed->batches[i].arena != NULL;
	}
	if (!whole)
		status = no_memory(err);
	else if (vocabulary != NULL)
		status = start_thread(feed, err);
	if (status != STATUS_OK)
		feed_abandon(feed);
	else
		*out = feed;
	return status;
}

enum status
feed_finish(struct feed *feed, struct err *err)
{
	enum status status = STATUS_OK;

	if (feed->threaded) {
		status = hand_over(feed, err);
		stop_thread(feed, false);
		status = tell(feed, err);
	}
	feed_abandon(feed);
	return status;
}

void
feed_abandon(struct feed *feed)
{
	if (feed == NULL)
		return;
	stop_thread(feed, true);
	for (size_t i = 0; i < FEED_BATCHES; i++)
		arena_free(feed->batches[i].arena);
	arena_free(feed->arena);
	buf_free(&feed->data);
	mem_free(feed);
}
