#ifndef LEDGER_WRITER_H
#define LEDGER_WRITER_H
/*
 * writer: one thread that takes all jobs that are waiting and runs them together; inside the
 * room only.
 *
 * While one group is being flushed to disk the next one gathers, so the more callers there are
 * the more entries share a flush, and a lone caller waits for nobody.
 * Threads: writer_submit() and writer_wait() in any; the others in the one that started it.
 */
#include "base/err.h"

#include <pthread.h>

/* The head of the caller's own struct, which stays where it is until writer_wait() is back. */
struct writer_job {
	struct writer_job *next;
	pthread_cond_t finished;
	bool done;
};

struct writer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct writer_job *first, **last;
	bool stopping;
	void (*run)(void *ctx, struct writer_job *jobs); /* jobs in order of submission */
	void *ctx;
};

enum status writer_start(struct writer *writer, void (*run)(void *ctx, struct writer_job *jobs),
    void *ctx, struct err *err) MUST_USE;
/* Gives the job to the thread. STATUS_UNAVAILABLE if the writer is stopping: then it is not run. */
enum status writer_submit(struct writer *writer, struct writer_job *job, struct err *err) MUST_USE;
/* Waits until a job that was submitted has been run. */
void writer_wait(struct writer *writer, struct writer_job *job);
/* Runs what was submitted, then ends the thread. */
void writer_stop(struct writer *writer);

#endif
