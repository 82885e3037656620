#include "ledger/restore.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define PART_BYTES (1u << 16)

static enum status
write_all(int fd, const char *bytes, size_t n, const char *path, struct err *err)
{
	while (n > 0) {
		ssize_t put = write(fd, bytes, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, path, "cannot write");
		bytes += put;
		n -= (size_t)put;
	}
	return STATUS_OK;
}

static enum status
copy_bytes(int from, int to, const char *source, const char *path, struct err *err)
{
	static char part[PART_BYTES];
	enum status status = STATUS_OK;

	while (status == STATUS_OK) {
		ssize_t got = read(from, part, sizeof part);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, source, "cannot read");
		if (got == 0)
			break;
		status = write_all(to, part, (size_t)got, path, err);
	}
	if (status == STATUS_OK && fsync(to) != 0)
		status = err_sys(err, path, "cannot flush to disk");
	return status;
}

static enum status
copy_file(const char *source, const char *path, struct err *err)
{
	enum status status = STATUS_OK;
	int from = open(source, O_RDONLY | O_CLOEXEC), to;

	if (from < 0)
		return err_sys(err, source, "cannot open");
	(void)unlink(path);
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (to < 0)
		status = err_sys(err, path, "cannot create");
	else
		status = copy_bytes(from, to, source, path, err);
	close(from);
	if (to >= 0 && close(to) != 0 && status == STATUS_OK)
		status = err_sys(err, path, "cannot close");
	return status;
}

static enum status
name_beside(char out[PATH_MAX], const char *path, const char *suffix, struct err *err)
{
	if ((size_t)snprintf(out, PATH_MAX, "%s%s", path, suffix) >= PATH_MAX)
		return err_data(err, STATUS_LIMIT, path, 0, "path is too long");
	return STATUS_OK;
}

static enum status
check_nothing_there(const char *path, struct err *err)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char name[PATH_MAX];
	enum status status = STATUS_OK;

	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] && status == STATUS_OK; i++) {
		status = name_beside(name, path, suffixes[i], err);
		if (status == STATUS_OK && access(name, F_OK) == 0)
			status = err_data(err, STATUS_CONFLICT, name, 0,
			    "is there already: move it away, it is not overwritten");
	}
	return status;
}

enum status
ledger_restore(struct ledger_report *out, const char *backup, const char *folder, struct err *err)
{
	char path[PATH_MAX], aside[PATH_MAX], log[PATH_MAX];
	enum status status = name_beside(path, folder, "/ledger.db", err);

	if (status == STATUS_OK)
		status = name_beside(aside, path, ".new", err);
	if (status == STATUS_OK)
		status = name_beside(log, backup, "-wal", err);
	if (status == STATUS_OK && access(log, F_OK) == 0)
		status = err_data(err, STATUS_INVALID, log, 0,
		    "lies beside it: this is no backup, but a ledger that was in use");
	if (status == STATUS_OK)
		status = check_nothing_there(path, err);
	if (status == STATUS_OK)
		status = ledger_verify(out, backup, NULL, NULL, NULL, err);
	if (status == STATUS_OK)
		status = file_make_folders(folder, err);
	if (status != STATUS_OK)
		return status;
	status = copy_file(backup, aside, err);
	if (status == STATUS_OK && link(aside, path) != 0) /* never over another */
		status = err_sys(err, path, "cannot put into place");
	(void)unlink(aside);
	return status == STATUS_OK ? file_sync(folder, err) : status;
}
