/* Secured records: secure, release, retain, register. */
#include "client/procedure.h"
#include "client/verb.h"

#include <stdio.h>

#define GROUNDS                                                            \
	"Grounds to retain, in the shipped policy: criminal_proceedings, " \
	"disciplinary_proceedings,\n"                                      \
	"public_enquiry, other_issues.\n"

static void
put_record(struct buf *body, char **names)
{
	buf_add_char(body, '{');
	procedure_put(body, "system", str_from(names[0]));
	procedure_put(body, "record_id", str_from(names[1]));
}

static enum status
print_act(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "system", "", true },
		{ "record_id", "", true }, { "state", "", true },
		{ "ground", "on the ground of", false },
		{ "waits_for", "waits for the agreement of:", false },
		{ "secured_since", "SECURED since", true }, { "request", "for request", false } };

	(void)arena;
	return procedure_put_fields(
	    sheet, body, NULL, fields, sizeof fields / sizeof fields[0], "", err);
}

/* --- secure ------------------------------------------------------------------------------------
 */
int
verb_secure(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *request = NULL, *reason = NULL;
	bool absent = false;
	const struct option_spec specs[] = { { "request", 0, "REQ-...",
						 "the open request that it belongs to", OPTION_TEXT,
						 &request, OPTION_REQUIRED, 0 },
		{ "reason", 0, "TEXT", "why; \"-\" reads it from the standard input", OPTION_TEXT,
		    &reason, OPTION_REQUIRED, 0 },
		{ "absent", 0, NULL, "also if no export that is searched has it", OPTION_FLAG,
		    &absent, OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "secure",
		.arguments = "SYSTEM RECORD_ID",
		.summary = "Secure a record by hand",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.arguments_min = 2,
		.arguments_max = 2 };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	put_record(&body, rest.argv);
	procedure_put(&body, "request", str_from(request));
	if (absent)
		procedure_put_flag(&body, "absent");
	status = procedure_put_text(&body, arena, "reason", reason, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "secure", "record.secure", &body, print_act, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

/* --- release -----------------------------------------------------------------------------------
 */
static void
put_grounds(struct buf *body, const struct option_texts * not, const struct option_texts *applies)
{
	struct buf grounds = BUF_INIT;

	buf_add_char(&grounds, '{');
	for (size_t i = 0; i < not ->count; i++)
		procedure_put(&grounds, not ->items[i], STR_LIT("does_not_apply"));
	for (size_t i = 0; i < applies->count; i++)
		procedure_put(&grounds, applies->items[i], STR_LIT("applies"));
	buf_add_text(body, ",\"grounds\":");
	buf_add_str(body, buf_str(&grounds));
	buf_add_char(body, '}');
	body->failed = body->failed || grounds.failed;
	buf_free(&grounds);
}

/* Keys are put between quotes as they are. */
static bool
are_keys(const struct option_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		if (texts->items[i][strspn(
			texts->items[i], "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
			return false;
	return true;
}

int
verb_release(int argc, char **argv)
{
	struct console console = { .json = false };
	struct option_texts not = { .count = 0 }, applies = { .count = 0 };
	const char *reason = NULL;
	uint64_t proposal = 0;
	bool withdraws = false;
	const struct option_spec specs[] = {
		{ "not", 0, "GROUND",
		    "a ground to retain that does not apply; each must be answered", OPTION_TEXTS,
		    &not, OPTION_OPTIONAL, 0 },
		{ "applies", 0, "GROUND", "a ground to retain that applies", OPTION_TEXTS, &applies,
		    OPTION_OPTIONAL, 0 },
		{ "reason", 0, "TEXT", "why; \"-\" reads it from the standard input", OPTION_TEXT,
		    &reason, OPTION_REQUIRED, 0 },
		{ "proposal", 0, "ENTRY", "the proposal agreed to, by its ledger entry",
		    OPTION_NUMBER, &proposal, OPTION_OPTIONAL, 0 },
		{ "withdraw", 0, NULL, "withdraw what was proposed", OPTION_FLAG, &withdraws,
		    OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console)
	};
	const struct option_command command = { .program = "client",
		.name = "release",
		.arguments = "SYSTEM RECORD_ID",
		.summary = "Propose to end a record's secure status, or agree to it",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.details = GROUNDS "The first of the two people proposes, the second agrees.\n",
		.arguments_min = 2,
		.arguments_max = 2 };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	if (!are_keys(&not ) || !are_keys(&applies))
		return options_usage_error(&command, "a ground is a word such as public_enquiry");
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	put_record(&body, rest.argv);
	status = procedure_put_text(&body, arena, "reason", reason, &err);
	if (!withdraws)
		put_grounds(&body, &not, &applies);
	else
		procedure_put_flag(&body, "withdraw");
	if (proposal > 0)
		procedure_put_number(&body, "proposal", proposal);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "release", "record.release", &body, print_act, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

/* --- retain ------------------------------------------------------------------------------------
 */
int
verb_retain(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *ground = NULL, *reason = NULL;
	const struct option_spec specs[] = { { "ground", 0, "GROUND",
						 "the ground on which it stays secured",
						 OPTION_TEXT, &ground, OPTION_REQUIRED, 0 },
		{ "reason", 0, "TEXT", "why; \"-\" reads it from the standard input", OPTION_TEXT,
		    &reason, OPTION_REQUIRED, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "retain",
		.arguments = "SYSTEM RECORD_ID",
		.summary = "Keep a record secured, on one of the policy's grounds",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0],
		.details = GROUNDS,
		.arguments_min = 2,
		.arguments_max = 2 };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	put_record(&body, rest.argv);
	procedure_put(&body, "ground", str_from(ground));
	status = procedure_put_text(&body, arena, "reason", reason, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "retain", "record.retain", &body, print_act, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

/* --- register ----------------------------------------------------------------------------------
 */
static enum status
print_register(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "system", "", true },
		{ "record_id", "", true }, { "secured_since", "secured since", false },
		{ "secured_by", "by check", false }, { "why", "", false }, { "user", "by", false },
		{ "request", "request", false }, { "review_due", "review due", false },
		{ "missing_since", "MISSING from its export since", true },
		{ "generation", "last seen in generation", false },
		{ "changed_entry", "CHANGED since it was secured, entry", true },
		{ "proposal.user", "release proposed by", true }, { "proposal.role", "as", false },
		{ "proposal.entry", "entry", false },
		{ "ground", "retained on the ground of", false },
		{ "released_at", "RELEASED", true } };
	static const struct procedure_field tail[] = {
		{ "more", "There are more: ask with --limit or --after.", true },
		{ "contact", "Whom to ask about a secured record:", false }
	};
	enum status status = procedure_put_fields(sheet, body, "records", fields,
	    sizeof fields / sizeof fields[0], "no such record is secured", err);

	(void)arena;
	if (status != STATUS_OK)
		return status;
	return procedure_put_fields(sheet, body, NULL, tail, sizeof tail / sizeof tail[0], "", err);
}

struct register_options {
	const char *system, *request, *after;
	bool missing, proposed, changed, released;
	uint64_t limit;
};

/* --after SYSTEM/RECORD_ID; a system's key has no slash. */
static enum status
put_after(struct buf *body, const char *after, struct err *err)
{
	const char *slash = strchr(after, '/');

	if (slash == NULL || slash == after || slash[1] == '\0')
		return err_set(err, STATUS_INVALID, "--after: expected SYSTEM/RECORD_ID");
	buf_addf(body, "%s\"after\":{", body->n > 1 ? "," : "");
	buf_add_text(body, "\"system\":");
	buf_add_json(body, (struct str){ after, (size_t)(slash - after) });
	buf_add_text(body, ",\"record_id\":");
	buf_add_json(body, str_from(slash + 1));
	buf_add_char(body, '}');
	return STATUS_OK;
}

static enum status
write_filter(struct buf *body, const struct register_options *o, struct err *err)
{
	const struct {
		const char *key;
		bool set;
	} flags[] = { { "missing", o->missing }, { "proposed", o->proposed },
		{ "changed", o->changed }, { "released", o->released } };
	enum status status = STATUS_OK;

	buf_add_char(body, '{');
	if (o->system != NULL)
		procedure_put(body, "system", str_from(o->system));
	if (o->request != NULL)
		procedure_put(body, "request", str_from(o->request));
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (flags[i].set)
			procedure_put_flag(body, flags[i].key);
	if (o->limit > 0)
		procedure_put_number(body, "limit", o->limit);
	if (o->after != NULL)
		status = put_after(body, o->after, err);
	buf_add_char(body, '}');
	return status;
}

int
verb_register(int argc, char **argv)
{
	struct console console = { .json = false };
	struct register_options o = { .system = NULL };
	const struct option_spec specs[] = { { "system", 0, "SYSTEM", "of one system", OPTION_TEXT,
						 &o.system, OPTION_OPTIONAL, 0 },
		{ "request", 0, "REQ-...", "secured for this request", OPTION_TEXT, &o.request,
		    OPTION_OPTIONAL, 0 },
		{ "missing", 0, NULL, "gone from its system's export", OPTION_FLAG, &o.missing,
		    OPTION_OPTIONAL, 0 },
		{ "proposed", 0, NULL, "whose release is proposed", OPTION_FLAG, &o.proposed,
		    OPTION_OPTIONAL, 0 },
		{ "changed", 0, NULL, "changed since it was secured", OPTION_FLAG, &o.changed,
		    OPTION_OPTIONAL, 0 },
		{ "released", 0, NULL, "secured once, and released", OPTION_FLAG, &o.released,
		    OPTION_OPTIONAL, 0 },
		{ "after", 0, "SYSTEM/RECORD_ID", "those that follow this one", OPTION_TEXT,
		    &o.after, OPTION_OPTIONAL, 0 },
		{ "limit", 0, "N", "at most so many (100)", OPTION_NUMBER, &o.limit,
		    OPTION_OPTIONAL, 500 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "register",
		.summary = "The register of secured records",
		.options = specs,
		.option_count = sizeof specs / sizeof specs[0] };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	status = arena == NULL ? err_set(&err, STATUS_NOMEM, "out of memory")
			       : write_filter(&body, &o, &err);
	exit_code = procedure_ask(
	    &console, "register", "register.list", &body, print_register, arena, status, &err);
	arena_free(arena);
	return exit_code;
}
