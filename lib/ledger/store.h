#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H
/*
 * store: one SQLite connection to a ledger file, and SQLite's faults in our words; inside the
 * room only.
 *
 * Messages name the file and never repeat what was being stored.
 * Threads: a store belongs to one thread at a time.
 */
#include "ledger/ledger.h"

struct buf;
struct chain_id;
struct sqlite3;
struct sqlite3_stmt;

struct store {
	struct sqlite3 *db;
	const char *path; /* borrowed; as the user wrote it, for messages */
};

/* Makes an empty ledger (mode 0600) that appears under its name only when it is whole. */
enum status store_create(const char *path, struct err *err) MUST_USE;
/* Opens one that exists, for the writer or for readers beside it, and checks its layout. */
enum store_mode { STORE_WRITE, STORE_READ };
enum status store_open(
    struct store *out, const char *path, enum store_mode mode, struct err *err) MUST_USE;
/* For the writer, in KiB: 2 MB when it appends, 16 when it makes projections again. After a commit
 * that moved pages SQLite looks at every page of its cache (it numbers one beyond the first GiB
 * meanwhile), which was 8% of the writer's time at 16 MB; 2 MB cost 1.5 reads a check more. */
#define STORE_CACHE "PRAGMA cache_size = -2048"
#define STORE_LARGE_CACHE "PRAGMA cache_size = -16384"
/* True if a process has the ledger open: it holds the lock beside it. Asking takes no lock. */
bool store_in_use(const char *path);
/* Opens one for reading alone, so that no file beside it is made or changed. */
enum status store_open_offline(struct store *out, const char *path, struct err *err) MUST_USE;
void store_close(struct store *store);

/* STATUS_INVALID for no ledger, STATUS_VERSION for a newer one, STATUS_CORRUPT if a table, index
 * or trigger is not as this version makes it. */
enum status store_check_layout(struct store *store, struct err *err) MUST_USE;
/* Type, name and text of all tables, indexes and triggers whose table's name is LIKE `pattern`
 * (escape character \\), or is not, in one order, so that two layouts can be compared. */
enum status store_read_layout(
    struct buf *out, struct store *store, const char *pattern, bool like, struct err *err) MUST_USE;
/* An empty database in memory; `path` is for messages. */
enum status store_open_memory(struct store *out, const char *path, struct err *err) MUST_USE;

/* The fault of the last call, which gave `code`; `what` is what was being done. */
enum status store_fault(struct store *store, int code, const char *what, struct err *err);
/* True if the last call failed in flushing to disk: what is there can then not be known. */
bool store_flush_failed(struct store *store);

enum status store_run(struct store *store, const char *sql, struct err *err) MUST_USE;
/* For undoing and tidying, where a failure changes nothing any more. */
void store_try(struct store *store, const char *sql);
enum status store_prepare(
    struct sqlite3_stmt **out, struct store *store, const char *sql, struct err *err) MUST_USE;
/* Steps to the end and resets. */
enum status store_finish(struct store *store, struct sqlite3_stmt *stmt, struct err *err) MUST_USE;
/* One row: *found says whether there is one. The caller resets the statement. */
enum status store_step(
    bool *found, struct store *store, struct sqlite3_stmt *stmt, struct err *err) MUST_USE;
/* The whole number that a query gives; 0 if it gives no row. */
enum status store_number(
    int64_t *out, struct store *store, const char *sql, struct err *err) MUST_USE;

/* Bound bytes are borrowed until the statement is reset. */
void store_bind_text(struct sqlite3_stmt *stmt, int at, struct str text);
void store_bind_bytes(struct sqlite3_stmt *stmt, int at, struct str bytes);
void store_bind_number(struct sqlite3_stmt *stmt, int at, int64_t number);
void store_bind_real(struct sqlite3_stmt *stmt, int at, double number);
void store_bind_digest(struct sqlite3_stmt *stmt, int at, const struct digest *digest);

/* Borrowed until the next step. */
struct str store_text(struct sqlite3_stmt *stmt, int at);
/* Of one type and equal, bit by bit; both have stepped to a row. */
bool store_same_value(struct sqlite3_stmt *a, struct sqlite3_stmt *b, int at);
bool store_digest(struct digest *out, struct sqlite3_stmt *stmt, int at);
/* What a row of the entries holds, in this order; false if a column has another type. */
#define STORE_ROW_COLUMNS \
	"seq, at_ms, kind, user, role, request_id, check_id, body, hash, key_no, sealed"
/* For projections, which know no secrets: without the hash nobody takes it for the entry. */
#define STORE_OPEN_COLUMNS \
	"seq, at_ms, kind, user, role, request_id, check_id, body, hash, key_no, x''"
bool store_row(struct ledger_row *out, struct sqlite3_stmt *stmt);
/* Likewise a row of the ids. */
#define STORE_ID_COLUMNS "principal, id, request, seq, answer, seal"
bool store_id(struct chain_id *out, struct sqlite3_stmt *stmt);

#endif
