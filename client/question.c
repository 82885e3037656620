#include "client/question.h"

#include "base/file.h"
#include "client/asked.h"
#include "client/prompt.h"

#include <errno.h>
#include <unistd.h>

enum question_detail {
	QUESTION_REFERENCE,
	QUESTION_KIND,
	QUESTION_PURPOSE,
	QUESTION_JURISDICTION,
	QUESTION_REVIEW_TYPE,
	QUESTION_REQUESTER,
	QUESTION_ORGANISATION,
	QUESTION_LEGAL_BASIS,
	QUESTION_LEG,
	QUESTION_OF,
	QUESTION_CHANNEL,
	QUESTION_RECEIVED_AT,
	QUESTION_REQUEST
};

static const char *const detail_rows[QUESTION_DETAILS][3] = {
	[QUESTION_REFERENCE] = { "reference", "TEXT", "the case's reference" },
	[QUESTION_KIND] = { "kind", "WORD", "kind of request, such as child_death_notification" },
	[QUESTION_PURPOSE] = { "purpose", "TEXT", "why the check is made" },
	[QUESTION_JURISDICTION] = { "jurisdiction", "WORD", "england, wales, scotland, ..." },
	[QUESTION_REVIEW_TYPE] = { "review-type", "WORD", "type of review, by the policy" },
	[QUESTION_REQUESTER] = { "requester", "NAME", "who asks for the check" },
	[QUESTION_ORGANISATION] = { "organisation", "NAME", "and of which organisation" },
	[QUESTION_LEGAL_BASIS] = { "legal-basis", "TEXT", "law or guidance that it rests on" },
	[QUESTION_LEG] = { "leg", "LEG", "leg to search, for a role that may search several" },
	[QUESTION_OF] = { "of", "CHECK", "check that this is the other leg of; needs no people" },
	[QUESTION_CHANNEL] = { "channel", "WORD",
	    "how it came in: email, telephone, out_of_hours" },
	[QUESTION_RECEIVED_AT] = { "received-at", "TIME", "when, such as 2026-11-23T10:15:00Z" },
	[QUESTION_REQUEST] = { "request", "REQ-...",
	    "a logged request, in place of its details and people" },
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
_Static_assert(QUESTION_REQUEST + 1 == QUESTION_DETAILS, "a place for each detail");
_Static_assert(sizeof person_rows / sizeof person_rows[0] == QUESTION_PERSON_ROWS, "and row");

/* The command's own options, those of every command, the request's and a person's. */
static size_t
make_table(struct option_spec *specs, struct question_options *o, question_own *own)
{
	const struct option_spec shared[] = {
		CONSOLE_OPTIONS(o->console),
		{ NULL, 0, NULL, "The request", OPTION_FLAG, NULL, OPTION_OPTIONAL, 0 },
	};
	size_t n = own(specs, o);

	memcpy(specs + n, shared, sizeof shared);
	n += sizeof shared / sizeof shared[0];
	for (size_t i = 0; i < QUESTION_DETAILS; i++)
		specs[n++] = (struct option_spec){ detail_rows[i][0], 0, detail_rows[i][1],
			detail_rows[i][2], OPTION_TEXT, &o->details[i], OPTION_OPTIONAL, 0 };
	specs[n++] = (struct option_spec){ NULL, 0, NULL,
		"A person (at least one; repeat an option for several values)", OPTION_FLAG, NULL,
		OPTION_OPTIONAL, 0 };
	specs[n++] = (struct option_spec){ "person", 0, NULL, "the next person begins", OPTION_FLAG,
		&o->person_mark, OPTION_OPTIONAL, 0 };
	for (size_t i = 0; i < QUESTION_PERSON_ROWS; i++)
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
merge(struct question_options *into, const struct question_options *o)
{
	const struct {
		const char *flag, **into, *value;
	} texts[] = {
		{ "file", &into->file, o->file },
		{ "html", &into->html, o->html },
		{ "id", &into->id, o->id },
		{ "record", &into->record, o->record },
		{ "person-id", &into->person_id, o->person_id },
		{ "check", &into->check, o->check },
		{ "about", &into->about, o->about },
		{ "socket", &into->console.socket, o->console.socket },
		{ "role", &into->console.role, o->console.role },
	};

	for (size_t i = 0; i < QUESTION_DETAILS; i++)
		if (!merge_text(&into->details[i], o->details[i]))
			return detail_rows[i][0];
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (!merge_text(texts[i].into, texts[i].value))
			return texts[i].flag;
	into->all |= o->all;
	into->brief |= o->brief;
	into->console.json |= o->console.json;
	if (o->console.timeout_s > 0)
		into->console.timeout_s = o->console.timeout_s;
	return NULL;
}

/* "child", and "child 2" for the second: words that a reader knows in the answer. */
static struct str
ref_of(const struct question *question, const struct asked *asked, const struct person *person)
{
	size_t same = 1;
	const char *role = person_role_name(person->role), *text;

	if (asked->values[ASKED_REF].count > 0)
		return asked->values[ASKED_REF].at[0];
	if (person->role == ROLE_UNKNOWN)
		return STR_NONE;
	for (size_t i = 0; i < question->people_count; i++)
		same += question->people[i].person.role == person->role;
	if (same == 1)
		return str_from(role);
	text = arena_format(question->arena, "%s %zu", role, same);
	return str_from(text);
}

static enum status
take_person(
    struct question *question, const struct question_options *o, bool first, struct err *err)
{
	struct asked asked = { 0 };
	struct request_person *person = &question->people[question->people_count];
	struct err why = ERR_NONE;
	size_t given = 0;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < QUESTION_PERSON_ROWS && status == STATUS_OK; i++)
		for (size_t k = 0; k < o->person[i].count && status == STATUS_OK; k++, given++)
			status = asked_add(
			    &asked, person_rows[i].field, str_from(o->person[i].items[k]), &why);
	if (given == 0 && first)
		return STATUS_OK;
	if (status == STATUS_OK && question->people_count == WIRE_PEOPLE_MAX)
		return err_set(
		    err, STATUS_LIMIT, "more than %d people in one check", WIRE_PEOPLE_MAX);
	if (status == STATUS_OK)
		status =
		    asked_person(&person->person, &asked, DAY_NONE, question->arena, NULL, &why);
	if (status != STATUS_OK)
		return err_set(
		    err, why.status, "person %zu: %s", question->people_count + 1, why.text);
	person->ref = ref_of(question, &asked, &person->person);
	question->people_count++;
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

bool
question_read(struct question *question, int *exit_code, const struct option_command *base,
    question_own *own, int argc, char **argv)
{
	struct option_spec specs[OPTIONS_MAX];
	struct err err = ERR_NONE;

	for (int from = 0; from < argc;) {
		int to = find_mark(argc, argv, from + 1);
		struct question_options part = { .file = NULL };
		struct option_command command = *base;
		struct option_rest rest;
		const char *twice;

		command.options = specs;
		command.option_count = make_table(specs, &part, own);
		if (!options_parse(&rest, exit_code, &command, to - from, argv + from))
			return false;
		twice = merge(&question->options, &part);
		if (twice != NULL) {
			*exit_code = options_usage_error(&command, "--%s is given twice", twice);
			return false;
		}
		if (take_person(question, &part, from == 0, &err) != STATUS_OK) {
			*exit_code = console_fail(&question->options.console, base->name, &err);
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
set_details(struct question *question)
{
	struct request *r = &question->request;
	struct str *const into[QUESTION_DETAILS] = { &r->reference, &r->kind, &r->purpose,
		&r->jurisdiction, &r->review_type, &r->requester, &r->organisation, &r->legal_basis,
		&r->leg, &r->of, &r->channel, &r->received_at, &r->id };

	for (size_t i = 0; i < QUESTION_DETAILS; i++)
		if (question->options.details[i] != NULL)
			*into[i] = str_from(question->options.details[i]);
}

static enum status
check_details_text(const struct question *question, struct err *err)
{
	for (size_t i = 0; i < QUESTION_DETAILS; i++) {
		struct str value = str_from(question->options.details[i]);

		if (str_utf8_valid(value) != value.n)
			return err_set(err, STATUS_INVALID, "--%s: byte %zu is not text in UTF-8",
			    detail_rows[i][0], str_utf8_valid(value) + 1);
	}
	return STATUS_OK;
}

/* The request of --file, with details from the command line in place of the file's. */
static enum status
read_file(struct question *question, struct err *err)
{
	const char *path = question->options.file;
	bool is_stdin = strcmp(path, "-") == 0;
	struct buf text = BUF_INIT;
	enum status status;

	if (question->people_count > 0)
		return err_set(
		    err, STATUS_USAGE, "--file names the people; give no others beside it");
	status =
	    is_stdin ? read_stdin(&text, err) : file_read(&text, path, WIRE_REQUEST_BYTES_MAX, err);
	if (status == STATUS_OK && buf_failed(&text))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = request_read(&question->request, question->arena, buf_str(&text),
		    is_stdin ? "standard input" : path, err);
	buf_free(&text);
	return status;
}

bool
question_is_given(const struct question *question)
{
	bool any = question->people_count > 0 || question->options.file != NULL;

	for (size_t i = 0; i < QUESTION_DETAILS; i++)
		any |= question->options.details[i] != NULL;
	return any;
}

enum status
question_request(struct question *question, bool *go, bool may_prompt, struct err *err)
{
	enum status status = check_details_text(question, err);

	*go = true;
	if (status != STATUS_OK)
		return status;
	if (question->options.file != NULL) {
		status = read_file(question, err);
	} else if (question_is_given(question)) {
		question->request.people = question->people;
		question->request.people_count = question->people_count;
	} else if (may_prompt && console_can_ask()) {
		question->prompted = true;
		return prompt_request(&question->request, go, question->arena, err);
	} else {
		return err_set(err, STATUS_USAGE,
		    "nothing is asked: give --reference, --kind, --purpose and a person, or "
		    "--file");
	}
	set_details(question);
	return status;
}

enum status
question_check_id(const char *id, struct err *err)
{
	size_t digits = strspn(id, "0123456789abcdef");

	if (digits != WIRE_ID_HEX || id[digits] != '\0')
		return err_set(err, STATUS_USAGE, "--id needs %d hexadecimal digits", WIRE_ID_HEX);
	return STATUS_OK;
}
