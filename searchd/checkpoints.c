#include "searchd/checkpoints.h"

#include "base/buf.h"
#include "base/mem.h"
#include "daemon/log.h"

#include <pthread.h>
#include <time.h>

#define LOOK_MS 1000
#define AGAIN_MS 60000 /* after a failure */

struct checkpoints {
	struct ledger *ledger;
	uint64_t entries;
	int64_t wait_ms;
	int64_t due_ms, not_before_ms; /* monotonic; the thread's own */
	pthread_t thread;
	pthread_mutex_t lock; /* `stopping` */
	pthread_cond_t stop;
	bool stopping;
};

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum status
checkpoints_sign(struct ledger *ledger, struct err *err)
{
	struct buf line = BUF_INIT;
	uint64_t seq;
	enum status status;

	if (ledger_checkpoint_news(ledger) == 0)
		return STATUS_OK;
	status = ledger_checkpoint(
	    &seq, &line, ledger, clock_ms(CLOCK_REALTIME), STR_LIT("searchd"), STR_NONE, err);
	buf_free(&line);
	return status;
}

/* The time counts from the first entry that none covers. */
static void
sign_if_due(struct checkpoints *c)
{
	int64_t now = clock_ms(CLOCK_MONOTONIC);
	uint64_t news = ledger_checkpoint_news(c->ledger);
	struct err err = ERR_NONE;

	if (news == 0) {
		c->due_ms = INT64_MAX;
		return;
	}
	if (c->due_ms == INT64_MAX)
		c->due_ms = now + c->wait_ms;
	if (now < c->not_before_ms || (now < c->due_ms && news < c->entries))
		return;
	c->due_ms = INT64_MAX;
	if (checkpoints_sign(c->ledger, &err) == STATUS_OK)
		return;
	log_err(LOG_LEVEL_ERROR, "checkpoint", &err);
	c->not_before_ms = now + AGAIN_MS;
}

static void *
run(void *arg)
{
	struct checkpoints *c = arg;

	pthread_mutex_lock(&c->lock);
	while (!c->stopping) {
		struct timespec until;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += LOOK_MS / 1000;
		(void)pthread_cond_timedwait(&c->stop, &c->lock, &until);
		if (!c->stopping)
			sign_if_due(c);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static void
destroy(struct checkpoints *c)
{
	pthread_cond_destroy(&c->stop);
	pthread_mutex_destroy(&c->lock);
	mem_free(c);
}

enum status
checkpoints_start(struct checkpoints **out, struct ledger *ledger, const struct settings *settings,
    struct err *err)
{
	enum status status = checkpoints_sign(ledger, err);
	struct checkpoints *c;
	pthread_condattr_t monotonic;

	if (status != STATUS_OK)
		return status;
	c = mem_zero(1, sizeof *c);
	if (c == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	c->ledger = ledger;
	c->entries = settings->checkpoint_entries;
	c->due_ms = INT64_MAX;
	c->wait_ms = (int64_t)settings->checkpoint_minutes * 60000;
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&c->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&c->thread, NULL, run, c) != 0) {
		destroy(c);
		return err_set(err, STATUS_NOMEM, "cannot start a thread");
	}
	*out = c;
	return STATUS_OK;
}

void
checkpoints_stop(struct checkpoints *c)
{
	if (c == NULL)
		return;
	pthread_mutex_lock(&c->lock);
	c->stopping = true;
	pthread_cond_signal(&c->stop);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	destroy(c);
}
