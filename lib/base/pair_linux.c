#include "base/pair.h"

#include "base/mem.h"

#include <pthread.h>
#include <unistd.h>

struct pair {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void (*work)(void *ctx, unsigned which); /* NULL: there is none, or it is done */
	void *ctx;
	bool stopping;
	const struct pair_load *load; /* or NULL */
	unsigned cores;
};

static void *
second_main(void *arg)
{
	struct pair *pair = arg;

	pthread_mutex_lock(&pair->lock);
	for (;;) {
		while (pair->work == NULL && !pair->stopping)
			pthread_cond_wait(&pair->changed, &pair->lock);
		if (pair->work == NULL)
			break;
		pthread_mutex_unlock(&pair->lock);
		pair->work(pair->ctx, 1);
		pthread_mutex_lock(&pair->lock);
		pair->work = NULL;
		pthread_cond_signal(&pair->changed);
	}
	pthread_mutex_unlock(&pair->lock);
	return NULL;
}

enum status
pair_new(struct pair **out, const struct pair_load *load, struct err *err)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct pair *pair;

	*out = NULL;
	if (cores < 2)
		return err_set(err, STATUS_UNAVAILABLE, "there is one core only");
	pair = mem_zero(1, sizeof *pair);
	if (pair == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	pair->load = load;
	pair->cores = (unsigned)cores;
	pthread_mutex_init(&pair->lock, NULL);
	pthread_cond_init(&pair->changed, NULL);
	if (pthread_create(&pair->thread, NULL, second_main, pair) != 0) {
		pthread_cond_destroy(&pair->changed);
		pthread_mutex_destroy(&pair->lock);
		mem_free(pair);
		return err_set(err, STATUS_UNAVAILABLE, "cannot start a thread");
	}
	*out = pair;
	return STATUS_OK;
}

void
pair_free(struct pair *pair)
{
	if (pair == NULL)
		return;
	pthread_mutex_lock(&pair->lock);
	pair->stopping = true;
	pthread_cond_signal(&pair->changed);
	pthread_mutex_unlock(&pair->lock);
	pthread_join(pair->thread, NULL);
	pthread_cond_destroy(&pair->changed);
	pthread_mutex_destroy(&pair->lock);
	mem_free(pair);
}

/* The header is read by C++ too, which has no _Atomic: hence the compiler's own operations. */
void
pair_begin(struct pair_load *load)
{
	(void)__atomic_add_fetch(&load->busy, 1, __ATOMIC_RELAXED);
}

void
pair_end(struct pair_load *load)
{
	(void)__atomic_sub_fetch(&load->busy, 1, __ATOMIC_RELAXED);
}

static bool
has_room(const struct pair *pair)
{
	return pair->load == NULL ||
	       2 * __atomic_load_n(&pair->load->busy, __ATOMIC_RELAXED) <= pair->cores;
}

void
pair_run(struct pair *pair, void (*work)(void *ctx, unsigned which), void *ctx)
{
	if (pair == NULL || !has_room(pair)) {
		work(ctx, 0);
		return;
	}
	pthread_mutex_lock(&pair->lock);
	pair->ctx = ctx;
	pair->work = work;
	pthread_cond_signal(&pair->changed);
	pthread_mutex_unlock(&pair->lock);
	work(ctx, 0);
	pthread_mutex_lock(&pair->lock);
	while (pair->work != NULL)
		pthread_cond_wait(&pair->changed, &pair->lock);
	pthread_mutex_unlock(&pair->lock);
}
