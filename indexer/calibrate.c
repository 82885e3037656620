#include "base/file.h"
#include "base/mem.h"
#include "daemon/options.h"
#include "daemon/progress.h"
#include "indexer/calibrate_pairs.h"
#include "indexer/commands.h"

#include <stdio.h>

#define LEAST_DEFAULT 50 /* a share of 50 is good to about 7 points either way */
#define NAME_BYTES_MAX 63
#define NAME_DIGITS 8
#define FILE_MODE 0640

struct settings {
	const char *pairs, *output, *name;
	uint64_t least;
};

static void
add_file(struct buf *out, const struct calibration *fit, const struct pairs *pairs,
    const struct settings *o, const char *name)
{
	buf_add_text(out, "{\n\t\"version\": 1,\n\t\"name\": ");
	buf_add_json(out, str_from(name));
	buf_addf(out,
	    ",\n\t\"source\": \"Fitted by `indexer calibrate` to %.0f labelled pairs, %.0f of them "
	    "matches: isotonic regression, bands of %llu pairs or more, confidence = (matches + "
	    "1/2) "
	    "/ (n + 1).\"",
	    pairs->n, pairs->matches, (unsigned long long)o->least);
	if (pairs->has_priors)
		buf_addf(out, ",\n\t\"drift\": { \"bits\": %.2f, \"prior\": %.4f }", fit->drift,
		    fit->prior);
	buf_add_text(out, ",\n\t\"bands\": [");
	for (size_t i = 0; i < fit->count; i++)
		buf_addf(out, "%s\n\t\t{ \"from\": %.4f, \"confidence\": %.6f, \"n\": %llu }",
		    i == 0 ? "" : ",", fit->bands[i].from, fit->bands[i].confidence,
		    (unsigned long long)fit->bands[i].n);
	buf_add_text(out, "\n\t]\n}\n");
}

static void
print_fit(
    const struct calibration *fit, const struct pairs *pairs, const char *name, const char *output)
{
	char n[PROGRESS_NUMBER_BYTES], matches[PROGRESS_NUMBER_BYTES];

	printf("Calibrated %s, written to %s\n", name, output);
	printf("  %s pairs, %s of them matches\n\n", progress_number(n, (uint64_t)pairs->n),
	    progress_number(matches, (uint64_t)pairs->matches));
	if (pairs->has_priors)
		printf("  each bit of prior below %.4f counts as %.2f bits of weight less\n\n",
		    fit->prior, fit->drift);
	printf("  %12s %12s %14s\n", "from, bits", "confidence", "pairs");
	for (size_t i = 0; i < fit->count; i++)
		printf("  %12.4f %12.6f %14s\n", fit->bands[i].from, fit->bands[i].confidence,
		    progress_number(n, fit->bands[i].n));
}

static enum status
fit_and_write(const struct settings *o, const struct pairs *pairs, struct err *err)
{
	const struct calibrate_options options = { (double)o->least, CALIBRATION_BANDS_MAX };
	static struct calibration fit;
	struct calibrate_point *scratch = NULL;
	struct buf out = BUF_INIT;
	struct digest hash;
	char hex[DIGEST_HEX + 1], name[NAME_BYTES_MAX + 1];
	enum status status;

	if (pairs->has_priors) {
		scratch = mem_alloc(pairs->count * sizeof *scratch);
		if (scratch == NULL)
			return err_set(err, STATUS_NOMEM, "out of memory");
		calibrate_drift(&fit, pairs->points, scratch, pairs->count);
		mem_free(scratch);
	}
	calibrate_fit(&fit, pairs->points, pairs->count, &options);
	add_file(&out, &fit, pairs, o, "calibrated");
	digest_of(&hash, buf_str(&out));
	digest_hex(hex, &hash);
	snprintf(name, sizeof name, "calibrated-%.*s", NAME_DIGITS, hex);
	if (o->name != NULL)
		snprintf(name, sizeof name, "%s", o->name);
	buf_clear(&out);
	add_file(&out, &fit, pairs, o, name);
	if (buf_failed(&out))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	else
		status = file_write(o->output, buf_str(&out), FILE_MODE, err);
	buf_free(&out);
	if (status == STATUS_OK)
		print_fit(&fit, pairs, name, o->output);
	return status;
}

static int
run(const struct settings *o)
{
	struct err err = ERR_NONE;
	struct pairs pairs;
	enum status status = pairs_read(&pairs, o->pairs, &err);

	if (status == STATUS_OK)
		status = fit_and_write(o, &pairs, &err);
	pairs_free(&pairs);
	if (status != STATUS_OK) {
		err.status = status;
		return commands_fail("calibrate", &err);
	}
	return fflush(stdout) == 0 ? 0 : status_exit_code(STATUS_IO);
}

int
calibrate_main(int argc, char **argv)
{
	struct settings o = { .least = LEAST_DEFAULT };
	const struct option_spec options[] = {
		{ "pairs", 0, "FILE",
		    "labelled pairs: CSV weight,match[,count][,prior], or JSON lines", OPTION_TEXT,
		    &o.pairs, OPTION_REQUIRED, 0 },
		{ "output", 0, "FILE", "where to write the calibration", OPTION_TEXT, &o.output,
		    OPTION_REQUIRED, 0 },
		{ "least", 0, "N", "pairs in a band (50)", OPTION_NUMBER, &o.least, OPTION_OPTIONAL,
		    1000000 },
		{ "name", 0, "NAME", "name of the calibration (calibrated- and part of its hash)",
		    OPTION_TEXT, &o.name, OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "indexer",
		.name = "calibrate",
		.summary = "Fits the confidences to pairs whose answer is known",
		.options = options,
		.option_count = sizeof options / sizeof *options,
		.details =
		    "weight is a match weight in bits, match 1 or 0 (true, false), count how "
		    "many such\npairs there were, prior the search's, in bits: of several sizes "
		    "they "
		    "tell how a\nweight's meaning drifts with the size. As JSON lines: "
		    "{\"match_weight\": 12.3, "
		    "\"is_match\": true}. The same\npairs, in any order, give the same file. "
		    "searchd reads it when its configuration\nnames it (calibration = FILE).\n" };
	struct option_rest rest;
	int code;

	if (!options_parse(&rest, &code, &command, argc, argv))
		return code;
	if (o.least == 0)
		return options_usage_error(&command, "--least needs at least 1");
	if (o.name != NULL && (o.name[0] == '\0' || strlen(o.name) > NAME_BYTES_MAX))
		return options_usage_error(&command, "--name needs 1 to %d bytes", NAME_BYTES_MAX);
	return run(&o);
}
