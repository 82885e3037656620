#include "base/buf.h"
#include "daemon/options.h"
#include "index/generation.h"
#include "indexer/commands.h"

#include <stdio.h>

struct verified {
	enum status status;
	struct err err;
	struct manifest manifest;
};

static void
verify_system(struct verified *out, const char *data, const char *system)
{
	char folder[PATH_MAX];

	*out = (struct verified){ .err = ERR_NONE };
	out->status = generation_current(folder, &out->manifest, data, system, &out->err);
	if (out->status == STATUS_OK)
		out->status = generation_verify(folder, &out->err);
}

static void
print_one(const char *system, const struct verified *v)
{
	char text[600];

	if (v->status == STATUS_OK)
		printf("%-20s ok      generation %llu, %zu files, %llu people\n", system,
		    (unsigned long long)v->manifest.generation, v->manifest.file_count,
		    (unsigned long long)v->manifest.people);
	else
		printf("%-20s FAILED  %s\n", system, err_format(text, sizeof text, &v->err));
}

static void
add_json(struct buf *out, const char *system, const struct verified *v)
{
	char text[600];

	buf_addf(out, "{\"system\":\"%s\",\"status\":\"%s\"", system, status_name(v->status));
	if (v->status == STATUS_OK) {
		buf_addf(out, ",\"generation\":%llu,\"files\":%zu,\"people\":%llu}",
		    (unsigned long long)v->manifest.generation, v->manifest.file_count,
		    (unsigned long long)v->manifest.people);
		return;
	}
	buf_add_text(out, ",\"error\":");
	buf_add_json(out, str_from(err_format(text, sizeof text, &v->err)));
	buf_add_char(out, '}');
}

/* A system that was named has to be there; among all of them one may be still to be loaded. */
static int
verify_all(
    const char *data, char systems[][SYSTEM_BYTES_MAX + 1], size_t count, bool named, bool as_json)
{
	static struct verified v;
	struct buf json = BUF_INIT;
	enum status worst = STATUS_OK;

	buf_add_text(&json, "{\"systems\":[");
	for (size_t i = 0; i < count; i++) {
		verify_system(&v, data, systems[i]);
		if (worst == STATUS_OK && (named || v.status != STATUS_NOT_FOUND))
			worst = v.status;
		buf_add_text(&json, i == 0 ? "" : ",");
		add_json(&json, systems[i], &v);
		if (!as_json)
			print_one(systems[i], &v);
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
verify_main(int argc, char **argv)
{
	const char *data = NULL, *system = NULL;
	bool json = false;
	const struct option_spec options[] = {
		{ "data", 0, "DIR", "data folder", OPTION_TEXT, &data, OPTION_REQUIRED, 0 },
		{ "system", 0, "NAME", "only this system", OPTION_TEXT, &system, OPTION_OPTIONAL,
		    0 },
		{ "json", 0, NULL, "print JSON", OPTION_FLAG, &json, OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "indexer",
		.name = "verify",
		.summary = "Checks every file of the published generations against its manifest",
		.options = options,
		.option_count = sizeof options / sizeof *options,
		.details =
		    "Hashes each file, checks the databases and counts the people. Ends with "
		    "65 if\nanything is not as it was published.\n" };
	char systems[GENERATION_SYSTEMS_MAX][SYSTEM_BYTES_MAX + 1];
	struct option_rest rest;
	struct err err = ERR_NONE;
	size_t count = 1;
	int code;

	if (!options_parse(&rest, &code, &command, argc, argv))
		return code;
	if (system != NULL && !generation_system_valid(str_from(system)))
		return options_usage_error(&command, "--system: '%s' is no system's key", system);
	if (system != NULL)
		snprintf(systems[0], sizeof systems[0], "%s", system);
	else if (generation_systems(systems, &count, data, &err) != STATUS_OK)
		return commands_fail("verify", &err);
	return verify_all(data, systems, count, system != NULL, json);
}
