#include "searchd/backup.h"

#include "base/mem.h"
#include "daemon/log.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#define WHO_BYTES_MAX 128

struct backup {
	struct ledger *ledger;
	char folder[PATH_MAX];
	pthread_mutex_t lock; /* what follows */
	pthread_t thread;
	bool begun; /* there is a thread to join */
	enum { NONE, RUNNING, DONE, FAILED } state;
	char name[64], user[WHO_BYTES_MAX + 1], role[WHO_BYTES_MAX + 1], message[256];
	struct ledger_backup made;
	uint64_t entry;
	int64_t took_ms;
	_Atomic bool stop;
};

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum status
log_entry(struct backup *backup, const struct ledger_backup *made, uint64_t *seq, struct err *err)
{
	char hash[DIGEST_HEX + 1], body[512];
	struct ledger_entry entry = { .kind = "backup",
		.at_ms = clock_ms(CLOCK_REALTIME),
		.user = str_from(backup->user),
		.role = str_from(backup->role) };
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };

	digest_hex(hash, &made->head.hash);
	snprintf(body, sizeof body, "{\"file\":\"%s\",\"head\":\"%llu:%s\",\"bytes\":%llu}",
	    backup->name, (unsigned long long)made->head.seq, hash,
	    (unsigned long long)made->bytes);
	entry.body = str_from(body);
	return ledger_append(seq, backup->ledger, &batch, err);
}

static void *
run(void *arg)
{
	struct backup *backup = arg;
	int64_t from_ms = clock_ms(CLOCK_MONOTONIC);
	struct ledger_backup made;
	struct err err = ERR_NONE;
	uint64_t seq = 0;
	enum status status =
	    ledger_backup(&made, backup->ledger, backup->folder, backup->name, &backup->stop, &err);

	if (status == STATUS_OK)
		status = log_entry(backup, &made, &seq, &err);
	if (status != STATUS_OK)
		log_err(LOG_LEVEL_ERROR, "backup", &err);
	pthread_mutex_lock(&backup->lock);
	backup->state = status == STATUS_OK ? DONE : FAILED;
	if (status == STATUS_OK)
		backup->made = made;
	backup->entry = seq;
	backup->took_ms = clock_ms(CLOCK_MONOTONIC) - from_ms;
	snprintf(backup->message, sizeof backup->message, "%s", err.text);
	pthread_mutex_unlock(&backup->lock);
	return NULL;
}

enum status
backup_new(struct backup **out, struct ledger *ledger, const char *data_folder, struct err *err)
{
	struct backup *backup = mem_zero(1, sizeof *backup);

	if (backup == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	backup->ledger = ledger;
	if (snprintf(backup->folder, sizeof backup->folder, "%s/backup", data_folder) >=
	    (int)sizeof backup->folder) {
		mem_free(backup);
		return err_set(err, STATUS_LIMIT, "data: the path is too long");
	}
	pthread_mutex_init(&backup->lock, NULL);
	*out = backup;
	return STATUS_OK;
}

void
backup_free(struct backup *backup)
{
	if (backup == NULL)
		return;
	atomic_store(&backup->stop, true);
	if (backup->begun)
		(void)pthread_join(backup->thread, NULL);
	pthread_mutex_destroy(&backup->lock);
	mem_free(backup);
}

static enum status
begin(struct backup *backup, struct str user, struct str role, struct err *err)
{
	time_t now = (time_t)(clock_ms(CLOCK_REALTIME) / 1000);
	struct tm utc;

	if (backup->state == RUNNING)
		return err_set(err, STATUS_BUSY, "a backup is being made");
	if (backup->begun)
		(void)pthread_join(backup->thread, NULL);
	gmtime_r(&now, &utc);
	strftime(backup->name, sizeof backup->name, "ledger-%Y%m%d-%H%M%S.db", &utc);
	snprintf(backup->user, sizeof backup->user, "%.*s", STR_ARG(user));
	snprintf(backup->role, sizeof backup->role, "%.*s", STR_ARG(role));
	backup->message[0] = '\0';
	backup->begun = pthread_create(&backup->thread, NULL, run, backup) == 0;
	backup->state = backup->begun ? RUNNING : FAILED;
	return backup->begun ? STATUS_OK : err_set(err, STATUS_NOMEM, "cannot start a thread");
}

enum status
backup_start(struct backup *backup, struct str user, struct str role, struct err *err)
{
	enum status status;

	pthread_mutex_lock(&backup->lock);
	status = begin(backup, user, role, err);
	pthread_mutex_unlock(&backup->lock);
	return status;
}

void
backup_write_state(struct buf *out, struct backup *backup)
{
	static const char *const states[] = { "none", "running", "done", "failed" };
	char hash[DIGEST_HEX + 1];

	pthread_mutex_lock(&backup->lock);
	buf_addf(out, "\"state\":\"%s\",\"file\":\"%s\"", states[backup->state], backup->name);
	if (backup->state == DONE) {
		digest_hex(hash, &backup->made.head.hash);
		buf_addf(out,
		    ",\"head\":\"%llu:%s\",\"bytes\":%llu,\"entry\":%llu,\"took_ms\":%lld",
		    (unsigned long long)backup->made.head.seq, hash,
		    (unsigned long long)backup->made.bytes, (unsigned long long)backup->entry,
		    (long long)backup->took_ms);
	}
	buf_add_text(out, ",\"message\":");
	buf_add_json(out, str_from(backup->message));
	pthread_mutex_unlock(&backup->lock);
}
