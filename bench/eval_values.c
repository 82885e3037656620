/*
 * eval_values: what the index holds of the people that an evaluation looks at.
 *
 *   eval_values FOLDER DATA RESULTS.jsonl... >FOLDER/values.tsv
 *
 * FOLDER has truth.csv and answers.csv (tests/support/eval_set.h), DATA the indexes. A line each
 * for the appearances of the people asked about, of their families, and of all in the results: key,
 * forenames, surname, births, sex, address, contact, between tabs.
 */
#include "base/mem.h"
#include "index/search.h"
#include "tests/support/eval_index.h"

#include <stdio.h>
#include <stdlib.h>

static struct eval_index index;
static struct eval_set set;
static bool *wanted; /* of set.appearances */

/* --- What to look up -------------------------------------------------------------------------- */

static void
want_results(const char *path)
{
	struct eval_results results;

	eval_results_read(&results, &set, path);
	for (size_t q = 0; q < set.question_count; q++) {
		const struct eval_answer *answer = &results.answers[q];

		for (size_t i = 0; i < answer->result_count; i++)
			wanted[answer->results[i].appearance] = true;
		for (size_t i = 0; i < answer->related_count; i++)
			wanted[answer->related[i].appearance] = true;
	}
}

static void
want_families(void)
{
	for (size_t q = 0; q < set.question_count; q++) {
		size_t from, n = eval_set_family(&from, &set, set.questions[q].who.family);

		for (size_t i = 0; i < n; i++)
			wanted[set.by_who[from + i]] = true;
	}
}

/* --- Writing ---------------------------------------------------------------------------------- */

static void
put_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		buf_add_char(out, (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i]);
}

static void
next_value(struct buf *out, size_t i)
{
	if (i > 0)
		buf_add_text(out, " | ");
}

static void
put_names(struct buf *out, const struct person *person)
{
	size_t surnames = 0;

	for (size_t i = 0; i < person->name_count; i++) {
		next_value(out, i);
		put_text(out, person->names[i].full);
		put_text(out, person->names[i].forenames);
	}
	buf_add_char(out, '\t');
	for (size_t i = 0; i < person->name_count; i++) {
		const struct person_name *name = &person->names[i];
		bool in_full =
		    memchr(name->full.n > 0 ? name->full.p : "", ' ', name->full.n) != NULL;

		if (name->surname.n == 0 && !in_full)
			continue;
		next_value(out, surnames++);
		put_text(out, in_full ? STR_LIT(EVAL_IN_FULL) : name->surname);
	}
}

static void
put_address(struct buf *out, const struct person *person)
{
	for (size_t i = 0; i < person->address_count; i++) {
		const struct person_address *a = &person->addresses[i];

		next_value(out, i);
		put_text(out, a->text);
		buf_add_text(out, a->text.n > 0 && a->town.n > 0 ? ", " : "");
		put_text(out, a->town);
		buf_add_text(out, a->postcode.n > 0 ? " " : "");
		put_text(out, a->postcode);
	}
}

static void
put_contact(struct buf *out, const struct person *person)
{
	size_t n = 0;

	for (size_t i = 0; i < person->phone_count; i++) {
		next_value(out, n++);
		put_text(out, person->phones[i]);
	}
	for (size_t i = 0; i < person->email_count; i++) {
		next_value(out, n++);
		put_text(out, person->emails[i]);
	}
	for (size_t i = 0; i < person->identifier_count; i++) {
		next_value(out, n++);
		put_text(out, person->identifiers[i].value);
	}
}

static void
put_person(struct buf *out, struct str key, const struct person *person)
{
	buf_add_str(out, key);
	buf_add_char(out, '\t');
	put_names(out, person);
	buf_add_char(out, '\t');
	for (size_t i = 0; i < person->birth_count; i++) {
		next_value(out, i);
		birth_format(out, &person->births[i]);
	}
	buf_add_char(out, '\t');
	buf_add_text(out, person->sex == SEX_UNKNOWN ? "" : sex_name(person->sex));
	buf_add_char(out, '\t');
	put_address(out, person);
	buf_add_char(out, '\t');
	put_contact(out, person);
	buf_add_char(out, '\n');
}

static void
look_up(struct arena *arena, const struct eval_appearance *appearance)
{
	const struct candidate *people;
	struct str rest = appearance->key, record;
	struct err err = ERR_NONE;
	struct buf line = BUF_INIT;
	size_t count;

	arena_reset(arena);
	str_cut(&rest, ',');
	record = str_cut(&rest, ',');
	if (search_case(&people, &count, index.searcher, arena, index.folder, appearance->system,
		record, &err) != STATUS_OK)
		eval_fail("cannot look up a record:", err.text);
	for (size_t i = 0; i < count; i++)
		if (str_eq(people[i].person.id, rest))
			put_person(&line, appearance->key, &people[i].person);
	if (buf_failed(&line) || fwrite(line.p == NULL ? "" : line.p, 1, line.n, stdout) != line.n)
		eval_fail("cannot write", "");
	buf_free(&line);
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new(0);

	if (argc < 4 || arena == NULL) {
		fprintf(stderr, "usage: eval_values FOLDER DATA RESULTS.jsonl...\n");
		return 64;
	}
	eval_set_read(&set, argv[1]);
	wanted = mem_zero(set.appearance_count + 1, sizeof *wanted);
	if (wanted == NULL)
		return 71;
	want_families();
	for (int i = 3; i < argc; i++)
		want_results(argv[i]);
	eval_index_open(&index, &set, argv[2]);
	for (size_t i = 0; i < set.appearance_count; i++)
		if (wanted[i])
			look_up(arena, &set.appearances[i]);
	eval_index_close(&index);
	arena_free(arena);
	return fflush(stdout) == 0 ? 0 : 74;
}
