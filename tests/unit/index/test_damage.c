/* A base damaged in place under an open searcher: the system is left out and named, the others
 * answer, and every search ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "tests/unit/index/built.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROUNDS 60u
#define SANITIZED
#else
#define ROUNDS 300u
#endif
#define CASES 400u
#define QUESTIONS 12u
#define SECONDS_MAX 10u /* for one round of searches; a round takes some milliseconds */

static struct built built;
static const char *const systems[] = { "ctac", "helpline" };
static struct features questions[QUESTIONS];
static struct buf good;

static void
load_system(const char *name, uint64_t seed)
{
	static struct load load;
	struct arena *arena = arena_new(0);

	load_begin(&load, &built, name, false);
	for (uint64_t i = 0; i < CASES; i++) {
		struct corpus_case made;

		arena_reset(arena);
		assert_int_equal(corpus_record(&made, arena, seed, i), STATUS_OK);
		for (size_t k = 0; k < made.record.people_count; k++)
			load_add(&load, &made.record.header, &made.record.people[k]);
	}
	load_publish(&load, load.people);
	arena_free(arena);
}

static const char *
base_of(const char *system)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/index/%s/current/base.glass", built.data, system);
	return path;
}

static int
set_up(void **state)
{
	(void)state;
	built_init(&built);
	load_system("ctac", 3);
	load_system("helpline", 4);
	for (uint64_t n = 0; n < QUESTIONS; n++) {
		struct corpus_query query;

		assert_int_equal(corpus_query(&query, built.arena, n % 2 == 0 ? 3 : 4, n * 31, n,
				     &corpus_shares_typical),
		    STATUS_OK);
		assert_int_equal(features_make(&questions[n], built.arena, built.folder,
				     built.lexicon, &query.person, NULL),
		    STATUS_OK);
	}
	good = BUF_INIT;
	assert_int_equal(file_read(&good, base_of("ctac"), (size_t)1 << 30, NULL), STATUS_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	buf_free(&good);
	built_fini(&built);
	return 0;
}

/* The file's own bytes are changed, as a stray write would: not another file in its place. */
static void
write_in_place(const char *bytes, size_t n, bool unseen)
{
	int fd = open(base_of("ctac"), O_WRONLY);
	struct stat st;

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	assert_int_equal(ftruncate(fd, (off_t)n), 0);
	assert_true(pwrite(fd, bytes, n, 0) == (ssize_t)n);
	if (unseen) /* as if it came between the look and the reading */
		assert_int_equal(
		    futimens(fd, (const struct timespec[]){ st.st_atim, st.st_mtim }), 0);
	close(fd);
}

static uint64_t
draw(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

/* Where a block's directory ends: the one place known where a wrong byte makes Xapian 1.4.22 search
 * a block without end (its bisection stands still at an odd distance), in its own file as in ours.
 * Nothing here can end that, so a change there that slips between two looks is left out, as
 * docs/matching.md says. */
static bool
is_directory_end(size_t at)
{
	return at % 8192 == 9 || at % 8192 == 10;
}

static void
damage(uint64_t seed, unsigned changes, bool unseen)
{
	struct buf bad = BUF_INIT;

	buf_add_str(&bad, buf_str(&good));
	assert_false(buf_failed(&bad));
	for (unsigned i = 0; i < changes; i++) {
		size_t at = draw(&seed) % bad.n;
		char byte = (char)draw(&seed);

		if (!unseen || !is_directory_end(at))
			bad.p[at] = byte;
	}
	write_in_place(bad.p, bad.n, unseen);
	buf_free(&bad);
}

struct opened {
	struct snapshot *snapshot;
	struct searcher *searcher;
	struct built_pair pair;
};

static struct opened
open_all(void)
{
	struct opened opened = { NULL, NULL, { NULL, NULL } };
	struct err err = ERR_NONE;

	built_ok(snapshot_load(&opened.snapshot, built.data, systems, 2, &err), &err);
	built_ok(searcher_open(&opened.searcher, opened.snapshot, built.model, built.lexicon, &err),
	    &err);
	built_take_pair(&opened.pair, opened.searcher);
	return opened;
}

static void
close_all(struct opened *opened)
{
	searcher_close(opened->searcher);
	snapshot_free(opened->snapshot);
	built_free_pair(&opened->pair);
}

/* Asks everything; counts what the sound system gives and whether the other was left out. */
static size_t
ask_all(struct searcher *searcher, double floor)
{
	struct arena *arena = arena_new(0);
	size_t sound = 0;

	for (size_t n = 0; n < QUESTIONS; n++) {
		struct search_result result;
		struct err err = ERR_NONE;

		arena_reset(arena);
		built_ok(search_person(
			     &result, searcher, arena, built.folder, &questions[n], floor, &err),
		    &err);
		for (size_t i = 0; i < result.count; i++) {
			sound += result.candidates[i].system == 1;
			if (searcher_fault(searcher, 0) != NULL)
				assert_int_equal(result.candidates[i].system, 1);
		}
	}
	assert_null(searcher_fault(searcher, 1));
	arena_free(arena);
	return sound;
}

static void
test_a_truncated_base_leaves_only_its_system_out(void **state)
{
	struct opened opened = open_all();
	size_t before = ask_all(opened.searcher, 5);

	(void)state;
	assert_null(searcher_fault(opened.searcher, 0));
	close_all(&opened);
	opened = open_all();
	write_in_place(good.p, 8192, true);
	assert_true(before > 0 && ask_all(opened.searcher, 5) == before);
	assert_non_null(searcher_fault(opened.searcher, 0));
	assert_int_equal(searcher_fault(opened.searcher, 0)->status, STATUS_CORRUPT);
	write_in_place(good.p, good.n, false);
	close_all(&opened);
}

/* Truncated before a worker opens it: the same. */
static void
test_a_base_that_no_longer_opens_leaves_only_its_system_out(void **state)
{
	struct opened opened = open_all();
	size_t before = ask_all(opened.searcher, 5);
	struct err err = ERR_NONE;

	(void)state;
	searcher_close(opened.searcher);
	write_in_place(good.p, 100, true);
	built_ok(searcher_open(&opened.searcher, opened.snapshot, built.model, built.lexicon, &err),
	    &err);
	built_take_pair(&opened.pair, opened.searcher);
	assert_non_null(searcher_fault(opened.searcher, 0));
	assert_int_equal(ask_all(opened.searcher, 5), before);
	write_in_place(good.p, good.n, false);
	close_all(&opened);
}

/* One round: asked before and after 30 bytes were changed. True if the system was left out. */
static bool
ask_damaged(uint64_t round, bool unseen)
{
	double floor = round % 3 == 0 ? -40 : 0;
	struct opened opened = open_all();
	size_t before = ask_all(opened.searcher, floor);
	bool left_out;

	close_all(&opened);
	opened = open_all();
	damage(round, 30, unseen);
	alarm(SECONDS_MAX);
	assert_int_equal(ask_all(opened.searcher, floor) > 0, before > 0);
	alarm(0);
	left_out = searcher_fault(opened.searcher, 0) != NULL;
	assert_int_equal(snapshot_changed(opened.snapshot, 0), !unseen);
	assert_false(snapshot_changed(opened.snapshot, 1));
	close_all(&opened);
	write_in_place(good.p, good.n, false);
	return left_out;
}

static void
test_changed_files_are_not_read(void **state)
{
	(void)state;
	for (uint64_t round = 0; round < ROUNDS / 4; round++)
		assert_true(ask_damaged(round, false));
}

/* A round in a process of its own, since Xapian itself may go astray: where a length or a link in
 * one of its blocks is wrong it reads on without end, or past its buffers, and nothing in this
 * process can hold it. What happens to be spared tells of our own loops. */
enum round {
	ROUND_WRONG, /* an assertion failed: cmocka goes on in the child and ends with a count */
	ROUND_KEPT = 40, /* exit codes no count of failures has */
	ROUND_LEFT_OUT,
	ROUND_ASTRAY
};

static enum round
ask_apart(uint64_t round)
{
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (child == 0)
		_exit(ask_damaged(round, true) ? ROUND_LEFT_OUT : ROUND_KEPT);
	assert_int_equal(waitpid(child, &status, 0), child);
	write_in_place(good.p, good.n, false);
	if (!WIFEXITED(status))
		return ROUND_ASTRAY;
	return WEXITSTATUS(status) == ROUND_KEPT || WEXITSTATUS(status) == ROUND_LEFT_OUT
		   ? (enum round)WEXITSTATUS(status)
		   : ROUND_WRONG;
}

/* Measured: 0 to 2 of 300 rounds, by the file's layout. More would be a loop of ours. */
#define ASTRAY_MAX (ROUNDS / 50)

/* Not under AddressSanitizer: Xapian itself reads past its buffers then. */
static void
test_bytes_changed_meanwhile_never_hang_or_spread(void **state)
{
	size_t left_out = 0, astray = 0;

	(void)state;
#ifdef SANITIZED
	skip();
#endif
	for (uint64_t round = 0; round < ROUNDS; round++) {
		enum round ended = ask_apart(round);

		assert_int_not_equal(ended, ROUND_WRONG);
		left_out += ended == ROUND_LEFT_OUT;
		astray += ended == ROUND_ASTRAY;
	}
	print_message(
	    "left out in %zu of %u rounds, Xapian astray in %zu\n", left_out, ROUNDS, astray);
	assert_true(left_out > ROUNDS / 4);
	assert_true(astray <= ASTRAY_MAX);
}

static bool
stop_at_once(void *ctx)
{
	atomic_fetch_add((_Atomic unsigned *)ctx, 1);
	return true;
}

static void
test_a_search_ends_when_it_is_told_to(void **state)
{
	struct opened opened = open_all();
	struct search_result result;
	_Atomic unsigned asked = 0;

	(void)state;
	searcher_set_stop(opened.searcher, stop_at_once, &asked);
	assert_int_equal(search_person(&result, opened.searcher, built.arena, built.folder,
			     &questions[0], 0, NULL),
	    STATUS_TIMEOUT);
	assert_in_range(asked, 1, 2); /* once in each thread at the most */
	searcher_set_stop(opened.searcher, NULL, NULL);
	assert_true(ask_all(opened.searcher, 5) > 0);
	assert_null(searcher_fault(opened.searcher, 0)); /* late is not damaged */
	close_all(&opened);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_truncated_base_leaves_only_its_system_out),
		cmocka_unit_test(test_a_base_that_no_longer_opens_leaves_only_its_system_out),
		cmocka_unit_test(test_changed_files_are_not_read),
		cmocka_unit_test(test_bytes_changed_meanwhile_never_hang_or_spread),
		cmocka_unit_test(test_a_search_ends_when_it_is_told_to),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
