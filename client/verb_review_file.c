/* A review as a folder: review export, review verify. */
#include "base/file.h"
#include "client/procedure.h"
#include "client/review_file.h"
#include "client/service.h"
#include "client/verb.h"

#include <stdio.h>

#define ARENA_BYTES_MAX ((size_t)1 << 30)

static enum status
fetch(struct review_file *file, const struct console *console, const char *request, struct err *err)
{
	enum status status = STATUS_OK;

	do {
		struct arena *arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
		struct buf body = BUF_INIT;
		struct wire_reply reply;

		buf_add_char(&body, '{');
		procedure_put(&body, "request", str_from(request));
		if (file->next > 0)
			procedure_put_number(&body, "after", file->next);
		if (file->piece.n > 0)
			procedure_put_number(&body, "at", file->piece.n);
		buf_add_char(&body, '}');
		status = arena == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
				       : service_once(&reply, console, arena, "review.export",
					     buf_str(&body), WIRE_CLIENT_MS, err);
		if (status == STATUS_OK)
			status = review_file_add(file, reply.body, arena, err);
		buf_free(&body);
		arena_free(arena);
	} while (status == STATUS_OK && file->more);
	return status;
}

static void
put_written(struct buf *out, const struct console *console, const struct review_file *file,
    const char *folder, const struct digest *manifest)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(hex, manifest);
	if (console->json) {
		buf_add_text(out, "{\"request\":");
		buf_add_json(out, buf_str(&file->request));
		buf_add_text(out, ",\"folder\":");
		buf_add_json(out, str_from(folder));
		buf_addf(out, ",\"entries\":%llu,\"withheld\":%llu,\"manifest\":\"%s\"}\n",
		    (unsigned long long)file->count, (unsigned long long)file->withheld, hex);
		return;
	}
	buf_addf(out,
	    "%s: %llu entries of %.*s, %llu of them withheld\nmanifest %s\nKeep the manifest's "
	    "hash elsewhere: it shows later that nothing was changed.\n",
	    folder, (unsigned long long)file->count, STR_ARG(buf_str(&file->request)),
	    (unsigned long long)file->withheld, hex);
}

int
verb_review_export(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *folder = NULL;
	const struct option_spec specs[] = { { "to", 0, "FOLDER", "a folder that is not there yet",
						 OPTION_TEXT, &folder, OPTION_REQUIRED, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "review export",
		.arguments = "REQ-...",
		.summary = "Write everything of a request as a folder, to read, print and prove",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.details = "The folder holds personal data; it is readable by you alone.\n",
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	struct review_file file = { .entries = BUF_INIT };
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;
	struct digest manifest;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	status = review_file_may_write(folder, &err);
	if (status == STATUS_OK)
		status = fetch(&file, &console, rest.argv[0], &err);
	if (status == STATUS_OK)
		status = review_file_write(&file, folder, &manifest, &err);
	if (status == STATUS_OK)
		put_written(&out, &console, &file, folder, &manifest);
	review_file_free(&file);
	return status == STATUS_OK ? console_finish(&console, "review export", &out)
				   : console_fail(&console, "review export", &err);
}

static void
put_report(struct buf *out, const struct console *console, const struct review_report *report,
    bool own_key)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(hex, &report->manifest);
	if (console->json) {
		buf_add_text(out, "{\"request\":");
		buf_add_json(out, report->request);
		buf_addf(out,
		    ",\"good\":true,\"files\":%llu,\"entries\":%llu,\"withheld\":%llu,"
		    "\"destroyed\":%llu,\"checkpoint\":%llu,\"key_given\":%s,\"manifest\":\"%s\"}"
		    "\n",
		    (unsigned long long)report->files, (unsigned long long)report->entries,
		    (unsigned long long)report->withheld, (unsigned long long)report->destroyed,
		    (unsigned long long)report->checkpoint, own_key ? "true" : "false", hex);
		return;
	}
	buf_addf(out,
	    "%.*s is good: %llu files as the manifest says, %llu entries that fit their hashes "
	    "(%llu withheld, %llu destroyed), a signed checkpoint of entry %llu\nmanifest %s\n",
	    STR_ARG(report->request), (unsigned long long)report->files,
	    (unsigned long long)report->entries, (unsigned long long)report->withheld,
	    (unsigned long long)report->destroyed, (unsigned long long)report->checkpoint, hex);
	if (!own_key)
		buf_add_text(out, "The checkpoint was held against the key that the folder names. "
				  "Give the ledger's own with --key.\n");
}

static enum status
read_key(struct str *out, struct arena *arena, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	enum status status = STATUS_OK;

	*out = STR_NONE;
	if (path != NULL)
		status = file_read(&text, path, 4096, err);
	if (status == STATUS_OK && !arena_copy(out, arena, str_trim(buf_str(&text))))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK && path != NULL && out->n == 0)
		status = err_data(err, STATUS_INVALID, path, 0, "is empty: no public key");
	buf_free(&text);
	return status;
}

int
verb_review_verify(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *key_file = NULL;
	const struct option_spec specs[] = {
		{ "key", 0, "FILE", "the ledger's public key (sign.pub), got from elsewhere",
		    OPTION_TEXT, &key_file, OPTION_OPTIONAL, 0 },
		{ "json", 0, NULL, "print JSON, for programs", OPTION_FLAG, &console.json,
		    OPTION_OPTIONAL, 0 }
	};
	const struct option_command command = { .program = "client",
		.name = "review verify",
		.arguments = "FOLDER",
		.summary = "Prove a review's folder, offline",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.details =
		    "That an entry is in a ledger is proved on a copy of that ledger: client "
		    "ledger\nverify FILE --head SEQ:HASH, with number and hash of the "
		    "entry.\n",
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	struct review_report report;
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	struct str public_key = STR_NONE;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(ARENA_BYTES_MAX);
	status = arena == NULL ? err_set(&err, STATUS_NOMEM, "out of memory")
			       : read_key(&public_key, arena, key_file, &err);
	if (status == STATUS_OK)
		status = review_file_verify(&report, rest.argv[0], public_key, arena, &err);
	if (status == STATUS_OK)
		put_report(&out, &console, &report, key_file != NULL);
	exit_code = status == STATUS_OK ? console_finish(&console, "review verify", &out)
					: console_fail(&console, "review verify", &err);
	arena_free(arena);
	return exit_code;
}
