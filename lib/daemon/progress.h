#ifndef DAEMON_PROGRESS_H
#define DAEMON_PROGRESS_H
/*
 * progress: how far a long job is, on stderr.
 *
 * On a terminal: one line with a bar, rewritten a few times a second. Elsewhere: a plain line
 * every PROGRESS_PLAIN_MS, so that a job's log shows that it lives. Only the label and figures
 * are shown: never anything from the data.
 * Threads: a progress belongs to one thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_BAR_MS 200    /* slower looks stuck, faster flickers */
#define PROGRESS_PLAIN_MS 5000 /* a few lines a minute in a job's log */

enum progress_mode { PROGRESS_AUTO, PROGRESS_OFF };

struct progress {
	const char *label; /* "loading helpline" */
	const char *unit;  /* plural: "rows" */
	uint64_t total;	   /* in the measure of `done`; 0: not known */
	uint64_t done;
	uint64_t items;
	int64_t started_ms, shown_ms; /* monotonic */
	bool on, terminal, drawn;
};

/* Nothing is printed before the first update after the first interval. `label` and `unit` are
 * borrowed until progress_end. */
void progress_begin(struct progress *progress, const char *label, const char *unit, uint64_t total,
    enum progress_mode mode);
/* `done` of `total` (bytes, rows...), `items` units dealt with. Cheap: call for every row. */
void progress_update(struct progress *progress, uint64_t done, uint64_t items);
/* Wipes the bar, so that the next line of output starts clean. */
void progress_end(struct progress *progress);
/* Milliseconds since progress_begin. */
int64_t progress_elapsed_ms(const struct progress *progress);

/*
 * The line, without its end: "loading helpline [=======>      ] 52%  61,200 rows  40,800/s  0:02
 * left". Cut to `width` columns; no bar if width is 0. Always terminated. For tests and for the two
 * functions above.
 */
void progress_line(
    char *out, size_t size, unsigned width, const struct progress *progress, int64_t elapsed_ms);

/* 1234567 as "1,234,567"; the buffer holds any value. */
#define PROGRESS_NUMBER_BYTES 28
const char *progress_number(char out[PROGRESS_NUMBER_BYTES], uint64_t value);

#endif
