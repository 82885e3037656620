#include "indexer/rejects.h"

#include "base/buf.h"
#include "base/mem.h"
#include "indexer/decode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define TOLD_MAX 32		   /* field faults of one row that are told once each */

struct rejects {
	FILE *file;
	char *path;
	const char *encoding;
	struct arena *arena;
	struct buf line, shown;
	int fault; /* errno of the first failed write; ENOMEM */
	uint64_t counts[REJECT_KIND_COUNT];
	uint64_t told[TOLD_MAX]; /* hashes of the last field faults */
	size_t next_told;
};

enum status
rejects_open(struct rejects **out, const char *path, const char *encoding, struct err *err)
{
	struct rejects *rejects = mem_zero(1, sizeof *rejects);
	enum status status = STATUS_OK;
	int fd;

	if (rejects == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	rejects->encoding = encoding;
	rejects->path = mem_copy_text(path);
	rejects->arena = arena_new(0);
	if (rejects->path == NULL || rejects->arena == NULL) {
		status = err_set(err, STATUS_NOMEM, "out of memory");
	} else {
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		rejects->file = fd < 0 ? NULL : fdopen(fd, "w");
		if (rejects->file == NULL)
			status = err_sys(err, path, "cannot create");
	}
	if (status != STATUS_OK)
		rejects_abandon(rejects);
	else
		*out = rejects;
	return status;
}

/* The bytes as text of a JSON string: what decodes is decoded, the rest is \xNN. */
static void
add_text(struct rejects *rejects, struct str bytes)
{
	const char *fault = NULL;
	struct str text;

	arena_reset(rejects->arena);
	decode_text(&text, &fault, rejects->arena, rejects->encoding, bytes);
	buf_clear(&rejects->shown);
	/* With a bad byte in it the raw bytes say more than the repaired text. */
	buf_add_printable(&rejects->shown, fault == NULL ? text : bytes);
	rejects->line.failed = rejects->line.failed || rejects->shown.failed;
	buf_add_json(&rejects->line, buf_str(&rejects->shown));
}

static void
write_line(struct rejects *rejects)
{
	if (rejects->fault != 0)
		return;
	if (buf_failed(&rejects->line))
		rejects->fault = ENOMEM;
	else if (fwrite(rejects->line.p, 1, rejects->line.n, rejects->file) != rejects->line.n)
		rejects->fault = errno;
}

/* A column may be read for several people; its fault is one fault. */
static bool
told_before(struct rejects *rejects, const struct row *row, const char *field, const char *reason)
{
	uint64_t hash = str_hash(str_from(field)) * 31 + str_hash(str_from(reason));

	hash = hash * 31 + row->line;
	for (size_t i = 0; i < TOLD_MAX; i++)
		if (rejects->told[i] == hash)
			return true;
	rejects->told[rejects->next_told++ % TOLD_MAX] = hash;
	return false;
}

/* U+FFFD stands for a bad byte that was replaced: it is shown as itself. */
static void
add_value(struct buf *line, struct str value)
{
	struct buf shown = BUF_INIT;

	while (value.n > 0) {
		const char *at = NULL;
		size_t n;

		for (n = 0; n + 3 <= value.n && at == NULL; n++)
			if (memcmp(value.p + n, REPLACEMENT, 3) == 0)
				at = value.p + n;
		n = at == NULL ? value.n : (size_t)(at - value.p);
		buf_add_printable(&shown, str_part(value, 0, n));
		buf_add_text(&shown, at == NULL ? "" : REPLACEMENT);
		value = str_part(value, at == NULL ? n : n + 3, value.n);
	}
	buf_add_text(line, ",\"value\":");
	buf_add_json(line, buf_str(&shown));
	line->failed = line->failed || shown.failed;
	buf_free(&shown);
}

void
rejects_add(struct rejects *rejects, enum reject_kind kind, const struct row *row,
    const char *field, const char *reason, struct str value)
{
	static const char *const names[REJECT_KIND_COUNT] = { "row", "field", "skipped" };
	struct buf *line = &rejects->line;

	if (kind == REJECT_FIELD && told_before(rejects, row, field, reason))
		return;
	rejects->counts[kind]++;
	buf_clear(line);
	buf_addf(line, "{\"line\":%llu,\"kind\":\"%s\",\"field\":", (unsigned long long)row->line,
	    names[kind]);
	buf_add_json(line, str_from(field));
	buf_add_text(line, ",\"reason\":");
	buf_add_json(line, str_from(reason));
	if (value.n > 0)
		add_value(line, value);
	buf_add_text(line, ",\"row\":");
	add_text(rejects, row->raw);
	buf_add_text(line, "}\n");
	write_line(rejects);
}

uint64_t
rejects_count(const struct rejects *rejects, enum reject_kind kind)
{
	return rejects->counts[kind];
}

enum status
rejects_finish(struct rejects *rejects, struct err *err)
{
	enum status status = STATUS_OK;

	if (fclose(rejects->file) != 0 && rejects->fault == 0)
		rejects->fault = errno;
	rejects->file = NULL;
	if (rejects->fault != 0) {
		errno = rejects->fault;
		status = err_sys(err, rejects->path, "cannot write");
	}
	rejects_abandon(rejects);
	return status;
}

void
rejects_abandon(struct rejects *rejects)
{
	if (rejects == NULL)
		return;
	if (rejects->file != NULL)
		fclose(rejects->file);
	arena_free(rejects->arena);
	buf_free(&rejects->line);
	buf_free(&rejects->shown);
	mem_free(rejects->path);
	mem_free(rejects);
}
