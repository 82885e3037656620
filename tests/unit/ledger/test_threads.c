#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "ledger/verify.h"
#include "tests/support/ledger_crash.h"
#include "tests/support/ledger_place.h"

#define THREADS 16
#define APPENDS 200
#define TWINS 64
#define CRASHES 10

struct worker {
	struct ledger_place *place;
	unsigned number;
	unsigned failures; /* asserts do not work outside the test's own thread */
	atomic_uint *won;
};

static void
run_all(struct ledger_place *place, void *(*run)(void *arg), atomic_uint *won)
{
	struct worker workers[THREADS];
	pthread_t threads[THREADS];

	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ place, i, 0, won };
		assert_int_equal(pthread_create(&threads[i], NULL, run, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(workers[i].failures, 0);
	}
}

/* Appends in its own check, and looks at what others secure meanwhile. */
static void *
append_many(void *arg)
{
	struct worker *worker = arg;
	struct ledger *ledger = worker->place->ledger;
	uint64_t last = 0;

	for (unsigned i = 0; i < APPENDS; i++) {
		char check[32], body[64], record[32];
		struct ledger_secured secured;
		struct ledger_entry entry;
		struct ledger_secure secure;
		struct ledger_batch batch;
		uint64_t seq = 0;

		snprintf(check, sizeof check, "CHK-%u", worker->number);
		snprintf(body, sizeof body, "{\"i\":%u}", i);
		snprintf(record, sizeof record, "R-%u", i); /* all threads want the same records */
		entry = ledger_place_entry("check", check, body);
		secure = (struct ledger_secure){ STR_LIT("ctac"), str_from(record) };
		batch = (struct ledger_batch){
			.entries = &entry, .entry_count = 1, .secures = &secure, .secure_count = 1
		};
		if (ledger_append(&seq, ledger, &batch, NULL) != STATUS_OK || seq <= last)
			worker->failures++;
		if (!ledger_secured_find(&secured, ledger, secure.system, secure.record_id))
			worker->failures++;
		last = seq;
	}
	return NULL;
}

static void
test_sixteen_threads_append_and_each_keeps_its_order(void **state)
{
	struct ledger_place *place = *state;

	run_all(place, append_many, NULL);
	ledger_place_expect(place, THREADS * APPENDS + APPENDS, APPENDS);
	for (unsigned t = 0; t < THREADS; t++) {
		const struct ledger_row *rows;
		char check[32], body[64];
		size_t count, i = 0;

		snprintf(check, sizeof check, "CHK-%u", t);
		assert_int_equal(ledger_check_entries(&rows, &count, place->ledger, place->arena,
				     str_from(check), NULL),
		    STATUS_OK);
		for (size_t r = 0; r < count; r++) {
			if (!str_eq_text(rows[r].kind, "check"))
				continue;
			snprintf(body, sizeof body, "{\"i\":%zu}", i++);
			assert_true(str_eq_text(rows[r].body, body));
		}
		assert_int_equal(i, APPENDS);
		arena_reset(place->arena);
	}
}

/* Every thread sends every request: the first wins, the rest are told so. */
static void *
append_twins(void *arg)
{
	struct worker *worker = arg;
	struct arena *arena = arena_new(0);

	for (unsigned i = 0; i < TWINS; i++) {
		struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
		struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
		enum status status;
		struct str reply;
		char id[32];
		uint64_t seq, first;

		snprintf(id, sizeof id, "id-%u", i);
		batch.idem_principal = STR_LIT("amina");
		batch.idem_id = str_from(id);
		batch.idem_reply = str_from(id);
		status = ledger_append(&seq, worker->place->ledger, &batch, NULL);
		if (status == STATUS_OK)
			atomic_fetch_add(&worker->won[i], 1);
		else if (status != STATUS_CONFLICT)
			worker->failures++;
		if (ledger_idem_find(&reply, &first, worker->place->ledger, arena,
			batch.idem_principal, batch.idem_id, &batch.idem_request,
			NULL) != STATUS_OK ||
		    !str_eq(reply, batch.idem_reply))
			worker->failures++;
	}
	arena_free(arena);
	return NULL;
}

/* Every thread says of every record that it secures it: one does, and the rest know who did. */
static void *
append_claims(void *arg)
{
	struct worker *worker = arg;

	for (unsigned i = 0; i < TWINS; i++) {
		struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
		struct ledger_secured secured;
		struct ledger_secure secure;
		struct ledger_batch batch = { .entries = &entry,
			.entry_count = 1,
			.secures = &secure,
			.secure_count = 1,
			.secures_are_new = true };
		enum status status;
		char record[32];
		uint64_t seq;

		snprintf(record, sizeof record, "R-%u", i);
		secure = (struct ledger_secure){ STR_LIT("ctac"), str_from(record) };
		status = ledger_append(&seq, worker->place->ledger, &batch, NULL);
		if (status == STATUS_OK)
			atomic_fetch_add(&worker->won[i], 1);
		else if (status != STATUS_STALE)
			worker->failures++;
		if (!ledger_secured_find(
			&secured, worker->place->ledger, secure.system, secure.record_id))
			worker->failures++;
		else if (status == STATUS_OK ? secured.seq != seq + 1 : secured.seq == 0)
			worker->failures++;
	}
	return NULL;
}

static void
test_of_those_who_say_that_they_secure_one_is_written(void **state)
{
	static atomic_uint won[TWINS];
	struct ledger_place *place = *state;

	run_all(place, append_claims, won);
	for (unsigned i = 0; i < TWINS; i++)
		assert_int_equal(atomic_load(&won[i]), 1);
	ledger_place_expect(place, 2 * TWINS, TWINS);
}

static void
test_of_twin_requests_one_is_written(void **state)
{
	static atomic_uint won[TWINS];
	struct ledger_place *place = *state;

	run_all(place, append_twins, won);
	for (unsigned i = 0; i < TWINS; i++)
		assert_int_equal(atomic_load(&won[i]), 1);
	ledger_place_expect(place, TWINS, 0);
}

static void *
rebuild_and_read(void *arg)
{
	struct worker *worker = arg;
	struct ledger *ledger = worker->place->ledger;
	struct ledger_report report;
	struct ledger_head head;
	struct ledger_secured secured;

	for (unsigned i = 0; i < 10; i++) {
		if (worker->number == 0 && ledger_rebuild(ledger, NULL) != STATUS_OK)
			worker->failures++;
		if (worker->number == 1 && ledger_verify(&report, worker->place->path, NULL, NULL,
					       NULL, NULL) != STATUS_OK)
			worker->failures++;
		if (worker->number > 1)
			ledger_place_append(worker->place, "CHK-7", "{}");
		if (!ledger_secured_find(&secured, ledger, STR_LIT("ctac"), STR_LIT("C-1")) ||
		    secured.seq != 3)
			worker->failures++;
		ledger_head(&head, ledger);
	}
	return NULL;
}

static void
test_rebuilding_and_verifying_do_not_disturb_the_others(void **state)
{
	struct ledger_place *place = *state;

	ledger_place_fill(place);
	run_all(place, rebuild_and_read, NULL);
	ledger_place_expect(place, 8 + (THREADS - 2) * 10, 3);
}

/* tests/tools/ledger_kill.c runs as many rounds as one likes. */
static void
test_nothing_acknowledged_is_lost_by_kill_9(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_crash result;
	struct err err = ERR_NONE;

	ledger_place_close(place);
	if (ledger_crash_rounds(&result, place->path, CRASHES, 7, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_true(result.acknowledged >= CRASHES);
	assert_true(result.entries >= result.acknowledged);
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* first: it forks, and there must be no other thread */
		ON_EMPTY(test_nothing_acknowledged_is_lost_by_kill_9),
		ON_EMPTY(test_sixteen_threads_append_and_each_keeps_its_order),
		ON_EMPTY(test_of_those_who_say_that_they_secure_one_is_written),
		ON_EMPTY(test_of_twin_requests_one_is_written),
		ON_EMPTY(test_rebuilding_and_verifying_do_not_disturb_the_others),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
