#include "searchd/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test-settings-XXXXXX";
static char path[64];

#define GOOD                                                    \
	"listen = ipc:///run/s.sock\ndata = /d\nschemas = /s\n" \
	"user = amara uid 1001 roles qa_officer, nsit_officer\n"

static enum status
load(struct settings **out, const char *text, char *message, size_t size)
{
	struct err err = ERR_NONE;
	FILE *file = fopen(path, "w");
	enum status status;

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	chmod(path, 0600);
	status = settings_load(out, path, &err);
	err_format(message, size, &err);
	return status;
}

static void
test_a_whole_file_is_read(void **state)
{
	struct settings *settings = NULL;
	char message[400];

	(void)state;
	assert_int_equal(load(&settings, GOOD, message, sizeof message), STATUS_OK);
	assert_string_equal(settings->listen, "ipc:///run/s.sock");
	assert_string_equal(settings->data, "/d");
	assert_string_equal(settings->policy, "/s/policy/default.json");
	assert_string_equal(settings->model, "/s/model/default.json");
	assert_string_equal(settings->calibration, "/s/model/calibration.json");
	assert_string_equal(settings->lexicon, "/s/lexicon");
	assert_int_equal(settings->workers, 4);
	assert_int_equal(settings->checkpoint_entries, 1000);
	assert_int_equal(settings->checkpoint_minutes, 5);
	assert_int_equal(settings->user_count, 1);
	assert_ptr_equal(settings_user(settings, 1001), &settings->users[0]);
	assert_null(settings_user(settings, 1002));
	assert_true(settings_user_holds(&settings->users[0], STR_LIT("nsit_officer")));
	assert_false(settings_user_holds(&settings->users[0], STR_LIT("nsit")));
	settings_free(settings);
}

static void
test_a_path_of_its_own_wins_over_the_folder(void **state)
{
	struct settings *settings = NULL;
	char message[400];

	(void)state;
	assert_int_equal(
	    load(&settings, GOOD "model = /m.json\n", message, sizeof message), STATUS_OK);
	assert_string_equal(settings->model, "/m.json");
	assert_string_equal(settings->policy, "/s/policy/default.json");
	settings_free(settings);
}

static void
test_the_example_is_good(void **state)
{
	struct settings *settings = NULL;
	struct stat st;
	struct err err = ERR_NONE;

	(void)state;
	assert_int_equal(stat("schemas/searchd.conf.example", &st), 0);
	if ((st.st_mode & 022) != 0)
		skip(); /* a checkout with an open umask: refused, rightly */
	assert_int_equal(settings_load(&settings, "schemas/searchd.conf.example", &err), STATUS_OK);
	assert_int_equal(settings->user_count, 3);
	settings_free(settings);
}

static void
test_each_fault_has_its_exact_message(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ GOOD "colour = red\n", ":5: unknown key \"colour\"" },
		{ GOOD "data = /other\n", ":5: data: given twice" },
		{ GOOD "workers = 0\n", ":5: workers: expected 1 to 64" },
		{ GOOD "check_seconds = 0\n", ":5: check_seconds: expected 1 to 10" },
		{ GOOD "check_seconds = 11\n", ":5: check_seconds: expected 1 to 10" },
		{ GOOD "workers = 65\n", ":5: workers: expected 1 to 64" },
		{ GOOD "checkpoint_entries = 1000001\n",
		    ":5: checkpoint_entries: expected 1 to 1000000" },
		{ GOOD "checkpoint_minutes = 0\n", ":5: checkpoint_minutes: expected 1 to 1440" },
		{ GOOD "workers = 4 x\n", ":5: workers: expected 1 to 64" },
		{ GOOD "workers = 4\nworkers = 4\n", ":6: workers: given twice" },
		{ GOOD "user = ben uid 1001 roles qa_officer\n",
		    ":5: user: name or uid is that of line 4 already" },
		{ GOOD "user = amara uid 1002 roles qa_officer\n",
		    ":5: user: name or uid is that of line 4 already" },
		{ GOOD "user = ben uid x roles qa_officer\n", ":5: user: uid: expected a number" },
		{ GOOD "user = ben uid 4294967295 roles qa_officer\n",
		    ":5: user: uid: expected a number" },
		{ GOOD "user = ben 1002 qa_officer\n",
		    ":5: user: expected \"user = NAME uid NUMBER roles ROLE,ROLE\"" },
		{ GOOD "user = ben uid 1002 roles\n", ":5: user: has no roles" },
		{ GOOD "user = ben uid 1002 roles a,,b\n",
		    ":5: user: roles: expected names, separated by commas" },
		{ GOOD "user = ben uid 1002 roles a b\n",
		    ":5: user: roles: expected names, separated by commas" },
		{ GOOD "user = ben uid 1002 roles a,a\n",
		    ":5: user: the same role is given twice" },
		{ "data = /d\nschemas = /s\nuser = a uid 1 roles b\n", ": listen: is missing" },
		{ "listen = ipc:///s\nschemas = /s\nuser = a uid 1 roles b\n",
		    ": data: is missing" },
		{ "listen = ipc:///s\ndata = /d\nuser = a uid 1 roles b\n",
		    ": policy (or schemas): is missing" },
		{ "listen = ipc:///s\ndata = /d\nschemas = /s\n",
		    ": user: is missing; without users nobody may ask anything" },
		{ "listen = tcp://127.0.0.1:1\ndata = /d\nschemas = /s\nuser = a uid 1 roles b\n",
		    ": listen: expected ipc://PATH; no other transport says who asks" },
	};
	char message[400], want[400];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct settings *settings = NULL;

		assert_int_equal(
		    load(&settings, cases[i].text, message, sizeof message), STATUS_INVALID);
		snprintf(want, sizeof want, "%s%s", path, cases[i].message);
		assert_string_equal(message, want);
		assert_null(settings);
	}
}

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/s.conf", folder);
	return 0;
}

static int
drop_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_file_is_read),
		cmocka_unit_test(test_a_path_of_its_own_wins_over_the_folder),
		cmocka_unit_test(test_the_example_is_good),
		cmocka_unit_test(test_each_fault_has_its_exact_message),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
