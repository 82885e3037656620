/*
 * procedure_model: random histories of the procedure through searchd's service, each held against
 * the reference model.
 *
 *   procedure_model FOLDER [--seed N] [--histories N] [--first N] [--length N] [--show]
 *
 * FOLDER is made by prepare.sh. History i of a seed is the same wherever a run begins. At a
 * difference: says it and the shortest history found that still shows one, and ends with 1.
 * --show prints the first history, command by command.
 */
#include "tests/model/history.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE "tests/unit/ledger/policy_rules.txt"

struct run {
	const char *folder;
	uint64_t seed, first, histories, length;
	bool show;
};

static bool
read_run(struct run *out, int argc, char **argv)
{
	*out = (struct run){ .seed = 20190201, .histories = 100, .length = 24 };
	for (int i = 1; i < argc; i++) {
		uint64_t *to = strcmp(argv[i], "--seed") == 0	     ? &out->seed
			       : strcmp(argv[i], "--histories") == 0 ? &out->histories
			       : strcmp(argv[i], "--first") == 0     ? &out->first
			       : strcmp(argv[i], "--length") == 0    ? &out->length
								     : NULL;

		if (to != NULL && i + 1 < argc)
			*to = strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--show") == 0)
			out->show = true;
		else if (argv[i][0] != '-' && out->folder == NULL)
			out->folder = argv[i];
		else
			return false;
	}
	return out->folder != NULL;
}

/* Neighbouring histories have nothing in common. */
static uint64_t
seed_of(const struct run *run, uint64_t at)
{
	return run->seed * 0x9e3779b97f4a7c15u + at * 0xd1342543de82ef95u;
}

static int
report(const struct run *run, uint64_t at, struct history *history, struct drive *drive,
    const struct page *page, const struct model_findings *findings)
{
	printf("seed %llu, history %llu: %s\n", (unsigned long long)run->seed,
	    (unsigned long long)at, drive->difference);
	history_shrink(history, drive, page, findings);
	printf("the shortest history that differs:\n");
	history_show(drive, history, page, findings);
	return 1;
}

/* How often each act came to what: one that never succeeds tests little. */
static void
print_tally(const struct drive *drive)
{
	for (size_t i = 0; i < ACT_COUNT; i++)
		printf("act %zu %s: %zu ok, %zu bad_request, %zu forbidden, %zu not_found\n", i,
		    act_ops[i], drive->tally[i][EXPECT_OK], drive->tally[i][EXPECT_BAD_REQUEST],
		    drive->tally[i][EXPECT_FORBIDDEN], drive->tally[i][EXPECT_NOT_FOUND]);
}

static int
play_all(const struct run *run, struct drive *drive, const struct page *page,
    const struct model_findings *findings)
{
	static struct history history;
	size_t commands = 0, at;

	for (uint64_t i = run->first; i < run->first + run->histories; i++) {
		history_make(&history, seed_of(run, i), run->length);
		commands += history.count;
		if (run->show) {
			history_show(drive, &history, page, findings);
			return 0;
		}
		if (!history_play(&at, drive, &history, page, findings))
			return report(run, i, &history, drive, page, findings);
	}
	printf(
	    "seed %llu: %llu histories of %zu commands, %zu messages, %zu kills: no difference\n",
	    (unsigned long long)run->seed, (unsigned long long)run->histories, commands,
	    drive->asked, drive->crashes);
	print_tally(drive);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct model_findings findings;
	static struct drive drive;
	struct page page;
	struct place place;
	struct run run;
	int code = 70;

	if (!read_run(&run, argc, argv)) {
		fprintf(stderr, "procedure_model FOLDER [--seed N] [--histories N] [--first N] "
				"[--length N] [--show]\n");
		return 64;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	if (!page_read(&page, PAGE) || !place_open(&place, run.folder))
		return 70;
	drive_init(&drive, &place);
	if (drive_measure(&findings, &drive, &page))
		code = play_all(&run, &drive, &page, &findings);
	else
		fprintf(stderr, "nothing to play: %s\n", drive.difference);
	drive_free(&drive);
	place_close(&place);
	return code;
}
