#ifndef CLIENT_PIPELINE_H
#define CLIENT_PIPELINE_H
/*
 * pipeline: rows asked by several threads, their lines given back in the order of the rows.
 *
 * One thread (the owner) puts rows in and takes lines out; each worker has its own connection and
 * asks the oldest row that waits. A fault that stops the batch lets rows under way finish and drops
 * the rest. Memory is bounded: PIPELINE_ROWS_PER_WORKER rows a worker.
 */
#include "client/batch.h"

#define PIPELINE_WORKERS_MAX 64
/* Deep enough that one slow check does not idle the others, at a few KiB a row. */
#define PIPELINE_ROWS_PER_WORKER 8

struct pipeline;

enum status pipeline_new(struct pipeline **out, const struct batch *batch,
    const struct console *console, unsigned workers, struct err *err) MUST_USE;
/* Waits for rows under way. NULL is fine. */
void pipeline_free(struct pipeline *pipeline);

/* A free place to make the next row in, or NULL: all are taken. Follow with pipeline_put(). */
struct batch_row *pipeline_room(struct pipeline *pipeline);
/* Hands the row over; one with a fault gets its line without being asked. `bytes` comes back from
 * pipeline_take(). */
void pipeline_put(struct pipeline *pipeline, uint64_t bytes);

enum pipeline_took { PIPELINE_LINE, PIPELINE_WAIT, PIPELINE_EMPTY, PIPELINE_STOPPED };

struct pipeline_line {
	struct str text; /* valid until the next call */
	uint64_t row, bytes;
	bool failed;
};

/*
 * The line of the oldest row. WAIT: it is not ready yet (returned at once, or after wait_ms at
 * most). EMPTY: no row is in. STOPPED: the row met a fault that stops the batch, now in *err, or
 * was never asked after pipeline_stop().
 */
enum pipeline_took pipeline_take(
    struct pipeline_line *line, struct pipeline *pipeline, unsigned wait_ms, struct err *err);

/* No row is begun any more; those under way finish. */
void pipeline_stop(struct pipeline *pipeline);

#endif
