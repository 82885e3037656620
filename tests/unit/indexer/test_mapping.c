#include "indexer/mapping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

/* A mapping that is right; each case replaces one part of it. */
static const char good[] =
    "{\"mapping\":1,\"system\":\"x\","
    "\"source\":{\"format\":\"csv\",\"delimiter\":\";\"},"
    "\"codes\":{\"role\":{\"C\":\"child\",\"*\":\"other\"},\"sex\":{\"F\":\"female\"}},"
    "\"record\":{\"id\":\"Id\",\"opened\":\"Opened\"},"
    "\"people\":[{\"role\":{\"from\":\"Role\",\"codes\":\"role\"},"
    "\"names\":[{\"kind\":\"current\",\"full\":\"Name\"}],"
    "\"births\":[{\"from\":\"DOB\"}]}]}";

static int
setup(void **state)
{
	(void)state;
	return digest_init(NULL) != STATUS_OK;
}

/* `good` with the first `from` replaced by `to`. */
static struct str
changed(struct buf *out, const char *from, const char *to)
{
	const char *at = strstr(good, from);

	assert_non_null(at);
	buf_clear(out);
	buf_add(out, good, (size_t)(at - good));
	buf_add_text(out, to);
	buf_add_text(out, at + strlen(from));
	return buf_str(out);
}

static void
test_the_good_mapping_is_read(void **state)
{
	struct mapping *m = NULL;

	(void)state;
	assert_int_equal(mapping_parse(&m, str_from(good), "m.json", NULL), STATUS_OK);
	assert_string_equal(m->system, "x");
	assert_int_equal(m->delimiter, ';');
	assert_int_equal(m->quote, '"');
	assert_true(m->header);
	assert_string_equal(m->encoding, "utf-8");
	assert_int_equal(m->rows, MAPPING_ROW_PER_RECORD);
	assert_int_equal(m->column_count, 5);
	assert_int_equal(m->block_count, 1);
	assert_true(str_eq_text(m->blocks[0].role.codes->other, "other"));
	assert_string_equal(m->blocks[0].births[0].date.dates->formats[0], "iso");
	mapping_free(m);
}

static void
test_each_mistake_names_its_place(void **state)
{
	static const struct {
		const char *from, *to, *message;
	} cases[] = {
		{ "\"mapping\":1", "\"mapping\":2", "mapping: expected 1 to 1" },
		{ "\"mapping\":1,", "", "mapping: is missing" },
		{ "\"system\":\"x\"", "\"system\":\"X Y\"",
		    "system: expected lower-case letters, digits and underscores, a letter first" },
		{ "\"system\":\"x\"", "\"system\":7", "system: expected a string" },
		{ "\"mapping\":1", "\"maping\":1", "unknown field \"maping\"" },
		{ "\"format\":\"csv\"", "\"format\":\"xml\"",
		    "source.format: expected \"csv\" or \"json_lines\"" },
		{ "\"format\":\"csv\"", "\"format\":\"json_lines\"",
		    "source: unknown field \"delimiter\"" },
		{ "\"delimiter\":\";\"", "\"delimiter\":\";;\"",
		    "source.delimiter: is longer than 1 bytes" },
		{ "\"delimiter\":\";\"", "\"delimiter\":\"\\\"\"",
		    "source.delimiter: expected one character that is no line end and not the "
		    "quote" },
		{ "\"delimiter\":\";\"", "\"encoding\":\"latin-1\"",
		    "source.encoding: expected \"utf-8\" or \"windows-1252\"" },
		{ "\"delimiter\":\";\"", "\"header\":\"yes\"",
		    "source.header: expected true or false" },
		{ "\"delimiter\":\";\"", "\"header\":false", "source.columns: is missing" },
		{ "\"delimiter\":\";\"", "\"columns\":[\"Id\"]",
		    "source.columns: is only for an export without header" },
		{ "\"delimiter\":\";\"", "\"dates\":[\"%d/%m/%y\"]",
		    "source.dates[0]: expected \"iso\", \"year\" or a pattern of %d, %m, %b and %Y "
		    "that has %Y" },
		{ "\"delimiter\":\";\"", "\"dates\":[\"%d/%m\"]",
		    "source.dates[0]: expected \"iso\", \"year\" or a pattern of %d, %m, %b and %Y "
		    "that has %Y" },
		{ "\"delimiter\":\";\"", "\"dates\":\"iso\"", "source.dates: expected a list" },
		{ "\"C\":\"child\"", "\"C\":\"chlid\"", "codes.role.C: \"chlid\" is not a role" },
		{ "\"C\":\"child\"", "\"C\":1", "codes.role.C: expected a string" },
		{ "\"codes\":\"role\"", "\"codes\":\"rolle\"",
		    "people[0].role.codes: there is no list \"rolle\" in codes" },
		{ "\"id\":\"Id\",", "", "record.id: is missing" },
		{ "\"id\":\"Id\"", "\"id\":7",
		    "record.id: expected a string or an object with \"from\"" },
		{ "\"id\":\"Id\"", "\"id\":{\"constant\":\"1\"}",
		    "record.id: has to come from a column" },
		{ "\"id\":\"Id\"", "\"id\":{\"from\":\"Id\",\"split\":\",;\"}",
		    "record.id.split: is longer than 1 bytes" },
		{ "\"id\":\"Id\"", "\"id\":{\"from\":[]}",
		    "record.id.from: expected 1 to 32 columns" },
		{ "\"id\":\"Id\"", "\"id\":{\"from\":\"Id\",\"constant\":\"1\"}",
		    "record.id: give either \"from\" or \"constant\"" },
		{ "\"id\":\"Id\"", "\"id\":{\"form\":\"Id\"}",
		    "record.id: unknown field \"form\"" },
		{ "\"opened\"", "\"opend\"", "record: unknown field \"opend\"" },
		{ "\"opened\":\"Opened\"", "\"rows\":\"many\"",
		    "record.rows: expected \"one_per_record\" or \"grouped\"" },
		{ "\"opened\":\"Opened\"", "\"nation\":\"france\"",
		    "record.nation: \"france\" is not a nation" },
		{ "\"opened\":\"Opened\"", "\"operation\":{\"from\":\"Op\"}",
		    "record.operation.remove: is missing" },
		{ "\"opened\":\"Opened\"", "\"operation\":{\"from\":\"Op\",\"remove\":[1]}",
		    "record.operation.remove: expected a list of strings" },
		{ "{\"role\":{\"from\":\"Role\",\"codes\":\"role\"},", "{",
		    "people[0].role: is missing" },
		{ "{\"from\":\"Role\",\"codes\":\"role\"}", "\"chld\"",
		    "people[0].role: \"chld\" is not a role" },
		{ "\"kind\":\"current\"", "\"kind\":\"maiden\"",
		    "people[0].names[0].kind: \"maiden\" is not a kind of name" },
		{ "\"full\":\"Name\"", "\"fulll\":\"Name\"",
		    "people[0].names[0]: unknown field \"fulll\"" },
		{ ",\"full\":\"Name\"", "",
		    "people[0].names[0]: give \"forenames\", \"surname\" or \"full\"" },
		{ "\"full\":\"Name\"", "\"full\":\"Name\",\"layout\":\"odd\"",
		    "people[0].names[0].layout: expected \"free\", \"surname, forenames\" or "
		    "\"forenames surname\"" },
		{ "\"full\":\"Name\"", "\"full\":\"Name\",\"each\":\"names\"",
		    "people[0].names[0].each: is for JSON lines only (CSV: \"numbered\" or "
		    "\"split\")" },
		{ "{\"from\":\"DOB\"}", "{\"age\":\"Age\"}", "people[0].births[0].at: is missing" },
		{ "{\"from\":\"DOB\"}", "{\"age\":\"Age\",\"at\":\"Opened\",\"dates\":[]}",
		    "people[0].births[0]: unknown field \"dates\"" },
		{ "\"births\":", "\"identifiers\":[{\"kind\":\"nsh\",\"from\":\"N\"}],\"births\":",
		    "people[0].identifiers[0].kind: \"nsh\" is not a kind of identifier" },
		{ "\"births\":", "\"numbered\":{\"first\":2,\"last\":1},\"births\":",
		    "people[0].numbered.last: expected 2 to 32" },
		{ "\"births\":", "\"numbered\":{\"first\":1,\"last\":33},\"births\":",
		    "people[0].numbered.last: expected 1 to 32" },
		{ "\"births\":", "\"sex\":\"girl\",\"births\":",
		    "people[0].sex: \"girl\" is not a sex" },
		{ "\"births\":", "\"birth\":", "people[0]: unknown field \"birth\"" },
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mapping *m = NULL;
		struct err err = ERR_NONE;
		enum status status =
		    mapping_parse(&m, changed(&text, cases[i].from, cases[i].to), "m.json", &err);

		assert_string_equal(err.text, cases[i].message);
		assert_string_equal(err.source, "m.json");
		assert_true(status == STATUS_INVALID || status == STATUS_LIMIT);
	}
	buf_free(&text);
}

static void
test_numbered_blocks_fill_in_their_number(void **state)
{
	struct buf text = BUF_INIT;
	struct mapping *m = NULL;
	struct err err = ERR_NONE;

	(void)state;
	changed(&text, "\"full\":\"Name\"}]",
	    "\"full\":\"Child # name\"}],"
	    "\"id\":{\"constant\":\"child#\"},\"numbered\":{\"first\":2,\"last\":3}");
	assert_int_equal(mapping_parse(&m, buf_str(&text), "m.json", &err), STATUS_OK);
	assert_int_equal(m->block_count, 2);
	assert_true(str_eq_text(m->blocks[0].id.constant, "child2"));
	assert_true(str_eq_text(m->blocks[1].id.constant, "child3"));
	assert_string_equal(
	    m->columns[m->blocks[1].names[0].full.paths[0].column].name, "Child 3 name");
	mapping_free(m);
	buf_free(&text);
}

static void
test_paths_of_json_know_where_they_begin(void **state)
{
	static const char text[] =
	    "{\"mapping\":1,\"system\":\"x\",\"source\":{\"format\":\"json_lines\"},"
	    "\"record\":{\"id\":\"a.id\"},\"people\":[{\"each\":\"family.members\","
	    "\"role\":\"other\",\"names\":[{\"each\":\"names\",\"full\":\".\"}],"
	    "\"births\":[{\"age\":\"age\",\"at\":\"$.date\"}]}]}";
	struct mapping *m = NULL;
	struct err err = ERR_NONE;
	const struct mapping_name *name;

	(void)state;
	assert_int_equal(mapping_parse(&m, str_from(text), "m.json", &err), STATUS_OK);
	name = &m->blocks[0].names[0];
	assert_string_equal(
	    m->columns[name->full.paths[0].column].name, "family.members[].names[]");
	assert_int_equal(name->full.paths[0].part_count, 0);
	assert_string_equal(m->columns[name->each->column].name, "family.members[].names");
	assert_false(name->each->root);
	assert_true(m->blocks[0].births[0].at.paths[0].root);
	assert_string_equal(m->columns[m->blocks[0].births[0].at.paths[0].column].name, "date");
	mapping_free(m);
}

static void
test_a_path_has_at_most_eight_parts(void **state)
{
	static const char *const paths[] = { "a.b.c.d.e.f.g.h", "a.b.c.d.e.f.g.h.i", "a..b", "a." };
	static const enum status want[] = { STATUS_OK, STATUS_INVALID, STATUS_INVALID,
		STATUS_INVALID };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buf text = BUF_INIT;
		struct mapping *m = NULL;

		buf_addf(&text,
		    "{\"mapping\":1,\"system\":\"x\",\"source\":{\"format\":\"json_lines\"},"
		    "\"record\":{\"id\":\"%s\"},\"people\":[{\"role\":\"child\"}]}",
		    paths[i]);
		assert_int_equal(mapping_parse(&m, buf_str(&text), "m.json", NULL), want[i]);
		mapping_free(want[i] == STATUS_OK ? m : NULL);
		buf_free(&text);
	}
}

static void
test_the_shipped_mappings_are_right(void **state)
{
	static const char *const systems[] = { "childrens_services", "helpline", "childline",
		"ctac", "participation" };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		char path[64];
		struct mapping *m = NULL;
		struct err err = ERR_NONE;

		snprintf(path, sizeof path, "schemas/exports/%s.json", systems[i]);
		if (mapping_load(&m, path, &err) != STATUS_OK)
			fail_msg("%s: %s", path, err.text);
		assert_string_equal(m->system, systems[i]);
		mapping_free(m);
	}
}

static void
test_what_is_no_json_or_not_there_is_named(void **state)
{
	struct mapping *m = NULL;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(mapping_load(&m, "/nowhere.json", &err), STATUS_NOT_FOUND);
	assert_string_equal(err.source, "/nowhere.json");
	err_clear(&err);
	assert_int_equal(mapping_parse(&m, STR_LIT("{"), "m.json", &err), STATUS_INVALID);
	assert_int_equal(err.line, 1);
	err_clear(&err);
	assert_int_equal(mapping_load(&m, "schemas", &err), STATUS_INVALID);
	assert_string_equal(err.text, "not a regular file");
}

/* The schema for editors and the reader know the same keys: each property of the schema stands as a
 * string in one of the reader's sources. */
static void
test_the_schema_names_no_key_that_the_reader_does_not_know(void **state)
{
	static const char *const sources[] = { "indexer/mapping_json.c",
		"indexer/mapping_people_json.c", "indexer/mapping_value_json.c",
		"indexer/mapping_value.h" };
	struct buf schema = BUF_INIT, code = BUF_INIT;
	int keys = 0;

	(void)state;
	assert_int_equal(
	    file_read(&schema, "schemas/mapping.schema.json", 1u << 20, NULL), STATUS_OK);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(file_read(&code, sources[i], 1u << 20, NULL), STATUS_OK);
	for (const char *at = schema.p; (at = strstr(at, "\"properties\": {")) != NULL;) {
		int depth = 0;

		at += strlen("\"properties\": ");
		do {
			if (*at == '"' && depth == 1) {
				const char *end = strchr(at + 1, '"');
				char key[64];

				snprintf(key, sizeof key, "%.*s\"", (int)(end - at), at);
				if (strstr(code.p, key) == NULL)
					fail_msg("the reader does not know %s", key);
				keys++;
				at = strchr(end, ':') + 2;
			}
			depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
			at += depth > 0;
		} while (depth > 0);
	}
	assert_true(keys > 50);
	buf_free(&schema);
	buf_free(&code);
}

/* Every allocation in turn fails: an error each time, and nothing leaks (ASan). */
static void
test_reading_survives_each_lack_of_memory(void **state)
{
	enum status status = STATUS_NOMEM;
	long nth;

	(void)state;
	for (nth = 1; status != STATUS_OK && nth < 500; nth++) {
		struct mapping *m = NULL;

		mem_fail_at(nth);
		status = mapping_load(&m, "schemas/exports/ctac.json", NULL);
		mem_fail_at(0);
		if (status == STATUS_OK)
			mapping_free(m);
		else
			assert_int_equal(status, STATUS_NOMEM);
	}
	assert_true(nth > 3 && nth < 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_good_mapping_is_read),
		cmocka_unit_test(test_each_mistake_names_its_place),
		cmocka_unit_test(test_numbered_blocks_fill_in_their_number),
		cmocka_unit_test(test_paths_of_json_know_where_they_begin),
		cmocka_unit_test(test_a_path_has_at_most_eight_parts),
		cmocka_unit_test(test_the_shipped_mappings_are_right),
		cmocka_unit_test(test_what_is_no_json_or_not_there_is_named),
		cmocka_unit_test(test_the_schema_names_no_key_that_the_reader_does_not_know),
		cmocka_unit_test(test_reading_survives_each_lack_of_memory),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
