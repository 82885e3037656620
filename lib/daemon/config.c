#include "daemon/config.h"

#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

static enum status
check_rights(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return STATUS_OK; /* reading it says better what is wrong */
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_data(err, STATUS_INVALID, path, 0,
		    "others than its owner may write it; take that right away (chmod go-w)");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_data(err, STATUS_INVALID, path, 0,
		    "belongs to uid %u, neither root nor the user that runs this",
		    (unsigned)st.st_uid);
	return STATUS_OK;
}

static enum status
read_line(const char *path, unsigned number, struct str line, config_item *item, void *ctx,
    struct err *err)
{
	struct str rest = str_trim(line), key;
	bool assigned = rest.n > 0 && memchr(rest.p, '=', rest.n) != NULL;

	if (rest.n == 0 || rest.p[0] == '#')
		return STATUS_OK;
	if (str_utf8_valid(rest) != rest.n || memchr(rest.p, '\0', rest.n) != NULL)
		return err_data(err, STATUS_INVALID, path, number, "not valid UTF-8 text");
	key = str_trim(str_cut(&rest, '='));
	rest = str_trim(rest);
	if (!assigned || key.n == 0)
		return err_data(err, STATUS_INVALID, path, number, "expected \"key = value\"");
	if (rest.n == 0)
		return err_data(
		    err, STATUS_INVALID, path, number, "%.*s: the value is missing", STR_ARG(key));
	return item(ctx, path, number, key, rest, err);
}

enum status
config_read(const char *path, config_item *item, void *ctx, struct err *err)
{
	struct buf text = BUF_INIT;
	enum status status = check_rights(path, err);
	struct str rest;
	unsigned number = 0;

	if (status == STATUS_OK)
		status = file_read(&text, path, CONFIG_BYTES_MAX, err);
	rest = buf_str(&text);
	while (status == STATUS_OK && rest.n > 0)
		status = read_line(path, ++number, str_cut(&rest, '\n'), item, ctx, err);
	buf_free(&text);
	return status;
}

enum status
config_unknown(const char *path, unsigned line, struct str key, struct err *err)
{
	return err_data(err, STATUS_INVALID, path, line, "unknown key \"%.*s\"",
	    (int)(key.n > 40 ? 40 : key.n), key.p);
}
