#include "indexer/load.h"

#include "base/buf.h"
#include "daemon/options.h"
#include "daemon/process.h"
#include "daemon/progress.h"
#include "indexer/commands.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

struct load_options {
	const char *system, *mapping, *export, *data, *lexicon, *as_of;
	uint64_t max_rejects, max_faults;
	bool delta, allow_empty, json, quiet;
};

static const char *
yes_or_no(bool value)
{
	return value ? "true" : "false";
}

static void
add_number(struct buf *out, const char *name, uint64_t value)
{
	buf_addf(out, ",\"%s\":%llu", name, (unsigned long long)value);
}

static void
add_text(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, ",\"%s\":", name);
	buf_add_json(out, str_from(text));
}

static void
result_to_json(struct buf *out, const struct load_result *result)
{
	const struct manifest *m = &result->manifest;
	char time[COMMANDS_TIME_BYTES];

	buf_addf(out, "{\"system\":\"%s\",\"generation\":%llu,\"delta\":%s", m->system,
	    (unsigned long long)m->generation, yes_or_no(m->delta));
	add_text(out, "as_of", commands_time_json(time, m->as_of_ms));
	add_number(out, "rows", m->rows);
	add_number(out, "rows_loaded", m->rows_loaded);
	add_number(out, "rows_rejected", m->rows_rejected);
	add_number(out, "rows_skipped", m->rows_skipped);
	add_number(out, "field_faults", result->field_faults);
	add_number(out, "repeated", result->repeated);
	add_number(out, "removals", result->removals);
	add_number(out, "records", m->records);
	add_number(out, "people", m->people);
	add_number(out, "records_before", result->records_before);
	add_number(out, "elapsed_ms", (uint64_t)result->elapsed_ms);
	add_text(out, "rejects", result->rejects_path);
	buf_add_text(out, ",\"unused\":[");
	for (size_t i = 0; i < result->unused_count; i++) {
		buf_add_text(out, i == 0 ? "" : ",");
		buf_add_json(out, str_from(result->unused[i]));
	}
	buf_add_text(out, "]}\n");
}

static void
print_count(const char *label, uint64_t value, const char *remark)
{
	char number[PROGRESS_NUMBER_BYTES];

	printf("  %-13s %12s%s%s\n", label, progress_number(number, value),
	    remark[0] != '\0' ? "   " : "", remark);
}

static void
print_remarks(const struct load_result *result)
{
	const struct manifest *m = &result->manifest;

	if (result->rejects_path[0] != '\0')
		printf("  rejects       %s\n", result->rejects_path);
	for (size_t i = 0; i < result->unused_count; i++)
		printf("%s\"%s\"%s", i == 0 ? "  note: no row has a value for " : ", ",
		    result->unused[i], i + 1 == result->unused_count ? "\n" : "");
	if (m->records < result->records_before / 2)
		printf(
		    "  note: the generation before had %llu records: was the export cut short?\n",
		    (unsigned long long)result->records_before);
}

static void
print_result(const struct load_result *result)
{
	const struct manifest *m = &result->manifest;
	char number[PROGRESS_NUMBER_BYTES];
	double seconds = (double)result->elapsed_ms / 1000;

	printf("Loaded %s: generation %llu (%s)\n", m->system, (unsigned long long)m->generation,
	    m->delta ? "delta" : "full");
	print_count("rows", m->rows, "");
	print_count("loaded", m->rows_loaded, "");
	print_count("rejected", m->rows_rejected, "");
	print_count("skipped", m->rows_skipped, "");
	print_count("field faults", result->field_faults, "in loaded rows");
	if (result->repeated > 0)
		print_count("repeated", result->repeated, "record ids that came again later");
	if (m->delta)
		print_count("removals", result->removals, "");
	print_count("records", m->records, m->delta ? "on file now" : "");
	print_count("people", m->people, m->delta ? "on file now" : "");
	print_remarks(result);
	printf("  took          %.1f s, %s rows a second\n", seconds,
	    progress_number(
		number, (uint64_t)((double)m->rows / (seconds < 0.001 ? 0.001 : seconds))));
}

/* "2026-11-23", "2026-11-23T22:45:07Z" or "2026-11-23T22:45Z", UTC. */
static bool
parse_time(int64_t *ms, const char *text)
{
	struct str s = str_from(text), rest;
	uint64_t hour = 0, minute = 0, second = 0;
	day_number day;

	if (!day_parse(&day, str_part(s, 0, 10)))
		return false;
	rest = str_part(s, 10, s.n);
	if (rest.n != 0) {
		if (rest.p[0] != 'T' || !str_ends(rest, STR_LIT("Z")))
			return false;
		rest = str_part(rest, 1, rest.n - 2);
		if (!str_to_u64(&hour, str_cut(&rest, ':'), 23) ||
		    !str_to_u64(&minute, str_cut(&rest, ':'), 59) ||
		    (rest.n > 0 && !str_to_u64(&second, rest, 59)))
			return false;
	}
	*ms = (((int64_t)day * 24 + (int64_t)hour) * 60 + (int64_t)minute) * 60000 +
	      (int64_t)second * 1000;
	return true;
}

static int
check_options(
    int64_t *as_of_ms, const struct load_options *options, const struct option_command *command)
{
	*as_of_ms = 0;
	if (!generation_system_valid(str_from(options->system)))
		return options_usage_error(command,
		    "--system needs lower-case letters, digits and underscores, not '%s'",
		    options->system);
	if (options->as_of == NULL)
		return 0;
	if (!parse_time(as_of_ms, options->as_of) || *as_of_ms <= 0)
		return options_usage_error(command,
		    "--as-of needs a time such as 2026-11-23 or 2026-11-23T22:45:00Z, not '%s'",
		    options->as_of);
	if (*as_of_ms / 1000 > (int64_t)time(NULL))
		return options_usage_error(command, "--as-of lies in the future");
	return 0;
}

/* A load is ended tidily, so that its lock and folder do not have to wait for the next one. */
static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = load_stop }, before;

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* A terminal that goes away ends it too; under nohup it is ignored and stays so. */
	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
	action.sa_handler =
	    SIG_IGN; /* a full disk's write and a closed pipe are errors, not ends */
	sigaction(SIGXFSZ, &action, NULL);
	sigaction(SIGPIPE, &action, NULL);
}

static int
run(const struct load_options *options, int64_t as_of_ms)
{
	static struct load_result result; /* a manifest is large for a stack */
	const struct load_request request = { .system = options->system,
		.mapping_path = options->mapping,
		.export_path = options->export,
		.data_folder = options->data,
		.lexicon_folder = options->lexicon,
		.as_of_ms = as_of_ms,
		.mode = options->delta ? OUTPUT_DELTA : OUTPUT_FULL,
		.max_rejects = options->max_rejects,
		.max_faults = options->max_faults,
		.allow_empty = options->allow_empty,
		.progress = !options->quiet };
	struct err err = ERR_NONE;
	struct buf json = BUF_INIT;
	enum status status;

	catch_signals();
	process_be_nice(); /* checks go first */
	status = load_run(&result, &request, &err);
	if (status != STATUS_OK) {
		if (result.rejects_path[0] != '\0')
			fprintf(stderr, "indexer load: the rejected rows are in %s\n",
			    result.rejects_path);
		err.status = status;
		return commands_fail("load", &err);
	}
	if (options->json) {
		result_to_json(&json, &result);
		fputs(buf_failed(&json) ? "" : json.p, stdout);
		buf_free(&json);
	} else {
		print_result(&result);
	}
	return fflush(stdout) == 0 ? 0 : status_exit_code(STATUS_IO);
}

int
load_main(int argc, char **argv)
{
	struct load_options o = { .max_rejects = LOAD_NO_LIMIT, .max_faults = LOAD_NO_LIMIT };
	const struct option_spec options[] = {
		{ "system", 0, "NAME", "key of the system, such as helpline", OPTION_TEXT,
		    &o.system, OPTION_REQUIRED, 0 },
		{ "mapping", 0, "FILE", "how to read it: schemas/exports/NAME.json", OPTION_TEXT,
		    &o.mapping, OPTION_REQUIRED, 0 },
		{ "export", 0, "FILE", "the export", OPTION_TEXT, &o.export, OPTION_REQUIRED, 0 },
		{ "data", 0, "DIR", "data folder", OPTION_TEXT, &o.data, OPTION_REQUIRED, 0 },
		{ "delta", 0, NULL, "the export holds changes since the last load", OPTION_FLAG,
		    &o.delta, OPTION_OPTIONAL, 0 },
		{ "lexicon", 0, "DIR", "lexicon folder (lexicon beside the mapping's folder)",
		    OPTION_TEXT, &o.lexicon, OPTION_OPTIONAL, 0 },
		{ "as-of", 0, "TIME", "when the export was made, UTC (its file time)", OPTION_TEXT,
		    &o.as_of, OPTION_OPTIONAL, 0 },
		{ "max-rejects", 0, "N", "fail if more rows are rejected", OPTION_NUMBER,
		    &o.max_rejects, OPTION_OPTIONAL, 0 },
		{ "max-faults", 0, "N", "fail if more fields are faulty", OPTION_NUMBER,
		    &o.max_faults, OPTION_OPTIONAL, 0 },
		{ "allow-empty", 0, NULL, "publish even if no record could be loaded", OPTION_FLAG,
		    &o.allow_empty, OPTION_OPTIONAL, 0 },
		{ "json", 0, NULL, "print the result as JSON", OPTION_FLAG, &o.json,
		    OPTION_OPTIONAL, 0 },
		{ "quiet", 'q', NULL, "no progress", OPTION_FLAG, &o.quiet, OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "indexer",
		.name = "load",
		.summary =
		    "Loads an export and publishes it; searches see the old index until then",
		.options = options,
		.option_count = sizeof options / sizeof *options,
		.details = "Rows that cannot be used, and fields that had to be left out, are in\n"
			   "rejects.jsonl of the new generation (after a failed load: "
			   "failed.rejects.jsonl\n"
			   "in the system's folder), readable by the owner only. rows = loaded + "
			   "rejected\n"
			   "+ skipped. If the load fails, the old index stays.\n" };
	struct option_rest rest;
	int64_t as_of_ms;
	int code;

	if (!options_parse(&rest, &code, &command, argc, argv))
		return code;
	code = check_options(&as_of_ms, &o, &command);
	return code != 0 ? code : run(&o, as_of_ms);
}
