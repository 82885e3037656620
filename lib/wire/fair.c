#include "wire/fair.h"

static void
append_user(struct fair_queue *queue, struct fair_item *first)
{
	first->next = NULL;
	if (queue->last == NULL)
		queue->first = first;
	else
		queue->last->next = first;
	queue->last = first;
}

void
fair_push(struct fair_queue *queue, struct fair_item *item, uint32_t uid)
{
	struct fair_item *first = queue->first;

	*item = (struct fair_item){ .uid = uid, .last = item };
	queue->count++;
	while (first != NULL && first->uid != uid)
		first = first->next;
	if (first == NULL) {
		append_user(queue, item);
		return;
	}
	first->last->behind = item;
	first->last = item;
}

struct fair_item *
fair_pop(struct fair_queue *queue)
{
	struct fair_item *item = queue->first;

	if (item == NULL)
		return NULL;
	queue->first = item->next;
	if (queue->first == NULL)
		queue->last = NULL;
	queue->count--;
	if (item->behind != NULL) {
		item->behind->last = item->last;
		append_user(queue, item->behind);
	}
	return item;
}
