/*
 * sql_rows: the people on file, and questions about them, for a relational database.
 *
 *   sql_rows people DATA                       rows for COPY, of the five generations below DATA
 *   sql_rows questions QUESTIONS.jsonl LIMIT   psql: "\echo @REF" and "EXECUTE ask(...)" each
 *
 * Both sides hold the same values: what the indexer read, in the writing of the source. Columns:
 *   system record_id person_id name forenames surname dob_first dob_last sex postcode town
 * One row an appearance, and one more for each further name, birth or address that it has (row k
 * has the k-th of each, or the first where there are fewer). A name that is not cut into parts is
 * cut at its last blank. Postcodes are letters and digits in lower case. bench/postgres.sql has the
 * table and what ask() does.
 */
#include "base/mem.h"
#include "index/search.h"
#include "record/codec.h"
#include "record/person_json.h"
#include "tests/support/corpus.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

struct parts {
	struct str forenames, surname;
};

static struct arena *arena;
static struct buf line;

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "sql_rows: %s %s\n", what, detail);
	exit(70);
}

static void
put_line(void)
{
	if (buf_failed(&line) || fwrite(line.p, 1, line.n, stdout) != line.n)
		fail("cannot write", "(disk full?)");
	buf_clear(&line);
}

static struct parts
parts_of(const struct person_name *name)
{
	size_t cut = name->full.n;

	if (name->full.n == 0)
		return (struct parts){ name->forenames, name->surname };
	while (cut > 0 && name->full.p[cut - 1] != ' ')
		cut--;
	return (struct parts){ str_trim(str_part(name->full, 0, cut)),
		str_part(name->full, cut, name->full.n - cut) };
}

static void
add_postcode(struct buf *out, struct str postcode)
{
	for (size_t i = 0; i < postcode.n; i++) {
		char c = postcode.p[i];

		if (c >= 'A' && c <= 'Z')
			buf_add_char(out, (char)(c - 'A' + 'a'));
		else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_add_char(out, c);
	}
}

/* --- Rows ------------------------------------------------------------------------------------ */

/* As COPY reads a value; an empty one is NULL. */
static void
add_column(struct str value)
{
	if (value.n == 0)
		buf_add_text(&line, "\\N");
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '\\')
			buf_add_text(&line, "\\\\");
		else
			buf_add_char(&line, (unsigned char)c < ' ' ? ' ' : c);
	}
	buf_add_char(&line, '\t');
}

static void
add_births(const struct birth *birth)
{
	if (birth == NULL) {
		buf_add_text(&line, "\\N\t\\N\t");
		return;
	}
	day_format(&line, birth->first);
	buf_add_char(&line, '\t');
	day_format(&line, birth->last);
	buf_add_char(&line, '\t');
}

static size_t
at(size_t k, size_t count)
{
	return k < count ? k : 0;
}

static void
add_row(const struct case_header *header, const struct person *person, size_t k)
{
	static const struct person_name no_name = { .kind = NAME_CURRENT };
	static const struct person_address nowhere = { .from = DAY_NONE, .to = DAY_NONE };
	const struct person_name *name =
	    person->name_count > 0 ? &person->names[at(k, person->name_count)] : &no_name;
	const struct person_address *address =
	    person->address_count > 0 ? &person->addresses[at(k, person->address_count)] : &nowhere;
	struct parts parts = parts_of(name);
	struct buf joined = BUF_INIT, postcode = BUF_INIT;

	buf_addf(&joined, "%.*s %.*s", STR_ARG(parts.forenames), STR_ARG(parts.surname));
	add_postcode(&postcode, address->postcode);
	add_column(header->system);
	add_column(header->record_id);
	add_column(person->id);
	add_column(str_trim(buf_str(&joined)));
	add_column(parts.forenames);
	add_column(parts.surname);
	add_births(person->birth_count > 0 ? &person->births[at(k, person->birth_count)] : NULL);
	add_column(person->sex == SEX_UNKNOWN ? STR_NONE : str_from(sex_name(person->sex)));
	add_column(buf_str(&postcode));
	add_column(address->town);
	line.n--; /* the last tab */
	buf_add_char(&line, '\n');
	buf_free(&joined);
	buf_free(&postcode);
	put_line();
}

static bool
visit(void *ctx, size_t system, struct str bytes)
{
	struct case_header header;
	struct person person;
	struct err err = ERR_NONE;
	size_t rows = 1;

	(void)ctx;
	(void)system;
	arena_reset(arena);
	if (codec_decode(&header, &person, arena, bytes, &err) != STATUS_OK)
		fail("cannot decode:", err.text);
	rows = person.name_count > rows ? person.name_count : rows;
	rows = person.birth_count > rows ? person.birth_count : rows;
	rows = person.address_count > rows ? person.address_count : rows;
	for (size_t k = 0; k < rows; k++)
		add_row(&header, &person, k);
	return true;
}

static void
write_people(const char *data)
{
	const char *names[CORPUS_SYSTEM_COUNT];
	struct snapshot *snapshot;
	struct searcher *searcher;
	struct lexicon *lexicon;
	struct model *model;
	struct err err = ERR_NONE;

	for (unsigned s = 0; s < CORPUS_SYSTEM_COUNT; s++)
		names[s] = corpus_system_name((enum corpus_system)s);
	if (lexicon_load(&lexicon, "schemas/lexicon", &err) != STATUS_OK ||
	    model_load(&model, "schemas/model/default.json", &err) != STATUS_OK ||
	    snapshot_load(&snapshot, data, names, CORPUS_SYSTEM_COUNT, &err) != STATUS_OK ||
	    searcher_open(&searcher, snapshot, model, lexicon, &err) != STATUS_OK ||
	    searcher_scan(searcher, visit, NULL, &err) != STATUS_OK)
		fail("cannot read the people:", err.text);
	searcher_close(searcher);
	snapshot_free(snapshot);
	model_free(model);
	lexicon_free(lexicon);
}

/* --- Questions ------------------------------------------------------------------------------- */

/* An SQL literal. */
static void
add_literal(struct str value)
{
	buf_add_char(&line, '\'');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\'')
			buf_add_char(&line, '\'');
		buf_add_char(&line, value.p[i]);
	}
	buf_add_char(&line, '\'');
}

enum name_column { NAME_WHOLE, NAME_FORENAMES, NAME_SURNAME };

static void
add_name_array(const struct person *person, enum name_column column)
{
	buf_add_text(&line, "ARRAY[");
	for (size_t i = 0; i < person->name_count; i++) {
		struct parts parts = parts_of(&person->names[i]);
		struct buf joined = BUF_INIT;

		if (column != NAME_SURNAME)
			buf_add_str(&joined, parts.forenames);
		if (column == NAME_WHOLE)
			buf_add_char(&joined, ' ');
		if (column != NAME_FORENAMES)
			buf_add_str(&joined, parts.surname);
		buf_add_text(&line, i > 0 ? "," : "");
		add_literal(str_trim(buf_str(&joined)));
		buf_free(&joined);
	}
	buf_add_text(&line, "]::text[],");
}

static void
add_postcode_array(const struct person *person)
{
	const char *before = "";

	buf_add_text(&line, "ARRAY[");
	for (size_t i = 0; i < person->address_count; i++) {
		if (person->addresses[i].postcode.n == 0)
			continue;
		buf_addf(&line, "%s'", before);
		add_postcode(&line, person->addresses[i].postcode);
		buf_add_char(&line, '\'');
		before = ",";
	}
	buf_add_text(&line, "]::text[]);\n");
}

static void
write_question(const char *text)
{
	json_t *body = json_loads(text, 0, NULL);
	json_t *asked = json_array_get(json_object_get(body, "people"), 0);
	const char *ref =
	    json_string_value(json_object_get(json_object_get(body, "request"), "reference"));
	struct person person;
	struct err err = ERR_NONE;

	json_object_del(asked, "ref"); /* the question's, not the person's */
	arena_reset(arena);
	if (ref == NULL ||
	    person_from_json(&person, arena, asked, "question", "people[0]", &err) != STATUS_OK)
		fail("not a question:", err.text);
	buf_addf(&line, "\\echo @%s\nEXECUTE ask(", ref);
	add_name_array(&person, NAME_WHOLE);
	add_name_array(&person, NAME_FORENAMES);
	add_name_array(&person, NAME_SURNAME);
	if (person.birth_count > 0) {
		buf_add_char(&line, '\'');
		day_format(&line, person.births[0].first);
		buf_add_text(&line, "','");
		day_format(&line, person.births[0].last);
		buf_add_text(&line, "',");
	} else {
		buf_add_text(&line, "NULL,NULL,");
	}
	add_postcode_array(&person);
	put_line();
	json_decref(body);
}

static void
write_questions(const char *path, uint64_t limit)
{
	char *text = NULL;
	size_t room = 0;
	FILE *file = fopen(path, "r");

	if (file == NULL)
		fail("cannot read", path);
	while (limit-- > 0 && getline(&text, &room, file) > 0)
		write_question(text);
	free(text);
	fclose(file);
}

int
main(int argc, char **argv)
{
	uint64_t limit;

	arena = arena_new(0);
	if (arena == NULL || digest_init(NULL) != STATUS_OK)
		return 71;
	if (argc == 3 && strcmp(argv[1], "people") == 0) {
		write_people(argv[2]);
	} else if (argc == 4 && strcmp(argv[1], "questions") == 0 &&
		   str_to_u64(&limit, str_from(argv[3]), UINT32_MAX)) {
		write_questions(argv[2], limit);
	} else {
		fprintf(stderr, "usage: sql_rows people DATA\n"
				"       sql_rows questions QUESTIONS.jsonl LIMIT\n");
		return 64;
	}
	buf_free(&line);
	arena_free(arena);
	return fflush(stdout) == 0 ? 0 : 74;
}
