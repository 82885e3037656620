#include "ledger/policy_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#define SHIPPED "schemas/policy/default.json"

static struct policy *
load_shipped(void)
{
	struct policy *policy = NULL;
	struct err err = ERR_NONE;

	if (policy_load(&policy, SHIPPED, &err) != STATUS_OK)
		fail_msg("%s: %s", err.source, err.text);
	return policy;
}

static void
test_shipped_policy_has_five_systems_in_two_legs(void **state)
{
	static const char *const qa[] = { "childrens_services", "helpline", "ctac",
		"participation" };
	struct policy *policy = load_shipped();

	(void)state;
	assert_int_equal(policy_system_count(policy), 5);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(policy_system_find(policy, str_from(qa[i]))->leg, "qa");
	assert_string_equal(policy_system_find(policy, STR_LIT("childline"))->leg, "childline");
	assert_null(policy_system_find(policy, STR_LIT("child")));
	assert_null(policy_system(policy, 5));
	assert_string_equal(policy_leg(policy, 0), "qa");
	assert_string_equal(policy_leg(policy, 1), "childline");
	assert_null(policy_leg(policy, 2));
	policy_free(policy);
}

static void
test_only_the_nsit_officer_searches_childline(void **state)
{
	static const char *const others[] = { "qa_officer", "consultant", "head_of_inspection",
		"head_of_childline", "head_of_child_protection_qa", "auditor", "administrator",
		"media", "knowledge", "legal", "director", "data_protection_manager" };
	struct policy *policy = load_shipped();

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct str role = str_from(others[i]);

		assert_true(policy_role_exists(policy, role));
		assert_false(policy_may_call(policy, role, STR_LIT("check")) &&
			     policy_may_search_leg(policy, role, STR_LIT("childline")));
	}
	assert_true(policy_may_call(policy, STR_LIT("nsit_officer"), STR_LIT("check")));
	assert_true(policy_may_search_leg(policy, STR_LIT("nsit_officer"), STR_LIT("childline")));
	assert_false(policy_may_search_leg(policy, STR_LIT("nsit_officer"), STR_LIT("qa")));
	assert_false(policy_may_search_leg(policy, STR_LIT("qa_officer"), STR_LIT("childline")));
	assert_true(policy_may_search_leg(policy, STR_LIT("qa_officer"), STR_LIT("qa")));
	assert_string_equal(policy_default_leg(policy, STR_LIT("qa_officer")), "qa");
	assert_string_equal(policy_default_leg(policy, STR_LIT("nsit_officer")), "childline");
	assert_null(policy_default_leg(policy, STR_LIT("consultant")));
	assert_null(policy_default_leg(policy, STR_LIT("auditor")));
	assert_null(policy_default_leg(policy, STR_LIT("nobody")));
	policy_free(policy);
}

static void
test_thresholds_are_those_of_the_matching_method(void **state)
{
	struct policy *policy = load_shipped();

	(void)state;
	for (size_t i = 0; i < policy_system_count(policy); i++) {
		const struct policy_system *system = policy_system(policy, i);

		/* recall first: what is listed and referred may be doubtful, what is secured not */
		assert_true(system->thresholds.list < system->thresholds.possible);
		assert_true(system->thresholds.possible < system->thresholds.probable);
		assert_true(system->thresholds.probable < system->thresholds.certain);
		assert_true(system->thresholds.secure >= system->thresholds.probable);
		assert_int_equal(system->stale_after_hours, 168);
		assert_true(system->title[0] != '\0');
	}
	assert_int_equal(policy_legs_within_hours(policy), 24);
	policy_free(policy);
}

static void
test_who_sees_secured_records_and_whom_to_ask(void **state)
{
	struct policy *policy = load_shipped();

	(void)state;
	assert_true(policy_sees_secured(policy, STR_LIT("consultant")));
	assert_true(policy_sees_secured(policy, STR_LIT("head_of_inspection")));
	assert_false(policy_sees_secured(policy, STR_LIT("media")));
	assert_false(policy_sees_secured(policy, STR_LIT("administrator")));
	assert_false(policy_sees_secured(policy, STR_LIT("nobody")));
	assert_string_equal(policy_secured_contact(policy), "Safeguarding QA Consultant");
	assert_string_equal(policy_role_title(policy, STR_LIT("nsit_officer")), "NSIT officer");
	assert_null(policy_role_title(policy, STR_LIT("nobody")));
	assert_false(policy_role_exists(policy, STR_NONE));
	policy_free(policy);
}

static void
test_the_administrator_sees_no_case_data(void **state)
{
	static const char *const calls[] = { "check", "check.get", "why", "record.status" };
	struct policy *policy = load_shipped();

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_false(policy_may_call(policy, STR_LIT("administrator"), str_from(calls[i])));
	assert_true(policy_may_call(policy, STR_LIT("administrator"), STR_LIT("index.status")));
	assert_false(policy_may_call(policy, STR_LIT("administrator"), STR_LIT("drop")));
	assert_false(policy_may_call(policy, STR_LIT("nobody"), STR_LIT("health")));
	policy_free(policy);
}

static void
test_kinds_are_those_of_the_procedure(void **state)
{
	static const char *const kinds[] = { "child_death_notification", "external_record_check",
		"agency_management_report", "serious_incident", "media_comment", "spokesperson",
		"training_consultancy", "publication" };
	struct policy *policy = load_shipped();

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		assert_true(policy_kind_exists(policy, str_from(kinds[i])));
	assert_false(policy_kind_exists(policy, STR_LIT("curiosity")));
	assert_memory_equal(
	    policy_kind_list(policy), "child_death_notification, external_record_check, ", 49);
	policy_free(policy);
}

static void
test_review_types_differ_by_jurisdiction(void **state)
{
	static const struct {
		const char *jurisdiction, *type;
		bool valid;
	} cases[] = { { "england", "cspr", true }, { "wales", "cspr", false },
		{ "wales", "cpr_extended", true }, { "northern_ireland", "cmr", true },
		{ "scotland", "scr", true }, { "jersey", "scr", true }, { "england", "scr", false },
		{ "wales", "dhr", true }, { "jersey", "dhr", false },
		{ "jersey", "local_learning_review", true }, { "england", "", false },
		{ "france", "cspr", false }, { "", "", false } };
	struct policy *policy = load_shipped();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(policy_review_type_valid(policy, str_from(cases[i].jurisdiction),
				     str_from(cases[i].type)),
		    cases[i].valid);
	assert_true(policy_jurisdiction_exists(policy, STR_LIT("jersey")));
	assert_false(policy_jurisdiction_exists(policy, STR_LIT("Jersey")));
	assert_string_equal(
	    policy_jurisdiction_list(policy), "england, northern_ireland, wales, scotland, jersey");
	policy_free(policy);
}

static void
test_each_jurisdiction_has_its_words(void **state)
{
	struct policy *policy = load_shipped();
	const struct policy_jurisdiction *wales =
	    policy_jurisdiction_find(policy, STR_LIT("wales"));

	(void)state;
	assert_string_equal(wales->title, "Wales");
	assert_string_equal(wales->board, "Local Safeguarding Children Board");
	assert_string_equal(wales->management_review, "Timeline of significant events");
	assert_string_equal(
	    wales->publication, "Published on the board's website for at least 12 weeks");
	assert_string_equal(
	    policy_jurisdiction_find(policy, STR_LIT("northern_ireland"))->publication,
	    "Not published");
	assert_null(policy_jurisdiction_find(policy, STR_LIT("france")));
	policy_free(policy);
}

/* --- Changed copies of the shipped policy --------------------------------------------------- */

static int
set_up_folder(void **state)
{
	char *folder = strdup("/tmp/policy-test-XXXXXX");

	*state = folder;
	return folder == NULL || mkdtemp(folder) == NULL ? -1 : 0;
}

static int
tear_down_folder(void **state)
{
	enum status removed = file_remove_tree(*state, NULL);

	free(*state);
	return removed == STATUS_OK ? 0 : -1;
}

/* The shipped text with the first `from` replaced; NULL: as it is. */
#define THRESHOLDS                                                                            \
	"{\"list\": 5, \"possible\": 10, \"probable\": 15, \"certain\": 20, \"secure\": 20, " \
	"\"related\": 0}"

/* The shipped policy with the thresholds that the tests below name, whatever it ships with. */
static void
read_shipped(struct buf *out)
{
	static const char key[] = "\"thresholds\": ";
	struct buf text = BUF_INIT;
	const char *at, *end;

	assert_int_equal(file_read(&text, SHIPPED, POLICY_BYTES_MAX, NULL), STATUS_OK);
	at = strstr(text.p, key);
	assert_non_null(at);
	at += strlen(key);
	end = strchr(at, '}');
	assert_non_null(end);
	buf_add(out, text.p, (size_t)(at - text.p));
	buf_add_text(out, THRESHOLDS);
	buf_add_text(out, end + 1);
	buf_free(&text);
}

static void
write_changed(char path[96], const char *folder, const char *from, const char *to)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	const char *at;

	snprintf(path, 96, "%s/policy.json", folder);
	read_shipped(&text);
	at = from == NULL ? text.p : strstr(text.p, from);
	if (at == NULL)
		fail_msg("%s is not in %s", from, SHIPPED);
	buf_add(&out, text.p, (size_t)(at - text.p));
	if (from != NULL) {
		buf_add_text(&out, to);
		at += strlen(from);
	}
	buf_add_text(&out, at);
	assert_int_equal(file_write(path, buf_str(&out), 0600, NULL), STATUS_OK);
	buf_free(&text);
	buf_free(&out);
}

static void
expect_refused(const char *path, enum status status, const char *message)
{
	struct policy *policy;
	struct err err = ERR_NONE;

	assert_int_equal(policy_load(&policy, path, &err), status);
	assert_null(policy);
	assert_string_equal(err.text, message);
	assert_string_equal(err.source, path);
}

#define QA_OFFICER                                                                                 \
	"{\"key\": \"qa_officer\", \"title\": \"Safeguarding QA officer\", \"section\": \"2.4\", " \
	"\"legs\": [\"qa\"],"
#define NSIT_HEAD "\"title\": \"NSIT officer\", \"section\": \"2.4\", \"legs\": [\"childline\"],\n "
#define NSIT "{\"key\": \"nsit_officer\", " NSIT_HEAD "    \"methods\": [\"check\", "
#define PARTICIPATION                                                                       \
	"{\"key\": \"participation\", \"title\": \"Participation\", \"section\": \"2.3\", " \
	"\"leg\": \"qa\"}"
#define CHILDLINE                                                                                 \
	"{\"key\": \"childline\", \"title\": \"Childline\", \"section\": \"2.3, 2.4\", \"leg\": " \
	"\"childline\"}"
#define CHILDLINE_LEG "{\"key\": \"childline\", \"title\": \"Childline leg\", \"section\": \"2.4\"}"
#define SECOND_READER                                                                             \
	"{\"verdict\": \"not_this_person\", \"section\": \"none\", \"grades\": [\"certain\"],\n " \
	"      \"roles\": [\"consultant\", \"head_of_inspection\"]}"
#define IMR "\"met_by\": \"imr_completed\", \"weeks\": 6"
#define IMR_NATIONS                                                                      \
	IMR ",\n     \"jurisdictions\": [\"england\", \"northern_ireland\", \"wales\", " \
	    "\"scotland\", "                                                             \
	    "\"jersey\"]"
#define NOTICE "{\"on\": \"breach\", \"to\": \"safeguarding_unit\", \"section\": \"1.8\", "
#define VISIBLE                                                               \
	"\"visible_to\": [\"qa_officer\", \"nsit_officer\", \"consultant\", " \
	"\"head_of_inspection\"]"

static const struct {
	const char *from, *to;
	enum status status;
	const char *message;
} refusals[] = {
	{ "\"format\": 2", "\"format\": 3", STATUS_VERSION, "format: 3 is not known, only 2" },
	{ "\"format\": 2", "\"format\": 1", STATUS_VERSION,
	    "format: 1 is of an earlier version and lacks rules that this one needs; carry your "
	    "changes "
	    "over into a copy of schemas/policy/default.json (docs/policy.md, \"From format 1\")" },
	{ "\"format\": 2", "\"format\": 0", STATUS_INVALID, "format: expected 1 to 2147483647" },
	{ "\"format\": 2", "\"format\": \"2\"", STATUS_INVALID, "format: expected a whole number" },
	{ "\"format\": 2,", "", STATUS_INVALID, "format: is missing" },
	{ "\"name\": \"Case review procedures, 2019-02\"", "\"name\": \"  \"", STATUS_INVALID,
	    "name: is empty" },
	{ "\"name\": \"Case review procedures, 2019-02\"", "\"name\": 7", STATUS_INVALID,
	    "name: expected a string" },
	{ "\"stale_after_hours\": 168", "\"stale_after_hours\": -1", STATUS_INVALID,
	    "stale_after_hours: expected 0 to 87600" },
	{ "\"stale_after_hours\": 168", "\"stale_after_hours\": 87601", STATUS_INVALID,
	    "stale_after_hours: expected 0 to 87600" },
	{ "\"legs_within_hours\": 24", "\"legs_within_hours\": -1", STATUS_INVALID,
	    "legs_within_hours: expected 0 to 87600" },
	{ "\"legs_within_hours\": 24", "\"legs_within_hours\": 87601", STATUS_INVALID,
	    "legs_within_hours: expected 0 to 87600" },
	{ "\"legs_within_hours\": 24,", "", STATUS_INVALID, "legs_within_hours: is missing" },
	{ "\"legs\": [", "\"legs\": [], \"legs_\": [", STATUS_INVALID, "unknown field \"legs_\"" },
	{ "\"key\": \"childline\", \"title\": \"Childline leg\"",
	    "\"key\": \"qa\", \"title\": \"Again\"", STATUS_INVALID,
	    "legs[1]: \"qa\" is there twice" },
	{ "\"key\": \"qa\", \"title\": \"Safeguarding",
	    "\"key\": \"QA\", \"title\": \"Safeguarding", STATUS_INVALID,
	    "legs[0].key: expected a-z, 0-9 and _, beginning with a letter" },
	{ "\"key\": \"qa\", \"title\": \"Safeguarding",
	    "\"key\": \"9a\", \"title\": \"Safeguarding", STATUS_INVALID,
	    "legs[0].key: expected a-z, 0-9 and _, beginning with a letter" },
	{ "\"key\": \"qa\", \"title\": \"Safeguarding", "\"key\": \"\", \"title\": \"Safeguarding",
	    STATUS_INVALID, "legs[0].key: is empty" },
	{ CHILDLINE_LEG, "\"childline\"", STATUS_INVALID, "legs[1]: expected an object" },
	{ CHILDLINE_LEG,
	    CHILDLINE_LEG ", {\"key\": \"spare\", \"title\": \"Spare\", \"section\": \"none\"}",
	    STATUS_INVALID, "legs[2]: no system is in leg \"spare\"" },
	{ THRESHOLDS,
	    "{\"list\": 11, \"possible\": 10, \"probable\": 15, \"certain\": 20, \"secure\": 20, "
	    "\"related\": 0}",
	    STATUS_INVALID, "thresholds: possible (10) is below list (11)" },
	{ THRESHOLDS,
	    "{\"list\": 5, \"possible\": 10, \"probable\": 9, \"certain\": 20, \"secure\": 20, "
	    "\"related\": 0}",
	    STATUS_INVALID, "thresholds: probable (9) is below possible (10)" },
	{ THRESHOLDS,
	    "{\"list\": 5, \"possible\": 10, \"probable\": 15, \"certain\": 14.5, \"secure\": 20, "
	    "\"related\": 0}",
	    STATUS_INVALID, "thresholds: certain (14.5) is below probable (15)" },
	{ THRESHOLDS,
	    "{\"list\": 5, \"possible\": 10, \"probable\": 15, \"certain\": 20, \"secure\": 9, "
	    "\"related\": 0}",
	    STATUS_INVALID, "thresholds: secure (9) is below possible (10)" },
	{ THRESHOLDS, "{\"list\": 5, \"possible\": 10, \"probable\": 15, \"certain\": 20}",
	    STATUS_INVALID, "thresholds.secure: is missing" },
	{ THRESHOLDS,
	    "{\"list\": -100.1, \"possible\": 10, \"probable\": 15, \"certain\": 20, \"secure\": "
	    "20, \"related\": 0}",
	    STATUS_INVALID, "thresholds.list: expected -100 to 100" },
	{ THRESHOLDS,
	    "{\"list\": -5, \"possible\": -5, \"probable\": -0.1, \"certain\": 20, \"secure\": "
	    "20, \"related\": 0}",
	    STATUS_INVALID, "thresholds.probable: expected 0 to 100" },
	{ THRESHOLDS,
	    "{\"list\": 5, \"possible\": 10, \"probable\": 15, \"certain\": 101, \"secure\": 20, "
	    "\"related\": 0}",
	    STATUS_INVALID, "thresholds.certain: expected 0 to 100" },
	{ THRESHOLDS, "[]", STATUS_INVALID, "thresholds: expected an object" },
	{ PARTICIPATION,
	    "{\"key\": \"helpline\", \"title\": \"Participation\", \"section\": \"2.3\", \"leg\": "
	    "\"qa\"}",
	    STATUS_INVALID, "systems[3]: \"helpline\" is there twice" },
	{ PARTICIPATION,
	    "{\"key\": \"participation\", \"title\": \"Participation\", \"section\": \"2.3\", "
	    "\"leg\": \"group\"}",
	    STATUS_INVALID, "systems[3].leg: unknown leg \"group\"" },
	{ PARTICIPATION,
	    "{\"key\": \"participation\", \"title\": \"Participation\", \"section\": \"2.3\", "
	    "\"leg\": \"qa\", "
	    "\"thresholds\": {\"secure\": 3}}",
	    STATUS_INVALID, "systems[3].thresholds: secure (3) is below possible (10)" },
	{ PARTICIPATION,
	    "{\"key\": \"participation\", \"title\": \"Participation\", \"section\": \"2.3\", "
	    "\"leg\": \"qa\", "
	    "\"thresholds\": {\"sure\": 3}}",
	    STATUS_INVALID, "systems[3].thresholds: unknown field \"sure\"" },
	{ PARTICIPATION,
	    "{\"key\": \"participation\", \"title\": \"Participation\", \"section\": \"2.3\"}",
	    STATUS_INVALID, "systems[3].leg: is missing" },
	{ CHILDLINE,
	    "{\"key\": \"childline\", \"title\": \"Childline\", \"section\": \"2.3\", \"leg\": "
	    "\"qa\"}",
	    STATUS_INVALID, "legs[1]: no system is in leg \"childline\"" },
	{ NSIT, "{\"key\": \"nsit_officer\", " NSIT_HEAD "    \"methods\": [", STATUS_INVALID,
	    "legs[1]: no role may search leg \"childline\"" },
	{ NSIT, "{\"key\": \"nsit_officer\", " NSIT_HEAD "    \"methods\": [\"check\", \"check\", ",
	    STATUS_INVALID, "roles[1].methods[1]: \"check\" is there twice" },
	{ NSIT, "{\"key\": \"nsit_officer\", " NSIT_HEAD "    \"methods\": [\"chekc\", ",
	    STATUS_INVALID, "roles[1].methods[0]: unknown method \"chekc\"" },
	{ NSIT, "{\"key\": \"nsit_officer\", " NSIT_HEAD "    \"methods\": [7, ", STATUS_INVALID,
	    "roles[1].methods[0]: expected a string" },
	{ NSIT, "{\"key\": \"qa_officer\", " NSIT_HEAD "    \"methods\": [\"check\", ",
	    STATUS_INVALID, "roles[1]: \"qa_officer\" is there twice" },
	{ QA_OFFICER,
	    "{\"key\": \"qa_officer\", \"title\": \"QA\", \"section\": \"2.4\", \"legs\": [\"qa\", "
	    "\"helpline\"],",
	    STATUS_INVALID, "roles[0].legs[1]: unknown leg \"helpline\"" },
	{ QA_OFFICER,
	    "{\"key\": \"qa_officer\", \"title\": \"QA\", \"section\": \"2.4\", \"legs\": [],",
	    STATUS_INVALID, "roles[0]: may call \"check\" but has no leg" },
	{ "\"Head of Childline\", \"section\": \"2.6, 2.8\", \"legs\": [\"childline\"]",
	    "\"Head of Childline\", \"section\": \"2.6, 2.8\", \"legs\": []", STATUS_INVALID,
	    "roles[5]: may call \"check.get\" but has no leg" },
	{ VISIBLE, "\"visible_to\": [\"qa_officer\", \"friend\"]", STATUS_INVALID,
	    "secured.visible_to[1]: unknown role \"friend\"" },
	{ VISIBLE, "\"visible_to\": [\"qa_officer\"]", STATUS_INVALID,
	    "secured.contact: \"consultant\" is not in visible_to" },
	{ "\"contact\": \"consultant\"", "\"contact\": \"friend\"", STATUS_INVALID,
	    "secured.contact: unknown role \"friend\"" },
	{ "\"key\": \"spokesperson\"", "\"key\": \"media_comment\"", STATUS_INVALID,
	    "kinds[6]: \"media_comment\" is there twice" },
	{ "\"key\": \"adult_review\"", "\"key\": \"local_learning_review\"", STATUS_INVALID,
	    "review_types[1]: \"local_learning_review\" is there twice" },
	{ "\"key\": \"scotland\"", "\"key\": \"wales\"", STATUS_INVALID,
	    "jurisdictions[3]: \"wales\" is there twice" },
	{ "\"key\": \"cmr\"", "\"key\": \"mappa_review\"", STATUS_INVALID,
	    "jurisdictions[1]: review type \"mappa_review\" is among those of everywhere already" },
	{ "\"key\": \"cpr_extended\"", "\"key\": \"cpr_concise\"", STATUS_INVALID,
	    "jurisdictions[2].review_types[1]: \"cpr_concise\" is there twice" },
	{ "\"board\": \"Child Protection Committee\",", "", STATUS_INVALID,
	    "jurisdictions[3].board: is missing" },
	{ "\"publication\": \"Not published\"", "\"publication\": \"\"", STATUS_INVALID,
	    "jurisdictions[1].publication: is empty" },
	{ "\"section\": \"2.4\"", "\"section\": \"§2.4\"", STATUS_INVALID,
	    "legs[0].section: expected sections of the procedure such as 2.4 or 1.9, 2.1, or "
	    "none" },
	{ "\"section\": \"2.4\"", "\"section\": \"2.\"", STATUS_INVALID,
	    "legs[0].section: expected sections of the procedure such as 2.4 or 1.9, 2.1, or "
	    "none" },
	{ "\"section\": \"2.4\"", "\"section\": \"2.4,2.5\"", STATUS_INVALID,
	    "legs[0].section: expected sections of the procedure such as 2.4 or 1.9, 2.1, or "
	    "none" },
	{ "\"section\": \"2.4\"", "\"section\": \"2.4, \"", STATUS_INVALID,
	    "legs[0].section: expected sections of the procedure such as 2.4 or 1.9, 2.1, or "
	    "none" },
	{ "\"section\": \"2.4\"", "\"section\": \"100\"", STATUS_INVALID,
	    "legs[0].section: expected sections of the procedure such as 2.4 or 1.9, 2.1, or "
	    "none" },
	{ ", \"section\": \"2.4\"", "", STATUS_INVALID, "legs[0].section: is missing" },
	{ "\"internal_methods\": [\"standing.run\"]", "\"internal_methods\": []", STATUS_INVALID,
	    "roles: nobody may call \"standing.run\"" },
	{ "\"internal_methods\": [\"standing.run\"]",
	    "\"internal_methods\": [\"standing.run\", \"why\"]", STATUS_INVALID,
	    "internal_methods: \"why\" may be called by the role \"qa_officer\"" },
	{ "\"internal_methods\": [\"standing.run\"]", "\"internal_methods\": [\"sleep\"]",
	    STATUS_INVALID, "internal_methods[0]: unknown method \"sleep\"" },
	{ "\"from\": \"possible\"", "\"from\": \"likely\"", STATUS_INVALID,
	    "referral.from: unknown grade \"likely\"" },
	{ "\"reviewer\": \"consultant\"", "\"reviewer\": \"friend\"", STATUS_INVALID,
	    "referral.reviewer: unknown role \"friend\"" },
	{ "\"reviewer\": \"consultant\"", "\"reviewer\": \"legal\"", STATUS_INVALID,
	    "referral.reviewer: the role \"legal\" may not call \"review.decide\"" },
	{ "\"deputy\": \"head_of_inspection\"", "\"deputy\": \"consultant\"", STATUS_INVALID,
	    "referral.deputy: \"consultant\" is the reviewer" },
	{ "\"deputy\": \"head_of_inspection\"", "\"deputy\": \"media\"", STATUS_INVALID,
	    "referral.deputy: the role \"media\" may not call \"review.decide\"" },
	{ "\"answer_due_days\": 5", "\"answer_due_days\": 0", STATUS_INVALID,
	    "referral.answer_due_days: expected 1 to 366" },
	{ "\"answer_due_days\": 5", "\"answer_due_days\": 367", STATUS_INVALID,
	    "referral.answer_due_days: expected 1 to 366" },
	{ "\"verdict\": \"not_this_person\"", "\"verdict\": \"no\"", STATUS_INVALID,
	    "referral.second_reader[0].verdict: unknown verdict \"no\"" },
	{ "\"grades\": [\"certain\"]", "\"grades\": [\"certain\", \"sure\"]", STATUS_INVALID,
	    "referral.second_reader[0].grades[1]: unknown grade \"sure\"" },
	{ "\"grades\": [\"certain\"]", "\"grades\": []", STATUS_INVALID,
	    "referral.second_reader[0].grades: is empty" },
	{ "\"roles\": [\"consultant\", \"head_of_inspection\"]", "\"roles\": [\"director\"]",
	    STATUS_INVALID,
	    "referral.second_reader[0].roles: the role \"director\" may not call "
	    "\"review.second\"" },
	{ "\"by_hand\": [\"consultant\"]", "\"by_hand\": [\"qa_officer\"]", STATUS_INVALID,
	    "secured.by_hand: the role \"qa_officer\" may not call \"record.secure\"" },
	{ "\"by_hand\": [\"consultant\"]", "\"by_hand\": []", STATUS_INVALID,
	    "secured.by_hand: is empty" },
	{ "\"needs\": [\"consultant\", \"director\"]", "\"needs\": [\"consultant\", \"chairman\"]",
	    STATUS_INVALID, "secured.release.needs[1]: unknown role \"chairman\"" },
	{ "\"needs\": [\"consultant\", \"director\"]", "\"needs\": [\"consultant\"]",
	    STATUS_INVALID,
	    "secured.release.needs: names 1 roles; a release is proposed in one role and agreed to "
	    "in "
	    "another: name two" },
	{ "\"needs\": [\"consultant\", \"director\"]", "\"needs\": [\"consultant\", \"legal\"]",
	    STATUS_INVALID,
	    "secured.release.needs: the role \"legal\" may not call \"record.release\"" },
	{ "\"key\": \"public_enquiry\"", "\"key\": \"other_issues\"", STATUS_INVALID,
	    "secured.release.grounds[3]: \"other_issues\" is there twice" },
	{ "\"same_day\": true", "\"same_day\": 1", STATUS_INVALID,
	    "kinds[0].same_day: expected true or false" },
	{ "\"retention\": \"case_review\"", "\"retention\": \"long\"", STATUS_INVALID,
	    "kinds[0].retention: unknown class of retention \"long\"" },
	{ "\"people_required\": true, ", "", STATUS_INVALID,
	    "kinds[0].people_required: is missing" },
	{ "\"key\": \"telephone\"", "\"key\": \"email\"", STATUS_INVALID,
	    "channels[1]: \"email\" is there twice" },
	{ "\"section\": \"2.8\",\n    \"leg\": \"childline\"",
	    "\"section\": \"2.8\",\n    \"leg\": \"other\"", STATUS_INVALID,
	    "sharing.leg: unknown leg \"other\"" },
	{ "\"agree\": [\"head_of_childline\", \"consultant\"]", "\"agree\": [\"legal\"]",
	    STATUS_INVALID, "sharing.agree: the role \"legal\" may not call \"share.agree\"" },
	{ "\"consult\": [\"legal\", \"data_protection_manager\"]", "\"consult\": [\"lawyer\"]",
	    STATUS_INVALID, "sharing.consult[0]: unknown role \"lawyer\"" },
	{ "\"decides\": \"head_of_child_protection_qa\"", "\"decides\": \"consultant\"",
	    STATUS_INVALID,
	    "sharing.decides: the role \"consultant\" may not call \"share.decide\"" },
	{ "\"clear\": [\"no_trace\", \"not_confirmed\"]", "\"clear\": [\"no_trace\"]",
	    STATUS_INVALID, "media: \"not_confirmed\" is neither in clear nor in hold" },
	{ "\"clear\": [\"no_trace\", \"not_confirmed\"]",
	    "\"clear\": [\"no_trace\", \"not_confirmed\", \"match\"]", STATUS_INVALID,
	    "media.hold: \"match\" is in clear already" },
	{ "\"clear\": [\"no_trace\", \"not_confirmed\"]", "\"clear\": [\"nothing\"]",
	    STATUS_INVALID, "media.clear[0]: unknown outcome \"nothing\"" },
	{ "\"roles\": [\"head_of_media\", \"media\", \"knowledge\"]", "\"roles\": [\"auditor\"]",
	    STATUS_INVALID, "media.roles: the role \"auditor\" may not call \"media.status\"" },
	{ "\"key\": \"imr_signed_off\"", "\"key\": \"breach\"", STATUS_INVALID,
	    "milestones[3].key: \"breach\" is the name of an event" },
	{ "\"key\": \"imr_signed_off\"", "\"key\": \"imr_completed\"", STATUS_INVALID,
	    "milestones[3]: \"imr_completed\" is there twice" },
	{ "\"on\": \"breach\"", "\"on\": \"lunch\"", STATUS_INVALID,
	    "notices[2].on: unknown event or milestone \"lunch\"" },
	{ "\"on\": \"breach\", \"to\": \"safeguarding_unit\"",
	    "\"on\": \"breach\", \"to\": \"everybody\"", STATUS_INVALID,
	    "notices[2].to: unknown role \"everybody\"" },
	{ "\"on\": \"breach\", \"to\": \"safeguarding_unit\"",
	    "\"on\": \"breach\", \"to\": \"auditor\"", STATUS_INVALID,
	    "notices[2].to: the role \"auditor\" may not call \"notice.list\"" },
	{ "\"on\": \"breach\", \"to\": \"safeguarding_unit\"",
	    "\"on\": \"breach\", \"to\": \"notifier\"", STATUS_INVALID,
	    "notices[2].ack_within_hours: the role \"notifier\" may not call \"notice.ack\"" },
	{ "\"ack_within_hours\": 72", "\"ack_within_hours\": 0", STATUS_INVALID,
	    "notices[2].ack_within_hours: expected 1 to 720" },
	{ "\"ack_within_hours\": 72", "\"ack_within_hours\": 721", STATUS_INVALID,
	    "notices[2].ack_within_hours: expected 1 to 720" },
	{ "\"systems\": [\"helpline\"]", "\"systems\": [\"hotline\"]", STATUS_INVALID,
	    "notices[11].systems[0]: unknown system \"hotline\"" },
	{ "\"systems\": [\"helpline\"]", "\"systems\": []", STATUS_INVALID,
	    "notices[11].systems: is empty" },
	{ "\"systems\": [\"helpline\"]", "\"nations\": [\"france\"]", STATUS_INVALID,
	    "notices[11].nations[0]: unknown jurisdiction \"france\"" },
	{ "\"systems\": [\"helpline\"]", "\"kinds\": [\"gossip\"]", STATUS_INVALID,
	    "notices[11].kinds[0]: unknown kind \"gossip\"" },
	{ "\"systems\": [\"helpline\"]", "\"roles\": [\"legal\"]", STATUS_INVALID,
	    "notices[11]: unknown field \"roles\"" },
	{ "\"from\": \"imr_commissioned\", \"met_by\": \"imr_completed\"",
	    "\"from\": \"whenever\", \"met_by\": \"imr_completed\"", STATUS_INVALID,
	    "deadlines[1].from: unknown event or milestone \"whenever\"" },
	{ "\"from\": \"imr_commissioned\", \"met_by\": \"imr_completed\"",
	    "\"met_by\": \"imr_completed\"", STATUS_INVALID, "deadlines[1].from: is missing" },
	{ "\"from\": \"imr_commissioned\", \"met_by\": \"imr_completed\"",
	    "\"from\": \"imr_commissioned\"", STATUS_INVALID, "deadlines[1].met_by: is missing" },
	{ "\"from\": \"imr_commissioned\", \"met_by\": \"imr_completed\"",
	    "\"from\": \"imr_commissioned\", \"met_by\": \"imr_commissioned\"", STATUS_INVALID,
	    "deadlines[1].met_by: \"imr_commissioned\" is what it runs from" },
	{ "\"weeks\": 6,", "\"weeks\": 0,", STATUS_INVALID,
	    "deadlines[1].weeks: expected 1 to 521" },
	{ "\"weeks\": 6,", "\"weeks\": 522,", STATUS_INVALID,
	    "deadlines[1].weeks: expected 1 to 521" },
	{ "\"weeks\": 6,", "\"days\": 3654,", STATUS_INVALID,
	    "deadlines[1].days: expected 1 to 3653" },
	{ "\"weeks\": 6,", "\"months\": 121,", STATUS_INVALID,
	    "deadlines[1].months: expected 1 to 120" },
	{ "\"weeks\": 6,", "\"hours\": 87601,", STATUS_INVALID,
	    "deadlines[1].hours: expected 1 to 87600" },
	{ "\"weeks\": 6,", "\"same_day\": false,", STATUS_INVALID,
	    "deadlines[1].same_day: expected true, or another time" },
	{ "\"weeks\": 6,", "", STATUS_INVALID,
	    "deadlines[1]: expected one of hours, days, weeks, months, same_day and before, not "
	    "0" },
	{ "\"weeks\": 6,", "\"weeks\": 6, \"days\": 42,", STATUS_INVALID,
	    "deadlines[1]: expected one of hours, days, weeks, months, same_day and before, not "
	    "2" },
	{ "{\"deadline\": \"imr\", \"weeks\": 2}", "{\"deadline\": \"wales_review\", \"weeks\": 2}",
	    STATUS_INVALID,
	    "deadlines[2].before.deadline: no deadline \"wales_review\" stands above" },
	{ "{\"deadline\": \"imr\", \"weeks\": 2}",
	    "{\"deadline\": \"imr_draft_notice\", \"weeks\": 2}", STATUS_INVALID,
	    "deadlines[2].before.deadline: no deadline \"imr_draft_notice\" stands above" },
	{ "{\"deadline\": \"imr\", \"weeks\": 2}", "{\"deadline\": \"imr\", \"weeks\": 522}",
	    STATUS_INVALID, "deadlines[2].before.weeks: expected 1 to 521" },
	{ "{\"deadline\": \"imr\", \"weeks\": 2}",
	    "{\"deadline\": \"imr\", \"weeks\": 2}, \"from\": \"published\"", STATUS_INVALID,
	    "deadlines[2].from: follows from before" },
	{ "\"jurisdictions\": [\"wales\"],", "\"jurisdictions\": [\"cymru\"],", STATUS_INVALID,
	    "deadlines[3].jurisdictions[0]: unknown jurisdiction \"cymru\"" },
	{ "\"jurisdictions\": [\"wales\"],", "\"jurisdictions\": [],", STATUS_INVALID,
	    "deadlines[3].jurisdictions: is empty" },
	{ "\"jurisdictions\": [\"wales\"],", "", STATUS_INVALID,
	    "deadlines[3].jurisdictions: is missing" },
	{ "\"jurisdictions\": [\"wales\"],", "\"jurisdictions\": [\"england\"],", STATUS_INVALID,
	    "deadlines[3].review_types[0]: unknown review type of its jurisdictions "
	    "\"cpr_concise\"" },
	{ "\"jurisdictions\": [\"wales\"],",
	    "\"jurisdictions\": [\"wales\"], \"kinds\": [\"gossip\"],", STATUS_INVALID,
	    "deadlines[3].kinds[0]: unknown kind \"gossip\"" },
	{ "\"declined\": 730", "\"declined\": 0", STATUS_INVALID,
	    "retention.classes[0].keep_days.declined: expected 1 to 36525" },
	{ "\"declined\": 730", "\"declined\": 36526", STATUS_INVALID,
	    "retention.classes[0].keep_days.declined: expected 1 to 36525" },
	{ "\"declined\": 730, ", "", STATUS_INVALID,
	    "retention.classes[0].keep_days.declined: is missing" },
	{ "\"declined\": 730", "\"declined\": 730, \"in_review\": 7", STATUS_INVALID,
	    "retention.classes[0].keep_days: unknown field \"in_review\"" },
	{ "\"key\": \"enquiry\"", "\"key\": \"case_review\"", STATUS_INVALID,
	    "retention.classes[1]: \"case_review\" is there twice" },
	{ "\"while_open\": true", "\"while_open\": \"yes\"", STATUS_INVALID,
	    "standing.while_open: expected true or false" },
	{ "\"while_open\": true", "\"while_open\": true, \"kinds\": [\"gossip\"]", STATUS_INVALID,
	    "standing.kinds[0]: unknown kind \"gossip\"" },
	{ "\"while_open\": true", "\"while_open\": true, \"kinds\": []", STATUS_INVALID,
	    "standing.kinds: is empty" },
	{ "\"name\":", "\"name\": \"a\", \"name\":", STATUS_INVALID,
	    "not valid JSON: duplicate object key near '\"name\"'" },
	{ "\"format\": 2,", "\"format\": 2,,", STATUS_INVALID,
	    "not valid JSON: string or '}' expected near ','" },
};

static void
test_every_refusal_says_where_and_why(void **state)
{
	char path[96];

	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		write_changed(path, *state, refusals[i].from, refusals[i].to);
		expect_refused(path, refusals[i].status, refusals[i].message);
	}
}

static void
test_no_list_may_be_empty(void **state)
{
	static const char *const lists[] = { "legs", "systems", "roles", "kinds", "channels",
		"review_types", "jurisdictions", "milestones", "notices", "deadlines" };
	struct buf text = BUF_INIT, out = BUF_INIT;
	char path[96], opening[32], message[64];

	snprintf(path, sizeof path, "%s/policy.json", (const char *)*state);
	assert_int_equal(file_read(&text, SHIPPED, POLICY_BYTES_MAX, NULL), STATUS_OK);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const char *from, *to;

		snprintf(opening, sizeof opening, "\n  \"%s\": [", lists[i]);
		from = strstr(text.p, opening) + strlen(opening);
		to = strstr(from, "\n  ]");
		buf_clear(&out);
		buf_add(&out, text.p, (size_t)(from - text.p));
		buf_add_text(&out, to);
		assert_int_equal(file_write(path, buf_str(&out), 0600, NULL), STATUS_OK);
		snprintf(message, sizeof message, "%s: is empty", lists[i]);
		expect_refused(path, STATUS_INVALID, message);
	}
	buf_free(&text);
	buf_free(&out);
}

static void
test_a_method_that_nobody_may_call_is_refused(void **state)
{
	static const char word[] = "\"ledger.head\", ";
	struct buf text = BUF_INIT, out = BUF_INIT;
	const char *from, *at;
	char path[96];

	snprintf(path, sizeof path, "%s/policy.json", (const char *)*state);
	assert_int_equal(file_read(&text, SHIPPED, POLICY_BYTES_MAX, NULL), STATUS_OK);
	for (from = text.p; (at = strstr(from, word)) != NULL; from = at + sizeof word - 1)
		buf_add(&out, from, (size_t)(at - from));
	buf_add_text(&out, from);
	assert_int_equal(file_write(path, buf_str(&out), 0600, NULL), STATUS_OK);
	expect_refused(path, STATUS_INVALID, "roles: nobody may call \"ledger.head\"");
	buf_free(&text);
	buf_free(&out);
}

/* Every field of every object is needed, and nothing else is allowed beside it. */
static void
test_no_field_may_be_misspelt(void **state)
{
	static const char *const fields[] = { "format", "name", "source", "legs", "thresholds",
		"stale_after_hours", "legs_within_hours", "systems", "roles", "secured", "kinds",
		"review_types", "jurisdictions", "key", "title", "leg", "list", "certain", "secure",
		"methods", "internal_methods", "visible_to", "contact", "section", "board",
		"management_review", "publication", "channels", "same_day", "people_required",
		"media", "retention", "referral", "from", "reviewer", "deputy", "answer_due_days",
		"second_reader", "verdict", "grades", "by_hand", "release", "needs", "grounds",
		"sharing", "agree", "consult", "decides", "statements", "clear", "hold",
		"milestones", "notices", "on", "to", "text", "systems", "ack_within_hours",
		"deadlines", "met_by", "weeks", "months", "days", "before", "deadline", "classes",
		"keep_days", "no_trace", "standing", "while_open" };
	char path[96], from[64], to[64];
	struct policy *policy;
	struct err err;

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		snprintf(from, sizeof from, "\"%s\":", fields[i]);
		snprintf(to, sizeof to, "\"%s_\":", fields[i]);
		write_changed(path, *state, from, to);
		err = ERR_NONE;
		assert_int_equal(policy_load(&policy, path, &err), STATUS_INVALID);
		snprintf(to, sizeof to, "unknown field \"%s_\"", fields[i]);
		if (strstr(err.text, to) == NULL)
			fail_msg("%s: %s", fields[i], err.text);
	}
}

static void
test_legs_may_be_far_apart_where_the_policy_says_so(void **state)
{
	static const char *const hours[] = { "0", "87600" };

	for (size_t i = 0; i < 2; i++) {
		struct policy *policy;
		char path[96], to[64];

		snprintf(to, sizeof to, "\"legs_within_hours\": %s", hours[i]);
		write_changed(path, *state, "\"legs_within_hours\": 24", to);
		assert_int_equal(policy_load(&policy, path, NULL), STATUS_OK);
		assert_int_equal(policy_legs_within_hours(policy), i == 0 ? 0 : 87600);
		policy_free(policy);
	}
}

static void
test_a_system_may_have_its_own_thresholds_and_age(void **state)
{
	struct policy *policy;
	char path[96];

	write_changed(path, *state, PARTICIPATION,
	    "{\"key\": \"participation\", \"title\": \"Participation\", \"section\": \"2.3\", "
	    "\"leg\": \"qa\","
	    "\"thresholds\": {\"possible\": 12, \"secure\": 12}, \"stale_after_hours\": 0}");
	assert_int_equal(policy_load(&policy, path, NULL), STATUS_OK);
	assert_true(policy_system_find(policy, STR_LIT("participation"))->thresholds.secure < 12.5);
	assert_true(policy_system_find(policy, STR_LIT("participation"))->thresholds.list < 5.5);
	assert_int_equal(
	    policy_system_find(policy, STR_LIT("participation"))->stale_after_hours, 0);
	assert_true(policy_system_find(policy, STR_LIT("helpline"))->thresholds.secure > 19.5);
	assert_int_equal(policy_system_find(policy, STR_LIT("helpline"))->stale_after_hours, 168);
	policy_free(policy);
}

static void
test_what_is_shown_may_begin_below_even_odds(void **state)
{
	struct policy *policy;
	char path[96];

	write_changed(path, *state, THRESHOLDS,
	    "{\"list\": -100, \"possible\": -7, \"probable\": 0, \"certain\": 20, \"secure\": 20, "
	    "\"related\": 0}");
	assert_int_equal(policy_load(&policy, path, NULL), STATUS_OK);
	assert_true(policy_system_find(policy, STR_LIT("helpline"))->thresholds.list < -99.5);
	assert_true(policy_system_find(policy, STR_LIT("helpline"))->thresholds.possible < -6.5);
	policy_free(policy);
}

static void
test_the_hash_is_that_of_the_file(void **state)
{
	struct policy *policy, *same, *other;
	struct digest hash;
	char path[96];

	write_changed(path, *state, NULL, NULL);
	assert_int_equal(policy_load(&policy, path, NULL), STATUS_OK);
	write_changed(path, *state, NULL, NULL);
	assert_int_equal(policy_load(&same, path, NULL), STATUS_OK);
	assert_memory_equal(policy_hash(policy), policy_hash(same), sizeof hash);
	assert_int_equal(digest_of_file(&hash, path, NULL), STATUS_OK);
	assert_memory_equal(&hash, policy_hash(same), sizeof hash);
	write_changed(path, *state, "2019-02\",", "2026-11\",");
	assert_int_equal(policy_load(&other, path, NULL), STATUS_OK);
	assert_memory_not_equal(policy_hash(policy), policy_hash(other), sizeof hash);
	assert_string_equal(policy_name(other), "Case review procedures, 2026-11");
	policy_free(policy);
	policy_free(same);
	policy_free(other);
	policy_free(NULL);
}

/* n entries "x0", "x1"... in place of the list of review types of everywhere. */
static void
write_review_types(char path[96], const char *folder, unsigned n)
{
	struct buf list = BUF_INIT;

	buf_add_text(&list, "\"review_types\": [");
	for (unsigned i = 0; i < n; i++)
		buf_addf(&list, "{\"key\": \"x%u\", \"title\": \"X\", \"section\": \"none\"},", i);
	buf_add_text(
	    &list, "{\"key\": \"y\", \"title\": \"Y\", \"section\": \"none\"}, {\"key\": ");
	write_changed(path, folder, "\"review_types\": [\n    {\"key\": ", list.p);
	buf_free(&list);
}

static void
test_lists_and_texts_have_their_limits(void **state)
{
	struct policy *policy;
	struct buf text = BUF_INIT;
	char path[96];

	write_review_types(path, *state, POLICY_ITEMS_MAX - 4); /* four stand there already */
	assert_int_equal(policy_load(&policy, path, NULL), STATUS_OK);
	policy_free(policy);
	write_review_types(path, *state, POLICY_ITEMS_MAX - 3);
	expect_refused(path, STATUS_LIMIT, "review_types: has more than 64 entries");
	for (unsigned over = 0; over < 2; over++) {
		buf_clear(&text);
		buf_add_text(&text, "\"name\": \"");
		for (unsigned i = 0; i < POLICY_TEXT_BYTES_MAX + over; i++)
			buf_add_char(&text, 'n');
		buf_add_text(&text, "\", \"source\":");
		write_changed(path, *state,
		    "\"name\": \"Case review procedures, 2019-02\",\n  \"source\":", text.p);
		if (over == 1)
			expect_refused(path, STATUS_LIMIT, "name: is longer than 255 bytes");
		else
			assert_int_equal(policy_load(&policy, path, NULL), STATUS_OK);
	}
	policy_free(policy);
	for (unsigned over = 0; over < 2; over++) {
		buf_clear(&text);
		buf_add_text(&text, "{\"key\": \"");
		for (unsigned i = 0; i < POLICY_KEY_BYTES_MAX + over; i++)
			buf_add_char(&text, 'k');
		buf_add_text(&text, "\", \"title\": \"Telephone\", \"section\": \"2.2\"}");
		write_changed(path, *state,
		    "{\"key\": \"telephone\", \"title\": \"Telephone\", \"section\": \"2.2\"}",
		    text.p);
		if (over == 1)
			expect_refused(
			    path, STATUS_LIMIT, "channels[1].key: is longer than 63 bytes");
		else
			assert_int_equal(policy_load(&policy, path, NULL), STATUS_OK);
	}
	policy_free(policy);
	buf_free(&text);
}

static void
test_what_is_no_policy_is_refused(void **state)
{
	struct buf big = BUF_INIT;
	char path[96];

	expect_refused(*state, STATUS_INVALID, "not a regular file");
	snprintf(path, sizeof path, "%s/absent.json", (const char *)*state);
	expect_refused(path, STATUS_NOT_FOUND, "no such file");
	snprintf(path, sizeof path, "%s/list.json", (const char *)*state);
	assert_int_equal(file_write(path, STR_LIT("[]"), 0600, NULL), STATUS_OK);
	expect_refused(path, STATUS_INVALID, ": expected an object");
	assert_int_equal(file_write(path, STR_LIT("[[[[[[[[[0]]]]]]]]]"), 0600, NULL), STATUS_OK);
	expect_refused(path, STATUS_LIMIT, "JSON is nested deeper than 8 levels");
	while (big.n <= POLICY_BYTES_MAX)
		buf_add_char(&big, ' ');
	assert_int_equal(file_write(path, buf_str(&big), 0600, NULL), STATUS_OK);
	expect_refused(path, STATUS_LIMIT, "file is larger than 1048576 bytes");
	buf_free(&big);
}

static void
test_no_memory_is_an_error_without_a_leak(void **state)
{
	struct policy *policy = NULL;
	enum status status = STATUS_NOMEM;

	(void)state;
	for (long n = 1; status != STATUS_OK; n++) {
		assert_in_range(n, 1, 10000);
		mem_fail_at(n);
		status = policy_load(&policy, SHIPPED, NULL);
		mem_fail_at(0);
		assert_true(status == STATUS_OK || status == STATUS_NOMEM);
	}
	policy_free(policy);
}

/* The protocol's operations are its third-level headings under "Operations". */
static void
test_the_operations_of_the_protocol_are_methods(void **state)
{
	struct buf text = BUF_INIT;
	unsigned count = 0;

	(void)state;
	assert_int_equal(file_read(&text, "docs/protocol.md", 1u << 20, NULL), STATUS_OK);
	for (const char *at = text.p; (at = strstr(at, "\n### `")) != NULL; count++) {
		struct str rest = str_from(at + 6);
		struct str method = str_cut(&rest, '`');

		if (!policy_keys_have(policy_methods(), method))
			fail_msg("%.*s", STR_ARG(method));
		at += 6;
	}
	assert_in_range(count, 7, policy_methods()->count);
	buf_free(&text);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up_folder, tear_down_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_policy_has_five_systems_in_two_legs),
		cmocka_unit_test(test_only_the_nsit_officer_searches_childline),
		cmocka_unit_test(test_thresholds_are_those_of_the_matching_method),
		cmocka_unit_test(test_who_sees_secured_records_and_whom_to_ask),
		cmocka_unit_test(test_the_administrator_sees_no_case_data),
		cmocka_unit_test(test_kinds_are_those_of_the_procedure),
		cmocka_unit_test(test_review_types_differ_by_jurisdiction),
		cmocka_unit_test(test_each_jurisdiction_has_its_words),
		IN_FOLDER(test_every_refusal_says_where_and_why),
		IN_FOLDER(test_no_list_may_be_empty),
		IN_FOLDER(test_a_method_that_nobody_may_call_is_refused),
		IN_FOLDER(test_no_field_may_be_misspelt),
		IN_FOLDER(test_legs_may_be_far_apart_where_the_policy_says_so),
		IN_FOLDER(test_a_system_may_have_its_own_thresholds_and_age),
		IN_FOLDER(test_what_is_shown_may_begin_below_even_odds),
		IN_FOLDER(test_the_hash_is_that_of_the_file),
		IN_FOLDER(test_lists_and_texts_have_their_limits),
		IN_FOLDER(test_what_is_no_policy_is_refused),
		cmocka_unit_test(test_no_memory_is_an_error_without_a_leak),
		cmocka_unit_test(test_the_operations_of_the_protocol_are_methods),
	};

	if (digest_init(NULL) != STATUS_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
