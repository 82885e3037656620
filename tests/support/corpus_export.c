#include "tests/support/corpus_export.h"

#include "record/birth.h"
#include "tests/support/corpus_edit.h"

#include <stdio.h>

static const char *const file_names[CORPUS_SYSTEM_COUNT] = { "childrens_services.csv",
	"helpline.csv", "childline.jsonl", "ctac.jsonl", "participation.tsv" };

static const char *const headers[CORPUS_SYSTEM_COUNT] = {
	[CORPUS_CHILDRENS_SERVICES] =
	    "CaseRef,PersonRef,Role,Forenames,Surname,OtherNames,FormerSurname,DOB,Sex,Addr1,Addr2,"
	    "Addr3,Addr4,Postcode,AddrFrom,AddrTo,Phone,NHSNo,UPN,Opened,Closed,CaseStatus,Centre,"
	    "Nation\r\n",
	[CORPUS_HELPLINE] =
	    "ContactId,ContactDate,CallerName,CallerRelation,CallerPhone,CallerEmail,"
	    "Child1Name,Child1Age,Child1DOB,Child1Sex,Child2Name,Child2Age,Child2DOB,Child2Sex,"
	    "Child3Name,Child3Age,Child3DOB,Child3Sex,Address,Town,Postcode,AllegedName,"
	    "AllegedRelation,Outcome,Nation\r\n",
	[CORPUS_PARTICIPATION] =
	    "MemberNo\tFirstName\tLastName\tKnownAs\tYearOfBirth\tGender\tGroup\tJoined\tLeft\t"
	    "ParentName\tParentPhone\tParentEmail\tTown\tNation\n",
};

/* --- Pieces of text ------------------------------------------------------------------------ */

void
corpus_export_field(struct buf *out, struct str text)
{
	bool quote = memchr(text.p == NULL ? "" : text.p, ',', text.n) != NULL;

	if (quote)
		buf_add_char(out, '"');
	buf_add_str(out, text);
	if (quote)
		buf_add_char(out, '"');
	buf_add_char(out, ',');
}

static void
field_text(struct buf *out, const char *text)
{
	corpus_export_field(out, str_from(text));
}

static void
last_field(struct buf *out, struct str text)
{
	corpus_export_field(out, text);
	out->n--;
}

static const char *
british(char out[16], day_number day)
{
	struct civil date;

	if (day == DAY_NONE)
		return "";
	date = day_to_civil(day);
	snprintf(out, 16, "%02d/%02d/%04d", date.day % 100, date.month % 100, date.year % 10000);
	return out;
}

static const char *
british_birth(char out[16], const struct birth *birth)
{
	struct civil date = day_to_civil(birth->first);

	if (birth->precision == BIRTH_EXACT)
		return british(out, birth->first);
	if (birth->precision == BIRTH_YEAR_MONTH)
		snprintf(out, 16, "%02d/%04d", date.month % 100, date.year % 10000);
	else
		snprintf(out, 16, "%04d", date.year % 10000);
	return out;
}

static const char *
letter_of_sex(enum sex sex)
{
	return sex == SEX_FEMALE ? "F" : sex == SEX_MALE ? "M" : "U";
}

static struct str
nation_title(struct str nation)
{
	static const char *const words[][2] = { { "england", "England" }, { "wales", "Wales" },
		{ "scotland", "Scotland" }, { "northern_ireland", "Northern Ireland" },
		{ "jersey", "Jersey" } };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_eq_text(nation, words[i][0]))
			return str_from(words[i][1]);
	return nation;
}

static void
add_full_name(struct buf *out, const struct person_name *name)
{
	buf_add_str(out, name->full);
	buf_add_str(out, name->forenames);
	if (name->forenames.n > 0 && name->surname.n > 0)
		buf_add_char(out, ' ');
	buf_add_str(out, name->surname);
}

static void
field_full_name(struct buf *out, const struct person *person)
{
	struct buf name = BUF_INIT;

	if (person != NULL && person->name_count > 0)
		add_full_name(&name, &person->names[0]);
	corpus_export_field(out, buf_str(&name));
	out->failed |= buf_failed(&name);
	buf_free(&name);
}

static const struct person_address *
first_address(const struct person *person)
{
	static const struct person_address none = { .from = DAY_NONE, .to = DAY_NONE };

	return person != NULL && person->address_count > 0 ? &person->addresses[0] : &none;
}

static struct str
first_phone(const struct person *person)
{
	return person != NULL && person->phone_count > 0 ? person->phones[0] : STR_NONE;
}

static const struct person *
find_person(const struct case_record *record, const char *id)
{
	for (size_t k = 0; k < record->people_count; k++)
		if (str_eq_text(record->people[k].id, id))
			return &record->people[k];
	return NULL;
}

/* --- Children's Services ------------------------------------------------------------------- */

static struct str
name_of_kind(const struct person *person, enum name_kind kind, bool surname)
{
	for (size_t i = 0; i < person->name_count; i++)
		if (person->names[i].kind == kind)
			return surname ? person->names[i].surname : person->names[i].forenames;
	return STR_NONE;
}

static void
services_row(struct buf *out, const struct case_header *header, const struct person *person,
    const struct person_address *address)
{
	char date[16];
	bool coded =
	    person->identifier_count > 0 && person->identifiers[0].kind != IDENTIFIER_JERSEY;

	corpus_export_field(out, header->record_id);
	corpus_export_field(out, person->id);
	corpus_export_field(out, person->note);
	corpus_export_field(out, person->names[0].forenames);
	corpus_export_field(out, person->names[0].surname);
	corpus_export_field(out, name_of_kind(person, NAME_KNOWN_AS, false));
	corpus_export_field(out, name_of_kind(person, NAME_FORMER, true));
	field_text(out, person->birth_count > 0 ? british_birth(date, &person->births[0]) : "");
	field_text(out, letter_of_sex(person->sex));
	corpus_export_field(out, address->text);
	field_text(out, "");
	corpus_export_field(out, address->town);
	field_text(out, "");
	corpus_export_field(out, address->postcode);
	field_text(out, british(date, address->from));
	field_text(out, british(date, address->to));
	corpus_export_field(out, first_phone(person));
	corpus_export_field(out, coded ? person->identifiers[0].value : STR_NONE);
	field_text(out, "");
	field_text(out, british(date, header->opened));
	field_text(out, british(date, header->closed));
	field_text(out, header->closed == DAY_NONE ? "Open" : "Closed");
	field_text(out, "Leeds");
	last_field(out, nation_title(header->nation));
	buf_add_text(out, "\r\n");
}

static void
write_services(struct buf *out, const struct case_record *record)
{
	for (size_t k = 0; k < record->people_count; k++) {
		const struct person *person = &record->people[k];

		services_row(out, &record->header, person, first_address(person));
		for (size_t i = 1; i < person->address_count; i++)
			services_row(out, &record->header, person, &person->addresses[i]);
	}
}

/* --- Helpline ------------------------------------------------------------------------------ */

static void
helpline_child(struct buf *out, const struct person *child)
{
	const struct birth *birth = child != NULL && child->birth_count > 0 ? child->births : NULL;
	char date[16];

	field_full_name(out, child);
	if (birth != NULL && birth->precision == BIRTH_AGE)
		buf_addf(out, "%s%u,,", birth->about ? "about " : "", (unsigned)birth->age);
	else
		buf_addf(out, ",%s,", birth != NULL ? british_birth(date, birth) : "");
	field_text(out, child == NULL ? "" : letter_of_sex(child->sex));
}

/* Names were folded where they are said; what is left (a town, a street) loses its marks here.
 * Below U+0100 Windows-1252 is Latin-1. */
static void
to_windows_1252(struct buf *out, struct str text)
{
	size_t at = 0;

	while (at < text.n) {
		size_t start = at;
		uint32_t c = str_utf8_next(text, &at);
		char wide[CORPUS_EDIT_BYTES];

		if (c < 0x100) {
			buf_add_char(out, (char)c);
			continue;
		}
		snprintf(wide, sizeof wide, "%.*s", (int)(at - start), text.p + start);
		corpus_edit_fold(wide);
		buf_add_text(out, wide);
	}
}

static void
write_helpline(struct buf *out, const struct case_record *record)
{
	const struct person *caller = find_person(record, "caller");
	const struct person *alleged = find_person(record, "alleged");
	const struct person_address *address = first_address(&record->people[0]);
	struct buf row = BUF_INIT;
	char date[16], id[16];

	corpus_export_field(&row, record->header.record_id);
	field_text(&row, british(date, record->header.opened));
	field_full_name(&row, caller);
	corpus_export_field(&row, caller == NULL ? STR_LIT("Other") : caller->note);
	corpus_export_field(&row, first_phone(caller));
	field_text(&row, "");
	for (unsigned i = 1; i <= 3; i++) {
		snprintf(id, sizeof id, "child%u", i);
		helpline_child(&row, find_person(record, id));
	}
	corpus_export_field(&row, address->text);
	corpus_export_field(&row, address->town);
	corpus_export_field(&row, address->postcode);
	field_full_name(&row, alleged);
	field_text(&row, alleged == NULL ? "" : "Other");
	field_text(&row, "Referred to local authority");
	last_field(&row, nation_title(record->header.nation));
	to_windows_1252(out, buf_str(&row));
	out->failed |= buf_failed(&row);
	buf_free(&row);
	buf_add_text(out, "\r\n");
}

/* --- Childline ----------------------------------------------------------------------------- */

void
corpus_export_json(struct buf *out, const char *key, struct str value)
{
	buf_addf(out, "\"%s\":", key);
	if (value.n == 0)
		buf_add_text(out, "null");
	else
		buf_add_json(out, value);
}

static void
json_full_name(struct buf *out, const char *key, const struct person *person)
{
	struct buf name = BUF_INIT;

	add_full_name(&name, &person->names[0]);
	corpus_export_json(out, key, buf_str(&name));
	out->failed |= buf_failed(&name);
	buf_free(&name);
}

static void
json_age(struct buf *out, const struct person *person)
{
	if (person->birth_count > 0 && person->births[0].precision == BIRTH_AGE)
		buf_addf(out, "\"age\":%u", (unsigned)person->births[0].age);
	else
		buf_add_text(out, "\"age\":null");
}

static void
write_childline(struct buf *out, const struct case_record *record)
{
	const struct person *child = &record->people[0];

	buf_add_char(out, '{');
	corpus_export_json(out, "contact_id", record->header.record_id);
	buf_add_text(out, ",\"contact_date\":\"");
	day_format(out, record->header.opened);
	buf_add_text(out, "\",\"young_person\":{");
	json_full_name(out, "name", child);
	buf_add_char(out, ',');
	corpus_export_json(out, "nickname", name_of_kind(child, NAME_KNOWN_AS, false));
	buf_add_text(out, ",\"alias\":null,");
	json_age(out, child);
	buf_addf(out, ",\"gender\":\"%s\"},\"location\":{",
	    child->sex == SEX_FEMALE ? "girl"
	    : child->sex == SEX_MALE ? "boy"
				     : "not stated");
	corpus_export_json(out, "town", first_address(child)->town);
	buf_add_text(out, ",\"region\":null,");
	corpus_export_json(out, "nation", nation_title(record->header.nation));
	buf_add_text(out, "},\"mentioned\":[");
	for (size_t k = 1; k < record->people_count; k++) {
		buf_add_text(out, k > 1 ? ",{" : "{");
		json_full_name(out, "name", &record->people[k]);
		buf_add_char(out, ',');
		corpus_export_json(out, "relation", record->people[k].note);
		buf_add_char(out, ',');
		json_age(out, &record->people[k]);
		buf_add_char(out, '}');
	}
	buf_add_text(out, "],\"counsellor_base\":\"London\"}\n");
}

/* --- CTAC ---------------------------------------------------------------------------------- */

static void
json_names(struct buf *out, const struct person *person)
{
	buf_add_text(out, "\"names\":[");
	for (size_t i = 0; i < person->name_count; i++) {
		const struct person_name *name = &person->names[i];

		buf_addf(out, "%s{\"type\":\"%s\",", i > 0 ? "," : "", i > 0 ? "alias" : "current");
		corpus_export_json(out, "forenames", name->forenames);
		buf_add_char(out, ',');
		corpus_export_json(out, "surname", name->surname);
		buf_add_char(out, ',');
		corpus_export_json(out, "full", name->full);
		buf_add_text(out, ",\"script\":\"latin\"}");
	}
	buf_add_text(out, "],\"claimed_births\":[");
	for (size_t i = 0; i < person->birth_count; i++) {
		buf_add_text(out, i > 0 ? ",\"" : "\"");
		birth_format(out, &person->births[i]);
		buf_add_char(out, '"');
	}
	buf_add_char(out, ']');
}

static void
json_day(struct buf *out, const char *key, day_number day)
{
	buf_addf(out, "\"%s\":", key);
	if (day == DAY_NONE) {
		buf_add_text(out, "null");
		return;
	}
	buf_add_char(out, '"');
	day_format(out, day);
	buf_add_char(out, '"');
}

static void
json_placements(struct buf *out, const struct person *person)
{
	buf_add_text(out, ",\"placements\":[");
	for (size_t i = 0; i < person->address_count; i++) {
		buf_add_text(out, i > 0 ? ",{" : "{");
		corpus_export_json(out, "address", person->addresses[i].text);
		buf_add_char(out, ',');
		corpus_export_json(out, "town", person->addresses[i].town);
		buf_add_char(out, ',');
		corpus_export_json(out, "postcode", person->addresses[i].postcode);
		buf_add_text(out, ",\"from\":null,\"to\":null}");
	}
	buf_add_char(out, ']');
}

static void
write_ctac(struct buf *out, const struct case_record *record)
{
	const struct person *subject = &record->people[0];
	bool nhs = subject->identifier_count > 0 && subject->identifiers[0].kind == IDENTIFIER_NHS;

	buf_add_char(out, '{');
	corpus_export_json(out, "ref", record->header.record_id);
	buf_add_char(out, ',');
	json_day(out, "opened", record->header.opened);
	buf_add_char(out, ',');
	json_day(out, "closed", record->header.closed);
	buf_addf(out, ",\"status\":\"%.*s\",", STR_ARG(record->header.status));
	corpus_export_json(out, "nation", nation_title(record->header.nation));
	buf_add_text(out, ",\"person\":{");
	json_names(out, subject);
	buf_addf(out, ",\"age_disputed\":%s,\"gender\":\"%s\",\"nationality\":null,",
	    subject->age_disputed ? "true" : "false", sex_name(subject->sex));
	buf_add_text(out, "\"identifiers\":{");
	corpus_export_json(out, "nhs", nhs ? subject->identifiers[0].value : STR_NONE);
	buf_add_text(out, ",\"case\":null},\"phones\":[");
	if (subject->phone_count > 0)
		buf_add_json(out, subject->phones[0]);
	buf_add_text(out, "]}");
	json_placements(out, subject);
	buf_add_text(out, ",\"associates\":[");
	for (size_t k = 1; k < record->people_count; k++) {
		buf_add_text(out, k > 1 ? ",{" : "{");
		json_names(out, &record->people[k]);
		buf_add_char(out, ',');
		corpus_export_json(out, "relation", record->people[k].note);
		buf_add_char(out, '}');
	}
	buf_add_text(out, "]}\n");
}

/* --- Participation ------------------------------------------------------------------------- */

static void
cell(struct buf *out, struct str text)
{
	buf_add_str(out, text);
	buf_add_char(out, '\t');
}

static void
write_participation(struct buf *out, const struct case_record *record)
{
	const struct person *member = &record->people[0], *parent = find_person(record, "parent");
	char date[16];

	cell(out, record->header.record_id);
	cell(out, member->names[0].forenames);
	cell(out, member->names[0].surname);
	cell(out, name_of_kind(member, NAME_KNOWN_AS, false));
	if (member->birth_count > 0)
		buf_addf(out, "%d", birth_first_year(&member->births[0]));
	buf_addf(out, "\t%s\tYouth Board\t",
	    member->sex == SEX_FEMALE ? "Female"
	    : member->sex == SEX_MALE ? "Male"
				      : "Prefer not to say");
	cell(out, str_from(british(date, record->header.opened)));
	cell(out, str_from(british(date, record->header.closed)));
	if (parent != NULL)
		add_full_name(out, &parent->names[0]);
	buf_add_char(out, '\t');
	cell(out, first_phone(parent));
	cell(out, STR_NONE);
	cell(out, first_address(member)->town);
	buf_add_str(out, nation_title(record->header.nation));
	buf_add_char(out, '\n');
}

/* --- All five ------------------------------------------------------------------------------ */

const char *
corpus_export_file(enum corpus_system system)
{
	return file_names[system];
}

const char *
corpus_export_header(enum corpus_system system)
{
	return headers[system] == NULL ? "" : headers[system];
}

void
corpus_export_record(struct buf *out, const struct corpus_case *made)
{
	static void (*const writers[CORPUS_SYSTEM_COUNT])(
	    struct buf *, const struct case_record *) = { write_services, write_helpline,
		write_childline, write_ctac, write_participation };

	writers[made->system](out, &made->record);
}
