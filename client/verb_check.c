#include "client/verb.h"

#include "base/file.h"
#include "client/answer.h"
#include "client/asked.h"
#include "client/printer.h"
#include "client/prompt.h"
#include "client/request.h"
#include "client/service.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define ARENA_BYTES_MAX (64u << 20) /* an answer of WIRE_REPLY_BYTES_MAX and its page fit well */

enum detail {
	DETAIL_REFERENCE,
	DETAIL_KIND,
	DETAIL_PURPOSE,
	DETAIL_JURISDICTION,
	DETAIL_REVIEW_TYPE,
	DETAIL_REQUESTER,
	DETAIL_ORGANISATION,
	DETAIL_LEGAL_BASIS,
	DETAIL_LEG,
	DETAIL_OF,
	DETAIL_COUNT
};

static const char *const detail_rows[DETAIL_COUNT][3] = {
	[DETAIL_REFERENCE] = { "reference", "TEXT", "the case's reference" },
	[DETAIL_KIND] = { "kind", "WORD", "kind of request, such as child_death_notification" },
	[DETAIL_PURPOSE] = { "purpose", "TEXT", "why the check is made" },
	[DETAIL_JURISDICTION] = { "jurisdiction", "WORD", "england, wales, scotland, ..." },
	[DETAIL_REVIEW_TYPE] = { "review-type", "WORD", "type of review, by the policy" },
	[DETAIL_REQUESTER] = { "requester", "NAME", "who asks for the check" },
	[DETAIL_ORGANISATION] = { "organisation", "NAME", "and of which organisation" },
	[DETAIL_LEGAL_BASIS] = { "legal-basis", "TEXT", "law or guidance that it rests on" },
	[DETAIL_LEG] = { "leg", "LEG", "leg to search, for a role that may search several" },
	[DETAIL_OF] = { "of", "CHECK", "check that this is the other leg of; needs no people" },
};

static const struct {
	const char *flag;
	enum asked_field field;
	const char *argument;
	const char *help;
} person_rows[] = {
	{ "ref", ASKED_REF, "WORD", "your word for the person in the answer" },
	{ "role-of-person", ASKED_ROLE, "ROLE", "child, sibling, parent, carer, perpetrator, ..." },
	{ "forename", ASKED_FORENAME, "NAME", "forenames, together or one by one" },
	{ "forenames", ASKED_FORENAME, "NAMES", "the same" },
	{ "surname", ASKED_SURNAME, "NAME", "surname" },
	{ "name", ASKED_NAME, "NAME", "a whole name, its parts not told apart" },
	{ "former-surname", ASKED_FORMER_SURNAME, "NAME", "an earlier surname" },
	{ "known-as", ASKED_KNOWN_AS, "NAME", "nickname, or another name used" },
	{ "dob", ASKED_DOB, "DATE", "2009-03-04, 04/03/2009, 4 March 2009, 2009-03, 2009" },
	{ "age", ASKED_AGE, "YEARS", "7, or \"about 7\", with --age-at" },
	{ "age-at", ASKED_AGE_AT, "DATE", "the day on which that age was true" },
	{ "sex", ASKED_SEX, "SEX", "female, male, other" },
	{ "address", ASKED_ADDRESS, "TEXT", "house and street" },
	{ "town", ASKED_TOWN, "NAME", "town, city or parish" },
	{ "postcode", ASKED_POSTCODE, "CODE", "whole or in part" },
	{ "phone", ASKED_PHONE, "NUMBER", "telephone" },
	{ "email", ASKED_EMAIL, "ADDRESS", "e-mail" },
	{ "nhs", ASKED_NHS, "NUMBER", "NHS number (England, Wales)" },
	{ "chi", ASKED_CHI, "NUMBER", "CHI number (Scotland)" },
	{ "hc", ASKED_HC, "NUMBER", "Health and Care number (Northern Ireland)" },
	{ "jersey", ASKED_JERSEY, "NUMBER", "Jersey health or social security number" },
	{ "upn", ASKED_UPN, "NUMBER", "unique pupil number" },
	{ "case", ASKED_CASE, "NUMBER", "our own case number" },
};
#define PERSON_ROWS (sizeof person_rows / sizeof person_rows[0])

struct check_options {
	struct console console;
	const char *details[DETAIL_COUNT];
	struct option_texts person[PERSON_ROWS];
	const char *file, *html, *id;
	bool all, brief, person_mark;
};

struct check {
	struct check_options options;
	struct request_person people[WIRE_PEOPLE_MAX];
	size_t people_count;
	struct request request;
	bool prompted; /* at a terminal: a refusal can be put right */
	struct arena *arena;
	struct buf body;
};

static size_t
make_table(struct option_spec *specs, struct check_options *o)
{
	const struct option_spec own[] = {
		{ "file", 'f', "FILE", "the whole request as JSON (docs/protocol.md); - for stdin",
		    OPTION_TEXT, &o->file, OPTION_OPTIONAL, 0 },
		{ "html", 0, "FILE", "write the answer as a page, too", OPTION_TEXT, &o->html,
		    OPTION_OPTIONAL, 0 },
		{ "all", 0, NULL, "show unlikely candidates in full", OPTION_FLAG, &o->all,
		    OPTION_OPTIONAL, 0 },
		{ "brief", 0, NULL, "show what was found, not why", OPTION_FLAG, &o->brief,
		    OPTION_OPTIONAL, 0 },
		{ "id", 0, "HEX", "request id of a check whose answer was lost", OPTION_TEXT,
		    &o->id, OPTION_OPTIONAL, 0 },
		CONSOLE_OPTIONS(o->console),
		{ NULL, 0, NULL, "The request", OPTION_FLAG, NULL, OPTION_OPTIONAL, 0 },
	};
	size_t n = sizeof own / sizeof own[0];

	memcpy(specs, own, sizeof own);
	for (size_t i = 0; i < DETAIL_COUNT; i++)
		specs[n++] = (struct option_spec){ detail_rows[i][0], 0, detail_rows[i][1],
			detail_rows[i][2], OPTION_TEXT, &o->details[i], OPTION_OPTIONAL, 0 };
	specs[n++] = (struct option_spec){ NULL, 0, NULL,
		"A person (at least one; repeat an option for several values)", OPTION_FLAG, NULL,
		OPTION_OPTIONAL, 0 };
	specs[n++] = (struct option_spec){ "person", 0, NULL, "the next person begins", OPTION_FLAG,
		&o->person_mark, OPTION_OPTIONAL, 0 };
	for (size_t i = 0; i < PERSON_ROWS; i++)
		specs[n++] = (struct option_spec){ person_rows[i].flag, 0, person_rows[i].argument,
			person_rows[i].help, OPTION_TEXTS, &o->person[i], OPTION_OPTIONAL, 0 };
	return n;
}

/* Each option once, wherever --person stands. */
static bool
merge_text(const char **into, const char *value)
{
	if (value == NULL)
		return true;
	if (*into != NULL)
		return false;
	*into = value;
	return true;
}

static const char *
merge(struct check_options *into, const struct check_options *o)
{
	for (size_t i = 0; i < DETAIL_COUNT; i++)
		if (!merge_text(&into->details[i], o->details[i]))
			return detail_rows[i][0];
	if (!merge_text(&into->file, o->file))
		return "file";
	if (!merge_text(&into->html, o->html))
		return "html";
	if (!merge_text(&into->id, o->id))
		return "id";
	if (!merge_text(&into->console.socket, o->console.socket))
		return "socket";
	if (!merge_text(&into->console.role, o->console.role))
		return "role";
	into->all |= o->all;
	into->brief |= o->brief;
	into->console.json |= o->console.json;
	if (o->console.timeout_s > 0)
		into->console.timeout_s = o->console.timeout_s;
	return NULL;
}

/* "child", and "child 2" for the second: words that a reader knows in the answer. */
static struct str
ref_of(const struct check *check, const struct asked *asked, const struct person *person)
{
	size_t same = 1;
	const char *role = person_role_name(person->role), *text;

	if (asked->values[ASKED_REF].count > 0)
		return asked->values[ASKED_REF].at[0];
	if (person->role == ROLE_UNKNOWN)
		return STR_NONE;
	for (size_t i = 0; i < check->people_count; i++)
		same += check->people[i].person.role == person->role;
	if (same == 1)
		return str_from(role);
	text = arena_format(check->arena, "%s %zu", role, same);
	return str_from(text);
}

static enum status
take_person(struct check *check, const struct check_options *o, bool first, struct err *err)
{
	struct asked asked = { 0 };
	struct request_person *person = &check->people[check->people_count];
	struct err why = ERR_NONE;
	size_t given = 0;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < PERSON_ROWS && status == STATUS_OK; i++)
		for (size_t k = 0; k < o->person[i].count && status == STATUS_OK; k++, given++)
			status = asked_add(
			    &asked, person_rows[i].field, str_from(o->person[i].items[k]), &why);
	if (given == 0 && first)
		return STATUS_OK;
	if (status == STATUS_OK && check->people_count == WIRE_PEOPLE_MAX)
		return err_set(
		    err, STATUS_LIMIT, "more than %d people in one check", WIRE_PEOPLE_MAX);
	if (status == STATUS_OK)
		status = asked_person(&person->person, &asked, DAY_NONE, check->arena, NULL, &why);
	if (status != STATUS_OK)
		return err_set(
		    err, why.status, "person %zu: %s", check->people_count + 1, why.text);
	person->ref = ref_of(check, &asked, &person->person);
	check->people_count++;
	return STATUS_OK;
}

static int
find_mark(int argc, char **argv, int from)
{
	for (int i = from; i < argc; i++)
		if (strcmp(argv[i], "--person") == 0)
			return i;
	return argc;
}

/* Reads the command line person by person. 0: go on; else *exit_code is the end. */
static bool
read_options(struct check *check, int *exit_code, int argc, char **argv)
{
	struct option_spec specs[OPTIONS_MAX];
	struct err err = ERR_NONE;

	for (int from = 0; from < argc;) {
		int to = find_mark(argc, argv, from + 1);
		struct check_options part = { .file = NULL };
		struct option_command command = { .program = "client",
			.name = "check",
			.summary =
			    "Ask whether people are known to the charity; with nothing given, by "
			    "questions",
			.options = specs,
			.option_count = make_table(specs, &part),
			.details =
			    "Example:\n  client check --reference LSCP-2026-014 --kind "
			    "child_death_notification \\\n      --purpose 'Rapid review' "
			    "--role-of-person child --name \"Katie O'Brien\" --dob 2009-03 \\\n"
			    "      --person --role-of-person parent --name \"Anne O'Brien\"\n" };
		struct option_rest rest;
		const char *twice;

		if (!options_parse(&rest, exit_code, &command, to - from, argv + from))
			return false;
		twice = merge(&check->options, &part);
		if (twice != NULL) {
			*exit_code = options_usage_error(&command, "--%s is given twice", twice);
			return false;
		}
		if (take_person(check, &part, from == 0, &err) != STATUS_OK) {
			*exit_code = console_fail(&check->options.console, "check", &err);
			return false;
		}
		from = to;
	}
	return true;
}

static enum status
read_stdin(struct buf *out, struct err *err)
{
	char bytes[4096];

	for (;;) {
		ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, "standard input", "cannot read");
		if (got == 0)
			return STATUS_OK;
		buf_add(out, bytes, (size_t)got);
		if (out->n > WIRE_REQUEST_BYTES_MAX)
			return err_data(err, STATUS_LIMIT, "standard input", 0,
			    "request is larger than %u bytes", WIRE_REQUEST_BYTES_MAX);
	}
}

static void
set_details(struct check *check)
{
	struct request *r = &check->request;
	struct str *const into[DETAIL_COUNT] = { &r->reference, &r->kind, &r->purpose,
		&r->jurisdiction, &r->review_type, &r->requester, &r->organisation, &r->legal_basis,
		&r->leg, &r->of };

	for (size_t i = 0; i < DETAIL_COUNT; i++)
		if (check->options.details[i] != NULL)
			*into[i] = str_from(check->options.details[i]);
}

static enum status
check_details_text(const struct check *check, struct err *err)
{
	for (size_t i = 0; i < DETAIL_COUNT; i++) {
		struct str value = str_from(check->options.details[i]);

		if (str_utf8_valid(value) != value.n)
			return err_set(err, STATUS_INVALID, "--%s: byte %zu is not text in UTF-8",
			    detail_rows[i][0], str_utf8_valid(value) + 1);
	}
	return STATUS_OK;
}

/* The request of --file, with details from the command line in place of the file's. */
static enum status
read_file(struct check *check, struct err *err)
{
	const char *path = check->options.file;
	bool is_stdin = strcmp(path, "-") == 0;
	struct buf text = BUF_INIT;
	enum status status;

	if (check->people_count > 0)
		return err_set(
		    err, STATUS_USAGE, "--file names the people; give no others beside it");
	status =
	    is_stdin ? read_stdin(&text, err) : file_read(&text, path, WIRE_REQUEST_BYTES_MAX, err);
	if (status == STATUS_OK && buf_failed(&text))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = request_read(&check->request, check->arena, buf_str(&text),
		    is_stdin ? "standard input" : path, err);
	buf_free(&text);
	return status;
}

/* *go is false, with STATUS_OK, if the person at the terminal thought better of it. */
static enum status
make_request(struct check *check, bool *go, struct err *err)
{
	bool any = check->people_count > 0;
	enum status status = check_details_text(check, err);

	*go = true;
	for (size_t i = 0; i < DETAIL_COUNT; i++)
		any |= check->options.details[i] != NULL;
	if (status != STATUS_OK)
		return status;
	if (check->options.file != NULL) {
		status = read_file(check, err);
	} else if (any) {
		check->request.people = check->people;
		check->request.people_count = check->people_count;
	} else if (console_can_ask()) {
		check->prompted = true;
		return prompt_request(&check->request, go, check->arena, err);
	} else {
		return err_set(err, STATUS_USAGE,
		    "nothing is asked: give --reference, --kind, --purpose and a person, or "
		    "--file");
	}
	set_details(check);
	return status;
}

static enum status
check_id(const char *id, struct err *err)
{
	size_t digits = strspn(id, "0123456789abcdef");

	if (digits != WIRE_ID_HEX || id[digits] != '\0')
		return err_set(err, STATUS_USAGE, "--id needs %d hexadecimal digits", WIRE_ID_HEX);
	return STATUS_OK;
}

static enum status
write_html(const struct check *check, const struct answer *answer, struct err *err)
{
	struct buf page = BUF_INIT;
	enum status status = printer_html(&page, answer, check->arena, err);

	if (status == STATUS_OK)
		status = file_write(check->options.html, buf_str(&page), 0600, err);
	buf_free(&page);
	return status;
}

static enum status
print_answer(const struct check *check, const struct wire_reply *reply, struct err *err)
{
	const struct check_options *o = &check->options;
	struct printer_look look = { console_width(), console_colour(), o->all, o->brief };
	struct answer answer = { .audit = reply->audit, .replayed = reply->replayed };
	struct buf out = BUF_INIT;
	enum status status = answer_read(&answer, check->arena, reply->body, err);

	if (o->console.json)
		service_add_json(&out, reply);
	else if (status == STATUS_OK)
		status = printer_text(&out, &answer, &look, check->arena, err);
	if (status == STATUS_OK && buf_failed(&out))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (out.n > 0 && !buf_failed(&out)) {
		enum status written = console_write(buf_str(&out), err);

		status = status == STATUS_OK ? written : status;
	}
	if (status == STATUS_OK && o->html != NULL)
		status = write_html(check, &answer, err);
	buf_free(&out);
	return status;
}

static enum status
ask_and_print(struct check *check, struct err *err)
{
	struct service service;
	struct wire_reply reply;
	char id[WIRE_ID_HEX + 1];
	enum status status = service_open(&service, &check->options.console, WIRE_CLIENT_MS, err);

	if (status != STATUS_OK)
		return status;
	service_new_id(id);
	if (check->options.id != NULL)
		memcpy(id, check->options.id, sizeof id);
	status = service_ask(
	    &reply, NULL, &service, check->arena, "check", id, buf_str(&check->body), err);
	service_close(&service);
	if (status != STATUS_OK && status_retry_helps(status))
		fprintf(
		    stderr, "client check: to ask again without a second entry, add --id %s\n", id);
	return status == STATUS_OK ? print_answer(check, &reply, err) : status;
}

static enum status
send(struct check *check, struct err *err)
{
	enum status status = request_check(&check->request, err);

	if (status != STATUS_OK)
		return status;
	buf_clear(&check->body);
	request_write(&check->body, &check->request);
	if (buf_failed(&check->body))
		return err_set(err, STATUS_NOMEM, "out of memory");
	return ask_and_print(check, err);
}

/* Nobody who has answered twenty questions shall answer them again for one word. */
static enum status
send_until_right(struct check *check, struct err *err)
{
	bool again = true;
	enum status status = send(check, err);

	while (check->prompted && again && status == STATUS_INVALID) {
		fprintf(stderr, "client check: %s\n", err->text);
		err_clear(err);
		status = prompt_correct(&check->request, &again, check->arena, err);
		if (status == STATUS_OK && again)
			status = send(check, err);
		else if (status == STATUS_OK)
			fputs("Nothing was asked.\n", stderr);
	}
	return status;
}

static enum status
run(struct check *check, struct err *err)
{
	bool go = true;
	enum status status = STATUS_OK;

	if (check->options.id != NULL)
		status = check_id(check->options.id, err);
	if (status == STATUS_OK)
		status = make_request(check, &go, err);
	if (status == STATUS_OK && !go) {
		fputs("Nothing was asked.\n", stderr);
		return STATUS_OK;
	}
	return status == STATUS_OK ? send_until_right(check, err) : status;
}

int
verb_check(int argc, char **argv)
{
	static struct check check; /* tens of KiB */
	struct err err = ERR_NONE;
	int exit_code = EX_OK;

	check = (struct check){ .body = BUF_INIT, .arena = arena_new(ARENA_BYTES_MAX) };
	if (check.arena == NULL)
		return console_fail(&check.options.console, "check",
		    &(struct err){ .status = STATUS_NOMEM, .text = "out of memory" });
	if (read_options(&check, &exit_code, argc, argv) && run(&check, &err) != STATUS_OK)
		exit_code = console_fail(&check.options.console, "check", &err);
	buf_free(&check.body);
	arena_free(check.arena);
	return exit_code;
}
