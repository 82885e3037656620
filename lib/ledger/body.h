#ifndef LEDGER_BODY_H
#define LEDGER_BODY_H
/*
 * body: the JSON of an entry's body, read for the folds; inside the room only.
 *
 * Every entry is folded again by each verification and rebuild, so bodies are read without an
 * allocation a value (jansson was half of a verification). What is accepted is what doc_parse()
 * accepts, and every value is as it gives it; tests/unit/ledger/test_body.c holds both beside each
 * other.
 * Threads: a room belongs to one thread.
 */
#include "base/err.h"
#include "base/str.h"

/* A value of a body; the getters of an absent one (NULL) give what they say for absent fields. */
struct body;

/* Room for one body at a time, used again for the next; {0} is empty. It grows to 80 bytes for each
 * value of the largest body, and what its strings hold. */
struct body_room {
	struct body *values;
	const struct body **keys;
	char *texts;
	size_t value_room, text_room;
};
void body_room_free(struct body_room *room);

/* *out lasts until the room is used again, and while `text` does. STATUS_INVALID: it is no JSON
 * object or list, names a key twice, or is nested deeper than depth_max; STATUS_NOMEM. */
enum status body_read(
    const struct body **out, struct body_room *room, struct str text, unsigned depth_max) MUST_USE;

/* Fields of an object. An absent or wrong one is "", `other`, false or 0. */
struct str body_text(const struct body *object, const char *key);
int64_t body_number(const struct body *object, const char *key, int64_t other); /* integers only */
double body_real(const struct body *object, const char *key);
bool body_flag(const struct body *object, const char *key);
size_t body_count(const struct body *object, const char *key); /* of a list */

/* The values of a list one after another; NULL past its end, or if there is none. */
const struct body *body_list(const struct body *object, const char *key);
const struct body *body_next(const struct body *item);
struct str body_item_text(const struct body *item); /* "" if it is no text */

#endif
