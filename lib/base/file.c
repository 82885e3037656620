#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES 65536u

static enum status
read_all(struct buf *out, int fd, const char *path, size_t limit_bytes, struct err *err)
{
	char bytes[READ_BYTES];
	size_t total = 0;

	for (;;) {
		ssize_t got = read(fd, bytes, sizeof bytes);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, path, "cannot read");
		if (got == 0)
			break;
		total += (size_t)got;
		if (total > limit_bytes)
			return err_data(err, STATUS_LIMIT, path, 0, "file is larger than %zu bytes",
			    limit_bytes);
		buf_add(out, bytes, (size_t)got);
	}
	if (buf_failed(out))
		return err_set(err, STATUS_NOMEM, "out of memory");
	return STATUS_OK;
}

enum status
file_read(struct buf *out, const char *path, size_t limit_bytes, struct err *err)
{
	struct stat st;
	enum status status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT) {
		(void)err_data(err, STATUS_NOT_FOUND, path, 0, "no such file");
		return STATUS_NOT_FOUND;
	}
	if (fd < 0)
		return err_sys(err, path, "cannot open");
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		status = err_data(err, STATUS_INVALID, path, 0, "not a regular file");
	else
		status = read_all(out, fd, path, limit_bytes, err);
	close(fd);
	return status;
}

enum status
file_sync(const char *path, struct err *err)
{
	enum status status = STATUS_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, path, "cannot open");
	if (fsync(fd) != 0)
		status = err_sys(err, path, "cannot flush to disk");
	close(fd);
	return status;
}

static enum status
sync_parent(const char *path, struct err *err)
{
	char folder[PATH_MAX];
	char *slash;

	snprintf(folder, sizeof folder, "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		return file_sync(".", err);
	slash[slash == folder ? 1 : 0] = '\0';
	return file_sync(folder, err);
}

static enum status
write_all(int fd, struct str bytes, const char *path, struct err *err)
{
	while (bytes.n > 0) {
		ssize_t put = write(fd, bytes.p, bytes.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, path, "cannot write");
		bytes = str_part(bytes, (size_t)put, bytes.n);
	}
	if (fsync(fd) != 0)
		return err_sys(err, path, "cannot flush to disk");
	return STATUS_OK;
}

enum status
file_write(const char *path, struct str bytes, unsigned mode, struct err *err)
{
	char aside[PATH_MAX];
	enum status status;
	int fd;

	if ((size_t)snprintf(aside, sizeof aside, "%s.new", path) >= sizeof aside)
		return err_data(err, STATUS_LIMIT, path, 0, "path is too long");
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
	if (fd < 0)
		return err_sys(err, aside, "cannot create");
	status = write_all(fd, bytes, aside, err);
	if (close(fd) != 0 && status == STATUS_OK)
		status = err_sys(err, aside, "cannot close");
	if (status == STATUS_OK && rename(aside, path) != 0)
		status = err_sys(err, path, "cannot rename into place");
	if (status != STATUS_OK) {
		unlink(aside);
		return status;
	}
	return sync_parent(path, err);
}

enum status
file_make_folders(const char *path, struct err *err)
{
	char part[PATH_MAX];
	struct stat st;
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof part)
		return err_data(err, STATUS_INVALID, path, 0, "path is empty or too long");
	memcpy(part, path, n + 1);
	for (size_t i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0750) != 0 && errno != EEXIST)
			return err_sys(err, part, "cannot make folder");
		part[i] = path[i];
	}
	if (stat(path, &st) != 0)
		return err_sys(err, path, "cannot open");
	if (!S_ISDIR(st.st_mode))
		return err_data(err, STATUS_INVALID, path, 0, "not a folder");
	return STATUS_OK;
}

static enum status
remove_at(int parent, const char *name, const char *shown, int depth, struct err *err)
{
	struct dirent *entry;
	enum status status = STATUS_OK;
	DIR *dir;
	int fd;

	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return STATUS_OK;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(err, shown, "cannot remove");
	if (depth == 0)
		return err_data(err, STATUS_LIMIT, shown, 0, "folders are nested too deep");
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL) {
		status = err_sys(err, shown, "cannot open folder");
		if (fd >= 0)
			close(fd);
		return status;
	}
	while (status == STATUS_OK && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			status = remove_at(fd, entry->d_name, shown, depth - 1, err);
	closedir(dir);
	if (status == STATUS_OK && unlinkat(parent, name, AT_REMOVEDIR) != 0)
		status = err_sys(err, shown, "cannot remove folder");
	return status;
}

enum status
file_remove_tree(const char *path, struct err *err)
{
	return remove_at(AT_FDCWD, path, path, 8, err);
}
