/* Review of what checks found: review queue, decide, second, ask, answer, pairs; absence. */
#include "base/file.h"
#include "client/procedure.h"
#include "client/service.h"
#include "client/verb.h"

#include <stdio.h>
#include <sysexits.h>

#define PEOPLE_BYTES_MAX 65536u /* a request to searchd is at most that */
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- review queue ------------------------------------------------------------------------------
 */
static enum status
print_queue(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "request", "", true },
		{ "reference", "", false }, { "person", "person", false }, { "grade", "", true },
		{ "match_weight", "bits", false }, { "system", "", false },
		{ "record_id", "", true }, { "person_id", "person of the record", false },
		{ "check", "shown by", false }, { "seen", "entry", false }, { "state", "", true },
		{ "dropped", "no longer shown by the newest check", true },
		{ "decision.verdict", "decided:", true }, { "decision.user", "by", false },
		{ "decision.entry", "entry", false },
		{ "decision.regraded", "graded otherwise since", true },
		{ "decision.second_reader", "second reader", false } };
	static const struct procedure_field tail[] = { { "more",
	    "There are more: ask with --limit.", true } };
	enum status status = procedure_put_fields(
	    sheet, body, "candidates", fields, COUNT(fields), "nothing waits for a decision", err);

	(void)arena;
	if (status != STATUS_OK)
		return status;
	return procedure_put_fields(sheet, body, NULL, tail, COUNT(tail), "", err);
}

int
verb_review_queue(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *request = NULL;
	bool all = false, second = false;
	uint64_t limit = 0;
	const struct option_spec specs[] = { { "request", 0, "REQ-...", "of this request only",
						 OPTION_TEXT, &request, OPTION_OPTIONAL, 0 },
		{ "all", 0, NULL, "also what is decided", OPTION_FLAG, &all, OPTION_OPTIONAL, 0 },
		{ "second", 0, NULL, "what waits for a second reader", OPTION_FLAG, &second,
		    OPTION_OPTIONAL, 0 },
		{ "limit", 0, "N", "at most so many (100)", OPTION_NUMBER, &limit, OPTION_OPTIONAL,
		    500 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "review queue",
		.summary = "Candidates that wait for a decision, oldest first",
		.options = specs,
		.option_count = COUNT(specs) };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	if (request != NULL)
		procedure_put(&body, "request", str_from(request));
	if (all)
		procedure_put_flag(&body, "all");
	if (second)
		procedure_put_flag(&body, "second");
	if (limit > 0)
		procedure_put_number(&body, "limit", limit);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "review queue", "review.queue", &body, print_queue, arena, STATUS_OK, &err);
	arena_free(arena);
	return exit_code;
}

/* --- review decide, second ---------------------------------------------------------------------
 */
static enum status
print_decision(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "request", "", true },
		{ "person", "person", false }, { "system", "", false }, { "record_id", "", true },
		{ "person_id", "person of the record", false }, { "verdict", "", true },
		{ "state", "", true }, { "grade", "graded", false }, { "seen", "by entry", false },
		{ "dropped", "the newest check no longer shows it", true } };

	(void)arena;
	return procedure_put_fields(sheet, body, NULL, fields, COUNT(fields), "", err);
}

int
verb_review_decide(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *verdict = NULL, *reason = NULL;
	uint64_t person = 0, seen = 0;
	const struct option_spec specs[] = { { "verdict", 0, "VERDICT",
						 "this_person, not_this_person or cannot_tell",
						 OPTION_TEXT, &verdict, OPTION_REQUIRED, 0 },
		{ "reason", 0, "TEXT", "why; \"-\" reads it from the standard input", OPTION_TEXT,
		    &reason, OPTION_REQUIRED, 0 },
		{ "person", 0, "N", "which of those asked about; 0 is the first (0)", OPTION_NUMBER,
		    &person, OPTION_OPTIONAL, 0 },
		{ "seen", 0, "ENTRY", "the entry that showed it to you; a newer one refuses",
		    OPTION_NUMBER, &seen, OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "review decide",
		.arguments = "REQ-... SYSTEM RECORD_ID PERSON_ID",
		.summary = "Decide whether a candidate is the person asked about",
		.options = specs,
		.option_count = COUNT(specs),
		.arguments_min = 4,
		.arguments_max = 4 };
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
	procedure_put_number(&body, "person", person);
	procedure_put(&body, "system", str_from(rest.argv[1]));
	procedure_put(&body, "record_id", str_from(rest.argv[2]));
	procedure_put(&body, "person_id", str_from(rest.argv[3]));
	procedure_put(&body, "verdict", str_from(verdict));
	if (seen > 0)
		procedure_put_number(&body, "seen", seen);
	status = procedure_put_text(&body, arena, "reason", reason, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "review decide", "review.decide", &body, print_decision, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

int
verb_review_second(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *reason = NULL;
	uint64_t decision = 0;
	bool agree = false, disagree = false;
	const struct option_spec specs[] = { { "decision", 0, "ENTRY",
						 "the decision, by its ledger entry", OPTION_NUMBER,
						 &decision, OPTION_REQUIRED, 0 },
		{ "agree", 0, NULL, "the decision holds", OPTION_FLAG, &agree, OPTION_OPTIONAL, 0 },
		{ "disagree", 0, NULL, "it goes back, undecided", OPTION_FLAG, &disagree,
		    OPTION_OPTIONAL, 0 },
		{ "reason", 0, "TEXT", "why; \"-\" reads it from the standard input", OPTION_TEXT,
		    &reason, OPTION_REQUIRED, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "review second",
		.summary = "Read a decision second, as another person",
		.options = specs,
		.option_count = COUNT(specs) };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	if (agree == disagree)
		return options_usage_error(&command, "say either --agree or --disagree");
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	procedure_put_number(&body, "decision", decision);
	procedure_put(&body, "verdict", agree ? STR_LIT("agree") : STR_LIT("disagree"));
	status = procedure_put_text(&body, arena, "reason", reason, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "review second", "review.second", &body, print_decision, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

/* --- review ask, answer ------------------------------------------------------------------------
 */
static enum status
print_question(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "request", "", true },
		{ "due", "an answer is due on", true }, { "question", "question of entry", false },
		{ "people", "people now asked about:", false } };

	(void)arena;
	return procedure_put_fields(sheet, body, NULL, fields, COUNT(fields), "", err);
}

int
verb_review_ask(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *what = NULL, *of_whom = NULL, *due = NULL;
	const struct option_spec specs[] = {
		{ "what", 0, "TEXT", "what is asked; \"-\" reads it from the standard input",
		    OPTION_TEXT, &what, OPTION_REQUIRED, 0 },
		{ "of", 0, "TEXT", "of whom", OPTION_TEXT, &of_whom, OPTION_REQUIRED, 0 },
		{ "due", 0, "DAY", "by when, such as 2026-12-01 (by the policy)", OPTION_TEXT, &due,
		    OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console)
	};
	const struct option_command command = { .program = "client",
		.name = "review ask",
		.arguments = "REQ-...",
		.summary = "Record that more was asked of whoever asked for the check",
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
	procedure_put(&body, "of_whom", str_from(of_whom));
	if (due != NULL)
		procedure_put(&body, "due", str_from(due));
	status = procedure_put_text(&body, arena, "what", what, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "review ask", "review.ask", &body, print_question, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

/* A JSON list of people; searchd reads it. */
static enum status
put_people(struct buf *body, const char *path, struct err *err)
{
	struct buf people = BUF_INIT;
	struct str list;
	enum status status = file_read(&people, path, PEOPLE_BYTES_MAX, err);

	list = str_trim(buf_str(&people));
	if (status == STATUS_OK &&
	    !(str_starts(list, STR_LIT("[")) && str_ends(list, STR_LIT("]"))))
		status = err_data(err, STATUS_INVALID, path, 0, "expected a JSON list of people");
	if (status == STATUS_OK) {
		buf_add_text(body, ",\"people\":");
		buf_add_str(body, list);
	}
	body->failed = body->failed || people.failed;
	buf_free(&people);
	return status;
}

int
verb_review_answer(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *text = NULL, *people = NULL;
	uint64_t question = 0;
	const struct option_spec specs[] = { { "question", 0, "ENTRY",
						 "the question, by its ledger entry", OPTION_NUMBER,
						 &question, OPTION_REQUIRED, 0 },
		{ "text", 0, "TEXT", "what came; \"-\" reads it from the standard input",
		    OPTION_TEXT, &text, OPTION_REQUIRED, 0 },
		{ "people", 0, "FILE", "JSON list of the people as they are to be asked about now",
		    OPTION_TEXT, &people, OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "review answer",
		.arguments = "REQ-...",
		.summary = "Record the answer to a question; then have the check run again",
		.options = specs,
		.option_count = COUNT(specs),
		.details = "People keep their refs and places; new ones come after them. Then:\n"
			   "  client check --request REQ-...\n",
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
	procedure_put_number(&body, "question", question);
	status = procedure_put_text(&body, arena, "text", text, &err);
	if (status == STATUS_OK && people != NULL)
		status = put_people(&body, people, &err);
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "review answer", "review.answer", &body, print_question, arena, status, &err);
	arena_free(arena);
	return exit_code;
}

/* --- review pairs ------------------------------------------------------------------------------
 */
static enum status
collect_pairs(struct buf *out, const struct console *console, struct arena *arena, struct err *err)
{
	struct service service;
	struct procedure_page page = { .more = true };
	enum status status = service_open(&service, console, WIRE_CLIENT_MS, err);

	if (status != STATUS_OK)
		return status;
	while (status == STATUS_OK && page.more) {
		struct buf body = BUF_INIT;
		char id[WIRE_ID_HEX + 1];
		struct wire_reply reply;

		arena_reset(arena);
		service_new_id(id);
		buf_addf(&body, "{\"after\":%llu}", (unsigned long long)page.last);
		status = service_ask(
		    &reply, NULL, &service, arena, "review.pairs", id, buf_str(&body), err);
		buf_free(&body);
		if (status == STATUS_OK)
			status = procedure_add_lines(out, &page, reply.body, "pairs", err);
	}
	service_close(&service);
	return status;
}

int
verb_review_pairs(int argc, char **argv)
{
	struct console console = { .json = false };
	const struct option_spec specs[] = { CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "review pairs",
		.summary = "Print the decisions that hold as labelled pairs, one a line",
		.options = specs,
		.option_count = COUNT(specs),
		.details = "The lines are what \"indexer calibrate --pairs FILE\" reads.\n" };
	struct option_rest rest;
	struct buf out = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	enum status status;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	status = arena == NULL ? err_set(&err, STATUS_NOMEM, "out of memory")
			       : collect_pairs(&out, &console, arena, &err);
	arena_free(arena);
	if (status == STATUS_OK)
		return console_finish(&console, "review pairs", &out);
	buf_free(&out);
	return console_fail(&console, "review pairs", &err);
}

/* --- absence -----------------------------------------------------------------------------------
 */
static enum status
print_absence(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct procedure_field fields[] = { { "role", "", true },
		{ "absent", "is marked absent", true }, { "from", "from", false },
		{ "to", "until", false }, { "deputy", "deputy:", false } };

	(void)arena;
	return procedure_put_fields(sheet, body, NULL, fields, COUNT(fields), "", err);
}

int
verb_absence(int argc, char **argv)
{
	struct console console = { .json = false };
	const char *from = NULL, *to = NULL;
	bool back = false;
	const struct option_spec specs[] = { { "from", 0, "DAY",
						 "the first day, or a time with its zone (now)",
						 OPTION_TEXT, &from, OPTION_OPTIONAL, 0 },
		{ "to", 0, "DAY", "the last day, or a time with its zone (open)", OPTION_TEXT, &to,
		    OPTION_OPTIONAL, 0 },
		{ "back", 0, NULL, "back again", OPTION_FLAG, &back, OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(console) };
	const struct option_command command = { .program = "client",
		.name = "absence",
		.summary = "Mark the reviewer absent, so that the deputy decides; or back",
		.options = specs,
		.option_count = COUNT(specs) };
	struct option_rest rest;
	struct buf body = BUF_INIT;
	struct err err = ERR_NONE;
	struct arena *arena;
	int exit_code;

	if (!options_parse(&rest, &exit_code, &command, argc, argv))
		return exit_code;
	arena = arena_new(PROCEDURE_ARENA_BYTES_MAX);
	buf_add_char(&body, '{');
	if (from != NULL)
		procedure_put(&body, "from", str_from(from));
	if (to != NULL)
		procedure_put(&body, "to", str_from(to));
	if (back)
		procedure_put_flag(&body, "back");
	buf_add_char(&body, '}');
	exit_code = procedure_ask(
	    &console, "absence", "absence.set", &body, print_absence, arena, STATUS_OK, &err);
	arena_free(arena);
	return exit_code;
}
