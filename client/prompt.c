#include "client/prompt.h"

#include "client/asked.h"
#include "client/console.h"
#include "client/dates.h"
#include "client/sheet.h"
#include "wire/limits.h"

#include <stdio.h>

struct prompt {
	struct buf line;
	struct arena *arena;
	struct err *err;
	bool ended; /* end of input: nothing more can be asked */
};

/* The trimmed answer in the arena; STR_NONE when empty or ended. */
static struct str
ask(struct prompt *p, const char *question)
{
	struct str answer = STR_NONE;

	while (!p->ended) {
		p->ended = !console_ask(&p->line, question);
		if (p->ended)
			break;
		answer = str_trim(buf_str(&p->line));
		if (str_utf8_valid(answer) == answer.n && memchr(answer.p, '\0', answer.n) == NULL)
			return arena_copy(&answer, p->arena, answer) ? answer : STR_NONE;
		fputs("  That is not text in UTF-8; please type it again.\n", stderr);
	}
	return STR_NONE;
}

static bool
ask_yes(struct prompt *p, const char *question)
{
	struct str answer = ask(p, question);

	return str_eq_nocase(answer, STR_LIT("y")) || str_eq_nocase(answer, STR_LIT("yes"));
}

/* Today, by UTC: the default day of an age. */
static struct str
today(struct prompt *p)
{
	struct buf text = BUF_INIT;
	struct str out = STR_NONE;

	console_add_time(&text, console_now_ms());
	(void)arena_copy(&out, p->arena, str_part(buf_str(&text), 0, 10));
	buf_free(&text);
	return out;
}

/* Asks until the answer is empty or can be read. */
static void
ask_field(struct prompt *p, struct asked *asked, enum asked_field field, const char *question)
{
	for (;;) {
		struct asked alone = { 0 };
		struct person person;
		struct err err = ERR_NONE;
		struct str answer = ask(p, question);
		enum status status = asked_add(&alone, field, answer, &err);

		if (answer.n == 0)
			return;
		/* A name beside it, so that only the field itself can be at fault. */
		if (status == STATUS_OK)
			status = asked_add(&alone, ASKED_NAME, STR_LIT("x"), &err);
		if (status == STATUS_OK)
			status = asked_person(&person, &alone, 0, p->arena, NULL, &err);
		if (status == STATUS_OK)
			status = asked_add(asked, field, answer, &err);
		if (status == STATUS_OK)
			return;
		fprintf(stderr, "  %s\n", err.text);
	}
}

static void
ask_age(struct prompt *p, struct asked *asked)
{
	struct str age_at;
	struct err err = ERR_NONE;

	ask_field(p, asked, ASKED_AGE, "  Age, such as 7 or \"about 7\": ");
	if (asked->values[ASKED_AGE].count == 0)
		return;
	ask_field(p, asked, ASKED_AGE_AT, "  On what day was that so? [today] ");
	if (asked->values[ASKED_AGE_AT].count > 0)
		return;
	age_at = today(p);
	if (asked_add(asked, ASKED_AGE_AT, age_at, &err) != STATUS_OK)
		p->ended = true;
}

static void
ask_person_fields(struct prompt *p, struct asked *asked)
{
	ask_field(
	    p, asked, ASKED_ROLE, "  Role (child, sibling, parent, carer, perpetrator, other): ");
	ask_field(p, asked, ASKED_FORENAME, "  Forenames: ");
	ask_field(p, asked, ASKED_SURNAME, "  Surname: ");
	ask_field(p, asked, ASKED_FORMER_SURNAME, "  Former surname: ");
	ask_field(p, asked, ASKED_KNOWN_AS, "  Known as, or nickname: ");
	ask_field(
	    p, asked, ASKED_DOB, "  Date of birth, or part of one (04/03/2009, 2009-03, 2009): ");
	if (asked->values[ASKED_DOB].count == 0)
		ask_age(p, asked);
	ask_field(p, asked, ASKED_SEX, "  Sex (female, male, other): ");
	ask_field(p, asked, ASKED_ADDRESS, "  Address, without town and postcode: ");
	ask_field(p, asked, ASKED_TOWN, "  Town: ");
	ask_field(p, asked, ASKED_POSTCODE, "  Postcode: ");
	ask_field(p, asked, ASKED_PHONE, "  Phone: ");
	ask_field(p, asked, ASKED_NHS, "  NHS number: ");
}

/* One person, asked for again while there is nothing to search by. */
static enum status
ask_person(struct prompt *p, struct request_person *out)
{
	for (;;) {
		struct asked asked = { 0 };
		struct err err = ERR_NONE;

		ask_person_fields(p, &asked);
		if (p->ended)
			return STATUS_OK;
		if (asked_person(&out->person, &asked, DAY_NONE, p->arena, NULL, &err) ==
		    STATUS_OK) {
			if (out->person.role != ROLE_UNKNOWN)
				out->ref = str_from(person_role_name(out->person.role));
			return STATUS_OK;
		}
		if (err.status == STATUS_NOMEM)
			return err_set(p->err, STATUS_NOMEM, "out of memory");
		fprintf(stderr, "  %s\n", err.text);
	}
}

static enum status
ask_people(struct prompt *p, struct request *out)
{
	struct request_person *people = arena_alloc(p->arena, WIRE_PEOPLE_MAX, sizeof *people);
	enum status status = STATUS_OK;
	size_t n = 0;

	if (people == NULL)
		return err_set(p->err, STATUS_NOMEM, "out of memory");
	do {
		people[n].ref = STR_NONE;
		fprintf(stderr, "\nPerson %zu (press Enter for what is not known)\n", n + 1);
		status = ask_person(p, &people[n]);
		for (size_t k = 0; k < n; k++)
			if (str_eq(people[k].ref, people[n].ref))
				people[n].ref = STR_NONE;
		n++;
	} while (status == STATUS_OK && !p->ended && n < WIRE_PEOPLE_MAX &&
		 ask_yes(p, "\nAnother person (sibling, parent, ...)? [y/N] "));
	out->people = people;
	out->people_count = n;
	return status;
}

void
prompt_show(const struct request *r)
{
	const struct {
		const char *label;
		struct str value;
	} rows[] = { { "reference", r->reference }, { "kind", r->kind }, { "purpose", r->purpose },
		{ "requester", r->requester }, { "organisation", r->organisation },
		{ "jurisdiction", r->jurisdiction }, { "review type", r->review_type },
		{ "legal basis", r->legal_basis }, { "leg", r->leg }, { "of", r->of },
		{ "channel", r->channel }, { "received at", r->received_at },
		{ "request", r->id } };
	struct sheet sheet;
	struct buf text = BUF_INIT;

	sheet_init(&sheet, console_width(), false);
	sheet_gap(&sheet);
	sheet_put(&sheet, SHEET_PLAIN, STR_LIT("This will be asked, and logged under your name:"));
	sheet_end(&sheet);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].value.n == 0)
			continue;
		sheet_indent(&sheet, 2);
		sheet_put(&sheet, SHEET_PLAIN, str_from(rows[i].label));
		sheet_to(&sheet, 16);
		sheet_indent(&sheet, 16);
		sheet_put(&sheet, SHEET_PLAIN, rows[i].value);
		sheet_end(&sheet);
	}
	for (size_t i = 0; i < r->people_count; i++) {
		sheet_indent(&sheet, 2);
		buf_clear(&text);
		request_describe(&text, &r->people[i], i + 1);
		sheet_put(&sheet, SHEET_PLAIN, buf_str(&text));
		sheet_end(&sheet);
	}
	fprintf(stderr, "\n%.*s\n", STR_ARG(buf_str(&sheet.out)));
	buf_free(&text);
	buf_free(&sheet.out);
}

struct detail {
	const char *question;
	struct str *into;
	bool required;
};
#define DETAILS 8

static void
list_details(struct detail out[DETAILS], struct request *r)
{
	const struct detail all[DETAILS] = {
		{ "Reference of the case", &r->reference, true },
		{ "Kind of request (such as child_death_notification)", &r->kind, true },
		{ "Purpose (such as Rapid review)", &r->purpose, true },
		{ "Who asks for it", &r->requester, false },
		{ "Of which organisation", &r->organisation, false },
		{ "Jurisdiction (england, wales, northern_ireland, scotland, jersey)",
		    &r->jurisdiction, false },
		{ "Type of review", &r->review_type, false },
		{ "Leg, if you may run several", &r->leg, false },
	};

	memcpy(out, all, sizeof all);
}

static void
ask_detail(struct prompt *p, const struct detail *detail)
{
	struct buf question = BUF_INIT;
	struct str answer;

	buf_add_text(&question, detail->question);
	if (detail->into->n > 0) {
		buf_add_text(&question, " [");
		buf_add_printable(&question, *detail->into);
		buf_add_char(&question, ']');
	}
	buf_add_text(&question, ": ");
	do {
		answer = ask(p, buf_failed(&question) ? "? " : question.p);
		if (answer.n > 0)
			*detail->into = str_eq_text(answer, "-") ? STR_NONE : answer;
		if (detail->required && detail->into->n == 0 && !p->ended)
			fputs("  This one is needed.\n", stderr);
	} while (detail->required && detail->into->n == 0 && !p->ended);
	buf_free(&question);
}

static void
ask_details(struct prompt *p, struct request *request)
{
	struct detail details[DETAILS];

	list_details(details, request);
	for (size_t i = 0; i < DETAILS && !p->ended; i++)
		ask_detail(p, &details[i]);
}

static void
confirm(bool *confirmed, struct prompt *p, const struct request *request)
{
	*confirmed = false;
	if (p->ended)
		return;
	prompt_show(request);
	*confirmed = ask_yes(p, "Ask this now? [y/N] ");
}

enum status
prompt_request(struct request *out, bool *confirmed, struct arena *arena, struct err *err)
{
	struct prompt p = { BUF_INIT, arena, err, false };
	enum status status;

	*out = (struct request){ .leg = STR_NONE };
	*confirmed = false;
	fputs("A record check. What you ask is logged; press Enter for what is not known.\n\n",
	    stderr);
	ask_details(&p, out);
	status = ask_people(&p, out);
	if (status == STATUS_OK)
		confirm(confirmed, &p, out);
	buf_free(&p.line);
	return status;
}

enum status
prompt_correct(struct request *request, bool *confirmed, struct arena *arena, struct err *err)
{
	struct prompt p = { BUF_INIT, arena, err, false };

	fputs("\nPut the details right (Enter keeps what stands in brackets, - empties it), or end "
	      "with Ctrl-D.\n\n",
	    stderr);
	ask_details(&p, request);
	confirm(confirmed, &p, request);
	buf_free(&p.line);
	return STATUS_OK;
}
