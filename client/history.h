#ifndef CLIENT_HISTORY_H
#define CLIENT_HISTORY_H
/*
 * history: the ledger's entries of one check (`check.get`) as plain data and on a terminal.
 *
 * What an entry holds depends on its kind and on the version that wrote it, so its body is read as
 * an outline of keys and values rather than field by field: nothing that was logged is left out of
 * sight because this client does not know it. Threads: plain data.
 */
#include "base/arena.h"
#include "base/err.h"
#include "client/sheet.h"

struct history_line {
	unsigned depth;
	struct str key;	  /* "" for the next element of a list */
	struct str value; /* "" when lines of a greater depth follow */
};

struct history_entry {
	uint64_t seq;
	struct str at, kind, user, role;
	const struct history_line *lines;
	size_t line_count;
};

struct history {
	struct str check;
	const struct history_entry *entries; /* in ledger order */
	size_t entry_count;
};

/* history_json.c. Everything is in the arena. With `all` false the evidence of candidates is left
 * out: `show --all` has it. */
enum status history_read(
    struct history *out, struct arena *arena, struct str body, bool all, struct err *err) MUST_USE;

void history_print(struct sheet *sheet, const struct history *history);

#endif
