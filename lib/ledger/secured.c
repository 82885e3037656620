#include "ledger/secured.h"

#include "base/buf.h"
#include "base/doc_json.h"
#include "base/mem.h"
#include "ledger/limits.h"

#include <stdio.h>
#include <stdlib.h>

#define SLOTS_MIN 64u
#define BODY_DEPTH_MAX 1 /* {"system":"...","record_id":"...","by_entry":17} */

struct secured_item *
secured_item_new(
    struct str system, struct str record_id, int64_t since_ms, uint64_t seq, struct str check)
{
	struct secured_item *item = mem_zero(1, sizeof *item + system.n + record_id.n);
	char *text;

	if (item == NULL)
		return NULL;
	text = (char *)(item + 1);
	memcpy(text, system.p, system.n);
	memcpy(text + system.n, record_id.p, record_id.n);
	item->system = (struct str){ text, system.n };
	item->record_id = (struct str){ text + system.n, record_id.n };
	item->what.since_ms = since_ms;
	item->what.seq = seq;
	check = str_part(check, 0, sizeof item->what.check - 1);
	if (check.n > 0) /* its bytes may be NULL when it is empty */
		memcpy(item->what.check, check.p, check.n);
	return item;
}

void
secured_item_free(struct secured_item *item)
{
	mem_free(item);
}

void
secured_list_free(struct secured_item *list)
{
	while (list != NULL) {
		struct secured_item *next = list->next;

		secured_item_free(list);
		list = next;
	}
}

/* The slot that holds the record, or the free one where it belongs. */
static struct secured_item **
slot_of(struct secured_item **slots, size_t room, struct str system, struct str record_id)
{
	/* 31: "ab"+"c" and "a"+"bc" should not meet in one slot */
	size_t at = (size_t)(str_hash(system) * 31 + str_hash(record_id)) & (room - 1);

	while (slots[at] != NULL &&
	       !(str_eq(slots[at]->record_id, record_id) && str_eq(slots[at]->system, system)))
		at = (at + 1) & (room - 1);
	return &slots[at];
}

bool
secured_reserve(struct secured_table *table, size_t more)
{
	size_t room = table->room == 0 ? SLOTS_MIN : table->room;
	struct secured_item **slots;

	while (room / 2 < table->count + more) {
		if (room > SIZE_MAX / 2 / sizeof *slots)
			return false;
		room *= 2;
	}
	if (room == table->room)
		return true;
	slots = mem_zero(room, sizeof(struct secured_item *));
	if (slots == NULL)
		return false;
	for (size_t i = 0; i < table->room; i++)
		if (table->slots[i] != NULL)
			*slot_of(slots, room, table->slots[i]->system, table->slots[i]->record_id) =
			    table->slots[i];
	mem_free(table->slots);
	table->slots = slots;
	table->room = room;
	return true;
}

void
secured_add(struct secured_table *table, struct secured_item *item)
{
	struct secured_item **slot =
	    slot_of(table->slots, table->room, item->system, item->record_id);

	if (*slot != NULL) {
		secured_item_free(item);
		return;
	}
	item->next = NULL;
	*slot = item;
	table->count++;
}

/* Whoever stands behind a gap must still be met from its own slot on: each is put in again. */
void
secured_remove(struct secured_table *table, struct str system, struct str record_id)
{
	struct secured_item **slot;
	size_t at;

	if (table->room == 0)
		return;
	slot = slot_of(table->slots, table->room, system, record_id);
	if (*slot == NULL)
		return;
	secured_item_free(*slot);
	*slot = NULL;
	table->count--;
	at = (size_t)(slot - table->slots);
	for (at = (at + 1) & (table->room - 1); table->slots[at] != NULL;
	     at = (at + 1) & (table->room - 1)) {
		struct secured_item *item = table->slots[at];

		table->slots[at] = NULL;
		*slot_of(table->slots, table->room, item->system, item->record_id) = item;
	}
}

const struct secured_item *
secured_find(const struct secured_table *table, struct str system, struct str record_id)
{
	if (table->room == 0)
		return NULL;
	return *slot_of(table->slots, table->room, system, record_id);
}

void
secured_free(struct secured_table *table)
{
	for (size_t i = 0; i < table->room; i++)
		secured_item_free(table->slots[i]);
	mem_free(table->slots);
	*table = (struct secured_table){ 0 };
}

static int
by_record(const void *a, const void *b)
{
	const struct secured_item *x = *(const struct secured_item *const *)a;
	const struct secured_item *y = *(const struct secured_item *const *)b;
	int order = str_cmp(x->system, y->system);

	return order != 0 ? order : str_cmp(x->record_id, y->record_id);
}

const struct secured_item **
secured_sorted(const struct secured_table *table)
{
	const struct secured_item **sorted = mem_zero(table->count, sizeof *sorted);
	size_t n = 0;

	if (sorted == NULL)
		return NULL;
	for (size_t i = 0; i < table->room; i++)
		if (table->slots[i] != NULL)
			sorted[n++] = table->slots[i];
	qsort(sorted, n, sizeof *sorted, by_record);
	return sorted;
}

void
secured_body(struct buf *out, const struct ledger_secure *secure, uint64_t by_entry)
{
	buf_add_text(out, "{\"system\":");
	buf_add_json(out, secure->system);
	buf_add_text(out, ",\"record_id\":");
	buf_add_json(out, secure->record_id);
	buf_addf(out, ",\"by_entry\":%llu}", (unsigned long long)by_entry);
}

enum status
secured_body_read(struct secured_body *out, const struct ledger_row *row, struct err *err)
{
	static const char *const known[] = { "system", "record_id", "by_entry", NULL };
	struct err inner = ERR_NONE;
	int64_t by_entry = 0;
	char source[48];
	enum status status;

	snprintf(source, sizeof source, "entry %llu", (unsigned long long)row->seq);
	*out = (struct secured_body){ 0 };
	status = doc_parse(&out->doc, row->body, source, BODY_DEPTH_MAX, &inner);
	if (status == STATUS_OK)
		status = doc_fields(out->doc, source, "", known, &inner);
	if (status == STATUS_OK)
		status = doc_str(&out->secure.system, out->doc, source, "", "system", DOC_REQUIRED,
		    LEDGER_SYSTEM_BYTES_MAX, &inner);
	if (status == STATUS_OK)
		status = doc_str(&out->secure.record_id, out->doc, source, "", "record_id",
		    DOC_REQUIRED, LEDGER_RECORD_BYTES_MAX, &inner);
	if (status == STATUS_OK)
		status = doc_int(&by_entry, out->doc, source, "", "by_entry", DOC_REQUIRED, 1,
		    (int64_t)row->seq - 1, &inner);
	if (status == STATUS_OK) {
		out->by_entry = (uint64_t)by_entry;
		return STATUS_OK;
	}
	if (out->doc != NULL)
		doc_free(out->doc);
	out->doc = NULL;
	if (status == STATUS_NOMEM)
		return err_set(err, status, "out of memory");
	return err_set(err, STATUS_CORRUPT, "entry %llu: is not a \"%.*s\" entry: %s",
	    (unsigned long long)row->seq, STR_ARG(row->kind), inner.text);
}
