#include "ledger/store.h"

#include "base/buf.h"
#include "base/file.h"
#include "ledger/chain.h"
#include "ledger/fold.h"
#include "ledger/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 1380142129 /* "RCL1" as a big-endian number: what file(1) shows */
/* A reader's lock on the file is held for microseconds; a person with a database tool may hold
 * one for longer, and then an honest "busy" is better than a check that hangs. */
#define BUSY_MS 2000

/* schemas/ledger.sql documents this; a test holds the two together. */
static const char layout[] =
    "CREATE TABLE entry (\n"
    "	seq INTEGER PRIMARY KEY CHECK (seq >= 1),\n"
    "	at_ms INTEGER NOT NULL,\n"
    "	kind TEXT NOT NULL,\n"
    "	user TEXT NOT NULL,\n"
    "	role TEXT NOT NULL,\n"
    "	request_id TEXT NOT NULL,\n"
    "	check_id TEXT NOT NULL,\n"
    "	hash BLOB NOT NULL CHECK (length(hash) = 32),\n"
    "	key_no INTEGER NOT NULL CHECK (key_no >= 0),\n"
    "	body TEXT NOT NULL,\n"
    "	sealed BLOB NOT NULL\n"
    ") STRICT;\n"
    "CREATE INDEX entry_request ON entry (request_id) WHERE request_id <> '';\n"
    "CREATE INDEX entry_check ON entry (check_id) WHERE check_id <> '';\n"
    "CREATE INDEX entry_key ON entry (key_no) WHERE key_no > 0;\n"
    "CREATE INDEX entry_destroyed ON entry (seq) WHERE kind = 'destroyed';\n"
    "CREATE INDEX entry_secure ON entry (seq) WHERE kind IN ('secure', 'release');\n"
    "CREATE TRIGGER entry_in_order BEFORE INSERT ON entry\n"
    "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entry)\n"
    "BEGIN SELECT RAISE(ABORT, 'entries are numbered without gaps'); END;\n"
    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry\n"
    "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;\n"
    "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry\n"
    "BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;\n"
    "CREATE TABLE idem (\n"
    "	principal TEXT NOT NULL,\n"
    "	id TEXT NOT NULL,\n"
    "	request BLOB NOT NULL CHECK (length(request) = 32),\n"
    "	seq INTEGER NOT NULL REFERENCES entry (seq),\n"
    "	answer BLOB NOT NULL CHECK (length(answer) = 32),\n"
    "	seal BLOB NOT NULL CHECK (length(seal) = 32),\n"
    "	PRIMARY KEY (principal, id)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TRIGGER idem_no_update BEFORE UPDATE ON idem\n"
    "BEGIN SELECT RAISE(ABORT, 'ids are never changed'); END;\n"
    "CREATE TRIGGER idem_no_delete BEFORE DELETE ON idem\n"
    "BEGIN SELECT RAISE(ABORT, 'ids are never removed'); END;\n"
    "CREATE TABLE reply (\n"
    "	seq INTEGER PRIMARY KEY REFERENCES entry (seq),\n"
    "	kept_ms INTEGER NOT NULL,\n"
    "	key_no INTEGER NOT NULL,\n"
    "	reply BLOB NOT NULL\n"
    ") STRICT;\n"
    "CREATE INDEX reply_kept ON reply (kept_ms);\n"
    "CREATE TABLE ledger (\n"
    "	one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "	id BLOB NOT NULL CHECK (length(id) = 16),\n"
    "	proof BLOB NOT NULL\n"
    ") STRICT;\n"
    "CREATE TABLE secured (\n"
    "	system TEXT NOT NULL,\n"
    "	record_id TEXT NOT NULL,\n"
    "	seq INTEGER NOT NULL REFERENCES entry (seq),\n"
    "	PRIMARY KEY (system, record_id)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE projected (\n"
    "	one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "	seq INTEGER NOT NULL,\n"
    "	hash BLOB NOT NULL CHECK (length(hash) = 32),\n"
    "	wall_ms INTEGER NOT NULL,\n"
    "	kept_ms INTEGER NOT NULL\n"
    ") STRICT;\n";

static enum status
status_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return STATUS_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STATUS_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_CONSTRAINT: /* outside input is checked before it comes here */
		return STATUS_CORRUPT;
	case SQLITE_NOTADB:
		return STATUS_INVALID;
	case SQLITE_TOOBIG:
		return STATUS_LIMIT;
	default:
		return STATUS_IO;
	}
}

static enum status
no_space(struct store *store, const char *what, struct err *err)
{
	return err_data(err, STATUS_IO, store->path, 0, "%s: no space left on the disk", what);
}

enum status
store_fault(struct store *store, int code, const char *what, struct err *err)
{
	int reason = store->db == NULL ? 0 : sqlite3_system_errno(store->db);

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return err_set(err, STATUS_NOMEM, "out of memory");
	case SQLITE_FULL:
		return no_space(store, what, err);
	case SQLITE_NOTADB:
		return err_data(err, STATUS_INVALID, store->path, 0, "not a ledger");
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_data(
		    err, STATUS_BUSY, store->path, 0, "%s: another program has it locked", what);
	case SQLITE_CORRUPT:
		return err_data(err, STATUS_CORRUPT, store->path, 0, "%s: the file is damaged (%s)",
		    what, sqlite3_errstr(code));
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (reason == 0)
			break;
		if (reason == ENOSPC || reason == EDQUOT)
			return no_space(store, what, err);
		errno = reason;
		return err_sys(err, store->path, what);
	default:
		break;
	}
	return err_data(err, status_of(code), store->path, 0, "%s: %s", what,
	    store->db == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(store->db));
}

bool
store_flush_failed(struct store *store)
{
	int code = sqlite3_extended_errcode(store->db);

	return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

enum status
store_run(struct store *store, const char *sql, struct err *err)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return STATUS_OK;
	return store_fault(store, sqlite3_extended_errcode(store->db), "cannot write", err);
}

void
store_try(struct store *store, const char *sql)
{
	(void)sqlite3_exec(store->db, sql, NULL, NULL, NULL);
}

enum status
store_prepare(struct sqlite3_stmt **out, struct store *store, const char *sql, struct err *err)
{
	int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);

	if (code == SQLITE_OK)
		return STATUS_OK;
	*out = NULL;
	return store_fault(store, sqlite3_extended_errcode(store->db), "cannot read", err);
}

enum status
store_step(bool *found, struct store *store, struct sqlite3_stmt *stmt, struct err *err)
{
	int code = sqlite3_step(stmt);

	*found = code == SQLITE_ROW;
	if (code == SQLITE_ROW || code == SQLITE_DONE)
		return STATUS_OK;
	return store_fault(store, sqlite3_extended_errcode(store->db),
	    sqlite3_column_count(stmt) > 0 ? "cannot read" : "cannot write", err);
}

enum status
store_finish(struct store *store, struct sqlite3_stmt *stmt, struct err *err)
{
	bool found = true;
	enum status status = STATUS_OK;

	while (found && status == STATUS_OK)
		status = store_step(&found, store, stmt, err);
	(void)sqlite3_reset(stmt);
	return status;
}

enum status
store_number(int64_t *out, struct store *store, const char *sql, struct err *err)
{
	sqlite3_stmt *stmt;
	bool found;
	enum status status = store_prepare(&stmt, store, sql, err);

	*out = 0;
	if (status != STATUS_OK)
		return status;
	status = store_step(&found, store, stmt, err);
	if (status == STATUS_OK && found)
		*out = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return status;
}

/* A bind can fail only for lack of memory or a wrong index; the parameter is then NULL, which
 * every column refuses. */
void
store_bind_text(struct sqlite3_stmt *stmt, int at, struct str text)
{
	(void)sqlite3_bind_text64(
	    stmt, at, text.n == 0 ? "" : text.p, text.n, SQLITE_STATIC, SQLITE_UTF8);
}

void
store_bind_bytes(struct sqlite3_stmt *stmt, int at, struct str bytes)
{
	(void)sqlite3_bind_blob64(stmt, at, bytes.n == 0 ? "" : bytes.p, bytes.n, SQLITE_STATIC);
}

void
store_bind_number(struct sqlite3_stmt *stmt, int at, int64_t number)
{
	(void)sqlite3_bind_int64(stmt, at, number);
}

void
store_bind_real(struct sqlite3_stmt *stmt, int at, double number)
{
	(void)sqlite3_bind_double(stmt, at, number);
}

void
store_bind_digest(struct sqlite3_stmt *stmt, int at, const struct digest *digest)
{
	(void)sqlite3_bind_blob64(stmt, at, digest->bytes, DIGEST_BYTES, SQLITE_STATIC);
}

/* A value asked for its type, bytes and length costs a third of a column asked three times. */
static struct str
bytes_of(sqlite3_value *value)
{
	const char *p = sqlite3_value_blob(value);

	return p == NULL ? STR_NONE : (struct str){ p, (size_t)sqlite3_value_bytes(value) };
}

static bool
typed_bytes(struct str *out, struct sqlite3_stmt *stmt, int at, int type)
{
	sqlite3_value *value = sqlite3_column_value(stmt, at);
	bool typed = sqlite3_value_type(value) == type;

	*out = bytes_of(value);
	return typed;
}

struct str
store_text(struct sqlite3_stmt *stmt, int at)
{
	return bytes_of(sqlite3_column_value(stmt, at));
}

bool
store_same_value(struct sqlite3_stmt *a, struct sqlite3_stmt *b, int at)
{
	sqlite3_value *x = sqlite3_column_value(a, at), *y = sqlite3_column_value(b, at);
	int type = sqlite3_value_type(x);

	if (type != sqlite3_value_type(y))
		return false;
	if (type == SQLITE_INTEGER)
		return sqlite3_value_int64(x) == sqlite3_value_int64(y);
	if (type == SQLITE_FLOAT) {
		double p = sqlite3_value_double(x), q = sqlite3_value_double(y);

		return memcmp(&p, &q, sizeof p) == 0;
	}
	return str_eq(bytes_of(x), bytes_of(y));
}

bool
store_digest(struct digest *out, struct sqlite3_stmt *stmt, int at)
{
	struct str bytes;

	if (!typed_bytes(&bytes, stmt, at, SQLITE_BLOB) || bytes.n != DIGEST_BYTES)
		return false;
	memcpy(out->bytes, bytes.p, DIGEST_BYTES);
	return true;
}

bool
store_row(struct ledger_row *out, struct sqlite3_stmt *stmt)
{
	struct str *texts[] = { &out->kind, &out->user, &out->role, &out->request, &out->check,
		&out->body };

	out->seq = (uint64_t)sqlite3_column_int64(stmt, 0);
	out->at_ms = sqlite3_column_int64(stmt, 1);
	for (int i = 0; i < 6; i++)
		if (!typed_bytes(texts[i], stmt, 2 + i, SQLITE_TEXT))
			return false;
	out->key_no = (uint64_t)sqlite3_column_int64(stmt, 9);
	out->secret = STR_NONE;
	out->destroyed = false;
	return typed_bytes(&out->sealed, stmt, 10, SQLITE_BLOB) &&
	       sqlite3_column_type(stmt, 1) == SQLITE_INTEGER &&
	       sqlite3_column_type(stmt, 9) == SQLITE_INTEGER && store_digest(&out->hash, stmt, 8);
}

bool
store_id(struct chain_id *out, struct sqlite3_stmt *stmt)
{
	out->principal = store_text(stmt, 0);
	out->id = store_text(stmt, 1);
	out->seq = (uint64_t)sqlite3_column_int64(stmt, 3);
	return store_digest(&out->request, stmt, 2) && store_digest(&out->answer, stmt, 4) &&
	       store_digest(&out->seal, stmt, 5);
}

void
store_close(struct store *store)
{
	(void)sqlite3_close_v2(store->db);
	store->db = NULL;
}

/* SQLite's count of its memory, which nobody asks for, has one lock for all connections. Refused,
 * and no harm done, if SQLite is in use already. */
static void
stop_counting(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum status
connect_to(struct store *out, const char *name, int flags, const char *vfs, struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	enum status status;
	int code;

	(void)pthread_once(&once, stop_counting);
	code = sqlite3_open_v2(
	    name, &out->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
	if (code != SQLITE_OK) {
		status = store_fault(out, code, "cannot open", err);
		store_close(out);
		return status;
	}
	(void)sqlite3_busy_timeout(out->db, BUSY_MS);
	(void)sqlite3_db_config(out->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(out->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	status = store_run(out, "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON", err);
	if (status != STATUS_OK)
		store_close(out);
	return status;
}

/* In rollback mode: one file, nothing beside it. */
static enum status
fill_new(const char *path, struct err *err)
{
	struct store store = { NULL, path };
	char text[128];
	enum status status;

	status = connect_to(&store, path, SQLITE_OPEN_READWRITE, NULL, err);
	if (status != STATUS_OK)
		return status;
	snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, LEDGER_VERSION);
	status = store_run(&store, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE", err);
	if (status == STATUS_OK)
		status = store_run(&store, layout, err);
	if (status == STATUS_OK)
		status = folds_make_tables(&store, err);
	if (status == STATUS_OK)
		status = folds_make_indexes(&store, err);
	if (status == STATUS_OK)
		status = store_run(&store, text, err);
	if (status == STATUS_OK)
		status = store_run(&store,
		    "INSERT INTO ledger VALUES (1, randomblob(16), x'');"
		    "INSERT INTO projected VALUES (1, 0, zeroblob(32), 0, 0); COMMIT",
		    err);
	store_close(&store);
	return status;
}

/* A write-ahead log without its ledger would be played into the new file. */
static enum status
check_no_leftover(const char *path, struct err *err)
{
	char name[PATH_MAX];
	struct stat st;

	if ((size_t)snprintf(name, sizeof name, "%s-wal", path) >= sizeof name)
		return err_data(err, STATUS_LIMIT, path, 0, "path is too long");
	if (stat(name, &st) == 0)
		return err_data(err, STATUS_CORRUPT, path, 0,
		    "the ledger is gone, but its write-ahead log is there");
	return STATUS_OK;
}

static enum status
sync_folder(const char *path, struct err *err)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);

	if (n == 0)
		return file_sync(".", err);
	snprintf(folder, sizeof folder, "%.*s", (int)n, path);
	return file_sync(folder, err);
}

enum status
store_create(const char *path, struct err *err)
{
	char aside[PATH_MAX];
	enum status status = check_no_leftover(path, err);
	int fd;

	if (status != STATUS_OK)
		return status;
	if ((size_t)snprintf(aside, sizeof aside, "%s.new", path) >= sizeof aside)
		return err_data(err, STATUS_LIMIT, path, 0, "path is too long");
	(void)unlink(aside);
	fd = open(aside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(err, path, "cannot create");
	close(fd);
	status = fill_new(aside, err);
	if (status == STATUS_OK)
		status = file_sync(aside, err);
	if (status == STATUS_OK && rename(aside, path) != 0)
		status = err_sys(err, path, "cannot rename into place");
	if (status != STATUS_OK) {
		(void)unlink(aside);
		return status;
	}
	return sync_folder(path, err);
}

static bool
is_beside(const char *path, const char *suffix)
{
	char name[PATH_MAX];
	int n = snprintf(name, sizeof name, "%s%s", path, suffix);

	return (size_t)n < sizeof name && access(name, F_OK) == 0;
}

/* SQLite removes the index of the write-ahead log before the log itself: an index without its log
 * means that the log was taken away after a crash, with entries that were acknowledged. */
static enum status
check_file(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT ? err_data(err, STATUS_NOT_FOUND, path, 0, "no such file")
				       : err_sys(err, path, "cannot open");
	if (!S_ISREG(st.st_mode))
		return err_data(err, STATUS_INVALID, path, 0, "not a regular file");
	if (st.st_size == 0)
		return err_data(err, STATUS_INVALID, path, 0, "the file is empty: not a ledger");
	if (is_beside(path, "-shm") && !is_beside(path, "-wal"))
		return err_data(err, STATUS_CORRUPT, path, 0,
		    "its write-ahead log is gone, and the newest entries with it");
	return STATUS_OK;
}

enum status
store_open(struct store *out, const char *path, enum store_mode mode, struct err *err)
{
	enum status status = check_file(path, err);

	*out = (struct store){ NULL, path };
	if (status == STATUS_OK)
		status = mode == STORE_WRITE
			     ? connect_to(out, path, SQLITE_OPEN_READWRITE, gather_name(), err)
			     : connect_to(out, path, SQLITE_OPEN_READONLY, NULL, err);
	if (status != STATUS_OK)
		return status;
	status = store_check_layout(out, err);
	/*
	 * synchronous: what gather.h relies on.
	 * secure_delete: kept replies hold personal data and are to be gone when they are pruned.
	 * temp_store: what a savepoint could undo would else go to a file in /var/tmp, one a batch.
	 * wal_autocheckpoint: a check writes some 40 pages, so that one in 100 waits for the copy.
	 */
	if (status == STATUS_OK && mode == STORE_WRITE)
		status = store_run(out,
		    "PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;"
		    "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864;"
		    "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; " STORE_CACHE,
		    err);
	if (status != STATUS_OK)
		store_close(out);
	return status;
}

bool
store_in_use(const char *path)
{
	char name[PATH_MAX];
	struct flock ask = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	bool used;
	int fd;

	if ((size_t)snprintf(name, sizeof name, "%s.lock", path) >= sizeof name)
		return false;
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	used = fcntl(fd, F_GETLK, &ask) == 0 && ask.l_type != F_UNLCK;
	close(fd);
	return used;
}

static void
add_uri_path(struct buf *out, const char *path)
{
	buf_add_text(out, "file:");
	for (; *path != '\0'; path++)
		if (strchr("%?#", *path) != NULL)
			buf_addf(out, "%%%02x", (unsigned)(unsigned char)*path);
		else
			buf_add_char(out, *path);
}

/*
 * Three cases. In use: share the index of the write-ahead log, as any reader does. Left behind
 * by a crash, or copied, with a log: nobody else is there, so take no locks and keep the index
 * of the log in our own memory (locking_mode), or SQLite would make one beside the file. No log:
 * the file stands alone.
 */
enum status
store_open_offline(struct store *out, const char *path, struct err *err)
{
	struct buf uri = BUF_INIT;
	char wal[PATH_MAX];
	bool used = store_in_use(path);
	enum status status = check_file(path, err);

	*out = (struct store){ NULL, path };
	if (status != STATUS_OK)
		return status;
	if ((size_t)snprintf(wal, sizeof wal, "%s-wal", path) >= sizeof wal)
		return err_data(err, STATUS_LIMIT, path, 0, "path is too long");
	add_uri_path(&uri, path);
	if (!used && access(wal, F_OK) != 0)
		buf_add_text(&uri, "?immutable=1");
	if (buf_failed(&uri))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	else
		status = connect_to(out, uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
		    used ? "unix" : "unix-none", err);
	buf_free(&uri);
	if (status != STATUS_OK || used)
		return status;
	(void)sqlite3_db_config(out->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	status = store_run(out, "PRAGMA locking_mode = EXCLUSIVE", err);
	if (status != STATUS_OK)
		store_close(out);
	return status;
}

enum status
store_read_layout(
    struct buf *out, struct store *store, const char *pattern, bool like, struct err *err)
{
	sqlite3_stmt *stmt;
	bool found = true;
	enum status status = store_prepare(&stmt, store,
	    "SELECT type, name, sql FROM sqlite_schema"
	    " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	    " AND (tbl_name LIKE ?1 ESCAPE '\\') = ?2 ORDER BY type, name",
	    err);

	if (status != STATUS_OK)
		return status;
	store_bind_text(stmt, 1, str_from(pattern));
	store_bind_number(stmt, 2, like);
	while (status == STATUS_OK && found) {
		status = store_step(&found, store, stmt, err);
		for (int i = 0; i < 3 && found; i++) {
			buf_add_str(out, store_text(stmt, i));
			buf_add_char(out, '\n');
		}
	}
	(void)sqlite3_finalize(stmt);
	if (status == STATUS_OK && buf_failed(out))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	return status;
}

enum status
store_open_memory(struct store *out, const char *path, struct err *err)
{
	*out = (struct store){ NULL, path };
	return connect_to(out, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL, err);
}

/* But for the tables of the projections, which are made anew where they differ (fold.h). */
static enum status
compare_layout(struct store *store, struct err *err)
{
	struct store fresh;
	struct buf ours = BUF_INIT, theirs = BUF_INIT;
	enum status status = store_open_memory(&fresh, store->path, err);

	if (status != STATUS_OK)
		return status;
	status = store_run(&fresh, layout, err);
	if (status == STATUS_OK)
		status = store_read_layout(&ours, &fresh, "state\\_%", false, err);
	if (status == STATUS_OK)
		status = store_read_layout(&theirs, store, "state\\_%", false, err);
	if (status == STATUS_OK && !str_eq(buf_str(&ours), buf_str(&theirs)))
		status = err_data(err, STATUS_CORRUPT, store->path, 0,
		    "its tables, indexes and triggers are not those of a ledger of version %d",
		    LEDGER_VERSION);
	buf_free(&ours);
	buf_free(&theirs);
	store_close(&fresh);
	return status;
}

enum status
store_check_layout(struct store *store, struct err *err)
{
	int64_t id, version;
	enum status status = store_number(&id, store, "PRAGMA application_id", err);

	if (status == STATUS_OK)
		status = store_number(&version, store, "PRAGMA user_version", err);
	if (status != STATUS_OK)
		return status;
	if (id != APPLICATION_ID)
		return err_data(err, STATUS_INVALID, store->path, 0, "not a ledger");
	if (version > LEDGER_VERSION)
		return err_data(err, STATUS_VERSION, store->path, 0,
		    "written by a newer version (layout %lld, this one knows %d)",
		    (long long)version, LEDGER_VERSION);
	if (version == 1)
		return err_data(err, STATUS_VERSION, store->path, 0,
		    "written by version 0.1, before requests and data keys: keep it, verify it "
		    "with "
		    "that version, and begin a new one in another folder");
	if (version != LEDGER_VERSION)
		return err_data(err, STATUS_CORRUPT, store->path, 0, "has no layout version");
	return compare_layout(store, err);
}
