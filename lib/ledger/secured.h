#ifndef LEDGER_SECURED_H
#define LEDGER_SECURED_H
/*
 * secured: the records secured now, in memory, and the text of a "secure" or "release" entry;
 * inside the room only.
 *
 * Growing is split so that nothing can fail once a commit is on disk: items are made and room
 * is reserved before it, and secured_add() after it cannot fail.
 * Threads: the owner locks.
 */
#include "ledger/ledger.h"

struct buf;
struct json_t;

struct secured_item {
	struct secured_item *next; /* the owner's list until it is added */
	struct str system, record_id;
	struct ledger_secured what;
};

struct secured_table {
	struct secured_item **slots; /* open addressing, a power of two */
	size_t room, count;
};

/* NULL if memory ran out. Owned by the caller until it is added. */
struct secured_item *secured_item_new(
    struct str system, struct str record_id, int64_t since_ms, uint64_t seq, struct str check);
void secured_item_free(struct secured_item *item);
/* Frees a list of items. */
void secured_list_free(struct secured_item *list);

/* Room for `more` items on top of those there are; false if memory ran out. */
bool secured_reserve(struct secured_table *table, size_t more) MUST_USE;
/* Takes the item; room for it must have been reserved. One that is there already stays. */
void secured_add(struct secured_table *table, struct secured_item *item);
/* Frees the item of the record, if it is there. */
void secured_remove(struct secured_table *table, struct str system, struct str record_id);
/* Borrowed until the table changes; NULL if it is not there. */
const struct secured_item *secured_find(
    const struct secured_table *table, struct str system, struct str record_id);
void secured_free(struct secured_table *table);
/* All items in (system, record id) order; NULL if memory ran out. Freed with mem_free(). */
const struct secured_item **secured_sorted(const struct secured_table *table);

/* The body of a "secure" or "release" entry. */
void secured_body(struct buf *out, const struct ledger_secure *secure, uint64_t by_entry);
/* Reads it back; the strings live as long as *doc, which the caller frees with doc_free(). */
struct secured_body {
	struct json_t *doc;
	struct ledger_secure secure;
	uint64_t by_entry;
};
enum status secured_body_read(
    struct secured_body *out, const struct ledger_row *row, struct err *err) MUST_USE;

#endif
