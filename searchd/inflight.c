#include "searchd/inflight.h"

#include "base/mem.h"
#include "searchd/settings.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

struct running {
	char key[INFLIGHT_KEY_BYTES_MAX];
	struct digest hash;
};

struct inflight {
	pthread_mutex_t lock;
	pthread_cond_t ended;
	/* At most one for each worker; the rest wait outside. */
	struct running running[SETTINGS_WORKERS_MAX];
	size_t count;
};

enum status
inflight_new(struct inflight **out, struct err *err)
{
	struct inflight *inflight = mem_zero(1, sizeof *inflight);
	pthread_condattr_t monotonic;

	if (inflight == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	pthread_mutex_init(&inflight->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&inflight->ended, &monotonic);
	pthread_condattr_destroy(&monotonic);
	*out = inflight;
	return STATUS_OK;
}

void
inflight_free(struct inflight *inflight)
{
	if (inflight == NULL)
		return;
	pthread_cond_destroy(&inflight->ended);
	pthread_mutex_destroy(&inflight->lock);
	mem_free(inflight);
}

static void
make_key(char out[INFLIGHT_KEY_BYTES_MAX], struct str user, struct str id)
{
	snprintf(out, INFLIGHT_KEY_BYTES_MAX, "%.*s/%.*s", STR_ARG(user), STR_ARG(id));
}

static struct running *
find(struct inflight *inflight, const char *key)
{
	for (size_t i = 0; i < inflight->count; i++)
		if (strcmp(inflight->running[i].key, key) == 0)
			return &inflight->running[i];
	return NULL;
}

enum status
inflight_begin(struct inflight *inflight, struct str user, struct str id, const struct digest *hash,
    unsigned wait_ms)
{
	char key[INFLIGHT_KEY_BYTES_MAX];
	enum status status = STATUS_OK;
	struct timespec until;
	struct running *other;

	make_key(key, user, id);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&inflight->lock);
	while (status == STATUS_OK && (other = find(inflight, key)) != NULL) {
		if (memcmp(other->hash.bytes, hash->bytes, DIGEST_BYTES) != 0)
			status = STATUS_CONFLICT;
		else if (pthread_cond_timedwait(&inflight->ended, &inflight->lock, &until) ==
			 ETIMEDOUT)
			status = STATUS_TIMEOUT;
	}
	if (status == STATUS_OK && inflight->count == SETTINGS_WORKERS_MAX)
		bug("more requests run than there are workers");
	if (status == STATUS_OK) {
		struct running *mine = &inflight->running[inflight->count++];

		memcpy(mine->key, key, sizeof key);
		mine->hash = *hash;
	}
	pthread_mutex_unlock(&inflight->lock);
	return status;
}

void
inflight_end(struct inflight *inflight, struct str user, struct str id)
{
	char key[INFLIGHT_KEY_BYTES_MAX];
	struct running *mine;

	make_key(key, user, id);
	pthread_mutex_lock(&inflight->lock);
	mine = find(inflight, key);
	if (mine != NULL)
		*mine = inflight->running[--inflight->count];
	pthread_cond_broadcast(&inflight->ended);
	pthread_mutex_unlock(&inflight->lock);
}
