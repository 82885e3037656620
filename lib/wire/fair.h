#ifndef WIRE_FAIR_H
#define WIRE_FAIR_H
/*
 * fair: requests that wait, given out by turns among the users who sent them.
 *
 * Each user's are in the order they came; of the users, whoever was served longest ago is next. So
 * a user with 200 requests waiting delays another's by one request and not by 200. Nothing is
 * allocated: an item is part of what waits, and in one queue at a time.
 * Threads: the caller's lock.
 */
#include <stddef.h>
#include <stdint.h>

struct fair_item {
	uint32_t uid;		  /* set by fair_push() */
	struct fair_item *behind; /* of the same user */
	/* Of each user's first: */
	struct fair_item *last; /* the user's last */
	struct fair_item *next; /* first of the user whose turn is after this one's */
};

struct fair_queue {
	struct fair_item *first, *last; /* firsts of users, by turn */
	size_t count;
};

void fair_push(struct fair_queue *queue, struct fair_item *item, uint32_t uid);
/* NULL: none waits. */
struct fair_item *fair_pop(struct fair_queue *queue);

#endif
