/* Decisions to share what a leg found: share open, agree, consult, decide, show. */
#include "client/procedure.h"
#include "client/verb.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static enum status
print_state(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "request", "", true },
		{ "leg", "sharing of the leg", false }, { "state", "", true } };

	(void)arena;
	return procedure_put_fields(sheet, body, NULL, fields, COUNT(fields), "", err);
}

int
verb_share_open(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *what = NULL, *necessary = NULL, *proportionate = NULL;
	const struct option_spec specs[] = {
		{ "what", 0, "TEXT", "what is to be shared; \"-\" reads it from the standard input",
		    OPTION_TEXT, &what, OPTION_REQUIRED, 0 },
		{ "necessary", 0, "TEXT", "why it is necessary to the reasons for the request",
		    OPTION_TEXT, &necessary, OPTION_REQUIRED, 0 },
		{ "proportionate", 0, "TEXT", "why it is proportionate to them", OPTION_TEXT,
		    &proportionate, OPTION_REQUIRED, 0 },
		CONSOLE_OPTIONS(console)
	};
	const struct option_command command = { .program = "client",
		.name = "share open",
		.arguments = "REQ-...",
		.summary = "Ask for a decision to share Childline information",
		.options = specs,
		.option_count = COUNT(specs),
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	procedure_put(&body, "request", str_from(rest.argv[0]));
	status = procedure_put_text(&body, arena, "what", what, &err);
	buf_add_text(&body, ",\"statements\":{\"necessary\":");
	buf_add_json(&body, str_from(necessary));
	buf_add_text(&body, ",\"proportionate\":");
	buf_add_json(&body, str_from(proportionate));
	buf_add_text(&body, "}}");
	exit_code = procedure_ask(
	    &console, "share open", "share.open", &body, print_state, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

/* The verbs that say one thing, with a reason, of a request. */
struct saying {
	const char *name, *op, *summary;
	const char *yes, *no; /* options; NULL: it is neither */
	const char *yes_help, *no_help;
	const char *key; /* of the body: a word, or a flag if yes_word is NULL */
	const char *yes_word, *no_word;
};

static void
put_saying(struct buf *body, const struct saying *saying, bool yes)
{
	if (saying->key == NULL)
		return;
	if (saying->yes_word != NULL)
		procedure_put(
		    body, saying->key, str_from(yes ? saying->yes_word : saying->no_word));
	else
		buf_addf(body, ",\"%s\":%s", saying->key, yes ? "true" : "false");
}

static int
say(const struct saying *saying, int argc, char **argv)
{
	struct console console = { .json = false };
	const char *reason = NULL;
	bool yes = false, no = false;
	const struct option_spec specs[] = { CONSOLE_OPTIONS(console),
		{ "reason", 0, "TEXT", "why; \"-\" reads it from the standard input", OPTION_TEXT,
		    &reason, OPTION_REQUIRED, 0 },
		{ saying->yes, 0, NULL, saying->yes_help, OPTION_FLAG, &yes, OPTION_OPTIONAL, 0 },
		{ saying->no, 0, NULL, saying->no_help, OPTION_FLAG, &no, OPTION_OPTIONAL, 0 } };
	const struct option_command command = { .program = "client",
		.name = saying->name,
		.arguments = "REQ-...",
		.summary = saying->summary,
		.options = specs,
		.option_count = COUNT(specs) - (saying->yes == NULL ? 2 : 0),
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	if (saying->yes != NULL && yes == no)
		return options_usage_error(
		    &command, "say either --%s or --%s", saying->yes, saying->no);
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	procedure_put(&body, "request", str_from(rest.argv[0]));
	put_saying(&body, saying, yes);
	status = procedure_put_text(&body, arena, "reason", reason, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, saying->name, saying->op, &body, print_state, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

int
verb_share_agree(int argc, char **argv)
{
	static const struct saying saying = { "share agree", "share.agree",
		"Agree to share, or not, as one of those who must agree", "agree", "disagree",
		"it may be shared", "it may not", "verdict", "agree", "disagree" };

	return say(&saying, argc, argv);
}

int
verb_share_consult(int argc, char **argv)
{
	static const struct saying saying = { "share consult", "share.consult",
		"Say what is to be considered, as one of those who are consulted", NULL, NULL, NULL,
		NULL, NULL, NULL, NULL };

	return say(&saying, argc, argv);
}

int
verb_share_decide(int argc, char **argv)
{
	static const struct saying saying = { "share decide", "share.decide",
		"Decide where those who must agree do not", "share", "refuse", "it is shared",
		"it is not", "share", NULL, NULL };

	return say(&saying, argc, argv);
}

static enum status
print_sharing(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field head[] = { { "request", "", true },
		{ "reference", "", false }, { "leg", "sharing of the leg", false },
		{ "state", "", true }, { "at", "asked for", false }, { "user", "by", false },
		{ "secret.what", "what:", false }, { "not_agreed", "has not spoken:", false },
		{ "not_consulted", "was not consulted:", false },
		{ "destroyed", "what was said is destroyed", false } };
	static const struct procedure_field voices[] = { { "at", "", false }, { "role", "", true },
		{ "user", "", false }, { "kind", "", false }, { "verdict", "", true },
		{ "entry", "entry", false } };
	enum status status = procedure_put_fields(sheet, body, NULL, head, COUNT(head), "", err);

	(void)arena;
	if (status != STATUS_OK)
		return status;
	return procedure_put_fields(
	    sheet, body, "voices", voices, COUNT(voices), "nobody has spoken", err);
}

int
verb_share_show(int argc, char **argv)
{
	struct console console = { .json = false };
	const struct option_spec specs[] = { CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "share show",
		.arguments = "REQ-...",
		.summary = "Show how a decision to share stands; the view is logged",
		.options = specs,
		.option_count = COUNT(specs),
		.arguments_min = 1,
		.arguments_max = 1 };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	procedure_put(&body, "request", str_from(rest.argv[0]));
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "share show", "share.get", &body, print_sharing, arena, STATUS_OK, &err);
	arena_free(arena);
	return exit_code;
}
