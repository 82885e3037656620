#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "ledger/chain.h"
#include "ledger/checkpoint.h"
#include "ledger/verify.h"
#include "tests/support/ledger_place.h"

#define SECRET "{\"people\":[{\"name\":\"Katie Invented\"}]}"

static uint64_t
put_secret(struct ledger_place *place, const char *request)
{
	struct ledger_entry entry = ledger_place_entry("check", "CHK-1", "{}");
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	struct ledger_row row;
	struct err err = ERR_NONE;
	uint64_t seq = 0;

	entry.request = str_from(request);
	entry.secret = STR_LIT(SECRET);
	if (ledger_append(&seq, place->ledger, &batch, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(
	    ledger_entry_find(&row, place->ledger, place->arena, seq, NULL), STATUS_OK);
	return row.key_no;
}

static void
sign(struct ledger_place *place, struct checkpoint *out)
{
	struct buf line = BUF_INIT;
	struct err err = ERR_NONE;
	struct ledger_row row;
	uint64_t seq = 0;

	if (ledger_checkpoint(&seq, &line, place->ledger, LEDGER_PLACE_MS, STR_LIT("searchd"),
		STR_NONE, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(checkpoint_read(out, buf_str(&line), "line", NULL), STATUS_OK);
	assert_int_equal(
	    ledger_entry_find(&row, place->ledger, place->arena, seq, NULL), STATUS_OK);
	assert_true(str_eq_text(row.kind, "checkpoint") && str_eq(row.body, buf_str(&line)));
	buf_free(&line);
}

static const char *
in_keys(struct ledger_place *place, const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/keys/%s", place->folder, name);
	return path;
}

static void
copy(const char *from, const char *to)
{
	struct buf bytes = BUF_INIT;

	assert_int_equal(file_read(&bytes, from, 1u << 26, NULL), STATUS_OK);
	assert_int_equal(file_write(to, buf_str(&bytes), 0600, NULL), STATUS_OK);
	buf_free(&bytes);
}

static const char *
kept(struct ledger_place *place)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/kept.db", place->folder);
	return path;
}

/* Three entries are kept as a copy; then more come, two with keys of their own, and a checkpoint.
 * Gives the last key that was lost. */
static uint64_t
lose_the_newest(struct ledger_place *place, struct ledger_accept *accept, struct checkpoint *known)
{
	struct ledger_head head;
	uint64_t lost;

	put_secret(place, "REQ-1");
	sign(place, known);
	ledger_place_append(place, "CHK-1", "{}");
	ledger_head(&head, place->ledger);
	*accept = (struct ledger_accept){ .seq = head.seq,
		.hash = head.hash,
		.at_ms = LEDGER_PLACE_MS,
		.user = STR_LIT("root") };
	ledger_place_close(place);
	copy(place->path, kept(place));
	ledger_place_open(place);
	put_secret(place, "REQ-2");
	lost = put_secret(place, "REQ-3");
	sign(place, known);
	ledger_place_close(place);
	copy(kept(place), place->path);
	return lost;
}

static void
expect_refused(struct ledger_place *place, const struct ledger_accept *accept, enum status status,
    const char *text)
{
	struct err err = ERR_NONE;

	assert_int_equal(
	    ledger_open_older(&place->ledger, place->path, NULL, accept, &err), status);
	assert_null(place->ledger);
	if (strstr(err.text, text) == NULL)
		fail_msg("%s", err.text);
}

/* --- Making them ------------------------------------------------------------------------------ */

static void
test_a_checkpoint_is_of_the_head_signed_in_the_keys_folder_and_an_entry(void **state)
{
	struct ledger_place *place = *state;
	struct checkpoint first, second, read;
	struct ledger_head head;
	unsigned char key[SIGN_PUBLIC_BYTES];
	char hex[LEDGER_PUBLIC_HEX + 1];
	struct buf file = BUF_INIT, line = BUF_INIT;
	struct str rest;
	uint64_t seq;

	assert_int_equal(ledger_checkpoint(&seq, &line, place->ledger, LEDGER_PLACE_MS,
			     STR_LIT("searchd"), STR_NONE, NULL),
	    STATUS_NOT_FOUND);
	assert_true(ledger_checkpoint_news(place->ledger) == 0);
	put_secret(place, "REQ-1");
	assert_true(ledger_checkpoint_news(place->ledger) == 1);
	ledger_head(&head, place->ledger);
	sign(place, &first);
	assert_true(first.seq == 1 && first.at_ms == LEDGER_PLACE_MS);
	assert_memory_equal(first.hash.bytes, head.hash.bytes, DIGEST_BYTES);
	assert_int_equal(sign_read_public(key, in_keys(place, "sign.pub"), NULL), STATUS_OK);
	assert_int_equal(sign_verify(&first, key, NULL), STATUS_OK);
	ledger_public_key(hex, place->ledger);
	assert_int_equal(file_read(&file, in_keys(place, "sign.pub"), 100, NULL), STATUS_OK);
	assert_memory_equal(file.p, hex, LEDGER_PUBLIC_HEX);
	/* its own entry is no news */
	assert_true(ledger_checkpoint_news(place->ledger) == 0);
	ledger_place_close(place);
	ledger_place_open(place);
	assert_true(ledger_checkpoint_news(place->ledger) == 0);
	ledger_place_append(place, "CHK-1", "{}");
	assert_true(ledger_checkpoint_news(place->ledger) == 1);
	sign(place, &second);
	assert_true(second.seq == 3);
	buf_clear(&file);
	assert_int_equal(file_read(&file, in_keys(place, "checkpoints"), 4096, NULL), STATUS_OK);
	rest = buf_str(&file);
	assert_int_equal(checkpoint_read(&read, str_cut(&rest, '\n'), "file", NULL), STATUS_OK);
	assert_memory_equal(&read, &first, sizeof read);
	assert_int_equal(checkpoint_read(&read, str_cut(&rest, '\n'), "file", NULL), STATUS_OK);
	assert_memory_equal(&read, &second, sizeof read);
	assert_true(rest.n == 0);
	buf_free(&file);
	buf_free(&line);
	ledger_place_expect(place, 4, 0);
}

static void
test_callers_make_no_entries_of_the_ledgers_own_kinds(void **state)
{
	static const char *const kinds[] = { "checkpoint", "restored", "clock", "secure",
		"release" };
	struct ledger_place *place = *state;
	uint64_t seq;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct ledger_entry entry = ledger_place_entry(kinds[i], "", "{}");
		const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };

		assert_int_equal(ledger_append(&seq, place->ledger, &batch, NULL), STATUS_INVALID);
	}
	ledger_place_expect(place, 0, 0);
}

/* --- An older ledger ---------------------------------------------------------------------------
 */

static void
test_an_older_ledger_is_refused_unless_its_head_is_named(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_accept accept, other;
	struct checkpoint known;
	struct ledger_row row;
	struct err err = ERR_NONE;
	uint64_t lost = lose_the_newest(place, &accept, &known), key;
	char want[256], head[DIGEST_HEX + 1], hash[DIGEST_HEX + 1];

	expect_refused(place, NULL, STATUS_STALE,
	    "the ledger ends at entry 3 and is older than checkpoint 5 of 2026-09-21T");
	other = accept;
	other.hash.bytes[0] ^= 1;
	expect_refused(place, &other, STATUS_INVALID, "the ledger ends with another entry");
	other = accept;
	other.seq--;
	expect_refused(place, &other, STATUS_INVALID, "its head is 3:");
	assert_int_equal(
	    ledger_open_older(&place->ledger, place->path, NULL, &accept, &err), STATUS_OK);
	assert_int_equal(ledger_entry_find(&row, place->ledger, place->arena, 4, NULL), STATUS_OK);
	digest_hex(head, &accept.hash);
	digest_hex(hash, &known.hash);
	snprintf(want, sizeof want, "{\"head\":\"3:%s\",\"lost\":\"5:%s\",\"lost_at_ms\":%lld}",
	    head, hash, (long long)LEDGER_PLACE_MS);
	assert_true(str_eq_text(row.kind, "restored") && str_eq_text(row.user, "root"));
	assert_true(str_eq_text(row.body, want));
	/* no key that what was lost may have used is given out, now or after a start */
	assert_true(row.key_no > lost);
	key = put_secret(place, "REQ-9");
	assert_true(key > row.key_no);
	ledger_place_close(place);
	ledger_place_open(place); /* before any new checkpoint */
	assert_true(put_secret(place, "REQ-10") > key);
	sign(place, &known);
	ledger_place_close(place);
	ledger_place_open(place);
	ledger_place_expect(place, 7, 0);
}

static void
test_a_start_right_after_the_acceptance_gives_out_no_lost_key(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_accept accept;
	struct checkpoint known;
	uint64_t lost = lose_the_newest(place, &accept, &known);

	assert_int_equal(
	    ledger_open_older(&place->ledger, place->path, NULL, &accept, NULL), STATUS_OK);
	ledger_place_close(place);
	ledger_place_open(place);
	assert_true(put_secret(place, "REQ-9") > lost);
}

static void
test_nothing_is_accepted_where_nothing_is_lost(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_accept accept = { .at_ms = LEDGER_PLACE_MS, .user = STR_LIT("root") };
	struct checkpoint known;
	struct ledger_head head;

	ledger_place_append(place, "CHK-1", "{}");
	ledger_head(&head, place->ledger);
	accept.seq = head.seq;
	accept.hash = head.hash;
	ledger_place_close(place);
	expect_refused(place, &accept, STATUS_INVALID, "no checkpoint is known of the ledger");
	ledger_place_open(place);
	sign(place, &known);
	ledger_place_close(place);
	expect_refused(place, &accept, STATUS_INVALID, "nothing is missing from the ledger");
}

static void
test_a_ledger_that_went_another_way_is_refused(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_accept accept;
	struct checkpoint known;
	char aside[128];

	lose_the_newest(place, &accept, &known);
	snprintf(aside, sizeof aside, "%s/aside", place->folder);
	assert_int_equal(rename(in_keys(place, "checkpoints"), aside), 0);
	ledger_place_open(place); /* nobody knows any more */
	for (int i = 0; i < 4; i++)
		ledger_place_append(place, "CHK-1", "{}");
	ledger_place_close(place);
	assert_int_equal(rename(aside, in_keys(place, "checkpoints")), 0);
	expect_refused(place, NULL, STATUS_STALE, "entry 5 is not that of the checkpoint of 2026-");
}

static void
test_a_new_ledger_is_not_begun_in_place_of_a_known_one(void **state)
{
	struct ledger_place *place = *state;
	struct checkpoint known;

	ledger_place_append(place, "CHK-1", "{}");
	sign(place, &known);
	ledger_place_close(place);
	assert_int_equal(unlink(place->path), 0);
	for (int i = 0; i < 2; i++)
		expect_refused(place, NULL, STATUS_STALE,
		    "the checkpoints in the keys folder are of another ledger");
}

/* --- Verification -------------------------------------------------------------------------------
 */

static void
expect_proof(struct ledger_place *place, const struct ledger_proof *proof, const char *text)
{
	struct ledger_report report;
	struct err err = ERR_NONE;
	enum status status = ledger_prove(&report, place->path, proof, NULL, NULL, &err);

	if (text == NULL && status != STATUS_OK)
		fail_msg("%s", err.text);
	if (text != NULL && (status == STATUS_OK || strstr(err.text, text) == NULL))
		fail_msg("%s", err.text);
}

static void
test_signatures_and_checkpoints_kept_elsewhere_are_verified(void **state)
{
	struct ledger_place *place = *state;
	char public_path[128], kept_path[128], other[128];
	const char *paths[] = { public_path };
	struct ledger_proof proof = { .public_paths = paths, .public_count = 1 };
	struct checkpoint known;
	struct ledger_report report;
	struct buf file = BUF_INIT;

	snprintf(public_path, sizeof public_path, "%s", in_keys(place, "sign.pub"));
	snprintf(kept_path, sizeof kept_path, "%s/mailed", place->folder);
	snprintf(other, sizeof other, "%s/other.pub", place->folder);
	ledger_place_append(place, "CHK-1", "{}");
	sign(place, &known);
	ledger_place_append(place, "CHK-1", "{}");
	sign(place, &known);
	ledger_place_close(place);
	assert_int_equal(file_read(&file, in_keys(place, "checkpoints"), 8192, NULL), STATUS_OK);
	assert_int_equal(file_write(kept_path, buf_str(&file), 0600, NULL), STATUS_OK);
	proof.checkpoint_path = kept_path;
	assert_int_equal(ledger_prove(&report, place->path, &proof, NULL, NULL, NULL), STATUS_OK);
	assert_true(report.checkpoints == 2 && report.signatures == 4);
	/* another key, and both */
	assert_int_equal(file_write(other,
			     STR_LIT("00112233445566778899aabbccddeeff"
				     "00112233445566778899aabbccddeeff\n"),
			     0600, NULL),
	    STATUS_OK);
	proof.public_paths = (const char *[]){ other };
	expect_proof(place, &proof, ": its checkpoint: signed with key ");
	proof.public_paths = (const char *[]){ public_path, other };
	proof.public_count = 2;
	expect_proof(place, &proof, NULL);
	/* what was kept of another ledger, what is none, and nothing */
	assert_int_equal(file_write(kept_path, STR_LIT("\n{\"seq\":1}\n"), 0600, NULL), STATUS_OK);
	expect_proof(place, &proof, "ledger: is missing");
	assert_int_equal(file_write(kept_path, STR_LIT("\n"), 0600, NULL), STATUS_OK);
	expect_proof(place, &proof, "holds no checkpoint");
	memset(strstr(file.p, "\"ledger\":\"") + 10, '0', 8);
	assert_int_equal(file_write(kept_path, buf_str(&file), 0600, NULL), STATUS_OK);
	expect_proof(place, &proof, "the signature does not fit the checkpoint");
	proof.public_count = 0;
	expect_proof(place, &proof, "the checkpoint is of another ledger");
	buf_free(&file);
}

static void
test_a_checkpoint_of_what_was_cut_off_tells_of_it(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_proof proof = { .checkpoint_path = in_keys(place, "checkpoints") };
	struct ledger_accept accept;
	struct checkpoint known;
	char path[128];

	snprintf(path, sizeof path, "%s", proof.checkpoint_path);
	proof.checkpoint_path = path;
	lose_the_newest(place, &accept, &known);
	expect_proof(
	    place, &proof, "ends at entry 3: entry 5, of which there is a checkpoint, was cut off");
	proof.checkpoint_path = NULL;
	expect_proof(place, &proof, NULL);
}

/* The last entry is a checkpoint: its body is changed, and its hash made to fit. */
static void
test_a_checkpoint_entry_of_another_chain_is_found(void **state)
{
	struct ledger_place *place = *state;
	const char *paths[] = { in_keys(place, "sign.pub") };
	struct ledger_proof proof = { .public_count = 0 };
	struct checkpoint known;
	struct ledger_row first, row;
	struct buf body = BUF_INIT;
	char sql[1600], hex[DIGEST_HEX + 1];
	sqlite3 *db;

	ledger_place_append(place, "CHK-1", "{}");
	sign(place, &known);
	assert_int_equal(
	    ledger_entry_find(&first, place->ledger, place->arena, 1, NULL), STATUS_OK);
	assert_int_equal(ledger_entry_find(&row, place->ledger, place->arena, 2, NULL), STATUS_OK);
	ledger_place_close(place);
	buf_add_str(&body, row.body);
	memset(strstr(body.p, "\"hash\":\"") + 8, '0', 8);
	row.body = buf_str(&body);
	chain_hash(&row.hash, &first.hash, &row);
	digest_hex(hex, &row.hash);
	snprintf(sql, sizeof sql,
	    "DROP TRIGGER entry_no_update; UPDATE entry SET body = '%s', hash = x'%s' WHERE seq = "
	    "2;"
	    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry\n"
	    "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;"
	    "UPDATE projected SET hash = x'%s'",
	    body.p, hex, hex);
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	expect_proof(place, &proof, "entry 2: its checkpoint is of another chain");
	proof = (struct ledger_proof){ .public_paths = paths, .public_count = 1 };
	expect_proof(
	    place, &proof, "entry 2: its checkpoint: the signature does not fit the checkpoint");
	buf_free(&body);
}

/* --- The file of them ---------------------------------------------------------------------------
 */

static void
append_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "a");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
test_a_line_that_a_crash_cut_off_is_passed_over(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_accept accept;
	struct checkpoint known;
	struct buf file = BUF_INIT;

	lose_the_newest(place, &accept, &known);
	append_text(in_keys(place, "checkpoints"), "{\"ledger\":\"00");
	expect_refused(place, NULL, STATUS_STALE, "older than checkpoint 5");
	assert_int_equal(
	    ledger_open_older(&place->ledger, place->path, NULL, &accept, NULL), STATUS_OK);
	sign(place, &known);
	ledger_place_close(place);
	ledger_place_open(place);
	assert_int_equal(file_read(&file, in_keys(place, "checkpoints"), 8192, NULL), STATUS_OK);
	assert_non_null(strstr(file.p, "{\"ledger\":\"00\n{\"ledger\":\""));
	buf_free(&file);
}

static void
test_a_damaged_last_line_is_no_checkpoint_and_no_absence(void **state)
{
	struct ledger_place *place = *state;
	struct checkpoint known;
	struct buf file = BUF_INIT;
	char *digit;

	ledger_place_append(place, "CHK-1", "{}");
	sign(place, &known);
	ledger_place_close(place);
	assert_int_equal(file_read(&file, in_keys(place, "checkpoints"), 8192, NULL), STATUS_OK);
	digit = strstr(file.p, "\"seq\":1");
	assert_non_null(digit);
	digit[6] = '2';
	assert_int_equal(
	    file_write(in_keys(place, "checkpoints"), buf_str(&file), 0600, NULL), STATUS_OK);
	expect_refused(place, NULL, STATUS_CORRUPT,
	    "its last line is damaged: the signature does not fit the checkpoint");
	digit[6] = '1';
	assert_int_equal(
	    file_write(in_keys(place, "checkpoints"), buf_str(&file), 0600, NULL), STATUS_OK);
	ledger_place_open(place);
	ledger_place_close(place);
	append_text(in_keys(place, "checkpoints"), "\n");
	expect_refused(place, NULL, STATUS_CORRUPT, "its last line is damaged");
	buf_free(&file);
}

#define IN_A_PLACE(f) \
	cmocka_unit_test_setup_teardown(f, ledger_place_set_up, ledger_place_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_PLACE(test_a_checkpoint_is_of_the_head_signed_in_the_keys_folder_and_an_entry),
		IN_A_PLACE(test_callers_make_no_entries_of_the_ledgers_own_kinds),
		IN_A_PLACE(test_an_older_ledger_is_refused_unless_its_head_is_named),
		IN_A_PLACE(test_a_start_right_after_the_acceptance_gives_out_no_lost_key),
		IN_A_PLACE(test_nothing_is_accepted_where_nothing_is_lost),
		IN_A_PLACE(test_a_ledger_that_went_another_way_is_refused),
		IN_A_PLACE(test_a_new_ledger_is_not_begun_in_place_of_a_known_one),
		IN_A_PLACE(test_signatures_and_checkpoints_kept_elsewhere_are_verified),
		IN_A_PLACE(test_a_checkpoint_of_what_was_cut_off_tells_of_it),
		IN_A_PLACE(test_a_checkpoint_entry_of_another_chain_is_found),
		IN_A_PLACE(test_a_line_that_a_crash_cut_off_is_passed_over),
		IN_A_PLACE(test_a_damaged_last_line_is_no_checkpoint_and_no_absence),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
