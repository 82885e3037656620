#include "base/mem.h"
#include "ledger/chain.h"
#include "ledger/checkpoint.h"
#include "ledger/verify_inside.h"

#include <sqlite3.h>
#include <stdio.h>

#define DONE_EVERY 1024 /* entries */

struct walk {
	struct verify_part *part;
	struct store store;
	struct sqlite3_stmt *entries;
	uint64_t last;
	struct digest hash;
	int64_t at_ms;
};

static enum status
bad_entry(struct walk *walk, uint64_t seq, const char *what, struct err *err)
{
	walk->part->report.bad_seq = seq;
	return err_data(err, STATUS_CORRUPT, walk->store.path, 0, "entry %llu%s",
	    (unsigned long long)seq, what);
}

/* One more at the end of an array; NULL if memory ran out. */
static void *
one_more(void **items, size_t *count, size_t *room, size_t size)
{
	if (*count == *room) {
		size_t more = *room == 0 ? 16 : 2 * *room;
		void *larger = mem_resize(*items, more, size);

		if (larger == NULL)
			return NULL;
		*items = larger;
		*room = more;
	}
	return (char *)*items + (*count)++ * size;
}

static enum status
keep_clock(struct verify_part *part, const struct ledger_row *row, struct err *err)
{
	struct verify_clock *clock = one_more(
	    (void **)(void *)&part->clocks, &part->clock_count, &part->clock_room, sizeof *clock);

	if (clock == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	*clock = (struct verify_clock){ row->seq, clock_told(row) };
	return STATUS_OK;
}

enum status
verify_signature(
    const struct checkpoint *checkpoint, const struct verify_keys *keys, struct err *err)
{
	unsigned char id[SIGN_KEY_ID_BYTES];

	if (keys->count == 0)
		return STATUS_OK;
	for (size_t i = 0; i + 1 < keys->count; i++) {
		sign_key_id(id, keys->keys[i]);
		if (memcmp(id, checkpoint->key, sizeof id) == 0)
			return sign_verify(checkpoint, keys->keys[i], err);
	}
	return sign_verify(checkpoint, keys->keys[keys->count - 1], err);
}

static enum status
keep_checkpoint(struct walk *walk, const struct ledger_row *row, struct err *err)
{
	struct verify_part *part = walk->part;
	struct verify_signed *item = one_more((void **)(void *)&part->checkpoints,
	    &part->checkpoint_count, &part->checkpoint_room, sizeof *item);
	struct err inner = ERR_NONE;
	char text[256];

	if (item == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	*item = (struct verify_signed){ .seq = row->seq };
	if (checkpoint_read(&item->checkpoint, row->body, "checkpoint", &inner) != STATUS_OK ||
	    verify_signature(&item->checkpoint, part->keys, &inner) != STATUS_OK) {
		snprintf(text, sizeof text, ": its checkpoint: %.180s", inner.text);
		return bad_entry(walk, row->seq, text, err);
	}
	part->report.signatures += part->keys->count > 0;
	return STATUS_OK;
}

static enum status
count_entry(struct walk *walk, const struct ledger_row *row, struct err *err)
{
	struct verify_part *part = walk->part;
	struct ledger_report *report = &part->report;
	struct verify_place *place = &part->places[row->seq - 1];
	enum status status = STATUS_OK;

	if (str_eq_text(row->kind, "clock"))
		status = keep_clock(part, row, err);
	else if (str_eq_text(row->kind, "checkpoint"))
		status = keep_checkpoint(walk, row, err);
	if (status != STATUS_OK)
		return status;
	if (report->entries == 0)
		report->first_ms = row->at_ms;
	report->last_ms = row->at_ms;
	report->entries++;
	report->checks += str_eq_text(row->kind, "check");
	report->requests += str_eq_text(row->kind, "request");
	report->checkpoints += str_eq_text(row->kind, "checkpoint");
	report->destroyed += str_eq_text(row->kind, "destroyed");
	report->head = row->hash;
	*place = (struct verify_place){
		.hash = row->hash, .kept_ms = row->at_ms, .user = str_hash(row->user)
	};
	walk->last = row->seq;
	walk->hash = row->hash;
	walk->at_ms = row->at_ms;
	return STATUS_OK;
}

static enum status
check_entry(struct walk *walk, const struct ledger_row *row, bool typed, struct err *err)
{
	const struct ledger_expect *expect = walk->part->expect;
	struct digest hash;

	if (row->seq > walk->last + 1)
		return bad_entry(walk, walk->last + 1, " is missing", err);
	if (row->seq <= walk->last)
		return bad_entry(walk, walk->last + 1, " is out of order", err);
	if (!typed)
		return bad_entry(walk, row->seq, ": a field has the wrong type", err);
	chain_hash(&hash, &walk->hash, row);
	if (!chain_same(&hash, &row->hash))
		return bad_entry(walk, row->seq, ": the hash does not fit its content", err);
	if (expect != NULL && expect->seq == row->seq && !chain_same(&expect->hash, &row->hash))
		return bad_entry(walk, row->seq, " is not the expected one", err);
	if (walk->last > 0 && row->at_ms < walk->at_ms)
		return bad_entry(walk, row->seq, " is earlier than the one before", err);
	return count_entry(walk, row, err);
}

static enum status
walk_entries(struct walk *walk, struct err *err)
{
	struct verify_part *part = walk->part;
	enum status status = STATUS_OK;
	bool found = true;

	while (status == STATUS_OK) {
		struct ledger_row row;
		bool typed;

		status = store_step(&found, &walk->store, walk->entries, err);
		if (status != STATUS_OK || !found)
			break;
		typed = store_row(&row, walk->entries);
		status = check_entry(walk, &row, typed, err);
		if (walk->last % DONE_EVERY != 0)
			continue;
		atomic_fetch_add(part->done, DONE_EVERY);
		if (atomic_load(part->stop))
			return err_set(err, STATUS_UNAVAILABLE, "stopped");
	}
	/* SQLite could not go on: the entry after the last good one is the damaged one */
	if (status == STATUS_CORRUPT && part->report.bad_seq == 0 && !found)
		part->report.bad_seq = walk->last + 1;
	if (status == STATUS_OK && walk->last < part->to)
		return bad_entry(walk, walk->last + 1, " is missing", err);
	return status;
}

/* The entry before the part, whose own hash the part before holds. */
static enum status
begin(struct walk *walk, struct err *err)
{
	struct sqlite3_stmt *stmt = NULL;
	bool found = false;
	enum status status = STATUS_OK;

	walk->last = walk->part->from - 1;
	walk->hash = CHAIN_ZERO;
	if (walk->last == 0)
		return STATUS_OK;
	status =
	    store_prepare(&stmt, &walk->store, "SELECT hash, at_ms FROM entry WHERE seq = ?", err);
	if (status != STATUS_OK)
		return status;
	store_bind_number(stmt, 1, (int64_t)walk->last);
	status = store_step(&found, &walk->store, stmt, err);
	if (status == STATUS_OK && (!found || !store_digest(&walk->hash, stmt, 0)))
		status = bad_entry(walk, walk->last, " is missing", err);
	if (status == STATUS_OK)
		walk->at_ms = sqlite3_column_int64(stmt, 1);
	(void)sqlite3_finalize(stmt);
	return status;
}

void
verify_part_run(struct verify_part *part)
{
	struct walk walk = { .part = part };
	struct err *err = &part->err;
	enum status status = store_open_offline(&walk.store, part->path, err);

	if (status == STATUS_OK)
		status = store_run(&walk.store, "BEGIN", err);
	if (status == STATUS_OK)
		status = begin(&walk, err);
	if (status == STATUS_OK)
		status = store_prepare(&walk.entries, &walk.store,
		    "SELECT " STORE_ROW_COLUMNS " FROM entry NOT INDEXED"
		    " WHERE seq >= ? AND seq <= ? ORDER BY seq",
		    err);
	if (status == STATUS_OK) {
		store_bind_number(walk.entries, 1, (int64_t)part->from);
		store_bind_number(walk.entries, 2, (int64_t)part->to);
		status = walk_entries(&walk, err);
	}
	(void)sqlite3_finalize(walk.entries);
	store_close(&walk.store);
	part->status = status;
}

void
verify_part_free(struct verify_part *part)
{
	mem_free(part->clocks);
	mem_free(part->checkpoints);
}
