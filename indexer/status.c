#include "base/buf.h"
#include "daemon/options.h"
#include "daemon/progress.h"
#include "index/generation.h"
#include "indexer/commands.h"

#include <stdio.h>
#include <sys/stat.h>

struct system_status {
	enum status status;
	struct err err;
	struct manifest manifest;
};

static void
add_json(struct buf *out, const char *system, const struct system_status *s)
{
	const struct manifest *m = &s->manifest;
	char time[COMMANDS_TIME_BYTES], text[600], hash[DIGEST_HEX + 1];

	buf_addf(out, "{\"system\":\"%s\"", system);
	if (s->status != STATUS_OK) {
		buf_addf(out, ",\"status\":\"%s\",\"error\":", status_name(s->status));
		buf_add_json(out, str_from(err_format(text, sizeof text, &s->err)));
		buf_add_char(out, '}');
		return;
	}
	buf_addf(out, ",\"status\":\"ok\",\"generation\":%llu,\"delta\":%s",
	    (unsigned long long)m->generation, m->delta ? "true" : "false");
	buf_addf(out, ",\"as_of\":\"%s\"", commands_time_json(time, m->as_of_ms));
	buf_addf(out, ",\"published\":\"%s\"", commands_time_json(time, m->published_ms));
	buf_addf(out, ",\"records\":%llu,\"people\":%llu", (unsigned long long)m->records,
	    (unsigned long long)m->people);
	buf_addf(out, ",\"rows\":%llu,\"rows_loaded\":%llu", (unsigned long long)m->rows,
	    (unsigned long long)m->rows_loaded);
	buf_addf(out, ",\"rows_rejected\":%llu,\"rows_skipped\":%llu",
	    (unsigned long long)m->rows_rejected, (unsigned long long)m->rows_skipped);
	buf_addf(out, ",\"removed\":%llu,\"source\":", (unsigned long long)m->removed);
	buf_add_json(out, str_from(m->source_name));
	digest_hex(hash, &m->source_hash);
	buf_addf(out, ",\"source_hash\":\"%s\"}", hash);
}

static void
print_row(const char *system, const struct system_status *s)
{
	const struct manifest *m = &s->manifest;
	char as_of[COMMANDS_TIME_BYTES], published[COMMANDS_TIME_BYTES];
	char records[PROGRESS_NUMBER_BYTES], people[PROGRESS_NUMBER_BYTES];
	char rejected[PROGRESS_NUMBER_BYTES];
	char text[600];

	if (s->status != STATUS_OK) {
		printf("%-20s %s\n", system, err_format(text, sizeof text, &s->err));
		return;
	}
	printf("%-20s %10llu  %-5s  %-16s  %-16s %10s %10s %8s\n", system,
	    (unsigned long long)m->generation, m->delta ? "delta" : "full",
	    commands_time(as_of, m->as_of_ms), commands_time(published, m->published_ms),
	    progress_number(records, m->records), progress_number(people, m->people),
	    progress_number(rejected, m->rows_rejected));
}

static void
print_head(void)
{
	printf("%-20s %10s  %-5s  %-16s  %-16s %10s %10s %8s\n", "system", "generation", "kind",
	    "as of (UTC)", "published (UTC)", "records", "people", "rejected");
}

static int
show(const char *data, bool as_json)
{
	static struct system_status s;
	char systems[GENERATION_SYSTEMS_MAX][SYSTEM_BYTES_MAX + 1], folder[PATH_MAX];
	struct err err = ERR_NONE;
	struct buf json = BUF_INIT;
	size_t count = 0;
	enum status worst, status = generation_systems(systems, &count, data, &err);

	if (status != STATUS_OK)
		return commands_fail("status", &err);
	worst = STATUS_OK;
	buf_add_text(&json, "{\"systems\":[");
	if (!as_json && count > 0)
		print_head();
	for (size_t i = 0; i < count; i++) {
		s = (struct system_status){ .err = ERR_NONE };
		s.status = generation_current(folder, &s.manifest, data, systems[i], &s.err);
		if (worst == STATUS_OK && s.status != STATUS_NOT_FOUND)
			worst = s.status;
		buf_add_text(&json, i == 0 ? "" : ",");
		add_json(&json, systems[i], &s);
		if (!as_json)
			print_row(systems[i], &s);
	}
	buf_add_text(&json, "]}\n");
	if (as_json)
		fputs(buf_failed(&json) ? "" : json.p, stdout);
	else if (count == 0)
		printf("Nothing is loaded in %s.\n", data);
	buf_free(&json);
	return fflush(stdout) == 0 ? status_exit_code(worst) : status_exit_code(STATUS_IO);
}

int
status_main(int argc, char **argv)
{
	const char *data = NULL;
	bool json = false;
	const struct option_spec options[] = {
		{ "data", 0, "DIR", "data folder", OPTION_TEXT, &data, OPTION_REQUIRED, 0 },
		{ "json", 0, NULL, "print JSON", OPTION_FLAG, &json, OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "indexer",
		.name = "status",
		.summary = "Shows what is published, per system",
		.options = options,
		.option_count = sizeof options / sizeof *options,
		.details = "Ends with 65 if a system's index is damaged.\n" };
	struct option_rest rest;
	struct err err = ERR_NONE;
	struct stat st;
	int code;

	if (!options_parse(&rest, &code, &command, argc, argv))
		return code;
	if (stat(data, &st) != 0) {
		(void)err_data(&err, STATUS_NOT_FOUND, data, 0, "no such data folder");
		return commands_fail("status", &err);
	}
	return show(data, json);
}
