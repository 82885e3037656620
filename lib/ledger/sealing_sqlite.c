/*
 * Which key shuts what.
 *
 * The secrets of a request's entries, and replies about it, are sealed under the data key that its
 * first secret took; one that belongs to no request takes a key of its own. Replies of no request
 * (lists, what a reader saw) are sealed under key 1, which every ledger takes when it is opened,
 * and are gone in a day. Two first secrets of one request at the same time may take a key each:
 * destroying destroys every key that an entry of the request names.
 *
 * A secret is bound to its entry by the hash of these bytes, lengths and numbers as in the chain:
 *     "record-check-secret-v1" and a NUL; length of kind, kind; likewise user, role, request,
 * check, body (not the time, which the writer may still put later: clock.h); and a reply to its id
 * by those of "record-check-reply-v1" and a NUL; length of principal, principal; length of id, id.
 */
#include "base/mem.h"
#include "ledger/box.h"
#include "ledger/inside.h"
#include "ledger/read.h"
#include "ledger/seal.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>

#define REPLY_KEY 1

/* --- What it is bound to -----------------------------------------------------------------------
 */

static void
bind_secret(struct digest *out, const struct ledger_row *row)
{
	const struct str parts[] = { row->kind, row->user, row->role, row->request, row->check,
		row->body };
	struct digest_state state;

	digest_begin(&state);
	digest_add(
	    &state, (struct str){ "record-check-secret-v1", sizeof "record-check-secret-v1" });
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		digest_add_part(&state, parts[i]);
	digest_end(out, &state);
}

static void
bind_reply(struct digest *out, struct str principal, struct str id)
{
	struct digest_state state;

	digest_begin(&state);
	digest_add(&state, (struct str){ "record-check-reply-v1", sizeof "record-check-reply-v1" });
	digest_add_part(&state, principal);
	digest_add_part(&state, id);
	digest_end(out, &state);
}

static struct str
digest_bytes(const struct digest *digest)
{
	return (struct str){ (const char *)digest->bytes, DIGEST_BYTES };
}

/* --- Which key ----------------------------------------------------------------------------------
 */
static enum status
take_number(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	(void)err;
	*(uint64_t *)ctx = (uint64_t)read_number(stmt, 0);
	return STATUS_OK;
}

static enum status
new_key(uint64_t *no, unsigned char key[KEYS_BYTES], struct ledger *ledger, struct err *err)
{
	return keys_take(no, key, ledger->keys, err);
}

/* A request whose key was destroyed gets a new one for what is said about it since. */
static enum status
request_key(uint64_t *no, unsigned char key[KEYS_BYTES], struct ledger *ledger, struct str request,
    struct err *err)
{
	const struct read_value values[] = { READ_TEXT(request) };
	struct err inner = ERR_NONE;
	enum status status;

	*no = 0;
	status = ledger_read(ledger,
	    "SELECT key_no FROM entry WHERE request_id = ? AND request_id <> '' AND key_no > 0"
	    " ORDER BY seq DESC LIMIT 1",
	    values, 1, take_number, no, err);
	if (status != STATUS_OK)
		return status;
	if (*no == 0)
		return new_key(no, key, ledger, err);
	status = keys_get(key, ledger->keys, *no, &inner);
	if (status == STATUS_NOT_FOUND)
		return new_key(no, key, ledger, err);
	if (status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = inner;
	return status;
}

/* --- Sealing ------------------------------------------------------------------------------------
 */
/* The key of the entry before, which most entries of a batch share. */
struct held {
	struct str request;
	uint64_t no; /* 0: none is held */
	unsigned char key[KEYS_BYTES];
};

static enum status
hold_key(struct held *held, struct ledger *ledger, struct str request, struct err *err)
{
	if (held->no != 0 && request.n > 0 && str_eq(held->request, request))
		return STATUS_OK;
	held->request = request;
	return request.n > 0 ? request_key(&held->no, held->key, ledger, request, err)
			     : new_key(&held->no, held->key, ledger, err);
}

static enum status
seal_entry(struct sealed *out, struct held *held, struct ledger *ledger,
    const struct ledger_entry *entry, struct err *err)
{
	const struct ledger_row row = { .kind = str_from(entry->kind),
		.user = entry->user,
		.role = entry->role,
		.request = entry->request,
		.check = entry->check,
		.body = entry->body };
	struct digest with;
	enum status status;

	if (entry->secret.n == 0)
		return STATUS_OK;
	status = hold_key(held, ledger, entry->request, err);
	if (status != STATUS_OK)
		return status;
	bind_secret(&with, &row);
	out->key_no = held->no;
	return seal_make(&out->bytes, held->key, digest_bytes(&with), entry->secret, err);
}

static enum status
seal_reply(struct sealed *out, struct held *held, struct ledger *ledger,
    const struct ledger_batch *batch, struct err *err)
{
	struct str request = batch->entries[0].request;
	struct digest with;
	enum status status;

	if (batch->idem_id.n == 0)
		return STATUS_OK;
	if (request.n > 0) {
		status = hold_key(held, ledger, request, err);
	} else {
		held->request = STR_NONE;
		held->no = REPLY_KEY;
		status = keys_get(held->key, ledger->keys, REPLY_KEY, err);
	}
	if (status != STATUS_OK)
		return status;
	bind_reply(&with, batch->idem_principal, batch->idem_id);
	out->key_no = held->no;
	return seal_make(&out->bytes, held->key, digest_bytes(&with), batch->idem_reply, err);
}

enum status
sealing_make(
    struct sealed **out, struct ledger *ledger, const struct ledger_batch *batch, struct err *err)
{
	struct held held = { .request = STR_NONE, .no = 0 };
	struct sealed *sealed = mem_zero(batch->entry_count + 1, sizeof *sealed);
	enum status status = STATUS_OK;

	*out = sealed;
	if (sealed == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; i < batch->entry_count && status == STATUS_OK; i++)
		status = seal_entry(&sealed[i], &held, ledger, &batch->entries[i], err);
	if (status == STATUS_OK)
		status = seal_reply(&sealed[batch->entry_count], &held, ledger, batch, err);
	box_wipe(held.key, sizeof held.key);
	return status;
}

void
sealing_free(struct sealed *sealed, size_t count)
{
	if (sealed == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		buf_free(&sealed[i].bytes);
	mem_free(sealed);
}

/* --- Opening ------------------------------------------------------------------------------------
 */
static enum status
open_sealed(struct str *out, struct ledger *ledger, struct arena *arena, uint64_t key_no,
    struct str sealed, const struct digest *with, struct err *err)
{
	unsigned char key[KEYS_BYTES];
	struct buf plain = BUF_INIT;
	enum status status = keys_get(key, ledger->keys, key_no, err);

	if (status == STATUS_OK)
		status =
		    seal_open(&plain, key, digest_bytes(with), sealed, LEDGER_BODY_BYTES_MAX, err);
	if (status == STATUS_OK && !arena_copy(out, arena, buf_str(&plain)))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	box_wipe(key, sizeof key);
	buf_free(&plain);
	return status;
}

enum status
sealing_open_row(
    struct ledger_row *row, struct ledger *ledger, struct arena *arena, struct err *err)
{
	struct err inner = ERR_NONE;
	struct digest with;
	enum status status;

	row->secret = STR_NONE;
	row->destroyed = false;
	if (row->sealed.n == 0)
		return STATUS_OK;
	bind_secret(&with, row);
	status = open_sealed(&row->secret, ledger, arena, row->key_no, row->sealed, &with, &inner);
	row->destroyed = status == STATUS_NOT_FOUND;
	if (status == STATUS_OK || row->destroyed)
		return STATUS_OK;
	return err_data(err, status, ledger->path, 0, "entry %llu: its secret: %s",
	    (unsigned long long)row->seq, inner.text);
}

enum status
sealing_open_reply(struct str *out, struct ledger *ledger, struct arena *arena, uint64_t key_no,
    struct str sealed, const struct chain_id *id, struct err *err)
{
	struct err inner = ERR_NONE;
	struct digest with;
	enum status status;

	bind_reply(&with, id->principal, id->id);
	status = open_sealed(out, ledger, arena, key_no, sealed, &with, &inner);
	if (status == STATUS_OK)
		return STATUS_OK;
	if (status == STATUS_NOT_FOUND)
		return err_set(err, STATUS_CONFLICT, "the reply to entry %llu was destroyed",
		    (unsigned long long)id->seq);
	return err_data(err, status, ledger->path, 0, "entry %llu: its kept reply: %s",
	    (unsigned long long)id->seq, inner.text);
}

/* --- Destroying ---------------------------------------------------------------------------------
 */
#define DESTROYED_KEYS_MAX 64 /* of one request: one, or as many as first secrets raced */

struct key_list {
	uint64_t keys[DESTROYED_KEYS_MAX];
	size_t count;
};

static enum status
take_key(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct key_list *list = ctx;

	if (list->count == DESTROYED_KEYS_MAX)
		return err_set(
		    err, STATUS_LIMIT, "a request with more than %d data keys", DESTROYED_KEYS_MAX);
	list->keys[list->count++] = (uint64_t)read_number(stmt, 0);
	return STATUS_OK;
}

/* Of the entries before `before`: what is said about the request afterwards stays. */
static enum status
destroy_before(struct ledger *ledger, struct str request, uint64_t before, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(request), READ_NUMBER((int64_t)before) };
	struct key_list list = { .count = 0 };
	enum status status = ledger_read(ledger,
	    "SELECT DISTINCT key_no FROM entry WHERE request_id = ? AND request_id <> ''"
	    " AND key_no > 1 AND seq < ?",
	    values, 2, take_key, &list, err);

	for (size_t i = 0; i < list.count && status == STATUS_OK; i++) {
		unsigned char key[KEYS_BYTES];

		/* a start finds many that are destroyed already, and destroying waits for the disk
		 */
		if (keys_get(key, ledger->keys, list.keys[i], NULL) != STATUS_NOT_FOUND)
			status = keys_destroy(ledger->keys, list.keys[i], err);
		box_wipe(key, sizeof key);
	}
	return status;
}

enum status
ledger_destroy(struct ledger *ledger, struct str request, struct err *err)
{
	const struct read_value values[] = { READ_TEXT(request) };
	uint64_t seq = 0;
	enum status status = ledger_read(ledger,
	    "SELECT seq FROM entry WHERE request_id = ? AND request_id <> ''"
	    " AND kind = 'destroyed' ORDER BY seq DESC LIMIT 1",
	    values, 1, take_number, &seq, err);

	if (status == STATUS_OK && seq == 0)
		return err_set(err, STATUS_NOT_FOUND, "no entry says that %.*s is to be destroyed",
		    STR_ARG(request));
	return status == STATUS_OK ? destroy_before(ledger, request, seq, err) : status;
}

/* --- Start --------------------------------------------------------------------------------------
 */
struct due {
	struct ledger *ledger;
	struct arena *arena;
	struct str *requests;
	size_t count, room;
};

static enum status
take_due(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct due *due = ctx;

	if (due->count == due->room ||
	    !arena_copy(&due->requests[due->count++], due->arena, store_text(stmt, 0)))
		return err_set(err, STATUS_NOMEM, "out of memory");
	return STATUS_OK;
}

/* A crash may have come between the entry and the keys. Destroying again changes nothing. */
static enum status
finish_destroying(struct ledger *ledger, struct err *err)
{
	struct due due = { .ledger = ledger, .arena = arena_new(0) };
	uint64_t count = 0;
	enum status status =
	    ledger_read(ledger, "SELECT count(*) FROM entry WHERE kind = 'destroyed'", NULL, 0,
		take_number, &count, err);

	due.room = (size_t)count;
	if (status == STATUS_OK && count > 0 && due.arena != NULL)
		due.requests = arena_alloc(due.arena, due.room, sizeof *due.requests);
	if (status == STATUS_OK && count > 0 && due.requests == NULL)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK && count > 0)
		status = ledger_read(ledger,
		    "SELECT request_id FROM entry WHERE kind = 'destroyed' ORDER BY seq", NULL, 0,
		    take_due, &due, err);
	for (size_t i = 0; i < due.count && status == STATUS_OK; i++)
		status = due.requests[i].n == 0 ? STATUS_OK
						: ledger_destroy(ledger, due.requests[i], err);
	arena_free(due.arena);
	return status;
}

static enum status
open_keys(struct ledger *ledger, const char *folder, struct err *err)
{
	char beside[PATH_MAX];
	const char *slash = strrchr(ledger->path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - ledger->path) + 1;

	if ((size_t)snprintf(beside, sizeof beside, "%.*skeys", (int)n, ledger->path) >=
	    sizeof beside)
		return err_data(err, STATUS_LIMIT, ledger->path, 0, "path is too long");
	ledger->keys_folder = mem_copy_text(folder != NULL ? folder : beside);
	if (ledger->keys_folder == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	return keys_open(&ledger->keys, ledger->keys_folder, err);
}

/* Kept in the ledger: its id, sealed under key 1. */
struct proof {
	unsigned char id[LEDGER_ID_BYTES];
	unsigned char box[LEDGER_ID_BYTES + BOX_EXTRA_BYTES];
	bool is_there;
};

static enum status
take_proof(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct proof *proof = ctx;
	struct str id = store_text(stmt, 0), box = store_text(stmt, 1);

	if (id.n != sizeof proof->id || (box.n != 0 && box.n != sizeof proof->box))
		return err_set(err, STATUS_CORRUPT, "its id is not whole");
	memcpy(proof->id, id.p, id.n);
	if (box.n > 0)
		memcpy(proof->box, box.p, box.n);
	proof->is_there = box.n > 0;
	return STATUS_OK;
}

#define PROOF_WITH ((struct str){ "record-check-ledger-id-v1", sizeof "record-check-ledger-id-v1" })

static enum status
keep_proof(struct ledger *ledger, const unsigned char key[KEYS_BYTES], struct proof *proof,
    struct err *err)
{
	sqlite3_stmt *stmt;
	enum status status = store_prepare(&stmt, &ledger->out, "UPDATE ledger SET proof = ?", err);

	if (status != STATUS_OK)
		return status;
	box_shut(
	    proof->box, key, PROOF_WITH, (struct str){ (const char *)proof->id, sizeof proof->id });
	store_bind_bytes(stmt, 1, (struct str){ (const char *)proof->box, sizeof proof->box });
	status = store_finish(&ledger->out, stmt, err);
	(void)sqlite3_finalize(stmt);
	return status;
}

/* `last` is the last key that an entry names. */
static enum status
check_proof(
    struct ledger *ledger, const unsigned char key[KEYS_BYTES], uint64_t last, struct err *err)
{
	struct proof proof = { .is_there = false };
	unsigned char id[LEDGER_ID_BYTES];
	enum status status = ledger_read(
	    ledger, "SELECT id, proof FROM ledger WHERE one = 1", NULL, 0, take_proof, &proof, err);

	if (status != STATUS_OK)
		return status;
	memcpy(ledger->id, proof.id, sizeof ledger->id);
	if (!proof.is_there && last == 0 && ledger->head.seq == 0)
		return keep_proof(ledger, key, &proof, err);
	if (!proof.is_there ||
	    !box_open(
		id, key, PROOF_WITH, (struct str){ (const char *)proof.box, sizeof proof.box }) ||
	    memcmp(id, proof.id, sizeof id) != 0)
		return err_data(err, STATUS_CORRUPT, ledger->path, 0,
		    "the data keys are those of another ledger");
	return STATUS_OK;
}

enum status
sealing_start(struct ledger *ledger, const char *folder, struct err *err)
{
	unsigned char key[KEYS_BYTES];
	uint64_t last = 0, no = 0;
	enum status status = open_keys(ledger, folder, err);

	if (status == STATUS_OK)
		status = ledger_read(ledger, "SELECT max(key_no) FROM entry WHERE key_no > 0", NULL,
		    0, take_number, &last, err);
	/* key 1 is that of replies, taken anew at every start */
	if (status == STATUS_OK)
		status = keys_reserve(ledger->keys, 1, err);
	if (status == STATUS_OK)
		status = keys_take(&no, key, ledger->keys, err);
	if (status == STATUS_OK)
		status = check_proof(ledger, key, last, err);
	box_wipe(key, sizeof key);
	if (status == STATUS_OK && no != REPLY_KEY)
		status = err_set(err, STATUS_CORRUPT, "the first data key has number %llu",
		    (unsigned long long)no);
	if (status == STATUS_OK)
		status = keys_reserve(ledger->keys, (last > REPLY_KEY ? last : REPLY_KEY) + 1, err);
	return status == STATUS_OK ? finish_destroying(ledger, err) : status;
}
