#ifndef CLIENT_HISTORY_H
#define CLIENT_HISTORY_H
/*
 * history: the ledger's entries of one check (`check.get`) as plain data and on a terminal.
 *
 * What an entry holds depends on its kind and on the version that wrote it, so its body is read as
 * an outline of keys and values rather than field by field: nothing that was logged is left out of
 * sight because this client does not know it. The answer to a check is shown as it was then, by the
 * same printer. Threads: plain data.
 */
#include "base/arena.h"
#include "base/err.h"
#include "client/printer.h"

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
	struct str
	    answer; /* the answer to a check, as JSON for answer_read(); "" for other kinds */
};

struct history {
	struct str check;
	const struct history_entry *entries; /* in ledger order */
	size_t entry_count;
};

/* history_json.c. Everything is in the arena. With `all` an answer is outlined too, field by field.
 */
enum status history_read(
    struct history *out, struct arena *arena, struct str body, bool all, struct err *err) MUST_USE;

/* Appends to `out`; the arena is scratch. */
enum status history_print(struct buf *out, const struct history *history,
    const struct printer_look *look, struct arena *arena, struct err *err) MUST_USE;

#endif
