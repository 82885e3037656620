/*
 * feed: what two threads make is what one makes, however many people come; what fails behind is
 * told; nothing is left over.
 */
#include "indexer/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "index/terms.h"
#include "record/codec.h"
#include "record/features.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RING (FEED_PEOPLE * FEED_BATCHES)

static char *place;
static struct folder *folder;
static struct lexicon *lexicon;

static int
set_up(void **state)
{
	static char name[32];

	(void)state;
	snprintf(name, sizeof name, "/tmp/feed-XXXXXX");
	place = mkdtemp(name);
	return place == NULL || digest_init(NULL) != STATUS_OK ||
	       folder_new(&folder, NULL) != STATUS_OK ||
	       lexicon_load(&lexicon, "schemas/lexicon", NULL) != STATUS_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	lexicon_free(lexicon);
	folder_free(folder);
	return file_remove_tree(place, NULL) != STATUS_OK;
}

static const char *
path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof path, "%s/%s", place, name);
	return path;
}

/* --- People -------------------------------------------------------------------------------- */
struct made {
	char id[16], forenames[32], surname[32], street[32], phone[16];
	struct person_name name;
	struct person_address address;
	struct str phones[1];
	struct case_header header;
	struct person person;
};

static const char *
syllable(unsigned n)
{
	static const char *const list[] = { "an", "bel", "cor", "dun", "el", "far", "gil", "hob" };

	return list[n % 8];
}

/* Two people a record, with names and streets that come again at different distances. */
static void
make_person(struct made *out, unsigned n)
{
	*out = (struct made){
		.header = { .system = STR_LIT("helpline"), .opened = DAY_NONE, .closed = DAY_NONE }
	};
	snprintf(out->id, sizeof out->id, "R-%05u", n / 2);
	snprintf(out->forenames, sizeof out->forenames, "%s%s %s", syllable(n), syllable(n / 8),
	    syllable(n / 3));
	snprintf(out->surname, sizeof out->surname, "%s%s%s", syllable(n / 64), syllable(n / 5),
	    syllable(n));
	snprintf(out->street, sizeof out->street, "%u %s%s Road", n % 90 + 1, syllable(n / 7),
	    syllable(n / 11));
	snprintf(out->phone, sizeof out->phone, "01234 %06u", n);
	out->name = (struct person_name){ .kind = NAME_CURRENT,
		.forenames = str_from(out->forenames),
		.surname = str_from(out->surname) };
	out->address = (struct person_address){ .text = str_from(out->street),
		.town = STR_LIT("Whitby"),
		.from = DAY_NONE,
		.to = DAY_NONE };
	out->phones[0] = str_from(out->phone);
	out->header.record_id = str_from(out->id);
	out->person = (struct person){ .id = n % 2 == 0 ? STR_LIT("a") : STR_LIT("b"),
		.names = &out->name,
		.name_count = 1,
		.addresses = &out->address,
		.address_count = 1,
		.phones = out->phones,
		.phone_count = 1 };
}

/* --- One thread, plainly -------------------------------------------------------------------- */
struct terms {
	struct str list[256];
	size_t count;
};

static void
take_term(void *ctx, struct str term)
{
	struct terms *terms = ctx;

	assert_true(terms->count < 256);
	terms->list[terms->count++] = term;
}

static void
write_plainly(struct index_writer *writer, struct vocabulary_builder *vocabulary, unsigned count)
{
	struct arena *arena = arena_new(0);
	struct buf data = BUF_INIT;

	for (unsigned n = 0; n < count; n++) {
		struct made made;
		struct features features;
		struct terms terms = { .count = 0 };

		make_person(&made, n);
		arena_reset(arena);
		buf_clear(&data);
		assert_int_equal(
		    features_make(&features, arena, folder, lexicon, &made.person, NULL),
		    STATUS_OK);
		assert_int_equal(
		    terms_of_record(&features, arena, take_term, &terms, NULL), STATUS_OK);
		codec_encode(&data, &made.header, &made.person);
		assert_int_equal(index_writer_add(writer, made.header.record_id, buf_str(&data),
				     terms.list, terms.count, NULL),
		    STATUS_OK);
		assert_int_equal(vocabulary_builder_add(vocabulary, &features, NULL), STATUS_OK);
	}
	buf_free(&data);
	arena_free(arena);
}

/* --- Fed ------------------------------------------------------------------------------------ */
/* Each person is made in memory that is overwritten as soon as feed_add is back. */
static enum status
feed_people(struct feed *feed, unsigned count, unsigned bad)
{
	enum status status = STATUS_OK;

	for (unsigned n = 0; status == STATUS_OK && n < count; n++) {
		struct made made;

		make_person(&made, n);
		if (n == bad)
			made.header.record_id = STR_NONE; /* the index takes none without an id */
		status = feed_add(feed, &made.header, &made.person, NULL);
		memset(&made, 0x55, sizeof made);
	}
	return status;
}

#define NONE_BAD UINT32_MAX

static void
write_fed(struct index_writer *writer, struct vocabulary_builder *vocabulary, unsigned count)
{
	struct feed *feed = NULL;

	assert_int_equal(
	    feed_start(&feed, writer, vocabulary, NULL, folder, lexicon, NULL), STATUS_OK);
	assert_int_equal(feed_people(feed, count, NONE_BAD), STATUS_OK);
	assert_int_equal(feed_finish(feed, NULL), STATUS_OK);
}

typedef void write_people(
    struct index_writer *writer, struct vocabulary_builder *vocabulary, unsigned count);

static void
digest_files(struct digest out[2], write_people *write, unsigned count)
{
	struct index_writer *writer = NULL;
	struct vocabulary_builder *vocabulary = NULL;

	assert_int_equal(index_writer_base(&writer, place, NULL), STATUS_OK);
	assert_int_equal(vocabulary_builder_new(&vocabulary, NULL), STATUS_OK);
	write(writer, vocabulary, count);
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
	assert_int_equal(
	    vocabulary_builder_write(vocabulary, path_of("base.vocabulary"), NULL), STATUS_OK);
	vocabulary_builder_free(vocabulary);
	assert_int_equal(digest_of_file(&out[0], path_of("base.glass"), NULL), STATUS_OK);
	assert_int_equal(digest_of_file(&out[1], path_of("base.vocabulary"), NULL), STATUS_OK);
	assert_int_equal(unlink(path_of("base.glass")), 0);
	assert_int_equal(unlink(path_of("base.vocabulary")), 0);
}

static void
test_two_threads_make_the_bytes_of_one(void **state)
{
	static const unsigned counts[] = { 1, FEED_PEOPLE - 1, FEED_PEOPLE, FEED_PEOPLE + 1,
		RING - 1, RING, RING + 1, 3 * RING + FEED_PEOPLE + 7 };

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		struct digest plain[2], fed[2];

		digest_files(plain, write_plainly, counts[i]);
		digest_files(fed, write_fed, counts[i]);
		assert_memory_equal(plain, fed, sizeof plain);
	}
}

static void
test_a_fault_behind_is_told(void **state)
{
	static const unsigned bad[] = { 0, FEED_PEOPLE - 1, FEED_PEOPLE, RING, 2 * RING };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct index_writer *writer = NULL;
		struct vocabulary_builder *vocabulary = NULL;
		struct feed *feed = NULL;
		struct err err = ERR_NONE;
		enum status status;

		assert_int_equal(index_writer_base(&writer, place, NULL), STATUS_OK);
		assert_int_equal(vocabulary_builder_new(&vocabulary, NULL), STATUS_OK);
		assert_int_equal(
		    feed_start(&feed, writer, vocabulary, NULL, folder, lexicon, NULL), STATUS_OK);
		status = feed_people(feed, 2 * RING + 1, bad[i]);
		if (status == STATUS_OK) {
			status = feed_finish(feed, &err);
			feed = NULL;
			assert_string_equal(err.text, "a record id must have 1 to 64 bytes");
		}
		assert_int_equal(status, STATUS_LIMIT);
		feed_abandon(feed);
		index_writer_abandon(writer);
		vocabulary_builder_free(vocabulary);
		(void)unlink(path_of("base.glass"));
	}
}

static void
test_a_feed_may_be_left_with_people_waiting(void **state)
{
	static const unsigned counts[] = { 0, 1, FEED_PEOPLE, RING, RING + 1 };

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		struct index_writer *writer = NULL;
		struct vocabulary_builder *vocabulary = NULL;
		struct feed *feed = NULL;

		assert_int_equal(index_writer_base(&writer, place, NULL), STATUS_OK);
		assert_int_equal(vocabulary_builder_new(&vocabulary, NULL), STATUS_OK);
		assert_int_equal(
		    feed_start(&feed, writer, vocabulary, NULL, folder, lexicon, NULL), STATUS_OK);
		assert_int_equal(feed_people(feed, counts[i], NONE_BAD), STATUS_OK);
		feed_abandon(feed);
		index_writer_abandon(writer);
		vocabulary_builder_free(vocabulary);
		(void)unlink(path_of("base.glass"));
	}
	feed_abandon(NULL);
}

/* Whichever thread the allocation is in that fails, the load does and nothing is lost track of. */
static void
test_memory_that_runs_out_is_told(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (long nth = 1; nth <= 200; nth++) {
		struct index_writer *writer = NULL;
		struct vocabulary_builder *vocabulary = NULL;
		struct feed *feed = NULL;
		enum status status;

		assert_int_equal(index_writer_base(&writer, place, NULL), STATUS_OK);
		assert_int_equal(vocabulary_builder_new(&vocabulary, NULL), STATUS_OK);
		mem_fail_at(nth);
		status = feed_start(&feed, writer, vocabulary, NULL, folder, lexicon, NULL);
		if (status == STATUS_OK)
			status = feed_people(feed, 3 * FEED_PEOPLE, NONE_BAD);
		if (status == STATUS_OK) {
			status = feed_finish(feed, NULL);
			feed = NULL;
		}
		mem_fail_at(0);
		assert_true(status == STATUS_OK || status == STATUS_NOMEM);
		failed += status == STATUS_NOMEM;
		feed_abandon(feed);
		index_writer_abandon(writer);
		vocabulary_builder_free(vocabulary);
		(void)unlink(path_of("base.glass"));
	}
	assert_true(failed > FEED_BATCHES);
}

/* The writer of a delta may be asked between two people. */
static void
test_a_delta_is_fed_at_once(void **state)
{
	struct index_writer *writer = NULL;
	struct feed *feed = NULL;
	struct made made;
	uint64_t removed = 0;

	(void)state;
	assert_int_equal(index_writer_delta(&writer, place, NULL), STATUS_OK);
	assert_int_equal(feed_start(&feed, writer, NULL, NULL, folder, lexicon, NULL), STATUS_OK);
	for (unsigned n = 0; n < FEED_PEOPLE + 2; n += 2) {
		make_person(&made, n);
		assert_int_equal(feed_add(feed, &made.header, &made.person, NULL), STATUS_OK);
		assert_int_equal(
		    index_writer_remove(writer, &removed, made.header.record_id, NULL), STATUS_OK);
		assert_int_equal(removed, 1);
	}
	assert_int_equal(feed_finish(feed, NULL), STATUS_OK);
	index_writer_abandon(writer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_threads_make_the_bytes_of_one),
		cmocka_unit_test(test_a_fault_behind_is_told),
		cmocka_unit_test(test_a_feed_may_be_left_with_people_waiting),
		cmocka_unit_test(test_memory_that_runs_out_is_told),
		cmocka_unit_test(test_a_delta_is_fed_at_once),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
