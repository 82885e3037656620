#include "client/verb.h"

#include "client/batch.h"
#include "client/dates.h"
#include "client/output.h"
#include "client/pipeline.h"
#include "client/seen.h"
#include "daemon/progress.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define WAIT_MS 100 /* how soon Ctrl-C and the progress bar are looked at */
#define WORKERS_DEFAULT 4

struct batch_options {
	struct console console;
	const char *reference, *kind, *purpose, *jurisdiction, *review_type, *requester,
	    *organisation, *legal_basis, *leg, *output, *name, *age_at;
	uint64_t parallel;
	bool ignore_columns;
};

struct batch_run {
	struct batch_options options;
	const char *path;
	struct batch batch;
	struct rows *rows;
	struct columns columns;
	struct output output;
	struct seen seen;
	struct pipeline *pipeline;
	struct progress progress;
	bool appending; /* all lines of an earlier run are read */
	bool rows_ended;
	uint64_t done, kept, failed;
};

static volatile sig_atomic_t interrupted;

static void
on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* The second Ctrl-C ends the program as usual; that, too, can be gone on from. */
static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* --- What is asked --------------------------------------------------------------------------- */

static enum status
set_legs(struct batch *batch, const char *legs, const char *roles, struct err *err)
{
	struct str left = str_from(legs);
	size_t role_count = 0;
	/* The roles are cut in place: they are our own copy of an argument. */
	static char text[256];

	do {
		if (batch->leg_count == BATCH_LEGS_MAX)
			return err_set(
			    err, STATUS_USAGE, "--leg names more than %d legs", BATCH_LEGS_MAX);
		batch->legs[batch->leg_count++] = str_trim(str_cut(&left, ','));
	} while (left.n > 0);
	if (roles == NULL)
		return STATUS_OK;
	if (strlen(roles) >= sizeof text)
		return err_set(err, STATUS_USAGE, "--role is too long");
	memcpy(text, roles, strlen(roles) + 1);
	for (char *role = text; role != NULL;) {
		char *comma = strchr(role, ',');

		if (comma != NULL)
			*comma++ = '\0';
		if (role_count == BATCH_LEGS_MAX)
			return err_set(
			    err, STATUS_USAGE, "--role names more than %d roles", BATCH_LEGS_MAX);
		batch->roles[role_count++] = role;
		role = comma;
	}
	if (role_count != 1 && role_count != batch->leg_count)
		return err_set(err, STATUS_USAGE,
		    "%zu roles for %zu legs: give one, or one for each leg", role_count,
		    batch->leg_count);
	for (size_t i = 1; role_count == 1 && i < batch->leg_count; i++)
		batch->roles[i] = batch->roles[0];
	return STATUS_OK;
}

static enum status
check_texts(const struct batch_options *o, struct err *err)
{
	const char *const texts[] = { o->reference, o->kind, o->purpose, o->jurisdiction,
		o->review_type, o->requester, o->organisation, o->legal_basis, o->leg, o->name };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct str text = str_from(texts[i]);

		if (str_utf8_valid(text) != text.n)
			return err_set(err, STATUS_USAGE, "an option's value is not text in UTF-8");
	}
	return STATUS_OK;
}

static enum status
set_batch(struct batch_run *run, struct err *err)
{
	const struct batch_options *o = &run->options;
	struct batch *batch = &run->batch;
	enum status status = check_texts(o, err);

	batch->details = (struct request){ .reference = str_from(o->reference),
		.kind = str_from(o->kind),
		.purpose = str_from(o->purpose),
		.jurisdiction = str_from(o->jurisdiction),
		.review_type = str_from(o->review_type),
		.requester = str_from(o->requester),
		.organisation = str_from(o->organisation),
		.legal_basis = str_from(o->legal_basis) };
	batch->name = str_from(o->name == NULL ? o->reference : o->name);
	batch->age_at = DAY_NONE;
	if (status == STATUS_OK && o->age_at != NULL)
		status = dates_read_day(&batch->age_at, str_from(o->age_at), err);
	if (status == STATUS_OK)
		status = set_legs(batch, o->leg == NULL ? "" : o->leg, o->console.role, err);
	return status;
}

/* --- Rows in --------------------------------------------------------------------------------- */

static enum status
differs(const struct batch_run *run, const struct output_line *line, const struct batch_row *row,
    struct err *err)
{
	const char *what = row == NULL ? "but the file has no such row any more"
			   : strcmp(line->id, row->id) == 0
			       ? "which is another one in the file now"
			       : "which is not the row, or was not asked as it would be now";

	return err_data(err, STATUS_CONFLICT, run->output.path, 0,
	    "has a line for row %" PRIu64
	    ", %s: go on with the same file and options, or give another "
	    "--output",
	    line->row, what);
}

/* True in *skip if an earlier run has answered the row. */
static enum status
look_back(bool *skip, struct batch_run *run, const struct batch_row *row, struct err *err)
{
	struct output_line line;
	enum status status;

	*skip = false;
	if (run->appending)
		return STATUS_OK;
	status = output_next(&line, skip, &run->output, err);
	if (status != STATUS_OK || !*skip) {
		run->appending = true;
		return status;
	}
	if (line.row != row->number || !str_eq_text(row->ref, line.ref) ||
	    strcmp(line.id, row->id) != 0)
		return differs(run, &line, row, err);
	run->kept++;
	run->done++;
	run->failed += line.failed;
	return STATUS_OK;
}

static enum status
make_row(struct batch_row *row, struct batch_run *run, const struct row *in, struct err *err)
{
	bool again = false;
	enum status status = batch_row_make(row, &run->batch, &run->columns, in, err);

	if (status == STATUS_OK && row->ref.n > 0)
		status = seen_add(&again, &run->seen, row->ref, err);
	if (status == STATUS_OK && again && row->fault == STATUS_OK)
		batch_row_fault(
		    row, STATUS_INVALID, "this ref has come before; each row needs one of its own");
	return status;
}

/* Takes rows from the file while there is room for them. */
static enum status
feed(struct batch_run *run, struct err *err)
{
	enum status status = STATUS_OK;

	while (status == STATUS_OK && !run->rows_ended && !interrupted) {
		const struct row *in;
		struct batch_row *row = pipeline_room(run->pipeline);
		bool skip;

		if (row == NULL)
			return STATUS_OK;
		status = rows_next(&in, run->rows, err);
		if (status != STATUS_OK)
			return status;
		run->rows_ended = in == NULL;
		if (in == NULL)
			return STATUS_OK;
		status = make_row(row, run, in, err);
		if (status == STATUS_OK)
			status = look_back(&skip, run, row, err);
		if (status == STATUS_OK && !skip)
			pipeline_put(run->pipeline, in->bytes);
		else
			progress_update(&run->progress, in->bytes, run->done);
	}
	return status;
}

/* The file has ended: then every line of an earlier run must have had its row. */
static enum status
check_no_more_lines(struct batch_run *run, struct err *err)
{
	struct output_line line;
	bool there = false;
	enum status status = STATUS_OK;

	if (!run->appending)
		status = output_next(&line, &there, &run->output, err);
	run->appending = true;
	if (status == STATUS_OK && there)
		return differs(run, &line, NULL, err);
	return status;
}

/* --- Lines out ------------------------------------------------------------------------------- */

static enum status
write_line(struct batch_run *run, const struct pipeline_line *line, struct err *err)
{
	run->done++;
	run->failed += line->failed;
	progress_update(&run->progress, line->bytes, run->done);
	return output_write(&run->output, line->text, err);
}

/* Writes what is ready, in order; waits a little if nothing is. */
static enum status
drain(enum pipeline_took *took, struct batch_run *run, struct err *err)
{
	struct pipeline_line line;
	unsigned wait_ms = WAIT_MS;
	enum status status = STATUS_OK;

	for (;;) {
		*took = pipeline_take(&line, run->pipeline, wait_ms, err);
		if (*took != PIPELINE_LINE)
			return err->status != STATUS_OK ? err->status : STATUS_OK;
		status = write_line(run, &line, err);
		if (status != STATUS_OK)
			return status;
		wait_ms = 0;
	}
}

/* After a fault, the rows that were under way still count: their lines are written. */
static void
finish_under_way(struct batch_run *run)
{
	struct err err = ERR_NONE;
	enum pipeline_took took = PIPELINE_WAIT;

	pipeline_stop(run->pipeline);
	while (took == PIPELINE_WAIT && drain(&took, run, &err) == STATUS_OK)
		continue;
}

static enum status
run_rows(struct batch_run *run, struct err *err)
{
	enum pipeline_took took = PIPELINE_WAIT;
	enum status status = STATUS_OK;

	while (status == STATUS_OK) {
		status = feed(run, err);
		if (interrupted)
			pipeline_stop(run->pipeline);
		if (status != STATUS_OK) {
			finish_under_way(run);
			return status;
		}
		status = drain(&took, run, err);
		if (took == PIPELINE_STOPPED ||
		    (took == PIPELINE_EMPTY && (run->rows_ended || interrupted)))
			break;
	}
	if (status == STATUS_OK && run->rows_ended)
		status = check_no_more_lines(run, err);
	if (status == STATUS_OK)
		status = output_sync(&run->output, err);
	return status;
}

/* --- The command ----------------------------------------------------------------------------- */

static enum status
open_all(struct batch_run *run, struct err *err)
{
	const struct row *header;
	enum status status = rows_open(&run->rows, run->path, err);

	if (status == STATUS_OK)
		status = rows_next(&header, run->rows, err);
	if (status == STATUS_OK && header == NULL)
		return err_data(
		    err, STATUS_INVALID, run->path, 0, "is empty; a header is expected");
	if (status == STATUS_OK)
		status = columns_read(
		    &run->columns, header, run->options.ignore_columns, run->path, err);
	if (status == STATUS_OK)
		status = output_open(&run->output, run->options.output, err);
	if (status == STATUS_OK)
		status = pipeline_new(&run->pipeline, &run->batch, &run->options.console,
		    (unsigned)run->options.parallel, err);
	return status;
}

static void
summarise(const struct batch_run *run, bool stopped)
{
	char done[PROGRESS_NUMBER_BYTES], failed[PROGRESS_NUMBER_BYTES],
	    kept[PROGRESS_NUMBER_BYTES];

	fprintf(stderr, "client batch: %s %s%s, %s failed", progress_number(done, run->done),
	    run->done == 1 ? "row" : "rows", stopped ? " before it stopped" : "",
	    progress_number(failed, run->failed));
	if (run->kept > 0)
		fprintf(stderr, " (%s were there from an earlier run)",
		    progress_number(kept, run->kept));
	fputc('\n', stderr);
	if (stopped && run->options.output != NULL)
		fputs("client batch: the same command goes on from there\n", stderr);
	else if (stopped)
		fputs("client batch: the same command gives the same answers again, without new "
		      "checks; with --output it would go on from there\n",
		    stderr);
}

static int
run_batch(struct batch_run *run)
{
	bool quiet = run->options.output == NULL && isatty(STDOUT_FILENO);
	struct err err = ERR_NONE;
	bool opened;
	enum status status = set_batch(run, &err);

	if (status == STATUS_OK)
		status = open_all(run, &err);
	opened = status == STATUS_OK;
	if (opened) {
		catch_signals();
		progress_begin(&run->progress, "checking", "rows", rows_size(run->rows),
		    quiet ? PROGRESS_OFF : PROGRESS_AUTO);
		status = run_rows(run, &err);
		progress_end(&run->progress);
	}
	pipeline_free(run->pipeline);
	output_close(&run->output);
	rows_close(run->rows);
	seen_free(&run->seen);
	if (opened)
		summarise(run, status != STATUS_OK || interrupted);
	if (status != STATUS_OK)
		return console_fail(&(struct console){ .json = false }, "batch", &err);
	if (interrupted)
		return status_exit_code(STATUS_BUSY);
	return run->failed > 0 ? status_exit_code(STATUS_INVALID) : EX_OK;
}

static const char details[] =
    "FILE.csv has a header; - reads stdin. Columns, in any order: ref (or id), forename, middle,\n"
    "surname, name, former_surname, known_as, dob, age, age_at, sex, address, town, postcode,\n"
    "phone, email, nhs, chi, hc, jersey, upn, case, role. Each row is one check and gives one "
    "line\n"
    "of JSON, in the order of the rows: row, ref, id, check, audit, outcome, results; or error.\n"
    "\nA batch that was stopped goes on when the same command is given again, and asks nothing\n"
    "twice. To ask the same rows anew, give another --batch name and --output.\n"
    "\nBoth legs, by one who holds both roles: --leg qa,childline --role qa_officer,nsit_officer\n";

int
verb_batch(int argc, char **argv)
{
	static struct batch_run run; /* tens of KiB */
	struct batch_options *o = &run.options;
	const struct option_spec specs[] = {
		{ "output", 'o', "FILE",
		    "where the lines go (stdout); one that is there is gone on in", OPTION_TEXT,
		    &o->output, OPTION_OPTIONAL, 0 },
		{ "parallel", 0, "N", "checks under way at once (4)", OPTION_NUMBER, &o->parallel,
		    OPTION_OPTIONAL, PIPELINE_WORKERS_MAX },
		{ "ignore-columns", 0, NULL, "pass over columns that are not known", OPTION_FLAG,
		    &o->ignore_columns, OPTION_OPTIONAL, 0 },
		{ "batch", 0, "NAME", "name of the batch (its reference)", OPTION_TEXT, &o->name,
		    OPTION_OPTIONAL, 0 },
		{ "age-at", 0, "DATE", "day of ages whose row gives none", OPTION_TEXT, &o->age_at,
		    OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(o->console),
		{ NULL, 0, NULL, "The request, the same for every row", OPTION_FLAG, NULL,
		    OPTION_OPTIONAL, 0 },
		{ "reference", 0, "TEXT", "the reference", OPTION_TEXT, &o->reference,
		    OPTION_REQUIRED, 0 },
		{ "kind", 0, "WORD", "kind of request", OPTION_TEXT, &o->kind, OPTION_REQUIRED, 0 },
		{ "purpose", 0, "TEXT", "why the checks are made", OPTION_TEXT, &o->purpose,
		    OPTION_REQUIRED, 0 },
		{ "jurisdiction", 0, "WORD", "england, wales, scotland, ...", OPTION_TEXT,
		    &o->jurisdiction, OPTION_OPTIONAL, 0 },
		{ "review-type", 0, "WORD", "type of review, by the policy", OPTION_TEXT,
		    &o->review_type, OPTION_OPTIONAL, 0 },
		{ "requester", 0, "NAME", "who asks for the checks", OPTION_TEXT, &o->requester,
		    OPTION_OPTIONAL, 0 },
		{ "organisation", 0, "NAME", "and of which organisation", OPTION_TEXT,
		    &o->organisation, OPTION_OPTIONAL, 0 },
		{ "legal-basis", 0, "TEXT", "law or guidance that they rest on", OPTION_TEXT,
		    &o->legal_basis, OPTION_OPTIONAL, 0 },
		{ "leg", 0, "LEG[,LEG]", "leg to search; several are a check each", OPTION_TEXT,
		    &o->leg, OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "client",
		.name = "batch",
		.arguments = "FILE.csv",
		.summary = "Check every row of a CSV file",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.details = details,
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	int exit_code;

	run = (struct batch_run){ .options.parallel = WORKERS_DEFAULT, .output.fd = -1 };
	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	if (o->parallel == 0)
		return options_usage_error(&command, "--parallel needs at least 1");
	run.path = rest.argv[0];
	return run_batch(&run);
}
