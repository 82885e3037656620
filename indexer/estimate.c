#include "base/file.h"
#include "daemon/options.h"
#include "daemon/progress.h"
#include "indexer/commands.h"
#include "indexer/estimate_model.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>

#define PAIRS_DEFAULT 1000000 /* of each kind: a fit of 1,000,000 people ends in about a minute */
#define PAIRS_MIN 1000
#define PAIRS_MAX 100000000
#define FEW_MATCHES 50 /* under which the table warns: then the model before has the say */
#define FILE_MODE 0640

struct settings {
	const char *data, *system, *output, *from, *lexicon, *name, *report;
	uint64_t seed, pairs;
	bool quiet;
};

static const char *const kind_names[SAMPLE_KINDS] = { "random", "by name", "by date" };
static const char *const kind_keys[SAMPLE_KINDS] = { "random", "name", "date" };

/* --- The table ------------------------------------------------------------------------------- */
static double
bits_of(double m, double u)
{
	return log2(m / u);
}

static void
print_field(const struct fit *fit, struct model *before, enum vector_field field)
{
	const struct model_level *old = vector_model(before, field);

	if (!estimate_model_fitted(fit, field)) {
		printf("  %-10s no pair has it on both sides: as it was\n", vector_name(field));
		return;
	}
	for (size_t i = 0; i < vector_levels(field); i++) {
		const struct estimate_level *level = &fit->estimate.level[field][i];

		printf("  %-10s %-15s %9.6f %12.4g %+7.2f %+7.2f %10.1f %10.0f\n",
		    i == 0 ? vector_name(field) : "", vector_level_name(field, (int)i), level->m,
		    level->u, bits_of(level->m, level->u), old[i].bits, level->m_n, level->u_n);
	}
}

static void
print_kinds(const struct fit *fit)
{
	char number[PROGRESS_NUMBER_BYTES], patterns[PROGRESS_NUMBER_BYTES];

	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		const struct fit_kind *of = &fit->kinds[kind];

		printf("  pairs %-8s %12s   about %.0f matches, %s patterns", kind_names[kind],
		    progress_number(number, (uint64_t)of->compared), of->matched,
		    progress_number(patterns, of->patterns));
		if (of->count.left_out > 0)
			printf("; %llu too common keys left out",
			    (unsigned long long)of->count.left_out);
		printf("\n");
	}
}

static void
print_fit(const struct fit *fit, const char *name, const char *output)
{
	struct model before = fit->before;
	char number[PROGRESS_NUMBER_BYTES];

	printf("Fitted %s, written to %s\n", name, output);
	printf("  people         %12s   in %zu system%s\n", progress_number(number, fit->people),
	    fit->system_count, fit->system_count == 1 ? "" : "s");
	print_kinds(fit);
	printf("  expected       %12.3f   records on file of a person on file (%.3f before)\n",
	    fit->expected_matches, fit->before.expected_matches);
	printf("  relatives      %12.3f   at the home of a person on file (%.3f before)\n",
	    fit->relatives, fit->before.relatives.expected);
	printf("  strength       %12.0f   people's worth of belief in the table of names (%.0f "
	       "before)\n",
	    fit->strength, fit->before.frequency_strength);
	printf("  steps          %12u   %s\n", fit->estimate.steps,
	    fit->estimate.settled ? "settled" : "not settled: more would still move it");
	printf("\n  %-10s %-15s %9s %12s %7s %7s %10s %10s\n", "comparison", "level", "m", "u",
	    "bits", "before", "matches", "others");
	for (int field = 0; field < VECTOR_COUNT; field++)
		print_field(fit, &before, (enum vector_field)field);
	if (fit->kinds[SAMPLE_NAME].matched + fit->kinds[SAMPLE_DATE].matched < FEW_MATCHES)
		printf(
		    "\n  note: fewer than %d matches were found, so the weights are nearly those "
		    "of %s\n",
		    FEW_MATCHES, fit->before.name);
}

/* --- The report ------------------------------------------------------------------------------ */
static void
add_kinds(struct buf *out, const struct fit *fit)
{
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		const struct fit_kind *of = &fit->kinds[kind];

		buf_addf(out,
		    "%s\n\t\t\"%s\": { \"pairs\": %.0f, \"matches\": %.2f, \"patterns\": %llu, "
		    "\"share\": %.6g, \"groups\": %llu, \"left_out\": %llu }",
		    kind == 0 ? "" : ",", kind_keys[kind], of->compared, of->matched,
		    (unsigned long long)of->patterns, of->count.share,
		    (unsigned long long)of->count.groups, (unsigned long long)of->count.left_out);
	}
}

static void
add_levels(struct buf *out, const struct fit *fit)
{
	struct model before = fit->before;
	const char *between = "";

	for (int field = 0; field < VECTOR_COUNT; field++) {
		const struct model_level *old = vector_model(&before, (enum vector_field)field);

		if (!estimate_model_fitted(fit, (enum vector_field)field))
			continue;
		for (size_t i = 0; i < vector_levels((enum vector_field)field); i++) {
			const struct estimate_level *level = &fit->estimate.level[field][i];

			buf_addf(out,
			    "%s\n\t\t{ \"comparison\": \"%s\", \"level\": \"%s\", \"m\": %.9g, "
			    "\"u\": %.9g, \"bits\": %.3f, \"bits_before\": %.3f, \"matches\": "
			    "%.2f, "
			    "\"others\": %.2f }",
			    between, vector_name((enum vector_field)field),
			    vector_level_name((enum vector_field)field, (int)i), level->m, level->u,
			    bits_of(level->m, level->u), old[i].bits, level->m_n, level->u_n);
			between = ",";
		}
	}
}

static void
add_report(struct buf *out, const struct fit *fit, const char *name, const struct fit_request *from)
{
	buf_addf(out, "{\n\t\"report\": 1,\n\t\"model\": ");
	buf_add_json(out, str_from(name));
	buf_add_text(out, ",\n\t\"from\": ");
	buf_add_json(out, str_from(fit->before.name));
	buf_addf(out, ",\n\t\"seed\": %llu,\n\t\"people\": %llu,\n\t\"systems\": [",
	    (unsigned long long)from->seed, (unsigned long long)fit->people);
	for (size_t i = 0; i < fit->system_count; i++)
		buf_addf(out,
		    "%s\n\t\t{ \"system\": \"%s\", \"generation\": %llu, \"people\": %llu }",
		    i == 0 ? "" : ",", fit->systems[i].system,
		    (unsigned long long)fit->systems[i].generation,
		    (unsigned long long)fit->systems[i].people);
	buf_add_text(out, "\n\t],\n\t\"pairs\": {");
	add_kinds(out, fit);
	buf_addf(out,
	    "\n\t},\n\t\"relatives\": %.4g,\n\t\"strength\": %.4g,\n\t\"matches\": "
	    "%.2f,\n\t\"found_by_date\": "
	    "%.4f,\n\t\"expected_matches\": "
	    "%.4g,"
	    "\n\t\"steps\": %u,\n\t\"settled\": %s,\n\t\"levels\": [",
	    fit->relatives, fit->strength, fit->matches, fit->found_by_date, fit->expected_matches,
	    fit->estimate.steps, fit->estimate.settled ? "true" : "false");
	add_levels(out, fit);
	buf_add_text(out, "\n\t]\n}\n");
}

/* --- The command ----------------------------------------------------------------------------- */
static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = fit_stop }, before;

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* A terminal that goes away ends it too; under nohup it is ignored and stays so. */
	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGXFSZ, &action, NULL);
	sigaction(SIGPIPE, &action, NULL);
}

static enum status
write_files(char used[MODEL_NAME_BYTES_MAX + 1], const struct settings *o, const struct fit *fit,
    const struct fit_request *request, struct err *err)
{
	struct buf model = BUF_INIT, report = BUF_INIT;
	enum status status = estimate_model_write(&model, used, o->from, o->name, fit, err);

	if (status == STATUS_OK && o->report != NULL) {
		add_report(&report, fit, used, request);
		status = buf_failed(&report)
			     ? err_set(err, STATUS_NOMEM, "out of memory")
			     : file_write(o->report, buf_str(&report), FILE_MODE, err);
	}
	if (status == STATUS_OK)
		status = file_write(o->output, buf_str(&model), FILE_MODE, err);
	buf_free(&model);
	buf_free(&report);
	return status;
}

static int
run(const struct settings *o, const char *lexicon)
{
	const struct fit_request request = { .data_folder = o->data,
		.system = o->system,
		.from = o->from,
		.lexicon_folder = lexicon,
		.seed = o->seed,
		.pairs = o->pairs,
		.progress = !o->quiet };
	static struct fit fit;
	char used[MODEL_NAME_BYTES_MAX + 1];
	struct err err = ERR_NONE;
	enum status status;

	catch_signals();
	status = fit_run(&fit, &request, &err);
	if (status == STATUS_OK)
		status = write_files(used, o, &fit, &request, &err);
	if (status != STATUS_OK) {
		err.status = status;
		return commands_fail("estimate", &err);
	}
	print_fit(&fit, used, o->output);
	return fflush(stdout) == 0 ? 0 : status_exit_code(STATUS_IO);
}

/* schemas/model/default.json and schemas/lexicon stand side by side, installed or not. */
static bool
find_lexicon(char out[PATH_MAX], const struct settings *o)
{
	const char *slash = strrchr(o->from, '/');
	int n;

	if (o->lexicon != NULL)
		n = snprintf(out, PATH_MAX, "%s", o->lexicon);
	else if (slash == NULL)
		n = snprintf(out, PATH_MAX, "../lexicon");
	else
		n = snprintf(out, PATH_MAX, "%.*s/../lexicon", (int)(slash - o->from), o->from);
	return n >= 0 && n < PATH_MAX;
}

static int
check_and_run(const struct settings *o, const struct option_command *command)
{
	char lexicon[PATH_MAX];

	if (o->system != NULL && !generation_system_valid(str_from(o->system)))
		return options_usage_error(command, "--system: '%s' is no system's key", o->system);
	if (o->name != NULL && (o->name[0] == '\0' || strlen(o->name) > MODEL_NAME_BYTES_MAX))
		return options_usage_error(
		    command, "--name needs 1 to %d bytes", MODEL_NAME_BYTES_MAX);
	if (o->pairs < PAIRS_MIN)
		return options_usage_error(command, "--pairs needs at least %d", PAIRS_MIN);
	if (!find_lexicon(lexicon, o))
		return options_usage_error(command, "the path of the lexicon is too long");
	return run(o, lexicon);
}

int
estimate_main(int argc, char **argv)
{
	struct settings o = { .from = "schemas/model/default.json", .pairs = PAIRS_DEFAULT };
	const char *from = NULL;
	const struct option_spec options[] = {
		{ "data", 0, "DIR", "data folder", OPTION_TEXT, &o.data, OPTION_REQUIRED, 0 },
		{ "output", 0, "MODEL.json", "where to write the fitted model", OPTION_TEXT,
		    &o.output, OPTION_REQUIRED, 0 },
		{ "system", 0, "NAME", "learn from one system only (all that are loaded)",
		    OPTION_TEXT, &o.system, OPTION_OPTIONAL, 0 },
		{ "from", 0, "MODEL.json", "model to start from (schemas/model/default.json)",
		    OPTION_TEXT, &from, OPTION_OPTIONAL, 0 },
		{ "lexicon", 0, "DIR", "lexicon folder (lexicon beside the folder of --from)",
		    OPTION_TEXT, &o.lexicon, OPTION_OPTIONAL, 0 },
		{ "name", 0, "NAME", "name of the model (fitted- and part of its hash)",
		    OPTION_TEXT, &o.name, OPTION_OPTIONAL, 0 },
		{ "report", 0, "FILE", "also write levels, m, u, bits and counts as JSON",
		    OPTION_TEXT, &o.report, OPTION_OPTIONAL, 0 },
		{ "seed", 0, "N", "choose other pairs (0)", OPTION_NUMBER, &o.seed, OPTION_OPTIONAL,
		    0 },
		{ "pairs", 0, "N", "pairs of each kind to compare (1000000)", OPTION_NUMBER,
		    &o.pairs, OPTION_OPTIONAL, PAIRS_MAX },
		{ "quiet", 'q', NULL, "no progress", OPTION_FLAG, &o.quiet, OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "indexer",
		.name = "estimate",
		.summary = "Fits the matching model to what is published, without labels",
		.options = options,
		.option_count = sizeof options / sizeof *options,
		.details =
		    "u comes from random pairs, m by expectation-maximisation from pairs found by "
		    "name or by\ndate of birth, never by place. The same index, model and seed "
		    "give "
		    "the same file, byte\nfor byte. searchd reads it when its configuration names "
		    "it "
		    "(model = FILE).\n" };
	struct option_rest rest;
	int code;

	if (!options_parse(&rest, &code, &command, argc, argv))
		return code;
	if (from != NULL)
		o.from = from;
	return check_and_run(&o, &command);
}
