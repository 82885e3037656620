#include "index/glass_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "index/bulk.h"
#include "index/glass_file.h"
#include "index/glass_keys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOCUMENTS 40000u /* more than two bytes of a key can number */

static char folder[32], path[64];

/* Document n has the terms "a" (all), "b" (each third), "c" (each 1,000th), "d" (those of one
 * stretch, so that the gaps are of all widths), one of its own, and one with a zero byte. */
static bool
has(char term, uint32_t n)
{
	switch (term) {
	case 'b':
		return n % 3 == 0;
	case 'c':
		return n % 1000 == 0;
	case 'd':
		return n == 1 || (n > 20000 && n < 21000) || n == DOCUMENTS;
	case '\0':
		return n % 7 == 0;
	default:
		return term == 'a';
	}
}

static const char TERMS[] = { 'a', 'b', 'c', 'd', '\0' };

static struct str
term_of(const char *term)
{
	return (struct str){ term, 1 };
}

/* Of 1 byte to some 6 KiB, so that some are in several items. */
static struct str
data_of(uint32_t n)
{
	static char bytes[8192];
	size_t length = n % 977 == 0 ? 1 + n % 6000 : 1 + n % 50;

	memset(bytes, 'a' + (int)(n % 26), length);
	return (struct str){ bytes, length };
}

static int
set_up(void **state)
{
	struct bulk *bulk = NULL;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/glass-XXXXXX");
	if (mkdtemp(folder) == NULL || bulk_new(&bulk, folder, NULL) != STATUS_OK)
		return -1;
	snprintf(path, sizeof path, "%s/base.glass", folder);
	for (uint32_t n = 1; n <= DOCUMENTS; n++) {
		char own[16];
		struct str terms[8];
		size_t count = 0;

		for (size_t i = 0; i < sizeof TERMS; i++)
			if (has(TERMS[i], n))
				terms[count++] = term_of(&TERMS[i]);
		terms[count++] = (struct str){ own, (size_t)snprintf(own, sizeof own, "own%u", n) };
		if (bulk_add(bulk, data_of(n), terms, count, NULL) != STATUS_OK)
			return -1;
	}
	return bulk_finish(bulk, NULL) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

static struct glass_reader *
open_it(void)
{
	struct glass_reader *reader = NULL;
	struct err err = ERR_NONE;

	if (glass_reader_open(&reader, path, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(glass_reader_documents(reader), DOCUMENTS);
	return reader;
}

static void
test_a_list_has_the_documents_of_its_term_in_order(void **state)
{
	struct glass_reader *reader = open_it();
	static struct glass_list list;

	(void)state;
	for (size_t i = 0; i < sizeof TERMS; i++) {
		uint32_t expected = 0, found = 0, count = 0;

		assert_int_equal(
		    glass_reader_list(&list, reader, term_of(&TERMS[i]), NULL), STATUS_OK);
		while (list.count > 0) {
			for (size_t k = 0; k < list.count; k++) {
				do
					expected++;
				while (!has(TERMS[i], expected));
				assert_int_equal(list.documents[k], expected);
				found++;
			}
			assert_int_equal(glass_reader_next(&list, NULL), STATUS_OK);
		}
		assert_int_equal(
		    glass_reader_count(&count, reader, term_of(&TERMS[i]), NULL), STATUS_OK);
		assert_int_equal(found, count);
		while (expected < DOCUMENTS)
			assert_false(has(TERMS[i], ++expected) && expected > DOCUMENTS);
	}
	glass_reader_close(reader);
}

/* The next document of the term at `from` or after, 0 if there is none. */
static uint32_t
next_that_has(char term, uint32_t from)
{
	while (from <= DOCUMENTS && !has(term, from))
		from++;
	return from <= DOCUMENTS ? from : 0;
}

/* By strides of all sizes, each beginning anew. */
static void
test_a_list_is_sought_in_as_if_it_were_read(void **state)
{
	struct glass_reader *reader = open_it();
	static struct glass_list list;

	(void)state;
	for (size_t i = 0; i < sizeof TERMS; i++)
		for (uint32_t stride = 1; stride < DOCUMENTS; stride = stride * 3 + 1) {
			assert_int_equal(
			    glass_reader_list(&list, reader, term_of(&TERMS[i]), NULL), STATUS_OK);
			for (uint32_t to = stride % 5 + 1; to <= DOCUMENTS + 1; to += stride) {
				uint32_t expected = next_that_has(TERMS[i], to), found = 0;

				assert_int_equal(glass_reader_seek(&list, to, NULL), STATUS_OK);
				for (size_t k = 0; k < list.count && found == 0; k++)
					if (list.documents[k] >= to)
						found = list.documents[k];
				assert_int_equal(found, expected);
			}
		}
	glass_reader_close(reader);
}

static void
test_documents_come_back_whole(void **state)
{
	struct glass_reader *reader = open_it();
	struct buf data = BUF_INIT;

	(void)state;
	for (uint32_t n = 1; n <= DOCUMENTS; n++) {
		buf_clear(&data);
		assert_int_equal(glass_reader_data(&data, reader, n, NULL), STATUS_OK);
		assert_true(str_eq(buf_str(&data), data_of(n)));
	}
	assert_int_equal(glass_reader_data(&data, reader, DOCUMENTS + 1, NULL), STATUS_CORRUPT);
	assert_int_equal(glass_reader_data(&data, reader, 0, NULL), STATUS_CORRUPT);
	buf_free(&data);
	glass_reader_close(reader);
}

static void
test_a_term_that_is_not_there_has_no_documents(void **state)
{
	static const char *const absent[] = { "aa", "A", "own0", "own40001", "z", "e" };
	struct glass_reader *reader = open_it();
	static struct glass_list list;
	static char longest[300];
	uint32_t count = 1;

	(void)state;
	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
		assert_int_equal(
		    glass_reader_count(&count, reader, str_from(absent[i]), NULL), STATUS_OK);
		assert_int_equal(count, 0);
		assert_int_equal(
		    glass_reader_list(&list, reader, str_from(absent[i]), NULL), STATUS_OK);
		assert_int_equal(list.count, 0);
		assert_int_equal(glass_reader_next(&list, NULL), STATUS_OK);
		assert_int_equal(list.count, 0);
	}
	memset(longest, 'l', sizeof longest);
	assert_int_equal(
	    glass_reader_list(&list, reader, (struct str){ longest, sizeof longest }, NULL),
	    STATUS_OK);
	assert_int_equal(list.count, 0);
	glass_reader_close(reader);
}

struct walk {
	uint32_t lists, documents;
	uint32_t last; /* of the list at hand */
	char first;    /* letter of its term */
	bool good;
};

static enum status
walk_on(void *ctx, const struct glass_list *chunk, bool is_first, struct err *err)
{
	struct walk *walk = ctx;

	(void)err;
	walk->lists += is_first;
	walk->last = is_first ? 0 : walk->last;
	walk->documents += (uint32_t)chunk->count;
	for (size_t i = 0; i < chunk->count; i++) {
		walk->good = walk->good && chunk->documents[i] > walk->last &&
			     chunk->key[0] == walk->first &&
			     (walk->first == 'o' || has(walk->first, chunk->documents[i]));
		walk->last = chunk->documents[i];
	}
	return chunk->count > 0 ? STATUS_OK : STATUS_CORRUPT;
}

static enum status
stop_at_once(void *ctx, const struct glass_list *chunk, bool is_first, struct err *err)
{
	(void)ctx, (void)chunk, (void)is_first, (void)err;
	return STATUS_TIMEOUT;
}

static void
test_a_walk_meets_all_lists_of_a_prefix_and_no_others(void **state)
{
	struct glass_reader *reader = open_it();

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct walk walk = { .first = TERMS[i], .good = true };
		uint32_t count = 0;

		assert_int_equal(
		    glass_reader_walk(reader, term_of(&TERMS[i]), walk_on, &walk, NULL), STATUS_OK);
		assert_int_equal(
		    glass_reader_count(&count, reader, term_of(&TERMS[i]), NULL), STATUS_OK);
		assert_int_equal(walk.lists, 1);
		assert_int_equal(walk.documents, count);
		assert_true(walk.good);
	}
	for (unsigned i = 0; i < 2; i++) { /* own1, own10 to own19, ... and all */
		struct walk walk = { .first = 'o', .good = true };

		assert_int_equal(glass_reader_walk(
				     reader, str_from(i == 0 ? "own4" : "o"), walk_on, &walk, NULL),
		    STATUS_OK);
		assert_int_equal(walk.lists, i == 0 ? 1 + 10 + 100 + 1000 + 1 : DOCUMENTS);
		assert_int_equal(walk.documents, walk.lists);
		assert_true(walk.good);
	}
	for (unsigned i = 0; i < 3; i++) {
		struct walk walk = { .first = 'o', .good = true };
		static const char *const absent[] = { "e", "own5x", "z" };

		assert_int_equal(
		    glass_reader_walk(reader, str_from(absent[i]), walk_on, &walk, NULL),
		    STATUS_OK);
		assert_int_equal(walk.lists, 0);
	}
	assert_int_equal(
	    glass_reader_walk(reader, STR_LIT("a"), stop_at_once, NULL, NULL), STATUS_TIMEOUT);
	glass_reader_close(reader);
}

static void
test_numbers_in_keys_sort_as_they_count_and_come_back(void **state)
{
	const uint32_t edges[] = { 0, 1, 0x7fff, 0x8000, 0x3fffff, 0x400000, 0x1fffffff, 0x20000000,
		UINT32_MAX };
	unsigned char before[GLASS_NUMBER_BYTES_MAX], bytes[GLASS_NUMBER_BYTES_MAX];
	size_t n_before = 0;

	(void)state;
	for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
		size_t n = glass_put_number(bytes, edges[i]);
		uint32_t back = 0;

		assert_true(glass_take_number(&back, (const char *)bytes, n));
		assert_int_equal(back, edges[i]);
		if (i > 0)
			assert_true(str_cmp((struct str){ (const char *)before, n_before },
					(struct str){ (const char *)bytes, n }) < 0);
		memcpy(before, bytes, n);
		n_before = n;
	}
}

/* --- Damage -------------------------------------------------------------------------------- */
static void
change(off_t at, unsigned char with)
{
	unsigned char byte = 0;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= with;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* Reads all there is; what is damaged is refused, and nothing else happens. */
static enum status
read_all(void)
{
	struct glass_reader *reader = NULL;
	static struct glass_list list;
	struct buf data = BUF_INIT;
	enum status status = glass_reader_open(&reader, path, NULL), first = STATUS_OK;

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < sizeof TERMS; i++) {
		uint32_t count = 0;

		status = glass_reader_count(&count, reader, term_of(&TERMS[i]), NULL);
		first = first == STATUS_OK ? status : first;
		status = glass_reader_list(&list, reader, term_of(&TERMS[i]), NULL);
		for (unsigned k = 0; status == STATUS_OK && list.count > 0 && k < 40000; k++)
			status = k % 3 == 2 ? glass_reader_seek(&list, list.last + 700, NULL)
					    : glass_reader_next(&list, NULL);
		first = first == STATUS_OK ? status : first;
	}
	status = glass_reader_walk(
	    reader, STR_LIT("o"), walk_on, &(struct walk){ .first = 'o', .good = true }, NULL);
	first = first == STATUS_OK ? status : first;
	for (uint32_t n = 1; n <= DOCUMENTS; n += 37) {
		buf_clear(&data);
		status = glass_reader_data(&data, reader, n, NULL);
		first = first == STATUS_OK ? status : first;
	}
	buf_free(&data);
	glass_reader_close(reader);
	return first;
}

static void
test_damage_is_refused_or_without_effect(void **state)
{
	uint64_t random = 1;
	unsigned refused = 0;
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(read_all(), STATUS_OK);
	for (unsigned i = 0; i < 400; i++) {
		off_t at;
		unsigned char with;
		enum status status;

		random = random * 6364136223846793005u + 1442695040888963407u;
		/* every other one in the head of a block, where the structure is */
		at = (off_t)(random >> 20) % st.st_size;
		if (i % 2 == 0)
			at =
			    at / GLASS_BLOCK_BYTES * GLASS_BLOCK_BYTES + (off_t)(random >> 50) % 64;
		with = (unsigned char)(random >> 8 | 1);
		change(at, with);
		status = read_all();
		change(at, with);
		assert_true(
		    status == STATUS_OK || status == STATUS_CORRUPT || status == STATUS_VERSION);
		refused += status != STATUS_OK;
	}
	assert_true(refused > 20);
	assert_int_equal(read_all(), STATUS_OK);
}

static void
test_a_file_cut_off_is_refused(void **state)
{
	struct stat st;
	struct glass_reader *reader = NULL;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size / 2 / GLASS_BLOCK_BYTES * GLASS_BLOCK_BYTES), 0);
	assert_int_equal(read_all(), STATUS_CORRUPT);
	assert_int_equal(truncate(path, 100), 0);
	assert_int_equal(glass_reader_open(&reader, path, NULL), STATUS_VERSION);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(glass_reader_open(&reader, path, NULL), STATUS_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_list_has_the_documents_of_its_term_in_order),
		cmocka_unit_test(test_a_list_is_sought_in_as_if_it_were_read),
		cmocka_unit_test(test_documents_come_back_whole),
		cmocka_unit_test(test_a_term_that_is_not_there_has_no_documents),
		cmocka_unit_test(test_a_walk_meets_all_lists_of_a_prefix_and_no_others),
		cmocka_unit_test(test_numbers_in_keys_sort_as_they_count_and_come_back),
		cmocka_unit_test(test_damage_is_refused_or_without_effect),
		cmocka_unit_test(test_a_file_cut_off_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
