#ifndef SEARCHD_CALL_H
#define SEARCHD_CALL_H
/*
 * call: one request while it is being answered, as the methods see it.
 *
 * Threads: a call belongs to the thread of its worker.
 */
#include "base/arena.h"
#include "base/pair.h"
#include "ledger/ledger.h"
#include "record/fold.h"
#include "searchd/inflight.h"
#include "searchd/world.h"
#include "wire/envelope_json.h"
#include "wire/server_nng.h"

#include <pthread.h>
#include <stdatomic.h>

/* One leg's databases as one worker has them open. */
struct call_searcher {
	struct leg *leg; /* a reference; NULL: none open */
	struct searcher *searcher;
};

struct call_worker {
	struct arena *arena; /* reset before each request */
	struct folder *folder;
	struct pair *pair; /* helps with searches; NULL: there is one core only */
	struct folder *second_folder;
	struct call_searcher searchers[POLICY_LEGS_MAX];
};

/* What all calls share. */
struct call_shared {
	const struct settings *settings;
	struct ledger *ledger;
	struct inflight *inflight;
	struct backup *backup;
	struct pair_load load;		      /* calls that are being answered */
	pthread_mutex_t act_lock;	      /* act.h */
	_Atomic(struct wire_server *) server; /* for health; NULL until it has started */
	char boot[33];
	int64_t started_ms; /* monotonic */
};

struct call {
	struct call_shared *shared;
	struct call_worker *worker;
	struct world *world;
	struct arena *arena; /* the worker's */
	struct wire_peer peer;
	const struct settings_user *user;
	struct str user_name; /* "uid 1234" where the settings know no user */
	struct str role;
	struct wire_request request;
	int64_t at_ms;	     /* Unix ms UTC */
	int64_t deadline_ms; /* monotonic */
	struct digest hash;  /* of op, role and body: the identity of what was asked */
	/* The databases that this call asked last, which tell what they could not read; or NULL. */
	const struct call_searcher *searched;

	/* The outcome. */
	struct err err;	 /* text for the asker when the code is not WIRE_OK */
	struct buf body; /* JSON text of the answer */
	uint64_t audit;
	bool replayed;
	struct str check; /* check id, for the log; or "" */
};

/* Each method fills body or err. */
typedef enum wire_code call_method(struct call *call);
call_method call_check;
call_method call_check_get;
call_method call_why;
call_method call_record_status;
call_method call_record_secure;
call_method call_record_release;
call_method call_record_retain;
call_method call_register_list;
call_method call_events;
call_method call_notice_list;
call_method call_notice_ack;
call_method call_notice_sent;
call_method call_review_queue;
call_method call_review_decide;
call_method call_review_second;
call_method call_review_ask;
call_method call_review_answer;
call_method call_review_pairs;
call_method call_absence_set;
call_method call_share_open;
call_method call_share_agree;
call_method call_share_consult;
call_method call_share_decide;
call_method call_share_get;
call_method call_retention_due;
call_method call_retention_destroy;
call_method call_review_export;
call_method call_index_status;
call_method call_ledger_head;
call_method call_ledger_checkpoint;
call_method call_ledger_tail;
call_method call_ledger_search;
call_method call_ledger_backup;
call_method call_health;
call_method call_request_log;
call_method call_request_get;
call_method call_request_list;
call_method call_request_decline;
call_method call_request_withdraw;
call_method call_request_close;
call_method call_request_note;
call_method call_media_status;
call_method call_due;

/* Sets the text and returns the code. */
enum wire_code call_fail(struct call *call, enum wire_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The code for a fault in `call->err` that a library reported; its text stays. */
enum wire_code call_fault(struct call *call, enum status status);
/* As call_fault() for a fault in the body that was sent. */
enum wire_code call_bad_body(struct call *call, enum status status);

/* An entry of this call (who, in which role, when); the caller adds what it is about. */
struct ledger_entry call_entry(const struct call *call, const char *kind);
/* Appends one without idempotency. WIRE_OK or WIRE_AUDIT_UNAVAILABLE. */
enum wire_code call_log_entry(struct call *call, const struct ledger_entry *entry);
/* Appends entries with call->body as the reply that is kept for the call's id; `open` is "" or a
 * request that must be open. As call_append(). */
enum wire_code call_append_once(
    struct call *call, const struct ledger_entry *entries, size_t count, struct str open);
/* Appends the batch; sets call->audit. WIRE_OK, WIRE_AUDIT_UNAVAILABLE; WIRE_BAD_REQUEST if a
 * request that must be open is not. */
enum wire_code call_append(struct call *call, const struct ledger_batch *batch);

/* The same in two halves (ledger.h): the batch is to stay as it is until the second, which is to
 * come whatever happens between. */
enum wire_code call_append_begin(
    struct ledger_append **out, struct call *call, const struct ledger_batch *batch);
enum wire_code call_append_end(
    struct call *call, struct ledger_append *append, const struct ledger_batch *batch);

/*
 * Begins a request that must run once. WIRE_OK with *run true: run it, then call_once_end();
 * with *run false: it was answered before, and body, audit and replayed are set. Otherwise
 * WIRE_IN_PROGRESS, WIRE_ID_CONFLICT.
 */
enum wire_code call_once_begin(struct call *call, bool *run);
void call_once_end(struct call *call);

/* The worker's open databases of the leg in the call's world; opened again if they are of an
 * older one, or if `again`. Borrowed from the worker. */
enum status call_searcher(
    struct searcher **out, struct call *call, struct str leg_key, bool again) MUST_USE;

/* What the worker has open of legs that `world` has no more is closed, and opened as `world` has
 * it; what cannot be opened stays closed: whoever asks next is told. In the worker's thread. */
void call_renew_searchers(struct call_worker *worker, const struct world *world);
void call_close_searchers(struct call_worker *worker); /* likewise all that it has open */

bool call_late(const struct call *call); /* the deadline has passed */

#endif
