#include "indexer/load.h"

#include "daemon/progress.h"
#include "indexer/mapping.h"
#include "indexer/reader.h"
#include "indexer/rejects.h"
#include "indexer/row_to_case.h"
#include "indexer/seen.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DAY_MS 86400000
#define GROUP_ROWS_MAX 4096 /* rows of one record held before its people are written */

static volatile sig_atomic_t stop_asked;

struct load {
	const struct load_request *request;
	struct load_result *result;
	struct mapping *mapping;
	struct lexicon *lexicon;
	struct folder *folder;
	struct reader *reader;
	struct output *output;
	struct rejects *rejects;
	struct seen *seen;
	struct row_to_case *converter;
	struct progress progress;
	char rejects_path[PATH_MAX];
	uint64_t rows, loaded, rejected, skipped;
	uint64_t records; /* distinct ones with somebody in them */
	/* The record that takes rows */
	bool open, counted;
	char id[RECORD_ID_BYTES_MAX];
	size_t id_bytes;
	uint64_t group_rows;
};

void
load_stop(int signal_number)
{
	(void)signal_number;
	stop_asked = 1;
}

/* --- Faults -------------------------------------------------------------------------------- */
static void
reject(struct load *load, const struct row *row, const char *field, const char *reason)
{
	rejects_add(load->rejects, REJECT_ROW, row, field, reason, STR_NONE);
	load->rejected++;
}

static const char *
id_column(const struct load *load)
{
	return load->mapping->columns[load->mapping->id.paths[0].column].name;
}

static void
skip(struct load *load, const struct row *row, const char *reason)
{
	rejects_add(load->rejects, REJECT_SKIPPED, row, "", reason, STR_NONE);
	load->skipped++;
}

static void
take_fault(
    void *ctx, const struct row *row, const char *field, const char *reason, struct str value)
{
	struct load *load = ctx;

	rejects_add(load->rejects, REJECT_FIELD, row, field, reason, value);
}

static enum status
take_record(void *ctx, const struct case_record *record, struct err *err)
{
	struct load *load = ctx;

	load->records += !load->counted;
	load->counted = true;
	return output_add(load->output, record, err);
}

/* The first limit that is passed ends the load; the rest of the export is not read. */
static enum status
check_limits(const struct load *load, struct err *err)
{
	const struct load_request *request = load->request;
	uint64_t faults = rejects_count(load->rejects, REJECT_FIELD);

	if (load->rejected > request->max_rejects)
		return err_data(err, STATUS_INVALID, request->export_path, 0,
		    "more than %llu rows are rejected (--max-rejects)",
		    (unsigned long long)request->max_rejects);
	if (faults > request->max_faults)
		return err_data(err, STATUS_INVALID, request->export_path, 0,
		    "more than %llu fields are faulty (--max-faults)",
		    (unsigned long long)request->max_faults);
	if (stop_asked)
		return err_set(err, STATUS_UNAVAILABLE, "stopped by a signal");
	return STATUS_OK;
}

/* --- Rows ---------------------------------------------------------------------------------- */
static enum status
close_record(struct load *load, struct err *err)
{
	if (!load->open)
		return STATUS_OK;
	load->open = false;
	return row_to_case_finish(load->converter, err);
}

static bool
is_open_record(const struct load *load, struct str id)
{
	return load->open && str_eq(id, (struct str){ load->id, load->id_bytes });
}

/* The id came before, with other records in between: an odd export, but no reason to lose anyone.
 */
static void
note_repeat(struct load *load, const struct row *row, uint64_t first_line)
{
	bool delta = load->request->mode == OUTPUT_DELTA;
	const char *reason = arena_format(row->arena,
	    "the record id was used on line %llu already; %s", (unsigned long long)first_line,
	    delta && load->mapping->rows == MAPPING_ROW_PER_RECORD
		? "this row replaces that one"
		: "these people are added to that record");

	load->result->repeated++;
	rejects_add(load->rejects, REJECT_FIELD, row, id_column(load),
	    reason == NULL ? "the record id was used already" : reason, STR_NONE);
}

/* *use false: the row was rejected. In a delta a later row of an id replaces an earlier one; in a
 * grouped full export rows that come back later add further people to their record. */
static enum status
open_record(bool *use, struct load *load, const struct row *row, struct str id, struct err *err)
{
	bool grouped = load->mapping->rows == MAPPING_ROWS_GROUPED;
	bool delta = load->request->mode == OUTPUT_DELTA;
	uint64_t first_line;
	enum status status = seen_put(&first_line, load->seen, id, row->line, err);

	*use = true;
	if (status != STATUS_OK)
		return status;
	if (first_line != 0 && !grouped && !delta) {
		const char *reason = arena_format(row->arena,
		    "duplicate record id; first on line %llu", (unsigned long long)first_line);

		reject(load, row, id_column(load), reason == NULL ? "duplicate record id" : reason);
		*use = false;
		return STATUS_OK;
	}
	if (first_line != 0)
		note_repeat(load, row, first_line);
	if (delta && (first_line == 0 || !grouped))
		status = output_replace(load->output, id, err);
	if (status == STATUS_OK)
		status = row_to_case_begin(load->converter, id, err);
	load->open = status == STATUS_OK;
	load->counted = first_line != 0;
	memcpy(load->id, id.p, id.n);
	load->id_bytes = id.n;
	load->group_rows = 0;
	return status;
}

static enum status
add_row(struct load *load, const struct row *row, struct err *err)
{
	bool somebody;
	enum status status = row_to_case_add(&somebody, load->converter, row, err);

	if (status != STATUS_OK)
		return status;
	if (somebody)
		load->loaded++;
	else
		skip(load, row, "the row names nobody");
	/* More rows than any case has: what is there is written, and the record goes on. */
	if (++load->group_rows % GROUP_ROWS_MAX == 0)
		status = row_to_case_finish(load->converter, err);
	return status;
}

static enum status
remove_record(struct load *load, const struct row *row, struct str id, struct err *err)
{
	bool was_there;
	uint64_t first_line;
	enum status status;

	if (load->request->mode == OUTPUT_FULL) {
		skip(load, row, "a full export takes nothing away");
		return STATUS_OK;
	}
	status = seen_put(&first_line, load->seen, id, row->line, err);
	if (status == STATUS_OK)
		status = output_remove(&was_there, load->output, id, err);
	if (status != STATUS_OK)
		return status;
	if (!was_there) {
		skip(load, row, "the record to take away is not on file");
		return STATUS_OK;
	}
	load->result->removals++;
	load->loaded++;
	return STATUS_OK;
}

static enum status
take_row(struct load *load, const struct row *row, struct err *err)
{
	bool grouped = load->mapping->rows == MAPPING_ROWS_GROUPED, use = true;
	enum status status = STATUS_OK;
	const char *fault;
	struct str id;

	load->rows++;
	if (row->fault != NULL) {
		reject(load, row, row->fault_at, row->fault);
		return STATUS_OK;
	}
	row_to_case_id(&id, &fault, load->converter, row);
	if (fault != NULL) {
		reject(load, row, id_column(load), fault);
		return STATUS_OK;
	}
	if (row_to_case_removes(load->converter, row)) {
		status = close_record(load, err);
		return status != STATUS_OK ? status : remove_record(load, row, id, err);
	}
	if (!grouped || !is_open_record(load, id)) {
		status = close_record(load, err);
		if (status == STATUS_OK)
			status = open_record(&use, load, row, id, err);
	}
	return status != STATUS_OK || !use ? status : add_row(load, row, err);
}

static enum status
take_rows(struct load *load, struct err *err)
{
	for (;;) {
		struct row row;
		bool more;
		enum status status = reader_next(&more, &row, load->reader, err);

		if (status == STATUS_OK && more)
			status = take_row(load, &row, err);
		if (status == STATUS_OK)
			status = check_limits(load, err);
		if (status != STATUS_OK)
			return status;
		if (!more)
			return close_record(load, err);
		progress_update(&load->progress, reader_done(load->reader), load->rows);
	}
}

/* --- Before and after ---------------------------------------------------------------------- */

/* schemas/exports/helpline.json and schemas/lexicon stand side by side, installed or not. */
static enum status
load_lexicon(struct load *load, struct err *err)
{
	char path[PATH_MAX];
	const char *given = load->request->lexicon_folder;
	const char *slash = strrchr(load->request->mapping_path, '/');
	int length;

	if (given != NULL)
		return lexicon_load(&load->lexicon, given, err);
	if (slash == NULL)
		length = snprintf(path, sizeof path, "../lexicon");
	else
		length = snprintf(path, sizeof path, "%.*s/../lexicon",
		    (int)(slash - load->request->mapping_path), load->request->mapping_path);
	if (length < 0 || (size_t)length >= sizeof path)
		return err_set(err, STATUS_LIMIT, "the path of the mapping is too long");
	return lexicon_load(&load->lexicon, path, err);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Opens all that is read, so that a mistake in the request costs no build. */
static enum status
open_input(struct load *load, struct err *err)
{
	const struct load_request *request = load->request;
	enum status status = mapping_load(&load->mapping, request->mapping_path, err);

	if (status == STATUS_OK && strcmp(load->mapping->system, request->system) != 0)
		status = err_data(err, STATUS_INVALID, request->mapping_path, 0,
		    "the mapping is for %s, not for %s", load->mapping->system, request->system);
	if (status == STATUS_OK)
		status = load_lexicon(load, err);
	if (status == STATUS_OK)
		status = folder_new(&load->folder, err);
	if (status == STATUS_OK)
		status = reader_open(&load->reader, load->mapping, request->export_path, err);
	return status;
}

static void
fill_manifest(struct load *load)
{
	struct manifest *manifest = &load->result->manifest;
	const char *slash = strrchr(load->request->export_path, '/');

	snprintf(manifest->system, sizeof manifest->system, "%s", load->mapping->system);
	snprintf(manifest->source_name, sizeof manifest->source_name, "%s",
	    slash == NULL ? load->request->export_path : slash + 1);
	manifest->as_of_ms = load->request->as_of_ms;
	if (manifest->as_of_ms == 0)
		manifest->as_of_ms = reader_modified_ms(load->reader);
	if (manifest->as_of_ms > now_ms())
		manifest->as_of_ms = now_ms(); /* a clock ahead of ours; never fresher than now */
	manifest->source_bytes = reader_size(load->reader);
	manifest->mapping_hash = load->mapping->hash;
}

static enum status
open_output(struct load *load, struct err *err)
{
	const struct load_request *request = load->request;
	const struct row_to_case_sink sink = { load, take_record, take_fault };
	enum status status = output_begin(&load->output, request->data_folder, request->system,
	    request->mode, load->lexicon, load->folder, err);

	if (status != STATUS_OK)
		return status;
	load->result->records_before = output_records_before(load->output);
	fill_manifest(load);
	if ((size_t)snprintf(load->rejects_path, sizeof load->rejects_path, "%s/rejects.jsonl",
		output_folder(load->output)) >= sizeof load->rejects_path)
		return err_set(err, STATUS_LIMIT, "the path of the data folder is too long");
	status = rejects_open(&load->rejects, load->rejects_path, load->mapping->encoding, err);
	if (status == STATUS_OK)
		status = seen_new(&load->seen, output_folder(load->output), err);
	if (status == STATUS_OK)
		status =
		    row_to_case_new(&load->converter, load->mapping, load->lexicon, load->folder,
			(day_number)(load->result->manifest.as_of_ms / DAY_MS), sink, err);
	return status;
}

static void
note_unused(struct load *load)
{
	struct load_result *result = load->result;

	if (load->rows == 0 || load->request->mode == OUTPUT_DELTA)
		return;
	for (size_t i = 0; i < load->mapping->column_count; i++) {
		const struct mapping_column *column = &load->mapping->columns[i];

		if (!reader_had_value(load->reader, i) && !column->optional &&
		    result->unused_count < LOAD_UNUSED_MAX)
			snprintf(result->unused[result->unused_count++], sizeof result->unused[0],
			    "%s", column->name);
	}
}

/* Publishing an export in which nothing could be read would hide every record there was. */
static enum status
check_something(const struct load *load, struct err *err)
{
	if (load->loaded > 0 || load->request->allow_empty || load->request->mode == OUTPUT_DELTA)
		return STATUS_OK;
	return err_data(err, STATUS_INVALID, load->request->export_path, 0,
	    "no record could be loaded from %llu rows; nothing is published (--allow-empty)",
	    (unsigned long long)load->rows);
}

static enum status
finish(struct load *load, struct err *err)
{
	struct load_result *result = load->result;
	struct manifest *manifest = &result->manifest;
	char system_folder[PATH_MAX - 32];
	enum status status = check_something(load, err);

	if (status == STATUS_OK)
		status = reader_finish(&manifest->source_hash, load->reader, err);
	if (status != STATUS_OK)
		return status;
	note_unused(load);
	manifest->rows = load->rows;
	manifest->rows_loaded = load->loaded;
	manifest->rows_rejected = load->rejected;
	manifest->rows_skipped = load->skipped;
	result->field_faults = rejects_count(load->rejects, REJECT_FIELD);
	output_set_records(load->output, load->records);
	status = rejects_finish(load->rejects, err);
	load->rejects = NULL;
	if (status != STATUS_OK)
		return status;
	snprintf(system_folder, sizeof system_folder, "%s", output_system_folder(load->output));
	status = output_publish(manifest, load->output, err);
	load->output = NULL;
	if (status == STATUS_OK &&
	    manifest->rows_rejected + manifest->rows_skipped + result->field_faults > 0)
		snprintf(result->rejects_path, sizeof result->rejects_path,
		    "%s/%08llu/rejects.jsonl", system_folder,
		    (unsigned long long)manifest->generation);
	return status;
}

/* A load that failed for its rejects keeps them, or nobody could see what was wrong. */
static void
keep_rejects(struct load *load)
{
	char kept[PATH_MAX];

	if (load->rejects == NULL || load->output == NULL)
		return;
	if (rejects_finish(load->rejects, NULL) == STATUS_OK &&
	    (size_t)snprintf(kept, sizeof kept, "%s/failed.rejects.jsonl",
		output_system_folder(load->output)) < sizeof kept &&
	    rename(load->rejects_path, kept) == 0)
		snprintf(load->result->rejects_path, sizeof load->result->rejects_path, "%s", kept);
	load->rejects = NULL;
}

static void
close_all(struct load *load)
{
	progress_end(&load->progress);
	row_to_case_free(load->converter);
	seen_free(load->seen);
	rejects_abandon(load->rejects);
	output_abandon(load->output);
	reader_close(load->reader);
	folder_free(load->folder);
	lexicon_free(load->lexicon);
	mapping_free(load->mapping);
}

enum status
load_run(struct load_result *result, const struct load_request *request, struct err *err)
{
	struct load load = { .request = request, .result = result };
	enum status status;

	*result = (struct load_result){ 0 };
	progress_begin(&load.progress, request->system, "rows", 0, PROGRESS_OFF);
	status = open_input(&load, err);
	if (status == STATUS_OK)
		status = open_output(&load, err);
	if (status == STATUS_OK) {
		progress_begin(&load.progress, request->system, "rows", reader_size(load.reader),
		    request->progress ? PROGRESS_AUTO : PROGRESS_OFF);
		status = take_rows(&load, err);
	}
	if (status == STATUS_OK)
		status = finish(&load, err);
	if (status == STATUS_INVALID)
		keep_rejects(&load);
	result->elapsed_ms = progress_elapsed_ms(&load.progress);
	close_all(&load);
	return status;
}
