#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H
/*
 * output: the lines of a batch, in a file that a stopped batch goes on in, or on stdout.
 *
 * A file that exists must be the output of the same batch: its lines are read against the rows, one
 * by one, and a last line that was cut short is dropped. A file that holds anything else is refused
 * and left as it is. Mode 0600; locked (fcntl) against a second batch while it is open.
 * Threads: belongs to one thread.
 */
#include "base/buf.h"
#include "base/err.h"

struct output {
	int fd;
	const char *path; /* NULL: stdout */
	uint64_t kept;	  /* bytes of lines that were there */
	uint64_t at;	  /* of these, read so far */
	struct buf line;
};

/* What a line says of its row. Texts are borrowed from the output until the next call. */
struct output_line {
	uint64_t row;
	char ref[1100]; /* a reference is at most PERSON_TEXT_BYTES_MAX bytes */
	char id[40];
	bool failed;
};

/* `path` NULL: stdout. STATUS_BUSY: another batch writes it. */
enum status output_open(struct output *out, const char *path, struct err *err) MUST_USE;
void output_close(struct output *out);

/* The next line that was there; *there is false when all are read and writing may begin. */
enum status output_next(
    struct output_line *line, bool *there, struct output *out, struct err *err) MUST_USE;

/* Appends whole lines. */
enum status output_write(struct output *out, struct str lines, struct err *err) MUST_USE;
/* To disk. */
enum status output_sync(struct output *out, struct err *err) MUST_USE;

/* output_json.c: false if the text is no line of a batch. */
bool output_read_line(struct output_line *out, struct str text);

#endif
