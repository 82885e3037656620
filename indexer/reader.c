#include "indexer/reader.h"

#include "base/mem.h"
#include "indexer/decode.h"
#include "indexer/fields.h"
#include "indexer/line.h"
#include "indexer/split.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Twice the window, so that bytes are moved to the front once per window at most. */
#define BUFFER_BYTES (2 * (size_t)SPLIT_WINDOW_BYTES)
#define NO_POSITION SIZE_MAX

struct reader {
	const struct mapping *mapping;
	char *path;
	int fd;
	struct stat opened; /* as it was at reader_open */
	struct digest_state digest;
	char *buffer;
	size_t from, to; /* unread bytes of the buffer */
	bool eof;
	bool skipping; /* the rest of a line that was too long comes next */
	uint64_t done;
	uint64_t line; /* of buffer[from] */
	struct arena *arena;
	/* CSV */
	struct fields *fields;
	size_t width;		/* columns of the header */
	size_t *positions;	/* by index into mapping.columns; NO_POSITION: not in this export */
	struct row_cell *cells; /* by index into mapping.columns */
	/* JSON lines */
	struct json_t *json;
	bool *had_value;
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* Fills the buffer until it holds a whole window or the file has ended. */
static enum status
fill(struct reader *reader, struct err *err)
{
	if (reader->eof || reader->to - reader->from >= SPLIT_WINDOW_BYTES)
		return STATUS_OK;
	memmove(reader->buffer, reader->buffer + reader->from, reader->to - reader->from);
	reader->to -= reader->from;
	reader->from = 0;
	while (!reader->eof && reader->to < BUFFER_BYTES) {
		ssize_t got =
		    read(reader->fd, reader->buffer + reader->to, BUFFER_BYTES - reader->to);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, reader->path, "cannot read");
		reader->eof = got == 0;
		digest_add(
		    &reader->digest, (struct str){ reader->buffer + reader->to, (size_t)got });
		reader->to += (size_t)got;
	}
	return STATUS_OK;
}

static struct str
window(const struct reader *reader)
{
	return (struct str){ reader->buffer + reader->from, reader->to - reader->from };
}

static void
advance(struct reader *reader, size_t bytes, unsigned lines)
{
	reader->from += bytes;
	reader->done += bytes;
	reader->line += lines;
}

/* After a line without end within the bound: passes over the rest of it. */
static enum status
skip_line(struct reader *reader, struct err *err)
{
	for (;;) {
		struct split_row part;
		enum status status = fill(reader, err);

		if (status != STATUS_OK)
			return status;
		split_first_line(&part, window(reader));
		advance(reader, part.next, part.ended ? 1 : 0);
		if (part.ended || (reader->eof && reader->from == reader->to))
			return STATUS_OK;
	}
}

static bool
is_blank(struct str raw)
{
	return str_trim(raw).n == 0;
}

static const char *
count_fault(const struct reader *reader, size_t count, bool ended)
{
	const char *text =
	    ended ? arena_format(reader->arena, "%zu columns, not %zu as in the header", count,
			reader->width)
		  : arena_format(reader->arena, "the last line is cut short: %zu of %zu columns",
			count, reader->width);

	return text == NULL ? "wrong number of columns" : text;
}

static void
decode_cells(struct reader *reader, const struct str *fields)
{
	for (size_t i = 0; i < reader->mapping->column_count; i++) {
		struct row_cell *cell = &reader->cells[i];

		*cell = (struct row_cell){ STR_NONE, NULL };
		if (reader->positions[i] != NO_POSITION)
			decode_text(&cell->text, &cell->fault, reader->arena,
			    reader->mapping->encoding, fields[reader->positions[i]]);
		cell->text = str_trim(cell->text);
	}
}

/* Sets row->fault, or the cells. */
static enum status
read_csv(struct row *row, struct reader *reader, bool ended, struct err *err)
{
	const struct str *fields;
	size_t count;
	enum status status;

	if (memchr(row->raw.p, '\0', row->raw.n) != NULL) {
		row->fault = "has a NUL byte";
		return STATUS_OK;
	}
	status = fields_parse(&fields, &count, reader->fields, row->raw, err);
	if (status != STATUS_OK)
		return status;
	if (count != reader->width) {
		row->fault = count_fault(reader, count, ended);
		return STATUS_OK;
	}
	decode_cells(reader, fields);
	row->cells = reader->cells;
	return STATUS_OK;
}

static enum status
read_json(struct row *row, struct reader *reader, bool ended, struct err *err)
{
	line_free(reader->json);
	reader->json = NULL;
	return line_parse(&reader->json, row, reader->mapping->encoding, ended, err);
}

static enum status
read_fields(struct row *row, struct reader *reader, bool ended, struct err *err)
{
	enum status status;

	if (reader->mapping->format == MAPPING_CSV)
		return read_csv(row, reader, ended, err);
	status = read_json(row, reader, ended, err);
	row->json = reader->json;
	return status;
}

/* One row from the window, good or bad. A row over several lines that is wrong gives up its first
 * line only: the others may be rows of their own, behind a quote that was never closed. */
static enum status
read_row(struct row *row, struct reader *reader, struct err *err)
{
	struct str bytes = window(reader);
	struct split_row part;
	bool csv = reader->mapping->format == MAPPING_CSV;
	enum split_result result = split_next(&part, bytes, reader->eof, reader->mapping->delimiter,
	    csv ? reader->mapping->quote : 0);
	enum status status = STATUS_OK;

	row->raw = str_part(bytes, 0, part.bytes);
	if (result == SPLIT_ROW && !is_blank(row->raw)) {
		status = read_fields(row, reader, part.ended, err);
		if (status == STATUS_OK && row->fault != NULL && part.lines > 1) {
			split_first_line(&part, bytes);
			result = SPLIT_UNCLOSED;
		}
	}
	if (result == SPLIT_UNCLOSED)
		row->fault = "a quote is not closed";
	else if (result == SPLIT_LONG)
		row->fault = "is longer than 65,536 bytes";
	reader->skipping = result == SPLIT_LONG;
	row->raw = str_part(bytes, 0, part.bytes);
	advance(reader, part.next, part.lines);
	return status;
}

enum status
reader_next(bool *more, struct row *row, struct reader *reader, struct err *err)
{
	for (;;) {
		enum status status;

		/* A line that was too long is passed over here, so that its row stays valid until
		 * the caller comes back. */
		if (reader->skipping) {
			reader->skipping = false;
			status = skip_line(reader, err);
			if (status != STATUS_OK)
				return status;
		}
		status = fill(reader, err);
		*more = reader->from < reader->to;
		if (status != STATUS_OK || !*more)
			return status;
		arena_reset(reader->arena);
		*row = (struct row){ .line = reader->line,
			.fault_at = "",
			.arena = reader->arena,
			.had_value = reader->had_value };
		status = read_row(row, reader, err);
		if (status != STATUS_OK || !is_blank(row->raw) || row->fault != NULL)
			return status;
	}
}

static size_t
position_of(const struct str *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_text(names[i], name))
			return i;
	return NO_POSITION;
}

/* Finds every column of the mapping among the names; the first one missing is the error. The
 * names themselves are not shown: without a header they would be somebody's data. */
static enum status
place_columns(struct reader *reader, const struct str *names, size_t count, struct err *err)
{
	reader->width = count;
	for (size_t i = 0; i < reader->mapping->column_count; i++) {
		const struct mapping_column *column = &reader->mapping->columns[i];
		size_t at = position_of(names, count, column->name);

		if (at == NO_POSITION && !column->optional)
			return err_data(err, STATUS_INVALID, reader->path, 1,
			    "the header has no column \"%s\" (it has %zu columns)", column->name,
			    count);
		if (at != NO_POSITION &&
		    position_of(names + at + 1, count - at - 1, column->name) != NO_POSITION)
			return err_data(err, STATUS_INVALID, reader->path, 1,
			    "the header has the column \"%s\" twice", column->name);
		reader->positions[i] = at;
	}
	return STATUS_OK;
}

static enum status
header_names(
    struct str *names, size_t *count, struct reader *reader, struct str raw, struct err *err)
{
	const struct str *fields;
	enum status status = fields_parse(&fields, count, reader->fields, raw, err);

	if (status != STATUS_OK)
		return status;
	if (*count > FIELDS_MAX)
		return err_data(err, STATUS_LIMIT, reader->path, 1,
		    "the header has %zu columns, more than %d", *count, FIELDS_MAX);
	for (size_t i = 0; i < *count; i++) {
		const char *fault = NULL;

		decode_text(&names[i], &fault, reader->arena, reader->mapping->encoding, fields[i]);
		if (fault != NULL)
			return err_data(err, STATUS_INVALID, reader->path, 1,
			    "the header is not %s: %s", reader->mapping->encoding, fault);
		names[i] = str_trim(names[i]);
	}
	return STATUS_OK;
}

static enum status
read_header(struct reader *reader, struct err *err)
{
	struct str *names = arena_alloc(reader->arena, FIELDS_MAX, sizeof *names);
	const struct mapping *mapping = reader->mapping;
	struct str bytes = window(reader);
	struct split_row part;
	size_t count;
	enum status status;

	if (names == NULL)
		return no_memory(err);
	if (bytes.n == 0)
		return err_data(
		    err, STATUS_INVALID, reader->path, 1, "the export is empty: it has no header");
	if (split_next(&part, bytes, reader->eof, mapping->delimiter, mapping->quote) !=
		SPLIT_ROW ||
	    memchr(bytes.p, '\0', part.bytes) != NULL)
		return err_data(
		    err, STATUS_INVALID, reader->path, 1, "the first line is no header of CSV");
	status = header_names(names, &count, reader, str_part(bytes, 0, part.bytes), err);
	if (status != STATUS_OK)
		return status;
	advance(reader, part.next, part.lines);
	return place_columns(reader, names, count, err);
}

/* Passes over a byte order mark of UTF-8; names one of UTF-16, which no mapping reads. */
static enum status
read_mark(struct reader *reader, struct err *err)
{
	struct str bytes = window(reader);

	if (str_starts(bytes, STR_LIT("\xff\xfe")) || str_starts(bytes, STR_LIT("\xfe\xff")))
		return err_data(err, STATUS_INVALID, reader->path, 1,
		    "the export is UTF-16; it has to be saved as UTF-8 or Windows-1252");
	if (str_starts(bytes, STR_LIT("\xef\xbb\xbf")))
		advance(reader, 3, 0);
	return STATUS_OK;
}

static enum status
open_file(struct reader *reader, struct err *err)
{
	/* O_NONBLOCK: opening a FIFO by mistake must not hang. */
	reader->fd = open(reader->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (reader->fd < 0 && errno == ENOENT)
		return err_data(err, STATUS_NOT_FOUND, reader->path, 0, "no such export");
	if (reader->fd < 0)
		return err_sys(err, reader->path, "cannot open the export");
	if (fstat(reader->fd, &reader->opened) != 0)
		return err_sys(err, reader->path, "cannot look at the export");
	if (S_ISDIR(reader->opened.st_mode))
		return err_data(
		    err, STATUS_INVALID, reader->path, 0, "the export is a folder, not a file");
	if (!S_ISREG(reader->opened.st_mode))
		return err_data(
		    err, STATUS_INVALID, reader->path, 0, "the export is not a regular file");
	return STATUS_OK;
}

static enum status
begin(struct reader *reader, struct err *err)
{
	const struct mapping *mapping = reader->mapping;
	enum status status = open_file(reader, err);

	digest_begin(&reader->digest);
	if (status == STATUS_OK)
		status = fill(reader, err);
	if (status == STATUS_OK)
		status = read_mark(reader, err);
	if (status != STATUS_OK || mapping->format != MAPPING_CSV)
		return status;
	status = fields_new(&reader->fields, mapping->delimiter, mapping->quote, err);
	if (status != STATUS_OK)
		return status;
	if (mapping->header)
		return read_header(reader, err);
	return place_columns(reader, mapping->given_columns, mapping->given_count, err);
}

enum status
reader_open(struct reader **out, const struct mapping *mapping, const char *path, struct err *err)
{
	struct reader *reader = mem_zero(1, sizeof *reader);
	size_t columns = mapping->column_count + 1;
	enum status status;

	if (reader == NULL)
		return no_memory(err);
	reader->mapping = mapping;
	reader->fd = -1;
	reader->line = 1;
	reader->path = mem_copy_text(path);
	reader->buffer = mem_alloc(BUFFER_BYTES);
	reader->arena = arena_new(0);
	reader->positions = mem_zero(columns, sizeof *reader->positions);
	reader->cells = mem_zero(columns, sizeof *reader->cells);
	reader->had_value = mem_zero(columns, sizeof *reader->had_value);
	if (reader->path == NULL || reader->buffer == NULL || reader->arena == NULL ||
	    reader->positions == NULL || reader->cells == NULL || reader->had_value == NULL)
		status = no_memory(err);
	else
		status = begin(reader, err);
	if (status != STATUS_OK)
		reader_close(reader);
	else
		*out = reader;
	return status;
}

void
reader_close(struct reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	line_free(reader->json);
	fields_free(reader->fields);
	arena_free(reader->arena);
	mem_free(reader->path);
	mem_free(reader->buffer);
	mem_free(reader->positions);
	mem_free(reader->cells);
	mem_free(reader->had_value);
	mem_free(reader);
}

uint64_t
reader_size(const struct reader *reader)
{
	return (uint64_t)reader->opened.st_size;
}

uint64_t
reader_done(const struct reader *reader)
{
	return reader->done;
}

int64_t
reader_modified_ms(const struct reader *reader)
{
	return (int64_t)reader->opened.st_mtim.tv_sec * 1000 +
	       reader->opened.st_mtim.tv_nsec / 1000000;
}

bool
reader_had_value(const struct reader *reader, size_t column)
{
	return reader->had_value[column];
}

enum status
reader_finish(struct digest *hash, struct reader *reader, struct err *err)
{
	struct stat now;

	if (fstat(reader->fd, &now) != 0)
		return err_sys(err, reader->path, "cannot look at the export");
	if (now.st_size != reader->opened.st_size ||
	    now.st_mtim.tv_sec != reader->opened.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != reader->opened.st_mtim.tv_nsec)
		return err_data(
		    err, STATUS_INVALID, reader->path, 0, "the export changed while it was read");
	digest_end(hash, &reader->digest);
	return STATUS_OK;
}
