#include "index/bulk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "index/glass_file.h"
#include "index/record_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MANY 70000u /* keys of two and three bytes, lists of many chunks, branches of blocks */

static char *folder;
static struct arena *arena;

static int
set_up(void **state)
{
	static char name[32];

	(void)state;
	snprintf(name, sizeof name, "/tmp/bulk-XXXXXX");
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

static const char *
path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* A fixed, well mixed number for each n. */
static uint64_t
mixed(uint64_t n)
{
	n = (n + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
	n = (n ^ n >> 27) * 0x94d049bb133111ebu;
	return n ^ n >> 31;
}

/* Person n: a term of its own, one of four, one of 3,000, and one that all carry. */
static enum status
add_person(struct index_writer *writer, uint32_t n)
{
	char id[16], texts[3][32];
	struct str terms[4] = { STR_LIT("Nall") };
	struct str data;

	arena_reset(arena);
	data = str_from(arena_format(arena, "%u:%0*d", n, (int)(mixed(n) % 40 + 1), 7));
	terms[1] = (struct str){ texts[0],
		(size_t)snprintf(texts[0], 32, "Nown%llu", (unsigned long long)mixed(n)) };
	terms[2] = (struct str){ texts[1], (size_t)snprintf(texts[1], 32, "Nfour%u", n % 4) };
	terms[3] = (struct str){ texts[2],
		(size_t)snprintf(texts[2], 32, "Nsome%u", (unsigned)(mixed(n + 1) % 3000)) };
	snprintf(id, sizeof id, "R%u", n / 3);
	return index_writer_add(writer, str_from(id), data, terms, 4, NULL);
}

static void
write_people(struct index_writer *writer, uint32_t count)
{
	assert_non_null(writer);
	for (uint32_t n = 1; n <= count; n++)
		assert_int_equal(add_person(writer, n), STATUS_OK);
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
}

static bool
take_data(void *ctx, const struct index_hit *hit)
{
	struct digest_state *states = ctx;

	digest_add_part(&states[hit->delta], hit->data);
	return true;
}

/* The base is ours and the delta is Xapian's: both must hold the same. */
static void
test_it_holds_what_a_database_of_xapians_making_holds(void **state)
{
	static struct digest_state states[2];
	struct index_shard shard = { .folder = folder };
	struct index_writer *base = NULL, *delta = NULL;
	struct index_reader *reader = NULL;
	struct digest digests[2];
	const char *const all[] = { "Nall", "Nfour0", "Nfour3" };
	const uint64_t carry[] = { MANY, MANY / 4, MANY / 4 };
	uint64_t count;

	(void)state;
	assert_int_equal(index_writer_base(&base, folder, NULL), STATUS_OK);
	write_people(base, MANY);
	assert_int_equal(index_check(path_of("base.glass"), NULL), STATUS_OK);
	assert_int_equal(index_writer_delta(&delta, folder, NULL), STATUS_OK);
	write_people(delta, MANY);
	assert_int_equal(index_reader_open(&reader, &shard, 1, NULL), STATUS_OK);
	digest_begin(&states[0]);
	digest_begin(&states[1]);
	assert_int_equal(index_reader_scan(reader, take_data, states, NULL), STATUS_OK);
	digest_end(&digests[0], &states[0]);
	digest_end(&digests[1], &states[1]);
	assert_memory_equal(digests[0].bytes, digests[1].bytes, DIGEST_BYTES);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
		    index_reader_frequency(reader, &count, str_from(all[i]), NULL), STATUS_OK);
		assert_int_equal(count, 2 * carry[i]);
	}
	index_reader_close(reader);
}

/* The data of the hits, in order, of those in the delta or of the others. */
static void
digest_hits(struct digest *out, const struct index_hit *hits, size_t count, bool delta)
{
	struct digest_state state;

	digest_begin(&state);
	for (size_t i = 0; i < count; i++)
		if (hits[i].delta == delta)
			digest_add_part(&state, hits[i].data);
	digest_end(out, &state);
}

static void
test_searches_find_the_same_in_both(void **state)
{
	struct index_shard shard = { .folder = folder };
	struct index_reader *reader = NULL;

	(void)state;
	assert_int_equal(index_reader_open(&reader, &shard, 1, NULL), STATUS_OK);
	for (unsigned n = 0; n < 300; n++) {
		const struct index_hit *hits = NULL;
		char some[32];
		struct term_weight terms[] = { { STR_LIT("Nfour1"), 2, 0, NULL, { 0, { 0, 0 } }, 0,
						   0 },
			{ { some, (size_t)snprintf(some, sizeof some, "Nsome%u", n * 10) }, 3, 1,
			    NULL, { 0, { 0, 0 } }, 0, 0 } };
		struct term_plan plan = { .terms = terms, .count = 2 };
		struct digest base, delta;
		size_t count = 0;
		bool capped;

		arena_reset(arena);
		assert_int_equal(index_reader_search(reader, &hits, &count, &capped, arena, &plan,
				     NULL, n % 2 == 0 ? 3 : 5, 1000, NULL),
		    STATUS_OK);
		assert_false(capped);
		assert_true(count > 0);
		digest_hits(&base, hits, count, false);
		digest_hits(&delta, hits, count, true);
		assert_memory_equal(base.bytes, delta.bytes, DIGEST_BYTES);
	}
	index_reader_close(reader);
}

static void
test_cases_of_both_ends_and_the_middle_are_whole(void **state)
{
	struct index_shard shard = { .folder = folder };
	struct index_reader *reader = NULL;
	const unsigned records[] = { 0, 1, 5000, 10922, 10923, MANY / 3 - 1, MANY / 3 };

	(void)state;
	assert_int_equal(index_reader_open(&reader, &shard, 1, NULL), STATUS_OK);
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		const struct index_hit *hits = NULL;
		size_t count = 0;
		char id[16];
		unsigned from = records[i] * 3, to = from + 2 > MANY ? MANY : from + 2;

		snprintf(id, sizeof id, "R%u", records[i]);
		arena_reset(arena);
		assert_int_equal(
		    index_reader_case(reader, &hits, &count, arena, 0, str_from(id), NULL),
		    STATUS_OK);
		assert_int_equal(count, 2 * (to - (from == 0 ? 1 : from) + 1));
		for (size_t hit = 0; hit < count / 2; hit++)
			assert_true(str_eq(hits[hit].data, hits[count / 2 + hit].data));
	}
	index_reader_close(reader);
}

static void
digest_base(struct digest *out)
{
	assert_int_equal(digest_of_file(out, path_of("base.glass"), NULL), STATUS_OK);
	assert_int_equal(unlink(path_of("base.glass")), 0);
}

static void
test_the_same_people_give_the_same_bytes(void **state)
{
	struct digest first, second;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct index_writer *writer = NULL;

		(void)unlink(path_of("base.glass"));
		assert_int_equal(index_writer_base(&writer, folder, NULL), STATUS_OK);
		write_people(writer, 5000);
		digest_base(i == 0 ? &first : &second);
	}
	assert_memory_equal(first.bytes, second.bytes, DIGEST_BYTES);
}

/* Data that fill an item, a block, several, each to the byte and one around it. */
static void
test_data_of_every_size_come_back(void **state)
{
	struct index_shard shard = { .folder = folder };
	struct index_writer *writer = NULL;
	struct index_reader *reader = NULL;
	static char bytes[70000];
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)mixed(i);
	assert_int_equal(file_remove_tree(path_of("delta"), NULL), STATUS_OK);
	assert_int_equal(index_writer_base(&writer, folder, NULL), STATUS_OK);
	for (size_t size = 1; size < sizeof bytes; size += size % 2000 == 50 ? 1900 : 1, n++) {
		char id[16];

		snprintf(id, sizeof id, "R%zu", size);
		assert_int_equal(index_writer_add(writer, str_from(id), (struct str){ bytes, size },
				     NULL, 0, NULL),
		    STATUS_OK);
	}
	assert_int_equal(index_writer_finish(writer, NULL), STATUS_OK);
	assert_int_equal(index_check(path_of("base.glass"), NULL), STATUS_OK);
	assert_int_equal(index_reader_open(&reader, &shard, 1, NULL), STATUS_OK);
	for (size_t size = 1; size < sizeof bytes; size += size % 2000 == 50 ? 1900 : 1, n--) {
		const struct index_hit *hits = NULL;
		size_t count = 0;
		char id[16];

		snprintf(id, sizeof id, "R%zu", size);
		arena_reset(arena);
		assert_int_equal(
		    index_reader_case(reader, &hits, &count, arena, 0, str_from(id), NULL),
		    STATUS_OK);
		assert_int_equal(count, 1);
		assert_true(str_eq(hits[0].data, (struct str){ bytes, size }));
	}
	assert_int_equal(n, 0);
	index_reader_close(reader);
	assert_int_equal(unlink(path_of("base.glass")), 0);
}

static void
test_keys_are_held_to_their_order_and_length(void **state)
{
	struct glass_file *file = NULL;
	char key[GLASS_KEY_BYTES_MAX + 1];
	struct str longest = { key, GLASS_KEY_BYTES_MAX }, longer = { key, sizeof key };

	(void)state;
	memset(key, 'k', sizeof key);
	assert_int_equal(glass_file_new(&file, path_of("keys"), NULL), STATUS_OK);
	assert_int_equal(
	    glass_file_add(file, GLASS_POSTLIST, STR_NONE, STR_NONE, NULL), STATUS_LIMIT);
	assert_int_equal(
	    glass_file_add(file, GLASS_POSTLIST, longer, STR_NONE, NULL), STATUS_LIMIT);
	assert_int_equal(glass_file_add(file, GLASS_POSTLIST, longest, STR_NONE, NULL), STATUS_OK);
	assert_int_equal(
	    glass_file_add(file, GLASS_POSTLIST, longest, STR_NONE, NULL), STATUS_USAGE);
	assert_int_equal(
	    glass_file_add(file, GLASS_POSTLIST, STR_LIT("a"), STR_NONE, NULL), STATUS_USAGE);
	assert_int_equal(
	    glass_file_add(file, GLASS_DOCDATA, STR_LIT("a"), STR_NONE, NULL), STATUS_OK);
	glass_file_abandon(file);
	assert_int_equal(glass_file_new(&file, path_of("keys"), NULL), STATUS_IO);
}

/* A zero byte takes two of the key's 255. */
static void
test_terms_of_zero_bytes_are_kept_or_refused(void **state)
{
	const unsigned lengths[] = { 1, 124, 125 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		static const char zeros[TERM_BYTES_MAX];
		struct str term = { zeros, lengths[i] };
		struct bulk *bulk = NULL;

		assert_int_equal(bulk_new(&bulk, folder, NULL), STATUS_OK);
		assert_int_equal(bulk_add(bulk, STR_LIT("data"), &term, 1, NULL), STATUS_OK);
		assert_int_equal(bulk_finish(bulk, NULL), i < 2 ? STATUS_OK : STATUS_LIMIT);
		if (i < 2)
			assert_int_equal(index_check(path_of("base.glass"), NULL), STATUS_OK);
		assert_int_equal(unlink(path_of("base.glass")), 0);
	}
	bulk_abandon(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_holds_what_a_database_of_xapians_making_holds),
		cmocka_unit_test(test_searches_find_the_same_in_both),
		cmocka_unit_test(test_cases_of_both_ends_and_the_middle_are_whole),
		cmocka_unit_test(test_the_same_people_give_the_same_bytes),
		cmocka_unit_test(test_data_of_every_size_come_back),
		cmocka_unit_test(test_keys_are_held_to_their_order_and_length),
		cmocka_unit_test(test_terms_of_zero_bytes_are_kept_or_refused),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
