#include "client/verb.h"

#include "client/printer.h"
#include "client/service.h"
#include "client/sheet.h"
#include "client/standing.h"
#include "daemon/progress.h"
#include "ledger/verify.h"

#include <inttypes.h>
#include <stdio.h>

#define ENTRIES_MAX 1000000000000 /* a sequence number that a person could have noted */

static void
on_progress(void *ctx, uint64_t done, uint64_t all)
{
	struct progress *progress = ctx;

	progress->total = all;
	progress_update(progress, done, done);
}

/* "18:HASH" as `ledger head` prints it. */
static enum status
read_expect(struct ledger_expect *out, const char *text, struct err *err)
{
	struct str rest = str_from(text);
	struct str seq = str_cut(&rest, ':');

	if (!str_to_u64(&out->seq, seq, ENTRIES_MAX) || out->seq == 0 ||
	    !digest_from_hex(&out->hash, rest))
		return err_set(err, STATUS_USAGE,
		    "--head needs SEQ:HASH, a number and %d hexadecimal digits", DIGEST_HEX);
	return STATUS_OK;
}

static void
add_json(struct buf *out, const struct ledger_report *r, const struct err *err)
{
	char hash[DIGEST_HEX + 1], text[1024];
	bool ok = err->status == STATUS_OK;

	digest_hex(hash, &r->head);
	buf_addf(out,
	    "{\"ok\":%s,\"entries\":%" PRIu64 ",\"checks\":%" PRIu64 ",\"requests\":%" PRIu64
	    ",\"secured\":%" PRIu64 ",\"checkpoints\":%" PRIu64 ",\"signatures\":%" PRIu64
	    ",\"destroyed\":%" PRIu64 ",\"rows\":%" PRIu64 ",\"first_ms\":%" PRId64
	    ",\"last_ms\":%" PRId64 ",\"head\":\"%" PRIu64 ":%s\"",
	    ok ? "true" : "false", r->entries, r->checks, r->requests, r->secured, r->checkpoints,
	    r->signatures, r->destroyed, r->rows, r->first_ms, r->last_ms, r->entries, hash);
	if (!ok) {
		buf_addf(out, ",\"bad_entry\":%" PRIu64 ",\"message\":", r->bad_seq);
		buf_add_json(out, str_from(err_format(text, sizeof text, err)));
	}
	buf_add_text(out, "}\n");
}

static void
put_counts(struct sheet *sheet, const struct ledger_report *r)
{
	struct buf text = BUF_INIT;

	printer_count(&text, (int64_t)r->entries);
	buf_addf(&text, " %s, %" PRIu64 " of them checks; ", r->entries == 1 ? "entry" : "entries",
	    r->checks);
	buf_addf(&text, "%" PRIu64 " %s secured", r->secured,
	    r->secured == 1 ? "record is" : "records are");
	sheet_put(sheet, SHEET_PLAIN, buf_str(&text));
	sheet_end(sheet);
	buf_free(&text);
	sheet_putf(sheet, SHEET_PLAIN,
	    "%" PRIu64 " requests, %" PRIu64 " of them destroyed; %" PRIu64
	    " rows follow from the entries as they should",
	    r->requests, r->destroyed, r->rows);
	sheet_end(sheet);
}

static void
put_head(struct sheet *sheet, const struct ledger_report *r)
{
	char hash[DIGEST_HEX + 1];
	struct buf text = BUF_INIT;

	if (r->entries == 0)
		return;
	digest_hex(hash, &r->head);
	buf_add_text(&text, "first ");
	console_add_time(&text, r->first_ms);
	buf_add_text(&text, ", last ");
	console_add_time(&text, r->last_ms);
	sheet_put(sheet, SHEET_PLAIN, buf_str(&text));
	sheet_end(sheet);
	buf_free(&text);
	sheet_putf(sheet, SHEET_PLAIN, "head %" PRIu64 ":%s", r->entries, hash);
	sheet_end(sheet);
}

/* What this verification does not show is said too. */
static void
put_limits(struct sheet *sheet, const struct ledger_report *r, const struct ledger_proof *proof)
{
	if (r->checkpoints > 0 && proof->public_count == 0)
		sheet_putf(sheet, SHEET_DIM,
		    "%" PRIu64 " checkpoints are of this chain; their signatures were not looked "
		    "at (--public).",
		    r->checkpoints);
	else if (proof->public_count > 0)
		sheet_putf(sheet, SHEET_PLAIN, "%" PRIu64 " signatures of checkpoints are good.",
		    r->signatures);
	sheet_end(sheet);
	sheet_put(sheet, SHEET_DIM,
	    proof->expect != NULL || proof->checkpoint_path != NULL
		? STR_LIT("What was kept is in the chain: nothing before it was cut off.")
		: STR_LIT("Nothing kept elsewhere was given: entries cut off the end would not be "
			  "noticed (--checkpoint, --head)."));
	sheet_end(sheet);
}

static void
add_text(struct buf *out, const struct ledger_report *r, const struct ledger_proof *proof)
{
	struct sheet sheet;

	sheet_init(&sheet, SHEET_WIDTH_MAX, console_colour());
	sheet_put(&sheet, SHEET_GOOD, STR_LIT("VERIFIED:"));
	put_counts(&sheet, r);
	put_head(&sheet, r);
	put_limits(&sheet, r, proof);
	buf_add_str(out, buf_str(&sheet.out));
	buf_free(&sheet.out);
}

static enum status
verify(struct buf *out, const struct console *console, const char *path, const char *head,
    struct ledger_proof *proof, struct err *err)
{
	struct ledger_report report = { .entries = 0 };
	struct ledger_expect expect;
	struct progress progress;
	enum status status = STATUS_OK;

	if (head != NULL)
		status = read_expect(&expect, head, err);
	if (status != STATUS_OK)
		return status;
	proof->expect = head == NULL ? NULL : &expect;
	progress_begin(&progress, "verifying", "entries", 0, PROGRESS_AUTO);
	status = ledger_prove(&report, path, proof, on_progress, &progress, err);
	progress_end(&progress);
	if (console->json && (status == STATUS_OK || status == STATUS_CORRUPT))
		add_json(out, &report, err);
	else if (status == STATUS_OK)
		add_text(out, &report, proof);
	else if (status == STATUS_CORRUPT && report.bad_seq > 0)
		buf_addf(out, "ENTRY %" PRIu64 " DOES NOT VERIFY; %" PRIu64 " before it do.\n",
		    report.bad_seq, report.bad_seq - 1);
	return status;
}

int
verb_ledger_verify(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *head = NULL;
	struct option_texts keys = { .count = 0 };
	struct ledger_proof proof = { .expect = NULL };
	const struct option_spec specs[] = {
		{ "public", 0, "FILE",
		    "a public key (sign.pub): the signature of every checkpoint is verified",
		    OPTION_TEXTS, &keys, OPTION_OPTIONAL, 0 },
		{ "checkpoint", 0, "FILE",
		    "checkpoints kept elsewhere, one a line: each must be of this ledger",
		    OPTION_TEXT, &proof.checkpoint_path, OPTION_OPTIONAL, 0 },
		{ "head", 0, "SEQ:HASH", "a head kept earlier, which must be in the chain",
		    OPTION_TEXT, &head, OPTION_OPTIONAL, 0 },
		{ "json", 0, NULL, "print JSON, for programs", OPTION_FLAG, &console.json,
		    OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "client",
		.name = "ledger verify",
		.arguments = "FILE",
		.summary = "Prove that a ledger file is whole and unchanged",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE, lost = ERR_NONE;
	char text[1024];
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	proof.public_paths = keys.items;
	proof.public_count = keys.count;
	if (verify(&out, &console, rest.argv[0], head, &proof, &err) == STATUS_OK)
		return console_finish(&console, "ledger verify", &out);
	/* What was found out goes first, then why. The report is the JSON answer of a bad ledger.
	 */
	if (console_write(buf_str(&out), &lost) != STATUS_OK)
		fprintf(stderr, "client ledger verify: %s\n", err_format(text, sizeof text, &lost));
	console.json = console.json && out.n == 0;
	buf_free(&out);
	return console_fail(&console, "ledger verify", &err);
}

static enum status
ask_head(struct buf *out, const struct console *console, struct arena *arena, struct err *err)
{
	struct wire_reply reply;
	struct standing_head head;
	enum status status =
	    service_once(&reply, console, arena, "ledger.head", STR_LIT("{}"), WIRE_CLIENT_MS, err);

	if (status == STATUS_OK && console->json)
		service_add_json(out, &reply);
	if (status != STATUS_OK || console->json)
		return status;
	status = standing_read_head(&head, arena, reply.body, err);
	if (status == STATUS_OK) {
		buf_addf(out, "%lld:", (long long)head.seq);
		buf_add_printable(out, head.hash);
		buf_add_char(out, '\n');
	}
	return status;
}

int
verb_ledger_head(int argc, char **argv)
{
	return service_verb(argc, argv, "ledger head",
	    "Print SEQ:HASH of the last entry; keep it elsewhere to prove by later", ask_head);
}
