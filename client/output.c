#include "client/output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_BYTES 65536u
#define LINE_BYTES_MAX (2u << 20) /* twice the largest answer */

static const char *
name_of(const struct output *out)
{
	return out->path == NULL ? "standard output" : out->path;
}

static enum status
not_ours(const struct output *out, struct err *err)
{
	return err_data(err, STATUS_INVALID, name_of(out), 0,
	    "is there and is not the output of a batch; it is left as it is");
}

/* Reads the line at `at` without its end; false at the end of the kept bytes. *whole: it has one.
 */
static enum status
read_line(struct output *out, bool *whole, struct err *err)
{
	char chunk[CHUNK_BYTES];

	buf_clear(&out->line);
	*whole = false;
	while (out->at + out->line.n < out->kept) {
		uint64_t left = out->kept - out->at - out->line.n;
		size_t want = left < sizeof chunk ? (size_t)left : sizeof chunk;
		ssize_t got = pread(out->fd, chunk, want, (off_t)(out->at + out->line.n));
		const char *end;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_sys(err, name_of(out), "cannot read");
		end = memchr(chunk, '\n', (size_t)got);
		buf_add(&out->line, chunk, end == NULL ? (size_t)got : (size_t)(end - chunk));
		if (buf_failed(&out->line))
			return err_set(err, STATUS_NOMEM, "out of memory");
		*whole = end != NULL;
		if (*whole)
			return STATUS_OK;
		if (out->line.n > LINE_BYTES_MAX)
			return not_ours(out, err);
	}
	return STATUS_OK;
}

/* A cut line is ours if it begins as a line of ours does. */
static bool
begins_as_ours(struct str cut)
{
	struct str ours = STR_LIT("{\"row\":");

	return str_starts(cut, str_part(ours, 0, cut.n));
}

static enum status
drop_tail(struct output *out, struct err *err)
{
	if (ftruncate(out->fd, (off_t)out->at) != 0)
		return err_sys(err, name_of(out), "cannot cut off the unfinished line");
	out->kept = out->at;
	return STATUS_OK;
}

enum status
output_next(struct output_line *line, bool *there, struct output *out, struct err *err)
{
	bool whole;
	enum status status;

	*there = false;
	if (out->at == out->kept)
		return STATUS_OK;
	status = read_line(out, &whole, err);
	if (status != STATUS_OK)
		return status;
	if (!whole)
		return begins_as_ours(buf_str(&out->line)) ? drop_tail(out, err)
							   : not_ours(out, err);
	/* Lines are written with their end last, so a whole one that is not ours is somebody's. */
	if (!output_read_line(line, buf_str(&out->line)))
		return not_ours(out, err);
	out->at += out->line.n + 1;
	*there = true;
	return STATUS_OK;
}

static enum status
lock(const struct output *out, struct err *err)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(out->fd, F_SETLK, &whole) == 0)
		return STATUS_OK;
	if (errno == EACCES || errno == EAGAIN)
		return err_data(
		    err, STATUS_BUSY, name_of(out), 0, "another batch is writing this file");
	return err_sys(err, name_of(out), "cannot lock");
}

enum status
output_open(struct output *out, const char *path, struct err *err)
{
	struct stat st;
	enum status status;

	*out = (struct output){ .fd = STDOUT_FILENO, .path = path, .line = BUF_INIT };
	if (path == NULL)
		return STATUS_OK;
	out->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (out->fd < 0)
		return err_sys(err, path, "cannot open");
	if (fstat(out->fd, &st) != 0)
		status = err_sys(err, path, "cannot read");
	else if (!S_ISREG(st.st_mode))
		status = err_data(err, STATUS_INVALID, path, 0, "not a regular file");
	else
		status = lock(out, err);
	if (status != STATUS_OK) {
		output_close(out);
		return status;
	}
	out->kept = (uint64_t)st.st_size;
	return STATUS_OK;
}

void
output_close(struct output *out)
{
	if (out->path != NULL && out->fd >= 0)
		close(out->fd);
	out->fd = -1;
	buf_free(&out->line);
}

enum status
output_write(struct output *out, struct str lines, struct err *err)
{
	while (lines.n > 0) {
		ssize_t put = write(out->fd, lines.p, lines.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, name_of(out), "cannot write");
		lines = str_part(lines, (size_t)put, lines.n);
	}
	return STATUS_OK;
}

enum status
output_sync(struct output *out, struct err *err)
{
	if (out->path != NULL && fsync(out->fd) != 0)
		return err_sys(err, name_of(out), "cannot flush to disk");
	return STATUS_OK;
}
