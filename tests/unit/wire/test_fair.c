#include "wire/fair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

static struct fair_item items[400];

static size_t
pop(struct fair_queue *queue)
{
	struct fair_item *item = fair_pop(queue);

	assert_non_null(item);
	return (size_t)(item - items);
}

static void
test_one_user_is_served_in_order(void **state)
{
	struct fair_queue queue = { NULL, NULL, 0 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		fair_push(&queue, &items[i], 7);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(pop(&queue), i);
	assert_null(fair_pop(&queue));
	assert_int_equal(queue.count, 0);
}

static void
test_who_comes_after_a_crowd_waits_for_one_of_it(void **state)
{
	struct fair_queue queue = { NULL, NULL, 0 };

	(void)state;
	for (size_t i = 0; i < 200; i++)
		fair_push(&queue, &items[i], 1);
	assert_int_equal(pop(&queue), 0);
	fair_push(&queue, &items[200], 2);
	fair_push(&queue, &items[201], 2);
	assert_int_equal(pop(&queue), 1);
	assert_int_equal(pop(&queue), 200);
	assert_int_equal(pop(&queue), 2);
	assert_int_equal(pop(&queue), 201);
	for (size_t i = 3; i < 200; i++)
		assert_int_equal(pop(&queue), i);
	assert_null(fair_pop(&queue));
}

/* Whatever comes when: nothing is lost, each user's are in order, and no user is passed over
 * twice while another is served. */
static void
test_turns_hold_for_any_order_of_coming(void **state)
{
	enum { USERS = 5 };
	struct fair_queue queue = { NULL, NULL, 0 };
	uint64_t random = 1;
	size_t pushed = 0, popped = 0, last[USERS];
	unsigned since[USERS] = { 0 }, waiting[USERS] = { 0 };

	(void)state;
	for (size_t u = 0; u < USERS; u++)
		last[u] = 0;
	while (popped < 400) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		if (pushed < 400 && (queue.count == 0 || random >> 63 == 0)) {
			uint32_t uid = (uint32_t)(random >> 40) % USERS;

			fair_push(&queue, &items[pushed++], uid);
			waiting[uid]++;
			continue;
		}
		size_t i = pop(&queue);
		uint32_t uid = items[i].uid;

		popped++;
		waiting[uid]--;
		assert_true(last[uid] <= i);
		last[uid] = i;
		for (size_t u = 0; u < USERS; u++)
			since[u] = waiting[u] == 0 || u == uid ? 0 : since[u] + 1;
		for (size_t u = 0; u < USERS; u++)
			assert_true(since[u] < USERS);
	}
	assert_int_equal(queue.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_user_is_served_in_order),
		cmocka_unit_test(test_who_comes_after_a_crowd_waits_for_one_of_it),
		cmocka_unit_test(test_turns_hold_for_any_order_of_coming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
