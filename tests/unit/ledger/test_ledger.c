#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "ledger/limits.h"
#include "ledger/verify.h"
#include "tests/support/ledger_place.h"

#define HOUR_MS INT64_C(3600000)

static void
reopen(struct ledger_place *place)
{
	ledger_place_close(place);
	ledger_place_open(place);
}

static void
test_a_new_ledger_is_empty_private_and_verifies(void **state)
{
	struct ledger_place *place = *state;
	struct stat st;
	char path[128];

	ledger_place_expect(place, 0, 0);
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	ledger_place_append(place, "CHK-1", "{}");
	snprintf(path, sizeof path, "%s-wal", place->path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	ledger_place_close(place);
	assert_int_not_equal(stat(path, &st), 0);
}

static void
test_entries_are_numbered_and_come_back_as_they_were(void **state)
{
	struct ledger_place *place = *state;
	const struct ledger_row *rows;
	size_t count;

	assert_true(ledger_place_append(place, "CHK-1", "{\"a\":1}") == 1);
	assert_true(ledger_place_append(place, "CHK-2", "{\"b\":\"\xc3\xa9\"}") == 2);
	assert_true(ledger_place_append(place, "CHK-1", "{\"c\":3}") == 3);
	reopen(place);
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_true(rows[0].seq == 1 && rows[1].seq == 3);
	assert_true(str_eq(rows[1].body, STR_LIT("{\"c\":3}")));
	assert_true(str_eq(rows[0].user, STR_LIT("amina")));
	assert_true(str_eq(rows[0].role, STR_LIT("qa_officer")));
	assert_true(str_eq(rows[0].kind, STR_LIT("check")));
	assert_true(rows[0].at_ms == LEDGER_PLACE_MS);
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-9"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(
	    ledger_check_entries(&rows, &count, place->ledger, place->arena, STR_NONE, NULL),
	    STATUS_OK);
	assert_int_equal(count, 0);
	ledger_place_expect(place, 3, 0);
}

static void
test_many_entries_of_one_check_all_come_back(void **state)
{
	struct ledger_place *place = *state;
	const struct ledger_row *rows;
	size_t count;

	for (uint64_t i = 1; i <= 40; i++)
		assert_true(ledger_place_append(place, "CHK-1", "{}") == i);
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 40);
	for (size_t i = 0; i < 40; i++)
		assert_true(rows[i].seq == i + 1);
}

static void
test_a_batch_is_numbered_from_its_first_entry(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entries[] = { ledger_place_entry("breach", "", "{\"n\":1}"),
		ledger_place_entry("refusal", "", "{\"n\":2}") };
	struct ledger_batch batch = { .entries = entries, .entry_count = 2 };
	uint64_t seq = 0;

	entries[1].role = STR_NONE;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_true(seq == 1);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_true(seq == 3);
	ledger_place_expect(place, 4, 0);
}

/* Those begun first are first in the ledger, in whatever order they are ended; what is given is
 * looked at when it is begun. */
static void
test_appends_that_are_begun_are_written_in_that_order(void **state)
{
	enum { COUNT = 20 };
	struct ledger_place *place = *state;
	struct ledger_entry entries[COUNT];
	struct ledger_batch batches[COUNT];
	struct ledger_append *begun[COUNT] = { NULL }, *none = NULL;
	const struct ledger_batch empty = { .entry_count = 0 };
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	for (size_t i = 0; i < COUNT; i++) {
		entries[i] = ledger_place_entry("breach", "", "{}");
		batches[i] = (struct ledger_batch){ .entries = &entries[i], .entry_count = 1 };
		assert_int_equal(
		    ledger_append_begin(&begun[i], place->ledger, &batches[i], NULL), STATUS_OK);
	}
	assert_int_equal(ledger_append_begin(&none, place->ledger, &empty, &err), STATUS_INVALID);
	assert_null(none);
	for (size_t i = COUNT; i-- > 0;) {
		assert_int_equal(ledger_append_end(&seq, begun[i], NULL), STATUS_OK);
		assert_true(seq == i + 1);
	}
	reopen(place);
	ledger_place_expect(place, COUNT, 0);
}

/* Of two that were begun and say that they secure the same record the second is refused when it is
 * ended, and leaves nothing. */
static void
test_an_append_that_is_begun_may_be_refused_in_the_end(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	const struct ledger_secure secure = { STR_LIT("helpline"), STR_LIT("H-1") };
	const struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.secures = &secure,
		.secure_count = 1,
		.secures_are_new = true };
	struct ledger_append *first = NULL, *second = NULL;
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	assert_int_equal(ledger_append_begin(&first, place->ledger, &batch, NULL), STATUS_OK);
	assert_int_equal(ledger_append_begin(&second, place->ledger, &batch, NULL), STATUS_OK);
	assert_int_equal(ledger_append_end(&seq, second, &err), STATUS_STALE);
	assert_string_equal(err.text, "a record was secured meanwhile, by entry 2");
	assert_true(seq == 0);
	assert_int_equal(ledger_append_end(&seq, first, NULL), STATUS_OK);
	assert_true(seq == 1);
	ledger_place_expect(place, 2, 1);
}

/* What the entries say of securing is true: the batch that comes second is not written. */
static void
test_a_batch_that_says_it_secures_is_refused_if_another_did(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_secure secures[] = { { STR_LIT("helpline"), STR_LIT("H-1") },
		{ STR_LIT("helpline"), STR_LIT("H-1") }, { STR_LIT("ctac"), STR_LIT("C-1") } };
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.secures = secures,
		.secure_count = 2,
		.secures_are_new = true };
	struct ledger_secured secured;
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	ledger_place_expect(place, 2, 1); /* twice in one batch is once */
	entry.check = STR_LIT("CHK-2");
	batch.secures = secures + 1;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, &err), STATUS_STALE);
	assert_string_equal(err.text, "a record was secured meanwhile, by entry 2");
	ledger_place_expect(place, 2, 1);
	assert_false(ledger_secured_find(&secured, place->ledger, STR_LIT("ctac"), STR_LIT("C-1")));
	batch.secures = secures + 2;
	batch.secure_count = 1;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_true(seq == 3);
	ledger_place_expect(place, 4, 2);
}

static void
test_a_record_is_secured_once_and_stays_so(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_secure secures[] = { { STR_LIT("helpline"), STR_LIT("H-\"1\"") },
		{ STR_LIT("ctac"), STR_LIT("H-\"1\"") },
		{ STR_LIT("helpline"), STR_LIT("H-\"1\"") } };
	struct ledger_batch batch = {
		.entries = &entry, .entry_count = 1, .secures = secures, .secure_count = 3
	};
	const struct ledger_row *rows;
	struct ledger_secured secured;
	uint64_t seq;
	size_t count;

	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	entry.check = STR_LIT("CHK-2");
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_true(seq == 4);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(ledger_secured_count(place->ledger), 2);
		assert_true(ledger_secured_find(
		    &secured, place->ledger, STR_LIT("helpline"), STR_LIT("H-\"1\"")));
		assert_true(secured.seq == 2);
		assert_true(secured.since_ms == LEDGER_PLACE_MS);
		assert_string_equal(secured.check, "CHK-1");
		assert_true(ledger_secured_find(
		    &secured, place->ledger, STR_LIT("ctac"), STR_LIT("H-\"1\"")));
		assert_false(
		    ledger_secured_find(&secured, place->ledger, STR_LIT("ctac"), STR_LIT("H-2")));
		assert_int_equal(ledger_rebuild(place->ledger, NULL), STATUS_OK);
		if (round == 1)
			reopen(place);
	}
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-1"), NULL),
	    STATUS_OK);
	assert_int_equal(count, 3);
	assert_true(str_eq(rows[2].kind, STR_LIT("secure")));
	assert_true(str_eq(rows[1].body,
	    STR_LIT("{\"system\":\"helpline\",\"record_id\":\"H-\\\"1\\\"\",\"by_entry\":1}")));
	ledger_place_expect(place, 4, 2);
}

struct seen {
	char text[256];
	int left;
};

static bool
see(void *ctx, struct str system, struct str record_id, const struct ledger_secured *secured)
{
	struct seen *seen = ctx;
	size_t n = strlen(seen->text);

	snprintf(seen->text + n, sizeof seen->text - n, "%.*s/%.*s:%u ", STR_ARG(system),
	    STR_ARG(record_id), (unsigned)secured->seq);
	return --seen->left > 0;
}

static void
test_secured_records_are_visited_in_order_until_told_to_stop(void **state)
{
	struct ledger_place *place = *state;
	struct seen all = { "", 9 }, two = { "", 2 };

	ledger_place_fill(place);
	assert_int_equal(ledger_secured_each(place->ledger, see, &all, NULL), STATUS_OK);
	assert_string_equal(all.text, "childline/L-1:5 ctac/C-1:3 helpline/H-1:2 ");
	assert_int_equal(ledger_secured_each(place->ledger, see, &two, NULL), STATUS_OK);
	assert_string_equal(two.text, "childline/L-1:5 ctac/C-1:3 ");
}

static void
test_thousands_of_secured_records_are_each_found(void **state)
{
	struct ledger_place *place = *state;
	static char ids[LEDGER_SECURES_MAX][16];
	static struct ledger_secure secures[LEDGER_SECURES_MAX];
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.secures = secures,
		.secure_count = LEDGER_SECURES_MAX };
	struct ledger_secured secured;
	uint64_t seq;

	for (size_t i = 0; i < LEDGER_SECURES_MAX; i++) {
		snprintf(ids[i], sizeof ids[i], "R%zu", i);
		secures[i] = (struct ledger_secure){ STR_LIT("ctac"), str_from(ids[i]) };
	}
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < LEDGER_SECURES_MAX; i++) {
			assert_true(ledger_secured_find(
			    &secured, place->ledger, STR_LIT("ctac"), str_from(ids[i])));
			assert_true(secured.seq == i + 2);
		}
		reopen(place);
	}
	ledger_place_expect(place, LEDGER_SECURES_MAX + 1, LEDGER_SECURES_MAX);
}

static struct ledger_batch
with_id(struct ledger_entry *entry, const char *id)
{
	struct ledger_batch batch = { .entries = entry,
		.entry_count = 1,
		.idem_principal = STR_LIT("amina"),
		.idem_id = str_from(id),
		.idem_reply = STR_LIT("{\"reply\":1}") };

	digest_of(&batch.idem_request, STR_LIT("asked"));
	return batch;
}

static enum status
find_id(struct str *reply, uint64_t *seq, struct ledger_place *place, const char *principal,
    const char *id, const char *asked, struct err *err)
{
	struct digest request;

	digest_of(&request, str_from(asked));
	return ledger_idem_find(reply, seq, place->ledger, place->arena, str_from(principal),
	    str_from(id), &request, err);
}

static void
test_an_id_is_used_once_and_its_reply_comes_back(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_batch batch = with_id(&entry, "0123");
	struct str reply;
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	assert_int_equal(
	    find_id(&reply, &seq, place, "amina", "0123", "asked", NULL), STATUS_NOT_FOUND);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, &err), STATUS_CONFLICT);
	assert_string_equal(err.text, "the id was used already, for entry 1");
	for (int round = 0; round < 2; round++) {
		assert_int_equal(
		    find_id(&reply, &seq, place, "amina", "0123", "asked", NULL), STATUS_OK);
		assert_true(seq == 1);
		assert_true(str_eq(reply, STR_LIT("{\"reply\":1}")));
		err_clear(&err);
		assert_int_equal(
		    find_id(&reply, &seq, place, "amina", "0123", "asked otherwise", &err),
		    STATUS_CONFLICT);
		assert_string_equal(err.text, "the id was used for another request");
		assert_int_equal(
		    find_id(&reply, &seq, place, "bo", "0123", "asked", NULL), STATUS_NOT_FOUND);
		reopen(place);
	}
	ledger_place_expect(place, 1, 0);
}

/* An entry after so many hours: of a longer pause only twelve are counted. */
static void
pass(struct ledger_place *place, struct ledger_entry *entry, unsigned hours)
{
	const struct ledger_batch batch = { .entries = entry, .entry_count = 1 };
	uint64_t seq;

	entry->at_ms += hours * HOUR_MS;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
}

static void
test_a_reply_is_kept_for_a_day_and_its_id_for_ever(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_batch batch = with_id(&entry, "old");
	struct str reply;
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	pass(place, &entry, 12);
	batch.idem_id = STR_LIT("young");
	entry.at_ms = LEDGER_PLACE_MS + 24 * HOUR_MS;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	assert_int_equal(find_id(&reply, &seq, place, "amina", "old", "asked", NULL), STATUS_OK);
	batch.idem_id = STR_LIT("younger");
	entry.at_ms++;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	seq = 0;
	assert_int_equal(
	    find_id(&reply, &seq, place, "amina", "old", "asked", &err), STATUS_CONFLICT);
	assert_string_equal(err.text,
	    "the id was used more than a day before the last entry, for entry 1; its reply is no"
	    " longer kept");
	assert_true(seq == 1);
	assert_int_equal(find_id(&reply, &seq, place, "amina", "young", "asked", NULL), STATUS_OK);
	batch.idem_id = STR_LIT("old");
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_CONFLICT);
	ledger_place_expect(place, 4, 0);
}

static void
read_reply(struct buf *out, const char *path, int seq)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "SELECT reply FROM reply WHERE seq = ?", -1, &stmt, NULL),
	    SQLITE_OK);
	sqlite3_bind_int(stmt, 1, seq);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	buf_add(out, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
	assert_true(out->n > 16);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static bool
is_in(struct str bytes, struct str part)
{
	for (size_t i = 0; i + part.n <= bytes.n; i++)
		if (memcmp(bytes.p + i, part.p, part.n) == 0)
			return true;
	return false;
}

static void
test_pruned_replies_leave_no_bytes_in_the_file(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_batch batch = with_id(&entry, "old");
	struct buf file = BUF_INIT, kept = BUF_INIT;
	uint64_t seq = 0;

	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	read_reply(&kept, place->path, 1);
	ledger_place_close(place);
	assert_int_equal(file_read(&file, place->path, 1u << 24, NULL), STATUS_OK);
	assert_true(is_in(buf_str(&file), buf_str(&kept)));
	buf_clear(&file);
	ledger_place_open(place);
	pass(place, &entry, 12);
	pass(place, &entry, 12);
	entry.at_ms += HOUR_MS;
	batch = with_id(&entry, "young");
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	ledger_place_close(place);
	assert_int_equal(file_read(&file, place->path, 1u << 24, NULL), STATUS_OK);
	/* not even a part of it */
	assert_false(is_in(buf_str(&file), str_part(buf_str(&kept), kept.n - 16, kept.n)));
	buf_free(&file);
	buf_free(&kept);
}

/* --- Refusals and limits -------------------------------------------------------------------- */

static void
expect_refused(struct ledger_place *place, const struct ledger_batch *batch, enum status status,
    const char *text)
{
	struct err err = ERR_NONE;
	struct ledger_head head;
	uint64_t seq = 77;

	assert_int_equal(ledger_append(&seq, place->ledger, batch, &err), status);
	assert_string_equal(err.text, text);
	assert_true(seq == 77);
	ledger_head(&head, place->ledger);
	assert_true(head.seq == 0);
}

static void
test_a_batch_that_breaks_a_rule_is_refused_whole(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_secure secure = { STR_LIT("ctac"), STR_LIT("C-1") };
	struct ledger_batch batch = {
		.entries = &entry, .entry_count = 1, .secures = &secure, .secure_count = 1
	};

	batch.entry_count = 0;
	expect_refused(place, &batch, STATUS_INVALID, "a batch without entries");
	batch.entry_count = 1;
	entry.kind = "secure";
	expect_refused(place, &batch, STATUS_INVALID, "a \"secure\" entry is made by the ledger");
	entry.kind = "";
	expect_refused(place, &batch, STATUS_INVALID, "kind is empty");
	entry.kind = NULL;
	expect_refused(place, &batch, STATUS_INVALID, "kind is empty");
	entry = ledger_place_entry("check", "CHK-1", "");
	expect_refused(place, &batch, STATUS_INVALID, "body is empty");
	entry = ledger_place_entry("check", "CHK-1", "\"\xff\"");
	expect_refused(place, &batch, STATUS_INVALID, "body is not UTF-8 text");
	entry.body = STR_LIT("\"a\0b\"");
	expect_refused(place, &batch, STATUS_INVALID, "body is not UTF-8 text");
	entry = ledger_place_entry("check", "CHK-1", "{}");
	entry.at_ms = -1;
	expect_refused(place, &batch, STATUS_INVALID, "at_ms is before 1970");
	entry.at_ms = 0;
	entry.user = STR_NONE;
	expect_refused(place, &batch, STATUS_INVALID, "user is empty");
	entry.user = STR_LIT("amina");
	secure.record_id = STR_NONE;
	expect_refused(place, &batch, STATUS_INVALID, "record_id is empty");
	secure.record_id = STR_LIT("\xc0\x80");
	expect_refused(place, &batch, STATUS_INVALID, "record_id is not UTF-8 text");
	secure = (struct ledger_secure){ STR_NONE, STR_LIT("C-1") };
	expect_refused(place, &batch, STATUS_INVALID, "system is empty");
	secure.system = STR_LIT("ctac");
	batch.idem_id = STR_LIT("id");
	expect_refused(place, &batch, STATUS_INVALID, "principal is empty");
}

/* Each text at its limit and one byte past it. */
static void
test_every_text_has_its_limit(void **state)
{
	static char text[LEDGER_BODY_BYTES_MAX + 1], kind[LEDGER_KIND_BYTES_MAX + 2];
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_secure secure = { STR_LIT("ctac"), STR_LIT("C-1") };
	struct ledger_batch batch = with_id(&entry, "id");
	const struct {
		struct str *field;
		size_t max;
		const char *message;
	} cases[] = {
		{ &entry.user, LEDGER_USER_BYTES_MAX, "user is longer than 128 bytes" },
		{ &entry.role, LEDGER_ROLE_BYTES_MAX, "role is longer than 64 bytes" },
		{ &entry.check, LEDGER_CHECK_BYTES_MAX, "check is longer than 31 bytes" },
		{ &entry.body, LEDGER_BODY_BYTES_MAX, "body is longer than 2097152 bytes" },
		{ &secure.system, LEDGER_SYSTEM_BYTES_MAX, "system is longer than 64 bytes" },
		{ &secure.record_id, LEDGER_RECORD_BYTES_MAX,
		    "record_id is longer than 256 bytes" },
		{ &batch.idem_id, LEDGER_IDEM_BYTES_MAX, "id is longer than 128 bytes" },
		{ &batch.idem_principal, LEDGER_IDEM_BYTES_MAX,
		    "principal is longer than 128 bytes" },
		{ &batch.idem_reply, LEDGER_BODY_BYTES_MAX, "reply is longer than 2097152 bytes" },
	};
	const struct ledger_row *rows;
	struct ledger_secured secured;
	uint64_t seq;
	size_t count;

	memset(text, 'x', sizeof text);
	memset(kind, 'k', sizeof kind - 1);
	batch.secures = &secure;
	batch.secure_count = 1;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		*cases[i].field = (struct str){ text, cases[i].max + 1 };
		expect_refused(place, &batch, STATUS_LIMIT, cases[i].message);
		*cases[i].field = (struct str){ text, cases[i].max };
	}
	entry.kind = kind;
	expect_refused(place, &batch, STATUS_LIMIT, "kind is longer than 32 bytes");
	kind[LEDGER_KIND_BYTES_MAX] = '\0';
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	reopen(place);
	assert_int_equal(
	    ledger_check_entries(&rows, &count, place->ledger, place->arena, entry.check, NULL),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_true(str_eq(rows[0].body, entry.body));
	assert_true(ledger_secured_find(&secured, place->ledger, secure.system, secure.record_id));
	assert_int_equal(strlen(secured.check), LEDGER_CHECK_BYTES_MAX);
	ledger_place_expect(place, 2, 1);
}

static void
test_a_batch_has_a_limit_of_entries_and_secures(void **state)
{
	static struct ledger_entry entries[LEDGER_ENTRIES_MAX + 1];
	static struct ledger_secure secures[LEDGER_SECURES_MAX + 1];
	struct ledger_place *place = *state;
	struct ledger_batch batch = { .entries = entries, .secures = secures };
	uint64_t seq;

	for (size_t i = 0; i <= LEDGER_ENTRIES_MAX; i++)
		entries[i] = ledger_place_entry("view", "", "{}");
	for (size_t i = 0; i <= LEDGER_SECURES_MAX; i++)
		secures[i] = (struct ledger_secure){ STR_LIT("ctac"), STR_LIT("C-1") };
	batch.entry_count = LEDGER_ENTRIES_MAX + 1;
	expect_refused(place, &batch, STATUS_LIMIT, "more than 64 entries in a batch");
	batch.entry_count = LEDGER_ENTRIES_MAX;
	batch.secure_count = LEDGER_SECURES_MAX + 1;
	expect_refused(
	    place, &batch, STATUS_LIMIT, "more than 4096 records to secure or release in a batch");
	batch.secure_count = LEDGER_SECURES_MAX;
	assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_OK);
	ledger_place_expect(place, LEDGER_ENTRIES_MAX + 1, 1);
}

/* --- Opening ---------------------------------------------------------------------------------- */

static void
expect_not_opened(const char *path, enum status status, const char *source, const char *text)
{
	struct ledger *ledger;
	struct err err = ERR_NONE;

	assert_int_equal(ledger_open(&ledger, path, NULL, &err), status);
	assert_null(ledger);
	assert_string_equal(err.text, text);
	assert_string_equal(err.source, source);
}

static void
test_a_second_process_is_told_who_holds_the_ledger(void **state)
{
	struct ledger_place *place = *state;
	char lock[128], text[64];
	pid_t child;
	int how;

	snprintf(lock, sizeof lock, "%s.lock", place->path);
	snprintf(text, sizeof text, "held by process %ld", (long)getpid());
	expect_not_opened(place->path, STATUS_BUSY, lock, text);
	child = fork();
	if (child == 0) {
		struct ledger *ledger;
		struct err err = ERR_NONE;

		_exit(ledger_open(&ledger, place->path, NULL, &err) == STATUS_BUSY &&
			      strcmp(err.text, text) == 0
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
	ledger_place_append(place, "CHK-1", "{}");
	ledger_place_expect(place, 1, 0);
}

static void
test_what_is_no_ledger_is_not_opened_and_not_changed(void **state)
{
	struct ledger_place *place = *state;
	struct buf text = BUF_INIT;
	char path[128], wal[144];

	snprintf(path, sizeof path, "%s/empty", place->folder);
	assert_int_equal(file_write(path, STR_NONE, 0600, NULL), STATUS_OK);
	expect_not_opened(path, STATUS_INVALID, path, "the file is empty: not a ledger");
	snprintf(path, sizeof path, "%s/text", place->folder);
	assert_int_equal(file_write(path, STR_LIT("just a text\n"), 0600, NULL), STATUS_OK);
	expect_not_opened(path, STATUS_INVALID, path, "not a ledger");
	assert_int_equal(file_read(&text, path, 100, NULL), STATUS_OK);
	assert_true(str_eq(buf_str(&text), STR_LIT("just a text\n")));
	buf_free(&text);
	snprintf(path, sizeof path, "%s/folder", place->folder);
	assert_int_equal(file_make_folders(path, NULL), STATUS_OK);
	expect_not_opened(path, STATUS_INVALID, path, "not a regular file");
	snprintf(wal, sizeof wal, "%s/text", place->folder);
	snprintf(path, sizeof path, "%s/text/ledger.db", place->folder);
	expect_not_opened(path, STATUS_INVALID, wal, "not a folder");
	snprintf(path, sizeof path, "%s/gone.db", place->folder);
	snprintf(wal, sizeof wal, "%s-wal", path);
	assert_int_equal(file_write(wal, STR_LIT("left over"), 0600, NULL), STATUS_OK);
	expect_not_opened(
	    path, STATUS_CORRUPT, path, "the ledger is gone, but its write-ahead log is there");
}

static void
test_a_damaged_head_is_not_opened(void **state)
{
	struct ledger_place *place = *state;
	sqlite3 *db;

	ledger_place_fill(place);
	ledger_place_close(place);
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"DROP TRIGGER entry_no_update; UPDATE entry SET user = 'bo' WHERE seq = 8;"
		"CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry\n"
		"BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
		NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	expect_not_opened(
	    place->path, STATUS_CORRUPT, place->path, "entry 8: the hash does not fit its content");
}

static void
test_a_changed_entry_is_not_shown(void **state)
{
	struct ledger_place *place = *state;
	const struct ledger_row *rows;
	struct err err = ERR_NONE;
	size_t count;
	sqlite3 *db;

	ledger_place_fill(place);
	ledger_place_close(place);
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"DROP TRIGGER entry_no_update; UPDATE entry SET user = 'bo' WHERE seq = 6;"
		"CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry\n"
		"BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
		NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	ledger_place_open(place);
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-3"), NULL),
	    STATUS_OK);
	assert_int_equal(ledger_check_entries(
			     &rows, &count, place->ledger, place->arena, STR_LIT("CHK-2"), &err),
	    STATUS_CORRUPT);
	assert_string_equal(err.text, "entry 6: the hash does not fit its content");
}

static void
test_the_tables_refuse_change_and_removal_also_to_others(void **state)
{
	static const char *const tries[] = {
		"UPDATE entry SET user = 'bo'",
		"DELETE FROM entry",
		"INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 8",
		"INSERT INTO entry SELECT 10, at_ms, kind, user, role, request_id, check_id, hash, "
		"key_no,"
		" body, sealed FROM entry WHERE seq = 8",
		"UPDATE idem SET id = 'x'",
		"DELETE FROM idem",
		"INSERT INTO entry VALUES (9, 'x', 'k', 'u', 'r', '', 'c', zeroblob(32), 0, 'b', "
		"x'')",
		"INSERT INTO entry VALUES (9, 1, 'k', 'u', 'r', '', 'c', zeroblob(31), 0, 'b', "
		"x'')",
	};
	struct ledger_place *place = *state;
	sqlite3 *db;

	ledger_place_fill(place);
	ledger_place_close(place);
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		assert_int_equal(
		    sqlite3_exec(db, tries[i], NULL, NULL, NULL) & 0xff, SQLITE_CONSTRAINT);
	sqlite3_close(db);
	ledger_place_open(place);
	ledger_place_expect(place, 8, 3);
}

static void
read_layout(struct buf *out, const char *path, const char *script)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (script != NULL)
		assert_int_equal(sqlite3_exec(db, script, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
			     "SELECT * FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
			     " ORDER BY type, name) UNION ALL"
			     " SELECT application_id FROM pragma_application_id UNION ALL"
			     " SELECT user_version FROM pragma_user_version",
			     -1, &stmt, NULL),
	    SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		buf_add_text(out, (const char *)sqlite3_column_text(stmt, 0));
		buf_add_char(out, '\n');
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void
test_the_documented_layout_is_the_real_one(void **state)
{
	struct ledger_place *place = *state;
	struct buf script = BUF_INIT, documented = BUF_INIT, real = BUF_INIT;

	ledger_place_close(place);
	assert_int_equal(file_read(&script, "schemas/ledger.sql", 1u << 16, NULL), STATUS_OK);
	read_layout(&documented, ":memory:", script.p);
	read_layout(&real, place->path, NULL);
	assert_string_equal(documented.p, real.p);
	buf_free(&script);
	buf_free(&documented);
	buf_free(&real);
}

/* Every allocation of ours on the way fails once; the call says so, and nothing is half done. */
static void
test_no_memory_is_an_error_and_changes_nothing(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	struct ledger_secure secure = { STR_LIT("ctac"), STR_LIT("C-1") };
	struct ledger_batch batch = with_id(&entry, "id");
	enum status status = STATUS_NOMEM;
	struct ledger_head head;
	uint64_t seq;

	batch.secures = &secure;
	batch.secure_count = 1;
	for (long n = 1; status != STATUS_OK; n++) {
		assert_in_range(n, 1, 50);
		mem_fail_at(n);
		status = ledger_append(&seq, place->ledger, &batch, NULL);
		mem_fail_at(0);
		ledger_head(&head, place->ledger);
		if (status == STATUS_OK)
			break;
		assert_int_equal(status, STATUS_NOMEM);
		assert_true(head.seq == 0);
		assert_int_equal(ledger_secured_count(place->ledger), 0);
	}
	assert_true(head.seq == 2);
	ledger_place_expect(place, 2, 1);
	ledger_place_close(place);
	for (long n = 1; place->ledger == NULL; n++) {
		assert_in_range(n, 1, 50);
		mem_fail_at(n);
		status = ledger_open(&place->ledger, place->path, NULL, NULL);
		mem_fail_at(0);
		assert_true(status == STATUS_OK || status == STATUS_NOMEM);
	}
	ledger_place_expect(place, 2, 1);
}

#define ON_EMPTY(f) cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EMPTY(test_a_new_ledger_is_empty_private_and_verifies),
		ON_EMPTY(test_entries_are_numbered_and_come_back_as_they_were),
		ON_EMPTY(test_many_entries_of_one_check_all_come_back),
		ON_EMPTY(test_a_batch_is_numbered_from_its_first_entry),
		ON_EMPTY(test_appends_that_are_begun_are_written_in_that_order),
		ON_EMPTY(test_an_append_that_is_begun_may_be_refused_in_the_end),
		ON_EMPTY(test_a_batch_that_says_it_secures_is_refused_if_another_did),
		ON_EMPTY(test_a_record_is_secured_once_and_stays_so),
		ON_EMPTY(test_secured_records_are_visited_in_order_until_told_to_stop),
		ON_EMPTY(test_thousands_of_secured_records_are_each_found),
		ON_EMPTY(test_an_id_is_used_once_and_its_reply_comes_back),
		ON_EMPTY(test_a_reply_is_kept_for_a_day_and_its_id_for_ever),
		ON_EMPTY(test_pruned_replies_leave_no_bytes_in_the_file),
		ON_EMPTY(test_a_batch_that_breaks_a_rule_is_refused_whole),
		ON_EMPTY(test_every_text_has_its_limit),
		ON_EMPTY(test_a_batch_has_a_limit_of_entries_and_secures),
		ON_EMPTY(test_a_second_process_is_told_who_holds_the_ledger),
		ON_EMPTY(test_what_is_no_ledger_is_not_opened_and_not_changed),
		ON_EMPTY(test_a_damaged_head_is_not_opened),
		ON_EMPTY(test_a_changed_entry_is_not_shown),
		ON_EMPTY(test_the_tables_refuse_change_and_removal_also_to_others),
		ON_EMPTY(test_the_documented_layout_is_the_real_one),
		ON_EMPTY(test_no_memory_is_an_error_and_changes_nothing),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
