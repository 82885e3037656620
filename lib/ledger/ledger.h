#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H
/*
 * ledger: the append-only, hash-chained record of everything that was asked, found, secured and
 * refused; one SQLite file (WAL, synchronous FULL) that is never rebuilt.
 *
 * The table layout, the bytes that are hashed and the invariants head ledger_sqlite.c.
 * Entries are the single truth. Projections (secured records, requests and what is done about them:
 * fold.h) follow from the entries' `body` and columns alone, and change in the same transaction.
 * Personal data stands apart in `secret`, so that it can be destroyed while the chain still
 * verifies. Beside them stand the idempotency ids, kept for ever, and their replies, kept for a
 * day. One writer thread commits what is waiting as one transaction (group commit): ledger_append()
 * returns when its entries are on disk, or with the reason why they are not.
 * Threads: all functions may run in many threads at once after ledger_open().
 */
#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"

#define LEDGER_VERSION 2
#define LEDGER_ID_BYTES 16		 /* random, of each ledger */
#define LEDGER_BODY_BYTES_MAX (2u << 20) /* one entry: an answer is at most 1 MiB on the wire */

struct buf;
struct ledger;

/*
 * Opens or makes <path> (mode 0600) and the folder of its data keys (keys.h; NULL: "keys" beside
 * it). STATUS_BUSY if another process has it: "held by process N"; STATUS_VERSION for another
 * layout; STATUS_CORRUPT if the head does not fit the chain, or the keys are not those of this
 * ledger.
 */
enum status ledger_open(
    struct ledger **out, const char *path, const char *keys, struct err *err) MUST_USE;
/*
 * Likewise, for a ledger that was put back from a backup. ledger_open() refuses one that does not
 * hold the last checkpoint that the keys folder knows of (STATUS_STALE: entries that were there are
 * gone). This takes it if its head is exactly the one named: keys that the lost entries may have
 * used are never given out again, and an entry "restored" says what is known of the loss.
 * STATUS_INVALID if the head is another, or nothing is lost.
 */
struct ledger_accept {
	uint64_t seq;
	struct digest hash;
	int64_t at_ms;	 /* now */
	struct str user; /* in whose name the entry is made */
};
enum status ledger_open_older(struct ledger **out, const char *path, const char *keys,
    const struct ledger_accept *accept, struct err *err) MUST_USE;
/* Commits what was submitted, stops the writer, checkpoints the WAL. NULL is fine. */
void ledger_close(struct ledger *ledger);

struct ledger_entry {
	const char *kind; /* docs/procedure.md lists them */
	int64_t at_ms;	  /* Unix ms UTC */
	struct str user;
	struct str role;
	struct str request; /* request id, or "" */
	struct str check;   /* check id, or "" */
	struct str body;    /* JSON text without personal data: never destroyed */
	struct str secret;  /* JSON text with personal data, or "" */
};

struct ledger_secure {
	struct str system;
	struct str record_id;
};

/* Everything that must become durable together. */
struct ledger_batch {
	const struct ledger_entry *entries; /* in order */
	size_t entry_count;
	/* Each record not secured yet gets a "secure" entry after `entries`, in the user, role and
	 * check of entries[0]; one that is secured already gets none. */
	const struct ledger_secure *secures;
	size_t secure_count;
	/* The entries say that this batch secures them: one that is secured already refuses the
	 * batch with STATUS_STALE, and ledger_secured_find() then knows it. */
	bool secures_are_new;
	/* Each gets a "release" entry after those: it is secured no more. One that is not secured
	 * refuses the batch with STATUS_STALE. */
	const struct ledger_secure *releases;
	size_t release_count;
	/* "" or a request that must be open when the batch is written (ledger/requests.h); else the
	 * batch is refused with STATUS_NOT_FOUND. */
	struct str request_open;
	/* Idempotency: the reply kept for this id; idem_id "" when there is none. */
	struct str idem_principal; /* the user of entries[0] */
	struct str idem_id;
	struct digest idem_request; /* hash of what was asked */
	struct str idem_reply;
};

/* *seq is the number of entries[0]. STATUS_CONFLICT if the idempotency id is there already
 * (nothing is written); STATUS_STALE, STATUS_NOT_FOUND: see the batch. STATUS_LIMIT,
 * STATUS_INVALID: limits.h; a NUL, bad UTF-8, a kind that the ledger makes, or an empty kind, user,
 * body or list. On any failure nothing of the batch is in the ledger. */
enum status ledger_append(uint64_t *seq, struct ledger *ledger, const struct ledger_batch *batch,
    struct err *err) MUST_USE;

/*
 * The same in two halves, for who has something to do while the entries are on their way to the
 * disk. Of begun appends those that were begun first are written first. The batch and all that it
 * points to stay as they are until ledger_append_end(), which is to come whatever happens between;
 * before it is back with STATUS_OK nothing is known to be durable. Its failures, and those that
 * ledger_append_begin() already sees, are those of ledger_append().
 */
struct ledger_append;
enum status ledger_append_begin(struct ledger_append **out, struct ledger *ledger,
    const struct ledger_batch *batch, struct err *err) MUST_USE;
enum status ledger_append_end(
    uint64_t *seq, struct ledger_append *append, struct err *err) MUST_USE; /* frees */

/* The kept reply of an id. STATUS_NOT_FOUND: never seen; STATUS_CONFLICT: seen with another
 * request, or so long ago (a day by the entries' own clock) that its reply is no longer kept.
 * *seq is the number of its first entry, set in both cases. STATUS_CORRUPT if the id or its reply
 * does not fit its entry; nothing of them is given out. */
enum status ledger_idem_find(struct str *reply, uint64_t *seq, struct ledger *ledger,
    struct arena *arena, struct str principal, struct str id, const struct digest *request,
    struct err *err) MUST_USE;

struct ledger_secured {
	int64_t since_ms;
	uint64_t seq; /* entry that secured it */
	char check[32];
};
/* True, and *out filled, if the record is secured now. Answered from memory. */
bool ledger_secured_find(
    struct ledger_secured *out, struct ledger *ledger, struct str system, struct str record_id);
/* Number of secured records, and each in (system, record id) order until `visit` says false.
 * `visit` must not call the ledger. */
size_t ledger_secured_count(struct ledger *ledger);
enum status ledger_secured_each(struct ledger *ledger,
    bool (*visit)(
	void *ctx, struct str system, struct str record_id, const struct ledger_secured *secured),
    void *ctx, struct err *err) MUST_USE;

struct ledger_head {
	uint64_t seq; /* 0: empty */
	struct digest hash;
};
void ledger_head(struct ledger_head *out, struct ledger *ledger);

/* Entries that no signed checkpoint covers yet. */
uint64_t ledger_checkpoint_news(struct ledger *ledger);
/*
 * Signs the head as it is on disk (sign.h), adds the line to `checkpoints` in the keys folder, on
 * disk, and then appends an entry "checkpoint" whose body it is. *seq is its number, `line` gets
 * the line without its end, for who keeps it elsewhere. STATUS_NOT_FOUND: there is no entry yet.
 */
enum status ledger_checkpoint(uint64_t *seq, struct buf *line, struct ledger *ledger, int64_t at_ms,
    struct str user, struct str role, struct err *err) MUST_USE;
struct ledger_backup {
	struct ledger_head head; /* of the copy */
	uint64_t bytes;
};
/*
 * Copies the ledger as it is now to <folder>/<name>, made if absent, while it goes on being used;
 * verified and held against the ledger before it has its name. `stop` may be NULL; set, it ends
 * the copying (STATUS_UNAVAILABLE). STATUS_CONFLICT if there is such a file.
 */
enum status ledger_backup(struct ledger_backup *out, struct ledger *ledger, const char *folder,
    const char *name, _Atomic bool *stop, struct err *err) MUST_USE;

/* The public key that they are signed with, as hex digits. */
#define LEDGER_PUBLIC_HEX 64
void ledger_public_key(char out[LEDGER_PUBLIC_HEX + 1], const struct ledger *ledger);

struct ledger_row {
	uint64_t seq;
	int64_t at_ms;
	struct str kind, user, role, request, check, body;
	struct str secret; /* "" if there is none, or its key was destroyed */
	bool destroyed;	   /* there was a secret */
	struct digest hash;
	/* As stored. */
	uint64_t key_no; /* data key of the secret; 0: none */
	struct str sealed;
};
/* All entries of one check, in order, in the arena; none: STATUS_OK and *count 0. Each is held
 * against its hash: STATUS_CORRUPT rather than a changed entry. */
enum status ledger_check_entries(const struct ledger_row **out, size_t *count,
    struct ledger *ledger, struct arena *arena, struct str check, struct err *err) MUST_USE;

/* One entry, likewise; STATUS_NOT_FOUND if there is none. */
enum status ledger_entry_find(struct ledger_row *out, struct ledger *ledger, struct arena *arena,
    uint64_t seq, struct err *err) MUST_USE;
/* Likewise all entries of one request, those of its checks among them. */
enum status ledger_request_entries(const struct ledger_row **out, size_t *count,
    struct ledger *ledger, struct arena *arena, struct str request, struct err *err) MUST_USE;

/* Destroys the data keys of a request: the secrets of its entries, and replies about it, cannot be
 * read again, here or in any copy of the ledger. An entry "destroyed" of the request must be there;
 * if a crash comes between, opening the ledger does it. STATUS_NOT_FOUND if there is no such entry.
 */
enum status ledger_destroy(struct ledger *ledger, struct str request, struct err *err) MUST_USE;

/* Throws the projections away and makes them again from the entries (also done at opening if
 * they do not belong to the head). */
enum status ledger_rebuild(struct ledger *ledger, struct err *err) MUST_USE;

#endif
