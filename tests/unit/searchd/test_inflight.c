#include "searchd/inflight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static struct inflight *inflight;
static const struct digest ONE = { { 1 } }, TWO = { { 2 } };
#define USER STR_LIT("amara")
#define ID STR_LIT("0123456789abcdef0123456789abcdef")

static void
sleep_ms(long ms)
{
	struct timespec t = { .tv_nsec = ms * 1000000L };

	nanosleep(&t, NULL);
}

static void
test_a_key_runs_again_once_it_is_through(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(inflight_begin(inflight, USER, ID, &ONE, 0), STATUS_OK);
		inflight_end(inflight, USER, ID);
	}
}

static void
test_another_request_under_a_running_key_is_a_conflict(void **state)
{
	(void)state;
	assert_int_equal(inflight_begin(inflight, USER, ID, &ONE, 0), STATUS_OK);
	assert_int_equal(inflight_begin(inflight, USER, ID, &TWO, 5000), STATUS_CONFLICT);
	inflight_end(inflight, USER, ID);
	assert_int_equal(inflight_begin(inflight, USER, ID, &TWO, 0), STATUS_OK);
	inflight_end(inflight, USER, ID);
}

static void
test_waiting_for_a_twin_ends_at_the_deadline(void **state)
{
	(void)state;
	assert_int_equal(inflight_begin(inflight, USER, ID, &ONE, 0), STATUS_OK);
	assert_int_equal(inflight_begin(inflight, USER, ID, &ONE, 30), STATUS_TIMEOUT);
	inflight_end(inflight, USER, ID);
}

static void
test_users_do_not_share_ids(void **state)
{
	(void)state;
	assert_int_equal(inflight_begin(inflight, USER, ID, &ONE, 0), STATUS_OK);
	assert_int_equal(inflight_begin(inflight, STR_LIT("ben"), ID, &TWO, 0), STATUS_OK);
	inflight_end(inflight, STR_LIT("ben"), ID);
	inflight_end(inflight, USER, ID);
}

static atomic_int running, most, done;

static void *
run_many(void *arg)
{
	(void)arg;
	for (int i = 0; i < 50; i++) {
		int now;

		if (inflight_begin(inflight, USER, ID, &ONE, 10000) != STATUS_OK)
			return NULL;
		now = atomic_fetch_add(&running, 1) + 1;
		if (now > atomic_load(&most))
			atomic_store(&most, now);
		if (i % 10 == 0)
			sleep_ms(1);
		atomic_fetch_sub(&running, 1);
		inflight_end(inflight, USER, ID);
		atomic_fetch_add(&done, 1);
	}
	return NULL;
}

static void
test_of_many_twins_one_runs_at_a_time(void **state)
{
	pthread_t threads[8];

	(void)state;
	for (int i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, run_many, NULL);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&most), 1);
	assert_int_equal(atomic_load(&done), 400);
}

static int
prepare(void **state)
{
	(void)state;
	return inflight_new(&inflight, NULL) != STATUS_OK;
}

static int
finish(void **state)
{
	(void)state;
	inflight_free(inflight);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_runs_again_once_it_is_through),
		cmocka_unit_test(test_another_request_under_a_running_key_is_a_conflict),
		cmocka_unit_test(test_waiting_for_a_twin_ends_at_the_deadline),
		cmocka_unit_test(test_users_do_not_share_ids),
		cmocka_unit_test(test_of_many_twins_one_runs_at_a_time),
	};

	return cmocka_run_group_tests(tests, prepare, finish);
}
