#ifndef LEDGER_FOLD_H
#define LEDGER_FOLD_H
/*
 * fold: makes the projections from the entries, one entry at a time; inside the room only.
 *
 * A fold owns tables named "state_..." and says what an entry of its kinds does to them. It sees
 * the columns and the body of an entry, never its secret, so that what it makes stays the same when
 * a key is destroyed. Folding all entries again into empty tables gives the same rows, in the same
 * order: a fold may depend on nothing else (no clock, no policy, no index).
 * A fold is total: an entry whose body it cannot read, or that does not fit the state, changes
 * nothing. Only a fault of the database fails.
 * To add one: fold_X_sqlite.c with a `struct fold`, its name in fold_sqlite.c, its tables in
 * schemas/ledger.sql. Ledgers made before get the new tables when they are next opened.
 * Threads: those of the writing connection.
 */
#include "ledger/body.h"
#include "ledger/store.h"

struct buf;

#define FOLD_STATEMENTS_MAX 24
#define FOLD_BODY_DEPTH_MAX 8 /* bodies are ours and flat; check: answer_write_open() */

/* For queries: check `k` is the first of its name, which alone counts. */
#define FOLD_CHECK_FIRST                                                              \
	"NOT EXISTS (SELECT 1 FROM entry f CROSS JOIN state_check g ON g.seq = f.seq" \
	" WHERE f.check_id = k.check_id AND f.check_id <> '' AND f.seq < k.seq)"
/* No newer check of its leg searched the system of candidate `c`. */
#define FOLD_CANDIDATE_CURRENT                                                        \
	"NOT EXISTS (SELECT 1 FROM entry e CROSS JOIN state_check k ON k.seq = e.seq" \
	" WHERE e.request_id = c.request_id AND e.request_id <> '' AND e.seq > c.seq" \
	" AND k.leg = c.leg AND instr(k.searched, ' ' || c.system || ' ') > 0"        \
	" AND " FOLD_CHECK_FIRST ")"

struct fold_run {
	struct store *store;
	struct sqlite3_stmt **statements; /* of this fold, as in its `sql` */
};

struct fold {
	const char *name;
	const char *const *kinds; /* of entries; NULL-terminated */
	const char *layout;	  /* CREATE TABLE state_... */
	const char *indexes;	  /* CREATE INDEX state_... ; for queries alone, NULL: none */
	const char *const *sql;	  /* statements, NULL-terminated */
	/* `body` is an object. */
	enum status (*apply)(struct fold_run *run, const struct ledger_row *row,
	    const struct body *body, struct err *err);
};

/* The folds by name, NULL-terminated (fold_sqlite.c). */
extern const struct fold fold_register;
extern const struct fold fold_requests;
extern const struct fold fold_standing;
extern const struct fold fold_checks;
extern const struct fold fold_notices;
extern const struct fold fold_review;
extern const struct fold fold_sharing;
extern const struct fold fold_milestones;

/* What is prepared for one connection. */
struct folds;
/* Prepares the statements; the tables must be there. Freed with folds_close(). */
enum status folds_open(struct folds **out, struct store *store, struct err *err) MUST_USE;
/* Of `of` shares of the folds, number `which` from 0 on: makes their tables, and prepares these
 * alone. */
enum status folds_open_some(
    struct folds **out, struct store *store, unsigned which, unsigned of, struct err *err) MUST_USE;
void folds_close(struct folds *folds);
/* Adds "'check','request',...": the kinds of entries that change the tables of these folds. */
void folds_add_kinds(struct buf *out, const struct folds *folds);
/* The folds one after another; NULL past their end. */
const struct fold *folds_at(size_t i);
/* Changes the tables by one entry. */
enum status folds_apply(
    struct folds *folds, const struct ledger_row *row, struct err *err) MUST_USE;

/* True if the tables are those of this version. */
enum status folds_check_layout(bool *same, struct store *store, struct err *err) MUST_USE;
/* Drops all tables of projections, of any version, and makes them empty; in a transaction of the
 * caller's. */
enum status folds_make_tables(struct store *store, struct err *err) MUST_USE;
/* Their indexes, when the tables are filled: folds need none of them. */
enum status folds_make_indexes(struct store *store, struct err *err) MUST_USE;

/* Runs statement `which` of the run; parameters are bound. */
enum status fold_step(struct fold_run *run, size_t which, struct err *err) MUST_USE;

#endif
