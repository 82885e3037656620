#include "client/rows.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* libcsv's state inside a field; its own check at the end is tied to strict quoting throughout,
 * which would refuse what spreadsheets write. */
#define FIELD_BEGUN 2
#define CHUNK_BYTES 65536u
/* One line of the file can end several rows only by bare carriage returns. */
#define QUEUE_BYTES_MAX (16u << 20)

struct queued {
	struct row row;
	struct queued *next;
};

struct rows {
	const char *path;
	int fd;
	uint64_t size, bytes;
	struct csv_parser parser;
	char chunk[CHUNK_BYTES];
	size_t at, filled;
	bool ended, failed;

	/* The row being read. */
	struct buf bytes_of_row;
	size_t ends[ROWS_COLUMNS_MAX];
	size_t columns;
	size_t fed; /* bytes given to the parser since a row ended */
	uint64_t number;
	unsigned line, line_of_row;

	/* Rows read and not yet given out. */
	struct arena *arena;
	struct queued *first, *last;
	struct row out;
};

static void
on_field(void *field, size_t n, void *ctx)
{
	struct rows *r = ctx;

	if (r->columns < ROWS_COLUMNS_MAX) {
		buf_add(&r->bytes_of_row, field, n);
		r->ends[r->columns] = r->bytes_of_row.n;
	}
	r->columns++;
}

static struct queued *
queue(struct rows *r)
{
	struct queued *q = arena_alloc(r->arena, 1, sizeof *q);

	if (q == NULL) {
		r->failed = true;
		return NULL;
	}
	q->row.number = ++r->number;
	q->row.line = r->line_of_row;
	if (r->last != NULL)
		r->last->next = q;
	else
		r->first = q;
	r->last = q;
	r->fed = 0;
	return q;
}

static void
fill(struct rows *r, struct row *row)
{
	struct str all = STR_NONE;
	struct str *fields = arena_alloc(r->arena, r->columns + 1, sizeof *fields);

	if (fields == NULL || buf_failed(&r->bytes_of_row) ||
	    !arena_copy(&all, r->arena, buf_str(&r->bytes_of_row))) {
		r->failed = true;
		return;
	}
	for (size_t i = 0; i < r->columns; i++) {
		size_t from = i == 0 ? 0 : r->ends[i - 1];

		fields[i] = str_part(all, from, r->ends[i] - from);
	}
	row->fields = fields;
	row->count = r->columns;
}

static void
on_row(int end, void *ctx)
{
	struct rows *r = ctx;
	struct queued *q = queue(r);

	(void)end;
	if (q != NULL && r->columns > ROWS_COLUMNS_MAX)
		q->row.fault = "the row has more than 256 columns";
	else if (q != NULL)
		fill(r, &q->row);
	buf_clear(&r->bytes_of_row);
	r->columns = 0;
	r->line_of_row = r->line;
}

static enum status
open_file(struct rows *r, const char *path, struct err *err)
{
	struct stat st;

	r->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0 && errno == ENOENT)
		return err_data(err, STATUS_NOT_FOUND, path, 0, "no such file");
	if (r->fd < 0)
		return err_sys(err, path, "cannot open");
	if (fstat(r->fd, &st) != 0)
		return err_sys(err, path, "cannot read");
	if (S_ISDIR(st.st_mode))
		return err_data(err, STATUS_INVALID, path, 0, "is a folder, not a CSV file");
	if (S_ISREG(st.st_mode))
		r->size = (uint64_t)st.st_size;
	return STATUS_OK;
}

enum status
rows_open(struct rows **out, const char *path, struct err *err)
{
	struct rows *r = mem_zero(1, sizeof *r);
	enum status status;

	if (r == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	r->path = strcmp(path, "-") == 0 ? "standard input" : path;
	r->fd = -1;
	r->arena = arena_new(QUEUE_BYTES_MAX);
	if (r->arena == NULL || csv_init(&r->parser, 0) != 0) {
		arena_free(r->arena);
		mem_free(r);
		return err_set(err, STATUS_NOMEM, "out of memory");
	}
	status = open_file(r, path, err);
	if (status != STATUS_OK) {
		rows_close(r);
		return status;
	}
	*out = r;
	return STATUS_OK;
}

void
rows_close(struct rows *r)
{
	if (r == NULL)
		return;
	if (r->fd >= 0)
		close(r->fd);
	csv_free(&r->parser);
	buf_free(&r->bytes_of_row);
	arena_free(r->arena);
	mem_free(r);
}

uint64_t
rows_size(const struct rows *r)
{
	return r->size;
}

static enum status
read_chunk(struct rows *r, struct err *err)
{
	ssize_t got;
	bool first = r->bytes == 0;

	do
		got = read(r->fd, r->chunk, sizeof r->chunk);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_sys(err, r->path, "cannot read");
	r->at = 0;
	r->filled = (size_t)got;
	r->bytes += (size_t)got;
	r->ended = got == 0;
	if (first && got >= 3 && memcmp(r->chunk, "\xef\xbb\xbf", 3) == 0)
		r->at = 3;
	return STATUS_OK;
}

/* The end of the file: a row without a line end, or one whose quote is still open. */
static void
finish(struct rows *r)
{
	struct queued *q;
	bool open = r->parser.quoted != 0 && r->parser.pstate == FIELD_BEGUN;

	if (!open) {
		(void)csv_fini(&r->parser, on_field, on_row, r);
		return;
	}
	q = queue(r);
	if (q != NULL)
		q->row.fault = "a quote is opened and never closed";
}

/* Gives the parser the next line of the file, or what there is of it. */
static enum status
feed_line(struct rows *r, struct err *err)
{
	const char *from = r->chunk + r->at;
	const char *end = memchr(from, '\n', r->filled - r->at);
	size_t n = end == NULL ? r->filled - r->at : (size_t)(end - from) + 1;

	if (r->line == 0)
		r->line = r->line_of_row = 1;
	if (end != NULL)
		r->line++;
	r->at += n;
	r->fed += n;
	if (csv_parse(&r->parser, from, n, on_field, on_row, r) != n)
		return err_data(err, STATUS_NOMEM, r->path, r->line_of_row, "%s",
		    csv_strerror(csv_error(&r->parser)));
	/* An empty line ends no row, yet the next one begins after it. */
	if (r->columns == 0 && r->parser.entry_pos == 0 && r->parser.quoted == 0)
		r->line_of_row = r->line;
	if (r->fed > ROWS_ROW_BYTES_MAX)
		return err_data(err, STATUS_LIMIT, r->path, r->line_of_row,
		    "a row is longer than %u bytes; is a quote left open?", ROWS_ROW_BYTES_MAX);
	return STATUS_OK;
}

enum status
rows_next(const struct row **out, struct rows *r, struct err *err)
{
	enum status status = STATUS_OK;

	*out = NULL;
	if (r->first == NULL) {
		arena_reset(r->arena);
		r->last = NULL;
	}
	while (r->first == NULL && !r->ended && status == STATUS_OK) {
		if (r->at < r->filled)
			status = feed_line(r, err);
		else if ((status = read_chunk(r, err)) == STATUS_OK && r->ended)
			finish(r);
	}
	if (status == STATUS_OK && r->failed)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status != STATUS_OK || r->first == NULL)
		return status;
	r->out = r->first->row;
	r->out.bytes = r->bytes - (r->filled - r->at);
	r->first = r->first->next;
	*out = &r->out;
	return STATUS_OK;
}
