#include "client/request.h"

#include "client/asked.h"
#include "record/person_json.h"
#include "wire/limits.h"

#include <stdio.h>

static enum status
missing(struct err *err, const char *what, const char *meaning)
{
	return err_set(err, STATUS_INVALID, "%s is missing: %s", what, meaning);
}

static enum status
check_person(const struct request *request, size_t i, struct err *err)
{
	const struct request_person *p = &request->people[i];

	if (!asked_is_searchable(&p->person))
		return err_set(err, STATUS_INVALID,
		    "person %zu: nothing to search by: give a name, date of birth, address, phone, "
		    "e-mail or identifier",
		    i + 1);
	for (size_t k = 0; k < i && p->ref.n > 0; k++)
		if (str_eq(p->ref, request->people[k].ref))
			return err_set(err, STATUS_INVALID,
			    "person %zu: ref \"%.*s\" is that of person %zu too", i + 1,
			    (int)(p->ref.n > 40 ? 40 : p->ref.n), p->ref.p, k + 1);
	return STATUS_OK;
}

static enum status
check_details(const struct request *r, struct err *err)
{
	if (r->reference.n == 0)
		return missing(
		    err, "reference", "the requester's or our own reference of the case");
	if (r->kind.n == 0)
		return missing(
		    err, "kind", "what sort of request this is, such as child_death_notification");
	if (r->purpose.n == 0)
		return missing(err, "purpose", "why the check is made, such as \"Rapid review\"");
	return STATUS_OK;
}

static enum status
check_people(const struct request *r, struct err *err)
{
	enum status status = STATUS_OK;

	if (r->people_count > WIRE_PEOPLE_MAX)
		return err_set(err, STATUS_LIMIT, "%zu people; one check asks about %d at most",
		    r->people_count, WIRE_PEOPLE_MAX);
	for (size_t i = 0; i < r->people_count && status == STATUS_OK; i++)
		status = check_person(r, i, err);
	return status;
}

enum status
request_check(const struct request *r, struct err *err)
{
	enum status status = r->id.n > 0 ? STATUS_OK : check_details(r, err);

	if (status == STATUS_OK && r->id.n > 0 && r->reference.n + r->kind.n + r->purpose.n > 0)
		return err_set(err, STATUS_INVALID,
		    "a logged request is named: leave out reference, kind and purpose, which are "
		    "its own");
	if (status == STATUS_OK && r->people_count == 0 && r->of.n == 0 && r->id.n == 0)
		return err_set(
		    err, STATUS_INVALID, "nobody is asked about: give at least one person");
	return status == STATUS_OK ? check_people(r, err) : status;
}

enum status
request_check_log(const struct request *r, struct err *err)
{
	enum status status = check_details(r, err);

	if (status == STATUS_OK && r->channel.n == 0)
		return missing(err, "channel", "how it came in: email, telephone, out_of_hours");
	if (status == STATUS_OK && r->leg.n + r->of.n + r->id.n > 0)
		return err_set(err, STATUS_INVALID,
		    "a request that is logged has no leg, no earlier check and no name yet");
	return status == STATUS_OK ? check_people(r, err) : status;
}

static void
add_field(struct buf *out, const char *key, struct str value, bool *first)
{
	if (value.n == 0)
		return;
	buf_addf(out, "%s\"%s\":", *first ? "" : ",", key);
	buf_add_json(out, value);
	*first = false;
}

/* person_to_json writes a whole object; our ref goes in front of its fields. */
static void
add_person(struct buf *out, const struct request_person *p)
{
	struct buf body = BUF_INIT;
	struct str inner;
	bool first = true;

	person_to_json(&body, &p->person);
	inner = str_part(buf_str(&body), 1, body.n > 2 ? body.n - 2 : 0);
	buf_add_char(out, '{');
	add_field(out, "ref", p->ref, &first);
	if (inner.n > 0 && !first)
		buf_add_char(out, ',');
	buf_add_str(out, inner);
	buf_add_char(out, '}');
	out->failed |= buf_failed(&body);
	buf_free(&body);
}

static void
add_details(struct buf *out, const struct request *r)
{
	bool first = true;

	if (r->id.n > 0) {
		add_field(out, "request", r->id, &first);
		return;
	}
	buf_add_text(out, "\"request\":{");
	add_field(out, "reference", r->reference, &first);
	add_field(out, "kind", r->kind, &first);
	add_field(out, "requester", r->requester, &first);
	add_field(out, "organisation", r->organisation, &first);
	add_field(out, "jurisdiction", r->jurisdiction, &first);
	add_field(out, "review_type", r->review_type, &first);
	add_field(out, "purpose", r->purpose, &first);
	add_field(out, "legal_basis", r->legal_basis, &first);
	add_field(out, "channel", r->channel, &first);
	add_field(out, "received_at", r->received_at, &first);
	buf_add_char(out, '}');
}

void
request_write_why(struct buf *out, const struct request *r, const struct request_why *why)
{
	bool first = false;

	buf_add_char(out, '{');
	if (r->reference.n > 0 || why->check.n == 0)
		add_details(out, r);
	else
		first = true;
	add_field(out, "leg", r->leg, &first);
	add_field(out, "check", why->check, &first);
	add_field(out, "ref", why->ref, &first);
	add_field(out, "system", why->system, &first);
	add_field(out, "record_id", why->record_id, &first);
	add_field(out, "person_id", why->person_id, &first);
	if (why->check.n == 0 && r->people_count > 0) {
		buf_add_text(out, ",\"person\":");
		add_person(out, &r->people[0]);
	}
	buf_add_char(out, '}');
}

void
request_write(struct buf *out, const struct request *r)
{
	bool first = false;

	buf_add_char(out, '{');
	add_details(out, r);
	add_field(out, "leg", r->leg, &first);
	add_field(out, "of", r->of, &first);
	add_field(out, "detail", r->detail, &first);
	if (r->people_count > 0) {
		buf_add_text(out, ",\"people\":[");
		for (size_t i = 0; i < r->people_count; i++) {
			if (i > 0)
				buf_add_char(out, ',');
			add_person(out, &r->people[i]);
		}
		buf_add_char(out, ']');
	}
	buf_add_char(out, '}');
}

static void
describe_name(struct buf *out, const struct person_name *name)
{
	static const char *const kinds[NAME_KIND_COUNT] = { "", "formerly ", "also ", "known as ",
		"" };

	if ((size_t)name->kind < NAME_KIND_COUNT)
		buf_add_text(out, kinds[name->kind]);
	buf_add_printable(out, name->full);
	buf_add_printable(out, name->forenames);
	if (name->forenames.n > 0 && name->surname.n > 0)
		buf_add_char(out, ' ');
	buf_add_printable(out, name->surname);
}

static void
describe_address(struct buf *out, const struct person_address *a)
{
	const struct str parts[] = { a->text, a->town, a->postcode };
	bool first = true;

	for (size_t i = 0; i < 3; i++) {
		if (parts[i].n == 0)
			continue;
		buf_add_text(out, first ? "" : ", ");
		buf_add_printable(out, parts[i]);
		first = false;
	}
}

static void
between(struct buf *out, bool *first)
{
	buf_add_text(out, *first ? ": " : "; ");
	*first = false;
}

static void
describe_list(struct buf *out, const char *label, const struct str *list, size_t count, bool *first)
{
	for (size_t i = 0; i < count; i++) {
		between(out, first);
		buf_addf(out, "%s ", label);
		buf_add_printable(out, list[i]);
	}
}

void
request_describe(struct buf *out, const struct request_person *p, size_t number)
{
	const struct person *person = &p->person;
	bool first = true;

	if (p->ref.n > 0)
		buf_add_printable(out, p->ref);
	else
		buf_addf(out, "person %zu", number);
	if (person->role != ROLE_UNKNOWN && !str_eq_text(p->ref, person_role_name(person->role)))
		buf_addf(out, " (%s)", person_role_name(person->role));
	for (size_t i = 0; i < person->name_count; i++) {
		between(out, &first);
		describe_name(out, &person->names[i]);
	}
	if (person->sex != SEX_UNKNOWN) {
		between(out, &first);
		buf_add_text(out, sex_name(person->sex));
	}
	for (size_t i = 0; i < person->birth_count; i++) {
		between(out, &first);
		buf_add_text(out, person->births[i].precision == BIRTH_AGE ? "" : "born ");
		birth_format(out, &person->births[i]);
	}
	for (size_t i = 0; i < person->address_count; i++) {
		between(out, &first);
		describe_address(out, &person->addresses[i]);
	}
	describe_list(out, "phone", person->phones, person->phone_count, &first);
	describe_list(out, "e-mail", person->emails, person->email_count, &first);
	for (size_t i = 0; i < person->identifier_count; i++)
		describe_list(out, identifier_kind_name(person->identifiers[i].kind),
		    &person->identifiers[i].value, 1, &first);
}
