/* Loads that open requests were searched again for: kind "standing". */
#include "ledger/fold.h"
#include "ledger/read.h"
#include "ledger/standing.h"

enum { SET };

static const char *const sql[] = {
	[SET] = "REPLACE INTO state_standing (system, generation, up_to, seq) VALUES (?,?,?,?)",
	NULL,
};

static enum status
apply(struct fold_run *run, const struct ledger_row *row, const struct body *body, struct err *err)
{
	struct sqlite3_stmt *stmt = run->statements[SET];
	enum status status = STATUS_OK;

	for (const struct body *item = body_list(body, "systems");
	     item != NULL && status == STATUS_OK; item = body_next(item)) {
		struct str system = body_text(item, "system");

		if (system.n == 0)
			continue;
		store_bind_text(stmt, 1, system);
		store_bind_number(stmt, 2, body_number(item, "generation", 0));
		store_bind_number(stmt, 3, body_number(body, "up_to", 0));
		store_bind_number(stmt, 4, (int64_t)row->seq);
		status = fold_step(run, SET, err);
	}
	return status;
}

static const char *const kinds[] = { "standing", NULL };

const struct fold fold_standing = { .name = "standing",
	.kinds = kinds,
	.layout = "CREATE TABLE state_standing (\n"
		  "	system TEXT NOT NULL PRIMARY KEY,\n"
		  "	generation INTEGER NOT NULL,\n"
		  "	up_to INTEGER NOT NULL,\n"
		  "	seq INTEGER NOT NULL\n"
		  ") STRICT, WITHOUT ROWID;\n",
	.sql = sql,
	.apply = apply };

/* --- Queries -----------------------------------------------------------------------------------
 */
static enum status
take(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct ledger_standing *out = ctx;

	(void)err;
	out->generation = (uint64_t)read_number(stmt, 0);
	out->up_to = (uint64_t)read_number(stmt, 1);
	return STATUS_OK;
}

enum status
ledger_standing_find(
    struct ledger_standing *out, struct ledger *ledger, struct str system, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(system) };

	*out = (struct ledger_standing){ 0, 0 };
	return ledger_read(ledger, "SELECT generation, up_to FROM state_standing WHERE system = ?",
	    values, 1, take, out, err);
}

static enum status
take_check(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct read_list *list = ctx;
	struct ledger_standing_check *out = read_list_add(list);

	if (out == NULL || !arena_copy(&out->check, list->arena, store_text(stmt, 0)) ||
	    !arena_copy(&out->request, list->arena, store_text(stmt, 1)) ||
	    !arena_copy(&out->kind, list->arena, store_text(stmt, 2)))
		return err_set(err, STATUS_NOMEM, "out of memory");
	out->seq = (uint64_t)read_number(stmt, 3);
	return STATUS_OK;
}

/* A newer check `k` of the leg and of the request of check `shown`. */
#define NEWER                                                             \
	"SELECT 1 FROM entry e CROSS JOIN state_check k ON k.seq = e.seq" \
	" WHERE e.request_id = shown.request_id AND e.request_id <> ''"   \
	" AND e.seq > shown.seq AND k.leg = ?1 AND " FOLD_CHECK_FIRST

enum status
ledger_standing_checks(struct ledger_standing_check **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str leg, uint64_t after, size_t most, struct err *err)
{
	struct read_list list = READ_LIST(arena, struct ledger_standing_check);
	const struct read_value values[] = { READ_TEXT(leg), READ_NUMBER((int64_t)after),
		READ_NUMBER((int64_t)most) };
	enum status status = ledger_read(ledger,
	    "WITH shown AS (SELECT * FROM state_check k WHERE leg = ?1 AND seq > ?2"
	    " AND " FOLD_CHECK_FIRST ")"
	    " SELECT shown.check_id, shown.request_id, r.kind, shown.seq FROM shown"
	    " CROSS JOIN state_request r ON r.id = shown.request_id"
	    " WHERE r.state = 'open' AND NOT EXISTS (" NEWER ") ORDER BY shown.seq LIMIT ?3",
	    values, 3, take_check, &list, err);

	*out = list.items;
	*count = list.count;
	return status;
}
