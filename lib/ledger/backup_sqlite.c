/*
 * A copy of a ledger in use, by SQLite's backup of one read transaction: the writer goes on, and
 * what it appends meanwhile is not in the copy. The copy is verified before it has its name.
 */
#include "base/file.h"
#include "ledger/inside.h"
#include "ledger/read.h"
#include "ledger/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* 4 MiB, then a pause for those who wait for the disk: at most half of the time is the copy's. */
#define STEP_PAGES 1024
#define PAUSE_MS 5

static enum status
make_aside(const char *path, struct err *err)
{
	int fd;

	(void)unlink(path);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(err, path, "cannot create");
	close(fd);
	return STATUS_OK;
}

static enum status
copy_pages(
    struct sqlite3 *to, struct store *from, const char *path, _Atomic bool *stop, struct err *err)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from->db, "main");
	struct store store = { to, path };
	int code = SQLITE_OK;
	bool stopped = false;

	if (backup == NULL)
		return store_fault(&store, sqlite3_extended_errcode(to), "cannot copy", err);
	while (code == SQLITE_OK && !stopped) {
		code = sqlite3_backup_step(backup, STEP_PAGES);
		stopped = stop != NULL && atomic_load(stop);
		(void)nanosleep(&pause, NULL);
	}
	if (sqlite3_backup_finish(backup) != SQLITE_OK && code == SQLITE_DONE)
		code = SQLITE_IOERR;
	if (stopped && code == SQLITE_OK)
		return err_set(err, STATUS_UNAVAILABLE, "stopped");
	return code == SQLITE_DONE ? STATUS_OK : store_fault(&store, code, "cannot copy", err);
}

/* No journal, no flush: a copy that is not finished is thrown away, and one that is is flushed. */
static enum status
write_copy(struct store *from, const char *path, _Atomic bool *stop, struct err *err)
{
	struct store to = { NULL, path };
	enum status status;
	int code = sqlite3_open_v2(path, &to.db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	if (code != SQLITE_OK)
		status = store_fault(&to, code, "cannot open", err);
	else
		status = store_run(&to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", err);
	if (status == STATUS_OK)
		status = copy_pages(to.db, from, path, stop, err);
	store_close(&to);
	return status == STATUS_OK ? file_sync(path, err) : status;
}

/* Also begins the transaction whose state is copied. */
static enum status
read_head(struct ledger_head *out, struct store *from, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	bool found = false;
	enum status status = store_run(from, "BEGIN", err);

	if (status == STATUS_OK)
		status = store_prepare(&stmt, from, "SELECT seq, hash FROM projected", err);
	if (status == STATUS_OK)
		status = store_step(&found, from, stmt, err);
	if (status == STATUS_OK && (!found || !store_digest(&out->hash, stmt, 1)))
		status = err_data(err, STATUS_CORRUPT, from->path, 0, "it has no head");
	if (status == STATUS_OK)
		out->seq = (uint64_t)sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return status;
}

static enum status
take_same(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct ledger_head *head = ctx;
	struct digest hash;

	(void)err;
	if (store_digest(&hash, stmt, 0) && chain_same(&hash, &head->hash))
		head->seq = 0;
	return STATUS_OK;
}

static enum status
check_copy(const struct ledger_head *head, struct ledger *ledger, const char *path,
    _Atomic bool *stop, struct err *err)
{
	const struct ledger_expect expect = { head->seq, head->hash };
	const struct ledger_proof proof = { .expect = &expect, .stop = stop };
	const struct read_value values[] = { READ_NUMBER((int64_t)head->seq) };
	struct ledger_head live = *head;
	struct ledger_report report;
	enum status status = ledger_prove(&report, path, &proof, NULL, NULL, err);

	if (status == STATUS_OK && report.entries != head->seq)
		return err_data(err, STATUS_CORRUPT, path, 0, "the copy has %llu entries, not %llu",
		    (unsigned long long)report.entries, (unsigned long long)head->seq);
	if (status == STATUS_OK)
		status = ledger_read(ledger, "SELECT hash FROM entry WHERE seq = ?", values, 1,
		    take_same, &live, err);
	if (status == STATUS_OK && live.seq != 0)
		return err_data(
		    err, STATUS_CORRUPT, path, 0, "the copy is not of the ledger in use");
	return status;
}

static enum status
put_into_place(
    uint64_t *bytes, const char *aside, const char *path, const char *folder, struct err *err)
{
	struct stat st;

	if (access(path, F_OK) == 0)
		return err_data(err, STATUS_CONFLICT, path, 0, "is there already");
	if (stat(aside, &st) != 0)
		return err_sys(err, aside, "cannot look at");
	*bytes = (uint64_t)st.st_size;
	if (rename(aside, path) != 0)
		return err_sys(err, path, "cannot rename into place");
	return file_sync(folder, err);
}

enum status
ledger_backup(struct ledger_backup *out, struct ledger *ledger, const char *folder,
    const char *name, _Atomic bool *stop, struct err *err)
{
	char path[PATH_MAX], aside[PATH_MAX];
	struct store from = { NULL, ledger->path };
	enum status status;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path ||
	    (size_t)snprintf(aside, sizeof aside, "%s/%s.new", folder, name) >= sizeof aside)
		return err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	status = file_make_folders(folder, err);
	if (status == STATUS_OK)
		status = make_aside(aside, err);
	if (status != STATUS_OK)
		return status;
	status = store_open(&from, ledger->path, STORE_READ, err);
	if (status == STATUS_OK)
		status = read_head(&out->head, &from, err);
	if (status == STATUS_OK)
		status = write_copy(&from, aside, stop, err);
	store_close(&from);
	if (status == STATUS_OK)
		status = check_copy(&out->head, ledger, aside, stop, err);
	if (status == STATUS_OK)
		status = put_into_place(&out->bytes, aside, path, folder, err);
	if (status != STATUS_OK)
		(void)unlink(aside);
	return status;
}
