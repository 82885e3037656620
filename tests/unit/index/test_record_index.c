#include "index/record_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "record/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;
static struct arena *arena;

static int
set_up(void **state)
{
	static char name[32];

	(void)state;
	snprintf(name, sizeof name, "/tmp/record-index-XXXXXX");
	folder = mkdtemp(name);
	arena = arena_new(0);
	return folder == NULL || arena == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

/* `words` holds terms divided by blanks. */
static enum status
add(struct index_writer *writer, const char *record_id, const char *data, const char *words,
    struct err *err)
{
	struct str terms[16], rest = str_from(words);
	size_t count = 0;

	while (rest.n > 0)
		terms[count++] = str_cut(&rest, ' ');
	return index_writer_add(writer, str_from(record_id), str_from(data), terms, count, err);
}

static struct index_writer *
new_base(void)
{
	struct index_writer *writer = NULL;

	assert_int_equal(index_writer_base(&writer, folder, NULL), STATUS_OK);
	return writer;
}

static struct index_writer *
new_delta(void)
{
	struct index_writer *writer = NULL;

	assert_int_equal(index_writer_delta(&writer, folder, NULL), STATUS_OK);
	return writer;
}

static struct index_reader *
open_reader(const struct str *superseded, size_t count)
{
	const struct index_shard shard = {
		.folder = folder, .superseded = superseded, .superseded_count = count
	};
	struct index_reader *reader = NULL;

	assert_int_equal(index_reader_open(&reader, &shard, 1, NULL), STATUS_OK);
	return reader;
}

/* A base of four people in three records. */
static void
small_base(void)
{
	struct index_writer *writer = new_base();

	assert_int_equal(add(writer, "R1", "one", "a b c", NULL), STATUS_OK);
	assert_int_equal(add(writer, "R1", "two", "b", NULL), STATUS_OK);
	assert_int_equal(add(writer, "R2", "three", "a c", NULL), STATUS_OK);
	assert_int_equal(add(writer, "R3", "four", "d", NULL), STATUS_OK);
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
}

#define NOT_TOLD { 0, { 0, 0 } }, 0, 0 /* by signatures: there are none here */
static const struct term_weight weights[] = { { { "a", 1 }, 4.5, 0, NULL, NOT_TOLD },
	{ { "b", 1 }, 2.25, 1, NULL, NOT_TOLD }, { { "c", 1 }, 1.125, 2, NULL, NOT_TOLD },
	{ { "absent", 6 }, 9.0, 2, NULL, NOT_TOLD } };
static const struct term_plan plan = { .terms = weights, .count = 4 };

static void
ask(struct index_reader *reader, double floor, size_t max, const char *expected, bool capped)
{
	const struct index_hit *hits = NULL;
	char found[256] = "";
	bool was_capped = !capped;
	size_t count = 0;

	assert_int_equal(index_reader_search(reader, &hits, &count, &was_capped, arena, &plan, NULL,
			     floor, max, NULL),
	    STATUS_OK);
	for (size_t i = 0, n = 0; i < count; i++)
		n += (size_t)snprintf(found + n, sizeof found - n, "%s%.*s:%g", i == 0 ? "" : " ",
		    STR_ARG(hits[i].data), hits[i].bits);
	assert_string_equal(found, expected);
	assert_int_equal(was_capped, capped);
}

static void
test_a_document_weighs_the_sum_of_its_groups(void **state)
{
	struct index_reader *reader;

	(void)state;
	small_base();
	reader = open_reader(NULL, 0);
	ask(reader, 1, 10, "one:7.875 three:5.625 two:2.25", false);
	index_reader_close(reader);
}

/* What a search finds by one token of which the vocabulary knows so much. */
static size_t
count_by_token(uint64_t files, uint64_t files_of_shard, uint32_t people)
{
	const struct neighbour token = { .token = { "a", 1 }, .people = people, .files = files };
	const struct term_weight weight = { { "a", 1 }, 2, 0, &token, NOT_TOLD };
	const struct term_plan one = { .terms = &weight, .count = 1 };
	const struct index_shard shard = { .folder = folder, .files = files_of_shard };
	struct index_reader *reader = NULL;
	const struct index_hit *hits = NULL;
	size_t count = 0;
	bool capped;

	assert_int_equal(index_reader_open(&reader, &shard, 1, NULL), STATUS_OK);
	assert_int_equal(
	    index_reader_search(reader, &hits, &count, &capped, arena, &one, NULL, 1, 10, NULL),
	    STATUS_OK);
	assert_null(index_reader_fault(reader, 0));
	index_reader_close(reader);
	return count;
}

static void
test_tokens_are_looked_for_where_the_vocabulary_has_them(void **state)
{
	(void)state;
	small_base(); /* two people carry the term */
	assert_int_equal(count_by_token(2, 1, 2), 0);
	assert_int_equal(count_by_token(2, 0, 2), 2); /* not told */
	assert_int_equal(count_by_token(3, 1, 2), 2);
	assert_int_equal(count_by_token(1, 1, 0), 2); /* an odd vocabulary */
	/* the last count that is believed, and the first that is looked up */
	assert_int_equal(count_by_token(1, 1, 64), 2);
	assert_int_equal(count_by_token(1, 1, 65), 2);
}

static void
test_of_a_group_the_best_term_counts_alone(void **state)
{
	static const struct term_weight grouped[] = { { { "a", 1 }, 1.5, 3, NULL, NOT_TOLD },
		{ { "b", 1 }, 2.5, 3, NULL, NOT_TOLD }, { { "c", 1 }, 1.25, 3, NULL, NOT_TOLD },
		{ { "c", 1 }, 4, 15, NULL, NOT_TOLD }, { { "d", 1 }, 2.5, 3, NULL, NOT_TOLD } };
	static const struct term_plan one = { .terms = grouped, .count = 5 };
	const struct index_hit *hits = NULL;
	struct index_reader *reader;
	size_t count = 0;
	bool capped;

	(void)state;
	small_base();
	reader = open_reader(NULL, 0);
	assert_int_equal(
	    index_reader_search(reader, &hits, &count, &capped, arena, &one, NULL, 2.5, 9, NULL),
	    STATUS_OK);
	assert_int_equal(count, 4);
	assert_true(str_eq_text(hits[0].data, "one") && hits[0].bits >= 6.5 && hits[0].bits <= 6.5);
	assert_true(str_eq_text(hits[1].data, "three") && hits[1].bits <= 5.5);
	assert_true(str_eq_text(hits[2].data, "two") && hits[2].bits <= 2.5);
	assert_true(str_eq_text(hits[3].data, "four") && hits[3].bits <= 2.5);
	index_reader_close(reader);
}

/* --- Against brute force: random documents, plans and floors ---------------------------------- */
#define DOCUMENTS 4000
#define WORDS 60 /* from one that every second document has to one that one in 500 has */

static uint64_t random_state = 42;

static uint32_t
draw(uint32_t below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((random_state >> 33) % below);
}

static bool carries[DOCUMENTS][WORDS];

static void
random_base(void)
{
	struct index_writer *writer = new_base();

	for (unsigned d = 0; d < DOCUMENTS; d++) {
		char names[WORDS][8], id[16];
		struct str terms[WORDS];
		size_t count = 0;

		for (unsigned w = 0; w < WORDS; w++) {
			carries[d][w] = draw(2 + 8 * w) == 0;
			if (!carries[d][w])
				continue;
			snprintf(names[count], sizeof names[count], "w%u", w);
			terms[count] = str_from(names[count]);
			count++;
		}
		snprintf(id, sizeof id, "%u", d);
		assert_int_equal(
		    index_writer_add(writer, str_from(id), str_from(id), terms, count, NULL),
		    STATUS_OK);
	}
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
}

/* Eighths, so that sums are exact in any order. */
static void
random_plan(struct term_plan *out, struct term_weight *terms, char names[][8])
{
	size_t count = 1 + draw(24);

	for (size_t i = 0; i < count; i++) {
		unsigned w = draw(WORDS);

		snprintf(names[i], 8, "w%u", w);
		terms[i] = (struct term_weight){ str_from(names[i]), (1 + draw(100)) / 8.0,
			draw(4) * 5, NULL, NOT_TOLD };
	}
	*out = (struct term_plan){ .terms = terms, .count = count };
}

static double
bits_by_force(const struct term_plan *random, unsigned d)
{
	double best[TERM_GROUPS_MAX] = { 0 }, sum = 0;

	for (size_t i = 0; i < random->count; i++) {
		const struct term_weight *one = &random->terms[i];
		uint64_t w = 0;

		assert_true(str_to_u64(&w, str_part(one->term, 1, 7), WORDS));
		if (carries[d][w] && one->bits > best[one->group])
			best[one->group] = one->bits;
	}
	for (size_t g = 0; g < TERM_GROUPS_MAX; g++)
		sum += best[g];
	return sum;
}

static void
test_retrieval_equals_brute_force_on_random_plans(void **state)
{
	struct index_reader *reader;
	size_t total = 0;

	(void)state;
	random_base();
	reader = open_reader(NULL, 0);
	for (int round = 0; round < 300; round++) {
		char names[32][8];
		struct term_weight terms[32];
		struct term_plan random;
		const struct index_hit *hits = NULL;
		size_t count = 0, expected = 0;
		double floor = draw(280) / 8.0;
		bool capped;

		arena_reset(arena);
		random_plan(&random, terms, names);
		assert_int_equal(index_reader_search(reader, &hits, &count, &capped, arena, &random,
				     NULL, floor, DOCUMENTS, NULL),
		    STATUS_OK);
		assert_false(capped);
		for (unsigned d = 0; d < DOCUMENTS; d++)
			expected += bits_by_force(&random, d) >= floor;
		assert_int_equal(count, expected);
		for (size_t i = 0; i < count; i++) {
			uint64_t d = DOCUMENTS;

			assert_true(str_to_u64(&d, hits[i].data, DOCUMENTS));
			assert_true(hits[i].bits >= bits_by_force(&random, (unsigned)d) &&
				    hits[i].bits <= bits_by_force(&random, (unsigned)d));
			assert_true(i == 0 || hits[i - 1].bits >= hits[i].bits);
		}
		total += count;
	}
	assert_true(total > 10000);
	index_reader_close(reader);
}

static void
test_the_floor_is_inclusive(void **state)
{
	struct index_reader *reader;

	(void)state;
	small_base();
	reader = open_reader(NULL, 0);
	ask(reader, 5.625, 10, "one:7.875 three:5.625", false);
	ask(reader, 5.626, 10, "one:7.875", false);
	ask(reader, 100, 10, "", false);
	index_reader_close(reader);
}

static void
test_a_floor_of_nothing_returns_every_document(void **state)
{
	struct index_reader *reader;

	(void)state;
	small_base();
	reader = open_reader(NULL, 0);
	ask(reader, 0, 10, "one:7.875 three:5.625 two:2.25 four:0", false);
	ask(reader, -3, 10, "one:7.875 three:5.625 two:2.25 four:0", false);
	index_reader_close(reader);
}

static void
test_a_cap_is_reported_only_when_there_were_more(void **state)
{
	struct index_reader *reader;

	(void)state;
	small_base();
	reader = open_reader(NULL, 0);
	ask(reader, 1, 3, "one:7.875 three:5.625 two:2.25", false);
	ask(reader, 1, 2, "one:7.875 three:5.625", true);
	ask(reader, 1, 0, "", true);
	ask(reader, 100, 0, "", false);
	index_reader_close(reader);
}

static void
test_superseded_records_give_way_to_others(void **state)
{
	const struct str gone[] = { STR_LIT("R1") };
	struct index_reader *reader;

	(void)state;
	small_base();
	reader = open_reader(gone, 1);
	ask(reader, 1, 1, "three:5.625", false);
	ask(reader, 0, 1, "three:5.625", true);
	index_reader_close(reader);
}

static void
test_delta_replaces_adds_and_removes(void **state)
{
	const struct str gone[] = { STR_LIT("R1"), STR_LIT("R3") };
	struct index_writer *delta;
	struct index_reader *reader;
	uint64_t people = 0, removed = 7;

	(void)state;
	small_base();
	delta = new_delta();
	assert_int_equal(add(delta, "R1", "one anew", "a", NULL), STATUS_OK);
	assert_int_equal(add(delta, "R4", "five", "b", NULL), STATUS_OK);
	assert_int_equal(add(delta, "R4", "six", "c", NULL), STATUS_OK);
	assert_int_equal(index_writer_remove(delta, &removed, STR_LIT("R9"), NULL), STATUS_OK);
	assert_int_equal(removed, 0);
	assert_int_equal(index_writer_finish(delta, NULL), STATUS_OK);
	reader = open_reader(gone, 2);
	ask(reader, 0, 9, "three:5.625 one anew:4.5 five:2.25 six:1.125", false);
	assert_int_equal(index_reader_count(reader, &people, 0, NULL), STATUS_OK);
	assert_int_equal(people, 4);
	index_reader_close(reader);

	delta = new_delta();
	assert_int_equal(add(delta, "R4", "seven", "a c", NULL), STATUS_OK);
	assert_int_equal(index_writer_remove(delta, &removed, STR_LIT("R4"), NULL), STATUS_OK);
	assert_int_equal(removed, 3);
	assert_int_equal(add(delta, "R4", "eight", "b c", NULL), STATUS_OK);
	assert_int_equal(index_writer_finish(delta, NULL), STATUS_OK);
	reader = open_reader(gone, 2);
	ask(reader, 0, 9, "three:5.625 one anew:4.5 eight:3.375", false);
	index_reader_close(reader);
}

static void
test_an_abandoned_delta_writer_changes_nothing(void **state)
{
	struct index_writer *delta;
	struct index_reader *reader;

	(void)state;
	small_base();
	delta = new_delta();
	assert_int_equal(add(delta, "R5", "five", "a", NULL), STATUS_OK);
	assert_int_equal(index_writer_finish(delta, NULL), STATUS_OK);
	delta = new_delta();
	assert_int_equal(add(delta, "R6", "six", "a", NULL), STATUS_OK);
	index_writer_abandon(delta);
	index_writer_abandon(NULL);
	reader = open_reader(NULL, 0);
	ask(reader, 4, 9, "one:7.875 three:5.625 five:4.5", false);
	index_reader_close(reader);
}

static void
check_case(struct index_reader *reader, struct str record_id, const char *expected)
{
	const struct index_hit *hits = NULL;
	char found[256] = "";
	size_t count = 0;

	assert_int_equal(
	    index_reader_case(reader, &hits, &count, arena, 0, record_id, NULL), STATUS_OK);
	for (size_t i = 0, n = 0; i < count; i++)
		n += (size_t)snprintf(found + n, sizeof found - n, "%s%.*s", i == 0 ? "" : " ",
		    STR_ARG(hits[i].data));
	assert_string_equal(found, expected);
}

static void
test_a_case_is_its_people_in_their_order(void **state)
{
	const struct str gone[] = { STR_LIT("R2") };
	struct index_writer *delta;
	struct index_reader *reader;

	(void)state;
	small_base();
	delta = new_delta();
	assert_int_equal(add(delta, "R2", "x", "a", NULL), STATUS_OK);
	assert_int_equal(add(delta, "R2", "y", "a", NULL), STATUS_OK);
	assert_int_equal(index_writer_finish(delta, NULL), STATUS_OK);
	reader = open_reader(gone, 1);
	check_case(reader, STR_LIT("R1"), "one two");
	check_case(reader, STR_LIT("R2"), "x y");
	check_case(reader, STR_LIT("R"), "");
	check_case(reader, STR_NONE, "");
	index_reader_close(reader);
}

static void
test_record_ids_of_64_bytes_of_any_kind_are_found(void **state)
{
	static const char *const ids[] = {
		"0123456789012345678901234567890123456789012345678901234567890123",
		"\xe2\x82\xac\xe2\x82\xac/\\ \"'\x01\x7f|#\xf0\x9f\x90\x89",
		"\xc3\xa9",
	};
	struct index_writer *writer = new_base();
	struct index_reader *reader;
	struct err err = ERR_NONE;
	char nul[RECORD_ID_BYTES_MAX] = { 0 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(add(writer, ids[i], ids[i], "a", NULL), STATUS_OK);
	assert_int_equal(index_writer_add(writer, (struct str){ nul, sizeof nul }, STR_LIT("nul"),
			     NULL, 0, NULL),
	    STATUS_OK);
	assert_int_equal(
	    add(writer, "0123456789012345678901234567890123456789012345678901234567890123x", "",
		"a", &err),
	    STATUS_LIMIT);
	assert_string_equal(err.text, "a record id must have 1 to 64 bytes");
	assert_int_equal(add(writer, "", "", "a", NULL), STATUS_LIMIT);
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
	reader = open_reader(NULL, 0);
	for (size_t i = 0; i < 3; i++)
		check_case(reader, str_from(ids[i]), ids[i]);
	check_case(reader, (struct str){ nul, sizeof nul }, "nul");
	index_reader_close(reader);
}

static void
test_a_term_at_the_limit_is_searched_and_one_past_it_refused(void **state)
{
	char bytes[TERM_BYTES_MAX + 1];
	struct str term = { bytes, TERM_BYTES_MAX };
	struct term_weight weight = { term, 2, 0, NULL, NOT_TOLD };
	struct term_plan one = { .terms = &weight, .count = 1 };
	struct index_writer *writer = new_base();
	const struct index_hit *hits = NULL;
	struct index_reader *reader;
	struct err err = ERR_NONE;
	size_t count = 0;
	bool capped;

	(void)state;
	memset(bytes, 'z', sizeof bytes);
	assert_int_equal(
	    index_writer_add(writer, STR_LIT("R"), STR_LIT("d"), &term, 1, NULL), STATUS_OK);
	term.n++;
	assert_int_equal(
	    index_writer_add(writer, STR_LIT("R"), STR_LIT("d"), &term, 1, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "an index term must have 1 to 200 bytes");
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
	reader = open_reader(NULL, 0);
	assert_int_equal(
	    index_reader_search(reader, &hits, &count, &capped, arena, &one, NULL, 1, 9, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1);
	index_reader_close(reader);
}

static void
test_an_empty_base_is_searched(void **state)
{
	struct index_reader *reader;
	uint64_t people = 7;

	(void)state;
	assert_int_equal(index_writer_finish(new_base(), NULL), STATUS_OK);
	reader = open_reader(NULL, 0);
	ask(reader, 1, 9, "", false);
	ask(reader, 0, 9, "", false);
	check_case(reader, STR_LIT("R1"), "");
	assert_int_equal(index_reader_count(reader, &people, 0, NULL), STATUS_OK);
	assert_int_equal(people, 0);
	index_reader_close(reader);
}

static void
test_no_shard_at_all_finds_nothing(void **state)
{
	struct index_reader *reader = NULL;

	(void)state;
	assert_int_equal(index_reader_open(&reader, NULL, 0, NULL), STATUS_OK);
	ask(reader, 0, 9, "", false);
	index_reader_close(reader);
}

/* Two shards, one with a delta: three databases whose documents interleave. */
static void
test_hits_name_the_shard_they_are_from(void **state)
{
	char second[64], path[96];
	struct index_shard shards[2] = { { .folder = folder }, { .folder = second } };
	struct index_writer *writer;
	struct index_reader *reader = NULL;
	const struct index_hit *hits = NULL;
	size_t count = 0;
	bool capped;

	(void)state;
	small_base();
	writer = new_delta();
	assert_int_equal(add(writer, "R7", "delta", "a", NULL), STATUS_OK);
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
	snprintf(second, sizeof second, "%s/second", folder);
	assert_int_equal(mkdir(second, 0700), 0);
	assert_int_equal(index_writer_base(&writer, second, NULL), STATUS_OK);
	for (int i = 0; i < 5; i++) {
		snprintf(path, sizeof path, "S%d", i);
		assert_int_equal(add(writer, path, path, i == 3 ? "a b" : "b", NULL), STATUS_OK);
	}
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
	assert_int_equal(index_reader_open(&reader, shards, 2, NULL), STATUS_OK);
	assert_int_equal(
	    index_reader_search(reader, &hits, &count, &capped, arena, &plan, NULL, 4, 9, NULL),
	    STATUS_OK);
	assert_int_equal(count, 4);
	assert_true(str_eq_text(hits[0].data, "one") && hits[0].shard == 0 && !hits[0].delta);
	assert_true(str_eq_text(hits[1].data, "S3") && hits[1].shard == 1 && !hits[1].delta);
	assert_true(str_eq_text(hits[2].data, "three") && hits[2].shard == 0);
	assert_true(str_eq_text(hits[3].data, "delta") && hits[3].shard == 0 && hits[3].delta);
	index_reader_close(reader);
}

static bool
note_hit(void *ctx, const struct index_hit *hit)
{
	char *text = ctx;
	size_t n = strlen(text);

	snprintf(text + n, 100 - n, "%.*s;", STR_ARG(hit->data));
	return strlen(text) < 20;
}

static void
test_a_scan_sees_the_live_documents_until_it_has_enough(void **state)
{
	const struct str gone[] = { STR_LIT("R1") };
	struct index_reader *reader;
	char text[100] = "";

	(void)state;
	small_base();
	reader = open_reader(NULL, 0);
	assert_int_equal(index_reader_scan(reader, note_hit, text, NULL), STATUS_OK);
	assert_string_equal(text, "one;two;three;four;");
	index_reader_close(reader);
	reader = open_reader(gone, 1);
	text[0] = '\0';
	assert_int_equal(index_reader_scan(reader, note_hit, text, NULL), STATUS_OK);
	assert_string_equal(text, "three;four;");
	memset(text, '.', 18);
	text[18] = '\0';
	assert_int_equal(index_reader_scan(reader, note_hit, text, NULL), STATUS_OK);
	assert_string_equal(text, "..................three;");
	index_reader_close(reader);
}

static void
test_a_reader_goes_on_after_its_files_are_removed(void **state)
{
	struct index_reader *reader;
	struct index_writer *delta;

	(void)state;
	small_base();
	delta = new_delta();
	assert_int_equal(add(delta, "R8", "eight", "a", NULL), STATUS_OK);
	assert_int_equal(index_writer_finish(delta, NULL), STATUS_OK);
	reader = open_reader(NULL, 0);
	assert_int_equal(file_remove_tree(folder, NULL), STATUS_OK);
	ask(reader, 1, 9, "one:7.875 three:5.625 eight:4.5 two:2.25", false);
	check_case(reader, STR_LIT("R8"), "eight");
	index_reader_close(reader);
}

static void
test_only_one_writer_of_a_delta(void **state)
{
	struct index_writer *first, *second = NULL;

	(void)state;
	small_base();
	first = new_delta();
	assert_int_equal(index_writer_delta(&second, folder, NULL), STATUS_BUSY);
	index_writer_abandon(first);
}

static void
test_a_base_cannot_be_taken_from(void **state)
{
	struct index_writer *writer = new_base();
	uint64_t removed;

	(void)state;
	assert_int_equal(index_writer_remove(writer, &removed, STR_LIT("R1"), NULL), STATUS_USAGE);
	index_writer_abandon(writer);
}

static void
test_missing_files_have_their_own_faults(void **state)
{
	struct index_shard shard = { .folder = folder };
	struct index_reader *reader = NULL;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(index_reader_open(&reader, &shard, 1, &err), STATUS_CORRUPT);
	assert_string_equal(err.text, "file is missing");
	err_clear(&err);
	shard.folder = "/tmp/no/such/generation";
	assert_int_equal(index_reader_open(&reader, &shard, 1, &err), STATUS_STALE);
	assert_string_equal(err.text, "the generation was replaced and removed");
}

static void
test_files_that_are_no_databases_are_corrupt(void **state)
{
	static const char *const contents[] = { "", "x", "\x0f\rXapian Glass and no more",
		"RCVOCAB1 is not a database, however long it may be made to look" };
	struct index_shard shard = { .folder = folder };
	struct index_reader *reader = NULL;
	char path[64];

	(void)state;
	snprintf(path, sizeof path, "%s/base.glass", folder);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(file_write(path, str_from(contents[i]), 0600, NULL), STATUS_OK);
		assert_int_equal(index_reader_open(&reader, &shard, 1, NULL), STATUS_CORRUPT);
		assert_int_equal(index_check(path, NULL), STATUS_CORRUPT);
	}
}

static void
test_the_check_passes_what_was_written_and_names_damage(void **state)
{
	struct buf bytes = BUF_INIT;
	struct err err = ERR_NONE;
	struct index_writer *delta;
	char path[64], other[64];

	(void)state;
	small_base();
	delta = new_delta();
	assert_int_equal(add(delta, "R8", "eight", "a", NULL), STATUS_OK);
	assert_int_equal(index_writer_finish(delta, NULL), STATUS_OK);
	snprintf(path, sizeof path, "%s/base.glass", folder);
	snprintf(other, sizeof other, "%s/delta", folder);
	assert_int_equal(index_check(path, NULL), STATUS_OK);
	assert_int_equal(index_check(other, NULL), STATUS_OK);
	assert_int_equal(file_read(&bytes, path, 1u << 30, NULL), STATUS_OK);
	memset(bytes.p + 8192, 0xff, 4096);
	assert_int_equal(file_write(path, buf_str(&bytes), 0600, NULL), STATUS_OK);
	assert_int_equal(index_check(path, &err), STATUS_CORRUPT);
	assert_string_equal(err.source, path);
	buf_free(&bytes);
}

/* Enough documents for several commits and blocks; the order of equal ones stays the same. */
static void
test_many_equal_documents_come_in_a_fixed_order(void **state)
{
	struct index_writer *writer = new_base();
	const struct index_hit *first = NULL, *again = NULL;
	struct index_reader *reader;
	size_t count = 0, count_again = 0;
	char id[16];
	bool capped;

	(void)state;
	for (int i = 0; i < 25000; i++) {
		snprintf(id, sizeof id, "R%d", i);
		assert_int_equal(add(writer, id, id, i % 3 == 0 ? "a" : "e", NULL), STATUS_OK);
	}
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
	reader = open_reader(NULL, 0);
	assert_int_equal(
	    index_reader_search(reader, &first, &count, &capped, arena, &plan, NULL, 1, 1000, NULL),
	    STATUS_OK);
	assert_int_equal(count, 1000);
	assert_true(capped);
	assert_int_equal(index_reader_search(reader, &again, &count_again, &capped, arena, &plan,
			     NULL, 1, 1000, NULL),
	    STATUS_OK);
	for (size_t i = 0; i < count; i++)
		assert_true(str_eq(first[i].data, again[i].data));
	assert_int_equal(index_reader_search(reader, &again, &count_again, &capped, arena, &plan,
			     NULL, 1, 8334, NULL),
	    STATUS_OK);
	assert_int_equal(count_again, 8334);
	assert_false(capped);
	index_reader_close(reader);
}

int
main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FRESH(test_a_document_weighs_the_sum_of_its_groups),
		FRESH(test_tokens_are_looked_for_where_the_vocabulary_has_them),
		FRESH(test_of_a_group_the_best_term_counts_alone),
		FRESH(test_retrieval_equals_brute_force_on_random_plans),
		FRESH(test_the_floor_is_inclusive),
		FRESH(test_a_floor_of_nothing_returns_every_document),
		FRESH(test_a_cap_is_reported_only_when_there_were_more),
		FRESH(test_superseded_records_give_way_to_others),
		FRESH(test_delta_replaces_adds_and_removes),
		FRESH(test_an_abandoned_delta_writer_changes_nothing),
		FRESH(test_a_case_is_its_people_in_their_order),
		FRESH(test_record_ids_of_64_bytes_of_any_kind_are_found),
		FRESH(test_a_term_at_the_limit_is_searched_and_one_past_it_refused),
		FRESH(test_an_empty_base_is_searched),
		FRESH(test_no_shard_at_all_finds_nothing),
		FRESH(test_hits_name_the_shard_they_are_from),
		FRESH(test_a_scan_sees_the_live_documents_until_it_has_enough),
		FRESH(test_a_reader_goes_on_after_its_files_are_removed),
		FRESH(test_only_one_writer_of_a_delta),
		FRESH(test_a_base_cannot_be_taken_from),
		FRESH(test_missing_files_have_their_own_faults),
		FRESH(test_files_that_are_no_databases_are_corrupt),
		FRESH(test_the_check_passes_what_was_written_and_names_damage),
		FRESH(test_many_equal_documents_come_in_a_fixed_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
