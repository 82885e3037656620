#define _GNU_SOURCE 1 /* F_OFD_SETLK: locks that belong to the handle, not to the process */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum status
file_lock(struct file_lock *out, const char *path, struct err *err)
{
	struct flock want = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char pid[32] = "";
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (fd < 0)
		return err_sys(err, path, "cannot open lock");
	if (fcntl(fd, F_OFD_SETLK, &want) != 0) {
		enum status status;

		if (errno == EAGAIN || errno == EACCES) {
			ssize_t got = pread(fd, pid, sizeof pid - 1, 0);

			pid[got > 0 ? got : 0] = '\0';
			status = err_data(err, STATUS_BUSY, path, 0, "held by process %s",
			    got > 0 ? pid : "unknown");
		} else {
			status = err_sys(err, path, "cannot lock");
		}
		close(fd);
		return status;
	}
	if (ftruncate(fd, 0) == 0) {
		int n = snprintf(pid, sizeof pid, "%ld", (long)getpid());

		if (pwrite(fd, pid, (size_t)n, 0) != n)
			pid[0] = '\0'; /* the pid is a courtesy; the lock holds without it */
	}
	out->fd = fd;
	return STATUS_OK;
}

void
file_unlock(struct file_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}
