#include "linkage/calibration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <math.h>

#include "base/mem.h"
#include "tests/unit/linkage/edited.h"

#define SHIPPED "schemas/model/calibration.published.json"

static struct edited edited;

static int
prepare(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	edited_open(&edited);
	return digest_init(&err) == STATUS_OK ? 0 : -1;
}

static int
clean_up(void **state)
{
	(void)state;
	edited_close(&edited);
	return 0;
}

static struct calibration *
load(const char *path)
{
	struct err err = ERR_NONE;
	struct calibration *calibration = NULL;

	if (calibration_load(&calibration, path, &err) != STATUS_OK)
		fail_msg("%s: %s", path, err.text);
	return calibration;
}

static double
confidence(const struct calibration *calibration, double weight)
{
	double from, to;

	return calibration_band(calibration, &from, &to, weight, -17)->confidence;
}

static bool
near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

static void
test_the_published_row_is_given_at_each_edge(void **state)
{
	struct calibration *calibration = load(SHIPPED);
	static const double row[][2] = { { -5, 0.0057 }, { 0, 0.035 }, { 5, 0.149 }, { 10, 0.459 },
		{ 15, 0.775 }, { 20, 0.928 }, { 25, 0.988 }, { 40, 0.9945 } };

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		assert_true(near(confidence(calibration, row[i][0]), row[i][1]));
		assert_true(confidence(calibration, row[i][0] - 1e-9) < row[i][1]);
	}
	assert_true(near(confidence(calibration, 1e9), 0.9945));
	assert_true(confidence(calibration, -1e9) > 0);
	calibration_free(calibration);
	calibration_free(NULL);
}

static void
test_a_band_says_where_the_next_begins(void **state)
{
	struct calibration *calibration = load(SHIPPED);
	double from = 0, to = 0;

	(void)state;
	assert_true(near(calibration_band(calibration, &from, &to, 17.3, -17)->from, 15));
	assert_true(near(from, 15) && near(to, 20));
	(void)calibration_band(calibration, &from, &to, 41, -17);
	assert_true(isinf(to) && to > 0);
	(void)calibration_band(calibration, &from, &to, -100, -17);
	assert_true(isinf(from) && from < 0 && near(to, -5));
	calibration_free(calibration);
}

/* A bit of prior below the table's counts as half a bit of weight less. */
static void
test_a_drift_moves_the_bands_with_the_prior(void **state)
{
	struct calibration *calibration = load(SHIPPED);
	double from = 0, to = 0, last = 1;

	(void)state;
	calibration->drift = 0.5;
	calibration->prior = -17;
	assert_true(near(calibration_band(calibration, &from, &to, 17.3, -17)->from, 15));
	assert_true(near(from, 15) && near(to, 20));
	assert_true(near(calibration_band(calibration, &from, &to, 17.3, -21)->from, 15));
	assert_true(near(from, 17) && near(to, 22));
	assert_true(near(calibration_band(calibration, &from, &to, 16.9, -21)->from, 10));
	assert_true(near(calibration_band(calibration, &from, &to, 17.3, -9)->from, 20));
	assert_true(near(calibration_weight(calibration, 17.3, -21), 15.3));
	for (double prior = 0; prior > -40; prior--) {
		double now = calibration_band(calibration, &from, &to, 12, prior)->confidence;

		assert_true(now <= last);
		last = now;
	}
	calibration_free(calibration);
}

static void
test_confidence_rises_and_never_reaches_one(void **state)
{
	struct calibration *calibration = load(SHIPPED);
	double last = 0;

	(void)state;
	for (size_t i = 0; i < calibration->count; i++) {
		assert_true(calibration->bands[i].confidence > last);
		last = calibration->bands[i].confidence;
	}
	assert_true(last < 1);
	calibration_free(calibration);
}

static void
test_each_fault_is_refused_with_its_message(void **state)
{
	static const struct {
		const char *from, *to;
		enum status status;
		const char *text;
	} cases[] = {
		{ "\"version\": 1", "\"version\": 9", STATUS_VERSION,
		    "version: is 9, this program reads 1" },
		{ "\"name\": \"published-2026-11\"", "\"name\": \"\"", STATUS_INVALID,
		    "name: is empty" },
		{ "\"source\"", "\"origin\"", STATUS_INVALID, "unknown field \"origin\"" },
		{ "\"n\": 0", "\"n\": -1", STATUS_INVALID,
		    "bands[0].n: expected 0 to 9223372036854775807" },
		{ "\"n\": 0", "\"n\": 0.5", STATUS_INVALID, "bands[0].n: expected a whole number" },
		{ "\"n\": 0", "\"N\": 0", STATUS_INVALID, "bands[0]: unknown field \"N\"" },
		{ "\"from\": 0", "\"from\": -5", STATUS_INVALID,
		    "bands[2].from: must be above that of the band before" },
		{ "\"from\": 0", "\"from\": 1001", STATUS_INVALID,
		    "bands[2].from: expected -1000 to 1000" },
		{ "\"confidence\": 0.775", "\"confidence\": 0.459", STATUS_INVALID,
		    "bands[5].confidence: must be above that of the band before" },
		{ "\"confidence\": 0.9945", "\"confidence\": 1", STATUS_INVALID,
		    "bands[8].confidence: must be above 0 and below 1" },
		{ "\"confidence\": 0.001", "\"confidence\": 0", STATUS_INVALID,
		    "bands[0].confidence: must be above 0 and below 1" },
		{ "\"confidence\": 0.9945", "\"confidence\": 1.5", STATUS_INVALID,
		    "bands[8].confidence: expected 0 to 1" },
		{ "\"bands\"", "\"drift\": {\"bits\": 1}, \"bands\"", STATUS_INVALID,
		    "drift.prior: is missing" },
		{ "\"bands\"", "\"drift\": {\"prior\": -17}, \"bands\"", STATUS_INVALID,
		    "drift.bits: is missing" },
		{ "\"bands\"", "\"drift\": {\"bits\": 2.01, \"prior\": -17}, \"bands\"",
		    STATUS_INVALID, "drift.bits: expected 0 to 2" },
		{ "\"bands\"", "\"drift\": {\"bits\": -0.01, \"prior\": -17}, \"bands\"",
		    STATUS_INVALID, "drift.bits: expected 0 to 2" },
		{ "\"bands\"", "\"drift\": {\"bits\": 1, \"prior\": -60.1}, \"bands\"",
		    STATUS_INVALID, "drift.prior: expected -60 to 60" },
		{ "\"bands\"", "\"drift\": {\"bits\": 1, \"prior\": 1, \"x\": 1}, \"bands\"",
		    STATUS_INVALID, "drift: unknown field \"x\"" },
		{ "{ \"from\": 0, \"confidence\": 0.035, \"n\": 0 }", "7", STATUS_INVALID,
		    "bands[2]: expected an object" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_NONE;
		struct calibration *calibration = NULL;

		edited_replace(&edited, SHIPPED, cases[i].from, cases[i].to);
		if (calibration_load(&calibration, edited.path, &err) != cases[i].status ||
		    strcmp(err.text, cases[i].text) != 0)
			fail_msg("%s: got \"%s\"", cases[i].to, err.text);
		assert_string_equal(err.source, edited.path);
		assert_null(calibration);
	}
}

/* A table of n bands that rise. */
static enum status
load_bands(size_t n, struct err *err)
{
	struct calibration *calibration = NULL;
	struct buf text = BUF_INIT;
	enum status status;

	buf_add_text(&text, "{\"version\":1,\"name\":\"x\",\"source\":\"test\",\"bands\":[");
	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "%s{\"from\":%zu,\"confidence\":%.3f,\"n\":1}", i > 0 ? "," : "", i,
		    (double)(i + 1) / 100);
	buf_add_text(&text, "]}");
	edited_write(&edited, buf_str(&text));
	buf_free(&text);
	status = calibration_load(&calibration, edited.path, err);
	calibration_free(calibration);
	return status;
}

static void
test_a_drift_at_its_limits_is_read(void **state)
{
	struct calibration *calibration;

	(void)state;
	edited_replace(
	    &edited, SHIPPED, "\"bands\"", "\"drift\": {\"bits\": 2, \"prior\": -60}, \"bands\"");
	calibration = load(edited.path);
	assert_true(near(calibration->drift, 2) && near(calibration->prior, -60));
	calibration_free(calibration);
	calibration = load(SHIPPED);
	assert_true(near(calibration->drift, 0));
	calibration_free(calibration);
}

static void
test_the_number_of_bands_has_its_limits(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(load_bands(1, &err), STATUS_OK);
	assert_int_equal(load_bands(CALIBRATION_BANDS_MAX, &err), STATUS_OK);
	assert_int_equal(load_bands(CALIBRATION_BANDS_MAX + 1, &err), STATUS_LIMIT);
	assert_string_equal(err.text, "bands: has more than 64 entries");
	err_clear(&err);
	assert_int_equal(load_bands(0, &err), STATUS_INVALID);
	assert_string_equal(err.text, "bands: is empty");
}

static void
test_every_failed_allocation_is_reported(void **state)
{
	long n = 1;

	(void)state;
	for (;; n++) {
		struct err err = ERR_NONE;
		struct calibration *calibration = NULL;
		enum status status;

		mem_fail_at(n);
		status = calibration_load(&calibration, SHIPPED, &err);
		mem_fail_at(0);
		calibration_free(calibration);
		if (status == STATUS_OK)
			break;
		assert_int_equal(status, STATUS_NOMEM);
	}
	assert_true(n > 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_published_row_is_given_at_each_edge),
		cmocka_unit_test(test_a_band_says_where_the_next_begins),
		cmocka_unit_test(test_a_drift_moves_the_bands_with_the_prior),
		cmocka_unit_test(test_confidence_rises_and_never_reaches_one),
		cmocka_unit_test(test_each_fault_is_refused_with_its_message),
		cmocka_unit_test(test_a_drift_at_its_limits_is_read),
		cmocka_unit_test(test_the_number_of_bands_has_its_limits),
		cmocka_unit_test(test_every_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, prepare, clean_up);
}
