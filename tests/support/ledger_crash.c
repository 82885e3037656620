#include "tests/support/ledger_crash.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "ledger/ledger.h"
#include "ledger/verify.h"

#define THREADS 4
#define KILL_MS_MAX 40 /* a group commit takes about a millisecond */

/* What a child says: one write of less than PIPE_BUF bytes arrives whole or not at all. */
struct report {
	uint64_t seq;
	uint32_t round, thread, number, unused;
};

struct job {
	struct ledger *ledger;
	int pipe;
	uint32_t round, thread;
};

struct names {
	char id[48], body[64], record[48];
};

static void
name(struct names *out, uint32_t round, uint32_t thread, uint32_t number)
{
	snprintf(out->id, sizeof out->id, "%u-%u-%u", round, thread, number);
	snprintf(out->body, sizeof out->body, "{\"n\":\"%s\"}", out->id);
	/* every third record is new, so that some are secured already */
	snprintf(out->record, sizeof out->record, "R-%u-%u-%u", round, thread, number / 3);
}

static void *
append_for_ever(void *arg)
{
	const struct job *job = arg;

	for (uint32_t number = 0;; number++) {
		struct report report = { 0, job->round, job->thread, number, 0 };
		struct ledger_entry entry;
		struct ledger_secure secure;
		struct ledger_batch batch;
		struct names names;

		name(&names, job->round, job->thread, number);
		entry = (struct ledger_entry){ .kind = "check",
			.at_ms = 1790000000000,
			.user = STR_LIT("amina"),
			.role = STR_LIT("qa_officer"),
			.check = str_from(names.id),
			.body = str_from(names.body) };
		secure = (struct ledger_secure){ STR_LIT("helpline"), str_from(names.record) };
		batch = (struct ledger_batch){ .entries = &entry,
			.entry_count = 1,
			.secures = &secure,
			.secure_count = 1,
			.idem_principal = STR_LIT("amina"),
			.idem_id = str_from(names.id),
			.idem_reply = str_from(names.body) };
		if (ledger_append(&report.seq, job->ledger, &batch, NULL) != STATUS_OK)
			_exit(1);
		if (write(job->pipe, &report, sizeof report) != sizeof report)
			_exit(2);
	}
	return NULL;
}

static void
run_child(const char *path, int out, uint32_t round)
{
	struct job jobs[THREADS];
	pthread_t threads[THREADS];
	struct ledger *ledger;

	if (ledger_open(&ledger, path, NULL, NULL) != STATUS_OK)
		_exit(3);
	for (uint32_t i = 0; i < THREADS; i++) {
		jobs[i] = (struct job){ ledger, out, round, i };
		if (pthread_create(&threads[i], NULL, append_for_ever, &jobs[i]) != 0)
			_exit(4);
	}
	(void)pthread_join(threads[0], NULL);
	_exit(5);
}

struct reports {
	struct report *all;
	size_t count, room;
};

static bool
keep(struct reports *reports, const struct report *report)
{
	if (reports->count == reports->room) {
		size_t room = reports->room == 0 ? 1024 : 2 * reports->room;
		struct report *all = mem_resize(reports->all, room, sizeof *all);

		if (all == NULL)
			return false;
		reports->all = all;
		reports->room = room;
	}
	reports->all[reports->count++] = *report;
	return true;
}

/* Kills it some time after its first word, and hears all that it had said. */
static enum status
let_run_and_kill(struct reports *reports, pid_t child, int in, uint64_t wait_us, struct err *err)
{
	struct timespec pause = { 0, (long)wait_us * 1000 };
	struct report report;
	int how;
	ssize_t got = read(in, &report, sizeof report);

	if (got == sizeof report && !keep(reports, &report))
		return err_set(err, STATUS_NOMEM, "out of memory");
	(void)nanosleep(&pause, NULL);
	(void)kill(child, SIGKILL);
	while ((got = read(in, &report, sizeof report)) == sizeof report)
		if (!keep(reports, &report))
			return err_set(err, STATUS_NOMEM, "out of memory");
	if (waitpid(child, &how, 0) != child || !WIFSIGNALED(how) || WTERMSIG(how) != SIGKILL)
		return err_set(err, STATUS_CORRUPT, "the child ended by itself");
	return STATUS_OK;
}

static enum status
run_round(
    struct reports *reports, const char *path, uint32_t round, uint64_t wait_us, struct err *err)
{
	int ends[2];
	pid_t child;
	enum status status;

	if (pipe(ends) != 0)
		return err_sys(err, path, "cannot make a pipe");
	child = fork();
	if (child == 0) {
		close(ends[0]);
		run_child(path, ends[1], round);
	}
	close(ends[1]);
	status = child < 0 ? err_sys(err, path, "cannot fork")
			   : let_run_and_kill(reports, child, ends[0], wait_us, err);
	close(ends[0]);
	return status;
}

static enum status
check_report(
    struct ledger *ledger, struct arena *arena, const struct report *report, struct err *err)
{
	const struct ledger_row *rows;
	struct ledger_secured secured;
	struct digest none = { { 0 } };
	struct str reply;
	struct names names;
	uint64_t seq = 0;
	size_t count;
	enum status status;

	name(&names, report->round, report->thread, report->number);
	status = ledger_check_entries(&rows, &count, ledger, arena, str_from(names.id), err);
	if (status != STATUS_OK)
		return status;
	if (count == 0 || rows[0].seq != report->seq || !str_eq_text(rows[0].body, names.body))
		return err_set(err, STATUS_CORRUPT, "acknowledged entry %llu is not there",
		    (unsigned long long)report->seq);
	if (!ledger_secured_find(&secured, ledger, STR_LIT("helpline"), str_from(names.record)))
		return err_set(err, STATUS_CORRUPT, "the record of entry %llu is not secured",
		    (unsigned long long)report->seq);
	status = ledger_idem_find(
	    &reply, &seq, ledger, arena, STR_LIT("amina"), str_from(names.id), &none, err);
	if (status == STATUS_OK && (seq != report->seq || !str_eq_text(reply, names.body)))
		return err_set(err, STATUS_CORRUPT, "the id of entry %llu is not there",
		    (unsigned long long)report->seq);
	return status;
}

static enum status
check_opened(
    struct ledger_crash *out, struct ledger *ledger, const struct reports *reports, struct err *err)
{
	struct arena *arena = arena_new(0);
	enum status status = STATUS_OK;
	struct ledger_head head;
	uint64_t last = 0;

	for (size_t i = 0; i < reports->count && status == STATUS_OK; i++) {
		status = check_report(ledger, arena, &reports->all[i], err);
		if (reports->all[i].seq > last)
			last = reports->all[i].seq;
		arena_reset(arena);
	}
	ledger_head(&head, ledger);
	out->entries = head.seq;
	out->unheard += head.seq > last + 1; /* the batch's own "secure" entry is no surprise */
	arena_free(arena);
	return status;
}

static enum status
check_after(
    struct ledger_crash *out, const char *path, const struct reports *reports, struct err *err)
{
	struct ledger_report report;
	struct ledger *ledger;
	enum status status = ledger_verify(&report, path, NULL, NULL, NULL, err);

	if (status == STATUS_OK)
		status = ledger_open(&ledger, path, NULL, err);
	if (status != STATUS_OK)
		return status;
	status = check_opened(out, ledger, reports, err);
	ledger_close(ledger);
	if (status == STATUS_OK && out->entries != report.entries)
		return err_set(err, STATUS_CORRUPT, "verified %llu entries, opened %llu",
		    (unsigned long long)report.entries, (unsigned long long)out->entries);
	return status;
}

enum status
ledger_crash_rounds(
    struct ledger_crash *out, const char *path, unsigned rounds, uint64_t seed, struct err *err)
{
	struct reports reports = { NULL, 0, 0 };
	enum status status = STATUS_OK;

	*out = (struct ledger_crash){ 0 };
	for (uint32_t round = 0; round < rounds && status == STATUS_OK; round++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		status = run_round(&reports, path, round, (seed >> 33) % (KILL_MS_MAX * 1000), err);
		if (status == STATUS_OK)
			status = check_after(out, path, &reports, err);
	}
	out->acknowledged = reports.count;
	mem_free(reports.all);
	return status;
}
