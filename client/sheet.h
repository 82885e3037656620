#ifndef CLIENT_SHEET_H
#define CLIENT_SHEET_H
/*
 * sheet: lines of text for a terminal of a known width, with or without colour.
 *
 * Words flow: each goes on the line if it fits, else on the next, under the sheet's indent. A word
 * wider than a line is broken. Widths are columns: combining marks take none, East Asian wide
 * characters two (Unicode 15 East Asian Width W and F, in ranges). Everything put on a sheet passes
 * buf_add_printable, so foreign text cannot drive the terminal. Write the result with
 * console_write(). Threads: a sheet belongs to one thread.
 */
#include "base/buf.h"

#define SHEET_WIDTH_MIN 40
#define SHEET_WIDTH_MAX 140 /* longer lines are harder to read */

enum sheet_style {
	SHEET_PLAIN,
	SHEET_BOLD,
	SHEET_DIM,
	SHEET_GOOD,   /* green */
	SHEET_NOTICE, /* yellow */
	SHEET_ALARM,  /* bold red */
	SHEET_STYLE_COUNT
};

struct sheet {
	struct buf out;
	unsigned width, indent, column;
	bool colour;
	enum sheet_style style; /* that is on now */
	bool blank;		/* a blank is due before the next word of this line */
};

/* Width is clamped to the bounds above. End with buf_free(&sheet.out). */
void sheet_init(struct sheet *sheet, unsigned width, bool colour);
/* The indent of this and the following lines; a line that has begun keeps what it has. */
void sheet_indent(struct sheet *sheet, unsigned columns);
/* The words of `text`, a blank before the first if the line has begun. */
void sheet_put(struct sheet *sheet, enum sheet_style style, struct str text);
/* Our own words, at most 500 bytes after formatting. */
void sheet_putf(struct sheet *sheet, enum sheet_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* As sheet_put with nothing before it and no wrapping: one mark of punctuation, or a bar. */
void sheet_glue(struct sheet *sheet, enum sheet_style style, struct str text);
/* Blanks up to the column (0-based), or one blank if the line is past it. */
void sheet_to(struct sheet *sheet, unsigned column);
/* Ends the line if it has begun. */
void sheet_end(struct sheet *sheet);
/* Ends the line and leaves one empty line, unless there is one. */
void sheet_gap(struct sheet *sheet);
/* Columns that the text takes, after buf_add_printable. */
unsigned sheet_columns(struct str printable);

#endif
