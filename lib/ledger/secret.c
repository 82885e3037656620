#include "ledger/secret.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status
refuse(const char *path, const struct stat *st, unsigned mode, struct err *err)
{
	if (st->st_uid != geteuid())
		return err_data(err, STATUS_INVALID, path, 0, "belongs to user %lu, not to %lu",
		    (unsigned long)st->st_uid, (unsigned long)geteuid());
	return err_data(err, STATUS_INVALID, path, 0,
	    "has mode %04o, which lets others at it; it must be %04o",
	    (unsigned)st->st_mode & 07777, mode);
}

static bool
is_ours(const struct stat *st, unsigned mode)
{
	return st->st_uid == geteuid() && (st->st_mode & 07777 & ~mode & ~0700u) == 0;
}

static enum status
sync_parent(const char *path, struct err *err)
{
	char folder[PATH_MAX];
	char *slash;

	if ((size_t)snprintf(folder, sizeof folder, "%s", path) >= sizeof folder)
		return err_data(err, STATUS_LIMIT, path, 0, "path is too long");
	slash = strrchr(folder, '/');
	if (slash == NULL)
		return file_sync(".", err);
	slash[slash == folder ? 1 : 0] = '\0';
	return file_sync(folder, err);
}

enum status
secret_folder(const char *path, struct err *err)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return sync_parent(path, err);
	if (errno != EEXIST)
		return err_sys(err, path, "cannot make folder");
	if (lstat(path, &st) != 0)
		return err_sys(err, path, "cannot open");
	if (!S_ISDIR(st.st_mode))
		return err_data(err, STATUS_INVALID, path, 0, "not a folder");
	return is_ours(&st, 0700) ? STATUS_OK : refuse(path, &st, 0700, err);
}

enum status
secret_open(int *fd, const char *path, enum secret_sight sight, struct err *err)
{
	unsigned mode = sight == SECRET_PUBLIC ? 0644 : 0600;
	struct stat st;
	enum status status = STATUS_OK;
	/* not to wait for ever on a pipe that lies there */
	int got = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (got < 0 && errno == ENOENT)
		return err_data(err, STATUS_NOT_FOUND, path, 0, "no such file");
	if (got < 0 && errno == ELOOP)
		return err_data(err, STATUS_INVALID, path, 0, "is a link");
	if (got < 0)
		return err_sys(err, path, "cannot open");
	if (fstat(got, &st) != 0)
		status = err_sys(err, path, "cannot look at");
	else if (!S_ISREG(st.st_mode))
		status = err_data(err, STATUS_INVALID, path, 0, "not a regular file");
	else if (!is_ours(&st, mode))
		status = refuse(path, &st, mode, err);
	if (status == STATUS_OK)
		*fd = got;
	else
		close(got);
	return status;
}

enum status
secret_read_at(int fd, void *out, size_t n, uint64_t offset, const char *path, struct err *err)
{
	char *at = out;

	while (n > 0) {
		ssize_t got = pread(fd, at, n, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, path, "cannot read");
		if (got == 0)
			return err_data(err, STATUS_CORRUPT, path, 0, "ends too early");
		at += got;
		n -= (size_t)got;
		offset += (uint64_t)got;
	}
	return STATUS_OK;
}

enum status
secret_write_at(int fd, struct str bytes, uint64_t offset, const char *path, struct err *err)
{
	while (bytes.n > 0) {
		ssize_t put = pwrite(fd, bytes.p, bytes.n, (off_t)offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, path, "cannot write");
		bytes = str_part(bytes, (size_t)put, bytes.n);
		offset += (uint64_t)put;
	}
	return STATUS_OK;
}

enum status
secret_read(void *out, size_t n, const char *path, enum secret_sight sight, struct err *err)
{
	struct stat st;
	int fd = -1;
	enum status status = secret_open(&fd, path, sight, err);

	if (status != STATUS_OK)
		return status;
	if (fstat(fd, &st) != 0)
		status = err_sys(err, path, "cannot look at");
	else if ((uint64_t)st.st_size != n)
		status = err_data(err, STATUS_CORRUPT, path, 0, "has %llu bytes, not %zu",
		    (unsigned long long)st.st_size, n);
	else
		status = secret_read_at(fd, out, n, 0, path, err);
	close(fd);
	return status;
}

static bool
name_aside(char aside[PATH_MAX], const char *path)
{
	return (size_t)snprintf(aside, PATH_MAX, "%s.new", path) < PATH_MAX;
}

void
secret_tidy(const char *path)
{
	char aside[PATH_MAX];

	if (name_aside(aside, path))
		unlink(aside);
}

/* The umask must not decide who can read the public half. */
static enum status
fill(int fd, struct str bytes, unsigned mode, const char *path, struct err *err)
{
	enum status status = secret_write_at(fd, bytes, 0, path, err);

	if (status == STATUS_OK && fchmod(fd, (mode_t)mode) != 0)
		status = err_sys(err, path, "cannot set the mode");
	if (status == STATUS_OK && fsync(fd) != 0)
		status = err_sys(err, path, "cannot flush to disk");
	return status;
}

enum status
secret_make(const char *path, struct str bytes, enum secret_sight sight, struct err *err)
{
	char aside[PATH_MAX];
	enum status status;
	int fd;

	if (!name_aside(aside, path))
		return err_data(err, STATUS_LIMIT, path, 0, "path is too long");
	unlink(aside);
	fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(err, aside, "cannot create");
	status = fill(fd, bytes, sight == SECRET_PUBLIC ? 0644 : 0600, aside, err);
	if (close(fd) != 0 && status == STATUS_OK)
		status = err_sys(err, aside, "cannot close");
	/* a link, as a rename would put it over one that is there */
	if (status == STATUS_OK && link(aside, path) != 0)
		status = errno == EEXIST
			     ? err_data(err, STATUS_CONFLICT, path, 0, "is there already")
			     : err_sys(err, path, "cannot put into place");
	unlink(aside);
	return status == STATUS_OK ? sync_parent(path, err) : status;
}
