#include "record/features.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>

#include "tests/unit/record/making.h"

static void
expect_names(const struct person_name *names, size_t count, const char *wanted)
{
	struct person person = { .names = names, .name_count = count };
	struct features features = making_features(&person);
	struct buf text = BUF_INIT;

	making_put_names(&text, &features);
	assert_string_equal(text.p, wanted);
	buf_free(&text);
	arena_reset(making_arena);
}

static void
parts(const char *forenames, const char *surname, const char *wanted)
{
	struct person_name name = { NAME_CURRENT, str_from(forenames), str_from(surname),
		STR_NONE };

	expect_names(&name, 1, wanted);
}

static void
full(const char *text, const char *wanted)
{
	struct person_name name = { NAME_CURRENT, STR_NONE, STR_NONE, str_from(text) };

	expect_names(&name, 1, wanted);
}

static void
test_plain_names_are_their_words(void **state)
{
	(void)state;
	parts("Katherine Anne", "Smith", "katherine anne =smith");
	full("Katherine Smith", "~katherine ~smith");
	parts("", "Smith", "=smith");
	parts("Kitty", "", "kitty");
	parts("J.P.", "Smith", "j p =smith");
}

static void
test_commas_tell_the_surname(void **state)
{
	(void)state;
	full("SMITH, John Paul", "john paul =smith");
	full("Smith, J.", "j =smith");
	full("Smith,", "~smith");
	full(", John", "~john");
	full("John Smith, Jr", "~john ~smith");
	full("Smith, Mr", "~smith");
	full("Jane Smith, mother of Jack", "~jane ~smith");
	full("Jane Smith, also known as Janey Brown", "~jane ~smith | ~janey ~brown");
}

static void
test_titles_and_honours_go(void **state)
{
	(void)state;
	full("Mr Smith", "~smith");
	full("Mrs Jane Smith MBE", "~jane ~smith");
	parts("Dr Ayesha", "Khan", "ayesha =khan");
	parts("Mr", "Smith", "=smith");
	parts("Junior", "Smith", "junior =smith");
	parts("John", "Smith Jr", "john =smith");
}

static void
test_apostrophes_join(void **state)
{
	(void)state;
	parts("D'Arcy", "O'Brien", "darcy =obrien");
	parts("Sean",
	    "O\xe2\x80\x99"
	    "Brien",
	    "sean =obrien");
	parts("Sean", "O Brien", "sean =obrien");
	full("Sean O Brien", "~sean ~obrien | ~sean ~o ~brien");
}

static void
test_mac_has_one_spelling(void **state)
{
	static const char *const forms[] = { "McDonald", "Mc Donald", "MacDonald", "Mac Donald",
		"MACDONALD", "Mhac Donald" };

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		parts("John", forms[i], "john =macdonald");
	full("John Mc Donald", "~john ~macdonald");
	full("Mac Miller", "~mac ~miller | ~macmiller");
	parts("Mckenzie", "Mack", "mackenzie =mack");
	parts("Tom", "Mc", "tom =mc");
}

static void
test_hyphens_give_two_spellings(void **state)
{
	(void)state;
	parts("Mary-Jane", "Smith", "mary jane =smith | maryjane =smith");
	parts("Jane", "Smith-Jones", "jane =smith =jones | jane =smithjones");
	parts("Jane", "Smith Jones", "jane =smith =jones | jane =smithjones");
	parts("Jane", "-", "jane");
	parts("Jane", "-Smith-", "jane =smith");
}

static void
test_particles_are_joined_or_dropped(void **state)
{
	(void)state;
	parts("Jan", "van der Berg", "jan =vanderberg | jan =berg");
	parts("Ahmed", "al-Hassan", "ahmed =alhassan | ahmed =hassan");
	parts("Ahmed", "Al Hassan", "ahmed =alhassan | ahmed =hassan");
	parts("Dafydd", "ap Rhys", "dafydd =aprhys | dafydd =rhys");
	parts("Nest", "ferch Rhys", "nest =ferchrhys | nest =rhys");
	parts("Pierre", "de Gruchy", "pierre =degruchy | pierre =gruchy");
	parts("Abdul Rahman", "Khan", "abdulrahman =khan | rahman =khan");
	parts("Ben", "Smith", "ben =smith");
	parts("Thi Mai", "Nguyen", "thimai =nguyen | mai =nguyen");
	parts("Van", "Le", "van =le");
	parts("John", "St. John", "john =stjohn");
	parts("Gebre Mariam", "Tesfay", "gebremariam =tesfay | gebre mariam =tesfay");
}

static void
test_a_particle_is_a_word_only_where_it_may_be_a_name(void **state)
{
	(void)state;
	full("Ahmed Al Hassan", "~ahmed ~alhassan | ~ahmed ~hassan");
	full("Al Smith", "~alsmith | ~smith | ~al ~smith");
	full("David Ben Smith", "~david ~bensmith | ~david ~smith | ~david ~ben ~smith");
	full("Van Nguyen", "~vannguyen | ~van ~nguyen");
	parts("Haile", "Haile Selassie", "haile =haileselassie | haile =haile =selassie");
	parts("Maria", "de Ste Croix", "maria =destcroix | maria =stcroix");
	parts("Maria", "De Saint Croix", "maria =destcroix | maria =stcroix");
}

static void
test_feminine_surnames_have_a_masculine_spelling(void **state)
{
	(void)state;
	parts("Anna", "Kowalska", "anna =kowalska | anna =kowalski");
	parts("Jan", "Kowalski", "jan =kowalski");
	parts("Inga", "Petrauskait\xc4\x97", "inga =petrauskaite | inga =petrauskas");
	parts("Inga", "Petrauskien\xc4\x97", "inga =petrauskiene | inga =petrauskas");
	parts("Mila", "Ivanova", "mila =ivanova | mila =ivanov");
	parts("Jana", "Nov\xc3\xa1kov\xc3\xa1", "jana =novakova | jana =novakov | jana =novak");
	full("Anna Kowalska", "~anna ~kowalska | ~anna ~kowalski");
	parts("Eva", "Smith", "eva =smith"); /* forenames keep their endings */
	parts("Ola", "Sova", "ola =sova");
}

static void
test_missing_values_are_gone(void **state)
{
	static const char *const values[] = { "Unknown", "N/K", "n/a", "not known", "Unborn", "???",
		"TBC", "xxx", "-", "  ", "Unknown male", "name not given" };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		parts(values[i], values[i], "");
		parts(values[i], "Smith", "=smith");
		parts("Jane", values[i], "jane");
		full(values[i], "");
	}
	parts("Baby", "Smith", "=smith");
	parts("Male", "Smith", "=smith");
	parts("Twin 1", "Smith", "=smith");
	parts("Child 2", "Smith", "=smith");
	parts("Mum", "", "");
}

static void
test_names_that_look_missing_but_are_not(void **state)
{
	(void)state;
	parts("Lee", "Child", "lee =child");
	parts("Jane", "Foster", "jane =foster");
	parts("N. K.", "Patel", "n k =patel");
	parts("F", "Smith", "f =smith");
	parts("Nana Yaa", "Asantewaa", "nana yaa =asantewaa");
	parts("Son", "Tran", "son =tran");
}

static void
test_words_of_not_knowing_go_from_within(void **state)
{
	(void)state;
	full("Unborn Smith", "~smith");
	full("baby girl Smith", "~smith");
	full("Jane Smith (mother)", "~jane ~smith");
	full("Jane (surname not known)", "~jane");
	full("Dave (mum's partner)", "~dave");
	parts("Jane", "Smith (deceased)", "jane =smith");
}

static void
test_the_mother_is_not_the_baby(void **state)
{
	(void)state;
	full("Baby of Sarah Smith", "~smith");
	full("Unborn baby of Jane Smith", "~smith");
	parts("Baby of Sarah", "Smith", "=smith");
	full("Priya d/o Rajan", "~priya");
}

static void
test_other_names_within_a_text_are_variants(void **state)
{
	(void)state;
	full("Katherine (Kitty) O'Brien", "~katherine ~obrien | ~kitty ~obrien");
	full("Katherine O'Brien (Kitty)", "~katherine ~obrien | ~kitty ~obrien");
	full("Katherine \"Kitty\" O'Brien", "~katherine ~obrien | ~kitty ~obrien");
	full("Katherine \xe2\x80\x9cKitty\xe2\x80\x9d O'Brien",
	    "~katherine ~obrien | ~kitty ~obrien");
	full("Jane Smith (nee Jones)", "~jane ~smith | ~jane ~jones");
	full("Jane Smith n\xc3\xa9"
	     "e Jones",
	    "~jane ~smith | ~jane ~jones");
	full("Jane Smith a.k.a. Janey Brown", "~jane ~smith | ~janey ~brown");
	parts("Katherine 'Kitty'", "O'Brien", "katherine =obrien | kitty =obrien");
	parts("Jack (known as Jackie)", "Brown", "jack =brown | jackie =brown");
	parts("Jane (nee Jones)", "Smith", "jane =smith | jane =jones");
	parts("Jane", "Smith (formerly Jones)", "jane =smith | jane =jones");
}

static void
test_slashes_are_alternatives(void **state)
{
	(void)state;
	parts("Jane", "Smith/Jones", "jane =smith | jane =jones");
	parts("Kate / Katherine", "Smith", "kate =smith | katherine =smith");
	full("Kate/Katherine Smith", "~kate ~smith | ~katherine ~smith");
	full("Mary & John Smith", "~mary ~smith | ~john ~smith");
	full("Mary and John Smith", "~mary ~smith | ~john ~smith");
	full("Jane Smith / John Brown", "~jane ~smith | ~john ~brown");
	parts("Jane", "Smith-Jones/Brown", "jane =smith =jones | jane =smithjones | jane =brown");
}

static void
test_digits_in_words_were_letters(void **state)
{
	(void)state;
	parts("J0hn", "5mith", "john =smith");
	parts("A1ice", "Smith", "alice =smith");
	parts("John", "Smith 12345", "john =smith");
}

static void
test_other_scripts_fold(void **state)
{
	(void)state;
	full("Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b Mai", "~nguyen ~thimai | ~nguyen ~mai");
	parts("\xd0\xa1\xd0\xb5\xd1\x80\xd0\xb3\xd0\xb5\xd0\xb9", "", "sergeyC");
	parts("\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0-\xd0\x9c\xd0\xb0\xd1\x80\xd0\xb8\xd1\x8f", "Smith",
	    "annaC mariyaC =smith | annamariyaC =smith");
	/* a feminine ending, seen before the mark */
	parts(
	    "", "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xb0", "=ivanovaC | =ivanovC");
	parts("", "\xd7\x9b\xd7\x94\xd7\x9f", "=khanH");
}

/* A word may be family name and given name, or one name from abroad. */
static void
test_chinese_and_korean_names_are_read_both_ways(void **state)
{
	(void)state;
	full("\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", "~wangZ ~xiaomingZ | ~wangxiaomingZ");
	full("\xea\xb9\x80\xec\xb2\xa0\xec\x88\x98",
	    "~kimK ~cheolsuK | ~kimcheolsuK | ~gimcheolsuK");
	/* two of them, which are no two people */
	full("\xea\xb9\x80\xec\xb2\xa0\xec\x88\x98 \xec\x9d\xb4\xeb\x82\x98\xeb\xb0\x94",
	    "~kimK ~cheolsuK ~leeK ~nabaK | ~kimcheolsuK ~leenabaK | ~gimcheolsuK ~inabaK");
	parts("\xec\xb2\xa0\xec\x88\x98", "\xea\xb9\x80", "cheolsuK =kimK");
}

static void
test_a_former_surname_takes_the_current_forenames(void **state)
{
	const struct person_name names[] = {
		{ NAME_CURRENT, STR_LIT("Jane Ann"), STR_LIT("Smith"), STR_NONE },
		{ NAME_FORMER, STR_NONE, STR_LIT("Jones"), STR_NONE },
		{ NAME_KNOWN_AS, STR_LIT("Janey"), STR_NONE, STR_NONE },
	};
	const struct person_name wholes[] = {
		{ NAME_CURRENT, STR_NONE, STR_NONE, STR_LIT("Jane Smith-Brown") },
		{ NAME_FORMER, STR_NONE, STR_NONE, STR_LIT("Jones") },
		{ NAME_KNOWN_AS, STR_NONE, STR_NONE, STR_LIT("Janey") },
	};
	const struct person_name former[] = { { NAME_FORMER, STR_NONE, STR_LIT("Jones"),
	    STR_NONE } };

	(void)state;
	expect_names(names, 3, "jane ann =smith | jane ann =jones | janey =smith | janey");
	expect_names(wholes, 3,
	    "~jane ~smith ~brown | ~jane ~smithbrown | jane =jones | "
	    "janey =smith =brown | janey =smithbrown | ~janey");
	expect_names(former, 1, "=jones");
}

static void
test_a_borrowed_variant_points_at_the_name_that_borrows(void **state)
{
	const struct person_name names[] = {
		{ NAME_CURRENT, STR_LIT("Jane"), STR_LIT("Smith"), STR_NONE },
		{ NAME_FORMER, STR_NONE, STR_LIT("Jones"), STR_NONE },
	};
	const struct person person = { .names = names, .name_count = 2 };
	struct features features = making_features(&person);

	(void)state;
	assert_int_equal(features.name_count, 2);
	assert_int_equal(features.names[0].source, 0);
	assert_int_equal(features.names[0].kind, NAME_CURRENT);
	assert_int_equal(features.names[1].source, 1);
	assert_int_equal(features.names[1].kind, NAME_FORMER);
}

static void
test_the_same_name_twice_is_one_variant(void **state)
{
	const struct person_name names[] = {
		{ NAME_CURRENT, STR_LIT("Jane"), STR_LIT("Smith"), STR_NONE },
		{ NAME_ALIAS, STR_LIT("JANE"), STR_LIT("smith"), STR_NONE },
	};

	(void)state;
	expect_names(names, 2, "jane =smith");
}

static void
test_long_names_keep_their_surname(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	parts("a b c d e f g h", "smith", "a b c d e f g =smith");
	parts("a b c d e f g", "smith", "a b c d e f g =smith");
	parts("a b c d e f g h", "s t u v", "a b c d e =t =u =v");
	full("a b c d e f g h i", "~a ~b ~c ~d ~e ~f ~g ~i");
	for (int i = 0; i < 200; i++)
		buf_addf(&text, "w%c%c ", 'a' + i % 26, 'a' + i / 26);
	full(text.p, "~waa ~wba ~wca ~wda ~wea ~wfa ~wga ~wfb");
	buf_free(&text);
}

static void
test_a_token_is_cut_at_48_bytes(void **state)
{
	char text[64], wanted[64];

	(void)state;
	memset(text, 'a', sizeof text);
	text[FEATURE_TOKEN_BYTES_MAX] = '\0';
	parts(text, "", text);
	text[FEATURE_TOKEN_BYTES_MAX] = 'a';
	text[FEATURE_TOKEN_BYTES_MAX + 1] = '\0';
	memset(wanted, 'a', sizeof wanted);
	wanted[FEATURE_TOKEN_BYTES_MAX] = '\0';
	parts(text, "", wanted);
}

static void
test_every_name_of_a_crowd_has_a_variant(void **state)
{
	struct person_name names[PERSON_NAMES_MAX];
	const struct person person = { .names = names, .name_count = PERSON_NAMES_MAX };
	struct features features;
	char surnames[PERSON_NAMES_MAX][32];
	bool seen[PERSON_NAMES_MAX] = { false };

	(void)state;
	for (size_t i = 0; i < PERSON_NAMES_MAX; i++) {
		int n = (int)i;

		memcpy(surnames[i], "van Axx-Smith/Bxx-de Jong", 26);
		surnames[i][5] = (char)('a' + n % 26);
		surnames[i][6] = (char)('a' + n / 26);
		names[i] = (struct person_name){ NAME_ALIAS, STR_LIT("Mary-Jane (Kitty)"),
			str_from(surnames[i]), STR_NONE };
	}
	features = making_features(&person);
	assert_in_range(features.name_count, PERSON_NAMES_MAX, FEATURE_VARIANTS_MAX);
	for (size_t i = 0; i < features.name_count; i++)
		seen[features.names[i].source] = true;
	for (size_t i = 0; i < PERSON_NAMES_MAX; i++)
		assert_true(seen[i]);
}

static uint64_t random_state = 20261125;
static unsigned
below(unsigned n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % n;
}

/* Parts that borrow, repeat, part and join, so that names compete for room. */
static struct person_name
random_name(void)
{
	static const char *const fores[] = { "", "Mary", "Mary Jane", "MARY", "Kitty", "mary-jane",
		"Jane (nee Jones)", "J", "Abdul Rahman", "a b c d e f g h i" };
	static const char *const surs[] = { "", "Smith", "SMITH", "Smith-Jones", "de la Cruz",
		"al-Sayed", "Nowakowska", "O'Brien", "Mc Donald", "p q r s t u v w x" };
	static const char *const wholes[] = { "Mary Smith", "Smith, Mary", "Kitty", "Ann / Anna",
		"Jane Smith aka Janey", "one two three four five six seven eight nine ten" };
	struct person_name name = { (enum name_kind)below(NAME_KIND_COUNT), STR_NONE, STR_NONE,
		STR_NONE };

	if (below(4) == 0) {
		name.full = str_from(wholes[below(6)]);
		return name;
	}
	name.forenames = str_from(fores[below(10)]);
	name.surname = str_from(surs[below(10)]);
	return name;
}

static void
put_features(struct buf *out, const struct features *features, const struct person_name *names)
{
	for (size_t i = 0; i < features->name_count; i++) {
		const struct feature_name *name = &features->names[i];
		const struct person_name *source = &names[name->source];

		making_put_name(out, name);
		buf_addf(out, " of %d %.*s/%.*s/%.*s\n", (int)name->kind,
		    STR_ARG(source->forenames), STR_ARG(source->surname), STR_ARG(source->full));
	}
}

static void
test_the_order_of_names_changes_nothing(void **state)
{
	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct person_name names[PERSON_NAMES_MAX], kept;
		const struct person person = { .names = names,
			.name_count = 2 + below(PERSON_NAMES_MAX - 1) };
		struct buf first = BUF_INIT, other = BUF_INIT;
		struct features features;
		size_t words, again = 0;

		arena_reset(making_arena);
		for (size_t i = 0; i < person.name_count; i++)
			names[i] = random_name();
		features = making_features(&person);
		put_features(&first, &features, names);
		words = (size_t)__builtin_popcount(features.words_left_out);
		for (size_t i = person.name_count; i-- > 1;) {
			size_t j = below((unsigned)i + 1);

			kept = names[i];
			names[i] = names[j];
			names[j] = kept;
		}
		features = making_features(&person);
		put_features(&other, &features, names);
		again = (size_t)__builtin_popcount(features.words_left_out);
		assert_string_equal(first.n > 0 ? first.p : "", other.n > 0 ? other.p : "");
		assert_int_equal(words, again);
		buf_free(&first);
		buf_free(&other);
	}
}

static uint32_t
words_left_out(const char *forenames, const char *surname, const char *whole)
{
	const struct person_name name = { NAME_CURRENT, str_from(forenames), str_from(surname),
		str_from(whole) };
	const struct person person = { .names = &name, .name_count = 1 };
	struct features features = making_features(&person);

	assert_int_equal(features.spellings_left_out, 0);
	return features.words_left_out;
}

static void
test_what_is_not_compared_is_told(void **state)
{
	(void)state;
	assert_int_equal(words_left_out("a b c d e f g", "smith", ""), 0);
	assert_int_equal(words_left_out("a b c d e f g h", "smith", ""), 1);
	assert_int_equal(words_left_out("ann", "p q r", ""), 0);
	assert_int_equal(words_left_out("ann", "p q r s", ""), 1);
	assert_int_equal(words_left_out("", "", "aa bb cc dd ee ff gg hh"), 0);
	assert_int_equal(words_left_out("", "", "aa bb cc dd ee ff gg hh jj"), 1);
}

/* However many and long the names are, their tokens stay within the limit, each name has a variant,
 * and of each a forename and the surname's last word are compared. */
static void
test_the_tokens_of_all_names_have_a_limit(void **state)
{
	struct person_name names[PERSON_NAMES_MAX];
	char fores[PERSON_NAMES_MAX][64], surs[PERSON_NAMES_MAX][64];

	(void)state;
	for (size_t count = 1; count <= PERSON_NAMES_MAX; count++) {
		const struct person person = { .names = names, .name_count = count };
		bool seen[PERSON_NAMES_MAX] = { false };
		struct features features;
		size_t tokens = 0;

		arena_reset(making_arena);
		for (size_t i = 0; i < count; i++) {
			snprintf(
			    fores[i], sizeof fores[i], "fo%zuo aab bbc ccd dde eef ffg ggh hhi", i);
			snprintf(surs[i], sizeof surs[i], "ppq-qqr-rrs-sst-ttu-su%zur", i);
			names[i] = (struct person_name){ NAME_ALIAS, str_from(fores[i]),
				str_from(surs[i]), STR_NONE };
		}
		features = making_features(&person);
		for (size_t i = 0; i < features.name_count; i++) {
			const struct feature_name *name = &features.names[i];

			tokens += name->count;
			seen[name->source] = true;
			assert_int_equal(name->tokens[0].part, PART_FORENAME);
			assert_int_equal(name->tokens[0].text.p[0], 'f');
			assert_int_equal(name->tokens[name->count - 1].part, PART_SURNAME);
		}
		assert_in_range(tokens, 1, FEATURE_NAME_TOKENS_MAX);
		for (size_t i = 0; i < count; i++)
			assert_true(seen[i]);
		assert_int_equal(__builtin_popcount(features.words_left_out), count);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_names_are_their_words),
		cmocka_unit_test(test_commas_tell_the_surname),
		cmocka_unit_test(test_titles_and_honours_go),
		cmocka_unit_test(test_apostrophes_join),
		cmocka_unit_test(test_mac_has_one_spelling),
		cmocka_unit_test(test_hyphens_give_two_spellings),
		cmocka_unit_test(test_particles_are_joined_or_dropped),
		cmocka_unit_test(test_a_particle_is_a_word_only_where_it_may_be_a_name),
		cmocka_unit_test(test_feminine_surnames_have_a_masculine_spelling),
		cmocka_unit_test(test_missing_values_are_gone),
		cmocka_unit_test(test_names_that_look_missing_but_are_not),
		cmocka_unit_test(test_words_of_not_knowing_go_from_within),
		cmocka_unit_test(test_the_mother_is_not_the_baby),
		cmocka_unit_test(test_other_names_within_a_text_are_variants),
		cmocka_unit_test(test_slashes_are_alternatives),
		cmocka_unit_test(test_digits_in_words_were_letters),
		cmocka_unit_test(test_other_scripts_fold),
		cmocka_unit_test(test_chinese_and_korean_names_are_read_both_ways),
		cmocka_unit_test(test_a_former_surname_takes_the_current_forenames),
		cmocka_unit_test(test_a_borrowed_variant_points_at_the_name_that_borrows),
		cmocka_unit_test(test_the_same_name_twice_is_one_variant),
		cmocka_unit_test(test_long_names_keep_their_surname),
		cmocka_unit_test(test_a_token_is_cut_at_48_bytes),
		cmocka_unit_test(test_every_name_of_a_crowd_has_a_variant),
		cmocka_unit_test(test_the_order_of_names_changes_nothing),
		cmocka_unit_test(test_what_is_not_compared_is_told),
		cmocka_unit_test(test_the_tokens_of_all_names_have_a_limit),
	};

	return cmocka_run_group_tests(tests, making_set_up, making_tear_down);
}
