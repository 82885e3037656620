#include "base/pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define ITEMS 1000
#define ROUNDS 2000

struct job {
	_Atomic unsigned next;
	unsigned char taken[ITEMS]; /* how often */
	unsigned runs[2];
	pthread_t threads[2];
};

static void
take_items(void *ctx, unsigned which)
{
	struct job *job = ctx;
	unsigned i;

	job->runs[which]++;
	job->threads[which] = pthread_self();
	while ((i = atomic_fetch_add(&job->next, 1)) < ITEMS)
		job->taken[i]++;
}

static void
expect_all_taken_once(const struct job *job)
{
	for (unsigned i = 0; i < ITEMS; i++)
		assert_int_equal(job->taken[i], 1);
}

/* Each round sees all that the one before wrote, in both threads. */
static void
test_work_is_done_once_and_in_two_threads(void **state)
{
	struct pair *pair = NULL;

	(void)state;
	if (pair_new(&pair, NULL, NULL) != STATUS_OK)
		skip(); /* one core */
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct job job = { .next = 0 };

		pair_run(pair, take_items, &job);
		expect_all_taken_once(&job);
		assert_true(job.runs[0] == 1 && job.runs[1] == 1);
		assert_true(pthread_equal(job.threads[0], pthread_self()));
		assert_false(pthread_equal(job.threads[1], pthread_self()));
	}
	pair_free(pair);
}

static void
test_without_a_pair_one_thread_does_it(void **state)
{
	struct job job = { .next = 0 };

	(void)state;
	pair_run(NULL, take_items, &job);
	expect_all_taken_once(&job);
	assert_true(job.runs[0] == 1 && job.runs[1] == 0);
	pair_free(NULL);
}

/* Two threads each for so many as there are cores for, and for one more no longer. */
static void
test_where_others_are_at_work_one_thread_does_it(void **state)
{
	unsigned cores = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	struct pair_load load = { 0 };
	struct pair *pair = NULL;

	(void)state;
	if (pair_new(&pair, &load, NULL) != STATUS_OK)
		skip();
	for (unsigned busy = 0; busy <= cores; busy++) {
		struct job job = { .next = 0 };

		pair_run(pair, take_items, &job);
		expect_all_taken_once(&job);
		assert_true(job.runs[0] == 1 && job.runs[1] == (2 * busy <= cores));
		pair_begin(&load);
	}
	for (unsigned busy = 0; busy <= cores; busy++)
		pair_end(&load);
	assert_true(load.busy == 0);
	pair_free(pair);
}

static void
test_a_pair_that_was_never_used_ends(void **state)
{
	struct pair *pair = NULL;

	(void)state;
	if (pair_new(&pair, NULL, NULL) != STATUS_OK)
		skip();
	pair_free(pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work_is_done_once_and_in_two_threads),
		cmocka_unit_test(test_without_a_pair_one_thread_does_it),
		cmocka_unit_test(test_where_others_are_at_work_one_thread_does_it),
		cmocka_unit_test(test_a_pair_that_was_never_used_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
