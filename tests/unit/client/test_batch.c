#include "client/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>

#include "base/digest.h"
#include "client/seen.h"

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena == NULL || digest_init(NULL) != STATUS_OK ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct batch
batch(void)
{
	return (struct batch){ .details = { .reference = STR_LIT("R"),
				   .kind = STR_LIT("k"),
				   .purpose = STR_LIT("p") },
		.name = STR_LIT("R"),
		.leg_count = 1,
		.age_at = DAY_NONE };
}

static struct row
row_of(const struct str *fields, size_t count, uint64_t number)
{
	return (struct row){ fields, count, number, (unsigned)number, 0, NULL };
}

static const struct str header[] = { { "ID", 2 }, { "Forename", 8 }, { "Surname", 7 },
	{ "Date of birth", 13 }, { "Former-Surname", 14 } };

static struct columns
columns(void)
{
	struct columns out;
	struct row row = row_of(header, 5, 1);

	assert_int_equal(columns_read(&out, &row, false, "f.csv", NULL), STATUS_OK);
	return out;
}

static void
test_columns_are_found_by_name_in_any_order_and_case(void **state)
{
	struct columns c = columns();

	(void)state;
	assert_int_equal(c.ref, 0);
	assert_true(c.column[0].is_ref && !c.column[0].used);
	assert_int_equal(c.column[1].field, ASKED_FORENAME);
	assert_int_equal(c.column[3].field, ASKED_DOB);
	assert_int_equal(c.column[4].field, ASKED_FORMER_SURNAME);
}

static void
header_is_refused(const char *a, const char *b, bool ignore, const char *why)
{
	struct str fields[] = { str_from(a), str_from(b) };
	struct row row = row_of(fields, 2, 1);
	struct columns c;
	struct err err = ERR_NONE;

	assert_int_equal(columns_read(&c, &row, ignore, "f.csv", &err), STATUS_INVALID);
	assert_string_equal(err.text, why);
}

static void
test_a_header_that_cannot_be_used_is_refused(void **state)
{
	(void)state;
	header_is_refused("ref", "shoe size", false,
	    "unknown column \"shoe size\"; leave it out or pass over such with --ignore-columns");
	header_is_refused("ref", "id", false, "columns 1 and 2 are both ref or id");
	header_is_refused("name", "shoe size", true,
	    "no column is named ref or id: each row needs a word of its own");
	header_is_refused("ref", "a name that is far longer than any column has", false,
	    "unknown column \"a name that is far longer than any colum\"; leave it out or pass "
	    "over "
	    "such with --ignore-columns");
}

static void
test_every_field_has_a_column_of_its_name(void **state)
{
	(void)state;
	for (unsigned i = ASKED_ROLE; i < ASKED_COUNT; i++) {
		struct str fields[] = { STR_LIT("ref"),
			str_from(asked_field_name((enum asked_field)i)) };
		struct row row = row_of(fields, 2, 1);
		struct columns c;

		assert_int_equal(columns_read(&c, &row, false, "f.csv", NULL), STATUS_OK);
		assert_int_equal(c.column[1].field, i);
	}
}

static struct batch_row
made(const struct batch *b, const char *ref, const char *forename, const char *surname,
    const char *dob)
{
	struct str fields[] = { str_from(ref), str_from(forename), str_from(surname), str_from(dob),
		STR_NONE };
	struct row in = row_of(fields, 5, 2);
	struct columns c = columns();
	struct batch_row row = { .arena = arena };

	assert_int_equal(batch_row_make(&row, b, &c, &in, NULL), STATUS_OK);
	return row;
}

static void
test_a_row_becomes_a_person_with_an_id(void **state)
{
	struct batch b = batch();
	struct batch_row row = made(&b, " r1 ", "Katie", "O'Brien", "04/03/2009");

	(void)state;
	assert_int_equal(row.fault, STATUS_OK);
	assert_int_equal(row.number, 1);
	assert_true(str_eq_text(row.ref, "r1"));
	assert_int_equal(row.person.person.name_count, 1);
	assert_int_equal(row.person.person.birth_count, 1);
	assert_int_equal(strlen(row.id), 32);
	assert_int_equal(strspn(row.id, "0123456789abcdef"), 32);
}

static void
test_the_id_is_the_same_for_the_same_row_and_differs_for_any_other(void **state)
{
	struct batch b = batch(), other = batch(), leg = batch();
	struct batch_row rows[7];
	char ids[7][WIRE_ID_HEX + 1];

	(void)state;
	other.name = STR_LIT("R2");
	leg.legs[0] = STR_LIT("qa");
	for (size_t i = 0; i < 7; i++) {
		rows[i] = i == 0   ? made(&b, "r1", "Katie", "O'Brien", "2009-03-04")
			  : i == 1 ? made(&b, "r2", "Katie", "O'Brien", "2009-03-04")
			  : i == 2 ? made(&b, "r1", "Kati", "O'Brien", "2009-03-04")
			  : i == 3 ? made(&b, "r1", "Katie", "O'Brien", "2009-03-05")
			  : i == 4 ? made(&other, "r1", "Katie", "O'Brien", "2009-03-04")
			  : i == 5 ? made(&leg, "r1", "Katie", "O'Brien", "2009-03-04")
				   : made(&b, "r1", "Katie", "O'Brien", "04/03/2009");
		memcpy(ids[i], rows[i].id, sizeof ids[i]);
	}
	for (size_t i = 0; i < 6; i++)
		for (size_t k = i + 1; k < 6; k++)
			assert_string_not_equal(ids[i], ids[k]);
	assert_string_equal(ids[0], ids[6]); /* the same day, typed otherwise */
}

/* Kept ids are in people's output files and in the ledger: this one may never change. */
static void
test_the_id_of_a_row_is_fixed_for_ever(void **state)
{
	struct batch b = batch();

	(void)state;
	assert_string_equal(made(&b, "r1", "Katie", "O'Brien", "2009-03-04").id,
	    "b712414c23c2606799719ed181f80f5f");
}

static void
faults(const struct batch_row *row, const char *line)
{
	struct buf out = BUF_INIT;

	assert_int_not_equal(row->fault, STATUS_OK);
	batch_add_fault(&out, row);
	assert_string_equal(out.p, line);
	buf_free(&out);
}

static void
test_a_bad_row_is_a_line_that_says_why(void **state)
{
	struct batch b = batch();
	struct batch_row row = made(&b, "r1", "", "", "");

	(void)state;
	faults(&row,
	    "{\"row\":1,\"ref\":\"r1\",\"id\":\"\",\"status\":\"invalid\",\"error\":"
	    "\"nothing to search by: give a name, date of birth, address, phone, e-mail or "
	    "identifier\"}\n");
	row = made(&b, "", "Katie", "", "");
	faults(&row, "{\"row\":1,\"ref\":\"\",\"id\":\"\",\"status\":\"invalid\",\"error\":"
		     "\"line 2: ref: is empty\"}\n");
	row = made(&b, "r1", "Katie\xff", "", "");
	faults(&row, "{\"row\":1,\"ref\":\"r1\",\"id\":\"\",\"status\":\"invalid\",\"error\":"
		     "\"forename: byte 6 is not text in UTF-8\"}\n");
}

static void
test_a_row_of_another_width_is_a_bad_row(void **state)
{
	struct str fields[] = { STR_LIT("r1"), STR_LIT("Katie") };
	struct row in = row_of(fields, 2, 3);
	struct columns c = columns();
	struct batch b = batch();
	struct batch_row row = { .arena = arena };

	(void)state;
	assert_int_equal(batch_row_make(&row, &b, &c, &in, NULL), STATUS_OK);
	faults(&row, "{\"row\":2,\"ref\":\"r1\",\"id\":\"\",\"status\":\"invalid\",\"error\":"
		     "\"line 3: 2 columns; the header has 5\"}\n");
}

static void
test_an_unreadable_dob_is_passed_over_with_a_warning(void **state)
{
	struct batch b = batch();
	struct batch_row row = made(&b, "r1", "Katie", "O'Brien", "1988 1-13");

	(void)state;
	assert_int_equal(row.fault, STATUS_OK);
	assert_int_equal(row.warnings.count, 1);
	row = made(&b, "r1", "Katie", "O'Brien", "2009-01-32");
	assert_int_equal(row.fault, STATUS_OK);
	assert_int_equal(row.warnings.count, 1);
	assert_int_equal(row.person.person.birth_count, 0);
}

static void
test_a_ref_is_seen_the_second_time_and_no_other(void **state)
{
	struct seen seen = SEEN_INIT;
	bool again;

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 5000; i++) {
			char ref[16];
			int n = snprintf(ref, sizeof ref, "r%d", i);

			assert_int_equal(
			    seen_add(&again, &seen, (struct str){ ref, (size_t)n }, NULL),
			    STATUS_OK);
			assert_int_equal(again, round == 1);
		}
	assert_int_equal(seen.count, 5000);
	seen_free(&seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_are_found_by_name_in_any_order_and_case),
		cmocka_unit_test(test_a_header_that_cannot_be_used_is_refused),
		cmocka_unit_test(test_every_field_has_a_column_of_its_name),
		cmocka_unit_test(test_a_row_becomes_a_person_with_an_id),
		cmocka_unit_test(
		    test_the_id_is_the_same_for_the_same_row_and_differs_for_any_other),
		cmocka_unit_test(test_the_id_of_a_row_is_fixed_for_ever),
		cmocka_unit_test(test_a_bad_row_is_a_line_that_says_why),
		cmocka_unit_test(test_a_row_of_another_width_is_a_bad_row),
		cmocka_unit_test(test_an_unreadable_dob_is_passed_over_with_a_warning),
		cmocka_unit_test(test_a_ref_is_seen_the_second_time_and_no_other),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
