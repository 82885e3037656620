#ifndef LEDGER_READ_H
#define LEDGER_READ_H
/*
 * read: queries of the projections on the reading connection; inside the room only.
 *
 * Threads: one query at a time (the connection's lock).
 */
#include "ledger/store.h"

struct read_value {
	bool is_number;
	struct str text;
	int64_t number;
};
#define READ_TEXT(s)          \
	{                     \
		false, (s), 0 \
	}
#define READ_NUMBER(n)               \
	{                            \
		true, { "", 0 }, (n) \
	}

/* `sql` is a literal: prepared once, found again by its address. `row` is called for each row and
 * may not call the ledger. */
enum status ledger_read(struct ledger *ledger, const char *sql, const struct read_value *values,
    size_t count, enum status (*row)(void *ctx, struct sqlite3_stmt *stmt, struct err *err),
    void *ctx, struct err *err) MUST_USE;

int64_t read_number(struct sqlite3_stmt *stmt, int at);
double read_real(struct sqlite3_stmt *stmt, int at);

/* Rows of a number that is not known before, in the arena. */
struct read_list {
	struct arena *arena;
	size_t size; /* of one */
	void *items; /* one after another; NULL if there are none */
	size_t count, room;
};
#define READ_LIST(arena, type)                    \
	{                                         \
		(arena), sizeof(type), NULL, 0, 0 \
	}
/* Room for one more, zeroed, until the next; NULL if memory ran out. */
void *read_list_add(struct read_list *list);

#endif
