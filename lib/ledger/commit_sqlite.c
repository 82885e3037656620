/*
 * One group of batches, one transaction, one flush.
 *
 *   BEGIN IMMEDIATE
 *     for each batch: is its id unused, its request open, are the records new that it says are (if
 *         not, only this batch fails); a "clock" entry if the clock was set back, its entries with
 *         what the folds make of them, its secures and releases, its id and reply
 *     projected := the new head; a few old replies are pruned
 *   COMMIT      the log is flushed here: the entries are durable
 *   head and secured table in memory are changed, the callers wake
 *
 * Whether records that are to be released are secured is seen only then: such a batch stands
 * between SAVEPOINT b and RELEASE b, and is undone alone by ROLLBACK TO b.
 *
 * Whatever else goes wrong fails every batch of the group and changes nothing in memory. All
 * memory that the last step needs is taken before COMMIT, so that nothing can fail after it.
 */
#include "base/buf.h"
#include "ledger/chain.h"
#include "ledger/inside.h"
#include "ledger/limits.h"

#include <sqlite3.h>

/* Two for one keeps up with any load that made them, and bounds what one commit has to do. */
#define PRUNED_FOR_EACH 2
#define PRUNED_ALWAYS 8

static const char *const texts[COMMIT_STATEMENTS] = {
	[COMMIT_BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT_COMMIT] = "COMMIT",
	[COMMIT_SAVE] = "SAVEPOINT b",
	[COMMIT_KEEP] = "RELEASE b",
	[COMMIT_UNDO] = "ROLLBACK TO b",
	[COMMIT_ENTRY] = "INSERT INTO entry (" STORE_ROW_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?)",
	[COMMIT_FIND_IDEM] = "SELECT seq FROM idem WHERE principal = ? AND id = ?",
	[COMMIT_IDEM] = "INSERT INTO idem (" STORE_ID_COLUMNS ") VALUES (?,?,?,?,?,?)",
	[COMMIT_REPLY] = "INSERT INTO reply (seq, kept_ms, key_no, reply) VALUES (?,?,?,?)",
	[COMMIT_FIND_SECURED] = "SELECT seq FROM secured WHERE system = ? AND record_id = ?",
	[COMMIT_SECURED] = "INSERT INTO secured (system, record_id, seq) VALUES (?,?,?)",
	[COMMIT_RELEASED] = "DELETE FROM secured WHERE system = ? AND record_id = ?",
	[COMMIT_FIND_OPEN] = "SELECT 1 FROM state_request WHERE id = ? AND state = 'open'",
	[COMMIT_PROJECTED] = "UPDATE projected SET seq = ?, hash = ?, wall_ms = ?, kept_ms = ?",
	[COMMIT_FIND_OLD] = "SELECT seq FROM reply WHERE kept_ms < ? ORDER BY kept_ms LIMIT 1",
	[COMMIT_PRUNE] = "DELETE FROM reply WHERE seq = ?",
};

/* The state as it will be if the transaction commits. */
struct draft {
	struct ledger *ledger;
	struct ledger_head head;
	struct ledger_clock clock;
	/* Newest first; one with `what.seq` 0 releases the record. */
	struct secured_item *changes;
	size_t change_count, batches;
};

enum status
commit_prepare(struct ledger *ledger, struct err *err)
{
	for (size_t i = 0; i < COMMIT_STATEMENTS; i++) {
		enum status status = store_prepare(&ledger->commit[i], &ledger->out, texts[i], err);

		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

void
commit_release(struct ledger *ledger)
{
	for (size_t i = 0; i < COMMIT_STATEMENTS; i++) {
		(void)sqlite3_finalize(ledger->commit[i]);
		ledger->commit[i] = NULL;
	}
}

static enum status
run(struct ledger *ledger, enum commit_statement which, struct err *err)
{
	return store_finish(&ledger->out, ledger->commit[which], err);
}

static enum status
write_entry(struct draft *draft, struct ledger_row *row, int64_t told_ms, struct err *err)
{
	sqlite3_stmt *stmt = draft->ledger->commit[COMMIT_ENTRY];
	enum status status;

	row->seq = draft->head.seq + 1;
	chain_hash(&row->hash, &draft->head.hash, row);
	store_bind_number(stmt, 1, (int64_t)row->seq);
	store_bind_number(stmt, 2, row->at_ms);
	store_bind_text(stmt, 3, row->kind);
	store_bind_text(stmt, 4, row->user);
	store_bind_text(stmt, 5, row->role);
	store_bind_text(stmt, 6, row->request);
	store_bind_text(stmt, 7, row->check);
	store_bind_text(stmt, 8, row->body);
	store_bind_digest(stmt, 9, &row->hash);
	store_bind_number(stmt, 10, (int64_t)row->key_no);
	store_bind_bytes(stmt, 11, row->sealed);
	status = run(draft->ledger, COMMIT_ENTRY, err);
	if (status == STATUS_OK)
		status = folds_apply(draft->ledger->folds, row, err);
	if (status != STATUS_OK)
		return status;
	draft->head = (struct ledger_head){ row->seq, row->hash };
	clock_follow(&draft->clock, row->at_ms, told_ms);
	return STATUS_OK;
}

/* In the time that the ledger gives it. */
static enum status
add_entry(struct draft *draft, struct ledger_row *row, struct err *err)
{
	bool tell;

	row->at_ms = clock_time(&tell, &draft->clock, row->at_ms);
	return write_entry(draft, row, -1, err);
}

/* A "clock" entry, where the batch comes with a time from before the last entry. */
static enum status
tell_clock(struct draft *draft, const struct ledger_batch *batch, struct err *err)
{
	int64_t given_ms = batch->entries[0].at_ms;
	struct ledger_row row = {
		.kind = STR_LIT("clock"), .user = STR_LIT("ledger"), .role = STR_NONE
	};
	struct buf body = BUF_INIT;
	enum status status;
	bool tell;

	row.at_ms = clock_time(&tell, &draft->clock, given_ms);
	if (!tell)
		return STATUS_OK;
	clock_body(&body, &draft->clock, given_ms);
	row.body = buf_str(&body);
	status = buf_failed(&body) ? err_set(err, STATUS_NOMEM, "out of memory")
				   : write_entry(draft, &row, given_ms, err);
	buf_free(&body);
	return status;
}

static struct ledger_row
row_of(const struct ledger_entry *entry, const struct sealed *sealed)
{
	return (struct ledger_row){ .at_ms = entry->at_ms,
		.kind = str_from(entry->kind),
		.user = entry->user,
		.role = entry->role,
		.request = entry->request,
		.check = entry->check,
		.body = entry->body,
		.key_no = sealed == NULL ? 0 : sealed->key_no,
		.sealed = sealed == NULL ? STR_NONE : buf_str(&sealed->bytes) };
}

/* The database, not the memory, says what is secured: it knows the batches before this one too.
 * *by is the entry that did it; 0: none. */
static enum status
find_secured(uint64_t *by, struct draft *draft, const struct ledger_secure *secure, struct err *err)
{
	sqlite3_stmt *stmt = draft->ledger->commit[COMMIT_FIND_SECURED];
	enum status status;
	bool found;

	store_bind_text(stmt, 1, secure->system);
	store_bind_text(stmt, 2, secure->record_id);
	status = store_step(&found, &draft->ledger->out, stmt, err);
	*by = status == STATUS_OK && found ? (uint64_t)sqlite3_column_int64(stmt, 0) : 0;
	(void)sqlite3_reset(stmt);
	return status;
}

/* `seq` 0: it is released. */
static enum status
project(struct draft *draft, const struct ledger_secure *secure, const struct ledger_row *row,
    uint64_t seq, struct err *err)
{
	enum commit_statement which = seq == 0 ? COMMIT_RELEASED : COMMIT_SECURED;
	sqlite3_stmt *stmt = draft->ledger->commit[which];
	struct secured_item *item;

	item = secured_item_new(secure->system, secure->record_id, row->at_ms, seq, row->check);
	if (item == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	item->next = draft->changes;
	draft->changes = item;
	draft->change_count++;
	store_bind_text(stmt, 1, secure->system);
	store_bind_text(stmt, 2, secure->record_id);
	if (seq != 0)
		store_bind_number(stmt, 3, (int64_t)seq);
	return run(draft->ledger, which, err);
}

/* A "secure" or "release" entry, in the name of entries[0] of the batch. */
static enum status
add_change(struct draft *draft, const char *kind, const struct ledger_secure *secure,
    const struct ledger_batch *batch, uint64_t by_entry, struct err *err)
{
	struct ledger_row row = row_of(&batch->entries[0], NULL);
	bool releases = strcmp(kind, "release") == 0;
	struct buf body = BUF_INIT;
	enum status status = STATUS_OK;

	secured_body(&body, secure, by_entry);
	row.kind = str_from(kind);
	row.body = buf_str(&body);
	if (buf_failed(&body))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = add_entry(draft, &row, err);
	if (status == STATUS_OK)
		status = project(draft, secure, &row, releases ? 0 : row.seq, err);
	buf_free(&body);
	return status;
}

static enum status
add_secure(struct draft *draft, const struct ledger_secure *secure,
    const struct ledger_batch *batch, uint64_t by_entry, struct err *err)
{
	uint64_t by;
	enum status status = find_secured(&by, draft, secure, err);

	if (status != STATUS_OK || by != 0)
		return status;
	return add_change(draft, "secure", secure, batch, by_entry, err);
}

static enum status
add_release(struct draft *draft, const struct ledger_secure *release,
    const struct ledger_batch *batch, uint64_t by_entry, struct err *err)
{
	uint64_t by;
	enum status status = find_secured(&by, draft, release, err);

	if (status == STATUS_OK && by == 0)
		return err_set(err, STATUS_STALE, "a record to release is not secured");
	if (status != STATUS_OK)
		return status;
	return add_change(draft, "release", release, batch, by_entry, err);
}

static enum status
check_open(struct draft *draft, struct str request, struct err *err)
{
	sqlite3_stmt *stmt = draft->ledger->commit[COMMIT_FIND_OPEN];
	enum status status;
	bool found;

	store_bind_text(stmt, 1, request);
	status = store_step(&found, &draft->ledger->out, stmt, err);
	(void)sqlite3_reset(stmt);
	if (status == STATUS_OK && !found)
		status = err_set(
		    err, STATUS_NOT_FOUND, "there is no open request %.*s", STR_ARG(request));
	return status;
}

static enum status
check_not_secured(struct draft *draft, const struct ledger_batch *batch, struct err *err)
{
	for (size_t i = 0; i < batch->secure_count; i++) {
		uint64_t by;
		enum status status = find_secured(&by, draft, &batch->secures[i], err);

		if (status == STATUS_OK && by != 0)
			status = err_set(err, STATUS_STALE,
			    "a record was secured meanwhile, by entry %llu",
			    (unsigned long long)by);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status
check_id_unused(struct draft *draft, const struct ledger_batch *batch, struct err *err)
{
	struct ledger *ledger = draft->ledger;
	sqlite3_stmt *stmt = ledger->commit[COMMIT_FIND_IDEM];
	enum status status;
	bool found;

	store_bind_text(stmt, 1, batch->idem_principal);
	store_bind_text(stmt, 2, batch->idem_id);
	status = store_step(&found, &ledger->out, stmt, err);
	if (status == STATUS_OK && found)
		status = err_set(err, STATUS_CONFLICT, "the id was used already, for entry %lld",
		    (long long)sqlite3_column_int64(stmt, 0));
	(void)sqlite3_reset(stmt);
	return status;
}

static enum status
add_idem(struct draft *draft, const struct commit_job *job, const struct ledger_head *first,
    int64_t kept_ms, struct err *err)
{
	const struct ledger_batch *batch = job->batch;
	const struct sealed *reply = &job->sealed[batch->entry_count];
	struct ledger *ledger = draft->ledger;
	sqlite3_stmt *stmt = ledger->commit[COMMIT_IDEM];
	struct chain_id id = { .seq = first->seq,
		.principal = batch->idem_principal,
		.id = batch->idem_id,
		.request = batch->idem_request };
	enum status status;

	digest_of(&id.answer, buf_str(&reply->bytes));
	chain_seal(&id.seal, &first->hash, &id);
	store_bind_text(stmt, 1, id.principal);
	store_bind_text(stmt, 2, id.id);
	store_bind_digest(stmt, 3, &id.request);
	store_bind_number(stmt, 4, (int64_t)id.seq);
	store_bind_digest(stmt, 5, &id.answer);
	store_bind_digest(stmt, 6, &id.seal);
	status = run(ledger, COMMIT_IDEM, err);
	if (status != STATUS_OK)
		return status;
	stmt = ledger->commit[COMMIT_REPLY];
	store_bind_number(stmt, 1, (int64_t)id.seq);
	store_bind_number(stmt, 2, kept_ms);
	store_bind_number(stmt, 3, (int64_t)reply->key_no);
	store_bind_bytes(stmt, 4, buf_str(&reply->bytes));
	return run(ledger, COMMIT_REPLY, err);
}

static enum status
write_batch(struct draft *draft, struct commit_job *job)
{
	const struct ledger_batch *batch = job->batch;
	struct ledger_head first = draft->head;
	int64_t kept_ms = 0;
	enum status status = STATUS_OK;

	if (batch->idem_id.n > 0)
		status = check_id_unused(draft, batch, &job->err);
	if (batch->request_open.n > 0 && status == STATUS_OK)
		status = check_open(draft, batch->request_open, &job->err);
	if (batch->secures_are_new && status == STATUS_OK)
		status = check_not_secured(draft, batch, &job->err);
	if (status == STATUS_OK)
		status = tell_clock(draft, batch, &job->err);
	job->seq = draft->head.seq + 1;
	for (size_t i = 0; i < batch->entry_count && status == STATUS_OK; i++) {
		struct ledger_row row = row_of(&batch->entries[i], &job->sealed[i]);

		status = add_entry(draft, &row, &job->err);
		if (i == 0) {
			first = draft->head;
			kept_ms = draft->clock.kept_ms;
		}
	}
	for (size_t i = 0; i < batch->secure_count && status == STATUS_OK; i++)
		status = add_secure(draft, &batch->secures[i], batch, job->seq, &job->err);
	for (size_t i = 0; i < batch->release_count && status == STATUS_OK; i++)
		status = add_release(draft, &batch->releases[i], batch, job->seq, &job->err);
	if (batch->idem_id.n > 0 && status == STATUS_OK)
		status = add_idem(draft, job, &first, kept_ms, &job->err);
	return status;
}

/* What a batch itself is refused for; anything else fails the whole group. */
static bool
is_refusal(enum status status)
{
	return status == STATUS_CONFLICT || status == STATUS_STALE || status == STATUS_NOT_FOUND;
}

/* A refused batch leaves the rest of the group standing. All but a release is looked at before
 * anything is written, so only a batch that releases needs a savepoint, which keeps each page that
 * changes as it was: a copy of 4 kB in pieces of 1 kB. */
static enum status
draft_batch(struct draft *draft, struct commit_job *job)
{
	struct ledger *ledger = draft->ledger;
	struct draft before = *draft;
	bool saved = job->batch->release_count > 0;
	enum status status = saved ? run(ledger, COMMIT_SAVE, &job->err) : STATUS_OK;

	if (status != STATUS_OK)
		return status;
	job->status = write_batch(draft, job);
	if (job->status != STATUS_OK &&
	    (!is_refusal(job->status) || (!saved && draft->head.seq != before.head.seq)))
		return job->status;
	if (job->status != STATUS_OK && saved) {
		while (draft->changes != before.changes) {
			struct secured_item *item = draft->changes;

			draft->changes = item->next;
			secured_item_free(item);
		}
		*draft = before;
		status = run(ledger, COMMIT_UNDO, NULL);
	} else if (job->status == STATUS_OK) {
		draft->batches++;
	}
	return status == STATUS_OK && saved ? run(ledger, COMMIT_KEEP, NULL) : status;
}

/* One at a time: a list of them would be a table of its own in memory, made at each commit and
 * found empty at most. */
static enum status
prune(struct draft *draft, struct err *err)
{
	struct ledger *ledger = draft->ledger;
	sqlite3_stmt *find = ledger->commit[COMMIT_FIND_OLD];
	size_t most = PRUNED_ALWAYS + PRUNED_FOR_EACH * draft->batches;
	enum status status = STATUS_OK;

	store_bind_number(find, 1, draft->clock.kept_ms - LEDGER_REPLY_KEPT_MS);
	for (size_t i = 0; i < most && status == STATUS_OK; i++) {
		bool found;

		status = store_step(&found, &ledger->out, find, err);
		if (status == STATUS_OK && found)
			store_bind_number(
			    ledger->commit[COMMIT_PRUNE], 1, sqlite3_column_int64(find, 0));
		(void)sqlite3_reset(find);
		if (status != STATUS_OK || !found)
			return status;
		status = run(ledger, COMMIT_PRUNE, err);
	}
	return status;
}

static enum status
finish_draft(struct draft *draft, struct err *err)
{
	struct ledger *ledger = draft->ledger;
	sqlite3_stmt *projected = ledger->commit[COMMIT_PROJECTED];
	enum status status = STATUS_OK;

	if (draft->batches > 0) {
		store_bind_number(projected, 1, (int64_t)draft->head.seq);
		store_bind_digest(projected, 2, &draft->head.hash);
		store_bind_number(projected, 3, draft->clock.wall_ms);
		store_bind_number(projected, 4, draft->clock.kept_ms);
		status = run(ledger, COMMIT_PROJECTED, err);
		if (status == STATUS_OK)
			status = prune(draft, err);
	}
	if (status == STATUS_OK) {
		pthread_rwlock_wrlock(&ledger->state_lock);
		if (!secured_reserve(&ledger->secured, draft->change_count))
			status = err_set(err, STATUS_NOMEM, "out of memory");
		pthread_rwlock_unlock(&ledger->state_lock);
	}
	return status == STATUS_OK ? run(ledger, COMMIT_COMMIT, err) : status;
}

static struct secured_item *
reversed(struct secured_item *list)
{
	struct secured_item *out = NULL;

	while (list != NULL) {
		struct secured_item *item = list;

		list = item->next;
		item->next = out;
		out = item;
	}
	return out;
}

static void
publish(struct draft *draft)
{
	struct ledger *ledger = draft->ledger;

	draft->changes = reversed(draft->changes);
	pthread_rwlock_wrlock(&ledger->state_lock);
	ledger->head = draft->head;
	ledger->clock = draft->clock;
	while (draft->changes != NULL) {
		struct secured_item *item = draft->changes;

		draft->changes = item->next;
		if (item->what.seq != 0) {
			secured_add(&ledger->secured, item);
			continue;
		}
		secured_remove(&ledger->secured, item->system, item->record_id);
		secured_item_free(item);
	}
	pthread_rwlock_unlock(&ledger->state_lock);
}

/*
 * After a failed flush the kernel may call the pages clean and the next flush succeed with the
 * bytes not on disk (known of Linux since 2018). What is there is then read afresh, by a restart.
 */
static void
abandon(struct draft *draft)
{
	struct ledger *ledger = draft->ledger;

	if (store_flush_failed(&ledger->out))
		ledger->flush_failed = true;
	if (!sqlite3_get_autocommit(ledger->out.db))
		store_try(&ledger->out, "ROLLBACK");
	secured_list_free(draft->changes);
	draft->changes = NULL;
}

static struct commit_job *
next_of(const struct commit_job *job)
{
	return (struct commit_job *)(void *)job->job.next;
}

/* SQLite would write on into the file wherever it is now, and nobody would find the entries again.
 */
static bool
has_moved(struct ledger *ledger)
{
	int moved = 0;

	return sqlite3_file_control(ledger->out.db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
		   SQLITE_OK &&
	       moved != 0;
}

static void
commit_run(struct ledger *ledger, struct commit_job *first, const struct commit_job *end)
{
	struct draft draft = { .ledger = ledger, .head = ledger->head, .clock = ledger->clock };
	struct err err = ERR_NONE;
	enum status status;

	if (ledger->flush_failed)
		status = err_data(&err, STATUS_IO, ledger->path, 0,
		    "a flush to disk failed before; check the disk and start again");
	else if (has_moved(ledger))
		status = err_data(&err, STATUS_IO, ledger->path, 0,
		    "the ledger file was moved, removed or replaced while in use");
	else
		status = run(ledger, COMMIT_BEGIN, &err);
	for (struct commit_job *job = first; job != end && status == STATUS_OK;
	     job = next_of(job)) {
		status = draft_batch(&draft, job);
		if (status != STATUS_OK)
			err = job->err;
	}
	if (status == STATUS_OK)
		status = finish_draft(&draft, &err);
	if (status == STATUS_OK) {
		publish(&draft);
		return;
	}
	abandon(&draft);
	for (struct commit_job *job = first; job != end; job = next_of(job)) {
		job->status = status;
		job->err = err;
	}
}

void
commit_group(void *ctx, struct writer_job *jobs)
{
	struct ledger *ledger = ctx;
	struct commit_job *job = (struct commit_job *)(void *)jobs;

	while (job != NULL) {
		struct commit_job *end = job;

		if (job->batch == NULL) {
			job->status = projection_rebuild(ledger, &job->err);
			job = next_of(job);
			continue;
		}
		while (end != NULL && end->batch != NULL)
			end = next_of(end);
		commit_run(ledger, job, end);
		job = end;
	}
}
