/*
 * Checkpoints of an open ledger, and what the last of them says about one that is opened.
 *
 * The order is: sign the head that is on disk; the line into the keys folder, flushed; then the
 * entry. A crash in between leaves a line without an entry, which is as good a checkpoint. So the
 * last line of the keys folder is always of an entry that was acknowledged, and if the ledger
 * does not hold it, the ledger is an older copy, or another one.
 * One that was accepted all the same has an entry "restored" that names the checkpoint: until the
 * next checkpoint is signed, that entry stands for it.
 */
#include "base/doc_json.h"
#include "ledger/inside.h"
#include "ledger/known.h"
#include "ledger/read.h"
#include "record/calendar.h"

#include <stdio.h>

#define RESTORED_DEPTH_MAX 1
#define NAME_BYTES (21 + DIGEST_HEX + 1) /* "17:HASH" */

static void
name_head(char out[NAME_BYTES], uint64_t seq, const struct digest *hash)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(hex, hash);
	snprintf(out, NAME_BYTES, "%llu:%s", (unsigned long long)seq, hex);
}

/* --- Making one -------------------------------------------------------------------------------
 */
uint64_t
ledger_checkpoint_news(struct ledger *ledger)
{
	struct ledger_head head;
	uint64_t covered;

	ledger_head(&head, ledger);
	pthread_mutex_lock(&ledger->checkpoint_lock);
	covered = ledger->covered;
	pthread_mutex_unlock(&ledger->checkpoint_lock);
	return head.seq > covered ? head.seq - covered : 0;
}

static enum status
make(uint64_t *seq, struct buf *line, struct ledger *ledger, int64_t at_ms, struct str user,
    struct str role, struct err *err)
{
	struct checkpoint checkpoint = { .at_ms = at_ms };
	struct ledger_entry entry = {
		.kind = "checkpoint", .at_ms = at_ms, .user = user, .role = role
	};
	struct ledger_head head;
	enum status status;

	ledger_head(&head, ledger);
	if (head.seq == 0)
		return err_set(err, STATUS_NOT_FOUND, "there is no entry yet");
	memcpy(checkpoint.ledger, ledger->id, sizeof checkpoint.ledger);
	checkpoint.seq = head.seq;
	checkpoint.hash = head.hash;
	status = sign_checkpoint(&checkpoint, ledger->sign, err);
	if (status == STATUS_OK)
		status = known_add(ledger->keys_folder, &checkpoint, err);
	if (status != STATUS_OK)
		return status;
	checkpoint_write(line, &checkpoint);
	if (buf_failed(line))
		return err_set(err, STATUS_NOMEM, "out of memory");
	line->p[--line->n] = '\0'; /* the end of the line */
	entry.body = buf_str(line);
	ledger->covered = head.seq;
	status = append_own(seq, ledger, &entry, err);
	if (status == STATUS_OK && *seq == head.seq + 1)
		ledger->covered = *seq;
	return status;
}

enum status
ledger_checkpoint(uint64_t *seq, struct buf *line, struct ledger *ledger, int64_t at_ms,
    struct str user, struct str role, struct err *err)
{
	enum status status;

	buf_clear(line);
	pthread_mutex_lock(&ledger->checkpoint_lock);
	status = make(seq, line, ledger, at_ms, user, role, err);
	pthread_mutex_unlock(&ledger->checkpoint_lock);
	return status;
}

void
ledger_public_key(char out[LEDGER_PUBLIC_HEX + 1], const struct ledger *ledger)
{
	unsigned char key[SIGN_PUBLIC_BYTES];

	sign_public(key, ledger->sign);
	for (size_t i = 0; i < sizeof key; i++)
		snprintf(out + 2 * i, 3, "%02x", key[i]);
}

/* --- Opening ----------------------------------------------------------------------------------
 */
struct found {
	const struct checkpoint *known;
	bool same, is_checkpoint;
};

static enum status
take_hash(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct found *found = ctx;
	struct digest hash;

	(void)err;
	found->same = store_digest(&hash, stmt, 0) && chain_same(&hash, &found->known->hash);
	return STATUS_OK;
}

static enum status
take_restored(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	struct found *found = ctx;
	char name[NAME_BYTES];
	struct json_t *doc = NULL;
	struct str lost = STR_NONE;

	(void)err;
	name_head(name, found->known->seq, &found->known->hash);
	if (doc_parse(&doc, store_text(stmt, 0), "entry", RESTORED_DEPTH_MAX, NULL) == STATUS_OK &&
	    doc_str(&lost, doc, "entry", "", "lost", DOC_REQUIRED, NAME_BYTES, NULL) == STATUS_OK)
		found->same = found->same || str_eq_text(lost, name);
	doc_free(doc);
	return STATUS_OK;
}

static enum status
take_kind(void *ctx, struct sqlite3_stmt *stmt, struct err *err)
{
	(void)err;
	((struct found *)ctx)->is_checkpoint = str_eq_text(store_text(stmt, 0), "checkpoint");
	return STATUS_OK;
}

/* Is the known one in the chain, or was its loss accepted before? */
static enum status
look_for(struct found *found, struct ledger *ledger, struct err *err)
{
	const struct read_value values[] = { READ_NUMBER((int64_t)found->known->seq) };
	enum status status = ledger_read(
	    ledger, "SELECT hash FROM entry WHERE seq = ?", values, 1, take_hash, found, err);

	if (status == STATUS_OK && !found->same)
		status = ledger_read(ledger, "SELECT body FROM entry WHERE kind = 'restored'", NULL,
		    0, take_restored, found, err);
	return status;
}

static enum status
set_covered(struct found *found, struct ledger *ledger, struct err *err)
{
	const struct read_value values[] = { READ_NUMBER((int64_t)found->known->seq + 1) };
	enum status status = ledger_read(
	    ledger, "SELECT kind FROM entry WHERE seq = ?", values, 1, take_kind, found, err);

	ledger->covered = found->known->seq + found->is_checkpoint;
	return status;
}

static enum status
refuse_older(const struct ledger *ledger, const struct checkpoint *known, struct err *err)
{
	struct buf when = BUF_INIT;
	enum status status;

	calendar_format_time(&when, known->at_ms);
	status = known->seq > ledger->head.seq
		     ? err_data(err, STATUS_STALE, ledger->path, 0,
			   "the ledger ends at entry %llu and is older than checkpoint %llu of "
			   "%.*s; put the newer one back, or see --accept-older-ledger",
			   (unsigned long long)ledger->head.seq, (unsigned long long)known->seq,
			   STR_ARG(buf_str(&when)))
		     : err_data(err, STATUS_STALE, ledger->path, 0,
			   "entry %llu is not that of the checkpoint of %.*s: the ledger went "
			   "another way after an older copy was put back",
			   (unsigned long long)known->seq, STR_ARG(buf_str(&when)));
	buf_free(&when);
	return status;
}

static enum status
refuse_accept(const struct ledger *ledger, const char *why, struct err *err)
{
	char name[NAME_BYTES];

	name_head(name, ledger->head.seq, &ledger->head.hash);
	return err_data(
	    err, STATUS_INVALID, "--accept-older-ledger", 0, "%s; its head is %s", why, name);
}

static enum status
judge(bool *older, struct ledger *ledger, const struct checkpoint *known,
    const struct ledger_accept *accept, struct err *err)
{
	struct found found = { .known = known };
	enum status status;

	if (memcmp(known->ledger, ledger->id, sizeof known->ledger) != 0)
		return err_data(err, STATUS_STALE, ledger->path, 0,
		    "the checkpoints in the keys folder are of another ledger: a new ledger needs "
		    "a keys folder of its own");
	status = look_for(&found, ledger, err);
	if (status != STATUS_OK)
		return status;
	*older = !found.same;
	if (found.same)
		return accept == NULL
			   ? set_covered(&found, ledger, err)
			   : refuse_accept(ledger, "nothing is missing from the ledger", err);
	if (accept == NULL)
		return refuse_older(ledger, known, err);
	if (accept->seq != ledger->head.seq || !chain_same(&accept->hash, &ledger->head.hash))
		return refuse_accept(ledger, "the ledger ends with another entry", err);
	/* any key that there is may have shut what was lost */
	return keys_reserve(ledger->keys, keys_made(ledger->keys) + 1, err);
}

enum status
checkpoints_open(
    bool *older, struct ledger *ledger, const struct ledger_accept *accept, struct err *err)
{
	unsigned char key[SIGN_PUBLIC_BYTES];
	struct checkpoint known;
	bool found = false;
	enum status status = sign_open(&ledger->sign, ledger->keys_folder, err);

	*older = false;
	if (status != STATUS_OK)
		return status;
	sign_public(key, ledger->sign);
	status = known_last(&known, &found, ledger->keys_folder, key, err);
	if (status == STATUS_OK && !found && accept != NULL)
		return refuse_accept(ledger, "no checkpoint is known of the ledger", err);
	return status == STATUS_OK && found ? judge(older, ledger, &known, accept, err) : status;
}

/* Its secret takes a key beyond all that the lost entries may have used, so that a later start,
 * which goes by the last key in the ledger, does not give those out either. */
enum status
checkpoints_accept(struct ledger *ledger, const struct ledger_accept *accept, struct err *err)
{
	struct ledger_entry entry = { .kind = "restored",
		.at_ms = accept->at_ms,
		.user = accept->user,
		.secret = STR_LIT("{\"keys\":\"begun anew\"}") };
	unsigned char key[SIGN_PUBLIC_BYTES];
	char lost[NAME_BYTES], head[NAME_BYTES];
	struct checkpoint known;
	struct buf body = BUF_INIT;
	bool found = false;
	uint64_t seq;
	enum status status;

	sign_public(key, ledger->sign);
	status = known_last(&known, &found, ledger->keys_folder, key, err);
	if (status != STATUS_OK)
		return status;
	name_head(lost, known.seq, &known.hash);
	name_head(head, accept->seq, &accept->hash);
	buf_addf(&body, "{\"head\":\"%s\",\"lost\":\"%s\",\"lost_at_ms\":%lld}", head, lost,
	    (long long)known.at_ms);
	entry.body = buf_str(&body);
	status = buf_failed(&body) ? err_set(err, STATUS_NOMEM, "out of memory")
				   : append_own(&seq, ledger, &entry, err);
	buf_free(&body);
	return status;
}
