#include "client/verb.h"

#include "client/answer.h"
#include "client/question.h"

#include <stdio.h>
#include <sysexits.h>

#define ARENA_BYTES_MAX (64u << 20) /* an answer of WIRE_REPLY_BYTES_MAX and its page fit well */

static size_t
own_options(struct option_spec *specs, struct question_options *o)
{
	const struct option_spec own[] = {
		{ "record", 0, "SYSTEM/ID", "the record asked about (required)", OPTION_TEXT,
		    &o->record, OPTION_OPTIONAL, 0 },
		{ "person-id", 0, "ID", "one person of it; else all", OPTION_TEXT, &o->person_id,
		    OPTION_OPTIONAL, 0 },
		{ "check", 0, "CHECK", "ask again what this check asked; needs no person",
		    OPTION_TEXT, &o->check, OPTION_OPTIONAL, 0 },
		{ "about", 0, "REF", "whom of the check, or of --file", OPTION_TEXT, &o->about,
		    OPTION_OPTIONAL, 0 },
		{ "file", 'f', "FILE", "a check's request as JSON; - for stdin", OPTION_TEXT,
		    &o->file, OPTION_OPTIONAL, 0 },
		{ "html", 0, "FILE", "write the answer as a page, too", OPTION_TEXT, &o->html,
		    OPTION_OPTIONAL, 0 },
		{ "id", 0, "HEX", "request id of a question whose answer was lost", OPTION_TEXT,
		    &o->id, OPTION_OPTIONAL, 0 },
	};

	memcpy(specs, own, sizeof own);
	return sizeof own / sizeof own[0];
}

/* "helpline/H-2016-00101". */
static enum status
read_record(struct request_why *out, const struct question_options *o, struct err *err)
{
	struct str rest = str_from(o->record == NULL ? "" : o->record);

	out->system = str_cut(&rest, '/');
	out->record_id = rest;
	if (out->system.n == 0 || out->record_id.n == 0)
		return err_set(err, STATUS_USAGE,
		    "--record names the record: SYSTEM/ID, such as helpline/H-2016-00101");
	out->person_id = o->person_id == NULL ? STR_NONE : str_from(o->person_id);
	out->check = o->check == NULL ? STR_NONE : str_from(o->check);
	out->ref = o->check == NULL || o->about == NULL ? STR_NONE : str_from(o->about);
	return STATUS_OK;
}

/* One person is left: the only one, or the one that --about names. */
static enum status
choose_person(struct question *why, struct err *err)
{
	const char *about = why->options.about;
	struct request *r = &why->request;

	if (r->people_count == 1 && about == NULL)
		return STATUS_OK;
	if (about == NULL)
		return err_set(err, STATUS_USAGE,
		    "%zu people are given; why asks about one: name it with --about REF",
		    r->people_count);
	for (size_t i = 0; i < r->people_count; i++)
		if (str_eq_text(r->people[i].ref, about)) {
			r->people += i;
			r->people_count = 1;
			return STATUS_OK;
		}
	return err_set(err, STATUS_USAGE, "--about: no person given has the ref \"%s\"", about);
}

static enum status
make_body(struct question *why, struct err *err)
{
	struct request_why record = { .system = STR_NONE };
	enum status status = read_record(&record, &why->options, err);
	bool go = true;

	if (status == STATUS_OK && why->options.id != NULL)
		status = question_check_id(why->options.id, err);
	if (status == STATUS_OK && (record.check.n == 0 || question_is_given(why)))
		status = question_request(why, &go, false, err);
	if (status == STATUS_OK && why->request.id.n > 0)
		return err_set(err, STATUS_USAGE,
		    "--request: name a check of it with --check, or give its details");
	if (status == STATUS_OK && record.check.n > 0 && why->request.people_count > 0)
		return err_set(err, STATUS_USAGE,
		    "--check names whom it asked about; give no people beside it");
	if (status == STATUS_OK && record.check.n == 0)
		status = request_check(&why->request, err);
	if (status == STATUS_OK && record.check.n == 0)
		status = choose_person(why, err);
	if (status != STATUS_OK)
		return status;
	request_write_why(&why->body, &why->request, &record);
	return buf_failed(&why->body) ? err_set(err, STATUS_NOMEM, "out of memory") : STATUS_OK;
}

static enum status
ask_and_print(struct question *why, struct err *err)
{
	struct printer_look look = { console_width(), console_colour(), true, false };

	return question_ask(why, "why", &look, err);
}

int
verb_why(int argc, char **argv)
{
	static struct question why; /* tens of KiB */
	static const struct option_command command = { .program = "client",
		.name = "why",
		.summary = "Show why a record was found for a person, or at which step it fell",
		.details = "Example:\n  client why --record helpline/H-2016-00101 --check "
			   "CHK-7K3F-9QWD --about child\n"
			   "The question is logged, as a check is; nothing is secured by it.\n" };
	struct err err = ERR_NONE;
	enum status status;
	int exit_code = EX_OK;

	why = (struct question){ .body = BUF_INIT, .arena = arena_new(ARENA_BYTES_MAX) };
	if (why.arena == NULL)
		return console_fail(&why.options.console, "why",
		    &(struct err){ .status = STATUS_NOMEM, .text = "out of memory" });
	if (question_read(&why, &exit_code, &command, own_options, argc, argv)) {
		status = make_body(&why, &err);
		if (status == STATUS_OK)
			status = ask_and_print(&why, &err);
		if (status != STATUS_OK)
			exit_code = console_fail(&why.options.console, "why", &err);
	}
	buf_free(&why.body);
	arena_free(why.arena);
	return exit_code;
}
