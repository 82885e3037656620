#include "ledger/read.h"

#include "ledger/inside.h"

#include <sqlite3.h>
#include <string.h>

#define LIST_ROOM_FIRST 16 /* rows; doubled when full */

/* A statement that is asked for again is found by the address of its text. */
static enum status
find_statement(struct sqlite3_stmt **out, struct ledger *ledger, const char *sql, struct err *err)
{
	for (size_t i = 0; i < ledger->query_count; i++)
		if (ledger->queries[i].sql == sql) {
			*out = ledger->queries[i].stmt;
			return STATUS_OK;
		}
	if (ledger->query_count == LEDGER_QUERIES_MAX)
		return err_set(
		    err, STATUS_LIMIT, "more than %d kinds of query", LEDGER_QUERIES_MAX);
	*out = NULL;
	if (store_prepare(out, &ledger->in, sql, err) != STATUS_OK)
		return err != NULL ? err->status : STATUS_IO;
	ledger->queries[ledger->query_count].sql = sql;
	ledger->queries[ledger->query_count++].stmt = *out;
	return STATUS_OK;
}

static void
bind(struct sqlite3_stmt *stmt, const struct read_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i].is_number)
			store_bind_number(stmt, (int)i + 1, values[i].number);
		else
			store_bind_text(stmt, (int)i + 1, values[i].text);
}

enum status
ledger_read(struct ledger *ledger, const char *sql, const struct read_value *values, size_t count,
    enum status (*row)(void *ctx, struct sqlite3_stmt *stmt, struct err *err), void *ctx,
    struct err *err)
{
	struct sqlite3_stmt *stmt = NULL;
	bool found = true;
	enum status status;

	pthread_mutex_lock(&ledger->in_lock);
	status = find_statement(&stmt, ledger, sql, err);
	if (status == STATUS_OK)
		bind(stmt, values, count);
	while (status == STATUS_OK && found) {
		status = store_step(&found, &ledger->in, stmt, err);
		if (status == STATUS_OK && found)
			status = row(ctx, stmt, err);
	}
	if (stmt != NULL)
		(void)sqlite3_reset(stmt);
	pthread_mutex_unlock(&ledger->in_lock);
	return status;
}

int64_t
read_number(struct sqlite3_stmt *stmt, int at)
{
	return sqlite3_column_int64(stmt, at);
}

double
read_real(struct sqlite3_stmt *stmt, int at)
{
	return sqlite3_column_double(stmt, at);
}

void *
read_list_add(struct read_list *list)
{
	char *item;

	if (list->count == list->room) {
		size_t room = list->room == 0 ? LIST_ROOM_FIRST : 2 * list->room;
		void *items = arena_alloc(list->arena, room, list->size);

		if (items == NULL)
			return NULL;
		if (list->count > 0)
			memcpy(items, list->items, list->count * list->size);
		list->items = items;
		list->room = room;
	}
	item = (char *)list->items + list->count++ * list->size;
	memset(item, 0, list->size);
	return item;
}
