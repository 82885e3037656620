#include "record/features.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include <stdio.h>

#include "base/doc_json.h"
#include "base/mem.h"
#include "record/codec.h"
#include "record/person_json.h"
#include "tests/unit/record/making.h"
#include "tests/unit/record/people.h"

static struct features
of_address(const char *text, const char *town, const char *postcode)
{
	static struct person_address address;
	static struct person person;

	address = (struct person_address){ str_from(text), str_from(town), str_from(postcode),
		DAY_NONE, DAY_NONE };
	person = (struct person){ .addresses = &address, .address_count = 1 };
	return making_features(&person);
}

static void
address(const char *text, const char *town, const char *postcode, const char *wanted)
{
	struct features features = of_address(text, town, postcode);
	struct buf shown = BUF_INIT;

	making_put_addresses(&shown, &features);
	assert_string_equal(shown.p, wanted);
	buf_free(&shown);
	arena_reset(making_arena);
}

/* postcode/number/flat/house/street/town */
static void
test_addresses_part_into_their_parts(void **state)
{
	(void)state;
	address("12 Acacia Ave", "Leeds", "LS1 4AB", "ls14ab/12///acacia avenue/leeds");
	address("Flat 3, 12 Acacia Ave", "Leeds", "LS1 4AB", "ls14ab/12/3//acacia avenue/leeds");
	address("12A Acacia Avenue", "Leeds", "", "/12a///acacia avenue/leeds");
	address("12 A Acacia Avenue", "Leeds", "", "/12a///acacia avenue/leeds");
	address("12, Acacia Avenue", "Leeds", "", "/12///acacia avenue/leeds");
	address("3, 12 Acacia Avenue", "Leeds", "", "/12/3//acacia avenue/leeds");
	address("Rose Cottage, Mill Lane", "Brentwood", "", "///rose cottage/mill lane/brentwood");
	address("Rose Cottage", "St Helier", "JE2 3AB", "je23ab///rose cottage//st helier");
	address(
	    "Raleigh House Ampthill Road", "Bedford", "", "///raleigh house/ampthill road/bedford");
	address("The Avenue", "Leeds", "", "////avenue/leeds");
	address("16 Broadway", "London", "", "/16///broadway/london");
	address("c/o Mrs Smith, 12 Oak Rd", "Bedford", "", "/12///oak road/bedford");
}

static void
test_addresses_in_one_line_part_as_well(void **state)
{
	(void)state;
	address("12 Acacia Avenue Leeds LS1 4AB", "", "", "ls14ab/12///acacia avenue/leeds");
	address("12 Acacia Avenue, Leeds, West Yorkshire, LS14AB, UK", "", "",
	    "ls14ab/12///acacia avenue/leeds");
	address("57 HIGH ROAD BASILDON ESSEX", "", "SS13 3BB", "ss133bb/57///high road/basildon");
	address("BROADWAY CHAMBERS 208 HUTTON ROAD SHENFIELD", "", "",
	    "/208//broadway chambers/hutton road/shenfield");
	address("Leeds", "", "", "/////leeds");
	address("", "Leeds LS1 4AB", "", "ls14ab/////leeds");
	address("12 Acacia Avenue, Leeds", "Leeds", "", "/12///acacia avenue/leeds");
}

static void
test_flats_are_found_where_people_write_them(void **state)
{
	(void)state;
	address("Apt 5 Park House, 7 Park Rd", "", "", "/7/5/park house/park road/");
	address("Basement Flat 45 Baker Street", "London", "", "/45/basement//baker street/london");
	address("Flat Basement 45 Baker Street", "London", "", "/45/basement//baker street/london");
	address("Ground Floor Flat, 45 Baker Street", "", "", "/45/ground//baker street/");
	address("1st Floor, 45 Baker Street", "", "", "/45/1st//baker street/");
	address("Flat 2/1, 12 Argyle St, Glasgow", "", "", "/12/2-1//argyle street/glasgow");
	address("Room 4, 5 King St", "Leeds", "", "/5/4//king street/leeds");
}

static void
test_doubtful_numbers_give_two_readings(void **state)
{
	(void)state;
	address("3/12 Acacia Avenue", "", "", "/3/12//acacia avenue/ | /12/3//acacia avenue/");
	address("12-14 High St", "", "", "/12///high street/ | /14///high street/");
	address("12 - 14 High St", "", "", "/12///high street/ | /14///high street/");
}

/* Of what has the number: the house, or the street that is named after it? */
static void
test_a_number_before_a_house_and_a_street_gives_two_readings(void **state)
{
	(void)state;
	address("12 Rose Cottage, Mill Lane", "Ware", "",
	    "/12//rose cottage/mill lane/ware | /12///rose cottage/ware");
	address("148 Brumby's Run, Sinclair Street", "Salisbury", "",
	    "/148//brumbys run/sinclair street/salisbury | /148///brumbys run/salisbury");
	/* nothing after it is a street, or it is one itself */
	address("16 Broadway, Stratford", "London", "", "/16///broadway/london");
	address("16 The Maltings, Mill Lane", "Ware", "", "/16///maltings/ware");
	address("16 Mill Lane, Old Road", "Ware", "", "/16///mill lane/ware");
}

static void
test_a_slip_in_the_kind_of_street_leaves_it_a_street(void **state)
{
	(void)state;
	address("Studley Steet, Rose Vale", "Leeds", "", "////studley street/leeds");
	address("Studley xstreet, Rose Vale", "Leeds", "", "////studley street/leeds");
	address("Mackey Palce", "Leeds", "", "////mackey place/leeds");
	address("4 Northam Htreet", "Leeds", "", "/4///northam street/leeds");
	address("Sinclairstreet, Rose Vale", "Leeds", "", "////sinclairstreet/leeds");
	/* two slips, a known word, the first word, and a joint */
	address("Studley Steeeet, Rose", "Leeds", "", "///studley steeeet//leeds");
	address("Crystal Palace", "London", "", "///crystal palace//london");
	address("Steet", "", "", "/////steet");
	address("Chester-le-Street, Durham", "", "", "///chester-le-street//durham");
	address("Bastreet, Durham", "", "", "///bastreet//durham");
}

static void
test_street_words_take_their_long_form(void **state)
{
	(void)state;
	address("1 High St", "", "", "/1///high street/");
	address("1 St James Close", "", "", "/1///saint james close/");
	address("1 St. James's Cl", "", "", "/1///saint jamess close/");
	address("1 Old St James Rd", "", "", "/1///old saint james road/");
	address("1 Church St St Albans", "", "", "/1///church street/st albans");
	address("14 Heol y Bont", "Caerdydd", "", "/14///heol y bont/caerdydd");
	address("3 La Rue de la Place", "St Peter", "", "/3///la rue de la place/st peter");
	address("3 Park Lane Mews Hale Green", "", "", "/3///park lane mews/hale green");
}

static void
test_placeholders_are_missing(void **state)
{
	static const char *const values[] = { "NFA", "No fixed abode", "unknown", "Refuge", "N/K",
		"Same as mother", "as above", "c/o", "confidential", "???", "" };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		address(values[i], values[i], "", "");
		address(values[i], "Leeds", "", "/////leeds");
	}
	address("", "", "AA1 1AA", "");
	address("", "", "ZZ99 3VZ", "");
	address("", "", "ZZ99 9ZZ", "");
	address("", "", "unknown", "");
	address("NFA", "", "XX1 1XX", "");
}

static void
test_postcodes_part_into_sector_and_outcode(void **state)
{
	static const struct {
		const char *text, *postcode, *sector, *outcode;
	} cases[] = { { "LS1 4AB", "ls14ab", "ls1 4", "ls1" }, { "LS1", "", "", "ls1" },
		{ "LS1 4", "", "ls1 4", "ls1" }, { "je2 3ab", "je23ab", "je2 3", "je2" },
		{ "BFPO 52", "bfpo52", "", "bfpo" }, { "A65 F4E2", "a65f4e2", "", "" },
		{ "00-950", "00950", "", "" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct features features = of_address("", "", cases[i].text);

		assert_int_equal(features.address_count, 1);
		assert_true(str_eq_text(features.addresses[0].postcode, cases[i].postcode));
		assert_true(str_eq_text(features.addresses[0].sector, cases[i].sector));
		assert_true(str_eq_text(features.addresses[0].outcode, cases[i].outcode));
	}
}

static void
test_an_end_date_makes_an_address_past(void **state)
{
	struct person_address list[2] = {
		{ STR_LIT("1 Oak Road"), STR_NONE, STR_NONE, 1000, DAY_NONE },
		{ STR_LIT("2 Oak Road"), STR_NONE, STR_NONE, DAY_NONE, 1000 },
	};
	struct person person = { .addresses = list, .address_count = 2 };
	struct features features = making_features(&person);

	(void)state;
	assert_false(features.addresses[0].past);
	assert_true(features.addresses[1].past);
	assert_int_equal(features.addresses[1].source, 1);
}

static void
phone(const char *text, const char *wanted)
{
	struct str value = str_from(text);
	struct person person = { .phones = &value, .phone_count = 1 };
	struct features features = making_features(&person);
	struct buf shown = BUF_INIT;

	buf_add_text(&shown, "");
	for (size_t i = 0; i < features.phone_count; i++)
		buf_addf(&shown, "%s%.*s", i > 0 ? " " : "", STR_ARG(features.phones[i].value));
	assert_string_equal(shown.p, wanted);
	buf_free(&shown);
}

static void
test_phones_are_national_digits(void **state)
{
	static const char *const forms[] = { "0113 496 0000", "+44 113 496 0000",
		"+44 (0)113 496 0000", "0044 113 4960000", "44 1134960000", "(0113) 496-0000",
		"0113 496 0000 ext 12", "0113 496 0000 x12", "1134960000" };

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		phone(forms[i], "1134960000");
	phone("0113 496 0000 / 07700 900123", "1134960000 7700900123");
	phone("+48 22 123 45 67", "48221234567");
	phone("0048 22 123 45 67", "48221234567");
}

static void
test_phones_that_are_none_are_missing(void **state)
{
	(void)state;
	phone("", "");
	phone("unknown", "");
	phone("123456", "");
	phone("4960000", "4960000"); /* seven digits are the least */
	phone("00000000000", "");
	phone("07777777777", "");
	phone("01234567890", "");
	phone("1234567890123456789", "");
}

static void
email(const char *text, const char *wanted)
{
	struct str value = str_from(text);
	struct person person = { .emails = &value, .email_count = 1 };
	struct features features = making_features(&person);

	assert_int_equal(features.email_count, wanted[0] == '\0' ? 0 : 1);
	if (features.email_count == 1)
		assert_true(str_eq_text(features.emails[0].value, wanted));
}

static void
test_emails_have_one_at(void **state)
{
	(void)state;
	email(" Kitty@Example.ORG ", "kitty@example.org");
	email("mailto:kitty@example.org", "kitty@example.org");
	email("kitty", "");
	email("@example.org", "");
	email("kitty@", "");
	email("a@b@c", "");
	email("kit ty@example.org", "");
	email("none", "");
}

static void
identifier(const char *text, const char *wanted)
{
	struct person_identifier value = { IDENTIFIER_NHS, str_from(text) };
	struct person person = { .identifiers = &value, .identifier_count = 1 };
	struct features features = making_features(&person);

	assert_int_equal(features.identifier_count, wanted[0] == '\0' ? 0 : 1);
	if (features.identifier_count == 1)
		assert_true(str_eq_text(features.identifiers[0].value, wanted));
}

static void
test_identifiers_are_letters_and_digits(void **state)
{
	(void)state;
	identifier("943 476 5919", "9434765919");
	identifier("943-476-5919", "9434765919");
	identifier("CS/2012-0007", "cs20120007");
	identifier("943476", "943476"); /* a wrong length may still agree */
	identifier("000 000 0000", "");
	identifier("9999999999", "");
	identifier("1234567890", "");
	identifier("unknown", "");
	identifier("N/K", "");
	identifier("", "");
}

static void
test_empty_features_are_known_as_such(void **state)
{
	struct person person = { .sex = SEX_FEMALE, .role = ROLE_CHILD };
	struct person_name nobody = { NAME_CURRENT, STR_LIT("Unknown"), STR_LIT("n/k"), STR_NONE };
	struct features features = making_features(&person);

	(void)state;
	assert_true(features_empty(&features));
	assert_int_equal(features.sex, SEX_FEMALE);
	assert_int_equal(features.role, ROLE_CHILD);
	person.names = &nobody;
	person.name_count = 1;
	features = making_features(&person);
	assert_true(features_empty(&features));
	nobody.surname = STR_LIT("Smith");
	features = making_features(&person);
	assert_false(features_empty(&features));
}

/* --- Properties -------------------------------------------------------------------------------*/

static void
put_all(struct buf *out, const struct features *features)
{
	making_put_names(out, features);
	for (size_t i = 0; i < features->name_count; i++)
		buf_addf(out, "\n%u %u", features->names[i].source, features->names[i].kind);
	buf_add_char(out, '\n');
	making_put_addresses(out, features);
	for (size_t i = 0; i < features->birth_count; i++) {
		buf_addf(out, "\n%u ", features->births[i].source);
		birth_format(out, &features->births[i].birth);
	}
	for (size_t i = 0; i < features->phone_count; i++)
		buf_addf(out, "\n%u %.*s", features->phones[i].source,
		    STR_ARG(features->phones[i].value));
	for (size_t i = 0; i < features->email_count; i++)
		buf_addf(out, "\n%u %.*s", features->emails[i].source,
		    STR_ARG(features->emails[i].value));
	for (size_t i = 0; i < features->identifier_count; i++)
		buf_addf(out, "\n%u %.*s", features->identifiers[i].source,
		    STR_ARG(features->identifiers[i].value));
	buf_addf(out, "\n%u %u", (unsigned)features->sex, (unsigned)features->role);
}

static void
expect_same(const struct person *a, const struct person *b)
{
	struct features of_a = making_features(a), of_b = making_features(b);
	struct buf text_a = BUF_INIT, text_b = BUF_INIT;

	put_all(&text_a, &of_a);
	put_all(&text_b, &of_b);
	assert_string_equal(text_a.p, text_b.p);
	buf_free(&text_a);
	buf_free(&text_b);
}

static void
test_a_round_trip_changes_no_feature(void **state)
{
	struct people_random random = { 2718 };
	const struct case_header header = { STR_LIT("ctac"), STR_LIT("C1"), DAY_NONE, DAY_NONE,
		STR_NONE, STR_NONE, STR_NONE };

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct person person = people_make(&random, making_arena, 5), by_json, by_codec;
		struct case_header head;
		struct buf text = BUF_INIT, bytes = BUF_INIT;
		struct json_t *doc = NULL;
		struct err err = ERR_NONE;

		person_to_json(&text, &person);
		assert_int_equal(doc_parse(&doc, buf_str(&text), "t", 8, &err), STATUS_OK);
		assert_int_equal(
		    person_from_json(&by_json, making_arena, doc, "t", "", &err), STATUS_OK);
		codec_encode(&bytes, &header, &person);
		assert_int_equal(
		    codec_decode(&head, &by_codec, making_arena, buf_str(&bytes), &err), STATUS_OK);
		expect_same(&person, &by_json);
		expect_same(&person, &by_codec);
		doc_free(doc);
		buf_free(&text);
		buf_free(&bytes);
		arena_reset(making_arena);
	}
}

static struct str
random_bytes(struct people_random *random, struct arena *arena)
{
	static const char *const parts[] = { "a", "Smith", " ", " ", "-", "'", "(", ")", "\"", "/",
		",", "and", "nee", "aka", "van", "mc", "o", "baby of", "unknown", "st", "road",
		"flat", "12", "3/4", "12-14", "LS1 4AB", "\xc3\xa9", "\xff",
		"\xd8\xb9\xd9\x84\xd9\x8a", "\xe7\x8e\x8b\xe6\x98\x8e", "mr", "jr", "essex", "farm",
		"the" };
	char *p = people_list(arena, 600, 1);
	size_t n = 0;

	for (uint32_t left = people_draw(random, 40); left > 0; left--) {
		struct str part = people_pick(random, parts, sizeof parts / sizeof parts[0]);

		memcpy(p + n, part.p, part.n);
		n += part.n;
		if (people_draw(random, 2) == 0)
			p[n++] = ' ';
	}
	return (struct str){ p, n };
}

static void
check_names(const struct features *features, size_t names)
{
	assert_in_range(features->name_count, 0, FEATURE_VARIANTS_MAX);
	for (size_t i = 0; i < features->name_count; i++) {
		const struct feature_name *name = &features->names[i];

		assert_in_range(name->count, 1, FEATURE_TOKENS_MAX);
		assert_in_range(name->source, 0, names - 1);
		for (size_t t = 0; t < name->count; t++) {
			assert_in_range(name->tokens[t].text.n, 1, FEATURE_TOKEN_BYTES_MAX);
			for (size_t k = 0; k < name->tokens[t].text.n; k++) {
				char c = name->tokens[t].text.p[k];

				assert_true((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
					    (k > 0 && k + 1 == name->tokens[t].text.n &&
						strchr("ACHKOZ", c) != NULL));
			}
			assert_true(t == 0 || name->tokens[t].part >= name->tokens[t - 1].part);
		}
	}
}

static void
test_random_text_stays_within_every_bound(void **state)
{
	struct people_random random = { 1618 };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct person_name names[3];
		struct person_address addresses[2];
		struct person person = { .names = names, .addresses = addresses };
		struct features features;

		person.name_count = 1 + people_draw(&random, 3);
		person.address_count = 2;
		for (size_t k = 0; k < 3; k++) {
			names[k].kind = (enum name_kind)people_draw(&random, NAME_KIND_COUNT);
			names[k].forenames = random_bytes(&random, making_arena);
			names[k].surname = random_bytes(&random, making_arena);
			names[k].full = people_draw(&random, 2) == 0
					    ? random_bytes(&random, making_arena)
					    : STR_NONE;
		}
		for (size_t k = 0; k < 2; k++)
			addresses[k] = (struct person_address){ random_bytes(&random, making_arena),
				random_bytes(&random, making_arena),
				people_draw(&random, 2) == 0 ? STR_LIT("LS1 4AB") : STR_NONE,
				DAY_NONE, DAY_NONE };
		features = making_features(&person);
		check_names(&features, person.name_count);
		assert_in_range(features.address_count, 0, 8);
		for (size_t k = 0; k < features.address_count; k++) {
			assert_in_range(features.addresses[k].street.n, 0, FEATURE_TOKEN_BYTES_MAX);
			assert_in_range(features.addresses[k].town.n, 0, FEATURE_TOKEN_BYTES_MAX);
			assert_in_range(features.addresses[k].number.n, 0, FEATURE_TOKEN_BYTES_MAX);
			assert_non_null(features.addresses[k].outcode.p);
		}
		arena_reset(making_arena);
	}
}

static void
test_everything_at_its_limit_is_kept(void **state)
{
	struct birth births[PERSON_BIRTHS_MAX];
	struct person_address addresses[PERSON_ADDRESSES_MAX];
	struct str phones[PERSON_PHONES_MAX];
	char digits[PERSON_PHONES_MAX][12];
	struct person person = { .births = births,
		.birth_count = PERSON_BIRTHS_MAX,
		.addresses = addresses,
		.address_count = PERSON_ADDRESSES_MAX,
		.phones = phones,
		.phone_count = PERSON_PHONES_MAX };
	struct features features;

	(void)state;
	for (size_t i = 0; i < PERSON_BIRTHS_MAX; i++)
		assert_int_equal(birth_year(&births[i], 2000 + (int)i, NULL), STATUS_OK);
	for (size_t i = 0; i < PERSON_ADDRESSES_MAX; i++)
		addresses[i] = (struct person_address){ STR_LIT("12-14 Oak Apple, Mill Lane"),
			STR_NONE, STR_NONE, DAY_NONE, DAY_NONE };
	for (size_t i = 0; i < PERSON_PHONES_MAX; i++) {
		snprintf(digits[i], sizeof digits[i], "011349600%02u", (unsigned)i);
		phones[i] = str_from(digits[i]);
	}
	features = making_features(&person);
	assert_int_equal(features.birth_count, PERSON_BIRTHS_MAX);
	assert_int_equal(features.address_count, 4 * PERSON_ADDRESSES_MAX);
	assert_int_equal(features.phone_count, PERSON_PHONES_MAX);
	assert_int_equal(features.births[7].source, 7);
}

static void
test_every_failed_allocation_is_reported(void **state)
{
	struct people_random random = { 12 };
	struct person person = people_make(&random, making_arena, 20);
	bool done = false;
	size_t failures = 0;

	(void)state;
	/* The arena takes large blocks, so its limit is what fails at every single step. */
	for (size_t limit = 16; !done; limit += 32) {
		struct arena *own = arena_new(limit);
		struct features features;
		struct err err = ERR_NONE;
		enum status status =
		    features_make(&features, own, making_folder, making_lexicon, &person, &err);

		done = status == STATUS_OK;
		failures += !done;
		assert_true(done || status == STATUS_NOMEM);
		assert_int_equal(err.status, status);
		arena_free(own);
	}
	assert_in_range(failures, 50, 100000);
	for (long nth = 1; nth < 4; nth++) {
		struct arena *own = arena_new(0);
		struct features features;
		enum status status;

		mem_fail_at(nth);
		status =
		    features_make(&features, own, making_folder, making_lexicon, &person, NULL);
		mem_fail_at(0);
		assert_true(status == STATUS_NOMEM || nth > 1);
		arena_free(own);
	}
}

static void
test_registered_addresses_part_well(void **state)
{
	FILE *in = fopen("../shared/data/freq/uk_business_addresses.csv", "r");
	char line[1024];
	size_t count = 0, postcodes = 0, streets = 0, numbers = 0;

	(void)state;
	if (in == NULL) {
		print_message("../shared/data is absent\n");
		skip();
	}
	assert_non_null(fgets(line, sizeof line, in));
	while (fgets(line, sizeof line, in) != NULL) {
		/* The last two commas part text, postcode and source; the text may be quoted. */
		char *source = strrchr(line, ','), *postcode;
		struct features features;

		assert_non_null(source);
		*source = '\0';
		postcode = strrchr(line, ',');
		if (postcode == NULL)
			continue;
		*postcode++ = '\0';
		features = of_address(line, "", postcode);
		count++;
		postcodes += features.address_count > 0 && features.addresses[0].sector.n > 0;
		streets += features.address_count > 0 && features.addresses[0].street.n > 0;
		numbers += features.address_count > 0 && features.addresses[0].number.n > 0;
		for (size_t i = 0; i < features.address_count; i++)
			assert_true(features.addresses[i].number.n == 0 ||
				    features_may_have_number(
					&(struct person_address){ .text = str_from(line) },
					features.addresses[i].number));
		arena_reset(making_arena);
	}
	fclose(in);
	print_message("%zu addresses: postcode %zu, street %zu, number %zu\n", count, postcodes,
	    streets, numbers);
	assert_in_range(count, 13000, 13200);
	assert_in_range(postcodes, count * 99 / 100, count);
	assert_in_range(streets, count * 90 / 100, count);
	assert_in_range(numbers, count * 55 / 100, count);
}

static void
test_a_number_made_of_an_address_may_be_had(void **state)
{
	static const char *const texts[] = { "12 Acacia Avenue", "12a Mill Lane", "12 A Mill Lane",
		"3/12 High St", "52 - 54 High Street", "52-54 High Street",
		"Flat 3, 12 High Street", "'1'2 High Street", "1'2' High Street",
		"Rose Cottage 12 Mill Lane", "148 Brumby's Run, Sinclair Street",
		"No 7, Broad Street", "No. 7 Broad Street", "\xef\xbc\x91\xef\xbc\x92 High Street",
		"\xd9\xa1\xd9\xa2 High Street", "Flat 2/1 99 Byres Road", "3, 4, 5 Long Row",
		"\xc2\xb9\xc2\xb2 High Street", "1\xc2\xbd High Street", "12;14|16 High Street" };
	size_t numbers = 0;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct person_address address = { .text = str_from(texts[i]), .to = DAY_NONE };
		struct person person = { .addresses = &address, .address_count = 1 };
		struct features features = making_features(&person);

		for (size_t k = 0; k < features.address_count; k++) {
			struct str number = features.addresses[k].number;

			numbers += number.n > 0;
			if (number.n > 0)
				assert_true(features_may_have_number(&address, number));
		}
		assert_false(features_may_have_number(&address, STR_NONE));
		if (str_is_ascii(address.text))
			assert_false(features_may_have_number(&address, STR_LIT("8765")));
	}
	assert_in_range(numbers, sizeof texts / sizeof texts[0], 100);
}

static void
test_parts_in_any_order_make_the_whole(void **state)
{
	static const unsigned orders[][3] = { { FEATURES_REST, FEATURES_NAMES, FEATURES_ADDRESSES },
		{ FEATURES_ADDRESSES, FEATURES_NAMES, FEATURES_REST },
		{ FEATURES_NAMES | FEATURES_REST, FEATURES_ADDRESSES, 0 } };
	struct people_random random = { 31 };

	(void)state;
	for (int n = 0; n < 300; n++) {
		struct person person = people_make(&random, making_arena, 20);
		struct features whole = making_features(&person), parts;
		struct buf a = BUF_INIT, b = BUF_INIT;

		features_begin(&parts, &person);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(features_add(&parts, making_arena, making_folder,
					     making_lexicon, &person, orders[n % 3][i], NULL),
			    STATUS_OK);
		making_put_names(&a, &whole);
		making_put_addresses(&a, &whole);
		making_put_names(&b, &parts);
		making_put_addresses(&b, &parts);
		assert_true(str_eq(buf_str(&a), buf_str(&b)));
		assert_int_equal(parts.birth_count, whole.birth_count);
		assert_int_equal(parts.phone_count, whole.phone_count);
		assert_int_equal(parts.email_count, whole.email_count);
		assert_int_equal(parts.identifier_count, whole.identifier_count);
		assert_int_equal(parts.sex, whole.sex);
		assert_int_equal(parts.role, whole.role);
		buf_free(&a);
		buf_free(&b);
		arena_reset(making_arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_part_into_their_parts),
		cmocka_unit_test(test_addresses_in_one_line_part_as_well),
		cmocka_unit_test(test_flats_are_found_where_people_write_them),
		cmocka_unit_test(test_doubtful_numbers_give_two_readings),
		cmocka_unit_test(test_a_number_before_a_house_and_a_street_gives_two_readings),
		cmocka_unit_test(test_a_slip_in_the_kind_of_street_leaves_it_a_street),
		cmocka_unit_test(test_street_words_take_their_long_form),
		cmocka_unit_test(test_a_number_made_of_an_address_may_be_had),
		cmocka_unit_test(test_parts_in_any_order_make_the_whole),
		cmocka_unit_test(test_placeholders_are_missing),
		cmocka_unit_test(test_postcodes_part_into_sector_and_outcode),
		cmocka_unit_test(test_an_end_date_makes_an_address_past),
		cmocka_unit_test(test_phones_are_national_digits),
		cmocka_unit_test(test_phones_that_are_none_are_missing),
		cmocka_unit_test(test_emails_have_one_at),
		cmocka_unit_test(test_identifiers_are_letters_and_digits),
		cmocka_unit_test(test_empty_features_are_known_as_such),
		cmocka_unit_test(test_a_round_trip_changes_no_feature),
		cmocka_unit_test(test_random_text_stays_within_every_bound),
		cmocka_unit_test(test_everything_at_its_limit_is_kept),
		cmocka_unit_test(test_every_failed_allocation_is_reported),
		cmocka_unit_test(test_registered_addresses_part_well),
	};

	return cmocka_run_group_tests(tests, making_set_up, making_tear_down);
}
