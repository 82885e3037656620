#include "client/pipeline.h"

#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#define ROW_BYTES_MAX (4u << 20) /* a row of ROWS_ROW_BYTES_MAX and what is made of it */
#define SCRATCH_BYTES_MAX (64u << 20)

/* FREE -> (made by the owner) READY or DONE -> RUNNING -> DONE or FAULT -> FREE. DROPPED: was READY
 * when the pipeline stopped. */
enum slot_state { SLOT_FREE, SLOT_READY, SLOT_RUNNING, SLOT_DONE, SLOT_FAULT, SLOT_DROPPED };

struct slot {
	enum slot_state state;
	struct batch_row row;
	struct buf line;
	uint64_t bytes;
	bool failed;
	struct err err;
};

struct worker {
	struct pipeline *pipeline;
	pthread_t thread;
	struct service service;
	struct arena *scratch;
};

struct pipeline {
	const struct batch *batch;
	struct worker workers[PIPELINE_WORKERS_MAX];
	unsigned worker_count, started;
	pthread_mutex_t mutex;
	pthread_cond_t for_workers, for_owner;
	struct slot *slots;		 /* a ring: rows head..tail-1 are in it */
	uint64_t size, head, tail, next; /* next: the oldest that no worker has taken */
	bool taken; /* the line of `head` is out; its slot is freed at the next take */
	bool stopping, closing;
};

static struct slot *
slot_at(struct pipeline *p, uint64_t i)
{
	return &p->slots[i % p->size];
}

/* With the mutex held: the next row that waits, or NULL. */
static struct slot *
next_ready(struct pipeline *p)
{
	for (; p->next < p->tail; p->next++)
		if (slot_at(p, p->next)->state == SLOT_READY)
			return slot_at(p, p->next++);
	return NULL;
}

static void
ask(struct worker *w, struct slot *slot)
{
	enum status status;

	err_clear(&slot->err);
	slot->failed = false;
	status = batch_ask(&slot->line, &slot->failed, w->pipeline->batch, &slot->row, &w->service,
	    w->scratch, &slot->err);
	arena_reset(w->scratch);
	pthread_mutex_lock(&w->pipeline->mutex);
	slot->state = status == STATUS_OK ? SLOT_DONE : SLOT_FAULT;
	w->pipeline->stopping |= status != STATUS_OK;
	pthread_cond_signal(&w->pipeline->for_owner);
	pthread_mutex_unlock(&w->pipeline->mutex);
}

static void *
work(void *ctx)
{
	struct worker *w = ctx;
	struct pipeline *p = w->pipeline;

	for (;;) {
		struct slot *slot = NULL;

		pthread_mutex_lock(&p->mutex);
		while (!p->closing && (p->stopping || (slot = next_ready(p)) == NULL))
			pthread_cond_wait(&p->for_workers, &p->mutex);
		if (slot != NULL)
			slot->state = SLOT_RUNNING;
		pthread_mutex_unlock(&p->mutex);
		if (slot == NULL)
			return NULL;
		ask(w, slot);
	}
}

static enum status
make_slots(struct pipeline *p, struct err *err)
{
	p->slots = mem_zero(p->size, sizeof *p->slots);
	if (p->slots == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (uint64_t i = 0; i < p->size; i++) {
		p->slots[i].row.arena = arena_new(ROW_BYTES_MAX);
		if (p->slots[i].row.arena == NULL)
			return err_set(err, STATUS_NOMEM, "out of memory");
	}
	return STATUS_OK;
}

static enum status
start_worker(struct pipeline *p, struct worker *w, const struct console *console, struct err *err)
{
	enum status status;

	w->pipeline = p;
	w->scratch = arena_new(SCRATCH_BYTES_MAX);
	if (w->scratch == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = service_open(&w->service, console, WIRE_CLIENT_MS, err);
	if (status != STATUS_OK)
		return status;
	errno = pthread_create(&w->thread, NULL, work, w);
	if (errno != 0)
		return err_sys(err, "", "cannot start a thread");
	p->started++;
	return STATUS_OK;
}

enum status
pipeline_new(struct pipeline **out, const struct batch *batch, const struct console *console,
    unsigned workers, struct err *err)
{
	struct pipeline *p = mem_zero(1, sizeof *p);
	enum status status;

	if (p == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	p->batch = batch;
	p->worker_count = workers;
	p->size = (uint64_t)workers * PIPELINE_ROWS_PER_WORKER;
	pthread_mutex_init(&p->mutex, NULL);
	pthread_cond_init(&p->for_workers, NULL);
	pthread_cond_init(&p->for_owner, NULL);
	status = make_slots(p, err);
	for (unsigned i = 0; i < workers && status == STATUS_OK; i++)
		status = start_worker(p, &p->workers[i], console, err);
	if (status != STATUS_OK) {
		pipeline_free(p);
		return status;
	}
	*out = p;
	return STATUS_OK;
}

void
pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->mutex);
	p->closing = p->stopping = true;
	pthread_cond_broadcast(&p->for_workers);
	pthread_mutex_unlock(&p->mutex);
	for (unsigned i = 0; i < p->started; i++)
		pthread_join(p->workers[i].thread, NULL);
	for (unsigned i = 0; i < p->worker_count; i++) {
		service_close(&p->workers[i].service);
		arena_free(p->workers[i].scratch);
	}
	for (uint64_t i = 0; p->slots != NULL && i < p->size; i++) {
		arena_free(p->slots[i].row.arena);
		buf_free(&p->slots[i].line);
	}
	mem_free(p->slots);
	pthread_cond_destroy(&p->for_workers);
	pthread_cond_destroy(&p->for_owner);
	pthread_mutex_destroy(&p->mutex);
	mem_free(p);
}

struct batch_row *
pipeline_room(struct pipeline *p)
{
	/* Only the owner moves head and tail, so no lock is needed to read them here. */
	return p->tail - p->head < p->size ? &slot_at(p, p->tail)->row : NULL;
}

void
pipeline_put(struct pipeline *p, uint64_t bytes)
{
	struct slot *slot = slot_at(p, p->tail);

	buf_clear(&slot->line);
	slot->bytes = bytes;
	slot->failed = slot->row.fault != STATUS_OK;
	if (slot->failed)
		batch_add_fault(&slot->line, &slot->row);
	pthread_mutex_lock(&p->mutex);
	slot->state = slot->failed ? SLOT_DONE : SLOT_READY;
	p->tail++;
	pthread_cond_signal(&p->for_workers);
	pthread_mutex_unlock(&p->mutex);
}

static struct timespec
in_ms(unsigned ms)
{
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += (long)(ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

/* A row with a fault is passed by no worker, so `next` is kept from pointing before the ring. */
static void
free_taken(struct pipeline *p)
{
	if (!p->taken)
		return;
	pthread_mutex_lock(&p->mutex);
	slot_at(p, p->head)->state = SLOT_FREE;
	p->head++;
	if (p->next < p->head)
		p->next = p->head;
	p->taken = false;
	pthread_mutex_unlock(&p->mutex);
}

static bool
is_under_way(const struct slot *slot)
{
	return slot->state == SLOT_READY || slot->state == SLOT_RUNNING;
}

enum pipeline_took
pipeline_take(struct pipeline_line *line, struct pipeline *p, unsigned wait_ms, struct err *err)
{
	struct timespec until = in_ms(wait_ms);
	struct slot *slot;
	enum slot_state state;

	free_taken(p);
	if (p->head == p->tail)
		return PIPELINE_EMPTY;
	slot = slot_at(p, p->head);
	pthread_mutex_lock(&p->mutex);
	if (is_under_way(slot) && wait_ms > 0)
		(void)pthread_cond_timedwait(&p->for_owner, &p->mutex, &until);
	if (p->stopping && slot->state == SLOT_READY)
		slot->state = SLOT_DROPPED;
	state = slot->state;
	pthread_mutex_unlock(&p->mutex);
	if (state == SLOT_READY || state == SLOT_RUNNING)
		return PIPELINE_WAIT;
	if (state == SLOT_FAULT)
		(void)err_set(err, slot->err.status, "%s", slot->err.text);
	if (state != SLOT_DONE)
		return PIPELINE_STOPPED;
	*line = (struct pipeline_line){ buf_str(&slot->line), slot->row.number, slot->bytes,
		slot->failed };
	p->taken = true;
	return PIPELINE_LINE;
}

void
pipeline_stop(struct pipeline *p)
{
	pthread_mutex_lock(&p->mutex);
	p->stopping = true;
	pthread_mutex_unlock(&p->mutex);
}
