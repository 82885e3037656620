/*
 * The ledger file. schemas/ledger.sql has the tables; docs/ledger.md says what they are for.
 *
 * THE CHAIN. Entries are numbered 1, 2, 3... without gaps. The hash of an entry is BLAKE2b
 * (RFC 7693, 32-byte result, no key) over these bytes, one after the other:
 *
 *     "record-check-ledger-v2" and a NUL             23 bytes
 *     hash of the entry before; 32 zero bytes for entry 1
 *     8 (as the length), seq                         lengths and numbers are 8 bytes,
 *     8 (as the length), at_ms                       little-endian; at_ms in two's complement
 *     length of kind,     kind                       texts are their UTF-8 bytes, no NUL
 *     length of user,     user
 *     length of role,     role
 *     length of request_id, request_id
 *     length of check_id, check_id
 *     8 (as the length), key_no
 *     length of body,     body
 *     length of sealed,   sealed                     as stored: compressed and encrypted
 *
 * SECRETS. `sealed` is what seal.h makes of the secret under data key `key_no` (sealing_sqlite.c
 * says what it is bound to); the hash covers it as it is stored, so the chain verifies without
 * keys.
 *
 * IDS AND REPLIES. `idem.answer` is the same hash of the reply's bytes alone, sealed as they are
 * stored. `idem.seal` is the hash of these bytes, so that no field of an id, and no reply, changes
 * unseen while its entry stands; a whole id that is taken away is not seen (docs/ledger.md):
 *
 *     "record-check-id-v1" and a NUL                 19 bytes
 *     hash of the entry                              32 bytes
 *     8, seq; length of principal, principal; length of id, id
 *     request, answer                                32 bytes each
 *
 * INVARIANTS, after every commit and so after every crash:
 *   1. `entry` only ever grows at its end (triggers refuse all else, also to other programs);
 *   2. `projected` holds the number and hash of the last entry; `secured` holds exactly the records
 *      of the "secure" entries that no later "release" entry names, each with the number of its
 *      entry; the other projections are what the folds make of the entries (fold.h);
 *   3. an (principal, id) is in `idem` for ever, with the hash of what was asked and the number
 *      of the first entry that was made for it: a check cannot silently be run twice under one
 *      id. Its reply is in `reply` for a day of hours that passed (clock.h), then pruned;
 *   4. at_ms is never less than that of the entry before (clock.h);
 *   5. what is in memory (head, secured table) is what the last commit made durable.
 *
 * One commit is one transaction in SQLite's write-ahead log with synchronous = FULL, so it is
 * flushed before its callers hear of it. A flush that fails is a failure for them, though after
 * a crash in that very moment the entry may turn out to be there: too much, never too little.
 */
#include "base/mem.h"
#include "ledger/chain.h"
#include "ledger/inside.h"
#include "ledger/limits.h"
#include "ledger/restore.h"
#include "ledger/verify_inside.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>

static enum status
make_folder_of(const char *path, struct err *err)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return STATUS_OK;
	if ((size_t)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path) >=
	    sizeof folder)
		return err_data(err, STATUS_LIMIT, path, 0, "path is too long");
	return file_make_folders(folder, err);
}

static enum status
take_lock(struct ledger *ledger, struct err *err)
{
	char name[PATH_MAX];

	if ((size_t)snprintf(name, sizeof name, "%s.lock", ledger->path) >= sizeof name)
		return err_data(err, STATUS_LIMIT, ledger->path, 0, "path is too long");
	return file_lock(&ledger->lock, name, err);
}

static enum status
hash_of(struct digest *out, struct ledger *ledger, struct store *store, struct sqlite3_stmt *stmt,
    uint64_t seq, struct err *err)
{
	bool found = false;
	enum status status = STATUS_OK;

	*out = CHAIN_ZERO;
	if (seq == 0)
		return STATUS_OK;
	store_bind_number(stmt, 1, (int64_t)seq);
	status = store_step(&found, store, stmt, err);
	if (status == STATUS_OK && (!found || !store_digest(out, stmt, 0)))
		status = err_data(err, STATUS_CORRUPT, ledger->path, 0, "entry %llu is missing",
		    (unsigned long long)seq);
	(void)sqlite3_reset(stmt);
	return status;
}

/* `row` is a row of a statement of the reading connection. */
static enum status
check_row(struct ledger *ledger, const struct ledger_row *row, struct err *err)
{
	struct digest previous, hash;
	enum status status =
	    hash_of(&previous, ledger, &ledger->in, ledger->find_hash, row->seq - 1, err);

	if (status != STATUS_OK)
		return status;
	chain_hash(&hash, &previous, row);
	if (chain_same(&hash, &row->hash))
		return STATUS_OK;
	return err_data(err, STATUS_CORRUPT, ledger->path, 0,
	    "entry %llu: the hash does not fit its content", (unsigned long long)row->seq);
}

static enum status
load_head(struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *stmt;
	struct ledger_row row;
	bool found = false;
	enum status status = store_prepare(&stmt, &ledger->in,
	    "SELECT " STORE_ROW_COLUMNS " FROM entry ORDER BY seq DESC LIMIT 1", err);

	if (status != STATUS_OK)
		return status;
	status = store_step(&found, &ledger->in, stmt, err);
	if (status == STATUS_OK && found) {
		if (!store_row(&row, stmt) || row.seq == 0)
			status = err_data(err, STATUS_CORRUPT, ledger->path, 0,
			    "the last entry: a field has the wrong type");
		if (status == STATUS_OK)
			status = check_row(ledger, &row, err);
		if (status == STATUS_OK) {
			ledger->head = (struct ledger_head){ row.seq, row.hash };
			ledger->clock = (struct ledger_clock){ true, row.at_ms, row.at_ms, 0 };
		}
	}
	(void)sqlite3_finalize(stmt);
	return status;
}

static enum status
prepare_reading(struct ledger *ledger, struct err *err)
{
	enum status status = store_open(&ledger->in, ledger->path, STORE_READ, err);

	if (status == STATUS_OK)
		status = store_prepare(&ledger->find_idem, &ledger->in,
		    "SELECT principal, id, request, i.seq, answer, seal, e.user, e.hash, r.seq,"
		    " r.reply, r.key_no FROM idem i LEFT JOIN entry e ON e.seq = i.seq"
		    " LEFT JOIN reply r ON r.seq = i.seq WHERE principal = ? AND id = ?",
		    err);
	/* the second condition of each is the one of the index */
	if (status == STATUS_OK)
		status = store_prepare(&ledger->find_check, &ledger->in,
		    "SELECT " STORE_ROW_COLUMNS " FROM entry"
		    " WHERE check_id = ? AND check_id <> '' ORDER BY seq",
		    err);
	if (status == STATUS_OK)
		status = store_prepare(&ledger->find_request, &ledger->in,
		    "SELECT " STORE_ROW_COLUMNS " FROM entry"
		    " WHERE request_id = ? AND request_id <> '' ORDER BY seq",
		    err);
	if (status == STATUS_OK)
		status = store_prepare(&ledger->find_entry, &ledger->in,
		    "SELECT " STORE_ROW_COLUMNS " FROM entry WHERE seq = ?", err);
	if (status == STATUS_OK)
		status = store_prepare(
		    &ledger->find_hash, &ledger->in, "SELECT hash FROM entry WHERE seq = ?", err);
	return status;
}

static enum status
open_all(
    struct ledger *ledger, const char *keys, const struct ledger_accept *accept, struct err *err)
{
	bool older = false;
	struct stat st;
	enum status status = make_folder_of(ledger->path, err);

	if (status == STATUS_OK)
		status = take_lock(ledger, err);
	if (status == STATUS_OK && stat(ledger->path, &st) != 0)
		status = store_create(ledger->path, err);
	if (status == STATUS_OK)
		status = store_open(&ledger->out, ledger->path, STORE_WRITE, err);
	if (status == STATUS_OK)
		status = prepare_reading(ledger, err);
	if (status == STATUS_OK)
		status = load_head(ledger, err);
	if (status == STATUS_OK)
		status = sealing_start(ledger, keys, err);
	if (status == STATUS_OK)
		status = checkpoints_open(&older, ledger, accept, err);
	if (status == STATUS_OK)
		status = projection_open(ledger, err);
	if (status == STATUS_OK)
		status = commit_prepare(ledger, err);
	if (status == STATUS_OK)
		status = writer_start(&ledger->writer, commit_group, ledger, err);
	ledger->running = status == STATUS_OK;
	return status == STATUS_OK && older ? checkpoints_accept(ledger, accept, err) : status;
}

static struct ledger *
new_ledger(const char *path)
{
	struct ledger *ledger = mem_zero(1, sizeof *ledger);

	if (ledger == NULL)
		return NULL;
	ledger->lock.fd = -1;
	pthread_mutex_init(&ledger->in_lock, NULL);
	pthread_rwlock_init(&ledger->state_lock, NULL);
	pthread_mutex_init(&ledger->checkpoint_lock, NULL);
	ledger->path = mem_copy_text(path);
	if (ledger->path != NULL)
		return ledger;
	ledger_close(ledger);
	return NULL;
}

static enum status
make_again(struct ledger_rebuilt *out, struct ledger *ledger, struct err *err)
{
	_Atomic bool never = false;
	struct verify_folding folding = {
		.path = ledger->path, .of = 1, .secured = true, .stop = &never, .err = ERR_NONE
	};
	enum status status = take_lock(ledger, err);

	if (status != STATUS_OK)
		return status;
	/* before the file is opened, as a file that nobody uses */
	verify_folding_run(&folding);
	if (folding.status != STATUS_OK && folding.status != STATUS_CORRUPT) {
		*err = folding.err;
		return folding.status;
	}
	out->same = folding.status == STATUS_OK;
	snprintf(out->what, sizeof out->what, "%s", folding.err.text);
	status = store_open(&ledger->out, ledger->path, STORE_WRITE, err);
	if (status == STATUS_OK)
		status = prepare_reading(ledger, err);
	if (status == STATUS_OK)
		status = load_head(ledger, err);
	if (status == STATUS_OK)
		status = projection_rebuild(ledger, err);
	out->entries = ledger->head.seq;
	out->secured = ledger->secured.count;
	return status;
}

enum status
ledger_rebuild_file(struct ledger_rebuilt *out, const char *path, struct err *err)
{
	struct err inner = ERR_NONE;
	struct ledger *ledger;
	struct stat st;
	enum status status;

	*out = (struct ledger_rebuilt){ .entries = 0 };
	if (stat(path, &st) != 0)
		return err_data(err, STATUS_NOT_FOUND, path, 0, "no such file");
	ledger = new_ledger(path);
	if (ledger == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = make_again(out, ledger, &inner);
	ledger_close(ledger);
	if (status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = inner;
	return status;
}

enum status
ledger_open(struct ledger **out, const char *path, const char *keys, struct err *err)
{
	return ledger_open_older(out, path, keys, NULL, err);
}

enum status
ledger_open_older(struct ledger **out, const char *path, const char *keys,
    const struct ledger_accept *accept, struct err *err)
{
	struct ledger *ledger = new_ledger(path);
	enum status status;

	*out = NULL;
	if (ledger == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = open_all(ledger, keys, accept, err);
	if (status != STATUS_OK) {
		ledger_close(ledger);
		return status;
	}
	*out = ledger;
	return STATUS_OK;
}

void
ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	if (ledger->running)
		writer_stop(&ledger->writer);
	(void)sqlite3_finalize(ledger->find_idem);
	(void)sqlite3_finalize(ledger->find_check);
	(void)sqlite3_finalize(ledger->find_request);
	(void)sqlite3_finalize(ledger->find_entry);
	for (size_t i = 0; i < ledger->query_count; i++)
		(void)sqlite3_finalize(ledger->queries[i].stmt);
	(void)sqlite3_finalize(ledger->find_hash);
	store_close(&ledger->in);
	commit_release(ledger);
	folds_close(ledger->folds);
	if (ledger->out.db != NULL)
		store_try(&ledger->out, "PRAGMA wal_checkpoint(TRUNCATE)");
	store_close(&ledger->out);
	keys_close(ledger->keys);
	file_unlock(&ledger->lock);
	secured_free(&ledger->secured);
	pthread_rwlock_destroy(&ledger->state_lock);
	pthread_mutex_destroy(&ledger->checkpoint_lock);
	sign_close(ledger->sign);
	mem_free(ledger->keys_folder);
	pthread_mutex_destroy(&ledger->in_lock);
	mem_free(ledger->path);
	mem_free(ledger);
}

bool
ledger_secured_find(
    struct ledger_secured *out, struct ledger *ledger, struct str system, struct str record_id)
{
	const struct secured_item *item;
	bool found;

	pthread_rwlock_rdlock(&ledger->state_lock);
	item = secured_find(&ledger->secured, system, record_id);
	found = item != NULL;
	if (found)
		*out = item->what;
	pthread_rwlock_unlock(&ledger->state_lock);
	return found;
}

size_t
ledger_secured_count(struct ledger *ledger)
{
	size_t count;

	pthread_rwlock_rdlock(&ledger->state_lock);
	count = ledger->secured.count;
	pthread_rwlock_unlock(&ledger->state_lock);
	return count;
}

enum status
ledger_secured_each(struct ledger *ledger,
    bool (*visit)(
	void *ctx, struct str system, struct str record_id, const struct ledger_secured *secured),
    void *ctx, struct err *err)
{
	const struct secured_item **sorted;

	pthread_rwlock_rdlock(&ledger->state_lock);
	sorted = secured_sorted(&ledger->secured);
	for (size_t i = 0; sorted != NULL && i < ledger->secured.count; i++)
		if (!visit(ctx, sorted[i]->system, sorted[i]->record_id, &sorted[i]->what))
			break;
	pthread_rwlock_unlock(&ledger->state_lock);
	if (sorted == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	mem_free(sorted);
	return STATUS_OK;
}

void
ledger_head(struct ledger_head *out, struct ledger *ledger)
{
	pthread_rwlock_rdlock(&ledger->state_lock);
	*out = ledger->head;
	pthread_rwlock_unlock(&ledger->state_lock);
}

static enum status
bad_id(struct ledger *ledger, uint64_t seq, const char *what, struct err *err)
{
	return err_data(
	    err, STATUS_CORRUPT, ledger->path, 0, "entry %llu: %s", (unsigned long long)seq, what);
}

/* The row of find_idem against its seal: its entry must be there, and of the same user. */
static enum status
check_id(struct chain_id *out, struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *stmt = ledger->find_idem;
	struct digest entry, seal;

	if (!store_id(out, stmt) || !store_digest(&entry, stmt, 7) ||
	    !str_eq(store_text(stmt, 6), out->principal))
		return bad_id(ledger, out->seq, CHAIN_BAD_ID, err);
	chain_seal(&seal, &entry, out);
	if (!chain_same(&seal, &out->seal))
		return bad_id(ledger, out->seq, CHAIN_BAD_ID, err);
	return STATUS_OK;
}

static enum status
judge_idem(struct str *reply, uint64_t *seq, struct ledger *ledger, struct arena *arena,
    const struct digest *request, struct err *err)
{
	sqlite3_stmt *stmt = ledger->find_idem;
	struct digest answer;
	struct chain_id id;
	struct str kept;
	enum status status = check_id(&id, ledger, err);

	if (status != STATUS_OK)
		return status;
	*seq = id.seq;
	if (!chain_same(&id.request, request))
		return err_set(err, STATUS_CONFLICT, "the id was used for another request");
	if (sqlite3_column_type(stmt, 8) == SQLITE_NULL)
		return err_set(err, STATUS_CONFLICT,
		    "the id was used more than a day before the last entry, for entry %llu; its"
		    " reply is no longer kept",
		    (unsigned long long)id.seq);
	kept = store_text(stmt, 9);
	digest_of(&answer, kept);
	if (!chain_same(&answer, &id.answer))
		return bad_id(ledger, id.seq, CHAIN_BAD_REPLY, err);
	return sealing_open_reply(
	    reply, ledger, arena, (uint64_t)sqlite3_column_int64(stmt, 10), kept, &id, err);
}

enum status
ledger_idem_find(struct str *reply, uint64_t *seq, struct ledger *ledger, struct arena *arena,
    struct str principal, struct str id, const struct digest *request, struct err *err)
{
	bool found = false;
	enum status status;

	pthread_mutex_lock(&ledger->in_lock);
	store_bind_text(ledger->find_idem, 1, principal);
	store_bind_text(ledger->find_idem, 2, id);
	status = store_step(&found, &ledger->in, ledger->find_idem, err);
	if (status == STATUS_OK && found)
		status = judge_idem(reply, seq, ledger, arena, request, err);
	else if (status == STATUS_OK)
		status = err_set(err, STATUS_NOT_FOUND, "no such id");
	(void)sqlite3_reset(ledger->find_idem);
	pthread_mutex_unlock(&ledger->in_lock);
	return status;
}

static bool
copy_row(struct ledger_row *out, struct arena *arena, const struct ledger_row *row)
{
	*out = *row;
	return arena_copy(&out->kind, arena, row->kind) &&
	       arena_copy(&out->user, arena, row->user) &&
	       arena_copy(&out->role, arena, row->role) &&
	       arena_copy(&out->request, arena, row->request) &&
	       arena_copy(&out->check, arena, row->check) &&
	       arena_copy(&out->body, arena, row->body) &&
	       arena_copy(&out->sealed, arena, row->sealed);
}

/* Rows kept so far, doubled when full: what is outgrown stays in the arena till its reset. */
struct rows {
	struct ledger_row *all;
	size_t count, room;
};

static enum status
keep_row(struct rows *rows, struct arena *arena, const struct ledger_row *row, struct err *err)
{
	if (rows->count == rows->room) {
		size_t room = rows->room == 0 ? 16 : 2 * rows->room;
		struct ledger_row *all = arena_alloc(arena, room, sizeof *all);

		if (all == NULL)
			return err_set(err, STATUS_NOMEM, "out of memory");
		if (rows->count > 0)
			memcpy(all, rows->all, rows->count * sizeof *all);
		rows->all = all;
		rows->room = room;
	}
	if (!copy_row(&rows->all[rows->count], arena, row))
		return err_set(err, STATUS_NOMEM, "out of memory");
	rows->count++;
	return STATUS_OK;
}

static enum status
read_rows(struct rows *rows, struct ledger *ledger, sqlite3_stmt *stmt, struct arena *arena,
    struct err *err)
{
	enum status status = STATUS_OK;
	struct ledger_row row;
	bool found = true;

	for (;;) {
		status = store_step(&found, &ledger->in, stmt, err);
		if (status != STATUS_OK || !found)
			return status;
		if (!store_row(&row, stmt))
			return err_data(err, STATUS_CORRUPT, ledger->path, 0,
			    "entry %llu: a field has the wrong type", (unsigned long long)row.seq);
		status = check_row(ledger, &row, err);
		if (status == STATUS_OK)
			status = keep_row(rows, arena, &row, err);
		if (status != STATUS_OK)
			return status;
	}
}

static enum status
open_secrets(struct ledger_row *rows, size_t count, struct ledger *ledger, struct arena *arena,
    struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = sealing_open_row(&rows[i], ledger, arena, err);
	return status;
}

/* The statement's parameter is bound; the caller has the lock. */
static enum status
read_bound(struct rows *rows, struct ledger *ledger, sqlite3_stmt *stmt, struct arena *arena,
    struct err *err)
{
	enum status status;

	*rows = (struct rows){ NULL, 0, 0 };
	status = read_rows(rows, ledger, stmt, arena, err);
	(void)sqlite3_reset(stmt);
	return status;
}

static enum status
read_entries(const struct ledger_row **out, size_t *count, struct ledger *ledger,
    sqlite3_stmt *stmt, struct arena *arena, struct str id, struct err *err)
{
	struct rows rows;
	enum status status;

	pthread_mutex_lock(&ledger->in_lock);
	store_bind_text(stmt, 1, id);
	status = read_bound(&rows, ledger, stmt, arena, err);
	pthread_mutex_unlock(&ledger->in_lock);
	if (status == STATUS_OK)
		status = open_secrets(rows.all, rows.count, ledger, arena, err);
	*out = rows.all;
	*count = rows.count;
	return status;
}

enum status
ledger_check_entries(const struct ledger_row **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str check, struct err *err)
{
	return read_entries(out, count, ledger, ledger->find_check, arena, check, err);
}

enum status
ledger_request_entries(const struct ledger_row **out, size_t *count, struct ledger *ledger,
    struct arena *arena, struct str request, struct err *err)
{
	return read_entries(out, count, ledger, ledger->find_request, arena, request, err);
}

enum status
ledger_entry_find(struct ledger_row *out, struct ledger *ledger, struct arena *arena, uint64_t seq,
    struct err *err)
{
	struct rows rows;
	enum status status;

	pthread_mutex_lock(&ledger->in_lock);
	store_bind_number(ledger->find_entry, 1, (int64_t)seq);
	status = read_bound(&rows, ledger, ledger->find_entry, arena, err);
	pthread_mutex_unlock(&ledger->in_lock);
	if (status == STATUS_OK)
		status = open_secrets(rows.all, rows.count, ledger, arena, err);
	if (status == STATUS_OK && rows.count == 0)
		return err_set(
		    err, STATUS_NOT_FOUND, "there is no entry %llu", (unsigned long long)seq);
	if (status == STATUS_OK)
		*out = rows.all[0];
	return status;
}
