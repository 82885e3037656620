#include "ledger/known.h"

#include "base/file.h"
#include "ledger/secret.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is read of the end: two lines, whatever the first of them is. */
#define TAIL_BYTES (2 * CHECKPOINT_BYTES_MAX + 2)

static enum status
name_file(char path[PATH_MAX], const char *folder, struct err *err)
{
	if ((size_t)snprintf(path, PATH_MAX, "%s/checkpoints", folder) >= PATH_MAX)
		return err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	return STATUS_OK;
}

static enum status
read_tail(char tail[TAIL_BYTES], struct str *out, int fd, const char *path, struct err *err)
{
	struct stat st;
	size_t n;

	if (fstat(fd, &st) != 0)
		return err_sys(err, path, "cannot look at");
	n = st.st_size < (off_t)TAIL_BYTES ? (size_t)st.st_size : TAIL_BYTES;
	*out = (struct str){ tail, n };
	return secret_read_at(fd, tail, n, (uint64_t)st.st_size - n, path, err);
}

/* The last line that has its end. */
static struct str
last_line(struct str tail)
{
	size_t end = tail.n, begin;

	while (end > 0 && tail.p[end - 1] != '\n')
		end--;
	if (end == 0)
		return STR_NONE;
	begin = end - 1;
	while (begin > 0 && tail.p[begin - 1] != '\n')
		begin--;
	return str_part(tail, begin, end - begin);
}

/* With a flush, as the name of the file is new. */
static enum status
make_empty(const char *path, struct err *err)
{
	return access(path, F_OK) == 0 ? STATUS_OK
				       : secret_make(path, STR_NONE, SECRET_PRIVATE, err);
}

enum status
known_last(struct checkpoint *out, bool *found, const char *folder,
    const unsigned char public_key[SIGN_PUBLIC_BYTES], struct err *err)
{
	char path[PATH_MAX], tail[TAIL_BYTES];
	struct err quiet = ERR_NONE;
	struct str text = STR_NONE, line;
	enum status status = name_file(path, folder, err);
	int fd = -1;

	*found = false;
	if (status == STATUS_OK)
		status = make_empty(path, err);
	if (status == STATUS_OK)
		status = secret_open(&fd, path, SECRET_PRIVATE, err);
	if (status != STATUS_OK)
		return status;
	status = read_tail(tail, &text, fd, path, err);
	close(fd);
	line = last_line(text);
	if (status != STATUS_OK || line.n == 0)
		return status;
	*found = true;
	status = checkpoint_read(out, line, path, &quiet);
	/* STATUS_INVALID of its signature: made with a key that was in use before */
	if (status == STATUS_OK && sign_verify(out, public_key, &quiet) != STATUS_CORRUPT)
		return STATUS_OK;
	*found = false;
	return err_data(
	    err, STATUS_CORRUPT, path, 0, "its last line is damaged: %.120s", quiet.text);
}

enum status
known_add(const char *folder, const struct checkpoint *checkpoint, struct err *err)
{
	char path[PATH_MAX], last = '\n';
	struct buf line = BUF_INIT;
	struct stat st;
	int fd = -1;
	enum status status = name_file(path, folder, err);

	if (status == STATUS_OK)
		status = make_empty(path, err);
	if (status == STATUS_OK)
		status = secret_open(&fd, path, SECRET_PRIVATE, err);
	if (status != STATUS_OK)
		return status;
	if (fstat(fd, &st) != 0)
		status = err_sys(err, path, "cannot look at");
	else if (st.st_size > 0)
		status = secret_read_at(fd, &last, 1, (uint64_t)st.st_size - 1, path, err);
	if (last != '\n')
		buf_add_char(&line, '\n');
	checkpoint_write(&line, checkpoint);
	if (status == STATUS_OK && buf_failed(&line))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = secret_write_at(fd, buf_str(&line), (uint64_t)st.st_size, path, err);
	if (status == STATUS_OK && fdatasync(fd) != 0)
		status = err_sys(err, path, "cannot flush to disk");
	close(fd);
	buf_free(&line);
	return status;
}
