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
 *   alike.csv       person,other,how,twins: each child and each brother or sister easily taken for
 *                   them: "first_shared", the same first forename and another second one, or
 *                   "rhyming", forenames a letter apart; twins: 1 if born the same day
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
#include "tests/support/corpus_question.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED_DEFAULT 1
#define QUESTIONS_DEFAULT 1000

struct exports {
	FILE *systems[CORPUS_SYSTEM_COUNT];
	FILE *truth, *alike;
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
add_alike(struct buf *out, const struct corpus_source *source, uint64_t number)
{
	struct corpus_family family;

	corpus_family_make(&family, source, number);
	for (size_t i = 0; i < family.member_count; i++)
		for (size_t j = 0; j < family.member_count; j++) {
			const struct corpus_member *a = &family.members[i];
			const struct corpus_member *b = &family.members[j];
			enum corpus_alike alike =
			    i == j ? CORPUS_UNLIKE : corpus_family_alike(a, b);

			if (alike != CORPUS_UNLIKE)
				buf_addf(out, "%llu.%zu,%llu.%zu,%s,%d\n",
				    (unsigned long long)number, i, (unsigned long long)number, j,
				    corpus_family_alike_name(alike), a->born == b->born);
		}
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
	for (unsigned f = 0; f < CORPUS_BLOCK_FAMILIES; f++) {
		out->people += bits(seen[f]);
		add_alike(&out->line, source, block * CORPUS_BLOCK_FAMILIES + f);
	}
	put(out->alike, &out->line);
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
answer_row(struct buf *out, const char *ref, const struct corpus_question *question)
{
	buf_addf(out, "%s,", ref);
	add_who(out, &question->query, question->on_file);
	buf_addf(out, ",%s,", corpus_question_kind(question->kind));
	add_who(out, &question->query, true);
	buf_add_char(out, ',');
	add_kinds(out, question->query.damage, false);
	buf_addf(out, ",%s\n", corpus_words_origins[question->origin].name);
}

static void
write_questions(const char *folder, uint64_t count, struct corpus_asker *asker)
{
	FILE *rows = create(folder, "questions.csv"), *bodies = create(folder, "questions.jsonl");
	FILE *answers = create(folder, "answers.csv");
	struct buf line = BUF_INIT;

	fputs("ref,name,forename,surname,former_surname,known_as,dob,age,age_at,sex,address,town,"
	      "postcode,phone,nhs,chi,hc,jersey,role\n",
	    rows);
	fputs("ref,person,kind,asked,kinds,origin\n", answers);
	for (uint64_t n = 0; n < count; n++) {
		struct corpus_question question;
		char ref[32];

		if (corpus_question_make(&question, asker, n) != STATUS_OK)
			fail("out of memory", "");
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

static void
add_household(struct buf *body, struct buf *rows, const char *ref,
    const struct corpus_question people[CORPUS_HOUSEHOLD])
{
	begin_check(body, ref);
	for (unsigned i = 0; i < CORPUS_HOUSEHOLD; i++) {
		char person_ref[8];

		snprintf(person_ref, sizeof person_ref, "%u", i + 1);
		buf_add_text(body, i > 0 ? "," : "");
		json_person(body, person_ref, &people[i].query.person);
		buf_addf(rows, "%s,%s,", ref, person_ref);
		add_who(rows, &people[i].query, people[i].on_file);
		buf_add_char(rows, ',');
		add_who(rows, &people[i].query, true);
		buf_add_char(rows, '\n');
	}
	buf_add_text(body, "]}\n");
}

static void
write_households(const char *folder, uint64_t count, struct corpus_asker *asker)
{
	FILE *bodies = create(folder, "households.jsonl");
	FILE *answers = create(folder, "households_answers.csv");
	struct buf body = BUF_INIT, rows = BUF_INIT;

	fputs("ref,person_ref,person,asked\n", answers);
	for (uint64_t n = 0; n < count; n++) {
		struct corpus_question people[CORPUS_HOUSEHOLD];
		bool found;
		char ref[32];

		arena_reset(asker->arena);
		if (corpus_question_household(people, &found, asker, n) != STATUS_OK)
			fail("out of memory", "");
		if (!found)
			break;
		snprintf(ref, sizeof ref, "H%06llu", (unsigned long long)n);
		add_household(&body, &rows, ref, people);
		put(bodies, &body);
		put(answers, &rows);
	}
	buf_free(&body);
	buf_free(&rows);
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
	*out = (struct options){ .data = CORPUS_DATA };
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
	out.alike = create(folder, "alike.csv");
	fputs("person,other,how,twins\n", out.alike);
	families = write_records(&out, people, source);
	for (unsigned k = 0; k < CORPUS_SYSTEM_COUNT; k++)
		finish(out.systems[k]);
	finish(out.truth);
	finish(out.alike);
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
	struct corpus_source source = { .seed = SEED_DEFAULT };
	struct corpus_asker asker;
	struct corpus_world *world;
	struct arena *arena = arena_new(0);
	uint64_t people, questions, families;

	read_options(&options, argc, argv);
	people = number(options.plain[1], 1);
	if (options.plain_count > 2)
		source.seed = number(options.plain[2], 0);
	questions = options.plain_count > 3 ? number(options.plain[3], 0) : QUESTIONS_DEFAULT;
	if (!corpus_world_open(&world, options.data))
		fail("out of memory", "");
	if (world == NULL)
		printf("make_corpus: the project's own lists of names\n");
	source.world = world;
	source.profile = options.profile;
	if (arena == NULL)
		fail("out of memory", "");
	families = write_exports(options.plain[0], people, &source);
	corpus_question_init(&asker, arena, &source, families);
	write_questions(options.plain[0], questions, &asker);
	write_households(options.plain[0], questions / 4, &asker);
	arena_free(arena);
	corpus_world_free(world);
	return 0;
}
