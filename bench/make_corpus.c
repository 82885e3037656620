/*
 * make_corpus: invented people in any number, as exports of the five systems, and questions.
 *
 *   make_corpus [--data DIR] [--profile typical|light|harsh] FOLDER PEOPLE [SEED [QUESTIONS]]
 *
 * Writes into FOLDER, which must exist, the five exports in the formats of fixtures/README.md with
 * at least PEOPLE appearances of people in all (tests/support/corpus.h), and
 *   truth.csv       person,system,record_id,person_id,role,kinds: person is FAMILY.MEMBER, kinds
 *                   what is wrong with or missing from this appearance, words joined by ";" (enum
 *                   corpus_damage), and "sparse" where it holds no surname, no birth better than an
 *                   age, and no postcode, phone or identifier
 *   questions.csv   QUESTIONS rows for `client batch`, a third of them about people not on file
 *   questions.jsonl the same as bodies of `check`, with all names and addresses the asker knows
 *   answers.csv     ref,person,kind,asked,kinds,origin: who is asked about (person: empty for those
 *                   not on file; asked: FAMILY.MEMBER all the same), kinds of the question as in
 *                   truth.csv, origin the community of the name; kind is
 *                     present   on file
 *                     nowhere   neither they nor their family
 *                     relative  their family is on file, they are not
 *                     namesake  nowhere, but with the name of somebody on file: elsewhere, next
 * door, or elsewhere with the same birthday common    a common name and at most an age and a town;
 * on file or not households.jsonl  QUESTIONS / 4 checks of four people of one family, some not on
 * file households_answers.csv  ref,person_ref,person,asked DIR (../shared/data) may hold a folder
 * freq of published frequencies (corpus_world.h); "none" and a folder that is not there mean the
 * project's own lists. The profile scales the rates of error. Streaming: memory does not grow with
 * PEOPLE. The same arguments and data give the same bytes.
 */
#include "record/birth.h"
#include "tests/support/corpus_export.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED_DEFAULT 1
#define QUESTIONS_DEFAULT 1000

enum { STREAM_CHOICE = 1000, STREAM_HOUSEHOLD };

struct exports {
	FILE *systems[CORPUS_SYSTEM_COUNT];
	FILE *truth;
	struct buf line; /* of the export being written */
	uint64_t appearances, people, by_system[CORPUS_SYSTEM_COUNT];
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
put(FILE *file, struct buf *bytes)
{
	if (buf_failed(bytes) || fwrite(bytes->p, 1, bytes->n, file) != bytes->n)
		fail("cannot write", "(disk full?)");
	buf_clear(bytes);
}

static void
finish(FILE *file)
{
	if (file != NULL && fclose(file) != 0)
		fail("cannot write", "(disk full?)");
}

/* --- Records ------------------------------------------------------------------------------- */

static void
add_kinds(struct buf *out, uint64_t damage, bool sparse)
{
	const char *before = "";

	for (unsigned d = 0; d < CORPUS_KINDS; d++)
		if ((damage & CORPUS_BIT(d)) != 0) {
			buf_add_text(out, before);
			buf_add_text(out, corpus_damage_name(d));
			before = ";";
		}
	if (sparse) {
		buf_add_text(out, before);
		buf_add_text(out, "sparse");
	}
}

static void
add_truth(struct buf *out, const struct corpus_case *made)
{
	for (size_t k = 0; k < made->record.people_count; k++) {
		const struct person *person = &made->record.people[k];

		buf_addf(out, "%llu.%u,%s,%.*s,%.*s,%s,", (unsigned long long)made->family,
		    (unsigned)made->member[k], corpus_system_name(made->system),
		    STR_ARG(made->record.header.record_id), STR_ARG(person->id),
		    person_role_name(person->role));
		add_kinds(out, made->damage[k], made->sparse[k]);
		buf_add_char(out, '\n');
	}
}

static unsigned
bits(uint32_t mask)
{
	unsigned out = 0;

	for (; mask != 0; mask &= mask - 1)
		out++;
	return out;
}

static void
write_block(
    struct exports *out, struct arena *arena, const struct corpus_source *source, uint64_t block)
{
	uint32_t seen[CORPUS_BLOCK_FAMILIES] = { 0 };

	for (unsigned r = 0; r < CORPUS_BLOCK_RECORDS; r++) {
		struct corpus_case made;

		arena_reset(arena);
		if (corpus_make(&made, arena, source, block * CORPUS_BLOCK_RECORDS + r) !=
		    STATUS_OK)
			fail("out of memory", "");
		corpus_export_record(&out->line, &made);
		put(out->systems[made.system], &out->line);
		add_truth(&out->line, &made);
		put(out->truth, &out->line);
		out->appearances += made.record.people_count;
		out->by_system[made.system] += made.record.people_count;
		for (size_t k = 0; k < made.record.people_count; k++)
			seen[made.family % CORPUS_BLOCK_FAMILIES] |= 1u << made.member[k];
	}
	for (unsigned f = 0; f < CORPUS_BLOCK_FAMILIES; f++)
		out->people += bits(seen[f]);
}

/* The number of families on file: whole blocks of them. */
static uint64_t
write_records(struct exports *out, uint64_t people, const struct corpus_source *source)
{
	struct arena *arena = arena_new(0);
	uint64_t block = 0;

	if (arena == NULL)
		fail("out of memory", "");
	for (; out->appearances < people; block++)
		write_block(out, arena, source, block);
	arena_free(arena);
	return block * CORPUS_BLOCK_FAMILIES;
}

/* --- Questions: who is asked about --------------------------------------------------------- */

enum kind { KIND_PRESENT, KIND_NOWHERE, KIND_RELATIVE, KIND_NAMESAKE, KIND_COMMON };
static const char *const kind_names[] = { "present", "nowhere", "relative", "namesake", "common" };

struct question {
	enum kind kind;
	bool on_file;
	unsigned origin;
	struct corpus_query query;
};

struct asker {
	struct arena *arena;
	struct corpus_source source;
	struct corpus_shares shares;
	uint64_t families;
	struct corpus_rng rng; /* of the question */
	uint64_t n;
	struct corpus_family family; /* looked at last */
	uint32_t on_file;	     /* its members on file, by bit */
};

static void
look_at(struct asker *asker, uint64_t number)
{
	uint64_t first;
	unsigned count = corpus_records_of(&first, number);

	asker->on_file = 0;
	for (unsigned r = 0; r < count; r++) {
		struct corpus_case made;

		arena_reset(asker->arena);
		if (corpus_make(&made, asker->arena, &asker->source, first + r) != STATUS_OK)
			fail("out of memory", "");
		for (size_t k = 0; k < made.record.people_count; k++)
			asker->on_file |= 1u << made.member[k];
	}
	arena_reset(asker->arena);
	corpus_family_make(&asker->family, &asker->source, number);
}

static void
look_anywhere(struct asker *asker)
{
	look_at(asker, corpus_rng_next(&asker->rng) % asker->families);
}

static bool
is_on_file(const struct asker *asker, unsigned member)
{
	return (asker->on_file >> member & 1) != 0;
}

/* Half of the questions are about the child of the case, who is always on file. */
static unsigned
pick_present(struct asker *asker)
{
	unsigned member;

	if (corpus_rng_chance(&asker->rng, 500))
		return 0;
	do
		member = corpus_rng_below(&asker->rng, (uint32_t)asker->family.member_count);
	while (!is_on_file(asker, member));
	return member;
}

/* How likely one is to be asked about while the rest of the family is on file: the more alike to
 * somebody who is, the more. */
static unsigned
relative_weight(const struct asker *asker, unsigned k)
{
	static const uint8_t weights[] = { 4, 4, 2, 3, 1, 1, 1, 0 };
	const struct corpus_member *member = &asker->family.members[k];
	unsigned weight = weights[member->relation];

	if (is_on_file(asker, k) || member->born > CORPUS_LAST_DAY)
		return 0;
	for (unsigned i = 0; i < asker->family.member_count; i++) {
		const struct corpus_member *other = &asker->family.members[i];

		if (i != k &&
		    (other->born == member->born || strcmp(other->forename, member->forename) == 0))
			return 3 * weight;
	}
	return weight;
}

#define NOBODY CORPUS_MEMBERS_MAX
#define TRIES 10000 /* a handful of families may have nobody of the kind */

/* Somebody not on file of a family that is; the family is looked for. NOBODY if none is found. */
static unsigned
pick_relative(struct asker *asker)
{
	for (unsigned tries = 0; tries < TRIES; tries++) {
		unsigned total = 0, member = 0;

		look_anywhere(asker);
		for (unsigned k = 0; k < asker->family.member_count; k++) {
			unsigned weight = relative_weight(asker, k);

			total += weight;
			if (weight > 0 && corpus_rng_below(&asker->rng, total) < weight)
				member = k;
		}
		if (total > 0)
			return member;
	}
	return NOBODY;
}

static void
ask(struct question *out, struct asker *asker, unsigned member)
{
	out->origin = asker->family.members[member].origin;
	out->on_file = asker->family.number < asker->families && is_on_file(asker, member);
	if (corpus_ask(&out->query, asker->arena, &asker->source, &asker->family, member, asker->n,
		&asker->shares) != STATUS_OK)
		fail("out of memory", "");
}

static void
look_at_absent(struct asker *asker, uint64_t n)
{
	arena_reset(asker->arena);
	corpus_family_make(&asker->family, &asker->source, corpus_family_absent(n));
	asker->on_file = 0;
}

/* Of about the age of the other, but never of the same day. */
static day_number
near_birthday(struct asker *asker, day_number born)
{
	day_number out = born - 1500 + (day_number)corpus_rng_below(&asker->rng, 3000);

	if (out == born || out > CORPUS_LAST_DAY - 30)
		out = born - 200;
	return out;
}

/* Somebody who is nowhere, with the name of somebody who is on file. */
static void
ask_about_namesake(struct question *out, struct asker *asker)
{
	struct corpus_member *member, known;
	struct corpus_home home;
	uint32_t way = corpus_rng_below(&asker->rng, 10);
	unsigned k = 0;

	look_anywhere(asker);
	known = asker->family.members[pick_present(asker)];
	home = asker->family.homes[asker->family.home_count - 1];
	look_at_absent(asker, asker->n);
	if (known.relation > CORPUS_SIBLING)
		while (k + 1 < asker->family.member_count &&
		       asker->family.members[k].relation != CORPUS_MOTHER)
			k++;
	member = &asker->family.members[k];
	corpus_family_take_name(member, &known);
	if (way < 6)
		member->born = corpus_rng_chance(&asker->rng, 600)
				   ? near_birthday(asker, known.born)
				   : member->born - (member->born == known.born);
	else
		member->born = known.born;
	if (way < 3) {
		corpus_family_next_door(
		    &asker->family.homes[asker->family.home_count - 1], &home, &asker->rng);
		member->apart = -1;
	}
	ask(out, asker, k);
}

/* All that is said is a common name, and perhaps an age or a town. */
static void
ask_about_common(struct question *out, struct asker *asker, bool present)
{
	struct corpus_shares usual = asker->shares;
	struct person_address *town = NULL;
	unsigned member = 0;
	uint32_t what = corpus_rng_below(&asker->rng, 4);

	for (uint64_t tries = 0; tries < TRIES; tries++) {
		if (present)
			look_anywhere(asker);
		else
			look_at_absent(asker, asker->n + (tries << 32));
		member = present ? pick_present(asker) : 0;
		if (asker->family.members[member].common &&
		    asker->family.members[member].surname[0] != '\0')
			break;
	}
	asker->shares = corpus_shares_none;
	asker->shares.per_mille[CORPUS_NO_MIDDLE] = 1000;
	asker->shares.per_mille[what & 1 ? CORPUS_DATE_AGE : CORPUS_NO_DATE] = 1000;
	asker->shares.per_mille[CORPUS_NO_PHONE] = 1000;
	asker->shares.per_mille[CORPUS_NO_IDENTIFIER] = 1000;
	asker->shares.per_mille[what & 2 ? CORPUS_NO_POSTCODE : CORPUS_NO_ADDRESS] = 1000;
	ask(out, asker, member);
	asker->shares = usual;
	out->query.person.name_count = 1;
	if (out->query.person.address_count == 0)
		return;
	town = arena_alloc(asker->arena, 1, sizeof *town);
	if (town == NULL)
		fail("out of memory", "");
	*town = (struct person_address){
		.town = out->query.person.addresses[0].town, .from = DAY_NONE, .to = DAY_NONE
	};
	out->query.person.addresses = town;
	out->query.person.address_count = 1;
	out->query.damage &= ~CORPUS_BIT(CORPUS_NO_POSTCODE);
	out->query.damage |= CORPUS_BIT(CORPUS_ADDRESS_PARTIAL);
}

/* Of 24 questions 16 are about people on file. */
static void
make_question(struct question *out, struct asker *asker, uint64_t n)
{
	static const char kinds[25] = "ppNprpmpCppnprppmppNrppc";
	char kind = kinds[n % 24];
	unsigned member;

	asker->n = n;
	asker->rng = corpus_rng_of(asker->source.seed, STREAM_CHOICE, n);
	switch (kind) {
	case 'r':
		out->kind = KIND_RELATIVE;
		member = pick_relative(asker);
		if (member == NOBODY) {
			out->kind = KIND_NOWHERE;
			look_at_absent(asker, n);
			member = 0;
		}
		ask(out, asker, member);
		break;
	case 'm':
		out->kind = KIND_NAMESAKE;
		ask_about_namesake(out, asker);
		break;
	case 'C':
	case 'c':
		out->kind = KIND_COMMON;
		ask_about_common(out, asker, kind == 'C');
		break;
	case 'N':
	case 'n':
		out->kind = KIND_NOWHERE;
		look_at_absent(asker, n);
		ask(out, asker, kind == 'N' ? 0 : (unsigned)asker->family.member_count - 1);
		break;
	default:
		out->kind = KIND_PRESENT;
		look_anywhere(asker);
		ask(out, asker, pick_present(asker));
	}
}

/* --- Questions: how they are written ------------------------------------------------------- */

static void
identifier_fields(struct buf *out, const struct person *person)
{
	static const enum identifier_kind kinds[] = { IDENTIFIER_NHS, IDENTIFIER_CHI, IDENTIFIER_HC,
		IDENTIFIER_JERSEY };

	for (size_t k = 0; k < 4; k++) {
		bool it = person->identifier_count > 0 && person->identifiers[0].kind == kinds[k];

		corpus_export_field(out, it ? person->identifiers[0].value : STR_NONE);
	}
}

static const struct person_name *
name_of_kind(const struct person *person, enum name_kind kind)
{
	static const struct person_name none = { .kind = NAME_CURRENT };

	for (size_t i = 0; i < person->name_count; i++)
		if (person->names[i].kind == kind)
			return &person->names[i];
	return &none;
}

/* dob,age,age_at */
static void
birth_fields(struct buf *out, const struct person *person)
{
	const struct birth *birth = person->birth_count > 0 ? &person->births[0] : NULL;

	if (birth != NULL && birth->precision == BIRTH_AGE) {
		buf_addf(out, ",%s%u,", birth->about ? "about " : "", (unsigned)birth->age);
		day_format(out, birth->at);
		buf_add_char(out, ',');
		return;
	}
	if (birth != NULL)
		birth_format(out, birth);
	buf_add_text(out, ",,,");
}

static void
batch_row(struct buf *out, const char *ref, const struct person *person)
{
	static const struct person_address nowhere = { .from = DAY_NONE, .to = DAY_NONE };
	const struct person_name *name = &person->names[0];
	const struct person_address *address =
	    person->address_count > 0 ? &person->addresses[0] : &nowhere;

	corpus_export_field(out, str_from(ref));
	corpus_export_field(out, name->full);
	corpus_export_field(out, name->forenames);
	corpus_export_field(out, name->surname);
	/* A former surname is put with the forename: of use only where that is known by itself. */
	corpus_export_field(
	    out, name->forenames.n > 0 ? name_of_kind(person, NAME_FORMER)->surname : STR_NONE);
	corpus_export_field(out, name_of_kind(person, NAME_KNOWN_AS)->forenames);
	birth_fields(out, person);
	corpus_export_field(
	    out, person->sex == SEX_UNKNOWN ? STR_NONE : str_from(sex_name(person->sex)));
	corpus_export_field(out, address->text);
	corpus_export_field(out, address->town);
	corpus_export_field(out, address->postcode);
	corpus_export_field(out, person->phone_count > 0 ? person->phones[0] : STR_NONE);
	identifier_fields(out, person);
	buf_add_text(out, person_role_name(person->role));
	buf_add_char(out, '\n');
}

/* Adds the values that there are, with commas between, after `before`. */
static void
json_members(
    struct buf *out, const char *before, const char *const keys[3], const struct str values[3])
{
	for (size_t i = 0; i < 3; i++) {
		if (values[i].n == 0)
			continue;
		buf_add_text(out, before);
		corpus_export_json(out, keys[i], values[i]);
		before = ",";
	}
}

static void
json_names(struct buf *out, const struct person *person)
{
	static const char *const keys[] = { "forenames", "surname", "full" };

	for (size_t i = 0; i < person->name_count; i++) {
		const struct person_name *name = &person->names[i];
		const struct str values[] = { name->forenames, name->surname, name->full };

		buf_addf(out, "%s{\"kind\":\"%s\"", i > 0 ? "," : "", name_kind_name(name->kind));
		json_members(out, ",", keys, values);
		buf_add_char(out, '}');
	}
}

static void
json_addresses(struct buf *out, const struct person *person)
{
	static const char *const keys[] = { "text", "town", "postcode" };

	for (size_t i = 0; i < person->address_count; i++) {
		const struct person_address *address = &person->addresses[i];
		const struct str values[] = { address->text, address->town, address->postcode };

		buf_add_text(out, i > 0 ? ",{" : "{");
		json_members(out, "", keys, values);
		buf_add_char(out, '}');
	}
}

static void
json_person(struct buf *out, const char *ref, const struct person *person)
{
	buf_addf(out, "{\"ref\":\"%s\",\"role\":\"%s\"", ref, person_role_name(person->role));
	if (person->sex != SEX_UNKNOWN)
		buf_addf(out, ",\"sex\":\"%s\"", sex_name(person->sex));
	buf_add_text(out, ",\"names\":[");
	json_names(out, person);
	buf_add_text(out, "],\"births\":[");
	if (person->birth_count > 0) {
		buf_add_char(out, '"');
		birth_format(out, &person->births[0]);
		buf_add_char(out, '"');
	}
	buf_add_text(out, "],\"addresses\":[");
	json_addresses(out, person);
	buf_add_text(out, "],\"phones\":[");
	if (person->phone_count > 0)
		buf_add_json(out, person->phones[0]);
	buf_add_text(out, "],\"identifiers\":[");
	if (person->identifier_count > 0) {
		buf_addf(
		    out, "{\"kind\":\"%s\",", identifier_kind_name(person->identifiers[0].kind));
		corpus_export_json(out, "value", person->identifiers[0].value);
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
add_who(struct buf *out, const struct corpus_query *query, bool on_file)
{
	if (on_file)
		buf_addf(
		    out, "%llu.%u", (unsigned long long)query->family, (unsigned)query->member);
}

static void
answer_row(struct buf *out, const char *ref, const struct question *question)
{
	buf_addf(out, "%s,", ref);
	add_who(out, &question->query, question->on_file);
	buf_addf(out, ",%s,", kind_names[question->kind]);
	add_who(out, &question->query, true);
	buf_add_char(out, ',');
	add_kinds(out, question->query.damage, false);
	buf_addf(out, ",%s\n", corpus_words_origins[question->origin].name);
}

static void
write_questions(const char *folder, uint64_t count, struct asker *asker)
{
	FILE *rows = create(folder, "questions.csv"), *bodies = create(folder, "questions.jsonl");
	FILE *answers = create(folder, "answers.csv");
	struct buf line = BUF_INIT;

	fputs("ref,name,forename,surname,former_surname,known_as,dob,age,age_at,sex,address,town,"
	      "postcode,phone,nhs,chi,hc,jersey,role\n",
	    rows);
	fputs("ref,person,kind,asked,kinds,origin\n", answers);
	for (uint64_t n = 0; n < count; n++) {
		struct question question;
		char ref[32];

		make_question(&question, asker, n);
		snprintf(ref, sizeof ref, "Q%06llu", (unsigned long long)n);
		batch_row(&line, ref, &question.query.person);
		put(rows, &line);
		begin_check(&line, ref);
		json_person(&line, ref, &question.query.person);
		buf_add_text(&line, "]}\n");
		put(bodies, &line);
		answer_row(&line, ref, &question);
		put(answers, &line);
	}
	buf_free(&line);
	finish(rows);
	finish(bodies);
	finish(answers);
}

/* --- Households ---------------------------------------------------------------------------- */

#define HOUSEHOLD 4

/* Four members of a family of which at least two are on file: the child of the case and three
 * others in the order of the family, from a place that is drawn. */
static bool
pick_household(unsigned members[HOUSEHOLD], struct asker *asker)
{
	unsigned others, from, tries = 0;

	do
		look_anywhere(asker);
	while ((asker->family.member_count < HOUSEHOLD || bits(asker->on_file) < 2) &&
	       ++tries < TRIES);
	if (tries == TRIES)
		return false;
	others = (unsigned)asker->family.member_count - 1;
	from = corpus_rng_below(&asker->rng, others);
	members[0] = 0;
	for (unsigned i = 1; i < HOUSEHOLD; i++)
		members[i] = 1 + (from + i) % others;
	return true;
}

static void
write_household(FILE *bodies, FILE *answers, struct buf *line, struct asker *asker)
{
	unsigned members[HOUSEHOLD];
	struct buf rows = BUF_INIT;
	char ref[32];

	if (!pick_household(members, asker))
		return;
	snprintf(ref, sizeof ref, "H%06llu", (unsigned long long)asker->n);
	begin_check(line, ref);
	for (unsigned i = 0; i < HOUSEHOLD; i++) {
		struct question question;
		char person_ref[8];

		ask(&question, asker, members[i]);
		snprintf(person_ref, sizeof person_ref, "%u", i + 1);
		buf_add_text(line, i > 0 ? "," : "");
		json_person(line, person_ref, &question.query.person);
		buf_addf(&rows, "%s,%s,", ref, person_ref);
		add_who(&rows, &question.query, question.on_file);
		buf_add_char(&rows, ',');
		add_who(&rows, &question.query, true);
		buf_add_char(&rows, '\n');
	}
	buf_add_text(line, "]}\n");
	put(bodies, line);
	put(answers, &rows);
	buf_free(&rows);
}

static void
write_households(const char *folder, uint64_t count, struct asker *asker)
{
	FILE *bodies = create(folder, "households.jsonl");
	FILE *answers = create(folder, "households_answers.csv");
	struct buf line = BUF_INIT;

	fputs("ref,person_ref,person,asked\n", answers);
	for (uint64_t n = 0; n < count; n++) {
		asker->n = n;
		asker->rng = corpus_rng_of(asker->source.seed, STREAM_HOUSEHOLD, n);
		write_household(bodies, answers, &line, asker);
	}
	buf_free(&line);
	finish(bodies);
	finish(answers);
}

/* --- Command line -------------------------------------------------------------------------- */

struct options {
	const char *data;
	enum corpus_profile profile;
	const char *plain[4];
	int plain_count;
};

static _Noreturn void
usage(void)
{
	fprintf(stderr, "usage: make_corpus [--data DIR] [--profile typical|light|harsh] "
			"FOLDER PEOPLE [SEED [QUESTIONS]]\n");
	exit(64);
}

static enum corpus_profile
profile_named(const char *name)
{
	static const char *const names[CORPUS_PROFILE_COUNT] = { "typical", "light", "harsh" };

	for (unsigned p = 0; p < CORPUS_PROFILE_COUNT; p++)
		if (strcmp(name, names[p]) == 0)
			return p;
	usage();
}

static void
read_options(struct options *out, int argc, char **argv)
{
	*out = (struct options){ .data = "../shared/data" };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--data") == 0 && i + 1 < argc)
			out->data = argv[++i];
		else if (strcmp(argv[i], "--profile") == 0 && i + 1 < argc)
			out->profile = profile_named(argv[++i]);
		else if (argv[i][0] == '-' || out->plain_count == 4)
			usage();
		else
			out->plain[out->plain_count++] = argv[i];
	}
	if (out->plain_count < 2)
		usage();
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

/* NULL if no frequencies are there. */
static struct corpus_world *
load_world(const char *data)
{
	struct corpus_world *world;
	unsigned files;
	char folder[4096];

	if (strcmp(data, "none") == 0)
		return NULL;
	snprintf(folder, sizeof folder, "%s/freq", data);
	world = corpus_world_load(folder, &files);
	if (world == NULL)
		fail("out of memory", "");
	if (files > 0)
		return world;
	corpus_world_free(world);
	fprintf(stderr, "make_corpus: no frequencies in %s: the project's own lists\n", folder);
	return NULL;
}

static uint64_t
write_exports(const char *folder, uint64_t people, const struct corpus_source *source)
{
	struct exports out = { .line = BUF_INIT };
	uint64_t families;

	for (unsigned k = 0; k < CORPUS_SYSTEM_COUNT; k++) {
		out.systems[k] = create(folder, corpus_export_file(k));
		fputs(corpus_export_header(k), out.systems[k]);
	}
	out.truth = create(folder, "truth.csv");
	fputs("person,system,record_id,person_id,role,kinds\n", out.truth);
	families = write_records(&out, people, source);
	for (unsigned k = 0; k < CORPUS_SYSTEM_COUNT; k++)
		finish(out.systems[k]);
	finish(out.truth);
	buf_free(&out.line);
	printf("make_corpus: %llu appearances of %llu people (%.2f each) of %llu families\n",
	    (unsigned long long)out.appearances, (unsigned long long)out.people,
	    (double)out.appearances / (double)out.people, (unsigned long long)families);
	return families;
}

int
main(int argc, char **argv)
{
	struct options options;
	struct asker asker = { .arena = NULL };
	struct corpus_world *world;
	uint64_t people, questions;

	read_options(&options, argc, argv);
	people = number(options.plain[1], 1);
	asker.source.seed = options.plain_count > 2 ? number(options.plain[2], 0) : SEED_DEFAULT;
	questions = options.plain_count > 3 ? number(options.plain[3], 0) : QUESTIONS_DEFAULT;
	world = load_world(options.data);
	asker.source.world = world;
	asker.source.profile = options.profile;
	asker.shares = corpus_shares_under(&corpus_shares_typical, options.profile);
	asker.families = write_exports(options.plain[0], people, &asker.source);
	asker.arena = arena_new(0);
	if (asker.arena == NULL)
		fail("out of memory", "");
	write_questions(options.plain[0], questions, &asker);
	write_households(options.plain[0], questions / 4, &asker);
	arena_free(asker.arena);
	corpus_world_free(world);
	return 0;
}
