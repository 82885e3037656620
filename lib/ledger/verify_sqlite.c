/*
 * Verification: the parts of the chain and the projections side by side (verify_inside.h), then ids
 * and replies against what was kept of the entries, all as the file stood when it was begun: a
 * ledger in use only grows.
 */
#include "base/file.h"
#include "base/mem.h"
#include "ledger/chain.h"
#include "ledger/checkpoint.h"
#include "ledger/fold.h"
#include "ledger/limits.h"
#include "ledger/verify_inside.h"

#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define SIDE_BY_SIDE_FROM 20000 /* entries; fewer are through before threads are worth it */
#define PARTS_MAX 8
#define FOLDINGS_MAX 2
#define LOOK_MS 50
#define ENTRY_BYTES_MIN 64 /* of the file: a hash, and the columns around it */
#define KEPT_FILE_BYTES_MAX (64u << 20)

/* A kept reply, to be found by the number of its entry. */
struct kept_reply {
	uint64_t seq;
	int64_t kept_ms;
	struct digest answer;
	bool has_id;
};

struct proving {
	struct ledger_report *report;
	const struct ledger_proof *proof;
	const char *path;
	struct store store;
	uint64_t all; /* entries, by the number of the last */
	struct verify_keys keys;
	unsigned char id[LEDGER_ID_BYTES];
	struct verify_place *places;
	struct verify_part parts[PARTS_MAX];
	unsigned part_count;
	struct verify_folding foldings[FOLDINGS_MAX];
	unsigned folding_count;
	enum status whole; /* SQLite's own check */
	struct err whole_err;
	struct kept_reply *replies;
	size_t reply_count;
	struct ledger_clock clock;
	uint64_t bad_id, gone_seq;
	_Atomic uint64_t done;
	_Atomic bool *stop, never;
	/* The tasks, taken by number. */
	_Atomic unsigned next, running;
};

static enum status
bad_entry(struct proving *p, uint64_t seq, const char *what, struct err *err)
{
	p->report->bad_seq = seq;
	p->report->entries = seq - 1;
	return err_data(
	    err, STATUS_CORRUPT, p->path, 0, "entry %llu%s", (unsigned long long)seq, what);
}

/* --- Ids and replies ----------------------------------------------------------------------------
 */

static enum status
read_replies(struct proving *p, struct err *err)
{
	struct sqlite3_stmt *stmt = NULL;
	int64_t count = 0;
	size_t n = 0;
	bool found = true;
	enum status status = store_number(&count, &p->store, "SELECT count(*) FROM reply", err);

	if (status != STATUS_OK)
		return status;
	p->replies = mem_zero((size_t)count + 1, sizeof *p->replies);
	if (p->replies == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	/* not by an index: it is the table that is to be seen */
	status = store_prepare(&stmt, &p->store,
	    "SELECT seq, kept_ms, reply FROM reply NOT INDEXED ORDER BY seq", err);
	while (status == STATUS_OK && n <= (size_t)count) {
		status = store_step(&found, &p->store, stmt, err);
		if (status != STATUS_OK || !found)
			break;
		p->replies[n].seq = (uint64_t)sqlite3_column_int64(stmt, 0);
		p->replies[n].kept_ms = sqlite3_column_int64(stmt, 1);
		digest_of(&p->replies[n++].answer, store_text(stmt, 2));
	}
	p->reply_count = n;
	(void)sqlite3_finalize(stmt);
	return status;
}

static int
by_seq(const void *key, const void *item)
{
	uint64_t a = *(const uint64_t *)key, b = ((const struct kept_reply *)item)->seq;

	return a < b ? -1 : a > b;
}

static struct kept_reply *
find_reply(struct proving *p, uint64_t seq)
{
	return bsearch(&seq, p->replies, p->reply_count, sizeof *p->replies, by_seq);
}

/* The first entry that does not verify is wanted, and ids are in no order. */
static void
note_bad(struct proving *p, uint64_t seq, const char *what, struct err *err)
{
	if (p->bad_id != 0 && p->bad_id <= seq)
		return;
	p->bad_id = seq;
	err_clear(err);
	(void)bad_entry(p, seq, what, err);
}

static void
check_id(struct proving *p, struct sqlite3_stmt *stmt, uint64_t *stray, struct err *bad)
{
	struct chain_id id = { .seq = 0 };
	bool typed = store_id(&id, stmt);
	struct verify_place *place;
	struct kept_reply *reply;
	struct digest seal;

	if (id.seq == 0 || id.seq > p->all || p->places[id.seq - 1].has_id) {
		*stray = *stray == 0 || id.seq < *stray ? id.seq : *stray;
		return;
	}
	place = &p->places[id.seq - 1];
	if (typed)
		chain_seal(&seal, &place->hash, &id);
	if (!typed || str_hash(id.principal) != place->user || !chain_same(&seal, &id.seal)) {
		note_bad(p, id.seq, ": " CHAIN_BAD_ID, bad);
		return;
	}
	place->has_id = true;
	reply = find_reply(p, id.seq);
	if (reply == NULL) {
		p->gone_seq = id.seq > p->gone_seq ? id.seq : p->gone_seq;
		return;
	}
	reply->has_id = true;
	if (!chain_same(&reply->answer, &id.answer) || reply->kept_ms != place->kept_ms)
		note_bad(p, id.seq, ": " CHAIN_BAD_REPLY, bad);
}

/* What is left over belongs to no entry, or to one that has an id or reply already; and only a
 * reply that is a day old may be gone. */
static enum status
check_left_over(struct proving *p, uint64_t stray, bool any_stray, struct err *err)
{
	if (any_stray)
		return err_data(err, STATUS_CORRUPT, p->path, 0,
		    "an id is kept for entry %llu, which does not fit it",
		    (unsigned long long)stray);
	for (size_t i = 0; i < p->reply_count; i++)
		if (!p->replies[i].has_id)
			return err_data(err, STATUS_CORRUPT, p->path, 0,
			    "a reply is kept for entry %llu, which has no id",
			    (unsigned long long)p->replies[i].seq);
	if (p->gone_seq != 0 &&
	    p->places[p->gone_seq - 1].kept_ms >= p->clock.kept_ms - LEDGER_REPLY_KEPT_MS)
		return err_data(err, STATUS_CORRUPT, p->path, 0,
		    "the reply of entry %llu is gone, and it is not a day old",
		    (unsigned long long)p->gone_seq);
	return STATUS_OK;
}

/* The stray ones are told after the other findings, as `left`. */
static enum status
check_ids(struct proving *p, enum status *left, struct err *left_err, struct err *err)
{
	struct sqlite3_stmt *stmt = NULL;
	struct err bad = ERR_NONE;
	uint64_t stray = 0;
	bool found = true, any_stray = false;
	enum status status = read_replies(p, err);

	if (status == STATUS_OK)
		status =
		    store_prepare(&stmt, &p->store, "SELECT " STORE_ID_COLUMNS " FROM idem", err);
	while (status == STATUS_OK) {
		uint64_t before = stray;

		status = store_step(&found, &p->store, stmt, err);
		if (status != STATUS_OK || !found)
			break;
		check_id(p, stmt, &stray, &bad);
		any_stray = any_stray || stray != before || sqlite3_column_int64(stmt, 3) <= 0;
	}
	(void)sqlite3_finalize(stmt);
	if (status == STATUS_OK && p->bad_id != 0) {
		if (err != NULL)
			*err = bad;
		return STATUS_CORRUPT;
	}
	if (status == STATUS_OK)
		*left = check_left_over(p, stray, any_stray, left_err);
	return status;
}

/* --- Clock and checkpoints ----------------------------------------------------------------------
 */

static void
follow_clock(struct proving *p)
{
	unsigned part = 0;
	size_t next = 0;

	for (uint64_t seq = 1; seq <= p->all; seq++) {
		int64_t told_ms = -1;

		while (part < p->part_count && next == p->parts[part].clock_count) {
			part++;
			next = 0;
		}
		if (part < p->part_count && p->parts[part].clocks[next].seq == seq)
			told_ms = p->parts[part].clocks[next++].told_ms;
		clock_follow(&p->clock, p->places[seq - 1].kept_ms, told_ms);
		p->places[seq - 1].kept_ms = p->clock.kept_ms;
	}
}

/* Of this ledger, and of the entry that it says? `end` is what there is of the chain before it. */
static bool
is_of_chain(const struct proving *p, const struct checkpoint *checkpoint, uint64_t end)
{
	return memcmp(checkpoint->ledger, p->id, sizeof p->id) == 0 && checkpoint->seq <= end &&
	       chain_same(&checkpoint->hash, &p->places[checkpoint->seq - 1].hash);
}

static enum status
check_checkpoints(struct proving *p, struct err *err)
{
	for (unsigned i = 0; i < p->part_count; i++)
		for (size_t j = 0; j < p->parts[i].checkpoint_count; j++) {
			const struct verify_signed *item = &p->parts[i].checkpoints[j];

			if (!is_of_chain(p, &item->checkpoint, item->seq - 1))
				return bad_entry(
				    p, item->seq, ": its checkpoint is of another chain", err);
		}
	return STATUS_OK;
}

static enum status
check_kept_line(struct proving *p, struct str line, unsigned number, struct err *err)
{
	struct checkpoint checkpoint;
	struct err inner = ERR_NONE;
	const char *path = p->proof->checkpoint_path;

	if (checkpoint_read(&checkpoint, line, path, &inner) != STATUS_OK)
		return err_data(err, STATUS_INVALID, path, number, "%.180s", inner.text);
	if (verify_signature(&checkpoint, &p->keys, &inner) != STATUS_OK)
		return err_data(err, STATUS_CORRUPT, path, number, "%.180s", inner.text);
	p->report->signatures += p->keys.count > 0;
	if (memcmp(checkpoint.ledger, p->id, sizeof p->id) != 0)
		return err_data(
		    err, STATUS_CORRUPT, path, number, "the checkpoint is of another ledger");
	if (checkpoint.seq > p->all) {
		p->report->bad_seq = p->all + 1;
		return err_data(err, STATUS_CORRUPT, p->path, 0,
		    "ends at entry %llu: entry %llu, of which there is a checkpoint, was cut off",
		    (unsigned long long)p->all, (unsigned long long)checkpoint.seq);
	}
	if (!is_of_chain(p, &checkpoint, p->all))
		return bad_entry(p, checkpoint.seq, " is not that of the checkpoint kept", err);
	return STATUS_OK;
}

static enum status
check_kept_file(struct proving *p, struct err *err)
{
	struct buf text = BUF_INIT;
	struct str rest;
	unsigned number = 0;
	size_t lines = 0;
	enum status status;

	if (p->proof->checkpoint_path == NULL)
		return STATUS_OK;
	status = file_read(&text, p->proof->checkpoint_path, KEPT_FILE_BYTES_MAX, err);
	rest = buf_str(&text);
	while (status == STATUS_OK && rest.n > 0) {
		struct str line = str_trim(str_cut(&rest, '\n'));

		number++;
		if (line.n == 0)
			continue;
		lines++;
		status = check_kept_line(p, line, number, err);
	}
	if (status == STATUS_OK && lines == 0)
		status = err_data(
		    err, STATUS_INVALID, p->proof->checkpoint_path, 0, "holds no checkpoint");
	buf_free(&text);
	return status;
}

/* --- The file -----------------------------------------------------------------------------------
 */

/* SQLite takes what a short file lacks of its last page for zeros. With a write-ahead log the file
 * may be shorter than what both say. */
static enum status
check_size(struct proving *p, struct err *err)
{
	int64_t pages = 0, page = 0;
	char wal[PATH_MAX];
	struct stat st;
	enum status status = store_number(&pages, &p->store, "PRAGMA page_count", err);

	if (status == STATUS_OK)
		status = store_number(&page, &p->store, "PRAGMA page_size", err);
	if (status != STATUS_OK)
		return status;
	snprintf(wal, sizeof wal, "%s-wal", p->path);
	if (stat(wal, &st) == 0 || stat(p->path, &st) != 0 || (int64_t)st.st_size >= pages * page)
		return STATUS_OK;
	return err_data(err, STATUS_CORRUPT, p->path, 0,
	    "the file is damaged: it has %lld bytes and says %lld", (long long)st.st_size,
	    (long long)(pages * page));
}

/* On a connection of its own, as it runs beside the others. */
static enum status
check_pages(const char *path, struct err *err)
{
	struct store store;
	sqlite3_stmt *stmt = NULL;
	bool found = false;
	enum status status = store_open_offline(&store, path, err);

	if (status != STATUS_OK)
		return status;
	status = store_prepare(&stmt, &store, "PRAGMA integrity_check(1)", err);
	if (status == STATUS_OK)
		status = store_step(&found, &store, stmt, err);
	if (status == STATUS_OK && (!found || !str_eq_text(store_text(stmt, 0), "ok"))) {
		struct str text = found ? store_text(stmt, 0) : STR_NONE;

		status = err_data(err, STATUS_CORRUPT, path, 0, "the file is damaged: %.*s",
		    STR_ARG(str_part(text, 0, 160)));
	}
	(void)sqlite3_finalize(stmt);
	store_close(&store);
	return status;
}

static enum status
check_projected(struct proving *p, struct err *err)
{
	sqlite3_stmt *stmt;
	struct digest hash;
	bool found = false, good = false;
	enum status status = store_prepare(&stmt, &p->store,
	    "SELECT seq, hash, wall_ms, kept_ms FROM projected WHERE one = 1", err);

	if (status != STATUS_OK)
		return status;
	status = store_step(&found, &p->store, stmt, err);
	if (status == STATUS_OK && found)
		good = (uint64_t)sqlite3_column_int64(stmt, 0) == p->all &&
		       store_digest(&hash, stmt, 1) && chain_same(&hash, &p->report->head);
	if (status == STATUS_OK && !good)
		status = err_data(err, STATUS_CORRUPT, p->path, 0,
		    "ends at entry %llu, but the secured records were made from entry %lld",
		    (unsigned long long)p->all,
		    found ? (long long)sqlite3_column_int64(stmt, 0) : 0LL);
	else if (status == STATUS_OK && (sqlite3_column_int64(stmt, 2) != p->clock.wall_ms ||
					    sqlite3_column_int64(stmt, 3) != p->clock.kept_ms))
		status = err_data(err, STATUS_CORRUPT, p->path, 0,
		    "the clock that is kept is not that of the entries");
	(void)sqlite3_finalize(stmt);
	return status;
}

static enum status
check_expected(struct proving *p, struct err *err)
{
	const struct ledger_expect *expect = p->proof->expect;

	if (expect == NULL || expect->seq <= p->all) {
		if (expect != NULL && expect->seq == 0 && !chain_same(&expect->hash, &CHAIN_ZERO))
			return err_data(err, STATUS_INVALID, p->path, 0,
			    "entry 0 is before the first; its hash is all zeros");
		return STATUS_OK;
	}
	p->report->bad_seq = p->all + 1;
	return err_data(err, STATUS_CORRUPT, p->path, 0,
	    "ends at entry %llu: the expected entry %llu was cut off", (unsigned long long)p->all,
	    (unsigned long long)expect->seq);
}

/* --- Side by side -------------------------------------------------------------------------------
 */

/* The longest first: the folds, then SQLite's check, then the parts of the chain. */
static void
run_task(struct proving *p, unsigned task)
{
	if (task < p->folding_count)
		verify_folding_run(&p->foldings[task]);
	else if (task == p->folding_count)
		p->whole = check_pages(p->path, &p->whole_err);
	else
		verify_part_run(&p->parts[task - p->folding_count - 1]);
}

static void *
run_tasks(void *arg)
{
	struct proving *p = arg;
	unsigned task;

	while ((task = atomic_fetch_add(&p->next, 1)) < p->folding_count + 1 + p->part_count)
		run_task(p, task);
	atomic_fetch_sub(&p->running, 1);
	return NULL;
}

static void
cut_into_parts(struct proving *p, unsigned count, unsigned foldings)
{
	uint64_t each = p->all / count, from = 1;

	for (unsigned i = 0; i < count; i++) {
		uint64_t to = i + 1 == count ? p->all : from + each - 1;

		p->parts[i] = (struct verify_part){ .path = p->path,
			.from = from,
			.to = to,
			.expect = p->proof->expect,
			.keys = &p->keys,
			.places = p->places,
			.done = &p->done,
			.stop = p->stop,
			.report = { .head = CHAIN_ZERO },
			.err = ERR_NONE };
		from = to + 1;
	}
	p->part_count = count;
	p->folding_count = foldings;
	for (unsigned i = 0; i < foldings; i++)
		p->foldings[i] = (struct verify_folding){ .path = p->path,
			.which = i,
			.of = foldings,
			.secured = i == 0,
			.stop = p->stop,
			.err = ERR_NONE };
}

/* One after another; what lies beside a chain that does not verify is not looked at. */
static void
run_alone(struct proving *p)
{
	cut_into_parts(p, 1, 1);
	verify_part_run(&p->parts[0]);
	if (p->parts[0].status != STATUS_OK)
		return;
	run_task(p, 0);
	run_task(p, 1);
}

static void
run_beside(struct proving *p, void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	pthread_t threads[2];
	unsigned count = 0;

	cut_into_parts(p, PARTS_MAX, FOLDINGS_MAX);
	while (count < sizeof threads / sizeof threads[0]) {
		atomic_fetch_add(&p->running, 1);
		if (pthread_create(&threads[count], NULL, run_tasks, p) != 0) {
			atomic_fetch_sub(&p->running, 1);
			break;
		}
		count++;
	}
	if (count == 0) {
		atomic_fetch_add(&p->running, 1);
		(void)run_tasks(p);
	}
	while (atomic_load(&p->running) > 0) {
		(void)nanosleep(&pause, NULL);
		if (progress != NULL)
			progress(ctx, atomic_load(&p->done), p->all);
	}
	for (unsigned i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);
}

/* The parts, first to last, up to the first that found something. */
static enum status
sum_parts(struct proving *p, struct err *err)
{
	struct ledger_report *out = p->report;

	for (unsigned i = 0; i < p->part_count; i++) {
		const struct verify_part *part = &p->parts[i];
		const struct ledger_report *r = &part->report;

		if (out->entries == 0)
			out->first_ms = r->first_ms;
		if (r->entries > 0) {
			out->last_ms = r->last_ms;
			out->head = r->head;
		}
		out->entries += r->entries;
		out->checks += r->checks;
		out->requests += r->requests;
		out->checkpoints += r->checkpoints;
		out->signatures += r->signatures;
		out->destroyed += r->destroyed;
		if (part->status == STATUS_OK)
			continue;
		out->bad_seq = r->bad_seq;
		*err = part->err;
		return part->status;
	}
	return STATUS_OK;
}

static enum status
sum_foldings(struct proving *p, struct err *err)
{
	for (unsigned i = 0; i < p->folding_count; i++) {
		const struct verify_folding *folding = &p->foldings[i];

		p->report->rows += folding->rows;
		p->report->secured += folding->secured_count;
		if (folding->status == STATUS_OK)
			continue;
		if (folding->bad_seq > 0) {
			p->report->bad_seq = folding->bad_seq;
			p->report->entries = folding->bad_seq - 1;
		}
		*err = folding->err;
		return folding->status;
	}
	return STATUS_OK;
}

/* What was found first along the chain is told before what was found beside it. */
static enum status
judge(struct proving *p, struct err *err)
{
	struct err left_err = ERR_NONE;
	enum status left = STATUS_OK, status = sum_parts(p, err);

	if (status != STATUS_OK)
		return status;
	follow_clock(p);
	status = check_checkpoints(p, err);
	if (status == STATUS_OK)
		status = check_ids(p, &left, &left_err, err);
	if (status == STATUS_OK)
		status = check_expected(p, err);
	if (status == STATUS_OK)
		status = check_kept_file(p, err);
	if (status == STATUS_OK)
		status = check_size(p, err);
	if (status == STATUS_OK && p->whole != STATUS_OK) {
		*err = p->whole_err;
		status = p->whole;
	}
	if (status == STATUS_OK)
		status = check_projected(p, err);
	if (status == STATUS_OK)
		status = sum_foldings(p, err);
	if (status == STATUS_OK && left != STATUS_OK) {
		*err = left_err;
		status = left;
	}
	return status;
}

/* --- Beginning ----------------------------------------------------------------------------------
 */

static enum status
read_keys(struct proving *p, struct err *err)
{
	enum status status = STATUS_OK;

	if (p->proof->public_count > VERIFY_KEYS_MAX)
		return err_set(err, STATUS_LIMIT, "more than %d public keys", VERIFY_KEYS_MAX);
	for (size_t i = 0; i < p->proof->public_count && status == STATUS_OK; i++)
		status =
		    sign_read_public(p->keys.keys[p->keys.count++], p->proof->public_paths[i], err);
	return status;
}

static enum status
read_id(struct proving *p, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	bool found = false;
	enum status status =
	    store_prepare(&stmt, &p->store, "SELECT id FROM ledger WHERE one = 1", err);

	if (status == STATUS_OK)
		status = store_step(&found, &p->store, stmt, err);
	if (status == STATUS_OK && (!found || store_text(stmt, 0).n != sizeof p->id))
		status = err_data(err, STATUS_CORRUPT, p->path, 0, "it has no id");
	if (status == STATUS_OK)
		memcpy(p->id, store_text(stmt, 0).p, sizeof p->id);
	(void)sqlite3_finalize(stmt);
	return status;
}

/* The last number may be a lie: there cannot be more entries than fit the file. */
static enum status
make_places(struct proving *p, struct err *err)
{
	int64_t last = 0, pages = 0, page = 0;
	uint64_t room;
	enum status status =
	    store_number(&last, &p->store, "SELECT coalesce(max(seq), 0) FROM entry", err);

	if (status == STATUS_OK)
		status = store_number(&pages, &p->store, "PRAGMA page_count", err);
	if (status == STATUS_OK)
		status = store_number(&page, &p->store, "PRAGMA page_size", err);
	if (status != STATUS_OK)
		return status;
	room = (uint64_t)pages * (uint64_t)page / ENTRY_BYTES_MIN;
	p->all = (uint64_t)last < room ? (uint64_t)last : room;
	p->places = mem_zero((size_t)p->all + 1, sizeof *p->places);
	return p->places == NULL ? err_set(err, STATUS_NOMEM, "out of memory") : STATUS_OK;
}

static enum status
prove(struct proving *p, void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
    struct err *err)
{
	enum status status = store_check_layout(&p->store, err);

	/* one transaction, so that a ledger in use stands still for us */
	if (status == STATUS_OK)
		status = store_run(&p->store, "BEGIN", err);
	if (status == STATUS_OK)
		status = make_places(p, err);
	if (status == STATUS_OK)
		status = read_id(p, err);
	if (status == STATUS_OK)
		status = read_keys(p, err);
	if (status != STATUS_OK)
		return status;
	if (p->all < SIDE_BY_SIDE_FROM)
		run_alone(p);
	else
		run_beside(p, progress, ctx);
	if (progress != NULL)
		progress(ctx, p->all, p->all);
	if (atomic_load(p->stop))
		return err_set(err, STATUS_UNAVAILABLE, "stopped");
	return judge(p, err);
}

static enum status
prove_once(struct proving *p, void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
    struct err *err)
{
	enum status status = store_open_offline(&p->store, p->path, err);

	if (status != STATUS_OK)
		return status;
	status = prove(p, progress, ctx, err);
	for (unsigned i = 0; i < p->part_count; i++)
		verify_part_free(&p->parts[i]);
	mem_free(p->places);
	mem_free(p->replies);
	store_close(&p->store);
	return status;
}

/* A file that nobody used is read without locks; if a daemon began to use it meanwhile, what
 * looks damaged may only have been half read, and is read again as a file in use. */
enum status
ledger_prove(struct ledger_report *out, const char *path, const struct ledger_proof *proof,
    void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx, struct err *err)
{
	struct err inner = ERR_NONE;
	bool used = store_in_use(path);
	enum status status = STATUS_CORRUPT;

	for (int attempt = 0; attempt < 2 && status == STATUS_CORRUPT; attempt++) {
		struct proving *p;

		if (attempt == 1 && (used || !store_in_use(path)))
			break;
		p = mem_zero(1, sizeof *p);
		if (p == NULL)
			return err_set(err, STATUS_NOMEM, "out of memory");
		inner = ERR_NONE;
		*out = (struct ledger_report){ .head = CHAIN_ZERO };
		p->report = out;
		p->proof = proof;
		p->path = path;
		p->stop = proof->stop != NULL ? proof->stop : &p->never;
		status = prove_once(p, progress, ctx, &inner);
		mem_free(p);
	}
	if (status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = inner;
	return status;
}

enum status
ledger_verify(struct ledger_report *out, const char *path, const struct ledger_expect *expect,
    void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx, struct err *err)
{
	const struct ledger_proof proof = { .expect = expect };

	return ledger_prove(out, path, &proof, progress, ctx, err);
}
