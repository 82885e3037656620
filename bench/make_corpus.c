/*
 * make_corpus: invented people in any number, as exports of the five systems.
 *
 *   make_corpus FOLDER PEOPLE [SEED [QUESTIONS]]
 *
 * Writes into FOLDER, which must exist, the five exports in the formats of fixtures/README.md with
 * at least PEOPLE people in all (tests/support/corpus.h), and
 *   truth.csv       person,system,record_id,person_id,role,kinds; person is FAMILY.MEMBER, kinds
 * the words of the damage done, joined by ';' questions.csv   QUESTIONS rows for `client batch`, a
 * third of them about people not on file questions.jsonl the same as bodies of `check`, with all
 * names and addresses the asker knows answers.csv     ref,person,kind,asked,kinds,origin: who is
 * asked for (person: empty for those not on file; asked: FAMILY.MEMBER all the same); kind is
 *                     present   on file
 *                     nowhere   neither they nor their family
 *                     relative  their family is on file, they are not
 *                     namesake  nowhere, but asked about under the name of somebody on file
 *                   kinds of damage of the question as in truth.csv; origin the word list of the
 * names households.jsonl  QUESTIONS / 4 checks of four people of one family Streaming: memory does
 * not grow with PEOPLE. The same arguments give the same bytes.
 */
#include "base/buf.h"
#include "record/birth.h"
#include "tests/support/corpus.h"
#include "tests/support/corpus_family.h"
#include "tests/support/corpus_words.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED_DEFAULT 1
#define QUESTIONS_DEFAULT 1000

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

struct exports {
	const char *folder;
	FILE *systems[CORPUS_SYSTEM_COUNT];
	FILE *truth;
	struct buf line; /* of the export being written */
};

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "make_corpus: %s %s\n", what, detail);
	exit(74);
}

static FILE *
create(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (file == NULL)
		fail("cannot write", path);
	return file;
}

static void
put(FILE *file, const struct buf *bytes)
{
	if (buf_failed(bytes) || fwrite(bytes->p, 1, bytes->n, file) != bytes->n)
		fail("cannot write", "(disk full?)");
}

static void
finish(FILE *file)
{
	if (file != NULL && fclose(file) != 0)
		fail("cannot write", "(disk full?)");
}

/* --- Pieces of text ------------------------------------------------------------------------ */

/* One CSV field and the comma after it. */
static void
field(struct buf *out, struct str text)
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
	field(out, str_from(text));
}

static void
last_field(struct buf *out, struct str text)
{
	field(out, text);
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
	if (person != NULL && person->name_count > 0)
		add_full_name(out, &person->names[0]);
	buf_add_char(out, ',');
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

static const char *
family_role(const struct person *person)
{
	switch (person->role) {
	case ROLE_CHILD:
		return "Child";
	case ROLE_SIBLING:
		return "Sibling";
	case ROLE_PARENT:
		return person->sex == SEX_MALE ? "Father" : "Mother";
	case ROLE_PERPETRATOR:
		return "Alleged perpetrator";
	case ROLE_UNKNOWN:
	case ROLE_CARER:
	case ROLE_HOUSEHOLD:
	case ROLE_REFERRER:
	case ROLE_CALLER:
	case ROLE_WORKER:
	case ROLE_OTHER:
	case ROLE_COUNT:
		break;
	}
	return "Other";
}

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

	field(out, header->record_id);
	field(out, person->id);
	field_text(out, family_role(person));
	field(out, person->names[0].forenames);
	field(out, person->names[0].surname);
	field(out, name_of_kind(person, NAME_KNOWN_AS, false));
	field(out, name_of_kind(person, NAME_FORMER, true));
	field_text(out, person->birth_count > 0 ? british_birth(date, &person->births[0]) : "");
	field_text(out, letter_of_sex(person->sex));
	field(out, address->text);
	field_text(out, "");
	field(out, address->town);
	field_text(out, "");
	field(out, address->postcode);
	field_text(out, british(date, address->from));
	field_text(out, british(date, address->to));
	field(out, first_phone(person));
	field(out, coded ? person->identifiers[0].value : STR_NONE);
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

/* The letters of the word lists that Windows-1252 lacks lose their marks, as they do at the desk.
 * The others of the lists are below U+0100, where it is Latin-1. */
static void
to_windows_1252(struct buf *out, struct str text)
{
	static const char from[][3] = { "Ł", "ł", "ś", "ż", "ź", "ń", "ć", "ą", "ę", "ŷ" };
	static const char to[] = "Llszzncaey";
	size_t at = 0;

	while (at < text.n) {
		size_t start = at;
		uint32_t c = str_utf8_next(text, &at);
		char byte = c < 0x100 ? (char)c : '?';

		for (size_t i = 0; i < sizeof to - 1; i++)
			if (at - start == 2 && memcmp(text.p + start, from[i], 2) == 0)
				byte = to[i];
		buf_add_char(out, byte);
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

	field(&row, record->header.record_id);
	field_text(&row, british(date, record->header.opened));
	field_full_name(&row, caller);
	field_text(&row, caller == NULL ? "Other" : "Mother");
	field(&row, first_phone(caller));
	field_text(&row, "");
	for (unsigned i = 1; i <= 3; i++) {
		snprintf(id, sizeof id, "child%u", i);
		helpline_child(&row, find_person(record, id));
	}
	field(&row, address->text);
	field(&row, address->town);
	field(&row, address->postcode);
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

static void
json_text(struct buf *out, const char *key, struct str value)
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
	json_text(out, key, buf_str(&name));
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
	json_text(out, "contact_id", record->header.record_id);
	buf_add_text(out, ",\"contact_date\":\"");
	day_format(out, record->header.opened);
	buf_add_text(out, "\",\"young_person\":{");
	json_full_name(out, "name", child);
	buf_add_text(out, ",\"nickname\":null,\"alias\":null,");
	json_age(out, child);
	buf_addf(out, ",\"gender\":\"%s\"},\"location\":{",
	    child->sex == SEX_FEMALE ? "girl"
	    : child->sex == SEX_MALE ? "boy"
				     : "not stated");
	json_text(out, "town", first_address(child)->town);
	buf_add_text(out, ",\"region\":null,");
	json_text(out, "nation", nation_title(record->header.nation));
	buf_add_text(out, "},\"mentioned\":[");
	for (size_t k = 1; k < record->people_count; k++) {
		buf_add_text(out, k > 1 ? ",{" : "{");
		json_full_name(out, "name", &record->people[k]);
		buf_add_text(out, ",\"relation\":\"friend\",");
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
		json_text(out, "forenames", name->forenames);
		buf_add_char(out, ',');
		json_text(out, "surname", name->surname);
		buf_add_char(out, ',');
		json_text(out, "full", name->full);
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
		json_text(out, "address", person->addresses[i].text);
		buf_add_char(out, ',');
		json_text(out, "town", person->addresses[i].town);
		buf_add_char(out, ',');
		json_text(out, "postcode", person->addresses[i].postcode);
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
	json_text(out, "ref", record->header.record_id);
	buf_add_char(out, ',');
	json_day(out, "opened", record->header.opened);
	buf_add_char(out, ',');
	json_day(out, "closed", record->header.closed);
	buf_addf(out, ",\"status\":\"%.*s\",", STR_ARG(record->header.status));
	json_text(out, "nation", nation_title(record->header.nation));
	buf_add_text(out, ",\"person\":{");
	json_names(out, subject);
	buf_addf(out, ",\"age_disputed\":%s,\"gender\":\"%s\",\"nationality\":null,",
	    subject->age_disputed ? "true" : "false", sex_name(subject->sex));
	buf_add_text(out, "\"identifiers\":{");
	json_text(out, "nhs", nhs ? subject->identifiers[0].value : STR_NONE);
	buf_add_text(out, ",\"case\":null},\"phones\":[]}");
	json_placements(out, subject);
	buf_add_text(out, ",\"associates\":[");
	for (size_t k = 1; k < record->people_count; k++) {
		buf_add_text(out, k > 1 ? ",{" : "{");
		json_names(out, &record->people[k]);
		buf_add_text(out, ",\"relation\":\"mother\"}");
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

/* --- Records ------------------------------------------------------------------------------- */

/* One person in LEFT_OUT is kept out of every record of their family: somebody who was never on
 * file, though the mother or the brother is. */
#define LEFT_OUT 24

static bool
left_out(uint64_t seed, uint64_t family, unsigned member)
{
	struct corpus_rng rng = corpus_family_rng(seed, 1000, family * CORPUS_MEMBERS_MAX + member);

	return corpus_family_below(&rng, LEFT_OUT) == 0;
}

/* Record i without those who are left out; false if nothing of it is left to be on file. */
static bool
make_record(struct corpus_case *made, struct arena *arena, uint64_t seed, uint64_t i)
{
	struct person *people;
	size_t kept = 0;

	if (corpus_record(made, arena, seed, i) != STATUS_OK)
		fail("out of memory", "");
	people = arena_alloc(arena, CORPUS_PEOPLE_MAX, sizeof *people);
	if (people == NULL)
		fail("out of memory", "");
	for (size_t k = 0; k < made->record.people_count; k++) {
		if (left_out(seed, made->family, made->member[k])) {
			/* Three systems have one person whom the record is about. */
			if (k == 0 && made->system != CORPUS_CHILDRENS_SERVICES &&
			    made->system != CORPUS_HELPLINE)
				return false;
			continue;
		}
		people[kept] = made->record.people[k];
		made->member[kept] = made->member[k];
		made->damage[kept++] = made->damage[k];
	}
	made->record.people = people;
	made->record.people_count = kept;
	return kept > 0;
}

/* Damage in words, joined by ';'. "sparse" of a record: no surname, no birth better than an age,
 * and nothing else to go by. */
static const char *
kinds_of(char out[256], uint32_t damage, bool record)
{
	static const char *const words[CORPUS_DAMAGE_COUNT] = { "typo", "nickname", "swapped",
		"one_string", "no_forename", "no_middle", "no_surname", "old_surname", "date_slip",
		"date_partial", "date_age", "no_date", "moved", "address_partial", "address_typo",
		"no_address", "no_phone", "no_identifier", "no_sex" };
	uint32_t vague = 1u << CORPUS_DATE_AGE | 1u << CORPUS_NO_DATE;
	uint32_t usual =
	    1u << CORPUS_NO_MIDDLE | 1u << CORPUS_NO_PHONE | 1u << CORPUS_NO_IDENTIFIER;
	uint32_t nowhere = 1u << CORPUS_NO_ADDRESS | 1u << CORPUS_ADDRESS_PARTIAL;
	size_t n = 0;

	out[0] = '\0';
	for (unsigned d = 0; d < CORPUS_DAMAGE_COUNT; d++)
		if ((damage & ~usual & 1u << d) != 0)
			n += (size_t)snprintf(out + n, 256 - n, "%s%s", n > 0 ? ";" : "", words[d]);
	if (record && (damage & 1u << CORPUS_NO_SURNAME) != 0 && (damage & vague) != 0 &&
	    (damage & nowhere) != 0)
		snprintf(out + n, 256 - n, ";sparse");
	return out;
}

static void
write_truth(FILE *file, const struct corpus_case *made)
{
	for (size_t k = 0; k < made->record.people_count; k++) {
		const struct person *person = &made->record.people[k];
		char kinds[256];

		fprintf(file, "%llu.%u,%s,%.*s,%.*s,%s,%s\n", (unsigned long long)made->family,
		    (unsigned)made->member[k], corpus_system_name(made->system),
		    STR_ARG(made->record.header.record_id), STR_ARG(person->id),
		    person_role_name(person->role), kinds_of(kinds, made->damage[k], true));
	}
}

static uint64_t
write_records(struct exports *out, uint64_t people, uint64_t seed)
{
	static void (*const writers[CORPUS_SYSTEM_COUNT])(
	    struct buf *, const struct case_record *) = { write_services, write_helpline,
		write_childline, write_ctac, write_participation };
	struct arena *arena = arena_new(0);
	uint64_t i = 0;

	if (arena == NULL)
		fail("out of memory", "");
	for (uint64_t written = 0; written < people; i++) {
		struct corpus_case made;

		arena_reset(arena);
		if (!make_record(&made, arena, seed, i))
			continue;
		buf_clear(&out->line);
		writers[made.system](&out->line, &made.record);
		put(out->systems[made.system], &out->line);
		write_truth(out->truth, &made);
		written += made.record.people_count;
	}
	arena_free(arena);
	return i;
}

/* --- Questions: who is asked about --------------------------------------------------------- */

enum kind { KIND_PRESENT, KIND_NOWHERE, KIND_RELATIVE, KIND_NAMESAKE };
static const char *const kind_names[] = { "present", "nowhere", "relative", "namesake" };

struct question {
	enum kind kind;
	struct corpus_query query;
};

struct asker {
	struct arena *arena;
	uint64_t seed;
	uint64_t records;
};

/* A question about somebody of record i or a later one who is left out, or is not. */
static bool
ask_about(struct corpus_query *out, struct asker *asker, uint64_t i, uint64_t n, bool absent)
{
	for (uint64_t tries = 0; tries < 20000; tries++, i = (i + 1) % asker->records) {
		struct corpus_case made;
		size_t whole;

		arena_reset(asker->arena);
		if (corpus_record(&made, asker->arena, asker->seed, i) != STATUS_OK)
			fail("out of memory", "");
		whole = made.record.people_count;
		if (!make_record(&made, asker->arena, asker->seed, i) ||
		    (absent && made.record.people_count == whole))
			continue;
		for (uint64_t draw = 0; draw < 16; draw++) {
			if (corpus_query(out, asker->arena, asker->seed, i, n * 16 + draw,
				&corpus_shares_typical) != STATUS_OK)
				fail("out of memory", "");
			if (left_out(asker->seed, out->family, out->member) == absent)
				return true;
		}
	}
	return false;
}

/* Somebody who is nowhere, under the name of somebody who is on file. */
static bool
ask_about_namesake(struct corpus_query *out, struct asker *asker, uint64_t i, uint64_t n)
{
	struct corpus_query known;

	if (!ask_about(&known, asker, i, n, false))
		return false;
	if (corpus_query_absent(out, asker->arena, asker->seed, n, &corpus_shares_typical) !=
	    STATUS_OK)
		fail("out of memory", "");
	out->person.names = known.person.names;
	out->person.name_count = known.person.name_count;
	if (out->person.sex != SEX_UNKNOWN && known.person.sex != SEX_UNKNOWN)
		out->person.sex = known.person.sex;
	return true;
}

/* Of twelve questions eight are about people on file; of the other four two are nowhere, one is of
 * a family on file, and one has the name of somebody on file. */
static void
ask(struct question *out, struct asker *asker, uint64_t n)
{
	/* A stride by the golden ratio visits the records evenly and without order. */
	uint64_t i = (n * 0x9e3779b97f4a7c15u) % asker->records;
	static const enum kind kinds[12] = { KIND_PRESENT, KIND_PRESENT, KIND_NOWHERE, KIND_PRESENT,
		KIND_PRESENT, KIND_RELATIVE, KIND_PRESENT, KIND_PRESENT, KIND_NOWHERE, KIND_PRESENT,
		KIND_PRESENT, KIND_NAMESAKE };

	out->kind = kinds[n % 12];
	if ((out->kind == KIND_PRESENT && ask_about(&out->query, asker, i, n, false)) ||
	    (out->kind == KIND_RELATIVE && ask_about(&out->query, asker, i, n, true)) ||
	    (out->kind == KIND_NAMESAKE && ask_about_namesake(&out->query, asker, i, n)))
		return;
	out->kind = KIND_NOWHERE;
	arena_reset(asker->arena);
	if (corpus_query_absent(
		&out->query, asker->arena, asker->seed, n, &corpus_shares_typical) != STATUS_OK)
		fail("out of memory", "");
}

static bool
list_has(const struct corpus_list *list, const char *word)
{
	for (size_t i = 0; i < list->count; i++) {
		struct str rest = str_from(list->words[i]);

		if (str_eq_text(str_cut(&rest, '|'), word))
			return true;
	}
	return false;
}

/* The list that all names of the family could come from; "several" if more than one could. */
static const char *
origin_of(const struct corpus_family *family)
{
	const char *found = NULL;

	for (size_t o = 0; o < CORPUS_ORIGIN_COUNT; o++) {
		const struct corpus_origin *origin = &corpus_words_origins[o];
		/* Half of the British surnames are put together, so the list cannot say no. */
		bool fits = o == 0 || list_has(&origin->surnames, family->members[0].surname);

		for (size_t k = 0; k < family->member_count && fits; k++) {
			const struct corpus_member *member = &family->members[k];

			if (member->role != ROLE_PERPETRATOR)
				fits = list_has(
				    member->sex == SEX_FEMALE ? &origin->female : &origin->male,
				    member->forename);
		}
		if (fits && found != NULL)
			return "several";
		if (fits)
			found = origin->name;
	}
	return found == NULL ? "several" : found;
}

/* --- Questions: how they are written ------------------------------------------------------- */

static void
identifier_fields(struct buf *out, const struct person *person)
{
	static const enum identifier_kind kinds[] = { IDENTIFIER_NHS, IDENTIFIER_CHI, IDENTIFIER_HC,
		IDENTIFIER_JERSEY };

	for (size_t k = 0; k < 4; k++) {
		bool it = person->identifier_count > 0 && person->identifiers[0].kind == kinds[k];

		field(out, it ? person->identifiers[0].value : STR_NONE);
	}
}

static void
batch_row(struct buf *out, const char *ref, const struct person *person)
{
	const struct person_name *name = &person->names[0];
	const struct person_address *address = first_address(person);

	field_text(out, ref);
	field(out, name->full);
	field(out, name->forenames);
	field(out, name->surname);
	/* A former surname is put with the forename: of use only where that is known by itself. */
	field(out, name->forenames.n > 0 ? name_of_kind(person, NAME_FORMER, true) : STR_NONE);
	field(out, name_of_kind(person, NAME_KNOWN_AS, false));
	if (person->birth_count > 0)
		birth_format(out, &person->births[0]);
	buf_addf(out, ",%s,", person->sex == SEX_UNKNOWN ? "" : sex_name(person->sex));
	field(out, address->text);
	field(out, address->town);
	field(out, address->postcode);
	field(out, first_phone(person));
	identifier_fields(out, person);
	last_field(out, str_from(person_role_name(person->role)));
	buf_add_char(out, '\n');
}

static void
json_name(struct buf *out, const struct person_name *name)
{
	buf_addf(out, "{\"kind\":\"%s\"", name_kind_name(name->kind));
	if (name->forenames.n > 0)
		buf_add_char(out, ',');
	if (name->forenames.n > 0)
		json_text(out, "forenames", name->forenames);
	if (name->surname.n > 0)
		buf_add_char(out, ',');
	if (name->surname.n > 0)
		json_text(out, "surname", name->surname);
	if (name->full.n > 0)
		buf_add_char(out, ',');
	if (name->full.n > 0)
		json_text(out, "full", name->full);
	buf_add_char(out, '}');
}

/* The address text, town and postcode that there are. */
static void
json_address(struct buf *out, const struct person_address *address)
{
	const char *const keys[] = { "text", "town", "postcode" };
	const struct str values[] = { address->text, address->town, address->postcode };
	const char *before = "";

	buf_add_char(out, '{');
	for (size_t i = 0; i < 3; i++) {
		if (values[i].n == 0)
			continue;
		buf_add_text(out, before);
		json_text(out, keys[i], values[i]);
		before = ",";
	}
	buf_add_char(out, '}');
}

static void
json_person(struct buf *out, const char *ref, const struct person *person)
{
	buf_addf(out, "{\"ref\":\"%s\",\"role\":\"%s\"", ref, person_role_name(person->role));
	if (person->sex != SEX_UNKNOWN)
		buf_addf(out, ",\"sex\":\"%s\"", sex_name(person->sex));
	buf_add_text(out, ",\"names\":[");
	for (size_t i = 0; i < person->name_count; i++) {
		buf_add_text(out, i > 0 ? "," : "");
		json_name(out, &person->names[i]);
	}
	buf_add_text(out, "],\"births\":[");
	if (person->birth_count > 0) {
		buf_add_char(out, '"');
		birth_format(out, &person->births[0]);
		buf_add_char(out, '"');
	}
	buf_add_text(out, "],\"addresses\":[");
	for (size_t i = 0; i < person->address_count; i++) {
		buf_add_text(out, i > 0 ? "," : "");
		json_address(out, &person->addresses[i]);
	}
	buf_add_text(out, "],\"phones\":[");
	if (person->phone_count > 0)
		buf_add_json(out, person->phones[0]);
	buf_add_text(out, "],\"identifiers\":[");
	if (person->identifier_count > 0) {
		buf_addf(
		    out, "{\"kind\":\"%s\",", identifier_kind_name(person->identifiers[0].kind));
		json_text(out, "value", person->identifiers[0].value);
		buf_add_char(out, '}');
	}
	buf_add_text(out, "]}");
}

static void
begin_check(struct buf *out, const char *ref)
{
	buf_addf(out,
	    "{\"request\":{\"reference\":\"%s\",\"kind\":\"external_record_check\","
	    "\"purpose\":\"Benchmark\"},\"people\":[",
	    ref);
}

static void
write_answer(FILE *file, const char *ref, const struct question *question, uint64_t seed)
{
	const struct corpus_query *query = &question->query;
	struct corpus_family family;
	char who[48], kinds[256];

	snprintf(
	    who, sizeof who, "%llu.%u", (unsigned long long)query->family, (unsigned)query->member);
	corpus_family_make(&family, seed, query->family);
	fprintf(file, "%s,%s,%s,%s,%s,%s\n", ref, question->kind == KIND_PRESENT ? who : "",
	    kind_names[question->kind], who, kinds_of(kinds, query->damage, false),
	    origin_of(&family));
}

static void
write_questions(const char *folder, uint64_t count, struct asker *asker)
{
	FILE *rows = create(folder, "questions.csv"), *bodies = create(folder, "questions.jsonl");
	FILE *answers = create(folder, "answers.csv");
	struct buf line = BUF_INIT;

	fputs("ref,name,forename,surname,former_surname,known_as,dob,sex,address,town,postcode,"
	      "phone,nhs,chi,hc,jersey,role\n",
	    rows);
	fputs("ref,person,kind,asked,kinds,origin\n", answers);
	for (uint64_t n = 0; n < count; n++) {
		struct question question;
		char ref[32];

		ask(&question, asker, n);
		snprintf(ref, sizeof ref, "Q%06llu", (unsigned long long)n);
		buf_clear(&line);
		batch_row(&line, ref, &question.query.person);
		put(rows, &line);
		buf_clear(&line);
		begin_check(&line, ref);
		json_person(&line, ref, &question.query.person);
		buf_add_text(&line, "]}\n");
		put(bodies, &line);
		write_answer(answers, ref, &question, asker->seed);
	}
	buf_free(&line);
	finish(rows);
	finish(bodies);
	finish(answers);
}

/* Checks of a household: four different people of one record each. */
static void
write_households(const char *folder, uint64_t count, struct asker *asker)
{
	FILE *bodies = create(folder, "households.jsonl");
	struct buf line = BUF_INIT;
	uint64_t i = 0;

	for (uint64_t n = 0; n < count && i < asker->records; i++) {
		unsigned seen = 0, people = 0;
		char ref[32];

		snprintf(ref, sizeof ref, "H%06llu", (unsigned long long)n);
		buf_clear(&line);
		begin_check(&line, ref);
		arena_reset(asker->arena);
		for (uint64_t draw = 0; draw < 24 && people < 4; draw++) {
			struct corpus_query query;

			if (corpus_query(&query, asker->arena, asker->seed, i, draw,
				&corpus_shares_typical) != STATUS_OK)
				fail("out of memory", "");
			if ((seen & 1u << query.member) != 0)
				continue;
			seen |= 1u << query.member;
			snprintf(ref, sizeof ref, "%u", ++people);
			buf_add_text(&line, people > 1 ? "," : "");
			json_person(&line, ref, &query.person);
		}
		if (people < 4)
			continue;
		buf_add_text(&line, "]}\n");
		put(bodies, &line);
		n++;
	}
	buf_free(&line);
	finish(bodies);
}

static uint64_t
number(const char *text, uint64_t least)
{
	uint64_t out;

	if (!str_to_u64(&out, str_from(text), (uint64_t)1 << 40) || out < least) {
		fprintf(stderr, "make_corpus: \"%s\" is not a number from %llu on\n", text,
		    (unsigned long long)least);
		exit(64);
	}
	return out;
}

int
main(int argc, char **argv)
{
	struct exports out = { .line = BUF_INIT };
	struct asker asker = { .seed = SEED_DEFAULT };
	uint64_t people, questions;

	if (argc < 3 || argc > 5) {
		fprintf(stderr, "usage: make_corpus FOLDER PEOPLE [SEED [QUESTIONS]]\n");
		return 64;
	}
	people = number(argv[2], 1);
	asker.seed = argc > 3 ? number(argv[3], 0) : SEED_DEFAULT;
	questions = argc > 4 ? number(argv[4], 0) : QUESTIONS_DEFAULT;
	for (unsigned k = 0; k < CORPUS_SYSTEM_COUNT; k++) {
		out.systems[k] = create(argv[1], file_names[k]);
		if (headers[k] != NULL)
			fputs(headers[k], out.systems[k]);
	}
	out.truth = create(argv[1], "truth.csv");
	fputs("person,system,record_id,person_id,role,kinds\n", out.truth);
	asker.records = write_records(&out, people, asker.seed);
	for (unsigned k = 0; k < CORPUS_SYSTEM_COUNT; k++)
		finish(out.systems[k]);
	finish(out.truth);
	buf_free(&out.line);
	asker.arena = arena_new(0);
	if (asker.arena == NULL)
		fail("out of memory", "");
	write_questions(argv[1], questions, &asker);
	write_households(argv[1], questions / 4, &asker);
	arena_free(asker.arena);
	return 0;
}
