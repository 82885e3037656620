#include "ledger/writer.h"

#include <errno.h>

static struct writer_job *
take_all(struct writer *writer)
{
	struct writer_job *jobs;

	pthread_mutex_lock(&writer->lock);
	while (writer->first == NULL && !writer->stopping)
		pthread_cond_wait(&writer->work, &writer->lock);
	jobs = writer->first;
	writer->first = NULL;
	writer->last = &writer->first;
	pthread_mutex_unlock(&writer->lock);
	return jobs;
}

/* A job is gone as soon as its caller runs again, which the lock puts off until we are through. */
static void
finish_all(struct writer *writer, struct writer_job *jobs)
{
	pthread_mutex_lock(&writer->lock);
	while (jobs != NULL) {
		struct writer_job *next = jobs->next;

		jobs->done = true;
		pthread_cond_signal(&jobs->finished);
		jobs = next;
	}
	pthread_mutex_unlock(&writer->lock);
}

static void *
writer_main(void *arg)
{
	struct writer *writer = arg;
	struct writer_job *jobs;

	while ((jobs = take_all(writer)) != NULL) {
		writer->run(writer->ctx, jobs);
		finish_all(writer, jobs);
	}
	return NULL;
}

enum status
writer_start(struct writer *writer, void (*run)(void *ctx, struct writer_job *jobs), void *ctx,
    struct err *err)
{
	int code;

	*writer = (struct writer){ .run = run, .ctx = ctx };
	writer->last = &writer->first;
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->work, NULL);
	code = pthread_create(&writer->thread, NULL, writer_main, writer);
	if (code == 0)
		return STATUS_OK;
	pthread_cond_destroy(&writer->work);
	pthread_mutex_destroy(&writer->lock);
	errno = code;
	return err_sys(err, "ledger", "cannot start the writer");
}

enum status
writer_submit(struct writer *writer, struct writer_job *job, struct err *err)
{
	pthread_mutex_lock(&writer->lock);
	if (writer->stopping) {
		pthread_mutex_unlock(&writer->lock);
		return err_set(err, STATUS_UNAVAILABLE, "the ledger is closing");
	}
	job->next = NULL;
	job->done = false;
	pthread_cond_init(&job->finished, NULL);
	*writer->last = job;
	writer->last = &job->next;
	pthread_cond_signal(&writer->work);
	pthread_mutex_unlock(&writer->lock);
	return STATUS_OK;
}

void
writer_wait(struct writer *writer, struct writer_job *job)
{
	pthread_mutex_lock(&writer->lock);
	while (!job->done)
		pthread_cond_wait(&job->finished, &writer->lock);
	pthread_mutex_unlock(&writer->lock);
	pthread_cond_destroy(&job->finished);
}

void
writer_stop(struct writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	pthread_cond_signal(&writer->work);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	pthread_cond_destroy(&writer->work);
	pthread_mutex_destroy(&writer->lock);
}
