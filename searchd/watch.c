#include "searchd/watch.h"

#include "base/mem.h"
#include "daemon/log.h"
#include "daemon/process.h"

#include <pthread.h>
#include <time.h>

#define LOOK_MS 200 /* a look reads a small file a system */
/* Between two checks of one leg whose files seem damaged: each reads them whole. */
#define SUSPECT_PAUSE_MS 10000

struct watch {
	struct service *service;
	const struct settings *settings;
	pthread_t thread;
	pthread_mutex_t lock; /* `stopping`; and one loads at a time */
	pthread_cond_t stop;
	bool stopping;
	uint64_t refused[POLICY_LEGS_MAX];	 /* marks of legs that could not be loaded */
	int64_t quiet_until_ms[POLICY_LEGS_MAX]; /* monotonic */
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The current generation is not what is searched. */
static void
log_note(const struct leg_system *system)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_ERROR, STR_NONE, "generation_refused");
	log_text(&line, "err", str_from(system->note));
	log_text(&line, "system", str_from(system->policy->key));
	log_end(&line);
}

static void
log_leg(const struct leg *leg)
{
	for (size_t i = 0; i < leg->system_count; i++) {
		const struct leg_system *system = &leg->systems[i];
		const struct snapshot_system *state =
		    system->at < 0 ? NULL : snapshot_system(leg->snapshot, (size_t)system->at);
		struct log_line line;

		if (system->note[0] != '\0')
			log_note(system);
		log_begin(
		    &line, system->at < 0 ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, STR_NONE, "system");
		log_text(&line, "system", str_from(system->policy->key));
		log_number(
		    &line, "generation", state == NULL ? 0 : (int64_t)state->manifest.generation);
		log_number(&line, "people", state == NULL ? 0 : (int64_t)state->manifest.people);
		if (state == NULL)
			log_text(&line, "err", str_from(system->fault));
		log_end(&line);
	}
}

static void
renew_leg(struct watch *watch, struct world *world, size_t i, uint64_t mark)
{
	struct world *renewed = NULL;
	struct err err = ERR_NONE;

	if (world_renew(&renewed, world, i, watch->settings->data, &err) == STATUS_OK) {
		log_leg(renewed->legs[i]);
		service_set_world(watch->service, renewed);
		return;
	}
	watch->refused[i] = mark;
	log_err(LOG_LEVEL_ERROR, "generation_refused", &err);
}

/* A search could not read it, or its files changed under it. */
static bool
is_suspect(struct watch *watch, const struct leg *leg, size_t i)
{
	int64_t now = now_ms();

	if (now < watch->quiet_until_ms[i] ||
	    (!atomic_load(&leg->suspect) && !world_leg_changed(leg)))
		return false;
	watch->quiet_until_ms[i] = now + SUSPECT_PAUSE_MS;
	return true;
}

/* Under the lock, so that a reload does not come between. */
static void
look(struct watch *watch)
{
	struct world *world = service_world(watch->service);

	for (size_t i = 0; i < world->leg_count; i++) {
		const struct leg *leg = world->legs[i];
		uint64_t mark = world_leg_mark(leg, watch->settings->data);
		bool news = mark != leg->mark && mark != watch->refused[i];

		if (!news && !is_suspect(watch, leg, i))
			continue;
		renew_leg(watch, world, i, mark);
		world_drop(world);
		world = service_world(watch->service);
	}
	world_drop(world);
}

static void *
run(void *arg)
{
	struct watch *watch = arg;

	process_be_nice(); /* the words of a new generation are a second's work */
	pthread_mutex_lock(&watch->lock);
	while (!watch->stopping) {
		struct timespec until;

		look(watch);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += LOOK_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		(void)pthread_cond_timedwait(&watch->stop, &watch->lock, &until);
	}
	pthread_mutex_unlock(&watch->lock);
	return NULL;
}

static void
destroy(struct watch *watch)
{
	pthread_cond_destroy(&watch->stop);
	pthread_mutex_destroy(&watch->lock);
	mem_free(watch);
}

enum status
watch_start(
    struct watch **out, struct service *service, const struct settings *settings, struct err *err)
{
	struct watch *watch = mem_zero(1, sizeof *watch);
	pthread_condattr_t monotonic;

	if (watch == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	watch->service = service;
	watch->settings = settings;
	pthread_mutex_init(&watch->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&watch->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&watch->thread, NULL, run, watch) != 0) {
		destroy(watch);
		return err_set(err, STATUS_NOMEM, "cannot start a thread");
	}
	*out = watch;
	return STATUS_OK;
}

void
watch_stop(struct watch *watch)
{
	if (watch == NULL)
		return;
	pthread_mutex_lock(&watch->lock);
	watch->stopping = true;
	pthread_cond_signal(&watch->stop);
	pthread_mutex_unlock(&watch->lock);
	pthread_join(watch->thread, NULL);
	destroy(watch);
}

enum status
watch_reload(struct watch *watch, struct err *err)
{
	struct rules *rules = NULL;
	struct world *world = NULL, *old = NULL;
	enum status status = rules_load(&rules, watch->settings, err);

	if (status != STATUS_OK)
		return status;
	pthread_mutex_lock(&watch->lock);
	old = service_world(watch->service);
	status = world_load(&world, rules, watch->settings->data, old, err);
	world_drop(old);
	if (status == STATUS_OK) {
		memset(watch->refused, 0, sizeof watch->refused);
		memset(watch->quiet_until_ms, 0, sizeof watch->quiet_until_ms);
		for (size_t i = 0; i < world->leg_count; i++)
			log_leg(world->legs[i]);
		service_set_world(watch->service, world);
	}
	pthread_mutex_unlock(&watch->lock);
	rules_drop(rules);
	return status;
}
