#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H
/*
 * history: a random list of commands. A command names what it is about by numbers that are looked
 * up in the model when it is its turn, so that a history from which some were dropped is one too.
 *
 * Threads: one.
 */
#include "tests/model/drive.h"

#define HISTORY_COMMANDS_MAX 200

enum command_kind { COMMAND_ACT, COMMAND_LATER, COMMAND_WORLD, COMMAND_RESTART, COMMAND_REBUILD };
struct command {
	enum command_kind kind;
	enum act_op op;
	enum crash crash;
	uint32_t n[16];
};
struct history {
	uint64_t seed;
	unsigned world; /* it begins in */
	struct command commands[HISTORY_COMMANDS_MAX];
	size_t count;
};

/* The same for the same seed. */
void history_make(struct history *out, uint64_t seed, size_t length);
/* False if something differs; *at is the command, or the count for what is asked at the end. */
bool history_play(size_t *at, struct drive *drive, const struct history *history,
    const struct page *page, const struct model_findings *findings);
/* Plays it and prints each command with what came of it. */
void history_show(struct drive *drive, const struct history *history, const struct page *page,
    const struct model_findings *findings);
/* Drops what is not needed for a difference. */
void history_shrink(struct history *history, struct drive *drive, const struct page *page,
    const struct model_findings *findings);

#endif
