#ifndef LEDGER_INSIDE_H
#define LEDGER_INSIDE_H
/*
 * inside: what an open ledger is made of; inside the room only.
 *
 * Threads: `out` and the commit statements belong to the writer thread (before it starts and
 * after it ends: to whoever opens and closes); `in` and the find statements are under `in_lock`;
 * head and secured are under `state_lock`, written only by the writer after a commit.
 */
#include "base/buf.h"
#include "base/file.h"
#include "ledger/chain.h"
#include "ledger/clock.h"
#include "ledger/fold.h"
#include "ledger/keys.h"
#include "ledger/secured.h"
#include "ledger/sign.h"
#include "ledger/store.h"
#include "ledger/writer.h"

enum commit_statement {
	COMMIT_BEGIN,
	COMMIT_COMMIT,
	COMMIT_SAVE,
	COMMIT_KEEP,
	COMMIT_UNDO,
	COMMIT_ENTRY,
	COMMIT_FIND_IDEM,
	COMMIT_IDEM,
	COMMIT_REPLY,
	COMMIT_FIND_SECURED,
	COMMIT_SECURED,
	COMMIT_RELEASED,
	COMMIT_FIND_OPEN,
	COMMIT_PROJECTED,
	COMMIT_FIND_OLD,
	COMMIT_PRUNE,
	COMMIT_STATEMENTS
};

#define LEDGER_QUERIES_MAX 96 /* different texts in ledger_read() calls; a test opens them all */

struct ledger {
	char *path;
	struct file_lock lock;
	struct keys *keys;
	char *keys_folder;
	struct sign *sign;
	pthread_mutex_t checkpoint_lock; /* one is made at a time; and `covered` */
	uint64_t covered;		 /* the last entry that a checkpoint covers, or is */
	unsigned char id[LEDGER_ID_BYTES];

	struct store out;
	struct sqlite3_stmt *commit[COMMIT_STATEMENTS];
	struct folds *folds;
	bool flush_failed;	   /* the writer's own */
	struct ledger_clock clock; /* likewise; at the head */
	struct writer writer;
	bool running;

	pthread_mutex_t in_lock;
	struct store in;
	struct sqlite3_stmt *find_idem, *find_check, *find_request, *find_entry, *find_hash;
	struct {
		const char *sql;
		struct sqlite3_stmt *stmt;
	} queries[LEDGER_QUERIES_MAX];
	size_t query_count;

	pthread_rwlock_t state_lock;
	struct ledger_head head;
	struct secured_table secured;
};

/* One call waiting for the writer; a NULL batch asks for the projections to be made again. */
struct commit_job {
	struct writer_job job; /* first, so that one pointer is both */
	const struct ledger_batch *batch;
	struct sealed *sealed; /* of each entry, then of the reply */
	uint64_t seq;
	enum status status;
	struct err err;
};

/* What is stored of a secret or of a reply; key_no 0 and no bytes: nothing. */
struct sealed {
	uint64_t key_no;
	struct buf bytes;
};
/* Seals what is secret in the batch, in the caller's thread; entry_count + 1 of them, freed with
 * sealing_free() also after a failure. */
enum status sealing_make(struct sealed **out, struct ledger *ledger,
    const struct ledger_batch *batch, struct err *err) MUST_USE;
void sealing_free(struct sealed *sealed, size_t count);
/* Opens the secret of a row into the arena. */
enum status sealing_open_row(
    struct ledger_row *row, struct ledger *ledger, struct arena *arena, struct err *err) MUST_USE;
enum status sealing_open_reply(struct str *out, struct ledger *ledger, struct arena *arena,
    uint64_t key_no, struct str sealed, const struct chain_id *id, struct err *err) MUST_USE;
/* Opens the keys, says which are used, finishes destructions that were begun. */
enum status sealing_start(struct ledger *ledger, const char *folder, struct err *err) MUST_USE;

/* True if the ledger is not the one that the last known checkpoint is of, or an older copy of it;
 * STATUS_STALE then, with the reason, unless `accept` is its head. */
enum status checkpoints_open(bool *older, struct ledger *ledger, const struct ledger_accept *accept,
    struct err *err) MUST_USE;
/* The entry that says so, before any other. */
enum status checkpoints_accept(
    struct ledger *ledger, const struct ledger_accept *accept, struct err *err) MUST_USE;
/* As ledger_append(), also for kinds that the ledger makes. */
enum status append_own(uint64_t *seq, struct ledger *ledger, const struct ledger_entry *entry,
    struct err *err) MUST_USE;

/* Writer thread: prepares the statements; runs a group of jobs; lets the statements go. */
enum status commit_prepare(struct ledger *ledger, struct err *err) MUST_USE;
void commit_group(void *ledger, struct writer_job *jobs);
void commit_release(struct ledger *ledger);

/* Fills the secured table from the projection if that belongs to the head, else makes it again. */
enum status projection_open(struct ledger *ledger, struct err *err) MUST_USE;
/* Makes it again from the entries, in a transaction of its own. */
enum status projection_rebuild(struct ledger *ledger, struct err *err) MUST_USE;

#endif
