#include "searchd/background.h"

#include "base/mem.h"
#include "daemon/log.h"
#include "daemon/process.h"
#include "searchd/due_watch.h"
#include "searchd/register_watch.h"
#include "searchd/standing.h"
#include "wire/limits.h"

#include <stdatomic.h>
#include <time.h>

#define LOOK_MS 500
/* A check that began before a load may be logged after the look at it: WIRE_CHECK_MS and some. */
#define AGAIN_MS (WIRE_CHECK_MS + 5000)
#define RETRY_MS 30000 /* after something failed */
/* One request at a time; as a worker's. */
#define ARENA_BYTES_MAX ((size_t)256 << 20)
/* Nobody waits for it. */
#define STEP_MS (6 * WIRE_CHECK_MS)

struct background {
	struct service *service;
	struct call_worker worker;
	pthread_t thread;
	bool running;	      /* the thread */
	pthread_mutex_t lock; /* for `stop` */
	pthread_cond_t stop;
	atomic_bool stopping;
	/* The world that was last looked at: a reference, so that it is not another at its address.
	 */
	struct world *seen;
	int64_t seen_ms; /* monotonic, when it was first looked at */
	int64_t next_ms; /* to be looked at again; INT64_MAX: done */
	int64_t due_ms;	 /* monotonic, when deadlines are looked at next */
};

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
background_should_stop(const struct background *background)
{
	return atomic_load(&background->stopping);
}

bool
background_should_end(const struct background *background, const struct call *call)
{
	struct world *world;
	bool newer;

	if (atomic_load(&background->stopping))
		return true;
	world = service_world(background->service);
	newer = world != call->world;
	world_drop(world);
	return newer;
}

void
background_begin(struct call *call)
{
	arena_reset(call->arena);
	buf_clear(&call->body);
	err_clear(&call->err);
	call->at_ms = clock_ms(CLOCK_REALTIME);
	call->deadline_ms = clock_ms(CLOCK_MONOTONIC) + STEP_MS;
	call->check = STR_NONE;
	call->searched = NULL;
}

static struct call
make_call(struct background *background, struct world *world)
{
	return (struct call){ .shared = service_shared(background->service),
		.worker = &background->worker,
		.world = world,
		.arena = background->worker.arena,
		.user_name = STR_LIT(BACKGROUND_USER),
		.role = STR_NONE,
		.check = STR_NONE,
		.request = { .op = STR_LIT("standing.run"), .id = STR_NONE, .body = STR_LIT("{}") },
		.body = BUF_INIT };
}

static bool
work(struct background *background, struct world *world)
{
	struct call call = make_call(background, world);
	bool whole;

	background_begin(&call);
	whole = register_watch(&call, background);
	whole = standing_run(&call, background) && whole;
	buf_free(&call.body);
	return whole;
}

static void
watch_deadlines(struct background *background, struct world *world)
{
	struct call call = make_call(background, world);

	background_begin(&call);
	if (!due_watch(&call, background))
		log_err(LOG_LEVEL_ERROR, "deadlines_not_looked_at", &call.err);
	buf_free(&call.body);
}

static void
look(struct background *background)
{
	struct world *world = service_world(background->service);
	int64_t now = clock_ms(CLOCK_MONOTONIC);

	if (world != background->seen) {
		world_drop(background->seen);
		background->seen = world_take(world);
		call_renew_searchers(&background->worker, world);
		background->seen_ms = now;
		background->next_ms = now;
	}
	if (now >= background->next_ms) {
		bool whole = work(background, world);

		if (!whole)
			background->next_ms = clock_ms(CLOCK_MONOTONIC) + RETRY_MS;
		else if (now < background->seen_ms + AGAIN_MS)
			background->next_ms = background->seen_ms + AGAIN_MS;
		else
			background->next_ms = INT64_MAX;
	}
	if (now >= background->due_ms) {
		watch_deadlines(background, world);
		background->due_ms = now + DUE_WATCH_MS;
	}
	world_drop(world);
}

static void *
run(void *arg)
{
	struct background *background = arg;

	process_be_nice();
	while (!atomic_load(&background->stopping)) {
		struct timespec until;

		look(background);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += LOOK_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_mutex_lock(&background->lock);
		if (!atomic_load(&background->stopping))
			(void)pthread_cond_timedwait(&background->stop, &background->lock, &until);
		pthread_mutex_unlock(&background->lock);
	}
	return NULL;
}

static void
destroy(struct background *background)
{
	call_close_searchers(&background->worker);
	folder_free(background->worker.folder);
	arena_free(background->worker.arena);
	world_drop(background->seen);
	pthread_cond_destroy(&background->stop);
	pthread_mutex_destroy(&background->lock);
	mem_free(background);
}

static void
init_stop(struct background *background)
{
	pthread_condattr_t monotonic;

	pthread_mutex_init(&background->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&background->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

enum status
background_new(struct background **out, struct service *service, struct err *err)
{
	struct background *background = mem_zero(1, sizeof *background);
	enum status status = STATUS_OK;

	if (background == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	background->service = service;
	init_stop(background);
	background->worker.arena = arena_new(ARENA_BYTES_MAX);
	if (background->worker.arena == NULL)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = folder_new(&background->worker.folder, err);
	if (status == STATUS_OK)
		*out = background;
	else
		destroy(background);
	return status;
}

bool
background_once(struct background *background)
{
	struct world *world = service_world(background->service);
	bool whole = work(background, world);

	world_drop(world);
	return whole;
}

enum status
background_start(struct background **out, struct service *service, struct err *err)
{
	struct background *background;
	enum status status = background_new(&background, service, err);

	if (status != STATUS_OK)
		return status;
	background->running = pthread_create(&background->thread, NULL, run, background) == 0;
	if (background->running)
		*out = background;
	else
		destroy(background);
	return background->running ? STATUS_OK
				   : err_set(err, STATUS_NOMEM, "cannot start a thread");
}

void
background_stop(struct background *background)
{
	if (background == NULL)
		return;
	pthread_mutex_lock(&background->lock);
	atomic_store(&background->stopping, true);
	pthread_cond_signal(&background->stop);
	pthread_mutex_unlock(&background->lock);
	if (background->running)
		pthread_join(background->thread, NULL);
	destroy(background);
}
