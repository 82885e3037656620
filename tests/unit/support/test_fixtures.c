/* Holds the fixtures to what fixtures/README.md says of them. */
#include "base/buf.h"
#include "base/doc_json.h"
#include "base/file.h"
#include "base/mem.h"
#include "record/person_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>

#define FILE_BYTES_MAX (1u << 20)
#define CELLS_MAX 32

enum { SYSTEMS = 5 };
static const char *const systems[SYSTEMS] = { "childrens_services", "helpline", "childline", "ctac",
	"participation" };
static const char *const files[SYSTEMS] = { "fixtures/childrens_services.csv",
	"fixtures/helpline.csv", "fixtures/childline.jsonl", "fixtures/ctac.jsonl",
	"fixtures/participation.tsv" };

static void
load(struct buf *out, const char *path)
{
	struct err err = ERR_NONE;

	*out = BUF_INIT;
	if (file_read(out, path, FILE_BYTES_MAX, &err) != STATUS_OK)
		fail_msg("%s: %s", path, err.text);
}

/* Cells of a line of our own tables: quotes hold commas, never line breaks. */
static size_t
cells(struct str out[CELLS_MAX], struct str line)
{
	size_t count = 0;

	for (bool more = true; more && count < CELLS_MAX;) {
		size_t n = 0;
		bool quoted = line.n > 0 && line.p[0] == '"';

		if (quoted) {
			line = str_part(line, 1, line.n);
			while (n < line.n && line.p[n] != '"')
				n++;
		} else {
			while (n < line.n && line.p[n] != ',')
				n++;
		}
		out[count++] = str_part(line, 0, n);
		line = str_part(line, n + (quoted ? 1 : 0), line.n);
		more = line.n > 0;
		line = str_part(line, 1, line.n);
	}
	return count;
}

static size_t
system_of(struct str name)
{
	for (size_t k = 0; k < SYSTEMS; k++)
		if (str_eq_text(name, systems[k]))
			return k;
	fail_msg("no system \"%.*s\"", STR_ARG(name));
	return 0;
}

/* The texts may hold NUL, and memmem() is not POSIX. */
static bool
holds(struct str text, struct str part)
{
	for (const char *p = text.p; part.n > 0 && text.n >= part.n;) {
		p = memchr(p, part.p[0], (size_t)(text.p + text.n - part.n - p) + 1);
		if (p == NULL)
			return false;
		if (memcmp(p, part.p, part.n) == 0)
			return true;
		if (++p > text.p + text.n - part.n)
			return false;
	}
	return false;
}

static void
test_every_appearance_is_in_its_export(void **state)
{
	struct buf exports[SYSTEMS], truth;
	struct str rest, line;
	size_t count[SYSTEMS] = { 0 };

	(void)state;
	for (size_t k = 0; k < SYSTEMS; k++)
		load(&exports[k], files[k]);
	load(&truth, "fixtures/truth.csv");
	rest = buf_str(&truth);
	str_cut(&rest, '\n');
	while (rest.n > 0) {
		struct str cell[CELLS_MAX];
		enum person_role role;
		size_t k;

		line = str_cut(&rest, '\n');
		assert_int_equal(cells(cell, line), 6);
		k = system_of(cell[1]);
		count[k]++;
		assert_true(holds(buf_str(&exports[k]), cell[2]));
		if (k == 0)
			assert_true(holds(buf_str(&exports[k]), cell[3]));
		assert_true(person_role_from_name(&role, cell[4]));
	}
	for (size_t k = 0; k < SYSTEMS; k++) {
		print_message("%s: %zu people\n", systems[k], count[k]);
		assert_true(count[k] >= 120);
		buf_free(&exports[k]);
	}
	buf_free(&truth);
}

static void
test_forty_families_cross_systems(void **state)
{
	struct buf truth;
	unsigned seen[1000] = { 0 };
	size_t crossing = 0;
	struct str rest;

	(void)state;
	load(&truth, "fixtures/truth.csv");
	rest = buf_str(&truth);
	str_cut(&rest, '\n');
	while (rest.n > 0) {
		struct str cell[CELLS_MAX], person;
		uint64_t family;

		cells(cell, str_cut(&rest, '\n'));
		person = cell[0];
		assert_true(
		    str_to_u64(&family, str_part(str_cut(&person, '.'), 1, cell[0].n), 999));
		seen[family] |= 1u << system_of(cell[1]);
	}
	for (size_t i = 0; i < 1000; i++)
		crossing += (seen[i] & (seen[i] - 1)) != 0;
	print_message("%zu families in more than one system\n", crossing);
	assert_true(crossing >= 40);
	buf_free(&truth);
}

static struct str
line_of(struct str text, uint64_t number)
{
	struct str line = STR_NONE;

	for (uint64_t i = 0; i < number; i++)
		line = str_cut(&text, '\n');
	return line;
}

static void
test_every_bad_row_is_where_it_is_said_to_be(void **state)
{
	struct buf exports[SYSTEMS], bad;
	struct str rest;
	size_t count = 0;

	(void)state;
	for (size_t k = 0; k < SYSTEMS; k++)
		load(&exports[k], files[k]);
	load(&bad, "fixtures/bad_rows.csv");
	rest = buf_str(&bad);
	str_cut(&rest, '\n');
	for (; rest.n > 0; count++) {
		struct str cell[CELLS_MAX], row = STR_NONE;
		uint64_t number;

		assert_int_equal(cells(cell, str_cut(&rest, '\n')), 4);
		assert_true(str_to_u64(&number, cell[1], 10000));
		for (size_t k = 0; k < SYSTEMS; k++)
			if (str_ends(str_from(files[k]), cell[0]))
				row = line_of(buf_str(&exports[k]), number);
		/* Their people are called Xanthe Zzyzx, and nobody else is. */
		if (!holds(row, STR_LIT("Xan")) && !holds(row, STR_LIT("Zzyzx")) &&
		    !holds(row, STR_LIT("00999")) && !holds(row, STR_LIT("0999")))
			fail_msg("%.*s:%llu is no bad row", STR_ARG(cell[0]),
			    (unsigned long long)number);
	}
	assert_true(count >= 20);
	for (size_t k = 0; k < SYSTEMS; k++)
		buf_free(&exports[k]);
	buf_free(&bad);
}

static void
test_nobody_resembles_the_child_who_is_nowhere(void **state)
{
	static const char *const words[] = { "Barnaby", "Quillfeather", "Larkspur", "Truro",
		"2015-08-19", "19/08/2015" };

	(void)state;
	for (size_t k = 0; k < SYSTEMS; k++) {
		struct buf export;

		load(&export, files[k]);
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			assert_false(holds(buf_str(&export), str_from(words[i])));
		buf_free(&export);
	}
}

static void
test_the_demo_child_has_the_facts_promised(void **state)
{
	static const struct {
		int system;
		const char *text;
	} facts[] = {
		{ 0, "CS-000101,P-000101,Child,Katherine Anne,O'Brien,,,04/03/2009,F,"
		     "12 Acacia Avenue,,Leeds,West Yorkshire,LS8 4AB" },
		{ 0, "CS-000101,P-000101,Child,Katherine Anne,O'Brien,,,04/03/2009,F,"
		     "27 Harbour View,,Whitby,North Yorkshire,YO21 3PQ" },
		{ 0, "CS-000101,P-000102,Mother,Siobhan,O'Brien,,,19/07/1984" },
		{ 0, "CS-000101,P-000103,Sibling,Declan,O'Brien," },
		{ 1, "H-2016-00101,14/01/2016," },
		{ 1, ",Katie OBrien,about 7,,F," },
		{ 1, ",27 Harbour View,Whitby,YO21 3PQ," },
		{ 4, "PA-00101\tKathryn\tO'Brian\t\t2009\tFemale\t" },
		{ 4, "\tSiobhan O'Brien\t07700 900142\t\tLeeds\t" },
		{ 2, "\"contact_id\":\"CL-2024-00101\",\"contact_date\":\"2024-05-18\","
		     "\"young_person\":{\"name\":null,\"nickname\":\"Kestrel\",\"alias\":null,"
		     "\"age\":13," },
		{ 2, "\"location\":{\"town\":\"St Helier\"," },
	};

	(void)state;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		struct buf export;

		load(&export, files[facts[i].system]);
		if (!holds(buf_str(&export), str_from(facts[i].text)))
			fail_msg("%s lacks %s", files[facts[i].system], facts[i].text);
		buf_free(&export);
	}
}

static void
check_request(const char *path)
{
	static const char *const known[] = { "request", "leg", "of", "people", NULL };
	struct arena *arena = arena_new(0);
	const struct json_t *people, *request;
	struct json_t *body;
	struct err err = ERR_NONE;
	struct str text = STR_NONE;
	size_t count;

	if (doc_load(&body, path, FILE_BYTES_MAX, &err) != STATUS_OK ||
	    doc_fields(body, path, "", known, &err) != STATUS_OK ||
	    doc_object(&request, body, path, "", "request", DOC_REQUIRED, &err) != STATUS_OK ||
	    doc_str(&text, request, path, "request", "reference", DOC_REQUIRED, 64, &err) !=
		STATUS_OK ||
	    doc_array(&people, &count, body, path, "", "people", DOC_REQUIRED, 16, &err) !=
		STATUS_OK)
		fail_msg("%s: %s", path, err.text);
	assert_true(count >= 1);
	for (size_t i = 0; i < count; i++) {
		/* `ref` is the request's own, beside the fields of a person. */
		json_t *person = json_deep_copy(json_array_get(people, i));
		struct person out;

		json_object_del(person, "ref");
		if (person_from_json(&out, arena, person, path, "people", &err) != STATUS_OK)
			fail_msg("%s: people[%zu]: %s", path, i, err.text);
		assert_true(out.name_count > 0);
		json_decref(person);
	}
	doc_free(body);
	arena_free(arena);
}

static void
test_every_request_body_is_well_formed(void **state)
{
	DIR *folder = opendir("fixtures/checks");
	size_t count = 0;

	(void)state;
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char path[512];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "fixtures/checks/%s", entry->d_name);
		check_request(path);
		count++;
	}
	closedir(folder);
	assert_int_equal(count, 13);
}

static void
test_batch_has_thirty_rows_of_eleven_columns(void **state)
{
	struct buf batch;
	struct str rest;
	size_t count = 0;

	(void)state;
	load(&batch, "fixtures/batch.csv");
	rest = buf_str(&batch);
	assert_true(str_eq(str_cut(&rest, '\n'),
	    STR_LIT("ref,forename,middle,surname,dob,sex,address,town,postcode,phone,role")));
	for (; rest.n > 0; count++) {
		struct str cell[CELLS_MAX];
		enum person_role role;

		assert_int_equal(cells(cell, str_cut(&rest, '\n')), 11);
		assert_true(person_role_from_name(&role, cell[10]));
	}
	assert_int_equal(count, 30);
	buf_free(&batch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_appearance_is_in_its_export),
		cmocka_unit_test(test_forty_families_cross_systems),
		cmocka_unit_test(test_every_bad_row_is_where_it_is_said_to_be),
		cmocka_unit_test(test_nobody_resembles_the_child_who_is_nowhere),
		cmocka_unit_test(test_the_demo_child_has_the_facts_promised),
		cmocka_unit_test(test_every_request_body_is_well_formed),
		cmocka_unit_test(test_batch_has_thirty_rows_of_eleven_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
