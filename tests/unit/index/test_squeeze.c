#include "index/squeeze.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>

#include "base/mem.h"

#include <stdio.h>

static struct squeeze *squeeze;

static int
set_up(void **state)
{
	(void)state;
	return squeeze_new(&squeeze, NULL) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	squeeze_free(squeeze);
	return 0;
}

/* In memory of the size promised, so that a byte more is seen. */
static size_t
there_and_back(struct str bytes)
{
	char *packed = mem_alloc(SQUEEZE_PACKED_MOST(bytes.n)), *back;
	size_t n = squeeze_pack(squeeze, packed, bytes), back_bytes;

	assert_true(n <= SQUEEZE_PACKED_MOST(bytes.n));
	back = mem_alloc(SQUEEZE_UNPACKED_MOST(n) + 1);
	assert_true(squeeze_unpack(squeeze, back, &back_bytes, (struct str){ packed, n }));
	assert_true(str_eq((struct str){ back, back_bytes }, bytes));
	mem_free(packed);
	mem_free(back);
	return n;
}

static void
test_every_pair_of_bytes_comes_back(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			const char pair[] = { (char)a, (char)b };

			(void)there_and_back((struct str){ pair, 2 });
		}
	assert_int_equal(there_and_back(STR_NONE), 0);
}

static void
test_bytes_of_any_number_come_back(void **state)
{
	char bytes[4096];
	uint64_t random = 1;

	(void)state;
	for (size_t n = 0; n < sizeof bytes; n += n < 70 ? 1 : 97) {
		for (size_t i = 0; i < n; i++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			bytes[i] = (char)(random >> (n % 2 == 0 ? 56 : 60));
		}
		(void)there_and_back((struct str){ bytes, n });
	}
	memset(bytes, 0xff, sizeof bytes);
	assert_true(there_and_back((struct str){ bytes, sizeof bytes }) <= sizeof bytes / 2 * 3);
}

static void
test_names_and_addresses_get_shorter(void **state)
{
	struct str text =
	    STR_LIT("Katherine O'Brien, 14 Sycamore Grove, Leeds LS1 4AB, 05/10/1999");

	(void)state;
	assert_in_range(there_and_back(text), 1, text.n * 3 / 4);
}

static void
test_unpacking_any_bytes_ends(void **state)
{
	uint64_t random = 7;
	unsigned refused = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		char *bytes = mem_alloc(i % 40 + 1), *out = mem_alloc(8 * (i % 40) + 1);
		size_t n;

		for (size_t k = 0; k < i % 40; k++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			bytes[k] = (char)(random >> 56);
		}
		refused += !squeeze_unpack(squeeze, out, &n, (struct str){ bytes, i % 40 });
		assert_true(n <= SQUEEZE_UNPACKED_MOST(i % 40));
		mem_free(bytes);
		mem_free(out);
	}
	assert_true(refused > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_pair_of_bytes_comes_back),
		cmocka_unit_test(test_bytes_of_any_number_come_back),
		cmocka_unit_test(test_names_and_addresses_get_shorter),
		cmocka_unit_test(test_unpacking_any_bytes_ends),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
