#include "base/doc_json.h"
#include "base/mem.h"
#include "ledger/chain.h"
#include "ledger/clock.h"
#include "ledger/limits.h"
#include "ledger/secured.h"
#include "ledger/store.h"
#include "ledger/verify.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>

#define PROGRESS_EVERY 4096 /* entries; about 20 ms */

struct walk {
	struct ledger_report *report;
	struct store store;
	struct sqlite3_stmt *entries, *secured;
	struct sqlite3_stmt *ids, *replies; /* by entry, walked beside the entries */
	bool more_ids, more_replies;	    /* each stands on a row */
	const struct ledger_expect *expect;
	uint64_t last;		     /* good so far */
	struct secured_table should; /* secured, by the entries so far */
	/* The newest of the ids whose reply is gone. */
	uint64_t gone_seq;
	int64_t gone_ms;
	struct ledger_clock clock;
};

static enum status
bad_entry(struct walk *walk, uint64_t seq, const char *what, struct err *err)
{
	walk->report->bad_seq = seq;
	return err_data(err, STATUS_CORRUPT, walk->store.path, 0, "entry %llu%s",
	    (unsigned long long)seq, what);
}

/* What the entries secure and release, in memory; held against the projection at the end. */
static enum status
follow_secured(struct walk *walk, const struct ledger_row *row, struct err *err)
{
	struct err inner = ERR_NONE;
	struct secured_body body;
	struct secured_item *item;
	enum status status = secured_body_read(&body, row, &inner);

	if (status == STATUS_CORRUPT)
		return bad_entry(walk, row->seq,
		    str_eq_text(row->kind, "release") ? ": is not a \"release\" entry"
						      : ": is not a \"secure\" entry",
		    err);
	if (status != STATUS_OK)
		return err_set(err, status, "%s", inner.text);
	if (str_eq_text(row->kind, "release")) {
		secured_remove(&walk->should, body.secure.system, body.secure.record_id);
	} else {
		item = secured_item_new(
		    body.secure.system, body.secure.record_id, row->at_ms, row->seq, row->check);
		if (item == NULL || !secured_reserve(&walk->should, 1)) {
			secured_item_free(item);
			status = err_set(err, STATUS_NOMEM, "out of memory");
		} else {
			secured_add(&walk->should, item);
		}
	}
	doc_free(body.doc);
	return status;
}

static enum status
check_secured(struct walk *walk, const struct secured_item *item, struct err *err)
{
	bool found = false;
	enum status status;

	store_bind_text(walk->secured, 1, item->system);
	store_bind_text(walk->secured, 2, item->record_id);
	status = store_step(&found, &walk->store, walk->secured, err);
	if (status == STATUS_OK &&
	    (!found || (uint64_t)sqlite3_column_int64(walk->secured, 0) != item->what.seq))
		status = err_data(err, STATUS_CORRUPT, walk->store.path, 0,
		    "the record that entry %llu secured is not among the secured records",
		    (unsigned long long)item->what.seq);
	(void)sqlite3_reset(walk->secured);
	return status;
}

static enum status
check_all_secured(struct walk *walk, struct err *err)
{
	const struct secured_item **sorted = secured_sorted(&walk->should);
	enum status status = STATUS_OK;

	if (sorted == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; i < walk->should.count && status == STATUS_OK; i++)
		status = check_secured(walk, sorted[i], err);
	mem_free(sorted);
	return status;
}

static enum status
next_id(struct walk *walk, struct err *err)
{
	return store_step(&walk->more_ids, &walk->store, walk->ids, err);
}

static enum status
next_reply(struct walk *walk, struct err *err)
{
	return store_step(&walk->more_replies, &walk->store, walk->replies, err);
}

static uint64_t
seq_at(struct sqlite3_stmt *stmt, int column)
{
	return (uint64_t)sqlite3_column_int64(stmt, column);
}

static enum status
check_reply(
    struct walk *walk, const struct ledger_row *row, const struct chain_id *id, struct err *err)
{
	struct digest answer;

	if (!walk->more_replies || seq_at(walk->replies, 0) != row->seq) {
		walk->gone_seq = row->seq;
		walk->gone_ms = walk->clock.kept_ms;
		return STATUS_OK;
	}
	digest_of(&answer, store_text(walk->replies, 2));
	if (!chain_same(&answer, &id->answer) ||
	    sqlite3_column_int64(walk->replies, 1) != walk->clock.kept_ms)
		return bad_entry(walk, row->seq, ": " CHAIN_BAD_REPLY, err);
	return next_reply(walk, err);
}

/* The id kept for an entry, if there is one, and its reply. */
static enum status
check_id(struct walk *walk, const struct ledger_row *row, struct err *err)
{
	struct chain_id id;
	struct digest seal;
	enum status status;

	if (!walk->more_ids || seq_at(walk->ids, 3) != row->seq)
		return STATUS_OK;
	if (!store_id(&id, walk->ids) || !str_eq(id.principal, row->user))
		return bad_entry(walk, row->seq, ": " CHAIN_BAD_ID, err);
	chain_seal(&seal, &row->hash, &id);
	if (!chain_same(&seal, &id.seal))
		return bad_entry(walk, row->seq, ": " CHAIN_BAD_ID, err);
	status = check_reply(walk, row, &id, err);
	return status == STATUS_OK ? next_id(walk, err) : status;
}

static void
count_entry(struct walk *walk, const struct ledger_row *row)
{
	struct ledger_report *report = walk->report;

	if (report->entries == 0)
		report->first_ms = row->at_ms;
	report->last_ms = row->at_ms;
	report->entries++;
	report->checks += str_eq_text(row->kind, "check");
	report->head = row->hash;
	walk->last = row->seq;
}

static enum status
check_entry(struct walk *walk, const struct ledger_row *row, bool typed, struct err *err)
{
	struct digest hash;
	enum status status;

	if (row->seq > walk->last + 1)
		return bad_entry(walk, walk->last + 1, " is missing", err);
	if (row->seq <= walk->last)
		return bad_entry(walk, walk->last + 1, " is out of order", err);
	if (!typed)
		return bad_entry(walk, row->seq, ": a field has the wrong type", err);
	chain_hash(&hash, &walk->report->head, row);
	if (!chain_same(&hash, &row->hash))
		return bad_entry(walk, row->seq, ": the hash does not fit its content", err);
	if (walk->expect != NULL && walk->expect->seq == row->seq &&
	    !chain_same(&walk->expect->hash, &row->hash))
		return bad_entry(walk, row->seq, " is not the expected one", err);
	if (walk->clock.begun && row->at_ms < walk->clock.at_ms)
		return bad_entry(walk, row->seq, " is earlier than the one before", err);
	clock_follow_row(&walk->clock, row);
	status = check_id(walk, row, err);
	if (status == STATUS_OK)
		count_entry(walk, row);
	return status;
}

static enum status
walk_entries(struct walk *walk, void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
    struct err *err)
{
	int64_t all = 0;
	bool found = true;
	enum status status =
	    store_number(&all, &walk->store, "SELECT coalesce(max(seq), 0) FROM entry", err);

	if (status == STATUS_OK)
		status = next_id(walk, err);
	if (status == STATUS_OK)
		status = next_reply(walk, err);
	while (status == STATUS_OK) {
		struct ledger_row row;
		bool typed;

		status = store_step(&found, &walk->store, walk->entries, err);
		if (status != STATUS_OK || !found)
			break;
		typed = store_row(&row, walk->entries);
		status = check_entry(walk, &row, typed, err);
		if (status == STATUS_OK &&
		    (str_eq_text(row.kind, "secure") || str_eq_text(row.kind, "release")))
			status = follow_secured(walk, &row, err);
		if (progress != NULL && walk->last % PROGRESS_EVERY == 0)
			progress(ctx, walk->last, (uint64_t)all);
	}
	/* SQLite could not go on: the entry after the last good one is the damaged one */
	if (status == STATUS_CORRUPT && walk->report->bad_seq == 0 && found == false)
		walk->report->bad_seq = walk->last + 1;
	if (status == STATUS_OK && progress != NULL)
		progress(ctx, walk->last, (uint64_t)all);
	return status;
}

static enum status
check_expected(struct walk *walk, struct err *err)
{
	const struct ledger_expect *expect = walk->expect;

	if (expect == NULL || expect->seq <= walk->last) {
		if (expect != NULL && expect->seq == 0 && !chain_same(&expect->hash, &CHAIN_ZERO))
			return err_data(err, STATUS_INVALID, walk->store.path, 0,
			    "entry 0 is before the first; its hash is all zeros");
		return STATUS_OK;
	}
	walk->report->bad_seq = walk->last + 1;
	return err_data(err, STATUS_CORRUPT, walk->store.path, 0,
	    "ends at entry %llu: the expected entry %llu was cut off",
	    (unsigned long long)walk->last, (unsigned long long)expect->seq);
}

/* SQLite takes what a short file lacks of its last page for zeros. With a write-ahead log the file
 * may be shorter than what both say. */
static enum status
check_size(struct walk *walk, struct err *err)
{
	int64_t pages = 0, page = 0;
	char wal[PATH_MAX];
	struct stat st;
	enum status status = store_number(&pages, &walk->store, "PRAGMA page_count", err);

	if (status == STATUS_OK)
		status = store_number(&page, &walk->store, "PRAGMA page_size", err);
	if (status != STATUS_OK)
		return status;
	snprintf(wal, sizeof wal, "%s-wal", walk->store.path);
	if (stat(wal, &st) == 0 || stat(walk->store.path, &st) != 0 ||
	    (int64_t)st.st_size >= pages * page)
		return STATUS_OK;
	return err_data(err, STATUS_CORRUPT, walk->store.path, 0,
	    "the file is damaged: it has %lld bytes and says %lld", (long long)st.st_size,
	    (long long)(pages * page));
}

static enum status
check_whole(struct walk *walk, struct err *err)
{
	sqlite3_stmt *stmt;
	bool found = false;
	enum status status = check_size(walk, err);

	if (status != STATUS_OK)
		return status;
	status = store_prepare(&stmt, &walk->store, "PRAGMA integrity_check(1)", err);

	if (status != STATUS_OK)
		return status;
	status = store_step(&found, &walk->store, stmt, err);
	if (status == STATUS_OK && (!found || !str_eq_text(store_text(stmt, 0), "ok"))) {
		struct str text = found ? store_text(stmt, 0) : STR_NONE;

		status = err_data(err, STATUS_CORRUPT, walk->store.path, 0,
		    "the file is damaged: %.*s", STR_ARG(str_part(text, 0, 160)));
	}
	(void)sqlite3_finalize(stmt);
	return status;
}

static enum status
check_projected(struct walk *walk, struct err *err)
{
	sqlite3_stmt *stmt;
	struct digest hash;
	bool found = false, good = false;
	enum status status = store_prepare(&stmt, &walk->store,
	    "SELECT seq, hash, wall_ms, kept_ms FROM projected WHERE one = 1", err);

	if (status != STATUS_OK)
		return status;
	status = store_step(&found, &walk->store, stmt, err);
	if (status == STATUS_OK && found)
		good = (uint64_t)sqlite3_column_int64(stmt, 0) == walk->last &&
		       store_digest(&hash, stmt, 1) && chain_same(&hash, &walk->report->head);
	if (status == STATUS_OK && !good)
		status = err_data(err, STATUS_CORRUPT, walk->store.path, 0,
		    "ends at entry %llu, but the secured records were made from entry %lld",
		    (unsigned long long)walk->last,
		    found ? (long long)sqlite3_column_int64(stmt, 0) : 0LL);
	(void)sqlite3_finalize(stmt);
	return status;
}

/* What is left over belongs to no entry, or to one that has an id or reply already; and only a
 * reply that is a day old may be gone. */
static enum status
check_kept(struct walk *walk, struct err *err)
{
	if (walk->more_ids)
		return err_data(err, STATUS_CORRUPT, walk->store.path, 0,
		    "an id is kept for entry %lld, which does not fit it",
		    (long long)sqlite3_column_int64(walk->ids, 3));
	if (walk->more_replies)
		return err_data(err, STATUS_CORRUPT, walk->store.path, 0,
		    "a reply is kept for entry %lld, which has no id",
		    (long long)sqlite3_column_int64(walk->replies, 0));
	if (walk->gone_seq != 0 && walk->gone_ms >= walk->clock.kept_ms - LEDGER_REPLY_KEPT_MS)
		return err_data(err, STATUS_CORRUPT, walk->store.path, 0,
		    "the reply of entry %llu is gone, and it is not a day old",
		    (unsigned long long)walk->gone_seq);
	return STATUS_OK;
}

static enum status
check_beside(struct walk *walk, struct err *err)
{
	int64_t secured = 0;
	enum status status =
	    store_number(&secured, &walk->store, "SELECT count(*) FROM secured", err);

	walk->report->secured = walk->should.count;
	if (status == STATUS_OK)
		status = check_all_secured(walk, err);
	if (status == STATUS_OK && (uint64_t)secured != walk->report->secured)
		return err_data(err, STATUS_CORRUPT, walk->store.path, 0,
		    "%lld records are secured, but the entries secured %llu", (long long)secured,
		    (unsigned long long)walk->report->secured);
	return status == STATUS_OK ? check_kept(walk, err) : status;
}

static enum status
verify_all(struct walk *walk, void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
    struct err *err)
{
	enum status status = store_check_layout(&walk->store, err);

	/* one transaction, so that a ledger in use stands still for us */
	if (status == STATUS_OK)
		status = store_run(&walk->store, "BEGIN", err);
	if (status == STATUS_OK)
		status = store_prepare(&walk->entries, &walk->store,
		    "SELECT " STORE_ROW_COLUMNS " FROM entry NOT INDEXED ORDER BY seq", err);
	if (status == STATUS_OK)
		status = store_prepare(&walk->secured, &walk->store,
		    "SELECT seq FROM secured WHERE system = ? AND record_id = ?", err);
	/* not by an index: it is the tables that are to be seen */
	if (status == STATUS_OK)
		status = store_prepare(&walk->ids, &walk->store,
		    "SELECT " STORE_ID_COLUMNS " FROM idem ORDER BY seq", err);
	if (status == STATUS_OK)
		status = store_prepare(&walk->replies, &walk->store,
		    "SELECT seq, kept_ms, reply FROM reply NOT INDEXED ORDER BY seq", err);
	if (status == STATUS_OK)
		status = walk_entries(walk, progress, ctx, err);
	if (status == STATUS_OK)
		status = check_expected(walk, err);
	if (status == STATUS_OK)
		status = check_whole(walk, err);
	if (status == STATUS_OK)
		status = check_projected(walk, err);
	if (status == STATUS_OK)
		status = check_beside(walk, err);
	return status;
}

static enum status
verify_once(struct walk *walk, const char *path,
    void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx, struct err *err)
{
	enum status status = store_open_offline(&walk->store, path, err);

	if (status != STATUS_OK)
		return status;
	status = verify_all(walk, progress, ctx, err);
	(void)sqlite3_finalize(walk->entries);
	(void)sqlite3_finalize(walk->secured);
	secured_free(&walk->should);
	(void)sqlite3_finalize(walk->ids);
	(void)sqlite3_finalize(walk->replies);
	store_close(&walk->store);
	return status;
}

/* A file that nobody used is read without locks; if a daemon began to use it meanwhile, what
 * looks damaged may only have been half read, and is read again as a file in use. */
enum status
ledger_verify(struct ledger_report *out, const char *path, const struct ledger_expect *expect,
    void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx, struct err *err)
{
	struct err inner = ERR_NONE;
	bool used = store_in_use(path);
	enum status status = STATUS_CORRUPT;

	for (int attempt = 0; attempt < 2 && status == STATUS_CORRUPT; attempt++) {
		struct walk walk = { .report = out, .expect = expect };

		if (attempt == 1 && (used || !store_in_use(path)))
			break;
		inner = ERR_NONE;
		*out = (struct ledger_report){ .head = CHAIN_ZERO };
		status = verify_once(&walk, path, progress, ctx, &inner);
	}
	if (status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = inner;
	return status;
}
